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

/// How many elements the parser may make for two start tags of the input, beyond a fixed number: marks
/// that are never closed are opened anew in each paragraph.
const ELEMENTS_PER_TWO_TAGS: usize = 3;
const ELEMENTS_FREE: usize = 8192;

/// For how many open elements each tag costs nothing: the builder looks through them at most tags.
const WORK_FREE_ELEMENTS: usize = 48;

/// How many open elements beyond those, summed over the tags, the input may have for each of its octets,
/// and beyond that. When they are used up, deep tags are left out.
const WORK_PER_OCTET: usize = 12;
const WORK_FREE: usize = 1 << 20;

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
    /// The bound at which to count again.
    count_at: Cell<usize>,
    /// What is left of the work for this input.
    work: Cell<usize>,
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
    /// Stands before a builder for an input of that length in octets.
    pub(super) const fn new(builder: TreeBuilder<Handle, Sink>, octets: usize) -> Self {
        Guard {
            builder,
            bound: Cell::new(2),
            exact: Cell::new(true),
            count_at: Cell::new(WORK_FREE_ELEMENTS),
            work: Cell::new(WORK_FREE + WORK_PER_OCTET * octets),
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
        made <= ELEMENTS_FREE + ELEMENTS_PER_TWO_TAGS * self.tags.get() / 2
            && self.open_elements() < OPEN_ELEMENTS
    }

    /// At least the number of open elements, and not many more.
    fn open_elements(&self) -> usize {
        // Counting takes as long as what was added since the last count, or less.
        if self.bound.get() >= self.count_at.get() && !self.exact.get() {
            let count = Count(Cell::new(0));
            self.builder.trace_handles(&count);
            self.bound.set(count.0.get());
            self.exact.set(true);
            let more = (count.0.get() / 4).max(WORK_FREE_ELEMENTS / 2);
            self.count_at.set(count.0.get() + more);
        }
        self.bound.get()
    }

    /// Whether the builder may look at one more tag; what it looks through is counted.
    fn may_work(&self) -> bool {
        let cost = self.open_elements().saturating_sub(WORK_FREE_ELEMENTS);
        match self.work.get().checked_sub(cost) {
            Some(left) => {
                self.work.set(left);
                true
            }
            None => false,
        }
    }

    /// Whether a tag is to be left out.
    fn leaves_out(&self, tag: &Tag) -> bool {
        match tag.kind {
            TagKind::StartTag => {
                self.tags.set(self.tags.get() + 1);
                if is_void(&tag.name) || self.has_room() && self.may_work() {
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
                if skipped.last() == Some(&tag.name) {
                    skipped.pop();
                    return true;
                }
                if !self.may_work() {
                    self.flattened.set(true);
                    return true;
                }
                !skipped.is_empty() && end_is_optional(&tag.name)
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
