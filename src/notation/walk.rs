//! [`Walker`]: goes through any well-formed CBOR, item by item, without recursion. It judges
//! nothing but that: odd lengths, orders and texts are shown as they are.

use std::format;
use std::vec::Vec;

use super::NotationError;
use crate::item::MAJOR;
use crate::report::{Code, Finding, codes};

/// Additional information of an indefinite length, or a break.
pub(super) const INDEFINITE: u8 = 31;
const BREAK: u8 = 0xff;

/// A head and, for a string of definite length, its content.
#[derive(Clone, Copy, Debug)]
pub(super) struct Item<'a> {
    /// Offset of the head.
    pub(super) at: usize,
    pub(super) major: u8,
    /// Additional information, 0 to 27 or 31.
    pub(super) info: u8,
    /// The argument; 0 where the length is indefinite.
    pub(super) arg: u64,
    /// The octets of the head.
    pub(super) head: &'a [u8],
    /// Content of a string of definite length.
    pub(super) content: &'a [u8],
}

impl Item<'_> {
    pub(super) fn indefinite(&self) -> bool {
        self.info == INDEFINITE
    }

    /// Whether items follow inside.
    pub(super) fn opens(&self) -> bool {
        match self.major {
            MAJOR::BYTES | MAJOR::TEXT => self.indefinite(),
            MAJOR::ARRAY | MAJOR::MAP | MAJOR::TAG => true,
            _ => false,
        }
    }

    /// Whether the argument stands in its shortest form.
    pub(super) fn shortest(&self) -> bool {
        let shortest = match self.arg {
            0..=23 => self.info < 24,
            24..=0xff => self.info == 24,
            0x100..=0xffff => self.info == 25,
            0x1_0000..=0xffff_ffff => self.info == 26,
            _ => self.info == 27,
        };
        shortest || self.indefinite()
    }
}

/// One step of the way.
#[derive(Clone, Copy, Debug)]
pub(super) enum Step<'a> {
    /// An item begins; those inside it follow, if it [opens](Item::opens).
    Item(Item<'a>),
    /// The innermost open item ends.
    End {
        /// Its major type.
        major: u8,
        /// Offset of its break; none where the length was definite.
        at: Option<usize>,
    },
}

/// An open item.
struct Level {
    major: u8,
    /// Items still to come; none = until a break.
    left: Option<u64>,
    /// Whether the last item of an indefinite map was a key.
    odd: bool,
}

/// Octets that are not well-formed.
#[cold]
fn fault(code: Code, at: usize) -> NotationError {
    NotationError::from_finding(Finding::new(code).at(at))
}

/// Goes through one item and everything inside it.
pub(super) struct Walker<'a> {
    octets: &'a [u8],
    pos: usize,
    levels: Vec<Level>,
    begun: bool,
}

impl<'a> Walker<'a> {
    pub(super) fn new(octets: &'a [u8]) -> Self {
        Walker::starting(octets, 0)
    }

    /// Goes through the item at an offset.
    pub(super) fn starting(octets: &'a [u8], pos: usize) -> Self {
        Walker {
            octets,
            pos,
            levels: Vec::new(),
            begun: false,
        }
    }

    /// Offset of what comes next.
    pub(super) fn pos(&self) -> usize {
        self.pos
    }

    /// Number of open items.
    pub(super) fn depth(&self) -> usize {
        self.levels.len()
    }

