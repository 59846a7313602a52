//! Repair: what it mends, what it says about it, what it refuses.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use common::{SALT, bytes, octets, text, with_body, with_extensions};
use mimi_codec::cbor::{Decoder, RepairOptions, decode, repair};
use mimi_codec::message::{Disposition, ExtensionKey, MimiContent, PartBody, Salt};
use mimi_codec::report::{Converted, codes};

fn repaired(wire: &[u8]) -> Converted<Vec<u8>> {
    let repaired = repair(wire, &RepairOptions::default()).unwrap();
    decode(&repaired.value).unwrap();
    repaired
}

fn messages(repaired: &Converted<Vec<u8>>) -> Vec<&str> {
    repaired.findings.iter().map(|f| &*f.message).collect()
}

const CHANGED: &str = "the octets changed, and so did the message ID";

#[test]
fn a_legal_message_stays() {
    let wire = with_body("83 01 60 00");
    assert_eq!(repaired(&wire), Converted::lossless(wire.clone()));
}

#[test]
fn every_form_becomes_deterministic() {
    let extensions = "bf 6161 fb3ff0000000000000 6162 fb7ff8000000000001 03 c24101 \
        00 c249008000000000000000 ff";
    let wire = octets(&format!(
        "9f {SALT} f7 5fff 9ff41805ff f7 {extensions} 85 1801 60 01 60 40 ff aabb"
    ));
    let repaired = repaired(&wire);
    let expected = octets(&format!(
        "87 {SALT} f6 40 82f405 f6 a3 03 01 6161 f93c00 6162 f97e00 85 01 60 01 60 40"
    ));
    assert_eq!(repaired.value, expected);
    assert_eq!(
        messages(&repaired),
        [
            "the length became definite",
            "undefined became null",
            "the length became definite",
            "the length became definite",
            "the head became the shortest",
            "undefined became null",
            "the length became definite",
            "the float became the shortest",
            "the NaN became f97e00",
            "the keys were sorted",
            "the bignum became an integer, or lost its leading zeros",
            "the extension with key 0 was dropped",
            "the keys were sorted",
            "the bignum became an integer, or lost its leading zeros",
            "the head became the shortest",
            "the octets after the message were dropped",
            CHANGED,
        ]
    );
    assert!(repaired.findings.iter().all(|f| f.code == codes::REPAIRED));
    let cause = repaired.findings[0].caused_by.unwrap();
    assert_eq!(cause.code, codes::CBOR_INDEFINITE_LENGTH);
    assert_eq!(cause.offset, 0);
}

#[test]
fn trailing_octets_alone_leave_the_message_id() {
    let mut wire = with_body("83 01 60 00");
    wire.extend([0, 0]);
    let repaired = repaired(&wire);
    assert_eq!(
        messages(&repaired),
        ["the octets after the message were dropped"]
    );
    assert_eq!(repaired.value, wire[..wire.len() - 2]);
}

#[test]
fn a_salt_is_only_replaced_on_request() {
    let wire = octets("87 43010203 f6 40 f6 f6 a0 83016000");
    let error = repair(&wire, &RepairOptions::default()).unwrap_err();
    assert_eq!(error.code(), codes::SALT_LENGTH);
    assert_eq!(error.finding().offset, Some(1));
    assert_eq!(
        error.finding().severity,
        mimi_codec::report::Severity::Error
    );
    let options = RepairOptions::with_new_salt(Salt::new([7; 16]));
    let repaired = repair(&wire, &options).unwrap();
    assert_eq!(repaired.value, with_body("83 01 60 00"));
    assert_eq!(
        messages(&repaired),
        ["the salt was replaced by a new one", CHANGED]
    );
    // A legal salt is not replaced.
    let wire = with_body("83 01 60 00");
    let options = RepairOptions::with_new_salt(Salt::new([8; 16]));
    assert_eq!(repair(&wire, &options).unwrap().value, wire);
}

fn single(disposition: &str, language: &str, kind: &str, content: &[u8]) -> String {
    let (language, kind, content) = (text(language), text(kind), bytes(content));
    format!("85 {disposition} {language} 01 {kind} {content}")
}

fn multi(disposition: &str, language: &str, parts: &[String]) -> String {
    let language = text(language);
    let count = format!("{:02x}", 0x80 + parts.len());
    format!(
        "85 {disposition} {language} 03 02 {count} {}",
        parts.concat()
    )
}

#[test]
fn a_lone_part_takes_the_place_of_its_multipart() {
    let cases = [
        // (outer disposition, language), (inner), result, findings beyond the first and last
        (("01", "de"), ("00", ""), (1, "de"), vec![]),
        (("00", ""), ("06", "fr"), (6, "fr"), vec![]),
        (("06", "de"), ("06", "de"), (6, "de"), vec![]),
        (
            ("06", "de"),
            ("04", "fr"),
            (4, "fr"),
            vec!["nestedPart.disposition", "nestedPart.language"],
        ),
    ];
    for (outer, inner, (disposition, language), lost) in cases {
        let child = single(inner.0, inner.1, "text/plain", b"hi");
        let wire = with_body(&multi(outer.0, outer.1, &[child]));
        let repaired = repaired(&wire);
        let message = decode(&repaired.value).unwrap();
        let part = &message.nested_part;
        assert_eq!(part.disposition, Disposition(disposition));
        assert_eq!(part.language, language);
        assert!(matches!(part.body, PartBody::Single(_)));
        let last = repaired.findings.len() - 1;
        let paths: Vec<_> = repaired.findings[1..last]
            .iter()
            .map(|finding| finding.path.as_deref().unwrap())
            .collect();
        assert_eq!(paths, lost);
    }
}

