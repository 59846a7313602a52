//! Any octets, as a saved room: refused with a place, or a room that saves to the same octets.
#![no_main]

use libfuzzer_sys::fuzz_target;
use mimi_codec::room::Room;

fuzz_target!(|octets: &[u8]| match Room::load(octets) {
    Ok(room) => {
        assert_eq!(room.save(), octets);
        // Whatever it holds can be asked for.
        let _ = format!("{room:?} {:?} {:?}", room.pending(), room.refusals());
    }
    Err(error) => assert!(error.finding().offset.is_some_and(|at| at <= octets.len())),
});
