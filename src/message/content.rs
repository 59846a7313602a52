//! The message and its parts, field by field as the draft's section 4 names them.

use alloc::borrow::{Cow, ToOwned};
use alloc::boxed::Box;
use alloc::vec::Vec;

use super::{
    AeadAlgorithm, Disposition, Extensions, HashAlgorithm, MessageId, Part, Parts, Salt,
    SecretOctets,
};

/// A MIMI message (draft section 4.1).
///
/// Borrows its strings and octets from the buffer it was decoded from;
/// [`into_owned`](MimiContent::into_owned) makes it independent.
///
/// ```
/// use mimi_codec::message::{Disposition, MimiContent, NestedPart, Salt};
///
/// let part = NestedPart::single(Disposition::RENDER, "text/plain;charset=utf-8", b"hello");
/// let message = MimiContent::new(Salt::new([7; 16]), part);
/// let octets = mimi_codec::cbor::encode(&message)?;
/// assert_eq!(mimi_codec::cbor::decode(&octets).unwrap(), message);
/// # Ok::<(), mimi_codec::cbor::EncodeError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct MimiContent<'a> {
    /// 16 random octets.
    pub salt: Salt<'a>,
    /// The message this one edits, deletes or unlikes: the first version of it.
    pub replaces: Option<MessageId>,
    /// Opaque name of the topic, at most 4096 octets; empty: no topic.
    pub topic_id: Cow<'a, [u8]>,
    /// When receivers are asked to delete the message.
    pub expires: Option<Expiration>,
    /// The message this one replies or reacts to.
    pub in_reply_to: Option<MessageId>,
    /// Extensions, known and unknown.
    pub extensions: Extensions<'a>,
    /// The body.
    pub nested_part: NestedPart<'a>,
}

/// When a message is to be deleted (draft sections 4.1 and 5.8).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Expiration {
    /// At this time, in seconds since the start of the Unix epoch.
    Absolute(u32),
    /// This many seconds after it was read.
    Relative(u32),
}

/// A part of the body (draft section 4.4).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct NestedPart<'a> {
    /// What the part is for.
    pub disposition: Disposition,
    /// Comma-separated language tags (RFC 5646), or empty.
    pub language: Cow<'a, str>,
    /// The part itself.
    pub body: PartBody<'a>,
}

/// The four cardinalities of a part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PartBody<'a> {
    /// No content: a delete or an unlike.
    Null,
    /// Content in place.
    Single(SinglePart<'a>),
    /// Content elsewhere.
    External(Box<ExternalPart<'a>>),
    /// Several parts.
    Multi(MultiPart<'a>),
}

/// Content in place.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct SinglePart<'a> {
    /// IANA media type with parameters.
    pub content_type: Cow<'a, str>,
    /// The content.
    pub content: Cow<'a, [u8]>,
}

/// Content elsewhere, usually encrypted (draft section 4.5).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ExternalPart<'a> {
    /// IANA media type with parameters; may be empty for a service.
    pub content_type: Cow<'a, str>,
    /// Where the content can be fetched.
    pub url: Cow<'a, str>,
    /// When the content becomes invalid, in seconds since the start of the Unix epoch; 0: never.
    pub expires: u32,
    /// Octets at the URL; 0: not stated.
    pub size: u64,
    /// How the content is encrypted.
    pub enc_alg: AeadAlgorithm,
    /// Key of that algorithm.
    pub key: SecretOctets<'a>,
    /// Nonce of that algorithm.
    pub nonce: SecretOctets<'a>,
    /// Additional authenticated data, usually empty.
    pub aad: Cow<'a, [u8]>,
    /// Hash function of `content_hash`.
    pub hash_alg: HashAlgorithm,
    /// Hash of the octets at the URL.
    pub content_hash: Cow<'a, [u8]>,
    /// Description for people, may be empty.
    pub description: Cow<'a, str>,
    /// Suggested file name, may be empty.
    pub filename: Cow<'a, str>,
}

/// Several parts.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct MultiPart<'a> {
    /// How the parts belong together.
    pub semantics: PartSemantics,
    /// Two parts or more.
    pub parts: Vec<NestedPart<'a>>,
}

/// How the parts of a multipart belong together (draft section 4.4).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PartSemantics {
    /// The receiver picks exactly one.
    ChooseOne = 0,
    /// The receiver processes all as one unit, or none.
    SingleUnit = 1,
    /// The receiver processes as many as it can.
    ProcessAll = 2,
}

