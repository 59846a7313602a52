//! What `mimi check` can be told.

use std::path::PathBuf;

use clap::{Args, ValueEnum, ValueHint};
use mimi_codec::message::IdAlgorithm;

use super::context::ContextArgs;
use crate::args::{FormatName, Mode, UriArgs};

pub(crate) const EXAMPLES: &str = "\
Messages, status reports and derived values are judged in every notation (cbor, edn, hex, json),
mails by the message whose record they carry, and Internet-Drafts (Markdown, XML or text) by whether
their examples agree with themselves: dumps, IDs, dates, code points, CDDL, references. A folder
stands for all documents in it; files of one name in it (a.edn, a.cbor, a.pretty) are compared.

Examples:
  mimi check message.cbor                      what is wrong, where, and how to mend it
  mimi check messages/                         every document in a folder and its subfolders
  mimi check messages/*.edn --mode tolerant    what existing senders emit only weighs a warning
  mimi check message.cbor --format lines       one finding on each line
  mimi check messages/ --format sarif > findings.sarif
  mimi check message.cbor --fix                mend what can be mended without new content
  mimi check draft-ietf-mimi-content-07.txt    what an Internet-Draft says wrongly of itself
  mimi check m.cbor --at 2026-06-01T12:00:00Z --hub-time 1780315200 --member mimi://example.com/u/a
                                               also what only a receiver can judge
  mimi check --list                            all rules
  mimi explain cbor-key-order                  one rule

Exit status: 0 no error, 1 an error was found (with --fix: is left), 2 wrong use.";

/// How findings are printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Shape {
    /// For people: each with the place it is about
    #[default]
    People,
    /// One line each
    Lines,
    /// As JSON (schemas/findings.schema.json)
    Json,
    /// As SARIF 2.1.0, for editors and code hosting
    Sarif,
}

#[derive(Debug, Args)]
pub(crate) struct Check {
    /// What to read, files or folders; `-` or nothing is standard input
    #[arg(value_hint = ValueHint::AnyPath)]
    pub(crate) inputs: Vec<PathBuf>,
    /// Format of the inputs
    #[arg(long, value_name = "FORMAT")]
    pub(crate) from: Option<FormatName>,
    /// How findings are printed
    #[arg(long, value_enum, value_name = "SHAPE", default_value_t)]
    pub(crate) format: Shape,
    /// How strictly octets are judged
    #[arg(long, value_enum, default_value_t = Mode::Strict)]
    pub(crate) mode: Mode,
    /// Re-encode what is only encoded wrongly, in place; the message ID changes. EDN, hex and JSON
    /// are written anew, in our layout and without the comments they had: `-o FILE` keeps the input
    #[arg(long)]
    pub(crate) fix: bool,
    /// Write the mended input here, and leave the input as it is
    #[arg(
        short,
        long,
        value_name = "FILE",
        requires = "fix",
        value_hint = ValueHint::FilePath
    )]
    pub(crate) output: Option<PathBuf>,
    /// With --fix: give a message whose salt does not have 16 octets a new one
    #[arg(long, requires = "fix")]
    pub(crate) new_salt: bool,
    /// Print the table of rules
    #[arg(long, conflicts_with_all = ["inputs", "fix"])]
    pub(crate) list: bool,
    /// Judge the inputs as Internet-Drafts, also where they do not look like one; of a folder, its
    /// texts (.txt, .md, .xml)
    #[arg(long, conflicts_with_all = ["fix", "from"])]
    pub(crate) draft: bool,
    /// How the message IDs of examples were computed: draft-08 or draft-07 (default: as the number
    /// of the draft says)
    #[arg(long, value_name = "DRAFT", value_parser = algorithm)]
    pub(crate) algorithm: Option<IdAlgorithm>,
    #[command(flatten)]
    pub(crate) uris: UriArgs,
    /// Also write the findings as JSON
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) report: Option<PathBuf>,
    /// Print errors only
    #[arg(short, long)]
    pub(crate) quiet: bool,
    // Last, because its heading stands over everything that follows.
    #[command(flatten)]
    pub(crate) context: ContextArgs,
}

fn algorithm(name: &str) -> Result<IdAlgorithm, String> {
    let hint = "say draft-08 (also for draft 09) or draft-07 (also for draft 06)";
    IdAlgorithm::from_name(name).ok_or_else(|| hint.to_owned())
}
