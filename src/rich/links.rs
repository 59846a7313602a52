//! Links and mentions: what a message mentions, and whether a link's text tells the truth about
//! its target. No format is read or written here.

use std::borrow::Cow;
use std::string::String;
use std::vec::Vec;

use super::{Document, Inline, inline_text};

/// The schemes that name users of instant messaging.
pub const IM_SCHEMES: [&str; 6] = ["mimi", "im", "xmpp", "sip", "sips", "matrix"];

/// A link to an instant messaging URI.
///
/// It is a mention only if the URI names a member of the room (draft-ietf-mimi-content-08 section
/// 9.6), which only the caller knows.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Mention {
    /// The URI as it was written.
    pub uri: String,
    /// The text shown, a hint of the sender.
    pub text: String,
    /// Which link it is: the number of links that stand before it in the document.
    pub place: usize,
}

/// Lists the links to instant messaging URIs, in reading order.
///
/// ```
/// use mimi_codec::rich::{links, markdown};
///
/// let document = markdown::read("Hi [@Alice](mimi://example.com/u/alice)!").value;
/// let mentions = links::mentions(&document);
/// assert_eq!(mentions[0].uri, "mimi://example.com/u/alice");
/// assert_eq!(mentions[0].text, "@Alice");
/// ```
pub fn mentions(document: &Document) -> Vec<Mention> {
    let mut found = Vec::new();
    let mut place = 0;
    document.for_each_inline(|inline| {
        if let Inline::Link {
            target, content, ..
        } = inline
        {
            if is_im_uri(target) {
                found.push(Mention {
                    uri: target.clone(),
                    text: inline_text(content),
                    place,
                });
            }
            place += 1;
        }
    });
    found
}

/// Whether a URI has one of the schemes of instant messaging.
pub fn is_im_uri(uri: &str) -> bool {
    uri.split_once(':').is_some_and(|(scheme, _)| {
        IM_SCHEMES
            .iter()
            .any(|known| known.eq_ignore_ascii_case(scheme))
    })
}

/// How the text of a link relates to its target.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum LinkText {
    /// The text is the target.
    Equal,
    /// The text is another spelling of the target: without the scheme, with the default port.
    CanonicallyEqual,
    /// The text does not look like an address.
    Label,
    /// The text is an address on the same host, but not this one.
    OtherTarget,
    /// The text names another host than the target has.
    OtherHost,
    /// The text says https, the target http.
    Downgrade,
    /// The text has letters of scripts that look alike within one word.
    MixedScripts,
    /// The text has characters that change the direction of writing.
    BidiControls,
}

impl LinkText {
    /// Whether the target may be opened without asking (draft-ietf-mimi-content-08 section 9.6).
    pub const fn is_same(self) -> bool {
        matches!(self, LinkText::Equal | LinkText::CanonicallyEqual)
    }

    /// Whether the text says something else than is true, rather than nothing.
    pub const fn is_deceptive(self) -> bool {
        !matches!(
            self,
            LinkText::Equal | LinkText::CanonicallyEqual | LinkText::Label
        )
    }

    /// A name for outputs, in kebab case.
    pub const fn as_str(self) -> &'static str {
        match self {
            LinkText::Equal => "equal",
            LinkText::CanonicallyEqual => "canonically-equal",
            LinkText::Label => "label",
            LinkText::OtherTarget => "other-target",
            LinkText::OtherHost => "other-host",
            LinkText::Downgrade => "downgrade",
            LinkText::MixedScripts => "mixed-scripts",
            LinkText::BidiControls => "bidi-controls",
        }
    }
}

