//! What a caller can choose for a conversion.

use alloc::borrow::Cow;

use super::{AddressMap, LocalAddresses, Resolver};
use crate::message::{MimiContent, Uris};

/// Who the mail is for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Profile {
    /// For the way back: every part travels as it is, and the same octets come out again.
    #[default]
    Exact,
    /// For people with an ordinary mail program: text and HTML made from the Markdown, readable
    /// lines in place of what mail does not have.
    Mail,
    /// As [`Mail`](Profile::Mail), with the fields that Delta Chat knows for edits, deletes and
    /// expiry.
    Chatmail,
}

/// What happens to the keys of external parts. Mail is read by every hop.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Keys {
    /// A message with keys is refused, so that somebody decides.
    #[default]
    Refuse,
    /// They travel in the mail.
    With,
    /// They are left out; the mail cannot be turned back into the same octets.
    Without,
}

/// How to write a mail. Made with [`ExportOptions::default`], then changed field by field.
#[derive(Clone)]
#[non_exhaustive]
pub struct ExportOptions<'a> {
    /// Who the mail is for.
    pub profile: Profile,
    /// What happens to keys.
    pub keys: Keys,
    /// Whether the record of the original message travels in the mail.
    pub skeleton: bool,
    /// The domain of the Message-ID and of Content-IDs. Anything but letters, digits, `-` and `.`
    /// is ignored.
    pub domain: Cow<'a, str>,
    /// Sender and room, as far as the message does not state them.
    pub uris: Uris<'a>,
    /// From URIs to addresses.
    pub addresses: &'a dyn AddressMap,
    /// Finds the mails that other messages were made from, so that replies refer to those.
    pub resolver: Option<&'a dyn Resolver>,
    /// The message that this one answers, for a quote of it below the answer in
    /// [`Profile::Mail`]. One that states its sender and room must be the one that `inReplyTo`
    /// names.
    pub parent: Option<&'a MimiContent<'a>>,
    /// Makes Content-IDs and boundaries the same on every run; random otherwise.
    pub seed: Option<Cow<'a, [u8]>>,
    /// The time for `Date`, in seconds since the start of the Unix epoch, where the message does
    /// not state its own.
    pub date: Option<i64>,
    /// Whether the fields of the mail that the message was once made from (extension `"mail"`)
    /// are written again, its `To` and `Message-ID` among them. Only for messages whose sender
    /// is trusted: whoever wrote the extension then writes the header.
    pub restore_fields: bool,
}

impl Default for ExportOptions<'_> {
    fn default() -> Self {
        ExportOptions {
            profile: Profile::Exact,
            keys: Keys::Refuse,
            skeleton: true,
            domain: Cow::Borrowed("local.invalid"),
            uris: Uris::STATED,
            addresses: &LocalAddresses,
            resolver: None,
            parent: None,
            seed: None,
            date: None,
            restore_fields: false,
        }
    }
}

/// What to do with a mail that carries the record of a message.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ImportPolicy {
    /// The record does not count: anyone can write one.
    ForeignOnly,
    /// The record counts, whatever the mail around it shows.
    Own,
    /// The record counts if the mail around it shows the same sender.
    #[default]
    OwnIfDisplayAgrees,
}

/// What to do with parts beyond the limit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ExcessParts {
    /// Refuse the mail.
    #[default]
    Refuse,
    /// Keep the rest of the mail as one opaque part.
    Opaque,
}

/// How to read a mail. Made with [`ImportOptions::default`], then changed field by field.
#[derive(Clone)]
#[non_exhaustive]
pub struct ImportOptions<'a> {
    /// What the record of an original message counts for.
    pub policy: ImportPolicy,
    /// From addresses to URIs.
    pub addresses: &'a dyn AddressMap,
    /// URI of the room that the message goes to (extension 2).
    pub room: Option<Cow<'a, str>>,
    /// Makes the salt the same on every run; random otherwise.
    pub seed: Option<Cow<'a, [u8]>>,
    /// Finds the messages that other mails became.
    pub resolver: Option<&'a dyn Resolver>,
    /// Parts of the message, from 16 to the draft's 1024; other numbers count as the nearest.
    pub max_parts: usize,
    /// What happens to parts beyond that.
    pub excess_parts: ExcessParts,
    /// Whether the first Message-ID of `References` becomes the topic.
    pub topic_from_references: bool,
    /// Whether a mail that has only HTML gets a Markdown alternative made from it.
    pub markdown_alternative: bool,
    /// Whether the quote at the end of plain text is cut; see [`Imported::cut`](super::Imported).
    /// HTML keeps its quotes.
    pub strip_quotes: bool,
    /// Whether the signature at the end of plain text is cut.
    pub strip_signatures: bool,
}

impl Default for ImportOptions<'_> {
    fn default() -> Self {
        ImportOptions {
            policy: ImportPolicy::default(),
            addresses: &LocalAddresses,
            room: None,
            seed: None,
            resolver: None,
            max_parts: crate::cbor::Limits::DRAFT.parts,
            excess_parts: ExcessParts::Refuse,
            topic_from_references: false,
            markdown_alternative: false,
            strip_quotes: false,
            strip_signatures: false,
        }
    }
}
