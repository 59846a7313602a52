//! Sealing and opening external content: round trips, the figures of the RFCs, Wycheproof's
//! cases, and what must be refused.
#![cfg(feature = "external")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::convert::Infallible;
use std::path::PathBuf;

use mimi_codec::external::{HashMatch, Sealer, open, open_slice, supported_aeads};
use mimi_codec::message::{AeadAlgorithm, ExternalPart, HashAlgorithm, SecretOctets};
use mimi_codec::report::codes;
use proptest::prelude::*;
use serde_json::Value;

fn hex(text: &str) -> Vec<u8> {
    let digits: Vec<u8> = text
        .chars()
        .filter_map(|c| Some(c.to_digit(16)? as u8))
        .collect();
    digits
        .chunks(2)
        .map(|pair| pair[0] << 4 | pair[1])
        .collect()
}

fn part(aead: AeadAlgorithm, key: &[u8], nonce: &[u8], aad: &[u8]) -> ExternalPart<'static> {
    let mut part = ExternalPart::new("application/octet-stream", "https://example.com/x");
    part.enc_alg = aead;
    part.key = SecretOctets::from(key.to_vec());
    part.nonce = SecretOctets::from(nonce.to_vec());
    part.aad = aad.to_vec().into();
    part
}

/// Figures of the documents that define the algorithms: key, nonce, additional data, content,
/// and the sealed content with its tag.
const FIGURES: &[(AeadAlgorithm, &str, &str, &str, &str, &str)] = &[
    // McGrew and Viega's specification of GCM, test cases 1, 2, 13 and 14.
    (
        AeadAlgorithm::AES_128_GCM,
        "00000000000000000000000000000000",
        "000000000000000000000000",
        "",
        "",
        "58e2fccefa7e3061367f1d57a4e7455a",
    ),
    (
        AeadAlgorithm::AES_128_GCM,
        "00000000000000000000000000000000",
        "000000000000000000000000",
        "",
        "00000000000000000000000000000000",
        "0388dace60b6a392f328c2b971b2fe78 ab6e47d42cec13bdf53a67b21257bddf",
    ),
    (
        AeadAlgorithm::AES_256_GCM,
        "0000000000000000000000000000000000000000000000000000000000000000",
        "000000000000000000000000",
        "",
        "",
        "530f8afbc74536b9a963b4f1c4cb738b",
    ),
    (
        AeadAlgorithm::AES_256_GCM,
        "0000000000000000000000000000000000000000000000000000000000000000",
        "000000000000000000000000",
        "",
        "00000000000000000000000000000000",
        "cea7403d4d606b6e074ec5d3baf39d18 d0d1c8a799996bf0265b98b5d48ab919",
    ),
    // RFC 8439 section 2.8.2.
    (
        AeadAlgorithm::CHACHA20_POLY1305,
        "808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f",
        "070000004041424344454647",
        "50515253c0c1c2c3c4c5c6c7",
        "4c616469657320616e642047656e746c656d656e206f662074686520636c6173
         73206f66202739393a204966204920636f756c64206f6666657220796f75206f
         6e6c79206f6e652074697020666f7220746865206675747572652c2073756e73
         637265656e20776f756c642062652069742e",
        "d31a8d34648e60db7b86afbc53ef7ec2a4aded51296e08fea9e2b5a736ee62d6
         3dbea45e8ca9671282fafb69da92728b1a71de0a9e060b2905d6a5b67ecd3b36
         92ddbd7f2d778b8c9803aee328091b58fab324e4fad675945585808b4831d7bc
         3ff4def08e4b7a9de576d26586cec64b6116
         1ae10b594f09e26a7e902ecbd0600691",
    ),
    // RFC 8452 appendices C.1 and C.2.
    (
        AeadAlgorithm::AES_128_GCM_SIV,
        "01000000000000000000000000000000",
        "030000000000000000000000",
        "",
        "",
        "dc20e2d83f25705bb49e439eca56de25",
    ),
    (
        AeadAlgorithm::AES_128_GCM_SIV,
        "01000000000000000000000000000000",
        "030000000000000000000000",
        "",
        "0100000000000000",
        "b5d839330ac7b786578782fff6013b81 5b287c22493a364c",
    ),
    (
        AeadAlgorithm::AES_256_GCM_SIV,
        "0100000000000000000000000000000000000000000000000000000000000000",
        "030000000000000000000000",
        "",
        "",
        "07f5f4169bbf55a8400cd47ea6fd400f",
    ),
    (
        AeadAlgorithm::AES_256_GCM_SIV,
        "0100000000000000000000000000000000000000000000000000000000000000",
        "030000000000000000000000",
        "",
        "0100000000000000",
        "c2ef328e5c71c83b843122130f7364b7 61e0b97427e3df28",
    ),
];

