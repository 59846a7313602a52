//! Reading the schema of the draft's appendix A.1: which field follows which, and of what type.
//! How items are read is in `item::reader`.

use alloc::borrow::Cow;
use alloc::boxed::Box;
use alloc::format;
use alloc::vec::Vec;

use super::fields::Fields;
use super::{Limits, SMALLEST_PART};
use crate::item::{DEPTH_CEILING, Halt, MAJOR, Open, Path, Read, Reader, Step, normalise};
use crate::message::{
    AeadAlgorithm, Disposition, Expiration, Extensions, ExternalPart, HashAlgorithm, MimiContent,
    MultiPart, NestedPart, PartBody, PartSemantics, Salt, SecretOctets, SinglePart,
};
use crate::report::codes;

/// How many items a part has, and that in words, by its cardinality.
const PARTS: [(u64, &str); 4] = [
    (3, "3 items for a null part"),
    (5, "5 items for a single part"),
    (15, "15 items for an external part"),
    (5, "5 items for a multipart"),
];

const ANY_PART: &str = "3, 5 or 15 items";

fn form_of_part(cardinality: u64) -> Option<&'static (u64, &'static str)> {
    PARTS.get(usize::try_from(cardinality).ok()?)
}

/// Reads one message. After a refused fault the value is a stand-in, which the caller drops.
pub(super) fn message<'a>(reader: &mut Reader<'a, '_>, limits: &Limits) -> Read<MimiContent<'a>> {
    Schema::new(reader, limits).message()
}

pub(super) struct Schema<'r, 'a, 'p> {
    pub(super) reader: &'r mut Reader<'a, 'p>,
    pub(super) limits: &'r Limits,
    /// Parts begun so far.
    parts: usize,
    /// Parts that room was made for so far.
    reserved: usize,
}

impl<'r, 'a, 'p> Schema<'r, 'a, 'p> {
    pub(super) fn new(reader: &'r mut Reader<'a, 'p>, limits: &'r Limits) -> Self {
        Schema {
            reader,
            limits,
            parts: 0,
            reserved: 0,
        }
    }
}

