//! The fields of the mail itself: for display, and for other mail programs to thread by. Nothing
//! is read back from them when the record of the message is there.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use crate::mail::addresses::is_plain_address;
use crate::mail::date;
use crate::mail::entropy::Entropy;
use crate::mail::extensions::{self, KeptField};
use crate::mail::read::Value;
use crate::mail::write::Header;
use crate::mail::{AddressMap, ExportOptions, MailError, Mailbox, Profile};
use crate::message::{Expiration, IdAlgorithm, MessageId, MimiContent, PartBody};
use crate::report::{Finding, codes};

/// Octets of a subject that is shown.
const SUBJECT_LIMIT: usize = 4096;

/// Octets of a name beside an address.
const LONGEST_NAME: usize = 200;

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
    let restored = match options.restore_fields {
        true => restored(message),
        false => Vec::new(),
    };
    let again = |header: &mut Header, name: &str| {
        let field = restored
            .iter()
            .find(|field| field.name.eq_ignore_ascii_case(name));
        if let Some(field) = field {
            header.raw(name, field.value);
        }
        field.is_some()
    };
    let sender = options.uris.sender.as_deref();
    let sender = sender.or(stated.sender_uri().ok().flatten());
    let room = options.uris.room.as_deref();
    let room = room.or(stated.room_uri().ok().flatten());

    if !again(header, "Date")
        && let Some(seconds) = extensions::sender_timestamp(stated).or(options.date)
    {
        match date::format(seconds) {
            Some(date) => header.words("Date", date.split(' ')),
            None => findings.push(
                Finding::new(codes::DISPLAY_SIMPLIFIED)
                    .path("Date")
                    .found(format!("{seconds}")),
            ),
        }
    }
    if !again(header, "From") {
        let from = mailbox(sender, options.addresses, findings)
            .unwrap_or_else(|| Mailbox::new(format!("unknown@{domain}")));
        let from = with_kept_name(from, "From", message);
        header.addresses("From", &[from]);
    }
    if !again(header, "To")
        && let Some(to) = mailbox(room, options.addresses, findings)
    {
        let to = with_kept_name(to, "To", message);
        header.addresses("To", &[to]);
    }
    if !again(header, "Subject")
        && let Some(subject) = extensions::subject(stated)
    {
        let (shown, cut) = cut(subject, SUBJECT_LIMIT);
        if cut || shown.contains(char::is_control) {
            findings.push(Finding::new(codes::DISPLAY_SIMPLIFIED).path("Subject"));
        }
        header.text("Subject", shown);
    }

    let external = extensions::external_id(stated).filter(|_| options.restore_fields);
    let own = match (sender, room) {
        _ if external.is_some() => external.unwrap_or_default(),
        (Some(_), Some(_)) => {
            let (sender, room) = options.uris.resolve(message)?;
            let salt = message.salt.as_bytes();
            let id = MessageId::compute(IdAlgorithm::Draft08, octets, salt, sender, room)?;
            external_id(&id, domain)
        }
        _ => format!("{}@{domain}", entropy.token("message-id")),
    };
    if !again(header, "Message-ID") {
        header.words("Message-ID", core::iter::once(&*bracketed(&own)));
    }
    let target = |id: &Option<MessageId>| {
        let id = (*id)?;
        let known = options
            .resolver
            .and_then(|resolver| resolver.external_id(&id));
        let known = known.filter(|known| is_id(known));
        Some(bracketed(
            &known.unwrap_or_else(|| external_id(&id, domain)),
        ))
    };
    let (replaced, parent) = (target(&message.replaces), target(&message.in_reply_to));
    let topic = topic_as_id(&message.topic_id);
    let references: Vec<String> = [topic, replaced.clone(), parent.clone()]
        .into_iter()
        .flatten()
        .collect();
    if !again(header, "In-Reply-To")
        && let Some(parent) = &parent
    {
        header.words("In-Reply-To", core::iter::once(&**parent));
    }
    if !again(header, "References") && !references.is_empty() {
        header.words("References", references.iter().map(String::as_str));
    }
    if !again(header, "Supersedes")
        && let Some(replaced) = &replaced
    {
        header.words("Supersedes", core::iter::once(&**replaced));
        if let PartBody::Null = message.nested_part.body {
            header.words("Auto-Submitted", core::iter::once("auto-generated"));
        }
    }
    if !again(header, "Expires")
        && let Some(Expiration::Absolute(seconds)) = message.expires
        && let Some(date) = date::format(seconds.into())
    {
        header.words("Expires", date.split(' '));
    }
    if options.profile == Profile::Chatmail {
        chat_fields(message, replaced.as_deref(), header);
    }
    // Each of the fields above was written once; their repetitions follow with the rest.
    let mut seen: Vec<&str> = Vec::new();
    for field in &restored {
        let ours = OURS
            .iter()
            .find(|name| name.eq_ignore_ascii_case(field.name));
        match ours {
            Some(name) if !seen.contains(name) => seen.push(name),
            _ => header.raw(field.name, field.value),
        }
    }
    header.words("MIME-Version", core::iter::once("1.0"));
    Ok(())
}

