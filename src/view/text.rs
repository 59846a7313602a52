//! A view as plain text.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::{Block, File, ReactionBlock, Reason, Source, View, label};
use crate::report::{Converted, Finding};
use crate::rich::plain::{self, TextOptions};

impl View<'_> {
    /// The view as plain text; blocks stand apart by an empty line, what is not text stands in
    /// brackets.
    ///
    /// ```
    /// use mimi_codec::message::{Disposition, ExternalPart, MimiContent, NestedPart, Salt};
    /// use mimi_codec::view::{View, ViewPolicy};
    ///
    /// let mut video = ExternalPart::new("video/mp4", "https://example.com/8ksB4bSrrRE.mp4");
    /// (video.size, video.filename) = (708_234_961, "bigfile.mp4".into());
    /// let body = NestedPart::external(Disposition::ATTACHMENT, video);
    /// let message = MimiContent::new(Salt::new([0; 16]), body);
    /// let text = View::of(&message, &ViewPolicy::default()).value.to_text(&Default::default());
    /// assert_eq!(text.value, "[file: bigfile.mp4, video/mp4, 708.2 MB]\n");
    /// ```
    pub fn to_text(&self, options: &TextOptions) -> Converted<String> {
        let mut findings = Vec::new();
        let blocks: Vec<String> = self
            .blocks
            .iter()
            .map(|placed| block(&placed.block, options, &mut findings))
            .filter(|text| !text.is_empty())
            .collect();
        Converted::new(blocks.join("\n"), findings)
    }
}

fn block(block: &Block<'_>, options: &TextOptions, findings: &mut Vec<Finding>) -> String {
    match block {
        Block::RichText { document, .. } | Block::Html { document, .. } => {
            let text = plain::write(document, options);
            findings.extend(text.findings);
            text.value
        }
        Block::Image(file) => bracket("image", file),
        Block::File(file) => bracket("file", file),
        Block::Reaction(ReactionBlock::Text(text)) => format!("{}\n", text.trim()),
        Block::Reaction(ReactionBlock::File(file)) => bracket("reaction", file),
        Block::Session(file) => session(file),
        Block::Status(report) => {
            let lines = label::statuses(report);
            format!("{}\n", lines.join("\n"))
        }
        Block::Message(view) => {
            let inner = view.to_text(options);
            findings.extend(inner.findings);
            quote(&inner.value)
        }
        Block::Placeholder { reason, file } => placeholder(reason, file.as_ref()),
    }
}

/// `[file: name, type, size] description`.
fn bracket(what: &str, file: &File<'_>) -> String {
    let label = label::file(file);
    let space = if file.description.is_empty() { "" } else { " " };
    format!("[{what}: {label}]{space}{}\n", file.description)
}

pub(super) fn session(file: &File<'_>) -> String {
    let what = if file.description.is_empty() {
        "session"
    } else {
        &file.description
    };
    match &file.source {
        Source::Elsewhere(part) => format!("{what}: {}\n", part.url),
        Source::InPlace(_) => format!("[{what}: {}]\n", label::file(file)),
    }
}

fn placeholder(reason: &Reason, file: Option<&File<'_>>) -> String {
    let words = label::reason(reason);
    match (reason, file) {
        (Reason::Deletes(id) | Reason::Unlikes(id), _) => format!("[{words}: {id}]\n"),
        (_, None) => format!("[{words}]\n"),
        (_, Some(file)) => {
            let label = label::file(file);
            let space = if file.description.is_empty() { "" } else { " " };
            format!("[{label}: {words}]{space}{}\n", file.description)
        }
    }
}

fn quote(text: &str) -> String {
    text.lines()
        .map(|line| {
            if line.is_empty() {
                String::from(">\n")
            } else {
                format!("> {line}\n")
            }
        })
        .collect()
}
