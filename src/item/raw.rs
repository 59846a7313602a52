//! [`RawValue`]: one deterministic item, looked into without copying.

use alloc::boxed::Box;
use core::fmt;

use super::faults::{Faults, Keep, Read};
use super::float::Float;
use super::head::{Head, MAJOR};
use super::path::Path;
use super::reader::{Open, Reader};
use super::value::Depth;
use crate::report::{Code, Finding, Policy, codes};

/// One CBOR item as its octets: well-formed, deterministic, and within the data model of the
/// draft's section 6.2.
///
/// ```
/// use mimi_codec::item::{Kind, RawValue};
///
/// let value = RawValue::from_slice(&[0xa1, 0x01, 0x63, b'a', b'b', b'c'])?;
/// assert_eq!(value.kind(), Kind::Map);
/// let (key, inner) = value.entries().unwrap().next().unwrap();
/// assert_eq!(key.as_u64(), Some(1));
/// assert_eq!(inner.as_str(), Some("abc"));
/// # Ok::<(), mimi_codec::item::ItemError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct RawValue<'a>(&'a [u8]);

/// What an item is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Kind {
    /// An integer of major type 0 or 1.
    Integer,
    /// A byte string.
    Bytes,
    /// A text string.
    Text,
    /// An array.
    Array,
    /// A map.
    Map,
    /// A tagged item.
    Tag,
    /// `false` or `true`.
    Bool,
    /// `null`.
    Null,
    /// `undefined`.
    Undefined,
    /// Another simple value.
    Simple,
    /// A floating-point value.
    Float,
}

/// Octets that are not one deterministic item; says where and why.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct ItemError(Box<Finding>);

impl ItemError {
    #[cfg(feature = "ciborium")]
    pub(super) fn new(finding: Finding) -> Self {
        ItemError(Box::new(finding))
    }

    /// What is wrong.
    pub fn finding(&self) -> &Finding {
        &self.0
    }

    /// The broken rule.
    pub fn code(&self) -> Code {
        self.0.code
    }
}

const NOWHERE: Path<'static> = Path::root("");

impl<'a> RawValue<'a> {
    /// Checks that the octets are one item an extension may have as its value: at most three
    /// levels of map, array or tag inside the extension map's own (draft section 6.3).
    ///
    /// # Errors
    /// The first broken rule, with its octet offset from the start of the item.
    pub fn from_slice(octets: &'a [u8]) -> Result<Self, ItemError> {
        Self::with_levels(octets, 3)
    }

    /// The same with another number of levels of map, array or tag, at most
    /// [`DEPTH_CEILING`](super::DEPTH_CEILING).
    ///
    /// # Errors
    /// As [`from_slice`](RawValue::from_slice).
    pub fn with_levels(octets: &'a [u8], levels: usize) -> Result<Self, ItemError> {
        let limit = levels.min(super::DEPTH_CEILING);
        Self::check(octets, |reader, path| {
            reader.value(Depth { level: 0, limit }, false, path)
        })
    }

    /// Checks that the octets are the map of an extended time.
    pub(crate) fn time_map(octets: &'a [u8]) -> Result<Self, ItemError> {
        Self::check(octets, |reader, path| {
            let head = reader.head(path)?;
            match head.major {
                MAJOR::MAP => reader.time_map(head, 4, path),
                _ => reader.fault_and_skip(codes::WRONG_TYPE, head, path, "a map"),
            }
        })
    }

    fn check(
        octets: &'a [u8],
        walk: impl FnOnce(&mut Reader<'a, '_>, &Path<'_>) -> Read<()>,
    ) -> Result<Self, ItemError> {
        let policy = Policy::strict();
        let mut reader = Reader::new(octets, Faults::new(&policy, Keep::First, 1));
        let path = Path::root("value");
        let read = walk(&mut reader, &path);
        if read.is_ok() && reader.remaining() > 0 {
            let at = reader.pos();
            let found = alloc::format!("{} octets", reader.remaining());
            let _ = reader.fault(
                codes::CBOR_TRAILING,
                at,
                &path,
                found,
                "the end of the item",
            );
        }
        match reader.faults.into_findings().into_iter().next() {
            Some(finding) => Err(ItemError(Box::new(finding))),
            None => Ok(RawValue(octets)),
        }
    }

    /// Octets that were checked elsewhere.
    pub(crate) const fn checked(octets: &'a [u8]) -> Self {
        RawValue(octets)
    }

    /// The encoded item.
    pub const fn as_bytes(self) -> &'a [u8] {
        self.0
    }

    fn open(self) -> Option<(Head, Reader<'a, 'static>)> {
        let mut reader = Reader::quiet(self.0);
        let head = reader.head(&NOWHERE).ok()?;
        Some((head, reader))
    }

