"""Cases of cbor_decode.json on the form of CBOR: heads, lengths, truncation, UTF-8."""

from __future__ import annotations

from cbor import (BYTES, BREAK, MAP, TEXT, Item, array, bstr, head, integer, mapping, null, raw, simple, tag, tstr, uint,
                  write)
from decode_common import Maker
from examples import BREAD_ID, PLAIN, RICH, SALT, choice, extended, full, hello, nested, photo
from model import CHOOSE_ONE, PROCESS_ALL, Expiration, External, Message, Multi, Null, Single
from suite import Suite


def add(out: Suite):
    truncated(out)
    heads(out)
    not_shortest(out)
    indefinite(out)
    trailing(out)
    utf8(out)
    hostile(out)


def cut_fault(tree, size):
    """Where a message cut to `size` octets ends: in an item, or where one should begin.

    A key that was not read to its end names nothing: its path is that of its map.
    """
    def where(item):
        return tree.parent(item).path if getattr(item, "is_key", False) else item.path

    for item in tree.root.walk():
        own_end = item.body + (len(item.content) if item.major in (BYTES, TEXT) else 0)
        if item.at < size < own_end:
            return item.at, where(item)
        if item.at == size:
            return size, where(item)
    raise AssertionError(size)


def truncated(out: Suite):
    made = Maker(out, "A message cut off at every octet")
    message = Message(
        Multi(CHOOSE_ONE, [Single("a/b", b"cd", language="en"), Null(255)]), salt=SALT,
        expires=Expiration(True, 86400), in_reply_to=BREAD_ID,
        extensions={1: "x", -300: [1.5, {"k": b"vv"}]},
    )
    tree = message.tree()
    octets = tree.octets()
    for size in range(len(octets)):
        offset, path = cut_fault(tree, size)
        made.bad(f"cut after {size} octets", ["Truncated"], octets[:size], ("cbor-truncated", offset, path))
    made = Maker(out, "Cut off in long heads and strings")
    for what, message, path in [
        ("the size of an external part", photo(), "nestedPart.size"),
        ("the key of an external part", photo(), "nestedPart.key"),
        ("the last field of an external part", photo(), "nestedPart.filename"),
    ]:
        tree = message.tree()
        octets = tree.octets()
        item = tree[path]
        made.bad(f"cut off in {what}", ["Truncated"], octets[: item.at + 1], ("cbor-truncated", item))
        made.bad(f"cut off before {what}", ["Truncated"], octets[: item.at],
                 ("cbor-truncated", item.at, path))
    for size in (256, 65536):
        tree = Message(Single(PLAIN, bytes(size)), salt=SALT).tree()
        octets = tree.octets()
        content = tree["nestedPart.content"]
        made.bad(f"cut off in the head of {size} octets", ["Truncated"], octets[: content.at + 2],
                 ("cbor-truncated", content))
    tree = Message(Single(PLAIN, bytes(300)), salt=SALT).tree()
    octets = tree.octets()
    made.bad("the last octet of the content is missing", ["Truncated"], octets[:-1],
             ("cbor-truncated", tree["nestedPart.content"]))


