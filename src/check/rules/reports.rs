//! Status reports and derived values.

use std::collections::BTreeSet;
use std::format;
use std::string::{String, ToString};
use std::vec::Vec;

use super::super::place;
use super::uri::{self, Role};
use super::{Context, Sink, hash_of_id, knowledge};
use crate::message::{DerivedValues, StatusReport};
use crate::report::{Code, Finding, codes};

/// Everything that a status report says and should not.
pub(in crate::check) fn status(report: &StatusReport, octets: &[u8], sink: &mut Sink<'_>) {
    let mut entries = Vec::with_capacity(report.statuses.len());
    place::items(octets, 0, |at| entries.push(at));
    let mut listed = BTreeSet::new();
    for (index, entry) in report.statuses.iter().enumerate() {
        if sink.is_full() {
            return;
        }
        let about = |code: Code, field: usize, name: &str, found: String| {
            let mut finding = Finding::new(code)
                .path(format!("statusReport[{index}].{name}"))
                .found(found);
            finding.offset = entries
                .get(index)
                .and_then(|at| place::item(octets, *at, field));
            finding
        };
        if let Some((code, found)) = hash_of_id(&entry.message_id) {
            sink.push(about(code, 0, "messageId", found).expected("1 (sha-256)"));
        }
        if !listed.insert(entry.message_id) {
            let found = entry.message_id.to_string();
            sink.push(about(codes::STATUS_REPEATED, 0, "messageId", found));
        }
        if entry.status.name().is_none() {
            let found = entry.status.number().to_string();
            let finding = about(codes::STATUS_UNKNOWN, 1, "status", found);
            sink.push(finding.expected("a number from 0 to 6"));
        }
    }
}

/// Milliseconds of early 1973: as seconds, that many come after the year 5138.
const LEAST_MILLISECONDS: i128 = 100_000_000_000;

/// Everything that derived values say and should not.
pub(in crate::check) fn derived(
    values: &DerivedValues<'_>,
    octets: &[u8],
    context: &Context<'_>,
    sink: &mut Sink<'_>,
) {
    const FIELDS: [&str; 7] = [
        "messageId",
        "hubAcceptedTimestamp",
        "mlsGroupId",
        "senderLeafIndex",
        "senderClientUrl",
        "senderUserUrl",
        "roomUrl",
    ];
    let mut places = Vec::new();
    place::items(octets, 0, |at| places.push(at));
    let path = |field: usize| {
        let name = FIELDS.get(field).copied().unwrap_or_default();
        format!("derivedValues.{name}")
    };
    let locate = |mut finding: Finding, field: usize| {
        finding.offset = places.get(field).copied();
        finding.path(path(field))
    };
    if let Some((code, found)) = hash_of_id(&values.message_id) {
        let finding = Finding::new(code).found(found).expected("1 (sha-256)");
        sink.push(locate(finding, 0));
    }
    if let Some(id) = context.message_id
        && id != values.message_id
    {
        let finding = Finding::new(codes::MESSAGE_ID_MISMATCH)
            .found(values.message_id.to_string())
            .expected(id.to_string());
        sink.push(locate(finding, 0));
    }
    match values.hub_accepted_timestamp.milliseconds() {
        None => {
            let finding = Finding::new(codes::HUB_TIME_MISSING);
            sink.push(locate(finding.expected("seconds under key 1"), 1));
        }
        Some(time) if (1..LEAST_MILLISECONDS).contains(&time) => {
            let finding = Finding::new(codes::HUB_TIME_UNIT).found(format!("{time} ms"));
            let expected = format!("perhaps {} ms", time * 1000);
            sink.push(locate(finding.expected(expected), 1));
        }
        Some(time) => {
            let time = i64::try_from(time).unwrap_or(if time < 0 { i64::MIN } else { i64::MAX });
            let at = places.get(1).copied();
            knowledge::hub_time(time, context, &path(1), at, sink);
        }
    }
    if values.mls_group_id.is_empty() {
        let finding = Finding::new(codes::DERIVED_GROUP_MISSING).found("0 octets");
        sink.push(locate(finding, 2));
    }
    let uris = [
        (4, &values.sender_client_url, Role::Client, None),
        (
            5,
            &values.sender_user_url,
            Role::User,
            context.sender.as_deref(),
        ),
        (6, &values.room_url, Role::Room, context.room.as_deref()),
    ];
    for (field, stated, role, given) in uris {
        // A client need not know them.
        if stated.is_empty() {
            continue;
        }
        if let Some(finding) = uri::judge(stated, role) {
            sink.push(locate(finding, field));
        }
        if let Some(given) = given
            && given != stated
        {
            let finding = Finding::new(codes::URI_MISMATCH)
                .found(format!("{stated:?}"))
                .expected(format!("{given:?}"));
            sink.push(locate(finding, field));
        }
    }
    if let Some(is_member) = context.members
        && !values.sender_user_url.is_empty()
        && !is_member(&values.sender_user_url)
    {
        let finding = Finding::new(codes::SENDER_NOT_MEMBER)
            .found(format!("{:?}", values.sender_user_url))
            .expected("a member of the room");
        sink.push(locate(finding, 5));
    }
    if let Some(is_seen) = context.seen
        && is_seen(&values.message_id)
    {
        let finding = Finding::new(codes::MESSAGE_ID_SEEN).found(values.message_id.to_string());
        sink.push(locate(finding, 0));
    }
}
