//! [`ExternalError`].

use alloc::boxed::Box;

use crate::report::{Code, Finding};

/// Content that could not be sealed, hashed or opened.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct ExternalError(Box<Finding>);

impl ExternalError {
    /// What is wrong.
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

impl From<Finding> for ExternalError {
    fn from(finding: Finding) -> Self {
        ExternalError(Box::new(finding))
    }
}
