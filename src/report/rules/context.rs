//! Rules on what only the receiver can judge: times, membership and what was seen before. Most are
//! the suspicious values of the draft's section 9.1.

rules! {
    /// Rules that need something from the caller: a clock, a room, fetched octets.
    CONTEXT_RULES:

    EXPIRY_PAST = "expiry-past", Warning;
    "an expiration more than a year in the past";
    "A message that expired so long ago most likely is malicious.";
    "draft-ietf-mimi-content-08 section 9.1";

    EXPIRY_FUTURE = "expiry-future", Warning;
    "an expiration more than a year in the future";
    "A message that expires so late most likely is malicious.";
    "draft-ietf-mimi-content-08 section 9.1";

    HUB_TIME_FUTURE = "hub-time-future", Warning;
    "a hub time more than a few minutes in the future";
    "The hub states when it accepted a message. A time that has not come yet would keep the message at the end of the conversation.";
    "draft-ietf-mimi-content-08 sections 9.1 and 9.4";

    HUB_TIME_BEFORE_ROOM = "hub-time-before-room", Warning;
    "a hub time before the room was created";
    "No message of a room is older than the room.";
    "draft-ietf-mimi-content-08 section 9.1";

    HUB_TIME_BEFORE_FORMAT = "hub-time-before-format", Warning;
    "a hub time before the format was published";
    "No message is older than the first concrete syntax of the document that defines it. The caller says when that was.";
    "draft-ietf-mimi-content-08 section 9.1";

    SENDER_TIME_FUTURE = "sender-time-future", Warning;
    "a sender's timestamp later than the hub time";
    "A message is accepted after it was sent. The clock of the sender is wrong, or the timestamp was made up.";
    "draft-ietf-mimi-content-08 section 9.4; draft-mimi-content-more-extensions-00";

    SENDER_NOT_MEMBER = "sender-not-member", Warning;
    "a sender who is not a member of the room";
    "The apparent sender is not a member of the target group; such a message is logged and discarded.";
    "draft-ietf-mimi-content-08 section 9.1";

    MESSAGE_ID_SEEN = "message-id-seen", Warning;
    "a message ID that was seen before";
    "The ID duplicates one that was met already: the message was replayed.";
    "draft-ietf-mimi-content-08 section 9.1";

    MESSAGE_ID_OLDER = "message-id-older", Error;
    "a message ID computed by the algorithm of drafts 06 and 07";
    "Since draft 08 the length of each URI is hashed too. Whoever computes IDs the old way refers to messages nobody else knows.";
    "draft-ietf-mimi-content-08 section 3.3 and appendix C";

    BODY_TOO_LARGE = "body-too-large", Warning;
    "a message larger than the receiver allows";
    "How large a message may be is local policy; the limit is the caller's.";
    "draft-ietf-mimi-content-08 section 9.1";

    EXTERNAL_EXPIRED = "external-expired", Warning;
    "external content that is no longer valid";
    "The time after which the content at the URL is invalid has passed.";
    "draft-ietf-mimi-content-08 section 4.5";
}
