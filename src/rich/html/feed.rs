//! Hands HTML to the tokenizer in pieces, and cuts oversized tags on the way.
//!
//! The tokenizer compares each attribute of a tag with all before it. So that a tag is cut between
//! two attributes and nowhere else, this follows the tokenizer's states; where these depend on the
//! tree (is this `<title>` an element of SVG?), a piece ends and the parser is asked.

use super::guard::Last;

/// The most attributes that are read of one tag.
const TAG_ATTRIBUTES: usize = 1024;

/// The most octets that are read of one tag, up to the end of an attribute.
pub(super) const TAG_OCTETS: usize = 16 * 1024;

/// The most octets in one piece; the tokenizer moves the rest of a piece about.
const PIECE: usize = 4096;

/// Elements whose content the tokenizer may read as text.
const RAW: [&str; 10] = [
    "script",
    "style",
    "textarea",
    "title",
    "xmp",
    "iframe",
    "noembed",
    "noframes",
    "noscript",
    "plaintext",
];

/// The pieces of a text.
pub(super) struct Feed<'a> {
    html: &'a str,
    /// What was handed out.
    at: usize,
    /// Where the tokenizer next needs attention.
    event: Option<Event>,
    /// The element whose content is read as text.
    raw: Option<&'a str>,
    cut: bool,
}

#[derive(Clone, Copy)]
struct Event {
    at: usize,
    kind: Kind,
}

#[derive(Clone, Copy)]
enum Kind {
    /// Nothing more to watch for.
    End,
    /// A start tag ended here after which text may follow.
    Start { name: (usize, usize) },
    /// What may be an end tag of that element ended here.
    EndTag,
    /// What is CDATA in SVG and a comment in HTML begins here.
    Cdata,
    /// Go on from there.
    Cut {
        resume: usize,
        end: usize,
        name: (usize, usize),
    },
}

impl<'a> Feed<'a> {
    pub(super) fn new(html: &'a str) -> Self {
        Feed {
            html,
            at: 0,
            event: None,
            raw: None,
            cut: false,
        }
    }

    /// Whether a tag was cut.
    pub(super) const fn was_cut(&self) -> bool {
        self.cut
    }

