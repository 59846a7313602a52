//! Status reports as disposition notifications, and back (RFC 5438 section 7). A notification is
//! about one message; several of them stand in a `multipart/mixed`.

use alloc::borrow::Cow;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use super::Notification;
use super::header::{Header, IMDN};
use super::imdn::{Imdn, MEDIA_TYPE};
use super::message::{About, start};
use crate::mail::date::format_rfc3339;
use crate::mail::entropy::Entropy;
use crate::mail::import;
use crate::mail::read::{Fields, Value};
use crate::mail::write::{Body, OutPart};
use crate::mail::{ExportOptions, ImportOptions, MailError};
use crate::message::{MessageId, MessageStatus, PerMessageStatus, SenderTimestamp, StatusReport};
use crate::report::{Converted, Finding, Severity, codes};

/// A status, and what a notification says in its stead.
struct Row {
    status: MessageStatus,
    kind: &'static str,
    word: &'static str,
    /// Whether the word says the same; else it is only the nearest one.
    same: bool,
}

static STATUSES: &[Row] = &[
    Row {
        status: MessageStatus::DELIVERED,
        kind: "delivery",
        word: "delivered",
        same: true,
    },
    Row {
        status: MessageStatus::READ,
        kind: "display",
        word: "displayed",
        same: true,
    },
    Row {
        status: MessageStatus::ERROR,
        kind: "delivery",
        word: "failed",
        same: true,
    },
    // What is not read yet was delivered.
    Row {
        status: MessageStatus::UNREAD,
        kind: "delivery",
        word: "delivered",
        same: false,
    },
];

/// Writes a status report as a disposition notification in CPIM.
///
/// `From` and `To` are the sender and the room of [`ExportOptions::uris`], `DateTime` is
/// [`ExportOptions::date`]. Messages are named as [`ExportOptions::resolver`] knows them, else by
/// their message ID in hex. When each was sent (`datetime`) is what
/// [`Resolver::sent`](crate::mail::Resolver::sent) says; RFC 5438 wants it, so
/// [`codes::IMDN_NO_DATETIME`] tells where nobody knows.
///
/// # Errors
/// [`codes::IMDN_STATUS`] if no status of the report has a counterpart.
///
/// ```
/// use mimi_codec::mail::{ExportOptions, cpim};
/// use mimi_codec::message::{MessageId, MessageStatus, StatusReport};
///
/// let report: StatusReport = [(MessageId::new([1; 32]), MessageStatus::READ)].into_iter().collect();
/// let text = String::from_utf8(cpim::write_report(&report, &ExportOptions::default())?.value)?;
/// assert!(text.contains("<display-notification><status><displayed/>"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn write_report(
    report: &StatusReport,
    options: &ExportOptions<'_>,
) -> Result<Converted<Vec<u8>>, MailError> {
    let mut findings = Vec::new();
    let mut parts: Vec<OutPart<'static>> = Vec::new();
    for (number, entry) in report.statuses.iter().enumerate() {
        let row = STATUSES.iter().find(|row| row.status == entry.status);
        let place = format!("statusReport[{number}].status");
        if row.is_none_or(|row| !row.same) {
            let found = entry.status.to_string();
            let finding = Finding::new(codes::IMDN_STATUS).path(place).found(found);
            findings.push(match row {
                Some(row) => finding.expected(row.word),
                None => finding,
            });
        }
        if let Some(row) = row {
            let id = &entry.message_id;
            let known = options.resolver.and_then(|known| known.external_id(id));
            let sent = options.resolver.and_then(|known| known.sent(id));
            let date = sent.and_then(format_rfc3339);
            if date.is_none() {
                let place = format!("statusReport[{number}].messageId");
                findings.push(Finding::new(codes::IMDN_NO_DATETIME).path(place));
            }
            let imdn = Imdn {
                message_id: known.unwrap_or_else(|| id.to_string()),
                date,
                kind: row.kind.to_string(),
                status: row.word.to_string(),
                ..Imdn::default()
            };
            let xml = Body::Raw(Cow::Owned(imdn.write().into_bytes()));
            let mut part = OutPart::new(MEDIA_TYPE, xml);
            let notification = core::iter::once("notification");
            part.fields.words("Content-Disposition", notification);
            parts.push(part);
        }
    }
    let Some(last) = parts.pop() else {
        return Err(nothing(findings.pop()));
    };
    let root = match parts.is_empty() {
        true => last,
        false => {
            parts.push(last);
            OutPart::new("multipart/mixed", Body::Parts(parts))
        }
    };
    let about = crate::cbor::encode_status(report);
    let entropy = Entropy::new(options.seed.as_deref(), &about)?;
    let mut out = start();
    out.append(&mut header(options, &entropy, &mut findings).finish());
    root.write(&entropy.token("boundary"), &mut out);
    Ok(Converted::new(out, findings))
}

