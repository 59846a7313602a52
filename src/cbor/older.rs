//! Recognising the layouts of older drafts, so that they are named and not misread. Reading
//! them is in `upgrade`.
//!
//! | draft | items | salt | `expires` | `inReplyTo` | `lastSeen` | `partIndex` |
//! |---|---|---|---|---|---|---|
//! | 03, 04 | 7 | no | integer, 0 never | null or ID, hash function, hash | yes | yes |
//! | 05, its examples | 7 | no | as today | as today | yes | no |
//! | 05, its text | 8 | 32 octets | as today | as today | yes | no |
//! | 06, 07 | 7 | as today | as today | as today | no | no |
//!
//! Drafts 06 and 07 have today's layout; only their message ID is computed differently
//! ([`IdAlgorithm::Draft07`](crate::message::IdAlgorithm)).

use alloc::format;
use core::fmt;

use crate::item::{Head, MAJOR, Path, Reader};
use crate::report::{Finding, codes};

/// A layout that an older draft had.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum OlderDraft {
    /// Drafts 03 and 04.
    Draft04,
    /// Draft 05 as most of its examples have it: without a salt.
    Draft05Unsalted,
    /// Draft 05 as its text has it: with a salt of 32 octets.
    Draft05,
}

impl OlderDraft {
    /// The name of the draft or drafts.
    pub const fn name(self) -> &'static str {
        match self {
            OlderDraft::Draft04 => "draft-ietf-mimi-content-03 and -04",
            OlderDraft::Draft05Unsalted => "the examples of draft-ietf-mimi-content-05",
            OlderDraft::Draft05 => "draft-ietf-mimi-content-05",
        }
    }

    /// The refusal of such a message.
    pub(super) fn finding(self) -> Finding {
        Finding::new(codes::OLDER_DRAFT)
            .at(0)
            .path("message")
            .message(format!(
                "a message in the layout of {self}; the upgrade call reads it"
            ))
            .found(format!("the layout of {self}"))
            .expected("the layout of draft-ietf-mimi-content-08")
    }
}

