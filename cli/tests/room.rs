//! `mimi room`: files become a conversation, in the terminal or as a page, and it goes on as files
//! appear.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests"
)]

mod support;

use std::fs;
use std::io::Read;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use support::{ROOM, file, mimi, path, project};
use tempfile::TempDir;

const BOB: &str = "mimi://example.com/u/bob-jones";
const NOON: &str = "2022-02-09T12:00:00Z";

/// A message as EDN, with these members of the extension map.
fn edn(salt: u8, extensions: &str, text: &str) -> String {
    format!(
        "[h'{}', null, h'', null, null, {{{extensions}}}, [1, \"\", 1, \"text/markdown;variant=GFM-MIMI\", '{text}']]",
        format!("{salt:02x}").repeat(16)
    )
}

fn from(sender: &str) -> String {
    format!("1: \"mimi://example.com/u/{sender}\", 2: \"{ROOM}\"")
}

fn write(folder: &TempDir, name: &str, text: &str) {
    fs::write(folder.path().join(name), text).unwrap();
}

fn folder_name(folder: &TempDir) -> String {
    folder.path().display().to_string()
}

#[test]
fn the_example_in_the_terminal() {
    let words = [
        "room",
        &file("examples/conversation"),
        "--at",
        NOON,
        "--as",
        BOB,
        "--width",
        "80",
    ];
    let run = mimi(words).ended(0);
    let text = run.text();
    for part in [
        "Tuesday, 8 February 2022\n\n08:02  alice-smith \u{b7} in release-2.0 \u{b7} mentions you\n",
        "08:12  cathy-washington \u{b7} edited",
        "       This message was deleted.\n",
        "       This message has expired.\n",
        "\u{2764} bob-jones  \u{1f44d} bob-jones\n",
        "[refused: mallory: ",
        // The derived values say when the hub accepted the video, later than Bob sent it.
        "08:52  bob-jones \u{b7} you\n       [file: key-signing.mp4",
    ] {
        assert!(text.contains(part), "{part:?} in {text}");
    }
    assert!(!text.contains('\u{1b}'), "colours are for terminals");
    assert!(
        run.stderr.contains("warning[room-target-unknown]"),
        "{}",
        run.stderr
    );
    assert!(run.stderr.contains("25-star.edn"), "{}", run.stderr);
    let run = mimi([
        "room",
        &file("examples/conversation"),
        "--utc-offset",
        "-09:00",
        "--quiet",
    ])
    .ended(0);
    assert!(
        run.text()
            .starts_with("Monday, 7 February 2022\n\n23:02  alice-smith")
    );
}

#[test]
fn the_example_as_a_page() {
    let folder = TempDir::new().unwrap();
    let page = path(&folder, "room.html");
    let words = [
        "room",
        &file("examples/conversation"),
        "--at",
        NOON,
        "--as",
        BOB,
        "--html",
        &page,
    ];
    let run = mimi(words.iter().chain(&["--title", "A <team>"])).ended(0);
    assert_eq!(run.stdout, b"");
    let html = fs::read_to_string(&page).unwrap();
    assert!(html.starts_with("<!DOCTYPE html>") && html.ends_with("</html>\n"));
    assert!(html.contains("<h1>A &lt;team&gt;</h1>") && html.contains("class=\"mention me\""));
    let run = mimi([
        "room",
        &file("examples/conversation"),
        "--html",
        "-",
        "--quiet",
    ])
    .ended(0);
    assert!(run.text().starts_with("<!DOCTYPE html>"));
    // The findings name the file.
    let run = mimi(words).ended(0);
    assert!(
        run.stderr.contains("view-unsupported") && run.stderr.contains("20-poll.edn"),
        "{}",
        run.stderr
    );
}

