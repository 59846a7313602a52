"""Cases of cbor_decode.json on extension maps: keys, order, duplicates, values, depth."""

from __future__ import annotations

import struct

from cbor import (Item, array, bstr, encode, false, float_bits, integer, mapping, null, shortest_float, simple, tag, true,
                  tstr, uint, undefined, write)
from decode_common import Maker
from examples import ALICE, ROOM, SALT, extended
from model import Message, Null
from suite import Suite


def with_map(*entries):
    """A message whose extension map has these entries in this order."""
    tree = extended({}).tree()
    tree.put("extensions", mapping(*entries))
    return tree


def nested_map(*entries, around=lambda item: item):
    """The same for a map that is the value of extension 7."""
    return with_map((uint(7), around(mapping(*entries))))


def add(out: Suite):
    keys(out)
    order(out)
    duplicates(out)
    values(out)
    depth(out)


def keys(out: Suite):
    made = Maker(out, "Keys that no map may have")
    kinds = [
        ("octets", bstr(b"k"), True), ("an array", array(uint(1)), False), ("a map", mapping(), False),
        ("null", null(), False), ("true", true(), False), ("undefined", undefined(), False),
        ("a float", shortest_float(1.0), False), ("a simple value", simple(99), False),
        ("a tagged integer", tag(1, uint(1)), False), ("a bignum", encode(1 << 64), False),
    ]
    for what, key, inside in kinds:
        made.bad(f"{what} as an extension key", ["Key"], with_map((key, uint(1))), ("key-type", key, "extensions"))
    for what, key, inside in kinds:
        if not inside:
            made.bad(f"{what} as a key further in", ["Key"], nested_map((key, uint(1))),
                     ("key-type", key, "extensions[7]"))
    key = array()
    made.bad("an array as a key, three levels down", ["Key"],
             nested_map((uint(1), mapping((key, uint(1))))), ("key-type", key, "extensions[7][1]"))
    limit = 1 << 53
    for number in (limit, (1 << 64) - 1, -limit, -(1 << 64)):
        key = integer(number)
        made.bad(f"extension key {number}", ["Key"], with_map((key, uint(1))),
                 ("key-range", key, f"extensions[{number}]"))
        key = integer(number)
        made.bad(f"key {number} further in", ["Key"], nested_map((key, uint(1))),
                 ("key-range", key, f"extensions[7][{number}]"))
        key = integer(number)
        made.bad(f"key {number} in a map in an array in a tag", ["Key"],
                 with_map((uint(7), array(mapping((key, uint(1)))))), ("key-range", key, f"extensions[7][0][{number}]"))
    key = uint(0)
    # Strict decoding would refuse the message again, so it has no encoding.
    made.bad("extension key 0", ["Key"], with_map((key, uint(1))), ("key-reserved", key, "extensions[0]"),
             normalised=None)
    key = tstr("")
    made.bad("an empty text as an extension key", ["Key"], with_map((key, uint(1))),
             ("key-length", key, 'extensions[""]'))
    for size in (256, 1000):
        key = tstr("k" * size)
        made.bad(f"a text of {size} octets as an extension key", ["Key"], with_map((key, uint(1))),
                 ("key-length", key))
        made.cases[-1].findings[-1].pop("path", None)
    key = tstr("\u20ac" * 86)
    made.bad("a text of 86 characters and 258 octets as an extension key", ["Key"], with_map((key, uint(1))),
             ("key-length", key))
    made.cases[-1].findings[-1].pop("path", None)


def order(out: Suite):
    made = Maker(out, "Keys out of order")
    one = lambda: uint(1)
    top = [
        ("2 before 1", [2, 1]), ("-2 before -1", [-2, -1]), ("-1 before 1", [-1, 1]), ("-1 before 24: the order of RFC 7049",
        [-1, 24]), ("a text before an integer", ["a", 1]), ("a long text before a short one", ["aa", "b"]),
        ("b before a", ["b", "a"]), ("256 before 255", [256, 255]), ("text -1 before number -1", ["-1", -1]),
        ("the last of three keys", [1, 3, 2]), ("the second of three keys", [3, 1, 2]),
    ]
    for what, keys in top:
        items = [encode(key) for key in keys]
        wrong = next(i for i in range(1, len(items)) if write(items[i]) < write(items[i - 1]))
        made.bad(what, ["KeyOrder"], with_map(*((item, one()) for item in items)),
                 ("cbor-key-order", items[wrong]), normalised=extended({key: 1 for key in keys}))
    for what, keys in [("text before octets", ["a", b"a"]), ("octets before an integer", [b"", 1]),
                       ("long octets before short ones", [b"aa", b"b"])]:
        items = [encode(key) for key in keys]
        made.bad(f"further in: {what}", ["KeyOrder"], nested_map(*((item, one()) for item in items)),
                 ("cbor-key-order", items[1]), normalised=extended({7: {key: 1 for key in keys}}))
    late = uint(1)
    made.bad("in a map in an array", ["KeyOrder"], nested_map((uint(2), one()), (late, one()), around=array),
             ("cbor-key-order", late, "extensions[7][0][1]"), normalised=extended({7: [{1: 1, 2: 1}]}))
    late = uint(1)
    made.bad("in a map in a tag", ["KeyOrder"],
             nested_map((uint(2), one()), (late, one()), around=lambda item: tag(9, item)),
             ("cbor-key-order", late, "extensions[7][1]"), normalised=extended({7: tag(9, encode({1: 1, 2: 1}))}))
    late = uint(1)
    made.bad("on the fourth level", ["KeyOrder"],
             nested_map((uint(2), one()), (late, one()), around=lambda item: array(array(item))),
             ("cbor-key-order", late, "extensions[7][0][0][1]"), normalised=extended({7: [[{1: 1, 2: 1}]]}))
    first, second = uint(1), uint(3)
    made.bad("on two levels", ["KeyOrder", "Several"],
             with_map((uint(5), mapping((uint(4), one()), (second, one()))), (first, one())),
             ("cbor-key-order", second, "extensions[5][3]"), ("cbor-key-order", first, "extensions[1]"),
             normalised=extended({1: 1, 5: {3: 1, 4: 1}}))
    low = [uint(3), uint(2), uint(1)]
    made.bad("three keys in falling order", ["KeyOrder", "Several"], with_map(*((key, one()) for key in low)),
             ("cbor-key-order", low[1]), ("cbor-key-order", low[2]), normalised=extended({1: 1, 2: 1, 3: 1}))


