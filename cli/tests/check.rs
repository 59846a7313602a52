//! `mimi check` and `mimi explain`, as a user runs them.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used)]

mod support;

use std::fs;

use serde_json::Value;
use support::{file, mimi, mimi_with, path};

/// Unsorted keys, a head that is too long and extension key 0; everything else is right.
const BAD: &[u8] =
    b"\x87\x50abcdefghijklmnop\xf6\x40\xf6\xf6\xa2\x18\x01\x66xmpp:a\x00\x02\x85\x01\x60\x01\x78\x18text/plain;charset=utf-8\x41a";

fn bad(folder: &tempfile::TempDir) -> String {
    let bad = path(folder, "bad.cbor");
    fs::write(&bad, BAD).unwrap();
    bad
}

fn codes(report: &str) -> Vec<String> {
    let report: Value = serde_json::from_str(report).unwrap();
    let list = report["findings"].as_array().unwrap();
    let code = |finding: &Value| finding["code"].as_str().unwrap().to_owned();
    list.iter().map(code).collect()
}

fn valid(schema: &str, instance: &str) {
    let schema = serde_json::from_str(&fs::read_to_string(file(schema)).unwrap()).unwrap();
    let instance = serde_json::from_str(instance).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let errors: Vec<String> = validator
        .iter_errors(&instance)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect();
    assert!(errors.is_empty(), "{errors:#?}");
}

#[test]
fn people_see_the_octets_underlined() {
    let folder = tempfile::tempdir().unwrap();
    let run = mimi(["check", &bad(&folder)]).ended(1);
    let shown = run.text().replace(&folder.path().display().to_string(), "");
    insta::assert_snapshot!(shown);
    assert_eq!(run.stderr, "0 of 1 without an error\n");
}

#[test]
fn people_see_the_line_of_a_text_underlined() {
    let edn =
        "[h'000102030405060708090a0b0c0d0e0f', null, h'',\n null, null, {},\n [256, '', 0]]\n";
    let run = mimi_with(["check", "--from", "edn"], edn.as_bytes()).ended(1);
    insta::assert_snapshot!(run.text());
}

#[test]
fn the_shapes_say_the_same() {
    let folder = tempfile::tempdir().unwrap();
    let bad = bad(&folder);
    let json = mimi(["check", &bad, "--format", "json"]).ended(1);
    valid("schemas/findings.schema.json", json.text());
    let codes = codes(json.text());
    assert_eq!(
        codes,
        ["cbor-head-not-shortest", "key-reserved", "cbor-key-order"]
    );
    let lines = mimi(["check", &bad, "--format", "lines"]).ended(1);
    assert_eq!(lines.text().lines().count(), codes.len());
    for (line, code) in lines.text().lines().zip(&codes) {
        assert!(line.starts_with(&format!("error[{code}]")), "{line}");
    }
    let sarif = mimi(["check", &bad, "--format", "sarif"]).ended(1);
    valid("cli/tests/data/sarif-schema-2.1.0.json", sarif.text());
    let sarif: Value = serde_json::from_str(sarif.text()).unwrap();
    let run = &sarif["runs"][0];
    for (result, code) in run["results"].as_array().unwrap().iter().zip(&codes) {
        assert_eq!(result["ruleId"], **code);
        let rule = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(run["tool"]["driver"]["rules"][rule]["id"], **code);
    }
}

#[test]
fn sarif_of_many_kinds_of_findings_is_valid() {
    let folder = tempfile::tempdir().unwrap();
    let odd = path(&folder, "odd näme %.edn");
    fs::write(&odd, "[h'00', 1, [").unwrap();
    let right = file("examples/welcome.edn");
    let run = mimi(["check", &bad(&folder), &odd, &right, "--format", "sarif"]).ended(1);
    valid("cli/tests/data/sarif-schema-2.1.0.json", run.text());
    assert!(run.text().contains("odd%20n%C3%A4me%20%25.edn"));
    let run = mimi_with(["check", "--from", "cbor", "--format", "sarif"], b"\x87").ended(1);
    valid("cli/tests/data/sarif-schema-2.1.0.json", run.text());
    let run = mimi(["check", &right, "--format", "sarif"]).ended(0);
    valid("cli/tests/data/sarif-schema-2.1.0.json", run.text());
}

