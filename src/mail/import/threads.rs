//! What a mail refers to: replies, edits, deletes, expiry, topic.

use alloc::string::String;
use alloc::vec::Vec;

use super::own::message_id_of;
use crate::mail::ImportOptions;
use crate::mail::read::{Field, Tree, Value};
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
    let values = |name: &str| -> Option<(&Field, Vec<String>)> {
        let field = fields.get(mail, name)?;
        Some((field, Value::new(field.value(mail)).ids()))
    };
    let mut resolve = |field: &Field, id: &str| {
        let known = message_id_of(id).or_else(|| {
            options
                .resolver
                .and_then(|resolver| resolver.message_id(id))
        });
        if known.is_none() {
            findings.push(
                Finding::new(codes::REFERENCE_UNRESOLVED)
                    .at(field.offset())
                    .found(String::from(id)),
            );
        }
        known
    };
    // The parent is the only id of In-Reply-To, or else the last of References.
    let parent = values("In-Reply-To")
        .and_then(|(field, ids)| Some((field, ids.into_iter().next()?)))
        .or_else(|| {
            let (field, ids) = values("References")?;
            Some((field, ids.into_iter().last()?))
        });
    if let Some((field, id)) = parent {
        threads.in_reply_to = resolve(field, &id);
    }
    let replaced = REPLACING
        .iter()
        .find_map(|name| values(name))
        .and_then(|(field, ids)| Some((field, ids.into_iter().next()?)));
    if let Some((field, id)) = replaced {
        threads.replaces = resolve(field, &id).map(|id| match options.resolver {
            Some(resolver) => resolver.first_version(&id),
            None => id,
        });
    }
    if let Some((field, ids)) = values("Chat-Delete") {
        threads.deletes = ids.iter().filter_map(|id| resolve(field, id)).collect();
    }
    if options.topic_from_references
        && let Some((_, ids)) = values("References")
        && let Some(root) = ids.into_iter().next()
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
