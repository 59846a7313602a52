//! Judges documents: everything that is wrong with one, in one pass.
//!
//! Structure is judged by the reader that decodes ([`Decoder::examine`](crate::cbor::Decoder));
//! what the fields say is judged here.

mod content;
pub mod draft;
mod place;

use std::vec::Vec;

use crate::cbor::Decoder;
use crate::document::{Document, Format, Kind, open};
use crate::report::Finding;

/// Lists everything that is wrong with a document in one of the notations, located in its text.
///
/// ```
/// use mimi_codec::cbor::Decoder;
/// use mimi_codec::check::check;
/// use mimi_codec::document::Format;
///
/// let text = "[h'000102030405060708090a0b0c0d0e0f', null, h'', null, null, {},\n [256, '', 0]]";
/// let findings = check(text.as_bytes(), Format::Edn, &Decoder::strict());
/// let codes: Vec<_> = findings.iter().map(|finding| finding.code.as_str()).collect();
/// assert_eq!(codes, ["integer-range", "wrong-type"]);
/// assert_eq!((findings[1].line, findings[1].column), (Some(2), Some(8)));
/// ```
pub fn check(content: &[u8], format: Format, decoder: &Decoder) -> Vec<Finding> {
    let opened = match open(content, format) {
        Ok(opened) => opened,
        Err(error) => return std::vec![error.into_finding()],
    };
    let mut findings = opened.findings;
    let octets = &opened.value.octets;
    let found = match Kind::of(octets) {
        Kind::Message => {
            let examined = decoder.examine(octets);
            let mut found = examined.findings;
            if let Some(message) = &examined.content {
                let limit = decoder.limits().findings;
                found.extend(content::judge(message, octets).into_iter().take(limit));
            }
            found
        }
        _ => Document::examine(octets, decoder),
    };
    findings.extend(opened.value.locate(found));
    findings
}
