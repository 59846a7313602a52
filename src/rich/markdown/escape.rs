//! No HTML in GFM-MIMI: finding what a Markdown parser would call HTML, and escaping it.
//!
//! The public functions mend a sender's text. The reader uses [`Shield`], which hides every angle
//! bracket that could begin a tag before the text is parsed, so that reading takes one pass.

use std::borrow::Cow;
use std::ops::Range;
use std::string::String;
use std::vec::Vec;

use memchr::memchr_iter;
use pulldown_cmark::{Event, Parser, Tag};

use super::reader::OPTIONS;

/// How often text is parsed again because escaping a tag brought another one to light. Text that
/// needs more is escaped wherever a tag could begin, which ends the matter.
const ROUNDS: usize = 8;

/// The most unfinished autolinks right before a tag that are escaped with it.
const AUTOLINKS: usize = 64;

/// Escapes the opening angle bracket of everything a Markdown parser would take for HTML, as a
/// sender of GFM-MIMI must (draft-ietf-mimi-content-08 section 7.1.1).
///
/// Code, autolinks and link targets are left alone. Text without HTML is returned as it is, so
/// escaping twice changes nothing.
///
/// ```
/// use mimi_codec::rich::markdown::escape_html;
///
/// assert_eq!(escape_html("<b>*a*</b> `<b>` 1 < 2"), "&lt;b>*a*&lt;/b> `<b>` 1 < 2");
/// assert_eq!(escape_html("<https://example.com>"), "<https://example.com>");
/// ```
pub fn escape_html(markdown: &str) -> Cow<'_, str> {
    escape(markdown, false, |piece, out| {
        let (before, after) = piece.split_at(piece.find('<').unwrap_or(piece.len()));
        out.push_str(before);
        if let Some(after) = after.strip_prefix('<') {
            out.push_str("&lt;");
            out.push_str(after);
        }
    })
}

/// Like [`escape_html`], and escapes also what stands inside the tag, so that every character of
/// it shows exactly as typed.
///
/// ```
/// use mimi_codec::rich::markdown::{escape_html, escape_literal};
///
/// assert_eq!(escape_html("<a b=\"*c*\">"), "&lt;a b=\"*c*\">");
/// assert_eq!(escape_literal("<a b=\"*c*\">"), "&lt;a b=\"\\*c\\*\">");
/// ```
pub fn escape_literal(markdown: &str) -> Cow<'_, str> {
    escape(markdown, true, literal)
}

/// Replaces what is HTML until there is none. `mend` writes one piece of HTML: a tag, or a line of
/// an HTML block; of a block it sees all lines or only the first.
fn escape(markdown: &str, whole_blocks: bool, mend: impl Fn(&str, &mut String)) -> Cow<'_, str> {
    let mut text = Cow::Borrowed(markdown);
    if !may_hold_html(markdown) {
        return text;
    }
    for _ in 0..ROUNDS {
        let pieces = html_pieces(&text, whole_blocks);
        if pieces.is_empty() {
            return text;
        }
        let mut out = String::with_capacity(text.len() + 8 * pieces.len());
        let mut done = 0;
        let mut code: Option<Vec<Range<usize>>> = None;
        for piece in pieces {
            if piece.start >= done {
                out.push_str(text.get(done..piece.start).unwrap_or_default());
                let mut in_code = |place: usize| {
                    code.get_or_insert_with(|| code_without_html(&text))
                        .iter()
                        .any(|range| range.contains(&place))
                };
                // Places in what was written, and in what was read: between them and the tag,
                // both are the same.
                let link = link_opener(out.as_bytes(), out.len())
                    .filter(|at| !in_code(piece.start - (out.len() - at)));
                let inserted = usize::from(link.is_some());
                if let Some(at) = link {
                    // Escaped, the tag would become the target of a link, and not be shown.
                    out.insert(at, '\\');
                }
                // Escaped, the tag would become part of an autolink; what was escaped so far has
                // grown by this many octets.
                let mut growth = inserted;
                while growth < 3 * AUTOLINKS
                    && let Some(at) = autolink_opener(out.as_bytes())
                    && !in_code(piece.start + growth - (out.len() - at).min(piece.start + growth))
                {
                    out.replace_range(at..=at, "&lt;");
                    growth += 3;
                }
                mend(text.get(piece.clone()).unwrap_or_default(), &mut out);
                done = piece.end;
            }
        }
        out.push_str(text.get(done..).unwrap_or_default());
        text = Cow::Owned(out);
    }
    if html_pieces(&text, false).is_empty() {
        return text;
    }
    Cow::Owned(escape_everywhere(&text))
}

