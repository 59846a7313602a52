//! [`Mails`]: the mails of mailboxes as messages that know what they reply to.

use std::io;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use mimi_codec::mail::DiskResolver;
use mimi_codec::mail::archive::{self, ArchiveOptions, Event, Made, Refused, Sink, SinkError};
use mimi_codec::mail::mailbox::{Mailbox, MailboxKind, MailboxOptions};
use mimi_codec::report::{Finding, Severity};

use crate::failure::{Failure, Outcome};
use crate::findings::Findings;

/// The same mail is the same message every time it is read.
pub(super) const SEED: &[u8] = b"mimi room";

/// A message that a mail became.
pub(super) struct Mail {
    /// The name of the mail: `inbox.mbox:12`, or the path of its file.
    pub(super) name: String,
    pub(super) octets: Vec<u8>,
}

/// What the mails became that were read so far.
#[derive(Default)]
pub(super) struct Mails {
    store: Option<DiskResolver>,
}

impl Mails {
    /// The mails that were not read before, as messages.
    pub(super) fn read(
        &mut self,
        path: &Path,
        kind: MailboxKind,
        room: Option<&str>,
        findings: &mut Findings,
    ) -> Outcome<Vec<Mail>> {
        let name = path.display().to_string();
        let mut options = MailboxOptions::default();
        options.kind = Some(kind);
        let mailbox = match Mailbox::open(path, &options) {
            Ok(mailbox) => mailbox,
            Err(error) => return Err(Failure::Io(format!("{name}: {error}"))),
        };
        let store = match &mut self.store {
            Some(store) => store,
            none => none.insert(temporary_store()?),
        };
        let mut options = ArchiveOptions::default();
        options.import.seed = Some(SEED.into());
        options.import.room = room.map(Into::into);
        let inside = |source: &str| match kind {
            MailboxKind::Mbox => format!("{name}:{source}"),
            _ => path.join(source).display().to_string(),
        };
        let sink = Collected::default();
        let done = archive::convert(&mailbox, store, &options, &sink, &mut |event| {
            if let Event::Finding { source, finding } = event {
                let file = source.map_or_else(|| name.clone(), &inside);
                findings.add(match finding.file {
                    Some(_) => finding,
                    None => finding.file(file),
                });
            }
        });
        if let Err(error) = done {
            let finding: Finding = error.into_finding();
            findings.add(finding.severity(Severity::Error).file(name.clone()));
        }
        let mut made = sink
            .made
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner);
        // Several threads convert; the order is that of the mailbox.
        made.sort_by_key(|(ordinal, ..)| *ordinal);
        let mails = made.into_iter().map(|(_, source, octets)| Mail {
            name: inside(&source),
            octets,
        });
        Ok(mails.collect())
    }
}

/// A store for as long as the program runs. Where the system allows it, it has no name any more.
fn temporary_store() -> Outcome<DiskResolver> {
    let failed = |error: io::Error| Failure::io("write", "a temporary file", &error);
    let folder = tempfile::tempdir().map_err(failed)?;
    let store = DiskResolver::open(folder.path().join("mails.redb"))
        .map_err(|error| Failure::Io(format!("a temporary file: {error}")))?;
    drop(folder);
    Ok(store)
}

/// Messages in memory.
#[derive(Default)]
struct Collected {
    made: Mutex<Vec<(u64, String, Vec<u8>)>>,
}

impl Sink for Collected {
    fn message(&self, made: &Made<'_>) -> Result<Vec<Finding>, SinkError> {
        let mut all = self.made.lock().unwrap_or_else(PoisonError::into_inner);
        all.push((made.ordinal, made.source.to_owned(), made.octets.to_vec()));
        Ok(Vec::new())
    }

    /// The finding about it says enough; the mail is where it was.
    fn refused(&self, _: &Refused<'_>) -> io::Result<()> {
        Ok(())
    }
}
