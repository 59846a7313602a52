//! Runs every case of `testvectors/` against the library, and checks the files themselves: their
//! schema, their numbering, their flags, and how many cases there are of each kind.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use mimi_codec::cbor::{self, DecodeError, Decoder, Received};
use mimi_codec::message::{
    Expiration, ExtensionKey, IdAlgorithm, MimiContent, NestedPart, PartBody, Uris,
};
use mimi_codec::report::{Code, Finding, Severity};
use serde_json::{Map, Value, json};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("testvectors")
}

fn read(path: &Path) -> Value {
    let text = fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    serde_json::from_str(&text).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

/// Every topic, by its name.
fn topics() -> BTreeMap<String, Value> {
    let mut topics = BTreeMap::new();
    for entry in fs::read_dir(folder()).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        if path.extension().is_some_and(|it| it == "json") && name != "schema.json" {
            let stem = path.file_stem().unwrap().to_str().unwrap().to_owned();
            topics.insert(stem, read(&path));
        }
    }
    topics
}

fn text<'v>(value: &'v Value, name: &str) -> &'v str {
    value[name]
        .as_str()
        .unwrap_or_else(|| panic!("no {name} in {value}"))
}

fn unhex(hex: &str) -> Vec<u8> {
    (0..hex.len() / 2)
        .map(|i| u8::from_str_radix(&hex[2 * i..2 * i + 2], 16).unwrap())
        .collect()
}

fn hex(octets: &[u8]) -> String {
    octets.iter().map(|octet| format!("{octet:02x}")).collect()
}

fn list<'v>(value: &'v Value, name: &str) -> &'v [Value] {
    value[name].as_array().map_or(&[], Vec::as_slice)
}

// The files.

#[test]
fn files_follow_the_schema() {
    let schema = read(&folder().join("schema.json"));
    let validator = jsonschema::validator_for(&schema).unwrap();
    for (name, topic) in topics() {
        let errors: Vec<String> = validator
            .iter_errors(&topic)
            .take(5)
            .map(|error| format!("{}: {error:.200}", error.instance_path()))
            .collect();
        assert!(errors.is_empty(), "{name}: {errors:#?}");
    }
}

#[test]
fn the_schema_refuses_what_is_wrong() {
    let schema = read(&folder().join("schema.json"));
    let validator = jsonschema::validator_for(&schema).unwrap();
    let good = read(&folder().join("cbor_decode.json"));
    let spoil = |pointer: &str, value: Value| {
        let mut bad = good.clone();
        *bad.pointer_mut(pointer).unwrap() = value;
        assert!(!validator.is_valid(&bad), "{pointer}");
    };
    spoil("/notes", json!({"Layout": "no explanation"}));
    spoil("/testGroups/0/tests/0/result", json!("perhaps"));
    spoil("/testGroups/0/tests/0/result", json!("invalid"));
    spoil("/testGroups/0/tests/0/input/hex", json!("abc"));
    spoil("/testGroups/0/tests/0/expected", json!({"hex": "00"}));
}

#[test]
fn files_are_numbered_and_flagged() {
    for (name, topic) in topics() {
        assert_eq!(text(&topic, "topic"), name);
        let notes = topic["notes"].as_object().unwrap();
        let mut used = BTreeSet::new();
        let mut number = 0;
        for test in list(&topic, "testGroups")
            .iter()
            .flat_map(|group| list(group, "tests"))
        {
            number += 1;
            assert_eq!(test["tcId"], number, "{name}");
            for flag in list(test, "flags") {
                let flag = flag.as_str().unwrap();
                assert!(notes.contains_key(flag), "{name} {number}: flag {flag}");
                used.insert(flag);
            }
            for finding in list(test, "findings") {
                let code = text(finding, "code");
                assert!(Code::from_name(code).is_some(), "{name} {number}: {code}");
            }
        }
        assert_eq!(topic["numberOfTests"], number, "{name}");
        assert_eq!(used.len(), notes.len(), "{name}: a note nobody uses");
    }
}

#[test]
fn there_are_enough_cases() {
    let mut counts = BTreeMap::<String, usize>::new();
    for topic in topics().values() {
        for group in list(topic, "testGroups") {
            for test in list(group, "tests") {
                *counts.entry(text(test, "result").to_owned()).or_default() += 1;
            }
        }
    }
    assert!(counts["valid"] >= 40, "{counts:?}");
    assert!(
        counts["invalid"] + counts["acceptable"] >= 120,
        "{counts:?}"
    );
    println!("{counts:?}");
}

// Running them.

/// Cases on which library and vectors disagree: topic and comment. Each of them must fail, so that
/// none stays here once the matter is settled.
const DISPUTED: &[(&str, &str)] = &[];

/// Judges one case, given its group.
type Check = fn(&Value, &Value) -> Result<(), String>;

