//! The formats, as a table, and how one is told from another by name and content.

use core::fmt;
use std::borrow::Cow;

use crate::text::charset;

/// A format that a document or a message can be read from or written to.
///
/// ```
/// use mimi_codec::document::Format;
///
/// assert_eq!(Format::from_path("notes.md"), Some(Format::Markdown));
/// assert_eq!(Format::detect(b"\x87\x50..."), Some(Format::Cbor));
/// assert_eq!(Format::detect(b"Subject: hi\r\nFrom: a@example.com\r\n\r\nhi"), Some(Format::Eml));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Format {
    /// The octets of a document.
    Cbor,
    /// Diagnostic notation.
    Edn,
    /// A hex dump, annotated or not.
    Hex,
    /// The JSON of draft-ietf-vcon-mimi-messages.
    Json,
    /// A mail.
    Eml,
    /// An instant message of RFC 3862.
    Cpim,
    /// GFM-MIMI Markdown.
    Markdown,
    /// HTML.
    Html,
    /// Plain text.
    Text,
}

struct Row {
    format: Format,
    name: &'static str,
    extensions: &'static [&'static str],
    media_type: &'static str,
    looks_like: fn(&Glance<'_>) -> bool,
}

/// In the order in which contents are tried: the surest signs first.
static FORMATS: &[Row] = &[
    Row {
        format: Format::Cbor,
        name: "cbor",
        extensions: &["cbor", "mimi"],
        media_type: "application/mimi-content",
        looks_like: |glance| glance.is_cbor(),
    },
    Row {
        format: Format::Json,
        name: "json",
        extensions: &["json"],
        media_type: "application/json",
        looks_like: |glance| glance.is_json(),
    },
    Row {
        format: Format::Html,
        name: "html",
        extensions: &["html", "htm", "xhtml"],
        media_type: "text/html;charset=utf-8",
        looks_like: |glance| glance.is_html(),
    },
    Row {
        format: Format::Hex,
        name: "hex",
        extensions: &["hex", "pretty"],
        media_type: "text/plain;charset=us-ascii",
        looks_like: |glance| glance.is_hex(),
    },
    Row {
        format: Format::Edn,
        name: "edn",
        extensions: &["edn", "diag", "cdn"],
        media_type: "application/cbor-diagnostic",
        looks_like: |glance| glance.is_edn(),
    },
    Row {
        format: Format::Cpim,
        name: "cpim",
        extensions: &["cpim"],
        media_type: "message/cpim",
        looks_like: |glance| glance.is_cpim(),
    },
    Row {
        format: Format::Eml,
        name: "eml",
        extensions: &["eml", "mail", "mime", "mbs"],
        media_type: "message/rfc822",
        looks_like: |glance| glance.is_mail(),
    },
    Row {
        format: Format::Markdown,
        name: "md",
        extensions: &["md", "markdown", "mdown", "mkd"],
        media_type: "text/markdown;variant=GFM-MIMI",
        // Every text is Markdown, so a name has to say it.
        looks_like: |_| false,
    },
    Row {
        format: Format::Text,
        name: "text",
        extensions: &["txt", "text", "asc"],
        media_type: "text/plain;charset=utf-8",
        looks_like: |glance| glance.is_text(),
    },
];

