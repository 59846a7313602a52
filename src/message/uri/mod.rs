//! [`MimiUri`]: the `mimi:` and `im:` URIs that name providers, users, clients and rooms.
//! Which of them are members of a room is the caller's knowledge.

mod syntax;
#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;

use alloc::borrow::Cow;
use alloc::boxed::Box;
use alloc::format;
use alloc::string::String;
use core::cmp::Ordering;
use core::fmt;
use core::hash::{Hash, Hasher};
use core::ops::Range;

use self::syntax::{
    check_characters, decode, escape_value, find_from, is_path_mark, is_unreserved, slice,
    split_authority, upper_hex,
};
use crate::report::{Code, Finding, codes};

/// A URI of an instant messaging system: `mimi:` (draft-ietf-mimi-protocol table 1) or `im:`
/// (RFC 3860).
///
/// Keeps the text it was read from, octet for octet: message IDs are computed over that text.
/// Equality, order and hash are those of the normalised URI (RFC 3986 section 6.2.2: case of
/// scheme and host, percent-encoding), so that two spellings of one identifier are equal.
///
/// ```
/// use mimi_codec::message::{MimiUri, UriKind};
///
/// let uri = MimiUri::parse("mimi://Example.com/u/alice%2Dsmith")?;
/// assert_eq!(uri.kind(), UriKind::User);
/// assert_eq!(uri.host(), "Example.com");
/// assert_eq!(uri.name(), "alice-smith");
/// assert_eq!(uri, MimiUri::parse("mimi://example.com/u/alice-smith")?);
/// assert_eq!(uri.as_str(), "mimi://Example.com/u/alice%2Dsmith");
/// # Ok::<(), mimi_codec::message::UriError>(())
/// ```
#[derive(Clone)]
pub struct MimiUri<'a> {
    text: Cow<'a, str>,
    scheme: UriScheme,
    kind: UriKind,
    host: Range<usize>,
    port: Option<u16>,
    /// What follows the segment of the kind, still percent-encoded.
    name: Range<usize>,
    /// Where query and fragment begin.
    suffix: usize,
}

/// The scheme of a [`MimiUri`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum UriScheme {
    /// `mimi:`
    Mimi,
    /// `im:`
    Im,
}

/// What a [`MimiUri`] names.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum UriKind {
    /// A provider: `mimi://a.example`.
    Provider,
    /// A user: `/u/alice`, or any `im:` URI.
    User,
    /// A client, also called device: `/d/ClientA1` or `/d/alice/ClientA1`.
    Client,
    /// A room: `/r/clubhouse`.
    Room,
    /// An MLS group: `/g/clubhouse`.
    Group,
    /// A pseudonym: `/p/crazykoala75` (draft-mahy-mimi-identity).
    Pseudonym,
    /// A team or workspace: `/t/engineering` (draft-mahy-mimi-identity).
    Team,
    /// Another first path segment.
    Other,
}

/// The first path segment of each kind.
const SEGMENTS: [(&str, UriKind); 6] = [
    ("u", UriKind::User),
    ("d", UriKind::Client),
    ("r", UriKind::Room),
    ("g", UriKind::Group),
    ("p", UriKind::Pseudonym),
    ("t", UriKind::Team),
];

impl UriKind {
    /// The first path segment of a `mimi:` URI of this kind.
    pub fn segment(self) -> Option<&'static str> {
        let row = SEGMENTS.iter().find(|(_, kind)| *kind == self)?;
        Some(row.0)
    }
}

/// A text that is not a `mimi:` or `im:` URI; says where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct UriError(Box<Finding>);

impl UriError {
    fn new(at: usize, found: impl Into<Cow<'static, str>>, expected: &'static str) -> Self {
        let finding = Finding::new(codes::URI_SYNTAX).at(at);
        UriError(Box::new(finding.found(found).expected(expected)))
    }

    /// What is wrong; the offset counts octets of the text.
    pub fn finding(&self) -> &Finding {
        &self.0
    }

    /// The broken rule.
    pub fn code(&self) -> Code {
        self.0.code
    }
}

impl<'a> MimiUri<'a> {
    /// Reads a URI.
    ///
    /// Refused beside what RFC 3986 refuses: user information before the host and dot segments,
    /// which identifiers have no use for and forgers do.
    ///
    /// # Errors
    /// [`codes::URI_SYNTAX`], with the octet offset in the text.
    pub fn parse(text: impl Into<Cow<'a, str>>) -> Result<Self, UriError> {
        let text = text.into();
        let colon = text.find(':').unwrap_or(0);
        let scheme = match text.get(..colon) {
            Some(scheme) if scheme.eq_ignore_ascii_case("mimi") => UriScheme::Mimi,
            Some(scheme) if scheme.eq_ignore_ascii_case("im") => UriScheme::Im,
            _ => return Err(UriError::new(0, "another scheme", "mimi: or im:")),
        };
        let start = colon + 1;
        match scheme {
            UriScheme::Mimi => {
                let authority = start + 2;
                let path = find_from(&text, authority, &['/', '?', '#']);
                check_characters(&text, authority..path)?;
                Self::parse_mimi(text, start)
            }
            UriScheme::Im => {
                check_characters(&text, 0..0)?;
                Self::parse_im(text, start)
            }
        }
    }

