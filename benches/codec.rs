//! Decoding, encoding and message IDs against minicbor and ciborium.
#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    missing_docs,
    reason = "a bench, not the library"
)]

mod support;

use std::time::Duration;

use mimi_codec::cbor;
use mimi_codec::message::{
    Disposition, IdAlgorithm, MessageId, MimiContent, NestedPart, PartSemantics, Salt, Uris,
};
use sha2::{Digest, Sha256};
use support::timing::{contestant, medians};
use support::{ciborium_peer, minicbor_peer};

fn main() {
    let dir = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/vectors/draft-08");
    let mut messages: Vec<(String, Vec<u8>)> = std::fs::read_dir(dir)
        .unwrap()
        .map(|e| e.unwrap().path())
        .filter(|p| {
            p.extension().is_some_and(|e| e == "cbor") && !p.to_str().unwrap().contains("implied")
        })
        .map(|p| {
            (
                p.file_stem().unwrap().to_str().unwrap().to_owned(),
                std::fs::read(&p).unwrap(),
            )
        })
        .collect();
    messages.sort();
    messages.push(("1000 parts".into(), parts(1000)));
    messages.push(("1 MiB".into(), large(1 << 20)));
    println!(
        "{:<14}{:>8}{:>9}{:>9}{:>9}{:>7}{:>7}{:>7}",
        "decode", "octets", "mimi ns", "minicbor", "ciborium", "ratio", "ratio", "p/skip"
    );
    for (name, octets) in &messages {
        let m = medians(
            &mut [
                contestant("mimi", || cbor::decode(octets).unwrap()),
                contestant("minicbor", || minicbor_peer::decode(octets)),
                contestant("ciborium", || ciborium_peer::decode(octets)),
                contestant("skip", || minicbor_peer::skip(octets)),
            ],
            21,
            Duration::from_millis(2),
        );
        println!(
            "{:<14}{:>8}{:>9.0}{:>9.0}{:>9.0}{:>7.2}{:>7.2}{:>7.2}",
            name,
            octets.len(),
            m[0],
            m[1],
            m[2],
            m[0] / m[1],
            m[0] / m[2],
            m[1] / m[3]
        );
    }
    println!("encode");
    for (name, octets) in &messages {
        let ours = cbor::decode(octets).unwrap();
        let mini = minicbor_peer::decode(octets);
        let cib = ciborium_peer::decode(octets);
        assert_eq!(&minicbor_peer::encode(&mini), octets);
        assert_eq!(&ciborium_peer::encode(&cib), octets);
        let m = medians(
            &mut [
                contestant("mimi", || cbor::encode(&ours).unwrap()),
                contestant("minicbor", || minicbor_peer::encode(&mini)),
                contestant("ciborium", || ciborium_peer::encode(&cib)),
            ],
            21,
            Duration::from_millis(2),
        );
        println!(
            "{:<14}{:>8}{:>9.0}{:>9.0}{:>9.0}{:>7.2}{:>7.2}",
            name,
            octets.len(),
            m[0],
            m[1],
            m[2],
            m[0] / m[1],
            m[0] / m[2]
        );
    }
    println!("message ID");
    let (s, r) = (
        "mimi://example.com/u/alice-smith",
        "mimi://example.com/r/engineering_team",
    );
    for (name, octets) in &messages {
        let received = cbor::Decoder::strict().decode(octets).unwrap();
        let uris = Uris::new(s, r);
        let salt = received.content().salt.as_bytes().to_vec();
        let mut joined = Vec::new();
        for u in [s, r] {
            joined.extend((u.len() as u16).to_be_bytes());
            joined.extend(u.as_bytes());
        }
        joined.extend(octets);
        joined.extend(&salt);
        let _ = &uris;
        let m = medians(
            &mut [
                contestant("mimi", || {
                    MessageId::compute(IdAlgorithm::Draft08, octets, &salt, s, r).unwrap()
                }),
                contestant("sha2", || Sha256::digest(&joined)),
            ],
            21,
            Duration::from_millis(2),
        );
        println!(
            "{:<14}{:>8}{:>9.0}{:>9.0}{:>7.2}",
            name,
            octets.len(),
            m[0],
            m[1],
            m[0] / m[1]
        );
    }
}
fn parts(n: usize) -> Vec<u8> {
    let p = (0..n)
        .map(|i| {
            NestedPart::single(
                Disposition::RENDER,
                "text/plain;charset=utf-8",
                format!("part number {i}"),
            )
        })
        .collect();
    cbor::encode(&MimiContent::new(
        Salt::new([1; 16]),
        NestedPart::multi(Disposition::RENDER, PartSemantics::ProcessAll, p),
    ))
    .unwrap()
}
fn large(n: usize) -> Vec<u8> {
    cbor::encode(&MimiContent::new(
        Salt::new([1; 16]),
        NestedPart::single(
            Disposition::RENDER,
            "text/plain;charset=utf-8",
            "x".repeat(n),
        ),
    ))
    .unwrap()
}
