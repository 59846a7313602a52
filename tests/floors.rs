//! Holds the speed the plan asks for, with slack for a busy machine. Only an optimised build says
//! anything about speed: `cargo test --release --test floors`.
#![cfg(not(debug_assertions))]
#![allow(missing_docs)]

#[path = "../benches/support/mod.rs"]
mod support;

use std::time::Duration;

use support::codec::{self, Effort, Row};

/// A goal may be missed by this much before the test fails: the bench prints the exact figures.
const SLACK: f64 = 1.25;

const EFFORT: Effort = Effort {
    rounds: 51,
    slice: Duration::from_micros(400),
};

fn hold(measure: fn(Effort) -> Vec<Row>) {
    let missed = |rows: Vec<Row>| -> Vec<String> {
        rows.iter()
            .filter(|row| row.goal.is_some_and(|goal| row.ratio() > goal * SLACK))
            .map(|row| format!("{} {}: {:.2}", row.what, row.name, row.ratio()))
            .collect()
    };
    // A second try, for a machine that did something else meanwhile.
    if missed(measure(EFFORT)).is_empty() {
        return;
    }
    let faults = missed(measure(EFFORT));
    assert!(
        faults.is_empty(),
        "slower than the plan:\n{}",
        faults.join("\n")
    );
}

#[test]
fn speed() {
    hold(codec::decode);
    hold(codec::encode);
    hold(codec::message_id);
}
