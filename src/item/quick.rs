//! Taking what is plainly right at once. Each function takes the item that stands here if it is
//! of the kind asked for, in its shortest form and with nothing to remark; otherwise it takes
//! nothing, and the full reader reads the same octets again and says what is wrong.

use super::head::MAJOR;
use super::reader::Reader;

const NULL: u8 = 0xf6;

impl<'a> Reader<'a, '_> {
    /// An unsigned integer below 256.
    #[inline(always)]
    pub(crate) fn quick_u8(&mut self) -> Option<u8> {
        match *self.rest().first_chunk()? {
            [small @ 0..=23, _] => {
                self.advance(1);
                Some(small)
            }
            [0x18, value @ 24..=255] => {
                self.advance(2);
                Some(value)
            }
            _ => None,
        }
    }

    /// A string of that major type, of at most 65535 octets. Text is not checked to be UTF-8.
    #[inline(always)]
    pub(crate) fn quick_string(&mut self, major: u8) -> Option<&'a [u8]> {
        let rest = self.rest();
        let (&first, tail) = rest.split_first()?;
        let info = first.wrapping_sub(major << 5);
        let (skip, length) = match (info, tail) {
            (0..=23, _) => (0, usize::from(info)),
            (24, [length @ 24..=255, ..]) => (1, usize::from(*length)),
            (25, [high @ 1..=255, low, ..]) => (2, usize::from(u16::from_be_bytes([*high, *low]))),
            _ => return None,
        };
        let content = tail.get(skip..skip + length)?;
        self.advance(1 + skip + length);
        Some(content)
    }

    /// `null`.
    #[inline(always)]
    pub(crate) fn quick_null(&mut self) -> bool {
        self.quick_octet(NULL)
    }

    /// Exactly that octet.
    #[inline(always)]
    pub(crate) fn quick_octet(&mut self, octet: u8) -> bool {
        let there = self.peek() == Some(octet);
        if there {
            self.advance(1);
        }
        there
    }

    /// A key that is an integer below 24, larger than the one before.
    #[inline(always)]
    pub(crate) fn quick_small_key(&mut self, above: u8) -> Option<u8> {
        let key = self.peek().filter(|key| (above..24).contains(key))?;
        self.advance(1);
        Some(key)
    }

    /// A short ASCII text, a byte string, or an integer below 256.
    #[inline(always)]
    pub(crate) fn quick_scalar(&mut self) -> bool {
        let back = self.pos();
        match self.peek().map(|first| first >> 5) {
            Some(MAJOR::TEXT) => match self.quick_string(MAJOR::TEXT) {
                Some(text) if text.is_ascii() => true,
                _ => {
                    self.rewind(back);
                    false
                }
            },
            Some(MAJOR::BYTES) => self.quick_string(MAJOR::BYTES).is_some(),
            Some(MAJOR::UNSIGNED) => self.quick_u8().is_some(),
            _ => false,
        }
    }
}
