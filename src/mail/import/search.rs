//! Finding the contents of a recorded message in a mail that relays changed: by name, by place,
//! anywhere; and each as it came, or as relays change it. The recorded hash decides.

use alloc::borrow::Cow;
use alloc::collections::{BTreeMap, BTreeSet};
use alloc::format;
use alloc::string::ToString;
use alloc::vec::Vec;

use sha2::{Digest, Sha256};

use super::own::body;
use crate::mail::SKELETON_TYPE;
use crate::mail::cid;
use crate::mail::export::made_texts;
use crate::mail::read::{Tree, Value};
use crate::mail::skeleton::{Leaf, Skeleton, squeezed};
use crate::message::{MimiContent, PartBody};
use crate::report::{Finding, Severity, codes};

/// Hashing that the search for moved contents may take, as a multiple of the mail's length.
const SEARCH_BUDGET: usize = 16;

/// How much longer a transfer encoding makes content that lost its name and place.
const MOST_GROWTH: usize = 4;

/// Looks for the contents of the leaves among the parts of the mail.
pub(super) struct Search<'m> {
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
    pub(super) fn new(mail: &'m [u8], tree: &'m Tree, skeleton: &'m Skeleton<'m>) -> Self {
        let mut by_index: BTreeMap<u32, Vec<usize>> = BTreeMap::new();
        let mut parts = Vec::new();
        let mut cids = cid::Names::default();
        // What is inside of an encrypted part belongs to its content.
        let mut inside = alloc::vec![false; tree.entities.len()];
        for (entity_number, entity) in tree.entities.iter().enumerate() {
            let whole = entity.content_type.is("multipart/encrypted");
            let covered = inside.get(entity_number).copied().unwrap_or(false);
            for child in &entity.children {
                if let Some(child) = inside.get_mut(*child) {
                    *child = covered || whole;
                }
            }
            let divided = entity.divided && !whole;
            if divided || covered || entity.content_type.is(SKELETON_TYPE) {
                continue;
            }
            parts.push(entity_number);
            let id = entity
                .fields
                .get(mail, "Content-ID")
                .and_then(|field| Value::new(field.value(mail)).ids().into_iter().next());
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

    pub(super) fn contents(&mut self, findings: &mut Vec<Finding>) -> Vec<Cow<'m, [u8]>> {
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
        if !entity.content_type.is_text() && !came.contains(&b'\r') && came.contains(&b'\n') {
            // A mail that goes as it is has line ends of its own, which mailboxes shorten.
            forms.push(Cow::Owned(
                came.split(|b| *b == b'\n')
                    .collect::<Vec<_>>()
                    .join(&b"\r\n"[..]),
            ));
        }
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
    pub(super) fn added(&self, message: &MimiContent<'_>, findings: &mut Vec<Finding>) {
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
            let recorded = Sha256::digest(&shown);
            if !made.contains(&shown) && !self.skeleton.shown.iter().any(|it| *it == *recorded) {
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
