//! Numbers with registered names: dispositions, AEAD algorithms, hash algorithms.

use core::fmt;

/// A number, its registered name, and what the name means or where it is registered.
pub(super) struct Row<N: 'static> {
    pub(super) number: N,
    pub(super) name: &'static str,
    pub(super) source: &'static str,
}

macro_rules! registry {
    (
        $(#[$about:meta])*
        $type:ident($number:ty), $rows:ident, $registry:literal:
        $( $constant:ident = $value:literal, $name:literal, $source:literal; )*
    ) => {
        $(#[$about])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $type(pub $number);

        static $rows: &[Row<$number>] = &[
            $( Row { number: $value, name: $name, source: $source }, )*
        ];

        impl $type {
            $(
                #[doc = concat!("`", $name, "` (", stringify!($value), "): ", $source, ".")]
                pub const $constant: $type = $type($value);
            )*

            #[doc = concat!("The number, as ", $registry, " has it.")]
            pub const fn number(self) -> $number {
                self.0
            }

            /// The registered name, if the number is known.
            pub fn name(self) -> Option<&'static str> {
                Some($rows.iter().find(|row| row.number == self.0)?.name)
            }

            /// The number of a registered name.
            pub fn from_name(name: &str) -> Option<Self> {
                let row = $rows.iter().find(|row| row.name.eq_ignore_ascii_case(name))?;
                Some($type(row.number))
            }

            /// What the registered name means, or the document that registers it.
            pub fn source(self) -> Option<&'static str> {
                Some($rows.iter().find(|row| row.number == self.0)?.source)
            }

            /// Every registered value, in the order of the numbers.
            pub fn registered() -> impl Iterator<Item = Self> {
                $rows.iter().map(|row| $type(row.number))
            }
        }

        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                match self.name() {
                    Some(name) => f.pad(name),
                    None => fmt::Display::fmt(&self.0, f),
                }
            }
        }

        impl From<$number> for $type {
            fn from(number: $number) -> Self {
                $type(number)
            }
        }
    };
}
pub(super) use registry;

registry! {
    /// What a part is for (draft section 8.2.2). Unknown numbers are kept, and mean
    /// [`RENDER`](Disposition::RENDER) (section 9.1).
    ///
    /// ```
    /// use mimi_codec::message::Disposition;
    ///
    /// assert_eq!(Disposition::REACTION.number(), 2);
    /// assert_eq!(Disposition(200).effective(), Disposition::RENDER);
    /// ```
    Disposition(u8), DISPOSITIONS, "the MIMI Content Disposition registry":
    UNSPECIFIED = 0, "unspecified", "no disposition hint provided";
    RENDER = 1, "render", "render to the user according to local policy";
    REACTION = 2, "reaction", "a single reaction to another message";
    PROFILE = 3, "profile", "a profile of a participant or room";
    INLINE = 4, "inline", "rendered inline, directly in the chat interface";
    ICON = 5, "icon", "an icon such as an avatar image";
    ATTACHMENT = 6, "attachment", "downloaded instead of rendered immediately";
    SESSION = 7, "session", "a multimedia session, or a URI to join one";
    PREVIEW = 8, "preview", "a sender-generated preview of an image or a link's contents";
}

impl Disposition {
    /// The disposition to act on: an unknown one is treated as `render`.
    pub fn effective(self) -> Self {
        if self.name().is_some() {
            self
        } else {
            Disposition::RENDER
        }
    }
}

