//! Markdown -> safe HTML against comrak and ammonia, HTML -> Markdown against mdka and htmd,
//! interleaved in one run, with the goals. `cargo bench --bench rich`
#![allow(missing_docs, reason = "a bench, not a library")]

#[path = "support/mod.rs"]
mod support;

use std::time::Duration;

use support::codec::Effort;
use support::rich;
use support::table::table;

fn main() {
    // A megabyte takes longer than a slice: it then runs once in each round.
    let effort = Effort {
        rounds: 31,
        slice: Duration::from_millis(4),
    };
    println!("Medians in nanoseconds; ratios are to the peer, of two to the faster.\n");
    let [alone, cleaned] = rich::markdown_to_html(effort);
    let mut missed = table(&["mimi", "comrak+ammonia"], &alone);
    missed += table(&["mimi", "comrak+ammonia"], &cleaned);
    missed += table(&["mimi", "mdka", "htmd"], &rich::html_to_markdown(effort));
    println!("goals missed: {missed}");
}
