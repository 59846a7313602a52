//! [`Writer`]: octets to EDN with comments, in the manner of the draft's examples. Odd encodings
//! are kept, so that reading gives the same octets whatever they are.

use std::borrow::Cow;
use std::format;
use std::string::String;
use std::vec::Vec;

use super::super::NotationError;
use super::super::fields::{Label, Labels};
use super::super::hex::digits as hex;
use super::super::layout::{Layout, Show, milliseconds};
use super::super::walk::{Item, Step, Walker};
use super::line::{Line, clean, closing, hidden, indicator, opening, quote, scalar, whole};
use crate::cbor::Received;
use crate::item::MAJOR;
use crate::message::{IdAlgorithm, MessageId, Uris};

/// Column of the comments.
const COMMENTS: usize = 39;
/// Levels that are indented; deeper ones stand below each other.
const INDENTED: usize = 16;
/// Octets of an unnamed array or map that is written on one line.
const ONE_LINE: usize = 64;
/// Levels of one; looking further takes too long where there are very many.
const ONE_LINE_DEPTH: usize = 6;
/// Octets of hex on a line.
const HEX_LINE: usize = 32;
/// Characters after which text is broken at the next space.
const TEXT_LINE: usize = 56;

/// Writes a document as EDN with comments, in the manner of the draft's examples: every field by
/// name, known numbers by theirs, part indices, and in the head what the document does not hold.
///
/// ```
/// use mimi_codec::message::{Disposition, MimiContent, NestedPart, Salt};
/// use mimi_codec::notation::{Layout, edn};
///
/// let part = NestedPart::single(Disposition::RENDER, "text/plain;charset=utf-8", b"Hi");
/// let octets = mimi_codec::cbor::encode(&MimiContent::new(Salt::new([7; 16]), part))?;
/// let text = edn::Writer::new(Layout::Message).title("Greeting").write(&octets)?;
/// assert!(text.starts_with("# Greeting\n[\n  h'07070707070707070707070707070707', # salt\n"));
/// assert!(text.contains("    'Hi'                               # content\n"));
/// assert_eq!(edn::read(&text)?.value.octets(), octets);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, Default)]
#[must_use]
pub struct Writer<'a> {
    layout: Layout,
    title: Option<Cow<'a, str>>,
    message_id: Option<MessageId>,
    accepted: Option<u64>,
    known: Vec<(MessageId, Cow<'a, str>)>,
}

impl<'a> Writer<'a> {
    /// A writer of documents of a kind.
    pub fn new(layout: Layout) -> Self {
        Writer {
            layout,
            ..Writer::default()
        }
    }

    /// A writer that states the ID of this message in the head, if sender and room are known.
    pub fn received(received: &Received<'_>, uris: &Uris<'_>) -> Self {
        Writer {
            message_id: received.message_id(IdAlgorithm::Draft08, uris).ok(),
            ..Writer::new(Layout::Message)
        }
    }

    /// A title in the head.
    pub fn title(mut self, title: impl Into<Cow<'a, str>>) -> Self {
        self.title = Some(title.into());
        self
    }

    /// The message's ID in the head.
    pub fn message_id(mut self, id: MessageId) -> Self {
        self.message_id = Some(id);
        self
    }

    /// The hub's time in the head, in milliseconds since the start of the Unix epoch.
    pub fn accepted(mut self, milliseconds: u64) -> Self {
        self.accepted = Some(milliseconds);
        self
    }

    /// What another message is called, where this one replaces it or replies to it.
    pub fn known(mut self, id: MessageId, name: impl Into<Cow<'a, str>>) -> Self {
        self.known.push((id, name.into()));
        self
    }

    /// Writes one item: a message, or whatever the layout says, faulty or not.
    ///
    /// # Errors
    /// The octets are not exactly one well-formed item.
    pub fn write(&self, octets: &[u8]) -> Result<String, NotationError> {
        let mut page = Page {
            writer: self,
            octets,
            out: String::new(),
            pending: None,
            prefix: String::new(),
            compact: None,
            open: Vec::new(),
            level: 0,
        };
        page.head();
        let mut walker = Walker::new(octets);
        let mut labels = Labels::new(self.layout);
        while let Some(step) = walker.next()? {
            page.step(&step, &mut labels);
        }
        whole(octets, walker.pos())?;
        page.flush(false);
        Ok(page.out)
    }
}

/// Lines that wait until it is known whether a comma follows.
struct Pending {
    indent: usize,
    comment: Option<String>,
    /// Every line but the last, then the last.
    lines: Vec<String>,
}

