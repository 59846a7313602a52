//! [`LanguageList`]: the `language` field of a part, and choosing by the reader's languages.
//! Which part is then shown is decided in the view.

use alloc::borrow::Cow;
use alloc::boxed::Box;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

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

/// One entry of a [`LanguageList`]; compared without regard to case, as RFC 5646 has it.
#[derive(Clone, Copy, Debug)]
pub struct LanguageTag<'a> {
    text: &'a str,
    /// Its place in the list.
    offset: usize,
}

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

impl PartialEq for LanguageTag<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.text.eq_ignore_ascii_case(other.text)
    }
}

impl Eq for LanguageTag<'_> {}

impl fmt::Display for LanguageTag<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.text)
    }
}

/// Tags registered before RFC 4646 that its grammar does not cover.
const IRREGULAR: [&str; 17] = [
    "en-GB-oed",
    "i-ami",
    "i-bnn",
    "i-default",
    "i-enochian",
    "i-hak",
    "i-klingon",
    "i-lux",
    "i-mingo",
    "i-navajo",
    "i-pwn",
    "i-tao",
    "i-tay",
    "i-tsu",
    "sgn-BE-FR",
    "sgn-BE-NL",
    "sgn-CH-DE",
];

/// Tags registered before RFC 4646 that its grammar covers by their form only in part.
const REGULAR: [&str; 9] = [
    "art-lojban",
    "cel-gaulish",
    "no-bok",
    "no-nyn",
    "zh-guoyu",
    "zh-hakka",
    "zh-min",
    "zh-min-nan",
    "zh-xiang",
];

/// How far into a tag the reading got; the grammar allows each kind of subtag only after those
/// before it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Place {
    /// After a language of two or three letters, with this many extended ones.
    Extended(u8),
    Language,
    Script,
    Region,
    Variant,
    /// After the single letter of an extension.
    Singleton,
    Extension,
    /// After `x`.
    PrivateStart,
    Private,
}

impl<'a> LanguageTag<'a> {
    /// One tag.
    ///
    /// # Errors
    /// [`codes::LANGUAGE_SYNTAX`] with the place of the first offending subtag.
    pub fn parse(text: &'a str) -> Result<Self, LanguageError> {
        let tag = LanguageTag { text, offset: 0 };
        tag.check()?;
        Ok(tag)
    }

    /// The text as it is spelled.
    pub const fn as_str(self) -> &'a str {
        self.text
    }

    /// Place of the tag in its list, in octets.
    pub const fn offset(self) -> usize {
        self.offset
    }

    /// The subtags.
    pub fn subtags(self) -> impl Iterator<Item = &'a str> {
        self.text.split('-')
    }

    /// The primary language, for example `en`; `x` and `i` in private and old tags.
    pub fn language(self) -> &'a str {
        self.subtags().next().unwrap_or_default()
    }

    /// Whether the tag is well-formed: whether it has the form of RFC 5646 section 2.1. Whether
    /// its subtags are registered is not asked.
    ///
    /// # Errors
    /// [`codes::LANGUAGE_SYNTAX`] with the place of the first offending subtag.
    pub fn check(self) -> Result<(), LanguageError> {
        let known = |tag: &&str| tag.eq_ignore_ascii_case(self.text);
        if IRREGULAR.iter().any(|tag| known(&tag)) || REGULAR.iter().any(|tag| known(&tag)) {
            return Ok(());
        }
        let mut at = self.offset;
        let mut place = None;
        for subtag in self.subtags() {
            let next = match place {
                None => first_place(subtag),
                Some(place) => next_place(place, subtag),
            };
            place = Some(next.map_err(|expected| LanguageError::new(at, subtag, expected))?);
            at += subtag.len() + 1;
        }
        match place {
            Some(Place::Singleton | Place::PrivateStart) => Err(LanguageError::new(
                self.offset + self.text.len(),
                "",
                "a subtag after the single character",
            )),
            _ => Ok(()),
        }
    }

    /// Basic filtering (RFC 4647 section 3.3.1): whether the tag is the range or begins with
    /// it, subtag by subtag. `*` matches every tag.
    ///
    /// ```
    /// use mimi_codec::message::LanguageTag;
    ///
    /// let tag = LanguageTag::parse("de-CH-1996")?;
    /// assert!(tag.matches("de-ch") && tag.matches("*"));
    /// assert!(!tag.matches("de-1996") && !tag.matches("d"));
    /// # Ok::<(), mimi_codec::message::LanguageError>(())
    /// ```
    pub fn matches(self, range: &str) -> bool {
        range == "*" || begins_with(self.text, range)
    }

    fn rank(self, reader: &[&str]) -> Option<LanguageRank> {
        let found = |range: usize, distance| LanguageRank { range, distance };
        reader.iter().enumerate().find_map(|(place, range)| {
            let length = self.subtags().count();
            if *range == "*" {
                return Some(found(place, length));
            }
            let wanted = range.split('-').count();
            if begins_with(self.text, range) {
                return Some(found(place, length - wanted));
            }
            (!self.text.is_empty() && begins_with(range, self.text))
                .then(|| found(place, wanted - length))
        })
    }

    /// The tag in the customary case: `zh-Hant-TW` (RFC 5646 section 2.1.1).
    pub fn canonical_case(self) -> String {
        let mut out = String::with_capacity(self.text.len());
        let mut after_single = false;
        for (index, subtag) in self.subtags().enumerate() {
            if index > 0 {
                out.push('-');
            }
            let region = index > 0 && !after_single && subtag.len() == 2;
            let script = index > 0 && !after_single && subtag.len() == 4;
            for (at, c) in subtag.chars().enumerate() {
                let upper = region || (script && at == 0);
                out.push(if upper {
                    c.to_ascii_uppercase()
                } else {
                    c.to_ascii_lowercase()
                });
            }
            after_single |= subtag.len() == 1;
        }
        out
    }
}

