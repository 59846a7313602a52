//! Conversions of texts by the library: charsets make no difference, and a text is in its message
//! as it was typed.
#![cfg(all(feature = "mail", feature = "notation"))]
#![allow(missing_docs, clippy::unwrap_used)]

use mimi_codec::cbor;
use mimi_codec::convert::{ConvertOptions, convert};
use mimi_codec::document::Format;
use mimi_codec::message::PartBody;
use proptest::prelude::*;

const TEXTS: [Format; 3] = [Format::Markdown, Format::Html, Format::Text];

fn options() -> ConvertOptions<'static> {
    ConvertOptions::default().with_salt([7; 16])
}

fn sixteen(text: &str, octets: fn(u16) -> [u8; 2]) -> Vec<u8> {
    let marked = ["\u{feff}", text].concat();
    marked.encode_utf16().flat_map(octets).collect()
}

/// What people type: words, marks, tags, line ends, letters of every kind.
fn typed() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        "[ a-z*_`~<>&;|#+.!\\[\\]()\\\\-]{0,8}",
        Just("\n".to_owned()),
        Just("\r\n".to_owned()),
        Just("<b>x</b>".to_owned()),
        Just("<meta charset=koi8-r>".to_owned()),
        "[\u{a0}-\u{fff}👍]{1,3}",
    ];
    prop::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn utf_16_reads_as_utf_8(text in typed()) {
        let utf8 = ["\u{feff}", &text].concat().into_bytes();
        for from in TEXTS {
            for to in [Format::Cbor, Format::Html] {
                let wanted = convert(&utf8, from, to, &options()).unwrap();
                for other in [sixteen(&text, u16::to_le_bytes), sixteen(&text, u16::to_be_bytes)] {
                    let got = convert(&other, from, to, &options()).unwrap();
                    prop_assert_eq!(&got.value, &wanted.value);
                    prop_assert_eq!(&got.findings, &wanted.findings);
                }
            }
        }
    }

    #[test]
    fn text_is_in_its_message_as_it_was_typed(text in typed()) {
        let octets = convert(text.as_bytes(), Format::Text, Format::Cbor, &options()).unwrap();
        prop_assert!(octets.findings.is_empty());
        let message = cbor::decode(&octets.value).unwrap();
        let PartBody::Single(part) = &message.nested_part.body else { panic!("one part") };
        prop_assert_eq!(&*part.content, text.as_bytes());
    }

    #[test]
    fn the_second_pass_changes_no_text(text in typed()) {
        let mut twice = options();
        twice.rich.second_pass = true;
        for from in [Format::Markdown, Format::Text] {
            let once = convert(text.as_bytes(), from, Format::Html, &options()).unwrap().value;
            let twice = convert(text.as_bytes(), from, Format::Html, &twice).unwrap().value;
            let shown = |html: &[u8]| {
                let text = convert(html, Format::Html, Format::Text, &options()).unwrap();
                String::from_utf8(text.value).unwrap()
            };
            prop_assert_eq!(shown(&once), shown(&twice));
        }
    }
}
