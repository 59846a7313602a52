//! The arena, as the tree builder of html5ever fills it.

use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::vec::Vec;

use html5ever::interface::{ElementFlags, NodeOrText, QuirksMode, TreeSink};
use html5ever::tendril::StrTendril;
use html5ever::{Attribute, QualName, local_name, ns};

use super::tree::{Data, NONE, Node};

/// A node as the tree builder knows it: its index, and its name, which the builder asks for often.
#[derive(Clone, Debug)]
pub(super) struct Handle {
    at: u32,
    name: QualName,
}

/// The arena, as the tree builder fills it.
pub(super) struct Sink {
    nodes: RefCell<Vec<Node>>,
    /// The number of elements made.
    made: Cell<usize>,
    /// The number of nodes put in front of others.
    fostered: Cell<usize>,
}

impl Default for Sink {
    fn default() -> Self {
        Sink {
            nodes: RefCell::new(Vec::from([Node::new(Data::Other)])),
            made: Cell::new(0),
            fostered: Cell::new(0),
        }
    }
}

impl Sink {
    /// The number of elements made.
    pub(super) const fn made(&self) -> usize {
        self.made.get()
    }

    /// The number of nodes put in front of others.
    pub(super) const fn fostered(&self) -> usize {
        self.fostered.get()
    }

    /// The arena.
    pub(super) fn into_nodes(self) -> Vec<Node> {
        self.nodes.into_inner()
    }
}

impl Node {
    pub(super) const fn new(data: Data) -> Self {
        Node {
            parent: NONE,
            first_child: NONE,
            last_child: NONE,
            previous: NONE,
            next: NONE,
            data,
        }
    }
}

/// Links between nodes. An index of no node is ignored.
pub(super) struct Arena<'a>(pub(super) &'a mut Vec<Node>);

impl Arena<'_> {
    fn get(&mut self, at: u32) -> Option<&mut Node> {
        usize::try_from(at).ok().and_then(|at| self.0.get_mut(at))
    }

    fn add(&mut self, data: Data) -> u32 {
        let at = u32::try_from(self.0.len()).unwrap_or(NONE);
        self.0.push(Node::new(data));
        at
    }

    /// Adds a node as the last child of another.
    pub(super) fn add_last(&mut self, parent: u32, data: Data) -> u32 {
        let at = self.add(data);
        self.link_last(parent, at);
        at
    }

    /// Adds text at the end of an element.
    pub(super) fn append_text(&mut self, parent: u32, text: StrTendril) {
        let last = self.get(parent).map_or(NONE, |node| node.last_child);
        if !self.extend_text(last, &text) {
            self.add_last(parent, Data::Text(text));
        }
    }

    fn detach(&mut self, at: u32) {
        let Some(node) = self.get(at) else { return };
        let (parent, previous, next) = (node.parent, node.previous, node.next);
        node.parent = NONE;
        node.previous = NONE;
        node.next = NONE;
        match self.get(previous) {
            Some(node) => node.next = next,
            None => {
                if let Some(parent) = self.get(parent) {
                    parent.first_child = next;
                }
            }
        }
        match self.get(next) {
            Some(node) => node.previous = previous,
            None => {
                if let Some(parent) = self.get(parent) {
                    parent.last_child = previous;
                }
            }
        }
    }

    fn append(&mut self, parent: u32, child: u32) {
        self.detach(child);
        self.link_last(parent, child);
    }

    /// Makes a node without a parent the last child of another.
    fn link_last(&mut self, parent: u32, child: u32) {
        let last = self.get(parent).map_or(NONE, |parent| parent.last_child);
        if let Some(node) = self.get(child) {
            node.parent = parent;
            node.previous = last;
        }
        if let Some(last) = self.get(last) {
            last.next = child;
        }
        if let Some(parent) = self.get(parent) {
            parent.last_child = child;
            if parent.first_child == NONE {
                parent.first_child = child;
            }
        }
    }

    fn insert_before(&mut self, sibling: u32, child: u32) {
        self.detach(child);
        let Some(node) = self.get(sibling) else {
            return;
        };
        let (parent, previous) = (node.parent, node.previous);
        node.previous = child;
        if let Some(node) = self.get(child) {
            node.parent = parent;
            node.previous = previous;
            node.next = sibling;
        }
        match self.get(previous) {
            Some(node) => node.next = child,
            None => {
                if let Some(parent) = self.get(parent) {
                    parent.first_child = child;
                }
            }
        }
    }

    /// Adds text to a text node; whether it is one.
    fn extend_text(&mut self, at: u32, text: &StrTendril) -> bool {
        match self.get(at).map(|node| &mut node.data) {
            Some(Data::Text(old)) => {
                old.push_tendril(text);
                true
            }
            _ => false,
        }
    }
}

