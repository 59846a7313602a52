//! [`Labels`]: follows a walk through a document and names what it meets, by the tables of
//! `layout`. Faulty documents are named as far as they fit.

use std::borrow::Cow;
use std::format;
use std::string::String;
use std::vec::Vec;

use super::layout::{
    DERIVED, EXPIRES, EXTERNAL, Field, Layout, MESSAGE, MULTI, Node, PART, PART_START, SINGLE,
    STATUS, STATUS_ENTRY, Show, UNNAMED, explain, unsigned,
};
use super::walk::Item;
use crate::item::MAJOR;
use crate::message::{ExtensionKey, PartIndex};

/// How deep items have names. Beyond it everything is just CBOR.
const NAMED_DEPTH: usize = 64;

/// What an item is called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Label {
    /// Its name; empty if it has none.
    pub(super) name: &'static str,
    /// What its value means.
    pub(super) note: Option<Cow<'static, str>>,
    /// Its part index, if it is a part.
    pub(super) part: Option<PartIndex>,
    pub(super) show: Show,
    /// Whether the items inside have names.
    pub(super) inner: bool,
}

impl Label {
    /// Name and meaning in one.
    pub(super) fn comment(&self) -> Option<String> {
        match (&self.note, self.name) {
            (None, "") if self.part.is_some() => self.part.map(|n| format!("partIndex = {n}")),
            (None, name) if self.part.is_some() => {
                self.part.map(|n| format!("{name}, partIndex = {n}"))
            }
            (None, "") => None,
            (None, name) => Some(name.into()),
            (Some(note), "") => Some(note.clone().into_owned()),
            (Some(note), name) => Some(format!("{name} = {note}")),
        }
    }
}

/// A named open item.
struct Frame {
    node: Node,
    /// Items inside begun so far.
    begun: usize,
    /// Of a part, once it was read.
    cardinality: Option<u64>,
    /// Of an expiration, once it was read.
    relative: bool,
    /// Of the extension whose value comes next.
    key: Option<ExtensionKey<'static>>,
    step: Step,
}

/// The last step of the path to an item.
enum Step {
    None,
    Field(&'static str),
    Index(usize),
    Key(String),
}

/// Follows a walk and names the items it meets.
pub(super) struct Labels {
    root: Node,
    frames: Vec<Frame>,
    /// Open items below the named ones.
    unnamed: usize,
    parts: PartIndex,
    /// The last step to the current item.
    here: Step,
    /// Whether the current item is the innermost of the frames.
    named: bool,
}

impl Labels {
    pub(super) fn new(layout: Layout) -> Self {
        Labels {
            root: match layout {
                Layout::Message => Node::Message,
                Layout::StatusReport => Node::Report,
                Layout::Derived => Node::Derived,
                Layout::Any => Node::Any,
            },
            frames: Vec::new(),
            unnamed: 0,
            parts: 0,
            here: Step::None,
            named: false,
        }
    }

