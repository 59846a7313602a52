//! Mail, to and from: MIMI messages as mail (RFC 5322, MIME) and mail as MIMI messages.
//!
//! Two promises. A message written with [`export`] in the profile [`Profile::Exact`] comes back
//! through [`import()`] with the same octets, also after the changes relays make. And a mail that
//! somebody else wrote loses nothing silently: what has no place in a message is kept raw in the
//! private extension `"mail"`, or is reported.

mod addresses;
mod cid;
mod date;
mod entropy;
mod error;
mod export;
mod extensions;
mod import;
mod options;
mod read;
mod resolver;
mod skeleton;
mod write;

pub use addresses::{AddressMap, LocalAddresses, Mailbox};
pub use error::MailError;
pub use export::export;
pub use import::{Imported, Origin, import};
pub use options::{ExcessParts, ExportOptions, ImportOptions, ImportPolicy, Keys, Profile};
pub use resolver::{MemoryResolver, Resolver};

/// The field that carries the record of the original message, or says that a part does.
const SKELETON_FIELD: &str = "MIMI-Content";

/// The media type of a part that is the record of the original message.
const SKELETON_TYPE: &str = "application/vnd.mimi-codec.skeleton";

/// Octets in lower-case hex.
fn hex(octets: &[u8]) -> alloc::string::String {
    octets
        .iter()
        .map(|octet| alloc::format!("{octet:02x}"))
        .collect()
}
