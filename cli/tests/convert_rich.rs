//! `mimi convert` between Markdown, HTML, plain text, messages and mail: what every pair keeps, and
//! what it says of the rest.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used)]

mod support;

use std::collections::BTreeSet;
use std::fs;

use support::{ROOM, Run, SENDER, mimi, mimi_with, path};

/// The codes printed, each once.
fn codes(run: &Run) -> BTreeSet<String> {
    let code = |line: &str| Some(line.split_once('[')?.1.split_once(']')?.0.to_owned());
    run.stderr.lines().filter_map(code).collect()
}

const MARKDOWN: &str = "# T\n\n*a* [x](https://example.com) \\* 1 < 2\n\n- [x] b\n  > c\n";
const HTML: &str = "<p>x<sup>2</sup> <u>u</u> <b>b</b></p>\n";
const TEXT: &str = "a *b*\n# c\n\n<d>\n";

/// What one kind of input becomes: source format, source, target format, what is told on the way,
/// and what is written (nothing where it is no text for people).
const THERE: &[(&str, &str, &str, &[&str], &str)] = &[
    ("md", MARKDOWN, "md", &[], MARKDOWN),
    (
        "md",
        MARKDOWN,
        "html",
        &[],
        "<h1>T</h1>\n<p><em>a</em> <a href=\"https://example.com\" rel=\"noopener\">x</a> * 1 &lt; 2</p>\n\
         <ul>\n<li><input type=\"checkbox\" checked disabled> b\n<blockquote>\n<p>c</p>\n</blockquote>\n</li>\n</ul>\n",
    ),
    (
        "md",
        MARKDOWN,
        "text",
        &["style-dropped"],
        "T\n\na x (https://example.com) * 1 < 2\n\n- [x] b\n  > c\n",
    ),
    ("md", MARKDOWN, "cbor", &[], ""),
    ("md", MARKDOWN, "eml", &[], ""),
    ("html", HTML, "md", &["mark-dropped"], "x2 u **b**\n"),
    ("html", HTML, "html", &[], HTML),
    (
        "html",
        HTML,
        "text",
        &["mark-dropped", "style-dropped"],
        "x2 u b\n",
    ),
    // The HTML is in the message; the note says what the Markdown beside it lacks.
    ("html", HTML, "cbor", &["mark-dropped"], ""),
    ("html", HTML, "eml", &["mark-dropped"], ""),
    ("text", TEXT, "md", &[], "a \\*b\\*\\\n\\# c\n\n&lt;d>\n"),
    (
        "text",
        TEXT,
        "html",
        &[],
        "<p>a *b*<br>\n# c</p>\n<p>&lt;d&gt;</p>\n",
    ),
    ("text", TEXT, "text", &[], TEXT),
    ("text", TEXT, "cbor", &[], ""),
    ("text", TEXT, "eml", &[], ""),
];

#[test]
fn what_every_pair_writes_and_tells() {
    for (from, source, to, told, written) in THERE {
        let run = mimi_with(["convert", "--from", from, "--to", to], source.as_bytes()).ended(0);
        let told: BTreeSet<String> = told.iter().map(|code| (*code).to_owned()).collect();
        assert_eq!(codes(&run), told, "{from} to {to}");
        if !written.is_empty() {
            assert_eq!(run.text(), *written, "{from} to {to}");
        }
        // What is told counts as a loss only where the output lacks it.
        let kept = told.is_empty() || ["cbor", "eml"].contains(to);
        let strict = mimi_with(
            ["convert", "--strict", "--from", from, "--to", to],
            source.as_bytes(),
        );
        assert_eq!(
            strict.status,
            i32::from(!kept),
            "{from} to {to}: {}",
            strict.stderr
        );
    }
}

