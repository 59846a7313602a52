//! What the example messages hold is well-formed by the rules of this library; and long input
//! takes linear time.
#![cfg(feature = "std")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::path::Path;
use std::time::Instant;

use mimi_codec::cbor::Decoder;
use mimi_codec::message::{
    FractionUnit, IdScope, LanguageList, MimiContent, MimiUri, PartBody, UriKind, media,
};
use mimi_codec::report::codes;
use mimi_codec::text::MediaType;

/// The octets of every `.cbor` file of a folder beside the project, by name; none where the
/// folder is absent, which CI does not allow.
fn vectors(folder: &str) -> Vec<(String, Vec<u8>)> {
    let path = format!("{}/../shared/vectors/{folder}", env!("CARGO_MANIFEST_DIR"));
    if !Path::new(&path).is_dir() {
        let ci = std::env::var("CI").is_ok_and(|value| value == "true");
        assert!(!ci, "{path} is absent");
        return Vec::new();
    }
    let mut found: Vec<_> = std::fs::read_dir(&path)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "cbor")
        })
        .map(|path| {
            let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
            (name, std::fs::read(path).unwrap())
        })
        .collect();
    found.sort();
    found
}

#[test]
fn the_drafts_identifiers_languages_and_media_types_are_well_formed() {
    for (name, octets) in vectors("draft-08") {
        if name == "implied-original" {
            continue;
        }
        let message = mimi_codec::cbor::decode(&octets).unwrap();
        let extensions = &message.extensions;
        let sender = MimiUri::parse(extensions.sender_uri().unwrap().unwrap()).unwrap();
        let room = MimiUri::parse(extensions.room_uri().unwrap().unwrap()).unwrap();
        assert_eq!(
            (sender.kind(), room.kind()),
            (UriKind::User, UriKind::Room),
            "{name}"
        );
        assert_eq!(room.name(), "engineering_team");
        for (part, languages) in message.parts().with_languages() {
            assert!(languages.check().is_ok(), "{name}");
            let content_type = match &part.part.body {
                PartBody::Single(single) => &single.content_type,
                PartBody::External(external) => &external.content_type,
                _ => continue,
            };
            match MediaType::parse(content_type.as_ref()) {
                Ok(media) => assert!(
                    !media.is_markdown() || media == MediaType::parse(media::GFM_MIMI).unwrap()
                ),
                Err(_) => assert_eq!(name, "conferencing"),
            }
        }
    }
}

fn typed_all(message: &MimiContent<'_>) {
    let extensions = &message.extensions;
    let results = [
        extensions.sender_uri().map(drop),
        extensions.room_uri().map(drop),
        extensions.sender_timestamp().map(drop),
        extensions.external_message_id().map(drop),
        extensions.subject().map(drop),
        extensions.last_seen().map(drop),
        extensions.av_metadata().map(drop),
    ];
    for error in results.into_iter().filter_map(Result::err) {
        assert_eq!(error.code(), codes::EXTENSION_TYPE);
    }
}

#[test]
fn the_edge_cases_have_the_typed_extensions_they_are_named_after() {
    let mut seen = 0;
    for (name, octets) in vectors("edge") {
        let Ok(received) = Decoder::tolerant().decode(&octets) else {
            continue;
        };
        let message = received.content();
        typed_all(message);
        let extensions = &message.extensions;
        match name.split_once('-').unwrap().1 {
            "ext-map-intkeys-senderTimestamp" => {
                let time = extensions.sender_timestamp().unwrap().unwrap();
                assert_eq!(time.seconds(), 1_762_846_457);
                assert_eq!(time.fraction(), Some((FractionUnit::Micro, 462_901)));
            }
            "ext-tag32" => {
                let error = extensions.last_seen().unwrap_err();
                assert_eq!(error.finding().path.as_deref(), Some("extensions[256]"));
            }
            "ext-extmsgid" => {
                let id = extensions.external_message_id().unwrap().unwrap();
                assert_eq!(id.id.as_ref(), [1]);
                assert!(matches!(id.scope, IdScope::Enterprise(number) if number.get() == 311));
            }
            "ext-subject" => assert_eq!(extensions.subject(), Ok(Some("hi"))),
            "ext-lastSeen-empty" => {
                assert!(extensions.last_seen().unwrap().unwrap().is_empty());
            }
            _ => continue,
        }
        seen += 1;
    }
    assert!(seen == 5 || vectors("edge").is_empty(), "{seen} of 5");
}

/// Ten times the input may take ten times as long, not a hundred times.
#[test]
fn long_input_takes_linear_time() {
    let time = |read: &dyn Fn(usize), count: usize| {
        let start = Instant::now();
        read(count);
        start.elapsed().as_secs_f64().max(1e-3)
    };
    let readers: [&dyn Fn(usize); 9] = [
        &|n| drop(MimiUri::parse(format!("mimi://h/u/{}", "%41/".repeat(n)))),
        &|n| drop(MimiUri::parse(format!("mimi://h/u/{}", "a#".repeat(n)))),
        &|n| drop(MimiUri::parse(format!("im:{}", "a@".repeat(n)))),
        &|n| {
            drop(
                MimiUri::parse(format!("mimi://h/{}", "x/".repeat(n)))
                    .unwrap()
                    .normalised(),
            )
        },
        &|n| drop(MediaType::parse(format!("a/b{}", ";".repeat(n)))),
        &|n| drop(MediaType::parse(format!("a/b;x=\"{}", "\\\"".repeat(n)))),
        &|n| drop(LanguageList::new(&"en,".repeat(n)).check()),
        &|n| {
            let text = "en-a-bc,".repeat(n);
            assert!(LanguageList::new(&text).rank(&["fr", "de", "en"]).is_some());
        },
        &|n| {
            let tag = format!("en{}", "-variant".repeat(n));
            assert!(LanguageList::new(&tag).check().is_ok());
        },
    ];
    for (number, read) in readers.into_iter().enumerate() {
        let (short, long) = (time(read, 20_000), time(read, 200_000));
        assert!(
            long < 60.0 * short,
            "reader {number}: {short} s, then {long} s"
        );
    }
}
