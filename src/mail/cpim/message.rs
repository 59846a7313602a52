//! Messages as CPIM, and back.

use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use jiff::Timestamp;

use super::Received;
use super::header::{self, Header, IMDN, Line, Namespace};
use crate::mail::date::{self, format_rfc3339 as format_time};
use crate::mail::entropy::Entropy;
use crate::mail::export::{self, cut};
use crate::mail::extensions::{self, KeptField, SUBJECT_LIMIT};
use crate::mail::import;
use crate::mail::read::{Fields, Value};
use crate::mail::write::{Body, OutPart, crlf};
use crate::mail::{ExportOptions, ImportOptions, MailError};
use crate::message::{
    ExtensionKey, Extensions, ExternalMessageId, IdAlgorithm, IdScope, MessageId, MimiContent,
    PartBody, Salt, SenderTimestamp,
};
use crate::report::{Converted, Finding, codes};

/// What the header says.
#[derive(Clone, Debug, Default)]
pub(super) struct About<'m> {
    pub(super) sender: Option<String>,
    pub(super) recipient: Option<String>,
    pub(super) time: Option<SenderTimestamp>,
    pub(super) subject: Option<String>,
    pub(super) external_id: Option<String>,
    /// Lines that say more than what is held above.
    kept: Vec<KeptField<'m>>,
}

