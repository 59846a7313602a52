//! Runs every case of `testvectors/` against the library, and checks the files themselves: their
//! schema, their numbering, their flags, and how many cases there are of each kind.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use mimi_codec::cbor::DecodeError;
use mimi_codec::report::{Code, Finding, Severity};
use serde_json::{Value, json};

#[cfg(all(feature = "mail", feature = "external"))]
#[path = "vectors/check.rs"]
mod check;
#[cfg(feature = "html")]
#[path = "vectors/chooser.rs"]
mod chooser;
#[path = "vectors/decode.rs"]
mod decode;
#[cfg(feature = "notation")]
#[path = "vectors/draft.rs"]
mod draft;
#[cfg(feature = "mail")]
#[path = "vectors/mail.rs"]
mod mail;
#[cfg(feature = "notation")]
#[path = "vectors/notation.rs"]
mod notation;
#[path = "vectors/reports.rs"]
mod reports;
#[cfg(feature = "html")]
#[path = "vectors/rich.rs"]
mod rich;

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
        "file": got.file,
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

/// Both modes give what the case says. Given are the outcome of strict and of tolerant decoding,
/// and what reading on after a fault finds.
fn judge(
    test: &Value,
    strict: Result<(), DecodeError>,
    tolerant: Result<Vec<Finding>, DecodeError>,
    all: &[Finding],
) -> Result<(), String> {
    let findings = list(test, "findings");
    match (strict, text(test, "result")) {
        (Ok(()), "valid") => {}
        (Ok(()), _) => return Err("strict: accepted".to_owned()),
        (Err(error), "valid") => return Err(format!("strict: {error}")),
        (Err(error), _) => {
            same_finding("strict", error.finding(), &findings[0])?;
            equal(
                "strict: severity",
                &error.finding().severity,
                &Severity::Error,
            )?;
        }
    }
    match (tolerant, text(test, "result")) {
        (Ok(_), "invalid") => Err("tolerant: accepted".to_owned()),
        (Err(error), "invalid") => {
            same_finding("tolerant", error.finding(), findings.last().unwrap())?;
            // Reading on shows the tolerated ones before it.
            match all.get(..findings.len()) {
                Some(all) => same_findings("examine", all, findings),
                None => Err(format!("examine: only {} findings", all.len())),
            }
        }
        (Err(error), _) => Err(format!("tolerant: {error}")),
        (Ok(warnings), _) => {
            same_findings("tolerant", &warnings, findings)?;
            let error = warnings.iter().find(|it| it.severity == Severity::Error);
            match error {
                Some(error) => Err(format!("tolerant: {error} is no warning")),
                None => Ok(()),
            }
        }
    }
}

/// Compares what encoding gives for an accepted case: the input again, or what it is to become.
fn same_encoding(
    test: &Value,
    octets: &[u8],
    encoded: Result<Vec<u8>, String>,
) -> Result<(), String> {
    let wanted = match text(test, "result") {
        "valid" => Some(hex(octets)),
        _ => test["expected"]["normalised"].as_str().map(str::to_owned),
    };
    match (encoded, wanted) {
        (Ok(again), Some(wanted)) => equal("encode", &hex(&again), &wanted),
        (Err(_), None) => Ok(()),
        (Ok(_), None) => Err("encodes what should have no encoding".to_owned()),
        (Err(error), Some(_)) => Err(format!("encode: {error}")),
    }
}