    /// The next piece. `last` is what the tokenizer made of the end of the one before, `foreign`
    /// whether it stands in SVG or MathML.
    pub(super) fn next(&mut self, last: Last, foreign: bool) -> Option<&'a str> {
        while let Some(event) = self.event {
            if self.at < event.at {
                return Some(self.piece(event.at));
            }
            self.event = None;
            match event.kind {
                Kind::End => return None,
                Kind::Start { name } => match last {
                    Last::RawStart => self.raw = self.html.get(name.0..name.1),
                    Last::PlainText => {
                        self.event = Some(Event {
                            at: self.html.len(),
                            kind: Kind::End,
                        });
                    }
                    Last::End | Last::Other => {}
                },
                Kind::EndTag => {
                    if last == Last::End {
                        self.raw = None;
                    }
                }
                Kind::Cdata => {
                    let end = if foreign { "]]>" } else { ">" };
                    let rest = self.html.get(self.at..).unwrap_or_default();
                    let len = rest.find(end).map_or(rest.len(), |at| at + end.len());
                    self.event = Some(self.find(self.at + len));
                }
                Kind::Cut { resume, end, name } => {
                    self.cut = true;
                    self.at = resume;
                    self.event = Some(self.after_tag(end, name).unwrap_or_else(|| self.find(end)));
                }
            }
        }
        let event = self.find(self.at);
        self.event = Some(event);
        self.next(last, foreign)
    }

    /// At most a piece's length of what stands before `end`.
    fn piece(&mut self, end: usize) -> &'a str {
        let mut stop = end.min(self.at + PIECE);
        while !self.html.is_char_boundary(stop) {
            stop += 1;
        }
        let piece = self.html.get(self.at..stop).unwrap_or_default();
        self.at = stop;
        piece
    }

    /// The event that an ordinary start tag ends with.
    fn after_tag(&self, end: usize, name: (usize, usize)) -> Option<Event> {
        let text = self.html.get(name.0..name.1)?;
        RAW.iter()
            .any(|raw| raw.eq_ignore_ascii_case(text))
            .then_some(Event {
                at: end,
                kind: Kind::Start { name },
            })
    }

    fn find(&self, from: usize) -> Event {
        let bytes = self.html.as_bytes();
        let end = Event {
            at: bytes.len(),
            kind: Kind::End,
        };
        let mut at = from;
        loop {
            let Some(open) = find_byte(bytes, at, b'<') else {
                return end;
            };
            let next = bytes.get(open + 1).copied().unwrap_or_default();
            if let Some(raw) = self.raw {
                let name_end = open + 2 + raw.len();
                let is_end = next == b'/'
                    && self
                        .html
                        .get(open + 2..name_end)
                        .is_some_and(|name| name.eq_ignore_ascii_case(raw))
                    && matches!(
                        bytes.get(name_end),
                        Some(b'\t' | b'\n' | b'\x0c' | b'\r' | b' ' | b'/' | b'>')
                    );
                if !is_end {
                    at = open + 1;
                    continue;
                }
                let tag = scan_tag(bytes, open + 2);
                return match tag.cut {
                    // The end of an element of text needs no attributes at all.
                    Some(_) => Event {
                        at: name_end,
                        kind: Kind::Cut {
                            resume: tag.last,
                            end: tag.end,
                            name: (0, 0),
                        },
                    },
                    None => Event {
                        at: tag.end,
                        kind: Kind::EndTag,
                    },
                };
            }
            match next {
                b'a'..=b'z' | b'A'..=b'Z' => {
                    let tag = scan_tag(bytes, open + 1);
                    if let Some(cut) = tag.cut {
                        return Event {
                            at: cut,
                            kind: Kind::Cut {
                                resume: tag.last,
                                end: tag.end,
                                name: (open + 1, tag.name_end),
                            },
                        };
                    }
                    if let Some(event) = self.after_tag(tag.end, (open + 1, tag.name_end)) {
                        return event;
                    }
                    at = tag.end;
                }
                b'/' => match bytes.get(open + 2) {
                    Some(b'a'..=b'z' | b'A'..=b'Z') => {
                        let tag = scan_tag(bytes, open + 2);
                        if let Some(cut) = tag.cut {
                            return Event {
                                at: cut,
                                kind: Kind::Cut {
                                    resume: tag.last,
                                    end: tag.end,
                                    name: (0, 0),
                                },
                            };
                        }
                        at = tag.end;
                    }
                    Some(_) => at = past_byte(bytes, open + 2, b'>'),
                    None => return end,
                },
                b'!' => {
                    let rest = bytes.get(open + 2..).unwrap_or_default();
                    if rest.starts_with(b"--") {
                        at = comment_end(bytes, open + 4);
                    } else if rest.starts_with(b"[CDATA[") {
                        return Event {
                            at: open,
                            kind: Kind::Cdata,
                        };
                    } else {
                        at = past_byte(bytes, open + 2, b'>');
                    }
                }
                b'?' => at = past_byte(bytes, open + 2, b'>'),
                _ => at = open + 1,
            }
        }
    }
}

fn find_byte(bytes: &[u8], from: usize, byte: u8) -> Option<usize> {
    let rest = bytes.get(from..)?;
    rest.iter().position(|b| *b == byte).map(|at| from + at)
}

fn past_byte(bytes: &[u8], from: usize, byte: u8) -> usize {
    find_byte(bytes, from, byte).map_or(bytes.len(), |at| at + 1)
}

