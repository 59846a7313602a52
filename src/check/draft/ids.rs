//! Message IDs: the stated one against the octets, and each one referred to against those of the
//! examples.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::format;
use std::string::String;
use std::vec::Vec;

use super::blocks::{Blocks, split_comment};
use super::examples::{Example, Examples, words_of_comments};
use super::source::Document;
use crate::document::Kind;
use crate::item::hex;
use crate::message::{IdAlgorithm, MessageId, Uris};
use crate::report::{Finding, codes};

type Octets = [u8; 32];

/// IDs that one which is nobody's is compared with.
const LOOKED_AT: usize = 256;

/// How a draft computes its message IDs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    /// Drafts 08 and 09, or 06 and 07.
    Known(IdAlgorithm),
    /// Draft 05: as 06 and 07, without the salt behind the message.
    Draft05,
    /// Up to draft 04: from octets that the draft does not show.
    Hidden,
}

impl Way {
    /// The way of a draft by its number.
    pub(super) fn of_draft(number: u32) -> Way {
        match number {
            0..=4 => Way::Hidden,
            5 => Way::Draft05,
            6 | 7 => Way::Known(IdAlgorithm::Draft07),
            _ => Way::Known(IdAlgorithm::Draft08),
        }
    }

    pub(super) fn name(self) -> &'static str {
        match self {
            Way::Known(algorithm) => algorithm.name(),
            Way::Draft05 => "draft-05",
            Way::Hidden => "draft-04",
        }
    }

    fn compute(self, octets: &[u8], salt: &[u8], sender: &str, room: &str) -> Option<Octets> {
        let (algorithm, salt) = match self {
            Way::Known(algorithm) => (algorithm, salt),
            Way::Draft05 => (IdAlgorithm::Draft07, &[][..]),
            Way::Hidden => return None,
        };
        let id = MessageId::compute(algorithm, octets, salt, sender, room).ok()?;
        Some(*id.as_bytes())
    }
}

/// The IDs of all examples.
pub(super) struct Ids<'e> {
    examples: &'e Examples,
    pub(super) way: Way,
    sender: Option<Cow<'e, str>>,
    room: Option<Cow<'e, str>>,
    /// Whose ID is it? By what is stated, and by what is computed.
    owners: BTreeMap<Octets, usize>,
    names: BTreeMap<&'e str, usize>,
}

