//! HTML in order -> a tree, several times faster than html5ever.
//!
//! Most of what messengers and mail programs send is in order: each element ends where it must, what
//! stands in tables stands in cells. For such a text the rules of the HTML standard come down to the few
//! below. At the first sign of anything else (marks that overlap, frames, SVG, a NUL, a tag cut off)
//! this gives up, and html5ever reads the text from its beginning; so every text gives the tree that
//! html5ever makes of it, which `orderly_tests` and the fuzz target `html` hold.

mod attributes;
mod elements;
mod references;

use std::borrow::Cow;
use std::string::String;
use std::vec::Vec;

use html5ever::tendril::StrTendril;
use html5ever::{Attribute, LocalName, local_name};
use memchr::{memchr, memchr2, memmem};

use self::elements::{Kind, element};
use self::references::reference;
use super::feed::TAG_OCTETS;
use super::sink::Arena;
use super::tree::{Data, Node};

/// More open elements than this are left to html5ever and its bounds.
const OPEN_ELEMENTS: usize = 100;

/// The longest name of an element that is known here.
const NAME_OCTETS: usize = 24;

/// The same mark this often within itself is left to html5ever, which then forgets some.
const SAME_MARKS: usize = 3;

/// An element begun and not ended.
struct Open {
    at: u32,
    kind: Kind,
    name: LocalName,
}

/// Reads a fragment; the nodes of its tree, the root first, or `None` if the text is not in order.
pub(super) fn parse(html: &str) -> Option<Vec<Node>> {
    // The offsets of a tendril are 32 bits wide; a mark of byte order is not text.
    if u32::try_from(html.len()).is_err() || html.starts_with('\u{feff}') {
        return None;
    }
    if memchr(0, html.as_bytes()).is_some() {
        return None;
    }
    // The parser sees line feeds only.
    let html = if memchr(b'\r', html.as_bytes()).is_some() {
        Cow::Owned(html.replace("\r\n", "\n").replace('\r', "\n"))
    } else {
        Cow::Borrowed(html)
    };
    let mut nodes = Vec::with_capacity(16);
    nodes.push(Node::new(Data::Other));
    let mut parser = Parser {
        html: &html,
        shared: StrTendril::from_slice(&html),
        at: 0,
        arena: Arena(&mut nodes),
        open: Vec::with_capacity(16),
        after_pre: false,
    };
    let root = Data::Element {
        name: local_name!("html"),
        attributes: Vec::new(),
    };
    let root = parser.arena.add_last(0, root);
    parser.open.push(Open {
        at: root,
        kind: Kind::Block,
        name: local_name!("html"),
    });
    parser.run()?;
    Some(nodes)
}

struct Parser<'a> {
    html: &'a str,
    /// The same text, of which texts and values are parts.
    shared: StrTendril,
    at: usize,
    arena: Arena<'a>,
    open: Vec<Open>,
    /// A `pre` has just begun.
    after_pre: bool,
}

impl<'a> Parser<'a> {
    fn run(&mut self) -> Option<()> {
        let bytes = self.html.as_bytes();
        while let Some(&byte) = bytes.get(self.at) {
            let after_pre = core::mem::take(&mut self.after_pre);
            if byte != b'<' {
                self.texts(after_pre)?;
                continue;
            }
            match bytes.get(self.at + 1)? {
                b'a'..=b'z' | b'A'..=b'Z' => self.start_tag()?,
                b'/' => self.end_tag()?,
                b'!' => self.declaration()?,
                _ => return None,
            }
        }
        Some(())
    }

    fn top(&self) -> Option<&Open> {
        self.open.last()
    }

    fn top_kind(&self) -> Option<Kind> {
        self.top().map(|open| open.kind)
    }

    /// Whether only parts of tables and white space may stand here.
    fn in_table(&self) -> bool {
        matches!(
            self.top_kind(),
            Some(Kind::Table | Kind::Section | Kind::Row)
        )
    }

    /// A part of the text, shared where it is long.
    fn part(&self, start: usize, end: usize) -> Option<StrTendril> {
        let len = end.checked_sub(start)?;
        self.shared
            .try_subtendril(u32::try_from(start).ok()?, u32::try_from(len).ok()?)
            .ok()
    }

