//! The supported AEADs as a table of functions over a buffer and a detached tag. Which octets
//! are sealed, and what is checked besides, is decided by the callers.

use aes_gcm::aead::{AeadInOut, KeyInit, Nonce, Tag};
use aes_gcm::{Aes128Gcm, Aes256Gcm};
use aes_gcm_siv::{Aes128GcmSiv, Aes256GcmSiv};
use chacha20poly1305::ChaCha20Poly1305;

use super::ExternalError;
use crate::message::AeadAlgorithm;
use crate::report::{Finding, codes};

/// Octets of the authentication tag, the same for every supported algorithm.
pub(super) const TAG: usize = 16;

/// The algorithm refused: what that means, the caller knows.
pub(super) struct Refused;

type Seal = fn(&Keys<'_>, &mut [u8]) -> Result<[u8; TAG], Refused>;
type Open = fn(&Keys<'_>, &mut [u8], &[u8]) -> Result<(), Refused>;

/// What both directions need beside the content.
pub(super) struct Keys<'k> {
    pub(super) key: &'k [u8],
    pub(super) nonce: &'k [u8],
    pub(super) aad: &'k [u8],
}

/// One algorithm.
pub(super) struct Suite {
    pub(super) algorithm: AeadAlgorithm,
    pub(super) seal: Seal,
    pub(super) open: Open,
}

const fn suite<C: KeyInit + AeadInOut>(algorithm: AeadAlgorithm) -> Suite {
    Suite {
        algorithm,
        seal: seal::<C>,
        open: open::<C>,
    }
}

pub(super) static SUITES: &[Suite] = &[
    suite::<Aes128Gcm>(AeadAlgorithm::AES_128_GCM),
    suite::<Aes256Gcm>(AeadAlgorithm::AES_256_GCM),
    suite::<ChaCha20Poly1305>(AeadAlgorithm::CHACHA20_POLY1305),
    suite::<Aes128GcmSiv>(AeadAlgorithm::AES_128_GCM_SIV),
    suite::<Aes256GcmSiv>(AeadAlgorithm::AES_256_GCM_SIV),
];

impl Suite {
    /// The suite of a number, with key and nonce checked against its lengths.
    pub(super) fn find(
        algorithm: AeadAlgorithm,
        keys: &Keys<'_>,
    ) -> Result<&'static Suite, ExternalError> {
        let Some(suite) = SUITES.iter().find(|suite| suite.algorithm == algorithm) else {
            return Err(unsupported(algorithm));
        };
        let Some((key, nonce)) = algorithm.lengths() else {
            return Err(unsupported(algorithm));
        };
        let checks = [
            (codes::EXTERNAL_KEY_LENGTH, "key", keys.key.len(), key),
            (
                codes::EXTERNAL_NONCE_LENGTH,
                "nonce",
                keys.nonce.len(),
                nonce,
            ),
        ];
        for (code, field, found, expected) in checks {
            if found != expected {
                return Err(Finding::new(code)
                    .path(field)
                    .found(alloc::format!("{found} octets"))
                    .expected(alloc::format!("{expected} octets"))
                    .into());
            }
        }
        Ok(suite)
    }
}

pub(super) fn unsupported(algorithm: AeadAlgorithm) -> ExternalError {
    Finding::new(codes::EXTERNAL_AEAD_UNSUPPORTED)
        .path("encAlg")
        .found(alloc::format!("{} ({algorithm})", algorithm.number()))
        .into()
}

fn seal<C: KeyInit + AeadInOut>(keys: &Keys<'_>, content: &mut [u8]) -> Result<[u8; TAG], Refused> {
    let cipher = C::new_from_slice(keys.key).map_err(|_| Refused)?;
    let nonce = Nonce::<C>::try_from(keys.nonce).map_err(|_| Refused)?;
    let tag = cipher
        .encrypt_inout_detached(&nonce, keys.aad, content.into())
        .map_err(|_| Refused)?;
    <[u8; TAG]>::try_from(tag.as_slice()).map_err(|_| Refused)
}

fn open<C: KeyInit + AeadInOut>(
    keys: &Keys<'_>,
    content: &mut [u8],
    tag: &[u8],
) -> Result<(), Refused> {
    let cipher = C::new_from_slice(keys.key).map_err(|_| Refused)?;
    let nonce = Nonce::<C>::try_from(keys.nonce).map_err(|_| Refused)?;
    let tag = Tag::<C>::try_from(tag).map_err(|_| Refused)?;
    cipher
        .decrypt_inout_detached(&nonce, keys.aad, content.into(), &tag)
        .map_err(|_| Refused)
}
