//! Text, marks, links and images: what stands within a line, with white space as a browser shows it.

use std::string::String;
use std::vec::Vec;

use super::elements::{ascii_target, is_heavy, style};
use super::{Frame, Kind, MARK_OCTETS, Open, OpenMark, Reader, SAME_MARKS};
use crate::report::codes;
use crate::rich::document::push;
use crate::rich::html::tree::{Data, NodeId, Step};
use crate::rich::{Block, Inline, MAX_NESTING};

impl Reader<'_> {
    /// Adds text, white space collapsed.
    pub(super) fn text(&mut self, text: &str) {
        if matches!(self.top(), Some(Frame::Table(_))) {
            return;
        }
        let is_blank = |b: &u8| matches!(b, b' ' | b'\t' | b'\n' | b'\x0c' | b'\r');
        let bytes = text.as_bytes();
        if bytes.first().is_some_and(is_blank) {
            self.space |= !self.line_start && !self.spaced;
        }
        let Some(mut start) = bytes.iter().position(|b| !is_blank(b)) else {
            return;
        };
        let end = bytes.iter().rposition(|b| !is_blank(b)).unwrap_or(start) + 1;
        self.write_space();
        let line = self.current();
        if !matches!(line.last(), Some(Inline::Text(_))) {
            push(line, Inline::Text(String::new()));
        }
        if let Some(Inline::Text(line)) = line.last_mut() {
            line.reserve(end - start);
            // Single spaces stay; any other run of white space becomes one.
            let mut at = start;
            while let Some(byte) = bytes.get(at..end).and_then(<[u8]>::first) {
                if !is_blank(byte) || *byte == b' ' && !bytes.get(at + 1).is_some_and(is_blank) {
                    at += 1;
                    continue;
                }
                line.push_str(text.get(start..at).unwrap_or_default());
                line.push(' ');
                while bytes.get(at).is_some_and(is_blank) {
                    at += 1;
                }
                start = at;
            }
            line.push_str(text.get(start..end).unwrap_or_default());
        }
        self.line_start = false;
        self.spaced = false;
        self.space = end < bytes.len();
    }

    /// Adds text that is to be seen as it is.
    pub(super) fn visible_text(&mut self, text: &str) {
        self.write_space();
        let line = self.current();
        if let Some(Inline::Text(last)) = line.last_mut() {
            last.push_str(text);
        } else {
            push(line, Inline::Text(String::from(text)));
        }
        self.line_start = false;
        self.spaced = false;
    }

    pub(super) fn write_space(&mut self) {
        self.spaced |= self.space;
        if core::mem::take(&mut self.space) {
            let line = self.current();
            if let Some(Inline::Text(last)) = line.last_mut() {
                last.push(' ');
            } else {
                line.push(Inline::text(" "));
            }
        }
    }

    /// Where inlines go.
    pub(super) fn current(&mut self) -> &mut Vec<Inline> {
        match self.marks.last_mut() {
            Some(mark) => {
                mark.used = true;
                &mut mark.content
            }
            None => &mut self.line,
        }
    }

    pub(super) fn inline(&mut self, inline: Inline) {
        self.write_space();
        push(self.current(), inline);
        self.line_start = false;
        self.spaced = false;
    }

    /// Takes back a space that turned out to stand at the end of a line.
    pub(super) fn unwrite_space(&mut self) {
        if !core::mem::take(&mut self.spaced) {
            return;
        }
        let marks = self.marks.iter_mut().rev().map(|mark| &mut mark.content);
        let innermost = marks
            .chain([&mut self.line])
            .find(|content| !content.is_empty());
        if let Some(content) = innermost
            && let Some(Inline::Text(text)) = content.last_mut()
            && text.ends_with(' ')
        {
            text.pop();
            if text.is_empty() {
                content.pop();
            }
        }
    }

    pub(super) fn line_break(&mut self) {
        self.unwrite_space();
        self.space = false;
        self.spaced = false;
        self.current().push(Inline::HardBreak);
        self.line_start = true;
    }

    pub(super) fn image(&mut self, data: &Data) {
        let target = data.attribute("src").map(str::trim).unwrap_or_default();
        let alt = data.attribute("alt").unwrap_or_default();
        let is_pixel = |name| {
            data.attribute(name)
                .is_some_and(|len| matches!(len.trim(), "0" | "1"))
        };
        if is_pixel("width") && is_pixel("height") {
            self.note(codes::HTML_HIDDEN, Some("img"));
            return;
        }
        if target.is_empty() {
            if !alt.is_empty() {
                self.text(alt);
            }
            return;
        }
        self.inline(Inline::Image {
            target: ascii_target(target),
            title: String::from(data.attribute("title").unwrap_or_default()),
            alt: String::from(alt),
        });
    }

    pub(super) fn input(&mut self, data: &Data) {
        let kind = data.attribute("type").unwrap_or("text");
        if !kind.eq_ignore_ascii_case("checkbox") {
            if !kind.eq_ignore_ascii_case("hidden") {
                self.note(codes::HTML_DROPPED, Some("input"));
            }
            return;
        }
        let done = data.attribute("checked").is_some();
        let at_start = self.line_start && self.line.is_empty() && self.marks.is_empty();
        if at_start
            && let Some(Open {
                frame: Frame::Item { task: task @ None },
                blocks,
                ..
            }) = self.stack.last_mut()
            && blocks.is_empty()
        {
            *task = Some(done);
            return;
        }
        self.visible_text(if done { "[x]" } else { "[ ]" });
        self.space = true;
    }

    pub(super) fn code(&mut self, node: NodeId) {
        let text = self
            .tree
            .text(node)
            .replace(['\n', '\r', '\t', '\x0c'], " ");
        if !text.is_empty() {
            self.inline(Inline::Code(text));
        }
    }

    pub(super) fn preformatted(&mut self, node: NodeId) {
        let language = |data: &Data| {
            data.attribute("class")?
                .split_ascii_whitespace()
                .find_map(|class| {
                    class
                        .strip_prefix("language-")
                        .or(class.strip_prefix("lang-"))
                })
                .map(String::from)
        };
        let mut info = language(self.tree.data(node));
        let mut step = self.tree.step(Step::Enter(node), true, node);
        // The code element is the first thing in it, if there is one.
        while let (None, Some(Step::Enter(inner))) = (&info, step) {
            info = language(self.tree.data(inner));
            if self.tree.name(inner) == Some("code") {
                break;
            }
            step = self.tree.step(Step::Enter(inner), true, node);
        }
        let mut text = self
            .tree
            .text(node)
            .replace("\r\n", "\n")
            .replace('\r', "\n");
        if !text.is_empty() && !text.ends_with('\n') {
            text.push('\n');
        }
        self.block(Block::Code {
            info: info.unwrap_or_default(),
            text,
        });
    }

    /// Begins the mark that a style stands for.
    pub(super) fn styled(&mut self, node: NodeId, data: &Data) {
        if data.attribute("data-mx-spoiler").is_some() {
            self.note(codes::MARK_DROPPED, Some("spoiler"));
        }
        let kind = if style(data, "font-weight").is_some_and(is_heavy) {
            Kind::Strong
        } else if style(data, "font-style").is_some_and(|value| value.starts_with("italic")) {
            Kind::Emphasis
        } else if style(data, "text-decoration").is_some_and(|value| value.contains("line-through"))
        {
            Kind::Strike
        } else {
            let coloured = ["color", "background", "background-color"]
                .iter()
                .any(|property| style(data, property).is_some())
                || ["color", "data-mx-color", "data-mx-bg-color"]
                    .iter()
                    .any(|name| data.attribute(name).is_some());
            if coloured {
                self.note(codes::MARK_DROPPED, Some("color"));
            }
            return;
        };
        let same = core::mem::discriminant(&kind);
        let active = self
            .marks
            .iter()
            .any(|mark| core::mem::discriminant(&mark.kind) == same);
        if !active {
            self.mark(node, kind);
        }
    }

    pub(super) fn mark(&mut self, node: NodeId, kind: Kind) {
        if self.marks.len() >= MAX_NESTING {
            self.note(codes::NESTING_FLATTENED, None);
            return;
        }
        // Marks left open pile up; beyond a few, one more of the same kind shows nothing.
        let same = core::mem::discriminant(&kind);
        let around = self
            .marks
            .iter()
            .filter(|mark| core::mem::discriminant(&mark.kind) == same)
            .count();
        // A link within a link, which broken HTML can have, is part of the outer one.
        if around >= SAME_MARKS || around > 0 && matches!(kind, Kind::Link { .. }) {
            return;
        }
        self.write_space();
        self.marks.push(OpenMark {
            node,
            kind,
            content: Vec::new(),
            used: false,
        });
    }

    /// Ends a mark, and those within it that the tree ended elsewhere.
    pub(super) fn end_mark(&mut self, node: NodeId) {
        while let Some(mark) = self.marks.pop() {
            let found = mark.node == node;
            let mut mark = mark;
            // A space that was written before a mark with nothing in it goes on behind this one.
            if let Some(Inline::Text(text)) = mark.content.last_mut()
                && text.ends_with(' ')
            {
                text.pop();
                if text.is_empty() {
                    mark.content.pop();
                }
                self.space = true;
                self.spaced = false;
            }
            // A link without text is a link all the same; a mark without text is nothing.
            if !mark.content.is_empty() || matches!(mark.kind, Kind::Link { .. }) && !mark.used {
                // A link counts as something on the line, even one without text.
                if mark.content.is_empty() {
                    self.line_start = false;
                    self.spaced = false;
                }
                let inline = mark.kind.inline(mark.content);
                push(self.current(), inline);
            }
            if found {
                break;
            }
        }
    }

    /// Whether that many octets may be copied. Without a bound, a link around all of a text would
    /// come back with each of its paragraphs, however long its target is.
    pub(super) const fn may_copy(&mut self, octets: usize) -> bool {
        match self.copies.checked_sub(octets) {
            Some(left) => {
                self.copies = left;
                true
            }
            None => false,
        }
    }

    /// Takes the inlines of the block that ends here; open marks go on behind it.
    pub(super) fn take_line(&mut self) -> Vec<Inline> {
        let mut inner: Vec<Inline> = Vec::new();
        let mut dropped = false;
        for at in (0..self.marks.len()).rev() {
            let (around, rest) = self.marks.split_at_mut(at);
            let Some(mark) = rest.first_mut() else { break };
            let mut content = core::mem::take(&mut mark.content);
            content.append(&mut inner);
            if content.is_empty() {
                continue;
            }
            mark.used = true;
            // A mark around several blocks goes into each, but not twice.
            let same = core::mem::discriminant(&mark.kind);
            let octets = MARK_OCTETS
                + match &mark.kind {
                    Kind::Link { target, title } => target.len() + title.len(),
                    _ => 0,
                };
            if around
                .iter()
                .any(|mark| core::mem::discriminant(&mark.kind) == same)
            {
                inner = content;
            } else if let Some(left) = self.copies.checked_sub(octets) {
                self.copies = left;
                inner.push(mark.kind.clone().inline(content));
            } else {
                dropped = true;
                inner = content;
            }
        }
        if dropped {
            self.note(codes::MARK_DROPPED, Some("repeated"));
        }
        let mut line = core::mem::take(&mut self.line);
        line.append(&mut inner);
        self.space = false;
        self.spaced = false;
        self.line_start = true;
        trim(&mut line);
        line
    }
}

