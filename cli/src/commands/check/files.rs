//! Which files are checked: what was named, and the documents in a folder.

use std::path::{Path, PathBuf};

use mimi_codec::document::Format;

use super::drafts::{is_draft_file, is_text_file};
use crate::failure::{Failure, Outcome};

/// The inputs of a run.
#[derive(Debug, Default)]
pub(super) struct Inputs {
    /// What to read; `None` is standard input.
    pub(super) files: Vec<Option<PathBuf>>,
    /// Those of them that were found in folders.
    pub(super) in_folders: Vec<PathBuf>,
    /// What stands in folders and is not read.
    pub(super) left_out: LeftOut,
    /// For each folder that was named and has nothing to read, what to say of it.
    pub(super) empty: Vec<Failure>,
}

/// Files in folders that are not read.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct LeftOut {
    /// Whether Internet-Drafts were asked for, and nothing else.
    drafts: bool,
    /// Texts that do not look like an Internet-Draft.
    texts: usize,
    /// Files whose names are not those of documents.
    others: usize,
    /// Links, which are not followed: they may lead out of the folder, or back into it.
    links: usize,
}

/// Levels of folders that are looked into.
const LEVELS: usize = 64;

/// Lists what was named; folders give their documents, in the order of their names, or, where
/// only drafts are asked for, their texts.
///
/// # Errors
/// A folder that cannot be read or lies too deep; or there is nothing to check at all.
pub(super) fn collect(named: &[PathBuf], drafts: bool) -> Outcome<Inputs> {
    let mut inputs = Inputs::default();
    inputs.left_out.drafts = drafts;
    if named.is_empty() {
        inputs.files.push(None);
    }
    for path in named {
        if path == Path::new("-") {
            inputs.files.push(None);
        } else if path.is_dir() {
            let (files, known) = (inputs.files.len(), inputs.left_out);
            folder(path, LEVELS, &mut inputs)?;
            if inputs.files.len() == files {
                let nothing = nothing(path, inputs.left_out.since(known));
                inputs.empty.push(nothing);
            }
        } else {
            inputs.files.push(Some(path.clone()));
        }
    }
    if inputs.files.is_empty()
        && let Some(last) = inputs.empty.pop()
    {
        inputs.empty.into_iter().for_each(|folder| {
            folder.print();
        });
        return Err(last);
    }
    Ok(inputs)
}

/// A folder without a document is most likely not the one that was meant.
fn nothing(path: &Path, left_out: LeftOut) -> Failure {
    let path = path.display();
    let why = match left_out.drafts {
        true => "no file in it ends in .txt, .md or .xml",
        false => {
            "no file in it ends in .cbor, .edn, .hex, .pretty, .json or .eml, and none is an Internet-Draft"
        }
    };
    let told = left_out.told();
    let told = told.map(|told| format!("; {told}")).unwrap_or_default();
    Failure::Io(format!("there is nothing to check in {path}: {why}{told}"))
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
        let kind = entry.file_type().map_err(|error| failed(&error))?;
        let hidden = entry.file_name().to_string_lossy().starts_with('.');
        let path = entry.path();
        if kind.is_dir() {
            if !hidden {
                folder(&path, levels - 1, inputs)?;
            }
        } else if kind.is_file() && !inputs.left_out.drafts && is_document(&path) {
            inputs.files.push(Some(path.clone()));
            inputs.in_folders.push(path);
        } else if kind.is_symlink() {
            inputs.left_out.links += 1;
        } else if !kind.is_file() || hidden || !is_text_file(&path) {
            inputs.left_out.others += 1;
        } else if inputs.left_out.drafts || is_draft_file(&path) {
            inputs.files.push(Some(path));
        } else {
            inputs.left_out.texts += 1;
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

impl LeftOut {
    /// What came beside what was known before.
    fn since(self, before: LeftOut) -> LeftOut {
        LeftOut {
            texts: self.texts - before.texts,
            others: self.others - before.others,
            links: self.links - before.links,
            ..self
        }
    }

    /// How many files were left out, and how to have them judged; nothing if none was.
    pub(super) fn told(self) -> Option<String> {
        let texts = match self.texts {
            0 => None,
            1 => Some("1 text left out that does not look like an Internet-Draft".to_owned()),
            many => Some(format!(
                "{many} texts left out that do not look like Internet-Drafts"
            )),
        };
        let texts = texts.map(|told| told + " (if it is one: `--draft FILE`)");
        let others = match (self.others, self.drafts) {
            (0, _) => None,
            (1, true) => Some("1 file left out that is no text".to_owned()),
            (many, true) => Some(format!("{many} files left out that are no texts")),
            (1, false) => Some("1 file left out that is no document by its name".to_owned()),
            (many, false) => Some(format!(
                "{many} files left out that are no documents by their names"
            )),
        };
        let others = others.map(|told| told + " (a file that is named is judged)");
        let links = match self.links {
            0 => None,
            1 => Some("1 link left out (links in a folder are not followed: name it)".to_owned()),
            many => Some(format!(
                "{many} links left out (links in a folder are not followed: name them)"
            )),
        };
        let told: Vec<String> = texts.into_iter().chain(others).chain(links).collect();
        (!told.is_empty()).then(|| told.join("; "))
    }
}
