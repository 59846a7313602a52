//! Markdown -> [`Document`].

use std::borrow::Cow;
use std::string::String;
use std::vec::Vec;

use memchr::memchr_iter;
use pulldown_cmark::{CodeBlockKind, Event, LinkType, Options, Parser, Tag, TagEnd};

use super::ambiguity::ambiguous;
use super::escape::Shield;
use crate::report::{Converted, Finding, codes};
use crate::rich::document::push;
use crate::rich::{
    Alignment, Block, Cell, Document, Inline, Item, List, MAX_NESTING, Table, inline_text,
};

/// The extensions of GFM-MIMI, and no other.
pub(super) const OPTIONS: Options = Options::ENABLE_TABLES
    .union(Options::ENABLE_STRIKETHROUGH)
    .union(Options::ENABLE_TASKLISTS);

/// How often the text is parsed again because what looked like a link target was a tag.
const ROUNDS: usize = 4;

/// At most this many findings of one kind are listed for one text.
const LISTED: usize = 100;

/// Reads GFM-MIMI Markdown: what a parser of GFM would call HTML is text.
///
/// Reading never fails. The findings say where HTML is shown as text, which marks other readers
/// may read differently, and what was nested too deeply; offsets count octets of `markdown`.
///
/// ```
/// use mimi_codec::rich::{Block, Inline, markdown};
///
/// let document = markdown::read("*hello*").value;
/// assert_eq!(
///     document.blocks,
///     [Block::Paragraph(vec![Inline::Emphasis(vec![Inline::text("hello")])])]
/// );
/// ```
pub fn read(markdown: &str) -> Converted<Document> {
    let mut findings = Vec::new();
    let nul = markdown.find('\0');
    let original: Cow<'_, str> = match nul {
        Some(at) => {
            findings.push(Finding::new(codes::NUL_REPLACED).at(at));
            Cow::Owned(markdown.replace('\0', "\u{fffd}"))
        }
        None => Cow::Borrowed(markdown),
    };
    let mut shield = Shield::new(&original);
    let mut rounds = 0;
    let builder = loop {
        let mut builder = Builder::new(&shield);
        builder.run();
        if builder.html.is_empty() || rounds > ROUNDS {
            break builder;
        }
        let places = core::mem::take(&mut builder.html);
        drop(builder);
        rounds += 1;
        if rounds == ROUNDS {
            shield.raise_all(&original);
        } else {
            shield.raise(&original, &places);
        }
    };
    let flattened = builder.flattened;
    let blocks = builder.finish();
    if let Some(place) = flattened {
        findings.push(Finding::new(codes::NESTING_FLATTENED).at(shield.original_offset(place)));
    }
    if shield.count() > 0 {
        findings.extend(
            super::escape::html_places(&original)
                .take(LISTED)
                .map(|at| Finding::new(codes::MARKDOWN_HTML).at(at)),
        );
    }
    findings.extend(
        ambiguous(&shield)
            .into_iter()
            .take(LISTED)
            .map(|at| Finding::new(codes::EMPHASIS_AMBIGUOUS).at(at)),
    );
    if nul.is_some() {
        count_in(markdown, &mut findings);
    }
    Converted::new(Document::new(blocks), findings)
}

/// Moves offsets from the text in which each NUL is U+FFFD, which has three octets, to the one that was
/// given. The first finding is about the NUL itself and has its place.
fn count_in(markdown: &str, findings: &mut [Finding]) {
    // Where each U+FFFD stands that was a NUL.
    let replaced: Vec<usize> = memchr_iter(0, markdown.as_bytes())
        .enumerate()
        .map(|(number, at)| at + 2 * number)
        .collect();
    for finding in findings.iter_mut().skip(1) {
        if let Some(offset) = &mut finding.offset {
            *offset -= 2 * replaced.partition_point(|at| *at < *offset);
        }
    }
}

/// Where inlines stand that the writer checks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// In a paragraph.
    Paragraph,
    /// In a heading, which is one line.
    Heading,
    /// In a cell of a table, which is one line too.
    Cell,
}

impl Place {
    /// Whether there is no room for a line break.
    pub(super) const fn is_one_line(self) -> bool {
        !matches!(self, Place::Paragraph)
    }
}

