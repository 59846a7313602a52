//! HTML text -> a tree in an arena, and walks through it.
//!
//! html5ever parses; `feed` hands it the text, `guard` keeps the tree within bounds, `sink` fills the
//! arena.

use std::string::String;
use std::vec::Vec;

use html5ever::buffer_queue::BufferQueue;
use html5ever::interface::Attribute;
use html5ever::tendril::StrTendril;
use html5ever::tokenizer::{TokenSink, Tokenizer, TokenizerOpts};
use html5ever::tree_builder::{TreeBuilder, TreeBuilderOpts, create_element};
use html5ever::{LocalName, QualName, local_name, ns};

use super::feed::Feed;
use super::guard::Guard;
use super::sink::Sink;

/// The index of no node.
pub(super) const NONE: u32 = u32::MAX;

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
    pub(super) fostered: usize,
}

pub(super) struct Node {
    pub(super) parent: u32,
    pub(super) first_child: u32,
    pub(super) last_child: u32,
    pub(super) previous: u32,
    pub(super) next: u32,
    pub(super) data: Data,
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
        match super::orderly::parse(html) {
            Some(nodes) => {
                let tree = Tree {
                    nodes,
                    flattened: false,
                    cut: false,
                    fostered: 0,
                };
                #[cfg(fuzzing)]
                assert_eq!(tree.shape(), Tree::parse_any(html).shape());
                tree
            }
            None => Tree::parse_any(html),
        }
    }

    /// The same by html5ever, which parses any text.
    pub(super) fn parse_any(html: &str) -> Tree {
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
        let guard = Guard::new(builder, html.len());
        let tokenizer = Tokenizer::new(guard, TokenizerOpts::default());
        let queue = BufferQueue::default();
        let mut feed = Feed::new(html);
        loop {
            let guard = &tokenizer.sink;
            let foreign = guard.adjusted_current_node_present_but_not_in_html_namespace();
            let Some(piece) = feed.next(guard.last(), foreign) else {
                break;
            };
            tokenizer.sink.forget_last();
            queue.push_back(StrTendril::from_slice(piece));
            // The tokenizer stops at the end of each script; nothing runs here.
            while !matches!(tokenizer.feed(&queue), html5ever::TokenizerResult::Done) {}
        }
        tokenizer.end();
        let guard = tokenizer.sink;
        Tree {
            flattened: guard.flattened(),
            cut: feed.was_cut(),
            fostered: guard.sink().fostered(),
            nodes: guard.into_sink().into_nodes(),
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

    /// Everything in the tree, to be compared.
    #[cfg(any(test, fuzzing))]
    pub(super) fn shape(&self) -> String {
        use std::fmt::Write;
        let mut shape = String::new();
        let mut step = Some(Step::Enter(self.root()));
        while let Some(now) = step {
            let _ = match now {
                Step::Leave(_) => write!(shape, ")"),
                Step::Enter(node) => match self.data(node) {
                    Data::Other => write!(shape, " -"),
                    Data::Text(text) => write!(shape, " {:?}", &**text),
                    Data::Element { name, attributes } => {
                        let _ = write!(shape, " ({}", &**name);
                        for attribute in attributes {
                            let (name, value) = (&*attribute.name.local, &*attribute.value);
                            let _ = write!(shape, " {name}={value:?}");
                        }
                        Ok(())
                    }
                },
            };
            step = self.step(now, true, self.root());
        }
        shape
    }

    fn node(&self, at: u32) -> Option<&Node> {
        usize::try_from(at).ok().and_then(|at| self.nodes.get(at))
    }
}
