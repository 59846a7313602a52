//! This program as an implementation under test: answers the questions of `mimi vectors run`.

use std::io::{BufRead, Write};
use std::process::ExitCode;

use mimi_codec::cbor::{self, Decoder};
use mimi_codec::document::{Format, open};
use mimi_codec::message::{IdAlgorithm, Uris};
use mimi_codec::report::Finding;
use serde_json::{Value, json};

use crate::failure::{Failure, Outcome};

pub(super) fn run() -> Outcome<ExitCode> {
    let mut out = std::io::stdout().lock();
    for line in std::io::stdin().lock().lines() {
        let line = line.map_err(|error| Failure::io("read", "standard input", &error))?;
        let answer = match serde_json::from_str::<Value>(&line) {
            Ok(question) => answer(&question),
            Err(error) => json!({"ok": false, "error": error.to_string()}),
        };
        let written = writeln!(out, "{answer}").and_then(|()| out.flush());
        match written {
            // Whoever asked is gone.
            Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => break,
            Err(error) => return Err(Failure::io("write", "standard output", &error)),
            Ok(()) => {}
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn answer(question: &Value) -> Value {
    let text = |name: &str| question[name].as_str().unwrap_or_default();
    let answered = match text("do") {
        "decode" => octets(text("hex"))
            .and_then(|octets| decoded(text("document"), &octets).transpose())
            .transpose(),
        "id" => octets(text("hex"))
            .map(|octets| identified(question, &octets))
            .transpose(),
        "read" => Format::from_name(text("format"))
            .filter(|format| matches!(format, Format::Edn | Format::Hex | Format::Json))
            .map(|format| {
                open(text("text").as_bytes(), format)
                    .map(|opened| json!({"ok": true, "hex": hex(&opened.value.octets)}))
                    .map_err(|error| Box::new(error.into_finding()))
            })
            .transpose(),
        _ => Ok(None),
    };
    match answered {
        Ok(Some(answer)) => answer,
        Ok(None) => json!({"skip": true}),
        Err(finding) => json!({
            "ok": false,
            "code": finding.code.as_str(),
            "offset": finding.offset,
            "error": finding.to_string(),
        }),
    }
}

/// Strict decoding, and encoding again; none for a document that is not known.
fn decoded(document: &str, octets: &[u8]) -> Result<Option<Value>, Box<Finding>> {
    let decoder = Decoder::strict();
    let encoded = match document {
        "message" => {
            let received = decoder
                .decode(octets)
                .map_err(|error| Box::new(error.into_finding()))?;
            cbor::encode(received.content()).map_err(|error| Box::new(error.finding().clone()))
        }
        "statusReport" => {
            let report = decoder
                .decode_status(octets)
                .map_err(|error| Box::new(error.into_finding()))?;
            Ok(cbor::encode_status(&report.value))
        }
        "derivedValues" => {
            let values = decoder
                .decode_derived(octets)
                .map_err(|error| Box::new(error.into_finding()))?;
            Ok(cbor::encode_derived(&values.value))
        }
        _ => return Ok(None),
    };
    encoded.map(|octets| Some(json!({"ok": true, "hex": hex(&octets)})))
}

fn identified(question: &Value, octets: &[u8]) -> Result<Value, Box<Finding>> {
    let algorithm = question["algorithm"]
        .as_str()
        .and_then(IdAlgorithm::from_name)
        .unwrap_or_default();
    let uris = Uris::known(question["sender"].as_str(), question["room"].as_str());
    let received = Decoder::tolerant()
        .decode(octets)
        .map_err(|error| Box::new(error.into_finding()))?;
    let id = received
        .message_id(algorithm, &uris)
        .map_err(|error| Box::new(error.finding().clone()))?;
    Ok(json!({"ok": true, "id": id.to_string()}))
}

fn hex(octets: &[u8]) -> String {
    octets.iter().map(|octet| format!("{octet:02x}")).collect()
}

fn octets(hex: &str) -> Option<Vec<u8>> {
    let digits = hex.as_bytes();
    let digit = |octet: &u8| char::from(*octet).to_digit(16);
    digits
        .chunks(2)
        .map(|pair| match pair {
            [high, low] => u8::try_from(digit(high)? << 4 | digit(low)?).ok(),
            _ => None,
        })
        .collect()
}
