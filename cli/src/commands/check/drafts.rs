//! Internet-Drafts and folders of examples: what is handed to the library, and what a draft may
//! include.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use mimi_codec::check::draft::{DraftOptions, check_draft, check_examples};
use mimi_codec::report::Finding;

use super::args::Check;
use crate::input::{self, Input};

/// Octets of a text in which an Internet-Draft says that it is one.
const BEGINNING: usize = 8 * 1024;
/// The most octets of a file that a draft includes.
const INCLUDED: u64 = 64 << 20;

/// Whether an input is an Internet-Draft, in any of the forms they are written in.
pub(super) fn is_draft(octets: &[u8]) -> bool {
    let beginning = octets.get(..BEGINNING).unwrap_or(octets);
    if beginning.contains(&0) {
        return false;
    }
    let text = String::from_utf8_lossy(beginning);
    let start = text.trim_start_matches(['\u{feff}', '\n', '\r', ' ', '\u{c}']);
    // kramdown-rfc, mmark, xml2rfc, and the text of either.
    (start.starts_with("---") && text.contains("docname:"))
        || (start.starts_with("%%%") && text.contains("seriesInfo"))
        || (start.starts_with('<') && is_rfc(&text))
        || text.lines().take(40).any(|line| {
            let line = line.trim_start();
            line.starts_with("Internet-Draft") || line.starts_with("INTERNET-DRAFT")
        })
}

/// Whether XML has the element of drafts and RFCs, or declares it: entities before it can be many.
fn is_rfc(text: &str) -> bool {
    let mut after = text.split("<rfc").skip(1);
    after.any(|rest| rest.starts_with([' ', '\t', '\r', '\n'])) || text.contains("<!DOCTYPE rfc")
}

/// Whether a file is named as the sources and texts of Internet-Drafts are.
pub(super) fn is_text_file(path: &Path) -> bool {
    let endings = ["txt", "md", "mkd", "markdown", "xml"];
    path.extension()
        .is_some_and(|ending| endings.iter().any(|it| ending.eq_ignore_ascii_case(it)))
}

/// Whether a text file is an Internet-Draft, by its beginning. One that cannot be read counts as
/// one: reading it again says why.
pub(super) fn is_draft_file(path: &Path) -> bool {
    let mut beginning = Vec::new();
    let read =
        File::open(path).and_then(|file| file.take(BEGINNING as u64).read_to_end(&mut beginning));
    read.is_err() || is_draft(&beginning)
}

/// Every disagreement of a draft with itself.
pub(super) fn judge(input: &Input, path: Option<&Path>, args: &Check) -> Vec<Finding> {
    let text = String::from_utf8_lossy(&input.octets);
    let folder = path.map(|path| match path.parent() {
        Some(parent) if parent != Path::new("") => parent.to_owned(),
        _ => PathBuf::from("."),
    });
    let mut loader = |name: &str| match &folder {
        Some(folder) => included(folder, name),
        None => Err("standard input has no folder to include from".to_owned()),
    };
    check_draft(&input.name, &text, &options(args), &mut loader)
}

/// A file of the draft's folder; links do not lead out of it.
fn included(folder: &Path, name: &str) -> Result<Vec<u8>, String> {
    let said = |error: std::io::Error| error.to_string();
    let folder = folder.canonicalize().map_err(said)?;
    let path = folder.join(name).canonicalize().map_err(said)?;
    if !path.starts_with(&folder) {
        return Err("the file lies outside the folder of the draft".to_owned());
    }
    let about = path.metadata().map_err(said)?;
    if !about.is_file() || about.len() > INCLUDED {
        return Err("this is no file, or too large".to_owned());
    }
    std::fs::read(&path).map_err(said)
}

/// Every disagreement among examples that stand side by side in a folder. What is wrong with each
/// alone is left to the checks of the files.
pub(super) fn folders(files: &[PathBuf], args: &Check) -> Vec<Finding> {
    let mut folders: BTreeMap<&Path, BTreeMap<&OsStr, Vec<&Path>>> = BTreeMap::new();
    for path in files {
        if let (Some(folder), Some(stem)) = (path.parent(), path.file_stem()) {
            let examples = folders.entry(folder).or_default();
            examples.entry(stem).or_default().push(path);
        }
    }
    let mut findings = Vec::new();
    for examples in folders.values() {
        if examples.values().all(|files| files.len() < 2) {
            continue;
        }
        let mut read = Vec::new();
        for path in examples.values().flatten() {
            let name = path.display().to_string();
            // What cannot be read was told of already, when it was to be checked by itself.
            if let Ok(input) = input::read(Some(path)) {
                read.push((name, input.octets));
            }
        }
        let files: Vec<(&str, &[u8])> = read
            .iter()
            .map(|(name, octets)| (name.as_str(), octets.as_slice()))
            .collect();
        let found = check_examples(&files, &options(args)).into_iter();
        findings.extend(found.filter(|it| it.code.as_str().starts_with("draft-")));
    }
    findings
}

fn options(args: &Check) -> DraftOptions<'_> {
    let options = DraftOptions::default()
        .with_uris(args.uris.uris())
        .with_decoder(args.mode.into());
    match args.algorithm {
        Some(algorithm) => options.with_algorithm(algorithm),
        None => options,
    }
}