struct Page<'w, 'o> {
    writer: &'w Writer<'w>,
    octets: &'o [u8],
    out: String,
    pending: Option<Pending>,
    /// What stands before the item on its line: keys and tags.
    prefix: String,
    /// An item that is written on one line, and its comment.
    compact: Option<(Line, String, Option<String>)>,
    /// Major type and items begun of each open item.
    open: Vec<(u8, u64)>,
    /// Open items but tags, which stand on the line of what they hold.
    level: usize,
}

impl Page<'_, '_> {
    fn head(&mut self) {
        let writer = self.writer;
        if let Some(title) = &writer.title {
            let title: String = title
                .chars()
                .map(|c| if hidden(c) { ' ' } else { c })
                .collect();
            self.out.push_str(&format!("# {title}\n"));
        }
        if let Some(id) = &writer.message_id {
            let digits = format!("{id}");
            let (first, second) = digits.split_at(digits.len() / 2);
            self.out.push_str(&format!("# message ID = h'{first}\n"));
            self.out.push_str(&format!("#                {second}'\n"));
        }
        if let Some(number) = writer.accepted {
            let time = milliseconds(number).unwrap_or_default();
            self.out
                .push_str(&format!("# timestamp  = {number} = {time}\n"));
        }
    }

    fn step(&mut self, step: &Step<'_>, labels: &mut Labels) {
        match step {
            Step::Item(item) => {
                let label = labels.item(item);
                if self.compact.is_none() {
                    self.begin(item, &label);
                } else {
                    self.one_line(step);
                }
            }
            Step::End { major, .. } => {
                labels.end();
                if self.compact.is_some() {
                    self.one_line(step);
                } else {
                    self.close(*major);
                }
            }
        }
    }

    /// An item begins on a line of its own, or after its key or tag.
    fn begin(&mut self, item: &Item<'_>, label: &Label) {
        let comment = self.named_message(item, label).or_else(|| label.comment());
        let mut key = false;
        if let Some((major, begun)) = self.open.last_mut() {
            let first = *begun == 0;
            let value = *major == MAJOR::MAP && *begun % 2 == 1;
            key = *major == MAJOR::MAP && !value;
            *begun += 1;
            if *major != MAJOR::TAG && !value {
                self.flush(!first);
            }
        }
        if key || self.fits_one_line(item, label) {
            self.compact = Some((Line::default(), String::new(), comment));
            self.one_line(&Step::Item(*item));
            return;
        }
        if item.opens() {
            let mut code = String::new();
            opening(item, &mut code);
            if item.major == MAJOR::TAG {
                self.prefix.push_str(&code);
            } else {
                self.line(comment, [code.trim_end().into()].into());
                self.level += 1;
            }
            self.open.push((item.major, 0));
            return;
        }
        let lines = long_string(item, label.show).unwrap_or_else(|| {
            let mut code = String::new();
            scalar(item, label.show, &mut code);
            [code].into()
        });
        self.line(comment, lines);
    }

    fn named_message(&self, item: &Item<'_>, label: &Label) -> Option<String> {
        if item.major != MAJOR::BYTES || self.writer.known.is_empty() {
            return None;
        }
        let id = <[u8; MessageId::LENGTH]>::try_from(item.content).ok()?;
        let id = MessageId::new(id);
        let (_, name) = self.writer.known.iter().find(|(known, _)| *known == id)?;
        let name: String = name.chars().filter(|c| !hidden(*c)).collect();
        Some(match label.name {
            "" => name,
            field => format!("{field} = {name}"),
        })
    }

    /// Whether an item that opens is short and inside an unnamed part of the document, so that
    /// it stays on one line.
    fn fits_one_line(&self, item: &Item<'_>, label: &Label) -> bool {
        match item.major {
            _ if !item.opens() => return false,
            MAJOR::BYTES | MAJOR::TEXT => return true,
            MAJOR::ARRAY | MAJOR::MAP if item.arg == 0 && !item.indefinite() => return true,
            _ if label.inner => return false,
            _ => {}
        }
        let mut walker = Walker::starting(self.octets, item.at);
        let limit = item.at + ONE_LINE;
        loop {
            match walker.next() {
                Ok(Some(_)) if walker.pos() <= limit && walker.depth() <= ONE_LINE_DEPTH => {}
                Ok(None) => return walker.pos() <= limit,
                _ => return false,
            }
        }
    }

