//! Messages to mail.

mod display;
mod exact;
mod made;
mod parts;
mod people;
mod quote;

pub(super) use display::{cut, mailbox};
pub(super) use made::all as made_texts;

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use crate::mail::entropy::Entropy;
use crate::mail::write::{Body, Header, OutPart, base64};
use crate::mail::{
    ExportOptions, Keys, MailError, Profile, SKELETON_FIELD, SKELETON_TYPE, skeleton,
};
use crate::message::{MimiContent, PartBody};
use crate::report::{Converted, Finding, codes};

/// Base64 digits that a header field takes; a longer record is a part of its own.
const FIELD_LIMIT: usize = 4096;

/// Writes a message as mail (RFC 5322, MIME).
///
/// In the profile [`Exact`](super::Profile::Exact), [`import`](super::import()) gives back the
/// same octets, also after a relay has folded header fields anew, changed transfer encodings,
/// turned line feeds of text into line ends, or added a last line end, fields or parts.
///
/// # Errors
/// [`codes::EXACT_NEEDS_KEYS`] if the message carries keys of external parts and
/// [`ExportOptions::keys`] does not say what to do with them; what
/// [`cbor::encode`](crate::cbor::encode) refuses; a sender or room other than the one stated.
///
/// ```
/// use mimi_codec::mail::{self, ExportOptions, ImportOptions};
/// use mimi_codec::message::{Disposition, MimiContent, NestedPart, Salt};
///
/// let body = NestedPart::single(Disposition::RENDER, "text/plain;charset=utf-8", "Grüße\n");
/// let message = MimiContent::new(Salt::new([7; 16]), body);
/// let mail = mail::export(&message, &ExportOptions::default())?;
/// let back = mail::import(&mail.value, &ImportOptions::default())?;
/// assert!(back.value.exact);
/// assert_eq!(back.value.message, message);
/// # Ok::<(), mail::MailError>(())
/// ```
pub fn export(
    message: &MimiContent<'_>,
    options: &ExportOptions<'_>,
) -> Result<Converted<Vec<u8>>, MailError> {
    let mut findings = Vec::new();
    let octets = crate::cbor::encode(message)?;
    let withhold = keys(message, options, &mut findings)?;
    let entropy = Entropy::new(options.seed.as_deref(), &octets)?;
    let domain = domain(&options.domain);
    let mut root = parts(message, options, &entropy, true, &mut findings);
    let quote = match options.profile {
        Profile::Exact => None,
        Profile::Mail | Profile::Chatmail => quote::of_parent(message, options, &mut findings)?,
    };
    let mut header = Header::default();
    display::fields(
        message,
        &octets,
        options,
        &domain,
        &entropy,
        &mut header,
        &mut findings,
    )?;
    if let Some(quote) = &quote {
        let body = Body::Content(quote.as_bytes().into());
        root = with_last(root, exact::text_plain(body));
    }
    if options.skeleton {
        // The octets were encoded just now, so there is always a record of them.
        let shown: Vec<_> = quote.iter().map(|quote| skeleton::shown(quote)).collect();
        let record = skeleton::record(&octets, withhold, &shown).unwrap_or_default();
        let digits = base64(&record);
        if digits.len() <= FIELD_LIMIT {
            header.base64(SKELETON_FIELD, &digits);
        } else {
            header.words(SKELETON_FIELD, core::iter::once("part"));
            root = with_last(root, record_part(record));
        }
    } else {
        lossy(message, &mut findings);
    }
    let mut out = header.finish();
    root.write(&entropy.token("boundary"), &mut out);
    Ok(Converted::new(out, findings))
}

/// The parts of a message, arranged for a profile; `named` says whether each has a Content-ID.
pub(in crate::mail) fn parts<'m>(
    message: &'m MimiContent<'_>,
    options: &ExportOptions<'_>,
    entropy: &Entropy<'_>,
    named: bool,
    findings: &mut Vec<Finding>,
) -> OutPart<'m> {
    let domain = domain(&options.domain);
    let token = entropy.token("content-id");
    let mut context = exact::Context::new(message, &domain, &token);
    context.named = named;
    match options.profile {
        Profile::Exact => exact::root(message, &context, findings),
        Profile::Mail | Profile::Chatmail => people::root(message, &context, findings),
    }
}

/// Whether keys must be withheld; refuses if nobody decided.
fn keys(
    message: &MimiContent<'_>,
    options: &ExportOptions<'_>,
    findings: &mut Vec<Finding>,
) -> Result<bool, MailError> {
    let mut secrets = message.parts().filter(|part| {
        matches!(&part.part.body, PartBody::External(external)
            if !external.key.is_empty() || !external.nonce.is_empty() || !external.aad.is_empty())
    });
    match options.keys {
        Keys::With => Ok(false),
        // Without a record nothing of a key is written anywhere.
        _ if !options.skeleton => Ok(true),
        Keys::Refuse => match secrets.next() {
            None => Ok(false),
            Some(part) => Err(MailError::new(
                Finding::new(codes::EXACT_NEEDS_KEYS)
                    .path(format!("part {}", part.index))
                    .expected("with keys, or without keys"),
            )),
        },
        Keys::Without => {
            let before = findings.len();
            findings.extend(secrets.map(|part| {
                Finding::new(codes::EXTERNAL_KEY_WITHHELD).path(format!("part {}", part.index))
            }));
            Ok(findings.len() > before)
        }
    }
}

/// The record as a part.
fn record_part(record: Vec<u8>) -> OutPart<'static> {
    let mut part = OutPart::new(SKELETON_TYPE, Body::Content(record.into()));
    part.fields.parameters(
        "Content-Disposition",
        "attachment",
        &[("filename", "message.mimi")],
    );
    part
}

/// A part more at the end of the outermost multipart, which must be one whose parts are all for
/// the reader: in an alternative, the last part would be the one to show.
fn with_last<'a>(mut root: OutPart<'a>, part: OutPart<'a>) -> OutPart<'a> {
    match (&*root.media_type, &mut root.body) {
        ("multipart/mixed", Body::Parts(parts)) => {
            parts.push(part);
            root
        }
        _ => OutPart::new("multipart/mixed", Body::Parts(alloc::vec![root, part])),
    }
}

/// What a mail without the record does not carry.
fn lossy(message: &MimiContent<'_>, findings: &mut Vec<Finding>) {
    let mut lost = |what: &str| {
        findings.push(Finding::new(codes::MAIL_LOSSY).path(String::from(what)));
    };
    lost("salt");
    if !message.topic_id.is_empty() {
        lost("topicId");
    }
    if let Some(crate::message::Expiration::Relative(_)) = message.expires {
        lost("expires");
    }
    for (key, _) in message.extensions.iter() {
        if !matches!(key, crate::message::ExtensionKey::Int(1..=3 | 5)) {
            lost(&format!("extensions[{key}]"));
        }
    }
    for part in message.parts() {
        if let PartBody::External(external) = &part.part.body
            && (!external.key.is_empty() || !external.content_hash.is_empty())
        {
            lost(&format!("part {}: key and hash", part.index));
        }
    }
}

/// Letters, digits, `-` and `.` of the domain.
fn domain(given: &str) -> String {
    let domain: String = given
        .chars()
        .filter(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '.'))
        .take(255)
        .collect();
    match domain.trim_matches('.') {
        "" => String::from("local.invalid"),
        domain => String::from(domain),
    }
}
