//! Reading heads, strings and containers, with a fault for every deviation. What the items mean
//! is decided by the caller; extension values are walked in `value`, and what nobody wants is
//! stepped over in `skip`.

use alloc::borrow::Cow;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::faults::{Faults, Halt, Keep, Read};
use super::head::{Head, INDEFINITE, MAJOR, head_size};
use super::path::Path;
use crate::report::{Code, Policy, codes};

/// A place in the octets of a document.
pub(crate) struct Reader<'a, 'p> {
    pub(super) octets: &'a [u8],
    pub(super) pos: usize,
    pub(crate) faults: Faults<'p>,
}

/// A container being read.
pub(crate) struct Open {
    /// Items still to come, while the length is definite.
    left: u64,
    indefinite: bool,
    /// Items begun so far.
    pub(crate) begun: u64,
}

impl Open {
    /// Number of items, where it was given in front and none was taken yet or all were.
    #[inline]
    pub(crate) fn length(&self) -> Option<u64> {
        (!self.indefinite).then_some(self.begun + self.left)
    }

    /// Whether nothing is left to take, not even a break.
    #[inline]
    pub(crate) fn finished(&self) -> bool {
        !self.indefinite && self.left == 0
    }
}

pub(super) const BREAK: u8 = 0xff;

impl<'a, 'p> Reader<'a, 'p> {
    pub(crate) fn new(octets: &'a [u8], faults: Faults<'p>) -> Self {
        Reader {
            octets,
            pos: 0,
            faults,
        }
    }

    /// Reads again what another reader accepted: deviations that can be tolerated pass.
    pub(crate) fn quiet(octets: &'a [u8]) -> Reader<'a, 'static> {
        Reader::new(octets, Faults::new(Policy::SILENT, Keep::First, 0))
    }

