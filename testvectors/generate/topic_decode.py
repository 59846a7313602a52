"""cbor_decode.json: octets that are a message, almost one, or none. The valid ones; the rest is
in `decode_form` (CBOR), `decode_schema` (fields) and `decode_extensions`."""

from __future__ import annotations

import decode_extensions
import decode_form
import decode_older
import decode_schema
from cbor import Item, array, bstr, float_bits, integer, mapping, simple, tag, tstr, uint, undefined, write
from decode_common import FLAGS, Maker
from examples import (ALICE, BREAD_ID, PLAIN, RICH, ROOM, SALT, SOUP_ID, choice, draft_examples, extended, full,
                      hello, nested, photo)
from model import CHOOSE_ONE, PROCESS_ALL, SINGLE_UNIT, Expiration, External, Message, Multi, Null, Single
from suite import Suite


def suite() -> Suite:
    out = Suite(
        "cbor_decode",
        ["A case gives octets. A valid one is the message described in `expected` and encodes to",
         "the same octets again; an acceptable one does so only in tolerant mode, and encodes to",
         "`normalised`; an invalid one is refused. Byte strings are written in hex."],
        ["draft-ietf-mimi-content-08", "RFC 8949"],
        FLAGS,
    )
    valid(out)
    decode_form.add(out)
    decode_schema.add(out)
    decode_extensions.add(out)
    decode_older.add(out)
    return out


