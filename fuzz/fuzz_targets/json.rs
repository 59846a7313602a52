//! Any text as JSON, and any message written as JSON: reading what was written gives the same
//! octets.
#![no_main]

use libfuzzer_sys::fuzz_target;
use mimi_codec::{cbor, notation::json};

fuzz_target!(|data: &[u8]| {
    written(data);
    if let Ok(text) = std::str::from_utf8(data) {
        match json::read(text) {
            Ok(source) => written(source.value.octets()),
            Err(error) => assert!(error.finding().line.is_some_and(|line| line > 0), "{error}"),
        }
    }
});

fn written(octets: &[u8]) {
    let Ok(message) = cbor::decode(octets) else {
        return;
    };
    let text = json::write(&message);
    match json::read(&text) {
        Ok(source) => assert_eq!(source.value.octets(), octets, "{text}"),
        Err(error) => panic!("{error}\n{text}"),
    }
}
