//! What the benches and the test of the floors share: the messages, the peers, and interleaved
//! timing.
#![allow(
    dead_code,
    unreachable_pub,
    missing_docs,
    clippy::expect_used,
    reason = "each user takes a part; this is no library"
)]

pub mod ciborium_peer;
pub mod codec;
pub mod minicbor_peer;
#[cfg(feature = "html")]
pub mod rich;
pub mod rich_samples;
pub mod samples;
pub mod table;
pub mod timing;