/// From a source through another format and back: the same octets, or what comes in their place.
const BACK: &[(&str, &str, &str, &str)] = &[
    ("md", MARKDOWN, "cbor", MARKDOWN),
    ("md", MARKDOWN, "eml", MARKDOWN),
    (
        "md",
        MARKDOWN,
        "html",
        "# T\n\n*a* [x](https://example.com) * 1 < 2\n\n- [x] b\n  > c\n",
    ),
    (
        "md",
        MARKDOWN,
        "text",
        "T\n\na x (https://example.com) * 1 < 2\n\n\\- [x] b\\\n&#32; > c\n",
    ),
    ("html", HTML, "cbor", HTML),
    ("html", HTML, "eml", HTML),
    ("html", HTML, "md", "<p>x2 u <strong>b</strong></p>\n"),
    ("html", HTML, "text", "<p>x2 u b</p>\n"),
    ("text", TEXT, "cbor", TEXT),
    ("text", TEXT, "eml", TEXT),
    ("text", TEXT, "md", TEXT),
    ("text", TEXT, "html", TEXT),
];

#[test]
fn there_and_back() {
    for (format, source, through, back) in BACK {
        let there = mimi_with(
            ["convert", "--from", format, "--to", through],
            source.as_bytes(),
        );
        let there = there.ended(0).stdout;
        let run = mimi_with(["convert", "--from", through, "--to", format], &there).ended(0);
        assert_eq!(run.text(), *back, "{format} through {through}");
    }
}

#[test]
fn markdown_says_where() {
    let source = b"ok\n<b>x</b>\n\n**\xf0\x9f\x91\x8d**ok\0";
    for to in ["html", "text", "cbor"] {
        let run = mimi_with(["convert", "--from", "md", "--to", to], source).ended(0);
        for line in [
            "note[html-escaped]: HTML in Markdown became text at <stdin>:2:1\n",
            "note[html-escaped]: HTML in Markdown became text at <stdin>:2:5\n",
            "warning[nul-replaced]: a NUL character was replaced at <stdin>:4:8\n",
        ] {
            assert_eq!(run.stderr.matches(line).count(), 1, "{to}: {}", run.stderr);
        }
        let ambiguous = run.stderr.matches("[emphasis-ambiguous]").count();
        assert_eq!(ambiguous, 1, "{to}: {}", run.stderr);
        assert!(
            run.stderr.contains(" at <stdin>:4:"),
            "{to}: {}",
            run.stderr
        );
    }
}

#[test]
fn html_stays_html_and_is_cleaned() {
    let source = "<div onclick=x><u>u</u> <a href='/rel'>rel</a> <a href='javascript:x'>js</a> \
                  <font color=red>c</font> <strike>s</strike> <script>alert(1)</script>\
                  <img src='https://example.com/p.png' alt=pix></div>";
    let run = mimi_with(
        ["convert", "--from", "html", "--to", "html"],
        source.as_bytes(),
    )
    .ended(0);
    let html = run.text();
    for gone in ["onclick", "javascript", "script", "font", "href", "https:"] {
        assert!(!html.contains(gone), "{gone}: {html}");
    }
    for kept in ["<u>u</u>", ">rel</a>", ">js</a>", " c ", "<s>s</s>", "pix"] {
        assert!(html.contains(kept), "{kept}: {html}");
    }
    for told in [
        "warning[mark-dropped] nestedPart.parts[0].content: a mark that GFM does not have was dropped (found color)",
        "warning[link-target-refused] nestedPart.parts[0].content: a link with a target the policy does not allow (found /rel)",
        "(found javascript:x)",
        "warning[image-target-refused] nestedPart.parts[0].content",
    ] {
        assert!(run.stderr.contains(told), "{told}: {}", run.stderr);
    }
    assert!(!run.stderr.contains("found u)"), "{}", run.stderr);
    let hidden = b"<p>a</p><div style='display:none'>b</div>";
    let run = mimi_with(["convert", "--from", "html", "--to", "html"], hidden).ended(0);
    assert!(!run.text().contains("b</div>"), "{}", run.text());
    assert!(
        run.stderr.contains("hidden text was left out"),
        "{}",
        run.stderr
    );
}

