//! The tree of a message, made from the tree of a mail: which multipart becomes what, and how a
//! tree that is too deep becomes one that fits.

use alloc::string::ToString;
use alloc::vec::Vec;

use crate::mail::read::Tree;
use crate::message::PartSemantics;
use crate::report::{Finding, codes};

/// Levels of a message's parts.
const DEPTH: usize = crate::cbor::Limits::DRAFT.part_depth;

/// A part of the message to be.
#[derive(Clone, Debug)]
pub(super) struct Node {
    /// The part of the mail it comes from.
    pub(super) entity: usize,
    /// Parts of the mail around it that vanished because it was alone in them.
    pub(super) wrappers: Vec<usize>,
    pub(super) kind: Kind,
}

#[derive(Clone, Debug)]
pub(super) enum Kind {
    /// A multipart of no parts.
    Null,
    /// One part of the mail.
    Leaf,
    /// Markdown made from the HTML of a part of the mail.
    Markdown,
    /// A part of the mail with everything in it, as raw MIME.
    Opaque,
    /// A multipart.
    Multi {
        semantics: PartSemantics,
        parts: Vec<Node>,
        /// Made here, so that it is no part of the mail by itself.
        made: bool,
    },
}

impl Node {
    fn new(entity: usize, kind: Kind) -> Self {
        Node {
            entity,
            wrappers: Vec::new(),
            kind,
        }
    }

    fn multi(entity: usize, semantics: PartSemantics, parts: Vec<Node>) -> Self {
        let made = false;
        Node::new(
            entity,
            Kind::Multi {
                semantics,
                parts,
                made,
            },
        )
    }

    fn height(&self) -> usize {
        match &self.kind {
            Kind::Multi { parts, .. } => 1 + parts.iter().map(Node::height).max().unwrap_or(0),
            _ => 1,
        }
    }

    /// Parts in all.
    pub(super) fn count(&self) -> usize {
        match &self.kind {
            Kind::Multi { parts, .. } => 1 + parts.iter().map(Node::count).sum::<usize>(),
            _ => 1,
        }
    }

    /// Every part with its index, depth first.
    pub(super) fn walk<'n>(&'n self, next: &mut u32, each: &mut dyn FnMut(u32, &'n Node)) {
        each(*next, self);
        *next += 1;
        if let Kind::Multi { parts, .. } = &self.kind {
            for part in parts {
                part.walk(next, each);
            }
        }
    }
}

/// The tree of the message. Recursion is bounded, because the mail's tree is.
pub(super) fn shape(
    mail: &[u8],
    tree: &Tree,
    markdown_alternative: bool,
    findings: &mut Vec<Finding>,
) -> Node {
    let mut root = build(0, tree, findings);
    if markdown_alternative && has_no_plain_text(mail, &root, tree) {
        add_markdown(&mut root, 1, tree);
    }
    if root.height() > DEPTH {
        splice(&mut root, tree, findings);
        limit(&mut root, 1, tree, findings);
    }
    debug_assert!(root.height() <= DEPTH);
    root
}

fn build(entity: usize, tree: &Tree, findings: &mut Vec<Finding>) -> Node {
    let Some(part) = tree.entities.get(entity) else {
        return Node::new(entity, Kind::Null);
    };
    let media = part.content_type.name();
    if part.cut || (part.divided && media == "multipart/encrypted") {
        if part.cut {
            findings.push(opaque(tree, entity));
        }
        return Node::new(entity, Kind::Opaque);
    }
    if !part.divided {
        return Node::new(entity, Kind::Leaf);
    }
    let is_signature = |child: &usize| {
        tree.entities
            .get(*child)
            .is_some_and(|child| child.content_type.name().ends_with("signature"))
    };
    if media == "multipart/signed"
        && let [signed, signature] = part.children[..]
        && is_signature(&signature)
    {
        let at = tree
            .entities
            .get(signature)
            .map_or(0, |part| part.header.start);
        findings.push(Finding::new(codes::SIGNATURE_DROPPED).at(at));
        return wrapped(entity, build(signed, tree, findings));
    }
    let mut parts: Vec<Node> = part
        .children
        .iter()
        .map(|child| build(*child, tree, findings))
        .collect();
    match parts.len() {
        0 => return Node::new(entity, Kind::Null),
        1 => {
            let only = parts.pop();
            return only.map_or(Node::new(entity, Kind::Null), |only| wrapped(entity, only));
        }
        _ => {}
    }
    let semantics = match media {
        "multipart/alternative" => return alternative(entity, parts, tree),
        "multipart/related" if parts.iter().all(|part| shows_inline(part, tree)) => {
            PartSemantics::SingleUnit
        }
        _ => PartSemantics::ProcessAll,
    };
    Node::multi(entity, semantics, parts)
}

fn wrapped(wrapper: usize, mut only: Node) -> Node {
    only.wrappers.push(wrapper);
    only
}