/// Where a parser sees HTML begin: each tag, and each HTML block.
pub(super) fn html_places(text: &str) -> impl Iterator<Item = usize> {
    html_pieces(text, false)
        .into_iter()
        .map(|range| range.start)
}

/// What a parser calls HTML, line by line.
#[cfg(all(test, feature = "html"))]
pub(in crate::rich) fn html_texts(text: &str) -> Vec<&str> {
    html_pieces(text, true)
        .into_iter()
        .filter_map(|range| text.get(range))
        .flat_map(str::lines)
        .collect()
}

/// The places of HTML in the order of the text. Of a block all lines, or only the first.
fn html_pieces(text: &str, whole_blocks: bool) -> Vec<Range<usize>> {
    let mut pieces = Vec::new();
    let mut first_of_block = false;
    for (event, range) in Parser::new_ext(text, OPTIONS).into_offset_iter() {
        match event {
            Event::Start(Tag::HtmlBlock) => first_of_block = true,
            Event::InlineHtml(_) => pieces.push(range),
            Event::Html(_) => {
                if whole_blocks || first_of_block {
                    pieces.push(range);
                }
                first_of_block = false;
            }
            _ => {}
        }
    }
    pieces
}

/// Escapes every angle bracket outside code that could begin a tag.
fn escape_everywhere(text: &str) -> String {
    let mut shield = Shield::new(text);
    shield.raise_all(text);
    let code = code_ranges(&shield.text);
    let mut out = String::with_capacity(shield.text.len());
    let mut done = 0;
    let mut codes = code.iter().peekable();
    for (count, &at) in shield.at.iter().enumerate() {
        let shielded = at + count * (shield.entity.len() - 1);
        while codes.next_if(|range| range.end <= shielded).is_some() {}
        if codes.peek().is_some_and(|range| range.start <= shielded) {
            continue;
        }
        out.push_str(text.get(done..at).unwrap_or_default());
        out.push_str("&lt;");
        done = at + 1;
    }
    out.push_str(text.get(done..).unwrap_or_default());
    if html_pieces(&out, false).is_empty() {
        return out;
    }
    // Code that is code only as long as the bracket in it is escaped.
    let mut out = String::with_capacity(shield.text.len());
    let mut done = 0;
    for &at in &shield.at {
        out.push_str(text.get(done..at).unwrap_or_default());
        out.push_str("&lt;");
        done = at + 1;
    }
    out.push_str(text.get(done..).unwrap_or_default());
    out
}

/// The places of code as it is once no HTML stands in the way.
fn code_without_html(text: &str) -> Vec<Range<usize>> {
    let mut shield = Shield::new(text);
    shield.raise_all(text);
    code_ranges(&shield.text)
        .into_iter()
        .map(|range| shield.original_offset(range.start)..shield.original_offset(range.end))
        .collect()
}

/// The places of code spans and code blocks.
pub(super) fn code_ranges(text: &str) -> Vec<Range<usize>> {
    let mut ranges = Vec::new();
    for (event, range) in Parser::new_ext(text, OPTIONS).into_offset_iter() {
        if matches!(event, Event::Code(_) | Event::Start(Tag::CodeBlock(_))) {
            ranges.push(range);
        }
    }
    ranges
}