#[test]
fn other_charsets_are_read() {
    let folder = tempfile::tempdir().unwrap();
    let sixteen = |text: &str, big: bool| -> Vec<u8> {
        let octets = |unit: u16| match big {
            true => unit.to_be_bytes(),
            false => unit.to_le_bytes(),
        };
        let marked = ["\u{feff}", text].concat();
        marked.encode_utf16().flat_map(octets).collect()
    };
    // By name, by content, in both orders.
    for big in [true, false] {
        for (name, source, html) in [
            ("a.md", "# Привет 👍", "<h1>Привет 👍</h1>\n"),
            ("a.txt", "# Привет 👍", "<p># Привет 👍</p>\n"),
            ("a.html", "<h1>Привет 👍</h1>", "<h1>Привет 👍</h1>\n"),
            ("page", "<h1>Привет 👍</h1>", "<h1>Привет 👍</h1>\n"),
        ] {
            let file = path(&folder, name);
            fs::write(&file, sixteen(source, big)).unwrap();
            let run = mimi(["convert", &file, "--to", "html"]).ended(0);
            assert_eq!((run.text(), &*run.stderr), (html, ""), "{name}");
        }
    }
    let cyrillic = b"\xcf\xf0\xe8\xe2\xe5\xf2";
    let page = [b"<meta charset=windows-1251><p>".as_slice(), cyrillic].concat();
    let run = mimi_with(["convert", "--to", "md"], &page).ended(0);
    assert_eq!(run.text(), "Привет\n");
    let words = ["convert", "--charset", "windows-1251", "--from"];
    for format in ["md", "text", "html"] {
        let run = mimi_with(
            words.iter().copied().chain([format, "--to", "text"]),
            cyrillic,
        );
        assert_eq!(run.ended(0).text(), "Привет\n", "{format}");
    }
    // Without a word on it, a text is refused with a way out, and a page is guessed.
    let run = mimi_with(["convert", "--from", "md", "--to", "html"], b"a\n\xcf").ended(1);
    assert!(
        run.stderr.contains("error[text-not-utf8] @2"),
        "{}",
        run.stderr
    );
    assert!(run.stderr.contains("--charset"), "{}", run.stderr);
    assert!(run.stderr.ends_with("at <stdin>:2:1\n"), "{}", run.stderr);
    let run = mimi_with(["convert", "--to", "md"], b"<p>gr\xfcn").ended(0);
    assert_eq!(run.text(), "grün\n");
    assert!(run.stderr.contains("[charset-guessed]"), "{}", run.stderr);
    let run = mimi_with(["convert", "--charset", "x-nonsense", "--to", "md"], b"a").ended(2);
    assert!(run.stderr.contains("not a charset"), "{}", run.stderr);
    // A notation is UTF-8 whatever it is told.
    let run = mimi_with(["convert", "--from", "edn", "--to", "md"], b"\xff\xfe[\0").ended(1);
    assert!(run.stderr.contains("[text-not-utf8]"), "{}", run.stderr);
    assert!(!run.stderr.contains("--charset"), "{}", run.stderr);
}

/// A message of these parts, in EDN.
fn message(parts: &str) -> String {
    format!(
        "[h'{}', null, h'', null, null, {{1: {SENDER:?}, 2: {ROOM:?}}}, {parts}]",
        "07".repeat(16)
    )
}

