//! `mimi attach`: a file is sealed, the message refers to it, and only what is right is opened.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "tests"
)]

mod support;

use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use support::{ROOM, Run, SENDER, mimi, mimi_with, path};
use tempfile::TempDir;

const CONTENT: &[u8] = b"two hours of key signing";
const URL: &str = "https://example.com/storage/8ksB4bSrrRE";

/// Seals the content in `notes.txt` with these further words.
fn seal(folder: &TempDir, more: &[&str]) -> Run {
    let file = path(folder, "notes.txt");
    fs::write(&file, CONTENT).unwrap();
    let message = path(folder, "message.cbor");
    let known = ["attach", "seal", &file, "--url", URL, "-o", &message];
    let sender = ["--sender", SENDER, "--room", ROOM];
    mimi(known.iter().chain(&sender).chain(more))
}

fn open(folder: &TempDir, more: &[&str]) -> Run {
    let message = path(folder, "message.cbor");
    let sealed = path(folder, "notes.txt.sealed");
    mimi(["attach", "open", &message, &sealed].iter().chain(more))
}

#[test]
fn there_and_back_with_every_algorithm() {
    for aead in [
        "aes-128-gcm",
        "AES-256-GCM",
        "chacha20-poly1305",
        "aes-128-gcm-siv",
        "aes-256-gcm-siv",
        "none",
    ] {
        let folder = TempDir::new().unwrap();
        let said = seal(
            &folder,
            &["--aead", aead, "--description", "For the record"],
        )
        .ended(0);
        assert!(said.stderr.contains("to be uploaded to"), "{}", said.stderr);
        let sealed = fs::read(path(&folder, "notes.txt.sealed")).unwrap();
        let tag = if aead == "none" { 0 } else { 16 };
        assert_eq!(sealed.len(), CONTENT.len() + tag);
        let back = path(&folder, "back.txt");
        let said = open(&folder, &["-o", &back]).ended(0);
        assert!(said.stderr.contains("the hash is right"), "{}", said.stderr);
        assert!(said.stderr.contains("\"notes.txt\""), "{}", said.stderr);
        assert_eq!(fs::read(back).unwrap(), CONTENT);
        assert_eq!(open(&folder, &[]).ended(0).stdout, CONTENT);
    }
}

#[test]
fn the_message_says_what_the_file_is() {
    let folder = TempDir::new().unwrap();
    seal(
        &folder,
        &["--hash", "sha-512", "--url-expires", "1800000000"],
    )
    .ended(0);
    let message = path(&folder, "message.cbor");
    let edn = mimi(["convert", &message, "--to", "edn"]).ended(0);
    for fact in [
        "text/plain;charset=utf-8",
        URL,
        "1800000000",
        "notes.txt",
        SENDER,
        &format!("{}", CONTENT.len() + 16),
    ] {
        assert!(edn.text().contains(fact), "{fact} in {}", edn.text());
    }
    mimi(["check", &message]).ended(0);
    // Two calls, two keys.
    let other = TempDir::new().unwrap();
    seal(&other, &[]).ended(0);
    let sealed = |folder| fs::read(path(folder, "notes.txt.sealed")).unwrap();
    assert_ne!(sealed(&folder), sealed(&other));
}

#[test]
fn every_flipped_bit_is_refused_and_nothing_is_written() {
    let folder = TempDir::new().unwrap();
    seal(&folder, &[]).ended(0);
    let sealed = path(&folder, "notes.txt.sealed");
    let good = fs::read(&sealed).unwrap();
    let back = path(&folder, "back.txt");
    // The library's test flips every bit; here one in every fifth octet.
    for at in (0..good.len()).step_by(5) {
        let mut bad = good.clone();
        bad[at] ^= 1 << (at % 8);
        fs::write(&sealed, &bad).unwrap();
        let said = open(&folder, &["-o", &back]).ended(1);
        assert!(
            said.stderr.contains("error[external-hash-mismatch]"),
            "{}",
            said.stderr
        );
        assert!(!Path::new(&back).exists());
    }
    fs::write(&sealed, &good[1..]).unwrap();
    let said = open(&folder, &["-o", &back]).ended(1);
    assert!(
        said.stderr.contains("error[external-size-mismatch]"),
        "{}",
        said.stderr
    );
    let said = open(&folder, &[]).ended(1);
    assert_eq!(said.stdout, b"");
}