    /// The name of an item that begins. Call [`end`](Labels::end) where it ends, if it
    /// [opens](Item::opens).
    pub(super) fn item(&mut self, item: &Item<'_>) -> Label {
        self.here = Step::None;
        self.named = false;
        if self.unnamed > 0 {
            if item.opens() {
                self.unnamed += 1;
            }
            return label(&UNNAMED, None);
        }
        let mut node = self.root;
        let mut result = label(&UNNAMED, None);
        if let Some(frame) = self.frames.last_mut() {
            let index = frame.begun;
            frame.begun += 1;
            if frame.node == Node::Extensions {
                let value = index % 2 == 1;
                node = Node::Any;
                if value {
                    let key = frame.key.take();
                    self.here = match &key {
                        Some(key) => Step::Key(format!("{key}")),
                        None => Step::Index(index / 2),
                    };
                    result.name = key.and_then(|key| key.name()).unwrap_or("");
                } else {
                    frame.key = extension_key(item);
                    result.name = "key";
                }
            } else {
                let field = frame.field(index);
                frame.remember(index, item);
                node = field.node;
                self.here = match field.name {
                    "" if frame.node != Node::Any => Step::Index(index),
                    name => Step::Field(name),
                };
                result = label(field, explain(field.explain, item, frame.relative));
            }
        }
        let container = match node {
            Node::Extensions => MAJOR::MAP,
            _ => MAJOR::ARRAY,
        };
        if node == Node::Part && item.major == MAJOR::ARRAY {
            result.part = Some(self.parts);
            self.parts = self.parts.saturating_add(1);
        }
        if item.opens() {
            let named = item.major == container && node != Node::Any;
            if named && self.frames.len() < NAMED_DEPTH {
                result.inner = true;
                self.named = true;
                let step = std::mem::replace(&mut self.here, Step::None);
                self.frames.push(Frame {
                    node,
                    begun: 0,
                    cardinality: None,
                    relative: false,
                    key: None,
                    step,
                });
            } else {
                self.unnamed = 1;
            }
        }
        result
    }

    /// The innermost open item ends.
    pub(super) fn end(&mut self) {
        self.here = Step::None;
        if self.unnamed > 0 {
            self.unnamed -= 1;
        } else {
            self.frames.pop();
        }
    }

    /// The path to the item last named, as findings have it; empty if it has no name.
    pub(super) fn path(&self) -> String {
        let mut path = String::new();
        if matches!(self.here, Step::None) && !self.named {
            return path;
        }
        let steps = self.frames.iter().map(|frame| &frame.step);
        for step in steps.chain([&self.here]) {
            match step {
                Step::None => {}
                Step::Field(name) => {
                    if !path.is_empty() {
                        path.push('.');
                    }
                    path.push_str(name);
                }
                Step::Index(index) => path.push_str(&format!("[{index}]")),
                Step::Key(key) => path.push_str(&format!("[{key}]")),
            }
        }
        path
    }
}

fn label(field: &Field, note: Option<Cow<'static, str>>) -> Label {
    Label {
        name: field.name,
        note,
        part: None,
        show: field.show,
        inner: false,
    }
}

impl Frame {
    fn field(&self, index: usize) -> &'static Field {
        let fields = match self.node {
            Node::Message => MESSAGE,
            Node::Expires => EXPIRES,
            Node::Parts => return &PART,
            Node::Report => return &STATUS_ENTRY,
            Node::Status => STATUS,
            Node::Derived => DERIVED,
            Node::Part if index < PART_START.len() => PART_START,
            Node::Part => {
                let rest = match self.cardinality {
                    Some(1) => SINGLE,
                    Some(2) => EXTERNAL,
                    Some(3) => MULTI,
                    _ => &[],
                };
                return rest.get(index - PART_START.len()).unwrap_or(&UNNAMED);
            }
            Node::Any | Node::Extensions => &[],
        };
        fields.get(index).unwrap_or(&UNNAMED)
    }

    /// Keeps what later fields depend on.
    fn remember(&mut self, index: usize, item: &Item<'_>) {
        match (self.node, index) {
            (Node::Part, 2) => self.cardinality = unsigned(item),
            (Node::Expires, 0) => self.relative = item.major == MAJOR::SIMPLE && item.arg == 21,
            _ => {}
        }
    }
}

fn extension_key(item: &Item<'_>) -> Option<ExtensionKey<'static>> {
    match item.major {
        MAJOR::UNSIGNED => Some(ExtensionKey::Int(i64::try_from(item.arg).ok()?)),
        MAJOR::NEGATIVE => Some(ExtensionKey::Int(-1 - i64::try_from(item.arg).ok()?)),
        MAJOR::TEXT if !item.indefinite() => {
            let text = core::str::from_utf8(item.content).ok()?;
            Some(ExtensionKey::from(String::from(text)))
        }
        _ => None,
    }
}
