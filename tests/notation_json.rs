//! The JSON notation: what it holds, what is refused and where, what is only reported.

#![cfg(feature = "notation")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use mimi_codec::cbor;
use mimi_codec::item::RawValue;
use mimi_codec::message::{
    AeadAlgorithm, Disposition, Expiration, ExtensionKey, Extensions, ExternalPart, HashAlgorithm,
    IdAlgorithm, MessageId, MimiContent, NestedPart, PartSemantics, Salt, Uris,
};
use mimi_codec::notation::json;

/// A message with every field.
fn everything() -> MimiContent<'static> {
    let mut external = ExternalPart::new("video/mp4", "https://example.com/v");
    external.expires = 4_294_967_295;
    external.size = u64::MAX;
    external.enc_alg = AeadAlgorithm::AES_128_GCM;
    external.key = vec![1; 16].into();
    external.nonce = vec![2; 12].into();
    external.aad = vec![3].into();
    external.hash_alg = HashAlgorithm::SHA_256;
    external.content_hash = vec![4; 32].into();
    external.description = "d".into();
    external.filename = "f".into();
    let mut odd = ExternalPart::new("", "");
    odd.enc_alg = AeadAlgorithm(999);
    odd.hash_alg = HashAlgorithm(99);
    let mut none = ExternalPart::new("", "");
    none.content_hash = vec![5].into();
    let parts = vec![
        NestedPart::null(Disposition(200)),
        NestedPart::external(Disposition::ATTACHMENT, external).with_language("en,fr"),
        NestedPart::external(Disposition::SESSION, odd),
        NestedPart::external(Disposition::UNSPECIFIED, none),
        NestedPart::multi(
            Disposition::RENDER,
            PartSemantics::SingleUnit,
            vec![
                NestedPart::single(Disposition::RENDER, "", b""),
                NestedPart::single(Disposition::RENDER, "text/plain", "a\tb\r\n\u{202e}❤"),
                NestedPart::single(Disposition::RENDER, "text/plain", b"\0"),
                NestedPart::single(Disposition::RENDER, "text/plain", b"\xff"),
            ],
        ),
    ];
    let body = NestedPart::multi(Disposition::RENDER, PartSemantics::ChooseOne, parts);
    let mut message = MimiContent::new(Salt::new([0xfb; 16]), body);
    message.replaces = Some(MessageId::new([6; 32]));
    message.in_reply_to = Some(MessageId::new([0xff; 32]));
    message.topic_id = b"\0topic".to_vec().into();
    message.expires = Some(Expiration::Absolute(u32::MAX));
    let mut extensions = Extensions::EMPTY;
    extensions
        .set_sender_uri("mimi://example.com/u/alice")
        .unwrap();
    extensions
        .set_room_uri("mimi://example.com/r/room")
        .unwrap();
    let value = RawValue::from_slice(&[0xa1, 0x01, 0xf9, 0x3e, 0x00]).unwrap();
    extensions.insert(ExtensionKey::from(-7), value).unwrap();
    message.extensions = extensions;
    message
}

#[test]
fn every_field_is_written_and_read_back() {
    let message = everything();
    let octets = cbor::encode(&message).unwrap();
    let received = cbor::Decoder::strict().decode(&octets).unwrap();
    let id = received
        .message_id(IdAlgorithm::Draft08, &Uris::STATED)
        .unwrap();
    let text = json::write_with_id(&message, &id);
    let read = json::read(&text).unwrap();
    assert_eq!(read.findings, []);
    assert_eq!(read.value.octets(), octets);
    let value: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(value["salt"], "-_v7-_v7-_v7-_v7-_v7-w");
    insta::assert_snapshot!(text);
}

#[test]
fn relative_expiry_and_defaults() {
    let text = r#"{"salt": "AAAAAAAAAAAAAAAAAAAAAA==", "replaces": null, "topic_id": "",
        "expires": {"relative": true, "relative_time": 600}, "mimi_extensions": null,
        "mediatype": "text/plain", "encoding": "none", "body": ""}"#;
    let source = json::read(text).unwrap().value;
    let message = cbor::decode(source.octets()).unwrap();
    assert_eq!(message.expires, Some(Expiration::Relative(600)));
    assert_eq!(message.nested_part.disposition, Disposition::RENDER);
    assert_eq!(message.nested_part.body.cardinality(), 1);
}

/// A message but for one member.
fn with(member: &str) -> String {
    format!("{{\n\"salt\": \"AAAAAAAAAAAAAAAAAAAAAA\",\n{member}}}")
}

