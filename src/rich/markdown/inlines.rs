//! Inlines -> one paragraph's Markdown: escaping, links, code, and the choice of marks.
//!
//! Whatever holds a mark or an escape is parsed again and compared. If no spelling of the marks
//! reads back as it should, marks are dropped one by one; the text always stays.

use std::borrow::Cow;
use std::string::String;
use std::vec::Vec;

use super::flanking;
use super::reader::{self, Place};
use crate::report::{Code, Finding, codes};
use crate::rich::{Inline, MAX_NESTING, inline_text};

/// The most octets written to find the spelling of one block. Long blocks, where many tries would
/// take long, get fewer.
const TRIED_OCTETS: usize = 256 * 1024;

/// The most marks for which spellings are tried one by one; blocks with more lose all marks if the
/// first spellings fail, so that hostile input costs no more than a few passes.
const TRIED_MARKS: usize = 12;

/// Writes the inlines of one block. The result has no line feed at either end.
pub(super) fn render(inlines: &[Inline], place: Place, findings: &mut Vec<Finding>) -> String {
    let mut noted = Noted::default();
    let mut clean = Vec::with_capacity(inlines.len());
    normalise(inlines, place, 0, false, &mut clean, &mut noted);
    trim(&mut clean);
    let is_blank = |inline: &Inline| match inline {
        Inline::Text(text) => text.trim_matches([' ', '\t']).is_empty(),
        Inline::SoftBreak | Inline::HardBreak => true,
        _ => false,
    };
    if clean.iter().all(is_blank) {
        noted.report(findings);
        return String::new();
    }
    if place.is_one_line() {
        clean = on_one_line(clean);
        trim_end(&mut clean);
        if let Some(Inline::Text(first)) = clean.first_mut() {
            let blank = first.len() - first.trim_start_matches([' ', '\t']).len();
            first.drain(..blank);
            if first.is_empty() {
                clean.remove(0);
            }
        }
    }
    let text = spell(&mut clean, place, &mut noted);
    noted.report(findings);
    text
}

/// What was noticed in one block; each thing is reported once.
#[derive(Default)]
struct Noted(Vec<Code>);

impl Noted {
    fn note(&mut self, code: Code) {
        if !self.0.contains(&code) {
            self.0.push(code);
        }
    }

    fn report(self, findings: &mut Vec<Finding>) {
        findings.extend(self.0.into_iter().map(Finding::new));
    }
}

/// Brings inlines into the form that a Markdown reader would give them: adjacent texts are one,
/// marks are not empty and neither begin nor end with white space, targets are percent-encoded.
fn normalise(
    inlines: &[Inline],
    place: Place,
    depth: usize,
    in_link: bool,
    out: &mut Vec<Inline>,
    noted: &mut Noted,
) {
    if depth >= MAX_NESTING {
        noted.note(codes::NESTING_FLATTENED);
        push_text(&inline_text(inlines), out);
        return;
    }
    for inline in inlines {
        match inline {
            Inline::Text(text) => push_text(text, out),
            Inline::Code(code) => {
                push_code(
                    &code.replace(['\n', '\r'], " ").replace('\0', "\u{fffd}"),
                    out,
                );
            }
            Inline::Emphasis(content) | Inline::Strong(content) | Inline::Strike(content) => {
                let mut inner = Vec::with_capacity(content.len());
                normalise(content, place, depth + 1, in_link, &mut inner, noted);
                let (before, after) = take_edges(&mut inner);
                if !before.is_empty() || !after.is_empty() {
                    noted.note(codes::EMPHASIS_MOVED);
                }
                push_all(before, out);
                if !inner.is_empty() {
                    out.push(match inline {
                        Inline::Emphasis(_) => Inline::Emphasis(inner),
                        Inline::Strong(_) => Inline::Strong(inner),
                        _ => Inline::Strike(inner),
                    });
                }
                push_all(after, out);
            }
            Inline::Link { content, .. } if in_link => {
                noted.note(codes::MARK_DROPPED);
                normalise(content, place, depth + 1, true, out, noted);
            }
            Inline::Link {
                target,
                title,
                content,
            } => {
                let mut inner = Vec::with_capacity(content.len());
                normalise(content, place, depth + 1, true, &mut inner, noted);
                let (before, after) = take_edges(&mut inner);
                push_all(before, out);
                out.push(Inline::Link {
                    target: clean_target(target),
                    title: clean_title(title),
                    content: inner,
                });
                push_all(after, out);
            }
            Inline::Image { target, title, alt } => out.push(Inline::Image {
                target: clean_target(target),
                title: clean_title(title),
                alt: alt.replace(['\n', '\r'], " ").replace('\0', "\u{fffd}"),
            }),
            Inline::HardBreak if place.is_one_line() => {
                noted.note(codes::BREAK_REDUCED);
                push_break(Inline::SoftBreak, out);
            }
            Inline::SoftBreak | Inline::HardBreak => push_break(inline.clone(), out),
        }
    }
}