#[test]
fn the_figures_of_the_defining_documents() {
    let mut seen = Vec::new();
    for (aead, key, nonce, aad, content, sealed) in FIGURES {
        let (key, nonce, content) = (hex(key), hex(nonce), hex(content));
        let mut buffer = content.clone();
        let part = Sealer::new()
            .aead(*aead)
            .aad(hex(aad))
            .seal_with("text/plain", &mut buffer, &key, &nonce)
            .unwrap();
        assert_eq!(buffer, hex(sealed), "{aead}");
        assert_eq!(part.size, buffer.len() as u64);
        let opened = open(&part, &mut buffer).unwrap();
        assert_eq!(opened.findings, []);
        assert_eq!(buffer, content);
        seen.push(*aead);
    }
    seen.dedup();
    assert_eq!(seen.len(), supported_aeads().count());
}

/// The folder of example data, which may be missing except where CI runs.
fn shared(path: &str) -> Option<PathBuf> {
    let full = PathBuf::from(concat!(env!("CARGO_MANIFEST_DIR"), "/../shared")).join(path);
    if full.exists() {
        return Some(full);
    }
    let ci = std::env::var("CI").is_ok_and(|ci| ci == "true");
    assert!(!ci, "{path} is missing");
    None
}

#[test]
fn the_cases_of_wycheproof() {
    let families: [(&str, [AeadAlgorithm; 2]); 3] = [
        (
            "vectors/aead/aes_gcm_test.json",
            [AeadAlgorithm::AES_128_GCM, AeadAlgorithm::AES_256_GCM],
        ),
        (
            "vectors/aead/aes_gcm_siv_test.json",
            [
                AeadAlgorithm::AES_128_GCM_SIV,
                AeadAlgorithm::AES_256_GCM_SIV,
            ],
        ),
        (
            "vectors/aead/chacha20_poly1305_test.json",
            [AeadAlgorithm::CHACHA20_POLY1305; 2],
        ),
    ];
    for (file, [short, long]) in families {
        let Some(path) = shared(file) else { return };
        let vectors: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
        let (mut good, mut bad, mut refused) = (0, 0, 0);
        for group in vectors["testGroups"].as_array().unwrap() {
            let aead = if group["keySize"] == 128 { short } else { long };
            for case in group["tests"].as_array().unwrap() {
                let field = |name: &str| hex(case[name].as_str().unwrap());
                let (key, nonce, aad) = (field("key"), field("iv"), field("aad"));
                let (content, mut sealed) = (field("msg"), field("ct"));
                sealed.extend(field("tag"));
                let what = format!("{file} {}", case["tcId"]);
                let sealer = Sealer::new().aead(aead).aad(aad.clone());
                let mut buffer = content.clone();
                let own = sealer.seal_with("text/plain", &mut buffer, &key, &nonce);
                let given = part(aead, &key, &nonce, &aad);
                let mut fetched = sealed.clone();
                let opened = open(&given, &mut fetched);
                if Some((key.len(), nonce.len())) != aead.lengths() {
                    // Lengths the algorithm of that number does not have.
                    refused += 1;
                    let expected = if key.len() != aead.lengths().unwrap().0 {
                        codes::EXTERNAL_KEY_LENGTH
                    } else {
                        codes::EXTERNAL_NONCE_LENGTH
                    };
                    assert_eq!(own.unwrap_err().code(), expected, "{what}");
                    assert_eq!(opened.unwrap_err().code(), expected, "{what}");
                    assert!(fetched.is_empty());
                } else if case["result"] == "valid" {
                    good += 1;
                    own.unwrap();
                    assert_eq!(buffer, sealed, "{what}");
                    assert_eq!(opened.unwrap().value.hash, HashMatch::NotStated);
                    assert_eq!(fetched, content, "{what}");
                } else {
                    bad += 1;
                    let error = opened.expect_err(&what);
                    assert_eq!(error.code(), codes::EXTERNAL_NOT_AUTHENTIC, "{what}");
                    assert!(fetched.is_empty());
                }
            }
        }
        let all = vectors["numberOfTests"].as_u64().unwrap();
        assert_eq!(good + bad + refused, all, "{file}");
        assert!(good > 70 && bad > 50, "{file}: {good} {bad} {refused}");
    }
}

