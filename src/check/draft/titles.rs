//! Titles of sections in a text: the one that stands right before a reference, and which sections
//! have the words of one.

use std::collections::{BTreeMap, HashMap};
use std::string::{String, ToString};
use std::vec::Vec;

use super::sections::Section;
use super::source::Document;

pub(super) fn words(text: &str) -> Vec<String> {
    text.to_lowercase()
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(ToString::to_string)
        .collect()
}

/// Words between a title and the number of its section: `the schemas are found in Appendix A`.
/// What is *defined* or *described* there, or told more of (`see`), need not have it as its title.
const BETWEEN: &[&str] = &[
    "in",
    "is",
    "are",
    "given",
    "listed",
    "shown",
    "found",
    "of",
    "the",
    "also",
    "under",
    "available",
    "can",
    "be",
    "collected",
];

/// The section whose whole title stands right before a reference, with nothing but small words
/// between.
pub(super) fn titled<'s>(
    text: &str,
    at: usize,
    titles: &BTreeMap<String, &'s Section>,
) -> Option<&'s Section> {
    /// Longest title looked for, in words.
    const LONGEST: usize = 8;
    const NEAR: usize = 160;
    let before = text.get(..at)?;
    let from = before
        .char_indices()
        .rev()
        .nth(NEAR)
        .map_or(0, |(from, _)| from);
    let near = before.get(from..)?;
    // What ended before says nothing about this.
    let near = near.rsplit(". ").next()?;
    // `Security considerations: See Section 9`
    if let Some((label, see)) = near.rsplit_once(':')
        && words(see).iter().all(|word| word == "see")
    {
        let label = label.rsplit([';', ')', '*']).next().unwrap_or(label);
        return titles.get(&words(label).join(" ")).copied();
    }
    let near = near
        .rsplit([';', ':', ',', '(', ')', '"', '|'])
        .next()
        .unwrap_or(near);
    let mut words = words(near);
    if words.last().is_none_or(|word| word != "in") {
        return None;
    }
    while words
        .last()
        .is_some_and(|word| BETWEEN.contains(&word.as_str()))
    {
        words.pop();
    }
    (2..=LONGEST.min(words.len())).rev().find_map(|count| {
        let (before, title) = words.split_at(words.len() - count);
        let title = titles.get(&title.join(" "))?;
        is_whole(before).then_some(*title)
    })
}

/// Whether the words before a title let it stand for itself: `using the ...`, but neither
/// `an implementation of the ...` nor `two other ...`.
fn is_whole(before: &[String]) -> bool {
    const ARTICLES: &[&str] = &["the", "these", "this", "our", "all"];
    const PART: &[&str] = &["of", "for", "by", "from", "to", "with"];
    let word = |back: usize| {
        before
            .len()
            .checked_sub(back)
            .and_then(|at| before.get(at))
            .map(String::as_str)
    };
    match word(1) {
        None | Some("see") => true,
        Some(article) if ARTICLES.contains(&article) => {
            word(2).is_none_or(|word| !PART.contains(&word))
        }
        Some(_) => false,
    }
}

/// In which lines the words of the titles stand. A section that lacks some of the words of a
/// title is not what is meant by it; one that has all of them may well be.
pub(super) struct Places(HashMap<String, Vec<usize>>);

impl Places {
    pub(super) fn of<'t>(document: &Document, titles: impl Iterator<Item = &'t String>) -> Places {
        let mut places: HashMap<String, Vec<usize>> = HashMap::new();
        let mut beginnings = Beginnings::new();
        for title in titles {
            for word in long_words(title) {
                beginnings.insert(word);
            }
            each_stem(title, |stem| {
                places.entry(stem.to_string()).or_default();
            });
        }
        let mut stem = String::new();
        for line in 0..document.len() {
            for word in long_words(document.text(line)) {
                if !beginnings.may_have(word) {
                    continue;
                }
                stem_of(word, &mut stem);
                if let Some(lines) = places.get_mut(stem.as_str())
                    && lines.last() != Some(&line)
                {
                    lines.push(line);
                }
            }
        }
        Places(places)
    }

    /// Whether every word of a title stands somewhere in some lines.
    pub(super) fn all(&self, title: &str, first: usize, end: usize) -> bool {
        let mut all = true;
        each_stem(title, |stem| {
            all &= self.0.get(stem).is_some_and(|lines| {
                let after = lines.partition_point(|line| *line < first);
                lines.get(after).is_some_and(|line| *line < end)
            });
        });
        all
    }
}

