//! The profile `exact`: every part as it is, in the order of the message.

use alloc::borrow::Cow;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::parts::{self, MediaType};
use crate::mail::cid::{self, Names};
use crate::mail::write::{Body, Header, OutPart, crlf};
use crate::message::{ExternalPart, MimiContent, NestedPart, PartBody, PartIndex, PartSemantics};
use crate::report::Finding;

/// What all parts share.
pub(super) struct Context<'c> {
    pub(super) domain: &'c str,
    pub(super) token: &'c str,
    /// Indices of the parts that a reference may name.
    pub(super) targets: Vec<PartIndex>,
    /// The family of all Content-IDs.
    pub(super) names: Names,
    /// Whether parts have a Content-ID: one that is alone need not be named.
    pub(super) named: bool,
}

impl<'c> Context<'c> {
    pub(super) fn new(message: &MimiContent<'_>, domain: &'c str, token: &'c str) -> Self {
        let mut context = Context {
            domain,
            token,
            targets: Vec::new(),
            names: Names::default(),
            named: true,
        };
        for part in message.parts() {
            if part.is_leaf() {
                context.targets.push(part.index);
            }
        }
        context.names.insert_family(&format!("{token}@{domain}"));
        context
    }

    /// World-unique, as RFC 2045 section 7 asks; the part index leads.
    pub(super) fn content_id(&self, index: PartIndex) -> String {
        format!("{index}.{}@{}", self.token, self.domain)
    }

    /// The same, for the target of a reference.
    pub(super) fn target(&self, index: PartIndex) -> Option<String> {
        self.targets
            .binary_search(&index)
            .is_ok()
            .then(|| self.content_id(index))
    }
}

pub(super) fn root<'a>(
    message: &'a MimiContent<'_>,
    context: &Context<'_>,
    findings: &mut Vec<Finding>,
) -> OutPart<'a> {
    part(&message.nested_part, &mut 0, context, findings)
}

/// Recursion is bounded: the message was encoded, which limits its depth.
fn part<'a>(
    part: &'a NestedPart<'_>,
    next: &mut PartIndex,
    context: &Context<'_>,
    findings: &mut Vec<Finding>,
) -> OutPart<'a> {
    let index = *next;
    *next += 1;
    let PartBody::Multi(multi) = &part.body else {
        return leaf(part, index, context, findings);
    };
    let parts: Vec<OutPart<'a>> = multi
        .parts
        .iter()
        .map(|child| self::part(child, next, context, findings))
        .collect();
    let media_type = match multi.semantics {
        PartSemantics::ChooseOne => "multipart/alternative",
        PartSemantics::SingleUnit => "multipart/related",
        PartSemantics::ProcessAll => "multipart/mixed",
    };
    multipart(media_type, parts, part, index, findings)
}

/// A multipart with the fields of a part of the message.
pub(super) fn multipart<'a>(
    media_type: &str,
    parts: Vec<OutPart<'a>>,
    part: &NestedPart<'_>,
    index: PartIndex,
    findings: &mut Vec<Finding>,
) -> OutPart<'a> {
    let root = parts.first().map(|part| part.media_type.clone());
    let mut out = OutPart::new(media_type, Body::Parts(parts));
    if let ("multipart/related", Some(root)) = (media_type, root) {
        out = out.with("type", root);
    }
    parts::disposition(&mut out.fields, part.disposition, None);
    parts::language(&mut out.fields, &part.language, index, findings);
    out
}

/// A part without parts, as it is.
pub(super) fn leaf<'a>(
    part: &'a NestedPart<'_>,
    index: PartIndex,
    context: &Context<'_>,
    findings: &mut Vec<Finding>,
) -> OutPart<'a> {
    let (mut out, file_name) = match &part.body {
        PartBody::Single(single) => {
            let (media, name) = parts::media_type(&single.content_type, index, findings);
            if media.is_composite()
                // Whoever reads the record takes line ends back that were line feeds.
                && let lines = crlf(Cow::Borrowed(&*single.content))
                && media.takes_as_it_is(&lines)
            {
                let mut out = media.into_part(Body::Raw(lines));
                name_and_describe(&mut out, part, index, name.as_deref(), context, findings);
                return out;
            }
            let media = match media.is_composite() {
                true => MediaType::octets(name.clone()),
                false => media,
            };
            let shown = match media.name() {
                "text/html" => {
                    cid::for_display_exactly(&single.content, &context.names, &|index| {
                        context.target(index)
                    })
                }
                _ => None,
            };
            let content = shown.map_or(Cow::Borrowed(&*single.content), Cow::Owned);
            (media.into_part(Body::Content(content)), name)
        }
        PartBody::External(external) => (self::external(external, index, findings), None),
        PartBody::Null | PartBody::Multi(_) => {
            (text_plain(Body::Content(Cow::Borrowed(b""))), None)
        }
    };
    name_and_describe(
        &mut out,
        part,
        index,
        file_name.as_deref(),
        context,
        findings,
    );
    out
}

/// The fields of a part without parts.
pub(super) fn name_and_describe(
    out: &mut OutPart<'_>,
    part: &NestedPart<'_>,
    index: PartIndex,
    file_name: Option<&str>,
    context: &Context<'_>,
    findings: &mut Vec<Finding>,
) {
    if context.named {
        let id = format!("<{}>", context.content_id(index));
        out.fields.words("Content-ID", core::iter::once(&*id));
    }
    parts::disposition(&mut out.fields, part.disposition, file_name);
    parts::language(&mut out.fields, &part.language, index, findings);
}

pub(super) fn text_plain(body: Body<'_>) -> OutPart<'_> {
    OutPart::new("text/plain", body).with("charset", "utf-8")
}

/// RFC 2017: the address of the content, and in the body the header it would have.
pub(super) fn external(
    external: &ExternalPart<'_>,
    index: PartIndex,
    findings: &mut Vec<Finding>,
) -> OutPart<'static> {
    let (media, _) = parts::media_type(&external.content_type, index, findings);
    let mut inner = Header::default();
    let mut parameters: Vec<(&str, &str)> = media.parameters();
    // Nothing is divided here.
    parameters.retain(|(name, _)| *name != "boundary");
    inner.parameters("Content-Type", media.name(), &parameters);
    // The phantom body is what the URL gives, as it is.
    inner.words("Content-Transfer-Encoding", core::iter::once("binary"));
    let name = (!external.filename.is_empty()).then_some(&*external.filename);
    parts::disposition(&mut inner, crate::message::Disposition::ATTACHMENT, name);
    if !external.description.is_empty() {
        inner.text("Content-Description", parts::shown(&external.description));
    }
    let mut lines = inner.finish();
    lines.extend_from_slice(b"\r\n");
    let mut out = OutPart::new("message/external-body", Body::Plain(lines))
        .with("access-type", "URL")
        .with("URL", parts::url(&external.url, index, findings));
    if external.expires != 0
        && let Some(date) = crate::mail::date::format(external.expires.into())
    {
        out = out.with("expiration", date);
    }
    if external.size != 0 {
        out = out.with("size", format!("{}", external.size));
    }
    out
}
