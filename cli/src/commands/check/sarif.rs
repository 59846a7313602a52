//! Findings as SARIF 2.1.0 (OASIS), the format that editors and code hosting read.

use std::collections::BTreeMap;

use mimi_codec::report::{Code, Finding};
use serde_json::{Map, Value, json};

/// The whole log of one run.
pub(super) fn log(findings: &[Finding]) -> Value {
    let mut rules: BTreeMap<Code, usize> = BTreeMap::new();
    for finding in findings {
        rules.insert(finding.code, 0);
    }
    for (index, place) in rules.values_mut().enumerate() {
        *place = index;
    }
    json!({
        "$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
        "version": "2.1.0",
        "runs": [{
            "tool": { "driver": {
                "name": "mimi",
                "version": env!("CARGO_PKG_VERSION"),
                "rules": rules.keys().map(|code| rule(*code)).collect::<Vec<_>>(),
            } },
            "columnKind": "unicodeCodePoints",
            "results": findings.iter().map(|finding| {
                result(finding, rules.get(&finding.code).copied().unwrap_or_default())
            }).collect::<Vec<_>>(),
        }],
    })
}

fn rule(code: Code) -> Value {
    let rule = code.rule();
    json!({
        "id": code.as_str(),
        "shortDescription": { "text": rule.title },
        "fullDescription": { "text": rule.explanation },
        "help": { "text": format!("{} ({})", rule.explanation, rule.source) },
        "defaultConfiguration": { "level": rule.severity.as_str() },
        "properties": { "source": rule.source },
    })
}

fn result(finding: &Finding, index: usize) -> Value {
    let mut text = finding.message.to_string();
    if let Some(found) = &finding.found {
        text.push_str(&format!("; found {found}"));
    }
    if let Some(expected) = &finding.expected {
        text.push_str(&format!("; expected {expected}"));
    }
    let mut result = json!({
        "ruleId": finding.code.as_str(),
        "ruleIndex": index,
        "level": finding.severity.as_str(),
        "message": { "text": text },
    });
    if let Some(location) = location(finding) {
        result["locations"] = json!([location]);
    }
    if let Some(cause) = &finding.caused_by {
        result["properties"] = json!({ "caused_by": cause.to_string() });
    }
    result
}

fn location(finding: &Finding) -> Option<Value> {
    let mut region = Map::new();
    if let Some(line) = finding.line {
        region.insert("startLine".to_owned(), line.into());
        if let Some(column) = finding.column {
            region.insert("startColumn".to_owned(), column.into());
        }
    } else if let Some(offset) = finding.offset {
        region.insert("byteOffset".to_owned(), offset.into());
    }
    let mut location = Map::new();
    if let Some(file) = &finding.file {
        let mut physical = json!({ "artifactLocation": { "uri": uri(file) } });
        if !region.is_empty() {
            physical["region"] = Value::Object(region);
        }
        location.insert("physicalLocation".to_owned(), physical);
    }
    if let Some(path) = &finding.path {
        let place = json!([{ "fullyQualifiedName": path }]);
        location.insert("logicalLocations".to_owned(), place);
    }
    (!location.is_empty()).then_some(Value::Object(location))
}

/// The name of a file as a URI reference.
fn uri(name: &str) -> String {
    let mut uri = String::with_capacity(name.len());
    for octet in name.bytes() {
        match octet {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                uri.push(char::from(octet));
            }
            _ => uri.push_str(&format!("%{octet:02X}")),
        }
    }
    uri
}
