//! HTML -> [`Document`]: what people paste and bridges receive.
//!
//! The parsed tree is walked once, without recursion. Marks around blocks go into the blocks,
//! white space collapses as a browser collapses it, and what the model cannot say is reduced to
//! what it can, with a finding.

use std::string::String;
use std::vec::Vec;

use super::tree::{Data, NodeId, Step, Tree};
use crate::report::{Code, Converted, Finding, codes};
use crate::rich::{
    Alignment, Block, Cell, Document, Inline, Item, List, MAX_NESTING, Table, inline_text,
};

/// The most marks of one kind within each other.
const SAME_MARKS: usize = 3;

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
    let mut reader = Reader::new(&tree, options);
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

/// Joins marks of the same kind that stand side by side: `<b>a</b><b>b</b>` becomes one.
///
/// Editors and bridges leave such marks behind. Joining them changes the document, if not what it
/// looks like, so it is a step of its own.
pub fn merge_marks(document: &mut Document) {
    let mut blocks: Vec<&mut Block> = document.blocks.iter_mut().collect();
    let mut contents: Vec<&mut Vec<Inline>> = Vec::new();
    while let Some(block) = blocks.pop() {
        match block {
            Block::Paragraph(content) | Block::Heading { content, .. } => contents.push(content),
            Block::Quote(inner) => blocks.extend(inner),
            Block::List(list) => {
                blocks.extend(list.items.iter_mut().flat_map(|item| &mut item.blocks));
            }
            Block::Table(table) => {
                contents.extend(&mut table.head);
                contents.extend(table.rows.iter_mut().flatten());
            }
            Block::Code { .. } | Block::Rule => {}
        }
    }
    while let Some(content) = contents.pop() {
        let mut merged: Vec<Inline> = Vec::with_capacity(content.len());
        for inline in core::mem::take(content) {
            match (merged.last_mut(), inline) {
                (Some(Inline::Text(last)), Inline::Text(text)) => last.push_str(&text),
                (Some(Inline::Emphasis(last)), Inline::Emphasis(more))
                | (Some(Inline::Strong(last)), Inline::Strong(more))
                | (Some(Inline::Strike(last)), Inline::Strike(more)) => last.extend(more),
                (_, inline) => merged.push(inline),
            }
        }
        *content = merged;
        contents.extend(content.iter_mut().filter_map(Inline::children_mut));
    }
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
    findings: Vec<Finding>,
}

