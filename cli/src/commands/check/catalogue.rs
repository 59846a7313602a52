//! The table of rules, and a page on one of them.

use mimi_codec::report::{ALL, Code, Rule, Severity};
use serde_json::{Value, json};

use super::args::Shape;
use crate::failure::{Failure, Outcome};
use crate::findings::style_of;
use crate::output;

fn rules() -> impl Iterator<Item = &'static Rule> {
    ALL.iter().flat_map(|table| table.iter())
}

/// `mimi check --list`.
pub(super) fn list(shape: Shape) -> Outcome<()> {
    match shape {
        Shape::Json => {
            let rules: Vec<Value> = rules().map(to_json).collect();
            output::json(&json!({ "rules": rules }))
        }
        Shape::Sarif => Err(Failure::usage(
            "the table of rules is printed for people or as JSON: `mimi check --list --format json`",
        )),
        Shape::People | Shape::Lines => {
            let width = rules().map(|rule| rule.code.as_str().len()).max();
            let width = width.unwrap_or_default();
            let lines = rules().map(|rule| {
                let style = style_of(rule.severity);
                format!(
                    "{:width$}  {style}{:7}{style:#}  {}\n",
                    rule.code, rule.severity, rule.title
                )
            });
            output::print(&lines.collect::<String>())?;
            let count = rules().count();
            anstream::eprintln!("{count} rules; `mimi explain CODE` says more about one");
            Ok(())
        }
    }
}

fn to_json(rule: &Rule) -> Value {
    json!({
        "code": rule.code.as_str(),
        "severity": rule.severity.as_str(),
        "tolerated": rule.tolerated,
        "title": rule.title,
        "explanation": rule.explanation,
        "source": rule.source,
    })
}

/// `mimi explain CODE`.
pub(crate) fn explain(name: &str) -> Outcome<()> {
    let Some(code) = Code::from_name(name) else {
        return Err(Failure::usage(unknown(name)));
    };
    let rule = code.rule();
    let style = style_of(rule.severity);
    let weighs = match (rule.severity, rule.tolerated) {
        (Severity::Error, true) => {
            "an error in strict reading; a warning in tolerant reading, which accepts it"
        }
        (Severity::Error, false) => "an error: a MUST is broken, and no reading accepts it",
        (Severity::Warning, _) => {
            "a warning: a SHOULD was not followed, a value is suspicious, or something was lost"
        }
        _ => "a note: for information",
    };
    output::print(&format!(
        "{style}{code}{style:#}: {}\n\n{}\n\nWeighs   {weighs}\nSource   {}\n",
        rule.title, rule.explanation, rule.source
    ))
}

/// What to do about a name that no rule has.
fn unknown(name: &str) -> String {
    let words: Vec<&str> = name.split(['-', '_']).filter(|it| it.len() > 2).collect();
    let near = rules().map(|rule| rule.code.as_str());
    let mut near: Vec<&str> = near
        .filter(|code| words.iter().any(|word| code.contains(word)))
        .collect();
    near.truncate(8);
    match near.is_empty() {
        true => format!("no rule is called `{name}`; `mimi check --list` prints them all"),
        false => format!(
            "no rule is called `{name}`; near it: {}; `mimi check --list` prints them all",
            near.join(", ")
        ),
    }
}
