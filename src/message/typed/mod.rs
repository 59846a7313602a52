//! Extensions with a defined type, beside the sender and room URIs: timestamps, foreign message
//! IDs, subject, the messages last seen, and data on audio, video and images. Everything else in
//! the extension map stays octets.

mod av;
mod external_id;
mod last_seen;
mod timestamp;

use alloc::borrow::Cow;
use alloc::string::String;

pub use av::{AvDuration, AvMedia, AvMetadata, Rotation};
pub use external_id::{ExternalMessageId, IdScope};
pub use last_seen::LastSeen;
pub use timestamp::{FractionUnit, SenderTimestamp};

use super::{ExtensionError, ExtensionKey, Extensions};
use crate::item::{Encoder, RawValue};
use crate::report::{Finding, codes};

/// A known value of another type, or outside its range.
fn misfit(
    path: impl Into<String>,
    found: impl Into<Cow<'static, str>>,
    expected: &'static str,
) -> ExtensionError {
    let finding = Finding::new(codes::EXTENSION_TYPE).path(path);
    ExtensionError::new(finding.found(found).expected(expected))
}

/// What an item is, for people.
fn kind_of(value: RawValue<'_>) -> String {
    alloc::format!("{:?}", value.kind()).to_lowercase()
}

/// Octets of the longest subject.
pub(super) const SUBJECT_LIMIT: usize = 4096;

