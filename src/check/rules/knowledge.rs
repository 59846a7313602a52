//! What the caller knows and the message contradicts: times, members, IDs, franking tags.

use std::format;
use std::string::ToString;

use super::extensions::{Known, KnownKey};
use super::{Context, Sink, Subject};
use crate::message::{IdAlgorithm, MessageId};
use crate::report::{Cause, Finding, codes};

pub(super) fn judge(subject: &Subject<'_, '_, '_>, known: &Known<'_>, sink: &mut Sink<'_>) {
    let context = subject.context;
    if let Some(limit) = context.body_limit
        && subject.octets.len() > limit
    {
        sink.push(
            Finding::new(codes::BODY_TOO_LARGE)
                .at(0)
                .path("message")
                .found(format!("{} octets", subject.octets.len()))
                .expected(format!("at most {limit} octets")),
        );
    }
    if let Some(time) = context.hub_time {
        hub_time(time, context, "hubAcceptedTimestamp", None, sink);
    }
    sender_time(subject, known, sink);
    let mismatch = uris(subject, known, sink);
    member(subject, known, sink);
    message_id(subject, known, mismatch, sink);
    if let Some(tag) = &context.franking_tag
        && let Err(error) = tag.verify(subject.octets, subject.message.salt.as_bytes())
    {
        sink.push(error.finding().clone().at(0).path("message"));
    }
}

/// A hub time, wherever it was stated.
pub(super) fn hub_time(
    time: i64,
    context: &Context<'_>,
    path: &str,
    at: Option<usize>,
    sink: &mut Sink<'_>,
) {
    let slack = context.slack();
    let future = context
        .now
        .filter(|now| time > now.saturating_add(slack))
        .map(|now| (codes::HUB_TIME_FUTURE, "at most", now));
    let format = context
        .format_published
        .filter(|published| time < *published)
        .map(|published| (codes::HUB_TIME_BEFORE_FORMAT, "at least", published));
    let room = context
        .room_created
        .filter(|created| time < created.saturating_sub(slack))
        .map(|created| (codes::HUB_TIME_BEFORE_ROOM, "at least", created));
    // A time before the format is before the room too; one of them says enough.
    let Some((code, word, bound)) = future.or(format).or(room) else {
        return;
    };
    let mut finding = Finding::new(code)
        .path(path)
        .found(format!("{time} ms"))
        .expected(format!("{word} {bound} ms"));
    finding.offset = at;
    sink.push(finding);
}

/// A message is accepted after it was sent.
fn sender_time(subject: &Subject<'_, '_, '_>, known: &Known<'_>, sink: &mut Sink<'_>) {
    let context = subject.context;
    if known.offset(KnownKey::TIMESTAMP).is_none() {
        return;
    }
    let (Ok(Some(sent)), Some(accepted)) = (
        subject.message.extensions.sender_timestamp(),
        context.hub_time.or(context.now),
    ) else {
        return;
    };
    let sent = i128::from(sent.seconds()) * 1000 + i128::from(sent.nanoseconds() / 1_000_000);
    if sent > i128::from(accepted) + i128::from(context.slack()) {
        let mut finding = Finding::new(codes::SENDER_TIME_FUTURE)
            .path("extensions[3]")
            .found(format!("{sent} ms"))
            .expected(format!("at most {accepted} ms"));
        finding.offset = known.offset(KnownKey::TIMESTAMP);
        sink.push(finding);
    }
}

/// The URIs given are those that the message states. Returns the first mismatch.
fn uris(subject: &Subject<'_, '_, '_>, known: &Known<'_>, sink: &mut Sink<'_>) -> Option<Cause> {
    let both = [
        (
            &subject.context.sender,
            known.sender,
            KnownKey::SENDER,
            "extensions[1]",
        ),
        (
            &subject.context.room,
            known.room,
            KnownKey::ROOM,
            "extensions[2]",
        ),
    ];
    let mut first = None;
    for (given, stated, key, path) in both {
        let (Some(given), Some(stated)) = (given, stated) else {
            continue;
        };
        if given == stated {
            continue;
        }
        let mut finding = Finding::new(codes::URI_MISMATCH)
            .path(path)
            .found(format!("{stated:?}"))
            .expected(format!("{given:?}"));
        finding.offset = known.offset(key);
        first = first.or(Some(Cause::new(
            codes::URI_MISMATCH,
            finding.offset.unwrap_or(0),
        )));
        sink.push(finding);
    }
    first
}

fn member(subject: &Subject<'_, '_, '_>, known: &Known<'_>, sink: &mut Sink<'_>) {
    let Some(is_member) = subject.context.members else {
        return;
    };
    let Some(sender) = subject.context.sender.as_deref().or(known.sender) else {
        return;
    };
    if !is_member(sender) {
        let mut finding = Finding::new(codes::SENDER_NOT_MEMBER)
            .path("extensions[1]")
            .found(format!("{sender:?}"))
            .expected("a member of the room");
        finding.offset = known.offset(KnownKey::SENDER);
        sink.push(finding);
    }
}

/// The ID given is the one of the octets, and none that was met before.
fn message_id(
    subject: &Subject<'_, '_, '_>,
    known: &Known<'_>,
    mismatch: Option<Cause>,
    sink: &mut Sink<'_>,
) {
    let context = subject.context;
    if context.message_id.is_none() && context.seen.is_none() {
        return;
    }
    let sender = context.sender.as_deref().or(known.sender);
    let room = context.room.as_deref().or(known.room);
    let compute = |algorithm| -> Option<MessageId> {
        let salt = subject.message.salt.as_bytes();
        MessageId::compute(algorithm, subject.octets, salt, sender?, room?).ok()
    };
    let computed = compute(IdAlgorithm::Draft08);
    if let (Some(given), Some(computed)) = (context.message_id, computed)
        && given != computed
    {
        let code = match compute(IdAlgorithm::Draft07) == Some(given) {
            true => codes::MESSAGE_ID_OLDER,
            false => codes::MESSAGE_ID_MISMATCH,
        };
        let mut finding = Finding::new(code)
            .at(0)
            .path("message")
            .found(given.to_string())
            .expected(computed.to_string());
        // The ID covers the URIs.
        finding.caused_by = mismatch;
        sink.push(finding);
    }
    if let (Some(is_seen), Some(id)) = (context.seen, context.message_id.or(computed))
        && is_seen(&id)
    {
        let finding = Finding::new(codes::MESSAGE_ID_SEEN).at(0).path("message");
        sink.push(finding.found(id.to_string()));
    }
}
