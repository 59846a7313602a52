//! What the fields of a message say: extensions, languages, media types, references, external
//! content. The rules are in `report::rules::check`, and those of the rooms that own a field.

use std::format;
use std::string::String;
use std::vec::Vec;

use super::place::offset_of;
use crate::message::{ExternalPart, MimiContent, Part, PartBody, SinglePart, cid_references};
use crate::report::{Finding, codes};
use crate::text::MediaType;

/// Everything the fields say that they should not, each at the place of its field.
pub(super) fn judge(message: &MimiContent<'_>, octets: &[u8]) -> Vec<Finding> {
    let mut findings = judge_fields(message);
    // Many findings can be about one field; its place is looked for once.
    let mut last: Option<(String, Option<usize>)> = None;
    for finding in &mut findings {
        let Some(path) = &finding.path else { continue };
        let offset = match &last {
            Some((known, offset)) if known == path => *offset,
            _ => offset_of(octets, path),
        };
        finding.offset = offset;
        last = Some((path.clone(), offset));
    }
    findings
}

fn judge_fields(message: &MimiContent<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    extensions(message, &mut findings);
    if message.replaces.is_some() && message.replaces == message.in_reply_to {
        let found = message
            .in_reply_to
            .map_or_else(String::new, |id| format!("{id}"));
        findings.push(
            Finding::new(codes::REPLY_TO_ITSELF)
                .path("inReplyTo")
                .found(found)
                .expected("another message than the one in replaces"),
        );
    }
    let parts: Vec<Part<'_, '_>> = message.parts().collect();
    let mut paths = Vec::with_capacity(parts.len());
    let mut children = std::vec![0usize; parts.len()];
    for part in &parts {
        let path = match part.parent.and_then(|parent| usize::try_from(parent).ok()) {
            None => String::from("nestedPart"),
            Some(parent) => {
                let index = children.get_mut(parent).map_or(0, |n| {
                    *n += 1;
                    *n - 1
                });
                let parent: &str = paths.get(parent).map_or("", String::as_str);
                format!("{parent}.parts[{index}]")
            }
        };
        judge_part(part, &path, &parts, &mut findings);
        paths.push(path);
    }
    findings
}

fn extensions(message: &MimiContent<'_>, findings: &mut Vec<Finding>) {
    let known = &message.extensions;
    let errors = [
        known.sender_uri().err(),
        known.room_uri().err(),
        known.sender_timestamp().err(),
        known.external_message_id().err(),
        known.subject().err(),
        known.last_seen().err(),
        known.av_metadata().err(),
    ];
    findings.extend(
        errors
            .into_iter()
            .flatten()
            .map(|error| error.finding().clone()),
    );
}

fn judge_part(
    part: &Part<'_, '_>,
    path: &str,
    parts: &[Part<'_, '_>],
    findings: &mut Vec<Finding>,
) {
    if let Err(error) = part.part.languages().check() {
        findings.push(error.finding().clone().path(format!("{path}.language")));
    }
    match &part.part.body {
        PartBody::Single(single) => judge_single(single, path, parts, findings),
        PartBody::External(external) => judge_external(external, path, findings),
        PartBody::Null | PartBody::Multi(_) => {}
    }
}

fn judge_single(
    single: &SinglePart<'_>,
    path: &str,
    parts: &[Part<'_, '_>],
    findings: &mut Vec<Finding>,
) {
    let media_type = match MediaType::parse(single.content_type.as_ref()) {
        Ok(media_type) => media_type,
        Err(error) => {
            findings.push(error.finding().clone().path(format!("{path}.contentType")));
            return;
        }
    };
    if !media_type.is_text() {
        return;
    }
    let place = format!("{path}.content");
    let text = match core::str::from_utf8(&single.content) {
        Ok(text) => text,
        Err(error) => {
            let utf8 = media_type
                .charset()
                .is_none_or(|name| name.eq_ignore_ascii_case("utf-8"));
            if utf8 {
                let found = format!("octet {} of the content", error.valid_up_to());
                findings.push(Finding::new(codes::PLAIN_NOT_UTF8).path(place).found(found));
            }
            return;
        }
    };
    // In plain text such a thing is only text.
    if media_type.is_plain() {
        return;
    }
    for (_, index) in cid_references(text) {
        let target = usize::try_from(index)
            .ok()
            .and_then(|index| parts.get(index));
        let code = match target {
            Some(target) if target.is_leaf() => continue,
            Some(_) => codes::CID_TARGET_NOT_LEAF,
            None => codes::CID_TARGET_MISSING,
        };
        let found = format!("cid:{index}@local.invalid");
        findings.push(Finding::new(code).path(place.as_str()).found(found));
    }
}

fn judge_external(part: &ExternalPart<'_>, path: &str, findings: &mut Vec<Finding>) {
    if !part.content_type.is_empty()
        && let Err(error) = MediaType::parse(part.content_type.as_ref())
    {
        findings.push(error.finding().clone().path(format!("{path}.contentType")));
    }
    if let Some((key, nonce)) = part.enc_alg.lengths() {
        let fits = part.key.len() == key && part.nonce.len() == nonce;
        let plain_aad = part.enc_alg.number() != 0 || part.aad.is_empty();
        if !fits || !plain_aad {
            let (found_key, found_nonce) = (part.key.len(), part.nonce.len());
            findings.push(
                Finding::new(codes::SECRETS_LENGTH)
                    .path(format!("{path}.key"))
                    .found(format!(
                        "key of {found_key} and nonce of {found_nonce} octets"
                    ))
                    .expected(format!("{key} and {nonce} octets for {}", part.enc_alg)),
            );
        }
    }
    if let Some(length) = part.hash_alg.length()
        && part.content_hash.len() != length
    {
        findings.push(
            Finding::new(codes::CONTENT_HASH_LENGTH)
                .path(format!("{path}.contentHash"))
                .found(format!("{} octets", part.content_hash.len()))
                .expected(format!("{length} octets for {}", part.hash_alg)),
        );
    }
}
