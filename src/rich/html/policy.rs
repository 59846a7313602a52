//! [`HtmlPolicy`]: which elements, attributes and schemes messengers show. Data, no code that
//! reads or writes HTML.

use std::string::String;
use std::vec::Vec;

/// The elements that may stand in HTML shown to a user: those that Matrix clients agreed on, and
/// the boxes of task lists.
#[cfg(feature = "html")]
pub(super) const ELEMENTS: &[&str] = &[
    "a",
    "b",
    "blockquote",
    "br",
    "caption",
    "code",
    "del",
    "details",
    "div",
    "em",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "i",
    "img",
    "input",
    "li",
    "ol",
    "p",
    "pre",
    "s",
    "span",
    "strong",
    "sub",
    "summary",
    "sup",
    "table",
    "tbody",
    "td",
    "th",
    "thead",
    "tr",
    "u",
    "ul",
];

/// The attributes of these elements; their values are checked besides.
#[cfg(feature = "html")]
pub(super) const ATTRIBUTES: &[(&str, &[&str])] = &[
    ("a", &["href", "title", "class"]),
    ("code", &["class"]),
    ("details", &["open"]),
    ("img", &["src", "alt", "title", "width", "height"]),
    ("input", &["type", "checked", "disabled"]),
    ("ol", &["start"]),
    ("td", &["align", "colspan", "rowspan"]),
    ("th", &["align", "colspan", "rowspan"]),
];

/// Whether any element may have an attribute of that name.
#[cfg(feature = "html")]
pub(super) fn is_attribute(name: &str) -> bool {
    ATTRIBUTES.iter().any(|(_, names)| names.contains(&name))
}

/// Elements whose content is not text to be shown.
#[cfg(feature = "html")]
pub(super) const WITHOUT_CONTENT: &[&str] = &[
    "script", "style", "template", "iframe", "noembed", "noframes", "noscript", "object", "applet",
    "math", "svg", "head", "title", "mx-reply", "select", "textarea", "audio", "video", "canvas",
];

/// The schemes a link may have.
const LINK_SCHEMES: &[&str] = &[
    "http", "https", "mailto", "tel", "mimi", "im", "xmpp", "sip", "sips", "matrix", "geo",
];

/// The schemes an image may have if images are fetched from elsewhere.
const REMOTE_SCHEMES: &[&str] = &["http", "https"];

/// Which links, images and classes HTML may have that is shown to a user.
///
/// The elements and attributes are fixed: those of Matrix clients, task boxes, and how cells of tables
/// are aligned and how far they reach. No policy allows scripts, styles, frames or forms.
///
/// ```
/// use mimi_codec::rich::html::HtmlPolicy;
///
/// let policy = HtmlPolicy::messenger();
/// assert!(policy.allows_link("mimi://example.com/u/alice"));
/// assert!(!policy.allows_link("javascript:alert(1)"));
/// assert!(!policy.allows_link("/relative"));
/// assert!(policy.allows_image("cid:1@local.invalid"));
/// assert!(!policy.allows_image("https://example.com/pixel.gif"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HtmlPolicy {
    /// The schemes of links, where they are not `LINK_SCHEMES`.
    link_schemes: Option<Vec<String>>,
    remote_images: bool,
    relative: bool,
}

impl HtmlPolicy {
    /// Links to web pages, mail, phone numbers, instant messaging and places; images only from
    /// inside the message.
    pub const fn messenger() -> Self {
        HtmlPolicy {
            link_schemes: None,
            remote_images: false,
            relative: false,
        }
    }

    /// Shows images from `http` and `https` too. Fetching one tells its server who reads the
    /// message, and when.
    #[must_use]
    pub const fn with_remote_images(mut self, allow: bool) -> Self {
        self.remote_images = allow;
        self
    }

    /// Allows links and images without a scheme. Only for documents that have a base, never for
    /// messages: there they would point into the client.
    #[must_use]
    pub const fn with_relative(mut self, allow: bool) -> Self {
        self.relative = allow;
        self
    }

    /// Allows links with one more scheme. Schemes that run code (`javascript`, `vbscript`,
    /// `data`) stay refused.
    #[must_use]
    pub fn with_link_scheme(mut self, scheme: &str) -> Self {
        let scheme = scheme.to_ascii_lowercase();
        let schemes = self
            .link_schemes
            .get_or_insert_with(|| LINK_SCHEMES.iter().copied().map(String::from).collect());
        if !matches!(scheme.as_str(), "javascript" | "vbscript" | "data")
            && !schemes.contains(&scheme)
        {
            schemes.push(scheme);
        }
        self
    }

