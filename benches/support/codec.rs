//! Decoding, encoding and message IDs: what is measured against whom, and how fast it must be.

use std::time::Duration;

use mimi_codec::cbor::{self, Decoder};
use mimi_codec::message::{IdAlgorithm, IdHasher, MessageId};
use sha2::{Digest, Sha256};

use super::samples::{self, Sample};
use super::timing::{contestant, medians};
use super::{ciborium_peer, minicbor_peer};

const SENDER: &str = "mimi://example.com/u/alice-smith";
const ROOM: &str = "mimi://example.com/r/engineering_team";

/// One line of a table: medians in nanoseconds, ours first.
pub struct Row {
    pub what: &'static str,
    pub name: String,
    pub octets: usize,
    pub nanoseconds: Vec<f64>,
    /// The peer the goal is about, by its place in `nanoseconds`.
    pub peer: usize,
    /// Largest ratio to that peer, where there is a goal.
    pub goal: Option<f64>,
}

impl Row {
    /// Our time over the peer's.
    pub fn ratio(&self) -> f64 {
        self.nanoseconds[0] / self.nanoseconds[self.peer]
    }
}

/// How long to measure.
#[derive(Clone, Copy)]
pub struct Effort {
    pub rounds: usize,
    pub slice: Duration,
}

/// Decoding: mimi, minicbor, ciborium, and minicbor stepping over the octets.
pub fn decode(effort: Effort) -> Vec<Row> {
    let row = |sample: &Sample, goal| {
        let octets = &sample.octets;
        let nanoseconds = medians(
            &mut [
                contestant(|| cbor::decode(octets).expect("legal")),
                contestant(|| minicbor_peer::decode(octets)),
                contestant(|| ciborium_peer::decode(octets)),
                contestant(|| minicbor_peer::skip(octets)),
            ],
            effort.rounds,
            effort.slice,
        );
        new_row("decode", sample, nanoseconds, 1, goal)
    };
    let mut rows: Vec<Row> = samples::draft()
        .iter()
        .map(|sample| row(sample, Some(0.35)))
        .collect();
    rows.push(row(&samples::parts(1000), Some(0.4)));
    rows.push(row(&samples::mebibyte(), None));
    rows
}

/// Encoding: mimi, minicbor, ciborium.
pub fn encode(effort: Effort) -> Vec<Row> {
    let row = |sample: &Sample, goal| {
        let octets = &sample.octets;
        let ours = cbor::decode(octets).expect("legal");
        let minicbor = minicbor_peer::decode(octets);
        let ciborium = ciborium_peer::decode(octets);
        assert_eq!(&cbor::encode(&ours).expect("legal"), octets);
        assert_eq!(&minicbor_peer::encode(&minicbor), octets);
        assert_eq!(&ciborium_peer::encode(&ciborium), octets);
        let nanoseconds = medians(
            &mut [
                contestant(|| cbor::encode(&ours).expect("legal")),
                contestant(|| minicbor_peer::encode(&minicbor)),
                contestant(|| ciborium_peer::encode(&ciborium)),
            ],
            effort.rounds,
            effort.slice,
        );
        new_row("encode", sample, nanoseconds, 1, goal)
    };
    let mut rows: Vec<Row> = samples::draft()
        .iter()
        .map(|sample| row(sample, Some(0.45)))
        .collect();
    rows.push(row(&samples::parts(1000), None));
    rows.push(row(&samples::mebibyte(), Some(1.0)));
    rows
}

/// Message IDs: of one sender and room, from scratch, and SHA-256 over the whole input of the hash.
pub fn message_id(effort: Effort) -> Vec<Row> {
    let hasher = IdHasher::new(IdAlgorithm::Draft08, SENDER, ROOM).expect("short URIs");
    let row = |sample: &Sample| {
        let octets = &sample.octets;
        let received = Decoder::strict().decode(octets).expect("legal");
        let salt = received.content().salt.as_bytes();
        let input = hash_input(octets, salt);
        let nanoseconds = medians(
            &mut [
                contestant(|| hasher.message_id(octets, salt)),
                contestant(|| MessageId::compute(IdAlgorithm::Draft08, octets, salt, SENDER, ROOM)),
                contestant(|| Sha256::digest(&input)),
            ],
            effort.rounds,
            effort.slice,
        );
        new_row("message ID", sample, nanoseconds, 2, Some(1.15))
    };
    let mut rows: Vec<Row> = samples::draft().iter().map(row).collect();
    rows.push(row(&samples::mebibyte()));
    rows
}

fn hash_input(octets: &[u8], salt: &[u8]) -> Vec<u8> {
    let mut input = Vec::new();
    for uri in [SENDER, ROOM] {
        input.extend((uri.len() as u16).to_be_bytes());
        input.extend(uri.as_bytes());
    }
    input.extend(octets);
    input.extend(salt);
    input
}

fn new_row(
    what: &'static str,
    sample: &Sample,
    nanoseconds: Vec<f64>,
    peer: usize,
    goal: Option<f64>,
) -> Row {
    Row {
        what,
        name: sample.name.clone(),
        octets: sample.octets.len(),
        nanoseconds,
        peer,
        goal,
    }
}
