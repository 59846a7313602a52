//! The lines that a finding is about, with the place underlined: of the text itself, or of an
//! annotated dump of the octets.

use std::borrow::Cow;
use std::fmt::Write;

use mimi_codec::document::Format;
use mimi_codec::notation::Layout;
use mimi_codec::notation::hex::{self, Style};
use mimi_codec::report::Finding;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// Octets up to which a dump is made of the whole; of larger inputs only the rows around a place
/// are shown.
const WHOLE: usize = 1 << 16;
/// Octets in a row of a plain dump.
const ROW: usize = 16;
/// Characters of a line that are shown.
const SHOWN: usize = 100;
/// Characters before the place that are shown of a longer line.
const BEFORE: usize = 40;

/// The lines of one input.
pub(super) enum Sheet<'a> {
    /// A text, by lines.
    Text(Vec<Cow<'a, str>>),
    /// A dump, by lines, each with the offset of its first octet.
    Dump(Vec<(usize, String)>),
    /// Octets that are too many for a dump.
    Octets(&'a [u8]),
}

/// A line with a place in it.
struct Marked<'s> {
    /// What stands before the bar: a line number or an offset.
    label: String,
    line: Cow<'s, str>,
    /// The line before it.
    before: Option<(String, Cow<'s, str>)>,
    /// Where the place begins, in characters.
    column: usize,
    /// How long it is, in characters.
    length: usize,
}

impl<'a> Sheet<'a> {
    /// The lines of an input in that format.
    pub(super) fn new(content: &'a [u8], format: Format) -> Self {
        if format != Format::Cbor {
            // Columns do not count a byte order mark.
            let body = content.strip_prefix(b"\xef\xbb\xbf").unwrap_or(content);
            let text = String::from_utf8_lossy(body);
            let lines = match text {
                Cow::Borrowed(text) => text.lines().map(Cow::Borrowed).collect(),
                Cow::Owned(text) => text.lines().map(|line| Cow::Owned(line.into())).collect(),
            };
            return Sheet::Text(lines);
        }
        if content.len() > WHOLE {
            return Sheet::Octets(content);
        }
        let dump = hex::write(content, Style::Fields(Layout::default())).value;
        let mut offset = 0;
        let lines = dump.lines().map(|line| {
            let start = offset;
            offset += digits(line).count() / 2;
            (start, line.to_owned())
        });
        Sheet::Dump(lines.collect())
    }

    /// The lines around a finding, or nothing where it has no place in the input.
    pub(super) fn excerpt(&self, finding: &Finding) -> Option<String> {
        let marked = match self {
            Sheet::Text(lines) => in_text(lines, finding)?,
            Sheet::Dump(lines) => in_dump(lines, finding.offset?)?,
            Sheet::Octets(octets) => in_octets(octets, finding.offset?),
        };
        Some(marked.draw())
    }
}

fn in_text<'s>(lines: &'s [Cow<'_, str>], finding: &Finding) -> Option<Marked<'s>> {
    let number = usize::try_from(finding.line?).ok()?;
    let line = lines.get(number.checked_sub(1)?)?;
    let column = usize::try_from(finding.column.unwrap_or(1))
        .ok()?
        .saturating_sub(1);
    let ends = |c: char| c.is_whitespace() || matches!(c, ',' | ']' | '}' | ')' | ':');
    let rest = line.chars().skip(column);
    let before = number.checked_sub(2).and_then(|index| lines.get(index));
    Some(Marked {
        label: number.to_string(),
        line: Cow::Borrowed(line),
        before: before.map(|line| ((number - 1).to_string(), Cow::Borrowed(&**line))),
        column,
        length: match finding.column {
            Some(_) => rest.take_while(|c| !ends(*c)).count(),
            None => rest.count(),
        },
    })
}

/// The hex digits of a line of a dump, with the columns they stand in.
fn digits(line: &str) -> impl Iterator<Item = usize> + '_ {
    let octets = line.split('#').next().unwrap_or_default();
    let columns = octets.bytes().enumerate();
    columns.filter_map(|(column, octet)| octet.is_ascii_hexdigit().then_some(column))
}

fn in_dump(lines: &[(usize, String)], offset: usize) -> Option<Marked<'_>> {
    let after = lines.partition_point(|(start, _)| *start <= offset);
    let at = after.checked_sub(1)?;
    let (start, line) = lines.get(at)?;
    let mut columns = digits(line).skip(2 * (offset - start));
    // An offset behind the last octet: something is missing there.
    let (column, end) = match columns.next() {
        Some(first) => (first, columns.last().unwrap_or(first) + 1),
        None => {
            let end = digits(line).last().map_or(0, |last| last + 1);
            (end, end + 1)
        }
    };
    let before = at.checked_sub(1).and_then(|index| lines.get(index));
    Some(Marked {
        label: start.to_string(),
        line: Cow::Borrowed(line),
        before: before.map(|(start, line)| (start.to_string(), Cow::Borrowed(line.as_str()))),
        column,
        length: end - column,
    })
}