/// Where a comment ends whose text begins here.
fn comment_end(bytes: &[u8], from: usize) -> usize {
    let rest = bytes.get(from..).unwrap_or_default();
    if rest.starts_with(b">") {
        return from + 1;
    }
    if rest.starts_with(b"->") {
        return from + 2;
    }
    let mut at = from;
    while let Some(end) = find_byte(bytes, at, b'>') {
        let text = bytes.get(from..end).unwrap_or_default();
        if text.ends_with(b"--") || text.ends_with(b"--!") {
            return end + 1;
        }
        at = end + 1;
    }
    bytes.len()
}

/// What a tag looks like to the tokenizer.
struct TagScan {
    name_end: usize,
    /// Where its `>` stands, or the end of the text.
    last: usize,
    /// What follows it.
    end: usize,
    /// Where the first attribute begins that is not read.
    cut: Option<usize>,
}

fn scan_tag(bytes: &[u8], start: usize) -> TagScan {
    let is_blank = |b: u8| matches!(b, b'\t' | b'\n' | b'\x0c' | b'\r' | b' ');
    let byte = |at: usize| bytes.get(at).copied();
    let mut at = start;
    while byte(at).is_some_and(|b| !is_blank(b) && !matches!(b, b'/' | b'>')) {
        at += 1;
    }
    let mut tag = TagScan {
        name_end: at,
        last: bytes.len(),
        end: bytes.len(),
        cut: None,
    };
    let mut attributes = 0;
    loop {
        while byte(at).is_some_and(|b| is_blank(b) || b == b'/') {
            at += 1;
        }
        let attribute = at;
        match byte(at) {
            None => return tag,
            Some(b'>') => {
                tag.last = at;
                tag.end = at + 1;
                return tag;
            }
            // A sign of equality here begins a name.
            Some(_) => at += 1,
        }
        while byte(at).is_some_and(|b| !is_blank(b) && !matches!(b, b'/' | b'>' | b'=')) {
            at += 1;
        }
        let mut value = at;
        while byte(value).is_some_and(is_blank) {
            value += 1;
        }
        if byte(value) == Some(b'=') {
            value += 1;
            while byte(value).is_some_and(is_blank) {
                value += 1;
            }
            match byte(value) {
                Some(quote @ (b'"' | b'\'')) => at = past_byte(bytes, value + 1, quote),
                Some(b'>') | None => at = value,
                Some(_) => {
                    at = value;
                    while byte(at).is_some_and(|b| !is_blank(b) && b != b'>') {
                        at += 1;
                    }
                }
            }
        }
        attributes += 1;
        if tag.cut.is_none() && (attributes > TAG_ATTRIBUTES || at - start > TAG_OCTETS) {
            tag.cut = Some(attribute);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::string::String;

    fn fed(html: &str) -> (String, bool) {
        let mut feed = Feed::new(html);
        let mut out = String::new();
        while let Some(piece) = feed.next(Last::Other, false) {
            assert!(piece.len() <= PIECE + 3);
            out.push_str(piece);
        }
        (out, feed.was_cut())
    }

    #[test]
    fn ordinary_text_passes_unchanged() {
        for html in [
            "",
            "a<b c=d e='f>' g=\">\">h</b>",
            "<!-- <a --><?x?><!doctype html><br/></ x></>",
            "<script>a<b</script><a",
            "<![CDATA[ x ]]>",
            "ä".repeat(5000).as_str(),
        ] {
            assert_eq!(fed(html), (String::from(html), false));
        }
    }

    #[test]
    fn tags_are_cut_between_attributes() {
        let many = |n: usize| " a=\"b\"".repeat(n);
        let html = ["<p", &many(2000), ">text</p>"].concat();
        let want = ["<p", &many(1024), " >text</p>"].concat();
        assert_eq!(fed(&html), (want, true));
        let html = ["<img src='data:", &"x".repeat(20_000), "' alt=y>z"].concat();
        assert_eq!(fed(&html), (String::from("<img >z"), true));
    }
}
