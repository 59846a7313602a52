//! [`Encoder`]: writes items with the shortest heads, for extension values.

use alloc::string::String;
use alloc::vec::Vec;

use super::float::shortest_float;
use super::head::{MAJOR, push_head};

/// Writes CBOR items one after the other.
///
/// Heads and floats are always the shortest. Counts and the order of keys are the caller's
/// business: [`RawValue::from_slice`](super::RawValue::from_slice) checks the result.
///
/// ```
/// use mimi_codec::item::{Encoder, RawValue};
///
/// let mut encoder = Encoder::new();
/// encoder.array(2).uint(7).text("x");
/// let octets = encoder.finish();
/// assert_eq!(octets, [0x82, 0x07, 0x61, 0x78]);
/// assert_eq!(RawValue::from_slice(&octets)?.elements().unwrap().count(), 2);
/// # Ok::<(), mimi_codec::item::ItemError>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Encoder {
    out: Vec<u8>,
}

impl Encoder {
    /// Nothing written yet.
    pub const fn new() -> Self {
        Encoder { out: Vec::new() }
    }

    /// The octets written.
    pub fn finish(self) -> Vec<u8> {
        self.out
    }

    fn head(&mut self, major: u8, arg: u64) -> &mut Self {
        push_head(&mut self.out, major, arg);
        self
    }

    /// An unsigned integer.
    pub fn uint(&mut self, value: u64) -> &mut Self {
        self.head(MAJOR::UNSIGNED, value)
    }

    /// An integer.
    pub fn int(&mut self, value: i64) -> &mut Self {
        match u64::try_from(value) {
            Ok(value) => self.uint(value),
            Err(_) => self.head(MAJOR::NEGATIVE, value.unsigned_abs() - 1),
        }
    }

    /// A byte string.
    pub fn bytes(&mut self, value: &[u8]) -> &mut Self {
        self.head(MAJOR::BYTES, value.len() as u64);
        self.out.extend_from_slice(value);
        self
    }

    /// A text string.
    pub fn text(&mut self, value: &str) -> &mut Self {
        self.head(MAJOR::TEXT, value.len() as u64);
        self.out.extend_from_slice(value.as_bytes());
        self
    }

    /// The head of an array; its items follow.
    pub fn array(&mut self, items: u64) -> &mut Self {
        self.head(MAJOR::ARRAY, items)
    }

    /// The head of a map; key, value, key, value follow.
    pub fn map(&mut self, entries: u64) -> &mut Self {
        self.head(MAJOR::MAP, entries)
    }

    /// A tag; the tagged item follows.
    pub fn tag(&mut self, number: u64) -> &mut Self {
        self.head(MAJOR::TAG, number)
    }

    /// `false` or `true`.
    pub fn bool(&mut self, value: bool) -> &mut Self {
        self.out.push(if value { 0xf5 } else { 0xf4 });
        self
    }

    /// `null`.
    pub fn null(&mut self) -> &mut Self {
        self.out.push(0xf6);
        self
    }

    /// A floating-point value, as short as it can be.
    pub fn float(&mut self, value: f64) -> &mut Self {
        let (info, arg) = shortest_float(value);
        self.out.push(MAJOR::SIMPLE << 5 | info);
        let size = 1usize << (info - 24);
        self.out.extend_from_slice(&arg.to_be_bytes()[8 - size..]);
        self
    }

    /// An item that is encoded already.
    pub fn raw(&mut self, value: super::RawValue<'_>) -> &mut Self {
        self.out.extend_from_slice(value.as_bytes());
        self
    }
}

impl From<Encoder> for Vec<u8> {
    fn from(encoder: Encoder) -> Vec<u8> {
        encoder.finish()
    }
}

/// Octets in lower-case hex, as every output of this crate writes them.
pub(crate) fn hex(octets: &[u8]) -> String {
    let mut out = String::with_capacity(octets.len() * 2);
    push_hex(octets, &mut out);
    out
}

/// Appends octets in lower-case hex.
pub(crate) fn push_hex(octets: &[u8], out: &mut String) {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    for octet in octets {
        for digit in [octet >> 4, octet & 15] {
            out.push(char::from(DIGITS[usize::from(digit)]));
        }
    }
}
