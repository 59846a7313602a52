//! Saving a room and loading it again.
//!
//! What is saved is what the room was fed: the octets of every message as they were received,
//! with hub time and sender, and what was marked as read. Everything else follows from that and
//! is worked out again, so that loading takes linear time and a file can claim nothing. Only of
//! a message that was forgotten the file says the ID, because the octets it covers are gone. The
//! form is one deterministic CBOR item, here in CDDL:
//!
//! ```cddl
//! saved-room = [
//!   format: "mimi-room",
//!   version: 1 / 2,                    ; 2 if a message was forgotten
//!   room: tstr,                        ; URI of the room
//!   id-algorithm: tstr,                ; "draft-08" or "draft-07"
//!   senders: [* tstr],                 ; URIs, in the order of first use
//!   messages: [* [hub-time: uint,      ; milliseconds since the start of the Unix epoch
//!                 sender: uint,        ; index into senders
//!                 octets: bstr,        ; of a forgotten message, what stays of it
//!                 ? id: bstr .size 32  ; of a forgotten message
//!                ]],                   ; by hub time, then by message ID
//!   read: [* [item: bstr .size 32,     ; ID of a first version, ascending
//!             time: uint]],            ; milliseconds since the start of the Unix epoch
//! ]
//! ```
//!
//! A forgotten message is one of 7 items as any other: a salt of zeros, references, topic and
//! expiration as they were, no extensions, and a body that is none where it was none, or else one
//! part without a language: plain text without octets, of a reaction a blank, of a status report
//! one about nothing. With a first version every later one is forgotten.
//!
//! The order of arrival is not kept: rooms that know the same save to the same octets, and
//! whatever loads saves to the octets it was loaded from.

use alloc::borrow::Cow;
use alloc::boxed::Box;
use alloc::format;
use alloc::vec::Vec;
use core::ops::RangeInclusive;
use std::collections::{HashMap, HashSet};

use super::entry::{Entry, Kind};
use super::names::SenderId;
use super::{Authority, Change, Fed, Incoming, OriginalSender, Room, RoomError};
use crate::cbor::Decoder;
use crate::item::{Faults, Halt, Keep, MAJOR, Open, Path, Read, Reader, Step, push_head};
use crate::message::{IdAlgorithm, MessageId};
use crate::report::{Code, Finding, Policy, codes};

const FORMAT: &str = "mimi-room";
const VERSION: u64 = 1;
/// With messages that were forgotten.
const FORGETFUL: u64 = 2;
const FIELDS: u64 = 7;

/// Octets of heads, time and sender of a saved message, at most.
const MESSAGE_HEADS: usize = 1 + 9 + 5 + 9;

/// Octets of the ID of a forgotten message.
const NAMED: usize = 2 + MessageId::LENGTH;

