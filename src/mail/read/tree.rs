//! The parts of a mail, found line by line in one pass. Every octet is in the header or body of a
//! part, in a boundary line, or in one of the [`Tree::gaps`].

use alloc::vec::Vec;
use core::ops::Range;

use super::fields::{Fields, line_at, slice};
use super::values::{ContentType, Value};
use crate::report::{Code, Finding, codes};

/// How much is looked into.
#[derive(Clone, Copy, Debug)]
pub(in crate::mail) struct TreeLimits {
    /// Parts in all; what is beyond stays in the last one.
    pub(in crate::mail) parts: usize,
    /// Levels of multiparts; deeper ones are not looked into.
    pub(in crate::mail) levels: usize,
}

/// A part of the mail, or the mail itself.
#[derive(Clone, Debug)]
pub(in crate::mail) struct Entity {
    pub(in crate::mail) header: Range<usize>,
    /// Without the line end that belongs to the next boundary.
    pub(in crate::mail) body: Range<usize>,
    pub(in crate::mail) fields: Fields,
    pub(in crate::mail) content_type: ContentType,
    pub(in crate::mail) children: Vec<usize>,
    /// Whether the body was divided into children.
    pub(in crate::mail) divided: bool,
    /// Whether the body holds what no limit let be divided.
    pub(in crate::mail) cut: bool,
}

/// All parts of a mail; the mail itself is number 0.
#[derive(Clone, Debug)]
pub(in crate::mail) struct Tree {
    pub(in crate::mail) entities: Vec<Entity>,
    /// Octets in no part: text before, between and after the parts of a multipart.
    pub(in crate::mail) gaps: Vec<Range<usize>>,
    /// Whether the limit of parts was reached.
    pub(in crate::mail) overflow: Option<usize>,
    pub(in crate::mail) findings: Vec<Finding>,
}

/// A multipart whose last boundary has not come yet.
struct Open {
    entity: usize,
    boundary: Vec<u8>,
}

/// What the lines since the last boundary belong to.
#[derive(Clone, Copy, PartialEq)]
enum Now {
    Leaf(usize),
    Gap(usize),
}

impl Tree {
    pub(in crate::mail) fn read(mail: &[u8], limits: TreeLimits) -> Tree {
        let mut tree = Tree {
            entities: Vec::new(),
            gaps: Vec::new(),
            overflow: None,
            findings: Vec::new(),
        };
        let mut open: Vec<Open> = Vec::new();
        let mut at = 0;
        let mut now = tree.begin(mail, &mut at, &mut open, limits, false);
        while at < mail.len() && !open.is_empty() {
            let line_start = at;
            // Only lines that begin with two hyphens matter.
            let line = line_at(mail, at);
            at = line.next;
            let text = slice(mail, line_start..line.text);
            if !text.starts_with(b"--") {
                continue;
            }
            let Some((level, closing)) = delimiter(text, &open) else {
                continue;
            };
            tree.end(mail, now, line_start);
            for unclosed in open.drain(level + 1..) {
                tree.unclosed(mail, unclosed.entity, line_start);
            }
            if closing {
                let closed = open.pop().map_or(0, |open| open.entity);
                if let Some(entity) = tree.entities.get_mut(closed) {
                    entity.body.end = line.next;
                }
                now = Now::Gap(line.next);
                continue;
            }
            // The same boundary again, with nothing between: no part.
            let next = line_at(mail, at);
            let repeated = slice(mail, at..next.text).starts_with(b"--")
                && delimiter(slice(mail, at..next.text), &open) == Some((level, false));
            if repeated {
                now = Now::Gap(at);
                continue;
            }
            if tree.entities.len() >= limits.parts {
                // The rest stays whole, boundaries and all.
                tree.overflow = Some(line_start);
                let parent = open.last().map_or(0, |open| open.entity);
                let rest = tree.add_rest(line_start..mail.len(), parent);
                for unfinished in open.drain(..) {
                    tree.close(mail, unfinished.entity, mail.len());
                }
                now = Now::Leaf(rest);
                break;
            }
            let digest = open
                .last()
                .and_then(|open| tree.entities.get(open.entity))
                .is_some_and(|parent| parent.content_type.is("multipart/digest"));
            let parent = open.last().map(|open| open.entity);
            let child = tree.entities.len();
            if let Some(parent) = parent.and_then(|parent| tree.entities.get_mut(parent)) {
                parent.children.push(child);
            }
            now = tree.begin(mail, &mut at, &mut open, limits, digest);
        }
        tree.end(mail, now, mail.len());
        for unclosed in open {
            tree.unclosed(mail, unclosed.entity, mail.len());
        }
        tree.undivided();
        tree
    }

    fn note(&mut self, code: Code, at: usize) {
        // One of a kind is enough: a hostile mail could have one in every line.
        if self
            .findings
            .iter()
            .filter(|known| known.code == code)
            .count()
            < 8
        {
            self.findings.push(Finding::new(code).at(at));
        }
    }

