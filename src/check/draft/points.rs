//! Code points in words (`U+2665`) beside the character or its octets.

use std::format;
use std::string::{String, ToString};
use std::vec::Vec;

use super::blocks::{Blocks, Content, split_comment};
use super::examples::Examples;
use super::prose::paragraphs;
use super::sections::Sections;
use super::source::{Document, column};
use crate::report::{Finding, codes};

/// Each `U+` in a text, with its octet and its length.
fn points(text: &str) -> impl Iterator<Item = (usize, usize, char)> + '_ {
    text.match_indices("U+").filter_map(|(at, _)| {
        let digits: String = text
            .get(at + 2..)?
            .chars()
            .take_while(char::is_ascii_hexdigit)
            .collect();
        let point = u32::from_str_radix(&digits, 16).ok()?;
        let character = char::from_u32(point)?;
        (4..=6)
            .contains(&digits.len())
            .then_some((at, digits.len() + 2, character))
    })
}

/// `U+2764 (❤)`
fn named(text: &str) -> String {
    let mut out = String::new();
    for character in text.chars().take(8) {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(&format!("U+{:04X}", u32::from(character)));
    }
    if text.chars().all(|c| !c.is_control()) {
        out.push_str(&format!(" ({text})"));
    }
    out
}

pub(super) fn judge(
    document: &Document,
    sections: &Sections,
    blocks: &Blocks,
    examples: &Examples,
    findings: &mut Vec<Finding>,
) {
    for block in &blocks.0 {
        if block.content == Content::Cddl {
            continue;
        }
        for line in block.first..block.end {
            in_block(document, line, block.first, findings);
        }
    }
    for paragraph in paragraphs(document, blocks) {
        let text = paragraph.text.as_str();
        let foreign = sections.is_foreign(paragraph.first());
        for (at, length, character) in points(text) {
            let beside = beside(text, at, length);
            let octets = octets_after(text, at + length);
            let wrong = match (&beside, &octets) {
                (Some(beside), _) if !beside.contains(character) => Some(beside.clone()),
                (_, Some(octets)) if !octets.contains(character) => Some(octets.clone()),
                _ => None,
            };
            let wrong = wrong.map(|found| (found, None)).or_else(|| {
                if foreign {
                    return None;
                }
                let sentence = sentence(text, at);
                let (content, line) = sample(sections, examples, sentence, paragraph.first())?;
                (!content.contains(character)).then_some((content, Some(line)))
            });
            if let Some((found, example)) = wrong {
                let (line, column) = paragraph.place(document, at);
                let name = text.get(at..at + length).unwrap_or("");
                let mut finding = Finding::new(codes::DRAFT_CODE_POINT)
                    .found(name.to_string())
                    .expected(named(&found));
                if let Some(example) = example {
                    finding = finding.message(format!(
                        "a code point that is not in the example ({})",
                        document.place(example, line)
                    ));
                }
                findings.push(document.locate(finding, line, column));
            }
        }
    }
}

/// A comment that names a code point, against the literal of its line or the one before.
fn in_block(document: &Document, line: usize, first: usize, findings: &mut Vec<Finding>) {
    let text = document.short_text(line);
    let (code, comment) = split_comment(text);
    if !comment.contains("U+") {
        return;
    }
    let mut spelled = literals(code);
    if spelled.is_empty() && line > first {
        spelled = literals(split_comment(document.short_text(line - 1)).0);
    }
    for (at, length, character) in points(comment) {
        if spelled.is_empty() || spelled.contains(character) {
            continue;
        }
        let name = comment.get(at..at + length).unwrap_or("");
        let column = column(text, code.len() + at);
        let finding = Finding::new(codes::DRAFT_CODE_POINT)
            .found(name.to_string())
            .expected(named(&spelled));
        findings.push(document.locate(finding, line, column));
    }
}

/// What the literals of a line spell; hex where it is UTF-8.
fn literals(code: &str) -> String {
    let mut out = String::new();
    let mut rest = code;
    while let Some(at) = rest.find(['\'', '"']) {
        let (before, literal) = rest.split_at(at);
        let mark = literal.chars().next().unwrap_or('"');
        let body = literal.get(1..).unwrap_or("");
        let end = body.find(mark).unwrap_or(body.len());
        let inside = body.get(..end).unwrap_or("");
        match before.ends_with('h') {
            true => out.push_str(&utf8(inside).unwrap_or_default()),
            false => out.push_str(inside),
        }
        rest = body.get(end + 1..).unwrap_or("");
    }
    let bare = code.trim();
    if out.is_empty() && !bare.is_empty() && !bare.contains(['\'', '"']) {
        // The octets of a dump.
        return utf8(bare).unwrap_or_default();
    }
    out
}

