//! Checking many messages: 10,000 of the draft's kind, and how many megabytes a second that is. In
//! memory beside decoding alone, and in a folder beside reading the files alone, on one thread and
//! on all. `cargo bench --bench check`
#![allow(missing_docs, clippy::unwrap_used, reason = "a bench, not a library")]

use std::fs;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Instant;

use mimi_codec::cbor::Decoder;
use mimi_codec::check::{Context, check_octets};
use serde_json::Value;

/// How often everything is measured; the best round counts.
const ROUNDS: usize = 5;
const MESSAGES: usize = 10_000;

fn main() {
    let examples = examples();
    let all: Vec<&[u8]> = (0..MESSAGES)
        .filter_map(|index| examples.get(index % examples.len()).map(Vec::as_slice))
        .collect();
    let octets: usize = all.iter().map(|it| it.len()).sum();
    println!("{MESSAGES} messages, {octets} octets; the best of {ROUNDS} rounds");
    println!("in memory, one thread");
    let decoder = Decoder::strict();
    let context = Context::new().now(1_644_387_300_000);
    rate("decoded", octets, || {
        let decoded = all.iter().filter(|it| decoder.decode(it).is_ok());
        black_box(decoded.count());
    });
    rate("checked", octets, || {
        let found = all
            .iter()
            .map(|it| check_octets(it, &decoder, &context).len());
        black_box(found.sum::<usize>());
    });

    let folder = tempfile::tempdir().unwrap();
    for (index, message) in all.iter().enumerate() {
        fs::write(folder.path().join(format!("{index:05}.cbor")), message).unwrap();
    }
    let cores = thread::available_parallelism().map_or(1, usize::from);
    let mut counts = vec![1, cores];
    counts.dedup();
    for threads in counts {
        let word = if threads == 1 { "thread" } else { "threads" };
        println!("{MESSAGES} messages in a folder, {threads} {word}");
        rate("read alone", octets, || {
            black_box(each_file(folder.path(), threads, |octets| octets.len()));
        });
        rate("checked", octets, || {
            let check = |octets: &[u8]| check_octets(octets, &decoder, &context).len();
            black_box(each_file(folder.path(), threads, check));
        });
    }
}

/// Lists the folder, then reads each file and does something with it.
fn each_file(folder: &Path, threads: usize, work: impl Fn(&[u8]) -> usize + Sync) -> usize {
    let entries = fs::read_dir(folder).unwrap();
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    files.sort_unstable();
    let all =
        |files: &[PathBuf]| -> usize { files.iter().map(|it| work(&fs::read(it).unwrap())).sum() };
    thread::scope(|scope| {
        let shares = files.chunks(files.len().div_ceil(threads).max(1));
        let shares: Vec<_> = shares.map(|it| scope.spawn(|| all(it))).collect();
        shares.into_iter().map(|share| share.join().unwrap()).sum()
    })
}

fn rate(what: &str, octets: usize, run: impl Fn()) {
    let best = (0..ROUNDS)
        .map(|_| {
            let start = Instant::now();
            run();
            start.elapsed().as_secs_f64()
        })
        .fold(f64::INFINITY, f64::min);
    let megabytes = octets as f64 / 1e6 / best;
    let each = best * 1e6 / MESSAGES as f64;
    println!("  {what:<10} {megabytes:>8.1} MB/s   {each:>6.2} µs each");
}

/// The draft's messages, from the vectors.
fn examples() -> Vec<Vec<u8>> {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/testvectors/cbor_decode.json");
    let document: Value = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap();
    let groups = document["testGroups"].as_array().unwrap();
    let tests = groups
        .iter()
        .flat_map(|group| group["tests"].as_array().unwrap());
    tests
        .filter(|test| {
            test["comment"]
                .as_str()
                .unwrap()
                .starts_with("draft example ")
        })
        .map(|test| {
            let hex = test["input"]["hex"].as_str().unwrap();
            (0..hex.len() / 2)
                .map(|at| u8::from_str_radix(hex.get(2 * at..2 * at + 2).unwrap(), 16).unwrap())
                .collect()
        })
        .collect()
}
