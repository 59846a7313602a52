//! `mimi show`: messages for people, in the terminal.

mod head;
pub(super) mod paint;

use std::process::ExitCode;

use mimi_codec::convert;
use mimi_codec::document::{Document, Format};
use mimi_codec::report::{Finding, Severity};
use mimi_codec::view::{LineOptions, View, ViewPolicy};

use super::{format_of, reading};
use crate::args::Show;
use crate::failure::{Failure, Outcome};
use crate::findings::Findings;
use crate::input::{self, Input};
use crate::output;

/// Wider lines are hard to read.
const WIDEST: usize = 100;

pub(crate) fn run(args: &Show) -> Outcome<ExitCode> {
    // Notes, for example on alternatives that were not chosen, only go into a report: whoever
    // reads a message wants to know of faults.
    let mut findings =
        Findings::new(args.findings.report.clone(), args.findings.quiet).hide_notes();
    let inputs: Vec<_> = match args.inputs.is_empty() {
        true => vec![None],
        false => args
            .inputs
            .iter()
            .map(|path| Some(path.as_path()))
            .collect(),
    };
    let several = inputs.len() > 1;
    let mut unreadable = false;
    for (number, path) in inputs.into_iter().enumerate() {
        let input = match input::read(path) {
            Ok(input) => input,
            Err(failure) => {
                // The other inputs are shown all the same.
                failure.print();
                unreadable = true;
                continue;
            }
        };
        match show(args, &input, &mut findings) {
            Ok(page) => {
                let gap = if number > 0 { "\n" } else { "" };
                let name = if several {
                    paint::file_name(&input.name)
                } else {
                    String::new()
                };
                output::print(&format!("{gap}{name}{page}"))?;
            }
            Err(finding) => findings.add(*finding),
        }
        findings.name_input(&input.name);
    }
    findings.finish()?;
    match unreadable || findings.worst() == Some(Severity::Error) {
        true => Err(Failure::Refused),
        false => Ok(ExitCode::SUCCESS),
    }
}

fn show(args: &Show, input: &Input, findings: &mut Findings) -> Result<String, Box<Finding>> {
    let options = reading(args.mode, &args.uris);
    let from = format_of(input, args.from)?;
    let read =
        convert::read(&input.octets, from, &options).map_err(|error| error.into_finding())?;
    findings.extend(read.findings);
    let document = Document::decode(&read.value.octets, &options.decoder).map_err(|error| {
        let mut finding = error.into_finding();
        finding.locate(&read.value.map);
        finding
    })?;
    findings.extend(document.findings().iter().cloned().map(|mut finding| {
        finding.locate(&read.value.map);
        finding
    }));
    let Document::Message(received) = &document else {
        let text = read
            .value
            .write(Format::Text, &options)
            .map_err(|error| error.into_finding())?;
        return Ok(String::from_utf8_lossy(&text.value).into_owned());
    };
    let policy = match args.language.is_empty() {
        true => ViewPolicy::default(),
        false => ViewPolicy::default().languages(args.language.iter().cloned()),
    };
    let view = View::of(received.content(), &policy);
    findings.extend(view.findings);
    let width = args.width.map_or_else(terminal_width, usize::from);
    let lines = view
        .value
        .to_lines(&LineOptions::default().with_width(width).with_targets(true));
    Ok(head::write(received, &options.uris) + &paint::lines(&lines))
}

pub(super) fn terminal_width() -> usize {
    terminal_size::terminal_size().map_or(80, |(width, _)| usize::from(width.0).min(WIDEST))
}
