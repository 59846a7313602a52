//! What the rules of [`orderly`](super) distinguish about elements.

use html5ever::{LocalName, local_name};

/// What the rules distinguish.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Ends where its end tag stands, like `span`.
    Plain,
    /// Formatting, which goes on behind a block that it does not end in; here it always ends.
    Mark,
    /// Ends the paragraph before it. What is left open in it ends with it if that may be.
    Block,
    /// The same, and items look for an item through it.
    Division,
    Paragraph,
    Heading,
    /// A block whose first line feed is not content.
    Pre,
    /// `li`.
    Item,
    /// `dt` and `dd`.
    Term,
    /// Without content or end.
    Void,
    /// `hr`: the same, and ends the paragraph before it.
    Rule,
    Table,
    /// `tbody`, `thead`, `tfoot`.
    Section,
    Row,
    /// `td` and `th`.
    Cell,
    /// Its content is text up to its end tag, in which nothing is decoded.
    Raw,
    /// `html`, `head`, `body`: not in a fragment.
    Ignored,
}

/// What is known of an element; `None` for all that html5ever is to judge.
pub(super) fn element(name: &str) -> Option<(Kind, LocalName)> {
    macro_rules! table {
        ($($kind:ident: [$($name:tt)*])*) => {
            match name { $($( $name => (Kind::$kind, local_name!($name)), )*)* _ => return other(name) }
        };
    }
    Some(table! {
        Plain: ["span" "ins" "del" "sub" "sup" "mark" "q" "abbr" "cite" "dfn" "kbd" "samp" "var" "time" "data"
               "label" "bdi" "bdo" "acronym"]
        Mark: ["a" "b" "big" "code" "em" "font" "i" "s" "small" "strike" "strong" "tt" "u"]
        Block: ["article" "aside" "blockquote" "center" "details" "dialog" "dl" "fieldset" "figcaption"
               "figure" "footer" "header" "main" "menu" "nav" "ol" "section" "summary" "ul"]
        Division: ["address" "div"]
        Paragraph: ["p"]
        Heading: ["h1" "h2" "h3" "h4" "h5" "h6"]
        Pre: ["pre"]
        Item: ["li"]
        Term: ["dd" "dt"]
        Void: ["br" "img" "wbr" "input" "meta" "link" "base"]
        Rule: ["hr"]
        Table: ["table"]
        Section: ["tbody" "tfoot" "thead"]
        Row: ["tr"]
        Cell: ["td" "th"]
        Raw: ["style"]
        Ignored: ["html" "head" "body"]
    })
}

/// Names that no standard knows (`o:p`, `mx-reply`) are elements like any other.
fn other(name: &str) -> Option<(Kind, LocalName)> {
    name.contains([':', '-'])
        .then(|| (Kind::Plain, LocalName::from(name)))
}
