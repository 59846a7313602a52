//! [`Context`]: what the caller knows beside the document.

use std::borrow::Cow;

use crate::message::{DerivedValues, FrankingTag, MessageId, PartIndex};

/// Asks whether a URI is that of a member of the room.
type IsMember<'a> = &'a (dyn Fn(&str) -> bool + Sync);
/// Asks whether a message ID was met before.
type IsSeen<'a> = &'a (dyn Fn(&MessageId) -> bool + Sync);
/// Asks for the octets that were fetched for an external part.
type Fetched<'a> = &'a (dyn Fn(PartIndex) -> Option<&'a [u8]> + Sync);

/// What the caller knows beside the document: a clock, the room, what was seen before. Rules that
/// need something that is not given are left out, and nothing is guessed.
///
/// Times are milliseconds since the start of the Unix epoch.
///
/// ```
/// use mimi_codec::check::Context;
///
/// let members = |uri: &str| uri == "mimi://example.com/u/alice";
/// let context = Context::new()
///     .now(1_767_225_600_000)
///     .room("mimi://example.com/r/team")
///     .members(&members)
///     .body_limit(1 << 20);
/// # let _ = context;
/// ```
#[derive(Clone, Default)]
pub struct Context<'a> {
    pub(super) now: Option<i64>,
    pub(super) tolerance: Option<i64>,
    pub(super) hub_time: Option<i64>,
    pub(super) room_created: Option<i64>,
    pub(super) format_published: Option<i64>,
    pub(super) sender: Option<Cow<'a, str>>,
    pub(super) room: Option<Cow<'a, str>>,
    pub(super) members: Option<IsMember<'a>>,
    pub(super) seen: Option<IsSeen<'a>>,
    pub(super) message_id: Option<MessageId>,
    pub(super) franking_tag: Option<FrankingTag>,
    pub(super) body_limit: Option<usize>,
    pub(super) fetched: Option<Fetched<'a>>,
}

impl<'a> Context<'a> {
    /// How far clocks may differ, in milliseconds, unless said otherwise: the draft's "a few
    /// minutes" are five here.
    pub const TOLERANCE: i64 = 5 * 60 * 1000;

    /// Nothing is known.
    pub fn new() -> Self {
        Context::default()
    }

    /// What derived values say of the message they belong to: its ID, its hub time, its sender and
    /// its room. What is empty or cannot be read there is not known.
    #[must_use]
    pub fn derived(mut self, values: &'a DerivedValues<'_>) -> Self {
        let given = |uri: &'a str| (!uri.is_empty()).then_some(Cow::Borrowed(uri));
        self.message_id = Some(values.message_id);
        self.hub_time = values
            .hub_accepted_timestamp
            .milliseconds()
            .and_then(|time| i64::try_from(time).ok());
        self.sender = given(&values.sender_user_url);
        self.room = given(&values.room_url);
        self
    }

    /// The clock: for expirations and for hub times in the future.
    #[must_use]
    pub fn now(mut self, milliseconds: i64) -> Self {
        self.now = Some(milliseconds);
        self
    }

    /// How far clocks may differ; without, [`Context::TOLERANCE`].
    #[must_use]
    pub fn tolerance(mut self, milliseconds: u32) -> Self {
        self.tolerance = Some(milliseconds.into());
        self
    }

    /// When the hub accepted the message.
    #[must_use]
    pub fn hub_time(mut self, milliseconds: i64) -> Self {
        self.hub_time = Some(milliseconds);
        self
    }

    /// When the room was created.
    #[must_use]
    pub fn room_created(mut self, milliseconds: i64) -> Self {
        self.room_created = Some(milliseconds);
        self
    }

    /// When the first concrete syntax of the format was published (draft section 9.1). There is no
    /// default: the draft names no date.
    #[must_use]
    pub fn format_published(mut self, milliseconds: i64) -> Self {
        self.format_published = Some(milliseconds);
        self
    }

    /// The URI of the sender, from the credential.
    #[must_use]
    pub fn sender(mut self, uri: impl Into<Cow<'a, str>>) -> Self {
        self.sender = Some(uri.into());
        self
    }

    /// The URI of the room.
    #[must_use]
    pub fn room(mut self, uri: impl Into<Cow<'a, str>>) -> Self {
        self.room = Some(uri.into());
        self
    }

    /// Who is a member of the room.
    #[must_use]
    pub fn members(mut self, is_member: IsMember<'a>) -> Self {
        self.members = Some(is_member);
        self
    }

    /// Which message IDs were met before.
    #[must_use]
    pub fn seen(mut self, is_seen: IsSeen<'a>) -> Self {
        self.seen = Some(is_seen);
        self
    }

    /// The message ID that others use for the message.
    #[must_use]
    pub fn message_id(mut self, id: MessageId) -> Self {
        self.message_id = Some(id);
        self
    }

    /// The franking tag that came with the message.
    #[must_use]
    pub fn franking_tag(mut self, tag: FrankingTag) -> Self {
        self.franking_tag = Some(tag);
        self
    }

    /// The most octets a message may have.
    #[must_use]
    pub fn body_limit(mut self, octets: usize) -> Self {
        self.body_limit = Some(octets);
        self
    }

    /// The octets fetched for external parts, by part index. Only with them can be told what a
    /// content hash is over. Needs the feature `external`.
    #[must_use]
    pub fn fetched(mut self, fetched: Fetched<'a>) -> Self {
        self.fetched = Some(fetched);
        self
    }

    /// How far clocks may differ.
    pub(super) fn slack(&self) -> i64 {
        self.tolerance.unwrap_or(Self::TOLERANCE)
    }
}

impl core::fmt::Debug for Context<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Context")
            .field("now", &self.now)
            .field("hub_time", &self.hub_time)
            .field("room_created", &self.room_created)
            .field("sender", &self.sender)
            .field("room", &self.room)
            .field("message_id", &self.message_id)
            .finish_non_exhaustive()
    }
}
