//! [`MediaType`]: a content type, taken apart and compared. The strings the draft names are
//! constants of the room `message`.

mod scan;
#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;

use alloc::borrow::Cow;
use alloc::boxed::Box;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use self::scan::{Piece, Pieces, Scanner, is_token, pieces_of_mime, pieces_of_usual};
use crate::report::{Code, Finding, codes};

/// A media type with its parameters; keeps the text it was read from.
///
/// Equality is that of formats: type and subtype, then `variant` (of Markdown) and `charset` (of
/// text), without regard to case; other parameters, order and spacing do not count.
///
/// ```
/// use mimi_codec::text::MediaType;
///
/// let received = MediaType::parse("Text/Markdown; Variant=\"gfm-mimi\"; x=Y")?;
/// assert!(received.is_gfm_mimi());
/// assert_eq!(received, MediaType::parse("text/markdown;variant=GFM-MIMI")?);
/// assert_eq!(received.essence(), "text/markdown");
/// assert_eq!(received.parameter("x"), Some("Y"));
/// assert_eq!(received.as_str(), "Text/Markdown; Variant=\"gfm-mimi\"; x=Y");
/// # Ok::<(), mimi_codec::text::MediaTypeError>(())
/// ```
#[derive(Clone)]
pub struct MediaType<'a> {
    source: Cow<'a, str>,
    essence: Piece,
    /// Where the slash stands in the essence.
    slash: usize,
    /// Names in lower case, values as they are.
    parameters: Vec<(Piece, Piece)>,
}

/// A text that is not a media type; says where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct MediaTypeError(Box<Finding>);

impl MediaTypeError {
    fn new(at: usize, found: impl Into<Cow<'static, str>>, expected: &'static str) -> Self {
        let finding = Finding::new(codes::MEDIA_TYPE_SYNTAX).at(at);
        MediaTypeError(Box::new(finding.found(found).expected(expected)))
    }

    /// What is wrong; the offset counts octets of the text.
    pub fn finding(&self) -> &Finding {
        &self.0
    }

    /// The broken rule.
    pub fn code(&self) -> Code {
        self.0.code
    }
}

impl<'a> MediaType<'a> {
    /// Reads a media type.
    ///
    /// The crate `mime` reads what is not spelled in the usual way. What it refuses although RFC 2045 and RFC 9110 allow it
    /// is read here: white space before a semicolon, tabs, empty parameters, escapes in quoted
    /// strings, and empty quoted strings. More than 64 parameters are refused.
    ///
    /// # Errors
    /// [`codes::MEDIA_TYPE_SYNTAX`] with the octet offset in the text.
    pub fn parse(source: impl Into<Cow<'a, str>>) -> Result<Self, MediaTypeError> {
        let source = source.into();
        let (essence, parameters) = match pieces_of_usual(&source) {
            Some(pieces) => pieces,
            None => closer_look(&source)?,
        };
        let text = essence.of(&source);
        let slash = text.bytes().position(|octet| octet == b'/');
        let slash = slash.unwrap_or(text.len());
        Ok(MediaType {
            source,
            essence,
            slash,
            parameters,
        })
    }

    /// The text the media type was read from.
    pub fn as_str(&self) -> &str {
        &self.source
    }

    /// Type and subtype in lower case: `text/plain`.
    pub fn essence(&self) -> &str {
        self.essence.of(&self.source)
    }

    /// The type in lower case: `text`.
    pub fn top_level(&self) -> &str {
        self.essence().get(..self.slash).unwrap_or_default()
    }

    /// The subtype in lower case, suffix and all: `svg+xml`.
    pub fn subtype(&self) -> &str {
        self.essence().get(self.slash + 1..).unwrap_or_default()
    }

    /// The structured syntax suffix: `xml` of `svg+xml`.
    pub fn suffix(&self) -> Option<&str> {
        self.subtype().rsplit_once('+').map(|(_, suffix)| suffix)
    }

    /// The parameters in order, names in lower case.
    pub fn parameters(&self) -> impl Iterator<Item = (&str, &str)> {
        self.parameters
            .iter()
            .map(|(name, value)| (name.of(&self.source), value.of(&self.source)))
    }

