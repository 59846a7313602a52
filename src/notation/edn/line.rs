//! Any CBOR to EDN on one line, and how each kind of item is spelled.

use std::format;
use std::string::String;
use std::vec::Vec;

use unicode_general_category::{GeneralCategory, get_general_category};

use super::super::NotationError;
use super::super::float::{Bits, shortest, widened};
use super::super::hex::digits as hex;
use super::super::layout::Show;
use super::super::walk::{Item, Step, Walker};
use crate::item::MAJOR;
use crate::report::{Finding, codes};

/// One item as EDN, on one line.
///
/// # Errors
/// The octets are not exactly one well-formed item.
///
/// ```
/// use mimi_codec::notation::edn;
///
/// assert_eq!(edn::item(&[0xa1, 0x01, 0x82, 0xf9, 0x3e, 0x00, 0x18, 0x07])?, "{1: [1.5, 7_0]}");
/// # Ok::<(), mimi_codec::notation::NotationError>(())
/// ```
pub fn item(octets: &[u8]) -> Result<String, NotationError> {
    let mut walker = Walker::new(octets);
    let mut out = String::new();
    let mut line = Line::default();
    while let Some(step) = walker.next()? {
        line.step(&step, &mut out);
    }
    whole(octets, walker.pos())?;
    Ok(out)
}

/// The walk went to the end of the octets.
pub(super) fn whole(octets: &[u8], end: usize) -> Result<(), NotationError> {
    match octets.len() - end {
        0 => Ok(()),
        left => Err(NotationError::from_finding(
            Finding::new(codes::CBOR_TRAILING)
                .at(end)
                .found(format!("{left} octets"))
                .expected("the end of the input"),
        )),
    }
}

/// Items one after the other on a line.
#[derive(Default)]
pub(super) struct Line {
    /// Items begun in each open one, and whether it is a map.
    pub(super) open: Vec<(u64, u8)>,
}

impl Line {
    pub(super) fn step(&mut self, step: &Step<'_>, out: &mut String) {
        match step {
            Step::Item(item) => {
                if let Some((begun, major)) = self.open.last_mut() {
                    out.push_str(match (*begun, *major) {
                        (0, _) => "",
                        (odd, MAJOR::MAP) if odd % 2 == 1 => ": ",
                        _ => ", ",
                    });
                    *begun += 1;
                }
                if item.opens() {
                    self.open.push((0, item.major));
                    opening(item, out);
                } else {
                    scalar(item, Show::Hex, out);
                }
            }
            Step::End { major, .. } => {
                self.open.pop();
                closing(*major, out);
            }
        }
    }
}

/// What an item that holds others begins with.
pub(super) fn opening(item: &Item<'_>, out: &mut String) {
    match item.major {
        MAJOR::ARRAY | MAJOR::MAP => {
            out.push(if item.major == MAJOR::ARRAY { '[' } else { '{' });
            if item.indefinite() {
                out.push_str("_ ");
            } else if !item.shortest() {
                indicator(item, out);
                out.push(' ');
            }
        }
        MAJOR::TAG => {
            out.push_str(&format!("{}", item.arg));
            indicator(item, out);
            out.push('(');
        }
        // A string without chunks cannot be told yet; closing mends it.
        _ => out.push_str("(_ "),
    }
}

pub(super) fn closing(major: u8, out: &mut String) {
    match major {
        MAJOR::ARRAY => out.push(']'),
        MAJOR::MAP => out.push('}'),
        MAJOR::BYTES | MAJOR::TEXT if out.ends_with("(_ ") => {
            out.truncate(out.len() - 3);
            out.push_str(if major == MAJOR::TEXT { "\"\"_" } else { "''_" });
        }
        _ => out.push(')'),
    }
}

/// `_0` to `_3`, where the head is longer than need be.
pub(super) fn indicator(item: &Item<'_>, out: &mut String) {
    if !item.shortest() {
        out.push('_');
        out.push(char::from(b'0' + (item.info.saturating_sub(24)).min(3)));
    }
}

/// An item that holds no others.
pub(super) fn scalar(item: &Item<'_>, show: Show, out: &mut String) {
    match item.major {
        MAJOR::UNSIGNED => out.push_str(&format!("{}", item.arg)),
        MAJOR::NEGATIVE => out.push_str(&format!("{}", -1 - i128::from(item.arg))),
        MAJOR::BYTES => match clean(item.content).filter(|_| show == Show::Text) {
            Some(text) => quote(text, '\'', out),
            None => out.push_str(&format!("h'{}'", hex(item.content))),
        },
        MAJOR::TEXT => match core::str::from_utf8(item.content) {
            Ok(text) => quote(text, '"', out),
            Err(_) => out.push_str(&format!("\"\" + h'{}'", hex(item.content))),
        },
        _ => return simple(item, out),
    }
    indicator(item, out);
}

fn simple(item: &Item<'_>, out: &mut String) {
    let name = match item.info {
        20 => "false",
        21 => "true",
        22 => "null",
        23 => "undefined",
        25..=27 => {
            return float(
                Bits {
                    info: item.info,
                    bits: item.arg,
                },
                out,
            );
        }
        _ => return out.push_str(&format!("simple({})", item.arg)),
    };
    out.push_str(name);
}

fn float(bits: Bits, out: &mut String) {
    let value = bits.value();
    if widened(value, bits.info) != Some(bits) {
        // A NaN with a payload or a sign.
        let digits = 2usize << (bits.info.saturating_sub(24)).min(3);
        return out.push_str(&format!("float'{:0digits$x}'", bits.bits));
    }
    match value {
        f64::INFINITY => out.push_str("Infinity"),
        f64::NEG_INFINITY => out.push_str("-Infinity"),
        _ if value.is_nan() => out.push_str("NaN"),
        _ => out.push_str(&format!("{value:?}")),
    }
    if shortest(value).info != bits.info {
        out.push('_');
        out.push(char::from(b'0' + (bits.info.saturating_sub(24)).min(3)));
    }
}

/// Octets that are text without control characters, but for line ends and tabs.
pub(in crate::notation) fn clean(octets: &[u8]) -> Option<&str> {
    let text = core::str::from_utf8(octets).ok()?;
    let odd = |c: char| c.is_control() && !matches!(c, '\n' | '\r' | '\t');
    (!text.is_empty() && !text.contains(odd)).then_some(text)
}

/// A string in quotes, with escapes where a character would not show.
pub(super) fn quote(text: &str, quote: char, out: &mut String) {
    out.push(quote);
    for character in text.chars() {
        match character {
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\\' => out.push_str("\\\\"),
            _ if character == quote => {
                out.push('\\');
                out.push(quote);
            }
            ' '..='~' => out.push(character),
            _ if hidden(character) => match u32::from(character) {
                number @ ..=0xffff => out.push_str(&format!("\\u{number:04x}")),
                number => out.push_str(&format!("\\u{{{number:x}}}")),
            },
            _ => out.push(character),
        }
    }
    out.push(quote);
}

/// Whether a character does not show, or changes how others show. The joiners stay, since emoji
/// and many scripts need them.
pub(super) fn hidden(character: char) -> bool {
    use GeneralCategory::{
        Control, Format, LineSeparator, ParagraphSeparator, PrivateUse, Unassigned,
    };
    match character {
        '\u{200c}' | '\u{200d}' => false,
        '\u{a0}' | '\u{feff}' => true,
        _ => matches!(
            get_general_category(character),
            Control | Format | LineSeparator | ParagraphSeparator | PrivateUse | Unassigned
        ),
    }
}
