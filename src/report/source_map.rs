//! [`SourceMap`]: from an octet of the message back to a line and column of the text it was
//! written in.

use alloc::vec::Vec;

/// A place in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub struct Position {
    /// Line, from 1.
    pub line: u32,
    /// Column in characters, from 1.
    pub column: u32,
}

impl Position {
    /// The place at a line and a column in characters, both from 1.
    pub const fn new(line: u32, column: u32) -> Self {
        Position { line, column }
    }
}

/// Which place in a text each octet of a message came from.
///
/// A reader of a notation marks the start of every item as it writes the item's octets; a later
/// fault at any octet then finds the nearest mark at or before it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SourceMap {
    marks: Vec<(usize, Position)>,
}

impl SourceMap {
    /// An empty map, which knows no positions.
    pub const fn new() -> Self {
        SourceMap { marks: Vec::new() }
    }

    /// Says that the octet at `offset` was written at `position`. Offsets must not fall; a second
    /// mark for the same offset is ignored, so the outermost item keeps the place.
    pub fn mark(&mut self, offset: usize, position: Position) {
        match self.marks.last() {
            Some((last, _)) if *last >= offset => {}
            _ => self.marks.push((offset, position)),
        }
    }

    /// The place an octet came from: the mark nearest at or before it.
    pub fn position(&self, offset: usize) -> Option<Position> {
        let after = self.marks.partition_point(|(start, _)| *start <= offset);
        Some(self.marks.get(after.checked_sub(1)?)?.1)
    }

    /// Number of marks.
    pub fn len(&self) -> usize {
        self.marks.len()
    }

    /// Whether the map knows no positions.
    pub fn is_empty(&self) -> bool {
        self.marks.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn finds_the_mark_at_or_before() {
        let mut map = SourceMap::new();
        let place = Position::new;
        assert_eq!(map.position(0), None);
        map.mark(0, place(1, 1));
        map.mark(1, place(2, 3));
        map.mark(1, place(9, 9));
        map.mark(20, place(4, 3));
        assert_eq!(map.position(0), Some(place(1, 1)));
        assert_eq!(map.position(19), Some(place(2, 3)));
        assert_eq!(map.position(20), Some(place(4, 3)));
        assert_eq!(map.position(usize::MAX), Some(place(4, 3)));
    }
}
