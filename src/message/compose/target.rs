//! The messages a new one refers to: [`Target`] of a reply, [`Replaced`] by an edit.

use alloc::borrow::Cow;
use alloc::collections::BTreeSet;
use alloc::vec::Vec;

use super::ComposeError;
use crate::message::{Expiration, IntoContent, MessageId, MimiContent};
use crate::report::codes;

/// The message a reply or reaction is to: one version of it, and what it is itself a reply to as
/// far as the caller knows.
///
/// A [`MessageId`] is a target of which nothing else is known.
///
/// ```
/// use mimi_codec::message::MessageId;
/// use mimi_codec::message::compose::Target;
///
/// let [first, edited] = [1, 2].map(|n| MessageId::new([n; 32]));
/// let target = Target::newest([first, edited]).unwrap();
/// assert_eq!(target.id(), edited);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    id: MessageId,
    ancestors: Vec<MessageId>,
}

impl From<MessageId> for Target {
    fn from(id: MessageId) -> Self {
        Target::new(id)
    }
}

impl Target {
    /// A version of a message.
    pub const fn new(id: MessageId) -> Self {
        Target {
            id,
            ancestors: Vec::new(),
        }
    }

    /// The newest of the versions the caller knows, oldest first: a reply should refer to that
    /// (draft section 4.1).
    pub fn newest(versions: impl IntoIterator<Item = MessageId>) -> Option<Self> {
        versions.into_iter().last().map(Target::new)
    }

    /// A version of a message of which the content is known: what it is a reply to is the first
    /// ancestor.
    pub fn version(id: MessageId, content: &MimiContent<'_>) -> Self {
        Target::new(id).with_ancestors(content.in_reply_to)
    }

    /// What the target is a reply to, and what that is a reply to, and so on: the nearest first.
    #[must_use]
    pub fn with_ancestors(mut self, ancestors: impl IntoIterator<Item = MessageId>) -> Self {
        self.ancestors = ancestors.into_iter().collect();
        self
    }

    /// The version the reply will refer to.
    pub const fn id(&self) -> MessageId {
        self.id
    }

    /// The target and its ancestors, the nearest first.
    pub fn chain(&self) -> impl Iterator<Item = MessageId> + '_ {
        core::iter::once(self.id).chain(self.ancestors.iter().copied())
    }

    /// Refuses a chain that comes back to a message, or to one of `own` versions.
    pub(super) fn check(&self, own: &[MessageId]) -> Result<(), ComposeError> {
        let mut seen: BTreeSet<MessageId> = own.iter().copied().collect();
        match self.chain().find(|id| !seen.insert(*id)) {
            Some(id) => Err(ComposeError::new(
                codes::COMPOSE_REPLY_LOOP,
                "inReplyTo",
                alloc::format!("{id} again"),
            )),
            None => Ok(()),
        }
    }
}

/// A message to be edited or taken back. Everything but its body stays as it was (draft section
/// 9.3), so a new version states it again.
///
/// A [`MessageId`] is a message without topic, expiration and subject, and no reply.
///
/// ```
/// use mimi_codec::message::MessageId;
/// use mimi_codec::message::compose::{Composer, Replaced};
///
/// let alice = Composer::new("mimi://example.com/u/alice", "mimi://example.com/r/team");
/// let [first, second] = [1, 2].map(|n| MessageId::new([n; 32]));
/// let original = alice.topic("lunch").text("At noon?")?;
/// let edited = alice.edit(Replaced::version(first, &original)).text("At one?")?;
/// let again = alice.edit(Replaced::version(second, &edited)).text("At two?")?;
/// // Every edit refers to the first version.
/// assert_eq!((edited.replaces, again.replaces), (Some(first), Some(first)));
/// assert_eq!(again.topic_id, original.topic_id);
/// # Ok::<(), mimi_codec::message::compose::ComposeError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Replaced<'a> {
    pub(super) first: MessageId,
    pub(super) own: Vec<MessageId>,
    pub(super) in_reply_to: Option<Target>,
    pub(super) topic_id: Cow<'a, [u8]>,
    pub(super) expires: Option<Expiration>,
    pub(super) subject: Option<Cow<'a, str>>,
}

impl From<MessageId> for Replaced<'_> {
    fn from(first: MessageId) -> Self {
        Replaced::new(first)
    }
}

impl<'a> Replaced<'a> {
    /// A message by the ID of its first version.
    pub fn new(first: MessageId) -> Self {
        Replaced {
            first,
            own: alloc::vec![first],
            in_reply_to: None,
            topic_id: Cow::Borrowed(&[]),
            expires: None,
            subject: None,
        }
    }

    /// A message by any of its versions: that version's ID and content. Of its extensions, the
    /// subject is kept; others are those of one version, and set anew where they still hold.
    pub fn version(id: MessageId, content: &MimiContent<'_>) -> Replaced<'static> {
        let first = content.replaces.unwrap_or(id);
        Replaced {
            first,
            own: alloc::vec![first, id],
            in_reply_to: content.in_reply_to.map(Target::new),
            topic_id: Cow::Owned(content.topic_id.to_vec()),
            expires: content.expires,
            subject: match content.extensions.subject() {
                Ok(Some(subject)) => Some(Cow::Owned(subject.into())),
                _ => None,
            },
        }
    }

    /// What the message is a reply or reaction to.
    #[must_use]
    pub fn in_reply_to(mut self, target: impl Into<Target>) -> Self {
        self.in_reply_to = Some(target.into());
        self
    }

    /// The topic of the message.
    #[must_use]
    pub fn topic(mut self, topic: impl IntoContent<'a>) -> Self {
        self.topic_id = topic.into_content();
        self
    }

    /// When the message expires.
    #[must_use]
    pub fn expires(mut self, expires: Expiration) -> Self {
        self.expires = Some(expires);
        self
    }

    /// The subject of the message.
    #[must_use]
    pub fn subject(mut self, subject: impl Into<Cow<'a, str>>) -> Self {
        self.subject = Some(subject.into());
        self
    }

    /// The ID that an edit or delete states: that of the first version.
    pub const fn first_version(&self) -> MessageId {
        self.first
    }
}
