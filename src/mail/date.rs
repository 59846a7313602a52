//! Times as header fields write them (RFC 5322 section 3.3), in UTC.

use alloc::string::String;

use jiff::Timestamp;
use jiff::fmt::rfc2822;

/// A time as `Fri, 13 Feb 2009 23:31:30 +0000`, if the calendar of mail has it.
pub(super) fn format(seconds: i64) -> Option<String> {
    let time = Timestamp::from_second(seconds).ok()?;
    let text = rfc2822::DateTimePrinter::new()
        .timestamp_to_string(&time)
        .ok()?;
    // -0000 would say that the sender's zone is unknown, and some readers then drop it.
    Some(text.replace("-0000", "+0000"))
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
