//! The topics whose input or output is text: EDN, annotated hex, JSON.

use mimi_codec::cbor::{self, Decoder};
use mimi_codec::notation::{NotationError, Source, edn, hex as dump, json};
use mimi_codec::report::{Converted, Finding};
use serde_json::Value;

use super::decode::decode_both;
use super::{equal, hex, list, run, same_encoding, same_finding, same_findings, text, unhex};

type Read = fn(&str) -> Result<Converted<Source>, NotationError>;

#[test]
fn edn_topic() {
    run(
        "edn",
        &[
            ("EdnToCbor", |_, test| check_read(edn::read, test)),
            ("EdnToMessage", |_, test| check_message(edn::read, test)),
        ],
    );
}

#[test]
fn hex_topic() {
    run(
        "hex",
        &[
            ("HexToCbor", |_, test| check_read(dump::read, test)),
            ("HexToMessage", |_, test| check_message(dump::read, test)),
            ("CborToHex", |_, test| check_dump(test)),
        ],
    );
}

#[test]
fn json_topic() {
    run(
        "json",
        &[
            ("JsonToCbor", |_, test| check_read(json::read, test)),
            ("JsonToMessage", |_, test| check_message(json::read, test)),
            ("CborToJson", |_, test| check_json(test)),
        ],
    );
}

/// Text to octets, or a fault with its place.
fn check_read(read: Read, test: &Value) -> Result<(), String> {
    let outcome = read(text(&test["input"], "text"));
    if text(test, "result") == "invalid" {
        return match outcome {
            Ok(read) => Err(format!("reads as {}", hex(read.value.octets()))),
            Err(error) => same_finding("read", error.finding(), &list(test, "findings")[0]),
        };
    }
    let read = outcome.map_err(|error| error.to_string())?;
    same_findings("read", &read.findings, list(test, "findings"))?;
    let wanted = text(&test["expected"], "hex");
    equal("octets", &hex(read.value.octets()).as_str(), &wanted)
}

/// Text to a message; findings about its octets are placed in the text.
fn check_message(read: Read, test: &Value) -> Result<(), String> {
    let read = read(text(&test["input"], "text")).map_err(|error| error.to_string())?;
    let source = read.value;
    let findings = list(test, "findings");
    // Offsets and paths first, as for any octets.
    let mut stated = test.clone();
    for finding in stated["findings"].as_array_mut().into_iter().flatten() {
        for name in ["line", "column"] {
            finding.as_object_mut().unwrap().remove(name);
        }
    }
    if let Some(received) = decode_both(&stated, source.octets())? {
        let wanted = text(&test["expected"], "hex");
        equal("octets", &hex(source.octets()).as_str(), &wanted)?;
        let encoded = cbor::encode(received.content()).map_err(|error| error.to_string());
        same_encoding(test, source.octets(), encoded)?;
    }
    let mut found: Vec<Finding> = Decoder::tolerant().examine(source.octets()).findings;
    source.locate(&mut found);
    match found.get(..findings.len()) {
        Some(found) => same_findings("placed", found, findings),
        None => Err(format!("only {} findings", found.len())),
    }
}

fn check_dump(test: &Value) -> Result<(), String> {
    let octets = unhex(text(&test["input"], "hex"));
    let written = dump::write(&octets, dump::Style::Pretty).value;
    equal("dump", &written.as_str(), &text(&test["expected"], "text"))
}

fn check_json(test: &Value) -> Result<(), String> {
    let octets = unhex(text(&test["input"], "hex"));
    let received = Decoder::strict()
        .decode(&octets)
        .map_err(|error| error.to_string())?;
    let mut written: Value =
        serde_json::from_str(&json::write(received.content())).map_err(|e| e.to_string())?;
    for informative in ["message_id", "mimi_extensions_edn"] {
        written.as_object_mut().unwrap().remove(informative);
    }
    equal("object", &written, &test["expected"]["json"])
}
