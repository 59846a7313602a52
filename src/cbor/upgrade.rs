//! Reading the layouts of older drafts into the model of today, with a finding for every field
//! that changed. Which layouts there are is in `older`.

use alloc::borrow::Cow;
use alloc::boxed::Box;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::Limits;
use super::decoder::{DecodeError, Decoder};
use super::older::{OlderDraft, recognise};
use super::reader::Schema;
use crate::item::{Encoder, Halt, Keep, MAJOR, Path, RawValue, Read, Reader, Step};
use crate::message::{
    Disposition, Expiration, ExtensionKey, MessageId, MimiContent, MultiPart, NestedPart, PartBody,
    PartSemantics, Salt,
};
use crate::report::{Converted, Finding, codes};

/// How to read a message of an older draft.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct UpgradeOptions {
    /// The salt to take where the message has none of 16 octets. Without it the salt stays as
    /// it was received, or empty, and the message can be read but not encoded.
    pub salt: Option<Salt<'static>>,
    /// Limits, as for any message.
    pub limits: Limits,
}

impl UpgradeOptions {
    /// With a salt for messages that have none.
    pub fn with_salt(salt: Salt<'static>) -> Self {
        UpgradeOptions {
            salt: Some(salt),
            ..UpgradeOptions::default()
        }
    }
}

/// A message of an older draft in the model of today.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Upgraded<'a> {
    /// The layout it was in; none for today's, which drafts 06 and 07 had too.
    pub draft: Option<OlderDraft>,
    /// The message.
    pub content: MimiContent<'a>,
}

/// Reads a message of drafts 03 to 07, tolerantly.
///
/// Every change is a finding [`codes::UPGRADED`]: a dropped `partIndex` or hash of the message
/// replied to, `expires` in its new form, `lastSeen` now in extension 256, a salt that was
/// missing or too long. IDs of other messages are kept as they are, although older drafts
/// computed them differently. A message in today's layout is read as it is.
///
/// # Errors
/// The first rule of its layout that the message breaks.
///
/// ```
/// use mimi_codec::cbor::{UpgradeOptions, encode, upgrade};
/// use mimi_codec::message::{Expiration, Salt};
///
/// // replaces, topicId, expires, inReplyTo, lastSeen, extensions, body
/// let octets = [0x87, 0xf6, 0x40, 0x18, 99, 0xf6, 0x80, 0xa0, 0x84, 0x01, 0x60, 0x00, 0x00];
/// let options = UpgradeOptions::with_salt(Salt::new([7; 16]));
/// let upgraded = upgrade(&octets, &options)?;
/// assert_eq!(upgraded.value.content.expires, Some(Expiration::Absolute(99)));
/// let changed: Vec<_> = upgraded.findings.iter().filter_map(|f| f.path.as_deref()).collect();
/// assert_eq!(changed, ["salt", "expires", "lastSeen", "nestedPart.partIndex"]);
/// assert!(encode(&upgraded.value.content).is_ok());
/// # Ok::<(), mimi_codec::cbor::DecodeError>(())
/// ```
pub fn upgrade<'a>(
    octets: &'a [u8],
    options: &UpgradeOptions,
) -> Result<Converted<Upgraded<'a>>, DecodeError> {
    let decoder = Decoder::tolerant().with_limits(options.limits);
    let draft = recognise(octets);
    let mut changes = Vec::new();
    let mut read = match draft {
        Some(_) => decoder
            .read(octets, Keep::First, "", |reader, limits| {
                Older {
                    schema: Schema::new(reader, limits),
                    changes: &mut changes,
                    next_index: 0,
                    indexed: 0,
                }
                .message()
            })
            .finish()?,
        None => {
            let received = decoder.decode(octets)?;
            let findings = received.findings().to_vec();
            Converted::new(received.into_content(), findings)
        }
    };
    mend_salt(&mut read.value, options.salt.as_ref(), &mut changes);
    read.findings.append(&mut changes);
    Ok(read.map(|content| Upgraded { draft, content }))
}

