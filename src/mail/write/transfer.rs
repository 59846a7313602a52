//! Transfer encodings, written so that no relay has a reason to change what they carry.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;

/// Octets of a line without its end (RFC 2045 section 6.7).
const LINE: usize = 76;

/// Octets that a line of mail may have (RFC 5322 section 2.1.1).
const MOST: usize = 998;

/// A transfer encoding this crate writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Transfer {
    QuotedPrintable,
    Base64,
}

impl Transfer {
    pub(super) const fn name(self) -> &'static str {
        match self {
            Transfer::QuotedPrintable => "quoted-printable",
            Transfer::Base64 => "base64",
        }
    }

    /// The name of what content is that goes as it is (RFC 2045 section 2.7 to 2.9).
    pub(super) fn label(content: &[u8]) -> &'static str {
        let lines = || content.split(|b| *b == b'\n');
        let last = lines().count();
        let sound = lines().enumerate().all(|(at, line)| {
            let text = match at + 1 == last {
                true => Some(line),
                false => line.strip_suffix(b"\r"),
            };
            let Some(text) = text else {
                return false;
            };
            text.len() <= MOST && !text.iter().any(|b| matches!(b, b'\r' | 0))
        });
        match (sound, content.is_ascii()) {
            (true, true) => "7bit",
            (true, false) => "8bit",
            (false, _) => "binary",
        }
    }

    /// Quoted-printable for text that stays readable in it, base64 for everything else. Text with
    /// carriage returns goes as base64: a relay that recodes quoted-printable as text would turn
    /// every line feed into a line end, and nobody could tell afterwards which ones were.
    pub(super) fn for_content(is_text: bool, content: &[u8]) -> Self {
        let escaped = content
            .iter()
            .filter(|b| !matches!(b, b' '..=b'~' | b'\n' | b'\t'))
            .count();
        let readable = !content.iter().any(|b| matches!(b, b'\r' | 0));
        match is_text && readable && escaped <= content.len() / 6 {
            true => Transfer::QuotedPrintable,
            false => Transfer::Base64,
        }
    }

    pub(super) fn write(self, content: &[u8], out: &mut Vec<u8>) {
        match self {
            Transfer::QuotedPrintable => quoted_printable(content, out),
            Transfer::Base64 => base64_lines(content, out),
        }
    }
}

/// Whether content is lines of ASCII that every transport takes.
pub(in crate::mail) fn is_seven_bit(content: &[u8]) -> bool {
    Transfer::label(content) == "7bit"
}

/// With CRLF in place of line feeds; as it is where there are CRLF already.
pub(in crate::mail) fn crlf(content: Cow<'_, [u8]>) -> Cow<'_, [u8]> {
    let has_crlf = content.windows(2).any(|pair| pair == b"\r\n");
    if has_crlf || !content.contains(&b'\n') {
        return content;
    }
    let mut out = Vec::with_capacity(content.len() + content.len() / 32);
    for line in content.split_inclusive(|b| *b == b'\n') {
        match line.strip_suffix(b"\n") {
            Some(text) => {
                out.extend_from_slice(text);
                out.extend_from_slice(b"\r\n");
            }
            None => out.extend_from_slice(line),
        }
    }
    Cow::Owned(out)
}

/// Base64 without line ends.
pub(in crate::mail) fn base64(octets: &[u8]) -> String {
    BASE64_STANDARD.encode(octets)
}

fn base64_lines(content: &[u8], out: &mut Vec<u8>) {
    out.reserve(content.len().div_ceil(57) * (LINE + 2));
    for line in content.chunks(57) {
        out.extend_from_slice(BASE64_STANDARD.encode(line).as_bytes());
        out.extend_from_slice(b"\r\n");
    }
}

/// Every line feed is `=0A` and every line ends softly, the last one too: nothing depends on what
/// a relay does to line ends.
fn quoted_printable(content: &[u8], out: &mut Vec<u8>) {
    const HEX: &[u8; 16] = b"0123456789ABCDEF";
    let mut column = 0;
    for (at, &octet) in content.iter().enumerate() {
        let literal = match octet {
            b'=' => false,
            // What a transport might take for its own sign at the start of a line.
            b'.' | b'-' | b'F' if column == 0 => false,
            b' ' | b'\t' => content.get(at + 1).is_some_and(|next| *next != b'\n'),
            b'!'..=b'~' => true,
            _ => false,
        };
        let width = if literal { 1 } else { 3 };
        if column + width > LINE - 1 {
            out.extend_from_slice(b"=\r\n");
            column = 0;
        }
        match literal {
            // A character pushed to the start of a line by the break above.
            true if column == 0 && matches!(octet, b'.' | b'-' | b'F') => {
                out.extend_from_slice(&[b'=', HEX[usize::from(octet >> 4)]]);
                out.push(HEX[usize::from(octet & 15)]);
                column = 3;
            }
            true => {
                out.push(octet);
                column += 1;
            }
            false => {
                out.extend_from_slice(&[b'=', HEX[usize::from(octet >> 4)]]);
                out.push(HEX[usize::from(octet & 15)]);
                column += 3;
            }
        }
        if octet == b'\n' {
            out.extend_from_slice(b"=\r\n");
            column = 0;
        }
    }
    if column > 0 {
        out.extend_from_slice(b"=\r\n");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn qp(content: &[u8]) -> String {
        let mut out = Vec::new();
        quoted_printable(content, &mut out);
        String::from_utf8_lossy(&out).into_owned()
    }

    #[test]
    fn every_line_ends_softly() {
        assert_eq!(qp(b""), "");
        assert_eq!(qp(b"a"), "a=\r\n");
        assert_eq!(qp(b"a \nb\t"), "a=20=0A=\r\nb=09=\r\n");
        assert_eq!(
            qp(b".\n-- \nFrom x=y"),
            "=2E=0A=\r\n=2D-=20=0A=\r\n=46rom x=3Dy=\r\n"
        );
        assert_eq!(qp("ü".as_bytes()), "=C3=BC=\r\n");
    }

    #[test]
    fn what_goes_as_it_is_says_what_it_is() {
        for (content, label) in [
            (&b""[..], "7bit"),
            (b"a\r\nb", "7bit"),
            ("\u{fc}\r\n".as_bytes(), "8bit"),
            (b"a\nb", "binary"),
            (b"a\rb", "binary"),
            (b"a\r", "binary"),
            (b"\0", "binary"),
            (&[b'x'; 999], "binary"),
            (&[b'x'; 998], "7bit"),
        ] {
            assert_eq!(Transfer::label(content), label, "{content:?}");
        }
    }

    #[test]
    fn no_line_is_too_long_and_none_begins_with_a_sign_of_the_transport() {
        for content in [
            "F".repeat(500),
            ".".repeat(500),
            "é".repeat(300),
            " a".repeat(300),
            "-=F.".repeat(100),
        ] {
            for line in qp(content.as_bytes()).split("\r\n") {
                assert!(line.len() <= 76, "{line}");
                assert!(!line.starts_with(['.', '-', 'F']), "{line}");
                assert!(!line.ends_with([' ', '\t']), "{line}");
            }
        }
    }
}
