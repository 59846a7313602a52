//! The ten lines of the README: composes a message, decodes it, computes its ID, reacts to it.
use mimi_codec::cbor::{self, Decoder};
use mimi_codec::message::compose::Composer;
use mimi_codec::message::{IdAlgorithm, Uris};
use mimi_codec::rich::markdown::escape_html;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let alice = Composer::new("mimi://example.com/u/alice", "mimi://example.com/r/team");
    let alice = alice.escaping(escape_html); // the draft has no HTML in its Markdown
    let octets = cbor::encode(&alice.markdown("Release **2.0** is out")?)?;

    let received = Decoder::strict().decode(&octets)?; // borrows from `octets`
    let id = received.message_id(IdAlgorithm::Draft08, &Uris::STATED)?;
    let heart = alice.react(id, "❤")?; // a reaction without a target does not compile

    println!(
        "{id} has a reaction of {} octets",
        cbor::encode(&heart)?.len()
    );
    Ok(())
}
