"""hex.json: hex dumps with comments to octets, and octets to the dump the draft's repository keeps."""

from __future__ import annotations

from unicodedata import category

from cbor import (ARRAY, BYTES, MAP, NINT, SIMPLE, TAG, TEXT, UINT, Item, bstr, encode, float_bits, integer, mapping, null, simple,
                  tag, true, tstr, uint, write)
from examples import PLAIN, SALT, choice, draft_examples, extended, full, hello, nested, photo
from model import Message, Null, Single
from suite import Case, Suite

FLAGS = {
    "Dump": ("Hex digits with white space and comments from # to the end of the line.", "this project"),
    "Form": ("The output of other tools: xxd, hexdump, and arrays in C. Readers need not have them.", "this project"),
    "Fault": ("A text that is no dump.", "this project"),
    "Pretty": ("The annotated dump of one item: a line for each head, one for the content of a string, comments in one column.",
               "the .pretty files of the repository of draft-ietf-mimi-content; cbor-diag"),
    "DraftExample": ("An example of the draft, described anew.", "draft-ietf-mimi-content-08 section 5 and appendix B"),
    "Message": ("The dump of a faulty message: the finding has the octet offset, and the line and column of that octet.",
                "draft-ietf-mimi-content-08"),
}

NAMES = {UINT: "unsigned", NINT: "negative", BYTES: "bytes", TEXT: "text", ARRAY: "array", MAP: "map", TAG: "tag",
         SIMPLE: "primitive"}
ESCAPES = {7: "\\a", 8: "\\b", 9: "\\t", 10: "\\n", 11: "\\v", 12: "\\f", 13: "\\r", 27: "\\e", 34: '\\"', 92: "\\\\"}
# Categories of what is escaped: controls, code points without a character, separators of lines.
UNSEEN = {"Cc", "Cn", "Cs", "Zl", "Zp"}
COMMENT = 40  # octets in front of a comment at most


def inspect(octets: bytes) -> str:
    """Octets as a quoted text: what is no UTF-8 as \\xNN, what cannot be printed as \\uNNNN."""
    out = ""
    rest = octets
    while rest:
        for size in (1, 2, 3, 4):
            try:
                char = rest[:size].decode()
                break
            except UnicodeDecodeError:
                continue
        else:
            out += f"\\x{rest[0]:02X}"
            rest = rest[1:]
            continue
        rest = rest[size:]
        code = ord(char)
        if code in ESCAPES:
            out += ESCAPES[code]
        elif category(char) not in UNSEEN:
            out += char
        else:
            out += f"\\u{code:04X}" if code < 1 << 16 else f"\\u{{{code:X}}}"
    return f'"{out}"'


def pretty(item: Item) -> str:
    """The dump of an item as the tool behind cbor.me makes it.

    Comments stand in one column: behind the longest line, but not beyond column 41. A longer line
    has its comment right behind it.
    """
    lines = []

    def line(code: str, level: int, comment: str):
        lines.append(("   " * level + code + " ", "# " + comment))

    waiting = [(item, 0)]
    while waiting:
        item, level = waiting.pop()
        if item is None:
            line("ff", level, "primitive(*)")
            continue
        octets = write(item)[: item.body].hex()
        code = octets[:2] + (" " + octets[2:] if octets[2:] else "")
        if item.indefinite:
            line(code, level, f"{NAMES[item.major]}(*)")
            inner = [*(item.items if item.chunks is None else item.chunks), None]
        else:
            line(code, level, f"{NAMES[item.major]}({item.arg if item.major == SIMPLE else item.argument})")
            inner = item.items
            if item.major in (BYTES, TEXT):
                line(item.content.hex(), level + 1, inspect(item.content))
        waiting += [(part, level + 1) for part in reversed(inner)]
    column = min(COMMENT, max(len(code) for code, _ in lines))
    return "".join(code.ljust(column) + comment + "\n" for code, comment in lines)


def suite() -> Suite:
    out = Suite(
        "hex",
        ["HexToCbor: a dump becomes octets, or the fault has a line and a column.",
         "HexToMessage: the octets are then decoded; findings also have the line and column of their octet.",
         "CborToHex: octets become the annotated dump."],
        ["this project", "draft-ietf-mimi-content-08"],
        FLAGS,
    )
    reading(out)
    faults(out)
    messages(out)
    writing(out)
    return out


def printable(octets: bytes) -> str:
    return "".join(chr(octet) if 32 <= octet < 127 else "." for octet in octets)


def xxd(octets: bytes) -> str:
    lines = []
    for at in range(0, len(octets), 16):
        row = octets[at : at + 16]
        pairs = " ".join(row[i : i + 2].hex() for i in range(0, len(row), 2))
        lines.append(f"{at:08x}: {pairs:39}  {printable(row)}")
    return "\n".join(lines) + "\n"


