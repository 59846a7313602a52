//! What is shown of messages: blocks, references between parts, placeholders, and the outputs.
#![cfg(feature = "markdown")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use mimi_codec::message::{
    AeadAlgorithm, Disposition, ExternalPart, MessageId, MessageStatus, MimiContent, NestedPart,
    PartSemantics, PerMessageStatus, Salt, StatusReport,
};
use mimi_codec::report::{Code, Converted, codes};
use mimi_codec::view::{
    Block, Capability, HtmlOptions, LineOptions, ReactionBlock, Reason, Remote, Role, View,
    ViewPolicy, page, required_capabilities,
};
use proptest::prelude::*;

const MD: &str = "text/markdown;variant=GFM-MIMI";

fn part(media_type: &'static str, content: &'static str) -> NestedPart<'static> {
    NestedPart::single(Disposition::RENDER, media_type, content)
}

fn md(text: &'static str) -> NestedPart<'static> {
    part(MD, text)
}

fn png(disposition: Disposition) -> NestedPart<'static> {
    NestedPart::single(disposition, "image/png", b"\x89PNG")
}

fn all(parts: Vec<NestedPart<'static>>) -> NestedPart<'static> {
    NestedPart::multi(Disposition::RENDER, PartSemantics::ProcessAll, parts)
}

fn one(parts: Vec<NestedPart<'static>>) -> NestedPart<'static> {
    NestedPart::multi(Disposition::RENDER, PartSemantics::ChooseOne, parts)
}

fn unit(parts: Vec<NestedPart<'static>>) -> NestedPart<'static> {
    NestedPart::multi(Disposition::RENDER, PartSemantics::SingleUnit, parts)
}

fn message(body: NestedPart<'static>) -> MimiContent<'static> {
    MimiContent::new(Salt::new([1; 16]), body)
}

fn view_with(body: NestedPart<'static>, policy: &ViewPolicy) -> Converted<View<'static>> {
    View::of(&message(body), policy).map(View::into_owned)
}

fn view(body: NestedPart<'static>) -> Converted<View<'static>> {
    view_with(body, &ViewPolicy::default())
}

/// Each block in a word, with its part index.
fn shape(view: &View<'_>) -> String {
    let blocks: Vec<String> = view
        .blocks
        .iter()
        .map(|placed| {
            let word = match &placed.block {
                Block::RichText { images, .. } => format!("rich{images:?}")
                    .replace('{', "[")
                    .replace('}', "]"),
                Block::Html { images, .. } => format!("html{images:?}")
                    .replace('{', "[")
                    .replace('}', "]"),
                Block::Image(_) => "image".into(),
                Block::File(_) => "file".into(),
                Block::Reaction(ReactionBlock::Text(text)) => format!("reaction {text}"),
                Block::Reaction(_) => "reaction".into(),
                Block::Session(_) => "session".into(),
                Block::Status(report) => format!("status of {}", report.statuses.len()),
                Block::Message(inner) => format!("message({})", shape(inner)),
                Block::Placeholder { reason, .. } => format!("{reason:?}"),
                _ => "?".into(),
            };
            format!("{} {word}", placed.index)
        })
        .collect();
    blocks.join("; ")
}

fn found<T>(converted: &Converted<T>) -> Vec<Code> {
    converted
        .findings
        .iter()
        .map(|finding| finding.code)
        .collect()
}

#[test]
fn references_work_in_both_directions() {
    let text = || md("See ![a cat](cid:2@local.invalid)");
    let after = view(all(vec![text(), png(Disposition::INLINE)]));
    assert_eq!(shape(&after.value), "1 rich[2]");
    let before = view(all(vec![
        png(Disposition::INLINE),
        md("See ![a cat](cid:1@local.invalid)"),
    ]));
    assert_eq!(shape(&before.value), "2 rich[1]");
    // Whatever its disposition, it is not shown a second time.
    for number in 0..=20 {
        let again = view(all(vec![text(), png(Disposition(number))]));
        assert_eq!(shape(&again.value), "1 rich[2]", "{number}");
        assert_eq!(found(&again), []);
    }
    // A link is no reference.
    let link = view(all(vec![
        md("See [a cat](cid:2@local.invalid)"),
        png(Disposition::INLINE),
    ]));
    assert_eq!(shape(&link.value), "1 rich[]; 2 image");
}

#[test]
fn what_only_a_discarded_branch_refers_to_is_shown() {
    let branch = one(vec![
        part("application/vnd.example", "![a](cid:4@local.invalid)"),
        md("plain words"),
    ]);
    let shown = view(all(vec![branch, png(Disposition::INLINE)]));
    assert_eq!(shape(&shown.value), "3 rich[]; 4 image");
    assert_eq!(found(&shown), [codes::VIEW_ALTERNATIVE]);
    // The reverse: the image is in a branch that is not shown.
    let branch = one(vec![png(Disposition::INLINE), md("rather words")]);
    let shown = view(all(vec![md("![a](cid:3@local.invalid)"), branch]));
    assert_eq!(shape(&shown.value), "1 rich[3]");
    let branch = one(vec![md("rather words"), png(Disposition::INLINE)]);
    let shown = view(all(vec![md("![a](cid:4@local.invalid)"), branch]));
    assert_eq!(shape(&shown.value), "1 rich[]; 3 rich[]");
    assert_eq!(
        found(&shown),
        [codes::VIEW_ALTERNATIVE, codes::VIEW_CID_DANGLING]
    );
}

#[test]
fn texts_that_refer_to_each_other_are_both_shown() {
    let shown = view(all(vec![
        md("one ![a](cid:2@local.invalid) ![self](cid:1@local.invalid)"),
        md("two ![a](cid:1@local.invalid) ![out](cid:9@local.invalid) ![all](cid:0@local.invalid)"),
    ]));
    assert_eq!(shape(&shown.value), "1 rich[]; 2 rich[]");
    assert_eq!(found(&shown), [codes::VIEW_CID_DANGLING; 5]);
}

#[test]
fn an_unsupported_image_is_named_where_it_belongs() {
    let shown = view(all(vec![
        md("![a chart](cid:2@local.invalid)"),
        part("image/x-odd", "12345"),
    ]));
    assert_eq!(shape(&shown.value), "1 rich[2]");
    assert_eq!(found(&shown), [codes::VIEW_UNSUPPORTED]);
    assert_eq!(
        shown.value.to_lines(&Default::default())[0].text(),
        "[image: a chart, image/x-odd, 5 B]"
    );
    assert_eq!(
        shown.value.to_html(&Default::default()).value,
        "<p>a chart</p>\n"
    );
}

#[test]
fn nothing_is_dropped_silently() {
    let odd = || part("application/vnd.example", "12345");
    let shown = view(all(vec![md("text"), odd(), unit(vec![md("a"), odd()])]));
    assert_eq!(
        shape(&shown.value),
        "1 rich[]; 2 Unsupported; 3 Unit { part: 5 }"
    );
    let lines: Vec<String> = shown
        .findings
        .iter()
        .map(|finding| finding.to_string())
        .collect();
    assert_eq!(
        lines,
        [
            "warning[view-unsupported] nestedPart.parts[1]: a part of a media type that cannot be \
             shown (found application/vnd.example, 5 B)",
            "warning[view-unit-refused] nestedPart.parts[2]: a unit of which one part cannot be \
             shown (found part 5)",
        ]
    );
    assert_eq!(
        shown.value.to_text(&Default::default()).value,
        "text\n\n[application/vnd.example, 5 B: cannot be shown]\n\n\
         [a unit that cannot be shown, because part 5 cannot]\n"
    );
    let small = ViewPolicy::default().max_part(3);
    let shown = view_with(all(vec![md("text"), md("abc")]), &small);
    assert_eq!(shape(&shown.value), "1 TooLarge; 2 rich[]");
    assert_eq!(found(&shown), [codes::VIEW_TOO_LARGE]);
}

#[test]
fn dispositions_decide_what_a_part_becomes() {
    for (disposition, expected) in [
        (Disposition::UNSPECIFIED, "0 image"),
        (Disposition::RENDER, "0 image"),
        (Disposition::REACTION, "0 reaction"),
        (Disposition::PROFILE, "0 image"),
        (Disposition::INLINE, "0 image"),
        (Disposition::ICON, "0 image"),
        (Disposition::ATTACHMENT, "0 file"),
        (Disposition::PREVIEW, "0 image"),
        (Disposition(200), "0 image"),
    ] {
        assert_eq!(shape(&view(png(disposition)).value), expected);
    }
    let elsewhere = |disposition, media_type| {
        let mut external = ExternalPart::new(media_type, "https://example.com/x");
        external.size = 12;
        NestedPart::external(disposition, external)
    };
    for (disposition, media_type, expected) in [
        (Disposition::SESSION, "", "0 session"),
        (Disposition::ATTACHMENT, "video/mp4", "0 file"),
        (Disposition::RENDER, "video/mp4", "0 Unsupported"),
        (Disposition::RENDER, "", "0 Unsupported"),
        (Disposition::RENDER, "image/png", "0 image"),
        (Disposition::RENDER, MD, "0 file"),
        (Disposition::REACTION, "image/gif", "0 reaction"),
    ] {
        let shown = view(elsewhere(disposition, media_type));
        assert_eq!(shape(&shown.value), expected, "{media_type}");
    }
    // Several reactions, each for itself; the multipart's disposition comes down.
    let emoji = |text| NestedPart::single(Disposition::UNSPECIFIED, "text/plain", text);
    let mut reactions = all(vec![emoji("\u{2764}"), emoji(" \u{1f973} ")]);
    reactions.disposition = Disposition::REACTION;
    let shown = view(reactions);
    assert_eq!(
        shape(&shown.value),
        "1 reaction \u{2764}; 2 reaction  \u{1f973} "
    );
    assert_eq!(found(&shown), []);
    // One character of many code points is one; two are two.
    let family = "\u{1f469}\u{1f3fd}\u{200d}\u{2695}\u{fe0f}";
    let reaction = |text| NestedPart::single(Disposition::REACTION, "text/plain", text);
    assert_eq!(found(&view(reaction(family))), []);
    assert_eq!(
        found(&view(reaction("\u{2764}\u{2764}"))),
        [codes::VIEW_REACTION_LENGTH]
    );
}

#[test]
fn bodies_without_content() {
    let id = MessageId::new([1; 32]);
    for (disposition, replaces, reason) in [
        (Disposition::RENDER, Some(id), Reason::Deletes(id)),
        (Disposition::REACTION, Some(id), Reason::Unlikes(id)),
        (Disposition::RENDER, None, Reason::Empty),
    ] {
        let mut message = message(NestedPart::null(disposition));
        message.replaces = replaces;
        let shown = View::of(&message, &ViewPolicy::default());
        assert_eq!(shape(&shown.value), format!("0 {reason:?}"));
        assert_eq!(found(&shown), []);
    }
    let inner = view(all(vec![NestedPart::null(Disposition::RENDER), md("a")]));
    assert_eq!(shape(&inner.value), "2 rich[]");
}

#[test]
fn messages_inside_messages() {
    let wrap = |inner: NestedPart<'static>| {
        let octets = mimi_codec::cbor::encode(&message(inner)).unwrap();
        NestedPart::single(Disposition::RENDER, "application/mimi-content", octets)
    };
    let once = view(wrap(md("inside")));
    assert_eq!(shape(&once.value), "0 message(0 rich[])");
    assert_eq!(once.value.to_text(&Default::default()).value, "> inside\n");
    assert_eq!(
        once.value.to_html(&Default::default()).value,
        "<blockquote class=\"mimi-message\">\n<p>inside</p>\n</blockquote>\n"
    );
    let twice = view(wrap(wrap(md("inside"))));
    assert_eq!(shape(&twice.value), "0 message(0 NestedDepth)");
    assert_eq!(found(&twice), [codes::VIEW_NESTED_DEPTH]);
    assert_eq!(
        twice.findings[0].path.as_deref(),
        Some("nestedPart.content/nestedPart")
    );
    let deeper = ViewPolicy::default().nested_messages(9);
    let four = wrap(wrap(wrap(wrap(wrap(md("inside"))))));
    let shown = view_with(four, &deeper);
    assert_eq!(
        shape(&shown.value),
        "0 message(0 message(0 message(0 message(0 NestedDepth))))"
    );
    let broken = view(part("application/mimi-content", "?"));
    assert_eq!(shape(&broken.value), "0 NestedInvalid");
    assert_eq!(found(&broken), [codes::VIEW_NESTED_INVALID]);
}

#[test]
fn status_reports() {
    let report = StatusReport::new(vec![PerMessageStatus {
        message_id: MessageId::new([1; 32]),
        status: MessageStatus::READ,
    }]);
    let media_type = StatusReport::MEDIA_TYPE;
    let octets = mimi_codec::cbor::encode_status(&report);
    let shown = view(NestedPart::single(Disposition::RENDER, media_type, octets));
    assert_eq!(shape(&shown.value), "0 status of 1");
    let expected = format!("{}: read\n", "01".repeat(32));
    assert_eq!(shown.value.to_text(&Default::default()).value, expected);
    let broken = view(part(media_type, "?"));
    assert_eq!(shape(&broken.value), "0 StatusInvalid");
}

#[test]
fn text_in_other_charsets() {
    let latin = NestedPart::single(
        Disposition::RENDER,
        "text/plain;charset=iso-8859-1",
        b"gr\xfcn",
    );
    let shown = view(latin);
    assert_eq!(
        shown.value.to_text(&Default::default()).value,
        "gr\u{fc}n\n"
    );
    assert_eq!(found(&shown), []);
    let broken = b"gr\xc3\xbcn gr\xfcn";
    let broken = NestedPart::single(Disposition::RENDER, "text/plain;charset=utf-8", broken);
    let shown = view(broken);
    assert_eq!(
        shown.value.to_text(&Default::default()).value,
        "gr\u{fc}n gr\u{fffd}n\n"
    );
    assert_eq!(found(&shown), [codes::CHARSET_MALFORMED]);
    assert_eq!(
        shown.findings[0].path.as_deref(),
        Some("nestedPart.content")
    );
}

#[test]
fn images_stand_in_the_page_or_where_the_client_says() {
    let body = || {
        all(vec![
            md("![a \"cat\"](cid:2@local.invalid)"),
            png(Disposition::INLINE),
            NestedPart::single(Disposition::RENDER, "image/gif", b"GIF89a"),
        ])
    };
    let shown = view(body()).value;
    assert_eq!(
        shown.to_html(&Default::default()).value,
        "<p><img src=\"data:image/png;base64,iVBORw==\" alt=\"a &quot;cat&quot;\"></p>\n\
         <p class=\"mimi-image\"><img src=\"data:image/gif;base64,R0lGODlh\" \
         alt=\"image/gif, 6 B\"></p>\n"
    );
    let address = |index| (index == 2).then(|| "blob:cat".to_owned());
    let options = HtmlOptions::default().images(&address);
    assert_eq!(
        shown.to_html(&options).value,
        "<p><img src=\"blob:cat\" alt=\"a &quot;cat&quot;\"></p>\n\
         <p class=\"mimi-image\">image/gif, 6 B</p>\n"
    );
}

#[test]
fn one_image_does_not_fill_the_page() {
    let text = "![a](cid:2@local.invalid)".repeat(10_000);
    let large = NestedPart::single(Disposition::RENDER, "image/png", vec![0; 100_000]);
    let text = NestedPart::single(Disposition::RENDER, MD, text);
    let shown = view(all(vec![text, large])).value;
    let html = shown.to_html(&Default::default());
    assert!(html.value.len() < 3_000_000, "{}", html.value.len());
    assert_eq!(html.value.matches("data:image/png").count(), 14);
    assert!(!html.findings.is_empty());
    let mut named = ExternalPart::new("image/png", "https://example.com/x");
    named.filename = "n".repeat(100_000).into();
    let text = "![a](cid:2@local.invalid)".repeat(10_000);
    let shown = view(all(vec![
        NestedPart::single(Disposition::RENDER, MD, text),
        NestedPart::external(Disposition::RENDER, named),
    ]));
    let lines = shown.value.to_lines(&Default::default());
    assert!(lines.iter().map(|line| line.text().len()).sum::<usize>() < 3_000_000);
}

#[test]
fn remote_images_are_fetched_only_if_allowed() {
    let remote = |aead, url: &'static str| {
        let mut image = ExternalPart::new("image/png", url);
        image.enc_alg = aead;
        image.description = "a <cat>".into();
        NestedPart::external(Disposition::RENDER, image)
    };
    let html = |body, remote| {
        let policy = ViewPolicy::default().remote(remote);
        let shown = view_with(body, &policy);
        (
            shown.value.to_html(&Default::default()).value,
            found(&shown),
        )
    };
    let url = "https://example.com/cat.png";
    let plain = || remote(AeadAlgorithm::NONE, url);
    assert_eq!(
        html(plain(), Remote::OnRequest),
        (
            "<p class=\"mimi-image\"><a href=\"https://example.com/cat.png\" rel=\"noopener\">\
             image/png</a><br>\na &lt;cat&gt;</p>\n"
                .into(),
            vec![codes::VIEW_REMOTE]
        )
    );
    assert_eq!(
        html(plain(), Remote::Allowed),
        (
            "<p class=\"mimi-image\"><img src=\"https://example.com/cat.png\" \
             alt=\"a &lt;cat&gt;\"></p>\n"
                .into(),
            vec![]
        )
    );
    // What is encrypted, or has a target that no policy allows, is never an address.
    for body in [
        remote(AeadAlgorithm::AES_128_GCM, url),
        remote(AeadAlgorithm::NONE, "javascript:alert(1)"),
    ] {
        let (html, _) = html(body, Remote::Allowed);
        assert_eq!(
            html,
            "<p class=\"mimi-image\">image/png<br>\na &lt;cat&gt;</p>\n"
        );
    }
}

#[cfg(feature = "html")]
#[test]
fn html_is_cleaned_and_its_images_found() {
    let html = "<h1>Hi</h1><script>evil()</script><img onerror=x src=\"CID:2@local.invalid\" \
                alt='cid:2@local.invalid'><u>kept</u> <img src='https://track.example/x.gif'>\
                <img src='cid:7@local.invalid' alt='gone'>";
    let shown = view(all(vec![
        part("text/html;charset=utf-8", html),
        png(Disposition::INLINE),
    ]));
    assert_eq!(shape(&shown.value), "1 html[2]");
    let html = shown.value.to_html(&Default::default()).value;
    assert_eq!(
        html,
        "<h1>Hi</h1><img src=\"data:image/png;base64,iVBORw==\" alt=\"cid:2@local.invalid\">\
         <u>kept</u> <img><img src=\"\" alt=\"gone\">\n"
    );
    assert!(found(&shown).contains(&codes::VIEW_CID_DANGLING));
}

#[test]
fn languages_stand_in_the_html() {
    let html = |languages: &str| {
        let body = md("bonjour").with_language(languages.to_owned());
        view(body).value.to_html(&Default::default()).value
    };
    assert_eq!(
        html(" fr-CA, en"),
        "<div lang=\"fr-CA\">\n<p>bonjour</p>\n</div>\n"
    );
    // What is no language helps no screen reader.
    assert_eq!(html("fr\"-CA, en"), "<p>bonjour</p>\n");
}

#[test]
fn no_message_moves_the_cursor() {
    let evil = "a\u{1b}[2Jb\u{9b}31m\u{7}\u{7f} [x\u{1b}]8;;](https://example.com/\u{1b}[1m)";
    let mut file = ExternalPart::new("video/\u{1b}x", "https://example.com/\u{1b}");
    file.filename = "\u{1b}[31mname".into();
    file.description = "line\nbreak\u{1b}".into();
    let body = all(vec![
        md(evil),
        part("text/plain", "```\u{1b}\n\u{8}"),
        NestedPart::single(Disposition::REACTION, "text/plain", "\u{1b}c"),
        NestedPart::external(Disposition::ATTACHMENT, file.clone()),
        NestedPart::external(Disposition::SESSION, file.clone()),
        NestedPart::external(Disposition::RENDER, file),
    ]);
    let shown = view(body).value;
    let options = LineOptions::default().with_targets(true).with_width(20);
    let lines = shown.to_lines(&options);
    assert!(lines.len() > 10);
    for span in lines.iter().flat_map(|line| &line.spans) {
        assert!(!span.text.chars().any(char::is_control), "{span:?}");
        let link = span.link.as_deref().unwrap_or_default();
        assert!(!link.chars().any(char::is_control), "{span:?}");
    }
}

/// Every line of a link names its target; a short message must not become very many octets.
#[test]
fn long_targets_are_read_and_not_followed() {
    let link = |target: usize| {
        let text = format!(
            "[{}](https://x/{})",
            "word ".repeat(20_000),
            "a".repeat(target)
        );
        let shown = view(md(Box::leak(text.into_boxed_str()))).value;
        let options = LineOptions::default().with_width(20).with_targets(true);
        let lines = shown.to_lines(&options);
        let spans: Vec<_> = lines.into_iter().flat_map(|line| line.spans).collect();
        let linked: Vec<_> = spans.iter().filter_map(|span| span.link.clone()).collect();
        assert!(spans.iter().any(|span| span.text.contains("aaaa")));
        linked
    };
    assert_eq!(link(100_000), []);
    let linked = link(1000);
    assert!(linked.len() > 1000);
    assert!(linked.iter().all(|link| link.len() == 1010));
}

#[test]
fn lines_of_rich_text() {
    let text = "# Title\n\nSome *words* and **more `code`** that go on\nand on ~~and on~~.\n\n\
                1. [ ] first\n2. [x] second\n\n> quoted\n\n| a | bb |\n|---|---:|\n| c | d |\n\n---\n\n\
                [https://example.com](https://phish.example/) [site](https://example.com/)\n\n\
                ```\nlet x\n```\n";
    let shown = view(md(text)).value;
    let options = LineOptions::default().with_width(24);
    let lines: Vec<String> = shown.to_lines(&options).iter().map(|l| l.text()).collect();
    insta::assert_snapshot!(lines.join("\n"));
    let spans: Vec<_> = shown
        .to_lines(&Default::default())
        .into_iter()
        .flat_map(|line| line.spans)
        .collect();
    let of = |text: &str| spans.iter().find(|span| span.text == text).unwrap();
    assert_eq!(of("# Title").role, Role::Heading);
    assert!(of("words").emphasis && !of("words").strong);
    assert!(of("code").strong && of("code").role == Role::Code);
    assert!(of("and on").strike);
    assert_eq!(of("> ").role, Role::QuoteMark);
    assert_eq!(of(" [phish.example]").role, Role::Warning);
    assert_eq!(of("site").link.as_deref(), Some("https://example.com/"));
}

#[test]
fn pages_stand_alone() {
    let fragment = view(md("hello")).value.to_html(&Default::default()).value;
    let page = page("<b>", "en", &fragment);
    assert!(page.contains("<main>\n<p>hello</p>\n</main>"));
    assert!(page.contains("<title>&lt;b&gt;</title>"));
    assert!(page.contains("default-src 'none'"));
    assert!(!page.contains("<script") && !page.contains("http:") && !page.contains("https:"));
}

#[test]
fn capabilities_a_message_needs() {
    let id = MessageId::new([1; 32]);
    let external = |disposition, media_type| {
        NestedPart::external(
            disposition,
            ExternalPart::new(media_type, "https://a.example"),
        )
    };
    let needs = |message: &MimiContent<'_>| -> Vec<String> {
        required_capabilities(message)
            .iter()
            .skip(1)
            .map(|capability| capability.to_string())
            .collect()
    };
    let (render, reaction) = (Disposition::RENDER, Disposition::REACTION);
    let edits: &[(NestedPart<'static>, bool, bool, bool, &[&str])] = &[
        (md("a"), false, false, false, &[]),
        (md("a"), false, true, false, &["canReplyToMessage"]),
        (md("a"), false, false, true, &["canStartTopic"]),
        (
            md("a"),
            false,
            true,
            true,
            &["canReplyToMessage", "canReplyInTopic"],
        ),
        (md("a"), true, true, true, &["canEditOwnMessage"]),
        (
            NestedPart::null(render),
            true,
            true,
            false,
            &["canDeleteOwnMessage"],
        ),
        (
            NestedPart::null(reaction),
            true,
            true,
            false,
            &["canDeleteOwnReaction"],
        ),
        (png(reaction), true, true, false, &["canEditReaction"]),
        (png(reaction), false, true, false, &["canReactToMessage"]),
    ];
    for (body, replaces, reply, topic, expected) in edits {
        let mut message = message(body.clone());
        message.replaces = replaces.then_some(id);
        message.in_reply_to = reply.then_some(id);
        if *topic {
            message.topic_id = b"topic".as_slice().into();
        }
        assert_eq!(needs(&message), *expected);
    }
    let bodies: &[(NestedPart<'static>, &[&str])] = &[
        (
            external(Disposition::ATTACHMENT, "image/png"),
            &["canUploadAttachment"],
        ),
        (external(render, "image/png"), &["canUploadImage"]),
        (external(render, "audio/ogg"), &["canUploadAudio"]),
        (
            external(Disposition::INLINE, "video/mp4"),
            &["canUploadVideo"],
        ),
        (external(Disposition::SESSION, ""), &["canStartCall"]),
        (md("[a](https://a.example)"), &["canSendLink"]),
        (part("text/plain", "https://a.example"), &[]),
        (
            all(vec![md("<https://a.example>"), png(Disposition::PREVIEW)]),
            &["canSendLink", "canSendLinkPreview"],
        ),
        (all(vec![md("a"), png(Disposition::PREVIEW)]), &[]),
    ];
    for (body, expected) in bodies {
        assert_eq!(needs(&message(body.clone())), *expected);
    }
    assert_eq!(Capability(0xf001).to_string(), "0xf001");
}

/// The draft's messages, each in a line.
#[test]
fn the_drafts_messages() {
    const NAMES: &[&str] = &[
        "original",
        "reply",
        "reaction",
        "mention",
        "mention-html",
        "edit",
        "delete",
        "unlike",
        "expiring",
        "attachment",
        "conferencing",
        "multipart-1",
        "multipart-2",
        "multipart-3",
    ];
    let mut out = String::new();
    for name in NAMES {
        let path = format!(
            "{}/../shared/vectors/draft-08/{name}.cbor",
            env!("CARGO_MANIFEST_DIR")
        );
        let Ok(octets) = std::fs::read(&path) else {
            let ci = std::env::var("CI").is_ok_and(|ci| ci == "true");
            assert!(!ci, "{path} is missing");
            return;
        };
        let message = mimi_codec::cbor::decode(&octets).unwrap();
        let shown = View::of(&message, &ViewPolicy::default());
        out.push_str(&format!("{name}: {}", shape(&shown.value)));
        for finding in &shown.findings {
            out.push_str(&format!(", {}", finding.code));
        }
        out.push('\n');
        // Every output has something to say.
        assert!(!shown.value.to_lines(&Default::default()).is_empty());
        assert!(!shown.value.to_text(&Default::default()).value.is_empty());
        assert!(!shown.value.to_html(&Default::default()).value.is_empty());
    }
    if cfg!(feature = "html") {
        insta::assert_snapshot!(out);
    }
}

fn bodies() -> impl Strategy<Value = NestedPart<'static>> {
    let media_type = prop::sample::select(vec![
        MD,
        "text/plain",
        "text/html",
        "image/png",
        "application/mimi-content",
        "application/mimi-message-status",
        "x/y",
        "",
    ]);
    let content = prop_oneof![
        "\\PC{0,40}",
        "(<[a-z]{1,4}( src=\"cid:[0-9]@local.invalid\")?>|!\\[a\\]\\(cid:[0-9]@local.invalid\\)|[*_`> ]|\n){0,20}",
        prop::collection::vec(any::<u8>(), 0..40)
            .prop_map(|octets| String::from_utf8_lossy(&octets).into_owned()),
    ];
    let leaf = (0u8..12, "[a-z]{0,2}", media_type, content, any::<bool>()).prop_map(
        |(disposition, language, media_type, content, elsewhere)| {
            let disposition = Disposition(disposition);
            if elsewhere {
                let part = ExternalPart::new(media_type, content);
                NestedPart::external(disposition, part)
            } else {
                NestedPart::single(disposition, media_type, content)
            }
            .with_language(language)
        },
    );
    leaf.prop_recursive(3, 24, 4, |inner| {
        (0u64..3, prop::collection::vec(inner, 2..5)).prop_map(|(semantics, parts)| {
            let semantics = PartSemantics::from_number(semantics).unwrap();
            NestedPart::multi(Disposition::RENDER, semantics, parts)
        })
    })
}

proptest! {
    /// Each leaf is shown, referred to by what is shown, not chosen, or withheld with its unit.
    #[test]
    fn every_part_is_accounted_for(body in bodies()) {
        let message = message(body);
        let policy = ViewPolicy::default();
        let selection = mimi_codec::view::select(&message, &policy);
        let shown = View::of(&message, &policy).value;
        let mut there: Vec<u32> = shown.blocks.iter().map(|placed| placed.index).collect();
        prop_assert!(there.is_sorted());
        there.extend(shown.resources.keys());
        for index in selection.leaves() {
            prop_assert!(there.contains(&index), "part {} is gone", index);
        }
        let html = shown.to_html(&Default::default()).value;
        for evil in ["<script", "<style", "<iframe", "javascript:"] {
            prop_assert!(!html.contains(evil), "{}", html);
        }
        for line in shown.to_lines(&LineOptions::default().with_width(30)) {
            prop_assert!(!line.text().chars().any(char::is_control));
        }
        let owned = shown.clone().into_owned();
        prop_assert_eq!(&owned, &shown);
    }
}
