//! [`Layout`]: documents become lines. What the blocks of a view are is not known here.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::mem;

use unicode_width::UnicodeWidthStr;

use super::lines::{Resources, followed, harmless};
use super::references::image_part;
use super::{Line, LineOptions, Role, Span, label};
use crate::rich::{
    Alignment, Block, Document, Inline, List, MAX_NESTING, Table, block_text, inline_text, links,
};

type Images<'i, 'm> = &'i Resources<'m>;

pub(super) struct Layout<'o> {
    options: &'o LineOptions,
    lines: Vec<Line>,
    /// What every line begins with.
    prefix: Vec<Span>,
    /// What the next line begins with instead, once.
    first: Option<Vec<Span>>,
}

impl<'o> Layout<'o> {
    pub(super) const fn new(options: &'o LineOptions) -> Self {
        Layout {
            options,
            lines: Vec::new(),
            prefix: Vec::new(),
            first: None,
        }
    }

    pub(super) fn finish(self) -> Vec<Line> {
        self.lines
    }

    fn line(&mut self, spans: Vec<Span>) {
        let mut start = self.first.take().unwrap_or_else(|| self.prefix.clone());
        let bare = spans.is_empty();
        start.extend(spans);
        if bare && let Some(last) = start.last_mut() {
            last.text.truncate(last.text.trim_end().len());
        }
        let mut line = Line::default();
        for span in start.into_iter().filter(|span| !span.text.is_empty()) {
            push(&mut line.spans, span);
        }
        self.lines.push(line);
    }

    pub(super) fn empty_line(&mut self) {
        self.line(Vec::new());
    }

    /// Lays out with more in front of each line.
    pub(super) fn within(&mut self, first: Span, rest: Span, lay_out: impl FnOnce(&mut Self)) {
        let mut start = self.first.take().unwrap_or_else(|| self.prefix.clone());
        start.push(first);
        self.first = Some(start);
        self.prefix.push(rest);
        lay_out(self);
        if self.first.is_some() {
            // Nothing was laid out: the mark stands alone.
            self.empty_line();
        }
        self.prefix.pop();
    }

    pub(super) fn document(&mut self, document: &Document, images: Images<'_, '_>) {
        self.blocks(&document.blocks, images, false, 0);
    }

    fn blocks(&mut self, blocks: &[Block], images: Images<'_, '_>, tight: bool, depth: usize) {
        for (place, block) in blocks.iter().enumerate() {
            if place > 0 && !tight {
                self.empty_line();
            }
            match block {
                Block::Quote(_) | Block::List(_) if depth >= MAX_NESTING => {
                    // Documents that a reader made are never this deep.
                    for line in block_text(core::slice::from_ref(block)).split('\n') {
                        self.paragraph([Span::new(Role::Text, line)]);
                    }
                }
                Block::Paragraph(content) => self.inlines(content, Role::Text, images),
                Block::Heading { level, content } => {
                    let mark = "#".repeat(usize::from((*level).clamp(1, 6)));
                    let mut spans = self.flow(content, Role::Heading, images);
                    spans.insert(0, Span::new(Role::Heading, &format!("{mark} ")));
                    self.wrap(spans);
                }
                Block::Quote(inner) => {
                    let mark = || Span::new(Role::QuoteMark, "> ");
                    self.within(mark(), mark(), |layout| {
                        layout.blocks(inner, images, false, depth + 1);
                    });
                }
                Block::List(list) => self.list(list, images, depth + 1),
                Block::Code { text, .. } => {
                    for line in text.strip_suffix('\n').unwrap_or(text).split('\n') {
                        let line = line.replace('\t', "    ");
                        self.line(alloc::vec![Span::new(Role::Code, &line)]);
                    }
                }
                Block::Table(table) => self.table(table, images),
                Block::Rule => self.line(alloc::vec![Span::new(Role::Rule, "----")]),
            }
        }
    }