/// Runs every case of a topic and collects what fails, so that one run shows all of it.
fn run(topic: &str, types: &[(&str, Check)]) {
    let document = read(&folder().join(format!("{topic}.json")));
    let mut failures = Vec::new();
    let mut count = 0;
    for group in list(&document, "testGroups") {
        let kind = text(group, "type");
        let (_, check) = types
            .iter()
            .find(|(name, _)| *name == kind)
            .unwrap_or_else(|| panic!("{topic}: nothing runs groups of type {kind}"));
        for test in list(group, "tests") {
            count += 1;
            let comment = text(test, "comment");
            let disputed = DISPUTED.contains(&(topic, comment));
            let outcome = match check(group, test) {
                Ok(()) if disputed => Err("disputed, but passes".to_owned()),
                Err(_) if disputed => Ok(()),
                outcome => outcome,
            };
            if let Err(why) = outcome {
                failures.push(format!(
                    "{topic} {} ({}: {}): {why}",
                    test["tcId"],
                    text(group, "comment"),
                    comment,
                ));
            }
        }
    }
    println!("{topic}: {count} cases");
    assert!(
        failures.is_empty(),
        "{} of {count} cases of {topic} fail:\n{}",
        failures.len(),
        failures.join("\n")
    );
}

fn equal<T: PartialEq + std::fmt::Debug>(what: &str, got: &T, wanted: &T) -> Result<(), String> {
    if got == wanted {
        return Ok(());
    }
    let shorten = |value: &T| format!("{value:?}").chars().take(300).collect::<String>();
    Err(format!(
        "{what}: got {}, wanted {}",
        shorten(got),
        shorten(wanted)
    ))
}

/// Compares as much of a finding as the case states.
fn same_finding(what: &str, got: &Finding, wanted: &Value) -> Result<(), String> {
    let said = json!({
        "code": got.code.as_str(),
        "offset": got.offset,
        "line": got.line,
        "column": got.column,
        "path": got.path,
    });
    for (name, value) in wanted.as_object().unwrap() {
        if said[name] != *value {
            return Err(format!("{what}: got {got}, wanted {wanted}"));
        }
    }
    Ok(())
}

fn same_findings(what: &str, got: &[Finding], wanted: &[Value]) -> Result<(), String> {
    if got.len() != wanted.len() {
        let got: Vec<String> = got.iter().map(ToString::to_string).collect();
        return Err(format!("{what}: got {got:?}, wanted {wanted:?}"));
    }
    got.iter()
        .zip(wanted)
        .try_for_each(|(got, wanted)| same_finding(what, got, wanted))
}

fn refusal(decoded: Result<Received<'_>, DecodeError>) -> Result<Finding, String> {
    match decoded {
        Ok(_) => Err("accepted".to_owned()),
        Err(error) => Ok(error.into_finding()),
    }
}

/// Both modes give what the case says; returns the message where tolerant decoding has one.
fn decode_both<'a>(test: &Value, octets: &'a [u8]) -> Result<Option<Received<'a>>, String> {
    let findings = list(test, "findings");
    let strict = Decoder::strict().decode(octets);
    match text(test, "result") {
        "valid" => {
            strict.map_err(|error| format!("strict: {error}"))?;
        }
        _ => {
            let got = refusal(strict).map_err(|why| format!("strict: {why}"))?;
            same_finding("strict", &got, &findings[0])?;
            if got.severity != Severity::Error {
                return Err(format!("strict: {got} is no error"));
            }
        }
    }
    let tolerant = Decoder::tolerant().decode(octets);
    if text(test, "result") != "invalid" {
        let received = tolerant.map_err(|error| format!("tolerant: {error}"))?;
        same_findings("tolerant", received.findings(), findings)?;
        if let Some(error) = received
            .findings()
            .iter()
            .find(|it| it.severity == Severity::Error)
        {
            return Err(format!("tolerant: {error} is no warning"));
        }
        return Ok(Some(received));
    }
    let got = refusal(tolerant).map_err(|why| format!("tolerant: {why}"))?;
    same_finding("tolerant", &got, findings.last().unwrap())?;
    // Reading on shows the tolerated ones before it.
    let all = Decoder::tolerant().examine(octets).findings;
    if all.len() < findings.len() {
        return Err(format!("examine: only {} findings", all.len()));
    }
    same_findings("examine", &all[..findings.len()], findings)?;
    Ok(None)
}

#[test]
fn cbor_decode() {
    run("cbor_decode", &[("CborDecode", check_decode)]);
}

