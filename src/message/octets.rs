//! Octets that must not show up in logs: [`Salt`] and [`SecretOctets`].

use alloc::borrow::Cow;
use alloc::vec::Vec;
use core::fmt;
use core::ops::Deref;

use zeroize::Zeroize;

/// Octets of a key or nonce: not shown by `Debug`, erased when an owned copy is dropped.
#[derive(Clone, Default, PartialEq, Eq, Hash)]
pub struct SecretOctets<'a>(Cow<'a, [u8]>);

impl<'a> SecretOctets<'a> {
    /// The octets, read-only.
    pub fn expose(&self) -> &[u8] {
        &self.0
    }

    /// A copy that borrows nothing.
    pub fn into_owned(mut self) -> SecretOctets<'static> {
        SecretOctets(Cow::Owned(core::mem::take(&mut self.0).into_owned()))
    }
}

impl Deref for SecretOctets<'_> {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        &self.0
    }
}

impl Drop for SecretOctets<'_> {
    fn drop(&mut self) {
        if let Cow::Owned(owned) = &mut self.0 {
            owned.zeroize();
        }
    }
}

impl fmt::Debug for SecretOctets<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[{} octets, not shown]", self.0.len())
    }
}

impl<'a> From<Cow<'a, [u8]>> for SecretOctets<'a> {
    fn from(octets: Cow<'a, [u8]>) -> Self {
        SecretOctets(octets)
    }
}

impl<'a> From<&'a [u8]> for SecretOctets<'a> {
    fn from(octets: &'a [u8]) -> Self {
        SecretOctets(Cow::Borrowed(octets))
    }
}

impl From<Vec<u8>> for SecretOctets<'_> {
    fn from(octets: Vec<u8>) -> Self {
        SecretOctets(Cow::Owned(octets))
    }
}

/// The salt of a message: 16 random octets (draft section 4.1), also the key of the franking
/// tag, and so not shown by `Debug`.
///
/// A tolerantly decoded message may carry a salt of another length; it cannot be encoded.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Salt<'a>(Cow<'a, [u8]>);

impl<'a> Salt<'a> {
    /// Octets of a legal salt.
    pub const LENGTH: usize = 16;

    /// A salt from octets the caller took from a cryptographic random source.
    pub fn new(octets: [u8; 16]) -> Salt<'static> {
        Salt(Cow::Owned(octets.to_vec()))
    }

    /// A salt from the operating system's random source.
    ///
    /// # Errors
    /// The operating system has no random octets to give.
    #[cfg(feature = "getrandom")]
    pub fn random() -> Result<Salt<'static>, getrandom::Error> {
        let mut octets = [0; 16];
        getrandom::fill(&mut octets)?;
        Ok(Salt::new(octets))
    }

    /// A salt of any length, as it was received.
    pub(crate) const fn received(octets: Cow<'a, [u8]>) -> Self {
        Salt(octets)
    }

    /// The octets.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// Whether the salt has the 16 octets the draft asks for.
    pub fn is_legal(&self) -> bool {
        self.0.len() == Self::LENGTH
    }

    /// A copy that borrows nothing.
    pub fn into_owned(self) -> Salt<'static> {
        Salt(Cow::Owned(self.0.into_owned()))
    }
}

impl<'a> From<&'a [u8; Salt::LENGTH]> for Salt<'a> {
    fn from(octets: &'a [u8; Salt::LENGTH]) -> Self {
        Salt(Cow::Borrowed(octets))
    }
}

impl fmt::Debug for Salt<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Salt[{} octets, not shown]", self.0.len())
    }
}