fn mend_salt(
    content: &mut MimiContent<'_>,
    salt: Option<&Salt<'static>>,
    changes: &mut Vec<Finding>,
) {
    if content.salt.is_legal() {
        return;
    }
    let had = match content.salt.as_bytes().len() {
        0 => Cow::Borrowed("no salt"),
        length => format!("{length} octets").into(),
    };
    let message = match salt {
        Some(_) => "the salt was missing or of another length, and was replaced",
        None => "the salt is missing or of another length; it must be set before encoding",
    };
    if let Some(salt) = salt {
        content.salt = salt.clone();
    }
    let change = change("salt", message).found(had).expected("16 octets");
    changes.insert(0, change);
}

fn change(path: impl Into<String>, message: impl Into<Cow<'static, str>>) -> Finding {
    Finding::new(codes::UPGRADED).path(path).message(message)
}

/// Reads the layouts of drafts 03 to 05, whose differences show in the items themselves.
struct Older<'c, 'r, 'a, 'p> {
    schema: Schema<'r, 'a, 'p>,
    changes: &'c mut Vec<Finding>,
    /// The implied index of the next part.
    next_index: u64,
    /// Parts that had a `partIndex`.
    indexed: u64,
}

impl<'a, 'p> Older<'_, '_, 'a, 'p> {
    fn reader(&mut self) -> &mut Reader<'a, 'p> {
        self.schema.reader
    }

