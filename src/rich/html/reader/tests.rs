//! What HTML is read as.

use std::string::String;
use std::vec::Vec;

use super::*;
use crate::report::Code;
use crate::rich::markdown;

fn md(html: &str) -> String {
    markdown::write(&read(html, &HtmlReadOptions::default()).value).value
}

fn noted(html: &str) -> Vec<Code> {
    read(html, &HtmlReadOptions::default())
        .findings
        .iter()
        .map(|finding| finding.code)
        .collect()
}

#[test]
fn blocks_and_marks() {
    for (html, want) in [
        (
            "<p>a <em>b</em> <b>c</b> <s>d</s> <code>e</code></p>",
            "a *b* **c** ~~d~~ `e`\n",
        ),
        ("a\n  b<br>c", "a b\\\nc\n"),
        (
            "<h2>a</h2><blockquote><p>b<p>c</blockquote>",
            "## a\n\n> b\n>\n> c\n",
        ),
        ("<ul><li>a<ul><li>b</ul><li>c</ul>", "- a\n  - b\n- c\n"),
        (
            "<ol start=3><li><p>a</p><li><p>b</p></ol>",
            "3. a\n\n4. b\n",
        ),
        ("<ul><li><input type=checkbox checked> a</ul>", "- [x] a\n"),
        (
            "<pre><code class='language-rust'>a\n  b</code></pre>",
            "```rust\na\n  b\n```\n",
        ),
        ("<b>a<p>b</p>c</b>", "**a**\n\n**b**\n\n**c**\n"),
        ("<b> a </b>b", "**a** b\n"),
        (
            "<table><tr><th>a<th align=right>b<tr><td>c|<td>d</table>",
            "| a | b |\n| --- | --: |\n| c\\| | d |\n",
        ),
    ] {
        assert_eq!(md(html), want, "{html}");
    }
}

#[test]
fn what_bridges_receive() {
    for (html, want) in [
        // Matrix
        (
            "<mx-reply><blockquote>old</blockquote></mx-reply>new",
            "new\n",
        ),
        ("<span data-mx-spoiler>secret</span>", "secret\n"),
        // Google Docs
        (
            "<b style=\"font-weight:normal;\"><p><span style=\"font-weight:700\">a</span></p></b>",
            "**a**\n",
        ),
        // Gmail
        (
            "<div dir=ltr>a</div><div><br></div><div>b</div>",
            "a\n\nb\n",
        ),
        // Outlook
        (
            "<table><tr><td><table><tr><td><p>a</p></td></tr></table></td></tr></table><p>b</p>",
            "a\n\nb\n",
        ),
        (
            "<table><tr><td><table><tr><td><p>left</p></td><td><p>right</p></td></tr></table></td></tr></table>",
            "left\n\nright\n",
        ),
        ("<table><tr></tr><tr><td>a<td>b</table>", "a\n\nb\n"),
        (
            "<table><tr><td>a<td>b<tr><td>c<td>d</table>",
            "| a | b |\n| --- | --- |\n| c | d |\n",
        ),
        // Web pages
        (
            "<style>x</style><script>y</script><div hidden>z</div><nav>a</nav><img src=x width=1 height=1>",
            "a\n",
        ),
    ] {
        assert_eq!(md(html), want, "{html}");
    }
}

#[test]
fn losses_are_reported() {
    assert_eq!(
        noted("<u>a</u> H<sub>2</sub>O"),
        [codes::MARK_DROPPED, codes::MARK_DROPPED]
    );
    assert_eq!(noted("<iframe></iframe>"), [codes::HTML_DROPPED]);
    assert_eq!(
        noted("<details><summary>a</summary>b</details>"),
        [codes::BLOCK_REDUCED, codes::BLOCK_REDUCED]
    );
    assert_eq!(noted("<p>a <b>b</b></p>"), []);
}

#[test]
fn deep_and_wide_input_is_bounded() {
    let deep = "<div><b>".repeat(5000) + "x";
    let converted = read(&deep, &HtmlReadOptions::default());
    assert_eq!(inline_text_of(&converted.value), "x");
    assert!(noted(&deep).contains(&codes::NESTING_FLATTENED));
    let quotes = "<blockquote>".repeat(5000) + "x";
    assert_eq!(
        inline_text_of(&read(&quotes, &HtmlReadOptions::default()).value),
        "x"
    );
    let wide = ["<p ", &"a=b ".repeat(5000), ">x"].concat();
    assert_eq!(noted(&wide), [codes::HTML_TAG_CUT]);
}

fn inline_text_of(document: &Document) -> String {
    crate::rich::block_text(&document.blocks)
}

#[test]
fn equal_marks_side_by_side_are_merged_on_request() {
    let mut document = read("<b>a</b><b>b</b>", &HtmlReadOptions::default()).value;
    merge_marks(&mut document);
    assert_eq!(markdown::write(&document).value, "**ab**\n");
}

#[test]
fn a_caption_stands_before_its_table() {
    let html = "<table><caption>t\n <b>u</b></caption><tr><th>a<th>b</table>";
    assert_eq!(md(html), "t u\n\n| a | b |\n| --- | --- |\n");
    assert_eq!(noted(html), [codes::BLOCK_REDUCED]);
    assert_eq!(noted("<script>a</script>b"), [codes::HTML_DROPPED]);
}

#[test]
fn what_readers_take_for_blanks_comes_back() {
    for text in ["a&#11;", "a &#12;", "[b](/c{d}^)"] {
        let html = text.replace("[b](/c{d}^)", "<a href='/c{d}^'>b</a>");
        let written = md(&html);
        let again = markdown::write(&markdown::read(&written).value).value;
        assert_eq!(again, written);
    }
    assert_eq!(
        markdown::write(&markdown::read("a&#11;").value).value,
        "a&#11;\n"
    );
}

#[test]
fn targets_are_read_as_they_will_be_written() {
    assert_eq!(
        md("<a href='https://a.example/ü?👍'>a</a> <a href='https://a.example/%C3%BC'>b</a>"),
        "[a](https://a.example/%C3%BC?%F0%9F%91%8D) [b](https://a.example/%C3%BC)\n"
    );
    assert_eq!(md("<img src='cid:ü' alt=x>"), "![x](cid:%C3%BC)\n");
}
