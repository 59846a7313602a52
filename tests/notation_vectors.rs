//! The draft's own example files: EDN and hex dumps beside the octets.

#![cfg(feature = "notation")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::fs;
use std::path::{Path, PathBuf};

use mimi_codec::cbor;
use mimi_codec::message::{IdAlgorithm, Uris};
use mimi_codec::notation::{Layout, edn, hex, json};
use mimi_codec::report::codes;

/// The draft's files of an extension, by name; none where the data is absent, which CI forbids.
fn vectors(extension: &str) -> Vec<(String, PathBuf)> {
    let folder = Path::new(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../shared/vectors/draft-08"
    ));
    let Ok(entries) = fs::read_dir(folder) else {
        assert!(
            std::env::var("CI").as_deref() != Ok("true"),
            "CI must have {}",
            folder.display()
        );
        return Vec::new();
    };
    let mut files: Vec<_> = entries
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|e| e == extension))
        .map(|path| (path.file_stem().unwrap().to_str().unwrap().to_owned(), path))
        .collect();
    files.sort();
    assert_eq!(files.len(), 15);
    files
}

fn layout(name: &str) -> Layout {
    match name {
        "implied-original" => Layout::Derived,
        _ => Layout::Message,
    }
}

#[test]
fn pretty_is_the_drafts_to_the_byte() {
    for (name, path) in vectors("cbor") {
        let octets = fs::read(&path).unwrap();
        let pretty = fs::read_to_string(path.with_extension("pretty")).unwrap();
        let written = hex::write(&octets, hex::Style::Pretty);
        assert_eq!(written.value, pretty, "{name}");
        assert!(written.findings.is_empty(), "{name}");
    }
}

#[test]
fn dumps_are_read_back() {
    for (name, path) in vectors("cbor") {
        let octets = fs::read(&path).unwrap();
        let pretty = fs::read_to_string(path.with_extension("pretty")).unwrap();
        assert_eq!(hex::read(&pretty).unwrap().value.octets(), octets, "{name}");
        let fields = hex::write(&octets, hex::Style::Fields(layout(&name))).value;
        assert_eq!(hex::read(&fields).unwrap().value.octets(), octets, "{name}");
    }
}

#[test]
fn the_drafts_edn_is_read() {
    let mut different = Vec::new();
    for (name, path) in vectors("edn") {
        let octets = fs::read(path.with_extension("cbor")).unwrap();
        let text = fs::read_to_string(&path).unwrap();
        let source = edn::read(&text)
            .unwrap_or_else(|e| panic!("{name}: {e}"))
            .value;
        if source.octets() != octets {
            different.push(name);
        }
    }
    if !vectors("edn").is_empty() {
        assert_eq!(different, ["implied-original"]);
    }
}

/// The draft's derived values contradict themselves: the files state two message IDs, neither the
/// stated date nor its time zone fits the milliseconds.
#[test]
fn the_implied_fields_contradict_themselves() {
    for (name, path) in vectors("edn") {
        if layout(&name) != Layout::Derived {
            continue;
        }
        let octets = fs::read(path.with_extension("cbor")).unwrap();
        let text = fs::read_to_string(&path).unwrap();
        let source = edn::read(&text).unwrap().value;
        let dumped = cbor::decode_derived(&octets).unwrap();
        let written = cbor::decode_derived(source.octets()).unwrap();
        // The ID in the EDN is the one that today's algorithm gives the original message.
        let original = fs::read(path.with_file_name("original.cbor")).unwrap();
        let received = cbor::Decoder::strict().decode(&original).unwrap();
        let id = received
            .message_id(IdAlgorithm::Draft08, &Uris::STATED)
            .unwrap();
        assert_eq!(written.message_id, id);
        assert_ne!(dumped.message_id, id);
        let finding = received.verify_message_id(&dumped.message_id, &Uris::STATED);
        assert_eq!(finding.unwrap_err().code(), codes::MESSAGE_ID_MISMATCH);
        // All else agrees.
        let mut mended = dumped.into_owned();
        mended.message_id = id;
        assert_eq!(mended, written.clone().into_owned());
        // The date in the comment is eight hours off the milliseconds below it.
        assert!(text.contains("hubAcceptedTimestamp = 2022-02-08T22:13:45.019Z"));
        let stated = "2022-02-08T22:13:45.019Z"
            .parse::<jiff::Timestamp>()
            .unwrap();
        let milliseconds = i128::from(stated.as_millisecond());
        let hours =
            (written.hub_accepted_timestamp.milliseconds().unwrap() - milliseconds) / 3_600_000;
        assert_eq!(hours, 8);
    }
}

#[test]
fn edn_is_written_and_read_back() {
    for (name, path) in vectors("cbor") {
        let octets = fs::read(&path).unwrap();
        let text = edn::Writer::new(layout(&name))
            .title(name.clone())
            .write(&octets)
            .unwrap();
        if std::env::var("SHOW").is_ok() {
            println!("{text}");
            println!(
                "{}",
                hex::write(&octets, hex::Style::Fields(layout(&name))).value
            );
        }
        assert_eq!(edn::read(&text).unwrap().value.octets(), octets, "{name}");
        let line = edn::item(&octets).unwrap();
        assert!(!line.contains('\n'), "{name}");
        assert_eq!(edn::read(&line).unwrap().value.octets(), octets, "{name}");
    }
}

#[test]
fn json_is_written_and_read_back() {
    for (name, path) in vectors("cbor") {
        if layout(&name) != Layout::Message {
            continue;
        }
        let octets = fs::read(&path).unwrap();
        let received = cbor::Decoder::strict().decode(&octets).unwrap();
        let id = received
            .message_id(IdAlgorithm::Draft08, &Uris::STATED)
            .unwrap();
        let text = json::write_with_id(received.content(), &id);
        let read = json::read(&text).unwrap_or_else(|e| panic!("{name}: {e}\n{text}"));
        assert_eq!(read.value.octets(), octets, "{name}");
        assert_eq!(read.findings, [], "{name}");
    }
}

#[test]
fn the_head_states_the_message_id_that_the_draft_states() {
    for (name, path) in vectors("edn") {
        if layout(&name) != Layout::Message {
            continue;
        }
        let octets = fs::read(path.with_extension("cbor")).unwrap();
        let received = cbor::Decoder::strict().decode(&octets).unwrap();
        let text = edn::Writer::received(&received, &Uris::STATED)
            .write(&octets)
            .unwrap();
        let head = |text: &str| -> Vec<String> {
            let start = text.find("# message ID = ").unwrap();
            text[start..].lines().take(2).map(str::to_owned).collect()
        };
        let draft = fs::read_to_string(&path).unwrap();
        assert_eq!(head(&text), head(&draft), "{name}");
    }
}
