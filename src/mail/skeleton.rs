//! The skeleton: the record of the original message without the contents of its parts. It makes
//! the way back exact, because no header field can hold how a message spelled its values.
//!
//! `[1, 8, SHA-256 of the message, message]`, where each content of a single part is replaced by
//! `[part index, length, SHA-256]`. Key, nonce and aad that were withheld are null. A fifth item
//! may stand behind them: the SHA-256 of each text that is shown beside the message and is not made
//! from it, without its white space.

use alloc::borrow::Cow;
use alloc::vec::Vec;

use sha2::{Digest, Sha256};

use super::MailError;
use crate::item::{DEPTH_CEILING, Encoder, RawValue};
use crate::message::PartIndex;
use crate::report::{Finding, codes};

/// Version of this record.
const FORMAT: u64 = 1;
/// Number of the draft whose messages it records.
const DRAFT: u64 = 8;

/// Items of an external part that are keys: key, nonce, aad.
const KEY_ITEMS: core::ops::RangeInclusive<usize> = 8..=10;

/// Texts beside the message that are looked at.
const MOST_SHOWN: usize = 64;

/// What the record knows of a text beside the message. Relays change white space.
pub(super) fn shown(text: &str) -> [u8; 32] {
    Sha256::digest(squeezed(text.as_bytes())).into()
}

/// Without white space.
pub(super) fn squeezed(text: &[u8]) -> Vec<u8> {
    text.iter()
        .copied()
        .filter(|b| !b.is_ascii_whitespace())
        .collect()
}

/// What stands in place of a content.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Leaf {
    pub(super) index: PartIndex,
    pub(super) length: u64,
    pub(super) hash: [u8; 32],
}

impl Leaf {
    pub(super) fn of(index: PartIndex, content: &[u8]) -> Self {
        Leaf {
            index,
            length: content.len() as u64,
            hash: Sha256::digest(content).into(),
        }
    }

    pub(super) fn fits(&self, content: &[u8]) -> bool {
        self.length == content.len() as u64 && self.hash == *Sha256::digest(content)
    }

    fn read(raw: RawValue<'_>) -> Option<Self> {
        let mut items = raw.elements()?;
        let index = items.next()?.as_u64()?.try_into().ok()?;
        let length = items.next()?.as_u64()?;
        let hash = items.next()?.as_octets()?.try_into().ok()?;
        Some(Leaf {
            index,
            length,
            hash,
        })
        .filter(|_| items.next().is_none())
    }
}

/// Records a message. `octets` are those of a strictly encoded message, `shown` are the hashes of
/// texts beside it.
pub(super) fn record(octets: &[u8], withhold_keys: bool, shown: &[[u8; 32]]) -> Option<Vec<u8>> {
    let message = RawValue::with_levels(octets, DEPTH_CEILING).ok()?;
    let mut out = Encoder::new();
    out.array(4 + u64::from(!shown.is_empty()));
    out.uint(FORMAT).uint(DRAFT);
    out.bytes(&Sha256::digest(octets));
    let mut next = 0;
    let mut change = |out: &mut Encoder, place: Place, raw: RawValue<'_>| {
        match place {
            Place::Content(index) => {
                let leaf = Leaf::of(index, raw.as_octets()?);
                out.array(3).uint(index.into()).uint(leaf.length);
                out.bytes(&leaf.hash);
            }
            Place::Key if withhold_keys => {
                out.null();
            }
            Place::Key => {
                out.raw(raw);
            }
        }
        Some(())
    };
    walk_message(message, &mut out, &mut next, &mut change)?;
    if !shown.is_empty() {
        out.array(shown.len() as u64);
        for hash in shown {
            out.bytes(hash);
        }
    }
    Some(out.finish())
}