/// Reads what the writer wrote for one block; `None` if it is not one block of that kind.
pub(super) fn read_inlines(text: &str, place: Place) -> Option<Vec<Inline>> {
    let text = match place {
        Place::Paragraph => Cow::Borrowed(text),
        Place::Heading => Cow::Owned(["# ", text].concat()),
        Place::Cell => Cow::Owned(["|", text, "|\n|-|"].concat()),
    };
    let shield = Shield::none(&text);
    let mut builder = Builder::new(&shield);
    builder.run();
    if !builder.html.is_empty() {
        return None;
    }
    let mut blocks = builder.finish().into_iter();
    let read = match (blocks.next(), place) {
        (Some(Block::Paragraph(content)), Place::Paragraph) => content,
        (Some(Block::Heading { content, .. }), Place::Heading) => content,
        (Some(Block::Table(mut table)), Place::Cell) if table.head.len() == 1 => {
            table.head.pop()?
        }
        (None, _) if text.is_empty() => Vec::new(),
        _ => return None,
    };
    blocks.next().is_none().then_some(read)
}

/// What was begun and not ended yet.
struct Open {
    frame: Frame,
    blocks: Vec<Block>,
    inlines: Vec<Inline>,
}

enum Frame {
    Root,
    Quote,
    List(List),
    Item(Option<bool>),
    Paragraph,
    Heading(u8),
    Code { info: String, text: String },
    Table { table: Table, row: Vec<Cell> },
    Cell,
    Emphasis,
    Strong,
    Strike,
    Link { target: String, title: String },
    Image { target: String, title: String },
}

/// Builds the tree from the parser's events.
struct Builder<'a> {
    shield: &'a Shield<'a>,
    stack: Vec<Open>,
    /// For each event begun: whether it has a place on the stack.
    begun: Vec<bool>,
    block_depth: usize,
    inline_depth: usize,
    /// Where HTML was seen that the shield let through.
    html: Vec<usize>,
    /// The first place that was nested too deeply.
    flattened: Option<usize>,
    in_head: bool,
}

impl<'a> Builder<'a> {
    fn new(shield: &'a Shield<'a>) -> Self {
        let mut stack = Vec::with_capacity(4);
        stack.push(Open {
            frame: Frame::Root,
            blocks: Vec::new(),
            inlines: Vec::new(),
        });
        Builder {
            shield,
            stack,
            begun: Vec::new(),
            block_depth: 0,
            inline_depth: 0,
            html: Vec::new(),
            flattened: None,
            in_head: false,
        }
    }

    fn run(&mut self) {
        let text: &str = &self.shield.text;
        for (event, range) in Parser::new_ext(text, OPTIONS).into_offset_iter() {
            match event {
                Event::Start(tag) => self.start(tag, range.start),
                Event::End(tag) => self.end(tag),
                Event::Text(text) => self.text(&text),
                Event::Code(code) => {
                    let code = self.shield.restore(&code).into_owned();
                    self.inline(Inline::Code(code));
                }
                Event::Html(html) | Event::InlineHtml(html) => {
                    let place = text
                        .get(range.clone())
                        .and_then(|piece| piece.find('<'))
                        .map_or(range.start, |at| range.start + at);
                    self.html.push(place);
                    self.text(&html);
                }
                Event::SoftBreak => self.inline(Inline::SoftBreak),
                Event::HardBreak => self.inline(Inline::HardBreak),
                Event::Rule => self.block(Block::Rule),
                Event::TaskListMarker(done) => {
                    for open in self.stack.iter_mut().rev() {
                        if let Frame::Item(task) = &mut open.frame {
                            *task = Some(done);
                            break;
                        }
                    }
                }
                Event::InlineMath(text) | Event::DisplayMath(text) => self.text(&text),
                Event::FootnoteReference(text) => self.text(&text),
            }
        }
    }

