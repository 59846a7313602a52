//! One fault, one finding: each of the draft's fourteen messages is broken in every way that
//! applies to it, and exactly the expected rule is the root, at the expected octet. Two faults give
//! two roots.
//!
//! `faults` is the table: which items a fault applies to, what is put in their place, and where the
//! finding is expected. `hiding` says which pairs are not two roots.
#![cfg(all(feature = "notation", feature = "html"))]
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod faults;
mod hiding;
mod items;

use std::collections::BTreeSet;
use std::fs;
use std::ops::Range;
use std::path::Path;

use mimi_codec::cbor::Decoder;
use mimi_codec::check::{Context, check_octets};
use mimi_codec::message::MessageId;
use mimi_codec::report::{Code, Finding, codes};
use serde_json::Value;

use faults::{FAULTS, Sight, Where};
use hiding::{changes, hides};
use items::{inside, item, parts, span};

/// The draft's messages, from the vectors.
fn golden() -> Vec<(String, Vec<u8>)> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("testvectors/cbor_decode.json");
    let document: Value = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    let mut messages = Vec::new();
    for group in document["testGroups"].as_array().unwrap() {
        for test in group["tests"].as_array().unwrap() {
            if let Some(name) = test["comment"]
                .as_str()
                .unwrap()
                .strip_prefix("draft example ")
            {
                let hex = test["input"]["hex"].as_str().unwrap();
                let octets = (0..hex.len() / 2)
                    .map(|at| u8::from_str_radix(&hex[2 * at..2 * at + 2], 16).unwrap())
                    .collect();
                messages.push((name.to_owned(), octets));
            }
        }
    }
    assert_eq!(messages.len(), 14);
    messages
}

/// A fault put into a message.
#[derive(Clone)]
struct Broken {
    code: Code,
    place: Where,
    /// The octets of the part it is in, and the cardinality of that.
    part: Range<usize>,
    cardinality: u8,
    /// The octets that are replaced.
    span: Range<usize>,
    new: Vec<u8>,
    /// Where the finding is expected; another field moves with what is in front of it.
    inside: usize,
    elsewhere: Option<usize>,
}

/// 9 February 2022, the day of the draft's messages.
const NOW: i64 = 1_644_387_300_000;

fn findings(octets: &[u8]) -> Vec<Finding> {
    check_octets(octets, &Decoder::strict(), &Context::new().now(NOW))
}

/// The findings that follow from no other, less those that the message has anyway.
fn roots(octets: &[u8], before: &[Finding]) -> Vec<(Code, Option<usize>)> {
    let known: BTreeSet<_> = before.iter().map(|it| (it.code, it.path.clone())).collect();
    findings(octets)
        .iter()
        .filter(|it| it.caused_by.is_none() && !known.contains(&(it.code, it.path.clone())))
        .map(|it| (it.code, it.offset))
        .collect()
}

fn apply(octets: &[u8], faults: &[&Broken]) -> Vec<u8> {
    let mut out = octets.to_vec();
    let mut sorted = faults.to_vec();
    sorted.sort_by_key(|it| std::cmp::Reverse(it.span.start));
    for broken in sorted {
        out.splice(broken.span.clone(), broken.new.iter().copied());
    }
    out
}

/// Where the finding is expected after all of these faults.
fn expected(one: &Broken, faults: &[&Broken]) -> usize {
    let (at, on) = match one.elsewhere {
        Some(at) => (at, 0),
        None => (one.span.start, one.inside),
    };
    let moved: isize = faults
        .iter()
        .filter(|it| it.span.end <= at)
        .map(|it| it.new.len() as isize - it.span.len() as isize)
        .sum();
    (at as isize + moved) as usize + on
}

fn all_faults(name: &str, octets: &[u8]) -> Vec<Broken> {
    let mut broken = Vec::new();
    let parts = parts(octets);
    for fault in FAULTS {
        let mut places: Vec<(Vec<usize>, Vec<usize>)> = Vec::new();
        match fault.place {
            Where::Field(field) => places.push((vec![field], vec![6])),
            Where::Value(number) => places.push((vec![5, number], vec![6])),
            Where::Part(_, field) | Where::EachPart(field) => {
                for part in &parts {
                    let cardinality = octets[item(octets, &[&part[..], &[2]].concat())];
                    if !matches!(fault.place, Where::Part(wanted, _) if wanted != cardinality) {
                        places.push(([&part[..], &[field]].concat(), part.clone()));
                    }
                }
            }
        }
        for (path, part) in places {
            let start = item(octets, &part);
            let span = span(octets, item(octets, &path));
            let sight = Sight {
                name,
                octets,
                old: &octets[span.clone()],
                part: &part,
            };
            if let Some((new, at)) = (fault.new)(&sight) {
                broken.push(Broken {
                    code: fault.code,
                    place: fault.place,
                    part: start..inside(octets, start).1,
                    cardinality: octets[item(octets, &[&part[..], &[2]].concat())],
                    span,
                    new,
                    inside: at,
                    elsewhere: fault.elsewhere.map(|field| item(octets, &[field])),
                });
            }
        }
    }
    broken
}

