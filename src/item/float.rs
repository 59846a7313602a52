//! Floating-point values: the exact value of each width, and the shortest width for a value.

use alloc::borrow::Cow;
use alloc::format;

use super::head::{Head, MAJOR};

/// Tags whose content may hold any NaN (RFC 8746 typed arrays; the draft's section 6.2).
pub(super) const TYPED_ARRAYS: core::ops::RangeInclusive<u64> = 80..=87;

/// A floating-point value as it was written.
pub(super) struct Float {
    width: u8,
    bits: u64,
}

impl Float {
    pub(super) fn of(head: Head) -> Option<Float> {
        (head.major == MAJOR::SIMPLE && (25..=27).contains(&head.info)).then_some(Float {
            width: head.info,
            bits: head.arg,
        })
    }

    pub(super) fn value(&self) -> f64 {
        match self.width {
            25 => half_to_f64(self.bits as u16),
            26 => f64::from(f32::from_bits(self.bits as u32)),
            _ => f64::from_bits(self.bits),
        }
    }

    pub(super) fn is_nan(&self) -> bool {
        self.value().is_nan()
    }

    /// Additional information of the shortest form of a value that is not NaN.
    pub(super) fn shortest(&self) -> u8 {
        shortest_float(self.value()).0
    }

    pub(super) fn describe(&self) -> Cow<'static, str> {
        match self.width {
            25 => format!("f9{:04x}", self.bits).into(),
            26 => format!("fa{:08x}", self.bits).into(),
            _ => format!("fb{:016x}", self.bits).into(),
        }
    }
}

/// The exact value of a half-width float.
pub(super) fn half_to_f64(bits: u16) -> f64 {
    let sign = u64::from(bits >> 15) << 63;
    let exponent = u64::from(bits >> 10 & 0x1f);
    let fraction = u64::from(bits & 0x3ff);
    match exponent {
        0 => {
            // Zero and the subnormals: fraction times 2^-24, exact in a double.
            let magnitude = fraction as f64 * f64::from_bits((1023 - 24) << 52);
            f64::from_bits(magnitude.to_bits() | sign)
        }
        0x1f => f64::from_bits(sign | 0x7ff << 52 | fraction << 42),
        _ => f64::from_bits(sign | (exponent + 1023 - 15) << 52 | fraction << 42),
    }
}

/// The half-width float of exactly that value, if there is one.
fn f64_to_half(value: f64) -> Option<u16> {
    let bits = value.to_bits();
    let sign = (bits >> 48 & 0x8000) as u16;
    let exponent = (bits >> 52 & 0x7ff) as i32 - 1023;
    let fraction = bits & ((1 << 52) - 1);
    let candidate = match exponent {
        1024 => sign | 0x7c00 | (fraction >> 42) as u16,
        -14..=15 => sign | ((exponent + 15) as u16) << 10 | (fraction >> 42) as u16,
        -24..=-15 => sign | ((1 << 52 | fraction) >> (28 - exponent)) as u16,
        _ => sign,
    };
    (half_to_f64(candidate).to_bits() == bits).then_some(candidate)
}

/// Additional information and argument of the shortest form (RFC 8949 section 4.2.1); every NaN
/// becomes the half-width quiet one.
pub(super) fn shortest_float(value: f64) -> (u8, u64) {
    if value.is_nan() {
        return (25, 0x7e00);
    }
    if let Some(half) = f64_to_half(value) {
        return (25, u64::from(half));
    }
    let single = value as f32;
    if f64::from(single).to_bits() == value.to_bits() {
        return (26, u64::from(single.to_bits()));
    }
    (27, value.to_bits())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_half_survives() {
        for bits in 0..=u16::MAX {
            let value = half_to_f64(bits);
            if !value.is_nan() {
                assert_eq!(shortest_float(value), (25, u64::from(bits)), "{bits:#06x}");
            }
        }
    }

    #[test]
    fn values_between_halves_are_wider() {
        // Examples of RFC 8949 appendix A.
        assert_eq!(shortest_float(100_000.0), (26, 0x47c3_5000));
        assert_eq!(
            shortest_float(3.402_823_466_385_288_6e38),
            (26, 0x7f7f_ffff)
        );
        assert_eq!(shortest_float(1.1), (27, 0x3ff1_9999_9999_999a));
        assert_eq!(shortest_float(5.960_464_477_539_063e-8), (25, 0x0001));
        assert_eq!(shortest_float(2.0f64.powi(-25)), (26, 0x3300_0000));
        assert_eq!(shortest_float(f64::NEG_INFINITY), (25, 0xfc00));
    }
}
