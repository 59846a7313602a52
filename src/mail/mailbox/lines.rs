//! [`Lines`]: a stream as lines of any length, of which only a bounded part is held in memory, and
//! into which octets can be put back.

use alloc::vec::Vec;
use std::io::{self, Read};

/// Octets asked for at a time.
const CHUNK: usize = 64 * 1024;

pub(super) struct Lines<R> {
    inner: R,
    /// What one read fills.
    chunk: Vec<u8>,
    buffer: Vec<u8>,
    at: usize,
    /// Offset in the stream of what comes next.
    offset: u64,
    ended: bool,
}

/// A line that was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Line {
    /// Octets, with the line end.
    pub(super) octets: u64,
}

impl<R: Read> Lines<R> {
    pub(super) fn new(inner: R) -> Self {
        Lines {
            inner,
            chunk: alloc::vec![0; CHUNK],
            buffer: Vec::new(),
            at: 0,
            offset: 0,
            ended: false,
        }
    }

    /// Where in the stream the next octet stands.
    pub(super) const fn offset(&self) -> u64 {
        self.offset
    }

    /// Looks at what comes, without taking it: that many octets or all there are. Says whether
    /// that is all.
    pub(super) fn peek(&mut self, octets: usize) -> io::Result<(&[u8], bool)> {
        while self.buffer.len() - self.at < octets && self.fill()? {}
        let whole = self.ended && self.buffer.len() - self.at <= octets;
        Ok((self.rest(), whole))
    }

    fn rest(&self) -> &[u8] {
        self.buffer.get(self.at..).unwrap_or_default()
    }

    /// Reads more; says whether there was any.
    fn fill(&mut self) -> io::Result<bool> {
        if self.ended {
            return Ok(false);
        }
        if self.at > 0 {
            self.buffer.drain(..self.at);
            self.at = 0;
        }
        let read = loop {
            match self.inner.read(&mut self.chunk) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                other => break other,
            }
        };
        let read = read?;
        self.buffer
            .extend_from_slice(self.chunk.get(..read).unwrap_or_default());
        self.ended = read == 0;
        Ok(read > 0)
    }

    /// The next octets, whatever they are; none at the end.
    fn some(&mut self) -> io::Result<&[u8]> {
        if self.at == self.buffer.len() {
            self.fill()?;
        }
        Ok(self.rest())
    }

    fn take(&mut self, octets: usize) {
        self.at += octets;
        self.offset += octets as u64;
    }

    /// Reads a line into `out`, but not more than `room` octets of it. Nothing at the end.
    pub(super) fn line(&mut self, out: &mut Vec<u8>, room: usize) -> io::Result<Option<Line>> {
        let mut octets = 0u64;
        loop {
            let some = self.some()?;
            if some.is_empty() {
                break;
            }
            let feed = memchr::memchr(b'\n', some);
            let piece = feed.map_or(some.len(), |feed| feed + 1);
            let kept = room.saturating_sub(usize::try_from(octets).unwrap_or(usize::MAX));
            out.extend_from_slice(some.get(..piece.min(kept)).unwrap_or_default());
            self.take(piece);
            octets += piece as u64;
            if feed.is_some() {
                break;
            }
        }
        Ok((octets > 0).then_some(Line { octets }))
    }

    /// Reads that many octets into `out`, or as many as there are; returns how many.
    pub(super) fn octets(&mut self, out: &mut Vec<u8>, wanted: u64) -> io::Result<u64> {
        let mut left = wanted;
        while left > 0 {
            let some = self.some()?;
            if some.is_empty() {
                break;
            }
            let piece = some.len().min(usize::try_from(left).unwrap_or(usize::MAX));
            out.extend_from_slice(some.get(..piece).unwrap_or_default());
            self.take(piece);
            left -= piece as u64;
        }
        Ok(wanted - left)
    }

    /// Puts octets back that were just read.
    pub(super) fn put_back(&mut self, octets: &[u8]) {
        let mut buffer = Vec::with_capacity(octets.len() + self.rest().len());
        buffer.extend_from_slice(octets);
        buffer.extend_from_slice(self.rest());
        self.buffer = buffer;
        self.at = 0;
        self.offset -= octets.len() as u64;
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_cut_counted_and_put_back() {
        let mut lines = Lines::new(&b"abcdef\ng\n\nlast"[..]);
        let mut out = Vec::new();
        assert_eq!(lines.line(&mut out, 3).unwrap(), Some(Line { octets: 7 }));
        assert_eq!((&*out, lines.offset()), (&b"abc"[..], 7));
        let mut some = Vec::new();
        assert_eq!(lines.octets(&mut some, 4).unwrap(), 4);
        lines.put_back(&some);
        assert_eq!(lines.offset(), 7);
        let mut counts = Vec::new();
        while let Some(line) = lines.line(&mut out, 9).unwrap() {
            counts.push(line.octets);
        }
        assert_eq!(counts, [2, 1, 4]);
        assert_eq!(lines.octets(&mut out, 4).unwrap(), 0);
    }
}
