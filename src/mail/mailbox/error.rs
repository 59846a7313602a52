//! [`MailboxError`]: why a mailbox, or one mail in it, cannot be read.

use alloc::boxed::Box;
use std::io;

use crate::report::{Code, Finding, codes};

/// A mailbox, or one mail in it, that cannot be read: the rule, and what the system said.
#[derive(Debug, thiserror::Error)]
#[error("{finding}")]
pub struct MailboxError {
    finding: Box<Finding>,
    #[source]
    source: Option<io::Error>,
}

impl MailboxError {
    pub(super) fn new(finding: Finding) -> Self {
        MailboxError {
            finding: Box::new(finding),
            source: None,
        }
    }

    pub(in crate::mail) fn io(error: io::Error) -> Self {
        let finding = Finding::new(codes::MAILBOX_UNREADABLE).found(alloc::format!("{error}"));
        MailboxError {
            finding: Box::new(finding),
            source: Some(error),
        }
    }

    /// A mail that is larger than allowed.
    pub(super) fn over(octets: u64, limit: usize) -> Self {
        MailboxError::new(
            Finding::new(codes::MAIL_OVER_LIMIT)
                .found(alloc::format!("{octets} octets"))
                .expected(alloc::format!("at most {limit}")),
        )
    }

    /// What is wrong, and where.
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