/// Escapes a piece of text so that a Markdown parser shows each of its characters, whatever
/// stands around it. White space at the start of a line, which is not shown, is left out.
fn literal(piece: &str, out: &mut String) {
    let mut line_start = out.is_empty() || out.ends_with('\n');
    let mut digits = false;
    for c in piece.chars() {
        match c {
            ' ' | '\t' if line_start => continue,
            '<' => out.push_str("&lt;"),
            '&' => out.push_str("&amp;"),
            '\\' | '`' | '*' | '_' | '~' | '[' | ']' | '#' | '|' | '!' => {
                out.push('\\');
                out.push(c);
            }
            '-' | '+' | '=' | '>' | ':' if line_start => {
                out.push('\\');
                out.push(c);
            }
            '.' | ')' if digits => {
                out.push('\\');
                out.push(c);
            }
            _ => out.push(c),
        }
        digits = c.is_ascii_digit() && (line_start || digits);
        line_start = c == '\n';
    }
}

/// Whether an angle bracket could begin a tag at all.
fn may_hold_html(text: &str) -> bool {
    let bytes = text.as_bytes();
    memchr_iter(b'<', bytes).any(|at| bytes.get(at + 1).is_some_and(|next| begins_tag(*next)))
}

/// Whether a tag can begin with `<` and this octet.
fn begins_tag(next: u8) -> bool {
    next.is_ascii_alphabetic() || matches!(next, b'/' | b'!' | b'?')
}

/// Text in which the angle brackets that could begin a tag are written as a character reference.
pub(super) struct Shield<'a> {
    /// The text to parse.
    pub(super) text: Cow<'a, str>,
    /// The reference: a spelling of `&#60;` that occurs nowhere in the text.
    pub(super) entity: &'static str,
    /// Where in the original text brackets were replaced, ascending.
    at: Vec<usize>,
    /// Whether the reference is written back as it was where it stands in code.
    restores: bool,
}

/// Spellings of `<`. If a text has them all, the last one is used, and stays in code as it is.
const SPELLINGS: [&str; 12] = [
    "&#60;",
    "&#060;",
    "&#0060;",
    "&#00060;",
    "&#000060;",
    "&#x3c;",
    "&#x3C;",
    "&#x03c;",
    "&#X3c;",
    "&#X3C;",
    "&#x003C;",
    "&#x003c;",
];

impl<'a> Shield<'a> {
    /// Leaves a text as it is.
    pub(super) fn none(original: &'a str) -> Self {
        Shield {
            text: Cow::Borrowed(original),
            entity: "",
            at: Vec::new(),
            restores: true,
        }
    }

    /// Shields a text.
    pub(super) fn new(original: &'a str) -> Self {
        let mut shield = Shield::none(original);
        if !may_hold_html(original) {
            return shield;
        }
        let unused = SPELLINGS
            .iter()
            .find(|spelling| !original.contains(**spelling))
            .copied();
        shield.restores = unused.is_some();
        shield.entity = unused.unwrap_or("&#x003c;");
        let bytes = original.as_bytes();
        for at in memchr_iter(b'<', bytes) {
            if !bytes.get(at + 1).is_some_and(|next| begins_tag(*next)) || backslashed(bytes, at) {
                continue;
            }
            // What may be a link target or an autolink is left to the parser; if it is a tag after
            // all, the reader raises the shield there too.
            let rest = bytes.get(at + 1..).unwrap_or_default();
            let is_target =
                link_opener(bytes, at).is_some() && (closes(rest) || !begins_with_scheme(rest));
            if !is_target && !is_autolink(bytes.get(at + 1..).unwrap_or_default()) {
                shield.at.push(at);
            }
        }
        shield.rebuild(original);
        shield
    }

    /// Shields the brackets at these offsets of the shielded text as well, and what would make
    /// them the target of a link.
    pub(super) fn raise(&mut self, original: &'a str, places: &[usize]) {
        let more: Vec<usize> = places
            .iter()
            .map(|&place| self.original_offset(place))
            .filter(|&at| {
                // One behind a backslash is escaped already, as soon as what is around it is text.
                original.as_bytes().get(at) == Some(&b'<') && !backslashed(original.as_bytes(), at)
            })
            .flat_map(|at| [Some(at), link_opener(original.as_bytes(), at)])
            .flatten()
            .collect();
        self.at.extend(more);
        self.at.sort_unstable();
        self.at.dedup();
        self.rebuild(original);
    }

