//! [`Change`]: what a user interface has to draw again after a message came.

use alloc::boxed::Box;
use alloc::vec::Vec;
use std::collections::HashSet;

use crate::message::MessageId;
use crate::report::{Code, Finding};

/// What a user interface has to draw again. Items are named by the ID of their first version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum Change {
    /// A new item stands in the conversation, at its place by time.
    Added(MessageId),
    /// Another version of the item is shown, or it was deleted, or its fields changed.
    Changed(MessageId),
    /// A version came that is not the newest.
    History(MessageId),
    /// The item has other reactions.
    Reactions(MessageId),
    /// Somebody has another status for a version of the item.
    Status(MessageId),
    /// The message that the item replies to has become known.
    ReplyKnown(MessageId),
    /// The item stands at another place.
    Moved(MessageId),
    /// An edit or delete of the item, or a field of it, was refused; see
    /// [`refusals`](super::Room::refusals).
    Refused {
        /// The message that would have changed it.
        message: MessageId,
        /// The item.
        item: MessageId,
    },
    /// The message waits for another one that is not known.
    Pending(MessageId),
    /// The item has expired; only [`expired`](super::Room::expired) says that.
    Expired(MessageId),
    /// The message was there already.
    Duplicate(MessageId),
}

/// What became of a message.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Fed {
    /// Its message ID.
    pub id: MessageId,
    /// What has to be drawn again, in this order.
    pub changes: Vec<Change>,
    /// What was tolerated while decoding, and what is odd about the message in this room.
    pub findings: Vec<Finding>,
}

/// A message that does not become part of the room.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct RoomError(Box<Finding>);

impl RoomError {
    /// What is wrong.
    pub fn finding(&self) -> &Finding {
        &self.0
    }

    /// The broken rule.
    pub fn code(&self) -> Code {
        self.0.code
    }
}

impl From<Finding> for RoomError {
    fn from(finding: Finding) -> Self {
        RoomError(Box::new(finding))
    }
}

/// What comes out of one message while it is taken in.
pub(super) struct Outcome {
    pub(super) fed: Fed,
    /// The changes, as soon as they are many.
    noted: HashSet<Change>,
}

/// So many changes are looked through one by one.
const FEW: usize = 16;

impl Outcome {
    pub(super) fn new(id: MessageId, findings: &[Finding]) -> Self {
        Outcome {
            fed: Fed {
                id,
                changes: Vec::new(),
                findings: findings.to_vec(),
            },
            noted: HashSet::new(),
        }
    }

    /// Several causes of one change are drawn once.
    pub(super) fn note(&mut self, change: Change) {
        let changes = &mut self.fed.changes;
        let new = if changes.len() < FEW {
            !changes.contains(&change)
        } else {
            if self.noted.is_empty() {
                self.noted.extend(changes.iter().copied());
            }
            self.noted.insert(change)
        };
        if new {
            changes.push(change);
        }
    }
}