fn check_decode(_: &Value, test: &Value) -> Result<(), String> {
    let octets = unhex(text(&test["input"], "hex"));
    let Some(received) = decode_both(test, &octets)? else {
        return Ok(());
    };
    let expected = &test["expected"];
    let content = received.content();
    if let Some(parts) = expected["parts"].as_u64() {
        equal("parts", &(content.parts().count() as u64), &parts)?;
    }
    if expected["message"].is_object() {
        equal("message", &describe(content), &expected["message"])?;
    }
    if text(test, "result") == "valid" {
        let again = cbor::encode(content).map_err(|error| format!("encode: {error}"))?;
        return equal("encode", &hex(&again), &hex(&octets));
    }
    match (cbor::encode(content), expected["normalised"].as_str()) {
        (Ok(again), Some(wanted)) => equal("normalised", &hex(&again).as_str(), &wanted),
        (Err(_), None) => Ok(()),
        (Ok(_), None) => Err("encodes what should have no encoding".to_owned()),
        (Err(error), Some(_)) => Err(format!("encode: {error}")),
    }
}

/// The message in the words of the vectors.
fn describe(message: &MimiContent<'_>) -> Value {
    let extensions: Vec<Value> = message
        .extensions
        .iter()
        .map(|(key, value)| {
            let key = match key {
                ExtensionKey::Int(key) => json!(key),
                ExtensionKey::Text(key) => json!(key),
            };
            json!({"key": key, "value": hex(value.as_bytes())})
        })
        .collect();
    json!({
        "salt": hex(message.salt.as_bytes()),
        "replaces": message.replaces.map(|id| id.to_string()),
        "topicId": hex(&message.topic_id),
        "expires": message.expires.map(|expires| match expires {
            Expiration::Absolute(time) => json!({"relative": false, "time": time}),
            Expiration::Relative(time) => json!({"relative": true, "time": time}),
        }),
        "inReplyTo": message.in_reply_to.map(|id| id.to_string()),
        "extensions": extensions,
        "nestedPart": describe_part(&message.nested_part),
    })
}

fn describe_part(part: &NestedPart<'_>) -> Value {
    const SAFE: u64 = (1 << 53) - 1;
    let mut out = Map::new();
    let mut put = |name: &str, value: Value| out.insert(name.to_owned(), value);
    put("disposition", json!(part.disposition.0));
    put("language", json!(part.language));
    put("cardinality", json!(part.body.cardinality()));
    match &part.body {
        PartBody::Null => {}
        PartBody::Single(single) => {
            put("contentType", json!(single.content_type));
            put("content", json!(hex(&single.content)));
        }
        PartBody::External(external) => {
            put("contentType", json!(external.content_type));
            put("url", json!(external.url));
            put("expires", json!(external.expires));
            let size = match external.size {
                size @ 0..=SAFE => json!(size),
                size => json!(size.to_string()),
            };
            put("size", size);
            put("encAlg", json!(external.enc_alg.0));
            put("key", json!(hex(external.key.expose())));
            put("nonce", json!(hex(external.nonce.expose())));
            put("aad", json!(hex(&external.aad)));
            put("hashAlg", json!(external.hash_alg.0));
            put("contentHash", json!(hex(&external.content_hash)));
            put("description", json!(external.description));
            put("filename", json!(external.filename));
        }
        PartBody::Multi(multi) => {
            put("partSemantics", json!(multi.semantics.number()));
            let parts: Vec<Value> = multi.parts.iter().map(describe_part).collect();
            put("parts", json!(parts));
        }
    }
    Value::Object(out)
}

#[test]
fn message_id() {
    run("message_id", &[("MessageId", check_message_id)]);
}

fn check_message_id(_: &Value, test: &Value) -> Result<(), String> {
    let input = &test["input"];
    let octets = unhex(text(input, "hex"));
    let algorithm = IdAlgorithm::from_name(text(input, "algorithm")).unwrap();
    let mut uris = Uris::STATED;
    uris.sender = input["sender"].as_str().map(Into::into);
    uris.room = input["room"].as_str().map(Into::into);
    // The cases that no ID can be computed for are messages without a fault.
    let received = if text(test, "result") == "invalid" {
        Decoder::strict()
            .decode(&octets)
            .map_err(|error| error.to_string())?
    } else {
        decode_both(test, &octets)?.ok_or("no message")?
    };
    let id = match (received.message_id(algorithm, &uris), text(test, "result")) {
        (Err(error), "invalid") => {
            return same_finding("message ID", error.finding(), &list(test, "findings")[0]);
        }
        (Ok(_), "invalid") => return Err("computes what should be refused".to_owned()),
        (id, _) => id.map_err(|error| error.to_string())?,
    };
    let expected = &test["expected"];
    equal(
        "message ID",
        &id.to_string().as_str(),
        &text(expected, "messageId"),
    )?;
    let tag = received.franking_tag();
    equal(
        "franking tag",
        &tag.to_string().as_str(),
        &text(expected, "frankingTag"),
    )?;
    received
        .verify_franking_tag(&tag)
        .map_err(|error| error.to_string())?;
    let verified = received.verify_message_id(&id, &uris);
    equal(
        "verifies",
        &verified.is_ok(),
        &(algorithm == IdAlgorithm::Draft08),
    )
}
