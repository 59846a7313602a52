//! The sections of a draft: numbers, titles, and which lines belong to which.

use std::collections::{BTreeMap, BTreeSet};
use std::format;
use std::string::{String, ToString};
use std::vec::Vec;

use super::source::{Document, Form, Kind};

/// A section.
#[derive(Clone, Debug)]
pub(super) struct Section {
    /// `4.1`, `A`, `B.3`; empty for what has no number.
    pub(super) number: String,
    pub(super) title: String,
    /// Its first line, the heading.
    pub(super) first: usize,
}

impl Section {
    /// Whether it is an appendix or in one.
    pub(super) fn is_appendix(&self) -> bool {
        self.number.starts_with(|c: char| c.is_ascii_uppercase())
    }

    /// Whether it is another section, or inside it.
    pub(super) fn is_in(&self, other: &Section) -> bool {
        self.number
            .strip_prefix(other.number.as_str())
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    }

    /// Whether its text is about other versions, or is the same in every draft.
    pub(super) fn is_foreign(&self) -> bool {
        const TITLES: &[&str] = &[
            "status of this memo",
            "copyright notice",
            "table of contents",
        ];
        let title = self.title.to_lowercase();
        TITLES.contains(&title.as_str())
            || title.contains("changelog")
            || title.contains("change log")
            || title.starts_with("change")
            || title.contains("references")
    }
}

/// The sections of a draft, in order.
pub(super) struct Sections {
    all: Vec<Section>,
    by_number: BTreeMap<String, usize>,
    /// Numbers that stand where a heading may stand, in the many ways of printing one.
    loose: BTreeSet<String>,
}

impl Sections {
    pub(super) fn of(document: &Document) -> Sections {
        let mut sections = std::vec![Section {
            number: String::new(),
            title: String::new(),
            first: 0,
        }];
        match document.form {
            Form::Text => printed(document, &mut sections),
            Form::Markdown | Form::Xml => counted(document, &mut sections),
            Form::Code => filed(document, &mut sections),
        }
        let mut by_number = BTreeMap::new();
        for (index, section) in sections.iter().enumerate() {
            if !section.number.is_empty() {
                by_number.entry(section.number.clone()).or_insert(index);
            }
        }
        let mut loose = BTreeSet::new();
        if document.form == Form::Text {
            for line in 0..document.len() {
                let first = line == 0 || document.text(line - 1).trim().is_empty();
                if let Some(number) = first.then(|| loose_number(document.text(line))).flatten() {
                    with_parents(number, &mut loose);
                }
            }
        }
        Sections {
            all: sections,
            by_number,
            loose,
        }
    }

    /// Whether something in the document has this number, be it a heading in a layout of its own.
    pub(super) fn has(&self, number: &str) -> bool {
        self.by_number.contains_key(number) || self.loose.contains(number)
    }

    /// The line behind a section and all that is inside it.
    pub(super) fn end(&self, section: &Section, document: &Document) -> usize {
        let after = self
            .all
            .partition_point(|other| other.first <= section.first);
        let mut others = self.all.iter().skip(after);
        others
            .find(|other| !other.is_in(section))
            .map_or(document.len(), |other| other.first)
    }

    /// Index of the section a line is in.
    pub(super) fn index(&self, line: usize) -> usize {
        self.all
            .partition_point(|section| section.first <= line)
            .saturating_sub(1)
    }

    /// The section a line is in.
    pub(super) fn at(&self, line: usize) -> Option<&Section> {
        self.all.get(self.index(line))
    }

    pub(super) fn by_number(&self, number: &str) -> Option<&Section> {
        self.all.get(*self.by_number.get(number)?)
    }

    /// All of them, in order.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Section> {
        self.all.iter()
    }

    /// Whether a line is in a section, or under one, that is about other versions.
    pub(super) fn is_foreign(&self, line: usize) -> bool {
        let Some(section) = self.at(line) else {
            return false;
        };
        let root = section.number.split('.').next().unwrap_or("");
        section.is_foreign()
            || !root.is_empty() && self.by_number(root).is_some_and(Section::is_foreign)
    }
}

