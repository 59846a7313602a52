//! Messages to octets: checked and measured first, then written into one allocation.

use alloc::boxed::Box;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::Limits;
use crate::item::{DEPTH_CEILING, Faults, Keep, MAJOR, Path, Reader, head_octets, head_size};
use crate::message::{
    Expiration, Extensions, ExternalPart, MessageId, MimiContent, NestedPart, PartBody,
};
use crate::report::{Code, Finding, Policy, codes};

/// Encodes a message deterministically.
///
/// # Errors
/// What strict decoding would refuse: a salt that does not have 16 octets, a multipart of fewer
/// than two parts, an extension with key 0; more parts, levels or topic octets than the draft's
/// limits; and a message that does not fit into memory.
pub fn encode(message: &MimiContent<'_>) -> Result<Vec<u8>, EncodeError> {
    let mut out = Vec::new();
    encode_into(message, &mut out)?;
    Ok(out)
}

/// Encodes a message deterministically at the end of a buffer, which grows at most once.
///
/// # Errors
/// As [`encode`]; the buffer is then unchanged.
pub fn encode_into(message: &MimiContent<'_>, out: &mut Vec<u8>) -> Result<(), EncodeError> {
    let size = make_room(measure(message)?, out)?;
    let start = out.len();
    if size <= SMALL {
        out.resize(start + size, 0);
        if let Some(room) = out.get_mut(start..) {
            write_message(message, &mut Room(room));
        }
    } else {
        write_message(message, out);
    }
    debug_assert_eq!(out.len() - start, size, "measured size");
    Ok(())
}

/// Reserves as many octets: exactly once for one message; in steps for many, one behind the other.
fn make_room(size: u64, out: &mut Vec<u8>) -> Result<usize, EncodeError> {
    // It is about no field.
    let too_large = || {
        let finding = Finding::new(codes::ENCODED_TOO_LARGE).found(format!("{size} octets"));
        EncodeError(Box::new(finding))
    };
    let size = usize::try_from(size).map_err(|_| too_large())?;
    let reserved = match out.is_empty() {
        true => out.try_reserve_exact(size),
        false => out.try_reserve(size),
    };
    reserved.map_err(|_| too_large())?;
    Ok(size)
}

/// Up to here it is quicker to clear the room first and write into a slice, which needs no test of
/// the capacity for each item.
const SMALL: usize = 4 << 10;

/// Where encoded octets go; there is always room, because the size was measured.
trait Put {
    fn put(&mut self, octets: &[u8]);
}

impl Put for Vec<u8> {
    #[inline(always)]
    fn put(&mut self, octets: &[u8]) {
        self.extend_from_slice(octets);
    }
}

/// The part of a slice that is not written yet.
struct Room<'o>(&'o mut [u8]);

impl Put for Room<'_> {
    #[inline(always)]
    fn put(&mut self, octets: &[u8]) {
        if let Some((here, rest)) = core::mem::take(&mut self.0).split_at_mut_checked(octets.len())
        {
            here.copy_from_slice(octets);
            self.0 = rest;
        }
    }
}

/// A message that cannot be encoded: which rule it breaks, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct EncodeError(Box<Finding>);

impl EncodeError {
    fn new(code: Code, path: impl Into<String>) -> Self {
        EncodeError(Box::new(Finding::new(code).path(path)))
    }

    fn found(mut self, found: String) -> Self {
        self.0.found = Some(found.into());
        self
    }

    /// What is wrong, and where.
    pub fn finding(&self) -> &Finding {
        &self.0
    }

    /// The broken rule.
    pub fn code(&self) -> Code {
        self.0.code
    }
}

// Measuring, which is also where every rule is checked. Sizes are sums of `u64`: parts can share
// octets, so that on a machine of 32 bits a sum can pass what it can address, but 1024 parts of
// eight strings stay far below 64 bits.

fn measure(message: &MimiContent<'_>) -> Result<u64, EncodeError> {
    if !message.salt.is_legal() {
        let found = format!("{} octets", message.salt.as_bytes().len());
        return Err(EncodeError::new(codes::SALT_LENGTH, "salt").found(found));
    }
    if message.topic_id.len() > Limits::DRAFT.topic_id {
        let found = format!("{} octets", message.topic_id.len());
        return Err(EncodeError::new(codes::TOPIC_LENGTH, "topicId").found(found));
    }
    check_extensions(&message.extensions)?;
    let mut parts = 0;
    Ok(1 + string_size(16)
        + id_size(message.replaces.as_ref())
        + string_size(message.topic_id.len())
        + match message.expires {
            None => 1,
            Some(Expiration::Absolute(time) | Expiration::Relative(time)) => 2 + head(time.into()),
        }
        + id_size(message.in_reply_to.as_ref())
        + message.extensions.as_bytes().len() as u64
        + measure_part(&message.nested_part, 1, &mut parts).map_err(Misfit::explain)?)
}

