//! HTML text -> a tree in an arena, by html5ever, within bounds: nesting, the number of elements
//! and the size of tags are capped, because the parser is quadratic in the first and the last.

use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::string::String;
use std::vec::Vec;

use html5ever::buffer_queue::BufferQueue;
use html5ever::interface::{ElementFlags, NodeOrText, QuirksMode, Tracer, TreeSink};
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::{
    Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts,
};
use html5ever::tree_builder::{TreeBuilder, TreeBuilderOpts, create_element};
use html5ever::{Attribute, LocalName, QualName, local_name, ns};

use super::feed::Feed;

/// The most elements open at once. Deeper ones are left out, their content stays.
const OPEN_ELEMENTS: usize = 512;

/// How many nodes written in a table but outside its cells another parser is trusted with; it takes
/// time for each in proportion to what stands before.
const FOSTERED: usize = 1000;

/// How many character references another parser is trusted with; where they stand in one long text
/// it takes time for each in proportion to what stands before.
pub(super) const REFERENCES: usize = 4096;

/// The longest text that is written in one piece for another parser.
const TEXT_PIECE: usize = 1024;

/// How many elements the parser may make for each tag of the input, beyond a fixed number: marks
/// that are never closed are opened anew in each paragraph.
const ELEMENTS_PER_TAG: usize = 8;
const ELEMENTS_FREE: usize = 65_536;

/// The index of no node.
const NONE: u32 = u32::MAX;

/// A node of the tree, by its index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::rich) struct NodeId(u32);

/// A parsed text.
pub(in crate::rich) struct Tree {
    nodes: Vec<Node>,
    /// Whether something was nested too deeply.
    pub(super) flattened: bool,
    /// Whether a tag was cut.
    pub(super) cut: bool,
    /// How many nodes were put in front of a table that were written in it.
    fostered: usize,
}

struct Node {
    parent: u32,
    first_child: u32,
    last_child: u32,
    previous: u32,
    next: u32,
    data: Data,
}

/// What a node is.
pub(in crate::rich) enum Data {
    /// The root, or something that is not shown.
    Other,
    /// Text.
    Text(StrTendril),
    /// An element.
    Element {
        /// Its name; elements of SVG and MathML have one that no HTML element has.
        name: LocalName,
        /// Its attributes.
        attributes: Vec<Attribute>,
    },
}

impl Data {
    /// Whether it is an element without attributes, or none.
    pub(super) fn has_no_attributes(&self) -> bool {
        !matches!(self, Data::Element { attributes, .. } if !attributes.is_empty())
    }

    /// The value of an attribute.
    pub(in crate::rich) fn attribute(&self, name: &str) -> Option<&str> {
        match self {
            Data::Element { attributes, .. } => attributes
                .iter()
                .find(|attribute| &*attribute.name.local == name)
                .map(|attribute| &*attribute.value),
            _ => None,
        }
    }
}

/// One step of a walk through the tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::rich) enum Step {
    /// A node begins.
    Enter(NodeId),
    /// An element ends.
    Leave(NodeId),
}

