"""message_id.json: message IDs by both algorithms, franking tags, and where the URIs come from."""

from __future__ import annotations

import hashlib
import hmac

from examples import ALICE, BOB, ROOM, SALT, draft_examples, extended, full, hello, photo
from model import Message, Null
from suite import Case, Suite

FLAGS = {
    "DraftExample": ("An example of the draft, with the message ID published there.",
                     "draft-ietf-mimi-content-08 section 5 and appendix B"),
    "Uri": ("URIs of unusual length or content. Lengths count octets, not characters.",
            "draft-ietf-mimi-content-08 section 3.3"),
    "Older": ("The algorithm of drafts 06 and 07: the URIs without their lengths.",
              "draft-ietf-mimi-content-07 section 3.3"),
    "Stated": ("Extensions 1 and 2 state the URIs. Where no URI is given they are the source; "
               "where one is given it must agree.",
               "draft-ietf-mimi-content-08 sections 3.3 and 4.3"),
    "Boundary": ("Two pairs of URIs that are the same octets when put together: the lengths "
                 "tell them apart, and the older algorithm does not.",
                 "draft-ietf-mimi-content-08 section 3.3"),
    "Received": ("The ID covers the octets received, not a re-encoding, and no trailing octets.",
                 "draft-ietf-mimi-content-08 section 3.3"),
}

LIMIT = 65535


def message_id(octets: bytes, salt: bytes, sender: str, room: str, algorithm="draft-08") -> str:
    hashed = hashlib.sha256()
    for uri in (sender, room):
        uri = uri.encode()
        if algorithm == "draft-08":
            hashed.update(len(uri).to_bytes(2, "big"))
        hashed.update(uri)
    hashed.update(octets)
    hashed.update(salt)
    return "01" + hashed.hexdigest()[:62]


def franking_tag(octets: bytes, salt: bytes) -> str:
    return hmac.new(salt, octets, hashlib.sha256).hexdigest()


def case(comment, flags, message, sender, room, *, algorithm="draft-08", given=(True, True),
         octets=None, received=None, refused=None, result="valid", findings=None):
    octets = message.octets() if octets is None else octets
    value = {
        "hex": octets.hex(),
        "algorithm": algorithm,
        "sender": sender if given[0] else None,
        "room": room if given[1] else None,
    }
    if refused:
        return Case(comment, flags, value, "invalid", [refused])
    covered = octets if received is None else received
    expected = {
        "messageId": message_id(covered, message.salt, sender, room, algorithm),
        "frankingTag": franking_tag(covered, message.salt),
    }
    return Case(comment, flags, value, result, findings or [], expected)


