//! [`Room`]: takes messages in, one at a time, and applies what they do to each other.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use super::change::Outcome;
use super::entries::Slot;
use super::entry::{Entry, Kind, Said, is_empty, kind};
use super::judge::judge;
use super::store::Store;
use super::{Authority, Change, Fed, Incoming, OriginalSender, RoomError};
use crate::cbor::{Decoder, Received};
use crate::message::{HashAlgorithm, IdAlgorithm, MessageId, MimiContent, Uris};
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
#[derive(Clone)]
pub struct Room<A = OriginalSender> {
    pub(super) store: Store,
    authority: A,
}

impl Room {
    /// An empty room in which only the original sender edits and deletes.
    ///
    /// The URI is compared octet for octet with that of each message, because message IDs cover
    /// its octets: whoever spelled it otherwise would compute other IDs for the same messages.
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

    /// Takes a message in. One more costs the same however many there are, but for what they
    /// have to do with each other.
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
        self.take(id, incoming, &received)
    }

    /// Takes in a message whose ID is known.
    pub(super) fn take(
        &mut self,
        id: MessageId,
        incoming: Incoming<'_>,
        received: &Received<'_>,
    ) -> Result<Fed, RoomError> {
        let mut out = Outcome::new(id, received.findings());
        if let Some(known) = self.store.received(&id) {
            let known = known.hub_time;
            self.again(known, incoming.hub_time, &mut out);
            return Ok(out.fed);
        }
        // Itself, the two it can refer to, and those it can report on.
        if self.store.entries.free() < 3 + incoming.octets.len() / MessageId::LENGTH {
            return Err(Finding::new(codes::ROOM_FULL).into());
        }
        if let Some(slot) = self.receive(id, incoming, received.content()) {
            out.fed
                .findings
                .extend(judge_references(received.content()));
            out.fed.findings.extend(self.judge_report(slot));
            self.place(slot, &mut out);
        }
        Ok(out.fed)
    }

    /// Puts a message into the store.
    fn receive(
        &mut self,
        id: MessageId,
        incoming: Incoming<'_>,
        content: &MimiContent<'_>,
    ) -> Option<Slot> {
        let part = &content.nested_part;
        let store = &mut self.store;
        let slot = store.entries.name(id)?;
        let mut name = |id: Option<MessageId>| id.and_then(|id| store.entries.name(id));
        let (replaces, in_reply_to) = (name(content.replaces), name(content.in_reply_to));
        let entry = Entry {
            hub_time: incoming.hub_time,
            octets: Some(incoming.octets),
            expires: content.expires,
            sender: store.senders.name(incoming.sender),
            topic: store.topics.name(&content.topic_id),
            replaces,
            in_reply_to,
            kind: kind(part),
            empty: is_empty(part),
            ..Entry::named(id)
        };
        store.entries.receive(slot, entry);
        Some(slot)
    }

    /// What is wrong with a status report, which the room cannot take over then.
    fn judge_report(&self, slot: Slot) -> Vec<Finding> {
        let place = |code| Finding::new(code).path("nestedPart.content");
        match self.store.reported(slot) {
            None => Vec::new(),
            Some(Err(error)) => {
                alloc::vec![place(codes::ROOM_STATUS_INVALID).found(format!("{error}"))]
            }
            Some(Ok(mut report)) => {
                if report.value.statuses.is_empty() {
                    report.findings.push(place(codes::ROOM_STATUS_EMPTY));
                }
                report.findings
            }
        }
    }

    /// A message came again.
    fn again(&mut self, known: u64, time: u64, out: &mut Outcome) {
        out.note(Change::Duplicate(out.fed.id));
        if time != known {
            let finding = Finding::new(codes::ROOM_DUPLICATE).found(format!("{time} ms"));
            out.fed
                .findings
                .push(finding.expected(format!("{known} ms")));
        }
        let Some(slot) = self.store.entries.find(&out.fed.id) else {
            return;
        };
        if time >= known {
            return;
        }
        let current = self.shown(slot);
        self.store.retime(slot, time);
        let Some(entry) = self.store.entry(slot) else {
            return;
        };
        if entry.root == Some(slot) && entry.is_item() {
            out.note(Change::Moved(entry.id));
        } else if entry.kind == Kind::Status {
            let shown = self.shown(slot);
            if shown == Some(slot) || shown != current {
                self.note_reported(current, out);
                self.note_reported(shown.filter(|_| shown != current), out);
            }
        } else if let Some(root) = entry.root {
            self.redraw(root, current, out);
        }
    }

    /// The version that is shown of what a message belongs to.
    fn shown(&self, slot: Slot) -> Option<Slot> {
        let (_, first) = self.store.root(slot)?;
        self.store.entries.find(&self.store.current(first).id)
    }

    /// Says that what a first version stands for has to be drawn again: a reaction shows at the
    /// item it is about, a status report at the items it names or named.
    fn redraw(&self, root: Slot, before: Option<Slot>, out: &mut Outcome) {
        let Some(first) = self.store.entry(root) else {
            return;
        };
        if first.is_item() {
            out.note(Change::Changed(first.id));
        } else if first.kind == Kind::Status {
            let shown = self.shown(root);
            if shown != before {
                self.note_reported(before, out);
                self.note_reported(shown, out);
            }
        } else if let Some((_, about)) = first.in_reply_to.and_then(|slot| self.store.root(slot)) {
            out.note(Change::Reactions(about.id));
        }
    }

    /// Finds the place of a new entry, and then of everything that waited for it.
    fn place(&mut self, slot: Slot, out: &mut Outcome) {
        let Some(entry) = self.store.entry(slot) else {
            return;
        };
        let (replaces, reply) = (entry.replaces, entry.in_reply_to);
        let (kind, item) = (entry.kind, entry.is_item());
        if let Some(target) = replaces {
            match self.store.root(target) {
                Some((root, _)) => self.apply(slot, root, out),
                None => return self.hold(target, slot, out),
            }
        } else {
            if let Some(entry) = self.store.entries.get_mut(slot) {
                entry.root = Some(slot);
            }
            self.store.enter(slot);
            if item {
                out.note(Change::Added(out.fed.id));
            }
            match reply {
                _ if kind == Kind::Status => self.report(slot, out),
                Some(target) if self.store.root(target).is_none() => self.hold(target, slot, out),
                Some(target) if !item => self.attach(slot, target, out),
                _ => {}
            }
        }
        self.release(slot, out);
    }

    /// Keeps an entry until the message it refers to is known.
    fn hold(&mut self, target: Slot, slot: Slot, out: &mut Outcome) {
        self.store.wait(target, slot);
        let (Some(entry), Some(target)) = (self.store.entry(slot), self.store.id(target)) else {
            return;
        };
        let path = match entry.replaces {
            Some(_) => "replaces",
            None => "inReplyTo",
        };
        let finding = Finding::new(codes::ROOM_TARGET_UNKNOWN).path(path);
        out.fed.findings.push(finding.found(format!("{target}")));
        if !entry.is_shown_alone() {
            self.store.pending.insert(&self.store.entries, slot);
            out.note(Change::Pending(out.fed.id));
        }
    }

    /// Applies everything that waited for a message whose first version is now known. The order
    /// is that of the conversation, never that of arrival.
    fn release(&mut self, slot: Slot, out: &mut Outcome) {
        let mut known = alloc::vec![slot];
        while let Some(slot) = known.pop() {
            let Some((root, _)) = self.store.root(slot) else {
                continue;
            };
            for waiter in self.store.waited(slot) {
                let Some(entry) = self.store.entry(waiter) else {
                    continue;
                };
                match entry.root {
                    None => {
                        self.apply(waiter, root, out);
                        known.push(waiter);
                    }
                    // A first version, or a version that changed what its item replies to.
                    Some(first) => match self.store.entry(first) {
                        Some(first) if first.is_item() => out.note(Change::ReplyKnown(first.id)),
                        _ => self.attach(waiter, slot, out),
                    },
                }
            }
        }
    }

    /// Hangs a reaction onto the item it is about.
    fn attach(&mut self, slot: Slot, target: Slot, out: &mut Outcome) {
        let Some((root, item)) = self.store.root(target).map(|(slot, e)| (slot, e.id)) else {
            return;
        };
        self.store
            .record(root, |_, record| record.reactions.push(slot));
        out.note(Change::Reactions(item));
    }

    /// Takes over what a status report says.
    fn report(&mut self, slot: Slot, out: &mut Outcome) {
        for (nth, status) in (0..).zip(self.store.reported_on(slot)) {
            if let Some(named) = self.store.entries.name(status.message_id) {
                let said = Said {
                    report: slot,
                    nth,
                    status: status.status,
                };
                self.store
                    .record(named, |_, record| record.statuses.push(said));
            }
        }
        self.note_reported(Some(slot), out);
    }

    /// Says that the items a status report is about have to be drawn again.
    fn note_reported(&self, report: Option<Slot>, out: &mut Outcome) {
        let statuses = report.map(|slot| self.store.reported_on(slot));
        for status in statuses.into_iter().flatten() {
            if let Some((_, about)) = self.store.root_of(&status.message_id) {
                out.note(Change::Status(about.id));
            }
        }
    }

    /// Makes a message a version of the item it replaces, as far as that is allowed.
    fn apply(&mut self, slot: Slot, root: Slot, out: &mut Outcome) {
        let before = self.shown(root);
        let (Some(edit), Some(first)) = (self.store.entry(slot), self.store.entry(root)) else {
            return;
        };
        let (granted, refused) = judge(&self.authority, &self.store, edit, first);
        let (message, item) = (edit.id, first.id);
        let (kind, reply) = (edit.kind, edit.in_reply_to);
        let forgotten = first.forgotten;
        if let Some(edit) = self.store.entries.get_mut(slot) {
            edit.root = Some(root);
            edit.refused = refused;
        }
        self.store.add_version(slot, root, granted);
        if forgotten {
            self.store.erase(slot);
        }
        if !refused.is_empty() {
            out.note(Change::Refused { message, item });
        }
        if granted.body && kind == Kind::Status {
            self.report(slot, out);
        }
        // What it now replies to may come later.
        if granted.reply
            && self.store.entry(root).is_some_and(Entry::is_item)
            && let Some(target) = reply.filter(|target| self.store.root(*target).is_none())
        {
            self.store.wait(target, slot);
        }
        let fields = granted.topic || granted.expires || granted.reply;
        let Some(first) = self.store.entry(root).filter(|_| granted.body || fields) else {
            return;
        };
        let same = self.shown(root) == before;
        if same && !fields && first.is_item() {
            out.note(Change::History(item));
        } else {
            self.redraw(root, before, out);
        }
    }

    /// Says when the reader read an item, for expiry after reading. Of several times the
    /// earliest counts. Time in milliseconds since the start of the Unix epoch.
    ///
    /// Says whether there is such an item.
    pub fn mark_read(&mut self, id: &MessageId, time: u64) -> bool {
        let Some((root, _)) = self.store.root_of(id) else {
            return false;
        };
        let before = self.store.facts(root);
        self.store.record(root, |_, record| {
            record.read = Some(record.read.map_or(time, |known| known.min(time)));
        });
        self.store.index(root, before);
        true
    }
}

