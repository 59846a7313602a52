//! What a client shows of a message.
//!
//! First the parts are chosen ([`select`]), by what the client can show and its reader wants
//! ([`ViewPolicy`]) or by a [`Chooser`] of the client's own.

mod chooser;
mod media;
mod policy;

pub use chooser::{Chooser, Fate, Leaf, Score, Selection, select};
pub use policy::{Remote, ViewPolicy};
