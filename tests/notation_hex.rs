//! Hex dumps: every form that is read, what is refused and where, and both styles of writing.

#![cfg(feature = "notation")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use mimi_codec::notation::hex::{self, Style};
use mimi_codec::notation::{Layout, edn};
use mimi_codec::report::Position;

#[test]
fn forms_that_are_read() {
    let cases: &[(&str, &[u8])] = &[
        ("00", &[0]),
        ("00000000", &[0, 0, 0, 0]),
        ("87500011\n00000004", &[0x87, 0x50, 0, 0x11, 0, 0, 0, 4]),
        ("\u{feff}00ff\n", &[0, 0xff]),
        ("DE ad\tbe\r\nef", &[0xde, 0xad, 0xbe, 0xef]),
        ("de:ad:be-ef, 01", &[0xde, 0xad, 0xbe, 0xef, 1]),
        ("0xde 0XAD, 0xbeef", &[0xde, 0xad, 0xbe, 0xef]),
        ("# 11\n00 # 22\n # 33\n01", &[0, 1]),
        // A dump with strings that look like anything.
        ("62      # text(2)\n   2323 # \"##\"", &[0x62, 0x23, 0x23]),
        // xxd, with and without its right column, with words of any size.
        (
            "00000000: 8750 18fa c637 1e4e 53f1 aeaf 8a01 3155  .P...7.NS.....1U\n\
             00000010: c166                                     .f\n",
            &[
                0x87, 0x50, 0x18, 0xfa, 0xc6, 0x37, 0x1e, 0x4e, 0x53, 0xf1, 0xae, 0xaf, 0x8a, 0x01,
                0x31, 0x55, 0xc1, 0x66,
            ],
        ),
        ("0000: 00 01 02\r\n0003: 03\r\n", &[0, 1, 2, 3]),
        (
            "00000000: 8202 6161            ..aa",
            &[0x82, 0x02, 0x61, 0x61],
        ),
        // hexdump -C.
        (
            "00000000  87 50 18 fa c6 37 1e 4e  53 f1 ae af 8a 01 31 55  |.P...7.NS.....1U|\n\
             00000010  c1 66                                             |.f|\n00000012\n",
            &[
                0x87, 0x50, 0x18, 0xfa, 0xc6, 0x37, 0x1e, 0x4e, 0x53, 0xf1, 0xae, 0xaf, 0x8a, 0x01,
                0x31, 0x55, 0xc1, 0x66,
            ],
        ),
        // C and Rust sources.
        ("{0x00, 0x01,\n 0x02}", &[0, 1, 2]),
        (
            "// a message\nunsigned char m_cbor[] = {\n  0x82, 0x01, // two\n  0xf6\n};\nunsigned int m_cbor_len = 3;\n",
            &[0x82, 0x01, 0xf6],
        ),
    ];
    for (text, octets) in cases {
        let read = hex::read(text).unwrap_or_else(|error| panic!("{text}: {error}"));
        assert_eq!(read.value.octets(), *octets, "{text}");
    }
}

#[test]
fn faults_have_a_place() {
    let cases = [
        ("", "notation-empty", 1, 1),
        ("# nothing\n", "notation-empty", 2, 1),
        ("0", "hex-odd", 1, 1),
        ("00 1 23", "hex-odd", 1, 4),
        ("00 123", "hex-odd", 1, 6),
        ("00\n 0g", "hex-odd", 2, 2),
        ("00\n gg", "hex-digit", 2, 2),
        ("00 é", "hex-digit", 1, 4),
        ("0x", "hex-digit", 1, 3),
        ("0x00, 0x", "hex-digit", 1, 9),
        ("h'00'", "hex-digit", 1, 1),
        ("[1, 2]", "hex-digit", 1, 1),
        ("00000000: 8201\n00000003: f6", "hex-dump", 2, 1),
        ("00000010: 8201", "hex-dump", 1, 1),
        ("00000000: 8201\nf6", "hex-digit", 2, 1),
        ("00000000: 8z", "hex-odd", 1, 11),
        ("{0x00, 1}", "hex-digit", 1, 8),
        ("{0x0001}", "hex-odd", 1, 2),
        ("{0x00", "hex-digit", 1, 1),
        ("char x[] = 5;", "hex-digit", 1, 14),
        ("char x[] = {0x00}; int n = 2;", "hex-dump", 1, 28),
    ];
    for (text, code, line, column) in cases {
        let Err(error) = hex::read(text) else {
            panic!("{text} was read");
        };
        let finding = error.finding();
        assert_eq!(
            (finding.code.as_str(), finding.line, finding.column),
            (code, Some(line), Some(column)),
            "{text}: {finding}"
        );
    }
}

