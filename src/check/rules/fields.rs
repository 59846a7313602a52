//! The fields of the message itself: salt, references, expiration, deletes.

use std::format;
use std::string::ToString;

use super::{Sink, Subject, hash_of_id};
use crate::message::{Expiration, PartBody};
use crate::report::codes;

/// More seconds than a year has.
pub(super) const YEAR: i64 = 366 * 24 * 60 * 60;

pub(super) fn judge(subject: &Subject<'_, '_, '_>, sink: &mut Sink<'_>) {
    let message = subject.message;
    let salt = message.salt.as_bytes();
    if let [first, rest @ ..] = salt
        && !rest.is_empty()
        && rest.iter().all(|octet| octet == first)
    {
        let found = format!("{} times {first:02x}", salt.len());
        sink.push(
            subject
                .field(codes::SALT_CONSTANT, "salt")
                .found(found)
                .expected("16 random octets"),
        );
    }
    references(subject, sink);
    expiration(subject, sink);
    if matches!(message.nested_part.body, PartBody::Null) {
        empty_body(subject, sink);
    }
}

fn references(subject: &Subject<'_, '_, '_>, sink: &mut Sink<'_>) {
    let message = subject.message;
    let both = [
        ("replaces", message.replaces),
        ("inReplyTo", message.in_reply_to),
    ];
    for (name, id) in both {
        let Some(id) = id else { continue };
        if let Some((code, found)) = hash_of_id(&id) {
            let finding = subject.field(code, name).found(found);
            sink.push(finding.expected("1 (sha-256)"));
        }
        if subject.context.message_id == Some(id) {
            let finding = subject.field(codes::REPLACES_ITSELF, name);
            sink.push(
                finding
                    .found(id.to_string())
                    .expected("the ID of another message"),
            );
        }
    }
    if let (Some(replaces), Some(reply)) = (message.replaces, message.in_reply_to)
        && replaces == reply
    {
        sink.push(
            subject
                .field(codes::REPLY_TO_ITSELF, "inReplyTo")
                .found(reply.to_string())
                .expected("another message than the one in replaces"),
        );
    }
}

fn expiration(subject: &Subject<'_, '_, '_>, sink: &mut Sink<'_>) {
    let finding = match subject.message.expires {
        None => return,
        Some(Expiration::Absolute(0) | Expiration::Relative(0)) => subject
            .expiry(codes::EXPIRES_ZERO)
            .found("0")
            .expected("a time, or null for expires"),
        Some(Expiration::Relative(seconds)) => {
            if i64::from(seconds) <= YEAR {
                return;
            }
            subject
                .expiry(codes::LIFETIME_LONG)
                .found(format!("{seconds} s"))
                .expected(format!("at most {YEAR} s"))
        }
        Some(Expiration::Absolute(time)) => {
            let Some(now) = subject.context.now else {
                return;
            };
            let now = now.div_euclid(1000);
            let code = match i64::from(time) {
                time if time < now.saturating_sub(YEAR) => codes::EXPIRY_PAST,
                time if time > now.saturating_add(YEAR) => codes::EXPIRY_FUTURE,
                _ => return,
            };
            subject
                .expiry(code)
                .found(format!("{time}"))
                .expected(format!("within a year of {now}"))
        }
    };
    sink.push(finding);
}

/// A delete or an unlike, or an empty body that is neither.
fn empty_body(subject: &Subject<'_, '_, '_>, sink: &mut Sink<'_>) {
    let message = subject.message;
    if message.replaces.is_none() {
        let finding = subject.field(codes::NULL_WITHOUT_REPLACES, "nestedPart");
        sink.push(finding.found("no part").expected("replaces, or a part"));
        return;
    }
    if message.expires.is_some() {
        let finding = subject.field(codes::DELETE_WITH_CONTENT, "expires");
        sink.push(finding.expected("null"));
    }
    if !message.nested_part.language.is_empty() {
        let finding = subject.part(codes::DELETE_WITH_CONTENT, 0, "language");
        sink.push(finding.expected("an empty text"));
    }
}
