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

use std::vec::Vec;

pub use self::context::Context;
use self::sink::Sink;
use crate::cbor::Decoder;
use crate::document::{Format, Kind, open};
use crate::report::{Finding, Policy, Severity};

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
/// assert_eq!(codes, ["integer-range", "wrong-type"]);
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
/// an error. What the fields say is judged where they can be told: not after a fault of structure that
/// no reader tolerates.
pub fn check_octets(octets: &[u8], decoder: &Decoder, context: &Context<'_>) -> Vec<Finding> {
    let limit = decoder.limits().findings;
    match Kind::of(octets) {
        Kind::StatusReport => {
            let examined = decoder.examine_status(octets);
            let value = examined.value.or_else(|| {
                relaxed(decoder, &examined.findings)?
                    .examine_status(octets)
                    .value
            });
            let mut sink = Sink::new(decoder.policy(), examined.findings, limit);
            if let Some(report) = value {
                rules::status(&report, octets, &mut sink);
            }
            sink.finish()
        }
        Kind::Derived => {
            let examined = decoder.examine_derived(octets);
            let value = examined.value.or_else(|| {
                relaxed(decoder, &examined.findings)?
                    .examine_derived(octets)
                    .value
            });
            let mut sink = Sink::new(decoder.policy(), examined.findings, limit);
            if let Some(values) = value {
                rules::derived(&values, octets, context, &mut sink);
            }
            sink.finish()
        }
        Kind::Message => {
            let examined = decoder.examine(octets);
            let (mut value, mut size) = (examined.value, examined.size);
            if value.is_none()
                && let Some(decoder) = relaxed(decoder, &examined.findings)
            {
                let again = decoder.examine(octets);
                (value, size) = (again.value, again.size);
            }
            let mut sink = Sink::new(decoder.policy(), examined.findings, limit);
            if let Some(message) = value {
                let octets = octets.get(..size).unwrap_or(octets);
                rules::message(&message, octets, decoder, context, &mut sink);
            }
            sink.finish()
        }
    }
}

/// A reader for a document that was refused for deviations alone that can be tolerated: what its
/// fields say is judged all the same.
fn relaxed(decoder: &Decoder, findings: &[Finding]) -> Option<Decoder> {
    findings
        .iter()
        .all(|finding| finding.severity < Severity::Error || finding.code.rule().tolerated)
        .then(|| decoder.clone().with_policy(Policy::tolerant()))
}