    fn one_line(&mut self, step: &Step<'_>) {
        let Some((line, text, _)) = &mut self.compact else {
            return;
        };
        line.step(step, text);
        if !line.open.is_empty() {
            return;
        }
        let Some((_, text, comment)) = self.compact.take() else {
            return;
        };
        match self.open.last() {
            Some((MAJOR::MAP, begun)) if begun % 2 == 1 => {
                self.prefix.push_str(&text);
                self.prefix.push_str(": ");
            }
            _ => self.line(comment, [text].into()),
        }
    }

    /// Puts lines down until it is known what follows.
    fn line(&mut self, comment: Option<String>, mut lines: Vec<String>) {
        if let Some(first) = lines.first_mut() {
            first.insert_str(0, &std::mem::take(&mut self.prefix));
        }
        self.pending = Some(Pending {
            indent: 2 * self.level.min(INDENTED),
            comment,
            lines,
        });
    }

    fn close(&mut self, major: u8) {
        let opened = self.open.pop();
        if major == MAJOR::TAG {
            if let Some(last) = self.pending.as_mut().and_then(|p| p.lines.last_mut()) {
                last.push(')');
            }
            return;
        }
        self.level = self.level.saturating_sub(1);
        if opened.is_some_and(|(_, begun)| begun == 0) {
            // Nothing inside: the bracket closes on its line.
            if let Some(last) = self.pending.as_mut().and_then(|p| p.lines.last_mut()) {
                closing(major, last);
            }
            return;
        }
        self.flush(false);
        let mut code = String::new();
        closing(major, &mut code);
        self.line(None, [code].into());
    }

    /// Writes the lines that wait.
    fn flush(&mut self, comma: bool) {
        let Some(Pending {
            indent,
            comment,
            mut lines,
        }) = self.pending.take()
        else {
            return;
        };
        if comma && let Some(last) = lines.last_mut() {
            last.push(',');
        }
        let width = |line: &String| indent + line.chars().count();
        let aside = lines.len() == 1 && lines.first().is_some_and(|line| width(line) < COMMENTS);
        if let Some(comment) = comment.as_ref().filter(|_| !aside) {
            self.out.push_str(&format!("{:indent$}# {comment}\n", ""));
        }
        for (number, line) in lines.iter().enumerate() {
            // Further lines of hex stand inside the quotes of the first.
            let hex = number > 0 && !line.starts_with('\'');
            let inner = if hex { indent + 2 } else { indent };
            self.out.push_str(&format!("{:inner$}{line}", ""));
            if let Some(comment) = comment.as_ref().filter(|_| aside) {
                let gap = COMMENTS - width(line);
                self.out.push_str(&format!("{:gap$}# {comment}", ""));
            }
            self.out.push('\n');
        }
    }
}

/// A byte string that needs several lines.
fn long_string(item: &Item<'_>, show: Show) -> Option<Vec<String>> {
    if item.major != MAJOR::BYTES {
        return None;
    }
    let mut lines = match clean(item.content).filter(|_| show == Show::Text) {
        Some(text) => text_lines(text),
        None => hex_lines(item.content),
    };
    if lines.len() < 2 {
        return None;
    }
    indicator(item, lines.last_mut()?);
    Some(lines)
}

/// Text in quotes, joined by +, broken after line ends and at spaces.
fn text_lines(text: &str) -> Vec<String> {
    let mut lines = Vec::new();
    let (mut start, mut length) = (0, 0);
    for (at, character) in text.char_indices() {
        length += 1;
        if character == '\n' || character == ' ' && length >= TEXT_LINE {
            let end = at + character.len_utf8();
            lines.extend(text.get(start..end));
            (start, length) = (end, 0);
        }
    }
    lines.extend(text.get(start..).filter(|rest| !rest.is_empty()));
    let last = lines.len().saturating_sub(1);
    let join = |(number, line): (usize, &str)| {
        let mut code = String::new();
        quote(line, '\'', &mut code);
        if number < last {
            code.push_str(" +");
        }
        code
    };
    lines.into_iter().enumerate().map(join).collect()
}

/// Hex over several lines: 16 octets on each if there are no more than 32.
fn hex_lines(octets: &[u8]) -> Vec<String> {
    let each = if octets.len() <= HEX_LINE {
        16
    } else {
        HEX_LINE
    };
    let mut lines: Vec<String> = octets.chunks(each).map(hex).collect();
    if let Some(first) = lines.first_mut() {
        first.insert_str(0, "h'");
    }
    if let Some(last) = lines.last_mut() {
        last.push('\'');
    }
    lines
}
