//! Opening a document in one of the notations: its octets, and the way back to its text.

use std::borrow::Cow;
use std::boxed::Box;
use std::string::String;
use std::vec::Vec;

use super::Format;
use crate::notation::{NotationError, Source, edn, hex, json};
use crate::report::{Code, Converted, Finding, SourceMap, codes};

/// The octets of a document, whatever it was written in.
#[derive(Clone)]
#[non_exhaustive]
pub struct Opened<'a> {
    /// The format it was read from.
    pub format: Format,
    /// The octets of the document.
    pub octets: Cow<'a, [u8]>,
    /// From octets to lines and columns; empty for CBOR.
    pub map: SourceMap,
}

/// A document that cannot be opened: which rule refused it, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{finding}")]
pub struct OpenError {
    finding: Box<Finding>,
    #[source]
    source: Option<NotationError>,
}

impl OpenError {
    fn new(finding: Finding) -> Self {
        OpenError {
            finding: Box::new(finding),
            source: None,
        }
    }

    /// What is wrong, and where.
    pub fn finding(&self) -> &Finding {
        &self.finding
    }

    /// The broken rule.
    pub fn code(&self) -> Code {
        self.finding.code
    }

    /// The finding itself.
    pub fn into_finding(self) -> Finding {
        *self.finding
    }
}

impl From<NotationError> for OpenError {
    fn from(error: NotationError) -> Self {
        OpenError {
            finding: Box::new(error.finding().clone()),
            source: Some(error),
        }
    }
}

/// Reads a notation of a document: CBOR, EDN, hex or JSON.
///
/// # Errors
/// The text cannot be read, or the format is none of the four.
///
/// ```
/// use mimi_codec::document::{open, Format};
///
/// let opened = open(b"[h'', null] # a start", Format::Edn)?.value;
/// assert_eq!(&*opened.octets, [0x82, 0x40, 0xf6]);
/// # Ok::<(), mimi_codec::document::OpenError>(())
/// ```
pub fn open(content: &[u8], format: Format) -> Result<Converted<Opened<'_>>, OpenError> {
    let read: fn(&str) -> Result<Converted<Source>, NotationError> = match format {
        Format::Cbor => {
            return Ok(Converted::lossless(Opened {
                format,
                octets: Cow::Borrowed(content),
                map: SourceMap::new(),
            }));
        }
        Format::Edn => edn::read,
        Format::Hex => hex::read,
        Format::Json => json::read,
        _ => {
            let finding = Finding::new(codes::NOT_A_NOTATION).found(format.name());
            return Err(OpenError::new(finding));
        }
    };
    let Converted { value, findings } = read(text(content)?)?;
    let (octets, map) = value.into_parts();
    let octets = Cow::Owned(octets);
    Ok(Converted::new(
        Opened {
            format,
            octets,
            map,
        },
        findings,
    ))
}

/// A text in UTF-8, with or without a byte order mark.
///
/// # Errors
/// [`codes::TEXT_NOT_UTF8`] with the place of the first octet that does not fit.
pub fn text(content: &[u8]) -> Result<&str, OpenError> {
    const MARK: &[u8] = b"\xef\xbb\xbf";
    let body = content.strip_prefix(MARK).unwrap_or(content);
    core::str::from_utf8(body).map_err(|error| {
        let valid = body.get(..error.valid_up_to()).unwrap_or_default();
        let before = String::from_utf8_lossy(valid);
        let line = before.matches('\n').count() + 1;
        let last = before.rsplit('\n').next().unwrap_or_default();
        let column = last.chars().count() + 1;
        let place = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        let offset = content.len() - body.len() + valid.len();
        OpenError::new(
            Finding::new(codes::TEXT_NOT_UTF8)
                .at(offset)
                .line_column(place(line), place(column)),
        )
    })
}

impl Opened<'_> {
    /// Gives findings about octets the lines and columns of the text.
    pub fn locate(&self, mut findings: Vec<Finding>) -> Vec<Finding> {
        for finding in &mut findings {
            finding.locate(&self.map);
        }
        findings
    }
}

impl core::fmt::Debug for Opened<'_> {
    /// Without the octets: salt and keys stand in them.
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Opened")
            .field("format", &self.format)
            .field("octets", &format_args!("[{} octets]", self.octets.len()))
            .finish_non_exhaustive()
    }
}
