//! Reads, writes, checks, shows and converts MIMI message content
//! (draft-ietf-mimi-content-08/09).
#![cfg_attr(docsrs, feature(doc_cfg))]
#![no_std]

extern crate alloc;
#[cfg(feature = "std")]
extern crate std;

// Floor 0: what went wrong.
pub mod report;
// Floor 1: CBOR items; charsets and media types.
pub mod item;
#[cfg(feature = "std")]
pub mod text;
// Floor 2: what a message is.
pub mod message;
// Floor 3: octets, rich text, external content. These do not know each other.
pub mod cbor;
#[cfg(feature = "external")]
pub mod external;
#[cfg(feature = "markdown")]
pub mod rich;
// Floor 4: notations, what a client shows, conversations.
#[cfg(feature = "notation")]
pub mod notation;
#[cfg(feature = "markdown")]
pub mod room;
#[cfg(feature = "markdown")]
pub mod view;
// Floor 5: mail.
#[cfg(feature = "mail")]
pub mod mail;
// Floor 6: any document.
#[cfg(feature = "notation")]
pub mod document;
// Floor 7: from any format to any other; judging.
#[cfg(feature = "notation")]
pub mod check;
#[cfg(all(feature = "mail", feature = "notation"))]
pub mod convert;