impl Tree {
    /// Parses a text as what stands inside a `div`.
    pub(in crate::rich) fn parse(html: &str) -> Tree {
        let sink = Sink::default();
        let context = create_element(
            &sink,
            QualName::new(None, ns!(html), local_name!("div")),
            Vec::new(),
        );
        let options = TreeBuilderOpts {
            scripting_enabled: false,
            drop_doctype: true,
            ..TreeBuilderOpts::default()
        };
        let builder = TreeBuilder::new_for_fragment(sink, context, None, options);
        let guard = Guard {
            builder,
            bound: Cell::new(2),
            exact: Cell::new(true),
            tags: Cell::new(0),
            skipped: RefCell::new(Vec::new()),
            flattened: Cell::new(false),
            last: Cell::new(Last::Other),
        };
        let tokenizer = Tokenizer::new(guard, TokenizerOpts::default());
        let queue = BufferQueue::default();
        let mut feed = Feed::new(html);
        loop {
            let guard = &tokenizer.sink;
            let foreign = guard.adjusted_current_node_present_but_not_in_html_namespace();
            let Some(piece) = feed.next(guard.last.get(), foreign) else {
                break;
            };
            tokenizer.sink.last.set(Last::Other);
            queue.push_back(StrTendril::from_slice(piece));
            // The tokenizer stops at the end of each script; nothing runs here.
            while !matches!(tokenizer.feed(&queue), html5ever::TokenizerResult::Done) {}
        }
        tokenizer.end();
        let guard = tokenizer.sink;
        Tree {
            flattened: guard.flattened.get(),
            cut: feed.was_cut(),
            fostered: guard.builder.sink.fostered.get(),
            nodes: guard.builder.sink.nodes.into_inner(),
        }
    }

    /// What a node is.
    pub(in crate::rich) fn data(&self, node: NodeId) -> &Data {
        self.node(node.0).map_or(&Data::Other, |node| &node.data)
    }

    /// The name of an element.
    pub(in crate::rich) fn name(&self, node: NodeId) -> Option<&str> {
        match self.data(node) {
            Data::Element { name, .. } => Some(name),
            _ => None,
        }
    }

    /// The step after this one; `None` at the end of the walk that began at `root`. `descend` says
    /// whether to enter what the last step entered.
    pub(in crate::rich) fn step(&self, last: Step, descend: bool, root: NodeId) -> Option<Step> {
        let (node, mut at) = match last {
            Step::Enter(id) => (self.node(id.0)?, id.0),
            Step::Leave(id) => (self.node(id.0)?, id.0),
        };
        if let Step::Enter(_) = last {
            if descend && node.first_child != NONE {
                return Some(Step::Enter(NodeId(node.first_child)));
            }
            if matches!(node.data, Data::Element { .. }) && descend {
                return Some(Step::Leave(NodeId(at)));
            }
        }
        loop {
            if at == root.0 {
                return None;
            }
            let node = self.node(at)?;
            if node.next != NONE {
                return Some(Step::Enter(NodeId(node.next)));
            }
            at = node.parent;
            if at == root.0 || at == NONE {
                return None;
            }
            if matches!(self.node(at)?.data, Data::Element { .. }) {
                return Some(Step::Leave(NodeId(at)));
            }
        }
    }

    /// Where every walk begins.
    pub(in crate::rich) const fn root(&self) -> NodeId {
        NodeId(0)
    }

    /// The text of a node and all below it; line breaks as line feeds.
    pub(in crate::rich) fn text(&self, node: NodeId) -> String {
        let mut text = String::new();
        let mut step = Some(Step::Enter(node));
        while let Some(now) = step {
            let mut descend = true;
            if let Step::Enter(id) = now {
                match self.data(id) {
                    Data::Text(piece) => text.push_str(piece),
                    Data::Element { name, .. } => match &**name {
                        "br" => text.push('\n'),
                        "script" | "style" | "template" => descend = false,
                        "img" => {
                            text.push_str(self.data(id).attribute("alt").unwrap_or_default());
                        }
                        _ => {}
                    },
                    Data::Other => {}
                }
            }
            if now == Step::Leave(node) {
                break;
            }
            step = self.step(now, descend, node);
        }
        text
    }

    fn node(&self, at: u32) -> Option<&Node> {
        usize::try_from(at).ok().and_then(|at| self.nodes.get(at))
    }
}

