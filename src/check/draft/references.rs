//! References to sections and appendices of the draft itself: to one that is not there, or to one
//! that is not about what the sentence says.

use std::collections::BTreeMap;
use std::format;
use std::string::{String, ToString};
use std::vec::Vec;

use super::blocks::Blocks;
use super::elsewhere::{first_document, is_elsewhere, is_foreign};
use super::prose::{Paragraph, paragraphs};
use super::sections::{Section, Sections};
use super::source::{Document, Form};
use super::titles::{Places, stems, titled, words};
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
    /// Whether this is a reference, and to this document, as far as the words near it say; `named`
    /// is where the text first names another document.
    fn is_ours(&self, text: &str, named: Option<usize>) -> bool {
        let before = text.get(..self.at).unwrap_or("");
        let after = text.get(self.at + self.text.len()..).unwrap_or("");
        !self.is_a_word(before, after) && !is_elsewhere(before, after, named)
    }

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

/// Reports what is wrong with references, in each file no more than `most` and a paragraph's.
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
    let titles = sections
        .iter()
        .filter(|section| !section.number.is_empty() && stems(&section.title) >= 2)
        .map(|section| (words(&section.title).join(" "), section))
        .collect();
    let mut judge = Judge {
        document,
        sections,
        titles,
        places: None,
        ends: BTreeMap::new(),
        context: Context::default(),
    };
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for paragraph in paragraphs(document, blocks) {
        let first = paragraph.first();
        let count = counts.entry(document.file(first)).or_default();
        if *count > most {
            continue;
        }
        let before = findings.len();
        let text = paragraph.text.as_str();
        // In a table the words of one sentence stand in several lines.
        if !(sections.is_foreign(first) || is_entry(text) || text.starts_with(['|', '+'])) {
            judge.paragraph(&paragraph, findings);
        }
        *count += findings.len() - before;
        judge.context.step(paragraph.text, sections.index(first));
    }
}

struct Judge<'d> {
    document: &'d Document,
    sections: &'d Sections,
    /// By its words: what a reference may name.
    titles: BTreeMap<String, &'d Section>,
    places: Option<Places>,
    /// By the first line of a section: the line behind it.
    ends: BTreeMap<usize, usize>,
    context: Context,
}

impl Judge<'_> {
    fn paragraph(&mut self, paragraph: &Paragraph, findings: &mut Vec<Finding>) {
        let text = paragraph.text.as_str();
        let section = self.sections.index(paragraph.first());
        // Whether all around is about another document, and where the text names one.
        let mut others = None;
        for reference in references(text) {
            let target = self.sections.by_number(reference.number);
            let finding = match target {
                _ if reference.after_foreign => None,
                Some(target) => self.misnamed(text, &reference, target),
                None if self.document.subject.amends || self.sections.has(reference.number) => None,
                None => {
                    let (about, named) = *others.get_or_insert_with(|| {
                        // A section about another document names the sections of that one.
                        let title = self.sections.at(paragraph.first());
                        let about = self.context.names_another(text, section)
                            || title.is_some_and(|it| first_document(&it.title).is_some());
                        (about, first_document(text))
                    });
                    let is_ours = !about && reference.is_ours(text, named);
                    is_ours.then(|| {
                        Finding::new(codes::DRAFT_REFERENCE_MISSING)
                            .found(reference.text.to_string())
                            .expected("the number of a section of this document")
                    })
                }
            };
            if let Some(finding) = finding {
                let (line, column) = paragraph.place(self.document, reference.at);
                findings.push(self.document.locate(finding, line, column));
            }
        }
    }

    /// A reference to a section that does not have the title in front of it, and is not about it.
    fn misnamed(
        &mut self,
        text: &str,
        reference: &Reference<'_>,
        target: &Section,
    ) -> Option<Finding> {
        let meant = titled(text, reference.at, &self.titles)?;
        let (document, sections) = (self.document, self.sections);
        let end = self.ends.entry(target.first);
        let end = *end.or_insert_with(|| sections.end(target, document));
        let titles = &self.titles;
        let places = self
            .places
            .get_or_insert_with(|| Places::of(document, titles.keys()));
        if target.is_in(meant) || meant.is_in(target) || places.all(&meant.title, target.first, end)
        {
            return None;
        }
        let shown = |section: &Section| match section.is_appendix() {
            true => format!("Appendix {} ({})", section.number, section.title),
            false => format!("Section {} ({})", section.number, section.title),
        };
        let finding = Finding::new(codes::DRAFT_REFERENCE)
            .found(format!("{} ({})", reference.text, target.title))
            .expected(shown(meant));
        Some(finding)
    }
}

/// The paragraph before, and the one that leads in a list: another document may be named there.
#[derive(Default)]
struct Context {
    section: usize,
    before: String,
    lead: String,
}

impl Context {
    /// Whether the paragraph before a text, or what leads in the list that the text is in, names
    /// another document.
    fn names_another(&self, text: &str, section: usize) -> bool {
        self.section == section
            && (first_document(&self.before).is_some()
                || is_item(text) && first_document(&self.lead).is_some())
    }

    /// Goes on to the next paragraph.
    fn step(&mut self, text: String, section: usize) {
        if self.section != section {
            self.lead.clear();
        }
        self.section = section;
        if is_item(&text) {
            self.before = text;
        } else {
            self.lead.clone_from(&text);
            self.before = text;
        }
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
}
