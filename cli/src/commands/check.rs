//! `mimi check`: every fault of every input, printed in one of four shapes.

pub(crate) mod args;
pub(crate) mod catalogue;
mod files;
mod mend;
mod people;
mod sarif;
mod sheet;

use std::collections::BTreeSet;
use std::path::Path;
use std::process::ExitCode;
use std::time::Instant;

use mimi_codec::cbor::Decoder;
use mimi_codec::check::check;
use mimi_codec::document::Format;
use mimi_codec::report::{Finding, Severity};
use rayon::prelude::*;

use self::args::{Check, Shape};
use self::sheet::Sheet;
use super::format_of;
use crate::failure::{Failure, Outcome};
use crate::findings::{Findings, PRINTED};
use crate::input::{self, Input};
use crate::output;
use crate::progress::watched;

pub(crate) fn run(args: &Check) -> Outcome<ExitCode> {
    if args.list {
        catalogue::list(args.format)?;
        return Ok(ExitCode::SUCCESS);
    }
    let inputs = files::collect(&args.inputs)?;
    if args.output.is_some() && inputs.files.len() != 1 {
        return Err(Failure::usage(
            "`-o` takes one input; without it, `--fix` mends each file in place",
        ));
    }
    if args.fix && args.output.is_none() && inputs.files.contains(&None) {
        return Err(Failure::usage(
            "standard input cannot be mended in place; name the mended file with `-o FILE`",
        ));
    }
    let started = Instant::now();
    let results: Vec<Outcome<Checked>> = watched("checking", || {
        let files = inputs.files.par_iter();
        files.map(|path| one(path.as_deref(), args)).collect()
    });
    let seconds = started.elapsed().as_secs_f64();

    let mut findings = Findings::new(args.report.clone(), args.quiet);
    let mut sheets = String::new();
    let mut tally = Tally::default();
    for result in results {
        match result {
            Err(failure) => {
                // The other inputs are checked all the same.
                failure.print();
                tally.unreadable += 1;
            }
            Ok(checked) => {
                tally.octets += checked.octets;
                tally.good += usize::from(checked.good);
                sheets.push_str(&checked.sheets);
                findings.extend(checked.findings);
            }
        }
    }
    match args.format {
        Shape::People => output::print(&sheets)?,
        Shape::Lines => output::print(&findings.lines())?,
        Shape::Json => output::json(&findings.to_json())?,
        Shape::Sarif => output::json(&sarif::log(findings.list()))?,
    }
    findings.write_report()?;
    tally.say(inputs.files.len(), inputs.left_out, seconds);
    match tally.unreadable > 0 || findings.worst() == Some(Severity::Error) {
        true => Err(Failure::Refused),
        false => Ok(ExitCode::SUCCESS),
    }
}

/// What a run comes to.
#[derive(Default)]
struct Tally {
    good: usize,
    unreadable: usize,
    octets: usize,
}

impl Tally {
    /// The last line, on standard error.
    #[allow(clippy::cast_precision_loss, reason = "megabytes for people")]
    fn say(&self, inputs: usize, left_out: usize, seconds: f64) {
        let mut line = format!("{} of {inputs} without an error", self.good);
        if left_out > 0 {
            line.push_str(&format!(
                "; {left_out} files that are no documents left out"
            ));
        }
        let megabytes = self.octets as f64 / 1e6;
        if inputs >= 100 || megabytes > 1.0 {
            let rate = megabytes / seconds.max(1e-9);
            line.push_str(&format!(
                "; {megabytes:.1} MB in {seconds:.2} s ({rate:.0} MB/s)"
            ));
        }
        anstream::eprintln!("{line}");
    }
}

/// What was found in one input.
struct Checked {
    findings: Vec<Finding>,
    /// The findings as people see them.
    sheets: String,
    good: bool,
    octets: usize,
}

fn one(path: Option<&Path>, args: &Check) -> Outcome<Checked> {
    let mut input = input::read(path)?;
    let octets = input.octets.len();
    let format = match format_of(&input, args.from) {
        Ok(format) => format,
        // As text, no place of it is found, and no excerpt shown.
        Err(finding) => return Ok(Checked::new(vec![*finding], &input, Format::Text, args)),
    };
    let mut mended = Vec::new();
    if args.fix {
        mended = fix(&mut input, format, path, args)?;
    }
    let found = check(&input.octets, format, &Decoder::from(args.mode));
    mended.extend(found);
    let mut checked = Checked::new(mended, &input, format, args);
    checked.octets = octets;
    Ok(checked)
}

/// Mends an input, writes it, and gives what was changed. What stands in the way of mending is
/// found again by checking.
fn fix(
    input: &mut Input,
    format: Format,
    path: Option<&Path>,
    args: &Check,
) -> Outcome<Vec<Finding>> {
    let mended = match mend::mend(&input.octets, format, args.new_salt, &args.uris.uris()) {
        Ok(Some(mended)) => mended,
        // `-o` has the document, changed or not.
        Ok(None) if args.output.is_some() => mend::Mended {
            content: input.octets.clone(),
            changes: Vec::new(),
            id: None,
        },
        Ok(None) | Err(_) => return Ok(Vec::new()),
    };
    output::write(
        args.output.as_deref().or(path),
        &mended.content,
        format.is_binary(),
    )?;
    if !mended.changes.is_empty() {
        let id = mended.id.map(|id| format!("; {id}")).unwrap_or_default();
        anstream::eprintln!("{}: mended{id}", input.name);
    }
    input.octets = mended.content;
    Ok(mended.changes)
}

impl Checked {
    fn new(mut findings: Vec<Finding>, input: &Input, format: Format, args: &Check) -> Self {
        for finding in &mut findings {
            finding.file.get_or_insert_with(|| input.name.clone());
        }
        let good = findings.iter().all(|it| it.severity != Severity::Error);
        let mut sheets = String::new();
        if args.format == Shape::People && !findings.is_empty() {
            let sheet = Sheet::new(&input.octets, format);
            let mut known = BTreeSet::new();
            let quietest = if args.quiet {
                Severity::Error
            } else {
                Severity::Note
            };
            let printed = findings.iter().filter(|it| it.severity >= quietest);
            for finding in printed.clone().take(PRINTED) {
                sheets.push_str(&people::draw(finding, &sheet, &mut known));
                sheets.push('\n');
            }
            let more = printed.count().saturating_sub(PRINTED);
            if more > 0 {
                sheets.push_str(&format!(
                    "{more} more findings in {}; `--format json` lists them all\n\n",
                    input.name
                ));
            }
        }
        Checked {
            findings,
            sheets,
            good,
            octets: input.octets.len(),
        }
    }
}
