//! [`Document`] -> plain text that reads well where nothing is rendered.

use std::fmt::Write;
use std::string::String;
use std::vec::Vec;

use unicode_width::UnicodeWidthStr;

use crate::report::{Converted, Finding, codes};
use crate::rich::links;
use crate::rich::prefix::Lines;
use crate::rich::{Alignment, Block, Document, Inline, List, MAX_NESTING, Table, block_text};

/// What becomes of link targets.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum Links {
    /// `text (url)` where text and target differ; mentions by their text.
    #[default]
    WhereDifferent,
    /// The text only, for notifications.
    TextOnly,
}

/// How plain text is written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct TextOptions {
    /// Lines are broken at this many columns, `None` for never. Code, tables and long words may
    /// be wider.
    pub width: Option<usize>,
    /// What becomes of link targets.
    pub links: Links,
}

impl TextOptions {
    /// Sets the width in columns.
    #[must_use]
    pub const fn with_width(mut self, columns: usize) -> Self {
        self.width = Some(columns);
        self
    }

    /// Sets what becomes of link targets.
    #[must_use]
    pub const fn with_links(mut self, links: Links) -> Self {
        self.links = links;
        self
    }
}

/// Writes a document as plain text; every line ends with a line feed.
///
/// Marks, headings, code and whom a mention means have no form in plain text; a finding says so once. All
/// text is kept, and with it list markers, quote marks and, where they say something new, the targets
/// of other links.
///
/// ```
/// use mimi_codec::rich::{markdown, plain};
///
/// let document = markdown::read("See [the page](https://example.com/):\n\n1. *one*\n2. two").value;
/// assert_eq!(
///     plain::write(&document, &plain::TextOptions::default()).value,
///     "See the page (https://example.com/):\n\n1. one\n2. two\n"
/// );
/// ```
pub fn write(document: &Document, options: &TextOptions) -> Converted<String> {
    let mut writer = Writer {
        lines: Lines::default(),
        options,
        styled: false,
        flattened: false,
    };
    writer.blocks(&document.blocks, false, 0);
    let mut findings = Vec::new();
    if writer.styled {
        findings.push(Finding::new(codes::STYLE_DROPPED));
    }
    if writer.flattened {
        findings.push(Finding::new(codes::NESTING_FLATTENED));
    }
    Converted::new(writer.lines.finish(), findings)
}

struct Writer<'a> {
    lines: Lines,
    options: &'a TextOptions,
    styled: bool,
    flattened: bool,
}

