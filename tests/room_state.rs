//! Saving and loading rooms: the form of the file, and files that are none.
#![cfg(feature = "markdown")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;
#[path = "common/conversation.rs"]
mod talk;

use std::error::Error;

use common::{bytes, octets, text};
use mimi_codec::cbor::{self, Decoder};
use mimi_codec::message::{
    Disposition, IdAlgorithm, MessageId, MimiContent, NestedPart, Salt, media,
};
use mimi_codec::report::codes;
use mimi_codec::room::{Change, Incoming, OriginalSender, Room, StateError};
use proptest::prelude::*;
use talk::{Event, Made, ROOM, Random, conversation};

const ALICE: &str = "mimi://example.com/u/alice";
const BOB: &str = "mimi://example.com/u/bob";

fn message(salt: u8) -> Vec<u8> {
    let part = NestedPart::single(Disposition::RENDER, media::TEXT_PLAIN, "tea");
    cbor::encode(&MimiContent::new(Salt::new([salt; 16]), part)).unwrap()
}

fn id(salt: u8, sender: &str) -> MessageId {
    MessageId::compute(
        IdAlgorithm::Draft08,
        &message(salt),
        &[salt; 16],
        sender,
        ROOM,
    )
    .unwrap()
}

/// A file from the hex of its fields.
fn file(fields: &[String]) -> Vec<u8> {
    octets(&format!("{:02x} {}", 0x80 + fields.len(), fields.concat()))
}

fn array(items: &[String]) -> String {
    format!("{:02x} {}", 0x80 + items.len(), items.concat())
}

fn saved(time: u8, sender: u8, octets: &[u8]) -> String {
    assert!(time < 24 && sender < 24);
    array(&[
        format!("{time:02x}"),
        format!("{sender:02x}"),
        bytes(octets),
    ])
}

/// The fields of a good file: Bob's message, then Alice's, and Bob's was read.
fn fields() -> Vec<String> {
    let read = array(&[bytes(id(1, BOB).as_bytes()), "17".to_owned()]);
    vec![
        text("mimi-room"),
        "01".to_owned(),
        text(ROOM),
        text("draft-08"),
        array(&[text(BOB), text(ALICE)]),
        array(&[saved(10, 0, &message(1)), saved(11, 1, &message(2))]),
        array(&[read]),
    ]
}

fn refused(field: usize, with: String) -> StateError {
    let mut fields = fields();
    fields[field] = with;
    Room::load(&file(&fields)).map(|_| ()).unwrap_err()
}

#[test]
fn the_form_is_what_the_documentation_says() {
    let mut room = Room::new(ROOM);
    for (time, sender, salt) in [(11, ALICE, 2), (10, BOB, 1)] {
        room.feed(Incoming::new(message(salt), time, sender, ROOM))
            .unwrap();
    }
    assert!(room.mark_read(&id(1, BOB), 23));
    let written = file(&fields());
    assert_eq!(room.save(), written);
    let loaded = Room::load(&written).unwrap();
    assert_eq!(loaded.len(), 2);
    assert_eq!(loaded.item(&id(1, BOB)).unwrap().read(), Some(23));
    assert_eq!(loaded.save(), written);
}

#[test]
fn an_empty_room_can_be_saved() {
    let saved = Room::new(ROOM).algorithm(IdAlgorithm::Draft07).save();
    let mut loaded = Room::load(&saved).unwrap();
    assert!(loaded.is_empty());
    assert_eq!((loaded.uri(), loaded.save()), (ROOM, saved));
    // The algorithm comes back, too.
    let fed = loaded
        .feed(Incoming::new(message(1), 1, BOB, ROOM))
        .unwrap();
    assert_ne!(fed.id, id(1, BOB));
}

