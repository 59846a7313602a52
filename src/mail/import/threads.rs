//! What a mail refers to: replies, edits, deletes, expiry, topic.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::own::message_id_of;
#[cfg(feature = "store")]
use super::reaction;
use crate::mail::ImportOptions;
use crate::mail::read::{Fields, Tree, Value};
use crate::message::{Expiration, MessageId};
use crate::report::{Finding, codes};

/// References found in the header.
#[derive(Clone, Debug, Default)]
pub(super) struct Threads {
    pub(super) in_reply_to: Option<MessageId>,
    pub(super) replaces: Option<MessageId>,
    /// Messages that the mail asks to delete.
    pub(super) deletes: Vec<MessageId>,
    pub(super) expires: Option<Expiration>,
    pub(super) topic: Vec<u8>,
}

/// Fields that name the mail which this one replaces.
static REPLACING: &[&str] = &["Chat-Edit", "Supersedes", "Obsoletes"];

/// Mails that one mail can ask to delete: each becomes a message of its own.
const MOST_DELETES: usize = 256;

/// Another mail, by its Message-ID.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::mail) struct Reference {
    /// Offset of the field that names it.
    pub(in crate::mail) at: usize,
    pub(in crate::mail) id: String,
}

impl Reference {
    /// The message that it is, if that is known.
    pub(in crate::mail) fn resolve(&self, options: &ImportOptions<'_>) -> Option<MessageId> {
        message_id_of(&self.id).or_else(|| {
            let resolver = options.resolver?;
            resolver.message_id(&self.id)
        })
    }
}

/// Other mails that a mail names, as far as a message can refer to them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::mail) struct References {
    /// The mail's own Message-ID.
    pub(in crate::mail) own: Option<String>,
    pub(in crate::mail) parent: Option<Reference>,
    pub(in crate::mail) replaces: Option<Reference>,
    pub(in crate::mail) deletes: Vec<Reference>,
    /// Whether the mail reacts to its parent, or takes a reaction back; only
    /// [`of`](References::of) looks.
    #[cfg(feature = "store")]
    pub(in crate::mail) reacts: Option<Reacts>,
    /// Where the mail asks to delete more than [`MOST_DELETES`], and how many.
    beyond: Option<(usize, usize)>,
    /// The first mail of the thread.
    root: Option<String>,
}

impl References {
    /// What the header of a mail names; the rest of the mail is not looked at.
    #[cfg(feature = "store")]
    pub(in crate::mail) fn of(mail: &[u8]) -> References {
        let (fields, _) = Fields::read(mail, 0, |_| false);
        let mut named = References::read(mail, &fields);
        named.reacts = Reacts::read(mail, &fields);
        named
    }

    fn read(mail: &[u8], fields: &Fields) -> References {
        let all = |name: &str| -> Option<Vec<Reference>> {
            let field = fields.get(mail, name)?;
            let ids = Value::new(field.value(mail)).ids().into_iter();
            let at = field.offset();
            Some(ids.map(|id| Reference { at, id }).collect())
        };
        let first = |name: &str| all(name)?.into_iter().next();
        let chain = all("References").unwrap_or_default();
        let replacing = REPLACING
            .iter()
            .find(|name| fields.get(mail, name).is_some());
        let mut deletes = all("Chat-Delete").unwrap_or_default();
        let beyond = deletes
            .get(MOST_DELETES)
            .map(|first| (first.at, deletes.len()));
        deletes.truncate(MOST_DELETES);
        References {
            own: first("Message-ID").map(|own| own.id),
            // The only id of In-Reply-To, or else the last of References.
            parent: first("In-Reply-To").or_else(|| chain.last().cloned()),
            replaces: replacing.and_then(|name| first(name)),
            deletes,
            beyond,
            root: chain.into_iter().next().map(|root| root.id),
            #[cfg(feature = "store")]
            reacts: None,
        }
    }
}

/// Who reacts, and when, as the header says.
#[cfg(feature = "store")]
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::mail) struct Reacts {
    /// The address, in small letters: those who differ in that only are ordered together, which
    /// does no harm.
    pub(in crate::mail) author: String,
    /// Seconds since 1970; 0 without a date that can be read.
    pub(in crate::mail) seconds: i64,
}

#[cfg(feature = "store")]
impl Reacts {
    fn read(mail: &[u8], fields: &Fields) -> Option<Reacts> {
        if !reaction::is_named(mail, fields) {
            return None;
        }
        let value = |name: &str| Some(Value::new(fields.get(mail, name)?.value(mail)));
        let from = value("From").or_else(|| value("Sender"))?;
        let author = from.addresses().into_iter().next()?;
        Some(Reacts {
            author: author.address.to_lowercase(),
            seconds: value("Date").and_then(|date| date.date()).unwrap_or(0),
        })
    }
}

pub(super) fn read(
    mail: &[u8],
    tree: &Tree,
    options: &ImportOptions<'_>,
    findings: &mut Vec<Finding>,
) -> Threads {
    let mut threads = Threads::default();
    let Some(fields) = tree.entities.first().map(|root| &root.fields) else {
        return threads;
    };
    let named = References::read(mail, fields);
    let mut resolve = |reference: &Reference| {
        let known = reference.resolve(options);
        if known.is_none() {
            findings.push(
                Finding::new(codes::REFERENCE_UNRESOLVED)
                    .at(reference.at)
                    .found(reference.id.clone()),
            );
        }
        known
    };
    threads.in_reply_to = named.parent.as_ref().and_then(&mut resolve);
    let replaced = named.replaces.as_ref().and_then(&mut resolve);
    threads.replaces = replaced.map(|id| match options.resolver {
        Some(resolver) => resolver.first_version(&id),
        None => id,
    });
    threads.deletes = named.deletes.iter().filter_map(&mut resolve).collect();
    if let Some((at, ids)) = named.beyond {
        findings.push(
            Finding::new(codes::FIELD_TOO_LONG)
                .at(at)
                .found(format!("{ids} mails to delete"))
                .expected(format!("at most {MOST_DELETES}; only those were looked at")),
        );
    }
    if options.topic_from_references
        && let Some(root) = named.root
        && root.len() <= crate::cbor::Limits::DRAFT.topic_id
    {
        threads.topic = root.into_bytes();
    }
    threads.expires = expires(mail, tree, findings);
    threads
}

fn expires(mail: &[u8], tree: &Tree, findings: &mut Vec<Finding>) -> Option<Expiration> {
    let fields = &tree.entities.first()?.fields;
    let (field, value) = match fields.get(mail, "Ephemeral-Timer") {
        Some(field) => {
            let seconds = Value::new(field.value(mail)).as_str().trim().parse::<u64>();
            let seconds = seconds.ok().and_then(|seconds| u32::try_from(seconds).ok());
            (field, seconds.map(Expiration::Relative))
        }
        None => {
            let field = ["Expires", "Expiry-Date"]
                .into_iter()
                .find_map(|name| fields.get(mail, name))?;
            let seconds = Value::new(field.value(mail)).date();
            let seconds = seconds.and_then(|seconds| u32::try_from(seconds).ok());
            (field, seconds.map(Expiration::Absolute))
        }
    };
    if value.is_none() {
        findings.push(Finding::new(codes::EXPIRY_OUT_OF_RANGE).at(field.offset()));
    }
    // A timer of zero switches expiry off.
    value.filter(|value| *value != Expiration::Relative(0))
}