#[test]
fn one_fault_is_one_root() {
    let mut failures = Vec::new();
    let mut count = 0;
    let mut codes_met = BTreeSet::new();
    for (name, octets) in golden() {
        let before = findings(&octets);
        for broken in all_faults(&name, &octets) {
            count += 1;
            codes_met.insert(broken.code);
            let bad = apply(&octets, &[&broken]);
            let wanted = vec![(broken.code, Some(expected(&broken, &[&broken])))];
            let got = roots(&bad, &before);
            if got != wanted {
                failures.push(format!(
                    "{name} {:?}: got {got:?}, wanted {wanted:?}",
                    broken.span
                ));
            }
        }
        // What no item can be replaced for.
        let longer = roots(&[&octets[..], &[0]].concat(), &before);
        if longer != [(codes::CBOR_TRAILING, Some(octets.len()))] {
            failures.push(format!("{name}: got {longer:?}, wanted cbor-trailing"));
        }
        let cut = roots(&octets[..octets.len() - 1], &before);
        if !matches!(cut[..], [(codes::CBOR_TRUNCATED, Some(at))] if at < octets.len()) {
            failures.push(format!("{name}: got {cut:?}, wanted cbor-truncated"));
        }
    }
    println!("{count} faults of {} rules", codes_met.len());
    assert!(
        failures.is_empty(),
        "{} of {count}:\n{}",
        failures.len(),
        failures.join("\n")
    );
    assert!(codes_met.len() >= 80, "{}", codes_met.len());
}

