//! Rules on the form of CBOR: well-formed (RFC 8949), deterministic (its section 4.2.1), and
//! within the data model of the draft's section 6.2.

rules! {
    /// Rules on the form of CBOR.
    CBOR_RULES:

    CBOR_TRUNCATED = "cbor-truncated", Error;
    "the input ends within a CBOR item";
    "The octets stop before the item that began at this offset is complete: the file was cut short, or a length says more than is there.";
    "RFC 8949 section 5.3.1";

    CBOR_RESERVED_HEAD = "cbor-reserved-head", Error;
    "a head with reserved additional information 28 to 30";
    "No CBOR item begins with this octet. What follows cannot be read, because the length of the item is unknown.";
    "RFC 8949 section 3";

    CBOR_BREAK_MISPLACED = "cbor-break-misplaced", Error;
    "a break (0xff) where an item should stand";
    "A break ends an item of indefinite length and may stand nowhere else, not between a key and its value either.";
    "RFC 8949 section 3.2.1";

    CBOR_CHUNK_INVALID = "cbor-chunk-invalid", Error;
    "a chunk that does not belong in a string of indefinite length";
    "The chunks of an indefinite-length string are strings of definite length and of the same kind.";
    "RFC 8949 section 3.2.3";

    CBOR_SIMPLE_INVALID = "cbor-simple-invalid", Error;
    "a simple value below 32 in two octets";
    "Simple values 0 to 31 have no two-octet form; the encoding is not well-formed.";
    "RFC 8949 section 3.3";

    CBOR_TRAILING = "cbor-trailing", Error, tolerated;
    "octets follow the end of the document";
    "A document is exactly one CBOR item. What follows is not covered by the message ID and must be removed.";
    "draft-ietf-mimi-content-08 section 4";

    CBOR_HEAD_NOT_SHORTEST = "cbor-head-not-shortest", Error, tolerated;
    "an integer, length, count or tag number is not in its shortest form";
    "Deterministic encoding uses the shortest head for every item. Re-encode the message; its message ID changes.";
    "draft-ietf-mimi-content-08 section 6.1; RFC 8949 section 4.2.1";

    CBOR_INDEFINITE_LENGTH = "cbor-indefinite-length", Error, tolerated;
    "an item of indefinite length";
    "Deterministic encoding gives every string, array and map its length in front. Re-encode the message; its message ID changes.";
    "draft-ietf-mimi-content-08 section 6.1; RFC 8949 section 4.2.1";

    CBOR_KEY_ORDER = "cbor-key-order", Error, tolerated;
    "map keys are not in bytewise order";
    "The keys of every map are sorted by their encoded octets: 24 before -1, not shortest first as RFC 7049 had it.";
    "draft-ietf-mimi-content-08 section 6.1; RFC 8949 section 4.2.1";

    CBOR_FLOAT_NOT_SHORTEST = "cbor-float-not-shortest", Error, tolerated;
    "a floating-point value is not in its shortest form";
    "A value that a shorter float holds exactly is written as the shorter float.";
    "draft-ietf-mimi-content-08 section 6.1; RFC 8949 section 4.2.1";

    CBOR_NAN_PAYLOAD = "cbor-nan-payload", Error, tolerated;
    "a NaN other than f97e00";
    "The only NaN allowed outside tags 80 to 87 is the half-width quiet one, 0xf97e00.";
    "draft-ietf-mimi-content-08 section 6.2";

    CBOR_BIGNUM_NOT_SHORTEST = "cbor-bignum-not-shortest", Error, tolerated;
    "a bignum that fits into an integer, or has leading zeros";
    "Tags 2 and 3 are only for integers beyond 64 bits, without leading zero octets.";
    "draft-ietf-mimi-content-08 section 6.1; RFC 8949 section 3.4.3";

    UTF8_INVALID = "utf8-invalid", Error;
    "a text string that is not UTF-8";
    "Every text string is valid UTF-8, each chunk of it too. The offset is that of the first octet that does not fit.";
    "draft-ietf-mimi-content-08 section 6.2";

    DUPLICATE_KEY = "duplicate-key", Error;
    "a map key occurs twice";
    "Two readers could take different values for the same key, so content could be smuggled past one of them. The offset is that of the later key.";
    "draft-ietf-mimi-content-08 section 4.3; RFC 8949 section 5.6";

    KEY_TYPE = "key-type", Error;
    "a map key of a forbidden kind";
    "Extension keys are integers or text; keys of maps inside an extension are integers, text or octets.";
    "draft-ietf-mimi-content-08 section 6.2";

    KEY_RANGE = "key-range", Error;
    "an integer key beyond plus or minus 2^53 - 1";
    "Integer keys must fit into a double float without loss, or JavaScript readers would mistake one for another.";
    "draft-ietf-mimi-content-08 section 6.2";
}
