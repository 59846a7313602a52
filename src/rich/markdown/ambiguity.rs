//! Where a text has emphasis that CommonMark 0.31 and GFM 0.29 read differently.

use std::ops::Range;
use std::vec::Vec;

use memchr::memchr3;
use pulldown_cmark::{Event, LinkType, Parser, Tag, TagEnd};

use super::escape::{Shield, backslashed};
use super::flanking::{Class, class, differs};
use super::pairing::{Readings, Run, Token};
use super::reader::OPTIONS;

/// The octet offsets, in the text that is shielded, of runs of marks that make a difference.
pub(super) fn ambiguous(shield: &Shield<'_>) -> Vec<usize> {
    let text: &str = &shield.text;
    if !may_differ(text) {
        return Vec::new();
    }
    let mut blocks = Blocks::new(text);
    for (event, range) in Parser::new_ext(text, OPTIONS).into_offset_iter() {
        blocks.event(&event, &range);
    }
    blocks.end_block();
    let places = blocks.places.into_iter();
    places.map(|place| shield.original_offset(place)).collect()
}

/// Whether there is any run that the rules let do different things, wherever it stands.
fn may_differ(text: &str) -> bool {
    // Only characters beyond ASCII are symbols.
    if text.is_ascii() {
        return false;
    }
    let bytes = text.as_bytes();
    let mut at = 0;
    while let Some(rest) = bytes.get(at..)
        && let Some(len) = memchr3(b'*', b'_', b'~', rest)
        && let Some(&mark) = rest.get(len)
    {
        let start = at + len;
        at = start;
        while bytes.get(at) == Some(&mark) {
            at += 1;
        }
        let beside = [
            start.checked_sub(1).and_then(|at| bytes.get(at)),
            bytes.get(at),
        ];
        if beside.into_iter().flatten().all(u8::is_ascii) {
            continue;
        }
        let (before, after) = (before(text, start), after(text, at));
        if differs(char::from(mark), before, after) {
            return true;
        }
    }
    false
}

fn before(text: &str, at: usize) -> Class {
    class(text.get(..at).and_then(|text| text.chars().next_back()))
}

fn after(text: &str, at: usize) -> Class {
    class(text.get(at..).and_then(|text| text.chars().next()))
}

/// Gathers the marks of one block after the other.
struct Blocks<'t> {
    text: &'t str,
    tokens: Vec<Token>,
    /// Where the line begins in this block, once it is known.
    line: Option<usize>,
    /// Where the last inline ended.
    end: usize,
    /// Text in code blocks and autolinks has no marks.
    literal: bool,
    places: Vec<usize>,
}

impl<'t> Blocks<'t> {
    const fn new(text: &'t str) -> Self {
        Blocks {
            text,
            tokens: Vec::new(),
            line: None,
            end: 0,
            literal: false,
            places: Vec::new(),
        }
    }

    fn event(&mut self, event: &Event<'_>, range: &Range<usize>) {
        match event {
            Event::SoftBreak | Event::HardBreak => {
                self.line = None;
                return;
            }
            Event::Start(Tag::CodeBlock(_)) => {
                self.end_block();
                self.literal = true;
                return;
            }
            Event::Start(
                Tag::Emphasis
                | Tag::Strong
                | Tag::Strikethrough
                | Tag::Link { .. }
                | Tag::Image { .. },
            )
            | Event::End(
                TagEnd::Emphasis
                | TagEnd::Strong
                | TagEnd::Strikethrough
                | TagEnd::Link
                | TagEnd::Image,
            )
            | Event::Text(_)
            | Event::Code(_)
            | Event::Html(_)
            | Event::InlineHtml(_) => {}
            _ => {
                self.end_block();
                return;
            }
        }
        self.line.get_or_insert(range.start);
        self.end = self.end.max(range.end);
        match event {
            Event::Start(Tag::Emphasis) => self.mark(range.start, 1),
            Event::End(TagEnd::Emphasis) => self.mark(range.end.saturating_sub(1), 1),
            Event::Start(Tag::Strong) => self.mark(range.start, 2),
            Event::End(TagEnd::Strong) => self.mark(range.end.saturating_sub(2), 2),
            Event::Start(Tag::Strikethrough) => self.mark(range.start, self.tildes(range)),
            Event::End(TagEnd::Strikethrough) => {
                let width = self.tildes(range);
                self.mark(range.end.saturating_sub(width), width);
            }
            Event::Start(Tag::Link { link_type, .. }) => {
                self.literal = matches!(link_type, LinkType::Autolink | LinkType::Email);
                self.tokens.push(Token::Enter);
            }
            Event::Start(Tag::Image { .. }) => self.tokens.push(Token::Enter),
            Event::End(TagEnd::Link | TagEnd::Image) => {
                self.literal = false;
                self.tokens.push(Token::Leave);
            }
            Event::Text(_) if !self.literal => self.marks_in(range),
            _ => {}
        }
    }

