//! [`Entries`]: one entry for each message ID that was received or is only referred to, in blocks
//! that never move, and the way from an ID to its entry.

use alloc::vec::Vec;
use core::num::NonZeroU32;
use std::hash::{BuildHasher, RandomState};

use hashbrown::HashTable;

use super::entry::Entry;
use crate::message::MessageId;

/// Place of an entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Slot(NonZeroU32);

impl Slot {
    pub(super) const FIRST: Slot = Slot(NonZeroU32::MIN);

    const fn index(self) -> usize {
        self.0.get() as usize - 1
    }
}

/// The entries of a room. Message IDs are known and chosen by senders, so the table of IDs is
/// keyed by chance.
#[derive(Clone)]
pub(super) struct Entries {
    blocks: Vec<Vec<Entry>>,
    by_id: HashTable<Slot>,
    keys: RandomState,
    len: usize,
    received: usize,
    /// How many IDs can be kept.
    bound: u32,
}

impl Default for Entries {
    /// As many as slots can number.
    fn default() -> Self {
        Entries::bounded(u32::MAX)
    }
}

/// Entries of a block.
const BLOCK: usize = 512;

impl Entries {
    /// With room for so many IDs.
    pub(super) fn bounded(bound: u32) -> Self {
        Entries {
            blocks: Vec::new(),
            by_id: HashTable::new(),
            keys: RandomState::new(),
            len: 0,
            received: 0,
            bound,
        }
    }

    /// Number of messages received.
    pub(super) const fn received(&self) -> usize {
        self.received
    }

    /// How many more IDs can be kept.
    pub(super) const fn free(&self) -> usize {
        (self.bound as usize).saturating_sub(self.len)
    }

    pub(super) fn get(&self, slot: Slot) -> Option<&Entry> {
        let index = slot.index();
        self.blocks.get(index / BLOCK)?.get(index % BLOCK)
    }

    pub(super) fn get_mut(&mut self, slot: Slot) -> Option<&mut Entry> {
        let index = slot.index();
        self.blocks.get_mut(index / BLOCK)?.get_mut(index % BLOCK)
    }

    /// Every message received, in no order that means anything.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Entry> {
        let entries = self.blocks.iter().flatten();
        entries.filter(|entry| entry.octets.is_some())
    }

    /// Place of a message in the conversation: by hub time, then by lowest ID (draft section
    /// 5.11).
    pub(super) fn order(&self, slot: Slot) -> Option<(u64, &MessageId)> {
        let entry = self.get(slot)?;
        Some((entry.hub_time, &entry.id))
    }

    /// The entry of an ID, whether its message was received or not.
    pub(super) fn find(&self, id: &MessageId) -> Option<Slot> {
        let same = |slot: &Slot| self.get(*slot).is_some_and(|entry| entry.id == *id);
        self.by_id.find(hash(&self.keys, id), same).copied()
    }

    /// The entry of an ID, a new one if there is none. None if the room is full.
    pub(super) fn name(&mut self, id: MessageId) -> Option<Slot> {
        if let Some(slot) = self.find(&id) {
            return Some(slot);
        }
        let number = u32::try_from(self.len + 1)
            .ok()
            .filter(|number| *number <= self.bound);
        let slot = Slot(number.and_then(NonZeroU32::new)?);
        match self.blocks.last_mut() {
            Some(block) if block.len() < BLOCK => block.push(Entry::named(id)),
            // The first one grows, for small rooms.
            None => self.blocks.push(alloc::vec![Entry::named(id)]),
            Some(_) => {
                let mut block = Vec::with_capacity(BLOCK);
                block.push(Entry::named(id));
                self.blocks.push(block);
            }
        }
        self.len += 1;
        let Entries {
            blocks,
            by_id,
            keys,
            ..
        } = self;
        let id_of = |slot: Slot| {
            let block = blocks.get(slot.index() / BLOCK);
            block.and_then(|block| block.get(slot.index() % BLOCK))
        };
        by_id.insert_unique(hash(keys, &id), slot, |slot| {
            id_of(*slot).map_or(0, |entry| hash(keys, &entry.id))
        });
        Some(slot)
    }

    /// Puts the message in place of an ID that was only referred to so far, if at all.
    pub(super) fn receive(&mut self, slot: Slot, message: Entry) {
        if let Some(entry) = self.get_mut(slot) {
            let record = entry.record.take();
            *entry = message;
            entry.record = record;
            self.received += 1;
        }
    }
}

/// Of the whole ID: those of messages are hashes, but those referred to can be anything.
fn hash(keys: &RandomState, id: &MessageId) -> u64 {
    keys.hash_one(id.as_bytes())
}
