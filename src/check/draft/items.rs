//! The items of some octets one after the other, and where two of them differ.

use std::format;
use std::string::{String, ToString};
use std::vec::Vec;

use crate::item::{MAJOR, Path, Reader};
use crate::notation::edn;

/// One item: its head, and for a string its content.
#[derive(Clone, Copy, Debug)]
pub(super) struct Item {
    pub(super) at: usize,
    /// Where the content of a string begins; elsewhere the end of the head.
    pub(super) content: usize,
    pub(super) end: usize,
    pub(super) major: u8,
    pub(super) arg: u64,
    indefinite: bool,
    /// 0 for the outermost item.
    pub(super) depth: usize,
    /// Its place among the items of the one around it.
    pub(super) index: usize,
}

impl Item {
    /// Whether items stand inside it.
    fn opens(&self) -> bool {
        matches!(self.major, MAJOR::ARRAY | MAJOR::MAP | MAJOR::TAG) || self.indefinite
    }

    /// The content of a byte string of that length, or of any.
    pub(super) fn bytes<'o>(&self, octets: &'o [u8]) -> Option<&'o [u8]> {
        (self.major == MAJOR::BYTES && !self.indefinite)
            .then(|| octets.get(self.content..self.end))?
    }

    /// The content of a text string.
    pub(super) fn text<'o>(&self, octets: &'o [u8]) -> Option<&'o str> {
        (self.major == MAJOR::TEXT && !self.indefinite)
            .then(|| octets.get(self.content..self.end))
            .flatten()
            .and_then(|content| core::str::from_utf8(content).ok())
    }

    /// The value of an unsigned integer.
    pub(super) fn uint(&self) -> Option<u64> {
        (self.major == MAJOR::UNSIGNED).then_some(self.arg)
    }
}

/// All items; none unless the octets are exactly one well-formed item.
pub(super) fn items(octets: &[u8]) -> Option<Vec<Item>> {
    let (items, whole) = scan(octets);
    whole.then_some(items)
}

/// The items up to the first that cannot be read, and whether the octets are exactly one. Without
/// recursion.
pub(super) fn scan(octets: &[u8]) -> (Vec<Item>, bool) {
    let mut items = Vec::new();
    // For each open item: what is left (none = until a break), and the index of the next.
    let mut open: Vec<(Option<u64>, usize)> = Vec::new();
    let mut at = 0;
    loop {
        while let Some((Some(0), _)) = open.last() {
            open.pop();
        }
        if open.is_empty() && !items.is_empty() {
            return (items, at == octets.len());
        }
        match step(octets, at, &mut open) {
            Some((item, end)) => {
                items.extend(item);
                at = end;
            }
            None => return (items, false),
        }
    }
}

/// Reads a head, with the content of a string, or a break; and where the next one stands.
fn step(
    octets: &[u8],
    at: usize,
    open: &mut Vec<(Option<u64>, usize)>,
) -> Option<(Option<Item>, usize)> {
    const BREAK: u8 = 0xff;
    let rest = octets.get(at..)?;
    if rest.first() == Some(&BREAK) {
        let (None, _) = open.pop()? else { return None };
        return Some((None, at + 1));
    }
    let mut reader = Reader::quiet(rest);
    let head = reader.head(&Path::root("")).ok()?;
    let content = at + reader.pos();
    let string = matches!(head.major, MAJOR::BYTES | MAJOR::TEXT) && !head.indefinite();
    let end = match string {
        true => content.checked_add(usize::try_from(head.arg).ok()?)?,
        false => content,
    };
    if end > octets.len() {
        return None;
    }
    let depth = open.len();
    let index = match open.last_mut() {
        Some((left, next)) => {
            if let Some(left) = left {
                *left -= 1;
            }
            *next += 1;
            *next - 1
        }
        None => 0,
    };
    let item = Item {
        at,
        content,
        end,
        major: head.major,
        arg: head.arg,
        indefinite: head.indefinite(),
        depth,
        index,
    };
    if item.opens() {
        let count = match head.major {
            _ if head.indefinite() => None,
            MAJOR::TAG => Some(1),
            MAJOR::MAP => Some(head.arg.checked_mul(2)?),
            _ => Some(head.arg),
        };
        open.push((count, 0));
    }
    Some((Some(item), end))
}

/// A place where two sets of octets differ: the offset in each, and what stands there.
#[derive(Debug)]
pub(super) struct Difference {
    pub(super) ours: usize,
    pub(super) theirs: usize,
    pub(super) our_value: String,
    pub(super) their_value: String,
}

/// Differences listed for one pair.
const MOST: usize = 32;

