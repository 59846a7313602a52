//! What a message shows, as Markdown and plain text; HTML is in `html`. Which parts are shown is
//! decided by the room `view`; the fields that show nothing are reported.

use std::borrow::Cow;
use std::format;
use std::string::String;
use std::vec::Vec;

use super::Written;
use crate::cbor::Received;
use crate::convert::{ConvertOptions, place};
use crate::document::Document;
use crate::item::hex;
use crate::message::{ExtensionKey, MimiContent, PartBody, PartIndex};
use crate::report::{Converted, Finding, codes};
use crate::rich::{markdown, plain};
use crate::text::{MediaType, charset};
use crate::view::{Block, Placed, View, ViewPolicy};

mod files;
mod html;

use files::{Holds, unwritten};
pub(super) use html::html;

/// The view of a message, with findings about what is not in it.
fn view<'m>(message: &'m MimiContent<'_>, policy: &ViewPolicy) -> Converted<View<'m>> {
    let mut converted = View::of(message, policy);
    converted.findings.extend(unshown(message));
    converted
}

/// Says in which part findings about its content were made.
fn placed(message: &MimiContent<'_>, index: PartIndex, findings: Vec<Finding>) -> Vec<Finding> {
    if findings.is_empty() {
        return findings;
    }
    let path = format!("{}.content", place::path(message, index));
    let place = |finding: Finding| finding.path(path.clone());
    findings.into_iter().map(place).collect()
}

/// The fields that a text in another format has no place for. Sender, room and salt are those of
/// any message and not worth a word.
fn unshown(message: &MimiContent<'_>) -> Vec<Finding> {
    let mut fields = Vec::new();
    let mut field = |there: bool, path: &'static str| {
        if there {
            fields.push(Finding::new(codes::FIELD_NOT_WRITTEN).path(path));
        }
    };
    field(message.replaces.is_some(), "replaces");
    field(!message.topic_id.is_empty(), "topicId");
    field(message.expires.is_some(), "expires");
    field(message.in_reply_to.is_some(), "inReplyTo");
    for (key, _) in message.extensions.iter() {
        if !matches!(key, ExtensionKey::Int(1 | 2)) {
            let path = format!("extensions[{key}]");
            fields.push(Finding::new(codes::FIELD_NOT_WRITTEN).path(path));
        }
    }
    fields
}

pub(super) fn markdown(received: &Received<'_>, options: &ConvertOptions<'_>) -> Written {
    let message = received.content();
    let Converted {
        value: view,
        mut findings,
    } = view(message, &ViewPolicy::default());
    findings.extend(unwritten(&view, message, Holds::Names));
    let mut out = String::new();
    for block in view.blocks {
        if !out.is_empty() {
            out.push('\n');
        }
        let index = block.index;
        let Converted {
            value,
            findings: more,
        } = markdown_of(block, message, options);
        findings.extend(placed(message, index, more));
        out.push_str(&value);
        if !out.is_empty() && !out.ends_with('\n') {
            out.push('\n');
        }
    }
    Ok(Converted::new(out.into_bytes(), findings))
}

fn markdown_of(
    block: Placed<'_>,
    message: &MimiContent<'_>,
    options: &ConvertOptions<'_>,
) -> Converted<String> {
    if let Some(source) = markdown_source(&block, message) {
        return Converted::lossless(markdown::escape_html(&source).into_owned());
    }
    match &block.block {
        Block::RichText { document, .. } | Block::Html { document, .. } => {
            markdown::write(document)
        }
        _ => {
            let mut text = text_of(block, options);
            let written = markdown::write(&plain::read(&text.value));
            text.findings.extend(written.findings);
            Converted::new(written.value, text.findings)
        }
    }
}

/// The text of a part that is Markdown already, to be written as it is.
fn markdown_source<'m>(block: &Placed<'_>, message: &'m MimiContent<'_>) -> Option<Cow<'m, str>> {
    let part = message.part(block.index)?;
    let PartBody::Single(single) = &part.part.body else {
        return None;
    };
    let media = MediaType::parse(single.content_type.as_ref()).ok()?;
    let shown = matches!(block.block, Block::RichText { .. });
    // What the charset cost was found when the part was viewed.
    (media.is_markdown() && shown).then(|| charset::decode(media.charset(), &single.content).value)
}

/// A block in plain text.
fn text_of(block: Placed<'_>, options: &ConvertOptions<'_>) -> Converted<String> {
    let alone = View {
        blocks: Vec::from([block]),
        ..View::default()
    };
    alone.to_text(&options.rich.text)
}

pub(super) fn text(received: &Received<'_>, options: &ConvertOptions<'_>) -> Written {
    let message = received.content();
    let Converted {
        value: view,
        mut findings,
    } = view(message, &ViewPolicy::default());
    findings.extend(unwritten(&view, message, Holds::Names));
    let mut texts = Vec::new();
    for block in view.blocks {
        let index = block.index;
        let text = text_of(block, options);
        findings.extend(placed(message, index, text.findings));
        if !text.value.is_empty() {
            texts.push(text.value);
        }
    }
    Ok(Converted::new(texts.join("\n").into_bytes(), findings))
}

/// A status report or derived values, a line for each value.
pub(super) fn other(document: &Document<'_>) -> String {
    match document {
        Document::Message(_) => String::new(),
        Document::StatusReport(report) => report
            .value
            .statuses
            .iter()
            .map(|entry| format!("{} {}\n", entry.message_id, entry.status))
            .collect(),
        Document::Derived(values) => {
            let values = &values.value;
            let accepted = match values.hub_accepted_timestamp.milliseconds() {
                Some(milliseconds) => format!("{milliseconds} ms since 1970"),
                None => String::from("an extended time without seconds"),
            };
            format!(
                "message ID: {}\naccepted: {}\nMLS group ID: {}\nsender leaf index: {}\nsender client: {}\nsender: {}\nroom: {}\n",
                values.message_id,
                accepted,
                hex(&values.mls_group_id),
                values.sender_leaf_index,
                values.sender_client_url,
                values.sender_user_url,
                values.room_url,
            )
        }
    }
}