/// In a folder of examples, what belongs to one name is a section.
fn filed(document: &Document, sections: &mut Vec<Section>) {
    let mut last = None;
    for (first, line) in document.lines.iter().enumerate() {
        if last == Some(line.file) {
            continue;
        }
        last = Some(line.file);
        let file = document.file(first);
        let title = file.rsplit_once('.').map_or(file, |(path, _)| path);
        if sections.last().is_none_or(|section| section.title != title) {
            sections.push(Section {
                number: String::new(),
                title: title.to_string(),
                first,
            });
        }
    }
}

/// Headings as xml2rfc prints them: at the start of a line, a number, two spaces, a title.
fn printed(document: &Document, sections: &mut Vec<Section>) {
    for line in 0..document.len() {
        let text = document.text(line);
        let Some((number, title)) = heading(text) else {
            continue;
        };
        let mut title = title.to_string();
        // A long title goes on, indented up to its beginning.
        let next = document.text(line + 1);
        if !next.trim().is_empty() && next.starts_with(' ') {
            title.push(' ');
            title.push_str(next.trim());
        }
        sections.push(Section {
            number,
            title,
            first: line,
        });
    }
}

/// The number and title of a printed heading.
fn heading(text: &str) -> Option<(String, &str)> {
    let first = text.chars().next()?;
    // An entry of a table of contents ends in dots and a page.
    if !first.is_ascii_alphanumeric() || text.contains("....") || text.contains(". . .") {
        return None;
    }
    if let Some(rest) = text.strip_prefix("Appendix ") {
        let (number, title) = rest.split_once(". ")?;
        return is_number(number).then(|| (number.to_string(), title.trim()));
    }
    if first.is_ascii_digit() || text.get(1..2) == Some(".") {
        let (number, title) = text.split_once(' ')?;
        let number = number.strip_suffix('.')?;
        return is_number(number).then(|| (number.to_string(), title.trim()));
    }
    const UNNUMBERED: &[&str] = &[
        "Abstract",
        "Status of This Memo",
        "Copyright Notice",
        "Table of Contents",
        "Acknowledgments",
        "Acknowledgements",
        "Contributors",
        "Author's Address",
        "Authors' Addresses",
    ];
    let title = UNNUMBERED.iter().find(|title| **title == text.trim_end())?;
    Some((String::new(), title))
}

/// The number that a heading in another layout has: `4.1 Title`, `  5.  TITLE`, `APPENDIX A:`,
/// `Annex B - Title`. More than headings looks like this; no reference to it is told wrong.
fn loose_number(text: &str) -> Option<&str> {
    const WORDS: &[&str] = &["appendix ", "annex ", "section "];
    let mut text = text.trim();
    // `17.  Appendix D: States`
    if let Some((number, rest)) = text.split_once(". ")
        && number.bytes().all(|b| b.is_ascii_digit())
        && rest.trim_start().starts_with("Appendix ")
    {
        text = rest.trim_start();
    }
    let lower = text
        .get(..text.floor_char_boundary(10))?
        .to_ascii_lowercase();
    let mut named = false;
    if let Some(word) = WORDS.iter().find(|word| lower.starts_with(**word)) {
        text = text.get(word.len()..)?.trim_start();
        // `Section 4 requires` begins a sentence.
        named = *word == "section ";
    }
    let token = text.split([' ', '\t', ':']).next()?;
    let number = token.trim_end_matches(['.', ')', '-', ',']);
    let rest = text.get(token.len()..)?;
    let apart = number.len() < token.len() && (!named || !rest.is_empty())
        || rest.is_empty() && !named
        || rest.starts_with(['\t', ':'])
        || rest.starts_with("  ")
        || number.contains('.') && !named
        || rest
            .trim_start()
            .starts_with(|c: char| c.is_uppercase() || c == '-');
    (is_number(number) && apart).then_some(number)
}

