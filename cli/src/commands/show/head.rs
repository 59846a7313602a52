//! The lines above a message: who, where, which, and what it does to other messages.

use std::fmt::Write;

use anstyle::Style;
use jiff::Timestamp;
use mimi_codec::cbor::Received;
use mimi_codec::message::{Expiration, IdAlgorithm, MessageId, MimiContent, PartBody, Uris};

const DIM: Style = Style::new().dimmed();
const BOLD: Style = Style::new().bold();

pub(super) fn write(received: &Received<'_>, uris: &Uris<'_>) -> String {
    let message = received.content();
    let mut out = String::new();
    if let Ok((sender, room)) = uris.resolve(message) {
        line(&mut out, "from", sender);
        line(&mut out, "room", room);
    }
    if let Ok(Some(subject)) = message.extensions.subject() {
        let subject: String = subject
            .chars()
            .map(|c| if c.is_control() { ' ' } else { c })
            .collect();
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
    let value: String = value.chars().filter(|c| !c.is_control()).collect();
    let _ = writeln!(out, "{DIM}{name:>10}{DIM:#}  {value}");
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
