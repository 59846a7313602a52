//! Includes: which lines are one, which paths may be followed, and how far.

use std::boxed::Box;
use std::string::String;
use std::vec::Vec;

use crate::report::{Finding, codes};

/// Fetches the files that a draft includes.
///
/// The path is relative to the draft, with `/` between its names, and never leads out of the
/// draft's folder: an absolute path, or one with `..`, is refused before it gets here. A loader
/// that reads from a disk has to see to links itself. An error is a few words that say why.
pub trait Load {
    /// The octets of a file.
    ///
    /// # Errors
    /// Why the file cannot be had, for the finding.
    fn load(&mut self, path: &str) -> Result<Vec<u8>, String>;
}

impl<F: FnMut(&str) -> Result<Vec<u8>, String>> Load for F {
    fn load(&mut self, path: &str) -> Result<Vec<u8>, String> {
        self(path)
    }
}

/// What was included so far.
pub(super) struct Includes<'l> {
    loader: &'l mut dyn Load,
    lines: usize,
    octets: usize,
}

/// A file that includes itself ends here.
const DEPTH: usize = 8;
/// Includes in one draft.
const COUNT: usize = 1000;
/// Octets included in one draft, each time counted.
const SIZE: usize = 64 << 20;

impl<'l> Includes<'l> {
    pub(super) fn new(loader: &'l mut dyn Load) -> Self {
        Includes {
            loader,
            lines: 0,
            octets: 0,
        }
    }

    /// Fetches a file as text.
    pub(super) fn load(&mut self, path: &str) -> Result<String, Box<Finding>> {
        let octets = self.octets(path)?;
        String::from_utf8(octets).map_err(|error| {
            Box::new(Finding::new(codes::TEXT_NOT_UTF8).at(error.utf8_error().valid_up_to()))
        })
    }

    /// Fetches a file.
    pub(super) fn octets(&mut self, path: &str) -> Result<Vec<u8>, Box<Finding>> {
        let failed = |why: String| {
            Box::new(
                Finding::new(codes::DRAFT_INCLUDE)
                    .found(why)
                    .expected("a file in the draft's folder"),
            )
        };
        if !is_inside(path) {
            return Err(failed("a path that leads out of the folder".into()));
        }
        self.loader.load(path).map_err(failed)
    }

    /// Allows another include of that size, at that depth.
    pub(super) fn take(&mut self, size: usize, depth: usize) -> Result<(), Box<Finding>> {
        self.lines += 1;
        self.octets = self.octets.saturating_add(size);
        if depth <= DEPTH && self.lines <= COUNT && self.octets <= SIZE {
            return Ok(());
        }
        Err(Box::new(
            Finding::new(codes::DRAFT_INCLUDE)
                .found("includes without end")
                .expected("at most 8 levels, 1000 includes and 64 MiB"),
        ))
    }
}

/// Whether a relative path stays inside its folder.
fn is_inside(path: &str) -> bool {
    !path.is_empty()
        && !path.contains(['\\', ':', '\0'])
        && path.split('/').all(|name| !matches!(name, "" | "." | ".."))
}

/// The path that a line includes: `{::include path}`, `{::include-fold path}`, `<{{path}}`.
pub(super) fn directive(line: &str) -> Option<&str> {
    if let Some(rest) = line.strip_prefix("{::include") {
        let (options, path) = rest.split_once(' ')?;
        if !options.is_empty() && !options.starts_with(['-', '#']) {
            return None;
        }
        return Some(path.trim().strip_suffix('}')?.trim()).filter(|path| !path.is_empty());
    }
    let rest = line.strip_prefix("<{{")?;
    Some(rest.split_once("}}")?.0.trim()).filter(|path| !path.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn directives_of_both_dialects() {
        assert_eq!(directive("{::include a/b.edn}"), Some("a/b.edn"));
        assert_eq!(directive("{::include-fold72 a.edn}"), Some("a.edn"));
        assert_eq!(directive("<{{a.edn}}"), Some("a.edn"));
        assert_eq!(directive("<{{a.edn}}[3,4]"), Some("a.edn"));
        assert_eq!(directive("{::includes}"), None);
        assert_eq!(directive("{{I-D.x}}"), None);
    }

    #[test]
    fn paths_stay_inside() {
        for path in ["a", "a/b.edn", "..a/b"] {
            assert!(is_inside(path), "{path}");
        }
        for path in [
            "",
            "/etc/passwd",
            "../a",
            "a/../../b",
            "c:\\x",
            "a//b",
            "./a",
            "a\0b",
        ] {
            assert!(!is_inside(path), "{path}");
        }
    }
}