def duplicates(out: Suite):
    made = Maker(out, "The same key twice")
    one, two = lambda: uint(1), lambda: uint(2)
    for what, key in [("1", 1), ("-1", -1), ("24", 24), ("2^53 - 1", (1 << 53) - 1), ("a text", "soup")]:
        later = encode(key)
        made.bad(f"{what}", ["DuplicateKey"], with_map((encode(key), one()), (later, two())), ("duplicate-key", later))
    later = uint(1)
    made.bad("with the same value", ["DuplicateKey"], with_map((uint(1), tstr(ALICE)), (later, tstr(ALICE))),
             ("duplicate-key", later))
    later = uint(2)
    made.bad("in the middle of a map", ["DuplicateKey"],
             with_map((uint(1), one()), (uint(2), one()), (later, two()), (uint(3), one())), ("duplicate-key", later))
    for what, key in [("0", 0), ("-1", -1), ("octets", b"k"), ("empty octets", b""), ("a text", "k"), ("an empty text", "")]:
        later = encode(key)
        made.bad(f"further in: {what}", ["DuplicateKey"], nested_map((encode(key), one()), (later, two())),
                 ("duplicate-key", later))
    later = uint(1)
    made.bad("in a map in an array", ["DuplicateKey"], nested_map((uint(1), one()), (later, two()), around=array),
             ("duplicate-key", later))
    later = uint(1)
    made.bad("in a map in a tag", ["DuplicateKey"],
             nested_map((uint(1), one()), (later, two()), around=lambda item: tag(9, item)),
             ("duplicate-key", later))
    later = uint(1)
    made.bad("on the fourth level", ["DuplicateKey"],
             nested_map((uint(1), one()), (later, two()), around=lambda item: array(array(item))),
             ("duplicate-key", later))
    later = uint(1)
    made.bad("with another key between, out of order", ["DuplicateKey", "KeyOrder", "Several"],
             with_map((uint(1), one()), (uint(2), one()), (later, two())),
             ("cbor-key-order", later), ("duplicate-key", later))
    later = uint(1).wide(1)
    made.bad("encoded in another width", ["DuplicateKey", "NotShortest", "Several"],
             with_map((uint(1), one()), (later, two())),
             ("cbor-head-not-shortest", later, "extensions"), ("duplicate-key", later, "extensions[1]"))
    later = tstr("ab").endless(tstr("a"), tstr("b"))
    made.bad("a text in one piece and in chunks", ["DuplicateKey", "Indefinite", "Several"],
             with_map((tstr("ab"), one()), (later, two())),
             ("cbor-indefinite-length", later, "extensions"), ("duplicate-key", later, 'extensions["ab"]'))
    tree = with_map((uint(1), one()), (uint(1), two()))
    whole = tree["extensions"].endless()
    made.bad("in a map of indefinite length", ["DuplicateKey", "Indefinite", "Several"], tree,
             ("cbor-indefinite-length", whole), ("duplicate-key", whole.items[2]))


