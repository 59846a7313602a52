"""Trees as EDN text, with the line and column of every item. Two styles: one line, and indented
with comments. Deviations are written with encoding indicators, so bad trees can be spelled too."""

from __future__ import annotations

import base64

from cbor import ARRAY, BYTES, MAP, NINT, SIMPLE, TAG, TEXT, UINT, Item

WIDTHS = {0: "_i", 1: "_0", 2: "_1", 4: "_2", 8: "_3"}
SIMPLES = {20: "false", 21: "true", 22: "null", 23: "undefined"}


def shortest(arg: int) -> int:
    return 0 if arg < 24 else 1 if arg < 1 << 8 else 2 if arg < 1 << 16 else 4 if arg < 1 << 32 else 8


class Writer:
    """Collects text and knows where it stands."""

    def __init__(self, indent: bool, comments: bool = False, commas: bool = True, base64: bool = False):
        self.indent = indent
        self.comments = comments
        self.commas = commas
        self.base64 = base64
        self.text = ""

    def place(self):
        """Line and column of what comes next, from 1; columns count code points."""
        line = self.text.count("\n") + 1
        column = len(self.text) - (self.text.rfind("\n") + 1) + 1
        return line, column

    def put(self, text: str):
        self.text += text

    def indicator(self, item: Item) -> str:
        if item.width is None or item.width == shortest(item.argument):
            return ""
        return WIDTHS[item.width]

    def item(self, item: Item, level: int = 0):
        item.line, item.column = self.place()
        if item.major in (UINT, NINT):
            self.put(str(item.arg if item.major == UINT else -1 - item.arg) + self.indicator(item))
        elif item.major in (BYTES, TEXT):
            self.string(item, level)
        elif item.major in (ARRAY, MAP):
            self.container(item, level)
        elif item.major == TAG:
            self.put(f"{item.arg}{self.indicator(item)}(")
            self.item(item.items[0], level)
            self.put(")")
        else:
            self.simple(item)

    def simple(self, item: Item):
        assert item.width in (None, 1), "floats are spelled by hand"
        self.put(SIMPLES.get(item.arg) or f"simple({item.arg})")

    def string(self, item: Item, level: int):
        if item.chunks is not None:
            if not item.chunks:
                self.put("''_" if item.major == BYTES else '""_')
                return
            self.put("(_ ")
            for index, chunk in enumerate(item.chunks):
                if index:
                    self.put(", ")
                self.item(chunk, level)
            self.put(")")
            return
        if item.major == TEXT:
            self.put(quote(item.content.decode(), '"'))
        else:
            self.put(octets(item.content, self.base64))
        self.put(self.indicator(item))

    def container(self, item: Item, level: int):
        opening, closing = ("[", "]") if item.major == ARRAY else ("{", "}")
        self.put(opening)
        mark = "_" if item.indefinite else self.indicator(item)
        if mark:
            self.put(mark + " ")
        step = 1 if item.major == ARRAY else 2
        groups = [item.items[i : i + step] for i in range(0, len(item.items), step)]
        for index, group in enumerate(groups):
            if self.indent:
                self.put("\n" + "  " * (level + 1))
            elif index and not self.commas:
                self.put(" ")
            self.item(group[0], level + 1)
            if len(group) == 2:
                self.put(": ")
                self.item(group[1], level + 1)
            last = index + 1 == len(groups)
            if self.commas and not last:
                self.put("," if self.indent else ", ")
            if self.indent and self.comments:
                name = group[0].name or f"item {index}"
                self.put(f" # {name}")
        if self.indent and groups:
            self.put("\n" + "  " * level)
        self.put(closing)


def quote(text: str, mark: str) -> str:
    out = mark
    for char in text:
        if char in (mark, "\\"):
            out += "\\" + char
        elif char == "\n":
            out += "\\n"
        elif ord(char) < 32 or ord(char) == 127:
            out += f"\\u{ord(char):04x}"
        else:
            out += char
    return out + mark


def octets(content: bytes, as_base64: bool) -> str:
    if as_base64:
        return "b64'" + base64.urlsafe_b64encode(content).decode().rstrip("=") + "'"
    try:
        text = content.decode()
    except UnicodeDecodeError:
        text = ""
    if text and text.isprintable():
        return quote(text, "'")
    return f"h'{content.hex()}'"


def one_line(tree: Item, **options) -> str:
    writer = Writer(indent=False, **options)
    writer.item(tree)
    return writer.text


def indented(tree: Item, comments: bool = True, before: str = "", **options) -> str:
    """Many lines; `before` is put in front."""
    writer = Writer(indent=True, comments=comments, **options)
    writer.put(before)
    writer.item(tree)
    writer.put("\n")
    return writer.text
