//! Message IDs and franking tags: computed over the octets received, never over a re-encoding.

use alloc::borrow::Cow;
use alloc::vec::Vec;
use core::fmt;
use core::str::FromStr;

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

use super::{HashAlgorithm, MimiContent};
use crate::report::{Code, Finding, codes};

/// A message ID: the number of the hash function, then the first 31 octets of the hash
/// (draft section 3.3). Ordered as octets, which is how ties of the hub time are broken.
///
/// ```
/// use mimi_codec::message::MessageId;
///
/// let hex = "017ce54837404c3696e0c747b985cb172716d0ed0a3d249ca63ace7d82a096f4";
/// let id: MessageId = hex.parse()?;
/// assert_eq!(id.to_string(), hex);
/// # Ok::<(), mimi_codec::message::ParseMessageIdError>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MessageId([u8; Self::LENGTH]);

impl MessageId {
    /// Octets of a message ID.
    pub const LENGTH: usize = 32;

    /// An ID from its octets.
    pub const fn new(octets: [u8; Self::LENGTH]) -> Self {
        MessageId(octets)
    }

    /// The octets.
    pub const fn as_bytes(&self) -> &[u8; Self::LENGTH] {
        &self.0
    }

    /// The hash function, from the first octet.
    pub const fn hash_algorithm(&self) -> HashAlgorithm {
        HashAlgorithm(self.0[0])
    }

    /// The number of SHA-256, then the first 31 octets of the hash.
    fn from_digest(digest: [u8; Self::LENGTH]) -> Self {
        let mut id = [HashAlgorithm::SHA_256.0; Self::LENGTH];
        id[1..].copy_from_slice(&digest[..Self::LENGTH - 1]);
        MessageId(id)
    }

    /// Computes the ID of a message from the octets received.
    ///
    /// `octets` is exactly the message item: tolerated trailing octets are not part of it.
    ///
    /// # Errors
    /// [`codes::URI_TOO_LONG`] if a URI has more than 65535 octets.
    pub fn compute(
        algorithm: IdAlgorithm,
        octets: &[u8],
        salt: &[u8],
        sender: &str,
        room: &str,
    ) -> Result<Self, IdError> {
        // All in one piece where that is short: the hash function is slow on many small ones.
        const SHORT: usize = 1024;
        let total = sender.len() + room.len() + octets.len() + salt.len() + 4;
        if total > SHORT {
            return Ok(IdHasher::new(algorithm, sender, room)?.message_id(octets, salt));
        }
        let mut input = Vec::with_capacity(total);
        for uri in [sender, room] {
            if algorithm == IdAlgorithm::Draft08 {
                // Short, as the total is.
                input.extend_from_slice(&(uri.len() as u16).to_be_bytes());
            }
            input.extend_from_slice(uri.as_bytes());
        }
        input.extend_from_slice(octets);
        input.extend_from_slice(salt);
        Ok(MessageId::from_digest(Sha256::digest(&input).into()))
    }
}

/// Computes the message IDs of one sender in one room: the part of the hash that covers the two
/// URIs is computed once.
///
/// ```
/// use mimi_codec::message::{IdAlgorithm, IdHasher, MessageId};
///
/// let (sender, room) = ("mimi://example.com/u/a", "mimi://example.com/r/b");
/// let hasher = IdHasher::new(IdAlgorithm::Draft08, sender, room)?;
/// let (octets, salt) = (b"the octets received", [7; 16]);
/// let id = hasher.message_id(octets, &salt);
/// assert_eq!(id, MessageId::compute(IdAlgorithm::Draft08, octets, &salt, sender, room)?);
/// # Ok::<(), mimi_codec::message::IdError>(())
/// ```
#[derive(Clone)]
pub struct IdHasher(Sha256);

