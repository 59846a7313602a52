//! Mail that carries the record of a message: the message is rebuilt, and proven by its hash.

use alloc::borrow::Cow;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use sha2::{Digest, Sha256};

use super::search::Search;
use super::{Imported, Origin};
use crate::mail::addresses::same_address;
use crate::mail::export::mailbox;
use crate::mail::read::{Entity, Tree, Value, decode};
use crate::mail::skeleton::Skeleton;
use crate::mail::{ImportOptions, ImportPolicy, SKELETON_FIELD, SKELETON_TYPE};
use crate::message::{IdAlgorithm, MessageId, MimiContent, Uris};
use crate::report::{Finding, codes};

/// The message of a mail's record, if there is one and it counts.
pub(super) fn read(
    mail: &[u8],
    tree: &Tree,
    options: &ImportOptions<'_>,
    findings: &mut Vec<Finding>,
) -> Option<Imported> {
    let record = record(mail, tree, findings)?;
    let skeleton = match Skeleton::read(&record) {
        Ok(skeleton) => skeleton,
        Err(error) => {
            findings.push(error.into_finding());
            return None;
        }
    };
    let mut noticed = Vec::new();
    let mut search = Search::new(mail, tree, &skeleton);
    let contents = search.contents(&mut noticed);
    let octets = skeleton.rebuild(&contents)?;
    let message = match crate::cbor::decode(&octets) {
        Ok(message) => message.into_owned(),
        Err(error) => {
            let found = error.finding().message.clone();
            findings.push(Finding::new(codes::OWN_UNREADABLE).found(found));
            return None;
        }
    };
    search.added(&message, &mut noticed);
    let exact = *Sha256::digest(&octets) == skeleton.hash;
    if !exact {
        noticed.push(match skeleton.keys_withheld {
            true => Finding::new(codes::EXTERNAL_KEY_WITHHELD),
            false => Finding::new(codes::OWN_NOT_EXACT),
        });
    }
    let external_id = external_id(mail, tree);
    let disagreement = sender_disagrees(mail, tree, &message, options)
        .or_else(|| id_disagrees(&external_id, &octets, &message, exact));
    if let Some(finding) = disagreement {
        let refused = options.policy == ImportPolicy::OwnIfDisplayAgrees;
        findings.push(finding);
        if refused {
            return None;
        }
    }
    findings.append(&mut noticed);
    Some(Imported {
        message,
        octets,
        origin: Origin::Own,
        exact,
        external_id,
        more: Vec::new(),
        cut: Vec::new(),
    })
}

/// The octets of the record, from the field or from its part.
fn record(mail: &[u8], tree: &Tree, findings: &mut Vec<Finding>) -> Option<Vec<u8>> {
    let field = tree.entities.first()?.fields.get(mail, SKELETON_FIELD)?;
    // Mailing list software writes long words of a field as encoded words.
    let digits: Vec<u8> = Value::new(field.value(mail))
        .text()
        .bytes()
        .filter(|b| !b.is_ascii_whitespace())
        .collect();
    if digits != b"part" {
        return match BASE64_STANDARD.decode(&digits) {
            Ok(record) => Some(record),
            Err(_) => {
                findings.push(
                    Finding::new(codes::OWN_UNREADABLE)
                        .at(field.offset())
                        .found("no base64"),
                );
                None
            }
        };
    }
    let part = tree
        .entities
        .iter()
        .rev()
        .find(|part| part.content_type.is(SKELETON_TYPE));
    match part {
        Some(part) => Some(body(mail, part).into_owned()),
        None => {
            findings.push(
                Finding::new(codes::OWN_UNREADABLE)
                    .at(field.offset())
                    .found("no part with the record"),
            );
            None
        }
    }
}

/// The decoded body of a part.
pub(in crate::mail) fn body<'m>(mail: &'m [u8], entity: &Entity) -> Cow<'m, [u8]> {
    let body = mail.get(entity.body.clone()).unwrap_or_default();
    let encoding = entity
        .fields
        .get(mail, "Content-Transfer-Encoding")
        .map(|field| Value::new(field.value(mail)).as_str().to_string());
    decode(encoding.as_deref().unwrap_or(""), body).content
}

/// The Message-ID, or the one that Outlook moved away.
fn external_id(mail: &[u8], tree: &Tree) -> Option<String> {
    let fields = &tree.entities.first()?.fields;
    ["X-Microsoft-Original-Message-ID", "Message-ID"]
        .into_iter()
        .filter_map(|name| fields.get(mail, name))
        .find_map(|field| Value::new(field.value(mail)).ids().into_iter().next())
}

fn sender_disagrees(
    mail: &[u8],
    tree: &Tree,
    message: &MimiContent<'_>,
    options: &ImportOptions<'_>,
) -> Option<Finding> {
    let stated = message.extensions.sender_uri().ok().flatten()?;
    let fields = &tree.entities.first()?.fields;
    let from = fields.get(mail, "From");
    let shown = from.map_or(Vec::new(), |from| Value::new(from.value(mail)).addresses());
    // As export writes it: a sender without an address is nobody.
    let mapped = mailbox(Some(stated), options.addresses, &mut Vec::new());
    let agrees = |address: &str| match &mapped {
        Some(mapped) => same_address(address, &mapped.address),
        None => address.starts_with("unknown@"),
    };
    if shown.iter().any(|mailbox| agrees(&mailbox.address)) {
        return None;
    }
    let shown = shown.into_iter().next().unwrap_or_default().address;
    let expected = mapped.map_or_else(|| stated.to_string(), |mapped| mapped.address);
    let finding = Finding::new(codes::OWN_DISAGREES)
        .path("From")
        .found(shown)
        .expected(expected);
    Some(match from {
        Some(from) => finding.at(from.offset()),
        None => finding,
    })
}

/// A Message-ID of ours that is not the one of the message.
fn id_disagrees(
    external: &Option<String>,
    octets: &[u8],
    message: &MimiContent<'_>,
    exact: bool,
) -> Option<Finding> {
    let shown = message_id_of(external.as_deref()?)?;
    let (sender, room) = Uris::STATED.resolve(message).ok()?;
    let salt = message.salt.as_bytes();
    let own = MessageId::compute(IdAlgorithm::Draft08, octets, salt, sender, room).ok()?;
    // A message that changed on the way has another ID, and that was said already.
    (exact && own != shown).then(|| {
        Finding::new(codes::OWN_DISAGREES)
            .path("Message-ID")
            .found(format!("{shown}"))
            .expected(format!("{own}"))
    })
}

/// The message ID in a Message-ID that [`export`](crate::mail::export()) wrote.
pub(in crate::mail) fn message_id_of(external: &str) -> Option<MessageId> {
    let (local, _) = external.strip_prefix("mimi-")?.split_once('@')?;
    local.parse().ok()
}
