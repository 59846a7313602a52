//! The schemas hold what they say: every golden message fits the CDDL, every document in JSON
//! fits its JSON schema, and what does not fit is refused.
//!
//! The CDDL is checked with the crate `cddl` 0.10, which gives wrong answers of its own. They are
//! listed here; where the schema has to be put to it in other words, [`SUBSTITUTIONS`] says which.

#![cfg(feature = "notation")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::BTreeMap;
use std::path::Path;

use cddl::ast::CDDL;
use cddl::validator::Validator;
use cddl::validator::cbor::CBORValidator;
use cddl::validator::cbor_value::decode_cbor;
use mimi_codec::cbor::{self, Decoder};
use mimi_codec::message::{Extensions, IdAlgorithm, MessageId, MimiContent, Uris};
use mimi_codec::notation::{edn, hex, json};
use mimi_codec::report::Finding;
use serde_json::{Value, json as value};

const MIMI_CONTENT: &str = include_str!("../schemas/mimi-content.cddl");

/// What the crate cannot be asked, and what it is asked instead. Wrong answer 1: an entry that
/// may be repeated and whose key is a range, a choice, or text of a certain size refuses every
/// map, the empty one too. So the kinds of keys are left to the decoder here.
const SUBSTITUTIONS: &[(&str, &str)] = &[
    ("* extension-key => any", "* any => any"),
    ("* any-key => any", "* any => any"),
];

/// The schema with one of its rules in front.
fn schema(start: &str) -> String {
    let mut text = format!("start = {start}\n{MIMI_CONTENT}");
    for (from, to) in SUBSTITUTIONS {
        assert!(text.contains(from), "{from} is not in the schema any more");
        text = text.replace(from, to);
    }
    text
}

/// Whether octets fit. Wrong answer 2: the crate allocates what a head claims and aborts the
/// process, so it is asked about well-formed items only.
fn fits(cddl: &CDDL<'_>, octets: &[u8]) -> bool {
    edn::item(octets).unwrap();
    match decode_cbor(octets) {
        Ok(item) => CBORValidator::new(cddl, item, None).validate().is_ok(),
        Err(_) => false,
    }
}

/// Whether every extension with a defined type has it, which strict decoding does not ask.
fn typed(extensions: &Extensions<'_>) -> bool {
    extensions.sender_uri().is_ok()
        && extensions.room_uri().is_ok()
        && extensions.sender_timestamp().is_ok()
        && extensions.external_message_id().is_ok()
        && extensions.subject().is_ok()
        && extensions.last_seen().is_ok()
        && extensions.av_metadata().is_ok()
}

fn octets(digits: &str) -> Vec<u8> {
    match digits {
        "" => Vec::new(),
        _ => hex::read(digits).unwrap().value.into_octets(),
    }
}

/// A case of the golden vectors.
struct Case {
    name: String,
    result: String,
    /// Of the first finding.
    code: String,
    path: String,
    octets: Vec<u8>,
}

/// The cases of a file of golden vectors.
fn golden(file: &str) -> Vec<Case> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("testvectors")
        .join(file);
    let suite: Value = serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap();
    let groups = suite["testGroups"].as_array().unwrap().iter();
    let tests = groups.flat_map(|group| group["tests"].as_array().unwrap());
    tests
        .filter_map(|case| {
            let text = |value: &Value| value.as_str().unwrap_or("").to_owned();
            Some(Case {
                name: format!("{} {}", case["tcId"], case["comment"]),
                result: text(&case["result"]),
                code: text(&case["findings"][0]["code"]),
                path: text(&case["findings"][0]["path"]),
                octets: octets(case["input"]["hex"].as_str()?),
            })
        })
        .collect()
}

/// Rules that are not about the structure that CDDL describes, but about the form of the
/// encoding, the number and depth of parts, or which keys a map has (see [`SUBSTITUTIONS`]).
const BEYOND_CDDL: &[&str] = &[
    "cbor-bignum-not-shortest",
    "cbor-float-not-shortest",
    "cbor-head-not-shortest",
    "cbor-indefinite-length",
    "cbor-key-order",
    "cbor-nan-payload",
    "cbor-trailing",
    "duplicate-key",
    "extension-depth",
    "key-length",
    "key-range",
    "key-reserved",
    "key-type",
    "part-count",
    "part-depth",
    "utf8-invalid",
];

