//! Writes a document anew with stand-ins for the items that are faulty. What may stand for which
//! is in `items`; why, and what is done with the result, in the room's first file.

use std::ops::Range;
use std::vec::Vec;

use super::items::{
    CONTENT, Choice, DERIVED, DISPOSITION, ENC_ALG, Item, LENGTH_OF_PART, LENGTH_OF_THREE, MESSAGE,
    MULTIPART, NULL_VALUE, PARTS, REST_OF_PART, REST_OF_THREE, STATUS, TEXT, UNUSED_KEYS,
};
use crate::document::Kind;
use crate::item::{Head, MAJOR, Open, Path, Reader, push_head};
use crate::message::AeadAlgorithm;

const NOWHERE: Path<'static> = Path::root("");

/// A document with stand-ins.
pub(super) struct Rewritten {
    pub(super) octets: Vec<u8>,
    /// In order.
    regions: Vec<Region>,
    /// Whether the type or the content of a part is a stand-in.
    pub(super) content_lost: bool,
    /// Whether parts may be missing, so that those behind them have other numbers.
    pub(super) numbers_lost: bool,
}

/// What was replaced, and where what replaced it stands.
struct Region {
    old: Range<usize>,
    new: Range<usize>,
}

impl Rewritten {
    /// Where an octet stood in the document as it came; nothing, if it is of a stand-in.
    pub(super) fn origin(&self, offset: usize) -> Option<usize> {
        let before = self.regions.partition_point(|it| it.new.start <= offset);
        match before.checked_sub(1).and_then(|at| self.regions.get(at)) {
            None => Some(offset),
            Some(region) if offset < region.new.end => None,
            Some(region) => Some(region.old.end + (offset - region.new.end)),
        }
    }
}

/// Puts stand-ins for the items at `faults` (offsets, in order); `choice` says which of two. Nothing, where what a fault is about cannot be told.
pub(super) fn rewrite(
    octets: &[u8],
    kind: Kind,
    part_depth: usize,
    faults: &[usize],
    choice: Choice,
) -> Option<Rewritten> {
    let mut walk = Walk {
        octets,
        reader: Reader::quiet(octets),
        part_depth,
        faults,
        choice,
        key_and_nonce: (0, 0),
        copied: 0,
        out: Rewritten {
            octets: Vec::with_capacity(octets.len()),
            regions: Vec::new(),
            content_lost: false,
            numbers_lost: false,
        },
    };
    match kind {
        Kind::Message => walk.message()?,
        Kind::StatusReport => walk.report()?,
        Kind::Derived => walk.array(&DERIVED)?,
    }
    let end = walk.reader.pos();
    walk.copy(end);
    Some(walk.out)
}

struct Walk<'o> {
    octets: &'o [u8],
    reader: Reader<'o, 'static>,
    part_depth: usize,
    /// The faults not met yet.
    faults: &'o [usize],
    choice: Choice,
    /// The lengths that the algorithm of the part last met asks for.
    key_and_nonce: (usize, usize),
    /// So far the octets were taken over.
    copied: usize,
    out: Rewritten,
}

impl<'o> Walk<'o> {
    fn message(&mut self) -> Option<()> {
        let mut open = self.begin()?;
        for item in MESSAGE {
            self.more(&mut open)?;
            self.item(item)?;
        }
        self.more(&mut open)?;
        self.extensions()?;
        self.more(&mut open)?;
        self.part(1)?;
        self.end(&mut open)
    }

    fn report(&mut self) -> Option<()> {
        let mut open = self.begin()?;
        while self.reader.more(&mut open, &NOWHERE).ok()? {
            self.status()?;
        }
        Some(())
    }

    /// An entry of a status report.
    fn status(&mut self) -> Option<()> {
        self.drop_tags()?;
        let start = self.reader.pos();
        let is_faulty = self.faults.first() == Some(&start);
        if !is_faulty {
            return self.array(&STATUS);
        }
        self.reader.skip(&NOWHERE).ok()?;
        self.meets_fault();
        let entry = [&[0x82][..], &self.stand_in(Item::Id, start), &[1]];
        self.replace(start, &entry.concat());
        Some(())
    }

    fn array(&mut self, items: &[Item]) -> Option<()> {
        let mut open = self.begin()?;
        for item in items {
            self.more(&mut open)?;
            self.item(*item)?;
        }
        self.end(&mut open)
    }

