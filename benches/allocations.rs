//! Allocations while decoding and encoding, and memory at the peak against the length of the
//! input. A program of its own, because counting slows allocations down. `cargo bench --bench
//! allocations`
#![allow(missing_docs, clippy::expect_used, reason = "a bench, not a library")]

#[path = "support/mod.rs"]
mod support;

use allocation_counter::{AllocationInfo, measure};
use mimi_codec::cbor;
use support::{ciborium_peer, minicbor_peer, samples};

fn main() {
    println!(
        "{:<14}{:>9}{:>21}{:>12}{:>12}{:>11}",
        "", "octets", "mimi", "minicbor", "ciborium", "peak x"
    );
    let mut all = samples::draft();
    all.push(samples::parts(1000));
    all.push(samples::mebibyte());
    for sample in &all {
        let octets = &sample.octets;
        let ours = measure(|| drop(cbor::decode(octets).expect("legal")));
        let minicbor = measure(|| drop(minicbor_peer::decode(octets)));
        let ciborium = measure(|| drop(ciborium_peer::decode(octets)));
        line(
            "decode",
            &sample.name,
            octets.len(),
            &ours,
            &minicbor,
            &ciborium,
        );
        let (message, mini, cib) = (
            cbor::decode(octets).expect("legal"),
            minicbor_peer::decode(octets),
            ciborium_peer::decode(octets),
        );
        let ours = measure(|| drop(cbor::encode(&message).expect("legal")));
        let minicbor = measure(|| drop(minicbor_peer::encode(&mini)));
        let ciborium = measure(|| drop(ciborium_peer::encode(&cib)));
        line(
            "encode",
            &sample.name,
            octets.len(),
            &ours,
            &minicbor,
            &ciborium,
        );
    }
}

fn line(
    what: &str,
    name: &str,
    octets: usize,
    ours: &AllocationInfo,
    minicbor: &AllocationInfo,
    ciborium: &AllocationInfo,
) {
    println!(
        "{name:<14}{octets:>9}{:>9}{:>12}{:>12}{:>12}{:>11.2}",
        what,
        ours.count_total,
        minicbor.count_total,
        ciborium.count_total,
        ours.bytes_max as f64 / octets as f64,
    );
}
