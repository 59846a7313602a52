//! Between tokenizer and tree builder: keeps the tree within bounds, because the builder is quadratic
//! in depth and opens marks anew that were never closed.

use std::cell::{Cell, RefCell};
use std::vec::Vec;

use html5ever::LocalName;
use html5ever::interface::Tracer;
use html5ever::tokenizer::{Tag, TagKind, Token, TokenSink, TokenSinkResult};
use html5ever::tree_builder::TreeBuilder;

use super::sink::{Handle, Sink};

/// The most elements open at once. Deeper ones are left out, their content stays.
pub(super) const OPEN_ELEMENTS: usize = 512;

/// How many elements the parser may make for each tag of the input, beyond a fixed number: marks
/// that are never closed are opened anew in each paragraph.
const ELEMENTS_PER_TAG: usize = 8;
const ELEMENTS_FREE: usize = 65_536;

/// Elements without content or end.
pub(super) fn is_void(name: &str) -> bool {
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
/// What the last piece of input ended with, for `Feed`.
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
pub(super) struct Guard {
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
    pub(super) const fn new(builder: TreeBuilder<Handle, Sink>) -> Self {
        Guard {
            builder,
            bound: Cell::new(2),
            exact: Cell::new(true),
            tags: Cell::new(0),
            skipped: RefCell::new(Vec::new()),
            flattened: Cell::new(false),
            last: Cell::new(Last::Other),
        }
    }

    /// Whether something was nested too deeply.
    pub(super) const fn flattened(&self) -> bool {
        self.flattened.get()
    }

    /// What the last piece of input ended with.
    pub(super) const fn last(&self) -> Last {
        self.last.get()
    }

    pub(super) fn forget_last(&self) {
        self.last.set(Last::Other);
    }

    pub(super) const fn sink(&self) -> &Sink {
        &self.builder.sink
    }

    pub(super) fn into_sink(self) -> Sink {
        self.builder.sink
    }

    /// Whether one more element may be opened.
    fn has_room(&self) -> bool {
        let made = self.builder.sink.made();
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
        let made = self.builder.sink.made();
        let result = self.builder.process_token(token, line);
        let new = self.builder.sink.made() - made;
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
