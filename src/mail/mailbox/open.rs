//! [`Mailbox`]: any mailbox by its path, to be gone through and to be read from again.

use alloc::boxed::Box;
use alloc::string::ToString;
use alloc::sync::Arc;
use alloc::vec::Vec;
use std::fs::{self, File};
use std::io::{BufReader, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use super::files::{self, Files};
use super::{Dialect, Entry, MailStream, MailboxError, MailboxOptions, Mbox, Place};
use crate::report::{Finding, codes};

/// What kind of mailbox something is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum MailboxKind {
    /// One file, in which mails begin with a line `From `.
    Mbox,
    /// A folder with `cur` and `new` in it, and a file for each mail.
    Maildir,
    /// A folder of files that end in `.eml`.
    Folder,
}

/// A mailbox on disk, to be gone through with [`mails`](Mailbox::mails) and read from again by
/// place with a [`reader`](Mailbox::reader).
#[derive(Clone, Debug)]
pub struct Mailbox {
    options: MailboxOptions,
    what: What,
}

#[derive(Clone, Debug)]
enum What {
    Mbox {
        path: PathBuf,
        dialect: Dialect,
    },
    Files {
        kind: MailboxKind,
        files: Arc<Files>,
    },
}

impl Mailbox {
    /// Finds out what lies at the path. Folders are listed now; no mail is read yet.
    ///
    /// # Errors
    /// [`codes::MAILBOX_UNREADABLE`]; [`codes::MAILBOX_UNKNOWN`] if nothing looks like a mailbox
    /// and [`MailboxOptions::kind`] says nothing.
    pub fn open(path: impl AsRef<Path>, options: &MailboxOptions) -> Result<Self, MailboxError> {
        let path = path.as_ref();
        let about = fs::metadata(path).map_err(MailboxError::io)?;
        let kind = match options.kind {
            Some(kind) => Some(kind),
            None if about.is_dir() && files::is_maildir(path) => Some(MailboxKind::Maildir),
            None if about.is_dir() => Some(MailboxKind::Folder),
            None => None,
        };
        let unknown = || MailboxError::new(Finding::new(codes::MAILBOX_UNKNOWN));
        let what = match kind {
            Some(kind @ MailboxKind::Maildir) => What::Files {
                kind,
                files: Arc::new(Files::maildir(path, options)?),
            },
            Some(kind @ MailboxKind::Folder) => {
                let files = Files::folder(path, options)?;
                if files.is_empty() && options.kind.is_none() {
                    return Err(unknown());
                }
                What::Files {
                    kind,
                    files: Arc::new(files),
                }
            }
            // A pipe cannot be read twice, and may never end.
            Some(MailboxKind::Mbox) | None if !about.is_file() => return Err(unknown()),
            Some(MailboxKind::Mbox) | None => {
                if kind.is_none() && !begins_like_mbox(path)? {
                    return Err(unknown());
                }
                let file = File::open(path).map_err(MailboxError::io)?;
                What::Mbox {
                    path: path.to_path_buf(),
                    dialect: Mbox::new(file, options)?.dialect(),
                }
            }
        };
        Ok(Mailbox {
            options: *options,
            what,
        })
    }

    /// What it is.
    pub const fn kind(&self) -> MailboxKind {
        match &self.what {
            What::Mbox { .. } => MailboxKind::Mbox,
            What::Files { kind, .. } => *kind,
        }
    }

    /// The dialect of an mbox.
    pub const fn dialect(&self) -> Option<Dialect> {
        match &self.what {
            What::Mbox { dialect, .. } => Some(*dialect),
            What::Files { .. } => None,
        }
    }

    /// How many mails there are, where that is known without reading them.
    pub fn count(&self) -> Option<usize> {
        match &self.what {
            What::Mbox { .. } => None,
            What::Files { files, .. } => Some(files.len()),
        }
    }

    /// What is in the folder and is not read: links, special files, other files.
    pub fn findings(&self) -> &[Finding] {
        match &self.what {
            What::Mbox { .. } => &[],
            What::Files { files, .. } => files.findings(),
        }
    }

    /// The name of a mail, by its number from 0.
    #[cfg(feature = "store")]
    pub(in crate::mail) fn name(&self, number: usize) -> alloc::string::String {
        match &self.what {
            What::Mbox { .. } => (number + 1).to_string(),
            What::Files { files, .. } => files.name(number),
        }
    }

    /// Every mail, one at a time.
    ///
    /// # Errors
    /// [`codes::MAILBOX_UNREADABLE`].
    pub fn mails(&self) -> Result<Mails, MailboxError> {
        let inner = match &self.what {
            What::Mbox { path, dialect } => {
                let file = File::open(path).map_err(MailboxError::io)?;
                let mut options = self.options;
                options.dialect = Some(*dialect);
                Inner::Mbox(Box::new(Mbox::new(file, &options)?))
            }
            What::Files { files, .. } => Inner::Files {
                files: files.clone(),
                next: 0,
            },
        };
        Ok(Mails { inner })
    }

