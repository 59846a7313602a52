//! Stepping over items: after a fault, and where the items are too many or too deep.

use alloc::format;
use alloc::vec::Vec;

use super::faults::Read;
use super::head::{Head, INDEFINITE, MAJOR};
use super::path::Path;
use super::reader::{BREAK, Reader};
use crate::report::{Cause, Code, codes};

impl Reader<'_, '_> {
    /// Steps over one item, whatever it is, in constant stack: for recovery after a fault.
    pub(crate) fn skip(&mut self, path: &Path<'_>) -> Read<()> {
        let mut waiting: Vec<Option<u64>> = Vec::new();
        // Items still to step over at this level; none = until a break.
        let mut left = Some(1u64);
        loop {
            match left {
                Some(0) => match waiting.pop() {
                    Some(outer) => left = outer,
                    None => return Ok(()),
                },
                None if self.peek() == Some(BREAK) => {
                    self.pos += 1;
                    left = Some(0);
                }
                _ => {
                    left = left.map(|n| n - 1);
                    let inner = self.step_over(path)?;
                    if inner == Some(0) {
                        continue;
                    }
                    // Definite inside definite needs no level of its own: the counts add up.
                    match (left, inner) {
                        (Some(n), Some(more)) => left = Some(n.saturating_add(more)),
                        _ => {
                            if left != Some(0) {
                                waiting.push(left);
                            }
                            left = inner;
                        }
                    }
                }
            }
        }
    }

    /// Steps over a head and a string's content; returns the number of items inside.
    fn step_over(&mut self, path: &Path<'_>) -> Read<Option<u64>> {
        let at = self.pos;
        let Some((&first, rest)) = self.octets.get(at..).and_then(<[u8]>::split_first) else {
            return Err(self.truncated(at, path, "an item"));
        };
        let (major, info) = (first >> 5, first & 0x1f);
        let size = match info {
            0..=23 | INDEFINITE => 0,
            24..=27 => 1usize << (info - 24),
            _ => {
                return Err(self.fatal(
                    codes::CBOR_RESERVED_HEAD,
                    at,
                    path,
                    format!("0x{first:02x}"),
                ));
            }
        };
        let Some(tail) = rest.get(..size) else {
            return Err(self.truncated(at, path, "the rest of a head"));
        };
        let arg = match info {
            0..=23 => u64::from(info),
            _ => tail
                .iter()
                .fold(0, |arg, &octet| arg << 8 | u64::from(octet)),
        };
        self.pos = at + 1 + size;
        if info == INDEFINITE {
            return match major {
                MAJOR::BYTES | MAJOR::TEXT => {
                    let head = Head {
                        at,
                        major,
                        info,
                        arg: 0,
                    };
                    self.skip_chunks(head, path).map(|()| Some(0))
                }
                MAJOR::ARRAY | MAJOR::MAP => Ok(None),
                MAJOR::SIMPLE => {
                    Err(self.fatal(codes::CBOR_BREAK_MISPLACED, at, path, "break (0xff)"))
                }
                _ => Err(self.fatal(
                    codes::CBOR_RESERVED_HEAD,
                    at,
                    path,
                    format!("0x{first:02x}"),
                )),
            };
        }
        match major {
            MAJOR::BYTES | MAJOR::TEXT => match self.take(arg) {
                Some(_) => Ok(Some(0)),
                None => Err(self.truncated(at, path, "the content of a string")),
            },
            MAJOR::ARRAY => Ok(Some(arg)),
            MAJOR::MAP => Ok(Some(arg.saturating_mul(2))),
            MAJOR::TAG => Ok(Some(1)),
            _ => Ok(Some(0)),
        }
    }

    fn skip_chunks(&mut self, head: Head, path: &Path<'_>) -> Read<()> {
        loop {
            match self.peek() {
                Some(BREAK) => {
                    self.pos += 1;
                    return Ok(());
                }
                Some(first) if first >> 5 == head.major && first & 0x1f != INDEFINITE => {
                    self.step_over(path)?;
                }
                Some(first) => {
                    let found = format!("0x{first:02x}");
                    return Err(self.fatal(codes::CBOR_CHUNK_INVALID, self.pos, path, found));
                }
                None => return Err(self.truncated(self.pos, path, "a chunk or a break")),
            }
        }
    }

    /// Goes back to the head and steps over its whole item.
    #[cold]
    pub(crate) fn skip_from(&mut self, head: Head, path: &Path<'_>) -> Read<()> {
        self.pos = head.at;
        self.skip(path)
    }

    /// Records a fault and, if all are wanted, steps over the item it is about.
    #[cold]
    pub(crate) fn fault_and_skip(
        &mut self,
        code: Code,
        head: Head,
        path: &Path<'_>,
        expected: &'static str,
    ) -> Read<()> {
        let seen = self.faults.cause().is_none();
        self.fault(code, head.at, path, head.describe(), expected)?;
        // What is wrong inside an item that should not be there follows from its being there.
        let outer = seen.then(|| self.faults.blame(Some(Cause::new(code, head.at))));
        let done = self.skip_from(head, path);
        if let Some(outer) = outer {
            self.faults.blame(outer);
        }
        done
    }
}
