//! Finding the blocks of a draft: EDN, hex dumps and CDDL. In a text they are told by their
//! layout alone, so that a fault inside does not hide where a block ends.

use std::vec::Vec;

use super::cddl;
use super::items::items;
use super::source::{Document, Form, Kind};
use crate::notation::{NotationError, Source, edn, hex};

/// What is in a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Content {
    Edn,
    Dump,
    Cddl,
}

/// Lines that belong together.
pub(super) struct Block {
    pub(super) content: Content,
    /// First line, with the comments in front.
    pub(super) first: usize,
    /// The line after the last one.
    pub(super) end: usize,
    /// What an EDN block or a dump spells; none for CDDL.
    pub(super) reading: Option<Result<Source, NotationError>>,
}

impl Block {
    /// The octets, if the block could be read.
    pub(super) fn source(&self) -> Option<&Source> {
        self.reading.as_ref()?.as_ref().ok()
    }

    /// The line and column of an octet.
    pub(super) fn place(&self, offset: usize) -> (usize, u32) {
        self.source()
            .and_then(|source| source.map().position(offset))
            .map_or((self.first, 1), |place| {
                let line = self.first + (place.line as usize).saturating_sub(1);
                (line.min(self.end.saturating_sub(1)), place.column)
            })
    }
}

/// The blocks of a draft, in order.
pub(super) struct Blocks(pub(super) Vec<Block>);

impl Blocks {
    pub(super) fn find(document: &Document) -> Blocks {
        let mut finder = Finder {
            document,
            blocks: Vec::new(),
        };
        let mut line = 0;
        while line < document.len() {
            let kind = document.kind(line);
            let mut end = line + 1;
            // An item does not go on in another file.
            let file = document.file(line);
            while end < document.len() && document.kind(end) == kind && document.file(end) == file {
                end += 1;
            }
            match kind {
                Kind::Code => finder.region(line, end, true),
                Kind::Prose if document.form != Form::Xml => finder.region(line, end, false),
                _ => {}
            }
            line = end;
        }
        Blocks(finder.blocks)
    }

    /// Whether a line is inside a block.
    pub(super) fn covers(&self, line: usize) -> bool {
        let after = self.0.partition_point(|block| block.first <= line);
        after
            .checked_sub(1)
            .and_then(|index| self.0.get(index))
            .is_some_and(|block| line < block.end)
    }
}

struct Finder<'d> {
    document: &'d Document,
    blocks: Vec<Block>,
}

