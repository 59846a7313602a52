//! Inlines -> one paragraph's Markdown: the search for a spelling of the marks that reads back.
//!
//! Whatever holds a mark or an escape is parsed again and compared. If no spelling of the marks
//! reads back as it should, marks are dropped one by one; the text always stays.

use std::string::String;
use std::vec::Vec;

use super::normalise::{Noted, normalise, on_one_line, push_all, trim, trim_end};
use super::reader::{self, Place};
use super::spelling::{Spelling, Writer, alone};
use crate::report::{Finding, codes};
use crate::rich::Inline;

/// The most octets written to find the spelling of one block. Long blocks, where many tries would
/// take long, get fewer.
const TRIED_OCTETS: usize = 256 * 1024;

/// The most marks for which spellings are tried one by one; blocks with more lose all marks if the
/// first spellings fail, so that hostile input costs no more than a few passes.
const TRIED_MARKS: usize = 12;

/// The octets of spellings that may be tried for one document beyond one for each block, and beyond as
/// many octets as those first ones have.
const TRIED_OCTETS_OF_DOCUMENT: usize = 512 * 1024;

/// How much may still be tried for a document. Blocks whose first spelling does not read back are rare,
/// unless somebody wants them; those that come when it is used up lose their marks at once.
pub(super) struct Tries(usize);

impl Default for Tries {
    fn default() -> Self {
        Tries(TRIED_OCTETS_OF_DOCUMENT)
    }
}

impl Tries {
    /// The first spelling of a block was written.
    fn first(&mut self, octets: usize) {
        self.0 += octets;
    }

    /// Another one was written.
    fn another(&mut self, octets: usize) {
        self.0 = self.0.saturating_sub(octets);
    }

    const fn used_up(&self) -> bool {
        self.0 == 0
    }
}

/// Writes the inlines of one block. The result has no line feed at either end.
pub(super) fn render(
    inlines: &[Inline],
    place: Place,
    tries: &mut Tries,
    findings: &mut Vec<Finding>,
) -> String {
    let mut noted = Noted::default();
    let mut clean = Vec::with_capacity(inlines.len());
    normalise(inlines, place, 0, false, &mut clean, &mut noted);
    trim(&mut clean);
    let is_blank = |inline: &Inline| match inline {
        Inline::Text(text) => text.trim_matches([' ', '\t']).is_empty(),
        Inline::SoftBreak | Inline::HardBreak => true,
        _ => false,
    };
    if clean.iter().all(is_blank) {
        noted.report(findings);
        return String::new();
    }
    if place.is_one_line() {
        clean = on_one_line(clean);
        trim_end(&mut clean);
        if let Some(Inline::Text(first)) = clean.first_mut() {
            let blank = first.len() - first.trim_start_matches([' ', '\t']).len();
            first.drain(..blank);
            if first.is_empty() {
                clean.remove(0);
            }
        }
    }
    let text = spell(&mut clean, place, tries, &mut noted);
    noted.report(findings);
    text
}

const SPELLINGS: [Spelling; 5] = [
    Spelling::Stars,
    Spelling::Neighbours,
    Spelling::Turns,
    Spelling::TurnsReversed,
    Spelling::OnlyStars,
];

/// Finds a spelling that reads back as the inlines; drops marks until there is one.
fn spell(clean: &mut Vec<Inline>, place: Place, tries: &mut Tries, noted: &mut Noted) -> String {
    let mut tried = 0;
    let mut written = 0;
    loop {
        let marks = count_marks(clean);
        let alone = alone(clean);
        let spellings: &[Spelling] = if marks == 0 {
            SPELLINGS.get(..1).unwrap_or_default()
        } else {
            &SPELLINGS
        };
        let mut unfit = Vec::new();
        for spelling in spellings {
            let mut writer = Writer::new(place, *spelling, false);
            writer.alone.clone_from(&alone);
            writer.inlines(clean, 0);
            if written == 0 {
                tries.first(writer.out.len());
            } else {
                tries.another(writer.out.len());
            }
            written += writer.out.len();
            let misplaced = writer.unfit();
            if misplaced.is_empty() {
                if !writer.suspicious {
                    #[cfg(any(test, fuzzing))]
                    assert!(reads_back(&writer.out, clean, place), "{}", writer.out);
                    return writer.out;
                }
                if reads_back(&writer.out, clean, place) {
                    return writer.out;
                }
            }
            if unfit.is_empty() {
                unfit = misplaced;
            }
            if written > TRIED_OCTETS || tries.used_up() {
                break;
            }
        }
        if marks == 0 {
            break;
        }
        tried += 1;
        noted.note(codes::EMPHASIS_DROPPED);
        if written > TRIED_OCTETS || tries.used_up() {
            drop_marks(clean, &mut 0, &|_| true);
            break;
        }
        if tried > TRIED_MARKS {
            drop_marks(clean, &mut 0, &|_| true);
        } else if !unfit.is_empty() {
            drop_marks(clean, &mut 0, &|number| unfit.contains(&number));
        } else if marks <= TRIED_MARKS
            && let Some(fitting) = without_one(clean, marks, place, tries)
        {
            *clean = fitting;
        } else {
            drop_marks(clean, &mut 0, &|_| true);
        }
    }
    // Without marks only an escape can be missing: escape everything that can be.
    let mut writer = Writer::new(place, Spelling::Stars, true);
    writer.inlines(clean, 0);
    writer.out
}

/// The inlines less one mark, if that reads back.
fn without_one(
    clean: &[Inline],
    marks: usize,
    place: Place,
    tries: &mut Tries,
) -> Option<Vec<Inline>> {
    (0..marks).rev().find_map(|dropped| {
        if tries.used_up() {
            return None;
        }
        let mut fewer = clean.to_vec();
        drop_marks(&mut fewer, &mut 0, &|number| number == dropped);
        let fits = SPELLINGS.iter().any(|spelling| {
            let mut writer = Writer::new(place, *spelling, false);
            writer.inlines(&fewer, 0);
            tries.another(writer.out.len());
            writer.unfit().is_empty() && reads_back(&writer.out, &fewer, place)
        });
        fits.then_some(fewer)
    })
}

fn reads_back(text: &str, clean: &[Inline], place: Place) -> bool {
    reader::read_inlines(text, place).is_some_and(|read| read == clean)
}

fn is_mark(inline: &Inline) -> bool {
    matches!(
        inline,
        Inline::Emphasis(_) | Inline::Strong(_) | Inline::Strike(_)
    )
}

fn count_marks(inlines: &[Inline]) -> usize {
    inlines
        .iter()
        .map(|inline| usize::from(is_mark(inline)) + count_marks(inline.children()))
        .sum()
}

/// Replaces marks by their content. Marks are numbered in the order they are written.
fn drop_marks(inlines: &mut Vec<Inline>, number: &mut usize, unfit: &dyn Fn(usize) -> bool) {
    let old = core::mem::take(inlines);
    for mut inline in old {
        let drop = is_mark(&inline) && {
            *number += 1;
            unfit(*number - 1)
        };
        if let Some(content) = inline.children_mut() {
            drop_marks(content, number, unfit);
            if drop {
                let content = core::mem::take(content);
                push_all(content, inlines);
                continue;
            }
        }
        push_all(Vec::from([inline]), inlines);
    }
}