impl Kind {
    pub(super) fn inline(self, content: Vec<Inline>) -> Inline {
        match self {
            Kind::Emphasis => Inline::Emphasis(content),
            Kind::Strong => Inline::Strong(content),
            Kind::Strike => Inline::Strike(content),
            Kind::Link { target, title } => Inline::Link {
                target,
                title,
                content,
            },
        }
    }
}

/// Removes what shows nothing at the end of a block: breaks, and marks with nothing else in them.
fn trim(line: &mut Vec<Inline>) {
    while let Some(last) = line.last_mut() {
        match last {
            Inline::HardBreak | Inline::SoftBreak => {
                line.pop();
            }
            Inline::Text(text) => {
                // A space written before a mark that turned out to be empty.
                text.truncate(text.trim_end_matches(' ').len());
                if !text.is_empty() {
                    break;
                }
                line.pop();
            }
            Inline::Emphasis(content) | Inline::Strong(content) | Inline::Strike(content) => {
                // Depth is bounded by the number of open marks.
                trim(content);
                if !content.is_empty() {
                    break;
                }
                line.pop();
            }
            Inline::Link { content, .. } => {
                let had = !content.is_empty();
                trim(content);
                if had && content.is_empty() {
                    line.pop();
                    continue;
                }
                break;
            }
            _ => break,
        }
    }
    if !shows(line) {
        line.clear();
    }
}

/// Whether anything is to be seen: more than spaces, or an image, a link or code.
fn shows(line: &[Inline]) -> bool {
    line.iter().any(|inline| match inline {
        Inline::Image { .. } | Inline::Code(_) | Inline::Link { .. } => true,
        Inline::Text(text) => text.bytes().any(|b| b != b' '),
        // Depth is bounded by the number of open marks.
        other => shows(other.children()),
    })
}