/// What the crate accepts although the schema does not, by rule and path.
const WRONG_ANSWERS: &[(&str, &str, &str)] = &[
    (
        "tag-unexpected",
        "",
        "3: a tag in front of an item is not seen",
    ),
    ("url-tagged", "", "3: a tag in front of an item is not seen"),
    ("undefined-for-null", "", "4: undefined counts as null"),
    (
        "",
        "parts[",
        "5: items of an array after the first that fails are not looked into",
    ),
];

#[test]
fn golden_messages_fit_the_cddl() {
    let text = schema("message");
    let cddl = cddl::cddl_from_str(&text, true).unwrap();
    let mut reasons: BTreeMap<&str, usize> = BTreeMap::new();
    let (mut fitting, mut refused) = (0, 0);
    for case in golden("cbor_decode.json") {
        // Large messages take the crate a long time and say nothing new.
        if case.octets.len() > 5000 || edn::item(&case.octets).is_err() {
            continue;
        }
        let expected = match case.result.as_str() {
            "valid" => typed(&cbor::decode(&case.octets).unwrap().extensions),
            _ if BEYOND_CDDL.contains(&case.code.as_str()) => continue,
            _ => false,
        };
        match (fits(&cddl, &case.octets), expected) {
            (true, true) => fitting += 1,
            (false, false) => refused += 1,
            (false, true) => panic!("{} does not fit", case.name),
            (true, false) => {
                let reason = WRONG_ANSWERS
                    .iter()
                    .find(|(code, path, _)| case.code.contains(code) && case.path.contains(path));
                let Some((.., reason)) = reason else {
                    panic!("{} fits: {} {}", case.name, case.code, case.path);
                };
                *reasons.entry(reason).or_default() += 1;
            }
        }
    }
    println!("{fitting} fit, {refused} are refused; wrong answers: {reasons:#?}");
    assert!(fitting > 100 && refused > 100);
    // Whatever the crate has learned by now is to be taken off the list.
    for (.., reason) in WRONG_ANSWERS {
        assert!(reasons.contains_key(reason), "no more: {reason}");
    }
}

/// Octets of a map as a value of an extension of an otherwise empty message.
fn with_extensions(edn: &str) -> Vec<u8> {
    let text = format!(
        "[h'000102030405060708090a0b0c0d0e0f', null, h'', null, null, {edn}, [1, \"\", 0]]"
    );
    edn::read(&text).unwrap().value.into_octets()
}