    /// Shields every bracket that could begin a tag, also where it could begin a link target.
    pub(super) fn raise_all(&mut self, original: &'a str) {
        let bytes = original.as_bytes();
        self.at = bytes
            .windows(2)
            .enumerate()
            .filter(|(at, pair)| {
                matches!(pair, [b'<', next] if begins_tag(*next) && !is_autolink(bytes.get(at + 1..).unwrap_or_default()))
                    && !backslashed(bytes, *at)
            })
            .flat_map(|(at, _)| [Some(at), link_opener(bytes, at)])
            .flatten()
            .collect();
        self.at.sort_unstable();
        self.at.dedup();
        self.rebuild(original);
    }

    /// The place in the original text of a place in the shielded text.
    pub(super) fn original_offset(&self, place: usize) -> usize {
        let growth = self.entity.len().saturating_sub(1);
        if growth == 0 {
            return place;
        }
        // The number of brackets whose replacement ends at or before the place.
        let (mut low, mut high) = (0, self.at.len());
        while low < high {
            let middle = low.midpoint(high);
            let end = self.at.get(middle).map_or(usize::MAX, |at| {
                at.saturating_add(middle * growth + growth + 1)
            });
            if end <= place {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        place - low * growth
    }

    fn rebuild(&mut self, original: &'a str) {
        if self.at.is_empty() {
            self.text = Cow::Borrowed(original);
            return;
        }
        let mut text = String::with_capacity(original.len() + self.at.len() * self.entity.len());
        let mut done = 0;
        for &at in &self.at {
            text.push_str(original.get(done..at).unwrap_or_default());
            match original.as_bytes().get(at) {
                Some(opener @ (b':' | b'(')) => text.push_str(&self.reference(*opener)),
                _ => text.push_str(self.entity),
            }
            done = at + 1;
        }
        text.push_str(original.get(done..).unwrap_or_default());
        self.text = Cow::Owned(text);
    }

    /// A reference to what opens a link target, of the same length as that to `<`, so that offsets
    /// are easily mapped back.
    fn reference(&self, opener: u8) -> String {
        let (decimal, hexadecimal) = if opener == b':' {
            ("58", "3a")
        } else {
            ("40", "28")
        };
        self.entity
            .replace("60", decimal)
            .replace("3c", hexadecimal)
            .replace("3C", hexadecimal)
    }

    /// Code as it was written: there, references are not decoded.
    pub(super) fn restore<'t>(&self, code: &'t str) -> Cow<'t, str> {
        if !self.restores || self.at.is_empty() || !code.contains('&') {
            return Cow::Borrowed(code);
        }
        Cow::Owned(
            code.replace(self.entity, "<")
                .replace(&self.reference(b':'), ":")
                .replace(&self.reference(b'('), "("),
        )
    }

    /// The number of brackets shielded.
    pub(super) fn count(&self) -> usize {
        self.at.len()
    }
}

/// Whether an odd number of backslashes stands before this place.
pub(super) fn backslashed(bytes: &[u8], at: usize) -> bool {
    let before = bytes.get(..at).unwrap_or_default();
    before.iter().rev().take_while(|b| **b == b'\\').count() % 2 == 1
}

/// Whether text behind a `<` begins like a URI, so that it could become an autolink.
fn begins_with_scheme(rest: &[u8]) -> bool {
    let scheme = rest
        .iter()
        .take(33)
        .take_while(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'.' | b'-'))
        .count();
    rest.get(scheme) == Some(&b':')
}

/// Whether a link target in angle brackets ends after this text that stands behind its `<`.
fn closes(rest: &[u8]) -> bool {
    let end = rest
        .iter()
        .enumerate()
        .find(|(at, b)| matches!(b, b'<' | b'>' | b'\n' | b'\r') && !backslashed(rest, *at));
    matches!(end, Some((_, b'>')))
}

/// Where the `<` stands of an autolink that would go on with an escaped bracket.
fn autolink_opener(text: &[u8]) -> Option<usize> {
    let end = text
        .iter()
        .rposition(|b| matches!(b, 1..=b' ' | b'<' | b'>' | 0x7f))?;
    let inner = text.get(end + 1..)?;
    let opens = text.get(end) == Some(&b'<')
        && inner.first().is_some_and(u8::is_ascii_alphabetic)
        && inner.contains(&b':')
        && !backslashed(text, end);
    opens.then_some(end)
}

