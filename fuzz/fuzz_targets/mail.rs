//! Any octets as a mail, as CPIM and as a message: what was read can be written, and what was
//! written gives the same message back.
#![no_main]

use libfuzzer_sys::fuzz_target;
use mimi_codec::cbor;
use mimi_codec::mail::{self, ExportOptions, ImportOptions, Keys, Profile, cpim};

fuzz_target!(|data: &[u8]| {
    // A message first: the other fuzz targets and their corpora lend theirs.
    there_and_back(data);
    let mut options = ImportOptions::default();
    options.seed = Some(b"fuzz"[..].into());
    options.strip_quotes = data.len().is_multiple_of(2);
    options.strip_signatures = options.strip_quotes;
    options.markdown_alternative = data.len().is_multiple_of(3);
    if let Ok(read) = mail::import(data, &options) {
        let imported = read.value;
        let decoded = cbor::decode(&imported.octets).expect("a strict message");
        assert_eq!(decoded, imported.message);
        for more in &imported.more {
            cbor::encode(more).expect("a message");
        }
        there_and_back(&imported.octets);
    }
    if let Ok(read) = cpim::read(data, &options) {
        match read.value {
            cpim::Content::Message(received) => {
                cbor::decode(&received.octets).expect("a strict message");
                there_and_back(&received.octets);
            }
            cpim::Content::Report(report) => {
                let mut export = ExportOptions::default();
                export.seed = options.seed.clone();
                let again = cpim::write_report(&report.report, &export).expect("its statuses");
                let again = cpim::read(&again.value, &options).expect("what was written");
                let cpim::Content::Report(again) = again.value else {
                    panic!("a report");
                };
                assert_eq!(again.report, report.report);
            }
            _ => {}
        }
    }
});

fn there_and_back(octets: &[u8]) {
    let Ok(message) = cbor::decode(octets) else {
        return;
    };
    let mut export = ExportOptions::default();
    export.seed = Some(b"fuzz"[..].into());
    export.keys = Keys::With;
    for profile in [Profile::Exact, Profile::Mail, Profile::Chatmail] {
        export.profile = profile;
        let Ok(mail) = mail::export(&message, &export) else {
            return;
        };
        let header = mail.value.split(|b| *b == b'\n');
        for line in header.take_while(|line| !line.trim_ascii().is_empty()) {
            assert!(!line.contains(&0) && !line.starts_with(b"Bcc"), "{line:?}");
        }
        let back = mail::import(&mail.value, &ImportOptions::default()).expect("our own mail");
        assert!(
            back.value.exact,
            "{profile:?}: {:?}\n{}",
            back.findings,
            String::from_utf8_lossy(&mail.value)
        );
        assert_eq!(back.value.octets, octets);
    }
    let Ok(written) = cpim::write(&message, &export) else {
        return;
    };
    let sender = message.extensions.sender_uri();
    if sender.is_ok_and(|uri| uri.is_some_and(|uri| !uri.is_empty())) {
        let _ =
            cpim::read(&written.value, &ImportOptions::default()).expect("our own CPIM message");
    }
}
