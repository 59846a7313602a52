//! [`MailError`]: why there is no mail, or no message.

use alloc::boxed::Box;

use crate::cbor::EncodeError;
use crate::message::{ExtensionError, IdError};
use crate::report::{Code, Finding, codes};

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

/// Refuses what cannot be a mail by its length in octets: none, or so many that places in it do
/// not fit into the numbers that mail-parser keeps.
pub(super) fn check_length(length: usize) -> Result<(), MailError> {
    match u32::try_from(length) {
        Ok(0) => Err(codes::MAIL_EMPTY.into()),
        Ok(_) => Ok(()),
        Err(_) => Err(codes::MAIL_TOO_LARGE.into()),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mail_has_from_one_octet_to_one_less_than_four_gibibytes() {
        let code = |length: u64| {
            let length = usize::try_from(length).ok()?;
            check_length(length).err().map(|error| error.code())
        };
        assert_eq!(code(0), Some(codes::MAIL_EMPTY));
        assert_eq!(code(1), None);
        assert_eq!(code(0xffff_ffff), None);
        // With 32 bits nothing is that long.
        if usize::BITS > 32 {
            assert_eq!(code(0x1_0000_0000), Some(codes::MAIL_TOO_LARGE));
        }
    }
}
