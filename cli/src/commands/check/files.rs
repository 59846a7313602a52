//! Which files are checked: what was named, and the documents in a folder.

use std::path::{Path, PathBuf};

use mimi_codec::document::Format;

use super::drafts::is_draft_file;
use crate::failure::{Failure, Outcome};

/// The inputs of a run.
#[derive(Debug, Default)]
pub(super) struct Inputs {
    /// What to read; `None` is standard input.
    pub(super) files: Vec<Option<PathBuf>>,
    /// Those of them that were found in folders.
    pub(super) in_folders: Vec<PathBuf>,
    /// Files in folders whose names are not those of documents.
    pub(super) left_out: usize,
}

/// Levels of folders that are looked into.
const LEVELS: usize = 64;

/// Lists what was named; folders give their documents, in the order of their names.
pub(super) fn collect(named: &[PathBuf]) -> Outcome<Inputs> {
    let mut inputs = Inputs::default();
    if named.is_empty() {
        inputs.files.push(None);
    }
    for path in named {
        if path == Path::new("-") {
            inputs.files.push(None);
        } else if path.is_dir() {
            folder(path, LEVELS, &mut inputs)?;
        } else {
            inputs.files.push(Some(path.clone()));
        }
    }
    if inputs.files.is_empty() {
        return Err(Failure::usage(
            "there is no document in the folder: none ends in .cbor, .edn, .hex, .pretty, .json or .eml, and none is an Internet-Draft",
        ));
    }
    Ok(inputs)
}

fn folder(path: &Path, levels: usize, inputs: &mut Inputs) -> Outcome<()> {
    let failed = |error: &std::io::Error| Failure::io("read", path.display(), error);
    if levels == 0 {
        return Err(Failure::usage(format!(
            "{} lies too deep; name it itself",
            path.display()
        )));
    }
    let mut entries = std::fs::read_dir(path)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .map_err(|error| failed(&error))?;
    entries.sort_by_cached_key(std::fs::DirEntry::file_name);
    for entry in entries {
        // Links are not followed: they may lead out of the folder, or back into it.
        let kind = entry.file_type().map_err(|error| failed(&error))?;
        let hidden = entry.file_name().to_string_lossy().starts_with('.');
        if kind.is_dir() && !hidden {
            folder(&entry.path(), levels - 1, inputs)?;
        } else if kind.is_file() && is_document(&entry.path()) {
            inputs.files.push(Some(entry.path()));
            inputs.in_folders.push(entry.path());
        } else if kind.is_file() && !hidden && is_draft_file(&entry.path()) {
            inputs.files.push(Some(entry.path()));
        } else if !kind.is_dir() {
            inputs.left_out += 1;
        }
    }
    Ok(())
}

/// Whether a file of that name can be judged.
fn is_document(path: &Path) -> bool {
    let judged = [
        Format::Cbor,
        Format::Edn,
        Format::Hex,
        Format::Json,
        Format::Eml,
    ];
    Format::from_path(&path.to_string_lossy()).is_some_and(|format| judged.contains(&format))
}