def heads(out: Suite):
    made = Maker(out, "Octets that begin no item")
    for major in range(8):
        for info in (28, 29, 30):
            first = major << 5 | info
            tree = hello().tree()
            bad = tree.put("nestedPart.content", raw([first]))
            made.bad(f"0x{first:02x} as the content", ["Reserved"], tree, ("cbor-reserved-head", bad))
    for first in (0x1F, 0x3F, 0xDF):
        tree = hello().tree()
        bad = tree.put("nestedPart.disposition", raw([first]))
        made.bad(f"0x{first:02x} as the disposition", ["Reserved"], tree, ("cbor-reserved-head", bad))
    made.bad("0xfc and nothing else", ["Reserved"], b"\xfc", ("cbor-reserved-head", 0, "message"))
    tree = extended({7: [0]}).tree()
    bad = tree.put("extensions[7][0]", raw([0x5D]))
    made.bad("0x5d in an extension value", ["Reserved"], tree, ("cbor-reserved-head", bad))
    tree = extended({7: 0}).tree()
    key = tree["extensions"].items[0] = raw([0x1C])
    made.bad("0x1c as an extension key", ["Reserved"], tree, ("cbor-reserved-head", key, "extensions"))
    for number in (0, 20, 24, 31):
        tree = extended({7: 0}).tree()
        bad = tree.put("extensions[7]", raw([0xF8, number]))
        made.bad(f"simple value {number} in two octets", ["Reserved"], tree, ("cbor-simple-invalid", bad))

    made = Maker(out, "A break where an item should stand")
    made.bad("nothing but a break", ["Reserved"], BREAK, ("cbor-break-misplaced", 0, "message"))
    for path in ("salt", "replaces", "topicId", "expires", "inReplyTo", "extensions", "nestedPart",
                 "nestedPart.disposition", "nestedPart.language", "nestedPart.cardinality",
                 "nestedPart.contentType", "nestedPart.content"):
        tree = hello().tree()
        bad = tree.put(path, raw(BREAK))
        made.bad(f"a break as {path}", ["Reserved"], tree, ("cbor-break-misplaced", bad))
    tree = choice().tree()
    bad = tree.put("nestedPart.parts[1]", raw(BREAK))
    made.bad("a break in a definite list of parts", ["Reserved"], tree, ("cbor-break-misplaced", bad))
    tree = extended({7: 1}).tree()
    bad = tree.put("extensions[7]", raw(BREAK))
    made.bad("a break as a value in a definite map", ["Reserved"], tree, ("cbor-break-misplaced", bad, "extensions"))
    tree = extended({7: 1}).tree()
    extensions = tree["extensions"].endless()
    bad = extensions.items[1] = raw(b"")
    made.bad("a break between a key and its value", ["Reserved", "Several"], tree,
             ("cbor-indefinite-length", extensions), ("cbor-break-misplaced", bad, "extensions"))
    tree = extended({7: 1}).tree()
    value = tree.put("extensions[7]", tag(1, raw(BREAK)))
    made.bad("a break inside a tag", ["Reserved"], tree, ("cbor-break-misplaced", value.items[0]))
    tree = extended({7: [1]}).tree()
    bad = tree.put("extensions[7][0]", raw(BREAK))
    made.bad("a break in a definite array", ["Reserved"], tree, ("cbor-break-misplaced", bad))

    made = Maker(out, "Chunks that do not belong in their string")
    for what, path, chunk in [
        ("text in octets", "nestedPart.content", tstr("a")),
        ("octets in text", "nestedPart.language", bstr(b"a")),
        ("an integer in octets", "topicId", uint(1)),
        ("an array in text", "nestedPart.contentType", array()),
        ("a tag in octets", "nestedPart.content", tag(24, bstr(b"a"))),
        ("null in text", "nestedPart.contentType", null()),
        ("a string of indefinite length in one", "nestedPart.content", raw(b"\x5f\xff")),
    ]:
        tree = full().tree()
        item = tree[path]
        good = Item(item.major, content=b"ok")
        item.endless(good, chunk)
        rows = [("cbor-indefinite-length", item), ("cbor-chunk-invalid", chunk, path)]
        if chunk.major is None:
            rows.insert(1, ("cbor-indefinite-length", chunk, path))
        made.bad(what, ["Reserved", "Indefinite", "Several"], tree, *rows)


