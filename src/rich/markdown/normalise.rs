//! Inlines in the form that a Markdown reader would give them, so that what is written can be compared
//! with what is read back.

use std::borrow::Cow;
use std::string::String;
use std::vec::Vec;

use super::reader::Place;
use crate::report::{Code, Finding, codes};
use crate::rich::{Inline, MAX_NESTING, inline_text, links};

/// What was noticed in one block; each thing is reported once.
#[derive(Default)]
pub(super) struct Noted(Vec<Code>);

impl Noted {
    pub(super) fn note(&mut self, code: Code) {
        if !self.0.contains(&code) {
            self.0.push(code);
        }
    }

    pub(super) fn report(self, findings: &mut Vec<Finding>) {
        findings.extend(self.0.into_iter().map(Finding::new));
    }
}

/// Brings inlines into the form that a Markdown reader would give them: adjacent texts are one,
/// marks are not empty and neither begin nor end with white space, targets are percent-encoded.
pub(super) fn normalise(
    inlines: &[Inline],
    place: Place,
    depth: usize,
    in_link: bool,
    out: &mut Vec<Inline>,
    noted: &mut Noted,
) {
    if depth >= MAX_NESTING {
        noted.note(codes::NESTING_FLATTENED);
        push_text(&inline_text(inlines), out);
        return;
    }
    for inline in inlines {
        match inline {
            Inline::Text(text) => push_text(text, out),
            Inline::Code(code) => {
                push_code(
                    &code.replace(['\n', '\r'], " ").replace('\0', "\u{fffd}"),
                    out,
                );
            }
            Inline::Emphasis(content) | Inline::Strong(content) | Inline::Strike(content) => {
                let mut inner = Vec::with_capacity(content.len());
                normalise(content, place, depth + 1, in_link, &mut inner, noted);
                let (before, after) = take_edges(&mut inner);
                if !before.is_empty() || !after.is_empty() {
                    noted.note(codes::EMPHASIS_MOVED);
                }
                push_all(before, out);
                if !inner.is_empty() {
                    out.push(match inline {
                        Inline::Emphasis(_) => Inline::Emphasis(inner),
                        Inline::Strong(_) => Inline::Strong(inner),
                        _ => Inline::Strike(inner),
                    });
                }
                push_all(after, out);
            }
            Inline::Link { content, .. } if in_link => {
                noted.note(codes::MARK_DROPPED);
                normalise(content, place, depth + 1, true, out, noted);
            }
            Inline::Link {
                target,
                title,
                content,
            } => {
                let mut inner = Vec::with_capacity(content.len());
                normalise(content, place, depth + 1, true, &mut inner, noted);
                let (before, after) = take_edges(&mut inner);
                push_all(before, out);
                out.push(Inline::Link {
                    target: clean_target(target),
                    title: clean_title(title),
                    content: inner,
                });
                push_all(after, out);
            }
            Inline::Image { target, title, alt } => out.push(Inline::Image {
                target: clean_target(target),
                title: clean_title(title),
                alt: alt.replace(['\n', '\r'], " ").replace('\0', "\u{fffd}"),
            }),
            Inline::HardBreak if place.is_one_line() => {
                noted.note(codes::BREAK_REDUCED);
                push_break(Inline::SoftBreak, out);
            }
            Inline::SoftBreak | Inline::HardBreak => push_break(inline.clone(), out),
        }
    }
}

/// Adds a break. A soft one beside another break would leave an empty line, which ends a block.
pub(super) fn push_break(line_break: Inline, out: &mut Vec<Inline>) {
    if line_break == Inline::SoftBreak {
        trim_end(out);
        if matches!(out.last(), Some(Inline::SoftBreak | Inline::HardBreak)) {
            return;
        }
    } else if out.last() == Some(&Inline::SoftBreak) {
        out.pop();
    }
    out.push(line_break);
}

