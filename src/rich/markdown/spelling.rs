//! Inlines -> text with one choice of marks: escaping, links and code.

use std::string::String;
use std::vec::Vec;

use memchr::memchr3;

use super::flanking;
use super::pairing::{Pair, Readings, Run, Token};
use super::reader::Place;
use crate::rich::Inline;

/// Which character a mark of emphasis is written with.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Spelling {
    /// `*`, and `_` directly for a mark within one of its kind.
    Stars,
    /// `*`, and `_` where another mark stands right before.
    Neighbours,
    /// `*` and `_` by turns, from outside in.
    Turns,
    /// The same, beginning with `_`.
    TurnsReversed,
    /// Always `*`; within words, nothing else nests.
    OnlyStars,
}

/// The octets in text that may have to be written otherwise.
static SPECIAL: [bool; 256] = {
    let mut special = [false; 256];
    let mut rest: &[u8] = b"\\`*~_[]!.)|#<&\n\r\x0b\x0c";
    while let [byte, more @ ..] = rest {
        special[*byte as usize] = true;
        rest = more;
    }
    special
};

/// A mark that was written.
struct Delimited {
    number: usize,
    mark: char,
    pair: Pair,
}

/// Writes with one spelling.
pub(super) struct Writer {
    pub(super) out: String,
    place: Place,
    spelling: Spelling,
    /// Escape every punctuation character.
    escape_all: bool,
    /// The marks that stand in the text alone: nothing in the block can open and then close.
    pub(super) alone: Vec<char>,
    /// Something was written that might be read otherwise, so that only reading it tells. Without, it is
    /// text with nothing in it that means anything, and between such text single marks, code and
    /// links of the plainest form.
    pub(super) suspicious: bool,
    marks: usize,
    in_link: bool,
    /// The marks around, by width and character.
    enclosing: Vec<(usize, char)>,
    /// The marks written, in the order they end.
    delimited: Vec<Delimited>,
    /// Where the texts of links begin and end.
    link_texts: Vec<(usize, Token)>,
    /// The end of the last delimiter in `out`, to know what stands right before.
    delimiter_end: usize,
}

impl Writer {
    pub(super) fn new(place: Place, spelling: Spelling, escape_all: bool) -> Self {
        Writer {
            out: String::new(),
            place,
            spelling,
            escape_all,
            alone: Vec::new(),
            suspicious: false,
            marks: 0,
            in_link: false,
            enclosing: Vec::new(),
            delimited: Vec::new(),
            link_texts: Vec::new(),
            delimiter_end: usize::MAX,
        }
    }

    pub(super) fn inlines(&mut self, inlines: &[Inline], depth: usize) {
        for (at, inline) in inlines.iter().enumerate() {
            match inline {
                Inline::Text(text) => {
                    let last = at + 1 == inlines.len() && depth == 0;
                    let next = inlines.get(at + 1);
                    self.text(text, next, last);
                }
                Inline::Code(code) => self.code(code),
                Inline::Emphasis(content) => self.mark(1, content, depth),
                Inline::Strong(content) => self.mark(2, content, depth),
                Inline::Strike(content) => self.strike(content, depth),
                Inline::Link {
                    target,
                    title,
                    content,
                } => self.link(target, title, content, depth),
                Inline::Image { target, title, alt } => {
                    self.out.push_str("![");
                    let outer = core::mem::replace(&mut self.in_link, true);
                    self.text(alt, None, false);
                    self.in_link = outer;
                    self.destination(target, title);
                }
                Inline::SoftBreak => self.out.push('\n'),
                Inline::HardBreak => {
                    self.suspicious |= self.out.ends_with([' ', '\t', '\n']) || depth > 0;
                    self.out.push_str("\\\n");
                }
            }
        }
    }

    fn mark(&mut self, width: usize, content: &[Inline], depth: usize) {
        let touches = self.delimiter_end == self.out.len();
        let last = self.out.chars().next_back();
        let mark = match self.spelling {
            Spelling::Stars => match self.enclosing.iter().rev().find(|(kind, _)| *kind == width) {
                Some((_, '*')) => '_',
                _ => '*',
            },
            Spelling::Neighbours if touches && last == Some('*') => '_',
            Spelling::Neighbours => '*',
            Spelling::Turns if depth.is_multiple_of(2) => '*',
            Spelling::OnlyStars => '*',
            Spelling::Turns => '_',
            Spelling::TurnsReversed if depth.is_multiple_of(2) => '_',
            Spelling::TurnsReversed => '*',
        };
        self.delimited(mark, width, content, depth);
    }

