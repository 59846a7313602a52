//! Any text as an Internet-Draft in each of its forms, and as a file of examples: every finding has
//! a place that is there.
#![no_main]

use libfuzzer_sys::fuzz_target;
use mimi_codec::check::draft::{DraftOptions, check_draft, check_examples};
use mimi_codec::report::Finding;

fuzz_target!(|data: &[u8]| {
    let options = DraftOptions::default();
    if let Ok(text) = std::str::from_utf8(data) {
        for name in ["draft.txt", "draft.md", "draft.xml", "example.edn"] {
            // What is included is the text itself, as long as that ends.
            let mut load = |path: &str| match path.len() % 2 {
                0 => Ok(data.to_vec()),
                _ => Err("not there".to_string()),
            };
            placed(&check_draft(name, text, &options, &mut load), text);
        }
    }
    let half = data.len() / 2;
    let files = [
        ("a.cbor", &data[..half]),
        ("a.edn", &data[half..]),
        ("a.pretty", data),
    ];
    for finding in check_examples(&files, &options) {
        assert!(finding.file.is_some() && finding.line.is_some());
    }
});

fn placed(findings: &[Finding], text: &str) {
    let lines = text.split('\n').count().max(1);
    for finding in findings {
        assert!(finding.file.is_some(), "{finding}");
        let line = finding.line.expect("a line") as usize;
        assert!((1..=lines).contains(&line), "{finding} of {lines} lines");
        assert!(finding.column.is_some_and(|column| column > 0), "{finding}");
    }
}
