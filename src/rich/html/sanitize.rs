//! HTML kept as HTML: the pass through `ammonia`, configured by the same policy as the writer.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::string::{String, ToString};
use std::sync::LazyLock;
use std::vec::Vec;

use ammonia::{Builder, UrlRelative};

use super::HtmlPolicy;
use super::contain::{REFERENCES, contain, prepare, references};
use super::policy::{ATTRIBUTES, ELEMENTS, WITHOUT_CONTENT};

/// Cleans HTML that is shown as HTML, because it says more than the document model can.
///
/// Only elements, attributes and schemes of the policy remain; links open without access to the
/// window they came from. `strike`, `kbd`, `samp`, `tt` and `q` are said in other words, and what
/// styles or attributes hide is left out, as [`read`](super::read) leaves it out. Input that is nested too
/// deeply or has oversized tags is cut down first, so that no input takes long.
///
/// ```
/// use mimi_codec::rich::html::{HtmlPolicy, sanitize};
///
/// let policy = HtmlPolicy::messenger();
/// assert_eq!(
///     sanitize("<u onclick=x>a</u><script>b</script><a href='javascript:c'>d</a>", &policy),
///     "<u>a</u><a rel=\"noopener\">d</a>"
/// );
/// ```
pub fn sanitize(html: &str, policy: &HtmlPolicy) -> String {
    let html = prepare(html);
    if *policy == POLICY {
        clean(&html, &MESSENGER)
    } else {
        clean(&html, &configure(policy, false))
    }
}

/// Passes on what the writer wrote: within bounds already, with what a resolver answered as images
/// and with the class of mentions. `ends` are places between blocks, ascending: what stands between two
/// is passed on by itself, which takes less memory at once and so less time.
pub(super) fn second_pass(html: &str, ends: &[usize], policy: &HtmlPolicy) -> String {
    if *policy == POLICY {
        clean_pieces(html, ends, &MESSENGER_WRITTEN)
    } else {
        clean_pieces(html, ends, &configure(policy, true))
    }
}

fn clean_pieces(html: &str, ends: &[usize], builder: &Builder<'_>) -> String {
    let mut out = Vec::with_capacity(html.len() + html.len() / 8);
    let mut done = 0;
    for &end in ends.iter().chain([&html.len()]) {
        if let Some(piece) = html.get(done..end).filter(|piece| !piece.is_empty()) {
            // Long texts with much to escape, of a few blocks or one, reach it in pieces.
            let piece = if references(piece) < REFERENCES {
                Cow::Borrowed(piece)
            } else {
                contain(piece)
            };
            clean_into(&piece, builder, &mut out);
            done = end;
        }
    }
    String::from_utf8(out).unwrap_or_default()
}

/// The most columns or rows of one cell; the limit that HTML has for columns.
const SPAN: usize = 1000;

static POLICY: HtmlPolicy = HtmlPolicy::messenger();

/// The usual configurations, made once.
static MESSENGER: LazyLock<Builder<'static>> = LazyLock::new(|| configure(&POLICY, false));
static MESSENGER_WRITTEN: LazyLock<Builder<'static>> = LazyLock::new(|| configure(&POLICY, true));

fn clean(html: &str, builder: &Builder<'_>) -> String {
    let mut out = Vec::with_capacity(html.len() + html.len() / 8);
    clean_into(html, builder, &mut out);
    // What is written is UTF-8; nothing shown is the safe answer all the same.
    String::from_utf8(out).unwrap_or_default()
}

fn clean_into(html: &str, builder: &Builder<'_>, out: &mut Vec<u8>) {
    let clean = if references(html) < REFERENCES {
        builder.clean(html)
    } else {
        // Read as a stream, the text reaches the parser in small pieces, which it needs to be fast
        // where there are many references.
        match builder.clean_from_reader(html.as_bytes()) {
            Ok(clean) => clean,
            // Reading from memory does not fail.
            Err(_) => return,
        }
    };
    let done = out.len();
    // Nor does writing to it; a piece would be left out.
    if clean.write_to(&mut *out).is_err() {
        out.truncate(done);
    }
}

