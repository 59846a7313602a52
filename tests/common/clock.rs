//! Time, for tests of input made to be slow.

use std::time::{Duration, Instant};

/// Runs with a bound on time that is far above what linear work takes in a debug build.
pub(crate) fn quickly<T>(what: &str, work: impl FnOnce() -> T) -> T {
    let start = Instant::now();
    let result = work();
    let took = start.elapsed();
    assert!(took < Duration::from_secs(60), "{what} took {took:?}");
    println!("{what}: {took:?}");
    result
}
