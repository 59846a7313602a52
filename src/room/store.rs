//! [`Store`]: the entries and what follows from them. Independent of who may do what: the verdicts
//! come in from `feed`.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::format;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;
use std::collections::{HashMap, HashSet};

use super::RoomError;
use super::entry::{Entry, Granted, Kind, Order, Record, Refused, Slot};
use crate::cbor::{Decoder, Received};
use crate::message::{Expiration, IdAlgorithm, MessageId, MessageStatus, PartBody};
use crate::report::{Finding, codes};

/// Every message of a room.
#[derive(Clone, Debug)]
pub(super) struct Store {
    pub(super) uri: String,
    pub(super) decoder: Decoder,
    pub(super) algorithm: IdAlgorithm,
    pub(super) entries: Vec<Entry>,
    pub(super) by_id: HashMap<MessageId, Slot>,
    /// First versions that stand in the conversation.
    pub(super) timeline: BTreeSet<Order>,
    /// What status reports say of each message, and which report says it.
    pub(super) statuses: HashMap<MessageId, Vec<(Slot, MessageStatus)>>,
    /// By the ID that is not known yet: what refers to it.
    pub(super) waiting: HashMap<MessageId, Vec<Slot>>,
    senders: HashSet<Arc<str>>,
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
            entries: Vec::new(),
            by_id: HashMap::new(),
            timeline: BTreeSet::new(),
            statuses: HashMap::new(),
            waiting: HashMap::new(),
            senders: HashSet::new(),
        }
    }

    pub(super) fn entry(&self, slot: Slot) -> Option<&Entry> {
        self.entries.get(slot as usize)
    }

    pub(super) fn entry_mut(&mut self, slot: Slot) -> Option<&mut Entry> {
        self.entries.get_mut(slot as usize)
    }

    pub(super) fn find(&self, id: &MessageId) -> Option<(Slot, &Entry)> {
        let slot = *self.by_id.get(id)?;
        Some((slot, self.entry(slot)?))
    }

    /// The first version of the chain that a message belongs to.
    pub(super) fn root_of(&self, id: &MessageId) -> Option<(Slot, &Entry)> {
        let root = self.find(id)?.1.root?;
        Some((root, self.entry(root)?))
    }

    /// One copy of each sender's URI.
    pub(super) fn sender(&mut self, uri: &str) -> Arc<str> {
        if let Some(known) = self.senders.get(uri) {
            return known.clone();
        }
        let sender: Arc<str> = uri.into();
        self.senders.insert(sender.clone());
        sender
    }

    /// A message, decoded again.
    pub(super) fn decode<'s>(&'s self, entry: &'s Entry) -> Result<Received<'s>, RoomError> {
        self.decoder
            .decode(&entry.octets)
            .map_err(|error| error.into_finding().into())
    }

    pub(super) fn wait(&mut self, target: MessageId, slot: Slot) {
        self.waiting.entry(target).or_default().push(slot);
    }

    fn granted<'s>(&'s self, root: &'s Entry) -> impl DoubleEndedIterator<Item = &'s Granted> {
        root.record
            .iter()
            .flat_map(|record| record.versions.values())
    }

    /// The version that is shown: the newest whose body applies.
    pub(super) fn current<'s>(&'s self, root: &'s Entry) -> &'s Entry {
        self.granted(root)
            .rev()
            .find(|version| version.body)
            .and_then(|version| self.entry(version.slot))
            .unwrap_or(root)
    }

    /// The newest version for which a field applies.
    fn newest<'s>(&'s self, root: &'s Entry, applies: impl Fn(&Granted) -> bool) -> &'s Entry {
        self.granted(root)
            .rev()
            .find(|version| applies(version))
            .and_then(|version| self.entry(version.slot))
            .unwrap_or(root)
    }

    pub(super) fn topic<'s>(&'s self, root: &'s Entry) -> &'s [u8] {
        &self.newest(root, |version| version.topic).topic
    }

    pub(super) fn expires(&self, root: &Entry) -> Option<Expiration> {
        self.newest(root, |version| version.expires).expires
    }

    pub(super) fn in_reply_to(&self, root: &Entry) -> Option<MessageId> {
        self.newest(root, |version| version.reply).in_reply_to
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
    /// Only a reply to something later in the conversation can close one, so that is the only
    /// case in which the chain has to be followed. The link of the loop's earliest item is cut.
    pub(super) fn parent(&self, root: &Entry) -> Parent<'_> {
        let target = self.in_reply_to(root);
        let Some((_, parent)) = target.and_then(|target| self.root_of(&target)) else {
            return Parent::Unknown;
        };
        if parent.order() < root.order() {
            return Parent::Item(parent);
        }
        let mut seen = HashSet::from([parent.id]);
        let mut earliest = parent.order();
        let mut at = parent;
        while at.id != root.id {
            let above = self
                .in_reply_to(at)
                .and_then(|target| self.root_of(&target))
                .map(|(_, above)| above);
            match above {
                Some(above) if above.id == root.id || seen.insert(above.id) => at = above,
                _ => return Parent::Item(parent),
            }
            earliest = earliest.min(at.order());
        }
        if earliest < root.order() {
            Parent::Item(parent)
        } else {
            Parent::Loop
        }
    }

    pub(super) fn refusals<'s>(&'s self, root: &'s Entry) -> impl Iterator<Item = Refusal> + 's {
        root.record
            .iter()
            .flat_map(|record| &record.refused)
            .flat_map(|((_, id), refused)| refused.iter().map(move |refused| (id, refused)))
            .filter_map(move |(id, refused)| {
                let (_, edit) = self.find(id)?;
                Some(Refusal {
                    message: edit.id,
                    sender: edit.sender.clone(),
                    item: root.id,
                    finding: refused.finding(edit, root),
                })
            })
    }

    /// What a message says as a status report; nothing if it is none.
    pub(super) fn reported(&self, slot: Slot) -> Vec<(MessageId, MessageStatus)> {
        let Some(entry) = self.entry(slot).filter(|entry| entry.kind == Kind::Status) else {
            return Vec::new();
        };
        let Ok(received) = self.decode(entry) else {
            return Vec::new();
        };
        let PartBody::Single(single) = &received.content().nested_part.body else {
            return Vec::new();
        };
        let report = self.decoder.decode_status(&single.content);
        let statuses = report.into_iter().flat_map(|report| report.value.statuses);
        statuses
            .map(|entry| (entry.message_id, entry.status))
            .collect()
    }

    /// What everybody's newest report says of an item, by whatever version of it they name.
    pub(super) fn statuses<'s>(
        &'s self,
        root: &'s Entry,
    ) -> BTreeMap<&'s str, (Order, MessageStatus)> {
        let versions = self
            .granted(root)
            .filter_map(|version| self.entry(version.slot))
            .chain([root]);
        let mut newest: BTreeMap<&str, (Order, MessageStatus)> = BTreeMap::new();
        for (slot, status) in versions
            .filter_map(|version| self.statuses.get(&version.id))
            .flatten()
        {
            let Some(report) = self.entry(*slot) else {
                continue;
            };
            let said = (report.order(), *status);
            let known = newest.entry(&report.sender).or_insert(said);
            // In one report, the last word counts.
            if said.0 >= known.0 {
                *known = said;
            }
        }
        newest
    }

    /// Puts a message that was seen before at an earlier time.
    pub(super) fn retime(&mut self, slot: Slot, hub_time: u64) {
        let Some(entry) = self.entry_mut(slot) else {
            return;
        };
        let before = entry.order();
        entry.hub_time = hub_time;
        let after = entry.order();
        let root = entry.root.filter(|root| *root != slot);
        if self.timeline.remove(&before) {
            self.timeline.insert(after);
        }
        if let Some(record) = root
            .and_then(|root| self.entry_mut(root))
            .and_then(|root| root.record.as_deref_mut())
        {
            record.retime(before, after);
        }
    }
}

impl Record {
    fn retime(&mut self, before: Order, after: Order) {
        if let Some(version) = self.versions.remove(&before) {
            self.versions.insert(after, version);
        }
        if let Some(refused) = self.refused.remove(&before) {
            self.refused.insert(after, refused);
        }
    }
}

impl Refused {
    fn finding(self, edit: &Entry, root: &Entry) -> Finding {
        match self {
            Refused::NotAuthorised(action) => Finding::new(codes::ROOM_NOT_AUTHORISED)
                .path("replaces")
                .found(format!("{} by {}", action.name(), edit.sender))
                .expected(format!("{}", root.sender)),
            Refused::KindChanged => Finding::new(codes::ROOM_KIND_CHANGED)
                .path("nestedPart.disposition")
                .expected(match root.kind {
                    Kind::Message => "a message",
                    Kind::Reaction => "a reaction",
                    Kind::Status => "a status report",
                }),
            Refused::FieldKept(action) => Finding::new(codes::ROOM_FIELD_KEPT).found(action.name()),
        }
    }
}
