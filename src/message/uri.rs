//! [`MimiUri`]: the `mimi:` and `im:` URIs that name providers, users, clients and rooms.
//! Which of them are members of a room is the caller's knowledge.

use alloc::borrow::Cow;
use alloc::boxed::Box;
use alloc::format;
use alloc::string::String;
use core::cmp::Ordering;
use core::fmt;
use core::hash::{Hash, Hasher};
use core::ops::Range;

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
        check_characters(&text)?;
        match scheme {
            UriScheme::Mimi => Self::parse_mimi(text, colon + 1),
            UriScheme::Im => Self::parse_im(text, colon + 1),
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
        let Some(at) = slice(&text, start..suffix).rfind('@') else {
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
    /// have two segments, the user's and its own; a provider's is empty.
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

// Characters (RFC 3986 section 2).

const fn is_unreserved(octet: u8) -> bool {
    octet.is_ascii_alphanumeric() || matches!(octet, b'-' | b'.' | b'_' | b'~')
}

/// The marks a path segment may hold besides: sub-delims, `:` and `@`.
const fn is_path_mark(octet: u8) -> bool {
    matches!(
        octet,
        b'!' | b'$' | b'&' | b'\'' | b'(' | b')' | b'*' | b'+' | b',' | b';' | b'=' | b':' | b'@'
    )
}

const fn is_uri_octet(octet: u8) -> bool {
    is_unreserved(octet)
        || is_path_mark(octet)
        || matches!(octet, b'/' | b'?' | b'#' | b'[' | b']' | b'%')
}

fn check_characters(text: &str) -> Result<(), UriError> {
    for (at, c) in text.char_indices() {
        let legal = u8::try_from(c).is_ok_and(|octet| octet.is_ascii() && is_uri_octet(octet));
        if !legal {
            let found = format!("{c:?}");
            return Err(UriError::new(at, found, "a percent-encoded character"));
        }
        if c == '%' && escape_value(text.as_bytes(), at).is_none() {
            return Err(UriError::new(at, "a bare %", "% and two hex digits"));
        }
    }
    // "#" may occur once; brackets only around an IP address, which split_authority looks at.
    match text.match_indices('#').nth(1) {
        Some((at, _)) => Err(UriError::new(at, "a second #", "one fragment")),
        None => Ok(()),
    }
}

/// Host and port of an authority.
fn split_authority(
    text: &str,
    range: Range<usize>,
) -> Result<(Range<usize>, Option<u16>), UriError> {
    let authority = slice(text, range.clone());
    if let Some(at) = authority.find('@') {
        let at = range.start + at;
        return Err(UriError::new(at, "user information", "a host"));
    }
    let host_length = if authority.starts_with('[') {
        let Some(end) = authority.find(']') else {
            return Err(UriError::new(range.start, "[", "an IP address in brackets"));
        };
        let address = slice(authority, 1..end);
        if address.parse::<core::net::Ipv6Addr>().is_err() {
            return Err(UriError::new(
                range.start + 1,
                "another text",
                "an IPv6 address",
            ));
        }
        end + 1
    } else {
        authority.find(':').unwrap_or(authority.len())
    };
    let host = range.start..range.start + host_length;
    if host.is_empty() {
        return Err(UriError::new(range.start, "no host", "a domain"));
    }
    if let Some(at) = slice(text, host.clone())
        .bytes()
        .skip(usize::from(authority.starts_with('[')) * host_length)
        .position(|octet| matches!(octet, b'[' | b']'))
    {
        return Err(UriError::new(host.start + at, "a bracket", "a domain"));
    }
    let port = match slice(text, host.end..range.end).strip_prefix(':') {
        None if host.end == range.end => None,
        Some("") => None,
        Some(digits) if digits.bytes().all(|b| b.is_ascii_digit()) => match digits.parse() {
            Ok(port) => Some(port),
            Err(_) => return Err(UriError::new(host.end + 1, "a large port", "0 to 65535")),
        },
        _ => {
            return Err(UriError::new(
                host.end,
                "another text",
                "a port or the path",
            ));
        }
    };
    Ok((host, port))
}

/// The octet that `%` and two hex digits stand for.
fn escape_value(text: &[u8], at: usize) -> Option<u8> {
    let digit = |offset| char::from(*text.get(at + offset)?).to_digit(16);
    u8::try_from(digit(1)? << 4 | digit(2)?).ok()
}

/// Two upper-case hex digits.
fn upper_hex(value: u8) -> &'static [u8] {
    const DIGITS: [u8; 512] = {
        let alphabet = b"0123456789ABCDEF";
        let mut digits = [0; 512];
        let mut value = 0;
        while value < 256 {
            digits[2 * value] = alphabet[value >> 4];
            digits[2 * value + 1] = alphabet[value & 15];
            value += 1;
        }
        digits
    };
    static TABLE: [u8; 512] = DIGITS;
    let at = 2 * usize::from(value);
    TABLE.get(at..at + 2).unwrap_or(&[])
}

/// Undoes percent-encoding, except where that would not be UTF-8.
fn decode(text: &str) -> Cow<'_, str> {
    if !text.contains('%') {
        return Cow::Borrowed(text);
    }
    let octets = text.as_bytes();
    let mut decoded = alloc::vec::Vec::with_capacity(octets.len());
    let mut at = 0;
    while let Some(octet) = octets.get(at) {
        match escape_value(octets, at) {
            Some(value) if *octet == b'%' => {
                decoded.push(value);
                at += 3;
            }
            _ => {
                decoded.push(*octet);
                at += 1;
            }
        }
    }
    String::from_utf8(decoded).map_or(Cow::Borrowed(text), Cow::Owned)
}

