//! Octets to messages and back (draft sections 4 and 6).
//!
//! One reader serves strict and tolerant decoding and [`Decoder::examine`]: they differ only in
//! the [`Policy`](crate::report::Policy) and in whether reading stops at the first refusal, so
//! they cannot disagree. Strict decoding is bijective: encoding what it accepts gives the same
//! octets.

mod decoder;
mod derived;
mod encode;
mod fields;
pub mod older;
mod plain;
mod reader;
mod repair;
mod status;
mod upgrade;

pub use decoder::{DecodeError, Decoder, Examined, Limits, Received, decode};
pub use derived::{decode_derived, encode_derived};
pub use encode::{EncodeError, encode, encode_into};
pub use older::OlderDraft;
pub use repair::{RepairOptions, repair};
pub use status::{decode_status, encode_status};
pub use upgrade::{UpgradeOptions, Upgraded, upgrade};

/// Octets of the smallest part: `83 00 60 00`.
const SMALLEST_PART: usize = 4;
