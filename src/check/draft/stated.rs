//! Message IDs as a draft states them: finding them, and where each of their digits stands.

use std::string::String;
use std::vec::Vec;

use super::source::{Document, column};

/// A message ID as a draft states it: its digits, and where each stands.
#[derive(Clone, Debug)]
pub(super) struct Stated {
    pub(super) digits: String,
    /// Line, and column of the first digit in that line, by number of the digit.
    places: Vec<(usize, usize, u32)>,
    /// The line of the statement.
    pub(super) line: usize,
    /// The line behind it.
    pub(super) end: usize,
}

impl Stated {
    /// The octets, if there are 32.
    pub(super) fn id(&self) -> Option<[u8; 32]> {
        let id: crate::message::MessageId = self.digits.parse().ok()?;
        Some(*id.as_bytes())
    }

    /// The line and column of a digit.
    pub(super) fn place(&self, digit: usize) -> (usize, u32) {
        let after = self.places.partition_point(|(first, ..)| *first <= digit);
        match self.places.get(after.saturating_sub(1)) {
            Some((first, line, column)) => {
                let along = u32::try_from(digit.saturating_sub(*first)).unwrap_or(0);
                (*line, column + along)
            }
            None => (self.line, 1),
        }
    }
}

/// Every statement of a message ID: the words, a sign, and 64 digits over at most three lines.
pub(super) fn stated_ids(document: &Document) -> Vec<Stated> {
    const DIGITS: usize = 64;
    let mut found = Vec::new();
    for line in 0..document.len() {
        let text = document.text(line);
        let Some(at) = after_words(text) else {
            continue;
        };
        let mut stated = Stated {
            digits: String::new(),
            places: Vec::new(),
            line,
            end: line + 1,
        };
        let mut from = at;
        for next in line..(line + 3).min(document.len()) {
            let text = document.text(next);
            let Some((start, digits)) = digits_at(text, from) else {
                break;
            };
            stated
                .places
                .push((stated.digits.len(), next, column(text, start)));
            stated.digits.push_str(&digits.to_ascii_lowercase());
            stated.end = next + 1;
            let closed = text
                .get(start + digits.len()..)
                .is_some_and(|rest| rest.starts_with('\''));
            if stated.digits.len() >= DIGITS || closed {
                break;
            }
            from = 0;
        }
        // Half of one, mistyped, is still one.
        if stated.digits.len() >= DIGITS / 2 {
            found.push(stated);
        }
    }
    found
}

/// The octet behind `message ID =` or the like.
fn after_words(text: &str) -> Option<usize> {
    let lower = text.to_ascii_lowercase();
    let at = lower.find("message")?;
    let rest = lower.get(at + "message".len()..)?;
    let rest = rest.trim_start_matches([' ', '-', '_']);
    let rest = rest.strip_prefix("id")?.trim_start();
    let rest = rest.strip_prefix(['=', ':'])?;
    Some(text.len() - rest.len())
}

/// A run of digits, behind quotes and comment marks only.
fn digits_at(text: &str, from: usize) -> Option<(usize, &str)> {
    let rest = text.get(from..)?;
    let skipped = rest.trim_start_matches([' ', '\t', '#', '\'', '"', '`']);
    let skipped = skipped
        .strip_prefix("h'")
        .or_else(|| skipped.strip_prefix("0x"))
        .unwrap_or(skipped);
    let length = skipped
        .find(|c: char| !c.is_ascii_hexdigit())
        .unwrap_or(skipped.len());
    (length >= 8).then(|| {
        (
            text.len() - skipped.len(),
            skipped.get(..length).unwrap_or(""),
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statements_of_ids_are_seen() {
        let line = "   # message ID = h'01b0084467273cc43d6f0ebeac13eb84";
        let at = after_words(line).unwrap_or(0);
        assert_eq!(
            digits_at(line, at).map(|(at, digits)| (at, digits.len())),
            Some((20, 32))
        );
        assert_eq!(
            after_words("/ messageId = Original message /")
                .and_then(|at| { digits_at("/ messageId = Original message /", at) }),
            None
        );
        assert_eq!(after_words("the message ID of the message"), None);
    }
}
