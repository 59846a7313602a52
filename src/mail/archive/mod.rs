//! A whole mailbox becomes messages, in one run or in several.
//!
//! The ID of a reply covers the ID of what it replies to, so the order matters. The first pass
//! reads every header, gives each mail a number that it keeps, and finds the order; the second
//! converts the mails, each behind those that it refers to, on several threads. What each mail
//! became is written down in a [`DiskResolver`](crate::mail::DiskResolver) as the run goes on, so
//! that a run that was killed goes on where it stopped, and a mail is never converted twice.
//!
//! What cannot be had in order:
//! * A mail that comes in a later run than one that refers to it. The earlier message keeps its
//!   octets and its ID; the link is recorded ([`Summary::late_links`],
//!   [`codes::LATE_LINK`](crate::report::codes::LATE_LINK)).
//! * Mails that refer to each other in a circle. One link is left out and recorded in the same way.
//! * A Message-ID that several mails have. The first one keeps it; the same mail again, by its
//!   body, makes no second message.
//! * A mail without an emoji takes back the reactions of its author that are known: those of
//!   earlier runs, and those of this mailbox with an earlier date.
//!
//! The same mails in the same runs, with the same seed and room, give the same octets and IDs on
//! every machine, whatever the number of threads. Memory holds one mail for each thread, and about
//! 150 octets for each mail of the mailbox.

mod error;
mod key;
mod order;
mod plan;
mod run;

use alloc::borrow::Cow;
use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;
use std::io;

pub use error::ArchiveError;
pub use run::convert;

use crate::mail::mailbox::MailStream;
use crate::mail::{Cut, ImportOptions, LateLink};
use crate::message::MessageId;
use crate::report::Finding;

/// The room of messages when nobody names one.
pub const DEFAULT_ROOM: &str = "mimi://local.invalid/r/mailbox";

/// How a mailbox is converted. Made with [`ArchiveOptions::default`], then changed.
#[derive(Clone, Default)]
#[non_exhaustive]
pub struct ArchiveOptions<'a> {
    /// How each mail is read. The resolver is set by the run. Without a room it is
    /// [`DEFAULT_ROOM`]; without a seed the first run draws one and keeps it in the store.
    pub import: ImportOptions<'a>,
    /// URI of the sender of mails that name none.
    pub sender: Option<Cow<'a, str>>,
    /// Refuses a mail that a message cannot carry whole: one with a finding that weighs a warning.
    pub strict: bool,
    /// Threads that convert; 0 stands for as many as the machine has.
    pub threads: usize,
}

/// Where the messages go. Called from several threads at once.
pub trait Sink: Sync {
    /// Takes the messages of one mail, one or more; may add findings. All of them or none: a mail
    /// that is refused leaves nothing behind but what [`refused`](Sink::refused) saves.
    ///
    /// # Errors
    /// [`SinkError::Refuse`] if one of them is not wanted, [`SinkError::Io`] to end the run.
    fn messages(&self, mail: &[Made<'_>]) -> Result<Vec<Finding>, SinkError>;

    /// Takes a mail that was refused, to be saved.
    ///
    /// # Errors
    /// Ends the run.
    fn refused(&self, refused: &Refused<'_>) -> io::Result<()>;

    /// Takes a mail that was refused because it is larger than
    /// [`MailboxOptions::max_mail`](crate::mail::mailbox::MailboxOptions::max_mail), to be saved
    /// without holding it in memory: [`Refused::octets`] is empty, the mail is what `octets`
    /// reads. Unless implemented, it stays in the mailbox only.
    ///
    /// # Errors
    /// Ends the run.
    fn refused_large(&self, refused: &Refused<'_>, octets: &mut MailStream) -> io::Result<()> {
        let _ = (refused, octets);
        Ok(())
    }
}

/// Why the messages of a mail were not taken.
#[derive(Debug, thiserror::Error)]
pub enum SinkError {
    /// The mail is refused, and the run goes on.
    #[error("{0}")]
    Refuse(Box<Finding>),
    /// Nothing more can be written.
    #[error("{0}")]
    Io(#[from] io::Error),
}

impl SinkError {
    /// The mail is refused, and the run goes on.
    pub fn refuse(finding: Finding) -> Self {
        SinkError::Refuse(Box::new(finding))
    }
}

/// A message that a mail became.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Made<'m> {
    /// The number that the mail keeps through all runs, from 1.
    pub ordinal: u64,
    /// A name for the message that no other one of the conversion has: the number of the mail, and
    /// the beginning of the message ID.
    pub name: String,
    /// The name of the mail in its mailbox.
    pub source: &'m str,
    /// The message ID, if sender and room are known.
    pub id: Option<MessageId>,
    /// The octets of the message.
    pub octets: &'m [u8],
    /// Quotes and signatures that were cut on request.
    pub cut: &'m [Cut],
}

/// A mail that was refused.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Refused<'m> {
    /// The number that the mail keeps through all runs, from 1.
    pub ordinal: u64,
    /// The name of the mail in its mailbox.
    pub source: &'m str,
    /// The mail; empty in [`Sink::refused_large`].
    pub octets: &'m [u8],
    /// Why.
    pub finding: &'m Finding,
}

/// Something to tell whoever watches a run.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum Event<'e> {
    /// So many mails were looked at in the first pass.
    Indexed(u64),
    /// So many of so many mails were converted or refused in the second pass.
    Converted {
        /// Mails that are done.
        done: u64,
        /// Mails of this run.
        of: u64,
    },
    /// Something about a mail. Within a run the order is always the same.
    Finding {
        /// The name of the mail in its mailbox, if it is about one.
        source: Option<&'e str>,
        /// What.
        finding: Finding,
    },
}

/// What became of a mailbox.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Summary {
    /// Mails that were found.
    pub mails: u64,
    /// Mails that were converted in this run.
    pub converted: u64,
    /// Messages that they became.
    pub messages: u64,
    /// Mails that an earlier run had converted.
    pub before: u64,
    /// Mails that were the same as another one.
    pub repeated: u64,
    /// Mails that were refused.
    pub refused: u64,
    /// Links that became known in this run, but too late for the message they belong to.
    pub late_links: Vec<LateLink>,
}
