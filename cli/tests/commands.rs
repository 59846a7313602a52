//! `mimi show`, `id`, `new`, `check`, and what every command has in common.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used)]

mod support;

use std::fs;

use support::{ROOM, SENDER, file, mimi, mimi_with, path};

const ID: &str = "017ce54837404c3696e0c747b985cb172716d0ed0a3d249ca63ace7d82a096f4";

/// The octets of a new message.
fn new(words: &[&str]) -> Vec<u8> {
    let common = ["--sender", SENDER, "--room", ROOM, "-o", "-"];
    let words = ["new"].iter().chain(words).chain(&common);
    mimi(words).ended(0).stdout
}

#[test]
fn help_teaches_by_example() {
    let help = mimi(["--help"]).ended(0);
    for command in ["convert", "show", "id", "new", "check"] {
        assert!(
            help.text().contains(&format!("mimi {command} ")),
            "{command}"
        );
        let own = mimi([command, "--help"]).ended(0);
        assert!(own.text().contains("Examples:"), "{command}");
    }
    mimi(["--version"]).ended(0);
    mimi(["nonsense"]).ended(2);
    mimi(["convert", "--to", "nonsense"]).ended(2);
}

#[test]
fn completions_and_a_manual_page_can_be_made() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        assert!(
            mimi(["completions", shell])
                .ended(0)
                .text()
                .contains("mimi")
        );
    }
    assert!(mimi(["man"]).ended(0).text().contains(".TH mimi"));
}

#[test]
fn show_snapshot() {
    let shown = mimi(["show", &file("examples/welcome.edn"), "--width", "80"]).ended(0);
    assert_eq!(shown.stderr, "");
    insta::assert_snapshot!(shown.text());
    let french = mimi(["show", &file("examples/welcome.edn"), "--language", "fr"]).ended(0);
    assert!(french.text().contains("Bonjour à tous"));
}

#[test]
fn no_message_moves_the_cursor() {
    let text = "a \u{1b}[2J b \u{9b}31m c \u{7} d\r\ne \u{202e}f";
    let message = new(&["text", "--plain", text]);
    let shown = mimi_with(["show"], &message).ended(0);
    assert!(
        !shown.text().contains(['\u{1b}', '\u{9b}', '\u{7}', '\r']),
        "{:?}",
        shown.text()
    );
}

#[test]
fn the_id_is_64_digits() {
    let message = new(&["text", "hi", "--salt", &"07".repeat(16)]);
    let id = mimi_with(["id"], &message).ended(0);
    let digits = id.text().strip_suffix('\n').unwrap();
    assert_eq!(digits.len(), 64);
    assert!(digits.starts_with("01"));
    assert!(
        digits
            .bytes()
            .all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
    );
    let older = mimi_with(["id", "--algorithm", "draft-07"], &message).ended(0);
    assert_ne!(older.text(), id.text());
    let run = mimi_with(["id", "--sender", "mimi://example.com/u/mallory"], &message).ended(1);
    assert!(run.stderr.contains("error[uri-mismatch]"), "{}", run.stderr);
    let run = mimi_with(["id", "--algorithm", "draft-01"], &message).ended(2);
    assert!(run.stderr.contains("draft-08"), "{}", run.stderr);
    let anonymous =
        b"[h'000102030405060708090a0b0c0d0e0f', null, h'', null, null, {}, [1, \"\", 0]]";
    let run = mimi_with(["id"], anonymous).ended(1);
    assert!(run.stderr.contains("--sender"), "{}", run.stderr);
    let long = format!("mimi://{}", "a".repeat(65_536));
    let run = mimi_with(["id", "--sender", &long, "--room", ROOM], anonymous).ended(1);
    assert!(run.stderr.contains("error[uri-too-long]"), "{}", run.stderr);
}

#[test]
fn what_is_no_message_yet_has_no_id() {
    let mail = b"From: a@example.com\r\nTo: b@example.com\r\n\r\nhi\r\n";
    for (format, input) in [
        ("md", b"hi".as_slice()),
        ("text", b"hi"),
        ("html", b"<p>hi"),
        ("eml", mail),
    ] {
        let words = ["id", "--from", format, "--sender", SENDER, "--room", ROOM];
        let run = mimi_with(words, input).ended(1);
        assert!(run.stderr.contains("error[no-meaning]"), "{}", run.stderr);
    }
    let own = mimi(["convert", &file("examples/welcome.edn"), "--to", "eml"]).ended(0);
    let id = mimi(["id", &file("examples/welcome.edn")]).ended(0);
    assert_eq!(mimi_with(["id"], &own.stdout).ended(0).stdout, id.stdout);
}