impl<A> Room<A> {
    /// Saves the room, to be loaded with [`Room::load`]. Rooms that know the same messages, what
    /// was read and what was forgotten save to the same octets. Not saved are the authority and
    /// the decoder, which the caller brings again.
    ///
    /// The octets hold everything the messages hold, keys of external content included: keep
    /// them as safe as the messages.
    ///
    /// ```
    /// use mimi_codec::message::{Disposition, MimiContent, NestedPart, Salt};
    /// use mimi_codec::room::{Incoming, Room};
    ///
    /// let (tea, bob) = ("mimi://example.com/r/tea", "mimi://example.com/u/bob");
    /// let part = NestedPart::single(Disposition::RENDER, "text/plain;charset=utf-8", "Tea?");
    /// let octets = mimi_codec::cbor::encode(&MimiContent::new(Salt::new([1; 16]), part))?;
    /// let mut room = Room::new(tea);
    /// let fed = room.feed(Incoming::new(octets, 1000, bob, tea))?;
    ///
    /// let saved = room.save();
    /// let loaded = Room::load(&saved)?;
    /// assert_eq!(loaded.item(&fed.id).unwrap().sender(), bob);
    /// assert_eq!(loaded.save(), saved);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn save(&self) -> Vec<u8> {
        let entries = self.in_order();
        let mut numbers: HashMap<SenderId, u64> = HashMap::new();
        let mut senders = Vec::new();
        for entry in &entries {
            numbers.entry(entry.sender).or_insert_with(|| {
                senders.push(self.store.sender(entry));
                senders.len() as u64 - 1
            });
        }
        let size: usize = entries
            .iter()
            .map(|entry| {
                let octets = entry.octets.as_ref().map_or(0, |octets| octets.len());
                octets + MESSAGE_HEADS + if entry.forgotten { NAMED } else { 0 }
            })
            .sum();
        let mut out = Vec::with_capacity(size + self.store.uri.len());
        push_head(&mut out, MAJOR::ARRAY, FIELDS);
        push_string(&mut out, MAJOR::TEXT, FORMAT.as_bytes());
        let forgetful = entries.iter().any(|entry| entry.forgotten);
        let version = if forgetful { FORGETFUL } else { VERSION };
        push_head(&mut out, MAJOR::UNSIGNED, version);
        for text in [&*self.store.uri, self.store.algorithm.name()] {
            push_string(&mut out, MAJOR::TEXT, text.as_bytes());
        }
        push_head(&mut out, MAJOR::ARRAY, senders.len() as u64);
        for sender in senders {
            push_string(&mut out, MAJOR::TEXT, sender.as_bytes());
        }
        push_head(&mut out, MAJOR::ARRAY, entries.len() as u64);
        for entry in &entries {
            let sender = numbers.get(&entry.sender).copied().unwrap_or_default();
            push_head(&mut out, MAJOR::ARRAY, if entry.forgotten { 4 } else { 3 });
            push_head(&mut out, MAJOR::UNSIGNED, entry.hub_time);
            push_head(&mut out, MAJOR::UNSIGNED, sender);
            let octets = entry.octets.as_deref().unwrap_or_default();
            push_string(&mut out, MAJOR::BYTES, octets);
            if entry.forgotten {
                push_string(&mut out, MAJOR::BYTES, entry.id.as_bytes());
            }
        }
        let mut read: Vec<(MessageId, u64)> = entries
            .iter()
            .filter_map(|entry| Some((entry.id, entry.record.as_ref()?.read?)))
            .collect();
        read.sort_unstable();
        push_head(&mut out, MAJOR::ARRAY, read.len() as u64);
        for (item, time) in read {
            push_head(&mut out, MAJOR::ARRAY, 2);
            push_string(&mut out, MAJOR::BYTES, item.as_bytes());
            push_head(&mut out, MAJOR::UNSIGNED, time);
        }
        out
    }
}

pub(super) fn push_string(out: &mut Vec<u8>, major: u8, content: &[u8]) {
    push_head(out, major, content.len() as u64);
    out.extend_from_slice(content);
}

impl Room {
    /// Loads a room in which only the original sender edits and deletes, from the octets that
    /// [`save`](Room::save) gave. Messages are decoded tolerantly.
    ///
    /// # Errors
    /// Octets that are not a saved room, with the place; or the first message in it that cannot
    /// be taken in.
    pub fn load(octets: &[u8]) -> Result<Self, StateError> {
        Room::load_with(octets, OriginalSender, Decoder::tolerant())
    }
}

impl<A: Authority> Room<A> {
    /// Loads a room with the rules and the decoder it had when it was saved. Under other rules,
    /// edits apply as these say.
    ///
    /// # Errors
    /// As [`load`](Room::load).
    pub fn load_with(octets: &[u8], authority: A, decoder: Decoder) -> Result<Self, StateError> {
        let policy = Policy::strict();
        let mut loader = Loader {
            octets,
            reader: Reader::new(octets, Faults::new(&policy, Keep::First, 1)),
            refused: None,
        };
        match loader.room(authority, decoder) {
            Ok(room) => Ok(room),
            Err(Halt) => Err(loader.error()),
        }
    }
}

