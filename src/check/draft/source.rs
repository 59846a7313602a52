//! [`Document`]: the lines of a draft as one sequence, wherever each was written: page breaks are
//! taken out, includes and the markup of XML resolved. Every line keeps its file and number.

use std::collections::BTreeMap;
use std::format;
use std::string::{String, ToString};
use std::vec::Vec;

use super::include::{self, Includes};
use super::subject::Subject;
use super::xml;
use crate::report::Finding;

/// What kind of source a draft is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// Text as xml2rfc prints it: code is told by its layout.
    Text,
    /// kramdown-rfc or mmark: code stands in fences.
    Markdown,
    /// xml2rfc version 3.
    Xml,
    /// A file of examples: everything is code.
    Code,
}

/// What a line is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Prose, or in [`Form::Text`] anything.
    Prose,
    /// Inside a fence, a source code element or a file of examples.
    Code,
    /// A heading.
    Heading,
    /// The start of the appendices.
    Back,
    /// What stands in front of the text: title, authors, and so on.
    Front,
    /// Code in a language that shows no example.
    Foreign,
}

/// A line, and where it was written.
#[derive(Clone, Copy, Debug)]
pub(super) struct Line {
    buffer: u32,
    start: usize,
    end: usize,
    /// Index of the file it stands in.
    pub(super) file: u32,
    /// Its number in that file, from 1.
    pub(super) number: u32,
    pub(super) kind: Kind,
}

/// The lines of a draft, and of all it includes.
pub(super) struct Document {
    pub(super) form: Form,
    pub(super) subject: Subject,
    /// Names of the files, the draft's own first.
    pub(super) files: Vec<String>,
    buffers: Vec<String>,
    pub(super) lines: Vec<Line>,
}

impl Document {
    /// Reads a draft and what it includes; what cannot be included is a finding.
    pub(super) fn read(
        name: &str,
        text: &str,
        includes: &mut Includes<'_>,
        findings: &mut Vec<Finding>,
    ) -> Document {
        let mut document = Document {
            form: form_of(name, text),
            subject: Subject::of(text),
            files: std::vec![name.to_string()],
            buffers: Vec::new(),
            lines: Vec::new(),
        };
        let resolved;
        let text = match document.form {
            Form::Xml => {
                resolved = xml::lines(text);
                resolved.text.as_str()
            }
            _ => {
                resolved = xml::Resolved::default();
                text
            }
        };
        document.buffers.push(text.to_string());
        match document.form {
            Form::Text => document.text_lines(),
            Form::Code => document.plain_lines(0, Kind::Code),
            Form::Xml => {
                document.plain_lines(0, Kind::Prose);
                for (line, kind) in document.lines.iter_mut().zip(&resolved.kinds) {
                    line.kind = *kind;
                }
            }
            Form::Markdown => document.markdown_lines(includes, findings),
        }
        document
    }

    /// The files of a folder of examples, one after the other.
    pub(super) fn folder(files: Vec<(&str, String)>) -> Document {
        let mut document = Document {
            form: Form::Code,
            subject: Subject::EXAMPLES,
            files: Vec::new(),
            buffers: Vec::new(),
            lines: Vec::new(),
        };
        for (name, text) in files {
            document.files.push(name.to_string());
            document.buffers.push(text);
            let file = u32::try_from(document.files.len() - 1).unwrap_or(u32::MAX);
            document.plain_lines(file, Kind::Code);
        }
        document
    }

    /// The text of a line, unless it is longer than anybody would write a comment beside.
    pub(super) fn short_text(&self, line: usize) -> &str {
        const LONGEST: usize = 4096;
        let text = self.text(line);
        if text.len() > LONGEST { "" } else { text }
    }

    /// The text of a line.
    pub(super) fn text(&self, line: usize) -> &str {
        let Some(line) = self.lines.get(line) else {
            return "";
        };
        self.buffers
            .get(line.buffer as usize)
            .and_then(|buffer| buffer.get(line.start..line.end))
            .unwrap_or("")
    }

    pub(super) fn kind(&self, line: usize) -> Kind {
        self.lines.get(line).map_or(Kind::Prose, |line| line.kind)
    }

    /// Number of lines.
    pub(super) fn len(&self) -> usize {
        self.lines.len()
    }

    /// The name of the file a line was written in.
    pub(super) fn file(&self, line: usize) -> &str {
        let file = self.lines.get(line).map_or(0, |line| line.file);
        self.files
            .get(file as usize)
            .map_or("", |file| file.as_str())
    }