#[test]
fn parts_in_other_charsets_and_variants_are_shown() {
    for (media_type, content, html) in [
        (
            "text/plain;charset=iso-8859-1",
            "67 72 fc 6e",
            "<p>grün</p>\n",
        ),
        ("Text/Plain; charset=\"KOI8-R\"", "f0", "<p>П</p>\n"),
        (
            "text/html; charset=windows-1251",
            "3c753ecf3c2f753e",
            "<u>П</u>\n",
        ),
        ("text/markdown", "2a612a", "<p><em>a</em></p>\n"),
        (
            "TEXT/MARKDOWN; Variant=GFM",
            "2a612a",
            "<p><em>a</em></p>\n",
        ),
        (
            "text/markdown; charset=iso-8859-1; variant=CommonMark",
            "2a fc 2a",
            "<p><em>ü</em></p>\n",
        ),
    ] {
        let edn = message(&format!("[1, \"\", 1, {media_type:?}, h'{content}']"));
        let words = ["convert", "--from", "edn", "--to"];
        let run = |to| mimi_with(words.iter().copied().chain([to]), edn.as_bytes()).ended(0);
        assert_eq!(run("html").text(), html, "{media_type}");
        // Markdown in another charset stays the Markdown it is.
        let markdown = run("md");
        let shown = mimi_with(
            ["convert", "--from", "md", "--to", "html"],
            &markdown.stdout,
        );
        let bare = html.replace("<u>", "<p>").replace("</u>", "</p>");
        assert_eq!(shown.ended(0).text(), bare, "{media_type}");
        if html.contains("<em>") {
            assert!(markdown.text().starts_with('*'), "{}", markdown.text());
        }
    }
}

#[test]
fn findings_name_the_part() {
    let parts = "[1, \"\", 3, 2, [\
                 [1, \"\", 1, \"text/plain\", 'ok'], \
                 [1, \"\", 1, \"text/markdown;variant=GFM-MIMI\", '*a* [x](javascript:y)'], \
                 [1, \"\", 1, \"text/html\", '<u>u</u> <a href=\"/z\">z</a>']]]";
    let edn = message(parts);
    let run = |to| mimi_with(["convert", "--from", "edn", "--to", to], edn.as_bytes()).ended(0);
    let html = run("html");
    for line in [
        "warning[link-target-refused] nestedPart.parts[1].content: a link with a target the policy does not allow (found javascript:y)",
        "warning[link-target-refused] nestedPart.parts[2].content: a link with a target the policy does not allow (found /z)",
    ] {
        assert_eq!(html.stderr.matches(line).count(), 1, "{}", html.stderr);
    }
    assert!(!html.stderr.contains("mark-dropped"), "{}", html.stderr);
    let text = run("text");
    for line in [
        "note[style-dropped] nestedPart.parts[1].content:",
        "warning[mark-dropped] nestedPart.parts[2].content:",
    ] {
        assert_eq!(text.stderr.matches(line).count(), 1, "{}", text.stderr);
    }
    assert!(!text.stderr.contains("parts[0]"), "{}", text.stderr);
    let markdown = run("md");
    let line = "warning[mark-dropped] nestedPart.parts[2].content:";
    assert_eq!(
        markdown.stderr.matches(line).count(),
        1,
        "{}",
        markdown.stderr
    );
}

#[test]
fn content_that_is_not_written_is_told() {
    let parts = "[1, \"\", 3, 2, [\
                 [1, \"\", 1, \"text/markdown;variant=GFM-MIMI\", '![cat](cid:2@local.invalid)'], \
                 [1, \"\", 1, \"image/png\", h'89504e47'], \
                 [6, \"\", 1, \"application/pdf\", h'25504446'], \
                 [6, \"\", 2, \"video/mp4\", \"https://example.com/v\", 0, 9, 0, h'', h'', h'', 0, h'', \"\", \"\"]]]";
    let edn = message(parts);
    let told = |to| -> Vec<String> {
        let run = mimi_with(["convert", "--from", "edn", "--to", to], edn.as_bytes()).ended(0);
        let lines = run.stderr.lines();
        let lines = lines.filter_map(|line| line.strip_prefix("warning[content-not-written] "));
        lines
            .map(|line| line.split(':').next().unwrap().to_owned())
            .collect()
    };
    let all = [
        "nestedPart.parts[1]",
        "nestedPart.parts[2]",
        "nestedPart.parts[3]",
    ];
    for to in ["md", "text"] {
        assert_eq!(told(to), all, "{to}");
    }
    assert_eq!(told("html"), ["nestedPart.parts[2]"]);
    assert!(told("cbor").is_empty() && told("eml").is_empty());
}

