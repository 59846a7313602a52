//! Conversations for people: the example of the repository and the messages of the draft, as lines
//! and as a page; what must not be shown any more; hostile names and texts.
#![cfg(all(feature = "html", feature = "notation"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::fmt::Write;
use std::path::{Path, PathBuf};

use mimi_codec::cbor::{self, Decoder};
use mimi_codec::document::{Format, open};
use mimi_codec::message::{
    Disposition, Expiration, MessageId, MimiContent, NestedPart, PartSemantics, Salt,
};
use mimi_codec::room::{Change, Incoming, Room};
use mimi_codec::transcript::{State, Transcript, TranscriptOptions};
use mimi_codec::view::{Line, LineOptions, Role};
use proptest::prelude::*;

const ROOM: &str = "mimi://example.com/r/engineering_team";
const ALICE: &str = "mimi://example.com/u/alice-smith";
const BOB: &str = "mimi://example.com/u/bob-jones";
const CATHY: &str = "mimi://example.com/u/cathy-washington";

fn project() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()
}

/// Feeds a message that states its sender and, unless a time is given, when it was sent.
fn feed(room: &mut Room, octets: &[u8], time: Option<u64>) -> (MessageId, Vec<Change>) {
    let received = Decoder::tolerant().decode(octets).unwrap();
    let extensions = &received.content().extensions;
    let sender = extensions.sender_uri().unwrap().unwrap().to_owned();
    let sent = extensions.sender_timestamp().unwrap();
    let time = time.or(sent.and_then(|sent| sent.millis())).unwrap();
    let uri = room.uri().to_owned();
    let fed = room
        .feed(Incoming::new(octets.to_vec(), time, &sender, &uri))
        .unwrap();
    (fed.id, fed.changes)
}

