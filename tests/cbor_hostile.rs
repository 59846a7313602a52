//! Bad input: each fault is refused with the right code at the right octet, and no input takes
//! the reader far, deep or long.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use common::{ID, SALT, bytes, octets, text, with_body, with_extensions};
use mimi_codec::cbor::{Decoder, Limits, decode};
use mimi_codec::message::{MimiContent, NestedPart, Salt};
use mimi_codec::report::{Severity, codes};

/// Checks the refusal of both modes and of `examine` against code, offset and path; a tolerated
/// fault is refused in strict mode only.
#[track_caller]
fn refused(wire: &[u8], code: &str, offset: usize, path: &str) {
    let place = (code, Some(offset), Some(path));
    let strict = decode(wire).expect_err(code).into_finding();
    let found = (strict.code.as_str(), strict.offset, strict.path.as_deref());
    assert_eq!(found, place, "{wire:02x?}");
    let examined = Decoder::strict().examine(wire);
    assert!(examined.value.is_none(), "{wire:02x?}");
    assert_eq!(examined.findings[0], strict, "{wire:02x?}");
    let tolerated = strict.code.rule().tolerated;
    match Decoder::tolerant().decode(wire) {
        Ok(received) => {
            assert!(tolerated, "{code} is not to be tolerated: {wire:02x?}");
            let warning = &received.findings()[0];
            assert_eq!(warning.severity, Severity::Warning);
            let found = (
                warning.code.as_str(),
                warning.offset,
                warning.path.as_deref(),
            );
            assert_eq!(found, place, "{wire:02x?}");
        }
        Err(error) => assert!(!tolerated, "{error}: {wire:02x?}"),
    }
}

/// The items of a message in hex.
fn fields() -> [String; 7] {
    [
        SALT.into(),
        "f6".into(),
        "40".into(),
        "f6".into(),
        "f6".into(),
        "a0".into(),
        "83 01 60 00".into(),
    ]
}

/// Their names and offsets.
const NAMES: [&str; 7] = [
    "salt",
    "replaces",
    "topicId",
    "expires",
    "inReplyTo",
    "extensions",
    "nestedPart",
];
const OFFSETS: [usize; 7] = [1, 18, 19, 20, 21, 22, 23];

fn message(fields: &[String]) -> Vec<u8> {
    octets(&format!("{:02x} {}", 0x80 + fields.len(), fields.concat()))
}

/// One item of every kind.
const KINDS: &[(&str, &str)] = &[
    ("unsigned", "01"),
    ("negative", "20"),
    ("bytes", "4101"),
    ("text", "6161"),
    ("array", "80"),
    ("map", "a0"),
    ("false", "f4"),
    ("null", "f6"),
    ("simple", "e0"),
    ("float", "f93c00"),
];

/// Checks one item of every kind but the allowed ones.
fn wrong_kinds(allowed: &[&str], check: impl Fn(&str)) {
    for (kind, item) in KINDS {
        if !allowed.contains(kind) {
            check(item);
        }
    }
}

#[test]
fn a_wrong_type_in_every_field_of_a_message() {
    let allowed: [&[&str]; 7] = [
        &["bytes"],
        &["bytes", "null"],
        &["bytes"],
        &["array", "null"],
        &["bytes", "null"],
        &["map"],
        &["array"],
    ];
    for index in 0..7 {
        wrong_kinds(allowed[index], |item| {
            let mut fields = fields();
            fields[index] = item.into();
            refused(
                &message(&fields),
                "wrong-type",
                OFFSETS[index],
                NAMES[index],
            );
        });
    }
    wrong_kinds(&["array"], |item| {
        refused(&octets(item), "wrong-type", 0, "message");
    });
}

#[test]
fn a_wrong_type_in_every_field_of_an_expiration() {
    for (index, (name, at)) in [("expires.relative", 21), ("expires.time", 22)]
        .iter()
        .enumerate()
    {
        let allowed: &[&str] = if index == 0 {
            &["false"]
        } else {
            &["unsigned"]
        };
        wrong_kinds(allowed, |item| {
            let mut expiration = ["f4", "01"];
            expiration[index] = item;
            let mut fields = fields();
            fields[3] = format!("82 {}", expiration.concat());
            refused(&message(&fields), "wrong-type", *at, name);
        });
    }
}

/// An external part: the field's name, its item, the kinds it may be of.
const EXTERNAL: [(&str, &str, &str); 15] = [
    ("disposition", "01", "unsigned"),
    ("language", "60", "text"),
    ("cardinality", "02", "unsigned"),
    ("contentType", "60", "text"),
    ("url", "60", "text"),
    ("expires", "00", "unsigned"),
    ("size", "00", "unsigned"),
    ("encAlg", "00", "unsigned"),
    ("key", "40", "bytes"),
    ("nonce", "40", "bytes"),
    ("aad", "40", "bytes"),
    ("hashAlg", "00", "unsigned"),
    ("contentHash", "40", "bytes"),
    ("description", "60", "text"),
    ("filename", "60", "text"),
];

fn external(index: usize, item: &str) -> Vec<u8> {
    let items: Vec<&str> = (0..15)
        .map(|at| if at == index { item } else { EXTERNAL[at].1 })
        .collect();
    with_body(&format!("8f {}", items.concat()))
}

