"""Cases of cbor_decode.json on the fields: types, ranges, lengths, counts."""

from __future__ import annotations

from cbor import (ARRAY, BYTES, MAP, TEXT, UINT, Item, array, bstr, false, float_bits, integer, mapping, null, simple, tag,
                  true, tstr, uint, undefined)
from decode_common import Maker
from examples import BREAD_ID, PLAIN, SALT, SOUP_ID, choice, extended, full, hello, nested, photo
from model import CHOOSE_ONE, PROCESS_ALL, Expiration, External, Message, Multi, Null, Single
from suite import Suite

# Every field: the message it is shown in, its path, and the types it may have.
FIELDS = [
    (full, "salt", "bytes"), (full, "replaces", "bytes null"), (full, "topicId", "bytes"),
    (full, "expires", "array null"), (full, "expires.relative", "bool"), (full, "expires.time", "uint"),
    (full, "inReplyTo", "bytes null"), (full, "extensions", "map"), (full, "nestedPart", "array"),
    (full, "nestedPart.disposition", "uint"), (full, "nestedPart.language", "text"),
    (full, "nestedPart.cardinality", "uint"), (full, "nestedPart.contentType", "text"),
    (full, "nestedPart.content", "bytes"), (choice, "nestedPart.partSemantics", "uint"),
    (choice, "nestedPart.parts", "array"), (choice, "nestedPart.parts[0]", "array"),
    (choice, "nestedPart.parts[1].content", "bytes"),
    (photo, "nestedPart.contentType", "text"), (photo, "nestedPart.url", "text"), (photo, "nestedPart.expires", "uint"),
    (photo, "nestedPart.size", "uint"), (photo, "nestedPart.encAlg", "uint"), (photo, "nestedPart.key", "bytes"),
    (photo, "nestedPart.nonce", "bytes"), (photo, "nestedPart.aad", "bytes"), (photo, "nestedPart.hashAlg", "uint"),
    (photo, "nestedPart.contentHash", "bytes"), (photo, "nestedPart.description", "text"),
    (photo, "nestedPart.filename", "text"),
]

# One item of each type, to stand where it does not belong.
ITEMS = [
    ("uint", "an integer", lambda: uint(7)), ("nint", "a negative integer", lambda: integer(-1)),
    ("bytes", "octets", lambda: bstr(b"sixteen octets..")), ("text", "text", lambda: tstr("sixteen octets..")),
    ("array", "an empty array", lambda: array()), ("map", "an empty map", lambda: mapping()),
    ("null", "null", null), ("bool", "true", true), ("undefined", "undefined", undefined),
    ("float", "a float", lambda: float_bits(2, 0x3C00)), ("simple", "simple value 99", lambda: simple(99)),
]

# All of these for the fields that come first, and the confusions that happen elsewhere.
THOROUGH = {"salt", "replaces", "expires", "extensions", "nestedPart", "nestedPart.disposition", "nestedPart.language",
            "nestedPart.content"}
LIKELY = {"bytes": ("text", "null", "array"), "text": ("bytes", "null", "uint"), "uint": ("nint", "text", "float", "null"),
          "bool": ("uint", "null", "text"), "array": ("map", "null", "bytes"), "map": ("array", "null")}


def add(out: Suite):
    types(out)
    tags(out)
    ranges(out)
    lengths(out)


def types(out: Suite):
    made = Maker(out, "Another type than the field has")
    for kind, what, make in ITEMS:
        if kind != "array":
            tree = Message().tree()
            new = tree.put("message", make())
            made.bad(f"{what} in place of a message", ["WrongType"], tree, ("wrong-type", new, "message"))
    for message, path, allowed in FIELDS:
        allowed = allowed.split()
        for kind, what, make in ITEMS:
            if kind in allowed or (kind == "undefined" and "null" in allowed):
                continue
            if path not in THOROUGH and kind not in LIKELY[allowed[0]]:
                continue
            tree = message().tree()
            new = tree.put(path, make())
            flags = ["WrongType"]
            where = " of an external part" if message is photo else ""
            made.bad(f"{what} as {path}{where}", flags, tree, ("wrong-type", new))
    for path in ("replaces", "expires", "inReplyTo"):
        tree = hello().tree()
        new = tree.put(path, undefined())
        made.bad(f"undefined as {path}", ["WrongType"], tree, ("undefined-for-null", new), normalised=hello())
    tree = hello().tree()
    items = [tree.put(path, undefined()) for path in ("replaces", "expires", "inReplyTo")]
    made.bad("undefined three times", ["WrongType", "Several"], tree,
             *(("undefined-for-null", item) for item in items), normalised=hello())


