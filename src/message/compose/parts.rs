//! Parts in the draft's spelling, and what makes an external part consistent.

use alloc::borrow::Cow;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::{ComposeError, Escape};
use crate::message::{
    AeadAlgorithm, AvMetadata, Disposition, Extensions, ExternalPart, NestedPart, PartBody,
    PartSemantics, SinglePart, media,
};
use crate::report::codes;

/// A text of a media type.
pub(super) fn text<'a>(content_type: &'static str, text: Cow<'a, str>) -> SinglePart<'a> {
    match text {
        Cow::Borrowed(text) => SinglePart::new(content_type, text),
        Cow::Owned(text) => SinglePart::new(content_type, text),
    }
}

/// Parts as composers make them: `render`, and the draft's exact media types.
impl<'a> NestedPart<'a> {
    fn of_text(content_type: &'static str, content: impl Into<Cow<'a, str>>) -> Self {
        let part = text(content_type, content.into());
        NestedPart::new(Disposition::RENDER, PartBody::Single(part))
    }

    /// Plain text, to be rendered.
    ///
    /// ```
    /// use mimi_codec::message::{NestedPart, PartBody};
    ///
    /// let PartBody::Single(part) = NestedPart::text("hello").body else { panic!() };
    /// assert_eq!(part.content_type, "text/plain;charset=utf-8");
    /// ```
    pub fn text(text: impl Into<Cow<'a, str>>) -> Self {
        NestedPart::of_text(media::TEXT_PLAIN, text)
    }

    /// GFM-MIMI Markdown, to be rendered.
    pub fn markdown(markdown: impl Into<Cow<'a, str>>) -> Self {
        NestedPart::of_text(media::GFM_MIMI, markdown)
    }

    /// HTML, to be rendered.
    pub fn html(html: impl Into<Cow<'a, str>>) -> Self {
        NestedPart::of_text(media::TEXT_HTML, html)
    }

    /// Parts of which the receiver renders the one it prefers.
    pub fn choose_one(parts: Vec<NestedPart<'a>>) -> Self {
        NestedPart::multi(Disposition::RENDER, PartSemantics::ChooseOne, parts)
    }

    /// Parts that are rendered together or not at all.
    pub fn single_unit(parts: Vec<NestedPart<'a>>) -> Self {
        NestedPart::multi(Disposition::RENDER, PartSemantics::SingleUnit, parts)
    }

    /// Parts of which as many as possible are rendered.
    pub fn process_all(parts: Vec<NestedPart<'a>>) -> Self {
        NestedPart::multi(Disposition::RENDER, PartSemantics::ProcessAll, parts)
    }
}

impl<'a> From<SinglePart<'a>> for PartBody<'a> {
    fn from(part: SinglePart<'a>) -> Self {
        PartBody::Single(part)
    }
}

impl<'a> From<ExternalPart<'a>> for PartBody<'a> {
    fn from(part: ExternalPart<'a>) -> Self {
        PartBody::External(alloc::boxed::Box::new(part))
    }
}

/// Most parts of a message (draft section 9.1).
pub(super) const PARTS: usize = 1024;
/// Most levels of parts (draft section 6.3).
pub(super) const LEVELS: usize = 4;

/// Checks every part of a body; the findings' paths name the part.
pub(super) fn check_body(body: &NestedPart<'_>) -> Result<(), ComposeError> {
    for found in body.parts() {
        let path = |field: &str| {
            if found.index == 0 {
                format!("nestedPart{field}")
            } else {
                format!("nestedPart (part {}){field}", found.index)
            }
        };
        if usize::try_from(found.index).map_or(true, |index| index >= PARTS) {
            let number = format!("part number {}", u64::from(found.index) + 1);
            return Err(ComposeError::new(codes::PART_COUNT, path(""), number));
        }
        if found.level > LEVELS {
            let level = format!("level {}", found.level);
            return Err(ComposeError::new(codes::PART_DEPTH, path(""), level));
        }
        if let Err(error) = found.part.languages().check() {
            let finding = error.finding().clone();
            return Err(ComposeError::of(finding.path(path(".language"))));
        }
        match &found.part.body {
            PartBody::Multi(multi) if multi.parts.len() < 2 => {
                let count = format!("{} parts", multi.parts.len());
                let error = ComposeError::new(codes::MULTIPART_TOO_FEW, path(".parts"), count);
                return Err(error);
            }
            PartBody::External(part) => check_external(part, path)?,
            _ => {}
        }
    }
    Ok(())
}

