//! The topics about the octets of messages: decoding, message IDs and franking tags, repair, and
//! the layouts of older drafts.

use mimi_codec::cbor::{self, Decoder, Received, RepairOptions, UpgradeOptions};
use mimi_codec::message::{
    Expiration, ExtensionKey, IdAlgorithm, MimiContent, NestedPart, PartBody, Salt, Uris,
};
use serde_json::{Map, Value, json};

use super::{equal, hex, judge, list, run, same_encoding, same_finding, text, unhex};

/// Both modes give what the case says; returns the message where tolerant decoding has one.
pub(super) fn decode_both<'a>(
    test: &Value,
    octets: &'a [u8],
) -> Result<Option<Received<'a>>, String> {
    let strict = Decoder::strict().decode(octets);
    let tolerant = Decoder::tolerant().decode(octets);
    judge(
        test,
        strict.map(drop),
        match &tolerant {
            Ok(received) => Ok(received.findings().to_vec()),
            Err(error) => Err(error.clone()),
        },
        &Decoder::tolerant().examine(octets).findings,
    )?;
    Ok(tolerant.ok())
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
    let encoded = cbor::encode(content).map_err(|error| error.to_string());
    same_encoding(test, &octets, encoded)
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

#[test]
fn repair() {
    run("repair", &[("Repair", |_, test| check_repair(test))]);
}

fn salt(hex: &str) -> Salt<'static> {
    Salt::new(unhex(hex).try_into().unwrap())
}

fn check_repair(test: &Value) -> Result<(), String> {
    let octets = unhex(text(&test["input"], "hex"));
    let options = match test["input"]["newSalt"].as_str() {
        Some(hex) => RepairOptions::with_new_salt(salt(hex)),
        None => RepairOptions::default(),
    };
    match (cbor::repair(&octets, &options), text(test, "result")) {
        (Err(error), "invalid") => {
            same_finding("repair", error.finding(), &list(test, "findings")[0])
        }
        (Ok(repaired), "valid") => {
            let changed = repaired.value != octets;
            equal("reports", &!repaired.findings.is_empty(), &changed)?;
            cbor::decode(&repaired.value).map_err(|error| format!("strict: {error}"))?;
            let wanted = text(&test["expected"], "hex");
            equal("repaired", &hex(&repaired.value).as_str(), &wanted)
        }
        (Ok(_), _) => Err("repairs what should be refused".to_owned()),
        (Err(error), _) => Err(error.to_string()),
    }
}

#[test]
fn upgrade() {
    run("upgrade", &[("Upgrade", |_, test| check_upgrade(test))]);
}

fn check_upgrade(test: &Value) -> Result<(), String> {
    let octets = unhex(text(&test["input"], "hex"));
    let options = UpgradeOptions::with_salt(salt(text(&test["input"], "salt")));
    match (cbor::upgrade(&octets, &options), text(test, "result")) {
        (Err(error), "invalid") => {
            same_finding("upgrade", error.finding(), &list(test, "findings")[0])
        }
        (Ok(upgraded), "valid") => {
            let encoded = cbor::encode(&upgraded.value.content).map_err(|e| e.to_string())?;
            equal(
                "upgraded",
                &hex(&encoded).as_str(),
                &text(&test["expected"], "hex"),
            )
        }
        (Ok(_), _) => Err("upgrades what should be refused".to_owned()),
        (Err(error), _) => Err(error.to_string()),
    }
}