#[test]
fn a_wrong_type_in_every_field_of_a_part() {
    for (index, (name, _, kind)) in EXTERNAL.iter().enumerate() {
        wrong_kinds(&[kind], |item| {
            let path = format!("nestedPart.{name}");
            refused(&external(index, item), "wrong-type", 24 + index, &path);
        });
    }
    for (index, (name, kind)) in [("contentType", "text"), ("content", "bytes")]
        .iter()
        .enumerate()
    {
        wrong_kinds(&[kind], |item| {
            let mut items = ["60", "40"];
            items[index] = item;
            let path = format!("nestedPart.{name}");
            let wire = with_body(&format!("85 01 60 01 {}", items.concat()));
            refused(&wire, "wrong-type", 27 + index, &path);
        });
    }
    let parts = "82 83016000 83016000";
    wrong_kinds(&["unsigned"], |item| {
        let wire = with_body(&format!("85 01 60 03 {item} {parts}"));
        refused(&wire, "wrong-type", 27, "nestedPart.partSemantics");
    });
    wrong_kinds(&["array"], |item| {
        let wire = with_body(&format!("85 01 60 03 00 {item}"));
        refused(&wire, "wrong-type", 28, "nestedPart.parts");
    });
    wrong_kinds(&["array"], |item| {
        let wire = with_body(&format!("85 01 60 03 00 82 83016000 {item}"));
        refused(&wire, "wrong-type", 33, "nestedPart.parts[1]");
    });
}

#[test]
fn integers_beyond_their_field() {
    let eight = "190100";
    let sixteen = "1a00010000";
    let thirty_two = "1b0000000100000000";
    for (index, item) in [
        (0, eight),
        (5, thirty_two),
        (7, sixteen),
        (11, eight),
        (0, thirty_two),
    ] {
        let path = format!("nestedPart.{}", EXTERNAL[index].0);
        refused(&external(index, item), "integer-range", 24 + index, &path);
    }
    // Size has 64 bits.
    assert!(decode(&external(6, "1bffffffffffffffff")).is_ok());
    assert!(decode(&external(0, "18ff")).is_ok());
    let mut fields = fields();
    fields[3] = format!("82 f5 {thirty_two}");
    refused(&message(&fields), "integer-range", 22, "expires.time");
    refused(
        &with_body("83 01 60 04"),
        "cardinality-unknown",
        26,
        "nestedPart.cardinality",
    );
    refused(
        &with_body("83 01 60 1bffffffffffffffff"),
        "cardinality-unknown",
        26,
        "nestedPart.cardinality",
    );
    refused(
        &with_body("85 01 60 03 03 82 83016000 83016000"),
        "semantics-unknown",
        27,
        "nestedPart.partSemantics",
    );
}

#[test]
fn lengths_of_strings() {
    for length in [0usize, 1, 15, 17, 31, 32, 255] {
        let mut fields = fields();
        fields[0] = bytes(&vec![0; length]);
        refused(&message(&fields), "salt-length", 1, "salt");
    }
    for length in [0usize, 16, 31, 33] {
        for index in [1, 4] {
            let mut fields = fields();
            fields[index] = bytes(&vec![0; length]);
            refused(
                &message(&fields),
                "message-id-length",
                OFFSETS[index],
                NAMES[index],
            );
        }
    }
    let mut fields = fields();
    fields[2] = bytes(&[0; 4096]);
    assert!(decode(&message(&fields)).is_ok());
    fields[2] = bytes(&[0; 4097]);
    refused(&message(&fields), "topic-length", 19, "topicId");
    let key = |length: usize| with_extensions(&format!("a1 {} 01", text(&"k".repeat(length))));
    assert!(decode(&key(255)).is_ok());
    for length in [0, 256] {
        let error = decode(&key(length)).unwrap_err();
        assert_eq!(error.code().as_str(), "key-length");
        assert_eq!(error.finding().offset, Some(23));
    }
}