#[test]
fn one_of_several_parts() {
    let folder = TempDir::new().unwrap();
    let part = |url: &str| {
        format!("[6, '', 2, 'text/plain', '{url}', 0, 0, 0, h'', h'', h'', 0, h'', '', '']")
            .replace('\'', "\"")
            .replace("h\"\"", "h''")
    };
    let edn = format!(
        "[h'00112233445566778899aabbccddeeff', null, h'', null, null, {{}}, [1, \"\", 3, 2, [{}, {}]]]",
        part("https://example.com/1"),
        part("https://example.com/2")
    );
    let message = path(&folder, "two.edn");
    fs::write(&message, edn).unwrap();
    let content = path(&folder, "content");
    fs::write(&content, CONTENT).unwrap();
    let said = mimi(["attach", "open", &message, &content]).ended(2);
    assert!(
        said.stderr.contains("--part: 1 (https://example.com/1), 2"),
        "{}",
        said.stderr
    );
    let said = mimi(["attach", "open", &message, &content, "--part", "2"]).ended(0);
    assert_eq!(said.stdout, CONTENT);
    // Nothing vouches for the content, and that is said.
    assert!(
        said.stderr.contains("warning[external-hash-absent]"),
        "{}",
        said.stderr
    );
    let said = mimi(["attach", "open", &message, &content, "--part", "0"]).ended(1);
    assert!(
        said.stderr.contains("no part of the message"),
        "{}",
        said.stderr
    );
}

#[test]
fn wrong_use_leaves_no_file() {
    let folder = TempDir::new().unwrap();
    let said = seal(&folder, &["--aead", "rot13"]).ended(2);
    assert!(said.stderr.contains("aes-128-gcm"), "{}", said.stderr);
    let said = seal(&folder, &["--hash", "sha3-256"]).ended(2);
    assert!(said.stderr.contains("sha-256"), "{}", said.stderr);
    // A message that cannot be written takes the encrypted file with it.
    let file = path(&folder, "notes.txt");
    let nowhere = path(&folder, "missing/message.cbor");
    let words = ["attach", "seal", &file, "--url", URL, "-o", &nowhere];
    mimi(words.iter().chain(&["--sender", SENDER, "--room", ROOM])).ended(1);
    assert!(!Path::new(&path(&folder, "notes.txt.sealed")).exists());
    mimi(words).ended(2);
    assert!(!Path::new(&path(&folder, "notes.txt.sealed")).exists());
    let words = ["attach", "seal", &file, "--url", "no URL"];
    let said = mimi(words.iter().chain(&["--sender", SENDER, "--room", ROOM])).ended(1);
    assert!(said.stderr.contains("error[url-syntax]"), "{}", said.stderr);
    assert!(!Path::new(&path(&folder, "notes.txt.sealed")).exists());
    seal(&folder, &[]).ended(0);
    let said = seal(&folder, &[]).ended(2);
    assert!(said.stderr.contains("exists already"), "{}", said.stderr);
}