def not_shortest(out: Suite):
    made = Maker(out, "Heads longer than needed")

    def widths(arg):
        """Every width larger than the shortest."""
        shortest = len(head(0, arg)) - 1
        return [width for width in (1, 2, 4, 8) if width > shortest]

    places = [
        ("the message's array", full, "message"), ("the salt's length", full, "salt"),
        ("the length of replaces", full, "replaces"), ("the length of an empty topicId", hello, "topicId"),
        ("the expiration's array", full, "expires"), ("the expiration's time", full, "expires.time"),
        ("the extension map", full, "extensions"), ("the body's array", full, "nestedPart"),
        ("the disposition", full, "nestedPart.disposition"), ("the language's length", full, "nestedPart.language"),
        ("the cardinality", full, "nestedPart.cardinality"),
        ("the media type's length", full, "nestedPart.contentType"),
        ("the content's length", full, "nestedPart.content"), ("the semantics", choice, "nestedPart.partSemantics"),
        ("the count of parts", choice, "nestedPart.parts"), ("an inner part's array", choice, "nestedPart.parts[1]"),
        ("an inner disposition", choice, "nestedPart.parts[1].disposition"),
        ("the expiry of an external part", photo, "nestedPart.expires"),
        ("the size of an external part", photo, "nestedPart.size"), ("the AEAD number", photo, "nestedPart.encAlg"),
        ("the hash number", photo, "nestedPart.hashAlg"), ("the URL's length", photo, "nestedPart.url"),
        ("the key's length", photo, "nestedPart.key"),
    ]
    for what, message, path in places:
        wide = widths(message().tree()[path].argument)
        # Every width once in the places that have them all, the extremes elsewhere.
        for width in wide if path in ("nestedPart.disposition", "nestedPart.content", "message", "extensions") else wide[::3]:
            tree = message().tree()
            item = tree[path].wide(width)
            made.bad(f"{what} in a head of {1 + width} octets", ["NotShortest"], tree,
                     ("cbor-head-not-shortest", item), normalised=message())
    inner = {7: [1, -1, b"b", "t", {"k": 0}]}
    for path, what in [("extensions[7]", "an array"), ("extensions[7][0]", "an integer"),
                       ("extensions[7][1]", "a negative integer"), ("extensions[7][2]", "octets"),
                       ("extensions[7][3]", "a text"), ("extensions[7][4]", "a map")]:
        for width in (1, 8):
            tree = extended(inner).tree()
            item = tree[path].wide(width)
            made.bad(f"{what} in an extension in a head of {1 + width} octets", ["NotShortest", "Extension"], tree,
                     ("cbor-head-not-shortest", item), normalised=extended(inner))
    for width in (1, 2, 4, 8):
        tree = extended({7: tag(1, uint(1))}).tree()
        item = tree["extensions[7]"].wide(width)
        made.bad(f"a tag number in a head of {1 + width} octets", ["NotShortest", "Extension"], tree,
                 ("cbor-head-not-shortest", item), normalised=extended({7: tag(1, uint(1))}))
    for key in (7, -7, "seven"):
        tree = extended({key: 1}).tree()
        item = tree.key(0).wide(2)
        made.bad(f"key {key} in a head of 3 octets", ["NotShortest", "Extension", "Key"], tree,
                 ("cbor-head-not-shortest", item, "extensions"), normalised=extended({key: 1}))
    tree = full().tree()
    items = [tree["nestedPart.disposition"].wide(1), tree["nestedPart.cardinality"].wide(2),
             tree["nestedPart.content"].wide(4)]
    made.bad("three of them", ["NotShortest", "Several"], tree,
             *(("cbor-head-not-shortest", item) for item in items), normalised=full())