/// Hex digits as text.
fn utf8(hex: &str) -> Option<String> {
    let digits: Vec<u8> = hex.bytes().filter(|b| !b.is_ascii_whitespace()).collect();
    // Half an octet means a number, and no octets.
    let whole = digits.len().is_multiple_of(2);
    let octets: Option<Vec<u8>> = digits
        .chunks(2)
        .map(|pair| u8::from_str_radix(core::str::from_utf8(pair).ok()?, 16).ok())
        .collect();
    String::from_utf8(octets.filter(|_| whole)?)
        .ok()
        .filter(|text| !text.is_empty())
}

/// The character right beside a code point: `"❤" (U+2764)`, `U+2764 ❤`.
fn beside(text: &str, at: usize, length: usize) -> Option<String> {
    // A bracket that was closed belongs to something else.
    let before = |c: &char| matches!(c, ' ' | '(' | '"' | '\'' | '`' | '“' | '”' | '=' | ',');
    let between = |c: &char| before(c) && *c != ',';
    let symbol = |c: &char| {
        !c.is_ascii() && !c.is_alphabetic() && !before(c) && *c != ')' && !"—–‘’…".contains(*c)
    };
    let before: String = text
        .get(..at)?
        .chars()
        .rev()
        .skip_while(before)
        .take_while(symbol)
        .collect();
    if !before.is_empty() {
        return Some(before.chars().rev().collect());
    }
    let after: String = text
        .get(at + length..)?
        .chars()
        .skip_while(between)
        .take_while(symbol)
        .collect();
    (!after.is_empty()).then_some(after)
}

/// Octets that the same sentence gives soon after: `expressed in UTF-8 as 0xe299a5`.
fn octets_after(text: &str, at: usize) -> Option<String> {
    const NEAR: usize = 80;
    let rest: String = text.get(at..)?.chars().take(NEAR).collect();
    let sentence = rest.split(". ").next()?;
    // Another code point begins a statement of its own.
    let sentence = sentence.split("U+").next()?;
    let (_, digits) = sentence.split_once("0x")?;
    let end = digits
        .find(|c: char| !c.is_ascii_hexdigit())
        .unwrap_or(digits.len());
    utf8(digits.get(..end)?)
}

/// The sentence around a place, as far as it is near.
fn sentence(text: &str, at: usize) -> &str {
    const NEAR: usize = 300;
    let from = text.floor_char_boundary(at.saturating_sub(NEAR));
    let to = text.floor_char_boundary(at + NEAR);
    let start = text
        .get(from..at)
        .and_then(|before| before.rfind(". "))
        .map_or(from, |end| from + end + 1);
    let end = text
        .get(at..to)
        .and_then(|rest| rest.find(". "))
        .map_or(to, |end| at + end);
    text.get(start..end).unwrap_or("")
}

/// The content of the only example of a section, where the text speaks of it.
fn sample(
    sections: &Sections,
    examples: &Examples,
    text: &str,
    line: usize,
) -> Option<(String, usize)> {
    // An example of something else is not the example that is shown.
    const WORDS: &[&str] = &["sample", "this message", "message below", "example message"];
    let text = text.to_lowercase();
    if !WORDS.iter().any(|word| text.contains(word)) {
        return None;
    }
    let [example] = examples.of_section(sections.index(line)) else {
        return None;
    };
    let content = example.short_content()?;
    content
        .chars()
        .all(|c| !c.is_ascii())
        .then_some((content, example.line()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_and_octets_beside_code_points() {
        let at = |text: &str| text.find("U+").unwrap_or(0);
        let heart = "a heart \"❤\" (U+2665) and so on";
        assert_eq!(beside(heart, at(heart), 6).as_deref(), Some("❤"));
        let after = "it is U+2665 (❤)";
        assert_eq!(beside(after, at(after), 6).as_deref(), Some("❤"));
        let other = "\"0\" (ZERO, U+0030), \"❤\" (HEART, U+2764)";
        assert_eq!(beside(other, at(other), 6), None);
        assert_eq!(octets_after("U+EFFFF become 0x30000", 7), None);
        let none = "the letter é, U+00E9 by name";
        assert_eq!(beside(none, at(none), 6), None);
        let octets = "(U+2665) which is expressed in UTF-8 as 0xe299a5.";
        assert_eq!(octets_after(octets, 7).as_deref(), Some("\u{2665}"));
        assert_eq!(points("U+2665 U+1F973 U+12 U+D800").count(), 2);
        assert_eq!(literals("   '❤'  "), "❤");
        assert_eq!(literals("h'E2 9D A4', "), "❤");
        assert_eq!(literals("   e29da4    "), "❤");
    }
}
