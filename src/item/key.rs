//! Map keys, and the order they stand in.

use alloc::borrow::Cow;
use core::fmt;

use super::head::MAJOR;

/// A key of a map: an integer, text or octets.
///
/// The derived order is the order of the deterministically encoded octets (RFC 8949 section
/// 4.2.1): by major type, then by argument (a longer head always carries a larger one), then by
/// content. So keys compare equal exactly when they are the same key, whatever their encoding.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Key<'a> {
    pub(crate) major: u8,
    pub(crate) arg: u64,
    pub(crate) content: Cow<'a, [u8]>,
}

impl Key<'_> {
    /// The integer, for integer keys.
    pub(crate) fn integer(&self) -> Option<i128> {
        match self.major {
            MAJOR::UNSIGNED => Some(i128::from(self.arg)),
            MAJOR::NEGATIVE => Some(-1 - i128::from(self.arg)),
            _ => None,
        }
    }
}

impl fmt::Display for Key<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const SHOWN: usize = 48;
        if let Some(integer) = self.integer() {
            return write!(f, "{integer}");
        }
        let (shown, cut) = match self.content.get(..SHOWN) {
            Some(shown) if self.content.len() > SHOWN => (shown, "…"),
            _ => (&self.content[..], ""),
        };
        match (self.major, core::str::from_utf8(shown)) {
            (MAJOR::TEXT, Ok(text)) => write!(f, "{text:?}{cut}"),
            _ => {
                f.write_str("h'")?;
                for octet in shown {
                    write!(f, "{octet:02x}")?;
                }
                write!(f, "'{cut}")
            }
        }
    }
}
