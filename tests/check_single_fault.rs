//! One fault, one finding: each of the draft's fourteen messages is broken in every way that
//! applies to it, and exactly the expected rule is the root, at the expected octet. Two faults give
//! two roots.
//!
//! `FAULTS` is the table: which items a fault applies to, what is put in their place, and where the
//! finding is expected.
#![cfg(all(feature = "notation", feature = "html"))]
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use std::collections::BTreeSet;
use std::fs;
use std::ops::Range;
use std::path::Path;

use mimi_codec::cbor::Decoder;
use mimi_codec::check::{Context, check_octets};
use mimi_codec::message::MessageId;
use mimi_codec::report::{Code, Finding, codes};
use serde_json::Value;

/// The draft's messages, from the vectors.
fn golden() -> Vec<(String, Vec<u8>)> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("testvectors/cbor_decode.json");
    let document: Value = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    let mut messages = Vec::new();
    for group in document["testGroups"].as_array().unwrap() {
        for test in group["tests"].as_array().unwrap() {
            if let Some(name) = test["comment"]
                .as_str()
                .unwrap()
                .strip_prefix("draft example ")
            {
                let hex = test["input"]["hex"].as_str().unwrap();
                let octets = (0..hex.len() / 2)
                    .map(|at| u8::from_str_radix(&hex[2 * at..2 * at + 2], 16).unwrap())
                    .collect();
                messages.push((name.to_owned(), octets));
            }
        }
    }
    assert_eq!(messages.len(), 14);
    messages
}

// A reader of deterministic CBOR that knows where items stand, and nothing else.

