//! The syntax of RFC 3986 as far as [`MimiUri`](super::MimiUri) needs it: characters, authority,
//! percent-encoding.

use alloc::borrow::Cow;
use alloc::format;
use alloc::string::String;
use core::ops::Range;

use super::UriError;

pub(super) const fn is_unreserved(octet: u8) -> bool {
    octet.is_ascii_alphanumeric() || matches!(octet, b'-' | b'.' | b'_' | b'~')
}

/// The marks a path segment may hold besides: sub-delims, `:` and `@`.
pub(super) const fn is_path_mark(octet: u8) -> bool {
    matches!(
        octet,
        b'!' | b'$' | b'&' | b'\'' | b'(' | b')' | b'*' | b'+' | b',' | b';' | b'=' | b':' | b'@'
    )
}

pub(super) const fn is_uri_octet(octet: u8) -> bool {
    is_unreserved(octet) || is_path_mark(octet) || matches!(octet, b'/' | b'?' | b'#' | b'%')
}

/// Refuses characters that RFC 3986 has no place for. Brackets have one in an authority.
pub(super) fn check_characters(text: &str, authority: Range<usize>) -> Result<(), UriError> {
    for (at, c) in text.char_indices() {
        let legal = u8::try_from(c).is_ok_and(|octet| match octet {
            b'[' | b']' => authority.contains(&at),
            octet => is_uri_octet(octet),
        });
        if !legal {
            let found = format!("{c:?}");
            return Err(UriError::new(at, found, "a percent-encoded character"));
        }
        if c == '%' && escape_value(text.as_bytes(), at).is_none() {
            return Err(UriError::new(at, "a bare %", "% and two hex digits"));
        }
    }
    match text.match_indices('#').nth(1) {
        Some((at, _)) => Err(UriError::new(at, "a second #", "one fragment")),
        None => Ok(()),
    }
}

/// Host and port of an authority.
pub(super) fn split_authority(
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
pub(super) fn escape_value(text: &[u8], at: usize) -> Option<u8> {
    let digit = |offset| char::from(*text.get(at + offset)?).to_digit(16);
    u8::try_from(digit(1)? << 4 | digit(2)?).ok()
}

/// Two upper-case hex digits.
pub(super) fn upper_hex(value: u8) -> &'static [u8] {
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
pub(super) fn decode(text: &str) -> Cow<'_, str> {
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
pub(super) fn find_from(text: &str, start: usize, wanted: &[char]) -> usize {
    text.get(start..)
        .and_then(|rest| rest.find(wanted))
        .map_or(text.len(), |at| start + at)
}

/// A range that is known to lie within a text of ASCII.
pub(super) fn slice(text: &str, range: Range<usize>) -> &str {
    text.get(range).unwrap_or_default()
}