    /// Reads mails again, by their places. Each thread needs its own.
    pub const fn reader(&self) -> MailReader<'_> {
        MailReader {
            mailbox: self,
            file: None,
        }
    }
}

/// Whether a file begins as an mbox does. One without a mail in it is empty.
fn begins_like_mbox(path: &Path) -> Result<bool, MailboxError> {
    let mut start = Vec::new();
    let file = File::open(path).map_err(MailboxError::io)?;
    let mut file = BufReader::new(file).take(64 * 1024);
    file.read_to_end(&mut start).map_err(MailboxError::io)?;
    let text = start.trim_ascii_start();
    Ok(text.is_empty() || text.starts_with(b"From "))
}

/// The mails of a mailbox, one at a time.
pub struct Mails {
    inner: Inner,
}

enum Inner {
    Mbox(Box<Mbox<File>>),
    Files { files: Arc<Files>, next: usize },
}

/// Every mail of the mailbox at a path, one at a time: its name, and its octets or an error.
///
/// # Errors
/// Those of [`Mailbox::open`].
///
/// ```no_run
/// use mimi_codec::mail::mailbox::{self, MailboxOptions};
///
/// for mail in mailbox::mails("inbox.mbox", &MailboxOptions::default())? {
///     match mail.octets {
///         Ok(octets) => println!("{}: {} octets", mail.name, octets.len()),
///         Err(error) => println!("{}: {error}", mail.name),
///     }
/// }
/// # Ok::<(), mimi_codec::mail::mailbox::MailboxError>(())
/// ```
pub fn mails(path: impl AsRef<Path>, options: &MailboxOptions) -> Result<Mails, MailboxError> {
    Mailbox::open(path, options)?.mails()
}

impl Iterator for Mails {
    type Item = Entry;

    fn next(&mut self) -> Option<Entry> {
        match &mut self.inner {
            Inner::Mbox(mbox) => mbox.next(),
            Inner::Files { files, next } => {
                let entry = files.entry(*next)?;
                *next += 1;
                Some(entry)
            }
        }
    }
}

/// Reads mails of a mailbox again.
pub struct MailReader<'m> {
    mailbox: &'m Mailbox,
    file: Option<File>,
}

impl MailReader<'_> {
    /// The mail that lay there.
    ///
    /// # Errors
    /// [`codes::MAILBOX_UNREADABLE`], [`codes::MAILBOX_CHANGED`], [`codes::MAIL_OVER_LIMIT`].
    pub fn read(&mut self, place: Place) -> Result<Vec<u8>, MailboxError> {
        let (path, dialect) = match &self.mailbox.what {
            What::Files { files, .. } => return files.read(place.at),
            What::Mbox { path, dialect } => (path, *dialect),
        };
        let file = match &mut self.file {
            Some(file) => file,
            none => none.insert(File::open(path).map_err(MailboxError::io)?),
        };
        let octets = usize::try_from(place.octets).unwrap_or(usize::MAX);
        if octets > self.mailbox.options.max_mail {
            let limit = self.mailbox.options.max_mail;
            return Err(MailboxError::over(place.octets, limit));
        }
        file.seek(SeekFrom::Start(place.at))
            .map_err(MailboxError::io)?;
        let mut raw = Vec::with_capacity(octets);
        file.take(place.octets)
            .read_to_end(&mut raw)
            .map_err(MailboxError::io)?;
        if raw.len() != octets {
            return Err(MailboxError::new(
                Finding::new(codes::MAILBOX_CHANGED)
                    .found(raw.len().to_string())
                    .expected(octets.to_string()),
            ));
        }
        Ok(dialect.unquote(raw))
    }

    /// The mail that lies there, of any size, as a stream.
    ///
    /// # Errors
    /// [`codes::MAILBOX_UNREADABLE`], [`codes::MAILBOX_CHANGED`].
    pub fn stream(&self, place: Place) -> Result<MailStream, MailboxError> {
        match &self.mailbox.what {
            What::Files { files, .. } => {
                let (file, octets) = files.open(place.at)?;
                Ok(MailStream::new(file.take(octets), None))
            }
            What::Mbox { path, dialect } => {
                let mut file = File::open(path).map_err(MailboxError::io)?;
                file.seek(SeekFrom::Start(place.at))
                    .map_err(MailboxError::io)?;
                Ok(MailStream::new(file.take(place.octets), Some(*dialect)))
            }
        }
    }
}