def tags(out: Suite):
    made = Maker(out, "Tags where the format has none")
    for message, path, _ in FIELDS:
        if path == "nestedPart.url":
            continue
        tree = message().tree()
        wrapped = tree.wrap(path, 24 if path.endswith("content") else 1)
        where = " of an external part" if message is photo else ""
        made.bad(f"a tag around {path}{where}", ["Tag"], tree, ("tag-unexpected", wrapped))
    tree = hello().tree()
    wrapped = tree.wrap("message", 55799)
    made.bad("the self-described CBOR tag around the message", ["Tag"], tree, ("tag-unexpected", wrapped, "message"))
    tree = hello().tree()
    wrapped = tree.wrap("expires", 1)
    made.bad("a tag around null", ["Tag"], tree, ("tag-unexpected", wrapped))
    tree = photo().tree()
    wrapped = tree.wrap("nestedPart.url", 32)
    made.bad("tag 32 around a URL", ["Tag"], tree, ("url-tagged", wrapped), normalised=photo())
    tree = photo().tree()
    wrapped = tree.wrap("nestedPart.url", 32).wide(2)
    made.bad("tag 32 around a URL, in a head of 3 octets", ["Tag", "NotShortest", "Several"], tree,
             ("cbor-head-not-shortest", wrapped), ("url-tagged", wrapped), normalised=photo())
    tree = photo().tree()
    wrapped = tree.wrap("nestedPart.url", 33)
    made.bad("tag 33 around a URL", ["Tag"], tree, ("tag-unexpected", wrapped))
    tree = photo().tree()
    inner = tree.wrap("nestedPart.url", 32)
    inner.items = [Item(6, 32, items=inner.items)]
    made.bad("tag 32 twice around a URL", ["Tag", "Several"], tree,
             ("url-tagged", inner), ("tag-unexpected", inner.items[0], "nestedPart.url"))
    tree = photo().tree()
    wrapped = tree.wrap("nestedPart.url", 32)
    wrapped.items = [bstr(b"https://store.example")]
    made.bad("tag 32 around octets", ["Tag", "WrongType", "Several"], tree,
             ("url-tagged", wrapped), ("wrong-type", wrapped.items[0], "nestedPart.url"))
    tree = photo().tree()
    new = tree.put("nestedPart.size", tag(2, bstr(bytes([1]) + bytes(8))))
    made.bad("a bignum as the size", ["Tag", "Bignum"], tree, ("tag-unexpected", new))


def ranges(out: Suite):
    made = Maker(out, "Numbers their field does not have")
    for message, path, numbers in [
        (hello, "nestedPart.disposition", (256, 1 << 32, (1 << 64) - 1)),
        (full, "expires.time", (1 << 32, (1 << 64) - 1)),
        (photo, "nestedPart.expires", (1 << 32, (1 << 64) - 1)),
        (photo, "nestedPart.encAlg", (65536, (1 << 64) - 1)),
        (photo, "nestedPart.hashAlg", (256, (1 << 64) - 1)),
        (choice, "nestedPart.parts[1].disposition", (256,)),
    ]:
        for number in numbers:
            tree = message().tree()
            new = tree.put(path, uint(number))
            where = " of an external part" if message is photo else ""
            made.bad(f"{number} as {path}{where}", ["Range"], tree, ("integer-range", new))
    for number in (4, 23, 24, 255, 256, (1 << 64) - 1):
        tree = hello().tree()
        new = tree.put("nestedPart.cardinality", uint(number))
        made.bad(f"cardinality {number}", ["Range"], tree, ("cardinality-unknown", new))
    tree = Message(Null(1), salt=SALT).tree()
    new = tree.put("nestedPart.cardinality", uint(4))
    made.bad("cardinality 4 in a part of three items", ["Range"], tree, ("cardinality-unknown", new))
    tree = choice().tree()
    new = tree.put("nestedPart.parts[0].cardinality", uint(9))
    made.bad("cardinality 9 further in", ["Range"], tree, ("cardinality-unknown", new))
    for number in (3, 4, 24, 255, (1 << 64) - 1):
        tree = choice().tree()
        new = tree.put("nestedPart.partSemantics", uint(number))
        made.bad(f"semantics {number}", ["Range"], tree, ("semantics-unknown", new))


