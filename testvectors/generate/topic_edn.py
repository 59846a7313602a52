"""edn.json: text in CBOR's Extended Diagnostic Notation to octets.

Places in faulty text are not counted by hand: the text of a case has the mark `@@` in front of
what is at fault, and line and column are those of the mark.
"""

from __future__ import annotations

import cbor2

from cbor import (Item, array, bstr, encode, false, float_bits, integer, mapping, null, raw, shortest_float, simple, tag,
                  true, tstr, uint, undefined, write)
from edn import indented, one_line
from examples import (ALICE, BREAD_ID, PLAIN, RICH, ROOM, SALT, SOUP_ID, choice, draft_examples, extended, full, hello,
                      nested, photo)
from model import CHOOSE_ONE, PROCESS_ALL, Expiration, Message, Multi, Null, Single
from suite import Case, Suite, findings_of, result_of

DRAFT = "draft-ietf-cbor-edn-literals"
FLAGS = {
    "Number": ("Integers and floats, decimal, hexadecimal, octal and binary.", f"{DRAFT} section 5.1"),
    "Text": ("Text strings and their escapes.", f"{DRAFT} section 5.1"),
    "Octets": ("Byte strings: quoted, hex, base64, embedded CBOR.", f"{DRAFT} section 5.1"),
    "Concatenation": ("Strings joined by a plus sign.", f"{DRAFT} section 5.1"),
    "Container": ("Arrays, maps and tags; commas may be left out, or stand at the end.", f"{DRAFT} section 5.1"),
    "Simple": ("Simple values.", f"{DRAFT} section 5.1"),
    "Comment": ("Comments and white space.", f"{DRAFT} section 5.1"),
    "Lenient": ("The grammar asks for a line feed after such a comment; readers take the end of the text for one.",
                f"{DRAFT} section 5.1"),
    "Indicator": ("Encoding indicators: _i, _0 to _3, and _ for indefinite length.", f"{DRAFT} section 2.3"),
    "Date": ("Dates as literals: dt for the number, DT for the number in tag 1.", f"{DRAFT} section 3.1"),
    "Unclosed": ("Something is opened and not closed. The place is the bracket or quote that opened it.", f"{DRAFT} section 5.1"),
    "Limit": ("Nesting and numbers beyond what a reader needs to follow.", "this project"),
    "Message": ("A message as EDN: findings have the octet offset, and the line and column of the item at fault.",
                "draft-ietf-mimi-content-08"),
    "DraftExample": ("An example of the draft, described anew and spelled by the generator.",
                     "draft-ietf-mimi-content-08 section 5 and appendix B"),
}


def suite() -> Suite:
    out = Suite(
        "edn",
        ["EdnToCbor: the text of one CBOR item becomes octets, or the fault has a line and a column.",
         "EdnToMessage: the octets are then decoded as in cbor_decode.json, and each finding also has the",
         "line and column of the item at fault."],
        [DRAFT, "RFC 8949 section 8", "draft-ietf-mimi-content-08"],
        FLAGS,
    )
    numbers(out)
    strings(out)
    containers(out)
    layout(out)
    faults(out)
    messages(out)
    return out


def good(group, comment, flags, text, item):
    octets = write(item)
    cbor2.loads(octets)
    group.cases.append(Case(comment, flags, {"text": text}, "valid", [], {"hex": octets.hex()}))


def bad(group, comment, flags, code, text):
    """A fault at the mark `@@`; without a mark only the code is stated."""
    finding = {"code": code}
    if "@@" in text:
        before = text[: text.index("@@")]
        finding["line"] = before.count("\n") + 1
        finding["column"] = len(before) - (before.rfind("\n") + 1) + 1
        text = text.replace("@@", "")
    group.cases.append(Case(comment, flags, {"text": text}, "invalid", [finding]))


