//! Mail that carries the record of a message: the message is rebuilt, and proven by its hash.

use alloc::borrow::Cow;
use alloc::collections::{BTreeMap, BTreeSet};
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use sha2::{Digest, Sha256};

use super::{Imported, Origin};
use crate::mail::cid;
use crate::mail::export::made_texts;
use crate::mail::read::{Entity, Tree, Value, decode, ids};
use crate::mail::skeleton::{Leaf, Skeleton};
use crate::mail::{ImportOptions, ImportPolicy, SKELETON_FIELD, SKELETON_TYPE};
use crate::message::{IdAlgorithm, MessageId, MimiContent, PartBody, Uris};
use crate::report::{Finding, Severity, codes};

/// Hashing that the search for moved contents may take, as a multiple of the mail's length.
const SEARCH_BUDGET: usize = 16;

/// How much longer a transfer encoding makes content that lost its name and place.
const MOST_GROWTH: usize = 4;

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
        Err(finding) => {
            findings.push(finding);
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
    })
}

/// The octets of the record, from the field or from its part.
fn record(mail: &[u8], tree: &Tree, findings: &mut Vec<Finding>) -> Option<Vec<u8>> {
    let field = tree.entities.first()?.fields.get(mail, SKELETON_FIELD)?;
    let digits: Vec<u8> = field
        .value(mail)
        .iter()
        .copied()
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
fn body<'m>(mail: &'m [u8], entity: &Entity) -> Cow<'m, [u8]> {
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
        .find_map(|field| {
            ids(Value::new(field.value(mail)).as_str())
                .into_iter()
                .next()
        })
}

