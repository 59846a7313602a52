//! Allocations while decoding, encoding and converting rich text, and memory at the peak against the
//! length of the input. A program of its own, because counting slows allocations down. `cargo bench --bench
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
    #[cfg(feature = "html")]
    rich();
}

/// Rich text of a megabyte: the two conversions, and cleaning HTML that stays HTML.
#[cfg(feature = "html")]
fn rich() {
    use mimi_codec::rich::html::{HtmlPolicy, sanitize};
    use support::{rich, rich_samples};

    println!(
        "\n{:<14}{:>14}{:>10}{:>14}{:>11}",
        "", "", "octets", "allocations", "peak x"
    );
    let policy = HtmlPolicy::messenger();
    let line = |what: &str, name: &str, text: &str, convert: &dyn Fn(&str) -> String| {
        let info = measure(|| drop(convert(text)));
        println!(
            "{name:<14}{what:>14}{:>10}{:>14}{:>11.2}",
            text.len(),
            info.count_total,
            info.bytes_max as f64 / text.len() as f64,
        );
    };
    // A long sample is one piece.
    let markdown = rich_samples::markdown();
    for sample in markdown.iter().filter(|sample| sample.pieces.len() == 1) {
        let text = &sample.pieces[0];
        line("md -> html", sample.name, text, &|text| {
            rich::to_html(text, false)
        });
        line("and ammonia", sample.name, text, &|text| {
            rich::to_html(text, true)
        });
    }
    let html = rich_samples::html();
    for sample in html.iter().filter(|sample| sample.pieces.len() == 1) {
        let text = &sample.pieces[0];
        line("html -> md", sample.name, text, &rich::from_html);
        line("sanitize", sample.name, text, &|text| {
            sanitize(text, &policy)
        });
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