/// Octets that are not a saved room, or not one that can be loaded: where, and what is wrong.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{finding}")]
pub struct StateError {
    finding: Box<Finding>,
    /// What is wrong with the message that could not be taken in.
    #[source]
    message: Option<RoomError>,
}

impl StateError {
    /// What is wrong; the offset counts octets of the file.
    pub fn finding(&self) -> &Finding {
        &self.finding
    }

    /// The broken rule.
    pub fn code(&self) -> Code {
        self.finding.code
    }
}

/// Takes in what stayed of a forgotten message, under the ID it has in the file.
fn recall<A: Authority>(
    room: &mut Room<A>,
    id: MessageId,
    incoming: Incoming<'_>,
) -> Result<Fed, RoomError> {
    let octets = incoming.octets.clone();
    let received = room
        .store
        .decoder
        .decode(&octets)
        .map_err(|error| error.into_finding())?;
    let fed = room.take(id, incoming, &received)?;
    let slot = room.store.entries.find(&id);
    if slot.and_then(|slot| room.store.stub(slot)).as_deref() != Some(&*octets) {
        let expected = "what stays of a forgotten message, and no more";
        return Err(Finding::new(codes::ROOM_STATE_FORM)
            .expected(expected)
            .into());
    }
    if let Some(entry) = slot.and_then(|slot| room.store.entries.get_mut(slot)) {
        entry.forgotten = true;
    }
    // Nothing keeps IDs that a file claims from referring to each other in a circle.
    room.store.replies_changed += 1;
    Ok(fed)
}

/// Whether the messages that a file has as forgotten are so many, and those that a room would
/// have forgotten.
fn is_consistent<A>(room: &Room<A>, named: usize) -> bool {
    let entries = || room.store.entries.iter();
    let forgotten = entries().filter(|entry| entry.forgotten).count();
    let belongs = |entry: &Entry| {
        let root = entry.root.and_then(|root| room.store.entry(root));
        root.is_some_and(|root| root.forgotten && root.kind != Kind::Status)
    };
    named > 0 && named == forgotten && entries().all(|entry| entry.forgotten == belongs(entry))
}

/// Reads a file, and feeds the room with what it finds.
struct Loader<'a, 'p> {
    octets: &'a [u8],
    reader: Reader<'a, 'p>,
    refused: Option<RoomError>,
}

