//! `mimi id`.

use std::process::ExitCode;

use mimi_codec::convert;
use mimi_codec::document::Format;
use mimi_codec::mail::{self, ImportOptions, Origin};
use mimi_codec::message::IdAlgorithm;
use mimi_codec::report::{Finding, codes};

use super::{format_of, reading};
use crate::args::Id;
use crate::failure::{Failure, Outcome};
use crate::findings::Findings;
use crate::{input, output};

pub(crate) fn run(args: &Id) -> Outcome<ExitCode> {
    let algorithm = IdAlgorithm::from_name(&args.algorithm).ok_or_else(|| {
        Failure::usage(format!(
            "no algorithm is called `{}`: say draft-08 (also for draft 09) or draft-07 (also for draft 06)",
            args.algorithm
        ))
    })?;
    let input = input::read(args.input.as_deref())?;
    let mut findings = Findings::new(args.findings.report.clone(), args.findings.quiet);
    match id(args, algorithm, &input, &mut findings) {
        Ok(id) => {
            findings.name_input(&input.name);
            findings.finish()?;
            output::write(None, format!("{id}\n").as_bytes(), false)?;
            Ok(ExitCode::SUCCESS)
        }
        Err(finding) => Err(findings.refuse(finding.file(input.name))),
    }
}

/// Whether the input is a message with a salt of its own: a notation, or a mail made from one.
pub(super) fn has_id(format: Format, octets: &[u8]) -> bool {
    match format {
        Format::Cpim | Format::Markdown | Format::Html | Format::Text => false,
        Format::Eml => mail::import(octets, &ImportOptions::default())
            .is_ok_and(|imported| imported.value.origin == Origin::Own),
        _ => true,
    }
}

fn id(
    args: &Id,
    algorithm: IdAlgorithm,
    input: &input::Input,
    findings: &mut Findings,
) -> Result<String, Box<Finding>> {
    let options = reading(args.mode, &args.uris);
    let from = format_of(input, args.from)?;
    if !has_id(from, &input.octets) {
        return Err(Box::new(Finding::new(codes::NO_MEANING).message(
            "this is not a message yet: every conversion to one takes a new salt, and so gives another ID; \
             convert it first, for example with `mimi convert FILE -o message.cbor`",
        )));
    }
    let read =
        convert::read(&input.octets, from, &options).map_err(|error| error.into_finding())?;
    findings.extend(read.findings);
    let map = &read.value.map;
    let received = options
        .decoder
        .decode(&read.value.octets)
        .map_err(|error| {
            let mut finding = error.into_finding();
            finding.locate(map);
            finding
        })?;
    findings.extend(received.findings().iter().cloned().map(|mut finding| {
        finding.locate(map);
        finding
    }));
    let id = received.message_id(algorithm, &options.uris).map_err(|error| {
        let finding = error.finding().clone();
        match finding.code {
            codes::URI_MISSING => finding.message(
                "the message ID covers the sender and the room, and the message states none; give them with --sender and --room",
            ),
            _ => finding,
        }
    })?;
    Ok(id.to_string())
}