fn header(
    options: &ExportOptions<'_>,
    entropy: &Entropy<'_>,
    findings: &mut Vec<Finding>,
) -> Header {
    let mut header = Header::default();
    for (name, uri) in [("From", &options.uris.sender), ("To", &options.uris.room)] {
        match uri {
            Some(uri) => {
                if header.address(name, None, uri) {
                    findings.push(Finding::new(codes::DISPLAY_SIMPLIFIED).path(name));
                }
            }
            None => findings.push(Finding::new(codes::ADDRESS_UNMAPPED).path(name)),
        }
    }
    let date = options.date.and_then(|date| u64::try_from(date).ok());
    if let Some(date) = date.and_then(|date| format_rfc3339(SenderTimestamp::new(date))) {
        header.text("DateTime", &date);
    }
    header.line("NS", format!("imdn <{IMDN}>").as_bytes());
    header.text("imdn.Message-ID", &entropy.token("message-id"));
    header
}

/// Why there is nothing to report.
fn nothing(last: Option<Finding>) -> MailError {
    let finding = last.unwrap_or_else(|| Finding::new(codes::IMDN_STATUS).found("no status"));
    MailError::new(finding.severity(Severity::Error))
}

/// Whether a MIME entity is a notification, or several.
pub(super) fn is_report(content: &[u8]) -> bool {
    let (fields, _) = Fields::read(content, 0, |_| false);
    let Some(field) = fields.get(content, "Content-Type") else {
        return false;
    };
    let media = Value::new(field.value(content)).content_type("text/plain");
    if !media.is("multipart/mixed") {
        return media.is(MEDIA_TYPE);
    }
    let tree = import::tree(content, &ImportOptions::default(), &mut Vec::new());
    tree.is_ok_and(|tree| {
        let mut leaves = tree.entities.iter().filter(|part| !part.divided).peekable();
        leaves.peek().is_some() && leaves.all(|part| part.content_type.is(MEDIA_TYPE))
    })
}

pub(super) fn read(
    content: &[u8],
    about: About<'_>,
    options: &ImportOptions<'_>,
    findings: &mut Vec<Finding>,
) -> Result<Notification, MailError> {
    let tree = import::tree(content, options, findings)?;
    let mut statuses = Vec::new();
    for part in tree.entities.iter().filter(|part| !part.divided) {
        let at = part.body.start;
        let xml = import::body(content, part);
        let imdn = Imdn::read(&xml, findings)
            .map_err(|error| MailError::new(error.into_finding().at(at)))?;
        statuses.extend(entry(&imdn, at, options, findings));
    }
    if statuses.is_empty() {
        return Err(nothing(findings.pop()));
    }
    Ok(Notification {
        report: StatusReport::new(statuses),
        sender: about.sender,
        recipient: about.recipient,
        time: about.time,
        external_id: about.external_id,
    })
}

fn entry(
    imdn: &Imdn,
    at: usize,
    options: &ImportOptions<'_>,
    findings: &mut Vec<Finding>,
) -> Option<PerMessageStatus> {
    let mut more: Vec<&str> = imdn.date.iter().map(|_| "datetime").collect();
    more.extend(
        imdn.more
            .iter()
            .map(String::as_str)
            .filter(|name| !name.is_empty()),
    );
    if !more.is_empty() {
        let lossy = Finding::new(codes::CPIM_LOSSY).severity(Severity::Note);
        findings.push(lossy.at(at).found(more.join(", ")));
    }
    let row = STATUSES
        .iter()
        .find(|row| row.same && row.kind == imdn.kind && row.word == imdn.status);
    let Some(row) = row else {
        let found = format!("{} {}", imdn.kind, imdn.status);
        findings.push(Finding::new(codes::IMDN_STATUS).at(at).found(found));
        return None;
    };
    let id = imdn.message_id.trim();
    let own = || {
        id.parse::<MessageId>()
            .ok()
            .or_else(|| import::message_id_of(id))
    };
    let known = own().or_else(|| options.resolver.and_then(|known| known.message_id(id)));
    match known {
        Some(message_id) => Some(PerMessageStatus {
            message_id,
            status: row.status,
        }),
        None => {
            let found = String::from(id);
            findings.push(
                Finding::new(codes::REFERENCE_UNRESOLVED)
                    .at(at)
                    .found(found),
            );
            None
        }
    }
}