def numbers(out: Suite):
    group = out.group("EdnToCbor", "Numbers")
    flags = ["Number"]
    for text, value in [
        ("0", 0), ("23", 23), ("24", 24), ("255", 255), ("256", 256), ("65536", 65536), ("4294967296", 1 << 32),
        ("18446744073709551615", (1 << 64) - 1), ("-1", -1), ("-24", -24), ("-25", -25),
        ("-18446744073709551616", -(1 << 64)), ("+5", 5), ("0x1f", 31), ("0xFfFf", 65535), ("-0x10", -16),
        ("0o17", 15), ("0b1011", 11), ("0x0000000000000000000001", 1),
        ("-0", 0), ("-0x0", 0), ("0x00000000000000000000", 0), ("0b" + "1" * 64, (1 << 64) - 1), ("0o1777777777777777777777", (1 << 64) - 1),
    ]:
        good(group, f"integer {text}", flags, text, integer(value))
    for text, value in [("18446744073709551616", 1 << 64), ("-18446744073709551617", -(1 << 64) - 1),
                        ("0x1" + "0" * 20, 1 << 80), ("-0x1" + "0" * 20, -(1 << 80)), ("1" + "0" * 40, 10**40), ("-" + "9" * 40, 1 - 10**40),
                        ("0b1" + "0" * 64, 1 << 64), ("0x" + "f" * 17, (1 << 68) - 1)]:
        good(group, f"integer {text} becomes a bignum", flags, text, encode(value))
    for text, value in [
        ("0.0", 0.0), ("-0.0", -0.0), ("1.5", 1.5), ("1.0", 1.0), ("100000.0", 100000.0), ("1.1", 1.1), ("1e3", 1000.0),
        ("1e-3", 0.001), ("2.5e+2", 250.0), ("1.0E5", 100000.0), (".5", 0.5), ("5.", 5.0), ("65504.0", 65504.0), ("5.960464477539063e-8", 2.0**-24),
        ("1.7976931348623157e308", 1.7976931348623157e308), ("5e-324", 5e-324), ("0x1.8p1", 3.0), ("-0x1p-1", -0.5),
        ("0x1p-1074", 5e-324), ("0x1p1023", 2.0**1023), ("0x.8p0", 0.5), ("0x1.p+4", 16.0), ("0x0p0", 0.0), ("0x1.fffffffffffffp1023", 1.7976931348623157e308),
        ("0x3p-1074", 1.5e-323), ("0x1.8p-1073", 1.5e-323), ("0x10000000000000p-52", 1.0),
        ("Infinity", float("inf")), ("-Infinity", float("-inf")), ("NaN", float("nan")),
    ]:
        good(group, f"float {text}", flags, text, shortest_float(value))

    group = out.group("EdnToCbor", "Numbers with an encoding indicator")
    flags = ["Number", "Indicator"]
    for text, item in [("1_i", uint(1)), ("1_0", uint(1).wide(1)), ("1_1", uint(1).wide(2)), ("1_2", uint(1).wide(4)),
                       ("1_3", uint(1).wide(8)), ("24_0", uint(24)), ("-1_0", integer(-1).wide(1)),
                       ("0x1_1", uint(1).wide(2)), ("1.5_1", float_bits(2, 0x3E00)), ("1.5_2", float_bits(4, 0x3FC00000)),
                       ("1.5_3", float_bits(8, 0x3FF8000000000000)), ("NaN_3", float_bits(8, 0x7FF8000000000000)),
                       ("Infinity_2", float_bits(4, 0x7F800000)),
                       ("Infinity_1", float_bits(2, 0x7C00)), ("-Infinity_3", float_bits(8, 0xFFF << 52)), ("NaN_1", float_bits(2, 0x7E00)),
                       ("65504.0_1", float_bits(2, 0x7BFF)), ("5.960464477539063e-8_2", float_bits(4, 0x33800000)),
                       ("23_i", uint(23)), ("255_0", uint(255)), ("65535_1", uint(65535)), ("4294967295_2", uint((1 << 32) - 1)),
                       ("0_0", uint(0).wide(1)), ("-256_0", integer(-256)), ("18446744073709551615_3", uint((1 << 64) - 1))]:
        good(group, text, flags, text, item)


