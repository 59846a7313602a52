//! Reads, writes, checks, shows and converts MIMI message content, the IETF's format for
//! interoperable instant messaging (draft-ietf-mimi-content-08/09).
//!
//! ```
//! use mimi_codec::cbor::{self, Decoder};
//! use mimi_codec::message::compose::Composer;
//! use mimi_codec::message::{IdAlgorithm, Uris};
//!
//! let alice = Composer::new("mimi://example.com/u/alice", "mimi://example.com/r/team");
//! let alice = alice.escaping(mimi_codec::rich::markdown::escape_html); // there is no HTML in it
//! let octets = cbor::encode(&alice.markdown("Release **2.0** is out")?)?;
//!
//! let received = Decoder::strict().decode(&octets)?;
//! let id = received.message_id(IdAlgorithm::Draft08, &Uris::STATED)?;
//! let heart = alice.react(id, "❤")?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! The rooms stand on floors, and each uses lower ones only: [`report`] (what went wrong);
//! [`item`] and [`text`] (CBOR items, charsets); [`message`] (the model); [`cbor`], [`rich`] and
//! [`external`]; [`notation`], [`view`] and [`room`]; [`mail`] and [`transcript`]; [`document`];
//! [`convert`] and [`check`].
//!
//! Conversions return a [`report::Converted`]: the value, and what was lost. Every finding has a
//! stable [`report::Code`], a place, and the section of the document it comes from. No input makes
//! this crate panic, recurse without bound, or take memory that its size does not justify.
//!
//! The core (`report`, `item`, `message`, `cbor`) is `no_std` with `alloc`; the features say what
//! comes on top: `std`, `getrandom`, `markdown`, `html`, `mail`, `notation`, `external`,
//! `ciborium`.
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
// Floor 5: mail; a conversation for people.
#[cfg(feature = "mail")]
pub mod mail;
#[cfg(all(feature = "markdown", feature = "notation"))]
pub mod transcript;
// Floor 6: any document.
#[cfg(feature = "notation")]
pub mod document;
// Floor 7: from any format to any other; judging.
#[cfg(feature = "notation")]
pub mod check;
#[cfg(all(feature = "mail", feature = "notation"))]
pub mod convert;
