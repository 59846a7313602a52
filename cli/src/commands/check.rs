//! `mimi check`: every fault of every input, printed in one of four shapes.

pub(crate) mod args;
pub(crate) mod catalogue;
mod comments;
mod context;
mod drafts;
mod files;
mod mend;
mod people;
mod sarif;
mod sheet;

use std::collections::{BTreeSet, HashSet};
use std::path::Path;
use std::process::ExitCode;
use std::time::Instant;

use mimi_codec::cbor::Decoder;
use mimi_codec::check::{Context, check_in};
use mimi_codec::document::Format;
use mimi_codec::message::MessageId;
use mimi_codec::report::{Finding, Severity, codes};
use rayon::prelude::*;

use self::args::{Check, Shape};
use self::context::Known;
use self::files::LeftOut;
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
    let started = Instant::now();
    let inputs = files::collect(&args.inputs, args.draft)?;
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
    let aside = args.output.as_deref() == Some(Path::new("-"));
    if aside && matches!(args.format, Shape::Json | Shape::Sarif) {
        return Err(Failure::usage(
            "standard output has the mended document; write the findings with `--report FILE`",
        ));
    }
    let known = Known::new(&args.context);
    let (is_member, is_seen) = (
        |uri: &str| known.is_member(uri),
        |id: &MessageId| known.is_seen(id),
    );
    let context = context::context(&args.context, &args.uris, &is_member, &is_seen);
    let results: Vec<Outcome<Checked>> = watched("checking", || {
        let files = inputs.files.par_iter();
        files
            .map(|path| one(path.as_deref(), args, &context))
            .collect()
    });
    let mut findings = Findings::new(args.report.clone(), args.quiet);
    let mut sheets = String::new();
    let mut tally = Tally {
        unreadable: inputs.empty.len(),
        ..Tally::default()
    };
    for folder in inputs.empty {
        folder.print();
    }
    let mut good = Vec::new();
    let mut known_rules = BTreeSet::new();
    for result in results {
        match result {
            Err(failure) => {
                // The other inputs are checked all the same.
                failure.print();
                tally.unreadable += 1;
            }
            Ok(checked) => {
                tally.octets += checked.octets;
                if checked.good {
                    good.push(checked.name);
                }
                sheets.push_str(&checked.sheets);
                findings.extend(checked.findings);
            }
        }
    }
    let among = drafts::folders(&inputs.in_folders, args);
    // From the listing of folders to the last finding; not the printing.
    let seconds = started.elapsed().as_secs_f64();
    for finding in among.iter().filter(|it| it.severity >= printed(args)) {
        sheets.push_str(&people::draw(
            finding,
            &Sheet::Text(Vec::new()),
            &mut known_rules,
        ));
        sheets.push('\n');
    }
    let errors = among.iter().filter(|it| it.severity == Severity::Error);
    let bad: HashSet<&str> = errors.filter_map(|it| it.file.as_deref()).collect();
    good.retain(|name| !bad.contains(name.as_str()));
    tally.good = good.len();
    findings.extend(among);
    match args.format {
        // Not among the octets of the mended document.
        Shape::People if aside => anstream::eprint!("{sheets}"),
        Shape::Lines if aside => anstream::eprint!("{}", findings.lines()),
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

/// What weighs less is not printed.
const fn printed(args: &Check) -> Severity {
    if args.quiet {
        Severity::Error
    } else {
        Severity::Note
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
    fn say(&self, inputs: usize, left_out: LeftOut, seconds: f64) {
        let mut line = format!("{} of {inputs} without an error", self.good);
        if let Some(told) = left_out.told() {
            line.push_str(&format!("; {told}"));
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
    name: String,
    findings: Vec<Finding>,
    /// The findings as people see them.
    sheets: String,
    good: bool,
    octets: usize,
}

fn one(path: Option<&Path>, args: &Check, context: &Context<'_>) -> Outcome<Checked> {
    let input = input::read(path)?;
    let format = format_of(&input, args.from);
    // A message or a mail may speak of Internet-Drafts too.
    let prose = match &format {
        Ok(format) => matches!(format, Format::Text | Format::Markdown | Format::Html),
        Err(_) => true,
    };
    let unasked = args.from.is_none() && !args.fix && prose;
    if args.draft && input.octets.is_empty() {
        let nothing = Finding::new(codes::FORMAT_UNKNOWN).message("the input is empty");
        return Ok(Checked::new(vec![nothing], &input, Format::Text, args));
    }
    if args.draft || (unasked && drafts::is_draft(&input.octets)) {
        let found = drafts::judge(&input, path, args);
        return Ok(Checked::new(found, &input, Format::Text, args));
    }
    let format = match format {
        Ok(format) => format,
        // As text, no place of it is found, and no excerpt shown.
        Err(finding) => return Ok(Checked::new(vec![*finding], &input, Format::Text, args)),
    };
    let check = |octets: &[u8]| check_in(octets, format, &Decoder::from(args.mode), context);
    if !args.fix {
        let found = check(&input.octets);
        return Ok(Checked::new(found, &input, format, args));
    }
    match fix(&input, format, path, args)? {
        Ok(mended) => {
            // What was changed stands in the input as it was.
            let changed = Checked::new(mended.changes, &input, format, args);
            let after = Input {
                octets: mended.content,
                ..input
            };
            let left = Checked::new(check(&after.octets), &after, format, args);
            Ok(changed.and(left))
        }
        Err(obstacle) => {
            let mut found = check(&input.octets);
            // There is no file where one was asked for, and something has to say so.
            if args.output.is_some() && found.iter().all(|it| it.severity != Severity::Error) {
                found.push(obstacle.severity(Severity::Error));
            }
            Ok(Checked::new(found, &input, format, args))
        }
    }
}

/// Mends an input and writes it; or gives what stands in the way.
fn fix(
    input: &Input,
    format: Format,
    path: Option<&Path>,
    args: &Check,
) -> Outcome<Result<mend::Mended, Box<Finding>>> {
    let mended = match mend::mend(&input.octets, format, args.new_salt, &args.uris.uris()) {
        Ok(mended) => mended,
        Err(obstacle) => return Ok(Err(obstacle)),
    };
    let changed = mended.is_some();
    let mended = mended.unwrap_or_else(|| mend::Mended {
        content: input.octets.clone(),
        changes: Vec::new(),
        id: None,
        lost: None,
    });
    // `-o` has the document, changed or not.
    if changed || args.output.is_some() {
        output::write(
            args.output.as_deref().or(path),
            &mended.content,
            format.is_binary(),
        )?;
    }
    if changed {
        let told = mended.lost.iter().chain(&mended.id);
        let told: String = told.map(|told| format!("; {told}")).collect();
        anstream::eprintln!("{}: mended{told}", input.name);
    }
    Ok(Ok(mended))
}

impl Checked {
    /// What was found before, and what after an input was mended.
    fn and(mut self, left: Checked) -> Self {
        self.findings.extend(left.findings);
        self.sheets.push_str(&left.sheets);
        self.good &= left.good;
        self
    }

    fn new(mut findings: Vec<Finding>, input: &Input, format: Format, args: &Check) -> Self {
        for finding in &mut findings {
            finding.file.get_or_insert_with(|| input.name.clone());
        }
        let good = findings.iter().all(|it| it.severity != Severity::Error);
        let mut sheets = String::new();
        if args.format == Shape::People && !findings.is_empty() {
            let sheet = Sheet::new(&input.octets, format);
            let mut known = BTreeSet::new();
            let quietest = printed(args);
            let printed = findings.iter().filter(|it| it.severity >= quietest);
            // What a draft includes has lines of its own.
            let none = Sheet::Text(Vec::new());
            for finding in printed.clone().take(PRINTED) {
                let own = finding.file.as_ref() == Some(&input.name);
                let sheet = if own { &sheet } else { &none };
                sheets.push_str(&people::draw(finding, sheet, &mut known));
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
            name: input.name.clone(),
            findings,
            sheets,
            good,
            octets: input.octets.len(),
        }
    }
}
