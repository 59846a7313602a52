//! What holds for every rich text, for the property tests and the fuzz targets: the words survive,
//! writing is stable, nothing outside the policy comes out.
#![allow(
    dead_code,
    unreachable_pub,
    missing_docs,
    clippy::expect_used,
    clippy::panic
)]

use mimi_codec::rich::html::{self, HtmlPolicy, HtmlReadOptions, HtmlWriteOptions};
use mimi_codec::rich::{Document, block_text, markdown};

/// The characters that are seen; marks of lists and tables are not part of a document's text.
pub fn visible(document: &Document) -> String {
    block_text(&document.blocks)
        .chars()
        .filter(|c| !c.is_whitespace())
        .collect()
}

/// A policy that refuses little.
fn open_policy() -> HtmlPolicy {
    HtmlPolicy::messenger()
        .with_relative(true)
        .with_remote_images(true)
}

pub fn to_html(document: &Document) -> String {
    html::write(
        document,
        &HtmlWriteOptions::default().policy(&open_policy()),
    )
    .value
}

pub fn from_html(text: &str) -> Document {
    html::read(text, &HtmlReadOptions::default()).value
}

/// Markdown, read and written: the same text, the same again, no HTML.
pub fn check_markdown(text: &str) {
    let document = markdown::read(text).value;
    let once = markdown::write(&document).value;
    let again = markdown::read(&once).value;
    assert_eq!(visible(&again), visible(&document), "text of {once:?}");
    assert_eq!(markdown::write(&again).value, once, "not stable");
    assert_eq!(markdown::escape_html(&once), once.as_str(), "HTML");
}

/// HTML, read, written as Markdown and read again: the same text, and a fixed point.
pub fn check_html(text: &str) {
    let document = from_html(text);
    let first = markdown::write(&document).value;
    let back = markdown::read(&first).value;
    assert_eq!(visible(&back), visible(&document), "text of {first:?}");
    assert_eq!(markdown::escape_html(&first), first.as_str(), "HTML");
    let written = html::write(&back, &HtmlWriteOptions::default().policy(&open_policy()));
    let second = markdown::write(&from_html(&written.value)).value;
    if written.findings.is_empty() {
        assert_eq!(second, first, "not a fixed point");
    } else {
        // What the policy refuses is gone after one round, and then nothing more.
        let third = markdown::write(&from_html(&to_html(&markdown::read(&second).value))).value;
        assert_eq!(third, second, "not a fixed point, less what is refused");
    }
}

/// What each element that the writer knows may have.
const ALLOWED: &[(&str, &[&str])] = &[
    ("a", &["href", "title", "rel"]),
    ("blockquote", &[]),
    ("br", &[]),
    ("code", &["class"]),
    ("del", &[]),
    ("em", &[]),
    ("h1", &[]),
    ("h2", &[]),
    ("h3", &[]),
    ("h4", &[]),
    ("h5", &[]),
    ("h6", &[]),
    ("hr", &[]),
    ("img", &["src", "alt", "title"]),
    ("input", &["type", "checked", "disabled"]),
    ("li", &[]),
    ("ol", &["start"]),
    ("p", &[]),
    ("pre", &[]),
    ("strong", &[]),
    ("table", &[]),
    ("tbody", &[]),
    ("td", &["align"]),
    ("th", &["align"]),
    ("thead", &[]),
    ("tr", &[]),
    ("ul", &[]),
];

/// Only elements, attributes and schemes of the policy: every bracket in what the writer wrote begins a
/// tag, every quotation mark ends a value.
pub fn check_policy(html: &str) {
    let policy = HtmlPolicy::messenger();
    for piece in html.split('<').skip(1) {
        let (tag, _) = piece.split_once('>').expect("a tag ends");
        if let Some(name) = tag.strip_prefix('/') {
            assert!(ALLOWED.iter().any(|(known, _)| *known == name), "{tag}");
            continue;
        }
        let (name, mut rest) = tag.split_once(' ').unwrap_or((tag, ""));
        let known = ALLOWED.iter().find(|(known, _)| *known == name);
        let (_, attributes) = known.unwrap_or_else(|| panic!("an element {tag}"));
        while !rest.is_empty() {
            let end = rest.find(['=', ' ']).unwrap_or(rest.len());
            let (attribute, more) = rest.split_at(end);
            assert!(attributes.contains(&attribute), "an attribute of {tag}");
            rest = more;
            if let Some(quoted) = more.strip_prefix("=\"") {
                let (value, more) = quoted.split_once('"').expect("a value ends");
                let target = value.replace("&amp;", "&").replace("&#39;", "'");
                match attribute {
                    "href" => assert!(policy.allows_link(&target), "{tag}"),
                    "src" => assert!(policy.allows_image(&target), "{tag}"),
                    _ => {}
                }
                rest = more;
            }
            rest = rest.strip_prefix(' ').unwrap_or(rest);
        }
    }
}
