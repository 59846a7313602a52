//! [`Code`], [`Severity`] and [`Rule`]: the types of the rule table. The table itself is in `rules`.

use core::fmt;

use super::rules;

/// How much a finding weighs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Severity {
    /// For information: interoperability advice, or a change a conversion made without loss.
    Note,
    /// A SHOULD was not followed, a value is suspicious, or a conversion lost something.
    Warning,
    /// A MUST was broken.
    Error,
}

impl Severity {
    /// The word used in every output: `error`, `warning` or `note`.
    pub const fn as_str(self) -> &'static str {
        match self {
            Severity::Note => "note",
            Severity::Warning => "warning",
            Severity::Error => "error",
        }
    }
}

impl fmt::Display for Severity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// The stable name of a rule, for example `cbor-head-not-shortest`.
///
/// Codes are API: they never change their meaning, and a code that is retired is not used again.
/// The constants stand in [`codes`](super::codes) and can be matched on.
///
/// ```
/// use mimi_codec::report::{codes, Code, Severity};
///
/// let code = Code::from_name("cbor-trailing").unwrap();
/// assert_eq!(code, codes::CBOR_TRAILING);
/// assert_eq!(code.rule().severity, Severity::Error);
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Code(pub(super) &'static str);

impl Code {
    /// The name as it appears in every output.
    pub const fn as_str(self) -> &'static str {
        self.0
    }

    /// The rule of that name, if there is one.
    pub fn from_name(name: &str) -> Option<Code> {
        rules::ALL
            .iter()
            .flat_map(|table| table.iter())
            .map(|rule| rule.code)
            .find(|code| code.0 == name)
    }

    /// The rule's row in the table.
    pub fn rule(self) -> &'static Rule {
        rules::ALL
            .iter()
            .flat_map(|table| table.iter())
            .find(|rule| rule.code == self)
            .unwrap_or(&rules::UNLISTED)
    }
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.0)
    }
}

impl fmt::Debug for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

/// One row of the rule table.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Rule {
    /// The stable name.
    pub code: Code,
    /// What breaking the rule weighs in strict use.
    pub severity: Severity,
    /// Whether tolerant decoding accepts the deviation and only warns.
    pub tolerated: bool,
    /// The rule in one line.
    pub title: &'static str,
    /// Why the rule exists and how to mend a message that breaks it.
    pub explanation: &'static str,
    /// Where the rule is written down.
    pub source: &'static str,
}

impl Rule {
    /// How to mend a document that breaks the rule: one or two sentences. Only the rules that
    /// judge documents have such a text; those on what a conversion changed or could not keep
    /// have none.
    ///
    /// ```
    /// use mimi_codec::report::codes;
    ///
    /// let mend = codes::CBOR_KEY_ORDER.rule().mend().unwrap();
    /// assert!(mend.starts_with("Sort"));
    /// assert_eq!(codes::STYLE_DROPPED.rule().mend(), None);
    /// ```
    pub fn mend(&self) -> Option<&'static str> {
        rules::mend_of(self.code)
    }
}
