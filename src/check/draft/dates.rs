//! Times in two spellings: an ISO date beside a number of seconds, milliseconds or smaller.

use std::format;
use std::string::{String, ToString};
use std::vec::Vec;

use jiff::Timestamp;

use super::source::{Document, column};
use crate::report::{Finding, codes};

/// Something in a line that is a time.
#[derive(Clone, Copy, Debug)]
struct Mark {
    line: usize,
    start: usize,
    end: usize,
    what: What,
}

#[derive(Clone, Copy, Debug)]
enum What {
    /// A number with that many digits.
    Number(i128, usize),
    /// A date and the digits of its fraction.
    Date(Timestamp, usize),
}

/// How many times away in a line a number may stand.
const NEAR: usize = 4;

/// Reports each date that is not the time of the number beside it.
pub(super) fn judge(document: &Document, findings: &mut Vec<Finding>) {
    let mut last: Option<Mark> = None;
    let mut waiting: Option<Mark> = None;
    for line in 0..document.len() {
        let marks = marks(document.text(line), line);
        for (index, mark) in marks.iter().enumerate() {
            match mark.what {
                What::Number(..) => {
                    if let Some(date) = waiting.take()
                        && leads(document, &date, mark)
                    {
                        compare(document, &date, mark, findings);
                    }
                }
                What::Date(..) => {
                    waiting = None;
                    let here = |mark: &&Mark| matches!(mark.what, What::Number(..));
                    let before = marks.get(..index).unwrap_or_default();
                    let after = marks.get(index..).unwrap_or_default();
                    let number = before
                        .iter()
                        .rev()
                        .take(NEAR)
                        .find(here)
                        .or_else(|| after.iter().take(NEAR).find(here));
                    match (number, last) {
                        (Some(number), _) => compare(document, mark, number, findings),
                        (None, Some(number)) if leads(document, &number, mark) => {
                            compare(document, mark, &number, findings);
                        }
                        _ => waiting = Some(*mark),
                    }
                }
            }
            last = matches!(mark.what, What::Number(..)).then_some(*mark);
        }
    }
}

/// Whether nothing but signs stands between the end of one line and the start of the next.
fn leads(document: &Document, before: &Mark, after: &Mark) -> bool {
    let signs = |text: &str| {
        text.trim()
            .chars()
            .all(|c| "=/#(),:*;-".contains(c) || c == ' ')
    };
    before.line + 1 == after.line
        && signs(document.text(before.line).get(before.end..).unwrap_or(""))
        && signs(document.text(after.line).get(..after.start).unwrap_or(""))
}

/// The times in a line.
fn marks(text: &str, line: usize) -> Vec<Mark> {
    let bytes = text.as_bytes();
    let mut marks = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        if !bytes.get(at).is_some_and(u8::is_ascii_alphanumeric) {
            at += 1;
            continue;
        }
        let word = |b: &u8| b.is_ascii_alphanumeric() || matches!(b, b'-' | b':' | b'.' | b'+');
        let end = bytes
            .iter()
            .skip(at)
            .position(|b| !word(b))
            .map_or(bytes.len(), |length| at + length);
        let token = text
            .get(at..end)
            .unwrap_or("")
            .trim_end_matches(['.', ':', '-']);
        // A name that is written right in front of a number makes it something else.
        // So does a sign: a time before 1970.
        let signed = at > 1
            && bytes.get(at - 1) == Some(&b'-')
            && matches!(bytes.get(at - 2), Some(b' ' | b'=' | b'('));
        let bare = at == 0 || !signed && !matches!(bytes.get(at - 1), Some(b'_' | b'/' | b'\''));
        if let Some(what) = what(token).filter(|_| bare) {
            marks.push(Mark {
                line,
                start: at,
                end: at + token.len(),
                what,
            });
        }
        at = end;
    }
    marks
}