#[test]
fn times_come_from_derived_values_then_the_sender_then_the_order() {
    let folder = TempDir::new().unwrap();
    let stamp = |seconds| format!("{}, 3: {{1: {seconds}}}", from("alice"));
    write(&folder, "1.edn", &edn(1, &stamp(1_644_387_225), "second"));
    write(&folder, "2.edn", &edn(2, "", "first"));
    write(&folder, "10.edn", &edn(3, &from("bob"), "third"));
    // No message, and so left alone.
    write(&folder, "README.md", "# Messages");
    write(&folder, ".3.edn", "rubbish");
    let message = path(&folder, "2.edn");
    let alice = "mimi://example.com/u/alice";
    let id = mimi(["id", &message, "--sender", alice, "--room", ROOM]).ended(0);
    let derived = |id: &str| {
        format!(
            "[h'{id}', 1644387224000, h'00', 0, \"mimi://example.com/d/x\", \"{alice}\", \"{ROOM}\"]"
        )
    };
    write(&folder, "2.derived.edn", &derived(id.text().trim()));
    let run = mimi(["room", &folder_name(&folder)]).ended(0);
    assert_eq!(
        run.text(),
        "Wednesday, 9 February 2022\n\n06:13  alice\n       first\n\n06:13  alice\n       second\n\n       bob\n       third\n"
    );
    // Values of another message say nothing about this one, and then nobody knows who sent it.
    write(
        &folder,
        "2.derived.edn",
        &derived(&format!("01{}", "ab".repeat(31))),
    );
    let run = mimi(["room", &folder_name(&folder)]).ended(1);
    assert!(run.stderr.contains("message-id-mismatch"), "{}", run.stderr);
    assert!(run.stderr.contains("error[uri-missing]"), "{}", run.stderr);
    assert!(run.text().contains("second"), "the others are shown");
}

#[test]
fn a_message_twice_is_one_message() {
    let folder = TempDir::new().unwrap();
    write(&folder, "a.edn", &edn(1, &from("alice"), "once"));
    write(&folder, "b.edn", &edn(1, &from("alice"), "once"));
    let run = mimi(["room", &folder_name(&folder)]).ended(0);
    assert_eq!(run.text(), "       alice\n       once\n");
    assert_eq!(run.stderr, "");
}

#[test]
fn messages_of_other_rooms_are_left_out() {
    let folder = TempDir::new().unwrap();
    let other = "1: \"mimi://example.com/u/bob\", 2: \"mimi://example.com/r/other\"";
    write(&folder, "1.edn", &edn(1, &from("alice"), "here"));
    write(&folder, "2.edn", &edn(2, other, "there"));
    let run = mimi(["room", &folder_name(&folder)]).ended(1);
    assert_eq!(run.text(), "       alice\n       here\n");
    assert!(run.stderr.contains("room-other-room"), "{}", run.stderr);
    let run = mimi([
        "room",
        &folder_name(&folder),
        "--room",
        "mimi://example.com/r/other",
    ])
    .ended(1);
    assert_eq!(run.text(), "       bob\n       there\n");
}

#[test]
fn mails_become_a_conversation() {
    let folder = TempDir::new().unwrap();
    let mail = |name: &str, day: u8, text: &str| {
        format!(
            "From: {name} <{name}@example.com>\r\nTo: all@example.com\r\nSubject: Lunch\r\n\
             Date: Wed, {day} Feb 2022 06:13:45 +0000\r\nMessage-ID: <{day}@example.com>\r\n\
             MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n"
        )
    };
    write(&folder, "a.eml", &mail("bob", 16, "Soup is ready."));
    write(&folder, "b.eml", &mail("alice", 9, "Is there soup?"));
    let run = mimi(["room", &folder_name(&folder)]).ended(0);
    let text = run.text();
    let (first, second) = text.split_once("Wednesday, 16 February 2022").unwrap();
    assert!(
        first.contains("Wednesday, 9 February 2022") && first.contains("Is there soup?"),
        "{text}"
    );
    assert!(
        second.contains("06:13  ") && second.contains("bob") && second.contains("Soup is ready."),
        "{text}"
    );
    // The same mails are the same page, whenever they are read.
    let page = || {
        mimi(["room", &folder_name(&folder), "--at", NOON, "--html", "-"])
            .ended(0)
            .stdout
    };
    assert_eq!(page(), page());
}

