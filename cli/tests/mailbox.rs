//! `mimi convert` with mailboxes: a folder of messages from one, and an mbox from those.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used)]

mod support;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use support::{file, mimi, path};

const FROM: &str = "From a@example.com Fri Feb 13 23:31:30 2009\n";

/// The files of a folder that end so, by name.
fn files(folder: &str, ending: &str) -> BTreeMap<String, Vec<u8>> {
    let Ok(entries) = fs::read_dir(folder) else {
        return BTreeMap::new();
    };
    entries
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|found| found == ending))
        .map(|path| {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            (name, fs::read(path).unwrap())
        })
        .collect()
}

fn contents(files: BTreeMap<String, Vec<u8>>) -> Vec<Vec<u8>> {
    let mut all: Vec<_> = files.into_values().collect();
    all.sort();
    all
}

#[test]
fn there_and_back_to_the_same_octets() {
    let folder = tempfile::tempdir().unwrap();
    let (out, back, again) = (
        path(&folder, "out"),
        path(&folder, "back.mbox"),
        path(&folder, "again"),
    );
    let list = file("tests/data/list.mbox");
    let run = mimi(["convert", &list, "--to", "cbor", "-o", &out, "--seed", "x"]).ended(0);
    assert!(run.stdout.is_empty());
    assert!(
        run.stderr.contains("30 mails: 29 converted to 29 messages"),
        "{}",
        run.stderr
    );
    assert!(run.stderr.contains("list.mbox:14"), "{}", run.stderr);
    let messages = files(&out, "cbor");
    assert_eq!(messages.len(), 29);
    for (name, octets) in &messages {
        let id = mimi(["id", &path(&folder, &format!("out/{name}"))]).ended(0);
        assert_eq!(&name[8..20], &id.text()[2..14], "named by number and ID");
        mimi_codec::cbor::decode(octets).unwrap();
    }
    // Once more: nothing to do, nothing changed.
    let run = mimi(["convert", &list, "-o", &out]).ended(0);
    assert!(run.stderr.contains("29 converted before"), "{}", run.stderr);
    assert_eq!(files(&out, "cbor"), messages);
    // Elsewhere: the same files.
    let other = path(&folder, "other");
    mimi([
        "convert",
        &list,
        "-o",
        &other,
        "--seed",
        "x",
        "--threads",
        "1",
    ])
    .ended(0);
    assert_eq!(files(&other, "cbor"), messages);

    mimi(["convert", &out, "--to", "mbox", "-o", &back]).ended(0);
    let mbox = fs::read_to_string(&back).unwrap();
    assert_eq!(mbox.matches("\nMIMI-Content:").count(), 29);
    assert!(mbox.contains("In-Reply-To: <m01@list.example.com>"));
    mimi(["convert", &back, "-o", &again]).ended(0);
    assert_eq!(contents(files(&again, "cbor")), contents(messages));
}

#[test]
fn a_folder_and_a_maildir_and_other_formats() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir_all(folder.path().join("mails/in")).unwrap();
    fs::create_dir_all(folder.path().join("Maildir/new")).unwrap();
    let mail = "From: a@example.com\nMessage-ID: <1@x>\n\nhello\n> old\n-- \nme\n";
    for place in ["mails/in/a.eml", "Maildir/new/1.a.host"] {
        fs::write(folder.path().join(place), mail).unwrap();
    }
    for (from, to, ending) in [("mails", "text", "txt"), ("Maildir", "edn", "edn")] {
        let out = path(&folder, to);
        let input = path(&folder, from);
        let words = ["convert", &input, "--to", to, "-o", &out];
        let cuts = [
            "--strip-quotes",
            "--strip-signatures",
            "--room",
            "mimi://example.com/r/x",
        ];
        mimi(words.into_iter().chain(cuts)).ended(0);
        let written = files(&out, ending);
        let (name, text) = written
            .iter()
            .find(|(name, _)| !name.contains(".cut."))
            .unwrap();
        assert!(String::from_utf8_lossy(text).contains("hello"));
        let cut = name.replace(&format!(".{ending}"), ".cut.txt");
        let cut = fs::read_to_string(Path::new(&out).join(cut)).unwrap();
        assert_eq!(cut, "-- \nme\n> old\n", "what was cut is kept");
    }
}

