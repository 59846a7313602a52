//! What may stand for a faulty item: two items for every field, both of which could be there. The
//! second differs from the first wherever a rule could look at it.

use std::ops::Range;
use std::vec::Vec;

use crate::item::{MAJOR, push_head};
use crate::message::{MessageId, Salt};

/// Which of the two is taken.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Choice {
    First,
    Second,
}

impl Choice {
    pub(super) const fn of(self, [first, second]: Either) -> &'static [u8] {
        match self {
            Choice::First => first,
            Choice::Second => second,
        }
    }
}

/// The two items that may stand for a faulty one.
pub(super) type Either = [&'static [u8]; 2];

/// What may stand for an item.
#[derive(Clone, Copy)]
pub(super) enum Item {
    Octets(Either),
    Salt,
    /// An ID that no other item has.
    Id,
    /// A key or a nonce of the length that the algorithm of the part has.
    Key,
    Nonce,
    /// The parts of a multipart, each of which is looked at by itself.
    Parts,
}

impl Item {
    /// The octets that stand for the item at offset `at`, in a part whose algorithm asks for a key
    /// and a nonce of these lengths.
    pub(super) fn octets(self, choice: Choice, at: usize, (key, nonce): (usize, usize)) -> Vec<u8> {
        match self {
            Item::Octets(either) => choice.of(either).to_vec(),
            Item::Id => {
                // The hash function, then what no other item has.
                let mut id = filled(MessageId::LENGTH, 0xd5 ^ choice as u8);
                let place = (at as u64).to_be_bytes();
                for (octet, new) in id.iter_mut().skip(2).zip([1].iter().chain(&place)) {
                    *octet = *new;
                }
                id
            }
            Item::Salt => {
                let mut salt = filled(Salt::LENGTH, 7);
                if let Some(last) = salt.last_mut() {
                    *last = choice as u8;
                }
                salt
            }
            Item::Key => filled(key, 7),
            Item::Nonce => filled(nonce, 7),
            // Never asked for: where they are faulty, the part is.
            Item::Parts => std::vec![0x80],
        }
    }
}

/// A byte string of one octet over and over.
fn filled(length: usize, octet: u8) -> Vec<u8> {
    let mut octets = Vec::with_capacity(length + 2);
    push_head(&mut octets, MAJOR::BYTES, length as u64);
    octets.resize(octets.len() + length, octet);
    octets
}

/// What stands for the first five fields of a message. Whatever is faulty, it is not the null that
/// may stand for an ID.
pub(super) const MESSAGE: [Item; 5] = [
    Item::Salt,
    Item::Id,
    Item::Octets([&[0x40], &[0x41, 0]]),
    Item::Octets([&[0xf6], &[0x82, 0xf5, 0x19, 0x0e, 0x10]]),
    Item::Id,
];

/// What is shown, and what only few rules are about.
pub(super) const DISPOSITION: Item = Item::Octets([&[1], &[7]]);
const INTEGER: Item = Item::Octets([&[0], &[1]]);
pub(super) const TEXT: Item = Item::Octets([&[0x60], &[0x61, b'a']]);
const BYTES: Item = Item::Octets([&[0x40], &[0x41, b'a']]);
/// `https://a.example`.
const URL: Item = Item::Octets([b"\x71https://a.example", b"\x71https://a.example"]);
/// `text/plain;charset=utf-8` and `application/octet-stream`.
const MEDIA_TYPE: Item = Item::Octets([
    b"\x78\x18text/plain;charset=utf-8",
    b"\x78\x18application/octet-stream",
]);
/// With alternatives, and without.
const SEMANTICS: Item = Item::Octets([&[0], &[2]]);
/// A part from its cardinality on, and its length: text, and a file elsewhere.
pub(super) const REST_OF_PART: Either = [
    b"\x01\x78\x18text/plain;charset=utf-8\x41a",
    b"\x02\x78\x18application/octet-stream\x71https://a.example\0\x01\0\x40\x40\x40\0\x40\x60\x60",
];
pub(super) const LENGTH_OF_PART: Either = [&[0x85], &[0x8f]];
/// The same for a part of three items: text, and nothing, which it may well be.
pub(super) const REST_OF_THREE: Either = [REST_OF_PART[0], b"\0"];
pub(super) const LENGTH_OF_THREE: Either = [&[0x85], &[0x83]];

/// What stands for the fields of a part, by cardinality. The third is the cardinality: without
/// it nothing is known of the part.
const NULL: &[Item] = &[DISPOSITION, TEXT, INTEGER];
const SINGLE: &[Item] = &[DISPOSITION, TEXT, INTEGER, MEDIA_TYPE, BYTES];
const MULTI: &[Item] = &[DISPOSITION, TEXT, INTEGER, SEMANTICS, Item::Parts];
const EXTERNAL: &[Item] = &[
    DISPOSITION,
    TEXT,
    INTEGER,
    MEDIA_TYPE,
    URL,
    INTEGER,
    INTEGER,
    INTEGER,
    Item::Key,
    Item::Nonce,
    BYTES,
    INTEGER,
    BYTES,
    TEXT,
    TEXT,
];

pub(super) const PARTS: [&[Item]; 4] = [NULL, SINGLE, EXTERNAL, MULTI];

/// The fields that say what a part is: type (or semantics) and content (or address).
pub(super) const CONTENT: Range<usize> = 3..5;
/// The field of an external part that names the algorithm.
pub(super) const ENC_ALG: usize = 7;

/// The cardinality of a multipart.
pub(super) const MULTIPART: u64 = 3;

pub(super) const NULL_VALUE: u8 = 0xf6;
/// Keys of extensions from here downwards (-1 less this) are taken to be unused.
pub(super) const UNUSED_KEYS: u64 = 1 << 50;

pub(super) const DERIVED: [Item; 7] = [
    Item::Id,
    // 14 November 2023.
    Item::Octets([
        &[0x1b, 0, 0, 1, 0x8b, 0xcf, 0xe5, 0x68, 0],
        &[0x1b, 0, 0, 1, 0x8b, 0xcf, 0xe5, 0x68, 1],
    ]),
    Item::Octets([&[0x41, 1], &[0x41, 2]]),
    INTEGER,
    Item::Octets([&[0x60], &[0x60]]),
    Item::Octets([&[0x60], &[0x60]]),
    Item::Octets([&[0x60], &[0x60]]),
];

pub(super) const STATUS: [Item; 2] = [Item::Id, Item::Octets([&[1], &[2]])];
