//! Rich text: what is measured against whom, and how fast it must be.

use mimi_codec::rich::{html, markdown};

use super::codec::{Effort, Row};
use super::rich_samples::{self, Text};
use super::timing::{Contestant, contestant, medians};

/// Markdown -> safe HTML against comrak with `ammonia` behind it: mimi alone, and mimi with `ammonia`
/// behind it, measured in one run.
pub fn markdown_to_html(effort: Effort) -> [Vec<Row>; 2] {
    let (mut alone, mut cleaned) = (Vec::new(), Vec::new());
    for text in rich_samples::markdown() {
        let pieces = &text.pieces;
        let times = medians(
            &mut [
                each(pieces, |piece| to_html(piece, false)),
                each(pieces, |piece| to_html(piece, true)),
                each(pieces, comrak_and_ammonia),
            ],
            effort.rounds,
            effort.slice,
        );
        alone.push(row(
            "md -> html",
            &text,
            vec![times[0], times[2]],
            Some(0.4),
        ));
        cleaned.push(row(
            "and ammonia",
            &text,
            vec![times[1], times[2]],
            Some(1.0),
        ));
    }
    [alone, cleaned]
}

/// HTML -> Markdown: mimi, mdka, htmd. The goal is about the faster of the two.
pub fn html_to_markdown(effort: Effort) -> Vec<Row> {
    let mut rows = Vec::new();
    for text in rich_samples::html() {
        let pieces = &text.pieces;
        let htmd = htmd::HtmlToMarkdown::new();
        let times = medians(
            &mut [
                each(pieces, from_html),
                each(pieces, mdka::html_to_markdown),
                each(pieces, |piece| htmd.convert(piece).expect("any HTML")),
            ],
            effort.rounds,
            effort.slice,
        );
        let mut row = row("html -> md", &text, times, Some(1.0));
        row.peer = if row.nanoseconds[1] <= row.nanoseconds[2] {
            1
        } else {
            2
        };
        rows.push(row);
    }
    rows
}

fn each<'c, T>(pieces: &'c [String], convert: impl Fn(&str) -> T + 'c) -> Contestant<'c> {
    contestant(move || {
        for piece in pieces {
            std::hint::black_box(convert(piece));
        }
    })
}

/// Markdown -> safe HTML, as a client does it.
pub fn to_html(text: &str, second_pass: bool) -> String {
    let document = markdown::read(text).value;
    let options = html::HtmlWriteOptions::default().second_pass(second_pass);
    html::write(&document, &options).value
}

/// HTML -> Markdown, as a bridge does it.
pub fn from_html(text: &str) -> String {
    let document = html::read(text, &html::HtmlReadOptions::default()).value;
    markdown::write(&document).value
}

/// The peer: comrak with the extensions of GFM-MIMI, then `ammonia` with its own defaults.
fn comrak_and_ammonia(text: &str) -> String {
    let mut options = comrak::Options::default();
    options.extension.table = true;
    options.extension.strikethrough = true;
    options.extension.tasklist = true;
    ammonia::clean(&comrak::markdown_to_html(text, &options))
}

fn row(what: &'static str, text: &Text, nanoseconds: Vec<f64>, goal: Option<f64>) -> Row {
    Row {
        what,
        name: text.name.to_owned(),
        octets: text.octets(),
        nanoseconds,
        peer: 1,
        goal,
    }
}
