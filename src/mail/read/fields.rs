//! Header fields in: where each begins and ends. What they mean is in `values`.

use alloc::vec::Vec;
use core::ops::Range;

/// A header field, as offsets in the mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::mail) struct Field {
    start: u32,
    colon: u32,
    end: u32,
}

impl Field {
    /// Where it begins.
    pub(in crate::mail) fn offset(&self) -> usize {
        self.start as usize
    }

    /// The name, without the space that old mail has before the colon.
    pub(in crate::mail) fn name<'m>(&self, mail: &'m [u8]) -> &'m [u8] {
        mail.get(self.start as usize..self.colon as usize)
            .unwrap_or_default()
            .trim_ascii_end()
    }

    /// The value with its folds, without the last line end.
    pub(in crate::mail) fn value<'m>(&self, mail: &'m [u8]) -> &'m [u8] {
        mail.get(self.colon as usize + 1..self.end as usize)
            .unwrap_or_default()
    }

    pub(in crate::mail) fn is(&self, mail: &[u8], name: &str) -> bool {
        self.name(mail).eq_ignore_ascii_case(name.as_bytes())
    }
}

/// The fields of one header.
#[derive(Clone, Debug, Default)]
pub(in crate::mail) struct Fields {
    list: Vec<Field>,
    /// Where the line that ended the header begins, if it is not empty.
    pub(in crate::mail) unterminated: Option<usize>,
}

impl Fields {
    /// Reads fields from `start` up to the line after the header; returns where the body begins.
    /// `stop` says which lines end the header because they are boundaries.
    pub(in crate::mail) fn read(
        mail: &[u8],
        start: usize,
        stop: impl Fn(&[u8]) -> bool,
    ) -> (Fields, usize) {
        let mut fields = Fields::default();
        let mut at = start;
        while at < mail.len() {
            let line = line_at(mail, at);
            let text = mail.get(at..line.text).unwrap_or_default();
            if text.is_empty() {
                return (fields, line.next);
            }
            if text.starts_with(b"--") && stop(text) {
                return (fields, at);
            }
            match (text.first(), fields.list.last_mut()) {
                (Some(b' ' | b'\t'), Some(last)) => last.end = line.text as u32,
                // The line mbox files put before a mail.
                _ if at == start && text.starts_with(b"From ") => {}
                _ => match colon(text) {
                    Some(colon) => fields.list.push(Field {
                        start: at as u32,
                        colon: (at + colon) as u32,
                        end: line.text as u32,
                    }),
                    None => {
                        // A line of white space only also ends the header.
                        if text.trim_ascii().is_empty() {
                            return (fields, line.next);
                        }
                        fields.unterminated = Some(at);
                        return (fields, at);
                    }
                },
            }
            at = line.next;
        }
        (fields, mail.len())
    }

    pub(in crate::mail) fn iter(&self) -> impl Iterator<Item = &Field> {
        self.list.iter()
    }

    pub(in crate::mail) fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// The first field of a name.
    pub(in crate::mail) fn get(&self, mail: &[u8], name: &str) -> Option<&Field> {
        self.list.iter().find(|field| field.is(mail, name))
    }
}

/// Where the name of a field ends: after printable ASCII, and perhaps a space.
fn colon(line: &[u8]) -> Option<usize> {
    let name = line
        .iter()
        .position(|b| !matches!(b, b'!'..=b'9' | b';'..=b'~'))?;
    let spaces = line
        .get(name..)?
        .iter()
        .position(|b| !matches!(b, b' ' | b'\t'))?;
    let colon = name + spaces;
    (name > 0 && line.get(colon) == Some(&b':')).then_some(colon)
}

/// A line: where its text ends, and where the next one begins.
#[derive(Clone, Copy, Debug)]
pub(super) struct Line {
    pub(super) text: usize,
    pub(super) next: usize,
}

pub(super) fn line_at(mail: &[u8], start: usize) -> Line {
    let rest = mail.get(start..).unwrap_or_default();
    let Some(feed) = rest.iter().position(|b| *b == b'\n') else {
        let text = start + rest.strip_suffix(b"\r").unwrap_or(rest).len();
        return Line {
            text,
            next: mail.len(),
        };
    };
    let text = match feed.checked_sub(1).and_then(|at| rest.get(at)) {
        Some(b'\r') => feed - 1,
        _ => feed,
    };
    Line {
        text: start + text,
        next: start + feed + 1,
    }
}

/// The octets of a range, or none.
pub(in crate::mail) fn slice(mail: &[u8], range: Range<usize>) -> &[u8] {
    mail.get(range).unwrap_or_default()
}
