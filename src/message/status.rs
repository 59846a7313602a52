//! Status reports: which messages were delivered, read, deleted
//! (draft-mahy-mimi-message-status-01).

use alloc::vec::Vec;
use core::fmt;

use super::MessageId;
use super::registry::{Row, registry};

/// The content of a part of type `application/mimi-message-status`: the status of several
/// messages of a room, as the sender of the report has them
/// (draft-mahy-mimi-message-status-01 section 4).
///
/// A message may be listed more than once: the later status holds.
///
/// ```
/// use mimi_codec::cbor::{decode_status, encode_status};
/// use mimi_codec::message::{MessageId, MessageStatus, StatusReport};
///
/// let id = MessageId::new([1; 32]);
/// let report: StatusReport = [(id, MessageStatus::READ)].into_iter().collect();
/// let octets = encode_status(&report);
/// assert_eq!(decode_status(&octets)?, report);
/// assert_eq!(report.status_of(&id), Some(MessageStatus::READ));
/// # Ok::<(), mimi_codec::cbor::DecodeError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct StatusReport {
    /// The messages, in the order of the report.
    pub statuses: Vec<PerMessageStatus>,
}

/// One message of a report and its status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PerMessageStatus {
    /// The message.
    pub message_id: MessageId,
    /// What became of it.
    pub status: MessageStatus,
}

registry! {
    /// What became of a message at the sender of a report. Unknown numbers are kept.
    ///
    /// ```
    /// use mimi_codec::message::MessageStatus;
    ///
    /// assert_eq!(MessageStatus::READ.number(), 2);
    /// assert_eq!(MessageStatus(9).to_string(), "9");
    /// ```
    MessageStatus(u8), STATUSES, "draft-mahy-mimi-message-status-01 section 4":
    UNREAD = 0, "unread", "not read yet";
    DELIVERED = 1, "delivered", "received by a client";
    READ = 2, "read", "read by the user";
    EXPIRED = 3, "expired", "expired, and no longer there to read";
    DELETED = 4, "deleted", "deleted by the client or by another member";
    HIDDEN = 5, "hidden", "hidden by the client";
    ERROR = 6, "error", "known by its ID, but not received correctly";
}

impl StatusReport {
    /// The media type of a report.
    pub const MEDIA_TYPE: &'static str = "application/mimi-message-status";

    /// A report of these statuses.
    pub const fn new(statuses: Vec<PerMessageStatus>) -> Self {
        StatusReport { statuses }
    }

    /// The status of a message: the last one listed.
    pub fn status_of(&self, id: &MessageId) -> Option<MessageStatus> {
        let entry = self.statuses.iter().rev();
        Some(
            entry
                .into_iter()
                .find(|entry| entry.message_id == *id)?
                .status,
        )
    }
}

impl FromIterator<(MessageId, MessageStatus)> for StatusReport {
    fn from_iter<I: IntoIterator<Item = (MessageId, MessageStatus)>>(statuses: I) -> Self {
        let statuses = statuses.into_iter();
        StatusReport::new(
            statuses
                .map(|(message_id, status)| PerMessageStatus { message_id, status })
                .collect(),
        )
    }
}
