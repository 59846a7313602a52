//! References to sections and appendices of the draft itself: to one that is not there, or to one
//! that is not about what the sentence says.

use std::collections::BTreeMap;
use std::format;
use std::string::{String, ToString};
use std::vec::Vec;

use super::blocks::Blocks;
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
}

pub(super) fn judge(
    document: &Document,
    sections: &Sections,
    blocks: &Blocks,
    findings: &mut Vec<Finding>,
) {
    if document.form == Form::Code || sections.iter().all(|section| section.number.is_empty()) {
        return;
    }
    let titles: BTreeMap<String, &Section> = sections
        .iter()
        .filter(|section| !section.number.is_empty() && words(&section.title).len() >= 2)
        .map(|section| (words(&section.title).join(" "), section))
        .collect();
    for paragraph in paragraphs(document, blocks) {
        if sections.is_foreign(paragraph.first()) || is_entry(&paragraph.text) {
            continue;
        }
        let text = paragraph.text.as_str();
        for reference in references(text) {
            let (line, column) = paragraph.place(document, reference.at);
            let finding = match sections.by_number(reference.number) {
                None => Finding::new(codes::DRAFT_REFERENCE_MISSING)
                    .found(reference.text.to_string())
                    .expected("the number of a section of this document"),
                Some(target) => {
                    let Some(meant) = titled(text, reference.at, &titles) else {
                        continue;
                    };
                    if is_in(target, meant) || is_in(meant, target) {
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
            findings.push(document.locate(finding, line, column));
        }
    }
}

/// Whether a section is another, or inside it.
fn is_in(section: &Section, other: &Section) -> bool {
    section.number == other.number
        || section
            .number
            .strip_prefix(other.number.as_str())
            .is_some_and(|rest| rest.starts_with('.'))
}

/// An entry of a table of contents that stands as a paragraph.
fn is_entry(text: &str) -> bool {
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
                };
                all.push((reference, is_foreign(before, after)));
            }
        }
    }
    all.sort_by_key(|(reference, _)| reference.at);
    let mut found = Vec::new();
    // `[RFC5280], Section 4.2 and Section 4.3`: what is joined goes on with the same document.
    let mut foreign_until = None;
    for (reference, foreign) in all {
        let end = reference.at + reference.text.len();
        let joined = foreign_until
            .and_then(|until: usize| text.get(until..reference.at))
            .is_some_and(|between| {
                matches!(between.trim_matches([',', ' ', ')']), "and" | "or" | "")
            });
        foreign_until = (foreign || joined).then_some(end);
        if foreign_until.is_none() {
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

/// Whether the words around a reference say that it is to another document.
fn is_foreign(before: &str, after: &str) -> bool {
    let after = after.trim_start_matches(['.', ')', ' ', ',']);
    let of = ["of ", "in ", "from "]
        .iter()
        .find_map(|word| after.strip_prefix(word));
    if let Some(of) = of {
        // RFC XXXX is what this draft will be.
        let own = [
            "RFC XXXX",
            "this document",
            "this specification",
            "this memo",
            "RFCXXXX",
        ];
        // `Section 4.2 of TLS 1.3`
        let title = of.starts_with(|c: char| c.is_ascii_uppercase())
            && !["Section", "Appendix", "Figure", "Table"]
                .iter()
                .any(|own| of.starts_with(own));
        let named = of.starts_with(['[', '{', '@', '<', '!', '?'])
            || title
            || of.starts_with("the ")
            || of.starts_with("that ")
            || of.starts_with("draft-")
            || of.starts_with("I-D");
        if named && !own.iter().any(|own| of.starts_with(own)) {
            return true;
        }
    }
    // `RFC 8949, ` and `draft-ietf-mls-extensions-05 ` in front are short.
    const NEAR: usize = 80;
    let near = before.floor_char_boundary(before.len().saturating_sub(NEAR));
    let before = before.get(near..).unwrap_or("");
    let before = before.trim_end_matches([' ', ',', '(', ':', ';']);
    const OWN: &[&str] = &["document", "draft", "memo", "specification"];
    let number = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let last = before.rsplit([' ', '(']).next().unwrap_or("");
    before.ends_with([']', '}', '['])
        || ["RFC ", "BCP ", "STD "]
            .iter()
            .filter_map(|series| before.rsplit_once(series))
            .any(|(_, after)| number(after))
        || last.strip_prefix("RFC").is_some_and(number)
        || last.starts_with("draft-")
        || last.starts_with("I-D.")
        || ["'s", "\u{2019}s"]
            .iter()
            .filter_map(|ending| last.strip_suffix(ending))
            .any(|owner| !OWN.contains(&owner))
}

fn words(text: &str) -> Vec<String> {
    text.to_lowercase()
        .split(|c: char| !c.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .map(ToString::to_string)
        .collect()
}

/// The section whose whole title stands right before a reference, with nothing but small words
/// between.
fn titled<'s>(
    text: &str,
    at: usize,
    titles: &BTreeMap<String, &'s Section>,
) -> Option<&'s Section> {
    const SMALL: &[&str] = &[
        "in",
        "see",
        "is",
        "are",
        "described",
        "defined",
        "given",
        "listed",
        "shown",
        "found",
        "by",
        "of",
        "the",
        "also",
        "under",
        "available",
        "can",
        "be",
        "refer",
        "to",
        "collected",
    ];
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
    // A sentence that ended before says nothing about this one.
    let near = near.rsplit(". ").next()?;
    let mut words = words(near);
    while words
        .last()
        .is_some_and(|word| SMALL.contains(&word.as_str()))
    {
        words.pop();
    }
    (2..=LONGEST.min(words.len())).rev().find_map(|count| {
        let title = words.get(words.len() - count..)?.join(" ");
        titles.get(&title).copied()
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
    }
}
