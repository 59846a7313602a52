//! Reading the files of the vectors, and what a program is asked for each case.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use super::shown;
use crate::failure::{Failure, Outcome};

/// What the right answer is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Verdict {
    Valid,
    Acceptable,
    Invalid,
}

impl Verdict {
    pub(super) const ALL: [Verdict; 3] = [Verdict::Valid, Verdict::Acceptable, Verdict::Invalid];
}

/// A case.
#[derive(Debug)]
pub(super) struct Case {
    pub(super) number: u64,
    pub(super) comment: String,
    pub(super) flags: Vec<String>,
    pub(super) verdict: Verdict,
    /// The line that a program is asked; none where the protocol has no question for it.
    pub(super) question: Option<Value>,
    /// Octets that an accepted case is encoded to, if the case says which.
    pub(super) hex: Option<String>,
    /// The message ID.
    pub(super) id: Option<String>,
    /// The octet at fault, where it is the first one found.
    pub(super) offset: Option<u64>,
}

/// The cases of a file.
#[derive(Debug)]
pub(super) struct Topic {
    pub(super) name: String,
    pub(super) cases: Vec<Case>,
    /// What each flag means.
    pub(super) notes: BTreeMap<String, String>,
}

/// Reads every file of a folder.
pub(super) fn load(folder: &Path) -> Outcome<Vec<Topic>> {
    let failed = |error: &std::io::Error| {
        Failure::Io(format!(
            "cannot read the vectors in {}: {error}; name their folder with --vectors",
            shown(folder)
        ))
    };
    let mut paths = Vec::new();
    for entry in fs::read_dir(folder).map_err(|error| failed(&error))? {
        let path = entry.map_err(|error| failed(&error))?.path();
        let json = path.extension().is_some_and(|ending| ending == "json");
        if json && path.file_name().is_some_and(|name| name != "schema.json") {
            paths.push(path);
        }
    }
    paths.sort();
    let mut topics = Vec::new();
    for path in paths {
        let text =
            fs::read_to_string(&path).map_err(|error| Failure::io("read", shown(&path), &error))?;
        let broken = |why: String| Failure::Io(format!("{}: {why}", shown(&path)));
        let value: Value =
            serde_json::from_str(&text).map_err(|error| broken(error.to_string()))?;
        topics.push(topic(&value).map_err(|why| broken(format!("not a file of vectors: {why}")))?);
    }
    if topics.is_empty() {
        return Err(Failure::Io(format!(
            "{} has no files of vectors; name their folder with --vectors",
            shown(folder)
        )));
    }
    Ok(topics)
}

fn topic(value: &Value) -> Result<Topic, String> {
    let name = value["topic"].as_str().ok_or("no topic")?.to_owned();
    let mut notes = BTreeMap::new();
    for (flag, note) in value["notes"].as_object().into_iter().flatten() {
        let explanation = note["explanation"].as_str().unwrap_or_default();
        notes.insert(flag.clone(), explanation.to_owned());
    }
    let mut cases = Vec::new();
    for group in value["testGroups"].as_array().ok_or("no testGroups")? {
        let kind = group["type"].as_str().ok_or("a group without a type")?;
        for test in group["tests"].as_array().ok_or("a group without tests")? {
            cases.push(case(kind, test)?);
        }
    }
    Ok(Topic { name, cases, notes })
}

