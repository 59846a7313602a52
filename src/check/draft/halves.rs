//! The halves of an example against each other: its dump against its EDN, and both against its
//! `.cbor` file.

use std::collections::BTreeMap;
use std::format;
use std::string::{String, ToString};
use std::vec::Vec;

use super::blocks::{Block, Blocks, indent};
use super::dumps::is_annotated;
use super::examples::Example;
use super::ids::Ids;
use super::items::differences;
use super::source::Document;
use crate::item::MAJOR;
use crate::report::{Finding, codes};

/// The halves of an example against each other. Says whether the octets can be trusted as far as
/// the stated message ID is concerned.
pub(super) fn judge(
    document: &Document,
    blocks: &Blocks,
    cbor: &BTreeMap<String, Vec<u8>>,
    ids: &Ids<'_>,
    example: &Example,
    findings: &mut Vec<Finding>,
) -> bool {
    let block = |index: Option<usize>| {
        let block = blocks.0.get(index?)?;
        Some((block, block.source()?.octets()))
    };
    let edn = block(example.edn);
    let dump = block(example.dump);
    let vouched = |octets: &[u8]| ids.vouches(&example.reading(octets.to_vec()));
    let mut consistent = true;
    if let (Some((edn, edn_octets)), Some((dump, dump_octets))) = (edn, dump)
        && edn_octets != dump_octets
    {
        let edn_is_wrong = vouched(dump_octets) && !vouched(edn_octets);
        consistent = !edn_is_wrong && !vouched(edn_octets);
        for difference in differences(dump_octets, edn_octets) {
            let at_dump = dump.place(difference.ours);
            let at_edn = edn.place(difference.theirs);
            let (at, other, found, expected, what) = match edn_is_wrong {
                false => (
                    at_dump,
                    at_edn,
                    difference.our_value,
                    difference.their_value,
                    "EDN",
                ),
                true => (
                    at_edn,
                    at_dump,
                    difference.their_value,
                    difference.our_value,
                    "dump",
                ),
            };
            let why = match consistent {
                true => "",
                false => ", which the message ID confirms",
            };
            let code = if edn_is_wrong {
                codes::DRAFT_EDN
            } else {
                codes::DRAFT_DUMP
            };
            let finding = Finding::new(code)
                .message(format!(
                    "{} ({what}: {}{why})",
                    code.rule().title,
                    document.place(other.0, at.0)
                ))
                .found(found)
                .expected(expected);
            findings.push(document.locate(finding, at.0, at.1));
        }
    }
    let path = |block: &Block| {
        let file = document.file(block.first);
        file.rsplit_once('.')
            .map_or(file, |(path, _)| path)
            .to_string()
    };
    for (block, octets) in [edn, dump].into_iter().flatten() {
        let path = path(block);
        let Some(binary) = cbor.get(&path).filter(|binary| binary.as_slice() != octets) else {
            continue;
        };
        let binary_is_wrong = vouched(octets) && !vouched(binary);
        if vouched(binary) {
            consistent = false;
        }
        for difference in differences(octets, binary) {
            let at = block.place(difference.ours);
            let finding = Finding::new(codes::DRAFT_FILE);
            findings.push(match binary_is_wrong {
                true => finding
                    .message(format!(
                        "{} ({}, which the message ID confirms)",
                        codes::DRAFT_FILE.rule().title,
                        document.place(at.0, usize::MAX)
                    ))
                    .found(difference.their_value)
                    .expected(difference.our_value)
                    .at(difference.theirs)
                    .file(format!("{path}.cbor"))
                    .line_column(1, 1),
                false => document.locate(
                    finding
                        .message(format!("{} ({path}.cbor)", codes::DRAFT_FILE.rule().title))
                        .found(difference.our_value)
                        .expected(difference.their_value),
                    at.0,
                    at.1,
                ),
            });
        }
    }
    // A dump alone has to be one item, where it is meant as CBOR; in a document about something
    // else that is where its comments say so, and it does not go on in other words.
    let goes_on = |dump: &Block| {
        let next = document.text(dump.end);
        indent(next) > indent(document.text(dump.first)) && !next.trim().is_empty()
    };
    if let (None, Some((dump, octets))) = (edn, dump)
        && example.items.is_empty()
        && (is_annotated(document, dump) && (document.subject.mimi || !goes_on(dump))
            || document.subject.mimi
                && octets.first().is_some_and(|head| head >> 5 == MAJOR::ARRAY))
        && let Err(error) = crate::notation::edn::item(octets)
    {
        let finding = error.into_finding();
        let (line, column) = dump.place(finding.offset.unwrap_or(0));
        let finding = Finding {
            offset: None,
            ..finding
        };
        findings.push(document.locate(finding, line, column));
    }
    consistent
}
