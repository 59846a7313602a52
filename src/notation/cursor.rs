//! [`Cursor`]: a place in a text that knows its line and column. One pass, no looking back.

use std::borrow::Cow;
use std::format;

use crate::report::Position;

/// Where reading stands in a text.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cursor<'t> {
    text: &'t str,
    at: usize,
    place: Position,
}

impl<'t> Cursor<'t> {
    /// The start of a text; a byte order mark is stepped over.
    pub(super) fn new(text: &'t str) -> Self {
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        Cursor {
            text,
            at: 0,
            place: Position::new(1, 1),
        }
    }

    pub(super) fn place(&self) -> Position {
        self.place
    }

    /// Octets of text read so far.
    pub(super) fn at(&self) -> usize {
        self.at
    }

    pub(super) fn rest(&self) -> &'t str {
        self.text.get(self.at..).unwrap_or_default()
    }

    /// What was read since another place of the same text.
    pub(super) fn since(&self, start: &Cursor<'_>) -> &'t str {
        self.text.get(start.at..self.at).unwrap_or_default()
    }

    /// The next octet of the text.
    #[inline]
    pub(super) fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// The octet after the next one.
    #[inline]
    pub(super) fn peek_second(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at + 1).copied()
    }

    pub(super) fn starts_with(&self, text: &str) -> bool {
        self.rest().starts_with(text)
    }

    /// Steps over the next character and returns it.
    #[inline]
    pub(super) fn bump(&mut self) -> Option<char> {
        let next = match self.peek()? {
            ascii @ ..=0x7f => char::from(ascii),
            _ => self.rest().chars().next()?,
        };
        self.at += next.len_utf8();
        if next == '\n' {
            self.place.line = self.place.line.saturating_add(1);
            self.place.column = 1;
        } else {
            self.place.column = self.place.column.saturating_add(1);
        }
        Some(next)
    }

    /// Steps over that text, if it stands here.
    pub(super) fn eat(&mut self, text: &str) -> bool {
        let there = self.starts_with(text);
        if there {
            text.chars().for_each(|_| {
                self.bump();
            });
        }
        there
    }

    /// Steps over every octet (and the rest of its character) that the predicate takes.
    pub(super) fn take_while(&mut self, mut take: impl FnMut(u8) -> bool) -> &'t str {
        let start = *self;
        while self.peek().is_some_and(&mut take) {
            self.bump();
        }
        self.since(&start)
    }

    /// What stands here, in words, for "found".
    #[cold]
    pub(super) fn describe(&self) -> Cow<'static, str> {
        const SHOWN: usize = 20;
        let rest = self.rest();
        let Some(first) = rest.chars().next() else {
            return "the end of the text".into();
        };
        if first == '\n' || first == '\r' {
            return "the end of the line".into();
        }
        if !first.is_ascii_alphanumeric() {
            return match first {
                '`' => "a backtick".into(),
                _ if first.is_control() => format!("U+{:04X}", u32::from(first)).into(),
                _ => format!("`{first}`").into(),
            };
        }
        let word: std::string::String = rest
            .chars()
            .take(SHOWN)
            .take_while(|c| c.is_ascii_alphanumeric() || *c == '_')
            .collect();
        format!("`{word}`").into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_lines_and_characters() {
        let mut cursor = Cursor::new("\u{feff}aé\n🥳x");
        assert_eq!(cursor.take_while(|octet| octet != b'x'), "aé\n🥳");
        assert_eq!(cursor.place(), Position::new(2, 2));
        assert_eq!(cursor.describe(), "`x`");
        cursor.bump();
        assert_eq!(cursor.describe(), "the end of the text");
        assert_eq!(cursor.bump(), None);
    }
}