#[test]
fn extensions_have_their_types_in_the_cddl() {
    let text = schema("message");
    let cddl = cddl::cddl_from_str(&text, true).unwrap();
    let id = "h'0102030405060708091011121314151617181920212223242526272829303132'";
    let long = format!("{{5: \"{}\"}}", "x".repeat(4097));
    let cases = [
        ("{}".to_owned(), true),
        (
            "{1: \"mimi://example.com/u/a\", 2: \"mimi://example.com/r/r\"}".into(),
            true,
        ),
        ("{1: 5}".into(), false),
        ("{2: 'a'}".into(), false),
        ("{3: {1: 1762760377}}".into(), true),
        ("{3: {1: 1762760377, -3: 999}}".into(), true),
        ("{3: {1: 1762760377, -3: 1000}}".into(), false),
        ("{3: {1: 1762760377, -9: 1000}}".into(), true),
        ("{3: {1: 1, -3: 1, -6: 1}}".into(), false),
        ("{3: {1: -1}}".into(), false),
        ("{3: {}}".into(), false),
        ("{4: ['a', 5]}".into(), true),
        ("{4: ['a', 0]}".into(), false),
        ("{4: ['a', \"example\"]}".into(), true),
        ("{4: ['a', 32(\"https://example\")]}".into(), true),
        ("{4: [\"a\", 5]}".into(), false),
        ("{4: ['a']}".into(), false),
        ("{5: \"s\"}".into(), true),
        ("{5: \"\"}".into(), false),
        (long, false),
        ("{256: []}".into(), true),
        (format!("{{256: [{id}, {id}]}}"), true),
        ("{256: [['a', 5], ['b', \"c\"]]}".into(), true),
        ("{256: ['a']}".into(), false),
        (format!("{{256: [{id}, ['a', 5]]}}"), false),
        ("{\"av_metadata\": []}".into(), true),
        (
            "{\"av_metadata\": [{1: 2, 2: 3, 5: 1.5, 8: 90, 9: 1, \"x\": null}]}".into(),
            true,
        ),
        ("{\"av_metadata\": [{1: 2, 2: 3, 8: 91}]}".into(), false),
        ("{\"av_metadata\": [{1: 65536, 2: 3}]}".into(), false),
        ("{\"av_metadata\": [{1: 2}]}".into(), false),
        (
            "{7: [undefined, simple(255), 1.5, {'a': 80(h'')}], -1: 2, \"x\": null}".into(),
            true,
        ),
    ];
    for (edn, expected) in cases {
        let octets = with_extensions(&edn);
        assert_eq!(fits(&cddl, &octets), expected, "{edn}");
        // The accessors of the model are of the same opinion.
        let read = Decoder::tolerant().decode(&octets).unwrap();
        assert_eq!(typed(&read.content().extensions), expected, "{edn}");
    }
}

#[test]
fn status_reports_and_derived_values_fit_the_cddl() {
    let id = "h'0102030405060708091011121314151617181920212223242526272829303132'";
    let urls = "\"mimi://a/d/1\", \"mimi://a/u/1\", \"mimi://a/r/1\"";
    let cases = [
        ("status-report", "[]".to_owned(), true),
        ("status-report", format!("[[{id}, 2], [{id}, 255]]"), true),
        ("status-report", format!("[[{id}, 256]]"), false),
        ("status-report", format!("[[{id}]]"), false),
        ("status-report", "[['a', 1]]".into(), false),
        ("status-report", "{}".into(), false),
        (
            "derived-values",
            format!("[{id}, 1644387225019, 'group', 4, {urls}]"),
            true,
        ),
        (
            "derived-values",
            format!("[{id}, 1001({{1: 5, -3: 19}}), '', 0, {urls}]"),
            true,
        ),
        (
            "derived-values",
            format!("[{id}, 1002({{1: 5}}), '', 0, {urls}]"),
            false,
        ),
        (
            "derived-values",
            format!("[{id}, -1, '', 0, {urls}]"),
            false,
        ),
        (
            "derived-values",
            format!("[{id}, 0, '', 4294967296, {urls}]"),
            false,
        ),
        ("derived-values", format!("['', 0, '', 0, {urls}]"), false),
        (
            "derived-values",
            format!("[{id}, 0, '', 0, \"\", \"\"]"),
            false,
        ),
    ];
    for (start, edn, expected) in cases {
        let text = schema(start);
        let cddl = cddl::cddl_from_str(&text, true).unwrap();
        let octets = edn::read(&edn).unwrap().value.into_octets();
        assert_eq!(fits(&cddl, &octets), expected, "{start} {edn}");
        let decoded = match start {
            "status-report" => cbor::decode_status(&octets).is_ok(),
            _ => cbor::decode_derived(&octets).is_ok(),
        };
        assert_eq!(decoded, expected, "{start} {edn}");
    }
}

#[test]
fn the_drafts_examples_fit_the_cddl() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/vectors/draft-08");
    let Ok(entries) = std::fs::read_dir(folder) else {
        assert!(
            std::env::var("CI").as_deref() != Ok("true"),
            "CI must have {folder}"
        );
        return;
    };
    for entry in entries {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|extension| extension != "cbor") {
            continue;
        }
        let derived = path
            .file_stem()
            .is_some_and(|name| name == "implied-original");
        let text = schema(if derived { "derived-values" } else { "message" });
        let cddl = cddl::cddl_from_str(&text, true).unwrap();
        assert!(
            fits(&cddl, &std::fs::read(&path).unwrap()),
            "{}",
            path.display()
        );
    }
}

