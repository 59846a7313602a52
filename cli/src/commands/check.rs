//! `mimi check`: every fault of every input.

use std::process::ExitCode;

use mimi_codec::cbor::Decoder;
use mimi_codec::check::check;
use mimi_codec::report::Severity;

use super::format_of;
use crate::args::Check;
use crate::failure::{Failure, Outcome};
use crate::findings::Findings;
use crate::input;

pub(crate) fn run(args: &Check) -> Outcome<ExitCode> {
    let decoder = Decoder::from(args.mode);
    let mut findings = Findings::new(args.findings.report.clone(), args.findings.quiet);
    let inputs: Vec<_> = match args.inputs.is_empty() {
        true => vec![None],
        false => args
            .inputs
            .iter()
            .map(|path| Some(path.as_path()))
            .collect(),
    };
    let mut good = 0;
    let mut unreadable = false;
    for path in &inputs {
        let input = match input::read(*path) {
            Ok(input) => input,
            Err(failure) => {
                // The other inputs are checked all the same.
                failure.print();
                unreadable = true;
                continue;
            }
        };
        let found = match format_of(&input, args.from) {
            Ok(format) => check(&input.octets, format, &decoder),
            Err(finding) => vec![*finding],
        };
        good += usize::from(
            found
                .iter()
                .all(|finding| finding.severity != Severity::Error),
        );
        findings.extend(found);
        findings.name_input(&input.name);
    }
    findings.finish()?;
    anstream::eprintln!("{good} of {} without an error", inputs.len());
    match unreadable || findings.worst() == Some(Severity::Error) {
        true => Err(Failure::Refused),
        false => Ok(ExitCode::SUCCESS),
    }
}
