//! Octets to derived values and back (draft appendix A.2).

use alloc::borrow::Cow;
use alloc::vec::Vec;

use super::{DecodeError, Decoder, Examined, Limits};
use crate::item::{Halt, Keep, MAJOR, Path, Read, Reader, normalise, push_head};
use crate::message::{DerivedValues, ExtendedTime, HubTime, MessageId};
use crate::report::{Converted, codes};

/// What paths begin with.
const ROOT: &str = "derivedValues";

/// Decodes derived values strictly; [`encode_derived`] gives back the same octets.
///
/// # Errors
/// The first broken rule, with its octet offset and path.
///
/// ```
/// use mimi_codec::cbor::{decode_derived, encode_derived};
/// use mimi_codec::message::{DerivedValues, HubTime, MessageId};
///
/// let time = HubTime::Milliseconds(1_644_387_225_019);
/// let mut values = DerivedValues::new(MessageId::new([1; 32]), time);
/// values.room_url = "mimi://example.com/r/engineering_team".into();
/// let octets = encode_derived(&values);
/// assert_eq!(decode_derived(&octets)?, values);
/// # Ok::<(), mimi_codec::cbor::DecodeError>(())
/// ```
pub fn decode_derived(octets: &[u8]) -> Result<DerivedValues<'_>, DecodeError> {
    const STRICT: &Decoder = &Decoder::strict();
    STRICT.decode_derived(octets).map(|values| values.value)
}

impl Decoder {
    /// Decodes derived values, under the same policy and limits as a message. The findings are
    /// the deviations that were tolerated.
    ///
    /// # Errors
    /// The first rule that the policy refuses, with offset and path.
    pub fn decode_derived<'a>(
        &self,
        octets: &'a [u8],
    ) -> Result<Converted<DerivedValues<'a>>, DecodeError> {
        self.read(octets, Keep::First, ROOT, values).finish()
    }

    /// Reads on after a fault as long as the structure can be read, and lists everything.
    pub fn examine_derived<'a>(&self, octets: &'a [u8]) -> Examined<DerivedValues<'a>> {
        self.read(octets, Keep::All, ROOT, values)
    }
}

fn values<'a>(reader: &mut Reader<'a, '_>, limits: &Limits) -> Read<DerivedValues<'a>> {
    let path = &Path::root(ROOT);
    let no_id = MessageId::new([0; MessageId::LENGTH]);
    let mut values = DerivedValues::new(no_id, HubTime::Milliseconds(0));
    let Some(mut fields) = reader.fields(path, "an array of 7 items")? else {
        return Ok(values);
    };
    reader.expect_length(&mut fields, 7, path, "7 items")?;
    if reader.next_field(&mut fields, path)? {
        let path = path.field("messageId");
        values.message_id = reader.message_id(&path, "a byte string of 32 octets")?;
    }
    if reader.next_field(&mut fields, path)? {
        let path = path.field("hubAcceptedTimestamp");
        values.hub_accepted_timestamp = hub_time(reader, limits, &path)?;
    }
    values.mls_group_id = reader.bytes_field(&mut fields, path, "mlsGroupId")?;
    if reader.next_field(&mut fields, path)? {
        values.sender_leaf_index = reader.u32(&path.field("senderLeafIndex"))?;
    }
    if reader.next_field(&mut fields, path)? {
        values.sender_client_url = reader.url(&path.field("senderClientUrl"))?;
    }
    if reader.next_field(&mut fields, path)? {
        values.sender_user_url = reader.url(&path.field("senderUserUrl"))?;
    }
    if reader.next_field(&mut fields, path)? {
        values.room_url = reader.url(&path.field("roomUrl"))?;
    }
    reader.close_fields(fields, 7, path, "7 items")?;
    Ok(values)
}

/// Milliseconds, or tag 1001 around a map.
fn hub_time<'a>(
    reader: &mut Reader<'a, '_>,
    limits: &Limits,
    path: &Path<'_>,
) -> Read<HubTime<'a>> {
    const EXPECTED: &str = "an unsigned integer, or tag 1001 around a map";
    const STAND_IN: HubTime<'static> = HubTime::Milliseconds(0);
    let head = reader.head(path)?;
    match head.major {
        MAJOR::UNSIGNED => return Ok(HubTime::Milliseconds(head.arg)),
        MAJOR::TAG if head.arg == ExtendedTime::TAG => {}
        MAJOR::TAG => {
            reader.fault_and_skip(codes::TAG_UNEXPECTED, head, path, EXPECTED)?;
            return Ok(STAND_IN);
        }
        _ => {
            reader.fault_and_skip(codes::WRONG_TYPE, head, path, EXPECTED)?;
            return Ok(STAND_IN);
        }
    }
    // A fault of the head counts too: an indefinite map is to be normalised.
    let seen = reader.faults.seen();
    let head = reader.untagged(path)?;
    if head.major != MAJOR::MAP {
        reader.fault_and_skip(codes::WRONG_TYPE, head, path, "a map")?;
        return Ok(STAND_IN);
    }
    reader.time_map(head, limits.extension_depth, path)?;
    let octets = reader.since(head.at);
    if reader.faults.seen() == seen {
        return Ok(HubTime::Extended(ExtendedTime::checked(Cow::Borrowed(
            octets,
        ))));
    }
    if reader.faults.refused() {
        return Ok(STAND_IN);
    }
    let octets = normalise(octets).ok_or(Halt)?;
    Ok(HubTime::Extended(ExtendedTime::checked(Cow::Owned(octets))))
}

/// Encodes derived values deterministically.
pub fn encode_derived(values: &DerivedValues<'_>) -> Vec<u8> {
    let mut out = Vec::new();
    push_head(&mut out, MAJOR::ARRAY, 7);
    push_string(&mut out, MAJOR::BYTES, values.message_id.as_bytes());
    match &values.hub_accepted_timestamp {
        HubTime::Milliseconds(time) => push_head(&mut out, MAJOR::UNSIGNED, *time),
        HubTime::Extended(time) => {
            push_head(&mut out, MAJOR::TAG, ExtendedTime::TAG);
            out.extend_from_slice(time.as_bytes());
        }
    }
    push_string(&mut out, MAJOR::BYTES, &values.mls_group_id);
    push_head(&mut out, MAJOR::UNSIGNED, values.sender_leaf_index.into());
    for url in [
        &values.sender_client_url,
        &values.sender_user_url,
        &values.room_url,
    ] {
        push_string(&mut out, MAJOR::TEXT, url.as_bytes());
    }
    out
}

fn push_string(out: &mut Vec<u8>, major: u8, content: &[u8]) {
    push_head(out, major, content.len() as u64);
    out.extend_from_slice(content);
}