/// An invitation is no alternative to its text: programs act on it.
fn alternative(entity: usize, parts: Vec<Node>, tree: &Tree) -> Node {
    let is_calendar = |node: &Node| {
        matches!(node.kind, Kind::Leaf)
            && tree
                .entities
                .get(node.entity)
                .is_some_and(|part| part.content_type.is("text/calendar"))
    };
    let (hoisted, mut rest): (Vec<Node>, Vec<Node>) = parts.into_iter().partition(is_calendar);
    if hoisted.is_empty() || rest.is_empty() {
        rest.extend(hoisted);
        return Node::multi(entity, PartSemantics::ChooseOne, rest);
    }
    let first = match (rest.len(), rest.pop()) {
        (1, Some(only)) => only,
        (_, last) => {
            rest.extend(last);
            let kind = Kind::Multi {
                semantics: PartSemantics::ChooseOne,
                parts: rest,
                made: true,
            };
            Node::new(entity, kind)
        }
    };
    let parts = core::iter::once(first).chain(hoisted).collect();
    Node::multi(entity, PartSemantics::ProcessAll, parts)
}

fn shows_inline(node: &Node, tree: &Tree) -> bool {
    let family = |name: &str| {
        ["text/", "image/", "audio/", "video/"]
            .iter()
            .any(|family| name.starts_with(family))
    };
    matches!(node.kind, Kind::Leaf)
        && tree
            .entities
            .get(node.entity)
            .is_some_and(|part| family(part.content_type.name()))
}

/// Whether no text but HTML is there to be shown.
fn has_no_plain_text(mail: &[u8], root: &Node, tree: &Tree) -> bool {
    let mut none = true;
    root.walk(&mut 0, &mut |_, node| {
        if let (Kind::Leaf, Some(part)) = (&node.kind, tree.entities.get(node.entity)) {
            let attached = part
                .fields
                .get(mail, "Content-Disposition")
                .is_some_and(|field| {
                    field
                        .value(mail)
                        .trim_ascii()
                        .to_ascii_lowercase()
                        .starts_with(b"attachment")
                });
            let name = part.content_type.name();
            none &= attached || !matches!(name, "text/plain" | "text/markdown");
        }
    });
    none
}

/// Every HTML part becomes a choice between it and Markdown made from it. In a message the first
/// of two that a client can show counts, in a mail the last.
fn add_markdown(node: &mut Node, level: usize, tree: &Tree) {
    let is_html = |entity: usize| {
        tree.entities
            .get(entity)
            .is_some_and(|part| part.content_type.is("text/html"))
    };
    match &mut node.kind {
        Kind::Leaf if level < DEPTH && is_html(node.entity) => {
            let mut html = Node::new(node.entity, Kind::Leaf);
            html.wrappers = core::mem::take(&mut node.wrappers);
            let markdown = Node::new(node.entity, Kind::Markdown);
            node.kind = Kind::Multi {
                semantics: PartSemantics::ChooseOne,
                parts: alloc::vec![markdown, html],
                made: true,
            };
        }
        Kind::Multi {
            semantics: PartSemantics::SingleUnit | PartSemantics::ProcessAll,
            parts,
            ..
        } => {
            for part in parts {
                add_markdown(part, level + 1, tree);
            }
        }
        _ => {}
    }
}

/// Mixed inside mixed and alternative inside alternative become one.
fn splice(node: &mut Node, tree: &Tree, findings: &mut Vec<Finding>) {
    let Kind::Multi {
        semantics, parts, ..
    } = &mut node.kind
    else {
        return;
    };
    let outer = *semantics;
    let mut flat = Vec::with_capacity(parts.len());
    for mut part in parts.drain(..) {
        splice(&mut part, tree, findings);
        match part.kind {
            Kind::Multi {
                semantics, parts, ..
            } if semantics == outer && outer != PartSemantics::SingleUnit => {
                let at = tree
                    .entities
                    .get(part.entity)
                    .map_or(0, |part| part.header.start);
                findings.push(Finding::new(codes::MAIL_FLATTENED).at(at));
                flat.extend(parts);
            }
            _ => flat.push(part),
        }
    }
    *parts = flat;
}

/// What is still too deep becomes one part with everything in it.
fn limit(node: &mut Node, level: usize, tree: &Tree, findings: &mut Vec<Finding>) {
    let Kind::Multi { parts, .. } = &mut node.kind else {
        return;
    };
    let holds_made = parts
        .iter()
        .any(|part| matches!(part.kind, Kind::Multi { made, .. } if made));
    if level >= DEPTH || (level + 1 >= DEPTH && holds_made) {
        findings.push(opaque(tree, node.entity));
        node.kind = Kind::Opaque;
        return;
    }
    for part in parts {
        limit(part, level + 1, tree, findings);
    }
}

fn opaque(tree: &Tree, entity: usize) -> Finding {
    let finding = Finding::new(codes::MAIL_OPAQUE);
    match tree.entities.get(entity) {
        Some(part) => finding
            .at(part.header.start)
            .found(part.content_type.name().to_string()),
        None => finding,
    }
}
