//! Messages as JSON, with the names of draft-ietf-vcon-mimi-messages for what a vCon `dialog`
//! object holds of a message. Lossless in both directions for every message that strict decoding
//! accepts.
//!
//! | member | holds |
//! |---|---|
//! | `message_id` | informative: base64url of the message ID |
//! | `salt` | base64url |
//! | `replaces`, `in_reply_to` | base64url of a message ID; absent: none |
//! | `topic_id` | base64url; absent: empty |
//! | `expires` | `relative`, and `relative_time` in seconds or `absolute_time` as RFC 3339 text |
//! | `mimi_extensions` | base64url of the CBOR map; absent: no extensions |
//! | `mimi_extensions_edn` | informative: the same as EDN |
//!
//! and those of a part, which stand beside these for the body and in every element of `parts`:
//!
//! | member | holds |
//! |---|---|
//! | `disposition` | registered name or number; absent: `render` |
//! | `language` | absent: empty |
//! | `part_index` | informative |
//! | `cardinality` | `nullpart`, `single`, `external`, `multi`; optional for the body |
//! | `mediatype`, `encoding`, `body` | content in place; encoding `none` for text, else `base64url` |
//! | `external_part` | `mediatype`, `url`, `expires`, `size`, `enc_alg`, `key`, `nonce`, `aad`, `content_hash` (algorithm, colon, base64url), `description`, `filename` |
//! | `multi_part` | `part_semantics` and `parts` |
//!
//! Octets are base64url without padding. The JSON schema is `schemas/mimi-content.schema.json`.

mod members;
mod part;
mod reader;
mod syntax;
mod writer;

pub use reader::{Reader, read};
pub use writer::{write, write_with_id};
