//! The parts: dispositions, languages, media types, charsets, and the cid references between them.

use std::format;
use std::vec::Vec;

use super::{Sink, Subject, external, language, reaction};
use crate::document::Kind;
use crate::message::{Disposition, Part, PartBody, PartSemantics, SinglePart, cid_references};
use crate::report::{Cause, Finding, codes};
use crate::text::MediaType;

/// What the walk over the parts gathers.
struct Walk {
    /// Whether a text refers to the part with that index.
    referenced: Vec<bool>,
    /// Whether there is rich text that could refer to other parts.
    rich: bool,
    /// The first reference or text that could not be read, if there is one.
    lost: Option<Cause>,
    /// Whether there are alternatives whose texts are compared.
    #[cfg(feature = "markdown")]
    compares: bool,
    /// The text of each part as it is shown, where that is known.
    #[cfg(feature = "markdown")]
    shown: super::alternatives::Shown,
}

impl Walk {
    /// Adds a finding about a reference that leads nowhere, or a text that could hold some.
    fn push_lost(&mut self, finding: Finding, sink: &mut Sink<'_>) {
        self.lost = self
            .lost
            .or(Some(Cause::new(finding.code, finding.offset.unwrap_or(0))));
        sink.push(finding);
    }
}

pub(super) fn judge(subject: &Subject<'_, '_, '_>, sink: &mut Sink<'_>) {
    #[cfg(feature = "markdown")]
    let compares = super::alternatives::has_choice(subject);
    let mut walk = Walk {
        referenced: std::vec![false; subject.parts.len()],
        rich: false,
        lost: None,
        #[cfg(feature = "markdown")]
        compares,
        #[cfg(feature = "markdown")]
        shown: super::alternatives::Shown::new(if compares { subject.parts.len() } else { 0 }),
    };
    for (index, part) in subject.parts.iter().enumerate() {
        if sink.is_full() {
            return;
        }
        judge_part(subject, index, part, &mut walk, sink);
    }
    reaction::target(subject, sink);
    uncommon_formats(subject, sink);
    unreferenced(subject, &walk, sink);
    #[cfg(feature = "markdown")]
    super::alternatives::judge(subject, &walk.shown, sink);
}

fn judge_part(
    subject: &Subject<'_, '_, '_>,
    index: usize,
    part: &Part<'_, '_>,
    walk: &mut Walk,
    sink: &mut Sink<'_>,
) {
    let disposition = part.part.disposition;
    if disposition.name().is_none() {
        sink.push(
            subject
                .part(codes::DISPOSITION_UNREGISTERED, index, "disposition")
                .found(format!("{}", disposition.number()))
                .expected("a number from 0 to 8"),
        );
    }
    language::judge(subject, index, part.part, sink);
    if disposition == Disposition::REACTION {
        reaction::judge(subject, index, part.part, sink);
    }
    match &part.part.body {
        PartBody::Single(single) => judge_single(subject, index, single, walk, sink),
        PartBody::External(it) => external::judge(subject, index, disposition, it, sink),
        PartBody::Null if part.parent.is_some() => {
            sink.push(subject.part(codes::NULL_IN_MULTIPART, index, ""));
        }
        PartBody::Null | PartBody::Multi(_) => {}
    }
}