    /// The value of a parameter; the first, if there are several.
    pub fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters()
            .find(|(known, _)| known.eq_ignore_ascii_case(name))
            .map(|(_, value)| value)
    }

    /// The `charset` parameter.
    pub fn charset(&self) -> Option<&str> {
        self.parameter("charset")
    }

    /// The `variant` parameter, which says which Markdown it is (RFC 7763).
    pub fn variant(&self) -> Option<&str> {
        self.parameter("variant")
    }

    /// Whether the content is text of any kind.
    pub fn is_text(&self) -> bool {
        self.top_level() == "text"
    }

    /// Whether it is plain text, in any charset.
    pub fn is_plain(&self) -> bool {
        self.essence() == "text/plain"
    }

    /// Whether it is Markdown, of any variant.
    pub fn is_markdown(&self) -> bool {
        matches!(self.essence(), "text/markdown" | "text/x-markdown")
    }

    /// Whether it is the Markdown of the draft's section 7.1.1.
    pub fn is_gfm_mimi(&self) -> bool {
        self.is_variant("GFM-MIMI")
    }

    /// Whether it is CommonMark.
    pub fn is_common_mark(&self) -> bool {
        self.is_variant("CommonMark")
    }

    fn is_variant(&self, name: &str) -> bool {
        let variant = self.variant();
        self.is_markdown() && variant.is_some_and(|variant| variant.eq_ignore_ascii_case(name))
    }

    /// Whether it is HTML or XHTML.
    pub fn is_html(&self) -> bool {
        matches!(self.essence(), "text/html" | "application/xhtml+xml")
    }

    /// Whether it is a picture.
    pub fn is_image(&self) -> bool {
        self.top_level() == "image"
    }

    /// Whether it is sound.
    pub fn is_audio(&self) -> bool {
        self.top_level() == "audio"
    }

    /// Whether it is moving pictures.
    pub fn is_video(&self) -> bool {
        self.top_level() == "video"
    }

    /// Whether it is a MIMI message.
    pub fn is_mimi_content(&self) -> bool {
        self.essence() == "application/mimi-content"
    }

    /// Whether it is a status report.
    pub fn is_message_status(&self) -> bool {
        self.essence() == "application/mimi-message-status"
    }

    /// Whether somebody who supports this type supports another: what this one says of variant
    /// and charset, the other says too. Text without a charset, or in US-ASCII, is UTF-8.
    ///
    /// ```
    /// use mimi_codec::text::MediaType;
    ///
    /// let html = MediaType::parse("text/html")?;
    /// let html_utf8 = MediaType::parse("text/html;charset=UTF-8")?;
    /// let html_latin1 = MediaType::parse("text/html;charset=iso-8859-1")?;
    /// assert!(html.covers(&html_latin1) && html_utf8.covers(&html));
    /// assert!(!html_utf8.covers(&html_latin1));
    /// # Ok::<(), mimi_codec::text::MediaTypeError>(())
    /// ```
    pub fn covers(&self, other: &MediaType<'_>) -> bool {
        let variant = !self.is_markdown()
            || self.variant().is_none()
            || same(self.variant(), other.variant());
        let charset = !self.is_text()
            || match (self.charset(), other.charset()) {
                (None, _) => true,
                (Some(own), None) => is_utf8(own),
                (Some(own), Some(other)) => {
                    own.eq_ignore_ascii_case(other)
                        || (is_utf8(own) && (is_utf8(other) || is_ascii(other)))
                }
            };
        self.essence() == other.essence() && variant && charset
    }

    /// What equality compares.
    fn format(&self) -> (&str, Option<String>, Option<String>) {
        let lower = |value: &str| value.to_ascii_lowercase();
        let variant = self.variant().filter(|_| self.is_markdown()).map(lower);
        let charset = self.charset().filter(|_| self.is_text());
        let charset = charset.map(|name| {
            if is_utf8(name) {
                "utf-8".into()
            } else {
                lower(name)
            }
        });
        (self.essence(), variant, charset)
    }

    /// A copy that borrows nothing.
    pub fn into_owned(self) -> MediaType<'static> {
        MediaType {
            source: Cow::Owned(self.source.into_owned()),
            essence: self.essence,
            slash: self.slash,
            parameters: self.parameters,
        }
    }
}

/// Reads what is not spelled as most media types are.
fn closer_look(source: &str) -> Result<Pieces, MediaTypeError> {
    match pieces_of_mime(source) {
        Some(pieces) => Ok(pieces),
        None => Scanner::new(source).pieces(),
    }
}

fn same(one: Option<&str>, two: Option<&str>) -> bool {
    match (one, two) {
        (Some(one), Some(two)) => one.eq_ignore_ascii_case(two),
        (None, None) => true,
        _ => false,
    }
}

/// `utf8` is a common misspelling.
fn is_utf8(charset: &str) -> bool {
    charset.eq_ignore_ascii_case("utf-8") || charset.eq_ignore_ascii_case("utf8")
}

fn is_ascii(charset: &str) -> bool {
    charset.eq_ignore_ascii_case("us-ascii") || charset.eq_ignore_ascii_case("ascii")
}

impl PartialEq<MediaType<'_>> for MediaType<'_> {
    fn eq(&self, other: &MediaType<'_>) -> bool {
        self.format() == other.format()
    }
}

impl Eq for MediaType<'_> {}

impl core::hash::Hash for MediaType<'_> {
    fn hash<H: core::hash::Hasher>(&self, state: &mut H) {
        self.format().hash(state);
    }
}

impl fmt::Display for MediaType<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.source)
    }
}

impl fmt::Debug for MediaType<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MediaType({:?})", self.source)
    }
}

impl<'a> TryFrom<&'a str> for MediaType<'a> {
    type Error = MediaTypeError;

    fn try_from(source: &'a str) -> Result<Self, MediaTypeError> {
        MediaType::parse(source)
    }
}

impl core::str::FromStr for MediaType<'static> {
    type Err = MediaTypeError;

    fn from_str(source: &str) -> Result<Self, MediaTypeError> {
        MediaType::parse(String::from(source))
    }
}

/// A parameter as it is written in a media type: quoted where it has to be. `None` if the name
/// is no token or the value cannot be written (a control character).
///
/// ```
/// use mimi_codec::text::media_parameter;
///
/// assert_eq!(media_parameter("name", "a b.pdf").unwrap(), ";name=\"a b.pdf\"");
/// assert_eq!(media_parameter("charset", "utf-8").unwrap(), ";charset=utf-8");
/// assert_eq!(media_parameter("name", "a\nb"), None);
/// ```
pub fn media_parameter(name: &str, value: &str) -> Option<String> {
    let is_word = |text: &str| !text.is_empty() && text.bytes().all(is_token);
    if !is_word(name) || value.chars().any(|c| c.is_control() && c != '\t') {
        return None;
    }
    let mut out = alloc::format!(";{name}=");
    if is_word(value) {
        out.push_str(value);
        return Some(out);
    }
    out.push('"');
    for c in value.chars() {
        if matches!(c, '"' | '\\') {
            out.push('\\');
        }
        out.push(c);
    }
    out.push('"');
    Some(out)
}