/// Compares the text of a link with its target.
///
/// ```
/// use mimi_codec::rich::links::{LinkText, compare};
///
/// let target = "https://example.com/foobar";
/// assert_eq!(compare("example.com/foobar", target), LinkText::CanonicallyEqual);
/// assert_eq!(compare("https://example.com:443/foobar", target), LinkText::CanonicallyEqual);
/// assert_eq!(compare("our page", target), LinkText::Label);
/// assert_eq!(compare("https://example.com", "https://phish.example"), LinkText::OtherHost);
/// assert_eq!(compare("https://example.com", "http://example.com"), LinkText::Downgrade);
/// ```
pub fn compare(text: &str, target: &str) -> LinkText {
    if text.chars().any(is_bidi_control) {
        return LinkText::BidiControls;
    }
    if mixes_scripts(text) {
        return LinkText::MixedScripts;
    }
    let text = text.trim();
    let target = target.trim();
    if text == target {
        return LinkText::Equal;
    }
    // Most links show words, and then nothing is compared.
    let mut aim = None;
    let mut verdict = LinkText::Label;
    for word in text.split_whitespace() {
        let word = word.trim_matches(|c: char| {
            matches!(
                c,
                '<' | '>' | '(' | ')' | '"' | '\'' | ',' | ';' | '!' | '“' | '”' | '«' | '»'
            )
        });
        let word = word.trim_end_matches(['.', ':', '?']);
        let Some(said) = Address::in_text(word) else {
            continue;
        };
        let aim = aim.get_or_insert_with(|| Address::of(target));
        let scheme = said.scheme.as_deref();
        let judged = if !said.host.eq_ignore_ascii_case(&aim.host) {
            LinkText::OtherHost
        } else if scheme == Some("https") && aim.scheme.as_deref() == Some("http") {
            LinkText::Downgrade
        } else if said.rest == aim.rest
            && said.user == aim.user
            && said.port(aim.scheme.as_deref()) == aim.port(aim.scheme.as_deref())
            && (scheme.is_none() || scheme == aim.scheme.as_deref())
        {
            LinkText::CanonicallyEqual
        } else {
            LinkText::OtherTarget
        };
        // An address amid other words does not make the link say what it is, but it can lie.
        let alone = word.len() + 2 >= text.len() || !text.contains(char::is_whitespace);
        if judged.is_deceptive() {
            return judged;
        }
        verdict = if alone { judged } else { LinkText::Label };
    }
    verdict
}

/// The host of a URI, as it is written there.
pub fn host(uri: &str) -> Option<&str> {
    let (scheme, rest) = uri.trim().split_once(':')?;
    let is_mail = scheme.eq_ignore_ascii_case("mailto");
    let authority = match rest.strip_prefix("//") {
        Some(rest) => rest,
        None if is_mail || IM_SCHEMES.iter().any(|im| im.eq_ignore_ascii_case(scheme)) => rest,
        None => return None,
    };
    let authority = authority
        .split(['/', '?', '#', '\\'])
        .next()
        .unwrap_or_default();
    let host = authority.rsplit('@').next().unwrap_or_default();
    let host = match host.rfind(':') {
        Some(colon)
            if host
                .get(colon + 1..)
                .is_some_and(|port| port.bytes().all(|b| b.is_ascii_digit())) =>
        {
            host.get(..colon).unwrap_or(host)
        }
        _ => host,
    };
    (!host.is_empty()).then_some(host)
}

/// The parts of an address that are compared.
struct Address {
    scheme: Option<String>,
    user: Option<String>,
    host: String,
    port: Option<String>,
    rest: String,
}

impl Address {
    /// Takes an address apart.
    fn of(uri: &str) -> Self {
        let (scheme, rest) = match uri.split_once(':') {
            Some((scheme, rest)) if is_scheme(scheme) && !is_port(rest) => {
                (Some(scheme.to_ascii_lowercase()), rest)
            }
            _ => (None, uri),
        };
        let rest = rest.strip_prefix("//").unwrap_or(rest);
        let end = rest.find(['/', '?', '#', '\\']).unwrap_or(rest.len());
        let (authority, path) = rest.split_at(end);
        let (user, place) = match authority.rsplit_once('@') {
            Some((user, place)) => (Some(String::from(user)), place),
            None => (None, authority),
        };
        let (host, port) = match place.rsplit_once(':') {
            Some((host, port)) if port.bytes().all(|b| b.is_ascii_digit()) => {
                (host, (!port.is_empty()).then(|| String::from(port)))
            }
            _ => (place, None),
        };
        Address {
            scheme,
            user,
            host: readable_host(host).trim_end_matches('.').to_lowercase(),
            port,
            rest: canonical_path(path),
        }
    }

    /// The address that a word of text is, if it looks like one.
    fn in_text(word: &str) -> Option<Self> {
        let has_scheme = word
            .split_once("://")
            .is_some_and(|(scheme, _)| is_scheme(scheme))
            || word
                .get(..7)
                .is_some_and(|start| start.eq_ignore_ascii_case("mailto:"))
            || is_im_uri(word);
        if !has_scheme && !word.contains('.') {
            return None;
        }
        let address = Address::of(word);
        (has_scheme || is_domain(&address.host)).then_some(address)
    }

