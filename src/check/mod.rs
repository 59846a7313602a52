//! Judges documents: everything that is wrong with one, in one pass.
//!
//! Structure is judged by the reader that decodes ([`Decoder::examine`]); what the fields and the
//! text of parts say is judged here, in `rules`. What only the receiver can judge (times, members,
//! IDs seen before) needs a [`Context`]. The rules are rows of
//! [`report::catalogue`](crate::report::catalogue): code, severity, texts, source and how to mend.

mod context;
pub mod draft;
#[cfg(feature = "mail")]
mod mail;
mod place;
mod rules;
mod sink;
mod stand_in;

use std::vec::Vec;

pub use self::context::Context;
use self::sink::Sink;
use crate::cbor::Decoder;
use crate::document::{Format, Kind, open};
use crate::report::{Finding, Policy};

/// Lists everything that is wrong with a document in one of the notations, located in its text, or
/// with the message whose record a mail carries (with the feature `mail`).
///
/// ```
/// use mimi_codec::cbor::Decoder;
/// use mimi_codec::check::check;
/// use mimi_codec::document::Format;
///
/// let text = "[h'000102030405060708090a0b0c0d0e0f', null, h'', null, null, {},\n [256, '', 0]]";
/// let findings = check(text.as_bytes(), Format::Edn, &Decoder::strict());
/// let codes: Vec<_> = findings.iter().map(|finding| finding.code.as_str()).collect();
/// assert_eq!(codes, ["integer-range", "wrong-type", "null-without-replaces"]);
/// assert_eq!((findings[1].line, findings[1].column), (Some(2), Some(8)));
/// ```
pub fn check(content: &[u8], format: Format, decoder: &Decoder) -> Vec<Finding> {
    check_in(content, format, decoder, &Context::default())
}

/// As [`check`], with what the caller knows beside the document.
///
/// ```
/// use mimi_codec::cbor::Decoder;
/// use mimi_codec::check::{Context, check_in};
/// use mimi_codec::document::Format;
/// use mimi_codec::report::codes;
///
/// let text = "[h'5eed9406c2545547ab6f09f20a18b003', null, h'', [false, 1644390004], null, {},
///   [1, \"\", 1, \"text/plain;charset=utf-8\", 'See you at noon']]";
/// // 1 January 2026, in milliseconds.
/// let context = Context::new().now(1_767_225_600_000);
/// let findings = check_in(text.as_bytes(), Format::Edn, &Decoder::strict(), &context);
/// assert_eq!(findings[0].code, codes::EXPIRY_PAST);
/// ```
pub fn check_in(
    content: &[u8],
    format: Format,
    decoder: &Decoder,
    context: &Context<'_>,
) -> Vec<Finding> {
    #[cfg(feature = "mail")]
    if format == Format::Eml {
        return mail::check(content, decoder, context);
    }
    let opened = match open(content, format) {
        Ok(opened) => opened,
        Err(error) => return std::vec![error.into_finding()],
    };
    let found = check_octets(&opened.value.octets, decoder, context);
    let mut findings = opened.findings;
    findings.extend(opened.value.locate(found));
    findings
}

/// Lists everything that is wrong with the octets of a message, a status report or derived values,
/// in the order of reading, then in the order of the rules.
///
/// The decoder's policy weighs every rule: one that it ignores is not reported, one that it refuses is
/// an error. After a fault of structure the rest is judged all the same, as long as it can be told
/// which item is faulty; what depends on that item is not.
///
/// ```
/// use mimi_codec::cbor::Decoder;
/// use mimi_codec::check::{Context, check};
/// use mimi_codec::document::Format;
///
/// // The disposition is out of range, and the language is no language.
/// let text = "[h'000102030405060708090a0b0c0d0e0f', null, h'', null, null, {},
///   [256, \"en_US\", 1, \"text/plain;charset=utf-8\", 'See you at noon']]";
/// let findings = check(text.as_bytes(), Format::Edn, &Decoder::strict());
/// let codes: Vec<_> = findings.iter().map(|finding| finding.code.as_str()).collect();
/// assert_eq!(codes, ["integer-range", "language-syntax"]);
/// ```
pub fn check_octets(octets: &[u8], decoder: &Decoder, context: &Context<'_>) -> Vec<Finding> {
    let kind = Kind::of(octets);
    let limit = decoder.limits().findings;
    let read = self::read(octets, kind, decoder, decoder, limit, context);
    let mut sink = Sink::new(decoder.policy(), read.broken, limit);
    let said = read.said.unwrap_or_else(|| {
        let tolerant = decoder.clone().with_policy(Policy::tolerant());
        let left = limit.saturating_sub(sink.findings().len());
        stand_in::judge(octets, kind, decoder, sink.findings(), |octets| {
            let read = self::read(octets, kind, &tolerant, decoder, left, context);
            read.said.unwrap_or_default()
        })
    });
    for finding in said {
        sink.push(finding);
    }
    sink.finish()
}

/// What is wrong with the structure of a document, and, if it could be decoded, with what it says.
struct Read {
    broken: Vec<Finding>,
    said: Option<Vec<Finding>>,
}

/// Decodes a document by `reader` and judges what it says as `decoder` weighs it.
fn read(
    octets: &[u8],
    kind: Kind,
    reader: &Decoder,
    decoder: &Decoder,
    limit: usize,
    context: &Context<'_>,
) -> Read {
    let mut sink = Sink::new(decoder.policy(), Vec::new(), limit);
    let (broken, is_read) = match kind {
        Kind::StatusReport => {
            let examined = reader.examine_status(octets);
            let report = examined.value.as_ref();
            let judged = report.map(|it| rules::status(it, octets, &mut sink));
            (examined.findings, judged.is_some())
        }
        Kind::Derived => {
            let examined = reader.examine_derived(octets);
            let values = examined.value.as_ref();
            let judged = values.map(|it| rules::derived(it, octets, context, &mut sink));
            (examined.findings, judged.is_some())
        }
        Kind::Message => {
            let examined = reader.examine(octets);
            let octets = octets.get(..examined.size).unwrap_or(octets);
            let message = examined.value.as_ref();
            let judged = message.map(|it| rules::message(it, octets, decoder, context, &mut sink));
            (examined.findings, judged.is_some())
        }
    };
    Read {
        broken,
        said: is_read.then(|| sink.finish()),
    }
}
