//! Paragraphs of prose as one line each, with the way back to the lines of the draft.

use std::string::String;
use std::vec::Vec;

use super::blocks::Blocks;
use super::source::{Document, Kind};

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
        let before = document.text(*line).get(..octets).unwrap_or("");
        let column = u32::try_from(before.chars().count() + 1).unwrap_or(u32::MAX);
        (*line, column)
    }

    /// The first line.
    pub(super) fn first(&self) -> usize {
        self.marks.first().map_or(0, |(_, line, _)| *line)
    }
}

/// Every paragraph that is in no block, and no heading. Code that is no block either (a template
/// of a registration, for example) counts.
pub(super) fn paragraphs<'d>(
    document: &'d Document,
    blocks: &'d Blocks,
) -> impl Iterator<Item = Paragraph> + 'd {
    let mut line = 0;
    core::iter::from_fn(move || {
        while line < document.len() {
            let mut paragraph = Paragraph {
                text: String::new(),
                marks: Vec::new(),
            };
            while line < document.len() {
                let prose =
                    matches!(document.kind(line), Kind::Prose | Kind::Code) && !blocks.covers(line);
                let text = document.text(line);
                let trimmed = text.trim();
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
                let indent = text.len() - text.trim_start().len();
                paragraph.marks.push((paragraph.text.len(), line, indent));
                paragraph.text.push_str(trimmed);
                line += 1;
            }
            if !paragraph.marks.is_empty() {
                return Some(paragraph);
            }
            line += 1;
        }
        None
    })
}
