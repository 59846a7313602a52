//! Decoding, encoding and message IDs against minicbor, ciborium and sha2, interleaved in one
//! run, with the goals. `cargo bench --bench codec`
#![allow(missing_docs, reason = "a bench, not a library")]

#[path = "support/mod.rs"]
mod support;

use std::time::Duration;

use support::codec::{self, Effort};
use support::table::table;

fn main() {
    let effort = Effort {
        rounds: 101,
        slice: Duration::from_micros(400),
    };
    println!("Medians in nanoseconds; ratios are to the peer the goal is about.\n");
    let mut missed = 0;
    missed += table(
        &["mimi", "minicbor", "ciborium", "skip"],
        &codec::decode(effort),
    );
    missed += table(&["mimi", "minicbor", "ciborium"], &codec::encode(effort));
    missed += table(
        &["one sender", "one call", "sha2"],
        &codec::message_id(effort),
    );
    println!("goals missed: {missed}");
}
