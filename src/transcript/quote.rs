//! [`Quote`]: what stands above a reply, of the message it replies to.

use alloc::rc::Rc;
use alloc::string::String;
use std::collections::HashMap;

use unicode_segmentation::UnicodeSegmentation;

use super::{State, Transcript};
use crate::message::MessageId;
use crate::rich::plain::TextOptions;
use crate::room::{Item, Reply};
use crate::view::View;

/// Characters of a quoted text.
const LENGTH: usize = 140;

/// Octets of what counts as one character.
const LONGEST: usize = 64;

/// What stands above a reply.
pub(super) struct Quote<'r> {
    /// The item it replies to, if it is known: its ID and its sender.
    pub(super) target: Option<(MessageId, &'r str)>,
    /// Its text, or why there is none.
    pub(super) text: Rc<str>,
    /// Whether the text is the item's own.
    pub(super) own: bool,
    /// Whether another version was replied to than is shown.
    pub(super) outdated: bool,
}

/// Texts that were quoted already: many may reply to one long message.
pub(super) type Quoted = HashMap<MessageId, Rc<str>>;

impl<'r, A> Transcript<'r, A> {
    /// What an item replies to.
    pub(super) fn quote(&self, item: &Item<'r>, quoted: &mut Quoted) -> Option<Quote<'r>> {
        let reply: Reply = item.reply()?;
        let entry = reply.item.and_then(|id| self.entry(&id));
        let target = entry
            .as_ref()
            .map(|entry| (entry.item.id(), entry.item.sender()));
        let missing = match (&entry, &reply.cut) {
            (_, Some(_)) => Some("a reply that in the end replies to itself"),
            (None, _) => Some("a message that is not here"),
            (Some(entry), _) => match entry.state {
                State::Shown => None,
                State::Deleted => Some("a deleted message"),
                State::Expired => Some("an expired message"),
                State::Forgotten => Some("a message that is no longer kept"),
            },
        };
        let text = match (missing, &entry) {
            (None, Some(entry)) => quoted
                .entry(entry.item.id())
                .or_insert_with(|| self.excerpt(&entry.item).into())
                .clone(),
            (why, _) => why.unwrap_or_default().into(),
        };
        Some(Quote {
            target,
            text,
            own: missing.is_none(),
            outdated: missing.is_none() && reply.outdated,
        })
    }

    /// The beginning of what an item shows, on one line.
    fn excerpt(&self, item: &Item<'r>) -> String {
        let Ok(received) = item.content() else {
            return String::new();
        };
        let view = View::of(received.content(), &self.options.policy).value;
        let text = view.to_text(&TextOptions::default()).value;
        shorten(&text, LENGTH)
    }
}

/// The first words of a text, on one line of at most so many characters.
pub(super) fn shorten(text: &str, length: usize) -> String {
    let mut out = String::new();
    let mut room = length;
    // The frames of tables are no words.
    let frame = |word: &&str| !word.chars().all(|c| matches!(c, '|' | '-' | '+' | '>'));
    for word in text.split_whitespace().filter(frame) {
        if !out.is_empty() {
            out.push(' ');
            room = room.saturating_sub(1);
        }
        for character in word.graphemes(true) {
            // One grapheme can be of any length.
            if room == 0 || character.len() > LONGEST {
                out.push('\u{2026}');
                return out;
            }
            out.push_str(character);
            room -= 1;
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn on_one_line_and_not_too_long() {
        assert_eq!(shorten(" a\n\n b\tc ", 9), "a b c");
        assert_eq!(shorten("", 9), "");
        assert_eq!(shorten("a | b\n--+--\nc | d", 9), "a b c d");
        let long = shorten(&"word ".repeat(100), LENGTH);
        assert_eq!(long.chars().count(), LENGTH + 1);
        assert!(long.ends_with('\u{2026}'));
        let zalgo = alloc::format!("a{}", "\u{301}".repeat(10_000));
        assert_eq!(shorten(&zalgo, 9), "\u{2026}");
    }
}
