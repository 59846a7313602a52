//! XML of xml2rfc version 3 to lines: elements are left out, entities resolved, and every line
//! stays on its number. Only what a checker of examples needs.

use std::string::String;
use std::vec::Vec;

use super::source::Kind;

/// The text of an XML source line for line, and what each line is.
#[derive(Default)]
pub(super) struct Resolved {
    pub(super) text: String,
    pub(super) kinds: Vec<Kind>,
}

/// Where the scan stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Text,
    Tag,
    Comment,
    Cdata,
}

/// Takes the markup out. A heading becomes `## Title` with a mark for its depth, as in Markdown.
pub(super) fn lines(text: &str) -> Resolved {
    let mut resolved = Resolved::default();
    let mut state = State::Text;
    let mut tag = String::new();
    let mut depth = 0usize;
    let mut code = false;
    let mut heading = false;
    let mut back = false;
    for line in text.split_inclusive('\n') {
        let mut kind = if code { Kind::Code } else { Kind::Prose };
        let mut rest = line.trim_end_matches(['\n', '\r']);
        let mut out = String::new();
        while !rest.is_empty() {
            let (end, skip, next) = match state {
                State::Cdata => find(rest, "]]>", State::Text),
                State::Comment => find(rest, "-->", State::Text),
                State::Tag => find(rest, ">", State::Text),
                State::Text if rest.starts_with("<![CDATA[") => (0, 9, State::Cdata),
                State::Text if rest.starts_with("<!--") => (0, 4, State::Comment),
                State::Text => find(rest, "<", State::Tag),
            };
            let (mut end, mut skip, mut next) = (end, skip, next);
            if state == State::Text && next == State::Tag && end > 0 {
                // The text before it first; what it opens is seen the next time.
                (skip, next) = (0, State::Text);
            }
            let piece = rest.get(..end).unwrap_or("");
            match state {
                State::Text => unescape(piece, &mut out),
                State::Cdata => out.push_str(piece),
                State::Tag => tag.push_str(piece),
                State::Comment => {}
            }
            if state == State::Tag && next == State::Text && skip > 0 {
                let name: String = tag
                    .chars()
                    .take_while(|c| c.is_ascii_alphanumeric() || *c == '/')
                    .collect();
                let closed = tag.ends_with('/');
                match name.as_str() {
                    "section" if !closed => {
                        depth += 1;
                        if let Some(title) = attribute(&tag, "title") {
                            push_heading(&mut out, depth);
                            unescape(title, &mut out);
                            kind = Kind::Heading;
                        }
                    }
                    "/section" => depth = depth.saturating_sub(1),
                    "name" if depth > 0 && !code => {
                        heading = true;
                        push_heading(&mut out, depth);
                        kind = Kind::Heading;
                    }
                    "/name" => heading = false,
                    "back" => back = true,
                    "sourcecode" | "artwork" if !closed => {
                        code = true;
                        // What stands before it on the line is gone.
                        kind = Kind::Code;
                    }
                    "/sourcecode" | "/artwork" => code = false,
                    "xref" | "eref" => out.push(' '),
                    _ => {}
                }
                tag.clear();
            }
            if end == rest.len() {
                (end, skip) = (rest.len(), 0);
            }
            state = next;
            rest = rest.get(end + skip..).unwrap_or("");
        }
        if state == State::Tag {
            tag.push(' ');
        }
        if heading && kind != Kind::Heading {
            kind = Kind::Heading;
        }
        if back && kind == Kind::Prose {
            kind = Kind::Back;
            back = false;
        }
        resolved.text.push_str(&out);
        resolved.text.push('\n');
        resolved.kinds.push(kind);
    }
    resolved
}

fn push_heading(out: &mut String, depth: usize) {
    out.clear();
    out.extend(core::iter::repeat_n('#', depth.min(9)));
    out.push(' ');
}

/// The next mark: where it stands, its length, and the state behind it.
fn find(text: &str, mark: &str, after: State) -> (usize, usize, State) {
    match text.find(mark) {
        Some(at) => (at, mark.len(), after),
        None => (
            text.len(),
            0,
            match mark {
                "]]>" => State::Cdata,
                "-->" => State::Comment,
                ">" => State::Tag,
                _ => State::Text,
            },
        ),
    }
}

/// The value of an attribute of a tag.
fn attribute<'t>(tag: &'t str, name: &str) -> Option<&'t str> {
    let (_, rest) = tag.split_once(name)?;
    let rest = rest.trim_start().strip_prefix('=')?.trim_start();
    let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''))?;
    rest.get(1..)?.split_once(quote).map(|(value, _)| value)
}

fn unescape(text: &str, out: &mut String) {
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        out.push_str(before);
        let entity = after
            .get(..after.len().min(12))
            .or_else(|| after.get(..0))
            .and_then(|start| start.split_once(';'))
            .map(|(name, _)| name);
        let number = entity
            .and_then(|name| name.strip_prefix('#'))
            .and_then(|n| match n.strip_prefix('x') {
                Some(hex) => u32::from_str_radix(hex, 16).ok(),
                None => n.parse().ok(),
            });
        let character = match entity {
            Some("lt") => Some('<'),
            Some("gt") => Some('>'),
            Some("amp") => Some('&'),
            Some("quot") => Some('"'),
            Some("apos") => Some('\''),
            Some("nbsp") => Some(' '),
            _ => number.and_then(char::from_u32),
        };
        match (character, entity) {
            (Some(character), Some(entity)) => {
                out.push(character);
                rest = after.get(entity.len() + 1..).unwrap_or("");
            }
            _ => {
                out.push('&');
                rest = after;
            }
        }
    }
    out.push_str(rest);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_stay_on_their_numbers() {
        let text = "<rfc><middle>\n<section><name>One &amp; two</name>\n<t>see <xref\n  \
                    target=\"x\"/> a&#x2764;b</t>\n<sourcecode type=\"edn\"><![CDATA[\n[\n  'a<b', \
                    # &amp;\n]\n]]></sourcecode>\n<!-- x\n --> y\n</section></middle><back>\n\
                    <section title=\"S\">\n</section></back></rfc>";
        let resolved = lines(text);
        let shown: Vec<&str> = resolved.text.lines().map(str::trim).collect();
        assert_eq!(
            shown,
            [
                "",
                "# One & two",
                "see",
                "a\u{2764}b",
                "",
                "[",
                "'a<b', # &amp;",
                "]",
                "",
                "",
                "y",
                "",
                "# S",
                ""
            ]
        );
        assert_eq!(resolved.kinds.get(1), Some(&Kind::Heading));
        assert_eq!(resolved.kinds.get(6), Some(&Kind::Code));
        assert_eq!(resolved.kinds.get(11), Some(&Kind::Back));
    }
}
