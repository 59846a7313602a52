//! `mimi room`: many messages as one conversation, in the terminal or as a page of HTML.

mod follow;
mod load;
mod mails;
mod redraw;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Args, ValueHint};
use jiff::Timestamp;
use mimi_codec::report::{Finding, Severity, codes};
use mimi_codec::transcript::{Transcript, TranscriptOptions};
use mimi_codec::view::{LineOptions, ViewPolicy};

use self::load::Conversation;
use super::show::{paint, terminal_width};
use crate::args::{FindingArgs, Mode};
use crate::failure::{Failure, Outcome};
use crate::findings::Findings;
use crate::{output, progress};

pub(crate) const EXAMPLES: &str = "\
Reads messages from files and folders (of a folder: cbor, edn, hex, json and eml), and mails from an
mbox or a Maildir, whose threads stay threads.
When the hub accepted a message decides about its place, and is no part of it. It is taken
  1. from derived values: a document of their own beside the message, NAME.derived.cbor beside
     NAME.cbor (or .edn, .hex), or any that names the ID of a message that states its sender and room;
  2. else from the sender's timestamp (extension 3), which the Date of a mail becomes;
  3. else from the order of the files.
The sender comes from extension 1 or the derived values, the room from --room, extension 2 or the
derived values. Messages of other rooms are left out, and said to be.

Examples:
  mimi room messages/                          print the conversation
  mimi room messages/ --html room.html         write it as one page, with nothing to fetch
  mimi room *.cbor --as mimi://example.com/u/bob-jones
                                               mark what mentions Bob, and what he sent
  mimi room messages/ --at 2022-02-09T07:00:00Z
                                               what expires later is still shown
  mimi room list.mbox --html list.html         the threads of a mailing list as a page
  mimi room --follow messages/                 print, and go on as files appear (ends with Ctrl-C)";

#[derive(Debug, Args)]
pub(crate) struct RoomArgs {
    /// Messages, folders of messages, and mailboxes
    #[arg(value_hint = ValueHint::AnyPath, required = true)]
    inputs: Vec<PathBuf>,
    /// Write a page of HTML instead; `-` is standard output
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    html: Option<PathBuf>,
    /// What time it is, for what expires: 2022-02-09T06:13:00Z, or seconds since 1970-01-01
    /// (default: now); what was sent later is shown all the same
    #[arg(long, value_name = "TIME", value_parser = time)]
    at: Option<u64>,
    /// URI of the reader, whose messages and mentions are marked
    #[arg(long = "as", value_name = "URI")]
    reader: Option<String>,
    /// URI of the room (default: the first that a message states)
    #[arg(long, value_name = "URI")]
    room: Option<String>,
    /// What the conversation is called (default: the last piece of the room's URI)
    #[arg(long)]
    title: Option<String>,
    /// Languages you read, best first
    #[arg(long, value_name = "TAGS", value_delimiter = ',')]
    language: Vec<String>,
    /// How far your clock is ahead of UTC: +02:00, -07:30
    #[arg(long, value_name = "OFFSET", value_parser = offset, allow_hyphen_values = true, default_value = "+00:00")]
    utc_offset: i32,
    /// Width of the text in columns (default: that of the terminal, at most 100)
    #[arg(long, value_name = "COLUMNS", value_parser = clap::value_parser!(u16).range(20..=500))]
    width: Option<u16>,
    /// How strictly octets are read
    #[arg(long, value_enum, default_value_t)]
    mode: Mode,
    /// Go on as files appear or change
    #[arg(long)]
    follow: bool,
    /// End following after so many seconds, for tests
    #[arg(long = "for", value_name = "SECONDS", hide = true, requires = "follow")]
    seconds: Option<f64>,
    #[command(flatten)]
    findings: FindingArgs,
}

/// Milliseconds since the start of the Unix epoch.
pub(crate) fn time(text: &str) -> Result<u64, String> {
    const HINT: &str = "say 2022-02-09T06:13:00Z, or seconds since 1970-01-01";
    if let Ok(seconds) = text.parse::<u64>() {
        return seconds.checked_mul(1000).ok_or_else(|| HINT.to_owned());
    }
    let time: Timestamp = text.parse().map_err(|_| HINT.to_owned())?;
    u64::try_from(time.as_millisecond()).map_err(|_| HINT.to_owned())
}

/// Seconds since the start of the Unix epoch, as a message states when it expires.
pub(crate) fn seconds(text: &str) -> Result<u32, String> {
    let seconds = time(text)? / 1000;
    u32::try_from(seconds).map_err(|_| "a message can expire until 2106-02-07T06:28:15Z".to_owned())
}

/// Minutes ahead of UTC.
fn offset(text: &str) -> Result<i32, String> {
    let read = || {
        let (sign, rest) = match text.strip_prefix('-') {
            Some(rest) => (-1, rest),
            None => (1, text.strip_prefix('+')?),
        };
        let (hours, minutes) = rest.split_once(':')?;
        let (hours, minutes): (u8, u8) = (hours.parse().ok()?, minutes.parse().ok()?);
        (hours <= 14 && minutes < 60).then_some(sign * (i32::from(hours) * 60 + i32::from(minutes)))
    };
    read().ok_or_else(|| "say +02:00 or -07:30".to_owned())
}