def hexdump(octets: bytes) -> str:
    lines = []
    for at in range(0, len(octets), 16):
        row = octets[at : at + 16]
        halves = [" ".join(f"{octet:02x}" for octet in half) for half in (row[:8], row[8:])]
        lines.append(f"{at:08x}  {'  '.join(halves):48}  |{printable(row)}|")
    return "\n".join(lines) + f"\n{len(octets):08x}\n"


def c_array(octets: bytes) -> str:
    rows = [", ".join(f"0x{octet:02x}" for octet in octets[at : at + 12]) for at in range(0, len(octets), 12)]
    return "unsigned char soup_cbor[] = {\n  " + ",\n  ".join(rows) + "\n};\nunsigned int soup_cbor_len = " + f"{len(octets)};\n"


def wrapped(text: str, width: int) -> str:
    return "".join(text[at : at + width] + "\n" for at in range(0, len(text), width))


def reading(out: Suite):
    group = out.group("HexToCbor", "Dumps")
    for what, text, octets in [
        ("digits in one piece", "83010203", "83010203"), ("capital letters", "43ABCDEF", "43abcdef"),
        ("pairs", "83 01 02 03", "83010203"), ("a pair on each line", "83\n01\n02\n03\n", "83010203"),
        ("tabs and CR LF", "83\t01\r\n0203\r\n", "83010203"),
        ("comments", "83 # array(3)\n   01 # unsigned(1)\n   0203# the rest", "83010203"),
        ("hex digits in comments", "81 # 82 83\n00 # ff", "8100"), ("a comment first", "# a dump\n\n00\n", "00"),
        ("letters outside ASCII in comments", "61 # \u00fc \U0001F35C\n41", "6141"),
        ("two number signs", "00 # # 01", "00"), ("no line feed at the end", "18 64", "1864"),
        ("white space around", " \n\t 00 \n ", "00"),
        ("an octet that is no item by itself", "ff", "ff"),
    ]:
        group.cases.append(Case(what, ["Dump"], {"text": text}, "valid", [], {"hex": octets}))
    group = out.group("HexToCbor", "What other tools print")
    octets = full().octets()
    for what, text in [
        ("xxd", xxd(octets)), ("xxd -p", wrapped(octets.hex(), 60)), ("hexdump -C", hexdump(octets)), ("an array in C", c_array(octets)),
        ("pairs with commas", ", ".join(f"{octet:02x}" for octet in octets)), ("pairs with 0x", " ".join(f"0x{octet:02x}" for octet in octets)),
        ("pairs with colons", ":".join(f"{octet:02x}" for octet in octets)), ("pairs with hyphens", "-".join(f"{octet:02X}" for octet in octets)),
    ]:
        group.cases.append(Case(what, ["Form"], {"text": text}, "valid", [], {"hex": octets.hex()}))
    for what, text in [
        ("xxd without its second line", "".join(line for i, line in enumerate(xxd(octets).splitlines(True)) if i != 1)),
        ("hexdump -C with a line twice", "".join(line * (1 + (i == 1)) for i, line in enumerate(hexdump(octets).splitlines(True)))),
    ]:
        place = {"line": 2 if "without" in what else 3, "column": 1}
        group.cases.append(Case(what, ["Form"], {"text": text}, "invalid", [{"code": "hex-dump", **place}]))
    text = c_array(octets).replace(f"len = {len(octets)}", f"len = {len(octets) + 1}")
    group.cases.append(Case("an array in C of another length than stated", ["Form"], {"text": text}, "invalid", [{"code": "hex-dump"}]))

    group = out.group("HexToCbor", "The annotated dump, read back")
    for name, message, _ in draft_examples():
        tree = message.tree()
        octets = tree.octets()
        group.cases.append(Case(f"draft example {name}", ["Dump", "DraftExample"], {"text": pretty(tree.root)}, "valid", [],
                                {"hex": octets.hex()}))


def faults(out: Suite):
    group = out.group("HexToCbor", "What is no dump")
    for what, code, text in [
        ("no text", "notation-empty", ""), ("a comment only", "notation-empty", "# 00\n"),
        ("a letter that is no digit", "hex-digit", "83 01 @@g2 03"), ("a semicolon", "hex-digit", "00@@;01"),
        ("on the third line", "hex-digit", "83 # array(3)\n   01\n   @@zz"), ("behind a comment", "hex-digit", "81 # \u00fc\U0001F35C\n  @@x00"),
        ("a letter outside ASCII", "hex-digit", "00 @@\u00fc"), ("a digit of another script", "hex-digit", "00 @@\uff10\uff11"),
        ("a slash", "hex-digit", "00 @@// 01"), ("an odd number of digits", "hex-odd", "83 01 02 @@0"),
        ("an octet in two pieces", "hex-odd", "83 @@0 1 02"), ("an octet on two lines", "hex-odd", "83 @@0\n1 02"),
        ("an octet cut off by a comment", "hex-odd", "@@8# array\n3"), ("three digits", "hex-odd", "83 01@@0 0203"),
    ]:
        finding = {"code": code}
        if "@@" in text:
            before = text[: text.index("@@")]
            finding["line"] = before.count("\n") + 1
            finding["column"] = len(before) - (before.rfind("\n") + 1) + 1
        group.cases.append(Case(what, ["Fault"], {"text": text.replace("@@", "")}, "invalid", [finding]))


