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
        // Most fields are told apart by their lengths.
        let length = (self.colon - self.start) as usize;
        length >= name.len() && self.name(mail).eq_ignore_ascii_case(name.as_bytes())
    }
}

/// The fields of one header.
#[derive(Clone, Debug, Default)]
pub(in crate::mail) struct Fields {
    list: Vec<Field>,
    /// Where the line that ended the header begins, if it is not empty.
    pub(in crate::mail) unterminated: Option<usize>,
    /// Where a line begins that is neither a field nor a fold, and after which the header goes on.
    pub(in crate::mail) stray: Option<usize>,
}

/// Fields that tell a header from text in which a line happens to have a colon.
static TELLING: &[&str] = &[
    "Content-Transfer-Encoding",
    "Content-Type",
    "Date",
    "From",
    "MIME-Version",
    "Message-ID",
    "Received",
    "Subject",
    "To",
];

impl Fields {
    /// Reads fields from `start` up to the line after the header; returns where the body begins.
    /// `stop` says which lines end the header because they are boundaries.
    pub(in crate::mail) fn read(
        mail: &[u8],
        start: usize,
        stop: impl Fn(&[u8]) -> bool,
    ) -> (Fields, usize) {
        let mut fields = Fields::default();
        // Up to here, stray lines were found to be inside the header.
        let mut goes_on = start;
        let mut at = start;
        // What some editors put before a text says nothing about the mail.
        if start == 0 && mail.starts_with(b"\xef\xbb\xbf") {
            at = 3;
        }
        while at < mail.len() {
            let line = line_at(mail, at);
            let text = mail.get(at..line.text).unwrap_or_default();
            if text.is_empty() {
                return (fields, line.next);
            }
            if text.starts_with(b"--") && stop(text) {
                return (fields, at);
            }
            let first = fields.list.is_empty();
            match (text.first(), fields.list.last_mut()) {
                (Some(b' ' | b'\t'), Some(last)) => last.end = line.text as u32,
                // The line mbox files put before a mail; "From :" is a field of old mail.
                _ if first && text.starts_with(b"From ") && colon(text).is_none() => {}
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
                        if at >= goes_on {
                            goes_on = fields.goes_on(mail, line.next);
                        }
                        match fields.list.last_mut().filter(|_| at < goes_on) {
                            // Most often the rest of a line that was broken without a fold.
                            Some(last) => {
                                last.end = line.text as u32;
                                fields.stray.get_or_insert(at);
                            }
                            None => {
                                fields.unterminated = Some(at);
                                return (fields, at);
                            }
                        }
                    }
                },
            }
            at = line.next;
        }
        (fields, mail.len())
    }

    /// Where the header ends that goes on behind a stray line: a telling field must be there that
    /// did not occur yet. 0 if it does not go on.
    fn goes_on(&self, mail: &[u8], from: usize) -> usize {
        let (mut at, mut told) = (from, false);
        while at < mail.len() {
            let line = line_at(mail, at);
            let text = slice(mail, at..line.text);
            if text.trim_ascii().is_empty() {
                break;
            }
            if !told && let Some(colon) = colon(text) {
                let name = slice(text, 0..colon).trim_ascii_end();
                told = TELLING.iter().any(|known| {
                    name.eq_ignore_ascii_case(known.as_bytes()) && self.get(mail, known).is_none()
                });
            }
            at = line.next;
        }
        if told { at } else { 0 }
    }

    pub(in crate::mail) fn iter(&self) -> impl Iterator<Item = &Field> + Clone {
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
pub(in crate::mail) struct Line {
    pub(in crate::mail) text: usize,
    pub(in crate::mail) next: usize,
}

pub(in crate::mail) fn line_at(mail: &[u8], start: usize) -> Line {
    let rest = mail.get(start..).unwrap_or_default();
    let Some(feed) = memchr::memchr(b'\n', rest) else {
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
