//! Deterministic CBOR for tests that break it: where the items of a message stand, and how strings
//! are written. It knows nothing else, and shares nothing with the library.

use std::ops::Range;

pub(crate) fn head(octets: &[u8], at: usize) -> (u8, usize, usize) {
    let (major, info) = (octets[at] >> 5, usize::from(octets[at] & 31));
    let size = match info {
        0..24 => return (major, info, at + 1),
        24 => 1,
        25 => 2,
        26 => 4,
        _ => 8,
    };
    let argument = octets[at + 1..at + 1 + size]
        .iter()
        .fold(0, |all, octet| all << 8 | usize::from(*octet));
    (major, argument, at + 1 + size)
}

/// The items inside the item at `at`, and where it ends.
pub(crate) fn inside(octets: &[u8], at: usize) -> (Vec<usize>, usize) {
    let (major, argument, mut here) = head(octets, at);
    let count = match major {
        2 | 3 => return (Vec::new(), here + argument),
        4 => argument,
        5 => 2 * argument,
        6 => 1,
        _ => 0,
    };
    let mut items = Vec::new();
    for _ in 0..count {
        items.push(here);
        here = inside(octets, here).1;
    }
    (items, here)
}

pub(crate) fn span(octets: &[u8], at: usize) -> Range<usize> {
    at..inside(octets, at).1
}

pub(crate) fn item(octets: &[u8], path: &[usize]) -> usize {
    path.iter().fold(0, |at, step| inside(octets, at).0[*step])
}

/// The paths of all parts, the body first.
pub(crate) fn parts(octets: &[u8]) -> Vec<Vec<usize>> {
    let mut waiting = vec![vec![6]];
    let mut all = Vec::new();
    while let Some(path) = waiting.pop() {
        let fields = inside(octets, item(octets, &path)).0;
        if octets[fields[2]] == 3 {
            for child in (0..inside(octets, fields[4]).0.len()).rev() {
                waiting.push([&path[..], &[4, child]].concat());
            }
        }
        all.push(path);
    }
    all
}

pub(crate) fn string(major: u8, content: &[u8]) -> Vec<u8> {
    let mut out = match content.len() {
        length @ 0..24 => vec![major << 5 | length as u8],
        length @ 24..256 => vec![major << 5 | 24, length as u8],
        length => vec![major << 5 | 25, (length >> 8) as u8, length as u8],
    };
    out.extend_from_slice(content);
    out
}

pub(crate) fn text(content: &str) -> Vec<u8> {
    string(3, content.as_bytes())
}

pub(crate) fn bytes(content: &[u8]) -> Vec<u8> {
    string(2, content)
}

pub(crate) fn id(first: u8) -> Vec<u8> {
    bytes(&[&[first][..], &[7; 31]].concat())
}