    /// How wide the marks of strikethrough are.
    fn tildes(&self, range: &Range<usize>) -> usize {
        let piece = self.text.get(range.clone()).unwrap_or_default();
        if piece.len() > 4 && piece.starts_with("~~") && piece.ends_with("~~") {
            2
        } else {
            1
        }
    }

    /// Adds the marks that are part of a text, because they pair with nothing by the rules of 0.31.
    fn marks_in(&mut self, range: &Range<usize>) {
        let bytes = self.text.as_bytes();
        let mut at = range.start;
        while let Some(rest) = bytes.get(at..range.end)
            && let Some(len) = memchr3(b'*', b'_', b'~', rest)
        {
            at += len;
            if !backslashed(bytes, at) {
                self.mark(at, 1);
            }
            at += 1;
        }
    }

    fn mark(&mut self, start: usize, len: usize) {
        let Some(&mark) = self.text.as_bytes().get(start) else {
            return;
        };
        if let Some(Token::Run(run)) = self.tokens.last_mut()
            && run.mark == char::from(mark)
            && run.start + run.len == start
        {
            run.len += len;
            run.after = after(self.text, run.start + run.len);
            return;
        }
        let first = self.line.is_none_or(|line| start <= line);
        self.tokens.push(Token::Run(Run {
            mark: char::from(mark),
            start,
            len,
            before: if first {
                Class::Space
            } else {
                before(self.text, start)
            },
            after: after(self.text, start + len),
        }));
    }

    fn end_block(&mut self) {
        // Behind the last inline there is nothing more, whatever the text has there.
        if let Some(Token::Run(run)) = self.tokens.last_mut()
            && run.start + run.len >= self.end
        {
            run.after = Class::Space;
        }
        let differing = |token: &Token| match token {
            Token::Run(run) if run.differs() => Some(*run),
            _ => None,
        };
        let runs: Vec<Run> = self.tokens.iter().filter_map(differing).collect();
        if !runs.is_empty() {
            self.places.extend(disputed(&self.tokens, &runs));
        }
        self.tokens.clear();
        self.line = None;
        self.end = 0;
        self.literal = false;
    }
}

/// Of the runs that the rules let do different things, those that something different comes of.
fn disputed(tokens: &[Token], differing: &[Run]) -> Vec<usize> {
    let readings = Readings::of(tokens);
    if readings.agree() {
        return Vec::new();
    }
    let mut touched: Vec<usize> = readings
        .differences()
        .flat_map(|pair| [pair.open, pair.close])
        .collect();
    touched.sort_unstable();
    let is_touched = |run: &&Run| {
        let first = touched.partition_point(|place| *place < run.start);
        touched.get(first).is_some_and(|place| run.holds(*place))
    };
    let starts = |run: &Run| run.start;
    let places: Vec<usize> = differing.iter().filter(is_touched).map(starts).collect();
    if places.is_empty() {
        return differing.iter().map(starts).collect();
    }
    places
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<usize> {
        ambiguous(&Shield::new(text))
    }

    #[test]
    fn marks_that_make_a_difference_are_found_outside_code() {
        assert_eq!(found("**👍**ok"), [6]);
        assert_eq!(found("`**👍**ok`"), [] as [usize; 0]);
        assert_eq!(found("```\n**👍**ok\n```"), [] as [usize; 0]);
        assert_eq!(found("**👍** ok"), [] as [usize; 0]);
        assert_eq!(found("<b> **👍**ok"), [10]);
        assert_eq!(found("> - a\n> - **👍**ok"), [16]);
        assert_eq!(found("\\**👍*ok"), [2, 7]);
    }

    #[test]
    fn marks_that_make_none_are_not() {
        for text in [
            "*yes*😀 and 😀*no*",
            "😀*no*😀",
            "a 👍*b",
            "a*€ b",
            "|a|\n|-|\n|*😀*|",
            "\\*a*€b\\*",
            // One mark and two are three, which do not pair where one of them could do both.
            "\\**👍**ok",
            "<https://a.example/*€*b>",
            "a [*b](/c) 👍*d",
        ] {
            assert_eq!(found(text), [] as [usize; 0], "{text}");
        }
    }

    #[test]
    fn each_block_is_read_by_itself() {
        assert_eq!(found("a 👍*b\n\n👍*c"), [] as [usize; 0]);
        assert_eq!(found("a*€*b\n\na*€*b").len(), 4);
    }
}
