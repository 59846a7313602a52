//! [`Sink`]: collects findings up to a limit, so that a hostile document cannot make the report
//! larger than it justifies.

use std::vec::Vec;

use crate::report::{Finding, Severity, codes};

/// The findings of one document.
pub(super) struct Sink {
    findings: Vec<Finding>,
    limit: usize,
    cut: bool,
}

impl Sink {
    /// Begins with what reading found.
    pub(super) fn new(findings: Vec<Finding>, limit: usize) -> Self {
        let cut = findings
            .iter()
            .any(|finding| finding.code == codes::FINDINGS_LIMIT);
        Sink {
            findings,
            limit,
            cut,
        }
    }

    /// Adds a finding.
    pub(super) fn push(&mut self, finding: Finding) {
        if self.findings.len() < self.limit {
            self.findings.push(finding);
        } else if !self.cut {
            self.cut = true;
            let mut last = Finding::new(codes::FINDINGS_LIMIT).severity(Severity::Warning);
            last.offset = finding.offset;
            self.findings.push(last);
        }
    }

    /// Whether further findings would not be listed: then there is no need to look for them.
    pub(super) fn is_full(&self) -> bool {
        self.cut
    }

    pub(super) fn finish(self) -> Vec<Finding> {
        self.findings
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_report_is_cut_once() {
        let mut sink = Sink::new(Vec::new(), 2);
        for _ in 0..5 {
            sink.push(Finding::new(codes::EXTENSION_FLOAT));
        }
        assert!(sink.is_full());
        let found: Vec<_> = sink.finish().iter().map(|finding| finding.code).collect();
        assert_eq!(
            found,
            [
                codes::EXTENSION_FLOAT,
                codes::EXTENSION_FLOAT,
                codes::FINDINGS_LIMIT
            ]
        );
    }
}