#[test]
fn arrays_too_long_or_too_short_take_nothing_from_a_neighbour() {
    for length in [0, 1, 6] {
        refused(&message(&fields()[..length]), "array-length", 0, "message");
    }
    let mut eight = fields().to_vec();
    eight.push("00".into());
    refused(&message(&eight), "array-length", 0, "message");
    for (expiration, items) in [("80", 0), ("81 f4", 1), ("83 f4 01 01", 3)] {
        let mut fields = fields();
        fields[3] = expiration.into();
        refused(&message(&fields), "array-length", 20, "expires");
        let found = decode(&message(&fields)).unwrap_err().into_finding().found;
        assert_eq!(found.unwrap(), format!("{items} items"));
    }
    for body in [
        "80",
        "81 01",
        "82 01 60",
        "82 01 60",
        "84 01 60 00 00",
        "83 01 60 01",
        "84 01 60 01 60",
        "86 01 60 01 60 40 00",
        "83 01 60 02",
        "8e 01 60 02 60 60 00 00 00 40 40 40 00 40 60",
        "90 01 60 02 60 60 00 00 00 40 40 40 00 40 60 60 00",
        "84 01 60 03 00",
        "86 01 60 03 00 82 83016000 83016000 00",
    ] {
        refused(&with_body(body), "array-length", 23, "nestedPart");
    }
    // The second part would be read as the content of the first.
    refused(
        &with_body("85 01 60 03 00 82 85 01 60 01 60 83 01 60 00"),
        "wrong-type",
        34,
        "nestedPart.parts[0].content",
    );
    // The first part has one item too many, which looks like the second part.
    refused(
        &with_body("85 01 60 03 00 82 84 01 60 00 83016000 83016000"),
        "array-length",
        29,
        "nestedPart.parts[0]",
    );
    // Indefinite arrays: tolerated as such, never with another number of items.
    for (wire, offset) in [
        ("9f ff", 0),
        (&*format!("9f {SALT} f6 40 f6 f6 a0 ff"), 0),
        (&*format!("9f {SALT} f6 40 f6 f6 a0 83016000 00 ff"), 0),
        (&*format!("87 {SALT} f6 40 9f f4 ff f6 a0 83016000"), 20),
        (
            &*format!("87 {SALT} f6 40 9f f4 01 01 ff f6 a0 83016000"),
            20,
        ),
        (&*format!("87 {SALT} f6 40 f6 f6 a0 9f 01 60 00 00 ff"), 23),
        (&*format!("87 {SALT} f6 40 f6 f6 a0 9f 01 60 ff"), 23),
    ] {
        let error = Decoder::tolerant().decode(&octets(wire)).unwrap_err();
        assert_eq!(error.code().as_str(), "array-length", "{wire}");
        assert_eq!(error.finding().offset, Some(offset), "{wire}");
    }
}

#[test]
fn multiparts_of_too_few_parts() {
    refused(
        &with_body("85 01 60 03 00 80"),
        "multipart-too-few",
        28,
        "nestedPart.parts",
    );
    refused(
        &with_body("85 01 60 03 00 81 83016000"),
        "multipart-too-few",
        28,
        "nestedPart.parts",
    );
}

#[test]
fn octets_after_the_message() {
    let mut wire = with_body("83 01 60 00");
    let length = wire.len();
    wire.push(0xff);
    refused(&wire, "cbor-trailing", length, "message");
    let mut wire = with_body("83 01 60 00");
    wire.extend_from_within(..);
    refused(&wire, "cbor-trailing", length, "message");
}

#[test]
fn heads_that_are_not_the_shortest() {
    let long = |code: &str, offset, path: &str, wire: Vec<u8>| refused(&wire, code, offset, path);
    let code = "cbor-head-not-shortest";
    for head in ["9807", "990007", "9a00000007", "9b0000000000000007"] {
        let wire = octets(&format!("{head} {}", fields().concat()));
        long(code, 0, "message", wire);
    }
    for (index, item) in [
        (0, "5810 07070707070707070707070707070707"),
        (2, "5800"),
        (3, "9802 f4 01"),
        (3, "82 f4 1801"),
        (5, "b800"),
        (6, "9803 01 60 00"),
        (6, "83 1817 60 00"),
        (6, "83 01 7800 00"),
        (6, "83 01 60 1800"),
    ] {
        let mut fields = fields();
        fields[index] = item.into();
        let finding = decode(&message(&fields)).unwrap_err().into_finding();
        assert_eq!(finding.code.as_str(), code, "{item}");
        assert!(
            Decoder::tolerant().decode(&message(&fields)).is_ok(),
            "{item}"
        );
    }
    for (item, at) in [
        ("1817", 24),
        ("3817", 24),
        ("1900ff", 24),
        ("390017", 24),
        ("1a0000ffff", 24),
        ("1b00000000ffffffff", 24),
        ("d81700", 24),
        ("580141", 24),
        ("811800", 25),
        ("a1180000", 25),
        ("a1011800", 26),
    ] {
        let wire = with_extensions(&format!("a1 01 {item}"));
        let finding = decode(&wire).unwrap_err().into_finding();
        assert_eq!(
            (finding.code.as_str(), finding.offset),
            (code, Some(at)),
            "{item}"
        );
        let received = Decoder::tolerant().decode(&wire).unwrap();
        let repeated = mimi_codec::cbor::encode(received.content()).unwrap();
        assert!(decode(&repeated).is_ok(), "{item}");
    }
}

#[test]
fn indefinite_lengths() {
    let code = "cbor-indefinite-length";
    for (index, item) in [
        (0, "5f 4807070707070707074807070707070707 07 ff"),
        (2, "5fff"),
        (3, "9ff401ff"),
        (5, "bfff"),
        (6, "9f016000ff"),
    ] {
        let mut fields = fields();
        fields[index] = item.into();
        refused(&message(&fields), code, OFFSETS[index], NAMES[index]);
    }
    refused(
        &with_body("83 01 7f 62656e ff 00"),
        code,
        25,
        "nestedPart.language",
    );
    for item in ["9fff", "bfff", "5fff", "7fff", "819f01ff"] {
        let wire = with_extensions(&format!("a1 01 {item}"));
        let finding = decode(&wire).unwrap_err().into_finding();
        assert_eq!(finding.code.as_str(), code, "{item}");
        assert!(Decoder::tolerant().decode(&wire).is_ok(), "{item}");
    }
    // Chunks are strings of definite length and of the same kind; text is cut between characters.
    for (item, code, at) in [
        ("5f 6161 ff", "cbor-chunk-invalid", 25),
        ("5f 5fff ff", "cbor-chunk-invalid", 25),
        ("7f 4161 ff", "cbor-chunk-invalid", 25),
        ("5f 00 ff", "cbor-chunk-invalid", 25),
        ("5f c04100 ff", "cbor-chunk-invalid", 25),
        ("7f 61c3 61a9 ff", "utf8-invalid", 26),
        ("5f", "cbor-chunk-invalid", 25),
        ("bf 01 ff", "cbor-break-misplaced", 26),
        ("bf 01 02 03 ff", "cbor-break-misplaced", 28),
    ] {
        let wire = with_extensions(&format!("a1 01 {item}"));
        let finding = Decoder::tolerant()
            .decode(&wire)
            .unwrap_err()
            .into_finding();
        assert_eq!(
            (finding.code.as_str(), finding.offset),
            (code, Some(at)),
            "{item}"
        );
    }
}