#[test]
fn a_bad_mail_is_saved_and_ends_with_status_1() {
    let folder = tempfile::tempdir().unwrap();
    let parts = "--b\n\nx\n".repeat(2000);
    let bad = format!("Content-Type: multipart/mixed; boundary=b\n\n{parts}--b--\n");
    let large = "x".repeat(2 << 20);
    let mbox = format!(
        "{FROM}From: a@example.com\n\ngood\n\n{FROM}{bad}\n{FROM}\n{FROM}From: a@example.com\n\n>From me\n{large}\n"
    );
    let (input, out) = (path(&folder, "in.mbox"), path(&folder, "out"));
    fs::write(&input, mbox).unwrap();
    let report = path(&folder, "report.json");
    let run = mimi([
        "convert",
        &input,
        "-o",
        &out,
        "--max-mail",
        "1",
        "--report",
        &report,
    ])
    .ended(1);
    for error in [
        "error[mail-too-many-parts]",
        "error[mail-empty]",
        "error[mail-over-limit]",
        "4 mails: 1 converted to 1 messages, 0 converted before, 0 repeated, 3 refused",
        "in.mbox:2",
    ] {
        assert!(run.stderr.contains(error), "{error}: {}", run.stderr);
    }
    let refused = files(&path(&folder, "out/refused"), "eml");
    assert_eq!(refused.len(), 2);
    assert_eq!(refused["0000002.eml"], bad.as_bytes());
    let large = format!("From: a@example.com\n\nFrom me\n{large}\n");
    assert_eq!(refused["0000004.eml"], large.as_bytes());
    assert!(
        fs::read_to_string(&report)
            .unwrap()
            .contains("mail-over-limit")
    );
    // With other options it is taken, and the saved copy goes.
    let run = mimi(["convert", &input, "-o", &out, "--excess-parts", "opaque"]).ended(1);
    assert!(run.stderr.contains("2 converted"), "{}", run.stderr);
    assert_eq!(files(&path(&folder, "out/refused"), "eml").len(), 0);
    assert_eq!(files(&out, "cbor").len(), 3);
    // What was taken is done, also where it would be too large now.
    let run = mimi(["convert", &input, "-o", &out, "--max-mail", "1"]).ended(1);
    let done = "4 mails: 0 converted to 0 messages, 3 converted before, 0 repeated, 1 refused";
    assert!(run.stderr.contains(done), "{}", run.stderr);
}

#[test]
fn a_run_that_was_killed_goes_on() {
    let folder = tempfile::tempdir().unwrap();
    let input = path(&folder, "many.mbox");
    let mails: String = (0..4000)
        .map(|number| {
            let parent = number / 3;
            format!(
                "{FROM}From: a@example.com\nMessage-ID: <{number}@x>\nIn-Reply-To: <{parent}@x>\n\n{number}\n\n"
            )
        })
        .collect();
    fs::write(&input, mails).unwrap();
    let (out, whole) = (path(&folder, "out"), path(&folder, "whole"));
    let mut killed = 0;
    for wanted in [1, 1500, 3000] {
        let mut run = Command::new(env!("CARGO_BIN_EXE_mimi"))
            .args(["convert", &input, "-o", &out, "--seed", "x", "--quiet"])
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let begun = Instant::now();
        while files(&out, "cbor").len() < wanted && begun.elapsed() < Duration::from_secs(60) {
            std::thread::sleep(Duration::from_millis(5));
        }
        run.kill().unwrap();
        killed += i32::from(run.wait().unwrap().code().is_none());
    }
    assert!(killed > 0, "no run was killed before it ended");
    mimi(["convert", &input, "-o", &out, "--seed", "x", "--quiet"]).ended(0);
    mimi(["convert", &input, "-o", &whole, "--seed", "x", "--quiet"]).ended(0);
    let (there, expected) = (files(&out, "cbor"), files(&whole, "cbor"));
    assert_eq!(expected.len(), 4000);
    assert!(there == expected, "{} of {}", there.len(), expected.len());
    let left = fs::read_dir(&out).unwrap().filter(|entry| {
        let name = entry.as_ref().unwrap().file_name();
        name.to_string_lossy().starts_with(".mimi-")
    });
    assert_eq!(left.count(), 0, "nothing half written is left");
}

