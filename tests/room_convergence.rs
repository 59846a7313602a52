//! Generated conversations, each fed in ten random orders, with duplicates, some messages forgotten,
//! saved and loaded in between: always one state. 10,000 conversations in an optimised build, which is what
//! `cargo test --release --test room_convergence` runs; 300 in any other.
#![cfg(feature = "markdown")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "common/conversation.rs"]
mod talk;

use std::collections::HashMap;
use std::fmt::Write;

use mimi_codec::cbor::Decoder;
use mimi_codec::message::MessageId;
use mimi_codec::room::{Action, Authority, Incoming, OriginalSender, Room, same_sender};
use talk::{Event, Made, ROOM, Random, SENDERS, conversation};

const CONVERSATIONS: u64 = if cfg!(debug_assertions) { 300 } else { 10_000 };
const ORDERS: u64 = 10;

/// Who may do what, by the number of the conversation.
#[derive(Clone, Copy)]
enum Rules {
    Draft,
    /// Alice moves messages to other topics and deletes them.
    Moderated,
    /// Everybody does everything: loops of replies become possible.
    Anarchy,
}

impl Authority for Rules {
    fn may(&self, action: Action, by: &str, sender: &str) -> bool {
        match self {
            Rules::Draft => OriginalSender.may(action, by, sender),
            Rules::Moderated => {
                let moderates = matches!(action, Action::ChangeTopic | Action::Delete);
                OriginalSender.may(action, by, sender) || moderates && same_sender(by, SENDERS[0])
            }
            Rules::Anarchy => true,
        }
    }
}

/// Everything there is to know about a room, in words.
fn state(room: &Room<Rules>) -> String {
    let mut out = String::new();
    for item in room.items() {
        let clock = (
            item.expires_at(),
            item.read(),
            item.is_edited(),
            item.is_deleted(),
        );
        let content = item.content().unwrap();
        let shown = &content.content().nested_part;
        writeln!(out, "{item:?} {clock:?} {shown:?}").unwrap();
    }
    for topic in room.topics() {
        let items: Vec<_> = room.topic(topic).map(|item| item.id()).collect();
        writeln!(out, "{topic:?} {items:?}").unwrap();
    }
    writeln!(out, "{:?} {:?}", room.pending(), room.refusals()).unwrap();
    let mut now = 0;
    while let Some(next) = room.next_expiry(now) {
        writeln!(out, "{next} {:?}", room.expired(now, next)).unwrap();
        now = next;
    }
    out
}

fn again(room: &Room<Rules>, rules: Rules) -> Room<Rules> {
    let saved = room.save();
    let loaded = Room::load_with(&saved, rules, Decoder::tolerant()).unwrap();
    assert_eq!(loaded.save(), saved);
    loaded
}

/// What a client does with a room.
#[derive(Clone)]
#[allow(clippy::large_enum_variant, reason = "there are few")]
enum Step {
    Event(Event),
    Forget(MessageId),
}

/// The conversation, and what of it is to be forgotten: items, reactions, later versions, reports,
/// and some that are never known.
fn steps(events: Vec<Event>, random: &mut Random, made: &mut Made) -> Vec<Step> {
    let mut steps = Vec::new();
    // Half of the conversations forget nothing.
    let forgetful = random.one_in(2);
    for event in events {
        if let Event::Message(message) = &event
            && forgetful
            && random.one_in(5)
        {
            steps.push(Step::Forget(message.id));
            *made.0.entry("forgotten").or_default() += 1;
        }
        steps.push(Step::Event(event));
    }
    if forgetful {
        steps.push(Step::Forget(MessageId::new([7; 32])));
    }
    steps
}