#[test]
fn every_bit_counts() {
    for aead in supported_aeads() {
        let mut sealed = b"a small example".to_vec();
        let part = Sealer::new()
            .aead(aead)
            .aad(*b"bound")
            .seal("text/plain", &mut sealed)
            .unwrap();
        let mut unhashed = part.clone();
        unhashed.hash_alg = HashAlgorithm::NONE;
        unhashed.content_hash = Vec::new().into();

        let flips = |octets: &[u8]| -> Vec<Vec<u8>> {
            (0..octets.len() * 8)
                .map(|bit| {
                    let mut flipped = octets.to_vec();
                    flipped[bit / 8] ^= 1 << (bit % 8);
                    flipped
                })
                .collect()
        };
        for flipped in flips(&sealed) {
            let mut buffer = flipped.clone();
            let error = open(&part, &mut buffer).unwrap_err();
            assert_eq!(error.code(), codes::EXTERNAL_HASH_MISMATCH, "{aead}");
            assert!(buffer.is_empty());
            let mut buffer = flipped;
            let error = open_slice(&unhashed, &mut buffer).unwrap_err();
            assert_eq!(error.code(), codes::EXTERNAL_NOT_AUTHENTIC, "{aead}");
            assert!(buffer.iter().all(|octet| *octet == 0), "erased");
        }
        let mut changed = Vec::new();
        for key in flips(&part.key) {
            let mut other = part.clone();
            other.key = key.into();
            changed.push(other);
        }
        for nonce in flips(&part.nonce) {
            let mut other = part.clone();
            other.nonce = nonce.into();
            changed.push(other);
        }
        for aad in flips(&part.aad) {
            let mut other = part.clone();
            other.aad = aad.into();
            changed.push(other);
        }
        for changed in changed {
            let mut buffer = sealed.clone();
            let error = open(&changed, &mut buffer).unwrap_err();
            assert_eq!(error.code(), codes::EXTERNAL_NOT_AUTHENTIC, "{aead}");
            assert!(buffer.is_empty());
        }
        for hash in flips(&part.content_hash) {
            let mut buffer = sealed.clone();
            let mut changed = part.clone();
            changed.content_hash = hash.into();
            let error = open(&changed, &mut buffer).unwrap_err();
            assert_eq!(error.code(), codes::EXTERNAL_HASH_MISMATCH, "{aead}");
            assert!(buffer.is_empty());
        }
    }
}

