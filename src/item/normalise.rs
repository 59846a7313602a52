//! Making accepted items deterministic: shortest heads, definite lengths, sorted keys, one NaN.
//! Reads only what a tolerant reader accepted, so its recursion is bounded by the depth checked
//! there.

use alloc::vec::Vec;

use super::faults::{Halt, Read};
use super::head::{Head, MAJOR, push_head};
use super::key::Key;
use super::path::Path;
use super::reader::Reader;
use super::value::{Float, shortest_float};

const NOWHERE: Path<'static> = Path::root("");

/// The deterministic encoding of one accepted item; none if it was not accepted after all.
pub(crate) fn normalise(octets: &[u8]) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(octets.len());
    item(&mut Reader::quiet(octets), false, &mut out).ok()?;
    Some(out)
}

/// The keys of an accepted map, with their offsets in its body.
pub(super) fn keys_of(body: &[u8]) -> Vec<(usize, Key<'_>)> {
    let mut reader = Reader::quiet(body);
    let mut keys = Vec::new();
    while reader.peek().is_some_and(|first| first != 0xff) {
        let at = reader.pos();
        match key(&mut reader) {
            Some(key) => keys.push((at, key)),
            None if reader.skip(&NOWHERE).is_err() => break,
            None => {}
        }
        if reader.skip(&NOWHERE).is_err() {
            break;
        }
    }
    keys
}

/// Takes a key; none, and takes nothing, if it is of a forbidden kind.
fn key<'a>(reader: &mut Reader<'a, '_>) -> Option<Key<'a>> {
    let start = reader.peek()? >> 5;
    if start > MAJOR::TEXT {
        return None;
    }
    let head = reader.head(&NOWHERE).ok()?;
    if head.major <= MAJOR::NEGATIVE {
        return Some(Key {
            major: head.major,
            arg: head.arg,
            content: Default::default(),
        });
    }
    let content = reader.string(head, &NOWHERE).ok()?;
    Some(Key {
        major: head.major,
        arg: content.len() as u64,
        content,
    })
}

fn item(reader: &mut Reader<'_, '_>, any_nan: bool, out: &mut Vec<u8>) -> Read<()> {
    let head = reader.head(&NOWHERE)?;
    match head.major {
        MAJOR::UNSIGNED | MAJOR::NEGATIVE => push_head(out, head.major, head.arg),
        MAJOR::BYTES | MAJOR::TEXT => string(reader, head, out)?,
        MAJOR::ARRAY => {
            let mut inside = Vec::new();
            let mut open = reader.open(head, 1);
            while reader.more(&mut open, &NOWHERE)? {
                item(reader, any_nan, &mut inside)?;
            }
            push_head(out, MAJOR::ARRAY, open.begun);
            out.append(&mut inside);
        }
        MAJOR::MAP => map(reader, head, any_nan, out)?,
        MAJOR::TAG if head.arg == 2 || head.arg == 3 => bignum(reader, head, any_nan, out)?,
        MAJOR::TAG => {
            push_head(out, MAJOR::TAG, head.arg);
            item(reader, any_nan || (80..=87).contains(&head.arg), out)?;
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

fn map(reader: &mut Reader<'_, '_>, head: Head, any_nan: bool, out: &mut Vec<u8>) -> Read<()> {
    let mut entries = Vec::new();
    let mut open = reader.open(head, 2);
    while reader.more(&mut open, &NOWHERE)? {
        let key = key(reader).ok_or(Halt)?;
        reader.more(&mut open, &NOWHERE)?;
        let mut value = Vec::new();
        item(reader, any_nan, &mut value)?;
        entries.push((key, value));
    }
    entries.sort_by(|(a, _), (b, _)| a.cmp(b));
    push_head(out, MAJOR::MAP, entries.len() as u64);
    for (key, mut value) in entries {
        push_head(out, key.major, key.arg);
        out.extend_from_slice(&key.content);
        out.append(&mut value);
    }
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
