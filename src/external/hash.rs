//! [`ContentHasher`]: the content hash, piece by piece, compared in constant time.

use alloc::format;
use alloc::vec::Vec;
use core::fmt;
use core::hint::black_box;

use sha2::{Digest, Sha256, Sha384, Sha512};

use super::ExternalError;
use crate::message::HashAlgorithm;
use crate::report::{Finding, codes};

/// Hashes content as it comes, so that a file need not fit into memory.
///
/// ```
/// use mimi_codec::external::ContentHasher;
/// use mimi_codec::message::HashAlgorithm;
///
/// let mut hasher = ContentHasher::new(HashAlgorithm::SHA_256)?;
/// hasher.update(b"ab");
/// hasher.update(b"c");
/// assert_eq!(hasher.octets(), 3);
/// let hash = hasher.finish();
/// // The example of FIPS 180-4 and RFC 6234: SHA-256 of "abc".
/// assert_eq!(hash[..4], [0xba, 0x78, 0x16, 0xbf]);
/// # Ok::<(), mimi_codec::external::ExternalError>(())
/// ```
#[derive(Clone)]
pub struct ContentHasher {
    algorithm: HashAlgorithm,
    length: usize,
    octets: u64,
    state: State,
}

#[derive(Clone)]
enum State {
    Sha256(Sha256),
    Sha384(Sha384),
    Sha512(Sha512),
}

impl ContentHasher {
    /// A hasher that has seen nothing yet.
    ///
    /// # Errors
    /// [`codes::EXTERNAL_HASH_UNSUPPORTED`] for a number that is not registered, for SHA-3, and
    /// for 0, which is not a hash function.
    pub fn new(algorithm: HashAlgorithm) -> Result<Self, ExternalError> {
        let state = match algorithm {
            HashAlgorithm::SHA_256
            | HashAlgorithm::SHA_256_128
            | HashAlgorithm::SHA_256_120
            | HashAlgorithm::SHA_256_96
            | HashAlgorithm::SHA_256_64
            | HashAlgorithm::SHA_256_32 => Some(State::Sha256(Sha256::new())),
            HashAlgorithm::SHA_384 => Some(State::Sha384(Sha384::new())),
            HashAlgorithm::SHA_512 => Some(State::Sha512(Sha512::new())),
            _ => None,
        };
        match (state, algorithm.length()) {
            (Some(state), Some(length)) => Ok(ContentHasher {
                algorithm,
                length,
                octets: 0,
                state,
            }),
            _ => Err(Finding::new(codes::EXTERNAL_HASH_UNSUPPORTED)
                .path("hashAlg")
                .found(format!("{} ({algorithm})", algorithm.number()))
                .into()),
        }
    }

    /// The hash function.
    pub const fn algorithm(&self) -> HashAlgorithm {
        self.algorithm
    }

    /// Takes the next piece.
    pub fn update(&mut self, piece: &[u8]) {
        self.octets = self.octets.saturating_add(piece.len() as u64);
        match &mut self.state {
            State::Sha256(hash) => hash.update(piece),
            State::Sha384(hash) => hash.update(piece),
            State::Sha512(hash) => hash.update(piece),
        }
    }

    /// Octets seen so far.
    pub const fn octets(&self) -> u64 {
        self.octets
    }

    /// The hash, as long as the algorithm has it.
    pub fn finish(self) -> Vec<u8> {
        let mut hash = match self.state {
            State::Sha256(hash) => hash.finalize().to_vec(),
            State::Sha384(hash) => hash.finalize().to_vec(),
            State::Sha512(hash) => hash.finalize().to_vec(),
        };
        hash.truncate(self.length);
        hash
    }

    /// Compares the hash with an expected one, in a time that does not depend on the octets.
    pub fn verify(self, expected: &[u8]) -> bool {
        same(&self.finish(), expected)
    }

    /// The hash of content that is in memory as a whole.
    ///
    /// # Errors
    /// As [`new`](ContentHasher::new).
    pub fn hash(algorithm: HashAlgorithm, content: &[u8]) -> Result<Vec<u8>, ExternalError> {
        let mut hasher = ContentHasher::new(algorithm)?;
        hasher.update(content);
        Ok(hasher.finish())
    }
}

impl fmt::Debug for ContentHasher {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ContentHasher")
            .field("algorithm", &self.algorithm)
            .field("octets", &self.octets)
            .finish_non_exhaustive()
    }
}

/// Compares without leaving early; only the lengths, which are no secret, decide at once.
pub(super) fn same(a: &[u8], b: &[u8]) -> bool {
    let difference = a
        .iter()
        .zip(b)
        .fold(0, |difference, (a, b)| black_box(difference | (a ^ b)));
    a.len() == b.len() && difference == 0
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn hashes_have_the_length_of_their_algorithm() {
        for algorithm in HashAlgorithm::registered() {
            match ContentHasher::hash(algorithm, b"abc") {
                Ok(hash) => assert_eq!(Some(hash.len()), algorithm.length(), "{algorithm}"),
                Err(error) => assert_eq!(error.code(), codes::EXTERNAL_HASH_UNSUPPORTED),
            }
        }
        // RFC 6234 section 8.5 gives the full hash, RFC 6920 section 3 the rule to cut it.
        let short = ContentHasher::hash(HashAlgorithm::SHA_256_32, b"abc").unwrap();
        assert_eq!(short, [0xba, 0x78, 0x16, 0xbf]);
    }

    #[test]
    fn pieces_and_whole_agree() {
        let content: Vec<u8> = (0..1000u32).map(|n| (n * 7) as u8).collect();
        for algorithm in super::super::supported_hashes() {
            let whole = ContentHasher::hash(algorithm, &content).unwrap();
            for size in [1, 63, 64, 65, 999] {
                let mut hasher = ContentHasher::new(algorithm).unwrap();
                for piece in content.chunks(size) {
                    hasher.update(piece);
                }
                assert!(hasher.verify(&whole));
            }
        }
    }

    #[test]
    fn compares_whole() {
        assert!(same(b"", b""));
        assert!(same(b"ab", b"ab"));
        assert!(!same(b"ab", b"abc"));
        assert!(!same(b"ab", b"ac"));
        assert!(!same(b"ab", b"bb"));
    }
}
