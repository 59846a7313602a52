//! The document model: blocks and inlines as trees. No format lives here.

use std::mem;
use std::string::String;
use std::vec::Vec;

/// A piece of rich text: what Markdown, HTML and plain text are read into and written from.
///
/// A tree that a reader made is at most [`MAX_NESTING`](super::MAX_NESTING) levels deep. A
/// document may be built by hand too; the writers flatten what is deeper.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Document {
    /// The blocks from top to bottom.
    pub blocks: Vec<Block>,
}

/// A block: something that stands on lines of its own.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Block {
    /// A paragraph.
    Paragraph(Vec<Inline>),
    /// A heading.
    Heading {
        /// From 1 to 6; the writers clamp other values.
        level: u8,
        /// Its text.
        content: Vec<Inline>,
    },
    /// A quotation.
    Quote(Vec<Block>),
    /// A bullet list, an ordered list or a list of tasks.
    List(List),
    /// Preformatted code.
    Code {
        /// The info string of Markdown; its first word names the language. Empty if there is none.
        info: String,
        /// The lines, each with its line feed.
        text: String,
    },
    /// A table.
    Table(Table),
    /// A thematic break.
    Rule,
}

/// A list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct List {
    /// The first number of an ordered list, `None` for bullets. CommonMark has nine digits.
    pub start: Option<u32>,
    /// Whether the paragraphs of the items are set without space between them.
    pub tight: bool,
    /// The items.
    pub items: Vec<Item>,
}

/// An item of a list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Item {
    /// For a task: whether it is done.
    pub task: Option<bool>,
    /// Its blocks.
    pub blocks: Vec<Block>,
}

/// A table: one head row, and rows of the same width.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    /// The alignment of each column.
    pub alignments: Vec<Alignment>,
    /// The head row.
    pub head: Vec<Cell>,
    /// The other rows. A row shorter than the head is filled with empty cells.
    pub rows: Vec<Vec<Cell>>,
}

/// A cell of a table holds inlines only.
pub type Cell = Vec<Inline>;

/// How a column of a table is aligned.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Alignment {
    /// As the renderer likes.
    #[default]
    None,
    /// To the left.
    Left,
    /// Centred.
    Center,
    /// To the right.
    Right,
}

/// Something within a line of text.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Inline {
    /// Text as it is shown.
    Text(String),
    /// Code within a line.
    Code(String),
    /// Emphasis, usually italic.
    Emphasis(Vec<Inline>),
    /// Strong emphasis, usually bold.
    Strong(Vec<Inline>),
    /// Text struck through.
    Strike(Vec<Inline>),
    /// A link.
    Link {
        /// The URI, as it was written; not yet percent-encoded.
        target: String,
        /// The title, or nothing.
        title: String,
        /// What is shown.
        content: Vec<Inline>,
    },
    /// An image.
    Image {
        /// The URI, often `cid:`.
        target: String,
        /// The title, or nothing.
        title: String,
        /// What is shown where the image is not.
        alt: String,
    },
    /// An end of line in the source that a renderer may show as a space.
    SoftBreak,
    /// An end of line that is to be shown.
    HardBreak,
}

impl Document {
    /// A document of these blocks.
    pub const fn new(blocks: Vec<Block>) -> Self {
        Document { blocks }
    }

    /// Takes the blocks out.
    pub fn into_blocks(mut self) -> Vec<Block> {
        mem::take(&mut self.blocks)
    }

    /// Whether there is nothing to show.
    pub fn is_empty(&self) -> bool {
        self.blocks.is_empty()
    }

    /// Calls `visit` for every inline, outer ones first, in reading order.
    pub fn for_each_inline(&self, mut visit: impl FnMut(&Inline)) {
        walk(&self.blocks, |leaf| {
            let mut inlines: Vec<&Inline> = match leaf {
                Leaf::Inlines(content) => content.iter().rev().collect(),
                Leaf::Code(_) => return,
            };
            while let Some(inline) = inlines.pop() {
                visit(inline);
                inlines.extend(inline.children().iter().rev());
            }
        });
    }
}

