//! [`Entry`]: what the index keeps of one message beside its octets.

use alloc::boxed::Box;
use alloc::collections::BTreeMap;
use alloc::sync::Arc;
use alloc::vec::Vec;

use super::Action;
use crate::message::{Disposition, Expiration, MessageId, MimiContent, NestedPart, PartBody};
use crate::text::MediaType;

/// A message as it was received.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Incoming<'a> {
    /// Its octets.
    pub octets: Arc<[u8]>,
    /// When the hub accepted it, in milliseconds since the start of the Unix epoch.
    pub hub_time: u64,
    /// URI of the sender, as the group knows it; not what the message says of itself.
    pub sender: &'a str,
    /// URI of the room it came from.
    pub room: &'a str,
}

impl<'a> Incoming<'a> {
    /// A message as it was received.
    pub fn new(
        octets: impl Into<Arc<[u8]>>,
        hub_time: u64,
        sender: &'a str,
        room: &'a str,
    ) -> Self {
        Incoming {
            octets: octets.into(),
            hub_time,
            sender,
            room,
        }
    }
}

/// Place of a message in the conversation: by hub time, then by lowest ID (draft section 5.11).
pub(super) type Order = (u64, MessageId);

/// Place of an entry in the store.
pub(super) type Slot = u32;

/// What a message is in the conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Message,
    Reaction,
    /// A status report, which is not shown itself.
    Status,
}

/// One message.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) id: MessageId,
    pub(super) hub_time: u64,
    pub(super) sender: Arc<str>,
    pub(super) octets: Arc<[u8]>,
    pub(super) replaces: Option<MessageId>,
    pub(super) in_reply_to: Option<MessageId>,
    pub(super) expires: Option<Expiration>,
    pub(super) topic: Box<[u8]>,
    pub(super) kind: Kind,
    /// Whether the body is none: a delete or an unlike.
    pub(super) empty: bool,
    /// The first version, as soon as it is known; of a first version itself.
    pub(super) root: Option<Slot>,
    /// What others did to a first version.
    pub(super) record: Option<Box<Record>>,
}

/// What other messages did to an item.
#[derive(Clone, Debug, Default)]
pub(super) struct Record {
    pub(super) versions: BTreeMap<Order, Granted>,
    pub(super) refused: BTreeMap<Order, Vec<Refused>>,
    /// First versions of the reactions, in the order of arrival.
    pub(super) reactions: Vec<Slot>,
    /// When the reader read it, in milliseconds.
    pub(super) read: Option<u64>,
}

/// An applied version and what of it applies.
#[derive(Clone, Copy, Debug)]
pub(super) struct Granted {
    pub(super) slot: Slot,
    pub(super) body: bool,
    pub(super) topic: bool,
    pub(super) expires: bool,
    pub(super) reply: bool,
}

/// What of a version does not apply, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refused {
    NotAuthorised(Action),
    KindChanged,
    FieldKept(Action),
}

impl Entry {
    pub(super) fn new(
        id: MessageId,
        incoming: &Incoming<'_>,
        sender: Arc<str>,
        content: &MimiContent<'_>,
    ) -> Self {
        let part = &content.nested_part;
        Entry {
            id,
            hub_time: incoming.hub_time,
            sender,
            octets: incoming.octets.clone(),
            replaces: content.replaces,
            in_reply_to: content.in_reply_to,
            expires: content.expires,
            topic: content.topic_id.as_ref().into(),
            kind: kind(part),
            empty: is_empty(part),
            root: None,
            record: None,
        }
    }

    pub(super) const fn order(&self) -> Order {
        (self.hub_time, self.id)
    }

    pub(super) fn record(&mut self) -> &mut Record {
        self.record.get_or_insert_default()
    }

    /// A reaction to nothing stands in the conversation like a message.
    pub(super) const fn is_item(&self) -> bool {
        match self.kind {
            Kind::Message => true,
            Kind::Reaction => self.in_reply_to.is_none(),
            Kind::Status => false,
        }
    }
}

fn kind(part: &NestedPart<'_>) -> Kind {
    match &part.body {
        _ if part.disposition == Disposition::REACTION => Kind::Reaction,
        PartBody::Single(single)
            if MediaType::parse(&*single.content_type)
                .is_ok_and(|media| media.is_message_status()) =>
        {
            Kind::Status
        }
        _ => Kind::Message,
    }
}

/// A body without content. An empty single part as reaction is how some senders take one back.
fn is_empty(part: &NestedPart<'_>) -> bool {
    match &part.body {
        PartBody::Null => true,
        PartBody::Single(single) => {
            part.disposition == Disposition::REACTION && single.content.is_empty()
        }
        _ => false,
    }
}
