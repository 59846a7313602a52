//! Generated conversations for the tests of rooms: edits of edits, cross replies, duplicates,
//! hostile edits, status reports, expiry. Whatever order they are in, everybody's clock included,
//! is made up.
#![allow(dead_code)]

use std::collections::HashMap;
use std::sync::Arc;

use mimi_codec::cbor;
use mimi_codec::message::{
    Disposition, Expiration, MessageId, MessageStatus, MimiContent, NestedPart, PartSemantics,
    Salt, StatusReport, media,
};
use mimi_codec::room::same_sender;

pub(crate) const ROOM: &str = "mimi://example.com/r/tea";

/// The people; two of them have two spellings.
pub(crate) const SENDERS: [&str; 5] = [
    "mimi://example.com/u/alice",
    "mimi://example.com/u/bob",
    "mimi://example.com/u/cathy",
    "mimi://EXAMPLE.com/u/bob",
    "mimi://example.com/u/%63athy",
];

/// SplitMix64: a conversation can be made again from its number.
pub(crate) struct Random(pub(crate) u64);

impl Random {
    pub(crate) fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ z >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ z >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ z >> 31) % end.max(1) as u64) as usize
    }

    pub(crate) fn one_in(&mut self, number: usize) -> bool {
        self.below(number) == 0
    }

    pub(crate) fn shuffle<T>(&mut self, list: &mut [T]) {
        for n in (1..list.len()).rev() {
            list.swap(n, self.below(n + 1));
        }
    }
}

/// A message as it comes from the hub.
#[derive(Clone)]
pub(crate) struct Message {
    pub(crate) octets: Arc<[u8]>,
    pub(crate) id: MessageId,
    pub(crate) time: u64,
    pub(crate) sender: &'static str,
    pub(crate) content: MimiContent<'static>,
}

/// Something that a client does: take a message in, or say that one was read.
#[derive(Clone)]
#[allow(clippy::large_enum_variant, reason = "there are few")]
pub(crate) enum Event {
    Message(Message),
    Read(MessageId, u64),
}

const TEXTS: [&str; 4] = ["tea?", "coffee!", "*milk*", ""];
const EMOJI: [&str; 4] = ["\u{2764}", "\u{1f44d}", "\u{1f389}", " \u{2764} "];
const TOPICS: [&[u8]; 3] = [b"", b"tea", b"milk"];

/// What the generator made at least once, so that no kind is forgotten.
#[derive(Default)]
pub(crate) struct Made(pub(crate) HashMap<&'static str, u64>);

/// Makes up a conversation of a few people who edit, delete, react, report and forge.
pub(crate) fn conversation(random: &mut Random, made: &mut Made) -> Vec<Event> {
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
                body.disposition = target.content.nested_part.disposition;
                ("edit", body)
            }
            9 => ("hostile edit", render("mine now")),
            10 | 11 => {
                sender = same_person(random);
                (
                    "delete",
                    NestedPart::null(target.content.nested_part.disposition),
                )
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
                    _ => target.content.in_reply_to,
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
        content: content.into_owned(),
    }
}
