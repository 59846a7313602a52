//! The short way for messages with nothing to remark. It takes a message as a whole if every item
//! of it is plainly right, and otherwise takes nothing: the full reader then reads the same octets
//! from the start and says what is odd about them. Only the full reader knows faults; a property
//! test holds that the two never differ on what both accept.
//!
//! Everything is written once, where it stays, from a slice kept in registers: passing strings
//! through results costs more than reading them.

use alloc::borrow::Cow;
use alloc::boxed::Box;
use alloc::vec::Vec;

use super::Limits;
use crate::item::{DEPTH_CEILING, MAJOR};
use crate::message::{
    AeadAlgorithm, Disposition, Expiration, Extensions, ExternalPart, HashAlgorithm, MessageId,
    MimiContent, MultiPart, NestedPart, PartBody, PartSemantics, Salt, SecretOctets, SinglePart,
};

/// Reads a message that fills the octets to the end. `into` is only worth keeping after `Some`.
#[inline(always)]
pub(super) fn message<'a>(
    octets: &'a [u8],
    limits: &Limits,
    into: &mut MimiContent<'a>,
) -> Option<()> {
    let mut plain = Plain { rest: octets };
    plain.octet(0x87)?;
    plain.octet(0x50)?;
    into.salt = Salt::received(Cow::Borrowed(plain.take(Salt::LENGTH)?));
    plain.message_id(&mut into.replaces)?;
    let topic = plain.string(MAJOR::BYTES)?;
    if topic.len() > limits.topic_id {
        return None;
    }
    into.topic_id = Cow::Borrowed(topic);
    into.expires = plain.expiration()?;
    plain.message_id(&mut into.in_reply_to)?;
    into.extensions = Extensions::checked(Cow::Borrowed(plain.extensions()?));
    // Parts that lists may still announce: no more than the octets can hold, each counted once.
    let mut room = limits
        .parts
        .min(octets.len() / super::SMALLEST_PART)
        .checked_sub(1)?;
    let rest = part(plain.rest, 1, limits, &mut room, &mut into.nested_part)?;
    rest.is_empty().then_some(())
}

/// Whether an extension map is plainly right, which the encoder asks too.
#[inline]
pub(super) fn are_plain_extensions(octets: &[u8]) -> bool {
    let mut plain = Plain { rest: octets };
    plain.extensions().is_some() && plain.rest.is_empty()
}

/// The octets still to be read. Every method takes an item, or returns none.
struct Plain<'a> {
    rest: &'a [u8],
}

impl<'a> Plain<'a> {
    #[inline(always)]
    fn next(&mut self) -> Option<u8> {
        let (&first, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(first)
    }

    #[inline(always)]
    fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let (content, rest) = self.rest.split_at_checked(length)?;
        self.rest = rest;
        Some(content)
    }

    #[inline(always)]
    fn octet(&mut self, wanted: u8) -> Option<()> {
        (self.next()? == wanted).then_some(())
    }

    /// The argument of a head of that major type, in its shortest form.
    #[inline(always)]
    fn argument(&mut self, major: u8) -> Option<u64> {
        // Another major type leaves more than 31 here, and fits no arm.
        match self.next()? ^ (major << 5) {
            info @ 0..=23 => Some(info.into()),
            24 => self.next().filter(|&arg| arg >= 24).map(u64::from),
            info @ 25..=27 => self.long_argument(info),
            _ => None,
        }
    }

    #[inline(never)]
    fn long_argument(&mut self, info: u8) -> Option<u64> {
        let size = 1usize << (info - 24);
        let arg = self
            .take(size)?
            .iter()
            .fold(0, |arg, &octet| arg << 8 | u64::from(octet));
        // Shortest if the upper half is used.
        (arg >> (size * 4) != 0).then_some(arg)
    }

    #[inline(always)]
    fn uint(&mut self, limit: u64) -> Option<u64> {
        self.argument(MAJOR::UNSIGNED)
            .filter(|&value| value <= limit)
    }

