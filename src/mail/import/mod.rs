//! Mail to messages.

mod flowed;
mod foreign;
mod kept;
mod leaf;
mod own;
mod reaction;
mod search;
mod shape;
mod strip;
mod threads;

pub(in crate::mail) use leaf::reads_as_lines;
pub(in crate::mail) use own::{body, message_id_of};
#[cfg(feature = "store")]
pub(super) use threads::References;

use alloc::string::String;
use alloc::vec::Vec;

use crate::mail::entropy::Entropy;
use crate::mail::error::check_length;
use crate::mail::extensions::KeptField;
use crate::mail::read::{Tree, TreeLimits};
use crate::mail::{ExcessParts, ImportOptions, ImportPolicy, MailError};
use crate::message::{IdAlgorithm, IdError, MessageId, MimiContent, NestedPart, PartIndex, Uris};
use crate::report::{Converted, Finding, codes};

/// Multiparts inside each other that are looked into.
const LEVELS: usize = 48;

/// Parts that a mail may have beyond those of the message it carries: wrappers, a record, and
/// what mailing lists add.
const EXTRA_PARTS: usize = 64;

/// What a mail became.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Imported {
    /// The message.
    pub message: MimiContent<'static>,
    /// Its octets.
    pub octets: Vec<u8>,
    /// Where the message comes from.
    pub origin: Origin,
    /// Whether the octets are proven to be those of the message that was once exported.
    pub exact: bool,
    /// The Message-ID of the mail, without angle brackets.
    pub external_id: Option<String>,
    /// Further messages that the same mail stands for, in order.
    pub more: Vec<MimiContent<'static>>,
    /// Quotes and signatures that were cut on request.
    pub cut: Vec<Cut>,
}

/// Text that was cut from a part.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Cut {
    /// The part it stood at the end of.
    pub part: PartIndex,
    /// The text.
    pub text: String,
}

impl Imported {
    /// The message ID. Sender and room come from `uris`, or else from the message.
    ///
    /// # Errors
    /// No URI is known, a given one is not the one the message states, or one is too long.
    pub fn message_id(&self, uris: &Uris<'_>) -> Result<MessageId, IdError> {
        let (sender, room) = uris.resolve(&self.message)?;
        let salt = self.message.salt.as_bytes();
        MessageId::compute(IdAlgorithm::Draft08, &self.octets, salt, sender, room)
    }
}

/// Where an imported message comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Origin {
    /// From the record of a message that was once exported.
    Own,
    /// From the fields and parts of the mail.
    Foreign,
}

/// Reads a mail (RFC 5322, MIME) as a message.
///
/// A mail that carries the record of a message gives that message back, with proof
/// ([`Imported::exact`]); [`ImportOptions::policy`] says when the record counts. Any other mail
/// is mapped: its tree of parts, dispositions, languages, file names, subject, date and
/// identifiers; everything else is kept raw in the private extension `"mail"`, and what cannot be
/// kept is among the findings.
///
/// # Errors
/// An empty mail, one of four gibibytes or more, or one with more parts than a message may have
/// (unless [`ImportOptions::excess_parts`] says otherwise).
///
/// ```
/// use mimi_codec::mail::{self, ImportOptions, Origin};
///
/// let mail = b"From: Alice <alice@example.com>\r\nSubject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\r\n\r\nHello\r\n";
/// let imported = mail::import(mail, &ImportOptions::default())?.value;
/// assert_eq!(imported.origin, Origin::Foreign);
/// assert_eq!(imported.message.extensions.sender_uri()?, Some("mailto:alice@example.com"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn import(mail: &[u8], options: &ImportOptions<'_>) -> Result<Converted<Imported>, MailError> {
    check_length(mail.len())?;
    let mut tree = Tree::read(mail, limits(max_parts(options) + EXTRA_PARTS));
    let mut findings = core::mem::take(&mut tree.findings);
    if options.policy != ImportPolicy::ForeignOnly
        && let Some(imported) = own::read(mail, &tree, options, &mut findings)
    {
        return Ok(Converted::new(imported, findings));
    }
    tree = within_limits(mail, tree, options)?;
    let entropy = Entropy::new(options.seed.as_deref(), mail)?;
    let imported = foreign::read(mail, &tree, options, &entropy, &mut findings)?;
    Ok(Converted::new(imported, findings))
}

fn max_parts(options: &ImportOptions<'_>) -> usize {
    let most = crate::cbor::Limits::DRAFT.parts;
    options.max_parts.clamp(16, most)
}

fn limits(parts: usize) -> TreeLimits {
    TreeLimits {
        parts,
        levels: LEVELS,
    }
}

/// The tree as far as a message has room for its parts: the rest is refused, or kept whole.
fn within_limits(mail: &[u8], tree: Tree, options: &ImportOptions<'_>) -> Result<Tree, MailError> {
    let max_parts = max_parts(options);
    if tree.overflow.is_none() && tree.entities.len() <= max_parts {
        return Ok(tree);
    }
    match options.excess_parts {
        ExcessParts::Refuse => {
            let finding = Finding::new(codes::MAIL_TOO_MANY_PARTS);
            Err(MailError::new(match tree.overflow {
                Some(at) => finding.at(at),
                None => finding,
            }))
        }
        // Some parts may be added on the way, by hoisting.
        ExcessParts::Opaque => Ok(Tree::read(mail, limits(max_parts - 8))),
    }
}

/// The parts of a mail, within the limits of a message.
pub(in crate::mail) fn tree(
    content: &[u8],
    options: &ImportOptions<'_>,
    findings: &mut Vec<Finding>,
) -> Result<Tree, MailError> {
    let mut tree = Tree::read(content, limits(max_parts(options)));
    findings.append(&mut tree.findings);
    within_limits(content, tree, options)
}

/// The parts of something that is no mail but holds parts as a mail does: the body of a message
/// of another format. The fields that have no place in the message come along.
pub(in crate::mail) fn parts<'m>(
    content: &'m [u8],
    options: &ImportOptions<'_>,
    findings: &mut Vec<Finding>,
) -> Result<(NestedPart<'static>, Vec<KeptField<'m>>, Vec<Cut>), MailError> {
    let tree = tree(content, options, findings)?;
    let mapped = foreign::map(content, &tree, options, findings)?;
    let mut fields = match tree.entities.first() {
        Some(root) => kept::of_part(content, root, 0, &mapped.keep),
        None => Vec::new(),
    };
    fields.extend(mapped.fields);
    Ok((mapped.part, fields, mapped.cut))
}
