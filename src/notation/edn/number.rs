//! Numbers: decimal, hex, octal and binary integers of any size, decimal and hex floats.

use std::vec::Vec;

use super::super::NotationError;
use super::super::cursor::Cursor;
use super::super::float;
use crate::report::codes;

/// Digits of a decimal integer that are turned into octets, which takes quadratic time.
const DECIMAL_DIGITS: usize = 5000;

/// A number without its encoding indicator.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Number {
    /// An integer of 65 bits: sign and, if negative, -1 - value.
    Int { negative: bool, arg: u64 },
    /// A larger one: sign and, if negative, -1 - value; octets without leading zeros.
    Big { negative: bool, octets: Vec<u8> },
    /// A float.
    Float(f64),
}

/// Reads a number; the cursor stands at a sign, a digit or a point.
pub(super) fn number(cursor: &mut Cursor<'_>) -> Result<Number, NotationError> {
    let start = *cursor;
    let negative = match cursor.peek() {
        Some(b'-') => true,
        Some(b'+') => false,
        _ => return unsigned(cursor, &start, false),
    };
    cursor.bump();
    unsigned(cursor, &start, negative)
}

fn unsigned(
    cursor: &mut Cursor<'_>,
    start: &Cursor<'_>,
    negative: bool,
) -> Result<Number, NotationError> {
    if cursor.eat("Infinity") {
        let value = f64::INFINITY;
        return Ok(Number::Float(if negative { -value } else { value }));
    }
    if cursor.peek() == Some(b'0') {
        let radix = match cursor.peek_second() {
            Some(b'x' | b'X') => 16,
            Some(b'o' | b'O') => 8,
            Some(b'b' | b'B') => 2,
            _ => 10,
        };
        if radix != 10 {
            cursor.bump();
            cursor.bump();
            return based(cursor, start, negative, radix);
        }
    }
    decimal(cursor, start, negative)
}

fn error(start: &Cursor<'_>, expected: &'static str) -> NotationError {
    NotationError::at(codes::EDN_NUMBER, start.place())
        .found(start.describe())
        .expected(expected)
}

fn decimal(
    cursor: &mut Cursor<'_>,
    start: &Cursor<'_>,
    negative: bool,
) -> Result<Number, NotationError> {
    let whole = cursor.take_while(|octet| octet.is_ascii_digit());
    let mut digits = whole.len();
    let mut float = false;
    // An ellipsis is no decimal point.
    if cursor.peek() == Some(b'.') && cursor.peek_second() != Some(b'.') {
        float = true;
        cursor.bump();
        digits += cursor.take_while(|octet| octet.is_ascii_digit()).len();
    }
    if digits == 0 {
        return Err(error(start, "a digit"));
    }
    if matches!(cursor.peek(), Some(b'e' | b'E')) {
        float = true;
        cursor.bump();
        exponent(cursor, start)?;
    }
    if !float {
        return integer(whole, start, negative);
    }
    match cursor.since(start).parse::<f64>() {
        Ok(value) if value.is_finite() => Ok(Number::Float(value)),
        Ok(_) => Err(error(start, "a value within a double, or Infinity")),
        Err(_) => Err(error(start, "a number")),
    }
}

fn exponent<'t>(
    cursor: &mut Cursor<'t>,
    start: &Cursor<'_>,
) -> Result<(bool, &'t str), NotationError> {
    let negative = cursor.peek() == Some(b'-');
    if matches!(cursor.peek(), Some(b'+' | b'-')) {
        cursor.bump();
    }
    match cursor.take_while(|octet| octet.is_ascii_digit()) {
        "" => Err(error(start, "digits of an exponent")),
        digits => Ok((negative, digits)),
    }
}

