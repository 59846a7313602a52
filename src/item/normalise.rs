//! Making accepted items deterministic: shortest heads, definite lengths, sorted keys, one NaN.
//! Reads only what a tolerant reader accepted, so its recursion is bounded by the depth checked
//! there.

use alloc::vec::Vec;
use core::ops::Range;

use super::faults::{Halt, Read};
use super::float::{Float, TYPED_ARRAYS, shortest_float};
use super::head::{Head, MAJOR, push_head};
use super::key::Key;
use super::path::Path;
use super::reader::Reader;

const NOWHERE: Path<'static> = Path::root("");

/// The deterministic encoding of one accepted item; none if it was not accepted after all.
pub(crate) fn normalise(octets: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(octets.len());
    item(&mut Reader::quiet(octets), false, &mut out).ok()?;
    Some(out)
}

/// The keys of a map, with their offsets in its body. Keys of a forbidden kind are left out.
pub(super) fn keys_of(body: &[u8]) -> Vec<(usize, Key<'_>)> {
    let mut reader = Reader::quiet(body);
    let mut keys = Vec::new();
    while reader.peek().is_some_and(|first| first != 0xff) {
        let at = reader.pos();
        keys.extend(key_of(reader.rest()).map(|key| (at, key)));
        // The key, then its value.
        if reader.skip(&NOWHERE).is_err() || reader.skip(&NOWHERE).is_err() {
            break;
        }
    }
    keys
}

/// The key that stands in front; none if it is of a forbidden kind.
pub(crate) fn key_of(octets: &[u8]) -> Option<Key<'_>> {
    let mut reader = Reader::quiet(octets);
    let head = reader.head(&NOWHERE).ok()?;
    let content = match head.major {
        MAJOR::UNSIGNED | MAJOR::NEGATIVE => Default::default(),
        // Also where it is not UTF-8, as it was counted when the map was read.
        MAJOR::BYTES | MAJOR::TEXT => reader.raw_string(head, &NOWHERE).ok()?,
        _ => return None,
    };
    Some(Key {
        major: head.major,
        arg: match head.major {
            MAJOR::UNSIGNED | MAJOR::NEGATIVE => head.arg,
            _ => content.len() as u64,
        },
        content,
    })
}

fn item(reader: &mut Reader<'_, '_>, any_nan: bool, out: &mut Vec<u8>) -> Read<()> {
    let head = reader.head(&NOWHERE)?;
    match head.major {
        MAJOR::UNSIGNED | MAJOR::NEGATIVE => push_head(out, head.major, head.arg),
        MAJOR::BYTES | MAJOR::TEXT => string(reader, head, out)?,
        MAJOR::ARRAY => {
            let start = out.len();
            let mut open = reader.open(head, 1);
            while reader.more(&mut open, &NOWHERE)? {
                item(reader, any_nan, out)?;
            }
            insert_head(out, start, MAJOR::ARRAY, open.begun);
        }
        MAJOR::MAP => map(reader, head, any_nan, out)?,
        MAJOR::TAG if head.arg == 2 || head.arg == 3 => bignum(reader, head, any_nan, out)?,
        MAJOR::TAG => {
            push_head(out, MAJOR::TAG, head.arg);
            item(reader, any_nan || TYPED_ARRAYS.contains(&head.arg), out)?;
        }
        _ => simple(head, any_nan, out),
    }
    Ok(())
}

fn string(reader: &mut Reader<'_, '_>, head: Head, out: &mut Vec<u8>) -> Read<()> {
    let content = reader.string(head, &NOWHERE)?;
    push_head(out, head.major, content.len() as u64);
    out.extend_from_slice(&content);
    Ok(())
}

/// Puts a head in front of what was written since.
fn insert_head(out: &mut Vec<u8>, start: usize, major: u8, arg: u64) {
    let mut head = Vec::with_capacity(9);
    push_head(&mut head, major, arg);
    out.splice(start..start, head);
}

fn map(reader: &mut Reader<'_, '_>, head: Head, any_nan: bool, out: &mut Vec<u8>) -> Read<()> {
    let start = out.len();
    let mut entries = Vec::new();
    let mut open = reader.open(head, 2);
    while reader.more(&mut open, &NOWHERE)? {
        let begin = out.len();
        item(reader, any_nan, out)?;
        if !reader.more(&mut open, &NOWHERE)? {
            return Err(Halt);
        }
        item(reader, any_nan, out)?;
        entries.push(begin..out.len());
    }
    let written = |range: &Range<usize>| out.get(range.clone()).unwrap_or_default();
    // Keys differ, and no encoded key is the beginning of another one: comparing whole entries
    // compares their keys.
    if !entries.is_sorted_by(|a, b| written(a) < written(b)) {
        entries.sort_unstable_by(|a, b| written(a).cmp(written(b)));
        let mut sorted = Vec::with_capacity(out.len() - start);
        for entry in &entries {
            sorted.extend_from_slice(written(entry));
        }
        out.truncate(start);
        out.append(&mut sorted);
    }
    insert_head(out, start, MAJOR::MAP, open.begun / 2);
    Ok(())
}

/// Tag 2 or 3: an integer where it fits, else without leading zeros.
fn bignum(reader: &mut Reader<'_, '_>, tag: Head, any_nan: bool, out: &mut Vec<u8>) -> Read<()> {
    if reader.peek().map(|first| first >> 5) != Some(MAJOR::BYTES) {
        push_head(out, MAJOR::TAG, tag.arg);
        return item(reader, any_nan, out);
    }
    let content = reader.whole_string().ok_or(Halt)?;
    let zeros = content.iter().take_while(|&&octet| octet == 0).count();
    let digits = content.get(zeros..).unwrap_or_default();
    if digits.len() <= 8 {
        let value = digits
            .iter()
            .fold(0, |value, &octet| value << 8 | u64::from(octet));
        push_head(out, tag.arg as u8 - 2, value);
    } else {
        push_head(out, MAJOR::TAG, tag.arg);
        push_head(out, MAJOR::BYTES, digits.len() as u64);
        out.extend_from_slice(digits);
    }
    Ok(())
}

fn simple(head: Head, any_nan: bool, out: &mut Vec<u8>) {
    let (info, arg) = match Float::of(head) {
        Some(float) if !(float.is_nan() && any_nan) => shortest_float(float.value()),
        _ => (head.info, head.arg),
    };
    let first = MAJOR::SIMPLE << 5 | info;
    out.push(first);
    let argument = arg.to_be_bytes();
    let size = match info {
        24..=27 => 1usize << (info - 24),
        _ => 0,
    };
    out.extend_from_slice(&argument[8 - size..]);
}
