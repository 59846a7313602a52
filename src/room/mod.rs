//! Many messages as one conversation: order, edits, deletes, reactions, replies, topics, expiry.
//!
//! Messages may come in any order, twice, or not at all: the [`Room`] is a function of the set of
//! messages it was fed, of what was marked as read and of what was forgotten, never of the order.
//! It keeps the octets as they were received and an index, and decodes again when content is asked
//! for. What a message looks like is the business of the view; clocks and members are brought by
//! the caller. [`Room::forget`] drops the octets of what expired or was deleted.
//!
//! A room is saved with [`Room::save`] and comes back with [`Room::load`].

mod authority;
mod change;
mod entries;
mod entry;
mod feed;
mod forget;
mod indexes;
mod item;
mod judge;
mod names;
mod ordered;
mod query;
mod reactions;
mod state;
mod statuses;
mod store;

#[cfg(feature = "notation")]
pub(crate) use authority::identity;
pub use authority::{Action, Authority, OriginalSender, same_sender};
pub use change::{Change, Fed, RoomError};
pub use entry::Incoming;
pub use feed::Room;
pub use item::{Item, Items, Reply, Version};
pub use reactions::{Reaction, ReactionKind, Reactor};
pub use state::StateError;
pub use store::{Pending, Refusal};
