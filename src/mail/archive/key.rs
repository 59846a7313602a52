//! What tells one mail from another: hashes of its header and its body, of a mail in memory or of
//! one that is too large for that.

use alloc::vec::Vec;
use std::io;

use sha2::{Digest, Sha256};

use crate::mail::mailbox::{MailStream, body_of};
use crate::mail::resolver::MailKey;

/// White space at the end of a body that does not count: a line end more or less is the
/// mailbox's, not the mail's. More than this is the mail's.
const PADDING: usize = 64 * 1024;

/// What tells a mail from any other one, and its body from any other one. Both come from one look
/// at the octets.
pub(super) fn key(mail: &[u8]) -> (MailKey, u64) {
    let (header, body) = mail.split_at(body_of(mail));
    let mut hashes = Hashes::default();
    hashes.header.update(header);
    hashes.body(body);
    hashes.finish()
}

/// The same of a mail that is not held in memory.
///
/// # Errors
/// It cannot be read.
pub(super) fn key_of_stream(stream: &mut MailStream) -> io::Result<(MailKey, u64)> {
    let mut hashes = Hashes::default();
    while let Some((piece, in_body)) = stream.piece()? {
        match in_body {
            false => hashes.header.update(piece),
            true => hashes.body(piece),
        }
    }
    Ok(hashes.finish())
}

#[derive(Default)]
struct Hashes {
    header: Sha256,
    body: Sha256,
    octets: u64,
    /// White space that ends the body, if nothing follows.
    padding: Vec<u8>,
    /// Whether there is more of it than is taken for padding.
    long: bool,
}

impl Hashes {
    fn body(&mut self, piece: &[u8]) {
        self.octets += piece.len() as u64;
        let (text, padding) = piece.split_at(piece.trim_ascii_end().len());
        if !text.is_empty() {
            self.body.update(&self.padding);
            self.body.update(text);
            self.padding.clear();
            self.long = false;
        }
        self.long |= self.padding.len() + padding.len() > PADDING;
        match self.long {
            true => {
                self.body.update(&self.padding);
                self.body.update(padding);
                self.padding.clear();
            }
            false => self.padding.extend_from_slice(padding),
        }
    }

    fn finish(self) -> (MailKey, u64) {
        let body: [u8; 32] = self.body.finalize().into();
        let mut first = [0; 8];
        first.copy_from_slice(body.split_at(8).0);
        let mut key = Sha256::new();
        key.update(body);
        key.update(self.octets.to_be_bytes());
        key.update(self.header.finalize());
        (key.finalize().into(), u64::from_be_bytes(first))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::mail::mailbox::{Mailbox, MailboxOptions};

    /// The key of the only mail of an mbox, in memory and as a stream.
    fn both(body: &[u8]) -> [(MailKey, u64); 2] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("one.mbox");
        let mut mbox = b"From a@x Fri Feb 13 23:31:30 2009\nA: b\r\n\r\n".to_vec();
        mbox.extend_from_slice(body);
        std::fs::write(&path, mbox).unwrap();
        let mailbox = Mailbox::open(&path, &MailboxOptions::default()).unwrap();
        let entry = mailbox.mails().unwrap().next().unwrap();
        let mut stream = mailbox.reader().stream(entry.place).unwrap();
        [
            key(&entry.octets.unwrap()),
            key_of_stream(&mut stream).unwrap(),
        ]
    }

    #[test]
    fn a_mail_has_one_key_however_it_is_read() {
        let long = [&b"x"[..], &[b' '; 3 * PADDING], b"\n"].concat();
        let exact = [&b"x\n"[..], &[b'\t'; PADDING - 1]].concat();
        let spaced = [&long[..], b"y \n\n \nz\n"].concat();
        let line = [b'>'; 2 * PADDING];
        let bodies: [&[u8]; 8] = [
            b"",
            b"x",
            b"x\n\n\n",
            b">From me\n>>From you\n",
            &long,
            &exact,
            &spaced,
            &line,
        ];
        let mut keys = Vec::new();
        for body in bodies {
            let [memory, stream] = both(body);
            assert_eq!(memory, stream, "{} octets", body.len());
            keys.push(memory);
        }
        assert_eq!(keys[1].1, keys[2].1, "a line end more");
        assert_ne!(keys[1].0, keys[2].0);
        assert_ne!(keys[1].1, keys[4].1, "much more than a line end");
    }
}
