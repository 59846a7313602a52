//! [`Maildir`] and [`MailFolder`]: mails that are files of their own. Only regular files are
//! opened: a link may lead out of the folder, and a pipe may never end.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use std::fs::{self, File, FileType};
use std::io::Read;
use std::path::{Path, PathBuf};

use super::{Entry, MailboxError, MailboxOptions, Place};
use crate::report::{Finding, Severity, codes};

/// Endings of files that are mails.
static ENDINGS: &[&str] = &["eml", "mail", "mime", "mbs"];

/// Folders inside each other that are looked into.
const LEVELS: usize = 64;

/// The parts of a Maildir with mails in them; what is in `tmp` has not arrived yet.
static PARTS: &[&str] = &["cur", "new"];

/// The files of a mailbox.
#[derive(Clone, Debug)]
pub(super) struct Files {
    root: PathBuf,
    /// Inside the root, in order.
    paths: Vec<PathBuf>,
    limit: usize,
    findings: Vec<Finding>,
}

impl Files {
    fn new(root: &Path, options: &MailboxOptions) -> Self {
        Files {
            root: root.to_path_buf(),
            paths: Vec::new(),
            limit: options.max_mail,
            findings: Vec::new(),
        }
    }

    pub(super) fn maildir(root: &Path, options: &MailboxOptions) -> Result<Self, MailboxError> {
        let mut files = Files::new(root, options);
        for (path, kind) in listed(root)? {
            let part = PARTS.iter().any(|part| path == Path::new(part));
            match (part, kind.is_dir()) {
                (true, true) => files.part(&path)?,
                // Folders of a Maildir are mailboxes of their own.
                (false, true) if path != Path::new("tmp") => {
                    files.skip(&path, "a folder", Severity::Note);
                }
                (true, false) => files.skip(&path, what(kind), Severity::Warning),
                _ => {}
            }
        }
        files.paths.sort();
        Ok(files)
    }

    /// `cur` or `new`.
    fn part(&mut self, part: &Path) -> Result<(), MailboxError> {
        for (name, kind) in listed(&self.root.join(part))? {
            let path = part.join(&name);
            match kind.is_file() {
                _ if is_hidden(&name) => {}
                true => self.paths.push(path),
                false => self.skip(&path, what(kind), Severity::Warning),
            }
        }
        Ok(())
    }

    pub(super) fn folder(root: &Path, options: &MailboxOptions) -> Result<Self, MailboxError> {
        let mut files = Files::new(root, options);
        let mut open = alloc::vec![PathBuf::new()];
        while let Some(folder) = open.pop() {
            for (name, kind) in listed(&root.join(&folder))? {
                let path = folder.join(&name);
                if is_hidden(&name) {
                    continue;
                }
                if kind.is_dir() && path.components().count() < LEVELS {
                    open.push(path);
                } else if !kind.is_file() {
                    files.skip(&path, what(kind), Severity::Warning);
                } else if is_mail(&path) {
                    files.paths.push(path);
                } else {
                    files.skip(&path, "another file", Severity::Note);
                }
            }
        }
        files.paths.sort();
        Ok(files)
    }

    fn skip(&mut self, path: &Path, found: &'static str, severity: Severity) {
        let finding = Finding::new(codes::MAILBOX_ENTRY_SKIPPED)
            .severity(severity)
            .file(path.to_string_lossy())
            .found(found);
        self.findings.push(finding);
    }

    pub(super) fn findings(&self) -> &[Finding] {
        &self.findings
    }

    pub(super) fn is_empty(&self) -> bool {
        self.paths.is_empty()
    }

    pub(super) fn len(&self) -> usize {
        self.paths.len()
    }

    /// Opens the file of a mail; says how many octets it has.
    pub(super) fn open(&self, number: u64) -> Result<(File, u64), MailboxError> {
        let changed = || MailboxError::new(Finding::new(codes::MAILBOX_CHANGED));
        let number = usize::try_from(number).map_err(|_| changed())?;
        let path = self.paths.get(number).ok_or_else(changed)?;
        let path = self.root.join(path);
        // It was a regular file when it was listed; that may have changed.
        let is_file = |path: &Path| fs::symlink_metadata(path).map(|about| about.is_file());
        if !is_file(&path).map_err(MailboxError::io)? {
            return Err(changed());
        }
        let file = File::open(&path).map_err(MailboxError::io)?;
        let octets = file.metadata().map_err(MailboxError::io)?.len();
        Ok((file, octets))
    }

