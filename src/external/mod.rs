//! Sealing and opening external content (draft section 4.5): encryption, sizes and hashes.
//!
//! Here live [`Sealer`] and [`open`], which work in place on the caller's buffer, and
//! [`ContentHasher`], which hashes a file piece by piece. Nothing is fetched or uploaded here, and
//! nothing is known of messages but [`ExternalPart`](crate::message::ExternalPart).

mod cipher;
mod error;
mod hash;
mod open;
mod seal;

pub use error::ExternalError;
pub use hash::ContentHasher;
pub use open::{HashMatch, Opened, check_size, open, open_slice};
pub use seal::Sealer;

use crate::message::{AeadAlgorithm, HashAlgorithm};

/// The AEAD algorithms that [`Sealer`] and [`open`] can use, in the order of their numbers.
pub fn supported_aeads() -> impl Iterator<Item = AeadAlgorithm> {
    cipher::SUITES.iter().map(|suite| suite.algorithm)
}

/// The hash functions that [`ContentHasher`] can compute, in the order of their numbers.
pub fn supported_hashes() -> impl Iterator<Item = HashAlgorithm> {
    HashAlgorithm::registered().filter(|algorithm| ContentHasher::new(*algorithm).is_ok())
}
