//! [`Room`]: takes messages in, one at a time, and applies what they do to each other.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use std::collections::HashSet;

use super::entry::{Entry, Kind, Order, Slot};
use super::judge::judge;
use super::store::Store;
use super::{Authority, Change, Fed, Incoming, OriginalSender, RoomError};
use crate::cbor::Decoder;
use crate::message::{IdAlgorithm, MessageId, Uris};
use crate::report::{Finding, codes};

/// A conversation.
///
/// ```
/// use mimi_codec::message::{Disposition, MimiContent, NestedPart, Salt};
/// use mimi_codec::room::{Change, Incoming, Room};
///
/// let (room_uri, bob) = ("mimi://example.com/r/tea", "mimi://example.com/u/bob");
/// let text = |salt, text| {
///     let part = NestedPart::single(Disposition::RENDER, "text/plain;charset=utf-8", text);
///     MimiContent::new(Salt::new([salt; 16]), part)
/// };
/// let mut room = Room::new(room_uri);
/// let first = mimi_codec::cbor::encode(&text(1, "Tea or cofee?"))?;
/// let first = room.feed(Incoming::new(first, 1000, bob, room_uri))?;
/// assert_eq!(first.changes, [Change::Added(first.id)]);
///
/// let mut edit = text(2, "Tea or coffee?");
/// edit.replaces = Some(first.id);
/// let edit = mimi_codec::cbor::encode(&edit)?;
/// let edit = room.feed(Incoming::new(edit, 2000, bob, room_uri))?;
/// assert_eq!(edit.changes, [Change::Changed(first.id)]);
///
/// let item = room.item(&first.id).unwrap();
/// assert!(item.is_edited());
/// assert_eq!(item.current(), edit.id);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Room<A = OriginalSender> {
    pub(super) store: Store,
    authority: A,
}

impl Room {
    /// An empty room in which only the original sender edits and deletes.
    pub fn new(uri: impl Into<String>) -> Self {
        Room::with_authority(uri, OriginalSender)
    }
}

impl<A: Authority> Room<A> {
    /// An empty room with rules of its own.
    pub fn with_authority(uri: impl Into<String>, authority: A) -> Self {
        Room {
            store: Store::new(uri.into()),
            authority,
        }
    }

    /// How messages are decoded. Unless changed, tolerantly. Set it before the first message.
    #[must_use]
    pub fn decoder(mut self, decoder: Decoder) -> Self {
        self.store.decoder = decoder;
        self
    }

    /// How message IDs are computed. Set it before the first message.
    #[must_use]
    pub fn algorithm(mut self, algorithm: IdAlgorithm) -> Self {
        self.store.algorithm = algorithm;
        self
    }

    /// Takes a message in.
    ///
    /// # Errors
    /// Octets that are not a message, a sender or room that is not the one the message states, or
    /// a message of another room. The room is then as it was.
    pub fn feed(&mut self, incoming: Incoming<'_>) -> Result<Fed, RoomError> {
        if incoming.room != self.store.uri {
            return Err(Finding::new(codes::ROOM_OTHER_ROOM)
                .found(format!("{:?}", incoming.room))
                .expected(format!("{:?}", self.store.uri))
                .into());
        }
        let octets = incoming.octets.clone();
        let received = self
            .store
            .decoder
            .decode(&octets)
            .map_err(|error| error.into_finding())?;
        let uris = Uris::new(incoming.sender, incoming.room);
        let id = received
            .message_id(self.store.algorithm, &uris)
            .map_err(|error| error.finding().clone())?;
        let mut out = Outcome {
            fed: Fed {
                id,
                changes: Vec::new(),
                findings: received.findings().to_vec(),
            },
            noted: HashSet::new(),
        };
        if let Some((slot, known)) = self.store.find(&id) {
            let known = known.hub_time;
            self.again(slot, known, incoming.hub_time, &mut out);
            return Ok(out.fed);
        }
        let sender = self.store.sender(incoming.sender);
        let entry = Entry::new(id, &incoming, sender, received.content());
        let slot = self.store.entries.len() as Slot;
        self.store.by_id.insert(id, slot);
        self.store.entries.push(entry);
        self.place(slot, &mut out);
        Ok(out.fed)
    }

    /// A message came again.
    fn again(&mut self, slot: Slot, known: u64, time: u64, out: &mut Outcome) {
        out.note(Change::Duplicate(out.fed.id));
        if time != known {
            let finding = Finding::new(codes::ROOM_DUPLICATE).found(format!("{time} ms"));
            out.fed
                .findings
                .push(finding.expected(format!("{known} ms")));
        }
        if time >= known {
            return;
        }
        self.store.retime(slot, time);
        let Some(entry) = self.store.entry(slot) else {
            return;
        };
        if entry.root == Some(slot) && entry.is_item() {
            out.note(Change::Moved(entry.id));
        } else if entry.kind == Kind::Status {
            for (reported, _) in self.store.reported(slot) {
                self.note_status(&reported, out);
            }
        } else if let Some(root) = entry.root {
            self.redraw(root, out);
        }
    }

    /// Says that what a first version stands for has to be drawn again: a reaction shows at the
    /// item it is about.
    fn redraw(&self, root: Slot, out: &mut Outcome) {
        let Some(first) = self.store.entry(root) else {
            return;
        };
        if first.is_item() {
            out.note(Change::Changed(first.id));
        } else if let Some((_, about)) = first.in_reply_to.and_then(|id| self.store.root_of(&id)) {
            out.note(Change::Reactions(about.id));
        }
    }

