//! Rules on the structure of messages, status reports and derived values, and on message IDs.

rules! {
    /// Rules on the structure of a message.
    MESSAGE_RULES:

    WRONG_TYPE = "wrong-type", Error;
    "an item of another type than the field has";
    "Each field has one CBOR type. A byte string is not a text string, and an absent value is null where the draft allows it.";
    "draft-ietf-mimi-content-08 appendix A.1";

    ARRAY_LENGTH = "array-length", Error;
    "an array with too many or too few items";
    "A message has 7 items, a part 3, 5 or 15 by its cardinality, an expiration 2. The offset is that of the array's head; nothing outside the array is read in its stead.";
    "draft-ietf-mimi-content-08 appendix A.1";

    TAG_UNEXPECTED = "tag-unexpected", Error;
    "a tag where the format has none";
    "No field of a message is tagged; only extension values and the extended time of the derived values may carry tags.";
    "draft-ietf-mimi-content-08 appendix A.1";

    URL_TAGGED = "url-tagged", Error, tolerated;
    "a URL inside tag 32";
    "The url of an external part is a plain text string. Some encoders add tag 32 (URI), because the draft's running text says uri where its collected schema says tstr.";
    "draft-ietf-mimi-content-08 appendix A.1";

    UNDEFINED_FOR_NULL = "undefined-for-null", Error, tolerated;
    "undefined (0xf7) in place of null (0xf6)";
    "Absent replaces, expires and inReplyTo are null.";
    "draft-ietf-mimi-content-08 appendix A.1";

    INTEGER_RANGE = "integer-range", Error;
    "an integer too large for its field";
    "Disposition and hashAlg have 8 bits, encAlg 16, times and leaf index 32, size 64.";
    "draft-ietf-mimi-content-08 appendix A.1";

    CARDINALITY_UNKNOWN = "cardinality-unknown", Error;
    "a cardinality other than 0 to 3";
    "A part is null (0), single (1), external (2) or multi (3).";
    "draft-ietf-mimi-content-08 section 4.4";

    SEMANTICS_UNKNOWN = "semantics-unknown", Error;
    "part semantics other than 0 to 2";
    "A multipart is chooseOne (0), singleUnit (1) or processAll (2); an unknown value marks a message as malicious.";
    "draft-ietf-mimi-content-08 sections 4.4 and 9.1";

    SALT_LENGTH = "salt-length", Error, tolerated;
    "a salt that does not have 16 octets";
    "The salt is 16 random octets. A message with another salt cannot be mended without a new salt, and so a new message ID.";
    "draft-ietf-mimi-content-08 section 4.1";

    MESSAGE_ID_LENGTH = "message-id-length", Error;
    "a message ID that does not have 32 octets";
    "A message ID is the number of the hash function and the first 31 octets of the hash.";
    "draft-ietf-mimi-content-08 section 3.3";

    MULTIPART_TOO_FEW = "multipart-too-few", Error, tolerated;
    "a multipart with fewer than two parts";
    "A multipart has two parts or more; a single part stands alone, no part is a NullPart.";
    "draft-ietf-mimi-content-08 appendix A.1";

    PART_DEPTH = "part-depth", Error;
    "parts nested too deeply";
    "Parts are nested at most 4 levels deep, the body itself being level 1.";
    "draft-ietf-mimi-content-08 sections 6.3 and 9.1";

    PART_COUNT = "part-count", Error;
    "too many parts";
    "A message with more than 1024 parts counts as malicious. The offset is that of the first part beyond the limit.";
    "draft-ietf-mimi-content-08 section 9.1";

    TOPIC_LENGTH = "topic-length", Error;
    "a topicId that is too long";
    "A topicId of more than 4096 octets counts as malicious.";
    "draft-ietf-mimi-content-08 section 9.1";

    EXTENSION_DEPTH = "extension-depth", Error;
    "an extension value nested too deeply";
    "Maps, arrays and tags are nested at most 4 levels deep, the extension map itself being level 1.";
    "draft-ietf-mimi-content-08 section 6.3";

    KEY_RESERVED = "key-reserved", Error, tolerated;
    "extension key 0";
    "Key 0 is reserved; extension keys are positive, negative or text.";
    "draft-ietf-mimi-content-08 sections 4.3 and 8.2.1";

    KEY_LENGTH = "key-length", Error;
    "a text key of an extension that is empty or longer than 255 octets";
    "Text keys of extensions have 1 to 255 octets of UTF-8.";
    "draft-ietf-mimi-content-08 section 4.3";

    OLDER_DRAFT = "older-draft", Error;
    "a message in the layout of an older draft";
    "The fields changed between the drafts. Read it with the upgrade call, which says what it changed; the message ID is not kept.";
    "draft-ietf-mimi-content-08 appendix C";

    FINDINGS_LIMIT = "findings-limit", Error;
    "too many findings; the rest are not listed";
    "A report is cut at a configurable number of findings, so that a hostile input cannot make it larger than memory.";
    "mimi-codec";

    REPAIRED = "repaired", Warning;
    "a tolerated deviation was mended";
    "The message was re-encoded deterministically. Its octets changed, and so did its message ID.";
    "mimi-codec";

    UPGRADED = "upgraded", Warning;
    "a field of an older draft was carried over";
    "The message was read from the layout of an older draft. What the current layout has no place for, or what it needs in addition, is named here.";
    "draft-ietf-mimi-content-08 appendix C";

    URI_TOO_LONG = "uri-too-long", Error;
    "a sender or room URI longer than 65535 octets";
    "The length of each URI is hashed as a 16-bit integer.";
    "draft-ietf-mimi-content-08 section 3.3";

    URI_MISSING = "uri-missing", Error;
    "no sender or room URI to compute the message ID from";
    "The message ID covers the sender and room URI. Give them, or use a message that states them in extensions 1 and 2.";
    "draft-ietf-mimi-content-08 section 3.3";

    URI_MISMATCH = "uri-mismatch", Error;
    "the URI given is not the one the message states";
    "Extensions 1 (senderUri) and 2 (roomUri) must agree with the sender and room the message came from.";
    "draft-ietf-mimi-content-08 sections 3.3 and 4.3";

    MESSAGE_ID_MISMATCH = "message-id-mismatch", Error;
    "the message ID is not the one computed from the octets";
    "Either the octets were changed, or the ID was computed from other URIs or by the algorithm of an older draft.";
    "draft-ietf-mimi-content-08 section 3.3";

    FRANKING_TAG_MISMATCH = "franking-tag-mismatch", Error;
    "the franking tag is not the one computed from the octets";
    "The franking tag is the HMAC-SHA256 of the application data under the salt.";
    "draft-ietf-mimi-protocol section 5.4";

    EXTENSION_TYPE = "extension-type", Error;
    "a known extension with a value of another type";
    "Extensions 1 to 5 and 256 have a defined type. The value is kept as it is, and the typed accessor refuses it.";
    "draft-ietf-mimi-content-08 section 4.3; draft-mimi-content-more-extensions-00";

    ENCODED_TOO_LARGE = "encoded-too-large", Error;
    "a message that does not fit into memory";
    "The encoded message would have more octets than this machine can address, or than it has memory for.";
    "mimi-codec";

    COMPOSE_IMPOSSIBLE = "compose-impossible", Error;
    "a combination that no message can have";
    "For example a message that replies to itself, a reaction of more than one grapheme cluster, or text too long for its field.";
    "draft-ietf-mimi-content-08 sections 4.1 and 5";

    // Values of extensions in other types.

    VALUE_UNSUPPORTED = "value-unsupported", Error;
    "a value that the type asked for cannot hold";
    "An extension value may be any CBOR item, and other types have fewer kinds: many have no undefined and no simple values.";
    "mimi-codec";
    URI_SYNTAX = "uri-syntax", Error;
    "a text that is not a mimi: or im: URI";
    "A mimi: URI has a host and then a kind and a name, as in mimi://example.com/u/alice; an im: URI has an address, as in im:alice@example.com. Other characters than those of RFC 3986 are percent-encoded.";
    "draft-ietf-mimi-protocol table 1; RFC 3860; RFC 3986";

    LANGUAGE_SYNTAX = "language-syntax", Warning;
    "a language that is not a well-formed tag";
    "The language of a part is empty or a comma-separated list of tags such as en, pt-BR or zh-Hant. The text is kept, and the tags that are well-formed count.";
    "draft-ietf-mimi-content-08 section 4.4; RFC 5646 section 2.1";

    MEDIA_TYPE_SYNTAX = "media-type-syntax", Warning;
    "a content type that is not a media type";
    "A media type is a type, a slash and a subtype, then parameters: text/plain;charset=utf-8. A part with another one is treated as octets of an unknown kind.";
    "draft-ietf-mimi-content-08 section 4.4; RFC 2045 section 5.1; RFC 6838 section 4.2";

    COMPOSE_EMPTY = "compose-empty", Error;
    "nothing to send";
    "A message without text is not a message; to take one back, delete it. A topic is named by at least one octet, a URL and a list of reactions are not empty.";
    "draft-ietf-mimi-content-08 sections 4.1 and 5.6";

    COMPOSE_REPLY_LOOP = "compose-reply-loop", Error;
    "a reply whose chain of answered messages would contain itself";
    "A client must not knowingly create a loop of replies. The message answered, or one that it answers in turn, is the message itself or occurs twice.";
    "draft-ietf-mimi-content-08 section 4.1";

    COMPOSE_REACTION = "compose-reaction", Error;
    "a text reaction that is not one character as people see it";
    "A text reaction is one grapheme cluster. Several reactions are several messages, or several parts; as one text they could mean something else.";
    "draft-ietf-mimi-content-08 section 5.3";

    COMPOSE_EXPIRY = "compose-expiry", Error;
    "an expiration of 0";
    "A message that has already expired, or expires as soon as it is read, is never seen. A message that does not expire has none.";
    "draft-ietf-mimi-content-08 sections 4.1 and 5.8";

    COMPOSE_SUBJECT = "compose-subject", Error;
    "a subject that is empty or longer than 4096 octets";
    "The subject has 1 to 4096 octets of UTF-8.";
    "draft-mimi-content-more-extensions-00 section 5";

    COMPOSE_EXTERNAL = "compose-external", Error;
    "an external part whose fields do not fit together";
    "Without encryption (encAlg 0) key, nonce and additional data are empty; otherwise key and nonce have the lengths of the algorithm. The content hash has the length of its hash function.";
    "draft-ietf-mimi-content-08 section 4.5; RFC 5116";

    COMPOSE_CID = "compose-cid", Error;
    "a cid: reference to a part that is not one of the images";
    "A text refers to an image in the same message as cid:N@local.invalid, where N is the image's part index.";
    "draft-ietf-mimi-content-08 section 4.4";

    COMPOSE_RANDOM = "compose-random", Error;
    "no random octets";
    "Each message needs a salt of 16 octets from a cryptographic random source, and mails need names that nobody else uses. The operating system, or the source that was given, had none.";
    "draft-ietf-mimi-content-08 sections 4.1 and 9.2";
}
