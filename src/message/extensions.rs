//! The extension map: one deterministic slice, looked into without copying.

use alloc::borrow::Cow;
use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use crate::item::{Encoder, Entries, ItemError, RawValue};
use crate::report::{Code, Finding, codes};

/// The extensions of a message (draft section 4.3): a map that is always deterministic, kept
/// octet for octet as it was received.
///
/// Typed accessors read the known keys; [`get`](Extensions::get) and
/// [`iter`](Extensions::iter) give the octets of any.
///
/// ```
/// use mimi_codec::item::{Encoder, RawValue};
/// use mimi_codec::message::{ExtensionKey, Extensions};
///
/// let mut extensions = Extensions::EMPTY;
/// extensions.set_sender_uri("mimi://example.com/u/alice-smith")?;
/// let mut value = Encoder::new();
/// value.uint(5);
/// extensions.insert(ExtensionKey::from(-7), RawValue::from_slice(&value.finish())?)?;
/// assert_eq!(extensions.sender_uri()?, Some("mimi://example.com/u/alice-smith"));
/// assert_eq!(extensions.get(&ExtensionKey::from(-7)).unwrap().as_u64(), Some(5));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Extensions<'a>(Cow<'a, [u8]>);

/// The key of an extension: an integer but 0, or text of 1 to 255 octets.
///
/// Positive integers are registered (draft section 8.2.1), negative ones and text are private.
/// The order is the order of the encoded octets, which is the order in the map.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum ExtensionKey<'a> {
    /// An integer within plus or minus 2^53 - 1.
    Int(i64),
    /// Text.
    Text(Cow<'a, str>),
}

impl Ord for ExtensionKey<'_> {
    fn cmp(&self, other: &Self) -> core::cmp::Ordering {
        self.encode().cmp(&other.encode())
    }
}

impl PartialOrd for ExtensionKey<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<core::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl From<i64> for ExtensionKey<'_> {
    fn from(key: i64) -> Self {
        ExtensionKey::Int(key)
    }
}

impl<'a> From<&'a str> for ExtensionKey<'a> {
    fn from(key: &'a str) -> Self {
        ExtensionKey::Text(Cow::Borrowed(key))
    }
}

impl From<String> for ExtensionKey<'_> {
    fn from(key: String) -> Self {
        ExtensionKey::Text(Cow::Owned(key))
    }
}

impl fmt::Display for ExtensionKey<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ExtensionKey::Int(key) => write!(f, "{key}"),
            ExtensionKey::Text(key) => write!(f, "{key:?}"),
        }
    }
}

impl<'a> ExtensionKey<'a> {
    fn from_raw(raw: RawValue<'a>) -> Option<Self> {
        match raw.as_i64() {
            Some(key) => Some(ExtensionKey::Int(key)),
            None => Some(ExtensionKey::Text(Cow::Borrowed(raw.as_str()?))),
        }
    }

    /// The key as it stands in the map.
    pub fn encode(&self) -> Vec<u8> {
        let mut encoder = Encoder::new();
        match self {
            ExtensionKey::Int(key) => encoder.int(*key),
            ExtensionKey::Text(key) => encoder.text(key),
        };
        encoder.finish()
    }

    /// The registered name of the key, or the name in the draft that defines it.
    pub fn name(&self) -> Option<&'static str> {
        match self {
            ExtensionKey::Int(1) => Some("senderUri"),
            ExtensionKey::Int(2) => Some("roomUri"),
            ExtensionKey::Int(3) => Some("senderTimestamp"),
            ExtensionKey::Int(4) => Some("externalMessageId"),
            ExtensionKey::Int(5) => Some("subject"),
            ExtensionKey::Int(256) => Some("lastSeen"),
            _ => None,
        }
    }

    /// A copy that borrows nothing.
    pub fn into_owned(self) -> ExtensionKey<'static> {
        match self {
            ExtensionKey::Int(key) => ExtensionKey::Int(key),
            ExtensionKey::Text(key) => ExtensionKey::Text(Cow::Owned(key.into_owned())),
        }
    }

    fn check(&self) -> Result<(), ExtensionError> {
        const LIMIT: i64 = (1 << 53) - 1;
        let finding = match self {
            ExtensionKey::Int(0) => Finding::new(codes::KEY_RESERVED),
            ExtensionKey::Int(key) if !(-LIMIT..=LIMIT).contains(key) => {
                Finding::new(codes::KEY_RANGE)
            }
            ExtensionKey::Text(key) if !(1..=255).contains(&key.len()) => {
                Finding::new(codes::KEY_LENGTH).found(alloc::format!("{} octets", key.len()))
            }
            _ => return Ok(()),
        };
        Err(ExtensionError::new(
            finding.path(alloc::format!("extensions[{self}]")),
        ))
    }
}

/// An extension that cannot be: a forbidden key, a value that is not deterministic, or a known
/// extension of another type.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct ExtensionError(Box<Finding>);

impl ExtensionError {
    pub(crate) fn new(finding: Finding) -> Self {
        ExtensionError(Box::new(finding))
    }

