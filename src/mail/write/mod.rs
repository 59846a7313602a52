//! Writing mail: header fields that cannot be broken out of, transfer encodings that come through
//! unchanged, and parts. Nothing here knows what a message is.
//!
//! Header values are written by `mail-builder`. Bodies are written here, because that crate turns
//! line feeds in text into line ends, and its boundaries depend on the time.

mod field;
mod part;
mod transfer;

pub(super) use field::Header;
pub(super) use part::{Body, OutPart};
pub(super) use transfer::{base64, crlf, is_seven_bit};
