//! What can be asked of a [`Room`].

use alloc::vec::Vec;
use std::collections::HashSet;

use super::entry::{Entry, Order};
use super::item::{Item, Items};
use super::store::{Pending, Refusal};
use super::{Incoming, Room, RoomError};
use crate::cbor::Received;
use crate::message::MessageId;

impl<A> Room<A> {
    /// URI of the room.
    pub fn uri(&self) -> &str {
        &self.store.uri
    }

    /// Number of messages, of whatever kind.
    pub fn len(&self) -> usize {
        self.store.entries.len()
    }

    /// Whether there is no message.
    pub fn is_empty(&self) -> bool {
        self.store.entries.is_empty()
    }

    /// The conversation: every message but edits, deletes and reactions, in order.
    pub fn items(&self) -> Items<'_> {
        Items::new(&self.store)
    }

    /// The item that a message is a version of.
    pub fn item(&self, id: &MessageId) -> Option<Item<'_>> {
        let (_, root) = self.store.root_of(id)?;
        Some(Item::new(&self.store, root))
    }

    /// The items of a topic, in order.
    pub fn topic<'r>(&'r self, topic: &'r [u8]) -> impl Iterator<Item = Item<'r>> + 'r {
        self.items().filter(move |item| item.topic() == topic)
    }

    /// Every topic, in the order of its first item.
    pub fn topics(&self) -> Vec<&[u8]> {
        let mut seen = HashSet::new();
        Items::new(&self.store)
            .map(|item| item.topic())
            .filter(|topic| !topic.is_empty() && seen.insert(*topic))
            .collect()
    }

    /// A message, decoded again from the octets it was received as.
    ///
    /// # Errors
    /// None in practice: the octets were decoded before.
    pub fn message(&self, id: &MessageId) -> Option<Result<Received<'_>, RoomError>> {
        let (_, entry) = self.store.find(id)?;
        Some(self.store.decode(entry))
    }

    /// Every message as it was received, in order: what has to be saved, and fed to a new room to
    /// load it.
    pub fn received(&self) -> impl Iterator<Item = Incoming<'_>> {
        let mut slots: Vec<&Entry> = self.store.entries.iter().collect();
        slots.sort_by_key(|entry| entry.order());
        slots.into_iter().map(|entry| Incoming {
            octets: entry.octets.clone(),
            hub_time: entry.hub_time,
            sender: &entry.sender,
            room: &self.store.uri,
        })
    }

    /// The edits, deletes and reactions that wait for a message that is not known, in order.
    pub fn pending(&self) -> Vec<Pending> {
        let mut pending: Vec<(Order, Pending)> = self
            .store
            .waiting
            .iter()
            .flat_map(|(target, slots)| slots.iter().map(move |slot| (*target, *slot)))
            .filter_map(|(target, slot)| {
                let entry = self.store.entry(slot)?;
                let shown = entry.replaces.is_none() && entry.is_item();
                let message = entry.id;
                (!shown).then_some((entry.order(), Pending { message, target }))
            })
            .collect();
        pending.sort();
        pending.into_iter().map(|(_, pending)| pending).collect()
    }

    /// Every refused edit and delete, by item and then in order.
    pub fn refusals(&self) -> Vec<Refusal> {
        let mut roots: Vec<&Entry> = self
            .store
            .entries
            .iter()
            .filter(|entry| entry.record.is_some())
            .collect();
        roots.sort_by_key(|entry| entry.order());
        roots
            .into_iter()
            .flat_map(|root| self.store.refusals(root))
            .collect()
    }
}
