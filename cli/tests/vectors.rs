//! `mimi vectors`: this program and the example in Python as implementations under test, and
//! programs that crash, hang or talk nonsense.
#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing)]

mod support;

use std::process::Command;

use serde_json::{Value, json};
use support::{Run, file, mimi, path};

const MIMI: &str = env!("CARGO_BIN_EXE_mimi");

fn vectors(words: &[&str]) -> Run {
    let folder = file("testvectors");
    let mut all = vec!["vectors", words[0], "--vectors", &folder];
    all.extend_from_slice(&words[1..]);
    mimi(all)
}

fn score(run: &Run) -> Value {
    serde_json::from_str(run.text()).unwrap()
}

#[test]
fn topics_are_listed_with_their_flags() {
    let run = vectors(&["list"]).ended(0);
    let text = run.text();
    assert!(text.contains("cbor_decode"), "{text}");
    assert!(text.contains("DuplicateKey"), "{text}");
    let list = score(&vectors(&["list", "--topic", "message_id", "--format", "json"]).ended(0));
    let topic = &list["topics"][0];
    assert_eq!(list["topics"].as_array().unwrap().len(), 1);
    assert_eq!(topic["asked"], topic["cases"]);
    let sum: u64 = ["valid", "acceptable", "invalid"]
        .iter()
        .map(|name| topic[*name].as_u64().unwrap())
        .sum();
    assert_eq!(topic["cases"], sum);
}

#[test]
fn this_program_gives_every_right_answer() {
    let run = vectors(&["run", "--format", "json", MIMI, "vectors", "serve"]).ended(0);
    let score = score(&run);
    assert_eq!(score["right"], score["all"]);
    assert!(score["all"].as_u64().unwrap() > 1500);
    assert_eq!(score["restarts"], 0);
    for topic in score["topics"].as_array().unwrap() {
        for kind in ["octets", "ids", "offsets"] {
            assert_eq!(
                topic[kind]["right"], topic[kind]["all"],
                "{kind} of {topic}"
            );
        }
    }
}

#[test]
fn the_example_in_python_is_scored() {
    let ready = Command::new("python3")
        .args(["-c", "import cbor2"])
        .output();
    if !ready.is_ok_and(|output| output.status.success()) {
        eprintln!("no python3 with cbor2 here");
        return;
    }
    let example = file("examples/cbor2_decoder.py");
    let run = vectors(&["run", "--format", "json", "python3", &example]).ended(1);
    let score = score(&run);
    let topic = |name: &str| {
        let topics = score["topics"].as_array().unwrap();
        topics
            .iter()
            .find(|topic| topic["topic"] == name)
            .unwrap()
            .clone()
    };
    let decode = topic("cbor_decode");
    // It reads every message there is, and much that is none.
    assert_eq!(decode["valid"]["right"], decode["valid"]["all"]);
    assert!(decode["invalid"]["right"].as_u64() < decode["invalid"]["all"].as_u64());
    let keys = decode["flags"].as_array().unwrap();
    let duplicate = keys
        .iter()
        .find(|flag| flag["flag"] == "DuplicateKey")
        .unwrap();
    assert_eq!(duplicate["right"], 0, "cbor2 keeps the last of two keys");
    // An empty URI is no missing one.
    assert!(topic("message_id")["failed"].as_array().unwrap().len() < 20);
    assert_eq!(topic("edn")["valid"]["all"], 0);
    let plain = vectors(&["run", "--skip-flag", "DuplicateKey", "python3", &example]).ended(1);
    assert!(!plain.text().contains("DuplicateKey"), "{}", plain.text());
    assert!(plain.text().contains("wrong by flag"), "{}", plain.text());
}

/// A folder with two cases.
fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let test = |number: u64, hex: &str, result: &str| {
        json!({"tcId": number, "comment": format!("case {number}"), "flags": ["F"],
               "input": {"hex": hex}, "result": result})
    };
    let suite = json!({
        "topic": "small",
        "notes": {"F": {"explanation": "A flag.", "source": "none"}},
        "testGroups": [{"type": "CborDecode", "comment": "", "tests":
            [test(1, "80", "valid"), test(2, "81", "invalid")]}],
    });
    std::fs::write(folder.path().join("small.json"), suite.to_string()).unwrap();
    folder
}

fn small(folder: &tempfile::TempDir, script: &str) -> Run {
    let place = folder.path().display().to_string();
    mimi([
        "vectors",
        "run",
        "--vectors",
        &place,
        "--format",
        "json",
        "--timeout",
        "1",
        "sh",
        "-c",
        script,
    ])
}

#[cfg(unix)]
#[test]
fn a_program_that_crashes_or_hangs_is_started_again() {
    let folder = folder();
    let crash = score(&small(&folder, "read line; exit 3").ended(1));
    assert_eq!(crash["topics"][0]["crashed"], 2);
    assert_eq!(crash["restarts"], 1);
    let hang = score(&small(&folder, "exec sleep 30").ended(1));
    assert_eq!(hang["topics"][0]["timedOut"], 2);
    // It crashes on the first case only.
    let once =
        "while read line; do case $line in *'\"80\"'*) exit 1;; esac; echo '{\"ok\":false}'; done";
    let once = score(&small(&folder, once).ended(1));
    assert_eq!(once["topics"][0]["crashed"], 1);
    assert_eq!(once["right"], 1);
    let nonsense = score(&small(&folder, "while read line; do echo Traceback; done").ended(1));
    assert_eq!(nonsense["right"], 0);
    assert_eq!(
        nonsense["topics"][0]["failed"][0]["why"],
        "no answer: \"Traceback\""
    );
    // A line too many is not taken for an answer, and does not put the others off by one.
    let greeting = "while read line; do echo hello; case $line in *'\"80\"'*) echo '{\"ok\":true}';; *) echo '{\"ok\":false}';; esac; done";
    let greeting = score(&small(&folder, greeting).ended(1));
    for failed in greeting["topics"][0]["failed"].as_array().unwrap() {
        assert_eq!(failed["why"], "no answer: \"hello\"");
    }
    let twice = "while read line; do case $line in *'\"80\"'*) echo '{\"ok\":true}'; echo '{\"ok\":true}'; sleep 0.2;; *) echo '{\"ok\":false}';; esac; done";
    let twice = score(&small(&folder, twice));
    assert!(twice["right"].as_u64() >= Some(1), "{twice}");
    let skips = score(&small(&folder, "while read line; do echo '{\"skip\":true}'; done").ended(0));
    assert_eq!(skips["topics"][0]["skipped"], 2);
    assert_eq!(skips["all"], 0);
}

#[test]
fn wrong_use_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let empty = folder.path().display().to_string();
    let run = mimi(["vectors", "list", "--vectors", &empty]).ended(1);
    assert!(run.stderr.contains("--vectors"), "{}", run.stderr);
    std::fs::write(folder.path().join("a.json"), "{\"topic\": 1}").unwrap();
    let run = mimi(["vectors", "list", "--vectors", &empty]).ended(1);
    assert!(run.stderr.contains("a.json"), "{}", run.stderr);
    let missing = path(&folder, "missing");
    let run = mimi(["vectors", "list", "--vectors", &missing]).ended(1);
    assert!(run.stderr.contains("missing"), "{}", run.stderr);
    let run = vectors(&["run", "--topic", "nonsense", "true"]).ended(2);
    assert!(run.stderr.contains("cbor_decode"), "{}", run.stderr);
    let run = vectors(&["run", "/no/such/program"]).ended(1);
    assert!(run.stderr.contains("/no/such/program"), "{}", run.stderr);
    vectors(&["run"]).ended(2);
}