/// Extensions are deterministic by construction, but a tolerant decoder lets key 0 pass, and one
/// with other limits a deeper value.
#[inline]
fn check_extensions(extensions: &Extensions<'_>) -> Result<(), EncodeError> {
    let octets = extensions.as_bytes();
    match super::plain::are_plain_extensions(octets) {
        true => Ok(()),
        false => walk_extensions(octets),
    }
}

#[cold]
fn walk_extensions(octets: &[u8]) -> Result<(), EncodeError> {
    let policy = Policy::strict();
    let mut reader = Reader::new(octets, Faults::new(&policy, Keep::First, 1));
    let path = Path::root("extensions");
    let walked = reader
        .head(&path)
        .and_then(|head| reader.extension_map(head, Limits::DRAFT.extension_depth, &path));
    match (walked, reader.faults.into_findings().pop()) {
        (Err(_), Some(mut finding)) => {
            // The offset is one in the map, not in a message.
            finding.offset = None;
            Err(EncodeError(Box::new(finding)))
        }
        _ => Ok(()),
    }
}

/// A part that cannot be encoded; the way to it is collected on the way out.
struct Misfit {
    code: Code,
    found: String,
    steps: Vec<usize>,
}

impl Misfit {
    #[cold]
    fn new(code: Code, found: String) -> Self {
        Misfit {
            code,
            found,
            steps: Vec::new(),
        }
    }

    #[cold]
    fn explain(self) -> EncodeError {
        let mut path = String::from("nestedPart");
        for step in self.steps.iter().rev() {
            path.push_str(&format!(".parts[{step}]"));
        }
        if self.code == codes::MULTIPART_TOO_FEW {
            path.push_str(".parts");
        }
        EncodeError::new(self.code, path).found(self.found)
    }
}

const fn head(arg: u64) -> u64 {
    head_size(arg) as u64
}

const fn string_size(length: usize) -> u64 {
    head(length as u64) + length as u64
}

fn id_size(id: Option<&MessageId>) -> u64 {
    id.map_or(1, |_| string_size(MessageId::LENGTH))
}

fn measure_part(part: &NestedPart<'_>, level: usize, parts: &mut usize) -> Result<u64, Misfit> {
    const { assert!(Limits::DRAFT.part_depth <= DEPTH_CEILING) };
    *parts += 1;
    if *parts > Limits::DRAFT.parts {
        return Err(Misfit::new(
            codes::PART_COUNT,
            format!("part number {parts}"),
        ));
    }
    if level > Limits::DRAFT.part_depth {
        return Err(Misfit::new(codes::PART_DEPTH, format!("level {level}")));
    }
    let fields = 1 + head(part.disposition.0.into()) + string_size(part.language.len()) + 1;
    Ok(fields
        + match &part.body {
            PartBody::Null => 0,
            PartBody::Single(single) => {
                string_size(single.content_type.len()) + string_size(single.content.len())
            }
            PartBody::External(external) => measure_external(external),
            PartBody::Multi(multi) => {
                if multi.parts.len() < 2 {
                    let found = format!("{} parts", multi.parts.len());
                    return Err(Misfit::new(codes::MULTIPART_TOO_FEW, found));
                }
                let mut size = 1 + head(multi.parts.len() as u64);
                for (index, part) in multi.parts.iter().enumerate() {
                    size += measure_part(part, level + 1, parts).map_err(|mut misfit| {
                        misfit.steps.push(index);
                        misfit
                    })?;
                }
                size
            }
        })
}

fn measure_external(part: &ExternalPart<'_>) -> u64 {
    let integers = [
        part.expires.into(),
        part.size,
        part.enc_alg.0.into(),
        part.hash_alg.0.into(),
    ];
    let strings = [
        part.content_type.len(),
        part.url.len(),
        part.key.len(),
        part.nonce.len(),
        part.aad.len(),
        part.content_hash.len(),
        part.description.len(),
        part.filename.len(),
    ];
    integers.into_iter().map(head).sum::<u64>() + strings.into_iter().map(string_size).sum::<u64>()
}

