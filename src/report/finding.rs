//! [`Finding`]: one thing noticed in one place, and [`Converted`], a value with its findings.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use super::{Code, Severity, SourceMap};

/// One thing noticed: which rule, where, what was found and what was expected.
///
/// Displayed as one line: `error[code] path @offset: message (found ..., expected ...) at
/// file:line:column`, without what is not known.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Finding {
    /// The rule.
    pub code: Code,
    /// What this occurrence weighs (a tolerated error weighs a warning).
    pub severity: Severity,
    /// The sentence for people. Starts as the rule's title.
    pub message: Cow<'static, str>,
    /// Name of the input, where there are several.
    pub file: Option<String>,
    /// Line in a text input, from 1.
    pub line: Option<u32>,
    /// Column in a text input, in characters, from 1.
    pub column: Option<u32>,
    /// Octet offset in a binary input, from 0.
    pub offset: Option<usize>,
    /// Path with the draft's field names, for example `nestedPart.parts[2].contentType`.
    pub path: Option<String>,
    /// What stands there.
    pub found: Option<Cow<'static, str>>,
    /// What should stand there.
    pub expected: Option<Cow<'static, str>>,
    /// The finding this one follows from.
    pub caused_by: Option<Cause>,
}

/// Names the finding that another one follows from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Cause {
    /// Its rule.
    pub code: Code,
    /// Its octet offset, from 0.
    pub offset: usize,
}

impl Cause {
    /// The finding of a rule at an octet offset, from 0.
    pub const fn new(code: Code, offset: usize) -> Self {
        Cause { code, offset }
    }
}

impl fmt::Display for Cause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}@{}", self.code, self.offset)
    }
}

impl Finding {
    /// A finding with the severity and title of its rule, and no place yet.
    pub fn new(code: Code) -> Self {
        let rule = code.rule();
        Finding {
            code,
            severity: rule.severity,
            message: Cow::Borrowed(rule.title),
            file: None,
            line: None,
            column: None,
            offset: None,
            path: None,
            found: None,
            expected: None,
            caused_by: None,
        }
    }

    /// Sets the severity.
    #[must_use]
    pub fn severity(mut self, severity: Severity) -> Self {
        self.severity = severity;
        self
    }

    /// Sets the sentence.
    #[must_use]
    pub fn message(mut self, message: impl Into<Cow<'static, str>>) -> Self {
        self.message = message.into();
        self
    }

    /// Sets the octet offset.
    #[must_use]
    pub fn at(mut self, offset: usize) -> Self {
        self.offset = Some(offset);
        self
    }

    /// Sets line and column, both from 1.
    #[must_use]
    pub fn line_column(mut self, line: u32, column: u32) -> Self {
        self.line = Some(line);
        self.column = Some(column);
        self
    }

    /// Sets the path.
    #[must_use]
    pub fn path(mut self, path: impl Into<String>) -> Self {
        self.path = Some(path.into());
        self
    }

    /// Sets what was found.
    #[must_use]
    pub fn found(mut self, found: impl Into<Cow<'static, str>>) -> Self {
        self.found = Some(found.into());
        self
    }

    /// Sets what was expected.
    #[must_use]
    pub fn expected(mut self, expected: impl Into<Cow<'static, str>>) -> Self {
        self.expected = Some(expected.into());
        self
    }

    /// Sets the name of the input.
    #[must_use]
    pub fn file(mut self, file: impl Into<String>) -> Self {
        self.file = Some(file.into());
        self
    }

    /// Where the rule is written down.
    pub fn source(&self) -> &'static str {
        self.code.rule().source
    }

    /// Fills line and column from the offset, for a message that was read from text.
    pub fn locate(&mut self, map: &SourceMap) {
        if self.line.is_none()
            && let Some(place) = self.offset.and_then(|offset| map.position(offset))
        {
            self.line = Some(place.line);
            self.column = Some(place.column);
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}[{}]", self.severity, self.code)?;
        if let Some(path) = &self.path {
            write!(f, " {path}")?;
        }
        if let Some(offset) = self.offset {
            write!(f, " @{offset}")?;
        }
        write!(f, ": {}", self.message)?;
        match (&self.found, &self.expected) {
            (Some(found), Some(expected)) => write!(f, " (found {found}, expected {expected})")?,
            (Some(found), None) => write!(f, " (found {found})")?,
            (None, Some(expected)) => write!(f, " (expected {expected})")?,
            (None, None) => {}
        }
        if let Some(cause) = &self.caused_by {
            write!(f, " [follows from {cause}]")?;
        }
        match (&self.file, self.line, self.column) {
            (Some(file), Some(line), Some(column)) => write!(f, " at {file}:{line}:{column}")?,
            (Some(file), Some(line), None) => write!(f, " at {file}:{line}")?,
            (Some(file), None, _) => write!(f, " in {file}")?,
            (None, Some(line), Some(column)) => write!(f, " at line {line}, column {column}")?,
            (None, Some(line), None) => write!(f, " at line {line}")?,
            (None, None, _) => {}
        }
        Ok(())
    }
}

/// A converted value together with everything that was lost, changed or noticed on the way.
///
/// An empty `findings` means that nothing was lost.
///
/// ```
/// use mimi_codec::report::{Converted, Finding, codes};
///
/// let found = vec![Finding::new(codes::FIELD_NOT_WRITTEN).path("topicId")];
/// let Converted { value, findings, .. } = Converted::new("a text", found).map(str::len);
/// assert_eq!((value, findings.len()), (6, 1));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
#[must_use]
pub struct Converted<T> {
    /// The result.
    pub value: T,
    /// What was noticed, in the order of the input.
    pub findings: Vec<Finding>,
}

impl<T> Converted<T> {
    /// A value that was converted without loss.
    pub const fn lossless(value: T) -> Self {
        Converted {
            value,
            findings: Vec::new(),
        }
    }

    /// A value with its findings.
    pub const fn new(value: T, findings: Vec<Finding>) -> Self {
        Converted { value, findings }
    }

    /// Changes the value, keeps the findings.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Converted<U> {
        Converted {
            value: change(self.value),
            findings: self.findings,
        }
    }

    /// The heaviest finding's severity.
    pub fn worst(&self) -> Option<Severity> {
        self.findings.iter().map(|finding| finding.severity).max()
    }
}
