//! Runs the program as a user does.
#![allow(
    dead_code,
    unreachable_pub,
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "tests"
)]

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

pub const SENDER: &str = "mimi://example.com/u/alice-smith";
pub const ROOM: &str = "mimi://example.com/r/engineering_team";

/// A run that ended.
pub struct Run {
    pub status: i32,
    pub stdout: Vec<u8>,
    pub stderr: String,
}

impl Run {
    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.stdout).expect("text on standard output")
    }

    /// Asserts that the run ended with that status.
    #[track_caller]
    pub fn ended(self, status: i32) -> Self {
        assert_eq!(self.status, status, "{}", self.stderr);
        self
    }
}

/// Runs `mimi` with these words, and nothing on standard input.
pub fn mimi<S: AsRef<std::ffi::OsStr>>(words: impl IntoIterator<Item = S>) -> Run {
    mimi_with(words, b"")
}

/// Runs `mimi` with these words and this standard input.
pub fn mimi_with<S: AsRef<std::ffi::OsStr>>(
    words: impl IntoIterator<Item = S>,
    input: &[u8],
) -> Run {
    let mut child = Command::new(env!("CARGO_BIN_EXE_mimi"))
        .args(words)
        .env_remove("MIMI_SENDER")
        .env_remove("MIMI_ROOM")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("mimi starts");
    // A program that refuses its arguments does not read.
    let _ = child.stdin.take().unwrap().write_all(input);
    let Output {
        status,
        stdout,
        stderr,
    } = child.wait_with_output().expect("mimi ends");
    Run {
        status: status.code().expect("no signal"),
        stdout,
        stderr: String::from_utf8(stderr).expect("text on standard error"),
    }
}

/// The folder of the whole project.
pub fn project() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .unwrap()
        .to_owned()
}

/// A file of the project.
pub fn file(name: &str) -> String {
    project().join(name).display().to_string()
}

/// A file in a folder of the test's own.
pub fn path(folder: &tempfile::TempDir, name: &str) -> String {
    folder.path().join(name).display().to_string()
}
