//! What can be asked of a [`Room`].

use alloc::vec::Vec;
use std::collections::HashSet;

use super::entries::Slot;
use super::entry::Entry;
use super::item::{Item, Items};
use super::ordered::{Ordered, Slots};
use super::store::{Pending, Refusal};
use super::{Change, Incoming, Room, RoomError};
use crate::cbor::Received;
use crate::message::MessageId;

impl<A> Room<A> {
    /// URI of the room.
    pub fn uri(&self) -> &str {
        &self.store.uri
    }

    /// Number of messages, of whatever kind, forgotten ones included.
    pub fn len(&self) -> usize {
        self.store.entries.received()
    }

    /// Whether there is no message.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The conversation: every message but edits, deletes and reactions, in order.
    pub fn items(&self) -> Items<'_> {
        Items::new(&self.store, self.store.timeline.iter())
    }

    /// The item that a message is a version of.
    pub fn item(&self, id: &MessageId) -> Option<Item<'_>> {
        let (_, root) = self.store.root_of(id)?;
        Some(Item::new(&self.store, root))
    }

    /// The items of a topic, in order; with an empty topic, those without one.
    pub fn topic<'r>(&'r self, topic: &'r [u8]) -> impl Iterator<Item = Item<'r>> + 'r {
        let store = &self.store;
        let slots = if topic.is_empty() {
            store.timeline.iter()
        } else {
            let known = store.topics.find(topic);
            let items = known.and_then(|topic| store.topics.items(topic));
            items.map_or_else(Slots::none, Ordered::iter)
        };
        // The list of a topic has no others.
        Items::new(store, slots).filter(move |item| item.topic() == topic)
    }

    /// Every topic, in the order of its first item.
    pub fn topics(&self) -> Vec<&[u8]> {
        let topics = self.store.topics.iter();
        let mut topics: Vec<_> = topics
            .filter_map(|(topic, items)| Some((self.store.entries.order(items.first()?)?, topic)))
            .collect();
        topics.sort_unstable();
        topics.into_iter().map(|(_, topic)| topic).collect()
    }

    /// A message, decoded again from the octets it was received as; none if it is not known or
    /// was [forgotten](Room::forget).
    ///
    /// # Errors
    /// None in practice: the octets were decoded before.
    pub fn message(&self, id: &MessageId) -> Option<Result<Received<'_>, RoomError>> {
        let entry = self.store.received(id).filter(|entry| !entry.forgotten)?;
        Some(self.store.decode(entry))
    }

    /// Every message as it was received, in order, but those that were
    /// [forgotten](Room::forget). [`save`](Room::save) keeps them, what was read when, and what
    /// was forgotten.
    pub fn received(&self) -> impl Iterator<Item = Incoming<'_>> {
        let entries = self.in_order().into_iter();
        let entries = entries.filter(|entry| !entry.forgotten);
        entries.filter_map(|entry| {
            Some(Incoming {
                octets: entry.octets.clone()?,
                hub_time: entry.hub_time,
                sender: self.store.sender(entry),
                room: &self.store.uri,
            })
        })
    }

    pub(super) fn in_order(&self) -> Vec<&Entry> {
        let mut entries: Vec<&Entry> = self.store.entries.iter().collect();
        entries.sort_unstable_by(|a, b| (a.hub_time, &a.id).cmp(&(b.hub_time, &b.id)));
        entries
    }

    /// The edits, deletes and reactions that wait for a message that is not known, in order.
    pub fn pending(&self) -> Vec<Pending> {
        let waiting = self.store.pending.iter();
        waiting
            .filter_map(|slot| {
                let entry = self.store.entry(slot)?;
                Some(Pending {
                    message: entry.id,
                    target: self.store.id(entry.replaces.or(entry.in_reply_to)?)?,
                })
            })
            .collect()
    }

    /// Every refused edit and delete, by item and then in order.
    pub fn refusals(&self) -> Vec<Refusal> {
        let items = self.store.refused.iter();
        items
            .filter_map(|slot| self.store.entry(slot))
            .flat_map(|root| self.store.refusals(root))
            .collect()
    }

    /// When something expires next, after a time; both in milliseconds since the start of the
    /// Unix epoch. Until then nothing has to be looked at for the sake of the clock, unless a
    /// message comes or is read.
    ///
    /// ```
    /// use mimi_codec::message::{Disposition, Expiration, MimiContent, NestedPart, Salt};
    /// use mimi_codec::room::{Change, Incoming, Room};
    ///
    /// let (tea, bob) = ("mimi://example.com/r/tea", "mimi://example.com/u/bob");
    /// let part = NestedPart::single(Disposition::RENDER, "text/plain;charset=utf-8", "ready!");
    /// let mut message = MimiContent::new(Salt::new([1; 16]), part);
    /// message.expires = Some(Expiration::Absolute(60));
    /// let mut room = Room::new(tea);
    /// let octets = mimi_codec::cbor::encode(&message)?;
    /// let id = room.feed(Incoming::new(octets, 1000, bob, tea))?.id;
    ///
    /// assert_eq!(room.next_expiry(1000), Some(60_000));
    /// assert_eq!(room.expired(1000, 60_000), [Change::Expired(id)]);
    /// assert_eq!(room.next_expiry(60_000), None);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn next_expiry(&self, after: u64) -> Option<u64> {
        let first = (after.checked_add(1)?, Slot::FIRST);
        Some(self.store.expiries.range(first..).next()?.0)
    }

    /// What has to be drawn again when the clock goes on from a time, not included, to another
    /// one, included: the items and reactions that expire in between, in that order.
    pub fn expired(&self, after: u64, until: u64) -> Vec<Change> {
        let Some(first) = after.checked_add(1) else {
            return Vec::new();
        };
        let mut expired: Vec<_> = self
            .store
            .expiries
            .range((first, Slot::FIRST)..)
            .take_while(|(time, _)| *time <= until)
            .filter_map(|(time, slot)| Some((*time, self.store.entries.order(*slot)?, *slot)))
            .collect();
        expired.sort_unstable();
        let mut noted = HashSet::new();
        expired
            .into_iter()
            .filter_map(|(_, _, slot)| {
                let entry = self.store.entry(slot)?;
                if entry.is_item() {
                    return Some(Change::Expired(entry.id));
                }
                let (_, about) = self.store.root(entry.in_reply_to?)?;
                Some(Change::Reactions(about.id))
            })
            .filter(|change| noted.insert(*change))
            .collect()
    }
}
