//! Status reports and derived values: legal ones, and every way they can be wrong.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod common;

use common::{ID, octets};
use mimi_codec::cbor::{Decoder, decode_derived, decode_status, encode_derived, encode_status};
use mimi_codec::message::{
    DerivedValues, ExtendedTime, HubTime, MessageId, MessageStatus, StatusReport,
};
use mimi_codec::report::Severity;

/// Code, offset, path of a refusal.
type Refusal<'a> = (&'a str, usize, &'a str);

#[test]
fn a_status_report_is_a_list_of_pairs() {
    let wire = octets(&format!("83 82 {ID} 02 82 {ID} 06 82 {ID} 18ff"));
    let report = decode_status(&wire).unwrap();
    let statuses: Vec<_> = report.statuses.iter().map(|entry| entry.status).collect();
    assert_eq!(
        statuses,
        [
            MessageStatus::READ,
            MessageStatus::ERROR,
            MessageStatus(255)
        ]
    );
    assert_eq!(encode_status(&report), wire);
    assert_eq!(
        report.status_of(&MessageId::new([1; 32])),
        Some(MessageStatus(255)),
        "the later status holds"
    );
    assert_eq!(decode_status(&[0x80]).unwrap(), StatusReport::default());
}

#[test]
fn a_broken_status_report_is_refused_at_the_right_place() {
    let path = "statusReport";
    let cases: &[(&str, Refusal<'_>)] = &[
        ("", ("cbor-truncated", 0, path)),
        ("a0", ("wrong-type", 0, path)),
        ("c180", ("tag-unexpected", 0, path)),
        ("81 00", ("wrong-type", 1, "statusReport[0]")),
        (
            &format!("81 81 {ID}"),
            ("array-length", 1, "statusReport[0]"),
        ),
        (
            &format!("81 83 {ID} 00 00"),
            ("array-length", 1, "statusReport[0]"),
        ),
        (
            &format!("81 82 {ID} 19 0100"),
            ("integer-range", 36, "statusReport[0].status"),
        ),
        (
            &format!("81 82 {ID} 20"),
            ("wrong-type", 36, "statusReport[0].status"),
        ),
        (
            &format!("81 82 {ID} 61 32"),
            ("wrong-type", 36, "statusReport[0].status"),
        ),
        (
            "81 82 4101 00",
            ("message-id-length", 2, "statusReport[0].messageId"),
        ),
        (
            "81 82 f6 00",
            ("wrong-type", 2, "statusReport[0].messageId"),
        ),
        (
            &format!("82 82 {ID} 00"),
            ("cbor-truncated", 37, "statusReport[1]"),
        ),
        (
            &format!("81 82 {ID}"),
            ("cbor-truncated", 36, "statusReport[0].status"),
        ),
        (
            "9b1000000000000000",
            ("cbor-truncated", 9, "statusReport[0]"),
        ),
        ("80 00", ("cbor-trailing", 1, path)),
        ("9fff", ("cbor-indefinite-length", 0, path)),
        (
            &format!("81 82 {ID} 1802"),
            ("cbor-head-not-shortest", 36, "statusReport[0].status"),
        ),
    ];
    for (hex, (code, offset, path)) in cases {
        let error = decode_status(&octets(hex)).unwrap_err().into_finding();
        assert_eq!(
            (error.code.as_str(), error.offset, error.path.as_deref()),
            (*code, Some(*offset), Some(*path)),
            "{hex}"
        );
        let examined = Decoder::strict().examine_status(&octets(hex));
        assert!(examined.value.is_none());
        assert_eq!(examined.findings[0].code.as_str(), *code, "{hex}");
    }
}

#[test]
fn a_tolerated_status_report_warns() {
    let wire = octets(&format!("9f 9f {ID} 1802 ff ff 00"));
    let report = Decoder::tolerant().decode_status(&wire).unwrap();
    assert_eq!(report.value.statuses[0].status, MessageStatus::READ);
    let codes: Vec<_> = report.findings.iter().map(|f| f.code.as_str()).collect();
    assert_eq!(
        codes,
        [
            "cbor-indefinite-length",
            "cbor-indefinite-length",
            "cbor-head-not-shortest",
            "cbor-trailing"
        ]
    );
    assert_eq!(report.worst(), Some(Severity::Warning));
}

#[test]
fn examining_a_status_report_goes_on() {
    let wire = octets(&format!("83 00 82 {ID} 19ffff 82 4101 61 41"));
    let codes: Vec<_> = Decoder::strict()
        .examine_status(&wire)
        .findings
        .iter()
        .map(|finding| finding.code.as_str())
        .collect();
    assert_eq!(
        codes,
        [
            "wrong-type",
            "integer-range",
            "message-id-length",
            "wrong-type"
        ]
    );
}

fn derived(time: &str) -> Vec<u8> {
    octets(&format!("87 {ID} {time} 41aa 04 6163 6175 6172"))
}

#[test]
fn derived_values_keep_both_kinds_of_time() {
    let wire = derived("1b0000017edd1dcdbb");
    let values = decode_derived(&wire).unwrap();
    assert_eq!(
        values.hub_accepted_timestamp,
        HubTime::Milliseconds(1_644_387_225_019)
    );
    assert_eq!(encode_derived(&values), wire);

    let wire = derived("d903e9 a2 01 1a6202ea99 28 1a0121eac0");
    let values = decode_derived(&wire).unwrap();
    let time = ExtendedTime::new(0x6202_ea99, 19_000_000);
    assert_eq!(values.hub_accepted_timestamp, HubTime::Extended(time));
    assert_eq!(
        values.hub_accepted_timestamp.milliseconds(),
        Some(1_644_358_297_019)
    );
    assert_eq!(encode_derived(&values), wire);
    assert_eq!(values.clone().into_owned(), values);
}

#[test]
fn broken_derived_values_are_refused_at_the_right_place() {
    let time = "derivedValues.hubAcceptedTimestamp";
    let cases: &[(Vec<u8>, Refusal<'_>)] = &[
        (octets("86"), ("array-length", 0, "derivedValues")),
        (octets("88"), ("array-length", 0, "derivedValues")),
        (derived("20"), ("wrong-type", 35, time)),
        (derived("c2 4101"), ("tag-unexpected", 35, time)),
        (derived("d83e 00"), ("tag-unexpected", 35, time)),
        (derived("d903e9 00"), ("wrong-type", 38, time)),
        (derived("d903e9 d903e9 a0"), ("tag-unexpected", 38, time)),
        (derived("d903e9 a1 4101 00"), ("key-type", 39, time)),
        (
            derived("d903e9 a1 60 00"),
            ("key-length", 39, "derivedValues.hubAcceptedTimestamp[\"\"]"),
        ),
        (
            derived("d903e9 a2 01 00 01 00"),
            ("duplicate-key", 41, "derivedValues.hubAcceptedTimestamp[1]"),
        ),
        (
            derived("d903e9 a2 20 00 01 00"),
            (
                "cbor-key-order",
                41,
                "derivedValues.hubAcceptedTimestamp[1]",
            ),
        ),
        (
            octets(&format!("87 {ID} 00 41aa 1b0000000100000000 60 60 60")),
            ("integer-range", 38, "derivedValues.senderLeafIndex"),
        ),
        (
            octets(&format!("87 {ID} 00 61aa 04 60 60 60")),
            ("wrong-type", 36, "derivedValues.mlsGroupId"),
        ),
        (
            octets(&format!("87 {ID} 00 41aa 04 d82060 60 60")),
            ("url-tagged", 39, "derivedValues.senderClientUrl"),
        ),
        (
            octets(&format!("87 {ID} 00 41aa 04 60 60 f6")),
            ("wrong-type", 41, "derivedValues.roomUrl"),
        ),
    ];
    for (wire, (code, offset, path)) in cases {
        let error = decode_derived(wire).unwrap_err().into_finding();
        assert_eq!(
            (error.code.as_str(), error.offset, error.path.as_deref()),
            (*code, Some(*offset), Some(*path)),
            "{wire:02x?}"
        );
    }
}

#[test]
fn a_tolerated_extended_time_is_normalised() {
    let wire = derived("d903e9 bf 28 1a00000005 01 1800 ff");
    let values = Decoder::tolerant().decode_derived(&wire).unwrap().value;
    let HubTime::Extended(time) = &values.hub_accepted_timestamp else {
        panic!("an extended time");
    };
    assert_eq!(time.as_bytes(), octets("a2 01 00 28 05"));
    assert_eq!(decode_derived(&encode_derived(&values)).unwrap(), values);
}

#[test]
fn milliseconds_round_down() {
    let time = |hex: &str| {
        let map = octets(hex);
        ExtendedTime::from_slice(&map).unwrap().milliseconds()
    };
    assert_eq!(time("a1 01 05"), Some(5000));
    assert_eq!(time("a1 01 20"), Some(-1000));
    assert_eq!(time("a2 01 05 22 07"), Some(5007));
    assert_eq!(time("a2 01 05 28 1a 000f423f"), Some(5000));
    // 5.0015 seconds, -0.0001 seconds, infinity
    assert_eq!(time("a1 01 fb 4014 0189374bc6a8"), Some(5001));
    assert_eq!(time("a1 01 fb bf1a36e2eb1c432d"), Some(-1));
    assert_eq!(time("a1 01 f97c00"), None);
    assert_eq!(time("a0"), None);
    assert_eq!(time("a1 01 60"), None);
    assert!(ExtendedTime::from_slice(&octets("a1 18 01 05")).is_err());
    assert!(ExtendedTime::from_slice(&octets("80")).is_err());
    assert_eq!(
        ExtendedTime::new(7, 0).as_bytes(),
        octets("a1 01 07"),
        "no fraction of 0"
    );
}

#[test]
fn owned_values_say_nothing_else() {
    let values = DerivedValues::new(MessageId::new([9; 32]), HubTime::Milliseconds(1));
    assert_eq!(decode_derived(&encode_derived(&values)).unwrap(), values);
}
