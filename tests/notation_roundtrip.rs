//! Whatever there is can be written as text and comes back to the octet: any CBOR as EDN, any
//! octets as hex, any message as JSON. And no text makes a reader panic.

#![cfg(feature = "notation")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::path::Path;

use mimi_codec::cbor::{self, Decoder};
use mimi_codec::item::RawValue;
use mimi_codec::message::{
    AeadAlgorithm, Disposition, Expiration, ExtensionKey, Extensions, ExternalPart, HashAlgorithm,
    MessageId, MimiContent, NestedPart, PartSemantics, Salt,
};
use mimi_codec::notation::hex::Style;
use mimi_codec::notation::{Layout, edn, hex, json};
use proptest::collection::vec;
use proptest::prelude::*;

const LAYOUTS: [Layout; 4] = [
    Layout::Message,
    Layout::StatusReport,
    Layout::Derived,
    Layout::Any,
];

/// Well-formed CBOR comes back from EDN and hex; none of it is changed.
fn comes_back(octets: &[u8]) {
    let line = edn::item(octets).unwrap();
    let read = edn::read(&line).unwrap_or_else(|error| panic!("{line}\n{error}"));
    assert_eq!(read.value.octets(), octets, "{line}");
    for layout in LAYOUTS {
        let page = edn::Writer::new(layout).write(octets).unwrap();
        let read = edn::read(&page).unwrap_or_else(|error| panic!("{page}\n{error}"));
        assert_eq!(read.value.octets(), octets, "{page}");
    }
    dump_comes_back(octets);
}

/// Any octets come back from hex.
fn dump_comes_back(octets: &[u8]) {
    let fields = LAYOUTS.map(Style::Fields);
    for style in fields.iter().chain([&Style::Pretty]) {
        let text = hex::write(octets, *style).value;
        match hex::read(&text) {
            Ok(read) => assert_eq!(read.value.octets(), octets, "{text}"),
            Err(error) => assert!(octets.is_empty(), "{text}\n{error}"),
        }
    }
    if !octets.is_empty() {
        let digits: String = octets.iter().map(|octet| format!("{octet:02x}")).collect();
        assert_eq!(hex::read(&digits).unwrap().value.octets(), octets);
    }
}

/// A message comes back from JSON too.
fn message_comes_back(octets: &[u8], message: &MimiContent<'_>) {
    comes_back(octets);
    let text = json::write(message);
    let read = json::read(&text).unwrap_or_else(|error| panic!("{text}\n{error}"));
    assert_eq!(read.findings, [], "{text}");
    assert_eq!(read.value.octets(), octets, "{text}");
}

/// A head in any width that holds the argument.
fn head(major: u8, arg: u64, wider: u8) -> Vec<u8> {
    let shortest = match arg {
        0..=23 => 0,
        24..=0xff => 1,
        0x100..=0xffff => 2,
        0x1_0000..=0xffff_ffff => 3,
        _ => 4,
    };
    let major = major << 5;
    let octets = arg.to_be_bytes();
    match u8::max(shortest, wider.min(4)) {
        0 => vec![major | arg as u8],
        width => {
            let size = 1 << (width - 1);
            let mut out = vec![major | (23 + width)];
            out.extend_from_slice(&octets[8 - size..]);
            out
        }
    }
}

/// Mostly 0: the shortest.
fn wider() -> impl Strategy<Value = u8> {
    prop_oneof![8 => Just(0u8), 1 => 0u8..=4]
}

fn string() -> impl Strategy<Value = Vec<u8>> {
    let content = prop_oneof![
        any::<String>().prop_map(String::into_bytes),
        "[ -~\\n]{0,200}".prop_map(String::into_bytes),
        vec(any::<u8>(), 0..80),
    ];
    (2u8..=3, content, wider()).prop_map(|(major, content, wider)| {
        let mut out = head(major, content.len() as u64, wider);
        out.extend(content);
        out
    })
}

fn chunks() -> impl Strategy<Value = Vec<u8>> {
    (2u8..=3, vec((vec(any::<u8>(), 0..10), wider()), 0..3)).prop_map(|(major, chunks)| {
        let mut out = vec![major << 5 | 31];
        for (chunk, wider) in chunks {
            out.extend(head(major, chunk.len() as u64, wider));
            out.extend(chunk);
        }
        out.push(0xff);
        out
    })
}

