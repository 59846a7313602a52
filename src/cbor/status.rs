//! Octets to status reports and back (draft-mahy-mimi-message-status-01 section 4).

use alloc::vec::Vec;

use super::{DecodeError, Decoder, Examined, Limits};
use crate::item::{Keep, MAJOR, Path, Read, Reader, Step, push_head};
use crate::message::{MessageId, MessageStatus, PerMessageStatus, StatusReport};
use crate::report::{Converted, codes};

/// What paths begin with.
const ROOT: &str = "statusReport";

/// Smallest encoding of an entry: `82 5820 (32 octets) 00`.
const SMALLEST_ENTRY: usize = 36;

/// Decodes a status report strictly; [`encode_status`] gives back the same octets.
///
/// # Errors
/// The first broken rule, with its octet offset and path.
pub fn decode_status(octets: &[u8]) -> Result<StatusReport, DecodeError> {
    const STRICT: &Decoder = &Decoder::strict();
    STRICT.decode_status(octets).map(|report| report.value)
}

impl Decoder {
    /// Decodes a status report, under the same policy and limits as a message. The findings are
    /// the deviations that were tolerated.
    ///
    /// # Errors
    /// The first rule that the policy refuses, with offset and path.
    pub fn decode_status(&self, octets: &[u8]) -> Result<Converted<StatusReport>, DecodeError> {
        self.read(octets, Keep::First, ROOT, report).finish()
    }

    /// Reads on after a fault as long as the structure can be read, and lists everything.
    pub fn examine_status(&self, octets: &[u8]) -> Examined<StatusReport> {
        self.read(octets, Keep::All, ROOT, report)
    }
}

fn report(reader: &mut Reader<'_, '_>, _: &Limits) -> Read<StatusReport> {
    let path = Path::root(ROOT);
    let head = reader.untagged(&path)?;
    if head.major != MAJOR::ARRAY {
        reader.fault_and_skip(codes::WRONG_TYPE, head, &path, "an array of statuses")?;
        return Ok(StatusReport::default());
    }
    let mut open = reader.open(head, 1);
    let count = usize::try_from(head.arg).unwrap_or(usize::MAX);
    let mut statuses = Vec::with_capacity(count.min(reader.remaining() / SMALLEST_ENTRY));
    while reader.more(&mut open, &path)? {
        let entry = entry(reader, &path.then(Step::Index(open.begun - 1)))?;
        // Stand-ins are not collected: they are smaller on the wire than in memory.
        if !reader.faults.refused() {
            statuses.push(entry);
        }
    }
    Ok(StatusReport::new(statuses))
}

fn entry(reader: &mut Reader<'_, '_>, path: &Path<'_>) -> Read<PerMessageStatus> {
    let mut entry = PerMessageStatus {
        message_id: MessageId::new([0; MessageId::LENGTH]),
        status: MessageStatus::UNREAD,
    };
    let Some(mut fields) = reader.fields(path, "an array of 2 items")? else {
        return Ok(entry);
    };
    reader.expect_length(&mut fields, 2, path, "2 items")?;
    if reader.next_field(&mut fields, path)? {
        let path = path.field("messageId");
        entry.message_id = reader.message_id(&path, "a byte string of 32 octets")?;
    }
    if reader.next_field(&mut fields, path)? {
        entry.status = MessageStatus(reader.u8(&path.field("status"))?);
    }
    reader.close_fields(fields, 2, path, "2 items")?;
    Ok(entry)
}

/// Encodes a status report deterministically.
pub fn encode_status(report: &StatusReport) -> Vec<u8> {
    let mut out = Vec::with_capacity(9 + report.statuses.len() * (SMALLEST_ENTRY + 1));
    push_head(&mut out, MAJOR::ARRAY, report.statuses.len() as u64);
    for entry in &report.statuses {
        push_head(&mut out, MAJOR::ARRAY, 2);
        push_head(&mut out, MAJOR::BYTES, MessageId::LENGTH as u64);
        out.extend_from_slice(entry.message_id.as_bytes());
        push_head(&mut out, MAJOR::UNSIGNED, entry.status.0.into());
    }
    out
}
