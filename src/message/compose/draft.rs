//! [`Draft`]: a message that has its fields and waits for its body.

use alloc::borrow::Cow;
use alloc::format;
use alloc::vec::Vec;
use core::marker::PhantomData;

use super::parts::{check_av_metadata, check_body, escape_markdown};
use super::{ComposeError, Composer, Reaction, Replaced, SaltSource, Target};
use crate::item::RawValue;
use crate::message::typed::SUBJECT_LIMIT;
use crate::message::{
    AvMetadata, Disposition, Expiration, ExtensionError, ExtensionKey, Extensions,
    ExternalMessageId, IntoContent, LastSeen, MessageId, MimiContent, NestedPart, PartSemantics,
    SenderTimestamp,
};
use crate::report::codes;

/// A message that has its fields and waits for its body, made by a [`Composer`].
///
/// What is wrong with a field is said when the body is given. `K` says what the message is to
/// become: [`New`], [`Reply`] or [`Edit`].
///
/// ```
/// use mimi_codec::message::compose::Composer;
/// use mimi_codec::report::codes;
///
/// let alice = Composer::new("mimi://example.com/u/alice", "mimi://example.com/r/team");
/// let message = alice.expires_after(60).subject("Lunch").language("en").text("Now?")?;
/// assert_eq!(message.nested_part.language, "en");
///
/// let error = alice.expires_after(0).text("Now?").unwrap_err();
/// assert_eq!(error.code(), codes::COMPOSE_EXPIRY);
/// # Ok::<(), mimi_codec::message::compose::ComposeError>(())
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct Draft<'c, 'a, S, K = New> {
    composer: &'c Composer<S>,
    replaces: Option<MessageId>,
    /// Versions of the message itself, where there are some.
    own: Vec<MessageId>,
    topic_id: Cow<'a, [u8]>,
    expires: Option<Expiration>,
    target: Option<Target>,
    language: Option<Cow<'a, str>>,
    extensions: Extensions<'static>,
    /// The first thing that was wrong.
    fault: Option<ComposeError>,
    kind: PhantomData<K>,
}

/// A [`Draft`] of a message that refers to no other.
#[derive(Clone, Copy, Debug)]
pub enum New {}

/// A [`Draft`] of a reply.
#[derive(Clone, Copy, Debug)]
pub enum Reply {}

/// A [`Draft`] of a new version: only its body can be set.
#[derive(Clone, Copy, Debug)]
pub enum Edit {}

/// The drafts whose fields can be set: all but edits. Implemented here only.
pub trait Fresh: sealed::Sealed {}

impl Fresh for New {}
impl Fresh for Reply {}

mod sealed {
    #[allow(unreachable_pub)]
    pub trait Sealed {}
    impl Sealed for super::New {}
    impl Sealed for super::Reply {}
}

impl<'c, 'a, S: SaltSource, K> Draft<'c, 'a, S, K> {
    pub(super) fn new(composer: &'c Composer<S>) -> Self {
        Draft {
            composer,
            replaces: None,
            own: Vec::new(),
            topic_id: Cow::Borrowed(&[]),
            expires: None,
            target: None,
            language: None,
            extensions: Extensions::EMPTY,
            fault: None,
            kind: PhantomData,
        }
    }

    fn refuse(&mut self, fault: ComposeError) {
        self.fault.get_or_insert(fault);
    }

