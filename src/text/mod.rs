//! Charsets and media types. Nothing here knows what a message is; lists of languages, which the
//! core without `std` needs too, are in the room `message`.

pub mod charset;
mod media_type;

pub use media_type::{MediaType, MediaTypeError, media_parameter};