/// Cuts down HTML that would take another parser long. Usually it is returned as it is.
pub(super) fn contain(html: &str) -> Cow<'_, str> {
    // Fewer tags than may be open at once cannot nest too deeply, and short text has no long tags.
    if html.len() < super::feed::TAG_OCTETS
        && html.bytes().filter(|b| *b == b'<').count() < OPEN_ELEMENTS
    {
        return Cow::Borrowed(html);
    }
    let tree = Tree::parse(html);
    let references = html.bytes().filter(|b| *b == b'&').count();
    if !tree.flattened && !tree.cut && tree.fostered < FOSTERED && references < REFERENCES {
        return Cow::Borrowed(html);
    }
    Cow::Owned(tree.serialize())
}

impl Tree {
    /// Writes the tree as HTML again, for the parser behind `sanitize`.
    fn serialize(&self) -> String {
        let mut out = String::new();
        let mut step = Some(Step::Enter(self.root()));
        while let Some(now) = step {
            let mut descend = true;
            match now {
                Step::Enter(id) => match self.data(id) {
                    Data::Text(text) => {
                        let mut rest = &**text;
                        while !rest.is_empty() {
                            let mut len = rest.len().min(TEXT_PIECE);
                            while !rest.is_char_boundary(len) {
                                len += 1;
                            }
                            let (piece, later) = rest.split_at(len);
                            super::writer::escape_text(piece, &mut out);
                            if !later.is_empty() {
                                out.push_str("<!---->");
                            }
                            rest = later;
                        }
                    }
                    Data::Element { name, attributes } => {
                        let name = serialized_name(name);
                        if super::policy::WITHOUT_CONTENT.contains(&name) {
                            descend = false;
                        } else {
                            out.push('<');
                            out.push_str(name);
                            for attribute in attributes {
                                if super::policy::is_attribute(&attribute.name.local) {
                                    out.push(' ');
                                    out.push_str(&attribute.name.local);
                                    out.push_str("=\"");
                                    super::writer::escape_attribute(&attribute.value, &mut out);
                                    out.push('"');
                                }
                            }
                            out.push('>');
                            if name == "pre" {
                                // The first line feed after it is not content.
                                out.push('\n');
                            }
                        }
                    }
                    Data::Other => {}
                },
                Step::Leave(id) => {
                    if let Some(name) = self.name(id)
                        && !is_void(name)
                    {
                        out.push_str("</");
                        out.push_str(serialized_name(name));
                        out.push('>');
                    }
                }
            }
            step = self.step(now, descend, self.root());
        }
        out
    }
}

/// The name under which an element is written. In some, text would be read by rules of their own.
fn serialized_name(name: &str) -> &str {
    match name {
        "listing" | "xmp" | "plaintext" => "pre",
        name => name,
    }
}

/// Elements without content or end.
fn is_void(name: &str) -> bool {
    matches!(
        name,
        "area"
            | "base"
            | "basefont"
            | "bgsound"
            | "br"
            | "col"
            | "embed"
            | "frame"
            | "hr"
            | "img"
            | "image"
            | "input"
            | "keygen"
            | "link"
            | "meta"
            | "param"
            | "source"
            | "track"
            | "wbr"
    )
}

/// Elements whose end tag is often left out.
fn end_is_optional(name: &str) -> bool {
    matches!(
        name,
        "p" | "li"
            | "dt"
            | "dd"
            | "td"
            | "th"
            | "tr"
            | "tbody"
            | "thead"
            | "tfoot"
            | "option"
            | "optgroup"
            | "rp"
            | "rt"
            | "colgroup"
            | "caption"
    )
}

/// What the last piece of input ended with, for [`Feed`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Last {
    /// A tag after which everything is text up to its end tag.
    RawStart,
    /// A tag after which everything is text.
    PlainText,
    /// An end tag.
    End,
    /// Anything else.
    Other,
}

/// Stands between tokenizer and tree builder, and keeps the tree within bounds.
struct Guard {
    builder: TreeBuilder<Handle, Sink>,
    /// At least as many elements are open as the builder has.
    bound: Cell<usize>,
    /// Whether counting again would give the same.
    exact: Cell<bool>,
    tags: Cell<usize>,
    /// The start tags left out whose end tags are to be left out too.
    skipped: RefCell<Vec<LocalName>>,
    flattened: Cell<bool>,
    last: Cell<Last>,
}

