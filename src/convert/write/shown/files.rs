//! The images and files of a message whose content is not in what is written of it.

use std::string::String;
use std::vec::Vec;

use crate::convert::place;
use crate::message::{AeadAlgorithm, MimiContent, PartIndex};
use crate::report::{Finding, codes};
use crate::view::{Block, File, ReactionBlock, Source, View};

/// What a format does with files.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Holds {
    /// Nothing: it names them.
    Names,
    /// Images in the page, and links to what lies elsewhere.
    Images,
}

/// Says of each part whose content is lost that it is.
pub(super) fn unwritten(view: &View<'_>, message: &MimiContent<'_>, holds: Holds) -> Vec<Finding> {
    let mut lost = Vec::new();
    collect(view, None, holds, &mut lost);
    lost.into_iter()
        .map(|(index, media_type)| {
            Finding::new(codes::CONTENT_NOT_WRITTEN)
                .path(place::path(message, index))
                .found(media_type)
        })
        .collect()
}

/// The parts whose content is lost, with their media types; those of a message inside the message
/// count as the part `inside`, which holds it.
fn collect<'v>(
    view: &'v View<'_>,
    inside: Option<PartIndex>,
    holds: Holds,
    lost: &mut Vec<(PartIndex, String)>,
) {
    let mut see = |file: &'v File<'_>, image: bool| {
        if !is_written(file, image, holds) {
            let index = inside.unwrap_or(file.index);
            lost.push((index, file.media_type.clone().into_owned()));
        }
    };
    for file in view.resources.values() {
        see(file, true);
    }
    for block in &view.blocks {
        match &block.block {
            Block::Image(file) | Block::Reaction(ReactionBlock::File(file)) => see(file, true),
            Block::File(file) => see(file, false),
            _ => {}
        }
    }
    for block in &view.blocks {
        if let Block::Message(inner) = &block.block {
            collect(inner, Some(inside.unwrap_or(block.index)), holds, lost);
        }
    }
}

fn is_written(file: &File<'_>, image: bool, holds: Holds) -> bool {
    match (&file.source, holds) {
        (_, Holds::Names) => false,
        (Source::InPlace(_), Holds::Images) => {
            image && file.supported && file.media().is_some_and(|media| media.is_image())
        }
        (Source::Elsewhere(part), Holds::Images) => part.enc_alg == AeadAlgorithm::NONE,
    }
}
