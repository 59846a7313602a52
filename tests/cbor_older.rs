//! Messages of older drafts: named where they are not expected, and read by the upgrade call.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use common::{ID, bytes, octets, text};
use mimi_codec::cbor::{
    Decoder, OlderDraft, UpgradeOptions, Upgraded, decode, encode, older::recognise, upgrade,
};
use mimi_codec::message::{Expiration, ExtensionKey, MessageId, PartBody, Salt};
use mimi_codec::report::{Converted, codes};

fn draft_04(reply: &str, body: &str) -> Vec<u8> {
    let extension = text("com.example");
    octets(&format!(
        "87 {ID} 43 616263 1a62036674 {reply} 81 {ID} a1 {extension} 4102 {body}"
    ))
}

/// chooseOne of a text and, nested, two more parts.
fn body_04(indices: [&str; 5]) -> String {
    let [a, b, c, d, e] = indices;
    let single = |index: &str| {
        let (kind, content) = (text("text/plain"), bytes(b"hi"));
        format!("86 01 60 {index} 01 {kind} {content}")
    };
    let external = {
        let kind = text("image/png");
        let url = text("https://example.com/p");
        format!("90 06 60 {e} 02 {kind} d820 {url} 00 00 00 40 40 40 00 40 60 60")
    };
    format!(
        "86 01 60 {a} 03 00 82 {} 86 01 6265 6e {c} 03 02 82 {} {external}",
        single(b),
        single(d)
    )
}

fn upgraded(wire: &[u8]) -> Converted<Upgraded<'_>> {
    let options = UpgradeOptions::with_salt(Salt::new([9; 16]));
    upgrade(wire, &options).unwrap()
}

fn changes<T>(converted: &Converted<T>) -> Vec<(&str, &str)> {
    let findings = converted.findings.iter();
    findings
        .map(|finding| (finding.code.as_str(), finding.path.as_deref().unwrap()))
        .collect()
}

#[test]
fn a_message_of_draft_04_is_named_in_every_mode() {
    let wire = draft_04("f6", &body_04(["00", "01", "02", "03", "04"]));
    assert_eq!(recognise(&wire), Some(OlderDraft::Draft04));
    for decoder in [Decoder::strict(), Decoder::tolerant()] {
        let error = decoder.decode(&wire).unwrap_err();
        assert_eq!(error.code(), codes::OLDER_DRAFT);
        assert_eq!(error.finding().offset, Some(0));
        assert!(error.to_string().contains("-03 and -04"), "{error}");
        assert!(error.to_string().contains("upgrade"), "{error}");
        let examined = decoder.examine(&wire);
        assert_eq!(examined.findings, [error.into_finding()]);
        assert!(examined.value.is_none());
    }
}

#[test]
fn a_message_of_draft_04_is_upgraded() {
    let reply = format!("83 {ID} 01 {ID}");
    let wire = draft_04(&reply, &body_04(["00", "01", "02", "03", "04"]));
    let upgraded = upgraded(&wire);
    assert_eq!(
        changes(&upgraded),
        [
            ("url-tagged", "nestedPart.parts[1].parts[1].url"),
            ("upgraded", "salt"),
            ("upgraded", "expires"),
            ("upgraded", "inReplyTo"),
            ("upgraded", "lastSeen"),
            ("upgraded", "nestedPart.partIndex"),
        ]
    );
    let Upgraded { draft, content, .. } = upgraded.value;
    assert_eq!(draft, Some(OlderDraft::Draft04));
    assert_eq!(content.replaces, Some(MessageId::new([1; 32])));
    assert_eq!(content.topic_id, b"abc".as_slice());
    assert_eq!(content.expires, Some(Expiration::Absolute(0x6203_6674)));
    assert_eq!(content.in_reply_to, Some(MessageId::new([1; 32])));
    let last_seen = content.extensions.get(&ExtensionKey::Int(256)).unwrap();
    assert_eq!(last_seen.as_bytes(), octets(&format!("81 {ID}")));
    let key = ExtensionKey::from("com.example");
    assert_eq!(
        content.extensions.get(&key).unwrap().as_octets(),
        Some(&[2][..])
    );
    assert_eq!(content.parts().count(), 5);
    let part = content.part(4).unwrap().part;
    assert!(
        matches!(&part.body, PartBody::External(external) if external.url == "https://example.com/p")
    );
    assert_eq!(content.part(2).unwrap().part.language, "en");
    let wire = encode(&content).unwrap();
    assert_eq!(decode(&wire).unwrap(), content);
}

#[test]
fn a_part_index_that_does_not_follow_from_the_place_is_reported() {
    let wire = draft_04("f6", &body_04(["00", "01", "02", "05", "04"]));
    let upgraded = upgraded(&wire);
    let odd = upgraded
        .findings
        .iter()
        .find(|finding| finding.path.as_deref() == Some("nestedPart.parts[1].parts[0].partIndex"))
        .unwrap();
    assert_eq!(odd.found.as_deref(), Some("5"));
    assert_eq!(odd.expected.as_deref(), Some("3"));
    assert_eq!(wire[odd.offset.unwrap()], 5);
}

