"""status_report.json and derived_values.json: the two other documents there are octets of."""

from __future__ import annotations

import cbor2

from cbor import Item, array, bstr, encode, integer, mapping, null, tag, tstr, uint, write
from examples import ALICE, BREAD_ID, ROOM, SOUP_ID
from suite import Case, Suite, findings_of, result_of

STATUS = "draft-mahy-mimi-message-status-01 section 4"
DERIVED = "draft-ietf-mimi-content-08 section 4.6"
CLIENT = "mimi://kitchen.example/d/alice/phone"

COMMON = {
    "WrongType": ("An item of another type than its field has.", "RFC 8610"),
    "Range": ("A number or length that the field does not have.", "RFC 8610"),
    "ArrayLength": ("Arrays with too many or too few items.", "RFC 8610"),
    "Form": ("The form of CBOR: truncation, heads, lengths, tags, trailing octets.", "RFC 8949 section 4.2.1"),
}


class Maker:
    def __init__(self, suite, kind, comment):
        self.cases = suite.group(kind, comment).cases

    def valid(self, comment, flags, tree, expected):
        octets = write(tree)
        cbor2.loads(octets)
        self.cases.append(Case(comment, flags, {"hex": octets.hex()}, "valid", [], expected))

    def bad(self, comment, flags, source, *rows, normalised=None):
        octets = source if isinstance(source, bytes) else write(source)
        findings = findings_of(rows)
        result = result_of(findings)
        expected = {"normalised": write(normalised).hex()} if result == "acceptable" else None
        self.cases.append(Case(comment, flags, {"hex": octets.hex()}, result, findings, expected))


def status_suite() -> Suite:
    out = Suite("status_report", ["Octets of application/mimi-message-status to a list of messages and what became of them."],
                ["draft-mahy-mimi-message-status-01", "RFC 8949"], {
                    "Report": ("Which message has which status.", STATUS),
                    "Unknown": ("A status without a name, which a decoder keeps.", STATUS), **COMMON})

    def tree(*entries):
        return array(*(array(bstr(message), uint(status)) for message, status in entries))

    made = Maker(out, "StatusDecode", "Reports")

    def valid(comment, flags, *entries):
        made.valid(comment, flags, tree(*entries),
                   {"statuses": [{"messageId": message.hex(), "status": status} for message, status in entries]})

    valid("no message", ["Report"])
    for status, name in enumerate(["unread", "delivered", "read", "expired", "deleted", "hidden", "error"]):
        valid(name, ["Report"], (SOUP_ID, status))
    for status in (7, 23, 24, 255):
        valid(f"status {status}", ["Unknown"], (SOUP_ID, status))
    valid("two messages", ["Report"], (SOUP_ID, 2), (BREAD_ID, 1))
    valid("a message twice", ["Report"], (SOUP_ID, 1), (SOUP_ID, 2))
    valid("300 messages", ["Report"], *((n.to_bytes(32, "big"), n % 7) for n in range(300)))

    made = Maker(out, "StatusDecode", "What is no report, or almost one")
    good = lambda: tree((SOUP_ID, 2), (BREAD_ID, 1))
    for what, make in [("a map", mapping), ("null", null), ("octets", lambda: bstr(SOUP_ID))]:
        made.bad(f"{what} in place of a report", ["WrongType"], make(), ("wrong-type", 0, "statusReport"))
    report = good()
    wrong = report.items[1] = bstr(BREAD_ID)
    made.bad("a message ID in place of an entry", ["WrongType"], report, ("wrong-type", wrong, "statusReport[1]"))
    for what, make in [("text", lambda: tstr("x" * 32)), ("null", null), ("an integer", lambda: uint(1))]:
        report = good()
        wrong = report.items[1].items[0] = make()
        made.bad(f"{what} as a message ID", ["WrongType"], report, ("wrong-type", wrong, "statusReport[1].messageId"))
    for what, make in [("text", lambda: tstr("read")), ("null", null), ("a negative integer", lambda: integer(-1))]:
        report = good()
        wrong = report.items[0].items[1] = make()
        made.bad(f"{what} as a status", ["WrongType"], report, ("wrong-type", wrong, "statusReport[0].status"))
    for size in (0, 31, 33):
        report = tree((bytes(size), 1))
        made.bad(f"a message ID of {size} octets", ["Range"], report,
                 ("message-id-length", report.items[0].items[0], "statusReport[0].messageId"))
    for status in (256, (1 << 64) - 1):
        report = tree((SOUP_ID, status))
        made.bad(f"status {status}", ["Range"], report, ("integer-range", report.items[0].items[1], "statusReport[0].status"))
    for count in (0, 1, 3):
        report = good()
        entry = report.items[1]
        entry.items = (entry.items + [uint(0)])[:count]
        made.bad(f"an entry of {count} items", ["ArrayLength"], report, ("array-length", entry, "statusReport[1]"))
    octets = write(good())
    for size in (0, 1, 2, 4, 20, 36, 37, len(octets) - 1):
        report = good()
        write(report)
        fields = [(report, "statusReport")]
        for index, entry in enumerate(report.items):
            fields.append((entry, f"statusReport[{index}]"))
            fields += [(item, f"statusReport[{index}].{name}") for item, name in zip(entry.items, ("messageId", "status"))]
        cut = next(((item.at, path) for item, path in fields
                    if item.at < size < (item.end if not item.items else item.body) or item.at == size))
        made.bad(f"cut after {size} octets", ["Form"], octets[:size], ("cbor-truncated", *cut))
    report = good()
    report.items[0].wide(1)
    made.bad("the first entry in a head of two octets", ["Form"], report,
             ("cbor-head-not-shortest", report.items[0], "statusReport[0]"), normalised=good())
    report = good()
    report.endless()
    made.bad("a report of indefinite length", ["Form"], report, ("cbor-indefinite-length", report, "statusReport"), normalised=good())
    report = good()
    wrapped = report.items[0] = tag(1, report.items[0])
    made.bad("a tag around an entry", ["Form"], report, ("tag-unexpected", wrapped, "statusReport[0]"))
    made.bad("octets after the report", ["Form"], octets + b"\0", ("cbor-trailing", len(octets), "statusReport"), normalised=good())
    report = good().claiming(1 << 60, 8)
    octets = write(report)
    made.bad("a report that claims 2^60 entries", ["Form"], octets, ("cbor-truncated", len(octets), "statusReport[2]"))
    return out