    /// The number of a line in its file.
    pub(super) fn number(&self, line: usize) -> u32 {
        self.lines.get(line).map_or(1, |line| line.number)
    }

    /// A place in words, for the other half of a disagreement.
    pub(super) fn place(&self, line: usize, seen_from: usize) -> String {
        let number = self.number(line);
        if self.file(line) == self.file(seen_from) {
            format!("line {number}")
        } else {
            format!("{}:{number}", self.file(line))
        }
    }

    /// Gives a finding its file, line and column.
    pub(super) fn locate(&self, finding: Finding, line: usize, column: u32) -> Finding {
        finding
            .file(self.file(line))
            .line_column(self.number(line), column)
    }

    /// The lines joined, as one text for a reader of notations.
    pub(super) fn join(&self, first: usize, end: usize) -> String {
        let mut text = String::new();
        for line in first..end {
            text.push_str(self.text(line));
            text.push('\n');
        }
        text
    }

    /// The lines of a buffer as they stand.
    fn plain_lines(&mut self, file: u32, kind: Kind) {
        let buffer = self.buffers.len().saturating_sub(1);
        let spans = spans(self.buffers.get(buffer).map_or("", String::as_str));
        for (index, (start, end)) in spans.into_iter().enumerate() {
            self.push(buffer, (start, end), file, index, kind);
        }
    }

    fn push(
        &mut self,
        buffer: usize,
        (start, end): (usize, usize),
        file: u32,
        index: usize,
        kind: Kind,
    ) {
        self.lines.push(Line {
            buffer: u32::try_from(buffer).unwrap_or(u32::MAX),
            start,
            end,
            file,
            number: u32::try_from(index + 1).unwrap_or(u32::MAX),
            kind,
        });
    }

    /// Text from xml2rfc, without the footers, form feeds and headers of its pages.
    fn text_lines(&mut self) {
        let text = self.buffers.first().map_or("", String::as_str);
        let spans = spans(text);
        let line = |index: usize| {
            spans
                .get(index)
                .and_then(|(start, end)| text.get(*start..*end))
                .unwrap_or("")
        };
        let mut keep = std::vec![true; spans.len()];
        for index in 0..spans.len() {
            if !line(index).contains('\u{c}') {
                continue;
            }
            // Around a form feed: the footer with its page number before, the header after, and
            // the blank lines beside them.
            let mut cut = |index: usize| {
                if let Some(keep) = keep.get_mut(index) {
                    *keep = false;
                }
            };
            cut(index);
            let mut before = index;
            while before > 0 && line(before - 1).trim().is_empty() && index - before < 8 {
                before -= 1;
            }
            if before > 0
                && line(before - 1).trim_end().ends_with(']')
                && is_footer(line(before - 1))
            {
                (before - 1..index).for_each(&mut cut);
            }
            let mut after = index;
            // The header may share the line with the form feed.
            if line(index).trim_matches(['\u{c}', ' ']).is_empty() {
                after += 1;
                cut(after);
            }
            let mut blank = after + 1;
            while blank < spans.len() && line(blank).trim().is_empty() && blank - after < 3 {
                cut(blank);
                blank += 1;
            }
        }
        let mut lines = Vec::with_capacity(spans.len());
        for (index, span) in spans.iter().enumerate() {
            if keep.get(index).copied().unwrap_or(true) {
                lines.push((index, *span));
            }
        }
        for (index, span) in lines {
            self.push(0, span, 0, index, Kind::Prose);
        }
    }