/// Where one of the characters stands, or the end.
fn find_from(text: &str, start: usize, wanted: &[char]) -> usize {
    text.get(start..)
        .and_then(|rest| rest.find(wanted))
        .map_or(text.len(), |at| start + at)
}

/// A range that is known to lie within a text of ASCII.
fn slice(text: &str, range: Range<usize>) -> &str {
    text.get(range).unwrap_or_default()
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use alloc::string::ToString;
    use alloc::vec::Vec;

    fn parse(text: &str) -> MimiUri<'_> {
        MimiUri::parse(text).unwrap()
    }

    #[test]
    fn the_identifiers_of_the_drafts() {
        use UriKind::*;
        for (text, kind, name) in [
            ("mimi://a.example", Provider, ""),
            ("mimi://a.example/", Provider, ""),
            ("mimi://a.example/u/alice", User, "alice"),
            ("mimi://a.example/p/crazykoala75", Pseudonym, "crazykoala75"),
            ("mimi://a.example/d/ClientA1", Client, "ClientA1"),
            (
                "mimi://a.example/d/alice/ClientA1",
                Client,
                "alice/ClientA1",
            ),
            ("mimi://a.example/r/clubhouse", Room, "clubhouse"),
            ("mimi://a.example/g/TII9t5viBrXiXc", Group, "TII9t5viBrXiXc"),
            ("mimi://a.example/t/engineering", Team, "engineering"),
            (
                "mimi://irc.example.com/u/jcapulet1583@example.com",
                User,
                "jcapulet1583@example.com",
            ),
            ("mimi://a.example/x/alice", Other, "x/alice"),
            ("mimi://[2001:db8::1]:8443/u/alice", User, "alice"),
            ("im:alice@example.com", User, "alice"),
            ("im:pep%C3%A9@example.com?subject=hi", User, "pepé"),
        ] {
            let uri = parse(text);
            assert_eq!((uri.kind(), uri.name().as_ref()), (kind, name), "{text}");
            assert_eq!(uri.to_string(), text);
            assert_eq!(uri.clone().into_owned(), uri);
        }
        assert_eq!(
            parse("mimi://[2001:db8::1]:8443/u/a").host(),
            "[2001:db8::1]"
        );
        assert_eq!(parse("mimi://[2001:db8::1]:8443/u/a").port(), Some(8443));
        assert_eq!(
            parse("mimi://a.example:8443/u/a").authority(),
            "a.example:8443"
        );
        assert_eq!(parse("mimi://a.example/r/x?y#z").suffix(), "?y#z");
        assert_eq!(parse("mimi://a.example/r/x?y#z").name(), "x");
    }

    #[test]
    fn the_user_of_a_client() {
        let client = parse("mimi://Example.com/d/3b52249d-68f9-45ce-8bf5-c799f3cad7ec/0003");
        let user = client.user().unwrap();
        assert_eq!(
            user.as_str(),
            "mimi://Example.com/u/3b52249d-68f9-45ce-8bf5-c799f3cad7ec"
        );
        assert_eq!(parse("mimi://a.example/d/ClientA1").user(), None);
        assert_eq!(parse("mimi://a.example/u/alice/x").user(), None);
    }

    #[test]
    fn comparison_is_of_the_normalised_text() {
        for (one, two) in [
            ("MIMI://A.Example/u/alice", "mimi://a.example/u/alice"),
            ("mimi://a.example", "mimi://a.example/"),
            ("mimi://a.example:", "mimi://a.example"),
            ("mimi://a.example:/u/x", "mimi://a.example/u/x"),
            ("mimi://a.example/u/%61lice", "mimi://a.example/u/alice"),
            ("mimi://a.example/%75/alice", "mimi://a.example/u/alice"),
            ("mimi://a.example/u/%c3%a9", "mimi://a.example/u/%C3%A9"),
            ("mimi://%41.example/u/x", "mimi://a.example/u/x"),
            ("im:alice@EXAMPLE.com", "IM:alice@example.com"),
            ("mimi://a.example/?x", "mimi://a.example?x"),
        ] {
            assert_eq!(parse(one), parse(two));
            assert_eq!(parse(one).kind(), parse(two).kind());
            assert_eq!(parse(one).normalised(), parse(two).normalised());
        }
        for (one, two) in [
            ("mimi://a.example/u/Alice", "mimi://a.example/u/alice"),
            ("mimi://a.example/u/a%2Fb", "mimi://a.example/u/a/b"),
            ("mimi://a.example/u/a", "mimi://a.example:443/u/a"),
            ("mimi://a.example/u/a", "mimi://a.example/r/a"),
            ("im:Alice@example.com", "im:alice@example.com"),
            ("mimi://a.example/u/a?b", "mimi://a.example/u/a"),
        ] {
            assert_ne!(parse(one), parse(two));
        }
    }

    #[test]
    fn what_is_refused_and_where() {
        for (text, at) in [
            ("", 0),
            ("alice@example.com", 0),
            ("https://example.com/u/alice", 0),
            ("mimi:example.com", 5),
            ("mimi:/u/alice", 5),
            ("mimi://", 7),
            ("mimi:///u/alice", 7),
            ("mimi://:80/u/alice", 7),
            ("mimi://good.example@evil.example/u/alice", 19),
            ("mimi://a.example:port/u/x", 16),
            ("mimi://a.example:65536/u/x", 17),
            ("mimi://[::1/u/x", 7),
            ("mimi://[zz]/u/x", 8),
            ("mimi://[::1]x/u/x", 12),
            ("mimi://a]b/u/x", 8),
            ("mimi://a.example/u", 18),
            ("mimi://a.example/u/", 19),
            ("mimi://a.example/u/..", 19),
            ("mimi://a.example/%2e%2E/u/x", 17),
            ("mimi://a.example/u/al ice", 21),
            ("mimi://a.example/u/jürgen", 20),
            ("mimi://a.example/u/%zz", 19),
            ("mimi://a.example/u/x%4", 20),
            ("mimi://a.example/u/x#y#z", 22),
            ("im:example.com", 3),
            ("im:@example.com", 3),
            ("im:alice@", 9),
            ("im:alice@a.example:80", 18),
            ("im:Alice <alice@a.example>", 8),
        ] {
            let error = MimiUri::parse(text).unwrap_err();
            assert_eq!(error.finding().offset, Some(at), "{text}: {error}");
            assert_eq!(error.code(), codes::URI_SYNTAX);
        }
    }

    #[test]
    fn made_uris_are_what_they_were_made_as() {
        let uri = MimiUri::new(UriKind::User, "example.com", "100% é/a?b#c").unwrap();
        assert_eq!(uri.name(), "100% é/a?b#c");
        assert_eq!(
            MimiUri::new(UriKind::Provider, "example.com", "")
                .unwrap()
                .kind(),
            UriKind::Provider
        );
        for (kind, host, name) in [
            (UriKind::User, "a/u/b", "x"),
            (UriKind::User, "a@b", "x"),
            (UriKind::User, "a?b", "x"),
            (UriKind::User, "", "x"),
            (UriKind::User, "a", ""),
            (UriKind::User, "a", "../x"),
            (UriKind::Other, "a", "u/alice"),
            (UriKind::Provider, "a", "u/alice"),
            (UriKind::Provider, "a", "x"),
        ] {
            assert!(
                MimiUri::new(kind, host, name).is_err(),
                "{kind:?} {host} {name}"
            );
        }
    }

    #[test]
    fn no_text_makes_it_panic() {
        let pieces = [
            "mimi:", "im:", "//", "/", "u", "%", "%4", "é", "@", "[", "]", ":", "?", "#", ".",
        ];
        let mut texts: Vec<String> = alloc::vec![String::new()];
        for _ in 0..4 {
            texts = texts
                .iter()
                .flat_map(|text| pieces.iter().map(move |piece| format!("{text}{piece}")))
                .collect();
            for text in &texts {
                if let Ok(uri) = MimiUri::parse(text.as_str()) {
                    let again = uri.normalised();
                    assert_eq!(parse(&again), uri, "{text}");
                    let _ = (uri.authority(), uri.name(), uri.user());
                }
            }
        }
    }
}
