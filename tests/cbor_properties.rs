//! Properties that hold for every message and for any octets.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;
#[path = "common/judge.rs"]
mod judge;

use std::collections::BTreeMap;

use ciborium::Value;
use common::{SALT, octets};
use judge::judge;
use mimi_codec::cbor::{
    Decoder, decode, decode_derived, decode_status, encode, encode_derived, encode_status,
};
use mimi_codec::item::{Encoder, Kind, RawValue};
use mimi_codec::message::{
    AeadAlgorithm, DerivedValues, Disposition, Expiration, ExtendedTime, ExtensionKey, Extensions,
    ExternalPart, HashAlgorithm, HubTime, MessageId, MessageStatus, MimiContent, NestedPart,
    PartSemantics, Salt, SecretOctets, StatusReport,
};
use mimi_codec::report::{Code, codes};
use proptest::collection::{btree_map, vec};
use proptest::prelude::*;
use proptest::sample::Index;

// Any CBOR value that an extension may have.

#[derive(Clone, Debug, PartialEq)]
enum Item {
    Int(i128),
    Bytes(Vec<u8>),
    Text(String),
    Array(Vec<Item>),
    Map(BTreeMap<Key, Item>),
    Tag(u64, Box<Item>),
    Simple(u8),
    Float(f64),
}

/// A key inside an extension, by its encoded octets.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Key(Vec<u8>);

fn encoded(write: impl FnOnce(&mut Encoder)) -> Vec<u8> {
    let mut encoder = Encoder::new();
    write(&mut encoder);
    encoder.finish()
}

fn integer(encoder: &mut Encoder, value: i128) {
    match u64::try_from(value) {
        Ok(value) => encoder.uint(value),
        Err(_) => match i64::try_from(value) {
            Ok(value) => encoder.int(value),
            Err(_) => {
                // Beyond what the encoder's integers reach: -1 - n for a large n.
                let n = u64::try_from(-1 - value).unwrap();
                let octets = [&[0x3b][..], &n.to_be_bytes()].concat();
                encoder.raw(RawValue::from_slice(&octets).unwrap())
            }
        },
    };
}

impl Item {
    fn write(&self, encoder: &mut Encoder) {
        match self {
            Item::Int(value) => integer(encoder, *value),
            Item::Bytes(value) => {
                encoder.bytes(value);
            }
            Item::Text(value) => {
                encoder.text(value);
            }
            Item::Array(items) => {
                encoder.array(items.len() as u64);
                items.iter().for_each(|item| item.write(encoder));
            }
            Item::Map(entries) => {
                encoder.map(entries.len() as u64);
                for (key, value) in entries {
                    encoder.raw(RawValue::from_slice(&key.0).unwrap());
                    value.write(encoder);
                }
            }
            Item::Tag(tag, item) => {
                encoder.tag(*tag);
                item.write(encoder);
            }
            Item::Simple(number) => {
                let octets = match number {
                    0..24 => vec![0xe0 | number],
                    _ => vec![0xf8, *number],
                };
                encoder.raw(RawValue::from_slice(&octets).unwrap());
            }
            Item::Float(value) => {
                encoder.float(*value);
            }
        }
    }

    fn encode(&self) -> Vec<u8> {
        encoded(|encoder| self.write(encoder))
    }

