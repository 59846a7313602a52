//! A token with parameters: content types and dispositions (RFC 2045 section 5.1), with values in
//! pieces and in charsets (RFC 2231), and with what mail programs write in their stead.
//!
//! Not left to `mail-parser`, which forgets the charset of a value after its first piece.

use alloc::collections::BTreeMap;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use crate::text::charset;

/// A piece of a value: its number, whether it is percent-encoded, and its octets.
struct Piece {
    number: u32,
    encoded: bool,
    text: String,
}

/// Splits `token; name=value; ...`. Names are in lower case; the first of a name counts.
pub(super) fn parse(value: &str) -> (String, Vec<(String, String)>) {
    let mut rest = Rest(value);
    let token = rest.token();
    let mut order: Vec<String> = Vec::new();
    let mut pieces: BTreeMap<String, Vec<Piece>> = BTreeMap::new();
    while rest.next_parameter() {
        let name = rest.name();
        let Some(text) = rest.value() else {
            continue;
        };
        let (name, number, encoded) = split_name(&name);
        if name.is_empty() {
            continue;
        }
        let all = pieces.entry(name.to_string()).or_default();
        if all.is_empty() {
            order.push(name.to_string());
        }
        all.push(Piece {
            number,
            encoded,
            text,
        });
    }
    let parameters = order
        .into_iter()
        .filter_map(|name| {
            let value = join(pieces.remove(&name)?);
            Some((name, value))
        })
        .collect();
    (token, parameters)
}

/// `title*1*` is piece 1 of `title`, encoded.
fn split_name(name: &str) -> (&str, u32, bool) {
    let (name, encoded) = match name.strip_suffix('*') {
        Some(name) => (name, true),
        None => (name, false),
    };
    match name.rsplit_once('*') {
        Some((name, number)) => match number.parse::<u32>() {
            Ok(number) => (name, number.saturating_add(1), encoded),
            Err(_) => (name, 0, encoded),
        },
        None => (name, 0, encoded),
    }
}

fn join(mut pieces: Vec<Piece>) -> String {
    // An encoded value is better than the plain one beside it (RFC 5987 and many programs), and
    // pieces are better than a whole only if there is none.
    if let Some(at) = pieces
        .iter()
        .position(|piece| piece.number == 0 && piece.encoded)
    {
        let piece = pieces.swap_remove(at);
        return decode(&[piece]);
    }
    if pieces.first().is_some_and(|piece| piece.number == 0) {
        pieces.truncate(1);
    }
    pieces.sort_by_key(|piece| piece.number);
    pieces.dedup_by_key(|piece| piece.number);
    decode(&pieces)
}

fn decode(pieces: &[Piece]) -> String {
    let Some(first) = pieces.first() else {
        return String::new();
    };
    let mut label = None;
    let mut octets = Vec::new();
    for (at, piece) in pieces.iter().enumerate() {
        let mut text = piece.text.as_str();
        if at == 0
            && first.encoded
            && let Some((charset, after)) = text.split_once('\'')
            && let Some((_language, after)) = after.split_once('\'')
        {
            label = Some(charset.to_string());
            text = after;
        }
        match piece.encoded {
            true => percent(text, &mut octets),
            false => octets.extend_from_slice(text.as_bytes()),
        }
    }
    match pieces.iter().any(|piece| piece.encoded) {
        true => charset::decode(label.as_deref(), &octets)
            .value
            .into_owned(),
        false => String::from_utf8(octets).unwrap_or_default(),
    }
}

fn percent(text: &str, out: &mut Vec<u8>) {
    let mut rest = text.as_bytes();
    while let Some((&octet, after)) = rest.split_first() {
        rest = after;
        let digit = |at: usize| char::from(*after.get(at)?).to_digit(16);
        match (octet, digit(0), digit(1)) {
            (b'%', Some(high), Some(low)) => {
                out.push((high << 4 | low) as u8);
                rest = after.get(2..).unwrap_or_default();
            }
            _ => out.push(octet),
        }
    }
}

/// What is left of a value.
struct Rest<'v>(&'v str);

