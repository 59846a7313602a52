//! Markdown, HTML and plain text around one small document.