fn judge_single(
    subject: &Subject<'_, '_, '_>,
    index: usize,
    single: &SinglePart<'_>,
    walk: &mut Walk,
    sink: &mut Sink<'_>,
) {
    let Some(media) = subject.media(index) else {
        if let Some(finding) = media_type_syntax(subject, index, &single.content_type) {
            walk.push_lost(finding, sink);
        }
        return;
    };
    inner_document(subject, index, media, single, sink);
    if !media.is_text() {
        return;
    }
    media_type(subject, index, media, sink);
    let utf8 = media
        .charset()
        .is_none_or(|name| name.eq_ignore_ascii_case("utf-8"));
    let text = match core::str::from_utf8(&single.content) {
        Ok(text) => text,
        Err(error) => {
            if utf8 {
                let found = format!("octet {} of the content", error.valid_up_to());
                let finding = subject.part(codes::PLAIN_NOT_UTF8, index, "content");
                walk.push_lost(finding.found(found).expected("UTF-8"), sink);
            }
            return;
        }
    };
    // An empty reaction is a matter of its own.
    let reaction = subject
        .parts
        .get(index)
        .is_some_and(|part| part.part.disposition == Disposition::REACTION);
    if text.is_empty() && !reaction {
        let finding = subject.part(codes::EMPTY_CONTENT, index, "content");
        sink.push(finding.found("0 octets"));
    }
    // In plain text such a thing is only text.
    if !media.is_plain() {
        references(subject, index, text, walk, sink);
    }
    walk.rich |= media.is_markdown() || media.is_html();
    #[cfg(feature = "markdown")]
    {
        let read = super::rich::judge(subject, index, media, text, walk.compares, sink);
        walk.lost = walk.lost.or(read.lost);
        if let Some(shown) = read.shown {
            walk.shown.set(index, shown);
        }
    }
}

/// A content type that cannot be read. The offset of the error counts octets of the text.
pub(super) fn media_type_syntax(
    subject: &Subject<'_, '_, '_>,
    index: usize,
    content_type: &str,
) -> Option<Finding> {
    let error = MediaType::parse(content_type).err()?;
    let mut finding = subject.part(error.code(), index, "contentType");
    finding.found = error.finding().found.clone();
    finding.expected = error.finding().expected.clone();
    Some(finding)
}

/// Types that every client reads, in the spelling that every client reads.
fn media_type(
    subject: &Subject<'_, '_, '_>,
    index: usize,
    media: &MediaType<'_>,
    sink: &mut Sink<'_>,
) {
    let (code, expected) = match media.charset() {
        _ if media.is_markdown() && media.variant().is_none() => (
            codes::MARKDOWN_VARIANT_MISSING,
            "text/markdown;variant=GFM-MIMI",
        ),
        None if media.is_plain() => (codes::PLAIN_CHARSET_MISSING, "text/plain;charset=utf-8"),
        Some(name)
            if !["utf-8", "us-ascii"]
                .iter()
                .any(|known| known.eq_ignore_ascii_case(name)) =>
        {
            (codes::PLAIN_CHARSET_OTHER, "charset=utf-8")
        }
        _ => return,
    };
    sink.push(
        subject
            .part(code, index, "contentType")
            .found(format!("{:?}", media.as_str()))
            .expected(expected),
    );
}

/// A message or a status report inside the message.
fn inner_document(
    subject: &Subject<'_, '_, '_>,
    index: usize,
    media: &MediaType<'_>,
    single: &SinglePart<'_>,
    sink: &mut Sink<'_>,
) {
    let (code, kind) = if media.is_mimi_content() {
        (codes::VIEW_NESTED_INVALID, Kind::Message)
    } else if media.is_message_status() {
        (codes::VIEW_STATUS_INVALID, Kind::StatusReport)
    } else {
        return;
    };
    let octets = &single.content;
    let refused = match kind {
        Kind::StatusReport => subject.decoder.decode_status(octets).err(),
        _ => subject.decoder.decode(octets).err(),
    };
    if let Some(error) = refused {
        let finding = subject.part(code, index, "content");
        sink.push(
            finding
                .found(format!("{error}"))
                .expected(format!("a {}", kind.name())),
        );
    }
}

/// References to other parts, purely by the text.
fn references(
    subject: &Subject<'_, '_, '_>,
    index: usize,
    text: &str,
    walk: &mut Walk,
    sink: &mut Sink<'_>,
) {
    if !may_refer(text) {
        return;
    }
    for (_, wanted) in cid_references(text) {
        if sink.is_full() {
            return;
        }
        let target = usize::try_from(wanted).ok();
        let (code, expected) = match target.and_then(|at| subject.parts.get(at)) {
            Some(_) if target == Some(index) => (codes::CID_TO_ITSELF, "another part"),
            Some(part) if part.is_leaf() => {
                if let Some(it) = target.and_then(|at| walk.referenced.get_mut(at)) {
                    *it = true;
                }
                continue;
            }
            Some(_) => (codes::CID_TARGET_NOT_LEAF, "a single or external part"),
            None => (codes::CID_TARGET_MISSING, "the index of a part"),
        };
        let finding = subject
            .part(code, index, "content")
            .found(format!("cid:{wanted}@local.invalid"))
            .expected(expected);
        walk.push_lost(finding, sink);
    }
}

