"""Cases of cbor_decode.json in the layouts of older drafts: named, not misread.

| draft | items | salt | expires | inReplyTo | lastSeen | partIndex in a part |
|---|---|---|---|---|---|---|
| 03, 04 | 7 | no | integer, 0 for never | null, or ID, hash function and hash | yes | yes |
| 05, most of its examples | 7 | no | as in 08 | as in 08 | yes | no |
| 05, its text | 8 | 32 octets | as in 08 | as in 08 | yes | no |
"""

from __future__ import annotations

from cbor import array, encode, uint
from decode_common import Maker
from examples import ALICE, BREAD_ID, PLAIN, RICH, SOUP_ID, hello
from suite import Suite

LONG_SALT = bytes(range(32))


def part(*fields, index=None):
    """A part: disposition, language, with drafts 03 and 04 the part index, cardinality and the rest."""
    disposition, language, *rest = fields
    middle = [] if index is None else [index]
    return [disposition, language, *middle, *rest]


def add(out: Suite):
    made = Maker(out, "The layouts of older drafts")

    def older(what, fields):
        made.bad(what, ["OlderDraft"], encode(fields), ("older-draft", 0, "message"))

    text = [1, PLAIN, b"Soup is ready."]
    older("draft 04: a text", [None, b"", 0, None, [], {}, part(1, "", *text, index=0)])
    older("draft 04: a null part", [BREAD_ID, b"", 0, None, [], {}, part(1, "", 0, index=0)])
    older("draft 04: a topic, an expiry, a reply with its hash, and what was seen",
          [None, b"lunch", 1893456000, [SOUP_ID, 1, bytes(32)], [SOUP_ID, BREAD_ID], {}, part(1, "en", *text, index=0)])
    older("draft 04: extensions", [None, b"", 0, None, [SOUP_ID], {"k": b"v"}, part(1, "", *text, index=0)])
    older("draft 04: something elsewhere", [None, b"", 0, None, [], {}, part(
        6, "en", 2, "image/jpeg", "https://store.example/p/1", 0, 5, 0, b"", b"", b"", 0, b"", "", "", index=0)])
    older("draft 04: a choice", [None, b"", 0, None, [], {}, part(
        1, "", 3, 0, [part(1, "", *text, index=1), part(1, "", 1, RICH, b"**Soup**", index=2)], index=0)])
    older("draft 05 without a salt: a text", [None, b"", None, None, [], {}, part(1, "", *text)])
    older("draft 05 without a salt: an edit that expires",
          [BREAD_ID, b"", [False, 1893456000], SOUP_ID, [SOUP_ID], {1: ALICE}, part(1, "", *text)])
    older("draft 05 without a salt: a null part", [BREAD_ID, b"", None, SOUP_ID, [BREAD_ID], {}, part(2, "", 0)])
    older("draft 05 with a salt of 32 octets: a text", [LONG_SALT, None, b"", None, None, [], {}, part(1, "", *text)])
    older("draft 05 with a salt of 32 octets: every field",
          [LONG_SALT, BREAD_ID, b"lunch", [True, 60], SOUP_ID, [SOUP_ID, BREAD_ID], {1: ALICE}, part(1, "en", *text)])

    made = Maker(out, "Close to an older layout, but not one")
    tree = hello().tree()
    new = tree.put("inReplyTo", array())
    made.bad("today's layout with an empty array as inReplyTo", ["OlderDraft", "WrongType"], tree, ("wrong-type", new))
    tree = hello().tree()
    new = tree.put("expires", uint(0))
    made.bad("today's layout with 0 for never", ["OlderDraft", "WrongType"], tree, ("wrong-type", new))
    made.bad("no salt and no lastSeen", ["OlderDraft", "ArrayLength"], encode([None, b"", None, None, {}, part(1, "", *text)]),
             ("array-length", 0, "message"))
    tree = encode([None, b"", None, None, {}, [], part(1, "", *text)])
    made.bad("lastSeen and extensions exchanged", ["OlderDraft", "WrongType"], tree, ("wrong-type", 1, "salt"))
    for what, fields in [
        ("draft 04 with a map as lastSeen", [None, b"", 0, None, {}, {}, part(1, "", *text, index=0)]),
        ("draft 04 with a text as topicId", [None, "", 0, None, [], {}, part(1, "", *text, index=0)]),
        ("draft 04 with replaces of 31 octets", [bytes(31), b"", 0, None, [], {}, part(1, "", *text, index=0)]),
    ]:
        made.bad(what, ["OlderDraft", "WrongType"], encode(fields), *(
            [("salt-length", 1, "salt"), ("message-id-length", 34, "replaces")] if fields[0] else [("wrong-type", 1, "salt")]))