    /// Markdown: fences, headings, and includes.
    fn markdown_lines(&mut self, includes: &mut Includes<'_>, findings: &mut Vec<Finding>) {
        struct Open {
            buffer: usize,
            spans: Vec<(usize, usize)>,
            next: usize,
            file: u32,
            /// mmark shows a whole file as code.
            code: bool,
        }
        let mut loaded: BTreeMap<String, (usize, u32)> = BTreeMap::new();
        let first = Open {
            buffer: 0,
            spans: spans(self.buffers.first().map_or("", String::as_str)),
            next: 0,
            file: 0,
            code: false,
        };
        let mut stack = std::vec![first];
        let mut fence: Option<(char, usize, Kind)> = None;
        // kramdown-rfc begins with YAML between `---` lines and names the parts of the draft
        // with `--- middle`; mmark has TOML between `%%%`.
        let mut front = false;
        while let Some(open) = stack.last_mut() {
            let Some(span) = open.spans.get(open.next).copied() else {
                stack.pop();
                continue;
            };
            let (buffer, file, index) = (open.buffer, open.file, open.next);
            open.next += 1;
            if open.code {
                self.push(buffer, span, file, index, Kind::Code);
                continue;
            }
            let depth = stack.len();
            let text = self
                .buffers
                .get(buffer)
                .and_then(|text| text.get(span.0..span.1))
                .unwrap_or("");
            let trimmed = text.trim();
            if let Some(path) = include::directive(trimmed) {
                let path = path.to_string();
                let code = trimmed.starts_with('<');
                let column = 1 + u32::try_from(text.len() - text.trim_start().len()).unwrap_or(0);
                let known = match loaded.get(&path) {
                    Some(known) => Ok(*known),
                    None => includes.load(&path).map(|text| {
                        self.buffers.push(text);
                        self.files.push(path.clone());
                        let file = u32::try_from(self.files.len() - 1).unwrap_or(u32::MAX);
                        let known = (self.buffers.len() - 1, file);
                        loaded.insert(path.clone(), known);
                        known
                    }),
                };
                let known = known.and_then(|known| {
                    let size = self.buffers.get(known.0).map_or(0, String::len);
                    includes.take(size, depth).map(|()| known)
                });
                match known {
                    Ok((buffer, file)) => {
                        let spans = spans(self.buffers.get(buffer).map_or("", String::as_str));
                        stack.push(Open {
                            buffer,
                            spans,
                            next: 0,
                            file,
                            code,
                        });
                    }
                    Err(finding) => {
                        let line = u32::try_from(index + 1).unwrap_or(u32::MAX);
                        let name = self.files.get(file as usize).cloned().unwrap_or_default();
                        findings.push(finding.path(path).file(name).line_column(line, column));
                    }
                }
                continue;
            }
            let kind = match (fence, fence_of(trimmed)) {
                (Some((mark, length, _)), Some((found, width, "")))
                    if found == mark && width >= length =>
                {
                    fence = None;
                    // The line of a fence itself is nothing.
                    continue;
                }
                (Some((_, _, kind)), _) => kind,
                (None, Some((mark, width, language))) => {
                    fence = Some((mark, width, kind_of(language)));
                    continue;
                }
                (None, None) if index == 0 && file == 0 && matches!(trimmed, "---" | "%%%") => {
                    front = true;
                    Kind::Front
                }
                (None, None) if front => {
                    front = !(trimmed.starts_with("--- ") || trimmed == "%%%" || trimmed == "---");
                    Kind::Front
                }
                (None, None) if is_back(trimmed) => Kind::Back,
                (None, None) if text.starts_with('#') || text.starts_with(".#") => Kind::Heading,
                // Code by indentation is told by its layout, like that of a text.
                (None, None) => Kind::Prose,
            };
            self.push(buffer, span, file, index, kind);
        }
    }
}

fn is_back(line: &str) -> bool {
    matches!(line, "--- back" | "{backmatter}")
}

/// A fence: its character, its width, and what follows.
fn fence_of(line: &str) -> Option<(char, usize, &str)> {
    let mark = line.chars().next().filter(|c| matches!(c, '`' | '~'))?;
    let width = line.bytes().take_while(|b| char::from(*b) == mark).count();
    let rest = line.get(width..)?.trim();
    (width >= 3 && !(mark == '`' && rest.contains('`'))).then_some((mark, width, rest))
}

/// What stands in a fence, by the words behind its mark: `python`, `{: .js}`, `python title="x"`.
fn kind_of(language: &str) -> Kind {
    /// Languages with brackets, equals signs or hexadecimal digits of their own.
    const FOREIGN: &[&str] = &[
        "abnf",
        "asn1",
        "asn.1",
        "bash",
        "c",
        "c++",
        "cpp",
        "c#",
        "go",
        "html",
        "http",
        "ini",
        "java",
        "javascript",
        "js",
        "kotlin",
        "mermaid",
        "pseudocode",
        "python",
        "py",
        "rust",
        "sh",
        "shell",
        "swift",
        "tls",
        "tls-presentation",
        "tls-syntax",
        "toml",
        "ts",
        "typescript",
        "xml",
        "yaml",
        "yml",
        "yang",
    ];
    let word = language
        .split(|c: char| c.is_whitespace() || matches!(c, '{' | '}' | ',' | ':' | '"'))
        .map(|word| word.trim_start_matches('.'))
        .find(|word| !word.is_empty())
        .unwrap_or("");
    match FOREIGN.iter().any(|known| known.eq_ignore_ascii_case(word)) {
        true => Kind::Foreign,
        false => Kind::Code,
    }
}