    /// The same value, in heads too long, of indefinite length, out of order: as the choices say.
    fn sloppily(&self, choices: &mut Choices<'_>, out: &mut Vec<u8>) {
        match self {
            Item::Int(value) if *value >= 0 => sloppy_head(0, *value as u64, choices, out),
            Item::Int(value) => sloppy_head(1, (-1 - value) as u64, choices, out),
            Item::Bytes(value) => sloppy_string(2, value, choices, out),
            Item::Text(value) => {
                // Only cut between characters.
                match choices.one_in(3) {
                    true => {
                        out.push(0x7f);
                        for character in value.chars() {
                            let text = character.to_string();
                            sloppy_head(3, text.len() as u64, choices, out);
                            out.extend(text.bytes());
                        }
                        out.push(0xff);
                    }
                    false => {
                        sloppy_head(3, value.len() as u64, choices, out);
                        out.extend(value.bytes());
                    }
                }
            }
            Item::Array(items) => {
                let indefinite = sloppy_open(4, items.len(), choices, out);
                items.iter().for_each(|item| item.sloppily(choices, out));
                out.extend(indefinite.then_some(0xff));
            }
            Item::Map(entries) => {
                let indefinite = sloppy_open(5, entries.len(), choices, out);
                let mut entries: Vec<_> = entries.iter().collect();
                let count = entries.len().max(1);
                entries.rotate_left(choices.next() as usize % count);
                if choices.one_in(2) {
                    entries.reverse();
                }
                for (key, value) in entries {
                    out.extend(&key.0);
                    value.sloppily(choices, out);
                }
                out.extend(indefinite.then_some(0xff));
            }
            Item::Tag(tag, item) => {
                sloppy_head(6, *tag, choices, out);
                item.sloppily(choices, out);
            }
            Item::Float(value) if choices.one_in(2) => {
                out.push(0xfb);
                out.extend(value.to_bits().to_be_bytes());
            }
            Item::Simple(_) | Item::Float(_) => out.extend(self.encode()),
        }
    }
}

/// Random octets that run on with zeros.
struct Choices<'a>(&'a [u8]);

impl Choices<'_> {
    fn one_in(&mut self, number: u8) -> bool {
        self.next().is_multiple_of(number)
    }

    fn next(&mut self) -> u8 {
        match self.0.split_first() {
            Some((first, rest)) => {
                self.0 = rest;
                *first
            }
            None => 1,
        }
    }
}

fn sloppy_head(major: u8, arg: u64, choices: &mut Choices<'_>, out: &mut Vec<u8>) {
    let smallest = match arg {
        0..24 => 0,
        24..0x100 => 1,
        0x100..0x1_0000 => 2,
        0x1_0000..0x1_0000_0000 => 3,
        _ => 4,
    };
    let width = (smallest + choices.next() % 3).min(4);
    let octets = arg.to_be_bytes();
    match width {
        0 => out.push(major << 5 | arg as u8),
        width => {
            out.push(major << 5 | (23 + width));
            out.extend(&octets[8 - (1 << (width - 1))..]);
        }
    }
}

fn sloppy_open(major: u8, items: usize, choices: &mut Choices<'_>, out: &mut Vec<u8>) -> bool {
    let indefinite = choices.one_in(2);
    match indefinite {
        true => out.push(major << 5 | 31),
        false => sloppy_head(major, items as u64, choices, out),
    }
    indefinite
}

fn sloppy_string(major: u8, content: &[u8], choices: &mut Choices<'_>, out: &mut Vec<u8>) {
    if !choices.one_in(3) {
        sloppy_head(major, content.len() as u64, choices, out);
        out.extend(content);
        return;
    }
    out.push(major << 5 | 31);
    for chunk in content.chunks(1 + choices.next() as usize % 5) {
        sloppy_head(major, chunk.len() as u64, choices, out);
        out.extend(chunk);
    }
    out.push(0xff);
}

const KEY_LIMIT: i64 = (1 << 53) - 1;

fn inner_key() -> impl Strategy<Value = Key> {
    prop_oneof![
        (-KEY_LIMIT..=KEY_LIMIT).prop_map(|key| encoded(|encoder| {
            encoder.int(key);
        })),
        (-30i64..30).prop_map(|key| encoded(|encoder| {
            encoder.int(key);
        })),
        ".{0,6}".prop_map(|key| encoded(|encoder| {
            encoder.text(&key);
        })),
        vec(any::<u8>(), 0..6).prop_map(|key| encoded(|encoder| {
            encoder.bytes(&key);
        })),
    ]
    .prop_map(Key)
}

