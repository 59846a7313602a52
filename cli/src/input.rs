//! Reading an input: a file, or standard input.

use std::io::Read;
use std::path::Path;

use crate::failure::{Failure, Outcome};

/// An input that was read.
pub(crate) struct Input {
    /// Its name in findings.
    pub(crate) name: String,
    pub(crate) octets: Vec<u8>,
}

/// Reads a file; `-` or nothing is standard input.
pub(crate) fn read(path: Option<&Path>) -> Outcome<Input> {
    match path {
        Some(path) if path != Path::new("-") => {
            let octets = std::fs::read(path).map_err(|error| match path.is_dir() {
                true => {
                    Failure::usage(format!("{} is a folder; name a file in it", path.display()))
                }
                false => Failure::io("read", path.display(), &error),
            })?;
            Ok(Input {
                name: path.display().to_string(),
                octets,
            })
        }
        _ => {
            let mut octets = Vec::new();
            std::io::stdin()
                .lock()
                .read_to_end(&mut octets)
                .map_err(|error| Failure::io("read", "standard input", &error))?;
            Ok(Input {
                name: "<stdin>".to_owned(),
                octets,
            })
        }
    }
}