    /// Reads text up to the next tag.
    fn texts(&mut self, after_pre: bool) -> Option<()> {
        let bytes = self.html.as_bytes();
        if after_pre && bytes.get(self.at) == Some(&b'\n') {
            self.at += 1;
        }
        // A line feed spelled as a reference would be left out there as well.
        if after_pre && bytes.get(self.at) == Some(&b'&') {
            return None;
        }
        while let Some(rest) = bytes.get(self.at..).filter(|rest| !rest.is_empty()) {
            let end = memchr2(b'<', b'&', rest).map_or(bytes.len(), |len| self.at + len);
            if end > self.at {
                if self.in_table()
                    && !rest
                        .get(..end - self.at)?
                        .iter()
                        .all(|b| matches!(b, b' ' | b'\t' | b'\n' | b'\x0c'))
                {
                    return None;
                }
                let text = self.part(self.at, end)?;
                self.append_text(text)?;
                self.at = end;
            }
            if bytes.get(end) != Some(&b'&') {
                break;
            }
            if self.in_table() {
                return None;
            }
            let mut decoded = String::new();
            self.at += reference(self.html.get(end..)?, &mut decoded)?;
            self.append_text(StrTendril::from_slice(&decoded))?;
        }
        Some(())
    }

    fn append_text(&mut self, text: StrTendril) -> Option<()> {
        let parent = self.top()?.at;
        self.arena.append_text(parent, text);
        Some(())
    }

    /// Reads a comment, or what is read as one.
    fn declaration(&mut self) -> Option<()> {
        let rest = self.html.as_bytes().get(self.at + 2..)?;
        let len = if let Some(comment) = rest.strip_prefix(b"--") {
            if comment.starts_with(b">") || comment.starts_with(b"->") {
                return None;
            }
            let len = memmem::find(comment, b"-->")?;
            // Within it, `--!>` ends a comment as well.
            if memmem::find(comment.get(..len)?, b"--!>").is_some() {
                return None;
            }
            let parent = self.top()?.at;
            self.arena.add_last(parent, Data::Other);
            len + 5
        } else if rest
            .get(..7)
            .is_some_and(|word| word.eq_ignore_ascii_case(b"doctype"))
        {
            // In a body it is nothing. Inside of cells and tables as well.
            memchr(b'>', rest)? + 1
        } else {
            return None;
        };
        self.at += 2 + len;
        Some(())
    }