/// A value with at most so many levels of array, map and tag.
fn item(levels: u32) -> impl Strategy<Value = Item> {
    let leaf = prop_oneof![
        (-(1i128 << 64)..1i128 << 64).prop_map(Item::Int),
        (-300i128..300).prop_map(Item::Int),
        vec(any::<u8>(), 0..40).prop_map(Item::Bytes),
        ".{0,20}".prop_map(Item::Text),
        prop_oneof![0u8..24, 32u8..=255].prop_map(Item::Simple),
        any::<f64>().prop_map(Item::Float),
        any::<f32>().prop_map(|value| Item::Float(value.into())),
        (-4i16..4).prop_map(|value| Item::Float(f64::from(value) / 4.0)),
    ];
    leaf.prop_recursive(levels, 20, 5, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..5).prop_map(Item::Array),
            btree_map(inner_key(), inner.clone(), 0..5).prop_map(Item::Map),
            (any::<u64>(), inner.clone()).prop_map(tagged),
            (0u64..40, inner).prop_map(tagged),
        ]
    })
}

/// Tags 2 and 3 have rules of their own, and the typed arrays allow any NaN.
fn tagged((tag, item): (u64, Item)) -> Item {
    let tag = if matches!(tag, 2 | 3 | 80..=87) {
        6
    } else {
        tag
    };
    Item::Tag(tag, Box::new(item))
}

// Any message.

fn secret() -> impl Strategy<Value = SecretOctets<'static>> {
    vec(any::<u8>(), 0..40).prop_map(SecretOctets::from)
}

fn external() -> impl Strategy<Value = ExternalPart<'static>> {
    (
        (
            ".{0,20}",
            ".{0,40}",
            any::<u32>(),
            any::<u64>(),
            any::<u16>(),
        ),
        (secret(), secret(), vec(any::<u8>(), 0..9), any::<u8>()),
        (vec(any::<u8>(), 0..40), ".{0,30}", ".{0,30}"),
    )
        .prop_map(|(a, b, c)| {
            let mut part = ExternalPart::new(a.0, a.1);
            part.expires = a.2;
            part.size = a.3;
            part.enc_alg = AeadAlgorithm(a.4);
            part.key = b.0;
            part.nonce = b.1;
            part.aad = b.2.into();
            part.hash_alg = HashAlgorithm(b.3);
            part.content_hash = c.0.into();
            part.description = c.1.into();
            part.filename = c.2.into();
            part
        })
}

fn part() -> impl Strategy<Value = NestedPart<'static>> {
    let leaf = prop_oneof![
        any::<u8>().prop_map(|number| NestedPart::null(Disposition(number))),
        (any::<u8>(), ".{0,20}", vec(any::<u8>(), 0..300)).prop_map(|(number, kind, content)| {
            NestedPart::single(Disposition(number), kind, content)
        }),
        (any::<u8>(), external())
            .prop_map(|(number, part)| NestedPart::external(Disposition(number), part)),
    ];
    let parts = leaf.prop_recursive(3, 30, 4, |inner| {
        (any::<u8>(), 0u64..3, vec(inner, 2..5)).prop_map(|(number, semantics, parts)| {
            let semantics = PartSemantics::from_number(semantics).unwrap();
            NestedPart::multi(Disposition(number), semantics, parts)
        })
    });
    (parts, prop_oneof![Just(String::new()), ".{0,12}"])
        .prop_map(|(part, language)| part.with_language(language))
}

fn extension_key() -> impl Strategy<Value = ExtensionKey<'static>> {
    prop_oneof![
        (1i64..10).prop_map(ExtensionKey::Int),
        (-KEY_LIMIT..=KEY_LIMIT)
            .prop_filter("reserved", |key| *key != 0)
            .prop_map(ExtensionKey::Int),
        ".{1,20}".prop_map(ExtensionKey::from),
        Just(ExtensionKey::from("k".repeat(255))),
    ]
}

fn extensions() -> impl Strategy<Value = Extensions<'static>> {
    vec((extension_key(), item(3)), 0..5).prop_map(|entries| {
        let mut extensions = Extensions::EMPTY;
        for (key, value) in entries {
            let value = value.encode();
            let value = RawValue::from_slice(&value).unwrap();
            extensions.insert(key, value).unwrap();
        }
        extensions
    })
}

fn id() -> impl Strategy<Value = MessageId> {
    any::<[u8; 32]>().prop_map(MessageId::new)
}