impl PartSemantics {
    /// The number on the wire.
    pub const fn number(self) -> u8 {
        self as u8
    }

    /// The semantics of a number on the wire.
    pub const fn from_number(number: u64) -> Option<Self> {
        match number {
            0 => Some(PartSemantics::ChooseOne),
            1 => Some(PartSemantics::SingleUnit),
            2 => Some(PartSemantics::ProcessAll),
            _ => None,
        }
    }

    /// The name in the draft.
    pub const fn name(self) -> &'static str {
        match self {
            PartSemantics::ChooseOne => "chooseOne",
            PartSemantics::SingleUnit => "singleUnit",
            PartSemantics::ProcessAll => "processAll",
        }
    }
}

impl<'a> MimiContent<'a> {
    /// A message with nothing but a body.
    pub fn new(salt: Salt<'a>, nested_part: NestedPart<'a>) -> Self {
        MimiContent {
            salt,
            replaces: None,
            topic_id: Cow::Borrowed(&[]),
            expires: None,
            in_reply_to: None,
            extensions: Extensions::EMPTY,
            nested_part,
        }
    }

    /// A message to be filled in by a reader.
    pub(crate) const fn blank() -> Self {
        MimiContent {
            salt: Salt::received(Cow::Borrowed(&[])),
            replaces: None,
            topic_id: Cow::Borrowed(&[]),
            expires: None,
            in_reply_to: None,
            extensions: Extensions::EMPTY,
            nested_part: NestedPart {
                disposition: Disposition::UNSPECIFIED,
                language: Cow::Borrowed(""),
                body: PartBody::Null,
            },
        }
    }

    /// Every part, depth first, with its part index; the body has index 0.
    pub fn parts(&self) -> Parts<'_, 'a> {
        self.nested_part.parts()
    }

    /// The part with that index.
    pub fn part(&self, index: u32) -> Option<Part<'_, 'a>> {
        self.parts().nth(usize::try_from(index).ok()?)
    }

    /// The part that a `cid:` URI names (draft section 4.4); none if it names no part, or one that
    /// has no content of its own.
    ///
    /// ```
    /// use mimi_codec::message::{Disposition, MimiContent, NestedPart, Salt};
    ///
    /// let parts = vec![NestedPart::markdown("![](cid:2@local.invalid)"), NestedPart::text("a")];
    /// let message = MimiContent::new(Salt::new([7; 16]), NestedPart::process_all(parts));
    /// assert_eq!(message.resolve_cid("cid:2@local.invalid").unwrap().index, 2);
    /// assert!(message.resolve_cid("cid:0@local.invalid").is_none());
    /// ```
    pub fn resolve_cid(&self, uri: &str) -> Option<Part<'_, 'a>> {
        self.part(super::parse_cid(uri)?).filter(Part::is_leaf)
    }

    /// A copy that borrows nothing.
    pub fn into_owned(self) -> MimiContent<'static> {
        MimiContent {
            salt: self.salt.into_owned(),
            replaces: self.replaces,
            topic_id: owned(self.topic_id),
            expires: self.expires,
            in_reply_to: self.in_reply_to,
            extensions: self.extensions.into_owned(),
            nested_part: self.nested_part.into_owned(),
        }
    }
}

