//! References to sections and appendices of the draft itself: to one that is not there, or to one
//! that is not about what the sentence says.

use std::collections::BTreeMap;
use std::format;
use std::string::{String, ToString};
use std::vec::Vec;

use super::blocks::Blocks;
use super::elsewhere::{first_document, is_elsewhere, is_foreign};
use super::prose::paragraphs;
use super::sections::{Section, Sections};
use super::source::{Document, Form};
use crate::report::{Finding, codes};

/// A reference in a text.
#[derive(Debug, PartialEq, Eq)]
struct Reference<'t> {
    at: usize,
    /// `Section 4.1`
    text: &'t str,
    number: &'t str,
    /// Whether the text refers to a section of another document before.
    after_foreign: bool,
}

impl Reference<'_> {
    /// Whether this is no reference at all, as in `Section V of` (a Roman number) and
    /// `Section A Tab Divider`: a letter alone, unless it is said to be of this document.
    fn is_a_word(&self, before: &str, after: &str) -> bool {
        // In quotes or in markup it is itself what is spoken of.
        before.trim_end().ends_with(['"', '“', '>', '#', '`'])
            || self.text.starts_with("Section")
                && self.number.len() == 1
                && self.number.bytes().all(|b| b.is_ascii_uppercase())
                && !after.starts_with(" of RFC XXXX")
                && !after.starts_with(" of this ")
    }
}

/// Reports what is wrong with references, in each file no more than `most` and one.
pub(super) fn judge(
    document: &Document,
    sections: &Sections,
    blocks: &Blocks,
    most: usize,
    findings: &mut Vec<Finding>,
) {
    if document.form == Form::Code || sections.iter().all(|section| section.number.is_empty()) {
        return;
    }
    let titles: BTreeMap<String, &Section> = sections
        .iter()
        .filter(|section| !section.number.is_empty() && stems(&section.title).count() >= 2)
        .map(|section| (words(&section.title).join(" "), section))
        .collect();
    let mut places = None;
    let mut ends: BTreeMap<usize, usize> = BTreeMap::new();
    let mut context = Context::default();
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for paragraph in paragraphs(document, blocks) {
        let text = paragraph.text.as_str();
        let first = paragraph.first();
        let count = counts.entry(document.file(first)).or_default();
        if *count > most {
            continue;
        }
        let named_before = context.step(text, sections.index(first));
        // In a table the words of one sentence stand in several lines.
        if sections.is_foreign(first) || is_entry(text) || text.starts_with(['|', '+']) {
            continue;
        }
        // A section about another document names the sections of that one.
        let about_another = sections
            .at(first)
            .is_some_and(|section| first_document(&section.title).is_some());
        for reference in references(text) {
            let finding = match sections.by_number(reference.number) {
                None if document.subject.amends
                    || named_before
                    || reference.after_foreign
                    || about_another
                    || sections.has(reference.number) =>
                {
                    continue;
                }
                None => {
                    let before = text.get(..reference.at).unwrap_or("");
                    let end = reference.at + reference.text.len();
                    let after = text.get(end..).unwrap_or("");
                    if reference.is_a_word(before, after)
                        || is_elsewhere(before, after, context.named)
                    {
                        continue;
                    }
                    Finding::new(codes::DRAFT_REFERENCE_MISSING)
                        .found(reference.text.to_string())
                        .expected("the number of a section of this document")
                }
                Some(_) if reference.after_foreign => continue,
                Some(target) => {
                    let Some(meant) = titled(text, reference.at, &titles) else {
                        continue;
                    };
                    let places = places.get_or_insert_with(|| Places::of(document, titles.keys()));
                    let end = *ends
                        .entry(target.first)
                        .or_insert_with(|| sections.end(target, document));
                    if target.is_in(meant)
                        || meant.is_in(target)
                        || places.all(&meant.title, target.first, end)
                    {
                        continue;
                    }
                    let shown = |section: &Section| match section.is_appendix() {
                        true => format!("Appendix {} ({})", section.number, section.title),
                        false => format!("Section {} ({})", section.number, section.title),
                    };
                    Finding::new(codes::DRAFT_REFERENCE)
                        .found(format!("{} ({})", reference.text, target.title))
                        .expected(shown(meant))
                }
            };
            let (line, column) = paragraph.place(document, reference.at);
            findings.push(document.locate(finding, line, column));
            *count += 1;
        }
    }
}

/// Which documents the paragraphs before speak of.
#[derive(Default)]
struct Context {
    section: usize,
    /// Where the paragraph names another document first.
    named: Option<usize>,
    /// Whether the paragraph names one, and the paragraph that leads in a list.
    this: bool,
    lead: bool,
}

impl Context {
    /// Goes on to a paragraph. Says whether the one before it, or what leads in the list that it
    /// is in, names another document.
    fn step(&mut self, text: &str, section: usize) -> bool {
        let before = self.section == section && (self.this || self.lead && is_item(text));
        if self.section != section {
            self.lead = false;
        }
        self.named = first_document(text);
        self.section = section;
        self.this = self.named.is_some();
        if !is_item(text) {
            self.lead = self.this;
        }
        before
    }
}

/// Whether a paragraph is an item of a list.
fn is_item(text: &str) -> bool {
    let mark = text.split(' ').next().unwrap_or("");
    let number = mark
        .trim_start_matches('(')
        .trim_end_matches(['.', ')', ':']);
    matches!(mark, "*" | "o" | "-" | "+" | "--" | "•")
        || number.len() < mark.len()
            && number.len() <= 3
            && number.bytes().all(|b| b.is_ascii_alphanumeric())
}