    /// Reads the header of the next part, and opens it if it is a multipart.
    fn begin(
        &mut self,
        mail: &[u8],
        at: &mut usize,
        open: &mut Vec<Open>,
        limits: TreeLimits,
        digest: bool,
    ) -> Now {
        let start = *at;
        let (fields, body) = Fields::read(mail, start, |line| delimiter(line, open).is_some());
        *at = body;
        if let Some(line) = fields.unterminated {
            let code = match (start, fields.is_empty()) {
                (0, true) => codes::MAIL_NO_HEADER,
                _ => codes::HEADER_UNTERMINATED,
            };
            self.note(code, line);
        }
        if let Some(line) = fields.stray {
            self.note(codes::HEADER_LINE_STRAY, line);
        }
        let default = if digest {
            "message/rfc822"
        } else {
            "text/plain"
        };
        let content_type = fields
            .get(mail, "Content-Type")
            .map(|field| Value::new(field.value(mail)).content_type(default))
            .unwrap_or_else(|| ContentType::of(default));
        if content_type.unreadable {
            self.note(codes::FIELD_UNREADABLE, start);
        }
        let number = self.entities.len();
        let boundary = content_type
            .is_multipart()
            .then(|| content_type.parameter("boundary").map(str::trim_end))
            .flatten()
            .filter(|boundary| !boundary.is_empty())
            .map(|boundary| boundary.as_bytes().to_vec());
        let mut entity = Entity {
            header: start..body,
            body: body..body,
            fields,
            divided: false,
            cut: false,
            children: Vec::new(),
            content_type,
        };
        let now = match boundary {
            Some(_) if open.len() >= limits.levels => {
                entity.cut = true;
                Now::Leaf(number)
            }
            Some(boundary) => {
                entity.divided = true;
                open.push(Open {
                    entity: number,
                    boundary,
                });
                Now::Gap(body)
            }
            None => {
                if entity.content_type.is_multipart() {
                    self.note(codes::BOUNDARY_MISSING, start);
                }
                Now::Leaf(number)
            }
        };
        self.entities.push(entity);
        now
    }

    fn add_rest(&mut self, range: Range<usize>, parent: usize) -> usize {
        let number = self.entities.len();
        if let Some(parent) = self.entities.get_mut(parent) {
            parent.children.push(number);
        }
        self.entities.push(Entity {
            header: range.start..range.start,
            body: range,
            fields: Fields::default(),
            content_type: ContentType::of("application/octet-stream"),
            children: Vec::new(),
            divided: false,
            cut: true,
        });
        number
    }

    /// What ran up to a boundary at `line` ends before the line end that belongs to it.
    fn end(&mut self, mail: &[u8], now: Now, line: usize) {
        let end = match line == mail.len() {
            true => line,
            false => before_line_end(mail, line),
        };
        match now {
            Now::Leaf(number) => {
                if let Some(entity) = self.entities.get_mut(number) {
                    entity.body.end = end.max(entity.body.start);
                }
            }
            Now::Gap(start) if start < end && !slice(mail, start..end).trim_ascii().is_empty() => {
                self.gaps.push(start..end);
            }
            Now::Gap(_) => {}
        }
    }

    /// The last boundary never came. If none came at all, that is said instead.
    fn unclosed(&mut self, mail: &[u8], number: usize, line: usize) {
        self.close(mail, number, line);
        let begun = |entity: &Entity| !entity.children.is_empty();
        if self.entities.get(number).is_some_and(begun) {
            self.note(codes::BOUNDARY_UNCLOSED, line);
        }
    }

    fn close(&mut self, mail: &[u8], number: usize, line: usize) {
        if let Some(entity) = self.entities.get_mut(number) {
            let end = if line == mail.len() {
                line
            } else {
                before_line_end(mail, line)
            };
            entity.body.end = end.max(entity.body.start);
        }
    }

    /// A multipart in which no boundary ever came is one text, and not a gap.
    fn undivided(&mut self) {
        for entity in &mut self.entities {
            if entity.divided && entity.children.is_empty() {
                let body = entity.body.clone();
                let inside = |gap: &Range<usize>| body.start <= gap.start && gap.end <= body.end;
                // With its closing line there, it is a multipart of no parts.
                if self.gaps.iter().any(inside) {
                    self.gaps.retain(|gap| !inside(gap));
                    entity.divided = false;
                    self.findings
                        .push(Finding::new(codes::BOUNDARY_MISSING).at(entity.header.start));
                }
            }
        }
    }
}

/// Before the line end that stands before `line`.
fn before_line_end(mail: &[u8], line: usize) -> usize {
    let before = slice(mail, 0..line);
    let before = before.strip_suffix(b"\n").unwrap_or(before);
    before.strip_suffix(b"\r").unwrap_or(before).len()
}

/// Which open multipart a line is a boundary of, and whether it is the last one. The whole line
/// counts (but for trailing white space): one boundary may begin with another one.
fn delimiter(line: &[u8], open: &[Open]) -> Option<(usize, bool)> {
    let text = line.strip_prefix(b"--")?.trim_ascii_end();
    let closed = text.strip_suffix(b"--");
    open.iter().enumerate().rev().find_map(|(level, open)| {
        if text == open.boundary {
            Some((level, false))
        } else if closed == Some(&open.boundary) {
            Some((level, true))
        } else {
            None
        }
    })
}
