//! The bodies a [`Draft`] can be given: texts, files, images, calls, reports.

use alloc::borrow::Cow;

use super::images::Images;
use super::{ComposeError, Draft, SaltSource};
use crate::item::Encoder;
use crate::message::{
    Disposition, ExternalPart, MimiContent, NestedPart, PartBody, SinglePart, StatusReport, media,
};
use crate::report::codes;

/// Each body ends the draft. Here and in [`Draft::body`], what was wrong with a field is an error
/// beside those listed.
impl<'c, 'a, S: SaltSource, K> Draft<'c, 'a, S, K> {
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

    /// What became of messages of the room (draft-mahy-mimi-message-status).
    ///
    /// # Errors
    /// [`codes::COMPOSE_EMPTY`] for a report of nothing.
    pub fn status_report(self, report: &StatusReport) -> Result<MimiContent<'a>, ComposeError> {
        if report.statuses.is_empty() {
            return Err(ComposeError::empty("nestedPart.content", "no statuses"));
        }
        let mut octets = Encoder::new();
        octets.array(report.statuses.len() as u64);
        for entry in &report.statuses {
            let id = entry.message_id.as_bytes();
            octets.array(2).bytes(id).uint(entry.status.0.into());
        }
        // A report is for the client, and not rendered.
        let part = SinglePart::new(media::MESSAGE_STATUS, octets.finish());
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
    /// language that is not well-formed; an external part whose fields do not fit together; a
    /// reaction to nothing ([`codes::COMPOSE_IMPOSSIBLE`]); and [`codes::COMPOSE_EMPTY`] for a
    /// NullPart, which only takes a message back.
    pub fn body(self, body: NestedPart<'a>) -> Result<MimiContent<'a>, ComposeError> {
        if matches!(body.body, PartBody::Null) {
            return Err(ComposeError::empty("nestedPart", "a NullPart"));
        }
        if body.disposition == Disposition::REACTION && !self.has_target() {
            return Err(ComposeError::new(
                codes::COMPOSE_IMPOSSIBLE,
                "inReplyTo",
                "a reaction to nothing",
            ));
        }
        self.finish(body)
    }
}

fn refuse_empty(part: &NestedPart<'_>) -> Result<(), ComposeError> {
    match &part.body {
        PartBody::Single(single) if single.content.is_empty() => {
            let path = "nestedPart.content";
            Err(ComposeError::new(
                codes::COMPOSE_EMPTY,
                path,
                "an empty text",
            ))
        }
        _ => Ok(()),
    }
}