#[test]
fn what_was_sealed_before_is_not_replaced_unasked() {
    let folder = TempDir::new().unwrap();
    let (first, other) = (
        path(&folder, "notes.txt.sealed"),
        path(&folder, "other.sealed"),
    );
    let message = path(&folder, "message.cbor");
    seal(&folder, &[]).ended(0);
    let before = (fs::read(&first).unwrap(), fs::read(&message).unwrap());
    // The message has the only key to the first file, so that other files are no way out.
    for words in [&[][..], &["--sealed", &first], &["--sealed", &other]] {
        let said = seal(&folder, words).ended(2);
        assert!(said.stderr.contains("exists already"), "{}", said.stderr);
        assert!(said.stderr.contains("--force"), "{}", said.stderr);
        assert!(!Path::new(&other).exists());
        let now = (fs::read(&first).unwrap(), fs::read(&message).unwrap());
        assert!(before == now);
    }
    seal(&folder, &["--force"]).ended(0);
    let now = (fs::read(&first).unwrap(), fs::read(&message).unwrap());
    assert!(before.0 != now.0 && before.1 != now.1);
    assert_eq!(open(&folder, &[]).ended(0).stdout, CONTENT);
}

#[test]
fn files_may_come_from_standard_input() {
    let folder = TempDir::new().unwrap();
    let (sealed, message) = (path(&folder, "c"), path(&folder, "m.cbor"));
    let words = [
        "attach", "seal", "-", "--url", URL, "-o", &message, "--sender", SENDER, "--room", ROOM,
    ];
    let said = mimi_with(words, CONTENT).ended(2);
    assert!(said.stderr.contains("--sealed FILE"), "{}", said.stderr);
    let words = [&words[..], &["--sealed", &sealed]].concat();
    mimi_with(&words, CONTENT).ended(0);
    let octets = fs::read(&sealed).unwrap();
    let said = mimi_with(["attach", "open", &message, "-"], &octets).ended(0);
    assert_eq!(said.stdout, CONTENT);
    assert!(!said.stderr.contains("suggested name"), "{}", said.stderr);
    let said = mimi_with(["attach", "open", &message, "-"], &octets[1..]).ended(1);
    assert!(said.stderr.contains("in <stdin>"), "{}", said.stderr);
    let octets = fs::read(&message).unwrap();
    let said = mimi_with(["attach", "open", "-", &sealed], &octets).ended(0);
    assert_eq!(said.stdout, CONTENT);
    let said = mimi(["attach", "open", "-", "-"]).ended(2);
    assert!(said.stderr.contains("only one of"), "{}", said.stderr);
    // No more than a document may have.
    let long = vec![0; (1 << 20) + 1];
    let words = [&words[..], &["--force", "--max-input", "1"]].concat();
    let said = mimi_with(&words, &long).ended(1);
    assert!(said.stderr.contains("more than 1 MiB"), "{}", said.stderr);
    assert_eq!(fs::read(&message).unwrap(), octets);
}

#[cfg(unix)]
#[test]
fn a_device_without_an_end_is_refused() {
    let folder = TempDir::new().unwrap();
    seal(&folder, &[]).ended(0);
    let message = path(&folder, "message.cbor");
    let said = mimi(["attach", "open", &message, "/dev/zero", "--max-input", "1"]).ended(1);
    assert!(said.stderr.contains("more than 1 MiB"), "{}", said.stderr);
}

#[test]
fn no_file_takes_the_place_of_another() {
    let folder = TempDir::new().unwrap();
    let file = path(&folder, "notes.txt");
    for words in [
        ["--sealed", &file],
        ["--sealed", "-"],
        ["--sealed", &path(&folder, "message.cbor")],
    ] {
        let said = seal(&folder, &words).ended(2);
        assert!(!said.stderr.is_empty());
        assert_eq!(fs::read(&file).unwrap(), CONTENT);
        assert!(!Path::new(&path(&folder, "message.cbor")).exists());
    }
    let words = ["attach", "seal", &file, "--url", URL, "-o", &file];
    mimi(words.iter().chain(&["--sender", SENDER, "--room", ROOM])).ended(2);
    assert_eq!(fs::read(&file).unwrap(), CONTENT);
}

