//! What can still be judged after a fault of structure that leaves no document: each faulty item
//! is replaced by one that could stand there (`walk`, `items`), the result is judged, and the places are
//! led back to the octets as they came.
//!
//! Nothing may be reported that only the stand-ins say. So everything is judged twice, with
//! different stand-ins: what is found only once comes from them. What lies inside one is dropped,
//! and so is what is about the octets as a whole, or holds parts against each other of which one
//! is gone.

mod items;
mod walk;

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::vec::Vec;

use self::items::Choice;
use self::walk::{Rewritten, rewrite};
use crate::cbor::Decoder;
use crate::document::Kind;
use crate::report::{Code, Finding, Severity, codes};

/// Rules on the octets of a message as a whole, which stand-ins change.
const OF_THE_WHOLE: &[Code] = &[
    codes::MESSAGE_ID_MISMATCH,
    codes::MESSAGE_ID_SEEN,
    codes::FRANKING_TAG_MISMATCH,
    codes::BODY_TOO_LARGE,
    codes::CBOR_TRAILING,
];

/// Rules that hold the texts of parts against each other: not judged where one of them is unknown.
const OF_CONTENTS: &[Code] = &[codes::ALTERNATIVES_DIFFER, codes::CID_UNREFERENCED];

/// Rules on the numbers of parts: not judged where some may be missing.
const OF_NUMBERS: &[Code] = &[
    codes::CID_TARGET_MISSING,
    codes::CID_TARGET_NOT_LEAF,
    codes::CID_TO_ITSELF,
];

/// The offsets of the faults that no reader tolerates, in order.
fn intolerable(findings: &[Finding]) -> Vec<usize> {
    let mut offsets: Vec<usize> = findings
        .iter()
        .filter(|it| it.severity == Severity::Error && !it.code.rule().tolerated)
        .filter_map(|it| it.offset)
        .collect();
    offsets.sort_unstable();
    offsets
}

/// Judges a document whose structure has the faults found. `judge` says what is wrong with what
/// octets say, as far as they can be read.
pub(super) fn judge(
    octets: &[u8],
    kind: Kind,
    decoder: &Decoder,
    faults: &[Finding],
    judge: impl Fn(&[u8]) -> Vec<Finding>,
) -> Vec<Finding> {
    let faults = intolerable(faults);
    if faults.is_empty() {
        return judge(octets);
    }
    let once = |choice| -> Vec<Finding> {
        let depth = decoder.limits().part_depth;
        let Some(rewritten) = rewrite(octets, kind, depth, &faults, choice) else {
            return Vec::new();
        };
        let found = judge(&rewritten.octets).into_iter();
        found
            .filter_map(|it| led_back(it, kind, &rewritten))
            .collect()
    };
    let mut findings = once(Choice::First);
    if findings.is_empty() {
        return findings;
    }
    let again = once(Choice::Second);
    let same: BTreeSet<_> = again.iter().map(what_and_where).collect();
    findings.retain(|it| same.contains(&what_and_where(it)));
    findings
}

fn what_and_where(finding: &Finding) -> (Code, Option<usize>, Option<&Cow<'static, str>>) {
    (finding.code, finding.offset, finding.found.as_ref())
}

/// The finding at its place in the octets as they came, unless it is about a stand-in.
fn led_back(mut finding: Finding, kind: Kind, rewritten: &Rewritten) -> Option<Finding> {
    let untold = [
        (kind == Kind::Message, OF_THE_WHOLE),
        (rewritten.content_lost, OF_CONTENTS),
        (rewritten.numbers_lost, OF_NUMBERS),
    ];
    if untold
        .iter()
        .any(|(applies, rules)| *applies && rules.contains(&finding.code))
    {
        return None;
    }
    if let Some(offset) = &mut finding.offset {
        *offset = rewritten.origin(*offset)?;
    }
    if let Some(cause) = &mut finding.caused_by {
        cause.offset = rewritten.origin(cause.offset)?;
    }
    Some(finding)
}

#[cfg(test)]
mod tests {
    use super::super::{Context, check_octets};
    use super::*;
    use crate::document::Format;

    fn check(parts: &[&[u8]], context: &Context<'_>) -> Vec<(Code, Option<usize>)> {
        let found = check_octets(&parts.concat(), &Decoder::strict(), context);
        found.iter().map(|it| (it.code, it.offset)).collect()
    }

