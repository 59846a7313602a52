//! What a reply answers, for mail programs that show no threads: the parent as its view says it,
//! quoted.

use alloc::format;
use alloc::string::{String, ToString};

use super::display::{cut, mailbox};
use crate::mail::date;
use crate::mail::extensions;
use crate::mail::{ExportOptions, MailError};
use crate::message::{IdAlgorithm, MessageId, MimiContent, Uris};
use crate::report::{Finding, codes};
use crate::rich::plain::TextOptions;
use crate::view::{View, ViewPolicy};
use alloc::vec::Vec;

/// Octets of the parent that are quoted.
const LONGEST: usize = 4096;

/// The quote of the parent, if the message is a reply and the caller has the parent.
pub(super) fn of_parent(
    message: &MimiContent<'_>,
    options: &ExportOptions<'_>,
    findings: &mut Vec<Finding>,
) -> Result<Option<String>, MailError> {
    let (Some(target), Some(parent)) = (message.in_reply_to, options.parent) else {
        return Ok(None);
    };
    if let Some(other) = other_id(parent, target)? {
        // Nobody is to be quoted with what somebody else said.
        findings.push(
            Finding::new(codes::QUOTE_LEFT_OUT)
                .path("inReplyTo")
                .found(other.to_string())
                .expected(target.to_string()),
        );
        return Ok(None);
    }
    let view = View::of(parent, &ViewPolicy::default()).value;
    let text = view.to_text(&TextOptions::default()).value;
    let (shown, was_cut) = cut(text.trim(), LONGEST);
    if shown.is_empty() {
        return Ok(None);
    }
    let mut out = format!("{}\n", introduction(parent, options));
    for line in shown.lines() {
        let mark = if line.starts_with('>') { ">" } else { "> " };
        out.push_str(format!("{mark}{line}").trim_end());
        out.push('\n');
    }
    if was_cut {
        out.push_str("> [...]\n");
    }
    Ok(Some(out))
}

/// The ID of a parent that states who sent it where, if it is another one.
fn other_id(parent: &MimiContent<'_>, target: MessageId) -> Result<Option<MessageId>, MailError> {
    let Ok((sender, room)) = Uris::STATED.resolve(parent) else {
        return Ok(None);
    };
    let octets = crate::cbor::encode(parent)?;
    let salt = parent.salt.as_bytes();
    let id = MessageId::compute(IdAlgorithm::Draft08, &octets, salt, sender, room)?;
    Ok((id != target).then_some(id))
}

fn introduction(parent: &MimiContent<'_>, options: &ExportOptions<'_>) -> String {
    let sender = parent.extensions.sender_uri().ok().flatten();
    let sender = mailbox(sender, options.addresses, &mut Vec::new());
    let name = sender.map(|mailbox| mailbox.name.unwrap_or(mailbox.address));
    let name = name.filter(|name| !name.contains(char::is_control));
    let name = name.unwrap_or_else(|| "somebody".to_string());
    match extensions::sender_timestamp(&parent.extensions).and_then(date::format) {
        Some(date) => format!("On {date}, {name} wrote:"),
        None => format!("{name} wrote:"),
    }
}