impl<'m> About<'m> {
    pub(super) fn read(lines: &[Line<'m>], findings: &mut Vec<Finding>) -> Self {
        let mut about = About::default();
        let chosen = subject_line(lines);
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for line in lines {
            *counts.entry(line.name).or_default() += 1;
        }
        for (number, line) in lines.iter().enumerate() {
            let held = about.take(line, chosen == Some(number), findings);
            // All of a name are kept, or none: so the first is the first again.
            if !held || (line.name != "NS" && counts.get(line.name) > Some(&1)) {
                about.kept.push(KeptField {
                    name: line.name,
                    value: line.raw,
                    part: None,
                });
            }
        }
        about
    }

    /// Takes what a line says; whether it could be written again from that.
    fn take(&mut self, line: &Line<'m>, chosen: bool, findings: &mut Vec<Finding>) -> bool {
        let (parameters, text) = header::text_of(line.raw);
        let unreadable = |name: &str| Finding::new(codes::FIELD_UNREADABLE).at(line.at).path(name);
        let again = match line.meaning {
            (Namespace::Core, name @ ("From" | "To")) => {
                let place = match name {
                    "From" => &mut self.sender,
                    _ => &mut self.recipient,
                };
                if place.is_some() {
                    // Several recipients are usual; several senders are not.
                    if name == "From" {
                        findings.push(Finding::new(codes::FIELD_REPEATED).at(line.at).path(name));
                    }
                    return false;
                }
                match header::address(&text) {
                    Some((_, uri)) => place.insert(uri).as_str(),
                    None => {
                        findings.push(unreadable(name));
                        return false;
                    }
                };
                format!("<{}>", place.as_deref().unwrap_or_default())
            }
            (Namespace::Core, "DateTime") if self.time.is_none() => {
                self.time = time(&text);
                match self.time {
                    Some(time) => format_time(time).unwrap_or_default(),
                    None => {
                        findings.push(unreadable("DateTime"));
                        return false;
                    }
                }
            }
            (Namespace::Core, "Subject") if chosen => {
                let (shown, was_cut) = cut(&text, SUBJECT_LIMIT);
                if was_cut {
                    let found = format!("{} octets", text.len());
                    findings.push(Finding::new(codes::SUBJECT_CUT).at(line.at).found(found));
                }
                self.subject = Some(shown.to_string()).filter(|text| !text.is_empty());
                header::escape(shown).into_owned()
            }
            (Namespace::Core, "NS") => format!("imdn <{IMDN}>"),
            (Namespace::Imdn, "Message-ID") if self.external_id.is_none() => {
                self.external_id = Some(text.clone()).filter(|text| !text.is_empty());
                text
            }
            _ => return false,
        };
        parameters.is_empty() && again.as_bytes() == line.raw
    }

    /// As extensions of a message.
    fn extensions(&self, options: &ImportOptions<'_>) -> Result<Extensions<'static>, MailError> {
        let mut extensions = Extensions::EMPTY;
        if let Some(uri) = &self.sender {
            extensions.set_sender_uri(uri)?;
        }
        let room = options.room.as_deref().or(self.recipient.as_deref());
        if let Some(uri) = room {
            extensions.set_room_uri(uri)?;
        }
        if let Some(time) = self.time {
            extensions.set_sender_timestamp(time)?;
        }
        if let Some(id) = &self.external_id {
            let scope = match &self.sender {
                Some(uri) => IdScope::uri(uri),
                None => IdScope::domain("local.invalid"),
            };
            extensions.set_external_message_id(&ExternalMessageId::new(id.as_str(), scope))?;
        }
        if let Some(subject) = &self.subject {
            extensions.set_subject(subject)?;
        }
        Ok(extensions)
    }
}

/// The subject without a language, or else the first one.
fn subject_line(lines: &[Line<'_>]) -> Option<usize> {
    let is_subject = |line: &Line<'_>| line.meaning == (Namespace::Core, "Subject");
    let plain = |line: &Line<'_>| is_subject(line) && line.raw.first() != Some(&b';');
    let first = lines.iter().position(plain);
    first.or_else(|| lines.iter().position(is_subject))
}

fn time(text: &str) -> Option<SenderTimestamp> {
    let time: Timestamp = text.parse().ok()?;
    let seconds = u64::try_from(time.as_second()).ok()?;
    let nanoseconds = u32::try_from(time.subsec_nanosecond()).ok()?;
    date::timestamp(seconds, nanoseconds)
}

pub(super) fn read(
    octets: &[u8],
    content: &[u8],
    about: About<'_>,
    options: &ImportOptions<'_>,
    findings: &mut Vec<Finding>,
) -> Result<Received, MailError> {
    let content = up_to_length(content);
    let (part, fields, cut) = import::parts(content, options, findings)?;
    let entropy = Entropy::new(options.seed.as_deref(), octets)?;
    let mut message = MimiContent::new(Salt::new(entropy.salt(0)), part);
    let mut extensions = about.extensions(options)?;
    extensions::set_fields(
        &mut extensions,
        extensions::CPIM_FIELDS,
        about.kept.iter().copied(),
    )?;
    let fields: Vec<KeptField<'_>> = fields
        .into_iter()
        .filter(|field| !field.name.eq_ignore_ascii_case("Content-Length"))
        .collect();
    extensions::set_fields(
        &mut extensions,
        extensions::MAIL_FIELDS,
        fields.iter().copied(),
    )?;
    message.extensions = extensions;
    let octets = crate::cbor::encode(&message)?;
    Ok(Received {
        message,
        octets,
        external_id: about.external_id,
        cut,
    })
}

/// Without line ends behind the length that the entity states.
fn up_to_length(content: &[u8]) -> &[u8] {
    let (fields, body) = Fields::read(content, 0, |_| false);
    let stated = fields.get(content, "Content-Length").and_then(|field| {
        let value = Value::new(field.value(content));
        value.as_str().trim().parse::<usize>().ok()
    });
    let Some(end) = stated.and_then(|length| body.checked_add(length)) else {
        return content;
    };
    match content.split_at_checked(end) {
        Some((stated, rest)) if rest.iter().all(|b| matches!(b, b'\r' | b'\n')) => stated,
        _ => content,
    }
}

/// Writes a message as CPIM (RFC 3862), with the identifier of RFC 5438.
///
/// Of the options, `keys` and `skeleton` do not count: keys of external parts never travel, and
/// there is no record of the message.
///
/// # Errors
/// What [`cbor::encode`](crate::cbor::encode) refuses; a sender or room other than the one stated.
///
/// ```
/// use mimi_codec::mail::{ExportOptions, cpim};
/// use mimi_codec::message::{Disposition, MimiContent, NestedPart, Salt};
///
/// let body = NestedPart::single(Disposition::RENDER, "text/plain;charset=utf-8", "It is ready.");
/// let mut message = MimiContent::new(Salt::new([7; 16]), body);
/// message.extensions.set_sender_uri("im:alice@example.com")?;
/// message.extensions.set_room_uri("im:bob@example.com")?;
/// let text = String::from_utf8(cpim::write(&message, &ExportOptions::default())?.value)?;
/// assert!(text.starts_with("Content-Type: Message/CPIM\r\n\r\nFrom: <im:alice@example.com>\r\n"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn write(
    message: &MimiContent<'_>,
    options: &ExportOptions<'_>,
) -> Result<Converted<Vec<u8>>, MailError> {
    let mut findings = Vec::new();
    let octets = crate::cbor::encode(message)?;
    let entropy = Entropy::new(options.seed.as_deref(), &octets)?;
    let kept = match options.restore_fields {
        true => restored(message),
        false => Vec::new(),
    };
    let mut out = start();
    out.append(&mut header(message, &octets, options, &entropy, &kept, &mut findings)?.finish());
    let several = matches!(message.nested_part.body, PartBody::Multi(_));
    let root = export::parts(message, options, &entropy, several, &mut findings);
    let root = raw(root);
    root.write(&entropy.token("boundary"), &mut out);
    losses(message, options, &mut findings);
    Ok(Converted::new(out, findings))
}

/// The MIME header that says what follows.
pub(super) fn start() -> Vec<u8> {
    b"Content-Type: Message/CPIM\r\n\r\n".to_vec()
}

fn header(
    message: &MimiContent<'_>,
    octets: &[u8],
    options: &ExportOptions<'_>,
    entropy: &Entropy<'_>,
    kept: &[KeptField<'_>],
    findings: &mut Vec<Finding>,
) -> Result<Header, MailError> {
    let stated = &message.extensions;
    let mut header = Header::default();
    let mut used: Vec<usize> = Vec::new();
    let mut again = |header: &mut Header, name: &str| {
        let found = kept.iter().position(|field| field.name == name);
        if let Some((at, field)) = found.and_then(|at| Some((at, kept.get(at)?))) {
            header.line(name, field.value);
            used.push(at);
        }
        found.is_some()
    };
    let sender = options.uris.sender.as_deref();
    let sender = sender.or(stated.sender_uri().ok().flatten());
    let room = options.uris.room.as_deref();
    let room = room.or(stated.room_uri().ok().flatten());
    for (name, uri) in [("From", sender), ("To", room)] {
        if again(&mut header, name) {
            continue;
        }
        match uri.filter(|uri| !uri.is_empty()) {
            Some(uri) => {
                let formal = formal_name(message, name, uri);
                if header.address(name, formal.as_deref(), uri) {
                    findings.push(Finding::new(codes::DISPLAY_SIMPLIFIED).path(name));
                }
            }
            None => findings.push(Finding::new(codes::ADDRESS_UNMAPPED).path(name)),
        }
    }
    if !again(&mut header, "DateTime") {
        let date = options.date.and_then(|date| u64::try_from(date).ok());
        let time = stated.sender_timestamp().ok().flatten();
        if let Some(time) = time.or(date.map(SenderTimestamp::new)) {
            match format_time(time) {
                Some(text) => header.text("DateTime", &text),
                None => findings.push(Finding::new(codes::DISPLAY_SIMPLIFIED).path("DateTime")),
            }
        }
    }
    if !again(&mut header, "Subject")
        && let Some(subject) = extensions::subject(stated)
    {
        let (shown, was_cut) = cut(subject, SUBJECT_LIMIT);
        if was_cut {
            findings.push(Finding::new(codes::DISPLAY_SIMPLIFIED).path("Subject"));
        }
        header.text("Subject", shown);
    }
    header.line("NS", format!("imdn <{IMDN}>").as_bytes());
    if !again(&mut header, "imdn.Message-ID") {
        let external = extensions::external_id(stated).filter(|_| options.restore_fields);
        let id = match (external, sender, room) {
            (Some(id), ..) => id,
            (None, Some(_), Some(_)) => {
                let (sender, room) = options.uris.resolve(message)?;
                let salt = message.salt.as_bytes();
                MessageId::compute(IdAlgorithm::Draft08, octets, salt, sender, room)?.to_string()
            }
            _ => entropy.token("message-id"),
        };
        header.text("imdn.Message-ID", &id);
    }
    for (at, field) in kept.iter().enumerate() {
        if !used.contains(&at) {
            header.line(field.name, field.value);
        }
    }
    Ok(header)
}

/// The header that the message once came with.
fn restored<'m>(message: &'m MimiContent<'_>) -> Vec<KeptField<'m>> {
    let mut kept = extensions::fields(&message.extensions, extensions::CPIM_FIELDS);
    kept.retain(|field| field.part.is_none() && header::is_name(field.name));
    kept
}

/// The name that stood beside an address, where the address is still the same.
fn formal_name(message: &MimiContent<'_>, name: &str, uri: &str) -> Option<String> {
    let kept = restored(message);
    let line = kept.iter().find(|field| field.name == name)?;
    let (formal, known) = header::address(&header::text_of(line.value).1)?;
    formal.filter(|_| known == uri)
}

/// The same part for a transport that changes nothing: text with line ends of CRLF, everything
/// without a transfer encoding. Recursion is as deep as the parts of a message.
pub(super) fn raw(part: OutPart<'_>) -> OutPart<'_> {
    let mut part = part;
    part.body = match part.body {
        Body::Content(content) if takes_line_ends(&part.media_type, &part.parameters) => {
            Body::Raw(crlf(content))
        }
        Body::Content(content) => Body::Raw(content),
        Body::Parts(parts) => {
            let binary = core::iter::once("binary");
            part.fields.words("Content-Transfer-Encoding", binary);
            Body::Parts(parts.into_iter().map(raw).collect())
        }
        other => other,
    };
    part
}

/// Whether line feeds are line ends in a text: not in charsets of 16 bits.
fn takes_line_ends(media_type: &str, parameters: &[(String, String)]) -> bool {
    let charset = parameters.iter().find(|(name, _)| name == "charset");
    let plain = charset.is_none_or(|(_, charset)| {
        ["utf-8", "us-ascii"]
            .iter()
            .any(|known| known.eq_ignore_ascii_case(charset))
    });
    plain && import::reads_as_lines(media_type)
}

/// What CPIM has no place for. The salt is that of any message and not worth a word.
fn losses(message: &MimiContent<'_>, options: &ExportOptions<'_>, findings: &mut Vec<Finding>) {
    let mut lost = |what: String| findings.push(Finding::new(codes::CPIM_LOSSY).path(what));
    let fields = [
        (message.replaces.is_some(), "replaces"),
        (!message.topic_id.is_empty(), "topicId"),
        (message.expires.is_some(), "expires"),
        (message.in_reply_to.is_some(), "inReplyTo"),
    ];
    for (there, name) in fields {
        if there {
            lost(name.to_string());
        }
    }
    for (key, _) in message.extensions.iter() {
        let carried = match &key {
            ExtensionKey::Int(1..=3 | 5) => true,
            ExtensionKey::Int(4) => options.restore_fields,
            ExtensionKey::Text(name) => name == "cpim" && options.restore_fields,
            ExtensionKey::Int(_) => false,
        };
        if !carried {
            lost(format!("extensions[{key}]"));
        }
    }
    for part in message.parts() {
        let index = part.index;
        match &part.part.body {
            PartBody::Null => lost(format!("part {index}: nothing in it")),
            PartBody::External(external)
                if !external.key.is_empty() || !external.content_hash.is_empty() =>
            {
                lost(format!("part {index}: key and hash"));
            }
            PartBody::Single(single)
                if single.content_type.starts_with("text/")
                    && single.content.windows(2).any(|pair| pair == b"\r\n") =>
            {
                lost(format!("part {index}: line ends"));
            }
            _ => {}
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn times_keep_their_fraction() {
        for text in [
            "2009-02-13T23:31:30Z",
            "2009-02-13T23:31:30.5Z",
            "2009-02-13T23:31:30.000123Z",
            "2009-02-13T23:31:30.000000007Z",
        ] {
            assert_eq!(format_time(time(text).unwrap()).as_deref(), Some(text));
        }
        let zoned = time("2000-12-13T13:40:00-08:00").unwrap();
        assert_eq!(zoned.seconds(), 976_743_600);
        assert_eq!(time("1969-12-31T23:59:59Z"), None);
        assert_eq!(time("yesterday"), None);
    }

    #[test]
    fn a_length_cuts_only_line_ends() {
        assert_eq!(
            up_to_length(b"Content-Length: 1\r\n\r\nx\r\n"),
            b"Content-Length: 1\r\n\r\nx"
        );
        assert_eq!(
            up_to_length(b"Content-Length: 1\r\n\r\nxy"),
            b"Content-Length: 1\r\n\r\nxy"
        );
        assert_eq!(
            up_to_length(b"Content-Length: 9\r\n\r\nx"),
            b"Content-Length: 9\r\n\r\nx"
        );
    }
}
