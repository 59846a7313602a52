//! [`Senders`] and [`Topics`]: what many messages share is kept once.

use alloc::borrow::Cow;
use alloc::sync::Arc;
use alloc::vec::Vec;
use std::collections::HashMap;

use super::authority::identity;
use super::ordered::Ordered;

/// Number of a sender's URI.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct SenderId(u32);

impl SenderId {
    /// Of a message that was not received.
    pub(super) const NOBODY: SenderId = SenderId(u32::MAX);
}

/// A sender by one spelling of the URI.
#[derive(Clone)]
pub(super) struct Sender {
    pub(super) uri: Arc<str>,
    /// The same for every spelling of one identifier.
    pub(super) identity: Arc<str>,
}

/// Every spelling of every sender's URI.
#[derive(Clone, Default)]
pub(super) struct Senders {
    all: Vec<Sender>,
    by_uri: HashMap<Arc<str>, SenderId>,
}

impl Senders {
    pub(super) fn get(&self, id: SenderId) -> Option<&Sender> {
        self.all.get(id.0 as usize)
    }

    pub(super) fn name(&mut self, uri: &str) -> SenderId {
        if let Some(known) = self.by_uri.get(uri) {
            return *known;
        }
        // There are never more than messages, which have numbers of the same size.
        let id = SenderId(self.all.len() as u32);
        let uri: Arc<str> = uri.into();
        let identity = match identity(&uri) {
            Cow::Borrowed(_) => uri.clone(),
            Cow::Owned(identity) if *identity == *uri => uri.clone(),
            Cow::Owned(identity) => identity.into(),
        };
        self.all.push(Sender {
            uri: uri.clone(),
            identity,
        });
        self.by_uri.insert(uri, id);
        id
    }
}

/// Number of a topic.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct TopicId(u32);

impl TopicId {
    /// No topic.
    pub(super) const NONE: TopicId = TopicId(0);
}

#[derive(Clone)]
struct Topic {
    octets: Arc<[u8]>,
    items: Ordered,
}

/// The topics and which items they have.
#[derive(Clone, Default)]
pub(super) struct Topics {
    /// Their numbers begin with 1.
    all: Vec<Topic>,
    by_octets: HashMap<Arc<[u8]>, TopicId>,
}

impl Topics {
    fn topic(&self, id: TopicId) -> Option<&Topic> {
        self.all.get((id.0 as usize).checked_sub(1)?)
    }

    pub(super) fn octets(&self, id: TopicId) -> &[u8] {
        self.topic(id).map_or(&[], |topic| &topic.octets)
    }

    pub(super) fn find(&self, octets: &[u8]) -> Option<TopicId> {
        self.by_octets.get(octets).copied()
    }

    pub(super) fn name(&mut self, octets: &[u8]) -> TopicId {
        if octets.is_empty() {
            return TopicId::NONE;
        }
        if let Some(known) = self.find(octets) {
            return known;
        }
        let octets: Arc<[u8]> = octets.into();
        self.all.push(Topic {
            octets: octets.clone(),
            items: Ordered::default(),
        });
        let id = TopicId(self.all.len() as u32);
        self.by_octets.insert(octets, id);
        id
    }

    /// The items of a topic. Items without one are not listed.
    pub(super) fn items(&self, id: TopicId) -> Option<&Ordered> {
        Some(&self.topic(id)?.items)
    }

    pub(super) fn items_mut(&mut self, id: TopicId) -> Option<&mut Ordered> {
        let topic = self.all.get_mut((id.0 as usize).checked_sub(1)?)?;
        Some(&mut topic.items)
    }

    /// Every topic and its items, in no order.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&[u8], &Ordered)> {
        self.all.iter().map(|topic| (&*topic.octets, &topic.items))
    }
}