fn sender_disagrees(
    mail: &[u8],
    tree: &Tree,
    message: &MimiContent<'_>,
    options: &ImportOptions<'_>,
) -> Option<Finding> {
    let stated = message.extensions.sender_uri().ok().flatten()?;
    let mapped = options.addresses.to_mail(stated)?;
    let from = tree.entities.first()?.fields.get(mail, "From")?;
    let shown = Value::new(from.value(mail)).addresses();
    let agrees = shown
        .iter()
        .any(|mailbox| mailbox.address.eq_ignore_ascii_case(&mapped.address));
    (!agrees).then(|| {
        let shown = shown.first().map(|mailbox| mailbox.address.clone());
        Finding::new(codes::OWN_DISAGREES)
            .at(from.offset())
            .path("From")
            .found(shown.unwrap_or_default())
            .expected(mapped.address)
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
pub(super) fn message_id_of(external: &str) -> Option<MessageId> {
    let (local, _) = external.strip_prefix("mimi-")?.split_once('@')?;
    local.parse().ok()
}

/// Looks for the contents of the leaves among the parts of the mail.
struct Search<'m> {
    mail: &'m [u8],
    tree: &'m Tree,
    skeleton: &'m Skeleton<'m>,
    /// Undivided parts by the number in their Content-ID, in the order of the mail.
    by_index: BTreeMap<u32, Vec<usize>>,
    /// All undivided parts but the record.
    parts: Vec<usize>,
    used: Vec<bool>,
    cids: cid::Names,
    budget: usize,
}

impl<'m> Search<'m> {
    fn new(mail: &'m [u8], tree: &'m Tree, skeleton: &'m Skeleton<'m>) -> Self {
        let mut by_index: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
        let mut parts = Vec::new();
        let mut cids = cid::Names::default();
        for (entity_number, entity) in tree.entities.iter().enumerate() {
            if entity.divided || entity.content_type.is(SKELETON_TYPE) {
                continue;
            }
            parts.push(entity_number);
            let id = entity.fields.get(mail, "Content-ID").and_then(|field| {
                ids(Value::new(field.value(mail)).as_str())
                    .into_iter()
                    .next()
            });
            if let Some((number, family)) = id.as_deref().and_then(|id| id.split_once('.'))
                && let Ok(index) = number.parse()
            {
                by_index.entry(index).or_default().push(entity_number);
                cids.insert_family(family);
            }
        }
        Search {
            mail,
            tree,
            skeleton,
            by_index,
            parts,
            used: alloc::vec![false; tree.entities.len()],
            cids,
            budget: SEARCH_BUDGET * mail.len() + (1 << 20),
        }
    }

    fn contents(&mut self, findings: &mut Vec<Finding>) -> Vec<Cow<'m, [u8]>> {
        let leaves = &self.skeleton.leaves;
        leaves
            .iter()
            .enumerate()
            .map(|(nth, leaf)| self.content(nth, leaf, findings))
            .collect()
    }

    fn content(&mut self, nth: usize, leaf: &Leaf, findings: &mut Vec<Finding>) -> Cow<'m, [u8]> {
        let named = self.by_index.get(&leaf.index).cloned().unwrap_or_default();
        if leaf.length == 0 {
            for &number in &named {
                self.mark(number);
            }
            return Cow::Borrowed(&[]);
        }
        // By name, then by place, then anywhere.
        let place = self.parts.get(nth).copied();
        let likely = named.iter().copied().chain(place).find_map(|number| {
            let content = self.attempt(number, leaf, findings)?;
            Some((number, content))
        });
        let found = likely.or_else(|| {
            let all = self.parts.clone();
            all.into_iter().find_map(|number| {
                let size = self.tree.entities.get(number)?.body.len();
                let fits = size <= MOST_GROWTH * usize::try_from(leaf.length).ok()? + 1024;
                let fresh = !self.used.get(number).copied().unwrap_or(true);
                let content = (fits && fresh).then(|| self.attempt(number, leaf, findings))??;
                Some((number, content))
            })
        });
        if let Some((number, content)) = found {
            self.mark(number);
            return content;
        }
        let place = format!("part {}", leaf.index);
        // By name, or by place if no part lost its own.
        let instead = named.first().copied().or_else(|| {
            let same = self.by_index.is_empty() && self.parts.len() == self.skeleton.leaves.len();
            same.then(|| self.parts.get(nth).copied()).flatten()
        });
        let Some(entity) = instead.and_then(|number| self.tree.entities.get(number)) else {
            findings.push(Finding::new(codes::LEAF_MISSING).path(place));
            return Cow::Borrowed(&[]);
        };
        if let Some(number) = instead {
            self.mark(number);
        }
        findings.push(
            Finding::new(codes::LEAF_CHANGED)
                .path(place)
                .at(entity.body.start),
        );
        let came = body(self.mail, entity);
        match entity.content_type.is_text() {
            true => lf_of_crlf(&came).map_or(came, Cow::Owned),
            false => came,
        }
    }

    fn mark(&mut self, number: usize) {
        if let Some(used) = self.used.get_mut(number) {
            *used = true;
        }
    }

    /// The content of a leaf, if this part of the mail has it, changed as relays do.
    fn attempt(
        &mut self,
        number: usize,
        leaf: &Leaf,
        findings: &mut Vec<Finding>,
    ) -> Option<Cow<'m, [u8]>> {
        let entity = self.tree.entities.get(number)?;
        let length = usize::try_from(leaf.length).ok()?;
        // No transfer encoding makes content longer than three times.
        if entity.body.len() < length / 4 {
            return None;
        }
        self.budget = self.budget.checked_sub(entity.body.len())?;
        let came = body(self.mail, entity);
        let mut found = |content: &[u8]| -> Option<Vec<u8>> {
            let head = content.get(..length)?;
            leaf.fits(head).then(|| {
                if !content.split_at(length).1.trim_ascii().is_empty() {
                    findings.push(
                        Finding::new(codes::PART_ADDED)
                            .message("text was added after the content of a part")
                            .path(format!("part {}", leaf.index)),
                    );
                }
                head.to_vec()
            })
        };
        if came.len() == length && leaf.fits(&came) {
            return Some(came);
        }
        let mut forms: Vec<Cow<'_, [u8]>> = alloc::vec![Cow::Borrowed(&*came)];
        forms.extend(lf_of_crlf(&came).map(Cow::Owned));
        let charset = entity.content_type.parameter("charset");
        if let Some(charset) = charset.filter(|label| !label.eq_ignore_ascii_case("utf-8")) {
            let text = crate::text::charset::decode(Some(charset), &came).value;
            forms.extend(lf_of_crlf(text.as_bytes()).map(Cow::Owned));
            forms.push(Cow::Owned(text.into_owned().into_bytes()));
        }
        let restored: Vec<_> = forms
            .iter()
            .filter_map(|form| self.cids.restore(form).map(Cow::Owned))
            .collect();
        forms.extend(restored);
        forms.iter().find_map(|form| found(form)).map(Cow::Owned)
    }

    /// Parts that no leaf claimed and that show something else than the message says.
    fn added(&self, message: &MimiContent<'_>, findings: &mut Vec<Finding>) {
        let nulls: BTreeSet<usize> = message
            .parts()
            .filter(|part| !part.is_leaf() || matches!(part.part.body, PartBody::External(_)))
            .filter_map(|part| self.by_index.get(&part.index))
            .flatten()
            .copied()
            .collect();
        let is_used = |number: usize| self.used.get(number).copied().unwrap_or(false);
        let mut made: Option<BTreeSet<Vec<u8>>> = None;
        for &number in self.parts.iter().filter(|number| !is_used(**number)) {
            let Some(entity) = self.tree.entities.get(number) else {
                continue;
            };
            let content = body(self.mail, entity);
            if content.trim_ascii().is_empty() {
                continue;
            }
            // RFC 2017 has no content.
            if nulls.contains(&number) && entity.content_type.is("message/external-body") {
                continue;
            }
            let restored = self.cids.restore(&content);
            let shown = squeezed(restored.as_deref().unwrap_or(&content));
            let made = made.get_or_insert_with(|| {
                let texts = made_texts(message);
                texts.iter().map(|text| squeezed(text.as_bytes())).collect()
            });
            if !made.contains(&shown) {
                findings.push(
                    Finding::new(codes::PART_ADDED)
                        .severity(Severity::Warning)
                        .at(entity.header.start)
                        .found(entity.content_type.name().to_string()),
                );
            }
        }
    }
}

/// Without white space, which relays change.
fn squeezed(text: &[u8]) -> Vec<u8> {
    text.iter()
        .copied()
        .filter(|b| !b.is_ascii_whitespace())
        .collect()
}

/// With line feeds in place of CRLF; nothing if there is no CRLF.
pub(super) fn lf_of_crlf(content: &[u8]) -> Option<Vec<u8>> {
    content.windows(2).any(|pair| pair == b"\r\n").then(|| {
        let mut out = Vec::with_capacity(content.len());
        let mut rest = content;
        while let Some(at) = rest.iter().position(|b| *b == b'\r') {
            let (before, after) = rest.split_at(at);
            out.extend_from_slice(before);
            if !after.starts_with(b"\r\n") {
                out.push(b'\r');
            }
            rest = after.get(1..).unwrap_or_default();
        }
        out.extend_from_slice(rest);
        out
    })
}