impl<'a> Loader<'a, '_> {
    fn room<A: Authority>(&mut self, authority: A, decoder: Decoder) -> Read<Room<A>> {
        let root = Path::root("room");
        self.array(&root, Some(FIELDS), "an array of 7 items")?;
        let path = root.field("format");
        let at = self.reader.pos();
        if self.text(&path)? != FORMAT {
            return self.refuse(codes::ROOM_STATE_FORM, at, &path, FORMAT);
        }
        let path = root.field("version");
        let at = self.reader.pos();
        let version = self.uint(&path)?;
        if !(VERSION..=FORGETFUL).contains(&version) {
            return self.refuse(codes::ROOM_STATE_VERSION, at, &path, "version 1 or 2");
        }
        let uri = self.text(&root.field("room"))?;
        let path = root.field("idAlgorithm");
        let at = self.reader.pos();
        let name = self.text(&path)?;
        let algorithm = IdAlgorithm::from_name(name).filter(|known| known.name() == name);
        let Some(algorithm) = algorithm else {
            return self.refuse(codes::ROOM_STATE_FORM, at, &path, "draft-08 or draft-07");
        };
        let room = Room::with_authority(uri, authority);
        let mut room = room.decoder(decoder).algorithm(algorithm);
        let senders = self.senders(&root)?;
        self.messages(&mut room, version, uri, &senders, &root)?;
        self.read(&mut room, &root)?;
        if self.reader.remaining() > 0 {
            let at = self.reader.pos();
            return self.refuse(codes::ROOM_STATE_FORM, at, &root, "the end of the file");
        }
        Ok(room)
    }

    fn senders(&mut self, root: &Path<'_>) -> Read<Vec<&'a str>> {
        let list = root.field("senders");
        let mut open = self.array(&list, None, "an array of text strings")?;
        // A list of text is not larger in memory than the file justifies.
        let mut senders = Vec::new();
        let mut known = HashSet::new();
        while self.reader.more(&mut open, &list)? {
            let path = list.then(Step::Index(open.begun - 1));
            let at = self.reader.pos();
            let sender = self.text(&path)?;
            if !known.insert(sender) {
                return self.refuse(codes::ROOM_STATE_ORDER, at, &path, "another sender");
            }
            senders.push(sender);
        }
        Ok(senders)
    }

    fn messages<A: Authority>(
        &mut self,
        room: &mut Room<A>,
        version: u64,
        uri: &str,
        senders: &[&str],
        root: &Path<'_>,
    ) -> Read<()> {
        let list = root.field("messages");
        let mut open = self.array(&list, None, "an array of messages")?;
        let mut used = 0;
        let mut forgotten = 0;
        let mut last: Option<(u64, MessageId)> = None;
        while self.reader.more(&mut open, &list)? {
            let path = list.then(Step::Index(open.begun - 1));
            let (most, expected) = match version {
                FORGETFUL => (4, "an array of 3 items, or of 4"),
                _ => (3, "an array of 3 items"),
            };
            let items = self.array_of(&path, 3..=most, expected)?;
            let hub_time = self.uint(&path.field("hubTime"))?;
            let number = path.field("sender");
            let at = self.reader.pos();
            let index = usize::try_from(self.uint(&number)?).unwrap_or(usize::MAX);
            let Some(sender) = senders.get(index).filter(|_| index <= used) else {
                let expected = "the index of a sender, in the order of first use";
                return self.refuse(codes::ROOM_STATE_ORDER, at, &number, expected);
            };
            used += usize::from(index == used);
            let path = path.field("octets");
            let at = self.reader.pos();
            let octets = self.octets(&path)?;
            let incoming = Incoming::new(octets, hub_time, sender, uri);
            let fed = match items.length() {
                Some(4) => {
                    forgotten += 1;
                    let id = self.id(&list.then(Step::Index(open.begun - 1)).field("id"))?;
                    recall(room, id, incoming)
                }
                _ => room.feed(incoming),
            };
            match fed {
                Ok(fed) => {
                    let here = Some((hub_time, fed.id));
                    let again = fed.changes.contains(&Change::Duplicate(fed.id));
                    if here <= last || again {
                        let expected = "a message after the one before it, by hub time and ID";
                        return self.refuse(codes::ROOM_STATE_ORDER, at, &path, expected);
                    }
                    last = here;
                }
                Err(error) => {
                    let halt = self.refuse(codes::ROOM_STATE_MESSAGE, at, &path, "a message");
                    self.refused = Some(error);
                    return halt;
                }
            }
        }
        if version == FORGETFUL && !is_consistent(room, forgotten) {
            let at = self.reader.pos();
            let expected = "a forgotten message, and with it all its versions and no other";
            return self.refuse(codes::ROOM_STATE_ORDER, at, &list, expected);
        }
        if used < senders.len() {
            let at = self.reader.pos();
            let expected = "a message of every sender";
            return self.refuse(codes::ROOM_STATE_ORDER, at, &list, expected);
        }
        Ok(())
    }

    fn read<A: Authority>(&mut self, room: &mut Room<A>, root: &Path<'_>) -> Read<()> {
        let list = root.field("read");
        let mut open = self.array(&list, None, "an array of items and times")?;
        let mut last: Option<MessageId> = None;
        while self.reader.more(&mut open, &list)? {
            let path = list.then(Step::Index(open.begun - 1));
            self.array(&path, Some(2), "an array of 2 items")?;
            let item = path.field("item");
            let at = self.reader.pos();
            let id = self.id(&item)?;
            let time = self.uint(&path.field("time"))?;
            let first = room.item(&id).is_some_and(|item| item.id() == id);
            if !first || Some(id) <= last {
                let expected = "the ID of a first version, after the one before it";
                return self.refuse(codes::ROOM_STATE_ORDER, at, &item, expected);
            }
            room.mark_read(&id, time);
            last = Some(id);
        }
        Ok(())
    }

    // Items of the file.

    fn array(
        &mut self,
        path: &Path<'_>,
        length: Option<u64>,
        expected: &'static str,
    ) -> Read<Open> {
        let lengths = length.map_or(0..=u64::MAX, |length| length..=length);
        self.array_of(path, lengths, expected)
    }

    fn array_of(
        &mut self,
        path: &Path<'_>,
        lengths: RangeInclusive<u64>,
        expected: &'static str,
    ) -> Read<Open> {
        let head = self.reader.head(path)?;
        if head.major != MAJOR::ARRAY || !lengths.contains(&head.arg) {
            return self.refuse(codes::ROOM_STATE_FORM, head.at, path, expected);
        }
        Ok(self.reader.open(head, 1))
    }

    fn uint(&mut self, path: &Path<'_>) -> Read<u64> {
        let head = self.reader.head(path)?;
        if head.major != MAJOR::UNSIGNED {
            return self.refuse(codes::ROOM_STATE_FORM, head.at, path, "an unsigned integer");
        }
        Ok(head.arg)
    }

    fn id(&mut self, path: &Path<'_>) -> Read<MessageId> {
        let at = self.reader.pos();
        match self.octets(path)?.as_array() {
            Some(id) => Ok(MessageId::new(*id)),
            None => self.refuse(codes::ROOM_STATE_FORM, at, path, "32 octets"),
        }
    }

    fn octets(&mut self, path: &Path<'_>) -> Read<&'a [u8]> {
        self.string(MAJOR::BYTES, path, "a byte string")
    }

    fn text(&mut self, path: &Path<'_>) -> Read<&'a str> {
        let octets = self.string(MAJOR::TEXT, path, "a text string")?;
        // The reader has seen that it is UTF-8.
        core::str::from_utf8(octets).map_err(|_| Halt)
    }

    fn string(&mut self, major: u8, path: &Path<'_>, expected: &'static str) -> Read<&'a [u8]> {
        let head = self.reader.head(path)?;
        if head.major != major {
            return self.refuse(codes::ROOM_STATE_FORM, head.at, path, expected);
        }
        let length = self.reader.string(head, path)?.len();
        let end = self.reader.pos();
        Ok(self.reader.since(end.saturating_sub(length)))
    }

    /// Records what is wrong at a place, and ends reading.
    fn refuse<T>(
        &mut self,
        code: Code,
        at: usize,
        path: &Path<'_>,
        expected: &'static str,
    ) -> Read<T> {
        let found = self.found(at);
        self.reader.fault(code, at, path, found, expected)?;
        Err(Halt)
    }

    /// What stands at a place, in words.
    fn found(&self, at: usize) -> Cow<'static, str> {
        let mut reader = Reader::quiet(self.octets.get(at..).unwrap_or_default());
        match reader.head(&Path::root("")) {
            Ok(head) => head.describe(),
            Err(Halt) => "the end of the file".into(),
        }
    }

    fn error(self) -> StateError {
        let findings = self.reader.faults.into_findings();
        let finding = findings.into_iter().next();
        let mut finding = finding.unwrap_or_else(|| Finding::new(codes::ROOM_STATE_FORM));
        if let Some(message) = &self.refused {
            finding = finding.found(format!("{message}"));
        }
        StateError {
            finding: Box::new(finding),
            message: self.refused,
        }
    }
}