impl Format {
    fn row(self) -> Option<&'static Row> {
        FORMATS.iter().find(|row| row.format == self)
    }

    /// Every format.
    pub fn all() -> impl Iterator<Item = Format> {
        FORMATS.iter().map(|row| row.format)
    }

    /// The name used on the command line.
    pub fn name(self) -> &'static str {
        self.row().map_or("", |row| row.name)
    }

    /// The format of a name used on the command line.
    pub fn from_name(name: &str) -> Option<Format> {
        Some(FORMATS.iter().find(|row| row.name == name)?.format)
    }

    /// The format a file name ends in.
    pub fn from_path(path: &str) -> Option<Format> {
        let name = path.rsplit(['/', '\\']).next()?;
        let (_, extension) = name.rsplit_once('.')?;
        let known = |row: &&Row| {
            row.extensions
                .iter()
                .any(|known| known.eq_ignore_ascii_case(extension))
        };
        Some(FORMATS.iter().find(known)?.format)
    }

    /// The format that a content looks like. Plain text and Markdown look alike; what is neither
    /// CBOR nor any other format is text.
    pub fn detect(content: &[u8]) -> Option<Format> {
        let glance = Glance::new(content);
        Some(FORMATS.iter().find(|row| (row.looks_like)(&glance))?.format)
    }

    /// The media type of documents in this format.
    pub fn media_type(self) -> &'static str {
        self.row().map_or("", |row| row.media_type)
    }

    /// Whether the format may hold octets that a terminal should not see.
    pub fn is_binary(self) -> bool {
        self == Format::Cbor
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// The beginning of a content: enough to tell a format by, however long the content is.
struct Glance<'a> {
    octets: &'a [u8],
    /// The text without leading white space, if the beginning is text.
    text: Option<Cow<'a, str>>,
}

const ENOUGH: usize = 8192;

impl<'a> Glance<'a> {
    fn new(content: &'a [u8]) -> Self {
        let octets = content.get(..ENOUGH).unwrap_or(content);
        let octets = octets.strip_prefix(b"\xef\xbb\xbf").unwrap_or(octets);
        let text = match core::str::from_utf8(octets) {
            Ok(text) => Some(Cow::Borrowed(text)),
            Err(_) if octets.starts_with(b"\xff\xfe") || octets.starts_with(b"\xfe\xff") => {
                marked(octets)
            }
            // A character cut at the end of the glance is no fault of the text.
            Err(error) if octets.len() - error.valid_up_to() < 4 && content.len() > ENOUGH => {
                octets
                    .get(..error.valid_up_to())
                    .and_then(|valid| core::str::from_utf8(valid).ok())
                    .map(Cow::Borrowed)
            }
            Err(_) => None,
        };
        let control =
            |c: char| c.is_control() && !matches!(c, '\t' | '\n' | '\r' | '\x0c' | '\x1b');
        Glance {
            octets,
            text: text
                .filter(|text| !text.contains(control))
                .map(|text| match text {
                    Cow::Borrowed(text) => Cow::Borrowed(text.trim_start()),
                    Cow::Owned(text) => Cow::Owned(text.trim_start().into()),
                }),
        }
    }

    fn text(&self) -> Option<&str> {
        self.text.as_deref()
    }

    /// A document is an array, and its octets are not text.
    fn is_cbor(&self) -> bool {
        self.text.is_none() && matches!(self.octets.first(), Some(0x80..=0x9f))
    }

    fn is_json(&self) -> bool {
        self.text().is_some_and(|text| {
            text.strip_prefix('{')
                .is_some_and(|rest| rest.trim_start().starts_with(['"', '}']))
        })
    }

    fn is_html(&self) -> bool {
        const TAGS: &[&str] = &[
            "!doctype",
            "!--",
            "html",
            "head",
            "body",
            "meta",
            "p",
            "div",
            "span",
            "table",
            "h1",
            "h2",
            "h3",
            "ul",
            "ol",
            "blockquote",
            "pre",
            "a",
            "b",
            "i",
            "em",
            "strong",
            "br",
            "img",
            "mx-reply",
        ];
        // A page in another charset than UTF-8 has tags in ASCII all the same.
        let start = match self.text() {
            Some(text) => text.as_bytes(),
            None => self.octets.trim_ascii_start(),
        };
        let Some(tag) = start.strip_prefix(b"<") else {
            return false;
        };
        TAGS.iter().any(|name| {
            tag.split_at_checked(name.len())
                .is_some_and(|(found, rest)| {
                    found.eq_ignore_ascii_case(name.as_bytes())
                        && !rest
                            .first()
                            .is_some_and(|c| c.is_ascii_alphanumeric() || *c == b':')
                })
        })
    }

