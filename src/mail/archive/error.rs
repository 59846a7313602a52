//! [`ArchiveError`]: why a run ended before the mailbox did.

use alloc::boxed::Box;
use std::io;

use crate::mail::StoreError;
use crate::mail::mailbox::MailboxError;
use crate::report::{Code, Finding, codes};

/// A run that ended early. What was converted until then is written down.
#[derive(Debug, thiserror::Error)]
#[error("{finding}")]
pub struct ArchiveError {
    finding: Box<Finding>,
    #[source]
    source: Option<Box<dyn core::error::Error + Send + Sync>>,
}

impl ArchiveError {
    pub(super) fn new(finding: Finding) -> Self {
        ArchiveError {
            finding: Box::new(finding),
            source: None,
        }
    }

    /// The messages cannot be written.
    pub(super) fn sink(error: io::Error) -> Self {
        let finding = Finding::new(codes::STORE_UNUSABLE)
            .message("the messages cannot be written")
            .found(alloc::format!("{error}"));
        ArchiveError {
            finding: Box::new(finding),
            source: Some(Box::new(error)),
        }
    }

    /// What is wrong.
    pub fn finding(&self) -> &Finding {
        &self.finding
    }

    /// The broken rule.
    pub fn code(&self) -> Code {
        self.finding.code
    }

    /// The finding itself.
    pub fn into_finding(self) -> Finding {
        *self.finding
    }
}

impl From<StoreError> for ArchiveError {
    fn from(error: StoreError) -> Self {
        ArchiveError {
            finding: Box::new(error.finding().clone()),
            source: Some(Box::new(error)),
        }
    }
}

impl From<MailboxError> for ArchiveError {
    fn from(error: MailboxError) -> Self {
        ArchiveError {
            finding: Box::new(error.finding().clone()),
            source: Some(Box::new(error)),
        }
    }
}
