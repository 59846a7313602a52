//! `mimi room --follow`: looks for new files again and again, and shows what they change.

use std::collections::HashMap;
use std::io::IsTerminal;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::thread::sleep;
use std::time::{Duration, Instant, SystemTime};

use mimi_codec::room::Change;
use mimi_codec::transcript::Transcript;

use super::load::{self, Conversation};
use super::redraw::Screen;
use super::{RoomArgs, line_options, no_input_is_written, now, options, paint, show};
use crate::failure::Outcome;
use crate::findings::Findings;
use crate::output;

/// How often files are looked for.
const PAUSE: Duration = Duration::from_millis(200);

/// A file as it was seen: its length and when it was changed. Of a Maildir, of all that is in it.
type Seen = (u64, Option<SystemTime>);

/// How a file or Maildir is now; none if it is gone.
fn seen(path: &Path) -> Option<Seen> {
    let about = std::fs::metadata(path).ok()?;
    if !about.is_dir() {
        return Some((about.len(), about.modified().ok()));
    }
    let mails = ["cur", "new"]
        .iter()
        .filter_map(|part| std::fs::read_dir(path.join(part)).ok())
        .flatten()
        .filter_map(|mail| mail.ok()?.metadata().ok());
    let empty = (0, about.modified().ok());
    Some(mails.fold(empty, |(octets, newest), mail| {
        (octets + 1 + mail.len(), newest.max(mail.modified().ok()))
    }))
}

/// The files, and how each was when it was read.
#[derive(Default)]
struct Watch {
    read: HashMap<PathBuf, Seen>,
    /// Files that are new or have changed: they are read once they stay as they are.
    moving: HashMap<PathBuf, Seen>,
}

impl Watch {
    /// The files to read now. At the first look, all that are there.
    fn ripe(&mut self, paths: Vec<PathBuf>) -> Vec<PathBuf> {
        let first = self.read.is_empty() && self.moving.is_empty();
        let mut ripe = Vec::new();
        for path in paths {
            let Some(seen) = seen(&path) else {
                continue;
            };
            if self.read.get(&path) == Some(&seen) {
                continue;
            }
            if first || self.moving.get(&path) == Some(&seen) {
                self.moving.remove(&path);
                self.read.insert(path.clone(), seen);
                ripe.push(path);
            } else {
                self.moving.insert(path, seen);
            }
        }
        ripe
    }
}

pub(super) fn run(
    args: &RoomArgs,
    mut conversation: Conversation,
    mut findings: Findings,
) -> Outcome<ExitCode> {
    let end = args
        .seconds
        .and_then(|seconds| Duration::try_from_secs_f64(seconds).ok())
        .and_then(|length| Instant::now().checked_add(length));
    let mut watch = Watch::default();
    let mut screen = Screen::default();
    // Until when what expired is drawn.
    let clock = || args.at.unwrap_or_else(now);
    let mut drawn = clock();
    let mut first = true;
    loop {
        let paths = load::paths(&args.inputs)?;
        if first {
            no_input_is_written(args, &paths)?;
        }
        let ripe = watch.ripe(paths);
        let time = clock();
        let mut changes = conversation.room().expired(drawn, time);
        drawn = time;
        changes.extend(conversation.read(&ripe, &mut findings));
        if first || !changes.is_empty() {
            draw(
                args,
                &conversation,
                &changes,
                first,
                &mut screen,
                &mut findings,
            )?;
        }
        if findings.flush()? {
            screen.fix();
        }
        first = false;
        if end.is_some_and(|end| Instant::now() >= end) {
            return Ok(ExitCode::SUCCESS);
        }
        sleep(PAUSE);
    }
}

fn draw(
    args: &RoomArgs,
    conversation: &Conversation,
    changes: &[Change],
    first: bool,
    screen: &mut Screen,
    findings: &mut Findings,
) -> Outcome<()> {
    if let Some(path) = &args.html {
        let page = show(args, conversation, findings);
        return output::write(Some(path), page.as_bytes(), false);
    }
    let options = options(args, conversation);
    let transcript = Transcript::new(conversation.room(), &options);
    let lines = line_options(args);
    // What a file or a pipe has got cannot be taken back.
    let told = || {
        let changed = changes
            .iter()
            .map(|change| transcript.change_lines(change, &lines));
        let pieces: Vec<String> = changed
            .filter(|lines| !lines.is_empty())
            .map(|lines| paint::lines(&lines))
            .collect();
        pieces.join("\n")
    };
    let size = terminal_size::terminal_size().filter(|_| std::io::stdout().is_terminal());
    let all = || {
        let lines = transcript.to_lines(&lines);
        lines
            .into_iter()
            .map(|line| (line.text(), paint::lines(&[line])))
            .collect()
    };
    let text = match size {
        Some((columns, rows)) => {
            let (columns, rows) = (usize::from(columns.0), usize::from(rows.0));
            screen.draw(all(), columns, rows, told)
        }
        None if first => paint::lines(&transcript.to_lines(&lines)),
        None => match told() {
            text if text.is_empty() => text,
            text => format!("\n{text}"),
        },
    };
    output::print(&text)
}