/// The policy in the words of `ammonia`; `written` is for what our own writer wrote.
fn configure(policy: &HtmlPolicy, written: bool) -> Builder<'_> {
    let rules = policy.clone();
    let mut schemes: HashSet<&str> = policy.link_schemes().into_iter().collect();
    schemes.extend(["cid", "http", "https"]);
    if written {
        schemes.extend(["data", "blob"]);
    }
    let attributes: HashMap<&str, HashSet<&str>> = ATTRIBUTES
        .iter()
        .map(|(element, names)| (*element, names.iter().copied().collect()))
        .collect();
    // Our writer knows none of these; the two that run are enough for a second look, and each takes time.
    let without_content = if written {
        &["script", "style"]
    } else {
        WITHOUT_CONTENT
    };
    let mut builder = Builder::empty();
    builder
        .tags(ELEMENTS.iter().copied().collect())
        .clean_content_tags(without_content.iter().copied().collect())
        .tag_attributes(attributes)
        // What a scheme is for is judged below; these are all there may be.
        .url_schemes(schemes)
        .url_relative(if policy.allows_relative() {
            UrlRelative::PassThrough
        } else {
            UrlRelative::Deny
        })
        .link_rel(Some("noopener"))
        // An input element is a task box or nothing.
        .set_tag_attribute_value("input", "type", "checkbox")
        .set_tag_attribute_value("input", "disabled", "")
        .attribute_filter(move |element, attribute, value| {
            let keep = match (element, attribute) {
                ("a", "href") => rules.allows_link(value),
                ("img", "src") => {
                    rules.allows_image(value) || written && rules.allows_resolved(value)
                }
                ("code", "class") => {
                    return language_class(value);
                }
                ("a", "class") => written,
                ("img", "width" | "height") | ("ol", "start") => {
                    value.len() <= 9 && value.bytes().all(|b| b.is_ascii_digit())
                }
                ("td" | "th", "align") => matches!(value, "left" | "center" | "right"),
                ("td" | "th", "colspan" | "rowspan") => return span(value),
                _ => true,
            };
            keep.then_some(Cow::Borrowed(value))
        });
    builder
}

/// Over how many columns or rows a cell goes, at most [`SPAN`]. What is no number means nothing.
fn span(value: &str) -> Option<Cow<'_, str>> {
    let value = value.trim();
    if value.is_empty() || !value.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    match value.parse::<usize>() {
        Ok(number) if number <= SPAN => Some(Cow::Borrowed(value)),
        _ => Some(Cow::Owned(SPAN.to_string())),
    }
}

/// Of the classes of `code`, those that name a language.
fn language_class(value: &str) -> Option<Cow<'_, str>> {
    let is_language = |class: &&str| class.starts_with("language-");
    if !value
        .split_ascii_whitespace()
        .any(|class| is_language(&class))
    {
        return None;
    }
    let mut classes = String::new();
    for class in value.split_ascii_whitespace().filter(is_language) {
        if !classes.is_empty() {
            classes.push(' ');
        }
        classes.push_str(class);
    }
    Some(Cow::Owned(classes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_has_another_name_keeps_its_meaning() {
        let policy = HtmlPolicy::messenger();
        for (html, want) in [
            ("<strike>a</strike>", "<s>a</s>"),
            ("<KBD>a</KBD>", "<code>a</code>"),
            ("<tt><samp>a</samp></tt>", "<code><code>a</code></code>"),
            ("a <q>b <q>c</q></q>", "a “b “c””"),
            ("<s>a</s> <code>b</code>", "<s>a</s> <code>b</code>"),
            ("<pre>b\n<tt>a</tt></pre>", "<pre>b\n<code>a</code></pre>"),
            ("<q onclick=x>&lt;b&gt;</q><script><q>", "“&lt;b&gt;”"),
        ] {
            let clean = sanitize(html, &policy);
            assert_eq!(clean, want, "{html}");
            assert_eq!(sanitize(&clean, &policy), want, "again: {html}");
        }
    }

    #[test]
    fn hidden_text_stays_hidden() {
        let policy = HtmlPolicy::messenger();
        for html in [
            "<p>a</p><div style='display:none'>b</div>",
            "<p>a</p><div STYLE='color:red; Display : NONE'>b<p>c</div>",
            "<p>a</p><div style='&#100;isplay:none'>b</div>",
            "<p>a</p><p hidden>b</p>",
            "<p>a</p><p style='mso-hide:all'>b</p>",
        ] {
            assert_eq!(sanitize(html, &policy), "<p>a</p>", "{html}");
        }
        assert_eq!(
            sanitize("<p style='color:red'>hidden style</p>", &policy),
            "<p>hidden style</p>"
        );
    }

    #[test]
    fn cells_keep_their_spans() {
        let policy = HtmlPolicy::messenger();
        for (value, want) in [
            ("2", " colspan=\"2\""),
            ("99999999999999999999999", " colspan=\"1000\""),
            ("-1", ""),
            ("1e9", ""),
            ("", ""),
        ] {
            let html = [
                "<table><tbody><tr><td colspan='",
                value,
                "'>a</td></tr></tbody></table>",
            ];
            let clean = [
                "<table><tbody><tr><td",
                want,
                ">a</td></tr></tbody></table>",
            ];
            assert_eq!(sanitize(&html.concat(), &policy), clean.concat());
        }
    }
}