    fn strike(&mut self, content: &[Inline], depth: usize) {
        self.delimited('~', 2, content, depth);
    }

    fn delimited(&mut self, mark: char, width: usize, content: &[Inline], depth: usize) {
        self.suspicious |= depth > 0
            || self.delimiter_end == self.out.len()
            || !matches!(content, [Inline::Text(_)]);
        let number = self.marks;
        self.marks += 1;
        let open = self.out.len();
        self.out.extend(core::iter::repeat_n(mark, width));
        self.delimiter_end = self.out.len();
        self.enclosing.push((width, mark));
        self.inlines(content, depth + 1);
        self.enclosing.pop();
        let close = self.out.len();
        self.out.extend(core::iter::repeat_n(mark, width));
        self.delimiter_end = self.out.len();
        self.delimited.push(Delimited {
            number,
            mark,
            pair: Pair { open, close, width },
        });
    }

    /// The marks that do not open or close where they stand, or not by both rules.
    pub(super) fn unfit(&self) -> Vec<usize> {
        let mut unfit = Vec::new();
        let mut differing = Vec::new();
        for delimited in &self.delimited {
            let Pair { open, close, .. } = delimited.pair;
            let (before, after) = self.beside(delimited.mark, open);
            let opens = flanking::flanks(delimited.mark, before, after).map(|flanks| flanks.open);
            let (before, after) = self.beside(delimited.mark, close);
            let closes = flanking::flanks(delimited.mark, before, after).map(|flanks| flanks.close);
            if opens == Ok(false) || closes == Ok(false) {
                unfit.push(delimited.number);
            } else if opens.is_err() || closes.is_err() {
                differing.push(delimited.number);
            }
        }
        if differing.is_empty() {
            return unfit;
        }
        // The rules differ about where marks may open and close; do they about what comes of it?
        let readings = Readings::of(&self.tokens());
        differing.sort_unstable();
        let known = unfit.len();
        for delimited in &self.delimited {
            let (new, old) = readings.see(&delimited.pair);
            let lost = !new && differing.binary_search(&delimited.number).is_ok();
            if new != old || lost {
                unfit.push(delimited.number);
            }
        }
        if unfit.len() == known && !readings.agree() {
            unfit.extend(differing);
        }
        unfit
    }

    /// The characters on both sides of the run of marks around a place.
    fn beside(&self, mark: char, at: usize) -> (Option<char>, Option<char>) {
        let (before, rest) = self.out.split_at(at);
        (
            before.trim_end_matches(mark).chars().next_back(),
            rest.trim_start_matches(mark).chars().next(),
        )
    }

    /// What was written of marks and links, as a reader finds it.
    fn tokens(&self) -> Vec<Token> {
        let mut pieces: Vec<(usize, Token)> = self.link_texts.clone();
        for delimited in &self.delimited {
            for start in [delimited.pair.open, delimited.pair.close] {
                let (before, after) = self.beside(delimited.mark, start);
                pieces.push((
                    start,
                    Token::Run(Run {
                        mark: delimited.mark,
                        start,
                        len: delimited.pair.width,
                        before: flanking::class(before),
                        after: flanking::class(after),
                    }),
                ));
            }
        }
        pieces.sort_by_key(|(at, _)| *at);
        let mut tokens: Vec<Token> = Vec::with_capacity(pieces.len());
        for (_, piece) in pieces {
            // Marks side by side are one run.
            if let (Some(Token::Run(last)), Token::Run(run)) = (tokens.last_mut(), piece)
                && last.mark == run.mark
                && last.start + last.len == run.start
            {
                last.len += run.len;
            } else {
                tokens.push(piece);
            }
        }
        tokens
    }

