//! [`Entry`]: an item of a room as one reader sees it at one time.

use alloc::string::String;

use super::TranscriptOptions;
use crate::message::{Expiration, MessageId};
use crate::room::{Item, same_sender};

/// What of an item is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum State {
    /// Its content.
    Shown,
    /// That it was deleted.
    Deleted,
    /// That it has expired.
    Expired,
    /// That it is no longer kept ([`Room::forget`](crate::room::Room::forget)).
    Forgotten,
}

/// An item of the conversation as one reader sees it at one time.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Entry<'r> {
    /// What the room knows of it.
    pub item: Item<'r>,
    /// What of it is shown.
    pub state: State,
    /// Whether the reader sent it.
    pub mine: bool,
    /// When the hub accepted it, in milliseconds since the start of the Unix epoch; none if only
    /// its place in the order is known.
    pub time: Option<u64>,
}

impl<'r> Entry<'r> {
    pub(super) fn new(item: Item<'r>, options: &TranscriptOptions) -> Self {
        let expired = options.now.is_some_and(|now| item.is_expired(now));
        let state = if item.is_deleted() {
            State::Deleted
        } else if expired {
            State::Expired
        } else if item.is_forgotten() {
            State::Forgotten
        } else {
            State::Shown
        };
        let reader = options.reader.as_deref();
        Entry {
            item,
            state,
            mine: reader.is_some_and(|reader| same_sender(reader, item.sender())),
            time: (!options.untimed.contains(&item.id())).then(|| item.hub_time()),
        }
    }

    /// What stands for the content where it is not shown.
    pub(super) const fn placeholder(&self) -> Option<&'static str> {
        match self.state {
            State::Shown => None,
            State::Deleted => Some("This message was deleted."),
            State::Expired => Some("This message has expired."),
            State::Forgotten => Some("This message is no longer kept."),
        }
    }

    /// When the message goes, in words; none if never or if it has gone.
    pub(super) fn expiry(&self, offset: i32) -> Option<String> {
        if self.state != State::Shown {
            return None;
        }
        match (self.item.expires()?, self.item.expires_at()) {
            (_, Some(time)) => Some(alloc::format!(
                "expires {}",
                super::time::full(time, offset)?
            )),
            (Expiration::Relative(seconds), None) => {
                let span = super::time::span(seconds);
                Some(alloc::format!("expires {span} after reading"))
            }
            _ => None,
        }
    }
}

/// A topic in words: text where it is text, otherwise octets in hex, of which the first suffice.
pub(super) fn topic(octets: &[u8]) -> String {
    const FIRST: usize = 8;
    if let Ok(text) = core::str::from_utf8(octets)
        && octets.len() != MessageId::LENGTH
        && !text.chars().any(char::is_control)
    {
        return text.into();
    }
    let mut hex: String = octets
        .iter()
        .take(FIRST)
        .map(|octet| alloc::format!("{octet:02x}"))
        .collect();
    if octets.len() > FIRST {
        hex.push('\u{2026}');
    }
    hex
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn topics_in_words() {
        assert_eq!(topic(b"Foo 118"), "Foo 118");
        assert_eq!(topic(&[1, 2, 0xff]), "0102ff");
        assert_eq!(topic(&[b'a'; 32]), "6161616161616161\u{2026}");
        assert_eq!(topic(b"a\nb"), "610a62");
    }
}