/// The example of the repository.
fn example() -> Room {
    let mut files: Vec<PathBuf> = std::fs::read_dir(project().join("examples/conversation"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| !path.to_string_lossy().contains(".derived."))
        .collect();
    files.sort();
    let mut room = Room::new(ROOM);
    for file in files {
        let edn = std::fs::read(&file).unwrap();
        let opened = open(&edn, Format::Edn).unwrap();
        feed(&mut room, &opened.value.octets, None);
    }
    room
}

/// 2022-02-08T08:00:00Z, when the example begins.
const START: u64 = 1_644_307_200_000;
const DAY: u64 = 86_400_000;

fn text(lines: &[Line]) -> String {
    lines.iter().map(|line| line.text() + "\n").collect()
}

fn narrow() -> LineOptions {
    LineOptions::default().with_width(80).with_targets(true)
}

/// The tags between `<body>` and `</body>`, with their classes; of texts nothing.
fn skeleton(page: &str) -> String {
    let body = page
        .split_once("<body>")
        .unwrap()
        .1
        .split_once("</body>")
        .unwrap()
        .0;
    let mut out = String::new();
    let mut depth = 0;
    for piece in body.split('<').skip(1) {
        let tag = piece.split_once('>').unwrap().0;
        let name = tag.split(' ').next().unwrap();
        if let Some(name) = name.strip_prefix('/') {
            depth -= 1;
            assert!(depth >= 0, "an end tag too many: {name}");
            continue;
        }
        let class = tag
            .split_once("class=\"")
            .map_or("", |(_, rest)| rest.split('"').next().unwrap());
        let dot = if class.is_empty() { "" } else { "." };
        writeln!(
            out,
            "{}{name}{dot}{}",
            "  ".repeat(depth as usize),
            class.replace(' ', ".")
        )
        .unwrap();
        if !["br", "hr", "img", "input"].contains(&name) {
            depth += 1;
        }
    }
    assert_eq!(depth, 0, "an end tag is missing");
    out
}

#[test]
fn the_example_in_the_terminal() {
    let room = example();
    let options = TranscriptOptions::default()
        .with_reader(BOB)
        .with_now(START + DAY + 5_400_000);
    let transcript = Transcript::new(&room, &options);
    insta::assert_snapshot!("example_lines", text(&transcript.to_lines(&narrow())));
}

#[test]
fn the_example_as_a_page() {
    let room = example();
    let options = TranscriptOptions::default()
        .with_reader(BOB)
        .with_title("Release & cake")
        .with_now(START + DAY + 5_400_000);
    let page = Transcript::new(&room, &options).to_html();
    insta::assert_snapshot!("example_page", skeleton(&page.value));
    let page = page.value;
    for part in [
        "<title>Release &amp; cake</title>",
        "<h1>Release &amp; cake</h1>",
        "default-src 'none'; img-src data:; style-src 'sha256-",
        // The image stands in the page, with its description.
        "<img src=\"data:image/png;base64,iVBOR",
        "alt=\"Time per message in five weeks: from 92 to 18 nanoseconds\"",
        // A mention of the reader, one of somebody else, a link that lies, in Markdown and HTML.
        "<a class=\"mention me\" href=\"mimi://example.com/u/bob-jones\"",
        "<a class=\"mention\" href=\"mimi://example.com/u/cathy-washington\"",
        "<strong class=\"deceptive\">[notes.example.net]</strong>",
        "<strong class=\"deceptive\">[vote.example.org]</strong>",
        "1 earlier version",
        "1 change refused",
        "In reply to a message that is not here",
        "1 edit, delete or reaction of messages that are not here",
        "delivered: cathy-washington; read: bob-jones",
    ] {
        assert!(page.contains(part), "{part}");
    }
    for part in [
        "<script",
        "http-equiv=\"refresh",
        "url(",
        "@import",
        "<link",
        " style=",
    ] {
        assert!(!page.contains(part), "{part}");
    }
    // Every place that is linked to is there.
    for target in page
        .split("href=\"#")
        .skip(1)
        .map(|rest| rest.split('"').next().unwrap())
    {
        assert!(page.contains(&format!("id=\"{target}\"")), "{target}");
    }
}

#[test]
fn what_was_deleted_or_has_expired_is_gone_everywhere() {
    let room = example();
    let with = |now| {
        let options = TranscriptOptions::default().with_now(now);
        let transcript = Transcript::new(&room, &options);
        let page = transcript.to_html().value;
        (
            text(&transcript.to_lines(&narrow())) + &page,
            transcript.entries().map(|it| it.state).collect::<Vec<_>>(),
        )
    };
    let expiry = START + 610 * 60_000;
    let (before, states) = with(expiry - 1);
    assert!(before.contains("VPN GOING DOWN") && before.contains("expires 8 February 2022 18:10"));
    assert!(!before.contains("Pizza"), "a deleted message");
    assert_eq!(
        states
            .iter()
            .filter(|state| **state == State::Deleted)
            .count(),
        1
    );
    let (after, states) = with(expiry);
    assert!(!after.contains("VPN"));
    assert_eq!(
        states
            .iter()
            .filter(|state| **state == State::Expired)
            .count(),
        1
    );
    // Cathy took her thumb back; Bob's stays.
    assert!(after.contains("\u{1f44d} bob-jones") && !after.contains("cathy-washington \u{1f44d}"));
}

#[test]
fn what_was_forgotten_is_said_to_be_gone() {
    let mut room = Room::new(ROOM);
    let mut first = message(1, "the secret");
    first.extensions.set_sender_uri(ALICE).unwrap();
    let octets = cbor::encode(&first).unwrap();
    let (secret, _) = feed(&mut room, &octets, Some(1000));
    let mut reply = message(2, "thanks");
    reply.in_reply_to = Some(secret);
    feed(&mut room, &cbor::encode(&reply).unwrap(), Some(2000));
    let shown = |room: &Room| {
        let options = TranscriptOptions::default();
        let transcript = Transcript::new(room, &options);
        let states: Vec<State> = transcript.entries().map(|it| it.state).collect();
        let page = transcript.to_html().value;
        (states, text(&transcript.to_lines(&narrow())), page)
    };
    assert!(shown(&room).1.contains("the secret"));
    assert!(room.forget(&secret));
    let (states, lines, page) = shown(&room);
    assert_eq!(states, [State::Forgotten, State::Shown]);
    for all in [&lines, &page] {
        assert!(!all.contains("the secret"));
        assert!(all.contains("This message is no longer kept."));
        assert!(all.contains("a message that is no longer kept"));
    }
    // Who sent it is called what all are called.
    assert!(lines.contains("alice-smith") && !lines.contains(ALICE));
}

#[test]
fn reactions_expire_and_two_spellings_are_one_person() {
    let mut room = Room::new(ROOM);
    let octets = cbor::encode(&message(1, "hello")).unwrap();
    let (hello, _) = feed(&mut room, &octets, Some(1000));
    for (salt, emoji, sender, expires) in [
        (2, "\u{2764}", BOB, Some(10)),
        (3, "\u{2764}", ALICE, None),
        (4, "\u{2764}", "mimi://EXAMPLE.com/u/alice-smith", None),
        (5, "\u{1f389}", CATHY, Some(10)),
    ] {
        let part = NestedPart::single(Disposition::REACTION, "text/plain;charset=utf-8", emoji);
        let mut reaction = MimiContent::new(Salt::new([salt; 16]), part);
        reaction.in_reply_to = Some(hello);
        reaction.expires = expires.map(Expiration::Absolute);
        reaction.extensions.set_sender_uri(sender).unwrap();
        feed(&mut room, &cbor::encode(&reaction).unwrap(), Some(2000));
    }
    let shown = |now| {
        let options = TranscriptOptions::default().with_now(now);
        let transcript = Transcript::new(&room, &options);
        let lines = text(&transcript.to_lines(&narrow()));
        (lines, transcript.to_html().value)
    };
    let (lines, page) = shown(9_999);
    let heart = "\u{2764} bob-jones, alice-smith  \u{1f389} cathy-washington\n";
    assert!(lines.ends_with(heart), "{lines}");
    assert!(page.contains("<span class=\"who\">bob-jones, alice-smith</span>"));
    let (lines, page) = shown(10_000);
    assert!(lines.ends_with("\u{2764} alice-smith\n"), "{lines}");
    assert!(page.contains("<span class=\"who\">alice-smith</span>"));
    assert!(!page.contains('\u{1f389}'));
    // Three people: Bob, Alice however she is spelled, Cathy.
    assert!(page.contains("3 people"), "{page}");
}

/// A message may react with a thousand pictures and a long text; it is looked at once.
#[test]
fn many_reactions_in_one_message_are_drawn_once() {
    let mut room = Room::new(ROOM);
    let octets = cbor::encode(&message(1, "hello")).unwrap();
    let (hello, _) = feed(&mut room, &octets, Some(1000));
    let long = "*a* [b](https://c.example) ".repeat(10_000);
    let kind = "text/markdown;variant=GFM-MIMI";
    let mut parts = vec![NestedPart::single(Disposition::REACTION, kind, long)];
    parts.extend((0..1000).map(|_| NestedPart::single(Disposition::REACTION, "image/png", "x")));
    let body = NestedPart::multi(Disposition::REACTION, PartSemantics::ProcessAll, parts);
    let mut reaction = MimiContent::new(Salt::new([2; 16]), body);
    reaction.in_reply_to = Some(hello);
    reaction.extensions.set_sender_uri(ALICE).unwrap();
    feed(&mut room, &cbor::encode(&reaction).unwrap(), Some(2000));
    let options = TranscriptOptions::default();
    let transcript = Transcript::new(&room, &options);
    let start = std::time::Instant::now();
    let page = transcript.to_html().value;
    let lines = text(&transcript.to_lines(&narrow()));
    assert!(start.elapsed() < std::time::Duration::from_secs(10));
    assert_eq!(page.matches("<div class=\"emoji\">").count(), 1001);
    assert_eq!(page.matches("data:image/png").count(), 1000);
    assert_eq!(
        lines
            .matches("[reaction: image/png, 1 B] alice-smith")
            .count(),
        1000
    );
    assert!(lines.contains("*a* [b](https://c.example) *a* [b](https\u{2026} alice-smith"));
    assert!(lines.len() < 100_000, "{}", lines.len());
}

fn message(salt: u8, text: &str) -> MimiContent<'static> {
    let part = NestedPart::single(
        Disposition::RENDER,
        "text/markdown;variant=GFM-MIMI",
        text.to_owned(),
    );
    let mut message = MimiContent::new(Salt::new([salt; 16]), part);
    message.extensions.set_sender_uri(BOB).unwrap();
    message
}