#[test]
fn says_what_the_hash_and_size_were_over() {
    let content = b"hashed before encryption".to_vec();
    let mut sealed = content.clone();
    let mut part = Sealer::new()
        .hash(HashAlgorithm::SHA_512)
        .seal("text/plain", &mut sealed)
        .unwrap();
    let hash = mimi_codec::external::ContentHasher::hash(HashAlgorithm::SHA_512, &content).unwrap();
    part.content_hash = hash.into();
    part.size = content.len() as u64;
    let mut buffer = sealed.clone();
    let opened = open(&part, &mut buffer).unwrap();
    assert_eq!(buffer, content);
    assert_eq!(opened.value.hash, HashMatch::Plaintext);
    let found: Vec<_> = opened.findings.iter().map(|finding| finding.code).collect();
    assert_eq!(
        found,
        [
            codes::EXTERNAL_SIZE_OF_PLAINTEXT,
            codes::EXTERNAL_HASH_OF_PLAINTEXT
        ]
    );

    part.size += 1;
    assert_eq!(
        open(&part, &mut sealed.clone()).unwrap_err().code(),
        codes::EXTERNAL_SIZE_MISMATCH
    );
    part.size = 0;
    part.content_hash = part.content_hash[1..].to_vec().into();
    assert_eq!(
        open(&part, &mut sealed.clone()).unwrap_err().code(),
        codes::EXTERNAL_HASH_LENGTH
    );
    part.hash_alg = HashAlgorithm::SHA3_512;
    part.content_hash = vec![0; 64].into();
    assert_eq!(
        open(&part, &mut sealed.clone()).unwrap_err().code(),
        codes::EXTERNAL_HASH_UNSUPPORTED
    );
    part.hash_alg = HashAlgorithm::NONE;
    part.content_hash = Vec::new().into();
    for length in 0..16 {
        let mut cut = sealed[..length].to_vec();
        assert_eq!(
            open(&part, &mut cut).unwrap_err().code(),
            codes::EXTERNAL_NOT_AUTHENTIC
        );
    }
}

#[test]
fn content_that_is_not_private() {
    let sealer = Sealer::new().aead(AeadAlgorithm::NONE);
    let mut buffer = b"public".to_vec();
    let mut part = sealer.seal("text/plain", &mut buffer).unwrap();
    assert_eq!(buffer, b"public");
    assert!(part.key.is_empty() && part.nonce.is_empty() && part.aad.is_empty());
    assert_eq!(part.size, 6);
    let opened = open(&part, &mut buffer).unwrap();
    assert_eq!((opened.findings.len(), opened.value.length), (0, 6));

    part.key = SecretOctets::from(vec![1; 16]);
    let opened = open(&part, &mut buffer).unwrap();
    assert_eq!(opened.findings[0].code, codes::EXTERNAL_SECRETS_UNEXPECTED);
    part.hash_alg = HashAlgorithm::NONE;
    part.content_hash = Vec::new().into();
    let opened = open(&part, &mut buffer).unwrap();
    assert_eq!(opened.findings[0].code, codes::EXTERNAL_HASH_ABSENT);
    assert_eq!(opened.value.hash, HashMatch::NotStated);

    let refused = sealer
        .clone()
        .aad(*b"x")
        .seal("text/plain", &mut buffer)
        .unwrap_err();
    assert_eq!(refused.code(), codes::EXTERNAL_SECRETS_UNEXPECTED);
    assert_eq!(buffer, b"public");
}

#[test]
fn algorithms_without_support_are_refused_and_change_nothing() {
    let supported: Vec<_> = supported_aeads().collect();
    for aead in AeadAlgorithm::registered().chain([AeadAlgorithm(32), AeadAlgorithm(u16::MAX)]) {
        if supported.contains(&aead) || aead == AeadAlgorithm::NONE {
            continue;
        }
        let mut buffer = b"content".to_vec();
        let error = Sealer::new()
            .aead(aead)
            .seal("text/plain", &mut buffer)
            .unwrap_err();
        assert_eq!(error.code(), codes::EXTERNAL_AEAD_UNSUPPORTED);
        assert_eq!(buffer, b"content");
        let mut sealed = vec![0; 40];
        let error = open(&part(aead, &[0; 16], &[0; 12], &[]), &mut sealed).unwrap_err();
        assert_eq!(error.code(), codes::EXTERNAL_AEAD_UNSUPPORTED);
        assert!(sealed.is_empty());
    }
}

