//! Rules of the room `room` that came with saving it; the older ones are in `view`.

rules! {
    /// More rules of the room `room`.
    ROOM_RULES:

    ROOM_FULL = "room-full", Error;
    "a room that can take no more messages";
    "A room keeps some four billion message IDs, of messages it has and of messages that others refer to.";
    "mimi-codec";

    ROOM_STATUS_INVALID = "room-status-invalid", Warning;
    "a status report that cannot be read";
    "The message is kept, and changes the status of nothing.";
    "draft-mahy-mimi-message-status";

    ROOM_STATUS_EMPTY = "room-status-empty", Note;
    "a status report on nothing";
    "It lists no message, and changes the status of nothing.";
    "draft-mahy-mimi-message-status";

    ROOM_REFERENCE_HASH = "room-reference-hash", Warning;
    "a reference to a message ID of an unknown hash function";
    "The first octet of a message ID names the hash function; an unknown one likely marks a malicious message. No message has such an ID, so that the reference finds nothing.";
    "draft-ietf-mimi-content-08 section 9.1";

    ROOM_STATE_FORM = "room-state-form", Error;
    "not a saved room";
    "A saved room is one deterministic CBOR item of a documented form; it is written by the library alone, so that any deviation is damage.";
    "mimi-codec";

    ROOM_STATE_VERSION = "room-state-version", Error;
    "a saved room of another version";
    "The file was written by another version of the library. Its form is not guessed at.";
    "mimi-codec";

    ROOM_STATE_ORDER = "room-state-order", Error;
    "a saved room whose entries are not in order";
    "Senders stand in the order of first use, messages by hub time and then message ID, what was read by message ID; nothing stands there twice or without use. With a message that was forgotten all its versions are.";
    "mimi-codec";

    ROOM_STATE_MESSAGE = "room-state-message", Error;
    "a message of a saved room that cannot be taken in";
    "Octets, sender or room of the message are not what they were when it was taken in, or the decoder is stricter than it was then.";
    "mimi-codec";
}