fn scalar() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        (0u8..=1, any::<u64>(), 0u32..64, wider()).prop_map(|(major, arg, shift, wider)| head(
            major,
            arg >> shift,
            wider
        )),
        string(),
        string(),
        chunks(),
        prop_oneof![0xe0u8..=0xf7].prop_map(|octet| vec![octet]),
        (32u8..).prop_map(|value| vec![0xf8, value]),
        any::<u16>().prop_map(|bits| [[0xf9].as_slice(), &bits.to_be_bytes()].concat()),
        any::<u32>().prop_map(|bits| [[0xfa].as_slice(), &bits.to_be_bytes()].concat()),
        any::<u64>().prop_map(|bits| [[0xfb].as_slice(), &bits.to_be_bytes()].concat()),
        (any::<u64>(), 0u32..64).prop_map(|(bits, shift)| {
            let bits = 0x7ff0_0000_0000_0000 | bits >> shift;
            [[0xfb].as_slice(), &bits.to_be_bytes()].concat()
        }),
        (any::<u32>(), 0u32..32).prop_map(|(bits, shift)| {
            let bits = 0x7f80_0000 | bits >> shift;
            [[0xfa].as_slice(), &bits.to_be_bytes()].concat()
        }),
        any::<f32>().prop_map(|f| [[0xfb].as_slice(), &f64::from(f).to_be_bytes()].concat()),
    ]
}

fn item() -> impl Strategy<Value = Vec<u8>> {
    scalar().prop_recursive(6, 60, 6, |inner| {
        let close = |major: u8, items: Vec<Vec<u8>>, per: usize, wider: Option<u8>| {
            let count = (items.len() / per) as u64;
            let mut out = match wider {
                Some(wider) => head(major, count, wider),
                None => vec![major << 5 | 31],
            };
            out.extend(items.into_iter().take(count as usize * per).flatten());
            if wider.is_none() {
                out.push(0xff);
            }
            out
        };
        let width = || prop_oneof![3 => wider().prop_map(Some), 1 => Just(None)];
        prop_oneof![
            (vec(inner.clone(), 0..6), width()).prop_map(move |(i, w)| close(4, i, 1, w)),
            (vec(inner.clone(), 0..6), width()).prop_map(move |(i, w)| close(5, i, 2, w)),
            (any::<u64>(), 0u32..64, wider(), inner).prop_map(|(tag, shift, wider, item)| {
                let mut out = head(6, tag >> shift, wider);
                out.extend(item);
                out
            }),
        ]
    })
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![any::<String>(), "[ -~]{0,40}", Just(String::new())]
}

fn octets() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        vec(any::<u8>(), 0..50),
        text().prop_map(String::into_bytes),
        "[a-z \n]{0,300}".prop_map(String::into_bytes),
    ]
}

fn external() -> impl Strategy<Value = ExternalPart<'static>> {
    let numbers = (
        prop_oneof![Just(0), any::<u32>()],
        prop_oneof![Just(0), any::<u64>()],
        prop_oneof![0u16..40, any::<u16>()],
        prop_oneof![0u8..20, any::<u8>()],
    );
    let strings = (text(), text(), text(), text());
    let bytes = (octets(), octets(), octets(), octets());
    (numbers, strings, bytes).prop_map(|((expires, size, enc, hash), strings, bytes)| {
        let mut part = ExternalPart::new(strings.0, strings.1);
        part.expires = expires;
        part.size = size;
        part.enc_alg = AeadAlgorithm(enc);
        part.hash_alg = HashAlgorithm(hash);
        part.description = strings.2.into();
        part.filename = strings.3.into();
        part.key = bytes.0.into();
        part.nonce = bytes.1.into();
        part.aad = bytes.2.into();
        part.content_hash = bytes.3.into();
        part
    })
}

fn part() -> impl Strategy<Value = NestedPart<'static>> {
    let disposition = || prop_oneof![0u8..12, any::<u8>()].prop_map(Disposition);
    let leaf = prop_oneof![
        disposition().prop_map(NestedPart::null),
        (disposition(), text(), octets()).prop_map(|(d, t, c)| NestedPart::single(d, t, c)),
        (disposition(), external()).prop_map(|(d, e)| NestedPart::external(d, e)),
    ];
    let leaf = (leaf, text()).prop_map(|(part, language)| part.with_language(language));
    leaf.prop_recursive(3, 12, 4, move |inner| {
        (0u64..3, disposition(), vec(inner, 2..5)).prop_map(|(semantics, disposition, parts)| {
            let semantics = PartSemantics::from_number(semantics).unwrap();
            NestedPart::multi(disposition, semantics, parts)
        })
    })
}

