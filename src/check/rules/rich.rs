//! Markdown and HTML: what GFM-MIMI does not have, links that lie, images from elsewhere.

use std::format;
use std::string::String;
use std::vec::Vec;

use super::{Sink, Subject};
use crate::message::parse_cid;
use crate::report::{Cause, Code, Finding, codes};
#[cfg(feature = "html")]
use crate::rich::html;
use crate::rich::{Block, Document, Inline, inline_text, links, markdown};
use crate::text::MediaType;

/// Findings of one kind in one part; more would repeat themselves.
const LISTED: usize = 8;

/// What is known of a text that was judged.
#[derive(Default)]
pub(super) struct Judged {
    /// Its words, for texts of a kind that is known.
    pub(super) shown: Option<String>,
    /// The first reference that names no part.
    pub(super) lost: Option<Cause>,
}

/// Judges a text; what it shows is asked for only where alternatives are compared.
pub(super) fn judge(
    subject: &Subject<'_, '_, '_>,
    index: usize,
    media: &MediaType<'_>,
    text: &str,
    compares: bool,
    sink: &mut Sink<'_>,
) -> Judged {
    if media.is_plain() {
        return Judged {
            shown: compares.then(|| super::alternatives::words_of_text(text)),
            lost: None,
        };
    }
    let mut part = Part {
        subject,
        index,
        counts: Vec::new(),
        lost: None,
        sink,
    };
    let document = if media.is_markdown() {
        let read = markdown::read(text);
        for finding in &read.findings {
            // The reader calls HTML a note: it shows it as text. To the sender it is a fault.
            match finding.code {
                codes::MARKDOWN_HTML if media.is_common_mark() => {}
                codes::MARKDOWN_HTML => part.repeat(codes::GFM_HTML, finding),
                code => part.repeat(code, finding),
            }
        }
        read.value
    } else {
        #[cfg(feature = "html")]
        if media.is_html() {
            let read = html::read(text, &html::HtmlReadOptions::default());
            let told = [
                codes::HTML_DROPPED,
                codes::HTML_HIDDEN,
                codes::HTML_TAG_CUT,
                codes::NESTING_FLATTENED,
            ];
            for finding in read.findings.iter().filter(|it| told.contains(&it.code)) {
                part.repeat(finding.code, finding);
            }
            part.document(&read.value, false);
            return Judged {
                shown: compares.then(|| super::alternatives::words(&read.value)),
                lost: part.lost,
            };
        }
        return Judged::default();
    };
    part.document(&document, !media.is_common_mark());
    Judged {
        shown: compares.then(|| super::alternatives::words(&document)),
        lost: part.lost,
    }
}

/// The part that is judged.
struct Part<'s, 'p, 'm, 'a, 'c> {
    subject: &'s Subject<'m, 'a, 'c>,
    index: usize,
    counts: Vec<(Code, usize)>,
    lost: Option<Cause>,
    sink: &'s mut Sink<'p>,
}