impl IdHasher {
    /// Begins with the URIs of sender and room.
    ///
    /// # Errors
    /// [`codes::URI_TOO_LONG`] if a URI has more than 65535 octets.
    pub fn new(algorithm: IdAlgorithm, sender: &str, room: &str) -> Result<Self, IdError> {
        let mut hash = Sha256::new();
        for (uri, what) in [(sender, "the sender URI"), (room, "the room URI")] {
            let length = u16::try_from(uri.len()).map_err(|_| too_long(uri, what))?;
            if algorithm == IdAlgorithm::Draft08 {
                hash.update(length.to_be_bytes());
            }
            hash.update(uri);
        }
        Ok(IdHasher(hash))
    }

    /// The ID of a message from the octets received and its salt.
    pub fn message_id(&self, octets: &[u8], salt: &[u8]) -> MessageId {
        let mut hash = self.0.clone();
        hash.update(octets);
        hash.update(salt);
        MessageId::from_digest(hash.finalize().into())
    }
}

impl fmt::Debug for IdHasher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("IdHasher")
    }
}

#[cold]
fn too_long(uri: &str, what: &'static str) -> IdError {
    let found = alloc::format!("{} octets", uri.len());
    IdError::new(
        Finding::new(codes::URI_TOO_LONG)
            .path(what)
            .found(found)
            .expected("at most 65535 octets"),
    )
}

impl fmt::Display for MessageId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|octet| write!(f, "{octet:02x}"))
    }
}

impl fmt::Debug for MessageId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MessageId({self})")
    }
}

/// Text that is not 64 hex digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a message ID is 64 hex digits")]
pub struct ParseMessageIdError;

impl FromStr for MessageId {
    type Err = ParseMessageIdError;

    fn from_str(text: &str) -> Result<Self, ParseMessageIdError> {
        let digits = text.as_bytes();
        if digits.len() != 2 * Self::LENGTH {
            return Err(ParseMessageIdError);
        }
        let mut id = [0; Self::LENGTH];
        for (octet, pair) in id.iter_mut().zip(digits.chunks_exact(2)) {
            let digit = |b: u8| char::from(b).to_digit(16).ok_or(ParseMessageIdError);
            let [high, low] = pair else {
                return Err(ParseMessageIdError);
            };
            *octet = (digit(*high)? << 4 | digit(*low)?) as u8;
        }
        Ok(MessageId(id))
    }
}

/// How the message ID is computed (draft section 3.3).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum IdAlgorithm {
    /// Drafts 08 and 09: each URI after its length in two octets.
    #[default]
    Draft08,
    /// Drafts 06 and 07: the URIs without their lengths.
    Draft07,
}

impl IdAlgorithm {
    /// The name used on the command line: `draft-08` or `draft-07`.
    pub const fn name(self) -> &'static str {
        match self {
            IdAlgorithm::Draft08 => "draft-08",
            IdAlgorithm::Draft07 => "draft-07",
        }
    }

    /// The algorithm of a draft by name or number: `draft-08`, `09`, `6`.
    pub fn from_name(name: &str) -> Option<Self> {
        match name
            .strip_prefix("draft-")
            .unwrap_or(name)
            .trim_start_matches('0')
        {
            "8" | "9" => Some(IdAlgorithm::Draft08),
            "6" | "7" => Some(IdAlgorithm::Draft07),
            _ => None,
        }
    }
}

/// Sender and room URI of a message, as far as the caller knows them.
///
/// What is absent is taken from extensions 1 (`senderUri`) and 2 (`roomUri`); what is given must
/// agree with them. Both are part of the message ID (draft section 3.3).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Uris<'a> {
    /// URI of the sender.
    pub sender: Option<Cow<'a, str>>,
    /// URI of the room.
    pub room: Option<Cow<'a, str>>,
}