/// Every item that differs, up to where the structure does.
pub(super) fn differences(ours: &[u8], theirs: &[u8]) -> Vec<Difference> {
    if ours == theirs {
        return Vec::new();
    }
    let ((our_items, _), (their_items, _)) = (scan(ours), scan(theirs));
    let mut differences = Vec::new();
    for (one, other) in our_items.iter().zip(&their_items) {
        let (a, b) = (slice(ours, one), slice(theirs, other));
        if a == b && one.depth == other.depth {
            continue;
        }
        let structure = one.opens() || other.opens() || one.depth != other.depth;
        let (mut at, mut with) = (one.at, other.at);
        if !structure {
            let strings = one.content < one.end && other.content < other.end;
            let (from, to) = match strings {
                true => (one.content, other.content),
                false => (one.at, other.at),
            };
            let same = octets_in_common(
                ours.get(from..one.end).unwrap_or_default(),
                theirs.get(to..other.end).unwrap_or_default(),
            );
            at = (from + same).min(one.end.saturating_sub(1));
            with = (to + same).min(other.end.saturating_sub(1));
        }
        differences.push(Difference {
            ours: at,
            theirs: with,
            our_value: shown(ours, one),
            their_value: shown(theirs, other),
        });
        if structure || differences.len() == MOST {
            break;
        }
    }
    if differences.is_empty() {
        differences.push(first_octet(ours, theirs));
    }
    differences
}

fn slice<'o>(octets: &'o [u8], item: &Item) -> &'o [u8] {
    octets.get(item.at..item.end).unwrap_or_default()
}

fn octets_in_common(one: &[u8], other: &[u8]) -> usize {
    one.iter().zip(other).take_while(|(a, b)| a == b).count()
}

fn first_octet(ours: &[u8], theirs: &[u8]) -> Difference {
    let at = octets_in_common(ours, theirs);
    let value = |octets: &[u8]| match octets.get(at) {
        Some(octet) => format!("octet 0x{octet:02x} at offset {at}"),
        None => format!("the end after {at} octets"),
    };
    Difference {
        ours: at.min(ours.len().saturating_sub(1)),
        theirs: at.min(theirs.len().saturating_sub(1)),
        our_value: value(ours),
        their_value: value(theirs),
    }
}

/// An item for people: a short one in EDN, the head of one that holds others.
fn shown(octets: &[u8], item: &Item) -> String {
    const LONGEST: usize = 100;
    if item.opens() {
        return match item.major {
            MAJOR::ARRAY => format!("an array of {} items", item.arg),
            MAJOR::MAP => format!("a map of {} entries", item.arg),
            MAJOR::TAG => format!("tag {}", item.arg),
            _ => "a string of indefinite length".to_string(),
        };
    }
    let text = edn::item(slice(octets, item)).unwrap_or_default();
    if text.chars().count() <= LONGEST {
        return text;
    }
    let start: String = text.chars().take(LONGEST).collect();
    format!("{start}...")
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn octets(text: &str) -> Vec<u8> {
        edn::read(text).unwrap().value.into_octets()
    }

    fn values(one: &str, other: &str) -> Vec<(String, String)> {
        differences(&octets(one), &octets(other))
            .into_iter()
            .map(|difference| (difference.our_value, difference.their_value))
            .collect()
    }

    #[test]
    fn every_item_is_listed() {
        let octets = octets("[1, {2: 'ab'}, [_ 3, (_ 'c', 'd')], 5(null)]");
        let places: Vec<_> = items(&octets)
            .unwrap()
            .iter()
            .map(|item| (item.depth, item.index))
            .collect();
        assert_eq!(
            places,
            [
                (0, 0),
                (1, 0),
                (1, 1),
                (2, 0),
                (2, 1),
                (1, 2),
                (2, 0),
                (2, 1),
                (3, 0),
                (3, 1),
                (1, 3),
                (2, 0)
            ]
        );
        for broken in [
            &[0x82, 0x01][..],
            &[0x01, 0x02],
            &[0x42, 0],
            &[0x81, 0xff],
            &[],
            &[0x9f],
        ] {
            assert!(items(broken).is_none(), "{broken:02x?}");
        }
    }

    #[test]
    fn differences_are_items() {
        assert_eq!(values("[1, 'a']", "[1, 'a']"), []);
        let pair = |one: &str, other: &str| (one.to_string(), other.to_string());
        assert_eq!(
            values("[1, 'a', 3]", "[2, 'abc', 3]"),
            [pair("1", "2"), pair("h'61'", "h'616263'")]
        );
        assert_eq!(
            values("[1, [2]]", "[1, 2]"),
            [pair("an array of 1 items", "2")]
        );
        let found = differences(&octets("[h'0001', 1]"), &octets("[h'0002', 1]"));
        assert_eq!((found[0].ours, found[0].theirs), (3, 3));
    }
}
