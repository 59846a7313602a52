//! From a path back to the octets: where the field that a finding names begins.

use std::string::ToString;

use crate::item::{MAJOR, Path, Reader, key_of};

const NOWHERE: Path<'static> = Path::root("");

/// The fields of a message, in their order.
const MESSAGE: &[&str] = &[
    "salt",
    "replaces",
    "topicId",
    "expires",
    "inReplyTo",
    "extensions",
    "nestedPart",
];

/// The places of a part's fields in its array; those of the cardinalities do not clash.
const PART: &[(&str, u64)] = &[
    ("disposition", 0),
    ("language", 1),
    ("cardinality", 2),
    ("contentType", 3),
    ("partSemantics", 3),
    ("content", 4),
    ("parts", 4),
    ("url", 4),
    ("expires", 5),
    ("size", 6),
    ("encAlg", 7),
    ("key", 8),
    ("nonce", 9),
    ("aad", 10),
    ("hashAlg", 11),
    ("contentHash", 12),
    ("description", 13),
    ("filename", 14),
];

/// The offset of the item that a path names, for example `nestedPart.parts[2].contentType`.
pub(super) fn offset_of(octets: &[u8], path: &str) -> Option<usize> {
    let mut reader = Reader::quiet(octets);
    let mut names = path.split('.');
    let (field, steps) = split(names.next()?);
    let place = MESSAGE.iter().position(|name| *name == field)?;
    descend(&mut reader, u64::try_from(place).ok()?)?;
    if field == "extensions" {
        // A key in quotes may hold a full stop.
        let key = path
            .strip_prefix("extensions[")
            .and_then(|rest| rest.strip_suffix(']'));
        return match key {
            Some(key) => value_of(&mut reader, key),
            None => Some(reader.pos()),
        };
    }
    if !steps.is_empty() {
        return None;
    }
    for name in names {
        let (field, steps) = split(name);
        let (_, place) = PART.iter().find(|(name, _)| *name == field)?;
        descend(&mut reader, *place)?;
        if let Some(index) = steps
            .strip_prefix('[')
            .and_then(|rest| rest.strip_suffix(']'))
        {
            descend(&mut reader, index.parse().ok()?)?;
        }
    }
    Some(reader.pos())
}

/// A name and the steps in brackets behind it.
fn split(name: &str) -> (&str, &str) {
    name.split_at(name.find('[').unwrap_or(name.len()))
}

/// Goes to the item with that index of the array that stands here.
fn descend(reader: &mut Reader<'_, '_>, index: u64) -> Option<()> {
    let head = reader.head(&NOWHERE).ok()?;
    if head.major != MAJOR::ARRAY {
        return None;
    }
    let mut open = reader.open(head, 1);
    for _ in 0..index {
        reader.more(&mut open, &NOWHERE).ok()?.then_some(())?;
        reader.skip(&NOWHERE).ok()?;
    }
    reader.more(&mut open, &NOWHERE).ok()?.then_some(())
}

/// Goes to the value of a key, as paths write it, of the map that stands here.
fn value_of(reader: &mut Reader<'_, '_>, wanted: &str) -> Option<usize> {
    let head = reader.head(&NOWHERE).ok()?;
    if head.major != MAJOR::MAP {
        return None;
    }
    let mut open = reader.open(head, 2);
    while reader.more(&mut open, &NOWHERE).ok()? {
        let key = key_of(reader.rest())?;
        reader.skip(&NOWHERE).ok()?;
        reader.more(&mut open, &NOWHERE).ok()?;
        if key.to_string() == wanted {
            return Some(reader.pos());
        }
        reader.skip(&NOWHERE).ok()?;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::notation::edn;

    #[test]
    fn paths_lead_to_items() {
        let text = "[h'00', null, h'', null, null, {1: \"a.b\", \"x.y\": 7}, [1, \"\", 3, 2, \
                    [[1, \"en\", 1, \"text/plain\", 'hi'], [1, \"\", 0]]]]";
        let source = edn::read(text).unwrap().value;
        let octets = source.octets();
        let item = |path| {
            offset_of(octets, path)
                .and_then(|at| octets.get(at))
                .copied()
        };
        assert_eq!(item("salt"), Some(0x41));
        assert_eq!(item("extensions"), Some(0xa2));
        assert_eq!(item("extensions[1]"), Some(0x63));
        assert_eq!(item("extensions[\"x.y\"]"), Some(7));
        assert_eq!(item("extensions[9]"), None);
        assert_eq!(item("nestedPart"), Some(0x85));
        assert_eq!(item("nestedPart.parts[0].language"), Some(0x62));
        assert_eq!(item("nestedPart.parts[0].content"), Some(0x42));
        assert_eq!(item("nestedPart.parts[1]"), Some(0x83));
        assert_eq!(item("nestedPart.parts[2]"), None);
        assert_eq!(item("nonsense"), None);
    }
}