fn is_alphabetic(subtag: &str) -> bool {
    subtag.bytes().all(|octet| octet.is_ascii_alphabetic())
}

fn is_alphanumeric(subtag: &str) -> bool {
    subtag.bytes().all(|octet| octet.is_ascii_alphanumeric())
}

fn first_place(subtag: &str) -> Result<Place, &'static str> {
    match subtag.len() {
        2 | 3 if is_alphabetic(subtag) => Ok(Place::Extended(0)),
        4..=8 if is_alphabetic(subtag) => Ok(Place::Language),
        1 if subtag.eq_ignore_ascii_case("x") => Ok(Place::PrivateStart),
        _ => Err("a language of 2 to 8 letters"),
    }
}

fn next_place(place: Place, subtag: &str) -> Result<Place, &'static str> {
    let length = subtag.len();
    if !(1..=8).contains(&length) || !is_alphanumeric(subtag) {
        return Err("a subtag of 1 to 8 letters and digits");
    }
    if place >= Place::PrivateStart {
        return Ok(Place::Private);
    }
    if length == 1 {
        return match place {
            Place::Singleton => Err("a subtag after the single character"),
            _ if subtag.eq_ignore_ascii_case("x") => Ok(Place::PrivateStart),
            _ => Ok(Place::Singleton),
        };
    }
    if place >= Place::Singleton {
        return Ok(Place::Extension);
    }
    let alphabetic = is_alphabetic(subtag);
    match (place, length) {
        (Place::Extended(count @ 0..=2), 3) if alphabetic => Ok(Place::Extended(count + 1)),
        (Place::Extended(_) | Place::Language, 4) if alphabetic => Ok(Place::Script),
        (Place::Extended(_) | Place::Language | Place::Script, 2) if alphabetic => {
            Ok(Place::Region)
        }
        (Place::Extended(_) | Place::Language | Place::Script, 3)
            if subtag.bytes().all(|octet| octet.is_ascii_digit()) =>
        {
            Ok(Place::Region)
        }
        (_, 5..=8) => Ok(Place::Variant),
        (_, 4) if subtag.starts_with(|c: char| c.is_ascii_digit()) => Ok(Place::Variant),
        _ => Err("a script, region, variant, extension or private use, in this order"),
    }
}

