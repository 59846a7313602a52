//! Paragraphs, quotations, lists and tables: where blocks begin and end.

use std::vec::Vec;

use super::{Frame, Open, Reader, Row, TableFrame};
use crate::report::codes;
use crate::rich::document::push;
use crate::rich::html::tree::{Data, NodeId, Step};
use crate::rich::{Alignment, Block, Cell, Inline, Item, MAX_NESTING, Table};

impl Reader<'_> {
    /// Ends the paragraph, if there is something in it. Where there is room for one line only, it
    /// ends the line.
    pub(super) fn end_paragraph(&mut self) {
        if matches!(self.top(), Some(Frame::Heading(_) | Frame::Cell { .. })) {
            self.space |= !self.line_start && !self.spaced;
            return;
        }
        let line = self.take_line();
        if !line.is_empty() {
            self.block(Block::Paragraph(line));
        }
    }

    /// A paragraph element in an item sets its list apart.
    pub(super) fn loosen(&mut self) {
        if let [
            ..,
            Open {
                frame: Frame::List(list),
                ..
            },
            Open {
                frame: Frame::Item { .. },
                ..
            },
        ] = self.stack.as_mut_slice()
        {
            list.tight = false;
        }
    }

    pub(super) fn begin(&mut self, node: NodeId, frame: Frame) {
        if matches!(self.top(), Some(Frame::Heading(_) | Frame::Cell { .. })) {
            self.space |= !self.line_start && !self.spaced;
            self.note(codes::BLOCK_REDUCED, self.tree.name(node));
            return;
        }
        self.end_paragraph();
        if matches!(frame, Frame::Quote | Frame::List(_)) {
            if self.depth >= MAX_NESTING {
                self.note(codes::NESTING_FLATTENED, None);
                return;
            }
            self.depth += 1;
        }
        self.stack.push(Open {
            node: Some(node),
            frame,
            blocks: Vec::new(),
        });
    }

    pub(super) fn end(&mut self, name: &str) {
        let line = match self.top() {
            Some(Frame::Heading(_) | Frame::Cell { .. }) => self.take_line(),
            _ => {
                self.end_paragraph();
                Vec::new()
            }
        };
        let Some(Open {
            node,
            frame,
            blocks,
        }) = self.stack.pop()
        else {
            return;
        };
        match frame {
            Frame::Root => {}
            Frame::Quote => {
                self.depth -= 1;
                self.block(Block::Quote(blocks));
            }
            Frame::List(list) => {
                self.depth -= 1;
                if !list.items.is_empty() {
                    self.block(Block::List(list));
                }
            }
            Frame::Item { task } => {
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
            Frame::Heading(level) => self.block(Block::Heading {
                level,
                content: line,
            }),
            Frame::Table(table) => {
                if let Some(table) = self.finish_table(table) {
                    self.block(Block::Table(table));
                }
            }
            Frame::Cell { alignment, head } => {
                let span = node
                    .and_then(|node| self.tree.data(node).attribute("colspan"))
                    .and_then(|span| span.trim().parse::<usize>().ok())
                    .map_or(1, |span| span.clamp(1, 100));
                if span > 1 {
                    self.note(codes::TABLE_REDUCED, Some("colspan"));
                }
                let _ = (head, name);
                if let Some(Open {
                    frame: Frame::Table(table),
                    ..
                }) = self.stack.last_mut()
                {
                    if table.rows.is_empty() {
                        table.rows.push(Row::default());
                    }
                    if let Some(row) = table.rows.last_mut() {
                        row.cells.push((line, alignment));
                        row.cells
                            .extend(core::iter::repeat_n((Vec::new(), alignment), span - 1));
                    }
                }
            }
        }
    }

    pub(super) fn block(&mut self, block: Block) {
        match self.stack.last_mut() {
            // What stands in a list but in no item belongs to the item before.
            Some(Open {
                frame: Frame::List(list),
                ..
            }) => match list.items.last_mut() {
                Some(item) => push(&mut item.blocks, block),
                None => list.items.push(Item {
                    task: None,
                    blocks: Vec::from([block]),
                }),
            },
            Some(open) => push(&mut open.blocks, block),
            None => {}
        }
    }

    pub(super) fn list_start(&mut self, data: &Data) -> u32 {
        let odd = data.attribute("reversed").is_some()
            || data.attribute("type").is_some_and(|kind| kind != "1");
        let start = data
            .attribute("start")
            .map(|start| start.trim().parse::<u32>());
        let known = match start {
            None => Some(1),
            Some(Ok(start)) if start <= 999_999_999 => Some(start),
            Some(_) => None,
        };
        if odd || known.is_none() {
            self.note(codes::LIST_NUMBER_CHANGED, None);
        }
        known.unwrap_or(1)
    }

    /// Whether a table holds data: no cell holds other blocks, and there is a head, or more than one
    /// column and more than one row. Other tables only arrange what is in them.
    pub(super) fn is_data_table(&self, node: NodeId, data: &Data) -> bool {
        if data
            .attribute("role")
            .is_some_and(|role| role == "presentation" || role == "none")
        {
            return false;
        }
        let mut columns = 0;
        let mut widest = 0;
        let mut rows = 0;
        let mut head = false;
        let mut step = self.tree.step(Step::Enter(node), true, node);
        while let Some(now) = step {
            if let Step::Enter(inner) = now {
                match self.tree.name(inner) {
                    Some("tr") => columns = 0,
                    Some("td") => {
                        rows += usize::from(columns == 0);
                        columns += 1;
                    }
                    Some("th" | "thead") => {
                        head = true;
                        columns += 1;
                    }
                    Some(
                        "table" | "ul" | "ol" | "blockquote" | "pre" | "hr" | "h1" | "h2" | "h3"
                        | "h4" | "h5" | "h6" | "dl",
                    ) => return false,
                    _ => {}
                }
                widest = widest.max(columns);
            }
            step = self.tree.step(now, true, node);
        }
        head || widest > 1 && rows > 1
    }

    /// Writes the caption of a table as a paragraph before it.
    pub(super) fn caption(&mut self, node: NodeId) {
        let text = self.tree.text(node);
        let words: Vec<&str> = text.split_ascii_whitespace().collect();
        if !words.is_empty()
            && let Some(table) = self.stack.pop()
        {
            self.block(Block::Paragraph(Vec::from([Inline::text(words.join(" "))])));
            self.stack.push(table);
        }
    }

    /// Puts a table together; `None` if it has no cells.
    pub(super) fn finish_table(&mut self, frame: TableFrame) -> Option<Table> {
        let mut rows = frame.rows.into_iter().filter(|row| !row.cells.is_empty());
        let head = rows.next()?;
        let (mut head, mut alignments): (Vec<Cell>, Vec<Alignment>) =
            head.cells.into_iter().unzip();
        let mut body = Vec::new();
        for row in rows {
            while head.len() < row.cells.len() {
                head.push(Vec::new());
                alignments.push(Alignment::None);
            }
            for (known, (_, alignment)) in alignments.iter_mut().zip(&row.cells) {
                if *known == Alignment::None {
                    *known = *alignment;
                }
            }
            body.push(row.cells.into_iter().map(|(cell, _)| cell).collect());
        }
        Some(Table {
            alignments,
            head,
            rows: body,
        })
    }

    pub(super) fn finish(mut self) -> Vec<Block> {
        self.end_paragraph();
        while self.stack.len() > 1 {
            self.end("");
        }
        self.stack.pop().map(|open| open.blocks).unwrap_or_default()
    }
}