fn json_schema(text: &str) -> jsonschema::Validator {
    let schema: Value = serde_json::from_str(text).unwrap();
    jsonschema::meta::validate(&schema).unwrap();
    jsonschema::validator_for(&schema).unwrap()
}

fn content_schema() -> jsonschema::Validator {
    json_schema(include_str!("../schemas/mimi-content.schema.json"))
}

#[test]
fn json_of_golden_messages_fits_its_schema() {
    let schema = content_schema();
    let mut count = 0;
    for case in golden("cbor_decode.json") {
        let Ok(received) = Decoder::strict().decode(&case.octets) else {
            continue;
        };
        let message: &MimiContent<'_> = received.content();
        let id = received
            .message_id(
                IdAlgorithm::Draft08,
                &Uris::new("mimi://a/u/a", "mimi://a/r/r"),
            )
            .unwrap_or(MessageId::new([1; 32]));
        for text in [json::write(message), json::write_with_id(message, &id)] {
            let value: Value = serde_json::from_str(&text).unwrap();
            let errors: Vec<String> = schema.iter_errors(&value).map(|e| e.to_string()).collect();
            assert_eq!(errors, [""; 0], "{}: {text}", case.name);
        }
        count += 1;
    }
    println!("{count} messages");
    assert!(count > 100);
}

/// Documents that the schema and the reader judge alike.
#[test]
fn schema_and_reader_agree() {
    let schema = content_schema();
    let salt = "AAAAAAAAAAAAAAAAAAAAAA";
    let id = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    let part = value!({"cardinality": "nullpart", "part_index": 1});
    let body = |parts: Value| value!({"part_semantics": "chooseOne", "parts": parts});
    let cases = [
        (value!({"salt": salt}), true),
        (value!({}), false),
        (value!([]), false),
        (value!({"salt": 5}), false),
        (value!({"salt": "AA"}), false),
        (value!({"salt": salt, "colour": 1}), false),
        (
            value!({"salt": salt, "replaces": id, "in_reply_to": null}),
            true,
        ),
        (value!({"salt": salt, "replaces": "AA"}), false),
        (
            value!({"salt": salt, "type": "text", "start": "x", "parties": [0]}),
            true,
        ),
        (value!({"salt": salt, "type": "tombstone"}), false),
        (
            value!({"salt": salt, "expires": {"relative": true, "relative_time": 5}}),
            true,
        ),
        (
            value!({"salt": salt, "expires": {"relative": true, "relative_time": 4294967296u64}}),
            false,
        ),
        (
            value!({"salt": salt, "expires": {"relative": true, "relative_time": 1.5}}),
            false,
        ),
        (value!({"salt": salt, "expires": {"relative": true}}), false),
        (
            value!({"salt": salt, "expires": {"relative": false, "absolute_time": "2022-02-09T07:00:04Z"}}),
            true,
        ),
        (
            value!({"salt": salt, "expires": {"relative": false, "absolute_time": "2022-02-09"}}),
            false,
        ),
        (
            value!({"salt": salt, "expires": {"relative": false, "relative_time": 5}}),
            false,
        ),
        (value!({"salt": salt, "disposition": "reaction"}), true),
        (value!({"salt": salt, "disposition": 200}), true),
        (value!({"salt": salt, "disposition": 256}), false),
        (value!({"salt": salt, "disposition": "x"}), false),
        (
            value!({"salt": salt, "mediatype": "a/b", "encoding": "none", "body": "x"}),
            true,
        ),
        (
            value!({"salt": salt, "mediatype": "a/b", "encoding": "base64url", "body": "_w"}),
            true,
        ),
        (
            value!({"salt": salt, "mediatype": "a/b", "encoding": "base64url", "body": "*"}),
            false,
        ),
        (
            value!({"salt": salt, "mediatype": "a/b", "encoding": "json", "body": "x"}),
            false,
        ),
        (
            value!({"salt": salt, "mediatype": "a/b", "body": "x"}),
            false,
        ),
        (value!({"salt": salt, "body": "x"}), false),
        (value!({"salt": salt, "cardinality": "single"}), false),
        (value!({"salt": salt, "external_part": {"url": "u"}}), true),
        (value!({"salt": salt, "external_part": {}}), false),
        (
            value!({"salt": salt, "external_part": {"url": "u"}, "body": "x"}),
            false,
        ),
        (
            value!({"salt": salt, "external_part": {"url": "u", "size": -1}}),
            false,
        ),
        (
            value!({"salt": salt, "external_part": {"url": "u", "enc_alg": 65536}}),
            false,
        ),
        (
            value!({"salt": salt, "external_part": {"url": "u", "enc_alg": "AES-128-GCM", "cached": true}}),
            true,
        ),
        (
            value!({"salt": salt, "external_part": {"url": "u", "content_hash": "sha256:AA"}}),
            true,
        ),
        (
            value!({"salt": salt, "external_part": {"url": "u", "content_hash": "AA"}}),
            false,
        ),
        (
            value!({"salt": salt, "multi_part": body(value!([part, part]))}),
            true,
        ),
        (
            value!({"salt": salt, "multi_part": body(value!([part]))}),
            false,
        ),
        (
            value!({"salt": salt, "multi_part": body(value!([part, {"salt": salt}]))}),
            false,
        ),
        (
            value!({"salt": salt, "multi_part": {"parts": [part, part]}}),
            false,
        ),
        (
            value!({"salt": salt, "multi_part": {"part_semantics": "all", "parts": [part, part]}}),
            false,
        ),
    ];
    for (document, expected) in cases {
        assert_eq!(schema.is_valid(&document), expected, "schema: {document}");
        let read = json::read(&document.to_string());
        let accepted = read.is_ok_and(|read| cbor::decode(read.value.octets()).is_ok());
        assert_eq!(accepted, expected, "reader: {document}");
    }
}

