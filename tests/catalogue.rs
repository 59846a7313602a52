//! The catalogue of rules is whole: every rule has its texts, a vector that keeps it and one that
//! breaks it, and the documents made from the table are those of the repository.
//!
//! `MIMI_WRITE=1 cargo test --test catalogue` writes `docs/rules.md` and `docs/rules.json` anew.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use mimi_codec::report::{ALL, Rule, Severity, catalogue};
use serde_json::{Value, json};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Where a vector is found.
#[derive(Clone)]
struct Place {
    topic: String,
    number: u64,
    comment: String,
}

/// The first vectors that break and that keep each rule, by code.
struct Vectors {
    broken: BTreeMap<String, Place>,
    kept: BTreeMap<String, Place>,
}

/// The topics that judge documents; the others are about conversions.
const JUDGING: &[&str] = &[
    "cbor_decode",
    "check",
    "derived_values",
    "draft",
    "edn",
    "hex",
    "json",
    "message_id",
    "status_report",
];

fn vectors() -> Vectors {
    let mut out = Vectors {
        broken: BTreeMap::new(),
        kept: BTreeMap::new(),
    };
    let mut files: Vec<PathBuf> = fs::read_dir(root().join("testvectors"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|it| it == "json"))
        .collect();
    files.sort();
    // What breaks a rule comes first: a valid case of the same group keeps it.
    for path in &files {
        let document: Value = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
        let Some(topic) = document["topic"].as_str().filter(|it| JUDGING.contains(it)) else {
            continue;
        };
        let mut first_valid = None;
        let mut codes = BTreeSet::new();
        for group in document["testGroups"].as_array().unwrap() {
            for test in group["tests"].as_array().unwrap() {
                let place = Place {
                    topic: topic.to_owned(),
                    number: test["tcId"].as_u64().unwrap(),
                    comment: test["comment"].as_str().unwrap().to_owned(),
                };
                if test["result"] == "valid" {
                    // A case of the topics `check` and `draft` says which rule it keeps; elsewhere a
                    // valid document keeps all.
                    match test["input"]["rule"].as_str() {
                        Some(rule) => drop(out.kept.entry(rule.to_owned()).or_insert(place)),
                        None => first_valid = first_valid.or(Some(place)),
                    }
                    continue;
                }
                for finding in test["findings"].as_array().into_iter().flatten() {
                    let code = finding["code"].as_str().unwrap().to_owned();
                    let about = test["input"]["rule"].as_str();
                    if about.is_none_or(|rule| rule == code) {
                        out.broken.entry(code.clone()).or_insert(place.clone());
                        codes.insert(code);
                    }
                }
            }
        }
        if let Some(place) = first_valid {
            for code in codes {
                out.kept.entry(code).or_insert(place.clone());
            }
        }
    }
    out
}

#[test]
fn every_rule_is_kept_and_broken_by_a_vector() {
    let vectors = vectors();
    let mut missing = Vec::new();
    let mut count = 0;
    for rule in catalogue() {
        let code = rule.code.as_str();
        count += 1;
        if !vectors.broken.contains_key(code) {
            missing.push(format!("{code}: nothing breaks it"));
        }
        if !vectors.kept.contains_key(code) {
            missing.push(format!("{code}: nothing keeps it"));
        }
    }
    assert!(missing.is_empty(), "{missing:#?}");
    assert!(count >= 170, "only {count} rules");
    let known: BTreeSet<&str> = catalogue().map(|rule| rule.code.as_str()).collect();
    let strangers: Vec<&String> = vectors
        .broken
        .keys()
        .filter(|code| !known.contains(code.as_str()) && !CONVERTING.contains(&code.as_str()))
        .collect();
    assert!(strangers.is_empty(), "not in the catalogue: {strangers:?}");
    println!("{count} rules");
}

/// Rules in vectors that are about a call, not about a document.
const CONVERTING: &[&str] = &["uri-missing"];

/// Every file below a folder, as text.
fn texts(folder: &Path, into: &mut Vec<(PathBuf, String)>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            texts(&path, into);
        } else if let Ok(text) = fs::read_to_string(&path) {
            into.push((path, text));
        }
    }
}

