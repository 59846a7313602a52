"""repair.json and upgrade.json: messages with tolerated deviations made legal, and messages in
the layouts of older drafts carried over."""

from __future__ import annotations

import decode_older
from cbor import bstr, encode, float_bits, integer, mapping, tag, uint, undefined, write
from examples import ALICE, BREAD_ID, PLAIN, RICH, SALT, SOUP_ID, choice, extended, full, hello, photo
from model import CHOOSE_ONE, PROCESS_ALL, Expiration, External, Message, Multi, Null, Single
from suite import Case, Suite

NEW_SALT = bytes(range(0xC0, 0xD0))


def repair_suite() -> Suite:
    out = Suite(
        "repair",
        ["A message that tolerant decoding accepts becomes one that strict decoding accepts. Salts of another length",
         "than 16 octets are replaced by `newSalt`; without one such a message is refused."],
        ["draft-ietf-mimi-content-08", "RFC 8949 section 4.2.1"], {
            "Legal": ("A message that needs no repair is not changed.", "draft-ietf-mimi-content-08"),
            "Form": ("Heads, lengths, order, floats, bignums and trailing octets.", "draft-ietf-mimi-content-08 section 6.1"),
            "Field": ("Tags on URLs, undefined for null, key 0, salts.", "draft-ietf-mimi-content-08 appendix A.1"),
            "Multipart": ("A multipart of one part becomes that part, whose disposition and language win unless they are "
                          "unspecified or empty. One without parts becomes a null part.", "this project"),
            "Cid": ("Part indices in cid URLs follow the parts they name.", "draft-ietf-mimi-content-08 section 4.4"),
            "Refused": ("What tolerant decoding refuses is not repaired.", "draft-ietf-mimi-content-08"),
        })

    def good(made, comment, flag, source, wanted, salt=None):
        octets = source if isinstance(source, bytes) else source.octets()
        value = {"hex": octets.hex(), "newSalt": salt and salt.hex()}
        made.append(Case(comment, [flag], value, "valid", [], {"hex": wanted.octets().hex()}))

    def bad(made, comment, flag, octets, code, offset, salt=None):
        value = {"hex": octets.hex(), "newSalt": salt and salt.hex()}
        made.append(Case(comment, [flag], value, "invalid", [{"code": code, "offset": offset}]))

    made = out.group("Repair", "Nothing to repair").cases
    for what, message in [("a text", hello()), ("every field", full()), ("something elsewhere", photo()), ("a choice", choice())]:
        good(made, what, "Legal", message, message)
    good(made, "a new salt is given, and not needed", "Legal", hello(), hello(), NEW_SALT)

    made = out.group("Repair", "The form of CBOR").cases
    for path in ("message", "salt", "extensions", "nestedPart", "nestedPart.disposition", "nestedPart.content"):
        tree = full().tree()
        tree[path].wide(8)
        good(made, f"{path} in a head of 9 octets", "Form", tree, full())
        tree = full().tree()
        if path != "nestedPart.disposition":
            tree[path].endless()
            good(made, f"{path} of indefinite length", "Form", tree, full())
    good(made, "trailing octets", "Form", hello().octets() + b"\xff\0", hello())
    tree = extended({}).tree()
    tree.put("extensions", mapping((integer(-1), uint(0)), (uint(24), mapping((uint(2), uint(0)), (uint(1), uint(0))))))
    good(made, "keys out of order on two levels", "Form", tree, extended({24: {1: 0, 2: 0}, -1: 0}))
    for what, item, value in [("a float", float_bits(8, 0x3FF0000000000000), 1.0), ("a NaN", float_bits(4, 0x7FC00001), float("nan")),
                              ("a bignum", tag(2, bstr(b"\0\5")), 5)]:
        tree = extended({}).tree()
        tree.put("extensions", mapping((uint(7), item)))
        good(made, what, "Form", tree, extended({7: value}))
    tree = choice().tree()
    for path in ("message", "nestedPart", "nestedPart.parts", "nestedPart.parts[1].content"):
        tree[path].endless()
    tree["nestedPart.partSemantics"].wide(4)
    tree.put("replaces", undefined())
    good(made, "several deviations", "Form", tree.octets() + b"\n", choice())

    made = out.group("Repair", "Fields").cases
    tree = photo().tree()
    tree.wrap("nestedPart.url", 32)
    good(made, "tag 32 around a URL", "Field", tree, photo())
    for path in ("replaces", "expires", "inReplyTo"):
        tree = hello().tree()
        tree.put(path, undefined())
        good(made, f"undefined as {path}", "Field", tree, hello())
    good(made, "key 0 with another key", "Field", extended({0: 1, 7: 2}), extended({7: 2}))
    good(made, "key 0 alone", "Field", extended({0: "x"}), extended({}))
    for size in (0, 8, 32):
        message = Message(hello().part, salt=bytes(size))
        good(made, f"a salt of {size} octets, and a new one", "Field", message, Message(hello().part, salt=NEW_SALT), NEW_SALT)
        bad(made, f"a salt of {size} octets, and no new one", "Field", message.octets(), "salt-length", 1)

    made = out.group("Repair", "Multiparts of fewer than two parts").cases
    text = lambda disposition=1, language="": Single(PLAIN, b"soup", disposition, language)

    def multi(what, part, wanted, flag="Multipart"):
        good(made, what, flag, Message(part, salt=SALT), Message(wanted, salt=SALT))

    multi("one part", Multi(CHOOSE_ONE, [text()]), text())
    multi("the part has its own disposition and language", Multi(CHOOSE_ONE, [text(2, "fr")], 6, "en"), text(2, "fr"))
    multi("the part has neither", Multi(CHOOSE_ONE, [text(0, "")], 6, "en"), text(6, "en"))
    multi("the part has a language only", Multi(CHOOSE_ONE, [text(0, "fr")], 6, "en"), text(6, "fr"))
    multi("the part has a disposition only", Multi(CHOOSE_ONE, [text(2, "")], 6, "en"), text(2, "en"))
    multi("the part is elsewhere", Multi(PROCESS_ALL, [photo().part]), photo().part)
    multi("the part is a null part", Multi(PROCESS_ALL, [Null(0)], 2), Null(2))
    multi("one inside one inside one", Multi(0, [Multi(1, [text(0, "fr")], 0)], 4, "en"), text(4, "fr"))
    multi("no parts", Multi(CHOOSE_ONE, [], 2, "en"), Null(2, "en"))
    multi("no parts further in", Multi(PROCESS_ALL, [text(), Multi(0, [], 6)]), Multi(PROCESS_ALL, [text(), Null(6)]))
    multi("one part that has none", Multi(PROCESS_ALL, [Multi(0, [], 0)], 6, "en"), Null(6, "en"))
    multi("one part further in", Multi(PROCESS_ALL, [Multi(0, [text()]), text()]), Multi(PROCESS_ALL, [text(), text()]))
    multi("one part that is a multipart of two", Multi(PROCESS_ALL, [Multi(CHOOSE_ONE, [text(), text(2)], 0, "en")], 3),
          Multi(CHOOSE_ONE, [text(), text(2)], 3, "en"))

    picture = Single("image/png", b"\x89PNG", 4)
    rich = lambda index: Single(RICH, f"![soup](cid:{index}@local.invalid)".encode())
    multi("a picture behind a multipart that goes", Multi(PROCESS_ALL, [rich(4), Multi(0, [text()]), picture]),
          Multi(PROCESS_ALL, [rich(3), text(), picture]), "Cid")
    multi("a picture inside a multipart that goes", Multi(PROCESS_ALL, [rich(3), Multi(0, [picture])]),
          Multi(PROCESS_ALL, [rich(2), picture]), "Cid")
    multi("a picture before the multipart that goes", Multi(PROCESS_ALL, [picture, rich(1), Multi(0, [text()])]),
          Multi(PROCESS_ALL, [picture, rich(1), text()]), "Cid")
    html = lambda index: Single("text/html;charset=utf-8", f'<p><img src="cid:{index}@local.invalid"></p>'.encode())
    multi("a picture in HTML", Multi(PROCESS_ALL, [Multi(0, [html(3)]), picture]), Multi(PROCESS_ALL, [html(2), picture]), "Cid")

    made = out.group("Repair", "What cannot be repaired").cases
    tree = full().tree()
    tree.put("inReplyTo", bstr(bytes(31)))
    octets = tree.octets()
    bad(made, "a message ID of 31 octets", "Refused", octets, "message-id-length", tree["inReplyTo"].at)
    tree = extended({}).tree()
    later = uint(1)
    tree.put("extensions", mapping((uint(1), uint(0)), (later, uint(0))))
    octets = tree.octets()
    bad(made, "the same key twice", "Refused", octets, "duplicate-key", later.at)
    bad(made, "half a message", "Refused", full().octets()[:20], "cbor-truncated", 18)
    return out


