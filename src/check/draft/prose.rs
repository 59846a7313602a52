//! Paragraphs of prose as one line each, with the way back to the lines of the draft.

use std::string::String;
use std::vec::Vec;

use super::blocks::{Blocks, indent};
use super::source::{Document, Kind, column};

/// A paragraph, its lines joined by single spaces.
pub(super) struct Paragraph {
    pub(super) text: String,
    /// For each line: where it begins in the text, its number, the octets of its indentation.
    marks: Vec<(usize, usize, usize)>,
}

impl Paragraph {
    /// The line, and the column in it, of an octet of the text.
    pub(super) fn place(&self, document: &Document, at: usize) -> (usize, u32) {
        let after = self.marks.partition_point(|(start, ..)| *start <= at);
        let Some((start, line, indent)) = self.marks.get(after.saturating_sub(1)) else {
            return (0, 1);
        };
        let octets = indent + at.saturating_sub(*start);
        (*line, column(document.text(*line), octets))
    }

    /// The first line.
    pub(super) fn first(&self) -> usize {
        self.marks.first().map_or(0, |(_, line, _)| *line)
    }
}

/// Octets of the longest paragraph; a longer one is looked at in pieces.
const LONGEST: usize = 8192;

/// Every paragraph that is in no block, and no heading. Code that is no block either (a template
/// of a registration, for example) counts.
pub(super) fn paragraphs<'d>(
    document: &'d Document,
    blocks: &'d Blocks,
) -> impl Iterator<Item = Paragraph> + 'd {
    let mut line = 0;
    // Octets of the line that were in the piece before.
    let mut from = 0;
    core::iter::from_fn(move || {
        while line < document.len() {
            let mut paragraph = Paragraph {
                text: String::new(),
                marks: Vec::new(),
            };
            while line < document.len() && paragraph.text.len() < LONGEST {
                let prose =
                    matches!(document.kind(line), Kind::Prose | Kind::Code) && !blocks.covers(line);
                let text = document.text(line);
                let rest = text.get(from..).unwrap_or("");
                let trimmed = rest.trim();
                if text.trim().is_empty()
                    && let Some(next) = behind_page(document, &paragraph, line)
                    && !blocks.covers(next)
                {
                    line = next;
                    continue;
                }
                if !prose || trimmed.is_empty() {
                    break;
                }
                // A new item of a list begins a paragraph of its own.
                let item = ["*  ", "o  ", "* ", "- ", "+ "];
                if !paragraph.marks.is_empty() && item.iter().any(|mark| trimmed.starts_with(mark))
                {
                    break;
                }
                if !paragraph.text.is_empty() {
                    paragraph.text.push(' ');
                }
                let indent = from + rest.len() - rest.trim_start().len();
                paragraph.marks.push((paragraph.text.len(), line, indent));
                let piece = trimmed
                    .get(..trimmed.floor_char_boundary(LONGEST))
                    .unwrap_or("");
                paragraph.text.push_str(piece);
                if piece.len() < trimmed.len() {
                    from = indent + piece.len();
                } else {
                    from = 0;
                    line += 1;
                }
            }
            if !paragraph.marks.is_empty() {
                return Some(paragraph);
            }
            from = 0;
            line += 1;
        }
        None
    })
}

/// The next line of a paragraph that a page break cut in two: between them lines were taken out,
/// and its words go on as deep as they were, in the middle of a sentence.
fn behind_page(document: &Document, paragraph: &Paragraph, line: usize) -> Option<usize> {
    /// Blank lines at the foot of a page.
    const FOOT: usize = 16;
    let (_, last, _) = *paragraph.marks.last()?;
    if paragraph.text.ends_with(['.', ':', ';', '?', '!', ')']) {
        return None;
    }
    let next = (line + 1..document.len().min(line + FOOT))
        .find(|line| !document.text(*line).trim().is_empty())?;
    let taken_out = document.number(next) as usize > document.number(last) as usize + next - last;
    let same_file = document.file(next) == document.file(last);
    let same = indent(document.text(next)) == indent(document.text(last));
    (taken_out && same_file && same && document.kind(next) == document.kind(last)).then_some(next)
}
