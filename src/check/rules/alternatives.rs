//! Whether the alternatives of a chooseOne say the same to everybody.
//!
//! Compared are the words that a reader sees: without marks, case, addresses, list numbers and, where
//! that helps, the texts in place of images. Alternatives in other languages are not compared, nor
//! are formats whose text is not known.

use std::format;
use std::string::String;
use std::vec::Vec;

use super::{Sink, Subject};
use crate::message::{LanguageList, NestedPart, PartBody, PartSemantics};
use crate::report::codes;
use crate::rich::{Document, Inline, block_text, block_text_without_images};

/// The words that each part shows.
pub(super) struct Shown(Vec<Option<String>>);

impl Shown {
    pub(super) fn new(parts: usize) -> Self {
        let mut shown = Vec::new();
        shown.resize_with(parts, || None);
        Shown(shown)
    }

    pub(super) fn set(&mut self, index: usize, words: String) {
        if let Some(place) = self.0.get_mut(index) {
            *place = Some(words);
        }
    }

    fn get(&self, index: usize) -> Option<&str> {
        self.0.get(index)?.as_deref()
    }
}

/// Separates the words with and without the texts of images.
const WITHOUT_IMAGES: char = '\u{1}';

/// The words of a text, and behind them, if there are images, those without the images' texts.
pub(super) fn words(document: &Document) -> String {
    let mut out = String::new();
    push_words(&block_text(&document.blocks), &mut out);
    let mut images = false;
    document.for_each_inline(|inline| images |= matches!(inline, Inline::Image { .. }));
    if images {
        out.push(WITHOUT_IMAGES);
        push_words(&block_text_without_images(&document.blocks), &mut out);
    }
    out
}

/// The words of a plain text, whose line ends count.
pub(super) fn words_of_text(text: &str) -> String {
    let mut out = String::new();
    push_words(text, &mut out);
    out
}

/// Adds the words of a text, each with a space behind it.
fn push_words(text: &str, out: &mut String) {
    out.reserve(text.len() + 1);
    for line in text.lines() {
        let mut beginning = true;
        for token in line.split_whitespace() {
            let marker = beginning && is_marker(token);
            beginning &= marker;
            if marker || is_address(token) {
                continue;
            }
            let start = out.len();
            for c in token.chars() {
                if c.is_ascii_alphanumeric() {
                    out.push(c.to_ascii_lowercase());
                } else if counts(c) {
                    out.extend(c.to_lowercase());
                } else if out.len() > start && !out.ends_with(' ') {
                    out.push(' ');
                }
            }
            if out.len() > start && !out.ends_with(' ') {
                out.push(' ');
            }
        }
    }
}

/// Letters, digits and symbols such as emoji; no punctuation, and nothing invisible.
fn counts(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_alphanumeric();
    }
    let invisible = matches!(c, '\u{ad}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}');
    let punctuation = matches!(c, '\u{a0}'..='\u{bf}' | '\u{2000}'..='\u{206f}' | '\u{3000}'..='\u{303f}' | '\u{2500}'..='\u{25ff}');
    !invisible && !punctuation && !c.is_control() && !c.is_whitespace()
}

/// What stands in front of a line of a list or a quotation.
fn is_marker(token: &str) -> bool {
    let number = token.strip_suffix(['.', ')']).is_some_and(|digits| {
        !digits.is_empty() && digits.len() < 10 && digits.bytes().all(|b| b.is_ascii_digit())
    });
    number
        || matches!(token, "[x]" | "[X]" | "☐" | "☑" | "☒" | "✓" | "✔")
        || !token.chars().any(counts)
}

fn is_address(token: &str) -> bool {
    if !token.as_bytes().contains(&b':') {
        return false;
    }
    let token = token.trim_start_matches(['(', '<', '[', '"', '\'']);
    let begins = |start: &str| {
        token
            .get(..start.len())
            .is_some_and(|begin| begin.eq_ignore_ascii_case(start))
    };
    let scheme = token.split_once(':').is_some_and(|(scheme, rest)| {
        rest.starts_with("//") && scheme.bytes().all(|b| b.is_ascii_alphanumeric())
    });
    scheme
        || ["cid:", "mailto:", "mimi:", "im:", "tel:"]
            .iter()
            .any(|start| begins(start))
}

