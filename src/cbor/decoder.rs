//! [`Decoder`]: what to accept and how much, and what comes out. The reading is in `reader`.

use alloc::boxed::Box;
use alloc::format;
use alloc::vec::Vec;

use crate::item::{DEPTH_CEILING, Faults, Keep, Path, Read, Reader};
use crate::message::{FrankingTag, IdAlgorithm, IdError, MessageId, MimiContent, Uris};
use crate::report::{Code, Converted, Finding, Policy, codes};

/// Decodes a message strictly: every structural MUST of the draft holds, and
/// [`encode`](super::encode) gives back the same octets.
///
/// # Errors
/// The first broken rule, with its octet offset and path.
///
/// ```
/// use mimi_codec::report::codes;
///
/// let error = mimi_codec::cbor::decode(&[0x87, 0x40]).unwrap_err();
/// assert_eq!(error.code(), codes::SALT_LENGTH);
/// assert_eq!(error.finding().offset, Some(1));
/// assert_eq!(error.finding().path.as_deref(), Some("salt"));
/// ```
pub fn decode(octets: &[u8]) -> Result<MimiContent<'_>, DecodeError> {
    const STRICT: &Decoder = &Decoder::strict();
    let mut content = MimiContent::blank();
    match super::plain::message(octets, &Limits::DRAFT, &mut content) {
        Some(()) => Ok(content),
        None => Ok(STRICT.read_message(octets, Keep::First).finish()?.value),
    }
}

/// How much a message may hold (draft sections 6.3 and 9.1). Reading never takes more memory than
/// the input justifies, whatever the limits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// Levels of nested parts, the body being level 1. At most
    /// [`DEPTH_CEILING`](crate::item::DEPTH_CEILING).
    pub part_depth: usize,
    /// Parts in all.
    pub parts: usize,
    /// Levels of map, array and tag in the extensions, the map itself being level 1. At most
    /// [`DEPTH_CEILING`](crate::item::DEPTH_CEILING).
    pub extension_depth: usize,
    /// Octets of the topicId.
    pub topic_id: usize,
    /// Findings listed before the rest are cut; a short input has fewer listed.
    pub findings: usize,
}

impl Limits {
    /// The draft's limits (sections 6.3 and 9.1), and 1000 findings.
    pub const DRAFT: Limits = Limits {
        part_depth: 4,
        parts: 1024,
        extension_depth: 4,
        topic_id: 4096,
        findings: 1000,
    };
}

impl Default for Limits {
    /// [`Limits::DRAFT`].
    fn default() -> Self {
        Limits::DRAFT
    }
}

/// Decodes messages under a policy and limits.
///
/// ```
/// use mimi_codec::cbor::Decoder;
///
/// let mut octets = mimi_codec::cbor::encode(&mimi_codec::message::MimiContent::new(
///     [1; 16].as_ref().try_into().map(|salt: &[u8; 16]| salt.into()).unwrap(),
///     mimi_codec::message::NestedPart::null(Default::default()),
/// )).unwrap();
/// octets.push(0);
/// assert!(Decoder::strict().decode(&octets).is_err());
/// let received = Decoder::tolerant().decode(&octets)?;
/// assert_eq!(received.findings()[0].code.as_str(), "cbor-trailing");
/// assert_eq!(received.octets().len(), octets.len() - 1);
/// # Ok::<(), mimi_codec::cbor::DecodeError>(())
/// ```
#[derive(Clone, Debug, Default)]
pub struct Decoder {
    policy: Policy,
    limits: Limits,
}

impl Decoder {
    /// Refuses every broken MUST.
    pub const fn strict() -> Self {
        Decoder {
            policy: Policy::strict(),
            limits: Limits::DRAFT,
        }
    }

    /// Accepts what existing senders emit, and reports it.
    pub const fn tolerant() -> Self {
        Decoder {
            policy: Policy::tolerant(),
            limits: Limits::DRAFT,
        }
    }

    /// Another policy.
    #[must_use]
    pub fn with_policy(mut self, policy: Policy) -> Self {
        self.policy = policy;
        self
    }