    pub(super) fn read(&self, number: u64) -> Result<Vec<u8>, MailboxError> {
        let (file, octets) = self.open(number)?;
        if octets > self.limit as u64 {
            return Err(MailboxError::over(octets, self.limit));
        }
        let mut mail = Vec::with_capacity(usize::try_from(octets).unwrap_or(0));
        file.take(self.limit as u64 + 1)
            .read_to_end(&mut mail)
            .map_err(MailboxError::io)?;
        match mail.len() > self.limit {
            true => Err(MailboxError::over(mail.len() as u64, self.limit)),
            false => Ok(mail),
        }
    }

    pub(super) fn name(&self, number: usize) -> String {
        let path = self.paths.get(number);
        path.map_or(String::new(), |path| path.to_string_lossy().to_string())
    }

    pub(super) fn entry(&self, number: usize) -> Option<Entry> {
        let path = self.paths.get(number)?;
        let octets = self.read(number as u64);
        Some(Entry {
            name: self.name(number),
            place: Place {
                at: number as u64,
                octets: octets.as_ref().map_or(0, |octets| octets.len() as u64),
            },
            octets,
            envelope: None,
            flags: flags(path),
            findings: Vec::new(),
        })
    }
}

/// The flags in a name such as `1234.abc.host:2,RS`.
fn flags(path: &Path) -> String {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    // Where a colon cannot stand in a name, other characters take its place.
    let info = name.rsplit_once([':', ';', '!']).map(|(_, info)| info);
    let flags = info.and_then(|info| info.strip_prefix("2,"));
    let letters = flags.unwrap_or_default().chars();
    letters.filter(char::is_ascii_alphabetic).collect()
}

fn is_hidden(name: &Path) -> bool {
    name.as_os_str().as_encoded_bytes().starts_with(b".")
}

fn is_mail(path: &Path) -> bool {
    path.extension().is_some_and(|ending| {
        ENDINGS
            .iter()
            .any(|known| ending.eq_ignore_ascii_case(known))
    })
}

fn what(kind: FileType) -> &'static str {
    match (kind.is_symlink(), kind.is_dir()) {
        (true, _) => "a symbolic link",
        (_, true) => "a folder",
        _ if kind.is_file() => "a file",
        _ => "a pipe, device or socket",
    }
}

/// What a folder holds, and what each is, without following links.
fn listed(folder: &Path) -> Result<Vec<(PathBuf, FileType)>, MailboxError> {
    let named = |error: std::io::Error| {
        MailboxError::io(std::io::Error::new(
            error.kind(),
            format!("{}: {error}", folder.display()),
        ))
    };
    let mut list = Vec::new();
    for entry in fs::read_dir(folder).map_err(named)? {
        let entry = entry.map_err(named)?;
        let kind = entry.file_type().map_err(named)?;
        list.push((PathBuf::from(entry.file_name()), kind));
    }
    list.sort_by(|(one, _), (other, _)| one.cmp(other));
    Ok(list)
}

/// Whether a folder is a Maildir.
pub(super) fn is_maildir(folder: &Path) -> bool {
    PARTS.iter().any(|part| folder.join(part).is_dir())
}

/// The mails of a Maildir: those in `cur` and `new`, by name.
#[derive(Debug)]
pub struct Maildir {
    files: Files,
    next: usize,
}

/// The mails of a folder and the folders in it: files that end in `.eml`, by name.
#[derive(Debug)]
pub struct MailFolder {
    files: Files,
    next: usize,
}

/// Both are lists of files; only the listing differs.
macro_rules! file_mailbox {
    ($name:ident, $list:ident) => {
        impl $name {
            /// Lists the mails.
            ///
            /// # Errors
            /// [`codes::MAILBOX_UNREADABLE`].
            pub fn open(
                path: impl AsRef<Path>,
                options: &MailboxOptions,
            ) -> Result<Self, MailboxError> {
                let files = Files::$list(path.as_ref(), options)?;
                Ok($name { files, next: 0 })
            }

            /// What is in the folder and was not read.
            pub fn findings(&self) -> &[Finding] {
                self.files.findings()
            }
        }

        impl Iterator for $name {
            type Item = Entry;

            fn next(&mut self) -> Option<Entry> {
                let entry = self.files.entry(self.next)?;
                self.next += 1;
                Some(entry)
            }
        }
    };
}

file_mailbox!(Maildir, maildir);
file_mailbox!(MailFolder, folder);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn flags_stand_behind_a_colon() {
        assert_eq!(flags(Path::new("cur/12.ab.host:2,RS")), "RS");
        assert_eq!(flags(Path::new("cur/12.ab.host;2,F")), "F");
        assert_eq!(flags(Path::new("new/12.ab.host")), "");
        assert_eq!(flags(Path::new("cur/12.ab.host:1,S")), "");
    }
}