/// Whether the host of a reference stands anywhere in a text.
fn may_refer(text: &str) -> bool {
    const HOST: &[u8] = b"local.invalid";
    let octets = text.as_bytes();
    text.match_indices('@').any(|(at, _)| {
        octets
            .get(at + 1..at + 1 + HOST.len())
            .is_some_and(|host| host.eq_ignore_ascii_case(HOST))
    })
}

/// Inline parts beside rich text that no text shows.
fn unreferenced(subject: &Subject<'_, '_, '_>, walk: &Walk, sink: &mut Sink<'_>) {
    if !walk.rich {
        return;
    }
    for (index, part) in subject.parts.iter().enumerate() {
        let referenced = walk.referenced.get(index).copied().unwrap_or(false);
        if part.part.disposition != Disposition::INLINE || referenced {
            continue;
        }
        if subject.media(index).is_some_and(|media| media.is_image()) {
            let mut finding = subject.part(codes::CID_UNREFERENCED, index, "");
            // What was to refer to it may be what could not be read.
            finding.caused_by = walk.lost;
            sink.push(finding.expected(format!("a reference to cid:{index}@local.invalid")));
        }
    }
}

/// Text in formats that no client has to read, without an alternative in one that some do.
fn uncommon_formats(subject: &Subject<'_, '_, '_>, sink: &mut Sink<'_>) {
    /// What a part is to a receiver who supports only what the draft names.
    #[derive(PartialEq)]
    enum Format {
        Common,
        Uncommon,
        Beside,
    }
    let format = |index: usize, part: &Part<'_, '_>| {
        let (PartBody::Single(_), Some(media)) = (&part.part.body, subject.media(index)) else {
            return Format::Beside;
        };
        let shown = matches!(
            part.part.disposition.effective(),
            Disposition::RENDER | Disposition::UNSPECIFIED
        );
        if media.is_plain() || media.is_markdown() || media.is_html() || media.is_mimi_content() {
            Format::Common
        } else if shown && (media.is_text() || media.essence().starts_with("application/vnd.")) {
            Format::Uncommon
        } else {
            Format::Beside
        }
    };
    let formats = || {
        let parts = subject.parts.iter().enumerate();
        parts.map(|(index, part)| format(index, part))
    };
    if !formats().any(|it| it == Format::Uncommon) {
        return;
    }
    let formats: Vec<Format> = formats().collect();
    let parent = |part: &Part<'_, '_>| part.parent.and_then(|it| usize::try_from(it).ok());
    // Which multiparts hold a common format, at any depth.
    let mut common = std::vec![false; subject.parts.len()];
    for (part, format) in subject.parts.iter().zip(&formats) {
        if *format != Format::Common {
            continue;
        }
        let mut above = parent(part);
        while let Some(at) = above {
            match common.get_mut(at) {
                Some(known) if !*known => *known = true,
                _ => break,
            }
            above = subject.parts.get(at).and_then(parent);
        }
    }
    for (index, (part, format)) in subject.parts.iter().zip(&formats).enumerate() {
        if *format != Format::Uncommon {
            continue;
        }
        let mut above = parent(part);
        let mut alternative = false;
        while let Some(at) = above {
            let multi = subject.parts.get(at);
            let choice = multi.is_some_and(|it| match &it.part.body {
                PartBody::Multi(multi) => multi.semantics == PartSemantics::ChooseOne,
                _ => false,
            });
            alternative |= choice && common.get(at).copied().unwrap_or(false);
            above = multi.and_then(parent);
        }
        if !alternative {
            let finding = subject.part(codes::FORMAT_UNCOMMON, index, "contentType");
            sink.push(finding.expected("an alternative in GFM-MIMI or plain text"));
        }
    }
}
