//! Any text as EDN, and any octets written as EDN: reading what was written gives the same
//! octets.
#![no_main]

use libfuzzer_sys::fuzz_target;
use mimi_codec::notation::{Layout, edn};

fuzz_target!(|data: &[u8]| {
    written(data);
    if let Ok(text) = std::str::from_utf8(data) {
        match edn::read(text) {
            Ok(source) => {
                let octets = source.value.into_octets();
                assert!(
                    written(&octets),
                    "what was read can be written: {octets:02x?}"
                );
            }
            Err(error) => {
                let lines = text.split('\n').count();
                let line = error.finding().line.expect("an error has a line");
                assert!((1..=lines).contains(&(line as usize)), "{error}");
                assert!(error.finding().column.is_some_and(|column| column > 0));
            }
        }
    }
});

/// Writes octets in every layout; says whether they are one item, and so could be.
fn written(octets: &[u8]) -> bool {
    let Ok(text) = edn::item(octets) else {
        return false;
    };
    same(&text, octets);
    for layout in [
        Layout::Message,
        Layout::StatusReport,
        Layout::Derived,
        Layout::Any,
    ] {
        let text = edn::Writer::new(layout)
            .write(octets)
            .expect("it is one item");
        same(&text, octets);
    }
    true
}

fn same(text: &str, octets: &[u8]) {
    match edn::read(text) {
        Ok(source) => assert_eq!(source.value.octets(), octets, "{text}"),
        Err(error) => panic!("{error}\n{text}"),
    }
}
