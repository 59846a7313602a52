//! What a client shows of one message.
