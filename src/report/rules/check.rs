//! Rules on what the fields of a message say, which decoding does not judge.

rules! {
    /// Rules on what the fields of a message say.
    CHECK_RULES:

    CID_TARGET_MISSING = "cid-target-missing", Error;
    "a cid reference to a part that is not there";
    "The number in `cid:N@local.invalid` is the index of a part of the same message, counted depth first from 0.";
    "draft-ietf-mimi-content-08 section 4.4";

    CID_TARGET_NOT_LEAF = "cid-target-not-leaf", Error;
    "a cid reference to a part that has no content";
    "A cid reference names a single or an external part only, not a multipart or a NullPart.";
    "draft-ietf-mimi-content-08 section 4.4";

    SECRETS_LENGTH = "secrets-length", Error;
    "a key, nonce or aad that does not fit the algorithm";
    "Without encryption (encAlg 0) key, nonce and aad are empty; with it, key and nonce have the lengths of the algorithm.";
    "draft-ietf-mimi-content-08 section 4.5; RFC 5116";

    CONTENT_HASH_LENGTH = "content-hash-length", Error;
    "a content hash that does not have the length of its hash function";
    "The hash is that of the algorithm in hashAlg, in full; with hashAlg 0 it is empty.";
    "draft-ietf-mimi-content-08 section 4.5";

    REPLY_TO_ITSELF = "reply-to-itself", Error;
    "a message that replies to the message it replaces";
    "An edit is another version of the message it replaces; replying to it would make a loop.";
    "draft-ietf-mimi-content-08 section 4.1";

    PLAIN_NOT_UTF8 = "plain-not-utf8", Warning;
    "text content that is not UTF-8, although its media type says so";
    "text/plain;charset=utf-8 and Markdown are UTF-8.";
    "draft-ietf-mimi-content-08 section 7.1";
}
