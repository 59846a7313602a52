//! The values that a text lists in words against the derived values it shows as EDN: the group ID
//! in base64url, the client's URL, the leaf index; and these against the message they are of.

use std::format;
use std::string::{String, ToString};
use std::vec::Vec;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::blocks::Blocks;
use super::examples::{Example, Examples};
use super::ids::Ids;
use super::prose::paragraphs;
use super::sections::Sections;
use super::source::Document;
use crate::document::Kind;
use crate::item::hex;
use crate::notation::edn;
use crate::report::{Finding, codes};

/// The labels of values, all words of which stand in the label, and the field they name.
const LABELS: &[(&[&str], usize)] = &[
    (&["group", "id"], 2),
    (&["leaf", "index"], 3),
    (&["client", "ur"], 4),
    (&["timestamp"], 1),
];

pub(super) fn judge(
    document: &Document,
    sections: &Sections,
    blocks: &Blocks,
    examples: &Examples,
    ids: &Ids<'_>,
    findings: &mut Vec<Finding>,
) {
    for example in examples.iter().filter(|example| is_derived(example)) {
        of_message(document, blocks, examples, ids, example, findings);
    }
    for paragraph in paragraphs(document, blocks) {
        let Some(item) = paragraph.text.strip_prefix(['*', '-', '+', 'o']) else {
            continue;
        };
        let Some((label, value)) = item.split_once(": ") else {
            continue;
        };
        let derived = examples
            .of_section(sections.index(paragraph.first()))
            .iter()
            .find(|example| is_derived(example));
        let Some(derived) = derived else { continue };
        let label = label.to_lowercase();
        let field = LABELS
            .iter()
            .find(|(words, _)| words.iter().all(|word| label.contains(word)));
        let Some((_, field)) = field else { continue };
        let Some((found, expected)) = disagreement(value, derived, *field) else {
            continue;
        };
        let at = paragraph.text.len() - value.len();
        let (line, column) = paragraph.place(document, at);
        let other = place(blocks, derived, *field).0;
        let finding = Finding::new(codes::DRAFT_VALUE)
            .message(format!(
                "another value than in the EDN ({})",
                document.place(other, line)
            ))
            .found(found)
            .expected(expected);
        findings.push(document.locate(finding, line, column));
    }
}

fn is_derived(example: &Example) -> bool {
    example.kind() == Kind::Derived && example.items.len() > 7 && example.edn.is_some()
}

fn place(blocks: &Blocks, example: &Example, field: usize) -> (usize, u32) {
    let block = example
        .edn
        .or(example.dump)
        .and_then(|index| blocks.0.get(index));
    let at = example.field(field).map_or(0, |item| item.at);
    block.map_or((example.line(), 1), |block| block.place(at))
}

/// What the text says and what the field is, where they differ.
fn disagreement(value: &str, derived: &Example, field: usize) -> Option<(String, String)> {
    let item = derived.field(field)?;
    let octets = &derived.octets;
    let first = value.split_whitespace().next().unwrap_or("");
    let word = first.trim_matches(['`', '"', ',', ';', '.']);
    if let Some(bytes) = item.bytes(octets) {
        let text = word.trim_end_matches('=');
        let stated =
            match text.bytes().all(|b| b.is_ascii_hexdigit()) && text.len() == 2 * bytes.len() {
                true => text.to_lowercase(),
                false => match URL_SAFE_NO_PAD.decode(text.replace('+', "-").replace('/', "_")) {
                    Ok(octets) => hex(&octets),
                    // Base64 that cannot be read is still meant to be these octets.
                    Err(_) if text.len().abs_diff(bytes.len() * 4 / 3) <= 2 => String::new(),
                    Err(_) => return None,
                },
            };
        let shown = URL_SAFE_NO_PAD.encode(bytes);
        return (stated != hex(bytes))
            .then(|| (text.to_string(), format!("{shown} (h'{}')", hex(bytes))));
    }
    if let Some(number) = item.uint() {
        let digits: String = word.chars().take_while(char::is_ascii_digit).collect();
        let stated: u64 = digits.parse().ok()?;
        return (stated != number).then(|| (stated.to_string(), number.to_string()));
    }
    // A URI broken over two lines has a gap.
    let text = item.text(octets)?;
    let stated: String = value.split_whitespace().collect();
    let stated = stated.trim_matches(['`', '"', '<', '>', '.']);
    (stated != text).then(|| (stated.to_string(), text.to_string()))
}

/// The derived values against the message whose ID they begin with.
fn of_message(
    document: &Document,
    blocks: &Blocks,
    examples: &Examples,
    ids: &Ids<'_>,
    derived: &Example,
    findings: &mut Vec<Finding>,
) {
    let id = derived
        .field(0)
        .and_then(|item| item.bytes(&derived.octets));
    let message = id
        .and_then(|id| ids.owner(id))
        .and_then(|index| examples.get(index));
    let Some(message) = message else { return };
    for (key, field, what) in [(1, 5, "sender"), (2, 6, "room")] {
        let stated = message.extension(key);
        let ours = derived
            .field(field)
            .and_then(|item| item.text(&derived.octets));
        if let (Some(stated), Some(ours)) = (stated, ours)
            && stated != ours
        {
            let (line, column) = place(blocks, derived, field);
            let show = |text: &str| {
                let mut encoder = crate::item::Encoder::new();
                encoder.text(text);
                edn::item(&encoder.finish()).unwrap_or_default()
            };
            let finding = Finding::new(codes::DRAFT_VALUE)
                .message(format!(
                    "another {what} than the message has ({})",
                    document.place(message.line(), line)
                ))
                .found(show(ours))
                .expected(show(stated));
            findings.push(document.locate(finding, line, column));
        }
    }
}
