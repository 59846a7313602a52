//! [`TranscriptOptions`]: who reads, when, and what the reader's client can show.

use alloc::string::String;
use alloc::vec::Vec;
use std::collections::HashSet;

use crate::message::MessageId;
use crate::view::ViewPolicy;

/// How a conversation is shown. Made with [`TranscriptOptions::default`], then changed.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct TranscriptOptions {
    /// What the conversation is called; otherwise the last piece of the room's URI.
    pub title: Option<String>,
    /// URI of the reader, whose own messages and mentions are marked.
    pub reader: Option<String>,
    /// URIs of members who may not have written anything; links to them are mentions.
    pub members: Vec<String>,
    /// The time it is, in milliseconds since the start of the Unix epoch; without it, nothing
    /// has expired.
    pub now: Option<u64>,
    /// Minutes that the reader's clock is ahead of UTC.
    pub offset: i32,
    /// What the client can show.
    pub policy: ViewPolicy,
    /// Messages of which only the order is known: their hub times are not shown.
    pub untimed: HashSet<MessageId>,
}

impl TranscriptOptions {
    /// What the conversation is called.
    #[must_use]
    pub fn with_title(mut self, title: impl Into<String>) -> Self {
        self.title = Some(title.into());
        self
    }

    /// URI of the reader.
    #[must_use]
    pub fn with_reader(mut self, uri: impl Into<String>) -> Self {
        self.reader = Some(uri.into());
        self
    }

    /// The time it is, in milliseconds since the start of the Unix epoch.
    #[must_use]
    pub const fn with_now(mut self, time: u64) -> Self {
        self.now = Some(time);
        self
    }

    /// What the client can show.
    #[must_use]
    pub fn with_policy(mut self, policy: ViewPolicy) -> Self {
        self.policy = policy;
        self
    }
}
