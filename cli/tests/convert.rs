//! `mimi convert`: every pair of formats, findings, reports, and what happens to files.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used)]

mod support;

use std::fs;

use serde_json::Value;
use support::{ROOM, SENDER, file, mimi, mimi_with, path};

const FORMATS: [&str; 8] = ["cbor", "edn", "hex", "json", "eml", "md", "html", "text"];

/// What spells a message octet for octet, or carries the record of it.
const EXACT: [&str; 5] = ["cbor", "edn", "hex", "json", "eml"];

#[test]
fn every_pair_of_formats_works() {
    let folder = tempfile::tempdir().unwrap();
    let welcome = file("examples/welcome.edn");
    for format in FORMATS {
        let there = path(&folder, &format!("first.{format}"));
        mimi(["convert", &welcome, "--to", format, "-o", &there]).ended(0);
    }
    let original = fs::read(path(&folder, "first.cbor")).unwrap();
    for from in FORMATS {
        for to in FORMATS {
            let input = path(&folder, &format!("first.{from}"));
            let output = path(&folder, &format!("second.{to}"));
            mimi(["convert", &input, "--from", from, "--to", to, "-o", &output]).ended(0);
            let written = fs::read(&output).unwrap();
            assert!(!written.is_empty(), "{from} to {to}");
            if EXACT.contains(&from) && EXACT.contains(&to) {
                let back = mimi(["convert", &output, "--from", to, "--to", "cbor"]).ended(0);
                assert!(back.stdout == original, "{from} to {to} and back");
            }
        }
    }
}

#[test]
fn formats_are_told_by_name_and_content() {
    let folder = tempfile::tempdir().unwrap();
    let welcome = file("examples/welcome.edn");
    for format in ["cbor", "edn", "hex", "json", "eml", "html"] {
        let written = mimi(["convert", &welcome, "--to", format]).ended(0).stdout;
        // From standard input there is only the content to go by.
        let shown = mimi_with(["convert", "--to", "text"], &written).ended(0);
        assert!(shown.text().contains("Release 2.0 is out"), "{format}");
    }
    let markdown = path(&folder, "note.md");
    fs::write(&markdown, "so *nice*").unwrap();
    let html = path(&folder, "note.html");
    mimi(["convert", &markdown, "-o", &html]).ended(0);
    assert_eq!(
        fs::read_to_string(&html).unwrap(),
        "<p>so <em>nice</em></p>\n"
    );
    // Without a name, Markdown is plain text.
    let html = mimi_with(["convert", "--to", "html"], b"so *nice*").ended(0);
    assert_eq!(html.text(), "<p>so *nice*</p>\n");
}

#[test]
fn a_format_that_cannot_be_told_is_asked_for() {
    let run = mimi_with(["convert", "--to", "edn"], b"\xff\xfe\x00").ended(1);
    assert!(
        run.stderr.contains("error[format-unknown]"),
        "{}",
        run.stderr
    );
    assert!(run.stderr.contains("--from"), "{}", run.stderr);
    let run = mimi_with(["convert"], b"hello").ended(2);
    assert!(run.stderr.contains("--to"), "{}", run.stderr);
}

#[test]
fn findings_have_the_one_shape() {
    let folder = tempfile::tempdir().unwrap();
    let report = path(&folder, "report.json");
    let edn = "[h'000102030405060708090a0b0c0d0e0f', null, h'', null, null, {},\n  [1, \"\", 1, \"text/plain\", \"oops\"]]";
    let run = mimi_with(
        [
            "convert", "--from", "edn", "--to", "cbor", "--report", &report,
        ],
        edn.as_bytes(),
    )
    .ended(1);
    assert!(run.stdout.is_empty());
    assert_eq!(
        run.stderr,
        "error[wrong-type] nestedPart.content @38: an item of another type than the field has \
         (found text string of 4 octets, expected a byte string) at <stdin>:2:28\n"
    );
    let report: Value = serde_json::from_str(&fs::read_to_string(&report).unwrap()).unwrap();
    let schema = fs::read_to_string(file("schemas/findings.schema.json")).unwrap();
    let schema: Value = serde_json::from_str(&schema).unwrap();
    jsonschema::validate(&schema, &report).unwrap();
    let finding = &report["findings"][0];
    assert_eq!(finding["code"], "wrong-type");
    assert_eq!(finding["severity"], "error");
    assert_eq!(finding["offset"], 38);
    assert_eq!(
        (&finding["line"], &finding["column"]),
        (&2.into(), &28.into())
    );
    assert_eq!(finding["path"], "nestedPart.content");
    assert!(finding.get("caused_by").is_none());
}