impl Writer<'_> {
    fn line(&mut self, line: &str) {
        self.lines.line(line);
    }

    fn blocks(&mut self, blocks: &[Block], tight: bool, depth: usize) {
        for (at, block) in blocks.iter().enumerate() {
            if at > 0 && !tight {
                self.line("");
            }
            match block {
                Block::Paragraph(content) => self.paragraph(content),
                Block::Heading { content, .. } => {
                    self.styled = true;
                    self.paragraph(content);
                }
                Block::Quote(inner) => {
                    if self.enter(inner, depth) {
                        self.within("> ", "> ", |writer| writer.blocks(inner, false, depth + 1));
                    }
                }
                Block::List(list) => {
                    if self.enter(core::slice::from_ref(block), depth) {
                        self.list(list, depth + 1);
                    }
                }
                Block::Code { text, .. } => {
                    self.styled = true;
                    for line in text.strip_suffix('\n').unwrap_or(text).split('\n') {
                        self.line(line);
                    }
                }
                Block::Table(table) => self.table(table),
                Block::Rule => self.line("----"),
            }
        }
    }

    /// Writes with more in front of each line.
    fn within(&mut self, first: &str, rest: &str, write: impl FnOnce(&mut Self)) {
        let len = self.lines.enter(first, rest);
        write(self);
        self.lines.leave(len);
    }

    fn enter(&mut self, inner: &[Block], depth: usize) -> bool {
        if depth < MAX_NESTING {
            return true;
        }
        self.flattened = true;
        let text = block_text(inner);
        for line in text.split('\n') {
            self.line(line);
        }
        false
    }

    fn list(&mut self, list: &List, depth: usize) {
        let mut marker = String::new();
        for (at, item) in list.items.iter().enumerate() {
            if at > 0 && !list.tight {
                self.line("");
            }
            marker.clear();
            match list.start {
                Some(start) => {
                    let number = u64::from(start) + at as u64;
                    let _ = write!(marker, "{number}. ");
                }
                None => marker.push_str("- "),
            }
            let indent = " ".repeat(marker.len());
            if let Some(done) = item.task {
                marker.push_str(if done { "[x] " } else { "[ ] " });
            }
            self.within(&marker, &indent, |writer| {
                writer.blocks(&item.blocks, list.tight, depth);
            });
        }
    }

    fn table(&mut self, table: &Table) {
        let rows: Vec<Vec<String>> = core::iter::once(&table.head)
            .chain(&table.rows)
            .map(|row| {
                row.iter()
                    .map(|cell| {
                        let mut text = String::new();
                        self.inlines(cell, &mut text);
                        text.replace('\n', " ")
                    })
                    .collect()
            })
            .collect();
        let mut widths: Vec<usize> = Vec::new();
        for row in &rows {
            for (at, cell) in row.iter().enumerate() {
                let width = cell.width();
                match widths.get_mut(at) {
                    Some(widest) => *widest = width.max(*widest),
                    None => widths.push(width),
                }
            }
        }
        // Cells are padded while the table fits the lines of a screen; one very wide cell must not
        // fill every other row with spaces.
        let limit = self.options.width.unwrap_or(100);
        let pad = widths.iter().map(|width| width + 3).sum::<usize>() <= limit;
        let mut line = String::new();
        for (number, row) in rows.iter().enumerate() {
            line.clear();
            for (at, cell) in row.iter().enumerate() {
                if at > 0 {
                    line.push_str(" | ");
                }
                let space = if pad {
                    widths.get(at).map_or(0, |width| width - cell.width())
                } else {
                    0
                };
                let before = match table.alignments.get(at) {
                    Some(Alignment::Right) => space,
                    Some(Alignment::Center) => space / 2,
                    _ => 0,
                };
                line.extend(core::iter::repeat_n(' ', before));
                line.push_str(cell);
                line.extend(core::iter::repeat_n(' ', space - before));
            }
            self.line(line.trim_end());
            if number == 0 {
                line.clear();
                for (at, width) in widths.iter().enumerate() {
                    if at > 0 {
                        line.push_str("-+-");
                    }
                    let width = if pad { *width } else { 3 };
                    line.extend(core::iter::repeat_n('-', width));
                }
                self.line(&line);
            }
        }
    }

    fn paragraph(&mut self, content: &[Inline]) {
        let mut text = String::new();
        self.inlines(content, &mut text);
        let Some(width) = self.options.width else {
            for line in text.split('\n') {
                self.line(line);
            }
            return;
        };
        let room = width.saturating_sub(self.lines.prefix().width()).max(1);
        for line in text.split('\n') {
            self.wrap(line, room);
        }
    }

    /// Breaks a line at spaces.
    fn wrap(&mut self, text: &str, room: usize) {
        let mut line = String::new();
        let mut used = 0;
        for word in text.split(' ') {
            let width = word.width();
            if !line.is_empty() && used + 1 + width > room {
                self.line(&line);
                line.clear();
                used = 0;
            } else if !line.is_empty() {
                line.push(' ');
                used += 1;
            }
            line.push_str(word);
            used += width;
        }
        self.line(&line);
    }

    fn inlines(&mut self, inlines: &[Inline], text: &mut String) {
        // What is to be written, and what follows after the content of a link.
        enum Step<'a> {
            Inline(&'a Inline),
            LinkEnd { target: &'a str, start: usize },
        }
        let mut steps: Vec<Step<'_>> = inlines.iter().rev().map(Step::Inline).collect();
        while let Some(step) = steps.pop() {
            match step {
                Step::Inline(inline) => match inline {
                    Inline::Text(piece) => text.push_str(piece),
                    Inline::Code(code) => {
                        self.styled = true;
                        text.push_str(code);
                    }
                    Inline::Emphasis(content)
                    | Inline::Strong(content)
                    | Inline::Strike(content) => {
                        self.styled = true;
                        steps.extend(content.iter().rev().map(Step::Inline));
                    }
                    Inline::Link {
                        target, content, ..
                    } => {
                        steps.push(Step::LinkEnd {
                            target,
                            start: text.len(),
                        });
                        steps.extend(content.iter().rev().map(Step::Inline));
                    }
                    Inline::Image { alt, .. } => {
                        self.styled = true;
                        text.push('[');
                        text.push_str(if alt.is_empty() { "image" } else { alt });
                        text.push(']');
                    }
                    // Where lines are broken anew, a soft break is a space like any other.
                    Inline::SoftBreak => text.push(if self.options.width.is_some() {
                        ' '
                    } else {
                        '\n'
                    }),
                    Inline::HardBreak => text.push('\n'),
                },
                Step::LinkEnd { target, start } => {
                    let shown = text.get(start..).unwrap_or_default();
                    if links::compare(shown, target).is_same() {
                        continue;
                    }
                    let is_mention = links::is_im_uri(target) && !shown.trim().is_empty();
                    if is_mention || self.options.links == Links::TextOnly {
                        self.styled = true;
                        continue;
                    }
                    if shown.trim().is_empty() {
                        text.push_str(target);
                    } else {
                        text.push_str(" (");
                        text.push_str(target);
                        text.push(')');
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rich::markdown;

    fn text(markdown: &str) -> String {
        write(&markdown::read(markdown).value, &TextOptions::default()).value
    }

    #[test]
    fn quotes_and_lists_are_readable() {
        assert_eq!(text("> a\n>\n> b\n\nc"), "> a\n>\n> b\n\nc\n");
        assert_eq!(
            text("- a\n  - [x] b\n- c\n\n  d\n-"),
            "- a\n\n  - [x] b\n\n- c\n\n  d\n\n-\n"
        );
        assert_eq!(text("9. a\n10. b"), "9. a\n10. b\n");
    }

    #[test]
    fn tables_are_aligned_by_width() {
        assert_eq!(
            text("| 名前 | n |\n|---|--:|\n| a | 10 |\n| bcd | 9 |"),
            "名前 |  n\n-----+---\na    | 10\nbcd  |  9\n"
        );
    }

    #[test]
    fn links_where_they_say_something_new() {
        assert_eq!(
            text("<https://a.example/> [a.example](https://a.example) [b](https://b.example)"),
            "https://a.example/ a.example b (https://b.example)\n"
        );
        assert_eq!(text("[Alice](mimi://example.com/u/alice)"), "Alice\n");
        let document = markdown::read("[b](https://b.example)").value;
        let options = TextOptions::default().with_links(Links::TextOnly);
        assert_eq!(write(&document, &options).value, "b\n");
    }

    #[test]
    fn what_has_no_form_is_told() {
        for markdown in [
            "*a*",
            "# a",
            "```rust\na\n```",
            "[@Alice](mimi://example.com/u/alice)",
        ] {
            let written = write(&markdown::read(markdown).value, &TextOptions::default());
            let told: Vec<_> = written.findings.iter().map(|found| found.code).collect();
            assert_eq!(told, [codes::STYLE_DROPPED], "{markdown}");
        }
        for markdown in [
            "a",
            "- a\n- b",
            "> a",
            "<mimi://example.com/u/alice>",
            "[b](https://b.example)",
        ] {
            let written = write(&markdown::read(markdown).value, &TextOptions::default());
            assert_eq!(written.findings, [], "{markdown}");
        }
    }

    #[test]
    fn lines_are_broken_at_the_width() {
        let document = markdown::read("> aa bb cc dd\n> ee").value;
        let options = TextOptions::default().with_width(7);
        assert_eq!(write(&document, &options).value, "> aa bb\n> cc dd\n> ee\n");
    }
}