    fn parse_mimi(text: Cow<'a, str>, start: usize) -> Result<Self, UriError> {
        if !text.get(start..).is_some_and(|rest| rest.starts_with("//")) {
            return Err(UriError::new(start, "no authority", "// and a host"));
        }
        let authority = start + 2;
        let suffix = find_from(&text, authority, &['?', '#']);
        let path = find_from(slice(&text, 0..suffix), authority, &['/']);
        let (host, port) = split_authority(&text, authority..path)?;
        // path is "" or begins with a slash.
        let mut at = path;
        for segment in slice(&text, path..suffix).split('/').skip(1) {
            at += 1;
            if matches!(decode(segment).as_ref(), "." | "..") {
                return Err(UriError::new(at, "a dot segment", "an identifier"));
            }
            at += segment.len();
        }
        let first_end = find_from(slice(&text, 0..suffix), path + 1, &['/']).min(suffix);
        let first = slice(&text, (path + 1).min(suffix)..first_end);
        let kind = decode(first);
        let (kind, name) = match SEGMENTS.iter().find(|(segment, _)| *segment == kind) {
            Some((_, kind)) => (*kind, (first_end + 1).min(suffix)..suffix),
            None if first_end == suffix && first.is_empty() => (UriKind::Provider, suffix..suffix),
            None => (UriKind::Other, path + 1..suffix),
        };
        if name.is_empty() && kind != UriKind::Provider {
            return Err(UriError::new(
                name.start,
                "no name",
                "a name after the kind",
            ));
        }
        Ok(MimiUri {
            text,
            scheme: UriScheme::Mimi,
            kind,
            host,
            port,
            name,
            suffix,
        })
    }

    fn parse_im(text: Cow<'a, str>, start: usize) -> Result<Self, UriError> {
        let suffix = find_from(&text, start, &['?', '#']);
        // A second one is refused with the domain: im:a@good.example@evil.example.
        let Some(at) = slice(&text, start..suffix).find('@') else {
            return Err(UriError::new(
                start,
                "no @",
                "an address, such as alice@example.com",
            ));
        };
        let at = start + at;
        if at == start {
            return Err(UriError::new(start, "no name", "a name before the @"));
        }
        let (host, port) = split_authority(&text, at + 1..suffix)?;
        if let Some(port) = port {
            let found = format!("port {port}");
            return Err(UriError::new(host.end, found, "a domain"));
        }
        Ok(MimiUri {
            text,
            scheme: UriScheme::Im,
            kind: UriKind::User,
            host,
            port,
            name: start..at,
            suffix,
        })
    }