    fn extend(&mut self, set: impl FnOnce(&mut Extensions<'static>) -> Result<(), ExtensionError>) {
        if let Err(error) = set(&mut self.extensions) {
            self.refuse(error.into());
        }
    }

    fn expire(&mut self, expires: Expiration) {
        if matches!(expires, Expiration::Absolute(0) | Expiration::Relative(0)) {
            self.refuse(ComposeError::new(codes::COMPOSE_EXPIRY, "expires", "0"));
        }
        self.expires = Some(expires);
    }

    fn set_subject(&mut self, subject: &str) {
        if !(1..=SUBJECT_LIMIT).contains(&subject.len()) {
            let found = format!("{} octets", subject.len());
            let fault = ComposeError::new(codes::COMPOSE_SUBJECT, "extensions[5]", found);
            self.refuse(fault.expected("1 to 4096 octets"));
        } else {
            self.extend(|extensions| extensions.set_subject(subject));
        }
    }

    /// The language of the body: a tag such as `en`, or several with commas between them.
    pub fn language(mut self, language: impl Into<Cow<'a, str>>) -> Self {
        self.language = Some(language.into());
        self
    }

    /// Data on audio, images and video in the body, by part index.
    pub fn av_metadata(mut self, entries: &[AvMetadata<'_>]) -> Self {
        self.extend(|extensions| extensions.set_av_metadata(entries));
        self
    }

    /// When the sender says the message was sent.
    pub fn sender_timestamp(mut self, time: SenderTimestamp) -> Self {
        self.extend(|extensions| extensions.set_sender_timestamp(time));
        self
    }

    /// The ID the message has in another messaging system.
    pub fn external_message_id(mut self, id: &ExternalMessageId<'_>) -> Self {
        self.extend(|extensions| extensions.set_external_message_id(id));
        self
    }

    /// The latest messages the sender was aware of.
    pub fn last_seen(mut self, seen: &LastSeen<'_>) -> Self {
        self.extend(|extensions| extensions.set_last_seen(seen));
        self
    }

    /// Any other extension. Extensions 1 and 2 are the composer's and cannot be set.
    pub fn extension(mut self, key: ExtensionKey<'_>, value: RawValue<'_>) -> Self {
        if matches!(key, ExtensionKey::Int(1 | 2)) {
            let path = format!("extensions[{key}]");
            let fault = ComposeError::new(codes::COMPOSE_IMPOSSIBLE, path, "another URI");
            self.refuse(fault.expected("the URI of the composer"));
        }
        self.extend(|extensions| extensions.insert(key, value));
        self
    }

    pub(super) fn has_target(&self) -> bool {
        self.target.is_some()
    }

    pub(super) fn finish(
        mut self,
        mut body: NestedPart<'a>,
    ) -> Result<MimiContent<'a>, ComposeError> {
        if let Some(fault) = self.fault {
            return Err(fault);
        }
        if let Some(target) = &self.target {
            target.check(&self.own)?;
        }
        if self.topic_id.len() > 4096 {
            let found = format!("{} octets", self.topic_id.len());
            return Err(ComposeError::new(codes::TOPIC_LENGTH, "topicId", found));
        }
        if let Some(language) = self.language {
            body.language = language;
        }
        check_body(&body)?;
        check_av_metadata(&self.extensions, &body)?;
        let Composer {
            sender,
            room,
            salts,
            escape,
        } = self.composer;
        if let Some(escape) = escape {
            escape_markdown(&mut body, *escape);
        }
        for (uri, path) in [(sender, "extensions[1]"), (room, "extensions[2]")] {
            let code = match uri.len() {
                0 => codes::URI_MISSING,
                1..=0xffff => continue,
                _ => codes::URI_TOO_LONG,
            };
            let found = format!("{} octets", uri.len());
            return Err(ComposeError::new(code, path, found));
        }
        self.extensions.set_sender_uri(sender)?;
        self.extensions.set_room_uri(room)?;
        let salt = salts.salt()?;
        if !salt.is_legal() {
            let found = format!("{} octets", salt.as_bytes().len());
            return Err(ComposeError::new(codes::SALT_LENGTH, "salt", found));
        }
        let mut message = MimiContent::new(salt, body);
        message.replaces = self.replaces;
        message.topic_id = self.topic_id;
        message.expires = self.expires;
        message.in_reply_to = self.target.map(|target| target.id());
        message.extensions = self.extensions;
        Ok(message)
    }
}

impl<'c, 'a, S: SaltSource, K: Fresh> Draft<'c, 'a, S, K> {
    /// The topic: an opaque name, for example the ID of the first message about it.
    pub fn topic(mut self, topic: impl IntoContent<'a>) -> Self {
        self.topic_id = topic.into_content();
        if self.topic_id.is_empty() {
            self.refuse(ComposeError::empty("topicId", "no octets"));
        }
        self
    }