def lengths(out: Suite):
    made = Maker(out, "Lengths their field does not have")
    for size in (0, 1, 15, 17, 31, 32, 255, 256):
        tree = Message(Null(1), salt=bytes(size)).tree()
        made.bad(f"a salt of {size} octets", ["Range"], tree, ("salt-length", tree["salt"]), normalised=None)
    for path in ("replaces", "inReplyTo"):
        for size in (0, 16, 31, 33, 64, 300):
            tree = full().tree()
            new = tree.put(path, bstr(b"\x01" * size))
            made.bad(f"{path} of {size} octets", ["Range"], tree, ("message-id-length", new))
    for size in (4097, 65536):
        tree = Message(Null(1), salt=SALT, topic=b"t" * size).tree()
        made.bad(f"topicId of {size} octets", ["Count"], tree, ("topic-length", tree["topicId"]))
    for count, parts in ((0, []), (1, [Null(1)])):
        tree = Message(Multi(CHOOSE_ONE, parts), salt=SALT).tree()
        made.bad(f"a multipart of {count} parts", ["Range"], tree,
                 ("multipart-too-few", tree["nestedPart.parts"]), normalised=None)
    inner = Multi(PROCESS_ALL, [Multi(PROCESS_ALL, [Null()]), Null()])
    tree = Message(inner, salt=SALT).tree()
    made.bad("a multipart of one part, further in", ["Range"], tree,
             ("multipart-too-few", tree["nestedPart.parts[0].parts"]), normalised=None)
    tree = Message(Multi(PROCESS_ALL, [Null()] * 1024), salt=SALT).tree()
    made.bad("1025 parts", ["Count"], tree, ("part-count", tree["nestedPart.parts[1023]"]))
    halves = [Multi(PROCESS_ALL, [Null()] * 511), Multi(PROCESS_ALL, [Null()] * 511)]
    tree = Message(Multi(PROCESS_ALL, halves), salt=SALT).tree()
    made.bad("1025 parts on two levels", ["Count"], tree, ("part-count", tree["nestedPart.parts[1].parts[510]"]))
    full_first = [Multi(PROCESS_ALL, [Null()] * 1022), Null(2)]
    tree = Message(Multi(PROCESS_ALL, full_first), salt=SALT).tree()
    made.bad("the 1025th part stands behind a full multipart", ["Count"], tree,
             ("part-count", tree["nestedPart.parts[1]"]))

    made = Maker(out, "Arrays with too many or too few items")
    for count in (0, 1, 6, 8):
        tree = full().tree()
        root = tree["message"]
        tree.name()
        root.items = (root.items + [null()])[:count]
        made.bad(f"a message of {count} items", ["ArrayLength"], tree, ("array-length", root))
    for count in (0, 1, 3):
        tree = full().tree()
        item = tree["expires"]
        tree.name()
        item.items = (item.items + [uint(0)])[:count]
        made.bad(f"an expiration of {count} items", ["ArrayLength"], tree, ("array-length", item))
    shapes = [("null", lambda: Message(Null(1), salt=SALT), (0, 1, 2, 4, 5, 15)), ("single", hello, (3, 4, 6, 7, 15)),
              ("external", photo, (3, 5, 14, 16, 24)), ("multi", choice, (3, 4, 6, 15))]
    for name, message, counts in shapes:
        for count in counts:
            tree = message().tree()
            part = tree["nestedPart"]
            tree.name()
            part.items = (part.items + [bstr(b"") for _ in range(24)])[:count]
            made.bad(f"a {name} part of {count} items", ["ArrayLength"], tree, ("array-length", part))
    tree = choice().tree()
    part = tree["nestedPart.parts[0]"].claiming(4)
    made.bad("an inner part of 4 items, whose content would come from outside", ["ArrayLength"], tree,
             ("array-length", part))
    tree = choice().tree()
    part = tree["nestedPart.parts[0]"].claiming(6)
    made.bad("an inner part of 6 items, the last being its neighbour", ["ArrayLength"], tree, ("array-length", part))
    tree = choice().tree()
    part = tree["nestedPart.parts[1]"].claiming(6)
    made.bad("the last part claims an item beyond the message", ["ArrayLength"], tree, ("array-length", part))
    tree = full().tree()
    item = tree["expires"].claiming(1)
    made.bad("an expiration of 1 item, with its time outside", ["ArrayLength"], tree, ("array-length", item))
    tree = full().tree()
    item = tree["expires"].claiming(3)
    made.bad("an expiration of 3 items that takes in inReplyTo", ["ArrayLength"], tree, ("array-length", item))
    tree = choice().tree()
    tree["nestedPart.parts"].claiming(3)
    octets = tree.octets()
    made.bad("a list that claims one part too many", ["Truncated"], octets,
             ("cbor-truncated", len(octets), "nestedPart.parts[2]"))
    tree = hello().tree()
    tree["extensions"].claiming(1)
    made.bad("an empty map that claims one entry takes in the body", ["Key"], tree,
             ("key-type", tree["nestedPart"], "extensions"))
