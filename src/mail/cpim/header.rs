//! The header of a CPIM message: one line for each header, escapes, namespaces (RFC 3862 sections
//! 2.3 and 3). Every value that is written passes through here, and no control character does.

use alloc::borrow::Cow;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use crate::mail::read::line_at;
use crate::report::{Finding, codes};
use crate::text::charset;

/// The namespace of the headers that RFC 3862 defines.
const CORE: &str = "urn:ietf:params:cpim-headers";

/// The namespace of notifications (RFC 5438 section 12.1).
pub(super) const IMDN: &str = "urn:ietf:params:imdn";

/// Lines of a header that are looked at.
const MOST: usize = 4096;

/// Octets of a value that is interpreted.
const LONGEST: usize = 64 * 1024;

/// A header line.
#[derive(Clone, Debug)]
pub(super) struct Line<'m> {
    /// The name with its prefix, as it stands.
    pub(super) name: &'m str,
    /// What stands behind the colon, without one space in front unless that tells a text from
    /// parameters.
    pub(super) raw: &'m [u8],
    /// Where the line begins.
    pub(super) at: usize,
    /// The namespace and the name without its prefix.
    pub(super) meaning: (Namespace, &'m str),
}

/// What a prefix stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Namespace {
    /// RFC 3862.
    Core,
    /// RFC 5438.
    Imdn,
    /// Any other one.
    Other,
}

/// The lines up to the first empty one, and where the next part begins.
pub(super) fn read<'m>(
    octets: &'m [u8],
    start: usize,
    findings: &mut Vec<Finding>,
) -> (Vec<Line<'m>>, usize) {
    let mut spaces = Spaces::default();
    let mut lines = Vec::new();
    let mut at = start;
    while at < octets.len() {
        let line = line_at(octets, at);
        let text = octets.get(at..line.text).unwrap_or_default();
        let begins = at;
        at = line.next;
        if text.is_empty() {
            break;
        }
        let Some((name, raw)) = split(text).filter(|_| lines.len() < MOST) else {
            // One of a kind is enough: a hostile text could have one in every line.
            if findings.len() < 16 {
                findings.push(Finding::new(codes::CPIM_HEADER_UNREADABLE).at(begins));
            }
            continue;
        };
        let meaning = spaces.meaning(name, begins, findings);
        if meaning == (Namespace::Core, "NS") {
            spaces.declare(&text_of(raw).1);
        }
        lines.push(Line {
            name,
            raw,
            at: begins,
            meaning,
        });
    }
    (lines, at)
}

/// The name before the colon, and what stands behind it.
fn split(line: &[u8]) -> Option<(&str, &[u8])> {
    let colon = line.iter().position(|b| *b == b':')?;
    let (name, rest) = line.split_at(colon);
    let name = core::str::from_utf8(name)
        .ok()
        .filter(|name| is_name(name))?;
    let raw = rest.get(1..).unwrap_or_default();
    let bare = raw.strip_prefix(b" ").unwrap_or(raw);
    // A semicolon directly behind the colon begins parameters, one behind a space a text.
    Some((name, if bare.starts_with(b";") { raw } else { bare }))
}

/// Whether a text can be the name of a header, with or without a prefix.
pub(super) fn is_name(name: &str) -> bool {
    (1..=100).contains(&name.len())
        && name
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b))
}

/// Prefixes that were declared so far.
#[derive(Default)]
struct Spaces {
    declared: Vec<(String, Namespace)>,
    /// What names without a prefix mean, if that was changed.
    default: Option<Namespace>,
    complained: bool,
}

impl Spaces {
    fn meaning<'m>(
        &mut self,
        name: &'m str,
        at: usize,
        findings: &mut Vec<Finding>,
    ) -> (Namespace, &'m str) {
        let Some((prefix, bare)) = name.split_once('.') else {
            let space = match name {
                // A default namespace cannot take its own declaration away.
                "NS" => Namespace::Core,
                _ => self.default.unwrap_or(Namespace::Core),
            };
            return (space, name);
        };
        let declared = self
            .declared
            .iter()
            .rev()
            .find(|(known, _)| known == prefix);
        if let Some((_, space)) = declared {
            return (*space, bare);
        }
        if !core::mem::replace(&mut self.complained, true) {
            let found = prefix.to_string();
            findings.push(Finding::new(codes::CPIM_NAMESPACE).at(at).found(found));
        }
        match prefix {
            "imdn" => (Namespace::Imdn, bare),
            _ => (Namespace::Other, name),
        }
    }

    /// `prefix <uri>`, or `<uri>` alone.
    fn declare(&mut self, value: &str) {
        let Some((prefix, uri)) = value.split_once('<') else {
            return;
        };
        let uri = uri.split('>').next().unwrap_or_default().trim();
        let space = match uri.trim_end_matches(':') {
            CORE => Namespace::Core,
            IMDN => Namespace::Imdn,
            _ => Namespace::Other,
        };
        match prefix.trim() {
            "" => self.default = Some(space),
            prefix if self.declared.len() < MOST => {
                self.declared.retain(|(known, _)| known != prefix);
                self.declared.push((prefix.to_string(), space));
            }
            _ => {}
        }
    }
}

