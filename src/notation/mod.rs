//! Messages as text: EDN, annotated hex, and JSON, each with a reader and a writer.
//!
//! Every reader yields the octets that the text spells, and the map from each octet back to a
//! line and column ([`Source`]). The readers of EDN and hex know nothing of messages: they turn
//! any CBOR into octets, faulty on purpose or not, and [`cbor`](crate::cbor) judges those. So a
//! rule broken in a text is reported where the text breaks it:
//!
//! ```
//! use mimi_codec::{cbor, notation::edn};
//!
//! let text = "[\n  h'000102030405060708090a0b0c0d0e0f',\n  null, h'', null, null, {},\n  [1, 'en', 0]\n]";
//! let source = edn::read(text)?.value;
//! let mut finding = cbor::decode(source.octets()).unwrap_err().into_finding();
//! finding.locate(source.map());
//! assert_eq!(finding.code.as_str(), "wrong-type");
//! assert_eq!((finding.line, finding.column), (Some(4), Some(7)));
//! # Ok::<(), mimi_codec::notation::NotationError>(())
//! ```

pub mod edn;
pub mod hex;
pub mod json;

mod cursor;
mod fields;
mod float;
mod layout;
mod quoted;
mod source;
mod walk;

pub use layout::Layout;
pub use source::{NotationError, Source};

/// Deepest nesting of brackets that the readers of text follow.
pub const DEPTH_LIMIT: usize = 1000;
