//! [`Entry`]: what the index keeps of one message beside its octets.

use alloc::boxed::Box;
use alloc::sync::Arc;
use alloc::vec::Vec;
use core::fmt;

use super::Action;
use super::entries::{Entries, Slot};
use super::names::{SenderId, TopicId};
use super::ordered::Ordered;
use crate::message::{
    Disposition, Expiration, MessageId, MessageStatus, NestedPart, PartBody, StatusReport,
};
use crate::text::MediaType;

/// A message as it was received.
#[derive(Clone, PartialEq, Eq)]
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

impl fmt::Debug for Incoming<'_> {
    /// Without the octets: salt and keys stand in them.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Incoming")
            .field("octets", &format_args!("[{} octets]", self.octets.len()))
            .field("hub_time", &self.hub_time)
            .field("sender", &self.sender)
            .field("room", &self.room)
            .finish()
    }
}

/// What a message is in the conversation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Message,
    Reaction,
    /// A status report, which is not shown itself.
    Status,
}

/// One message, or an ID that others refer to. There can be millions: a test holds the size.
#[derive(Clone)]
pub(super) struct Entry {
    pub(super) id: MessageId,
    pub(super) hub_time: u64,
    /// None while the message is only referred to. Of a forgotten message, what stays of it.
    pub(super) octets: Option<Arc<[u8]>>,
    pub(super) expires: Option<Expiration>,
    pub(super) sender: SenderId,
    pub(super) topic: TopicId,
    pub(super) replaces: Option<Slot>,
    pub(super) in_reply_to: Option<Slot>,
    /// The first version, as soon as it is known; of a first version itself.
    pub(super) root: Option<Slot>,
    pub(super) kind: Kind,
    /// Whether the body is none: a delete or an unlike.
    pub(super) empty: bool,
    /// Whether the octets are a stub; of a first version, whether those of later ones become one.
    pub(super) forgotten: bool,
    /// What of an edit was refused.
    pub(super) refused: Refused,
    /// What others did to it.
    pub(super) record: Option<Box<Record>>,
}

/// What other messages did to a message. Versions and reactions hang on a first version, the
/// rest on the very message that is named.
#[derive(Clone, Default)]
pub(super) struct Record {
    /// Later versions of the body.
    pub(super) versions: Ordered,
    /// First versions of the reactions, in the order of arrival.
    pub(super) reactions: Vec<Slot>,
    /// What reports say of this message.
    pub(super) statuses: Vec<Said>,
    /// What waits for this message.
    pub(super) waiting: Vec<Slot>,
    /// When the reader read it, in milliseconds.
    pub(super) read: Option<u64>,
    pub(super) rare: Option<Box<Rare>>,
}

/// What a status report says of a message.
#[derive(Clone, Copy)]
pub(super) struct Said {
    pub(super) report: Slot,
    /// Place in the report: of what it says of one item, the last word counts.
    pub(super) nth: u32,
    pub(super) status: MessageStatus,
}

/// What only special authorisation, or the lack of it, does to a first version.
#[derive(Clone, Default)]
pub(super) struct Rare {
    /// Versions of which something applies, but not the body.
    pub(super) bodiless: Ordered,
    /// Versions whose topic applies.
    pub(super) topics: Ordered,
    /// Versions whose expiration applies.
    pub(super) expirations: Ordered,
    /// Versions of which the message replied to applies.
    pub(super) replies: Ordered,
    /// Versions of which something does not apply.
    pub(super) refused: Ordered,
}

impl Record {
    /// Every list of versions, to put a version at another place.
    pub(super) fn lists(&mut self) -> impl Iterator<Item = &mut Ordered> {
        let rare = self.rare.as_deref_mut().map(|rare| {
            [
                &mut rare.bodiless,
                &mut rare.topics,
                &mut rare.expirations,
                &mut rare.replies,
                &mut rare.refused,
            ]
        });
        [&mut self.versions]
            .into_iter()
            .chain(rare.into_iter().flatten())
    }

