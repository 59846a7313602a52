//! Reading an input: a file, or standard input. No more of it than a document may have.

use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::sync::OnceLock;

use crate::failure::{Failure, Outcome};

/// An input that was read.
pub(crate) struct Input {
    /// Its name in findings.
    pub(crate) name: String,
    pub(crate) octets: Vec<u8>,
}

/// The most MiB of a document, unless the command line says otherwise.
pub(crate) const MAX_MIB: u32 = 256;

/// What the command line says. It holds for the whole run, whoever reads.
static MIB: OnceLock<u32> = OnceLock::new();

/// Says how many MiB a document may have, once, before the first is read.
pub(crate) fn set_max(mib: u32) {
    let _ = MIB.set(mib);
}

/// Reads a file; `-` or nothing is standard input.
pub(crate) fn read(path: Option<&Path>) -> Outcome<Input> {
    match path {
        Some(path) if path != Path::new("-") => {
            let name = path.display().to_string();
            let failed = |error: &std::io::Error| match path.is_dir() {
                true => Failure::usage(format!("{name} is a folder; name a file in it")),
                false => Failure::io("read", &name, error),
            };
            let file = File::open(path).map_err(|error| failed(&error))?;
            let about = file.metadata().map_err(|error| failed(&error))?;
            if about.is_dir() {
                return Err(failed(&std::io::ErrorKind::IsADirectory.into()));
            }
            // A device has no length of its own.
            let octets = whole(file, &name, about.len())?;
            Ok(Input { name, octets })
        }
        _ => Ok(Input {
            name: "<stdin>".to_owned(),
            octets: whole(std::io::stdin().lock(), "standard input", 0)?,
        }),
    }
}

/// Reads to the end. What claims to be longer than a document may be is not read, and what turns
/// out to be is read no further.
pub(crate) fn whole(mut from: impl Read, name: &str, claimed: u64) -> Outcome<Vec<u8>> {
    let mib = MIB.get().copied().unwrap_or(MAX_MIB);
    let most = u64::from(mib) << 20;
    let too_long = || {
        Failure::Io(format!(
            "{name} has more than {mib} MiB, the most that is read as one document: `--max-input MIB` allows more; \
             mailboxes (`mimi convert --from mbox`) and files for `mimi attach` can be of any size"
        ))
    };
    if claimed > most {
        return Err(too_long());
    }
    let mut octets = Vec::new();
    octets
        .try_reserve_exact(usize::try_from(claimed).unwrap_or(usize::MAX))
        .map_err(|_| Failure::Io(format!("{name} does not fit into memory")))?;
    from.by_ref()
        .take(most + 1)
        .read_to_end(&mut octets)
        .map_err(|error| Failure::io("read", name, &error))?;
    match octets.len() as u64 > most {
        true => Err(too_long()),
        false => Ok(octets),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_claims_too_much_is_not_read() {
        struct Untouched;
        impl Read for Untouched {
            fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
                Err(std::io::Error::other("read all the same"))
            }
        }
        let most = u64::from(MAX_MIB) << 20;
        let said = |claimed| match whole(Untouched, "a file", claimed) {
            Err(Failure::Io(said)) => said,
            other => format!("{other:?}"),
        };
        assert!(said(most + 1).starts_with("a file has more than 256 MiB"));
        assert!(said(0).ends_with("read all the same"));
        let read = whole(&b"tea"[..], "a file", 3).unwrap_or_default();
        assert_eq!(read, b"tea");
    }
}
