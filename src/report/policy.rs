//! [`Policy`]: which rules refuse, which warn, which pass unmentioned.

use alloc::vec::Vec;

use super::{Code, Severity};

/// What a reader does when a rule is broken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Action {
    /// Report it, and yield no value.
    Refuse,
    /// Report it as a warning, and go on.
    Warn,
    /// Go on without a word.
    Ignore,
}

/// A table from rule to [`Action`].
///
/// ```
/// use mimi_codec::report::{codes, Action, Policy};
///
/// let policy = Policy::tolerant().with(codes::CBOR_TRAILING, Action::Refuse);
/// assert_eq!(policy.action(codes::CBOR_TRAILING), Action::Refuse);
/// assert_eq!(policy.action(codes::CBOR_KEY_ORDER), Action::Warn);
/// assert_eq!(policy.action(codes::DUPLICATE_KEY), Action::Refuse);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    base: Base,
    overrides: Vec<(Code, Action)>,
}

/// What applies to rules without an override.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Base {
    Strict,
    Tolerant,
    Silent,
}

impl Policy {
    /// Reads again what was accepted before: whatever can be tolerated passes unmentioned.
    pub(crate) const SILENT: &'static Policy = &Policy {
        base: Base::Silent,
        overrides: Vec::new(),
    };

    /// Every broken MUST refuses.
    pub const fn strict() -> Self {
        Policy {
            base: Base::Strict,
            overrides: Vec::new(),
        }
    }

    /// What existing senders emit is accepted with a warning; everything else refuses.
    pub const fn tolerant() -> Self {
        Policy {
            base: Base::Tolerant,
            overrides: Vec::new(),
        }
    }

    /// Sets the action for one rule. Only rules marked `tolerated` in the table can be relaxed:
    /// where an item is cut off or a key occurs twice, no reader has a value to go on with.
    #[must_use]
    pub fn with(mut self, code: Code, action: Action) -> Self {
        self.overrides.retain(|(known, _)| *known != code);
        self.overrides.push((code, action));
        self
    }

    /// The action for a rule.
    pub fn action(&self, code: Code) -> Action {
        if let Some((_, action)) = self.overrides.iter().find(|(known, _)| *known == code) {
            // Not every rule can be relaxed; see `with`.
            let rule = code.rule();
            let fixed = rule.severity == Severity::Error && !rule.tolerated;
            return if fixed { Action::Refuse } else { *action };
        }
        let rule = code.rule();
        match (rule.severity, self.base) {
            (Severity::Error, Base::Tolerant) if rule.tolerated => Action::Warn,
            (Severity::Error, Base::Silent) if rule.tolerated => Action::Ignore,
            (Severity::Error, _) => Action::Refuse,
            _ => Action::Warn,
        }
    }
}

impl Default for Policy {
    /// [`Policy::strict`].
    fn default() -> Self {
        Policy::strict()
    }
}