#[test]
fn what_is_no_saved_room_is_named_with_its_place() {
    let some = |code, offset: usize, path: &str| (code, Some(offset), Some(path.to_owned()));
    let found = |error: &StateError| {
        let finding = error.finding();
        (finding.code, finding.offset, finding.path.clone())
    };
    let head = 1;
    let version = head + 10;
    let room = version + 1;
    let senders = room + 2 + ROOM.len() + 9;
    let (form, order) = (codes::ROOM_STATE_FORM, codes::ROOM_STATE_ORDER);
    let two = senders + 1 + 2 + BOB.len();
    let messages = two + 2 + ALICE.len();
    let octets_at = messages + 1 + 3;
    let one = message(1).len() + 2;
    let read = messages + 1 + 2 * (3 + one);
    for (field, with, expected) in [
        (0, text("mimi-roam"), some(form, head, "room.format")),
        (0, "01".to_owned(), some(form, head, "room.format")),
        (
            1,
            "03".to_owned(),
            some(codes::ROOM_STATE_VERSION, version, "room.version"),
        ),
        // Version 2 is for what was forgotten, and here nothing was.
        (1, "02".to_owned(), some(order, read, "room.messages")),
        (
            1,
            "1801".to_owned(),
            some(codes::CBOR_HEAD_NOT_SHORTEST, version, "room.version"),
        ),
        (2, bytes(ROOM.as_bytes()), some(form, room, "room.room")),
        (
            3,
            text("draft-09"),
            some(form, senders - 9, "room.idAlgorithm"),
        ),
        (
            4,
            array(&[text(BOB), text(BOB)]),
            some(order, two, "room.senders[1]"),
        ),
        (4, text(BOB), some(form, senders, "room.senders")),
        // Numbers of senders that skip one, or none of whom there is a message.
        (
            5,
            array(&[saved(10, 1, &message(2))]),
            some(order, messages + 3, "room.messages[0].sender"),
        ),
        (
            5,
            array(&[saved(10, 0, &message(1))]),
            some(order, messages + 4 + one, "room.messages"),
        ),
        // Out of order, and twice.
        (
            5,
            array(&[saved(11, 0, &message(1)), saved(10, 1, &message(2))]),
            some(order, octets_at + one + 3, "room.messages[1].octets"),
        ),
        (
            5,
            array(&[saved(11, 0, &message(1)), saved(12, 0, &message(1))]),
            some(order, octets_at + one + 3, "room.messages[1].octets"),
        ),
        (
            5,
            array(&[saved(10, 0, &message(1)[..9])]),
            some(
                codes::ROOM_STATE_MESSAGE,
                octets_at,
                "room.messages[0].octets",
            ),
        ),
        (
            5,
            "9bffffffffffffffff".to_owned(),
            some(form, messages + 9, "room.messages[0]"),
        ),
        (
            6,
            array(&[array(&[bytes(id(9, BOB).as_bytes()), "00".to_owned()])]),
            some(order, read + 2, "room.read[0].item"),
        ),
        (
            6,
            array(&[array(&[bytes(&[1; 31]), "00".to_owned()])]),
            some(form, read + 2, "room.read[0].item"),
        ),
    ] {
        let error = refused(field, with.clone());
        assert_eq!(found(&error), expected, "{with}: {error}");
        assert!(error.finding().expected.is_some(), "{error}");
    }
    let mut longer = file(&fields());
    longer.push(0);
    let error = Room::load(&longer).map(|_| ()).unwrap_err();
    assert_eq!(
        (error.code(), error.finding().offset),
        (form, Some(longer.len() - 1))
    );
    assert_eq!(
        Room::load(b"").map(|_| ()).unwrap_err().code(),
        codes::CBOR_TRUNCATED
    );
    assert_eq!(Room::load(b"hello").map(|_| ()).unwrap_err().code(), form);
}

#[test]
fn the_message_that_is_refused_is_the_source() {
    let error = refused(5, array(&[saved(10, 0, &message(1)[..9])]));
    let source = error.source().unwrap().to_string();
    assert!(source.contains("cbor-truncated"), "{source}");
    assert!(error.to_string().contains("room-state-message"), "{error}");
    assert!(refused(1, "03".to_owned()).source().is_none());
    // What a tolerant decoder took in, a strict one does not.
    let mut tolerated = message(1);
    tolerated.push(0);
    let mut room = Room::new(ROOM);
    room.feed(Incoming::new(tolerated, 1, BOB, ROOM)).unwrap();
    let saved = room.save();
    assert_eq!(Room::load(&saved).unwrap().save(), saved);
    let strict = Room::load_with(&saved, OriginalSender, Decoder::strict());
    let error = strict.map(|_| ()).unwrap_err();
    assert_eq!(error.code(), codes::ROOM_STATE_MESSAGE);
    assert!(
        error
            .source()
            .unwrap()
            .to_string()
            .contains("cbor-trailing")
    );
}