/// Combinations of alternatives that are looked at for one part; more are not compared.
const VARIANTS: usize = 8;

/// One way to see a part: the parts that are shown, in order, and the language of the first.
#[derive(Clone)]
struct Variant<'a> {
    leaves: Vec<usize>,
    language: &'a str,
}

/// Whether there is a chooseOne.
pub(super) fn has_choice(subject: &Subject<'_, '_, '_>) -> bool {
    subject.parts.iter().any(|part| match &part.part.body {
        PartBody::Multi(multi) => multi.semantics == PartSemantics::ChooseOne,
        _ => false,
    })
}

pub(super) fn judge(subject: &Subject<'_, '_, '_>, shown: &Shown, sink: &mut Sink<'_>) {
    if !has_choice(subject) {
        return;
    }
    let children = children(subject);
    // The ways to see each part, from the last to the first: what is inside comes later.
    let mut ways: Vec<Vec<Variant<'_>>> = Vec::new();
    ways.resize_with(subject.parts.len(), Vec::new);
    let languages = languages(subject);
    let mut differing = Vec::new();
    for (index, part) in subject.parts.iter().enumerate().rev() {
        let inner = children.get(index).map_or(&[][..], Vec::as_slice);
        let language = languages.get(index).copied().unwrap_or_default();
        let own = match &part.part.body {
            // In a language that cannot be read, it can be a translation of anything.
            PartBody::Single(_)
                if shown.get(index).is_some() && LanguageList::new(language).check().is_ok() =>
            {
                Vec::from([Variant {
                    leaves: Vec::from([index]),
                    language,
                }])
            }
            PartBody::Multi(multi) if multi.semantics == PartSemantics::ChooseOne => {
                let all = inner.iter().flat_map(|at| ways.get(*at)).flatten();
                let all: Vec<Variant<'_>> = all.cloned().collect();
                if let Some((other, found, expected)) = first_difference(&all, shown) {
                    differing.push((index, other, found, expected));
                }
                all.into_iter().take(VARIANTS).collect()
            }
            PartBody::Multi(_) => together(inner, &ways),
            _ => Vec::new(),
        };
        // What is inside is not needed again.
        for at in inner {
            if let Some(way) = ways.get_mut(*at) {
                way.clear();
            }
        }
        if let Some(place) = ways.get_mut(index) {
            *place = own;
        }
    }
    differing.reverse();
    for (_, other, found, expected) in differing {
        sink.push(
            subject
                .part(codes::ALTERNATIVES_DIFFER, other, "content")
                .found(found)
                .expected(expected),
        );
    }
}

/// The parts inside each part.
fn children(subject: &Subject<'_, '_, '_>) -> Vec<Vec<usize>> {
    let mut children = Vec::new();
    children.resize_with(subject.parts.len(), Vec::new);
    for (index, part) in subject.parts.iter().enumerate() {
        let parent = part.parent.and_then(|it| usize::try_from(it).ok());
        if let Some(inner) = parent.and_then(|at| children.get_mut(at)) {
            let inner: &mut Vec<usize> = inner;
            inner.push(index);
        }
    }
    children
}

/// The language of each part: a part without one has that of the multipart around it.
fn languages<'m>(subject: &'m Subject<'_, '_, '_>) -> Vec<&'m str> {
    let mut languages: Vec<&str> = Vec::with_capacity(subject.parts.len());
    for part in &subject.parts {
        let part_of: &NestedPart<'_> = part.part;
        let own: &str = &part_of.language;
        let around = part.parent.and_then(|it| usize::try_from(it).ok());
        let inherited = around.and_then(|at| languages.get(at)).copied();
        languages.push(match own {
            "" => inherited.unwrap_or_default(),
            own => own,
        });
    }
    languages
}