def derived_suite() -> Suite:
    out = Suite("derived_values", ["Octets of the values derived for a message (MessageDerivedValues) to its fields."],
                ["draft-ietf-mimi-content-08", "RFC 8949", "RFC 9581"], {
                    "Values": ("Which field follows which.", DERIVED),
                    "Time": ("The time as milliseconds, or as an extended time in tag 1001.", f"{DERIVED}; RFC 9581 section 3"),
                    "Tag": ("Tags where the format has none. URLs in tag 32 are tolerated.", "draft-ietf-mimi-content-08 appendix A.2"), **COMMON})
    names = ["messageId", "hubAcceptedTimestamp", "mlsGroupId", "senderLeafIndex", "senderClientUrl", "senderUserUrl", "roomUrl"]
    usual = [SOUP_ID, 1644387225019, b"group", 4, CLIENT, ALICE, ROOM]
    made = Maker(out, "DerivedDecode", "Derived values")

    def described(values):
        time = values[1]
        safe = (1 << 53) - 1
        if isinstance(time, Item):
            time = {"extended": write(time.items[0]).hex()}
        else:
            time = {"milliseconds": time if time <= safe else str(time)}
        return {"values": dict(zip(names, [values[0].hex(), time, values[2].hex(), *values[3:]]))}

    def valid(comment, flags, **change):
        values = [change.get(name, value) for name, value in zip(names, usual)]
        made.valid(comment, flags, encode(values), described(values))

    valid("the usual values", ["Values"])
    valid("a group without an ID, leaf 0, no URLs", ["Values"], mlsGroupId=b"", senderLeafIndex=0, senderClientUrl="", senderUserUrl="", roomUrl="")
    valid("the last leaf", ["Values"], senderLeafIndex=(1 << 32) - 1)
    for time in (0, (1 << 53) + 1, (1 << 64) - 1):
        valid(f"{time} ms", ["Time"], hubAcceptedTimestamp=time)
    for what, value in [("seconds", {1: 1644387225}), ("seconds and milliseconds", {1: 1644387225, -3: 19}),
                        ("seconds and nanoseconds", {1: -1, -9: 999999999}), ("nothing", {}), ("a text key", {1: 5, "x": None})]:
        valid(f"an extended time with {what}", ["Time"], hubAcceptedTimestamp=tag(1001, encode(value)))

    made = Maker(out, "DerivedDecode", "What is none, or almost one")

    def broken(index, item):
        tree = encode(usual)
        tree.items[index] = item
        return tree

    at = lambda index: f"derivedValues.{names[index]}"
    for what, make in [("a map", mapping), ("text", lambda: tstr("x"))]:
        made.bad(f"{what} in place of the array", ["WrongType"], make(), ("wrong-type", 0, "derivedValues"))
    for index, makes in [(0, [null, lambda: tstr("x")]), (1, [lambda: tstr("now"), lambda: integer(-1), null, mapping]), (2, [lambda: tstr("group"), null]),
                         (3, [lambda: integer(-1), lambda: tstr("4")]), (4, [lambda: bstr(b"a"), null]), (5, [lambda: uint(1)]), (6, [array])]:
        for make in makes:
            wrong = make()
            kind = ["an integer", "a negative integer", "octets", "text", "an array", "a map", "a tag", "null"][wrong.major]
            made.bad(f"{kind} as {names[index]}", ["WrongType"], broken(index, wrong), ("wrong-type", wrong, at(index)))
    for size in (31, 33):
        wrong = bstr(bytes(size))
        made.bad(f"a message ID of {size} octets", ["Range"], broken(0, wrong), ("message-id-length", wrong, at(0)))
    wrong = uint(1 << 32)
    made.bad("leaf 2^32", ["Range"], broken(3, wrong), ("integer-range", wrong, at(3)))
    for count in (0, 6, 8):
        tree = encode(usual)
        tree.items = (tree.items + [null()])[:count]
        made.bad(f"{count} items", ["ArrayLength"], tree, ("array-length", tree, "derivedValues"))
    for number in (0, 1, 1000, 1002, 1003):
        wrong = tag(number, uint(1644387225))
        made.bad(f"the time in tag {number}", ["Tag", "Time"], broken(1, wrong), ("tag-unexpected", wrong, at(1)))
    for what, inner in [("an integer", uint(5)), ("an array", array()), ("null", null())]:
        made.bad(f"{what} in tag 1001", ["WrongType", "Time"], broken(1, tag(1001, inner)), ("wrong-type", inner, at(1)))
    later = uint(1)
    made.bad("the same key of the time twice", ["Form", "Time"], broken(1, tag(1001, mapping((uint(1), uint(0)), (later, uint(0))))),
             ("duplicate-key", later, at(1) + "[1]"))
    later = uint(1)
    made.bad("keys of the time out of order", ["Form", "Time"], broken(1, tag(1001, mapping((integer(-3), uint(0)), (later, uint(5))))),
             ("cbor-key-order", later, at(1) + "[1]"), normalised=broken(1, tag(1001, encode({1: 5, -3: 0}))))
    for index in (4, 5, 6):
        wrapped = tag(32, encode(usual[index]))
        made.bad(f"tag 32 around {names[index]}", ["Tag"], broken(index, wrapped), ("url-tagged", wrapped, at(index)),
                 normalised=encode(usual))
    for index in (0, 2, 3):
        wrapped = tag(32, encode(usual[index]))
        made.bad(f"tag 32 around {names[index]}", ["Tag"], broken(index, wrapped), ("tag-unexpected", wrapped, at(index)))
    wide = uint(4).wide(8)
    made.bad("leaf 4 in a head of 9 octets", ["Form"], broken(3, wide), ("cbor-head-not-shortest", wide, at(3)),
             normalised=encode(usual))
    tree = encode(usual).endless()
    made.bad("an array of indefinite length", ["Form"], tree, ("cbor-indefinite-length", tree, "derivedValues"), normalised=encode(usual))
    octets = write(encode(usual))
    made.bad("octets after the values", ["Form"], octets + b"\xf6", ("cbor-trailing", len(octets), "derivedValues"), normalised=encode(usual))
    wrong = tstr(b"a\xff")
    tree = broken(6, wrong)
    write(tree)
    made.bad("a URL that is not UTF-8", ["Form"], tree, ("utf8-invalid", wrong.body + 1, at(6)))
    tree = encode(usual)
    write(tree)
    for index, item in enumerate(tree.items):
        made.bad(f"cut off before {names[index]}", ["Form"], octets[: item.at], ("cbor-truncated", item.at, at(index)))
        if item.end > item.at + 1:
            made.bad(f"cut off in {names[index]}", ["Form"], octets[: item.end - 1], ("cbor-truncated", item.at, at(index)))
    return out
