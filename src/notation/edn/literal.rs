//! String literals: text, octets, and those with a prefix, up to their closing quote.

use std::format;
use std::string::String;
use std::vec::Vec;

use super::super::NotationError;
use super::super::cursor::Cursor;
use super::super::float::{Bits, shortest};
use super::super::quoted;
use super::emit::Pieces;
use super::text::skip_inner_comment;
use crate::item::MAJOR;
use crate::report::{Position, codes};

/// What a literal spells.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Literal {
    /// Octets, which were appended to the strings, of that major type.
    String(u8),
    /// A number of seconds (`dt''`), or the same in tag 1 (`DT''`).
    Time { value: Seconds, tagged: bool },
    /// A float by its bits.
    Float(Bits),
}

/// Seconds since the start of the Unix epoch.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Seconds {
    Whole(i64),
    Fraction(Bits),
}

/// Reads a literal; the cursor stands at a quote or the prefix before one.
pub(super) fn literal(
    cursor: &mut Cursor<'_>,
    pieces: &mut Pieces,
) -> Result<Literal, NotationError> {
    let start = cursor.place();
    if cursor.peek() == Some(b'"') {
        quoted(cursor, '"', pieces)?;
        return Ok(Literal::String(MAJOR::TEXT));
    }
    match cursor.take_while(|octet| octet.is_ascii_alphanumeric()) {
        "" => {
            quoted(cursor, '\'', pieces)?;
            Ok(Literal::String(MAJOR::BYTES))
        }
        "h" => {
            hex(cursor, pieces)?;
            Ok(Literal::String(MAJOR::BYTES))
        }
        "b64" => {
            base64(cursor, pieces)?;
            Ok(Literal::String(MAJOR::BYTES))
        }
        prefix @ ("dt" | "DT") => {
            let text = plain(cursor)?;
            let value = time(&text).ok_or_else(|| {
                NotationError::at(codes::EDN_STRING, start)
                    .found(format!("{text:?}"))
                    .expected("a date and time of RFC 3339")
            })?;
            Ok(Literal::Time {
                value,
                tagged: prefix == "DT",
            })
        }
        "float" => {
            let text = plain(cursor)?;
            bits(&text).map(Literal::Float).ok_or_else(|| {
                NotationError::at(codes::EDN_STRING, start)
                    .found(format!("{text:?}"))
                    .expected("4, 8 or 16 hex digits")
            })
        }
        prefix => Err(NotationError::at(codes::EDN_LITERAL, start)
            .found(format!("`{prefix}'`"))
            .expected("h', b64', dt', DT', float' or a quote alone")),
    }
}

/// `'...'` or `"..."`: characters and escapes, over several lines if need be.
fn quoted(cursor: &mut Cursor<'_>, quote: char, pieces: &mut Pieces) -> Result<(), NotationError> {
    let open = cursor.place();
    cursor.bump();
    pieces.segments.push((pieces.strings.len(), cursor.place()));
    loop {
        let here = cursor.place();
        match cursor.bump() {
            Some('\\') => {
                let out = &mut pieces.strings;
                quoted::escape(cursor, here, quote, true, codes::EDN_STRING, out)?;
            }
            // Line ends of a text file are no content: the draft drops carriage returns.
            Some('\r') => {}
            Some('\n') => {
                pieces.strings.push(b'\n');
                pieces.segments.push((pieces.strings.len(), cursor.place()));
            }
            Some(character) if character == quote => return Ok(()),
            Some(character) if character < ' ' || character == '\u{7f}' => {
                return Err(NotationError::at(codes::EDN_STRING, here)
                    .found(format!("U+{:04X}", u32::from(character)))
                    .expected(format!("an escape such as \\u{:04x}", u32::from(character))));
            }
            Some(character) => {
                let mut buffer = [0; 4];
                let octets = character.encode_utf8(&mut buffer).as_bytes();
                pieces.strings.extend_from_slice(octets);
            }
            None if quote == '"' => return Err(unclosed(open, "a string", "\"")),
            None => return Err(unclosed(open, "a string", "'")),
        }
    }
}

/// Something opened and not closed.
pub(super) fn unclosed(open: Position, what: &str, close: &'static str) -> NotationError {
    NotationError::at(codes::EDN_UNCLOSED, open)
        .found(format!("{what} that goes on to the end of the text"))
        .expected(close)
}

