//! Time and memory on hostile input: linear in the input, and never more than 64 times as much.
//!
//! Each input is read in a process of its own, which this test starts from its own binary, so
//! that nothing else counts.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use std::hint::black_box;
use std::process::Command;
use std::time::Instant;

use common::{SALT, octets};
use mimi_codec::cbor::{Decoder, Limits, RepairOptions, UpgradeOptions, repair, upgrade};

/// The smaller size; the larger one is four times as much. An optimised build takes a megabyte.
const SIZE: usize = if cfg!(debug_assertions) {
    1 << 18
} else {
    1 << 20
};

/// Names the input that the child is to read, as `name size`.
const ORDER: &str = "CBOR_LIMITS_ORDER";

type Make = fn(usize) -> Vec<u8>;

/// Inputs of about so many octets.
const INPUTS: &[(&str, Make)] = &[
    ("null parts", |size| {
        let parts = size / 4;
        let mut wire = body(&format!("85 01 60 03 00 9a{parts:08x}"));
        wire.extend([0x83, 0x01, 0x60, 0x00].repeat(parts));
        wire
    }),
    ("external parts", |size| {
        let part = octets("8f 01 60 02 60 60 00 00 00 40 40 40 00 40 60 60");
        let parts = size / part.len();
        let mut wire = body(&format!("85 01 60 03 00 9a{parts:08x}"));
        wire.extend(part.repeat(parts));
        wire
    }),
    (
        "lists of parts inside each other that claim all the rest",
        |size| {
            let parts = size / 4;
            let mut wire = octets(&format!("87 {SALT} f6 40 f6 f6 a0"));
            for _ in 0..60 {
                wire.extend(octets(&format!("85 01 60 03 00 9a{parts:08x}")));
            }
            wire.extend([0x83, 0x01, 0x60, 0x00].repeat(parts));
            wire
        },
    ),
    ("multiparts of no part", |size| {
        let parts = size / 6;
        let mut wire = body(&format!("85 01 60 03 00 9a{parts:08x}"));
        wire.extend(octets("85 01 60 03 00 80").repeat(parts));
        wire
    }),
    ("a long list of wrong types", |size| {
        let mut wire = body(&format!("85 01 60 03 00 9a{size:08x}"));
        wire.resize(wire.len() + size, 0);
        wire
    }),
    ("parts of wrong lengths inside each other", |size| {
        let mut wire = octets(&format!("87 {SALT} f6 40 f6 f6 a0"));
        wire.extend(octets("86 01 60 03 00 83").repeat(size / 6));
        wire
    }),
    ("integers that are not the shortest", |size| {
        let items = size / 2;
        let mut wire = octets(&format!("87 {SALT} f6 40 f6 f6 a1 01 9a{items:08x}"));
        wire.extend([0x18, 0x00].repeat(items));
        wire.extend([0x83, 0x01, 0x60, 0x00]);
        wire
    }),
    ("keys in falling order", |size| {
        keys(size / 6, |index, count| (count - index) as u32)
    }),
    ("one key over and over", |size| {
        keys(size / 6, |_, _| 0x01_0000)
    }),
    ("keys in falling order in a nested map", |size| {
        let mut wire = octets(&format!("87 {SALT} f6 40 f6 f6 a1 01 a1 01"));
        wire.extend(map(size / 6, |index, count| (count - index) as u32));
        wire.extend([0x83, 0x01, 0x60, 0x00]);
        wire
    }),
    ("an extension key that is not UTF-8 over and over", |size| {
        let mut wire = octets(&format!("87 {SALT} f6 40 f6 f6 ba{:08x}", size / 3));
        wire.extend([0x61, 0xff, 0x00].repeat(size / 3));
        wire
    }),
    ("long keys with the same beginning", |size| {
        let count = size / 260;
        let mut wire = octets(&format!("87 {SALT} f6 40 f6 f6 ba{count:08x}"));
        for index in (0..count).rev() {
            wire.extend([0x78, 0xff]);
            wire.extend(format!("{:k>255}", format!("{index:08}")).bytes());
            wire.push(0);
        }
        wire.extend([0x83, 0x01, 0x60, 0x00]);
        wire
    }),
    ("small nested maps in falling order", |size| {
        let mut wire = octets(&format!("87 {SALT} f6 40 f6 f6 a1 01 9a{:08x}", size / 5));
        wire.extend(octets("a2 01 00 00 00").repeat(size / 5));
        wire.extend([0x83, 0x01, 0x60, 0x00]);
        wire
    }),
    ("arrays inside each other", |size| deep("81", size)),
    ("arrays of indefinite length inside each other", |size| {
        deep("9f", size)
    }),
    ("maps of indefinite length inside each other", |size| {
        deep("bf01", size)
    }),
    ("tags inside each other", |size| deep("c6", size)),
    ("tags around the message", |size| octets("c6").repeat(size)),
    ("arrays of indefinite length and nothing else", |size| {
        octets("9f").repeat(size)
    }),
    ("chunks of one octet", |size| {
        let mut wire = octets(&format!("87 {SALT} f6 40 f6 f6 a1 01 7f"));
        wire.extend(octets("6161").repeat(size / 2));
        wire.extend(octets("ff 83 01 60 00"));
        wire
    }),
    ("empty chunks", |size| {
        let mut wire = octets(&format!("87 {SALT} f6 5f"));
        wire.extend(octets("40").repeat(size));
        wire.extend(octets("ff f6 f6 a0 83 01 60 00"));
        wire
    }),
    ("bignums", |size| {
        let mut wire = octets(&format!("87 {SALT} f6 40 f6 f6 a1 01 9a{:08x}", size / 3));
        wire.extend(octets("c2 41 01").repeat(size / 3));
        wire.extend([0x83, 0x01, 0x60, 0x00]);
        wire
    }),
    ("an older message of many parts", |size| {
        let parts = size / 5;
        let mut wire = octets(&format!(
            "87 f6 40 00 f6 80 a0 86 01 60 00 03 00 9a{parts:08x}"
        ));
        wire.extend(octets("84 01 60 00 00").repeat(parts));
        wire
    }),
    ("an older message of indefinite lengths", |size| {
        let mut wire = octets("9f f6 40 00 f6 9f ff bf ff");
        wire.extend(octets("9f 01 60 00 03 00 9f").repeat(size / 7));
        wire
    }),
    ("lastSeen of many messages", |size| {
        let ids = size / 34;
        let mut wire = octets(&format!("87 f6 40 00 f6 9a{ids:08x}"));
        let id = octets(common::ID);
        wire.extend(id.repeat(ids));
        wire.extend(octets("a0 84 01 60 00 00"));
        wire
    }),
    ("cid references in a lone part", |size| {
        let content = "cid:2@local.invalid ".repeat(size / 20);
        let mut wire = octets(&format!(
            "87 {SALT} f6 40 f6 f6 a0 85 01 60 03 00 81 85 01 60 01 6a{} 5a{:08x}",
            "746578742f706c61696e",
            content.len()
        ));
        wire.extend(content.bytes());
        wire
    }),
    ("a status report of nulls", |size| {
        let mut wire = octets(&format!("9a{size:08x}"));
        wire.resize(size, 0xf6);
        wire
    }),
    ("a status report", |size| {
        let entries = size / 36;
        let mut wire = octets(&format!("9a{entries:08x}"));
        wire.extend(octets(&format!("82 {} 00", common::ID)).repeat(entries));
        wire
    }),
    ("an extended time of many keys", |size| {
        let mut wire = octets(&format!("87 {} d903e9", common::ID));
        wire.extend(map(size / 6, |index, count| (count - index) as u32));
        wire.extend(octets("40 00 60 60 60"));
        wire
    }),
];