/// Adds a break. A soft one beside another break would leave an empty line, which ends a block.
fn push_break(line_break: Inline, out: &mut Vec<Inline>) {
    if line_break == Inline::SoftBreak {
        trim_end(out);
        if matches!(out.last(), Some(Inline::SoftBreak | Inline::HardBreak)) {
            return;
        }
    } else if out.last() == Some(&Inline::SoftBreak) {
        out.pop();
    }
    out.push(line_break);
}

fn push_text(text: &str, out: &mut Vec<Inline>) {
    let text = if text.contains('\0') {
        Cow::Owned(text.replace('\0', "\u{fffd}"))
    } else {
        Cow::Borrowed(text)
    };
    match out.last_mut() {
        Some(Inline::Text(last)) => last.push_str(&text),
        Some(Inline::SoftBreak) => {
            let text = text.trim_start_matches([' ', '\t']);
            if !text.is_empty() {
                out.push(Inline::Text(String::from(text)));
            }
        }
        _ if text.is_empty() => {}
        _ => out.push(Inline::Text(text.into_owned())),
    }
}

fn push_all(inlines: Vec<Inline>, out: &mut Vec<Inline>) {
    for inline in inlines {
        match inline {
            Inline::Text(text) => push_text(&text, out),
            Inline::SoftBreak | Inline::HardBreak => push_break(inline, out),
            Inline::Code(code) => push_code(&code, out),
            other => out.push(other),
        }
    }
}

/// Adds code. Two spans of code side by side cannot be told apart in Markdown; they become one.
fn push_code(code: &str, out: &mut Vec<Inline>) {
    match out.last_mut() {
        Some(Inline::Code(last)) => last.push_str(code),
        _ if code.is_empty() => {}
        _ => out.push(Inline::Code(String::from(code))),
    }
}

/// Blanks before a soft break are not read.
fn trim_end(out: &mut Vec<Inline>) {
    if let Some(Inline::Text(last)) = out.last_mut() {
        last.truncate(last.trim_end_matches([' ', '\t']).len());
        if last.is_empty() {
            out.pop();
        }
    }
}

/// Takes white space and breaks off both ends of a mark's content.
fn take_edges(inner: &mut Vec<Inline>) -> (Vec<Inline>, Vec<Inline>) {
    let mut before = Vec::new();
    let mut after = Vec::new();
    let mut start = 0;
    while let Some(inline) = inner.get_mut(start) {
        match inline {
            Inline::Text(text) => {
                let rest = text.trim_start();
                if rest.len() < text.len() {
                    let blank = text.len() - rest.len();
                    before.push(Inline::Text(text.drain(..blank).collect()));
                }
                if !text.is_empty() {
                    break;
                }
            }
            Inline::SoftBreak | Inline::HardBreak => before.push(inline.clone()),
            _ => break,
        }
        start += 1;
    }
    inner.drain(..start);
    while let Some(inline) = inner.last_mut() {
        match inline {
            Inline::Text(text) => {
                let len = text.trim_end().len();
                if len < text.len() {
                    after.push(Inline::Text(text.split_off(len)));
                }
                if !text.is_empty() {
                    break;
                }
            }
            Inline::SoftBreak | Inline::HardBreak => after.push(inline.clone()),
            _ => break,
        }
        inner.pop();
    }
    after.reverse();
    (before, after)
}

/// Breaks become spaces.
fn on_one_line(inlines: Vec<Inline>) -> Vec<Inline> {
    let mut out = Vec::with_capacity(inlines.len());
    for mut inline in inlines {
        if let Some(content) = inline.children_mut() {
            *content = on_one_line(core::mem::take(content));
        }
        match inline {
            Inline::SoftBreak => push_text(" ", &mut out),
            Inline::Text(text) => push_text(&text, &mut out),
            other => out.push(other),
        }
    }
    out
}

