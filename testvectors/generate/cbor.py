"""A CBOR writer that can also write badly, and remembers where it wrote what.

Items are a tree. `write` turns the tree into octets and notes in every item at which octet its
head stands (`at`), where its content ends (`end`) and in which order items came. Every deviation
from deterministic encoding (RFC 8949 section 4.2.1) is a property of an item: a head wider than
needed, another count than the real one, an indefinite length.

Nothing here knows what a message is; that is `model`.
"""

from __future__ import annotations

import struct
from typing import Iterator

UINT, NINT, BYTES, TEXT, ARRAY, MAP, TAG, SIMPLE = range(8)
BREAK = b"\xff"


class Item:
    """One CBOR item, or (major is None) octets that are put down as they are."""

    def __init__(self, major, arg=0, *, content=b"", items=(), name=None):
        self.major = major
        self.arg = arg
        self.content = content
        self.items = list(items)
        self.name = name
        # Deviations.
        self.width = None  # octets after the first one: 0, 1, 2, 4 or 8
        self.claim = None  # the argument to write in place of the real one
        self.chunks = None  # items of a string of indefinite length
        self.indefinite = False
        self.unended = False  # an indefinite item without its break
        # Filled in when written or named.
        self.at = None
        self.body = None
        self.end = None
        self.path = None

    def wide(self, width):
        self.width = width
        return self

    def claiming(self, arg, width=None):
        self.claim = arg
        self.width = width
        return self

    def endless(self, *chunks):
        """Makes the length indefinite; for a string, with these chunks (default: one)."""
        self.indefinite = True
        if self.major in (BYTES, TEXT):
            whole = Item(self.major, content=self.content)
            self.chunks = list(chunks) if chunks else [whole]
        return self

    def without_break(self):
        self.unended = True
        return self

    def walk(self) -> Iterator["Item"]:
        """This item and everything inside it, in the order of the octets."""
        waiting = [self]
        while waiting:
            item = waiting.pop()
            yield item
            waiting.extend(reversed(item.chunks or item.items))

    @property
    def argument(self):
        if self.claim is not None:
            return self.claim
        if self.major in (BYTES, TEXT):
            return len(self.content)
        if self.major == ARRAY:
            return len(self.items)
        if self.major == MAP:
            return len(self.items) // 2
        return self.arg


def head(major: int, arg: int, width: int | None = None) -> bytes:
    """The shortest head, or one with `width` octets after the first."""
    if width is None:
        width = 0 if arg < 24 else 1 if arg < 1 << 8 else 2 if arg < 1 << 16 else 4 if arg < 1 << 32 else 8
    if width == 0:
        return bytes([major << 5 | arg])
    return bytes([major << 5 | {1: 24, 2: 25, 4: 26, 8: 27}[width]]) + arg.to_bytes(width, "big")


def write(item: Item) -> bytes:
    """The octets of a tree, in constant stack."""
    out = bytearray()
    todo: list = [item]
    while todo:
        step = todo.pop()
        if callable(step):
            step()
            continue
        here = step
        here.at = len(out)
        if here.major is None:
            out += here.content
            here.body = len(out)
            here.end = len(out)
            continue
        if here.indefinite:
            out.append(here.major << 5 | 31)
        elif here.major == SIMPLE and here.width in (2, 4, 8):
            out += head(SIMPLE, here.arg, here.width)
        else:
            out += head(here.major, here.argument, here.width)
        here.body = len(out)

        def close(here=here):
            if here.indefinite and not here.unended:
                out.extend(BREAK)
            here.end = len(out)

        todo.append(close)
        if here.chunks is not None:
            todo.extend(reversed(here.chunks))
        elif here.major in (BYTES, TEXT):
            out += here.content
        else:
            todo.extend(reversed(here.items))
    return bytes(out)


# Making items.

def uint(n):
    return Item(UINT, n)


def integer(n):
    return Item(UINT, n) if n >= 0 else Item(NINT, -1 - n)


def bstr(octets):
    return Item(BYTES, content=bytes(octets))


def tstr(text):
    return Item(TEXT, content=text if isinstance(text, bytes) else text.encode())


def array(*items):
    return Item(ARRAY, items=items)


def mapping(*entries):
    """A map of (key, value) pairs, in the order given."""
    return Item(MAP, items=[item for entry in entries for item in entry])


def tag(number, item):
    return Item(TAG, number, items=[item])


def simple(number):
    item = Item(SIMPLE, number)
    if number >= 32:
        item.width = 1
    return item


def false():
    return simple(20)


def true():
    return simple(21)


def null():
    return simple(22)


def undefined():
    return simple(23)


def float_bits(width, bits):
    """A float by its octets: width 2, 4 or 8."""
    item = Item(SIMPLE, bits)
    item.width = width
    return item


def raw(octets):
    return Item(None, content=bytes(octets))


def shortest_float(value: float) -> Item:
    """The shortest form that holds the value exactly (RFC 8949 section 4.2.1)."""
    if value != value:
        return float_bits(2, 0x7E00)
    for width, form in ((2, ">e"), (4, ">f"), (8, ">d")):
        try:
            octets = struct.pack(form, value)
        except OverflowError:
            continue
        if struct.pack(">d", struct.unpack(form, octets)[0]) == struct.pack(">d", value):
            return float_bits(width, int.from_bytes(octets, "big"))
    raise ValueError(value)


def encode(value) -> Item:
    """A Python value as a deterministic tree. Map keys are sorted by their octets."""
    if value is None:
        return null()
    if value is True or value is False:
        return true() if value else false()
    if isinstance(value, int):
        if -(1 << 64) <= value < 1 << 64:
            return integer(value)
        magnitude = value if value >= 0 else -1 - value
        octets = magnitude.to_bytes((magnitude.bit_length() + 7) // 8, "big")
        return tag(2 if value >= 0 else 3, bstr(octets))
    if isinstance(value, float):
        return shortest_float(value)
    if isinstance(value, (bytes, bytearray)):
        return bstr(value)
    if isinstance(value, str):
        return tstr(value)
    if isinstance(value, (list, tuple)):
        return array(*map(encode, value))
    if isinstance(value, dict):
        entries = [(encode(k), encode(v)) for k, v in value.items()]
        entries.sort(key=lambda entry: write(entry[0]))
        return mapping(*entries)
    if isinstance(value, Item):
        return value
    raise TypeError(type(value))
