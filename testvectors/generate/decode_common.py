"""What the parts of cbor_decode.json share: the flags, and how a case is made and cross-checked."""

from __future__ import annotations

import cbor2

from cbor import Item, write
from model import Message, Tree
from suite import Case, Suite, findings_of, octets_of, result_of

RFC = "RFC 8949"
DRAFT = "draft-ietf-mimi-content-08"

FLAGS = {
    "DraftExample": ("An example of the draft, described anew.", f"{DRAFT} section 5 and appendix B"),
    "Layout": ("Which field follows which, and of what type.", f"{DRAFT} appendix A.1"),
    "Unknown": ("A value without a meaning that a decoder keeps all the same.",
                f"{DRAFT} sections 4.4 and 9.1"),
    "Length": ("Arguments around the widths of a head.", f"{RFC} section 3"),
    "Depth": ("Parts and extension values nested as deep as allowed, or deeper.", f"{DRAFT} section 6.3"),
    "Count": ("Limits on numbers of parts and octets.", f"{DRAFT} section 9.1"),
    "Extension": ("Values of extensions, which are kept whatever they are.", f"{DRAFT} section 4.3"),
    "Float": ("Floating-point values: the shortest form, and which NaN.", f"{DRAFT} sections 6.1 and 6.2"),
    "Bignum": ("Integers beyond 64 bits in tags 2 and 3.", f"{RFC} section 3.4.3"),
    "Key": ("Which keys a map may have.", f"{DRAFT} sections 4.3 and 6.2"),
    "KeyOrder": ("Keys are sorted by their encoded octets.", f"{RFC} section 4.2.1"),
    "DuplicateKey": ("The same key twice, also where its encodings differ: readers could disagree.",
                     f"{DRAFT} section 4.3; {RFC} section 5.6"),
    "Truncated": ("The input ends too early. The offset is the head of the item that is incomplete, or the "
                  "input's length where an item should begin.", f"{RFC} section 5.3.1"),
    "Reserved": ("Octets that begin no item, a break out of place, chunks that do not belong.",
                 f"{RFC} sections 3 and 3.2"),
    "NotShortest": ("A head that is longer than needed.", f"{RFC} section 4.2.1"),
    "Indefinite": ("Items of indefinite length.", f"{RFC} section 4.2.1"),
    "Trailing": ("Octets after the message.", f"{DRAFT} section 4"),
    "Utf8": ("Text is valid UTF-8. The offset is the first octet after the longest valid start; each chunk of an "
             "indefinite text counts by itself.", f"{DRAFT} section 6.2; RFC 3629"),
    "WrongType": ("An item of another type than its field has.", f"{DRAFT} appendix A.1"),
    "Range": ("A number or length that the field does not have.", f"{DRAFT} appendix A.1"),
    "ArrayLength": ("Arrays with too many or too few items. A reader must not take a neighbour's item for a "
                    "field that is missing.", f"{DRAFT} appendix A.1"),
    "Tag": ("Tags where the format has none.", f"{DRAFT} appendix A.1"),
    "Hostile": ("Claims and nesting that make a careless reader crash or run out of memory.",
                f"{RFC} section 10"),
    "OlderDraft": ("The layouts that messages had in drafts 03 to 05.", f"{DRAFT} appendix C"),
    "Several": ("More than one deviation. Strict mode reports the first, tolerant mode all of them.",
                "this project"),
}

# Not well-formed: no CBOR decoder can read on.
MALFORMED = {"cbor-truncated", "cbor-reserved-head", "cbor-break-misplaced", "cbor-chunk-invalid",
             "cbor-simple-invalid"}


class Maker:
    """Adds cases to one group."""

    def __init__(self, suite: Suite, comment: str):
        self.cases = suite.group("CborDecode", comment).cases
        suite_seen = getattr(suite, "seen", None)
        if suite_seen is None:
            suite_seen = suite.seen = {}
        self.seen = suite_seen

    def valid(self, comment, flags, message: Message):
        octets = message.octets()
        check_with_cbor2(octets, [], comment, message)
        # A large message is described by the number of its parts alone.
        expected = {"parts": message.part_count()}
        if len(octets) <= 4096:
            expected["message"] = message.json()
        self.put(comment, flags, octets, [], expected)

    def bad(self, comment, flags, source, *findings, normalised=None):
        """A case with findings: rows of (code, item or offset[, path]).

        `normalised` is the message, described anew, that tolerant decoding yields; none if that
        one cannot be encoded or decoding is refused.
        """
        octets = octets_of(source)
        rows = findings_of(findings)
        check_with_cbor2(octets, rows, comment)
        expected = None
        if result_of(rows) == "acceptable":
            expected = {"normalised": octets_of(normalised).hex() if normalised is not None else None}
        else:
            assert normalised is None
        self.put(comment, flags, octets, rows, expected)

    def put(self, comment, flags, octets, rows, expected):
        known = self.seen.setdefault(octets, comment)
        assert known is comment, f"the same octets twice: {known!r} and {comment!r}"
        self.cases.append(Case(comment, flags, {"hex": octets.hex()}, result_of(rows), rows, expected))


def check_with_cbor2(octets: bytes, rows: list, comment: str, message: Message | None = None):
    """cbor2 must read what is well-formed, refuse what is not, and write valid messages alike."""
    codes = [row["code"] for row in rows]
    if MALFORMED.intersection(codes):
        refused(octets, comment)
    if "utf8-invalid" in codes:
        refused(octets, comment)
    if "duplicate-key" in codes:
        refused(octets, comment, allow_duplicate_keys=False)
    if "cbor-indefinite-length" in codes:
        refused(octets, comment, allow_indefinite=False)
    if message is not None:
        decoded = cbor2.loads(octets)
        assert isinstance(decoded, list) and len(decoded) == 7, comment
        if plain(message.extensions):
            assert decoded[5] == message.extensions, comment
            assert cbor2.dumps(decoded) == octets, f"cbor2 writes this message otherwise: {comment}"


def refused(octets: bytes, comment: str, **options):
    try:
        cbor2.loads(octets, **options)
    except (cbor2.CBORDecodeError, RecursionError, MemoryError, OverflowError, ValueError):
        return
    raise AssertionError(f"cbor2 reads this: {comment}")


def plain(value) -> bool:
    """Whether cbor2 gives back a value as it was described: no tags, floats or simple values."""
    if isinstance(value, dict):
        return all(plain(part) for pair in value.items() for part in pair)
    if isinstance(value, list):
        return all(map(plain, value))
    return not isinstance(value, (float, Item))
