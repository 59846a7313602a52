"""json.json: messages as JSON with the names of draft-ietf-vcon-mimi-messages, both ways.

Places in faulty text are not counted by hand: the text of a case has the mark `@@` in front of
what is at fault, and line and column are those of the mark.
"""

from __future__ import annotations

import base64
import datetime
import json

from cbor import bstr, encode, mapping, uint, write
from examples import (ALICE, BREAD_ID, PLAIN, RICH, ROOM, SALT, SOUP_ID, choice, draft_examples, extended, full, hello,
                      nested, photo)
from model import CHOOSE_ONE, PROCESS_ALL, SINGLE_UNIT, Expiration, External, Message, Multi, Null, Single
from suite import Case, Suite
from topic_id import message_id

VCON = "draft-ietf-vcon-mimi-messages-00 section 3.3"
FLAGS = {
    "Mapping": ("Which member holds which field.", VCON),
    "Default": ("Members that may be left out, and what they then mean.", VCON),
    "Content": ("Content as text where it is text, as base64url where it is not.", VCON),
    "Number": ("Numbers beyond those a JSON reader may keep.", "RFC 8259 section 6"),
    "Informative": ("Members that follow from the rest and are not read.", "this project"),
    "Syntax": ("Text that is not JSON, or not an object of this notation.", "RFC 8259"),
    "Member": ("Members that are unknown, missing, twice there, or exclude each other.", VCON),
    "Value": ("Members with a value of another type or range.", VCON),
    "Message": ("The octets are then decoded; findings have the octet offset, and the place of the member at fault.",
                "draft-ietf-mimi-content-08"),
    "DraftExample": ("An example of the MIMI draft, described anew.",
                     "draft-ietf-mimi-content-08 section 5 and appendix B"),
}

DISPOSITIONS = ["unspecified", "render", "reaction", "profile", "inline", "icon", "attachment", "session", "preview"]
SEMANTICS = ["chooseOne", "singleUnit", "processAll"]
CARDINALITIES = {Null: "nullpart", Single: "single", External: "external", Multi: "multi"}


def b64(octets: bytes) -> str:
    return base64.urlsafe_b64encode(octets).decode().rstrip("=")


def date(seconds: int) -> str:
    moment = datetime.datetime.fromtimestamp(seconds, datetime.timezone.utc)
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def content_members(part, body: bool, index: list) -> dict:
    """The members of a part; `index` counts the parts."""
    number = part.disposition
    out = {"disposition": DISPOSITIONS[number] if number < len(DISPOSITIONS) else number}
    if part.language:
        out["language"] = part.language
    if not body:
        out["part_index"] = index[0]
        out["cardinality"] = CARDINALITIES[type(part)]
    index[0] += 1
    if isinstance(part, Single):
        out["mediatype"] = part.content_type
        try:
            text = part.content.decode()
        except UnicodeDecodeError:
            text = None
        out["encoding"] = "none" if text is not None else "base64url"
        out["body"] = text if text is not None else b64(part.content)
    elif isinstance(part, External):
        out["external_part"] = external_members(part)
    elif isinstance(part, Multi):
        out["multi_part"] = {
            "part_semantics": SEMANTICS[part.semantics],
            "parts": [content_members(inner, False, index) for inner in part.parts],
        }
    return out


def external_members(part: External) -> dict:
    out = {}
    if part.content_type:
        out["mediatype"] = part.content_type
    out["url"] = part.url
    if part.expires:
        out["expires"] = date(part.expires)
    if part.size:
        out["size"] = part.size
    if part.enc_alg:
        out["enc_alg"] = {1: "AES-128-GCM"}.get(part.enc_alg, part.enc_alg)
    for name, octets in (("key", part.key), ("nonce", part.nonce), ("aad", part.aad)):
        if octets:
            out[name] = b64(octets)
    if part.hash_alg or part.content_hash:
        out["content_hash"] = {0: "none", 1: "sha256", 7: "sha384"}.get(part.hash_alg, str(part.hash_alg)) + ":" + b64(part.content_hash)
    for name, text in (("description", part.description), ("filename", part.filename)):
        if text:
            out[name] = text
    return out