    fn port(&self, scheme: Option<&str>) -> Option<&str> {
        match (scheme, self.port.as_deref()) {
            (Some("https"), Some("443")) | (Some("http"), Some("80")) => None,
            (_, port) => port,
        }
    }
}

fn is_scheme(text: &str) -> bool {
    let mut bytes = text.bytes();
    bytes.next().is_some_and(|b| b.is_ascii_alphabetic())
        && bytes.all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.'))
}

/// Whether what follows a colon is a port rather than the rest of a URI.
fn is_port(rest: &str) -> bool {
    let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
    digits > 0 && matches!(rest.as_bytes().get(digits), None | Some(b'/' | b'?' | b'#'))
}

/// Whether a text looks like a domain name: labels with dots, the last one of letters.
fn is_domain(text: &str) -> bool {
    let Some((names, last)) = text.rsplit_once('.') else {
        return false;
    };
    let label =
        |label: &str| !label.is_empty() && label.chars().all(|c| c.is_alphanumeric() || c == '-');
    names.split('.').all(label)
        && last.chars().count() >= 2
        && (last.chars().all(char::is_alphabetic) || last.starts_with("xn--") && label(last))
}

/// A host with the characters beyond ASCII that were percent-encoded, as HTML has them.
fn readable_host(host: &str) -> Cow<'_, str> {
    if !host.contains('%') {
        return Cow::Borrowed(host);
    }
    let mut octets = Vec::with_capacity(host.len());
    let mut rest = host.as_bytes();
    while let Some((&first, more)) = rest.split_first() {
        let pair = more.get(..2).and_then(|pair| str::from_utf8(pair).ok());
        let encoded = pair.and_then(|pair| u8::from_str_radix(pair, 16).ok());
        match encoded.filter(|octet| first == b'%' && !octet.is_ascii()) {
            Some(octet) => {
                octets.push(octet);
                rest = more.get(2..).unwrap_or_default();
            }
            None => {
                octets.push(first);
                rest = more;
            }
        }
    }
    String::from_utf8(octets).map_or(Cow::Borrowed(host), Cow::Owned)
}

/// A path, with its percent-encoding spelled in one way.
fn canonical_path(path: &str) -> String {
    let path = if path.is_empty() { "/" } else { path };
    let path = match path.as_bytes().first() {
        Some(b'?' | b'#') => Cow::Owned(["/", path].concat()),
        _ => Cow::Borrowed(path),
    };
    let mut out = String::with_capacity(path.len());
    let mut chars = path.chars();
    while let Some(c) = chars.next() {
        if c != '%' {
            if c.is_ascii() {
                out.push(c);
            } else {
                let mut octets = [0; 4];
                for octet in c.encode_utf8(&mut octets).bytes() {
                    push_encoded(octet, &mut out);
                }
            }
            continue;
        }
        let pair = chars.as_str().get(..2);
        match pair.and_then(|pair| u8::from_str_radix(pair, 16).ok()) {
            Some(octet) => {
                chars.next();
                chars.next();
                if octet.is_ascii_alphanumeric() || matches!(octet, b'-' | b'.' | b'_' | b'~') {
                    out.push(char::from(octet));
                } else {
                    push_encoded(octet, &mut out);
                }
            }
            None => out.push(c),
        }
    }
    out
}

/// Percent-encodes an octet.
pub(super) fn push_encoded(octet: u8, out: &mut String) {
    const HEX: [char; 16] = [
        '0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'A', 'B', 'C', 'D', 'E', 'F',
    ];
    out.push('%');
    for digit in [octet >> 4, octet & 15] {
        out.push(HEX.get(usize::from(digit)).copied().unwrap_or('0'));
    }
}

