//! [`Store`]: the entries, the indexes over them, and what an item is by now. Independent of who
//! may do what: the verdicts come in from `feed`.

use alloc::boxed::Box;
use alloc::collections::BTreeSet;
use alloc::format;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;
use std::collections::HashSet;

use super::RoomError;
use super::entries::{Entries, Slot};
use super::entry::{Entry, Kind, Reason, Record};
use super::names::{Sender, Senders, TopicId, Topics};
use super::ordered::Ordered;
use crate::cbor::{Decoder, Received};
use crate::message::{Expiration, IdAlgorithm, MessageId};
use crate::report::{Finding, codes};

/// Every message of a room.
#[derive(Clone)]
pub(super) struct Store {
    pub(super) uri: String,
    pub(super) decoder: Decoder,
    pub(super) algorithm: IdAlgorithm,
    pub(super) entries: Entries,
    pub(super) senders: Senders,
    pub(super) topics: Topics,
    /// First versions that stand in the conversation.
    pub(super) timeline: Ordered,
    /// What is not shown because it waits for another message.
    pub(super) pending: Ordered,
    /// First versions to which something was refused to be done.
    pub(super) refused: Ordered,
    /// When first versions expire, in milliseconds.
    pub(super) expiries: BTreeSet<(u64, Slot)>,
    /// How many edits changed what an item replies to. Without one, no loop is possible: a
    /// message ID covers the message IDs in the message.
    pub(super) replies_changed: usize,
}

/// A message that waits for another one that is not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub struct Pending {
    /// The message that waits.
    pub message: MessageId,
    /// The message it waits for.
    pub target: MessageId,
}

/// An edit or delete that was refused, whole or in part.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Refusal {
    /// The message that would have changed the item.
    pub message: MessageId,
    /// Who sent it.
    pub sender: Arc<str>,
    /// The item, by its first version.
    pub item: MessageId,
    /// Why.
    pub finding: Finding,
}

/// What an item replies to.
pub(super) enum Parent<'s> {
    /// Nothing, or a message that is not known.
    Unknown,
    Item(&'s Entry),
    /// Something that in the end replies to the item itself.
    Loop,
}

impl Store {
    pub(super) fn new(uri: String) -> Self {
        Store {
            uri,
            decoder: Decoder::tolerant(),
            algorithm: IdAlgorithm::default(),
            entries: Entries::default(),
            senders: Senders::default(),
            topics: Topics::default(),
            timeline: Ordered::default(),
            pending: Ordered::default(),
            refused: Ordered::default(),
            expiries: BTreeSet::new(),
            replies_changed: 0,
        }
    }

    pub(super) fn entry(&self, slot: Slot) -> Option<&Entry> {
        self.entries.get(slot)
    }

    /// A message that was received.
    pub(super) fn received(&self, id: &MessageId) -> Option<&Entry> {
        let entry = self.entry(self.entries.find(id)?)?;
        entry.octets.is_some().then_some(entry)
    }

    /// The first version of the chain that a message belongs to.
    pub(super) fn root(&self, slot: Slot) -> Option<(Slot, &Entry)> {
        let root = self.entry(slot)?.root?;
        Some((root, self.entry(root)?))
    }

    /// The same by the ID of a message.
    pub(super) fn root_of(&self, id: &MessageId) -> Option<(Slot, &Entry)> {
        self.root(self.entries.find(id)?)
    }

    pub(super) fn id(&self, slot: Slot) -> Option<MessageId> {
        Some(self.entry(slot)?.id)
    }

    pub(super) fn sender_of(&self, entry: &Entry) -> Option<&Sender> {
        self.senders.get(entry.sender)
    }

    /// The sender's URI.
    pub(super) fn sender(&self, entry: &Entry) -> &str {
        self.sender_of(entry).map_or("", |sender| &sender.uri)
    }

    /// A message, decoded again.
    pub(super) fn decode<'s>(&'s self, entry: &'s Entry) -> Result<Received<'s>, RoomError> {
        let octets = entry.octets.as_deref().unwrap_or_default();
        self.decoder
            .decode(octets)
            .map_err(|error| error.into_finding().into())
    }

    /// Changes what is recorded of an entry.
    pub(super) fn record<T>(
        &mut self,
        slot: Slot,
        change: impl FnOnce(&Entries, &mut Record) -> T,
    ) -> Option<T> {
        let mut record: Box<Record> = self
            .entries
            .get_mut(slot)?
            .record
            .take()
            .unwrap_or_default();
        let value = change(&self.entries, &mut record);
        self.entries.get_mut(slot)?.record = Some(record);
        Some(value)
    }

    pub(super) fn wait(&mut self, target: Slot, slot: Slot) {
        self.record(target, |_, record| record.waiting.push(slot));
    }

