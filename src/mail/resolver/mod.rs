//! [`Resolver`]: which message a mail became, so that replies, edits and reactions find their
//! target.

#[cfg(feature = "store")]
mod database;
#[cfg(feature = "store")]
mod disk;
mod memory;
#[cfg(feature = "store")]
mod reactions;

#[cfg(feature = "store")]
pub use database::StoreError;
#[cfg(feature = "store")]
pub(super) use disk::{Asked, MailKey, Record, State, Waiting};
#[cfg(feature = "store")]
pub use disk::{DiskResolver, LateLink, LinkKind};
pub use memory::MemoryResolver;
#[cfg(feature = "store")]
pub(super) use reactions::{Change, Reacted, ReactionPlace};

use alloc::string::String;
use alloc::vec::Vec;

use crate::message::{MessageId, SenderTimestamp};

/// Knows the messages that mails became. A bridge answers from its store; [`MemoryResolver`]
/// answers from what it was told, `DiskResolver` (feature
/// `store`) from a file. It is asked from several threads
/// where many mails are converted at once.
pub trait Resolver: Sync {
    /// The message that the mail with this Message-ID (without angle brackets) became.
    fn message_id(&self, external: &str) -> Option<MessageId>;

    /// The Message-ID (without angle brackets) of the mail that a message was made from, or was
    /// sent as.
    fn external_id(&self, id: &MessageId) -> Option<String> {
        let _ = id;
        None
    }

    /// The first version of a message that may be an edit: the one that `replaces` names.
    fn first_version(&self, id: &MessageId) -> MessageId {
        *id
    }

    /// The reactions of an author to a message that were not taken back. A mail without an emoji
    /// takes all of them back.
    fn reactions(&self, target: &MessageId, author: &str) -> Vec<MessageId> {
        let _ = (target, author);
        Vec::new()
    }

    /// When a message was sent, as it says itself or the mail it was made from.
    fn sent(&self, id: &MessageId) -> Option<SenderTimestamp> {
        let _ = id;
        None
    }

    /// The URI of the author of a message.
    fn author(&self, id: &MessageId) -> Option<String> {
        let _ = id;
        None
    }
}