#[test]
fn links_that_came_late_are_listed() {
    let folder = tempfile::tempdir().unwrap();
    let (input, out) = (path(&folder, "in.mbox"), path(&folder, "out"));
    let mail = |id: &str, parent: &str| {
        format!("{FROM}From: a@example.com\nMessage-ID: <{id}@x>\nIn-Reply-To: <{parent}@x>\n\nx\n")
    };
    fs::write(&input, mail("child", "parent")).unwrap();
    mimi(["convert", &input, "-o", &out]).ended(0);
    assert!(!Path::new(&path(&folder, "out/links.tsv")).exists());
    fs::write(&input, mail("parent", "none")).unwrap();
    let run = mimi(["convert", &input, "-o", &out]).ended(0);
    assert!(
        run.stderr.contains("1 references to mails that came late"),
        "{}",
        run.stderr
    );
    let links = fs::read_to_string(path(&folder, "out/links.tsv")).unwrap();
    let fields: Vec<&str> = links.lines().nth(1).unwrap().split('\t').collect();
    assert_eq!(
        (fields.len(), fields[1], fields[3]),
        (4, "reply", "parent@x")
    );
}

#[test]
fn calls_that_make_no_sense() {
    let folder = tempfile::tempdir().unwrap();
    let list = file("tests/data/list.mbox");
    let out = path(&folder, "out");
    let existing = path(&folder, "file");
    fs::write(&existing, "x").unwrap();
    for words in [
        vec!["convert", &list],
        vec!["convert", &list, "--to", "mbox"],
        vec!["convert", "-", "--from", "mbox", "-o", &out],
        vec!["convert", &list, "-o", &existing],
        vec!["convert", &existing, "--to", "mboxo"],
        vec!["convert", &existing, "--to", "maildir"],
    ] {
        let run = mimi(&words).ended(2);
        assert!(
            run.stderr.starts_with("mimi: "),
            "{words:?}: {}",
            run.stderr
        );
    }
    assert!(!Path::new(&out).exists());
    let empty = path(&folder, "empty");
    fs::create_dir(&empty).unwrap();
    mimi(["convert", &empty, "-o", &out]).ended(1);
    assert!(!Path::new(&out).exists());
    mimi(["convert", &empty, "-o", &path(&folder, "empty/out")]).ended(2);
    mimi(["convert", &empty, "-o", &empty]).ended(2);
    mimi(["convert", &empty, "--to", "mbox"]).ended(2);
    // A store that is none is left alone.
    fs::create_dir(&out).unwrap();
    fs::write(path(&folder, "out/mailbox.redb"), "mine").unwrap();
    let run = mimi(["convert", &list, "-o", &out]).ended(1);
    assert!(
        run.stderr.contains("error[store-unusable]"),
        "{}",
        run.stderr
    );
}

#[test]
fn strict_refuses_mails_that_lose_something() {
    let folder = tempfile::tempdir().unwrap();
    let (input, out) = (path(&folder, "in.mbox"), path(&folder, "out"));
    let whole = "From: a@example.com\nMessage-ID: <a@x>\n\nhi\n";
    let loses = "From: a@example.com\nMessage-ID: <b@x>\nIn-Reply-To: <gone@x>\n\nhi\n";
    let answer = "From: a@example.com\nMessage-ID: <c@x>\nIn-Reply-To: <b@x>\n\nhi\n";
    fs::write(
        &input,
        [whole, loses, answer]
            .map(|mail| format!("{FROM}{mail}\n"))
            .concat(),
    )
    .unwrap();
    let run = mimi(["convert", &input, "-o", &out, "--strict"]).ended(1);
    assert!(
        run.stderr.contains("error[reference-unresolved]") && run.stderr.contains("2 refused"),
        "{}",
        run.stderr
    );
    let refused = files(&path(&folder, "out/refused"), "eml");
    assert_eq!(contents(refused), [loses.as_bytes(), answer.as_bytes()]);
    assert_eq!(files(&out, "cbor").len(), 1);
    // Taken after all, they are what they would have been at once.
    mimi(["convert", &input, "-o", &out]).ended(0);
    assert_eq!(files(&path(&folder, "out/refused"), "eml").len(), 0);
    assert_eq!(files(&out, "cbor").len(), 3);
    // What another format cannot carry is a loss as well.
    let markdown = path(&folder, "markdown");
    let styled =
        "From: a@example.com\nContent-Type: text/html\n\n<p><font color=red>hi</font></p>\n";
    fs::write(&input, format!("{FROM}{styled}\n")).unwrap();
    let call = ["convert", &input, "--to", "md", "-o", &markdown];
    mimi(call).ended(0);
    fs::remove_dir_all(&markdown).unwrap();
    mimi([&call[..], &["--strict"]].concat()).ended(1);
    assert_eq!(files(&markdown, "md").len(), 0);
    assert_eq!(files(&path(&folder, "markdown/refused"), "eml").len(), 1);
}