    /// Makes a `mimi:` URI; what the path cannot hold as it is gets percent-encoded, except the
    /// slash, which separates segments.
    ///
    /// ```
    /// use mimi_codec::message::{MimiUri, UriKind};
    ///
    /// let uri = MimiUri::new(UriKind::Room, "example.com", "café au lait")?;
    /// assert_eq!(uri.as_str(), "mimi://example.com/r/caf%C3%A9%20au%20lait");
    /// assert_eq!(uri.name(), "café au lait");
    /// # Ok::<(), mimi_codec::message::UriError>(())
    /// ```
    ///
    /// # Errors
    /// [`codes::URI_SYNTAX`] for a host that is none, or a name that is empty or a dot segment.
    pub fn new(kind: UriKind, host: &str, name: &str) -> Result<MimiUri<'static>, UriError> {
        let mut text = format!("mimi://{host}");
        if let Some(segment) = kind.segment() {
            text.push('/');
            text.push_str(segment);
        }
        if kind != UriKind::Provider || !name.is_empty() {
            text.push('/');
        }
        let start = text.len();
        for octet in name.bytes() {
            match octet {
                b if is_unreserved(b) || is_path_mark(b) || b == b'/' => text.push(char::from(b)),
                b => text.push_str(&format!("%{b:02X}")),
            }
        }
        let uri = MimiUri::parse(text)?;
        // A host such as "a/u/b" or a name such as "u/alice" would make another URI of it.
        if uri.kind != kind || uri.name.start != start.min(uri.suffix) {
            return Err(UriError::new(0, "another kind of URI", "a host and a name"));
        }
        Ok(uri)
    }

    /// The text the URI was read from.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The scheme.
    pub fn scheme(&self) -> UriScheme {
        self.scheme
    }

    /// What the URI names.
    pub fn kind(&self) -> UriKind {
        self.kind
    }

    /// The host: the domain of the provider, as it is spelled.
    pub fn host(&self) -> &str {
        slice(&self.text, self.host.clone())
    }

    /// The port, if one is given.
    pub fn port(&self) -> Option<u16> {
        self.port
    }

    /// Host and port as they are spelled.
    pub fn authority(&self) -> &str {
        let end = match self.scheme {
            UriScheme::Mimi => find_from(slice(&self.text, 0..self.suffix), self.host.end, &['/']),
            UriScheme::Im => self.host.end,
        };
        slice(&self.text, self.host.start..end)
    }

    /// The name, percent-encoding undone (what is not UTF-8 stays encoded). A client's name may
    /// have two segments, the user's and its own; a provider's is empty. It may hold any
    /// character, controls included: it is cleaned before it is shown.
    pub fn name(&self) -> Cow<'_, str> {
        decode(self.raw_name())
    }

    /// The name as it is spelled.
    pub fn raw_name(&self) -> &str {
        slice(&self.text, self.name.clone())
    }

    /// Query and fragment with their `?` and `#`, or nothing. Identifiers have neither.
    pub fn suffix(&self) -> &str {
        slice(&self.text, self.suffix..self.text.len())
    }

    /// The user a client belongs to, where the URI says so: `/d/alice/ClientA1` is a client of
    /// `/u/alice`. The draft's example uses an internal number there, so this need not be the
    /// handle the user is known by.
    pub fn user(&self) -> Option<MimiUri<'static>> {
        let (user, client) = self.raw_name().split_once('/')?;
        if self.kind != UriKind::Client || user.is_empty() || client.is_empty() {
            return None;
        }
        MimiUri::parse(format!("mimi://{}/u/{user}", self.authority())).ok()
    }

    /// The normalised spelling: scheme and host in lower case, percent-encoding only where it
    /// is needed and in upper case, no slash after a provider.
    pub fn normalised(&self) -> String {
        self.normal().map(char::from).collect()
    }

    /// A copy that borrows nothing.
    pub fn into_owned(self) -> MimiUri<'static> {
        MimiUri {
            text: Cow::Owned(self.text.into_owned()),
            ..self
        }
    }

    /// The octets of the normalised spelling; all are ASCII.
    fn normal(&self) -> impl Iterator<Item = u8> + '_ {
        let text = self.text.as_bytes();
        let end = match (self.kind, self.scheme) {
            (UriKind::Provider, UriScheme::Mimi) => self.host.start + self.authority().len(),
            _ => self.suffix,
        };
        // An empty port is no port.
        let bare_colon = self.port.is_none().then_some(self.host.end);
        let scheme_end = text.iter().position(|b| *b == b':').unwrap_or(0);
        let mut at = 0;
        let mut pending: &'static [u8] = &[];
        core::iter::from_fn(move || {
            loop {
                if let Some((first, rest)) = pending.split_first() {
                    pending = rest;
                    return Some(*first);
                }
                if at == end && end < self.suffix {
                    at = self.suffix;
                }
                let octet = *text.get(at)?;
                if octet == b':' && Some(at) == bare_colon {
                    at += 1;
                    continue;
                }
                let lower = at < scheme_end || self.host.contains(&at);
                if octet == b'%'
                    && let Some(value) = escape_value(text, at)
                {
                    at += 3;
                    if is_unreserved(value) {
                        return Some(if lower {
                            value.to_ascii_lowercase()
                        } else {
                            value
                        });
                    }
                    pending = upper_hex(value);
                    return Some(b'%');
                }
                at += 1;
                return Some(if lower {
                    octet.to_ascii_lowercase()
                } else {
                    octet
                });
            }
        })
    }
}

impl PartialEq<MimiUri<'_>> for MimiUri<'_> {
    fn eq(&self, other: &MimiUri<'_>) -> bool {
        self.normal().eq(other.normal())
    }
}

impl Eq for MimiUri<'_> {}

impl PartialOrd for MimiUri<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for MimiUri<'_> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.normal().cmp(other.normal())
    }
}

impl Hash for MimiUri<'_> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.normal().for_each(|octet| octet.hash(state));
        0xff_u8.hash(state);
    }
}

impl fmt::Display for MimiUri<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.text)
    }
}

impl fmt::Debug for MimiUri<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MimiUri({:?})", self.text)
    }
}

impl<'a> TryFrom<&'a str> for MimiUri<'a> {
    type Error = UriError;

    fn try_from(text: &'a str) -> Result<Self, UriError> {
        MimiUri::parse(text)
    }
}

impl core::str::FromStr for MimiUri<'static> {
    type Err = UriError;

    fn from_str(text: &str) -> Result<Self, UriError> {
        MimiUri::parse(String::from(text))
    }
}
