//! Generated conversations, each fed in ten random orders, with duplicates, saved and loaded in
//! between: always one state. 10,000 conversations in an optimised build, which is what
//! `cargo test --release --test room_convergence` runs; 300 in any other.
#![cfg(feature = "markdown")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::HashMap;
use std::fmt::Write;
use std::sync::Arc;

use mimi_codec::cbor::{self, Decoder};
use mimi_codec::message::{
    Disposition, Expiration, MessageId, MessageStatus, MimiContent, NestedPart, PartSemantics,
    Salt, StatusReport, media,
};
use mimi_codec::room::{Action, Authority, Incoming, OriginalSender, Room, same_sender};

const CONVERSATIONS: u64 = if cfg!(debug_assertions) { 300 } else { 10_000 };
const ORDERS: u64 = 10;

const ROOM: &str = "mimi://example.com/r/tea";

/// The people; two of them have two spellings.
const SENDERS: [&str; 5] = [
    "mimi://example.com/u/alice",
    "mimi://example.com/u/bob",
    "mimi://example.com/u/cathy",
    "mimi://EXAMPLE.com/u/bob",
    "mimi://example.com/u/%63athy",
];

/// SplitMix64: a conversation can be made again from its number.
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ z >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ z >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ z >> 31) % end.max(1) as u64) as usize
    }

    fn one_in(&mut self, number: usize) -> bool {
        self.below(number) == 0
    }

    fn shuffle<T>(&mut self, list: &mut [T]) {
        for n in (1..list.len()).rev() {
            list.swap(n, self.below(n + 1));
        }
    }
}

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

#[derive(Clone)]
struct Message {
    octets: Arc<[u8]>,
    id: MessageId,
    time: u64,
    sender: &'static str,
    disposition: Disposition,
    in_reply_to: Option<MessageId>,
}

/// Something that a client does: take a message in, or say that one was read.
#[derive(Clone)]
enum Event {
    Message(Message),
    Read(MessageId, u64),
}

const TEXTS: [&str; 4] = ["tea?", "coffee!", "*milk*", ""];
const EMOJI: [&str; 4] = ["\u{2764}", "\u{1f44d}", "\u{1f389}", " \u{2764} "];
const TOPICS: [&[u8]; 3] = [b"", b"tea", b"milk"];

