//! Findings for people: what, where, underlined, and how to mend it.

use std::collections::BTreeSet;
use std::fmt::Write;

use mimi_codec::report::{Code, Finding};

use super::sheet::Sheet;
use crate::findings::style_of;

/// One finding, with its place underlined; `known` are the rules that were explained before.
pub(super) fn draw(finding: &Finding, sheet: &Sheet<'_>, known: &mut BTreeSet<Code>) -> String {
    let style = style_of(finding.severity);
    let mut out = format!(
        "{style}{}[{}]{style:#}: {}\n",
        finding.severity, finding.code, finding.message
    );
    // Writing to a string does not fail.
    let _ = writeln!(out, "  --> {}", place(finding));
    let excerpt = sheet.excerpt(finding).unwrap_or_default();
    for line in excerpt.lines() {
        let _ = writeln!(out, "  {}", line.trim_end());
    }
    let mut said = |what: &str, text: &str| {
        let _ = writeln!(out, "   = {what}: {text}");
    };
    if let Some(found) = &finding.found {
        said("found", found);
    }
    if let Some(expected) = &finding.expected {
        said("expected", expected);
    }
    if let Some(cause) = &finding.caused_by {
        said("follows from", &cause.to_string());
    }
    if known.insert(finding.code) {
        said("rule", finding.source());
        said("help", finding.code.rule().explanation);
    }
    out
}

/// Where a finding is, in every way that is known.
fn place(finding: &Finding) -> String {
    let mut place = finding.file.clone().unwrap_or_default();
    if let Some(line) = finding.line {
        let _ = write!(place, ":{line}");
    }
    if let Some(column) = finding.column {
        let _ = write!(place, ":{column}");
    }
    if let Some(path) = &finding.path {
        let _ = write!(place, ", {path}");
    }
    if let Some(offset) = finding.offset {
        let _ = write!(place, ", octet {offset}");
    }
    place
}
