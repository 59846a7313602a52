//! Transfer encodings in. What is malformed is decoded as far as it goes, and said.

use alloc::borrow::Cow;
use alloc::vec::Vec;

/// Decoded content.
#[derive(Clone, Debug)]
pub(in crate::mail) struct Decoded<'m> {
    pub(in crate::mail) content: Cow<'m, [u8]>,
    /// Octets that did not belong to the encoding.
    pub(in crate::mail) malformed: usize,
    /// Whether the encoding has a name nobody knows; the content is then as it came.
    pub(in crate::mail) unknown: bool,
}

/// Decodes a body by the token of `Content-Transfer-Encoding`.
pub(in crate::mail) fn decode<'m>(encoding: &str, body: &'m [u8]) -> Decoded<'m> {
    let mut name = encoding.trim().trim_matches('"').to_ascii_lowercase();
    if let Some((token, _)) = name.split_once([';', ' ', '(']) {
        name = token.into();
    }
    let (content, malformed, unknown) = match &*name {
        "" | "7bit" | "8bit" | "binary" | "7-bit" | "8-bit" | "none" => {
            (Cow::Borrowed(body), 0, false)
        }
        "quoted-printable" | "quotedprintable" | "quoted printable" | "qp" => {
            let (content, malformed) = quoted_printable(body);
            (content, malformed, false)
        }
        "base64" | "base-64" | "b64" => {
            let (content, malformed) = base64(body);
            (Cow::Owned(content), malformed, false)
        }
        "x-uuencode" | "uuencode" | "x-uue" | "uue" => match uuencoded(body) {
            Some((content, malformed)) => (Cow::Owned(content), malformed, false),
            None => (Cow::Borrowed(body), 1, false),
        },
        _ => (Cow::Borrowed(body), 0, true),
    };
    Decoded {
        content,
        malformed,
        unknown,
    }
}

fn hex_digit(octet: u8) -> Option<u8> {
    Some(char::from(octet).to_digit(16)? as u8)
}

/// RFC 2045 section 6.7: what is no escape stays as it stands.
fn quoted_printable(body: &[u8]) -> (Cow<'_, [u8]>, usize) {
    let mut out = Vec::with_capacity(body.len());
    let mut malformed = 0;
    for line in body.split_inclusive(|b| *b == b'\n') {
        let end = match line {
            [.., b'\r', b'\n'] => 2,
            [.., b'\n'] => 1,
            _ => 0,
        };
        let (text, end) = line.split_at(line.len() - end);
        // White space before a line end was added on the way.
        let mut text = text.trim_ascii_end();
        let soft = text.last() == Some(&b'=');
        if soft {
            text = text.get(..text.len() - 1).unwrap_or_default();
        }
        let mut rest = text;
        while let Some(escape) = rest.iter().position(|b| *b == b'=') {
            let (before, after) = rest.split_at(escape);
            out.extend_from_slice(before);
            let octet = match after {
                [_, high, low, ..] => hex_digit(*high).zip(hex_digit(*low)),
                _ => None,
            };
            match octet {
                Some((high, low)) => {
                    out.push(high << 4 | low);
                    rest = after.get(3..).unwrap_or_default();
                }
                None => {
                    malformed += 1;
                    out.push(b'=');
                    rest = after.get(1..).unwrap_or_default();
                }
            }
        }
        out.extend_from_slice(rest);
        if !soft {
            out.extend_from_slice(end);
        }
    }
    (Cow::Owned(out), malformed)
}

/// RFC 2045 section 6.8: what is not in the alphabet is skipped. Content that was encoded in
/// pieces has padding in the middle; each piece counts.
fn base64(body: &[u8]) -> (Vec<u8>, usize) {
    let mut out = Vec::with_capacity(body.len() / 4 * 3);
    let (mut bits, mut count, mut malformed) = (0u32, 0u32, 0);
    let mut rest = body;
    loop {
        // Whole groups, as long as they come.
        if count == 0 {
            while let Some((digits, after)) = rest.split_first_chunk::<32>()
                && let Some(octets) = groups::<32, 24>(digits)
            {
                out.extend_from_slice(&octets);
                rest = after;
            }
            while let Some((digits, after)) = rest.split_first_chunk::<4>()
                && let Some(octets) = groups::<4, 3>(digits)
            {
                out.extend_from_slice(&octets);
                rest = after;
            }
        }
        let Some((&octet, after)) = rest.split_first() else {
            break;
        };
        rest = after;
        match (octet, VALUES[usize::from(octet)]) {
            (_, value @ 0..=63) => {
                bits = bits << 6 | u32::from(value);
                count += 6;
                if count >= 8 {
                    count -= 8;
                    out.push((bits >> count) as u8);
                    bits &= (1 << count) - 1;
                }
            }
            (b'=', _) => (bits, count) = (0, 0),
            (b'\r' | b'\n' | b' ' | b'\t', _) => {}
            _ => malformed += 1,
        }
    }
    // A lone digit at the end holds less than an octet.
    malformed += usize::from(count == 6);
    (out, malformed)
}

