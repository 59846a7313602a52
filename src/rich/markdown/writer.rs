//! [`Document`] -> canonical Markdown: blocks, their prefixes and the empty lines between them.
//! What stands within a line is written by `inlines`.

use std::borrow::Cow;
use std::fmt::Write;
use std::string::String;
use std::vec::Vec;

use super::inlines::{self, Tries};
use super::reader::Place;
use crate::report::{Converted, Finding, codes};
use crate::rich::prefix::Lines;
use crate::rich::{
    Alignment, Block, Cell, Document, Inline, Item, List, MAX_NESTING, Table, block_text,
};

/// The most empty cells added to the short rows of a document's tables.
const FILLING: usize = 100_000;

/// The largest number of an ordered list: nine digits.
const LARGEST_NUMBER: u32 = 999_999_999;

/// Writes a document as GFM-MIMI Markdown in canonical form: reading the result and writing it
/// again gives the same text.
///
/// The result never holds HTML. Emphasis is written only where CommonMark 0.31 and GFM 0.29 read
/// it alike; what Markdown cannot say is reduced, its text is kept, and a finding says so. Every
/// line ends with a line feed.
///
/// ```
/// use mimi_codec::rich::{Block, Document, Inline, markdown};
///
/// let document = Document::new(vec![Block::Paragraph(vec![
///     Inline::text("2 * 3 * 4 <b> "),
///     Inline::Strong(vec![Inline::text("bold")]),
/// ])]);
/// assert_eq!(markdown::write(&document).value, "2 * 3 * 4 &lt;b> **bold**\n");
/// ```
pub fn write(document: &Document) -> Converted<String> {
    let mut writer = Writer {
        lines: Lines::default(),
        findings: Vec::new(),
        tries: Tries::default(),
        filling: FILLING,
    };
    if is_settled(&document.blocks) {
        writer.blocks(&document.blocks, &Context::TOP);
    } else {
        let mut settled = Document::new(document.blocks.clone());
        settle(&mut settled.blocks, &mut writer.findings);
        writer.blocks(&settled.blocks, &Context::TOP);
    }
    Converted::new(writer.lines.finish(), writer.findings)
}

/// Where blocks stand.
struct Context {
    /// No empty lines between the blocks.
    tight: bool,
    depth: usize,
    /// The bullet of the list that the first block stands right behind.
    bullet: Option<char>,
    in_list: bool,
}

impl Context {
    const TOP: Context = Context {
        tight: false,
        depth: 0,
        bullet: None,
        in_list: false,
    };
}

struct Writer {
    lines: Lines,
    findings: Vec<Finding>,
    /// How many spellings may still be tried.
    tries: Tries,
    /// How many empty cells may still be added.
    filling: usize,
}

impl Writer {
    fn line(&mut self, line: &str) {
        self.lines.line(line);
    }

    fn text_lines(&mut self, text: &str) {
        for line in text.split('\n') {
            self.line(line);
        }
    }

    fn blocks(&mut self, blocks: &[Block], context: &Context) {
        let mut any = false;
        let mut last_marker = context.bullet;
        for block in blocks {
            let mut text = String::new();
            match block {
                Block::Paragraph(content) => {
                    text = inlines::render(
                        content,
                        Place::Paragraph,
                        &mut self.tries,
                        &mut self.findings,
                    );
                    if text.is_empty() {
                        continue;
                    }
                }
                Block::Table(table) if table.head.is_empty() && table.rows.is_empty() => continue,
                Block::List(list) if list.items.is_empty() => continue,
                _ => {}
            }
            if any && !context.tight {
                self.line("");
            }
            let mut marker = None;
            match block {
                Block::Paragraph(_) => self.text_lines(&text),
                Block::Heading { level, content } => self.heading(*level, content),
                Block::Quote(inner) => {
                    if self.enter(inner, context.depth) {
                        self.within("> ", "> ", |writer| {
                            writer.blocks(
                                inner,
                                &Context {
                                    tight: false,
                                    depth: context.depth + 1,
                                    bullet: None,
                                    in_list: false,
                                },
                            );
                        });
                    }
                }
                Block::List(list) => {
                    if self.enter(core::slice::from_ref(block), context.depth) {
                        marker = Some(self.list(list, last_marker, context.depth + 1));
                    }
                }
                Block::Code { info, text } => self.code(info, text),
                Block::Table(table) => self.table(table),
                // In a list, a rule of hyphens or stars would be one with the bullet.
                Block::Rule => self.line(if context.in_list { "___" } else { "---" }),
            }
            last_marker = marker;
            any = true;
        }
    }

