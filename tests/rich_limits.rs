//! Hostile input takes neither long nor much stack.
#![cfg(feature = "html")]
#![allow(clippy::expect_used)]

use std::thread;
use std::time::{Duration, Instant};

use mimi_codec::rich::html::{self, HtmlPolicy, HtmlReadOptions, HtmlWriteOptions};
use mimi_codec::rich::plain::{self, TextOptions};
use mimi_codec::rich::{Document, markdown};

/// Half a second for each step over a megabyte in an optimised build; this is how much more there is for
/// a slower machine, and for a build that is not optimised (over fewer octets).
const FACTOR: u32 = if cfg!(debug_assertions) { 60 } else { 2 };
const OCTETS: usize = if cfg!(debug_assertions) {
    50_000
} else {
    1_000_000
};
const LEVELS: usize = 100_000;

fn filled(piece: &str) -> String {
    piece.repeat(OCTETS / piece.len())
}

/// Runs on a small stack.
fn on_a_small_stack(name: &str, run: impl FnOnce() + Send + 'static) {
    let thread = thread::Builder::new()
        .stack_size(2 * 1024 * 1024)
        .spawn(run)
        .expect("a thread");
    assert!(thread.join().is_ok(), "{name} failed");
}

/// The time this thread has spent, without that for which the machine did something else, where the
/// system tells.
fn spent(start: Instant) -> Duration {
    std::fs::read_to_string("/proc/thread-self/schedstat")
        .ok()
        .and_then(|line| line.split(' ').next()?.parse().ok())
        .map_or_else(|| start.elapsed(), Duration::from_nanos)
}

/// Runs one step within its time.
fn step<T>(what: &str, name: &str, run: impl Fn() -> T) -> T {
    let start = Instant::now();
    let before = spent(start);
    let value = run();
    let spent = spent(start).saturating_sub(before);
    let limit = Duration::from_millis(500) * FACTOR;
    assert!(spent < limit, "to {what} {name} took {spent:?}");
    value
}

fn write_all(name: &str, document: &Document) {
    step("write HTML of", name, || {
        html::write(document, &HtmlWriteOptions::default()).value
    });
    step("write Markdown of", name, || {
        markdown::write(document).value
    });
    step("write text of", name, || {
        plain::write(document, &TextOptions::default().with_width(72)).value
    });
}

fn check_markdown(input: String) {
    let name: String = input.chars().take(30).collect();
    on_a_small_stack(&name.clone(), move || {
        let document = step("read", &name, || markdown::read(&input).value);
        write_all(&name, &document);
        step("escape", &name, || markdown::escape_html(&input).len());
        step("escape all of", &name, || {
            markdown::escape_literal(&input).len()
        });
    });
}

