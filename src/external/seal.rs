//! [`Sealer`]: encrypts and hashes content, and fills the part that refers to it.

use alloc::borrow::Cow;
use alloc::vec::Vec;
use core::fmt;

use zeroize::Zeroizing;

use super::cipher::{Keys, Suite, TAG, unsupported};
use super::{ContentHasher, ExternalError};
use crate::message::{AeadAlgorithm, ExternalPart, HashAlgorithm, SecretOctets};
use crate::report::{Finding, codes};

/// How content is to be sealed. AES-128-GCM and SHA-256 unless changed.
///
/// ```
/// use mimi_codec::external::{open, HashMatch, Sealer};
///
/// let mut buffer = b"two hours of key signing".to_vec();
/// let mut part = Sealer::new().seal("video/mp4", &mut buffer)?;
/// part.url = "https://example.com/storage/8ksB4bSrrRE.mp4".into();
/// assert_eq!(part.size, 24 + 16);
/// // `buffer` now holds what is to be uploaded; a receiver opens it again.
/// let opened = open(&part, &mut buffer)?;
/// assert_eq!(buffer, b"two hours of key signing");
/// assert_eq!(opened.value.hash, HashMatch::Ciphertext);
/// # Ok::<(), mimi_codec::external::ExternalError>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sealer {
    aead: AeadAlgorithm,
    hash: HashAlgorithm,
    aad: Vec<u8>,
}

impl Sealer {
    /// AES-128-GCM, SHA-256, no additional data: what every receiver can open.
    pub const fn new() -> Self {
        Sealer {
            aead: AeadAlgorithm::AES_128_GCM,
            hash: HashAlgorithm::SHA_256,
            aad: Vec::new(),
        }
    }

    /// Another algorithm; [`AeadAlgorithm::NONE`] leaves the content as it is, for what is not
    /// private.
    #[must_use]
    pub const fn aead(mut self, algorithm: AeadAlgorithm) -> Self {
        self.aead = algorithm;
        self
    }

    /// Another hash function; [`HashAlgorithm::NONE`] states no hash.
    #[must_use]
    pub const fn hash(mut self, algorithm: HashAlgorithm) -> Self {
        self.hash = algorithm;
        self
    }

    /// Additional authenticated data, which an extension of the draft may ask for.
    #[must_use]
    pub fn aad(mut self, aad: impl Into<Vec<u8>>) -> Self {
        self.aad = aad.into();
        self
    }