def members(message: Message) -> dict:
    out = {"salt": b64(message.salt)}
    if message.replaces is not None:
        out["replaces"] = b64(message.replaces)
    if message.topic:
        out["topic_id"] = b64(message.topic)
    if message.expires:
        if message.expires.relative:
            out["expires"] = {"relative": True, "relative_time": message.expires.time}
        else:
            out["expires"] = {"relative": False, "absolute_time": date(message.expires.time)}
    if message.in_reply_to is not None:
        out["in_reply_to"] = b64(message.in_reply_to)
    if message.extensions:
        out["mimi_extensions"] = b64(write(encode(message.extensions)))
    out.update(content_members(message.part, True, [0]))
    return out


def text_of(value, **style) -> str:
    return json.dumps(value, **{"indent": 2, "ensure_ascii": False, **style})


def suite() -> Suite:
    out = Suite(
        "json",
        ["JsonToCbor: a text becomes the octets of a message, or is refused.",
         "JsonToMessage: the octets are then decoded, and findings have their place in the text.",
         "CborToJson: a message becomes a JSON object; compare it as JSON values, without the order of members and",
         "without the informative members message_id and mimi_extensions_edn."],
        ["draft-ietf-vcon-mimi-messages-00", "draft-ietf-mimi-content-08", "RFC 8259"],
        FLAGS,
    )
    both(out)
    reading(out)
    syntax(out)
    faults(out)
    messages(out)
    return out


def both(out: Suite):
    there = out.group("CborToJson", "Messages to JSON")
    back = out.group("JsonToCbor", "The same objects back to messages")

    def add(comment, flags, message):
        octets = message.octets().hex()
        value = members(message)
        there.cases.append(Case(comment, flags, {"hex": octets}, "valid", [], {"json": value}))
        back.cases.append(Case(comment, flags, {"text": text_of(value) + "\n"}, "valid", [], {"hex": octets}))

    for name, message, _ in draft_examples():
        add(f"draft example {name}", ["Mapping", "DraftExample"], message)
    add("a text", ["Mapping"], hello())
    add("every field", ["Mapping"], full())
    add("something elsewhere", ["Mapping"], photo())
    add("a choice", ["Mapping"], choice())
    add("a relative expiry", ["Mapping"], Message(Null(1), salt=SALT, expires=Expiration(True, 3600)))
    add("the latest expiry", ["Mapping"], Message(Null(1), salt=SALT, expires=Expiration(False, (1 << 32) - 1)))
    add("an expiry at the epoch", ["Mapping"], Message(Null(1), salt=SALT, expires=Expiration(False, 0)))
    for number in range(9):
        add(f"disposition {DISPOSITIONS[number]}", ["Mapping"], Message(Single(PLAIN, b"x", number), salt=SALT))
    add("disposition 200", ["Mapping"], Message(Single(PLAIN, b"x", 200), salt=SALT))
    add("every kind of part", ["Mapping"], Message(
        Multi(SINGLE_UNIT, [Null(2, "fr"), Single(PLAIN, b"x"), photo().part, Multi(CHOOSE_ONE, [Null(), Null()])]), salt=SALT))
    add("four levels", ["Mapping"], Message(nested(4), salt=SALT))
    add("content that is not text", ["Content"], Message(Single("image/png", b"\x89PNG\r\n\x1a\n\xff"), salt=SALT))
    add("text of many scripts", ["Content"], Message(Single(PLAIN, "\u00fc\u05d0\u65e5\U0001F35C\n".encode()), salt=SALT))
    add("quotes and backslashes", ["Content"], Message(Single(PLAIN, b'"\\"'), salt=SALT))
    add("empty content", ["Content"], Message(Single(PLAIN, b""), salt=SALT))
    add("no media type", ["Mapping"], Message(Single("", b"x"), salt=SALT))
    add("an external part with nothing in it", ["Default"], Message(External(), salt=SALT))
    add("the largest size a JSON reader keeps", ["Number"], Message(External(size=(1 << 53) - 1), salt=SALT))
    add("a size beyond 2^53", ["Number"], Message(External(size=(1 << 64) - 1), salt=SALT))
    add("AEAD 65535 and hash 255", ["Mapping"], Message(External(enc_alg=65535, hash_alg=255, content_hash=b"x"), salt=SALT))
    add("a hash without a function", ["Mapping"], Message(External(content_hash=b"xy"), salt=SALT))
    add("a hash function without a hash", ["Mapping"], Message(External(hash_alg=1), salt=SALT))
    add("extensions of every kind", ["Mapping"], extended({1: ALICE, 7: [1.5, {"k": b"v"}, None, 1 << 70], -3: True, "x": -1}))