def valid(out: Suite):
    made = Maker(out, "The examples of the draft")
    for name, message, _ in draft_examples():
        made.valid(f"draft example {name}", ["DraftExample"], message)

    made = Maker(out, "Fields of a message")
    made.valid("a text with nothing else", ["Layout"], hello())
    made.valid("every field in use", ["Layout"], full())
    made.valid("an empty text", ["Layout"], Message(Single(PLAIN, b""), salt=SALT))
    made.valid("content that is not UTF-8", ["Layout"],
               Message(Single("application/octet-stream", bytes(range(256))), salt=SALT))
    made.valid("a salt of zeros", ["Layout"], Message(Null(1), salt=bytes(16)))
    for number in range(9):
        made.valid(f"disposition {number}", ["Layout"], Message(Single(PLAIN, b"x", number), salt=SALT))
    for number in (9, 23, 24, 128, 255):
        made.valid(f"unknown disposition {number}", ["Layout", "Unknown"],
                   Message(Single(PLAIN, b"x", number), salt=SALT))
    for number, name in ((0, "chooseOne"), (1, "singleUnit"), (2, "processAll")):
        made.valid(f"semantics {name}", ["Layout"],
                   Message(Multi(number, [Single(PLAIN, b"a"), Single(PLAIN, b"b")]), salt=SALT))
    for relative, time, what in ((False, 0, "at the epoch"), (False, (1 << 32) - 1, "in 2106"),
                                 (True, 0, "at once after reading"), (True, 604800, "a week after reading")):
        made.valid(f"expires {what}", ["Layout"],
                   Message(Single(PLAIN, b"x"), salt=SALT, expires=Expiration(relative, time)))
    made.valid("a message ID with an unknown hash octet", ["Layout", "Unknown"],
               Message(Single(PLAIN, b"x"), salt=SALT, in_reply_to=b"\xfe" + bytes(31)))
    made.valid("language list", ["Layout"], Message(Single(PLAIN, b"x", language="de-AT, en;q"), salt=SALT))
    made.valid("language that is no language tag", ["Layout", "Unknown"],
               Message(Single(PLAIN, b"x", language="\u00e4\u2028\U0001F35E"), salt=SALT))
    made.valid("media type that is none", ["Layout", "Unknown"], Message(Single("", b"x"), salt=SALT))
    made.valid("NUL in text", ["Layout"], Message(Single("text/\u0000plain", b"\0"), salt=SALT))
    made.valid("a noncharacter and the last code point", ["Layout", "Utf8"],
               Message(Single(PLAIN, b"x", language="\ufffe\U0010FFFF"), salt=SALT))
    made.valid("the first and last code point of each UTF-8 length", ["Layout", "Utf8"],
               Message(Single(PLAIN, b"x", language="\u007f\u0080\u07ff\u0800\ud7ff\ue000\uffff\U00010000"),
                       salt=SALT))
    made.valid("a null part with a language", ["Layout"], Message(Null(2, "en"), salt=SALT))
    made.valid("a sealed photo elsewhere", ["Layout"], photo())
    made.valid("an external part with nothing in it", ["Layout"], Message(External(), salt=SALT))
    made.valid("an external part with the largest numbers", ["Layout"], Message(
        External("a/b", "u", (1 << 32) - 1, (1 << 64) - 1, 65535, hash_alg=255, disposition=255),
        salt=SALT))
    made.valid("a choice of two", ["Layout"], choice())
    made.valid("a multipart of every kind of part", ["Layout"], Message(
        Multi(SINGLE_UNIT, [Null(), Single(PLAIN, b"x"), photo().part, Multi(CHOOSE_ONE, [Null(), Null()])]),
        salt=SALT))

    made = Maker(out, "Lengths around the widths of a head")
    for size in (23, 24, 255, 256, 65535, 65536):
        made.valid(f"content of {size} octets", ["Length"], Message(Single(PLAIN, bytes(size)), salt=SALT))
    for size in (23, 24, 255, 256, 1000):
        made.valid(f"media type of {size} octets", ["Length"], Message(Single("t" * size, b""), salt=SALT))
    for number in (23, 24, 255, 256, 65535, 65536, (1 << 32) - 1, 1 << 32, (1 << 53) + 1, (1 << 64) - 1):
        made.valid(f"size {number}", ["Length"], Message(External(size=number), salt=SALT))

    made = Maker(out, "At the limits")
    for levels in (2, 3, 4):
        made.valid(f"parts {levels} levels deep", ["Depth"], Message(nested(levels), salt=SALT))
    made.valid("a multipart of 24 parts", ["Count"],
               Message(Multi(PROCESS_ALL, [Null(n) for n in range(24)]), salt=SALT))
    made.valid("1024 parts, the body among them", ["Count"],
               Message(Multi(PROCESS_ALL, [Null()] * 1023), salt=SALT))
    halves = [Multi(PROCESS_ALL, [Null()] * 511), Multi(PROCESS_ALL, [Null()] * 510)]
    made.valid("1024 parts on two levels", ["Count"], Message(Multi(PROCESS_ALL, halves), salt=SALT))
    made.valid("topicId of 4096 octets", ["Count"], Message(Null(1), salt=SALT, topic=b"t" * 4096))

    made = Maker(out, "Extensions")
    values = [
        ("an integer", 5), ("a negative integer", -5), ("the largest integer", (1 << 64) - 1),
        ("the smallest integer", -(1 << 64)), ("an integer beyond 2^53", (1 << 53) + 1),
        ("octets", b"\x00\xff"), ("text", "soup \U0001F35C"), ("an empty array", []), ("an empty map", {}),
        ("false", False), ("true", True), ("null", None), ("undefined", undefined()),
        ("simple value 0", simple(0)), ("simple value 19", simple(19)), ("simple value 32", simple(32)),
        ("simple value 255", simple(255)),
        ("a positive bignum", 1 << 64), ("a negative bignum", -(1 << 64) - 1), ("a bignum of 40 octets", 1 << 316),
        ("tag 0 around a date", tag(0, tstr("2026-01-01T00:00:00Z"))), ("tag 32 around a URI", tag(32, tstr(ROOM))),
        ("a tag number of 8 octets", tag((1 << 64) - 1, uint(0))),
        ("keys of every kind", {0: 0, -1: 1, b"": 2, b"k": 3, "": 4, "k": 5}),
        ("a text key of 256 octets further in", {"k" * 256: 1}),
        ("the largest keys", {(1 << 53) - 1: 1, -(1 << 53) + 1: 2}),
        ("an array of 24 items", list(range(24))), ("a map of 24 entries", {n: n for n in range(24)}),
    ]
    for what, value in values:
        made.valid(f"{what} as a value", ["Extension"], extended({7: value}))
    floats = [("0.0", 0.0), ("-0.0", -0.0), ("1.5", 1.5), ("the largest half", 65504.0), ("the smallest half", 2.0**-24),
              ("65505 is a single", 65505.0), ("2^-25 is a single", 2.0**-25), ("1.1 is a double", 1.1),
              ("the largest double", 1.7976931348623157e308), ("the smallest double", 5e-324),
              ("infinity", float("inf")), ("minus infinity", float("-inf")), ("the NaN", float("nan"))]
    for what, value in floats:
        made.valid(f"float: {what}", ["Extension", "Float"], extended({7: value}))
    for number in (80, 81, 84, 87):
        made.valid(f"a NaN with a payload inside tag {number}", ["Extension", "Float"],
                   extended({7: tag(number, float_bits(8, 0x7FF8000000000001))}))
    made.valid("a NaN with a payload, two levels inside tag 86", ["Extension", "Float"],
               extended({7: tag(86, array(float_bits(2, 0xFE01)))}))
    made.valid("a typed array as octets", ["Extension", "Float"], extended({7: tag(84, bstr(bytes(8)))}))
    made.valid("no maps, arrays or tags: four levels (the draft's figure)", ["Extension", "Depth"],
               extended({1: ALICE, 256: [[b"\x12\x34", tag(32, tstr("http://soup.example"))], [b"\x34\x56", 5771]]}))
    made.valid("maps on four levels", ["Extension", "Depth"], extended({7: {1: {1: {1: 1}}}}))
    made.valid("arrays on four levels", ["Extension", "Depth"], extended({7: [[[]]]}))
    made.valid("tags on four levels", ["Extension", "Depth"], extended({7: tag(9, tag(9, tag(9, uint(1))))}))
    keys = [("1", 1), ("-1", -1), ("23", 23), ("24", 24), ("256", 256), ("65536", 65536), ("2^53 - 1", (1 << 53) - 1),
            ("-(2^53 - 1)", -(1 << 53) + 1), ("a text of one octet", "a"), ("a text of 255 octets", "a" * 255),
            ("a text of 255 octets in 85 characters", "\u20ac" * 85)]
    for what, key in keys:
        made.valid(f"key {what}", ["Extension", "Key"], extended({key: 1}))
    made.valid("key order: 24 before -1 before text", ["Extension", "KeyOrder"],
               extended({"aa": 1, "b": 1, -1: 1, -25: 1, 24: 1, 23: 1, 1000: 1, 1: 1}))
    made.valid("key order further in: octets before text, short before long", ["Extension", "KeyOrder"],
               extended({7: {b"b": 1, b"aa": 1, "a": 1, -1: 1, 256: 1, "aa": 1, "b": 1}}))
    made.valid("keys that look alike but differ", ["Extension", "Key"],
               extended({1: 1, "1": 2, "\u00fc": 3, "u\u0308": 4}))
    made.valid("extensions 1 to 5 of other types than registered", ["Extension", "Unknown"],
               extended({1: 1, 2: [], 3: "now", 4: None, 5: b""}))