#[test]
fn both_layouts_of_draft_05_are_upgraded() {
    let salt = bytes(&[3; 32]);
    let body = format!("85 01 60 01 {} {}", text("text/plain"), bytes(b"hi"));
    let with_salt = octets(&format!("88 {salt} f6 40 82f50a f6 80 a0 {body}"));
    let without = octets(&format!("87 f6 40 82f50a f6 80 a0 {body}"));
    for (wire, draft, had) in [
        (with_salt, OlderDraft::Draft05, "32 octets"),
        (without, OlderDraft::Draft05Unsalted, "no salt"),
    ] {
        assert_eq!(decode(&wire).unwrap_err().code(), codes::OLDER_DRAFT);
        let upgraded = upgraded(&wire);
        assert_eq!(
            changes(&upgraded),
            [("upgraded", "salt"), ("upgraded", "lastSeen")]
        );
        assert_eq!(upgraded.findings[0].found.as_deref(), Some(had));
        assert_eq!(upgraded.value.draft, Some(draft));
        let content = &upgraded.value.content;
        assert_eq!(content.expires, Some(Expiration::Relative(10)));
        let last_seen = content.extensions.get(&ExtensionKey::Int(256));
        assert_eq!(last_seen.unwrap().as_bytes(), [0x80], "nothing seen yet");
        assert!(encode(content).is_ok());
    }
}

#[test]
fn without_a_new_salt_the_message_can_be_read_but_not_encoded() {
    let salt = bytes(&[3; 32]);
    let wire = octets(&format!("88 {salt} f6 40 f6 f6 80 a0 83016000"));
    let upgraded = upgrade(&wire, &UpgradeOptions::default()).unwrap();
    assert_eq!(upgraded.value.content.salt.as_bytes(), [3; 32]);
    let error = encode(&upgraded.value.content).unwrap_err();
    assert_eq!(error.code(), codes::SALT_LENGTH);
    assert!(upgraded.findings[0].message.contains("before encoding"));
}

#[test]
fn a_message_of_today_is_read_as_it_is() {
    let wire = common::with_body("83 01 60 00");
    let upgraded = upgraded(&wire);
    assert_eq!(upgraded.value.draft, None);
    assert_eq!(upgraded.value.content, decode(&wire).unwrap());
    assert!(upgraded.findings.is_empty());
}

#[test]
fn last_seen_does_not_overwrite_an_extension() {
    let wire = octets(&format!("87 f6 40 00 f6 81 {ID} a1 190100 80 8401600000"));
    let upgraded = upgraded(&wire);
    let dropped = upgraded
        .findings
        .iter()
        .find(|finding| finding.path.as_deref() == Some("lastSeen"))
        .unwrap();
    assert!(dropped.message.contains("dropped"), "{dropped}");
    let value = upgraded
        .value
        .content
        .extensions
        .get(&ExtensionKey::Int(256));
    assert_eq!(value.unwrap().as_bytes(), [0x80]);
}

#[test]
fn indefinite_lengths_do_not_hide_the_layout() {
    let wire = octets("9f f6 40 00 f6 9fff bfff 9f 01 60 00 00 ff ff");
    assert_eq!(decode(&wire).unwrap_err().code(), codes::OLDER_DRAFT);
    let upgraded = upgraded(&wire);
    assert_eq!(upgraded.value.draft, Some(OlderDraft::Draft04));
    let wire = octets("9f 40 f6 40 00 f6 9fff bfff 9f 01 60 00 00 ff ff");
    assert_eq!(self::upgraded(&wire).value.draft, Some(OlderDraft::Draft05));
}

#[test]
fn what_is_broken_in_an_older_message_has_its_place() {
    let refused = |wire: &[u8]| {
        let error = upgrade(wire, &UpgradeOptions::default()).unwrap_err();
        let finding = error.into_finding();
        let path = finding.path.clone().unwrap_or_default();
        (finding.code.as_str(), finding.offset.unwrap(), path)
    };
    let cases = [
        (
            "87 f6 40 00 f6 8100 a0 8401600000",
            "wrong-type",
            6,
            "lastSeen[0]",
        ),
        (
            "87 f6 40 00 f6 80 a100f6 8401600004",
            "cardinality-unknown",
            13,
            "nestedPart.cardinality",
        ),
        (
            "87 f6 40 00 f6 80 a0 84016000",
            "cbor-truncated",
            11,
            "nestedPart.cardinality",
        ),
        (
            "87 f6 40 00 f6 80 a0 8401600001",
            "array-length",
            7,
            "nestedPart",
        ),
        (
            "87 f6 40 00 820001 80 a0 8401600000",
            "array-length",
            4,
            "inReplyTo",
        ),
        (
            "87 f6 40 1b0000000100000000 f6 80 a0 8401600000",
            "integer-range",
            3,
            "expires",
        ),
        (
            "87 f6 40 00 f6 80 a0 8401601a0001000000",
            "integer-range",
            10,
            "nestedPart.partIndex",
        ),
        (
            "87 f6 40 00 f6 80 a2 616100 616100 8401600000",
            "duplicate-key",
            10,
            "extensions[\"a\"]",
        ),
    ];
    for (hex, code, offset, path) in cases {
        assert_eq!(
            refused(&octets(hex)),
            (code, offset, path.to_owned()),
            "{hex}"
        );
    }
}

#[test]
fn a_deep_older_message_does_not_overflow_the_stack() {
    let mut wire = octets("87 f6 40 00 f6 80 a0");
    for _ in 0..200_000 {
        wire.extend([0x86, 0x01, 0x60, 0x00, 0x03, 0x00, 0x82]);
    }
    assert_eq!(decode(&wire).unwrap_err().code(), codes::OLDER_DRAFT);
    let error = upgrade(&wire, &UpgradeOptions::default()).unwrap_err();
    assert_eq!(error.code(), codes::PART_DEPTH);
}
