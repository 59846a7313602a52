//! [`Document`] -> HTML, safe by construction: only elements and attributes of the model are
//! written, every text is escaped, every target is checked against the policy.

use std::borrow::Cow;
use std::fmt::Write;
use std::string::String;
use std::vec::Vec;

use super::HtmlPolicy;
use crate::report::{Converted, Finding, codes};
use crate::rich::links::{self, LinkText};
use crate::rich::{
    Alignment, Block, Cell, Document, Inline, List, MAX_NESTING, Table, block_text, inline_text,
};

/// How a soft line break is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum SoftBreaks {
    /// As a line feed, which browsers show as a space.
    #[default]
    LineFeed,
    /// As `<br>`, as many messengers show it.
    Break,
}

/// The most empty cells added to the short rows of a document's tables.
const FILLING: usize = 100_000;

/// Blocks are passed through `ammonia` together until they have this many octets.
#[cfg(feature = "html")]
const PASSED_ON: usize = 16 * 1024;

/// Answers what a `cid:` image becomes.
type Resolver<'a> = &'a dyn Fn(&str) -> Option<String>;

/// Answers whether a link target is a mention.
type IsMention<'a> = &'a dyn Fn(&str) -> bool;

/// How HTML is written.
///
/// ```
/// use mimi_codec::rich::{html, markdown};
///
/// let document = markdown::read("![cat](cid:1@local.invalid)").value;
/// let resolve = |cid: &str| (cid == "cid:1@local.invalid").then(|| "blob:cat".to_string());
/// let options = html::HtmlWriteOptions::default().images(&resolve);
/// assert_eq!(
///     html::write(&document, &options).value,
///     "<p><img src=\"blob:cat\" alt=\"cat\"></p>\n"
/// );
/// ```
#[derive(Clone, Default)]
pub struct HtmlWriteOptions<'a> {
    policy: Cow<'a, HtmlPolicy>,
    soft_breaks: SoftBreaks,
    images: Option<Resolver<'a>>,
    mention: Option<(&'a str, IsMention<'a>)>,
    annotate_links: bool,
    #[cfg(feature = "html")]
    second_pass: bool,
}

impl core::fmt::Debug for HtmlWriteOptions<'_> {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("HtmlWriteOptions")
            .field("policy", &self.policy)
            .field("soft_breaks", &self.soft_breaks)
            .field("images", &self.images.is_some())
            .field("mention", &self.mention.map(|(class, _)| class))
            .field("annotate_links", &self.annotate_links)
            .finish()
    }
}

impl<'a> HtmlWriteOptions<'a> {
    /// Which links and images are written. Without: [`HtmlPolicy::messenger`].
    #[must_use]
    pub fn policy(mut self, policy: &'a HtmlPolicy) -> Self {
        self.policy = Cow::Borrowed(policy);
        self
    }

    /// How soft line breaks are written. Without: as line feeds.
    #[must_use]
    pub fn soft_breaks(mut self, soft_breaks: SoftBreaks) -> Self {
        self.soft_breaks = soft_breaks;
        self
    }

    /// What a `cid:` image becomes: an address for `src` (an image as `data:`, `blob:`, `http:`,
    /// `https:`), or nothing, then its alternative text is written. Without: `cid:` stays.
    #[must_use]
    pub fn images(mut self, resolve: Resolver<'a>) -> Self {
        self.images = Some(resolve);
        self
    }

    /// The class of links that are mentions, and which those are: an IM URI is a mention only if
    /// it names a member of the room.
    #[must_use]
    pub fn mentions(mut self, class: &'a str, is_mention: IsMention<'a>) -> Self {
        self.mention = Some((class, is_mention));
        self
    }

    /// Passes what was written through `ammonia` as well. It should find nothing to remove; this is
    /// for callers who do not want to rely on one reading of the rules alone.
    #[cfg(feature = "html")]
    #[must_use]
    pub fn second_pass(mut self, pass: bool) -> Self {
        self.second_pass = pass;
        self
    }

