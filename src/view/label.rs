//! What stands in words for what is not text: sizes, files, statuses, reasons. Every output takes
//! its words from here.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use super::{File, Reason};
use crate::message::StatusReport;

/// A size in words: `12 B`, `1.5 kB`, `708.2 MB`.
pub(super) fn size(octets: u64) -> String {
    const UNITS: [&str; 6] = ["kB", "MB", "GB", "TB", "PB", "EB"];
    if octets < 1000 {
        return format!("{octets} B");
    }
    let mut value = octets as f64;
    let mut name = "B";
    for unit in UNITS {
        // What would be rounded up to 1000 is 1 of the next unit.
        if value < 999.95 {
            break;
        }
        value /= 1000.0;
        name = unit;
    }
    format!("{value:.1} {name}")
}

/// What a file is: `bigfile.mp4, video/mp4, 708.2 MB`. Bounded, because a text may refer to one
/// file many times.
pub(super) fn file(file: &File<'_>) -> String {
    let media_type = file.media().map_or_else(
        || file.media_type.to_string(),
        |media| media.essence().into(),
    );
    let pieces = [
        short(&file.name),
        short(&media_type),
        file.size.map(size).unwrap_or_default(),
    ];
    let pieces: Vec<String> = pieces
        .into_iter()
        .filter(|piece| !piece.is_empty())
        .collect();
    pieces.join(", ")
}

/// At most 120 characters, the last ones of which say the most.
fn short(text: &str) -> String {
    const LIMIT: usize = 120;
    match text.char_indices().rev().nth(LIMIT - 1) {
        Some((at, _)) if at > 0 => format!("\u{2026}{}", text.get(at..).unwrap_or_default()),
        _ => text.to_string(),
    }
}

/// Why something is not shown.
pub(super) fn reason(reason: &Reason) -> String {
    match reason {
        Reason::Unsupported => "cannot be shown".into(),
        Reason::TooLarge => "too large to be shown".into(),
        Reason::Unit { part } => {
            format!("a unit that cannot be shown, because part {part} cannot")
        }
        Reason::NestedInvalid => "a message that cannot be read".into(),
        Reason::NestedDepth => "a message inside too many messages".into(),
        Reason::StatusInvalid => "a status report that cannot be read".into(),
        Reason::Deletes(_) => "takes a message back".into(),
        Reason::Unlikes(_) => "takes a reaction back".into(),
        Reason::Empty => "no content".into(),
    }
}

/// A status report: one line for each message.
pub(super) fn statuses(report: &StatusReport) -> Vec<String> {
    report
        .statuses
        .iter()
        .map(|entry| format!("{}: {}", entry.message_id, entry.status))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_in_words() {
        for (octets, words) in [
            (0, "0 B"),
            (999, "999 B"),
            (1000, "1.0 kB"),
            (1500, "1.5 kB"),
            (999_949, "999.9 kB"),
            (999_999, "1.0 MB"),
            (708_234_961, "708.2 MB"),
            (u64::MAX, "18.4 EB"),
        ] {
            assert_eq!(size(octets), words);
        }
    }

    #[test]
    fn long_names_keep_their_end() {
        let name = "\u{e9}".repeat(200) + ".png";
        let shown = short(&name);
        assert_eq!(shown.chars().count(), 121);
        assert!(shown.starts_with('\u{2026}') && shown.ends_with(".png"));
        assert_eq!(short(&"a".repeat(120)), "a".repeat(120));
    }
}