impl Part<'_, '_, '_, '_, '_> {
    fn push(&mut self, code: Code, found: Option<String>) {
        match self.counts.iter_mut().find(|(known, _)| *known == code) {
            Some((_, count)) if *count >= LISTED => return,
            Some((_, count)) => *count += 1,
            None => self.counts.push((code, 1)),
        }
        let mut finding = self.subject.part(code, self.index, "content");
        finding.found = found.map(Into::into);
        self.sink.push(finding);
    }

    /// What a reader of rich text found; its offsets count octets of the content.
    fn repeat(&mut self, code: Code, finding: &Finding) {
        let found = match (&finding.found, finding.offset) {
            (Some(found), _) => Some(String::from(&**found)),
            (None, Some(at)) => Some(format!("octet {at} of the content")),
            (None, None) => None,
        };
        self.push(code, found);
    }

    /// Walks the tree without recursion.
    fn document(&mut self, document: &Document, gfm: bool) {
        let mut blocks: Vec<&Block> = document.blocks.iter().rev().collect();
        while let Some(block) = blocks.pop() {
            match block {
                Block::Paragraph(content) | Block::Heading { content, .. } => {
                    self.inlines(content, gfm);
                }
                Block::Quote(inner) => {
                    if gfm && let Some(Block::Paragraph(content)) = inner.first() {
                        self.alert(content);
                    }
                    blocks.extend(inner.iter().rev());
                }
                Block::List(list) => {
                    for item in list.items.iter().rev() {
                        blocks.extend(item.blocks.iter().rev());
                    }
                }
                Block::Table(table) => {
                    for cell in core::iter::once(&table.head).chain(&table.rows).flatten() {
                        self.inlines(cell, gfm);
                    }
                }
                Block::Code { info, .. } => {
                    if gfm && info.split_whitespace().next() == Some("math") {
                        self.push(codes::GFM_MATH, Some(String::from("a block of math")));
                    }
                }
                Block::Rule => {}
            }
        }
    }

    fn alert(&mut self, content: &[Inline]) {
        const ALERTS: [&str; 5] = [
            "[!NOTE]",
            "[!TIP]",
            "[!IMPORTANT]",
            "[!WARNING]",
            "[!CAUTION]",
        ];
        // The marker stands at the beginning; it may be read as several pieces.
        let start: Vec<Inline> = content.iter().take(8).cloned().collect();
        let text = inline_text(&start);
        let alert = ALERTS.iter().find(|alert| {
            text.get(..alert.len())
                .is_some_and(|begin| begin.eq_ignore_ascii_case(alert))
        });
        if let Some(alert) = alert {
            self.push(codes::GFM_ALERT, Some(String::from(*alert)));
        }
    }

    fn inlines(&mut self, content: &[Inline], gfm: bool) {
        let mut stack: Vec<(&Inline, bool)> =
            content.iter().rev().map(|inline| (inline, false)).collect();
        while let Some((inline, in_link)) = stack.pop() {
            let mut inside = in_link;
            match inline {
                Inline::Text(text) if gfm => self.text(text, in_link),
                Inline::Link {
                    target, content, ..
                } => {
                    inside = true;
                    self.link(target, &inline_text(content));
                }
                Inline::Image { target, .. } => self.image(target),
                _ => {}
            }
            let children = inline.children().iter().rev();
            stack.extend(children.map(|inner| (inner, inside)));
        }
    }

    /// Text that another Markdown would read as more than text.
    fn text(&mut self, text: &str, in_link: bool) {
        if !in_link && let Some(url) = bare_url(text) {
            self.push(codes::GFM_BARE_URL, Some(format!("{url:?}")));
        }
        if let Some(label) = footnote(text) {
            self.push(codes::GFM_FOOTNOTE, Some(format!("{label:?}")));
        }
        if let Some(formula) = formula(text) {
            self.push(codes::GFM_MATH, Some(format!("{formula:?}")));
        }
    }

    fn link(&mut self, target: &str, text: &str) {
        let verdict = links::compare(text, target);
        if verdict.is_deceptive() {
            let found = format!(
                "{:?} for {:?} ({})",
                short(text),
                short(target),
                verdict.as_str()
            );
            self.push(codes::LINK_DECEPTIVE, Some(found));
        }
        #[cfg(feature = "html")]
        if !html::HtmlPolicy::messenger().allows_link(target) && parse_cid(target).is_none() {
            self.push(
                codes::LINK_TARGET_REFUSED,
                Some(format!("{:?}", short(target))),
            );
        }
    }

    fn image(&mut self, target: &str) {
        let scheme = target.get(..4).unwrap_or_default();
        if scheme.eq_ignore_ascii_case("cid:") {
            if parse_cid(target).is_none() {
                let places = &self.subject.places;
                let offset = places.part_field(self.index, "content").unwrap_or(0);
                self.lost = self.lost.or(Some(Cause::new(codes::CID_FORM, offset)));
                self.push(codes::CID_FORM, Some(format!("{:?}", short(target))));
            }
            return;
        }
        #[cfg(feature = "html")]
        if !html::HtmlPolicy::messenger().allows_image(target) {
            self.push(
                codes::IMAGE_TARGET_REFUSED,
                Some(format!("{:?}", short(target))),
            );
        }
    }
}

