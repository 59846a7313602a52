//! Writing messages in the shapes the draft gives them: texts, replies, reactions, edits,
//! deletes, files, calls.
//!
//! ```
//! use mimi_codec::message::compose::{Composer, Mention, Replaced};
//! use mimi_codec::message::{IdAlgorithm, MessageId, MimiUri, Uris};
//!
//! let room = "mimi://example.com/r/engineering_team";
//! let alice = Composer::new("mimi://example.com/u/alice-smith", room);
//! let bob = Composer::new("mimi://example.com/u/bob-jones", room);
//!
//! let original = alice.markdown("We just shipped release 2.0. __Good work__!")?;
//! let octets = mimi_codec::cbor::encode(&original)?;
//! let id = mimi_codec::cbor::Decoder::strict()
//!     .decode(&octets)?
//!     .message_id(IdAlgorithm::Draft08, &Uris::STATED)?;
//!
//! let reply = bob.reply_to(id).markdown("Right on! _Congratulations_ 'all!")?;
//! let heart = bob.react(id, "❤")?;
//! let soon = alice.expires_at(1644390004).text("The VPN goes down in ten minutes.")?;
//!
//! let alices_uri = MimiUri::parse("mimi://example.com/u/alice-smith")?;
//! let thanks = format!("Kudos to {}!", Mention::new(&alices_uri, "@Alice Smith"));
//! let thanks = bob.reply_to(id).markdown(thanks)?;
//!
//! # let reply_id = MessageId::new([1; 32]);
//! let typo = Replaced::version(reply_id, &reply);
//! let edit = bob.edit(typo.clone()).markdown("Right on! _Congratulations_ y'all!")?;
//! let delete = bob.delete(typo)?;
//! assert_eq!(delete.in_reply_to, Some(id));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! What cannot be said does not compile: a reaction without a target, a reply within an edit.
//!
//! ```compile_fail
//! # use mimi_codec::message::compose::Composer;
//! let alice = Composer::new("mimi://example.com/u/alice", "mimi://example.com/r/team");
//! let heart = alice.react("❤");
//! ```
//!
//! ```compile_fail
//! # use mimi_codec::message::compose::Composer;
//! # use mimi_codec::message::MessageId;
//! let alice = Composer::new("mimi://example.com/u/alice", "mimi://example.com/r/team");
//! let edit = alice.edit(MessageId::new([1; 32])).reply_to(MessageId::new([2; 32]));
//! ```
//!
//! What can only be seen in the values is a [`ComposeError`].
//!
//! GFM-MIMI has no HTML: whoever sends it must escape what looks like some (draft section 7.1.1).
//! To know what does takes a parser of Markdown, which stands above this room, in `rich`. So a
//! composer is given the function once, and all Markdown it sends goes through it:
//!
//! ```
//! # #[cfg(feature = "markdown")] {
//! use mimi_codec::message::compose::Composer;
//! use mimi_codec::rich::markdown::escape_html;
//!
//! let alice = Composer::new("mimi://example.com/u/alice", "mimi://example.com/r/team");
//! let alice = alice.escaping(escape_html);
//! let message = alice.markdown("<b>Tea</b> or `<b>`?")?;
//! # use mimi_codec::message::PartBody;
//! # let PartBody::Single(part) = &message.nested_part.body else { panic!() };
//! assert_eq!(&*part.content, b"&lt;b>Tea&lt;/b> or `<b>`?");
//! # }
//! # Ok::<(), mimi_codec::message::compose::ComposeError>(())
//! ```

mod bodies;
mod draft;
mod images;
mod mention;
mod parts;
mod reaction;
mod salt;
mod target;

use alloc::borrow::Cow;
use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;

pub use draft::{Draft, Edit, Fresh, New, Reply};
pub use images::Images;
pub use mention::Mention;
pub use reaction::Reaction;
pub use salt::{OsRandom, SaltSource, derived_salt};
pub use target::{Replaced, Target};

use super::{
    Disposition, ExtensionError, ExternalPart, MimiContent, NestedPart, Salt, StatusReport,
};
use crate::report::{Code, Finding, codes};

/// Writes the messages of one sender in one room.
///
/// ```
/// use mimi_codec::message::compose::Composer;
///
/// let alice = Composer::new("mimi://example.com/u/alice", "mimi://example.com/r/team");
/// let message = alice.topic("Foo 118").text("hi")?;
/// assert_eq!(message.extensions.sender_uri()?, Some("mimi://example.com/u/alice"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug)]
pub struct Composer<S = OsRandom> {
    sender: String,
    room: String,
    salts: S,
    escape: Option<Escape>,
}

/// Escapes the HTML in GFM-MIMI Markdown, for [`Composer::escaping`]: the function `escape_html`
/// or `escape_literal` of the module `rich::markdown`.
pub type Escape = fn(&str) -> Cow<'_, str>;