impl<'a> Uris<'a> {
    /// Both taken from the message.
    pub const STATED: Uris<'static> = Uris {
        sender: None,
        room: None,
    };

    /// Both given.
    pub fn new(sender: impl Into<Cow<'a, str>>, room: impl Into<Cow<'a, str>>) -> Self {
        Uris {
            sender: Some(sender.into()),
            room: Some(room.into()),
        }
    }

    /// Each as far as it is known; what is absent is taken from the message.
    ///
    /// ```
    /// use mimi_codec::message::Uris;
    ///
    /// let uris = Uris::known(Some("mimi://example.com/u/alice"), None);
    /// assert_eq!(uris.room, None);
    /// ```
    pub fn known(sender: Option<&'a str>, room: Option<&'a str>) -> Self {
        Uris {
            sender: sender.map(Cow::Borrowed),
            room: room.map(Cow::Borrowed),
        }
    }

    /// Sender and room for a message: what is given, or else what the message states.
    ///
    /// # Errors
    /// [`codes::URI_MISSING`], [`codes::URI_MISMATCH`], or [`codes::EXTENSION_TYPE`] if the
    /// message states something that is not text.
    pub fn resolve<'m>(
        &'m self,
        message: &'m MimiContent<'_>,
    ) -> Result<(&'m str, &'m str), IdError> {
        let stated = &message.extensions;
        let sender = pick(
            self.sender.as_deref(),
            stated.sender_uri(),
            "extensions[1]",
            "sender",
        )?;
        let room = pick(
            self.room.as_deref(),
            stated.room_uri(),
            "extensions[2]",
            "room",
        )?;
        Ok((sender, room))
    }
}

fn pick<'m>(
    given: Option<&'m str>,
    stated: Result<Option<&'m str>, super::ExtensionError>,
    path: &'static str,
    what: &'static str,
) -> Result<&'m str, IdError> {
    let stated = stated.map_err(|error| IdError::new(error.finding().clone()))?;
    match (given, stated) {
        (Some(given), Some(stated)) if given != stated => Err(IdError::new(
            Finding::new(codes::URI_MISMATCH)
                .path(path)
                .found(alloc::format!("{given:?}"))
                .expected(alloc::format!("{stated:?}")),
        )),
        (Some(uri), _) | (None, Some(uri)) => Ok(uri),
        (None, None) => Err(IdError::new(
            Finding::new(codes::URI_MISSING)
                .path(path)
                .expected(alloc::format!("the {what} URI")),
        )),
    }
}

/// A message ID or franking tag could not be computed, or is not the expected one.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct IdError(alloc::boxed::Box<Finding>);

impl IdError {
    pub(crate) fn new(finding: Finding) -> Self {
        IdError(alloc::boxed::Box::new(finding))
    }

    /// What is wrong.
    pub fn finding(&self) -> &Finding {
        &self.0
    }

    /// The broken rule.
    pub fn code(&self) -> Code {
        self.0.code
    }
}

/// The franking tag: HMAC-SHA256 of the application data under the salt
/// (draft-ietf-mimi-protocol section 5.4).
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct FrankingTag([u8; Self::LENGTH]);

impl FrankingTag {
    /// Octets of a tag.
    pub const LENGTH: usize = 32;

    /// A tag from its octets.
    pub const fn new(octets: [u8; Self::LENGTH]) -> Self {
        FrankingTag(octets)
    }

    /// Computes the tag from the octets received.
    pub fn compute(octets: &[u8], salt: &[u8]) -> Self {
        FrankingTag(mac(octets, salt).finalize().into_bytes().into())
    }

    /// Compares in constant time with the tag of the octets received.
    ///
    /// # Errors
    /// [`codes::FRANKING_TAG_MISMATCH`].
    pub fn verify(&self, octets: &[u8], salt: &[u8]) -> Result<(), IdError> {
        mac(octets, salt)
            .verify_slice(&self.0)
            .map_err(|_| IdError::new(Finding::new(codes::FRANKING_TAG_MISMATCH)))
    }

    /// The octets.
    pub const fn as_bytes(&self) -> &[u8; Self::LENGTH] {
        &self.0
    }
}

fn mac(octets: &[u8], salt: &[u8]) -> Hmac<Sha256> {
    // HMAC takes keys of any length; the block-sized key below is only there so that this
    // function has no path that panics.
    let mut mac = Hmac::<Sha256>::new_from_slice(salt)
        .unwrap_or_else(|_| Hmac::<Sha256>::new(&Default::default()));
    mac.update(octets);
    mac
}

impl fmt::Display for FrankingTag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|octet| write!(f, "{octet:02x}"))
    }
}

impl fmt::Debug for FrankingTag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FrankingTag({self})")
    }
}