fn body(hex: &str) -> Vec<u8> {
    octets(&format!("87 {SALT} f6 40 f6 f6 a0 {hex}"))
}

fn deep(opening: &str, size: usize) -> Vec<u8> {
    let opening = octets(opening);
    let mut wire = octets(&format!("87 {SALT} f6 40 f6 f6 a1 01"));
    wire.extend(opening.repeat(size / opening.len()));
    wire
}

/// A map of entries of six octets.
fn map(count: usize, key: fn(usize, usize) -> u32) -> Vec<u8> {
    let mut wire = octets(&format!("ba{count:08x}"));
    for index in 0..count {
        wire.push(0x1a);
        wire.extend((key(index, count) + 0x01_0000).to_be_bytes());
        wire.push(0);
    }
    wire
}

fn keys(count: usize, key: fn(usize, usize) -> u32) -> Vec<u8> {
    let mut wire = octets(&format!("87 {SALT} f6 40 f6 f6"));
    wire.extend(map(count, key));
    wire.extend([0x83, 0x01, 0x60, 0x00]);
    wire
}

/// Every way to read octets, one after the other, under the draft's limits and as good as none.
const READINGS: &[fn(&[u8])] = &[
    |wire| drop(black_box(Decoder::strict().decode(wire))),
    |wire| drop(black_box(Decoder::tolerant().decode(wire))),
    |wire| drop(black_box(Decoder::strict().examine(wire))),
    |wire| drop(black_box(Decoder::tolerant().examine(wire))),
    |wire| {
        drop(black_box(
            Decoder::tolerant().with_limits(widest()).decode(wire),
        ))
    },
    |wire| {
        drop(black_box(
            Decoder::tolerant().with_limits(widest()).examine(wire),
        ))
    },
    |wire| drop(black_box(repair(wire, &RepairOptions::default()))),
    |wire| drop(black_box(upgrade(wire, &UpgradeOptions::default()))),
    |wire| drop(black_box(Decoder::tolerant().decode_status(wire))),
    |wire| drop(black_box(Decoder::tolerant().examine_status(wire))),
    |wire| drop(black_box(Decoder::tolerant().decode_derived(wire))),
    |wire| drop(black_box(Decoder::tolerant().examine_derived(wire))),
];