#[test]
fn faults_have_a_place_and_a_path() {
    let body = |part: &str| {
        with(&format!(
            r#""multi_part": {{"part_semantics": "chooseOne", "parts": [{part}]}}"#
        ))
    };
    let external = |member: &str| with(&format!(r#""external_part": {{"url": "u", {member}}}"#));
    let cases = [
        (String::new(), "notation-empty", 1, 1, ""),
        ("{".into(), "json-syntax", 1, 2, ""),
        ("[1, 2".into(), "json-syntax", 1, 6, ""),
        ("{} x".into(), "json-syntax", 1, 4, ""),
        ("{'a': 1}".into(), "json-syntax", 1, 2, ""),
        ("{\"a\" 1}".into(), "json-syntax", 1, 6, ""),
        ("{\"a\": 1,}".into(), "json-syntax", 1, 9, ""),
        ("{\"a\": 01}".into(), "json-syntax", 1, 9, ""),
        ("{\"a\": \"\\x\"}".into(), "json-syntax", 1, 8, ""),
        ("{\"a\": \"\\u{41}\"}".into(), "json-syntax", 1, 8, ""),
        ("{\"a\": \"\n\"}".into(), "json-syntax", 1, 8, ""),
        ("{\"a\": \"x".into(), "json-syntax", 1, 7, ""),
        ("{\"a\": nul}".into(), "json-syntax", 1, 7, ""),
        ("[]".into(), "json-type", 1, 1, "message"),
        ("{\"a\": 1,\n \"a\": 2}".into(), "json-duplicate", 2, 2, ""),
        ("{}".into(), "json-missing", 1, 1, "salt"),
        ("{\"salt\": 5}".into(), "json-type", 1, 10, "salt"),
        ("{\"salt\": \"A\"}".into(), "json-value", 1, 10, "salt"),
        ("{\"salt\": \"A*\"}".into(), "json-value", 1, 10, "salt"),
        (
            "{\"vcon\": \"0.0.1\", \"dialog\": []}".into(),
            "json-unknown",
            1,
            29,
            "dialog",
        ),
        (with(r#""type": "tombstone""#), "json-value", 3, 9, "type"),
        (with(r#""colour": 1"#), "json-unknown", 3, 1, "colour"),
        (with(r#""mimetype": "a""#), "json-unknown", 3, 1, "mimetype"),
        (with(r#""expires": 5"#), "json-type", 3, 12, "expires"),
        (
            with(r#""expires": {}"#),
            "json-missing",
            3,
            12,
            "expires.relative",
        ),
        (
            with(r#""expires": {"relative": true, "absolute_time": "x"}"#),
            "json-conflict",
            3,
            48,
            "expires.absolute_time",
        ),
        (
            with(r#""expires": {"relative": false, "relative_time": 5}"#),
            "json-conflict",
            3,
            49,
            "expires.relative_time",
        ),
        (
            with(r#""expires": {"relative": false, "absolute_time": "2022-02-09"}"#),
            "json-value",
            3,
            49,
            "expires.absolute_time",
        ),
        (
            with(r#""expires": {"relative": false, "absolute_time": "2022-02-09T06:46:44.5Z"}"#),
            "json-value",
            3,
            49,
            "expires.absolute_time",
        ),
        (
            with(r#""expires": {"relative": false, "absolute_time": "1969-12-31T23:59:59Z"}"#),
            "json-value",
            3,
            49,
            "expires.absolute_time",
        ),
        (
            with(r#""expires": {"relative": true, "relative_time": 1.5}"#),
            "json-value",
            3,
            48,
            "expires.relative_time",
        ),
        (
            with(r#""expires": {"relative": true, "relative_time": -1}"#),
            "json-value",
            3,
            48,
            "expires.relative_time",
        ),
        (
            with(r#""expires": {"relative": true, "relative_time": 1, "x": 1}"#),
            "json-unknown",
            3,
            51,
            "expires.x",
        ),
        (
            with(r#""mimi_extensions": "AA AA""#),
            "json-value",
            3,
            20,
            "mimi_extensions",
        ),
        (
            with(r#""mimi_extensions": "oAA""#),
            "json-value",
            3,
            20,
            "mimi_extensions",
        ),
        (
            with(r#""mimi_extensions": "oQ""#),
            "json-value",
            3,
            20,
            "mimi_extensions",
        ),
        (
            with(r#""mimi_extensions_edn": "{1: 2}""#),
            "json-missing",
            3,
            24,
            "mimi_extensions_edn",
        ),
        (
            with(r#""disposition": "sideways""#),
            "json-value",
            3,
            16,
            "disposition",
        ),
        (
            with(r#""disposition": true"#),
            "json-type",
            3,
            16,
            "disposition",
        ),
        (with(r#""language": 1"#), "json-type", 3, 13, "language"),
        (with(r#""body": """#), "json-missing", 1, 1, "mediatype"),
        (
            with(r#""mediatype": "", "body": """#),
            "json-missing",
            1,
            1,
            "encoding",
        ),
        (
            with(r#""mediatype": "", "encoding": "none""#),
            "json-missing",
            1,
            1,
            "body",
        ),
        (
            with(r#""mediatype": "", "encoding": "json", "body": """#),
            "json-value",
            3,
            30,
            "encoding",
        ),
        (
            with(r#""mediatype": "", "encoding": "base64url", "body": "*""#),
            "json-value",
            3,
            51,
            "body",
        ),
        (
            with(r#""body": "", "external_part": {}"#),
            "json-conflict",
            3,
            30,
            "external_part",
        ),
        (
            with(r#""cardinality": "multi", "body": """#),
            "json-conflict",
            3,
            16,
            "cardinality",
        ),
        (
            with(r#""cardinality": "two""#),
            "json-value",
            3,
            16,
            "cardinality",
        ),
        (
            with(r#""cardinality": "external""#),
            "json-missing",
            1,
            1,
            "external_part",
        ),
        (
            with(r#""external_part": {}"#),
            "json-missing",
            3,
            18,
            "external_part.url",
        ),
        (
            external(r#""size": "5""#),
            "json-type",
            3,
            39,
            "external_part.size",
        ),
        (
            external(r#""size": 18446744073709551616"#),
            "json-value",
            3,
            39,
            "external_part.size",
        ),
        (
            external(r#""enc_alg": "ROT13""#),
            "json-value",
            3,
            42,
            "external_part.enc_alg",
        ),
        (
            external(r#""content_hash": "x""#),
            "json-value",
            3,
            47,
            "external_part.content_hash",
        ),
        (
            external(r#""content_hash": "md5:AA""#),
            "json-value",
            3,
            47,
            "external_part.content_hash",
        ),
        (
            external(r#""content_hash": "sha256:*""#),
            "json-value",
            3,
            47,
            "external_part.content_hash",
        ),
        (
            with(r#""multi_part": {"parts": []}"#),
            "json-missing",
            3,
            15,
            "multi_part.part_semantics",
        ),
        (
            with(r#""multi_part": {"part_semantics": "all", "parts": []}"#),
            "json-value",
            3,
            34,
            "multi_part.part_semantics",
        ),
        (
            with(r#""multi_part": {"part_semantics": "chooseOne", "parts": {}}"#),
            "json-type",
            3,
            56,
            "multi_part.parts",
        ),
        (body("1"), "json-type", 3, 57, "multi_part.parts[0]"),
        (
            body("{}, {\"salt\": \"\"}"),
            "json-unknown",
            3,
            62,
            "multi_part.parts[1].salt",
        ),
    ];
    let mut wrong = Vec::new();
    for (text, code, line, column, path) in cases {
        let Err(error) = json::read(&text) else {
            panic!("{text} was read");
        };
        let finding = error.finding();
        let found = (
            finding.code.as_str(),
            finding.line.unwrap(),
            finding.column.unwrap(),
            finding.path.as_deref().unwrap_or(""),
        );
        if found != (code, line, column, path) {
            wrong.push(format!(
                "{text}: {finding}, not {code} {line}:{column} {path}"
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_is_said_twice_and_differently_is_reported() {
    let uris = || Uris::new("mimi://example.com/u/alice", "mimi://example.com/r/room");
    let text = with(
        r#""message_id": "AQ", "part_index": 1, "mimi_extensions": "oA", "mimi_extensions_edn": "{1: 2}",
        "start": "2022-02-08T22:13:45.019-00:00", "type": "text", "frank": null"#,
    );
    let read = json::Reader::new().uris(uris()).read(&text).unwrap();
    let found: Vec<_> = read
        .findings
        .iter()
        .map(|f| {
            (
                f.code.as_str(),
                f.path.as_deref().unwrap(),
                f.line,
                f.column,
            )
        })
        .collect();
    assert_eq!(
        found,
        [
            ("json-informative", "mimi_extensions_edn", Some(3), Some(86)),
            ("json-informative", "part_index", Some(3), Some(35)),
            ("json-not-kept", "start", Some(4), Some(9)),
            ("json-informative", "message_id", Some(3), Some(15)),
        ]
    );
    // Without sender and room nobody can tell.
    let read = json::read(&with(r#""message_id": "AQ""#)).unwrap();
    assert_eq!(read.findings, []);
}

#[test]
fn faults_of_the_message_are_found_in_the_text() {
    let text = "{\n \"salt\": \"AAAAAAAAAAAAAAAAAAAAAA\",\n \"replaces\": \"AAAA\"\n}";
    let source = json::read(text).unwrap().value;
    let mut finding = cbor::decode(source.octets()).unwrap_err().into_finding();
    source.locate([&mut finding]);
    assert_eq!(finding.code.as_str(), "message-id-length");
    assert_eq!((finding.line, finding.column), (Some(3), Some(14)));
}

#[test]
fn syntax_agrees_with_the_common_parser() {
    let texts = [
        "1",
        "-0",
        "1.5e+3",
        "1e",
        "1.",
        ".5",
        "+1",
        "0x1",
        "-",
        "\"a\"",
        "\"\\ud83e\\udd73\"",
        "\"\\ud83e\"",
        "\"\\u00g0\"",
        "\"\u{7f}\"",
        "\"\u{0}\"",
        "[]",
        "[1,]",
        "[,1]",
        "[1 2]",
        "{}",
        "{\"a\":}",
        "{\"a\":1 \"b\":2}",
        "{1:2}",
        "null",
        "nulll",
        "true",
        "false",
        "NaN",
        " \n1\t\r",
        "\u{a0}1",
        "[[[[]]]]",
        "{\"a\":{\"b\":[{}]}}",
        "// x\n1",
        "\"\\/\"",
        "\"\\a\"",
        "]",
        "\"",
    ];
    for text in texts {
        let ours = json::read(text).map_err(|error| error.code().as_str());
        // Nothing of this is a message, so it is refused; but as JSON only if it is none.
        let syntax = matches!(ours, Err("json-syntax"));
        let common: Result<serde_json::Value, _> = serde_json::from_str(text);
        assert_eq!(syntax, common.is_err(), "{text}: {ours:?}");
    }
}

#[test]
fn hostile_texts_take_linear_time_and_little_stack() {
    const SIZE: usize = 1_000_000;
    let texts = [
        "[".repeat(SIZE),
        "{\"a\":".repeat(SIZE / 5),
        "\"".repeat(SIZE),
        format!("\"{}", "\\".repeat(SIZE)),
        format!("\"{}\"", "\\u0000".repeat(SIZE / 6)),
        format!("[{}]", "0,".repeat(SIZE / 2)),
        format!("[{}0]", "0,".repeat(SIZE / 2)),
        "9".repeat(SIZE),
        format!(
            "{{{}\"x\":0}}",
            (0..80_000)
                .map(|i| format!("\"{i}\":0,"))
                .collect::<String>()
        ),
        format!("{{{}\"x\":0}}", "\"a\":0,".repeat(SIZE / 6)),
        format!("{{\"salt\":\"{}\"}}", "A".repeat(SIZE)),
        format!(
            "{{\"salt\":\"\",\"mimi_extensions_edn\":\"{}\"}}",
            "[".repeat(SIZE)
        ),
        format!(
            "{{\"salt\":\"\",\"mimi_extensions\":\"{}\"}}",
            "gYGB".repeat(SIZE / 4)
        ),
        format!(
            "{{\"salt\":\"\",\"multi_part\":{{\"part_semantics\":\"chooseOne\",\"parts\":[{}{{}}]}}}}",
            "{},".repeat(SIZE / 3)
        ),
        format!(
            "{{\"salt\":\"\",{}",
            "\"multi_part\":{\"part_semantics\":\"chooseOne\",\"parts\":[{".repeat(SIZE / 50)
        ),
        {
            let open = "\"multi_part\":{\"part_semantics\":\"chooseOne\",\"parts\":[{";
            format!("{{\"salt\":\"\",{}{}}}", open.repeat(80), "}]}".repeat(80))
        },
    ];
    let hostile = move || {
        for text in &texts {
            let start = std::time::Instant::now();
            let read = json::read(text);
            if let Ok(read) = read {
                let _ = cbor::decode(read.value.octets());
            }
            let spent = start.elapsed();
            let begin: String = text.chars().take(20).collect();
            assert!(spent.as_secs() < 60, "{begin}: {spent:?}");
        }
    };
    let thread = std::thread::Builder::new().stack_size(512 * 1024);
    thread.spawn(hostile).unwrap().join().unwrap();
}
