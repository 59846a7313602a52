//! [`Sink`]: collects findings up to a limit, so that a hostile document cannot make the report
//! larger than it justifies, and weighs them as the policy says.

use std::vec::Vec;

use crate::report::{Action, Finding, Policy, Severity, codes};

/// The findings of one document.
pub(super) struct Sink<'p> {
    policy: &'p Policy,
    findings: Vec<Finding>,
    limit: usize,
    cut: bool,
}

impl<'p> Sink<'p> {
    /// Begins with what reading found.
    pub(super) fn new(policy: &'p Policy, findings: Vec<Finding>, limit: usize) -> Self {
        let cut = findings
            .iter()
            .any(|finding| finding.code == codes::FINDINGS_LIMIT);
        Sink {
            policy,
            findings,
            limit,
            cut,
        }
    }

    /// Adds a finding, unless the policy ignores its rule. What the policy refuses is an error.
    pub(super) fn push(&mut self, mut finding: Finding) {
        match self.policy.action(finding.code) {
            Action::Ignore => return,
            Action::Refuse => finding.severity = Severity::Error,
            Action::Warn => {}
        }
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

    /// What was found so far.
    pub(super) fn findings(&self) -> &[Finding] {
        &self.findings
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
        let policy = Policy::strict();
        let mut sink = Sink::new(&policy, Vec::new(), 2);
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

    #[test]
    fn the_policy_weighs() {
        let policy = Policy::strict()
            .with(codes::EXTENSION_FLOAT, Action::Ignore)
            .with(codes::GFM_HTML, Action::Refuse)
            .with(codes::URL_SYNTAX, Action::Ignore);
        let mut sink = Sink::new(&policy, Vec::new(), 9);
        for code in [codes::EXTENSION_FLOAT, codes::GFM_HTML, codes::URL_SYNTAX] {
            sink.push(Finding::new(code));
        }
        let found: Vec<_> = sink
            .finish()
            .iter()
            .map(|it| (it.code, it.severity))
            .collect();
        // No policy makes an error that leaves no value go away.
        let wanted = [
            (codes::GFM_HTML, Severity::Error),
            (codes::URL_SYNTAX, Severity::Error),
        ];
        assert_eq!(found, wanted);
    }
}