#[test]
fn nested_lone_parts_and_empty_multiparts_are_resolved() {
    let inner = multi("00", "", &[multi("06", "", &[])]);
    let wire = with_body(&multi("01", "en", &[inner]));
    let repaired = repaired(&wire);
    let expected = format!("83 06 {} 00", text("en"));
    assert_eq!(repaired.value, with_body(&expected));
    let found: Vec<_> = messages(&repaired);
    assert!(found.contains(&"a multipart without parts became a null part"));
    assert_eq!(
        found
            .iter()
            .filter(|m| **m == "the only part of a multipart took its place")
            .count(),
        2
    );
}

fn references() -> (Vec<u8>, MimiContent<'static>) {
    // Index 0 processAll; 1 lone multi; 2 HTML; 3 image; 4 lone multi; 5 image; 6 binary.
    let html =
        br#"<img src="cid:3@local.invalid"><img src="CID:5@Local.Invalid"> cid:99@local.invalid"#;
    let image = |content: &[u8]| single("04", "", "image/png", content);
    let body = multi(
        "01",
        "",
        &[
            multi(
                "00",
                "",
                &[single("01", "", " Text/HTML;charset=utf-8", html)],
            ),
            image(b"cid:5@local.invalid"),
            multi("00", "", &[image(b"x")]),
            single("01", "", "text/plain", b"\xff cid:5@local.invalid \xff"),
        ],
    );
    let metadata = "a1 6b 61765f6d65746164617461 83 a4 01 03 02 02 06 05 18ff 05 a1 01 6133 05";
    let wire = octets(&format!("87 {SALT} f6 40 f6 f6 {metadata} {body}"));
    let repaired = repaired(&wire);
    let paths: Vec<_> = repaired
        .findings
        .iter()
        .map(|finding| finding.path.as_deref().unwrap())
        .collect();
    assert_eq!(
        paths,
        [
            "nestedPart.parts[0].parts",
            "nestedPart.parts[2].parts",
            "nestedPart.parts[0].content",
            "nestedPart.parts[3].content",
            "extensions[\"av_metadata\"]",
            "message"
        ]
    );
    let message = decode(&repaired.value).unwrap().into_owned();
    (repaired.value, message)
}

#[test]
fn references_follow_the_parts_they_name() {
    let (_, message) = references();
    let content = |index| match &message.part(index).unwrap().part.body {
        PartBody::Single(single) => single.content.to_vec(),
        _ => panic!("a single part"),
    };
    assert_eq!(message.parts().count(), 5);
    assert_eq!(
        String::from_utf8(content(1)).unwrap(),
        r#"<img src="cid:2@local.invalid"><img src="CID:3@Local.Invalid"> cid:99@local.invalid"#
    );
    assert_eq!(content(2), b"cid:5@local.invalid", "an image is left alone");
    assert_eq!(content(3), b"x");
    assert_eq!(content(4), b"\xff cid:3@local.invalid \xff");
    let metadata = message.extensions.get(&ExtensionKey::from("av_metadata"));
    assert_eq!(
        metadata.unwrap().as_bytes(),
        octets("83 a4 01 02 02 02 06 03 18ff 05 a1 01 6133 05")
    );
}

#[test]
fn references_stay_where_no_part_moves() {
    let body = multi(
        "01",
        "",
        &[
            single("01", "", "text/html", b"cid:2@local.invalid"),
            single("04", "", "image/png", b"x"),
        ],
    );
    let mut wire = with_body(&body);
    wire.push(0);
    assert_eq!(repaired(&wire).value, with_body(&body));
}

#[test]
fn what_is_not_tolerated_is_not_repaired() {
    for (wire, code) in [
        (with_extensions("a2 01 6161 01 6161"), codes::DUPLICATE_KEY),
        (with_body("83 01 f6 00"), codes::WRONG_TYPE),
        (with_body("84 01 60 00 00"), codes::ARRAY_LENGTH),
        (
            octets("87 f6 40 00 f6 80 a0 8401600000"),
            codes::OLDER_DRAFT,
        ),
    ] {
        let error = repair(&wire, &RepairOptions::default()).unwrap_err();
        assert_eq!(error.code(), code);
    }
}

#[test]
fn a_repaired_message_needs_no_repair() {
    let (wire, _) = references();
    assert_eq!(repaired(&wire), Converted::lossless(wire.clone()));
    assert!(Decoder::strict().decode(&wire).is_ok());
}