/// A record that was read.
#[derive(Clone, Debug)]
pub(super) struct Skeleton<'a> {
    /// SHA-256 of the original octets.
    pub(super) hash: [u8; 32],
    /// The contents to look for, in the order of the part index.
    pub(super) leaves: Vec<Leaf>,
    /// Whether keys were withheld.
    pub(super) keys_withheld: bool,
    /// Hashes of texts that are shown beside the message.
    pub(super) shown: Vec<[u8; 32]>,
    message: RawValue<'a>,
}

impl<'a> Skeleton<'a> {
    /// Reads a record.
    pub(super) fn read(octets: &'a [u8]) -> Result<Self, MailError> {
        let unreadable =
            |found: &'static str| MailError::new(Finding::new(codes::OWN_UNREADABLE).found(found));
        let record = RawValue::with_levels(octets, DEPTH_CEILING).map_err(|error| {
            let found = error.finding().message.clone();
            MailError::new(Finding::new(codes::OWN_UNREADABLE).found(found))
        })?;
        let mut items = record.elements().ok_or_else(|| unreadable("no array"))?;
        let mut next = || items.next();
        let format = next().and_then(RawValue::as_u64);
        let draft = next().and_then(RawValue::as_u64);
        if format != Some(FORMAT) || draft != Some(DRAFT) {
            return Err(unreadable("another version of the record"));
        }
        let hash = next().and_then(|raw| raw.as_octets()?.try_into().ok());
        let (Some(hash), Some(message), shown, None) = (hash, next(), next(), next()) else {
            return Err(unreadable("another number of items"));
        };
        let shown = match shown {
            None => Vec::new(),
            Some(shown) => hashes(shown).ok_or_else(|| unreadable("no list of texts"))?,
        };
        let mut skeleton = Skeleton {
            hash,
            leaves: Vec::new(),
            keys_withheld: false,
            shown,
            message,
        };
        // One walk without contents finds the leaves, and whether the record has the right form.
        let (mut leaves, mut withheld) = (Vec::new(), false);
        skeleton
            .splice(&mut |leaf| leaves.push(leaf), &mut withheld, &mut |_| {
                Some(Cow::Borrowed(&[]))
            })
            .ok_or_else(|| unreadable("not the form of a message"))?;
        skeleton.leaves = leaves;
        skeleton.keys_withheld = withheld;
        Ok(skeleton)
    }

    /// The message, with the contents put back. `contents` are in the order of `leaves`.
    pub(super) fn rebuild(&self, contents: &[Cow<'_, [u8]>]) -> Option<Vec<u8>> {
        let mut contents = contents.iter();
        self.splice(&mut |_| {}, &mut false, &mut |_| {
            contents.next().map(|content| Cow::Borrowed(&**content))
        })
    }

    fn splice<'c>(
        &self,
        seen: &mut dyn FnMut(Leaf),
        withheld: &mut bool,
        content: &mut dyn FnMut(&Leaf) -> Option<Cow<'c, [u8]>>,
    ) -> Option<Vec<u8>> {
        let mut out = Encoder::new();
        let mut next = 0;
        let mut change = |out: &mut Encoder, place: Place, raw: RawValue<'_>| {
            match place {
                Place::Content(index) => {
                    let leaf = Leaf::read(raw).filter(|leaf| leaf.index == index)?;
                    seen(leaf);
                    out.bytes(&content(&leaf)?);
                }
                Place::Key if raw.is_null() => {
                    *withheld = true;
                    out.bytes(&[]);
                }
                Place::Key => {
                    out.raw(raw);
                }
            }
            Some(())
        };
        walk_message(self.message, &mut out, &mut next, &mut change)?;
        Some(out.finish())
    }
}

fn hashes(raw: RawValue<'_>) -> Option<Vec<[u8; 32]>> {
    raw.elements()?
        .take(MOST_SHOWN)
        .map(|hash| hash.as_octets()?.try_into().ok())
        .collect()
}

/// Where the walk calls back.
#[derive(Clone, Copy)]
enum Place {
    /// The content of the single part with that index.
    Content(PartIndex),
    /// Key, nonce or aad of an external part.
    Key,
}

