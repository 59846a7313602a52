//! Rules on conversions that only an odd call or an odd input reaches: each is reported where it
//! happens, and nowhere else.
#![cfg(all(feature = "mail", feature = "notation"))]
#![allow(missing_docs, clippy::unwrap_used, clippy::panic)]

use mimi_codec::convert::{ConvertOptions, convert};
use mimi_codec::document::{Format, open};
use mimi_codec::message::MessageId;
use mimi_codec::report::{Code, Finding, codes};
use mimi_codec::rich::{html, markdown};

fn codes_of(findings: &[Finding]) -> Vec<Code> {
    findings.iter().map(|finding| finding.code).collect()
}

#[test]
fn only_four_formats_spell_a_document() {
    for format in Format::all() {
        let notation = matches!(
            format,
            Format::Cbor | Format::Edn | Format::Hex | Format::Json
        );
        let error = open(b"[]", format).err();
        let code = error.as_ref().map(|error| error.code());
        assert_eq!(
            code == Some(codes::NOT_A_NOTATION),
            !notation,
            "{format:?}: {code:?}"
        );
        if !notation {
            let found = error.unwrap().into_finding().found;
            assert_eq!(found.as_deref(), Some(format.name()));
        }
    }
}

#[test]
fn an_image_that_nobody_has_leaves_its_alternative_text() {
    let document = markdown::read("![a cat](cid:1@local.invalid) ![a dog](cid:2@local.invalid)");
    let resolve = |cid: &str| match cid {
        "cid:1@local.invalid" => Some("blob:cat".to_owned()),
        _ => None,
    };
    let options = html::HtmlWriteOptions::default().images(&resolve);
    let page = html::write(&document.value, &options);
    assert_eq!(
        page.value,
        "<p><img src=\"blob:cat\" alt=\"a cat\"> a dog</p>\n"
    );
    assert_eq!(codes_of(&page.findings), [codes::IMAGE_UNRESOLVED]);
    assert_eq!(
        page.findings[0].found.as_deref(),
        Some("cid:2@local.invalid")
    );
    // An answer that no page may load is no answer.
    let script = |_: &str| Some("javascript:alert(1)".to_owned());
    let page = html::write(
        &document.value,
        &html::HtmlWriteOptions::default().images(&script),
    );
    assert_eq!(page.value, "<p>a cat a dog</p>\n");
    assert_eq!(codes_of(&page.findings), [codes::IMAGE_UNRESOLVED; 2]);
}

#[test]
fn a_mail_that_stands_for_several_messages_says_how_many_are_left() {
    let (a, b) = (MessageId::new([1; 32]), MessageId::new([2; 32]));
    let options = ConvertOptions::default().with_salt([7; 16]);
    for (targets, more) in [
        (format!("<mimi-{a}@x>"), "1 more"),
        (format!("<mimi-{a}@x> <mimi-{b}@x>"), "2 more"),
    ] {
        let mail = format!("From: a@example.com\nChat-Delete: {targets}\n\ndeleted");
        let read = convert(mail.as_bytes(), Format::Eml, Format::Cbor, &options).unwrap();
        let finding = read
            .findings
            .iter()
            .find(|finding| finding.code == codes::MORE_MESSAGES)
            .unwrap();
        assert_eq!(finding.found.as_deref(), Some(more));
    }
    let mail = b"From: a@example.com\n\nnothing more";
    let read = convert(mail, Format::Eml, Format::Cbor, &options).unwrap();
    assert!(!codes_of(&read.findings).contains(&codes::MORE_MESSAGES));
}