def upgrade_suite() -> Suite:
    out = Suite(
        "upgrade",
        ["A message in the layout of draft 03, 04 or 05 becomes one of today, with `salt` as its salt. What was in lastSeen",
         "stands in extension 256 as an array of message IDs; IDs of other messages are kept as they are."],
        ["draft-ietf-mimi-content-04", "draft-ietf-mimi-content-05", "draft-ietf-mimi-content-08 appendix C"], {
            "Draft04": ("No salt; expires is an integer, 0 for never; inReplyTo has a hash; parts have a part index.",
                        "draft-ietf-mimi-content-04"),
            "Draft05": ("lastSeen, and no salt in the examples, or one of 32 octets in the text.", "draft-ietf-mimi-content-05"),
            "Today": ("Drafts 06 and 07 have today's layout.", "draft-ietf-mimi-content-07"),
            "Refused": ("What is broken in its own layout.", "draft-ietf-mimi-content-08 appendix C"),
        })
    made = out.group("Upgrade", "Older layouts").cases
    text = Single(PLAIN, b"Soup is ready.")
    body = [1, "", 1, PLAIN, b"Soup is ready."]
    seen = [SOUP_ID, BREAD_ID]

    def add(comment, flag, fields, wanted):
        value = {"hex": write(encode(fields)).hex(), "salt": SALT.hex()}
        made.append(Case(comment, [flag], value, "valid", [], {"hex": wanted.octets().hex()}))

    def message(part, **fields):
        extensions = {**fields.pop("extensions", {}), 256: seen}
        return Message(part, salt=SALT, extensions=extensions, **fields)

    indexed = decode_older.part(*body, index=0)
    add("draft 04: a text", "Draft04", [None, b"", 0, None, seen, {}, indexed], message(text))
    add("draft 04: an expiry", "Draft04", [None, b"", 1893456000, None, seen, {}, indexed],
        message(text, expires=Expiration(False, 1893456000)))
    add("draft 04: an edit in a topic", "Draft04", [BREAD_ID, b"lunch", 0, None, seen, {}, indexed],
        message(text, replaces=BREAD_ID, topic=b"lunch"))
    add("draft 04: a reply with its hash", "Draft04", [None, b"", 0, [SOUP_ID, 1, bytes(32)], seen, {}, indexed],
        message(text, in_reply_to=SOUP_ID))
    add("draft 04: extensions", "Draft04", [None, b"", 0, None, seen, {1: ALICE, "k": [1]}, indexed],
        message(text, extensions={1: ALICE, "k": [1]}))
    add("draft 04: a null part", "Draft04", [BREAD_ID, b"", 0, None, seen, {}, [1, "en", 0, 0]],
        message(Null(1, "en"), replaces=BREAD_ID))
    add("draft 04: something elsewhere", "Draft04", [None, b"", 0, None, seen, {}, decode_older.part(
        6, "en", 2, "image/jpeg", "https://store.example/p/1", 0, 5, 1, b"k", b"n", b"a", 1, b"h", "soup", "s.jpg", index=0)],
        message(External("image/jpeg", "https://store.example/p/1", 0, 5, 1, b"k", b"n", b"a", 1, b"h", "soup", "s.jpg", 6, "en")))
    add("draft 04: a choice", "Draft04", [None, b"", 0, None, seen, {}, decode_older.part(
        1, "", 3, 0, [decode_older.part(*body, index=1), decode_older.part(2, "", 0, index=2)], index=0)],
        message(Multi(CHOOSE_ONE, [text, Null(2)])))
    add("draft 05 without a salt: a text", "Draft05", [None, b"", None, None, seen, {}, body], message(text))
    add("draft 05 without a salt: every field", "Draft05", [BREAD_ID, b"t", [True, 60], SOUP_ID, seen, {1: ALICE}, body],
        message(text, replaces=BREAD_ID, topic=b"t", expires=Expiration(True, 60), in_reply_to=SOUP_ID, extensions={1: ALICE}))
    add("draft 05 with a salt of 32 octets", "Draft05", [bytes(32), None, b"", None, None, seen, {}, body], message(text))
    made = out.group("Upgrade", "Today's layout").cases
    tree = full().tree()
    made.append(Case("a message of today keeps its salt", ["Today"], {"hex": tree.octets().hex(), "salt": bytes(16).hex()}, "valid", [],
                     {"hex": full().octets().hex()}))
    made = out.group("Upgrade", "Faults").cases
    for comment, fields, code, path in [
        ("draft 04: a number as media type", [None, b"", 0, None, seen, {}, decode_older.part(1, "", 1, 7, b"", index=0)],
         "wrong-type", lambda tree: tree.items[6].items[4]),
        ("draft 04: a message ID of 31 octets in inReplyTo", [None, b"", 0, [bytes(31), 1, b""], seen, {}, indexed],
         "message-id-length", lambda tree: tree.items[3].items[0]),
        ("draft 05: cardinality 4", [None, b"", None, None, seen, {}, [1, "", 4, "", b""]],
         "cardinality-unknown", lambda tree: tree.items[6].items[2]),
    ]:
        tree = encode(fields)
        octets = write(tree)
        made.append(Case(comment, ["Refused"],
                         {"hex": octets.hex(), "salt": SALT.hex()}, "invalid", [{"code": code, "offset": path(tree).at}]))
    return out