/// References that no message can have.
fn judge_references(content: &MimiContent<'_>) -> impl Iterator<Item = Finding> {
    let references = [
        ("replaces", content.replaces),
        ("inReplyTo", content.in_reply_to),
    ];
    references.into_iter().filter_map(|(path, id)| {
        let hash = id?.hash_algorithm();
        let known = hash != HashAlgorithm::NONE && hash.name().is_some();
        let finding = || Finding::new(codes::ROOM_REFERENCE_HASH).path(path);
        (!known).then(|| finding().found(format!("hash function {hash}")))
    })
}

impl<A> fmt::Debug for Room<A> {
    /// The items and not the octets: salts and keys stand in them.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Room")
            .field("uri", &self.uri())
            .field("messages", &self.len())
            .field("items", &self.items())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::super::entries::Entries;
    use super::*;
    use crate::message::{MimiContent, NestedPart, Salt};

    const ROOM: &str = "mimi://example.com/r/tea";
    const ALICE: &str = "mimi://example.com/u/alice";

    /// A reply: two more IDs for the room to keep.
    fn reply(salt: u8) -> Incoming<'static> {
        let mut message = MimiContent::new(Salt::new([salt; 16]), NestedPart::text("Yes"));
        message.in_reply_to = Some(MessageId::new([salt; 32]));
        let octets = crate::cbor::encode(&message).unwrap();
        Incoming::new(octets, u64::from(salt), ALICE, ROOM)
    }

    #[test]
    fn a_full_room_refuses_and_stays_as_it_was() {
        let longest = 3 + reply(1).octets.len() / MessageId::LENGTH;
        let mut room: Room = Room::new(ROOM);
        room.store.entries = Entries::bounded(longest as u32 + 2);
        let first = room.feed(reply(1)).unwrap();
        room.feed(reply(2)).unwrap();
        let before = room.save();
        let error = room.feed(reply(3)).unwrap_err();
        assert_eq!(error.code(), codes::ROOM_FULL);
        assert_eq!(room.save(), before);
        assert_eq!(room.store.entries.free(), longest - 2);
        // What it has, it still knows.
        assert_eq!(room.feed(reply(1)).unwrap().id, first.id);
    }

    #[test]
    fn a_target_that_is_not_known_is_named_until_it_comes() {
        let told = |path: &str, change: fn(&mut MimiContent<'_>, MessageId)| {
            let target = reply(1);
            let mut room: Room = Room::new(ROOM);
            let id = Room::<OriginalSender>::new(ROOM)
                .feed(target.clone())
                .unwrap()
                .id;
            let mut message = MimiContent::new(Salt::new([9; 16]), NestedPart::text("Yes!"));
            change(&mut message, id);
            let octets = crate::cbor::encode(&message).unwrap();
            let waiting = Incoming::new(octets, 9, ALICE, ROOM);
            let fed = room.feed(waiting.clone()).unwrap();
            let unknown = fed
                .findings
                .iter()
                .find(|it| it.code == codes::ROOM_TARGET_UNKNOWN)
                .unwrap();
            assert_eq!(unknown.path.as_deref(), Some(path));
            assert_eq!(unknown.found.as_deref(), Some(&*format!("{id}")));
            // The other way round it is known.
            let mut room: Room = Room::new(ROOM);
            room.feed(target).unwrap();
            let fed = room.feed(waiting).unwrap();
            assert!(
                fed.findings
                    .iter()
                    .all(|it| it.code != codes::ROOM_TARGET_UNKNOWN)
            );
        };
        told("replaces", |message, id| message.replaces = Some(id));
        told("inReplyTo", |message, id| message.in_reply_to = Some(id));
    }

    #[test]
    fn no_entry_is_made_beyond_the_bound() {
        let mut entries = Entries::bounded(1);
        assert!(entries.name(MessageId::new([1; 32])).is_some());
        assert!(entries.name(MessageId::new([2; 32])).is_none());
        assert!(entries.name(MessageId::new([1; 32])).is_some());
    }
}
