//! [`MailError`]: why there is no mail, or no message.

use alloc::boxed::Box;

use crate::cbor::EncodeError;
use crate::message::{ExtensionError, IdError};
use crate::report::{Code, Finding};

/// A mail that could not be written or read at all: the rule that refused it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct MailError(Box<Finding>);

impl MailError {
    pub(super) fn new(finding: Finding) -> Self {
        MailError(Box::new(finding))
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

impl From<Code> for MailError {
    fn from(code: Code) -> Self {
        MailError::new(Finding::new(code))
    }
}

impl From<EncodeError> for MailError {
    fn from(error: EncodeError) -> Self {
        MailError::new(error.finding().clone())
    }
}

impl From<IdError> for MailError {
    fn from(error: IdError) -> Self {
        MailError::new(error.finding().clone())
    }
}

impl From<ExtensionError> for MailError {
    fn from(error: ExtensionError) -> Self {
        MailError::new(error.finding().clone())
    }
}
