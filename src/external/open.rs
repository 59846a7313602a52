//! [`open`]: checks size and hash, decrypts in place, and gives out nothing that failed a check.

use alloc::format;
use alloc::vec::Vec;

use zeroize::Zeroize;

use super::cipher::{Keys, Suite, TAG};
use super::hash::same;
use super::{ContentHasher, ExternalError};
use crate::message::{AeadAlgorithm, ExternalPart, HashAlgorithm};
use crate::report::{Converted, Finding, Severity, codes};

/// What the content hash of an opened part was over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum HashMatch {
    /// The octets at the URL, as the draft has it.
    Ciphertext,
    /// The decrypted content, as some senders have it.
    Plaintext,
    /// No hash was stated.
    NotStated,
}

/// What is known of content that was opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Opened {
    /// What the hash was over. Content that is not encrypted has one form only, and counts as
    /// [`HashMatch::Ciphertext`].
    pub hash: HashMatch,
    /// Octets of the content.
    pub length: usize,
}

/// Opens fetched content in place: `buffer` holds the octets at the URL before, the content
/// afterwards.
///
/// The stated size is checked first, then the hash of the octets as they are; only then is
/// anything decrypted. A hash over the content itself is accepted too, with a finding.
///
/// # Errors
/// The first check that failed. The buffer is then empty, and what it held is erased.
///
/// ```
/// use mimi_codec::external::{open, Sealer};
/// use mimi_codec::report::codes;
///
/// let mut buffer = b"hello".to_vec();
/// let part = Sealer::new().seal("text/plain", &mut buffer)?;
/// buffer[0] ^= 1;
/// assert_eq!(open(&part, &mut buffer).unwrap_err().code(), codes::EXTERNAL_HASH_MISMATCH);
/// assert!(buffer.is_empty());
/// # Ok::<(), mimi_codec::external::ExternalError>(())
/// ```
pub fn open(
    part: &ExternalPart<'_>,
    buffer: &mut Vec<u8>,
) -> Result<Converted<Opened>, ExternalError> {
    let opened = open_slice(part, buffer);
    let length = opened.as_ref().map_or(0, |opened| opened.value.length);
    buffer.truncate(length);
    opened
}

/// As [`open`], on a slice, for example a mapped file: the content is its first
/// [`length`](Opened::length) octets, what follows is erased.
///
/// # Errors
/// As [`open`]; the slice is then all zeros.
pub fn open_slice(
    part: &ExternalPart<'_>,
    buffer: &mut [u8],
) -> Result<Converted<Opened>, ExternalError> {
    let opened = checked(part, buffer);
    let length = opened.as_ref().map_or(0, |opened| opened.value.length);
    if let Some(rest) = buffer.get_mut(length..) {
        rest.zeroize();
    }
    opened
}

