//! A conversation of a million messages, fed in arrival order: messages per second, octets of
//! memory per message, and what one more message costs in a small and in a large room.
//! `cargo bench --bench room`, with another number of messages `cargo bench --bench room -- 100000`
#![allow(missing_docs, clippy::expect_used, reason = "a bench, not a library")]

use std::hint::black_box;
use std::sync::Arc;
use std::time::{Duration, Instant};

use mimi_codec::cbor;
use mimi_codec::message::{
    Disposition, Expiration, MessageId, MessageStatus, MimiContent, NestedPart, Salt, StatusReport,
    media,
};
use mimi_codec::room::{Change, Incoming, Room};

const ROOM: &str = "mimi://example.com/r/engineering_team";
const DEFAULT: usize = 1_000_000;
const SMALL: usize = 1_000;

/// One more message in the large room takes at most this many times what it takes in the small.
const GOAL_RATIO: f64 = 2.0;
/// Resident memory a message, beside its octets and their reference count.
const GOAL_OCTETS: f64 = 192.0;

fn main() {
    // Cargo itself passes `--bench`.
    let count = std::env::args().find_map(|arg| arg.parse().ok());
    let count: usize = count.unwrap_or(DEFAULT).max(2 * SMALL);
    let mut missed = 0;
    println!(
        "{count} messages of {} senders in arrival order: 70 % text, 12 % replies, 12 % reactions, \
         3 % edits and deletes, 3 % status reports.\nHalf of what is referred to is among the last \
         100 messages, half anywhere before.\n",
        SENDERS
    );

    let mut talk = Talk::new();
    let mut room = Room::new(ROOM);
    let before = resident();
    let mut feeding = Duration::ZERO;
    let mut small = None;
    while room.len() < count {
        let batch = talk.batch(SMALL.min(count - room.len()));
        feeding += talk.feed(&mut room, batch);
        if room.len() == SMALL {
            small = Some(room.clone());
        }
    }
    println!(
        "{:<44}{:>12.0} messages/s",
        "feed",
        count as f64 / feeding.as_secs_f64()
    );
    let octets = talk.allocated as f64 / count as f64;
    if let (Some(before), Some(after)) = (before, resident()) {
        let resident = after.saturating_sub(before).saturating_sub(talk.ids_size());
        let own = resident as f64 / count as f64 - octets;
        let verdict = judge(own <= GOAL_OCTETS, &mut missed);
        println!(
            "{:<44}{own:>12.0} octets/message  goal {GOAL_OCTETS}{verdict}",
            "resident memory, beside the octets received"
        );
        println!(
            "{:<44}{octets:>12.0} octets/message",
            "the octets received, as allocated"
        );
    } else {
        println!("resident memory is measured on Linux only");
    }

    let small = small.expect("more messages than the small room has");
    for (what, draw) in [
        ("one more message", false),
        ("one more message, and drawing what changed", true),
    ] {
        let mut times = [Vec::new(), Vec::new()];
        for _ in 0..101 {
            let mut copy = small.clone();
            let mut brief = talk.fork(SMALL);
            // The first ones make place in the copy.
            let warm = brief.batch(40);
            brief.feed(&mut copy, warm);
            times[0].push(one_more(&mut brief, &mut copy, draw));
            let warm = talk.batch(40);
            talk.feed(&mut room, warm);
            times[1].push(one_more(&mut talk, &mut room, draw));
        }
        let [few, many] = times.map(median);
        let verdict = judge(many / few <= GOAL_RATIO, &mut missed);
        println!(
            "{what:<44}{few:>7.0} ns at {SMALL}, {many:.0} ns at {count}: ratio {:.2}, goal {GOAL_RATIO}{verdict}",
            many / few
        );
    }

    let start = Instant::now();
    let saved = room.save();
    let saving = start.elapsed();
    let start = Instant::now();
    let loaded = Room::load(&saved).expect("what was saved can be loaded");
    let loading = start.elapsed();
    assert_eq!(loaded.len(), room.len());
    println!(
        "{:<44}{:>12.0} messages/s; {:.1} MB",
        "save",
        room.len() as f64 / saving.as_secs_f64(),
        saved.len() as f64 / 1e6
    );
    println!(
        "{:<44}{:>12.0} messages/s",
        "load",
        room.len() as f64 / loading.as_secs_f64()
    );
    println!("goals missed: {missed}");
}

fn judge(met: bool, missed: &mut usize) -> &'static str {
    *missed += usize::from(!met);
    if met { "" } else { "  MISSED" }
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times[times.len() / 2]
}

/// Nanoseconds for one more message, from a hundred of them.
fn one_more(talk: &mut Talk, room: &mut Room, draw: bool) -> f64 {
    let batch = talk.batch(100);
    if !draw {
        return talk.feed(room, batch).as_nanos() as f64 / 100.0;
    }
    let start = Instant::now();
    for message in &batch {
        let now = message.time;
        let fed = talk.take(room, message);
        for change in fed {
            let (Change::Added(id)
            | Change::Changed(id)
            | Change::History(id)
            | Change::Reactions(id)
            | Change::Status(id)
            | Change::ReplyKnown(id)) = change
            else {
                continue;
            };
            let item = room.item(&id).expect("an item");
            black_box((item.content().expect("decoded before"), item.reply()));
            black_box((item.reactions(), item.statuses(), room.next_expiry(now)));
        }
    }
    start.elapsed().as_nanos() as f64 / 100.0
}