// Writing.

fn write_message(message: &MimiContent<'_>, out: &mut impl Put) {
    put_head(out, MAJOR::ARRAY, 7);
    put_bytes(out, message.salt.as_bytes());
    put_id(out, message.replaces.as_ref());
    put_bytes(out, &message.topic_id);
    match message.expires {
        None => out.put(&[0xf6]),
        Some(Expiration::Absolute(time)) => put_expiration(out, 0xf4, time),
        Some(Expiration::Relative(time)) => put_expiration(out, 0xf5, time),
    }
    put_id(out, message.in_reply_to.as_ref());
    out.put(message.extensions.as_bytes());
    write_part(&message.nested_part, out);
}

#[inline(always)]
fn put_head(out: &mut impl Put, major: u8, arg: u64) {
    match arg {
        0..=23 => out.put(&[major << 5 | arg as u8]),
        24..=0xff => out.put(&[major << 5 | 24, arg as u8]),
        _ => put_long_head(out, major, arg),
    }
}

#[inline(never)]
fn put_long_head(out: &mut impl Put, major: u8, arg: u64) {
    let (head, size) = head_octets(major, arg);
    out.put(head.get(..size).unwrap_or_default());
}

#[inline(always)]
fn put_bytes(out: &mut impl Put, octets: &[u8]) {
    put_head(out, MAJOR::BYTES, octets.len() as u64);
    out.put(octets);
}

#[inline(always)]
fn put_text(out: &mut impl Put, text: &str) {
    put_head(out, MAJOR::TEXT, text.len() as u64);
    out.put(text.as_bytes());
}

#[inline(always)]
fn put_uint(out: &mut impl Put, value: impl Into<u64>) {
    put_head(out, MAJOR::UNSIGNED, value.into());
}

fn put_id(out: &mut impl Put, id: Option<&MessageId>) {
    match id {
        Some(id) => put_bytes(out, id.as_bytes()),
        None => out.put(&[0xf6]),
    }
}

fn put_expiration(out: &mut impl Put, relative: u8, time: u32) {
    put_head(out, MAJOR::ARRAY, 2);
    out.put(&[relative]);
    put_uint(out, time);
}

fn write_part(part: &NestedPart<'_>, out: &mut impl Put) {
    let items = match part.body {
        PartBody::Null => 3,
        PartBody::Single(_) | PartBody::Multi(_) => 5,
        PartBody::External(_) => 15,
    };
    put_head(out, MAJOR::ARRAY, items);
    put_uint(out, part.disposition.0);
    put_text(out, &part.language);
    put_uint(out, part.body.cardinality());
    match &part.body {
        PartBody::Null => {}
        PartBody::Single(single) => {
            put_text(out, &single.content_type);
            put_bytes(out, &single.content);
        }
        PartBody::External(external) => write_external(external, out),
        PartBody::Multi(multi) => {
            put_uint(out, multi.semantics.number());
            put_head(out, MAJOR::ARRAY, multi.parts.len() as u64);
            for part in &multi.parts {
                write_part(part, out);
            }
        }
    }
}

fn write_external(part: &ExternalPart<'_>, out: &mut impl Put) {
    put_text(out, &part.content_type);
    put_text(out, &part.url);
    put_uint(out, part.expires);
    put_uint(out, part.size);
    put_uint(out, part.enc_alg.0);
    put_bytes(out, &part.key);
    put_bytes(out, &part.nonce);
    put_bytes(out, &part.aad);
    put_uint(out, part.hash_alg.0);
    put_bytes(out, &part.content_hash);
    put_text(out, &part.description);
    put_text(out, &part.filename);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_fit_into_memory_is_an_error() {
        // Neither fits into a `Vec`, on any machine.
        for size in [u64::MAX, 1 << 63] {
            for before in [&b""[..], b"before"] {
                let mut out = before.to_vec();
                let error = make_room(size, &mut out).unwrap_err();
                assert_eq!(error.code(), codes::ENCODED_TOO_LARGE);
                let text = format!("{size} octets");
                assert_eq!(error.finding().found.as_deref(), Some(&*text));
                assert_eq!(out, before);
            }
        }
        assert_eq!(make_room(8, &mut Vec::new()), Ok(8));
    }

    #[test]
    fn sizes_pass_32_bits() {
        assert_eq!(string_size(0xffff_ffff), 5 + 0xffff_ffff);
    }
}