/// How words may begin that are in a title, be it in other letters. Most words of a document are
/// in none, and need not be put into lower case to know it.
struct Beginnings(Vec<bool>);

impl Beginnings {
    fn new() -> Beginnings {
        Beginnings(std::vec![false; 1 << 15])
    }

    /// Five bits of each of the first three octets, the same for `A` and `a`; none for a word
    /// that begins with other than ASCII, whose lower case may be anything.
    fn slot(word: &str) -> Option<usize> {
        let [a, b, c] = *word.as_bytes().first_chunk()?;
        let bits = |octet: u8| usize::from(octet & 0x1f);
        let ascii = a.is_ascii() && b.is_ascii() && c.is_ascii();
        ascii.then(|| bits(a) << 10 | bits(b) << 5 | bits(c))
    }

    fn insert(&mut self, word: &str) {
        let Some(slot) = Self::slot(word) else {
            // Any word may become this one in lower case.
            self.0.fill(true);
            return;
        };
        if let Some(known) = self.0.get_mut(slot) {
            *known = true;
        }
    }

    fn may_have(&self, word: &str) -> bool {
        Self::slot(word).is_none_or(|slot| self.0.get(slot) == Some(&true))
    }
}

/// The words of a text that say what it is about: those of three octets and more.
fn long_words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric())
        .filter(|word| word.len() > 2)
}

/// The beginning of a word in lower case, so that `table` and `Tables` are one.
fn stem_of(word: &str, stem: &mut String) {
    const STEM: usize = 5;
    stem.clear();
    stem.extend(word.chars().take(STEM).flat_map(char::to_lowercase));
}

/// The beginnings of those words.
fn each_stem(text: &str, mut see: impl FnMut(&str)) {
    let mut stem = String::new();
    for word in long_words(text) {
        stem_of(word, &mut stem);
        see(&stem);
    }
}

/// How many such words a text has.
pub(super) fn stems(text: &str) -> usize {
    let mut count = 0;
    each_stem(text, |_| count += 1);
    count
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_titles_are_not_passed_over() {
        let mut beginnings = Beginnings::new();
        beginnings.insert("Collected");
        assert!(beginnings.may_have("collection") && beginnings.may_have("COLlected"));
        assert!(!beginnings.may_have("rules"));
        // The first letter is the sign of Kelvin, which is a k in lower case.
        assert!(beginnings.may_have("\u{212a}elvin"));
        beginnings.insert("\u{212a}elvin");
        assert!(beginnings.may_have("kelvin"));
    }

    #[test]
    fn titles_before_references() {
        let section = Section {
            number: "A".into(),
            title: "CDDL Schemas".into(),
            first: 0,
        };
        let titles = BTreeMap::from([("cddl schemas".to_string(), &section)]);
        let found = |text: &str| {
            let at = text.find("Appendix").unwrap_or(0);
            titled(text, at, &titles).is_some()
        };
        assert!(found("using the CDDL schemas in Appendix B and"));
        assert!(!found("the CDDL schemas. More in Appendix B"));
        assert!(!found("the CDDL schemas and examples in Appendix B"));
        assert!(found("see the CDDL schemas in Appendix B"));
        assert!(found("CDDL schemas: see Appendix B"));
        // What is said of something may stand anywhere.
        assert!(!found(
            "a reader of the CDDL schemas is found in Appendix B"
        ));
        assert!(!found("following CDDL schemas in Appendix B"));
        assert!(!found("the CDDL schemas described in Appendix B"));
        assert!(!found("the CDDL schemas (see Appendix B)"));
    }
}