fn check_html(input: String) {
    let name: String = input.chars().take(30).collect();
    on_a_small_stack(&name.clone(), move || {
        let document = step("read", &name, || {
            html::read(&input, &HtmlReadOptions::default()).value
        });
        write_all(&name, &document);
        step("clean", &name, || {
            html::sanitize(&input, &HtmlPolicy::messenger())
        });
    });
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
        "***a***",
        "~~a~~",
        "[a][b]\n",
        "[a]\n",
        "- > ",
        "- a\n\n",
        "    a\n",
        "- [ ] a\n",
        "a  \n",
        "&#0;",
        "&nosuchname;",
        "\u{a0}",
        "[](<",
        "![",
        "a\n\n",
        "|a|\n|-|\n",
        "<!-- a -->\n",
        "[<b>]()",
    ]
    .map(filled)
    .to_vec();
    inputs.push(["a|b\n-|-\n", &filled("a|b\n")].concat());
    inputs.push([filled("a|"), filled("-|"), filled("a\n")].join("\n"));
    inputs.push([filled("*a **a "), filled("** a* ")].concat());
    inputs.push([filled("[*a "), filled("*](b)")].concat());
    inputs.push([&"> ".repeat(90), &*filled("a\n")].concat());
    inputs.push((0..1000).map(|n| "`".repeat(n) + " ").collect());
    inputs.push((0..1000).map(|n| "*".repeat(n) + "a").collect());
    inputs.push(
        (0..OCTETS / 20)
            .map(|n| format!("[a{n}]: b{n}\n"))
            .collect::<String>()
            + &filled("[a1] ")[..OCTETS / 2],
    );
    inputs.push(
        (0..OCTETS / 100)
            .map(|n| " ".repeat(n % 90) + "- a\n")
            .collect(),
    );
    for input in inputs {
        check_markdown(input);
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
        "<a href=x><b><i><u><s><p>x",
        "<b><i><u><s><em><strong><code><tt><big><small><font><p>x",
        "<b id=1><b id=2><b id=3><b id=4><p>x",
        "<table><b><tr><td>a",
        "<i><table><i>a",
        "<a><p></a>",
        "<p><b></p>",
        "<em><p>x</em>",
        "<p><em>x<p>",
        "<cite><b><p>",
        "<i><b></i></b>",
        "<form><p>",
        "<math><mi>a",
        "<ruby><rt>a",
        "<dl><dt>a<dd>b",
        "<q>",
        "<p>_a_*b*</p>",
        "<table><tr><th>a|b",
        "<span style='font-weight:bold'>a",
        "&#x",
        "\u{a0}",
        "\0",
        "<!->",
        "<a b='",
        "<x y=z ",
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
    // Marks, and a link with a long target, that go on in every paragraph.
    let marks = ["b", "i", "u", "s", "em"].map(|name| format!("<{name}>").repeat(3));
    inputs.push([marks.concat(), filled("<p>a")].concat());
    inputs.push(
        [
            format!("<a href={}>", "x".repeat(OCTETS / 100)),
            filled("<p>a"),
        ]
        .concat(),
    );
    inputs.push(
        [
            format!("<div><a href={}></div>", "x".repeat(OCTETS / 100)),
            filled("<div>a</div>"),
        ]
        .concat(),
    );
    // Many open elements, and tags for which the parser looks through all of them.
    inputs.push(["<span>".repeat(500), filled("</i>")].concat());
    inputs.push(["<span>".repeat(500), filled("<p></p>")].concat());
    inputs.push(["<div>".repeat(400), filled("<p>a")].concat());
    inputs.push(["<ul><li>".repeat(90), filled("<p>a</p>")].concat());
    inputs.push((0..300).map(|n| format!("<b a={n}>")).collect::<String>() + &filled("<p>x</p>"));
    inputs.push(
        (0..OCTETS / 20)
            .map(|n| format!("<b id={n}><p>x"))
            .collect(),
    );
    inputs.push((0..OCTETS / 12).map(|n| format!("<x{n}>")).collect());
    inputs.push(["<p>", &filled("<b>a</b>*")].concat());
    for input in inputs {
        check_html(input);
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
        on_a_small_stack(open, move || {
            let document = step("read", open, || {
                html::read(&input, &HtmlReadOptions::default()).value
            });
            assert_eq!(
                plain::write(&document, &TextOptions::default())
                    .value
                    .matches('x')
                    .count(),
                shown
            );
            write_all(open, &document);
            step("clean", open, || {
                html::sanitize(&input, &HtmlPolicy::messenger())
            });
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
        on_a_small_stack(open, move || {
            let document = step("read", open, || markdown::read(&input).value);
            assert!(mimi_codec::rich::block_text(&document.blocks).contains('x'));
            write_all(open, &document);
        });
    }
}

/// What is copied for one text is bounded, however often a mark or a link goes on in another block.
#[test]
fn a_link_around_everything_does_not_multiply() {
    let target = "x".repeat(10_000);
    for html in [
        format!("<a href={target}>{}", "<p>a".repeat(10_000)),
        format!(
            "<div><a href={target}></div>{}",
            "<div>a</div>".repeat(10_000)
        ),
    ] {
        let clean = html::sanitize(&html, &HtmlPolicy::messenger());
        assert!(clean.len() < 2_000_000 + 8 * html.len(), "{}", clean.len());
        let read = html::read(&html, &HtmlReadOptions::default());
        let codes: Vec<_> = read.findings.iter().map(|finding| finding.code).collect();
        assert!(
            codes.contains(&mimi_codec::report::codes::MARK_DROPPED),
            "{codes:?}"
        );
        let written = markdown::write(&read.value).value;
        assert!(
            written.len() < 2_000_000 + 8 * html.len(),
            "{}",
            written.len()
        );
        assert_eq!(
            mimi_codec::rich::block_text(&read.value.blocks)
                .matches('a')
                .count(),
            10_000
        );
    }
}

/// The second pass takes text with much to escape in pieces, as the first cleaning does.
#[test]
fn the_second_pass_is_linear() {
    for piece in ["&", "\u{a0}", "a & b ", "&nosuchname;"] {
        let document = markdown::read(&filled(piece)).value;
        let options = HtmlWriteOptions::default();
        let alone = html::write(&document, &options).value;
        let passed = step("pass on", piece, || {
            html::write(&document, &options.clone().second_pass(true)).value
        });
        let plain = |html: &str| html.replace("&nbsp;", "\u{a0}");
        assert_eq!(plain(&passed), plain(&alone));
    }
}