#[test]
fn two_faults_are_two_roots() {
    // After these nothing more can be read.
    let fatal = [
        codes::CBOR_RESERVED_HEAD,
        codes::CBOR_BREAK_MISPLACED,
        codes::CBOR_SIMPLE_INVALID,
    ];
    let mut failures = Vec::new();
    let mut count = 0;
    for (name, octets) in golden() {
        let before = findings(&octets);
        let all = all_faults(&name, &octets);
        for (first, one) in all.iter().enumerate() {
            for two in all.iter().skip(first + 1) {
                let apart = one.span.end <= two.span.start || two.span.end <= one.span.start;
                let either = |code: Code| one.code == code || two.code == code;
                if !apart
                    || fatal.iter().any(|code| either(*code))
                    || hides(one, two)
                    || hides(two, one)
                    || one.elsewhere.is_some()
                    || two.elsewhere.is_some()
                {
                    continue;
                }
                count += 1;
                let both = [one, two];
                let mut wanted: Vec<_> = both
                    .iter()
                    .map(|it| (it.code, Some(expected(it, &both))))
                    .collect();
                let mut got = roots(&apply(&octets, &both), &before);
                wanted.sort();
                got.sort();
                if got != wanted {
                    failures.push(format!("{name}: got {got:?}, wanted {wanted:?}"));
                }
            }
        }
    }
    println!("{count} pairs");
    assert!(count > 50_000, "{count}");
    failures.truncate(40);
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

/// An item too many or too few anywhere in a part is one fault: what then stands in another's
/// place follows from it.
#[test]
fn an_item_more_or_less_is_one_root() {
    let mut failures = Vec::new();
    let mut count = 0;
    for (name, octets) in golden() {
        let before = findings(&octets);
        for part in parts(&octets) {
            let start = item(&octets, &part);
            let fields = inside(&octets, start).0;
            // With an item less a null part has two, with one more four; a single one four or six.
            for (number, at) in fields.iter().enumerate() {
                for more in [true, false] {
                    let mut bad = octets.clone();
                    match more {
                        true => drop(bad.splice(*at..*at, [0x01])),
                        false => drop(bad.splice(span(&octets, *at), [])),
                    }
                    bad[start] = if more { bad[start] + 1 } else { bad[start] - 1 };
                    count += 1;
                    let got = roots(&bad, &before);
                    if got != [(codes::ARRAY_LENGTH, Some(start))] {
                        failures.push(format!("{name} {part:?} {number} {more}: {got:?}"));
                    }
                }
            }
        }
    }
    println!("{count} items more or less");
    assert!(count > 200, "{count}");
    failures.truncate(30);
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

/// However many faults there are, nothing is reported that is none of them.
#[test]
fn many_faults_are_no_more_roots() {
    let mut failures = Vec::new();
    let mut count = 0;
    let mut found = 0;
    for (name, octets) in golden() {
        let before = findings(&octets);
        let all = all_faults(&name, &octets);
        for step in 1..600 {
            // Some of them, in an order that comes round late.
            let mut several: Vec<&Broken> = Vec::new();
            for turn in 0..3 + step % 3 {
                let one = &all[(step * (turn * 97 + 31) + turn * 7) % all.len()];
                let apart = several.iter().all(|it| {
                    (it.span.end <= one.span.start || one.span.end <= it.span.start)
                        && !changes(it, one)
                        && !changes(one, it)
                });
                if apart && one.elsewhere.is_none() {
                    several.push(one);
                }
            }
            if several.len() < 3 {
                continue;
            }
            count += 1;
            let wanted: BTreeSet<_> = several
                .iter()
                .map(|it| (it.code, Some(expected(it, &several))))
                .collect();
            let got = roots(&apply(&octets, &several), &before);
            found += got.len();
            if got.iter().any(|it| !wanted.contains(it)) {
                failures.push(format!("{name}: got {got:?}, wanted {wanted:?}"));
            }
        }
    }
    println!("{count} sets of faults, {found} roots");
    assert!(count > 2000 && found > 3 * count / 2, "{count} {found}");
    failures.truncate(40);
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

/// What the caller knows can be contradicted too, by a message that is right in itself.
#[test]
fn the_context_gives_one_root() {
    let other = MessageId::new([1; 32]);
    let nobody = |_: &str| false;
    let always = |_: &MessageId| true;
    for (name, octets) in golden() {
        let before = findings(&octets);
        let known: BTreeSet<_> = before.iter().map(|it| it.code).collect();
        let sender = Some(item(&octets, &[5, 1]));
        let room = Some(item(&octets, &[5, 3]));
        let base = || Context::new().now(NOW);
        let cases: Vec<(Code, Option<usize>, Context<'_>)> = vec![
            (
                codes::HUB_TIME_FUTURE,
                None,
                base().hub_time(NOW + 3_600_000),
            ),
            (
                codes::HUB_TIME_BEFORE_ROOM,
                None,
                base().hub_time(NOW).room_created(NOW + 3_600_000),
            ),
            (
                codes::HUB_TIME_BEFORE_FORMAT,
                None,
                base().hub_time(NOW).format_published(NOW + 1),
            ),
            (codes::SENDER_NOT_MEMBER, sender, base().members(&nobody)),
            (
                codes::URI_MISMATCH,
                sender,
                base().sender("mimi://example.com/u/mallory"),
            ),
            (
                codes::URI_MISMATCH,
                room,
                base().room("mimi://example.com/r/lair"),
            ),
            (
                codes::MESSAGE_ID_MISMATCH,
                Some(0),
                base().message_id(other),
            ),
            (codes::MESSAGE_ID_SEEN, Some(0), base().seen(&always)),
            (codes::BODY_TOO_LARGE, Some(0), base().body_limit(100)),
        ];
        for (code, at, context) in cases {
            let found = check_octets(&octets, &Decoder::strict(), &context);
            let got: Vec<_> = found
                .iter()
                .filter(|it| it.caused_by.is_none() && !known.contains(&it.code))
                .map(|it| (it.code, it.offset))
                .collect();
            assert_eq!(got, [(code, at)], "{name}");
        }
        // The ID covers the URIs: with another sender it is another one, and that says so.
        let context = base()
            .sender("mimi://example.com/u/mallory")
            .message_id(other);
        let found = check_octets(&octets, &Decoder::strict(), &context);
        let mismatch = found
            .iter()
            .find(|it| it.code == codes::MESSAGE_ID_MISMATCH)
            .unwrap();
        assert_eq!(
            mismatch.caused_by.map(|cause| cause.code),
            Some(codes::URI_MISMATCH)
        );
    }
}

/// What may be null is right inside a tag: the tag is the fault, and nothing else.
#[test]
fn a_null_inside_tags_is_one_root() {
    let mut count = 0;
    for (name, octets) in golden() {
        let before = findings(&octets);
        for field in [1, 3, 4] {
            let at = item(&octets, &[field]);
            if octets[at] != 0xf6 {
                continue;
            }
            for tags in [&[0xc7][..], &[0xc1, 0xd8, 0x18]] {
                let bad = [&octets[..at], tags, &octets[at..]].concat();
                let wanted = [(codes::TAG_UNEXPECTED, Some(at))];
                assert_eq!(roots(&bad, &before), wanted, "{name}, field {field}");
                count += 1;
            }
        }
    }
    assert!(count >= 30, "{count}");
}
