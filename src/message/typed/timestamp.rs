//! Extension 3: [`SenderTimestamp`].

use core::cmp::Ordering;

use super::{ExtensionError, kind_of, misfit};
use crate::item::{Encoder, RawValue};

/// When the sender says a message was sent: seconds since the start of the Unix epoch, and
/// perhaps a fraction in one of three units (draft-mimi-content-more-extensions-00 section
/// 3; the keys are those of RFC 9581).
///
/// Equal and ordered as a time: 1.5 s are 1.500 s.
#[derive(Clone, Copy, Debug)]
pub struct SenderTimestamp {
    seconds: u64,
    fraction: Option<(FractionUnit, u32)>,
}

/// The unit of a fraction of a second (RFC 9581).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FractionUnit {
    /// Thousandths, key -3.
    Milli,
    /// Millionths, key -6.
    Micro,
    /// Thousand-millionths, key -9.
    Nano,
}

impl FractionUnit {
    /// Every unit, the coarsest first.
    pub const ALL: [FractionUnit; 3] =
        [FractionUnit::Milli, FractionUnit::Micro, FractionUnit::Nano];

    /// The key of the unit in the map.
    pub const fn key(self) -> i64 {
        match self {
            FractionUnit::Milli => -3,
            FractionUnit::Micro => -6,
            FractionUnit::Nano => -9,
        }
    }

    /// Nanoseconds in one of the unit.
    const fn nanoseconds(self) -> u32 {
        match self {
            FractionUnit::Milli => 1_000_000,
            FractionUnit::Micro => 1000,
            FractionUnit::Nano => 1,
        }
    }

    /// How many of the unit are a second.
    pub const fn per_second(self) -> u32 {
        1_000_000_000 / self.nanoseconds()
    }
}

impl SenderTimestamp {
    /// Whole seconds since the start of the Unix epoch.
    pub const fn new(seconds: u64) -> Self {
        SenderTimestamp {
            seconds,
            fraction: None,
        }
    }

    /// Milliseconds since the start of the Unix epoch.
    pub const fn from_millis(millis: u64) -> Self {
        SenderTimestamp {
            seconds: millis / 1000,
            fraction: Some((FractionUnit::Milli, (millis % 1000) as u32)),
        }
    }

    /// The same seconds with a fraction; `None` if the fraction is a second or more.
    #[must_use]
    pub fn with_fraction(self, unit: FractionUnit, count: u32) -> Option<Self> {
        (count < unit.per_second()).then_some(SenderTimestamp {
            fraction: Some((unit, count)),
            ..self
        })
    }

    /// Whole seconds since the start of the Unix epoch.
    pub const fn seconds(self) -> u64 {
        self.seconds
    }

    /// The fraction as it was stated.
    pub const fn fraction(self) -> Option<(FractionUnit, u32)> {
        self.fraction
    }

    /// The fraction in nanoseconds.
    pub const fn nanoseconds(self) -> u32 {
        match self.fraction {
            Some((unit, count)) => count * unit.nanoseconds(),
            None => 0,
        }
    }

    /// Milliseconds since the start of the Unix epoch, finer ones cut off; `None` beyond 64 bits.
    pub fn millis(self) -> Option<u64> {
        let millis = u64::from(self.nanoseconds() / 1_000_000);
        self.seconds.checked_mul(1000)?.checked_add(millis)
    }

    pub(super) fn read(value: RawValue<'_>, path: &str) -> Result<Self, ExtensionError> {
        const EXPECTED: &str = "a map of seconds (1) and at most one fraction (-3, -6 or -9)";
        let entries = value
            .entries()
            .ok_or_else(|| misfit(path, kind_of(value), EXPECTED))?;
        let mut seconds = None;
        let mut fraction = None;
        for (key, value) in entries {
            let name = key.as_i64();
            if name == Some(1) {
                let expected = "an unsigned integer";
                let found = || misfit(alloc::format!("{path}[1]"), kind_of(value), expected);
                seconds = Some(value.as_u64().ok_or_else(found)?);
                continue;
            }
            let unit = FractionUnit::ALL
                .into_iter()
                .find(|unit| Some(unit.key()) == name);
            let Some(unit) = unit.filter(|_| fraction.is_none()) else {
                let found = match name {
                    Some(name) => alloc::format!("key {name}"),
                    None => alloc::format!("a key of {}", kind_of(key)),
                };
                return Err(misfit(path, found, EXPECTED));
            };
            let count = value.as_u64().and_then(|count| u32::try_from(count).ok());
            let Some(count) = count.filter(|count| *count < unit.per_second()) else {
                let path = alloc::format!("{path}[{}]", unit.key());
                return Err(misfit(path, found(value), "less than a second"));
            };
            fraction = Some((unit, count));
        }
        let seconds = seconds.ok_or_else(|| misfit(path, "no key 1", EXPECTED))?;
        Ok(SenderTimestamp { seconds, fraction })
    }

