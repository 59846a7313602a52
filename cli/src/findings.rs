//! Findings on standard error, one line each, and as JSON in a report file.

use std::path::PathBuf;

use anstyle::{AnsiColor, Style};
use mimi_codec::report::{Code, Finding, Severity, codes};
use serde_json::{Map, Value, json};

use crate::failure::{Failure, Outcome};
use crate::output;

/// Notes about something that is not in the output: no fault, but a loss.
const LOSSES: &[Code] = &[codes::STYLE_DROPPED, codes::VIEW_ALTERNATIVE];

/// More findings than anybody reads are only counted; a report lists them all.
pub(crate) const PRINTED: usize = 200;

/// Whether a finding says that something was lost.
pub(crate) fn is_loss(finding: &Finding) -> bool {
    finding.severity >= Severity::Warning || LOSSES.contains(&finding.code)
}

/// The findings of one run.
#[derive(Debug)]
pub(crate) struct Findings {
    list: Vec<Finding>,
    report: Option<PathBuf>,
    /// How many were printed already.
    told: usize,
    /// How many were asked for their input already.
    named: usize,
    /// What is printed weighs at least this; a report lists everything.
    printed: Severity,
}

impl Findings {
    /// Findings that are also written to a report file.
    pub(crate) fn new(report: Option<PathBuf>, quiet: bool) -> Self {
        Findings {
            list: Vec::new(),
            report,
            told: 0,
            named: 0,
            printed: if quiet {
                Severity::Error
            } else {
                Severity::Note
            },
        }
    }

    /// Notes only go into the report.
    pub(crate) fn hide_notes(mut self) -> Self {
        self.printed = self.printed.max(Severity::Warning);
        self
    }

    pub(crate) fn add(&mut self, mut finding: Finding) {
        if finding.code == codes::OLDER_DRAFT {
            finding.expected = Some(
                "a message of draft 08 or 09; `mimi convert --upgrade` carries it over".into(),
            );
        }
        self.list.push(finding);
    }

    pub(crate) fn extend(&mut self, findings: impl IntoIterator<Item = Finding>) {
        findings.into_iter().for_each(|finding| self.add(finding));
    }

    /// Names the input in every finding that names none yet.
    pub(crate) fn name_input(&mut self, name: &str) {
        // Of very many inputs, each looks at its own findings only.
        for finding in self.list.iter_mut().skip(self.named) {
            if finding.file.is_none() {
                finding.file = Some(name.to_owned());
            }
        }
        self.named = self.list.len();
    }

    /// Under `--strict` nothing may be lost: warnings become errors.
    pub(crate) fn make_losses_errors(&mut self) {
        for finding in &mut self.list {
            if is_loss(finding) {
                finding.severity = Severity::Error;
            }
        }
    }

    pub(crate) fn worst(&self) -> Option<Severity> {
        self.list.iter().map(|finding| finding.severity).max()
    }

    /// Prints the finding that refused an input, with all before it, and stops.
    pub(crate) fn refuse(&mut self, finding: Finding) -> Failure {
        // What refuses is an error, whatever the rule weighs elsewhere.
        self.add(finding.severity(Severity::Error));
        match self.finish() {
            Ok(()) => Failure::Refused,
            Err(failure) => failure,
        }
    }

    /// Prints what came since the last time, for a run without an end; a report lists all. Says
    /// whether there was something.
    pub(crate) fn flush(&mut self) -> Outcome<bool> {
        let new = self.told < self.list.len();
        if new {
            self.finish()?;
            self.told = self.list.len();
        }
        Ok(new)
    }

    /// Prints the lines and writes the report.
    pub(crate) fn finish(&self) -> Outcome<()> {
        let listed = self
            .list
            .iter()
            .skip(self.told)
            .filter(|finding| finding.severity >= self.printed);
        let total = listed.clone().count();
        for finding in listed.take(PRINTED) {
            anstream::eprintln!("{}", line(finding));
        }
        if total > PRINTED {
            let more = total - PRINTED;
            anstream::eprintln!("{more} more findings; `--report FILE` lists them all");
        }
        self.write_report()
    }

    /// Every finding that is printed, one line each.
    pub(crate) fn lines(&self) -> String {
        let listed = self.list.iter();
        let listed = listed.filter(|finding| finding.severity >= self.printed);
        listed.map(|finding| line(finding) + "\n").collect()
    }

    pub(crate) fn list(&self) -> &[Finding] {
        &self.list
    }

    /// Writes the report, if one was asked for.
    pub(crate) fn write_report(&self) -> Outcome<()> {
        if let Some(path) = &self.report {
            let mut text = serde_json::to_string_pretty(&self.to_json())
                .map_err(|error| Failure::Io(format!("cannot write the report: {error}")))?;
            text.push('\n');
            output::write(Some(path), text.as_bytes(), false)?;
        }
        Ok(())
    }

    /// The one shape of findings in the whole program (`schemas/findings.schema.json`).
    pub(crate) fn to_json(&self) -> Value {
        json!({ "findings": self.list.iter().map(finding_to_json).collect::<Vec<_>>() })
    }
}

/// How a severity looks on a terminal.
pub(crate) fn style_of(severity: Severity) -> Style {
    let colour = match severity {
        Severity::Error => AnsiColor::Red,
        Severity::Warning => AnsiColor::Yellow,
        _ => AnsiColor::Cyan,
    };
    Style::new().bold().fg_color(Some(colour.into()))
}

/// A finding on one line; its head, `error[code]`, is the part in colour. What was found comes
/// from a message: it must not give orders to a terminal, nor look like another finding.
fn line(finding: &Finding) -> String {
    let style = style_of(finding.severity);
    let one_line = |c| match c {
        '\n' | '\u{2028}' | '\u{2029}' => char::REPLACEMENT_CHARACTER,
        _ => output::tamed(c),
    };
    let line: String = finding.to_string().chars().map(one_line).collect();
    let (head, rest) = line.split_at(line.find(']').map_or(0, |end| end + 1));
    format!("{style}{head}{style:#}{rest}")
}

fn finding_to_json(finding: &Finding) -> Value {
    let mut object = Map::new();
    let mut put = |key: &str, value: Option<Value>| {
        if let Some(value) = value {
            object.insert(key.to_owned(), value);
        }
    };
    put("code", Some(finding.code.as_str().into()));
    put("severity", Some(finding.severity.as_str().into()));
    put("message", Some(finding.message.as_ref().into()));
    put("file", finding.file.as_deref().map(Value::from));
    put("line", finding.line.map(Value::from));
    put("column", finding.column.map(Value::from));
    put("offset", finding.offset.map(Value::from));
    put("path", finding.path.as_deref().map(Value::from));
    put("found", finding.found.as_deref().map(Value::from));
    put("expected", finding.expected.as_deref().map(Value::from));
    put("source", Some(finding.source().into()));
    put(
        "caused_by",
        finding
            .caused_by
            .map(|cause| Value::from(cause.to_string())),
    );
    Value::Object(object)
}