    fn string(self, major: u8) -> Option<&'a [u8]> {
        let (head, reader) = self.open()?;
        (head.major == major).then(|| reader.rest())
    }

    /// What the item is.
    pub fn kind(self) -> Kind {
        let Some((head, _)) = self.open() else {
            return Kind::Undefined;
        };
        match (head.major, head.info) {
            (MAJOR::UNSIGNED | MAJOR::NEGATIVE, _) => Kind::Integer,
            (MAJOR::BYTES, _) => Kind::Bytes,
            (MAJOR::TEXT, _) => Kind::Text,
            (MAJOR::ARRAY, _) => Kind::Array,
            (MAJOR::MAP, _) => Kind::Map,
            (MAJOR::TAG, _) => Kind::Tag,
            (_, 20 | 21) => Kind::Bool,
            (_, 22) => Kind::Null,
            (_, 23) => Kind::Undefined,
            (_, 25..=27) => Kind::Float,
            _ => Kind::Simple,
        }
    }

    /// The integer; CBOR integers have 65 bits, sign included.
    pub fn as_i128(self) -> Option<i128> {
        match self.open()?.0 {
            Head {
                major: MAJOR::UNSIGNED,
                arg,
                ..
            } => Some(arg.into()),
            Head {
                major: MAJOR::NEGATIVE,
                arg,
                ..
            } => Some(-1 - i128::from(arg)),
            _ => None,
        }
    }

    /// The integer, if it is not negative.
    pub fn as_u64(self) -> Option<u64> {
        self.as_i128()?.try_into().ok()
    }

    /// The integer, if it fits.
    pub fn as_i64(self) -> Option<i64> {
        self.as_i128()?.try_into().ok()
    }

    /// The octets of a byte string.
    pub fn as_octets(self) -> Option<&'a [u8]> {
        self.string(MAJOR::BYTES)
    }

    /// The text of a text string.
    pub fn as_str(self) -> Option<&'a str> {
        core::str::from_utf8(self.string(MAJOR::TEXT)?).ok()
    }

    /// `false` or `true`.
    pub fn as_bool(self) -> Option<bool> {
        match self.0 {
            [0xf4] => Some(false),
            [0xf5] => Some(true),
            _ => None,
        }
    }

    /// The floating-point value.
    pub fn as_f64(self) -> Option<f64> {
        Float::of(self.open()?.0).map(|float| float.value())
    }

    /// The number of a simple value other than `false`, `true`, `null` and `undefined`.
    pub fn as_simple(self) -> Option<u8> {
        let head = self.open()?.0;
        (self.kind() == Kind::Simple).then_some(head.arg as u8)
    }

    /// Whether the item is `null`.
    pub fn is_null(self) -> bool {
        self.0 == [0xf6]
    }

    /// The number and the item of a tag.
    pub fn as_tag(self) -> Option<(u64, RawValue<'a>)> {
        let (head, reader) = self.open()?;
        (head.major == MAJOR::TAG).then(|| (head.arg, RawValue(reader.rest())))
    }

    /// The items of an array, one by one.
    pub fn elements(self) -> Option<Elements<'a>> {
        let (head, reader) = self.open()?;
        (head.major == MAJOR::ARRAY).then(|| Elements(Items::new(head, 1, reader)))
    }

    /// The entries of a map, one by one, in the order of their keys.
    pub fn entries(self) -> Option<Entries<'a>> {
        let (head, reader) = self.open()?;
        (head.major == MAJOR::MAP).then(|| Entries(Items::new(head, 2, reader)))
    }
}

impl fmt::Debug for RawValue<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "RawValue(h'{}')", super::encoder::hex(self.0))
    }
}

/// The rest of a container.
struct Items<'a> {
    rest: &'a [u8],
    open: Open,
}

impl<'a> Items<'a> {
    fn new(head: Head, per_entry: u64, reader: Reader<'a, '_>) -> Self {
        Items {
            rest: reader.rest(),
            open: reader.open(head, per_entry),
        }
    }

    fn next(&mut self) -> Option<RawValue<'a>> {
        let mut reader = Reader::quiet(self.rest);
        if !reader.more(&mut self.open, &NOWHERE).ok()? {
            return None;
        }
        reader.skip(&NOWHERE).ok()?;
        let item = reader.since(0);
        self.rest = reader.rest();
        Some(RawValue(item))
    }
}

/// Iterator over the items of an array.
pub struct Elements<'a>(Items<'a>);

impl<'a> Iterator for Elements<'a> {
    type Item = RawValue<'a>;

    fn next(&mut self) -> Option<RawValue<'a>> {
        self.0.next()
    }
}

/// Iterator over the entries of a map.
pub struct Entries<'a>(Items<'a>);

impl<'a> Iterator for Entries<'a> {
    type Item = (RawValue<'a>, RawValue<'a>);

    fn next(&mut self) -> Option<(RawValue<'a>, RawValue<'a>)> {
        Some((self.0.next()?, self.0.next()?))
    }
}
