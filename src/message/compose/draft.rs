//! [`Draft`]: a message that has its fields and waits for its body.

use alloc::borrow::Cow;
use alloc::format;
use alloc::vec::Vec;
use core::marker::PhantomData;

use super::images::Images;
use super::parts::check_body;
use super::{ComposeError, Composer, Reaction, Replaced, SaltSource, Target};
use crate::item::{Encoder, RawValue};
use crate::message::typed::SUBJECT_LIMIT;
use crate::message::{
    AvMetadata, Disposition, Expiration, ExtensionError, ExtensionKey, Extensions,
    ExternalMessageId, ExternalPart, IntoContent, LanguageList, LastSeen, MessageId, MimiContent,
    NestedPart, PartBody, PartSemantics, SenderTimestamp, SinglePart, media,
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
        let language = language.into();
        if let Err(error) = LanguageList::new(&language).check() {
            self.refuse(error.into());
        }
        self.language = Some(language);
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

    /// Any other extension. Extensions 1 and 2 are those of the composer in any case.
    pub fn extension(mut self, key: ExtensionKey<'_>, value: RawValue<'_>) -> Self {
        self.extend(|extensions| extensions.insert(key, value));
        self
    }

    // Bodies.

    /// Plain text.
    ///
    /// # Errors
    /// [`codes::COMPOSE_EMPTY`] for the empty text; here and in every other body, what was wrong
    /// with a field.
    pub fn text(self, text: impl Into<Cow<'a, str>>) -> Result<MimiContent<'a>, ComposeError> {
        self.one_text(NestedPart::text(text))
    }

    /// GFM-MIMI Markdown.
    ///
    /// # Errors
    /// [`codes::COMPOSE_EMPTY`] for the empty text.
    pub fn markdown(
        self,
        markdown: impl Into<Cow<'a, str>>,
    ) -> Result<MimiContent<'a>, ComposeError> {
        self.one_text(NestedPart::markdown(markdown))
    }

    /// HTML. Not every client shows it; see [`rich_html`](Draft::rich_html).
    ///
    /// # Errors
    /// [`codes::COMPOSE_EMPTY`] for the empty text.
    pub fn html(self, html: impl Into<Cow<'a, str>>) -> Result<MimiContent<'a>, ComposeError> {
        self.one_text(NestedPart::html(html))
    }

    /// GFM-MIMI Markdown, with plain text for those who cannot show it.
    ///
    /// # Errors
    /// [`codes::COMPOSE_EMPTY`] for an empty text.
    pub fn rich(
        self,
        markdown: impl Into<Cow<'a, str>>,
        plain: impl Into<Cow<'a, str>>,
    ) -> Result<MimiContent<'a>, ComposeError> {
        self.with_fallback(NestedPart::markdown(markdown), plain.into())
    }

    /// HTML, with plain text for those who cannot show it.
    ///
    /// # Errors
    /// [`codes::COMPOSE_EMPTY`] for an empty text.
    pub fn rich_html(
        self,
        html: impl Into<Cow<'a, str>>,
        plain: impl Into<Cow<'a, str>>,
    ) -> Result<MimiContent<'a>, ComposeError> {
        self.with_fallback(NestedPart::html(html), plain.into())
    }

    fn one_text(self, part: NestedPart<'a>) -> Result<MimiContent<'a>, ComposeError> {
        refuse_empty(&part)?;
        self.body(part)
    }

    fn with_fallback(
        self,
        rich: NestedPart<'a>,
        plain: Cow<'a, str>,
    ) -> Result<MimiContent<'a>, ComposeError> {
        let plain = NestedPart::text(plain);
        refuse_empty(&rich)?;
        refuse_empty(&plain)?;
        self.body(NestedPart::choose_one(alloc::vec![rich, plain]))
    }

    /// One file, to be downloaded.
    ///
    /// # Errors
    /// [`codes::COMPOSE_EXTERNAL`] for fields that do not fit together.
    pub fn attachment(self, file: ExternalPart<'a>) -> Result<MimiContent<'a>, ComposeError> {
        self.external(Disposition::ATTACHMENT, file)
    }

    /// Content elsewhere with any disposition, for example an image to be shown inline.
    ///
    /// # Errors
    /// [`codes::COMPOSE_EXTERNAL`] for fields that do not fit together.
    pub fn external(
        self,
        disposition: Disposition,
        part: ExternalPart<'a>,
    ) -> Result<MimiContent<'a>, ComposeError> {
        self.body(NestedPart::external(disposition, part))
    }

    /// One file, to be downloaded, and a preview of it.
    ///
    /// # Errors
    /// [`codes::COMPOSE_EXTERNAL`] for fields that do not fit together.
    pub fn attachment_with_preview(
        self,
        file: ExternalPart<'a>,
        preview: impl Into<PartBody<'a>>,
    ) -> Result<MimiContent<'a>, ComposeError> {
        self.body(NestedPart::process_all(alloc::vec![
            NestedPart::external(Disposition::ATTACHMENT, file),
            NestedPart::new(Disposition::PREVIEW, preview.into()),
        ]))
    }

    /// A text and files that go with it.
    ///
    /// ```
    /// use mimi_codec::message::compose::Composer;
    /// use mimi_codec::message::{ExternalPart, NestedPart};
    ///
    /// let alice = Composer::new("mimi://example.com/u/alice", "mimi://example.com/r/team");
    /// let file = ExternalPart::new("application/pdf", "https://example.com/minutes.pdf");
    /// let message = alice.message().with_files(NestedPart::text("The minutes:"), [file])?;
    /// assert_eq!(message.parts().count(), 3);
    /// # Ok::<(), mimi_codec::message::compose::ComposeError>(())
    /// ```
    ///
    /// # Errors
    /// [`codes::COMPOSE_EMPTY`] for an empty text or no files, [`codes::COMPOSE_EXTERNAL`] for
    /// fields that do not fit together.
    pub fn with_files(
        self,
        text: NestedPart<'a>,
        files: impl IntoIterator<Item = ExternalPart<'a>>,
    ) -> Result<MimiContent<'a>, ComposeError> {
        refuse_empty(&text)?;
        let mut parts = alloc::vec![text];
        let files = files.into_iter();
        parts.extend(files.map(|file| NestedPart::external(Disposition::ATTACHMENT, file)));
        if parts.len() < 2 {
            return Err(ComposeError::empty("nestedPart.parts", "no files"));
        }
        self.body(NestedPart::process_all(parts))
    }

    /// Images that the text refers to; the text follows.
    pub fn images<I>(self, images: impl IntoIterator<Item = I>) -> Images<'c, 'a, S, K>
    where
        I: Into<PartBody<'a>>,
    {
        Images {
            draft: self,
            images: images.into_iter().map(Into::into).collect(),
        }
    }

    /// A link to join a call or conference (draft section 5.10).
    ///
    /// # Errors
    /// [`codes::COMPOSE_EMPTY`] without a URL.
    pub fn call(
        self,
        url: impl Into<Cow<'a, str>>,
        description: impl Into<Cow<'a, str>>,
    ) -> Result<MimiContent<'a>, ComposeError> {
        let mut part = ExternalPart::new("", url);
        part.description = description.into();
        self.external(Disposition::SESSION, part)
    }

    /// A status report: message IDs and the numbers of their statuses
    /// (draft-mahy-mimi-message-status).
    ///
    /// # Errors
    /// [`codes::COMPOSE_EMPTY`] for none.
    pub fn status_report(
        self,
        statuses: impl IntoIterator<Item = (MessageId, u8)>,
    ) -> Result<MimiContent<'a>, ComposeError> {
        let statuses: Vec<_> = statuses.into_iter().collect();
        if statuses.is_empty() {
            return Err(ComposeError::empty("nestedPart.content", "no statuses"));
        }
        let mut report = Encoder::new();
        report.array(statuses.len() as u64);
        for (id, status) in &statuses {
            report.array(2).bytes(id.as_bytes()).uint((*status).into());
        }
        // A report is for the client, and not rendered.
        let part = SinglePart::new(media::MESSAGE_STATUS, report.finish());
        self.body(NestedPart::new(Disposition::UNSPECIFIED, part.into()))
    }

    /// Any other body, for example alternatives in several languages.
    ///
    /// ```
    /// use mimi_codec::message::NestedPart;
    /// use mimi_codec::message::compose::Composer;
    ///
    /// let alice = Composer::new("mimi://example.com/u/alice", "mimi://example.com/r/team");
    /// let message = alice.message().body(NestedPart::choose_one(vec![
    ///     NestedPart::markdown("# Welcome!").with_language("en"),
    ///     NestedPart::markdown("# Bienvenue !").with_language("fr"),
    /// ]))?;
    /// # Ok::<(), mimi_codec::message::compose::ComposeError>(())
    /// ```
    ///
    /// # Errors
    /// What the encoder would refuse: too many parts, too few in a multipart, too many levels; a
    /// language that is not well-formed; an external part whose fields do not fit together; and
    /// [`codes::COMPOSE_EMPTY`] for a NullPart, which only takes a message back.
    pub fn body(self, body: NestedPart<'a>) -> Result<MimiContent<'a>, ComposeError> {
        if matches!(body.body, PartBody::Null) {
            return Err(ComposeError::empty("nestedPart", "a NullPart"));
        }
        self.finish(body)
    }

    fn finish(mut self, mut body: NestedPart<'a>) -> Result<MimiContent<'a>, ComposeError> {
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
        let Composer {
            sender,
            room,
            salts,
        } = self.composer;
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

fn refuse_empty(part: &NestedPart<'_>) -> Result<(), ComposeError> {
    match &part.body {
        PartBody::Single(single) if single.content.is_empty() => {
            Err(ComposeError::empty("nestedPart.content", "an empty text"))
        }
        _ => Ok(()),
    }
}
