//! [`Source`]: what a call names, file by file and mailbox by mailbox.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use mimi_codec::document::Format;
use mimi_codec::mail::mailbox::MailboxKind;

use crate::failure::{Failure, Outcome};

/// Something that messages are read from.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Source {
    /// One document.
    File(PathBuf),
    /// Mails: an mbox, a Maildir, or the mails in a folder.
    Mailbox(PathBuf, MailboxKind),
}

/// How a source was seen: octets or files in it, and when it was changed last.
pub(super) type Seen = (u64, Option<SystemTime>);

/// Where the mails of a Maildir lie.
const MAILDIR: [&str; 2] = ["cur", "new"];

/// What to read: the files that are named, and what is in the folders that are.
pub(super) fn named(inputs: &[PathBuf]) -> Outcome<Vec<Source>> {
    let mut sources = Vec::new();
    for input in inputs {
        if !input.is_dir() {
            sources.push(match is_mbox(input) {
                true => Source::Mailbox(input.clone(), MailboxKind::Mbox),
                false => Source::File(input.clone()),
            });
        } else if MAILDIR.iter().any(|part| input.join(part).is_dir()) {
            sources.push(Source::Mailbox(input.clone(), MailboxKind::Maildir));
        } else {
            sources.extend(folder(input)?);
        }
    }
    Ok(sources)
}

/// A mailbox in one file has one of two endings; without an ending it begins with `From `.
fn is_mbox(path: &Path) -> bool {
    let Some(ending) = path.extension() else {
        let mut start = [0; 5];
        let read = fs::File::open(path)
            .and_then(|mut file| std::io::Read::read_exact(&mut file, &mut start));
        return path.is_file() && read.is_ok() && start == *b"From ";
    };
    ["mbox", "mbx"]
        .iter()
        .any(|known| ending.eq_ignore_ascii_case(known))
}

/// The messages in a folder, by name. Texts are left out: a folder of messages has a README. Mails
/// are read together, because they refer to each other.
fn folder(path: &Path) -> Outcome<Vec<Source>> {
    let failed = |error: &std::io::Error| Failure::io("read", path.display(), error);
    let mut found = Vec::new();
    let mut mails = false;
    for entry in fs::read_dir(path).map_err(|error| failed(&error))? {
        let file = entry.map_err(|error| failed(&error))?.path();
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        if name.starts_with('.') || !file.is_file() {
            continue;
        }
        match Format::from_path(&name) {
            Some(Format::Eml) => mails = true,
            Some(Format::Cbor | Format::Edn | Format::Hex | Format::Json) => found.push(file),
            _ => {}
        }
    }
    found.sort_by_cached_key(|path| natural(&path.to_string_lossy()));
    let mut sources: Vec<Source> = found.into_iter().map(Source::File).collect();
    if mails {
        sources.push(Source::Mailbox(path.to_owned(), MailboxKind::Folder));
    }
    Ok(sources)
}

impl Source {
    pub(super) fn path(&self) -> &Path {
        match self {
            Source::File(path) | Source::Mailbox(path, _) => path,
        }
    }

    /// How the source is now; none if it is gone.
    pub(super) fn seen(&self) -> Option<Seen> {
        let about = fs::metadata(self.path()).ok()?;
        if !about.is_dir() {
            return Some((about.len(), about.modified().ok()));
        }
        let folders = [self.path().to_owned()].into_iter();
        let folders = folders.chain(MAILDIR.iter().map(|part| self.path().join(part)));
        let files = folders
            .filter_map(|folder| fs::read_dir(folder).ok())
            .flatten()
            .filter_map(|entry| entry.ok()?.metadata().ok());
        Some(
            files.fold((0, about.modified().ok()), |(octets, newest), file| {
                (octets + 1 + file.len(), newest.max(file.modified().ok()))
            }),
        )
    }
}

/// A key that puts `2.cbor` before `10.cbor`.
fn natural(name: &str) -> Vec<(String, u128)> {
    let mut pieces: Vec<(String, u128)> = Vec::new();
    let mut rest = name;
    while !rest.is_empty() {
        let digits = rest
            .find(|c: char| c.is_ascii_digit())
            .unwrap_or(rest.len());
        let (text, after) = rest.split_at(digits);
        let end = after
            .find(|c: char| !c.is_ascii_digit())
            .unwrap_or(after.len());
        let (number, next) = after.split_at(end);
        pieces.push((text.to_lowercase(), number.parse().unwrap_or(u128::MAX)));
        rest = next;
    }
    pieces
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_in_the_order_people_expect() {
        let mut names = [
            "10.cbor",
            "B1",
            "2.cbor",
            "a",
            "b2",
            "1.cbor",
            "999999999999999999999999999999999999999999",
        ];
        names.sort_by_cached_key(|name| natural(name));
        assert_eq!(
            names,
            [
                "1.cbor",
                "2.cbor",
                "10.cbor",
                "999999999999999999999999999999999999999999",
                "a",
                "B1",
                "b2"
            ]
        );
    }
}
