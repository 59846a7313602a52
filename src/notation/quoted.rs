//! Escapes in quoted strings, which JSON and EDN have in common, and base64 in both alphabets.

use std::format;
use std::vec::Vec;

use base64::Engine;
use base64::alphabet::{STANDARD, URL_SAFE};
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use super::NotationError;
use super::cursor::Cursor;
use crate::report::{Code, Position};

/// Reads what follows a backslash, and appends the character.
///
/// `braces` allows `\u{1f973}`; `quote` is the quote that may be escaped.
pub(super) fn escape(
    cursor: &mut Cursor<'_>,
    start: Position,
    quote: char,
    braces: bool,
    code: Code,
    out: &mut Vec<u8>,
) -> Result<(), NotationError> {
    let error = |found: std::string::String, expected: &'static str| {
        Err(NotationError::at(code, start)
            .found(found)
            .expected(expected))
    };
    let character = match cursor.bump() {
        Some('b') => '\u{8}',
        Some('f') => '\u{c}',
        Some('n') => '\n',
        Some('r') => '\r',
        Some('t') => '\t',
        Some('/') => '/',
        Some('\\') => '\\',
        Some('u') => match unicode(cursor, braces) {
            Ok(character) => character,
            Err(found) => return error(found, "four hex digits, surrogates in pairs"),
        },
        Some(other) if other == quote => quote,
        Some(other) => {
            let found = format!("\\{}", other.escape_default());
            return error(found, "\\b \\f \\n \\r \\t \\/ \\\\ \\u or the quote");
        }
        None => return error("a backslash at the end of the text".into(), "an escape"),
    };
    out.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
    Ok(())
}

fn unicode(cursor: &mut Cursor<'_>, braces: bool) -> Result<char, std::string::String> {
    if braces && cursor.peek() == Some(b'{') {
        cursor.bump();
        let digits = cursor.take_while(|octet| octet.is_ascii_hexdigit());
        let number = u32::from_str_radix(digits.trim_start_matches('0'), 16).or_else(|error| {
            // Nothing but zeros is U+0000.
            if digits.is_empty() || !digits.bytes().all(|b| b == b'0') {
                Err(error)
            } else {
                Ok(0)
            }
        });
        return match number.ok().and_then(char::from_u32) {
            Some(character) if cursor.peek() == Some(b'}') => {
                cursor.bump();
                Ok(character)
            }
            _ => Err("\\u{ without the number of a character and }".into()),
        };
    }
    let first = four(cursor)?;
    if let Some(character) = char::from_u32(first) {
        return Ok(character);
    }
    let lone = || format!("\\u{first:04x} alone");
    if first >= 0xdc00 || cursor.peek() != Some(b'\\') || cursor.peek_second() != Some(b'u') {
        return Err(lone());
    }
    cursor.bump();
    cursor.bump();
    let second = four(cursor)?;
    if !(0xdc00..0xe000).contains(&second) {
        return Err(lone());
    }
    let joined = 0x1_0000 + ((first - 0xd800) << 10) + (second - 0xdc00);
    char::from_u32(joined).ok_or_else(lone)
}

fn four(cursor: &mut Cursor<'_>) -> Result<u32, std::string::String> {
    let mut number = 0;
    for _ in 0..4 {
        let digit = cursor
            .peek()
            .and_then(|octet| char::from(octet).to_digit(16));
        match digit {
            Some(digit) => number = number << 4 | digit,
            None => return Err(format!("\\u before {}", cursor.describe())),
        }
        cursor.bump();
    }
    Ok(number)
}

const LENIENT: GeneralPurposeConfig = GeneralPurposeConfig::new()
    .with_encode_padding(false)
    .with_decode_padding_mode(DecodePaddingMode::Indifferent);
const CLASSIC: GeneralPurpose = GeneralPurpose::new(&STANDARD, LENIENT);
const URL: GeneralPurpose = GeneralPurpose::new(&URL_SAFE, LENIENT);

/// Base64url without padding, as every JSON value has it.
pub(super) fn to_base64url(octets: &[u8]) -> std::string::String {
    URL.encode(octets)
}

/// Base64 in either alphabet, padding optional.
pub(super) fn from_base64(text: &str) -> Result<Vec<u8>, base64::DecodeError> {
    if text.bytes().any(|octet| octet == b'+' || octet == b'/') {
        CLASSIC.decode(text)
    } else {
        URL.decode(text)
    }
}