    /// Every line is hex digits, up to a comment; the first one has some.
    fn is_hex(&self) -> bool {
        let Some(text) = self.text() else {
            return false;
        };
        let mut digits = 0;
        // The last line of a long glance may be cut anywhere.
        for line in text.lines() {
            let code = line.split(['#', ';']).next().unwrap_or_default();
            if !code
                .bytes()
                .all(|b| b.is_ascii_hexdigit() || b.is_ascii_whitespace())
            {
                return false;
            }
            digits += code.bytes().filter(u8::is_ascii_hexdigit).count();
        }
        digits >= 4 && text.bytes().next().is_some_and(|b| b.is_ascii_hexdigit())
    }

    /// An array of items that only EDN writes so, after comments.
    fn is_edn(&self) -> bool {
        let Some(mut text) = self.text() else {
            return false;
        };
        loop {
            text = text.trim_start();
            let comment_end = match text.as_bytes() {
                [b'#', ..] | [b'/', b'/', ..] => text.find('\n'),
                [b'/', ..] => text[1..].find('/').map(|end| end + 1),
                _ => break,
            };
            match comment_end {
                Some(end) => text = &text[end + 1..],
                None => return false,
            }
        }
        let Some(inside) = text.strip_prefix('[') else {
            return false;
        };
        ["h'", "b64'", "'", "[", "/", "#", "]", "<<"]
            .iter()
            .any(|sign| inside.trim_start().starts_with(sign))
            && (inside.contains("h'") || inside.contains("null") || inside.contains("b64'"))
    }

    /// A MIME header that says so, or a header with what only this format has.
    fn is_cpim(&self) -> bool {
        let mut lines = self
            .octets
            .split(|&octet| octet == b'\n')
            .map(<[u8]>::trim_ascii_end)
            .take_while(|line| !line.is_empty());
        let starts = |line: &[u8], name: &str| {
            line.get(..name.len())
                .is_some_and(|start| start.eq_ignore_ascii_case(name.as_bytes()))
        };
        let Some(first) = lines.next() else {
            return false;
        };
        if starts(first, "content-") || starts(first, "mime-version:") {
            return core::iter::once(first).chain(lines).any(|line| {
                starts(line, "content-type:")
                    && starts(
                        line.get(13..).unwrap_or_default().trim_ascii(),
                        "message/cpim",
                    )
            });
        }
        // Names have upper and lower case here; a mail has no DateTime.
        core::iter::once(first)
            .chain(lines)
            .any(|line| line.starts_with(b"DateTime: ") || line.starts_with(b"NS: "))
    }

    /// Begins with header fields, one of which every mail has.
    fn is_mail(&self) -> bool {
        const KNOWN: &[&str] = &[
            "received",
            "return-path",
            "delivered-to",
            "from",
            "to",
            "subject",
            "date",
            "message-id",
            "mime-version",
            "content-type",
            "x-mailer",
            "reply-to",
            "sender",
            "dkim-signature",
            "cc",
            "mimi-content",
            "list-id",
            "content-transfer-encoding",
            "in-reply-to",
            "x-original-to",
        ];
        // The header may hold octets in any charset.
        let head = self.octets.trim_ascii_start();
        let mut lines = head.split(|&octet| octet == b'\n');
        let first = lines.next().unwrap_or_default();
        let first = match first.strip_prefix(b"From ") {
            Some(_) => lines.next().unwrap_or_default(),
            None => first,
        };
        let Some(colon) = first.iter().position(|&octet| octet == b':') else {
            return false;
        };
        let name = first[..colon].trim_ascii_end();
        let token = !name.is_empty() && name.iter().all(|octet| octet.is_ascii_graphic());
        token
            && (KNOWN
                .iter()
                .any(|known| known.as_bytes().eq_ignore_ascii_case(name))
                || head.windows(7).any(|w| w.eq_ignore_ascii_case(b"\nfrom: "))
                    && head.windows(5).any(|w| w.eq_ignore_ascii_case(b"\nto: ")))
    }