impl TreeSink for Sink {
    type Handle = Handle;
    type Output = ();
    type ElemName<'a> = &'a QualName;

    fn finish(self) {}

    fn parse_error(&self, _: Cow<'static, str>) {}

    fn get_document(&self) -> Handle {
        Handle {
            at: 0,
            name: QualName::new(None, ns!(), local_name!("")),
        }
    }

    fn elem_name<'a>(&'a self, target: &'a Handle) -> &'a QualName {
        &target.name
    }

    fn create_element(
        &self,
        name: QualName,
        attributes: Vec<Attribute>,
        _: ElementFlags,
    ) -> Handle {
        self.made.set(self.made.get() + 1);
        let local = if name.ns == ns!(html) {
            name.local.clone()
        } else if name.ns == ns!(svg) {
            local_name!("svg")
        } else {
            local_name!("math")
        };
        let at = Arena(&mut self.nodes.borrow_mut()).add(Data::Element {
            name: local,
            attributes,
        });
        Handle { at, name }
    }

    fn create_comment(&self, _: StrTendril) -> Handle {
        let at = Arena(&mut self.nodes.borrow_mut()).add(Data::Other);
        Handle {
            at,
            name: QualName::new(None, ns!(), local_name!("")),
        }
    }

    fn create_pi(&self, _: StrTendril, data: StrTendril) -> Handle {
        self.create_comment(data)
    }

    fn append(&self, parent: &Handle, child: NodeOrText<Handle>) {
        let mut nodes = self.nodes.borrow_mut();
        let mut arena = Arena(&mut nodes);
        match child {
            NodeOrText::AppendNode(child) => arena.append(parent.at, child.at),
            NodeOrText::AppendText(text) => arena.append_text(parent.at, text),
        }
    }

    fn append_based_on_parent_node(
        &self,
        element: &Handle,
        previous: &Handle,
        child: NodeOrText<Handle>,
    ) {
        let has_parent = Arena(&mut self.nodes.borrow_mut())
            .get(element.at)
            .is_some_and(|node| node.parent != NONE);
        if has_parent {
            self.append_before_sibling(element, child);
        } else {
            self.append(previous, child);
        }
    }

    fn append_doctype_to_document(&self, _: StrTendril, _: StrTendril, _: StrTendril) {}

    fn get_template_contents(&self, target: &Handle) -> Handle {
        // What a template holds is not shown; it may stand inside the element.
        target.clone()
    }

    fn same_node(&self, x: &Handle, y: &Handle) -> bool {
        x.at == y.at
    }

    fn set_quirks_mode(&self, _: QuirksMode) {}

    fn append_before_sibling(&self, sibling: &Handle, child: NodeOrText<Handle>) {
        self.fostered.set(self.fostered.get() + 1);
        let mut nodes = self.nodes.borrow_mut();
        let mut arena = Arena(&mut nodes);
        match child {
            NodeOrText::AppendNode(child) => arena.insert_before(sibling.at, child.at),
            NodeOrText::AppendText(text) => {
                let before = arena.get(sibling.at).map_or(NONE, |node| node.previous);
                if !arena.extend_text(before, &text) {
                    let child = arena.add(Data::Text(text));
                    arena.insert_before(sibling.at, child);
                }
            }
        }
    }

    fn add_attrs_if_missing(&self, _: &Handle, _: Vec<Attribute>) {
        // Only html and body get attributes later; neither is shown.
    }

    fn remove_from_parent(&self, target: &Handle) {
        Arena(&mut self.nodes.borrow_mut()).detach(target.at);
    }

    fn reparent_children(&self, node: &Handle, new_parent: &Handle) {
        let mut nodes = self.nodes.borrow_mut();
        let mut arena = Arena(&mut nodes);
        while let Some(child) = arena
            .get(node.at)
            .map(|node| node.first_child)
            .filter(|child| *child != NONE)
        {
            arena.append(new_parent.at, child);
        }
    }
}
