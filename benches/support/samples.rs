//! What is measured: the draft's 14 messages, as `testvectors/` describes them, and made ones.

use mimi_codec::cbor;
use mimi_codec::message::{Disposition, MimiContent, NestedPart, PartSemantics, Salt, media};
use serde_json::Value;

/// A message by name.
pub struct Sample {
    pub name: String,
    pub octets: Vec<u8>,
}

/// The draft's 14 messages.
pub fn draft() -> Vec<Sample> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/testvectors/cbor_decode.json");
    let text = std::fs::read_to_string(path).expect("the vectors are part of the project");
    let suite: Value = serde_json::from_str(&text).expect("the vectors are JSON");
    let groups = suite["testGroups"].as_array().expect("groups");
    let tests = groups
        .iter()
        .flat_map(|group| group["tests"].as_array().into_iter().flatten());
    let samples: Vec<Sample> = tests
        .filter_map(|test| {
            let name = test["comment"].as_str()?.strip_prefix("draft example ")?;
            Some(Sample {
                name: name.to_owned(),
                octets: octets(test["input"]["hex"].as_str()?),
            })
        })
        .collect();
    assert_eq!(samples.len(), 14, "the draft has 14 messages");
    samples
}

fn octets(hex: &str) -> Vec<u8> {
    let digit = |b: u8| char::from(b).to_digit(16).expect("hex") as u8;
    hex.as_bytes()
        .chunks(2)
        .map(|pair| digit(pair[0]) << 4 | digit(pair[1]))
        .collect()
}

/// A message of that many parts.
pub fn parts(count: usize) -> Sample {
    let part = |number| {
        let text = format!("part number {number}");
        NestedPart::single(Disposition::RENDER, media::TEXT_PLAIN, text)
    };
    let parts = (0..count).map(part).collect();
    let body = NestedPart::multi(Disposition::RENDER, PartSemantics::ProcessAll, parts);
    made(format!("{count} parts"), body)
}

/// A message whose text has 1 MiB.
pub fn mebibyte() -> Sample {
    let text = "0123456789abcdef".repeat(1 << 16);
    let body = NestedPart::single(Disposition::RENDER, media::TEXT_PLAIN, text);
    made("1 MiB".to_owned(), body)
}

fn made(name: String, body: NestedPart<'_>) -> Sample {
    let message = MimiContent::new(Salt::new([1; 16]), body);
    let octets = cbor::encode(&message).expect("a legal message");
    Sample { name, octets }
}