    /// Writes the true host behind every link whose text seems to say something else.
    #[must_use]
    pub fn annotate_links(mut self, annotate: bool) -> Self {
        self.annotate_links = annotate;
        self
    }
}

/// Writes a document as HTML that is safe to show: no script, no style, no target outside the
/// policy can come out of it, whatever the document holds.
///
/// The findings name links and images that were left out; their text stays.
pub fn write(document: &Document, options: &HtmlWriteOptions<'_>) -> Converted<String> {
    let mut writer = Writer {
        out: String::new(),
        options,
        policy: &options.policy,
        findings: Vec::new(),
        filling: FILLING,
    };
    #[cfg(feature = "html")]
    if options.second_pass {
        let mut ends = Vec::new();
        for block in &document.blocks {
            writer.blocks(core::slice::from_ref(block), false, 0);
            if writer.out.len() - ends.last().unwrap_or(&0) >= PASSED_ON {
                ends.push(writer.out.len());
            }
        }
        writer.out = super::sanitize::second_pass(&writer.out, &ends, &options.policy);
        return Converted::new(writer.out, writer.findings);
    }
    writer.blocks(&document.blocks, false, 0);
    Converted::new(writer.out, writer.findings)
}

struct Writer<'a> {
    out: String,
    options: &'a HtmlWriteOptions<'a>,
    policy: &'a HtmlPolicy,
    findings: Vec<Finding>,
    /// How many empty cells may still be added.
    filling: usize,
}