/// A finding as the program writes it.
fn report(finding: &Finding) -> Value {
    let mut object = value!({
        "code": finding.code.as_str(),
        "severity": finding.severity.as_str(),
        "message": finding.message,
        "file": finding.file,
        "line": finding.line,
        "column": finding.column,
        "offset": finding.offset,
        "path": finding.path,
        "found": finding.found,
        "expected": finding.expected,
        "source": finding.source(),
        "caused_by": finding.caused_by.map(|cause| cause.to_string()),
    });
    let members = object.as_object_mut().unwrap();
    members.retain(|_, value| !value.is_null());
    object
}

#[test]
fn findings_fit_their_schema() {
    let schema = json_schema(include_str!("../schemas/findings.schema.json"));
    let mut findings = Vec::new();
    for case in golden("cbor_decode.json") {
        findings.extend(Decoder::strict().examine(&case.octets).findings);
    }
    for text in ["[1", "'\\x'", "1 2", ""] {
        findings.extend(edn::read(text).err().map(|error| error.into_finding()));
        findings.extend(json::read(text).err().map(|error| error.into_finding()));
    }
    assert!(findings.iter().any(|finding| finding.caused_by.is_some()));
    for finding in &findings {
        let document = value!({"findings": [report(finding)]});
        let errors: Vec<String> = schema
            .iter_errors(&document)
            .map(|e| e.to_string())
            .collect();
        assert_eq!(errors, [""; 0], "{document}");
    }
    let good = value!({"code": "a-b", "severity": "note", "message": "m", "source": "s"});
    assert!(schema.is_valid(&value!({"findings": [good]})));
    for (name, wrong) in [
        ("code", value!("A b")),
        ("severity", value!("fatal")),
        ("message", value!("")),
        ("line", value!(0)),
        ("column", value!(5)),
        ("offset", value!(-1)),
        ("caused_by", value!({"code": "a", "offset": 1})),
        ("colour", value!("red")),
    ] {
        let mut finding = good.clone();
        finding[name] = wrong;
        assert!(!schema.is_valid(&value!({"findings": [finding]})), "{name}");
    }
    assert!(!schema.is_valid(&value!({"findings": [{"code": "a"}]})));
    assert!(!schema.is_valid(&value!([])));
}