    /// The next step; none after the end of the item.
    pub(super) fn next(&mut self) -> Result<Option<Step<'a>>, NotationError> {
        if let Some(level) = self.levels.last_mut() {
            let (major, at) = (level.major, self.pos);
            match &mut level.left {
                Some(0) => {
                    self.levels.pop();
                    return Ok(Some(Step::End { major, at: None }));
                }
                Some(left) => *left -= 1,
                None if self.octets.get(at) == Some(&BREAK) => {
                    if level.odd {
                        return Err(fault(codes::CBOR_BREAK_MISPLACED, at));
                    }
                    self.levels.pop();
                    self.pos += 1;
                    return Ok(Some(Step::End {
                        major,
                        at: Some(at),
                    }));
                }
                None => level.odd = major == MAJOR::MAP && !level.odd,
            }
        } else if self.begun {
            return Ok(None);
        }
        self.begun = true;
        self.item().map(|item| Some(Step::Item(item)))
    }

    fn item(&mut self) -> Result<Item<'a>, NotationError> {
        let item = self.head()?;
        if let Some(level) = self.levels.last()
            && matches!(level.major, MAJOR::BYTES | MAJOR::TEXT)
            && (item.major != level.major || item.indefinite())
        {
            return Err(fault(codes::CBOR_CHUNK_INVALID, item.at));
        }
        self.pos = item.at + item.head.len() + item.content.len();
        if item.opens() {
            self.levels.push(Level {
                major: item.major,
                left: match item.major {
                    _ if item.indefinite() => None,
                    MAJOR::TAG => Some(1),
                    MAJOR::MAP => Some(item.arg.saturating_mul(2)),
                    _ => Some(item.arg),
                },
                odd: false,
            });
        }
        Ok(item)
    }

    fn head(&self) -> Result<Item<'a>, NotationError> {
        let at = self.pos;
        let cut = |expected| {
            fault(codes::CBOR_TRUNCATED, at)
                .found(format!("{} octets", self.octets.len().saturating_sub(at)))
                .expected(expected)
        };
        let here = self.octets.get(at..).unwrap_or_default();
        let Some(&first) = here.first() else {
            return Err(cut("an item"));
        };
        let (major, info) = (first >> 5, first & 0x1f);
        let reserved = || fault(codes::CBOR_RESERVED_HEAD, at).found(format!("0x{first:02x}"));
        let size = match (major, info) {
            (_, 0..=23) => 1,
            (_, 24..=27) => 1 + (1usize << (info - 24)),
            (MAJOR::BYTES..=MAJOR::MAP, INDEFINITE) => 1,
            (MAJOR::SIMPLE, INDEFINITE) => {
                return Err(fault(codes::CBOR_BREAK_MISPLACED, at));
            }
            _ => return Err(reserved()),
        };
        let head = here.get(..size).ok_or_else(|| cut("the rest of a head"))?;
        let arg = match info {
            0..=23 => u64::from(info),
            INDEFINITE => 0,
            _ => head
                .iter()
                .skip(1)
                .fold(0, |arg, &octet| arg << 8 | u64::from(octet)),
        };
        if major == MAJOR::SIMPLE && info == 24 && arg < 32 {
            return Err(fault(codes::CBOR_SIMPLE_INVALID, at));
        }
        let content = if matches!(major, MAJOR::BYTES | MAJOR::TEXT) {
            usize::try_from(arg)
                .ok()
                .and_then(|length| here.get(size..)?.get(..length))
                .ok_or_else(|| cut("the content of a string"))?
        } else {
            &[]
        };
        Ok(Item {
            at,
            major,
            info,
            arg,
            head,
            content,
        })
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn end_of(octets: &[u8]) -> Result<usize, NotationError> {
        let mut walker = Walker::new(octets);
        while walker.next()?.is_some() {}
        Ok(walker.pos())
    }

    #[test]
    fn goes_to_the_end_of_one_item() {
        assert_eq!(end_of(&[0x82, 0x01, 0x61, b'a', 0x00]).unwrap(), 4);
        assert_eq!(end_of(&[0x5f, 0x41, 0x00, 0x40, 0xff]).unwrap(), 5);
        assert_eq!(end_of(&[0xbf, 0x01, 0x02, 0xff]).unwrap(), 4);
        assert_eq!(end_of(&[0xc1, 0xc1, 0x9f, 0xff]).unwrap(), 4);
        assert_eq!(end_of(&[0xa0]).unwrap(), 1);
    }

    #[test]
    fn names_what_is_not_well_formed() {
        let cases: &[(&[u8], &str, usize)] = &[
            (&[], "cbor-truncated", 0),
            (&[0x82, 0x01], "cbor-truncated", 2),
            (&[0x81, 0x62, 0x61], "cbor-truncated", 1),
            (&[0x1c], "cbor-reserved-head", 0),
            (&[0xdf], "cbor-reserved-head", 0),
            (&[0xff], "cbor-break-misplaced", 0),
            (&[0xbf, 0x01, 0xff], "cbor-break-misplaced", 2),
            (&[0x5f, 0x61, 0x61, 0xff], "cbor-chunk-invalid", 1),
            (&[0xf8, 0x14], "cbor-simple-invalid", 0),
        ];
        for (octets, code, at) in cases {
            let finding = end_of(octets).unwrap_err().into_finding();
            assert_eq!((finding.code.as_str(), finding.offset), (*code, Some(*at)));
        }
        // A million levels take no stack.
        assert!(end_of(&[0x81; 1_000_000]).is_err());
    }
}