#[test]
fn one_bad_input_does_not_hide_the_others() {
    let welcome = file("examples/welcome.edn");
    let run = mimi(["check", "no-such-file.cbor", &welcome]).ended(1);
    assert!(run.stderr.contains("no-such-file.cbor"), "{}", run.stderr);
    assert!(
        run.stderr.contains("1 of 2 without an error"),
        "{}",
        run.stderr
    );
    let run = mimi(["show", "no-such-file.cbor", &welcome]).ended(1);
    assert!(run.text().contains("Release 2.0"));
}

#[test]
fn every_kind_of_message_can_be_written() {
    let hash = "00".repeat(32);
    let kinds: &[&[&str]] = &[
        &["text", "Hello *world*"],
        &["text", "--plain", "no *marks*", "--language", "en"],
        &[
            "text",
            "bye",
            "--expires-after",
            "60",
            "--topic",
            "t",
            "--subject",
            "s",
        ],
        &["reply", ID, "Right on!"],
        &["react", ID, "❤"],
        &["react", ID, "❤", "🥳"],
        &[
            "edit",
            ID,
            "Hello, world",
            "--target",
            ID.replace("01", "02").leak(),
        ],
        &["delete", ID],
        &["unlike", ID, "--target", ID.replace("01", "02").leak()],
        &[
            "attach",
            "https://example.com/f.mp4",
            "--type",
            "video/mp4",
            "--size",
            "9",
            "--sha256",
            &hash,
        ],
        &[
            "call",
            "https://example.com/join/1",
            "--description",
            "Daily",
        ],
    ];
    for kind in kinds {
        let octets = new(kind);
        let received = mimi_codec::cbor::decode(&octets).unwrap();
        assert_eq!(
            received.extensions.sender_uri().unwrap(),
            Some(SENDER),
            "{kind:?}"
        );
        let checked = mimi_with(["check", "--from", "cbor"], &octets);
        assert_eq!(checked.status, 0, "{kind:?}: {}", checked.stderr);
        mimi_with(["show"], &octets).ended(0);
    }
}

#[test]
fn a_new_message_escapes_html_and_says_what_is_missing() {
    let octets = new(&["text", "<b>*x*</b>"]);
    let html = mimi_with(["convert", "--to", "html"], &octets).ended(0);
    assert_eq!(html.text(), "<p>&lt;b&gt;<em>x</em>&lt;/b&gt;</p>\n");
    let run = mimi(["new", "text", "hi"]).ended(2);
    assert!(run.stderr.contains("--sender"), "{}", run.stderr);
    let run = mimi([
        "new", "reply", "123", "hi", "--sender", SENDER, "--room", ROOM,
    ])
    .ended(2);
    assert!(run.stderr.contains("64 hex digits"), "{}", run.stderr);
    let run = mimi(["new", "react", ID, "no", "--sender", SENDER, "--room", ROOM]).ended(1);
    assert!(
        run.stderr.contains("error[compose-reaction]"),
        "{}",
        run.stderr
    );
    let run = mimi([
        "new", "edit", ID, "x", "--target", ID, "--sender", SENDER, "--room", ROOM,
    ]);
    assert!(run.ended(1).stderr.contains("error[compose-reply-loop]"));
}

#[test]
fn a_new_message_is_judged_before_it_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let place = path(&folder, "new.cbor");
    let written = |words: &[&str]| {
        let common = ["-o", &place, "--sender", SENDER, "--room", ROOM];
        mimi(["new"].iter().chain(words).chain(&common))
    };
    for words in [
        &["call", "no URL"][..],
        &["attach", "notes.pdf", "--type", "application/pdf"],
        &["attach", "https://", "--type", "application/pdf"],
    ] {
        let run = written(words).ended(1);
        assert!(run.stderr.contains("error[url-syntax] nestedPart.url:"));
        assert!(!std::path::Path::new(&place).exists(), "{words:?}");
    }
    let run = written(&["attach", "file:///tmp/a", "--type", "pdf"]).ended(0);
    for code in ["url-scheme", "media-type-syntax", "external-hash-absent"] {
        assert!(run.stderr.contains(&format!("warning[{code}]")), "{code}");
    }
    let run = written(&["call", "sip:team@example.com"]).ended(0);
    assert_eq!(run.stderr, "");
}

#[test]
fn check_lists_every_fault_and_where() {
    let folder = tempfile::tempdir().unwrap();
    let bad = path(&folder, "bad.edn");
    fs::write(
        &bad,
        "[h'00', null, h'', null, null, {2: 1, 1: 2},\n [256, \"\", 1, \"text/plain\", \"x\"]]",
    )
    .unwrap();
    let run = mimi(["check", &bad]).ended(1);
    for code in [
        "salt-length",
        "cbor-key-order",
        "integer-range",
        "wrong-type",
    ] {
        assert!(
            run.text().contains(&format!("error[{code}]")),
            "{code}: {}",
            run.stderr
        );
    }
    assert!(run.text().contains("bad.edn:2:3"), "{}", run.stderr);
    let run = mimi(["check", &file("examples/welcome.edn"), &bad]).ended(1);
    assert!(
        run.stderr.contains("1 of 2 without an error"),
        "{}",
        run.stderr
    );
}