pub(crate) fn run(args: &RoomArgs) -> Outcome<ExitCode> {
    let mut findings =
        Findings::new(args.findings.report.clone(), args.findings.quiet).hide_notes();
    let mut conversation = Conversation::new(args.mode, args.room.clone());
    if args.follow {
        return follow::run(args, conversation, findings);
    }
    let paths = load::paths(&args.inputs)?;
    no_input_is_written(args, &paths)?;
    progress::watched("reading", || conversation.read(&paths, &mut findings));
    findings.extend(conversation.waiting());
    if conversation.is_empty() {
        findings.finish()?;
        return Err(nothing(args));
    }
    let shown = progress::watched("writing", || show(args, &conversation, &mut findings));
    findings.finish()?;
    match &args.html {
        Some(path) => output::write(Some(path), shown.as_bytes(), false)?,
        None => output::print(&shown)?,
    }
    match findings.worst() == Some(Severity::Error) {
        true => Err(Failure::Refused),
        false => Ok(ExitCode::SUCCESS),
    }
}

/// A page in place of a message would be the end of the message.
fn no_input_is_written(args: &RoomArgs, paths: &[PathBuf]) -> Outcome<()> {
    let Some(page) = args.html.as_deref().filter(|page| page.is_file()) else {
        return Ok(());
    };
    let input = paths.iter().find(|path| output::is_same_file(path, page));
    match input {
        Some(path) => Err(Failure::usage(format!(
            "the page would take the place of {}",
            path.display()
        ))),
        None => Ok(()),
    }
}

/// No message at all is most likely a mistake.
fn nothing(args: &RoomArgs) -> Failure {
    let names: Vec<String> = args
        .inputs
        .iter()
        .map(|path| path.display().to_string())
        .collect();
    Failure::Io(format!("no message to show in {}", names.join(", ")))
}

/// The conversation as it is asked for.
fn show(args: &RoomArgs, conversation: &Conversation, findings: &mut Findings) -> String {
    let options = options(args, conversation);
    let transcript = Transcript::new(conversation.room(), &options);
    match &args.html {
        Some(_) => {
            let page = transcript.to_html();
            let found = page.findings.into_iter();
            findings.extend(found.map(|finding| conversation.name(finding)));
            page.value
        }
        None => paint::lines(&transcript.to_lines(&line_options(args))),
    }
}

fn options(args: &RoomArgs, conversation: &Conversation) -> TranscriptOptions {
    let mut options = TranscriptOptions::default();
    options.title.clone_from(&args.title);
    options.reader.clone_from(&args.reader);
    options.now = Some(args.at.unwrap_or_else(now));
    options.offset = args.utc_offset;
    options.untimed = conversation.untimed().clone();
    if !args.language.is_empty() {
        options.policy = ViewPolicy::default().languages(args.language.iter().cloned());
    }
    options
}

fn line_options(args: &RoomArgs) -> LineOptions {
    let width = args.width.map_or_else(terminal_width, usize::from);
    LineOptions::default().with_width(width).with_targets(true)
}

/// Milliseconds since the start of the Unix epoch, by the clock of this machine.
pub(crate) fn now() -> u64 {
    u64::try_from(Timestamp::now().as_millisecond()).unwrap_or(0)
}

/// A document that is no message cannot be part of a conversation.
fn no_message(kind: &str) -> Finding {
    Finding::new(codes::NO_MEANING)
        .severity(Severity::Warning)
        .message(format!(
            "a {kind} by itself is no message of a conversation"
        ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_and_offsets() {
        assert_eq!(time("1644387225"), Ok(1_644_387_225_000));
        assert_eq!(time("2022-02-09T06:13:45.019Z"), Ok(1_644_387_225_019));
        assert_eq!(time("2022-02-09T08:13:45+02:00"), Ok(1_644_387_225_000));
        for wrong in [
            "",
            "yesterday",
            "1900-01-01T00:00:00Z",
            "99999999999999999999",
        ] {
            assert!(time(wrong).is_err(), "{wrong}");
        }
        assert_eq!(seconds("1644387225"), Ok(1_644_387_225));
        assert_eq!(seconds("2022-02-09T06:13:45.019Z"), Ok(1_644_387_225));
        assert_eq!(seconds("2106-02-07T06:28:15Z"), Ok(u32::MAX));
        for wrong in ["2106-02-07T06:28:16Z", "4294967296", "tomorrow"] {
            assert!(seconds(wrong).is_err(), "{wrong}");
        }
        assert_eq!(offset("+02:00"), Ok(120));
        assert_eq!(offset("-07:30"), Ok(-450));
        for wrong in ["", "2", "+2", "+15:00", "+01:60", "02:00", "+-1:00"] {
            assert!(offset(wrong).is_err(), "{wrong}");
        }
    }
}
