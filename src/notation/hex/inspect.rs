//! Strings as Ruby's `String#inspect` shows them, which is what the comments of the established
//! dump format are.

use std::format;
use std::string::String;

use unicode_general_category::{GeneralCategory, get_general_category};

/// Octets in double quotes: UTF-8 as far as it is valid and printable, escapes for the rest.
pub(super) fn inspect(octets: &[u8]) -> String {
    let mut out = String::with_capacity(octets.len() + 2);
    out.push('"');
    for chunk in octets.utf8_chunks() {
        let mut characters = chunk.valid().chars().peekable();
        while let Some(character) = characters.next() {
            match character {
                '"' | '\\' => {
                    out.push('\\');
                    out.push(character);
                }
                // These would begin an interpolation.
                '#' if matches!(characters.peek(), Some('{' | '$' | '@')) => out.push_str("\\#"),
                '\n' => out.push_str("\\n"),
                '\r' => out.push_str("\\r"),
                '\t' => out.push_str("\\t"),
                '\u{c}' => out.push_str("\\f"),
                '\u{b}' => out.push_str("\\v"),
                '\u{8}' => out.push_str("\\b"),
                '\u{7}' => out.push_str("\\a"),
                '\u{1b}' => out.push_str("\\e"),
                _ if printable(character) => out.push(character),
                _ => match u32::from(character) {
                    number @ ..=0xffff => out.push_str(&format!("\\u{number:04X}")),
                    number => out.push_str(&format!("\\u{{{number:X}}}")),
                },
            }
        }
        for octet in chunk.invalid() {
            out.push_str(&format!("\\x{octet:02X}"));
        }
    }
    out.push('"');
    out
}

fn printable(character: char) -> bool {
    use GeneralCategory::{Control, LineSeparator, ParagraphSeparator, Surrogate, Unassigned};
    matches!(character, ' '..='~')
        || !matches!(
            get_general_category(character),
            Control | Unassigned | Surrogate | LineSeparator | ParagraphSeparator
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shows_what_is_printable() {
        assert_eq!(inspect(b""), r#""""#);
        assert_eq!(inspect("❤ é".as_bytes()), "\"❤ é\"");
        assert_eq!(
            inspect(b"\x07\x08\x09\x0a\x0b\x0c\x0d\x1b\x00\x18\x7f\"\\"),
            r#""\a\b\t\n\v\f\r\e\u0000\u0018\u007F\"\\""#
        );
        assert_eq!(inspect(b"# #a #{ #$ #@ #"), r##""# #a \#{ \#$ \#@ #""##);
        assert_eq!(inspect(&[0xb8, 0xe2, 0x9d, b'x']), r#""\xB8\xE2\x9Dx""#);
        assert_eq!(
            inspect("\u{6ebca}\u{2028}\u{85}\u{200d}\u{e000}".as_bytes()),
            "\"\\u{6EBCA}\\u2028\\u0085\u{200d}\u{e000}\""
        );
    }
}