fn in_octets(octets: &[u8], offset: usize) -> Marked<'static> {
    let row = |start: usize| {
        let end = octets.len().min(start + ROW);
        let mut line = String::new();
        for octet in octets.get(start..end).unwrap_or_default() {
            // Writing to a string does not fail.
            let _ = write!(line, "{octet:02x} ");
        }
        (start.to_string(), Cow::Owned(line))
    };
    let start = offset.min(octets.len()) / ROW * ROW;
    let (label, line) = row(start);
    Marked {
        label,
        line,
        before: start.checked_sub(ROW).map(row),
        column: 3 * (offset - start).min(ROW),
        length: 2,
    }
}

impl Marked<'_> {
    fn draw(&self) -> String {
        let gutter = self.label.len();
        let mut out = format!("{:gutter$} |\n", "");
        if let Some((label, line)) = &self.before {
            let (line, _) = window(line, 0);
            let _ = writeln!(out, "{label:>gutter$} | {line}");
        }
        let (line, column) = window(&self.line, self.column);
        let shown = line.chars().skip(column).take(self.length.max(1));
        let length: usize = shown.map(|c| c.width().unwrap_or(1)).sum();
        let until: String = line.chars().take(column).collect();
        let _ = writeln!(out, "{:>gutter$} | {line}", self.label);
        let indent = until.width();
        let _ = writeln!(
            out,
            "{:gutter$} | {:indent$}{}",
            "",
            "",
            "^".repeat(length.max(1))
        );
        out
    }
}

/// A line as a terminal may have it, cut around a column if it is long; and where the column is
/// then.
fn window(line: &str, column: usize) -> (String, usize) {
    let start = match line.chars().nth(SHOWN) {
        Some(_) => column.saturating_sub(BEFORE),
        None => 0,
    };
    let mut shown = String::new();
    if start > 0 {
        shown.push('…');
    }
    let mut rest = line.chars().skip(start);
    shown.extend(rest.by_ref().take(SHOWN).map(crate::output::tamed));
    if rest.next().is_some() {
        shown.push('…');
    }
    let shown = shown.replace('\t', " ");
    (shown, column - start + usize::from(start > 0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use mimi_codec::report::codes;

    fn drawn(content: &[u8], format: Format, finding: &Finding) -> String {
        Sheet::new(content, format)
            .excerpt(finding)
            .unwrap_or_default()
    }

    #[test]
    fn underlines_an_item_of_a_dump() {
        let finding = Finding::new(codes::CBOR_TRAILING).at(1);
        let drawn = drawn(&[0x82, 0x18, 0x01, 0xf6], Format::Cbor, &finding);
        let lines: Vec<&str> = drawn.lines().collect();
        assert!(lines[2].contains("18 01"), "{drawn}");
        let at = lines[2].find("18 01");
        assert_eq!(lines[3].find("^^^^^"), at, "{drawn}");
        assert!(!lines[3].contains("^^^^^^"), "{drawn}");
    }

    #[test]
    fn an_offset_behind_the_end_is_shown_there() {
        let finding = Finding::new(codes::CBOR_TRAILING).at(1);
        let drawn = drawn(&[0x82], Format::Cbor, &finding);
        assert!(drawn.contains('^'), "{drawn}");
        assert!(Sheet::new(&[], Format::Cbor).excerpt(&finding).is_none());
    }

    #[test]
    fn wide_and_long_lines_keep_the_mark_below_the_place() {
        let finding = Finding::new(codes::CBOR_TRAILING).line_column(1, 3);
        let short = drawn("漢字bad, x".as_bytes(), Format::Edn, &finding);
        assert!(short.contains("\n  |     ^^^\n"), "{short}");
        let finding = Finding::new(codes::CBOR_TRAILING).line_column(1, 5001);
        let long = format!("{}bad]{}", " ".repeat(5000), "x".repeat(5000));
        let long = drawn(long.as_bytes(), Format::Edn, &finding);
        let lines: Vec<&str> = long.lines().collect();
        let at = |needle: &str, line: &str| line.split(needle).next().map(|it| it.chars().count());
        assert_eq!(at("bad", lines[1]), at("^^^", lines[2]), "{long}");
        assert!(lines.iter().all(|line| line.chars().count() < 120));
    }

    #[test]
    fn a_byte_order_mark_does_not_move_the_mark() {
        let finding = Finding::new(codes::CBOR_TRAILING).line_column(1, 2);
        let drawn = drawn("\u{feff}[bad]".as_bytes(), Format::Edn, &finding);
        assert!(drawn.contains("\n1 | [bad]\n  |  ^^^\n"), "{drawn}");
    }

    #[test]
    fn large_octets_show_the_row() {
        let octets = vec![0xab; WHOLE + 1];
        let finding = Finding::new(codes::CBOR_TRAILING).at(WHOLE);
        let drawn = drawn(&octets, Format::Cbor, &finding);
        assert!(drawn.contains("65536 | ab"), "{drawn}");
        let far = Finding::new(codes::CBOR_TRAILING).at(usize::MAX);
        assert!(Sheet::new(&octets, Format::Cbor).excerpt(&far).is_some());
    }
}