#[test]
fn mailboxes_become_threads() {
    let mail = |number: u8, day: u8, header: &str, text: &str| {
        format!(
            "From: p{number} <p{number}@example.com>\nTo: all@example.com\nSubject: Lunch\n\
             Date: Wed, {day} Feb 2022 06:13:45 +0000\nMessage-ID: <{number}@example.com>\n{header}\
             MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\n\n{text}\n"
        )
    };
    // The reply lies before what it replies to.
    let reply = mail(1, 16, "In-Reply-To: <2@example.com>\n", "Yes, soup.");
    let question = mail(2, 9, "", "Is there soup?");
    let mbox = TempDir::new().unwrap();
    let from = "From p@example.com Wed Feb 16 06:13:45 2022\n";
    write(
        &mbox,
        "list.mbox",
        &format!("{from}{reply}\n{from}{question}\n"),
    );
    let maildir = TempDir::new().unwrap();
    for part in ["cur", "new", "tmp"] {
        fs::create_dir(maildir.path().join(part)).unwrap();
    }
    write(&maildir, "cur/1:2,S", &reply);
    write(&maildir, "new/2", &question);
    let folder = TempDir::new().unwrap();
    write(&folder, "1.eml", &reply);
    write(&folder, "2.eml", &question);
    let texts: Vec<String> = [
        path(&mbox, "list.mbox"),
        folder_name(&maildir),
        folder_name(&folder),
    ]
    .iter()
    .map(|source| {
        let run = mimi(["room", source, "--width", "80"]).ended(0);
        assert_eq!(run.stderr, "", "{source}");
        run.text().to_owned()
    })
    .collect();
    assert!(
        texts[0].starts_with("Wednesday, 9 February 2022\n\n06:13  p2"),
        "{}",
        texts[0]
    );
    assert!(
        texts[0].contains("> p2") && texts[0].contains(": Is there soup?\n"),
        "{}",
        texts[0]
    );
    assert_eq!(texts[0], texts[1]);
    assert_eq!(texts[0], texts[2]);
    // Twice the same mail is one message; a mailbox that is none is said to be none.
    let both = mimi([
        "room",
        &path(&mbox, "list.mbox"),
        &folder_name(&maildir),
        "--width",
        "80",
    ])
    .ended(0);
    assert_eq!(both.text(), texts[0]);
    write(&folder, "odd.mbox", "no mail");
    let run = mimi(["room", &path(&folder, "odd.mbox")]).ended(1);
    assert!(run.stderr.contains("odd.mbox"), "{}", run.stderr);
}

#[test]
fn following_a_maildir() {
    let folder = TempDir::new().unwrap();
    let out = TempDir::new().unwrap();
    for part in ["cur", "new", "tmp"] {
        fs::create_dir(folder.path().join(part)).unwrap();
    }
    let mail = |number: u8, header: &str| {
        format!(
            "From: p{number}@example.com\nDate: Wed, 9 Feb 2022 06:1{number}:45 +0000\n\
             Message-ID: <{number}@example.com>\n{header}MIME-Version: 1.0\n\nText {number}.\n"
        )
    };
    write(&folder, "new/1", &mail(1, ""));
    let follower = Follower::start(&[&folder_name(&folder)], out.path().join("out"));
    follower.prints("Text 1.");
    write(&folder, "new/2", &mail(2, "In-Reply-To: <1@example.com>\n"));
    let all = follower.prints("Text 2.");
    assert!(all.contains(": Text 1.\n       Text 2."), "{all}");
    assert_eq!(all.matches("       Text 1.").count(), 1, "read once: {all}");
    assert_eq!(follower.stop(), "");
}

