//! GFM-MIMI Markdown: GitHub Flavored Markdown 0.29 with tables, task lists and strikethrough,
//! and without HTML (draft-ietf-mimi-content-08 section 7.1.1).

mod ambiguity;
mod escape;
mod flanking;
mod inlines;
mod normalise;
mod pairing;
mod reader;
mod spelling;
mod writer;

#[cfg(all(test, feature = "html"))]
pub(in crate::rich) use escape::html_texts;
pub use escape::{escape_html, escape_literal};
pub use reader::read;
pub use writer::write;
