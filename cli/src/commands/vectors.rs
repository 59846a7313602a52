//! `mimi vectors`: the test vectors against another implementation.
//!
//! The arguments are here; the files are read in [`suite`], the other program is run in
//! [`process`], its answers are judged in [`score`], and [`serve`] is this program as the other
//! one.

mod process;
mod score;
mod serve;
mod suite;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use clap::{Args, Subcommand, ValueEnum, ValueHint};
use serde_json::{Value, json};

use self::process::{Answer, Process};
use self::score::Score;
use self::suite::Topic;
use crate::failure::{Failure, Outcome};
use crate::{output, progress};

const EXAMPLES: &str = "\
The cases are those of the folder testvectors/ (see its README). A program that is to be tested
reads one JSON object a line and answers each with one line:

  {\"do\":\"decode\",\"document\":\"message\",\"hex\":\"8750...\"}
                 {\"ok\":true,\"hex\":\"8750...\"}     accepted; hex, if there: its own encoding
                 {\"ok\":false,\"offset\":24}        refused; offset, if there: of the fault
                 {\"skip\":true}                   not supported
  {\"do\":\"id\",\"hex\":\"8750...\",\"algorithm\":\"draft-08\",\"sender\":null,\"room\":null}
                 {\"ok\":true,\"id\":\"017c...\"}
  {\"do\":\"read\",\"format\":\"edn\",\"text\":\"[1, 2]\"}
                 {\"ok\":true,\"hex\":\"820102\"}

Examples:
  mimi vectors list                                       what there is
  mimi vectors run python3 examples/cbor2_decoder.py      how a decoder on cbor2 does
  mimi vectors run --topic message_id ./my-decoder --fast  options of the program come last
  mimi vectors run --format json ./my-decoder > score.json";

/// The arguments of `mimi vectors`.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Vectors {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// Run another implementation on the cases and print a scorecard
    #[command(after_help = EXAMPLES)]
    Run(Run),
    /// List the topics, their cases and their flags
    List(List),
    /// Answer cases on standard input, as another implementation would
    #[command(hide = true)]
    Serve,
}

/// How a scorecard is printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Style {
    /// A table
    #[default]
    Text,
    /// A JSON object
    Json,
}

#[derive(Debug, Args)]
struct Chosen {
    /// Folder with the vectors
    #[arg(long, value_name = "DIR", default_value = "testvectors", value_hint = ValueHint::DirPath)]
    vectors: PathBuf,
    /// Only this topic; may be given several times
    #[arg(long, value_name = "TOPIC")]
    topic: Vec<String>,
    /// How the result is printed
    #[arg(long, value_enum, default_value_t)]
    format: Style,
}

#[derive(Debug, Args)]
struct Run {
    #[command(flatten)]
    chosen: Chosen,
    /// Leave out cases with this flag; may be given several times
    #[arg(long, value_name = "FLAG")]
    skip_flag: Vec<String>,
    /// Seconds a case may take before the program is stopped and started anew
    #[arg(long, value_name = "SECONDS", default_value_t = 10)]
    timeout: u64,
    /// Failed cases that are listed one by one
    #[arg(long, value_name = "N", default_value_t = 10)]
    failures: usize,
    /// The program and its arguments
    #[arg(
        required = true,
        trailing_var_arg = true,
        allow_hyphen_values = true,
        value_name = "CMD"
    )]
    command: Vec<String>,
}

#[derive(Debug, Args)]
struct List {
    #[command(flatten)]
    chosen: Chosen,
}

pub(crate) fn run(args: &Vectors) -> Outcome<ExitCode> {
    match &args.what {
        What::Run(args) => run_suite(args),
        What::List(args) => list(args),
        What::Serve => serve::run(),
    }
}

impl Chosen {
    fn topics(&self) -> Outcome<Vec<Topic>> {
        let all = suite::load(&self.vectors)?;
        for name in &self.topic {
            if !all.iter().any(|topic| topic.name == *name) {
                let known: Vec<&str> = all.iter().map(|topic| topic.name.as_str()).collect();
                return Err(Failure::usage(format!(
                    "no topic is called `{name}`; there are {}",
                    known.join(", ")
                )));
            }
        }
        let wanted = |topic: &Topic| self.topic.is_empty() || self.topic.contains(&topic.name);
        Ok(all.into_iter().filter(wanted).collect())
    }
}

fn run_suite(args: &Run) -> Outcome<ExitCode> {
    let topics = args.chosen.topics()?;
    let timeout = Duration::from_secs(args.timeout.max(1));
    let mut process = Process::start(&args.command, timeout)?;
    let scores = progress::watched("running the vectors", || -> Outcome<Vec<Score>> {
        let mut scores = Vec::new();
        for topic in &topics {
            let mut score = Score::new(topic);
            for case in &topic.cases {
                let left_out = case.flags.iter().any(|flag| args.skip_flag.contains(flag));
                let answer = match (&case.question, left_out) {
                    (Some(question), false) => process.ask(question)?,
                    _ => Answer::LeftOut,
                };
                score.judge(case, &answer);
            }
            scores.push(score);
        }
        Ok(scores)
    })?;
    let text = match args.chosen.format {
        Style::Json => pretty(&score::json(&scores, process.restarts())),
        Style::Text => score::table(&scores, &topics, args.failures, process.restarts()),
    };
    output::print(&text)?;
    Ok(match scores.iter().all(Score::is_perfect) {
        true => ExitCode::SUCCESS,
        false => ExitCode::from(1),
    })
}

fn list(args: &List) -> Outcome<ExitCode> {
    let topics = args.chosen.topics()?;
    let text = match args.chosen.format {
        Style::Json => {
            let topics: Vec<Value> = topics.iter().map(Topic::to_json).collect();
            pretty(&json!({ "topics": topics }))
        }
        Style::Text => suite::table(&topics),
    };
    output::print(&text)?;
    Ok(ExitCode::SUCCESS)
}

fn pretty(value: &Value) -> String {
    // What was made of strings and numbers can be written.
    let mut text = serde_json::to_string_pretty(value).unwrap_or_default();
    text.push('\n');
    text
}

/// A path in words.
fn shown(path: &Path) -> String {
    path.display().to_string()
}