    fn code(&mut self, code: &str) {
        let mut longest = 0;
        let mut run = 0;
        let mut runs = [false; 64];
        for c in code.chars().chain([' ']) {
            if c == '`' {
                run += 1;
            } else {
                if let Some(seen) = runs.get_mut(run) {
                    *seen = true;
                }
                longest = longest.max(run);
                run = 0;
            }
        }
        let width = (1..64)
            .find(|width| runs.get(*width) == Some(&false))
            .unwrap_or(longest + 1);
        self.suspicious |= width > 2
            || self.out.ends_with('`')
            || self.place == Place::Cell && code.contains(['|', '\\']);
        let blank = code.trim_matches(' ').is_empty();
        self.suspicious |= blank;
        let pad = code.starts_with('`')
            || code.ends_with('`')
            || !blank && code.starts_with(' ') && code.ends_with(' ');
        self.out.extend(core::iter::repeat_n('`', width));
        if pad {
            self.out.push(' ');
        }
        if self.place == Place::Cell {
            self.out.push_str(&code.replace('|', "\\|"));
        } else {
            self.out.push_str(code);
        }
        if pad {
            self.out.push(' ');
        }
        self.out.extend(core::iter::repeat_n('`', width));
    }

    fn link(&mut self, target: &str, title: &str, content: &[Inline], depth: usize) {
        self.suspicious |= depth > 0 || !matches!(content, [Inline::Text(_)]);
        if title.is_empty()
            && let [Inline::Text(text)] = content
            && is_autolink(text, target)
        {
            self.suspicious |= text != target || !is_plain_target(target);
            self.out.push('<');
            self.out.push_str(text);
            self.out.push('>');
            return;
        }
        self.link_texts.push((self.out.len(), Token::Enter));
        self.out.push('[');
        let outer = core::mem::replace(&mut self.in_link, true);
        self.inlines(content, depth + 1);
        self.in_link = outer;
        self.link_texts.push((self.out.len(), Token::Leave));
        self.destination(target, title);
    }

    /// Writes `](target "title")`.
    fn destination(&mut self, target: &str, title: &str) {
        self.suspicious |= !title.is_empty() || !is_plain_target(target);
        self.out.push_str("](");
        let balanced = parentheses_match(target);
        if target.is_empty() && !title.is_empty() {
            self.out.push_str("<>");
        }
        for (at, c) in target.char_indices() {
            match c {
                '(' | ')' if !balanced => {
                    self.out.push('\\');
                    self.out.push(c);
                }
                '&' if is_reference(target.get(at..).unwrap_or_default()) => {
                    self.out.push_str("&amp;");
                }
                _ => self.out.push(c),
            }
        }
        if !title.is_empty() {
            self.out.push_str(" \"");
            for c in title.chars() {
                match c {
                    '"' | '\\' => {
                        self.out.push('\\');
                        self.out.push(c);
                    }
                    '&' => self.out.push_str("&amp;"),
                    '<' => self.out.push_str("&lt;"),
                    '`' => self.out.push_str("&#96;"),
                    '|' => self.out.push_str("&#124;"),
                    '\n' => self.out.push_str("&#10;"),
                    _ => self.out.push(c),
                }
            }
            self.out.push('"');
        }
        self.out.push(')');
    }