impl<'a> Schema<'_, 'a, '_> {
    fn message(&mut self) -> Read<MimiContent<'a>> {
        let root = Path::root("");
        let Some(mut fields) = self.reader.fields(&root, "an array of 7 items")? else {
            return Err(Halt);
        };
        self.reader
            .expect_length(&mut fields, 7, &root, "7 items")?;
        let empty = || Cow::Borrowed([].as_slice());
        let message = MimiContent {
            salt: Salt::received(if self.reader.next_field(&mut fields, &root)? {
                self.salt(&root.field("salt"))?
            } else {
                empty()
            }),
            replaces: match self.reader.next_field(&mut fields, &root)? {
                true => self.reader.message_id_or_null(&root.field("replaces"))?,
                false => None,
            },
            topic_id: match self.reader.next_field(&mut fields, &root)? {
                true => self.topic_id(&root.field("topicId"))?,
                false => empty(),
            },
            expires: match self.reader.next_field(&mut fields, &root)? {
                true => self.expires(&root.field("expires"))?,
                false => None,
            },
            in_reply_to: match self.reader.next_field(&mut fields, &root)? {
                true => self.reader.message_id_or_null(&root.field("inReplyTo"))?,
                false => None,
            },
            extensions: match self.reader.next_field(&mut fields, &root)? {
                true => self.extensions(&root.field("extensions"))?,
                false => Extensions::EMPTY,
            },
            nested_part: match self.reader.next_field(&mut fields, &root)? {
                true => self.nested_part(1, &root.field("nestedPart"))?,
                false => NestedPart::null(Disposition::UNSPECIFIED),
            },
        };
        self.reader.close_fields(fields, 7, &root, "7 items")?;
        Ok(message)
    }

    // The fields of a message.

    fn salt(&mut self, path: &Path<'_>) -> Read<Cow<'a, [u8]>> {
        let at = self.reader.pos();
        let head = self.reader.untagged(path)?;
        if head.major != MAJOR::BYTES {
            self.reader.fault_and_skip(
                codes::WRONG_TYPE,
                head,
                path,
                "a byte string of 16 octets",
            )?;
            return Ok(Cow::Borrowed(&[]));
        }
        // The length is judged from the head, so that a wrong one is named even where the
        // content is cut off.
        if !head.indefinite() && head.arg != Salt::LENGTH as u64 {
            self.reader.fault(
                codes::SALT_LENGTH,
                head.at,
                path,
                head.describe(),
                "16 octets",
            )?;
        }
        let salt = self.reader.string(head, path)?;
        if head.indefinite() && salt.len() != Salt::LENGTH {
            let found = format!("{} octets", salt.len());
            self.reader
                .fault(codes::SALT_LENGTH, at, path, found, "16 octets")?;
        }
        Ok(salt)
    }

    pub(super) fn topic_id(&mut self, path: &Path<'_>) -> Read<Cow<'a, [u8]>> {
        let at = self.reader.pos();
        let topic = self.reader.bytes_item(path)?;
        if topic.len() > self.limits.topic_id {
            let found = format!("{} octets", topic.len());
            let expected = format!("at most {} octets", self.limits.topic_id);
            self.reader
                .fault(codes::TOPIC_LENGTH, at, path, found, expected)?;
        }
        Ok(topic)
    }

    pub(super) fn expires(&mut self, path: &Path<'_>) -> Read<Option<Expiration>> {
        if self.reader.null(path)? {
            return Ok(None);
        }
        let Some(mut fields) = self.reader.fields(path, "null or an array of 2 items")? else {
            return Ok(None);
        };
        self.reader.expect_length(&mut fields, 2, path, "2 items")?;
        let mut relative = false;
        if self.reader.next_field(&mut fields, path)? {
            let path = path.field("relative");
            let head = self.reader.untagged(&path)?;
            match (head.major, head.info) {
                (MAJOR::SIMPLE, 20) => {}
                (MAJOR::SIMPLE, 21) => relative = true,
                _ => self
                    .reader
                    .fault_and_skip(codes::WRONG_TYPE, head, &path, "false or true")?,
            }
        }
        let mut time = 0;
        if self.reader.next_field(&mut fields, path)? {
            time = self.reader.u32(&path.field("time"))?;
        }
        self.reader.close_fields(fields, 2, path, "2 items")?;
        Ok(Some(match relative {
            true => Expiration::Relative(time),
            false => Expiration::Absolute(time),
        }))
    }

    pub(super) fn extensions(&mut self, path: &Path<'_>) -> Read<Extensions<'a>> {
        if self.reader.peek() == Some(0xa0) {
            self.reader.head(path)?;
            return Ok(Extensions::EMPTY);
        }
        // A fault of the head counts too: an indefinite map is to be normalised.
        let seen = self.reader.faults.seen();
        let head = self.reader.untagged(path)?;
        if head.major != MAJOR::MAP {
            self.reader
                .fault_and_skip(codes::WRONG_TYPE, head, path, "a map")?;
            return Ok(Extensions::EMPTY);
        }
        self.reader
            .extension_map(head, self.limits.extension_depth, path)?;
        let octets = self.reader.since(head.at);
        if self.reader.faults.seen() == seen {
            return Ok(Extensions::checked(Cow::Borrowed(octets)));
        }
        if self.reader.faults.refused() {
            return Ok(Extensions::EMPTY);
        }
        normalise(octets)
            .map(|octets| Extensions::checked(Cow::Owned(octets)))
            .ok_or(Halt)
    }

    // Parts.

    fn nested_part(&mut self, level: usize, path: &Path<'_>) -> Read<NestedPart<'a>> {
        let stand_in = NestedPart::null(Disposition::UNSPECIFIED);
        let at = self.reader.pos();
        self.parts += 1;
        if self.parts > self.limits.parts {
            return self.too_many_parts(at, path).map(|()| stand_in);
        }
        let Some(mut fields) = self.reader.fields(path, "an array of 3, 5 or 15 items")? else {
            return Ok(stand_in);
        };
        if let Some(length) = fields.open.length()
            && PARTS.iter().all(|(known, _)| *known != length)
        {
            let expected = self.length_of_part();
            self.reader
                .wrong_length(&mut fields, length, path, expected)?;
        }
        let disposition = match self.reader.next_field(&mut fields, path)? {
            true => Disposition(self.reader.u8(&path.field("disposition"))?),
            false => Disposition::UNSPECIFIED,
        };
        let language = match self.reader.next_field(&mut fields, path)? {
            true => self.reader.text_item(&path.field("language"))?,
            false => Cow::Borrowed(""),
        };
        let cardinality = match self.reader.next_field(&mut fields, path)? {
            true => self.cardinality(&path.field("cardinality"))?,
            false => None,
        };
        let Some(&(length, expected)) = cardinality.and_then(form_of_part) else {
            // Which fields the part should have is unknown: step over the rest of it.
            let begun = fields.open.begun;
            if !self.reader.skip_fields(&mut fields, path)? && begun < 3 {
                let found = format!("{begun} items");
                self.reader
                    .fault(codes::ARRAY_LENGTH, fields.at, path, found, ANY_PART)?;
            }
            return Ok(stand_in);
        };
        self.reader
            .expect_length(&mut fields, length, path, expected)?;
        let body = match cardinality {
            Some(1) => PartBody::Single(self.single(&mut fields, path)?),
            Some(2) => PartBody::External(Box::new(self.external(&mut fields, path)?)),
            Some(3) => PartBody::Multi(self.multi(&mut fields, level, path)?),
            _ => PartBody::Null,
        };
        self.reader.close_fields(fields, length, path, expected)?;
        Ok(NestedPart {
            disposition,
            language,
            body,
        })
    }

    /// What a part of a length that none has should have: as its cardinality says, if its first
    /// fields stand where they should.
    #[cold]
    fn length_of_part(&self) -> &'static str {
        const NOWHERE: Path<'static> = Path::root("");
        let mut ahead = Reader::quiet(self.reader.rest());
        let mut cardinality = || {
            let disposition = ahead.head(&NOWHERE).ok()?;
            let language = ahead.peek()? >> 5;
            ahead.skip(&NOWHERE).ok()?;
            let cardinality = ahead.head(&NOWHERE).ok()?;
            let all = (disposition.major, language, cardinality.major);
            let fits = all == (MAJOR::UNSIGNED, MAJOR::TEXT, MAJOR::UNSIGNED);
            fits.then_some(cardinality.arg)
        };
        cardinality()
            .and_then(form_of_part)
            .map_or(ANY_PART, |(_, expected)| expected)
    }

    #[cold]
    fn too_many_parts(&mut self, at: usize, path: &Path<'_>) -> Read<()> {
        // Said once; the parts after the first one too many are stepped over in silence.
        if self.parts == self.limits.parts + 1 {
            let found = format!("more than {} parts", self.limits.parts);
            let expected = format!("at most {} parts", self.limits.parts);
            self.reader
                .fault(codes::PART_COUNT, at, path, found, expected)?;
        }
        self.reader.skip(path)
    }

    /// The cardinality; none if it is unknown, which leaves the part unread.
    pub(super) fn cardinality(&mut self, path: &Path<'_>) -> Read<Option<u64>> {
        let head = self.reader.untagged(path)?;
        match head.major {
            MAJOR::UNSIGNED if head.arg <= 3 => Ok(Some(head.arg)),
            MAJOR::UNSIGNED => {
                self.reader
                    .fault_and_skip(codes::CARDINALITY_UNKNOWN, head, path, "0 to 3")?;
                Ok(None)
            }
            _ => {
                self.reader.fault_and_skip(
                    codes::WRONG_TYPE,
                    head,
                    path,
                    "an integer from 0 to 3",
                )?;
                Ok(None)
            }
        }
    }

    #[inline]
    pub(super) fn single(&mut self, fields: &mut Fields, path: &Path<'_>) -> Read<SinglePart<'a>> {
        let content_type = self.reader.text_field(fields, path, "contentType")?;
        let content = self.reader.bytes_field(fields, path, "content")?;
        Ok(SinglePart::new(content_type, content))
    }

    pub(super) fn external(
        &mut self,
        fields: &mut Fields,
        path: &Path<'_>,
    ) -> Read<ExternalPart<'a>> {
        let mut part = ExternalPart {
            content_type: self.reader.text_field(fields, path, "contentType")?,
            ..ExternalPart::default()
        };
        if self.reader.next_field(fields, path)? {
            part.url = self.reader.url(&path.field("url"))?;
        }
        if self.reader.next_field(fields, path)? {
            part.expires = self.reader.u32(&path.field("expires"))?;
        }
        if self.reader.next_field(fields, path)? {
            part.size = self
                .reader
                .uint(u64::MAX, &path.field("size"), "an integer of 64 bits")?;
        }
        if self.reader.next_field(fields, path)? {
            let number =
                self.reader
                    .uint(0xffff, &path.field("encAlg"), "an integer from 0 to 65535")?;
            part.enc_alg = AeadAlgorithm(number as u16);
        }
        part.key = SecretOctets::from(self.reader.bytes_field(fields, path, "key")?);
        part.nonce = SecretOctets::from(self.reader.bytes_field(fields, path, "nonce")?);
        part.aad = self.reader.bytes_field(fields, path, "aad")?;
        if self.reader.next_field(fields, path)? {
            part.hash_alg = HashAlgorithm(self.reader.u8(&path.field("hashAlg"))?);
        }
        part.content_hash = self.reader.bytes_field(fields, path, "contentHash")?;
        part.description = self.reader.text_field(fields, path, "description")?;
        part.filename = self.reader.text_field(fields, path, "filename")?;
        Ok(part)
    }

    fn multi(&mut self, fields: &mut Fields, level: usize, path: &Path<'_>) -> Read<MultiPart<'a>> {
        let mut multi = MultiPart::new(PartSemantics::ProcessAll, Vec::new());
        if self.reader.next_field(fields, path)? {
            multi.semantics = self.semantics(&path.field("partSemantics"))?;
        }
        if self.reader.next_field(fields, path)? {
            multi.parts = self.part_list(level + 1, &path.field("parts"))?;
        }
        Ok(multi)
    }

    pub(super) fn semantics(&mut self, path: &Path<'_>) -> Read<PartSemantics> {
        let head = self.reader.untagged(path)?;
        if head.major == MAJOR::UNSIGNED
            && let Some(semantics) = PartSemantics::from_number(head.arg)
        {
            return Ok(semantics);
        }
        let code = match head.major {
            MAJOR::UNSIGNED => codes::SEMANTICS_UNKNOWN,
            _ => codes::WRONG_TYPE,
        };
        self.reader.fault_and_skip(code, head, path, "0, 1 or 2")?;
        Ok(PartSemantics::ProcessAll)
    }

    fn part_list(&mut self, level: usize, path: &Path<'_>) -> Read<Vec<NestedPart<'a>>> {
        let head = self.reader.untagged(path)?;
        if head.major != MAJOR::ARRAY {
            self.reader
                .fault_and_skip(codes::WRONG_TYPE, head, path, "an array of parts")?;
            return Ok(Vec::new());
        }
        let mut open = self.reader.open(head, 1);
        // A count is only believed as far as the limit, and the octets that no other list of
        // parts was given room for, can back it.
        let believed = (self.reader.len() / SMALLEST_PART).min(self.limits.parts);
        let room = believed.saturating_sub(self.reserved);
        let count = usize::try_from(head.arg).unwrap_or(usize::MAX);
        if level > self.limits.part_depth.min(DEPTH_CEILING) {
            self.too_deep(&mut open, path)?;
            self.enough_parts(&open, head.at, path)?;
            return Ok(Vec::new());
        }
        self.reserved += count.min(room);
        let mut parts = Vec::with_capacity(count.min(room));
        while self.reader.more(&mut open, path)? {
            let part = self.nested_part(level, &path.then(Step::Index(open.begun - 1)))?;
            // Stand-ins are not collected: they may be far larger than what they stand for.
            if !self.reader.faults.refused() {
                parts.push(part);
            }
        }
        self.enough_parts(&open, head.at, path)?;
        Ok(parts)
    }

    /// A fault if a list that was read to its end has fewer than two parts.
    fn enough_parts(&mut self, open: &Open, at: usize, path: &Path<'_>) -> Read<()> {
        let found = match open.begun {
            0 => "no part",
            1 => "1 part",
            _ => return Ok(()),
        };
        self.reader
            .fault(codes::MULTIPART_TOO_FEW, at, path, found, "2 parts or more")
    }

    /// Says at the first part that it stands too deep, and steps over all of them.
    #[cold]
    fn too_deep(&mut self, open: &mut Open, path: &Path<'_>) -> Read<()> {
        while self.reader.more(open, path)? {
            if open.begun == 1 {
                let at = self.reader.pos();
                let found = "a part inside the deepest level allowed";
                let path = path.then(Step::Index(0));
                self.reader
                    .fault(codes::PART_DEPTH, at, &path, found, "no part at this depth")?;
            }
            self.reader.skip(path)?;
        }
        Ok(())
    }
}
