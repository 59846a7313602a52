//! What people type and bridges receive, in every direction, as snapshots.
#![cfg(feature = "html")]

use std::fmt::Write;

use mimi_codec::report::Finding;
use mimi_codec::rich::html::{self, HtmlReadOptions, HtmlWriteOptions};
use mimi_codec::rich::plain::{self, TextOptions};
use mimi_codec::rich::{links, markdown};

/// Markdown as messengers send it.
const MARKDOWN: &[&str] = &[
    "Hello *world*, hello **world**, ~~hello~~",
    "Hi [@Alice](mimi://example.com/u/alice-smith)!",
    "<mimi://example.com/u/alice-smith>",
    "[mimi://example.com/u/alice-smith](mimi://example.com/u/alice-smith)",
    "[@Bob \\[work\\]](mimi://example.com/u/bob)",
    "[a `b` c](im:bob@example.com)",
    "[back\\\\slash](mimi://example.com/u/b)",
    "[example.com](https://phish.example) [page](https://example.com)",
    "[x](javascript:alert(1))",
    "![cat](cid:1@local.invalid) ![pixel](https://example.com/p.gif)",
    "- a\n  - b\n    - c\n- d",
    "1. a\n   1. b\n2. c",
    "- [x] done\n- [ ] to do",
    "```rust\nfn main() {\n    println!(\"<b>\");\n}\n```",
    "`a | b` and `` c`d ``",
    "| a | b |\n|--|:-:|\n| `x\\|y` | **z** |",
    "*a***b**",
    "**bold *both* bold**",
    "***all***",
    "** not bold **",
    "**👍** ok",
    "**👍**ok",
    "**שלום** עולם",
    "a\u{a0}b",
    "1\\. not a list\n\\- nor this\n\\# nor this",
    "a\\\n===",
    "https://example.com/~a_(b)*c*",
    "<https://example.com/~a_(b)*c*>",
    "> quoted\n> > twice\n\nanswer",
    "> quoted\nlazy",
    "line one\nline two  \nline three",
    "<b>tags</b> are <u>text</u>",
    "<div>*a*</div>",
    "1 < 2 && 3 > 2 &amp; &lt;",
    "snake_case and 2*3*4",
    "# Title\n\n## Sub *title*",
    "---",
    "a\n\n\nb",
    "\u{0}",
    "😀😀😀",
    "C:\\dir\\file",
    "~5 or ~6",
];

