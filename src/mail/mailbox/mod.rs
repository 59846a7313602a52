//! Mailboxes: an mbox in any of its four dialects, a Maildir, a folder of mails; and back to an
//! mbox.
//!
//! Mails are handed out one at a time, so memory is bounded by the largest mail that
//! [`MailboxOptions::max_mail`] allows. What cannot be read is handed out as an error in its
//! place, and the mails after it are read all the same.
//!
//! ```
//! use mimi_codec::mail::mailbox::{Mbox, MailboxOptions};
//!
//! let file = b"From alice@example.com Fri Feb 13 23:31:30 2009\nSubject: one\n\n>From me\n\n\
//!              From bob@example.com Fri Feb 13 23:31:31 2009\nSubject: two\n\nhi\n";
//! let mails: Vec<_> = Mbox::new(&file[..], &MailboxOptions::default())?.collect();
//! assert_eq!(mails[0].octets.as_ref().unwrap(), b"Subject: one\n\nFrom me\n");
//! assert_eq!(mails[1].octets.as_ref().unwrap(), b"Subject: two\n\nhi\n");
//! # Ok::<(), mimi_codec::mail::mailbox::MailboxError>(())
//! ```

mod dialect;
mod error;
mod files;
mod from_line;
mod lines;
mod mbox;
mod open;
mod stream;
mod writer;

use alloc::string::String;
use alloc::vec::Vec;

pub use dialect::Dialect;
#[cfg(feature = "store")]
pub(super) use dialect::body_of;
pub use error::MailboxError;
pub use files::{MailFolder, Maildir};
pub use mbox::Mbox;
pub use open::{MailReader, Mailbox, MailboxKind, Mails, mails};
pub use stream::MailStream;
pub use writer::MboxWriter;

use crate::report::Finding;

/// How a mailbox is read. Made with [`MailboxOptions::default`], then changed field by field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct MailboxOptions {
    /// Octets of the largest mail that is read; unless changed, 64 MiB.
    pub max_mail: usize,
    /// The dialect of an mbox; unless told, it is found out from its beginning.
    pub dialect: Option<Dialect>,
    /// What the mailbox is; unless told, it is found out.
    pub kind: Option<MailboxKind>,
}

impl Default for MailboxOptions {
    fn default() -> Self {
        MailboxOptions {
            max_mail: 64 << 20,
            dialect: None,
            kind: None,
        }
    }
}

/// One mail of a mailbox.
#[derive(Debug)]
#[non_exhaustive]
pub struct Entry {
    /// Its name for people: the number in an mbox, from 1, or the path inside the folder.
    pub name: String,
    /// Where it lies, to read it again with [`MailReader::read`].
    pub place: Place,
    /// The mail, without what the mailbox wrapped around it.
    pub octets: Result<Vec<u8>, MailboxError>,
    /// In an mbox, what its `From ` line says: the sender of the envelope and the time of
    /// delivery. It is no part of the mail.
    pub envelope: Option<String>,
    /// In a Maildir, the letters of its flags: `S` seen, `R` replied, `F` flagged, `T` trashed,
    /// `D` draft, `P` passed on.
    pub flags: String,
    /// What was noticed about how it lies in the mailbox.
    pub findings: Vec<Finding>,
}

/// Where a mail lies in its mailbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Place {
    /// Offset in an mbox; number of the file in a folder.
    pub(super) at: u64,
    /// Octets there, before any quoting is undone.
    pub(in crate::mail) octets: u64,
}