#[test]
fn a_reply_to_what_is_gone_quotes_nothing() {
    let mut room = Room::new(ROOM);
    let mut secret = message(1, "secret");
    secret.expires = Some(Expiration::Relative(10));
    let (first, _) = feed(&mut room, &cbor::encode(&secret).unwrap(), Some(1000));
    let mut reply = message(2, "open");
    reply.in_reply_to = Some(first);
    feed(&mut room, &cbor::encode(&reply).unwrap(), Some(2000));
    let shown = |room: &Room, now| {
        let options = TranscriptOptions::default().with_now(now);
        let transcript = Transcript::new(room, &options);
        text(&transcript.to_lines(&narrow())) + &transcript.to_html().value
    };
    let all = shown(&room, 5000);
    assert!(all.contains("expires 10 s after reading"));
    assert_eq!(all.matches("secret").count(), 4, "message and quote, twice");
    room.mark_read(&first, 3000);
    assert!(shown(&room, 12_999).contains("secret"));
    let expired = shown(&room, 13_000);
    assert!(!expired.contains("secret") && expired.contains("an expired message"));
    // Deleted: gone at once, with all earlier versions.
    let mut edit = message(3, "secreter");
    edit.replaces = Some(first);
    feed(&mut room, &cbor::encode(&edit).unwrap(), Some(4000));
    let mut delete = message(4, "");
    delete.nested_part = NestedPart::null(Disposition::RENDER);
    delete.replaces = Some(first);
    feed(&mut room, &cbor::encode(&delete).unwrap(), Some(5000));
    let deleted = shown(&room, 5000);
    assert!(!deleted.contains("secret") && deleted.contains("a deleted message"));
}