/// Feeds the events in an order of their own, and says what comes out.
fn play(steps: &[Step], rules: Rules, random: &mut Random) -> (String, Vec<u8>) {
    let mut events = steps.to_vec();
    random.shuffle(&mut events);
    // What was read or forgotten before it was known is said again.
    let reads = events.clone();
    let reads = reads
        .into_iter()
        .filter(|step| !matches!(step, Step::Event(Event::Message(_))));
    events.extend(reads);
    let mut room = Room::with_authority(ROOM, rules);
    // From a random place on, a room that was loaded does the same as the one that was saved.
    let split = random.below(events.len());
    let mut twin: Option<Room<Rules>> = None;
    for (n, event) in events.iter().enumerate() {
        if n == split {
            let loaded = again(&room, rules);
            assert_eq!(state(&room), state(&loaded));
            twin = Some(loaded);
        }
        match event {
            Step::Forget(id) => {
                let known = room.forget(id);
                let alike = twin.as_mut().is_none_or(|twin| twin.forget(id) == known);
                assert!(alike);
            }
            Step::Event(Event::Read(id, time)) => {
                let known = room.mark_read(id, *time);
                let alike = twin
                    .as_mut()
                    .is_none_or(|twin| twin.mark_read(id, *time) == known);
                assert!(alike);
            }
            Step::Event(Event::Message(message)) => {
                let octets = message.octets.clone();
                let incoming = Incoming::new(octets, message.time, message.sender, ROOM);
                let fed = room.feed(incoming.clone()).unwrap();
                assert_eq!(fed.id, message.id);
                if let Some(twin) = &mut twin {
                    assert_eq!(twin.feed(incoming.clone()).unwrap(), fed);
                }
                // What is refused leaves nothing behind.
                if n % 8 == 0 {
                    let cut = &incoming.octets[..incoming.octets.len() / 2];
                    let cut = Incoming::new(cut, 0, message.sender, ROOM);
                    assert!(room.feed(cut).is_err());
                    let elsewhere = Incoming {
                        room: "mimi://example.com/r/x",
                        ..incoming
                    };
                    assert!(room.feed(elsewhere).is_err());
                }
            }
        }
    }
    let end = state(&room);
    if let Some(twin) = twin {
        assert_eq!(state(&twin), end);
    }
    (end, room.save())
}

fn converge(number: u64, made: &mut Made) {
    let rules = [Rules::Draft, Rules::Moderated, Rules::Anarchy][number as usize % 3];
    let mut random = Random(number);
    let events = conversation(&mut random, made);
    let steps = steps(events, &mut random, made);
    let first = play(&steps, rules, &mut random);
    for _ in 1..ORDERS {
        let other = play(&steps, rules, &mut random);
        assert_eq!(first.0, other.0, "conversation {number}");
        assert!(
            first.1 == other.1,
            "conversation {number} is saved in two ways"
        );
    }
    if first.0.contains("room-reply-loop") {
        *made.0.entry("loop").or_default() += 1;
    }
    if first.0.contains("forgotten: true") {
        *made.0.entry("forgotten item").or_default() += 1;
    }
    // Whoever is told in the end forgets the same, and nothing of it is left to be found.
    let late: Vec<Step> = steps
        .iter()
        .filter(|step| matches!(step, Step::Event(_)))
        .cloned()
        .collect();
    let mut room = Room::load_with(
        &play(&late, rules, &mut random).1,
        rules,
        Decoder::tolerant(),
    )
    .unwrap();
    for step in &steps {
        if let Step::Forget(id) = step {
            room.forget(id);
        }
    }
    assert_eq!(room.save(), first.1, "conversation {number}");
}

#[test]
fn every_order_gives_one_state() {
    let threads = std::thread::available_parallelism().map_or(1, usize::from) as u64;
    let made: Vec<Made> = std::thread::scope(|scope| {
        let run = |start: u64| {
            let mut made = Made::default();
            for number in (start..CONVERSATIONS).step_by(threads as usize) {
                converge(number, &mut made);
            }
            made
        };
        let handles: Vec<_> = (0..threads).map(|n| scope.spawn(move || run(n))).collect();
        handles
            .into_iter()
            .map(|handle| handle.join().unwrap())
            .collect()
    });
    let mut all: HashMap<&str, u64> = HashMap::new();
    for (name, count) in made.into_iter().flat_map(|made| made.0) {
        *all.entry(name).or_default() += count;
    }
    println!("{CONVERSATIONS} conversations in {ORDERS} orders each: {all:?}");
    let kinds = [
        "text",
        "reply",
        "reaction",
        "reactions",
        "edit",
        "hostile edit",
        "delete",
        "report",
        "hostile delete",
        "duplicate",
        "loop",
        "forgotten",
        "forgotten item",
    ];
    for kind in kinds {
        assert!(
            all.get(kind).is_some_and(|count| *count >= 5),
            "too few of {kind}: {all:?}"
        );
    }
}
