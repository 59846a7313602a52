//! Walking a value of any shape: deterministic encoding, data model, depth. This is how the
//! extension map and everything inside it is checked.

use alloc::borrow::Cow;
use alloc::format;
use alloc::vec::Vec;

use super::faults::Read;
use super::float::{Float, TYPED_ARRAYS};
use super::head::{Head, MAJOR};
use super::key::Key;
use super::normalise::keys_of;
use super::path::{Path, Step};
use super::reader::Reader;
use crate::report::codes;

/// Largest integer key, as an argument: 2^53 - 1 for unsigned ones; -(2^53 - 1) is -1 - (2^53 - 2).
const KEY_LIMIT: u64 = (1 << 53) - 1;

/// How deep a value stands, and how deep it may.
#[derive(Clone, Copy)]
pub(crate) struct Depth {
    /// Level of the container around it; the extension map is level 1.
    pub(crate) level: usize,
    /// Deepest level of a map, array or tag.
    pub(crate) limit: usize,
}

/// Which keys a map may have.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Keys {
    /// The extension map itself: integers but 0, text of 1 to 255 octets.
    Extension,
    /// A map inside an extension: integers, text, octets.
    Nested,
    /// An extended time: integers, text of 1 to 255 octets.
    Time,
}

impl<'a> Reader<'a, '_> {
    /// Walks the extension map, whose head was read.
    pub(crate) fn extension_map(&mut self, head: Head, limit: usize, path: &Path<'_>) -> Read<()> {
        let depth = Depth { level: 0, limit };
        self.map(head, Keys::Extension, depth, false, path)
    }

    /// Walks the map of an extended time, whose head was read.
    pub(crate) fn time_map(&mut self, head: Head, limit: usize, path: &Path<'_>) -> Read<()> {
        let depth = Depth { level: 0, limit };
        self.map(head, Keys::Time, depth, false, path)
    }

    /// Walks one item.
    pub(crate) fn value(&mut self, depth: Depth, any_nan: bool, path: &Path<'_>) -> Read<()> {
        let head = self.head(path)?;
        match head.major {
            MAJOR::UNSIGNED | MAJOR::NEGATIVE => Ok(()),
            MAJOR::BYTES | MAJOR::TEXT => self.string(head, path).map(drop),
            MAJOR::SIMPLE => self.simple(head, any_nan, path),
            _ if depth.level >= depth.limit => self.fault_and_skip(
                codes::EXTENSION_DEPTH,
                head,
                path,
                "no map, array or tag at this depth",
            ),
            MAJOR::ARRAY => {
                let inner = Depth {
                    level: depth.level + 1,
                    ..depth
                };
                let mut open = self.open(head, 1);
                while self.more(&mut open, path)? {
                    self.value(inner, any_nan, &path.then(Step::Index(open.begun - 1)))?;
                }
                Ok(())
            }
            MAJOR::MAP => self.map(head, Keys::Nested, depth, any_nan, path),
            _ => {
                if head.arg == 2 || head.arg == 3 {
                    self.bignum(head, path)?;
                }
                let inner = Depth {
                    level: depth.level + 1,
                    ..depth
                };
                self.value(inner, any_nan || TYPED_ARRAYS.contains(&head.arg), path)
            }
        }
    }

    fn map(
        &mut self,
        head: Head,
        keys: Keys,
        depth: Depth,
        any_nan: bool,
        path: &Path<'_>,
    ) -> Read<()> {
        let start = self.pos();
        let inner = Depth {
            level: depth.level + 1,
            ..depth
        };
        let mut open = self.open(head, 2);
        let mut last: Option<Key<'a>> = None;
        let mut unsorted = false;
        while self.more(&mut open, path)? {
            let at = self.pos();
            let key = self.key(keys, path)?;
            if self.peek().is_some_and(|next| next == 0xff) || !self.more(&mut open, path)? {
                let at = self.pos();
                return Err(self.fatal(codes::CBOR_BREAK_MISPLACED, at, path, "break (0xff)"));
            }
            let Some(key) = key else {
                self.value(inner, any_nan, path)?;
                continue;
            };
            let here = path.then(Step::Key(&key));
            if let Some(last) = &last
                && key <= *last
            {
                let found = format!("{key} after {last}");
                if key == *last {
                    self.fault(
                        codes::DUPLICATE_KEY,
                        at,
                        &here,
                        format!("key {key} again"),
                        "each key once",
                    )?;
                } else {
                    unsorted = true;
                    self.fault(
                        codes::CBOR_KEY_ORDER,
                        at,
                        &here,
                        found,
                        "ascending order of the encoded keys",
                    )?;
                }
            }
            self.value(inner, any_nan, &here)?;
            last = Some(key);
        }
        if unsorted {
            self.distant_duplicates(start, path)?;
        }
        Ok(())
    }

    /// In a map that is not in order, finds keys that occur twice but not side by side.
    #[cold]
    fn distant_duplicates(&mut self, start: usize, path: &Path<'_>) -> Read<()> {
        let entries = keys_of(self.since(start));
        let mut sorted: Vec<_> = entries.iter().enumerate().collect();
        sorted.sort_by(|(i, (_, a)), (j, (_, b))| a.cmp(b).then(i.cmp(j)));
        let mut again: Vec<(usize, &Key<'_>)> = sorted
            .windows(2)
            .filter_map(|pair| match pair {
                [(i, (_, a)), (j, (at, b))] if a == b && *j != i + 1 => Some((start + at, b)),
                _ => None,
            })
            .collect();
        again.sort_by_key(|(at, _)| *at);
        for (at, key) in again {
            let here = path.then(Step::Key(key));
            self.fault(
                codes::DUPLICATE_KEY,
                at,
                &here,
                format!("key {key} again"),
                "each key once",
            )?;
        }
        Ok(())
    }

    /// Reads a key; none if it is of a forbidden kind (and was stepped over).
    #[inline]
    fn key(&mut self, keys: Keys, path: &Path<'_>) -> Read<Option<Key<'a>>> {
        let head = self.head(path)?;
        let key = match head.major {
            MAJOR::UNSIGNED | MAJOR::NEGATIVE => Key {
                major: head.major,
                arg: head.arg,
                content: Cow::Borrowed(&[]),
            },
            MAJOR::TEXT => self.string_key(head, path)?,
            MAJOR::BYTES if keys == Keys::Nested => self.string_key(head, path)?,
            _ => {
                let expected = match keys {
                    Keys::Extension | Keys::Time => "an integer or text",
                    Keys::Nested => "an integer, text or octets",
                };
                self.fault_and_skip(codes::KEY_TYPE, head, path, expected)?;
                return Ok(None);
            }
        };
        let here = path.then(Step::Key(&key));
        if key.major <= MAJOR::NEGATIVE && key.arg > KEY_LIMIT - u64::from(key.major) {
            self.fault(
                codes::KEY_RANGE,
                head.at,
                &here,
                head.describe(),
                "-(2^53 - 1) to 2^53 - 1",
            )?;
        }
        if keys == Keys::Extension && key.major == MAJOR::UNSIGNED && key.arg == 0 {
            self.fault(
                codes::KEY_RESERVED,
                head.at,
                &here,
                "key 0",
                "a key other than 0",
            )?;
        }
        if keys != Keys::Nested && key.major == MAJOR::TEXT && !(1..=255).contains(&key.arg) {
            let found = format!("{} octets", key.arg);
            self.fault(codes::KEY_LENGTH, head.at, &here, found, "1 to 255 octets")?;
        }
        Ok(Some(key))
    }

    #[inline]
    fn string_key(&mut self, head: Head, path: &Path<'_>) -> Read<Key<'a>> {
        let content = self.string(head, path)?;
        Ok(Key {
            major: head.major,
            arg: content.len() as u64,
            content,
        })
    }

    /// Simple values are all legal; floats are to be the shortest, NaN only the one.
    fn simple(&mut self, head: Head, any_nan: bool, path: &Path<'_>) -> Read<()> {
        let Some(float) = Float::of(head) else {
            return Ok(());
        };
        if float.is_nan() {
            if head.info == 25 && head.arg == 0x7e00 || any_nan {
                return Ok(());
            }
            return self.fault(
                codes::CBOR_NAN_PAYLOAD,
                head.at,
                path,
                float.describe(),
                "f97e00",
            );
        }
        if float.shortest() == head.info {
            return Ok(());
        }
        let expected = if float.shortest() == 25 {
            "a half-width float"
        } else {
            "a single-width float"
        };
        self.fault(
            codes::CBOR_FLOAT_NOT_SHORTEST,
            head.at,
            path,
            float.describe(),
            expected,
        )
    }

    /// A bignum tag was read: looks at its octets without taking them.
    fn bignum(&mut self, tag: Head, path: &Path<'_>) -> Read<()> {
        if self.peek().map(|first| first >> 5) != Some(MAJOR::BYTES) {
            return Ok(());
        }
        // Read in silence: the caller reads the string again and reports its faults.
        let Some(content) = Reader::quiet(self.rest()).whole_string() else {
            return Ok(());
        };
        if content.len() > 8 && content.first() != Some(&0) {
            return Ok(());
        }
        let found = format!("bignum of {} octets", content.len());
        self.fault(
            codes::CBOR_BIGNUM_NOT_SHORTEST,
            tag.at,
            path,
            found,
            "an integer, or no leading zeros",
        )
    }
}
