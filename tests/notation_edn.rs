//! EDN, literal by literal: what it spells, what is refused and where, and how an independent
//! implementation reads the same text.

#![cfg(feature = "notation")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::fmt::Write;

use mimi_codec::notation::{Layout, edn};
use mimi_codec::report::Position;

fn hex(octets: &[u8]) -> String {
    octets.iter().fold(String::new(), |mut out, octet| {
        let _ = write!(out, "{octet:02x}");
        out
    })
}

fn read(text: &str) -> String {
    match edn::read(text) {
        Ok(read) => {
            assert_eq!(read.findings, []);
            hex(read.value.octets())
        }
        Err(error) => panic!("{text}: {error}"),
    }
}

/// Text, and the octets it spells. The first block is from RFC 8949 appendix A.
const SPELLED: &[(&str, &str)] = &[
    ("0", "00"),
    ("23", "17"),
    ("24", "1818"),
    ("1000000000000", "1b000000e8d4a51000"),
    ("18446744073709551615", "1bffffffffffffffff"),
    ("18446744073709551616", "c249010000000000000000"),
    ("-18446744073709551616", "3bffffffffffffffff"),
    ("-18446744073709551617", "c349010000000000000000"),
    ("-1", "20"),
    ("-1000", "3903e7"),
    ("0.0", "f90000"),
    ("-0.0", "f98000"),
    ("1.1", "fb3ff199999999999a"),
    ("65504.0", "f97bff"),
    ("100000.0", "fa47c35000"),
    ("1.0e+300", "fb7e37e43c8800759c"),
    ("5.960464477539063e-8", "f90001"),
    ("0.00006103515625", "f90400"),
    ("-4.1", "fbc010666666666666"),
    ("Infinity", "f97c00"),
    ("NaN", "f97e00"),
    ("-Infinity", "f9fc00"),
    ("Infinity_2", "fa7f800000"),
    ("NaN_3", "fb7ff8000000000000"),
    ("false", "f4"),
    ("undefined", "f7"),
    ("simple(16)", "f0"),
    ("simple( 255 )", "f8ff"),
    (
        r#"0("2013-03-21T20:04:00Z")"#,
        "c074323031332d30332d32315432303a30343a30305a",
    ),
    ("1(1363896240)", "c11a514b67b0"),
    ("23(h'01020304')", "d74401020304"),
    ("24(h'6449455446')", "d818456449455446"),
    ("h''", "40"),
    (r#""""#, "60"),
    (r#""\"\\""#, "62225c"),
    ("\"\u{fc}\"", "62c3bc"),
    (r#""\u00fc""#, "62c3bc"),
    (r#""\ud800\udd51""#, "64f0908591"),
    ("[]", "80"),
    ("[1, [2, 3], [4, 5]]", "8301820203820405"),
    ("{}", "a0"),
    (r#"{"a": 1, "b": [2, 3]}"#, "a26161016162820203"),
    ("(_ h'0102', h'030405')", "5f42010243030405ff"),
    (r#"(_ "strea", "ming")"#, "7f657374726561646d696e67ff"),
    ("[_ ]", "9fff"),
    ("[_ 1, [2, 3], [_ 4, 5]]", "9f018202039f0405ffff"),
    (r#"{_ "Fun": true, "Amt": -2}"#, "bf6346756ef563416d7421ff"),
    // Encoding indicators.
    ("1_i", "01"),
    ("1_0", "1801"),
    ("1_1", "190001"),
    ("1_2", "1a00000001"),
    ("-1_3", "3b0000000000000000"),
    ("1.5_2", "fa3fc00000"),
    ("1.5_3", "fb3ff8000000000000"),
    ("'ab'_0", "58026162"),
    ("\"a\"_1", "79000161"),
    ("''_", "5fff"),
    ("\"\"_", "7fff"),
    ("[_1 1]", "99000101"),
    ("{_0 1: 2}", "b8010102"),
    ("32_0(\"\")", "d82060"),
    ("<<1, 2>>_0", "58020102"),
    // Octets and text.
    ("'it''s'", "!"),
    (r"'it\'s'", "4469742773"),
    (r#"'say "x"'"#, "4773617920227822"),
    ("'a\\n\\r\\t\\b\\f\\/\\\\'", "48610a0d09080c2f5c"),
    (r"'\u{1f973}\u{0}\u{0000e9}'", "47f09fa5b300c3a9"),
    ("'line\nend'", "486c696e650a656e64"),
    ("'line\r\nend'", "486c696e650a656e64"),
    ("h'0A 0b\n# comment\n 0C /x/ // y\n'", "430a0b0c"),
    ("h'00 # to the quote'", "4100"),
    ("h'00 // to the quote'", "4100"),
    ("h'00 # it\\'s\n01'", "420001"),
    ("h'00/it\\'s/01'", "420001"),
    ("b64'AQ # to the quote'", "4101"),
    ("b64'AQID/+8='", "4501 0203 ffef"),
    ("b64'AQID_-8'", "4501 0203 ffef"),
    ("b64' AQ # comment\n ID'", "43010203"),
    ("'a' + h'00' + b64'Ag' + \"z\"", "4461 00 02 7a"),
    ("\"a\" + 'b'", "626162"),
    ("\"\" + h'ff'", "61ff"),
    ("'a' /x/ + # y\n 'b'_0", "58026162"),
    ("<<1, 'a'>>", "43014161"),
    ("<<>>", "40"),
    ("<<[1, 2] <<3>>>>", "45820102 4103"),
    ("dt'1969-07-21T02:56:16Z'", "3a00d80caf"),
    ("dt'1970-01-01T00:00:00.5Z'", "f93800"),
    ("DT'2022-02-09T07:00:04Z'", "c11a62036674"),
    ("[DT'1970-01-01T00:00:00Z', 1]", "82c10001"),
    ("float'7e01'", "f97e01"),
    ("float'7fc0 0001'", "fa7fc00001"),
    // White space, comments, commas.
    ("\u{feff}1", "01"),
    (" # a\n // b\n / c / /* d / * */ 1 # end", "01"),
    ("[1 2\n3/x/4,5,]", "850102030405"),
    ("{1: 2 3: 4,}", "a201020304"),
    ("{1 # key\n : # value\n 2}", "a10102"),
    ("[\"a\" +1]", "8261 61 01"),
    ("[1'a'2]", "!"),
    ("1 ( 2 )", "!"),
    ("1(2 )", "c102"),
    // Numbers.
    ("0x1F", "181f"),
    ("-0b11", "22"),
    ("0o17", "0f"),
    ("+5", "05"),
    (".5", "f93800"),
    ("0x1.8p1", "f94200"),
    ("-0", "00"),
    ("1e2", "f95640"),
    // Keys out of order or twice: the reader writes, others judge.
    ("{2: 1, 1: 2, 2: 3}", "a3020101020203"),
    ("{[1]: {2: 3}}", "a18101a10203"),
];

#[test]
fn literals_spell_octets() {
    for (text, octets) in SPELLED {
        if *octets == "!" {
            assert!(edn::read(text).is_err(), "{text}");
            continue;
        }
        assert_eq!(read(text), octets.replace(' ', ""), "{text}");
    }
}

/// Text, code, line and column.
const REFUSED: &[(&str, &str, u32, u32)] = &[
    ("", "notation-empty", 1, 1),
    ("  # only a comment\n ", "notation-empty", 2, 2),
    ("1 2", "edn-sequence", 1, 3),
    ("[1],\n[2]", "edn-sequence", 1, 4),
    ("[1]\n  'x'", "edn-sequence", 2, 3),
    ("[1, 2", "edn-unclosed", 1, 1),
    ("[1, {2: 'é', 3", "edn-unclosed", 1, 5),
    ("[1, {2: 'é', 3}", "edn-syntax", 1, 15),
    ("'abc", "edn-unclosed", 1, 1),
    ("[\n \"abc\n]", "edn-unclosed", 2, 2),
    ("h'00", "edn-unclosed", 1, 2),
    ("/ comment", "edn-unclosed", 1, 1),
    ("1 /* comment *", "edn-unclosed", 1, 3),
    ("(_ 'a'", "edn-unclosed", 1, 1),
    ("<<1", "edn-unclosed", 1, 1),
    ("1(", "edn-unclosed", 1, 1),
    ("[1}", "edn-syntax", 1, 3),
    ("[,1]", "edn-syntax", 1, 2),
    ("[1,,2]", "edn-syntax", 1, 4),
    ("[1[2]]", "edn-syntax", 1, 3),
    ("{1, 2}", "edn-syntax", 1, 3),
    ("{1: }", "edn-syntax", 1, 5),
    ("{1: , 2: 3}", "edn-syntax", 1, 5),
    ("{: 1}", "edn-syntax", 1, 2),
    ("1()", "edn-syntax", 1, 3),
    ("1(2, 3)", "edn-syntax", 1, 4),
    ("1(2 3)", "edn-syntax", 1, 5),
    ("-1(2)", "edn-syntax", 1, 3),
    ("True", "edn-syntax", 1, 1),
    ("[nil]", "edn-syntax", 1, 2),
    ("foo", "edn-syntax", 1, 1),
    ("é", "edn-syntax", 1, 1),
    ("simple(24)", "edn-number", 1, 8),
    ("simple(256)", "edn-number", 1, 8),
    ("simple(1", "edn-syntax", 1, 9),
    ("[1, -]", "edn-number", 1, 5),
    ("1.5.2", "edn-sequence", 1, 4),
    ("1e999", "edn-number", 1, 1),
    ("'a' 'b'", "edn-sequence", 1, 5),
    ("'a' + 1", "edn-syntax", 1, 7),
    ("'a' + ", "edn-syntax", 1, 7),
    ("'a' + <<1>>", "edn-syntax", 1, 7),
    ("<<1>> + 'a'", "edn-syntax", 1, 9),
    ("'a'_0 + 'b'", "edn-indicator", 1, 7),
    ("h'0'", "edn-string", 1, 3),
    ("h'00 0'", "edn-string", 1, 6),
    ("h'0g'", "edn-string", 1, 4),
    ("h'00...'", "edn-ellipsis", 1, 5),
    ("[1, ...]", "edn-ellipsis", 1, 5),
    ("'a' + ... + 'b'", "edn-ellipsis", 1, 7),
    ("'abc\u{1}'", "edn-string", 1, 5),
    (r"'\x41'", "edn-string", 1, 2),
    (r#"'\"'"#, "edn-string", 1, 2),
    (r"'\u12'", "edn-string", 1, 2),
    (r"'\ud800'", "edn-string", 1, 2),
    (r"'\udc00\ud800'", "edn-string", 1, 2),
    (r"'\u{110000}'", "edn-string", 1, 2),
    (r"'\u{}'", "edn-string", 1, 2),
    (r"'\u{41'", "edn-string", 1, 2),
    ("b64'A'", "edn-string", 1, 4),
    ("b64'AQ!'", "edn-string", 1, 7),
    ("b64'A=B='", "edn-string", 1, 4),
    ("h'00 # it's\n01'", "edn-sequence", 1, 11),
    ("h'00 / it's / 01'", "edn-unclosed", 1, 6),
    ("x'00'", "edn-literal", 1, 1),
    ("[1, ip'192.0.2.1']", "edn-literal", 1, 5),
    ("dt'yesterday'", "edn-string", 1, 1),
    ("float'7e0'", "edn-string", 1, 1),
    ("24_i", "edn-indicator", 1, 1),
    ("256_0", "edn-indicator", 1, 1),
    ("1_4", "edn-indicator", 1, 2),
    ("1_", "edn-indicator", 1, 1),
    ("1.1_1", "edn-indicator", 1, 1),
    ("1.5_0", "edn-indicator", 1, 1),
    ("'ab'_", "edn-indicator", 1, 1),
    ("[_x 1]", "edn-indicator", 1, 2),
    ("<<1>>_", "edn-indicator", 1, 1),
    ("256_0(1)", "edn-indicator", 1, 1),
    ("18446744073709551616_1", "edn-indicator", 1, 1),
    ("(_ )", "edn-syntax", 1, 4),
    ("(_ 1)", "edn-syntax", 1, 4),
    ("(_ 'a', \"b\")", "edn-syntax", 1, 9),
    ("(_ 'a', (_ 'b'))", "edn-syntax", 1, 9),
    ("(1)", "edn-syntax", 1, 1),
    ("`raw`", "edn-syntax", 1, 1),
];

#[test]
fn faults_have_a_place() {
    for (text, code, line, column) in REFUSED {
        let Err(error) = edn::read(text) else {
            panic!("{text} was read as {}", read(text));
        };
        let finding = error.finding();
        assert_eq!(
            (finding.code.as_str(), finding.line, finding.column),
            (*code, Some(*line), Some(*column)),
            "{text}: {finding}"
        );
        // Something was found, and the sentence says what to do.
        assert!(
            finding.found.is_some() || *code == "notation-empty",
            "{text}: {finding}"
        );
    }
}

#[test]
fn messages_of_faults() {
    let lines: Vec<String> = [
        "[1, 2 3]]",
        "[1\n 2",
        "h'0011 0x'",
        "[h'00' ... ]",
        "[1 2] [3]",
        "{1: 2 3}",
        "[1, none]",
        "['a\u{7}']",
        "300_0",
        "1e5000",
    ]
    .iter()
    .map(|text| edn::read(text).unwrap_err().to_string())
    .collect();
    insta::assert_snapshot!(lines.join("\n"));
}

#[test]
fn every_item_and_line_has_a_place() {
    let text = "[ 1,\n  h'00 # first\n    01',\n 'a' + \n  'b',\n {1: <<2>>}]";
    let source = edn::read(text).unwrap().value;
    assert_eq!(
        hex(source.octets()),
        "840142000142 6162a1014102".replace(' ', "")
    );
    let place = |offset| source.map().position(offset).unwrap();
    let expected = [
        (0, 1, 1),
        (1, 1, 3),
        (2, 2, 3),
        (3, 2, 5),
        (4, 3, 5),
        (5, 4, 2),
        (6, 4, 3),
        (7, 5, 4),
        (8, 6, 2),
        (9, 6, 3),
        (10, 6, 6),
        (11, 6, 8),
    ];
    for (offset, line, column) in expected {
        assert_eq!(place(offset), Position::new(line, column), "octet {offset}");
    }
}

#[test]
fn plain_items_on_one_line() {
    let cases = [
        ("a201182000", "{1: 32, 0: ..."),
        ("83010203", "[1, 2, 3]"),
        ("1901ff", "511"),
        ("1900ff", "255_1"),
        ("5820", "!"),
        ("4201ff", "h'01ff'"),
        ("6261ff", "\"\" + h'61ff'"),
        ("62c3bc", "\"ü\""),
        ("63e2808b", "\"\\u200b\""),
        ("64f0908080", "\"\u{10000}\""),
        ("64f3a08081", "\"\\u{e0001}\""),
        ("60", "\"\""),
        ("5fff", "''_"),
        ("7fff", "\"\"_"),
        ("5f4100ff", "(_ h'00')"),
        ("9fff", "[_ ]"),
        ("bf0102ff", "{_ 1: 2}"),
        ("d820616c", "32(\"l\")"),
        ("c249010000000000000000", "2(h'010000000000000000')"),
        ("f97e00", "NaN"),
        ("f97e01", "float'7e01'"),
        ("f9fe00", "float'fe00'"),
        ("fb7ff8000000000000", "NaN_3"),
        ("fa3fc00000", "1.5_2"),
        ("fb3ff199999999999a", "1.1"),
        ("f90001", "5.960464477539063e-8"),
        ("f98000", "-0.0"),
        ("fb7fefffffffffffff", "1.7976931348623157e308"),
        ("e0", "simple(0)"),
        ("f8ff", "simple(255)"),
        ("3bffffffffffffffff", "-18446744073709551616"),
    ];
    for (octets, text) in cases {
        let octets: Vec<u8> = (0..octets.len() / 2)
            .map(|i| u8::from_str_radix(&octets[2 * i..2 * i + 2], 16).unwrap())
            .collect();
        match edn::item(&octets) {
            Ok(written) if !text.ends_with("...") => {
                assert_eq!(written, text);
                assert_eq!(edn::read(text).unwrap().value.octets(), octets);
            }
            Ok(written) => panic!("{written}"),
            Err(error) => assert!(text == "!" || text.ends_with("..."), "{error}"),
        }
    }
    let trailing = edn::item(&[0x01, 0x02]).unwrap_err();
    assert_eq!(trailing.code().as_str(), "cbor-trailing");
    assert_eq!(trailing.finding().offset, Some(1));
}

#[test]
fn hostile_texts_take_linear_time_and_little_stack() {
    const SIZE: usize = 1_000_000;
    let texts = [
        "[".repeat(SIZE),
        "{1:".repeat(SIZE / 3),
        "1(".repeat(SIZE / 2),
        "<<".repeat(SIZE / 2),
        "(_".repeat(SIZE / 2),
        "simple(".repeat(SIZE / 7),
        "/".repeat(SIZE),
        "/ /".repeat(SIZE / 3),
        "/*".repeat(SIZE / 2),
        "#".repeat(SIZE),
        "#\n".repeat(SIZE / 2),
        "'a'+".repeat(SIZE / 4),
        "'a' +\n".repeat(SIZE / 6),
        "'".repeat(SIZE),
        format!("'{}", "\\".repeat(SIZE)),
        format!("'{}", "\n".repeat(SIZE)),
        format!("h'{}", "00\n".repeat(SIZE / 3)),
        format!("h'{}", "#".repeat(SIZE)),
        format!("b64'{}", "A".repeat(SIZE)),
        "9".repeat(SIZE),
        format!("0.{}", "9".repeat(SIZE)),
        format!("1e{}", "9".repeat(SIZE)),
        format!("0x{}", "f".repeat(SIZE)),
        format!("0x{}p1", "0".repeat(SIZE)),
        format!("1_{}", "0".repeat(SIZE)),
        "a".repeat(SIZE),
        format!("[{}", "1,".repeat(SIZE / 2)),
        format!("[{}]", "a'".repeat(SIZE / 2)),
        format!("[{}]", "'' ".repeat(SIZE / 3)),
        format!("[{}]", "1.5 ".repeat(SIZE / 4)),
        format!("dt'{}'", "0".repeat(SIZE)),
        format!("float'{}'", " ".repeat(SIZE)),
        format!("{}{}", "[".repeat(900), "''_ ".repeat(SIZE / 4)),
        "\u{10ffff}".repeat(SIZE / 4),
        format!("'{}'", "\u{10ffff}".repeat(SIZE / 4)),
    ];
    let hostile = move || {
        for text in &texts {
            let start = std::time::Instant::now();
            let _ = edn::read(text);
            let spent = start.elapsed();
            let begin: String = text.chars().take(12).collect();
            assert!(spent.as_secs() < 60, "{begin}: {spent:?}");
        }
    };
    // The stack that threads have.
    let thread = std::thread::Builder::new().stack_size(256 * 1024);
    thread.spawn(hostile).unwrap().join().unwrap();
}

#[test]
fn depth_is_limited() {
    let nested = |levels: usize| format!("{}{}", "[".repeat(levels), "]".repeat(levels));
    assert!(edn::read(&nested(1000)).is_ok());
    let error = edn::read(&nested(1001)).unwrap_err();
    assert_eq!(error.code().as_str(), "notation-depth");
    assert_eq!(error.finding().column, Some(1001));
}

#[test]
fn hostile_octets_are_written_in_linear_time() {
    const SIZE: usize = 250_000;
    let mut deep = vec![0x81; SIZE];
    deep.push(0);
    let mut maps = [0xa1, 0x01].repeat(SIZE / 2);
    maps.push(0);
    let mut keys = vec![0xa1; SIZE / 2];
    keys.extend([0].repeat(SIZE / 2 + 1));
    let mut tags = vec![0xc1; SIZE];
    tags.push(0);
    let mut parts = [0x85, 0x01, 0x60, 0x03, 0x00, 0x81].repeat(SIZE / 6);
    parts.extend([0x83, 0x01, 0x60, 0x00]);
    let mut message = vec![0x87, 0x40, 0xf6, 0x40, 0xf6, 0xf6, 0xa0];
    message.extend_from_slice(&parts);
    let mut flat = vec![0x9a, 0, 0x03, 0xd0, 0x90];
    flat.extend([0x01].repeat(SIZE));
    let mut chunks = vec![0x5f];
    chunks.extend([0x40].repeat(SIZE));
    chunks.push(0xff);
    let write = move || {
        let string = |octet| {
            let mut string = vec![0x5a, 0, 0x03, 0xd0, 0x90];
            string.resize(SIZE + 5, octet);
            string
        };
        let strings = [string(b'a'), string(b'\n'), string(0xff), string(0)];
        let all = [&deep, &maps, &keys, &tags, &message, &flat, &chunks];
        for octets in all.into_iter().chain(&strings) {
            let start = std::time::Instant::now();
            let text = edn::Writer::new(Layout::Message).write(octets).unwrap();
            assert!(text.len() < 128 * octets.len(), "{}", text.len());
            let line = edn::item(octets).unwrap();
            assert!(line.len() < 64 * octets.len());
            assert!(start.elapsed().as_secs() < 60, "{:?}", start.elapsed());
        }
    };
    let thread = std::thread::Builder::new().stack_size(256 * 1024);
    thread.spawn(write).unwrap().join().unwrap();
}

/// What crate `cbor-edn` 0.0.11, written for revision 15 of the EDN draft, reads otherwise, and
/// why this reader is right, or at least more careful.
const ORACLE_FAULTS: &[(&str, &str)] = &[
    (
        "-18446744073709551617",
        "it takes -n for the content of tag 3, which is n - 1",
    ),
    (
        "h'0A 0b\n# comment\n 0C /x/ // y\n'",
        "no // comments in revision 15",
    ),
    (
        " # a\n // b\n / c / /* d / * */ 1 # end",
        "no // comments in revision 15",
    ),
    ("b64' AQ # comment\n ID'", "no comments in base64"),
    ("h'00 // to the quote'", "no // comments in revision 15"),
    ("b64'AQ # to the quote'", "no comments in base64"),
    (
        "\"\" + h'ff'",
        "text must be UTF-8; here a wrong example can be written",
    ),
    ("'a' /x/ + # y\n 'b'_0", "no indicator on joined strings"),
    ("dt'1969-07-21T02:56:16Z'", "no application literals"),
    ("dt'1970-01-01T00:00:00.5Z'", "no application literals"),
    ("DT'2022-02-09T07:00:04Z'", "no application literals"),
    ("[DT'1970-01-01T00:00:00Z', 1]", "no application literals"),
    ("float'7e01'", "no application literals"),
    ("float'7fc0 0001'", "no application literals"),
    ("\u{feff}1", "no byte order mark"),
    ("simple(24)", "it writes f818, which is not well-formed"),
    ("1e999", "it writes Infinity for a number that is not"),
    ("'a' + <<1>>", "this reader joins no embedded CBOR"),
    ("<<1>> + 'a'", "this reader joins no embedded CBOR"),
    ("1_", "it writes 1f, which is not well-formed"),
];

#[test]
fn another_implementation_reads_the_same() {
    let texts = SPELLED.iter().map(|(text, _)| *text);
    let texts = texts.chain(REFUSED.iter().map(|(text, ..)| *text));
    let mut different = Vec::new();
    for text in texts {
        let ours = edn::read(text).ok().map(|read| read.value.into_octets());
        let theirs = cbor_edn::StandaloneItem::parse(text)
            .ok()
            .and_then(|item| item.to_cbor().ok());
        if ours != theirs {
            different.push(text);
        }
    }
    let mut known: Vec<&str> = ORACLE_FAULTS.iter().map(|(text, _)| *text).collect();
    known.sort_unstable();
    different.sort_unstable();
    assert_eq!(different, known);
}

/// A message with something of everything, in the form of the draft's examples.
#[test]
fn a_page_of_a_message() {
    let text = "[h'000102030405060708090a0b0c0d0e0f',
        h'0102030405060708091011121314151617181920212223242526272829303132', 'topic', [true, 600],
        h'0202030405060708091011121314151617181920212223242526272829303132',
        {1: \"mimi://example.com/u/alice\", 3: {1: 1644390004, -3: 5},
         -5: [1, {2: 1.5, \"a long key of a map\": h'000102030405060708090a0b0c0d0e0f', 7: [\"a value that needs more room\"]}],
         \"x\": 32(\"https://example.com\"), \"y\": 1001({1: 2})},
        [1, \"en\", 3, 2, [[200, \"\", 0], [6, \"\", 2, \"video/mp4\", \"https://example.com/v\", 1644390004, 0, 999,
         h'00', h'01', '', 1, h'9ab17a8cf0890baaae7ee016c7312fcc080ba46498389458ee44f0276e783163', \"d\", \"f\"],
        [1, \"\", 1, \"text/plain\", 'It\\'s a text \u{2764}\u{fe0f}\\nof two lines, of which the second is long enough to be broken somewhere'],
        [1, \"\", 1, \"text/plain\", h'00'], [1, \"\", 1, \"text/plain\", '']]]]";
    let octets = edn::read(text).unwrap().value.into_octets();
    let id = |first: u8| {
        let mut id = [0x32; 32];
        id.copy_from_slice(&octets[20..52]);
        id[0] = first;
        mimi_codec::message::MessageId::new(id)
    };
    let page = edn::Writer::new(Layout::Message)
        .title("EVERY\u{202e}THING\n[")
        .message_id(id(9))
        .accepted(1_644_387_225_019)
        .known(id(1), "Original")
        .known(id(2), "Reply")
        .write(&octets)
        .unwrap();
    assert_eq!(edn::read(&page).unwrap().value.octets(), octets);
    insta::assert_snapshot!(page);
}

#[test]
fn pages_of_other_documents() {
    let id = "h'0102030405060708091011121314151617181920212223242526272829303132'";
    let write = |layout, text: String| {
        let octets = edn::read(&text).unwrap().value.into_octets();
        let page = edn::Writer::new(layout).write(&octets).unwrap();
        assert_eq!(edn::read(&page).unwrap().value.octets(), octets);
        page
    };
    let pages = [
        write(Layout::StatusReport, format!("[[{id}, 2], [{id}, 99]]")),
        write(Layout::StatusReport, "[]".into()),
        write(
            Layout::Derived,
            format!(
                "[{id}, 1644387225019, 'group', 4, \"mimi://a/d/1\", \"mimi://a/u/1\", \"mimi://a/r/1\"]"
            ),
        ),
        write(
            Layout::Any,
            "{1: [2, 3], [4]: {_ }, (_ 'a', 'b'): <<1>>}".into(),
        ),
        // Faulty messages are named as far as they go.
        write(
            Layout::Message,
            "[1_1, [_ 2, [3]], {0: 1}, 4, 5, 6, [1, \"\", 9, 8], 7]".into(),
        ),
        write(Layout::Message, "{1: 2}".into()),
        write(Layout::Message, "5".into()),
    ];
    insta::assert_snapshot!(pages.join("\n"));
}
