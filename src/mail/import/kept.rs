//! Fields that are kept raw, because the message has no place for them or not for all they say.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use crate::mail::date;
use crate::mail::extensions::KeptField;
use crate::mail::read::{Entity, Field};

/// Fields that reading the mail uses up.
static USED_UP: &[&str] = &[
    "Content-Type",
    "Content-Transfer-Encoding",
    "Content-Disposition",
    "Content-Language",
    "MIME-Version",
];

/// What the message holds already, so that a field that says no more need not be kept.
#[derive(Clone, Debug, Default)]
pub(super) struct Held {
    pub(super) subject: Option<String>,
    pub(super) date: Option<i64>,
    pub(super) external_id: Option<String>,
    pub(super) sender: Option<String>,
}

/// Fields that the message may hold.
static HOLDABLE: &[&str] = &["Subject", "Message-ID", "From", "Date"];

impl Held {
    /// Whether a field can be written again from the message, octet for octet.
    fn holds(&self, mail: &[u8], name: &str, field: &Field) -> bool {
        let raw = field.value(mail);
        let Some(raw) = raw.strip_prefix(b" ").filter(|raw| !raw.contains(&b'\n')) else {
            return false;
        };
        let same = |held: Option<&str>| held.is_some_and(|held| held.as_bytes() == raw);
        match name {
            "Subject" => same(self.subject.as_deref()) && raw.is_ascii(),
            "Message-ID" => {
                let id = self.external_id.as_ref().map(|id| format!("<{id}>"));
                same(id.as_deref())
            }
            "From" => same(self.sender.as_deref()),
            _ => same(self.date.and_then(date::format).as_deref()),
        }
    }
}

/// The fields of the mail itself.
pub(super) fn of_mail<'k, 'm>(
    mail: &'m [u8],
    entity: &'k Entity,
    held: &'k Held,
    keep: &'k [&'static str],
) -> impl Iterator<Item = KeptField<'m>> + Clone + use<'k, 'm> {
    let repeated: Vec<&str> = HOLDABLE
        .iter()
        .copied()
        .filter(|name| {
            let mut same = entity.fields.iter().filter(|field| field.is(mail, name));
            same.nth(1).is_some()
        })
        .collect();
    entity
        .fields
        .iter()
        .filter(move |field| {
            if keep.iter().any(|name| field.is(mail, name)) {
                return true;
            }
            if USED_UP.iter().any(|name| field.is(mail, name)) {
                return false;
            }
            let Some(name) = HOLDABLE.iter().find(|name| field.is(mail, name)) else {
                return true;
            };
            // All of a name are kept, or none: so the first is the first again.
            repeated.contains(name) || !held.holds(mail, name, field)
        })
        .map(move |field| kept(mail, field, None))
}

/// The fields of a part.
pub(super) fn of_part<'m>(
    mail: &'m [u8],
    entity: &Entity,
    index: u32,
    keep: &[&'static str],
) -> Vec<KeptField<'m>> {
    entity
        .fields
        .iter()
        .filter(|field| {
            keep.iter().any(|name| field.is(mail, name))
                || !USED_UP.iter().any(|name| field.is(mail, name))
        })
        .map(|field| kept(mail, field, Some(index)))
        .collect()
}

fn kept<'m>(mail: &'m [u8], field: &Field, part: Option<u32>) -> KeptField<'m> {
    let value = field.value(mail);
    KeptField {
        // Names are ASCII, or they would not have been taken for names.
        name: core::str::from_utf8(field.name(mail)).unwrap_or_default(),
        value: value.strip_prefix(b" ").unwrap_or(value),
        part,
    }
}
