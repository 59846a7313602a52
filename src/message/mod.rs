//! What a message is: the model of draft-ietf-mimi-content-08/09, its identifiers, registries
//! and extensions. No formats and no input or output live here; octets are read and written one
//! floor up, in [`cbor`](crate::cbor).

pub mod compose;
mod content;
mod derived;
mod extensions;
mod id;
mod language;
pub mod media;
mod octets;
mod parts;
mod registry;
mod status;
mod typed;
mod uri;

pub use content::{
    Expiration, ExternalPart, IntoContent, MimiContent, MultiPart, NestedPart, PartBody,
    PartSemantics, SinglePart,
};
pub use derived::{DerivedValues, ExtendedTime, HubTime};
pub use extensions::{ExtensionError, ExtensionKey, Extensions};
pub use id::{FrankingTag, IdAlgorithm, IdError, IdHasher, MessageId, ParseMessageIdError, Uris};
pub use language::{
    LanguageError, LanguageList, LanguageRank, LanguageTag, filter_languages, join_languages,
    lookup_language,
};
pub use octets::{Salt, SecretOctets};
#[cfg(feature = "markdown")]
pub(crate) use parts::path_of;
pub use parts::{Part, PartIndex, Parts, cid_references, parse_cid};
pub use registry::{AeadAlgorithm, Disposition, HashAlgorithm};
pub use status::{MessageStatus, PerMessageStatus, StatusReport};
pub use typed::{
    AvDuration, AvMedia, AvMetadata, ExternalMessageId, FractionUnit, IdScope, LastSeen, Rotation,
    SenderTimestamp,
};
pub use uri::{MimiUri, UriError, UriKind, UriScheme};
