//! Why a command stops, and the exit status that goes with it: 1 for an input that is refused, 2
//! for a call that makes no sense.

use std::fmt::Display;
use std::process::ExitCode;

/// Why a command stops.
#[derive(Debug)]
pub(crate) enum Failure {
    /// The call makes no sense: what is wrong, and what to do instead.
    Usage(String),
    /// A file cannot be read or written.
    Io(String),
    /// Findings were printed already.
    Refused,
}

pub(crate) type Outcome<T> = Result<T, Failure>;

impl Failure {
    /// A call that makes no sense.
    pub(crate) fn usage(message: impl Into<String>) -> Self {
        Failure::Usage(message.into())
    }

    /// A file that cannot be read or written.
    pub(crate) fn io(what: &str, name: impl Display, error: &std::io::Error) -> Self {
        Failure::Io(format!("cannot {what} {name}: {error}"))
    }

    /// Says what is wrong on standard error.
    pub(crate) fn print(self) -> ExitCode {
        match self {
            Failure::Usage(message) => {
                anstream::eprintln!("mimi: {message}");
                ExitCode::from(2)
            }
            Failure::Io(message) => {
                anstream::eprintln!("mimi: {message}");
                ExitCode::from(1)
            }
            Failure::Refused => ExitCode::from(1),
        }
    }
}
