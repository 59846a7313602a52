//! What RFCs and Internet-Drafts about other things have, and what is no fault of theirs: each
//! shape once as it may stand, and once with the fault that the rule is for. And what a report
//! that is too long says.
#![cfg(feature = "notation")]
#![allow(missing_docs, clippy::unwrap_used)]

use std::fmt::Write;

use mimi_codec::check::draft::{DraftOptions, check_draft};
use mimi_codec::report::Finding;

fn check(text: &str) -> Vec<Finding> {
    let mut none = |_: &str| Err("nothing is included".to_owned());
    check_draft("draft.txt", text, &DraftOptions::default(), &mut none)
}

/// A document of three sections and an appendix, with a text in the second.
fn document(header: &str, body: &str) -> String {
    let body: String = body.lines().fold(String::new(), |mut text, line| {
        let _ = writeln!(text, "   {line}");
        text.replace("   \n", "\n")
    });
    format!(
        "Internet-Draft\n{header}\n\n                       draft-someone-tables-00\n\n\
         1.  Introduction\n\n   Words about CBOR and CDDL.\n\n\
         2.  Route Tables\n\n{body}\n\
         3.  Security Considerations\n\n   Nothing is secret.\n\n\
         Appendix A.  Address Pools\n\n   Pools of addresses.\n"
    )
}

fn codes(header: &str, body: &str) -> Vec<String> {
    let found = check(&document(header, body));
    assert!(found.iter().all(|f| f.line.is_some() && f.column.is_some()));
    found.iter().map(|f| f.code.to_string()).collect()
}

const MISSING: &str = "draft-reference-missing";
const OTHER: &str = "draft-reference";

#[test]
fn a_section_that_is_not_here_may_be_another_document_s() {
    let elsewhere = [
        (
            "the sentence before",
            "RFC 8949 is strict.  Section 7.1 requires it.",
        ),
        (
            "the paragraph before",
            "This is from [ROUTES].\n\nSection 7.1 requires it.",
        ),
        ("behind it", "Section 7.1 was longer, as RFC 2328 says."),
        (
            "with its title",
            "See Section 7.1 (\"The Order\") of [ROUTES].",
        ),
        ("in brackets", "It is padded [ROUTES, Section 7.1]."),
        (
            "a title in front",
            "as in the Cable Specification, Section 7.1.",
        ),
        ("a name in front", "counted by HDSL2 Section 7.1."),
        (
            "a name and a version",
            "as defined in Login 2.0, Section 7.1.",
        ),
        (
            "a clause of YANG",
            "reference\n  \"Time, version 4,\n   Section 7.1\";",
        ),
        (
            "a list",
            "These are in [ROUTES]:\n\n*  orders, Section 7.1\n\n*  tables (Section 7.2)",
        ),
        (
            "a table",
            "| order | Section 7.1 of | no |\n|       | [ROUTES]       |    |",
        ),
        (
            "goes on",
            "Section 7 of [ROUTES] has it.  So have\nSection 7.1 and Section 7.2.",
        ),
        ("a quotation", "Its heading is \"Section 7.1\"."),
        ("a letter", "the label of Section B doors"),
        (
            "another layout",
            "See Section 7.1.\n\n7.1 More Words\n\nMore.",
        ),
        ("deeper", "See Section 7.\n\n    7.1.  More Words\n\nMore."),
    ];
    for (what, body) in elsewhere {
        assert_eq!(codes("", body), [""; 0], "{what}");
    }
    // A document that updates another speaks of the sections of that one.
    assert_eq!(
        codes("Updates: 3264", "In Section 7.1 it is gone."),
        [""; 0]
    );
    let here = [
        ("alone", "It is in Section 7.1."),
        (
            "of this document",
            "As [ROUTES] says, see Section 7.1 of this document.",
        ),
        (
            "a document after it",
            "See Section 7.1.  [ROUTES] is another matter.",
        ),
        ("RFC XXXX", "See Section Y.Z of RFC XXXX."),
        ("beginning", "Section 7.1 requires it."),
    ];
    for (what, body) in here {
        assert_eq!(codes("", body), [MISSING], "{what}");
    }
}

#[test]
fn words_in_front_of_a_reference_need_not_be_its_title() {
    let fine = [
        ("told there", "Keep the route tables (see Section 3)."),
        (
            "of it",
            "A writer of the route tables is found in Appendix A.",
        ),
        ("more words", "All other route tables in Appendix A."),
        ("described", "The route tables described in Appendix A."),
        (
            "a list",
            "Section 2 has the route tables; Section 3 is about secrets.",
        ),
        (
            "it is there",
            "Draw on the address pools in Section 2, where pools of addresses are.",
        ),
    ];
    for (what, body) in fine {
        assert_eq!(codes("", body), [""; 0], "{what}");
    }
    let wrong = [
        ("in", "Draw on the route tables in Appendix A."),
        ("a template", "Security Considerations: See Appendix A."),
    ];
    for (what, body) in wrong {
        assert_eq!(codes("", body), [OTHER], "{what}");
    }
}

#[test]
fn a_paragraph_goes_on_behind_a_page() {
    let text = document(
        "",
        "RFC 8949 has an order of its own, and it is the one that\n\n\n\nNobody       Expires 1 May 2026        [Page 1]\n\u{c}\nInternet-Draft    Tables     May 2025\n\n\nSection 7.1 requires.",
    )
    .replace("   Nobody", "Nobody")
    .replace("   \u{c}", "\u{c}")
    .replace("   Internet-Draft    T", "Internet-Draft    T");
    assert_eq!(check(&text), []);
}

