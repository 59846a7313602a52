//! Hex text to octets: dumps with comments, plain digits, `xxd` and `hexdump` output, and C
//! arrays. What form a text has is decided by its first line with content.

use std::borrow::Cow;
use std::format;
use std::vec::Vec;

use super::super::cursor::Cursor;
use super::super::{NotationError, Source};
use crate::report::{Converted, Position, SourceMap, codes};

/// Reads hex: the octets, and the line and column of each.
///
/// Digits stand in pairs, in groups of any even length; between the groups may be white space,
/// commas, colons and hyphens, and `0x` in front. A comment goes from `#` to the end of the line.
/// Lines of `xxd` and `hexdump -C` begin with an address, which has to be right. Of a C source,
/// what is in the braces counts.
///
/// # Errors
/// A character that is no digit, half an octet, an address or length that does not fit.
///
/// ```
/// use mimi_codec::notation::hex;
///
/// let source = hex::read("82       # array(2)\n   01 f6 # one, null\n")?.value;
/// assert_eq!(source.octets(), [0x82, 0x01, 0xf6]);
/// assert_eq!(source.map().position(2).unwrap().column, 7);
/// assert_eq!(hex::read("uint8_t m[] = {0x82, 0x01, 0xf6};")?.value.octets(), source.octets());
/// assert_eq!(hex::read("00000000: 8201 f6    ...")?.value.octets(), source.octets());
/// # Ok::<(), mimi_codec::notation::NotationError>(())
/// ```
pub fn read(text: &str) -> Result<Converted<Source>, NotationError> {
    let mut reader = Reader {
        cursor: Cursor::new(text),
        octets: Vec::with_capacity(text.len() / 3),
        map: SourceMap::new(),
    };
    match form(text) {
        Form::Plain => reader.plain()?,
        Form::Dump => reader.dump()?,
        Form::Array => reader.array()?,
    }
    if reader.octets.is_empty() {
        return Err(NotationError::at(
            codes::NOTATION_EMPTY,
            reader.cursor.place(),
        ));
    }
    Ok(Converted::lossless(Source::new(reader.octets, reader.map)))
}

enum Form {
    Plain,
    /// Lines with an address in front.
    Dump,
    /// The initialiser of a C array.
    Array,
}

/// Decides by the first line that is not empty or a comment.
fn form(text: &str) -> Form {
    let text = text.trim_start_matches('\u{feff}');
    let first = text
        .lines()
        .map(str::trim)
        .find(|line| !line.is_empty() && !line.starts_with('#') && !line.starts_with("//"));
    let Some(first) = first else {
        return Form::Plain;
    };
    // A bare address ends a dump; alone it is four octets.
    if address(first).is_some() && !first.bytes().all(|octet| octet.is_ascii_hexdigit()) {
        return Form::Dump;
    }
    let word = first.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_' || c == '{');
    let first = first.split('#').next().unwrap_or(first);
    if word && (first.contains('{') || first.contains('[') || first.contains('=')) {
        return Form::Array;
    }
    Form::Plain
}

/// The address in front of a line of `xxd` (`00000010: `) or `hexdump -C` (`00000010  `), and
/// its length.
fn address(line: &str) -> Option<(u64, usize)> {
    let digits = line.bytes().take_while(u8::is_ascii_hexdigit).count();
    let (address, rest) = line.split_at_checked(digits)?;
    let xxd = (4..=16).contains(&digits) && rest.starts_with(": ");
    let hexdump = digits == 8
        && (rest.is_empty() || rest.starts_with("  ") && rest.trim_end().ends_with('|'));
    if !xxd && !hexdump {
        return None;
    }
    Some((u64::from_str_radix(address, 16).ok()?, digits))
}

struct Reader<'t> {
    cursor: Cursor<'t>,
    octets: Vec<u8>,
    map: SourceMap,
}

