//! CPIM (RFC 3862), the older format of instant messages that the draft names, and its
//! disposition notifications (IMDN, RFC 5438): to and from messages and status reports.
//!
//! | of the message | in CPIM |
//! |---|---|
//! | extensions 1, 2: sender, room | `From`, `To` |
//! | extension 3: time of the sender | `DateTime` |
//! | extension 4: ID elsewhere | `imdn.Message-ID` ([`ExportOptions::restore_fields`](super::ExportOptions)); else the message ID in hex |
//! | extension 5: subject | `Subject` |
//! | body | the MIME entity, without transfer encodings |
//! | `"cpim"` | every other header, raw, on request as above |
//! | status report: delivered, read, error | `message/imdn+xml`: delivered, displayed, failed; several of them in a `multipart/mixed` |
//!
//! There is no record of the original message, so the way back gives another message with another
//! ID: it says the same, and what has no place is among the findings
//! ([`codes::CPIM_LOSSY`]). Text has line ends of CRLF in CPIM,
//! and line feeds in a message.

mod header;
mod imdn;
mod message;
mod report;

use alloc::string::String;
use alloc::vec::Vec;

pub use message::write;
pub use report::write_report;

use self::header::{Line, Namespace};
use super::error::check_length;
use super::import::Cut;
use super::read::line_at;
use super::{ImportOptions, MailError};
use crate::message::{MimiContent, SenderTimestamp, StatusReport};
use crate::report::{Converted, Finding, codes};

/// What a CPIM message became.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Content {
    /// A message.
    Message(Received),
    /// A report on other messages.
    Report(Notification),
}

/// A message that came as CPIM.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Received {
    /// The message.
    pub message: MimiContent<'static>,
    /// Its octets.
    pub octets: Vec<u8>,
    /// The `imdn.Message-ID`.
    pub external_id: Option<String>,
    /// Quotes and signatures that were cut on request.
    pub cut: Vec<Cut>,
}

/// A report that came as CPIM.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Notification {
    /// Which messages were delivered or read.
    pub report: StatusReport,
    /// The URI of who reports.
    pub sender: Option<String>,
    /// The URI of whom the report is for.
    pub recipient: Option<String>,
    /// When it was reported.
    pub time: Option<SenderTimestamp>,
    /// The `imdn.Message-ID` of the report itself.
    pub external_id: Option<String>,
}

/// Reads a CPIM message, with the MIME header in front of it or without.
///
/// # Errors
/// [`codes::CPIM_MALFORMED`] for what is none, [`codes::CPIM_REQUIRED`] where it requires what is
/// not known, [`codes::IMDN_MALFORMED`] and [`codes::IMDN_STATUS`] for a notification that says
/// nothing, and as [`import`](super::import()).
///
/// ```
/// use mimi_codec::mail::cpim::{self, Content};
/// use mimi_codec::mail::ImportOptions;
///
/// let text = b"From: <im:alice@example.com>\r\nSubject: Soup\r\n\r\n\
///     Content-Type: text/plain; charset=utf-8\r\n\r\nIt is ready.";
/// let Content::Message(received) = cpim::read(text, &ImportOptions::default())?.value else {
///     panic!("a message");
/// };
/// assert_eq!(received.message.extensions.subject()?, Some("Soup"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn read(octets: &[u8], options: &ImportOptions<'_>) -> Result<Converted<Content>, MailError> {
    check_length(octets.len())?;
    let mut findings = Vec::new();
    let start = after_mime_header(octets)?;
    let (lines, body) = header::read(octets, start, &mut findings);
    // Every CPIM message names at least one of these.
    let known = |line: &Line<'_>| {
        matches!(
            line.meaning,
            (Namespace::Imdn, _)
                | (
                    Namespace::Core,
                    "From" | "To" | "cc" | "DateTime" | "Subject"
                )
        )
    };
    if !lines.iter().any(known) {
        return Err(MailError::new(
            Finding::new(codes::CPIM_MALFORMED)
                .at(start)
                .expected("From, To, DateTime or Subject"),
        ));
    }
    required(&lines)?;
    let about = message::About::read(&lines, &mut findings);
    let content = octets.get(body..).unwrap_or_default();
    let mut inner = Vec::new();
    let read = match report::is_report(content) {
        true => report::read(content, about, options, &mut inner).map(Content::Report),
        false => message::read(octets, content, about, options, &mut inner).map(Content::Message),
    };
    for finding in &mut inner {
        finding.offset = finding.offset.map(|offset| offset + body);
    }
    findings.append(&mut inner);
    match read {
        Ok(content) => Ok(Converted::new(content, findings)),
        Err(error) => {
            let mut finding = error.into_finding();
            finding.offset = finding.offset.map(|offset| offset + body);
            Err(MailError::new(finding))
        }
    }
}

/// Behind the MIME header that says what this is, where there is one.
fn after_mime_header(octets: &[u8]) -> Result<usize, MailError> {
    let starts = |text: &[u8], name: &str| {
        text.get(..name.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(name.as_bytes()))
    };
    let is_mime = |text: &[u8]| starts(text, "content-") || starts(text, "mime-version");
    let begin = if octets.starts_with(b"\xef\xbb\xbf") {
        3
    } else {
        0
    };
    let (mut at, mut stated) = (begin, false);
    loop {
        let line = line_at(octets, at);
        let text = octets.get(at..line.text).unwrap_or_default();
        let fold = at > begin && matches!(text.first(), Some(b' ' | b'\t'));
        if at > begin && text.is_empty() && stated {
            return Ok(line.next);
        }
        if !is_mime(text) && !fold {
            // A header of CPIM itself, or of a mail.
            return match at == begin {
                true => Ok(begin),
                false => Err(MailError::new(
                    Finding::new(codes::CPIM_MALFORMED)
                        .at(at)
                        .expected("Content-Type: Message/CPIM"),
                )),
            };
        }
        if starts(text, "content-type:") {
            let value = text.get(13..).unwrap_or_default().trim_ascii_start();
            stated = starts(value, "message/cpim");
        }
        at = line.next;
    }
}

/// Whoever requires a header wants it understood.
fn required(lines: &[Line<'_>]) -> Result<(), MailError> {
    for line in lines {
        if line.meaning != (Namespace::Core, "Require") {
            continue;
        }
        let (_, names) = header::text_of(line.raw);
        let known = |name: &str| {
            let of = lines.iter().find(|line| line.name == name);
            let space = of.map(|line| line.meaning.0);
            space.unwrap_or(if name.contains('.') {
                Namespace::Other
            } else {
                Namespace::Core
            }) != Namespace::Other
        };
        let unknown = names.split(',').map(str::trim).find(|name| !known(name));
        if let Some(name) = unknown.filter(|name| !name.is_empty()) {
            return Err(MailError::new(
                Finding::new(codes::CPIM_REQUIRED)
                    .at(line.at)
                    .found(String::from(name)),
            ));
        }
    }
    Ok(())
}