/// Adds a number, and those of the sections it is in.
fn with_parents(number: &str, numbers: &mut BTreeSet<String>) {
    let mut number = number;
    while numbers.insert(number.to_string()) {
        let Some((parent, _)) = number.rsplit_once('.') else {
            break;
        };
        number = parent;
    }
}

/// `4`, `4.1`, `A`, `B.3`: a number or a capital letter, then numbers.
pub(super) fn is_number(text: &str) -> bool {
    let mut steps = text.split('.');
    let first = steps.next().unwrap_or("");
    let digits = |step: &str| !step.is_empty() && step.bytes().all(|b| b.is_ascii_digit());
    (digits(first) || first.len() == 1 && first.bytes().all(|b| b.is_ascii_uppercase()))
        && steps.all(digits)
}

/// Headings of a source, numbered as xml2rfc will number them.
fn counted(document: &Document, sections: &mut Vec<Section>) {
    let mut counts: Vec<u32> = Vec::new();
    let mut back = false;
    for line in 0..document.len() {
        match document.kind(line) {
            Kind::Back => {
                back = true;
                counts.clear();
            }
            Kind::Heading => {
                let text = document.text(line);
                // mmark writes `.# Abstract`.
                let dotted = text.starts_with('.');
                let text = text.trim_start_matches('.');
                let depth = text.bytes().take_while(|b| *b == b'#').count();
                let title = text.get(depth..).unwrap_or("").trim();
                // `# Title {#anchor}` and `{numbered="false"}`.
                let (title, options) = title.split_once('{').unwrap_or((title, ""));
                let unnumbered = dotted
                    || options.contains("numbered=\"false\"")
                    || options.contains(":unnumbered")
                    || options.contains("numbered=false");
                let title = title.trim().trim_end_matches('#').trim().to_string();
                let mut number = String::new();
                if !unnumbered {
                    counts.truncate(depth);
                    counts.resize(depth, 0);
                    if let Some(count) = counts.last_mut() {
                        *count += 1;
                    }
                    number = spelled(&counts, back);
                }
                sections.push(Section {
                    number,
                    title,
                    first: line,
                });
            }
            Kind::Prose | Kind::Code | Kind::Front | Kind::Foreign => {}
        }
    }
}

fn spelled(counts: &[u32], back: bool) -> String {
    let mut number = String::new();
    for (index, count) in counts.iter().enumerate() {
        if index > 0 {
            number.push('.');
        }
        match back && index == 0 {
            true => {
                let letter = u8::try_from(count.saturating_sub(1))
                    .unwrap_or(u8::MAX)
                    .min(25);
                number.push(char::from(b'A' + letter));
            }
            false => number.push_str(&format!("{count}")),
        }
    }
    number
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headings_have_numbers() {
        let cases = [
            ("1.  Terminology", Some("1")),
            ("5.10.  Conferencing", Some("5.10")),
            ("Appendix A.  CDDL Schemas", Some("A")),
            ("A.1.  Complete", Some("A.1")),
            ("   5.1.  Original Message", None),
            ("Appendix B and more", None),
            ("2022-02-08", None),
            ("Author's Address", Some("")),
            ("12 months", None),
        ];
        for (text, number) in cases {
            assert_eq!(heading(text).map(|(n, _)| n).as_deref(), number, "{text}");
        }
        assert_eq!(spelled(&[2, 1], true), "B.1");
    }

    #[test]
    fn headings_in_other_layouts_have_numbers() {
        for (text, number) in [
            ("4.1 Overview", Some("4.1")),
            ("    16.2.  Calculating routes", Some("16.2")),
            ("APPENDIX A: THE TABLES", Some("A")),
            ("Annex B - More", Some("B")),
            ("Section 7.  Words", Some("7")),
            ("17.  Appendix D: States", Some("D")),
            ("5   Words", Some("5")),
            ("5 octets follow", None),
            ("Section 7.1 requires", None),
            ("Section 7.1.", None),
            ("Appendix A", Some("A")),
            ("A message has", None),
            ("words", None),
        ] {
            assert_eq!(loose_number(text), number, "{text}");
        }
    }
}
