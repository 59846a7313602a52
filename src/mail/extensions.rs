//! The extensions that mail fields become: subject, time and Message-ID of the mail, and the
//! private extension `"mail"` with every field that has no place of its own.

use alloc::string::String;
use alloc::vec::Vec;

use crate::item::{Encoder, RawValue};
use crate::message::{ExtensionError, ExtensionKey, Extensions};

const SENDER_TIMESTAMP: i64 = 3;
const EXTERNAL_ID: i64 = 4;
const SUBJECT: i64 = 5;
/// Private: array of `[name, raw value]`, or `[name, raw value, part index]` for the fields of a
/// part, in the order of the mail.
const FIELDS: &str = "mail";

/// Octets of a subject.
pub(super) const SUBJECT_LIMIT: usize = 4096;

fn set(
    extensions: &mut Extensions<'_>,
    key: ExtensionKey<'_>,
    value: Encoder,
) -> Result<(), ExtensionError> {
    extensions.insert(key, RawValue::from_slice(&value.finish())?)
}

pub(super) fn subject<'e>(extensions: &'e Extensions<'_>) -> Option<&'e str> {
    extensions.get(&SUBJECT.into())?.as_str()
}

pub(super) fn set_subject(
    extensions: &mut Extensions<'_>,
    subject: &str,
) -> Result<(), ExtensionError> {
    let mut value = Encoder::new();
    value.text(subject);
    set(extensions, SUBJECT.into(), value)
}

/// Seconds of the sender's time.
pub(super) fn sender_timestamp(extensions: &Extensions<'_>) -> Option<i64> {
    let (_, seconds) = extensions
        .get(&SENDER_TIMESTAMP.into())?
        .entries()?
        .find(|(key, _)| key.as_i64() == Some(1))?;
    seconds
        .as_i64()
        .or_else(|| seconds.as_f64().map(|seconds| seconds.floor() as i64))
}

pub(super) fn set_sender_timestamp(
    extensions: &mut Extensions<'_>,
    seconds: i64,
) -> Result<(), ExtensionError> {
    let mut value = Encoder::new();
    value.map(1).uint(1).int(seconds);
    set(extensions, SENDER_TIMESTAMP.into(), value)
}

/// The Message-ID of a mail: the octets between the angle brackets, and the domain.
pub(super) fn set_external_id(
    extensions: &mut Extensions<'_>,
    id: &str,
) -> Result<(), ExtensionError> {
    let domain = id.rsplit_once('@').map_or("", |(_, domain)| domain);
    let mut value = Encoder::new();
    value.array(2).bytes(id.as_bytes()).text(domain);
    set(extensions, EXTERNAL_ID.into(), value)
}

/// The Message-ID, if it is one that a header field can hold.
pub(super) fn external_id(extensions: &Extensions<'_>) -> Option<String> {
    let octets = extensions
        .get(&EXTERNAL_ID.into())?
        .elements()?
        .next()?
        .as_octets()?;
    let sound = (1..=900).contains(&octets.len())
        && octets
            .iter()
            .all(|b| b.is_ascii_graphic() && !matches!(b, b'<' | b'>'));
    sound.then(|| String::from_utf8_lossy(octets).into_owned())
}

/// A field kept raw.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct KeptField<'m> {
    pub(super) name: &'m str,
    pub(super) value: &'m [u8],
    pub(super) part: Option<u32>,
}

pub(super) fn set_fields(
    extensions: &mut Extensions<'_>,
    fields: &[KeptField<'_>],
) -> Result<(), ExtensionError> {
    if fields.is_empty() {
        return Ok(());
    }
    let mut value = Encoder::new();
    value.array(fields.len() as u64);
    for field in fields {
        value.array(2 + u64::from(field.part.is_some()));
        value.text(field.name).bytes(field.value);
        if let Some(part) = field.part {
            value.uint(part.into());
        }
    }
    set(extensions, FIELDS.into(), value)
}

/// The fields kept from the mail that a message was made from.
pub(super) fn fields<'e>(extensions: &'e Extensions<'_>) -> Vec<KeptField<'e>> {
    let Some(entries) = extensions.get(&FIELDS.into()).and_then(RawValue::elements) else {
        return Vec::new();
    };
    entries
        .filter_map(|entry| {
            let mut items = entry.elements()?;
            Some(KeptField {
                name: items.next()?.as_str()?,
                value: items.next()?.as_octets()?,
                part: match items.next() {
                    None => None,
                    Some(part) => Some(part.as_u64()?.try_into().ok()?),
                },
            })
        })
        .collect()
}
