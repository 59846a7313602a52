//! Rooms full of what somebody made to be slow: every kind takes linear time, to feed, to ask and
//! to load.
#![cfg(feature = "markdown")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::time::{Duration, Instant};

use mimi_codec::cbor;
use mimi_codec::message::{
    Disposition, MessageId, MessageStatus, MimiContent, NestedPart, Salt, StatusReport, media,
};
use mimi_codec::room::{Incoming, Room};

const ROOM: &str = "mimi://example.com/r/tea";
const EVE: &str = "mimi://example.com/u/eve";

struct Feeder {
    room: Room,
    said: u64,
}

impl Feeder {
    fn content(&mut self, part: NestedPart<'static>) -> MimiContent<'static> {
        let mut salt = [0; 16];
        salt[..8].copy_from_slice(&self.said.to_be_bytes());
        self.said += 1;
        MimiContent::new(Salt::new(salt), part)
    }

    fn text(&mut self) -> MimiContent<'static> {
        self.content(NestedPart::single(
            Disposition::RENDER,
            media::TEXT_PLAIN,
            "x",
        ))
    }

    fn feed(&mut self, content: &MimiContent<'_>, time: u64, sender: &str) -> MessageId {
        let octets = cbor::encode(content).unwrap();
        self.room
            .feed(Incoming::new(octets, time, sender, ROOM))
            .unwrap()
            .id
    }

    fn first(&mut self, time: u64) -> MessageId {
        let text = self.text();
        self.feed(&text, time, EVE)
    }

    fn replacing(&mut self, id: MessageId) -> MimiContent<'static> {
        let mut edit = self.text();
        edit.replaces = Some(id);
        edit
    }

    fn reaction(&mut self, to: MessageId) -> MimiContent<'static> {
        let heart = NestedPart::single(Disposition::REACTION, media::TEXT_PLAIN, "+1");
        let mut like = self.content(heart);
        like.in_reply_to = Some(to);
        like
    }

    fn report(&mut self, ids: impl IntoIterator<Item = MessageId>) -> MimiContent<'static> {
        let statuses = ids.into_iter().map(|id| (id, MessageStatus::READ));
        let octets = cbor::encode_status(&statuses.collect::<StatusReport>());
        let kind = StatusReport::MEDIA_TYPE;
        self.content(NestedPart::single(Disposition::UNSPECIFIED, kind, octets))
    }
}

fn id_of(content: &MimiContent<'_>) -> MessageId {
    let octets = cbor::encode(content).unwrap();
    let salt = content.salt.as_bytes();
    MessageId::compute(Default::default(), &octets, salt, EVE, ROOM).unwrap()
}

type Shape = fn(&mut Feeder, u64);

const SHAPES: &[(&str, Shape)] = &[
    ("edits of one message, the newest first", |f, n| {
        let first = f.first(0);
        for time in (0..n).rev() {
            let edit = f.replacing(first);
            f.feed(&edit, time, EVE);
        }
    }),
    ("edits of edits, each before what it replaces", |f, n| {
        let mut chain = vec![f.text()];
        for _ in 0..n {
            let last = id_of(chain.last().unwrap());
            let edit = f.replacing(last);
            chain.push(edit);
        }
        for (time, edit) in (0..).zip(chain).collect::<Vec<_>>().into_iter().rev() {
            f.feed(&edit, time, EVE);
        }
    }),
    ("edits of an unknown message, which comes last", |f, n| {
        let first = f.text();
        for time in 0..n {
            let edit = f.replacing(id_of(&first));
            f.feed(&edit, n - time, EVE);
        }
        f.feed(&first, n, EVE);
    }),
    ("forged edits", |f, n| {
        let first = f.first(0);
        for time in 0..n {
            let edit = f.replacing(first);
            f.feed(&edit, time, "mimi://example.com/u/mallory");
        }
    }),
    ("reactions to one message, by as many people", |f, n| {
        let first = f.first(0);
        for time in 0..n {
            let like = f.reaction(first);
            f.feed(&like, time, &format!("mimi://example.com/u/eve-{time}"));
        }
    }),
    ("a chain of replies that goes back in time", |f, n| {
        let mut last = f.first(n);
        for time in (0..n).rev() {
            let mut reply = f.text();
            reply.in_reply_to = Some(last);
            last = f.feed(&reply, time, EVE);
        }
    }),
    ("one message again and again, each time earlier", |f, n| {
        let first = f.first(0);
        let edit = f.replacing(first);
        let other = f.text();
        for time in (0..n).rev() {
            f.feed(&edit, time, EVE);
            f.feed(&other, time, EVE);
        }
    }),
    ("a topic for every message", |f, n| {
        for time in 0..n {
            let mut text = f.text();
            text.topic_id = time.to_be_bytes().to_vec().into();
            f.feed(&text, n - time, EVE);
        }
    }),
    ("reports on one message", |f, n| {
        let first = f.first(0);
        for time in 0..n {
            let report = f.report([first]);
            f.feed(&report, time, EVE);
        }
    }),
    ("a long report, and old edits of it", |f, n| {
        let first = f.first(0);
        let report = f.report((0..n / 8).map(|_| first));
        let report = f.feed(&report, n, EVE);
        for time in 0..n {
            let mut edit = f.report([first]);
            edit.replaces = Some(report);
            f.feed(&edit, time % n, EVE);
        }
    }),
    ("reports on messages that never come", |f, n| {
        for time in 0..n / 8 {
            let ids = (0..8).map(|m| {
                let mut id = [1; 32];
                id[8..16].copy_from_slice(&(8 * time + m).to_be_bytes());
                MessageId::new(id)
            });
            let report = f.report(ids.collect::<Vec<_>>());
            f.feed(&report, time, EVE);
        }
    }),
];

/// Feeds a shape, asks for everything there is, saves and loads.
fn run(shape: Shape, n: u64) -> Duration {
    let start = Instant::now();
    let mut feeder = Feeder {
        room: Room::new(ROOM),
        said: 0,
    };
    shape(&mut feeder, n);
    let room = feeder.room;
    for item in room.items() {
        let (versions, reactions) = (item.versions().len(), item.reactions());
        let senders: usize = reactions
            .iter()
            .map(|reaction| reaction.senders().len())
            .sum();
        assert!(versions > 0 && senders <= room.len());
        item.statuses();
        item.reply();
    }
    let lists = room.topics().len() + room.pending().len() + room.refusals().len();
    assert!(lists <= room.len());
    let saved = room.save();
    assert_eq!(Room::load(&saved).unwrap().len(), room.len());
    start.elapsed()
}

#[test]
fn every_shape_takes_linear_time() {
    let n = if cfg!(debug_assertions) {
        2_000
    } else {
        20_000
    };
    for (what, shape) in SHAPES {
        // Eight times as many: linear is 8, quadratic is 64. A busy machine gets a second try.
        let ratio = || run(*shape, 8 * n).as_secs_f64() / run(*shape, n).as_secs_f64();
        let ratio = (0..3).map(|_| ratio()).find(|ratio| *ratio < 20.0);
        assert!(ratio.is_some(), "{what}: not linear");
    }
}