#[test]
fn a_folder_stands_for_its_documents() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("inner")).unwrap();
    fs::copy(
        file("examples/welcome.edn"),
        folder.path().join("inner/a.edn"),
    )
    .unwrap();
    bad(&folder);
    fs::write(folder.path().join("README"), "no document").unwrap();
    let name = folder.path().display().to_string();
    let run = mimi(["check", &name, "--format", "lines"]).ended(1);
    assert_eq!(
        run.stderr,
        "1 of 2 without an error; 1 file left out that is no document by its name (a file that is named is judged)\n"
    );
    mimi(["check", &path(&folder, "inner")]).ended(0);
    // A draft in a folder is one of its documents; any other text is not.
    let draft = folder.path().join("inner/draft-example-00.txt");
    fs::write(
        &draft,
        "Internet-Draft  Example\n\n1.  Sent 1644387225019 (2022-02-08T22:13:45.019Z)\n",
    )
    .unwrap();
    fs::write(
        folder.path().join("inner/notes.md"),
        "Read the Internet-Draft.\n",
    )
    .unwrap();
    let run = mimi(["check", &path(&folder, "inner")]).ended(1);
    assert!(run.text().contains("error[draft-date]"), "{}", run.text());
    assert_eq!(
        run.stderr,
        "1 of 2 without an error; 1 text left out that does not look like an Internet-Draft (if it is one: `--draft FILE`)\n"
    );
    // Where drafts are asked for, every text is one, and nothing else.
    let run = mimi(["check", "--draft", &path(&folder, "inner")]).ended(1);
    assert_eq!(
        run.stderr,
        "1 of 2 without an error; 1 file left out that is no text (a file that is named is judged)\n"
    );
}

#[test]
fn sources_of_drafts_in_a_folder_are_judged() {
    let folder = tempfile::tempdir().unwrap();
    let wrong = "Sent 1644387225019 (2022-02-08T22:13:45.019Z)";
    let entities = "<!ENTITY I-D.one SYSTEM \"one.xml\">\n".repeat(500);
    for (name, text) in [
        (
            "kramdown.md",
            format!("---\ntitle: Tea\ndocname: draft-tea-00\n---\n\n{wrong}\n"),
        ),
        (
            "mmark.markdown",
            format!("%%%\n[seriesInfo]\nvalue = \"draft-tea-00\"\n%%%\n\n{wrong}\n"),
        ),
        (
            "lines.xml",
            format!(
                "<?xml version=\"1.0\"?>\n<rfc\n  docName=\"draft-tea-00\"><t>{wrong}</t></rfc>\n"
            ),
        ),
        (
            "entities.xml",
            format!(
                "<?xml version=\"1.0\"?>\n<!DOCTYPE rfc [\n{entities}]>\n<rfc docName=\"draft-tea-00\"><t>{wrong}</t></rfc>\n"
            ),
        ),
    ] {
        fs::write(folder.path().join(name), text).unwrap();
    }
    let name = folder.path().display().to_string();
    let run = mimi(["check", &name, "--format", "lines"]).ended(1);
    assert_eq!(run.stderr, "0 of 4 without an error\n", "{}", run.text());
    assert_eq!(
        run.text().matches("error[draft-date]").count(),
        4,
        "{}",
        run.text()
    );
}