/// The parameters of a value (`;lang=fr`), and its text with escapes resolved.
pub(super) fn text_of(raw: &[u8]) -> (String, String) {
    let raw = raw.get(..LONGEST).unwrap_or(raw);
    let value = charset::decode(None, raw).value;
    let (parameters, text) = match value.strip_prefix(';') {
        Some(_) => value.split_once(' ').unwrap_or((&value, "")),
        None => ("", &*value),
    };
    (parameters.to_string(), unescape(text.trim()))
}

/// RFC 3862 section 2.3. What is no escape stays as it stands.
fn unescape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('\\') {
        out.push_str(before);
        let mut chars = after.chars();
        let plain = match chars.next() {
            Some(c @ ('\\' | '"' | '\'')) => Some(c),
            Some('b') => Some('\u{8}'),
            Some('t') => Some('\t'),
            Some('n') => Some('\n'),
            Some('r') => Some('\r'),
            _ => None,
        };
        if let Some(c) = plain {
            out.push(c);
            rest = chars.as_str();
        } else if let Some((c, length)) = character(after) {
            out.push(c);
            rest = after.get(length..).unwrap_or_default();
        } else {
            out.push('\\');
            rest = after;
        }
    }
    out.push_str(rest);
    out
}

/// `uXXXX`, or two of them for a character beyond 16 bits, and how long that is.
fn character(text: &str) -> Option<(char, usize)> {
    let unit = |text: &str| u32::from_str_radix(text.strip_prefix('u')?.get(..4)?, 16).ok();
    let first = unit(text)?;
    if let Some(c) = char::from_u32(first) {
        return Some((c, 5));
    }
    let second = unit(text.get(5..)?.strip_prefix('\\')?)?;
    let both = [u16::try_from(first).ok()?, u16::try_from(second).ok()?];
    let c = char::decode_utf16(both).next()?.ok()?;
    Some((c, 11))
}

/// A text with the escapes that a value needs.
pub(super) fn escape(text: &str) -> Cow<'_, str> {
    if !text.contains(|c: char| c.is_control() || c == '\\') {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 8);
    for c in text.chars() {
        match c {
            '\\' => out.push_str("\\\\"),
            '\u{8}' => out.push_str("\\b"),
            '\t' => out.push_str("\\t"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            c if c.is_control() => out.push_str(&format!("\\u{:04X}", u32::from(c))),
            c => out.push(c),
        }
    }
    Cow::Owned(out)
}

/// The formal name and the URI of `"Name" <uri>`, `Name <uri>`, `<uri>` or `uri`.
pub(super) fn address(text: &str) -> Option<(Option<String>, String)> {
    let text = text.trim();
    let (name, uri) = match text
        .strip_suffix('>')
        .and_then(|text| text.rsplit_once('<'))
    {
        Some((name, uri)) => (name.trim(), uri.trim()),
        None => ("", text),
    };
    let name = name
        .strip_prefix('"')
        .and_then(|name| name.strip_suffix('"'))
        .unwrap_or(name);
    let sound = !uri.is_empty() && !uri.contains(|c: char| c.is_whitespace() || c.is_control());
    sound.then(|| {
        let name = Some(name.to_string()).filter(|name| !name.is_empty());
        (name, uri.to_string())
    })
}

/// A header being written.
#[derive(Clone, Debug, Default)]
pub(super) struct Header {
    out: Vec<u8>,
}

impl Header {
    pub(super) fn finish(mut self) -> Vec<u8> {
        self.out.extend_from_slice(b"\r\n");
        self.out
    }

    /// A value with its escapes. The name is ours, or was checked.
    pub(super) fn text(&mut self, name: &str, value: &str) {
        let value = escape(value);
        match value.starts_with(';') {
            true => self.line(name, format!(" {value}").as_bytes()),
            false => self.line(name, value.as_bytes()),
        }
    }

