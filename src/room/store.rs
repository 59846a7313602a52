//! [`Store`]: the entries, the indexes over them, and what follows from them. Independent of who
//! may do what: the verdicts come in from `feed`.

use alloc::boxed::Box;
use alloc::collections::{BTreeMap, BTreeSet};
use alloc::format;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;
use std::collections::HashSet;

use super::RoomError;
use super::entries::{Entries, Slot};
use super::entry::{Entry, Granted, Kind, Reason, Record, Said};
use super::names::{Sender, Senders, TopicId, Topics};
use super::ordered::Ordered;
use crate::cbor::{Decoder, Received};
use crate::message::{
    Expiration, IdAlgorithm, MessageId, PartBody, PerMessageStatus, StatusReport,
};
use crate::report::{Converted, Finding, codes};

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
    replies_changed: usize,
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

/// What the indexes hold of a first version.
#[derive(Clone, Copy, PartialEq)]
pub(super) struct Facts {
    topic: TopicId,
    expires_at: Option<u64>,
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

    fn topic_id(&self, root: &Entry) -> TopicId {
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

    // Status reports.

    /// What a message says as a status report; nothing if it is none.
    pub(super) fn reported(
        &self,
        slot: Slot,
    ) -> Option<Result<Converted<StatusReport>, RoomError>> {
        let entry = self
            .entry(slot)
            .filter(|entry| entry.kind == Kind::Status)?;
        let report = self.decode(entry).map(|received| {
            let PartBody::Single(single) = &received.content().nested_part.body else {
                return Ok(Converted::lossless(StatusReport::default()));
            };
            self.decoder
                .decode_status(&single.content)
                .map_err(|error| RoomError::from(error.into_finding()))
        });
        Some(report.and_then(|report| report))
    }

    /// The messages that a status report is about.
    pub(super) fn reported_on(&self, slot: Slot) -> Vec<PerMessageStatus> {
        match self.reported(slot) {
            Some(Ok(report)) => report.value.statuses,
            _ => Vec::new(),
        }
    }

    /// What everybody's newest report says of an item, by whatever version of it they name, and
    /// which report says it. The keys are the identities of the reporters.
    pub(super) fn statuses<'s>(&'s self, root: &'s Entry) -> BTreeMap<&'s str, (&'s Entry, Said)> {
        let record = root.record.as_deref();
        let rare = record.and_then(|record| record.rare.as_deref());
        let versions = record
            .into_iter()
            .flat_map(|record| record.versions.iter())
            .chain(rare.into_iter().flat_map(|rare| rare.bodiless.iter()))
            .filter_map(|slot| self.entry(slot))
            .chain([root]);
        let mut newest: BTreeMap<&str, (&Entry, Said)> = BTreeMap::new();
        let all = versions
            .filter_map(|version| version.record.as_deref())
            .flat_map(|record| &record.statuses);
        for said in all {
            let (Some(report), Some((_, first))) =
                (self.entry(said.report), self.root(said.report))
            else {
                continue;
            };
            // A report that was replaced or taken back says nothing.
            let counts = self.current(first).id == report.id;
            let Some(sender) = self.sender_of(report).filter(|_| counts) else {
                continue;
            };
            let order = |report: &Entry, said: &Said| (report.hub_time, report.id, said.nth);
            let known = newest.entry(&sender.identity).or_insert((report, *said));
            if order(report, said) > order(known.0, &known.1) {
                *known = (report, *said);
            }
        }
        newest
    }

    // The indexes.

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
