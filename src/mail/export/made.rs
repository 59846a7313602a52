//! Text that is made for people and is no part of the message: HTML from Markdown, links in place
//! of external parts, sentences in place of what mail does not have.
//!
//! Whoever reads such a mail as a message makes these texts again from the record, and so knows
//! whether the mail shows what the message says.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use crate::mail::date;
use crate::message::{
    AeadAlgorithm, Disposition, Expiration, ExternalPart, MimiContent, NestedPart, PartBody,
};
use crate::rich::{Block, Document, Inline, html, markdown, plain};
use crate::text::MediaType;

/// A text in two forms; either may be missing.
#[derive(Clone, Debug, Default)]
pub(super) struct Made {
    pub(super) plain: Option<String>,
    pub(super) html: Option<String>,
}

/// What is made in addition to, or in place of, a part.
pub(super) fn of_part(part: &NestedPart<'_>, message: &MimiContent<'_>) -> Made {
    match &part.body {
        PartBody::Null => Made {
            plain: null_sentence(part, message).map(|sentence| format!("{sentence}\n")),
            html: None,
        },
        PartBody::Single(single) => Made {
            plain: None,
            html: MediaType::parse(&*single.content_type)
                .ok()
                .filter(MediaType::is_markdown)
                .and_then(|_| core::str::from_utf8(&single.content).ok())
                .map(html_of_markdown),
        },
        PartBody::External(external) => {
            let document = link(external, part.disposition);
            Made {
                plain: Some(plain::write(&document, &plain::TextOptions::default()).value),
                html: Some(page(&document)),
            }
        }
        PartBody::Multi(_) => Made::default(),
    }
}

/// What the message says about itself, for the end of the mail.
pub(super) fn note(message: &MimiContent<'_>) -> Option<String> {
    let is_null = matches!(message.nested_part.body, PartBody::Null);
    let mut lines: Vec<String> = Vec::new();
    if message.replaces.is_some() && !is_null {
        lines.push("(This message replaces an earlier one.)".to_string());
    }
    match message.expires {
        Some(Expiration::Relative(seconds)) => lines.push(format!(
            "(This message asks to be deleted {} after it was read.)",
            span(seconds)
        )),
        Some(Expiration::Absolute(seconds)) => {
            if let Some(date) = date::format(seconds.into()) {
                lines.push(format!("(This message asks to be deleted on {date}.)"));
            }
        }
        None => {}
    }
    (!lines.is_empty()).then(|| lines.join("\n") + "\n")
}

/// Every text that is made for a message.
pub(in crate::mail) fn all(message: &MimiContent<'_>) -> Vec<String> {
    let made = message.parts().map(|part| of_part(part.part, message));
    made.flat_map(|made| [made.plain, made.html])
        .chain([note(message)])
        .flatten()
        .collect()
}

/// A number of seconds in the largest unit that divides it.
fn span(seconds: u32) -> String {
    let units = [
        (86_400, "day"),
        (3600, "hour"),
        (60, "minute"),
        (1, "second"),
    ];
    let (size, name) = units
        .into_iter()
        .find(|(size, _)| seconds.is_multiple_of(*size))
        .unwrap_or((1, "second"));
    let count = seconds / size;
    format!("{count} {name}{}", if count == 1 { "" } else { "s" })
}

fn null_sentence(part: &NestedPart<'_>, message: &MimiContent<'_>) -> Option<&'static str> {
    let reaction = part.disposition == Disposition::REACTION;
    match (reaction, message.replaces.is_some()) {
        (true, true) => Some("(A reaction was withdrawn.)"),
        (false, true) => Some("(A message was deleted.)"),
        _ => None,
    }
}

fn html_of_markdown(text: &str) -> String {
    page(&markdown::read(text).value)
}

/// A whole HTML document, because a mail program need not guess its charset then.
fn page(document: &Document) -> String {
    let body = html::write(document, &html::HtmlWriteOptions::default()).value;
    format!(
        "<!DOCTYPE html>\n<html><head><meta charset=\"utf-8\"></head><body>\n{body}</body></html>\n"
    )
}

fn link(external: &ExternalPart<'_>, disposition: Disposition) -> Document {
    let name = [&external.filename, &external.description, &external.url]
        .into_iter()
        .find(|name| !name.is_empty());
    let name = name.map_or("file", |name| &**name);
    let mut content = Vec::new();
    if disposition == Disposition::SESSION {
        content.push(Inline::text("Join: "));
    }
    content.push(Inline::Link {
        target: external.url.to_string(),
        title: String::new(),
        content: alloc::vec![Inline::text(name)],
    });
    if external.size > 0 {
        content.push(Inline::text(format!(" ({} octets)", external.size)));
    }
    if external.enc_alg != AeadAlgorithm::NONE {
        content.push(Inline::text(" (encrypted; a MIMI client can open it)"));
    }
    Document::new(alloc::vec![Block::Paragraph(content)])
}
