//! The way in: from any format to the octets of a document.

use std::borrow::Cow;
use std::string::ToString;

use super::{ConvertError, ConvertOptions};
use crate::cbor::{self, UpgradeOptions};
use crate::document::{Format, open};
use crate::mail;
use crate::message::{MimiContent, NestedPart, Salt};
use crate::report::{Converted, Finding, SourceMap, codes};

mod charset;
pub(super) mod rich;

/// The octets of a document, and the way back to the text it was written in.
#[derive(Clone)]
#[non_exhaustive]
pub struct Input<'a> {
    /// The octets of the document.
    pub octets: Cow<'a, [u8]>,
    /// From octets to lines and columns; empty where the input has none.
    pub map: SourceMap,
}

type Reader =
    for<'i> fn(&'i [u8], &ConvertOptions<'_>) -> Result<Converted<Input<'i>>, ConvertError>;

/// How each format is read.
fn reader(format: Format) -> Reader {
    match format {
        Format::Cbor => |input, _| notation(input, Format::Cbor),
        Format::Edn => |input, _| notation(input, Format::Edn),
        Format::Hex => |input, _| notation(input, Format::Hex),
        Format::Json => |input, _| notation(input, Format::Json),
        Format::Eml => mail,
        Format::Cpim => cpim,
        Format::Markdown => rich::markdown,
        Format::Html => rich::html,
        Format::Text => rich::text,
    }
}

/// Reads any format.
///
/// # Errors
/// The input is refused: it is not what the format says.
pub fn read<'i>(
    input: &'i [u8],
    format: Format,
    options: &ConvertOptions<'_>,
) -> Result<Converted<Input<'i>>, ConvertError> {
    let mut read = reader(format)(input, options)?;
    if options.upgrade && cbor::older::recognise(&read.value.octets).is_some() {
        upgrade(&mut read, options)?;
    }
    Ok(read)
}

/// Carries a message of an older draft over. What is then wrong with it has no place in the text.
fn upgrade(
    read: &mut Converted<Input<'_>>,
    options: &ConvertOptions<'_>,
) -> Result<(), ConvertError> {
    let mut upgrade = UpgradeOptions::with_salt(salt(options)?);
    upgrade.limits = *options.decoder.limits();
    let Converted {
        value,
        mut findings,
    } = cbor::upgrade(&read.value.octets, &upgrade)?;
    let octets = cbor::encode(&value.content)?;
    drop(value);
    for finding in &mut findings {
        finding.locate(&read.value.map);
    }
    read.findings.extend(findings);
    read.value.octets = Cow::Owned(octets);
    read.value.map = SourceMap::new();
    Ok(())
}

fn notation(input: &[u8], format: Format) -> Result<Converted<Input<'_>>, ConvertError> {
    Ok(open(input, format)?.map(|opened| Input {
        octets: opened.octets,
        map: opened.map,
    }))
}

fn made<'i>(message: &MimiContent<'_>) -> Result<Input<'i>, ConvertError> {
    Ok(Input {
        octets: Cow::Owned(cbor::encode(message)?),
        map: SourceMap::new(),
    })
}

fn mail<'i>(
    input: &'i [u8],
    options: &ConvertOptions<'_>,
) -> Result<Converted<Input<'i>>, ConvertError> {
    let Converted {
        value,
        mut findings,
    } = mail::import(input, &options.import)?;
    if !value.more.is_empty() {
        findings.push(
            Finding::new(codes::MORE_MESSAGES).found(std::format!("{} more", value.more.len())),
        );
    }
    let octets = Cow::Owned(value.octets);
    let map = SourceMap::new();
    Ok(Converted::new(Input { octets, map }, findings))
}

/// An instant message, or a notification about some.
fn cpim<'i>(
    input: &'i [u8],
    options: &ConvertOptions<'_>,
) -> Result<Converted<Input<'i>>, ConvertError> {
    let read = mail::cpim::read(input, &options.import)?;
    Ok(read.map(|content| Input {
        octets: Cow::Owned(match content {
            mail::cpim::Content::Message(received) => received.octets,
            mail::cpim::Content::Report(it) => cbor::encode_status(&it.report),
        }),
        map: SourceMap::new(),
    }))
}

/// A new message, with the sender and room the caller knows.
fn message<'i>(
    part: NestedPart<'i>,
    options: &ConvertOptions<'_>,
) -> Result<MimiContent<'i>, ConvertError> {
    let mut message = MimiContent::new(salt(options)?, part);
    if let Some(sender) = &options.uris.sender {
        message.extensions.set_sender_uri(sender)?;
    }
    if let Some(room) = &options.uris.room {
        message.extensions.set_room_uri(room)?;
    }
    Ok(message)
}

pub(super) fn salt(options: &ConvertOptions<'_>) -> Result<Salt<'static>, ConvertError> {
    match options.salt {
        Some(salt) => Ok(Salt::new(salt)),
        None => Salt::random().map_err(|error| {
            ConvertError::new(Finding::new(codes::COMPOSE_RANDOM).found(error.to_string()))
        }),
    }
}

impl core::fmt::Debug for Input<'_> {
    /// Without the octets: salt and keys stand in them.
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Input")
            .field("octets", &format_args!("[{} octets]", self.octets.len()))
            .finish_non_exhaustive()
    }
}
