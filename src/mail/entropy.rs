//! Salts, Content-IDs and boundaries: all made from one seed, which is drawn at random or given, so
//! that the same input always gives the same octets.

use alloc::borrow::Cow;
use alloc::string::{String, ToString};

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use uuid::Uuid;

use super::MailError;
use crate::report::{Finding, codes};

/// Where the unpredictable octets of one conversion come from.
#[derive(Clone)]
pub(super) struct Entropy<'a> {
    seed: Cow<'a, [u8]>,
    /// What is converted: other octets give other results from the same seed.
    about: &'a [u8],
}

impl<'a> Entropy<'a> {
    /// Draws a seed of 32 octets, unless one is given.
    pub(super) fn new(seed: Option<&'a [u8]>, about: &'a [u8]) -> Result<Self, MailError> {
        if let Some(seed) = seed {
            let seed = Cow::Borrowed(seed);
            return Ok(Entropy { seed, about });
        }
        let mut seed = [0; 32];
        getrandom::fill(&mut seed).map_err(|error| {
            let finding = Finding::new(codes::COMPOSE_RANDOM).found(error.to_string());
            MailError::new(finding)
        })?;
        Ok(Entropy {
            seed: Cow::Owned(seed.to_vec()),
            // The seed is of this conversion alone: nothing else has to make the results its own.
            about: &[],
        })
    }

    /// The salt of a message, the `ordinal`-th made from the same mail.
    pub(super) fn salt(&self, ordinal: u32) -> [u8; 16] {
        mac(&self.seed, &[self.about, &ordinal.to_be_bytes()])
    }

    /// A name nobody else uses: 32 hex digits.
    pub(super) fn token(&self, purpose: &str) -> String {
        let space = mac(&self.seed, &[b"mimi-codec mail token", self.about]);
        let token = Uuid::new_v5(&Uuid::from_bytes(space), purpose.as_bytes());
        token.simple().to_string()
    }
}

/// The first 16 octets of an HMAC-SHA256.
fn mac(key: &[u8], pieces: &[&[u8]]) -> [u8; 16] {
    // HMAC takes keys of any length; the other key is only there so that nothing here panics.
    let mut mac = Hmac::<Sha256>::new_from_slice(key)
        .unwrap_or_else(|_| Hmac::<Sha256>::new(&Default::default()));
    for piece in pieces {
        mac.update(piece);
    }
    let digest: [u8; 32] = mac.finalize().into_bytes().into();
    let mut first = [0; 16];
    first.copy_from_slice(digest.split_at(16).0);
    first
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_decides_and_no_seed_does_not_repeat() {
        let seeded = Entropy::new(Some(b"seed"), b"mail").unwrap();
        let other = Entropy::new(Some(b"seed"), b"other").unwrap();
        assert_eq!(seeded.salt(0), seeded.salt(0));
        assert_ne!(seeded.salt(0), seeded.salt(1));
        assert_ne!(seeded.salt(0), other.salt(0));
        assert_eq!(seeded.token("a"), seeded.token("a"));
        assert_ne!(seeded.token("a"), seeded.token("b"));
        let random = || Entropy::new(None, b"mail").unwrap();
        assert_ne!(random().salt(0), random().salt(0));
        assert_ne!(random().token("a"), random().token("a"));
        assert_eq!(random().token("a").len(), 32);
    }
}