impl Extensions<'_> {
    fn put(&mut self, key: ExtensionKey<'_>, value: Encoder) -> Result<(), ExtensionError> {
        self.insert(key, RawValue::from_slice(&value.finish())?)
    }

    /// Extension 3: when the sender says the message was sent.
    ///
    /// ```
    /// use mimi_codec::message::{Extensions, FractionUnit, SenderTimestamp};
    ///
    /// let mut extensions = Extensions::EMPTY;
    /// let time = SenderTimestamp::new(1762760377).with_fraction(FractionUnit::Micro, 462917);
    /// extensions.set_sender_timestamp(time.unwrap())?;
    /// let time = extensions.sender_timestamp()?.unwrap();
    /// assert_eq!((time.seconds(), time.nanoseconds()), (1762760377, 462_917_000));
    /// # Ok::<(), mimi_codec::message::ExtensionError>(())
    /// ```
    ///
    /// # Errors
    /// [`codes::EXTENSION_TYPE`] if the value is not such a map.
    pub fn sender_timestamp(&self) -> Result<Option<SenderTimestamp>, ExtensionError> {
        self.get(&ExtensionKey::Int(3))
            .map(|value| SenderTimestamp::read(value, "extensions[3]"))
            .transpose()
    }

    /// Sets extension 3.
    ///
    /// # Errors
    /// None in practice: every timestamp can be the value.
    pub fn set_sender_timestamp(&mut self, time: SenderTimestamp) -> Result<(), ExtensionError> {
        let mut value = Encoder::new();
        time.write(&mut value);
        self.put(ExtensionKey::Int(3), value)
    }

    /// Extension 4: the message ID of another messaging system.
    ///
    /// # Errors
    /// [`codes::EXTENSION_TYPE`] if the value is not such an array.
    pub fn external_message_id(&self) -> Result<Option<ExternalMessageId<'_>>, ExtensionError> {
        self.get(&ExtensionKey::Int(4))
            .map(|value| ExternalMessageId::read(value, "extensions[4]"))
            .transpose()
    }

    /// Sets extension 4.
    ///
    /// # Errors
    /// None in practice: every ID can be the value.
    pub fn set_external_message_id(
        &mut self,
        id: &ExternalMessageId<'_>,
    ) -> Result<(), ExtensionError> {
        let mut value = Encoder::new();
        id.write(&mut value);
        self.put(ExtensionKey::Int(4), value)
    }

    /// Extension 5: the subject, 1 to 4096 octets.
    ///
    /// # Errors
    /// [`codes::EXTENSION_TYPE`] if the value is not text of that length.
    pub fn subject(&self) -> Result<Option<&str>, ExtensionError> {
        const PATH: &str = "extensions[5]";
        const EXPECTED: &str = "a text string of 1 to 4096 octets";
        let Some(value) = self.get(&ExtensionKey::Int(5)) else {
            return Ok(None);
        };
        match value.as_str() {
            Some(text) if (1..=SUBJECT_LIMIT).contains(&text.len()) => Ok(Some(text)),
            Some(text) => Err(misfit(
                PATH,
                alloc::format!("{} octets", text.len()),
                EXPECTED,
            )),
            None => Err(misfit(PATH, kind_of(value), EXPECTED)),
        }
    }

    /// Sets extension 5.
    ///
    /// # Errors
    /// [`codes::EXTENSION_TYPE`] if the text is empty or longer than 4096 octets; the map is
    /// then unchanged.
    pub fn set_subject(&mut self, subject: &str) -> Result<(), ExtensionError> {
        if !(1..=SUBJECT_LIMIT).contains(&subject.len()) {
            let found = alloc::format!("{} octets", subject.len());
            return Err(misfit("extensions[5]", found, "1 to 4096 octets"));
        }
        let mut value = Encoder::new();
        value.text(subject);
        self.put(ExtensionKey::Int(5), value)
    }

    /// Extension 256: the latest messages the sender was aware of.
    ///
    /// # Errors
    /// [`codes::EXTENSION_TYPE`] if the value is not an array of message IDs, or of IDs of
    /// another system; a mixture of both is refused.
    pub fn last_seen(&self) -> Result<Option<LastSeen<'_>>, ExtensionError> {
        self.get(&ExtensionKey::Int(256))
            .map(|value| LastSeen::read(value, "extensions[256]"))
            .transpose()
    }

    /// Sets extension 256.
    ///
    /// # Errors
    /// None in practice: every list can be the value.
    pub fn set_last_seen(&mut self, seen: &LastSeen<'_>) -> Result<(), ExtensionError> {
        let mut value = Encoder::new();
        seen.write(&mut value);
        self.put(ExtensionKey::Int(256), value)
    }

    /// Extension `av_metadata`: dimensions, durations and descriptions of parts
    /// (draft-mahy-mimi-av-metadata-01).
    ///
    /// # Errors
    /// [`codes::EXTENSION_TYPE`] if the value is not an array of such entries.
    pub fn av_metadata(&self) -> Result<Option<alloc::vec::Vec<AvMetadata<'_>>>, ExtensionError> {
        self.get(&ExtensionKey::from(AvMetadata::KEY))
            .map(AvMetadata::read_all)
            .transpose()
    }

    /// Sets extension `av_metadata`.
    ///
    /// # Errors
    /// [`codes::EXTENSION_TYPE`] if a duration is not positive and finite.
    pub fn set_av_metadata(&mut self, entries: &[AvMetadata<'_>]) -> Result<(), ExtensionError> {
        let value = AvMetadata::write_all(entries)?;
        self.put(ExtensionKey::from(AvMetadata::KEY), value)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    /// An extension map with one value, given in hex.
    pub(super) fn with(key: ExtensionKey<'_>, hex: &str) -> Extensions<'static> {
        let octets: alloc::vec::Vec<u8> = (0..hex.len() / 2)
            .map(|at| u8::from_str_radix(&hex[2 * at..2 * at + 2], 16).unwrap())
            .collect();
        let mut extensions = Extensions::EMPTY;
        extensions
            .insert(key, RawValue::from_slice(&octets).unwrap())
            .unwrap();
        extensions
    }

    #[test]
    fn absent_is_not_an_error() {
        let none = Extensions::EMPTY;
        assert_eq!(none.sender_timestamp(), Ok(None));
        assert_eq!(none.external_message_id(), Ok(None));
        assert_eq!(none.subject(), Ok(None));
        assert_eq!(none.last_seen(), Ok(None));
        assert_eq!(none.av_metadata(), Ok(None));
    }

    #[test]
    fn a_subject_has_1_to_4096_octets() {
        let mut extensions = Extensions::EMPTY;
        extensions.set_subject(&"é".repeat(2048)).unwrap();
        assert_eq!(extensions.subject().unwrap().unwrap().len(), 4096);
        let before = extensions.clone();
        for text in ["", &"x".repeat(4097)] {
            let error = extensions.set_subject(text).unwrap_err();
            assert_eq!(error.code(), codes::EXTENSION_TYPE);
        }
        assert_eq!(extensions, before);
        for hex in ["60", "05", "4161"] {
            let error = with(ExtensionKey::Int(5), hex).subject().unwrap_err();
            assert_eq!(error.finding().path.as_deref(), Some("extensions[5]"));
            assert!(error.finding().expected.is_some() && error.finding().found.is_some());
        }
    }
}