    /// Reads a name in lower case into `buffer`; the name, and what stands behind it.
    fn name<'b>(&self, from: usize, buffer: &'b mut [u8; NAME_OCTETS]) -> Option<(&'b str, usize)> {
        let bytes = self.html.as_bytes();
        let mut len = 0;
        while let Some(byte) = bytes.get(from + len) {
            match byte {
                b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b':' | b'-' => {
                    *buffer.get_mut(len)? = byte.to_ascii_lowercase();
                    len += 1;
                }
                b' ' | b'\t' | b'\n' | b'\x0c' | b'/' | b'>' => break,
                _ => return None,
            }
        }
        let name = core::str::from_utf8(buffer.get(..len)?).ok()?;
        Some((name, from + len))
    }

    fn end_tag(&mut self) -> Option<()> {
        let mut buffer = [0; NAME_OCTETS];
        let (name, end) = self.name(self.at + 2, &mut buffer)?;
        if self.html.as_bytes().get(end) != Some(&b'>') {
            return None;
        }
        let (kind, name) = element(name)?;
        match kind {
            Kind::Void | Kind::Rule | Kind::Raw => return None,
            Kind::Ignored => {
                if self.in_table() {
                    return None;
                }
            }
            Kind::Block | Kind::Division | Kind::Pre | Kind::Item | Kind::Term => {
                self.close_implied(&name);
                self.close(&name)?;
            }
            Kind::Cell => {
                self.close_implied(&name);
                self.close(&name)?;
            }
            Kind::Section => {
                if self.top_kind() == Some(Kind::Row) {
                    self.open.pop();
                }
                self.close(&name)?;
            }
            Kind::Table => {
                if self.top_kind() == Some(Kind::Cell) {
                    self.open.pop();
                }
                if self.top_kind() == Some(Kind::Row) {
                    self.open.pop();
                }
                if self.top_kind() == Some(Kind::Section) {
                    self.open.pop();
                }
                self.close(&name)?;
            }
            Kind::Plain | Kind::Mark | Kind::Paragraph | Kind::Heading | Kind::Row => {
                self.close(&name)?;
            }
        }
        self.at = end + 1;
        Some(())
    }

    /// Ends the innermost element if it has that name.
    fn close(&mut self, name: &LocalName) -> Option<()> {
        // The root is never ended.
        if self.open.len() < 2 || self.top()?.name != *name {
            return None;
        }
        self.open.pop();
        Some(())
    }

    /// Ends what may be left open before the end of an element.
    fn close_implied(&mut self, name: &LocalName) {
        while let Some(top) = self.top()
            && matches!(top.kind, Kind::Paragraph | Kind::Item | Kind::Term)
            && top.name != *name
        {
            self.open.pop();
        }
    }

    /// Ends the paragraph before a block. Where something else stands open in it, this is no matter
    /// for here.
    fn end_paragraph(&mut self) -> Option<()> {
        if self.top_kind() == Some(Kind::Paragraph) {
            self.open.pop();
        }
        let mut scope = self
            .open
            .iter()
            .rev()
            .take_while(|open| open.kind != Kind::Cell);
        if scope.any(|open| open.kind == Kind::Paragraph) {
            return None;
        }
        Some(())
    }

    /// Ends the item before an item.
    fn end_item(&mut self, kind: Kind) -> Option<()> {
        if let [.., item, paragraph] = self.open.as_slice()
            && paragraph.kind == Kind::Paragraph
            && item.kind == kind
        {
            self.open.pop();
        }
        if self.top_kind() == Some(kind) {
            self.open.pop();
            return Some(());
        }
        for open in self.open.iter().rev() {
            match open.kind {
                Kind::Plain | Kind::Mark | Kind::Division | Kind::Paragraph => {}
                found if found == kind => return None,
                _ => break,
            }
        }
        Some(())
    }

    /// Ends the parts of a table that end before a part of this kind, and begins those that must be
    /// around it.
    fn arrange(&mut self, kind: Kind) -> Option<()> {
        if !self.in_table() {
            // A paragraph at the end of a cell ends with it.
            if let [.., cell, paragraph] = self.open.as_slice()
                && paragraph.kind == Kind::Paragraph
                && cell.kind == Kind::Cell
            {
                self.open.pop();
            }
            if self.top_kind() != Some(Kind::Cell) {
                return None;
            }
            self.open.pop();
        }
        if self.top_kind() == Some(Kind::Row) && kind != Kind::Cell {
            self.open.pop();
        }
        if self.top_kind() == Some(Kind::Section) && kind == Kind::Section {
            self.open.pop();
        }
        if self.top_kind() == Some(Kind::Table) && kind != Kind::Section {
            self.begin(Kind::Section, local_name!("tbody"), Vec::new())?;
        }
        if self.top_kind() == Some(Kind::Section) && kind == Kind::Cell {
            self.begin(Kind::Row, local_name!("tr"), Vec::new())?;
        }
        Some(())
    }

    fn start_tag(&mut self) -> Option<()> {
        let mut buffer = [0; NAME_OCTETS];
        let (name, end) = self.name(self.at + 1, &mut buffer)?;
        let (kind, name) = element(name)?;
        let start = self.at;
        self.at = end;
        let attributes = self.attributes()?;
        if self.at - start > TAG_OCTETS {
            return None;
        }
        let is_part = matches!(kind, Kind::Section | Kind::Row | Kind::Cell);
        if is_part {
            self.arrange(kind)?;
        } else if self.in_table() {
            return None;
        }
        match kind {
            Kind::Ignored => return Some(()),
            Kind::Void => {
                self.add(name, attributes)?;
                return Some(());
            }
            Kind::Rule => {
                self.end_paragraph()?;
                self.add(name, attributes)?;
                return Some(());
            }
            Kind::Raw => {
                self.begin(kind, name, attributes)?;
                return self.raw();
            }
            Kind::Mark => {
                let marks = self.open.iter().filter(|open| open.name == name).count();
                if marks >= SAME_MARKS || marks > 0 && name == local_name!("a") {
                    return None;
                }
            }
            Kind::Block | Kind::Division | Kind::Paragraph | Kind::Table => {
                self.end_paragraph()?;
            }
            Kind::Heading => {
                self.end_paragraph()?;
                if self.top_kind() == Some(Kind::Heading) {
                    return None;
                }
            }
            Kind::Pre => {
                self.end_paragraph()?;
                self.after_pre = true;
            }
            Kind::Item | Kind::Term => {
                self.end_item(kind)?;
                self.end_paragraph()?;
            }
            Kind::Plain | Kind::Section | Kind::Row | Kind::Cell => {}
        }
        self.begin(kind, name, attributes)
    }

    fn add(&mut self, name: LocalName, attributes: Vec<Attribute>) -> Option<u32> {
        let parent = self.top()?.at;
        Some(
            self.arena
                .add_last(parent, Data::Element { name, attributes }),
        )
    }

    fn begin(&mut self, kind: Kind, name: LocalName, attributes: Vec<Attribute>) -> Option<()> {
        if self.open.len() >= OPEN_ELEMENTS {
            return None;
        }
        let at = self.add(name.clone(), attributes)?;
        self.open.push(Open { at, kind, name });
        Some(())
    }

    /// Reads the text of an element that holds nothing else, and its end tag.
    fn raw(&mut self) -> Option<()> {
        let rest = self.html.get(self.at..)?;
        let len = memmem::find(rest.as_bytes(), b"</")?;
        if !rest
            .get(len + 2..len + 8)
            .is_some_and(|end| end.eq_ignore_ascii_case("style>"))
        {
            return None;
        }
        if len > 0 {
            let text = self.part(self.at, self.at + len)?;
            self.append_text(text)?;
        }
        self.open.pop();
        self.at += len + 8;
        Some(())
    }
}