    fn start(&mut self, tag: Tag<'_>, place: usize) {
        let is_container = matches!(tag, Tag::BlockQuote(_) | Tag::List(_) | Tag::Item);
        let is_mark = matches!(
            tag,
            Tag::Emphasis | Tag::Strong | Tag::Strikethrough | Tag::Link { .. }
        );
        let too_deep = match tag {
            Tag::BlockQuote(_) | Tag::List(_) => self.block_depth >= MAX_NESTING,
            // An item without its list has no place either.
            Tag::Item => !self.begun.last().copied().unwrap_or(false),
            _ => is_mark && self.inline_depth >= MAX_NESTING,
        };
        if too_deep {
            self.flattened.get_or_insert(place);
            self.begun.push(false);
            self.flush();
            return;
        }
        if is_container && !matches!(tag, Tag::Item) {
            self.block_depth += 1;
        }
        if is_mark {
            self.inline_depth += 1;
        }
        let frame = match tag {
            Tag::Paragraph => {
                if let Some(Open {
                    frame: Frame::Item(_),
                    ..
                }) = self.stack.last()
                {
                    self.loosen();
                }
                Frame::Paragraph
            }
            Tag::Heading { level, .. } => Frame::Heading(level as u8),
            Tag::BlockQuote(_) => Frame::Quote,
            Tag::CodeBlock(kind) => Frame::Code {
                info: match kind {
                    CodeBlockKind::Fenced(info) => String::from(&*info),
                    CodeBlockKind::Indented => String::new(),
                },
                text: String::new(),
            },
            Tag::List(start) => Frame::List(List {
                start: start.map(|start| u32::try_from(start).unwrap_or(1)),
                tight: true,
                items: Vec::new(),
            }),
            Tag::Item => Frame::Item(None),
            Tag::Table(alignments) => Frame::Table {
                table: Table {
                    alignments: alignments.iter().map(alignment).collect(),
                    ..Table::default()
                },
                row: Vec::new(),
            },
            Tag::TableHead => {
                self.in_head = true;
                self.begun.push(false);
                return;
            }
            Tag::TableRow => {
                self.begun.push(false);
                return;
            }
            Tag::TableCell => Frame::Cell,
            Tag::Emphasis => Frame::Emphasis,
            Tag::Strong => Frame::Strong,
            Tag::Strikethrough => Frame::Strike,
            Tag::Link {
                link_type,
                dest_url,
                title,
                ..
            } => Frame::Link {
                target: if link_type == LinkType::Email {
                    ["mailto:", &dest_url].concat()
                } else {
                    String::from(&*dest_url)
                },
                title: String::from(&*title),
            },
            Tag::Image {
                dest_url, title, ..
            } => Frame::Image {
                target: String::from(&*dest_url),
                title: String::from(&*title),
            },
            // HTML that a hostile text hid from the shield, and extensions that are not enabled.
            _ => Frame::Paragraph,
        };
        if !matches!(
            frame,
            Frame::Emphasis
                | Frame::Strong
                | Frame::Strike
                | Frame::Link { .. }
                | Frame::Image { .. }
        ) {
            self.flush();
        }
        self.begun.push(true);
        self.stack.push(Open {
            frame,
            blocks: Vec::new(),
            inlines: Vec::new(),
        });
    }

    fn end(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::TableHead => {
                self.in_head = false;
                self.end_row(true);
            }
            TagEnd::TableRow => self.end_row(false),
            _ => {}
        }
        if !self.begun.pop().unwrap_or(false) {
            self.flush();
            return;
        }
        self.flush();
        let Some(open) = self.stack.pop() else {
            return;
        };
        let Open {
            frame,
            blocks,
            inlines,
        } = open;
        match frame {
            Frame::Root => {}
            Frame::Quote => {
                self.block_depth -= 1;
                self.block(Block::Quote(blocks));
            }
            Frame::List(list) => {
                self.block_depth -= 1;
                self.block(Block::List(list));
            }
            Frame::Item(task) => {
                if let Some(Open {
                    frame: Frame::List(list),
                    ..
                }) = self.stack.last_mut()
                {
                    let mut item = Item { task, blocks };
                    item.settle_task();
                    push(&mut list.items, item);
                }
            }
            Frame::Paragraph => self.block(Block::Paragraph(inlines)),
            Frame::Heading(level) => self.block(Block::Heading {
                level,
                content: inlines,
            }),
            Frame::Code { info, mut text } => {
                if !text.is_empty() && !text.ends_with('\n') {
                    text.push('\n');
                }
                self.block(Block::Code { info, text });
            }
            Frame::Table { table, .. } => self.block(Block::Table(table)),
            Frame::Cell => {
                if let Some(Open {
                    frame: Frame::Table { row, .. },
                    ..
                }) = self.stack.last_mut()
                {
                    row.push(inlines);
                }
            }
            Frame::Emphasis => {
                self.inline_depth -= 1;
                self.inline(Inline::Emphasis(inlines));
            }
            Frame::Strong => {
                self.inline_depth -= 1;
                self.inline(Inline::Strong(inlines));
            }
            Frame::Strike => {
                self.inline_depth -= 1;
                self.inline(Inline::Strike(inlines));
            }
            Frame::Link { target, title } => {
                self.inline_depth -= 1;
                self.inline(Inline::Link {
                    target,
                    title,
                    content: inlines,
                });
            }
            Frame::Image { target, title } => self.inline(Inline::Image {
                target,
                title,
                alt: inline_text(&inlines),
            }),
        }
    }

    fn end_row(&mut self, head: bool) {
        if let Some(Open {
            frame: Frame::Table { table, row },
            ..
        }) = self.stack.last_mut()
        {
            let row = core::mem::take(row);
            if head {
                table.head = row;
            } else {
                table.rows.push(row);
            }
        }
    }

    /// The list whose item has a paragraph of its own is loose.
    fn loosen(&mut self) {
        let list = self.stack.len().checked_sub(2);
        if let Some(Open {
            frame: Frame::List(list),
            ..
        }) = list.and_then(|at| self.stack.get_mut(at))
        {
            list.tight = false;
        }
    }

    /// Inlines that stand directly in a block container, as in a tight list, become a paragraph.
    fn flush(&mut self) {
        if let Some(open) = self.stack.last_mut()
            && matches!(open.frame, Frame::Root | Frame::Quote | Frame::Item(_))
            && !open.inlines.is_empty()
        {
            let inlines = core::mem::take(&mut open.inlines);
            push(&mut open.blocks, Block::Paragraph(inlines));
        }
    }

    fn text(&mut self, text: &str) {
        let Some(open) = self.stack.last_mut() else {
            return;
        };
        if let Frame::Code { text: code, .. } = &mut open.frame {
            let text = self.shield.restore(text);
            if text.contains('\r') {
                code.push_str(&text.replace("\r\n", "\n").replace('\r', "\n"));
            } else {
                code.push_str(&text);
            }
            return;
        }
        if let Some(Inline::Text(last)) = open.inlines.last_mut() {
            last.push_str(text);
        } else {
            push(&mut open.inlines, Inline::Text(String::from(text)));
        }
    }

    fn inline(&mut self, inline: Inline) {
        if let Some(open) = self.stack.last_mut() {
            push(&mut open.inlines, inline);
        }
    }

    fn block(&mut self, block: Block) {
        self.flush();
        if let Some(open) = self.stack.last_mut() {
            push(&mut open.blocks, block);
        }
    }

    fn finish(mut self) -> Vec<Block> {
        self.flush();
        self.stack.pop().map(|open| open.blocks).unwrap_or_default()
    }
}