/// The draft's messages: name, and when the hub accepted them as far as the draft says.
const DRAFT: &[(&str, u64)] = &[
    ("original", 1_644_387_225_019),
    ("reply", 1_644_387_237_492),
    ("reaction", 1_644_387_237_728),
    ("mention", 1_644_387_243_008),
    ("mention-html", 1_644_387_243_008),
    ("edit", 1_644_387_248_621),
    ("delete", 1_644_387_248_621),
    ("unlike", 1_644_387_250_389),
    ("expiring", 1_644_389_403_227),
    ("attachment", 1_644_389_500_000),
    ("conferencing", 1_644_389_600_000),
    ("multipart-1", 1_644_389_700_000),
    ("multipart-2", 1_644_389_800_000),
    ("multipart-3", 1_644_389_900_000),
];

/// When the draft's expiring message expires, in milliseconds.
const DRAFT_EXPIRY: u64 = 1_644_390_004_000;

fn draft(delete_later: u64) -> Option<Room> {
    let mut room = Room::new(ROOM);
    for (name, time) in DRAFT {
        let path = project().join(format!("../shared/vectors/draft-08/{name}.cbor"));
        let Ok(octets) = std::fs::read(&path) else {
            let ci = std::env::var("CI").is_ok_and(|ci| ci == "true");
            assert!(!ci, "{} is missing", path.display());
            return None;
        };
        let later = if *name == "delete" { delete_later } else { 0 };
        feed(&mut room, &octets, Some(time + later));
    }
    Some(room)
}

/// Lines with the words of messages left out: heads as they are, of the rest what it is.
fn without_words(lines: &[Line]) -> String {
    let mut out = String::new();
    for line in lines {
        let roles: Vec<Role> = line.spans.iter().map(|span| span.role).collect();
        let head = roles
            .iter()
            .any(|role| matches!(role, Role::Sender | Role::Day));
        let placeholder = roles.contains(&Role::Placeholder);
        if head || placeholder || roles.is_empty() {
            writeln!(out, "{}", line.text()).unwrap();
        } else {
            let shown: Vec<String> = roles
                .iter()
                .skip(1)
                .map(|role| format!("{role:?}"))
                .collect();
            writeln!(out, "       <{}>", shown.join(" ")).unwrap();
        }
    }
    out
}

#[test]
fn the_drafts_messages_as_one_conversation() {
    // Edit and delete have one time in the draft: the lower ID, the delete, comes first.
    for (name, later) in [("edit_last", 0), ("delete_last", 1000)] {
        let Some(room) = draft(later) else { return };
        let options = TranscriptOptions::default()
            .with_reader(ALICE)
            .with_now(DRAFT_EXPIRY - 1);
        let transcript = Transcript::new(&room, &options);
        let lines = transcript.to_lines(&LineOptions::default());
        insta::assert_snapshot!(format!("draft_lines_{name}"), without_words(&lines));
        let page = transcript.to_html().value;
        insta::assert_snapshot!(format!("draft_page_{name}"), skeleton(&page));
        let mine = page.matches("class=\"entry mine\"").count();
        let for_me = page.matches("class=\"entry for-me\"").count();
        assert_eq!((mine, for_me), (6, 2), "{name}");
        assert_eq!(page.matches("class=\"mention me\"").count(), 2);
        assert!(page.contains("<span class=\"topic\" id=\"topic-0\">Foo 118</span>"));
        // The heart was taken back.
        assert!(!page.contains("class=\"reactions\""));
        assert_eq!(page.contains("This message was deleted."), later > 0);
        assert_eq!(page.contains("1 earlier version"), later == 0);
        assert!(!page.contains("This message has expired."));
        let options = options.with_now(DRAFT_EXPIRY);
        let page = Transcript::new(&room, &options).to_html().value;
        assert!(page.contains("This message has expired."));
        let cathy = TranscriptOptions::default().with_reader(CATHY);
        let page = Transcript::new(&room, &cathy).to_html().value;
        assert!(!page.contains("for-me\""), "nobody mentions Cathy");
    }
}