    fn text(&mut self, text: &str, next: Option<&Inline>, last: bool) {
        let ends_block = next.is_none() && last;
        let mut rest = text;
        while let Some(c) = rest.chars().next() {
            let line_start = self.out.is_empty() || self.out.ends_with('\n');
            if !line_start && !self.escape_all {
                let mut len = rest
                    .bytes()
                    .take_while(|b| !SPECIAL[usize::from(*b)])
                    .count();
                // A blank at the very end is written in another way.
                if len == rest.len() && ends_block && rest.ends_with([' ', '\t']) {
                    len -= 1;
                }
                if len > 0 {
                    let (plain, more) = rest.split_at(len);
                    self.out.push_str(plain);
                    rest = more;
                    continue;
                }
            }
            let from_here = rest;
            rest = rest.get(c.len_utf8()..).unwrap_or_default();
            let follows = rest.chars().next();
            if c.is_alphanumeric() {
                self.out.push(c);
                continue;
            }
            // The last character of a text may stand before a mark or a link.
            let open_end = follows.is_none() && (next.is_some() || !last);
            if line_start && self.line_start(c, rest) {
                continue;
            }
            let escape = match c {
                '\\' => follows.is_none_or(|c| c.is_ascii_punctuation()),
                '`' => true,
                '*' | '~' | '_' => {
                    let before = self.out.chars().next_back();
                    !self.alone.contains(&c) && (open_end || marks_something(c, before, rest))
                }
                '[' => self.in_link || line_start,
                ']' => self.in_link || open_end || matches!(follows, Some('(' | '[' | ':')),
                '!' => open_end || follows == Some('['),
                '.' | ')' => follows.is_none_or(|c| c == ' ' || c == '\t') && self.line_is_number(),
                '|' => self.place == Place::Cell,
                '#' => {
                    self.place == Place::Heading
                        && rest.trim_start_matches('#').trim_start().is_empty()
                }
                '<' => {
                    if self.escape_all
                        || open_end
                        || follows.is_some_and(|c| {
                            c.is_ascii_alphabetic() || matches!(c, '/' | '!' | '?')
                        })
                    {
                        self.suspicious = true;
                        self.out.push_str("&lt;");
                        continue;
                    }
                    false
                }
                '&' => {
                    if self.escape_all || is_reference(from_here) {
                        self.suspicious = true;
                        self.out.push_str("&amp;");
                        continue;
                    }
                    false
                }
                '\n' => {
                    self.suspicious = true;
                    self.out.push_str("&#10;");
                    continue;
                }
                '\r' => {
                    self.suspicious = true;
                    self.out.push_str("&#13;");
                    continue;
                }
                // Readers take these for blanks at the end of a line.
                '\x0b' | '\x0c' => {
                    self.suspicious = true;
                    self.out
                        .push_str(if c == '\x0b' { "&#11;" } else { "&#12;" });
                    continue;
                }
                ' ' | '\t' if follows.is_none() && ends_block => {
                    self.suspicious = true;
                    self.out.push_str(if c == ' ' { "&#32;" } else { "&#9;" });
                    continue;
                }
                _ => false,
            };
            if escape || self.escape_all && c.is_ascii_punctuation() {
                self.suspicious = true;
                self.out.push('\\');
            } else if matches!(c, '*' | '_' | '~' | '[' | ']' | '<' | '&' | '\\' | '|') {
                self.suspicious = true;
            }
            self.out.push(c);
        }
    }

    /// Escapes what would begin a block at the start of a line; whether the character was written.
    fn line_start(&mut self, c: char, rest: &str) -> bool {
        let follows = rest.chars().next();
        let ends = |c: Option<char>| c.is_none_or(|c| c == ' ' || c == '\t');
        let first_line = self.out.is_empty();
        match c {
            ' ' => self.out.push_str("&#32;"),
            '\t' => self.out.push_str("&#9;"),
            '>' => self.out.push_str("\\>"),
            '#' if ends(rest.trim_start_matches('#').chars().next()) => self.out.push_str("\\#"),
            '+' if ends(follows) => self.out.push_str("\\+"),
            '*' if ends(follows) => self.out.push_str("\\*"),
            '*' | '_' if rest.trim_matches([c, ' ', '\t']).is_empty() => {
                self.out.push('\\');
                self.out.push(c);
            }
            '~' if rest.starts_with("~~") => self.out.push_str("\\~"),
            '-' if ends(follows) || matches!(follows, Some('-' | ':' | '|')) => {
                self.out.push_str("\\-");
            }
            '=' if !first_line => self.out.push_str("\\="),
            '|' | ':' if !first_line => {
                self.out.push('\\');
                self.out.push(c);
            }
            _ => return false,
        }
        self.suspicious = true;
        true
    }

    /// Whether the line so far is a number that could begin an ordered list.
    fn line_is_number(&self) -> bool {
        let bytes = self.out.as_bytes();
        let digits = bytes
            .iter()
            .rev()
            .take(10)
            .take_while(|b| b.is_ascii_digit())
            .count();
        let before = bytes.len() - digits;
        (1..=9).contains(&digits) && (before == 0 || bytes.get(before - 1) == Some(&b'\n'))
    }
}

