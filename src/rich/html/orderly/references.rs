//! Character references (`&amp;`, `&#x20ac;`) as [`orderly`](super) reads them: those that are
//! the same by every rule. The others are left to html5ever.

use std::string::String;

use html5ever::data::NAMED_ENTITIES;

/// Decodes the character reference that a text begins with; its length in octets. A `&` that begins none
/// is one itself. `None` if only the exact rules tell.
pub(super) fn reference(text: &str, out: &mut String) -> Option<usize> {
    let rest = text.as_bytes().get(1..)?;
    let name = match rest.first() {
        Some(b'#') => return number(rest.get(1..)?, out),
        Some(b) if b.is_ascii_alphanumeric() => {
            let len = rest
                .iter()
                .take(40)
                .take_while(|b| b.is_ascii_alphanumeric())
                .count();
            text.get(1..1 + len)?
        }
        _ => {
            out.push('&');
            return Some(1);
        }
    };
    if rest.get(name.len()) == Some(&b';') {
        // The table has the names with what ends them.
        let whole = text.get(1..name.len() + 2)?;
        let first = match whole {
            "amp;" => '&',
            "lt;" => '<',
            "gt;" => '>',
            "quot;" => '"',
            "nbsp;" => '\u{a0}',
            _ => match NAMED_ENTITIES.get(whole) {
                Some((first, second)) if *first != 0 => {
                    out.push(char::from_u32(*first)?);
                    if *second != 0 {
                        out.push(char::from_u32(*second)?);
                    }
                    return Some(whole.len() + 1);
                }
                _ => '\0',
            },
        };
        if first != '\0' {
            out.push(first);
            return Some(whole.len() + 1);
        }
    }
    // Some names need no semicolon; where one might begin, the exact rules decide.
    let begins_name = |len| {
        name.get(..len)
            .and_then(|start| NAMED_ENTITIES.get(start))
            .is_some_and(|(first, _)| *first != 0)
    };
    if (1..=name.len()).any(begins_name) {
        return None;
    }
    out.push('&');
    Some(1)
}

/// Decodes a number behind `&#`.
fn number(rest: &[u8], out: &mut String) -> Option<usize> {
    let (radix, skipped, digits) = match rest.split_first() {
        Some((b'x' | b'X', digits)) => (16, 1, digits),
        _ => (10, 0, rest),
    };
    let mut value = 0_u32;
    let mut len = 0;
    loop {
        let byte = *digits.get(len)?;
        if byte == b';' && len > 0 {
            break;
        }
        value = value
            .checked_mul(radix)?
            .checked_add(char::from(byte).to_digit(radix)?)?;
        len += 1;
    }
    // Others are replaced by rules of their own.
    let is_plain = matches!(value, 9 | 10 | 0x20..=0x7e | 0xa0..=0xd7ff | 0xe000..=0xfdcf | 0xfdf0..=0xfffd)
        || value > 0xffff && value & 0xfffe != 0xfffe;
    if !is_plain {
        return None;
    }
    out.push(char::from_u32(value)?);
    Some(2 + skipped + len + 1)
}