#[test]
fn a_folder_with_nothing_to_check_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let (empty, prose) = (path(&folder, "empty"), path(&folder, "prose"));
    fs::create_dir(&empty).unwrap();
    fs::create_dir(&prose).unwrap();
    fs::write(path(&folder, "prose/notes.md"), "Tea at five.\n").unwrap();
    let run = mimi(["check", &empty]).ended(1);
    assert!(
        run.stderr.starts_with(&format!(
            "mimi: there is nothing to check in {empty}: no file in it ends in .cbor"
        )),
        "{}",
        run.stderr
    );
    let run = mimi(["check", &prose]).ended(1);
    assert!(run.stderr.contains("1 text left out"), "{}", run.stderr);
    assert!(run.stderr.contains("`--draft FILE`"), "{}", run.stderr);
    // Several are told of, and do not keep anything else from being checked.
    let run = mimi(["check", &empty, &prose]).ended(1);
    assert_eq!(
        run.stderr.matches("nothing to check").count(),
        2,
        "{}",
        run.stderr
    );
    let run = mimi(["check", &empty, &file("examples/welcome.edn")]).ended(1);
    assert!(run.stderr.contains("nothing to check in"), "{}", run.stderr);
    assert!(
        run.stderr.contains("1 of 1 without an error"),
        "{}",
        run.stderr
    );
}

#[test]
fn fixing_in_place_leaves_nothing_to_find() {
    let folder = tempfile::tempdir().unwrap();
    // Key 0 cannot be kept, so what is mended is a message that only lacks order.
    let octets =
        b"\x87\x50abcdefghijklmnop\xf6\x40\xf6\xf6\xa2\x02\x66xmpp:b\x18\x01\x66xmpp:a\x85\x01\x60\x01\x78\x18text/plain;charset=utf-8\x41a";
    let name = path(&folder, "m.cbor");
    fs::write(&name, octets).unwrap();
    mimi(["check", &name]).ended(1);
    let run = mimi(["check", &name, "--fix"]).ended(0);
    assert!(
        run.stderr.contains("the message ID changes from "),
        "{}",
        run.stderr
    );
    assert!(run.text().contains("[repaired]"), "{}", run.text());
    let run = mimi(["check", &name]).ended(0);
    assert_eq!(run.text(), "");
    let mended = b"\x87\x50abcdefghijklmnop\xf6\x40\xf6\xf6\xa2\x01\x66xmpp:a\x02\x66xmpp:b\x85\x01\x60\x01\x78\x18text/plain;charset=utf-8\x41a";
    assert_eq!(fs::read(&name).unwrap(), mended);
    // Mending again changes nothing.
    let run = mimi(["check", &name, "--fix"]).ended(0);
    assert_eq!((run.text(), run.stderr.contains("mended")), ("", false));
    assert_eq!(fs::read(&name).unwrap(), mended);
}

#[test]
fn fixing_a_text_says_which_comments_are_gone() {
    let folder = tempfile::tempdir().unwrap();
    let name = path(&folder, "m.edn");
    let text = "[h'000102030405060708090a0b0c0d0e0f', null, h'', # salt\n null, null, # never, says Bob\n \
                {2: \"mimi://a.example/r/r\", 1: \"mimi://a.example/u/u\"}, [0, \"\", 0]]\n";
    fs::write(&name, text).unwrap();
    let run = mimi(["check", "--fix", &name]).ended(0);
    let told = "m.edn: mended; the comment in line 2 is gone; the message ID changes";
    assert!(run.stderr.contains(told), "{}", run.stderr);
    // What is there now are comments of our own, and nothing is left to mend.
    let run = mimi(["check", "--fix", &name]).ended(0);
    assert!(!run.stderr.contains("mended"), "{}", run.stderr);
    let salted = fs::read_to_string(&name).unwrap().replacen("0e0f", "0e", 1);
    fs::write(&name, salted).unwrap();
    let run = mimi(["check", "--fix", "--new-salt", &name]).ended(0);
    assert!(
        run.stderr.contains("mended; the message ID"),
        "{}",
        run.stderr
    );
}

