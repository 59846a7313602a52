//! Octets to annotated hex. Any octets: where they stop being CBOR, the rest is dumped plainly.

use std::format;
use std::string::String;
use std::vec::Vec;

use super::super::NotationError;
use super::super::edn::clean;
use super::super::fields::{Label, Labels};
use super::super::layout::Layout;
use super::super::walk::{Item, Step, Walker};
use super::inspect::inspect;
use super::push_digits;
use crate::item::MAJOR;
use crate::report::{Converted, Finding, codes};

/// What the comments say.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Style {
    /// Major type and argument, strings whole, as the draft's `.pretty` files and the
    /// playground at cbor.me have it.
    #[default]
    Pretty,
    /// The path of each field and what its value means; long strings over several lines.
    Fields(Layout),
}

/// Column of the comments, if any line reaches it.
const COMMENTS: usize = 40;
/// Levels that are indented; deeper ones stand below each other.
const INDENTED: usize = 24;
/// Octets of a string or of unstructured data on a line.
const LINE: usize = 16;

const MAJOR_NAMES: [&str; 8] = [
    "unsigned",
    "negative",
    "bytes",
    "text",
    "array",
    "map",
    "tag",
    "primitive",
];

/// Writes octets as annotated hex. Reading gives the same octets, whatever they are.
///
/// A finding says where the octets stop being well-formed CBOR; further items are dumped one
/// after the other.
///
/// ```
/// use mimi_codec::notation::hex::{self, Style};
///
/// let text = hex::write(&[0x82, 0x01, 0x62, b'h', b'i'], Style::Pretty).value;
/// assert_eq!(
///     text,
///     "82         # array(2)\n   01      # unsigned(1)\n   62      # text(2)\n      6869 # \"hi\"\n"
/// );
/// ```
pub fn write(octets: &[u8], style: Style) -> Converted<String> {
    // The column of the comments depends on the longest line before them.
    let mut target = 0;
    dump(octets, style, &mut |line| {
        target = target.max(line.column());
        target < COMMENTS
    });
    let target = target.min(COMMENTS);
    let mut out = String::with_capacity(octets.len() * 8);
    let findings = dump(octets, style, &mut |line| {
        line.write(target, &mut out);
        true
    });
    Converted::new(out, findings)
}

/// One line of a dump.
struct Line<'a> {
    level: usize,
    head: &'a [u8],
    /// Argument octets of a head, after a space.
    argument: &'a [u8],
    comment: Option<String>,
}

impl Line<'_> {
    fn indent(&self) -> usize {
        3 * self.level.min(INDENTED)
    }

    /// Column at which the comment stands without padding.
    fn column(&self) -> usize {
        let argument = match self.argument.len() {
            0 => 0,
            octets => 1 + 2 * octets,
        };
        self.indent() + 2 * self.head.len() + argument + 1
    }

    fn write(&self, target: usize, out: &mut String) {
        out.push_str(&format!("{:1$}", "", self.indent()));
        push_digits(self.head, out);
        if !self.argument.is_empty() {
            out.push(' ');
            push_digits(self.argument, out);
        }
        if let Some(comment) = &self.comment {
            let gap = target.saturating_sub(self.column()) + 1;
            out.push_str(&format!("{:gap$}# {comment}", ""));
        }
        out.push('\n');
    }
}

