//! Rules of the room `notation`: what can be wrong with EDN, hex dumps and JSON as text. What is
//! wrong with the message they spell is a matter of the other tables.

rules! {
    /// Rules on the notations: EDN, annotated hex, JSON.
    NOTATION_RULES:

    NOTATION_EMPTY = "notation-empty", Error;
    "a text without an item";
    "The text holds nothing but white space and comments. Write one item, for a message an array of 7.";
    "mimi-codec";

    EDN_SYNTAX = "edn-syntax", Error;
    "text that is not EDN here";
    "An item is a number, a string, a simple value, an array, a map, a tag or embedded CBOR. Items are separated by commas or white space.";
    "draft-ietf-cbor-edn-literals section 5.1; RFC 8949 section 8";

    EDN_STRING = "edn-string", Error;
    "a string literal that cannot be read";
    "An escape that does not exist, an unpaired surrogate, a stray character among hex or base64 digits, or an odd number of digits.";
    "draft-ietf-cbor-edn-literals section 5.1";

    EDN_UNCLOSED = "edn-unclosed", Error;
    "a string, comment or bracket that is not closed";
    "The text ends first. The place given is where it was opened.";
    "draft-ietf-cbor-edn-literals section 5.1";

    EDN_NUMBER = "edn-number", Error;
    "a number that CBOR cannot hold, or not in this way";
    "Integers beyond 64 bits become bignums; longer ones than a few thousand digits are written as tag 2 or 3 over a byte string. Floats have at most 64 bits.";
    "draft-ietf-cbor-edn-literals section 2.2";

    EDN_INDICATOR = "edn-indicator", Error;
    "an encoding indicator that does not fit";
    "_i, _0, _1, _2 and _3 ask for 0, 1, 2, 4 and 8 octets after the first, and the value must fit; a bare underscore asks for indefinite length.";
    "draft-ietf-cbor-edn-literals section 2.3; RFC 8949 section 8.1";

    EDN_ELLIPSIS = "edn-ellipsis", Error;
    "an ellipsis in place of content";
    "Three dots stand for something left out, so no octets can be made of this text. Write the content in full.";
    "draft-ietf-cbor-edn-literals section 4.2";

    EDN_LITERAL = "edn-literal", Error;
    "a literal with an unknown prefix";
    "Known prefixes are h, b64, dt, DT and float. Write anything else as the item it stands for.";
    "draft-ietf-cbor-edn-literals section 3";

    EDN_SEQUENCE = "edn-sequence", Error;
    "more than one item";
    "A document is exactly one item; a CBOR sequence is not one. Put the items into an array, or remove all but the first.";
    "draft-ietf-mimi-content-08 section 4";

    NOTATION_DEPTH = "notation-depth", Error;
    "brackets nested too deeply";
    "The readers of text go 1000 levels deep; a message needs fewer than 20.";
    "mimi-codec";

    HEX_DIGIT = "hex-digit", Error;
    "a character that is not a hex digit";
    "A dump holds pairs of hex digits, white space, and comments from # to the end of the line.";
    "mimi-codec";

    HEX_ODD = "hex-odd", Error;
    "half an octet";
    "Every octet has two digits, side by side. A digit was lost or added here.";
    "mimi-codec";

    HEX_DUMP = "hex-dump", Error;
    "a dump that contradicts itself";
    "The address at the start of a line, or the length after a C array, is not the one of the octets before it: a line is missing or occurs twice.";
    "mimi-codec";

    HEX_MALFORMED = "hex-malformed", Warning;
    "octets that are not well-formed CBOR";
    "They are dumped without structure from this offset on.";
    "mimi-codec";

    JSON_SYNTAX = "json-syntax", Error;
    "text that is not JSON here";
    "JSON has no comments, no trailing commas, and double quotes only.";
    "RFC 8259";

    JSON_DUPLICATE = "json-duplicate", Error;
    "a member that occurs twice";
    "Two readers could take different values for the same name. Remove one of them.";
    "RFC 8259 section 4";

    JSON_UNKNOWN = "json-unknown", Error;
    "a member that this notation does not have";
    "Ignoring it could lose content. Names are those of the vCon draft, in lower case with underscores.";
    "draft-ietf-vcon-mimi-messages-00 section 3.3";

    JSON_NOT_KEPT = "json-not-kept", Warning;
    "a member that says nothing a message holds";
    "vCon describes a conversation; a message has no place for who took part, when it began or whether a file is cached.";
    "draft-ietf-vcon-mimi-messages-00 section 3.3";

    JSON_MISSING = "json-missing", Error;
    "a mandatory member is absent";
    "Without it the message cannot be put together.";
    "draft-ietf-vcon-mimi-messages-00 section 3.3";

    JSON_TYPE = "json-type", Error;
    "a member of another type than the notation has";
    "Octets are base64url text, times RFC 3339 text, sizes integers.";
    "draft-ietf-vcon-mimi-messages-00 section 3.3";

    JSON_VALUE = "json-value", Error;
    "a member with a value that no message can hold";
    "Octets are base64url, times whole seconds from 1970 to 2106, names those of the registries.";
    "draft-ietf-vcon-mimi-messages-00 section 3.3";

    JSON_CONFLICT = "json-conflict", Error;
    "members that exclude each other";
    "A part has a body, an external_part or a multi_part, or none of them; a relative expiry has relative_time, another absolute_time.";
    "draft-ietf-vcon-mimi-messages-00 section 3.3";

    JSON_INFORMATIVE = "json-informative", Warning;
    "an informative member that disagrees with the message";
    "message_id, part_index and mimi_extensions_edn follow from the rest, which is what was read. Whoever changed one of the two forgot the other.";
    "mimi-codec";
}
