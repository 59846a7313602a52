//! Any octets, checked in both modes and with all that a caller can know: no panic, every place is
//! inside the octets, every rule is of the catalogue, and what strict decoding refuses has an error.
#![no_main]

use libfuzzer_sys::fuzz_target;
use mimi_codec::cbor::Decoder;
use mimi_codec::check::{Context, check_octets};
use mimi_codec::document::Document;
use mimi_codec::message::MessageId;
use mimi_codec::report::Severity;

fuzz_target!(|octets: &[u8]| {
    let nobody = |_: &str| false;
    let odd = |id: &MessageId| id.as_bytes()[31] & 1 == 1;
    let same = |_| Some(octets);
    let context = Context::new()
        .now(1_767_225_600_000)
        .hub_time(1_767_225_600_000)
        .members(&nobody)
        .seen(&odd)
        .message_id(MessageId::new([1; 32]))
        .body_limit(1000)
        .fetched(&same);
    for decoder in [Decoder::strict(), Decoder::tolerant()] {
        let findings = check_octets(octets, &decoder, &context);
        for finding in &findings {
            assert!(finding.code.rule().mend().is_some(), "{finding}");
            assert!(
                finding.offset.is_none_or(|at| at <= octets.len()),
                "{finding}"
            );
        }
        if Document::decode(octets, &decoder).is_err() {
            let errors = findings.iter().filter(|it| it.severity == Severity::Error);
            assert!(errors.count() > 0, "refused without an error");
        }
    }
});
