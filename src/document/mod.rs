//! Any document, by whatever notation it comes in: telling formats apart, opening a notation with
//! the map back to its text, and telling the three kinds of documents apart. Turning one format
//! into another is in [`convert`](crate::convert).

mod format;
mod kind;
mod open;

pub use format::Format;
pub use kind::{Document, Kind};
pub use open::{OpenError, Opened, open, text};