impl Rest<'_> {
    /// White space and comments (RFC 5322 section 3.2.2), which may stand anywhere.
    fn blank(&mut self) {
        loop {
            self.0 = self.0.trim_start();
            if !self.0.starts_with('(') {
                return;
            }
            let (mut depth, mut escaped) = (0usize, false);
            let end = self.0.char_indices().find(|(_, c)| {
                match c {
                    _ if escaped => escaped = false,
                    '\\' => escaped = true,
                    '(' => depth += 1,
                    ')' => depth -= 1,
                    _ => {}
                }
                depth == 0
            });
            self.0 = match end {
                Some((at, _)) => self.0.get(at + 1..).unwrap_or_default(),
                None => "",
            };
        }
    }

    fn take(&mut self, stop: impl Fn(char) -> bool) -> String {
        let end = self.0.find(stop).unwrap_or(self.0.len());
        let (taken, rest) = self.0.split_at(end);
        self.0 = rest;
        taken.trim().to_string()
    }

    fn token(&mut self) -> String {
        self.blank();
        let token = self.take(|c| matches!(c, ';' | '('));
        self.blank();
        token
    }

    /// Moves behind the next semicolon.
    fn next_parameter(&mut self) -> bool {
        match self.0.find(';') {
            Some(at) => {
                self.0 = self.0.get(at + 1..).unwrap_or_default();
                true
            }
            None => false,
        }
    }

    fn name(&mut self) -> String {
        self.blank();
        let name = self.take(|c| matches!(c, '=' | ';' | '('));
        self.blank();
        name.to_ascii_lowercase()
    }

    /// The value behind the equals sign: quoted, or up to the next semicolon (a file name with
    /// spaces and no quotes is common).
    fn value(&mut self) -> Option<String> {
        self.0 = self.0.strip_prefix('=')?;
        self.blank();
        let Some(quoted) = self.0.strip_prefix('"') else {
            let value = self.take(|c| c == ';');
            // A comment behind a token.
            let end = value.find(" (").filter(|_| value.ends_with(')'));
            return Some(match end {
                Some(end) => value.get(..end).unwrap_or_default().to_string(),
                None => value,
            });
        };
        let mut out = String::new();
        let mut chars = quoted.char_indices();
        let mut end = quoted.len();
        while let Some((at, c)) = chars.next() {
            match c {
                '"' => {
                    end = at + 1;
                    break;
                }
                '\\' => match chars.next() {
                    Some((_, c @ ('"' | '\\'))) => out.push(c),
                    // Directories of Windows, which nobody escapes.
                    Some((_, c)) => out.extend(['\\', c]),
                    None => out.push('\\'),
                },
                c => out.push(c),
            }
        }
        self.0 = quoted.get(end..).unwrap_or_default();
        Some(out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(value: &str) -> String {
        let (_, parameters) = parse(value);
        parameters
            .into_iter()
            .next()
            .map_or(String::new(), |(_, value)| value)
    }

    #[test]
    fn reads_every_spelling_of_a_file_name() {
        assert_eq!(one("attachment; filename=a.txt"), "a.txt");
        assert_eq!(one("attachment; filename=a b.txt ; x=y"), "a b.txt");
        assert_eq!(
            one(r#"attachment; filename="a \"b\\; c.txt""#),
            r#"a "b\; c.txt"#
        );
        assert_eq!(one(r#"attachment; filename="C:\TEMP\a""#), r"C:\TEMP\a");
        assert_eq!(one("attachment; filename*=utf-8'en'%e2%82%ac%20x"), "€ x");
        assert_eq!(
            one("a; f*0*=windows-1251''%EF%F0; f*1*=%EE; f*2=.htm"),
            "про.htm"
        );
        assert_eq!(one("a; f*1=b; f*0=a"), "ab");
        assert_eq!(one("a; f=plain; f*=utf-8''%C3%BC"), "ü");
        assert_eq!(one("a; (why) f (not) = (now) x"), "x");
        assert_eq!(one("a; f=x (a comment)"), "x");
        assert_eq!(one("a;f"), "");
        assert_eq!(one("a; f=\"open"), "open");
        assert_eq!(parse(" text/plain (c) ; a=b").0, "text/plain");
        assert_eq!(parse("").0, "");
    }
}
