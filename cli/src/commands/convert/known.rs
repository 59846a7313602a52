//! Messages that are named because others refer to them (`--known`).

use std::path::PathBuf;

use mimi_codec::convert::{self, ConvertOptions};
use mimi_codec::mail::MemoryResolver;
use mimi_codec::message::{IdAlgorithm, Uris};
use mimi_codec::report::{Finding, codes};

use crate::commands::format_of;
use crate::commands::id::has_id;
use crate::failure::Outcome;
use crate::findings::Findings;
use crate::input::{self, Input};

/// What the named messages say of themselves; none if none is named.
pub(super) fn read(
    paths: &[PathBuf],
    options: &ConvertOptions<'_>,
    findings: &mut Findings,
) -> Outcome<Option<MemoryResolver>> {
    if paths.is_empty() {
        return Ok(None);
    }
    let mut known = MemoryResolver::new();
    for path in paths {
        let input = input::read(Some(path))?;
        if let Err(finding) = add(&mut known, &input, options) {
            return Err(findings.refuse(finding.file(input.name)));
        }
    }
    Ok(Some(known))
}

fn add(
    known: &mut MemoryResolver,
    input: &Input,
    options: &ConvertOptions<'_>,
) -> Result<(), Box<Finding>> {
    let format = format_of(input, None)?;
    if !has_id(format, &input.octets) {
        return Err(Box::new(Finding::new(codes::NO_MEANING).message(
            "this is not a message yet, so nothing can refer to it; name the message that it became",
        )));
    }
    let read =
        convert::read(&input.octets, format, options).map_err(|error| error.into_finding())?;
    let received = options
        .decoder
        .decode(&read.value.octets)
        .map_err(|error| error.into_finding())?;
    // Sender and room of the call are those of what is converted; where a message does not state
    // its own, they are the best that is known.
    let id = received
        .message_id(IdAlgorithm::Draft08, &Uris::STATED)
        .or_else(|_| received.message_id(IdAlgorithm::Draft08, &options.uris))
        .map_err(|error| error.finding().clone())?;
    known.record_message(id, received.content());
    Ok(())
}
