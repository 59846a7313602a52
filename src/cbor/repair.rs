//! Making a tolerated message legal: read tolerantly, mended in the model, encoded anew. Every
//! change is reported. What no reader tolerates is not repaired.

use alloc::borrow::Cow;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::{DecodeError, Decoder, Limits, encode};
use crate::item::{Encoder, RawValue};
use crate::message::{
    Disposition, ExtensionKey, Extensions, MimiContent, NestedPart, PartBody, PartIndex, Salt,
    SinglePart, cid_references,
};
use crate::report::{Cause, Code, Converted, Finding, codes};

/// How to repair a message.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct RepairOptions {
    /// The salt to take where the message has one of another length than 16 octets. Without it
    /// such a message is refused: with a new salt it is a new message.
    pub new_salt: Option<Salt<'static>>,
    /// Limits, as for decoding. What is beyond the draft's own cannot be encoded.
    pub limits: Limits,
}

impl RepairOptions {
    /// With a salt for messages that have none of 16 octets.
    pub fn with_new_salt(salt: Salt<'static>) -> Self {
        RepairOptions {
            new_salt: Some(salt),
            ..RepairOptions::default()
        }
    }
}

/// What is done about each tolerated deviation.
const MENDED: &[(Code, &str)] = &[
    (
        codes::CBOR_HEAD_NOT_SHORTEST,
        "the head became the shortest",
    ),
    (codes::CBOR_INDEFINITE_LENGTH, "the length became definite"),
    (codes::CBOR_KEY_ORDER, "the keys were sorted"),
    (
        codes::CBOR_FLOAT_NOT_SHORTEST,
        "the float became the shortest",
    ),
    (codes::CBOR_NAN_PAYLOAD, "the NaN became f97e00"),
    (
        codes::CBOR_BIGNUM_NOT_SHORTEST,
        "the bignum became an integer, or lost its leading zeros",
    ),
    (
        codes::CBOR_TRAILING,
        "the octets after the message were dropped",
    ),
    (codes::URL_TAGGED, "the tag around the URL was dropped"),
    (codes::UNDEFINED_FOR_NULL, "undefined became null"),
    (codes::SALT_LENGTH, "the salt was replaced by a new one"),
    (codes::KEY_RESERVED, "the extension with key 0 was dropped"),
];

/// Makes a message that tolerant decoding accepts one that strict decoding accepts.
///
/// Heads, lengths, key order, floats, tags on URLs and `undefined` are re-encoded; trailing
/// octets and an extension with key 0 are dropped; a multipart of one part becomes that part,
/// whose disposition and language win unless unspecified or empty; one without parts becomes a
/// null part. `cid:` references in text parts and the indices in the extension `av_metadata`
/// follow the parts they name. Each change is a finding [`codes::REPAIRED`], and so is that the
/// message ID changes. A legal message is returned as it is, without findings.
///
/// # Errors
/// What tolerant decoding refuses, and a salt of the wrong length if no new one is given.
///
/// ```
/// use mimi_codec::cbor::{RepairOptions, decode, encode, repair};
/// use mimi_codec::message::{Disposition, MimiContent, NestedPart, Salt};
///
/// let part = NestedPart::null(Disposition::RENDER);
/// let mut octets = encode(&MimiContent::new(Salt::new([7; 16]), part))?;
/// // A disposition in two octets where one is enough.
/// let at = octets.len() - 3;
/// octets.insert(at, 0x18);
/// assert!(decode(&octets).is_err());
/// let repaired = repair(&octets, &RepairOptions::default()).unwrap();
/// assert!(decode(&repaired.value).is_ok());
/// assert_eq!(repaired.findings[0].message, "the head became the shortest");
/// assert_eq!(repaired.findings[1].message, "the octets changed, and so did the message ID");
/// # Ok::<(), mimi_codec::cbor::EncodeError>(())
/// ```
pub fn repair(octets: &[u8], options: &RepairOptions) -> Result<Converted<Vec<u8>>, DecodeError> {
    let decoder = Decoder::tolerant().with_limits(options.limits);
    let received = decoder.decode(octets)?;
    let received_octets = received.octets();
    let tolerated = received.findings().to_vec();
    let mut content = received.into_content();
    if !content.salt.is_legal() {
        match &options.new_salt {
            Some(salt) if salt.is_legal() => content.salt = salt.clone(),
            _ => return Err(salt_needed(tolerated)),
        }
    }
    let mut findings: Vec<Finding> = tolerated.into_iter().map(mended).collect();
    content.extensions.remove(&ExtensionKey::Int(0));
    mend_parts(&mut content, &mut findings);
    let value = encode(&content).map_err(|error| DecodeError::new(error.finding().clone()))?;
    if value != received_octets {
        let message = "the octets changed, and so did the message ID";
        findings.push(change("message", message));
    }
    Ok(Converted::new(value, findings))
}