#[test]
fn keys_are_fresh_and_not_shown() {
    let seal = || {
        let mut buffer = b"same content".to_vec();
        let part = Sealer::new().seal("text/plain", &mut buffer).unwrap();
        (part, buffer)
    };
    let ((one, sealed), (other, different)) = (seal(), seal());
    assert_ne!(one.key.expose(), other.key.expose());
    assert_ne!(one.nonce.expose(), other.nonce.expose());
    assert_ne!(sealed, different);
    let shown = format!("{one:?}");
    assert!(shown.contains("[16 octets, not shown]") && shown.contains("[12 octets, not shown]"));
    assert!(!shown.contains(&format!("{:?}", one.key.expose())));
}

#[test]
fn the_random_source_is_asked_for_key_then_nonce() {
    let mut asked = Vec::new();
    let mut buffer = b"content".to_vec();
    let part = Sealer::new()
        .seal_from("text/plain", &mut buffer, |octets: &mut [u8]| {
            asked.push(octets.len());
            octets.fill(asked.len() as u8);
            Ok::<(), Infallible>(())
        })
        .unwrap();
    assert_eq!(asked, [16, 12]);
    assert_eq!((part.key[0], part.nonce[0]), (1, 2));
    let mut buffer = b"content".to_vec();
    let error = Sealer::new()
        .seal_from("text/plain", &mut buffer, |_: &mut [u8]| Err("no entropy"))
        .unwrap_err();
    assert_eq!(error.code(), codes::EXTERNAL_NO_RANDOM);
    assert_eq!(error.finding().found.as_deref(), Some("no entropy"));
    assert_eq!(buffer, b"content");
}

#[test]
fn a_sealed_part_survives_the_wire() {
    use mimi_codec::message::{Disposition, MimiContent, NestedPart, PartBody, Salt};

    let mut buffer = vec![5; 1000];
    let mut sealed = Sealer::new()
        .aead(AeadAlgorithm::CHACHA20_POLY1305)
        .seal("image/png", &mut buffer)
        .unwrap();
    sealed.url = "https://example.com/a".into();
    let message = MimiContent::new(
        Salt::new([9; 16]),
        NestedPart::external(Disposition::ATTACHMENT, sealed),
    );
    let octets = mimi_codec::cbor::encode(&message).unwrap();
    let decoded = mimi_codec::cbor::decode(&octets).unwrap();
    let PartBody::External(part) = &decoded.nested_part.body else {
        panic!("an external part");
    };
    assert_eq!(open(part, &mut buffer).unwrap().findings, []);
    assert_eq!(buffer, vec![5; 1000]);
}

proptest! {
    #[test]
    fn round_trip(
        content in prop::collection::vec(any::<u8>(), 0..600),
        aad in prop::collection::vec(any::<u8>(), 0..40),
        which in 0usize..5,
        hash in prop::sample::select(mimi_codec::external::supported_hashes().collect::<Vec<_>>()),
    ) {
        let aead = supported_aeads().nth(which).unwrap();
        let mut buffer = content.clone();
        let part = Sealer::new().aead(aead).hash(hash).aad(aad).seal("a/b", &mut buffer).unwrap();
        prop_assert_eq!(buffer.len(), content.len() + 16);
        let opened = open(&part, &mut buffer).unwrap();
        prop_assert_eq!(opened.value.hash, HashMatch::Ciphertext);
        prop_assert_eq!(opened.value.length, content.len());
        prop_assert_eq!(opened.findings, vec![]);
        prop_assert_eq!(buffer, content);
    }
}