#[test]
fn faulty_files_are_named_and_the_rest_is_shown() {
    let folder = TempDir::new().unwrap();
    write(&folder, "1.edn", &edn(1, &from("alice"), "fine"));
    fs::write(folder.path().join("2.cbor"), b"\x87\xff").unwrap();
    write(&folder, "3.edn", "[[h'01");
    write(
        &folder,
        "4.edn",
        &format!("[[h'01{}', 2]]", "ab".repeat(31)),
    );
    let run = mimi(["room", &folder_name(&folder)]).ended(1);
    assert_eq!(run.text(), "       alice\n       fine\n");
    for part in ["2.cbor", "3.edn", "a status report by itself"] {
        assert!(run.stderr.contains(part), "{part} in {}", run.stderr);
    }
    let missing = path(&folder, "missing.edn");
    let page = path(&folder, "page.html");
    let run = mimi(["room", &missing, "--html", &page]).ended(1);
    assert!(run.stderr.contains("missing.edn"), "{}", run.stderr);
    assert!(!Path::new(&page).exists());
    mimi(["room"]).ended(2);
    mimi(["room", &missing, "--at", "teatime"]).ended(2);
    let empty = TempDir::new().unwrap();
    let run = mimi(["room", &folder_name(&empty)]).ended(1);
    assert!(run.stderr.contains("no message to show"), "{}", run.stderr);
}

/// Following, with what it prints going into a file.
struct Follower {
    child: Child,
    out: std::path::PathBuf,
}

impl Follower {
    fn start(words: &[&str], out: std::path::PathBuf) -> Self {
        let child = Command::new(env!("CARGO_BIN_EXE_mimi"))
            .args(["room", "--follow", "--for", "20", "--at", NOON])
            .args(words)
            .stdin(Stdio::null())
            .stdout(fs::File::create(&out).unwrap())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        Follower { child, out }
    }

    /// What was printed, as soon as this is part of it.
    #[track_caller]
    fn prints(&self, part: &str) -> String {
        shows(&self.out, part)
    }

    fn stop(mut self) -> String {
        self.child.kill().unwrap();
        let mut said = String::new();
        self.child
            .stderr
            .take()
            .unwrap()
            .read_to_string(&mut said)
            .unwrap();
        self.child.wait().unwrap();
        said
    }
}

/// The content of a file, as soon as this is part of it.
#[track_caller]
fn shows(file: &Path, part: &str) -> String {
    let start = Instant::now();
    loop {
        let text = fs::read_to_string(file).unwrap_or_default();
        if text.contains(part) {
            return text;
        }
        assert!(
            start.elapsed() < Duration::from_secs(15),
            "{part:?} in {text:?}"
        );
        sleep(Duration::from_millis(20));
    }
}

#[test]
fn following_prints_what_changes() {
    let folder = TempDir::new().unwrap();
    let out = TempDir::new().unwrap();
    let example = project().join("examples/conversation");
    let copy = |name: &str| {
        fs::copy(example.join(name), folder.path().join(name)).unwrap();
    };
    copy("01-plan.edn");
    copy("06-question.edn");
    let follower = Follower::start(&[&folder_name(&folder)], out.path().join("out"));
    let all = follower.prints("validaton");
    assert!(all.starts_with("Tuesday, 8 February 2022\n"), "{all}");
    copy("02-heart.edn");
    follower.prints("\nreactions to alice-smith, 08:02: \u{2764} bob-jones\n");
    copy("07-question-edit.edn");
    let all = follower.prints("with validation?");
    assert!(
        all.contains("\nchanged:\n08:12  cathy-washington \u{b7} edited"),
        "{all}"
    );
    assert_eq!(
        all.matches("What is left").count(),
        1,
        "printed once: {all}"
    );
    // A file that is being written is read when it is whole.
    let whole = fs::read_to_string(example.join("09-wrong-window.edn")).unwrap();
    let (first, rest) = whole.split_at(whole.len() / 2);
    write(&folder, "09-wrong-window.edn", first);
    sleep(Duration::from_millis(50));
    write(&folder, "09-wrong-window.edn", &format!("{first}{rest}"));
    follower.prints("Pizza");
    copy("10-wrong-window-delete.edn");
    follower.prints("This message was deleted.");
    assert_eq!(follower.stop(), "");
}