impl Finder<'_> {
    /// Finds the blocks between two lines; `declared` where the source says that this is code.
    fn region(&mut self, first: usize, end: usize, declared: bool) {
        let mut line = first;
        while line < end {
            let text = self.document.text(line);
            let trimmed = text.trim_start();
            let begins = trimmed.as_bytes().first();
            // In Markdown, what is not in a fence is code only where it is indented.
            let words = !declared && self.document.form == Form::Markdown && indent(text) < 4;
            if words {
                line += 1;
                continue;
            }
            line = match begins {
                None => line + 1,
                Some(b'[') => self.edn(line, first, end, declared),
                Some(first) if first.is_ascii_hexdigit() && is_dump_line(text) => {
                    self.dump(line, end, declared)
                }
                _ if cddl::begins(trimmed) => self.cddl(line, end),
                _ => line + 1,
            };
        }
    }

    /// An item from `[` to the `]` under it.
    fn edn(&mut self, open: usize, region: usize, end: usize, declared: bool) -> usize {
        let text = self.document.text(open);
        let base = indent(text);
        let trimmed = text.trim();
        let rest = trimmed.get(1..).unwrap_or("").trim_start();
        let whole = rest.is_empty() || rest.starts_with(['#', '/']);
        if !whole {
            return self.short_edn(open, region, end, declared);
        }
        let mut last = open + 1;
        let mut closed = false;
        // Whether hex digits in quotes were opened and go on, be it further to the left.
        let mut open_hex = false;
        while last < end {
            let text = self.document.text(last);
            let trimmed = text.trim_start();
            let here = indent(text);
            let goes_on = open_hex && continues_hex(trimmed);
            open_hex = opens_hex(trimmed) || goes_on && !trimmed.contains('\'');
            if !trimmed.is_empty() && here <= base && !goes_on {
                if trimmed.starts_with(']') && here == base {
                    last += 1;
                    closed = true;
                    break;
                }
                // Something else at this depth: only where the source says that it is code.
                if !declared || trimmed.starts_with('[') {
                    break;
                }
            }
            last += 1;
        }
        let first = self.comments_before(open, region);
        if closed && self.is_fragment(first, open, last, region, end) {
            return last;
        }
        let joined = self.document.join(first, last);
        let sure = joined.contains("h'") || joined.contains("null");
        if !closed && !sure {
            return last;
        }
        self.push_edn(first, last, &joined, sure);
        last
    }

    /// Whether an item in brackets is one of several in a row, as where a sequence or the inside
    /// of something larger is shown.
    fn is_fragment(&self, first: usize, open: usize, last: usize, from: usize, to: usize) -> bool {
        let base = indent(self.document.text(open));
        let before = first.checked_sub(1).filter(|line| *line >= from);
        let behind = Some(last).filter(|line| *line < to);
        let beside = |line: Option<usize>| {
            let text = line.map_or("", |line| self.document.text(line));
            !text.trim().is_empty() && indent(text) == base
        };
        let comma = |line: usize| {
            let (code, _) = split_comment(self.document.short_text(line));
            code.trim_end().ends_with(',')
        };
        beside(before) && before.is_some_and(comma) || beside(behind) && comma(last - 1)
    }

    /// An item that has more on its first line than the bracket: only if all of it is EDN.
    fn short_edn(&mut self, open: usize, region: usize, end: usize, declared: bool) -> usize {
        let mut last = open + 1;
        if declared {
            while last < end && !self.document.text(last).trim().is_empty() {
                last += 1;
            }
        }
        let first = self.comments_before(open, region);
        let joined = self.document.join(first, last);
        if !joined.contains("h'") || edn::read(&joined).is_err() {
            return open + 1;
        }
        self.push_edn(first, last, &joined, true);
        last
    }

    fn push_edn(&mut self, first: usize, end: usize, joined: &str, sure: bool) {
        let reading = edn::read(joined).map(|read| read.value);
        // Something in brackets that cannot be read need not be meant as EDN.
        if reading.is_err() && !sure {
            return;
        }
        self.blocks.push(Block {
            content: Content::Edn,
            first,
            end,
            reading: Some(reading),
        });
    }

    /// The first of the comment lines right before a line.
    fn comments_before(&self, line: usize, region: usize) -> usize {
        let floor = self.blocks.last().map_or(0, |block| block.end).max(region);
        let mut first = line;
        while first > floor {
            let text = self.document.text(first - 1).trim();
            let comment = text.starts_with('#')
                || text.starts_with("//")
                || text.len() > 1 && text.starts_with('/') && text.ends_with('/');
            if !comment {
                break;
            }
            first -= 1;
        }
        first
    }

    /// Lines of hex digits, with comments.
    fn dump(&mut self, first: usize, end: usize, declared: bool) -> usize {
        let base = indent(self.document.text(first));
        let annotated = self.document.text(first).contains('#');
        let mut last = first + 1;
        let mut count = 1usize;
        let mut line = last;
        let mut blank = false;
        while line < end {
            let text = self.document.text(line);
            if text.trim().is_empty() {
                blank = true;
                line += 1;
                continue;
            }
            let deeper = indent(text) > base;
            let comment = deeper && text.trim_start().starts_with('#');
            let digits = is_dump_line(text);
            // Behind a gap only what stands deeper belongs to it; so it is beside annotated heads,
            // unless the item there is not complete.
            let same = indent(text) == base && !blank && digits;
            let beside = same && (!annotated || self.is_unfinished(first, last));
            if !(comment || beside || digits && deeper) {
                break;
            }
            blank = false;
            count += usize::from(digits);
            line += 1;
            last = line;
        }
        let joined = self.document.join(first, last);
        let read = hex::read(&joined).map(|read| read.value);
        let named = self
            .document
            .text(first)
            .split_once('#')
            .is_some_and(|(_, comment)| comment.contains('('));
        let octets = read.as_ref().map_or(0, |source| source.octets().len());
        if !(named || count >= 3 && (declared || octets >= 32)) {
            return last;
        }
        self.blocks.push(Block {
            content: Content::Dump,
            first,
            end: last,
            reading: Some(read),
        });
        last
    }

    /// Whether the first lines of a dump are an item that is not complete.
    fn is_unfinished(&self, first: usize, end: usize) -> bool {
        /// Lines looked at; nobody writes more of them without indentation.
        const MOST: usize = 64;
        end - first <= MOST
            && hex::read(&self.document.join(first, end))
                .is_ok_and(|read| items(read.value.octets()).is_none())
    }

    /// Rules of CDDL: a paragraph, and what follows while brackets are open.
    fn cddl(&mut self, first: usize, end: usize) -> usize {
        let base = indent(self.document.text(first));
        let mut last = first;
        let mut depth = 0i64;
        let mut good = true;
        while last < end {
            let text = self.document.text(last);
            let trimmed = text.trim();
            if trimmed.is_empty() && depth <= 0 {
                break;
            }
            if !trimmed.is_empty() && indent(text) < base {
                break;
            }
            match cddl::depth_of(trimmed) {
                Some(change) if !cddl::is_statement(trimmed) => {
                    depth = depth.saturating_add(change);
                }
                _ => good = false,
            }
            last += 1;
        }
        let last = last.max(first + 1);
        if good && depth == 0 && cddl::is_schema(&cddl::rules(self.document, first, last)) {
            self.blocks.push(Block {
                content: Content::Cddl,
                first,
                end: last,
                reading: None,
            });
        }
        last
    }
}

