//! [`ViewPolicy`]: what a client can show and what its reader wants to see. How alternatives are
//! weighed against each other is in `chooser`.

use alloc::string::String;
use alloc::vec::Vec;

use super::media::MediaRange;
use crate::message::{LanguageList, LanguageRank};
use crate::text::MediaType;

/// What a client can show, and what its reader wants.
///
/// ```
/// use mimi_codec::view::{Remote, ViewPolicy};
///
/// let policy = ViewPolicy::default()
///     .support("image/avif", 1.0)
///     .support("text/html", 0.0)
///     .languages(["fr-CA", "en"])
///     .remote(Remote::Allowed);
/// assert_eq!(policy.media_score("IMAGE/AVIF"), 1.0);
/// assert_eq!(policy.media_score("text/html;charset=utf-8"), 0.0);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct ViewPolicy {
    media: Vec<(MediaRange, f64)>,
    languages: Vec<String>,
    remote: Remote,
    max_part: u64,
    max_remote: u64,
    nested: usize,
}

/// Whether content elsewhere may be fetched without asking the reader, which tells whoever serves
/// it that and where the message was read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Remote {
    /// Only when the reader asks for it.
    #[default]
    OnRequest,
    /// At once.
    Allowed,
}

/// What a usual client shows. Rich forms score above plain ones, what every client must show
/// above what it should, and images that cannot run anything only.
const USUAL: &[(&str, f64)] = &[
    ("text/markdown;variant=GFM-MIMI", 1.0),
    ("text/markdown;variant=CommonMark", 0.95),
    ("text/markdown;variant=GFM", 0.95),
    ("text/markdown", 0.9),
    #[cfg(feature = "html")]
    ("text/html", 0.9),
    ("text/plain", 0.6),
    ("application/mimi-content", 0.9),
    ("application/mimi-message-status", 1.0),
    ("image/png", 1.0),
    ("image/jpeg", 1.0),
    ("image/webp", 0.95),
    ("image/gif", 0.9),
];

impl ViewPolicy {
    /// A client that shows no media type at all: a start for an own list.
    pub const fn nothing() -> Self {
        ViewPolicy {
            media: Vec::new(),
            languages: Vec::new(),
            remote: Remote::OnRequest,
            max_part: 16 << 20,
            max_remote: 64 << 20,
            nested: 1,
        }
    }

    /// How well a media type can be shown, from 0 (not at all) to 1. The type may have
    /// parameters, or be a range: `image/*`, `*/*`. Of several that fit a part, the most exact
    /// one counts; the same one again takes the place of the first. What is no media type counts
    /// for nothing.
    #[must_use]
    pub fn support(mut self, media_type: &str, score: f64) -> Self {
        let Some(range) = MediaRange::parse(media_type) else {
            return self;
        };
        self.media.retain(|(known, _)| *known != range);
        let score = if score.is_nan() {
            0.0
        } else {
            score.clamp(0.0, 1.0)
        };
        self.media.push((range, score));
        self
    }

    /// The languages the reader understands, as BCP 47 tags, best first. None: all alike.
    #[must_use]
    pub fn languages<S: Into<String>>(mut self, tags: impl IntoIterator<Item = S>) -> Self {
        self.languages = tags.into_iter().map(Into::into).collect();
        self
    }

    /// Whether content elsewhere may be fetched without asking.
    #[must_use]
    pub const fn remote(mut self, remote: Remote) -> Self {
        self.remote = remote;
        self
    }

    /// The largest part in place that is shown, in octets. Unless changed, 16 MiB.
    #[must_use]
    pub const fn max_part(mut self, octets: u64) -> Self {
        self.max_part = octets;
        self
    }

    /// The largest content elsewhere that is fetched without asking, in octets. Unless changed,
    /// 64 MiB.
    #[must_use]
    pub const fn max_remote(mut self, octets: u64) -> Self {
        self.max_remote = octets;
        self
    }

    /// How deep a message inside a message is shown; unless changed, one level. At most 4.
    #[must_use]
    pub const fn nested_messages(mut self, levels: usize) -> Self {
        self.nested = if levels > 4 { 4 } else { levels };
        self
    }

