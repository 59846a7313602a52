//! `mimi check` and `mimi explain`, as a user runs them.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used)]

mod support;

use std::fs;

use serde_json::Value;
use support::{file, mimi, mimi_with, path};

/// Unsorted keys, a head that is too long and extension key 0; everything else is right.
const BAD: &[u8] =
    b"\x87\x50aaaaaaaaaaaaaaaa\xf6\x40\xf6\xf6\xa2\x18\x01\x61a\x00\x02\x83\x01\x60\x00";

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
        "1 of 2 without an error; 1 files that are no documents left out\n"
    );
    mimi(["check", &path(&folder, "inner")]).ended(0);
}

#[test]
fn fixing_in_place_leaves_nothing_to_find() {
    let folder = tempfile::tempdir().unwrap();
    // Key 0 cannot be kept, so what is mended is a message that only lacks order.
    let octets =
        b"\x87\x50aaaaaaaaaaaaaaaa\xf6\x40\xf6\xf6\xa2\x02\x61b\x18\x01\x61a\x83\x01\x60\x00";
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
    let mended = b"\x87\x50aaaaaaaaaaaaaaaa\xf6\x40\xf6\xf6\xa2\x01\x61a\x02\x61b\x83\x01\x60\x00";
    assert_eq!(fs::read(&name).unwrap(), mended);
    // Mending again changes nothing.
    let run = mimi(["check", &name, "--fix"]).ended(0);
    assert_eq!((run.text(), run.stderr.contains("mended")), ("", false));
    assert_eq!(fs::read(&name).unwrap(), mended);
}

#[test]
fn fixing_keeps_the_notation_and_what_cannot_be_mended() {
    let folder = tempfile::tempdir().unwrap();
    let name = path(&folder, "m.edn");
    let text = "[h'61', null, h'', null, null, {2: 'r', 1: 's'}, [1, \"\", 0]]";
    fs::write(&name, text).unwrap();
    mimi(["check", &name, "--fix"]).ended(1);
    assert_eq!(
        fs::read_to_string(&name).unwrap(),
        text,
        "a salt is not invented"
    );
    let out = path(&folder, "out.edn");
    let wrong = text.replace("'r'", "\"r\"").replace("'s'", "\"s\"");
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
