//! Where salts come from: [`SaltSource`].

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use super::ComposeError;
use crate::message::Salt;

/// Gives each message its salt: 16 octets from a cryptographic random source (draft section 4.1).
///
/// A function is a source; so is a [`Salt`], which gives itself and nothing else.
pub trait SaltSource {
    /// A salt that was not given before.
    ///
    /// # Errors
    /// [`ComposeError::no_salt`] if the source has none.
    fn salt(&self) -> Result<Salt<'static>, ComposeError>;
}

/// Salts from the operating system; a [`SaltSource`] with the feature `getrandom`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct OsRandom;

#[cfg(feature = "getrandom")]
impl SaltSource for OsRandom {
    fn salt(&self) -> Result<Salt<'static>, ComposeError> {
        Salt::random().map_err(|error| ComposeError::no_salt(alloc::format!("{error}")))
    }
}

impl SaltSource for Salt<'static> {
    fn salt(&self) -> Result<Salt<'static>, ComposeError> {
        Ok(self.clone())
    }
}

impl<F: Fn() -> Result<Salt<'static>, ComposeError>> SaltSource for F {
    fn salt(&self) -> Result<Salt<'static>, ComposeError> {
        self()
    }
}

/// A salt from a secret exported from the MLS key schedule, and a nonce that is never used twice
/// with it (draft section 9.2): the first 16 octets of HMAC-SHA256.
///
/// ```
/// use mimi_codec::message::compose::derived_salt;
///
/// // Test case 2 of RFC 4231.
/// let salt = derived_salt(b"Jefe", b"what do ya want for nothing?");
/// assert_eq!(salt.as_bytes()[..4], [0x5b, 0xdc, 0xc1, 0x46]);
/// ```
pub fn derived_salt(salt_base_secret: &[u8], nonce: &[u8]) -> Salt<'static> {
    // HMAC takes keys of any length; the fallback is only there so that nothing can panic.
    let mut mac = Hmac::<Sha256>::new_from_slice(salt_base_secret)
        .unwrap_or_else(|_| Hmac::<Sha256>::new(&Default::default()));
    mac.update(nonce);
    let tag: [u8; 32] = mac.finalize().into_bytes().into();
    let mut salt = [0; Salt::LENGTH];
    salt.iter_mut().zip(tag).for_each(|(to, from)| *to = from);
    Salt::new(salt)
}
