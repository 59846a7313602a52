//! Decoding, encoding and message IDs against minicbor, ciborium and sha2, interleaved in one
//! run, with the goals. `cargo bench --bench codec`
#![allow(missing_docs, reason = "a bench, not a library")]

#[path = "support/mod.rs"]
mod support;

use std::time::Duration;

use support::codec::{self, Effort, Row};

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

fn table(columns: &[&str], rows: &[Row]) -> usize {
    let Some(what) = rows.first().map(|row| row.what) else {
        return 0;
    };
    print!("{what:<14}{:>9}", "octets");
    for column in columns {
        print!("{column:>12}");
    }
    println!("{:>9}{:>7}", "ratio", "goal");
    let mut missed = 0;
    for row in rows {
        print!("{:<14}{:>9}", row.name, row.octets);
        for time in &row.nanoseconds {
            print!("{time:>12.0}");
        }
        let (goal, verdict) = match row.goal {
            None => (String::new(), ""),
            Some(goal) if row.ratio() <= goal => (format!("{goal:.2}"), ""),
            Some(goal) => {
                missed += 1;
                (format!("{goal:.2}"), "  MISSED")
            }
        };
        println!("{:>9.3}{goal:>7}{verdict}", row.ratio());
    }
    println!();
    missed
}
