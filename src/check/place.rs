//! Where the fields of a document stand in its octets: asked by name, and found in one walk when
//! the first is asked for. Most documents have nothing wrong with them, and nobody asks.

use std::cell::OnceCell;
use std::format;
use std::string::String;
use std::vec::Vec;

use crate::item::{Head, MAJOR, Path, Reader};

const NOWHERE: Path<'static> = Path::root("");

/// The fields of a message, in their order.
const MESSAGE: [&str; 7] = [
    "salt",
    "replaces",
    "topicId",
    "expires",
    "inReplyTo",
    "extensions",
    "nestedPart",
];

/// The places of a part's fields in its array; those of the cardinalities do not clash.
const PART: &[(&str, usize)] = &[
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

/// Where the fields of a message stand. What cannot be found has no place.
pub(super) struct Places<'o> {
    octets: &'o [u8],
    fields: OnceCell<[Option<usize>; MESSAGE.len()]>,
    parts: OnceCell<Vec<PartPlace>>,
}

/// Where a part and its fields stand.
struct PartPlace {
    start: usize,
    fields: Vec<usize>,
    /// The multipart around it, and its number there.
    parent: Option<(usize, u64)>,
}

impl<'o> Places<'o> {
    /// The places of a message that was decoded.
    pub(super) const fn of(octets: &'o [u8]) -> Self {
        Places {
            octets,
            fields: OnceCell::new(),
            parts: OnceCell::new(),
        }
    }

    fn fields(&self) -> &[Option<usize>] {
        self.fields.get_or_init(|| {
            let mut fields = [None; MESSAGE.len()];
            // What a reader accepted can be walked again; if not, the places so far are right.
            let _ = walk_fields(&mut Reader::quiet(self.octets), &mut fields);
            fields
        })
    }

    fn parts(&self) -> &[PartPlace] {
        self.parts.get_or_init(|| {
            let mut walk = PartWalk {
                start: self.field("nestedPart").unwrap_or(self.octets.len()),
                parts: Vec::new(),
            };
            let octets = self.octets.get(walk.start..).unwrap_or_default();
            if !octets.is_empty() {
                let _ = walk.part(&mut Reader::quiet(octets), None);
            }
            walk.parts
        })
    }

    /// The offset of a field of the message.
    pub(super) fn field(&self, name: &str) -> Option<usize> {
        let place = MESSAGE.iter().position(|known| *known == name)?;
        self.fields().get(place).copied().flatten()
    }

    /// The offset of a field of a part; of the part itself, if the name is empty.
    pub(super) fn part_field(&self, index: usize, name: &str) -> Option<usize> {
        let part = self.parts().get(index)?;
        if name.is_empty() {
            return Some(part.start);
        }
        let (_, place) = PART.iter().find(|(known, _)| *known == name)?;
        part.fields.get(*place).copied()
    }

    /// The path of a part: `nestedPart.parts[2]`.
    pub(super) fn part_path(&self, index: usize) -> String {
        let mut steps = Vec::new();
        let mut here = self.parts().get(index);
        while let Some((parent, number)) = here.and_then(|part| part.parent) {
            steps.push(number);
            here = self.parts().get(parent);
        }
        let mut path = String::from("nestedPart");
        for step in steps.into_iter().rev() {
            path.push_str(&format!(".parts[{step}]"));
        }
        path
    }
}

/// Where the fields of the message begin; the last one is not stepped over.
fn walk_fields(reader: &mut Reader<'_, '_>, fields: &mut [Option<usize>]) -> Option<()> {
    let head = array(reader)?;
    let mut open = reader.open(head, 1);
    let last = fields.len().checked_sub(1)?;
    for (number, field) in fields.iter_mut().enumerate() {
        if !reader.more(&mut open, &NOWHERE).ok()? {
            break;
        }
        *field = Some(reader.pos());
        if number < last {
            reader.skip(&NOWHERE).ok()?;
        }
    }
    Some(())
}

/// The walk over the parts, from where the body begins.
struct PartWalk {
    start: usize,
    parts: Vec<PartPlace>,
}

impl PartWalk {
    /// Recursion ends: the message was decoded, and decoding limits the depth.
    fn part(&mut self, reader: &mut Reader<'_, '_>, parent: Option<(usize, u64)>) -> Option<()> {
        const MULTI: u64 = 3;
        let index = self.parts.len();
        self.parts.push(PartPlace {
            start: self.start + reader.pos(),
            fields: Vec::new(),
            parent,
        });
        let head = array(reader)?;
        let mut open = reader.open(head, 1);
        let mut cardinality = None;
        while reader.more(&mut open, &NOWHERE).ok()? {
            let fields = &mut self.parts.get_mut(index)?.fields;
            let field = fields.len();
            fields.push(self.start + reader.pos());
            match (field, cardinality) {
                (2, _) => cardinality = Some(reader.head(&NOWHERE).ok()?.arg),
                (4, Some(MULTI)) => {
                    let head = array(reader)?;
                    let mut inner = reader.open(head, 1);
                    while reader.more(&mut inner, &NOWHERE).ok()? {
                        self.part(reader, Some((index, inner.begun - 1)))?;
                    }
                }
                _ => reader.skip(&NOWHERE).ok()?,
            }
        }
        Some(())
    }
}

