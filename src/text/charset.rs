//! From octets in some charset to text, as mail needs it: labels may be wrong, unknown or
//! missing. Nothing here knows where the octets come from.

use alloc::borrow::Cow;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use encoding_rs::{Encoding, REPLACEMENT, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};

use crate::report::{Converted, Finding, codes};

/// Labels that occur in mail and that the Encoding Standard does not list.
static ALIASES: &[(&str, &str)] = &[
    ("8bit", "utf-8"),
    ("ansi-x3.4-1986", "us-ascii"),
    ("ascii-8bit", "utf-8"),
    ("cp936", "gbk"),
    ("cp949", "euc-kr"),
    ("cp950", "big5"),
    ("cp932", "shift_jis"),
    ("iso-10646-ucs-2", "utf-16be"),
    ("iso646-us", "us-ascii"),
    ("latin-1", "iso-8859-1"),
    ("macroman", "macintosh"),
    ("mac-roman", "macintosh"),
    ("ms949", "euc-kr"),
    ("shift-jis", "shift_jis"),
    ("ucs-2", "utf-16be"),
    ("utf-8n", "utf-8"),
    ("utf8mb4", "utf-8"),
    ("windows-1250-1", "windows-1250"),
    ("x-windows-949", "euc-kr"),
];

/// Text from octets of a charset.
///
/// The label is matched as browsers match it (WHATWG Encoding Standard; so `us-ascii` and
/// `iso-8859-1` also cover the C1 range of windows-1252), with the aliases of mail added. Octets labelled `us-ascii` or not
/// labelled at all that are valid UTF-8 are taken as UTF-8. An unknown label is reported
/// ([`codes::CHARSET_UNKNOWN`]), and UTF-8 or else windows-1252 is taken in its stead; octets that
/// have no meaning in the charset become U+FFFD and are reported ([`codes::CHARSET_MALFORMED`]).
/// A byte order mark is not part of the text.
///
/// ```
/// use mimi_codec::text::charset;
///
/// let text = charset::decode(Some("ISO-8859-15"), b"5 \xa4");
/// assert_eq!(text.value, "5 €");
/// assert!(text.findings.is_empty());
/// let junk = charset::decode(Some("x-nonsense"), "grün".as_bytes());
/// assert_eq!(junk.value, "grün");
/// assert_eq!(junk.findings[0].code.as_str(), "charset-unknown");
/// ```
pub fn decode<'a>(label: Option<&str>, octets: &'a [u8]) -> Converted<Cow<'a, str>> {
    let Some(label) = label.map(str::trim).filter(|label| !label.is_empty()) else {
        return undeclared(octets, None);
    };
    let name = normal(label);
    if matches!(&*name, "utf-7" | "unicode-1-1-utf-7" | "csutf7") {
        return utf7(octets);
    }
    if let Some(big_endian) = utf32(&name, octets) {
        return decode_utf32(octets, big_endian);
    }
    match lookup(&name) {
        Some(encoding) if encoding == WINDOWS_1252 && names_ascii(&name) => {
            undeclared(octets, Some(label))
        }
        Some(encoding) => with_encoding(encoding, octets),
        None => {
            let mut guessed = undeclared(octets, None);
            guessed.findings.insert(
                0,
                Finding::new(codes::CHARSET_UNKNOWN).found(label.to_string()),
            );
            guessed
        }
    }
}

/// Whether there is a decoder for the label.
pub fn is_known(label: &str) -> bool {
    let name = normal(label);
    matches!(&*name, "utf-7" | "unicode-1-1-utf-7" | "csutf7")
        || name.starts_with("utf-32")
        || lookup(&name).is_some()
}

fn normal(label: &str) -> String {
    label
        .trim_matches(|c: char| c.is_whitespace() || c == '"' || c == '\'')
        .to_ascii_lowercase()
        .replace(' ', "-")
}

fn names_ascii(name: &str) -> bool {
    name.contains("ascii") || name.starts_with("ansi") || name == "iso646-us" || name == "us"
}

