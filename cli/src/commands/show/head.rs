//! The lines above a message: who, where, which, and what it does to other messages.

use std::fmt::Write;

use anstyle::Style;
use jiff::Timestamp;
use mimi_codec::cbor::Received;
use mimi_codec::message::{Expiration, IdAlgorithm, MessageId, MimiContent, PartBody, Uris};
use mimi_codec::view::{Role, Span};

const DIM: Style = Style::new().dimmed();
const BOLD: Style = Style::new().bold();

pub(super) fn write(received: &Received<'_>, uris: &Uris<'_>) -> String {
    let message = received.content();
    let mut out = String::new();
    let extensions = &message.extensions;
    let sender = uris
        .sender
        .as_deref()
        .or(extensions.sender_uri().ok().flatten());
    let room = uris
        .room
        .as_deref()
        .or(extensions.room_uri().ok().flatten());
    for (name, uri) in [("from", sender), ("room", room)] {
        if let Some(uri) = uri {
            line(&mut out, name, uri);
        }
    }
    if let Ok(Some(sent)) = extensions.sender_timestamp()
        && let Some(milliseconds) = sent.millis().and_then(|time| i64::try_from(time).ok())
        && let Ok(when) = Timestamp::from_millisecond(milliseconds)
    {
        line(&mut out, "sent", &when.to_string());
    }
    if let Ok(Some(subject)) = message.extensions.subject() {
        let subject = harmless(subject);
        let _ = writeln!(
            out,
            "{DIM}{:>10}{DIM:#}  {BOLD}{subject}{BOLD:#}",
            "subject"
        );
    }
    if let Ok(id) = received.message_id(IdAlgorithm::Draft08, uris) {
        line(&mut out, "id", &id.to_string());
    }
    if let Some(id) = &message.replaces {
        line(&mut out, verb(message), &id.to_string());
    }
    if let Some(id) = &message.in_reply_to {
        line(&mut out, relation(message), &id.to_string());
    }
    if !message.topic_id.is_empty() {
        line(&mut out, "topic", &topic(&message.topic_id));
    }
    if let Some(expires) = message.expires {
        line(&mut out, "expires", &expiry(expires));
    }
    if !out.is_empty() {
        out.push('\n');
    }
    out
}

fn line(out: &mut String, name: &str, value: &str) {
    let value = harmless(value);
    let _ = writeln!(out, "{DIM}{name:>10}{DIM:#}  {value}");
}

/// Nothing that a terminal would obey, or that would make a name look like another.
fn harmless(text: &str) -> String {
    Span::new(Role::Text, text).text
}

fn verb(message: &MimiContent<'_>) -> &'static str {
    use mimi_codec::message::Disposition;
    match (&message.nested_part.body, message.nested_part.disposition) {
        (PartBody::Null, Disposition::REACTION) => "unlikes",
        (PartBody::Null, _) => "deletes",
        _ => "edits",
    }
}

fn relation(message: &MimiContent<'_>) -> &'static str {
    use mimi_codec::message::Disposition;
    match message.nested_part.disposition {
        Disposition::REACTION => "reacts to",
        _ => "replies to",
    }
}

/// A topic is opaque; where it is readable text or a message ID, it is shown as such.
fn topic(octets: &[u8]) -> String {
    if let Ok(id) = <[u8; MessageId::LENGTH]>::try_from(octets) {
        return MessageId::new(id).to_string();
    }
    match std::str::from_utf8(octets) {
        Ok(text) if !text.chars().any(char::is_control) => text.to_owned(),
        _ => octets.iter().map(|octet| format!("{octet:02x}")).collect(),
    }
}

fn expiry(expires: Expiration) -> String {
    match expires {
        Expiration::Absolute(time) => match Timestamp::from_second(time.into()) {
            Ok(when) => when.to_string(),
            Err(_) => time.to_string(),
        },
        Expiration::Relative(seconds) => format!("{seconds} s after reading"),
    }
}