#[test]
fn following_writes_the_page_again() {
    let folder = TempDir::new().unwrap();
    let out = TempDir::new().unwrap();
    let page = out.path().join("room.html");
    write(&folder, "1.edn", &edn(1, &from("alice"), "one"));
    let words = [&folder_name(&folder), "--html", &page.display().to_string()];
    let follower = Follower::start(&words.map(|word| word as &str), out.path().join("out"));
    shows(&page, "<p>one</p>");
    write(&folder, "2.edn", &edn(2, &from("bob"), "two"));
    let all = shows(&page, "<p>two</p>");
    assert!(all.contains("<p>one</p>") && all.ends_with("</html>\n"));
    assert_eq!(follower.prints(""), "");
    follower.stop();
}

#[test]
fn following_says_what_expires_meanwhile() {
    let folder = TempDir::new().unwrap();
    let since = std::time::SystemTime::UNIX_EPOCH.elapsed().unwrap();
    let soon = since.as_secs() + 2;
    let text = edn(1, &from("alice"), "Lunch?")
        .replace("h'', null, null,", &format!("h'', [false, {soon}], null,"));
    write(&folder, "1.edn", &text);
    let run = mimi(["room", "--follow", "--for", "4", &folder_name(&folder)]).ended(0);
    let (before, after) = run.text().split_once("expired:").unwrap();
    assert!(before.contains("Lunch?"), "{before}");
    assert!(after.contains("This message has expired."), "{after}");
    assert!(!after.contains("Lunch?"), "{after}");
}

#[test]
fn a_page_does_not_take_the_place_of_a_message() {
    let folder = TempDir::new().unwrap();
    write(&folder, "1.edn", &edn(1, &from("alice"), "Lunch?"));
    let message = path(&folder, "1.edn");
    let run = mimi(["room", &folder_name(&folder), "--html", &message]).ended(2);
    assert!(run.stderr.contains("take the place of"), "{}", run.stderr);
    assert!(fs::read_to_string(&message).unwrap().contains("Lunch?"));
}

#[test]
fn following_ends_when_it_is_told_to() {
    let folder = TempDir::new().unwrap();
    let start = Instant::now();
    mimi(["room", "--follow", "--for", "0.3", &folder_name(&folder)]).ended(0);
    assert!(start.elapsed() < Duration::from_secs(10));
    mimi(["room", "--for", "1", &folder_name(&folder)]).ended(2);
}

#[test]
fn findings_give_no_orders_to_a_terminal() {
    let folder = TempDir::new().unwrap();
    let text = edn(1, &from("alice"), "x").replace(
        "text/markdown;variant=GFM-MIMI",
        "x/\\u001b]0;title\\u0007\\u202e\\nerror[forged] y",
    );
    let place = path(&folder, "a.edn");
    write(&folder, "a.edn", &text);
    let page = path(&folder, "page.html");
    for words in [&["show", &place][..], &["room", &place, "--html", &page]] {
        let said = mimi(words).ended(0).stderr;
        assert!(said.contains("warning[view-unsupported]"), "{said}");
        let orders = |c: char| c.is_control() && c != '\n' || c == '\u{202e}';
        assert!(!said.contains(orders), "{said:?}");
        assert!(said.lines().all(|line| !line.starts_with("error[")));
    }
}

/// What `mimi show` would print on a terminal.
fn on_a_terminal(name: &str) -> String {
    let out = Command::new(env!("CARGO_BIN_EXE_mimi"))
        .args(["show", "--width", "80", name])
        .env("CLICOLOR_FORCE", "1")
        .env("TERM", "xterm-256color")
        .env_remove("NO_COLOR")
        .output()
        .unwrap();
    String::from_utf8(out.stdout).unwrap()
}