/// The ways to see parts that are all shown.
fn together<'a>(inner: &[usize], ways: &[Vec<Variant<'a>>]) -> Vec<Variant<'a>> {
    let mut all: Vec<Variant<'a>> = Vec::new();
    for way in inner.iter().filter_map(|at| ways.get(*at)) {
        if way.is_empty() {
            continue;
        }
        if all.is_empty() {
            all.clone_from(way);
            continue;
        }
        // Of many combinations a few are enough; then each further part is seen in one way.
        if all.len() * way.len() > VARIANTS {
            for before in &mut all {
                before
                    .leaves
                    .extend(way.iter().take(1).flat_map(|it| &it.leaves));
            }
            continue;
        }
        let mut next = Vec::new();
        for before in &all {
            for after in way {
                let mut variant = before.clone();
                variant.leaves.extend(&after.leaves);
                next.push(variant);
            }
        }
        all = next;
    }
    all
}

/// The first part that says something else than an earlier alternative in the same language:
/// its index, its words there, and those expected.
fn first_difference(all: &[Variant<'_>], shown: &Shown) -> Option<(usize, String, String)> {
    // The first alternative in each language, with its words.
    let mut firsts: Vec<(&str, Said)> = Vec::new();
    for variant in all {
        let said = Said::by(variant, shown);
        let same = firsts
            .iter()
            .find(|(language, _)| language.eq_ignore_ascii_case(variant.language));
        let Some((_, first)) = same else {
            if firsts.len() < VARIANTS {
                firsts.push((variant.language, said));
            }
            continue;
        };
        if !first.is_like(&said) {
            let (expected, found) = unlike(first.bare(), said.bare());
            let place = variant.leaves.first().copied()?;
            return Some((place, found, expected));
        }
    }
    None
}

/// What one way to see a part says: all its words, and those without the texts of images where
/// there are some.
struct Said(String, Option<String>);

impl Said {
    fn by(variant: &Variant<'_>, shown: &Shown) -> Self {
        let texts = || variant.leaves.iter().filter_map(|at| shown.get(*at));
        let whole = texts().map(|text| match text.split_once(WITHOUT_IMAGES) {
            Some((with, _)) => with,
            None => text,
        });
        let bare = texts().map(|text| match text.split_once(WITHOUT_IMAGES) {
            Some((_, without)) => without,
            None => text,
        });
        let images = texts().any(|text| text.contains(WITHOUT_IMAGES));
        Said(whole.collect(), images.then(|| bare.collect()))
    }

    fn bare(&self) -> &str {
        self.1.as_deref().unwrap_or(&self.0)
    }

    /// An alternative may have the texts of images or leave them out.
    fn is_like(&self, other: &Said) -> bool {
        [self.0.as_str(), self.bare()]
            .iter()
            .any(|one| *one == other.0 || *one == other.bare())
    }
}

/// A few words from where two texts part ways.
fn unlike(one: &str, two: &str) -> (String, String) {
    let common = one
        .split(' ')
        .zip(two.split(' '))
        .take_while(|(a, b)| a == b)
        .count();
    let few = |text: &str| {
        let words: Vec<&str> = text
            .split(' ')
            .skip(common)
            .filter(|word| !word.is_empty())
            .take(5)
            .collect();
        match words.is_empty() {
            true => String::from("the end"),
            false => format!("{:?}", words.join(" ")),
        }
    };
    (few(one), few(two))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rich::markdown;

    #[test]
    fn words_are_what_is_said() {
        let read = |text| words(&markdown::read(text).value);
        assert_eq!(read("# Hello, **World**!"), "hello world ");
        assert_eq!(read("1. one\n2. two"), "one two ");
        assert_eq!(read("[here](https://a.example)"), "here ");
        assert_eq!(
            read("do ![not](cid:1@local.invalid) pay"),
            "do not pay \u{1}do pay "
        );
        let inside = "- [go ![x](cid:1@local.invalid)](https://a.example)\n- ![y](cid:2@local.invalid)\n\n\
                      |a ![b](cid:3@local.invalid)|\n|-|";
        assert_eq!(read(inside), "go x y a b \u{1}go a ");
        assert_eq!(read("👍"), "👍 ");
        let text = "> 1. one (https://a.example)\n* two 👍";
        assert_eq!(words_of_text(text), "one two 👍 ");
    }
}