/// What stands at the tips of the tree of blocks.
enum Leaf<'a> {
    Inlines(&'a [Inline]),
    Code(&'a str),
}

/// Visits the tips of a tree of blocks in reading order, without recursion.
fn walk<'a>(blocks: &'a [Block], mut visit: impl FnMut(Leaf<'a>)) {
    let mut stack: Vec<&Block> = blocks.iter().rev().collect();
    while let Some(block) = stack.pop() {
        match block {
            Block::Paragraph(content) | Block::Heading { content, .. } => {
                visit(Leaf::Inlines(content));
            }
            Block::Quote(inner) => stack.extend(inner.iter().rev()),
            Block::List(list) => {
                for item in list.items.iter().rev() {
                    stack.extend(item.blocks.iter().rev());
                }
            }
            Block::Table(table) => {
                for cell in core::iter::once(&table.head).chain(&table.rows).flatten() {
                    visit(Leaf::Inlines(cell));
                }
            }
            Block::Code { text, .. } => visit(Leaf::Code(text)),
            Block::Rule => {}
        }
    }
}

/// The visible text of blocks, each on a line of its own.
pub fn block_text(blocks: &[Block]) -> String {
    text_of(blocks, true)
}

/// The same without the texts of images.
#[cfg(feature = "notation")]
pub(crate) fn block_text_without_images(blocks: &[Block]) -> String {
    text_of(blocks, false)
}

fn text_of(blocks: &[Block], images: bool) -> String {
    let mut text = String::new();
    walk(blocks, |leaf| {
        if !text.is_empty() && !text.ends_with('\n') {
            text.push('\n');
        }
        match leaf {
            Leaf::Inlines(content) => push_inline_text(content, images, &mut text),
            Leaf::Code(code) => text.push_str(code),
        }
    });
    text
}

impl From<Vec<Block>> for Document {
    fn from(blocks: Vec<Block>) -> Self {
        Document { blocks }
    }
}

/// How deep blocks, and within each the inlines, may be nested that are dropped by recursion. What
/// readers make is never deeper.
const SHALLOW: usize = 128;

/// What is nested deeper, to be dropped level by level, so that no depth can exhaust the stack.
#[derive(Default)]
struct Deep {
    blocks: Vec<Block>,
    inlines: Vec<Inline>,
}

impl Deep {
    fn drop_blocks(&mut self, blocks: Vec<Block>, levels: usize) {
        let Some(levels) = levels.checked_sub(1) else {
            self.blocks.extend(blocks);
            return;
        };
        for block in blocks {
            match block {
                Block::Paragraph(content) | Block::Heading { content, .. } => {
                    self.drop_inlines(content, SHALLOW);
                }
                Block::Quote(inner) => self.drop_blocks(inner, levels),
                Block::List(list) => {
                    for item in list.items {
                        self.drop_blocks(item.blocks, levels);
                    }
                }
                Block::Table(table) => {
                    for cell in table.rows.into_iter().chain([table.head]).flatten() {
                        self.drop_inlines(cell, SHALLOW);
                    }
                }
                Block::Code { .. } | Block::Rule => {}
            }
        }
    }

    fn drop_inlines(&mut self, inlines: Vec<Inline>, levels: usize) {
        let Some(levels) = levels.checked_sub(1) else {
            self.inlines.extend(inlines);
            return;
        };
        for mut inline in inlines {
            if let Some(content) = inline.children_mut() {
                self.drop_inlines(mem::take(content), levels);
            }
        }
    }
}

impl Drop for Document {
    fn drop(&mut self) {
        let mut deep = Deep::default();
        deep.drop_blocks(mem::take(&mut self.blocks), SHALLOW);
        while !deep.blocks.is_empty() {
            let blocks = mem::take(&mut deep.blocks);
            deep.drop_blocks(blocks, SHALLOW);
        }
        while !deep.inlines.is_empty() {
            let inlines = mem::take(&mut deep.inlines);
            deep.drop_inlines(inlines, SHALLOW);
        }
    }
}

/// Adds the first of what is often one thing: there is room for it, and not yet for more.
pub(super) fn push<T>(things: &mut Vec<T>, thing: T) {
    if things.capacity() == 0 {
        things.reserve_exact(1);
    }
    things.push(thing);
}

impl Item {
    /// A box without text behind it is not a task in any Markdown; it becomes text.
    pub(super) fn settle_task(&mut self) {
        let has_text =
            matches!(self.blocks.first(), Some(Block::Paragraph(content)) if !content.is_empty());
        if !has_text && let Some(done) = self.task.take() {
            let text = if done { "[x]" } else { "[ ]" };
            self.blocks
                .insert(0, Block::Paragraph(Vec::from([Inline::text(text)])));
        }
    }
}

impl Inline {
    /// Text.
    pub fn text(text: impl Into<String>) -> Self {
        Inline::Text(text.into())
    }

    /// What is inside a mark or a link.
    pub fn children(&self) -> &[Inline] {
        match self {
            Inline::Emphasis(content)
            | Inline::Strong(content)
            | Inline::Strike(content)
            | Inline::Link { content, .. } => content,
            _ => &[],
        }
    }

    /// What is inside a mark or a link, to be changed.
    pub fn children_mut(&mut self) -> Option<&mut Vec<Inline>> {
        match self {
            Inline::Emphasis(content)
            | Inline::Strong(content)
            | Inline::Strike(content)
            | Inline::Link { content, .. } => Some(content),
            _ => None,
        }
    }
}

/// The visible text of inlines: images by their alternative text, every break as a space.
pub fn inline_text(inlines: &[Inline]) -> String {
    let mut text = String::new();
    push_inline_text(inlines, true, &mut text);
    text
}

fn push_inline_text(inlines: &[Inline], images: bool, text: &mut String) {
    let mut stack: Vec<&Inline> = inlines.iter().rev().collect();
    while let Some(inline) = stack.pop() {
        match inline {
            Inline::Text(piece) | Inline::Code(piece) => text.push_str(piece),
            Inline::Image { alt, .. } if images => text.push_str(alt),
            Inline::SoftBreak | Inline::HardBreak => text.push(' '),
            _ => stack.extend(inline.children().iter().rev()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_deep_tree_is_dropped_without_recursion() {
        let mut inline = Inline::text("x");
        let mut block = Block::Rule;
        for _ in 0..200_000 {
            inline = Inline::Strong(std::vec![inline]);
            block = Block::Quote(std::vec![block]);
        }
        let document = Document::new(std::vec![Block::Paragraph(std::vec![inline]), block]);
        let mut count = 0;
        document.for_each_inline(|_| count += 1);
        assert_eq!(count, 200_001);
        drop(document);
    }

    #[test]
    fn the_text_of_inlines() {
        let inlines = std::vec![
            Inline::text("a"),
            Inline::HardBreak,
            Inline::Strong(std::vec![Inline::Code("b".into())]),
            Inline::Image {
                target: "cid:1".into(),
                title: String::new(),
                alt: "c".into(),
            },
        ];
        assert_eq!(inline_text(&inlines), "a bc");
    }
}
