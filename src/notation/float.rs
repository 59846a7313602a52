//! Floating-point values as they stand in CBOR: between widths and bits, and hex floats.

use crate::item::Encoder;

/// A float in one of the three widths; `info` is 25, 26 or 27.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Bits {
    pub(super) info: u8,
    pub(super) bits: u64,
}

/// The shortest form of a value; every NaN is the half-width quiet one.
pub(super) fn shortest(value: f64) -> Bits {
    let mut encoder = Encoder::new();
    encoder.float(value);
    let octets = encoder.finish();
    let (info, argument) = match octets.split_first() {
        Some((first, rest)) => (first & 0x1f, rest),
        None => (27, [].as_slice()),
    };
    let bits = argument
        .iter()
        .fold(0, |bits, &octet| bits << 8 | u64::from(octet));
    Bits { info, bits }
}

/// A value in a given width; none if that width cannot hold it exactly. Every NaN is the quiet
/// one without a payload.
pub(super) fn widened(value: f64, info: u8) -> Option<Bits> {
    let shortest = shortest(value);
    let value = if value.is_nan() { f64::NAN } else { value };
    let bits = match info {
        _ if shortest.info > info => return None,
        25 => shortest.bits,
        26 => u64::from((value as f32).to_bits()),
        27 => value.to_bits(),
        _ => return None,
    };
    Some(Bits { info, bits })
}

impl Bits {
    /// The value.
    pub(super) fn value(self) -> f64 {
        match self.info {
            25 => half(self.bits as u16),
            26 => f64::from(f32::from_bits(self.bits as u32)),
            _ => f64::from_bits(self.bits),
        }
    }
}

fn half(bits: u16) -> f64 {
    let exponent = i32::from(bits >> 10 & 0x1f);
    let fraction = f64::from(bits & 0x3ff);
    let magnitude = match exponent {
        0 => fraction * power_of_two(-24),
        0x1f if fraction == 0.0 => f64::INFINITY,
        0x1f => f64::NAN,
        _ => (fraction + 1024.0) * power_of_two(exponent - 25),
    };
    if bits >> 15 == 1 {
        -magnitude
    } else {
        magnitude
    }
}

/// 2 to a power within the normal range of a double.
fn power_of_two(power: i32) -> f64 {
    f64::from_bits(((power + 1023).clamp(1, 2046) as u64) << 52)
}

/// `mantissa` times 2 to `power`; none if a double cannot hold it exactly.
pub(super) fn scaled(mantissa: u64, power: i64) -> Option<f64> {
    if mantissa == 0 {
        return Some(0.0);
    }
    let zeros = mantissa.trailing_zeros();
    let (mantissa, power) = (mantissa >> zeros, power.checked_add(i64::from(zeros))?);
    let top = power.checked_add(63 - i64::from(mantissa.leading_zeros()))?;
    if mantissa >> 53 != 0 || power < -1074 || top > 1023 {
        return None;
    }
    // In two steps, since 2^-1074 is no normal number; both are exact.
    let first = power as i32 / 2;
    let second = power as i32 - first;
    Some(mantissa as f64 * power_of_two(first) * power_of_two(second))
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn halves_are_what_the_encoder_makes_of_them() {
        for bits in 0..=u16::MAX {
            let value = half(bits);
            if value.is_nan() {
                continue;
            }
            let expected = Bits {
                info: 25,
                bits: bits.into(),
            };
            assert_eq!(shortest(value), expected, "{bits:#06x}");
            assert_eq!(widened(value, 25), Some(expected));
            assert_eq!(widened(value, 26).unwrap().value(), value);
            assert_eq!(widened(value, 27).unwrap().value(), value);
        }
        assert_eq!(widened(1.1, 26), None);
        let payload = f64::from_bits(0xfff8_0000_0000_0001);
        assert_eq!(widened(payload, 25).unwrap().bits, 0x7e00);
        assert_eq!(widened(payload, 26).unwrap().bits, 0x7fc0_0000);
        assert_eq!(widened(payload, 27).unwrap().bits, 0x7ff8_0000_0000_0000);
    }

    #[test]
    fn scaling_is_exact_or_refused() {
        assert_eq!(scaled(3, 0), Some(3.0));
        assert_eq!(scaled(1, -1074), Some(f64::from_bits(1)));
        assert_eq!(scaled(1, -1075), None);
        assert_eq!(scaled((1 << 53) - 1, 971), Some(f64::MAX));
        assert_eq!(scaled(1, 1024), None);
        assert_eq!(scaled((1 << 53) + 1, 0), None);
        assert_eq!(scaled(0, i64::MAX), Some(0.0));
        assert_eq!(scaled(2, i64::MAX), None);
    }
}