/// HTML as bridges receive it.
const HTML: &[&str] = &[
    // Matrix
    "<mx-reply><blockquote><a href=\"https://matrix.to/#/!r/$e\">In reply to</a> <a href=\"https://matrix.to/#/@a:b.example\">@a:b.example</a><br>old</blockquote></mx-reply>new <strong>text</strong>",
    "<a href=\"https://matrix.to/#/@alice:example.com\">Alice</a>: hi",
    "<span data-mx-spoiler=\"reason\">secret</span>",
    "<font color=\"#ff0000\">red</font> <span data-mx-color=\"#00ff00\">green</span>",
    "<p>a</p>\n<pre><code class=\"language-sh\">$ ls\n</code></pre>\n",
    "<details><summary>More</summary>hidden text</details>",
    "x<sup>2</sup> H<sub>2</sub>O <u>under</u>",
    // Gmail
    "<div dir=\"ltr\">Hi,<div><br></div><div>see below</div></div><br><div class=\"gmail_quote\"><div dir=\"ltr\" class=\"gmail_attr\">On Mon, Alice wrote:<br></div><blockquote class=\"gmail_quote\" style=\"margin:0\"><div>old text</div></blockquote></div>",
    // Outlook
    "<p class=MsoNormal>Hello<o:p></o:p></p><p class=MsoNormal><o:p>&nbsp;</o:p></p><table border=0 cellpadding=0><tr><td><table><tr><td><p class=MsoNormal>nested</p></td></tr></table></td></tr></table>",
    "<p class=MsoListParagraph style='mso-list:l0 level1 lfo1'><span>·&nbsp;&nbsp;</span>item</p>",
    // Apple
    "<div>Hello&nbsp;there</div><div><br class=\"Apple-interchange-newline\"></div><blockquote type=\"cite\"><div>old</div></blockquote>",
    // Google Docs
    "<b style=\"font-weight:normal;\" id=\"docs-internal-guid\"><p dir=\"ltr\"><span style=\"font-weight:700\">bold</span><span style=\"font-style:italic\">it</span></p><ul><li dir=ltr><p>a</p></li></ul></b>",
    // Web pages
    "<html><head><title>t</title><style>p{}</style></head><body><nav>menu</nav><article><h1>T</h1><p>Text <a href=\"/rel\">rel</a></p><script>x()</script></article></body></html>",
    "<table><thead><tr><th>a</th><th align=right>b</th></tr></thead><tbody><tr><td>1|2</td><td>3<br>4</td></tr></tbody></table>",
    "<table><tr><td colspan=2>wide</td></tr><tr><td>a</td><td>b</td></tr></table>",
    "<dl><dt>term</dt><dd>meaning</dd></dl>",
    "<ul><li>a</li><ul><li>b</li></ul></ul>",
    "<ol start=5 type=a><li>a<li value=9>b</ol>",
    "<ol><li>a</li></ol><ol><li>b</li></ol>",
    "<p>a <b> b </b>c<i>d</i>e</p>",
    "<b>a</b><b>b</b>",
    "<b><i>a</i></b><i>b</i>",
    "<em>a <em>b</em></em>",
    "a<b>\"b\"</b>c",
    "<b>👍</b>ok",
    "<a href=\"https://example.com/a b(c\">text</a>",
    "<a href=\"https://example.com\"><img src=\"cid:1\" alt=\"x]y\"></a>",
    "<h2>a<br>b</h2>",
    "<p>1. a</p><p># b</p><p>- c</p><p>&lt;d&gt;</p><p>`e`</p><p>[f](g)</p>",
    "<p>a<br>===<br>b<br>---</p>",
    "<code>a`b</code> <code>`</code> <code> c </code>",
    "<pre>a\n```\nb</pre>",
    "<blockquote><p>a</p><pre>b</pre><ul><li>c</li></ul></blockquote>",
    "<ul><li><p>a</p><p>b</p></li><li>c</li></ul>",
    "<ul><li><input type=checkbox checked> a</li><li><input type=checkbox> b</li></ul>",
    "<b>a<p>b</p>c</b>",
    "<del>a</del> <s>b</s> <strike>c</strike>",
    "<q>quoted</q> <kbd>Ctrl</kbd>",
    "<img src=\"https://example.com/t.gif\" width=1 height=1><img alt=only>",
    "<div hidden>x</div><div style=\"display:none\">y</div>z",
    "a&#10;b&#9;c",
    "<iframe src=x></iframe><video></video>text<button>press</button>",
];

fn findings(findings: &[Finding], out: &mut String) {
    for finding in findings {
        let _ = writeln!(out, "  ! {finding}");
    }
}

#[test]
fn from_markdown() {
    let mut out = String::new();
    for text in MARKDOWN {
        let read = markdown::read(text);
        let _ = writeln!(out, "=== {text:?}");
        findings(&read.findings, &mut out);
        let html = html::write(&read.value, &HtmlWriteOptions::default());
        let _ = writeln!(out, "  html  {:?}", html.value);
        findings(&html.findings, &mut out);
        let written = markdown::write(&read.value);
        let _ = writeln!(out, "  md    {:?}", written.value);
        findings(&written.findings, &mut out);
        let plain = plain::write(&read.value, &TextOptions::default());
        let _ = writeln!(out, "  text  {:?}", plain.value);
        let typed = markdown::write(&plain::read(text));
        let _ = writeln!(out, "  typed {:?}", typed.value);
        for mention in links::mentions(&read.value) {
            let _ = writeln!(out, "  mentions {} as {:?}", mention.uri, mention.text);
        }
    }
    insta::assert_snapshot!(out);
}

#[test]
fn from_html() {
    let mut out = String::new();
    for text in HTML {
        let read = html::read(text, &HtmlReadOptions::default());
        let _ = writeln!(out, "=== {text:?}");
        findings(&read.findings, &mut out);
        let written = markdown::write(&read.value);
        let _ = writeln!(out, "  md   {:?}", written.value);
        findings(&written.findings, &mut out);
        let html = html::write(&read.value, &HtmlWriteOptions::default());
        let _ = writeln!(out, "  html {:?}", html.value);
        let plain = plain::write(&read.value, &TextOptions::default());
        let _ = writeln!(out, "  text {:?}", plain.value);
    }
    insta::assert_snapshot!(out);
}
