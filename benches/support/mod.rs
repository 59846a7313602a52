//! What the benches share: interleaved timing, and the peers.

pub mod ciborium_peer;
pub mod minicbor_peer;
pub mod timing;