    const ID: [u8; 34] = {
        let mut id = [3; 34];
        (id[0], id[1], id[2]) = (0x58, 32, 1);
        id
    };

    #[test]
    fn a_status_report_is_judged_around_its_faults() {
        // A status out of range, an entry that is none, an ID that is too short, an ID twice.
        let found = check(
            &[
                b"\x84\x82",
                &ID,
                b"\x19\x01\0",
                b"\x81\0",
                b"\x82\x41\0\x18\x63",
                b"\x82",
                &ID,
                b"\x18\x63",
            ],
            &Context::new(),
        );
        let wanted = [
            (codes::INTEGER_RANGE, Some(36)),
            (codes::ARRAY_LENGTH, Some(39)),
            // Which follows from the length.
            (codes::WRONG_TYPE, Some(40)),
            (codes::MESSAGE_ID_LENGTH, Some(42)),
            (codes::STATUS_UNKNOWN, Some(44)),
            (codes::STATUS_REPEATED, Some(47)),
            (codes::STATUS_UNKNOWN, Some(81)),
        ];
        assert_eq!(found, wanted);
    }

    #[test]
    fn derived_values_are_judged_around_their_faults() {
        // A time in seconds, a leaf index out of range, a room of no room's form.
        let context = Context::new().message_id(crate::message::MessageId::new([9; 32]));
        let found = check(
            &[
                b"\x87",
                &ID,
                b"\x1a\x62\x03\x5c\xb5\x41\x01",
                b"\x1b\0\0\0\x01\0\0\0\0",
                b"\x60\x60\x61a",
            ],
            &context,
        );
        let wanted = [
            (codes::INTEGER_RANGE, Some(42)),
            (codes::MESSAGE_ID_MISMATCH, Some(1)),
            (codes::HUB_TIME_UNIT, Some(35)),
            (codes::URL_SYNTAX, Some(53)),
        ];
        assert_eq!(found, wanted);
    }

    #[test]
    fn a_part_of_three_items_may_be_no_part() {
        // A reaction taken back, which needs no target; with content, it would.
        let found = |rest: &str| -> Vec<_> {
            let id = "01".repeat(32);
            let text = std::format!(
                "[h'000102030405060708090a0b0c0d0e0f', h'{id}', h'', null, null, {{}}, [2, \"\", {rest}]]"
            );
            let found = super::super::check(text.as_bytes(), Format::Edn, &Decoder::strict());
            found.iter().map(|it| it.code).collect()
        };
        assert_eq!(found("0"), []);
        assert_eq!(found("\"0\""), [codes::WRONG_TYPE]);
        let reaction = found("\"1\", \"text/plain;charset=utf-8\", '*'");
        assert_eq!(
            reaction,
            [codes::WRONG_TYPE, codes::REACTION_WITHOUT_TARGET]
        );
    }

    #[test]
    fn the_numbers_behind_what_is_no_part_are_not_known() {
        // The second part refers to a fourth, which is there if the first was a multipart.
        let found = |first: &str| -> Vec<_> {
            let text = std::format!(
                "[h'000102030405060708090a0b0c0d0e0f', null, h'', null, null, {{}},
                  [1, \"\", 3, 2, [{first},
                    [1, \"\", 1, \"text/html;charset=utf-8\", '<img src=\"cid:4@local.invalid\">'],
                    [4, \"\", 1, \"image/png\", h'89504e47']]]]"
            );
            let found = super::super::check(text.as_bytes(), Format::Edn, &Decoder::strict());
            found.iter().map(|it| it.code).collect()
        };
        let known = found("[1, \"\", 1, \"text/plain;charset=utf-8\", 'a']");
        assert!(!known.contains(&codes::WRONG_TYPE), "{known:?}");
        for nothing in ["null", "1.5", "{}", "7", "\"\""] {
            assert_eq!(found(nothing), [codes::WRONG_TYPE], "{nothing}");
        }
    }

    #[test]
    fn where_a_fault_hides_what_a_field_is_nothing_is_guessed() {
        // Eight items, one too many in front: every field stands in another's place.
        let found = check(
            &[
                b"\x88\x60\x50",
                &[1; 16],
                b"\xf6\x40\xf6\xf6\xa0\x83\0\x60\0",
            ],
            &Context::new(),
        );
        assert_eq!(found.first(), Some(&(codes::ARRAY_LENGTH, Some(0))));
        assert!(found.iter().all(|(code, _)| *code != codes::SALT_CONSTANT));
    }
}