/// Characters that change the direction of writing, or hide.
fn is_bidi_control(c: char) -> bool {
    matches!(c, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Scripts whose letters are taken for one another, by their blocks.
const SCRIPTS: &[(u32, u32, u8)] = &[
    (0x41, 0x5a, 1),
    (0x61, 0x7a, 1),
    (0xc0, 0x24f, 1),
    (0x1e00, 0x1eff, 1),
    (0xff21, 0xff5a, 1),
    (0x370, 0x3ff, 2),
    (0x1f00, 0x1fff, 2),
    (0x400, 0x52f, 3),
    (0x1c80, 0x1c8f, 3),
    (0x2de0, 0x2dff, 3),
    (0xa640, 0xa69f, 3),
    (0x530, 0x58f, 4),
    (0x13a0, 0x13ff, 5),
    (0xab70, 0xabbf, 5),
    (0x10a0, 0x10ff, 6),
    (0x5d0, 0x5ea, 7),
    (0x620, 0x64a, 8),
    (0x2c80, 0x2cff, 9),
];

/// Whether one word has letters of two of these scripts.
fn mixes_scripts(text: &str) -> bool {
    if text.is_ascii() {
        return false;
    }
    let mut current = 0;
    for c in text.chars() {
        if !c.is_alphanumeric() {
            current = 0;
            continue;
        }
        let code = u32::from(c);
        let script = SCRIPTS
            .iter()
            .find(|(first, last, _)| (*first..=*last).contains(&code))
            .map_or(0, |(_, _, script)| *script);
        if script != 0 {
            if current != 0 && current != script {
                return true;
            }
            current = script;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cases_of_the_draft() {
        for (text, target, want) in [
            (
                "https://bücher.example/ü",
                "https://b%C3%BCcher.example/%C3%BC",
                LinkText::CanonicallyEqual,
            ),
            (
                "https://a.example/",
                "https://a%2Eexample/",
                LinkText::OtherHost,
            ),
            (
                "example.com/foobar",
                "https://example.com/foobar",
                LinkText::CanonicallyEqual,
            ),
            (
                "https://example.com/foobar",
                "https://example.com/foobar",
                LinkText::Equal,
            ),
            (
                "https://example.com:443/foobar",
                "https://example.com/foobar",
                LinkText::CanonicallyEqual,
            ),
            (
                "https://example.com/foobar",
                "https://spearphishers.example/foobar",
                LinkText::OtherHost,
            ),
            (
                "https://example.com/foobar",
                "http://example.com/foobar",
                LinkText::Downgrade,
            ),
            (
                "mimi://example.com/u/alice-smith",
                "mimi://example.com/u/alice-smith",
                LinkText::Equal,
            ),
            (
                "@AliceSmith",
                "mimi://example.com/u/alice-smith",
                LinkText::Label,
            ),
        ] {
            assert_eq!(compare(text, target), want, "{text} -> {target}");
        }
    }

    #[test]
    fn other_spellings_and_other_lies() {
        for (text, target, want) in [
            (
                "EXAMPLE.com",
                "https://example.com/",
                LinkText::CanonicallyEqual,
            ),
            (
                "example.com",
                "http://example.com",
                LinkText::CanonicallyEqual,
            ),
            (
                "https://example.com/%7Ea",
                "https://example.com/~a",
                LinkText::CanonicallyEqual,
            ),
            (
                "https://example.com/ä",
                "https://example.com/%c3%a4",
                LinkText::CanonicallyEqual,
            ),
            (
                "https://example.com/a",
                "https://example.com/b",
                LinkText::OtherTarget,
            ),
            (
                "https://example.com:8443/",
                "https://example.com/",
                LinkText::OtherTarget,
            ),
            (
                "see https://example.com now",
                "https://phish.example/",
                LinkText::OtherHost,
            ),
            (
                "see example.com now",
                "https://example.com",
                LinkText::Label,
            ),
            (
                "https://example.com",
                "https://example.com@phish.example/",
                LinkText::OtherHost,
            ),
            (
                "a@example.com",
                "mailto:a@example.com",
                LinkText::CanonicallyEqual,
            ),
            ("pаypal", "https://example.com", LinkText::MixedScripts),
            ("a\u{202e}b", "https://example.com", LinkText::BidiControls),
            ("東京タワー", "https://example.com", LinkText::Label),
        ] {
            assert_eq!(compare(text, target), want, "{text} -> {target}");
        }
    }

    #[test]
    fn hosts() {
        assert_eq!(host("https://u@example.com:80/x"), Some("example.com"));
        assert_eq!(host("mailto:a@example.com"), Some("example.com"));
        assert_eq!(host("tel:123"), None);
    }
}