fn checked(part: &ExternalPart<'_>, buffer: &mut [u8]) -> Result<Converted<Opened>, ExternalError> {
    let keys = Keys {
        key: &part.key,
        nonce: &part.nonce,
        aad: &part.aad,
    };
    let suite = match part.enc_alg {
        AeadAlgorithm::NONE => None,
        algorithm => Some(Suite::find(algorithm, &keys)?),
    };
    let encrypted = suite.is_some();
    let mut findings = Vec::new();
    let content = if encrypted {
        buffer.len().checked_sub(TAG).ok_or_else(|| {
            Finding::new(codes::EXTERNAL_NOT_AUTHENTIC)
                .found(format!("{} octets", buffer.len()))
                .expected(format!("at least {TAG} octets"))
        })?
    } else {
        buffer.len()
    };
    findings.extend(check_size(part, buffer.len() as u64)?);

    let hashed = stated_hash(part)?;
    if hashed.is_none() {
        let severity = if encrypted {
            Severity::Note
        } else {
            Severity::Warning
        };
        findings.push(
            Finding::new(codes::EXTERNAL_HASH_ABSENT)
                .path("contentHash")
                .severity(severity),
        );
    }
    let as_fetched = match hashed {
        None => None,
        Some(algorithm) => Some(hash_fits(algorithm, part, buffer)?),
    };
    let Some(suite) = suite else {
        if as_fetched == Some(false) {
            return Err(mismatch());
        }
        let secrets: [(&str, &[u8]); 3] = [
            ("key", &part.key),
            ("nonce", &part.nonce),
            ("aad", &part.aad),
        ];
        findings.extend(secrets.iter().filter(|(_, octets)| !octets.is_empty()).map(
            |(field, octets)| {
                Finding::new(codes::EXTERNAL_SECRETS_UNEXPECTED)
                    .path(*field)
                    .found(format!("{} octets", octets.len()))
            },
        ));
        let hash = as_fetched.map_or(HashMatch::NotStated, |_| HashMatch::Ciphertext);
        let length = content;
        return Ok(Converted::new(Opened { hash, length }, findings));
    };

    let (text, tag) = buffer
        .split_at_mut_checked(content)
        .ok_or_else(|| Finding::new(codes::EXTERNAL_NOT_AUTHENTIC))?;
    let decrypted = (suite.open)(&keys, text, tag);
    if decrypted.is_err() {
        // Octets that have neither the hash nor a fitting tag are other octets altogether.
        return Err(match as_fetched {
            Some(false) => mismatch(),
            _ => Finding::new(codes::EXTERNAL_NOT_AUTHENTIC).into(),
        });
    }
    let hash = match (as_fetched, hashed) {
        (Some(true), _) => HashMatch::Ciphertext,
        (Some(false), Some(algorithm)) => {
            if !hash_fits(algorithm, part, text)? {
                return Err(mismatch());
            }
            findings.push(Finding::new(codes::EXTERNAL_HASH_OF_PLAINTEXT).path("contentHash"));
            HashMatch::Plaintext
        }
        _ => HashMatch::NotStated,
    };
    let length = content;
    Ok(Converted::new(Opened { hash, length }, findings))
}

/// Whether so many octets at the URL agree with the size that a part states, which may be asked
/// before anything is fetched or read. A size of 0 says nothing. A size of the decrypted content
/// is accepted too, with a finding.
///
/// # Errors
/// [`codes::EXTERNAL_SIZE_MISMATCH`].
///
/// ```
/// use mimi_codec::external::check_size;
/// use mimi_codec::message::ExternalPart;
///
/// let mut part = ExternalPart::new("video/mp4", "https://example.com/v.mp4");
/// part.size = 1000;
/// assert_eq!(check_size(&part, 1000)?, None);
/// assert!(check_size(&part, 1001).is_err());
/// # Ok::<(), mimi_codec::external::ExternalError>(())
/// ```
pub fn check_size(part: &ExternalPart<'_>, octets: u64) -> Result<Option<Finding>, ExternalError> {
    if part.size == 0 || part.size == octets {
        return Ok(None);
    }
    let (found, expected) = (format!("{octets} octets"), format!("{} octets", part.size));
    let encrypted = part.enc_alg != AeadAlgorithm::NONE;
    if encrypted && Some(part.size) == octets.checked_sub(TAG as u64) {
        let finding = Finding::new(codes::EXTERNAL_SIZE_OF_PLAINTEXT).path("size");
        return Ok(Some(finding.found(expected).expected(found)));
    }
    let finding = Finding::new(codes::EXTERNAL_SIZE_MISMATCH).path("size");
    Err(finding.found(found).expected(expected).into())
}

/// The hash function of the part; none if it states neither function nor hash.
fn stated_hash(part: &ExternalPart<'_>) -> Result<Option<HashAlgorithm>, ExternalError> {
    if part.hash_alg == HashAlgorithm::NONE && part.content_hash.is_empty() {
        return Ok(None);
    }
    let expected = part.hash_alg.length();
    if expected.is_some_and(|length| length != part.content_hash.len()) {
        return Err(Finding::new(codes::EXTERNAL_HASH_LENGTH)
            .path("contentHash")
            .found(format!("{} octets", part.content_hash.len()))
            .expected(format!("{} octets", expected.unwrap_or(0)))
            .into());
    }
    Ok(Some(part.hash_alg))
}

fn hash_fits(
    algorithm: HashAlgorithm,
    part: &ExternalPart<'_>,
    octets: &[u8],
) -> Result<bool, ExternalError> {
    Ok(same(
        &ContentHasher::hash(algorithm, octets)?,
        &part.content_hash,
    ))
}

fn mismatch() -> ExternalError {
    Finding::new(codes::EXTERNAL_HASH_MISMATCH)
        .path("contentHash")
        .into()
}