    /// The content of the string that stands here, if one does.
    pub(crate) fn whole_string(&mut self) -> Option<Cow<'a, [u8]>> {
        let path = Path::root("");
        let head = self.head(&path).ok()?;
        if !matches!(head.major, MAJOR::BYTES | MAJOR::TEXT) {
            return None;
        }
        self.string(head, &path).ok()
    }

    #[inline]
    pub(crate) fn pos(&self) -> usize {
        self.pos
    }

    /// Number of octets in all.
    #[inline]
    pub(crate) fn len(&self) -> usize {
        self.octets.len()
    }

    /// Number of octets not read yet.
    #[inline]
    pub(crate) fn remaining(&self) -> usize {
        self.octets.len() - self.pos
    }

    /// The octets not read yet.
    #[inline(always)]
    pub(crate) fn rest(&self) -> &'a [u8] {
        self.octets.get(self.pos..).unwrap_or_default()
    }

    /// Octets that were read already.
    pub(crate) fn since(&self, start: usize) -> &'a [u8] {
        self.octets.get(start..self.pos).unwrap_or_default()
    }

    #[inline]
    pub(crate) fn peek(&self) -> Option<u8> {
        self.octets.get(self.pos).copied()
    }

    /// Reads a head. A break is a fault here: where one may stand, [`Reader::more`] takes it.
    #[inline]
    pub(crate) fn head(&mut self, path: &Path<'_>) -> Read<Head> {
        let at = self.pos;
        if let Some(&first) = self.octets.get(at) {
            let info = first & 0x1f;
            if info < 24 {
                self.pos = at + 1;
                return Ok(Head {
                    at,
                    major: first >> 5,
                    info,
                    arg: u64::from(info),
                });
            }
            if info == 24
                && first < MAJOR::SIMPLE << 5
                && let Some(&arg) = self.octets.get(at + 1)
                && arg >= 24
            {
                self.pos = at + 2;
                return Ok(Head {
                    at,
                    major: first >> 5,
                    info,
                    arg: u64::from(arg),
                });
            }
        }
        self.long_head(path)
    }

    #[inline(never)]
    fn long_head(&mut self, path: &Path<'_>) -> Read<Head> {
        let at = self.pos;
        let Some((&first, rest)) = self.octets.get(at..).and_then(<[u8]>::split_first) else {
            return Err(self.truncated(at, path, "an item"));
        };
        let (major, info) = (first >> 5, first & 0x1f);
        let (arg, size) = match info {
            24 => (rest.first().map(|&b| u64::from(b)), 1),
            25 => (
                rest.first_chunk()
                    .map(|b| u64::from(u16::from_be_bytes(*b))),
                2,
            ),
            26 => (
                rest.first_chunk()
                    .map(|b| u64::from(u32::from_be_bytes(*b))),
                4,
            ),
            27 => (rest.first_chunk().map(|b| u64::from_be_bytes(*b)), 8),
            INDEFINITE if (MAJOR::BYTES..=MAJOR::MAP).contains(&major) => (Some(0), 0),
            INDEFINITE if major == MAJOR::SIMPLE => {
                return Err(self.fatal(codes::CBOR_BREAK_MISPLACED, at, path, "break (0xff)"));
            }
            _ => {
                let found = format!("0x{first:02x}");
                return Err(self.fatal(codes::CBOR_RESERVED_HEAD, at, path, found));
            }
        };
        let Some(arg) = arg else {
            return Err(self.truncated(at, path, "the rest of a head"));
        };
        let head = Head {
            at,
            major,
            info,
            arg,
        };
        self.pos = at + 1 + size;
        if major == MAJOR::SIMPLE {
            if info == 24 && arg < 32 {
                let found = format!("simple value {arg} in two octets");
                return Err(self.fatal(codes::CBOR_SIMPLE_INVALID, at, path, found));
            }
        } else if info == INDEFINITE {
            self.fault(
                codes::CBOR_INDEFINITE_LENGTH,
                at,
                path,
                head.describe(),
                "a definite length",
            )?;
        } else if head_size(arg) != 1 + size {
            let found = format!("{arg} in {} octets", 1 + size);
            let expected = match head_size(arg) {
                1 => "1 octet",
                2 => "2 octets",
                3 => "3 octets",
                _ => "5 octets",
            };
            self.fault(codes::CBOR_HEAD_NOT_SHORTEST, at, path, found, expected)?;
        }
        Ok(head)
    }

    /// The content of a string whose head was read.
    #[inline]
    pub(crate) fn string(&mut self, head: Head, path: &Path<'_>) -> Read<Cow<'a, [u8]>> {
        let content = self.raw_string(head, path)?;
        if head.major == MAJOR::TEXT
            && let Cow::Borrowed(content) = content
        {
            self.utf8(content, path)?;
        }
        Ok(content)
    }

    /// The octets of a string; only the chunks of one of indefinite length are checked to be
    /// UTF-8, each by itself.
    #[inline]
    pub(super) fn raw_string(&mut self, head: Head, path: &Path<'_>) -> Read<Cow<'a, [u8]>> {
        if head.indefinite() {
            return self.chunks(head, path);
        }
        match self.take(head.arg) {
            Some(content) => Ok(Cow::Borrowed(content)),
            None => Err(self.truncated(head.at, path, "the content of a string")),
        }
    }

    /// The content of a text string whose head was read. Where it is not UTF-8 and all faults
    /// are wanted, the value is a stand-in.
    #[inline]
    pub(crate) fn text(&mut self, head: Head, path: &Path<'_>) -> Read<Cow<'a, str>> {
        match self.raw_string(head, path)? {
            Cow::Borrowed(content) => match core::str::from_utf8(content) {
                Ok(text) => Ok(Cow::Borrowed(text)),
                Err(_) => self.utf8(content, path).map(|()| Cow::Borrowed("")),
            },
            Cow::Owned(content) => Ok(String::from_utf8(content).map_or("".into(), Cow::Owned)),
        }
    }

    #[cold]
    fn chunks(&mut self, head: Head, path: &Path<'_>) -> Read<Cow<'a, [u8]>> {
        let mut whole = Vec::new();
        loop {
            if self.peek() == Some(BREAK) {
                self.pos += 1;
                return Ok(Cow::Owned(whole));
            }
            let chunk = self.head(path)?;
            if chunk.major != head.major || chunk.indefinite() {
                let found = chunk.describe();
                return Err(self.fatal(codes::CBOR_CHUNK_INVALID, chunk.at, path, found));
            }
            whole.extend_from_slice(&self.string(chunk, path)?);
        }
    }

    #[inline]
    pub(super) fn take(&mut self, size: u64) -> Option<&'a [u8]> {
        let size = usize::try_from(size).ok()?;
        let content = self.octets.get(self.pos..)?.get(..size)?;
        self.pos += size;
        Some(content)
    }

    /// A fault if the octets just read are not UTF-8.
    #[inline]
    fn utf8(&mut self, content: &[u8], path: &Path<'_>) -> Read<()> {
        match core::str::from_utf8(content) {
            Ok(_) => Ok(()),
            Err(error) => {
                let valid = error.valid_up_to();
                let at = self.pos - content.len() + valid;
                let found = format!("octet 0x{:02x}", content.get(valid).copied().unwrap_or(0));
                self.fault(codes::UTF8_INVALID, at, path, found, "valid UTF-8")
            }
        }
    }

    /// Begins to read a container whose head was read; `per_entry` is 2 for a map.
    #[inline]
    pub(crate) fn open(&self, head: Head, per_entry: u64) -> Open {
        Open {
            left: head.arg.saturating_mul(per_entry),
            indefinite: head.indefinite(),
            begun: 0,
        }
    }

    /// Whether another item of the container follows; takes the break of an indefinite one.
    #[inline]
    pub(crate) fn more(&mut self, open: &mut Open, path: &Path<'_>) -> Read<bool> {
        if open.indefinite {
            return self.more_indefinite(open, path);
        }
        if open.left == 0 {
            return Ok(false);
        }
        open.left -= 1;
        open.begun += 1;
        Ok(true)
    }

    #[cold]
    fn more_indefinite(&mut self, open: &mut Open, path: &Path<'_>) -> Read<bool> {
        match self.peek() {
            Some(BREAK) => {
                self.pos += 1;
                open.indefinite = false;
                Ok(false)
            }
            Some(_) => {
                open.begun += 1;
                Ok(true)
            }
            None => Err(self.truncated(self.pos, path, "an item or a break")),
        }
    }

    /// See [`Faults::fault`].
    #[cold]
    pub(crate) fn fault(
        &mut self,
        code: Code,
        at: usize,
        path: &Path<'_>,
        found: impl Into<Cow<'static, str>>,
        expected: impl Into<Cow<'static, str>>,
    ) -> Read<()> {
        self.faults
            .fault(code, at, path, found.into(), expected.into())
    }

    /// See [`Faults::fatal`].
    #[cold]
    pub(crate) fn fatal(
        &mut self,
        code: Code,
        at: usize,
        path: &Path<'_>,
        found: impl Into<Cow<'static, str>>,
    ) -> Halt {
        self.faults.fatal(code, at, path, found.into(), "")
    }

    /// The input ends within an item.
    #[cold]
    pub(crate) fn truncated(&mut self, at: usize, path: &Path<'_>, expected: &'static str) -> Halt {
        let found = match self.octets.len() - at {
            0 => Cow::Borrowed("the end of the input"),
            left => format!("{left} octets").into(),
        };
        self.faults
            .fatal(codes::CBOR_TRUNCATED, at, path, found, expected)
    }
}
