//! The way out: from the octets of a document to any format.

use std::string::String;
use std::vec::Vec;

use super::{ConvertError, ConvertOptions, Input, decode, read};
use crate::cbor::{self, Received, RepairOptions};
use crate::document::{Document, Format};
use crate::mail;
use crate::message::IdAlgorithm;
use crate::notation::{Layout, edn, hex, json};
use crate::report::{Converted, Finding, codes};

mod shown;

type Written = Result<Converted<Vec<u8>>, ConvertError>;

impl Input<'_> {
    /// Writes the document in a format.
    ///
    /// # Errors
    /// The octets are refused, or the document has no meaning in that format.
    pub fn write(&self, format: Format, options: &ConvertOptions<'_>) -> Written {
        let document = decode(self, &options.decoder)?;
        let mut findings = document.findings().to_vec();
        for finding in &mut findings {
            finding.locate(&self.map);
        }
        let written = match &document {
            Document::Message(received) => message_writer(format)(received, options)?,
            _ => self.other(&document, format, options)?,
        };
        findings.extend(written.findings);
        Ok(Converted::new(written.value, findings))
    }

    /// Status reports and derived values: what spells any octets spells these too.
    fn other(
        &self,
        document: &Document<'_>,
        format: Format,
        options: &ConvertOptions<'_>,
    ) -> Written {
        let (layout, encoded) = match document {
            Document::StatusReport(report) => {
                (Layout::StatusReport, cbor::encode_status(&report.value))
            }
            Document::Derived(values) => (Layout::Derived, cbor::encode_derived(&values.value)),
            _ => (Layout::Message, Vec::new()),
        };
        // As it was received, unless something had to be tolerated: then mended, and said so.
        let mut findings = Vec::new();
        let octets = match document.findings().is_empty() {
            true => &self.octets,
            false => {
                findings.push(Finding::new(codes::REPAIRED).message("the octets changed"));
                encoded.as_slice()
            }
        };
        let text = match format {
            Format::Cbor => return Ok(Converted::new(octets.to_vec(), findings)),
            Format::Edn => edn::Writer::new(layout).write(octets)?,
            Format::Hex => hex::write(octets, hex_style(layout, options)).value,
            Format::Text => shown::other(document),
            Format::Cpim if let Document::StatusReport(report) = document => {
                let written = mail::cpim::write_report(&report.value, &options.export)?;
                findings.extend(written.findings);
                return Ok(Converted::new(written.value, findings));
            }
            _ => {
                return Err(ConvertError::new(
                    Finding::new(codes::NO_MEANING)
                        .found(document.kind().name())
                        .expected("cbor, edn, hex or text"),
                ));
            }
        };
        Ok(Converted::new(text.into_bytes(), findings))
    }
}

fn hex_style(layout: Layout, options: &ConvertOptions<'_>) -> hex::Style {
    match options.hex_fields {
        true => hex::Style::Fields(layout),
        false => hex::Style::Pretty,
    }
}

/// How a message is written in each format.
fn message_writer(format: Format) -> fn(&Received<'_>, &ConvertOptions<'_>) -> Written {
    match format {
        Format::Cbor => octets,
        Format::Edn => edn,
        Format::Hex => hex,
        Format::Json => json,
        Format::Eml => eml,
        Format::Cpim => cpim,
        Format::Markdown => shown::markdown,
        Format::Html => shown::html,
        Format::Text => shown::text,
    }
}

/// The octets as they were received, or mended where a deviation was tolerated.
fn octets(received: &Received<'_>, options: &ConvertOptions<'_>) -> Written {
    if received.findings().is_empty() {
        return Ok(Converted::lossless(received.octets().to_vec()));
    }
    let repair = RepairOptions {
        new_salt: options.new_salt.then(|| read::salt(options)).transpose()?,
        limits: *options.decoder.limits(),
    };
    Ok(cbor::repair(received.octets(), &repair)?)
}

fn edn(received: &Received<'_>, options: &ConvertOptions<'_>) -> Written {
    let writer = edn::Writer::received(received, &options.uris);
    Ok(Converted::lossless(
        writer.write(received.octets())?.into_bytes(),
    ))
}

fn hex(received: &Received<'_>, options: &ConvertOptions<'_>) -> Written {
    let style = hex_style(Layout::Message, options);
    Ok(hex::write(received.octets(), style).map(String::into_bytes))
}

fn json(received: &Received<'_>, options: &ConvertOptions<'_>) -> Written {
    // JSON says what a message means; only the octets of a legal one can be made from it again.
    let Converted { value, findings } = octets(received, options)?;
    let legal = options.decoder.decode(&value)?;
    let message = legal.content();
    let text = match legal.message_id(IdAlgorithm::Draft08, &options.uris) {
        Ok(id) => json::write_with_id(message, &id),
        Err(_) => json::write(message),
    };
    Ok(Converted::new(text.into_bytes(), findings))
}

fn eml(received: &Received<'_>, options: &ConvertOptions<'_>) -> Written {
    if received.findings().is_empty() {
        return Ok(mail::export(received.content(), &options.export)?);
    }
    // A mail carries the record of a legal message only.
    let Converted {
        value,
        mut findings,
    } = octets(received, options)?;
    let mail = mail::export(&cbor::decode(&value)?, &options.export)?;
    findings.extend(mail.findings);
    Ok(Converted::new(mail.value, findings))
}

fn cpim(received: &Received<'_>, options: &ConvertOptions<'_>) -> Written {
    Ok(mail::cpim::write(received.content(), &options.export)?)
}
