//! A sign of life on anything that takes longer than two seconds.

use std::io::IsTerminal;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// Quicker work shows nothing.
const PATIENCE: Duration = Duration::from_secs(2);

/// Runs the work; after two seconds a spinner says what is going on, on a terminal.
pub(crate) fn watched<T>(what: &str, work: impl FnOnce() -> T) -> T {
    if !std::io::stderr().is_terminal() {
        return work();
    }
    let (done, waiting) = channel::<()>();
    std::thread::scope(|scope| {
        scope.spawn(move || {
            if waiting.recv_timeout(PATIENCE) != Err(RecvTimeoutError::Timeout) {
                return;
            }
            let spinner = ProgressBar::new_spinner().with_message(what.to_owned());
            spinner.enable_steady_tick(Duration::from_millis(120));
            // Ends when the work is done and the sender gone.
            let _ = waiting.recv();
            spinner.finish_and_clear();
        });
        let result = work();
        drop(done);
        result
    })
}

/// A bar for work that can be counted; after two seconds it shows, on a terminal.
pub(crate) struct Bar {
    bar: ProgressBar,
    begun: Instant,
}

impl Bar {
    pub(crate) fn new() -> Self {
        Bar {
            bar: ProgressBar::with_draw_target(None, ProgressDrawTarget::hidden()),
            begun: Instant::now(),
        }
    }

    /// So many are done, of so many if that is known.
    pub(crate) fn at(&self, done: u64, of: Option<u64>, what: &'static str) {
        if self.bar.is_hidden() && self.begun.elapsed() >= PATIENCE {
            self.bar.set_draw_target(ProgressDrawTarget::stderr());
        }
        if self.bar.length() != of {
            let template = match of {
                Some(of) => {
                    self.bar.set_length(of);
                    "{wide_bar} {pos}/{len} {msg}, {eta} left"
                }
                None => "{spinner} {pos} {msg}",
            };
            // A template that cannot be read leaves the usual one.
            if let Ok(style) = ProgressStyle::with_template(template) {
                self.bar.set_style(style);
            }
        }
        self.bar.set_message(what);
        self.bar.set_position(done);
    }

    /// Takes the bar away again.
    pub(crate) fn clear(&self) {
        self.bar.finish_and_clear();
    }
}
