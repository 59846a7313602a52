//! CBOR data items as RFC 8949 has them: heads, strings, containers, and what makes them
//! deterministic. Nothing here knows what a message is; that is `cbor`, one floor up.
//!
//! Public is what extension values need: [`RawValue`] looks into an item without copying it, and
//! [`Encoder`] writes one. The reader with its faults is for the other rooms of this crate.

#[cfg(feature = "ciborium")]
mod ciborium;
mod encoder;
mod faults;
mod float;
mod head;
mod key;
mod normalise;
mod path;
mod raw;
mod reader;
mod skip;
mod value;

pub use encoder::Encoder;
#[cfg(feature = "notation")]
pub(crate) use encoder::{hex, push_hex};
pub use raw::{Elements, Entries, ItemError, Kind, RawValue};

pub(crate) use faults::{Faults, Halt, Keep, Read};
pub(crate) use head::{Head, MAJOR, head_octets, head_size, push_head};
#[cfg(feature = "notation")]
pub(crate) use normalise::key_of;
pub(crate) use normalise::normalise;
pub(crate) use path::{Path, Step};
pub(crate) use reader::{Open, Reader};

/// No configuration nests deeper than this: reading and dropping recurse once for each level.
pub const DEPTH_CEILING: usize = 64;