fn widest() -> Limits {
    let mut limits = Limits::DRAFT;
    limits.parts = usize::MAX;
    limits.part_depth = usize::MAX;
    limits.extension_depth = usize::MAX;
    limits.topic_id = usize::MAX;
    limits
}

/// A figure of this process in octets, as Linux counts it.
fn status(name: &str) -> Option<usize> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with(name))?;
    let kilobytes: usize = line.split_whitespace().nth(1)?.parse().ok()?;
    Some(kilobytes * 1024)
}

/// Time that this thread had a processor for, so that what else the machine does counts little;
/// where that is not known, the time on the wall.
enum Clock {
    Processor(u64),
    Wall(Instant),
}

impl Clock {
    fn start() -> Clock {
        Self::processor().map_or_else(|| Clock::Wall(Instant::now()), Clock::Processor)
    }

    fn processor() -> Option<u64> {
        let counts = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
        let nanoseconds = counts.split(' ').next()?.parse().ok()?;
        (nanoseconds > 0).then_some(nanoseconds)
    }

    /// Nanoseconds since the start.
    fn elapsed(&self) -> u64 {
        match self {
            Clock::Processor(start) => Self::processor().map_or(0, |now| now - start),
            Clock::Wall(start) => start.elapsed().as_nanos() as u64,
        }
    }
}

