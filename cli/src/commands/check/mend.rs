//! `--fix`: the same document, encoded as the draft says.

use mimi_codec::cbor::{self, Decoder, RepairOptions};
use mimi_codec::convert::{ConvertOptions, convert};
use mimi_codec::document::{Document, Format, Kind, open};
use mimi_codec::message::{IdAlgorithm, Salt, Uris};
use mimi_codec::report::{Converted, Finding, codes};

use super::comments;

/// A document that was mended.
pub(super) struct Mended {
    /// The document in the format it had.
    pub(super) content: Vec<u8>,
    /// What was changed.
    pub(super) changes: Vec<Finding>,
    /// What became of the message ID, in words.
    pub(super) id: Option<String>,
    /// Which comments of the text are gone, in words.
    pub(super) lost: Option<String>,
}

/// Mends a document; nothing if there is nothing to mend.
///
/// # Errors
/// The finding that stands in the way.
pub(super) fn mend(
    content: &[u8],
    format: Format,
    new_salt: bool,
    uris: &Uris<'_>,
) -> Result<Option<Mended>, Box<Finding>> {
    let opened = open(content, format).map_err(|error| Box::new(error.into_finding()))?;
    let octets = &*opened.value.octets;
    let Converted {
        value, findings, ..
    } = match Kind::of(octets) {
        Kind::Message => repaired(octets, new_salt)?,
        _ => encoded_again(octets)?,
    };
    if value == octets {
        return Ok(None);
    }
    let id = match Kind::of(octets) {
        Kind::Message => Some(ids(octets, &value, uris)),
        _ => None,
    };
    // The notation is written from the octets, so comments and spelling of the old text go.
    let written = convert(&value, Format::Cbor, format, &ConvertOptions::default())
        .map_err(|error| Box::new(error.into_finding()))?;
    let text = |octets| String::from_utf8_lossy(octets);
    let lost = comments::lost(&text(content), &text(&written.value), format);
    Ok(Some(Mended {
        content: written.value,
        changes: opened.value.locate(findings),
        id,
        lost,
    }))
}

fn repaired(octets: &[u8], new_salt: bool) -> Result<Converted<Vec<u8>>, Box<Finding>> {
    let options = match new_salt {
        false => RepairOptions::default(),
        true => RepairOptions::with_new_salt(Salt::random().map_err(|error| {
            Box::new(Finding::new(codes::COMPOSE_RANDOM).found(error.to_string()))
        })?),
    };
    cbor::repair(octets, &options).map_err(|error| Box::new(error.into_finding()))
}

/// A status report or derived values, as the writer writes them.
fn encoded_again(octets: &[u8]) -> Result<Converted<Vec<u8>>, Box<Finding>> {
    let document = Document::decode(octets, &Decoder::tolerant())
        .map_err(|error| Box::new(error.into_finding()))?;
    let findings = document.findings().to_vec();
    let value = match &document {
        Document::StatusReport(report) => cbor::encode_status(&report.value),
        Document::Derived(values) => cbor::encode_derived(&values.value),
        _ => octets.to_vec(),
    };
    Ok(Converted::new(value, findings))
}

/// Both message IDs, where sender and room are known.
fn ids(before: &[u8], after: &[u8], uris: &Uris<'_>) -> String {
    let id = |octets: &[u8]| {
        let received = Decoder::tolerant().decode(octets).ok()?;
        received.message_id(IdAlgorithm::Draft08, uris).ok()
    };
    match (id(before), id(after)) {
        (Some(before), Some(after)) => {
            format!("the message ID changes from {before} to {after}")
        }
        (None, Some(after)) => format!("the message ID changes to {after}"),
        _ => "the message ID changes".to_owned(),
    }
}
