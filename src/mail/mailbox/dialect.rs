//! [`Dialect`]: how an mbox says where a mail ends, and what it does to lines that look like the
//! beginning of another one.

use alloc::vec::Vec;

use super::from_line;

/// The four dialects of mbox.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Dialect {
    /// `From ` at the start of a line became `>From `. A line that was `>From ` before cannot be
    /// told from it.
    O,
    /// A `>` was put before `From ` and any number of `>` in front of it, so it can be undone.
    #[default]
    Rd,
    /// A field `Content-Length` counts the body, and lines are quoted as in [`O`](Dialect::O).
    Cl,
    /// A field `Content-Length` counts the body, and nothing is quoted.
    Cl2,
}

/// Rows of the table of dialects.
struct Row {
    dialect: Dialect,
    name: &'static str,
    counted: bool,
    quoting: Quoting,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Quoting {
    None,
    One,
    Any,
}

static DIALECTS: &[Row] = &[
    Row {
        dialect: Dialect::O,
        name: "mboxo",
        counted: false,
        quoting: Quoting::One,
    },
    Row {
        dialect: Dialect::Rd,
        name: "mboxrd",
        counted: false,
        quoting: Quoting::Any,
    },
    Row {
        dialect: Dialect::Cl,
        name: "mboxcl",
        counted: true,
        quoting: Quoting::One,
    },
    Row {
        dialect: Dialect::Cl2,
        name: "mboxcl2",
        counted: true,
        quoting: Quoting::None,
    },
];

impl Dialect {
    fn row(self) -> Option<&'static Row> {
        DIALECTS.iter().find(|row| row.dialect == self)
    }

    /// Every dialect.
    pub fn all() -> impl Iterator<Item = Dialect> {
        DIALECTS.iter().map(|row| row.dialect)
    }

    /// Its name: `mboxo`, `mboxrd`, `mboxcl` or `mboxcl2`.
    pub fn name(self) -> &'static str {
        self.row().map_or("", |row| row.name)
    }

    /// The dialect of a name.
    pub fn from_name(name: &str) -> Option<Dialect> {
        Some(DIALECTS.iter().find(|row| row.name == name)?.dialect)
    }

    /// Whether a field counts the body.
    pub(super) fn is_counted(self) -> bool {
        self.row().is_some_and(|row| row.counted)
    }

    fn quoting(self) -> Quoting {
        self.row().map_or(Quoting::None, |row| row.quoting)
    }

    /// Whether this line of a body is written with a `>` before it.
    pub(super) fn quotes(self, line: &[u8]) -> bool {
        match self.quoting() {
            Quoting::None => false,
            Quoting::One => line.starts_with(b"From "),
            Quoting::Any => unmarked(line).starts_with(b"From "),
        }
    }

    /// Whether a `>` was put before this line.
    pub(super) fn quoted(self, line: &[u8]) -> bool {
        match self.quoting() {
            Quoting::None => false,
            Quoting::One => line.starts_with(b">From "),
            Quoting::Any => line.starts_with(b">") && unmarked(line).starts_with(b"From "),
        }
    }

    /// The mail as it was before it was put into the mbox.
    pub(super) fn unquote(self, raw: Vec<u8>) -> Vec<u8> {
        // Most mails have nothing to undo.
        let likely = self.quoting() != Quoting::None && has(&raw, b">From ");
        if !likely {
            return raw;
        }
        let (header, body) = raw.split_at(body_of(&raw));
        let mut out = Vec::with_capacity(raw.len());
        out.extend_from_slice(header);
        for line in body.split_inclusive(|b| *b == b'\n') {
            let skip = usize::from(self.quoted(line));
            out.extend_from_slice(line.get(skip..).unwrap_or_default());
        }
        out
    }

    /// The dialect that the beginning of a file speaks. Only a count that leads to the next mail,
    /// or beyond what can be seen, counts as one; mboxo cannot be told from mboxrd.
    pub(super) fn detect(start: &[u8], whole: bool) -> Dialect {
        let blank = |b: &u8| matches!(b, b'\r' | b'\n');
        let first = start.iter().take_while(|b| blank(b)).count();
        let start = start.get(first..).unwrap_or_default();
        let line = start.split_inclusive(|b| *b == b'\n').next();
        let mail = match line.filter(|line| line.starts_with(b"From ")) {
            Some(line) => start.get(line.len()..).unwrap_or_default(),
            None => return Dialect::Rd,
        };
        let at = body_of(mail);
        let (header, body) = mail.split_at(at);
        let length = header
            .split(|b| *b == b'\n')
            .find_map(content_length)
            .and_then(|length| usize::try_from(length).ok());
        let length = length.filter(|length| match body.get(*length..) {
            Some(rest) => from_line::ends_mail(rest, whole).is_some(),
            None => !whole,
        });
        let Some(length) = length else {
            return Dialect::Rd;
        };
        let body = body.get(..length).unwrap_or(body);
        let unquoted = body.starts_with(b"From ") || has(body, b"\nFrom ");
        match !unquoted && has(mail, b"\n>From ") {
            true => Dialect::Cl,
            false => Dialect::Cl2,
        }
    }
}

