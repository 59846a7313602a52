//! A folder of examples: `.edn`, `.cbor` and `.pretty` or `.hex` files side by side, those of one
//! name belonging together.

use std::collections::BTreeMap;
use std::string::{String, ToString};
use std::vec::Vec;

use super::source::Document;
use super::{DraftOptions, Way, judge};
use crate::report::{Finding, codes};

/// Lists every disagreement among the files of a folder of examples.
///
/// `files` are names and contents; other files than `.edn`, `.diag`, `.cdn`, `.pretty`, `.hex` and
/// `.cbor` are left out. Every finding has file, line and column; of a `.cbor` file, line 1 and
/// the offset.
///
/// ```
/// use mimi_codec::check::draft::{DraftOptions, check_examples};
///
/// let files = [
///     ("examples/a.edn", &b"[\n  h'00', null\n]\n"[..]),
///     ("examples/a.cbor", &[0x82, 0x41, 0x01, 0xf6][..]),
/// ];
/// let findings = check_examples(&files, &DraftOptions::default());
/// assert_eq!(findings[0].code.as_str(), "draft-file");
/// assert_eq!(findings[0].line, Some(2));
/// ```
pub fn check_examples(files: &[(&str, &[u8])], options: &DraftOptions<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut cbor: BTreeMap<String, Vec<u8>> = BTreeMap::new();
    let mut texts: Vec<(&str, String)> = Vec::new();
    for (name, content) in files {
        match name.rsplit_once('.') {
            Some((path, "cbor")) => {
                cbor.insert(path.to_string(), content.to_vec());
            }
            Some((_, "edn" | "diag" | "cdn" | "pretty" | "hex")) => {
                match core::str::from_utf8(content) {
                    Ok(text) => texts.push((name, text.to_string())),
                    Err(error) => {
                        let before = content.get(..error.valid_up_to()).unwrap_or_default();
                        let line = before.iter().filter(|octet| **octet == b'\n').count() + 1;
                        findings.push(
                            Finding::new(codes::TEXT_NOT_UTF8)
                                .at(error.valid_up_to())
                                .file(*name)
                                .line_column(u32::try_from(line).unwrap_or(u32::MAX), 1),
                        );
                    }
                }
            }
            _ => {}
        }
    }
    // The EDN of an example in front of its dump.
    texts.sort_by_key(|(name, _)| *name);
    let way = options.algorithm.map(Way::Known);
    let document = Document::folder(texts);
    judge(&document, &cbor, way, options, findings)
}
