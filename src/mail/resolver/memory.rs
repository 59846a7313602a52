//! [`MemoryResolver`]: what was told, kept in memory.

use alloc::collections::BTreeMap;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use super::Resolver;
use crate::mail::extensions;
use crate::message::{MessageId, MimiContent, SenderTimestamp};
use crate::room::identity;

/// A resolver in memory.
///
/// ```
/// use mimi_codec::mail::{MemoryResolver, Resolver};
/// use mimi_codec::message::MessageId;
///
/// let mut known = MemoryResolver::new();
/// let (first, edit) = (MessageId::new([1; 32]), MessageId::new([2; 32]));
/// known.record("a@example.com", first, None, Some("mailto:bob@example.com"));
/// known.record("b@example.com", edit, Some(first), None);
/// assert_eq!(known.message_id("b@example.com"), Some(edit));
/// assert_eq!(known.external_id(&edit).as_deref(), Some("b@example.com"));
/// assert_eq!(known.first_version(&edit), first);
/// ```
#[derive(Clone, Debug, Default)]
pub struct MemoryResolver {
    ids: BTreeMap<String, MessageId>,
    externals: BTreeMap<MessageId, String>,
    replaced: BTreeMap<MessageId, MessageId>,
    authors: BTreeMap<MessageId, String>,
    sent: BTreeMap<MessageId, SenderTimestamp>,
    /// By target and author, in the one spelling of the author's URI.
    reactions: BTreeMap<(MessageId, String), Vec<MessageId>>,
}

impl MemoryResolver {
    /// Knows nothing yet.
    pub fn new() -> Self {
        MemoryResolver::default()
    }

    /// Remembers what a mail became, which message that one replaces, and who wrote it.
    pub fn record(
        &mut self,
        external: &str,
        id: MessageId,
        replaces: Option<MessageId>,
        author: Option<&str>,
    ) {
        self.ids.insert(external.to_string(), id);
        self.externals.insert(id, external.to_string());
        self.about(id, replaces, author);
    }

    /// Remembers a message by what it says of itself: the Message-ID of the mail it was made from,
    /// which message it replaces, who wrote it, and when.
    ///
    /// ```
    /// use mimi_codec::mail::{self, ImportOptions, MemoryResolver, Resolver};
    /// use mimi_codec::message::Uris;
    ///
    /// let mail = b"Message-ID: <a@example.com>\nFrom: alice@example.com\n\
    ///     Date: Fri, 13 Feb 2009 23:31:30 +0000\n\nHello\n";
    /// let mut options = ImportOptions::default();
    /// options.room = Some("mimi://example.com/r/team".into());
    /// let imported = mail::import(mail, &options)?.value;
    /// let id = imported.message_id(&Uris::STATED)?;
    /// let mut known = MemoryResolver::new();
    /// known.record_message(id, &imported.message);
    /// assert_eq!(known.message_id("a@example.com"), Some(id));
    /// assert_eq!(known.sent(&id).map(|time| time.seconds()), Some(1_234_567_890));
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn record_message(&mut self, id: MessageId, message: &MimiContent<'_>) {
        let stated = &message.extensions;
        let author = stated.sender_uri().ok().flatten();
        match extensions::external_id(stated) {
            Some(external) => self.record(&external, id, message.replaces, author),
            None => self.about(id, message.replaces, author),
        }
        if let Ok(Some(time)) = stated.sender_timestamp() {
            self.record_sent(id, time);
        }
    }

    /// Remembers when a message was sent.
    pub fn record_sent(&mut self, id: MessageId, time: SenderTimestamp) {
        self.sent.insert(id, time);
    }

    fn about(&mut self, id: MessageId, replaces: Option<MessageId>, author: Option<&str>) {
        if let Some(replaced) = replaces {
            let first = self.first_version(&replaced);
            if first != id {
                self.replaced.insert(id, first);
            }
        }
        if let Some(author) = author {
            self.authors.insert(id, author.to_string());
        }
    }

    /// Remembers the reaction of an author to a message.
    pub fn record_reaction(&mut self, id: MessageId, target: MessageId, author: &str) {
        let author = identity(author).into_owned();
        let all = self.reactions.entry((target, author));
        all.or_default().push(id);
    }

    /// Forgets a reaction that was taken back.
    pub fn forget_reaction(&mut self, id: &MessageId) {
        for all in self.reactions.values_mut() {
            all.retain(|known| known != id);
        }
    }
}

impl Resolver for MemoryResolver {
    fn message_id(&self, external: &str) -> Option<MessageId> {
        self.ids.get(external).copied()
    }

    fn external_id(&self, id: &MessageId) -> Option<String> {
        self.externals.get(id).cloned()
    }

    fn first_version(&self, id: &MessageId) -> MessageId {
        // Recorded versions point at the first one, so one step is enough.
        self.replaced.get(id).copied().unwrap_or(*id)
    }

    fn reactions(&self, target: &MessageId, author: &str) -> Vec<MessageId> {
        let key = (*target, identity(author).into_owned());
        self.reactions.get(&key).cloned().unwrap_or_default()
    }

    fn sent(&self, id: &MessageId) -> Option<SenderTimestamp> {
        self.sent.get(id).copied()
    }

    fn author(&self, id: &MessageId) -> Option<String> {
        self.authors.get(id).cloned()
    }
}