    /// Finds the place of a new entry, and then of everything that waited for it.
    fn place(&mut self, slot: Slot, out: &mut Outcome) {
        let Some(entry) = self.store.entry(slot) else {
            return;
        };
        let (order, reply, item) = (entry.order(), entry.in_reply_to, entry.is_item());
        let kind = entry.kind;
        match entry.replaces {
            Some(target) => match self.store.root_of(&target) {
                Some((root, _)) => self.apply(slot, root, out),
                None => return self.hold(target, slot, out),
            },
            None => {
                if let Some(entry) = self.store.entry_mut(slot) {
                    entry.root = Some(slot);
                }
                if item {
                    self.store.timeline.insert(order);
                    out.note(Change::Added(out.fed.id));
                }
                match reply {
                    _ if kind == Kind::Status => self.report(slot, out),
                    Some(target) if self.store.root_of(&target).is_none() => {
                        self.hold(target, slot, out);
                    }
                    Some(target) if !item => self.attach(slot, target, out),
                    _ => {}
                }
            }
        }
        self.release(slot, out);
    }

    /// Keeps an entry until the message it refers to is known.
    fn hold(&mut self, target: MessageId, slot: Slot, out: &mut Outcome) {
        self.store.wait(target, slot);
        let Some(entry) = self.store.entry(slot) else {
            return;
        };
        let (path, shown) = match entry.replaces {
            Some(_) => ("replaces", false),
            None => ("inReplyTo", entry.is_item()),
        };
        if entry.id == out.fed.id {
            let finding = Finding::new(codes::ROOM_TARGET_UNKNOWN).path(path);
            out.fed.findings.push(finding.found(format!("{target}")));
            if !shown {
                out.note(Change::Pending(out.fed.id));
            }
        }
    }

    /// Applies everything that waited for a message whose first version is now known.
    fn release(&mut self, slot: Slot, out: &mut Outcome) {
        let mut known = alloc::vec![slot];
        while let Some(slot) = known.pop() {
            let Some((id, Some(root))) = self.store.entry(slot).map(|e| (e.id, e.root)) else {
                continue;
            };
            for waiter in self.store.waiting.remove(&id).unwrap_or_default() {
                let Some(entry) = self.store.entry(waiter) else {
                    continue;
                };
                if entry.replaces == Some(id) {
                    self.apply(waiter, root, out);
                    known.push(waiter);
                } else if entry.is_item() {
                    out.note(Change::ReplyKnown(entry.id));
                } else {
                    self.attach(waiter, id, out);
                }
            }
        }
    }

    /// Hangs a reaction onto the item it is about.
    fn attach(&mut self, slot: Slot, target: MessageId, out: &mut Outcome) {
        let Some((root, item)) = self.store.root_of(&target).map(|(slot, e)| (slot, e.id)) else {
            return;
        };
        if let Some(entry) = self.store.entry_mut(root) {
            entry.record().reactions.push(slot);
            out.note(Change::Reactions(item));
        }
    }

    /// Takes over what a status report says.
    fn report(&mut self, slot: Slot, out: &mut Outcome) {
        for (reported, status) in self.store.reported(slot) {
            let known = self.store.statuses.entry(reported).or_default();
            known.push((slot, status));
            self.note_status(&reported, out);
        }
    }

    fn note_status(&self, reported: &MessageId, out: &mut Outcome) {
        if let Some((_, about)) = self.store.root_of(reported) {
            out.note(Change::Status(about.id));
        }
    }

    /// Makes a message a version of the item it replaces, as far as that is allowed.
    fn apply(&mut self, slot: Slot, root: Slot, out: &mut Outcome) {
        let (Some(edit), Some(first)) = (self.store.entry(slot), self.store.entry(root)) else {
            return;
        };
        let (granted, refused) = judge(&self.authority, slot, edit, first);
        let order: Order = edit.order();
        let (message, item) = (edit.id, first.id);
        let before = self.store.current(first).id;
        if let Some(edit) = self.store.entry_mut(slot) {
            edit.root = Some(root);
        }
        let applies = granted.body || granted.topic || granted.expires || granted.reply;
        if let Some(first) = self.store.entry_mut(root) {
            let record = first.record();
            if applies {
                record.versions.insert(order, granted);
            }
            if !refused.is_empty() {
                record.refused.insert(order, refused);
                out.note(Change::Refused { message, item });
            }
        }
        if !applies {
            return;
        }
        let Some(first) = self.store.entry(root) else {
            return;
        };
        let same = self.store.current(first).id == before;
        let fields = granted.topic || granted.expires || granted.reply;
        if same && !fields && first.is_item() {
            out.note(Change::History(item));
        } else {
            self.redraw(root, out);
        }
    }

    /// Says when the reader read an item, for expiry after reading. Of several times the
    /// earliest counts. Time in milliseconds since the start of the Unix epoch.
    ///
    /// Says whether there is such an item.
    pub fn mark_read(&mut self, id: &MessageId, time: u64) -> bool {
        let Some(root) = self.store.root_of(id).map(|(slot, _)| slot) else {
            return false;
        };
        let Some(entry) = self.store.entry_mut(root) else {
            return false;
        };
        let read = &mut entry.record().read;
        *read = Some(read.map_or(time, |known| known.min(time)));
        true
    }
}

/// What comes out of one message while it is taken in.
struct Outcome {
    fed: Fed,
    noted: HashSet<Change>,
}

impl Outcome {
    /// Several causes of one change are drawn once.
    fn note(&mut self, change: Change) {
        if self.noted.insert(change) {
            self.fed.changes.push(change);
        }
    }
}
