//! Extension 256: [`LastSeen`].

use alloc::vec::Vec;

use super::{ExtensionError, ExternalMessageId, kind_of, misfit};
use crate::item::{Encoder, RawValue};
use crate::message::MessageId;

/// The latest messages of a room that a sender was aware of, by MIMI message IDs or by those of
/// another system (draft-mimi-content-more-extensions-00 section 6).
///
/// An empty list says that the sender had seen none; it reads as `Messages`.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum LastSeen<'a> {
    /// Message IDs.
    Messages(Vec<MessageId>),
    /// Message IDs of another system.
    External(Vec<ExternalMessageId<'a>>),
}

impl<'a> LastSeen<'a> {
    /// Number of messages.
    pub fn len(&self) -> usize {
        match self {
            LastSeen::Messages(ids) => ids.len(),
            LastSeen::External(ids) => ids.len(),
        }
    }

    /// Whether the sender had seen no message.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// A copy that borrows nothing.
    pub fn into_owned(self) -> LastSeen<'static> {
        match self {
            LastSeen::Messages(ids) => LastSeen::Messages(ids),
            LastSeen::External(ids) => {
                LastSeen::External(ids.into_iter().map(ExternalMessageId::into_owned).collect())
            }
        }
    }

    pub(super) fn read(value: RawValue<'a>, path: &str) -> Result<Self, ExtensionError> {
        const EXPECTED: &str = "an array of message IDs, or one of external message IDs";
        let elements = || value.elements();
        let mut first = elements().ok_or_else(|| misfit(path, kind_of(value), EXPECTED))?;
        let external = first.next().is_some_and(|id| id.elements().is_some());
        let ids = elements().into_iter().flatten().enumerate();
        let place = |index| alloc::format!("{path}[{index}]");
        if external {
            // Counted first: an ID takes many times the memory that its octets may.
            let count = elements().map_or(0, Iterator::count);
            let mut all = Vec::with_capacity(count);
            for (index, id) in ids {
                all.push(ExternalMessageId::read(id, &place(index))?);
            }
            return Ok(LastSeen::External(all));
        }
        let read = |(index, id): (usize, RawValue<'_>)| match id.as_octets() {
            Some(octets) => match octets.try_into() {
                Ok(id) => Ok(MessageId::new(id)),
                Err(_) => {
                    let found = alloc::format!("{} octets", octets.len());
                    Err(misfit(place(index), found, "a message ID of 32 octets"))
                }
            },
            None => Err(misfit(
                place(index),
                kind_of(id),
                "a message ID of 32 octets",
            )),
        };
        ids.map(read)
            .collect::<Result<_, _>>()
            .map(LastSeen::Messages)
    }

    pub(super) fn write(&self, out: &mut Encoder) {
        out.array(self.len() as u64);
        match self {
            LastSeen::Messages(ids) => ids.iter().for_each(|id| {
                out.bytes(id.as_bytes());
            }),
            LastSeen::External(ids) => ids.iter().for_each(|id| id.write(out)),
        }
    }
}

impl FromIterator<MessageId> for LastSeen<'_> {
    fn from_iter<I: IntoIterator<Item = MessageId>>(ids: I) -> Self {
        LastSeen::Messages(ids.into_iter().collect())
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::super::tests::with;
    use super::*;
    use crate::message::{ExtensionKey, Extensions, IdScope};

    #[test]
    fn both_kinds_are_written_and_read_again() {
        let external = ExternalMessageId::new(&[1, 2], IdScope::uri("http://example.com"));
        for seen in [
            LastSeen::Messages(Vec::new()),
            LastSeen::from_iter([MessageId::new([1; 32]), MessageId::new([2; 32])]),
            LastSeen::External(alloc::vec![external.clone(), external]),
        ] {
            let mut extensions = Extensions::EMPTY;
            extensions.set_last_seen(&seen).unwrap();
            assert_eq!(extensions.last_seen().unwrap(), Some(seen.clone()));
            assert_eq!(seen.clone().into_owned(), seen);
        }
    }

    #[test]
    fn mixtures_and_other_shapes_are_refused_with_their_place() {
        let id = "5820".to_owned() + &"01".repeat(32);
        for (hex, path) in [
            ("a0".to_owned(), "extensions[256]"),
            ("814112".to_owned(), "extensions[256][0]"),
            (format!("82{id}82411201"), "extensions[256][1]"),
            (format!("8282411201{id}"), "extensions[256][1]"),
            ("8182411200".to_owned(), "extensions[256][0][1]"),
            ("8101".to_owned(), "extensions[256][0]"),
        ] {
            let error = with(ExtensionKey::Int(256), &hex).last_seen().unwrap_err();
            assert_eq!(
                error.finding().path.as_deref(),
                Some(path),
                "{hex}: {error}"
            );
        }
    }
    use alloc::borrow::ToOwned;
    use alloc::format;
}
