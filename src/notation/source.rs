//! What every reader yields ([`Source`]) and what stops it ([`NotationError`]).

use std::borrow::Cow;
use std::boxed::Box;
use std::vec::Vec;

use crate::report::{Code, Finding, Position, SourceMap};

/// The octets that a text spells, and where in the text each of them stands.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Source {
    octets: Vec<u8>,
    map: SourceMap,
}

impl Source {
    /// Octets with their places.
    pub const fn new(octets: Vec<u8>, map: SourceMap) -> Self {
        Source { octets, map }
    }

    /// The octets.
    pub fn octets(&self) -> &[u8] {
        &self.octets
    }

    /// From an octet to a line and column of the text.
    pub const fn map(&self) -> &SourceMap {
        &self.map
    }

    /// The octets alone.
    pub fn into_octets(self) -> Vec<u8> {
        self.octets
    }

    /// Octets and map.
    pub fn into_parts(self) -> (Vec<u8>, SourceMap) {
        (self.octets, self.map)
    }

    /// Gives every finding about an octet its line and column.
    pub fn locate<'f>(&self, findings: impl IntoIterator<Item = &'f mut Finding>) {
        for finding in findings {
            finding.locate(&self.map);
        }
    }
}

impl core::fmt::Debug for Source {
    /// Without the octets: salt and keys stand in them.
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Source")
            .field("octets", &format_args!("[{} octets]", self.octets.len()))
            .field("map", &self.map)
            .finish()
    }
}

/// A text that spells no octets, or octets that cannot be written as text: which rule, where,
/// what was found and what was expected.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct NotationError(Box<Finding>);

impl NotationError {
    /// An error about a finding made elsewhere.
    pub(super) fn from_finding(finding: Finding) -> Self {
        NotationError(Box::new(finding))
    }

    /// An error at a place in a text.
    #[cold]
    pub(super) fn at(code: Code, place: Position) -> Self {
        NotationError(Box::new(
            Finding::new(code).line_column(place.line, place.column),
        ))
    }

    pub(super) fn found(mut self, found: impl Into<Cow<'static, str>>) -> Self {
        self.0.found = Some(found.into());
        self
    }

    pub(super) fn expected(mut self, expected: impl Into<Cow<'static, str>>) -> Self {
        self.0.expected = Some(expected.into());
        self
    }

    pub(super) fn message(mut self, message: impl Into<Cow<'static, str>>) -> Self {
        self.0.message = message.into();
        self
    }

    pub(super) fn path(mut self, path: impl Into<std::string::String>) -> Self {
        self.0.path = Some(path.into());
        self
    }

    /// What is wrong, and where.
    pub fn finding(&self) -> &Finding {
        &self.0
    }

    /// The broken rule.
    pub fn code(&self) -> Code {
        self.0.code
    }

    /// The finding itself.
    pub fn into_finding(self) -> Finding {
        *self.0
    }
}