    /// Allows links with these schemes only, less those that run code.
    #[must_use]
    pub fn with_link_schemes<'s>(mut self, schemes: impl IntoIterator<Item = &'s str>) -> Self {
        self.link_schemes = Some(Vec::new());
        for scheme in schemes {
            self = self.with_link_scheme(scheme);
        }
        self
    }

    /// Whether a link may point there.
    pub fn allows_link(&self, target: &str) -> bool {
        match scheme(target) {
            Scheme::None => self.relative,
            Scheme::Named(name) => self.is_link_scheme(&name),
            Scheme::Suspicious => false,
        }
    }

    /// Whether an image may come from there.
    pub fn allows_image(&self, target: &str) -> bool {
        match scheme(target) {
            Scheme::None => self.relative,
            Scheme::Named(name) => {
                name == "cid" || self.remote_images && REMOTE_SCHEMES.contains(&name.as_str())
            }
            Scheme::Suspicious => false,
        }
    }

    /// Whether what a caller answered for an image may stand in `src`: besides what the policy
    /// allows, an image in a `data:` URI, a `blob:` or a web address of the caller's choice.
    pub(super) fn allows_resolved(&self, target: &str) -> bool {
        match scheme(target) {
            Scheme::Named(name) => match name.as_str() {
                "data" => target
                    .get(..11)
                    .is_some_and(|start| start.eq_ignore_ascii_case("data:image/")),
                "blob" | "cid" | "http" | "https" => true,
                _ => false,
            },
            Scheme::None => self.relative,
            Scheme::Suspicious => false,
        }
    }

    fn is_link_scheme(&self, name: &str) -> bool {
        match &self.link_schemes {
            Some(schemes) => schemes.iter().any(|known| known == name),
            None => LINK_SCHEMES.contains(&name),
        }
    }

    /// The schemes of links, for the configuration of `ammonia`.
    #[cfg(feature = "html")]
    pub(super) fn link_schemes(&self) -> Vec<&str> {
        match &self.link_schemes {
            Some(schemes) => schemes.iter().map(String::as_str).collect(),
            None => LINK_SCHEMES.to_vec(),
        }
    }

    /// Whether links and images may be relative.
    #[cfg(feature = "html")]
    pub(super) const fn allows_relative(&self) -> bool {
        self.relative
    }
}

impl Default for HtmlPolicy {
    /// [`HtmlPolicy::messenger`].
    fn default() -> Self {
        HtmlPolicy::messenger()
    }
}

/// The scheme of a target.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Scheme {
    /// It is relative.
    None,
    /// In lower case.
    Named(String),
    /// Characters that browsers skip stand where a scheme might be.
    Suspicious,
}

/// Splits off the scheme. Browsers strip control characters and spaces at the start and drop tabs
/// and line ends anywhere; a target that has any of these before its colon is suspicious.
pub(super) fn scheme(target: &str) -> Scheme {
    let start = target.trim_start_matches(|c: char| c <= ' ');
    let Some(colon) = start.find([':', '/', '?', '#', '\\']) else {
        return if start.chars().any(|c| c.is_ascii_control()) {
            Scheme::Suspicious
        } else {
            Scheme::None
        };
    };
    let (name, rest) = start.split_at(colon);
    if name.chars().any(|c| c.is_ascii_control()) {
        return Scheme::Suspicious;
    }
    if !rest.starts_with(':') {
        return Scheme::None;
    }
    let mut letters = name.chars();
    let proper = letters.next().is_some_and(|c| c.is_ascii_alphabetic())
        && letters.all(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '.' | '-'));
    if proper {
        Scheme::Named(name.to_ascii_lowercase())
    } else {
        Scheme::None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn disguised_schemes_are_refused() {
        let policy = HtmlPolicy::messenger().with_link_scheme("JavaScript");
        for target in [
            "javascript:x",
            "JAVASCRIPT:x",
            " javascript:x",
            "java\tscript:x",
            "java\nscript:x",
            "\u{1}javascript:x",
            "data:text/html,x",
            "vbscript:x",
            "//example.com",
            "\\\\example.com",
            "",
            "#a",
        ] {
            assert!(!policy.allows_link(target), "{target:?}");
            assert!(!policy.allows_image(target), "{target:?}");
        }
        assert!(policy.allows_link("HTTPS://example.com"));
    }

    #[test]
    fn even_with_relative_targets_no_scheme_slips_through() {
        let policy = HtmlPolicy::messenger().with_relative(true);
        assert!(policy.allows_link("/a"));
        assert!(policy.allows_link("a b:c"));
        assert!(!policy.allows_link("javascript:x"));
        assert!(!policy.allows_link("java\tscript:x"));
    }
}