def strings(out: Suite):
    group = out.group("EdnToCbor", "Text")
    flags = ["Text"]
    for text, value in [
        ('""', ""), ('"soup"', "soup"), ('"\u00fc\u20ac\U0001F35C"', "\u00fc\u20ac\U0001F35C"), ('"it\'s"', "it's"),
        (r'"\"\\\/\b\f\n\r\t"', '"\\/\b\f\n\r\t'), (r'"\u00fc\u20AC"', "\u00fc\u20ac"), (r'"\ud83c\udf5c"', "\U0001F35C"),
        (r'"\u0000"', "\0"), ('"two\nlines"', "two\nlines"), (r'"\u{1F35C}\u{fc}\u{0}"', "\U0001F35C\u00fc\0"),
        ('"# no comment / here /"', "# no comment / here /"), ('"two\r\nlines"', "two\nlines"), (r'"\u{0041}\u{000000}"', "A\0"),
        (r'"\uD83C\uDF5c"', "\U0001F35C"), ('"\u0301\u200b"', "\u0301\u200b"),
    ]:
        good(group, ascii(text)[1:-1], flags, text, tstr(value))

    group = out.group("EdnToCbor", "Octets")
    flags = ["Octets"]
    for text, value in [
        ("''", b""), ("'soup'", b"soup"), (r"'it\'s'", b"it's"), ("'\u00fc'", "\u00fc".encode()), (r"'\u00fc\n'", "\u00fc\n".encode()),
        ("'say \"hi\"'", b'say "hi"'), ("h''", b""), ("h'00ff'", b"\0\xff"), ("h'00FfAb'", b"\0\xff\xab"), ("h'E2 9D A4'", b"\xe2\x9d\xa4"),
        ("h'0 0f f'", b"\0\xff"), ("h'00\n  ff'", b"\0\xff"), ("h'00 # zero\n ff'", b"\0\xff"), ("h'00 /zero/ ff'", b"\0\xff"),
        ("b64''", b""), ("b64'AQID'", b"\1\2\3"), ("b64'AQ=='", b"\1"), ("b64'AQ'", b"\1"), ("b64'-_-_'", b"\xfb\xff\xbf"),
        ("b64'+/+/'", b"\xfb\xff\xbf"), ("b64' AQ ID\n'", b"\1\2\3"),
    ]:
        good(group, ascii(text)[1:-1], flags, text, bstr(value))
    for text, inner in [("<<>>", b""), ("<<1>>", b"\1"), ("<< 1, \"a\", [2] >>", b"\1\x61a\x81\2"), ("<<<<1>>>>", b"\x41\1")]:
        good(group, f"embedded CBOR {text}", flags, text, bstr(inner))

    group = out.group("EdnToCbor", "Strings joined together")
    flags = ["Concatenation"]
    for text, item in [
        ('"so" + "up"', tstr("soup")), ("'so' + 'up'", bstr(b"soup")), ("h'00' + 'a' + b64'AQ'", bstr(b"\0a\1")),
        ('"a"+"b" +\n"c"', tstr("abc")), ("'a' # first\n + / second / 'b'", bstr(b"ab")), ('"" + ""', tstr("")),
        ("[ 'a' + 'b', 1 ]", array(bstr(b"ab"), uint(1))), ("{ \"a\" + \"b\": 1 }", mapping((tstr("ab"), uint(1)))),
    ]:
        good(group, ascii(text)[1:-1], flags, text, item)

    group = out.group("EdnToCbor", "Strings with an encoding indicator")
    flags = ["Indicator"]
    for text, item in [
        ('"a"_0', tstr("a").wide(1)), ("'a'_1", bstr(b"a").wide(2)), ("h''_3", bstr(b"").wide(8)), ('"a"_i', tstr("a")),
        ("(_ h'01', h'0203')", bstr(b"").endless(bstr(b"\1"), bstr(b"\2\3"))),
        ('(_ "a", "b")', tstr("").endless(tstr("a"), tstr("b"))), ('(_ "a" "b")', tstr("").endless(tstr("a"), tstr("b"))),
        ("''_", raw(b"\x5f\xff")), ('""_', raw(b"\x7f\xff")),
    ]:
        good(group, text, flags, text, item)

    group = out.group("EdnToCbor", "Dates")
    flags = ["Date"]
    for text, item in [
        ("dt'1970-01-01T00:00:00Z'", uint(0)), ("dt'2026-01-01T00:00:00Z'", uint(1767225600)),
        ("dt'1969-12-31T23:59:59Z'", integer(-1)), ("dt'2026-01-01T01:00:00+01:00'", uint(1767225600)),
        ("dt'2026-01-01T00:00:00.5Z'", shortest_float(1767225600.5)), ("DT'2026-01-01T00:00:00Z'", tag(1, uint(1767225600))),
    ]:
        good(group, text, flags, text, item)


