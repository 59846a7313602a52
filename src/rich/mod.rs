//! Markdown, HTML and plain text around one small document.
//!
//! Each format is a folder with a reader and a writer side by side; all of them meet in
//! [`Document`]. This room knows nothing of MIMI messages: links, images and mentions are plain
//! URIs here, and what a `cid:` image becomes is the caller's answer.
//!
//! ```
//! use mimi_codec::rich::{html, markdown};
//!
//! let document = markdown::read("Hello **world**, <b>not bold</b>").value;
//! let html = html::write(&document, &html::HtmlWriteOptions::default());
//! assert_eq!(
//!     html.value,
//!     "<p>Hello <strong>world</strong>, &lt;b&gt;not bold&lt;/b&gt;</p>\n"
//! );
//! ```

mod document;
pub mod html;
pub mod links;
pub mod markdown;
pub mod plain;
mod prefix;
#[cfg(all(test, feature = "html"))]
mod spec_tests;

#[cfg(feature = "notation")]
pub(crate) use document::block_text_without_images;
pub use document::{
    Alignment, Block, Cell, Document, Inline, Item, List, Table, block_text, inline_text,
};

/// The deepest nesting of blocks, and of inlines inside one block, that the readers produce and
/// the writers follow. Deeper levels are flattened: their content stays, the mark goes.
pub const MAX_NESTING: usize = 100;