#[test]
fn breaks_and_reserved_heads() {
    for (index, at) in OFFSETS.iter().enumerate() {
        let mut fields = fields();
        fields[index] = "ff".into();
        refused(&message(&fields), "cbor-break-misplaced", *at, NAMES[index]);
        for reserved in [
            "1c", "1d", "1e", "1f", "3f", "5c", "7d", "9e", "bc", "df", "fc",
        ] {
            let mut fields = self::fields();
            fields[index] = reserved.into();
            refused(&message(&fields), "cbor-reserved-head", *at, NAMES[index]);
        }
    }
    for simple in ["f800", "f814", "f817", "f81f"] {
        let wire = with_extensions(&format!("a1 01 {simple}"));
        refused(&wire, "cbor-simple-invalid", 24, "extensions[1]");
    }
    assert!(decode(&with_extensions("a1 01 f820")).is_ok());
    assert!(decode(&with_extensions("a1 01 f7")).is_ok());
}

#[test]
fn keys_out_of_order_or_twice_at_any_depth() {
    let nested = |map: &str, depth: usize| match depth {
        0 => with_extensions(map),
        1 => with_extensions(&format!("a1 01 {map}")),
        2 => with_extensions(&format!("a1 01 81 {map}")),
        _ => with_extensions(&format!("a1 01 c1 a1 05 {map}")),
    };
    let starts = [22, 24, 25, 27];
    let paths = ["", "[1]", "[1][0]", "[1][5]"];
    for depth in 0..4 {
        let at = |offset: usize| starts[depth] + offset;
        let path = |key: &str| format!("extensions{}[{key}]", paths[depth]);
        refused(
            &nested("a2 02 00 01 00", depth),
            "cbor-key-order",
            at(3),
            &path("1"),
        );
        // Shortest first, as RFC 7049 had it.
        refused(
            &nested("a2 20 00 1818 00", depth),
            "cbor-key-order",
            at(3),
            &path("24"),
        );
        refused(
            &nested("a2 6162 00 6161 00", depth),
            "cbor-key-order",
            at(4),
            &path("\"a\""),
        );
        refused(
            &nested("a2 6161 00 20 00", depth),
            "cbor-key-order",
            at(4),
            &path("-1"),
        );
        refused(
            &nested("a2 01 00 01 00", depth),
            "duplicate-key",
            at(3),
            &path("1"),
        );
        refused(
            &nested("a2 6161 00 6161 00", depth),
            "duplicate-key",
            at(4),
            &path("\"a\""),
        );
        // The same key in two encodings.
        let wire = nested("a2 01 00 1801 00", depth);
        let error = Decoder::tolerant().decode(&wire);
        assert_eq!(error.unwrap_err().code().as_str(), "duplicate-key");
        let wire = nested("a2 6161 00 7f6161ff 00", depth);
        let error = Decoder::tolerant().decode(&wire);
        assert_eq!(error.unwrap_err().code().as_str(), "duplicate-key");
        // Twice, but not side by side.
        let wire = nested("a3 02 00 01 00 02 00", depth);
        let error = Decoder::tolerant()
            .decode(&wire)
            .unwrap_err()
            .into_finding();
        assert_eq!(error.code.as_str(), "duplicate-key");
        assert_eq!(error.offset, Some(at(5)));
        assert_eq!(error.path.unwrap(), path("2"));
    }
    // Octets may be keys inside an extension, and differ from text.
    assert!(decode(&nested("a2 4161 00 6161 00", 1)).is_ok());
}