fn integer(digits: &str, start: &Cursor<'_>, negative: bool) -> Result<Number, NotationError> {
    if let Ok(value) = digits.parse::<u64>() {
        return Ok(signed(negative, value));
    }
    let significant = digits.trim_start_matches('0');
    if significant.len() > DECIMAL_DIGITS {
        return Err(error(
            start,
            "at most 5000 digits; or hex digits, or 2(h'...')",
        ));
    }
    let mut octets: Vec<u8> = Vec::with_capacity(significant.len() / 2);
    for digit in significant.bytes() {
        let mut carry = u16::from(digit - b'0');
        for octet in &mut octets {
            carry += u16::from(*octet) * 10;
            *octet = carry as u8;
            carry >>= 8;
        }
        if carry > 0 {
            octets.push(carry as u8);
        }
    }
    octets.reverse();
    Ok(big(negative, octets))
}

/// A sign and an absolute value.
fn signed(negative: bool, value: u64) -> Number {
    match (negative, value.checked_sub(1)) {
        (true, Some(arg)) => Number::Int {
            negative: true,
            arg,
        },
        _ => Number::Int {
            negative: false,
            arg: value,
        },
    }
}

/// A sign and the octets of an absolute value, most significant first.
fn big(negative: bool, mut octets: Vec<u8>) -> Number {
    if negative {
        // -1 - value: one less, which borrows through trailing zeros.
        for octet in octets.iter_mut().rev() {
            let (less, borrow) = octet.overflowing_sub(1);
            *octet = less;
            if !borrow {
                break;
            }
        }
    }
    let zeros = octets.iter().take_while(|&&octet| octet == 0).count();
    octets.drain(..zeros);
    if octets.len() <= 8 {
        let arg = octets
            .iter()
            .fold(0, |arg, &octet| arg << 8 | u64::from(octet));
        return Number::Int { negative, arg };
    }
    Number::Big { negative, octets }
}

/// What follows `0x`, `0o` or `0b`.
fn based(
    cursor: &mut Cursor<'_>,
    start: &Cursor<'_>,
    negative: bool,
    radix: u32,
) -> Result<Number, NotationError> {
    let whole = cursor.take_while(|octet| char::from(octet).is_digit(radix));
    let point = cursor.peek() == Some(b'.') && cursor.peek_second() != Some(b'.');
    if radix == 16 && (point || matches!(cursor.peek(), Some(b'p' | b'P'))) {
        return hex_float(cursor, start, negative, whole);
    }
    if whole.is_empty() {
        return Err(error(start, "digits"));
    }
    if let Ok(value) = u64::from_str_radix(whole, radix) {
        return Ok(signed(negative, value));
    }
    let bits_each = radix.trailing_zeros();
    let mut octets: Vec<u8> = Vec::with_capacity(whole.len() / 2 + 1);
    let (mut bits, mut filled) = (0u32, 0);
    for digit in whole.bytes().rev() {
        bits |= char::from(digit).to_digit(radix).unwrap_or(0) << filled;
        filled += bits_each;
        if filled >= 8 {
            octets.push(bits as u8);
            bits >>= 8;
            filled -= 8;
        }
    }
    octets.push(bits as u8);
    octets.reverse();
    if octets.iter().all(|&octet| octet == 0) {
        return Ok(signed(false, 0));
    }
    Ok(big(negative, octets))
}

fn hex_float(
    cursor: &mut Cursor<'_>,
    start: &Cursor<'_>,
    negative: bool,
    whole: &str,
) -> Result<Number, NotationError> {
    let mut fraction = "";
    if cursor.peek() == Some(b'.') {
        cursor.bump();
        fraction = cursor.take_while(|octet| octet.is_ascii_hexdigit());
    }
    if whole.is_empty() && fraction.is_empty() {
        return Err(error(start, "hex digits"));
    }
    if !matches!(cursor.peek(), Some(b'p' | b'P')) {
        return Err(error(start, "p and an exponent after a hex fraction"));
    }
    cursor.bump();
    let (down, digits) = exponent(cursor, start)?;
    let inexact = || error(start, "a value that a double holds exactly");
    // A longer exponent cannot be made up for by the digits of any text.
    let power: i64 = digits.parse::<u32>().map_err(|_| inexact())?.into();
    let power = if down { -power } else { power };
    let all = || whole.bytes().chain(fraction.bytes());
    let trailing = all().rev().take_while(|&digit| digit == b'0').count();
    let kept = whole.len() + fraction.len() - trailing;
    let mantissa = all().take(kept).try_fold(0u64, |mantissa, digit| {
        let digit = u64::from(char::from(digit).to_digit(16)?);
        (mantissa >> 60 == 0).then_some(mantissa << 4 | digit)
    });
    let power = power + 4 * (trailing as i64 - fraction.len() as i64);
    let value = mantissa
        .and_then(|mantissa| float::scaled(mantissa, power))
        .ok_or_else(inexact)?;
    Ok(Number::Float(if negative { -value } else { value }))
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::panic)]
mod tests {
    use super::*;