/// Loading either refuses, or gives a room that saves to the same octets.
fn judge(file: &[u8]) -> bool {
    match Room::load(file) {
        Ok(room) => {
            assert_eq!(room.save(), file);
            true
        }
        Err(error) => {
            assert!(
                error.finding().offset.is_some_and(|at| at <= file.len()),
                "{error}"
            );
            false
        }
    }
}

#[test]
fn every_truncation_and_most_changes_are_refused() {
    let file = file(&fields());
    assert!(judge(&file));
    for end in 0..file.len() {
        assert!(!judge(&file[..end]), "cut at {end}");
    }
    let mut accepted = 0;
    for at in 0..file.len() {
        for bit in 0..8 {
            let mut changed = file.clone();
            changed[at] ^= 1 << bit;
            accepted += usize::from(judge(&changed));
        }
    }
    // Of the message that was not read, text, salt and sender can be others.
    let changes = 8 * file.len();
    assert!(
        accepted > 0 && accepted < changes / 3,
        "{accepted} of {changes}"
    );
}

#[test]
fn a_file_that_claims_much_takes_little() {
    // A list of 2^63 senders, messages or reads that are not there.
    for field in 4..7 {
        let error = refused(field, "9b8000000000000000".to_owned());
        assert!(error.finding().offset.is_some());
    }
    // A million levels of arrays.
    let deep = vec![0x81; 1_000_000];
    assert_eq!(
        Room::load(&deep).map(|_| ()).unwrap_err().code(),
        codes::ROOM_STATE_FORM
    );
}

fn room_of(number: u64) -> Room {
    let mut random = Random(number);
    let mut room = Room::new(ROOM);
    for event in conversation(&mut random, &mut Made::default()) {
        match event {
            Event::Message(message) => {
                let incoming = Incoming::new(message.octets, message.time, message.sender, ROOM);
                room.feed(incoming).unwrap();
            }
            Event::Read(id, time) => {
                room.mark_read(&id, time);
            }
        }
    }
    // Of every other conversation, something was forgotten.
    let ids: Vec<MessageId> = room.items().map(|item| item.id()).collect();
    for id in ids {
        if number.is_multiple_of(2) && random.one_in(3) {
            assert!(room.forget(&id));
        }
    }
    room
}

proptest! {
    #[test]
    fn a_room_comes_back_and_goes_on_as_before(number: u64) {
        let mut room = room_of(number);
        let saved = room.save();
        let mut loaded = Room::load(&saved).unwrap();
        prop_assert_eq!(format!("{room:?}"), format!("{loaded:?}"));
        prop_assert_eq!(loaded.save(), saved);
        prop_assert!(room.received().eq(loaded.received()));
        for event in conversation(&mut Random(number ^ 1), &mut Made::default()) {
            let Event::Message(message) = event else { continue };
            let incoming = Incoming::new(message.octets, message.time, message.sender, ROOM);
            prop_assert_eq!(room.feed(incoming.clone()), loaded.feed(incoming));
        }
        prop_assert_eq!(room.save(), loaded.save());
    }

    #[test]
    fn changed_files_are_refused_or_are_rooms(
        number: u64,
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..4),
    ) {
        let mut file = room_of(number).save();
        for (at, octet) in changes {
            let at = at.index(file.len());
            file[at] = octet;
        }
        judge(&file);
    }

    #[test]
    fn any_octets_are_refused_or_are_rooms(octets in prop::collection::vec(any::<u8>(), 0..64)) {
        judge(&octets);
        let mut behind = file(&fields()[..4]);
        behind[0] = 0x87;
        behind.extend(octets);
        judge(&behind);
    }
}

#[test]
fn what_was_known_is_no_news_after_loading() {
    let mut room = Room::load(&file(&fields())).unwrap();
    let again = room.feed(Incoming::new(message(1), 10, BOB, ROOM)).unwrap();
    assert_eq!(again.changes, [Change::Duplicate(id(1, BOB))]);
}