#[test]
fn keys_of_forbidden_kinds_and_values() {
    for key in ["4101", "80", "a0", "f4", "f6", "c001", "f93c00"] {
        let wire = with_extensions(&format!("a1 {key} 00"));
        refused(&wire, "key-type", 23, "extensions");
    }
    for key in ["80", "a0", "f4", "f6", "c001", "f93c00"] {
        let wire = with_extensions(&format!("a1 01 a1 {key} 00"));
        refused(&wire, "key-type", 25, "extensions[1]");
    }
    refused(
        &with_extensions("a1 00 00"),
        "key-reserved",
        23,
        "extensions[0]",
    );
    assert!(
        decode(&with_extensions("a1 01 a1 00 00")).is_ok(),
        "only reserved outside"
    );
    let limit = "1b001fffffffffffff";
    assert!(decode(&with_extensions(&format!("a1 {limit} 00"))).is_ok());
    assert!(decode(&with_extensions("a1 3b001ffffffffffffe 00")).is_ok());
    for (key, value) in [
        ("1b0020000000000000", "9007199254740992"),
        ("3b001fffffffffffff", "-9007199254740992"),
        ("3bffffffffffffffff", "-18446744073709551616"),
    ] {
        let path = format!("extensions[{value}]");
        refused(
            &with_extensions(&format!("a1 {key} 00")),
            "key-range",
            23,
            &path,
        );
        let path = format!("extensions[1][{value}]");
        refused(
            &with_extensions(&format!("a1 01 a1 {key} 00")),
            "key-range",
            25,
            &path,
        );
    }
    // As a value every integer of CBOR is legal.
    for value in ["1bffffffffffffffff", "3bffffffffffffffff"] {
        assert!(decode(&with_extensions(&format!("a1 01 {value}"))).is_ok());
    }
}

#[test]
fn text_that_is_not_utf8() {
    for (octets, bad) in [
        ("ff", 0),
        ("c3", 0),
        ("61ff", 1),
        ("c0af", 0),
        ("eda080", 0),
        ("f4908080", 0),
        ("f0908d", 0),
        ("61e282ac80", 4),
    ] {
        let length = octets.len() / 2;
        let item = format!("{:02x} {octets}", 0x60 + length);
        let wire = with_body(&format!("83 01 {item} 00"));
        refused(&wire, "utf8-invalid", 26 + bad, "nestedPart.language");
        let wire = with_extensions(&format!("a1 01 {item}"));
        refused(&wire, "utf8-invalid", 25 + bad, "extensions[1]");
        let wire = with_extensions(&format!("a1 {item} 01"));
        refused(&wire, "utf8-invalid", 24 + bad, "extensions");
        let wire = with_extensions(&format!("a1 01 a1 {item} 01"));
        refused(&wire, "utf8-invalid", 26 + bad, "extensions[1]");
        for (index, (name, _, kind)) in EXTERNAL.iter().enumerate() {
            if *kind == "text" {
                let path = format!("nestedPart.{name}");
                refused(
                    &external(index, &item),
                    "utf8-invalid",
                    25 + index + bad,
                    &path,
                );
            }
        }
    }
}

#[test]
fn tags_in_wrong_places() {
    for (index, at) in OFFSETS.iter().enumerate() {
        for tag in ["c0", "d9d9f7", "d820", "c2", "dbffffffffffffffff"] {
            let mut fields = fields();
            fields[index] = format!("{tag} {}", fields[index]);
            refused(&message(&fields), "tag-unexpected", *at, NAMES[index]);
        }
    }
    refused(
        &octets(&format!("d9d9f7 87 {}", fields().concat())),
        "tag-unexpected",
        0,
        "message",
    );
    for (index, (name, item, _)) in EXTERNAL.iter().enumerate() {
        let code = if *name == "url" {
            "url-tagged"
        } else {
            "tag-unexpected"
        };
        let path = format!("nestedPart.{name}");
        refused(
            &external(index, &format!("d820 {item}")),
            code,
            24 + index,
            &path,
        );
    }
    // One tag 32 is tolerated, not two, and no other one.
    for url in ["d820d82060", "d82160", "d820c060"] {
        let error = Decoder::tolerant().decode(&external(4, url)).unwrap_err();
        assert_eq!(error.code().as_str(), "tag-unexpected", "{url}");
    }
    refused(
        &with_body("85 01 60 03 00 82 c083016000 83016000"),
        "tag-unexpected",
        29,
        "nestedPart.parts[0]",
    );
    refused(
        &with_body("85 01 60 03 00 c082 83016000 83016000"),
        "tag-unexpected",
        28,
        "nestedPart.parts",
    );
    refused(
        &octets(&format!("87 {SALT} f6 40 82 c0f4 01 f6 a0 83016000")),
        "tag-unexpected",
        21,
        "expires.relative",
    );
}

