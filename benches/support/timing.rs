//! Interleaved timing: every round runs each contestant once for a slice of time, so that a busy
//! machine slows all of them alike. What is reported is the median over the rounds.

use std::hint::black_box;
use std::time::{Duration, Instant};

/// One thing to time.
pub struct Contestant<'c> {
    run: Box<dyn FnMut() + 'c>,
}

/// A contestant from a closure, whose result is kept from being optimised away.
pub fn contestant<'c, T>(mut run: impl FnMut() -> T + 'c) -> Contestant<'c> {
    Contestant {
        run: Box::new(move || {
            black_box(run());
        }),
    }
}

/// Medians in nanoseconds for one run of each contestant, in their order.
pub fn medians(contestants: &mut [Contestant<'_>], rounds: usize, slice: Duration) -> Vec<f64> {
    let repeats: Vec<u32> = contestants
        .iter_mut()
        .map(|contestant| calibrate(contestant, slice))
        .collect();
    let mut times = vec![Vec::with_capacity(rounds); contestants.len()];
    for _ in 0..rounds {
        for ((contestant, &repeat), times) in contestants.iter_mut().zip(&repeats).zip(&mut times) {
            times.push(time(contestant, repeat));
        }
    }
    times
        .into_iter()
        .map(|mut times| {
            times.sort_by(f64::total_cmp);
            times[times.len() / 2]
        })
        .collect()
}

fn time(contestant: &mut Contestant<'_>, repeat: u32) -> f64 {
    let start = Instant::now();
    for _ in 0..repeat {
        (contestant.run)();
    }
    start.elapsed().as_nanos() as f64 / f64::from(repeat)
}

/// How often a contestant runs in one slice of time.
fn calibrate(contestant: &mut Contestant<'_>, slice: Duration) -> u32 {
    let mut repeat = 1u32;
    loop {
        let start = Instant::now();
        for _ in 0..repeat {
            (contestant.run)();
        }
        let spent = start.elapsed();
        if spent >= slice / 2 || repeat >= 1 << 24 {
            let per_run = spent.as_nanos().max(1) / u128::from(repeat);
            return (slice.as_nanos() / per_run.max(1)).clamp(1, 1 << 24) as u32;
        }
        repeat *= 2;
    }
}
