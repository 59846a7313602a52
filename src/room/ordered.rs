//! [`Ordered`]: messages in the order of the conversation, four octets each. A message that comes
//! last is appended; one that comes late is put into a chunk of bounded size.

use alloc::vec::Vec;
use core::slice;

use super::entries::{Entries, Slot};

/// Slots in the order of their messages, without duplicates.
#[derive(Clone, Default)]
pub(super) struct Ordered {
    /// None is empty, none is longer than [`CHUNK`].
    chunks: Vec<Vec<Slot>>,
    len: usize,
}

/// Most slots of a chunk: what has to be moved to put one in between.
const CHUNK: usize = 512;

impl Ordered {
    pub(super) fn first(&self) -> Option<Slot> {
        self.chunks.first()?.first().copied()
    }

    pub(super) fn last(&self) -> Option<Slot> {
        self.chunks.last()?.last().copied()
    }

    pub(super) fn iter(&self) -> Slots<'_> {
        Slots {
            slots: self.chunks.iter().flatten(),
            left: self.len,
        }
    }

    /// Where a message stands or would stand: the chunk and the place in it, and whether it is
    /// there.
    fn place(&self, entries: &Entries, slot: Slot) -> (usize, usize, bool) {
        let order = entries.order(slot);
        let before = |other: &Slot| entries.order(*other) < order;
        let chunk = self
            .chunks
            .partition_point(|chunk| chunk.last().is_some_and(before));
        let Some(slots) = self.chunks.get(chunk) else {
            return (chunk, 0, false);
        };
        let at = slots.partition_point(before);
        (chunk, at, slots.get(at) == Some(&slot))
    }

    /// Puts a message in, by the time and ID that it has now.
    pub(super) fn insert(&mut self, entries: &Entries, slot: Slot) {
        let last = match self.last() {
            Some(last) if entries.order(last) >= entries.order(slot) => None,
            last => Some(last),
        };
        if last.is_some() {
            self.len += 1;
            match self.chunks.last_mut() {
                Some(chunk) if chunk.len() < CHUNK => chunk.push(slot),
                Some(_) => {
                    let mut chunk = Vec::with_capacity(CHUNK);
                    chunk.push(slot);
                    self.chunks.push(chunk);
                }
                // Most are about one item and hold one or two slots.
                None => self.chunks = alloc::vec![alloc::vec![slot]],
            }
            return;
        }
        let (chunk, at, there) = self.place(entries, slot);
        if there {
            return;
        }
        let Some(slots) = self.chunks.get_mut(chunk) else {
            return;
        };
        self.len += 1;
        slots.insert(at, slot);
        if slots.len() > CHUNK {
            let rest = slots.split_off(CHUNK / 2);
            self.chunks.insert(chunk + 1, rest);
        }
    }

    /// Takes a message out, before its time changes. Says whether it was there.
    pub(super) fn remove(&mut self, entries: &Entries, slot: Slot) -> bool {
        let (chunk, at, there) = self.place(entries, slot);
        let Some(slots) = self.chunks.get_mut(chunk).filter(|_| there) else {
            return false;
        };
        slots.remove(at);
        self.len -= 1;
        if slots.is_empty() {
            self.chunks.remove(chunk);
        }
        true
    }
}

/// Iterator over the slots of an [`Ordered`].
#[derive(Clone)]
pub(super) struct Slots<'o> {
    slots: core::iter::Flatten<slice::Iter<'o, Vec<Slot>>>,
    left: usize,
}

impl Slots<'_> {
    /// No slots.
    pub(super) fn none() -> Self {
        let none: &[Vec<Slot>] = &[];
        Slots {
            slots: none.iter().flatten(),
            left: 0,
        }
    }
}

impl Iterator for Slots<'_> {
    type Item = Slot;

    fn next(&mut self) -> Option<Slot> {
        let slot = self.slots.next()?;
        self.left -= 1;
        Some(*slot)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        (self.left, Some(self.left))
    }
}

impl DoubleEndedIterator for Slots<'_> {
    fn next_back(&mut self) -> Option<Slot> {
        let slot = self.slots.next_back()?;
        self.left -= 1;
        Some(*slot)
    }
}

impl ExactSizeIterator for Slots<'_> {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::MessageId;

    #[test]
    fn any_order_of_insertion_and_removal_keeps_the_order() {
        let mut entries = Entries::default();
        let mut ordered = Ordered::default();
        let mut expected: Vec<(u64, Slot)> = Vec::new();
        // A permutation of 0..5000, so that chunks are split in all places.
        for n in 0..5000u64 {
            let time = n * 1789 % 5000;
            let mut id = [1; 32];
            id[1..9].copy_from_slice(&n.to_be_bytes());
            let slot = entries.name(MessageId::new(id)).unwrap_or(Slot::FIRST);
            if let Some(entry) = entries.get_mut(slot) {
                entry.hub_time = time;
            }
            ordered.insert(&entries, slot);
            ordered.insert(&entries, slot);
            expected.push((time, slot));
        }
        expected.sort();
        let slots = |expected: &[(u64, Slot)]| expected.iter().map(|e| e.1).collect::<Vec<_>>();
        assert_eq!(ordered.iter().collect::<Vec<_>>(), slots(&expected));
        assert!(ordered.chunks.iter().all(|chunk| chunk.len() <= CHUNK));
        assert_eq!(ordered.iter().len(), 5000);
        let gone: Vec<_> = expected
            .extract_if(.., |(time, _)| *time % 3 != 0)
            .collect();
        for (_, slot) in &gone {
            assert!(ordered.remove(&entries, *slot));
            assert!(!ordered.remove(&entries, *slot));
        }
        assert_eq!(ordered.iter().collect::<Vec<_>>(), slots(&expected));
        let back: Vec<_> = ordered.iter().rev().collect();
        assert!(back.iter().rev().eq(&slots(&expected)));
        for (_, slot) in &expected {
            assert!(ordered.remove(&entries, *slot));
        }
        assert!(ordered.len == 0 && ordered.chunks.is_empty());
        assert_eq!((ordered.first(), ordered.last()), (None, None));
    }
}