    /// Writes with more in front of each line.
    fn within(&mut self, first: &str, rest: &str, write: impl FnOnce(&mut Self)) {
        let len = self.lines.enter(first, rest);
        write(self);
        self.lines.leave(len);
    }

    /// Whether to go one level deeper; if not, the text of the blocks is written.
    fn enter(&mut self, inner: &[Block], depth: usize) -> bool {
        if depth < MAX_NESTING {
            return true;
        }
        self.findings.push(Finding::new(codes::NESTING_FLATTENED));
        let text = [Inline::Text(block_text(inner).replace('\n', " "))];
        let text = inlines::render(&text, Place::Paragraph, &mut self.tries, &mut self.findings);
        self.text_lines(&text);
        false
    }

    fn heading(&mut self, level: u8, content: &[Inline]) {
        let text = inlines::render(content, Place::Heading, &mut self.tries, &mut self.findings);
        let mut line = "#".repeat(usize::from(level.clamp(1, 6)));
        if !text.is_empty() {
            line.push(' ');
            line.push_str(&text);
        }
        self.line(&line);
    }

    fn code(&mut self, info: &str, text: &str) {
        let info = info.trim();
        // The info string of a fence of backticks has no backticks.
        let mark = if info.contains('`') { '~' } else { '`' };
        let longest = text
            .split('\n')
            .map(|line| {
                let line = line.trim_start();
                line.len() - line.trim_start_matches(mark).len()
            })
            .max()
            .unwrap_or(0);
        let fence: String = core::iter::repeat_n(mark, longest.max(2) + 1).collect();
        let mut open = fence.clone();
        if info.starts_with(mark) {
            open.push(' ');
        }
        for c in info.chars() {
            match c {
                '\\' => open.push_str("\\\\"),
                '&' => open.push_str("&amp;"),
                '\n' | '\r' => open.push(' '),
                '\0' => open.push('\u{fffd}'),
                _ => open.push(c),
            }
        }
        self.line(&open);
        if !text.is_empty() {
            let text = clean_code(text);
            self.text_lines(text.strip_suffix('\n').unwrap_or(&text));
        }
        self.line(&fence);
    }

    /// Writes a list; returns its bullet or delimiter.
    fn list(&mut self, list: &List, before: Option<char>, depth: usize) -> char {
        let marker = match (list.start, before) {
            (None, Some('-')) => '*',
            (None, _) => '-',
            (Some(_), Some('.')) => ')',
            (Some(_), _) => '.',
        };
        // Without paragraphs, a list looks the same either way.
        let paragraphs = list
            .items
            .iter()
            .flat_map(|item| &item.blocks)
            .any(|block| matches!(block, Block::Paragraph(_)));
        let tight = (list.tight || !paragraphs) && list.items.iter().all(can_be_tight);
        let shows_loose =
            list.items.len() > 1 || list.items.iter().any(|item| item.blocks.len() > 1);
        if paragraphs && (tight != list.tight || !tight && !shows_loose) {
            self.findings.push(Finding::new(codes::LIST_LOOSENED));
        }
        let mut label = String::new();
        for (at, item) in list.items.iter().enumerate() {
            if at > 0 && !tight {
                self.line("");
            }
            label.clear();
            match list.start {
                Some(start) => {
                    let number = u64::from(start) + at as u64;
                    if number > u64::from(LARGEST_NUMBER) && at == 0 {
                        self.findings.push(Finding::new(codes::LIST_NUMBER_CHANGED));
                    }
                    let number = number.min(u64::from(LARGEST_NUMBER));
                    let _ = write!(label, "{number}{marker} ");
                }
                None => {
                    label.push(marker);
                    label.push(' ');
                }
            }
            let rest = " ".repeat(label.len());
            if let Some(done) = item.task {
                label.push_str(if done { "[x] " } else { "[ ] " });
            }
            let context = Context {
                tight,
                depth,
                bullet: list.start.is_none().then_some(marker),
                in_list: true,
            };
            self.within(&label, &rest, |writer| {
                writer.blocks(&item.blocks, &context)
            });
        }
        marker
    }

    fn table(&mut self, table: &Table) {
        let width = table
            .rows
            .iter()
            .map(Vec::len)
            .chain([table.head.len()])
            .max()
            .unwrap_or(0);
        self.row(&table.head, width);
        let mut line = String::from("|");
        for at in 0..width {
            line.push_str(match table.alignments.get(at) {
                Some(Alignment::Left) => " :-- |",
                Some(Alignment::Center) => " :-: |",
                Some(Alignment::Right) => " --: |",
                Some(Alignment::None) | None => " --- |",
            });
        }
        self.line(&line);
        for row in &table.rows {
            // Readers fill short rows up; with a very wide head, the empty cells are left to them.
            let missing = width.saturating_sub(row.len()).min(self.filling);
            self.filling -= missing;
            self.row(row, row.len() + missing);
        }
    }

