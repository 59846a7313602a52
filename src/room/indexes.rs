//! The indexes of a [`Store`], and how they follow what changes: entering a first version, adding
//! a version, moving a message in time.

use alloc::vec::Vec;

use super::entries::{Entries, Slot};
use super::entry::{Entry, Granted, Kind};
use super::names::TopicId;
use super::ordered::Ordered;
use super::store::Store;

/// What the indexes hold of a first version.
#[derive(Clone, Copy, PartialEq)]
pub(super) struct Facts {
    topic: TopicId,
    expires_at: Option<u64>,
}

impl Store {
    pub(super) fn facts(&self, root: Slot) -> Option<Facts> {
        let root = self.entry(root)?;
        Some(Facts {
            topic: self.topic_id(root),
            expires_at: self.expires_at(root).filter(|_| root.kind != Kind::Status),
        })
    }

    /// Enters a first version into the indexes.
    pub(super) fn enter(&mut self, slot: Slot) {
        if self.entry(slot).is_some_and(Entry::is_item) {
            self.timeline.insert(&self.entries, slot);
        }
        self.index(slot, None);
    }

    /// Follows in the indexes what changed about a first version.
    pub(super) fn index(&mut self, root: Slot, before: Option<Facts>) {
        let after = self.facts(root);
        if after == before {
            return;
        }
        let item = self.entry(root).is_some_and(Entry::is_item);
        let (old, new) = (before.map(|f| f.topic), after.map(|f| f.topic));
        if item && old != new {
            if let Some(items) = old.and_then(|topic| self.topics.items_mut(topic)) {
                items.remove(&self.entries, root);
            }
            if let Some(items) = new.and_then(|topic| self.topics.items_mut(topic)) {
                items.insert(&self.entries, root);
            }
        }
        let (old, new) = (
            before.and_then(|f| f.expires_at),
            after.and_then(|f| f.expires_at),
        );
        if old != new {
            if let Some(time) = old {
                self.expiries.remove(&(time, root));
            }
            if let Some(time) = new {
                self.expiries.insert((time, root));
            }
        }
    }

    /// Makes a message a version of an item, and keeps what of it was refused.
    pub(super) fn add_version(&mut self, slot: Slot, root: Slot, granted: Granted) {
        let before = self.facts(root);
        let refused = self
            .entry(slot)
            .is_some_and(|edit| !edit.refused.is_empty());
        self.record(root, |entries, record| {
            record.add(entries, slot, granted, refused);
        });
        if refused {
            self.refused.insert(&self.entries, root);
        }
        self.replies_changed += usize::from(granted.reply);
        self.index(root, before);
    }

    /// Puts a message that was seen before at an earlier time.
    pub(super) fn retime(&mut self, slot: Slot, hub_time: u64) {
        let Some(entry) = self.entry(slot) else {
            return;
        };
        let root = entry.root.filter(|root| *root != slot);
        let topic = self.topic_id(entry);
        let before = root.and_then(|root| self.facts(root));
        // Out of every index it stands in, and in again by the new time.
        let mut was_in = Vec::new();
        for again in [false, true] {
            let mut nth = 0;
            let mut list = |entries: &Entries, list: &mut Ordered| {
                if !again {
                    was_in.push(list.remove(entries, slot));
                } else if was_in.get(nth) == Some(&true) {
                    list.insert(entries, slot);
                }
                nth += 1;
            };
            list(&self.entries, &mut self.timeline);
            list(&self.entries, &mut self.pending);
            list(&self.entries, &mut self.refused);
            if let Some(items) = self.topics.items_mut(topic) {
                list(&self.entries, items);
            }
            if let Some(root) = root {
                self.record(root, |entries, record| {
                    record.lists().for_each(|versions| list(entries, versions));
                });
            }
            if !again && let Some(entry) = self.entries.get_mut(slot) {
                entry.hub_time = hub_time;
            }
        }
        if let Some(root) = root {
            self.index(root, before);
        }
    }
}
