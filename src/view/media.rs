//! [`MediaRange`]: the media types that one line of a policy is about.

use alloc::string::String;

use crate::text::MediaType;

/// A media type, all of a top level, or all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum MediaRange {
    All,
    TopLevel(String),
    One(MediaType<'static>),
}

impl MediaRange {
    /// Reads `*/*`, `image/*` or a media type.
    pub(super) fn parse(text: &str) -> Option<Self> {
        match text.trim().split_once('/') {
            Some(("*", "*")) => Some(MediaRange::All),
            Some((top_level, "*")) => Some(MediaRange::TopLevel(top_level.to_ascii_lowercase())),
            _ => Some(MediaRange::One(MediaType::parse(text).ok()?.into_owned())),
        }
    }

    /// Whether a media type lies in the range, and how exact the range is: the more, the closer.
    pub(super) fn covers(&self, media: &MediaType<'_>) -> Option<usize> {
        match self {
            MediaRange::All => Some(0),
            MediaRange::TopLevel(top_level) => (top_level == media.top_level()).then_some(1),
            MediaRange::One(one) => {
                let said = [one.variant(), one.charset()];
                one.covers(media).then(|| 2 + said.iter().flatten().count())
            }
        }
    }
}