fn array(reader: &mut Reader<'_, '_>) -> Option<Head> {
    let head = reader.head(&NOWHERE).ok()?;
    (head.major == MAJOR::ARRAY).then_some(head)
}

/// Calls `visit` with the offset of every item of the array that begins at `at`.
pub(super) fn items(octets: &[u8], at: usize, mut visit: impl FnMut(usize)) -> Option<()> {
    let mut reader = Reader::quiet(octets.get(at..)?);
    let head = array(&mut reader)?;
    let mut open = reader.open(head, 1);
    while reader.more(&mut open, &NOWHERE).ok()? {
        visit(at + reader.pos());
        reader.skip(&NOWHERE).ok()?;
    }
    Some(())
}

/// The offset of the item with that number in the array that begins at `at`.
pub(super) fn item(octets: &[u8], at: usize, number: usize) -> Option<usize> {
    let mut found = None;
    let mut count = 0;
    items(octets, at, |offset| {
        if count == number {
            found = Some(offset);
        }
        count += 1;
    });
    found
}

/// Calls `visit` with the key, its octets, and the octets and offset of the value of every entry
/// of the map that begins at `at`.
pub(super) fn entries<'o>(
    octets: &'o [u8],
    at: usize,
    mut visit: impl FnMut(&'o [u8], &'o [u8], usize),
) -> Option<()> {
    let mut reader = Reader::quiet(octets.get(at..)?);
    let head = reader.head(&NOWHERE).ok()?;
    if head.major != MAJOR::MAP {
        return None;
    }
    let mut open = reader.open(head, 2);
    while reader.more(&mut open, &NOWHERE).ok()? {
        let start = reader.pos();
        reader.skip(&NOWHERE).ok()?;
        let key = reader.since(start);
        reader.more(&mut open, &NOWHERE).ok()?;
        let start = reader.pos();
        reader.skip(&NOWHERE).ok()?;
        visit(key, reader.since(start), at + start);
    }
    Some(())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::notation::edn;

    #[test]
    fn names_lead_to_items() {
        let text = "[h'00', null, h'', [true, 7], null, {1: \"a.b\", \"x.y\": 7}, [1, \"\", 3, 2, \
                    [[1, \"en\", 1, \"text/plain\", 'hi'], [1, \"\", 0]]]]";
        let source = edn::read(text).unwrap().value;
        let octets = source.octets();
        let places = Places::of(octets);
        let octet = |at: Option<usize>| at.and_then(|at| octets.get(at)).copied();
        assert_eq!(octet(places.field("salt")), Some(0x41));
        assert_eq!(octet(places.field("extensions")), Some(0xa2));
        assert_eq!(octet(places.field("nestedPart")), Some(0x85));
        assert_eq!(octet(places.field("nonsense")), None);
        assert_eq!(octet(places.part_field(0, "")), Some(0x85));
        assert_eq!(octet(places.part_field(0, "partSemantics")), Some(2));
        assert_eq!(octet(places.part_field(1, "language")), Some(0x62));
        assert_eq!(octet(places.part_field(1, "content")), Some(0x42));
        assert_eq!(octet(places.part_field(2, "")), Some(0x83));
        assert_eq!(octet(places.part_field(2, "content")), None);
        assert_eq!(octet(places.part_field(3, "")), None);
        assert_eq!(places.part_path(0), "nestedPart");
        assert_eq!(places.part_path(2), "nestedPart.parts[1]");
        let expires = places.field("expires").unwrap();
        assert_eq!(octet(item(octets, expires, 1)), Some(7));
        assert_eq!(item(octets, expires, 2), None);
        let mut seen = Vec::new();
        entries(
            octets,
            places.field("extensions").unwrap(),
            |key, value, at| {
                seen.push((key.len(), value.len(), octets[at]));
            },
        );
        assert_eq!(seen, [(1, 4, 0x63), (4, 1, 7)]);
    }

    #[test]
    fn what_is_no_message_has_no_places() {
        for octets in [&[][..], &[0x80], &[0x87, 0x40], &[0xff]] {
            let places = Places::of(octets);
            assert_eq!(places.part_field(0, ""), None);
            assert_eq!(entries(octets, 0, |_, _, _| {}), None);
        }
    }
}
