//! Forgetting: what stays of a message whose octets are gone, that it does not come back, and how
//! it is saved.
#![cfg(feature = "markdown")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use std::sync::Arc;

use common::{bytes, octets, text as hex_text};
use mimi_codec::cbor;
use mimi_codec::message::{
    Disposition, Expiration, MessageId, MessageStatus, MimiContent, NestedPart, Salt, StatusReport,
    media,
};
use mimi_codec::report::codes;
use mimi_codec::room::{Change, Incoming, Room};
use mimi_codec::view::{View, ViewPolicy};

const ROOM: &str = "mimi://example.com/r/tea";
const ALICE: &str = "mimi://example.com/u/alice";
const BOB: &str = "mimi://example.com/u/bob";

/// A message that can be fed again and again.
#[derive(Clone)]
struct Sent {
    octets: Arc<[u8]>,
    id: MessageId,
    sender: &'static str,
    time: u64,
}

fn sent(
    salt: u8,
    sender: &'static str,
    part: NestedPart<'static>,
    change: impl FnOnce(&mut MimiContent<'static>),
) -> Sent {
    let mut content = MimiContent::new(Salt::new([salt; 16]), part);
    change(&mut content);
    let octets: Arc<[u8]> = cbor::encode(&content).unwrap().into();
    let id = MessageId::compute(Default::default(), &octets, &[salt; 16], sender, ROOM).unwrap();
    Sent {
        octets,
        id,
        sender,
        time: u64::from(salt) * 1000,
    }
}

fn plain(text: &'static str) -> NestedPart<'static> {
    NestedPart::single(Disposition::RENDER, media::TEXT_PLAIN, text)
}

fn heart() -> NestedPart<'static> {
    NestedPart::single(Disposition::REACTION, media::TEXT_PLAIN, "\u{2764}")
}

fn feed(room: &mut Room, sent: &Sent) -> Vec<Change> {
    let incoming = Incoming::new(sent.octets.clone(), sent.time, sent.sender, ROOM);
    let fed = room.feed(incoming).unwrap();
    assert_eq!(fed.id, sent.id);
    fed.changes
}

fn room_of(all: &[&Sent]) -> Room {
    let mut room = Room::new(ROOM);
    for sent in all {
        feed(&mut room, sent);
    }
    room
}

fn holds(room: &Room, text: &str) -> bool {
    let saved = room.save();
    saved
        .windows(text.len())
        .any(|part| part == text.as_bytes())
}

/// Everything that is known of a room, to compare it with another.
fn told(room: &Room) -> String {
    format!("{room:?} {:?} {:?}", room.pending(), room.refusals())
}

#[test]
fn the_octets_go_and_the_place_stays() {
    let first = sent(1, BOB, plain("secret one"), |it| {
        it.topic_id = b"tea".as_slice().into();
        it.expires = Some(Expiration::Absolute(60));
    });
    let edit = sent(2, BOB, plain("secret two"), |it| {
        it.replaces = Some(first.id);
    });
    let forged = sent(3, ALICE, plain("secret three"), |it| {
        it.replaces = Some(edit.id);
    });
    let reply = sent(4, ALICE, plain("an answer"), |it| {
        it.in_reply_to = Some(edit.id);
    });
    let like = sent(5, ALICE, heart(), |it| it.in_reply_to = Some(first.id));
    let mut room = room_of(&[&first, &edit, &forged, &reply, &like]);
    assert!(room.mark_read(&first.id, 5));
    let before = told(&room);
    for text in ["secret one", "secret two", "secret three", "an answer"] {
        assert!(holds(&room, text), "{text}");
    }
    // Any version names it.
    assert!(room.forget(&edit.id));
    for text in ["secret one", "secret two", "secret three"] {
        assert!(!holds(&room, text), "{text}");
    }
    assert!(holds(&room, "an answer"));
    // Whatever hangs on it stays as it was.
    let after = told(&room);
    assert_ne!(before, after);
    assert_eq!(
        before,
        after.replacen("forgotten: true", "forgotten: false", 1)
    );
    let item = room.item(&first.id).unwrap();
    assert!(item.is_forgotten() && item.is_edited() && !item.is_deleted());
    assert_eq!(item.topic(), b"tea");
    assert_eq!((item.expires_at(), item.read()), (Some(60_000), Some(5)));
    assert_eq!((item.versions().len(), item.refusals().len()), (2, 3));
    assert_eq!(item.reactions().len(), 1);
    assert!(!room.item(&reply.id).unwrap().is_forgotten());
    // Nothing of it shows, and nothing can be had of it.
    {
        let content = item.content().unwrap();
        let view = View::of(content.content(), &ViewPolicy::default()).value;
        assert_eq!(view.to_text(&Default::default()).value.trim(), "");
        assert!(content.content().extensions.is_empty());
    }
    for gone in [&first, &edit, &forged] {
        assert!(room.message(&gone.id).is_none());
    }
    assert_eq!(room.received().count(), 2);
    assert_eq!(room.len(), 5);
    // Once more is the same.
    let saved = room.save();
    assert!(room.forget(&first.id));
    assert_eq!(room.save(), saved);
}

#[test]
fn what_is_forgotten_does_not_come_back() {
    let first = sent(3, BOB, plain("secret one"), |_| {});
    let edit = sent(4, BOB, plain("secret two"), |it| {
        it.replaces = Some(first.id)
    });
    let mut live = room_of(&[&first]);
    assert!(live.forget(&first.id));
    let loaded = Room::load(&live.save()).unwrap();
    for mut room in [live, loaded] {
        assert_eq!(feed(&mut room, &first), [Change::Duplicate(first.id)]);
        assert!(!holds(&room, "secret one"));
        // An earlier time still counts.
        let earlier = Sent {
            time: 7,
            ..first.clone()
        };
        feed(&mut room, &earlier);
        assert_eq!(room.item(&first.id).unwrap().hub_time(), 7);
        // A version that comes later changes what it changes, and leaves nothing.
        assert_eq!(feed(&mut room, &edit), [Change::Changed(first.id)]);
        assert_eq!(room.item(&first.id).unwrap().current(), edit.id);
        assert!(!holds(&room, "secret"));
        let mut other = room_of(&[&edit, &earlier]);
        assert!(other.forget(&first.id));
        assert_eq!(other.save(), room.save());
        assert_eq!(told(&other), told(&room));
    }
}

#[test]
fn a_forgotten_reaction_is_none() {
    let first = sent(1, BOB, plain("Tea?"), |_| {});
    let like = |salt, sender| sent(salt, sender, heart(), |it| it.in_reply_to = Some(first.id));
    let (one, two) = (like(2, ALICE), like(3, BOB));
    let mut room = room_of(&[&first, &one, &two]);
    assert!(room.forget(&one.id));
    let senders = |room: &Room| {
        let item = room.item(&first.id).unwrap();
        let reactions = item.reactions();
        let reactors = reactions.iter().flat_map(|it| &it.reactors);
        reactors.map(|it| it.sender.to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(senders(&room), [BOB]);
    assert_eq!(senders(&Room::load(&room.save()).unwrap()), [BOB]);
    assert!(room.forget(&two.id));
    assert!(senders(&room).is_empty());
    assert!(!room.item(&first.id).unwrap().is_forgotten());
    // One that was taken back as well, with the message that took it back.
    let unlike = sent(4, BOB, NestedPart::null(Disposition::REACTION), |it| {
        it.replaces = Some(two.id);
        it.in_reply_to = Some(first.id);
    });
    feed(&mut room, &unlike);
    assert!(room.refusals().is_empty());
    let loaded = Room::load(&room.save()).unwrap();
    assert_eq!(told(&loaded), told(&room));
}

#[test]
fn what_is_not_there_cannot_be_forgotten() {
    let first = sent(1, BOB, plain("Tea?"), |_| {});
    let edit = sent(2, BOB, plain("Coffee?"), |it| it.replaces = Some(first.id));
    let report: StatusReport = [(first.id, MessageStatus::READ)].into_iter().collect();
    let report = cbor::encode_status(&report);
    let report = NestedPart::single(Disposition::UNSPECIFIED, StatusReport::MEDIA_TYPE, report);
    let report = sent(3, ALICE, report, |_| {});
    let mut room = room_of(&[&edit, &report]);
    let before = room.save();
    for id in [first.id, edit.id, report.id] {
        assert!(!room.forget(&id));
    }
    assert_eq!(room.save(), before);
    feed(&mut room, &first);
    assert!(room.forget(&edit.id));
    // What a report says of it stays.
    assert_eq!(room.item(&first.id).unwrap().statuses().len(), 1);
}

// How it is saved.

fn array(items: &[String]) -> String {
    format!("{:02x} {}", 0x80 + items.len(), items.concat())
}

/// What stays of a message, by the hex of what it replaces, of what it replies to and of its body.
fn stub(replaces: &str, reply: &str, body: &str) -> String {
    let salt = format!("50{}", "00".repeat(16));
    let fields = [salt.as_str(), replaces, "40", "f6", reply, "a0", body];
    array(&fields.map(str::to_owned))
}

fn text_body() -> String {
    format!("85 01 60 01 {} 40", hex_text(media::TEXT_PLAIN))
}

fn message(time: u8, octets_hex: &str, id: Option<MessageId>) -> String {
    let content = octets(octets_hex);
    let mut fields = vec![format!("{time:02x}"), "00".to_owned(), bytes(&content)];
    fields.extend(id.map(|id| bytes(id.as_bytes())));
    array(&fields)
}

fn file(version: &str, messages: &[String]) -> Vec<u8> {
    octets(&array(&[
        hex_text("mimi-room"),
        version.to_owned(),
        hex_text(ROOM),
        hex_text("draft-08"),
        array(&[hex_text(BOB)]),
        array(messages),
        "80".to_owned(),
    ]))
}

#[test]
fn the_form_is_what_the_documentation_says() {
    let first = Sent {
        time: 1,
        ..sent(1, BOB, plain("Tea?"), |_| {})
    };
    let edit = Sent {
        time: 2,
        ..sent(2, BOB, plain("Tea!"), |it| it.replaces = Some(first.id))
    };
    let like = Sent {
        time: 3,
        ..sent(3, BOB, heart(), |it| it.in_reply_to = Some(edit.id))
    };
    let delete = Sent {
        time: 4,
        ..sent(4, BOB, NestedPart::null(Disposition::RENDER), |it| {
            it.replaces = Some(first.id)
        })
    };
    let mut room = room_of(&[&first, &edit, &like, &delete]);
    assert!(room.forget(&first.id) && room.forget(&like.id));
    let (one, two) = (bytes(first.id.as_bytes()), bytes(edit.id.as_bytes()));
    let blank = format!("85 02 60 01 {} 4120", hex_text(media::TEXT_PLAIN));
    let messages = [
        message(1, &stub("f6", "f6", &text_body()), Some(first.id)),
        message(2, &stub(&one, "f6", &text_body()), Some(edit.id)),
        message(3, &stub("f6", &two, &blank), Some(like.id)),
        message(4, &stub(&one, "f6", "83 01 60 00"), Some(delete.id)),
    ];
    assert_eq!(room.save(), file("02", &messages));
    assert_eq!(Room::load(&room.save()).unwrap().save(), room.save());
}

#[test]
fn a_file_cannot_forget_by_halves() {
    let first = sent(1, BOB, plain("Tea?"), |_| {});
    let edit = sent(2, BOB, plain("Tea!"), |it| it.replaces = Some(first.id));
    let hex = |sent: &Sent| {
        sent.octets
            .iter()
            .map(|it| format!("{it:02x}"))
            .collect::<String>()
    };
    let one = bytes(first.id.as_bytes());
    let (nothing, of_first) = (
        stub("f6", "f6", &text_body()),
        stub(&one, "f6", &text_body()),
    );
    let whole = |time, sent: &Sent| message(time, &hex(sent), None);
    let gone = |time, stub: &str, sent: &Sent| message(time, stub, Some(sent.id));
    let report = format!("85 00 60 01 {} 4180", hex_text(StatusReport::MEDIA_TYPE));
    let other = MessageId::new([9; 32]);
    let accepted = [
        vec![gone(1, &nothing, &first)],
        vec![gone(1, &nothing, &first), gone(2, &of_first, &edit)],
        vec![gone(1, &of_first, &edit), gone(2, &nothing, &first)],
    ];
    for messages in accepted {
        let octets = file("02", &messages);
        assert_eq!(Room::load(&octets).unwrap().save(), octets);
        // An older reader of the form does not know such messages.
        let error = Room::load(&file("01", &messages)).map(|_| ()).unwrap_err();
        assert_eq!(error.code(), codes::ROOM_STATE_FORM);
    }
    for (messages, code) in [
        (vec![whole(1, &first)], codes::ROOM_STATE_ORDER),
        // A version without the others, before and behind.
        (
            vec![gone(1, &nothing, &first), whole(2, &edit)],
            codes::ROOM_STATE_ORDER,
        ),
        (
            vec![whole(1, &edit), gone(2, &nothing, &first)],
            codes::ROOM_STATE_ORDER,
        ),
        (
            vec![whole(1, &first), gone(2, &of_first, &edit)],
            codes::ROOM_STATE_ORDER,
        ),
        // A version that waits, and a report.
        (vec![gone(1, &of_first, &edit)], codes::ROOM_STATE_ORDER),
        (
            vec![message(1, &stub("f6", "f6", &report), Some(other))],
            codes::ROOM_STATE_ORDER,
        ),
        // Twice, or out of order.
        (
            vec![gone(1, &nothing, &first), gone(1, &nothing, &first)],
            codes::ROOM_STATE_ORDER,
        ),
        // More than what stays.
        (
            vec![gone(1, &hex(&first), &first)],
            codes::ROOM_STATE_MESSAGE,
        ),
        (
            vec![gone(1, &format!("{nothing}00"), &first)],
            codes::ROOM_STATE_MESSAGE,
        ),
    ] {
        let error = Room::load(&file("02", &messages)).map(|_| ()).unwrap_err();
        assert_eq!(error.code(), code, "{messages:?}: {error}");
    }
}

#[test]
fn ids_that_a_file_claims_close_no_circle() {
    let (a, b) = (MessageId::new([1; 32]), MessageId::new([2; 32]));
    let id = |id: MessageId| bytes(id.as_bytes());
    // Each replies to the other; one replies to itself; each replaces the other.
    let circle = [
        message(1, &stub("f6", &id(b), &text_body()), Some(a)),
        message(2, &stub("f6", &id(a), &text_body()), Some(b)),
    ];
    let itself = [message(1, &stub("f6", &id(a), &text_body()), Some(a))];
    for messages in [&circle[..], &itself] {
        let octets = file("02", messages);
        let room = Room::load(&octets).unwrap();
        assert_eq!(room.save(), octets);
        let cut = room
            .items()
            .filter(|item| item.reply().unwrap().cut.is_some());
        assert_eq!(cut.count(), 1);
    }
    let versions = [
        message(1, &stub(&id(b), "f6", &text_body()), Some(a)),
        message(2, &stub(&id(a), "f6", &text_body()), Some(b)),
    ];
    assert!(Room::load(&file("02", &versions)).is_err());
}