    /// A URI in angle brackets, perhaps with a name in front. Says whether the URI was changed:
    /// what cannot stand there is percent-encoded.
    pub(super) fn address(&mut self, name: &str, formal: Option<&str>, uri: &str) -> bool {
        let mut shown = String::with_capacity(uri.len());
        for octet in uri.bytes() {
            match octet {
                b'"' | b'<' | b'>' | b'\\' | b'^' | b'`' | b'{'..=b'}' => {
                    shown.push_str(&format!("%{octet:02X}"));
                }
                b'!'..=b'~' => shown.push(char::from(octet)),
                _ => shown.push_str(&format!("%{octet:02X}")),
            }
        }
        let value = match formal {
            Some(formal) => format!("\"{}\" <{shown}>", escape(formal).replace('"', "\\\"")),
            None => format!("<{shown}>"),
        };
        self.line(name, value.as_bytes());
        shown != uri
    }

    /// A line as it came from another message. Control characters are left out.
    pub(super) fn line(&mut self, name: &str, raw: &[u8]) {
        self.out.extend_from_slice(name.as_bytes());
        self.out.push(b':');
        // A parameter stands directly behind the colon.
        if raw.first() != Some(&b';') {
            self.out.push(b' ');
        }
        let printable = raw.iter().filter(|b| !b.is_ascii_control() || **b == b'\t');
        self.out.extend(printable);
        self.out.extend_from_slice(b"\r\n");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_go_both_ways() {
        for text in [
            "",
            "a\\b",
            "\r\nBcc: x\0\u{7f}\u{85}",
            "\t\u{8}\"'",
            "Grüße 😀",
        ] {
            let escaped = escape(text);
            assert!(!escaped.contains(char::is_control), "{escaped}");
            assert_eq!(unescape(&escaped), text);
        }
        assert_eq!(unescape(r"\u00FCx\ud83d\ude00\'"), "üx😀'");
        // What is no escape stays.
        assert_eq!(unescape(r"C:\dir \u12 \ud83d \"), r"C:\dir \u12 \ud83d \");
    }

    #[test]
    fn addresses_in_every_form() {
        let read = |text: &str| address(text);
        let uri = || "im:a@example.com".to_string();
        assert_eq!(read("<im:a@example.com>"), Some((None, uri())));
        assert_eq!(read("im:a@example.com"), Some((None, uri())));
        let named = Some((Some("A \" b".to_string()), uri()));
        assert_eq!(read("\"A \" b\" <im:a@example.com>"), named);
        assert_eq!(read("A B <im:a b>"), None);
        assert_eq!(read("<>"), None);
    }

    #[test]
    fn prefixes_mean_what_was_declared_before_them() {
        let header = b"imdn.Message-ID: 1\nNS: imdn <urn:ietf:params:imdn>\nNS: x <urn:x>\nimdn.Message-ID: 2\nx.Y: 3\nbad line\nNS: <urn:y>\nFrom: 4\n\nrest";
        let mut findings = Vec::new();
        let (lines, at) = read(header, 0, &mut findings);
        let meanings: Vec<_> = lines.iter().map(|line| line.meaning).collect();
        use Namespace::{Core, Imdn, Other};
        assert_eq!(
            meanings,
            [
                (Imdn, "Message-ID"),
                (Core, "NS"),
                (Core, "NS"),
                (Imdn, "Message-ID"),
                (Other, "Y"),
                (Core, "NS"),
                (Other, "From")
            ]
        );
        assert_eq!(header.get(at..), Some(&b"rest"[..]));
        let found: Vec<_> = findings.iter().map(|finding| finding.code).collect();
        assert_eq!(
            found,
            [codes::CPIM_NAMESPACE, codes::CPIM_HEADER_UNREADABLE]
        );
    }

    #[test]
    fn nothing_breaks_out_of_a_line() {
        const NASTY: &str = "a\r\nTo: <im:x>\r\n\r\n\0\u{85}";
        let mut header = Header::default();
        header.text("Subject", NASTY);
        header.address("From", Some(NASTY), NASTY);
        header.line("x.Y", NASTY.as_bytes());
        let octets = header.finish();
        let text = String::from_utf8_lossy(&octets);
        let lines: Vec<_> = text.split("\r\n").collect();
        assert_eq!(lines.len(), 5, "{lines:?}");
        assert!(!text.replace("\r\n", "").contains(['\r', '\n', '\0']));
    }
}