    fn message(&mut self) -> Read<MimiContent<'a>> {
        let root = Path::root("");
        let head = self.reader().head(&root)?;
        let mut open = self.reader().open(head, 1);
        let mut salt = Cow::Borrowed([].as_slice());
        // `recognise` counted the items: seven, or eight with a salt.
        if self.has_salt(&open) && self.reader().more(&mut open, &root)? {
            salt = self.reader().bytes_item(&root.field("salt"))?;
        }
        let mut content = MimiContent::new(
            Salt::received(salt),
            NestedPart::null(Disposition::UNSPECIFIED),
        );
        let mut last_seen = Vec::new();
        for field in 0..7 {
            if !self.reader().more(&mut open, &root)? {
                return Err(Halt);
            }
            match field {
                0 => {
                    content.replaces = self.reader().message_id_or_null(&root.field("replaces"))?;
                }
                1 => content.topic_id = self.schema.topic_id(&root.field("topicId"))?,
                2 => content.expires = self.expires(&root.field("expires"))?,
                3 => content.in_reply_to = self.in_reply_to(&root.field("inReplyTo"))?,
                4 => last_seen = self.last_seen(&root.field("lastSeen"))?,
                5 => content.extensions = self.schema.extensions(&root.field("extensions"))?,
                _ => content.nested_part = self.part(1, &root.field("nestedPart"))?,
            }
        }
        // Takes the break of an indefinite array.
        if self.reader().more(&mut open, &root)? {
            return Err(Halt);
        }
        self.carry_last_seen(&last_seen, &mut content);
        if self.indexed > 0 {
            let parts = match self.indexed {
                1 => "1 part".into(),
                parts => format!("{parts} parts"),
            };
            self.changes.push(
                change(
                    "nestedPart.partIndex",
                    "partIndex was dropped: it follows from the place of the part",
                )
                .found(parts),
            );
        }
        Ok(content)
    }

    /// Whether the array has eight items: looked at ahead, since it may be indefinite.
    fn has_salt(&mut self, open: &crate::item::Open) -> bool {
        match open.length() {
            Some(length) => length == 8,
            None => {
                let path = Path::root("");
                let mut ahead = Reader::quiet(self.reader().rest());
                let mut items = 0;
                while items < 8 && ahead.peek() != Some(0xff) && ahead.skip(&path).is_ok() {
                    items += 1;
                }
                items == 8
            }
        }
    }

    /// Seconds, 0 for never; or the form of today.
    fn expires(&mut self, path: &Path<'_>) -> Read<Option<Expiration>> {
        if self.reader().peek().map(|first| first >> 5) != Some(MAJOR::UNSIGNED) {
            return self.schema.expires(path);
        }
        let at = self.reader().pos();
        let time = self.reader().u32(path)?;
        let message = match time {
            0 => "expires 0 became null: never",
            _ => "expires became an absolute time",
        };
        let change = change("expires", message).at(at);
        self.changes.push(change.found(format!("{time}")));
        Ok((time > 0).then_some(Expiration::Absolute(time)))
    }

    /// Null or an ID as today; or the ID, the number of a hash function and a hash.
    fn in_reply_to(&mut self, path: &Path<'_>) -> Read<Option<MessageId>> {
        if self.reader().peek().map(|first| first >> 5) != Some(MAJOR::ARRAY) {
            return self.reader().message_id_or_null(path);
        }
        const LENGTH: &str = "3 items";
        let reader = self.reader();
        let Some(mut fields) = reader.fields(path, LENGTH)? else {
            return Err(Halt);
        };
        reader.expect_length(&mut fields, 3, path, LENGTH)?;
        let mut id = None;
        if reader.next_field(&mut fields, path)? {
            let path = path.field("message");
            id = Some(reader.message_id(&path, "a byte string of 32 octets")?);
        }
        let mut hash_alg = 0;
        if reader.next_field(&mut fields, path)? {
            hash_alg = reader.u8(&path.field("hashAlg"))?;
        }
        let hash = reader.bytes_field(&mut fields, path, "hash")?;
        let at = fields.at;
        reader.close_fields(fields, 3, path, LENGTH)?;
        let found = format!("hashAlg {hash_alg}, hash of {} octets", hash.len());
        self.changes.push(
            change(
                "inReplyTo",
                "the hash of the message replied to was dropped",
            )
            .at(at)
            .found(found),
        );
        Ok(id)
    }

    fn last_seen(&mut self, path: &Path<'_>) -> Read<Vec<MessageId>> {
        let reader = self.reader();
        let head = reader.untagged(path)?;
        if head.major != MAJOR::ARRAY {
            reader.fault_and_skip(codes::WRONG_TYPE, head, path, "an array of message IDs")?;
            return Ok(Vec::new());
        }
        let mut open = reader.open(head, 1);
        let mut ids = Vec::new();
        while reader.more(&mut open, path)? {
            let path = path.then(Step::Index(open.begun - 1));
            ids.push(reader.message_id(&path, "a byte string of 32 octets")?);
        }
        let found = match ids.len() {
            1 => "1 message ID".into(),
            count => format!("{count} message IDs"),
        };
        self.changes.push(
            change("lastSeen", "lastSeen was carried over to extension 256")
                .at(head.at)
                .found(found),
        );
        Ok(ids)
    }

    /// Puts `lastSeen` where draft-mimi-content-more-extensions-00 has it. An empty list says
    /// that nothing was seen yet, so it is carried over too.
    fn carry_last_seen(&mut self, ids: &[MessageId], content: &mut MimiContent<'a>) {
        let mut encoder = Encoder::new();
        encoder.array(ids.len() as u64);
        for id in ids {
            encoder.bytes(id.as_bytes());
        }
        let value = encoder.finish();
        let key = ExtensionKey::Int(256);
        let inserted = content.extensions.get(&key).is_none()
            && RawValue::from_slice(&value)
                .is_ok_and(|value| content.extensions.insert(key, value).is_ok());
        if !inserted {
            let message = "lastSeen was dropped: the message has an extension 256 already";
            for change in self.changes.iter_mut() {
                if change.path.as_deref() == Some("lastSeen") {
                    change.message = message.into();
                }
            }
        }
    }

    // Parts.

    fn part(&mut self, level: usize, path: &Path<'_>) -> Read<NestedPart<'a>> {
        const ANY: &str = "an array of 3, 5 or 15 items, or one more with a partIndex";
        let at = self.reader().pos();
        if level > self.schema.limits.part_depth {
            let found = "a part inside the deepest level allowed";
            self.reader()
                .fault(codes::PART_DEPTH, at, path, found, "no part at this depth")?;
        }
        let implied = self.next_index;
        self.next_index += 1;
        if self.next_index > self.schema.limits.parts as u64 {
            let found = format!("more than {} parts", self.schema.limits.parts);
            let expected = format!("at most {} parts", self.schema.limits.parts);
            self.reader()
                .fault(codes::PART_COUNT, at, path, found, expected)?;
        }
        let indexed = self.is_indexed();
        let Some(mut fields) = self.reader().fields(path, ANY)? else {
            return Err(Halt);
        };
        let mut part = NestedPart::null(Disposition::UNSPECIFIED);
        if self.reader().next_field(&mut fields, path)? {
            part.disposition = Disposition(self.reader().u8(&path.field("disposition"))?);
        }
        part.language = self.reader().text_field(&mut fields, path, "language")?;
        if indexed && self.reader().next_field(&mut fields, path)? {
            self.part_index(implied, &path.field("partIndex"))?;
        }
        let mut cardinality = None;
        if self.reader().next_field(&mut fields, path)? {
            cardinality = self.schema.cardinality(&path.field("cardinality"))?;
        }
        let length = match cardinality {
            Some(0) => 3,
            Some(2) => 15,
            Some(_) => 5,
            None => {
                let found = format!("{} items", fields.open.begun);
                return Err(self.reader().faults.fatal(
                    codes::ARRAY_LENGTH,
                    fields.at,
                    path,
                    found.into(),
                    ANY,
                ));
            }
        } + u64::from(indexed);
        self.reader()
            .expect_length(&mut fields, length, path, ANY)?;
        part.body = match cardinality {
            Some(1) => PartBody::Single(self.schema.single(&mut fields, path)?),
            Some(2) => PartBody::External(Box::new(self.schema.external(&mut fields, path)?)),
            Some(3) => {
                let mut multi = MultiPart::new(PartSemantics::ProcessAll, Vec::new());
                if self.reader().next_field(&mut fields, path)? {
                    multi.semantics = self.schema.semantics(&path.field("partSemantics"))?;
                }
                if self.reader().next_field(&mut fields, path)? {
                    multi.parts = self.part_list(level + 1, &path.field("parts"))?;
                }
                PartBody::Multi(multi)
            }
            _ => PartBody::Null,
        };
        self.reader().close_fields(fields, length, path, ANY)?;
        Ok(part)
    }

    /// Whether the part that stands here has a `partIndex`: its fourth item is then the
    /// cardinality, and its third another integer.
    fn is_indexed(&mut self) -> bool {
        matches!(super::older::count(self.reader()), 4 | 6 | 16)
    }

    fn part_index(&mut self, implied: u64, path: &Path<'_>) -> Read<()> {
        let at = self.reader().pos();
        let expected = "an integer from 0 to 65535";
        let index = self.reader().uint(0xffff, path, expected)?;
        if index == implied {
            self.indexed += 1;
            return Ok(());
        }
        self.changes.push(
            change(
                path.render(),
                "partIndex was dropped, though it was not the one that follows from the place",
            )
            .at(at)
            .found(format!("{index}"))
            .expected(format!("{implied}")),
        );
        Ok(())
    }

    fn part_list(&mut self, level: usize, path: &Path<'_>) -> Read<Vec<NestedPart<'a>>> {
        let reader = self.reader();
        let head = reader.untagged(path)?;
        if head.major != MAJOR::ARRAY {
            reader.fault_and_skip(codes::WRONG_TYPE, head, path, "an array of parts")?;
            return Err(Halt);
        }
        let mut open = reader.open(head, 1);
        let mut parts = Vec::new();
        while self.reader().more(&mut open, path)? {
            parts.push(self.part(level, &path.then(Step::Index(open.begun - 1)))?);
        }
        if parts.len() < 2 {
            let found = format!("{} parts", parts.len());
            self.reader().fault(
                codes::MULTIPART_TOO_FEW,
                head.at,
                path,
                found,
                "2 parts or more",
            )?;
        }
        Ok(parts)
    }
}