/// `Mahy   Expires 8 January 2026   [Page 3]`
fn is_footer(line: &str) -> bool {
    line.rsplit_once('[')
        .is_some_and(|(_, page)| page.starts_with("Page "))
}

/// The column of an octet, from 1, in characters; far into a very long line, in octets.
pub(super) fn column(line: &str, at: usize) -> u32 {
    const FAR: usize = 1 << 16;
    let column = match line.get(..at) {
        Some(before) if at < FAR => before.chars().count(),
        _ => at,
    };
    u32::try_from(column + 1).unwrap_or(u32::MAX)
}

/// The lines of a text as ranges, without their ends.
fn spans(text: &str) -> Vec<(usize, usize)> {
    let mut spans = Vec::new();
    let mut start = usize::from(text.starts_with('\u{feff}')) * '\u{feff}'.len_utf8();
    for line in text.get(start..).unwrap_or("").split_inclusive('\n') {
        let next = start + line.len();
        let shown = line.trim_end_matches(['\n', '\r']);
        spans.push((start, start + shown.len()));
        start = next;
    }
    spans
}

/// Tells the form of a source by its name and its beginning.
fn form_of(name: &str, text: &str) -> Form {
    let ending = name
        .rsplit_once('.')
        .map(|(_, ending)| ending.to_ascii_lowercase());
    match ending.as_deref() {
        Some("md" | "mkd" | "markdown") => return Form::Markdown,
        Some("xml") => return Form::Xml,
        Some("edn" | "diag" | "cdn" | "pretty" | "hex") => return Form::Code,
        _ => {}
    }
    let start = text.trim_start_matches(['\u{feff}', ' ', '\t', '\r', '\n', '\u{c}']);
    if start.starts_with("<?xml") || start.starts_with("<rfc") {
        return Form::Xml;
    }
    let first = start.lines().next().unwrap_or("").trim_end();
    // A comment of EDN looks like a heading, so a text is Markdown only where it begins with its
    // front matter.
    let named_text = matches!(ending.as_deref(), Some("txt" | "text"));
    if matches!(first, "---" | "%%%") || !named_text && text.starts_with("# ") {
        return Form::Markdown;
    }
    Form::Text
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn read(name: &str, text: &str) -> (Document, Vec<Finding>) {
        let mut load = |path: &str| match path {
            "a.edn" => Ok(b"[\n]\n".to_vec()),
            "loop.md" => Ok(b"{::include loop.md}\n".to_vec()),
            _ => Err("not there".to_string()),
        };
        let mut includes = Includes::new(&mut load);
        let mut findings = Vec::new();
        let document = Document::read(name, text, &mut includes, &mut findings);
        (document, findings)
    }

    #[test]
    fn pages_are_joined() {
        let text = "a\n\n\nMahy    Expires 1 May 2026     [Page 1]\n\u{c}\n\
                    Internet-Draft    content   July 2025\n\nb\nc [1]\n";
        let (document, _) = read("x.txt", text);
        let lines: Vec<_> = (0..document.len())
            .map(|line| (document.number(line), document.text(line)))
            .collect();
        assert_eq!(lines, [(1, "a"), (2, ""), (3, ""), (8, "b"), (9, "c [1]")]);
    }

    #[test]
    fn includes_keep_their_places() {
        let text = "# Title\n\n~~~\n{::include a.edn}\n~~~\n<{{../b}}\n{::include loop.md}\n";
        let (document, findings) = read("x.md", text);
        let places: Vec<_> = (0..document.len())
            .map(|line| {
                (
                    document.file(line),
                    document.number(line),
                    document.kind(line),
                )
            })
            .collect();
        assert_eq!(
            places,
            [
                ("x.md", 1, Kind::Heading),
                ("x.md", 2, Kind::Prose),
                ("a.edn", 1, Kind::Code),
                ("a.edn", 2, Kind::Code)
            ]
        );
        let files: Vec<_> = findings
            .iter()
            .map(|finding| (finding.file.as_deref().unwrap(), finding.line.unwrap()))
            .collect();
        assert_eq!(files, [("x.md", 6), ("loop.md", 1)]);
    }
}