def reading(out: Suite):
    group = out.group("JsonToCbor", "Other spellings")

    def add(comment, flags, text, message, findings=()):
        group.cases.append(Case(comment, flags, {"text": text}, "valid" if not findings else "acceptable", list(findings),
                                {"hex": message.octets().hex()}))

    base = members(hello())
    add("on one line", ["Mapping"], text_of(base, indent=None), hello())
    add("escapes for everything outside ASCII", ["Content"],
        text_of({**base, "body": "\u00fc\U0001F35C"}, ensure_ascii=True), Message(Single(PLAIN, "\u00fc\U0001F35C".encode()), salt=SALT))
    add("members in another order", ["Mapping"], text_of(dict(reversed(base.items()))), hello())
    without = {name: value for name, value in base.items() if name != "disposition"}
    add("no disposition means render", ["Default"], text_of(without), hello())
    add("the disposition as a number", ["Mapping"], text_of({**base, "disposition": 1}), hello())
    add("null for no extensions", ["Default"], text_of({**base, "mimi_extensions": None}), hello())
    nothing = {"url": "", "size": 0, "mediatype": "", "key": "", "description": ""}
    add("empty members of an external part", ["Default"], text_of({"salt": b64(SALT), "disposition": "attachment", "external_part": nothing}),
        Message(External(), salt=SALT))
    add("an empty map of extensions", ["Default"], text_of({**base, "mimi_extensions": b64(b"\xa0")}), hello())
    add("nothing but a salt is a null part", ["Default"], text_of({"salt": b64(SALT)}), Message(Null(1), salt=SALT))
    add("the cardinality of the body", ["Default"], text_of({**base, "cardinality": "single"}), hello())
    add("text as base64url", ["Content"], text_of({**base, "encoding": "base64url", "body": b64(b"Soup is ready.")}), hello())
    sealed = members(photo())
    numbered = {**sealed["external_part"], "enc_alg": 1}
    add("the AEAD algorithm as its number", ["Mapping"], text_of({**sealed, "external_part": numbered}), photo())
    add("an empty language and topic", ["Default"], text_of({**base, "language": "", "topic_id": ""}), hello())
    add("the hub's message ID, which fits", ["Informative"],
        text_of({"message_id": b64(bytes.fromhex(message_id(full().octets(), SALT, ALICE, ROOM))), **members(full())}), full())


def syntax(out: Suite):
    group = out.group("JsonToCbor", "Text that is not JSON, or no object")

    def bad(comment, code, text):
        group.cases.append(Case(comment, ["Syntax"], {"text": text.replace("@@", "")}, "invalid", [finding(code, text)]))

    for comment, text in [
        ("no closing brace", "{\"salt\": \"\""), ("a trailing comma", "{\"salt\": \"\",@@}"), ("single quotes", "{@@'salt': ''}"),
        ("a comment", "{@@# salt\n}"), ("no colon", "{\"salt\" @@\"\"}"), ("two commas", "{\"salt\": \"\",@@, \"body\": \"\"}"),
        ("an unknown word", "{\"salt\": @@nil}"),
        ("something after the object", "{\"salt\": \"\"}\n@@{}"), ("a stray bracket", "@@]"),
        ("an unknown escape", "{\"salt\": \"\\x\"}"), ("half a surrogate pair", "{\"salt\": \"\\ud83c\"}"),
        ("a number with a leading zero", "{\"disposition\": 01}"), ("a line feed in a text", "{\"salt\": \"a\nb\"}"),
    ]:
        bad(comment, "json-syntax", text)
    bad("no text", "notation-empty", "")
    bad("white space", "notation-empty", " \n")
    for comment, text in [("an array", "@@[]"), ("a number", "@@7"), ("null", "@@null")]:
        bad(comment, "json-type", text)
    bad("5000 arrays inside each other", "notation-depth", "[" * 5000 + "]" * 5000)


def finding(code, text):
    found = {"code": code}
    if "@@" in text:
        before = text[: text.index("@@")]
        found["line"] = before.count("\n") + 1
        found["column"] = len(before) - (before.rfind("\n") + 1) + 1
    return found