/// Whether a tag begins with a range, subtag by subtag.
fn begins_with(tag: &str, range: &str) -> bool {
    tag.get(..range.len())
        .is_some_and(|start| start.eq_ignore_ascii_case(range))
        && matches!(tag.as_bytes().get(range.len()), None | Some(b'-'))
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

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn the_tags_of_rfc_5646_appendix_a_are_well_formed() {
        for tag in [
            "de",
            "fr",
            "ja",
            "i-enochian",
            "zh-Hant",
            "zh-Hans",
            "sr-Cyrl",
            "sr-Latn",
            "zh-cmn-Hans-CN",
            "cmn-Hans-CN",
            "zh-yue-HK",
            "yue-HK",
            "zh-Hans-CN",
            "sr-Latn-RS",
            "sl-rozaj",
            "sl-rozaj-biske",
            "sl-nedis",
            "de-CH-1901",
            "sl-IT-nedis",
            "hy-Latn-IT-arevela",
            "de-DE",
            "en-US",
            "es-419",
            "de-CH-x-phonebk",
            "az-Arab-x-AZE-derbend",
            "x-whatever",
            "qaa-Qaaa-QM-x-southern",
            "de-Qaaa",
            "sr-Latn-QM",
            "sr-Qaaa-RS",
            "en-US-u-islamcal",
            "zh-CN-a-myext-x-private",
            "en-a-myext-b-another",
            "en-GB-oed",
            "ZH-MIN-NAN",
            "sgn-be-fr",
            "zh-abc-def-ghi",
            "abcdefgh",
            "abcd-1994",
            "en-x-1",
            "en-a-bc-x-y",
        ] {
            assert!(LanguageTag::parse(tag).is_ok(), "{tag}");
        }
    }

    #[test]
    fn what_is_not_well_formed_and_where() {
        for (list, at) in [
            ("de-419-DE", 7),
            ("a-DE", 0),
            ("", 0),
            ("en-", 3),
            ("-en", 0),
            ("en--US", 3),
            ("en_US", 0),
            ("en-US,", 6),
            ("en,,fr", 3),
            (" , en", 1),
            ("en, fr-x", 8),
            ("en-a", 4),
            ("en-a-x-b", 5),
            ("en-US-Latn", 6),
            ("zh-abc-def-ghi-jkl", 15),
            ("en-abcdefghi", 3),
            ("englische", 0),
            ("i-unknown", 0),
            ("x", 1),
            ("é", 0),
            ("en-é", 3),
            ("12", 0),
            ("en-a-b-c", 5),
            ("en;q=0.8", 0),
        ] {
            if list.is_empty() {
                assert!(LanguageTag::parse(list).is_err());
                continue;
            }
            let error = LanguageList::new(list).check().unwrap_err();
            assert_eq!(error.finding().offset, Some(at), "{list:?}: {error}");
            assert_eq!(error.code(), codes::LANGUAGE_SYNTAX);
        }
        assert!(LanguageList::new("").check().is_ok());
        assert!(LanguageList::new("en ,\tfr").check().is_ok());
    }

    #[test]
    fn a_list_is_iterated_whatever_it_holds() {
        let list = LanguageList::new(" en-GB ,, fr;q=1,");
        let tags: Vec<_> = list
            .tags()
            .map(|tag| (tag.as_str(), tag.offset()))
            .collect();
        assert_eq!(tags, [("en-GB", 1), ("fr;q=1", 10)]);
        assert_eq!(list.as_str(), " en-GB ,, fr;q=1,");
        assert!(LanguageList::new(" , ").is_empty());
    }

    #[test]
    fn filtering_and_lookup_as_rfc_4647() {
        let list = LanguageList::new("de-DE-1996,de-Deva,de-DE,en");
        let filtered = filter_languages(list.tags(), &["de-de"]);
        assert_eq!(
            filtered.iter().map(|tag| tag.as_str()).collect::<Vec<_>>(),
            ["de-DE-1996", "de-DE"]
        );
        let look = |ranges: &[&str]| {
            let list = LanguageList::new("zh-Hant-CN,zh-Hant,en");
            lookup_language(list.tags(), ranges).map(|tag| tag.as_str())
        };
        assert_eq!(
            look(&["zh-Hant-CN-x-private1-private2"]),
            Some("zh-Hant-CN")
        );
        assert_eq!(look(&["zh-Hant-x-private1"]), Some("zh-Hant"));
        assert_eq!(look(&["fr-FR", "EN-us"]), Some("en"));
        assert_eq!(look(&["*"]), None);
        assert_eq!(look(&["fr"]), None);
    }

    #[test]
    fn ranks_prefer_the_readers_order_then_the_nearest() {
        let rank = |list, reader: &[&str]| LanguageList::new(list).rank(reader);
        let of = |range, distance| Some(LanguageRank { range, distance });
        assert_eq!(rank("en-GB", &["en-GB", "de"]), of(0, 0));
        assert_eq!(rank("en", &["en-GB", "de"]), of(0, 1));
        assert_eq!(rank("en-US", &["en-GB", "de"]), None);
        assert_eq!(rank("en-US", &["en-GB", "en"]), of(1, 1));
        assert_eq!(rank("de,en", &["en", "de"]), of(0, 0));
        assert_eq!(rank("fr", &["en", "*"]), of(1, 1));
        assert_eq!(rank("", &["*"]), None);
        assert_eq!(rank("enx", &["en"]), None);
    }

    #[test]
    fn customary_case() {
        for (tag, expected) in [
            ("EN-us", "en-US"),
            ("zh-hant-tw", "zh-Hant-TW"),
            ("EN-CA-X-CA", "en-CA-x-ca"),
            ("sgn-be-fr", "sgn-BE-FR"),
            ("az-latn-x-LATN", "az-Latn-x-latn"),
        ] {
            assert_eq!(LanguageTag::parse(tag).unwrap().canonical_case(), expected);
        }
    }
}
