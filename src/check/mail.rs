//! Mails that carry the record of a message: whether it comes back to the octets it was, and what
//! is wrong with those.

use std::vec::Vec;

use super::{Context, check_octets};
use crate::cbor::Decoder;
use crate::mail::{ImportOptions, ImportPolicy, Origin, import};
use crate::report::{Finding, Severity, codes};

/// Lists what is wrong with a mail. Offsets are those of the message; what is wrong with the mail
/// itself has a line instead.
pub(super) fn check(mail: &[u8], decoder: &Decoder, context: &Context<'_>) -> Vec<Finding> {
    let options = ImportOptions {
        policy: ImportPolicy::Own,
        ..ImportOptions::default()
    };
    let imported = match import(mail, &options) {
        Ok(imported) => imported,
        Err(error) => return std::vec![in_lines(error.into_finding(), mail)],
    };
    let noticed = imported.findings.into_iter();
    let mut findings: Vec<Finding> = noticed.map(|it| in_lines(it, mail)).collect();
    if imported.value.origin == Origin::Foreign {
        // Somebody else's mail is no message, and what its conversion would lose is not asked.
        findings.retain(|finding| finding.code == codes::OWN_UNREADABLE);
        findings.insert(0, Finding::new(codes::MAIL_NO_RECORD));
        return findings;
    }
    for finding in &mut findings {
        if finding.code == codes::OWN_NOT_EXACT {
            finding.severity = Severity::Error;
        }
    }
    findings.extend(check_octets(&imported.value.octets, decoder, context));
    findings
}

/// The place of a finding about a mail, as a line of it.
fn in_lines(mut finding: Finding, mail: &[u8]) -> Finding {
    if finding.line.is_none()
        && let Some(offset) = finding.offset.take()
    {
        let before = mail.get(..offset).unwrap_or(mail);
        let lines = before.iter().filter(|octet| **octet == b'\n').count();
        finding.line = Some(u32::try_from(lines + 1).unwrap_or(u32::MAX));
    }
    finding
}