    /// What waited for a message, in the order of the conversation, and waits no more.
    pub(super) fn waited(&mut self, target: Slot) -> Vec<Slot> {
        let record = self
            .entries
            .get_mut(target)
            .and_then(|entry| entry.record.as_deref_mut());
        let mut waiting =
            record.map_or_else(Vec::new, |record| core::mem::take(&mut record.waiting));
        waiting.sort_by(|a, b| self.entries.order(*a).cmp(&self.entries.order(*b)));
        for slot in &waiting {
            self.pending.remove(&self.entries, *slot);
        }
        waiting
    }

    // What an item is by now.

    /// The newest version in one of the lists of an item, or else the first version.
    fn newest<'s>(
        &'s self,
        root: &'s Entry,
        list: impl FnOnce(&'s Record) -> Option<&'s Ordered>,
    ) -> &'s Entry {
        root.record
            .as_deref()
            .and_then(list)
            .and_then(Ordered::last)
            .and_then(|slot| self.entry(slot))
            .unwrap_or(root)
    }

    /// The version that is shown: the newest whose body applies.
    pub(super) fn current<'s>(&'s self, root: &'s Entry) -> &'s Entry {
        self.newest(root, |record| Some(&record.versions))
    }

    pub(super) fn topic_id(&self, root: &Entry) -> TopicId {
        self.newest(root, |record| Some(&record.rare.as_ref()?.topics))
            .topic
    }

    pub(super) fn topic(&self, root: &Entry) -> &[u8] {
        self.topics.octets(self.topic_id(root))
    }

    pub(super) fn expires(&self, root: &Entry) -> Option<Expiration> {
        self.newest(root, |record| Some(&record.rare.as_ref()?.expirations))
            .expires
    }

    pub(super) fn in_reply_to(&self, root: &Entry) -> Option<Slot> {
        self.newest(root, |record| Some(&record.rare.as_ref()?.replies))
            .in_reply_to
    }

    /// When an item expires, in milliseconds; none if never, or not before it is read.
    pub(super) fn expires_at(&self, root: &Entry) -> Option<u64> {
        match self.expires(root)? {
            Expiration::Absolute(seconds) => Some(u64::from(seconds) * 1000),
            Expiration::Relative(seconds) => {
                let read = root.record.as_ref()?.read?;
                Some(read.saturating_add(u64::from(seconds) * 1000))
            }
        }
    }

    /// The item that another one replies to, unless that would close a loop.
    ///
    /// Only a reply to something later in the conversation can close one, and only after an edit
    /// that changed what an item replies to; then the chain has to be followed. The link of the
    /// loop's earliest item is cut.
    pub(super) fn parent<'s>(&'s self, root: &'s Entry) -> Parent<'s> {
        let target = self.in_reply_to(root);
        let Some((_, parent)) = target.and_then(|target| self.root(target)) else {
            return Parent::Unknown;
        };
        let order = |entry: &Entry| (entry.hub_time, entry.id);
        if self.replies_changed == 0 || order(parent) < order(root) {
            return Parent::Item(parent);
        }
        let mut seen = HashSet::from([parent.id]);
        let mut earliest = order(parent);
        let mut at = parent;
        while at.id != root.id {
            let above = self
                .in_reply_to(at)
                .and_then(|target| self.root(target))
                .map(|(_, above)| above);
            match above {
                Some(above) if above.id == root.id || seen.insert(above.id) => at = above,
                _ => return Parent::Item(parent),
            }
            earliest = earliest.min(order(at));
        }
        if earliest < order(root) {
            Parent::Item(parent)
        } else {
            Parent::Loop
        }
    }

    pub(super) fn refusals<'s>(&'s self, root: &'s Entry) -> impl Iterator<Item = Refusal> + 's {
        root.record
            .iter()
            .flat_map(|record| &record.rare)
            .flat_map(|rare| rare.refused.iter())
            .filter_map(|slot| self.entry(slot))
            .flat_map(move |edit| edit.refused.iter().map(move |reason| (edit, reason)))
            .map(move |(edit, reason)| Refusal {
                message: edit.id,
                sender: self.sender(edit).into(),
                item: root.id,
                finding: self.finding(reason, edit, root),
            })
    }

    fn finding(&self, reason: Reason, edit: &Entry, root: &Entry) -> Finding {
        match reason {
            Reason::NotAuthorised => Finding::new(codes::ROOM_NOT_AUTHORISED)
                .path("replaces")
                .found(format!(
                    "{} by {}",
                    edit.action(root).name(),
                    self.sender(edit)
                ))
                .expected(String::from(self.sender(root))),
            Reason::KindChanged => Finding::new(codes::ROOM_KIND_CHANGED)
                .path("nestedPart.disposition")
                .expected(match root.kind {
                    Kind::Message => "a message",
                    Kind::Reaction => "a reaction",
                    Kind::Status => "a status report",
                }),
            Reason::FieldKept(action) => Finding::new(codes::ROOM_FIELD_KEPT).found(action.name()),
        }
    }
}