#[test]
fn text_and_html_are_written_as_asked() {
    let run = |words: &[&str], source: &str| {
        let words = ["convert", "--from", "md"].iter().chain(words);
        mimi_with(words, source.as_bytes()).ended(0)
    };
    let link = "see [the page](https://example.com) and some more words to fill the line";
    assert_eq!(
        run(&["--to", "text", "--width", "30", "--links", "never"], link).text(),
        "see the page and some more\nwords to fill the line\n"
    );
    assert_eq!(
        run(
            &["--to", "html", "--soft-breaks"],
            "a\nb *c\nd*\n> - e\n>   f"
        )
        .text(),
        "<p>a<br>\nb <em>c<br>\nd</em></p>\n<blockquote>\n<ul>\n<li>e<br>\nf</li>\n</ul>\n</blockquote>\n"
    );
    let image = "![p](https://example.com/p.png)";
    let refused = run(&["--to", "html"], image);
    assert_eq!(refused.text(), "<p>p</p>\n");
    assert!(refused.stderr.contains("[image-target-refused]"));
    let shown = run(&["--to", "html", "--remote-images"], image);
    assert_eq!(
        (shown.text(), &*shown.stderr),
        (
            "<p><img src=\"https://example.com/p.png\" alt=\"p\"></p>\n",
            ""
        )
    );
    let words = ["convert", "--to", "html", "--remote-images", "--standalone"];
    mimi_with(words, b"").ended(2);
    mimi_with(["convert", "--to", "text", "--width", "3"], b"").ended(2);
    // The second pass finds nothing to take away, images of the message included.
    let parts = "[1, \"\", 3, 2, [\
                 [1, \"\", 1, \"text/markdown;variant=GFM-MIMI\", '- **a** ![cat](cid:2@local.invalid)'], \
                 [1, \"\", 1, \"image/png\", h'89504e47']]]";
    let words = ["convert", "--from", "edn", "--to", "html"];
    let once = mimi_with(words, message(parts).as_bytes()).ended(0);
    assert!(
        once.text()
            .contains("<img src=\"data:image/png;base64,iVBORw==\" alt=\"cat\">")
    );
    let twice = mimi_with(
        words.iter().copied().chain(["--second-pass"]),
        message(parts).as_bytes(),
    );
    assert_eq!(twice.ended(0).text(), once.text());
}

#[test]
fn hostile_texts_are_read_in_bounds() {
    let deep = ["<div>", "<b>", "<blockquote>", "<table><tr><td>"].map(|tag| tag.repeat(5_000));
    for source in deep
        .iter()
        .map(String::as_str)
        .chain(["<", "<!--", "<a href=\"", "&#", "\0"])
    {
        for to in ["md", "html", "text"] {
            mimi_with(["convert", "--from", "html", "--to", to], source.as_bytes()).ended(0);
        }
    }
    for source in ["> ", "- ", "[", "*_", "`", "|a|\n|-|\n"] {
        let source = source.repeat(5_000);
        for to in ["md", "html", "text"] {
            mimi_with(["convert", "--from", "md", "--to", to], source.as_bytes()).ended(0);
        }
    }
    for octets in [
        b"\xff\xfe\0".as_slice(),
        b"\xfe\xff\xd8",
        b"\xff\xfe\0\0\0",
        b"\xef\xbb\xbf",
    ] {
        for from in ["md", "html", "text"] {
            mimi_with(["convert", "--from", from, "--to", "html"], octets).ended(0);
        }
    }
}