    pub(super) fn write(self, out: &mut Encoder) {
        out.map(if self.fraction.is_some() { 2 } else { 1 });
        out.uint(1).uint(self.seconds);
        if let Some((unit, count)) = self.fraction {
            out.int(unit.key()).uint(count.into());
        }
    }
}

/// A value that is out of range, or what it is if it is no integer.
fn found(value: RawValue<'_>) -> alloc::string::String {
    match value.as_i128() {
        Some(number) => alloc::format!("{number}"),
        None => kind_of(value),
    }
}

impl PartialEq for SenderTimestamp {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for SenderTimestamp {}

impl PartialOrd for SenderTimestamp {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for SenderTimestamp {
    fn cmp(&self, other: &Self) -> Ordering {
        (self.seconds, self.nanoseconds()).cmp(&(other.seconds, other.nanoseconds()))
    }
}

impl core::hash::Hash for SenderTimestamp {
    fn hash<H: core::hash::Hasher>(&self, state: &mut H) {
        (self.seconds, self.nanoseconds()).hash(state);
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::super::tests::with;
    use super::*;
    use crate::message::{ExtensionKey, Extensions};

    #[test]
    fn the_drafts_example() {
        // {1: 1762760377, -6: 462917}
        let extensions = with(ExtensionKey::Int(3), "a2011a691196b9251a00071045");
        let time = extensions.sender_timestamp().unwrap().unwrap();
        assert_eq!(time.fraction(), Some((FractionUnit::Micro, 462_917)));
        assert_eq!(time.millis(), Some(1_762_760_377_462));
        let mut again = Extensions::EMPTY;
        again.set_sender_timestamp(time).unwrap();
        assert_eq!(again, extensions);
    }

    #[test]
    fn equal_times_are_equal_in_any_unit() {
        let half = |unit, count| SenderTimestamp::new(1).with_fraction(unit, count).unwrap();
        assert_eq!(
            half(FractionUnit::Milli, 500),
            half(FractionUnit::Nano, 500_000_000)
        );
        assert_eq!(SenderTimestamp::from_millis(1000), SenderTimestamp::new(1));
        assert!(SenderTimestamp::new(1) < half(FractionUnit::Micro, 1));
        assert_eq!(SenderTimestamp::new(u64::MAX).millis(), None);
        assert_eq!(
            SenderTimestamp::new(0).with_fraction(FractionUnit::Milli, 1000),
            None
        );
    }

    #[test]
    fn other_shapes_are_refused_with_their_place() {
        for (hex, path, found) in [
            ("01", "extensions[3]", "integer"),
            ("a0", "extensions[3]", "no key 1"),
            ("a12200", "extensions[3]", "no key 1"),
            ("a10120", "extensions[3][1]", "integer"),
            ("a10161 61", "extensions[3][1]", "text"),
            ("a201002b00", "extensions[3]", "key -12"),
            ("a20100616100", "extensions[3]", "a key of text"),
            ("a301002200 2500", "extensions[3]", "key -6"),
            ("a20100221903e8", "extensions[3][-3]", "1000"),
            ("a201002220", "extensions[3][-3]", "-1"),
            ("a20100251a000f4240", "extensions[3][-6]", "1000000"),
            ("a20100281a3b9aca00", "extensions[3][-9]", "1000000000"),
            ("a2010028f4", "extensions[3][-9]", "bool"),
        ] {
            let extensions = with(ExtensionKey::Int(3), &hex.replace(' ', ""));
            let error = extensions.sender_timestamp().unwrap_err();
            assert_eq!(
                error.finding().path.as_deref(),
                Some(path),
                "{hex}: {error}"
            );
            assert_eq!(error.finding().found.as_deref(), Some(found), "{hex}");
        }
    }
}
