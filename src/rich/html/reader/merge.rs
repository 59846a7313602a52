//! Joining marks that editors and bridges leave side by side.

use std::vec::Vec;

use crate::rich::{Block, Document, Inline};

/// Joins marks of the same kind that stand side by side: `<b>a</b><b>b</b>` becomes one.
///
/// Editors and bridges leave such marks behind. Joining them changes the document, if not what it
/// looks like, so it is a step of its own.
pub fn merge_marks(document: &mut Document) {
    let mut blocks: Vec<&mut Block> = document.blocks.iter_mut().collect();
    let mut contents: Vec<&mut Vec<Inline>> = Vec::new();
    while let Some(block) = blocks.pop() {
        match block {
            Block::Paragraph(content) | Block::Heading { content, .. } => contents.push(content),
            Block::Quote(inner) => blocks.extend(inner),
            Block::List(list) => {
                blocks.extend(list.items.iter_mut().flat_map(|item| &mut item.blocks));
            }
            Block::Table(table) => {
                contents.extend(&mut table.head);
                contents.extend(table.rows.iter_mut().flatten());
            }
            Block::Code { .. } | Block::Rule => {}
        }
    }
    while let Some(content) = contents.pop() {
        let mut merged: Vec<Inline> = Vec::with_capacity(content.len());
        for inline in core::mem::take(content) {
            match (merged.last_mut(), inline) {
                (Some(Inline::Text(last)), Inline::Text(text)) => last.push_str(&text),
                (Some(Inline::Emphasis(last)), Inline::Emphasis(more))
                | (Some(Inline::Strong(last)), Inline::Strong(more))
                | (Some(Inline::Strike(last)), Inline::Strike(more)) => last.extend(more),
                (_, inline) => merged.push(inline),
            }
        }
        *content = merged;
        contents.extend(content.iter_mut().filter_map(Inline::children_mut));
    }
}