/// Takes a line; says whether more are wanted.
type Sink<'s> = &'s mut dyn FnMut(Line<'_>) -> bool;

fn dump(octets: &[u8], style: Style, sink: Sink<'_>) -> Vec<Finding> {
    let mut from = 0;
    while from < octets.len() {
        let mut walker = Walker::starting(octets, from);
        match items(&mut walker, style, sink) {
            Ok(true) => from = walker.pos(),
            Ok(false) => return Vec::new(),
            Err(error) => {
                let fault = error.into_finding();
                let from = walker.pos();
                let rest = octets.get(from..).unwrap_or_default();
                plain(rest, &fault, sink);
                let finding = Finding::new(codes::HEX_MALFORMED)
                    .at(from)
                    .found(fault.message);
                return [finding].into();
            }
        }
    }
    Vec::new()
}

/// Octets without structure.
fn plain(octets: &[u8], fault: &Finding, sink: Sink<'_>) {
    for (number, octets) in octets.chunks(LINE).enumerate() {
        let line = Line {
            level: 0,
            head: octets,
            argument: &[],
            comment: (number == 0).then(|| format!("not well-formed: {}", fault.message)),
        };
        if !sink(line) {
            return;
        }
    }
}

/// Dumps one item; says whether more is wanted.
fn items(walker: &mut Walker<'_>, style: Style, sink: Sink<'_>) -> Result<bool, NotationError> {
    let mut labels = match style {
        Style::Pretty => Labels::new(Layout::Any),
        Style::Fields(layout) => Labels::new(layout),
    };
    loop {
        let level = walker.depth();
        let more = match walker.next()? {
            None => return Ok(true),
            Some(Step::Item(item)) => {
                let label = labels.item(&item);
                let comment = match style {
                    Style::Pretty => describe(&item),
                    Style::Fields(_) => named(&item, &labels.path(), &label),
                };
                let (head, argument) = item.head.split_at(item.head.len().min(1));
                sink(Line {
                    level,
                    head,
                    argument,
                    comment: Some(comment),
                }) && content(&item, level + 1, style, sink)
            }
            Some(Step::End { at, .. }) => {
                labels.end();
                let comment = match style {
                    Style::Pretty => "primitive(*)",
                    Style::Fields(_) => "break",
                };
                at.is_none()
                    || sink(Line {
                        level,
                        head: &[0xff],
                        argument: &[],
                        comment: Some(comment.into()),
                    })
            }
        };
        if !more {
            return Ok(false);
        }
    }
}

/// Major type and argument.
fn describe(item: &Item<'_>) -> String {
    let name = MAJOR_NAMES.get(usize::from(item.major)).unwrap_or(&"");
    if item.indefinite() {
        format!("{name}(*)")
    } else {
        format!("{name}({})", item.arg)
    }
}

/// Path, then what stands there, then what it means.
fn named(item: &Item<'_>, path: &str, label: &Label) -> String {
    let mut comment = String::new();
    let name = if path.is_empty() { label.name } else { path };
    if !name.is_empty() {
        comment.push_str(name);
        comment.push_str(": ");
    }
    comment.push_str(&match (item.major, item.info) {
        (MAJOR::UNSIGNED, _) => format!("{}", item.arg),
        (MAJOR::NEGATIVE, _) => format!("{}", -1 - i128::from(item.arg)),
        (MAJOR::SIMPLE, 20) => "false".into(),
        (MAJOR::SIMPLE, 21) => "true".into(),
        (MAJOR::SIMPLE, 22) => "null".into(),
        (MAJOR::SIMPLE, 23) => "undefined".into(),
        (MAJOR::SIMPLE, 25..=27) => "float".into(),
        (MAJOR::SIMPLE, _) => format!("simple({})", item.arg),
        _ => describe(item),
    });
    if path.ends_with(']') && !label.name.is_empty() {
        comment.push_str(&format!(", {}", label.name));
    }
    if let Some(index) = label.part {
        comment.push_str(&format!(", partIndex {index}"));
    }
    if let Some(note) = &label.note {
        comment.push_str(&format!(" = {note}"));
    }
    comment
}

/// The content of a string on the lines below its head.
fn content(item: &Item<'_>, level: usize, style: Style, sink: Sink<'_>) -> bool {
    if !matches!(item.major, MAJOR::BYTES | MAJOR::TEXT) || item.indefinite() {
        return true;
    }
    if style == Style::Pretty {
        return sink(Line {
            level,
            head: item.content,
            argument: &[],
            comment: Some(inspect(item.content)),
        });
    }
    // A line break inside a character is no matter here: each line shows what is whole.
    let text = clean(item.content).is_some();
    for octets in item.content.chunks(LINE) {
        let comment = text.then(|| inspect(octets));
        let line = Line {
            level,
            head: octets,
            argument: &[],
            comment,
        };
        if !sink(line) {
            return false;
        }
    }
    true
}
