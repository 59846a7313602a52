//! Mail, to and from: MIMI messages as mail (RFC 5322, MIME) and mail as MIMI messages.
//!
//! Two promises. A message written with [`export`] in the profile [`Profile::Exact`] comes back
//! through [`import()`] with the same octets, also after the changes relays make. And a mail that
//! somebody else wrote loses nothing silently: what has no place in a message is kept raw in the
//! private extension `"mail"`, or is reported.
//!
//! | of the message | in a mail that is written | from a mail that somebody else wrote |
//! |---|---|---|
//! | message ID | `Message-ID: <mimi-HEX@DOMAIN>` | computed anew; the old one is extension 4 |
//! | `replaces`, `inReplyTo` | `Supersedes`, `In-Reply-To`, `References` | the same and `Obsoletes`, `Chat-Edit`, through a [`Resolver`] |
//! | `expires` | `Expires`; relative: `Ephemeral-Timer` for [`Profile::Chatmail`] | the same |
//! | extensions 1, 2 | `From`, `To`, through an [`AddressMap`] | `From` through the map; [`ImportOptions::room`] |
//! | extensions 3, 5 | `Date`, `Subject` | the same |
//! | `"mail"` | on request ([`ExportOptions::restore_fields`]) | `[name, raw value]` or `[name, raw value, part index]` for every field that has no other place |
//! | chooseOne, singleUnit, processAll | alternative, related, mixed | the same; related with more than text and media, and every other multipart: processAll |
//! | disposition | `Content-Disposition` | the same; unknown: attachment |
//! | content in place | a part; text as quoted-printable, else base64; other mails and encrypted ones as they are, where they are lines of ASCII, else as a file | text as UTF-8 with line feeds; attachments as they are |
//! | content elsewhere | `message/external-body`, or a link for people | `message/external-body` with a URL |
//!
//! In a mail that is written, the record of the message (`MIMI-Content`) keeps what these fields
//! cannot say; on the way back nothing but the record and the contents it names counts.
//!
//! [`cpim`] is the older format of instant messages, and its notifications.
//!
//! Many mails: [`mailbox`] reads and writes the files and folders they lie in; with the feature
//! `store`, `archive` converts a whole mailbox, threads included, in one run or several.

mod addresses;
#[cfg(feature = "store")]
pub mod archive;
mod cid;
pub mod cpim;
mod date;
mod entropy;
mod error;
mod export;
mod extensions;
mod import;
pub mod mailbox;
mod options;
mod read;
mod resolver;
mod skeleton;
mod write;

pub use addresses::{AddressMap, LocalAddresses, Mailbox};
pub use error::MailError;
pub use export::export;
pub use import::{Cut, Imported, Origin, import};
pub use options::{ExcessParts, ExportOptions, ImportOptions, ImportPolicy, Keys, Profile};
#[cfg(feature = "store")]
pub use resolver::{DiskResolver, LateLink, LinkKind, StoreError};
pub use resolver::{MemoryResolver, Resolver};

/// The field that carries the record of the original message, or says that a part does.
const SKELETON_FIELD: &str = "MIMI-Content";

/// The media type of a part that is the record of the original message.
const SKELETON_TYPE: &str = "application/vnd.mimi-codec.skeleton";