    /// A known extension with a value of another type.
    pub(crate) fn wrong_type(key: &ExtensionKey<'_>, expected: &'static str) -> Self {
        ExtensionError::new(
            Finding::new(codes::EXTENSION_TYPE)
                .path(alloc::format!("extensions[{key}]"))
                .expected(expected),
        )
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

impl From<ItemError> for ExtensionError {
    fn from(error: ItemError) -> Self {
        ExtensionError::new(error.finding().clone())
    }
}

impl<'a> Extensions<'a> {
    /// No extensions.
    pub const EMPTY: Extensions<'static> = Extensions(Cow::Borrowed(&[0xa0]));

    /// A map that the CBOR reader checked.
    pub(crate) const fn checked(octets: Cow<'a, [u8]>) -> Self {
        Extensions(octets)
    }

    /// The encoded map.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The map as a value.
    pub fn as_raw(&self) -> RawValue<'_> {
        RawValue::checked(&self.0)
    }

    fn entries(&self) -> impl Iterator<Item = (RawValue<'_>, RawValue<'_>)> {
        self.as_raw()
            .entries()
            .into_iter()
            .flat_map(|entries: Entries<'_>| entries)
    }

    /// Number of extensions.
    pub fn len(&self) -> usize {
        self.entries().count()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.0.as_ref() == [0xa0]
    }

    /// Every extension, in the order of the encoded keys.
    pub fn iter(&self) -> impl Iterator<Item = (ExtensionKey<'_>, RawValue<'_>)> {
        self.entries()
            .filter_map(|(key, value)| Some((ExtensionKey::from_raw(key)?, value)))
    }

    /// The value of a key.
    pub fn get(&self, key: &ExtensionKey<'_>) -> Option<RawValue<'_>> {
        self.entries().find_map(|(raw, value)| {
            let same = match key {
                ExtensionKey::Int(key) => raw.as_i64() == Some(*key),
                ExtensionKey::Text(key) => raw.as_str() == Some(key),
            };
            same.then_some(value)
        })
    }

    /// Adds an extension, or changes its value.
    ///
    /// # Errors
    /// A key that no extension may have, or a value nested too deeply.
    pub fn insert(
        &mut self,
        key: ExtensionKey<'_>,
        value: RawValue<'_>,
    ) -> Result<(), ExtensionError> {
        key.check()?;
        // A value may have been checked for another depth.
        let value = RawValue::from_slice(value.as_bytes()).map_err(|error| {
            let path = alloc::format!("extensions[{key}]");
            ExtensionError::new(error.finding().clone().path(path))
        })?;
        self.rebuild(&key, Some(value));
        Ok(())
    }

    /// Removes an extension; says whether it was there.
    pub fn remove(&mut self, key: &ExtensionKey<'_>) -> bool {
        let there = self.get(key).is_some();
        if there {
            self.rebuild(key, None);
        }
        there
    }

    fn rebuild(&mut self, key: &ExtensionKey<'_>, value: Option<RawValue<'_>>) {
        let key = key.encode();
        let mut entries: Vec<(&[u8], &[u8])> = self
            .entries()
            .map(|(key, value)| (key.as_bytes(), value.as_bytes()))
            .filter(|(known, _)| *known != key)
            .collect();
        if let Some(value) = &value {
            entries.push((&key, value.as_bytes()));
        }
        entries.sort();
        let mut encoder = Encoder::new();
        encoder.map(entries.len() as u64);
        let mut octets = encoder.finish();
        for (key, value) in entries {
            octets.extend_from_slice(key);
            octets.extend_from_slice(value);
        }
        self.0 = Cow::Owned(octets);
    }

    fn text(&self, key: i64) -> Result<Option<&str>, ExtensionError> {
        let key = ExtensionKey::Int(key);
        match self.get(&key) {
            None => Ok(None),
            Some(value) => value
                .as_str()
                .map(Some)
                .ok_or_else(|| ExtensionError::wrong_type(&key, "a text string")),
        }
    }

    fn set_text(&mut self, key: i64, text: &str) -> Result<(), ExtensionError> {
        let mut value = Encoder::new();
        value.text(text);
        self.insert(
            ExtensionKey::Int(key),
            RawValue::from_slice(&value.finish())?,
        )
    }

    /// Extension 1: URI of the sender.
    ///
    /// # Errors
    /// [`codes::EXTENSION_TYPE`] if the value is not text.
    pub fn sender_uri(&self) -> Result<Option<&str>, ExtensionError> {
        self.text(1)
    }

    /// Extension 2: URI of the room.
    ///
    /// # Errors
    /// [`codes::EXTENSION_TYPE`] if the value is not text.
    pub fn room_uri(&self) -> Result<Option<&str>, ExtensionError> {
        self.text(2)
    }

    /// Sets extension 1.
    ///
    /// # Errors
    /// None in practice: every text can be the value.
    pub fn set_sender_uri(&mut self, uri: &str) -> Result<(), ExtensionError> {
        self.set_text(1, uri)
    }

    /// Sets extension 2.
    ///
    /// # Errors
    /// None in practice: every text can be the value.
    pub fn set_room_uri(&mut self, uri: &str) -> Result<(), ExtensionError> {
        self.set_text(2, uri)
    }

    /// A copy that borrows nothing.
    pub fn into_owned(self) -> Extensions<'static> {
        Extensions(Cow::Owned(self.0.into_owned()))
    }
}

impl Default for Extensions<'_> {
    fn default() -> Self {
        Extensions::EMPTY
    }
}

impl fmt::Debug for Extensions<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}