    /// Adds a version to the lists it belongs to.
    pub(super) fn add(&mut self, entries: &Entries, slot: Slot, granted: Granted, refused: bool) {
        if granted.body {
            self.versions.insert(entries, slot);
        }
        let fields = granted.topic || granted.expires || granted.reply;
        if !fields && !refused {
            return;
        }
        let rare = self.rare.get_or_insert_default();
        for (list, belongs) in [
            (&mut rare.bodiless, fields && !granted.body),
            (&mut rare.topics, granted.topic),
            (&mut rare.expirations, granted.expires),
            (&mut rare.replies, granted.reply),
            (&mut rare.refused, refused),
        ] {
            if belongs {
                list.insert(entries, slot);
            }
        }
    }
}

/// What of a version applies.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Granted {
    pub(super) body: bool,
    pub(super) topic: bool,
    pub(super) expires: bool,
    pub(super) reply: bool,
}

/// What of a version does not apply, as bits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Refused(u8);

/// One thing of a version that does not apply, and why.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reason {
    NotAuthorised,
    KindChanged,
    FieldKept(Action),
}

/// The bits of [`Refused`].
const REASONS: [Reason; 5] = [
    Reason::NotAuthorised,
    Reason::KindChanged,
    Reason::FieldKept(Action::ChangeTopic),
    Reason::FieldKept(Action::ChangeExpiration),
    Reason::FieldKept(Action::ChangeReply),
];

impl Refused {
    pub(super) fn add(&mut self, reason: Reason) {
        if let Some(bit) = REASONS.iter().position(|known| *known == reason) {
            self.0 |= 1 << bit;
        }
    }

    pub(super) const fn is_empty(self) -> bool {
        self.0 == 0
    }

    pub(super) fn iter(self) -> impl Iterator<Item = Reason> {
        let set = move |bit: &usize| self.0 >> bit & 1 == 1;
        let bits = (0..REASONS.len()).filter(set);
        bits.filter_map(|bit| REASONS.get(bit).copied())
    }
}

impl Entry {
    /// An ID of which nothing else is known.
    pub(super) const fn named(id: MessageId) -> Self {
        Entry {
            id,
            hub_time: 0,
            octets: None,
            expires: None,
            sender: SenderId::NOBODY,
            topic: TopicId::NONE,
            replaces: None,
            in_reply_to: None,
            root: None,
            kind: Kind::Message,
            empty: false,
            forgotten: false,
            refused: Refused(0),
            record: None,
        }
    }

    /// A reaction to nothing stands in the conversation like a message.
    pub(super) const fn is_item(&self) -> bool {
        match self.kind {
            Kind::Message => true,
            Kind::Reaction => self.in_reply_to.is_none(),
            Kind::Status => false,
        }
    }

    /// Whether it is drawn as soon as it comes, whatever it waits for.
    pub(super) const fn is_shown_alone(&self) -> bool {
        self.replaces.is_none() && self.is_item()
    }

    /// What it would do to an item.
    pub(super) const fn action(&self, first: &Entry) -> Action {
        match (first.kind, self.empty) {
            (Kind::Message | Kind::Status, false) => Action::Edit,
            (Kind::Message | Kind::Status, true) => Action::Delete,
            (Kind::Reaction, false) => Action::EditReaction,
            (Kind::Reaction, true) => Action::DeleteReaction,
        }
    }
}

pub(super) fn kind(part: &NestedPart<'_>) -> Kind {
    match &part.body {
        _ if part.disposition == Disposition::REACTION => Kind::Reaction,
        // Most types are shorter, and need not be parsed.
        PartBody::Single(single)
            if single.content_type.len() >= StatusReport::MEDIA_TYPE.len()
                && MediaType::parse(&*single.content_type)
                    .is_ok_and(|media| media.is_message_status()) =>
        {
            Kind::Status
        }
        _ => Kind::Message,
    }
}

/// A body without content. An empty single part as reaction is how some senders take one back.
pub(super) fn is_empty(part: &NestedPart<'_>) -> bool {
    match &part.body {
        PartBody::Null => true,
        PartBody::Single(single) => {
            part.disposition == Disposition::REACTION && single.content.is_empty()
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_is_small() {
        assert!(size_of::<Entry>() <= 96, "{}", size_of::<Entry>());
        assert!(size_of::<Option<Slot>>() == 4);
    }

    #[test]
    fn every_reason_has_its_bit() {
        let mut refused = Refused::default();
        assert!(refused.is_empty());
        for (n, reason) in REASONS.into_iter().enumerate() {
            refused.add(reason);
            assert!(refused.iter().eq(REASONS.into_iter().take(n + 1)));
        }
    }
}
