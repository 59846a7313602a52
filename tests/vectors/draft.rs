//! The topic about Internet-Drafts and folders of examples.

use std::collections::BTreeMap;

use mimi_codec::check::draft::{DraftOptions, check_draft, check_examples};
use mimi_codec::message::IdAlgorithm;
use mimi_codec::report::{Finding, Severity};
use serde_json::Value;

use super::{equal, list, run, same_findings, text, unhex};

#[test]
fn draft() {
    run(
        "draft",
        &[
            ("Draft", |_, test| {
                let found = of_draft(&test["input"])?;
                judge(test, &found)
            }),
            ("ExampleFolder", |_, test| {
                let files = files(&test["input"]);
                let files: Vec<(&str, &[u8])> = files
                    .iter()
                    .map(|(name, octets)| (name.as_str(), octets.as_slice()))
                    .collect();
                judge(test, &check_examples(&files, &DraftOptions::default()))
            }),
        ],
    );
}

fn files(input: &Value) -> BTreeMap<String, Vec<u8>> {
    let all = input["files"].as_object().into_iter().flatten();
    all.map(|(name, octets)| (name.clone(), unhex(octets.as_str().unwrap())))
        .collect()
}

fn of_draft(input: &Value) -> Result<Vec<Finding>, String> {
    let files = files(input);
    let mut options = DraftOptions::default();
    options.algorithm = match input["algorithm"].as_str() {
        None => None,
        Some("draft-08") => Some(IdAlgorithm::Draft08),
        Some("draft-07") => Some(IdAlgorithm::Draft07),
        Some(other) => return Err(format!("algorithm {other}")),
    };
    let mut load = |path: &str| {
        let file = files.get(path).cloned();
        file.ok_or_else(|| "no such file".to_owned())
    };
    let (name, text) = (text(input, "name"), text(input, "text"));
    Ok(check_draft(name, text, &options, &mut load))
}

fn judge(test: &Value, found: &[Finding]) -> Result<(), String> {
    same_findings("draft", found, list(test, "findings"))?;
    let worst = found.iter().map(|finding| finding.severity).max();
    match text(test, "result") {
        "invalid" => equal("worst", &worst, &Some(Severity::Error)),
        _ => {
            let worst = worst.map_or("none", Severity::as_str);
            equal("worst", &worst, &text(&test["expected"], "worst"))
        }
    }
}