def values(out: Suite):
    made = Maker(out, "Floats longer than needed, or another NaN")
    infinity = float("inf")
    floats = [
        ("0.0 as a single", ">f", 0.0), ("-0.0 as a double", ">d", -0.0), ("1.0 as a single", ">f", 1.0),
        ("1.0 as a double", ">d", 1.0), ("65504 as a single", ">f", 65504.0),
        ("the smallest half as a double", ">d", 2.0**-24), ("a subnormal half as a single", ">f", 2.0**-15 + 2.0**-16),
        ("65505 as a double", ">d", 65505.0), ("2^-149 as a double", ">d", 2.0**-149),
        ("infinity as a single", ">f", infinity), ("minus infinity as a double", ">d", -infinity),
    ]
    for what, form, value in floats:
        written = struct.pack(form, value)
        item = float_bits(len(written), int.from_bytes(written, "big"))
        made.bad(what, ["Float"], with_map((uint(7), item)), ("cbor-float-not-shortest", item),
                 normalised=extended({7: value}))
    nans = [("a quiet NaN with a payload, half", 2, 0x7E01), ("a signalling NaN, half", 2, 0x7D00),
            ("a negative NaN, half", 2, 0xFE00),
            ("the NaN as a single", 4, 0x7FC00000), ("the NaN as a double", 8, 0x7FF8000000000000),
            ("a NaN with a payload, double", 8, 0x7FF8000000000001), ("a signalling NaN, double", 8, 0x7FF0000000000001),
            ("every bit set, double", 8, (1 << 64) - 1)]
    for what, width, bits in nans:
        item = float_bits(width, bits)
        made.bad(what, ["Float"], with_map((uint(7), item)), ("cbor-nan-payload", item),
                 normalised=extended({7: float("nan")}))
    for number in (79, 88):
        item = float_bits(2, 0x7E01)
        made.bad(f"a NaN with a payload inside tag {number}", ["Float"], with_map((uint(7), tag(number, item))),
                 ("cbor-nan-payload", item), normalised=extended({7: tag(number, float_bits(2, 0x7E00))}))
    item = float_bits(2, 0x7E01)
    made.bad("a NaN with a payload beside tag 84", ["Float"], with_map((uint(7), array(tag(84, bstr(b"")), item))),
             ("cbor-nan-payload", item), normalised=extended({7: [tag(84, bstr(b"")), float("nan")]}))
    item = float_bits(4, 0x3F800000)
    made.bad("a float longer than needed inside tag 84", ["Float"], with_map((uint(7), tag(84, item))),
             ("cbor-float-not-shortest", item), normalised=extended({7: tag(84, shortest_float(1.0))}))

    made = Maker(out, "Bignums that fit, or have leading zeros")
    for what, number, octets_, value in [
        ("5", 2, b"\x05", 5), ("-6", 3, b"\x05", -6), ("0 without octets", 2, b"", 0), ("-1 without octets", 3, b"", -1),
        ("0 in one octet", 2, b"\0", 0), ("2^64 - 1", 2, b"\xff" * 8, (1 << 64) - 1), ("-2^64", 3, b"\xff" * 8, -(1 << 64)),
        ("2^64 - 1 with a leading zero", 2, b"\0" + b"\xff" * 8, (1 << 64) - 1),
        ("2^64 with a leading zero", 2, b"\0\1" + bytes(8), 1 << 64),
        ("-2^64 - 1 with leading zeros", 3, b"\0\0\1" + bytes(8), -(1 << 64) - 1),
        ("7 in 40 octets", 2, bytes(39) + b"\7", 7),
    ]:
        item = tag(number, bstr(octets_))
        made.bad(what, ["Bignum"], with_map((uint(7), item)), ("cbor-bignum-not-shortest", item),
                 normalised=extended({7: value}))
    whole = bstr(b"").endless(bstr(b"\1"), bstr(bytes(8)))
    made.bad("2^64 in two chunks", ["Bignum", "Indefinite"], with_map((uint(7), tag(2, whole))),
             ("cbor-indefinite-length", whole, "extensions[7]"), normalised=extended({7: 1 << 64}))
    whole = bstr(b"").endless(bstr(b"\0"), bstr(b"\5"))
    item = tag(2, whole)
    made.bad("5 in two chunks", ["Bignum", "Indefinite", "Several"], with_map((uint(7), item)),
             ("cbor-bignum-not-shortest", item), ("cbor-indefinite-length", whole, "extensions[7]"),
             normalised=extended({7: 5}))
    item = tag(2, bstr(b"\5"))
    made.bad("in an array", ["Bignum"], with_map((uint(7), array(item))), ("cbor-bignum-not-shortest", item),
             normalised=extended({7: [5]}))


def depth(out: Suite):
    made = Maker(out, "Extension values nested too deeply")
    makers = [("a map", lambda inner: mapping((uint(1), inner))), ("an array", lambda inner: array(inner)),
              ("a tag", lambda inner: tag(9, inner))]
    for what, make in makers:
        for other, around in makers:
            deep = make(uint(1))
            value = around(around(around(deep)))
            made.bad(f"{what} on level 5, inside {other} three times", ["Depth", "Extension"],
                     with_map((uint(7), value)), ("extension-depth", deep))
    for what, deep in [("an empty map", mapping()), ("an empty array", array()), ("a bignum", encode(1 << 64))]:
        made.bad(f"{what} on level 5", ["Depth", "Extension"], with_map((uint(7), array(array(array(deep))))),
                 ("extension-depth", deep))
    deep = tag(32, tstr(ROOM))
    made.bad("a URI in tag 32 in one array more than the draft shows", ["Depth", "Extension"],
             with_map((uint(256), array(array(array(deep))))), ("extension-depth", deep))
    deep = array()
    made.bad("behind a value that is as deep as allowed", ["Depth", "Extension"],
             with_map((uint(7), array(array(array(uint(1))), array(array(deep))))), ("extension-depth", deep))