/// Where the second character of `](` or `]:` stands before this place, with only white space
/// between.
fn link_opener(bytes: &[u8], at: usize) -> Option<usize> {
    let before = bytes.get(..at).unwrap_or_default();
    // Longer runs of white space do not occur in links, and would make this quadratic.
    let blanks = before
        .iter()
        .rev()
        .take(64)
        .take_while(|b| matches!(b, b' ' | b'\t' | b'\n' | b'\r'))
        .count();
    let end = before.len() - blanks;
    matches!(before.get(end.saturating_sub(2)..end), Some(b"](" | b"]:")).then(|| end - 1)
}

/// Whether an autolink ends after this text that stands behind its `<`.
fn is_autolink(rest: &[u8]) -> bool {
    let end = rest
        .iter()
        .position(|b| *b <= b' ' || matches!(b, b'<' | b'>' | 0x7f));
    let Some(inner) = end
        .filter(|end| rest.get(*end) == Some(&b'>'))
        .and_then(|end| rest.get(..end))
    else {
        return false;
    };
    if let Some(colon) = inner.iter().position(|b| *b == b':')
        && let Some([first, scheme @ ..]) = inner.get(..colon)
        && first.is_ascii_alphabetic()
        && (1..=31).contains(&scheme.len())
        && scheme
            .iter()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'.' | b'-'))
    {
        return true;
    }
    // An email address: what it may contain exactly, the parser decides.
    match inner.iter().position(|b| *b == b'@') {
        Some(at) => {
            let domain = inner.get(at + 1..).unwrap_or_default();
            at > 0
                && !inner.contains(&b'"')
                && domain.first().is_some_and(u8::is_ascii_alphanumeric)
                && domain
                    .iter()
                    .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.'))
        }
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_html_is_escaped() {
        for (markdown, want) in [
            ("a <b>c</b>", "a &lt;b>c&lt;/b>"),
            ("<div>*a*</div>", "&lt;div>*a*&lt;/div>"),
            ("`<b>` <b>", "`<b>` &lt;b>"),
            ("    <b>\n", "    <b>\n"),
            ("```\n<b>\n```", "```\n<b>\n```"),
            ("[a](<b c>)", "[a](<b c>)"),
            ("\\](<b>)", "\\]\\(&lt;b>)"),
            ("<https://a<b>", "&lt;https://a&lt;b>"),
            ("[a](<b>c)", "[a]\\(&lt;b>c)"),
            ("[a]: <b>(c)\n\n[a]", "[a]\\: &lt;b>(c)\n\n[a]"),
            ("<mimi://example.com/u/a>", "<mimi://example.com/u/a>"),
            (
                "<a@example.com> <3 a<b a < b",
                "<a@example.com> <3 a<b a < b",
            ),
            ("\\<b>", "\\<b>"),
            ("\\\\<b>", "\\\\&lt;b>"),
            ("<!-- a -->", "&lt;!-- a -->"),
            ("> <div>\n> <p>", "> &lt;div>\n> &lt;p>"),
        ] {
            assert_eq!(escape_html(markdown), want);
            assert_eq!(escape_html(want), want, "not idempotent");
        }
    }

    #[test]
    fn many_nested_tags_end_soon() {
        let text = "<div>\n".repeat(50);
        let escaped = escape_html(&text);
        assert_eq!(escaped, "&lt;div>\n".repeat(50));
        let chain = "](<a t=\"](<a t='\">](<a t=\"'>".repeat(200);
        let escaped = escape_html(&chain);
        assert!(html_pieces(&escaped, false).is_empty());
        assert_eq!(escape_html(&escaped), escaped);
    }

    #[test]
    fn offsets_map_back() {
        let original = "a <b> c <d> e";
        let shield = Shield::new(original);
        let place = shield.text.find('e').unwrap_or_default();
        assert_eq!(shield.original_offset(place), original.len() - 1);
        let place = shield.text.find('c').unwrap_or_default();
        assert_eq!(shield.original_offset(place), 6);
    }
}