#[test]
fn bignums_that_fit_and_floats_that_are_too_wide() {
    let code = "cbor-bignum-not-shortest";
    for item in [
        "c240",
        "c24101",
        "c248ffffffffffffffff",
        "c249000000000000000001",
        "c349008000000000000000",
        "c34100",
    ] {
        let wire = with_extensions(&format!("a1 01 {item}"));
        refused(&wire, code, 24, "extensions[1]");
        let received = Decoder::tolerant().decode(&wire).unwrap();
        assert!(decode(&mimi_codec::cbor::encode(received.content()).unwrap()).is_ok());
    }
    let value = |item: &str| {
        let wire = with_extensions(&format!("a1 01 {item}"));
        let received = Decoder::tolerant().decode(&wire).unwrap();
        let (_, value) = received.content().extensions.iter().next().unwrap();
        value.as_bytes().to_vec()
    };
    assert_eq!(value("c248ffffffffffffffff"), octets("1bffffffffffffffff"));
    assert_eq!(value("c348ffffffffffffffff"), octets("3bffffffffffffffff"));
    assert_eq!(
        value("c24a00000100000000000000"),
        octets("1b0100000000000000")
    );
    assert_eq!(value("c25f4100 41ff ff"), octets("18ff"));
    assert!(decode(&with_extensions("a1 01 c249010000000000000000")).is_ok());
    for (item, code) in [
        ("fa3fc00000", "cbor-float-not-shortest"),
        ("fb3ff8000000000000", "cbor-float-not-shortest"),
        ("fb47efffffe0000000", "cbor-float-not-shortest"),
        ("fa7f800000", "cbor-float-not-shortest"),
        ("fb8000000000000000", "cbor-float-not-shortest"),
        ("f97e01", "cbor-nan-payload"),
        ("f9fe00", "cbor-nan-payload"),
        ("f97c01", "cbor-nan-payload"),
        ("fa7fc00000", "cbor-nan-payload"),
        ("fb7ff8000000000000", "cbor-nan-payload"),
    ] {
        refused(
            &with_extensions(&format!("a1 01 {item}")),
            code,
            24,
            "extensions[1]",
        );
    }
    for item in [
        "f93e00",
        "fa3f8ccccd",
        "fb3ff199999999999a",
        "f97e00",
        "f98000",
        "f90001",
    ] {
        assert!(
            decode(&with_extensions(&format!("a1 01 {item}"))).is_ok(),
            "{item}"
        );
    }
    // Typed arrays may hold any NaN, as wide as it is.
    for tag in 80..=87 {
        let wire = with_extensions(&format!("a1 01 d8{tag:02x} 82 fb7ff8000000000001 f97e01"));
        assert!(decode(&wire).is_ok());
        let wire = with_extensions(&format!("a1 01 d8{tag:02x} fa3fc00000"));
        assert_eq!(
            decode(&wire).unwrap_err().code().as_str(),
            "cbor-float-not-shortest"
        );
    }
    for tag in [79, 88] {
        let wire = with_extensions(&format!("a1 01 d8{tag:02x} f97e01"));
        refused(&wire, "cbor-nan-payload", 26, "extensions[1]");
    }
}

#[test]
fn an_empty_list_of_parts_is_refused_at_every_level() {
    for levels in 0..3 {
        let open = "85 01 60 03 00 82".repeat(levels);
        let close = "83 01 60 00".repeat(levels);
        let wire = with_body(&format!("{open} 85 01 60 03 02 80 {close}"));
        let code = decode(&wire).unwrap_err().code();
        assert_eq!(code.as_str(), "multipart-too-few", "{levels} levels");
    }
    // At level 4 a multipart has no room for parts, so an empty list is wrong twice over.
    let wire = with_body(&format!(
        "{} 85 01 60 03 02 80 {}",
        "85 01 60 03 00 82".repeat(3),
        "83 01 60 00".repeat(3)
    ));
    let code = decode(&wire).unwrap_err().code();
    assert_eq!(code.as_str(), "multipart-too-few");
}

#[test]
fn parts_of_five_and_of_a_million_levels() {
    let nested = |levels: usize| {
        let mut wire = octets(&format!("87 {SALT} f6 40 f6 f6 a0"));
        for _ in 1..levels {
            wire.extend([0x85, 0x01, 0x60, 0x03, 0x00, 0x82]);
        }
        wire.extend([0x83, 0x01, 0x60, 0x00]);
        for _ in 1..levels {
            wire.extend([0x83, 0x01, 0x60, 0x00]);
        }
        wire
    };
    assert!(decode(&nested(4)).is_ok());
    for levels in [5, 1_000_000] {
        // 23 octets come first; the part at level 5 begins after four heads of six.
        refused(
            &nested(levels),
            "part-depth",
            23 + 4 * 6,
            "nestedPart.parts[0].parts[0].parts[0].parts[0]",
        );
    }
}

#[test]
fn values_of_five_and_of_a_million_levels() {
    // The extension map is level 1: three more are allowed.
    for opening in ["81", "a101", "c6", "9f", "bf01", "d81e"] {
        let opening = octets(opening);
        let closes = matches!(opening[0], 0x9f | 0xbf);
        let nested = |levels: usize| {
            let mut wire = octets(&format!("87 {SALT} f6 40 f6 f6 a1 01"));
            for _ in 0..levels {
                wire.extend(&opening);
            }
            wire.push(0);
            if closes {
                wire.extend(std::iter::repeat_n(0xff, levels));
            }
            wire.extend([0x83, 0x01, 0x60, 0x00]);
            wire
        };
        let decoder = Decoder::tolerant();
        assert!(decoder.decode(&nested(3)).is_ok(), "{opening:02x?}");
        for levels in [4, 1_000_000] {
            let wire = nested(levels);
            let error = decoder.decode(&wire).unwrap_err().into_finding();
            assert_eq!(error.code.as_str(), "extension-depth", "{opening:02x?}");
            assert_eq!(error.offset, Some(24 + 3 * opening.len()));
            let examined = decoder.examine(&wire);
            assert_eq!(examined.size, wire.len(), "read to the end");
            let refusals = examined.findings.iter();
            assert_eq!(
                refusals.filter(|f| f.severity == Severity::Error).count(),
                1
            );
        }
    }
    // In any other field nothing nests at all.
    for index in 0..7 {
        for opening in ["81", "a1", "c6", "9f", "bf"] {
            let mut wire = octets(&format!("87 {}", fields()[..index].concat()));
            wire.extend(octets(opening).repeat(1_000_000));
            assert!(decode(&wire).is_err());
            let examined = Decoder::strict().examine(&wire);
            assert!(examined.value.is_none());
            assert!(!examined.findings.is_empty());
        }
    }
}