/// As much of a text as a finding needs.
fn short(text: &str) -> &str {
    let end = text.char_indices().nth(80).map_or(text.len(), |(at, _)| at);
    text.get(..end).unwrap_or(text)
}

/// The first address that the Autolink extension of GFM would make a link.
fn bare_url(text: &str) -> Option<&str> {
    let octets = text.as_bytes();
    let www = |at| octets.get(..at).is_some_and(ends_with_www);
    if !octets.contains(&b':') && !memchr::memchr_iter(b'.', octets).any(www) {
        return None;
    }
    text.split_whitespace().find_map(|word| {
        let word = word.trim_start_matches(['(', '*', '_', '~', '"', '\'']);
        let begins = ["http://", "https://", "ftp://", "www."]
            .iter()
            .any(|start| {
                word.len() > start.len()
                    && word
                        .get(..start.len())
                        .is_some_and(|begin| begin.eq_ignore_ascii_case(start))
            });
        begins.then(|| short(word))
    })
}

fn ends_with_www(octets: &[u8]) -> bool {
    octets
        .last_chunk::<3>()
        .is_some_and(|end| end.eq_ignore_ascii_case(b"www"))
}

/// The first `[^label]`.
fn footnote(text: &str) -> Option<&str> {
    if !text.as_bytes().contains(&b'^') {
        return None;
    }
    let mut from = 0;
    while let Some(at) = text.get(from..)?.find("[^") {
        let start = from + at;
        let label = text.get(start + 2..)?;
        let end = label
            .char_indices()
            .take(64)
            .find(|(_, c)| matches!(c, ']' | '[') || c.is_whitespace());
        if let Some((length, ']')) = end
            && length > 0
        {
            return text.get(start..start + 3 + length);
        }
        from = start + 2;
    }
    None
}

/// The first formula between dollar signs. Amounts of money are none: a single pair counts only
/// around a sign that formulas have, and with nothing blank inside the signs.
fn formula(text: &str) -> Option<&str> {
    if !text.as_bytes().contains(&b'$') {
        return None;
    }
    if let Some(start) = text.find("$$")
        && let Some(length) = text.get(start + 2..)?.find("$$")
        && length > 0
    {
        return Some(short(text.get(start..start + length + 4)?));
    }
    let mut pieces = text.split('$').skip(1).peekable();
    while let Some(piece) = pieces.next() {
        // The last piece has no sign behind it.
        pieces.peek()?;
        let tight =
            !piece.starts_with(char::is_whitespace) && !piece.ends_with(char::is_whitespace);
        let signs = piece.contains(['\\', '^', '=', '_']);
        if tight && signs && !piece.is_empty() {
            return Some(short(piece));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_other_markdowns_read() {
        assert_eq!(
            bare_url("see (https://a.example/b) now"),
            Some("https://a.example/b)")
        );
        assert_eq!(bare_url("www.example.com"), Some("www.example.com"));
        assert_eq!(bare_url("the www. and https:// of it"), None);
        assert_eq!(footnote("as said[^1] here"), Some("[^1]"));
        assert_eq!(footnote("[^a b] [^] [^note]"), Some("[^note]"));
        assert_eq!(footnote("x[^"), None);
        assert_eq!(formula("so $$a+b$$ is"), Some("$$a+b$$"));
        assert_eq!(formula("so $e=mc^2$ is"), Some("e=mc^2"));
        assert_eq!(formula("from $5 to $10, or $7 = a lot"), None);
    }
}