/// Columns before the first character.
pub(super) fn indent(text: &str) -> usize {
    text.len() - text.trim_start().len()
}

/// Whether hex digits in quotes are opened in a line and not closed in it.
fn opens_hex(line: &str) -> bool {
    line.rsplit_once("h'")
        .is_some_and(|(_, digits)| digits.bytes().all(|b| b.is_ascii_hexdigit() || b == b' '))
}

/// Whether a line has nothing but hex digits, or ends with what closes them.
fn continues_hex(line: &str) -> bool {
    let (digits, behind) = line.split_once('\'').unwrap_or((line, ""));
    let digits = digits.trim();
    !digits.is_empty()
        && digits.bytes().all(|b| b.is_ascii_hexdigit() || b == b' ')
        && !behind.contains('\'')
}

/// Pairs of hex digits in groups, then perhaps a comment.
fn is_dump_line(text: &str) -> bool {
    let digits = text.split('#').next().unwrap_or("");
    let mut any = false;
    for group in digits.split_whitespace() {
        if group.len() % 2 == 1 || !group.bytes().all(|b| b.is_ascii_hexdigit()) {
            // A digit that was mistyped leaves most of the line as it should be.
            let hex = group.bytes().filter(u8::is_ascii_hexdigit).count();
            if group.len() < 16 || hex + 2 < group.len() {
                return false;
            }
        }
        any = true;
    }
    any
}

/// What a line says behind its comment mark, and what it says before.
pub(super) fn split_comment(text: &str) -> (&str, &str) {
    let mut quote = None;
    let mut escaped = false;
    let bytes = text.as_bytes();
    for (at, octet) in bytes.iter().enumerate() {
        match (quote, octet) {
            (Some(_), b'\\') if !escaped => {
                escaped = true;
                continue;
            }
            (Some(mark), octet) if mark == *octet && !escaped => quote = None,
            (None, b'\'' | b'"') => quote = Some(*octet),
            (None, b'#' | b'/') => return text.split_at(at),
            _ => {}
        }
        escaped = false;
    }
    // In a literal over several lines a comment may follow before the quote that ends it.
    match (quote, text.find(" #").or_else(|| text.find(" /"))) {
        (Some(_), Some(at)) => text.split_at(at),
        _ => (text, ""),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_dumps_are_told_from_words() {
        assert!(is_dump_line("   87      # array(7)"));
        assert!(is_dump_line("      1a 62036674"));
        assert!(is_dump_line("      6d696d693a2f2f6578616d706c652e6g"));
        assert!(!is_dump_line("   # array(7)"));
        assert!(!is_dump_line("   a face"));
        assert!(!is_dump_line(""));
    }

    #[test]
    fn hex_goes_on_in_the_next_line() {
        assert!(opens_hex("  / signature / h'e2aeafd4"));
        assert!(!opens_hex("  h'e2aeafd4',"));
        assert!(continues_hex("5d06cbf414af2e19") && continues_hex("98f53a'"));
        assert!(!continues_hex("]") && !continues_hex("dead words'") && !continues_hex(""));
    }

    #[test]
    fn comments_are_split_off() {
        assert_eq!(split_comment("'a#b', # c"), ("'a#b', ", "# c"));
        assert_eq!(split_comment("h'01  # c"), ("h'01 ", " # c"));
        assert_eq!(split_comment("1, / c /"), ("1, ", "/ c /"));
    }
}