def faults(out: Suite):
    group = out.group("JsonToCbor", "Members that no message has")

    def bad(comment, flag, code, value, mark=None):
        """`mark` is the text in front of which the fault stands, at its last place."""
        text = text_of(value) if isinstance(value, dict) else value
        marked = text
        if mark is not None:
            at = text.rindex(mark)
            marked = text[:at] + "@@" + text[at:]
        group.cases.append(Case(comment, [flag], {"text": text}, "invalid", [finding(code, marked)]))

    base = members(hello())
    external = members(photo())
    multi = members(choice())

    def inside(value, name, **change):
        return {**value, name: {**value[name], **change}}

    bad("no salt", "Member", "json-missing", {k: v for k, v in base.items() if k != "salt"})
    bad("no url", "Member", "json-missing", {**external, "external_part": {"mediatype": "a/b"}})
    bad("no semantics", "Member", "json-missing", {**multi, "multi_part": {"parts": multi["multi_part"]["parts"]}})
    bad("no parts", "Member", "json-missing", {**multi, "multi_part": {"part_semantics": "chooseOne"}})
    bad("no relative time", "Member", "json-missing", {**base, "expires": {"relative": True}})
    bad("no absolute time", "Member", "json-missing", {**base, "expires": {"relative": False}})
    bad("expires without relative", "Member", "json-missing", {**base, "expires": {"relative_time": 5}})
    bad("an unknown member", "Member", "json-unknown", {**base, "subject": "soup"}, '"subject"')
    bad("an unknown member of an external part", "Member", "json-unknown", inside(external, "external_part", hash="x"), '"hash"')
    bad("an unknown member of a multipart", "Member", "json-unknown", inside(multi, "multi_part", count=2), '"count"')
    bad("an unknown member of expires", "Member", "json-unknown", {**base, "expires": {"relative": True, "relative_time": 5, "unit": "s"}},
        '"unit"')
    bad("the name of a field in the MIMI draft", "Member", "json-unknown", {**base, "inReplyTo": b64(SOUP_ID)}, '"inReplyTo"')
    bad("the salt twice", "Member", "json-duplicate", text_of(base)[:-2] + ',\n  "salt": "AAAAAAAAAAAAAAAAAAAAAA"\n}', '"salt"')
    bad("a body and an external part", "Member", "json-conflict", {**base, "external_part": external["external_part"]})
    bad("an external part and a multipart", "Member", "json-conflict", {**external, "multi_part": multi["multi_part"]})
    bad("cardinality single of an external part", "Member", "json-conflict", {**external, "cardinality": "single"})
    bad("both times", "Member", "json-conflict",
        {**base, "expires": {"relative": True, "relative_time": 5, "absolute_time": "2026-01-01T00:00:00Z"}})
    bad("an absolute time that is relative", "Member", "json-conflict",
        {**base, "expires": {"relative": True, "absolute_time": "2026-01-01T00:00:00Z"}})

    for comment, change, mark in [
        ("a number as the salt", {"salt": 16}, "16"), ("a text as expires", {"expires": "never"}, '"never"'),
        ("an array as the body", {"body": []}, "[]"), ("a number as the language", {"language": 49}, "49"),
        ("true as the disposition", {"disposition": True}, "true"), ("an object as the topic", {"topic_id": {}}, "{}"),
        ("a text as relative", {"expires": {"relative": "yes", "relative_time": 5}}, '"yes"'),
        ("a text as relative_time", {"expires": {"relative": True, "relative_time": "5"}}, '"5"'),
        ("an array as external_part", {"external_part": []}, "[]"),
    ]:
        value = {**base, **change}
        if "external_part" in change:
            value = {"salt": base["salt"], **change}
        bad(comment, "Value", "json-type", value, mark)
    bad("a text as the size", "Value", "json-type", inside(external, "external_part", size="5"), '"5"')
    bad("an object as parts", "Value", "json-type", inside(multi, "multi_part", parts={}), "{}")
    bad("a text among the parts", "Value", "json-type", inside(multi, "multi_part", parts=["soup", "bread"]), '"soup"')

    for comment, change, mark in [
        ("a salt that is not base64url", {"salt": "*AAA"}, '"*AAA"'), ("a salt in hex with a space", {"salt": "00 11"}, '"00 11"'),
("an unknown disposition", {"disposition": "banner"}, '"banner"'),
        ("disposition -1", {"disposition": -1}, "-1"),
        ("an unknown encoding", {"encoding": "rot13"}, '"rot13"'), ("a body that is not base64url", {"encoding": "base64url", "body": "***"}, '"***"'),
        ("an unknown cardinality", {"cardinality": "double"}, '"double"'),
        ("a time before the epoch", {"expires": {"relative": False, "absolute_time": "1969-12-31T23:59:59Z"}}, '"1969-12-31T23:59:59Z"'),
        ("a time after 2106", {"expires": {"relative": False, "absolute_time": "2106-02-07T06:28:16Z"}}, '"2106-02-07T06:28:16Z"'),
        ("a time that is none", {"expires": {"relative": False, "absolute_time": "soon"}}, '"soon"'),
        ("a fraction of a second", {"expires": {"relative": False, "absolute_time": "2026-01-01T00:00:00.5Z"}}, '"2026-01-01T00:00:00.5Z"'),
        ("minus one second", {"expires": {"relative": True, "relative_time": -1}}, "-1"),
    ]:
        bad(comment, "Value", "json-value", {**base, **change}, mark)
    bad("unknown semantics", "Value", "json-value", inside(multi, "multi_part", part_semantics="all"), '"all"')
    bad("an unknown AEAD algorithm", "Value", "json-value", inside(external, "external_part", enc_alg="ROT13"), '"ROT13"')
    bad("a hash without its function", "Value", "json-value", inside(external, "external_part", content_hash="AAAA"), '"AAAA"')
    bad("an unknown hash function", "Value", "json-value", inside(external, "external_part", content_hash="md5:AAAA"), '"md5:AAAA"')
    bad("a size of 2^64", "Value", "json-value", inside(external, "external_part", size=1 << 64), str(1 << 64))
    bad("extensions that are not base64url", "Value", "json-value", {**base, "mimi_extensions": "{1: 2}"}, '"{1: 2}"')


