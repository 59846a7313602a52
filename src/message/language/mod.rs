//! [`LanguageList`]: the `language` field of a part, and choosing by the reader's languages.
//! Which part is then shown is decided in the view.

mod tag;
#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;

use alloc::borrow::Cow;
use alloc::boxed::Box;
use alloc::format;
use alloc::vec::Vec;
use core::fmt;

pub use self::tag::LanguageTag;
use super::{NestedPart, Part, Parts};
use crate::report::{Code, Finding, codes};

/// The language tags of a part: empty, or a comma-separated list of BCP 47 tags (draft section
/// 4.4). Keeps the original text; a list that is not well-formed can be looked at all the same.
///
/// ```
/// use mimi_codec::message::LanguageList;
///
/// let list = LanguageList::new("en-GB, fr");
/// assert_eq!(list.tags().map(|tag| tag.as_str()).collect::<Vec<_>>(), ["en-GB", "fr"]);
/// assert!(list.check().is_ok());
/// assert!(list.rank(&["fr-CA"]) > list.rank(&["fr"]));
/// assert_eq!(list.rank(&["de"]), None);
///
/// let error = LanguageList::new("en, en-toolongasubtag").check().unwrap_err();
/// assert_eq!(error.finding().offset, Some(7));
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct LanguageList<'a>(&'a str);

/// A tag that is not well-formed; says where in the list.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct LanguageError(Box<Finding>);

impl LanguageError {
    fn new(at: usize, found: &str, expected: &'static str) -> Self {
        let finding = Finding::new(codes::LANGUAGE_SYNTAX).at(at);
        LanguageError(Box::new(
            finding.found(format!("{found:?}")).expected(expected),
        ))
    }

    /// What is wrong; the offset counts octets of the list.
    pub fn finding(&self) -> &Finding {
        &self.0
    }

    /// The broken rule.
    pub fn code(&self) -> Code {
        self.0.code
    }
}

/// How well a language suits a reader; the lesser, the better.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LanguageRank {
    /// Place of the matching range among the reader's, from 0.
    pub range: usize,
    /// Subtags by which the tag and the range differ.
    pub distance: usize,
}

impl<'a> LanguageList<'a> {
    /// A list in its original text.
    pub const fn new(text: &'a str) -> Self {
        LanguageList(text)
    }

    /// The original text.
    pub const fn as_str(self) -> &'a str {
        self.0
    }

    /// Whether no language is stated.
    pub fn is_empty(self) -> bool {
        self.tags().next().is_none()
    }

    /// The tags, without the spaces around them; empty entries are passed over.
    pub fn tags(self) -> impl Iterator<Item = LanguageTag<'a>> {
        self.entries().filter(|tag| !tag.text.is_empty())
    }

    fn entries(self) -> impl Iterator<Item = LanguageTag<'a>> {
        let mut from = 0;
        self.0.split(',').map(move |entry| {
            let start = from + (entry.len() - entry.trim_start_matches(SPACES).len());
            from += entry.len() + 1;
            LanguageTag {
                text: entry.trim_matches(SPACES),
                offset: start,
            }
        })
    }

    /// Whether the list is empty or every entry a well-formed tag.
    ///
    /// # Errors
    /// [`codes::LANGUAGE_SYNTAX`] with the place of the first offending subtag.
    pub fn check(self) -> Result<(), LanguageError> {
        if self.0.is_empty() {
            return Ok(());
        }
        self.entries().try_for_each(LanguageTag::check)
    }

    /// How well the list suits a reader who prefers these language ranges, best first: the best
    /// rank of any tag. A tag suits a range it begins with (basic filtering, RFC 4647 section
    /// 3.3.1) or one it is a beginning of (lookup, section 3.4); `*` suits every tag.
    pub fn rank(self, reader: &[&str]) -> Option<LanguageRank> {
        self.tags().filter_map(|tag| tag.rank(reader)).min()
    }
}

/// White space allowed around a tag.
const SPACES: [char; 2] = [' ', '\t'];

impl fmt::Display for LanguageList<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.0)
    }
}