fn message() -> impl Strategy<Value = MimiContent<'static>> {
    (
        any::<[u8; 16]>(),
        proptest::option::of(id()),
        vec(any::<u8>(), 0..300),
        proptest::option::of((any::<bool>(), any::<u32>())),
        proptest::option::of(id()),
        extensions(),
        part(),
    )
        .prop_map(
            |(salt, replaces, topic, expires, reply, extensions, part)| {
                let mut message = MimiContent::new(Salt::new(salt), part);
                message.replaces = replaces;
                message.topic_id = topic.into();
                message.expires = expires.map(|(relative, time)| match relative {
                    true => Expiration::Relative(time),
                    false => Expiration::Absolute(time),
                });
                message.in_reply_to = reply;
                message.extensions = extensions;
                message
            },
        )
}

// Octets that are nearly a message.

#[derive(Clone, Debug)]
enum Change {
    Set(Index, u8),
    Flip(Index, u8),
    Insert(Index, Vec<u8>),
    Remove(Index, usize),
    Repeat(Index, usize),
    Cut(Index),
}

/// Octets that mean much to a reader.
const TELLING: &[u8] = &[
    0x00, 0x01, 0x17, 0x18, 0x19, 0x1b, 0x1c, 0x20, 0x3b, 0x40, 0x5f, 0x60, 0x7f, 0x80, 0x81, 0x83,
    0x9f, 0xa0, 0xa1, 0xbf, 0xc2, 0xd8, 0xf4, 0xf6, 0xf7, 0xf8, 0xf9, 0xfa, 0xfb, 0xff,
];

fn change() -> impl Strategy<Value = Change> {
    let telling = || proptest::sample::select(TELLING);
    prop_oneof![
        4 => (any::<Index>(), telling()).prop_map(|(at, octet)| Change::Set(at, octet)),
        2 => (any::<Index>(), 0u8..8).prop_map(|(at, bit)| Change::Flip(at, bit)),
        2 => (any::<Index>(), vec(telling(), 1..4)).prop_map(|(at, new)| Change::Insert(at, new)),
        2 => (any::<Index>(), 1usize..6).prop_map(|(at, count)| Change::Remove(at, count)),
        1 => (any::<Index>(), 1usize..30).prop_map(|(at, count)| Change::Repeat(at, count)),
        1 => any::<Index>().prop_map(Change::Cut),
    ]
}

fn changed(mut octets: Vec<u8>, changes: &[Change]) -> Vec<u8> {
    for change in changes {
        if octets.is_empty() {
            break;
        }
        let length = octets.len();
        match change {
            Change::Set(at, octet) => octets[at.index(length)] = *octet,
            Change::Flip(at, bit) => octets[at.index(length)] ^= 1 << bit,
            Change::Insert(at, new) => {
                let at = at.index(length);
                octets.splice(at..at, new.iter().copied());
            }
            Change::Remove(at, count) => {
                let at = at.index(length);
                octets.drain(at..(at + count).min(length));
            }
            Change::Repeat(at, count) => {
                let at = at.index(length);
                let again = octets[at..(at + count).min(length)].to_vec();
                octets.splice(at..at, again);
            }
            Change::Cut(at) => octets.truncate(at.index(length)),
        }
    }
    octets
}

fn nearly_a_message() -> impl Strategy<Value = Vec<u8>> {
    (message(), vec(change(), 0..6))
        .prop_map(|(message, changes)| changed(encode(&message).unwrap(), &changes))
}