#[test]
fn an_opened_file_does_not_take_the_place_of_what_opened_it() {
    let folder = TempDir::new().unwrap();
    seal(&folder, &[]).ended(0);
    let message = fs::read(path(&folder, "message.cbor")).unwrap();
    for taken in ["message.cbor", "notes.txt.sealed"] {
        let said = open(&folder, &["-o", &path(&folder, taken)]).ended(2);
        assert!(said.stderr.contains("take the place"), "{}", said.stderr);
    }
    assert_eq!(fs::read(path(&folder, "message.cbor")).unwrap(), message);
    let back = path(&folder, "back.txt");
    open(&folder, &["-o", &back]).ended(0);
    assert_eq!(fs::read(back).unwrap(), CONTENT);
}

#[cfg(unix)]
#[test]
fn what_was_fetched_may_come_from_a_pipe() {
    let folder = TempDir::new().unwrap();
    seal(&folder, &[]).ended(0);
    let message = path(&folder, "message.cbor");
    let sealed = fs::read(path(&folder, "notes.txt.sealed")).unwrap();
    let words = ["attach", "open", &message, "/dev/stdin"];
    let said = mimi_with(words, &sealed).ended(0);
    assert_eq!(said.stdout, CONTENT);
    let said = mimi_with(words, &sealed[1..]).ended(1);
    assert!(said.stderr.contains("error[external-size-mismatch]"));
    assert_eq!(said.stdout, b"");
}

/// Peak of the memory of a run in octets, as Linux tells it while the run lasts.
#[cfg(target_os = "linux")]
fn peak(words: &[&str]) -> u64 {
    let mut child = Command::new(env!("CARGO_BIN_EXE_mimi"))
        .args(words)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let status = format!("/proc/{}/status", child.id());
    let mut peak = 0;
    loop {
        if let Some(ended) = child.try_wait().unwrap() {
            assert!(ended.success());
            return peak;
        }
        let text = fs::read_to_string(&status).unwrap_or_default();
        let line = text.lines().find(|line| line.starts_with("VmHWM:"));
        let number = line.and_then(|line| line.split_whitespace().nth(1)?.parse::<u64>().ok());
        // The kernel's figure only grows; the last octets are written long after the peak.
        peak = peak.max(number.unwrap_or(0) * 1024);
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// An attachment of 1 GiB is sealed and opened in no more memory than its size and 16 MiB.
/// Takes 3 GiB of disk under `target/tmp`; `cargo test --release -p mimi-cli --test attach -- --ignored --nocapture`.
#[cfg(target_os = "linux")]
#[test]
#[ignore = "takes 3 GiB of disk and some seconds"]
fn a_gibibyte_in_its_size_and_16_mib() {
    const SIZE: u64 = 1 << 30;
    let folder = TempDir::new_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let file = path(&folder, "large.bin");
    let mut out = fs::File::create(&file).unwrap();
    let piece: Vec<u8> = (0..1u32 << 20).map(|n| ((n * 31) >> 3) as u8).collect();
    for _ in 0..SIZE >> 20 {
        out.write_all(&piece).unwrap();
    }
    drop(out);
    let (message, sealed, back) = (
        path(&folder, "message.cbor"),
        path(&folder, "large.bin.sealed"),
        path(&folder, "back.bin"),
    );
    let sealing = peak(&[
        "attach", "seal", &file, "--url", URL, "-o", &message, "--sender", SENDER, "--room", ROOM,
    ]);
    let opening = peak(&["attach", "open", &message, &sealed, "-o", &back]);
    let over = |peak: u64| (peak as f64 - SIZE as f64) / f64::from(1 << 20);
    println!(
        "peak beyond 1 GiB: sealing {:.1} MiB, opening {:.1} MiB",
        over(sealing),
        over(opening)
    );
    for peak in [sealing, opening] {
        assert!(peak > SIZE && over(peak) <= 16.0, "{peak}");
    }
    let same = Command::new("cmp").args([&file, &back]).status().unwrap();
    assert!(same.success());
}