def containers(out: Suite):
    group = out.group("EdnToCbor", "Arrays, maps, tags and simple values")
    flags = ["Container"]
    one = uint(1)
    for text, item in [
        ("[]", array()), ("[1]", encode([1])), ("[1, 2]", encode([1, 2])), ("[1 2]", encode([1, 2])), ("[1,2,]", encode([1, 2])),
        ("[1\n2]", encode([1, 2])), ("[[],[[]]]", encode([[], [[]]])), ("{}", mapping()), ("{1: 2}", encode({1: 2})),
        ("{1:2,}", encode({1: 2})), ("{1: 2 3: 4}", encode({1: 2, 3: 4})), ('{"a" : [ ] }', encode({"a": []})),
        ("{h'': 1}", encode({b"": 1})), ("{2: 1, 1: 1}", mapping((uint(2), uint(1)), (uint(1), uint(1)))),
        ("{1: 1, 1: 2}", mapping((uint(1), uint(1)), (uint(1), uint(2)))), ("{[]: 1}", mapping((array(), uint(1)))),
        ('32("a:b")', tag(32, tstr("a:b"))), ("55799(1)", tag(55799, uint(1))), ("1( 2( 3 ) )", tag(1, tag(2, uint(3)))),
        ("18446744073709551615(0)", tag((1 << 64) - 1, uint(0))),
    ]:
        good_loose(group, text, flags, text, item)
    flags = ["Simple"]
    for text, item in [("false", false()), ("true", true()), ("null", null()), ("undefined", undefined()), ("simple(0)", simple(0)),
                       ("simple(19)", simple(19)), ("simple(32)", simple(32)), ("simple(255)", simple(255)),
                       ("simple(22)", null()), ("simple( 99 )", simple(99))]:
        good(group, text, flags, text, item)

    group = out.group("EdnToCbor", "Containers with an encoding indicator")
    flags = ["Container", "Indicator"]
    for text, item in [
        ("[_ ]", array().endless()), ("[_ 1, 2]", encode([1, 2]).endless()), ("{_ 1: 2}", encode({1: 2}).endless()),
        ("[_0 1]", encode([1]).wide(1)), ("[_1 1]", encode([1]).wide(2)), ("[_i 1]", encode([1])), ("{_3 1: 2}", encode({1: 2}).wide(8)),
        ("1_0(2)", tag(1, uint(2)).wide(1)), ("1_3(2)", tag(1, uint(2)).wide(8)), ("[_ [_ ], {_ }]", array(array().endless(), mapping().endless()).endless()),
    ]:
        good_loose(group, text, flags, text, item)


def good_loose(group, comment, flags, text, item):
    """For items that cbor2 turns into something of its own, or refuses for their keys."""
    group.cases.append(Case(comment, flags, {"text": text}, "valid", [], {"hex": write(item).hex()}))


def layout(out: Suite):
    group = out.group("EdnToCbor", "Comments and white space")
    flags = ["Comment"]
    for what, text in [
        ("white space around", " \t\n\r\n [1, 2] \n"), ("a comment to the end of the line", "# first\n[1, # second\n2] # third\n"),
        ("a comment inside", "[ /one/ 1, / two / 2 ]"),
        ("a comment over two lines", "[1, / two\nlines / 2]"), ("comments one after the other", "/a/ /b/ # c\n/d/[1,2]"),
        ("brackets in comments", "[1, /]/ 2 # ]\n]"), ("letters outside ASCII in comments", "[1, /\u00fc\U0001F35C/ 2]"),
        ("CR LF at the ends of lines", "[1, # one\r\n2]\r\n"),
    ]:
        good(group, what, flags, text, encode([1, 2]))
    good(group, "a comment that the end of the text ends", [*flags, "Lenient"], "[1, 2] # end", encode([1, 2]))


