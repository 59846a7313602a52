//! A message to JSON.

use std::format;
use std::string::String;
use std::vec::Vec;

use serde_json::{Map, Value};

use super::super::edn;
use super::super::quoted::to_base64url;
use crate::message::{
    Disposition, Expiration, ExternalPart, HashAlgorithm, MessageId, MimiContent, MultiPart,
    NestedPart, PartBody, PartIndex, SinglePart,
};

/// Writes a message as JSON, without its message ID.
///
/// ```
/// use mimi_codec::message::{Disposition, MimiContent, NestedPart, Salt};
/// use mimi_codec::notation::json;
///
/// let part = NestedPart::single(Disposition::REACTION, "text/plain;charset=utf-8", "❤");
/// let message = MimiContent::new(Salt::new([7; 16]), part);
/// let text = json::write(&message);
/// assert!(text.contains(r#""disposition": "reaction""#));
/// assert!(text.contains(r#""body": "❤""#));
///
/// let octets = mimi_codec::cbor::encode(&message)?;
/// assert_eq!(json::read(&text)?.value.octets(), octets);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn write(message: &MimiContent<'_>) -> String {
    pretty(message, None)
}

/// Writes a message as JSON, with its message ID for information.
pub fn write_with_id(message: &MimiContent<'_>, id: &MessageId) -> String {
    pretty(message, Some(id))
}

fn pretty(message: &MimiContent<'_>, id: Option<&MessageId>) -> String {
    let object = Value::Object(object(message, id));
    let mut text = serde_json::to_string_pretty(&object).unwrap_or_default();
    text.push('\n');
    text
}

fn object(message: &MimiContent<'_>, id: Option<&MessageId>) -> Map<String, Value> {
    let mut out = Map::new();
    if let Some(id) = id {
        put(&mut out, "message_id", to_base64url(id.as_bytes()));
    }
    put(&mut out, "salt", to_base64url(message.salt.as_bytes()));
    if let Some(id) = &message.replaces {
        put(&mut out, "replaces", to_base64url(id.as_bytes()));
    }
    put_octets(&mut out, "topic_id", &message.topic_id);
    if let Some(expires) = message.expires {
        put(&mut out, "expires", expiration(expires));
    }
    if let Some(id) = &message.in_reply_to {
        put(&mut out, "in_reply_to", to_base64url(id.as_bytes()));
    }
    if !message.extensions.is_empty() {
        let octets = message.extensions.as_bytes();
        put(&mut out, "mimi_extensions", to_base64url(octets));
        if let Ok(text) = edn::item(octets) {
            put(&mut out, "mimi_extensions_edn", text);
        }
    }
    let mut next = 0;
    part(&message.nested_part, &mut next, true, &mut out);
    out
}

fn put(out: &mut Map<String, Value>, name: &str, value: impl Into<Value>) {
    out.insert(name.into(), value.into());
}

/// Octets that are absent where they are empty.
fn put_octets(out: &mut Map<String, Value>, name: &str, octets: &[u8]) {
    if !octets.is_empty() {
        put(out, name, to_base64url(octets));
    }
}

/// Text that is absent where it is empty.
fn put_text(out: &mut Map<String, Value>, name: &str, text: &str) {
    if !text.is_empty() {
        put(out, name, text);
    }
}

fn expiration(expires: Expiration) -> Map<String, Value> {
    let mut out = Map::new();
    match expires {
        Expiration::Relative(seconds) => {
            put(&mut out, "relative", true);
            put(&mut out, "relative_time", seconds);
        }
        Expiration::Absolute(seconds) => {
            put(&mut out, "relative", false);
            put(&mut out, "absolute_time", date(seconds));
        }
    }
    out
}

/// Seconds since the start of the Unix epoch as RFC 3339 text; every u32 is a date.
fn date(seconds: u32) -> String {
    jiff::Timestamp::from_second(seconds.into())
        .map_or_else(|_| format!("{seconds}"), |time| format!("{time}"))
}

/// The members of a part. Recursion is bounded by the decoder, as that of dropping is.
fn part(part: &NestedPart<'_>, next: &mut PartIndex, body: bool, out: &mut Map<String, Value>) {
    put(out, "disposition", disposition(part.disposition));
    put_text(out, "language", &part.language);
    if !body {
        put(out, "part_index", *next);
        put(out, "cardinality", cardinality(&part.body));
    }
    *next = next.saturating_add(1);
    match &part.body {
        PartBody::Null => {}
        PartBody::Single(part) => single(part, out),
        PartBody::External(part) => put(out, "external_part", external(part)),
        PartBody::Multi(part) => put(out, "multi_part", multi(part, next)),
    }
}

fn disposition(disposition: Disposition) -> Value {
    match disposition.name() {
        Some(name) => name.into(),
        None => disposition.number().into(),
    }
}

/// The names of the cardinalities in the vCon draft, by number.
pub(super) const CARDINALITIES: [&str; 4] = ["nullpart", "single", "external", "multi"];

fn cardinality(body: &PartBody<'_>) -> &'static str {
    CARDINALITIES
        .get(usize::from(body.cardinality()))
        .unwrap_or(&"")
}

fn single(part: &SinglePart<'_>, out: &mut Map<String, Value>) {
    put(out, "mediatype", part.content_type.as_ref());
    match plain(&part.content) {
        Some(text) => {
            put(out, "encoding", "none");
            put(out, "body", text);
        }
        None => {
            put(out, "encoding", "base64url");
            put(out, "body", to_base64url(&part.content));
        }
    }
}

/// Content that is text, or empty.
fn plain(content: &[u8]) -> Option<&str> {
    if content.is_empty() {
        return Some("");
    }
    edn::clean(content)
}

fn external(part: &ExternalPart<'_>) -> Map<String, Value> {
    let mut out = Map::new();
    put_text(&mut out, "mediatype", &part.content_type);
    put(&mut out, "url", part.url.as_ref());
    if part.expires != 0 {
        put(&mut out, "expires", date(part.expires));
    }
    if part.size != 0 {
        put(&mut out, "size", part.size);
    }
    if part.enc_alg.number() != 0 {
        let value: Value = match part.enc_alg.name() {
            Some(name) => name.into(),
            None => part.enc_alg.number().into(),
        };
        put(&mut out, "enc_alg", value);
    }
    put_octets(&mut out, "key", &part.key);
    put_octets(&mut out, "nonce", &part.nonce);
    put_octets(&mut out, "aad", &part.aad);
    if part.hash_alg.number() != 0 || !part.content_hash.is_empty() {
        let hash = to_base64url(&part.content_hash);
        let value = format!("{}:{hash}", hash_name(part.hash_alg));
        put(&mut out, "content_hash", value);
    }
    put_text(&mut out, "description", &part.description);
    put_text(&mut out, "filename", &part.filename);
    out
}

/// The vCon draft writes `sha256` where the registry has `sha-256`; unknown ones by number.
pub(super) fn hash_name(algorithm: HashAlgorithm) -> String {
    match algorithm.name() {
        Some(name) => match name.strip_prefix("sha-") {
            Some(size) => format!("sha{size}"),
            None => name.into(),
        },
        None => format!("{}", algorithm.number()),
    }
}

fn multi(multi: &MultiPart<'_>, next: &mut PartIndex) -> Map<String, Value> {
    let mut out = Map::new();
    put(&mut out, "part_semantics", multi.semantics.name());
    let parts: Vec<Value> = multi
        .parts
        .iter()
        .map(|inner| {
            let mut out = Map::new();
            part(inner, next, false, &mut out);
            Value::Object(out)
        })
        .collect();
    put(&mut out, "parts", parts);
    out
}
