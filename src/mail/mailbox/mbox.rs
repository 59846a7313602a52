//! [`Mbox`]: an mbox as a stream of mails.

use alloc::string::{String, ToString};
use alloc::vec::Vec;
use std::io::{self, Read};

use super::dialect::{content_length, is_empty_line};
use super::from_line::{self, LONGEST};
use super::lines::Lines;
use super::{Dialect, Entry, MailboxError, MailboxOptions, Place};
use crate::report::{Finding, codes};

/// Octets from which the dialect is found out.
const SAMPLE: usize = 256 * 1024;

/// Counts that led nowhere, after which no count of the file is believed. Each one costs a second
/// look at the octets it promised.
const WRONG_COUNTS: u32 = 16;

/// The mails of an mbox, in order.
///
/// A line `From ` begins a mail at the start of the file and after an empty line, or where a
/// header follows it. If the first such line has a date, the others must have one too, because
/// people begin lines with "From " as well. The empty line before it belongs to the file, not to
/// the mail. Lines may end in CRLF or LF.
pub struct Mbox<R> {
    lines: Lines<R>,
    dialect: Dialect,
    limit: usize,
    number: u64,
    /// The line that begins the next mail, if it was read already.
    envelope: Option<Vec<u8>>,
    /// Whether lines that begin a mail have a date.
    dated: bool,
    started: bool,
    ended: bool,
    wrong_counts: u32,
    line: Vec<u8>,
}

/// A mail as far as it was read.
#[derive(Default)]
struct Mail {
    raw: Vec<u8>,
    /// Octets of it, also of what is not kept.
    octets: u64,
    over: bool,
    findings: Vec<Finding>,
}

impl Mail {
    fn push(&mut self, line: &[u8], octets: u64, limit: usize) {
        self.octets += octets;
        let whole = line.len() as u64 == octets;
        self.over |= !whole || self.raw.len() + line.len() > limit;
        match self.over {
            true => self.raw = Vec::new(),
            false => self.raw.extend_from_slice(line),
        }
    }

    fn drop_line(&mut self, octets: usize) {
        self.octets -= octets as u64;
        self.raw.truncate(self.raw.len().saturating_sub(octets));
    }
}

impl<R: Read> Mbox<R> {
    /// Looks at the beginning of an mbox.
    ///
    /// # Errors
    /// [`codes::MAILBOX_UNREADABLE`].
    pub fn new(reader: R, options: &MailboxOptions) -> Result<Self, MailboxError> {
        let mut lines = Lines::new(reader);
        let dialect = match options.dialect {
            Some(dialect) => dialect,
            None => {
                let (start, whole) = lines.peek(SAMPLE).map_err(MailboxError::io)?;
                Dialect::detect(start, whole)
            }
        };
        Ok(Mbox {
            lines,
            dialect,
            limit: options.max_mail,
            number: 0,
            envelope: None,
            dated: true,
            started: false,
            ended: false,
            wrong_counts: 0,
            line: Vec::new(),
        })
    }

    /// The dialect that was told or found out. An mboxo without a quoted line reads like an
    /// mboxrd, and is called one.
    pub const fn dialect(&self) -> Dialect {
        self.dialect
    }

    fn read(&mut self) -> io::Result<Option<Entry>> {
        let mut mail = Mail::default();
        if !self.started {
            self.started = true;
            if !self.begin()? {
                return Ok(None);
            }
            if self.envelope.is_none() {
                mail.findings.push(Finding::new(codes::MBOX_NO_FROM_LINE));
            }
        } else if self.envelope.is_none() {
            return Ok(None);
        }
        let envelope = self.envelope.take();
        let at = self.lines.offset();
        self.mail(&mut mail)?;
        self.number += 1;
        let octets = match mail.over {
            true => Err(MailboxError::over(mail.octets, self.limit)),
            false => Ok(self.dialect.unquote(mail.raw)),
        };
        Ok(Some(Entry {
            name: self.number.to_string(),
            place: Place {
                at,
                octets: mail.octets,
            },
            octets,
            envelope: envelope.map(|line| {
                let line = String::from_utf8_lossy(&line);
                line.trim_end()
                    .strip_prefix("From ")
                    .unwrap_or_default()
                    .to_string()
            }),
            flags: String::new(),
            findings: mail.findings,
        }))
    }

