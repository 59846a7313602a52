//! The small odd messages of `../shared/vectors/edge`: what strict and tolerant decoding make of
//! each. The name of a file says what is odd about it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use mimi_codec::cbor::{Decoder, encode};

/// File, code and offset of the strict refusal, if any, and the same in tolerant mode.
type Row = (&'static str, Option<(&'static str, usize)>, Tolerant);

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Tolerant {
    /// Accepted, with or without warnings.
    Same,
    /// Accepted with one warning, which is the strict refusal.
    Warns,
    /// Refused with the same code at the same place.
    Refuses,
}
use Tolerant::{Refuses, Same, Warns};

/// The octets of the salt's head, salt, replaces, topicId, expires, inReplyTo come first, so
/// extensions begin at 22, and the body at 23 where they are empty.
const EXPECTED: &[Row] = &[
    ("01-plain-empty-ext", None, Same),
    ("02-ext-negint", None, Same),
    ("03-ext-textkey", None, Same),
    ("04-ext-emptyarray", None, Same),
    ("05-ext-emptymap", None, Same),
    ("06-ext-map-intkeys-senderTimestamp", None, Same),
    ("07-ext-tag32", None, Same),
    ("08-ext-extmsgid", None, Same),
    ("09-ext-subject", None, Same),
    ("10-ext-lastSeen-empty", None, Same),
    ("11-trailing", Some(("cbor-trailing", 41)), Warns),
    ("12-salt-empty", Some(("salt-length", 1)), Warns),
    ("13-salt-32", Some(("salt-length", 1)), Warns),
    ("14-nonmin-int", Some(("cbor-head-not-shortest", 24)), Warns),
    (
        "15-indef-toparray",
        Some(("cbor-indefinite-length", 0)),
        Warns,
    ),
    ("16-multi-1part", Some(("multipart-too-few", 28)), Warns),
    ("17-dispo-9", None, Same),
    ("18-dispo-256", Some(("integer-range", 24)), Refuses),
    ("19-semantics-3", Some(("semantics-unknown", 27)), Refuses),
    ("20-dupkey", Some(("duplicate-key", 26)), Refuses),
    ("21-unsorted", Some(("cbor-key-order", 26)), Warns),
    ("22-depth-00003", None, Same),
    // The multipart at level 4 has parts, which stand at level 5.
    ("22-depth-00004", Some(("part-depth", 47)), Refuses),
    ("22-depth-00005", Some(("part-depth", 47)), Refuses),
    ("22-depth-00200", Some(("part-depth", 47)), Refuses),
    ("22-depth-20000", Some(("part-depth", 47)), Refuses),
    (
        "23-null-replaces-short",
        Some(("message-id-length", 18)),
        Refuses,
    ),
    (
        "24-inreply-31bytes",
        Some(("message-id-length", 21)),
        Refuses,
    ),
    ("25-content-as-tstr", Some(("wrong-type", 38)), Refuses),
    ("26-url-tag32", Some(("url-tagged", 28)), Warns),
    // Draft 05 with a salt of 16 octets.
    (
        "27-v1-7-lastSeen-08array8",
        Some(("older-draft", 0)),
        Refuses,
    ),
    ("28-uint-gt-i64", None, Same),
    (
        "29-undefined-replaces",
        Some(("undefined-for-null", 18)),
        Warns,
    ),
    ("30-ext-longtextkey", None, Same),
    ("31-ext-int-emptyarray", None, Same),
    ("32-ext-int-emptymap", None, Same),
    ("33-ext-int-textmap", None, Same),
    ("34-ext-int-bool", None, Same),
    ("35-ext-int-negval", None, Same),
    ("36-ext-int-f16", None, Same),
    ("37-dup-intkey", Some(("duplicate-key", 25)), Refuses),
    ("38-unsorted-int", Some(("cbor-key-order", 25)), Warns),
    ("39-utf8-bad", Some(("utf8-invalid", 26)), Refuses),
    ("40-expires-len3", Some(("array-length", 20)), Refuses),
    ("41-expires-gt32", Some(("integer-range", 22)), Refuses),
];

fn folder(name: &str) -> Option<PathBuf> {
    let path = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/vectors")).join(name);
    if path.is_dir() {
        return Some(path);
    }
    assert!(
        std::env::var("CI").as_deref() != Ok("true"),
        "{} is missing",
        path.display()
    );
    None
}

#[test]
fn every_edge_message_has_its_outcome() {
    let Some(folder) = folder("edge") else {
        return;
    };
    for (name, strict, tolerant) in EXPECTED {
        let octets = std::fs::read(folder.join(format!("{name}.cbor"))).unwrap();
        let refusal = |decoder: Decoder| {
            let error = decoder.decode(&octets).err()?.into_finding();
            Some((error.code.as_str(), error.offset.unwrap()))
        };
        assert_eq!(refusal(Decoder::strict()), *strict, "{name}, strict");
        let expected = if *tolerant == Refuses { *strict } else { None };
        assert_eq!(refusal(Decoder::tolerant()), expected, "{name}, tolerant");
        if *tolerant != Refuses {
            let received = Decoder::tolerant().decode(&octets).unwrap();
            let warnings: Vec<_> = received
                .findings()
                .iter()
                .map(|finding| (finding.code.as_str(), finding.offset.unwrap()))
                .collect();
            let expected: Vec<_> = strict.iter().copied().collect();
            assert_eq!(warnings, expected, "{name}, warnings");
        }
        if strict.is_none() {
            let message = mimi_codec::cbor::decode(&octets).unwrap();
            assert_eq!(encode(&message).unwrap(), octets, "{name}, encoded");
        }
    }
}

#[test]
fn the_table_is_complete() {
    let Some(folder) = folder("edge") else {
        return;
    };
    let files: BTreeSet<String> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned())
        .collect();
    let rows: BTreeSet<String> = EXPECTED.iter().map(|(name, ..)| name.to_string()).collect();
    assert_eq!(files, rows);
}

#[test]
fn every_draft_message_decodes_and_encodes_to_itself() {
    let Some(folder) = folder("draft-08") else {
        return;
    };
    let mut messages = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "cbor") {
            continue;
        }
        let octets = std::fs::read(&path).unwrap();
        if path.file_stem().unwrap() == "implied-original" {
            let values = mimi_codec::cbor::decode_derived(&octets).unwrap();
            assert_eq!(mimi_codec::cbor::encode_derived(&values), octets);
            assert_eq!(values.sender_leaf_index, 4);
            assert_eq!(
                values.hub_accepted_timestamp.milliseconds(),
                Some(1_644_387_225_019)
            );
            assert_eq!(values.room_url, "mimi://example.com/r/engineering_team");
            continue;
        }
        let message = mimi_codec::cbor::decode(&octets).unwrap();
        assert_eq!(encode(&message).unwrap(), octets, "{}", path.display());
        messages += 1;
    }
    assert_eq!(messages, 14);
}