/// Octets of this program in memory.
fn resident() -> Option<usize> {
    let pages = std::fs::read_to_string("/proc/self/statm").ok()?;
    let pages: usize = pages.split(' ').nth(1)?.parse().ok()?;
    Some(pages * 4096)
}

const SENDERS: usize = 200;

/// Makes up what the members of a room say.
#[derive(Clone)]
struct Talk {
    senders: Arc<[String]>,
    /// Of every message fed, with its sender: what others refer to.
    ids: Vec<(MessageId, u8)>,
    said: u64,
    random: u64,
    allocated: usize,
}

struct Message {
    octets: Arc<[u8]>,
    time: u64,
    sender: u8,
}

impl Talk {
    fn new() -> Self {
        let senders = (0..SENDERS).map(|n| format!("mimi://example.com/u/member-{n}"));
        Talk {
            senders: senders.collect(),
            ids: Vec::new(),
            said: 0,
            random: 1,
            allocated: 0,
        }
    }

    /// Another talk that goes on from the first messages of this one.
    fn fork(&self, messages: usize) -> Talk {
        Talk {
            ids: self.ids[..messages].to_vec(),
            random: self.random ^ 0x5555,
            ..self.clone_without_ids()
        }
    }

    fn clone_without_ids(&self) -> Talk {
        Talk {
            senders: self.senders.clone(),
            ids: Vec::new(),
            ..*self
        }
    }

    /// Memory of this program that is not the room's.
    fn ids_size(&self) -> usize {
        self.ids.len() * size_of::<(MessageId, u8)>()
    }

    /// SplitMix64: nothing here has to be hard to guess.
    fn below(&mut self, end: usize) -> usize {
        self.random = self.random.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.random;
        z = (z ^ z >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ z >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((z ^ z >> 31) % end as u64) as usize
    }

    fn batch(&mut self, count: usize) -> Vec<Message> {
        (0..count).map(|_| self.message()).collect()
    }

    fn message(&mut self) -> Message {
        let mut salt = [7; 16];
        salt[..8].copy_from_slice(&self.random.to_be_bytes());
        salt[8..].copy_from_slice(&self.said.to_be_bytes());
        self.said += 1;
        let mut sender = self.below(SENDERS) as u8;
        let all = self.ids.len();
        let far = self.below(2) == 0;
        let at = match far {
            true => self.below(all.max(1)),
            false => all.saturating_sub(1 + self.below(100)),
        };
        let target = self.ids.get(at).copied();
        let text =
            |disposition, text: String| NestedPart::single(disposition, media::GFM_MIMI, text);
        let words = format!("message {} says *something* of the usual length", self.said);
        let what = self.below(100);
        let mut content = match (what, target) {
            (70..82, Some((id, _))) => {
                let body = text(Disposition::RENDER, words);
                let mut reply = MimiContent::new(Salt::new(salt), body);
                reply.in_reply_to = Some(id);
                reply
            }
            (82..94, Some((id, _))) => {
                let heart = ["\u{2764}", "\u{1f44d}", "\u{1f389}"][what % 3];
                let body = NestedPart::single(Disposition::REACTION, media::TEXT_PLAIN, heart);
                let mut like = MimiContent::new(Salt::new(salt), body);
                like.in_reply_to = Some(id);
                like
            }
            (94..97, Some((id, by))) => {
                sender = by;
                let body = match what {
                    96 => NestedPart::null(Disposition::RENDER),
                    _ => text(Disposition::RENDER, words),
                };
                let mut edit = MimiContent::new(Salt::new(salt), body);
                edit.replaces = Some(id);
                edit
            }
            (97.., Some((id, _))) => {
                let report: StatusReport = [(id, MessageStatus::READ)].into_iter().collect();
                let octets = cbor::encode_status(&report);
                let body =
                    NestedPart::single(Disposition::UNSPECIFIED, StatusReport::MEDIA_TYPE, octets);
                MimiContent::new(Salt::new(salt), body)
            }
            _ => MimiContent::new(Salt::new(salt), text(Disposition::RENDER, words)),
        };
        match what {
            0 => content.expires = Some(Expiration::Absolute(1_700_000_000 + self.said as u32)),
            1..10 => content.topic_id = [b't', what as u8].to_vec().into(),
            _ => {}
        }
        let octets: Arc<[u8]> = cbor::encode(&content).expect("legal").into();
        // Two counts in front, a head of the allocator, and its granularity.
        self.allocated += (octets.len() + 16 + 8).next_multiple_of(16);
        Message {
            octets,
            time: 1_700_000_000_000 + self.said * 20,
            sender,
        }
    }

    fn take(&mut self, room: &mut Room, message: &Message) -> Vec<Change> {
        let sender = &self.senders[usize::from(message.sender)];
        let incoming = Incoming::new(message.octets.clone(), message.time, sender, ROOM);
        let fed = room.feed(incoming).expect("a legal message");
        self.ids.push((fed.id, message.sender));
        fed.changes
    }

    /// Feeds a batch, and says how long it took.
    fn feed(&mut self, room: &mut Room, batch: Vec<Message>) -> Duration {
        let start = Instant::now();
        for message in &batch {
            black_box(self.take(room, message));
        }
        start.elapsed()
    }
}
