//! [`Room`]: takes messages in, one at a time, and applies what they do to each other.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use std::collections::HashSet;

use super::entry::{Entry, Granted, Kind, Order, Refused, Slot};
use super::item::{Item, Items};
use super::store::{Pending, Refusal, Store};
use super::{Action, Authority, Change, Fed, Incoming, OriginalSender, RoomError};
use crate::cbor::{Decoder, Received};
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
    store: Store,
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

impl Store {
    pub(super) fn decode<'s>(&'s self, entry: &'s Entry) -> Result<Received<'s>, RoomError> {
        self.decoder
            .decode(&entry.octets)
            .map_err(|error| error.into_finding().into())
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

/// What of an edit applies, and what is refused.
fn judge(
    authority: &impl Authority,
    slot: Slot,
    edit: &Entry,
    first: &Entry,
) -> (Granted, Vec<Refused>) {
    let may = |action| authority.may(action, &edit.sender, &first.sender);
    let action = match (first.kind, edit.empty) {
        (Kind::Message, false) => Action::Edit,
        (Kind::Message, true) => Action::Delete,
        (Kind::Status, false) => Action::Edit,
        (Kind::Status, true) => Action::Delete,
        (Kind::Reaction, false) => Action::EditReaction,
        (Kind::Reaction, true) => Action::DeleteReaction,
    };
    let mut refused = Vec::new();
    let allowed = may(action);
    let same_kind = edit.empty || edit.kind == first.kind;
    if !allowed {
        refused.push(Refused::NotAuthorised(action));
    } else if !same_kind {
        refused.push(Refused::KindChanged);
    }
    // With the body gone, its fields mean nothing.
    let mut field = |differs: bool, action: Action| {
        let change = differs && !edit.empty;
        let granted = change && may(action);
        if change && !granted && allowed {
            refused.push(Refused::FieldKept(action));
        }
        granted
    };
    let granted = Granted {
        slot,
        body: allowed && same_kind,
        topic: field(edit.topic != first.topic, Action::ChangeTopic),
        expires: field(edit.expires != first.expires, Action::ChangeExpiration),
        reply: field(edit.in_reply_to != first.in_reply_to, Action::ChangeReply),
    };
    (granted, refused)
}