#[test]
fn fixing_keeps_the_notation_and_what_cannot_be_mended() {
    let folder = tempfile::tempdir().unwrap();
    let name = path(&folder, "m.edn");
    let text = "[h'61', null, h'', null, null, {2: 'xmpp:r', 1: 'xmpp:s'}, [1, \"\", 0]]";
    fs::write(&name, text).unwrap();
    mimi(["check", &name, "--fix"]).ended(1);
    assert_eq!(
        fs::read_to_string(&name).unwrap(),
        text,
        "a salt is not invented"
    );
    let out = path(&folder, "out.edn");
    let wrong = text
        .replace("'xmpp:r'", "\"xmpp:r\"")
        .replace("'xmpp:s'", "\"xmpp:s\"");
    fs::write(&name, &wrong).unwrap();
    mimi(["check", &name, "--fix", "--new-salt", "-o", &out]).ended(0);
    assert_eq!(fs::read_to_string(&name).unwrap(), wrong);
    mimi(["check", &out]).ended(0);
    // A status report, by its own writer.
    let report = path(&folder, "r.cbor");
    let mut octets = vec![0x81, 0x82, 0x58, 0x20, 0x01];
    octets.extend([7; 31]);
    octets.extend([0x18, 0x02]);
    fs::write(&report, &octets).unwrap();
    mimi(["check", &report]).ended(1);
    mimi(["check", &report, "--fix"]).ended(0);
    mimi(["check", &report]).ended(0);
}

#[test]
fn what_was_mended_is_shown_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let name = path(&folder, "m.edn");
    let text = "# a comment\n# and another\n[h'6162636465666768696a6b6c6d6e6f70', null, h'', null, null, {},\n [1, \"\", 1, \"text/plain;charset=utf-8\", 'a'_0]]\n";
    fs::write(&name, text).unwrap();
    let run = mimi(["check", &name, "--fix"]).ended(0);
    let shown = run.text();
    assert!(shown.contains("m.edn:4:41"), "{shown}");
    assert!(shown.contains("'a'_0]]"), "{shown}");
}

#[test]
fn a_mended_document_on_standard_output_stands_there_alone() {
    let folder = tempfile::tempdir().unwrap();
    let name = path(&folder, "m.cbor");
    let octets = b"\x87\x50abcdefghijklmnop\xf6\x40\xf6\xf6\xa0\x85\x01\x60\x01\x78\x18text/plain;charset=utf-8\x58\x01a";
    fs::write(&name, octets).unwrap();
    let run = mimi(["check", &name, "--fix", "-o", "-"]).ended(0);
    assert_eq!(run.stdout.len(), octets.len() - 1);
    assert!(run.stderr.contains("[repaired]"), "{}", run.stderr);
    assert_eq!(fs::read(&name).unwrap(), octets);
    mimi(["check", &name, "--fix", "-o", "-", "--format", "json"]).ended(2);
}

#[test]
fn a_file_that_cannot_be_written_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let (mail, out) = (path(&folder, "m.eml"), path(&folder, "out.eml"));
    mimi([
        "convert",
        &file("examples/welcome.edn"),
        "-o",
        &mail,
        "--without-keys",
    ])
    .ended(0);
    let run = mimi(["check", &mail, "--fix", "-o", &out]).ended(1);
    assert!(run.text().contains("not-a-notation"), "{}", run.text());
    assert!(!std::path::Path::new(&out).exists());
    // A mail without a fault needs no mending.
    mimi(["check", &mail, "--fix"]).ended(0);
}

#[test]
fn a_message_that_speaks_of_drafts_is_none() {
    let folder = tempfile::tempdir().unwrap();
    let text = "[h'00', null, h'', null, null, {}, [1, \"\", 1, \"text/plain;charset=utf-8\", 'An Internet-Draft']]";
    let edn = path(&folder, "m.edn");
    fs::write(&edn, text).unwrap();
    let octets = b"\x87\x41\x00\xf6\x40\xf6\xf6\xa0\x85\x01\x60\x01\x78\x18text/plain;charset=utf-8\x51An Internet-Draft";
    let cbor = path(&folder, "m");
    fs::write(&cbor, octets).unwrap();
    for name in [&edn, &cbor] {
        let run = mimi(["check", name, "--format", "json"]).ended(1);
        assert_eq!(codes(run.text()), ["salt-length"], "{name}");
    }
    let mail = path(&folder, "m.eml");
    fs::write(
        &mail,
        "From: a@example.com\r\nSubject: Internet-Draft\r\n\r\nhi\r\n",
    )
    .unwrap();
    let run = mimi(["check", &mail, "--format", "json"]);
    assert_eq!(codes(run.text()), ["mail-no-record"]);
}

