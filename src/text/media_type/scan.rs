//! Taking a content type apart: by the crate `mime`, and by a scanner for what that refuses.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;

use super::MediaTypeError;

/// Type and subtype in lower case, parameters in order.
pub(super) type Pieces = (String, Vec<(String, String)>);

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
        (name, value)
    });
    Some((mime.essence_str().to_ascii_lowercase(), pieces.collect()))
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
                return Ok((essence, parameters));
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
            parameters.push((name, value));
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
