//! HTML -> [`Document`]: what people paste and bridges receive.
//!
//! The parsed tree is walked once, without recursion. Marks around blocks go into the blocks,
//! white space collapses as a browser collapses it, and what the model cannot say is reduced to
//! what it can, with a finding.

mod block;
pub(super) mod elements;
mod inline;
mod merge;
#[cfg(test)]
mod tests;

use std::string::String;
use std::vec::Vec;

pub use merge::merge_marks;

use self::elements::{alignment, ascii_target, is_block, is_hidden, is_light, style};
use super::tree::{Data, NodeId, Step, Tree};
use crate::report::{Code, Converted, Finding, codes};
use crate::rich::{Alignment, Block, Cell, Document, Inline, List};

/// The most marks of one kind within each other.
const SAME_MARKS: usize = 3;

/// What one mark made again for another block costs of the copies a text may have, beside its target.
const MARK_OCTETS: usize = 16;

/// How many octets of copies a text may have beyond its own length.
const COPIES: usize = 1 << 20;

/// How HTML is read.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct HtmlReadOptions {
    /// Whether the repetition of the answered message is left out that Matrix clients put into
    /// `mx-reply`. Without: yes.
    pub drop_reply_fallback: bool,
    /// Whether text is read that styles or attributes hide. Without: no.
    pub keep_hidden: bool,
}

impl Default for HtmlReadOptions {
    fn default() -> Self {
        HtmlReadOptions {
            drop_reply_fallback: true,
            keep_hidden: false,
        }
    }
}

impl HtmlReadOptions {
    /// Sets whether `mx-reply` is left out.
    #[must_use]
    pub const fn drop_reply_fallback(mut self, drop: bool) -> Self {
        self.drop_reply_fallback = drop;
        self
    }

    /// Sets whether hidden text is read.
    #[must_use]
    pub const fn keep_hidden(mut self, keep: bool) -> Self {
        self.keep_hidden = keep;
        self
    }
}

/// Reads HTML: a fragment or a whole document.
///
/// Reading never fails. The findings say what was left out or reduced, each thing once; all text
/// that a browser would show is kept.
///
/// ```
/// use mimi_codec::rich::{html, markdown};
///
/// let read = html::read("<div>Hi <b>there</b>,<br>see <a href='https://example.com'>this</a></div>",
///     &html::HtmlReadOptions::default());
/// assert_eq!(
///     markdown::write(&read.value).value,
///     "Hi **there**,\\\nsee [this](https://example.com)\n"
/// );
/// ```
pub fn read(html: &str, options: &HtmlReadOptions) -> Converted<Document> {
    let tree = Tree::parse(html);
    let mut reader = Reader::new(&tree, options, html.len());
    if tree.flattened {
        reader.note(codes::NESTING_FLATTENED, None);
    }
    if tree.cut {
        reader.note(codes::HTML_TAG_CUT, None);
    }
    let mut step = Some(Step::Enter(tree.root()));
    while let Some(now) = step {
        let descend = match now {
            Step::Enter(node) => reader.enter(node),
            Step::Leave(node) => {
                reader.leave(node);
                true
            }
        };
        step = tree.step(now, descend, tree.root());
    }
    let findings = core::mem::take(&mut reader.findings);
    Converted::new(Document::new(reader.finish()), findings)
}

/// A block begun and not ended.
struct Open {
    node: Option<NodeId>,
    frame: Frame,
    blocks: Vec<Block>,
}

enum Frame {
    Root,
    Quote,
    List(List),
    Item { task: Option<bool> },
    Heading(u8),
    Table(TableFrame),
    Cell { alignment: Alignment, head: bool },
}

#[derive(Default)]
struct TableFrame {
    rows: Vec<Row>,
}

#[derive(Default)]
struct Row {
    cells: Vec<(Cell, Alignment)>,
}