#[test]
fn a_refused_input_leaves_files_alone() {
    let folder = tempfile::tempdir().unwrap();
    let (bad, out) = (path(&folder, "bad.cbor"), path(&folder, "out.edn"));
    fs::write(&bad, [0x87, 0x50]).unwrap();
    fs::write(&out, "as it was").unwrap();
    mimi(["convert", &bad, "-o", &out]).ended(1);
    assert_eq!(fs::read_to_string(&out).unwrap(), "as it was");
    let entries = fs::read_dir(folder.path()).unwrap().count();
    assert_eq!(entries, 2, "nothing is left behind");
    mimi(["convert", &path(&folder, "none.cbor"), "--to", "edn"]).ended(1);
}

#[test]
fn loss_is_an_error_only_when_asked() {
    let folder = tempfile::tempdir().unwrap();
    let out = path(&folder, "out.md");
    let welcome = file("examples/welcome.edn");
    let run = mimi(["convert", &welcome, "-o", &out]).ended(0);
    assert!(
        run.stderr.contains("warning[field-not-written] topicId:"),
        "{}",
        run.stderr
    );
    fs::remove_file(&out).unwrap();
    let run = mimi(["convert", &welcome, "-o", &out, "--strict"]).ended(1);
    assert!(
        run.stderr.contains("error[field-not-written] topicId:"),
        "{}",
        run.stderr
    );
    assert!(!fs::exists(&out).unwrap());
    mimi(["convert", &welcome, "--to", "eml", "--strict", "-o", &out]).ended(0);
}

#[test]
fn tolerated_messages_are_mended() {
    let welcome = mimi(["convert", &file("examples/welcome.edn"), "--to", "cbor"])
        .ended(0)
        .stdout;
    let mut trailing = welcome.clone();
    trailing.push(0);
    mimi_with(["convert", "--to", "cbor", "--mode", "strict"], &trailing).ended(1);
    let run = mimi_with(["convert", "--to", "cbor"], &trailing).ended(0);
    assert!(run.stdout == welcome);
    assert!(
        run.stderr.contains("warning[cbor-trailing]"),
        "{}",
        run.stderr
    );
    // Trailing octets are no part of the message, so nothing had to be mended; a head is.
    let mut longer = welcome.clone();
    assert_eq!(longer[1], 0x50, "a salt of 16 octets");
    longer.splice(1..2, [0x58, 0x10]);
    let run = mimi_with(["convert", "--to", "cbor"], &longer).ended(0);
    assert!(run.stdout == welcome);
    assert!(run.stderr.contains("[repaired]"), "{}", run.stderr);
    assert!(run.stderr.contains("message ID"), "{}", run.stderr);
}

#[test]
fn a_salt_of_another_length_needs_a_new_one() {
    let edn = b"[h'00', null, h'', null, null, {}, [1, \"\", 0]]";
    let run = mimi_with(["convert", "--from", "edn", "--to", "cbor"], edn).ended(1);
    assert!(run.stderr.contains("error[salt-length]"), "{}", run.stderr);
    let run = mimi_with(
        ["convert", "--from", "edn", "--to", "cbor", "--new-salt"],
        edn,
    )
    .ended(0);
    assert!(mimi_codec::cbor::decode(&run.stdout).is_ok());
}

#[test]
fn older_drafts_are_named_and_can_be_carried_over() {
    // Draft 05: eight items, a salt of 32 octets, lastSeen before the extensions.
    let layouts = [
        format!(
            "[h'{}', null, h'', null, null, [], {{}}, [1, \"\", 1, \"text/plain\", 'hi']]",
            "07".repeat(32)
        ),
        // Its examples: seven items, no salt.
        "[null, h'', null, null, [], {}, [1, \"\", 1, \"text/plain\", 'hi']]".to_owned(),
    ];
    for edn in layouts {
        let run = mimi_with(["convert", "--from", "edn", "--to", "text"], edn.as_bytes()).ended(1);
        assert!(
            run.stderr.starts_with("error[older-draft]"),
            "{}",
            run.stderr
        );
        assert!(run.stderr.contains("--upgrade"), "{}", run.stderr);
        let words = ["convert", "--from", "edn", "--to", "text", "--upgrade"];
        let run = mimi_with(words, edn.as_bytes()).ended(0);
        assert_eq!(run.text(), "hi\n");
        assert!(run.stderr.contains("warning[upgraded]"), "{}", run.stderr);
    }
}

#[test]
fn other_documents_say_what_they_cannot_be() {
    let report = b"\x81\x82\x58\x20\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x01\x02";
    for format in ["cbor", "edn", "hex", "text"] {
        mimi_with(["convert", "--from", "cbor", "--to", format], report).ended(0);
    }
    for format in ["json", "eml", "md", "html"] {
        let run = mimi_with(["convert", "--from", "cbor", "--to", format], report).ended(1);
        assert!(run.stderr.contains("error[no-meaning]"), "{}", run.stderr);
        assert!(run.stderr.contains("status report"), "{}", run.stderr);
    }
}