fn message() -> impl Strategy<Value = MimiContent<'static>> {
    let id = || proptest::option::of(any::<[u8; 32]>().prop_map(MessageId::new));
    let expires = proptest::option::of((any::<bool>(), any::<u32>()));
    let extensions = vec(
        (prop_oneof![-300i64..300, any::<i64>()], text(), item()),
        0..4,
    );
    (
        any::<[u8; 16]>(),
        id(),
        id(),
        expires,
        octets(),
        extensions,
        part(),
    )
        .prop_map(
            |(salt, replaces, in_reply_to, expires, topic, values, part)| {
                let mut message = MimiContent::new(Salt::new(salt), part);
                message.replaces = replaces;
                message.in_reply_to = in_reply_to;
                message.topic_id = topic.into();
                message.expires = expires.map(|(relative, time)| match relative {
                    true => Expiration::Relative(time),
                    false => Expiration::Absolute(time),
                });
                let mut extensions = Extensions::EMPTY;
                for (number, name, value) in values {
                    // Some values are not deterministic, some keys not allowed: those stay out.
                    if let Ok(value) = RawValue::from_slice(&value) {
                        let _ = extensions.insert(ExtensionKey::from(number), value);
                        let _ = extensions.insert(ExtensionKey::from(name), value);
                    }
                }
                message.extensions = extensions;
                message
            },
        )
}

/// Whether `cbor-edn` itself does not read back what it wrote.
fn lossy(item: &cbor_edn::StandaloneItem<'_>, octets: &[u8]) -> bool {
    let text = item.serialize();
    let again = cbor_edn::StandaloneItem::parse(&text).map(|item| item.to_cbor());
    !matches!(again, Ok(Ok(again)) if again == octets)
}

/// Text that looks like the notations.
fn nearly() -> impl Strategy<Value = String> {
    let words = prop_oneof![
        Just("["),
        Just("]"),
        Just("{"),
        Just("}"),
        Just("("),
        Just(")"),
        Just("<<"),
        Just(">>"),
        Just("'"),
        Just("\""),
        Just("h'"),
        Just("b64'"),
        Just("(_ "),
        Just("_"),
        Just("_1"),
        Just("+"),
        Just(","),
        Just(":"),
        Just("/"),
        Just("//"),
        Just("#"),
        Just("\n"),
        Just(" "),
        Just("\\"),
        Just("\\u"),
        Just("\\u{"),
        Just("1"),
        Just("0x"),
        Just("-"),
        Just("."),
        Just("..."),
        Just("1e5"),
        Just("null"),
        Just("NaN"),
        Just("simple("),
        Just("32("),
        Just("dt'"),
        Just("float'"),
        Just("00"),
        Just("é"),
        Just("\u{202e}"),
        Just("00000000: "),
        Just("00000000  "),
        Just("|"),
        Just("x[] = {"),
        Just("};"),
        Just("\"salt\""),
        Just("\"AA\""),
        Just("\"multi_part\""),
        Just("\"parts\""),
        Just("\r"),
        Just("\u{0}"),
    ];
    vec(words, 0..40).prop_map(|words| words.concat())
}

