//! Reactions: one character as people see it, to a message.

use std::format;

use super::{Sink, Subject};
use crate::message::{Disposition, NestedPart, PartBody, PartSemantics};
use crate::report::codes;
use crate::text::MediaType;

/// The part is a reaction.
pub(super) fn judge(
    subject: &Subject<'_, '_, '_>,
    index: usize,
    part: &NestedPart<'_>,
    sink: &mut Sink<'_>,
) {
    if !part.language.is_empty() && !matches!(part.body, PartBody::Null) {
        sink.push(
            subject
                .part(codes::REACTION_LANGUAGE, index, "language")
                .found(format!("{:?}", part.language))
                .expected("an empty text"),
        );
    }
    match &part.body {
        PartBody::Multi(multi) => {
            let texts = multi.parts.iter().filter(|inner| shows_text(inner)).count();
            if multi.semantics == PartSemantics::SingleUnit && texts > 1 {
                let finding = subject.part(codes::REACTION_SEMANTICS, index, "partSemantics");
                sink.push(
                    finding
                        .found(multi.semantics.name())
                        .expected(PartSemantics::ProcessAll.name()),
                );
            }
        }
        PartBody::Single(single) => {
            // Taking a reaction back by an empty text is understood.
            if single.content.is_empty() {
                if subject.message.replaces.is_none() {
                    let finding = subject.part(codes::REACTION_EMPTY, index, "content");
                    sink.push(finding.found("0 octets").expected("an emoji"));
                }
            } else if subject.media(index).is_some_and(is_text)
                && let Ok(text) = core::str::from_utf8(&single.content)
            {
                judge_text(subject, index, text.trim(), sink);
            }
        }
        PartBody::Null | PartBody::External(_) => {}
    }
}

fn shows_text(part: &NestedPart<'_>) -> bool {
    let PartBody::Single(single) = &part.body else {
        return false;
    };
    MediaType::parse(single.content_type.as_ref()).is_ok_and(|media| is_text(&media))
}

fn is_text(media: &MediaType<'_>) -> bool {
    media.is_plain() || media.is_markdown()
}

#[cfg(feature = "markdown")]
fn judge_text(subject: &Subject<'_, '_, '_>, index: usize, text: &str, sink: &mut Sink<'_>) {
    use unicode_properties::UnicodeEmoji;
    use unicode_segmentation::UnicodeSegmentation;

    let count = text.graphemes(true).take(100).count();
    if count > 1 {
        let word = if count == 100 { "100 or more" } else { "" };
        let found = match word {
            "" => format!("{count} characters"),
            word => format!("{word} characters"),
        };
        sink.push(
            subject
                .part(codes::REACTION_SEVERAL, index, "content")
                .found(found)
                .expected("1 character"),
        );
        return;
    }
    // Digits, # and * are emoji characters too: beside a keycap (U+20E3) only.
    let emoji = |c: char| c.is_emoji_char() && (!c.is_ascii() || text.contains('\u{20e3}'));
    if !text.chars().any(emoji) {
        sink.push(
            subject
                .part(codes::REACTION_NOT_EMOJI, index, "content")
                .found(format!("{text:?}"))
                .expected("an emoji"),
        );
    }
}

/// The tables of grapheme clusters come with the feature `markdown`.
#[cfg(not(feature = "markdown"))]
fn judge_text(_: &Subject<'_, '_, '_>, _: usize, _: &str, _: &mut Sink) {}

/// A reaction is one to a message.
pub(super) fn target(subject: &Subject<'_, '_, '_>, sink: &mut Sink<'_>) {
    if subject.message.in_reply_to.is_some() {
        return;
    }
    let is_reaction = subject.parts.iter().any(|part| {
        part.part.disposition == Disposition::REACTION && !matches!(part.part.body, PartBody::Null)
    });
    if is_reaction {
        let finding = subject.field(codes::REACTION_WITHOUT_TARGET, "inReplyTo");
        sink.push(finding.found("null").expected("a message ID"));
    }
}
