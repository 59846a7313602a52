//! [`LanguageTag`]: one tag, its grammar (RFC 5646 section 2.1) and matching (RFC 4647).

use alloc::string::String;
use core::fmt;

#[cfg(doc)]
use super::LanguageList;
use super::{LanguageError, LanguageRank};
#[cfg(doc)]
use crate::report::codes;

/// One entry of a [`LanguageList`]; compared without regard to case, as RFC 5646 has it.
#[derive(Clone, Copy, Debug)]
pub struct LanguageTag<'a> {
    pub(super) text: &'a str,
    /// Its place in the list.
    pub(super) offset: usize,
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
        let known = |tag: &str| tag.eq_ignore_ascii_case(self.text);
        if IRREGULAR.iter().chain(&REGULAR).any(|tag| known(tag)) {
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

    pub(super) fn rank(self, reader: &[&str]) -> Option<LanguageRank> {
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