    /// How well a media type can be shown, from 0 to 1.
    pub fn media_score(&self, media_type: &str) -> f64 {
        MediaType::parse(media_type).map_or(0.0, |media| self.score_of(&media))
    }

    /// How well a media type can be shown, from 0 to 1.
    pub fn score_of(&self, media: &MediaType<'_>) -> f64 {
        self.media
            .iter()
            .filter_map(|(range, score)| Some((range.covers(media)?, *score)))
            .max_by_key(|(exactness, _)| *exactness)
            .map_or(0.0, |(_, score)| score)
    }

    /// How welcome content in these languages is: 1 for the reader's first language or for
    /// content without one, less for the others, 0.5 for what the reader does not understand.
    pub fn language_score(&self, languages: &str) -> f64 {
        let list = LanguageList::new(languages);
        if self.languages.is_empty() || list.is_empty() {
            return 1.0;
        }
        let wanted: Vec<&str> = self.languages.iter().map(String::as_str).collect();
        let roots: Vec<&str> = wanted
            .iter()
            .map(|tag| tag.split('-').next().unwrap_or(tag))
            .collect();
        // One place in the reader's list weighs more than any difference within a language.
        let score = |rank: LanguageRank, best: f64| {
            let distance = rank.distance.min(9) as f64;
            (best - 0.01 * rank.range as f64 - 0.001 * distance).max(0.6)
        };
        match (list.rank(&wanted), list.rank(&roots)) {
            (Some(rank), _) => score(rank, 1.0),
            (None, Some(rank)) => score(rank, 0.85),
            (None, None) => 0.5,
        }
    }

    /// The reader's languages.
    pub fn reader_languages(&self) -> &[String] {
        &self.languages
    }

    /// Whether content elsewhere may be fetched without asking.
    pub const fn remote_content(&self) -> Remote {
        self.remote
    }

    pub(super) const fn limits(&self) -> (u64, u64) {
        (self.max_part, self.max_remote)
    }

    pub(super) const fn nested_levels(&self) -> usize {
        self.nested
    }

    /// The policy for a message inside the message.
    pub(super) fn one_level_down(&self) -> Self {
        ViewPolicy {
            nested: self.nested.saturating_sub(1),
            ..self.clone()
        }
    }
}

impl Default for ViewPolicy {
    /// A usual client: Markdown, plain text, HTML if the feature is there, the common images,
    /// nested messages, status reports; any language; nothing fetched without asking.
    fn default() -> Self {
        USUAL
            .iter()
            .fold(ViewPolicy::nothing(), |policy, (media_type, score)| {
                policy.support(media_type, *score)
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_most_exact_range_counts() {
        let policy = ViewPolicy::nothing()
            .support("*/*", 0.1)
            .support("text/*", 0.2)
            .support("text/markdown", 0.3)
            .support("text/markdown; variant=gfm-mimi", 0.4);
        for (media_type, score) in [
            ("text/markdown;variant=GFM-MIMI", 0.4),
            ("TEXT/MARKDOWN; charset=utf-8; VARIANT=\"GFM-MIMI\"", 0.4),
            ("text/markdown;variant=CommonMark", 0.3),
            ("text/markdown", 0.3),
            ("text/x", 0.2),
            ("image/png", 0.1),
            ("nonsense", 0.0),
            ("", 0.0),
        ] {
            assert_eq!(policy.media_score(media_type), score, "{media_type}");
        }
        assert_eq!(
            policy.support("text/*", f64::NAN).media_score("text/x"),
            0.0
        );
    }

    #[test]
    fn languages_by_the_readers_order() {
        let policy = ViewPolicy::default().languages(["fr-CA", "en"]);
        let order = ["fr-CA", "fr", "en", "fr-BE", "de"];
        let scores: Vec<f64> = order.iter().map(|tag| policy.language_score(tag)).collect();
        // Canadian French, then any French or English, then what is not understood.
        assert_eq!(scores, [1.0, 0.999, 0.99, 0.849, 0.5]);
        assert_eq!(policy.language_score(""), 1.0);
        assert_eq!(policy.language_score(" ,"), 1.0);
        assert_eq!(policy.language_score("de, EN-gb"), 0.989);
        assert_eq!(ViewPolicy::default().language_score("de"), 1.0);
    }
}