    fn row(&mut self, row: &[Cell], width: usize) {
        let mut line = String::from("|");
        for at in 0..width.max(1) {
            let text = row.get(at).map_or_else(String::new, |cell| {
                inlines::render(cell, Place::Cell, &mut self.tries, &mut self.findings)
            });
            if !text.is_empty() {
                line.push(' ');
                line.push_str(&text);
            }
            line.push_str(" |");
        }
        self.line(&line);
    }
}

/// Code without the characters that Markdown has no place for.
fn clean_code(text: &str) -> Cow<'_, str> {
    if text.contains(['\r', '\0']) {
        Cow::Owned(
            text.replace("\r\n", "\n")
                .replace('\r', "\n")
                .replace('\0', "\u{fffd}"),
        )
    } else {
        Cow::Borrowed(text)
    }
}

/// Whether lists can be written as they are: no block in them shows nothing, no box is without text
/// behind it. What readers make always is.
fn is_settled(blocks: &[Block]) -> bool {
    let mut stack: Vec<&Block> = blocks.iter().collect();
    while let Some(block) = stack.pop() {
        match block {
            Block::Quote(inner) => stack.extend(inner),
            Block::List(list) => {
                for item in &list.items {
                    let has_text = matches!(item.blocks.first(), Some(Block::Paragraph(_)));
                    if item.blocks.iter().any(shows_nothing) || item.task.is_some() && !has_text {
                        return false;
                    }
                    stack.extend(&item.blocks);
                }
            }
            _ => {}
        }
    }
    true
}

/// Brings lists into a form that can be written.
fn settle(blocks: &mut Vec<Block>, findings: &mut Vec<Finding>) {
    let mut stack: Vec<&mut Vec<Block>> = Vec::from([blocks]);
    while let Some(blocks) = stack.pop() {
        blocks.retain(|block| !shows_nothing(block));
        for block in blocks {
            match block {
                Block::Quote(inner) => stack.push(inner),
                Block::List(list) => {
                    for item in &mut list.items {
                        item.blocks.retain(|block| !shows_nothing(block));
                        let task = item.task;
                        item.settle_task();
                        if item.task != task {
                            findings.push(Finding::new(codes::BLOCK_REDUCED));
                        }
                        stack.push(&mut item.blocks);
                    }
                }
                _ => {}
            }
        }
    }
}

/// Whether nothing is written for a block.
fn shows_nothing(block: &Block) -> bool {
    let content = match block {
        Block::Paragraph(content) => content,
        Block::List(list) => return list.items.is_empty(),
        Block::Table(table) => return table.head.is_empty() && table.rows.is_empty(),
        _ => return false,
    };
    let mut stack: Vec<&Inline> = content.iter().collect();
    while let Some(inline) = stack.pop() {
        match inline {
            Inline::SoftBreak | Inline::HardBreak => {}
            Inline::Text(text) if text.trim_matches([' ', '\t']).is_empty() => {}
            Inline::Code(text) if text.is_empty() => {}
            Inline::Emphasis(content) | Inline::Strong(content) | Inline::Strike(content) => {
                stack.extend(content);
            }
            _ => return false,
        }
    }
    true
}

/// Whether the blocks of an item can follow each other without empty lines.
fn can_be_tight(item: &Item) -> bool {
    item.blocks
        .windows(2)
        .all(|pair| matches!(pair, [above, below] if can_touch(above, below)))
}

/// Whether a block can stand right below another and both are read as they are.
fn can_touch(above: &Block, below: &Block) -> bool {
    // What may follow a paragraph without being part of it.
    let interrupts =
        match below {
            Block::Paragraph(_) | Block::Table(_) => false,
            Block::List(list) => list.start.is_none_or(|start| start == 1)
                && list.items.first().is_some_and(
                    |item| matches!(item.blocks.first(), Some(first) if begins_with_text(first)),
                ),
            _ => true,
        };
    match above {
        Block::Heading { .. } | Block::Code { .. } | Block::Rule => {
            !matches!(below, Block::Quote(_)) || !matches!(above, Block::Quote(_))
        }
        Block::Paragraph(_) => interrupts,
        Block::Quote(_) => interrupts && !matches!(below, Block::Quote(_)),
        Block::List(list) => match below {
            Block::List(next) => interrupts && next.start.is_some() != list.start.is_some(),
            _ => interrupts,
        },
        Block::Table(_) => interrupts,
    }
}

