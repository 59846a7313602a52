//! What a client shows of a message.
//!
//! First the parts are chosen ([`select`]), by what the client can show and its reader wants
//! ([`ViewPolicy`]) or by a [`Chooser`] of the client's own. Then the chosen parts become an ordered
//! list of blocks ([`View::of`]), and the blocks HTML, plain text or lines of styled spans. Nothing
//! is dropped silently: what cannot be shown has a placeholder and a finding. Nothing is fetched.

mod block;
mod build;
mod capabilities;
mod chooser;
mod html;
mod label;
mod layout;
mod lines;
mod media;
mod page;
mod policy;
mod polish;
mod references;
mod text;

pub use block::{Block, File, Placed, ReactionBlock, Reason, Source, View};
pub use capabilities::{Capability, required_capabilities};
pub use chooser::{Chooser, Fate, Leaf, Score, Selection, select};
pub use html::HtmlOptions;
pub use lines::{Line, LineOptions, Role, Span};
pub use page::page;
pub use policy::{Remote, ViewPolicy};

#[cfg(feature = "notation")]
pub(crate) use self::{
    html::escape,
    page::shell,
    polish::{Polish, Seen},
};