/// A legal message, each of whose items is written in one of its many encodings.
fn sloppy_message() -> impl Strategy<Value = (Vec<u8>, Item)> {
    (item(3), vec(any::<u8>(), 0..200)).prop_map(|(item, choices)| {
        let choices = &mut Choices(&choices);
        let mut wire = Vec::new();
        let indefinite = sloppy_open(4, 7, choices, &mut wire);
        sloppy_string(2, &[7; 16], choices, &mut wire);
        wire.push(0xf6 + choices.next() % 2);
        sloppy_string(2, b"topic", choices, &mut wire);
        wire.push(0xf6 + choices.next() % 2);
        wire.push(0xf6 + choices.next() % 2);
        let map = sloppy_open(5, 1, choices, &mut wire);
        sloppy_head(0, 7, choices, &mut wire);
        item.sloppily(choices, &mut wire);
        wire.extend(map.then_some(0xff));
        let part = sloppy_open(4, 3, choices, &mut wire);
        sloppy_head(0, 1, choices, &mut wire);
        Item::Text("en".into()).sloppily(choices, &mut wire);
        sloppy_head(0, 0, choices, &mut wire);
        wire.extend(part.then_some(0xff));
        wire.extend(indefinite.then_some(0xff));
        (wire, item)
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_message_decodes_to_itself(message in message()) {
        let wire = encode(&message).unwrap();
        prop_assert_eq!(&decode(&wire).unwrap(), &message);
        prop_assert_eq!(&decode(&wire).unwrap().into_owned(), &message);
        judge(&wire);
    }

    #[test]
    fn any_octets_near_a_message_are_judged_alike(wire in nearly_a_message()) {
        judge(&wire);
    }

    #[test]
    fn any_octets_at_all_are_judged_alike(wire in vec(any::<u8>(), 0..200)) {
        judge(&wire);
        let message = [octets(&format!("87 {SALT} f6 40 f6 f6")), wire].concat();
        judge(&message);
    }

    #[test]
    fn any_encoding_of_a_value_is_normalised((wire, item) in sloppy_message()) {
        judge(&wire);
        let received = Decoder::tolerant().decode(&wire).unwrap();
        let content = received.content();
        prop_assert_eq!(content.nested_part.language.as_ref(), "en");
        prop_assert_eq!(content.topic_id.as_ref(), b"topic");
        let (key, value) = content.extensions.iter().next().unwrap();
        prop_assert_eq!(key, ExtensionKey::Int(7));
        prop_assert_eq!(value.as_bytes(), item.encode());
    }

    #[test]
    fn any_report_and_derived_values_decode_to_themselves(
        statuses in vec((id(), any::<u8>()), 0..20),
        (time, seconds, nanoseconds) in (any::<u64>(), any::<i64>(), any::<u32>()),
        (group, leaf) in (vec(any::<u8>(), 0..40), any::<u32>()),
        urls in (".{0,20}", ".{0,20}", ".{0,20}"),
    ) {
        let statuses = statuses.into_iter().map(|(id, status)| (id, MessageStatus(status)));
        let report: StatusReport = statuses.collect();
        let wire = encode_status(&report);
        prop_assert_eq!(decode_status(&wire).unwrap(), report);
        for time in [
            HubTime::Milliseconds(time),
            HubTime::Extended(ExtendedTime::new(seconds, nanoseconds)),
        ] {
            let mut values = DerivedValues::new(MessageId::new([5; 32]), time);
            values.mls_group_id = group.clone().into();
            values.sender_leaf_index = leaf;
            values.sender_client_url = urls.0.clone().into();
            values.sender_user_url = urls.1.clone().into();
            values.room_url = urls.2.clone().into();
            let wire = encode_derived(&values);
            prop_assert_eq!(decode_derived(&wire).unwrap(), values);
        }
    }

    #[test]
    fn any_octets_near_a_report_or_derived_values_are_judged_alike(
        changes in vec(change(), 0..5),
        derived in any::<bool>(),
    ) {
        let time = HubTime::Extended(ExtendedTime::new(5, 6));
        let values = DerivedValues::new(MessageId::new([5; 32]), time);
        let report: StatusReport = [(MessageId::new([1; 32]), MessageStatus::READ); 2]
            .into_iter()
            .collect();
        let legal = if derived { encode_derived(&values) } else { encode_status(&report) };
        let wire = changed(legal, &changes);
        judge::judge_status(&wire);
        judge::judge_derived(&wire);
    }

    #[test]
    fn ciborium_reads_the_same_values(
        (item, choices) in (item(3), vec(any::<u8>(), 0..100)),
        changes in vec(change(), 0..4),
    ) {
        let mut wire = Vec::new();
        item.sloppily(&mut Choices(&choices), &mut wire);
        compare_with_ciborium(&changed(wire, &changes));
    }
}

// Against another reader.

/// Rules that this project has and ciborium does not: it reads any item, keeps keys that occur
/// twice, has no limit but the depth of its own stack, and takes `f8 14` to `f8 17` for `false`
/// to `undefined`, which RFC 8949 section 3.3 says is not well-formed.
const ONLY_OURS: &[Code] = &[
    codes::DUPLICATE_KEY,
    codes::KEY_TYPE,
    codes::KEY_RANGE,
    codes::EXTENSION_DEPTH,
    codes::CBOR_SIMPLE_INVALID,
];

/// The same value in ciborium's terms, if it has any: it knows no simple values, takes
/// `undefined` for null, and makes integers of bignums of up to 16 octets only, if at all.
fn in_ciborium(value: RawValue<'_>) -> Option<Value> {
    Some(match value.kind() {
        Kind::Integer => Value::Integer(value.as_i128()?.try_into().unwrap()),
        Kind::Bytes => Value::Bytes(value.as_octets()?.to_vec()),
        Kind::Text => Value::Text(value.as_str()?.into()),
        Kind::Array => Value::Array(value.elements()?.map(in_ciborium).collect::<Option<_>>()?),
        Kind::Map => {
            let entries = value.entries()?;
            let entries = entries.map(|(k, v)| Some((in_ciborium(k)?, in_ciborium(v)?)));
            Value::Map(entries.collect::<Option<_>>()?)
        }
        Kind::Tag => {
            let (tag, item) = value.as_tag()?;
            match (tag, item.as_octets()) {
                // A bignum of more octets, or no bignum at all.
                (2 | 3, None) => return None,
                (2 | 3, Some(octets)) if octets.len() > 16 => return None,
                // Its negative bignums end at the smallest i128.
                (3, Some(octets)) if octets.len() == 16 && octets[0] > 0x7f => return None,
                _ => Value::Tag(tag, Box::new(in_ciborium(item)?)),
            }
        }
        Kind::Bool => Value::Bool(value.as_bool()?),
        Kind::Null | Kind::Undefined => Value::Null,
        Kind::Float => Value::Float(value.as_f64()?),
        _ => return None,
    })
}

/// Sorted by the encoded key, and every NaN the same, to compare.
fn settled(value: Value) -> String {
    match value {
        Value::Float(value) if value.is_nan() => "NaN".into(),
        Value::Float(value) => format!("{value:?}"),
        Value::Array(items) => {
            let items: Vec<String> = items.into_iter().map(settled).collect();
            format!("[{}]", items.join(", "))
        }
        Value::Map(entries) => {
            let mut entries: Vec<_> = entries
                .into_iter()
                .map(|(key, value)| format!("{} => {}", settled(key), settled(value)))
                .collect();
            entries.sort();
            format!("{{{}}}", entries.join(", "))
        }
        Value::Tag(tag, item) => format!("{tag}({})", settled(*item)),
        other => format!("{other:?}"),
    }
}

fn compare_with_ciborium(item: &[u8]) {
    let mut wire = octets(&format!("87 {SALT} f6 40 f6 f6 a1 01"));
    wire.extend(item);
    wire.extend([0x83, 0x01, 0x60, 0x00]);
    let theirs: Result<Value, _> = ciborium::from_reader(&wire[24..]);
    match Decoder::tolerant().decode(&wire) {
        Ok(received) => {
            let (_, ours) = received.content().extensions.iter().next().unwrap();
            // Whether it refuses kinds that it does not have depends on where they stand.
            if let Some(ours) = in_ciborium(ours) {
                let theirs = theirs.unwrap_or_else(|error| panic!("{error}: {item:02x?}"));
                assert_eq!(settled(ours), settled(theirs), "{item:02x?}");
            }
            #[cfg(feature = "ciborium")]
            if let Some(expected) = in_ciborium(ours)
                && let Ok(value) = ours.to_ciborium()
            {
                assert_eq!(settled(value), settled(expected));
            }
        }
        Err(error) => {
            let path = error.finding().path.clone().unwrap_or_default();
            // A fault elsewhere says nothing about the value.
            if path.starts_with("extensions") && theirs.is_ok() {
                assert!(ONLY_OURS.contains(&error.code()), "{error}: {item:02x?}");
            }
        }
    }
}