impl<'a> From<&'a str> for LanguageList<'a> {
    fn from(text: &'a str) -> Self {
        LanguageList(text)
    }
}

/// The tags that match any of the ranges (RFC 4647 basic filtering), in the order of the tags.
pub fn filter_languages<'a>(
    tags: impl IntoIterator<Item = LanguageTag<'a>>,
    ranges: &[&str],
) -> Vec<LanguageTag<'a>> {
    tags.into_iter()
        .filter(|tag| ranges.iter().any(|range| tag.matches(range)))
        .collect()
}

/// The one tag that suits the ranges best (RFC 4647 section 3.4 lookup): each range in turn,
/// shortened from its end until a tag is equal to it. `*` is passed over.
///
/// ```
/// use mimi_codec::message::{LanguageList, lookup_language};
///
/// let list = LanguageList::new("fr,zh-Hant");
/// let found = lookup_language(list.tags(), &["de", "zh-Hant-CN-x-private1"]);
/// assert_eq!(found.unwrap().as_str(), "zh-Hant");
/// ```
pub fn lookup_language<'a>(
    tags: impl IntoIterator<Item = LanguageTag<'a>>,
    ranges: &[&str],
) -> Option<LanguageTag<'a>> {
    let tags: Vec<LanguageTag<'a>> = tags.into_iter().collect();
    ranges
        .iter()
        .filter(|range| **range != "*")
        .find_map(|range| {
            let mut range = *range;
            loop {
                let equal = |tag: &&LanguageTag<'_>| tag.text.eq_ignore_ascii_case(range);
                if let Some(tag) = tags.iter().find(equal) {
                    return Some(*tag);
                }
                range = range.get(..range.rfind('-')?)?;
                // A single character goes with what it introduced.
                if let Some(at) = range.rfind('-')
                    && range.len() - at == 2
                {
                    range = range.get(..at)?;
                }
            }
        })
}

impl<'a> NestedPart<'a> {
    /// The languages the part itself states.
    pub fn languages(&self) -> LanguageList<'_> {
        LanguageList::new(&self.language)
    }
}

impl<'m, 'a> Parts<'m, 'a> {
    /// The same walk with the languages of each part: its own, or else those of the multipart
    /// around it.
    ///
    /// ```
    /// use mimi_codec::message::{Disposition, NestedPart, PartSemantics};
    ///
    /// let part = |language| NestedPart::null(Disposition::RENDER).with_language(language);
    /// let parts = vec![part("fr"), part("")];
    /// let body = NestedPart::multi(Disposition::RENDER, PartSemantics::ProcessAll, parts)
    ///     .with_language("en");
    /// let languages: Vec<_> = body.parts().with_languages().map(|(_, l)| l.as_str()).collect();
    /// assert_eq!(languages, ["en", "fr", "en"]);
    /// ```
    pub fn with_languages(self) -> impl Iterator<Item = (Part<'m, 'a>, LanguageList<'m>)> {
        // Languages of the parts met so far, by index less that of the first part met.
        let mut known: Vec<LanguageList<'m>> = Vec::new();
        let mut first = None;
        self.map(move |part| {
            let first = *first.get_or_insert(part.index);
            let own = LanguageList::new(&part.part.language);
            let languages = if own.is_empty() {
                let parent = part.parent.and_then(|index| index.checked_sub(first));
                parent
                    .and_then(|index| known.get(usize::try_from(index).ok()?).copied())
                    .unwrap_or(own)
            } else {
                own
            };
            known.push(languages);
            (part, languages)
        })
    }
}

/// A list of tags as the field holds it.
///
/// ```
/// assert_eq!(mimi_codec::message::join_languages(["en", "fr"]), "en,fr");
/// ```
pub fn join_languages<'t>(tags: impl IntoIterator<Item = &'t str>) -> Cow<'t, str> {
    let mut tags = tags.into_iter();
    let mut joined = Cow::Borrowed(tags.next().unwrap_or_default());
    for tag in tags {
        joined.to_mut().push(',');
        joined.to_mut().push_str(tag);
    }
    joined
}