impl Writer<'_> {
    fn blocks(&mut self, blocks: &[Block], tight: bool, depth: usize) {
        for (at, block) in blocks.iter().enumerate() {
            match block {
                Block::Paragraph(content) if tight => {
                    if at > 0 && matches!(blocks.get(at - 1), Some(Block::Paragraph(_))) {
                        self.out.push_str("<br>");
                    }
                    self.inlines(content, 0);
                    if at + 1 < blocks.len() {
                        self.out.push('\n');
                    }
                }
                Block::Paragraph(content) => self.element("p", content),
                Block::Heading { level, content } => {
                    let name = match level {
                        0 | 1 => "h1",
                        2 => "h2",
                        3 => "h3",
                        4 => "h4",
                        5 => "h5",
                        _ => "h6",
                    };
                    self.element(name, content);
                }
                Block::Quote(inner) => {
                    if self.enter(inner, depth) {
                        self.out.push_str("<blockquote>\n");
                        self.blocks(inner, false, depth + 1);
                        self.out.push_str("</blockquote>\n");
                    }
                }
                Block::List(list) => {
                    if self.enter(core::slice::from_ref(block), depth) {
                        self.list(list, depth + 1);
                    }
                }
                Block::Code { info, text } => self.code(info, text),
                Block::Table(table) => self.table(table),
                Block::Rule => self.out.push_str("<hr>\n"),
            }
        }
    }

    /// Whether to go one level deeper. If not, the text of the blocks is written. Documents that
    /// a reader made are never too deep.
    fn enter(&mut self, inner: &[Block], depth: usize) -> bool {
        if depth <= MAX_NESTING {
            return true;
        }
        self.findings.push(Finding::new(codes::NESTING_FLATTENED));
        self.out.push_str("<p>");
        escape_text(&block_text(inner), &mut self.out);
        self.out.push_str("</p>\n");
        false
    }

    fn element(&mut self, name: &str, content: &[Inline]) {
        self.out.push('<');
        self.out.push_str(name);
        self.out.push('>');
        self.inlines(content, 0);
        self.out.push_str("</");
        self.out.push_str(name);
        self.out.push_str(">\n");
    }

    fn list(&mut self, list: &List, depth: usize) {
        match list.start {
            None => self.out.push_str("<ul>\n"),
            Some(1) => self.out.push_str("<ol>\n"),
            Some(start) => {
                let _ = writeln!(self.out, "<ol start=\"{start}\">");
            }
        }
        for item in &list.items {
            self.out.push_str("<li>");
            if let Some(done) = item.task {
                self.out.push_str(if done {
                    "<input type=\"checkbox\" checked disabled> "
                } else {
                    "<input type=\"checkbox\" disabled> "
                });
            }
            let starts_inline =
                list.tight && matches!(item.blocks.first(), Some(Block::Paragraph(_)));
            if !starts_inline && !item.blocks.is_empty() {
                self.out.push('\n');
            }
            self.blocks(&item.blocks, list.tight, depth);
            self.out.push_str("</li>\n");
        }
        self.out.push_str(if list.start.is_some() {
            "</ol>\n"
        } else {
            "</ul>\n"
        });
    }

    fn code(&mut self, info: &str, text: &str) {
        self.out.push_str("<pre><code");
        if let Some(language) = info.split_whitespace().next() {
            self.out.push_str(" class=\"language-");
            escape_attribute(language, &mut self.out);
            self.out.push('"');
        }
        self.out.push('>');
        // A line feed right after <pre> is dropped; after <code> it is not.
        escape_text(text, &mut self.out);
        self.out.push_str("</code></pre>\n");
    }

    fn table(&mut self, table: &Table) {
        self.out.push_str("<table>\n<thead>\n");
        self.row(&table.head, &table.alignments, table.head.len(), "th");
        self.out.push_str("</thead>\n");
        if !table.rows.is_empty() {
            self.out.push_str("<tbody>\n");
            for row in &table.rows {
                self.row(row, &table.alignments, table.head.len(), "td");
            }
            self.out.push_str("</tbody>\n");
        }
        self.out.push_str("</table>\n");
    }

    fn row(&mut self, row: &[Cell], alignments: &[Alignment], width: usize, name: &str) {
        self.out.push_str("<tr>\n");
        // Short rows are filled up, but not so that a wide head makes the output many times larger.
        let missing = width.saturating_sub(row.len()).min(self.filling);
        self.filling -= missing;
        for at in 0..row.len() + missing {
            self.out.push('<');
            self.out.push_str(name);
            self.out.push_str(match alignments.get(at) {
                Some(Alignment::Left) => " align=\"left\">",
                Some(Alignment::Center) => " align=\"center\">",
                Some(Alignment::Right) => " align=\"right\">",
                Some(Alignment::None) | None => ">",
            });
            if let Some(cell) = row.get(at) {
                self.inlines(cell, 0);
            }
            self.out.push_str("</");
            self.out.push_str(name);
            self.out.push_str(">\n");
        }
        self.out.push_str("</tr>\n");
    }

    fn inlines(&mut self, inlines: &[Inline], depth: usize) {
        if depth > MAX_NESTING + 1 {
            self.findings.push(Finding::new(codes::NESTING_FLATTENED));
            escape_text(&inline_text(inlines), &mut self.out);
            return;
        }
        for inline in inlines {
            match inline {
                Inline::Text(text) => escape_text(text, &mut self.out),
                Inline::Code(code) => {
                    self.out.push_str("<code>");
                    escape_text(code, &mut self.out);
                    self.out.push_str("</code>");
                }
                Inline::Emphasis(content) => self.mark("em", content, depth),
                Inline::Strong(content) => self.mark("strong", content, depth),
                Inline::Strike(content) => self.mark("del", content, depth),
                Inline::Link {
                    target,
                    title,
                    content,
                } => self.link(target, title, content, depth),
                Inline::Image { target, title, alt } => self.image(target, title, alt),
                Inline::SoftBreak => self.out.push_str(match self.options.soft_breaks {
                    SoftBreaks::LineFeed => "\n",
                    SoftBreaks::Break => "<br>\n",
                }),
                Inline::HardBreak => self.out.push_str("<br>\n"),
            }
        }
    }

    fn mark(&mut self, name: &str, content: &[Inline], depth: usize) {
        self.out.push('<');
        self.out.push_str(name);
        self.out.push('>');
        self.inlines(content, depth + 1);
        self.out.push_str("</");
        self.out.push_str(name);
        self.out.push('>');
    }

    fn link(&mut self, target: &str, title: &str, content: &[Inline], depth: usize) {
        if !self.policy.allows_link(target) {
            self.findings
                .push(Finding::new(codes::LINK_TARGET_REFUSED).found(String::from(target)));
            self.inlines(content, depth + 1);
            return;
        }
        self.out.push_str("<a href=\"");
        escape_url(target, &mut self.out);
        self.out.push('"');
        if !title.is_empty() {
            self.out.push_str(" title=\"");
            escape_attribute(title, &mut self.out);
            self.out.push('"');
        }
        if let Some((class, is_mention)) = self.options.mention
            && is_mention(target)
        {
            self.out.push_str(" class=\"");
            escape_attribute(class, &mut self.out);
            self.out.push('"');
        }
        self.out.push_str(" rel=\"noopener\">");
        self.inlines(content, depth + 1);
        self.out.push_str("</a>");
        if self.options.annotate_links {
            let text = inline_text(content);
            match links::compare(&text, target) {
                LinkText::Equal | LinkText::CanonicallyEqual | LinkText::Label => {}
                _ => {
                    self.out.push_str(" [");
                    escape_text(links::host(target).unwrap_or(target), &mut self.out);
                    self.out.push(']');
                }
            }
        }
    }

    fn image(&mut self, target: &str, title: &str, alt: &str) {
        let is_cid = target
            .get(..4)
            .is_some_and(|scheme| scheme.eq_ignore_ascii_case("cid:"));
        let resolved;
        let source = match self.options.images {
            Some(resolve) if is_cid => {
                resolved = resolve(target).filter(|answer| self.policy.allows_resolved(answer));
                match &resolved {
                    Some(answer) => answer,
                    None => return self.no_image(codes::IMAGE_UNRESOLVED, target, alt),
                }
            }
            _ if self.policy.allows_image(target) => target,
            _ => return self.no_image(codes::IMAGE_TARGET_REFUSED, target, alt),
        };
        self.out.push_str("<img src=\"");
        escape_url(source, &mut self.out);
        self.out.push_str("\" alt=\"");
        escape_attribute(alt, &mut self.out);
        self.out.push('"');
        if !title.is_empty() {
            self.out.push_str(" title=\"");
            escape_attribute(title, &mut self.out);
            self.out.push('"');
        }
        self.out.push('>');
    }

    fn no_image(&mut self, code: crate::report::Code, target: &str, alt: &str) {
        self.findings
            .push(Finding::new(code).found(String::from(target)));
        escape_text(alt, &mut self.out);
    }
}

