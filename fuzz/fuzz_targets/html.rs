//! Any text as HTML: both parsers make the same tree of it (the library compares them where it is
//! fuzzed), the Markdown made of it reads back to itself and keeps the text, and what is cleaned stays
//! clean.
#![no_main]

use libfuzzer_sys::fuzz_target;
use mimi_codec::rich::html::{self, HtmlPolicy};

#[path = "../../tests/common/rich.rs"]
mod judge;

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    judge::check_html(text);
    let policy = HtmlPolicy::messenger();
    let clean = html::sanitize(text, &policy);
    drop(judge::from_html(&clean));
});
