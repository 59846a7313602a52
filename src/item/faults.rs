//! Where a reader puts the faults it meets, and whether it goes on.

use alloc::borrow::Cow;
use alloc::vec::Vec;

use super::path::Path;
use crate::report::{Action, Cause, Code, Finding, Policy, Severity, codes, is_about_form};

/// Reading stops: a refused fault where the first is enough, or nothing sensible can follow.
#[derive(Debug)]
pub(crate) struct Halt;

/// What reading functions return. A value read after a refused fault is a stand-in;
/// [`Faults::refused`] says so.
pub(crate) type Read<T> = Result<T, Halt>;

/// How many faults are wanted.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Keep {
    /// Stop at the first that refuses.
    First,
    /// Go on as long as the structure can be read.
    All,
}

/// The faults met so far.
pub(crate) struct Faults<'p> {
    policy: &'p Policy,
    keep: Keep,
    limit: usize,
    findings: Vec<Finding>,
    refused: bool,
    seen: usize,
    cause: Option<Cause>,
    /// What the policy said last: hostile input breaks one rule over and over.
    last: Option<(Code, Action)>,
}

impl<'p> Faults<'p> {
    pub(crate) fn new(policy: &'p Policy, keep: Keep, limit: usize) -> Self {
        Faults {
            policy,
            keep,
            limit,
            findings: Vec::new(),
            refused: false,
            seen: 0,
            cause: None,
            last: None,
        }
    }

    /// Records a broken rule. `Ok` means: go on, with the value as it stands (tolerated) or with
    /// a stand-in (refused, but all faults are wanted).
    #[cold]
    #[inline(never)]
    pub(crate) fn fault(
        &mut self,
        code: Code,
        at: usize,
        path: &Path<'_>,
        found: Cow<'static, str>,
        expected: Cow<'static, str>,
    ) -> Read<()> {
        self.seen += 1;
        let action = self.action(code);
        if action != Action::Ignore {
            self.push(code, action, at, path, found, expected);
        }
        if action == Action::Refuse && self.keep == Keep::First {
            return Err(Halt);
        }
        Ok(())
    }

    fn action(&mut self, code: Code) -> Action {
        if let Some((last, action)) = self.last
            && last == code
        {
            return action;
        }
        let action = match self.policy.action(code) {
            // A rule that cannot be tolerated leaves no value to go on with.
            _ if !code.rule().tolerated => Action::Refuse,
            action => action,
        };
        self.last = Some((code, action));
        action
    }

    /// Records a fault after which nothing can be read.
    #[cold]
    #[inline(never)]
    pub(crate) fn fatal(
        &mut self,
        code: Code,
        at: usize,
        path: &Path<'_>,
        found: Cow<'static, str>,
        expected: &'static str,
    ) -> Halt {
        self.seen += 1;
        self.push(code, Action::Refuse, at, path, found, expected.into());
        Halt
    }

    fn push(
        &mut self,
        code: Code,
        action: Action,
        at: usize,
        path: &Path<'_>,
        found: Cow<'static, str>,
        expected: Cow<'static, str>,
    ) {
        let first_refusal = action == Action::Refuse && !self.refused;
        self.refused |= first_refusal;
        if self.findings.len() == self.limit {
            let cut = Finding::new(codes::FINDINGS_LIMIT).at(at);
            self.findings.push(cut.severity(Severity::Warning));
        }
        // What refused the document is named in any case.
        if self.findings.len() > self.limit && !first_refusal {
            return;
        }
        let mut finding = Finding::new(code).at(at).path(path.render()).found(found);
        if !expected.is_empty() {
            finding = finding.expected(expected);
        }
        if action == Action::Warn {
            finding.severity = finding.severity.min(Severity::Warning);
        }
        // A wrong length can shift fields into each other's places; how an item is encoded does
        // not follow from where it stands.
        finding.caused_by = self.cause.filter(|_| !is_about_form(code));
        self.findings.push(finding);
    }

    /// Until the next call, faults of structure follow from the fault given. Returns what was
    /// set before.
    pub(crate) fn blame(&mut self, cause: Option<Cause>) -> Option<Cause> {
        core::mem::replace(&mut self.cause, cause)
    }

    /// The fault that further ones are blamed on.
    pub(crate) fn cause(&self) -> Option<Cause> {
        self.cause
    }

    /// Whether a fault was met that leaves no value.
    pub(crate) fn refused(&self) -> bool {
        self.refused
    }

    /// Number of faults met, the ignored ones too.
    pub(crate) fn seen(&self) -> usize {
        self.seen
    }

    pub(crate) fn into_findings(self) -> Vec<Finding> {
        self.findings
    }
}
