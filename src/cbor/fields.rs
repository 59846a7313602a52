//! What every schema here is made of: arrays of fixed length taken field by field, and typed
//! scalars. Which field follows which is in `reader`, `status` and `derived`.

use alloc::borrow::Cow;
use alloc::format;

use crate::item::{Head, MAJOR, Open, Path, Read, Reader};
use crate::message::MessageId;
use crate::report::{Cause, codes};

const NULL: u8 = 0xf6;
const UNDEFINED: u8 = 0xf7;

/// The fields of an array of fixed length, taken one by one. Nothing outside the array is ever
/// taken for a field of it.
pub(super) struct Fields {
    /// Offset of the head.
    pub(super) at: usize,
    pub(super) open: Open,
    /// The cause that was set before this array was found to be of the wrong length.
    outer: Option<Option<Cause>>,
}

impl<'a> Reader<'a, '_> {
    // Arrays of fixed length.

    /// Opens an array; none if something else stands there (and was stepped over).
    #[inline]
    pub(super) fn fields(
        &mut self,
        path: &Path<'_>,
        expected: &'static str,
    ) -> Read<Option<Fields>> {
        let head = self.untagged(path)?;
        if head.major != MAJOR::ARRAY {
            self.fault_and_skip(codes::WRONG_TYPE, head, path, expected)?;
            return Ok(None);
        }
        Ok(Some(Fields {
            at: head.at,
            open: self.open(head, 1),
            outer: None,
        }))
    }

    /// A fault if an array of known length has another one. What is then wrong with its fields
    /// follows from that, since they stand in other places.
    #[inline]
    pub(super) fn expect_length(
        &mut self,
        fields: &mut Fields,
        length: u64,
        path: &Path<'_>,
        expected: &'static str,
    ) -> Read<()> {
        match fields.open.length() {
            Some(found) if found != length && fields.outer.is_none() => {
                self.wrong_length(fields, found, path, expected)
            }
            _ => Ok(()),
        }
    }

    /// The same where no length would do.
    #[cold]
    pub(super) fn wrong_length(
        &mut self,
        fields: &mut Fields,
        found: u64,
        path: &Path<'_>,
        expected: &'static str,
    ) -> Read<()> {
        let found = format!("{found} items");
        self.fault(codes::ARRAY_LENGTH, fields.at, path, found, expected)?;
        let cause = Cause::new(codes::ARRAY_LENGTH, fields.at);
        let faults = &mut self.faults;
        let cause = faults.cause().unwrap_or(cause);
        fields.outer = Some(faults.blame(Some(cause)));
        Ok(())
    }

    /// Whether another field follows.
    #[inline]
    pub(super) fn next_field(&mut self, fields: &mut Fields, path: &Path<'_>) -> Read<bool> {
        self.more(&mut fields.open, path)
    }

    /// Steps over what is too much, and reports an indefinite array of the wrong length.
    #[inline]
    pub(super) fn close_fields(
        &mut self,
        mut fields: Fields,
        length: u64,
        path: &Path<'_>,
        expected: &'static str,
    ) -> Read<()> {
        if fields.outer.is_none() && fields.open.begun == length && fields.open.finished() {
            return Ok(());
        }
        self.close_odd(&mut fields, length, path, expected)
    }

    #[cold]
    fn close_odd(
        &mut self,
        fields: &mut Fields,
        length: u64,
        path: &Path<'_>,
        expected: &'static str,
    ) -> Read<()> {
        if self.skip_fields(fields, path)? {
            return Ok(());
        }
        if fields.open.begun == length {
            return Ok(());
        }
        let found = format!("{} items", fields.open.begun);
        self.fault(codes::ARRAY_LENGTH, fields.at, path, found, expected)
    }

    /// Steps over the rest. Says whether the length was found to be wrong before: then that is
    /// what faults were blamed on until here.
    pub(super) fn skip_fields(&mut self, fields: &mut Fields, path: &Path<'_>) -> Read<bool> {
        while self.next_field(fields, path)? {
            self.skip(path)?;
        }
        let outer = fields.outer.take();
        Ok(outer.map(|outer| self.faults.blame(outer)).is_some())
    }

    // Scalars.

    /// Reads a head; a tag is a fault, and what is inside it is read in its stead.
    #[inline]
    pub(super) fn untagged(&mut self, path: &Path<'_>) -> Read<Head> {
        let head = self.head(path)?;
        if head.major != MAJOR::TAG {
            return Ok(head);
        }
        self.inside_tags(head, path)
    }

    #[cold]
    fn inside_tags(&mut self, tag: Head, path: &Path<'_>) -> Read<Head> {
        self.fault(
            codes::TAG_UNEXPECTED,
            tag.at,
            path,
            tag.describe(),
            "no tag",
        )?;
        loop {
            let head = self.head(path)?;
            if head.major != MAJOR::TAG {
                return Ok(head);
            }
        }
    }

    #[inline]
    pub(super) fn uint(
        &mut self,
        limit: u64,
        path: &Path<'_>,
        expected: &'static str,
    ) -> Read<u64> {
        let head = self.untagged(path)?;
        if head.major == MAJOR::UNSIGNED && head.arg <= limit {
            return Ok(head.arg);
        }
        self.odd_uint(head, path, expected)
    }

    #[cold]
    fn odd_uint(&mut self, head: Head, path: &Path<'_>, expected: &'static str) -> Read<u64> {
        let code = match head.major {
            MAJOR::UNSIGNED => codes::INTEGER_RANGE,
            _ => codes::WRONG_TYPE,
        };
        self.fault_and_skip(code, head, path, expected)?;
        Ok(0)
    }

    #[inline]
    pub(super) fn u8(&mut self, path: &Path<'_>) -> Read<u8> {
        Ok(self.uint(0xff, path, "an integer from 0 to 255")? as u8)
    }

    #[inline]
    pub(super) fn u32(&mut self, path: &Path<'_>) -> Read<u32> {
        Ok(self.uint(0xffff_ffff, path, "an integer from 0 to 4294967295")? as u32)
    }

    #[inline]
    pub(super) fn bytes_item(&mut self, path: &Path<'_>) -> Read<Cow<'a, [u8]>> {
        let head = self.untagged(path)?;
        if head.major == MAJOR::BYTES {
            return self.string(head, path);
        }
        self.fault_and_skip(codes::WRONG_TYPE, head, path, "a byte string")?;
        Ok(Cow::Borrowed(&[]))
    }

    #[inline]
    pub(super) fn text_item(&mut self, path: &Path<'_>) -> Read<Cow<'a, str>> {
        let head = self.untagged(path)?;
        self.text_after(head, path)
    }

    #[inline]
    pub(super) fn text_after(&mut self, head: Head, path: &Path<'_>) -> Read<Cow<'a, str>> {
        if head.major == MAJOR::TEXT {
            return self.text(head, path);
        }
        self.fault_and_skip(codes::WRONG_TYPE, head, path, "a text string")?;
        Ok(Cow::Borrowed(""))
    }

    /// A URL may stand in tag 32 where that is tolerated.
    #[inline]
    pub(super) fn url(&mut self, path: &Path<'_>) -> Read<Cow<'a, str>> {
        let head = self.head(path)?;
        if head.major != MAJOR::TAG {
            return self.text_after(head, path);
        }
        let head = if head.arg == 32 {
            self.fault(codes::URL_TAGGED, head.at, path, "tag 32", "a text string")?;
            self.untagged(path)?
        } else {
            self.inside_tags(head, path)?
        };
        self.text_after(head, path)
    }

    /// Whether null stands there; takes it. `undefined` is a fault that may be tolerated.
    #[inline]
    pub(super) fn null(&mut self, path: &Path<'_>) -> Read<bool> {
        match self.peek() {
            Some(NULL) => {
                self.head(path)?;
                Ok(true)
            }
            Some(UNDEFINED) => {
                let at = self.head(path)?.at;
                self.fault(codes::UNDEFINED_FOR_NULL, at, path, "undefined", "null")?;
                Ok(true)
            }
            Some(first) if first >> 5 == MAJOR::TAG => self.null_inside_tags(path),
            _ => Ok(false),
        }
    }

    /// The tags of a null are the fault, not the null; of anything else, they are left to its reader.
    #[cold]
    fn null_inside_tags(&mut self, path: &Path<'_>) -> Read<bool> {
        let mut ahead = Reader::quiet(self.rest());
        while ahead.peek().map(|it| it >> 5) == Some(MAJOR::TAG) {
            if ahead.head(path).is_err() {
                return Ok(false);
            }
        }
        if !matches!(ahead.peek(), Some(NULL | UNDEFINED)) {
            return Ok(false);
        }
        let tag = self.head(path)?;
        let head = self.inside_tags(tag, path)?;
        if ahead.peek() == Some(UNDEFINED) {
            self.fault(
                codes::UNDEFINED_FOR_NULL,
                head.at,
                path,
                "undefined",
                "null",
            )?;
        }
        Ok(true)
    }

    #[inline]
    pub(super) fn message_id_or_null(&mut self, path: &Path<'_>) -> Read<Option<MessageId>> {
        if self.null(path)? {
            return Ok(None);
        }
        self.message_id(path, "null or a byte string of 32 octets")
            .map(Some)
    }

    pub(super) fn message_id(
        &mut self,
        path: &Path<'_>,
        expected: &'static str,
    ) -> Read<MessageId> {
        const STAND_IN: MessageId = MessageId::new([0; MessageId::LENGTH]);
        let head = self.untagged(path)?;
        if head.major != MAJOR::BYTES {
            self.fault_and_skip(codes::WRONG_TYPE, head, path, expected)?;
            return Ok(STAND_IN);
        }
        let octets = self.string(head, path)?;
        match <[u8; MessageId::LENGTH]>::try_from(&*octets) {
            Ok(octets) => Ok(MessageId::new(octets)),
            Err(_) => {
                let found = format!("{} octets", octets.len());
                self.fault(codes::MESSAGE_ID_LENGTH, head.at, path, found, "32 octets")?;
                Ok(STAND_IN)
            }
        }
    }

    #[inline]
    pub(super) fn text_field(
        &mut self,
        fields: &mut Fields,
        path: &Path<'_>,
        name: &'static str,
    ) -> Read<Cow<'a, str>> {
        match self.next_field(fields, path)? {
            true => self.text_item(&path.field(name)),
            false => Ok(Cow::Borrowed("")),
        }
    }

    #[inline]
    pub(super) fn bytes_field(
        &mut self,
        fields: &mut Fields,
        path: &Path<'_>,
        name: &'static str,
    ) -> Read<Cow<'a, [u8]>> {
        match self.next_field(fields, path)? {
            true => self.bytes_item(&path.field(name)),
            false => Ok(Cow::Borrowed(&[])),
        }
    }
}