/// The octets that are written otherwise between tags.
static ESCAPED: [bool; 256] = {
    let mut escaped = [false; 256];
    let mut rest: &[u8] = b"<>&\r\0";
    while let [byte, more @ ..] = rest {
        escaped[*byte as usize] = true;
        rest = more;
    }
    escaped
};

/// Writes text between tags.
pub(super) fn escape_text(text: &str, out: &mut String) {
    let mut rest = text;
    loop {
        let len = rest.bytes().position(|b| ESCAPED[usize::from(b)]);
        let Some(len) = len else {
            out.push_str(rest);
            return;
        };
        let (before, after) = rest.split_at(len);
        out.push_str(before);
        out.push_str(match after.as_bytes().first() {
            Some(b'<') => "&lt;",
            Some(b'>') => "&gt;",
            Some(b'&') => "&amp;",
            // A carriage return would come back as a line feed, a NUL not at all.
            Some(b'\r') => "&#13;",
            _ => "\u{fffd}",
        });
        rest = after.get(1..).unwrap_or_default();
    }
}

/// Writes an attribute's value between double quotes.
pub(super) fn escape_attribute(value: &str, out: &mut String) {
    for c in value.chars() {
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            '`' => out.push_str("&#96;"),
            '\r' => out.push_str("&#13;"),
            '\0' => out.push('\u{fffd}'),
            _ => out.push(c),
        }
    }
}