#[test]
fn links_can_be_followed_in_a_terminal() {
    let folder = TempDir::new().unwrap();
    let text = "[notes](https://example.com/n;1) [mine](file:///etc/passwd) [odd](https://example.com/%1b]8)";
    write(&folder, "a.edn", &edn(1, &from("alice"), text));
    let shown = on_a_terminal(&path(&folder, "a.edn"));
    let link = "\u{1b}]8;;https://example.com/n;1\u{1b}\\";
    assert!(shown.contains(link), "{shown:?}");
    // The target is written behind, but a click does not open a file.
    assert!(shown.contains("(file:///etc/passwd)"), "{shown:?}");
    assert!(!shown.contains("]8;;file:"), "{shown:?}");
    assert_eq!(
        shown.matches("\u{1b}]8;;\u{1b}\\").count(),
        2,
        "each link ends: {shown:?}"
    );
}

#[test]
fn tables_images_and_messages_inside_messages_in_a_terminal() {
    let run = mimi(["show", "--width", "80", &file("examples/welcome.edn")]).ended(0);
    let text = run.text();
    assert!(
        text.contains("part  | change") && text.contains("------+---"),
        "{text}"
    );
    assert!(
        text.contains("[image: the team, image/png, 69 B]"),
        "{text}"
    );
    let folder = TempDir::new().unwrap();
    let inside = |name: &str, media_type: &str, content: &str| {
        let text = format!(
            "[h'00112233445566778899aabbccddeeff', null, h'', null, null, {{}}, [1, \"\", 1, \"{media_type}\", {content}]]"
        );
        write(&folder, name, &text);
        mimi(["show", &path(&folder, name)])
            .ended(0)
            .text()
            .to_owned()
    };
    let mail = inside(
        "a.edn",
        "message/rfc822",
        "'Subject: soup\\r\\n\\r\\nSecret soup.'",
    );
    assert!(
        mail.contains("[message/rfc822, 29 B: cannot be shown]"),
        "{mail}"
    );
    assert!(!mail.contains("Secret"), "not opened: {mail}");
    let inner = format!("<<{}>>", edn(7, "", "quoted *soup*"));
    let once = inside("b.edn", "application/mimi-content", &inner);
    assert!(
        once.contains("\n> quoted soup\n") || once.starts_with("> quoted soup\n"),
        "{once}"
    );
    let middle = format!(
        "<<[h'00112233445566778899aabbccddeeff', null, h'', null, null, {{}}, [1, \"\", 1, \"application/mimi-content\", {inner}]]>>"
    );
    let twice = inside("c.edn", "application/mimi-content", &middle);
    assert!(
        twice.contains("a message inside too many messages"),
        "{twice}"
    );
    assert!(!twice.contains("quoted"), "{twice}");
}

#[test]
fn a_mailbox_is_a_conversation_with_its_threads() {
    let list = file("tests/data/list.mbox");
    let run = mimi(["room", &list, "--quiet", "--width", "80"]).ended(0);
    let whole = run.text().to_owned();
    let quote = "> gardener@example.com: The green one, with the lid.";
    assert!(whole.contains(quote), "{whole}");
    assert!(whole.contains("👍 potter@example.com"), "{whole}");
    // The same mails as files, in the opposite order, are the same conversation.
    let folder = tempfile::tempdir().unwrap();
    let text = format!("\n{}", fs::read_to_string(&list).unwrap());
    let mut mails = 0;
    for mail in text.split("\nFrom ").skip(1) {
        let (_, mail) = mail.split_once('\n').unwrap();
        // A mailbox puts `>` before lines that look like the beginning of a mail.
        let mail = mail.replace("\n>From ", "\nFrom ");
        let mail = mail.replace("\n>>From ", "\n>From ");
        write(&folder, &format!("{:02}.eml", 99 - mails), &mail);
        mails += 1;
    }
    assert!(mails >= 30);
    let name = folder.path().display().to_string();
    let run = mimi(["room", &name, "--quiet", "--width", "80"]).ended(0);
    assert_eq!(run.text(), whole);
}