/// What Delta Chat knows in addition. A message that replaces another one by nothing deletes it.
fn chat_fields(message: &MimiContent<'_>, replaced: Option<&str>, header: &mut Header) {
    header.words("Chat-Version", core::iter::once("1.0"));
    if let Some(replaced) = replaced {
        let name = match message.nested_part.body {
            PartBody::Null => "Chat-Delete",
            _ => "Chat-Edit",
        };
        header.words(name, core::iter::once(replaced));
    }
    if let Some(Expiration::Relative(seconds)) = message.expires {
        header.words("Ephemeral-Timer", core::iter::once(&*format!("{seconds}")));
    }
}

/// Whether a Message-ID can stand between angle brackets.
fn is_id(id: &str) -> bool {
    let sound = |b: u8| b.is_ascii_graphic() && !matches!(b, b'<' | b'>');
    (1..=900).contains(&id.len()) && id.bytes().all(sound)
}

/// Fields that are written from the message where the mail it was made from had none.
static OURS: &[&str] = &[
    "Date",
    "From",
    "To",
    "Subject",
    "Message-ID",
    "In-Reply-To",
    "References",
    "Supersedes",
    "Expires",
];

/// The fields of the mail that the message was made from, but for those that describe the parts
/// of this one.
fn restored<'m>(message: &'m MimiContent<'_>) -> Vec<KeptField<'m>> {
    let sound = |name: &str| {
        (1..=100).contains(&name.len())
            && name.bytes().all(|b| matches!(b, b'!'..=b'9' | b';'..=b'~'))
    };
    let structural = |name: &str| {
        let name = name.to_ascii_lowercase();
        name.starts_with("content-") || name == "mime-version" || name == "mimi-content"
    };
    extensions::fields(&message.extensions, extensions::MAIL_FIELDS)
        .into_iter()
        .filter(|field| field.part.is_none() && sound(field.name) && !structural(field.name))
        .collect()
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

/// The mailbox with the name that the mail had which the message was made from. Like the address
/// it is what the sender says of itself, and it counts only for the same address.
fn with_kept_name(mut mailbox: Mailbox, field: &str, message: &MimiContent<'_>) -> Mailbox {
    if mailbox.name.is_none() {
        let kept = extensions::fields(&message.extensions, extensions::MAIL_FIELDS);
        let kept = kept
            .iter()
            .find(|kept| kept.part.is_none() && kept.name.eq_ignore_ascii_case(field));
        let known = kept.map_or(Vec::new(), |kept| Value::new(kept.value).addresses());
        let same = |known: &Mailbox| known.address.eq_ignore_ascii_case(&mailbox.address);
        let name = known.into_iter().find(same).and_then(|known| known.name);
        mailbox.name = name.map(|name| cut(&name, LONGEST_NAME).0.to_string());
    }
    mailbox
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
        && name.len() > LONGEST_NAME
    {
        *name = cut(name, LONGEST_NAME).0.to_string();
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