pub(super) fn push_text(text: &str, out: &mut Vec<Inline>) {
    let text = if text.contains('\0') {
        Cow::Owned(text.replace('\0', "\u{fffd}"))
    } else {
        Cow::Borrowed(text)
    };
    match out.last_mut() {
        Some(Inline::Text(last)) => last.push_str(&text),
        Some(Inline::SoftBreak) => {
            let text = text.trim_start_matches([' ', '\t']);
            if !text.is_empty() {
                out.push(Inline::Text(String::from(text)));
            }
        }
        _ if text.is_empty() => {}
        _ => out.push(Inline::Text(text.into_owned())),
    }
}

pub(super) fn push_all(inlines: Vec<Inline>, out: &mut Vec<Inline>) {
    for inline in inlines {
        match inline {
            Inline::Text(text) => push_text(&text, out),
            Inline::SoftBreak | Inline::HardBreak => push_break(inline, out),
            Inline::Code(code) => push_code(&code, out),
            other => out.push(other),
        }
    }
}

/// Adds code. Two spans of code side by side cannot be told apart in Markdown; they become one.
pub(super) fn push_code(code: &str, out: &mut Vec<Inline>) {
    match out.last_mut() {
        Some(Inline::Code(last)) => last.push_str(code),
        _ if code.is_empty() => {}
        _ => out.push(Inline::Code(String::from(code))),
    }
}

/// Blanks before a soft break are not read.
pub(super) fn trim_end(out: &mut Vec<Inline>) {
    if let Some(Inline::Text(last)) = out.last_mut() {
        last.truncate(last.trim_end_matches([' ', '\t']).len());
        if last.is_empty() {
            out.pop();
        }
    }
}

/// Takes white space and breaks off both ends of a mark's content.
pub(super) fn take_edges(inner: &mut Vec<Inline>) -> (Vec<Inline>, Vec<Inline>) {
    let mut before = Vec::new();
    let mut after = Vec::new();
    let mut start = 0;
    while let Some(inline) = inner.get_mut(start) {
        match inline {
            Inline::Text(text) => {
                let rest = text.trim_start();
                if rest.len() < text.len() {
                    let blank = text.len() - rest.len();
                    before.push(Inline::Text(text.drain(..blank).collect()));
                }
                if !text.is_empty() {
                    break;
                }
            }
            Inline::SoftBreak | Inline::HardBreak => before.push(inline.clone()),
            _ => break,
        }
        start += 1;
    }
    inner.drain(..start);
    while let Some(inline) = inner.last_mut() {
        match inline {
            Inline::Text(text) => {
                let len = text.trim_end().len();
                if len < text.len() {
                    after.push(Inline::Text(text.split_off(len)));
                }
                if !text.is_empty() {
                    break;
                }
            }
            Inline::SoftBreak | Inline::HardBreak => after.push(inline.clone()),
            _ => break,
        }
        inner.pop();
    }
    after.reverse();
    (before, after)
}

/// Breaks become spaces.
pub(super) fn on_one_line(inlines: Vec<Inline>) -> Vec<Inline> {
    let mut out = Vec::with_capacity(inlines.len());
    for mut inline in inlines {
        if let Some(content) = inline.children_mut() {
            *content = on_one_line(core::mem::take(content));
        }
        match inline {
            Inline::SoftBreak => push_text(" ", &mut out),
            Inline::Text(text) => push_text(&text, &mut out),
            other => out.push(other),
        }
    }
    out
}

/// Breaks at the end of a block, and soft breaks at its start, show nothing.
pub(super) fn trim(clean: &mut Vec<Inline>) {
    while matches!(clean.last(), Some(Inline::SoftBreak | Inline::HardBreak)) {
        clean.pop();
    }
    let soft = clean
        .iter()
        .take_while(|inline| matches!(inline, Inline::SoftBreak))
        .count();
    clean.drain(..soft);
}

/// Percent-encodes what would end a target or be read as something else in it.
pub(super) fn clean_target(target: &str) -> String {
    let mut out = String::with_capacity(target.len());
    for c in target.chars() {
        match c {
            '\0'..=' ' | '<' | '>' | '`' | '\\' | '"' | '\x7f' | '|' | '^' | '{' | '}' => {
                links::push_encoded(c as u8, &mut out);
            }
            _ => out.push(c),
        }
    }
    out
}

pub(super) fn clean_title(title: &str) -> String {
    title.replace('\0', "\u{fffd}").replace('\r', "\n")
}