fn what(token: &str) -> Option<What> {
    let bytes = token.as_bytes();
    if bytes.iter().all(u8::is_ascii_digit) {
        // Seconds, milliseconds, microseconds or nanoseconds since 1970, from 2001 to 2286.
        let digits = bytes.len();
        let first = bytes.first().copied().unwrap_or(b'0');
        let fits = matches!(digits, 10 | 13 | 16 | 19) && first != b'0';
        return fits.then(|| token.parse().ok().map(|n| What::Number(n, digits)))?;
    }
    if bytes.len() < 20 || bytes.get(10) != Some(&b'T') {
        return None;
    }
    let date: Timestamp = token.parse().ok()?;
    let fraction = token.split_once('.').map_or(0, |(_, rest)| {
        rest.bytes().take_while(u8::is_ascii_digit).count()
    });
    Some(What::Date(date, fraction))
}

fn compare(document: &Document, date: &Mark, number: &Mark, findings: &mut Vec<Finding>) {
    let (What::Date(stated, fraction), What::Number(value, digits)) = (date.what, number.what)
    else {
        return;
    };
    let unit = match digits {
        10 => 1_000_000_000,
        13 => 1_000_000,
        16 => 1000,
        _ => 1,
    };
    let nanoseconds = value.saturating_mul(unit);
    let off = stated.as_nanosecond() - nanoseconds;
    // As precise as the coarser of the two.
    let precision = [
        1_000_000_000i128,
        100_000_000,
        10_000_000,
        1_000_000,
        100_000,
        10_000,
        1000,
        100,
        10,
        1,
    ]
    .get(fraction)
    .copied()
    .unwrap_or(1)
    .max(unit);
    if off.abs() < precision {
        return;
    }
    let Ok(meant) = Timestamp::from_nanosecond(nanoseconds) else {
        return;
    };
    let found = document
        .text(date.line)
        .get(date.start..date.end)
        .unwrap_or("");
    let message = format!(
        "a date that is {} its timestamp {value}{}",
        distance(off),
        match number.line == date.line {
            true => String::new(),
            false => format!(" ({})", document.place(number.line, date.line)),
        }
    );
    let finding = Finding::new(codes::DRAFT_DATE)
        .message(message)
        .found(found.to_string())
        .expected(meant.to_string());
    let column = column(document.text(date.line), date.start);
    findings.push(document.locate(finding, date.line, column));
}

/// `8 hours and 57 seconds before`.
fn distance(off: i128) -> String {
    const UNITS: &[(i128, &str)] = &[
        (86_400_000_000_000, "day"),
        (3_600_000_000_000, "hour"),
        (60_000_000_000, "minute"),
        (1_000_000_000, "second"),
        (1_000_000, "millisecond"),
        (1, "nanosecond"),
    ];
    let mut left = off.abs();
    let mut parts: Vec<String> = Vec::new();
    for (unit, name) in UNITS {
        let count = left / unit;
        left %= unit;
        if count > 0 {
            let plural = if count == 1 { "" } else { "s" };
            parts.push(format!("{count} {name}{plural}"));
        }
    }
    let side = if off < 0 { "before" } else { "after" };
    match parts.split_last() {
        Some((last, [])) => format!("{last} {side}"),
        Some((last, first)) => format!("{} and {last} {side}", first.join(", ")),
        None => side.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_seen() {
        let seen = |text: &str| marks(text, 0).len();
        assert_eq!(
            seen("# timestamp  = 1644387225019 = 2022-02-09T06:13:45.019Z"),
            2
        );
        assert_eq!(
            seen("/ hubAcceptedTimestamp = 2022-02-08T22:13:45.019Z /"),
            1
        );
        assert_eq!(seen("1933-05-04T12:00:00Z (UNIX time = -1156939200)"), 1);
        assert_eq!(seen("1a 62036674 # unsigned(1644390004)"), 1);
        assert_eq!(seen("6e696e6720766964656f 0123456789 2022-02-08"), 0);
    }

    #[test]
    fn distances_are_named() {
        assert_eq!(distance(-28_800_000_000_000), "8 hours before");
        assert_eq!(distance(28_857_000_000_000), "8 hours and 57 seconds after");
    }
}