#[test]
fn every_rule_is_reported_somewhere_and_tested_somewhere() {
    let mut sources = Vec::new();
    texts(&root().join("src"), &mut sources);
    texts(&root().join("cli/src"), &mut sources);
    let mut reporting = String::new();
    let mut testing = String::new();
    for (path, text) in &sources {
        if path.to_string_lossy().contains("report/rules") {
            continue;
        }
        let (code, tests) = text.split_once("#[cfg(test)]").unwrap_or((text, ""));
        reporting.push_str(code);
        testing.push_str(tests);
        if path.ends_with("tests.rs") {
            testing.push_str(text);
        }
        // Examples in the documentation are tests.
        for line in code
            .lines()
            .filter(|line| line.trim_start().starts_with("///"))
        {
            testing.push_str(line);
            testing.push('\n');
        }
    }
    let mut tests = Vec::new();
    for folder in ["tests", "cli/tests", "testvectors"] {
        texts(&root().join(folder), &mut tests);
    }
    for (path, text) in tests {
        if !path.ends_with("tests/catalogue.rs") {
            testing.push_str(&text);
        }
    }
    let words = |text: &str| -> BTreeSet<String> {
        text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == '-'))
            .map(str::to_owned)
            .collect()
    };
    let (reporting, testing) = (words(&reporting), words(&testing));
    let mut silent = Vec::new();
    let mut untested = Vec::new();
    for rule in ALL.iter().flat_map(|table| table.iter()) {
        let name = rule.code.as_str();
        let constant = name.replace('-', "_").to_uppercase();
        // A few constants are spelled otherwise than their names.
        let constants = [constant.as_str(), spelled(name)];
        if !constants.iter().any(|it| reporting.contains(*it)) {
            silent.push(name);
        }
        if !testing.contains(name) && !constants.iter().any(|it| testing.contains(*it)) {
            untested.push(name);
        }
    }
    assert!(silent.is_empty(), "nothing reports {silent:?}");
    assert!(untested.is_empty(), "nothing tests {untested:?}");
}

/// The constants that do not follow from the name of their rule.
fn spelled(name: &str) -> &str {
    match name {
        "list-spacing-changed" => "LIST_LOOSENED",
        name => name,
    }
}

// The documents.

/// The chapters: the first rule of each, and what it is about. A table that is not named here
/// goes on under the chapter before.
const CHAPTERS: &[(&str, &str)] = &[
    ("cbor-truncated", "The form of CBOR"),
    ("wrong-type", "The structure of a document"),
    ("notation-empty", "The notations: EDN, hex, JSON"),
    ("nesting-flattened", "Rich text as it is read"),
    (
        "external-size-mismatch",
        "External content that was fetched",
    ),
    ("view-nested-invalid", "Documents inside a message"),
    ("cid-target-missing", "References and lengths"),
    ("salt-constant", "Fields, parts and text"),
    ("expiry-past", "What only the receiver knows"),
    ("draft-dump", "Internet-Drafts and folders of examples"),
];

fn documents() -> (String, String) {
    let vectors = vectors();
    let mut rules: Vec<Value> = Vec::new();
    let mut page = String::new();
    let total = catalogue().count();
    let count = |severity| catalogue().filter(|rule| rule.severity == severity).count();
    let _ = write!(
        page,
        "# The rules of `mimi check`\n\n\
         Made from the table in `src/report/rules` by `tests/catalogue.rs`; do not edit. [rules.json](rules.json) has the same for \
         programs.\n\n\
         {total} rules: {} errors (a MUST is broken), {} warnings (a SHOULD, or a value that section 9.1 of the draft calls \
         suspicious), {} notes (interoperability). *Tolerated* errors become warnings in tolerant mode. \
         The examples are cases in [testvectors](../testvectors/): topic and number.\n",
        count(Severity::Error),
        count(Severity::Warning),
        count(Severity::Note),
    );
    for rule in catalogue() {
        let code = rule.code.as_str();
        if let Some((_, title)) = CHAPTERS.iter().find(|(first, _)| *first == code) {
            let _ = write!(page, "\n## {title}\n");
        }
        let (broken, kept) = (&vectors.broken.get(code), &vectors.kept.get(code));
        write_rule(&mut page, rule, *broken, *kept);
        rules.push(as_json(rule, *broken, *kept));
    }
    page.push_str(
        "\n## What conversions report\n\nThese say what a conversion changed, left out or could not do; no document breaks them.\n\n\
         | code | weight | meaning |\n|---|---|---|\n",
    );
    let others = ALL.iter().flat_map(|table| table.iter());
    for rule in others.filter(|rule| rule.mend().is_none()) {
        let _ = writeln!(
            page,
            "| `{}` | {} | {} |",
            rule.code, rule.severity, rule.title
        );
        rules.push(as_json(rule, None, None));
    }
    let json = json!({ "rules": rules });
    (page, serde_json::to_string_pretty(&json).unwrap() + "\n")
}