#[test]
fn keys_do_not_slip_into_mail() {
    let folder = tempfile::tempdir().unwrap();
    let message = path(&folder, "file.cbor");
    let edn = format!(
        "[h'{}', null, h'', null, null, {{1: {SENDER:?}, 2: {ROOM:?}}}, [6, \"\", 2, \"video/mp4\", \
         \"https://example.com/f\", 0, 9, 1, h'{}', h'{}', h'', 0, h'', \"\", \"\"]]",
        "01".repeat(16),
        "4b".repeat(16),
        "4e".repeat(12)
    );
    let written = mimi_with(["convert", "--from", "edn", "-o", &message], edn.as_bytes());
    written.ended(0);
    let run = mimi(["convert", &message, "--to", "eml"]).ended(1);
    assert!(
        run.stderr.contains("error[exact-needs-keys]"),
        "{}",
        run.stderr
    );
    let with = mimi(["convert", &message, "--to", "eml", "--with-keys"]).ended(0);
    let back = mimi_with(["convert", "--to", "cbor"], &with.stdout).ended(0);
    assert!(back.stdout == fs::read(&message).unwrap());
    let without = mimi(["convert", &message, "--to", "eml", "--without-keys"]).ended(0);
    assert!(
        without.stderr.contains("warning[external-key-withheld]"),
        "{}",
        without.stderr
    );
}

#[test]
fn html_is_a_fragment_or_a_page() {
    let welcome = file("examples/welcome.edn");
    let fragment = mimi(["convert", &welcome, "--to", "html"]).ended(0);
    assert!(!fragment.text().contains("<html"));
    let page = mimi(["convert", &welcome, "--to", "html", "--standalone"]).ended(0);
    assert!(page.text().starts_with("<!DOCTYPE html>"));
    assert!(page.text().contains("<title>Release 2.0 is out</title>"));
    let attack =
        b"[x](javascript:alert(1)) <script>alert(1)</script> ![x](https://example.com/p.png)";
    let html = mimi_with(["convert", "--from", "md", "--to", "html"], attack).ended(0);
    assert!(!html.text().contains("<script"), "{}", html.text());
    assert!(!html.text().contains("javascript:"), "{}", html.text());
    assert!(!html.text().contains("src="), "{}", html.text());
}

/// A notification says when the message it speaks of was sent, and a reply finds what it answers.
#[test]
fn messages_that_others_refer_to_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let [soup, cbor, report, reply] =
        ["soup.cpim", "soup.cbor", "report.edn", "reply.eml"].map(|name| path(&folder, name));
    let text = "From: <im:alice@example.com>\r\nTo: <im:bob@example.com>\r\n\
        DateTime: 2008-04-04T12:16:49-05:00\r\nNS: imdn <urn:ietf:params:imdn>\r\n\
        imdn.Message-ID: 34jk324j\r\n\r\nContent-Type: text/plain\r\n\r\nHello";
    fs::write(&soup, text).unwrap();
    mimi(["convert", &soup, "-o", &cbor]).ended(0);
    let id = mimi(["id", &cbor]).ended(0);
    let id = id.text().trim();
    fs::write(&report, format!("[[h'{id}', 2]]")).unwrap();
    let run = mimi(["convert", &report, "--to", "cpim"]).ended(0);
    assert!(run.stderr.contains("imdn-no-datetime"), "{}", run.stderr);
    assert!(!run.text().contains("<datetime>"));
    let run = mimi(["convert", &report, "--to", "cpim", "--known", &cbor]).ended(0);
    let named = "<message-id>34jk324j</message-id>\r\n<datetime>2008-04-04T17:16:49Z</datetime>";
    assert!(run.text().contains(named), "{}", run.text());
    assert!(!run.stderr.contains("imdn-no-datetime"), "{}", run.stderr);
    fs::write(&reply, "From: b@x\nIn-Reply-To: <34jk324j>\n\nre\n").unwrap();
    let run = mimi(["convert", &reply, "--to", "json", "--known", &cbor]).ended(0);
    assert!(
        !run.stderr.contains("reference-unresolved"),
        "{}",
        run.stderr
    );
    // What has no ID cannot be referred to; a mailbox has its own.
    let run = mimi(["convert", &report, "--to", "cpim", "--known", &soup]).ended(1);
    assert!(run.stderr.contains("not a message yet"), "{}", run.stderr);
    let out = path(&folder, "out/");
    mimi(["convert", &reply, "-o", &out, "--known", &cbor]).ended(2);
}