/// Breaks at the end of a block, and soft breaks at its start, show nothing.
fn trim(clean: &mut Vec<Inline>) {
    while matches!(clean.last(), Some(Inline::SoftBreak | Inline::HardBreak)) {
        clean.pop();
    }
    let soft = clean
        .iter()
        .take_while(|inline| matches!(inline, Inline::SoftBreak))
        .count();
    clean.drain(..soft);
}

/// Percent-encodes what would end a target or be read as something else in it.
fn clean_target(target: &str) -> String {
    let mut out = String::with_capacity(target.len());
    for c in target.chars() {
        match c {
            '\0'..=' ' | '<' | '>' | '`' | '\\' | '"' | '\x7f' | '|' => {
                let byte = c as u8;
                out.push('%');
                for digit in [byte >> 4, byte & 15] {
                    out.push(
                        char::from_digit(u32::from(digit), 16)
                            .unwrap_or('0')
                            .to_ascii_uppercase(),
                    );
                }
            }
            _ => out.push(c),
        }
    }
    out
}

fn clean_title(title: &str) -> String {
    title.replace('\0', "\u{fffd}").replace('\r', "\n")
}

/// Which character a mark of emphasis is written with.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Spelling {
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

const SPELLINGS: [Spelling; 5] = [
    Spelling::Stars,
    Spelling::Neighbours,
    Spelling::Turns,
    Spelling::TurnsReversed,
    Spelling::OnlyStars,
];

/// Finds a spelling that reads back as the inlines; drops marks until there is one.
fn spell(clean: &mut Vec<Inline>, place: Place, noted: &mut Noted) -> String {
    let mut tried = 0;
    let mut written = 0;
    loop {
        let marks = count_marks(clean);
        let alone = alone(clean);
        let spellings: &[Spelling] = if marks == 0 {
            SPELLINGS.get(..1).unwrap_or_default()
        } else {
            &SPELLINGS
        };
        let mut unfit = Vec::new();
        for spelling in spellings {
            let mut writer = Writer::new(place, *spelling, false);
            writer.alone.clone_from(&alone);
            writer.inlines(clean, 0);
            written += writer.out.len();
            let misplaced = writer.unfit();
            if !writer.suspicious || misplaced.is_empty() && reads_back(&writer.out, clean, place) {
                return writer.out;
            }
            if unfit.is_empty() {
                unfit = misplaced;
            }
            if written > TRIED_OCTETS {
                break;
            }
        }
        if marks == 0 {
            break;
        }
        tried += 1;
        noted.note(codes::EMPHASIS_DROPPED);
        if tried > TRIED_MARKS || written > TRIED_OCTETS {
            drop_marks(clean, &mut 0, &|_| true);
        } else if !unfit.is_empty() {
            drop_marks(clean, &mut 0, &|number| unfit.contains(&number));
        } else if marks <= TRIED_MARKS
            && let Some(fitting) = without_one(clean, marks, place)
        {
            *clean = fitting;
        } else {
            drop_marks(clean, &mut 0, &|_| true);
        }
    }
    // Without marks only an escape can be missing: escape everything that can be.
    let mut writer = Writer::new(place, Spelling::Stars, true);
    writer.inlines(clean, 0);
    writer.out
}

/// The inlines less one mark, if that reads back.
fn without_one(clean: &[Inline], marks: usize, place: Place) -> Option<Vec<Inline>> {
    (0..marks).rev().find_map(|dropped| {
        let mut fewer = clean.to_vec();
        drop_marks(&mut fewer, &mut 0, &|number| number == dropped);
        let fits = SPELLINGS.iter().any(|spelling| {
            let mut writer = Writer::new(place, *spelling, false);
            writer.inlines(&fewer, 0);
            writer.unfit().is_empty() && reads_back(&writer.out, &fewer, place)
        });
        fits.then_some(fewer)
    })
}

fn reads_back(text: &str, clean: &[Inline], place: Place) -> bool {
    reader::read_inlines(text, place).is_some_and(|read| read == clean)
}