def faults(out: Suite):
    group = out.group("EdnToCbor", "Nothing there")
    bad(group, "no text", ["Comment"], "notation-empty", "")
    bad(group, "white space", ["Comment"], "notation-empty", " \n\t")
    bad(group, "a comment", ["Comment"], "notation-empty", "# nothing\n/ here /")

    group = out.group("EdnToCbor", "Text that is not EDN")
    for comment, flag, text in [
        ("a stray bracket", "Container", "@@]"), ("a comma first", "Container", "[@@, 1]"), ("two commas", "Container", "[1,@@, 2]"),
        ("the wrong bracket", "Container", "[1, 2@@}"), ("a key without a value", "Container", "{1@@}"),
        ("a colon without a key", "Container", "{@@: 1}"), ("a colon without a value", "Container", "{1: @@}"),
        ("a colon in an array", "Container", "[1@@: 2]"), ("a comma after a key", "Container", "{1@@, 2: 3}"),
        ("a semicolon on the third line", "Container", "[\n  1,\n  2@@; 3\n]"),
        ("behind letters outside ASCII", "Container", "[\"\u00fc\U0001F35C\", @@; 1]"),
        ("an empty tag", "Container", "1(@@)"), ("an ampersand", "Simple", "@@&"),
        ("an unknown word", "Simple", "[@@soup]"), ("a word that begins like true", "Simple", "@@truth"), ("a capital letter", "Simple", "@@True"),
        ("a plus sign without a string", "Concatenation", "\"a\" + @@1"), ("a plus sign at the end", "Concatenation", "[\"a\" + @@]"),
    ]:
        bad(group, comment, [flag], "edn-syntax", text)

    group = out.group("EdnToCbor", "Strings that cannot be read")
    for comment, flag, text in [
        ("an odd number of hex digits", "Octets", "h'001'"), ("a letter among hex digits", "Octets", "h'00@@g0'"),
        ("a stray character in base64", "Octets", "b64'AQ@@*D'"), ("a base64 text of five digits", "Octets", "b64'AQIDB'"),
        ("an unknown escape", "Text", "\"a\\x41\""), ("an unpaired high surrogate", "Text", "\"\\ud83c\""),
        ("an unpaired low surrogate", "Text", "\"\\udf5c\""), ("an escape with three digits", "Text", "\"\\u00f\""),
        ("a code point beyond Unicode", "Text", "\"\\u{110000}\""),
        ("a high surrogate before a letter", "Text", "\"\\ud83cA\""), ("a high surrogate before another escape", "Text", "\"\\ud83c\\n\""),
        ("two high surrogates", "Text", "\"\\ud83c\\ud83c\""), ("a high surrogate before an escaped letter", "Text", "\"\\ud83c\\u0041\""),
        ("a surrogate in braces", "Text", "\"\\u{d83c}\""), ("empty braces", "Text", "\"\\u{}\""), ("a date that is none", "Date", "dt'soup'"),
        ("a tab in a text", "Text", "\"a@@\tb\""), ("NUL in octets", "Octets", "'a@@\0b'"),
    ]:
        bad(group, comment, [flag], "edn-string", text)

    group = out.group("EdnToCbor", "Opened and not closed")
    for comment, text in [
        ("an array", "@@[1, 2"), ("the inner array", "[1, @@[2"), ("a map", "@@{1: 2"), ("a tag", "@@1(2"), ("a text", "[@@\"soup]"),
        ("octets", "[@@'soup]"), ("hex", "[1,\n h@@'00"), ("base64", "b64@@'AQ"), ("a comment", "[1, @@/ two ]"), ("embedded CBOR", "@@<<1"),
        ("chunks", "@@(_ 'a'"),
    ]:
        bad(group, comment, ["Unclosed"], "edn-unclosed", text if comment not in ("a tag",) else text.replace("@@", ""))

    group = out.group("EdnToCbor", "Numbers and indicators that do not fit")
    for comment, flag, code, text in [
        ("an exponent that no float has", "Number", "edn-number", "[1, @@1e400]"),
        ("an indicator too small for its number", "Indicator", "edn-indicator", "256_0"),
        ("an indicator too small for its length", "Indicator", "edn-indicator", "'" + "a" * 24 + "'_i"),
        ("an unknown indicator", "Indicator", "edn-indicator", "1_7"),
        ("24 in the first octet", "Indicator", "edn-indicator", "24_i"), ("65536 in two octets", "Indicator", "edn-indicator", "65536_1"),
        ("2^32 in four octets", "Indicator", "edn-indicator", "4294967296_2"), ("-257 in one octet", "Indicator", "edn-indicator", "-257_0"),
        ("a bignum in eight octets", "Indicator", "edn-indicator", "18446744073709551616_3"),
        ("a tag of indefinite length", "Indicator", "edn-indicator", "1_(2)"), ("a text of indefinite length that is not empty", "Indicator", "edn-indicator", "\"a\"_"),
        ("an array of 24 items in the first octet", "Indicator", "edn-indicator", "[_i " + "0 " * 24 + "]"),
        ("a float that one octet cannot hold", "Indicator", "edn-indicator", "1.5_0"), ("65505.0 in a half", "Indicator", "edn-indicator", "65505.0_1"),
        ("a hexadecimal float beyond a double", "Number", "edn-number", "[0, @@0x1p1024]"),
        ("a float that its width cannot hold", "Indicator", "edn-indicator", "1.1_1"),
        ("a number of indefinite length", "Indicator", "edn-indicator", "1_"),
    ]:
        bad(group, comment, [flag], code, text)
    bad(group, "an ellipsis", ["Text"], "edn-ellipsis", "[1, @@...]")
    bad(group, "an ellipsis as part of a text", ["Concatenation"], "edn-ellipsis", "\"a\" + @@... + \"b\"")
    bad(group, "an unknown prefix", ["Octets"], "edn-literal", "[1, @@zz'00']")
    bad(group, "a second item", ["Container"], "edn-sequence", "[1] @@[2]")
    bad(group, "a second item after a comma", ["Container"], "edn-sequence", "[1],\n2")
    bad(group, "brackets 5000 levels deep", ["Limit"], "notation-depth", "[" * 5000 + "]" * 5000)
    bad(group, "maps 5000 levels deep, not closed", ["Limit"], "notation-depth", "{1:" * 5000)
    bad(group, "tags 5000 levels deep, not closed", ["Limit"], "notation-depth", "1(" * 5000)