def indefinite(out: Suite):
    made = Maker(out, "Items of indefinite length")
    containers = [
        ("the message", full, "message"), ("the expiration", full, "expires"), ("the extension map", full, "extensions"),
        ("an empty extension map", hello, "extensions"), ("the body", full, "nestedPart"),
        ("the list of parts", choice, "nestedPart.parts"), ("an inner part", choice, "nestedPart.parts[0]"),
        ("an external part", photo, "nestedPart"),
    ]
    for what, message, path in containers:
        tree = message().tree()
        item = tree[path].endless()
        made.bad(f"{what}", ["Indefinite"], tree, ("cbor-indefinite-length", item), normalised=message())
    strings = [
        ("the salt", full, "salt"), ("replaces", full, "replaces"), ("topicId", full, "topicId"),
        ("the language", full, "nestedPart.language"), ("the media type", full, "nestedPart.contentType"),
        ("the content", full, "nestedPart.content"), ("the URL", photo, "nestedPart.url"),
        ("the key", photo, "nestedPart.key"), ("the file name", photo, "nestedPart.filename"),
    ]
    for what, message, path in strings:
        tree = message().tree()
        item = tree[path].endless()
        made.bad(f"{what} in one chunk", ["Indefinite"], tree, ("cbor-indefinite-length", item), normalised=message())
    tree = hello().tree()
    content = tree["nestedPart.content"]
    content.endless(bstr(b""), bstr(b"Soup is "), bstr(b""), bstr(b"ready."))
    made.bad("the content in four chunks, two of them empty", ["Indefinite"], tree,
             ("cbor-indefinite-length", content), normalised=hello())
    tree = hello().tree()
    topic = tree["topicId"].endless()
    topic.chunks = []
    made.bad("topicId without any chunk", ["Indefinite"], tree, ("cbor-indefinite-length", topic), normalised=hello())
    tree = hello().tree()
    content = tree["nestedPart.content"]
    content.endless(bstr(b"Soup "), bstr(b"is ready.").wide(1))
    made.bad("a chunk whose head is not the shortest", ["Indefinite", "NotShortest", "Several"], tree,
             ("cbor-indefinite-length", content),
             ("cbor-head-not-shortest", content.chunks[1], "nestedPart.content"), normalised=hello())
    value = {7: [1, {"k": b"octets"}, "text"]}
    for path, what in [("extensions[7]", "an array"), ('extensions[7][1]', "a map"),
                       ('extensions[7][1]["k"]', "octets"), ("extensions[7][2]", "a text")]:
        tree = extended(value).tree()
        item = tree[path].endless()
        made.bad(f"{what} in an extension", ["Indefinite", "Extension"], tree, ("cbor-indefinite-length", item),
                 normalised=extended(value))
    tree = extended({"key": 1}).tree()
    key = tree.key(0)
    key.endless(tstr("k"), tstr("ey"))
    made.bad("an extension key in two chunks", ["Indefinite", "Extension", "Key"], tree,
             ("cbor-indefinite-length", key, "extensions"), normalised=extended({"key": 1}))
    tree = choice().tree()
    items = [tree["message"].endless(), tree["extensions"].endless(), tree["nestedPart"].endless(),
             tree["nestedPart.parts"].endless(), tree["nestedPart.parts[0]"].endless(),
             tree["nestedPart.parts[0].content"].endless()]
    made.bad("every kind at once", ["Indefinite", "Several"], tree,
             *(("cbor-indefinite-length", item) for item in items), normalised=choice())

    made = Maker(out, "Items of indefinite length that are wrong in another way")
    tree = hello().tree()
    root = tree["message"].endless()
    tree.name()
    del root.items[6]
    made.bad("a message of six items", ["Indefinite", "ArrayLength", "Several"], tree,
             ("cbor-indefinite-length", root), ("array-length", root))
    tree = hello().tree()
    root = tree["message"].endless()
    root.items.append(null())
    made.bad("a message of eight items", ["Indefinite", "ArrayLength", "Several"], tree,
             ("cbor-indefinite-length", root), ("array-length", root))
    tree = hello().tree()
    part = tree["nestedPart"].endless()
    part.items.append(bstr(b"smuggled"))
    made.bad("a single part of six items", ["Indefinite", "ArrayLength", "Several"], tree,
             ("cbor-indefinite-length", part), ("array-length", part))
    tree = Message(Multi(PROCESS_ALL, [Null(1)]), salt=SALT).tree()
    parts = tree["nestedPart.parts"].endless()
    made.bad("a list of one part", ["Indefinite", "Range", "Several"], tree,
             ("cbor-indefinite-length", parts), ("multipart-too-few", parts), normalised=None)
    tree = Message(Null(1), salt=SALT[:8]).tree()
    salt = tree["salt"].endless()
    made.bad("a salt of 8 octets", ["Indefinite", "Range", "Several"], tree,
             ("cbor-indefinite-length", salt), ("salt-length", salt), normalised=None)
    tree = full().tree()
    replaces = tree["replaces"].endless(bstr(bytes(31)))
    made.bad("a message ID of 31 octets", ["Indefinite", "Range", "Several"], tree,
             ("cbor-indefinite-length", replaces), ("message-id-length", replaces))
    for path in ("message", "nestedPart", "nestedPart.content"):
        tree = hello().tree()
        item = tree[path].endless().without_break()
        octets = tree.octets()
        made.bad(f"{path} without its break", ["Indefinite", "Truncated", "Several"], octets,
                 ("cbor-indefinite-length", item), ("cbor-truncated", len(octets), path))
    tree = hello().tree()
    root = tree["message"].endless()
    octets = tree.octets() + BREAK
    made.bad("one break too many", ["Indefinite", "Trailing", "Several"], octets,
             ("cbor-indefinite-length", root), ("cbor-trailing", len(octets) - 1, "message"), normalised=hello())


def trailing(out: Suite):
    made = Maker(out, "Octets after the message")
    octets = hello().octets()
    for what, rest in [("a zero octet", b"\0"), ("a break", BREAK), ("null", b"\xf6"), ("a line feed", b"\n"),
                       ("the same message again", octets), ("octets that are no CBOR", b"\x1c\xff\x5f"),
                       ("4096 zero octets", bytes(4096))]:
        made.bad(what, ["Trailing"], octets + rest, ("cbor-trailing", len(octets), "message"), normalised=octets)


