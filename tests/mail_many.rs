//! Very many messages as mail and back, to the octet: those of the golden vectors, and generated
//! ones. An optimised build does 100,000; the count is printed:
//! `cargo test --release --test mail_many -- --nocapture`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::BTreeMap;
use std::path::Path;
use std::thread;
use std::time::Instant;

use mimi_codec::mail::{self, ExportOptions, ImportOptions, Keys, Origin, Profile};
use mimi_codec::message::MimiContent;
use serde_json::Value;

mod mail_relay;

use mail_relay::{RELAYS, generate};

/// Generated messages, unless `MAIL_MESSAGES` says how many.
const MESSAGES: u64 = if cfg!(debug_assertions) {
    1_000
} else {
    100_000
};

fn options(profile: Profile) -> ExportOptions<'static> {
    let mut options = ExportOptions::default();
    options.profile = profile;
    options.keys = Keys::With;
    options.seed = Some(b"many"[..].into());
    options.date = Some(1_700_000_000);
    options
}

/// Sends a message through a relay; it must come back to the octet.
fn send(name: &str, message: &MimiContent<'_>, octets: &[u8], profile: Profile, relay: usize) {
    let mail = mail::export(message, &options(profile)).unwrap().value;
    let (change, relay) = RELAYS[relay];
    let relayed = relay(&mail);
    let back = mail::import(&relayed, &ImportOptions::default()).unwrap();
    if back.value.octets != octets || !back.value.exact || back.value.origin != Origin::Own {
        panic!(
            "{name} as {profile:?} through {change}: {:?}\n{}",
            back.findings,
            String::from_utf8_lossy(&relayed)
        );
    }
}

#[test]
fn generated_messages_come_back_to_the_octet() {
    let messages = match std::env::var("MAIL_MESSAGES") {
        Ok(number) => number.parse().unwrap(),
        Err(_) => MESSAGES,
    };
    let threads = thread::available_parallelism().map_or(1, usize::from) as u64;
    let start = Instant::now();
    thread::scope(|scope| {
        for first in 0..threads {
            scope.spawn(move || {
                for number in (first..messages).step_by(threads as usize) {
                    let message = generate::message(number);
                    let octets = mimi_codec::cbor::encode(&message).unwrap();
                    let name = format!("generated message {number}");
                    // Plain, through one change as it is, and through another one for people.
                    let turn = number as usize;
                    let (exact, people) = (turn % RELAYS.len(), turn / RELAYS.len() % RELAYS.len());
                    send(&name, &message, &octets, Profile::Exact, 0);
                    send(&name, &message, &octets, Profile::Exact, exact);
                    send(&name, &message, &octets, Profile::Mail, people);
                }
            });
        }
    });
    let mails = 3 * messages;
    println!(
        "{messages} messages in {mails} mails through {} changes, all back to the octet, in {:.1} s",
        RELAYS.len(),
        start.elapsed().as_secs_f64()
    );
}

/// Every valid message in the vectors, whatever they test with it.
fn golden() -> Vec<(String, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("testvectors");
    let mut all: BTreeMap<Vec<u8>, String> = BTreeMap::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|ending| ending != "json") {
            continue;
        }
        let text = std::fs::read_to_string(&path).unwrap();
        let topic: Value = serde_json::from_str(&text).unwrap();
        let groups = topic["testGroups"].as_array().into_iter().flatten();
        for test in groups.flat_map(|group| group["tests"].as_array().unwrap()) {
            for octets in [&test["input"]["hex"], &test["expected"]["hex"]] {
                let octets = octets.as_str().map(unhex).unwrap_or_default();
                if mimi_codec::cbor::decode(&octets).is_ok() {
                    let name = format!("{} {}", topic["topic"], test["tcId"]);
                    all.entry(octets).or_insert(name);
                }
            }
        }
    }
    all.into_iter()
        .map(|(octets, name)| (name, octets))
        .collect()
}

fn unhex(hex: &str) -> Vec<u8> {
    let octet = |at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap();
    (0..hex.len()).step_by(2).map(octet).collect()
}

#[test]
fn the_golden_messages_come_back_to_the_octet() {
    let golden = golden();
    assert!(golden.len() >= 150, "{}", golden.len());
    let mut mails = 0;
    for (name, octets) in &golden {
        let message = mimi_codec::cbor::decode(octets).unwrap();
        for relay in 0..RELAYS.len() {
            // A debug build sends large messages only once.
            if cfg!(debug_assertions) && relay > 0 && octets.len() > 20_000 {
                continue;
            }
            for profile in [Profile::Exact, Profile::Mail, Profile::Chatmail] {
                send(name, &message, octets, profile, relay);
                mails += 1;
            }
        }
    }
    println!(
        "{} golden messages in {mails} mails, all back to the octet",
        golden.len()
    );
}
