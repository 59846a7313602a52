//! Writing an output: a file as a whole or not at all, or standard output.

use std::borrow::Cow;
use std::io::{IsTerminal, Read, Write};
use std::path::{Path, PathBuf};

use crate::failure::{Failure, Outcome};

/// Writes to a file, or to standard output when there is none or it is `-`. Binary output does
/// not go to a terminal unless `-` asks for it.
pub(crate) fn write(path: Option<&Path>, octets: &[u8], binary: bool) -> Outcome<()> {
    match path {
        Some(path) if path != Path::new("-") => write_whole(path, octets),
        asked => {
            let mut out = std::io::stdout().lock();
            if binary && asked.is_none() && out.is_terminal() {
                return Err(Failure::usage(
                    "the output is binary: write it to a file with `-o FILE`, choose a text format with `--to edn`, \
                     or say `-o -` to have it on the terminal all the same",
                ));
            }
            // Text from a message must not give orders to a terminal; `-o -` asks for it as it is.
            let tame = asked.is_none() && !binary && out.is_terminal();
            let octets = match tame {
                true => {
                    let text = String::from_utf8_lossy(octets);
                    Cow::Owned(text.chars().map(tamed).collect::<String>().into_bytes())
                }
                false => Cow::Borrowed(octets),
            };
            match out.write_all(&octets).and_then(|()| out.flush()) {
                // Whoever reads the pipe has seen enough.
                Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
                Err(error) => Err(Failure::io("write", "standard output", &error)),
                Ok(()) => Ok(()),
            }
        }
    }
}

/// A character as a terminal may have it.
pub(crate) fn tamed(c: char) -> char {
    let turns = matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    match c {
        '\n' | '\t' => c,
        _ if c.is_control() || turns => char::REPLACEMENT_CHARACTER,
        _ => c,
    }
}

/// Prints styled text on standard output: the styles only reach a terminal.
pub(crate) fn print(text: &str) -> Outcome<()> {
    let mut out = anstream::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Err(error) if error.kind() != std::io::ErrorKind::BrokenPipe => {
            Err(Failure::io("write", "standard output", &error))
        }
        _ => Ok(()),
    }
}

/// Prints JSON on standard output.
pub(crate) fn json(value: &serde_json::Value) -> Outcome<()> {
    let text = serde_json::to_string_pretty(value)
        .map_err(|error| Failure::Io(format!("cannot write JSON: {error}")))?;
    write(None, (text + "\n").as_bytes(), false)
}

/// How the names of files begin that are not finished.
pub(crate) const TEMPORARY: &str = ".mimi-";

/// Writes a file beside its place and moves it there, so that no half of it is ever seen. A link
/// stays a link, and a file that is there keeps its rights.
pub(crate) fn write_whole(path: &Path, octets: &[u8]) -> Outcome<()> {
    let failed = |error: &std::io::Error| Failure::io("write", path.display(), error);
    // A device or a pipe cannot be replaced, only written to.
    if std::fs::metadata(path).is_ok_and(|known| !known.is_file()) {
        return std::fs::write(path, octets).map_err(|error| failed(&error));
    }
    let mut file = begin(path)?;
    file.write_all(octets).map_err(|error| failed(&error))?;
    file.finish()
}

/// Whether two paths lead to one file, which may not be there yet.
pub(crate) fn is_same_file(one: &Path, other: &Path) -> bool {
    let real = |path: &Path| std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    real(one) == real(other)
}

/// One of very many files that a run writes: moved to its place as a whole, but not forced to
/// the disk one by one. The folder must be there.
pub(crate) fn write_quickly(path: &Path, octets: &[u8]) -> std::io::Result<()> {
    quickly(path, |file| file.write_all(octets))
}

/// The same for one that is too large to be held in memory.
pub(crate) fn copy_quickly(path: &Path, octets: &mut impl Read) -> std::io::Result<()> {
    quickly(path, |file| std::io::copy(octets, file).map(|_| ()))
}

fn quickly(
    path: &Path,
    write: impl FnOnce(&mut tempfile::NamedTempFile) -> std::io::Result<()>,
) -> std::io::Result<()> {
    let mut file = temporary_in(path.parent().unwrap_or(Path::new(".")))?;
    write(&mut file)?;
    file.persist(path).map_err(|error| error.error)?;
    Ok(())
}

/// A file that is being written beside its place.
pub(crate) struct Begun {
    file: tempfile::NamedTempFile,
    place: PathBuf,
}

/// Begins a file beside its place.
pub(crate) fn begin(path: &Path) -> Outcome<Begun> {
    let failed = |error: &std::io::Error| Failure::io("write", path.display(), error);
    let known = std::fs::metadata(path).ok();
    if let Some(known) = &known {
        if !known.is_file() {
            return Err(Failure::Io(format!("{} is no file", path.display())));
        }
        if known.permissions().readonly() {
            return Err(Failure::Io(format!("{} is read-only", path.display())));
        }
    }
    let place = std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
    let folder = match place.parent() {
        Some(folder) if folder != Path::new("") => folder,
        _ => Path::new("."),
    };
    let file = temporary_in(folder).map_err(|error| failed(&error))?;
    if let Some(known) = known {
        file.as_file()
            .set_permissions(known.permissions())
            .map_err(|error| failed(&error))?;
    }
    Ok(Begun { file, place })
}

impl Begun {
    /// Moves the file to its place.
    pub(crate) fn finish(self) -> Outcome<()> {
        let Begun { file, place } = self;
        let failed = |error: &std::io::Error| Failure::io("write", place.display(), error);
        file.as_file().sync_data().map_err(|error| failed(&error))?;
        file.persist(&place).map_err(|error| failed(&error.error))?;
        Ok(())
    }
}

impl Write for Begun {
    fn write(&mut self, octets: &[u8]) -> std::io::Result<usize> {
        self.file.write(octets)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        self.file.flush()
    }
}

fn temporary_in(folder: &Path) -> std::io::Result<tempfile::NamedTempFile> {
    tempfile::Builder::new()
        .prefix(TEMPORARY)
        .permissions_of_a_new_file()
        .tempfile_in(folder)
}

/// A temporary file is private; the file it becomes has the rights any new file has.
trait NewFile {
    fn permissions_of_a_new_file(&mut self) -> &mut Self;
}

impl NewFile for tempfile::Builder<'_, '_> {
    #[cfg(unix)]
    fn permissions_of_a_new_file(&mut self) -> &mut Self {
        use std::os::unix::fs::PermissionsExt;
        // The process's umask still applies.
        self.permissions(std::fs::Permissions::from_mode(0o666))
    }

    #[cfg(not(unix))]
    fn permissions_of_a_new_file(&mut self) -> &mut Self {
        self
    }
}