def messages(out: Suite):
    group = out.group("HexToMessage", "Faulty messages, placed in the dump")

    def faulty(what, tree, code, item):
        octets = tree.octets()
        # A dump with an item's head at the start of its line, by the generator's own tree.
        lines, where = [], {}
        for inner in tree.root.walk():
            where[id(inner)] = len(lines) + 1, 2
            end = inner.body + (len(inner.content) if inner.major in (BYTES, TEXT) else 0)
            lines.append(" " + octets[inner.at : end].hex() + " # " + (inner.path or ""))
        line, column = where[id(item)]
        finding = {"code": code, "offset": item.at, "line": line, "column": column, "path": item.path}
        group.cases.append(Case(what, ["Message"], {"text": "\n".join(lines) + "\n"}, "invalid", [finding]))

    for message, path in [(full, "replaces"), (full, "topicId"), (full, "expires.time"), (hello, "nestedPart.disposition"),
                          (hello, "nestedPart.content"), (photo, "nestedPart.filename"), (choice, "nestedPart.parts[1].content")]:
        tree = message().tree()
        new = tree.put(path, true())
        faulty(f"true as {path}", tree, "wrong-type", new)
    tree = hello().tree()
    new = tree.put("nestedPart.cardinality", uint(7))
    faulty("cardinality 7", tree, "cardinality-unknown", new)
    tree = choice().tree()
    new = tree.put("nestedPart.partSemantics", uint(3))
    faulty("semantics 3", tree, "semantics-unknown", new)
    tree = extended({}).tree()
    later = uint(1)
    tree.put("extensions", mapping((uint(1), uint(0)), (later, uint(0))))
    faulty("the same key twice", tree, "duplicate-key", later)
    tree = full().tree()
    item = tree["nestedPart"]
    tree.name()
    item.items.pop()
    faulty("an item too few", tree, "array-length", item)
    tree = Message(nested(5), salt=SALT).tree()
    faulty("five levels", tree, "part-depth", tree["nestedPart" + ".parts[0]" * 4])


def writing(out: Suite):
    group = out.group("CborToHex", "The annotated dump")

    def dump(what, flags, message):
        tree = message.tree()
        octets = tree.octets()
        group.cases.append(Case(what, flags, {"hex": octets.hex()}, "valid", [], {"text": pretty(tree.root)}))

    for name, message, _ in draft_examples():
        dump(f"draft example {name}", ["Pretty", "DraftExample"], message)
    for what, message in [
        ("a text", hello()), ("every field", full()), ("something elsewhere", photo()), ("a choice", choice()),
        ("four levels", Message(nested(4), salt=SALT)), ("a head of nine octets", Message(photo().part.__class__(size=1 << 40), salt=SALT)),
        ("content that is not UTF-8", Message(Single("a/b", b"\xff\xfea\x80"), salt=SALT)),
        ("escapes that every version of the tool writes alike", Message(Single("a/b", b"\b\t\n\f\r\"\\\\"), salt=SALT)),
        ("controls among octets that are no text", Message(Single("a/b", b"\xff\a\b\t\n\v\f\r\x1b\"\\\0\x01"), salt=SALT)),
        ("text of many scripts", Message(Single(PLAIN, "\u00fc\u05d0\u65e5\U0001F35C".encode(), language="\u20ac"), salt=SALT)),
    ]:
        dump(what, ["Pretty"], message)

    group = out.group("CborToHex", "The annotated dump of any item")
    for what, value in [
        ("null", null()), ("an integer", uint(5)), ("a negative integer", integer(-1)), ("a longer negative integer", integer(-500)),
        ("a half float", float_bits(2, 0x3C00)), ("a double float", float_bits(8, 0x3FF199999999999A)), ("false", simple(20)),
        ("simple value 255", simple(255)), ("a tag", tag(32, tstr("a:b"))), ("an empty text", tstr("")), ("an empty map", mapping()),
        ("maps and arrays", encode({1: [1, [2]], "k": {b"b": None}})),
        ("a line longer than the column of the comments", encode(["soup " * 12, 1])),
        ("a head longer than needed", uint(5).wide(4)),
        ("an array of indefinite length", encode([1, 2]).endless()), ("a map of indefinite length", encode({1: 2}).endless()),
        ("chunks", bstr(b"").endless(bstr(b"ab"), bstr(b"c"))),
        ("the array of what is implied for a message", encode([bytes(32), 1644387225019, b"group", 4, "a:1", "a:2", "a:3"])),
    ]:
        octets = write(value)
        group.cases.append(Case(what, ["Pretty"], {"hex": octets.hex()}, "valid", [], {"text": pretty(value)}))
