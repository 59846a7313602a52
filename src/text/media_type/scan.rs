//! Taking a content type apart: in place where it is spelled as most are, else by the crate `mime`,
//! and by a scanner for what that refuses.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;
use core::ops::Range;

use super::MediaTypeError;

/// Type and subtype in lower case, parameters in order.
pub(super) type Pieces = (Piece, Vec<(Piece, Piece)>);

/// A piece of a content type.
#[derive(Clone)]
pub(super) enum Piece {
    /// As it stands in the source.
    Here(Range<usize>),
    /// Spelled in another way.
    Own(String),
}

impl Piece {
    /// Its text.
    pub(super) fn of<'p>(&'p self, source: &'p str) -> &'p str {
        match self {
            Piece::Here(range) => source.get(range.clone()).unwrap_or_default(),
            Piece::Own(text) => text,
        }
    }
}

/// What `type/subtype;name=value` is made of, where the names are in lower case and nothing is
/// quoted: nearly all content types are written like that. Nothing is copied but a charset in
/// capitals.
pub(super) fn pieces_of_usual(source: &str) -> Option<Pieces> {
    let octets = source.as_bytes();
    let word = |start: usize, of_word: fn(u8) -> bool| {
        let rest = octets.get(start..)?;
        let length = rest.iter().take_while(|octet| of_word(**octet)).count();
        (length > 0).then_some(start..start + length)
    };
    let top_level = word(0, is_lower)?;
    if octets.get(top_level.end) != Some(&b'/') {
        return None;
    }
    let subtype = word(top_level.end + 1, |octet| {
        is_lower(octet) || matches!(octet, b'.' | b'+')
    })?;
    let mut parameters = Vec::new();
    let mut at = subtype.end;
    while at < octets.len() {
        if octets.get(at) != Some(&b';') || parameters.len() == PARAMETERS {
            return None;
        }
        let space = usize::from(octets.get(at + 1) == Some(&b' '));
        let name = word(at + 1 + space, is_lower)?;
        if octets.get(name.end) != Some(&b'=') {
            return None;
        }
        let value = word(name.end + 1, |octet| {
            octet.is_ascii_alphanumeric() || matches!(octet, b'-' | b'.' | b'_')
        })?;
        at = value.end;
        let text = source.get(value.clone())?;
        let in_capitals = text.bytes().any(|octet| octet.is_ascii_uppercase());
        let value = if in_capitals && source.get(name.clone()) == Some("charset") {
            Piece::Own(text.to_ascii_lowercase())
        } else {
            Piece::Here(value)
        };
        parameters.push((Piece::Here(name), value));
    }
    Some((Piece::Here(0..subtype.end), parameters))
}

const fn is_lower(octet: u8) -> bool {
    octet.is_ascii_lowercase() || octet.is_ascii_digit() || octet == b'-'
}

/// Most parameters of a media type: each takes many times the memory that its text does.
const PARAMETERS: usize = 64;

/// What the crate `mime` makes of a text that it reads rightly: it ends a quoted string at an
/// escaped quote and takes an empty one for the start of a longer one, so these are not given
/// to it. Nor is `*/*`, which is a range and no media type; and it lets an empty subtype pass.
pub(super) fn pieces_of_mime(source: &str) -> Option<Pieces> {
    if source.bytes().filter(|octet| *octet == b';').count() > PARAMETERS
        || source.contains('\\')
        || source.contains("\"\"")
        || source.contains('*')
    {
        return None;
    }
    let mime: mime::Mime = source.parse().ok()?;
    if mime.essence_str().ends_with('/') {
        return None;
    }
    let pieces = mime.params().map(|(name, value)| {
        let name = name.as_str().to_ascii_lowercase();
        let value = value_of(&name, value.as_str());
        (Piece::Own(name), Piece::Own(value))
    });
    let essence = mime.essence_str().to_ascii_lowercase();
    Some((Piece::Own(essence), pieces.collect()))
}