/// Writes a target: what may not stand in a URI is percent-encoded, what is encoded stays so.
fn escape_url(target: &str, out: &mut String) {
    for byte in target.trim_matches(|c: char| c <= ' ').bytes() {
        match byte {
            b'&' => out.push_str("&amp;"),
            b'\'' => out.push_str("&#39;"),
            b'a'..=b'z'
            | b'A'..=b'Z'
            | b'0'..=b'9'
            | b'-'
            | b'.'
            | b'_'
            | b'~'
            | b':'
            | b'/'
            | b'?'
            | b'#'
            | b'@'
            | b'!'
            | b'$'
            | b'('
            | b')'
            | b'*'
            | b'+'
            | b','
            | b';'
            | b'='
            | b'['
            | b']'
            | b'%' => out.push(char::from(byte)),
            _ => links::push_encoded(byte, out),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::vec;

    fn html(markdown: &str) -> String {
        let document = crate::rich::markdown::read(markdown).value;
        write(&document, &HtmlWriteOptions::default()).value
    }

    #[test]
    fn marks_lists_and_tables() {
        assert_eq!(
            html("*a* **b** ~~c~~ `d`\ne  \nf"),
            "<p><em>a</em> <strong>b</strong> <del>c</del> <code>d</code>\ne<br>\nf</p>\n"
        );
        assert_eq!(
            html("3. a\n4. b\n   - [x] c"),
            "<ol start=\"3\">\n<li>a</li>\n<li>b\n<ul>\n<li><input type=\"checkbox\" checked disabled> c</li>\n</ul>\n</li>\n</ol>\n"
        );
        assert_eq!(
            html("|a|b|\n|-|:-:|\n|c|"),
            "<table>\n<thead>\n<tr>\n<th>a</th>\n<th align=\"center\">b</th>\n</tr>\n</thead>\n<tbody>\n<tr>\n<td>c</td>\n<td align=\"center\"></td>\n</tr>\n</tbody>\n</table>\n"
        );
    }

    #[test]
    fn refused_targets_leave_their_text() {
        let document =
            crate::rich::markdown::read("[a](javascript:x) ![b](https://example.com/b.png)").value;
        let written = write(&document, &HtmlWriteOptions::default());
        assert_eq!(written.value, "<p>a b</p>\n");
        let codes: Vec<_> = written.findings.iter().map(|f| f.code).collect();
        assert_eq!(
            codes,
            [codes::LINK_TARGET_REFUSED, codes::IMAGE_TARGET_REFUSED]
        );
    }

    #[test]
    fn what_a_resolver_answers_is_checked() {
        let document = crate::rich::markdown::read("![x](cid:1)").value;
        for (answer, want) in [
            (
                Some("data:image/png;base64,AA=="),
                "<p><img src=\"data:image/png;base64,AA==\" alt=\"x\"></p>\n",
            ),
            (Some("data:text/html,x"), "<p>x</p>\n"),
            (Some("javascript:x"), "<p>x</p>\n"),
            (None, "<p>x</p>\n"),
        ] {
            let resolve = |_: &str| answer.map(String::from);
            let options = HtmlWriteOptions::default().images(&resolve);
            assert_eq!(write(&document, &options).value, want);
        }
    }

    #[test]
    fn a_document_by_hand_may_be_deep() {
        let mut block = Block::Paragraph(vec![Inline::text("x")]);
        let mut inline = Inline::text("y");
        for _ in 0..100_000 {
            block = Block::Quote(vec![block]);
            inline = Inline::Strong(vec![inline]);
        }
        let document = Document::new(vec![block, Block::Paragraph(vec![inline])]);
        let written = write(&document, &HtmlWriteOptions::default());
        assert!(written.value.contains('x') && written.value.contains('y'));
        assert!(!written.findings.is_empty());
    }
}