    /// Other limits.
    #[must_use]
    pub fn with_limits(mut self, limits: Limits) -> Self {
        self.limits = Limits {
            part_depth: limits.part_depth.clamp(1, DEPTH_CEILING),
            extension_depth: limits.extension_depth.clamp(1, DEPTH_CEILING),
            ..limits
        };
        self
    }

    /// The limits.
    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// The policy.
    pub fn policy(&self) -> &Policy {
        &self.policy
    }

    /// Decodes a message.
    ///
    /// # Errors
    /// The first rule that the policy refuses, with offset and path.
    pub fn decode<'a>(&self, octets: &'a [u8]) -> Result<Received<'a>, DecodeError> {
        let mut received = Received {
            octets,
            content: MimiContent::blank(),
            findings: Vec::new(),
        };
        if super::plain::message(octets, &self.limits, &mut received.content).is_some() {
            return Ok(received);
        }
        let read = self.read_message(octets, Keep::First);
        received.octets = octets.get(..read.size).unwrap_or(octets);
        let Converted { value, findings } = read.finish()?;
        received.content = value;
        received.findings = findings;
        Ok(received)
    }

    /// Reads on after a fault as long as the structure can be read, and lists everything.
    ///
    /// ```
    /// use mimi_codec::cbor::Decoder;
    ///
    /// let examined = Decoder::strict().examine(&[0x87, 0x40]);
    /// assert!(examined.value.is_none());
    /// let codes: Vec<&str> = examined.findings.iter().map(|it| it.code.as_str()).collect();
    /// assert_eq!(codes, ["salt-length", "cbor-truncated"]);
    /// ```
    pub fn examine<'a>(&self, octets: &'a [u8]) -> Examined<MimiContent<'a>> {
        let mut content = MimiContent::blank();
        match super::plain::message(octets, &self.limits, &mut content) {
            Some(()) => Examined {
                value: Some(content),
                size: octets.len(),
                findings: Vec::new(),
            },
            None => self.read_message(octets, Keep::All),
        }
    }

    fn read_message<'a>(&self, octets: &'a [u8], keep: Keep) -> Examined<MimiContent<'a>> {
        let mut read = self.read(octets, keep, "", super::reader::message);
        if read.value.is_none()
            && let Some(draft) = super::older::recognise(octets)
        {
            // Judged by the wrong layout, every other finding would mislead.
            read.findings = alloc::vec![draft.finding()];
        }
        read
    }

    /// Reads one document by a schema. `root` is what its path begins with.
    pub(super) fn read<'a, T>(
        &self,
        octets: &'a [u8],
        keep: Keep,
        root: &'static str,
        schema: impl FnOnce(&mut Reader<'a, '_>, &Limits) -> Read<T>,
    ) -> Examined<T> {
        // Findings are larger than what they are about: a short input does not justify many.
        let listed = self
            .limits
            .findings
            .min(FINDINGS_AT_LEAST + octets.len() / 8);
        let faults = Faults::new(&self.policy, keep, listed);
        let mut reader = Reader::new(octets, faults);
        let value = schema(&mut reader, &self.limits);
        let size = reader.pos();
        if value.is_ok() && reader.remaining() > 0 {
            let found = format!("{} octets", reader.remaining());
            let path = Path::root(root);
            let _ = reader.fault(
                codes::CBOR_TRAILING,
                size,
                &path,
                found,
                "the end of the input",
            );
        }
        let refused = reader.faults.refused();
        Examined {
            value: value.ok().filter(|_| !refused),
            size,
            findings: reader.faults.into_findings(),
        }
    }
}

/// Everything found in the octets of a document, and the document if they hold one: what
/// [`Decoder::examine`], [`Decoder::examine_status`] and [`Decoder::examine_derived`] return.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Examined<T> {
    /// The document, unless a refused fault left none.
    pub value: Option<T>,
    /// Octets read: those of the document's item, or as far as reading came.
    pub size: usize,
    /// Every fault, in the order of reading.
    pub findings: Vec<Finding>,
}