def messages(out: Suite):
    group = out.group("EdnToMessage", "Messages")

    def fine(comment, flags, message, **style):
        tree = message.tree()
        tree.octets()
        text = indented(tree.root, **style) if style.pop("many", True) else one_line(tree.root, **style)
        group.cases.append(Case(comment, ["Message", *flags], {"text": text}, "valid", [], {"hex": message.octets().hex()}))

    for name, message, _ in draft_examples():
        fine(f"draft example {name}", ["DraftExample"], message, before=f"# {name}\n")
    for comment, message in [("a text", hello()), ("every field", full()), ("something elsewhere", photo()), ("a choice", choice()),
                             ("four levels", Message(nested(4), salt=SALT))]:
        fine(f"{comment}, in one line", [], message, many=False)
        fine(f"{comment}, without commas or comments", [], message, comments=False, commas=False)
        fine(f"{comment}, octets as base64", [], message, base64=True)

    group = out.group("EdnToMessage", "Messages with faults, placed in the text")

    def faulty(comment, tree, *rows, normalised=None, **style):
        octets = tree.octets()
        text = indented(tree.root, **style)
        findings = findings_of(rows)
        for finding, (_, item, *_rest) in zip(findings, rows):
            finding["line"], finding["column"] = item.line, item.column
        expected = None
        result = result_of(findings)
        if result == "acceptable":
            expected = {"hex": octets.hex(), "normalised": normalised.octets().hex() if normalised else None}
        group.cases.append(Case(comment, ["Message"], {"text": text}, result, findings, expected))

    for path, message in [("salt", hello), ("replaces", hello), ("topicId", full), ("expires.time", full), ("inReplyTo", full),
                          ("extensions", full), ("nestedPart", hello), ("nestedPart.disposition", full),
                          ("nestedPart.language", full), ("nestedPart.contentType", hello), ("nestedPart.content", hello),
                          ("nestedPart.parts", choice), ("nestedPart.parts[1].content", choice), ("nestedPart.url", photo),
                          ("nestedPart.key", photo)]:
        tree = message().tree()
        new = tree.put(path, true())
        faulty(f"true as {path}", tree, ("wrong-type", new))
        tree = message().tree()
        wrapped = tree.wrap(path, 4711)
        faulty(f"a tag around {path}", tree, ("tag-unexpected", wrapped), comments=False)
    for path in ("message", "nestedPart", "nestedPart.disposition", "nestedPart.content", "nestedPart.contentType", "extensions"):
        tree = full().tree()
        item = tree[path].wide(4)
        faulty(f"{path} with an indicator", tree, ("cbor-head-not-shortest", item), normalised=full())
    for path in ("message", "nestedPart", "extensions", "nestedPart.content", "nestedPart.language"):
        tree = full().tree()
        item = tree[path].endless()
        faulty(f"{path} of indefinite length", tree, ("cbor-indefinite-length", item), normalised=full())
    tree = hello().tree()
    new = tree.put("nestedPart.cardinality", uint(7))
    faulty("cardinality 7", tree, ("cardinality-unknown", new))
    tree = choice().tree()
    new = tree.put("nestedPart.partSemantics", uint(3))
    faulty("semantics 3", tree, ("semantics-unknown", new))
    tree = hello().tree()
    new = tree.put("nestedPart.disposition", uint(256))
    faulty("disposition 256", tree, ("integer-range", new))
    tree = hello().tree()
    new = tree.put("inReplyTo", bstr(bytes(31)))
    faulty("a message ID of 31 octets", tree, ("message-id-length", new))
    tree = hello().tree()
    new = tree.put("salt", bstr(bytes(17)))
    faulty("a salt of 17 octets", tree, ("salt-length", new))
    tree = hello().tree()
    items = [tree.put("replaces", undefined()), tree.put("expires", undefined())]
    faulty("undefined twice", tree, *(("undefined-for-null", item) for item in items), normalised=hello())
    tree = photo().tree()
    wrapped = tree.wrap("nestedPart.url", 32)
    faulty("tag 32 around a URL", tree, ("url-tagged", wrapped), normalised=photo())
    for what, change in [("a field too few", lambda items: items[:-1]), ("a field too many", lambda items: items + [null()])]:
        for path in ("message", "nestedPart"):
            tree = hello().tree()
            item = tree[path]
            tree.name()
            item.items = change(item.items)
            faulty(f"{what} in {path}", tree, ("array-length", item), comments=False)
    tree = Message(Multi(CHOOSE_ONE, [Null(1)]), salt=SALT).tree()
    faulty("one part only", tree, ("multipart-too-few", tree["nestedPart.parts"]))
    tree = Message(nested(5), salt=SALT).tree()
    faulty("five levels", tree, ("part-depth", tree["nestedPart" + ".parts[0]" * 4]))
    for what, keys, code in [("the same key twice", (uint(1), uint(1)), "duplicate-key"),
                             ("keys out of order", (integer(-1), uint(24)), "cbor-key-order")]:
        tree = extended({}).tree()
        tree.put("extensions", mapping((keys[0], uint(0)), (keys[1], uint(0))))
        wanted = extended({24: 0, -1: 0}) if code == "cbor-key-order" else None
        faulty(what, tree, (code, keys[1]), normalised=wanted)
    for what, key, code, path in [("an array as a key", array(), "key-type", "extensions"),
                                  ("a key beyond 2^53", uint(1 << 53), "key-range", None)]:
        tree = extended({}).tree()
        tree.put("extensions", mapping((key, uint(0))))
        faulty(what, tree, (code, key, *([path] if path else [])))
    tree = extended({7: [[[[1]]]]}).tree()
    faulty("an extension five levels deep", tree, ("extension-depth", tree["extensions[7][0][0][0]"]))
