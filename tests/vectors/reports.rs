//! The topics about the other documents: status reports and derived values.

use mimi_codec::cbor::{DecodeError, Decoder, encode_derived, encode_status};
use mimi_codec::message::{DerivedValues, HubTime, StatusReport};
use mimi_codec::report::{Converted, Finding};
use serde_json::{Value, json};

use super::{equal, hex, judge, run, same_encoding, text, unhex};

#[test]
fn status_report() {
    run(
        "status_report",
        &[("StatusDecode", |_, test| check_status(test))],
    );
}

#[test]
fn derived_values() {
    run(
        "derived_values",
        &[("DerivedDecode", |_, test| check_derived(test))],
    );
}

/// The findings of an outcome, as `judge` wants them.
fn told<T>(outcome: &Result<Converted<T>, DecodeError>) -> Result<Vec<Finding>, DecodeError> {
    match outcome {
        Ok(converted) => Ok(converted.findings.clone()),
        Err(error) => Err(error.clone()),
    }
}

fn check_status(test: &Value) -> Result<(), String> {
    let octets = unhex(text(&test["input"], "hex"));
    let strict = Decoder::strict().decode_status(&octets);
    let tolerant = Decoder::tolerant().decode_status(&octets);
    let all = Decoder::tolerant().examine_status(&octets).findings;
    judge(test, told(&strict).map(drop), told(&tolerant), &all)?;
    let Ok(report) = tolerant else { return Ok(()) };
    if test["expected"]["statuses"].is_array() {
        let statuses = describe_status(&report.value);
        equal("statuses", &statuses, &test["expected"]["statuses"])?;
    }
    same_encoding(test, &octets, Ok(encode_status(&report.value)))
}

fn describe_status(report: &StatusReport) -> Value {
    let statuses = report.statuses.iter();
    statuses
        .map(|it| json!({"messageId": it.message_id.to_string(), "status": it.status.0}))
        .collect()
}

fn check_derived(test: &Value) -> Result<(), String> {
    let octets = unhex(text(&test["input"], "hex"));
    let strict = Decoder::strict().decode_derived(&octets);
    let tolerant = Decoder::tolerant().decode_derived(&octets);
    let all = Decoder::tolerant().examine_derived(&octets).findings;
    judge(test, told(&strict).map(drop), told(&tolerant), &all)?;
    let Ok(values) = tolerant else { return Ok(()) };
    if test["expected"]["values"].is_object() {
        let described = describe_derived(&values.value);
        equal("values", &described, &test["expected"]["values"])?;
    }
    same_encoding(test, &octets, Ok(encode_derived(&values.value)))
}

fn describe_derived(values: &DerivedValues<'_>) -> Value {
    const SAFE: u64 = (1 << 53) - 1;
    let time = match &values.hub_accepted_timestamp {
        HubTime::Milliseconds(time @ 0..=SAFE) => json!({ "milliseconds": time }),
        HubTime::Milliseconds(time) => json!({ "milliseconds": time.to_string() }),
        HubTime::Extended(time) => json!({ "extended": hex(time.as_bytes()) }),
    };
    json!({
        "messageId": values.message_id.to_string(),
        "hubAcceptedTimestamp": time,
        "mlsGroupId": hex(&values.mls_group_id),
        "senderLeafIndex": values.sender_leaf_index,
        "senderClientUrl": values.sender_client_url,
        "senderUserUrl": values.sender_user_url,
        "roomUrl": values.room_url,
    })
}
