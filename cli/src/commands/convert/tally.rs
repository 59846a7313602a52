//! [`Tally`]: the findings of very many inputs. The first ones are kept to be printed; the rest,
//! and all notes, are only counted, unless a report wants them all.

use std::collections::BTreeMap;

use mimi_codec::report::{Code, Finding, Severity};

use crate::args::FindingArgs;
use crate::failure::Outcome;
use crate::findings::Findings;

/// Findings that are kept without a report.
const KEPT: usize = 100;

pub(super) struct Tally {
    findings: Findings,
    kept: usize,
    reported: bool,
    quiet: bool,
    counted: BTreeMap<(Severity, Code), u64>,
}

impl Tally {
    pub(super) fn new(args: &FindingArgs) -> Self {
        let findings = Findings::new(args.report.clone(), args.quiet);
        Tally {
            findings: findings.hide_notes(),
            kept: 0,
            reported: args.report.is_some(),
            quiet: args.quiet,
            counted: BTreeMap::new(),
        }
    }

    pub(super) fn add(&mut self, finding: Finding) {
        let (severity, code) = (finding.severity, finding.code);
        let printed = severity > Severity::Note && self.kept < KEPT;
        self.kept += usize::from(printed);
        if !printed {
            *self.counted.entry((severity, code)).or_default() += 1;
        }
        if printed || self.reported {
            self.findings.add(finding);
        }
    }

    /// Prints the kept ones, and how many there were of the others.
    pub(super) fn finish(&self) -> Outcome<()> {
        self.findings.finish()?;
        for ((severity, code), count) in self.counted.iter().rev() {
            // Findings that were kept only for the report are among them.
            if !self.quiet || *severity == Severity::Error {
                let more = if *severity == Severity::Note {
                    ""
                } else {
                    " more"
                };
                anstream::eprintln!("{severity}[{code}]: {count}{more}");
            }
        }
        if !self.reported && !self.quiet && !self.counted.is_empty() {
            anstream::eprintln!("`--report FILE` lists them all");
        }
        Ok(())
    }
}