def utf8(out: Suite):
    made = Maker(out, "Text that is not UTF-8")
    kinds = [
        ("a lone continuation octet", b"\x80"), ("the octet 0xff", b"\xff"), ("the octet 0xfe", b"\xfe"),
        ("an overlong NUL", b"\xc0\x80"), ("an overlong slash", b"\xc0\xaf"), ("an overlong DEL", b"\xc1\xbf"),
        ("an overlong form of three octets", b"\xe0\x9f\xbf"), ("an overlong form of four octets", b"\xf0\x8f\xbf\xbf"),
        ("the first surrogate", b"\xed\xa0\x80"), ("the last surrogate", b"\xed\xbf\xbf"),
        ("a pair of surrogates", b"\xed\xa0\xbd\xed\xb8\x80"), ("beyond U+10FFFF", b"\xf4\x90\x80\x80"),
        ("five octets", b"\xf8\x88\x80\x80\x80"), ("a character cut off after one octet", b"\xc3"),
        ("a character cut off after two octets", b"\xe2\x82"), ("a character cut off after three octets", b"\xf0\x9f\x8d"),
        ("a lead octet before a letter", b"\xc3("), ("Latin-1", b"J\xf6rg"), ("UTF-16 with its mark", b"\xff\xfeA\0"),
    ]
    for what, octets in kinds:
        before = "gr\u00fc".encode()
        text = before + octets
        tree = Message(Single(PLAIN, b"x"), salt=SALT).tree()
        item = tree.put("nestedPart.language", tstr(text))
        try:
            text.decode("utf-8")
            raise AssertionError(what)
        except UnicodeDecodeError as error:
            first = error.start
        tree.octets()
        made.bad(what, ["Utf8"], tree, ("utf8-invalid", item.body + first, item.path))
    for message, path in [(hello, "nestedPart.contentType"), (photo, "nestedPart.contentType"), (photo, "nestedPart.url"),
                          (photo, "nestedPart.description"), (photo, "nestedPart.filename"),
                          (photo, "nestedPart.language"), (choice, "nestedPart.parts[1].contentType")]:
        tree = message().tree()
        item = tree.put(path, tstr(b"ab\xa9c"))
        tree.octets()
        made.bad(f"in {path}" + (" of an external part" if message is photo else ""), ["Utf8"], tree,
                 ("utf8-invalid", item.body + 2, path))
    for value, path, what in [
        ({7: tstr(b"a\xff")}, "extensions[7]", "in an extension value"),
        ({7: [tstr(b"a\xff")]}, "extensions[7][0]", "in an array of an extension"),
        ({7: tag(32, tstr(b"a\xff"))}, "extensions[7]", "inside a tag"),
        ({7: {1: tstr(b"a\xff")}}, "extensions[7][1]", "in a map of an extension"),
    ]:
        tree = extended(value).tree()
        tree.octets()
        item = next(i for i in tree.root.walk() if i.content == b"a\xff")
        made.bad(what, ["Utf8", "Extension"], tree, ("utf8-invalid", item.body + 1, path))
    tree = extended({"kk": 1}).tree()
    tree["extensions"].items[0] = key = tstr(b"k\xe9")
    tree.octets()
    made.bad("in an extension key", ["Utf8", "Extension", "Key"], tree, ("utf8-invalid", key.body + 1, "extensions"))
    tree = extended({7: {"kk": 1}}).tree()
    tree["extensions[7]"].items[0] = key = tstr(b"k\xe9")
    tree.octets()
    made.bad("in a key further in", ["Utf8", "Extension", "Key"], tree,
             ("utf8-invalid", key.body + 1, "extensions[7]"))
    tree = hello().tree()
    item = tree["nestedPart.language"]
    chunks = tstr(b"gr\xc3"), tstr(b"\xbcn")
    item.endless(*chunks)
    tree.octets()
    made.bad("a character divided between two chunks", ["Utf8", "Indefinite", "Several"], tree,
             ("cbor-indefinite-length", item), ("utf8-invalid", chunks[0].body + 2, "nestedPart.language"))


