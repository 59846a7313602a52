//! HTML made ready for another parser: cut down, because that has no bounds of its own, and with what
//! the policy has no name for said in elements that it knows.

use std::borrow::Cow;
use std::string::String;

use memchr::{memchr_iter, memchr2_iter};

use super::guard::{OPEN_ELEMENTS, is_void};
use super::reader::elements::is_hidden;
use super::tree::{Data, Step, Tree};

/// How many nodes written in a table but outside its cells another parser is trusted with; it takes
/// time for each in proportion to what stands before.
const FOSTERED: usize = 1000;

/// How many character references, and characters that are written as such, another parser is trusted
/// with; where they stand in one long text it takes time for each in proportion to the rest.
pub(super) const REFERENCES: usize = 4096;

/// How many octets there are that may begin a character reference, or a character written as one.
pub(super) fn references(html: &str) -> usize {
    // The second is the first octet of a no-break space.
    memchr2_iter(b'&', 0xc2, html.as_bytes()).count()
}

/// Octets of attributes that are passed on beside twice those of the input. Where formatting stays
/// open, the standard repeats its element in every block that follows, attributes and all.
const ATTRIBUTES_FREE: usize = 1 << 20;

/// The most octets of attributes that an input of that length is passed on with.
const fn attribute_budget(octets: usize) -> usize {
    octets.saturating_mul(2).saturating_add(ATTRIBUTES_FREE)
}

/// The longest text that is written in one piece for another parser.
const TEXT_PIECE: usize = 1024;

/// Cuts down HTML that would take another parser long. Usually it is returned as it is.
pub(super) fn contain(html: &str) -> Cow<'_, str> {
    // Fewer tags than may be open at once cannot nest too deeply, and short text has no long tags.
    if html.len() < super::feed::TAG_OCTETS
        && memchr_iter(b'<', html.as_bytes()).count() < OPEN_ELEMENTS
    {
        return Cow::Borrowed(html);
    }
    let tree = Tree::parse(html);
    let budget = attribute_budget(html.len());
    if !tree.flattened
        && !tree.cut
        && tree.fostered < FOSTERED
        && references(html) < REFERENCES
        && tree.attribute_octets() <= budget
    {
        return Cow::Borrowed(html);
    }
    Cow::Owned(tree.serialize(budget))
}

/// Elements that the policy knows by another name only, as their tags begin.
const RENAMED: &[&[u8]] = &[b"strike", b"kbd", b"samp", b"tt", b"q"];

/// Like [`contain`], and elements that have a second name get that, quotations get their marks, and
/// what is hidden is left out: the attributes that hide it would not remain.
pub(super) fn prepare(html: &str) -> Cow<'_, str> {
    let bytes = html.as_bytes();
    let begins = |at: usize, name: &[u8]| {
        bytes
            .get(at..at + name.len())
            .is_some_and(|found| found.eq_ignore_ascii_case(name))
    };
    let renamed =
        memchr_iter(b'<', bytes).any(|at| RENAMED.iter().any(|name| begins(at + 1, name)));
    // Either name of an attribute can be written in capitals, but not as references.
    let may_hide = || {
        memchr2_iter(b'y', b'Y', bytes).any(|at| at >= 2 && begins(at - 2, b"style"))
            || memchr2_iter(b'h', b'H', bytes).any(|at| begins(at, b"hidden"))
    };
    if renamed || may_hide() {
        Cow::Owned(Tree::parse(html).serialize(attribute_budget(html.len())))
    } else {
        contain(html)
    }
}

impl Tree {
    /// The octets of all attributes, each time they stand in the tree.
    fn attribute_octets(&self) -> usize {
        let mut octets = 0_usize;
        let mut step = Some(Step::Enter(self.root()));
        while let Some(now) = step {
            if let Step::Enter(id) = now
                && let Data::Element { attributes, .. } = self.data(id)
            {
                let lengths = attributes.iter().map(|attribute| attribute.value.len());
                octets = octets.saturating_add(lengths.sum());
            }
            step = self.step(now, true, self.root());
        }
        octets
    }

    /// Writes the tree as HTML again, for the parser behind `sanitize`; with so many octets of
    /// attributes at most, and what comes behind those without.
    fn serialize(&self, mut attribute_budget: usize) -> String {
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
                    data @ Data::Element { name, attributes } => {
                        let name = serialized_name(name);
                        if super::policy::WITHOUT_CONTENT.contains(&name) || is_hidden(data) {
                            descend = false;
                        } else if name == "q" {
                            out.push('“');
                        } else {
                            out.push('<');
                            out.push_str(name);
                            for attribute in attributes {
                                let octets = attribute.value.len();
                                if octets <= attribute_budget
                                    && super::policy::is_attribute(&attribute.name.local)
                                {
                                    attribute_budget -= octets;
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
                    if self.name(id) == Some("q") {
                        out.push('”');
                    } else if let Some(name) = self.name(id)
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

/// The name under which an element is written. In some, text would be read by rules of their own; others
/// have a second name that the policy knows.
fn serialized_name(name: &str) -> &str {
    match name {
        "strike" => "s",
        "kbd" | "samp" | "tt" => "code",
        "listing" | "xmp" | "plaintext" => "pre",
        name => name,
    }
}
