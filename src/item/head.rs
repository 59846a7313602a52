//! The head of an item: its first octet and the argument that follows. Reading a head with its
//! faults is in `reader`; this is only what a head is, and how the shortest one is written.

use alloc::borrow::Cow;
use alloc::format;
use alloc::vec::Vec;

/// The major types by name (RFC 8949 section 3.1).
#[allow(non_snake_case, reason = "reads as a namespace")]
pub(crate) mod MAJOR {
    pub(crate) const UNSIGNED: u8 = 0;
    pub(crate) const NEGATIVE: u8 = 1;
    pub(crate) const BYTES: u8 = 2;
    pub(crate) const TEXT: u8 = 3;
    pub(crate) const ARRAY: u8 = 4;
    pub(crate) const MAP: u8 = 5;
    pub(crate) const TAG: u8 = 6;
    pub(crate) const SIMPLE: u8 = 7;
}

/// Additional information that marks indefinite length, or a break.
pub(crate) const INDEFINITE: u8 = 31;

/// A head that was read.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Head {
    /// Offset of the first octet.
    pub(crate) at: usize,
    /// Major type, 0 to 7.
    pub(crate) major: u8,
    /// Additional information, 0 to 27 or 31.
    pub(crate) info: u8,
    /// The argument; 0 where the length is indefinite.
    pub(crate) arg: u64,
}

impl Head {
    /// Whether the item's length is not given in front.
    #[inline]
    pub(crate) fn indefinite(&self) -> bool {
        self.info == INDEFINITE
    }

    /// The item in words, for "found".
    pub(crate) fn describe(&self) -> Cow<'static, str> {
        let n = self.arg;
        match (self.major, self.info) {
            (MAJOR::BYTES, INDEFINITE) => "byte string of indefinite length".into(),
            (MAJOR::TEXT, INDEFINITE) => "text string of indefinite length".into(),
            (MAJOR::ARRAY, INDEFINITE) => "array of indefinite length".into(),
            (MAJOR::MAP, INDEFINITE) => "map of indefinite length".into(),
            (MAJOR::UNSIGNED, _) => format!("integer {n}").into(),
            (MAJOR::NEGATIVE, _) => format!("integer {}", -1 - i128::from(n)).into(),
            (MAJOR::BYTES, _) => format!("byte string of {n} octets").into(),
            (MAJOR::TEXT, _) => format!("text string of {n} octets").into(),
            (MAJOR::ARRAY, _) => format!("array of {n} items").into(),
            (MAJOR::MAP, _) => format!("map of {n} entries").into(),
            (MAJOR::TAG, _) => format!("tag {n}").into(),
            (_, 20) => "false".into(),
            (_, 21) => "true".into(),
            (_, 22) => "null".into(),
            (_, 23) => "undefined".into(),
            (_, 25..=27) => "floating-point value".into(),
            (_, INDEFINITE) => "break".into(),
            _ => format!("simple value {n}").into(),
        }
    }
}

/// Octets of the shortest head for an argument.
#[inline]
pub(crate) const fn head_size(arg: u64) -> usize {
    match arg {
        0..=23 => 1,
        24..=0xff => 2,
        0x100..=0xffff => 3,
        0x1_0000..=0xffff_ffff => 5,
        _ => 9,
    }
}

/// The shortest head, at the front of nine octets, and its length.
#[inline]
pub(crate) const fn head_octets(major: u8, arg: u64) -> ([u8; 9], usize) {
    let major = major << 5;
    let mut head = [0; 9];
    let size = head_size(arg);
    match size {
        1 => head[0] = major | arg as u8,
        _ => {
            // 24, 25, 26 and 27 say how many octets follow: 1, 2, 4 and 8.
            head[0] = major | (24 + (size - 1).trailing_zeros() as u8);
            let argument = arg.to_be_bytes();
            let mut at = 1;
            while at < size {
                head[at] = argument[9 - size + at - 1];
                at += 1;
            }
        }
    }
    (head, size)
}

/// Writes the shortest head.
#[inline]
pub(crate) fn push_head(out: &mut Vec<u8>, major: u8, arg: u64) {
    let (head, size) = head_octets(major, arg);
    out.extend_from_slice(&head[..size]);
}