    fn list(&mut self, list: &List, images: Images<'_, '_>, depth: usize) {
        for (place, item) in list.items.iter().enumerate() {
            if place > 0 && !list.tight {
                self.empty_line();
            }
            let mut mark = match list.start {
                Some(start) => format!("{}. ", u64::from(start) + place as u64),
                None => String::from("- "),
            };
            let indent = " ".repeat(mark.len());
            if let Some(done) = item.task {
                mark.push_str(if done { "[x] " } else { "[ ] " });
            }
            self.within(
                Span::new(Role::ListMark, &mark),
                Span::new(Role::Text, &indent),
                |layout| layout.blocks(&item.blocks, images, list.tight, depth),
            );
        }
    }

    fn table(&mut self, table: &Table, images: Images<'_, '_>) {
        let rows: Vec<Vec<Vec<Span>>> = core::iter::once(&table.head)
            .chain(&table.rows)
            .map(|row| {
                row.iter()
                    .map(|cell| {
                        let mut spans = self.flow(cell, Role::Text, images);
                        for span in &mut spans {
                            span.text = span.text.replace('\n', " ");
                        }
                        spans
                    })
                    .collect()
            })
            .collect();
        let mut widths: Vec<usize> = alloc::vec![0; table.head.len()];
        for row in &rows {
            for (place, cell) in row.iter().enumerate() {
                match widths.get_mut(place) {
                    Some(widest) => *widest = (*widest).max(width(cell)),
                    None => widths.push(width(cell)),
                }
            }
        }
        // One very wide cell must not fill every other row with spaces.
        let limit = self.options.width.unwrap_or(100);
        let pad = widths.iter().map(|width| width + 3).sum::<usize>() <= limit;
        let frame = |text: &str| Span::new(Role::TableFrame, text);
        for (number, row) in rows.into_iter().enumerate() {
            let mut line = Vec::new();
            for (place, mut cell) in row.into_iter().enumerate() {
                if place > 0 {
                    line.push(frame(" | "));
                }
                let wide = widths.get(place).copied().filter(|_| pad).unwrap_or(0);
                let space = wide.saturating_sub(width(&cell));
                let before = match table.alignments.get(place) {
                    Some(Alignment::Right) => space,
                    Some(Alignment::Center) => space / 2,
                    _ => 0,
                };
                if number == 0 {
                    for span in &mut cell {
                        span.strong = true;
                    }
                }
                line.push(Span::new(Role::Text, &" ".repeat(before)));
                line.extend(cell);
                line.push(Span::new(Role::Text, &" ".repeat(space - before)));
            }
            self.line(line);
            if number == 0 {
                let dashes: Vec<String> = widths
                    .iter()
                    .map(|width| "-".repeat(if pad { *width } else { 3 }))
                    .collect();
                self.line(alloc::vec![frame(&dashes.join("-+-"))]);
            }
        }
    }

    fn inlines(&mut self, content: &[Inline], role: Role, images: Images<'_, '_>) {
        let spans = self.flow(content, role, images);
        self.wrap(spans);
    }

    pub(super) fn paragraph<const N: usize>(&mut self, spans: [Span; N]) {
        self.wrap(Vec::from(spans));
    }

    /// Inlines as spans in a row; a line feed at the end of a span ends the line.
    fn flow(&self, content: &[Inline], role: Role, images: Images<'_, '_>) -> Vec<Span> {
        let mut out = Vec::new();
        let style = Span {
            role,
            ..Span::default()
        };
        // What is to be laid out in which style; behind a link, where it leads.
        enum Step<'i> {
            Inline(&'i Inline, Span),
            Behind(&'i [Inline], &'i str),
        }
        let start = content.iter().rev();
        let mut steps: Vec<Step<'_>> = start
            .map(|inline| Step::Inline(inline, style.clone()))
            .collect();
        while let Some(step) = steps.pop() {
            let (inline, style) = match step {
                Step::Inline(inline, style) => (inline, style),
                Step::Behind(content, target) => {
                    out.extend(self.behind(content, target));
                    continue;
                }
            };
            let mut inner = style.clone();
            match inline {
                Inline::Text(text) => inner.text = harmless(text),
                Inline::Code(text) => {
                    inner.text = harmless(text);
                    inner.role = Role::Code;
                }
                Inline::Image { target, alt, .. } => {
                    inner.text = image(target, alt, images);
                    inner.role = Role::Image;
                }
                Inline::SoftBreak => inner.text = " ".into(),
                Inline::HardBreak => inner.text = "\n".into(),
                Inline::Emphasis(_) => inner.emphasis = true,
                Inline::Strong(_) => inner.strong = true,
                Inline::Strike(_) => inner.strike = true,
                Inline::Link {
                    target, content, ..
                } => {
                    inner.role = if links::is_im_uri(target) {
                        Role::Mention
                    } else {
                        Role::Link
                    };
                    inner.link = followed(target);
                    steps.push(Step::Behind(content, target));
                }
            }
            if inner.text.is_empty() {
                let children = inline.children().iter().rev();
                steps.extend(children.map(|child| Step::Inline(child, inner.clone())));
            } else {
                out.push(inner);
            }
        }
        out
    }

