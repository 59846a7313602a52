//! What a message shows, as Markdown, HTML and plain text. Which parts are shown is decided by
//! the room `view`; the fields that show nothing are reported.

use std::format;
use std::string::String;
use std::vec::Vec;

use super::Written;
use crate::cbor::Received;
use crate::convert::ConvertOptions;
use crate::document::Document;
use crate::item::hex;
use crate::message::{ExtensionKey, MimiContent, PartBody};
use crate::report::{Converted, Finding, codes};
use crate::rich::{markdown, plain};
use crate::text::MediaType;
use crate::view::{Block, HtmlOptions, Placed, View, ViewPolicy, page};

/// The view of a message, with findings about what is not in it.
fn view<'m>(message: &'m MimiContent<'_>) -> Converted<View<'m>> {
    let mut converted = View::of(message, &ViewPolicy::default());
    converted.findings.extend(unshown(message));
    converted
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

pub(super) fn markdown(received: &Received<'_>, _: &ConvertOptions<'_>) -> Written {
    let message = received.content();
    let Converted {
        value: view,
        mut findings,
    } = view(message);
    let mut out = String::new();
    for placed in &view.blocks {
        if !out.is_empty() {
            out.push('\n');
        }
        out.push_str(&markdown_of(placed, message, &mut findings));
        if !out.is_empty() && !out.ends_with('\n') {
            out.push('\n');
        }
    }
    Ok(Converted::new(out.into_bytes(), findings))
}

fn markdown_of(
    placed: &Placed<'_>,
    message: &MimiContent<'_>,
    findings: &mut Vec<Finding>,
) -> String {
    if let Some(source) = markdown_source(placed, message) {
        return markdown::escape_html(source).into_owned();
    }
    let written = match &placed.block {
        Block::RichText { document, .. } | Block::Html { document, .. } => {
            markdown::write(document)
        }
        _ => markdown::write(&plain::read(&text_of(placed, findings))),
    };
    findings.extend(written.findings);
    written.value
}

/// The text of a part that is Markdown already, to be written as it is.
fn markdown_source<'m>(placed: &Placed<'_>, message: &'m MimiContent<'_>) -> Option<&'m str> {
    let part = message.part(placed.index)?;
    let PartBody::Single(single) = &part.part.body else {
        return None;
    };
    let markdown = MediaType::parse(single.content_type.as_ref())
        .ok()?
        .is_markdown();
    let shown = matches!(placed.block, Block::RichText { .. });
    (markdown && shown).then(|| core::str::from_utf8(&single.content).ok())?
}

/// What stands for a block in plain text.
fn text_of(placed: &Placed<'_>, findings: &mut Vec<Finding>) -> String {
    let alone = View {
        blocks: std::vec![placed.clone()],
        ..View::default()
    };
    let text = alone.to_text(&plain::TextOptions::default());
    findings.extend(text.findings);
    text.value
}

pub(super) fn html(received: &Received<'_>, options: &ConvertOptions<'_>) -> Written {
    let message = received.content();
    let Converted {
        value: view,
        mut findings,
    } = view(message);
    let html = view.to_html(&HtmlOptions::default());
    findings.extend(html.findings);
    let html = match options.standalone {
        false => html.value,
        true => {
            let title = match message.extensions.subject() {
                Ok(Some(subject)) => subject,
                _ => "Message",
            };
            page(title, first_language(&view), &html.value)
        }
    };
    Ok(Converted::new(html.into_bytes(), findings))
}

fn first_language<'v>(view: &'v View<'_>) -> &'v str {
    let language = view.blocks.first().map_or("", |placed| &placed.language);
    language.split(',').next().unwrap_or_default().trim()
}

pub(super) fn text(received: &Received<'_>, _: &ConvertOptions<'_>) -> Written {
    let Converted {
        value: view,
        mut findings,
    } = view(received.content());
    let text = view.to_text(&plain::TextOptions::default());
    findings.extend(text.findings);
    Ok(Converted::new(text.value.into_bytes(), findings))
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