/// What the generator made at least once, so that no kind is forgotten.
#[derive(Default)]
struct Made(HashMap<&'static str, u64>);

fn conversation(random: &mut Random, made: &mut Made) -> Vec<Event> {
    let count = 2 + random.below(24);
    let mut all: Vec<Message> = Vec::new();
    for n in 0..count {
        let mut salt = [n as u8; 16];
        salt[..8].copy_from_slice(&random.0.to_be_bytes());
        let mut sender = SENDERS[random.below(SENDERS.len())];
        let text = TEXTS[random.below(TEXTS.len())];
        let render = |text| NestedPart::single(Disposition::RENDER, media::TEXT_PLAIN, text);
        let react = |text| NestedPart::single(Disposition::REACTION, media::TEXT_PLAIN, text);
        let pick = |random: &mut Random| all.get(random.below(all.len())).cloned();
        let (target, other) = (pick(random), pick(random));
        let what = random.below(14);
        let (Some(target), Some(other)) = (target, other) else {
            all.push(finish(
                MimiContent::new(Salt::new(salt), render("first")),
                10,
                sender,
            ));
            continue;
        };
        let same_person = |random: &mut Random| match target.sender {
            uri if random.one_in(3) => *SENDERS.iter().rfind(|s| same_sender(s, uri)).unwrap(),
            uri => uri,
        };
        let emoji = EMOJI[random.below(EMOJI.len())];
        let (name, body) = match what {
            0 | 1 => ("text", render(text)),
            2 | 3 => ("reply", render(text)),
            4 | 5 => ("reaction", react(emoji)),
            6 => {
                let parts = vec![react(EMOJI[0]), react(emoji)];
                let semantics = PartSemantics::ProcessAll;
                (
                    "reactions",
                    NestedPart::multi(Disposition::REACTION, semantics, parts),
                )
            }
            7 | 8 => {
                sender = same_person(random);
                let mut body = render(text);
                body.disposition = target.disposition;
                ("edit", body)
            }
            9 => ("hostile edit", render("mine now")),
            10 | 11 => {
                sender = same_person(random);
                ("delete", NestedPart::null(target.disposition))
            }
            12 => {
                let status = MessageStatus(random.below(4) as u8);
                let report = [(target.id, status), (other.id, MessageStatus::READ)];
                let report = report.into_iter().take(random.below(3));
                let octets = cbor::encode_status(&report.collect::<StatusReport>());
                let kind = StatusReport::MEDIA_TYPE;
                (
                    "report",
                    NestedPart::single(Disposition::UNSPECIFIED, kind, octets),
                )
            }
            _ => ("hostile delete", NestedPart::null(Disposition::RENDER)),
        };
        *made.0.entry(name).or_default() += 1;
        let mut content = MimiContent::new(Salt::new(salt), body);
        match what {
            2..=6 => content.in_reply_to = Some(target.id),
            7..=11 | 13 => {
                content.replaces = Some(target.id);
                // An edit says again what it does not change, or turns to something else.
                content.in_reply_to = match random.below(4) {
                    0 => Some(other.id),
                    _ => target.in_reply_to,
                };
            }
            12 if random.one_in(3) => content.replaces = Some(target.id),
            _ => {}
        }
        if random.one_in(3) {
            content.topic_id = TOPICS[random.below(TOPICS.len())].into();
        }
        if random.one_in(4) {
            let seconds = random.below(60) as u32;
            content.expires = Some(match random.below(2) {
                0 => Expiration::Absolute(seconds),
                _ => Expiration::Relative(seconds),
            });
        }
        let time = 10 + random.below(30) as u64;
        all.push(finish(content, time, sender));
    }
    let mut events: Vec<Event> = Vec::new();
    for message in all {
        // A copy that comes with a later time, and another one.
        for later in [7, 0] {
            if random.one_in(5) {
                let time = message.time + later;
                events.push(Event::Message(Message {
                    time,
                    ..message.clone()
                }));
                *made.0.entry("duplicate").or_default() += 1;
            }
        }
        if random.one_in(4) {
            events.push(Event::Read(message.id, random.below(90_000) as u64));
        }
        events.push(Event::Message(message));
    }
    events
}

fn finish(content: MimiContent<'_>, time: u64, sender: &'static str) -> Message {
    let octets: Arc<[u8]> = cbor::encode(&content).unwrap().into();
    let salt = content.salt.as_bytes();
    let id = MessageId::compute(Default::default(), &octets, salt, sender, ROOM).unwrap();
    Message {
        octets,
        id,
        time,
        sender,
        disposition: content.nested_part.disposition,
        in_reply_to: content.in_reply_to,
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
        writeln!(out, "{item:?} {clock:?}").unwrap();
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

/// Feeds the events in an order of their own, and says what comes out.
fn play(events: &[Event], rules: Rules, random: &mut Random) -> (String, Vec<u8>) {
    let mut events = events.to_vec();
    random.shuffle(&mut events);
    // What was read before it was known is said again.
    let reads = events.clone();
    let reads = reads.into_iter().filter(|e| matches!(e, Event::Read(..)));
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
            Event::Read(id, time) => {
                let known = room.mark_read(id, *time);
                let alike = twin
                    .as_mut()
                    .is_none_or(|twin| twin.mark_read(id, *time) == known);
                assert!(alike);
            }
            Event::Message(message) => {
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
    let first = play(&events, rules, &mut random);
    for _ in 1..ORDERS {
        let other = play(&events, rules, &mut random);
        assert_eq!(first.0, other.0, "conversation {number}");
        assert!(
            first.1 == other.1,
            "conversation {number} is saved in two ways"
        );
    }
    if first.0.contains("room-reply-loop") {
        *made.0.entry("loop").or_default() += 1;
    }
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
    ];
    for kind in kinds {
        assert!(
            all.get(kind).is_some_and(|count| *count >= 5),
            "too few of {kind}: {all:?}"
        );
    }
}
