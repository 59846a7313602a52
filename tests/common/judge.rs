//! What holds for any octets at all, as a message, a status report or derived values. The
//! property tests and the fuzz target both ask this.

use mimi_codec::cbor::{
    Decoder, RepairOptions, UpgradeOptions, decode, decode_derived, decode_status, encode,
    encode_derived, encode_status, repair, upgrade,
};
use mimi_codec::message::Salt;
use mimi_codec::report::{Code, Finding, Severity, codes};

/// What tolerant decoding accepts and encoding refuses.
const UNENCODABLE: &[Code] = &[
    codes::SALT_LENGTH,
    codes::MULTIPART_TOO_FEW,
    codes::KEY_RESERVED,
];

/// The octets as a message.
pub(crate) fn judge(wire: &[u8]) {
    let strict = Decoder::strict();
    let tolerant = Decoder::tolerant();
    if let Ok(received) = strict.decode(wire) {
        assert_eq!(encode(received.content()).unwrap(), wire, "bijective");
        assert!(received.findings().is_empty());
        let lenient = tolerant.decode(wire).expect("tolerant accepts a superset");
        assert_eq!(lenient.content(), received.content());
        assert!(lenient.findings().is_empty());
    }
    let options = RepairOptions::with_new_salt(Salt::new([3; 16]));
    let repaired = repair(wire, &options);
    if let Ok(received) = tolerant.decode(wire) {
        let content = received.content();
        match encode(content) {
            Ok(octets) => assert_eq!(&decode(&octets).unwrap(), content),
            Err(error) => {
                assert!(UNENCODABLE.contains(&error.code()), "{error}");
                let mut found = received.findings().iter();
                assert!(
                    found.any(|finding| UNENCODABLE.contains(&finding.code)),
                    "{error}"
                );
            }
        }
        let repaired = repaired.expect("what is tolerated can be repaired");
        assert!(decode(&repaired.value).is_ok());
        assert_eq!(repaired.findings.is_empty(), repaired.value == wire);
    } else {
        assert!(repaired.is_err());
    }
    for decoder in [strict, tolerant] {
        let decoded = decoder.decode(wire);
        let examined = decoder.examine(wire);
        match decoded {
            Ok(received) => {
                assert_eq!(examined.value.as_ref(), Some(received.content()));
                assert_eq!(examined.findings, received.findings());
                assert_eq!(examined.size, received.octets().len());
            }
            Err(error) => {
                assert!(examined.value.is_none());
                first_refusal(&examined.findings, error.finding(), wire);
            }
        }
    }
    let options = UpgradeOptions::with_salt(Salt::new([4; 16]));
    if let Ok(upgraded) = upgrade(wire, &options) {
        let mut content = upgraded.value.content;
        match encode(&content) {
            Ok(octets) => assert_eq!(decode(&octets).unwrap(), content),
            Err(error) => assert!(UNENCODABLE.contains(&error.code()), "{error}"),
        }
        content = content.into_owned();
        assert!(content.salt.is_legal());
    }
}

/// The octets as a status report.
pub(crate) fn judge_status(wire: &[u8]) {
    if let Ok(report) = decode_status(wire) {
        assert_eq!(encode_status(&report), wire, "bijective");
    }
    for decoder in [Decoder::strict(), Decoder::tolerant()] {
        let examined = decoder.examine_status(wire);
        match decoder.decode_status(wire) {
            Ok(report) => {
                let again = encode_status(&report.value);
                assert_eq!(decode_status(&again).unwrap(), report.value);
                assert_eq!(examined.findings, report.findings);
            }
            Err(error) => first_refusal(&examined.findings, error.finding(), wire),
        }
    }
}

/// The octets as derived values.
pub(crate) fn judge_derived(wire: &[u8]) {
    if let Ok(values) = decode_derived(wire) {
        assert_eq!(encode_derived(&values), wire, "bijective");
    }
    for decoder in [Decoder::strict(), Decoder::tolerant()] {
        let examined = decoder.examine_derived(wire);
        match decoder.decode_derived(wire) {
            Ok(values) => {
                let again = encode_derived(&values.value);
                assert_eq!(decode_derived(&again).unwrap(), values.value);
                assert_eq!(examined.findings, values.findings);
            }
            Err(error) => first_refusal(&examined.findings, error.finding(), wire),
        }
    }
}

/// Reading on comes to the same first refusal, and that one has a place.
fn first_refusal(examined: &[Finding], refusal: &Finding, wire: &[u8]) {
    let first = examined
        .iter()
        .find(|finding| finding.severity == Severity::Error);
    assert_eq!(first, Some(refusal));
    assert!(
        refusal.offset.is_some_and(|at| at <= wire.len()),
        "{refusal}"
    );
    assert!(refusal.path.is_some(), "{refusal}");
}
