//! Reading mail: which octets belong to which field and part, and what the values of fields mean.
//! Nothing here knows what a message is.
//!
//! The parts are found here, line by line, so that every octet of the mail is in exactly one
//! place; `mail-parser` reads the values of fields. Its own search for parts takes a boundary in
//! the middle of a line for one, loses a multipart whose boundary parameter is folded, and
//! descends into attached mails without a bound. Parameters are read here too; see there.

mod fields;
mod parameters;
mod transfer;
mod tree;
mod values;

pub(super) use fields::{Field, Fields, line_at};
pub(super) use transfer::decode;
pub(super) use tree::{Entity, Tree, TreeLimits};
pub(super) use values::{ContentType, Value};
