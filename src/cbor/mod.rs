//! Octets to messages and back (draft sections 4 and 6).
//!
//! One reader serves strict and tolerant decoding and [`Decoder::examine`]: they differ only in
//! the [`Policy`](crate::report::Policy) and in whether reading stops at the first refusal, so
//! they cannot disagree. Strict decoding is bijective: encoding what it accepts gives the same
//! octets.

mod decoder;
mod encode;
mod fields;
mod plain;
mod reader;

pub use decoder::{DecodeError, Decoder, Examination, Limits, Received, decode};
pub use encode::{EncodeError, encode, encode_into};

/// Octets of the smallest part: `83 00 60 00`.
const SMALLEST_PART: usize = 4;
