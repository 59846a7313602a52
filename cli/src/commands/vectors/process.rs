//! The program under test: one process, one line in and one line out for each case. It is started
//! anew after a crash and after a case that takes too long.

use std::io::{BufRead, BufReader, Read, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::Duration;

use serde_json::Value;

use crate::failure::{Failure, Outcome};

/// What became of a question.
#[derive(Debug)]
pub(super) enum Answer {
    /// The case was not asked.
    LeftOut,
    /// The program does not know this kind of question.
    Skipped,
    /// Accepted, with what else was said.
    Accepted(Value),
    /// Refused, with what else was said.
    Refused(Value),
    /// The program ended.
    Crashed,
    /// No answer in time.
    TimedOut,
    /// A line that is no answer.
    Nonsense(String),
}

/// Octets of the longest answer that is read.
const LONGEST: u64 = 64 << 20;
/// Crashes and timeouts in a row after which the program is given up.
const PATIENCE: usize = 100;

/// A program that is running, or was.
pub(super) struct Process {
    command: Vec<String>,
    timeout: Duration,
    running: Option<Running>,
    restarts: usize,
    in_a_row: usize,
}

struct Running {
    child: Child,
    questions: Sender<String>,
    answers: Receiver<String>,
}

impl Process {
    /// Starts a program.
    pub(super) fn start(command: &[String], timeout: Duration) -> Outcome<Self> {
        let running = Some(spawn(command)?);
        Ok(Process {
            command: command.to_vec(),
            timeout,
            running,
            restarts: 0,
            in_a_row: 0,
        })
    }

    /// How often it had to be started again.
    pub(super) fn restarts(&self) -> usize {
        self.restarts
    }

    /// Asks one question.
    pub(super) fn ask(&mut self, question: &Value) -> Outcome<Answer> {
        if self.running.is_none() {
            if self.in_a_row >= PATIENCE {
                return Err(Failure::Io(format!(
                    "{} failed {PATIENCE} times in a row without an answer",
                    self.command.join(" ")
                )));
            }
            self.restarts += 1;
            self.running = Some(spawn(&self.command)?);
        }
        let Some(running) = &mut self.running else {
            return Ok(Answer::Crashed);
        };
        // A line that nobody asked for must not be taken for the answer.
        while running.answers.try_recv().is_ok() {}
        // A program that is gone does not read; that it is gone shows at the answer.
        let _ = running.questions.send(question.to_string());
        match running.answers.recv_timeout(self.timeout) {
            Ok(line) => {
                self.in_a_row = 0;
                let answer = understood(&line);
                if matches!(answer, Answer::Nonsense(_)) {
                    // The answer may still come, and would be taken for that to the next question.
                    self.stop();
                }
                Ok(answer)
            }
            Err(error) => {
                self.in_a_row += 1;
                self.stop();
                Ok(match error {
                    RecvTimeoutError::Timeout => Answer::TimedOut,
                    RecvTimeoutError::Disconnected => Answer::Crashed,
                })
            }
        }
    }

    fn stop(&mut self) {
        if let Some(mut running) = self.running.take() {
            // It may have ended by itself.
            let _ = running.child.kill();
            let _ = running.child.wait();
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.stop();
    }
}

fn spawn(command: &[String]) -> Outcome<Running> {
    let [program, arguments @ ..] = command else {
        return Err(Failure::usage("which program?"));
    };
    let mut child = Command::new(program)
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|error| Failure::io("start", program, &error))?;
    let (Some(input), Some(output)) = (child.stdin.take(), child.stdout.take()) else {
        return Err(Failure::Io(format!("{program} has no input or output")));
    };
    let (questions, waiting) = channel();
    let (said, answers) = channel();
    thread::spawn(move || write_lines(input, &waiting));
    thread::spawn(move || read_lines(output, &said));
    Ok(Running {
        child,
        questions,
        answers,
    })
}

/// Passes questions on until the program does not read any more, or nobody asks.
fn write_lines(mut input: ChildStdin, waiting: &Receiver<String>) {
    for line in waiting {
        let written = input
            .write_all(line.as_bytes())
            .and_then(|()| input.write_all(b"\n"))
            .and_then(|()| input.flush());
        if written.is_err() {
            return;
        }
    }
}

/// Passes answers on until the program ends.
fn read_lines(output: ChildStdout, said: &Sender<String>) {
    let mut output = BufReader::new(output);
    loop {
        let mut line = Vec::new();
        let read = output.by_ref().take(LONGEST).read_until(b'\n', &mut line);
        if !matches!(read, Ok(1..)) {
            return;
        }
        let line = String::from_utf8_lossy(&line).into_owned();
        if said.send(line).is_err() {
            return;
        }
    }
}

fn understood(line: &str) -> Answer {
    let value: Value = match serde_json::from_str(line) {
        Ok(value @ Value::Object(_)) => value,
        _ => return Answer::Nonsense(line.trim().chars().take(60).collect()),
    };
    match (value["skip"].as_bool(), value["ok"].as_bool()) {
        (Some(true), _) => Answer::Skipped,
        (_, Some(true)) => Answer::Accepted(value),
        (_, Some(false)) => Answer::Refused(value),
        _ => Answer::Nonsense(line.trim().chars().take(60).collect()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_understood() {
        assert!(matches!(understood("{\"ok\":true}\n"), Answer::Accepted(_)));
        assert!(matches!(
            understood("{\"ok\":false,\"x\":1}"),
            Answer::Refused(_)
        ));
        assert!(matches!(understood("{\"skip\":true}"), Answer::Skipped));
        for line in ["", "true", "{}", "{\"ok\":1}", "Traceback"] {
            assert!(matches!(understood(line), Answer::Nonsense(_)), "{line}");
        }
    }
}