    /// Deletion at a time, in seconds since the start of the Unix epoch.
    pub fn expires_at(mut self, time: u32) -> Self {
        self.expire(Expiration::Absolute(time));
        self
    }

    /// Deletion some seconds after the message was read.
    pub fn expires_after(mut self, seconds: u32) -> Self {
        self.expire(Expiration::Relative(seconds));
        self
    }

    /// The subject, 1 to 4096 octets.
    pub fn subject(mut self, subject: &str) -> Self {
        self.set_subject(subject);
        self
    }
}

impl<'c, 'a, S: SaltSource> Draft<'c, 'a, S, New> {
    /// Makes the message a reply.
    pub fn reply_to(self, target: impl Into<Target>) -> Draft<'c, 'a, S, Reply> {
        self.with_target(target.into())
    }

    fn with_target(self, target: Target) -> Draft<'c, 'a, S, Reply> {
        Draft {
            target: Some(target),
            ..self.into_kind()
        }
    }

    /// A reaction to a message; see [`Composer::react`].
    ///
    /// # Errors
    /// [`codes::COMPOSE_REACTION`] for a text of more than one grapheme cluster.
    pub fn react(
        self,
        target: impl Into<Target>,
        reaction: impl Into<Reaction<'a>>,
    ) -> Result<MimiContent<'a>, ComposeError> {
        let part = reaction.into().into_part()?;
        self.with_target(target.into()).body(part)
    }

    /// Several reactions in one message; see [`Composer::react_together`].
    ///
    /// # Errors
    /// As [`react`](Draft::react), and [`codes::COMPOSE_EMPTY`] for none.
    pub fn react_together<R: Into<Reaction<'a>>>(
        self,
        target: impl Into<Target>,
        reactions: impl IntoIterator<Item = R>,
    ) -> Result<MimiContent<'a>, ComposeError> {
        let mut parts = reactions
            .into_iter()
            .map(|reaction| reaction.into().into_part())
            .collect::<Result<Vec<_>, _>>()?;
        let part = match parts.pop() {
            None => return Err(ComposeError::empty("nestedPart", "no reactions")),
            Some(only) if parts.is_empty() => only,
            Some(last) => {
                parts.push(last);
                NestedPart::multi(Disposition::REACTION, PartSemantics::ProcessAll, parts)
            }
        };
        self.with_target(target.into()).body(part)
    }
}

impl<'c, 'a, S: SaltSource> Draft<'c, 'a, S, Edit> {
    pub(super) fn replacing(mut self, replaced: Replaced<'a>) -> Self {
        self.replaces = Some(replaced.first);
        self.own = replaced.own;
        self.own.sort_unstable();
        self.own.dedup();
        self.topic_id = replaced.topic_id;
        self.target = replaced.in_reply_to;
        if let Some(expires) = replaced.expires {
            self.expire(expires);
        }
        if let Some(subject) = &replaced.subject {
            self.set_subject(subject);
        }
        self
    }

    /// Another reaction in place of an earlier one, whose target the [`Replaced`] states.
    ///
    /// # Errors
    /// As [`Composer::react`]; [`codes::COMPOSE_IMPOSSIBLE`] if no target is stated.
    pub fn reaction(
        self,
        reaction: impl Into<Reaction<'a>>,
    ) -> Result<MimiContent<'a>, ComposeError> {
        self.body(reaction.into().into_part()?)
    }

    /// The end of a delete or an unlike.
    pub(super) fn taking_back(
        self,
        nothing: NestedPart<'a>,
    ) -> Result<MimiContent<'a>, ComposeError> {
        self.finish(nothing)
    }
}

impl<'c, 'a, S, K> Draft<'c, 'a, S, K> {
    /// The same draft as another kind.
    fn into_kind<L>(self) -> Draft<'c, 'a, S, L> {
        Draft {
            composer: self.composer,
            replaces: self.replaces,
            own: self.own,
            topic_id: self.topic_id,
            expires: self.expires,
            target: self.target,
            language: self.language,
            extensions: self.extensions,
            fault: self.fault,
            kind: PhantomData,
        }
    }
}
