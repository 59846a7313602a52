//! The three kinds of documents: a message, a status report, and derived values.

use std::vec::Vec;

use crate::cbor::{DecodeError, Decoder, Received};
use crate::message::{DerivedValues, StatusReport};
use crate::report::{Converted, Finding};

/// What kind of document some octets hold, as their beginning tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Kind {
    /// A message (draft section 4.1).
    Message,
    /// A report on the status of messages (draft-mahy-mimi-message-status).
    StatusReport,
    /// The values a client derives for a message (draft section 4.6).
    Derived,
}

/// A decoded document.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Document<'a> {
    /// A message with the octets it came from.
    Message(Received<'a>),
    /// A report on the status of messages.
    StatusReport(Converted<StatusReport>),
    /// The values a client derives for a message.
    Derived(Converted<DerivedValues<'a>>),
}

impl Kind {
    /// The name in sentences.
    pub const fn name(self) -> &'static str {
        match self {
            Kind::Message => "message",
            Kind::StatusReport => "status report",
            Kind::Derived => "derived values",
        }
    }

    /// Tells the kind from the first octets. Whatever is nothing else is taken for a message, so
    /// that the reader of messages says what is wrong.
    pub fn of(octets: &[u8]) -> Kind {
        match octets {
            // A report is an array of arrays; an empty one reports on nothing, whatever follows it.
            [0x80, ..]
            | [0x81..=0x97 | 0x9f, 0x82 | 0x9f, ..]
            | [0x98, _, 0x82 | 0x9f, ..]
            | [0x99, _, _, 0x82 | 0x9f, ..]
            | [0x9a, _, _, _, _, 0x82 | 0x9f, ..]
            | [0x9b, _, _, _, _, _, _, _, _, 0x82 | 0x9f, ..]
            | [0x9f, 0xff, ..] => Kind::StatusReport,
            // A message ID in front, then a time: an integer, or tag 1001.
            [0x87, 0x58, 0x20, rest @ ..] if matches!(rest.get(32), Some(0x00..=0x1b | 0xd9)) => {
                Kind::Derived
            }
            _ => Kind::Message,
        }
    }
}

impl<'a> Document<'a> {
    /// Decodes a document of whatever kind it is.
    ///
    /// # Errors
    /// The first rule that the decoder's policy refuses.
    pub fn decode(octets: &'a [u8], decoder: &Decoder) -> Result<Self, DecodeError> {
        Ok(match Kind::of(octets) {
            Kind::Message => Document::Message(decoder.decode(octets)?),
            Kind::StatusReport => Document::StatusReport(decoder.decode_status(octets)?),
            Kind::Derived => Document::Derived(decoder.decode_derived(octets)?),
        })
    }

    /// Everything that is wrong with a document of whatever kind it is, in one pass.
    pub fn examine(octets: &[u8], decoder: &Decoder) -> Vec<Finding> {
        match Kind::of(octets) {
            Kind::Message => decoder.examine(octets).findings,
            Kind::StatusReport => decoder.examine_status(octets).findings,
            Kind::Derived => decoder.examine_derived(octets).findings,
        }
    }

    /// Its kind.
    pub const fn kind(&self) -> Kind {
        match self {
            Document::Message(_) => Kind::Message,
            Document::StatusReport(_) => Kind::StatusReport,
            Document::Derived(_) => Kind::Derived,
        }
    }

    /// The deviations that were tolerated.
    pub fn findings(&self) -> &[Finding] {
        match self {
            Document::Message(received) => received.findings(),
            Document::StatusReport(report) => &report.findings,
            Document::Derived(values) => &values.findings,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::codes;

    #[test]
    fn octets_behind_an_empty_report_do_not_make_it_a_message() {
        for octets in [&[0x80][..], &[0x80, 0x00], &[0x9f, 0xff, 0x00]] {
            assert_eq!(Kind::of(octets), Kind::StatusReport, "{octets:x?}");
        }
        let findings = Document::examine(&[0x80, 0x00], &Decoder::strict());
        let codes: Vec<_> = findings.iter().map(|finding| finding.code).collect();
        assert_eq!(codes, [codes::CBOR_TRAILING]);
    }

    #[test]
    fn a_report_may_have_any_number_of_entries() {
        for head in [
            &[0x81][..],
            &[0x98, 24],
            &[0x99, 1, 0],
            &[0x9a, 0, 1, 0, 0],
            &[0x9b, 0, 0, 0, 0, 0, 1, 0, 0],
        ] {
            let octets = [head, &[0x82]].concat();
            assert_eq!(Kind::of(&octets), Kind::StatusReport, "{octets:x?}");
        }
    }

    #[test]
    fn arrays_of_other_things_are_messages() {
        for octets in [&[][..], &[0x87], &[0x87, 0x50], &[0x81, 0x01], b"\xff"] {
            assert_eq!(Kind::of(octets), Kind::Message, "{octets:x?}");
        }
    }
}