    fn is_text(&self) -> bool {
        self.text.is_some()
    }
}

/// The text behind a byte order mark of UTF-16, if it is text.
fn marked(octets: &[u8]) -> Option<Cow<'_, str>> {
    // The glance may have cut the second half of a pair.
    let whole = octets.get(..octets.len() & !1).unwrap_or(octets);
    let decoded = charset::decode(Some("utf-16"), whole);
    let mut text = decoded.value.into_owned();
    if octets.len() >= ENOUGH && text.ends_with(char::REPLACEMENT_CHARACTER) {
        text.pop();
    }
    (!text.is_empty() && !text.contains(char::REPLACEMENT_CHARACTER)).then_some(Cow::Owned(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_extensions_are_told_apart() {
        let mut seen = std::collections::BTreeSet::new();
        for row in FORMATS {
            assert!(seen.insert(row.name));
            assert_eq!(Format::from_name(row.name), Some(row.format));
            for extension in row.extensions {
                let path = std::format!("folder.d/name.{}", extension.to_uppercase());
                assert_eq!(Format::from_path(&path), Some(row.format));
            }
        }
        assert_eq!(Format::from_path("folder.md/name"), None);
    }

    #[test]
    fn contents_are_told_apart() {
        let cases: &[(&[u8], Option<Format>)] = &[
            (b"\x87\x50\x01\x02", Some(Format::Cbor)),
            (b"\x9f\xff", Some(Format::Cbor)),
            (
                b"87                # array(7)\n   50 # bytes(16)\n",
                Some(Format::Hex),
            ),
            (b"8750 5eed", Some(Format::Hex)),
            (
                b"# ORIGINAL\n[\n  h'5eed', # salt\n  null,\n",
                Some(Format::Edn),
            ),
            (b"/ a / [h'00', null]", Some(Format::Edn)),
            (b"# A title\n\n[a link](x)", Some(Format::Text)),
            (b"[link](https://example.com)", Some(Format::Text)),
            (b"{\"salt\": \"\"}", Some(Format::Json)),
            (b"<p>hi</p>", Some(Format::Html)),
            (b"<!DOCTYPE html>", Some(Format::Html)),
            (b"<https://example.com>", Some(Format::Text)),
            (b"<aside@example.com> wrote", Some(Format::Text)),
            (
                b"From a@example.com Mon\nX-A: b\nSubject: c\n",
                Some(Format::Text),
            ),
            (b"Return-Path: <a@example.com>\n", Some(Format::Eml)),
            (b"Content-type: Message/CPIM\r\n\r\n", Some(Format::Cpim)),
            (
                b"From: <im:a@b>\nDateTime: 2000-12-13T13:40:00-08:00\n\n",
                Some(Format::Cpim),
            ),
            (b"Content-Type: text/plain\n\nNS: x", Some(Format::Eml)),
            (b"MIME-Version: 1.0\n", Some(Format::Eml)),
            (b"Note: buy milk", Some(Format::Text)),
            (b"decade", Some(Format::Hex)),
            (b"", Some(Format::Text)),
            (b"\xff\xfe\x00", None),
            (b"\xff\xfe\0\xd8", None),
            (b"\xff\xfea\0", Some(Format::Text)),
            (b"\xfe\xff\0<\0p\0>", Some(Format::Html)),
            (b"<p>gr\xfcn</p>", Some(Format::Html)),
            (b"<gr\xfcn", None),
        ];
        for (content, format) in cases {
            let shown = std::string::String::from_utf8_lossy(content);
            assert_eq!(Format::detect(content), *format, "{shown}");
        }
    }
}
