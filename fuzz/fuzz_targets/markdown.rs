//! Any text as Markdown: what is read can be written, stays the same when read and written again, and
//! keeps its text; HTML made of it has only what the policy allows, and so has what `ammonia` leaves.
#![no_main]

use libfuzzer_sys::fuzz_target;
use mimi_codec::rich::html::{self, HtmlWriteOptions};
use mimi_codec::rich::markdown;
use mimi_codec::rich::plain::{self, TextOptions};

#[path = "../../tests/common/rich.rs"]
mod judge;

fuzz_target!(|data: &[u8]| {
    let Ok(text) = std::str::from_utf8(data) else {
        return;
    };
    judge::check_markdown(text);
    let document = markdown::read(text).value;
    let written = html::write(&document, &HtmlWriteOptions::default()).value;
    judge::check_policy(&written);
    let read = judge::visible(&judge::from_html(&written));
    let twice = html::write(&document, &HtmlWriteOptions::default().second_pass(true)).value;
    assert_eq!(
        judge::visible(&judge::from_html(&twice)),
        read,
        "the second pass removed something"
    );
    drop(plain::write(
        &document,
        &TextOptions::default().with_width(20),
    ));
    let escaped = markdown::escape_html(text);
    assert_eq!(markdown::escape_html(&escaped), escaped);
    drop(markdown::escape_literal(text));
});