/// The marks that occur in the text of a block but cannot mean anything there, because no run of
/// them that can open is followed by one that can close, by either rule.
pub(super) fn alone(inlines: &[Inline]) -> Vec<char> {
    let mut alone = Vec::new();
    if !holds_marks(inlines) {
        return alone;
    }
    for mark in ['*', '_', '~'] {
        let mut opened = false;
        let mut means_something = false;
        let mut stack: Vec<&Inline> = inlines.iter().rev().collect();
        while let Some(inline) = stack.pop() {
            match inline {
                Inline::Text(text) => {
                    let mut rest = text.as_str();
                    while let Some(at) = rest.find(mark) {
                        let (before, run) = rest.split_at(at);
                        rest = run.trim_start_matches(mark);
                        // Beside another inline, or a mark of another kind, it may do both.
                        let flanks = match (before.chars().next_back(), rest.chars().next()) {
                            (Some(before), Some(after)) => {
                                match flanking::flanks(mark, Some(before), Some(after)) {
                                    Ok(flanks) | Err(flanks) => flanks,
                                }
                            }
                            _ => flanking::Flanks {
                                open: true,
                                close: true,
                            },
                        };
                        means_something |= flanks.close && opened;
                        opened |= flanks.open;
                    }
                }
                Inline::Emphasis(_) | Inline::Strong(_) => means_something |= mark != '~',
                Inline::Strike(_) => means_something |= mark == '~',
                _ => {}
            }
            stack.extend(inline.children().iter().rev());
        }
        if !means_something && opened {
            alone.push(mark);
        }
    }
    alone
}

/// Whether any text has a character that could be a mark.
fn holds_marks(inlines: &[Inline]) -> bool {
    inlines.iter().any(|inline| match inline {
        Inline::Text(text) => memchr3(b'*', b'_', b'~', text.as_bytes()).is_some(),
        _ => holds_marks(inline.children()),
    })
}

/// Whether a mark in text could open or close something, by either rule.
fn marks_something(mark: char, before: Option<char>, rest: &str) -> bool {
    let after = rest.trim_start_matches(mark).chars().next();
    // A mark that was escaped stands before as punctuation, whatever it is.
    match flanking::flanks(mark, before, after) {
        Ok(flanks) | Err(flanks) => flanks.open || flanks.close,
    }
}

/// Whether a link can be written as `<target>`.
fn is_autolink(text: &str, target: &str) -> bool {
    if text == target {
        let Some((scheme, rest)) = target.split_once(':') else {
            return false;
        };
        return (2..=32).contains(&scheme.len())
            && scheme.starts_with(|c: char| c.is_ascii_alphabetic())
            && scheme
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.'))
            && !rest.contains(|c: char| c <= ' ' || matches!(c, '<' | '>' | '|' | '\x7f'));
    }
    target.strip_prefix("mailto:") == Some(text)
        && text.contains('@')
        && text
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'@' | b'.' | b'-' | b'_' | b'+'))
}

/// Whether a target has nothing in it that could end it or be read as anything else.
fn is_plain_target(target: &str) -> bool {
    let is_plain = |b: u8| {
        b.is_ascii_alphanumeric()
            || matches!(
                b,
                b':' | b'/' | b'.' | b'-' | b'?' | b'=' | b'#' | b'%' | b'@' | b'+' | b','
            )
    };
    !target.is_empty() && target.bytes().all(is_plain)
}

/// Whether each parenthesis has its counterpart, not nested too deeply for any reader.
fn parentheses_match(target: &str) -> bool {
    let mut depth = 0_u32;
    for c in target.chars() {
        match c {
            '(' => depth += 1,
            ')' if depth == 0 => return false,
            ')' => depth -= 1,
            _ => {}
        }
        if depth > 3 {
            return false;
        }
    }
    depth == 0
}

/// Whether text begins like a character reference.
fn is_reference(text: &str) -> bool {
    let Some(name) = text.strip_prefix('&') else {
        return false;
    };
    let name = name.strip_prefix('#').unwrap_or(name);
    let len = name
        .bytes()
        .take(40)
        .take_while(u8::is_ascii_alphanumeric)
        .count();
    len > 0 && name.as_bytes().get(len) == Some(&b';')
}
