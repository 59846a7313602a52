//! [`Mails`]: mails of a conversation become messages together, so that each reply finds what it
//! replies to. Single mails are laid in a folder of their own for that.

use std::cell::RefCell;
use std::collections::HashMap;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use mimi_codec::document::Format;
use mimi_codec::mail::DiskResolver;
use mimi_codec::mail::archive::{self, ArchiveOptions, Event, Made, Refused, Sink, SinkError};
use mimi_codec::mail::mailbox::{Mailbox, MailboxKind, MailboxOptions};
use mimi_codec::report::{Finding, Severity};
use tempfile::TempDir;

use crate::failure::{Failure, Outcome};

/// The same mail is the same message every time it is read.
const SEED: &[u8] = b"mimi room";

/// A message made from a mail.
pub(super) struct Mailed {
    /// The mail, by the name of its file, or of its mailbox and its number in it.
    pub(super) name: String,
    pub(super) octets: Vec<u8>,
}

/// What mails became so far: a mail that comes later still finds the messages of earlier ones.
pub(super) struct Mails {
    store: DiskResolver,
    /// Holds the store and single mails, and goes when the conversation does.
    folder: TempDir,
    rounds: u32,
}

/// Whether a path is a mailbox as a whole.
pub(super) fn is_mailbox(path: &Path) -> bool {
    let ending = path.extension().unwrap_or_default();
    let named = ["mbox", "mbx"]
        .iter()
        .any(|it| ending.eq_ignore_ascii_case(it));
    match path.is_dir() {
        true => ["cur", "new"].iter().all(|inner| path.join(inner).is_dir()),
        false => named,
    }
}

/// Whether a path is a single mail.
pub(super) fn is_mail(path: &Path) -> bool {
    Format::from_path(&path.to_string_lossy()) == Some(Format::Eml)
}

impl Mails {
    pub(super) fn new() -> Outcome<Self> {
        let folder = tempfile::tempdir()
            .map_err(|error| Failure::io("create", "a temporary folder", &error))?;
        let place = folder.path().join("mails.redb");
        let store =
            DiskResolver::open(&place).map_err(|error| Failure::Io(error.finding().to_string()))?;
        Ok(Mails {
            store,
            folder,
            rounds: 0,
        })
    }

    /// Single mails, together.
    pub(super) fn files(
        &mut self,
        paths: &[&PathBuf],
        room: Option<&str>,
        tell: &mut dyn FnMut(Finding),
    ) -> Vec<Mailed> {
        self.rounds += 1;
        let folder = self.folder.path().join(self.rounds.to_string());
        let mut names = HashMap::new();
        let mut laid = std::fs::create_dir(&folder);
        for (number, path) in paths.iter().enumerate() {
            let name = format!("{number:08}.eml");
            laid = laid.and_then(|()| std::fs::copy(path, folder.join(&name)).map(drop));
            names.insert(name, path.display().to_string());
        }
        if let Err(error) = laid {
            let what = Failure::io("read", "the mails", &error);
            tell(super::load::unreadable(what));
            return Vec::new();
        }
        let name = |source: &str| names.get(source).cloned().unwrap_or_default();
        let mut options = MailboxOptions::default();
        options.kind = Some(MailboxKind::Folder);
        let made = self.convert(&folder, &options, room, &name, tell);
        // What stays behind goes with the folder around it.
        let _ = std::fs::remove_dir_all(&folder);
        made
    }

    /// The mails of a mailbox.
    pub(super) fn mailbox(
        &mut self,
        path: &Path,
        room: Option<&str>,
        tell: &mut dyn FnMut(Finding),
    ) -> Vec<Mailed> {
        let folder = path.is_dir();
        let name = |source: &str| match folder {
            true => path.join(source).display().to_string(),
            false => format!("{}:{source}", path.display()),
        };
        self.convert(path, &MailboxOptions::default(), room, &name, tell)
    }

    fn convert(
        &mut self,
        path: &Path,
        options: &MailboxOptions,
        room: Option<&str>,
        name: &dyn Fn(&str) -> String,
        tell: &mut dyn FnMut(Finding),
    ) -> Vec<Mailed> {
        // Events and the end of the run both tell.
        let tell = RefCell::new(tell);
        let refuse = |finding: Finding| {
            let finding = finding.severity(Severity::Error);
            tell.borrow_mut()(finding.file(path.display().to_string()));
        };
        let mailbox = match Mailbox::open(path, options) {
            Ok(mailbox) => mailbox,
            Err(error) => {
                refuse(error.into_finding());
                return Vec::new();
            }
        };
        let mut archive = ArchiveOptions::default();
        archive.import.seed = Some(SEED.into());
        archive.import.room = room.map(|room| room.to_owned().into());
        let sink = Collected::default();
        let done = archive::convert(&mailbox, &self.store, &archive, &sink, &mut |event| {
            if let Event::Finding { source, finding } = event {
                let finding = match source {
                    Some(source) => finding.file(name(source)),
                    None => finding,
                };
                tell.borrow_mut()(finding);
            }
        });
        if let Err(error) = done {
            refuse(error.into_finding());
        }
        let mut made = sink.0.into_inner().unwrap_or_default();
        // Stable: the messages of one mail stay in their order.
        made.sort_by_key(|(ordinal, ..)| *ordinal);
        let mailed = made.into_iter().map(|(_, source, octets)| Mailed {
            name: name(&source),
            octets,
        });
        mailed.collect()
    }
}

/// The messages of a run: number of the mail, its name, octets.
#[derive(Default)]
struct Collected(Mutex<Vec<(u64, String, Vec<u8>)>>);

impl Sink for Collected {
    fn messages(&self, mail: &[Made<'_>]) -> Result<Vec<Finding>, SinkError> {
        let made = mail
            .iter()
            .map(|made| (made.ordinal, made.source.to_owned(), made.octets.to_vec()));
        match self.0.lock() {
            Ok(mut messages) => messages.extend(made),
            Err(_) => return Err(io::Error::other("a thread ended early").into()),
        }
        Ok(Vec::new())
    }

    fn refused(&self, _: &Refused<'_>) -> io::Result<()> {
        // The finding was told, and the mail stays where it is.
        Ok(())
    }
}