#[test]
fn every_octet_has_a_place() {
    let source = hex::read("82 # array\n   0102").unwrap().value;
    let place = |offset| source.map().position(offset);
    assert_eq!(place(0), Some(Position::new(1, 1)));
    assert_eq!(place(1), Some(Position::new(2, 4)));
    assert_eq!(place(2), Some(Position::new(2, 6)));
}

/// Items of every kind: the established program names majors and prints arguments raw.
#[test]
fn pretty_style_of_every_kind() {
    let octets = edn::read(
        "[-1, -500, 1.5, false, undefined, simple(255), 32(\"a\"), (_ 'a', h'ff'), [_ 1], {_ 1: 2}, {-1: {}}, 70000_3, \"\u{e9}#{\"]",
    )
    .unwrap()
    .value
    .into_octets();
    insta::assert_snapshot!(hex::write(&octets, Style::Pretty).value);
}

#[test]
fn fields_style() {
    let octets = edn::read(
        "[h'000102030405060708090a0b0c0d0e0f', null, 'topic', [false, 1644390004], null,
          {1: \"mimi://example.com/u/alice\", -5: [1, {2: 1.5}], \"x\": undefined},
          [1, \"en\", 3, 2, [[200, \"\", 0], [6, \"\", 2, \"video/mp4\", \"https://example.com/v\", 0, 5, 1,
           h'00', h'01', '', 1, h'0203', \"d\", \"f\"], [1, \"\", 1, \"text/plain;charset=utf-8\", 'Hi \u{2764}, and more']]]]",
    )
    .unwrap()
    .value
    .into_octets();
    let text = hex::write(&octets, Style::Fields(Layout::Message));
    assert_eq!(text.findings, []);
    assert_eq!(hex::read(&text.value).unwrap().value.octets(), octets);
    insta::assert_snapshot!(text.value);
}

#[test]
fn what_is_no_cbor_is_dumped_all_the_same() {
    let octets = [0x82, 0x01, 0x1c, 0x02, 0x03];
    let text = hex::write(&octets, Style::Pretty);
    assert_eq!(text.findings.len(), 1);
    assert_eq!(text.findings[0].code.as_str(), "hex-malformed");
    assert_eq!(text.findings[0].offset, Some(2));
    assert_eq!(hex::read(&text.value).unwrap().value.octets(), octets);
    assert_eq!(
        text.value,
        "82     # array(2)\n   01  # unsigned(1)\n1c0203 # not well-formed: a head with reserved additional information 28 to 30\n"
    );
    // Further items are no fault of a dump.
    let two = hex::write(&[0x01, 0x02], Style::Pretty);
    assert_eq!(two.findings, []);
    assert_eq!(two.value, "01 # unsigned(1)\n02 # unsigned(2)\n");
}

#[test]
fn hostile_inputs_take_linear_time() {
    const SIZE: usize = 1_000_000;
    let texts = [
        "0".repeat(SIZE),
        "00".repeat(SIZE / 2),
        "0 ".repeat(SIZE / 2),
        "00 ".repeat(SIZE / 3),
        "0x".repeat(SIZE / 2),
        "#".repeat(SIZE),
        "#\n".repeat(SIZE / 2),
        "\n".repeat(SIZE),
        "//\n".repeat(SIZE / 3),
        "{".repeat(SIZE),
        format!("{{{}}}", "0x00,".repeat(SIZE / 5)),
        format!("x[]={}", "=".repeat(SIZE)),
        format!("00000000: {}", "00 ".repeat(SIZE / 3)),
        format!("00000000: {}", " ".repeat(SIZE)),
        format!("00000000  {}|", "00 ".repeat(SIZE / 3)),
        "00000000: \n".repeat(SIZE / 11),
        "00000000\n".repeat(SIZE / 9),
    ];
    for text in &texts {
        let start = std::time::Instant::now();
        let _ = hex::read(text);
        let spent = start.elapsed();
        assert!(spent.as_secs() < 60, "{}: {spent:?}", &text[..12]);
    }
    let string = |octet| {
        let mut string = vec![0x5a, 0, 0x0f, 0x42, 0x40];
        string.resize(SIZE + 5, octet);
        string
    };
    let many = [
        [0x81].repeat(SIZE),
        [0xc1].repeat(SIZE),
        [0x9f].repeat(SIZE),
        [0x00].repeat(SIZE),
        [0xff].repeat(SIZE),
        [0x85, 0x01, 0x60, 0x03, 0x00, 0x81].repeat(SIZE / 6),
        string(0x80),
        string(b'a'),
        string(0),
    ];
    for octets in &many {
        for style in [Style::Pretty, Style::Fields(Layout::Message)] {
            let start = std::time::Instant::now();
            let text = hex::write(octets, style).value;
            assert!(text.len() <= 128 * octets.len(), "{}", text.len());
            let spent = start.elapsed();
            assert!(spent.as_secs() < 60, "{:?}: {spent:?}", &octets[..2]);
        }
    }
}
