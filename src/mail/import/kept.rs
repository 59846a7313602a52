//! Fields that are kept raw, because the message has no place for them or not for all they say.

use alloc::string::String;
use alloc::vec::Vec;

use crate::mail::date;
use crate::mail::extensions::KeptField;
use crate::mail::read::{Entity, Field, Value};

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

impl Held {
    /// Whether a field can be written again from the message, octet for octet but for folds.
    fn holds(&self, mail: &[u8], field: &Field) -> bool {
        let value = Value::new(field.value(mail));
        let text = value.as_str();
        let folded = field.value(mail).contains(&b'\n');
        let same = |held: &Option<String>| held.as_deref() == Some(text) && !folded;
        match () {
            () if field.is(mail, "Subject") => same(&self.subject),
            () if field.is(mail, "Message-ID") => {
                same(&self.external_id.as_ref().map(|id| alloc::format!("<{id}>")))
            }
            () if field.is(mail, "From") => same(&self.sender),
            () if field.is(mail, "Date") => same(&self.date.and_then(date::format)),
            () => false,
        }
    }
}

/// The fields of the mail itself.
pub(super) fn of_mail(
    mail: &[u8],
    entity: &Entity,
    held: &Held,
    keep: &[&'static str],
) -> Vec<KeptField> {
    let mut held_once = Vec::new();
    entity
        .fields
        .iter()
        .filter(|field| {
            if keep.iter().any(|name| field.is(mail, name)) {
                return true;
            }
            if USED_UP.iter().any(|name| field.is(mail, name)) {
                return false;
            }
            let name = field.name(mail).to_ascii_lowercase();
            // Only the first of a name is held; repeated ones are kept.
            !(held.holds(mail, field) && !held_once.contains(&name) && {
                held_once.push(name);
                true
            })
        })
        .map(|field| kept(mail, field, None))
        .collect()
}

/// The fields of a part.
pub(super) fn of_part(
    mail: &[u8],
    entity: &Entity,
    index: u32,
    keep: &[&'static str],
) -> Vec<KeptField> {
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

fn kept(mail: &[u8], field: &Field, part: Option<u32>) -> KeptField {
    let value = field.value(mail);
    KeptField {
        name: String::from_utf8_lossy(field.name(mail)).into_owned(),
        value: value.strip_prefix(b" ").unwrap_or(value).to_vec(),
        part,
    }
}