impl<'t> Reader<'t> {
    fn new(tree: &'t Tree, options: &'t HtmlReadOptions) -> Self {
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
            "script" | "style" | "template" | "head" | "title" | "meta" | "link" | "base"
            | "colgroup" | "col" | "wbr" | "area" | "map" | "param" | "source" | "track"
            | "noframes" | "datalist" => return false,
            "iframe" | "object" | "embed" | "applet" | "video" | "audio" | "canvas" | "svg"
            | "math" | "select" | "textarea" | "noembed" | "frameset" | "progress" | "meter" => {
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
                    self.mark(
                        node,
                        Kind::Link {
                            target: String::from(target),
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
        if data.has_no_attributes() {
            return false;
        }
        let hidden = data.attribute("hidden").is_some()
            || style(data, "display").is_some_and(|value| value.eq_ignore_ascii_case("none"))
            || style(data, "visibility").is_some_and(|value| value.eq_ignore_ascii_case("hidden"))
            || style(data, "mso-hide").is_some_and(|value| value.eq_ignore_ascii_case("all"));
        if hidden && !self.options.keep_hidden {
            self.note(codes::HTML_HIDDEN, None);
            return true;
        }
        false
    }

    /// Adds text, white space collapsed.
    fn text(&mut self, text: &str) {
        if matches!(self.top(), Some(Frame::Table(_))) {
            return;
        }
        let is_blank = |c: char| matches!(c, ' ' | '\t' | '\n' | '\x0c' | '\r');
        if text.starts_with(is_blank) {
            self.space |= !self.line_start && !self.spaced;
        }
        let mut words = text.split(is_blank).filter(|word| !word.is_empty());
        let Some(first) = words.next() else {
            return;
        };
        self.visible_text(first);
        if let Some(Inline::Text(line)) = self.current().last_mut() {
            line.reserve(text.len() - first.len());
            for word in words {
                line.push(' ');
                line.push_str(word);
            }
        }
        self.space = text.ends_with(is_blank);
    }

    /// Adds text that is to be seen as it is.
    fn visible_text(&mut self, text: &str) {
        self.write_space();
        let line = self.current();
        if let Some(Inline::Text(last)) = line.last_mut() {
            last.push_str(text);
        } else {
            line.push(Inline::Text(String::from(text)));
        }
        self.line_start = false;
        self.spaced = false;
    }

    fn write_space(&mut self) {
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
    fn current(&mut self) -> &mut Vec<Inline> {
        match self.marks.last_mut() {
            Some(mark) => {
                mark.used = true;
                &mut mark.content
            }
            None => &mut self.line,
        }
    }

    fn inline(&mut self, inline: Inline) {
        self.write_space();
        self.current().push(inline);
        self.line_start = false;
        self.spaced = false;
    }

    /// Takes back a space that turned out to stand at the end of a line.
    fn unwrite_space(&mut self) {
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

    fn line_break(&mut self) {
        self.unwrite_space();
        self.space = false;
        self.spaced = false;
        self.current().push(Inline::HardBreak);
        self.line_start = true;
    }

    fn image(&mut self, data: &Data) {
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
            target: String::from(target),
            title: String::from(data.attribute("title").unwrap_or_default()),
            alt: String::from(alt),
        });
    }

    fn input(&mut self, data: &Data) {
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

    fn code(&mut self, node: NodeId) {
        let text = self
            .tree
            .text(node)
            .replace(['\n', '\r', '\t', '\x0c'], " ");
        if !text.is_empty() {
            self.inline(Inline::Code(text));
        }
    }

    fn preformatted(&mut self, node: NodeId) {
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
    fn styled(&mut self, node: NodeId, data: &Data) {
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

    fn mark(&mut self, node: NodeId, kind: Kind) {
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
    fn end_mark(&mut self, node: NodeId) {
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
                self.current().push(inline);
            }
            if found {
                break;
            }
        }
    }

    /// Takes the inlines of the block that ends here; open marks go on behind it.
    fn take_line(&mut self) -> Vec<Inline> {
        let mut inner: Vec<Inline> = Vec::new();
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
            if around
                .iter()
                .any(|mark| core::mem::discriminant(&mark.kind) == same)
            {
                inner = content;
            } else {
                inner.push(mark.kind.clone().inline(content));
            }
        }
        let mut line = core::mem::take(&mut self.line);
        line.append(&mut inner);
        self.space = false;
        self.spaced = false;
        self.line_start = true;
        trim(&mut line);
        line
    }

    /// Ends the paragraph, if there is something in it. Where there is room for one line only, it
    /// ends the line.
    fn end_paragraph(&mut self) {
        if matches!(self.top(), Some(Frame::Heading(_) | Frame::Cell { .. })) {
            self.space |= !self.line_start && !self.spaced;
            return;
        }
        let line = self.take_line();
        if !line.is_empty() {
            self.block(Block::Paragraph(line));
        }
    }

    /// A paragraph element in an item sets its list apart.
    fn loosen(&mut self) {
        if let [
            ..,
            Open {
                frame: Frame::List(list),
                ..
            },
            Open {
                frame: Frame::Item { .. },
                ..
            },
        ] = self.stack.as_mut_slice()
        {
            list.tight = false;
        }
    }

    fn begin(&mut self, node: NodeId, frame: Frame) {
        if matches!(self.top(), Some(Frame::Heading(_) | Frame::Cell { .. })) {
            self.space |= !self.line_start && !self.spaced;
            self.note(codes::BLOCK_REDUCED, self.tree.name(node));
            return;
        }
        self.end_paragraph();
        if matches!(frame, Frame::Quote | Frame::List(_)) {
            if self.depth >= MAX_NESTING {
                self.note(codes::NESTING_FLATTENED, None);
                return;
            }
            self.depth += 1;
        }
        self.stack.push(Open {
            node: Some(node),
            frame,
            blocks: Vec::new(),
        });
    }

    fn end(&mut self, name: &str) {
        let line = match self.top() {
            Some(Frame::Heading(_) | Frame::Cell { .. }) => self.take_line(),
            _ => {
                self.end_paragraph();
                Vec::new()
            }
        };
        let Some(Open {
            node,
            frame,
            blocks,
        }) = self.stack.pop()
        else {
            return;
        };
        match frame {
            Frame::Root => {}
            Frame::Quote => {
                self.depth -= 1;
                self.block(Block::Quote(blocks));
            }
            Frame::List(list) => {
                self.depth -= 1;
                if !list.items.is_empty() {
                    self.block(Block::List(list));
                }
            }
            Frame::Item { task } => {
                if let Some(Open {
                    frame: Frame::List(list),
                    ..
                }) = self.stack.last_mut()
                {
                    let mut item = Item { task, blocks };
                    item.settle_task();
                    list.items.push(item);
                }
            }
            Frame::Heading(level) => self.block(Block::Heading {
                level,
                content: line,
            }),
            Frame::Table(table) => {
                if let Some(table) = self.finish_table(table) {
                    self.block(Block::Table(table));
                }
            }
            Frame::Cell { alignment, head } => {
                let span = node
                    .and_then(|node| self.tree.data(node).attribute("colspan"))
                    .and_then(|span| span.trim().parse::<usize>().ok())
                    .map_or(1, |span| span.clamp(1, 100));
                if span > 1 {
                    self.note(codes::TABLE_REDUCED, Some("colspan"));
                }
                let _ = (head, name);
                if let Some(Open {
                    frame: Frame::Table(table),
                    ..
                }) = self.stack.last_mut()
                {
                    if table.rows.is_empty() {
                        table.rows.push(Row::default());
                    }
                    if let Some(row) = table.rows.last_mut() {
                        row.cells.push((line, alignment));
                        row.cells
                            .extend(core::iter::repeat_n((Vec::new(), alignment), span - 1));
                    }
                }
            }
        }
    }

    fn block(&mut self, block: Block) {
        match self.stack.last_mut() {
            // What stands in a list but in no item belongs to the item before.
            Some(Open {
                frame: Frame::List(list),
                ..
            }) => match list.items.last_mut() {
                Some(item) => item.blocks.push(block),
                None => list.items.push(Item {
                    task: None,
                    blocks: Vec::from([block]),
                }),
            },
            Some(open) => open.blocks.push(block),
            None => {}
        }
    }

    fn list_start(&mut self, data: &Data) -> u32 {
        let odd = data.attribute("reversed").is_some()
            || data.attribute("type").is_some_and(|kind| kind != "1");
        let start = data
            .attribute("start")
            .map(|start| start.trim().parse::<u32>());
        let known = match start {
            None => Some(1),
            Some(Ok(start)) if start <= 999_999_999 => Some(start),
            Some(_) => None,
        };
        if odd || known.is_none() {
            self.note(codes::LIST_NUMBER_CHANGED, None);
        }
        known.unwrap_or(1)
    }

    /// Whether a table holds data: no cell holds other blocks, and there is more than one column or
    /// a head. Other tables only arrange what is in them.
    fn is_data_table(&self, node: NodeId, data: &Data) -> bool {
        if data
            .attribute("role")
            .is_some_and(|role| role == "presentation" || role == "none")
        {
            return false;
        }
        let mut columns = 0;
        let mut widest = 0;
        let mut head = false;
        let mut step = self.tree.step(Step::Enter(node), true, node);
        while let Some(now) = step {
            if let Step::Enter(inner) = now {
                match self.tree.name(inner) {
                    Some("tr") => columns = 0,
                    Some("td") => columns += 1,
                    Some("th" | "thead") => {
                        head = true;
                        columns += 1;
                    }
                    Some(
                        "table" | "ul" | "ol" | "blockquote" | "pre" | "hr" | "h1" | "h2" | "h3"
                        | "h4" | "h5" | "h6" | "dl",
                    ) => return false,
                    _ => {}
                }
                widest = widest.max(columns);
            }
            step = self.tree.step(now, true, node);
        }
        head || widest > 1
    }

    /// Puts a table together; `None` if it has no cells.
    fn finish_table(&mut self, frame: TableFrame) -> Option<Table> {
        let mut rows = frame.rows.into_iter().filter(|row| !row.cells.is_empty());
        let head = rows.next()?;
        let (mut head, mut alignments): (Vec<Cell>, Vec<Alignment>) =
            head.cells.into_iter().unzip();
        let mut body = Vec::new();
        for row in rows {
            while head.len() < row.cells.len() {
                head.push(Vec::new());
                alignments.push(Alignment::None);
            }
            for (known, (_, alignment)) in alignments.iter_mut().zip(&row.cells) {
                if *known == Alignment::None {
                    *known = *alignment;
                }
            }
            body.push(row.cells.into_iter().map(|(cell, _)| cell).collect());
        }
        Some(Table {
            alignments,
            head,
            rows: body,
        })
    }

    fn finish(mut self) -> Vec<Block> {
        self.end_paragraph();
        while self.stack.len() > 1 {
            self.end("");
        }
        self.stack.pop().map(|open| open.blocks).unwrap_or_default()
    }
}

impl Kind {
    fn inline(self, content: Vec<Inline>) -> Inline {
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
    let shows = |inline: &Inline| match inline {
        Inline::Image { .. } | Inline::Code(_) | Inline::Link { .. } => true,
        other => {
            !inline_text(core::slice::from_ref(other))
                .trim_matches(' ')
                .is_empty()
                || has_object(other)
        }
    };
    if !line.iter().any(shows) {
        line.clear();
    }
}

/// Whether an image or a link stands in a mark.
fn has_object(inline: &Inline) -> bool {
    let mut stack = Vec::from([inline]);
    while let Some(inline) = stack.pop() {
        if matches!(inline, Inline::Image { .. } | Inline::Link { .. }) {
            return true;
        }
        stack.extend(inline.children());
    }
    false
}

/// Elements that stand on lines of their own.
fn is_block(name: &str) -> bool {
    matches!(
        name,
        "p" | "div"
            | "section"
            | "article"
            | "details"
            | "summary"
            | "dl"
            | "dt"
            | "dd"
            | "figure"
            | "figcaption"
            | "header"
            | "footer"
            | "nav"
            | "aside"
            | "main"
            | "address"
            | "center"
            | "form"
            | "fieldset"
            | "legend"
            | "caption"
            | "body"
            | "html"
            | "hgroup"
            | "search"
            | "table"
            | "thead"
            | "tbody"
            | "tfoot"
            | "tr"
            | "td"
            | "th"
            | "li"
            | "ul"
            | "ol"
            | "menu"
            | "dir"
            | "blockquote"
            | "pre"
            | "hr"
            | "option"
            | "optgroup"
            | "dialog"
            | "h1"
            | "h2"
            | "h3"
            | "h4"
            | "h5"
            | "h6"
            | "mx-reply"
    )
}

/// The value of a property in the style attribute.
fn style<'d>(data: &'d Data, property: &str) -> Option<&'d str> {
    data.attribute("style")?.split(';').find_map(|declaration| {
        let (name, value) = declaration.split_once(':')?;
        name.trim()
            .eq_ignore_ascii_case(property)
            .then_some(value.trim())
    })
}

fn is_light(weight: &str) -> bool {
    matches!(
        weight,
        "normal" | "lighter" | "100" | "200" | "300" | "400" | "500"
    )
}

fn is_heavy(weight: &str) -> bool {
    matches!(weight, "bold" | "bolder" | "600" | "700" | "800" | "900")
}

fn alignment(data: &Data) -> Alignment {
    let value = style(data, "text-align")
        .or(data.attribute("align"))
        .unwrap_or_default();
    match value.to_ascii_lowercase().as_str() {
        "left" => Alignment::Left,
        "center" => Alignment::Center,
        "right" => Alignment::Right,
        _ => Alignment::None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rich::markdown;

    fn md(html: &str) -> String {
        markdown::write(&read(html, &HtmlReadOptions::default()).value).value
    }

    fn noted(html: &str) -> Vec<Code> {
        read(html, &HtmlReadOptions::default())
            .findings
            .iter()
            .map(|finding| finding.code)
            .collect()
    }

    #[test]
    fn blocks_and_marks() {
        for (html, want) in [
            (
                "<p>a <em>b</em> <b>c</b> <s>d</s> <code>e</code></p>",
                "a *b* **c** ~~d~~ `e`\n",
            ),
            ("a\n  b<br>c", "a b\\\nc\n"),
            (
                "<h2>a</h2><blockquote><p>b<p>c</blockquote>",
                "## a\n\n> b\n>\n> c\n",
            ),
            ("<ul><li>a<ul><li>b</ul><li>c</ul>", "- a\n  - b\n- c\n"),
            (
                "<ol start=3><li><p>a</p><li><p>b</p></ol>",
                "3. a\n\n4. b\n",
            ),
            ("<ul><li><input type=checkbox checked> a</ul>", "- [x] a\n"),
            (
                "<pre><code class='language-rust'>a\n  b</code></pre>",
                "```rust\na\n  b\n```\n",
            ),
            ("<b>a<p>b</p>c</b>", "**a**\n\n**b**\n\n**c**\n"),
            ("<b> a </b>b", "**a** b\n"),
            (
                "<table><tr><th>a<th align=right>b<tr><td>c|<td>d</table>",
                "| a | b |\n| --- | --: |\n| c\\| | d |\n",
            ),
        ] {
            assert_eq!(md(html), want, "{html}");
        }
    }

    #[test]
    fn what_bridges_receive() {
        for (html, want) in [
            // Matrix
            (
                "<mx-reply><blockquote>old</blockquote></mx-reply>new",
                "new\n",
            ),
            ("<span data-mx-spoiler>secret</span>", "secret\n"),
            // Google Docs
            (
                "<b style=\"font-weight:normal;\"><p><span style=\"font-weight:700\">a</span></p></b>",
                "**a**\n",
            ),
            // Gmail
            (
                "<div dir=ltr>a</div><div><br></div><div>b</div>",
                "a\n\nb\n",
            ),
            // Outlook
            (
                "<table><tr><td><table><tr><td><p>a</p></td></tr></table></td></tr></table><p>b</p>",
                "a\n\nb\n",
            ),
            // Web pages
            (
                "<style>x</style><script>y</script><div hidden>z</div><nav>a</nav><img src=x width=1 height=1>",
                "a\n",
            ),
        ] {
            assert_eq!(md(html), want, "{html}");
        }
    }

    #[test]
    fn losses_are_reported() {
        assert_eq!(
            noted("<u>a</u> H<sub>2</sub>O"),
            [codes::MARK_DROPPED, codes::MARK_DROPPED]
        );
        assert_eq!(noted("<iframe></iframe>"), [codes::HTML_DROPPED]);
        assert_eq!(
            noted("<details><summary>a</summary>b</details>"),
            [codes::BLOCK_REDUCED, codes::BLOCK_REDUCED]
        );
        assert_eq!(noted("<p>a <b>b</b></p>"), []);
    }

    #[test]
    fn deep_and_wide_input_is_bounded() {
        let deep = "<div><b>".repeat(5000) + "x";
        let converted = read(&deep, &HtmlReadOptions::default());
        assert_eq!(inline_text_of(&converted.value), "x");
        assert!(noted(&deep).contains(&codes::NESTING_FLATTENED));
        let quotes = "<blockquote>".repeat(5000) + "x";
        assert_eq!(
            inline_text_of(&read(&quotes, &HtmlReadOptions::default()).value),
            "x"
        );
        let wide = ["<p ", &"a=b ".repeat(5000), ">x"].concat();
        assert_eq!(noted(&wide), [codes::HTML_TAG_CUT]);
    }

    fn inline_text_of(document: &Document) -> String {
        crate::rich::block_text(&document.blocks)
    }

    #[test]
    fn equal_marks_side_by_side_are_merged_on_request() {
        let mut document = read("<b>a</b><b>b</b>", &HtmlReadOptions::default()).value;
        merge_marks(&mut document);
        assert_eq!(markdown::write(&document).value, "**ab**\n");
    }
}
