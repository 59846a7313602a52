//! The way out: from the octets of a document to any format.

use std::string::String;
use std::vec::Vec;

use super::{ConvertError, ConvertOptions, Input, decode};
use crate::cbor::{self, Received, RepairOptions};
use crate::document::{Document, Format, Kind};
use crate::mail;
use crate::message::Salt;
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
            _ => self.other(&document, format)?,
        };
        findings.extend(written.findings);
        Ok(Converted::new(written.value, findings))
    }

    /// Status reports and derived values: what spells any octets spells these too.
    fn other(&self, document: &Document<'_>, format: Format) -> Written {
        let layout = match document.kind() {
            Kind::StatusReport => Layout::StatusReport,
            Kind::Derived => Layout::Derived,
            _ => Layout::Message,
        };
        let text = match format {
            Format::Cbor => return Ok(Converted::lossless(self.octets.to_vec())),
            Format::Edn => edn::Writer::new(layout).write(&self.octets)?,
            Format::Hex => hex::write(&self.octets, hex::Style::Pretty).value,
            Format::Text => shown::other(document),
            _ => {
                return Err(ConvertError::new(
                    Finding::new(codes::NO_MEANING)
                        .found(document.kind().name())
                        .expected("cbor, edn, hex or text"),
                ));
            }
        };
        Ok(Converted::lossless(text.into_bytes()))
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
    let repair = match options.salt {
        Some(salt) => RepairOptions::with_new_salt(Salt::new(salt)),
        None => RepairOptions::default(),
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
    let style = match options.hex_fields {
        true => hex::Style::Fields(Layout::Message),
        false => hex::Style::Pretty,
    };
    Ok(hex::write(received.octets(), style).map(String::into_bytes))
}

fn json(received: &Received<'_>, options: &ConvertOptions<'_>) -> Written {
    let message = received.content();
    let text = match received.message_id(Default::default(), &options.uris) {
        Ok(id) => json::write_with_id(message, &id),
        Err(_) => json::write(message),
    };
    Ok(Converted::lossless(text.into_bytes()))
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