def messages(out: Suite):
    group = out.group("JsonToMessage", "Messages with faults, placed in the text")

    def bad(comment, code, tree, path, value, mark):
        tree.octets()
        text = text_of(value)
        at = text.rindex(mark)
        found = finding(code, text[:at] + "@@" + text[at:])
        found["offset"] = tree[path].at
        found["path"] = path
        group.cases.append(Case(comment, ["Message"], {"text": text}, "invalid", [found]))

    tree = full().tree()
    tree.put("replaces", bstr(bytes(31)))
    wrong = b64(bytes(31))
    bad("replaces of 31 octets", "message-id-length", tree, "replaces", {**members(full()), "replaces": wrong}, f'"{wrong}"')
    tree = full().tree()
    tree.put("inReplyTo", bstr(b""))
    bad("inReplyTo without octets", "message-id-length", tree, "inReplyTo", {**members(full()), "in_reply_to": ""}, '""')
    tree = hello().tree()
    tree.put("nestedPart.disposition", uint(256))
    bad("disposition 256", "integer-range", tree, "nestedPart.disposition", {**members(hello()), "disposition": 256}, "256")
    tree = Message(Null(1), salt=SALT, expires=Expiration(True, 1 << 32)).tree()
    bad("2^32 seconds", "integer-range", tree, "expires.time", {
        **members(Message(Null(1), salt=SALT)), "expires": {"relative": True, "relative_time": 1 << 32}}, str(1 << 32))
    tree = Message(Null(1), salt=SALT, topic=bytes(4097)).tree()
    value = members(Message(Null(1), salt=SALT, topic=bytes(4097)))
    bad("a topic of 4097 octets", "topic-length", tree, "topicId", value, '"' + value["topic_id"])
    message = Message(nested(5), salt=SALT)
    tree = message.tree()
    group.cases.append(Case("five levels", ["Message"], {"text": text_of(members(message))}, "invalid", [{
        "code": "part-depth", "offset": at_of(tree, "nestedPart" + ".parts[0]" * 4), "path": "nestedPart" + ".parts[0]" * 4}]))
    tree = extended({7: [[[[1]]]]}).tree()
    value = members(extended({7: [[[[1]]]]}))
    bad("an extension five levels deep", "extension-depth", tree, "extensions[7][0][0][0]", value, '"' + value["mimi_extensions"])
    duplicate = mapping((uint(1), uint(0)), (uint(1), uint(0)))
    tree = extended({}).tree()
    text = text_of({**members(extended({})), "mimi_extensions": b64(write(duplicate))})
    tree.put("extensions", duplicate)
    tree.octets()
    group.cases.append(Case("the same extension twice", ["Message"], {"text": text}, "invalid", [{
        "code": "duplicate-key", "offset": duplicate.items[2].at, "path": "extensions[1]"}]))


def at_of(tree, path):
    tree.octets()
    return tree[path].at