fn salt_needed(tolerated: Vec<Finding>) -> DecodeError {
    let salt = tolerated
        .into_iter()
        .find(|finding| finding.code == codes::SALT_LENGTH)
        .unwrap_or_else(|| Finding::new(codes::SALT_LENGTH).path("salt"));
    let severity = codes::SALT_LENGTH.rule().severity;
    let message = "a salt that does not have 16 octets, which only a new salt can mend";
    DecodeError::new(salt.severity(severity).message(message))
}

fn change(path: impl Into<String>, message: impl Into<Cow<'static, str>>) -> Finding {
    Finding::new(codes::REPAIRED).path(path).message(message)
}

/// Says what was done about a deviation. Other findings stay as they are.
fn mended(tolerated: Finding) -> Finding {
    let done = match tolerated.code {
        codes::MULTIPART_TOO_FEW if tolerated.found.as_deref() == Some("no part") => {
            "a multipart without parts became a null part"
        }
        codes::MULTIPART_TOO_FEW => "the only part of a multipart took its place",
        code => match MENDED.iter().find(|(known, _)| *known == code) {
            Some((_, done)) => done,
            None => return tolerated,
        },
    };
    Finding {
        message: done.into(),
        caused_by: tolerated
            .offset
            .map(|offset| Cause::new(tolerated.code, offset)),
        expected: None,
        code: codes::REPAIRED,
        severity: codes::REPAIRED.rule().severity,
        ..tolerated
    }
}

// Multiparts of fewer than two parts.

fn mend_parts(content: &mut MimiContent<'_>, findings: &mut Vec<Finding>) {
    let lone = |part: &NestedPart<'_>| matches!(&part.body, PartBody::Multi(multi) if multi.parts.len() < 2);
    if !content.parts().any(|part| lone(part.part)) {
        return;
    }
    let mut indices = Vec::new();
    let mut next = 0;
    collapse(
        &mut content.nested_part,
        "nestedPart",
        &mut indices,
        &mut next,
        findings,
    );
    follow_references(&mut content.nested_part, "nestedPart", &indices, findings);
    follow_metadata(&mut content.extensions, &indices, findings);
}

/// Resolves multiparts of fewer than two parts. `indices` then holds the new index of every part
/// by its old one. Recursion is bounded by the depth that decoding allowed.
fn collapse(
    part: &mut NestedPart<'_>,
    path: &str,
    indices: &mut Vec<PartIndex>,
    next: &mut PartIndex,
    findings: &mut Vec<Finding>,
) {
    indices.push(*next);
    let PartBody::Multi(multi) = &mut part.body else {
        *next += 1;
        return;
    };
    match multi.parts.len() {
        0 => {
            *next += 1;
            part.body = PartBody::Null;
        }
        1 => {
            let Some(mut child) = multi.parts.pop() else {
                return;
            };
            collapse(
                &mut child,
                &format!("{path}.parts[0]"),
                indices,
                next,
                findings,
            );
            inherit(part, &mut child, path, findings);
            *part = child;
        }
        _ => {
            *next += 1;
            for (index, child) in multi.parts.iter_mut().enumerate() {
                collapse(
                    child,
                    &format!("{path}.parts[{index}]"),
                    indices,
                    next,
                    findings,
                );
            }
        }
    }
}

/// The child's disposition and language win unless unspecified or empty.
fn inherit<'a>(
    parent: &mut NestedPart<'a>,
    child: &mut NestedPart<'a>,
    path: &str,
    findings: &mut Vec<Finding>,
) {
    if child.disposition == Disposition::UNSPECIFIED {
        child.disposition = parent.disposition;
    } else if parent.disposition != child.disposition
        && parent.disposition != Disposition::UNSPECIFIED
    {
        let message = "the disposition of the multipart gave way to that of its part";
        findings.push(
            change(format!("{path}.disposition"), message)
                .found(format!("{}", parent.disposition))
                .expected(format!("{}", child.disposition)),
        );
    }
    if child.language.is_empty() {
        child.language = core::mem::take(&mut parent.language);
    } else if parent.language != child.language && !parent.language.is_empty() {
        let message = "the language of the multipart gave way to that of its part";
        findings.push(
            change(format!("{path}.language"), message)
                .found(format!("{:?}", parent.language))
                .expected(format!("{:?}", child.language)),
        );
    }
}

