//! Times in words, on the reader's clock. What no calendar holds has no words.

use alloc::format;
use alloc::string::{String, ToString};

use jiff::tz::{Offset, TimeZone};
use jiff::{Timestamp, Zoned};

/// A time in milliseconds on a clock that is so many minutes ahead of UTC.
fn zoned(time: u64, offset: i32) -> Option<Zoned> {
    let offset = Offset::from_seconds(offset.checked_mul(60)?).ok()?;
    let time = Timestamp::from_millisecond(time.try_into().ok()?).ok()?;
    Some(time.to_zoned(TimeZone::fixed(offset)))
}

/// `06:13`
pub(super) fn clock(time: u64, offset: i32) -> Option<String> {
    Some(zoned(time, offset)?.strftime("%H:%M").to_string())
}

/// `2022-02-09` and `Wednesday, 9 February 2022`
pub(super) fn day(time: u64, offset: i32) -> Option<(String, String)> {
    let zoned = zoned(time, offset)?;
    Some((
        zoned.strftime("%Y-%m-%d").to_string(),
        zoned.strftime("%A, %-d %B %Y").to_string(),
    ))
}

/// `9 February 2022 06:13`
pub(super) fn full(time: u64, offset: i32) -> Option<String> {
    Some(zoned(time, offset)?.strftime("%-d %B %Y %H:%M").to_string())
}

/// `2022-02-09T06:13:45.019Z`, for machines.
pub(super) fn stamp(time: u64) -> Option<String> {
    Some(
        Timestamp::from_millisecond(time.try_into().ok()?)
            .ok()?
            .to_string(),
    )
}

/// `UTC`, `UTC+02:00`
pub(super) fn zone(offset: i32) -> String {
    let (sign, minutes) = (if offset < 0 { '-' } else { '+' }, offset.unsigned_abs());
    match minutes {
        0 => "UTC".to_string(),
        _ => format!("UTC{sign}{:02}:{:02}", minutes / 60, minutes % 60),
    }
}

/// `45 s`, `10 min`, `2 h`, `7 days`: in the largest unit that leaves no rest.
pub(super) fn span(seconds: u32) -> String {
    const UNITS: [(u32, &str); 3] = [(86_400, "days"), (3600, "h"), (60, "min")];
    let unit = UNITS
        .iter()
        .find(|(length, _)| seconds >= *length && seconds.is_multiple_of(*length));
    match unit {
        Some((86_400, _)) if seconds == 86_400 => "1 day".to_string(),
        Some((length, name)) => format!("{} {name}", seconds / length),
        None => format!("{seconds} s"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_in_words() {
        let time = 1_644_387_225_019;
        assert_eq!(clock(time, 0).as_deref(), Some("06:13"));
        assert_eq!(clock(time, -450).as_deref(), Some("22:43"));
        let (key, words) = day(time, -450).unwrap_or_default();
        assert_eq!((&*key, &*words), ("2022-02-08", "Tuesday, 8 February 2022"));
        assert_eq!(full(time, 0).as_deref(), Some("9 February 2022 06:13"));
        assert_eq!(stamp(time).as_deref(), Some("2022-02-09T06:13:45.019Z"));
        assert_eq!((zone(0), zone(-450)), ("UTC".into(), "UTC-07:30".into()));
        assert_eq!(clock(u64::MAX, 0), None);
        assert_eq!(clock(time, i32::MAX), None);
    }

    #[test]
    fn spans_in_words() {
        for (seconds, words) in [
            (0, "0 s"),
            (45, "45 s"),
            (90, "90 s"),
            (600, "10 min"),
            (7200, "2 h"),
            (86_400, "1 day"),
            (604_800, "7 days"),
        ] {
            assert_eq!(span(seconds), words);
        }
    }
}