proptest! {
    #![proptest_config(ProptestConfig {
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn any_item(octets in item()) {
        comes_back(&octets);
    }

    /// Crate `cbor-edn` reads what is written here, and what it writes is read here.
    #[test]
    fn any_item_by_another_implementation(octets in item()) {
        let line = edn::item(&octets).unwrap();
        // It has neither this literal nor text that is not UTF-8.
        let foreign = line.contains("float'") || line.contains("\"\" + h'");
        if !foreign {
            let item = cbor_edn::StandaloneItem::parse(&line).unwrap();
            prop_assert_eq!(item.to_cbor().unwrap(), octets.clone(), "{}", line);
        }
        // It panics on strings of indefinite length without chunks.
        let unchunked = line.contains("''_") || line.contains("\"\"_");
        if !unchunked && let Ok(item) = cbor_edn::StandaloneItem::from_cbor(&octets) {
            let text = item.serialize();
            // It writes U+007F as it is, which the grammar of EDN has nowhere.
            if !lossy(&item, &octets) && !text.contains('\u{7f}') {
                let read = edn::read(&text);
                prop_assert!(read.is_ok(), "{}: {:?}", text, read);
                let read = read.unwrap().value.into_octets();
                prop_assert_eq!(read, octets, "{}", text);
            }
        }
    }

    #[test]
    fn any_octets(octets in vec(any::<u8>(), 0..200)) {
        dump_comes_back(&octets);
    }

    #[test]
    fn any_message(message in message()) {
        let octets = cbor::encode(&message).unwrap();
        message_comes_back(&octets, &message);
    }

    #[test]
    fn any_text(text in prop_oneof![any::<String>(), nearly()]) {
        if let Ok(read) = edn::read(&text) {
            // What was read is well-formed, so it can be written.
            comes_back(read.value.octets());
        }
        if let Ok(read) = hex::read(&text) {
            dump_comes_back(read.value.octets());
        }
        let _ = json::read(&text);
    }

    #[test]
    fn nearly_json(
        text in message().prop_map(|message| json::write(&message)),
        cuts in vec((any::<prop::sample::Index>(), 0usize..4, nearly()), 1..3),
    ) {
        let mut characters: Vec<char> = text.chars().collect();
        for (at, length, with) in cuts {
            let start = at.index(characters.len());
            let end = (start + length).min(characters.len());
            characters.splice(start..end, with.chars());
        }
        let text: String = characters.into_iter().collect();
        if let Ok(read) = json::read(&text)
            && let Ok(message) = cbor::decode(read.value.octets())
        {
            message_comes_back(read.value.octets(), &message);
        }
    }
}

/// The golden messages of this repository, where they are, and the edge cases beside it.
fn golden() -> Vec<(String, Vec<u8>)> {
    let mut found = Vec::new();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    if let Ok(text) = std::fs::read_to_string(root.join("testvectors/cbor_decode.json")) {
        let suite: serde_json::Value = serde_json::from_str(&text).unwrap();
        for group in suite["testGroups"].as_array().unwrap() {
            for case in group["tests"].as_array().unwrap() {
                let Some(digits) = case["input"]["hex"].as_str() else {
                    continue;
                };
                let octets = (0..digits.len() / 2)
                    .map(|i| u8::from_str_radix(&digits[2 * i..2 * i + 2], 16).unwrap())
                    .collect();
                found.push((format!("case {}", case["tcId"]), octets));
            }
        }
    }
    for folder in ["../shared/vectors/edge", "../shared/vectors/draft-08"] {
        let Ok(entries) = std::fs::read_dir(root.join(folder)) else {
            assert!(
                std::env::var("CI").as_deref() != Ok("true"),
                "CI must have {folder}"
            );
            continue;
        };
        for entry in entries {
            let path = entry.unwrap().path();
            if path
                .extension()
                .is_some_and(|extension| extension == "cbor")
            {
                found.push((path.display().to_string(), std::fs::read(&path).unwrap()));
            }
        }
    }
    found
}

#[test]
fn golden_messages_come_back() {
    let (mut strict, mut tolerant, mut others) = (0, 0, 0);
    for (name, octets) in golden() {
        // Large ones take their time in four layouts and are all alike.
        if octets.len() > 20_000 {
            continue;
        }
        if let Ok(message) = cbor::decode(&octets) {
            message_comes_back(&octets, &message);
            strict += 1;
        } else if let Ok(received) = Decoder::tolerant().decode(&octets) {
            comes_back(received.octets());
            dump_comes_back(&octets);
            tolerant += 1;
        } else {
            dump_comes_back(&octets);
            match edn::item(&octets) {
                // Deeper than the reader of text goes.
                Ok(line) if line.starts_with(&"[".repeat(1001)) => {}
                Ok(line) => {
                    let read = edn::read(&line).map(|read| read.value.into_octets());
                    let deep = read
                        .as_ref()
                        .is_err_and(|e| e.code().as_str() == "notation-depth");
                    assert!(deep || read.as_ref() == Ok(&octets), "{name}: {read:?}");
                }
                Err(error) => assert!(error.code().as_str().starts_with("cbor-"), "{name}"),
            }
            others += 1;
        }
    }
    println!("{strict} strict, {tolerant} tolerant, {others} refused");
}