/// The number in a field `Content-Length`.
pub(super) fn content_length(line: &[u8]) -> Option<u64> {
    let name = b"content-length:";
    let head = line.get(..name.len())?;
    if !head.eq_ignore_ascii_case(name) {
        return None;
    }
    let value = line.get(name.len()..)?.trim_ascii();
    core::str::from_utf8(value).ok()?.parse().ok()
}

/// Where the body begins: behind the first empty line.
pub(in crate::mail) fn body_of(mail: &[u8]) -> usize {
    let mut at = 0;
    for line in mail.split_inclusive(|b| *b == b'\n') {
        at += line.len();
        if is_empty_line(line) {
            return at;
        }
    }
    at
}

/// Whether a line, with its line end, holds nothing.
pub(super) fn is_empty_line(line: &[u8]) -> bool {
    matches!(line, b"\n" | b"\r\n")
}

fn unmarked(line: &[u8]) -> &[u8] {
    let marks = line.iter().take_while(|b| **b == b'>').count();
    line.get(marks..).unwrap_or_default()
}

/// Whether octets occur, found by the first one.
fn has(text: &[u8], what: &[u8]) -> bool {
    let Some(first) = what.first() else {
        return true;
    };
    let mut rest = text;
    while let Some(at) = rest.iter().position(|b| b == first) {
        rest = rest.get(at..).unwrap_or_default();
        if rest.starts_with(what) {
            return true;
        }
        rest = rest.get(1..).unwrap_or_default();
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    const MAIL: &[u8] = b"S: x\n\n>From a\n>>From b\nFrom c\n";

    #[test]
    fn each_dialect_undoes_its_own_quoting() {
        let plain = |dialect: Dialect| dialect.unquote(MAIL.to_vec());
        assert_eq!(plain(Dialect::O), b"S: x\n\nFrom a\n>>From b\nFrom c\n");
        assert_eq!(plain(Dialect::Rd), b"S: x\n\nFrom a\n>From b\nFrom c\n");
        assert_eq!(plain(Dialect::Cl), plain(Dialect::O));
        assert_eq!(plain(Dialect::Cl2), MAIL);
        // A header is not quoted.
        let header = b">From old\nS: x\n\nx\n".to_vec();
        assert_eq!(Dialect::Rd.unquote(header.clone()), header);
    }

    #[test]
    fn a_count_must_lead_somewhere() {
        let head = "From a Fri Feb 13 23:31:30 2009\n";
        let detect = |rest: &str| Dialect::detect(alloc::format!("{head}{rest}").as_bytes(), true);
        assert_eq!(detect("S: x\n\nhi\n"), Dialect::Rd);
        assert_eq!(detect("Content-Length: 3\n\nhi\n"), Dialect::Cl2);
        assert_eq!(detect("content-length: 9\n\n>From hi\n"), Dialect::Cl);
        assert_eq!(detect("Content-Length: 1\n\nhi\n"), Dialect::Rd);
        assert_eq!(
            detect("Content-Length: 99999999999999999999\n\nhi\n"),
            Dialect::Rd
        );
        assert_eq!(Dialect::detect(b"", true), Dialect::Rd);
    }
}