def suite() -> Suite:
    out = Suite(
        "message_id",
        ["A case gives the octets of a message, sender and room URI (null: taken from the",
         "message), and the algorithm; expected are the message ID and the franking tag."],
        ["draft-ietf-mimi-content-08", "draft-ietf-mimi-content-07", "draft-ietf-mimi-protocol"],
        FLAGS,
    )
    examples = out.group("MessageId", "The examples of the draft, URIs as stated in the messages")
    for name, message, published in draft_examples():
        sender, room = message.extensions[1], message.extensions[2]
        made = case(f"draft example {name}", ["DraftExample", "Stated"], message, sender, room,
                    given=(False, False))
        assert made.expected["messageId"] == published, f"{name}: not the published ID"
        examples.cases.append(made)
    older = out.group("MessageId", "The algorithm of drafts 06 and 07")
    for name, message, _ in draft_examples()[:4]:
        older.cases.append(case(f"draft example {name}", ["Older"], message, message.extensions[1],
                                message.extensions[2], algorithm="draft-07"))
    older.cases.append(case("no URIs at all", ["Older", "Uri"], hello(), "", "", algorithm="draft-07"))

    uris = out.group("MessageId", "URIs given by the caller")
    add = uris.cases.append
    add(case("a short text", ["Uri"], hello(), ALICE, ROOM))
    add(case("a sealed photo", ["Uri"], photo(), BOB, ROOM))
    add(case("sender and room exchanged", ["Uri"], hello(), ROOM, ALICE))
    add(case("both URIs empty", ["Uri"], hello(), "", ""))
    add(case("no sender", ["Uri"], hello(), "", ROOM))
    add(case("no room", ["Uri"], hello(), ALICE, ""))
    umlaut = "mimi://k\u00fcche.example/u/j\u00f6rg"
    emoji = "mimi://kitchen.example/r/\U0001F35E\u0301\u05D0"
    add(case("letters outside ASCII", ["Uri"], hello(), umlaut, emoji))
    add(case("composed and decomposed letters differ", ["Uri"], hello(), "u\u0308", "\u00fc"))
    add(case("NUL and control characters", ["Uri"], hello(), "a\u0000b", "\n\u0001"))
    for size in (1, 23, 24, 127, 128, 255, 256):
        add(case(f"sender of {size} octets", ["Uri"], hello(), "s" * size, ROOM))
    add(case("sender of 65535 octets", ["Uri"], hello(), "s" * LIMIT, ROOM))
    add(case("room of 65535 octets, in characters of two and three octets", ["Uri"], hello(), ALICE,
             "\u00e9" * 30000 + "\u20ac" * 1845))
    too_long = {"code": "uri-too-long"}
    add(case("sender of 65536 octets", ["Uri"], hello(), "s" * (LIMIT + 1), ROOM, refused=too_long))
    add(case("room of 65536 octets in 32768 characters", ["Uri"], hello(), ALICE,
             "\u00e9" * 32768, refused=too_long))
    add(case("room of 65536 octets, older algorithm", ["Uri", "Older"], hello(), ALICE,
             "r" * (LIMIT + 1), algorithm="draft-07", refused=too_long))

    boundary = out.group("MessageId", "Where the sender ends and the room begins")
    for algorithm, flags in (("draft-08", ["Boundary"]), ("draft-07", ["Boundary", "Older"])):
        for sender, room in (("ab", "c"), ("a", "bc"), ("abc", "")):
            boundary.cases.append(case(f"sender {sender!r}, room {room!r}", flags, hello(), sender,
                                       room, algorithm=algorithm))

    stated = out.group("MessageId", "URIs stated in extensions 1 and 2")
    add = stated.cases.append
    both = Message(Null(1), salt=SALT, extensions={1: ALICE, 2: ROOM})
    add(case("given and stated, in agreement", ["Stated"], both, ALICE, ROOM))
    add(case("only the sender given", ["Stated"], both, ALICE, ROOM, given=(True, False)))
    add(case("only the room given", ["Stated"], both, ALICE, ROOM, given=(False, True)))
    add(case("sender stated, room given", ["Stated"], extended({1: ALICE}), ALICE, ROOM,
             given=(False, True)))
    add(case("empty URIs stated", ["Stated"], extended({1: "", 2: ""}), "", "", given=(False, False)))
    mismatch = lambda key: {"code": "uri-mismatch", "path": f"extensions[{key}]"}
    missing = lambda key: {"code": "uri-missing", "path": f"extensions[{key}]"}
    kind = lambda key: {"code": "extension-type", "path": f"extensions[{key}]"}
    add(case("another sender given than stated", ["Stated"], both, BOB, ROOM, refused=mismatch(1)))
    add(case("another room given than stated", ["Stated"], both, ALICE, ROOM + "x",
             refused=mismatch(2)))
    add(case("sender differs in case only", ["Stated"], both, ALICE.upper(), ROOM,
             refused=mismatch(1)))
    add(case("an empty sender given, another stated", ["Stated"], both, "", ROOM,
             refused=mismatch(1)))
    add(case("no sender known", ["Stated"], extended({2: ROOM}), "", "", given=(False, False),
             refused=missing(1)))
    add(case("no room known", ["Stated"], extended({1: ALICE}), "", "", given=(False, False),
             refused=missing(2)))
    add(case("extension 1 is not text", ["Stated"], extended({1: b"x", 2: ROOM}), "", "",
             given=(False, False), refused=kind(1)))

    octets = out.group("MessageId", "The octets that are hashed")
    add = octets.cases.append
    wide = full().tree()
    wide["nestedPart.disposition"].width = 8
    head = wide.octets()
    at = wide["nestedPart.disposition"].at
    add(case("a head that is not the shortest is hashed as received", ["Received"], full(), ALICE, ROOM,
             octets=head, result="acceptable", findings=[
                 {"code": "cbor-head-not-shortest", "offset": at,
                  "path": "nestedPart.disposition"}]))
    exact = hello().octets()
    add(case("trailing octets are not hashed", ["Received"], hello(), ALICE, ROOM,
             octets=exact + b"\x00\x00", received=exact, result="acceptable", findings=[
                 {"code": "cbor-trailing", "offset": len(exact), "path": "message"}]))
    short = Message(hello().part, salt=b"12345678")
    tree = short.tree()
    octets_short = tree.octets()
    add(case("a salt of 8 octets is hashed as received", ["Received"], short, ALICE, ROOM,
             result="acceptable", findings=[
                 {"code": "salt-length", "offset": tree["salt"].at, "path": "salt"}]))
    return out