impl Reader<'_> {
    fn fault(&self, expected: impl Into<Cow<'static, str>>) -> NotationError {
        NotationError::at(codes::HEX_DIGIT, self.cursor.place())
            .found(self.cursor.describe())
            .expected(expected)
    }

    /// Takes a group of digits.
    fn group(&mut self) -> Result<(), NotationError> {
        if self.cursor.peek() == Some(b'0')
            && matches!(self.cursor.peek_second(), Some(b'x' | b'X'))
        {
            self.cursor.bump();
            self.cursor.bump();
            if !self.cursor.peek().is_some_and(|o| o.is_ascii_hexdigit()) {
                return Err(self.fault("hex digits after 0x"));
            }
        }
        while let Some((high, place)) = self.digit() {
            let Some((low, _)) = self.digit() else {
                return Err(NotationError::at(codes::HEX_ODD, place)
                    .found(format!("a single digit before {}", self.cursor.describe()))
                    .expected("two digits for every octet"));
            };
            self.map.mark(self.octets.len(), place);
            self.octets.push(high << 4 | low);
        }
        Ok(())
    }

    fn digit(&mut self) -> Option<(u8, Position)> {
        let digit = char::from(self.cursor.peek()?).to_digit(16)?;
        let place = self.cursor.place();
        self.cursor.bump();
        Some((digit as u8, place))
    }

    fn comment(&mut self) {
        self.cursor.take_while(|octet| octet != b'\n');
    }

    fn plain(&mut self) -> Result<(), NotationError> {
        while let Some(next) = self.cursor.peek() {
            match next {
                b'#' => self.comment(),
                b' ' | b'\t' | b'\r' | b'\n' | b',' | b':' | b'-' => {
                    self.cursor.bump();
                }
                _ if next.is_ascii_hexdigit() => self.group()?,
                _ => return Err(self.fault("a hex digit, white space or # before a comment")),
            }
        }
        Ok(())
    }

    /// Lines with an address, digits, and after two spaces the characters.
    fn dump(&mut self) -> Result<(), NotationError> {
        while self.cursor.peek().is_some() {
            self.cursor
                .take_while(|octet| matches!(octet, b' ' | b'\t' | b'\r'));
            match self.cursor.peek() {
                Some(b'#') => self.comment(),
                Some(b'\n') | None => {}
                Some(_) => self.dump_line()?,
            }
            self.cursor.bump();
        }
        Ok(())
    }

    fn dump_line(&mut self) -> Result<(), NotationError> {
        let place = self.cursor.place();
        let line = self.cursor.rest().lines().next().unwrap_or_default();
        let Some((address, length)) = address(line.trim_end()) else {
            return Err(NotationError::at(codes::HEX_DIGIT, place)
                .found(self.cursor.describe())
                .expected("an address at the start of the line, as on the lines before"));
        };
        if address != self.octets.len() as u64 {
            return Err(NotationError::at(codes::HEX_DUMP, place)
                .found(format!("address {address:#x}"))
                .expected(format!("address {:#x}", self.octets.len())));
        }
        let colon = line.as_bytes().get(length) == Some(&b':');
        let skip = length + usize::from(colon);
        (0..skip).for_each(|_| {
            self.cursor.bump();
        });
        // hexdump sets its digits apart by two spaces, and in the middle of the line again.
        let mut spaces = 0;
        let mut taken = 0;
        while let Some(next) = self.cursor.peek() {
            match next {
                b'\n' => break,
                b' ' => {
                    spaces += 1;
                    self.cursor.bump();
                }
                b'|' if !colon => {
                    self.comment();
                    break;
                }
                _ if colon && taken > 0 && spaces >= 2 => {
                    self.comment();
                    break;
                }
                b'\r' => {
                    self.cursor.bump();
                }
                _ if next.is_ascii_hexdigit() => {
                    spaces = 0;
                    taken += 1;
                    self.group()?;
                }
                _ => return Err(self.fault("a hex digit")),
            }
        }
        Ok(())
    }

    /// What stands between the braces; a length that follows has to be right.
    fn array(&mut self) -> Result<(), NotationError> {
        while let Some(next) = self.cursor.peek() {
            if next == b'{' {
                break;
            }
            self.cursor.bump();
        }
        let open = self.cursor.place();
        if self.cursor.bump().is_none() {
            return Err(self.fault("{ and the octets of an array"));
        }
        loop {
            match self.cursor.peek() {
                Some(b'}') => break,
                Some(b' ' | b'\t' | b'\r' | b'\n' | b',') => {
                    self.cursor.bump();
                }
                Some(b'/') if self.cursor.starts_with("//") => self.comment(),
                Some(b'0') if matches!(self.cursor.peek_second(), Some(b'x' | b'X')) => {
                    let before = (self.octets.len(), self.cursor.place());
                    self.group()?;
                    if self.octets.len() != before.0 + 1 {
                        return Err(NotationError::at(codes::HEX_ODD, before.1)
                            .found("several octets in one element")
                            .expected("0x and two digits"));
                    }
                }
                Some(_) => return Err(self.fault("0x and two digits, a comma, or }")),
                None => {
                    return Err(NotationError::at(codes::HEX_DIGIT, open)
                        .found("an array that is not closed")
                        .expected("}"));
                }
            }
        }
        self.cursor.bump();
        self.stated_length()
    }

    fn stated_length(&mut self) -> Result<(), NotationError> {
        self.cursor.take_while(|octet| octet != b'=');
        self.cursor.bump();
        self.cursor.take_while(|octet| octet == b' ');
        let place = self.cursor.place();
        let digits = self.cursor.take_while(|octet| octet.is_ascii_digit());
        match digits.parse::<usize>() {
            Ok(stated) if stated != self.octets.len() => {
                Err(NotationError::at(codes::HEX_DUMP, place)
                    .found(format!("a length of {stated}"))
                    .expected(format!("{} octets", self.octets.len())))
            }
            _ => Ok(()),
        }
    }
}