    /// Opens an array that is not faulty itself.
    fn begin(&mut self) -> Option<Open> {
        self.drop_tags()?;
        let faulty = self.faults.first() == Some(&self.reader.pos());
        let head = self.reader.head(&NOWHERE).ok()?;
        (head.major == MAJOR::ARRAY && !faulty).then(|| self.reader.open(head, 1))
    }

    fn more(&mut self, open: &mut Open) -> Option<()> {
        self.reader.more(open, &NOWHERE).ok()?.then_some(())
    }

    fn end(&mut self, open: &mut Open) -> Option<()> {
        let more = self.reader.more(open, &NOWHERE).ok()?;
        (!more).then_some(())
    }

    /// Goes past an item, or puts a stand-in for it; says which of the two.
    fn item(&mut self, item: Item) -> Option<bool> {
        self.drop_tags()?;
        let start = self.reader.pos();
        self.reader.skip(&NOWHERE).ok()?;
        let faulty = self.meets_fault();
        if faulty {
            let new = self.stand_in(item, start);
            self.replace(start, &new);
        }
        Some(faulty)
    }

    fn extensions(&mut self) -> Option<()> {
        self.drop_tags()?;
        let start = self.reader.pos();
        let head = self.reader.head(&NOWHERE).ok()?;
        if head.major != MAJOR::MAP {
            self.reader.skip_from(head, &NOWHERE).ok()?;
            if self.meets_fault() {
                self.replace(start, &[0xa0]);
            }
            return Some(());
        }
        let mut open = self.reader.open(head, 2);
        while self.reader.more(&mut open, &NOWHERE).ok()? {
            let start = self.reader.pos();
            self.reader.skip(&NOWHERE).ok()?;
            self.more(&mut open)?;
            self.reader.skip(&NOWHERE).ok()?;
            if self.meets_fault() {
                // A key that nobody has, since its value is not that of the key.
                let mut entry = Vec::new();
                push_head(&mut entry, MAJOR::NEGATIVE, UNUSED_KEYS + start as u64);
                entry.push(NULL_VALUE);
                self.replace(start, &entry);
            }
        }
        Some(())
    }

    /// Recursion is bounded by the depth that the decoder allows.
    fn part(&mut self, level: usize) -> Option<()> {
        self.drop_tags()?;
        let start = self.reader.pos();
        let Some(fields) = self.fields_of_part(start, level) else {
            self.out.content_lost = true;
            return self.unknown_part(start);
        };
        let mut open = self.begin()?;
        for (number, field) in fields.iter().enumerate() {
            self.more(&mut open)?;
            match field {
                Item::Parts => self.parts(level)?,
                field => {
                    let at = self.reader.pos();
                    let lost = self.item(*field)?;
                    self.out.content_lost |= lost && CONTENT.contains(&number);
                    if number == ENC_ALG {
                        self.note_algorithm(at, lost);
                    }
                }
            }
        }
        self.end(&mut open)
    }

    /// Of a part of unknown form, disposition and language are kept if they are there.
    fn unknown_part(&mut self, start: usize) -> Option<()> {
        let choice = self.choice;
        let head = self.reader.head(&NOWHERE).ok()?;
        let mut open = self.reader.open(head, 1);
        let has_both = open.length().is_some_and(|length| length > 2);
        if head.major != MAJOR::ARRAY || !has_both || self.meets_fault() {
            self.reader.skip_from(head, &NOWHERE).ok()?;
            self.meets_fault();
            // It could have been a multipart, whatever stands there now.
            self.out.numbers_lost = true;
            let part = [
                choice.of(LENGTH_OF_PART),
                &[0, 0x60],
                choice.of(REST_OF_PART),
            ];
            self.replace(start, &part.concat());
            return Some(());
        }
        let (length, replacement) = match open.length() {
            Some(3) => (LENGTH_OF_THREE, REST_OF_THREE),
            _ => (LENGTH_OF_PART, REST_OF_PART),
        };
        self.replace(start, choice.of(length));
        for item in [DISPOSITION, TEXT] {
            self.more(&mut open)?;
            self.item(item)?;
        }
        let rest = self.reader.pos();
        while self.reader.more(&mut open, &NOWHERE).ok()? {
            // A multipart, or what could be the parts of one: nobody knows how many.
            let octets = self.octets.get(self.reader.pos()..).unwrap_or_default();
            let head = head_inside_tags(&mut Reader::quiet(octets))?;
            self.out.numbers_lost |= head.major == MAJOR::ARRAY
                || open.begun == 3 && (head.major, head.arg) == (MAJOR::UNSIGNED, MULTIPART);
            self.reader.skip(&NOWHERE).ok()?;
        }
        self.meets_fault();
        self.replace(rest, choice.of(replacement));
        Some(())
    }