registry! {
    /// The AEAD that external content is encrypted with; 0 means none.
    AeadAlgorithm(u16), AEADS, "IANA's registry of AEAD algorithms":
    NONE = 0, "none", "draft-ietf-mimi-content-08 section 4.5";
    AES_128_GCM = 1, "AES-128-GCM", "RFC 5116 section 5.1";
    AES_256_GCM = 2, "AES-256-GCM", "RFC 5116 section 5.2";
    AES_128_CCM = 3, "AES-128-CCM", "RFC 5116 section 5.3";
    AES_256_CCM = 4, "AES-256-CCM", "RFC 5116 section 5.4";
    AES_128_GCM_8 = 5, "AES-128-GCM-8", "RFC 5282 section 8";
    AES_256_GCM_8 = 6, "AES-256-GCM-8", "RFC 5282 section 8";
    AES_128_GCM_12 = 7, "AES-128-GCM-12", "RFC 5282 section 8";
    AES_256_GCM_12 = 8, "AES-256-GCM-12", "RFC 5282 section 8";
    AES_128_CCM_SHORT = 9, "AES-128-CCM-SHORT", "RFC 5282 section 8";
    AES_256_CCM_SHORT = 10, "AES-256-CCM-SHORT", "RFC 5282 section 8";
    AES_128_CCM_SHORT_8 = 11, "AES-128-CCM-SHORT-8", "RFC 5282 section 8";
    AES_256_CCM_SHORT_8 = 12, "AES-256-CCM-SHORT-8", "RFC 5282 section 8";
    AES_128_CCM_SHORT_12 = 13, "AES-128-CCM-SHORT-12", "RFC 5282 section 8";
    AES_256_CCM_SHORT_12 = 14, "AES-256-CCM-SHORT-12", "RFC 5282 section 8";
    AES_SIV_CMAC_256 = 15, "AES-SIV-CMAC-256", "RFC 5297 section 6.1";
    AES_SIV_CMAC_384 = 16, "AES-SIV-CMAC-384", "RFC 5297 section 6.2";
    AES_SIV_CMAC_512 = 17, "AES-SIV-CMAC-512", "RFC 5297 section 6.3";
    AES_128_CCM_8 = 18, "AES-128-CCM-8", "RFC 6655 section 6.1";
    AES_256_CCM_8 = 19, "AES-256-CCM-8", "RFC 6655 section 6.2";
    AES_128_OCB_TAGLEN128 = 20, "AES-128-OCB-TAGLEN128", "RFC 7253 section 3.1";
    AES_128_OCB_TAGLEN96 = 21, "AES-128-OCB-TAGLEN96", "RFC 7253 section 3.1";
    AES_128_OCB_TAGLEN64 = 22, "AES-128-OCB-TAGLEN64", "RFC 7253 section 3.1";
    AES_192_OCB_TAGLEN128 = 23, "AES-192-OCB-TAGLEN128", "RFC 7253 section 3.1";
    AES_192_OCB_TAGLEN96 = 24, "AES-192-OCB-TAGLEN96", "RFC 7253 section 3.1";
    AES_192_OCB_TAGLEN64 = 25, "AES-192-OCB-TAGLEN64", "RFC 7253 section 3.1";
    AES_256_OCB_TAGLEN128 = 26, "AES-256-OCB-TAGLEN128", "RFC 7253 section 3.1";
    AES_256_OCB_TAGLEN96 = 27, "AES-256-OCB-TAGLEN96", "RFC 7253 section 3.1";
    AES_256_OCB_TAGLEN64 = 28, "AES-256-OCB-TAGLEN64", "RFC 7253 section 3.1";
    CHACHA20_POLY1305 = 29, "ChaCha20-Poly1305", "RFC 8439";
    AES_128_GCM_SIV = 30, "AES-128-GCM-SIV", "RFC 8452";
    AES_256_GCM_SIV = 31, "AES-256-GCM-SIV", "RFC 8452";
}

impl AeadAlgorithm {
    /// Lengths of key and nonce in octets, for the algorithms whose lengths are fixed; `NONE`
    /// has none of either.
    pub const fn lengths(self) -> Option<(usize, usize)> {
        match self.0 {
            0 => Some((0, 0)),
            1 | 3 | 5 | 7 | 18 | 30 => Some((16, 12)),
            2 | 4 | 6 | 8 | 19 | 29 | 31 => Some((32, 12)),
            9 | 11 | 13 => Some((16, 11)),
            10 | 12 | 14 => Some((32, 11)),
            _ => None,
        }
    }
}

registry! {
    /// The hash function of a content hash or a message ID; 0 means none.
    HashAlgorithm(u8), HASHES, "IANA's Named Information hash algorithm registry":
    NONE = 0, "none", "draft-ietf-mimi-content-08 section 5.10";
    SHA_256 = 1, "sha-256", "RFC 6920";
    SHA_256_128 = 2, "sha-256-128", "RFC 6920";
    SHA_256_120 = 3, "sha-256-120", "RFC 6920";
    SHA_256_96 = 4, "sha-256-96", "RFC 6920";
    SHA_256_64 = 5, "sha-256-64", "RFC 6920";
    SHA_256_32 = 6, "sha-256-32", "RFC 6920";
    SHA_384 = 7, "sha-384", "FIPS 180-4";
    SHA_512 = 8, "sha-512", "FIPS 180-4";
    SHA3_224 = 9, "sha3-224", "FIPS 202";
    SHA3_256 = 10, "sha3-256", "FIPS 202";
    SHA3_384 = 11, "sha3-384", "FIPS 202";
    SHA3_512 = 12, "sha3-512", "FIPS 202";
}

impl HashAlgorithm {
    /// Length of the hash in octets.
    pub const fn length(self) -> Option<usize> {
        match self.0 {
            0 => Some(0),
            1 | 10 => Some(32),
            2 => Some(16),
            3 => Some(15),
            4 => Some(12),
            5 => Some(8),
            6 => Some(4),
            7 | 11 => Some(48),
            8 | 12 => Some(64),
            9 => Some(28),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_numbers_agree_both_ways() {
        for disposition in Disposition::registered() {
            assert_eq!(
                disposition.name().and_then(Disposition::from_name),
                Some(disposition)
            );
        }
        for aead in AeadAlgorithm::registered() {
            assert_eq!(aead.name().and_then(AeadAlgorithm::from_name), Some(aead));
        }
        for hash in HashAlgorithm::registered() {
            assert_eq!(hash.name().and_then(HashAlgorithm::from_name), Some(hash));
            assert!(hash.length().is_some(), "{hash}");
        }
        assert_eq!(Disposition(9).name(), None);
        assert_eq!(Disposition(9).effective(), Disposition::RENDER);
    }
}