impl fmt::Display for OlderDraft {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// Names the older layout that some octets have; none if they have today's or no known one.
///
/// Looks at the kinds of the outermost items and the length of the body's array, in time linear
/// in the octets and constant memory but for skipping. What is inside may still be broken.
///
/// ```
/// use mimi_codec::cbor::{OlderDraft, older::recognise};
///
/// // replaces, topicId, expires, inReplyTo, lastSeen, extensions, body
/// let octets = [0x87, 0xf6, 0x40, 0x00, 0xf6, 0x80, 0xa0, 0x84, 0x01, 0x60, 0x00, 0x00];
/// assert_eq!(recognise(&octets), Some(OlderDraft::Draft04));
/// assert_eq!(recognise(&[0x87, 0x50]), None);
/// ```
#[cold]
pub fn recognise(octets: &[u8]) -> Option<OlderDraft> {
    let path = Path::root("");
    let mut reader = Reader::quiet(octets);
    let head = reader.head(&path).ok()?;
    if head.major != MAJOR::ARRAY || !head.indefinite() && !(7..=8).contains(&head.arg) {
        return None;
    }
    let mut open = reader.open(head, 1);
    let mut heads = [None; 8];
    let mut body_items = 0;
    for (index, slot) in heads.iter_mut().enumerate() {
        if !reader.more(&mut open, &path).ok()? {
            break;
        }
        let head = peek_head(&reader)?;
        *slot = Some(head);
        // The last item of a definite array is only looked at: it may be cut off or broken.
        if index > 5 && head.major == MAJOR::ARRAY {
            body_items = count(&reader);
        }
        if !open.finished() && reader.skip(&path).is_err() {
            return None;
        }
    }
    // Another item would be one too many; a break is due where the array is indefinite.
    if !open.finished() && reader.more(&mut open, &path).ok()? {
        return None;
    }
    let [first, rest @ ..] = &heads;
    let salted = rest.last()?.is_some();
    let fields: &[Option<Head>] = match salted {
        true if first.is_some_and(|head| head.major == MAJOR::BYTES) => rest,
        true => return None,
        false => heads.get(..7)?,
    };
    let [
        Some(replaces),
        Some(topic),
        Some(expires),
        Some(reply),
        Some(last_seen),
        Some(extensions),
        Some(body),
    ] = fields
    else {
        return None;
    };
    let null = |head: &Head| head.major == MAJOR::SIMPLE && matches!(head.info, 22 | 23);
    let id = |head: &Head| {
        null(head) || head.major == MAJOR::BYTES && (head.arg == 32 || head.indefinite())
    };
    let older = id(replaces)
        && topic.major == MAJOR::BYTES
        && (null(expires) || matches!(expires.major, MAJOR::UNSIGNED | MAJOR::ARRAY))
        && (id(reply) || reply.major == MAJOR::ARRAY)
        && last_seen.major == MAJOR::ARRAY
        && extensions.major == MAJOR::MAP
        && body.major == MAJOR::ARRAY;
    let indexed = match body_items {
        3 | 5 | 15 => false,
        4 | 6 | 16 => true,
        _ => expires.major == MAJOR::UNSIGNED,
    };
    older.then_some(match (salted, indexed) {
        (true, _) => OlderDraft::Draft05,
        (false, true) => OlderDraft::Draft04,
        (false, false) => OlderDraft::Draft05Unsalted,
    })
}

fn peek_head(reader: &Reader<'_, '_>) -> Option<Head> {
    Reader::quiet(reader.rest()).head(&Path::root("")).ok()
}

/// Items of the array that stands here, as far as it matters which part they make; 0 if it is
/// cut off.
pub(super) fn count(reader: &Reader<'_, '_>) -> u64 {
    const MOST: u64 = 17;
    let path = Path::root("");
    let mut reader = Reader::quiet(reader.rest());
    let Ok(head) = reader.head(&path) else {
        return 0;
    };
    if !head.indefinite() {
        return head.arg;
    }
    let mut open = reader.open(head, 1);
    while open.begun < MOST {
        match reader.more(&mut open, &path) {
            Ok(true) if reader.skip(&path).is_ok() => {}
            Ok(false) => return open.begun,
            _ => return 0,
        }
    }
    MOST
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use alloc::vec::Vec;

    use super::*;

    fn octets(hex: &str) -> Vec<u8> {
        let digits: Vec<u8> = hex.bytes().filter(|b| !b.is_ascii_whitespace()).collect();
        let pairs = digits.chunks_exact(2);
        pairs
            .map(|pair| u8::from_str_radix(core::str::from_utf8(pair).unwrap(), 16).unwrap())
            .collect()
    }

    #[test]
    fn each_layout_is_named() {
        let cases = [
            ("87 f6 40 00 f6 80 a0 8401600000", Some(OlderDraft::Draft04)),
            (
                "87 f6 40 f6 f6 80 a0 83016000",
                Some(OlderDraft::Draft05Unsalted),
            ),
            (
                "87 f6 40 82f401 f6 80 a0 83016000",
                Some(OlderDraft::Draft05Unsalted),
            ),
            (
                "88 50 00000000000000000000000000000000 f6 40 f6 f6 80 a0 83016000",
                Some(OlderDraft::Draft05),
            ),
            (
                "9f f6 40 00 f6 9fff bfff 9f01600000ff ff",
                Some(OlderDraft::Draft04),
            ),
            // The body is cut off, but the layout is clear.
            ("87 f6 40 00 f6 80 a0 86", Some(OlderDraft::Draft04)),
            // Today's layout with a short salt, with an array for inReplyTo; too few items; junk.
            ("87 40 f6 40 f6 f6 a0 83016000", None),
            (
                "87 50 00000000000000000000000000000000 f6 40 f6 80 a0 83016000",
                None,
            ),
            ("86 f6 40 f6 80 a0 83016000", None),
            ("9f f6 40 00 f6 80 a0 8401600000 00 00 ff", None),
            (
                "9f 40 f6 40 00 f6 80 a0 8401600000 ff",
                Some(OlderDraft::Draft05),
            ),
            ("87 f6 40 00", None),
            ("87 f6 40 00 f6 80 a0", None),
            ("a0", None),
            ("", None),
        ];
        for (hex, draft) in cases {
            assert_eq!(recognise(&octets(hex)), draft, "{hex}");
        }
    }
}