#[test]
fn changes_in_words() {
    let mut room = Room::new(ROOM);
    let options = TranscriptOptions::default();
    let told = |room: &Room, change: &Change| {
        text(&Transcript::new(room, &options).change_lines(change, &narrow()))
    };
    let (first, changes) = feed(
        &mut room,
        &cbor::encode(&message(1, "Tea?")).unwrap(),
        Some(1000),
    );
    assert_eq!(told(&room, &changes[0]), "00:00  bob-jones\n       Tea?\n");
    let mut edit = message(2, "Coffee?");
    edit.replaces = Some(first);
    let (_, changes) = feed(&mut room, &cbor::encode(&edit).unwrap(), Some(2000));
    assert_eq!(
        told(&room, &changes[0]),
        "changed:\n00:00  bob-jones \u{b7} edited\n       Coffee?\n"
    );
    let mut heart = message(3, "");
    heart.nested_part = NestedPart::single(Disposition::REACTION, "text/plain", "\u{2764}");
    heart.in_reply_to = Some(first);
    let (_, changes) = feed(&mut room, &cbor::encode(&heart).unwrap(), Some(3000));
    assert_eq!(
        told(&room, &changes[0]),
        "reactions to bob-jones, 00:00: \u{2764} bob-jones\n"
    );
    let mut hostile = message(4, "Water.");
    hostile.replaces = Some(first);
    hostile.extensions.set_sender_uri(ALICE).unwrap();
    let (_, changes) = feed(&mut room, &cbor::encode(&hostile).unwrap(), Some(4000));
    let refused = changes
        .iter()
        .find(|change| matches!(change, Change::Refused { .. }));
    let said = told(&room, refused.unwrap());
    assert!(
        said.starts_with("refused: alice-smith at bob-jones, 00:00: "),
        "{said}"
    );
    assert_eq!(told(&room, &Change::Duplicate(first)), "");
    assert_eq!(told(&room, &Change::Added(MessageId::new([9; 32]))), "");
}

#[test]
fn a_message_of_which_only_the_order_is_known_has_no_time() {
    let mut room = Room::new(ROOM);
    let (id, _) = feed(
        &mut room,
        &cbor::encode(&message(1, "When?")).unwrap(),
        Some(1),
    );
    let mut options = TranscriptOptions::default();
    options.untimed.insert(id);
    let transcript = Transcript::new(&room, &options);
    assert_eq!(
        text(&transcript.to_lines(&narrow())),
        "       bob-jones\n       When?\n"
    );
    let page = transcript.to_html().value;
    assert!(!page.contains("<time") && page.contains("Date unknown"));
    assert!(
        Transcript::new(&Room::new(ROOM), &options)
            .to_html()
            .value
            .contains("No messages yet.")
    );
}

#[test]
fn many_replies_to_one_long_message_stay_small() {
    let mut room = Room::new(ROOM);
    let long = "word ".repeat(40_000);
    let (first, _) = feed(
        &mut room,
        &cbor::encode(&message(0, &long)).unwrap(),
        Some(1),
    );
    for n in 0..1000_u64 {
        let mut reply = message(1, "x");
        reply.salt = Salt::new(u128::from(n).to_be_bytes());
        reply.in_reply_to = Some(first);
        feed(&mut room, &cbor::encode(&reply).unwrap(), Some(2 + n));
    }
    let options = TranscriptOptions::default();
    let transcript = Transcript::new(&room, &options);
    let page = transcript.to_html().value;
    assert!(page.len() < 2_500_000, "{}", page.len());
    assert!(transcript.to_lines(&narrow()).len() < 8000);
}