type Change<'f> = dyn FnMut(&mut Encoder, Place, RawValue<'_>) -> Option<()> + 'f;

fn walk_message(
    message: RawValue<'_>,
    out: &mut Encoder,
    next: &mut PartIndex,
    change: &mut Change<'_>,
) -> Option<()> {
    out.array(7);
    let mut items = message.elements()?;
    for _ in 0..6 {
        out.raw(items.next()?);
    }
    walk_part(items.next()?, out, next, change, 1)?;
    items.next().is_none().then_some(())
}

fn walk_part(
    part: RawValue<'_>,
    out: &mut Encoder,
    next: &mut PartIndex,
    change: &mut Change<'_>,
    level: usize,
) -> Option<()> {
    if level > crate::cbor::Limits::DRAFT.part_depth {
        return None;
    }
    let index = *next;
    *next = next.checked_add(1)?;
    let cardinality = part.elements()?.nth(2)?.as_u64()?;
    let length = match cardinality {
        0 => 3,
        1 | 3 => 5,
        2 => 15,
        _ => return None,
    };
    out.array(length);
    let mut items = part.elements()?.enumerate();
    for (at, item) in items.by_ref() {
        match (cardinality, at) {
            (1, 4) => change(out, Place::Content(index), item)?,
            (2, at) if KEY_ITEMS.contains(&at) => change(out, Place::Key, item)?,
            (3, 4) => {
                let parts = item.elements()?;
                out.array(item.elements()?.count() as u64);
                for part in parts {
                    walk_part(part, out, next, change, level + 1)?;
                }
            }
            _ => {
                out.raw(item);
            }
        }
    }
    (part.elements()?.count() as u64 == length).then_some(())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::message::{Disposition, ExternalPart, MimiContent, NestedPart, PartSemantics, Salt};

    fn message() -> Vec<u8> {
        let mut external = ExternalPart::new("image/png", "https://example.com/a");
        external.key = [7u8; 16][..].to_vec().into();
        let parts = alloc::vec![
            NestedPart::single(Disposition::RENDER, "text/plain", "one"),
            NestedPart::external(Disposition::INLINE, external),
            NestedPart::null(Disposition::RENDER),
            NestedPart::single(Disposition::RENDER, "text/html", "two"),
        ];
        let body = NestedPart::multi(Disposition::RENDER, PartSemantics::ProcessAll, parts);
        crate::cbor::encode(&MimiContent::new(Salt::new([3; 16]), body)).unwrap()
    }

    #[test]
    fn contents_put_back_give_the_same_octets() {
        let octets = message();
        let record = record(&octets, false, &[]).unwrap();
        let skeleton = Skeleton::read(&record).unwrap();
        assert_eq!(skeleton.leaves, [Leaf::of(1, b"one"), Leaf::of(4, b"two")]);
        assert!(!skeleton.keys_withheld);
        let contents = [Cow::Borrowed(&b"one"[..]), Cow::Borrowed(&b"two"[..])];
        assert_eq!(skeleton.rebuild(&contents).unwrap(), octets);
        assert_eq!(skeleton.hash, *Sha256::digest(&octets));
        assert_eq!(skeleton.rebuild(&contents[..1]), None);
    }

    #[test]
    fn withheld_keys_are_nowhere_and_are_reported() {
        let octets = message();
        let record = record(&octets, true, &[]).unwrap();
        assert!(!record.windows(16).any(|window| window == [7; 16]));
        let skeleton = Skeleton::read(&record).unwrap();
        assert!(skeleton.keys_withheld);
    }

    #[test]
    fn damaged_records_are_refused() {
        let octets = record(&message(), false, &[shown("a b")]).unwrap();
        for cut in 0..octets.len() {
            assert!(Skeleton::read(&octets[..cut]).is_err());
        }
        assert_eq!(Skeleton::read(&octets).unwrap().shown, [shown("a\r\nb")]);
        let mut other = octets.clone();
        other[1] = 2;
        assert!(Skeleton::read(&other).is_err());
    }
}
