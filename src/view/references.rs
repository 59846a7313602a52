//! References between parts: `cid:N@local.invalid` as the target of an image (draft section 4.4).
//! Hyperlinks are none.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::vec::Vec;

use super::{Block, File, Placed, ReactionBlock, Reason};
use crate::message::{PartIndex, cid_references};
use crate::rich::{Document, Inline};

/// Blocks with their references resolved.
pub(super) struct Resolved<'m> {
    /// Those that no text refers to.
    pub(super) blocks: Vec<Placed<'m>>,
    /// What texts refer to.
    pub(super) resources: BTreeMap<PartIndex, File<'m>>,
    /// Texts, and what they refer to in vain: parts that are not shown, or are no resources.
    pub(super) dangling: Vec<(PartIndex, PartIndex)>,
}

/// Gives each text the parts that its images refer to, and takes those out of the order.
pub(super) fn resolve<'m>(mut blocks: Vec<Placed<'m>>) -> Resolved<'m> {
    let known: BTreeSet<PartIndex> = blocks
        .iter()
        .filter(|placed| is_resource(&placed.block))
        .map(|placed| placed.index)
        .collect();
    let mut referenced = BTreeSet::new();
    let mut dangling = Vec::new();
    for placed in &mut blocks {
        let (Block::RichText { document, images }
        | Block::Html {
            document, images, ..
        }) = &mut placed.block
        else {
            continue;
        };
        let targets = image_parts(document);
        dangling.extend(
            targets
                .difference(&known)
                .map(|target| (placed.index, *target)),
        );
        *images = targets.intersection(&known).copied().collect();
        referenced.extend(images.iter().copied());
    }
    let (taken, blocks): (Vec<_>, Vec<_>) = blocks
        .into_iter()
        .partition(|placed| referenced.contains(&placed.index));
    let resources = taken
        .into_iter()
        .filter_map(|placed| Some((placed.index, file(placed.block)?)))
        .collect();
    Resolved {
        blocks,
        resources,
        dangling,
    }
}

/// Whether a text can have the block as its resource. Texts and messages it cannot: two that refer
/// to each other would both vanish.
const fn is_resource(block: &Block<'_>) -> bool {
    matches!(
        block,
        Block::Image(_)
            | Block::File(_)
            | Block::Reaction(ReactionBlock::File(_))
            | Block::Session(_)
            | Block::Placeholder {
                reason: Reason::Unsupported | Reason::TooLarge,
                file: Some(_),
            }
    )
}

/// The file of a resource.
fn file<'m>(block: Block<'m>) -> Option<File<'m>> {
    match block {
        Block::Image(file)
        | Block::File(file)
        | Block::Reaction(ReactionBlock::File(file))
        | Block::Session(file) => Some(file),
        Block::Placeholder { file, .. } => file,
        _ => None,
    }
}

/// The parts that the images of a document refer to.
fn image_parts(document: &Document) -> BTreeSet<PartIndex> {
    let mut parts = BTreeSet::new();
    document.for_each_inline(|inline| {
        if let Inline::Image { target, .. } = inline {
            parts.extend(image_part(target));
        }
    });
    parts
}

/// The part that the target of an image names.
pub(super) fn image_part(target: &str) -> Option<PartIndex> {
    let (place, index) = cid_references(target).next()?;
    (place == (0..target.len())).then_some(index)
}
