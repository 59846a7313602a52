//! [`MailStream`]: a mail that is too large to be held in memory, read piece by piece.

use alloc::vec::Vec;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Take};

use super::Dialect;
use super::dialect::is_empty_line;

/// Octets of a line that are held in memory; a longer one comes in several pieces.
const PIECE: u64 = 64 * 1024;

/// The octets of one mail, without what the mailbox wrapped around it.
#[derive(Debug)]
pub struct MailStream {
    inner: BufReader<Take<File>>,
    /// How its body is quoted, in an mbox.
    dialect: Option<Dialect>,
    in_body: bool,
    /// Whether the next piece begins a line.
    at_line: bool,
    piece: Vec<u8>,
    /// Octets of the piece that were handed out.
    taken: usize,
}

impl MailStream {
    pub(super) fn new(inner: Take<File>, dialect: Option<Dialect>) -> Self {
        MailStream {
            inner: BufReader::new(inner),
            dialect,
            in_body: false,
            at_line: true,
            piece: Vec::new(),
            taken: 0,
        }
    }

    /// The next line, or the next part of a long one, and whether it belongs to the body. Nothing
    /// at the end.
    pub(in crate::mail) fn piece(&mut self) -> io::Result<Option<(&[u8], bool)>> {
        self.piece.clear();
        self.taken = 0;
        let read = (&mut self.inner)
            .take(PIECE)
            .read_until(b'\n', &mut self.piece)?;
        if read == 0 {
            return Ok(None);
        }
        let in_body = self.in_body;
        if self.at_line {
            self.in_body |= is_empty_line(&self.piece);
            let dialect = self.dialect.filter(|_| in_body);
            let quoted = dialect.is_some_and(|dialect| dialect.quoted(&self.piece));
            self.taken = usize::from(quoted);
        }
        self.at_line = self.piece.ends_with(b"\n");
        let piece = self.piece.get(self.taken..).unwrap_or_default();
        Ok(Some((piece, in_body)))
    }
}

impl Read for MailStream {
    fn read(&mut self, out: &mut [u8]) -> io::Result<usize> {
        if self.taken == self.piece.len() && self.piece()?.is_none() {
            return Ok(0);
        }
        let rest = self.piece.get(self.taken..).unwrap_or_default();
        let octets = (&*rest).read(out)?;
        self.taken += octets;
        Ok(octets)
    }
}