fn alignment(alignment: &pulldown_cmark::Alignment) -> Alignment {
    match alignment {
        pulldown_cmark::Alignment::None => Alignment::None,
        pulldown_cmark::Alignment::Left => Alignment::Left,
        pulldown_cmark::Alignment::Center => Alignment::Center,
        pulldown_cmark::Alignment::Right => Alignment::Right,
    }
}

#[cfg(test)]
#[allow(clippy::panic)]
mod tests {
    use super::*;
    use std::vec;

    fn paragraph(markdown: &str) -> Vec<Inline> {
        match read(markdown).value.into_blocks().into_iter().next() {
            Some(Block::Paragraph(inlines)) => inlines,
            other => panic!("not a paragraph: {other:?}"),
        }
    }

    #[test]
    fn html_is_text_and_marks_in_it_count() {
        assert_eq!(
            paragraph("<div>*a*</div>"),
            vec![
                Inline::text("<div>"),
                Inline::Emphasis(vec![Inline::text("a")]),
                Inline::text("</div>"),
            ]
        );
        assert_eq!(paragraph("`<b>`"), vec![Inline::Code("<b>".into())]);
        assert_eq!(paragraph("\\](<b>)"), vec![Inline::text("](<b>)")]);
    }

    #[test]
    fn findings_have_offsets() {
        let read = read("a <b>\0 x\0<i> **👍**ok");
        let found: Vec<_> = read
            .findings
            .iter()
            .map(|finding| (finding.code, finding.offset))
            .collect();
        assert_eq!(
            found,
            [
                (codes::NUL_REPLACED, Some(5)),
                (codes::MARKDOWN_HTML, Some(2)),
                (codes::MARKDOWN_HTML, Some(9)),
                (codes::EMPHASIS_AMBIGUOUS, Some(19))
            ]
        );
    }

    #[test]
    fn deep_nesting_is_flattened_and_keeps_its_text() {
        for text in [">".repeat(5000) + "x", "- ".repeat(5000) + "x"] {
            let read = read(&text);
            assert!(
                read.findings
                    .iter()
                    .any(|finding| finding.code == codes::NESTING_FLATTENED)
            );
            let mut seen = String::new();
            read.value.for_each_inline(|inline| {
                if let Inline::Text(text) = inline {
                    seen.push_str(text);
                }
            });
            assert_eq!(seen, "x");
        }
    }

    #[test]
    fn lists_know_whether_they_are_tight() {
        for (markdown, tight) in [("- a\n- b", true), ("- a\n\n- b", false)] {
            let document = read(markdown).value;
            let Some(Block::List(list)) = document.blocks.first() else {
                panic!("no list");
            };
            assert_eq!(list.tight, tight);
            assert_eq!(list.items.len(), 2);
        }
    }
}
