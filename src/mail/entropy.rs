//! Salts, Content-IDs and boundaries: random, or made from a seed so that the same input always
//! gives the same octets.

use alloc::string::{String, ToString};

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use uuid::Uuid;

/// Where the unpredictable octets of one conversion come from.
#[derive(Clone, Copy)]
pub(super) struct Entropy<'a> {
    seed: Option<&'a [u8]>,
    /// What is converted: other octets give other results from the same seed.
    about: &'a [u8],
}

impl<'a> Entropy<'a> {
    pub(super) const fn new(seed: Option<&'a [u8]>, about: &'a [u8]) -> Self {
        Entropy { seed, about }
    }

    /// The salt of a message, the `ordinal`-th made from the same mail.
    pub(super) fn salt(&self, ordinal: u32) -> [u8; 16] {
        match self.seed {
            Some(seed) => mac(seed, &[self.about, &ordinal.to_be_bytes()]),
            None => {
                let mut salt = [0; 16];
                if getrandom::fill(&mut salt).is_ok() {
                    return salt;
                }
                // v4 leaves 122 bits from its source; two of them fill all 128.
                salt = Uuid::new_v4().into_bytes();
                let other = Uuid::new_v4();
                for (octet, more) in salt.iter_mut().zip(other.as_bytes().iter().rev()) {
                    *octet ^= more;
                }
                salt
            }
        }
    }

    /// A name nobody else uses: 32 hex digits.
    pub(super) fn token(&self, purpose: &str) -> String {
        let token = match self.seed {
            Some(seed) => {
                let space = Uuid::from_bytes(mac(seed, &[b"mimi-codec mail token", self.about]));
                Uuid::new_v5(&space, purpose.as_bytes())
            }
            None => Uuid::new_v4(),
        };
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
mod tests {
    use super::*;

    #[test]
    fn a_seed_decides_and_no_seed_does_not_repeat() {
        let seeded = Entropy::new(Some(b"seed"), b"mail");
        assert_eq!(seeded.salt(0), seeded.salt(0));
        assert_ne!(seeded.salt(0), seeded.salt(1));
        assert_ne!(
            seeded.salt(0),
            Entropy::new(Some(b"seed"), b"other").salt(0)
        );
        assert_eq!(seeded.token("a"), seeded.token("a"));
        assert_ne!(seeded.token("a"), seeded.token("b"));
        let random = Entropy::new(None, b"mail");
        assert_ne!(random.salt(0), random.salt(0));
        assert_ne!(random.token("a"), random.token("a"));
        assert_eq!(random.token("a").len(), 32);
    }
}