#[test]
fn one_mail_is_the_same_everywhere_with_a_seed() {
    let folder = tempfile::tempdir().unwrap();
    let mail = path(&folder, "mail.eml");
    fs::write(&mail, "From: a@example.com\nSubject: x\n\nhi\n").unwrap();
    let run = |seed: &str| mimi(["convert", &mail, "--to", "cbor", "--seed", seed]).ended(0);
    assert_eq!(run("a").stdout, run("a").stdout);
    assert_ne!(run("a").stdout, run("b").stdout);
    let message = path(&folder, "message.cbor");
    fs::write(&message, run("a").stdout).unwrap();
    let chat = mimi(["convert", &message, "--to", "eml", "--profile", "chatmail"]).ended(0);
    assert!(chat.text().contains("Chat-Version:"), "{}", chat.text());
    let plain = mimi([
        "convert",
        &message,
        "--to",
        "eml",
        "--no-skeleton",
        "--domain",
        "example.com",
    ]);
    let plain = plain.ended(0);
    assert!(!plain.text().contains("MIMI-Content"), "{}", plain.text());
}

/// What we keep in the folder of the messages is never written through a link.
#[cfg(unix)]
#[test]
fn links_in_the_folder_of_the_messages_are_not_followed() {
    for ours in ["refused", "mailbox.redb", "links.tsv"] {
        let folder = tempfile::tempdir().unwrap();
        let (input, out) = (path(&folder, "x.mbox"), path(&folder, "out"));
        fs::write(
            &input,
            format!("{FROM}From: a@x\n\nx\n\n{FROM}Bcc: x\n\ny\n"),
        )
        .unwrap();
        fs::create_dir_all(folder.path().join("out")).unwrap();
        fs::create_dir_all(folder.path().join("elsewhere")).unwrap();
        let link = folder.path().join("out").join(ours);
        std::os::unix::fs::symlink(folder.path().join("elsewhere"), link).unwrap();
        let run = mimi(["convert", &input, "-o", &out, "--max-parts", "16"]).ended(1);
        assert!(
            run.stderr.contains("is a link, and is not followed"),
            "{}",
            run.stderr
        );
        assert_eq!(fs::read_dir(path(&folder, "elsewhere")).unwrap().count(), 0);
        assert_eq!(files(&out, "cbor").len(), 0);
        // Nor is a store that somebody put into a folder of messages.
        if ours == "mailbox.redb" {
            let run = mimi(["convert", &out, "--to", "mbox"]).ended(1);
            assert!(run.stderr.contains("is not followed"), "{}", run.stderr);
        }
    }
}

/// A store that was changed by somebody else is one error, and nothing else is printed.
#[test]
fn a_damaged_store_is_one_line() {
    let folder = tempfile::tempdir().unwrap();
    let (out, store) = (path(&folder, "out"), path(&folder, "out/mailbox.redb"));
    let list = file("tests/data/list.mbox");
    mimi(["convert", &list, "-o", &out]).ended(0);
    let whole = fs::read(&store).unwrap();
    let mut refused = 0;
    for start in 0..16 {
        let mut damaged = whole.clone();
        let octets = damaged.iter_mut().skip(4096 + start * 256).step_by(4096);
        octets.for_each(|octet| *octet ^= 0x5a);
        fs::write(&store, &damaged).unwrap();
        for words in [
            ["convert", &list, "-o", &out],
            ["convert", &out, "--to", "mbox"],
        ] {
            let run = mimi(words);
            assert!(!run.stderr.contains("panicked"), "{}", run.stderr);
            refused += usize::from(run.stderr.contains("store of message IDs cannot be used"));
        }
    }
    assert!(refused > 4, "only {refused} were refused");
}