#[test]
fn hostile_octets_end_soon_and_with_a_finding() {
    let deep = |octet: u8| vec![octet; 1_000_000];
    let inputs = [
        deep(0x81),
        deep(0x9f),
        deep(0xa1),
        deep(0xd8),
        deep(0x87),
        vec![0x9b; 9],
        vec![],
    ];
    for input in inputs {
        let run = mimi_with(["check", "--from", "cbor"], &input).ended(1);
        assert!(run.text().contains("error["), "{}", run.stderr);
        mimi_with(["convert", "--from", "cbor", "--to", "edn"], &input).ended(1);
    }
}

#[test]
fn an_empty_input_is_said_to_be_empty() {
    for words in [
        &["show"][..],
        &["id"],
        &["convert", "--to", "cbor"],
        &["check", "--format", "lines"],
        &["check", "--draft", "--format", "lines"],
    ] {
        let run = mimi(words).ended(1);
        let said = run.text().to_owned() + &run.stderr;
        let expected = "error[format-unknown]: the input is empty";
        assert!(said.contains(expected), "{words:?}: {said}");
    }
    // Where an empty text is meant, it is one.
    mimi(["convert", "--from", "text", "--to", "cbor"]).ended(0);
    let folder = tempfile::tempdir().unwrap();
    let empty = path(&folder, "empty.txt");
    fs::write(&empty, "").unwrap();
    mimi(["convert", &empty, "--to", "cbor"]).ended(0);
}

#[test]
fn no_more_is_read_than_a_document_may_have() {
    let long = vec![b'z'; (1 << 20) + 1];
    let folder = tempfile::tempdir().unwrap();
    let name = path(&folder, "long.txt");
    fs::write(&name, &long).unwrap();
    let text = [
        "convert",
        "--from",
        "text",
        "--to",
        "text",
        "--max-input",
        "1",
    ];
    let run = mimi_with(text, &long).ended(1);
    assert!(run.stdout.is_empty());
    assert!(
        run.stderr
            .starts_with("mimi: standard input has more than 1 MiB"),
        "{}",
        run.stderr
    );
    let run = mimi([&text[..], &[name.as_str()]].concat()).ended(1);
    assert!(run.stderr.contains("`--max-input MIB`"), "{}", run.stderr);
    mimi_with(text, &long[1..]).ended(0);
    mimi(["convert", &name, "--to", "text", "--max-input", "2"]).ended(0);
    let new = [
        "new",
        "text",
        "-",
        "--sender",
        "mimi://a.example/u/a",
        "--room",
        "mimi://a.example/r/r",
    ];
    let run = mimi_with([&new[..], &["--max-input", "1"]].concat(), &long).ended(1);
    assert!(run.stderr.contains("more than 1 MiB"), "{}", run.stderr);
}

#[cfg(unix)]
#[test]
fn an_input_without_an_end_is_refused() {
    for words in [
        &["show"][..],
        &["id"],
        &["check"],
        &["convert", "--to", "edn"],
    ] {
        let run = mimi([words, &["/dev/zero", "--max-input", "2"]].concat()).ended(1);
        assert!(
            run.stderr.contains("/dev/zero has more than 2 MiB"),
            "{}",
            run.stderr
        );
    }
}

#[test]
fn an_expiry_that_helps_nobody_is_warned_of() {
    let now = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap()
        .as_secs();
    let (gone, soon) = ((now - 60).to_string(), (now + 3600).to_string());
    let said = |words: &[&str]| {
        let common = [
            "new", "text", "Tea?", "--sender", SENDER, "--room", ROOM, "-o", "-",
        ];
        mimi(common.iter().chain(words)).ended(0).stderr
    };
    for (words, expected) in [
        (
            ["--expires-at", "5"],
            "warning[expiry-past] expires.time: an expiration more than a year in the past",
        ),
        (
            ["--expires-at", &gone],
            "warning[expiry-past] expires.time: the message has expired before it is sent",
        ),
        (
            ["--expires-at", "2020-01-01T00:00:00Z"],
            "warning[expiry-past] expires.time: an expiration more than a year in the past",
        ),
        (["--expires-at", "4294967295"], "warning[expiry-future]"),
        (["--expires-after", "99999999"], "warning[lifetime-long]"),
    ] {
        let said = said(&words);
        assert!(said.starts_with(expected), "{words:?}: {said}");
        assert_eq!(said.lines().count(), 1, "{said}");
    }
    assert_eq!(said(&["--expires-at", &soon]), "");
    assert_eq!(said(&["--expires-after", "60"]), "");
}
