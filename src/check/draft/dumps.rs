//! The comments of a hex dump against its octets: `array(7)`, `bytes(16)`, `unsigned(3)`, and
//! strings in quotes.

use std::format;
use std::string::{String, ToString};
use std::vec::Vec;

use super::blocks::Block;
use super::items::{Item, scan};
use super::source::{Document, column};
use crate::item::MAJOR;
use crate::report::{Finding, codes};

/// Reports each comment that says something else than the octets of its line.
pub(super) fn judge(document: &Document, block: &Block, findings: &mut Vec<Finding>) {
    let Some(octets) = block.source().map(|source| source.octets()) else {
        return;
    };
    // Where the octets are no item, the comments up to there can still be told right or wrong.
    let (items, _) = scan(octets);
    let mut next = 0;
    for line in block.first..block.end {
        let Some((_, comment)) = document.short_text(line).split_once('#') else {
            continue;
        };
        let comment = comment.trim();
        // The item whose head begins on this line.
        while items
            .get(next)
            .is_some_and(|item| block.place(item.at).0 < line)
        {
            next += 1;
        }
        let here = items
            .get(next)
            .filter(|item| block.place(item.at).0 == line);
        let Some(item) = here else { continue };
        let Some((expected, names)) = described(item) else {
            continue;
        };
        let Some((name, number)) = comment
            .split_once('(')
            .and_then(|(name, rest)| Some((name.trim(), rest.split_once(')')?.0.trim())))
        else {
            continue;
        };
        // A word that is not in use says nothing that could be wrong.
        let known = NAMES.iter().any(|(_, names)| names.contains(&name));
        let value: Option<i128> = number.parse().ok();
        // Some tools print a negative integer, and some the argument of its head.
        let argument = Some(i128::from(item.arg));
        let same = value == Some(expected) || item.major == MAJOR::NEGATIVE && value == argument;
        let right = names.contains(&name) && same;
        if !known || right || value.is_none() {
            continue;
        }
        let text = document.text(line);
        let column = column(text, text.find('#').unwrap_or(0));
        let shown = format!("{}({expected})", names.first().copied().unwrap_or(""));
        let finding = Finding::new(codes::DRAFT_DUMP_COMMENT)
            .found(comment.to_string())
            .expected(shown);
        findings.push(document.locate(finding, line, column));
    }
    quoted(document, block, octets, &items, findings);
}

/// The names of the kinds of items in the dumps that are in use.
const NAMES: &[(u8, &[&str])] = &[
    (MAJOR::UNSIGNED, &["unsigned"]),
    (MAJOR::NEGATIVE, &["negative"]),
    (MAJOR::BYTES, &["bytes"]),
    (MAJOR::TEXT, &["text"]),
    (MAJOR::ARRAY, &["array"]),
    (MAJOR::MAP, &["map"]),
    (MAJOR::TAG, &["tag"]),
    (MAJOR::SIMPLE, &["primitive", "simple", "special"]),
];

/// Whether a comment of a dump names an item of CBOR, as in `bytes(16)`.
pub(super) fn is_annotated(document: &Document, block: &Block) -> bool {
    (block.first..block.end).any(|line| {
        let comment = document.short_text(line).split_once('#');
        let name = comment.and_then(|(_, comment)| comment.split_once('('));
        name.is_some_and(|(name, _)| NAMES.iter().any(|(_, names)| names.contains(&name.trim())))
    })
}

fn described(item: &Item) -> Option<(i128, &'static [&'static str])> {
    let (_, names) = NAMES.iter().find(|(major, _)| *major == item.major)?;
    let value = match item.major {
        MAJOR::NEGATIVE => -1 - i128::from(item.arg),
        _ => i128::from(item.arg),
    };
    Some((value, names))
}

/// Strings in quotes, perhaps in pieces over several lines, against the string before them.
fn quoted(
    document: &Document,
    block: &Block,
    octets: &[u8],
    items: &[Item],
    findings: &mut Vec<Finding>,
) {
    let strings = items
        .iter()
        .filter(|item| matches!(item.major, MAJOR::BYTES | MAJOR::TEXT) && item.at < item.content);
    for item in strings {
        let first = block.place(item.at).0;
        let after = items.partition_point(|other| other.at <= item.at);
        let end = match items.get(after) {
            Some(next) => block.place(next.at).0.max(first + 1),
            None => block.end,
        };
        let mut said = String::new();
        let mut at = None;
        for line in first..end {
            let Some((_, comment)) = document.short_text(line).split_once('#') else {
                continue;
            };
            let comment = comment.trim();
            let piece = comment.strip_suffix('+').unwrap_or(comment).trim_end();
            if let Some(piece) = piece
                .strip_prefix('"')
                .and_then(|piece| piece.strip_suffix('"'))
            {
                at.get_or_insert(line);
                said.push_str(piece);
            }
        }
        let Some(line) = at else { continue };
        let content = octets.get(item.content..item.end).unwrap_or_default();
        let Ok(text) = core::str::from_utf8(content) else {
            continue;
        };
        // Escapes and breaks are shown in many ways; what is left has to be the same.
        let bare = |text: &str| -> String {
            text.chars()
                .filter(|c| !c.is_control() && !c.is_whitespace() && *c != '\\')
                .collect()
        };
        let escaped = said.contains('\\') || text.chars().any(char::is_control);
        if escaped || bare(&said) == bare(text) {
            continue;
        }
        let text = document.text(line);
        let column = column(text, text.find('#').unwrap_or(0));
        let finding = Finding::new(codes::DRAFT_DUMP_COMMENT)
            .found(format!("\"{said}\""))
            .expected(format!("\"{text}\""));
        findings.push(document.locate(finding, line, column));
    }
}