    fn read(text: &str) -> Number {
        let mut cursor = Cursor::new(text);
        let number = number(&mut cursor).unwrap();
        assert_eq!(cursor.rest(), "", "{text}");
        number
    }

    fn int(negative: bool, arg: u64) -> Number {
        Number::Int { negative, arg }
    }

    #[test]
    fn integers() {
        assert_eq!(read("0"), int(false, 0));
        assert_eq!(read("-0"), int(false, 0));
        assert_eq!(read("+7"), int(false, 7));
        assert_eq!(read("-1"), int(true, 0));
        assert_eq!(read("18446744073709551615"), int(false, u64::MAX));
        assert_eq!(read("-18446744073709551615"), int(true, u64::MAX - 1));
        assert_eq!(read("-18446744073709551616"), int(true, u64::MAX));
        assert_eq!(read("-0x10000000000000000"), int(true, u64::MAX));
        assert_eq!(read("0x00000000000000000000ff"), int(false, 255));
        assert_eq!(read("0b1010"), int(false, 10));
        assert_eq!(read("-0o17"), int(true, 14));
        let big = |negative, octets: &[u8]| Number::Big {
            negative,
            octets: octets.to_vec(),
        };
        let power = [1, 0, 0, 0, 0, 0, 0, 0, 0];
        assert_eq!(read("18446744073709551616"), big(false, &power));
        assert_eq!(read("0x10000000000000000"), big(false, &power));
        assert_eq!(read("0o2000000000000000000000"), big(false, &power));
        assert_eq!(read("-18446744073709551617"), big(true, &power));
    }

    #[test]
    fn floats() {
        let float = |value: f64| Number::Float(value);
        assert_eq!(read("1.5"), float(1.5));
        assert_eq!(read("-.5e1"), float(-5.0));
        assert_eq!(read("1."), float(1.0));
        assert_eq!(read("1e3"), float(1000.0));
        assert_eq!(read("0x1.8p1"), float(3.0));
        assert_eq!(read("-0x.8p-1"), float(-0.25));
        assert_eq!(read("0x1p-1074"), float(f64::from_bits(1)));
        assert_eq!(read("-Infinity"), float(f64::NEG_INFINITY));
        match read("-0.0") {
            Number::Float(zero) => assert!(zero == 0.0 && zero.is_sign_negative()),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn what_is_no_number() {
        for text in [
            "-",
            "+",
            ".",
            "0x",
            "0b2",
            "1e",
            "1e+",
            "0x1.8",
            "0xp1",
            "1e999",
            "0x1p99999",
            "0x1.00000000000001p0",
            "0x1p99999999999999999999",
            "-e1",
        ] {
            let mut cursor = Cursor::new(text);
            let error = number(&mut cursor).unwrap_err();
            assert_eq!(error.code(), codes::EDN_NUMBER, "{text}");
        }
        let long = "9".repeat(5001);
        assert!(number(&mut Cursor::new(&long)).is_err());
        assert!(number(&mut Cursor::new(&long[1..])).is_ok());
        let hex = std::format!("0x{}", "f".repeat(1_000_000));
        assert!(number(&mut Cursor::new(&hex)).is_ok());
    }
}