/// Whether a block surely begins with something visible.
fn begins_with_text(block: &Block) -> bool {
    match block {
        Block::Paragraph(content) => !crate::rich::inline_text(content).trim().is_empty(),
        Block::Heading { .. } | Block::Code { .. } | Block::Rule => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rich::markdown::read;

    /// Reads and writes, and checks that doing so again changes nothing.
    fn again(markdown: &str) -> String {
        let document = read(markdown).value;
        let written = write(&document).value;
        assert_eq!(read(&written).value, document, "{written:?}");
        let twice = write(&read(&written).value).value;
        assert_eq!(twice, written);
        written
    }

    #[test]
    fn canonical_forms() {
        for (markdown, want) in [
            ("__a__ _b_", "**a** *b*\n"),
            ("* a\n* b\n    * c", "- a\n- b\n  - c\n"),
            ("1) a\n2) b", "1. a\n2. b\n"),
            ("- a\n\n* b", "- a\n\n* b\n"),
            ("Title\n=====", "# Title\n"),
            ("    code", "```\ncode\n```\n"),
            ("~~~ a`b\n```\n~~~", "~~~a`b\n```\n~~~\n"),
            ("* * *", "---\n"),
            ("- ***", "- ___\n"),
            ("a\\\nb", "a\\\nb\n"),
            ("> a\nb", "> a\n> b\n"),
            ("<https://a.example>", "<https://a.example>\n"),
            (
                "a|b\n-|:-\n`x\\|y`",
                "| a | b |\n| --- | :-- |\n| `x\\|y` | |\n",
            ),
            ("*a _b_*", "*a _b_*\n"),
        ] {
            assert_eq!(again(markdown), want);
        }
    }

    #[test]
    fn escapes_only_where_needed() {
        for (text, want) in [
            ("1. a", "1\\. a\n"),
            ("1.5", "1.5\n"),
            ("- a", "\\- a\n"),
            ("-a", "-a\n"),
            ("# a", "\\# a\n"),
            ("#a", "#a\n"),
            ("2 * 3", "2 * 3\n"),
            ("a*b", "a*b\n"),
            ("a*b*c", "a\\*b\\*c\n"),
            ("~5 or ~6", "~5 or ~6\n"),
            ("* a", "\\* a\n"),
            ("***", "\\***\n"),
            ("~~~", "\\~~~\n"),
            ("snake_case", "snake_case\n"),
            ("a < b > c & d", "a < b > c & d\n"),
            ("&amp;", "&amp;amp;\n"),
            ("C:\\dir", "C:\\dir\n"),
            ("a [b] c", "a [b] c\n"),
            ("a [b](c)", "a [b\\](c)\n"),
            ("    x", "&#32;   x\n"),
        ] {
            let document = Document::new(Vec::from([Block::Paragraph(Vec::from([Inline::text(
                text,
            )]))]));
            let written = write(&document).value;
            assert_eq!(written, want);
            assert_eq!(read(&written).value, document);
        }
    }

    #[test]
    fn marks_that_cannot_be_said_are_dropped_with_a_finding() {
        let document = Document::new(Vec::from([Block::Paragraph(Vec::from([
            Inline::Strong(Vec::from([Inline::text("👍")])),
            Inline::text("ok"),
        ]))]));
        let written = write(&document);
        assert_eq!(written.value, "👍ok\n");
        let codes: Vec<_> = written.findings.iter().map(|f| f.code).collect();
        assert_eq!(codes, [codes::EMPHASIS_DROPPED]);
    }

    #[test]
    fn white_space_moves_out_of_marks() {
        let document = Document::new(Vec::from([Block::Paragraph(Vec::from([
            Inline::text("a"),
            Inline::Strong(Vec::from([Inline::text(" b ")])),
            Inline::text("c"),
        ]))]));
        assert_eq!(write(&document).value, "a **b** c\n");
    }

    #[test]
    fn overlapping_and_adjacent_marks() {
        let em = |content: Vec<Inline>| Inline::Emphasis(content);
        let strong = |content: Vec<Inline>| Inline::Strong(content);
        let text = |text: &str| Inline::text(text);
        for inlines in [
            Vec::from([em(Vec::from([text("a"), em(Vec::from([text("b")]))]))]),
            Vec::from([em(Vec::from([em(Vec::from([text("b")]))]))]),
            Vec::from([strong(Vec::from([em(Vec::from([text("b")]))]))]),
            Vec::from([em(Vec::from([text("a")])), strong(Vec::from([text("b")]))]),
            Vec::from([em(Vec::from([strong(Vec::from([text("a")])), text(" b")]))]),
        ] {
            let document = Document::new(Vec::from([Block::Paragraph(inlines)]));
            let written = write(&document);
            assert!(written.findings.is_empty(), "{}", written.value);
            assert_eq!(read(&written.value).value, document, "{}", written.value);
        }
    }
}
