//! What the fields of a message say: each rule of the room `check`, broken and kept.
#![cfg(feature = "notation")]
#![allow(missing_docs, clippy::unwrap_used)]

use mimi_codec::cbor::Decoder;
use mimi_codec::check::check;
use mimi_codec::document::Format;
use mimi_codec::report::{Code, Finding, Severity, codes};

/// A message around a body, in EDN; `replaces` and `inReplyTo` may be given.
fn message(extensions: &str, replaces: &str, in_reply_to: &str, body: &str) -> String {
    format!(
        "[h'000102030405060708090a0b0c0d0e0f', {replaces}, h'', null, {in_reply_to}, {extensions}, {body}]"
    )
}

fn findings(edn: &str) -> Vec<Finding> {
    check(edn.as_bytes(), Format::Edn, &Decoder::strict())
}

fn codes_of(edn: &str) -> Vec<Code> {
    findings(edn).iter().map(|finding| finding.code).collect()
}

fn body(body: &str) -> Vec<Code> {
    codes_of(&message("{}", "null", "null", body))
}

#[test]
fn a_good_message_has_no_findings() {
    let parts = "[1, '', 3, 2, [[1, \"en, fr\", 1, \"text/html;charset=utf-8\", \
                 '<img src=\"cid:2@local.invalid\">'], [4, \"\", 1, \"image/png\", h'00']]]";
    assert_eq!(body(&parts.replace("''", "\"\"")), []);
}

#[test]
fn references_name_leaves_that_are_there() {
    let part = |cid: &str| {
        format!(
            "[1, \"\", 3, 2, [[1, \"\", 1, \"text/markdown\", '![](cid:{cid}@local.invalid)'], [0, \"\", 0]]]"
        )
    };
    assert_eq!(body(&part("1")), []);
    assert_eq!(body(&part("9")), [codes::CID_TARGET_MISSING]);
    assert_eq!(body(&part("0")), [codes::CID_TARGET_NOT_LEAF]);
    assert_eq!(body(&part("2")), [codes::CID_TARGET_NOT_LEAF]);
    let found = findings(&message("{}", "null", "null", &part("9")));
    assert_eq!(
        found[0].path.as_deref(),
        Some("nestedPart.parts[0].content")
    );
}

#[test]
fn external_content_fits_its_algorithms() {
    let part = |algorithm: u16, key: usize, nonce: usize, aad: &str, hash: u8, length: usize| {
        format!(
            "[6, \"\", 2, \"video/mp4\", \"https://example.com/f\", 0, 0, {algorithm}, h'{}', h'{}', \
             h'{aad}', {hash}, h'{}', \"\", \"\"]",
            "00".repeat(key),
            "00".repeat(nonce),
            "00".repeat(length)
        )
    };
    assert_eq!(body(&part(0, 0, 0, "", 0, 0)), []);
    assert_eq!(body(&part(1, 16, 12, "ff", 1, 32)), []);
    assert_eq!(body(&part(29, 32, 12, "", 8, 64)), []);
    assert_eq!(body(&part(60_000, 1, 1, "", 200, 5)), []);
    assert_eq!(body(&part(1, 32, 12, "", 1, 32)), [codes::SECRETS_LENGTH]);
    assert_eq!(body(&part(1, 16, 16, "", 1, 32)), [codes::SECRETS_LENGTH]);
    assert_eq!(body(&part(0, 0, 0, "00", 1, 32)), [codes::SECRETS_LENGTH]);
    assert_eq!(
        body(&part(1, 16, 12, "", 1, 31)),
        [codes::CONTENT_HASH_LENGTH]
    );
    assert_eq!(
        body(&part(1, 16, 12, "", 0, 32)),
        [codes::CONTENT_HASH_LENGTH]
    );
}

#[test]
fn a_message_does_not_reply_to_itself() {
    let (one, two) = ("01".repeat(32), "02".repeat(32));
    let edn = |replied: &str| {
        message(
            "{}",
            &format!("h'{one}'"),
            &format!("h'{replied}'"),
            "[1, \"\", 0]",
        )
    };
    assert_eq!(codes_of(&edn(&two)), []);
    assert_eq!(codes_of(&edn(&one)), [codes::REPLY_TO_ITSELF]);
}

#[test]
fn text_is_what_its_media_type_says() {
    let part = |media_type: &str| format!("[1, \"\", 1, \"{media_type}\", h'ff']");
    assert_eq!(
        body(&part("text/plain;charset=utf-8")),
        [codes::PLAIN_NOT_UTF8]
    );
    assert_eq!(body(&part("text/plain;charset=iso-8859-1")), []);
    assert_eq!(body(&part("image/png")), []);
    assert_eq!(body(&part("nonsense")), [codes::MEDIA_TYPE_SYNTAX]);
    let found = findings(&message("{}", "null", "null", &part("text/markdown")));
    assert_eq!(found[0].severity, Severity::Warning);
}

#[test]
fn languages_and_known_extensions_have_their_form() {
    assert_eq!(body("[1, \"en-US, de\", 0]"), []);
    assert_eq!(body("[1, \"not a language\", 0]"), [codes::LANGUAGE_SYNTAX]);
    let extension = |map: &str| codes_of(&message(map, "null", "null", "[1, \"\", 0]"));
    assert_eq!(
        extension("{1: \"mimi://a\", 5: \"a subject\", -1: [1]}"),
        []
    );
    for map in [
        "{1: 1}",
        "{2: h''}",
        "{3: {}}",
        "{4: []}",
        "{5: \"\"}",
        "{256: 1}",
    ] {
        assert_eq!(extension(map), [codes::EXTENSION_TYPE], "{map}");
    }
}

#[test]
fn structure_and_content_are_judged_in_one_pass_over_every_notation() {
    let edn = message("{}", "null", "null", "[1, \"x y\", 256]");
    assert_eq!(codes_of(&edn), [codes::CARDINALITY_UNKNOWN]);
    assert_eq!(codes_of("[h'00"), [codes::EDN_UNCLOSED]);
    let json = check(b"{\"salt\": 1}", Format::Json, &Decoder::strict());
    assert_eq!(json[0].code, codes::JSON_TYPE);
    let hex = check(b"87 zz", Format::Hex, &Decoder::strict());
    assert_eq!(hex[0].code, codes::HEX_DIGIT);
}
