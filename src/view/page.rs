//! A fragment of HTML as a page that stands alone: no script, nothing fetched, for light and dark,
//! for phones and screens.

use alloc::format;
use alloc::string::String;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use sha2::{Digest, Sha256};

use super::html::escape;
use super::polish::Polish;

const STYLE: &str = "\
:root{color-scheme:light dark;--text:#1b1b1f;--back:#fdfdfd;--faint:#5c5f66;--line:#d0d3d9;--link:#0a58ca;--warn:#a3180f}
@media(prefers-color-scheme:dark){:root{--text:#e6e6ea;--back:#16171a;--faint:#a3a7b0;--line:#3a3d44;--link:#8ab4f8;--warn:#ff9d92}}
body{margin:0;background:var(--back);color:var(--text);font:1rem/1.5 system-ui,sans-serif}
main{max-width:42rem;margin:0 auto;padding:1rem;overflow-wrap:anywhere}
a{color:var(--link)}
img{max-width:100%;height:auto}
pre{white-space:pre-wrap;padding:.75rem;border:1px solid var(--line);border-radius:.4rem}
.scroll{overflow-x:auto}
table{border-collapse:collapse;overflow-wrap:normal}
th,td{border:1px solid var(--line);padding:.25rem .6rem}
blockquote{margin:0 0 1rem;padding:0 0 0 1rem;border-inline-start:.25rem solid var(--line);color:var(--faint)}
.mimi-file,.mimi-session,.mimi-placeholder{padding:.6rem .8rem;border:1px solid var(--line);border-radius:.4rem}
.mimi-placeholder{border-style:dashed;color:var(--faint)}
.mimi-reaction{font-size:1.6rem}
.mention{font-weight:600}
.deceptive{color:var(--warn)}
";

/// A page around a fragment of HTML that is safe to show, for example what
/// [`View::to_html`](super::View::to_html) wrote. `language` is a BCP 47 tag, or empty.
///
/// What a page asks for is put in: headings without gaps, tables that can be scrolled by keyboard,
/// names for the boxes of task lists, marks at links that say something else than they do.
///
/// The page's own policy forbids scripts and lets nothing be fetched; if remote images were
/// allowed in the fragment, they are not shown in the page.
///
/// ```
/// let page = mimi_codec::view::page("A <title>", "en", "<p>Hello</p>\n");
/// assert!(page.starts_with("<!DOCTYPE html>\n<html lang=\"en\">"));
/// assert!(page.contains("<title>A &lt;title&gt;</title>"));
/// assert!(page.contains("<main>\n<p>Hello</p>\n</main>"));
/// ```
pub fn page(title: &str, language: &str, fragment: &str) -> String {
    let mut body = String::from("<main>\n");
    let polish = Polish {
        is_member: &|_| false,
        is_reader: &|_| false,
        top: 1,
    };
    polish.write(fragment, &mut body);
    body.push_str("</main>\n");
    shell(title, language, STYLE, &body)
}

/// A page around a body, with a style of its own and a policy that allows nothing but that style
/// and images in the page.
pub(crate) fn shell(title: &str, language: &str, style: &str, body: &str) -> String {
    let mut out = String::with_capacity(body.len() + style.len() + 700);
    out.push_str("<!DOCTYPE html>\n<html");
    if !language.is_empty() {
        out.push_str(" lang=\"");
        escape(language, &mut out);
        out.push('"');
    }
    out.push_str(">\n<head>\n<meta charset=\"utf-8\">\n");
    out.push_str("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
    out.push_str("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; ");
    out.push_str("img-src data:; style-src 'sha256-");
    let style = format!("\n{style}");
    BASE64_STANDARD.encode_string(Sha256::digest(&style), &mut out);
    out.push_str("'; base-uri 'none'; form-action 'none'\">\n");
    out.push_str("<meta name=\"referrer\" content=\"no-referrer\">\n");
    out.push_str("<meta name=\"color-scheme\" content=\"light dark\">\n<title>");
    escape(title, &mut out);
    out.push_str("</title>\n<style>");
    out.push_str(&style);
    out.push_str("</style>\n</head>\n<body>\n");
    out.push_str(body);
    out.push_str("</body>\n</html>\n");
    out
}
