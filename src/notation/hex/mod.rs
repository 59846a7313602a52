//! Annotated hex dumps: octets in hex, one item a line, with comments.
//!
//! [`write()`] makes them in two styles, [`read`] takes these and what `xxd`, `hexdump` and C
//! sources have.

mod inspect;
mod reader;
mod writer;

pub use reader::read;
pub use writer::{Style, write};

pub(super) use crate::item::{hex as digits, push_hex as push_digits};