struct Count(Cell<usize>);

impl Tracer for Count {
    type Handle = Handle;
    fn trace_handle(&self, _: &Handle) {
        self.0.set(self.0.get() + 1);
    }
}

impl Guard {
    /// Whether one more element may be opened.
    fn has_room(&self) -> bool {
        let made = self.builder.sink.made.get();
        if made > ELEMENTS_FREE + ELEMENTS_PER_TAG * self.tags.get() {
            return false;
        }
        if self.bound.get() < OPEN_ELEMENTS {
            return true;
        }
        if !self.exact.get() {
            let count = Count(Cell::new(0));
            self.builder.trace_handles(&count);
            self.bound.set(count.0.get());
            self.exact.set(true);
        }
        self.bound.get() < OPEN_ELEMENTS
    }

    /// Whether a tag is to be left out.
    fn leaves_out(&self, tag: &Tag) -> bool {
        match tag.kind {
            TagKind::StartTag => {
                self.tags.set(self.tags.get() + 1);
                if self.has_room() || is_void(&tag.name) {
                    return false;
                }
                self.flattened.set(true);
                if !end_is_optional(&tag.name) {
                    self.skipped.borrow_mut().push(tag.name.clone());
                }
                true
            }
            TagKind::EndTag => {
                let mut skipped = self.skipped.borrow_mut();
                if skipped.is_empty() || is_void(&tag.name) {
                    return false;
                }
                if skipped.last() == Some(&tag.name) {
                    skipped.pop();
                    return true;
                }
                end_is_optional(&tag.name)
            }
        }
    }
}

impl TokenSink for Guard {
    type Handle = Handle;

    fn process_token(&self, token: Token, line: u64) -> TokenSinkResult<Handle> {
        let mut last = Last::Other;
        if let Token::TagToken(tag) = &token {
            if tag.kind == TagKind::EndTag {
                last = Last::End;
            }
            if self.leaves_out(tag) {
                self.last.set(last);
                return TokenSinkResult::Continue;
            }
            self.exact.set(false);
        }
        let made = self.builder.sink.made.get();
        let result = self.builder.process_token(token, line);
        let new = self.builder.sink.made.get() - made;
        if new > 0 {
            self.bound.set(self.bound.get() + new);
            self.exact.set(false);
        }
        match result {
            TokenSinkResult::RawData(_) => last = Last::RawStart,
            TokenSinkResult::Plaintext => last = Last::PlainText,
            _ => {}
        }
        self.last.set(last);
        result
    }

    fn end(&self) {
        self.builder.end();
    }

    fn adjusted_current_node_present_but_not_in_html_namespace(&self) -> bool {
        self.builder
            .adjusted_current_node_present_but_not_in_html_namespace()
    }
}

/// A node as the tree builder knows it: its index, and its name, which the builder asks for often.
#[derive(Clone, Debug)]
struct Handle {
    at: u32,
    name: QualName,
}

/// The arena, as the tree builder fills it.
struct Sink {
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

impl Node {
    const fn new(data: Data) -> Self {
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
struct Arena<'a>(&'a mut Vec<Node>);

impl Arena<'_> {
    fn get(&mut self, at: u32) -> Option<&mut Node> {
        usize::try_from(at).ok().and_then(|at| self.0.get_mut(at))
    }

    fn add(&mut self, data: Data) -> u32 {
        let at = u32::try_from(self.0.len()).unwrap_or(NONE);
        self.0.push(Node::new(data));
        at
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
            NodeOrText::AppendText(text) => {
                let last = arena.get(parent.at).map_or(NONE, |node| node.last_child);
                if !arena.extend_text(last, &text) {
                    let child = arena.add(Data::Text(text));
                    arena.append(parent.at, child);
                }
            }
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