// References to part indices.

fn new_index(indices: &[PartIndex], old: PartIndex) -> Option<PartIndex> {
    let new = *indices.get(usize::try_from(old).ok()?)?;
    (new != old).then_some(new)
}

fn follow_references(
    part: &mut NestedPart<'_>,
    path: &str,
    indices: &[PartIndex],
    findings: &mut Vec<Finding>,
) {
    match &mut part.body {
        PartBody::Single(single) if is_text(&single.content_type) => {
            let followed = follow_in_text(single, indices);
            if followed > 0 {
                let message = "part indices in cid references followed their parts";
                let found = match followed {
                    1 => "1 reference".into(),
                    _ => format!("{followed} references"),
                };
                findings.push(change(format!("{path}.content"), message).found(found));
            }
        }
        PartBody::Multi(multi) => {
            for (index, part) in multi.parts.iter_mut().enumerate() {
                follow_references(part, &format!("{path}.parts[{index}]"), indices, findings);
            }
        }
        _ => {}
    }
}

fn is_text(content_type: &str) -> bool {
    let start = content_type.trim_start().as_bytes().get(..5);
    start.is_some_and(|start| start.eq_ignore_ascii_case(b"text/"))
}

/// Rewrites the references of one text by their places, and nothing else; octets that are not
/// UTF-8 stay. Returns how many changed.
fn follow_in_text(single: &mut SinglePart<'_>, indices: &[PartIndex]) -> usize {
    let mut followed = 0;
    let mut out = Vec::new();
    for chunk in single.content.utf8_chunks() {
        let text = chunk.valid();
        let mut from = 0;
        for (place, old) in cid_references(text) {
            if let Some(new) = new_index(indices, old) {
                out.extend_from_slice(text.get(from..place.start).unwrap_or_default().as_bytes());
                // The scheme and the host stay as they were written.
                let written = text.get(place.clone()).unwrap_or_default();
                let host = written
                    .find('@')
                    .map_or("", |at| written.get(at..).unwrap_or_default());
                out.extend_from_slice(written.get(..4).unwrap_or_default().as_bytes());
                out.extend_from_slice(format!("{new}{host}").as_bytes());
                from = place.end;
                followed += 1;
            }
        }
        out.extend_from_slice(text.get(from..).unwrap_or_default().as_bytes());
        out.extend_from_slice(chunk.invalid());
    }
    if followed > 0 {
        single.content = Cow::Owned(out);
    }
    followed
}

/// The indices in `av_metadata` (draft-mahy-mimi-av-metadata-01 section 3): an array of maps, in
/// which key 1 is a part index, and key 6 that of its preview.
fn follow_metadata(
    extensions: &mut Extensions<'_>,
    indices: &[PartIndex],
    findings: &mut Vec<Finding>,
) {
    let key = ExtensionKey::from("av_metadata");
    let Some(value) = extensions.get(&key) else {
        return;
    };
    let (followed, octets) = followed_metadata(value, indices);
    if followed == 0 {
        return;
    }
    // The shape stays, so the value stays legal.
    if let Ok(value) = RawValue::from_slice(&octets)
        && extensions.insert(key, value).is_ok()
    {
        let message = "part indices in av_metadata followed their parts";
        findings.push(
            change("extensions[\"av_metadata\"]", message).found(match followed {
                1 => "1 index".into(),
                _ => format!("{followed} indices"),
            }),
        );
    }
}

fn followed_metadata(value: RawValue<'_>, indices: &[PartIndex]) -> (usize, Vec<u8>) {
    let mut followed = 0;
    let mut encoder = Encoder::new();
    let Some(entries) = value.elements() else {
        return (0, Vec::new());
    };
    let entries: Vec<_> = entries.collect();
    encoder.array(entries.len() as u64);
    for entry in entries {
        let Some(properties) = entry.entries() else {
            encoder.raw(entry);
            continue;
        };
        let properties: Vec<_> = properties.collect();
        encoder.map(properties.len() as u64);
        for (key, value) in properties {
            encoder.raw(key);
            let new = match key.as_u64() {
                Some(1 | 6) => value
                    .as_u64()
                    .and_then(|old| new_index(indices, old.try_into().ok()?)),
                _ => None,
            };
            match new {
                Some(new) => {
                    followed += 1;
                    encoder.uint(new.into());
                }
                None => {
                    encoder.raw(value);
                }
            }
        }
    }
    (followed, encoder.finish())
}