    /// Goes to the first mail; says whether there is one.
    fn begin(&mut self) -> io::Result<bool> {
        loop {
            let (start, _) = self.lines.peek(LONGEST + 1)?;
            let blank = start.starts_with(b"\n") || start.starts_with(b"\r\n");
            if start.is_empty() {
                return Ok(false);
            }
            let first = start.split_inclusive(|b| *b == b'\n').next();
            let first = first.unwrap_or_default();
            if from_line::begins(first) {
                self.dated = from_line::is_dated(first);
                self.envelope = self.first_line()?;
                return Ok(true);
            }
            if !blank {
                return Ok(true);
            }
            self.line.clear();
            self.lines.line(&mut self.line, 2)?;
        }
    }

    /// Reads the line that begins a mail; nothing at the end.
    fn first_line(&mut self) -> io::Result<Option<Vec<u8>>> {
        let mut line = Vec::new();
        let read = self.lines.line(&mut line, LONGEST)?;
        Ok(read.map(|_| line))
    }

    /// Reads up to the next mail, or the end.
    fn mail(&mut self, mail: &mut Mail) -> io::Result<()> {
        let (mut in_header, mut length) = (true, None);
        // Octets of the empty line that was read last.
        let mut blank = 0;
        let mut kept = false;
        loop {
            let mut line = core::mem::take(&mut self.line);
            line.clear();
            let room = self.limit.saturating_sub(mail.raw.len()).max(LONGEST) + 1;
            let read = self.lines.line(&mut line, room);
            self.line = line;
            let Some(read) = read? else {
                break;
            };
            if from_line::begins(&self.line) && read.octets <= LONGEST as u64 {
                if self.divides(blank > 0)? {
                    self.envelope = Some(core::mem::take(&mut self.line));
                    break;
                }
                if !kept {
                    kept = true;
                    let at = usize::try_from(mail.octets).ok();
                    let finding = Finding::new(codes::MBOX_FROM_LINE_KEPT);
                    mail.findings.push(match at {
                        Some(at) => finding.at(at),
                        None => finding,
                    });
                }
            }
            mail.push(&self.line, read.octets, self.limit);
            let empty = is_empty_line(&self.line);
            blank = if empty { self.line.len() } else { 0 };
            if in_header {
                length = length.or_else(|| content_length(&self.line));
                in_header = !empty;
                if empty
                    && let Some(length) = length
                    && self.counted(length, mail)?
                {
                    return Ok(());
                }
            }
        }
        mail.drop_line(blank);
        Ok(())
    }

    /// Whether the line just read begins another mail.
    fn divides(&mut self, after_blank: bool) -> io::Result<bool> {
        let dated = from_line::is_dated(&self.line);
        if after_blank {
            return Ok(dated || !self.dated);
        }
        let (next, _) = self.lines.peek(256)?;
        Ok(dated && from_line::is_field(next))
    }

    /// Reads a body of known length; says whether the next mail, or the end, follows it. If not,
    /// everything is as before.
    fn counted(&mut self, length: u64, mail: &mut Mail) -> io::Result<bool> {
        let room = self.limit.saturating_sub(mail.raw.len()) as u64;
        let believed = self.dialect.is_counted()
            && self.wrong_counts < WRONG_COUNTS
            && !mail.over
            && length <= room;
        if !believed {
            return Ok(false);
        }
        let header = mail.raw.len();
        let read = self.lines.octets(&mut mail.raw, length)?;
        let (rest, whole) = self.lines.peek(LONGEST)?;
        let ends = from_line::ends_mail(rest, whole).filter(|_| read == length);
        let Some(ends) = ends else {
            self.wrong_counts += 1;
            mail.findings
                .push(Finding::new(codes::MBOX_LENGTH_WRONG).found(length.to_string()));
            let body = mail.raw.split_off(header);
            self.lines.put_back(&body);
            return Ok(false);
        };
        mail.octets += length;
        for _ in 0..ends {
            self.line.clear();
            self.lines.line(&mut self.line, 2)?;
        }
        self.envelope = self.first_line()?;
        Ok(true)
    }
}

impl<R: Read> Iterator for Mbox<R> {
    type Item = Entry;

    fn next(&mut self) -> Option<Entry> {
        if self.ended {
            return None;
        }
        let at = self.lines.offset();
        match self.read() {
            Ok(Some(entry)) => Some(entry),
            Ok(None) => {
                self.ended = true;
                None
            }
            // What follows cannot be reached.
            Err(error) => {
                self.ended = true;
                Some(Entry {
                    name: (self.number + 1).to_string(),
                    place: Place { at, octets: 0 },
                    octets: Err(MailboxError::io(error)),
                    envelope: None,
                    flags: String::new(),
                    findings: Vec::new(),
                })
            }
        }
    }
}