/// `h'..'`: pairs of digits, with white space and comments anywhere.
fn hex(cursor: &mut Cursor<'_>, pieces: &mut Pieces) -> Result<(), NotationError> {
    let open = cursor.place();
    cursor.bump();
    let mut high: Option<(u32, Position)> = None;
    let mut line = 0;
    loop {
        let here = cursor.place();
        match cursor.peek() {
            Some(b'\'') => {
                cursor.bump();
                return match high {
                    None => Ok(()),
                    Some((_, place)) => Err(NotationError::at(codes::EDN_STRING, place)
                        .found("an odd number of hex digits")
                        .expected("two digits for every octet")),
                };
            }
            Some(b' ' | b'\t' | b'\n' | b'\r') => {
                cursor.bump();
            }
            Some(b'#' | b'/') => skip_inner_comment(cursor)?,
            Some(b'.') => return Err(ellipsis(cursor)),
            None => return Err(unclosed(open, "a string", "'")),
            Some(octet) => {
                let Some(digit) = char::from(octet).to_digit(16) else {
                    return Err(NotationError::at(codes::EDN_STRING, here)
                        .found(cursor.describe())
                        .expected("hex digits, white space, a comment or the closing quote"));
                };
                cursor.bump();
                high = match high {
                    None => Some((digit, here)),
                    Some((high, place)) => {
                        if place.line != line {
                            line = place.line;
                            pieces.segments.push((pieces.strings.len(), place));
                        }
                        pieces.strings.push((high << 4 | digit) as u8);
                        None
                    }
                };
            }
        }
    }
}

/// `b64'..'`: either alphabet, padding optional, white space and comments anywhere (a slash is a
/// digit, so only those with `#`).
fn base64(cursor: &mut Cursor<'_>, pieces: &mut Pieces) -> Result<(), NotationError> {
    let open = cursor.place();
    cursor.bump();
    let mut digits = String::new();
    loop {
        let here = cursor.place();
        match cursor.peek() {
            Some(b'\'') => break,
            Some(b' ' | b'\t' | b'\n' | b'\r') => {
                cursor.bump();
            }
            Some(b'#') => skip_inner_comment(cursor)?,
            Some(b'.') => return Err(ellipsis(cursor)),
            Some(octet) if octet.is_ascii_alphanumeric() || b"+/-_=".contains(&octet) => {
                digits.push(char::from(octet));
                cursor.bump();
            }
            None => return Err(unclosed(open, "a string", "'")),
            Some(_) => {
                return Err(NotationError::at(codes::EDN_STRING, here)
                    .found(cursor.describe())
                    .expected("base64 digits, white space or the closing quote"));
            }
        }
    }
    cursor.bump();
    pieces.segments.push((pieces.strings.len(), open));
    match quoted::from_base64(&digits) {
        Ok(octets) => {
            pieces.strings.extend_from_slice(&octets);
            Ok(())
        }
        Err(error) => Err(NotationError::at(codes::EDN_STRING, open)
            .found(format!("base64 that cannot be read: {error}"))
            .expected("base64 or base64url")),
    }
}

/// Three dots stand for something left out.
#[cold]
pub(super) fn ellipsis(cursor: &Cursor<'_>) -> NotationError {
    if cursor.starts_with("...") {
        NotationError::at(codes::EDN_ELLIPSIS, cursor.place())
            .found("`...`")
            .expected("the content itself")
    } else {
        NotationError::at(codes::EDN_SYNTAX, cursor.place()).found(cursor.describe())
    }
}

/// The content of a literal that says something else than its characters.
fn plain(cursor: &mut Cursor<'_>) -> Result<String, NotationError> {
    let mut apart = Pieces::default();
    quoted(cursor, '\'', &mut apart)?;
    Ok(String::from_utf8(apart.strings).unwrap_or_default())
}

fn time(text: &str) -> Option<Seconds> {
    let time: jiff::Timestamp = text.trim().parse().ok()?;
    let nanoseconds = time.subsec_nanosecond();
    if nanoseconds == 0 {
        return Some(Seconds::Whole(time.as_second()));
    }
    let value = time.as_second() as f64 + f64::from(nanoseconds) / 1e9;
    Some(Seconds::Fraction(shortest(value)))
}

fn bits(text: &str) -> Option<Bits> {
    let digits: Vec<u8> = text
        .bytes()
        .filter(|octet| !octet.is_ascii_whitespace())
        .collect();
    let info = match digits.len() {
        4 => 25,
        8 => 26,
        16 => 27,
        _ => return None,
    };
    let bits = digits.iter().try_fold(0u64, |bits, &digit| {
        Some(bits << 4 | u64::from(char::from(digit).to_digit(16)?))
    })?;
    Some(Bits { info, bits })
}