#[test]
fn many_people_and_topics() {
    let mut room = Room::new(ROOM);
    let (first, _) = feed(
        &mut room,
        &cbor::encode(&message(0, "Vote!")).unwrap(),
        Some(1),
    );
    for n in 0..2000_u64 {
        let mut other = message(0, "x");
        other.salt = Salt::new(u128::from(n + 1).to_be_bytes());
        let sender = format!("mimi://example.com/u/p{n}");
        other.extensions.set_sender_uri(&sender).unwrap();
        if n % 2 == 0 {
            other.in_reply_to = Some(first);
            other.nested_part = NestedPart::single(Disposition::REACTION, "text/plain", "+");
        } else {
            other.topic_id = n.to_string().into_bytes().into();
        }
        feed(&mut room, &cbor::encode(&other).unwrap(), Some(2 + n));
    }
    let options = TranscriptOptions::default();
    let page = Transcript::new(&room, &options).to_html().value;
    assert!(page.contains("p0, p2, p4 and 997 more"));
    assert!(page.contains("and 940 more") && page.contains("id=\"topic-999\""));
}

/// Texts that try to leave their place.
fn odd_text() -> impl Strategy<Value = String> {
    let pieces = prop::sample::select(vec![
        "<",
        ">",
        "\"",
        "'",
        "&",
        "&lt;",
        "</div>",
        "<script>alert(1)</script>",
        "</style>",
        "-->",
        "<!--",
        "[a](https://x.example)",
        "[x.example](https://y.example/\"<b>)",
        "![](cid:1@local.invalid)",
        "# ",
        "|a|b|\n|-|-|\n|c|d|\n",
        "- [x] ",
        "`",
        "\n",
        " ",
        "a",
        "\u{202e}",
        "\u{0}",
        "\u{1b}[2J",
        "\u{1f600}",
        "mimi://example.com/u/a",
        "<a href=\"#m-1\">",
        "</a>",
        "<h1>",
        "</article>",
    ]);
    prop::collection::vec(pieces, 0..12).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    /// Whatever is in texts, senders, topics and subjects: the page keeps its shape, and no line
    /// holds what a terminal would obey.
    #[test]
    fn nothing_leaves_its_place(
        texts in prop::collection::vec((odd_text(), odd_text(), any::<bool>()), 1..4),
        topic in odd_text(),
        subject in odd_text(),
        title in odd_text(),
    ) {
        let mut room = Room::new(ROOM);
        let mut last = None;
        for (place, (text, sender, html)) in texts.iter().enumerate() {
            let mut message = message(place as u8, text);
            if *html {
                let parts = vec![
                    NestedPart::single(Disposition::RENDER, "text/html", text.clone()),
                    NestedPart::single(Disposition::REACTION, "text/plain", text.clone()),
                ];
                message.nested_part = NestedPart::multi(Disposition::RENDER, PartSemantics::ProcessAll, parts);
            }
            message.topic_id = topic.clone().into_bytes().into();
            message.in_reply_to = last;
            let _ = message.extensions.set_subject(&subject);
            let sender = format!("mimi://example.com/u/{sender}");
            if message.extensions.set_sender_uri(&sender).is_err() {
                continue;
            }
            let octets = cbor::encode(&message).unwrap();
            let fed = room.feed(Incoming::new(octets, 1000 + place as u64, &sender, ROOM));
            last = fed.ok().map(|fed| fed.id).or(last);
        }
        let options = TranscriptOptions::default().with_title(title);
        let transcript = Transcript::new(&room, &options);
        let page = transcript.to_html().value;
        let shape = skeleton(&page);
        let articles = shape.lines().filter(|line| line.trim_start().starts_with("article")).count();
        prop_assert_eq!(articles, room.items().len());
        for name in shape.lines().map(|line| line.trim_start().split('.').next().unwrap()) {
            prop_assert!(!["script", "style", "iframe", "form", "object", "base", "meta", "link"].contains(&name));
        }
        prop_assert_eq!(page.matches("<style>").count(), 1);
        for line in transcript.to_lines(&narrow()) {
            let obeyed = |c: char| c.is_control() || matches!(c, '\u{202a}'..='\u{202e}');
            let told = line.text();
            prop_assert!(!told.contains(obeyed), "{:?}", told);
        }
    }
}
