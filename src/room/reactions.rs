//! [`Reaction`]: the reactions to an item, gathered by what they are and who sent them.

use alloc::string::{String, ToString};
use alloc::vec::Vec;
use std::collections::{HashMap, HashSet};

use super::entry::Entry;
use super::store::Store;
use crate::message::{MessageId, MimiContent, NestedPart, PartBody, PartIndex, PartSemantics};
use crate::text::{MediaType, charset};

/// What a reaction is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum ReactionKind {
    /// Text, nearly always one emoji.
    Text(String),
    /// An image, a sound or the like: a part of a message.
    Part {
        /// The message.
        message: MessageId,
        /// The part of it.
        index: PartIndex,
    },
}

/// A reaction and who sent it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Reaction<'r> {
    /// What it is.
    pub kind: ReactionKind,
    /// Who sent it, in order. Somebody who sent it in several messages stands here as often, and
    /// takes back one at a time.
    pub reactors: Vec<Reactor<'r>>,
}

/// One message that reacts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Reactor<'r> {
    /// Who sent it.
    pub sender: &'r str,
    /// The first version of the message, which an unlike names.
    pub message: MessageId,
    /// The version of the item that was reacted to.
    pub meant: MessageId,
    /// Whether another version of the item is shown by now.
    pub outdated: bool,
    /// When the reaction expires, in milliseconds since the start of the Unix epoch.
    pub expires_at: Option<u64>,
    /// The same for every spelling of the sender's URI.
    identity: &'r str,
}

impl Reactor<'_> {
    /// Whether the reaction has expired at a time in milliseconds since the start of the Unix
    /// epoch, and is to be disregarded.
    pub fn is_expired(&self, now: u64) -> bool {
        self.expires_at.is_some_and(|time| time <= now)
    }
}

impl Reaction<'_> {
    /// The different people who sent it. Two spellings of one URI are one person.
    pub fn senders(&self) -> Vec<&str> {
        let mut seen = HashSet::new();
        let reactors = self.reactors.iter();
        reactors
            .filter(|reactor| seen.insert(reactor.identity))
            .map(|reactor| reactor.sender)
            .collect()
    }
}

/// The reactions to an item that were neither taken back nor forgotten.
pub(super) fn collect<'r>(store: &'r Store, root: &'r Entry) -> Vec<Reaction<'r>> {
    let mut messages: Vec<&Entry> = root
        .record
        .iter()
        .flat_map(|record| &record.reactions)
        .filter_map(|slot| store.entry(*slot))
        .collect();
    messages.sort_unstable_by(|a, b| (a.hub_time, &a.id).cmp(&(b.hub_time, &b.id)));
    let shown = store.current(root).id;
    let mut reactions: Vec<Reaction<'r>> = Vec::new();
    let mut places = HashMap::new();
    for message in messages {
        let current = store.current(message);
        let meant = message
            .in_reply_to
            .filter(|_| !current.empty && !current.forgotten);
        let Some(meant) = meant.and_then(|meant| store.id(meant)) else {
            continue;
        };
        let Ok(received) = store.decode(current) else {
            continue;
        };
        for kind in kinds(received.content(), current.id) {
            let place = *places.entry(kind.clone()).or_insert(reactions.len());
            if place == reactions.len() {
                let reactors = Vec::new();
                reactions.push(Reaction { kind, reactors });
            }
            let Some(reaction) = reactions.get_mut(place) else {
                continue;
            };
            // Twice in one message is once.
            if reaction.reactors.last().map(|last| last.message) != Some(message.id) {
                reaction.reactors.push(Reactor {
                    sender: store.sender(message),
                    message: message.id,
                    meant,
                    outdated: meant != shown,
                    expires_at: store.expires_at(message),
                    identity: store
                        .sender_of(message)
                        .map_or("", |sender| &sender.identity),
                });
            }
        }
    }
    reactions
}

/// The reactions in a message: its text parts, or else its other parts. Of alternatives the first
/// text counts, or else the first part.
fn kinds(content: &MimiContent<'_>, message: MessageId) -> Vec<ReactionKind> {
    let mut kinds = Vec::new();
    // Parts whose index lies in here belong to an alternative that was passed over.
    let mut skip_to = 0;
    for part in content.parts() {
        if part.index < skip_to {
            continue;
        }
        match &part.part.body {
            PartBody::Null => {}
            PartBody::Multi(multi) if multi.semantics == PartSemantics::ChooseOne => {
                let inner = part.part.parts().count() as PartIndex;
                let leaf = first_text(part.part).or_else(|| {
                    let first = part.part.parts().find(|part| part.is_leaf())?;
                    Some(ReactionKind::Part {
                        message,
                        index: part.index + first.index,
                    })
                });
                kinds.extend(leaf);
                skip_to = part.index + inner;
            }
            PartBody::Multi(_) => {}
            _ => kinds.push(text(part.part).unwrap_or(ReactionKind::Part {
                message,
                index: part.index,
            })),
        }
    }
    kinds
}

fn first_text(part: &NestedPart<'_>) -> Option<ReactionKind> {
    part.parts().find_map(|inner| text(inner.part))
}

fn text(part: &NestedPart<'_>) -> Option<ReactionKind> {
    let PartBody::Single(single) = &part.body else {
        return None;
    };
    let media = MediaType::parse(&*single.content_type).ok()?;
    let text = charset::decode(media.charset(), &single.content).value;
    let text = text.trim();
    (media.is_plain() && !text.is_empty()).then(|| ReactionKind::Text(text.to_string()))
}