/// A mark begun and not ended. Where a block ends within it, the mark goes on in the next.
struct OpenMark {
    node: NodeId,
    kind: Kind,
    content: Vec<Inline>,
    /// Whether it held anything in any block.
    used: bool,
}

#[derive(Clone)]
enum Kind {
    Emphasis,
    Strong,
    Strike,
    Link { target: String, title: String },
}

struct Reader<'t> {
    tree: &'t Tree,
    options: &'t HtmlReadOptions,
    stack: Vec<Open>,
    marks: Vec<OpenMark>,
    /// The inlines of the current block outside any mark.
    line: Vec<Inline>,
    /// A space is to be written before the next visible thing.
    space: bool,
    /// A space was written, and nothing visible since.
    spaced: bool,
    /// Nothing visible stands on the line yet.
    line_start: bool,
    /// The last paragraph was an element of its own.
    depth: usize,
    /// The octets that marks around several blocks, and links that the parser opened anew, may still copy.
    copies: usize,
    findings: Vec<Finding>,
}

impl<'t> Reader<'t> {
    fn new(tree: &'t Tree, options: &'t HtmlReadOptions, octets: usize) -> Self {
        Reader {
            tree,
            options,
            stack: Vec::from([Open {
                node: None,
                frame: Frame::Root,
                blocks: Vec::new(),
            }]),
            marks: Vec::new(),
            line: Vec::new(),
            space: false,
            spaced: false,
            line_start: true,
            depth: 0,
            copies: COPIES + 2 * octets,
            findings: Vec::new(),
        }
    }

    /// Notes a thing once.
    fn note(&mut self, code: Code, found: Option<&str>) {
        let known = |finding: &Finding| finding.code == code && finding.found.as_deref() == found;
        if self.findings.len() < 100 && !self.findings.iter().any(known) {
            let mut finding = Finding::new(code);
            if let Some(found) = found {
                finding = finding.found(String::from(found));
            }
            self.findings.push(finding);
        }
    }

