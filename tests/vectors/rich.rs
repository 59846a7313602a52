//! The topics of rich text: Markdown, HTML and plain text into each other, and what links say.
//! HTML is compared as a DOM, Markdown by what it shows when it is read again.

use std::collections::BTreeSet;

use mimi_codec::report::Finding;
use mimi_codec::rich::html::{self, HtmlReadOptions, HtmlWriteOptions};
use mimi_codec::rich::plain::{self, TextOptions};
use mimi_codec::rich::{links, markdown};
use serde_json::Value;

use super::{equal, list, run, text};

#[path = "dom.rs"]
mod dom;

#[test]
fn markdown_to_html() {
    run(
        "markdown_to_html",
        &[("MarkdownToHtml", |_, test| check_shown(test))],
    );
}

#[test]
fn html_to_markdown() {
    run(
        "html_to_markdown",
        &[("HtmlToMarkdown", |_, test| {
            let read = html::read(text(&test["input"], "html"), &HtmlReadOptions::default());
            check_markdown(test, read)
        })],
    );
}

#[test]
fn markdown_to_text() {
    run(
        "markdown_to_text",
        &[("MarkdownToText", |_, test| check_text(test))],
    );
}

#[test]
fn text_to_markdown() {
    run(
        "text_to_markdown",
        &[("TextToMarkdown", |_, test| {
            let read = plain::read(text(&test["input"], "text"));
            check_markdown(test, mimi_codec::report::Converted::lossless(read))
        })],
    );
}

#[test]
fn link_texts() {
    run(
        "links",
        &[("LinkText", |_, test| {
            let input = &test["input"];
            let verdict = links::compare(text(input, "text"), text(input, "target"));
            equal(
                "verdict",
                &verdict.as_str(),
                &text(&test["expected"], "verdict"),
            )
        })],
    );
}

#[test]
fn there_are_enough_of_each() {
    for (topic, least) in [
        ("markdown_to_html", 80),
        ("html_to_markdown", 80),
        ("markdown_to_text", 25),
        ("text_to_markdown", 25),
        ("links", 25),
    ] {
        let document = super::read(&super::folder().join(format!("{topic}.json")));
        assert!(
            document["numberOfTests"].as_u64().unwrap() >= least,
            "{topic}"
        );
    }
}

#[test]
fn the_schema_knows_these_topics() {
    let schema = super::read(&super::folder().join("schema.json"));
    let validator = jsonschema::validator_for(&schema).unwrap();
    for (topic, pointer) in [
        ("markdown_to_html", "/testGroups/0/tests/0/expected/html"),
        ("markdown_to_html", "/testGroups/0/tests/0/input/markdown"),
        (
            "html_to_markdown",
            "/testGroups/0/tests/0/expected/markdown",
        ),
        ("html_to_markdown", "/testGroups/0/tests/0/input/html"),
        ("markdown_to_text", "/testGroups/0/tests/0/expected/text"),
        ("text_to_markdown", "/testGroups/0/tests/0/input/text"),
        ("links", "/testGroups/0/tests/0/expected/verdict"),
        ("links", "/testGroups/0/tests/0/input/target"),
    ] {
        let mut bad = super::read(&super::folder().join(format!("{topic}.json")));
        assert!(validator.is_valid(&bad), "{topic}");
        *bad.pointer_mut(pointer).unwrap() = 7.into();
        assert!(!validator.is_valid(&bad), "{topic} {pointer}");
    }
}

/// Markdown as HTML that can be shown, and what was found on the way.
fn shown(source: &str) -> (String, Vec<Finding>) {
    let mut read = markdown::read(source);
    let written = html::write(&read.value, &HtmlWriteOptions::default());
    read.findings.extend(written.findings);
    (written.value, read.findings)
}

fn same_dom(what: &str, got: &str, wanted: &str) -> Result<(), String> {
    let got = dom::one(got).map_err(|why| format!("{what}: {why} in {got}"))?;
    let wanted = dom::one(wanted).map_err(|why| format!("{what}, wanted: {why}"))?;
    equal(what, &got, &wanted)
}

/// Each code once, in no order.
fn same_codes(test: &Value, findings: &[Finding]) -> Result<(), String> {
    let got: BTreeSet<&str> = findings.iter().map(|it| it.code.as_str()).collect();
    let wanted = list(test, "findings").iter();
    equal(
        "findings",
        &got,
        &wanted.map(|it| text(it, "code")).collect(),
    )
}

fn check_shown(test: &Value) -> Result<(), String> {
    let (html, findings) = shown(text(&test["input"], "markdown"));
    same_dom("html", &html, text(&test["expected"], "html"))?;
    same_codes(test, &findings)
}

/// What was read, written as Markdown and read again, shows what it should; so does the spelling
/// that the case gives.
fn check_markdown(
    test: &Value,
    read: mimi_codec::report::Converted<mimi_codec::rich::Document>,
) -> Result<(), String> {
    let expected = &test["expected"];
    let wanted = text(expected, "html");
    same_dom("spelling", &shown(text(expected, "markdown")).0, wanted)?;
    let written = markdown::write(&read.value);
    same_dom("html", &shown(&written.value).0, wanted)
        .map_err(|why| format!("{why}, from {:?}", written.value))?;
    let findings = [read.findings, written.findings].concat();
    same_codes(test, &findings)
}

fn check_text(test: &Value) -> Result<(), String> {
    let mut read = markdown::read(text(&test["input"], "markdown"));
    let written = plain::write(&read.value, &TextOptions::default());
    equal("text", &&*written.value, &text(&test["expected"], "text"))?;
    read.findings.extend(written.findings);
    same_codes(test, &read.findings)
}
