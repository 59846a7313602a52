//! What `orderly` reads is what html5ever reads.

use std::string::{String, ToString};
use std::vec::Vec;

use proptest::prelude::*;

use super::orderly;
use super::tree::Tree;

/// Whether a text was in order; if so, both trees must be the same.
fn same(html: &str) -> Result<bool, TestCaseError> {
    if orderly::parse(html).is_none() {
        return Ok(false);
    }
    let (quick, exact) = (Tree::parse(html).shape(), Tree::parse_any(html).shape());
    prop_assert_eq!(quick, exact, "{}", html);
    Ok(true)
}

#[test]
fn what_people_send_is_in_order() {
    for html in [
        "",
        "hello",
        "a &amp; b &lt; c &nbsp;&#8364;&#x20ac; AT&T a&b &hellip;",
        "<p>a<p>b</p><ul><li>a<li>b<p>c</ul>",
        "<b>a <i>b</i></b><br/><a href='https://a.example/?b=1&amp;c=2' title=x>d</a>",
        "<!DOCTYPE html><html><head><meta charset=utf-8><style>p { a: b }</style></head><body>a</body></html>",
        "<table><tr><td>a<td>b<tr><th>c</table>d",
        "<table>\n<tbody>\n<tr>\n<td><p>a</td>\n</tr>\n</tbody>\n</table>",
        "<table><tr><td><table><tr><td>a</td></tr></table></td></tr></table>",
        "<mx-reply><blockquote>a<br>b</blockquote></mx-reply>c",
        "<p class=MsoNormal>a<o:p></o:p></p>",
        "<pre>\n\na\r\nb</pre><pre><code class=\"language-c\">\n</code></pre>",
        "<h1>a</h1><hr><dl><dt>b<dd>c</dl>",
        "<DIV Dir=LTR>a<!-- b -->c</DIV>",
        "<p>a<table><tr><td><p>b</p></td></tr></table>",
        "<b><table><tr><td><b>a</b></td></tr></table></b>",
    ] {
        assert!(matches!(same(html), Ok(true)), "{html}");
    }
}

#[test]
fn anything_else_is_left_to_the_exact_parser() {
    for html in [
        "<b><p>a</b></p>",
        "</p>",
        "<table>a<tr><td>b</table>",
        "<a><a>",
        "<svg><p>a</svg>",
        "a\0",
        "<p",
        "<p a=b",
        "<p a a>",
        "&copy",
        "&#128;",
        "&notit;",
        "<select><b>a</select>",
        "\u{feff}a",
        "<pre>&#10;a</pre>",
        "<b><b><b><b>a",
        "<!--> a -->",
        "<!-- a --!> b -->",
        "<?xml?>",
        "<li><span><li>",
        "<p><span><div>",
        "<template>a</template>",
        "<p a=\"b\"c>",
        "<title>a</title>",
    ] {
        assert!(orderly::parse(html).is_none(), "{html}");
    }
    assert!(orderly::parse(&"<div>".repeat(200)).is_none());
    assert!(orderly::parse(&["<img src='", &"x".repeat(20_000), "'>"].concat()).is_none());
}

const NAMES: &[&str] = &[
    "p",
    "p",
    "div",
    "b",
    "i",
    "a",
    "span",
    "ul",
    "ol",
    "li",
    "li",
    "dl",
    "dt",
    "dd",
    "blockquote",
    "pre",
    "code",
    "h1",
    "h2",
    "table",
    "tr",
    "td",
    "th",
    "tbody",
    "thead",
    "br",
    "hr",
    "img",
    "input",
    "style",
    "html",
    "head",
    "body",
    "meta",
    "o:p",
    "mx-reply",
    "center",
    "font",
    "u",
    "details",
    "summary",
    "address",
    "nav",
    "title",
    "form",
    "svg",
    "button",
    "caption",
];

const TEXTS: &[&str] = &[
    " ",
    "\n",
    "a",
    "b c",
    "&amp;",
    "&nbsp;",
    "&copy",
    "&#10;",
    "&#x41;",
    "&",
    "\r\n",
    "<!-- x -->",
    "<!---->",
    "<!doctype html>",
    "</",
    "<",
    "é",
];

const ATTRIBUTES: &[&str] = &[
    "",
    "",
    "",
    " class=x",
    " href='a&amp;b'",
    " style=\"color:red\"",
    " a b",
    " /",
    " hidden ",
    " HREF=x/",
];

/// Tags and texts, mostly in order: an end tag mostly ends what was begun last.
fn markup() -> impl Strategy<Value = String> {
    let tag = (
        prop::sample::select(NAMES),
        prop::sample::select(ATTRIBUTES),
    );
    let piece = prop_oneof![
        4 => tag.prop_map(|(name, attributes)| (0, ["<", name, attributes, ">"].concat())),
        5 => Just((1, String::new())),
        1 => prop::sample::select(NAMES).prop_map(|name| (0, ["</", name, ">"].concat())),
        4 => prop::sample::select(TEXTS).prop_map(|text| (0, text.to_string())),
    ];
    prop::collection::vec(piece, 0..24).prop_map(|pieces| {
        let mut open: Vec<String> = Vec::new();
        let mut html = String::new();
        for (kind, piece) in pieces {
            if kind == 1 {
                if let Some(name) = open.pop() {
                    html.push_str(&["</", &name, ">"].concat());
                }
                continue;
            }
            if let Some(tag) = piece.strip_prefix('<')
                && tag.starts_with(|c: char| c.is_ascii_alphabetic())
            {
                let name: String = tag
                    .chars()
                    .take_while(|c| !matches!(c, ' ' | '>'))
                    .collect();
                if !matches!(&*name, "br" | "hr" | "img" | "input" | "meta") {
                    open.push(name);
                }
            }
            html.push_str(&piece);
        }
        html
    })
}

proptest! {
    #![proptest_config(ProptestConfig {
        failure_persistence: None,
        ..ProptestConfig::with_cases(
            std::env::var("PROPTEST_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(4000),
        )
    })]

    #[test]
    fn both_parsers_agree(html in markup()) {
        same(&html)?;
    }
}