impl<'e> Ids<'e> {
    /// Computes the IDs; without a way given, by the one that most of the stated IDs agree with.
    pub(super) fn new(examples: &'e Examples, way: Option<Way>, uris: &Uris<'e>) -> Ids<'e> {
        // What the messages do not state, the derived values may.
        let derived = examples
            .iter()
            .find(|example| example.kind() == Kind::Derived);
        let of_derived = |index: usize| {
            let example = derived?;
            example
                .field(index)?
                .text(&example.octets)
                .map(Cow::Borrowed)
        };
        let mut ids = Ids {
            examples,
            way: way.unwrap_or(Way::Known(IdAlgorithm::Draft08)),
            sender: uris.sender.clone().or_else(|| of_derived(5)),
            room: uris.room.clone().or_else(|| of_derived(6)),
            owners: BTreeMap::new(),
            names: BTreeMap::new(),
        };
        for (index, example) in examples.iter().enumerate() {
            if example.stated.is_some() {
                ids.names.entry(example.name.as_str()).or_insert(index);
            }
        }
        if way.is_none() {
            let ways = [
                Way::Known(IdAlgorithm::Draft08),
                Way::Known(IdAlgorithm::Draft07),
                Way::Draft05,
            ];
            let agreeing = |way: &Way| {
                examples
                    .iter()
                    .filter(|example| {
                        let stated = example.stated.as_ref().and_then(|stated| stated.id());
                        stated.is_some() && ids.by(*way, example) == stated
                    })
                    .count()
            };
            let counts: Vec<usize> = ways.iter().map(agreeing).collect();
            let most = counts.iter().copied().max().unwrap_or(0);
            if let Some(best) = counts.iter().position(|count| *count == most)
                && let Some(way) = ways.get(best)
            {
                ids.way = *way;
            }
        }
        let mut owners = BTreeMap::new();
        for (index, example) in examples.iter().enumerate() {
            let stated = example.stated.as_ref().and_then(|stated| stated.id());
            let computed = ids.computed(example);
            for id in [stated, computed].into_iter().flatten() {
                owners.entry(id).or_insert(index);
            }
        }
        ids.owners = owners;
        ids
    }

    fn by(&self, way: Way, example: &Example) -> Option<Octets> {
        if !example.is_message() {
            return None;
        }
        let (sender, room) = self.uris(example)?;
        way.compute(&example.octets, example.salt(), sender, room)
    }

    fn uris<'s>(&'s self, example: &'s Example) -> Option<(&'s str, &'s str)> {
        let sender = example.extension(1).or(self.sender.as_deref())?;
        let room = example.extension(2).or(self.room.as_deref())?;
        Some((sender, room))
    }

    /// The ID that the octets of an example have, if the draft's way is known.
    pub(super) fn computed(&self, example: &Example) -> Option<Octets> {
        self.by(self.way, example)
    }

    /// Whether the ID that is stated is that of the octets.
    pub(super) fn vouches(&self, example: &Example) -> bool {
        let stated = example.stated.as_ref().and_then(|stated| stated.id());
        stated.is_some() && self.computed(example) == stated
    }

    /// The example that an ID belongs to.
    pub(super) fn owner(&self, id: &[u8]) -> Option<usize> {
        self.owners.get(&Octets::try_from(id).ok()?).copied()
    }

    /// The stated ID of an example against its octets.
    pub(super) fn judge_stated(
        &self,
        document: &Document,
        example: &Example,
        findings: &mut Vec<Finding>,
    ) {
        let Some(stated) = &example.stated else {
            return;
        };
        let Some(computed) = self.computed(example) else {
            return;
        };
        let expected = hex(&computed);
        if stated.digits == expected {
            return;
        }
        // The place is the first digit that differs from the ID it is nearly equal to, be it
        // computed in another way; where all of it is another, its beginning.
        let variants = self.variants(example);
        let near = variants
            .iter()
            .map(|(id, _)| hex(id))
            .find(|id| 2 * alike(id, &stated.digits) > id.len())
            .filter(|id| *id != stated.digits);
        let digit = near.map_or(0, |id| {
            let same = id.bytes().zip(stated.digits.bytes());
            same.take_while(|(a, b)| a == b).count()
        });
        let (line, column) = stated.place(digit.min(stated.digits.len().saturating_sub(1)));
        let mut finding = Finding::new(codes::DRAFT_ID)
            .found(stated.digits.clone())
            .expected(expected);
        if !example.name.is_empty() {
            finding = finding.path(example.name.as_str());
        }
        let exact = stated.id();
        if let Some((_, why)) = variants.iter().find(|(id, _)| Some(*id) == exact)
            && !why.is_empty()
        {
            let title = finding.code.rule().title;
            finding = finding.message(format!("{title}: {why}"));
        }
        findings.push(document.locate(finding, line, column));
    }

    /// The ID in the draft's way, and in others that were taken by mistake, with a word on each.
    fn variants(&self, example: &Example) -> Vec<(Octets, &'static str)> {
        let Some((sender, room)) = self.uris(example) else {
            return Vec::new();
        };
        const TWICE: &str = "this is the ID with the sender's URI in place of the room's";
        const EXCHANGED: &str = "this is the ID with sender and room exchanged";
        let draft07 = Way::Known(IdAlgorithm::Draft07);
        let draft08 = Way::Known(IdAlgorithm::Draft08);
        let ways = [
            (self.way, sender, room, ""),
            (draft08, sender, room, "this is the ID of drafts 08 and 09"),
            (draft07, sender, room, "this is the ID of drafts 06 and 07"),
            (
                Way::Draft05,
                sender,
                room,
                "this is the ID without the salt at the end, as in draft 05",
            ),
            (draft07, sender, sender, TWICE),
            (draft08, sender, sender, TWICE),
            (draft07, room, sender, EXCHANGED),
            (draft08, room, sender, EXCHANGED),
        ];
        ways.into_iter()
            .filter_map(|(way, sender, room, why)| {
                let id = way.compute(&example.octets, example.salt(), sender, room)?;
                Some((id, why))
            })
            .collect()
    }

    /// The IDs that an example refers to.
    pub(super) fn judge_references(
        &self,
        document: &Document,
        blocks: &Blocks,
        index: usize,
        findings: &mut Vec<Finding>,
    ) {
        let Some(example) = self.examples.get(index) else {
            return;
        };
        let block = example
            .edn
            .or(example.dump)
            .and_then(|index| blocks.0.get(index));
        let Some(block) = block.filter(|block| block.source().is_some() && !self.owners.is_empty())
        else {
            return;
        };
        for item in example.references() {
            let Some(id) = item.bytes(&example.octets) else {
                continue;
            };
            let (first, column) = block.place(item.content);
            let (last, _) = block.place(item.end.saturating_sub(1));
            let labelled = self.labelled(document, first, last + 1);
            let owner = self.owner(id);
            let expected = labelled.and_then(|labelled| self.shown_id(labelled));
            let finding = match (owner, labelled) {
                (None, _) => Finding::new(codes::DRAFT_ID_UNKNOWN),
                (Some(owner), Some(labelled)) if owner != labelled => {
                    let name = |index| self.examples.get(index).map_or("", |e: &Example| &e.name);
                    Finding::new(codes::DRAFT_ID_LABEL).message(format!(
                        "the message ID of {}, which a comment calls {}",
                        name(owner),
                        name(labelled)
                    ))
                }
                _ => continue,
            };
            let mut finding = finding.found(hex(id));
            if let Some(expected) = &expected {
                finding = finding.expected(expected.clone());
            }
            let differing = self.first_difference(id, expected.as_deref());
            let place = match differing {
                Some(octet) => block.place(item.content + octet),
                None => (first, column),
            };
            findings.push(document.locate(finding, place.0, place.1));
        }
    }

    fn shown_id(&self, index: usize) -> Option<String> {
        let example = self.examples.get(index)?;
        let stated = example.stated.as_ref().map(|stated| stated.digits.clone());
        stated.or_else(|| self.computed(example).map(|id| hex(&id)))
    }

    /// The first octet in which an ID differs from one it is nearly equal to: the one expected,
    /// or any that begins or ends alike.
    fn first_difference(&self, id: &[u8], expected: Option<&str>) -> Option<usize> {
        let near = |other: &Octets| id.iter().zip(other).filter(|(a, b)| a == b).count() > 16;
        let parsed = expected.and_then(|digits| digits.parse::<MessageId>().ok());
        let parsed = parsed.map(|id| *id.as_bytes()).filter(near);
        // A document with very many examples gets the place of the ID only.
        let known = || self.owners.keys().copied().take(LOOKED_AT).find(near);
        let other = parsed.or_else(known)?;
        id.iter().zip(&other).position(|(a, b)| a != b)
    }

    /// The example that the comments beside an ID name, if it is one.
    fn labelled(&self, document: &Document, first: usize, end: usize) -> Option<usize> {
        let mut first = first;
        // A comment of its own on the line before belongs to it.
        if first > 0 {
            let (code, comment) = split_comment(document.short_text(first - 1));
            if code.trim().is_empty() && !comment.is_empty() {
                first -= 1;
            }
        }
        let words = words_of_comments(document, first, end);
        let mut named = words
            .split(|c: char| !(c.is_alphanumeric() || c == '-'))
            .filter(|word| !word.is_empty())
            .filter_map(|word| self.names.get(word).copied());
        let one = named.next()?;
        named.all(|other| other == one).then_some(one)
    }
}

/// How many digits of two IDs are the same.
fn alike(one: &str, other: &str) -> usize {
    one.bytes()
        .zip(other.bytes())
        .filter(|(a, b)| a == b)
        .count()
}