fn write_rule(page: &mut String, rule: &Rule, broken: Option<&Place>, kept: Option<&Place>) {
    let tolerated = if rule.tolerated { ", tolerated" } else { "" };
    let _ = write!(
        page,
        "\n### `{}`\n\n**{}{tolerated}**: {}.\n\n{}\n\n",
        rule.code, rule.severity, rule.title, rule.explanation
    );
    if let Some(mend) = rule.mend() {
        let _ = write!(page, "*To mend it:* {mend}\n\n");
    }
    let example = |place: Option<&Place>| match place {
        Some(it) => format!(
            "`{}` {} ({})",
            it.topic,
            it.number,
            it.comment.replace('`', "'")
        ),
        None => String::from("none"),
    };
    let _ = writeln!(
        page,
        "Source: {}. Broken: {}. Kept: {}.",
        rule.source,
        example(broken),
        example(kept)
    );
}

fn as_json(rule: &Rule, broken: Option<&Place>, kept: Option<&Place>) -> Value {
    let place = |place: Option<&Place>| match place {
        Some(it) => json!({ "topic": it.topic, "tcId": it.number }),
        None => Value::Null,
    };
    json!({
        "code": rule.code.as_str(),
        "severity": rule.severity.as_str(),
        "tolerated": rule.tolerated,
        "title": rule.title,
        "explanation": rule.explanation,
        "source": rule.source,
        "mend": rule.mend(),
        "broken": place(broken),
        "kept": place(kept),
    })
}

#[test]
fn the_documents_are_those_of_the_table() {
    let (page, json) = documents();
    for (name, text) in [("docs/rules.md", page), ("docs/rules.json", json)] {
        let path = root().join(name);
        if std::env::var_os("MIMI_WRITE").is_some() {
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(&path, &text).unwrap();
        }
        let committed = fs::read_to_string(&path).unwrap_or_default();
        let at = committed
            .lines()
            .zip(text.lines())
            .position(|(one, two)| one != two);
        assert!(
            committed == text,
            "{name} differs from line {} on; MIMI_WRITE=1 cargo test --test catalogue writes it",
            at.map_or(committed.lines().count(), |at| at) + 1
        );
    }
}

#[test]
fn the_table_of_sentences_names_rules_that_exist() {
    let page = fs::read_to_string(root().join("docs/draft-sentences.md")).unwrap();
    let known: BTreeSet<&str> = ALL
        .iter()
        .flat_map(|table| table.iter())
        .map(|rule| rule.code.as_str())
        .collect();
    let mut named = BTreeSet::new();
    for piece in page.split('`').skip(1).step_by(2) {
        if piece.contains('-') && piece.chars().all(|c| c.is_ascii_alphanumeric() || c == '-') {
            assert!(known.contains(piece), "{piece}");
            named.insert(piece);
        }
    }
    assert!(named.len() > 80, "{}", named.len());
}

#[test]
fn titles_and_sources_are_told_apart() {
    let mut titles = BTreeMap::new();
    for rule in catalogue() {
        if let Some(other) = titles.insert(rule.title, rule.code) {
            panic!("{other} and {} have one title", rule.code);
        }
        assert!(rule.explanation.len() > 30, "{}: says little", rule.code);
        assert_ne!(rule.mend(), Some(rule.explanation), "{}", rule.code);
    }
}
