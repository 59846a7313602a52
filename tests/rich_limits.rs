//! Hostile input takes neither long nor much stack.
#![cfg(feature = "html")]
#![allow(clippy::expect_used)]

use std::thread;
use std::time::{Duration, Instant};

use mimi_codec::rich::html::{self, HtmlPolicy, HtmlReadOptions, HtmlWriteOptions};
use mimi_codec::rich::plain::{self, TextOptions};
use mimi_codec::rich::{Document, markdown};

/// Input sizes and times are for optimised builds on a quiet machine; others get more time.
const FACTOR: u32 = if cfg!(debug_assertions) { 60 } else { 8 };
const OCTETS: usize = if cfg!(debug_assertions) {
    50_000
} else {
    1_000_000
};
const LEVELS: usize = 100_000;

fn filled(piece: &str) -> String {
    piece.repeat(OCTETS / piece.len())
}

/// Runs on a small stack and within the time.
fn within_limits(name: &str, run: impl FnOnce() + Send + 'static) {
    let start = Instant::now();
    let thread = thread::Builder::new()
        .stack_size(2 * 1024 * 1024)
        .spawn(run)
        .expect("a thread");
    assert!(thread.join().is_ok(), "{name} failed");
    let limit = Duration::from_millis(500) * FACTOR;
    assert!(start.elapsed() < limit, "{name} took {:?}", start.elapsed());
}

fn write_all(document: &Document) {
    drop(html::write(document, &HtmlWriteOptions::default()).value);
    drop(markdown::write(document).value);
    drop(plain::write(document, &TextOptions::default().with_width(72)).value);
}

#[test]
fn markdown_of_a_megabyte() {
    let mut inputs: Vec<String> = [
        ">",
        "> ",
        "- ",
        "* a\n",
        "*a ",
        "**a",
        "*a_b ",
        "a**b",
        "_*",
        "*_a*_ ",
        "[",
        "[a](",
        "[a](b",
        "![[]()",
        "[]",
        "[a]: b\n",
        "`a",
        "a|b\n",
        "|",
        "a|b\n-|-|-\n",
        "<div>\n",
        "<a ",
        "<a b=\"",
        "<!--",
        "<?",
        "<![CDATA[",
        "</",
        "](<",
        "](<a t=\"](<a t='\">](<a t=\"'>",
        "<http://a ",
        "&",
        "&amp;",
        "\\",
        "hello\n",
        "a\\\n",
        "**👍**ok ",
        "👍*",
        "```\n",
        "~a~~b",
        "\0",
        "1. ",
        "|*a",
        "[a](b) ",
        "![a](b) ",
        "a\n=\n",
        " ",
        "\t",
    ]
    .map(filled)
    .to_vec();
    inputs.push(["a|b\n-|-\n", &filled("a|b\n")].concat());
    inputs.push([filled("a|"), filled("-|"), filled("a\n")].join("\n"));
    inputs.push([filled("*a **a "), filled("** a* ")].concat());
    inputs.push([filled("[*a "), filled("*](b)")].concat());
    for input in inputs {
        let name: String = input.chars().take(30).collect();
        within_limits(&name, move || {
            write_all(&markdown::read(&input).value);
            drop(markdown::escape_html(&input));
            drop(markdown::escape_literal(&input));
        });
    }
}

#[test]
fn html_of_a_megabyte() {
    let mut inputs: Vec<String> = [
        "<div>",
        "<blockquote>a",
        "<ul><li>a",
        "<b>",
        "<b><i>a",
        "<b><p>a",
        "<a href=x>a",
        "<font color=red><p>x",
        "<table><tr><td>",
        "<table>a",
        "<select><option>",
        "<svg><title>",
        "<template>",
        "<!-- ",
        "<script>",
        "</textarea",
        "<svg><![CDATA[",
        "&",
        "&amp;",
        "&notit;",
        "<",
        "<b>a</b>",
        "</p>",
        "</b>",
        "<br>",
        "<b><div></b>",
        "<a><div></a>",
        "<nobr>",
        "<h1>a",
        "<pre>a",
        "<code>a</code> ",
        "<img src=a>",
        "<li>",
        "<caption>",
        "*_`[a](b)",
        "hello world ",
    ]
    .map(filled)
    .to_vec();
    let many = |n: usize| (0..n).map(|at| format!("a{at} ")).collect::<String>();
    inputs.push(format!("<p {}>x", many(100_000)));
    inputs.push(format!("<p {}>x", many(300)).repeat(OCTETS / 1500));
    inputs.push(format!("<img src='data:{}'>", filled("a")));
    inputs.push(["<b><i>".repeat(600), filled("<p>a")].concat());
    inputs.push(["<blockquote>".repeat(100), filled("a<br>")].concat());
    inputs.push(["<table><tr>", &filled("<td>"), &filled("<tr><td>a")].concat());
    inputs.push(["<table>", &filled("<tr><td colspan=100>a")].concat());
    for input in inputs {
        let name: String = input.chars().take(30).collect();
        within_limits(&name, move || {
            write_all(&html::read(&input, &HtmlReadOptions::default()).value);
            drop(html::sanitize(&input, &HtmlPolicy::messenger()));
        });
    }
}

#[test]
fn a_hundred_thousand_levels() {
    for (open, close) in [
        ("<div>", "</div>"),
        ("<blockquote>", "</blockquote>"),
        ("<ul><li>", "</ul>"),
        ("<b>", "</b>"),
        ("<span><i>", "</i></span>"),
        ("<table><tr><td>", "</table>"),
        ("<svg><g>", "</g></svg>"),
    ] {
        let shown = usize::from(open != "<svg><g>");
        let input = [open.repeat(LEVELS), "x".into(), close.repeat(LEVELS)].concat();
        within_limits(open, move || {
            let document = html::read(&input, &HtmlReadOptions::default()).value;
            assert_eq!(
                plain::write(&document, &TextOptions::default())
                    .value
                    .matches('x')
                    .count(),
                shown
            );
            write_all(&document);
            drop(html::sanitize(&input, &HtmlPolicy::messenger()));
        });
    }
    for (open, close) in [
        (">", ""),
        ("- ", ""),
        ("1. ", ""),
        ("[", "](b)"),
        ("![", "](b)"),
        ("*a ", " a*"),
        ("**a ", " a**"),
        ("~~a ", " a~~"),
        ("_", "_"),
    ] {
        let input = [open.repeat(LEVELS), "x".into(), close.repeat(LEVELS)].concat();
        within_limits(open, move || {
            let document = markdown::read(&input).value;
            assert!(mimi_codec::rich::block_text(&document.blocks).contains('x'));
            write_all(&document);
        });
    }
}
