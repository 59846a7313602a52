//! Any octets, as a message, a status report and derived values: strict decoding is bijective,
//! tolerant decoding accepts a superset, examining agrees, what is tolerated can be repaired.
#![no_main]

use libfuzzer_sys::fuzz_target;

#[path = "../../tests/common/judge.rs"]
mod judge;

fuzz_target!(|octets: &[u8]| {
    judge::judge(octets);
    judge::judge_status(octets);
    judge::judge_derived(octets);
});