fn head(octets: &[u8], at: usize) -> (u8, usize, usize) {
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
fn inside(octets: &[u8], at: usize) -> (Vec<usize>, usize) {
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

fn span(octets: &[u8], at: usize) -> Range<usize> {
    at..inside(octets, at).1
}

fn item(octets: &[u8], path: &[usize]) -> usize {
    path.iter().fold(0, |at, step| inside(octets, at).0[*step])
}

/// The paths of all parts, the body first.
fn parts(octets: &[u8]) -> Vec<Vec<usize>> {
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

fn string(major: u8, content: &[u8]) -> Vec<u8> {
    let mut out = match content.len() {
        length @ 0..24 => vec![major << 5 | length as u8],
        length @ 24..256 => vec![major << 5 | 24, length as u8],
        length => vec![major << 5 | 25, (length >> 8) as u8, length as u8],
    };
    out.extend_from_slice(content);
    out
}

fn text(content: &str) -> Vec<u8> {
    string(3, content.as_bytes())
}

fn bytes(content: &[u8]) -> Vec<u8> {
    string(2, content)
}

fn id(first: u8) -> Vec<u8> {
    bytes(&[&[first][..], &[7; 31]].concat())
}

// The table.

/// Which items a fault is made of.
#[derive(Clone, Copy, PartialEq)]
enum Where {
    /// A field of the message.
    Field(usize),
    /// The value of an extension.
    Value(usize),
    /// A field of every part of this cardinality.
    Part(u8, usize),
    /// A field of every part.
    EachPart(usize),
}

/// What a fault may look at before it decides whether it applies.
struct Sight<'o> {
    name: &'o str,
    octets: &'o [u8],
    /// The item to be replaced.
    old: &'o [u8],
    /// The path of the part it is in.
    part: &'o [usize],
}

impl Sight<'_> {
    fn field(&self, number: usize) -> &[u8] {
        let path = [self.part, &[number]].concat();
        &self.octets[span(self.octets, item(self.octets, &path))]
    }

    fn message(&self, number: usize) -> &[u8] {
        &self.octets[span(self.octets, item(self.octets, &[number]))]
    }

    fn content_type(&self) -> String {
        let octets = self.field(3);
        let start = head(octets, 0).2;
        String::from_utf8_lossy(&octets[start..]).into_owned()
    }

    fn disposition(&self) -> u8 {
        self.field(0)[0]
    }

    /// The content of a string that is replaced.
    fn content(&self) -> &[u8] {
        &self.old[head(self.old, 0).2..]
    }

    fn is_null(&self) -> bool {
        self.octets[item(self.octets, &[6, 2])] == 0
    }
}

/// The new item, and where in it the finding is expected.
type New = Option<(Vec<u8>, usize)>;

/// A rule, where it is broken, how, and where else the finding is expected than there.
struct Fault {
    code: Code,
    place: Where,
    new: fn(&Sight<'_>) -> New,
    elsewhere: Option<usize>,
}

const fn fault(code: Code, place: Where, new: fn(&Sight<'_>) -> New) -> Fault {
    Fault {
        code,
        place,
        new,
        elsewhere: None,
    }
}

/// A fault of one field that is told at another field of the message.
const fn told_at(code: Code, place: Where, field: usize, new: fn(&Sight<'_>) -> New) -> Fault {
    Fault {
        code,
        place,
        new,
        elsewhere: Some(field),
    }
}

/// Another entry in the extension map, whose two entries have the keys 1 and 2: before or behind
/// them. The finding is expected at the key, or so many octets on.
fn entry(sight: &Sight<'_>, first: bool, key: &[u8], value: &[u8], on: usize) -> New {
    assert_eq!(sight.old[0], 0xa2);
    let new = [key, value].concat();
    let (out, at) = match first {
        true => ([&[0xa3], &new[..], &sight.old[1..]].concat(), 1),
        false => (
            [&[0xa3], &sight.old[1..], &new[..]].concat(),
            sight.old.len(),
        ),
    };
    Some((out, at + on))
}

/// More text at the end of a text of that media type.
fn more(sight: &Sight<'_>, media: &str, words: &str) -> New {
    let fits = sight.content_type().starts_with(media);
    fits.then(|| (bytes(&[sight.content(), words.as_bytes()].concat()), 0))
}

/// More text that readers see: alternatives to it would say something else.
fn more_seen(sight: &Sight<'_>, media: &str, words: &str) -> New {
    more(sight, media, words).filter(|_| sight.name != "multipart-3")
}

fn put(octets: Vec<u8>) -> New {
    Some((octets, 0))
}

const MARKDOWN: &str = "text/markdown;variant=GFM-MIMI";
const HTML: &str = "text/html";
const REACTION: u8 = 2;
const SESSION: u8 = 7;

#[rustfmt::skip] // A table.
static FAULTS: &[Fault] = &[
    // The form.
    fault(codes::CBOR_HEAD_NOT_SHORTEST, Where::Field(0), |s| put([&[0x58, 16], s.content()].concat())),
    fault(codes::CBOR_HEAD_NOT_SHORTEST, Where::EachPart(2), |s| put(vec![0x18, s.old[0]])),
    fault(codes::CBOR_INDEFINITE_LENGTH, Where::Field(0), |s| put([&[0x5f], s.old, &[0xff]].concat())),
    fault(codes::CBOR_INDEFINITE_LENGTH, Where::EachPart(1), |s| put([&[0x7f][..], if s.old.len() > 1 { s.old } else { &[] }, &[0xff]].concat())),
    fault(codes::CBOR_KEY_ORDER, Where::Field(5), |s| {
        let items = inside(s.old, 0).0;
        let (one, two) = (&s.old[1..items[2]], &s.old[items[2]..]);
        Some(([&[0xa2], two, one].concat(), 1 + two.len()))
    }),
    fault(codes::CBOR_BIGNUM_NOT_SHORTEST, Where::Field(5), |s| entry(s, false, &[0x20], &[0xc2, 0x41, 1], 1)),
    fault(codes::CBOR_SIMPLE_INVALID, Where::Field(5), |s| entry(s, false, &[0x20], &[0xf8, 16], 1)),
    fault(codes::UTF8_INVALID, Where::EachPart(1), |_| Some((vec![0x61, 0xff], 1))),
    fault(codes::DUPLICATE_KEY, Where::Field(5), |s| entry(s, false, &[2], &[1], 0)),
    fault(codes::KEY_TYPE, Where::Field(5), |s| entry(s, false, &[0x80], &[1], 0)),
    fault(codes::KEY_RANGE, Where::Field(5), |s| entry(s, false, &[0x1b, 0, 0x20, 0, 0, 0, 0, 0, 0], &[1], 0)),
    fault(codes::CBOR_RESERVED_HEAD, Where::Field(2), |_| put(vec![0x1c])),
    fault(codes::CBOR_BREAK_MISPLACED, Where::Field(2), |_| put(vec![0xff])),
    // The structure.
    fault(codes::WRONG_TYPE, Where::Field(0), |s| put(string(3, s.content()))),
    fault(codes::WRONG_TYPE, Where::Field(1), |_| put(vec![1])),
    fault(codes::WRONG_TYPE, Where::EachPart(1), |_| put(vec![0x40])),
    fault(codes::WRONG_TYPE, Where::Part(1, 4), |s| put(string(3, &vec![b'a'; s.content().len()]))),
    fault(codes::SALT_LENGTH, Where::Field(0), |_| put(vec![0x40])),
    fault(codes::SALT_LENGTH, Where::Field(0), |s| put(bytes(&s.content()[1..]))),
    fault(codes::MESSAGE_ID_LENGTH, Where::Field(1), |_| put(vec![0x41, 1])),
    fault(codes::MESSAGE_ID_LENGTH, Where::Field(4), |_| put(vec![0x41, 1])),
    fault(codes::UNDEFINED_FOR_NULL, Where::Field(1), |s| (s.old == [0xf6]).then(|| (vec![0xf7], 0))),
    fault(codes::UNDEFINED_FOR_NULL, Where::Field(3), |s| (s.old == [0xf6]).then(|| (vec![0xf7], 0))),
    fault(codes::TAG_UNEXPECTED, Where::Field(2), |s| put([&[0xc1], s.old].concat())),
    fault(codes::TOPIC_LENGTH, Where::Field(2), |_| put(bytes(&[7; 4097]))),
    fault(codes::ARRAY_LENGTH, Where::Field(3), |_| put(vec![0x83, 0xf5, 5, 5])),
    fault(codes::INTEGER_RANGE, Where::Field(3), |_| Some((vec![0x82, 0xf5, 0x1b, 0, 0, 0, 1, 0, 0, 0, 0], 2))),
    fault(codes::INTEGER_RANGE, Where::EachPart(0), |_| put(vec![0x19, 1, 0])),
    fault(codes::WRONG_TYPE, Where::EachPart(0), |_| put(vec![0x60])),
    fault(codes::WRONG_TYPE, Where::EachPart(2), |_| put(vec![0x60])),
    fault(codes::WRONG_TYPE, Where::Part(1, 3), |_| put(vec![0x40])),
    fault(codes::WRONG_TYPE, Where::Part(2, 3), |_| put(vec![0x40])),
    fault(codes::WRONG_TYPE, Where::Part(3, 3), |_| put(vec![0x40])),
    fault(codes::WRONG_TYPE, Where::Part(3, 4), |_| put(vec![0x40])),
    fault(codes::WRONG_TYPE, Where::Part(2, 4), |_| put(vec![0x40])),
    fault(codes::INTEGER_RANGE, Where::Part(2, 5), |_| put(vec![0x1b, 0, 0, 0, 1, 0, 0, 0, 0])),
    fault(codes::WRONG_TYPE, Where::Part(2, 6), |_| put(vec![0x20])),
    fault(codes::INTEGER_RANGE, Where::Part(2, 7), |_| put(vec![0x1a, 0, 1, 0, 0])),
    fault(codes::WRONG_TYPE, Where::Part(2, 8), |_| put(vec![0x60])),
    fault(codes::WRONG_TYPE, Where::Part(2, 9), |_| put(vec![0x60])),
    fault(codes::WRONG_TYPE, Where::Part(2, 10), |_| put(vec![0x60])),
    fault(codes::INTEGER_RANGE, Where::Part(2, 11), |_| put(vec![0x19, 1, 0])),
    fault(codes::WRONG_TYPE, Where::Part(2, 12), |_| put(vec![0x60])),
    fault(codes::UTF8_INVALID, Where::Part(2, 13), |_| Some((vec![0x61, 0xff], 1))),
    fault(codes::UTF8_INVALID, Where::Part(2, 14), |_| Some((vec![0x61, 0xff], 1))),
    fault(codes::UTF8_INVALID, Where::Part(1, 3), |_| Some((vec![0x61, 0xff], 1))),
    fault(codes::UTF8_INVALID, Where::Value(1), |_| Some((vec![0x61, 0xff], 1))),
    fault(codes::TAG_UNEXPECTED, Where::EachPart(0), |s| put([&[0xc1], s.old].concat())),
    fault(codes::TAG_UNEXPECTED, Where::EachPart(2), |s| put([&[0xc1, 0xc2], s.old].concat())),
    fault(codes::TAG_UNEXPECTED, Where::Part(1, 4), |s| put([&[0xc1], s.old].concat())),
    fault(codes::TAG_UNEXPECTED, Where::Part(3, 4), |s| put([&[0xc1], s.old].concat())),
    fault(codes::TAG_UNEXPECTED, Where::Field(6), |s| put([&[0xd9, 0xd9, 0xf7], s.old].concat())),
    fault(codes::WRONG_TYPE, Where::Field(5), |_| put(vec![0x80])),
    fault(codes::WRONG_TYPE, Where::Field(6), |_| put(vec![0xf6])),
    fault(codes::ARRAY_LENGTH, Where::Field(6), |s| (!s.is_null()).then(|| ([&[s.old[0] + 1], &s.old[1..], &[0]].concat(), 0))),
    fault(codes::CARDINALITY_UNKNOWN, Where::EachPart(2), |_| put(vec![4])),
    fault(codes::SEMANTICS_UNKNOWN, Where::Part(3, 3), |_| put(vec![3])),
    fault(codes::MULTIPART_TOO_FEW, Where::Part(3, 4), |s| {
        let items = inside(s.old, 0).0;
        // References count parts: where there are some, they break too.
        (s.name != "multipart-3").then(|| ([&[0x81], &s.old[1..items[1]]].concat(), 0))
    }),
    fault(codes::URL_TAGGED, Where::Part(2, 4), |s| put([&[0xd8, 0x20], s.old].concat())),
    fault(codes::KEY_RESERVED, Where::Field(5), |s| entry(s, true, &[0], &[1], 0)),
    fault(codes::KEY_LENGTH, Where::Field(5), |s| entry(s, false, &[0x60], &[1], 0)),
    fault(codes::EXTENSION_DEPTH, Where::Field(5), |s| entry(s, false, &[0x20], &[0x81, 0x81, 0x81, 0x81, 1], 4)),
    // The fields.
    fault(codes::SALT_CONSTANT, Where::Field(0), |_| put(bytes(&[0; 16]))),
    fault(codes::MESSAGE_ID_HASH_UNKNOWN, Where::Field(1), |_| put(id(77))),
    fault(codes::MESSAGE_ID_HASH_UNKNOWN, Where::Field(4), |_| put(id(0))),
    fault(codes::MESSAGE_ID_HASH_OTHER, Where::Field(1), |_| put(id(8))),
    told_at(codes::REPLY_TO_ITSELF, Where::Field(1), 4, |s| (s.message(4) != [0xf6]).then(|| (s.message(4).to_vec(), 0))),
    fault(codes::EXPIRES_ZERO, Where::Field(3), |s| (!s.is_null()).then(|| (vec![0x82, 0xf5, 0], 2))),
    fault(codes::EXPIRES_ZERO, Where::Field(3), |s| (!s.is_null()).then(|| (vec![0x82, 0xf4, 0], 2))),
    fault(codes::LIFETIME_LONG, Where::Field(3), |s| (!s.is_null()).then(|| (vec![0x82, 0xf5, 0x1a, 0xff, 0, 0, 0], 2))),
    fault(codes::EXPIRY_PAST, Where::Field(3), |s| (!s.is_null()).then(|| (vec![0x82, 0xf4, 0x1a, 0x20, 0, 0, 0], 2))),
    fault(codes::EXPIRY_FUTURE, Where::Field(3), |s| (!s.is_null()).then(|| (vec![0x82, 0xf4, 0x1a, 0xf0, 0, 0, 0], 2))),
    fault(codes::DELETE_WITH_CONTENT, Where::Field(3), |s| s.is_null().then(|| (vec![0x82, 0xf5, 5], 0))),
    told_at(codes::NULL_WITHOUT_REPLACES, Where::Field(1), 6, |s| s.is_null().then(|| (vec![0xf6], 0))),
    fault(codes::REACTION_WITHOUT_TARGET, Where::Field(4), |s| (s.name == "reaction").then(|| (vec![0xf6], 0))),
    fault(codes::EXTENSION_TYPE, Where::Value(1), |_| put(vec![0x41, 1])),
    fault(codes::EXTENSION_TYPE, Where::Value(3), |_| put(vec![0x01])),
    fault(codes::EXTENSION_UNREGISTERED, Where::Field(5), |s| entry(s, false, &[6], &[1], 1)),
    fault(codes::EXTENSION_FLOAT, Where::Field(5), |s| entry(s, false, &[0x20], &[0x81, 0xf9, 0x3e, 0], 2)),
    fault(codes::EXTENSION_SIZE, Where::Field(5), |s| entry(s, false, &[0x20], &bytes(&[1; 4096]), 1)),
    fault(codes::URL_SYNTAX, Where::Value(1), |_| put(text("alice"))),
    fault(codes::URI_SYNTAX, Where::Value(1), |_| put(text("mimi:alice"))),
    fault(codes::URI_KIND, Where::Value(1), |_| put(text("mimi://example.com/r/alice"))),
    fault(codes::URI_KIND, Where::Value(3), |_| put(text("mimi://example.com/u/alice"))),
    fault(codes::URI_NOT_NORMALISED, Where::Value(3), |_| put(text("mimi://Example.com/r/team"))),
    // The parts.
    fault(codes::DISPOSITION_UNREGISTERED, Where::EachPart(0), |s| (s.disposition() != SESSION).then(|| (vec![0x18, 99], 0))),
    fault(codes::LANGUAGE_SYNTAX, Where::EachPart(1), |s| (s.disposition() != REACTION && !s.is_null()).then(|| (text("en_US"), 0))),
    fault(codes::LANGUAGE_SUBTAG_UNKNOWN, Where::EachPart(1), |s| (s.disposition() != REACTION && !s.is_null()).then(|| (text("en-UK"), 0))),
    fault(codes::LANGUAGE_SUBTAG_REPEATED, Where::EachPart(1), |s| (s.disposition() != REACTION && !s.is_null()).then(|| (text("de-1901-1901"), 0))),
    fault(codes::LANGUAGE_REPEATED, Where::EachPart(1), |s| (s.disposition() != REACTION && !s.is_null()).then(|| (text("en, en"), 0))),
    fault(codes::DELETE_WITH_CONTENT, Where::Part(0, 1), |_| put(text("en"))),
    fault(codes::REACTION_LANGUAGE, Where::Part(1, 1), |s| (s.disposition() == REACTION).then(|| (text("en"), 0))),
    // Without its Markdown, the proprietary part beside it has no alternative.
    fault(codes::MEDIA_TYPE_SYNTAX, Where::Part(1, 3), |s| (s.name != "multipart-1").then(|| (text("soup"), 0))),
    fault(codes::MEDIA_TYPE_SYNTAX, Where::Part(2, 3), |_| put(text("soup"))),
    fault(codes::MARKDOWN_VARIANT_MISSING, Where::Part(1, 3), |s| (s.content_type() == MARKDOWN).then(|| (text("text/markdown"), 0))),
    fault(codes::PLAIN_CHARSET_MISSING, Where::Part(1, 3), |s| s.content_type().starts_with("text/plain").then(|| (text("text/plain"), 0))),
    fault(codes::PLAIN_CHARSET_OTHER, Where::Part(1, 3), |s| s.content_type().starts_with("text/plain").then(|| (text("text/plain;charset=koi8-r"), 0))),
    fault(codes::FORMAT_UNCOMMON, Where::Part(1, 3), |s| (s.part == [6] && s.disposition() != REACTION).then(|| (text("text/x-tex"), 0))),
    fault(codes::PLAIN_NOT_UTF8, Where::Part(1, 4), |s| s.content_type().starts_with("text/").then(|| (vec![0x41, 0xff], 0))),
    fault(codes::EMPTY_CONTENT, Where::Part(1, 4), |s| (s.content_type() == MARKDOWN).then(|| (vec![0x40], 0))),
    fault(codes::VIEW_NESTED_INVALID, Where::Part(1, 3), |s| (s.part == [6] && s.disposition() != REACTION).then(|| {
        // It is told at the content, which is the next item.
        let new = text("application/mimi-content");
        let next = new.len();
        (new, next)
    })),
    fault(codes::REACTION_SEVERAL, Where::Part(1, 4), |s| (s.disposition() == REACTION).then(|| (bytes("❤❤".as_bytes()), 0))),
    fault(codes::REACTION_NOT_EMOJI, Where::Part(1, 4), |s| (s.disposition() == REACTION).then(|| (bytes(b"x"), 0))),
    fault(codes::REACTION_EMPTY, Where::Part(1, 4), |s| (s.disposition() == REACTION).then(|| (vec![0x40], 0))),
    fault(codes::REACTION_SEMANTICS, Where::Part(3, 3), |s| (s.disposition() == REACTION).then(|| (vec![1], 0))),
    fault(codes::CID_TARGET_MISSING, Where::Part(1, 4), |s| more(s, MARKDOWN, " ![](cid:99@local.invalid)")),
    fault(codes::CID_TARGET_MISSING, Where::Part(1, 4), |s| more(s, HTML, "<img src='cid:99@local.invalid'>")),
    fault(codes::CID_TARGET_NOT_LEAF, Where::Part(1, 4), |s| (s.part != [6]).then(|| more(s, HTML, "<img src='cid:0@local.invalid'>"))?),
    fault(codes::CID_TO_ITSELF, Where::Part(1, 4), |s| (s.part == [6]).then(|| more(s, MARKDOWN, " ![](cid:0@local.invalid)"))?),
    fault(codes::CID_FORM, Where::Part(1, 4), |s| more(s, HTML, "<img src='cid:soup@example.com'>")),
    fault(codes::GFM_HTML, Where::Part(1, 4), |s| more(s, MARKDOWN, " <b>")),
    fault(codes::GFM_ALERT, Where::Part(1, 4), |s| more(s, MARKDOWN, "\n\n> [!NOTE]\n> a")),
    fault(codes::GFM_FOOTNOTE, Where::Part(1, 4), |s| more(s, MARKDOWN, " a[^1]")),
    fault(codes::GFM_MATH, Where::Part(1, 4), |s| more(s, MARKDOWN, " $$a$$")),
    fault(codes::GFM_BARE_URL, Where::Part(1, 4), |s| more(s, MARKDOWN, " https://example.com")),
    fault(codes::LINK_DECEPTIVE, Where::Part(1, 4), |s| more(s, MARKDOWN, " [a.example](https://b.example/)")),
    fault(codes::LINK_DECEPTIVE, Where::Part(1, 4), |s| more_seen(s, HTML, "<a href='https://b.example/'>a.example</a>")),
    fault(codes::LINK_TARGET_REFUSED, Where::Part(1, 4), |s| more(s, MARKDOWN, " [a](javascript:a)")),
    fault(codes::IMAGE_TARGET_REFUSED, Where::Part(1, 4), |s| more(s, MARKDOWN, " ![a](https://b.example/a.png)")),
    fault(codes::IMAGE_TARGET_REFUSED, Where::Part(1, 4), |s| more(s, HTML, "<img src='https://b.example/a.png'>")),
    fault(codes::HTML_DROPPED, Where::Part(1, 4), |s| more(s, HTML, "<iframe src='https://b.example/'></iframe>")),
    fault(codes::HTML_HIDDEN, Where::Part(1, 4), |s| more(s, HTML, "<p style='display:none'>a</p>")),
    fault(codes::EMPHASIS_AMBIGUOUS, Where::Part(1, 4), |s| more(s, MARKDOWN, " a*€ b*")),
    fault(codes::NUL_REPLACED, Where::Part(1, 4), |s| more(s, MARKDOWN, " \0")),
    fault(codes::NESTING_FLATTENED, Where::Part(1, 4), |s| more(s, MARKDOWN, &format!("\n\n{}a", "> ".repeat(200)))),
    // External content.
    fault(codes::URL_SYNTAX, Where::Part(2, 4), |_| put(text("https://a b"))),
    fault(codes::URL_SCHEME, Where::Part(2, 4), |s| (s.disposition() != SESSION).then(|| (text("file:///a"), 0))),
    fault(codes::EXTERNAL_TYPE_MISSING, Where::Part(2, 3), |s| (s.disposition() != SESSION).then(|| (text(""), 0))),
    fault(codes::EXTERNAL_EXPIRED, Where::Part(2, 5), |_| put(vec![1])),
    fault(codes::EXTERNAL_AEAD_UNKNOWN, Where::Part(2, 7), |_| put(vec![0x18, 100])),
    fault(codes::SECRETS_LENGTH, Where::Part(2, 8), |_| put(vec![0x41, 1])),
    fault(codes::SECRETS_LENGTH, Where::Part(2, 9), |_| put(vec![0x41, 1])),
    fault(codes::EXTERNAL_AAD, Where::Part(2, 10), |s| (s.field(7) != [0]).then(|| (vec![0x41, 1], 0))),
    fault(codes::SECRETS_LENGTH, Where::Part(2, 10), |s| (s.field(7) == [0]).then(|| (vec![0x41, 1], 0))),
    fault(codes::EXTERNAL_HASH_UNKNOWN, Where::Part(2, 11), |_| put(vec![0x18, 100])),
    fault(codes::CONTENT_HASH_LENGTH, Where::Part(2, 12), |_| put(vec![0x41, 1])),
    fault(codes::FILENAME_UNSAFE, Where::Part(2, 14), |_| put(text("../a"))),
];

/// A fault put into a message.
#[derive(Clone)]
struct Broken {
    code: Code,
    place: Where,
    /// The octets of the part it is in, and the cardinality of that.
    part: Range<usize>,
    cardinality: u8,
    /// The octets that are replaced.
    span: Range<usize>,
    new: Vec<u8>,
    /// Where the finding is expected; another field moves with what is in front of it.
    inside: usize,
    elsewhere: Option<usize>,
}

/// 9 February 2022, the day of the draft's messages.
const NOW: i64 = 1_644_387_300_000;

fn findings(octets: &[u8]) -> Vec<Finding> {
    check_octets(octets, &Decoder::strict(), &Context::new().now(NOW))
}

/// The findings that follow from no other, less those that the message has anyway.
fn roots(octets: &[u8], before: &[Finding]) -> Vec<(Code, Option<usize>)> {
    let known: BTreeSet<_> = before.iter().map(|it| (it.code, it.path.clone())).collect();
    findings(octets)
        .iter()
        .filter(|it| it.caused_by.is_none() && !known.contains(&(it.code, it.path.clone())))
        .map(|it| (it.code, it.offset))
        .collect()
}

fn apply(octets: &[u8], faults: &[&Broken]) -> Vec<u8> {
    let mut out = octets.to_vec();
    let mut sorted = faults.to_vec();
    sorted.sort_by_key(|it| std::cmp::Reverse(it.span.start));
    for broken in sorted {
        out.splice(broken.span.clone(), broken.new.iter().copied());
    }
    out
}

/// Where the finding is expected after all of these faults.
fn expected(one: &Broken, faults: &[&Broken]) -> usize {
    let (at, on) = match one.elsewhere {
        Some(at) => (at, 0),
        None => (one.span.start, one.inside),
    };
    let moved: isize = faults
        .iter()
        .filter(|it| it.span.end <= at)
        .map(|it| it.new.len() as isize - it.span.len() as isize)
        .sum();
    (at as isize + moved) as usize + on
}

fn all_faults(name: &str, octets: &[u8]) -> Vec<Broken> {
    let mut broken = Vec::new();
    let parts = parts(octets);
    for fault in FAULTS {
        let mut places: Vec<(Vec<usize>, Vec<usize>)> = Vec::new();
        match fault.place {
            Where::Field(field) => places.push((vec![field], vec![6])),
            Where::Value(number) => places.push((vec![5, number], vec![6])),
            Where::Part(_, field) | Where::EachPart(field) => {
                for part in &parts {
                    let cardinality = octets[item(octets, &[&part[..], &[2]].concat())];
                    if !matches!(fault.place, Where::Part(wanted, _) if wanted != cardinality) {
                        places.push(([&part[..], &[field]].concat(), part.clone()));
                    }
                }
            }
        }
        for (path, part) in places {
            let start = item(octets, &part);
            let span = span(octets, item(octets, &path));
            let sight = Sight {
                name,
                octets,
                old: &octets[span.clone()],
                part: &part,
            };
            if let Some((new, at)) = (fault.new)(&sight) {
                broken.push(Broken {
                    code: fault.code,
                    place: fault.place,
                    part: start..inside(octets, start).1,
                    cardinality: octets[item(octets, &[&part[..], &[2]].concat())],
                    span,
                    new,
                    inside: at,
                    elsewhere: fault.elsewhere.map(|field| item(octets, &[field])),
                });
            }
        }
    }
    broken
}

#[test]
fn one_fault_is_one_root() {
    let mut failures = Vec::new();
    let mut count = 0;
    let mut codes_met = BTreeSet::new();
    for (name, octets) in golden() {
        let before = findings(&octets);
        for broken in all_faults(&name, &octets) {
            count += 1;
            codes_met.insert(broken.code);
            let bad = apply(&octets, &[&broken]);
            let wanted = vec![(broken.code, Some(expected(&broken, &[&broken])))];
            let got = roots(&bad, &before);
            if got != wanted {
                failures.push(format!(
                    "{name} {:?}: got {got:?}, wanted {wanted:?}",
                    broken.span
                ));
            }
        }
        // What no item can be replaced for.
        let longer = roots(&[&octets[..], &[0]].concat(), &before);
        if longer != [(codes::CBOR_TRAILING, Some(octets.len()))] {
            failures.push(format!("{name}: got {longer:?}, wanted cbor-trailing"));
        }
        let cut = roots(&octets[..octets.len() - 1], &before);
        if !matches!(cut[..], [(codes::CBOR_TRUNCATED, Some(at))] if at < octets.len()) {
            failures.push(format!("{name}: got {cut:?}, wanted cbor-truncated"));
        }
    }
    println!("{count} faults of {} rules", codes_met.len());
    assert!(
        failures.is_empty(),
        "{} of {count}:\n{}",
        failures.len(),
        failures.join("\n")
    );
    assert!(codes_met.len() >= 80, "{}", codes_met.len());
}

#[test]
fn two_faults_are_two_roots() {
    // After these nothing more can be read.
    let fatal = [
        codes::CBOR_RESERVED_HEAD,
        codes::CBOR_BREAK_MISPLACED,
        codes::CBOR_SIMPLE_INVALID,
    ];
    let mut failures = Vec::new();
    let mut count = 0;
    for (name, octets) in golden() {
        let before = findings(&octets);
        let all = all_faults(&name, &octets);
        for (first, one) in all.iter().enumerate() {
            for two in all.iter().skip(first + 1) {
                let apart = one.span.end <= two.span.start || two.span.end <= one.span.start;
                let either = |code: Code| one.code == code || two.code == code;
                if !apart
                    || fatal.iter().any(|code| either(*code))
                    || hides(one, two)
                    || hides(two, one)
                    || one.elsewhere.is_some()
                    || two.elsewhere.is_some()
                {
                    continue;
                }
                count += 1;
                let both = [one, two];
                let mut wanted: Vec<_> = both
                    .iter()
                    .map(|it| (it.code, Some(expected(it, &both))))
                    .collect();
                let mut got = roots(&apply(&octets, &both), &before);
                wanted.sort();
                got.sort();
                if got != wanted {
                    failures.push(format!("{name}: got {got:?}, wanted {wanted:?}"));
                }
            }
        }
    }
    println!("{count} pairs");
    assert!(count > 50_000, "{count}");
    failures.truncate(40);
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

/// An item too many or too few anywhere in a part is one fault: what then stands in another's
/// place follows from it.
#[test]
fn an_item_more_or_less_is_one_root() {
    let mut failures = Vec::new();
    let mut count = 0;
    for (name, octets) in golden() {
        let before = findings(&octets);
        for part in parts(&octets) {
            let start = item(&octets, &part);
            let fields = inside(&octets, start).0;
            // With an item less a null part has two, with one more four; a single one four or six.
            for (number, at) in fields.iter().enumerate() {
                for more in [true, false] {
                    let mut bad = octets.clone();
                    match more {
                        true => drop(bad.splice(*at..*at, [0x01])),
                        false => drop(bad.splice(span(&octets, *at), [])),
                    }
                    bad[start] = if more { bad[start] + 1 } else { bad[start] - 1 };
                    count += 1;
                    let got = roots(&bad, &before);
                    if got != [(codes::ARRAY_LENGTH, Some(start))] {
                        failures.push(format!("{name} {part:?} {number} {more}: {got:?}"));
                    }
                }
            }
        }
    }
    println!("{count} items more or less");
    assert!(count > 200, "{count}");
    failures.truncate(30);
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

/// However many faults there are, nothing is reported that is none of them.
#[test]
fn many_faults_are_no_more_roots() {
    let mut failures = Vec::new();
    let mut count = 0;
    let mut found = 0;
    for (name, octets) in golden() {
        let before = findings(&octets);
        let all = all_faults(&name, &octets);
        for step in 1..600 {
            // Some of them, in an order that comes round late.
            let mut several: Vec<&Broken> = Vec::new();
            for turn in 0..3 + step % 3 {
                let one = &all[(step * (turn * 97 + 31) + turn * 7) % all.len()];
                let apart = several.iter().all(|it| {
                    (it.span.end <= one.span.start || one.span.end <= it.span.start)
                        && !changes(it, one)
                        && !changes(one, it)
                });
                if apart && one.elsewhere.is_none() {
                    several.push(one);
                }
            }
            if several.len() < 3 {
                continue;
            }
            count += 1;
            let wanted: BTreeSet<_> = several
                .iter()
                .map(|it| (it.code, Some(expected(it, &several))))
                .collect();
            let got = roots(&apply(&octets, &several), &before);
            found += got.len();
            if got.iter().any(|it| !wanted.contains(it)) {
                failures.push(format!("{name}: got {got:?}, wanted {wanted:?}"));
            }
        }
    }
    println!("{count} sets of faults, {found} roots");
    assert!(count > 2000 && found > 3 * count / 2, "{count} {found}");
    failures.truncate(40);
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

/// Whether one fault sets off another rule beside what another fault says.
fn changes(one: &Broken, two: &Broken) -> bool {
    one.code == two.code && LANGUAGES.contains(&one.code)
}

/// Faults of an item after which its value is not known.
const UNREADABLE: &[Code] = &[
    codes::WRONG_TYPE,
    codes::UTF8_INVALID,
    codes::INTEGER_RANGE,
    codes::CARDINALITY_UNKNOWN,
    codes::SEMANTICS_UNKNOWN,
    codes::MESSAGE_ID_LENGTH,
];

const OF_REACTIONS: &[Code] = &[
    codes::REACTION_LANGUAGE,
    codes::REACTION_SEVERAL,
    codes::REACTION_NOT_EMOJI,
    codes::REACTION_EMPTY,
    codes::REACTION_SEMANTICS,
    codes::REACTION_WITHOUT_TARGET,
];

/// What is said of some dispositions only.
const OF_DISPOSITIONS: &[Code] = &[
    codes::FORMAT_UNCOMMON,
    codes::URL_SCHEME,
    codes::EXTERNAL_TYPE_MISSING,
];

/// What is said of the numbers of parts.
const OF_NUMBERS: &[Code] = &[
    codes::CID_TARGET_MISSING,
    codes::CID_TARGET_NOT_LEAF,
    codes::CID_TO_ITSELF,
];

const LANGUAGES: &[Code] = &[
    codes::LANGUAGE_SUBTAG_UNKNOWN,
    codes::LANGUAGE_SUBTAG_REPEATED,
    codes::LANGUAGE_REPEATED,
];

/// Whether a fault takes away what another is about, or changes what can be said of it.
fn hides(one: &Broken, two: &Broken) -> bool {
    let unreadable = UNREADABLE.contains(&one.code);
    let other = |codes: &[Code]| codes.contains(&two.code);
    let is_next = two.span.start == one.span.end;
    match one.place {
        // What follows the cardinality cannot be told, nor how many parts there are.
        Where::EachPart(2) if unreadable => {
            two.code == codes::DELETE_WITH_CONTENT
                || one.span.end <= two.span.start && two.span.end <= one.part.end
                || other(OF_NUMBERS) && one.cardinality == 3
        }
        // A reaction is judged by how many texts it has.
        Where::Part(3, 4) if other(&[codes::REACTION_SEMANTICS]) => true,
        Where::Part(3, 4) if unreadable => other(OF_NUMBERS),
        // A part of another disposition is no reaction.
        Where::EachPart(0) => other(OF_REACTIONS) || unreadable && other(OF_DISPOSITIONS),
        // What replaces a reaction by an empty text takes it back.
        Where::Field(1) => other(&[codes::REACTION_EMPTY]),
        // Content of another type is not read as what it was.
        Where::Part(1, 3) if unreadable => is_next && !UNREADABLE.contains(&two.code),
        Where::Part(3, 3) if unreadable => other(&[codes::REACTION_SEMANTICS]),
        Where::Part(1, 4) if unreadable => other(&[codes::VIEW_NESTED_INVALID]),
        Where::Field(6) if one.code != codes::TAG_UNEXPECTED => {
            other(OF_REACTIONS) || other(&[codes::DELETE_WITH_CONTENT])
        }
        // The lengths are those of the algorithm.
        Where::Part(2, 7) if unreadable => other(&[codes::SECRETS_LENGTH, codes::EXTERNAL_AAD]),
        Where::Part(2, 11) if unreadable => other(&[codes::CONTENT_HASH_LENGTH]),
        _ => match one.code {
            codes::MEDIA_TYPE_SYNTAX | codes::FORMAT_UNCOMMON | codes::VIEW_NESTED_INVALID => {
                is_next && !UNREADABLE.contains(&two.code)
            }
            codes::PLAIN_CHARSET_OTHER => other(&[codes::PLAIN_NOT_UTF8]),
            // One finding tells of all three.
            codes::EXTERNAL_AEAD_UNKNOWN | codes::SECRETS_LENGTH => other(&[codes::SECRETS_LENGTH]),
            codes::EXTERNAL_HASH_UNKNOWN => other(&[codes::CONTENT_HASH_LENGTH]),
            // Both translations in one language: then they do say different things.
            code => code == two.code && LANGUAGES.contains(&code),
        },
    }
}

/// What the caller knows can be contradicted too, by a message that is right in itself.
#[test]
fn the_context_gives_one_root() {
    let other = MessageId::new([1; 32]);
    let nobody = |_: &str| false;
    let always = |_: &MessageId| true;
    for (name, octets) in golden() {
        let before = findings(&octets);
        let known: BTreeSet<_> = before.iter().map(|it| it.code).collect();
        let sender = Some(item(&octets, &[5, 1]));
        let room = Some(item(&octets, &[5, 3]));
        let base = || Context::new().now(NOW);
        let cases: Vec<(Code, Option<usize>, Context<'_>)> = vec![
            (
                codes::HUB_TIME_FUTURE,
                None,
                base().hub_time(NOW + 3_600_000),
            ),
            (
                codes::HUB_TIME_BEFORE_ROOM,
                None,
                base().hub_time(NOW).room_created(NOW + 3_600_000),
            ),
            (
                codes::HUB_TIME_BEFORE_FORMAT,
                None,
                base().hub_time(NOW).format_published(NOW + 1),
            ),
            (codes::SENDER_NOT_MEMBER, sender, base().members(&nobody)),
            (
                codes::URI_MISMATCH,
                sender,
                base().sender("mimi://example.com/u/mallory"),
            ),
            (
                codes::URI_MISMATCH,
                room,
                base().room("mimi://example.com/r/lair"),
            ),
            (
                codes::MESSAGE_ID_MISMATCH,
                Some(0),
                base().message_id(other),
            ),
            (codes::MESSAGE_ID_SEEN, Some(0), base().seen(&always)),
            (codes::BODY_TOO_LARGE, Some(0), base().body_limit(100)),
        ];
        for (code, at, context) in cases {
            let found = check_octets(&octets, &Decoder::strict(), &context);
            let got: Vec<_> = found
                .iter()
                .filter(|it| it.caused_by.is_none() && !known.contains(&it.code))
                .map(|it| (it.code, it.offset))
                .collect();
            assert_eq!(got, [(code, at)], "{name}");
        }
        // The ID covers the URIs: with another sender it is another one, and that says so.
        let context = base()
            .sender("mimi://example.com/u/mallory")
            .message_id(other);
        let found = check_octets(&octets, &Decoder::strict(), &context);
        let mismatch = found
            .iter()
            .find(|it| it.code == codes::MESSAGE_ID_MISMATCH)
            .unwrap();
        assert_eq!(
            mismatch.caused_by.map(|cause| cause.code),
            Some(codes::URI_MISMATCH)
        );
    }
}

/// What may be null is right inside a tag: the tag is the fault, and nothing else.
#[test]
fn a_null_inside_tags_is_one_root() {
    let mut count = 0;
    for (name, octets) in golden() {
        let before = findings(&octets);
        for field in [1, 3, 4] {
            let at = item(&octets, &[field]);
            if octets[at] != 0xf6 {
                continue;
            }
            for tags in [&[0xc7][..], &[0xc1, 0xd8, 0x18]] {
                let bad = [&octets[..at], tags, &octets[at..]].concat();
                let wanted = [(codes::TAG_UNEXPECTED, Some(at))];
                assert_eq!(roots(&bad, &before), wanted, "{name}, field {field}");
                count += 1;
            }
        }
    }
    assert!(count >= 30, "{count}");
}