fn is_mark(inline: &Inline) -> bool {
    matches!(
        inline,
        Inline::Emphasis(_) | Inline::Strong(_) | Inline::Strike(_)
    )
}

fn count_marks(inlines: &[Inline]) -> usize {
    inlines
        .iter()
        .map(|inline| usize::from(is_mark(inline)) + count_marks(inline.children()))
        .sum()
}

/// Replaces marks by their content. Marks are numbered in the order they are written.
fn drop_marks(inlines: &mut Vec<Inline>, number: &mut usize, unfit: &dyn Fn(usize) -> bool) {
    let old = core::mem::take(inlines);
    for mut inline in old {
        let drop = is_mark(&inline) && {
            *number += 1;
            unfit(*number - 1)
        };
        if let Some(content) = inline.children_mut() {
            drop_marks(content, number, unfit);
            if drop {
                let content = core::mem::take(content);
                push_all(content, inlines);
                continue;
            }
        }
        push_all(Vec::from([inline]), inlines);
    }
}

/// Writes with one spelling.
struct Writer {
    out: String,
    place: Place,
    spelling: Spelling,
    /// Escape every punctuation character.
    escape_all: bool,
    /// The marks that stand in the text alone: nothing in the block can open and then close.
    alone: Vec<char>,
    /// Something was written that might be read otherwise.
    suspicious: bool,
    marks: usize,
    in_link: bool,
    /// The marks around, by width and character.
    enclosing: Vec<(usize, char)>,
    /// The delimiters written: number of the mark, character, place, whether it opens.
    delimiters: Vec<(usize, char, usize, bool)>,
    /// The end of the last delimiter in `out`, to know what stands right before.
    delimiter_end: usize,
}

impl Writer {
    fn new(place: Place, spelling: Spelling, escape_all: bool) -> Self {
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
            delimiters: Vec::new(),
            delimiter_end: usize::MAX,
        }
    }

    fn inlines(&mut self, inlines: &[Inline], depth: usize) {
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
                    self.suspicious = true;
                    self.out.push_str("![");
                    let outer = core::mem::replace(&mut self.in_link, true);
                    self.text(alt, None, false);
                    self.in_link = outer;
                    self.destination(target, title);
                }
                Inline::SoftBreak => self.out.push('\n'),
                Inline::HardBreak => {
                    self.suspicious = true;
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
        self.suspicious = true;
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
        self.delimiters.push((number, mark, open, true));
        self.delimiters.push((number, mark, close, false));
    }

    /// The marks that do not open or close where they stand, by either rule.
    fn unfit(&self) -> Vec<usize> {
        self.delimiters
            .iter()
            .filter(|(_, mark, at, opens)| {
                let (before, rest) = self.out.split_at(*at);
                let before = before.trim_end_matches(*mark).chars().next_back();
                let after = rest.trim_start_matches(*mark).chars().next();
                match flanking::flanks(*mark, before, after) {
                    Ok(flanks) if *opens => !flanks.open,
                    Ok(flanks) => !flanks.close,
                    Err(_) => true,
                }
            })
            .map(|(number, ..)| *number)
            .collect()
    }

    fn code(&mut self, code: &str) {
        self.suspicious = true;
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
        let blank = code.trim_matches(' ').is_empty();
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
        self.suspicious = true;
        if title.is_empty()
            && let [Inline::Text(text)] = content
            && is_autolink(text, target)
        {
            self.out.push('<');
            self.out.push_str(text);
            self.out.push('>');
            return;
        }
        self.out.push('[');
        let outer = core::mem::replace(&mut self.in_link, true);
        self.inlines(content, depth + 1);
        self.in_link = outer;
        self.destination(target, title);
    }

    /// Writes `](target "title")`.
    fn destination(&mut self, target: &str, title: &str) {
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
        let mut chars = text.char_indices().peekable();
        while let Some((at, c)) = chars.next() {
            let rest = text.get(at + c.len_utf8()..).unwrap_or_default();
            let follows = chars.peek().map(|(_, c)| *c);
            let line_start = self.out.is_empty() || self.out.ends_with('\n');
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
                    if self.escape_all || is_reference(text.get(at..).unwrap_or_default()) {
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
                ' ' | '\t' if follows.is_none() && next.is_none() && last => {
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
fn alone(inlines: &[Inline]) -> Vec<char> {
    let mut alone = Vec::new();
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
