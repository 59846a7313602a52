//! EDN, the extended diagnostic notation of CBOR (RFC 8949 section 8, RFC 8610 appendix G,
//! draft-ietf-cbor-edn-literals), in which the draft writes its examples.
//!
//! [`read`] takes any EDN; [`Writer`] gives a message the form of the draft's examples, and
//! [`item`] any CBOR on one line.

mod emit;
mod items;
mod line;
mod literal;
mod number;
mod reader;
mod text;
mod writer;

pub use line::item;
pub use reader::read;
pub use writer::Writer;

pub(super) use line::clean;
