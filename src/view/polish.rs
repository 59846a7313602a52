//! What a page asks of the HTML of a message: headings that fit under those of the page, tables that
//! can be scrolled by keyboard, boxes and images with a name, links marked that mention somebody or
//! say something else than they do.
//!
//! Works on HTML as `html` writes it, in which no text and no value holds a bare `<`, and
//! every value stands between double quotes.

use alloc::string::String;
use alloc::vec::Vec;

use super::html::escape;
use crate::rich::links;

/// What is asked about the links of a message.
pub(crate) struct Polish<'p> {
    /// Whether a URI names somebody of the room.
    pub(crate) is_member: &'p dyn Fn(&str) -> bool,
    /// Whether a URI names the reader.
    pub(crate) is_reader: &'p dyn Fn(&str) -> bool,
    /// The highest heading of a message, under those of the page.
    pub(crate) top: u8,
}

/// What was found on the way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Seen {
    /// The message mentions the reader.
    pub(crate) mentions_reader: bool,
}

impl Polish<'_> {
    /// Writes a fragment as the page wants it.
    pub(crate) fn write(&self, fragment: &str, out: &mut String) -> Seen {
        let mut seen = Seen::default();
        let mut headings = Headings {
            top: self.top,
            last: self.top.saturating_sub(1),
            open: Vec::new(),
        };
        let mut link: Option<(String, String)> = None;
        let mut rest = fragment;
        while let Some(start) = rest.find('<') {
            let (text, from) = rest.split_at(start);
            out.push_str(text);
            if let Some((_, said)) = &mut link {
                said.push_str(&unescape(text));
            }
            let (tag, after) = from.split_at(tag_length(from));
            rest = after;
            match name(tag) {
                "a" => {
                    let target = attribute(tag, "href").map(unescape).unwrap_or_default();
                    seen.mentions_reader |= self.link(tag, &target, out);
                    link = Some((target, String::new()));
                }
                "/a" => match link.take() {
                    // A link that says nothing would not be seen or heard.
                    Some((target, said)) if said.trim().is_empty() => {
                        escape(&target, out);
                        out.push_str(tag);
                    }
                    Some((target, said)) => {
                        out.push_str(tag);
                        rest = deception(&said, &target, rest, out);
                    }
                    None => out.push_str(tag),
                },
                // A head that says nothing is none.
                "th" if after.trim_start().starts_with("</th>") => {
                    out.push_str("<td></td>");
                    rest = after.trim_start().strip_prefix("</th>").unwrap_or(after);
                }
                "table" => {
                    out.push_str(
                        "<div class=\"scroll\" tabindex=\"0\" role=\"group\" aria-label=\"Table\">",
                    );
                    out.push_str(tag);
                }
                "/table" => out.push_str("</table></div>"),
                "input" => {
                    let done = tag.contains(" checked");
                    let label = if done { "done" } else { "to do" };
                    insert(tag, " aria-label=\"", label, out);
                }
                "img" => {
                    if let (Some((_, said)), Some(alt)) = (&mut link, attribute(tag, "alt")) {
                        said.push_str(&unescape(alt));
                    }
                    match attribute(tag, "alt") {
                        Some(_) => out.push_str(tag),
                        None => insert(tag, " alt=\"", "an image without a description", out),
                    }
                }
                other => match headings.level(other) {
                    Some((slash, level)) => {
                        out.push_str(slash);
                        out.push(char::from(b'0' + level));
                        out.push_str(tag.get(slash.len() + 1..).unwrap_or(">"));
                    }
                    None => out.push_str(tag),
                },
            }
        }
        out.push_str(rest);
        seen
    }

    /// Writes the start of a link; says whether it mentions the reader.
    fn link(&self, tag: &str, target: &str, out: &mut String) -> bool {
        if target.is_empty() || attribute(tag, "class").is_some() || !(self.is_member)(target) {
            out.push_str(tag);
            return false;
        }
        let me = (self.is_reader)(target);
        let class = if me { "mention me" } else { "mention" };
        insert(tag, " class=\"", class, out);
        me
    }
}

/// Writes the true target behind a link that says something else. The writer of the message's
/// HTML may have written it already, as text.
fn deception<'f>(said: &str, target: &str, rest: &'f str, out: &mut String) -> &'f str {
    if !links::compare(said, target).is_deceptive() {
        return rest;
    }
    let mut mark = String::from("[");
    escape(links::host(target).unwrap_or(target), &mut mark);
    mark.push(']');
    out.push_str(" <strong class=\"deceptive\">");
    out.push_str(&mark);
    out.push_str("</strong>");
    rest.strip_prefix(' ')
        .and_then(|rest| rest.strip_prefix(mark.as_str()))
        .unwrap_or(rest)
}

/// The levels of headings, of which none is left out on the way down.
struct Headings {
    top: u8,
    last: u8,
    open: Vec<u8>,
}

impl Headings {
    /// How the tag of a heading begins, and its level in the page.
    fn level(&mut self, name: &str) -> Option<(&'static str, u8)> {
        let (slash, number) = match name.strip_prefix("/h") {
            Some(number) => ("</h", number),
            None => ("<h", name.strip_prefix('h')?),
        };
        let [digit @ b'1'..=b'6'] = number.as_bytes() else {
            return None;
        };
        let level = if slash == "<h" {
            let wanted = digit - b'1' + self.top;
            let level = wanted.min(self.last + 1).min(6);
            self.last = level;
            self.open.push(level);
            level
        } else {
            self.open.pop().unwrap_or(self.top)
        };
        Some((slash, level))
    }
}

/// Octets of the tag that a text begins with.
fn tag_length(text: &str) -> usize {
    let mut quoted = false;
    for (at, octet) in text.bytes().enumerate() {
        match octet {
            b'"' => quoted = !quoted,
            b'>' if !quoted => return at + 1,
            _ => {}
        }
    }
    text.len()
}