    /// Reads the start of a node; whether to go into it.
    fn enter(&mut self, node: NodeId) -> bool {
        let data = self.tree.data(node);
        let name = match data {
            Data::Text(text) => {
                self.text(text);
                return false;
            }
            Data::Other => return node == self.tree.root(),
            Data::Element { name, .. } => &**name,
        };
        if self.is_hidden(name, data) {
            return false;
        }
        match name {
            "style" | "template" | "head" | "title" | "meta" | "link" | "base" | "colgroup"
            | "col" | "wbr" | "area" | "map" | "param" | "source" | "track" | "noframes"
            | "datalist" => return false,
            "script" | "iframe" | "object" | "embed" | "applet" | "video" | "audio" | "canvas"
            | "svg" | "math" | "select" | "textarea" | "noembed" | "frameset" | "progress"
            | "meter" => {
                self.note(codes::HTML_DROPPED, Some(name));
                return false;
            }
            "input" => self.input(data),
            "br" => self.line_break(),
            "hr" => {
                self.end_paragraph();
                self.block(Block::Rule);
            }
            "img" => self.image(data),
            "pre" | "listing" | "xmp" | "plaintext" => {
                self.end_paragraph();
                self.preformatted(node);
                return false;
            }
            "code" | "tt" | "kbd" | "samp" => {
                self.code(node);
                return false;
            }
            "em" | "i" => self.mark(node, Kind::Emphasis),
            // Google Docs wraps what is copied from it into a b that is not bold.
            "strong" | "b" if style(data, "font-weight").is_some_and(is_light) => {}
            "strong" | "b" => self.mark(node, Kind::Strong),
            "del" | "s" | "strike" => self.mark(node, Kind::Strike),
            "a" => {
                if let Some(target) = data.attribute("href").map(str::trim) {
                    let title = data.attribute("title").unwrap_or_default();
                    if !self.may_copy(target.len() + title.len()) {
                        self.note(codes::MARK_DROPPED, Some("a"));
                        return true;
                    }
                    self.mark(
                        node,
                        Kind::Link {
                            target: ascii_target(target),
                            title: String::from(title),
                        },
                    );
                }
            }
            "span" | "font" => self.styled(node, data),
            "u" | "ins" | "sub" | "sup" | "mark" | "small" | "big" => {
                self.note(codes::MARK_DROPPED, Some(name));
            }
            "q" => self.visible_text("“"),
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => {
                let level = name.as_bytes().get(1).map_or(1, |digit| digit - b'0');
                self.begin(node, Frame::Heading(level));
            }
            "p" => {
                self.end_paragraph();
                self.loosen();
            }
            "blockquote" => self.begin(node, Frame::Quote),
            "ul" | "menu" | "dir" => self.begin(
                node,
                Frame::List(List {
                    start: None,
                    tight: true,
                    items: Vec::new(),
                }),
            ),
            "ol" => {
                let start = self.list_start(data);
                self.begin(
                    node,
                    Frame::List(List {
                        start: Some(start),
                        tight: true,
                        items: Vec::new(),
                    }),
                );
            }
            "li" => {
                if data.attribute("value").is_some() {
                    self.note(codes::LIST_NUMBER_CHANGED, Some("li value"));
                }
                if matches!(self.top(), Some(Frame::List(_))) {
                    self.begin(node, Frame::Item { task: None });
                } else {
                    self.end_paragraph();
                }
            }
            "table" => {
                self.end_paragraph();
                if self.is_data_table(node, data) {
                    self.begin(node, Frame::Table(TableFrame::default()));
                } else {
                    self.note(codes::TABLE_REDUCED, None);
                }
            }
            "tr" => {
                if let Some(Open {
                    frame: Frame::Table(table),
                    ..
                }) = self.stack.last_mut()
                {
                    table.rows.push(Row::default());
                } else {
                    self.end_paragraph();
                }
            }
            "td" | "th" => {
                if matches!(self.top(), Some(Frame::Table(_))) {
                    if data.attribute("rowspan").is_some_and(|span| span != "1") {
                        self.note(codes::TABLE_REDUCED, Some("rowspan"));
                    }
                    let head = name == "th";
                    self.begin(
                        node,
                        Frame::Cell {
                            alignment: alignment(data),
                            head,
                        },
                    );
                } else {
                    self.end_paragraph();
                }
            }
            "caption" if matches!(self.top(), Some(Frame::Table(_))) => {
                self.note(codes::BLOCK_REDUCED, Some(name));
                self.caption(node);
                return false;
            }
            "caption" | "details" | "summary" | "dl" | "dt" | "dd" | "fieldset" | "legend"
            | "form" | "figure" | "figcaption" | "center" => {
                if !matches!(name, "form" | "figure" | "center") {
                    self.note(codes::BLOCK_REDUCED, Some(name));
                }
                self.end_paragraph();
            }
            _ if is_block(name) => self.end_paragraph(),
            _ => {}
        }
        true
    }

    /// Reads the end of an element.
    fn leave(&mut self, node: NodeId) {
        let Some(name) = self.tree.name(node) else {
            return;
        };
        if self.marks.iter().any(|mark| mark.node == node) {
            self.end_mark(node);
            return;
        }
        if name == "q" {
            self.visible_text("”");
            return;
        }
        if self
            .stack
            .last()
            .is_some_and(|open| open.node == Some(node))
        {
            self.end(name);
            return;
        }
        if is_block(name) {
            self.end_paragraph();
        }
    }

    fn top(&self) -> Option<&Frame> {
        self.stack.last().map(|open| &open.frame)
    }

    fn is_hidden(&mut self, name: &str, data: &Data) -> bool {
        if name == "mx-reply" && self.options.drop_reply_fallback {
            self.note(codes::HTML_HIDDEN, Some("mx-reply"));
            return true;
        }
        if !self.options.keep_hidden && is_hidden(data) {
            self.note(codes::HTML_HIDDEN, None);
            return true;
        }
        false
    }
}