#[test]
fn fixing_standard_input_needs_a_place_for_it() {
    let folder = tempfile::tempdir().unwrap();
    mimi_with(["check", "--from", "cbor", "--fix"], BAD).ended(2);
    let out = path(&folder, "out.cbor");
    let right = mimi(["convert", &file("examples/welcome.edn"), "--to", "cbor"]).ended(0);
    mimi_with(
        ["check", "--from", "cbor", "--fix", "-o", &out],
        &right.stdout,
    )
    .ended(0);
    assert_eq!(fs::read(&out).unwrap(), right.stdout);
}

#[test]
fn the_rules_are_listed_and_each_has_a_page() {
    let list = mimi(["check", "--list", "--format", "json"]).ended(0);
    let list: Value = serde_json::from_str(list.text()).unwrap();
    let rules = list["rules"].as_array().unwrap();
    assert!(rules.len() >= 90);
    let people = mimi(["check", "--list"]).ended(0);
    assert_eq!(people.text().lines().count(), rules.len());
    for rule in rules.iter().step_by(20) {
        let code = rule["code"].as_str().unwrap();
        let page = mimi(["explain", code]).ended(0);
        for part in ["title", "explanation", "source"] {
            assert!(page.text().contains(rule[part].as_str().unwrap()), "{code}");
        }
    }
    let unknown = mimi(["explain", "key-ordre"]).ended(2);
    assert!(
        unknown.stderr.contains("cbor-key-order"),
        "{}",
        unknown.stderr
    );
}

#[test]
fn the_quiet_run_prints_errors_only() {
    let folder = tempfile::tempdir().unwrap();
    let bad = bad(&folder);
    let tolerant = mimi(["check", &bad, "--mode", "tolerant", "--quiet"]).ended(0);
    assert_eq!(tolerant.text(), "");
    let all = mimi(["check", &bad, "--mode", "tolerant", "--format", "json"]).ended(0);
    assert_eq!(codes(all.text()).len(), 3);
}

#[test]
fn a_draft_is_judged_by_its_own_examples() {
    let folder = tempfile::tempdir().unwrap();
    let draft = path(&folder, "draft-example-00.md");
    let text = "---\ntitle: Example\ndocname: draft-example-00\n---\n\n# Examples\n\n\
                ~~~ edn\n{::include a.edn}\n~~~\n\nSent at 1644387225019 (2022-02-08T22:13:45.019Z).\n";
    fs::write(&draft, text).unwrap();
    fs::write(folder.path().join("a.edn"), "[\n h'00', null\n]\n").unwrap();
    fs::write(folder.path().join("a.cbor"), [0x82, 0x41, 0x01, 0xf6]).unwrap();
    let run = mimi(["check", &draft, "--format", "json"]).ended(1);
    let report: Value = serde_json::from_str(run.text()).unwrap();
    valid("schemas/findings.schema.json", run.text());
    let mut places = Vec::new();
    for finding in report["findings"].as_array().unwrap() {
        let name = finding["file"]
            .as_str()
            .unwrap()
            .rsplit('/')
            .next()
            .unwrap();
        let code = finding["code"].as_str().unwrap();
        places.push(format!("{name}:{} {code}", finding["line"]));
    }
    assert!(
        places.contains(&"draft-example-00.md:12 draft-date".to_owned()),
        "{places:?}"
    );
    assert!(
        places.contains(&"a.edn:2 draft-file".to_owned()),
        "{places:?}"
    );
    // What lies outside the folder is not read.
    fs::write(&draft, text.replace("a.edn", "../../etc/passwd")).unwrap();
    let run = mimi(["check", &draft]).ended(1);
    assert!(run.text().contains("draft-include"), "{}", run.text());
    // Sheets, lines and SARIF of it.
    let run = mimi(["check", &draft, "--format", "sarif"]).ended(1);
    valid("cli/tests/data/sarif-schema-2.1.0.json", run.text());
}

