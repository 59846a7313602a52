//! The topic about the rules of `check`.

use std::collections::BTreeMap;

use mimi_codec::cbor::Decoder;
use mimi_codec::check::{Context, check_in};
use mimi_codec::document::Format;
use mimi_codec::message::FrankingTag;
use mimi_codec::report::Severity;
use serde_json::Value;

use super::{equal, list, run, same_findings, text, unhex};

#[test]
fn check() {
    run("check", &[("Check", |_, test| judge(test))]);
}

fn strings(value: &Value) -> Option<Vec<String>> {
    let items = value.as_array()?.iter();
    Some(items.map(|it| it.as_str().unwrap().to_owned()).collect())
}

fn judge(test: &Value) -> Result<(), String> {
    let input = &test["input"];
    let known = &input["context"];
    let members = strings(&known["members"]);
    let seen = strings(&known["seen"]);
    let fetched: BTreeMap<u32, Vec<u8>> =
        known["fetched"]
            .as_object()
            .map_or_else(BTreeMap::new, |all| {
                let parts = all.iter();
                parts
                    .map(|(part, octets)| (part.parse().unwrap(), unhex(octets.as_str().unwrap())))
                    .collect()
            });
    let is_member = |uri: &str| {
        members
            .as_ref()
            .is_some_and(|all| all.iter().any(|it| it == uri))
    };
    let is_seen = |id: &mimi_codec::message::MessageId| {
        seen.as_ref()
            .is_some_and(|all| all.contains(&id.to_string()))
    };
    let octets_of = |part| fetched.get(&part).map(Vec::as_slice);
    let mut context = Context::new();
    let number = |name: &str| known[name].as_i64();
    if let Some(time) = number("now") {
        context = context.now(time);
    }
    if let Some(time) = number("hubTime") {
        context = context.hub_time(time);
    }
    if let Some(time) = number("roomCreated") {
        context = context.room_created(time);
    }
    if let Some(time) = number("formatPublished") {
        context = context.format_published(time);
    }
    if let Some(limit) = number("bodyLimit") {
        context = context.body_limit(limit.try_into().unwrap());
    }
    if let Some(uri) = known["sender"].as_str() {
        context = context.sender(uri);
    }
    if let Some(uri) = known["room"].as_str() {
        context = context.room(uri);
    }
    if let Some(id) = known["messageId"].as_str() {
        context = context.message_id(id.parse().unwrap());
    }
    if let Some(tag) = known["frankingTag"].as_str() {
        context = context.franking_tag(FrankingTag::new(unhex(tag).try_into().unwrap()));
    }
    if members.is_some() {
        context = context.members(&is_member);
    }
    if seen.is_some() {
        context = context.seen(&is_seen);
    }
    if known["fetched"].is_object() {
        context = context.fetched(&octets_of);
    }
    let mut decoder = Decoder::strict();
    if let Some(limit) = number("limit") {
        let mut limits = *decoder.limits();
        limits.findings = limit.try_into().unwrap();
        decoder = decoder.with_limits(limits);
    }
    let (content, format) = match input["hex"].as_str() {
        Some(hex) => (unhex(hex), Format::Cbor),
        None => {
            let format = Format::from_name(text(input, "format")).unwrap();
            (text(input, "text").as_bytes().to_vec(), format)
        }
    };
    let found = check_in(&content, format, &decoder, &context);
    same_findings("check", &found, list(test, "findings"))?;
    let worst = found.iter().map(|finding| finding.severity).max();
    match text(test, "result") {
        "invalid" => equal("worst", &worst, &Some(Severity::Error)),
        _ => {
            let worst = worst.map_or("none", Severity::as_str);
            equal("worst", &worst, &text(&test["expected"], "worst"))
        }
    }
}
