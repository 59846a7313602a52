//! Octets written as hex, for the tests of the wire format.
#![allow(dead_code)]

/// The octets of hex digits; blanks between them do not count.
pub(crate) fn octets(hex: &str) -> Vec<u8> {
    let digits: Vec<u8> = hex.bytes().filter(|b| !b.is_ascii_whitespace()).collect();
    assert!(digits.len().is_multiple_of(2), "whole octets: {hex}");
    digits
        .chunks_exact(2)
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap())
        .collect()
}

/// A text string in hex.
pub(crate) fn text(text: &str) -> String {
    string(3, text.as_bytes())
}

/// A byte string in hex.
pub(crate) fn bytes(content: &[u8]) -> String {
    string(2, content)
}

fn string(major: u8, content: &[u8]) -> String {
    let head = match content.len() {
        length @ 0..24 => vec![major << 5 | length as u8],
        length @ 24..256 => vec![major << 5 | 24, length as u8],
        length => vec![major << 5 | 25, (length >> 8) as u8, length as u8],
    };
    head.iter()
        .chain(content)
        .map(|b| format!("{b:02x}"))
        .collect()
}

/// A salt in hex.
pub(crate) const SALT: &str = "50 07070707070707070707070707070707";

/// A message ID in hex.
pub(crate) const ID: &str = "5820 0101010101010101010101010101010101010101010101010101010101010101";

/// A message with this body, in hex, and nothing else. The body begins at octet 23.
pub(crate) fn with_body(body: &str) -> Vec<u8> {
    octets(&format!("87 {SALT} f6 40 f6 f6 a0 {body}"))
}

/// A message with these extensions, in hex, which begin at octet 22.
pub(crate) fn with_extensions(extensions: &str) -> Vec<u8> {
    octets(&format!("87 {SALT} f6 40 f6 f6 {extensions} 83 01 60 00"))
}
