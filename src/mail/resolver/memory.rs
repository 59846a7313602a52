//! [`MemoryResolver`]: what was told, kept in memory.

use alloc::collections::BTreeMap;
use alloc::string::{String, ToString};

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

    fn author(&self, id: &MessageId) -> Option<String> {
        self.authors.get(id).cloned()
    }
}