fn lookup(name: &str) -> Option<&'static Encoding> {
    let known = |name: &str| {
        Encoding::for_label(name.as_bytes()).filter(|encoding| *encoding != REPLACEMENT)
    };
    known(name)
        .or_else(|| known(ALIASES.iter().find(|(alias, _)| *alias == name)?.1))
        .or_else(|| known(&name.replace('_', "-")))
        .or_else(|| known(name.strip_prefix("x-")?))
        .or_else(|| known(name.strip_prefix("cs")?))
        .or_else(|| known(&format!("windows-{}", name.strip_prefix("cp-")?)))
}

/// No charset is stated, or one that says "plain".
fn undeclared<'a>(octets: &'a [u8], label: Option<&str>) -> Converted<Cow<'a, str>> {
    let bare = octets.strip_prefix(b"\xef\xbb\xbf").unwrap_or(octets);
    if let Ok(text) = core::str::from_utf8(bare) {
        return Converted::lossless(Cow::Borrowed(text));
    }
    let (encoding, name) = match Encoding::for_bom(octets) {
        Some((encoding, _)) if encoding == UTF_16LE || encoding == UTF_16BE => {
            (encoding, encoding.name())
        }
        _ => (WINDOWS_1252, "windows-1252"),
    };
    let (text, _, _) = encoding.decode(octets);
    let finding = Finding::new(codes::CHARSET_GUESSED)
        .found(label.map_or_else(|| "no charset".to_string(), str::to_string))
        .expected(name);
    Converted::new(text, alloc::vec![finding])
}

fn with_encoding<'a>(encoding: &'static Encoding, octets: &'a [u8]) -> Converted<Cow<'a, str>> {
    let (text, used, malformed) = encoding.decode(octets);
    if !malformed {
        return Converted::lossless(text);
    }
    // Mail labelled UTF-8 that is not UTF-8 is windows-1252 in practice, and then nothing of it
    // is lost.
    if used == UTF_8 && !text_is_mostly(octets) {
        let (text, _, _) = WINDOWS_1252.decode(octets);
        let finding = Finding::new(codes::CHARSET_GUESSED)
            .found("utf-8")
            .expected("windows-1252");
        return Converted::new(text, alloc::vec![finding]);
    }
    let lost = text.chars().filter(|c| *c == '\u{fffd}').count();
    let finding = Finding::new(codes::CHARSET_MALFORMED)
        .found(format!("{lost} places"))
        .expected(used.name());
    Converted::new(text, alloc::vec![finding])
}

/// Whether some sequence of two or more octets is valid UTF-8: then the label is right, and only
/// some octets are damaged.
fn text_is_mostly(octets: &[u8]) -> bool {
    octets
        .utf8_chunks()
        .any(|chunk| chunk.valid().bytes().any(|b| b >= 0x80))
}

fn utf32(name: &str, octets: &[u8]) -> Option<bool> {
    match name {
        "utf-32le" | "utf-32-le" => Some(false),
        "utf-32be" | "utf-32-be" | "ucs-4" | "iso-10646-ucs-4" => Some(true),
        "utf-32" => Some(!octets.starts_with(&[0xff, 0xfe, 0, 0])),
        _ => None,
    }
}

fn decode_utf32(octets: &[u8], big_endian: bool) -> Converted<Cow<'_, str>> {
    let mut lost = usize::from(!octets.len().is_multiple_of(4));
    let text: String = octets
        .chunks_exact(4)
        .filter_map(|unit| <[u8; 4]>::try_from(unit).ok())
        .map(|unit| match big_endian {
            true => u32::from_be_bytes(unit),
            false => u32::from_le_bytes(unit),
        })
        .map(|unit| {
            char::from_u32(unit).unwrap_or_else(|| {
                lost += 1;
                '\u{fffd}'
            })
        })
        .collect();
    let text = text
        .strip_prefix('\u{feff}')
        .map(String::from)
        .unwrap_or(text);
    Converted::new(Cow::Owned(text), malformed(lost, "utf-32"))
}