/// Escapes the HTML in every part of GFM-MIMI. The levels are few: [`check_body`] came before.
pub(super) fn escape_markdown(part: &mut NestedPart<'_>, escape: Escape) {
    match &mut part.body {
        PartBody::Single(single) if is_gfm_mimi(&single.content_type) => {
            let escaped = match core::str::from_utf8(&single.content).map(escape) {
                Ok(Cow::Borrowed(same)) if same.as_bytes() == &*single.content => return,
                Ok(other) => other.into_owned(),
                // What is no text has no HTML, and is found by whoever checks the message.
                Err(_) => return,
            };
            single.content = Cow::Owned(escaped.into_bytes());
        }
        PartBody::Multi(multi) => {
            for part in &mut multi.parts {
                escape_markdown(part, escape);
            }
        }
        _ => {}
    }
}

fn is_gfm_mimi(content_type: &str) -> bool {
    #[cfg(feature = "std")]
    return crate::text::MediaType::parse(content_type).is_ok_and(|it| it.is_gfm_mimi());
    // Only `std` reads media types; without, it is spelled as the draft does.
    #[cfg(not(feature = "std"))]
    return content_type.eq_ignore_ascii_case(crate::message::media::GFM_MIMI);
}

/// Checks that what the data on audio, images and video describes is there.
pub(super) fn check_av_metadata(
    extensions: &Extensions<'_>,
    body: &NestedPart<'_>,
) -> Result<(), ComposeError> {
    let Some(entries) = extensions.av_metadata()? else {
        return Ok(());
    };
    let parts: Vec<_> = body.parts().collect();
    let part = |index: u16| parts.get(usize::from(index));
    for (at, entry) in entries.iter().enumerate() {
        let described = part(entry.part_index).is_some_and(|part| part.is_leaf());
        let preview = entry.preview_index.filter(|index| part(*index).is_none());
        let (key, index) = match (described, preview) {
            (false, _) => (1, entry.part_index),
            (true, Some(index)) => (6, index),
            (true, None) => continue,
        };
        let path = format!("extensions[{:?}][{at}][{key}]", AvMetadata::KEY);
        let found = format!("part {index}");
        let error = ComposeError::new(codes::COMPOSE_IMPOSSIBLE, path, found);
        return Err(error.expected("the index of a part with content"));
    }
    Ok(())
}

fn check_external(
    part: &ExternalPart<'_>,
    path: impl Fn(&str) -> String,
) -> Result<(), ComposeError> {
    if part.url.is_empty() {
        return Err(ComposeError::empty(path(".url"), "no URL"));
    }
    let lengths = part.enc_alg.lengths().map(|(key, nonce)| [key, nonce]);
    let secrets = [(".key", &part.key), (".nonce", &part.nonce)];
    let misfit = |field, found: usize, expected| {
        let found = format!("{found} octets");
        ComposeError::new(codes::COMPOSE_EXTERNAL, path(field), found).expected(expected)
    };
    for (at, (field, octets)) in secrets.into_iter().enumerate() {
        match lengths.and_then(|lengths| lengths.get(at).copied()) {
            Some(length) if length != octets.len() => {
                return Err(misfit(field, octets.len(), "the length encAlg has"));
            }
            None if octets.is_empty() => return Err(misfit(field, 0, "some octets")),
            _ => {}
        }
    }
    if part.enc_alg == AeadAlgorithm::NONE && !part.aad.is_empty() {
        return Err(misfit(".aad", part.aad.len(), "none without encryption"));
    }
    match part.hash_alg.length() {
        Some(length) if length != part.content_hash.len() => Err(misfit(
            ".contentHash",
            part.content_hash.len(),
            "the length hashAlg has",
        )),
        _ => Ok(()),
    }
}
