//! HTML for messengers: written safe by construction, read as bridges receive it.
//!
//! The writer needs no parser of HTML and so no feature beyond `markdown`; the reader and the pass
//! through `ammonia` come with feature `html`.

#[cfg(all(test, feature = "html"))]
mod attacks;
#[cfg(feature = "html")]
mod contain;
#[cfg(feature = "html")]
mod feed;
#[cfg(feature = "html")]
mod guard;
#[cfg(feature = "html")]
mod orderly;
#[cfg(all(test, feature = "html"))]
mod orderly_tests;
mod policy;
#[cfg(feature = "html")]
mod reader;
#[cfg(feature = "html")]
mod sanitize;
#[cfg(feature = "html")]
mod sink;
#[cfg(feature = "html")]
pub(in crate::rich) mod tree;
mod writer;

pub use policy::HtmlPolicy;
#[cfg(feature = "html")]
pub use reader::{HtmlReadOptions, merge_marks, read};
#[cfg(feature = "html")]
pub use sanitize::sanitize;
pub use writer::{HtmlWriteOptions, SoftBreaks, write};
