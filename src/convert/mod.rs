//! From any format to any other: one table of readers, one of writers, and a document in between.
//!
//! The way in is always to the octets of a document; the way out is always from them. So there
//! is no code for a pair of formats, and what a conversion keeps is said by its two halves.

mod options;
mod place;
mod read;
mod write;

use std::boxed::Box;
use std::vec::Vec;

pub use options::{ConvertOptions, RichOptions};
pub use read::{Input, read};

use crate::cbor::{DecodeError, Decoder};
use crate::document::{Document, Format, OpenError};
use crate::report::{Code, Converted, Finding, Severity, codes};

/// Converts a document from one format to another.
///
/// Findings are losses and tolerated deviations, located in the input where it is text.
///
/// # Errors
/// The input is refused, or what it holds has no meaning in the other format.
///
/// ```
/// use mimi_codec::convert::{convert, ConvertOptions};
/// use mimi_codec::document::Format;
///
/// let options = ConvertOptions::default().with_salt([7; 16]);
/// let message = convert(b"Hello *world*", Format::Markdown, Format::Cbor, &options)?.value;
/// let html = convert(&message, Format::Cbor, Format::Html, &options)?.value;
/// assert_eq!(html, b"<p>Hello <em>world</em></p>\n");
/// # Ok::<(), mimi_codec::convert::ConvertError>(())
/// ```
pub fn convert(
    input: &[u8],
    from: Format,
    to: Format,
    options: &ConvertOptions<'_>,
) -> Result<Converted<Vec<u8>>, ConvertError> {
    let Converted {
        value,
        mut findings,
    } = read(input, from, options)?;
    let mut written = value.write(to, options)?;
    match from {
        Format::Html => kept_as_html(to, &mut findings, &mut written.findings),
        Format::Markdown => told_once(&findings, &mut written.findings),
        _ => {}
    }
    findings.extend(written.findings);
    Ok(Converted::new(written.value, findings))
}

/// A message made from HTML has the HTML and the Markdown made from it. What the Markdown lacks is
/// lost only where nothing but the Markdown is written; that there were two says nothing.
fn kept_as_html(to: Format, read: &mut Vec<Finding>, written: &mut Vec<Finding>) {
    let about_markdown =
        |finding: &Finding| finding.path.as_deref() == Some(read::rich::MADE_MARKDOWN);
    match to {
        Format::Html => read.retain(|finding| !about_markdown(finding)),
        Format::Markdown | Format::Text => {}
        _ => {
            for finding in read.iter_mut().filter(|finding| about_markdown(finding)) {
                finding.severity = Severity::Note;
            }
        }
    }
    written.retain(|finding| finding.code != codes::VIEW_ALTERNATIVE);
}

/// What was said about a line of Markdown is not said again about the part it became.
fn told_once(read: &[Finding], written: &mut Vec<Finding>) {
    written.retain(|finding| {
        finding.offset.is_none() || !read.iter().any(|told| told.code == finding.code)
    });
}

/// A conversion that cannot be done: which rule refused it, and where.
#[derive(Debug, thiserror::Error)]
#[error("{finding}")]
pub struct ConvertError {
    finding: Box<Finding>,
    #[source]
    source: Option<Box<dyn core::error::Error + Send + Sync>>,
}

impl ConvertError {
    pub(crate) fn new(finding: Finding) -> Self {
        ConvertError {
            finding: Box::new(finding),
            source: None,
        }
    }

    fn because(finding: Finding, source: impl core::error::Error + Send + Sync + 'static) -> Self {
        ConvertError {
            finding: Box::new(finding),
            source: Some(Box::new(source)),
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

/// Every error of a lower room carries a finding, which is kept.
macro_rules! from_errors {
    ($($error:ty),* $(,)?) => {
        $(impl From<$error> for ConvertError {
            fn from(error: $error) -> Self {
                ConvertError::because(error.finding().clone(), error)
            }
        })*
    };
}

from_errors!(
    OpenError,
    DecodeError,
    crate::cbor::EncodeError,
    crate::mail::MailError,
    crate::message::ExtensionError,
    crate::notation::NotationError,
);

/// Decodes what was read, with findings and errors located in the text it came from.
fn decode<'i>(input: &'i Input<'_>, decoder: &Decoder) -> Result<Document<'i>, ConvertError> {
    Document::decode(&input.octets, decoder).map_err(|error| {
        let mut finding = error.finding().clone();
        finding.locate(&input.map);
        ConvertError::because(finding, error)
    })
}
