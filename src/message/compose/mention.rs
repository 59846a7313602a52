//! [`Mention`]: a link to a user, room or team inside a rich text.

use core::fmt::{self, Write};

use crate::message::MimiUri;

/// A mention (draft sections 5.4 and 9.6): a link whose target is the URI of a user or group, and
/// whose text is a hint how to show it. Displayed as Markdown.
///
/// An exclamation mark right before a link makes an image of it: write `\\!` there.
///
/// ```
/// use mimi_codec::message::MimiUri;
/// use mimi_codec::message::compose::Mention;
///
/// let uri = MimiUri::parse("mimi://example.com/u/alice-smith")?;
/// let mention = Mention::new(&uri, "@Alice_S [HQ]");
/// assert_eq!(mention.to_string(), r"[@Alice\_S \[HQ\]](mimi://example.com/u/alice-smith)");
/// assert_eq!(
///     mention.html().to_string(),
///     r#"<a href="mimi://example.com/u/alice-smith">@Alice_S [HQ]</a>"#,
/// );
/// assert_eq!(Mention::bare(&uri).to_string(), "<mimi://example.com/u/alice-smith>");
/// # Ok::<(), mimi_codec::message::UriError>(())
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Mention<'a> {
    uri: &'a MimiUri<'a>,
    label: &'a str,
}

impl<'a> Mention<'a> {
    /// A mention with the text to show.
    pub const fn new(uri: &'a MimiUri<'a>, label: &'a str) -> Self {
        Mention { uri, label }
    }

    /// A mention that leaves the text to the receiver.
    pub const fn bare(uri: &'a MimiUri<'a>) -> Self {
        Mention { uri, label: "" }
    }

    /// The mention as HTML.
    pub const fn html(self) -> impl fmt::Display + 'a {
        MentionHtml(self)
    }
}

/// Characters that mean something in Markdown text, within a link or a table; the caret where
/// a reader knows footnotes.
const MARKDOWN: [char; 12] = ['\\', '`', '*', '_', '[', ']', '<', '>', '&', '~', '|', '^'];

impl fmt::Display for Mention<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if visible(self.label).next().is_none() {
            return write!(f, "<{}>", self.uri);
        }
        f.write_char('[')?;
        for c in visible(self.label) {
            if MARKDOWN.contains(&c) {
                f.write_char('\\')?;
            }
            f.write_char(c)?;
        }
        f.write_str("](")?;
        // A URI holds no spaces, angle brackets or backslashes; parentheses could end the target,
        // an ampersand could begin a character reference.
        for c in self.uri.as_str().chars() {
            if matches!(c, '(' | ')' | '&') {
                f.write_char('\\')?;
            }
            f.write_char(c)?;
        }
        f.write_char(')')
    }
}

/// The label on one line, without control characters and spaces at its ends.
fn visible(label: &str) -> impl Iterator<Item = char> + '_ {
    let is_break = |c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}');
    label
        .trim_matches(move |c: char| c.is_whitespace() || is_break(c))
        .chars()
        .map(move |c| if is_break(c) { ' ' } else { c })
}

/// A mention as HTML.
struct MentionHtml<'a>(Mention<'a>);

impl fmt::Display for MentionHtml<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Mention { uri, label } = self.0;
        f.write_str("<a href=\"")?;
        escape_html(f, uri.as_str().chars())?;
        f.write_str("\">")?;
        match visible(label).next() {
            Some(_) => escape_html(f, visible(label))?,
            None => escape_html(f, uri.as_str().chars())?,
        }
        f.write_str("</a>")
    }
}

fn escape_html(f: &mut fmt::Formatter<'_>, text: impl Iterator<Item = char>) -> fmt::Result {
    for c in text {
        match c {
            '&' => f.write_str("&amp;")?,
            '<' => f.write_str("&lt;")?,
            '>' => f.write_str("&gt;")?,
            '"' => f.write_str("&quot;")?,
            c => f.write_char(c)?,
        }
    }
    Ok(())
}