#[test]
fn heads_that_claim_more_than_there_is() {
    for major in [2u8, 3, 4, 5, 6] {
        for (index, name) in NAMES.iter().enumerate() {
            let mut wire = octets(&format!("87 {}", fields()[..index].concat()));
            wire.push(major << 5 | 27);
            wire.extend((1u64 << 60).to_be_bytes());
            let error = decode(&wire).unwrap_err().into_finding();
            assert!(error.path.unwrap().starts_with(name));
            let examined = Decoder::tolerant().examine(&wire);
            assert!(examined.value.is_none());
        }
    }
    for claim in [(1u64 << 28), 1 << 60, u64::MAX] {
        let head = |major: u8| format!("{:02x}{claim:016x}", major << 5 | 27);
        for (wire, offset) in [
            (octets(&head(4)), 0),
            (octets(&format!("87 {SALT} f6 40 {} 00", head(4))), 20),
            (octets(&format!("87 {SALT} f6 40 f6 f6 {}", head(5))), 31),
            (
                octets(&format!("87 {SALT} f6 40 f6 f6 a101 {} 00", head(4))),
                34,
            ),
            (
                octets(&format!("87 {SALT} f6 40 f6 f6 a101 {} 00", head(2))),
                24,
            ),
            (
                with_body(&format!("85 01 60 03 00 {} 83016000", head(4))),
                41,
            ),
            (with_body(&format!("85 01 60 01 {} 40", head(3))), 27),
        ] {
            let error = Decoder::tolerant().decode(&wire).unwrap_err();
            assert_eq!(error.finding().offset, Some(offset), "{wire:02x?}");
        }
    }
}

/// Messages like those of the draft, built here.
fn draft_like() -> Vec<Vec<u8>> {
    let single = |disposition: &str, kind: &str, content: &str| {
        let (kind, content) = (text(kind), bytes(content.as_bytes()));
        format!("85 {disposition} 60 01 {kind} {content}")
    };
    let uris = format!(
        "a2 01 {} 02 {}",
        text("mimi://example.com/u/ann"),
        text("mimi://example.com/r/team")
    );
    let head = |replaces: &str, expires: &str, reply: &str| {
        format!("87 {SALT} {replaces} 43666f6f {expires} {reply} {uris}")
    };
    let markdown = single("01", "text/markdown;variant=GFM-MIMI", "**Hi** everyone");
    let external = format!(
        "8f 06 626465 02 {} {} 1a62036674 1b0000000100000000 01 50{} 4c{} 40 01 {} {} {}",
        text("video/mp4"),
        text("https://example.com/8ksB4bSrrRE.mp4"),
        "ab".repeat(16),
        "cd".repeat(12),
        bytes(&[7; 32]),
        text("2 hours of key signing"),
        text("big.mp4"),
    );
    let html = single(
        "01",
        "text/html;charset=utf-8",
        "<img src=\"cid:3@local.invalid\">",
    );
    let image = single("04", "image/gif", "GIF89a");
    let nested = format!(
        "85 01 60 03 00 82 85 01 60 03 02 82 {html} {image} 85 01 60 03 01 82 {markdown} {external}"
    );
    let rich = format!(
        "87 {SALT} f6 40 f6 f6 a5 03 a2 01 1a6912e6f9 25 1a00071035 04 82 4101 190137 05 626869 190100 80 6161 83 f5 f97e00 d82060 {nested}"
    );
    [
        format!("{} {markdown}", head("f6", "f6", "f6")),
        format!(
            "{} {}",
            head("f6", "f6", ID),
            single("02", "text/plain", "\u{2764}")
        ),
        format!("{} {markdown}", head(ID, "f6", ID)),
        format!("{} 83 01 60 00", head(ID, "f6", "f6")),
        format!("{} {markdown}", head("f6", "82 f4 1a62036674", "f6")),
        format!("{} {external}", head("f6", "82 f5 181e", "f6")),
        format!("{} {nested}", head("f6", "f6", "f6")),
        rich,
    ]
    .iter()
    .map(|hex| octets(hex))
    .collect()
}

#[test]
fn truncation_at_every_octet() {
    for wire in draft_like() {
        assert!(decode(&wire).is_ok(), "{wire:02x?}");
        for length in 0..wire.len() {
            for decoder in [Decoder::strict(), Decoder::tolerant()] {
                let error = decoder.decode(&wire[..length]).unwrap_err();
                assert_eq!(error.code().as_str(), "cbor-truncated", "cut at {length}");
                // The place is the item that is cut off, so at or before the end.
                let offset = error.finding().offset.unwrap();
                assert!(offset <= length);
                let item = Item::at(&wire, offset);
                assert!(
                    item.end > length && item.start == offset,
                    "{length}: {error}"
                );
                let examined = decoder.examine(&wire[..length]);
                assert_eq!(examined.findings, [error.into_finding()]);
            }
        }
    }
}

