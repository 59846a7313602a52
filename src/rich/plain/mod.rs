//! Plain text: written for notifications and bridges to SMS and the like, read as it was typed.

mod fallback;
mod reader;
mod writer;

pub use fallback::Fallback;
pub use reader::read;
pub use writer::{Links, TextOptions, write};
