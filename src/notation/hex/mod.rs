//! Annotated hex dumps: octets in hex, one item a line, with comments.
//!
//! [`write()`] makes them in two styles, [`read`] takes these and what `xxd`, `hexdump` and C
//! sources have.

mod inspect;
mod reader;
mod writer;

pub use reader::read;
pub use writer::{Style, write};

use std::string::String;

/// Octets as lower-case hex digits.
pub(super) fn digits(octets: &[u8]) -> String {
    let mut out = String::with_capacity(octets.len() * 2);
    push_digits(octets, &mut out);
    out
}

/// Appends octets as lower-case hex digits.
pub(super) fn push_digits(octets: &[u8], out: &mut String) {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    for octet in octets {
        for digit in [octet >> 4, octet & 15] {
            out.push(char::from(DIGITS[usize::from(digit)]));
        }
    }
}