    /// The content of a string; text is not yet known to be UTF-8.
    #[inline(always)]
    fn string(&mut self, major: u8) -> Option<&'a [u8]> {
        let length = self.argument(major)?;
        self.take(usize::try_from(length).ok()?)
    }

    #[inline(always)]
    fn bytes(&mut self) -> Option<Cow<'a, [u8]>> {
        self.string(MAJOR::BYTES).map(Cow::Borrowed)
    }

    #[inline(always)]
    fn text(&mut self) -> Option<&'a str> {
        let text = self.string(MAJOR::TEXT)?;
        if text.is_empty() {
            return Some("");
        }
        core::str::from_utf8(text).ok()
    }

    /// A content type. The spellings that nearly every message carries are known to be UTF-8.
    #[inline(always)]
    fn content_type(&mut self) -> Option<&'a str> {
        const GFM_MIMI: &str = "text/markdown;variant=GFM-MIMI";
        const PLAIN: &str = "text/plain;charset=utf-8";
        let text = self.string(MAJOR::TEXT)?;
        if text == GFM_MIMI.as_bytes() {
            return Some(GFM_MIMI);
        }
        if text == PLAIN.as_bytes() {
            return Some(PLAIN);
        }
        core::str::from_utf8(text).ok()
    }

    #[inline(always)]
    fn message_id(&mut self, into: &mut Option<MessageId>) -> Option<()> {
        match self.next()? {
            0xf6 => {}
            0x58 => {
                self.octet(0x20)?;
                let (id, rest) = self.rest.split_first_chunk()?;
                self.rest = rest;
                *into = Some(MessageId::new(*id));
            }
            _ => return None,
        }
        Some(())
    }

    #[inline(always)]
    fn expiration(&mut self) -> Option<Option<Expiration>> {
        match self.next()? {
            0xf6 => Some(None),
            0x82 => {
                let relative = self.next()?;
                let time = self.uint(u32::MAX.into())? as u32;
                match relative {
                    0xf4 => Some(Some(Expiration::Absolute(time))),
                    0xf5 => Some(Some(Expiration::Relative(time))),
                    _ => None,
                }
            }
            _ => None,
        }
    }

    /// A map of at most 23 entries from small positive integers, in order, to strings and
    /// integers. The ASCII test is quicker than the one for UTF-8.
    #[inline(always)]
    fn extensions(&mut self) -> Option<&'a [u8]> {
        const MAP: u8 = MAJOR::MAP << 5;
        let whole = self.rest;
        let entries = self
            .next()?
            .checked_sub(MAP)
            .filter(|&entries| entries < 24)?;
        let mut last = 0;
        for _ in 0..entries {
            let key = self.next().filter(|&key| key > last && key < 24)?;
            last = key;
            match self.rest.first()? >> 5 {
                MAJOR::TEXT => self
                    .string(MAJOR::TEXT)
                    .filter(|text| text.is_ascii())
                    .map(drop)?,
                MAJOR::BYTES => self.string(MAJOR::BYTES).map(drop)?,
                MAJOR::UNSIGNED => self.uint(u64::MAX).map(drop)?,
                _ => return None,
            }
        }
        whole.get(..whole.len() - self.rest.len())
    }
}

/// Reads a part and all inside it; returns what follows.
fn part<'a>(
    octets: &'a [u8],
    level: usize,
    limits: &Limits,
    room: &mut usize,
    into: &mut NestedPart<'a>,
) -> Option<&'a [u8]> {
    if level > limits.part_depth.min(DEPTH_CEILING) {
        return None;
    }
    let mut plain = Plain { rest: octets };
    let length = plain.next()?;
    into.disposition = Disposition(plain.uint(0xff)? as u8);
    into.language = Cow::Borrowed(plain.text()?);
    match (length, plain.next()?) {
        (0x83, 0) => into.body = PartBody::Null,
        (0x85, 1) => {
            into.body = PartBody::Single(SinglePart {
                content_type: Cow::Borrowed(plain.content_type()?),
                content: plain.bytes()?,
            });
        }
        (0x8f, 2) => into.body = PartBody::External(Box::new(external(&mut plain)?)),
        (0x85, 3) => {
            let semantics = PartSemantics::from_number(plain.next()?.into())?;
            let count = plain.argument(MAJOR::ARRAY)?;
            let mut multi = MultiPart::new(semantics, Vec::new());
            plain.rest = part_list(plain.rest, count, level + 1, limits, room, &mut multi.parts)?;
            into.body = PartBody::Multi(multi);
        }
        _ => return None,
    }
    Some(plain.rest)
}

fn part_list<'a>(
    mut rest: &'a [u8],
    count: u64,
    level: usize,
    limits: &Limits,
    room: &mut usize,
    into: &mut Vec<NestedPart<'a>>,
) -> Option<&'a [u8]> {
    // A count that the octets or the limit cannot back reserves nothing.
    let count = usize::try_from(count)
        .ok()
        .filter(|&count| count >= 2 && count <= *room)?;
    *room -= count;
    into.reserve_exact(count);
    for _ in 0..count {
        into.push(NestedPart::null(Disposition::UNSPECIFIED));
        rest = part(rest, level, limits, room, into.last_mut()?)?;
    }
    Some(rest)
}

#[inline(always)]
fn external<'a>(plain: &mut Plain<'a>) -> Option<ExternalPart<'a>> {
    Some(ExternalPart {
        content_type: Cow::Borrowed(plain.content_type()?),
        url: Cow::Borrowed(plain.text()?),
        expires: plain.uint(u32::MAX.into())? as u32,
        size: plain.uint(u64::MAX)?,
        enc_alg: AeadAlgorithm(plain.uint(u16::MAX.into())? as u16),
        key: SecretOctets::from(plain.bytes()?),
        nonce: SecretOctets::from(plain.bytes()?),
        aad: plain.bytes()?,
        hash_alg: HashAlgorithm(plain.uint(u8::MAX.into())? as u8),
        content_hash: plain.bytes()?,
        description: Cow::Borrowed(plain.text()?),
        filename: Cow::Borrowed(plain.text()?),
    })
}
