//! The messages of the draft's section 5 and appendix B as one room.
#![cfg(feature = "markdown")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::fmt::Write;
use std::sync::Arc;

use mimi_codec::message::{MessageId, PartBody};
use mimi_codec::room::{Change, Incoming, ReactionKind, Room};

const ROOM: &str = "mimi://example.com/r/engineering_team";

/// The messages, when the hub accepted them (the draft does not say for the last five), and their
/// IDs as the draft publishes them, in short.
const MESSAGES: &[(&str, u64, &str)] = &[
    ("original", 1_644_387_225_019, "017ce548"),
    ("reply", 1_644_387_237_492, "01535497"),
    ("reaction", 1_644_387_237_728, "0158c428"),
    ("mention", 1_644_387_243_008, "018d825a"),
    ("mention-html", 1_644_387_243_008, ""),
    ("edit", 1_644_387_248_621, "014028c0"),
    ("delete", 1_644_387_248_621, "011d9efc"),
    ("unlike", 1_644_387_250_389, "013aadbb"),
    ("expiring", 1_644_389_403_227, "01e59db8"),
    ("attachment", 1_644_389_500_000, "0176180c"),
    ("conferencing", 1_644_389_600_000, "01496d15"),
    ("multipart-1", 1_644_389_700_000, "01da5a51"),
    ("multipart-2", 1_644_389_800_000, "01d65918"),
    ("multipart-3", 1_644_389_900_000, "01cfebea"),
];

struct Example {
    name: &'static str,
    octets: Arc<[u8]>,
    time: u64,
    sender: String,
}

fn examples() -> Option<Vec<Example>> {
    MESSAGES
        .iter()
        .map(|(name, time, _)| {
            let path = format!(
                "{}/../shared/vectors/draft-08/{name}.cbor",
                env!("CARGO_MANIFEST_DIR")
            );
            let Ok(octets) = std::fs::read(&path) else {
                let ci = std::env::var("CI").is_ok_and(|ci| ci == "true");
                assert!(!ci, "{path} is missing");
                return None;
            };
            let sender = {
                let message = mimi_codec::cbor::decode(&octets).unwrap();
                let stated = message.extensions.sender_uri().unwrap();
                stated.unwrap().to_owned()
            };
            Some(Example {
                name,
                octets: octets.into(),
                time: *time,
                sender,
            })
        })
        .collect()
}

fn short(id: &MessageId) -> String {
    let id = id.to_string();
    let name = MESSAGES
        .iter()
        .find(|(_, _, start)| !start.is_empty() && id.starts_with(start))
        .map_or("mention-html", |(name, _, _)| *name);
    name.to_owned()
}

fn last(uri: &str) -> &str {
    uri.rsplit('/').next().unwrap()
}

/// The room in words, without the draft's texts.
fn describe(room: &Room, now: u64) -> String {
    let mut out = String::new();
    for item in room.items() {
        write!(out, "{} {}", item.hub_time(), last(item.sender())).unwrap();
        write!(out, " {}", short(&item.id())).unwrap();
        if item.is_edited() {
            write!(out, ", edited by {}", short(&item.current())).unwrap();
        }
        if item.is_deleted() {
            write!(out, ", deleted by {}", short(&item.current())).unwrap();
        }
        if item.is_expired(now) {
            write!(out, ", expired").unwrap();
        }
        if !item.topic().is_empty() {
            let topic = String::from_utf8_lossy(item.topic());
            write!(out, ", topic {topic:?}").unwrap();
        }
        if let Some(reply) = item.reply() {
            let target = reply
                .item
                .map_or("nothing known".to_owned(), |id| short(&id));
            write!(out, ", replies to {target}").unwrap();
            if reply.outdated {
                write!(out, " in another version").unwrap();
            }
        }
        for reaction in item.reactions() {
            let ReactionKind::Text(text) = &reaction.kind else {
                panic!("text");
            };
            let by: Vec<&str> = reaction.senders().into_iter().map(last).collect();
            write!(out, ", {text} by {}", by.join(", ")).unwrap();
        }
        let received = item.content().unwrap();
        let body = &received.content().nested_part.body;
        let kind = match body {
            PartBody::Null => "no body".to_owned(),
            PartBody::Single(part) => part.content_type.to_string(),
            PartBody::External(part) => format!("elsewhere {:?}", part.content_type),
            PartBody::Multi(multi) => multi.semantics.name().to_owned(),
        };
        writeln!(out, ": {kind}").unwrap();
    }
    for pending in room.pending() {
        writeln!(out, "pending: {}", short(&pending.message)).unwrap();
    }
    for refusal in room.refusals() {
        writeln!(out, "refused: {}", refusal.finding).unwrap();
    }
    out
}

fn feed(room: &mut Room, example: &Example, time: u64) -> Vec<Change> {
    let incoming = Incoming::new(example.octets.clone(), time, &example.sender, ROOM);
    let fed = room.feed(incoming).unwrap();
    assert_eq!(short(&fed.id), example.name);
    fed.changes
}

#[test]
fn the_drafts_messages_as_one_room() {
    let Some(examples) = examples() else { return };
    let before = 1_644_390_003_999;
    let mut states = Vec::new();
    // The draft gives its edit and its delete one time, so that the lower ID, the delete, comes
    // first; here also with the delete a second later.
    for later in [0, 1000] {
        let time = |example: &Example| match example.name {
            "delete" => example.time + later,
            _ => example.time,
        };
        let mut room = Room::new(ROOM);
        for example in &examples {
            let changes = feed(&mut room, example, time(example));
            let hearts = |room: &Room| room.items().next().unwrap().reactions().len();
            match example.name {
                "reaction" => assert_eq!(hearts(&room), 1),
                "unlike" => assert_eq!(hearts(&room), 0),
                _ => {}
            }
            assert_eq!(changes.len(), 1);
        }
        let state = describe(&room, before);
        let mut reverse = Room::new(ROOM);
        for example in examples.iter().rev() {
            feed(&mut reverse, example, time(example));
        }
        assert_eq!(state, describe(&reverse, before));
        assert_eq!(room.topics(), [b"Foo 118"]);
        let expired = describe(&room, before + 1);
        let lines = state.lines().zip(expired.lines());
        let changed: Vec<_> = lines.filter(|(a, b)| a != b).collect();
        assert_eq!(changed.len(), 1);
        assert!(changed[0].1.contains("expiring, expired"));
        states.push(state);
    }
    insta::assert_snapshot!("edit_last", states[0]);
    insta::assert_snapshot!("delete_last", states[1]);
}
