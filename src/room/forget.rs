//! Forgetting: the octets of a message go, its place in the conversation stays.
//!
//! What stays is what the room works with: a stub, which is a message of its own with the fields
//! that other messages are measured by, and with nothing in its body, extensions or salt. From a
//! stub the index can be made again, so that a room with forgotten messages is saved, loaded and
//! fed like any other.

use alloc::vec::Vec;

use super::Room;
use super::entries::Slot;
use super::entry::{Entry, Kind};
use super::state::push_string;
use super::store::Store;
use crate::cbor::encode_status;
use crate::item::{MAJOR, push_head};
use crate::message::{Disposition, Expiration, MessageId, Salt, StatusReport, media};

// Simple values of CBOR.
const FALSE: u64 = 20;
const TRUE: u64 = 21;
const NULL: u64 = 22;

impl<A> Room<A> {
    /// Forgets an item or a reaction: the octets of every version of it are dropped, those that
    /// were refused included. Any version's ID names it.
    ///
    /// This is for what the user or the clock erased: messages that expired or were deleted
    /// (draft sections 4.1, 5.6 and 5.8). It is for good. The same messages are
    /// [duplicates](super::Change::Duplicate) when they come again, and versions that come later
    /// lose their octets as well. So a room is still the same whatever the order was in which it
    /// was fed and told to forget. What stays of each version is its ID, its sender, when the hub
    /// accepted it, what it replaces and replies to, its topic, when it expires, and whether it
    /// was a message, a reaction or took one back: replies, reactions and edits of others hang on
    /// that. A forgotten reaction stands among the reactions no more.
    ///
    /// The memory is given back, not overwritten, and whoever else holds the octets has them
    /// still: [`Incoming`](super::Incoming) shares them.
    ///
    /// Says whether there is such an item or reaction. What is not known cannot be forgotten, nor
    /// can a version that [waits](Room::pending) for the first one: say it again when that has
    /// come. Status reports stay.
    ///
    /// ```
    /// use mimi_codec::message::{Disposition, MimiContent, NestedPart, Salt};
    /// use mimi_codec::room::{Change, Incoming, Room};
    ///
    /// let (tea, bob) = ("mimi://example.com/r/tea", "mimi://example.com/u/bob");
    /// let part = NestedPart::single(Disposition::RENDER, "text/plain;charset=utf-8", "Tea?");
    /// let octets = mimi_codec::cbor::encode(&MimiContent::new(Salt::new([1; 16]), part))?;
    /// let mut room = Room::new(tea);
    /// let message = Incoming::new(octets, 1000, bob, tea);
    /// let id = room.feed(message.clone())?.id;
    ///
    /// assert!(room.forget(&id));
    /// assert!(!room.save().windows(4).any(|octets| octets == b"Tea?"));
    /// let item = room.item(&id).unwrap();
    /// assert!(item.is_forgotten());
    /// assert_eq!((item.sender(), item.hub_time()), (bob, 1000));
    /// // It does not come back.
    /// assert_eq!(room.feed(message)?.changes, [Change::Duplicate(id)]);
    /// assert!(room.message(&id).is_none());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn forget(&mut self, id: &MessageId) -> bool {
        let Some((root, first)) = self.store.root_of(id) else {
            return false;
        };
        if first.kind == Kind::Status {
            return false;
        }
        // A version is in one of these lists, or in both.
        let record = first.record.as_deref();
        let applied = record.into_iter().flat_map(|it| it.versions.iter());
        let refused = record
            .and_then(|it| it.rare.as_deref())
            .into_iter()
            .flat_map(|it| it.refused.iter());
        let versions: Vec<Slot> = applied.chain(refused).chain([root]).collect();
        for version in versions {
            self.store.erase(version);
        }
        true
    }
}

impl Store {
    /// Puts a stub in the place of a message.
    pub(super) fn erase(&mut self, slot: Slot) {
        let Some(stub) = self.stub(slot) else {
            return;
        };
        if let Some(entry) = self.entries.get_mut(slot).filter(|entry| !entry.forgotten) {
            entry.octets = Some(stub.into());
            entry.forgotten = true;
        }
    }

    /// What stays of a message when it is forgotten. The stub of a stub is the same.
    pub(super) fn stub(&self, slot: Slot) -> Option<Vec<u8>> {
        let entry = self.entry(slot)?;
        let mut out = Vec::new();
        push_head(&mut out, MAJOR::ARRAY, 7);
        push_string(&mut out, MAJOR::BYTES, &[0; Salt::LENGTH]);
        self.push_reference(&mut out, entry.replaces);
        push_string(&mut out, MAJOR::BYTES, self.topics.octets(entry.topic));
        match entry.expires {
            None => push_head(&mut out, MAJOR::SIMPLE, NULL),
            Some(expires) => {
                let (relative, time) = match expires {
                    Expiration::Absolute(time) => (FALSE, time),
                    Expiration::Relative(time) => (TRUE, time),
                };
                push_head(&mut out, MAJOR::ARRAY, 2);
                push_head(&mut out, MAJOR::SIMPLE, relative);
                push_head(&mut out, MAJOR::UNSIGNED, time.into());
            }
        }
        self.push_reference(&mut out, entry.in_reply_to);
        push_head(&mut out, MAJOR::MAP, 0);
        push_body(&mut out, entry);
        Some(out)
    }

    fn push_reference(&self, out: &mut Vec<u8>, slot: Option<Slot>) {
        match slot.and_then(|slot| self.id(slot)) {
            Some(id) => push_string(out, MAJOR::BYTES, id.as_bytes()),
            None => push_head(out, MAJOR::SIMPLE, NULL),
        }
    }
}

/// The least part of its kind: none, or a single part that says nothing. An empty one would take
/// a reaction back, so that of a reaction is a blank.
fn push_body(out: &mut Vec<u8>, entry: &Entry) {
    let report = encode_status(&StatusReport::default());
    let (disposition, media_type, content): (_, _, &[u8]) = match entry.kind {
        Kind::Message => (Disposition::RENDER, media::TEXT_PLAIN, b""),
        Kind::Reaction => (Disposition::REACTION, media::TEXT_PLAIN, b" "),
        Kind::Status => (Disposition::UNSPECIFIED, StatusReport::MEDIA_TYPE, &report),
    };
    push_head(out, MAJOR::ARRAY, if entry.empty { 3 } else { 5 });
    push_head(out, MAJOR::UNSIGNED, disposition.0.into());
    push_string(out, MAJOR::TEXT, b"");
    push_head(out, MAJOR::UNSIGNED, u64::from(!entry.empty));
    if !entry.empty {
        push_string(out, MAJOR::TEXT, media_type.as_bytes());
        push_string(out, MAJOR::BYTES, content);
    }
}