fn owned<T: ToOwned + ?Sized>(value: Cow<'_, T>) -> Cow<'static, T> {
    Cow::Owned(value.into_owned())
}

impl<'a> NestedPart<'a> {
    /// A part without a language.
    pub fn new(disposition: Disposition, body: PartBody<'a>) -> Self {
        NestedPart {
            disposition,
            language: Cow::Borrowed(""),
            body,
        }
    }

    /// A part with its content in place.
    pub fn single(
        disposition: Disposition,
        content_type: impl Into<Cow<'a, str>>,
        content: impl IntoContent<'a>,
    ) -> Self {
        let part = SinglePart::new(content_type, content);
        NestedPart::new(disposition, PartBody::Single(part))
    }

    /// A part with its content elsewhere.
    pub fn external(disposition: Disposition, part: ExternalPart<'a>) -> Self {
        NestedPart::new(disposition, PartBody::External(Box::new(part)))
    }

    /// A part of several parts.
    pub fn multi(
        disposition: Disposition,
        semantics: PartSemantics,
        parts: Vec<NestedPart<'a>>,
    ) -> Self {
        let part = MultiPart { semantics, parts };
        NestedPart::new(disposition, PartBody::Multi(part))
    }

    /// A part without content.
    pub fn null(disposition: Disposition) -> Self {
        NestedPart::new(disposition, PartBody::Null)
    }

    /// The same part with language tags.
    #[must_use]
    pub fn with_language(mut self, language: impl Into<Cow<'a, str>>) -> Self {
        self.language = language.into();
        self
    }

    /// This part and every part inside it, depth first.
    pub fn parts(&self) -> Parts<'_, 'a> {
        Parts::new(self)
    }

    /// A copy that borrows nothing.
    pub fn into_owned(self) -> NestedPart<'static> {
        NestedPart {
            disposition: self.disposition,
            language: owned(self.language),
            body: match self.body {
                PartBody::Null => PartBody::Null,
                PartBody::Single(part) => PartBody::Single(part.into_owned()),
                PartBody::External(part) => PartBody::External(Box::new(part.into_owned())),
                PartBody::Multi(part) => PartBody::Multi(MultiPart {
                    semantics: part.semantics,
                    parts: part.parts.into_iter().map(NestedPart::into_owned).collect(),
                }),
            },
        }
    }
}

impl PartBody<'_> {
    /// The number on the wire: 0 null, 1 single, 2 external, 3 multi.
    pub const fn cardinality(&self) -> u8 {
        match self {
            PartBody::Null => 0,
            PartBody::Single(_) => 1,
            PartBody::External(_) => 2,
            PartBody::Multi(_) => 3,
        }
    }
}

/// What can be the content of a part: octets or text, borrowed or owned.
pub trait IntoContent<'a> {
    /// The octets.
    fn into_content(self) -> Cow<'a, [u8]>;
}

impl<'a> IntoContent<'a> for Cow<'a, [u8]> {
    fn into_content(self) -> Cow<'a, [u8]> {
        self
    }
}

impl<'a> IntoContent<'a> for &'a [u8] {
    fn into_content(self) -> Cow<'a, [u8]> {
        Cow::Borrowed(self)
    }
}

impl<'a, const N: usize> IntoContent<'a> for &'a [u8; N] {
    fn into_content(self) -> Cow<'a, [u8]> {
        Cow::Borrowed(self)
    }
}

impl<'a> IntoContent<'a> for &'a str {
    fn into_content(self) -> Cow<'a, [u8]> {
        Cow::Borrowed(self.as_bytes())
    }
}

impl<'a> IntoContent<'a> for Vec<u8> {
    fn into_content(self) -> Cow<'a, [u8]> {
        Cow::Owned(self)
    }
}

impl<'a> IntoContent<'a> for alloc::string::String {
    fn into_content(self) -> Cow<'a, [u8]> {
        Cow::Owned(self.into_bytes())
    }
}

impl<'a> SinglePart<'a> {
    /// Content of a media type.
    pub fn new(content_type: impl Into<Cow<'a, str>>, content: impl IntoContent<'a>) -> Self {
        SinglePart {
            content_type: content_type.into(),
            content: content.into_content(),
        }
    }

    /// A copy that borrows nothing.
    pub fn into_owned(self) -> SinglePart<'static> {
        SinglePart {
            content_type: owned(self.content_type),
            content: owned(self.content),
        }
    }
}

impl<'a> ExternalPart<'a> {
    /// Content at a URL, neither encrypted nor hashed.
    pub fn new(content_type: impl Into<Cow<'a, str>>, url: impl Into<Cow<'a, str>>) -> Self {
        ExternalPart {
            content_type: content_type.into(),
            url: url.into(),
            ..ExternalPart::default()
        }
    }

    /// A copy that borrows nothing.
    pub fn into_owned(self) -> ExternalPart<'static> {
        ExternalPart {
            content_type: owned(self.content_type),
            url: owned(self.url),
            expires: self.expires,
            size: self.size,
            enc_alg: self.enc_alg,
            key: self.key.into_owned(),
            nonce: self.nonce.into_owned(),
            aad: owned(self.aad),
            hash_alg: self.hash_alg,
            content_hash: owned(self.content_hash),
            description: owned(self.description),
            filename: owned(self.filename),
        }
    }
}

impl<'a> MultiPart<'a> {
    /// Several parts; the encoder refuses fewer than two.
    pub fn new(semantics: PartSemantics, parts: Vec<NestedPart<'a>>) -> Self {
        MultiPart { semantics, parts }
    }
}