#[cfg(feature = "getrandom")]
impl Composer<OsRandom> {
    /// A composer with salts from the operating system. The URIs become extensions 1 and 2, and
    /// part of the message ID, exactly as they are spelled here.
    pub fn new(sender: impl Into<String>, room: impl Into<String>) -> Self {
        Composer::with_salts(sender, room, OsRandom)
    }
}

impl<S: SaltSource> Composer<S> {
    /// A composer with salts from another source.
    pub fn with_salts(sender: impl Into<String>, room: impl Into<String>, salts: S) -> Self {
        Composer {
            sender: sender.into(),
            room: room.into(),
            salts,
            escape: None,
        }
    }

    /// The same composer with a function that escapes the HTML in every part of GFM-MIMI
    /// Markdown, however the part came into the message, as a sender must (draft section 7.1.1).
    /// Without, Markdown is sent as it is; the caller has then escaped it.
    ///
    /// See [the module](self) for an example.
    #[must_use]
    pub fn escaping(mut self, escape: Escape) -> Self {
        self.escape = Some(escape);
        self
    }

    /// The same composer for one message whose salt is known. Two messages with one salt are
    /// less well protected: the salt must be random, and is not used again.
    ///
    /// ```
    /// use mimi_codec::message::compose::Composer;
    ///
    /// let alice = Composer::new("mimi://example.com/u/alice", "mimi://example.com/r/team");
    /// let message = alice.with_salt([7; 16]).text("hi")?;
    /// assert_eq!(message.salt.as_bytes(), [7; 16]);
    /// # Ok::<(), mimi_codec::message::compose::ComposeError>(())
    /// ```
    pub fn with_salt(&self, salt: [u8; 16]) -> Composer<Salt<'static>> {
        Composer {
            sender: self.sender.clone(),
            room: self.room.clone(),
            salts: Salt::new(salt),
            escape: self.escape,
        }
    }

    /// A message, to be given its fields and then its body.
    pub fn message<'a>(&self) -> Draft<'_, 'a, S> {
        Draft::new(self)
    }

    /// A message of plain text.
    ///
    /// # Errors
    /// [`codes::COMPOSE_EMPTY`] for the empty text.
    pub fn text<'a>(&self, text: impl Into<Cow<'a, str>>) -> Result<MimiContent<'a>, ComposeError> {
        self.message().text(text)
    }

    /// A message in GFM-MIMI Markdown. HTML in it is to be escaped:
    /// [`escaping`](Composer::escaping).
    ///
    /// # Errors
    /// [`codes::COMPOSE_EMPTY`] for the empty text.
    pub fn markdown<'a>(
        &self,
        markdown: impl Into<Cow<'a, str>>,
    ) -> Result<MimiContent<'a>, ComposeError> {
        self.message().markdown(markdown)
    }

    /// A message in GFM-MIMI Markdown, with plain text for those who cannot show it.
    ///
    /// # Errors
    /// [`codes::COMPOSE_EMPTY`] for an empty text.
    pub fn rich<'a>(
        &self,
        markdown: impl Into<Cow<'a, str>>,
        plain: impl Into<Cow<'a, str>>,
    ) -> Result<MimiContent<'a>, ComposeError> {
        self.message().rich(markdown, plain)
    }

    /// A message that is one file.
    ///
    /// # Errors
    /// [`codes::COMPOSE_EXTERNAL`] for fields that do not fit together.
    pub fn attachment<'a>(&self, file: ExternalPart<'a>) -> Result<MimiContent<'a>, ComposeError> {
        self.message().attachment(file)
    }

    /// A message that belongs to a topic.
    pub fn topic<'a>(&self, topic: impl super::IntoContent<'a>) -> Draft<'_, 'a, S> {
        self.message().topic(topic)
    }

    /// A message to be deleted at a time, in seconds since the start of the Unix epoch.
    pub fn expires_at<'a>(&self, time: u32) -> Draft<'_, 'a, S> {
        self.message().expires_at(time)
    }

    /// A message to be deleted some seconds after it was read.
    pub fn expires_after<'a>(&self, seconds: u32) -> Draft<'_, 'a, S> {
        self.message().expires_after(seconds)
    }

    /// A reply to a message.
    pub fn reply_to<'a>(&self, target: impl Into<Target>) -> Draft<'_, 'a, S, Reply> {
        self.message().reply_to(target)
    }

    /// A reaction to a message.
    ///
    /// # Errors
    /// [`codes::COMPOSE_REACTION`] for a text of more than one grapheme cluster (checked with
    /// the feature `markdown`; without it, a text of spaces or control characters).
    pub fn react<'a>(
        &self,
        target: impl Into<Target>,
        reaction: impl Into<Reaction<'a>>,
    ) -> Result<MimiContent<'a>, ComposeError> {
        self.message().react(target, reaction)
    }

    /// Several reactions, each in a message of its own, as most clients expect them.
    ///
    /// # Errors
    /// As [`react`](Composer::react), and [`codes::COMPOSE_EMPTY`] for none.
    pub fn react_each<'a, R: Into<Reaction<'a>>>(
        &self,
        target: impl Into<Target>,
        reactions: impl IntoIterator<Item = R>,
    ) -> Result<Vec<MimiContent<'a>>, ComposeError> {
        let target = target.into();
        let reactions = reactions.into_iter();
        let messages: Vec<_> = reactions
            .map(|reaction| self.react(target.clone(), reaction))
            .collect::<Result<_, _>>()?;
        if messages.is_empty() {
            return Err(ComposeError::empty("nestedPart", "no reactions"));
        }
        Ok(messages)
    }

    /// Several reactions in one message, each in a part of its own (draft appendix B.2).
    ///
    /// # Errors
    /// As [`react_each`](Composer::react_each).
    pub fn react_together<'a, R: Into<Reaction<'a>>>(
        &self,
        target: impl Into<Target>,
        reactions: impl IntoIterator<Item = R>,
    ) -> Result<MimiContent<'a>, ComposeError> {
        self.message().react_together(target, reactions)
    }

    /// A new version of a message: only its body changes.
    pub fn edit<'a>(&self, replaced: impl Into<Replaced<'a>>) -> Draft<'_, 'a, S, Edit> {
        Draft::new(self).replacing(replaced.into())
    }

    /// Takes a message back.
    ///
    /// # Errors
    /// [`codes::COMPOSE_REPLY_LOOP`] if the message is said to reply to itself.
    pub fn delete<'a>(
        &self,
        replaced: impl Into<Replaced<'a>>,
    ) -> Result<MimiContent<'a>, ComposeError> {
        self.edit(replaced)
            .taking_back(NestedPart::null(Disposition::RENDER))
    }

    /// Takes a reaction back.
    ///
    /// # Errors
    /// As [`delete`](Composer::delete).
    pub fn unlike<'a>(
        &self,
        reaction: impl Into<Replaced<'a>>,
    ) -> Result<MimiContent<'a>, ComposeError> {
        self.edit(reaction)
            .taking_back(NestedPart::null(Disposition::REACTION))
    }

    /// A link to join a call or conference.
    ///
    /// # Errors
    /// [`codes::COMPOSE_EMPTY`] without a URL.
    pub fn call<'a>(
        &self,
        url: impl Into<Cow<'a, str>>,
        description: impl Into<Cow<'a, str>>,
    ) -> Result<MimiContent<'a>, ComposeError> {
        self.message().call(url, description)
    }

    /// What became of messages of the room (draft-mahy-mimi-message-status).
    ///
    /// ```
    /// use mimi_codec::message::compose::Composer;
    /// use mimi_codec::message::{MessageId, MessageStatus};
    ///
    /// let alice = Composer::new("mimi://example.com/u/alice", "mimi://example.com/r/team");
    /// let read = (MessageId::new([1; 32]), MessageStatus::READ);
    /// let message = alice.status_report(&[read].into_iter().collect())?;
    /// # Ok::<(), mimi_codec::message::compose::ComposeError>(())
    /// ```
    ///
    /// # Errors
    /// [`codes::COMPOSE_EMPTY`] for a report of nothing.
    pub fn status_report(
        &self,
        report: &StatusReport,
    ) -> Result<MimiContent<'static>, ComposeError> {
        self.message().status_report(report)
    }
}

/// A message that cannot be composed: which rule it breaks, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct ComposeError(Box<Finding>);

impl ComposeError {
    fn new(code: Code, path: impl Into<String>, found: impl Into<Cow<'static, str>>) -> Self {
        ComposeError::of(Finding::new(code).path(path).found(found))
    }

    fn of(finding: Finding) -> Self {
        ComposeError(Box::new(finding))
    }

    fn expected(mut self, expected: &'static str) -> Self {
        self.0.expected = Some(expected.into());
        self
    }

    fn empty(path: impl Into<String>, found: &'static str) -> Self {
        ComposeError::new(codes::COMPOSE_EMPTY, path, found)
    }

    /// For a [`SaltSource`] that has no random octets to give.
    pub fn no_salt(reason: impl Into<Cow<'static, str>>) -> Self {
        ComposeError::new(codes::COMPOSE_RANDOM, "salt", reason)
    }

    /// What is wrong, and where.
    pub fn finding(&self) -> &Finding {
        &self.0
    }

    /// The broken rule.
    pub fn code(&self) -> Code {
        self.0.code
    }
}

impl From<ExtensionError> for ComposeError {
    fn from(error: ExtensionError) -> Self {
        ComposeError::of(error.finding().clone())
    }
}
