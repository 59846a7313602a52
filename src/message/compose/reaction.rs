//! [`Reaction`]: an emoji, or a picture, sound or video in its place.

use alloc::borrow::Cow;
use alloc::string::String;

use super::ComposeError;
use crate::message::{Disposition, ExternalPart, NestedPart, PartBody, SinglePart, media};
use crate::report::codes;

/// A reaction (draft section 5.3): usually one emoji, made from a text; or a part of another media
/// type.
///
/// ```
/// use mimi_codec::message::compose::Reaction;
///
/// let heart = Reaction::from("❤");
/// // Five code points, one health worker.
/// let worker = Reaction::from("👩🏽‍⚕️");
/// # #[cfg(feature = "markdown")]
/// assert_eq!(Reaction::split("❤👩🏽‍⚕️"), [heart, worker]);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reaction<'a>(PartBody<'a>);

impl<'a> Reaction<'a> {
    /// The reactions in a text, one for each grapheme cluster; spaces are passed over.
    #[cfg(feature = "markdown")]
    pub fn split(text: &'a str) -> alloc::vec::Vec<Self> {
        use unicode_segmentation::UnicodeSegmentation;
        text.graphemes(true)
            .filter(|cluster| is_visible(cluster))
            .map(Reaction::from)
            .collect()
    }

    pub(super) fn into_part(self) -> Result<NestedPart<'a>, ComposeError> {
        if let PartBody::Single(part) = &self.0
            && is_plain(&part.content_type)
        {
            let text = core::str::from_utf8(&part.content).ok();
            if !text.is_some_and(|text| is_visible(text) && is_one(text)) {
                let found = match text {
                    Some(text) => alloc::format!("{text:?}"),
                    None => "octets that are not UTF-8".into(),
                };
                let error = ComposeError::new(codes::COMPOSE_REACTION, "nestedPart.content", found);
                return Err(error.expected("one grapheme cluster"));
            }
        }
        Ok(NestedPart::new(Disposition::REACTION, self.0))
    }
}

/// Whether a content type is that of plain text, whatever its parameters.
fn is_plain(content_type: &str) -> bool {
    let essence = content_type.split(';').next().unwrap_or_default();
    essence.trim().eq_ignore_ascii_case("text/plain")
}

/// Whether there is something to see, and no space or control character.
fn is_visible(text: &str) -> bool {
    let blank = |c: char| c.is_whitespace() || c.is_control();
    !text.chars().any(blank) && text.chars().any(|c| !is_formatting(c))
}

/// Characters that only change how others look: joiners, directions, variation selectors, tags.
const fn is_formatting(c: char) -> bool {
    matches!(
        c,
        '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}'
            | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}'
            | '\u{feff}' | '\u{e0000}'..='\u{e0fff}'
    )
}

#[cfg(feature = "markdown")]
fn is_one(text: &str) -> bool {
    use unicode_segmentation::UnicodeSegmentation;
    text.graphemes(true).nth(1).is_none()
}

/// The tables of grapheme clusters are not part of the core.
#[cfg(not(feature = "markdown"))]
fn is_one(_: &str) -> bool {
    true
}

impl<'a> From<Cow<'a, str>> for Reaction<'a> {
    fn from(text: Cow<'a, str>) -> Self {
        Reaction(PartBody::Single(super::parts::text(
            media::TEXT_PLAIN,
            text,
        )))
    }
}

impl<'a> From<&'a str> for Reaction<'a> {
    fn from(text: &'a str) -> Self {
        Reaction::from(Cow::Borrowed(text))
    }
}

impl From<String> for Reaction<'_> {
    fn from(text: String) -> Self {
        Reaction::from(Cow::Owned(text))
    }
}

impl<'a> From<SinglePart<'a>> for Reaction<'a> {
    fn from(part: SinglePart<'a>) -> Self {
        Reaction(part.into())
    }
}

impl<'a> From<ExternalPart<'a>> for Reaction<'a> {
    fn from(part: ExternalPart<'a>) -> Self {
        Reaction(part.into())
    }
}