/// The name of a tag, with the slash of an end tag.
fn name(tag: &str) -> &str {
    let inner = tag.strip_prefix('<').unwrap_or(tag);
    let end = inner.find([' ', '>', '\n']).unwrap_or(inner.len());
    inner.get(..end).unwrap_or_default()
}

/// The value of an attribute, still escaped.
fn attribute<'t>(tag: &'t str, wanted: &str) -> Option<&'t str> {
    let mut rest = tag;
    loop {
        let (before, after) = rest.split_once('"')?;
        let (value, next) = after.split_once('"')?;
        let found = before.strip_suffix('=')?;
        if found.rsplit([' ', '\n']).next() == Some(wanted) {
            return Some(value);
        }
        rest = next;
    }
}

/// Writes a tag with one more attribute, whose value needs no escaping.
fn insert(tag: &str, attribute: &str, value: &str, out: &mut String) {
    let (head, tail) = tag.split_at(name(tag).len() + 1);
    for piece in [head, attribute, value, "\"", tail] {
        out.push_str(piece);
    }
}

/// The references that our writers make, and the named one that the cleaner makes, as characters.
fn unescape(text: &str) -> String {
    const REFERENCES: [(&str, char); 8] = [
        ("&lt;", '<'),
        ("&gt;", '>'),
        ("&amp;", '&'),
        ("&quot;", '"'),
        ("&#39;", '\''),
        ("&#96;", '`'),
        ("&#13;", '\r'),
        ("&nbsp;", '\u{a0}'),
    ];
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        let (plain, from) = rest.split_at(at);
        out.push_str(plain);
        let known = REFERENCES
            .iter()
            .find_map(|(name, c)| Some((from.strip_prefix(name)?, *c)));
        let (after, c) = known.unwrap_or((from.get(1..).unwrap_or_default(), '&'));
        out.push(c);
        rest = after;
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn polished(fragment: &str) -> (String, bool) {
        let mut out = String::new();
        let seen = Polish {
            is_member: &|uri| uri.ends_with("/alice") || uri.ends_with("/bob"),
            is_reader: &|uri| uri.ends_with("/bob"),
            top: 3,
        }
        .write(fragment, &mut out);
        (out, seen.mentions_reader)
    }

    #[test]
    fn headings_stand_under_those_of_the_page() {
        let (html, _) = polished("<h1>a</h1><h4 id=\"x\">b</h4><h2>c</h2><h6>d</h6><hr>");
        assert_eq!(
            html,
            "<h3>a</h3><h4 id=\"x\">b</h4><h4>c</h4><h5>d</h5><hr>"
        );
        assert_eq!(polished("<h6>a</h6></h1>").0, "<h3>a</h3></h3>");
    }

    #[test]
    fn links_are_marked() {
        let (html, me) = polished("<a href=\"mimi://x/u/alice\" rel=\"noopener\">A</a>");
        assert_eq!(
            html,
            "<a class=\"mention\" href=\"mimi://x/u/alice\" rel=\"noopener\">A</a>"
        );
        assert!(!me);
        assert!(polished("<a href=\"mimi://x/u/bob\">B</a>").1);
        assert!(!polished("<a href=\"mimi://x/u/eve\">B</a>").1);
        let (html, _) = polished(
            "<a href=\"https://evil.example/?a&amp;b\">https://bank.example</a> [evil.example] x",
        );
        assert_eq!(
            html,
            "<a href=\"https://evil.example/?a&amp;b\">https://bank.example</a> \
             <strong class=\"deceptive\">[evil.example]</strong> x"
        );
        // Also where the cleaned HTML of a sender says nothing of it.
        let (html, _) = polished("<a href=\"https://evil.example\"><b>bank</b>.example</a>");
        assert!(html.ends_with("</a> <strong class=\"deceptive\">[evil.example]</strong>"));
        assert_eq!(
            polished("<a href=\"https://a.example/?b&amp;c\"> </a>").0,
            "<a href=\"https://a.example/?b&amp;c\"> https://a.example/?b&amp;c</a>"
        );
        let honest = "<a href=\"https://bank.example/\">the bank</a> [evil.example]";
        assert_eq!(polished(honest).0, honest);
    }

    #[test]
    fn boxes_images_and_tables_have_names() {
        assert_eq!(
            polished("<input type=\"checkbox\" checked disabled> a").0,
            "<input aria-label=\"done\" type=\"checkbox\" checked disabled> a"
        );
        assert_eq!(
            polished("<img src=\"a\"><img src=\"a\" alt=\"\">").0,
            "<img alt=\"an image without a description\" src=\"a\"><img src=\"a\" alt=\"\">"
        );
        assert_eq!(polished("<th>\n</th><th>a</th>").0, "<td></td><th>a</th>");
        let (html, _) = polished("<table>\n<tr></tr>\n</table>");
        assert!(html.starts_with("<div class=\"scroll\" tabindex=\"0\""));
        assert!(html.ends_with("</table></div>"));
    }

    #[test]
    fn values_may_hold_what_looks_like_tags() {
        let odd = "<img src=\"a\" alt=\"&lt;a href=> &quot;\"> x > y";
        assert_eq!(polished(odd).0, odd);
        for broken in [
            "<",
            "<a",
            "<a href=\"",
            "a<b c=\"d\" \"e",
            "</a>",
            "<img alt=\"",
        ] {
            polished(broken);
        }
    }

    #[test]
    fn references_become_characters() {
        assert_eq!(
            unescape("a&amp;lt;&quot;&#39;&nbsp;&x;&"),
            "a&lt;\"'\u{a0}&x;&"
        );
    }
}