/// The value of a parameter. Names of charsets have no case.
fn value_of(name: &str, value: &str) -> String {
    if name == "charset" {
        value.to_ascii_lowercase()
    } else {
        value.into()
    }
}

/// `tchar` of RFC 9110 section 5.6.2.
pub(super) const fn is_token(octet: u8) -> bool {
    octet.is_ascii_alphanumeric()
        || matches!(
            octet,
            b'!' | b'#'
                | b'$'
                | b'%'
                | b'&'
                | b'\''
                | b'*'
                | b'+'
                | b'-'
                | b'.'
                | b'^'
                | b'_'
                | b'`'
                | b'|'
                | b'~'
        )
}

/// Reads what the crate `mime` does not.
pub(super) struct Scanner<'s> {
    source: &'s str,
    at: usize,
}

impl<'s> Scanner<'s> {
    pub(super) fn new(source: &'s str) -> Self {
        Scanner { source, at: 0 }
    }

    pub(super) fn pieces(mut self) -> Result<Pieces, MediaTypeError> {
        self.spaces();
        let mut essence = self.token("a type")?.to_ascii_lowercase();
        if !self.take(b'/') {
            return Err(self.error("a slash"));
        }
        essence.push('/');
        essence.push_str(&self.token("a subtype")?.to_ascii_lowercase());
        if essence.contains('*') {
            return Err(MediaTypeError::new(0, essence, "a media type, not a range"));
        }
        let mut parameters = Vec::new();
        loop {
            self.spaces();
            if self.peek().is_none() {
                return Ok((Piece::Own(essence), parameters));
            }
            if !self.take(b';') {
                return Err(self.error("a semicolon"));
            }
            self.spaces();
            if matches!(self.peek(), None | Some(b';')) {
                continue;
            }
            if parameters.len() == PARAMETERS {
                return Err(self.error("at most 64 parameters"));
            }
            let name = self.token("a parameter")?.to_ascii_lowercase();
            if !self.take(b'=') {
                return Err(self.error("an equals sign"));
            }
            let value = if self.take(b'"') {
                self.quoted()?
            } else {
                self.word().into()
            };
            let value = value_of(&name, &value);
            parameters.push((Piece::Own(name), Piece::Own(value)));
        }
    }

    fn peek(&self) -> Option<u8> {
        self.source.as_bytes().get(self.at).copied()
    }

    fn take(&mut self, octet: u8) -> bool {
        let there = self.peek() == Some(octet);
        self.at += usize::from(there);
        there
    }

    fn spaces(&mut self) {
        while matches!(self.peek(), Some(b' ' | b'\t')) {
            self.at += 1;
        }
    }

    fn word(&mut self) -> &'s str {
        let start = self.at;
        while self.peek().is_some_and(is_token) {
            self.at += 1;
        }
        self.source.get(start..self.at).unwrap_or_default()
    }

    fn token(&mut self, expected: &'static str) -> Result<&'s str, MediaTypeError> {
        match self.word() {
            "" => Err(self.error(expected)),
            word => Ok(word),
        }
    }

    /// The rest of a quoted string, escapes undone.
    fn quoted(&mut self) -> Result<String, MediaTypeError> {
        let mut value = String::new();
        let mut escaped = false;
        for c in self.source.get(self.at..).unwrap_or_default().chars() {
            if c.is_ascii_control() && c != '\t' {
                return Err(self.error("no control character"));
            }
            self.at += c.len_utf8();
            match c {
                '\\' if !escaped => escaped = true,
                '"' if !escaped => return Ok(value),
                c => {
                    value.push(c);
                    escaped = false;
                }
            }
        }
        Err(self.error("a closing quote"))
    }

    fn error(&self, expected: &'static str) -> MediaTypeError {
        let rest = self
            .source
            .get(self.at..)
            .and_then(|rest| rest.chars().next());
        let found = match rest {
            Some(c) => Cow::Owned(alloc::format!("{c:?}")),
            None => Cow::Borrowed("the end"),
        };
        MediaTypeError::new(self.at, found, expected)
    }
}