    /// What is written behind a link: its target if asked for, its host if the text deceives.
    fn behind(&self, content: &[Inline], target: &str) -> Option<Span> {
        let text = links::compare(&inline_text(content), target);
        if text.is_deceptive() {
            let host = links::host(target).unwrap_or(target);
            return Some(Span::new(Role::Warning, &format!(" [{host}]")));
        }
        let wanted = self.options.targets && !text.is_same() && !links::is_im_uri(target);
        wanted.then(|| Span::new(Role::Text, &format!(" ({target})")))
    }

    /// Breaks spans into lines: at line feeds, and at spaces where the width asks for it.
    fn wrap(&mut self, spans: Vec<Span>) {
        let room = self
            .options
            .width
            .map(|columns| columns.saturating_sub(width(&self.prefix)).max(1));
        let mut line: Vec<Span> = Vec::new();
        let mut used = 0;
        // A word may have several looks; the space before it belongs to it.
        let mut word: Vec<Span> = Vec::new();
        for mut span in spans {
            // Copies of the look must not copy the text.
            let text = mem::take(&mut span.text);
            for piece in pieces(&text) {
                if piece.starts_with([' ', '\n']) {
                    self.place(mem::take(&mut word), &mut line, &mut used, room);
                }
                if piece == "\n" {
                    let done = mem::take(&mut line);
                    used = 0;
                    self.line(done);
                    continue;
                }
                word.push(Span {
                    text: piece.to_string(),
                    ..span.clone()
                });
            }
        }
        self.place(word, &mut line, &mut used, room);
        self.line(line);
    }

    fn place(
        &mut self,
        mut word: Vec<Span>,
        line: &mut Vec<Span>,
        used: &mut usize,
        room: Option<usize>,
    ) {
        if word.is_empty() {
            return;
        }
        let wide = width(&word);
        if room.is_some_and(|room| *used > 0 && *used + wide > room) {
            let done = mem::take(line);
            self.line(done);
            *used = 0;
            if let Some(first) = word.first_mut() {
                first.text = first.text.trim_start_matches(' ').to_string();
            }
        }
        *used += width(&word);
        line.extend(word);
    }
}

/// Cuts a text before each space and around each line feed.
fn pieces(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    core::iter::from_fn(move || {
        let first = rest.chars().next()?;
        let end = if first == '\n' {
            1
        } else {
            let from = first.len_utf8();
            let next = rest.get(from..)?.find([' ', '\n']);
            next.map_or(rest.len(), |next| from + next)
        };
        let (piece, after) = rest.split_at(end);
        rest = after;
        Some(piece)
    })
}

fn image(target: &str, alt: &str, images: Images<'_, '_>) -> String {
    let file = image_part(target).and_then(|index| images.get(&index));
    let label = file.map(label::file).unwrap_or_default();
    let between = if alt.is_empty() || label.is_empty() {
        ""
    } else {
        ", "
    };
    harmless(&format!("[image: {alt}{between}{label}]"))
}

fn width(spans: &[Span]) -> usize {
    spans.iter().map(|span| span.text.width()).sum()
}

/// Neighbours of one look become one span.
fn push(spans: &mut Vec<Span>, span: Span) {
    if let Some(last) = spans.last_mut()
        && last.role == span.role
        && last.link == span.link
        && (last.emphasis, last.strong, last.strike) == (span.emphasis, span.strong, span.strike)
    {
        last.text.push_str(&span.text);
    } else {
        spans.push(span);
    }
}