    /// Seals the buffer in place with a fresh key and nonce from the operating system; the tag is
    /// appended. Of the part that is returned, url, expires, description and filename are left
    /// to the caller.
    ///
    /// # Errors
    /// An algorithm that is not supported, content too large for it, or no random octets; the
    /// buffer is then as it was.
    pub fn seal(
        &self,
        content_type: impl Into<Cow<'static, str>>,
        buffer: &mut Vec<u8>,
    ) -> Result<ExternalPart<'static>, ExternalError> {
        self.seal_from(content_type, buffer, getrandom::fill)
    }

    /// As [`seal`](Sealer::seal), with the caller's random source, which is asked first for the
    /// key, then for the nonce. It must be cryptographically strong, except in tests.
    ///
    /// # Errors
    /// As [`seal`](Sealer::seal); [`codes::EXTERNAL_NO_RANDOM`] with what the source says.
    pub fn seal_from<E: fmt::Display>(
        &self,
        content_type: impl Into<Cow<'static, str>>,
        buffer: &mut Vec<u8>,
        mut random: impl FnMut(&mut [u8]) -> Result<(), E>,
    ) -> Result<ExternalPart<'static>, ExternalError> {
        let Some((key, nonce)) = self.aead.lengths() else {
            return Err(unsupported(self.aead));
        };
        let mut draw = |length| {
            let mut octets = Zeroizing::new(alloc::vec![0; length]);
            if length > 0 {
                random(&mut octets).map_err(|error| {
                    Finding::new(codes::EXTERNAL_NO_RANDOM).found(alloc::format!("{error}"))
                })?;
            }
            Ok::<_, ExternalError>(octets)
        };
        let key = draw(key)?;
        let nonce = draw(nonce)?;
        self.seal_with(content_type, buffer, &key, &nonce)
    }

    /// As [`seal`](Sealer::seal), with a key and nonce of the caller's. A key must never be used
    /// twice with the same nonce; both empty for [`AeadAlgorithm::NONE`].
    ///
    /// # Errors
    /// As [`seal`](Sealer::seal), and a key or nonce of the wrong length.
    pub fn seal_with(
        &self,
        content_type: impl Into<Cow<'static, str>>,
        buffer: &mut Vec<u8>,
        key: &[u8],
        nonce: &[u8],
    ) -> Result<ExternalPart<'static>, ExternalError> {
        // Whatever can refuse comes before the buffer is changed.
        let mut hasher = match self.hash {
            HashAlgorithm::NONE => None,
            algorithm => Some(ContentHasher::new(algorithm)?),
        };
        if self.aead == AeadAlgorithm::NONE {
            self.check_no_secrets(key, nonce)?;
        } else {
            let keys = Keys {
                key,
                nonce,
                aad: &self.aad,
            };
            let suite = Suite::find(self.aead, &keys)?;
            encrypt(suite, &keys, buffer)?;
        }
        let mut part = ExternalPart {
            content_type: content_type.into(),
            size: buffer.len() as u64,
            enc_alg: self.aead,
            key: SecretOctets::from(key.to_vec()),
            nonce: SecretOctets::from(nonce.to_vec()),
            aad: Cow::Owned(self.aad.clone()),
            ..ExternalPart::default()
        };
        if let Some(hasher) = &mut hasher {
            hasher.update(buffer);
        }
        if let Some(hasher) = hasher {
            part.hash_alg = hasher.algorithm();
            part.content_hash = Cow::Owned(hasher.finish());
        }
        Ok(part)
    }

    fn check_no_secrets(&self, key: &[u8], nonce: &[u8]) -> Result<(), ExternalError> {
        let checks = [
            (codes::EXTERNAL_KEY_LENGTH, "key", key),
            (codes::EXTERNAL_NONCE_LENGTH, "nonce", nonce),
            (codes::EXTERNAL_SECRETS_UNEXPECTED, "aad", &self.aad),
        ];
        match checks.iter().find(|(_, _, octets)| !octets.is_empty()) {
            None => Ok(()),
            Some((code, field, octets)) => Err(Finding::new(*code)
                .path(*field)
                .found(alloc::format!("{} octets", octets.len()))
                .expected("0 octets")
                .into()),
        }
    }
}

impl Default for Sealer {
    /// [`Sealer::new`].
    fn default() -> Self {
        Sealer::new()
    }
}

/// Encrypts in place and puts the tag behind.
fn encrypt(suite: &Suite, keys: &Keys<'_>, buffer: &mut Vec<u8>) -> Result<(), ExternalError> {
    // Not `reserve`, which may double a large buffer.
    buffer.reserve_exact(TAG);
    let tag = (suite.seal)(keys, buffer).map_err(|_| {
        let found = alloc::format!("{} octets", buffer.len());
        Finding::new(codes::EXTERNAL_TOO_LARGE).found(found)
    })?;
    buffer.extend_from_slice(&tag);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::super::cipher::Refused;
    use super::*;

    #[test]
    fn what_an_algorithm_refuses_is_too_large() {
        // AES-GCM takes 64 GiB, so a stand-in refuses from five octets on.
        let suite = Suite {
            algorithm: AeadAlgorithm::AES_128_GCM,
            seal: |_, content| match content.len() {
                ..5 => Ok([9; TAG]),
                _ => Err(Refused),
            },
            open: |_, _, _| Err(Refused),
        };
        let keys = Keys {
            key: &[0; 16],
            nonce: &[0; 12],
            aad: &[],
        };
        let mut buffer = b"four".to_vec();
        encrypt(&suite, &keys, &mut buffer).unwrap();
        assert_eq!(buffer, [&b"four"[..], &[9; TAG]].concat());
        let mut buffer = b"fives".to_vec();
        let error = encrypt(&suite, &keys, &mut buffer).unwrap_err();
        assert_eq!(error.code(), codes::EXTERNAL_TOO_LARGE);
        assert_eq!(error.finding().found.as_deref(), Some("5 octets"));
        assert_eq!(buffer, b"fives");
    }
}