/// Not a test by itself: what the tests below run as a process of its own. Prints the octets of
/// the input, by how much the process grew, and for each way to read the time it took.
#[test]
fn child() {
    let Ok(order) = std::env::var(ORDER) else {
        return;
    };
    let (size, name) = order.split_once(' ').unwrap();
    let (_, make) = INPUTS.iter().find(|(known, _)| *known == name).unwrap();
    let wire = make(size.parse().unwrap());
    let before = status("VmSize:").zip(status("VmPeak:"));
    let times: Vec<String> = READINGS
        .iter()
        .map(|read| {
            // The clock may only tick every few milliseconds.
            let start = Clock::start();
            let mut rounds = 0;
            while rounds == 0 || rounds < 1000 && start.elapsed() < 25_000_000 {
                read(&wire);
                rounds += 1;
            }
            (start.elapsed() / rounds).to_string()
        })
        .collect();
    let grown = before.zip(status("VmPeak:")).map(|((size, peak), after)| {
        // What was touched before, making the input, is not counted twice.
        if after > peak { after - size } else { 0 }
    });
    println!(
        "\nresult {} {} {}",
        wire.len(),
        grown.map_or("none".into(), |grown| grown.to_string()),
        times.join(" ")
    );
}

struct Outcome {
    octets: usize,
    grown: Option<usize>,
    times: Vec<f64>,
}

fn run(name: &str, size: usize) -> Outcome {
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "child", "--nocapture", "--test-threads=1"])
        .env(ORDER, format!("{size} {name}"))
        // One heap, so that its growth is the growth of the process.
        .env("MALLOC_ARENA_MAX", "1")
        .output()
        .unwrap();
    let printed = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success(),
        "{name}: {printed}{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let line = printed
        .lines()
        .find_map(|line| line.strip_prefix("result "));
    let mut words = line.unwrap().split(' ');
    Outcome {
        octets: words.next().unwrap().parse().unwrap(),
        grown: words.next().unwrap().parse().ok(),
        times: words.map(|word| word.parse().unwrap()).collect(),
    }
}

#[test]
fn time_and_memory_are_linear_in_the_input() {
    let mut report = String::new();
    for (name, _) in INPUTS {
        let mut small = run(name, SIZE);
        let mut large = run(name, 4 * SIZE);
        for outcome in [&small, &large] {
            if let Some(grown) = outcome.grown {
                let ratio = grown as f64 / outcome.octets as f64;
                report += &format!("{ratio:5.1} x {:9} octets: {name}\n", outcome.octets);
                assert!(ratio <= 64.0, "{name} takes {ratio:.1} times its size");
            }
        }
        // The machine has other things to do: the best of a few runs counts.
        for _ in 0..4 {
            if slowdown(&small, &large).0 < SLOWER {
                break;
            }
            small.best_of(&run(name, SIZE));
            large.best_of(&run(name, 4 * SIZE));
        }
        let (slower, reading) = slowdown(&small, &large);
        let longest = large.times.iter().copied().fold(0.0, f64::max) / 1e6;
        report += &format!("{slower:5.2} x per octet, at most {longest:.0} ms\n");
        assert!(
            slower < SLOWER,
            "{name}, reading {reading}: {slower:.2} times slower per octet"
        );
    }
    println!("{report}");
}

/// Time per octet for four times as many octets. Quadratic time would be 4.
const SLOWER: f64 = 3.0;

impl Outcome {
    fn best_of(&mut self, other: &Outcome) {
        for (time, other) in self.times.iter_mut().zip(&other.times) {
            *time = time.min(*other);
        }
    }
}

/// How much slower per octet the larger input was, and in which reading.
fn slowdown(small: &Outcome, large: &Outcome) -> (f64, usize) {
    let ratio = large.octets as f64 / small.octets as f64;
    let times = small.times.iter().zip(&large.times).enumerate();
    times
        // What is over in no time measures the machine.
        .filter(|(_, (small, large))| **small > 1e5 && **large > 1e6)
        .map(|(index, (small, large))| (large / small / ratio, index))
        .fold(
            (0.0, 0),
            |worst, this| if this.0 > worst.0 { this } else { worst },
        )
}