fn case(kind: &str, test: &Value) -> Result<Case, String> {
    let number = test["tcId"].as_u64().ok_or("a test without tcId")?;
    let verdict = match test["result"].as_str() {
        Some("valid") => Verdict::Valid,
        Some("acceptable") => Verdict::Acceptable,
        Some("invalid") => Verdict::Invalid,
        _ => return Err(format!("test {number}: no result")),
    };
    let flags = test["flags"].as_array().into_iter().flatten();
    let input = &test["input"];
    let expected = &test["expected"];
    let string = |value: &Value| value.as_str().map(str::to_owned);
    // An accepted document is written as it was, a tolerated one as it should have been.
    let hex = match (kind, verdict) {
        (_, Verdict::Invalid) => None,
        ("CborDecode" | "StatusDecode" | "DerivedDecode", Verdict::Valid) => string(&input["hex"]),
        ("CborDecode" | "StatusDecode" | "DerivedDecode", _) => string(&expected["normalised"]),
        _ => string(&expected["hex"]),
    };
    Ok(Case {
        number,
        comment: test["comment"].as_str().unwrap_or_default().to_owned(),
        flags: flags
            .filter_map(|flag| flag.as_str().map(str::to_owned))
            .collect(),
        verdict,
        question: question(kind, input),
        hex,
        id: string(&expected["messageId"]),
        offset: test["findings"][0]["offset"].as_u64(),
    })
}

/// The line for a case, by the type of its group.
fn question(kind: &str, input: &Value) -> Option<Value> {
    let document = |name: &str| json!({"do": "decode", "document": name, "hex": input["hex"]});
    let text = |format: &str| json!({"do": "read", "format": format, "text": input["text"]});
    Some(match kind {
        "CborDecode" => document("message"),
        "StatusDecode" => document("statusReport"),
        "DerivedDecode" => document("derivedValues"),
        "MessageId" => json!({
            "do": "id",
            "hex": input["hex"],
            "algorithm": input["algorithm"],
            "sender": input["sender"],
            "room": input["room"],
        }),
        "EdnToCbor" => text("edn"),
        "HexToCbor" => text("hex"),
        "JsonToCbor" => text("json"),
        _ => return None,
    })
}

impl Topic {
    /// Cases of a verdict.
    fn count(&self, verdict: Verdict) -> usize {
        let cases = self.cases.iter();
        cases.filter(|case| case.verdict == verdict).count()
    }

    /// Cases with a question in the protocol.
    fn asked(&self) -> usize {
        let cases = self.cases.iter();
        cases.filter(|case| case.question.is_some()).count()
    }

    /// Cases of each flag.
    fn flags(&self) -> BTreeMap<&str, usize> {
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for flag in self.cases.iter().flat_map(|case| &case.flags) {
            *counts.entry(flag).or_default() += 1;
        }
        counts
    }

    pub(super) fn to_json(&self) -> Value {
        let flags: Vec<Value> = self
            .flags()
            .into_iter()
            .map(|(flag, count)| {
                json!({"flag": flag, "cases": count, "explanation": self.notes.get(flag)})
            })
            .collect();
        json!({
            "topic": self.name,
            "cases": self.cases.len(),
            "valid": self.count(Verdict::Valid),
            "acceptable": self.count(Verdict::Acceptable),
            "invalid": self.count(Verdict::Invalid),
            "asked": self.asked(),
            "flags": flags,
        })
    }
}

/// Topics with their counts, then the flags of each.
pub(super) fn table(topics: &[Topic]) -> String {
    let mut out = String::new();
    let mut line = |text: std::fmt::Arguments<'_>| {
        // Writing to a string cannot fail.
        let _ = writeln!(out, "{text}");
    };
    line(format_args!(
        "{:<16} {:>6} {:>6} {:>10} {:>8} {:>6}",
        "topic", "cases", "valid", "acceptable", "invalid", "asked"
    ));
    for topic in topics {
        let [valid, acceptable, invalid] = Verdict::ALL.map(|verdict| topic.count(verdict));
        line(format_args!(
            "{:<16} {:>6} {valid:>6} {acceptable:>10} {invalid:>8} {:>6}",
            topic.name,
            topic.cases.len(),
            topic.asked()
        ));
    }
    line(format_args!(
        "{:<16} {:>6}",
        "all",
        topics.iter().map(|topic| topic.cases.len()).sum::<usize>()
    ));
    for topic in topics {
        line(format_args!("\n{}", topic.name));
        for (flag, count) in topic.flags() {
            let note = topic.notes.get(flag).map_or("", String::as_str);
            line(format_args!("  {flag:<14} {count:>5}  {note}"));
        }
    }
    out
}
