//! The items that are not brackets: numbers, tags, names and strings.

use std::format;

use super::super::cursor::Cursor;
use super::super::float::{Bits, shortest, widened};
use super::super::{DEPTH_LIMIT, NotationError};
use super::emit::Width;
use super::literal::{Literal, Seconds, ellipsis, literal};
use super::number::{Number, number};
use super::reader::{AN_ITEM, Kind, Reader, starts_string};
use super::text::skip_space;
use crate::item::MAJOR;
use crate::report::{Position, codes};

impl Reader<'_> {
    pub(super) fn number(&mut self) -> Result<u64, NotationError> {
        let start = self.cursor;
        let number = number(&mut self.cursor)?;
        let place = start.place();
        let width = self.indicator()?;
        match number {
            Number::Int { negative, arg } => {
                if self.cursor.peek() == Some(b'(') {
                    return self.tag(&start, negative, arg, width);
                }
                let major = if negative {
                    MAJOR::NEGATIVE
                } else {
                    MAJOR::UNSIGNED
                };
                self.head(major, width, arg, place)
            }
            Number::Big { negative, octets } => {
                if width.is_some() {
                    return Err(self
                        .misfit(place, "an encoding indicator on a bignum")
                        .expected("2(h'...') or 3(h'...') with indicators inside"));
                }
                let from = self.pieces.strings.len();
                self.pieces.strings.extend_from_slice(&octets);
                let range = (from, self.pieces.strings.len());
                let tag = if negative { 3 } else { 2 };
                let pieces = &mut self.pieces;
                let size = pieces
                    .head(MAJOR::TAG, Width::Shortest, tag, place)
                    .zip(pieces.string(
                        MAJOR::BYTES,
                        Width::Shortest,
                        octets.len() as u64,
                        range,
                        place,
                    ));
                let size = size.map_or(0, |(tag, octets)| tag + octets);
                Ok(self.done(size))
            }
            Number::Float(value) => self.float(value, width, place),
        }
    }

    fn tag(
        &mut self,
        start: &Cursor<'_>,
        negative: bool,
        arg: u64,
        width: Option<Width>,
    ) -> Result<u64, NotationError> {
        let place = start.place();
        let width = width.unwrap_or(Width::Shortest);
        if negative || !start.peek().is_some_and(|octet| octet.is_ascii_digit()) {
            return self.fail("a tag number without a sign");
        }
        if width == Width::Indefinite || width.size(arg).is_none() {
            return Err(self
                .misfit(place, format!("tag {arg} with this indicator"))
                .expected("a wider one, or none"));
        }
        if self.frames.len() >= DEPTH_LIMIT {
            return Err(self
                .error(codes::NOTATION_DEPTH)
                .expected(format!("at most {DEPTH_LIMIT} levels")));
        }
        self.cursor.bump();
        self.push(Kind::Tag, width, MAJOR::TAG, arg, place);
        Ok(0)
    }

    /// An item that is only a head.
    fn head(
        &mut self,
        major: u8,
        width: Option<Width>,
        arg: u64,
        place: Position,
    ) -> Result<u64, NotationError> {
        let width = width.unwrap_or(Width::Shortest);
        match self.pieces.head(major, width, arg, place) {
            Some(size) if width != Width::Indefinite => Ok(self.done(size)),
            _ => Err(self
                .misfit(place, format!("{arg} with this indicator"))
                .expected("a wider one, or none")),
        }
    }

    fn float(
        &mut self,
        value: f64,
        width: Option<Width>,
        place: Position,
    ) -> Result<u64, NotationError> {
        let bits = match width {
            None => Some(shortest(value)),
            Some(Width::Info(info)) => widened(value, info),
            Some(_) => None,
        };
        match bits {
            Some(bits) => self.bits(bits, place),
            None => Err(self
                .misfit(place, "a float with this indicator")
                .expected("_1, _2 or _3 for 16, 32 or 64 bits that hold the value exactly")),
        }
    }

    fn bits(&mut self, bits: Bits, place: Position) -> Result<u64, NotationError> {
        self.head(
            MAJOR::SIMPLE,
            Some(Width::Info(bits.info)),
            bits.bits,
            place,
        )
    }

    /// A name: a simple value, a float that is no number, or a mistake.
    pub(super) fn word(&mut self) -> Result<u64, NotationError> {
        let start = self.cursor;
        let place = start.place();
        let word = self
            .cursor
            .take_while(|octet| octet.is_ascii_alphanumeric());
        let simple = match word {
            "false" => 20,
            "true" => 21,
            "null" => 22,
            "undefined" => 23,
            "NaN" | "Infinity" => {
                let width = self.indicator()?;
                let value = if word == "NaN" {
                    f64::NAN
                } else {
                    f64::INFINITY
                };
                return self.float(value, width, place);
            }
            "simple" if self.cursor.peek() == Some(b'(') => {
                self.cursor.bump();
                self.simple()?
            }
            _ => {
                return Err(NotationError::at(codes::EDN_SYNTAX, place)
                    .found(start.describe())
                    .expected(match word {
                        "True" => "true",
                        "False" => "false",
                        "None" | "nil" | "NULL" | "Null" => "null",
                        "nan" | "Nan" => "NaN",
                        "inf" | "Inf" | "infinity" => "Infinity",
                        _ => AN_ITEM,
                    }));
            }
        };
        self.head(MAJOR::SIMPLE, None, simple, place)
    }

    /// What follows `simple(`.
    fn simple(&mut self) -> Result<u64, NotationError> {
        skip_space(&mut self.cursor)?;
        let start = self.cursor;
        let digits = self.cursor.take_while(|octet| octet.is_ascii_digit());
        let value = digits
            .parse::<u8>()
            .ok()
            .filter(|value| !(24..32).contains(value))
            .ok_or_else(|| {
                NotationError::at(codes::EDN_NUMBER, start.place())
                    .found(start.describe())
                    .expected("0 to 23 or 32 to 255")
            })?;
        skip_space(&mut self.cursor)?;
        if self.cursor.peek() != Some(b')') {
            return self.fail("a closing parenthesis");
        }
        self.cursor.bump();
        Ok(value.into())
    }

    pub(super) fn string(&mut self) -> Result<u64, NotationError> {
        let place = self.cursor.place();
        let from = self.pieces.strings.len();
        let major = match literal(&mut self.cursor, &mut self.pieces)? {
            Literal::String(major) => major,
            other if self.chunk_wanted() => {
                let _ = other;
                return Err(NotationError::at(codes::EDN_SYNTAX, place).expected("a string"));
            }
            Literal::Float(bits) => return self.bits(bits, place),
            Literal::Time { value, tagged } => return self.time(value, tagged, place),
        };
        let mut width = self.indicator()?;
        while let Some(plus) = self.plus()? {
            if width.is_some() {
                return Err(self
                    .misfit(plus, "an encoding indicator before +")
                    .expected("one after the last string"));
            }
            let place = self.cursor.place();
            match literal(&mut self.cursor, &mut self.pieces)? {
                Literal::String(_) => width = self.indicator()?,
                _ => {
                    return Err(
                        NotationError::at(codes::EDN_SYNTAX, place).expected("a string after +")
                    );
                }
            }
        }
        let to = self.pieces.strings.len();
        if let Some(frame) = self.frames.last()
            && frame.kind == Kind::Chunks
        {
            self.chunk(frame.piece, frame.count == 0, major, place)?;
        }
        let length = (to - from) as u64;
        let width = width.unwrap_or(Width::Shortest);
        if width == Width::Indefinite && (length > 0 || self.chunk_wanted()) {
            return Err(self
                .misfit(place, "a string that is not empty with a bare _")
                .expected("(_ 'chunk', 'chunk')"));
        }
        let Some(mut size) = self.pieces.string(major, width, length, (from, to), place) else {
            return Err(self
                .misfit(place, format!("{length} octets with this indicator"))
                .expected("a wider one, or none"));
        };
        if width == Width::Indefinite {
            size += self.pieces.stop(place);
        }
        Ok(self.done(size))
    }

    /// The first chunk decides what the string is; the others follow.
    fn chunk(
        &mut self,
        whole: usize,
        first: bool,
        major: u8,
        place: Position,
    ) -> Result<(), NotationError> {
        match self.pieces.get_mut(whole) {
            Some(piece) if first => piece.major = major,
            Some(piece) if piece.major != major => {
                return Err(NotationError::at(codes::EDN_SYNTAX, place)
                    .found("text and octets in one string")
                    .expected("chunks of one kind"));
            }
            _ => {}
        }
        Ok(())
    }

    /// Takes a plus sign between strings, and what is around it; says where it stood.
    pub(super) fn plus(&mut self) -> Result<Option<Position>, NotationError> {
        let mut ahead = self.cursor;
        skip_space(&mut ahead)?;
        if ahead.peek() != Some(b'+') {
            return Ok(None);
        }
        let place = ahead.place();
        ahead.bump();
        // The sign of the next item, as in ["a" +1].
        if ahead
            .peek()
            .is_some_and(|octet| octet.is_ascii_digit() || octet == b'I')
        {
            return Ok(None);
        }
        skip_space(&mut ahead)?;
        self.cursor = ahead;
        if ahead.peek() == Some(b'.') {
            return Err(ellipsis(&ahead));
        }
        if ahead.starts_with("<<") || !starts_string(&ahead) {
            return self.fail("a string after +");
        }
        Ok(Some(place))
    }

    /// `dt''` and `DT''`: seconds, in tag 1 for the latter.
    fn time(
        &mut self,
        value: Seconds,
        tagged: bool,
        place: Position,
    ) -> Result<u64, NotationError> {
        if tagged {
            self.push(Kind::Tag, Width::Shortest, MAJOR::TAG, 1, place);
        }
        let mut size = match value {
            Seconds::Whole(seconds) => match u64::try_from(seconds) {
                Ok(seconds) => self.head(MAJOR::UNSIGNED, None, seconds, place)?,
                Err(_) => {
                    let arg = seconds.unsigned_abs() - 1;
                    self.head(MAJOR::NEGATIVE, None, arg, place)?
                }
            },
            Seconds::Fraction(bits) => self.bits(bits, place)?,
        };
        if tagged {
            self.frames.pop();
            size = self.done(size + 1);
        }
        Ok(size)
    }
}
