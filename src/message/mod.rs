//! What a message is: the model of draft-ietf-mimi-content-08/09, its identifiers, registries
//! and extensions. No formats and no input or output live here; octets are read and written one
//! floor up, in [`cbor`](crate::cbor).

mod content;
mod derived;
mod extensions;
mod id;
mod octets;
mod parts;
mod registry;
mod status;

pub use content::{
    Expiration, ExternalPart, MimiContent, MultiPart, NestedPart, PartBody, PartSemantics,
    SinglePart,
};
pub use derived::{DerivedValues, ExtendedTime, HubTime};
pub use extensions::{ExtensionError, ExtensionKey, Extensions};
pub use id::{FrankingTag, IdAlgorithm, IdError, MessageId, ParseMessageIdError, Uris};
pub use octets::{Salt, SecretOctets};
pub use parts::{Part, PartIndex, Parts, cid_references};
pub use registry::{AeadAlgorithm, Disposition, HashAlgorithm};
pub use status::{MessageStatus, PerMessageStatus, StatusReport};