/// RFC 2152, which some old mail still uses.
fn utf7(octets: &[u8]) -> Converted<Cow<'_, str>> {
    let mut text = String::with_capacity(octets.len());
    let mut lost = 0;
    let mut rest = octets;
    while let Some((&octet, after)) = rest.split_first() {
        rest = after;
        if octet != b'+' {
            match octet.is_ascii() {
                true => text.push(char::from(octet)),
                false => {
                    lost += 1;
                    text.push('\u{fffd}');
                }
            }
            continue;
        }
        let length = rest
            .iter()
            .take_while(|b| b.is_ascii_alphanumeric() || **b == b'+' || **b == b'/')
            .count();
        let (shifted, after) = rest.split_at(length);
        rest = after.strip_prefix(b"-").unwrap_or(after);
        if shifted.is_empty() {
            text.push('+');
            continue;
        }
        for unit in char::decode_utf16(utf16_of_base64(shifted)) {
            text.push(unit.unwrap_or_else(|_| {
                lost += 1;
                '\u{fffd}'
            }));
        }
    }
    Converted::new(Cow::Owned(text), malformed(lost, "utf-7"))
}

fn utf16_of_base64(digits: &[u8]) -> Vec<u16> {
    let mut units = Vec::with_capacity(digits.len() * 3 / 8);
    let (mut bits, mut count) = (0u32, 0);
    for digit in digits {
        let value = match digit {
            b'A'..=b'Z' => digit - b'A',
            b'a'..=b'z' => digit - b'a' + 26,
            b'0'..=b'9' => digit - b'0' + 52,
            b'+' => 62,
            _ => 63,
        };
        bits = bits << 6 | u32::from(value);
        count += 6;
        if count >= 16 {
            count -= 16;
            units.push((bits >> count) as u16);
            bits &= (1 << count) - 1;
        }
    }
    units
}

fn malformed(lost: usize, name: &'static str) -> Vec<Finding> {
    match lost {
        0 => Vec::new(),
        _ => alloc::vec![
            Finding::new(codes::CHARSET_MALFORMED)
                .found(format!("{lost} places"))
                .expected(name)
        ],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(label: &str, octets: &[u8]) -> String {
        decode(Some(label), octets).value.into_owned()
    }

    #[test]
    fn knows_the_labels_of_mail() {
        assert_eq!(text("windows-1251", b"\xcf\xf0\xe8"), "При");
        assert_eq!(text("CP1251", b"\xcf\xf0\xe8"), "При");
        assert_eq!(text("koi8-r", b"\xf0\xd2\xc9"), "При");
        assert_eq!(text("ISO-2022-JP", b"\x1b$B$\"\x1b(B"), "あ");
        assert_eq!(text("cp932", b"\x82\xa0"), "あ");
        assert_eq!(text("gb2312", b"\xc4\xe3"), "你");
        assert_eq!(text("UTF-8", b"\xef\xbb\xbfx"), "x");
        assert_eq!(text("utf-7", b"Hi +Jjo- 1 +- 1"), "Hi \u{263a} 1 + 1");
        assert_eq!(
            text("utf-32be", &[0, 0, 0, b'x', 0, 1, 0xf6, 0]),
            "x\u{1f600}"
        );
        assert!(is_known("latin-1") && !is_known("x-nonsense"));
    }

    #[test]
    fn says_what_it_guessed_and_what_was_lost() {
        let code = |label, octets| {
            decode(label, octets)
                .findings
                .first()
                .map(|finding| finding.code)
        };
        assert_eq!(code(None, "ü".as_bytes()), None);
        assert_eq!(code(Some("us-ascii"), "ü".as_bytes()), None);
        assert_eq!(code(None, b"\xfc"), Some(codes::CHARSET_GUESSED));
        assert_eq!(code(Some("utf-8"), b"\xfc"), Some(codes::CHARSET_GUESSED));
        assert_eq!(
            code(Some("utf-8"), b"\xc3\xbc\xfc"),
            Some(codes::CHARSET_MALFORMED)
        );
        assert_eq!(
            code(Some("iso-2022-kr"), b"x"),
            Some(codes::CHARSET_UNKNOWN)
        );
        assert_eq!(decode(Some("utf-8"), b"\xfc").value, "ü");
    }
}