    fn parts(&mut self, level: usize) -> Option<()> {
        let mut open = self.begin()?;
        while self.reader.more(&mut open, &NOWHERE).ok()? {
            self.part(level + 1)?;
        }
        Some(())
    }

    /// What stands for the fields of the part at `start`, if it can be told where they are.
    fn fields_of_part(&self, start: usize, level: usize) -> Option<&'static [Item]> {
        let is_faulty = |at: usize| self.faults.binary_search(&(start + at)).is_ok();
        let mut reader = Reader::quiet(self.octets.get(start..)?);
        let head = reader.head(&NOWHERE).ok()?;
        if head.major != MAJOR::ARRAY || is_faulty(head.at) {
            return None;
        }
        let mut open = reader.open(head, 1);
        let length = open.length();
        let mut next = |skipped: usize| -> Option<Head> {
            for _ in 0..skipped {
                reader.more(&mut open, &NOWHERE).ok()?.then_some(())?;
                reader.skip(&NOWHERE).ok()?;
            }
            reader.more(&mut open, &NOWHERE).ok()?.then_some(())?;
            head_inside_tags(&mut reader)
        };
        let cardinality = next(2)?;
        if cardinality.major != MAJOR::UNSIGNED || is_faulty(cardinality.at) {
            return None;
        }
        let number = usize::try_from(cardinality.arg).ok()?;
        let fields = *PARTS.get(number)?;
        if matches!(fields.last(), Some(Item::Parts)) {
            // Deeper parts are nowhere allowed, and a fault among them is one of this part.
            let list = next(1)?;
            if list.major != MAJOR::ARRAY || level >= self.part_depth {
                return None;
            }
        }
        length
            .is_none_or(|length| length == fields.len() as u64)
            .then_some(fields)
    }

    /// Takes note of the lengths that the algorithm at `at` asks for.
    fn note_algorithm(&mut self, at: usize, lost: bool) {
        let octets = self.octets.get(at..).unwrap_or_default();
        let number = match Reader::quiet(octets).head(&NOWHERE) {
            Ok(head) if !lost => u16::try_from(head.arg).ok(),
            _ => None,
        };
        let lengths = number.and_then(|number| AeadAlgorithm(number).lengths());
        self.key_and_nonce = lengths.unwrap_or_default();
    }

    fn stand_in(&self, item: Item, at: usize) -> Vec<u8> {
        item.octets(self.choice, at, self.key_and_nonce)
    }

    /// Drops the tags that stand here, where they are a fault.
    fn drop_tags(&mut self) -> Option<()> {
        let start = self.reader.pos();
        let is_tag = |reader: &Reader<'_, '_>| reader.peek().map(|it| it >> 5) == Some(MAJOR::TAG);
        if !is_tag(&self.reader) || self.faults.first() != Some(&start) {
            return Some(());
        }
        while is_tag(&self.reader) {
            self.reader.head(&NOWHERE).ok()?;
        }
        self.meets_fault();
        self.replace(start, &[]);
        Some(())
    }

    /// Whether there was a fault since the last time this was asked.
    fn meets_fault(&mut self) -> bool {
        let end = self.reader.pos();
        let met = self.faults.partition_point(|at| *at < end);
        self.faults = self.faults.get(met..).unwrap_or_default();
        met > 0
    }

    /// Puts `new` for the octets from `start` to where the reader is.
    fn replace(&mut self, start: usize, new: &[u8]) {
        self.copy(start);
        let begin = self.out.octets.len();
        self.out.octets.extend_from_slice(new);
        self.copied = self.reader.pos();
        self.out.regions.push(Region {
            old: start..self.copied,
            new: begin..self.out.octets.len(),
        });
    }

    fn copy(&mut self, until: usize) {
        let octets = self.octets.get(self.copied..until).unwrap_or_default();
        self.out.octets.extend_from_slice(octets);
        self.copied = until;
    }
}

fn head_inside_tags(reader: &mut Reader<'_, '_>) -> Option<Head> {
    loop {
        let head = reader.head(&NOWHERE).ok()?;
        if head.major != MAJOR::TAG {
            return Some(head);
        }
    }
}