/// Where an item's head and, for strings, its content stand.
struct Item {
    start: usize,
    end: usize,
}

impl Item {
    fn at(wire: &[u8], start: usize) -> Item {
        let first = wire[start];
        let (size, arg) = match first & 0x1f {
            info @ 0..24 => (1, usize::from(info)),
            24 => (2, usize::from(wire[start + 1])),
            25 => (3, 0),
            26 => (5, 0),
            _ => (9, 0),
        };
        let content = if (2..=3).contains(&(first >> 5)) {
            arg
        } else {
            0
        };
        Item {
            start,
            end: start + size + content,
        }
    }
}

#[test]
fn a_change_of_any_octet_is_refused_or_means_something_else() {
    for wire in draft_like() {
        let original = decode(&wire).unwrap();
        for at in 0..wire.len() {
            for bit in 0..8 {
                let mut changed = wire.clone();
                changed[at] ^= 1 << bit;
                if let Ok(message) = decode(&changed) {
                    assert_ne!(message, original);
                    assert_eq!(mimi_codec::cbor::encode(&message).unwrap(), changed);
                }
            }
        }
    }
}

#[test]
fn a_refusal_is_named_however_many_warnings_came_first() {
    // 2000 integers not in their shortest form, then a duplicate key.
    let long = "1800".repeat(2000);
    let wire = with_extensions(&format!("a2 01 9907d0 {long} 01 00"));
    let decoder = Decoder::tolerant();
    let error = decoder.decode(&wire).unwrap_err();
    assert_eq!(error.code().as_str(), "duplicate-key");
    let examined = decoder.examine(&wire);
    // As many as the length of the input justifies; the limit itself is 1000.
    let listed = 32 + wire.len() / 8;
    assert_eq!(examined.findings.len(), listed + 2);
    assert_eq!(examined.findings[listed].code.as_str(), "findings-limit");
    assert_eq!(examined.findings[listed + 1], error.into_finding());
}

#[test]
fn a_bad_key_does_not_hide_a_duplicate() {
    // "b", a key that is not UTF-8, "b".
    let wire = with_extensions("a3 6162 01 61ff 02 6162 03");
    let codes: Vec<_> = Decoder::strict()
        .examine(&wire)
        .findings
        .iter()
        .map(|finding| finding.code.as_str())
        .collect();
    assert!(codes.contains(&"utf8-invalid"), "{codes:?}");
    assert!(codes.contains(&"duplicate-key"), "{codes:?}");
}

#[test]
fn a_bad_key_does_not_make_its_neighbours_duplicates() {
    // Not UTF-8, then values that would be keys if they were counted off by one.
    let wire = with_extensions("a4 61ff 05 02 05 01 05 03 05");
    let codes: Vec<_> = Decoder::tolerant()
        .examine(&wire)
        .findings
        .iter()
        .map(|finding| (finding.code.as_str(), finding.offset.unwrap()))
        .collect();
    assert!(
        !codes.iter().any(|(code, _)| *code == "duplicate-key"),
        "{codes:?}"
    );
    assert_eq!(codes[0], ("utf8-invalid", 24));
}

#[test]
fn what_follows_from_a_fault_says_so() {
    // One item too many in the part: what stands in its fields follows from that.
    let wire = with_body("86 01 60 01 00 60 40");
    let findings = Decoder::strict().examine(&wire).findings;
    let causes: Vec<_> = findings
        .iter()
        .map(|finding| {
            (
                finding.code.as_str(),
                finding.caused_by.map(|cause| cause.offset),
            )
        })
        .collect();
    assert_eq!(
        causes,
        [
            ("array-length", None),
            ("wrong-type", Some(23)),
            ("wrong-type", Some(23)),
        ]
    );
    // After the array everything stands by itself again.
    let wire = octets(&format!("87 {SALT} f6 40 83 f6 01 00 f4 a0 83016000"));
    let findings = Decoder::strict().examine(&wire).findings;
    let causes: Vec<_> = findings
        .iter()
        .map(|finding| {
            (
                finding.path.as_deref().unwrap(),
                finding.caused_by.is_some(),
            )
        })
        .collect();
    assert_eq!(
        causes,
        [
            ("expires", false),
            ("expires.relative", true),
            ("inReplyTo", false)
        ]
    );
}

#[test]
fn findings_name_the_limits_in_force() {
    let two = NestedPart::process_all(vec![NestedPart::text("a"), NestedPart::text("b")]);
    let mut message = MimiContent::new(Salt::new([7; 16]), two);
    message.topic_id = b"soup"[..].into();
    let octets = mimi_codec::cbor::encode(&message).unwrap();
    let mut limits = Limits::DRAFT;
    (limits.parts, limits.topic_id) = (2, 3);
    let examined = Decoder::strict().with_limits(limits).examine(&octets);
    let said: Vec<_> = examined
        .findings
        .iter()
        .map(|it| (it.code, it.expected.as_deref(), &*it.message))
        .collect();
    assert_eq!(
        said,
        [
            (
                codes::TOPIC_LENGTH,
                Some("at most 3 octets"),
                "a topicId that is too long"
            ),
            (codes::PART_COUNT, Some("at most 2 parts"), "too many parts"),
        ]
    );
}
