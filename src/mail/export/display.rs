//! The fields of the mail itself: for display, and for other mail programs to thread by. Nothing
//! is read back from them when the record of the message is there.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use crate::mail::addresses::is_plain_address;
use crate::mail::date;
use crate::mail::entropy::Entropy;
use crate::mail::extensions;
use crate::mail::write::Header;
use crate::mail::{AddressMap, ExportOptions, MailError, Mailbox};
use crate::message::{Expiration, IdAlgorithm, MessageId, MimiContent, PartBody};
use crate::report::{Finding, codes};

/// Octets of a subject that is shown.
const SUBJECT_LIMIT: usize = 4096;

/// The Message-ID that stands for a message, without angle brackets.
pub(super) fn external_id(id: &MessageId, domain: &str) -> String {
    format!("mimi-{id}@{domain}")
}

pub(super) fn fields(
    message: &MimiContent<'_>,
    octets: &[u8],
    options: &ExportOptions<'_>,
    domain: &str,
    entropy: &Entropy<'_>,
    header: &mut Header,
    findings: &mut Vec<Finding>,
) -> Result<(), MailError> {
    let stated = &message.extensions;
    let sender = options.uris.sender.as_deref();
    let sender = sender.or(stated.sender_uri().ok().flatten());
    let room = options.uris.room.as_deref();
    let room = room.or(stated.room_uri().ok().flatten());

    if let Some(seconds) = extensions::sender_timestamp(stated).or(options.date) {
        match date::format(seconds) {
            Some(date) => header.words("Date", date.split(' ')),
            None => findings.push(
                Finding::new(codes::DISPLAY_SIMPLIFIED)
                    .path("Date")
                    .found(format!("{seconds}")),
            ),
        }
    }
    let from = mailbox(sender, options.addresses, findings)
        .unwrap_or_else(|| Mailbox::new(format!("unknown@{domain}")));
    header.addresses("From", &[from]);
    if let Some(to) = mailbox(room, options.addresses, findings) {
        header.addresses("To", &[to]);
    }
    if let Some(subject) = extensions::subject(stated) {
        let (shown, cut) = cut(subject, SUBJECT_LIMIT);
        if cut || shown.contains(char::is_control) {
            findings.push(Finding::new(codes::DISPLAY_SIMPLIFIED).path("Subject"));
        }
        header.text("Subject", shown);
    }

    let own = match (sender, room) {
        (Some(_), Some(_)) => {
            let (sender, room) = options.uris.resolve(message)?;
            let salt = message.salt.as_bytes();
            let id = MessageId::compute(IdAlgorithm::Draft08, octets, salt, sender, room)?;
            external_id(&id, domain)
        }
        _ => format!("{}@{domain}", entropy.token("message-id")),
    };
    header.words("Message-ID", core::iter::once(&*bracketed(&own)));
    let target = |id: &Option<MessageId>| id.map(|id| bracketed(&external_id(&id, domain)));
    let (replaced, parent) = (target(&message.replaces), target(&message.in_reply_to));
    let topic = topic_as_id(&message.topic_id);
    let references: Vec<String> = [topic, replaced.clone(), parent.clone()]
        .into_iter()
        .flatten()
        .collect();
    if let Some(parent) = &parent {
        header.words("In-Reply-To", core::iter::once(&**parent));
    }
    if !references.is_empty() {
        header.words("References", references.iter().map(String::as_str));
    }
    if let Some(replaced) = &replaced {
        header.words("Supersedes", core::iter::once(&**replaced));
        if let PartBody::Null = message.nested_part.body {
            header.words("Auto-Submitted", core::iter::once("auto-generated"));
        }
    }
    if let Some(Expiration::Absolute(seconds)) = message.expires
        && let Some(date) = date::format(seconds.into())
    {
        header.words("Expires", date.split(' '));
    }
    header.words("MIME-Version", core::iter::once("1.0"));
    Ok(())
}

fn bracketed(id: &str) -> String {
    format!("<{id}>")
}

/// A topic that is itself a Message-ID.
fn topic_as_id(topic: &[u8]) -> Option<String> {
    let topic = core::str::from_utf8(topic).ok()?;
    let bare = topic
        .strip_prefix('<')
        .and_then(|topic| topic.strip_suffix('>'))
        .unwrap_or(topic);
    (bare.len() <= 250 && is_plain_address(bare) && bare.is_ascii()).then(|| bracketed(bare))
}

/// The mailbox of a URI, made fit for a header field.
pub(in crate::mail) fn mailbox(
    uri: Option<&str>,
    map: &dyn AddressMap,
    findings: &mut Vec<Finding>,
) -> Option<Mailbox> {
    let uri = uri?;
    let mailbox = map
        .to_mail(uri)
        .filter(|mailbox| is_plain_address(&mailbox.address));
    let Some(mut mailbox) = mailbox else {
        let found = cut(uri, 200).0.to_string();
        findings.push(Finding::new(codes::ADDRESS_UNMAPPED).found(found));
        return None;
    };
    if let Some(name) = &mut mailbox.name
        && name.len() > 200
    {
        *name = cut(name, 200).0.to_string();
    }
    Some(mailbox)
}

/// The text up to a number of octets, cut between characters.
pub(in crate::mail) fn cut(text: &str, limit: usize) -> (&str, bool) {
    let end = text.floor_char_boundary(limit);
    match text.split_at_checked(end) {
        Some((head, rest)) => (head, !rest.is_empty()),
        None => (text, false),
    }
}