/// In which lines the words of the titles stand. A section that lacks some of the words of a
/// title is not what is meant by it; one that has all of them may well be.
struct Places(BTreeMap<String, Vec<usize>>);

impl Places {
    fn of<'t>(document: &Document, titles: impl Iterator<Item = &'t String>) -> Places {
        let mut places: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for title in titles {
            for stem in stems(title) {
                places.entry(stem).or_default();
            }
        }
        for line in 0..document.len() {
            for stem in stems(document.text(line)) {
                if let Some(lines) = places.get_mut(&stem)
                    && lines.last() != Some(&line)
                {
                    lines.push(line);
                }
            }
        }
        Places(places)
    }

    /// Whether every word of a title stands somewhere in some lines.
    fn all(&self, title: &str, first: usize, end: usize) -> bool {
        stems(title).all(|stem| {
            self.0.get(&stem).is_some_and(|lines| {
                let after = lines.partition_point(|line| *line < first);
                lines.get(after).is_some_and(|line| *line < end)
            })
        })
    }
}

/// The beginnings of the words of a text that say what it is about, so that `table` and `tables`
/// are one.
fn stems(text: &str) -> impl Iterator<Item = String> + '_ {
    const STEM: usize = 5;
    text.split(|c: char| !c.is_alphanumeric())
        .filter(|word| word.len() > 2)
        .map(|word| {
            word.chars()
                .take(STEM)
                .flat_map(char::to_lowercase)
                .collect()
        })
}

/// An entry of a table of contents that stands as a paragraph.
fn is_entry(text: &str) -> bool {
    if text.contains(".....") || text.contains(". . . .") {
        return true;
    }
    text.strip_prefix("Appendix ")
        .and_then(|rest| rest.split_once(' '))
        .is_some_and(|(number, _)| number.ends_with('.'))
}

/// The references of a text to this document.
fn references(text: &str) -> Vec<Reference<'_>> {
    const WORDS: &[&str] = &["Section ", "Appendix "];
    let mut all = Vec::new();
    for word in WORDS {
        for (at, _) in text.match_indices(word) {
            let start = at + word.len();
            let rest = text.get(start..).unwrap_or("");
            let number = rest
                .find(|c: char| !(c.is_ascii_alphanumeric() || c == '.'))
                .map_or(rest, |end| rest.get(..end).unwrap_or(""))
                .trim_end_matches('.');
            let after = rest.get(number.len()..).unwrap_or("");
            let before = text.get(..at).unwrap_or("");
            if is_reference(number) {
                let reference = Reference {
                    at,
                    text: text.get(at..start + number.len()).unwrap_or(""),
                    number,
                    after_foreign: false,
                };
                all.push((reference, is_foreign(before, after)));
            }
        }
    }
    all.sort_by_key(|(reference, _)| reference.at);
    let mut found = Vec::new();
    // `[RFC5280], Section 4.2 and Section 4.3`: what is joined goes on with the same document.
    let mut foreign_until = None;
    let mut any_foreign = false;
    for (mut reference, foreign) in all {
        let end = reference.at + reference.text.len();
        let joined = foreign_until
            .and_then(|until: usize| text.get(until..reference.at))
            .is_some_and(|between| {
                matches!(between.trim_matches([',', ' ', ')']), "and" | "or" | "")
            });
        foreign_until = (foreign || joined).then_some(end);
        any_foreign |= foreign_until.is_some();
        if foreign_until.is_none() {
            reference.after_foreign = any_foreign;
            found.push(reference);
        }
    }
    found
}

/// `4.1`, `B.3`, and `Y.Z`, which stands for a number that was to come.
fn is_reference(number: &str) -> bool {
    !number.is_empty()
        && number.split('.').all(|step| {
            let digits = step.bytes().all(|b| b.is_ascii_digit());
            !step.is_empty()
                && (digits || step.len() == 1 && step.bytes().all(|b| b.is_ascii_uppercase()))
        })
}

fn words(text: &str) -> Vec<String> {
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
fn titled<'s>(
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_to_this_document_only() {
        let numbers = |text| -> Vec<String> {
            references(text)
                .into_iter()
                .map(|reference| reference.number.to_string())
                .collect()
        };
        assert_eq!(
            numbers("see Section 4.1, and Appendix B.3."),
            ["4.1", "B.3"]
        );
        assert_eq!(numbers("See Section Y.Z of RFC XXXX"), ["Y.Z"]);
        assert_eq!(
            numbers("[RFC5280], Section 4.2. Section 4.3 is ours"),
            ["4.3"]
        );
        assert_eq!(numbers("Section 4.1 in Appendix A"), ["4.1", "A"]);
        assert_eq!(numbers("this document's Section 4"), ["4"]);
        for other in [
            "Section 2.3 of [I-D.ietf-mls-extensions]",
            "{{Section 3 of !RFC9581}}",
            "[Appendix G of @!RFC8610]",
            "[RFC8949], Section 3",
            "(RFC 8949, Section 3)",
            "Section 4.e of the Trust Legal Provisions",
            "RFC9420 Section 3.4 and Section 3.5",
            "[RFC5280], Section 4.2, Section 4.3",
            "RFC 9420 (Section 3.4)",
            "draft-ietf-mls-extensions-05 Section 4",
            "Section 12.4 in MLS",
            "the RFC's Section 4",
            "Section headings",
        ] {
            assert_eq!(numbers(other), [""; 0], "{other}");
        }
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
