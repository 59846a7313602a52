//! From the items of a text to octets: the heads of containers are known only at their end, so
//! items are collected first and written in one go.

use std::vec::Vec;

use super::super::Source;
use crate::item::MAJOR;
use crate::report::{Position, SourceMap};

/// How wide a head is to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Width {
    /// As short as it can be.
    Shortest,
    /// With that additional information: 24 to 27.
    Info(u8),
    /// Argument within the first octet.
    Immediate,
    /// Indefinite length.
    Indefinite,
}

impl Width {
    /// Octets of the head; none if the argument does not fit.
    pub(super) fn size(self, arg: u64) -> Option<usize> {
        let (size, limit) = match self {
            Width::Shortest => return Some(crate::item::head_size(arg)),
            Width::Indefinite => return Some(1),
            Width::Immediate => (1, 23),
            Width::Info(24) => (2, 0xff),
            Width::Info(25) => (3, 0xffff),
            Width::Info(26) => (5, 0xffff_ffff),
            Width::Info(_) => (9, u64::MAX),
        };
        (arg <= limit).then_some(size)
    }
}

/// One head, with the content of a string.
#[derive(Clone, Debug)]
pub(super) struct Piece {
    pub(super) major: u8,
    pub(super) width: Width,
    pub(super) arg: u64,
    /// Content, as a range of the buffer of all strings.
    pub(super) content: (usize, usize),
    pub(super) at: Position,
}

/// Everything read so far.
#[derive(Debug, Default)]
pub(super) struct Pieces {
    pieces: Vec<Piece>,
    /// Content of all strings, one after the other.
    pub(super) strings: Vec<u8>,
    /// Where in the text the content of strings began anew, by offset in `strings`.
    pub(super) segments: Vec<(usize, Position)>,
}

impl Pieces {
    /// Number of pieces.
    pub(super) fn len(&self) -> usize {
        self.pieces.len()
    }

    /// Adds a head; returns its size in octets.
    pub(super) fn head(&mut self, major: u8, width: Width, arg: u64, at: Position) -> Option<u64> {
        self.string(major, width, arg, (0, 0), at)
    }

    /// Adds a head with content; returns the size of both.
    pub(super) fn string(
        &mut self,
        major: u8,
        width: Width,
        arg: u64,
        content: (usize, usize),
        at: Position,
    ) -> Option<u64> {
        let size = width.size(arg)? + (content.1 - content.0);
        self.pieces.push(Piece {
            major,
            width,
            arg,
            content,
            at,
        });
        Some(size as u64)
    }

    /// Adds the end of an item of indefinite length.
    pub(super) fn stop(&mut self, at: Position) -> u64 {
        self.pieces.push(Piece {
            major: MAJOR::SIMPLE,
            width: Width::Indefinite,
            arg: 0,
            content: (0, 0),
            at,
        });
        1
    }

    /// A piece that was added before.
    pub(super) fn get_mut(&mut self, index: usize) -> Option<&mut Piece> {
        self.pieces.get_mut(index)
    }

    /// The octets of everything, `size` of them.
    pub(super) fn into_source(self, size: u64) -> Source {
        let mut out = Vec::with_capacity(usize::try_from(size).unwrap_or(0));
        let mut map = SourceMap::new();
        let mut segments = self.segments.iter().peekable();
        for piece in &self.pieces {
            map.mark(out.len(), piece.at);
            push(&mut out, piece);
            let (start, end) = piece.content;
            // A new segment begins only where content does, so none is skipped that counts.
            while let Some((from, place)) = segments.next_if(|(from, _)| *from < end) {
                if *from >= start {
                    map.mark(out.len() + (from - start), *place);
                }
            }
            out.extend_from_slice(self.strings.get(start..end).unwrap_or_default());
        }
        Source::new(out, map)
    }
}

fn push(out: &mut Vec<u8>, piece: &Piece) {
    let major = piece.major << 5;
    let octets = piece.arg.to_be_bytes();
    match piece.width {
        Width::Shortest => crate::item::push_head(out, piece.major, piece.arg),
        Width::Immediate => out.push(major | (piece.arg as u8 & 0x1f)),
        Width::Indefinite => out.push(major | 31),
        Width::Info(info) => {
            out.push(major | info);
            let size = 1usize << info.saturating_sub(24).min(3);
            out.extend_from_slice(octets.get(8 - size..).unwrap_or_default());
        }
    }
}
