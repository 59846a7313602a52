//! [`MemoryResolver`]: what was told, kept in memory.

use alloc::collections::BTreeMap;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use super::Resolver;
use crate::message::MessageId;

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
        let all = self.reactions.entry((target, author.to_string()));
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
        let key = (*target, author.to_string());
        self.reactions.get(&key).cloned().unwrap_or_default()
    }

    fn author(&self, id: &MessageId) -> Option<String> {
        self.authors.get(id).cloned()
    }
}
