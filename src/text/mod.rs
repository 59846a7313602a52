//! Charsets, media types and language lists.

pub mod charset;