impl<T> Examined<T> {
    /// What decoding returns: the value with its tolerated deviations, or the refusal.
    pub(super) fn finish(mut self) -> Result<Converted<T>, DecodeError> {
        match self.value {
            Some(value) => Ok(Converted::new(value, self.findings)),
            None => Err(DecodeError::new(
                self.findings
                    .pop()
                    .unwrap_or_else(|| Finding::new(codes::CBOR_TRUNCATED)),
            )),
        }
    }
}

/// So many findings are listed however short the input is, within the limit.
const FINDINGS_AT_LEAST: usize = 32;

/// A decoded message together with the octets it came from.
///
/// Message ID and franking tag are computed over these octets, never over a re-encoding.
#[derive(Clone)]
pub struct Received<'a> {
    octets: &'a [u8],
    content: MimiContent<'a>,
    findings: Vec<Finding>,
}

impl core::fmt::Debug for Received<'_> {
    /// Without the octets: salt and keys stand in them.
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.debug_struct("Received")
            .field("octets", &format_args!("[{} octets]", self.octets.len()))
            .field("content", &self.content)
            .field("findings", &self.findings)
            .finish()
    }
}

impl<'a> Received<'a> {
    /// Exactly the octets of the message, without tolerated trailing ones.
    pub const fn octets(&self) -> &'a [u8] {
        self.octets
    }

    /// The message.
    pub const fn content(&self) -> &MimiContent<'a> {
        &self.content
    }

    /// The message alone.
    pub fn into_content(self) -> MimiContent<'a> {
        self.content
    }

    /// The deviations that were tolerated, in the order of the octets.
    pub fn findings(&self) -> &[Finding] {
        &self.findings
    }

    /// The message ID (draft section 3.3).
    ///
    /// # Errors
    /// No URI is known, a given one is not the one the message states, or one is too long.
    pub fn message_id(
        &self,
        algorithm: IdAlgorithm,
        uris: &Uris<'_>,
    ) -> Result<MessageId, IdError> {
        let (sender, room) = uris.resolve(&self.content)?;
        MessageId::compute(
            algorithm,
            self.octets,
            self.content.salt.as_bytes(),
            sender,
            room,
        )
    }

    /// Compares an ID with the one of the octets.
    ///
    /// # Errors
    /// [`codes::MESSAGE_ID_MISMATCH`], naming the older algorithm if that one fits, and all
    /// errors of [`message_id`](Received::message_id).
    pub fn verify_message_id(&self, expected: &MessageId, uris: &Uris<'_>) -> Result<(), IdError> {
        let id = self.message_id(IdAlgorithm::Draft08, uris)?;
        if id == *expected {
            return Ok(());
        }
        let older = self.message_id(IdAlgorithm::Draft07, uris)?;
        let mut finding = Finding::new(codes::MESSAGE_ID_MISMATCH)
            .found(format!("{expected}"))
            .expected(format!("{id}"));
        if older == *expected {
            finding =
                finding.message("the message ID was computed by the algorithm of drafts 06 and 07");
        }
        Err(IdError::new(finding))
    }

    /// The franking tag (draft-ietf-mimi-protocol section 5.4).
    pub fn franking_tag(&self) -> FrankingTag {
        FrankingTag::compute(self.octets, self.content.salt.as_bytes())
    }

    /// Compares a franking tag with the one of the octets, in constant time.
    ///
    /// # Errors
    /// [`codes::FRANKING_TAG_MISMATCH`].
    pub fn verify_franking_tag(&self, tag: &FrankingTag) -> Result<(), IdError> {
        tag.verify(self.octets, self.content.salt.as_bytes())
    }
}

/// Octets that are not the document asked for: the first rule that refused them.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct DecodeError(Box<Finding>);

impl DecodeError {
    pub(super) fn new(finding: Finding) -> Self {
        DecodeError(Box::new(finding))
    }

    /// What is wrong, and where.
    pub fn finding(&self) -> &Finding {
        &self.0
    }

    /// The broken rule.
    pub fn code(&self) -> Code {
        self.0.code
    }

    /// The finding itself.
    pub fn into_finding(self) -> Finding {
        *self.0
    }
}
