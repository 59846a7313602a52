//! Times as header fields write them (RFC 5322 section 3.3; RFC 3339), in UTC, and as messages do.

use alloc::string::{String, ToString};

use jiff::Timestamp;
use jiff::fmt::rfc2822;

use crate::message::{FractionUnit, SenderTimestamp};

/// A time as `Fri, 13 Feb 2009 23:31:30 +0000`, if the calendar of mail has it.
pub(super) fn format(seconds: i64) -> Option<String> {
    let time = Timestamp::from_second(seconds).ok()?;
    let text = rfc2822::DateTimePrinter::new()
        .timestamp_to_string(&time)
        .ok()?;
    // -0000 would say that the sender's zone is unknown, and some readers then drop it.
    Some(text.replace("-0000", "+0000"))
}

/// The same moment as CPIM and its notifications have it: `2009-02-13T23:31:30Z`.
pub(super) fn format_rfc3339(time: SenderTimestamp) -> Option<String> {
    let seconds = i64::try_from(time.seconds()).ok()?;
    let nanoseconds = i32::try_from(time.nanoseconds()).ok()?;
    Some(Timestamp::new(seconds, nanoseconds).ok()?.to_string())
}

/// A time of a message, in the coarsest unit that says it.
pub(super) fn timestamp(seconds: u64, nanoseconds: u32) -> Option<SenderTimestamp> {
    let whole = SenderTimestamp::new(seconds);
    if nanoseconds == 0 {
        return Some(whole);
    }
    let count = |unit: &FractionUnit| u64::from(nanoseconds) * u64::from(unit.per_second());
    let exact = |unit: &FractionUnit| count(unit).is_multiple_of(1_000_000_000);
    let unit = FractionUnit::ALL.into_iter().find(exact)?;
    whole.with_fraction(unit, u32::try_from(count(&unit) / 1_000_000_000).ok()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn writes_utc() {
        assert_eq!(
            format(1_234_567_890).as_deref(),
            Some("Fri, 13 Feb 2009 23:31:30 +0000")
        );
        assert_eq!(format(i64::MAX), None);
    }
}
