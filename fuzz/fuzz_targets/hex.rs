//! Any text as a hex dump, and any octets dumped: reading what was written gives the same octets.
#![no_main]

use libfuzzer_sys::fuzz_target;
use mimi_codec::notation::{
    Layout,
    hex::{self, Style},
};

fuzz_target!(|data: &[u8]| {
    written(data);
    if let Ok(text) = std::str::from_utf8(data) {
        match hex::read(text) {
            Ok(source) => written(source.value.octets()),
            Err(error) => assert!(error.finding().line.is_some_and(|line| line > 0)),
        }
    }
});

fn written(octets: &[u8]) {
    // A text without octets is refused.
    if octets.is_empty() {
        return;
    }
    for style in [
        Style::Pretty,
        Style::Fields(Layout::Message),
        Style::Fields(Layout::Derived),
    ] {
        let text = hex::write(octets, style).value;
        match hex::read(&text) {
            Ok(source) => assert_eq!(source.value.octets(), octets, "{text}"),
            Err(error) => panic!("{error}\n{text}"),
        }
    }
}