/// Groups of four digits as three octets each; nothing if one of them is no digit.
fn groups<const DIGITS: usize, const OCTETS: usize>(digits: &[u8; DIGITS]) -> Option<[u8; OCTETS]> {
    let mut octets = [0; OCTETS];
    let mut seen = 0;
    for (group, out) in digits.chunks_exact(4).zip(octets.chunks_exact_mut(3)) {
        let mut bits = 0u32;
        for digit in group {
            let value = VALUES[usize::from(*digit)];
            seen |= value;
            bits = bits << 6 | u32::from(value & 63);
        }
        out.copy_from_slice(bits.to_be_bytes().split_at(1).1);
    }
    (seen < 64).then_some(octets)
}

/// The value of each base64 digit, 255 for what is none.
static VALUES: [u8; 256] = {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut values = [255; 256];
    let mut value = 0;
    while value < 64 {
        values[DIGITS[value] as usize] = value as u8;
        value += 1;
    }
    values
};

/// The form of uuencode, between `begin` and `end`.
fn uuencoded(body: &[u8]) -> Option<(Vec<u8>, usize)> {
    let mut lines = body.split(|b| *b == b'\n').map(<[u8]>::trim_ascii_end);
    lines.find(|line| line.starts_with(b"begin "))?;
    let mut out = Vec::with_capacity(body.len() / 4 * 3);
    let mut malformed = 0;
    for line in lines {
        if line == b"end" {
            break;
        }
        let Some((&length, digits)) = line.split_first() else {
            continue;
        };
        let length = usize::from(length.wrapping_sub(b' ') & 63);
        let before = out.len();
        // Spaces at the end of a line are digits too, and get lost.
        for group in (0..length.div_ceil(3)).map(|group| group * 4) {
            let mut bits = 0u32;
            for at in group..group + 4 {
                let digit = digits.get(at).copied().unwrap_or(b' ');
                malformed += usize::from(!(b' '..=b'`').contains(&digit));
                bits = bits << 6 | u32::from(digit.wrapping_sub(b' ') & 63);
            }
            out.extend_from_slice(bits.to_be_bytes().get(1..).unwrap_or_default());
        }
        out.truncate(before + length);
    }
    Some((out, malformed))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn content(encoding: &str, body: &[u8]) -> (Vec<u8>, usize) {
        let decoded = decode(encoding, body);
        (decoded.content.into_owned(), decoded.malformed)
    }

    #[test]
    fn decodes_what_is_sound_and_says_what_is_not() {
        assert_eq!(
            content("Quoted-Printable", b"a=20=0A=\r\nb \t\r\nc="),
            (b"a \nb\r\nc".to_vec(), 0)
        );
        assert_eq!(
            content("quoted-printable", b"1=2=xy=C3=bc"),
            (b"1=2=xy\xc3\xbc".to_vec(), 2)
        );
        assert_eq!(content("base64", b"aGVs\r\nbG8="), (b"hello".to_vec(), 0));
        assert_eq!(
            content("BASE64", b"aGVsbG8=\nIHdvcmxk!"),
            (b"hello world".to_vec(), 1)
        );
        assert_eq!(content("base64", b"QQ==QUI=QUJD"), (b"AABABC".to_vec(), 0));
        assert_eq!(
            content("x-uuencode", b"begin 644 a\r\n#0V%T\r\n`\r\nend\r\n"),
            (b"Cat".to_vec(), 0)
        );
        assert!(decode("x-strange", b"x").unknown);
    }

    #[test]
    fn base64_of_any_length_and_line() {
        use base64::Engine;
        let content: Vec<u8> = (0..200u8).map(|n| n.wrapping_mul(37)).collect();
        for length in 0..content.len() {
            let digits = base64::prelude::BASE64_STANDARD.encode(&content[..length]);
            for width in [1, 3, 31, 32, 33, 76, 300] {
                let body: Vec<u8> = digits
                    .as_bytes()
                    .chunks(width)
                    .flat_map(|line| [line, b"\r\n"].concat())
                    .collect();
                assert_eq!(
                    self::content("base64", &body),
                    (content[..length].to_vec(), 0)
                );
            }
        }
    }
}
