//! The extensions that mail fields become: what a header needs of subject, time and Message-ID,
//! and the private extension `"mail"` with every field that has no place of its own.

use alloc::string::String;
use alloc::vec::Vec;

use crate::item::{Encoder, RawValue};
use crate::message::{ExtensionError, Extensions, ExternalMessageId, IdScope};

/// Private: array of `[name, raw value]`, or `[name, raw value, part index]` for the fields of a
/// part, in the order of the mail.
pub(super) const MAIL_FIELDS: &str = "mail";

/// The same for the header of a CPIM message.
pub(super) const CPIM_FIELDS: &str = "cpim";

/// Octets of a subject.
pub(super) const SUBJECT_LIMIT: usize = 4096;

/// The subject, if it is one.
pub(super) fn subject<'e>(extensions: &'e Extensions<'_>) -> Option<&'e str> {
    extensions.subject().ok().flatten()
}

/// Seconds of the sender's time.
pub(super) fn sender_timestamp(extensions: &Extensions<'_>) -> Option<i64> {
    let time = extensions.sender_timestamp().ok().flatten()?;
    time.seconds().try_into().ok()
}

/// The Message-ID of a mail: the octets between the angle brackets, and the domain.
pub(super) fn set_external_id(
    extensions: &mut Extensions<'_>,
    id: &str,
) -> Result<(), ExtensionError> {
    let domain = id
        .rsplit_once('@')
        .map_or("local.invalid", |(_, domain)| domain);
    let id = ExternalMessageId::new(id, IdScope::domain(domain));
    extensions.set_external_message_id(&id)
}

/// The Message-ID, if it is one that a header field can hold.
pub(super) fn external_id(extensions: &Extensions<'_>) -> Option<String> {
    let id = extensions.external_message_id().ok().flatten()?.id;
    let sound = (1..=900).contains(&id.len())
        && id
            .iter()
            .all(|b| b.is_ascii_graphic() && !matches!(b, b'<' | b'>'));
    sound.then(|| String::from_utf8_lossy(&id).into_owned())
}

/// A field kept raw.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct KeptField<'m> {
    pub(super) name: &'m str,
    pub(super) value: &'m [u8],
    pub(super) part: Option<u32>,
}

/// Writes fields down. They are gone through twice, not held: there may be millions of them.
pub(super) fn set_fields<'f>(
    extensions: &mut Extensions<'_>,
    key: &'static str,
    fields: impl Iterator<Item = KeptField<'f>> + Clone,
) -> Result<(), ExtensionError> {
    let count = fields.clone().count();
    if count == 0 {
        return Ok(());
    }
    let mut value = Encoder::new();
    value.array(count as u64);
    for field in fields {
        value.array(2 + u64::from(field.part.is_some()));
        value.text(field.name).bytes(field.value);
        if let Some(part) = field.part {
            value.uint(part.into());
        }
    }
    extensions.insert(key.into(), RawValue::from_slice(&value.finish())?)
}

/// The fields kept from what a message was made from.
pub(super) fn fields<'e>(extensions: &'e Extensions<'_>, key: &'static str) -> Vec<KeptField<'e>> {
    let Some(entries) = extensions.get(&key.into()).and_then(RawValue::elements) else {
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