def hostile(out: Suite):
    made = Maker(out, "Claims that the input does not hold")
    huge = [(1 << 28, 4), (1 << 60, 8), (1 << 63, 8), ((1 << 64) - 1, 8)]
    for count, width in huge:
        for path in ("topicId", "nestedPart.contentType", "nestedPart.content"):
            tree = hello().tree()
            item = tree[path].claiming(count, width)
            made.bad(f"{path} claims {count} octets", ["Hostile", "Truncated"], tree, ("cbor-truncated", item))
        for path, message in (("message", hello), ("expires", full), ("nestedPart", hello)):
            tree = message().tree()
            item = tree[path].claiming(count, width)
            made.bad(f"{path} claims {count} items", ["Hostile", "ArrayLength"], tree, ("array-length", item))
        tree = choice().tree()
        tree["nestedPart.parts"].claiming(count, width)
        octets = tree.octets()
        made.bad(f"a list claims {count} parts", ["Hostile", "Truncated"], octets,
                 ("cbor-truncated", len(octets), "nestedPart.parts[2]"))
        tree = extended({7: 1}).tree()
        tree["extensions"].claiming(count, width)
        octets = tree.octets()[: tree["nestedPart"].at]
        made.bad(f"a map claims {count} entries and ends", ["Hostile", "Truncated"], octets,
                 ("cbor-truncated", len(octets), "extensions"))
        tree = extended({7: 1}).tree()
        tree["extensions"].claiming(count, width)
        made.bad(f"a map claims {count} entries and takes in the body", ["Hostile", "Key"], tree,
                 ("key-type", tree["nestedPart"], "extensions"))
        tree = extended({7: [1]}).tree()
        tree["extensions[7]"].claiming(count, width)
        octets = tree.octets()[: tree["nestedPart"].at]
        made.bad(f"an array in an extension claims {count} items", ["Hostile", "Truncated"], octets,
                 ("cbor-truncated", len(octets), "extensions[7][1]"))
        tree = hello().tree()
        item = tree["salt"].claiming(count, width)
        made.bad(f"the salt claims {count} octets", ["Hostile", "Range", "Several"], tree,
                 ("salt-length", item), ("cbor-truncated", item))
    made = Maker(out, "Nesting")
    for levels in (5, 6, 100):
        tree = Message(nested(levels), salt=SALT).tree()
        tree.name()
        path = "nestedPart" + ".parts[0]" * 4
        made.bad(f"parts {levels} levels deep", ["Depth"] + (["Hostile"] if levels > 9 else []), tree,
                 ("part-depth", tree[path]))
    tree = Message(Multi(PROCESS_ALL, [Null(), nested(4)]), salt=SALT).tree()
    made.bad("five levels behind a shallow part", ["Depth"], tree,
             ("part-depth", tree["nestedPart.parts[1]" + ".parts[0]" * 3]))
    body = write(Message(Null(1), salt=SALT).tree().root)[:-4]
    opening = bytes.fromhex("8501600302") + b"\x82"
    deep = body + opening * 4000
    at = len(body) + 4 * len(opening)
    made.bad("4000 parts inside each other, and cut off", ["Depth", "Hostile"], deep,
             ("part-depth", at, "nestedPart" + ".parts[0]" * 4))
    for what, octet, inner in [("arrays", b"\x81", ""), ("maps", b"\xa1\x01", ""), ("tags", b"\xc1", "")]:
        steps = 10000
        octets = body[:-1] + b"\xa1\x07" + octet * steps
        at = len(body) - 1 + 2 + 3 * len(octet)
        path = "extensions[7]" + {"arrays": "[0]", "maps": "[1]", "tags": ""}[what] * 3
        made.bad(f"{steps} {what} inside each other in an extension", ["Depth", "Hostile", "Extension"], octets,
                 ("extension-depth", at, path))
    for what, octet in [("arrays", b"\x81"), ("maps", b"\xa1\x01"), ("tags", b"\xc6"), ("open arrays", b"\x9f")]:
        octets = octet * 10000
        code = "tag-unexpected" if what == "tags" else "wrong-type" if what == "maps" else None
        if code:
            made.bad(f"10000 {what} and nothing else", ["Hostile", "WrongType"], octets, (code, 0, "message"))
        elif what == "arrays":
            made.bad(f"10000 {what} and nothing else", ["Hostile", "ArrayLength"], octets, ("array-length", 0, "message"))
        else:
            made.bad(f"10000 {what} and nothing else", ["Hostile", "Indefinite", "WrongType", "Several"], octets,
                     ("cbor-indefinite-length", 0, "message"), ("cbor-indefinite-length", 1, "salt"),
                     ("wrong-type", 1, "salt"))