#[test]
fn examples_of_one_name_in_a_folder_are_compared() {
    let folder = tempfile::tempdir().unwrap();
    let welcome = fs::read(file("examples/welcome.edn")).unwrap();
    fs::write(folder.path().join("a.edn"), &welcome).unwrap();
    let cbor = path(&folder, "a.cbor");
    mimi(["convert", &file("examples/welcome.edn"), "-o", &cbor]).ended(0);
    let name = folder.path().display().to_string();
    mimi(["check", &name]).ended(0);
    let mut octets = fs::read(&cbor).unwrap();
    octets[2] ^= 1;
    fs::write(&cbor, octets).unwrap();
    let run = mimi(["check", &name]).ended(1);
    assert!(run.text().contains("error[draft-file]"), "{}", run.text());
    assert!(run.stderr.starts_with("1 of 2 "), "{}", run.stderr);
}

#[test]
fn a_mail_is_judged_by_its_record() {
    let folder = tempfile::tempdir().unwrap();
    let mail = path(&folder, "m.eml");
    mimi([
        "convert",
        &file("examples/welcome.edn"),
        "-o",
        &mail,
        "--without-keys",
    ])
    .ended(0);
    mimi(["check", &mail]).ended(0);
    let text = fs::read_to_string(&mail).unwrap();
    let changed = text.replace("Release", "Rilease");
    assert_ne!(text, changed);
    fs::write(&mail, &changed).unwrap();
    let run = mimi(["check", &mail]).ended(1);
    assert!(
        run.text().contains("error[own-not-exact]"),
        "{}",
        run.text()
    );
    fs::write(&mail, "From: a@example.com\r\n\r\nHello\r\n").unwrap();
    let run = mimi(["check", &mail]).ended(1);
    assert!(
        run.text().contains("error[mail-no-record]"),
        "{}",
        run.text()
    );
}

#[test]
fn what_only_a_receiver_knows_can_be_given() {
    let welcome = file("examples/welcome.edn");
    let id = mimi(["id", &welcome]).ended(0).text().trim().to_owned();
    let quiet = |more: &[&str]| {
        let mut words = vec!["check", &welcome, "--format", "json"];
        words.extend(more);
        mimi(words)
    };
    // A link in it says another address than its target.
    let found = |more: &[&str]| {
        let mut found = codes(quiet(more).text());
        found.retain(|code| code != "link-deceptive");
        found
    };
    assert!(found(&["--id", &id]).is_empty());
    let other = format!("01{}", "0".repeat(62));
    assert_eq!(found(&["--id", &other]), ["message-id-mismatch"]);
    assert_eq!(found(&["--max-size", "10"]).len(), 1);
    assert_eq!(found(&["--seen", &id]).len(), 1);
    assert_eq!(found(&["--member", "mimi://example.com/u/nobody"]).len(), 1);
    let hub = [
        "--at",
        "2026-01-01T00:00:00Z",
        "--hub-time",
        "2026-01-02T00:00:00Z",
    ];
    assert_eq!(found(&hub).len(), 1);
    quiet(&["--id", "xyz"]).ended(2);
}

#[cfg(unix)]
#[test]
fn links_in_a_folder_are_told_of() {
    let folder = tempfile::tempdir().unwrap();
    let name = folder.path().display().to_string();
    let link = folder.path().join("a.edn");
    std::os::unix::fs::symlink(file("examples/welcome.edn"), &link).unwrap();
    let run = mimi(["check", &name]).ended(1);
    assert!(
        run.stderr
            .ends_with("; 1 link left out (links in a folder are not followed: name it)\n"),
        "{}",
        run.stderr
    );
    mimi(["check", &link.display().to_string()]).ended(0);
    // One that leads back is no way to go round for ever.
    std::os::unix::fs::symlink(folder.path(), folder.path().join("back")).unwrap();
    let run = mimi(["check", &name]).ended(1);
    assert!(run.stderr.contains("; 2 links left out"), "{}", run.stderr);
}