#[test]
fn equations_and_settings_are_no_schema() {
    let sdp = "a=sendrecv / one\n\nm = [1, 2]\n\n   n: uint\n";
    assert_eq!(codes("", &format!("{sdp}\na = [2, 3]")), [""; 0]);
    // A document that shows many schemas has no collected one.
    let many = "person = [ name: tstr ]\n\nThen it grows:\n\nperson = [ name: tstr, age: uint ]";
    assert_eq!(codes("", many), [""; 0]);
    let whole = |one: &str, other: &str| {
        let text = document("", one) + &format!("\nAppendix B.  Collected Rules\n\n   {other}\n");
        let found = check(&text);
        let codes: Vec<_> = found.iter().map(|f| f.code.to_string()).collect();
        codes
    };
    let two = "person = [ name: tstr ]\n\nlabel = tstr / uint";
    assert_eq!(whole(two, "person = [ name: tstr ]"), [""; 0]);
    assert_eq!(whole(two, "person = [ name: bstr ]"), ["draft-cddl"]);
    // An appendix that shares one of many names with the text is no collected schema.
    let more = format!("{two}\n\nroot = any\n\nlist = [* label]\n\nroom = tstr / null");
    assert_eq!(whole(&more, "root = [* uint]"), [""; 0]);
}

#[test]
fn dumps_and_notation_of_other_protocols_are_read_as_they_are() {
    let fine = [
        (
            "no indentation",
            "83                  # array(3)\n19 011C             # unsigned(284)\n48                  # bytes(8)\n   0123456789ABCDEF\n01                  # unsigned(1)",
        ),
        (
            "the argument of a negative",
            "82       # array(2)\n   20    # negative(0)\n   37    # negative(23)",
        ),
        ("its value", "81       # array(1)\n   37    # negative(-24)"),
        (
            "tags in words",
            "82       # array(2)\n   02    # unsigned(2)\n   <Tag 65> # an array\n     42  # bytes(2)\n       0102",
        ),
        (
            "ciphertext",
            "Ciphertext: h'00\n   90eab6457593379298a8724e16e61f83\n   7488e127212b59ac91f8a86287b7d076\n   30a122",
        ),
        (
            "JSON and another dump",
            "[\n  {\"n\":\"door\",\"v\":7.1},\n  {\"n\":\"reader\"},\n  {\"n\":\"lamp\"}\n]\n\nIts value is\n\n82          # array(2)\n   63       # text(3)\n      666F6F # \"foo\"\n   18 2A    # unsigned(42)",
        ),
        (
            "one of a row",
            "[1],\n[\n  [1, h'0001'],\n  2\n],\n[\n  3\n]",
        ),
        (
            "hex that goes on to the left",
            "[\n  / signature / h'e2aeafd40d69d19dfe6e5207\n5d06cbf414af2e19d982\n98f53a'\n]",
        ),
        ("an array of seven", "[\n  7, 0, h'', 1, 2, 3,\n  [4]\n]"),
        (
            "a range of code points",
            "U+E0000 - U+EFFFF are copied as values 0x30000.",
        ),
        (
            "one character after another",
            "a zero (ZERO, U+0030), \"\u{ed0}\" (LAO ZERO, U+0ED0)",
        ),
        (
            "before 1970",
            "It was 1933-05-04T12:00:00Z (UNIX time = -1156939200).",
        ),
    ];
    for (what, body) in fine {
        assert_eq!(codes("", body), [""; 0], "{what}");
    }
    let wrong = [
        (
            "a head",
            "82       # array(3)\n   01    # unsigned(1)\n   02    # unsigned(2)",
            "draft-dump-comment",
        ),
        (
            "a negative",
            "81       # array(1)\n   37    # negative(22)",
            "draft-dump-comment",
        ),
        (
            "too short",
            "83       # array(3)\n   01    # unsigned(1)",
            "cbor-truncated",
        ),
        (
            "another value",
            "[\n  / key / h'0001020304',\n  1\n]\n\n82       # array(2)\n   45    # bytes(5)\n      0001020304\n   02    # unsigned(2)",
            "draft-dump",
        ),
        ("a code point", "a heart \"❤\" (U+2665)", "draft-code-point"),
        (
            "a day",
            "It was 2006-08-31T12:00:00Z (UNIX time = 1156939200).",
            "draft-date",
        ),
    ];
    for (what, body, code) in wrong {
        assert_eq!(codes("", body), [code], "{what}");
    }
}

#[test]
fn a_report_that_is_cut_says_so() {
    let cut = check(&document("", &"It is in Section 7.1.\n\n".repeat(10_003)));
    assert_eq!(cut.len(), 10_001);
    let listed = cut.iter().filter(|f| f.code.as_str() == MISSING);
    assert_eq!(listed.count(), 10_000);
    let last = cut.last().unwrap();
    assert_eq!(last.code.as_str(), "findings-limit");
    // At the first place that is not listed.
    let before = &cut[9_999];
    assert_eq!(last.line, before.line.map(|line| line + 2));
    assert_eq!(last.found.as_deref(), Some("more than 10000 findings"));
}

#[test]
fn a_draft_without_a_number_is_not_the_one_its_contents_name() {
    let older = |name: &str| {
        let text = format!(
            "Internet-Draft\n\n   {name}\n\nTable of Contents\n\n   C.1.  Changes between draft-mahy-mimi-content-01 and\n\n1.  One\n\n   Words.\n"
        );
        check(&text)
            .iter()
            .map(|f| f.code.to_string())
            .collect::<Vec<_>>()
    };
    assert_eq!(older("draft-ietf-mimi-content-latest"), [""; 0]);
    assert_eq!(older("draft-ietf-mimi-content-08"), [""; 0]);
    assert_eq!(older("draft-ietf-mimi-content-04"), ["draft-older"]);
}
