//! Charsets, media types and language lists.
