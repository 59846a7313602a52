//! [`Item`]: one message of the conversation with everything that was done to it.

use alloc::vec::Vec;
use core::fmt;

use super::RoomError;
use super::entries::Slot;
use super::entry::Entry;
use super::ordered::Slots;
use super::reactions::{Reaction, collect};
use super::store::{Parent, Refusal, Store};
use crate::cbor::Received;
use crate::message::{Expiration, MessageId, MessageStatus};
use crate::report::{Finding, codes};

/// One message of the conversation: its first version, and what others did to it.
#[derive(Clone, Copy)]
pub struct Item<'r> {
    store: &'r Store,
    root: &'r Entry,
}

/// A version of an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Version<'r> {
    /// ID of the message that brought it.
    pub id: MessageId,
    /// Who sent it: the sender of the item, or somebody who was allowed to.
    pub sender: &'r str,
    /// When the hub accepted it, in milliseconds.
    pub hub_time: u64,
    /// Whether the body is none, because the item was deleted.
    pub deleted: bool,
}

/// What an item replies to.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Reply {
    /// The version that was replied to.
    pub meant: MessageId,
    /// The item that it is a version of, if it is known.
    pub item: Option<MessageId>,
    /// Whether another version is shown by now.
    pub outdated: bool,
    /// Whether the item was deleted by now; its text is not quoted then.
    pub deleted: bool,
    /// Set if the reply is not followed because it would close a loop.
    pub cut: Option<Finding>,
}

impl<'r> Item<'r> {
    pub(super) const fn new(store: &'r Store, root: &'r Entry) -> Self {
        Item { store, root }
    }

    /// ID of the first version, which names the item.
    pub const fn id(&self) -> MessageId {
        self.root.id
    }

    /// Who sent the first version.
    pub fn sender(&self) -> &'r str {
        self.store.sender(self.root)
    }

    /// When the hub accepted the first version, in milliseconds.
    pub const fn hub_time(&self) -> u64 {
        self.root.hub_time
    }

    /// ID of the version that is shown.
    pub fn current(&self) -> MessageId {
        self.store.current(self.root).id
    }

    /// The version that is shown, decoded; of a deleted item, a message without a body. Of a
    /// forgotten item, a message with its topic, expiration and references, and an empty text.
    ///
    /// # Errors
    /// None in practice: the octets were decoded before.
    pub fn content(&self) -> Result<Received<'r>, RoomError> {
        self.store.decode(self.store.current(self.root))
    }

    /// Whether another version than the first is shown.
    pub fn is_edited(&self) -> bool {
        self.current() != self.id() && !self.is_deleted()
    }

    /// Whether the item was taken back.
    pub fn is_deleted(&self) -> bool {
        let current = self.store.current(self.root);
        current.empty && current.id != self.root.id
    }

    /// Whether the item was [forgotten](super::Room::forget): that it stood here is all that is
    /// known of it.
    pub const fn is_forgotten(&self) -> bool {
        self.root.forgotten
    }

    /// Whether the item has expired at a time in milliseconds since the start of the Unix epoch.
    pub fn is_expired(&self, now: u64) -> bool {
        self.expires_at().is_some_and(|time| time <= now)
    }

    /// When the sender wants the item deleted.
    pub fn expires(&self) -> Option<Expiration> {
        self.store.expires(self.root)
    }

    /// When the item expires, in milliseconds since the start of the Unix epoch: none if never, or
    /// if it has yet to be read.
    pub fn expires_at(&self) -> Option<u64> {
        self.store.expires_at(self.root)
    }

    /// The topic; empty: none.
    pub fn topic(&self) -> &'r [u8] {
        self.store.topic(self.root)
    }

    /// Every version that was allowed, the first one first.
    pub fn versions(&self) -> Vec<Version<'r>> {
        let later = self
            .root
            .record
            .iter()
            .flat_map(|record| record.versions.iter())
            .filter_map(|slot| self.store.entry(slot));
        core::iter::once(self.root)
            .chain(later)
            .map(|entry| Version {
                id: entry.id,
                sender: self.store.sender(entry),
                hub_time: entry.hub_time,
                deleted: entry.empty && entry.id != self.root.id,
            })
            .collect()
    }

    /// What the item replies to.
    pub fn reply(&self) -> Option<Reply> {
        let meant = self.store.id(self.store.in_reply_to(self.root)?)?;
        let (parent, cut) = match self.store.parent(self.root) {
            Parent::Unknown => (None, None),
            Parent::Item(parent) => (Some(parent), None),
            Parent::Loop => {
                let finding = Finding::new(codes::ROOM_REPLY_LOOP).path("inReplyTo");
                (None, Some(finding.found(alloc::format!("{meant}"))))
            }
        };
        let target = parent.map(|parent| Item::new(self.store, parent));
        Some(Reply {
            meant,
            item: target.map(|target| target.id()),
            outdated: target.is_some_and(|target| target.current() != meant),
            deleted: target.is_some_and(|target| target.is_deleted()),
            cut,
        })
    }

    /// The reactions, each with who sent it, in the order in which they first came.
    pub fn reactions(&self) -> Vec<Reaction<'r>> {
        collect(self.store, self.root)
    }

    /// What status reports say of the item: whose, when the hub accepted the report in
    /// milliseconds, and the status; sorted by whose. Of several reports of somebody the newest
    /// counts, and in it the last word, whichever version of the item it names. Two spellings of
    /// one URI are one person ([`same_sender`](super::same_sender)), named as in the newest
    /// report. A report that was replaced or taken back does not count.
    pub fn statuses(&self) -> Vec<(&'r str, u64, MessageStatus)> {
        let statuses = self.store.statuses(self.root).into_values();
        statuses
            .map(|(report, said)| (self.store.sender(report), report.hub_time, said.status))
            .collect()
    }

    /// What was refused to be done to the item.
    pub fn refusals(&self) -> Vec<Refusal> {
        self.store.refusals(self.root).collect()
    }

    /// When the reader read the item, in milliseconds, if that was said.
    pub fn read(&self) -> Option<u64> {
        self.root.record.as_ref()?.read
    }
}

impl fmt::Debug for Item<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Item")
            .field("id", &self.id())
            .field("hub_time", &self.hub_time())
            .field("sender", &self.sender())
            .field("versions", &self.versions())
            .field("forgotten", &self.is_forgotten())
            .field("topic", &self.topic())
            .field("expires", &self.expires())
            .field("reply", &self.reply())
            .field("reactions", &self.reactions())
            .field("statuses", &self.statuses())
            .field("refusals", &self.refusals())
            .finish()
    }
}

/// The items of a conversation in order.
#[derive(Clone)]
pub struct Items<'r> {
    store: &'r Store,
    slots: Slots<'r>,
}

impl<'r> Items<'r> {
    pub(super) const fn new(store: &'r Store, slots: Slots<'r>) -> Self {
        Items { store, slots }
    }

    fn item(&self, slot: Slot) -> Option<Item<'r>> {
        Some(Item::new(self.store, self.store.entry(slot)?))
    }
}

impl fmt::Debug for Items<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.clone()).finish()
    }
}

impl<'r> Iterator for Items<'r> {
    type Item = Item<'r>;

    fn next(&mut self) -> Option<Item<'r>> {
        let slot = self.slots.next()?;
        self.item(slot)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.slots.size_hint()
    }
}

impl DoubleEndedIterator for Items<'_> {
    fn next_back(&mut self) -> Option<Self::Item> {
        let slot = self.slots.next_back()?;
        self.item(slot)
    }
}

impl ExactSizeIterator for Items<'_> {}
