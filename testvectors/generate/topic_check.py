"""check.json: what the fields and the text of a document say and should not, rule by rule.

The table `rows` has a case that keeps each rule and one that breaks it. The findings of a case are all
there are.
"""

from __future__ import annotations

import hashlib
import hmac

from cbor import array, bstr, encode, mapping, null, raw, simple, tag, tstr, uint, write
from examples import ALICE, BOB, BREAD_ID, PLAIN, RICH, ROOM, SALT, SOUP_ID
from model import CHOOSE_ONE, PROCESS_ALL, SINGLE_UNIT, Expiration, External, Message, Multi, Null, Single, Tree
from suite import Case, Suite
from topic_id import franking_tag, message_id
from topic_json import b64, members, text_of

ERRORS = {
    "uri-mismatch", "message-id-mismatch", "message-id-older", "franking-tag-mismatch", "extension-type", "uri-syntax",
    "cid-target-missing", "cid-target-not-leaf", "secrets-length", "content-hash-length", "reply-to-itself",
    "replaces-itself", "av-part-missing", "reaction-several", "url-syntax", "external-size-mismatch",
    "external-hash-mismatch", "external-not-authentic", "integer-range", "wrong-type", "message-id-length",
    "cardinality-unknown", "tag-unexpected", "cbor-trailing", "cbor-key-order",
}
NOTES = {
    "message-id-hash-other", "null-in-multipart", "empty-content", "extension-unregistered", "extension-float",
    "uri-not-normalised", "disposition-unregistered", "language-subtag-unknown", "language-repeated",
    "markdown-variant-missing", "plain-charset-missing", "plain-charset-other", "format-uncommon", "reaction-not-emoji",
    "reaction-language", "cid-unreferenced", "external-type-missing", "external-aad", "external-aead-other", "gfm-alert",
    "gfm-footnote", "gfm-math", "gfm-bare-url", "status-repeated", "status-unknown", "html-hidden",
}

DRAFT = "draft-ietf-mimi-content-08"
FLAGS = {
    "Fields": ("Salt, references and expiration.", f"{DRAFT} sections 4.1 and 9.1"),
    "Delete": ("Empty bodies: deletes, unlikes, and what is neither.", f"{DRAFT} sections 5.6 and 5.7"),
    "Extension": ("Keys and values of extensions.", f"{DRAFT} sections 4.3, 6.2 and 8.2.1"),
    "Uri": ("URIs of senders, rooms and clients.", f"{DRAFT} sections 3.2 and 3.3"),
    "AvMetadata": ("Descriptions of parts by their index.", "draft-mahy-mimi-av-metadata-01"),
    "Part": ("Dispositions, languages and media types.", f"{DRAFT} sections 4.4 and 7.1"),
    "Reaction": ("One character, to one message.", f"{DRAFT} section 5.3"),
    "Cid": ("References between parts.", f"{DRAFT} section 4.4"),
    "External": ("External content by its fields.", f"{DRAFT} section 4.5"),
    "Fetched": ("External content by the octets at the URL.", f"{DRAFT} section 4.5"),
    "Rich": ("Markdown and HTML. Another implementation may tell more or less here.", f"{DRAFT} sections 7.1.1 and 9.6"),
    "Alternatives": ("What different readers see. Another implementation may compare otherwise.", f"{DRAFT} section 9.5"),
    "Knowledge": ("What only a receiver knows: the clock, the members, IDs seen before.", f"{DRAFT} section 9.1"),
    "Report": ("Status reports.", "draft-mahy-mimi-message-status-01 section 4"),
    "Derived": ("Derived values.", f"{DRAFT} section 4.6"),
    "Several": ("Several rules broken at once, and what follows from what.", DRAFT),
    "Notation": ("Text that a reader passes over with a warning.", "draft-ietf-vcon-mimi-messages-00 section 3.3"),
}

# 1 June 2026, in milliseconds.
NOW = 1780272000000
SECONDS = NOW // 1000
YEAR = 366 * 24 * 3600
CLIENT = "mimi://kitchen.example/d/alice/phone"
HTML = "text/html;charset=utf-8"
SHA3_ID = bytes([10]) + SOUP_ID[1:]
ODD_ID = bytes([77]) + SOUP_ID[1:]
SHORT_HASH_ID = bytes([2]) + SOUP_ID[1:]

# The second test case of the GCM specification: AES-128 with a key, nonce and text of zeros.
ZERO_CONTENT = bytes(16)
ZERO_SEALED = bytes.fromhex("0388dace60b6a392f328c2b971b2fe78" "ab6e47d42cec13bdf53a67b21257bddf")


def text(content="Soup is ready.", content_type=PLAIN, disposition=1, language="", **fields):
    content = content.encode() if isinstance(content, str) else content
    return Message(Single(content_type, content, disposition, language), salt=SALT, **fields)


def both(**extensions):
    return {1: ALICE, 2: ROOM, **extensions}


def file(**fields):
    usual = dict(content_type="image/jpeg", url="https://store.example/p/4711", size=1000, enc_alg=1,
                 key=bytes(range(16)), nonce=bytes(range(12)), hash_alg=1, content_hash=bytes(range(32)), filename="soup.jpg")
    return Message(External(**{**usual, **fields}), salt=SALT)


def sealed(**fields):
    """The zero content, sealed."""
    usual = dict(size=32, key=bytes(16), nonce=bytes(12), content_hash=hashlib.sha256(ZERO_SEALED).digest())
    return file(**{**usual, **fields})


def parts(semantics, *inner, disposition=1, **fields):
    return Message(Multi(semantics, list(inner), disposition), salt=SALT, **fields)


def picture(disposition=4, content_type="image/png"):
    return Single(content_type, bytes.fromhex("89504e470d0a1a0a"), disposition)


def reaction(content="\u2764", **fields):
    return Single(PLAIN, content.encode(), 2, **fields)


def av(*entries, message=None):
    message = message or parts(PROCESS_ALL, Single(PLAIN, b"look"), picture())
    message.extensions = {"av_metadata": [dict(entry) for entry in entries]}
    return message


def report(*entries):
    return array(*(array(bstr(message), uint(status)) for message, status in entries))


def derived(**change):
    names = ["messageId", "hubAcceptedTimestamp", "mlsGroupId", "senderLeafIndex", "senderClientUrl", "senderUserUrl", "roomUrl"]
    usual = [SOUP_ID, NOW, b"group", 4, CLIENT, ALICE, ROOM]
    tree = encode([change.get(name, value) for name, value in zip(names, usual)])
    for item, name in zip(tree.items, names):
        item.name = name
    return tree


class Maker:
    def __init__(self, suite, comment):
        self.cases = suite.group("Check", comment).cases

    def add(self, rule, comment, flag, source, *findings, context=None):
        """Findings are (code, place) or (code, None, path); a place is a path, or an offset with a path."""
        if isinstance(source, Message):
            source = source.tree()
        if isinstance(source, Tree):
            octets = source.octets()
            found = {item.path: item.at for item in reversed(list(source.root.walk())) if not getattr(item, "is_key", False)}
        elif isinstance(source, bytes):
            octets, found = source, {}
        else:
            octets = write(source)
            found = places(source)
        rows = []
        for code, where, *path in findings:
            if path:
                row = {"code": code, "path": path[0]} if path[0] else {"code": code}
                if where is not None:
                    row = {"code": code, "offset": where, "path": path[0]}
            else:
                row = {"code": code, "offset": found[where], "path": where}
            rows.append(row)
        codes = {code for code, *_ in findings}
        value = {"rule": rule, "hex": octets.hex()}
        if context:
            value["context"] = {name: known.hex() if isinstance(known, bytes) else known for name, known in context.items()}
        if codes & ERRORS:
            result, expected = "invalid", None
        elif codes:
            result, expected = "acceptable", {"worst": "note" if codes <= NOTES else "warning"}
        else:
            result, expected = "valid", {"worst": "none"}
        self.cases.append(Case(comment, [flag], value, result, rows, expected))


def places(tree) -> dict:
    """The paths of a status report or of derived values."""
    if tree.items and tree.items[0].name:
        return {f"derivedValues.{item.name}": item.at for item in tree.items}
    found = {}
    for index, entry in enumerate(tree.items):
        for item, name in zip(entry.items, ("messageId", "status")):
            found[f"statusReport[{index}].{name}"] = item.at
    return found


def fields(out):
    made = Maker(out, "The fields of a message")
    add = lambda rule, comment, *rest, flag="Fields", **more: made.add(rule, comment, flag, *rest, **more)
    add("salt-constant", "a salt", text())
    add("salt-constant", "a salt of zeros", Message(Single(PLAIN, b"a"), salt=bytes(16)), ("salt-constant", "salt"))
    add("salt-constant", "a salt of ff", Message(Single(PLAIN, b"a"), salt=b"\xff" * 16), ("salt-constant", "salt"))
    add("reply-to-itself", "an edit of a reply", text(replaces=SOUP_ID, in_reply_to=BREAD_ID))
    add("reply-to-itself", "an edit that replies to what it edits", text(replaces=SOUP_ID, in_reply_to=SOUP_ID), ("reply-to-itself", "inReplyTo"))
    add("replaces-itself", "an edit of another message", text(replaces=SOUP_ID), context={"messageId": BREAD_ID})
    add("replaces-itself", "an edit of its own ID", text(replaces=SOUP_ID), ("replaces-itself", "replaces"), context={"messageId": SOUP_ID})
    add("replaces-itself", "a reply to its own ID", text(in_reply_to=SOUP_ID), ("replaces-itself", "inReplyTo"), context={"messageId": SOUP_ID})
    for code, what, identifier in [("message-id-hash-unknown", "an unknown hash function", ODD_ID),
                                   ("message-id-hash-unknown", "a hash function with too short a hash", SHORT_HASH_ID),
                                   ("message-id-hash-other", "SHA3-256", SHA3_ID)]:
        add(code, f"an answer to an ID with {what}", text(in_reply_to=identifier), (code, "inReplyTo"))
        add(code, f"an edit of an ID with {what}", text(replaces=identifier), (code, "replaces"))
    add("message-id-hash-unknown", "an answer to an ID with SHA-256", text(in_reply_to=SOUP_ID))
    add("message-id-hash-other", "an edit of an ID with SHA-256", text(replaces=SOUP_ID))
    add("message-id-hash-unknown", "an ID last seen with an unknown hash function", text(extensions={256: [SOUP_ID, ODD_ID]}),
        ("message-id-hash-unknown", "extensions[256][1]"))
    for relative, what in [(True, "relative"), (False, "absolute")]:
        add("expires-zero", f"a {what} expiration of 0", text(expires=Expiration(relative, 0)), ("expires-zero", "expires.time"))
    add("expires-zero", "an expiration after a minute", text(expires=Expiration(True, 60)))
    add("expires-zero", "an expiration of 0 is not one in the past too", text(expires=Expiration(False, 0)), ("expires-zero", "expires.time"), context={"now": NOW})
    add("lifetime-long", "a lifetime of a leap year", text(expires=Expiration(True, YEAR)))
    add("lifetime-long", "a lifetime of a second more", text(expires=Expiration(True, YEAR + 1)), ("lifetime-long", "expires.time"))
    add("lifetime-long", "a time of day as a lifetime", text(expires=Expiration(True, SECONDS)), ("lifetime-long", "expires.time"))
    delete = lambda **fields: Message(Null(fields.pop("disposition", 1), fields.pop("language", "")), salt=SALT, **fields)
    add("null-without-replaces", "a delete", delete(replaces=SOUP_ID), flag="Delete")
    add("null-without-replaces", "an unlike", delete(replaces=SOUP_ID, in_reply_to=BREAD_ID, disposition=2), flag="Delete")
    add("null-without-replaces", "an empty body and nothing to delete", delete(), ("null-without-replaces", "nestedPart"), flag="Delete")
    add("delete-with-content", "a delete with extensions 1 and 2", delete(replaces=SOUP_ID, extensions=both()), flag="Delete")
    add("delete-with-content", "a delete that expires", delete(replaces=SOUP_ID, expires=Expiration(True, 60)), ("delete-with-content", "expires"), flag="Delete")
    add("delete-with-content", "a delete in English", delete(replaces=SOUP_ID, language="en"), ("delete-with-content", "nestedPart.language"), flag="Delete")
    add("delete-with-content", "a delete with a subject", delete(replaces=SOUP_ID, extensions={5: "Soup"}), ("delete-with-content", "extensions[5]"), flag="Delete")
    add("null-in-multipart", "two parts with content", parts(PROCESS_ALL, Single(PLAIN, b"a"), Single(PLAIN, b"b")), flag="Delete")
    add("null-in-multipart", "an empty part", parts(PROCESS_ALL, Single(PLAIN, b"a"), Null()), ("null-in-multipart", "nestedPart.parts[1]"), flag="Delete")
    add("empty-content", "a space", text(" "), flag="Delete")
    add("empty-content", "an empty text", text(""), ("empty-content", "nestedPart.content"), flag="Delete")


def extensions(out):
    made = Maker(out, "Extensions")
    add = lambda rule, comment, *rest, flag="Extension", **more: made.add(rule, comment, flag, *rest, **more)
    for key in (1, 2):
        uri = ALICE if key == 1 else ROOM
        kind, other = ("a user", ROOM) if key == 1 else ("a room", ALICE)
        path = f"extensions[{key}]"
        add("uri-kind", f"extension {key} with {kind}", text(extensions={key: uri}), flag="Uri")
        add("uri-kind", f"extension {key} with another kind of URI", text(extensions={key: other}), ("uri-kind", path), flag="Uri")
        add("uri-syntax", f"extension {key} with a mimi: URI", text(extensions={key: uri}), flag="Uri")
        add("uri-syntax", f"extension {key} without a host", text(extensions={key: "mimi:" + uri[23:]}), ("uri-syntax", path), flag="Uri")
        add("url-syntax", f"extension {key} with an xmpp: URI", text(extensions={key: "xmpp:soup@kitchen.example"}), flag="Uri")
        add("url-syntax", f"extension {key} with a name", text(extensions={key: "alice"}), ("url-syntax", path), flag="Uri")
        add("uri-not-normalised", f"extension {key} in lower case", text(extensions={key: uri}), flag="Uri")
        add("uri-not-normalised", f"extension {key} with capitals", text(extensions={key: uri.replace("kitchen", "Kitchen")}), ("uri-not-normalised", path), flag="Uri")
        add("extension-type", f"extension {key} with octets", text(extensions={key: uri.encode()}), ("extension-type", path))
    add("extension-type", "extensions with their types", text(extensions={3: {1: SECONDS}, 5: "Soup", 256: [SOUP_ID]}))
    for key, value in [(3, {}), (4, []), (5, ""), (256, 1), ("av_metadata", 1)]:
        path = f'extensions["{key}"]' if isinstance(key, str) else f"extensions[{key}]"
        add("extension-type", f"extension {key} of another type", text(extensions={key: value}), ("extension-type", None, path))
    add("extension-unregistered", "private keys", text(extensions={-1: 1, "kitchen": 2}))
    for key in (6, 255, 257, 2**53 - 1):
        add("extension-unregistered", f"key {key}", text(extensions={key: 1}), ("extension-unregistered", f"extensions[{key}]"))
    add("extension-size", "a value of 4095 octets", text(extensions={-1: bytes(4092)}))
    add("extension-size", "a value of 4096 octets", text(extensions={-1: bytes(4093)}), ("extension-size", "extensions[-1]"))
    add("extension-float", "an integer", text(extensions={-1: [1, 2]}))
    for what, value, inside in [("a float", 1.5, 0), ("a float in an array", [1, 1.5], 2), ("a float in a map", {1: [1.5]}, 3), ("NaN", float("nan"), 0)]:
        tree = text(extensions={-1: value}).tree()
        tree.octets()
        add("extension-float", what, tree, ("extension-float", tree["extensions[-1]"].at + inside, "extensions[-1]"))
    tagged = text(extensions={-1: tag(1, encode(1.5))}).tree()
    tagged.octets()
    value = next(item for item in tagged.root.walk() if item.major == 6)
    add("extension-float", "a tagged float", tagged, ("extension-float", value.at + 1, "extensions[-1]"))
    for code, what, entry, media in [
        ("av-part-missing", "a part that is not there", {0: 9, 1: 2}, None),
        ("av-part-not-leaf", "a multipart", {0: 0, 1: 2}, None),
        ("av-media-mismatch", "an image as sound", {0: 2, 1: 1}, None),
        ("av-media-mismatch", "an image as a video", {0: 2, 1: 3}, None),
    ]:
        add(code, f"a description of an image beside {what}", av(AV(2, 2)), flag="AvMetadata")
        add(code, f"a description of {what}", av(AV(entry[0], entry[1])), (code, 'extensions["av_metadata"][0]'), flag="AvMetadata")
    add("av-part-missing", "a preview that is not there", av(AV(2, 2, preview=7)), ("av-part-missing", 'extensions["av_metadata"][0]'), flag="AvMetadata")
    add("av-part-not-leaf", "a preview that is a multipart", av(AV(2, 2, preview=0)), ("av-part-not-leaf", 'extensions["av_metadata"][0]'), flag="AvMetadata")
    add("av-part-repeated", "two descriptions of two parts", av(AV(1, 2), AV(2, 2), message=parts(PROCESS_ALL, picture(), picture())), flag="AvMetadata")
    add("av-part-repeated", "two descriptions of one part", av(AV(2, 2), AV(2, 2)), ("av-part-repeated", 'extensions["av_metadata"][1]'), flag="AvMetadata")


def AV(index, media, preview=None):
    """An entry of av_metadata: its keys are integers."""
    entry = {AV_KEYS["partIndex"]: index, AV_KEYS["media"]: media}
    if preview is not None:
        entry[AV_KEYS["previewIndex"]] = preview
    return entry


AV_KEYS = {"partIndex": 1, "media": 2, "previewIndex": 6}


def body(out):
    made = Maker(out, "Parts")
    add = lambda rule, comment, *rest, flag="Part", **more: made.add(rule, comment, flag, *rest, **more)
    content, kind, language = "nestedPart.content", "nestedPart.contentType", "nestedPart.language"
    for disposition in range(9):
        if disposition != 2:
            add("disposition-unregistered", f"disposition {disposition}", text(disposition=disposition))
    for disposition in (9, 255):
        add("disposition-unregistered", f"disposition {disposition}", text(disposition=disposition), ("disposition-unregistered", "nestedPart.disposition"))
    for tag_ in ("", "en", "en-GB", "pt-BR, es-419", "zh-Hant", "de-1996", "x-soup", "i-klingon", "sr-Latn-RS"):
        add("language-syntax", f"language {tag_!r}", text(language=tag_))
    for tag_ in ("en_GB", "english!", "en,", "e", "de-", "-de", "de--CH", "a-DE", "en-x"):
        add("language-syntax", f"language {tag_!r}", text(language=tag_), ("language-syntax", language))
    for tag_ in ("ja", "en-GB", "es-419", "de-ZZ", "haw-US", "zh-yue-HK"):
        add("language-subtag-unknown", f"language {tag_!r}", text(language=tag_))
    for tag_ in ("jp", "en-UK", "cz", "dk", "xx", "en, gr"):
        add("language-subtag-unknown", f"language {tag_!r}", text(language=tag_), ("language-subtag-unknown", language))
    add("language-subtag-repeated", "two variants", text(language="sl-rozaj-biske"))
    for tag_ in ("de-1901-1901", "en-a-soup-a-bread"):
        add("language-subtag-repeated", f"language {tag_!r}", text(language=tag_), ("language-subtag-repeated", language))
    add("language-repeated", "two languages", text(language="en, de"))
    add("language-repeated", "a language twice", text(language="en, de, EN"), ("language-repeated", language))
    for media in ("text/plain; charset=\"UTF-8\"", "image/svg+xml", "application/vnd.example.soup;a=b"):
        disposition = 6
        add("media-type-syntax", f"media type {media!r}", text(content_type=media, disposition=disposition))
    for media in ("", "soup", "text/", "/plain", "text plain", "text/plain;charset"):
        add("media-type-syntax", f"media type {media!r}", text(content_type=media), ("media-type-syntax", kind))
    add("markdown-variant-missing", "GFM-MIMI", text(content_type=RICH))
    add("markdown-variant-missing", "CommonMark", text(content_type="text/markdown;variant=CommonMark"))
    add("markdown-variant-missing", "Markdown", text(content_type="text/markdown"), ("markdown-variant-missing", kind))
    add("markdown-variant-missing", "Markdown with a charset", text(content_type="text/markdown;charset=utf-8"), ("markdown-variant-missing", kind))
    add("plain-charset-missing", "plain text in UTF-8", text())
    add("plain-charset-missing", "plain text", text(content_type="text/plain"), ("plain-charset-missing", kind))
    add("plain-charset-other", "plain text in US-ASCII", text(content_type="text/plain;charset=us-ascii"))
    add("plain-charset-other", "plain text in Latin 1", text(b"caf\xe9", "text/plain;charset=iso-8859-1"), ("plain-charset-other", kind))
    add("plain-not-utf8", "text in UTF-8", text("caf\u00e9"))
    add("plain-not-utf8", "text in Latin 1 that claims to be UTF-8", text(b"caf\xe9"), ("plain-not-utf8", content))
    add("plain-not-utf8", "Markdown in Latin 1", text(b"caf\xe9", RICH), ("plain-not-utf8", content))
    vendor = Single("application/vnd.kitchen.soup", b"\x01")
    add("format-uncommon", "a proprietary format beside GFM-MIMI", parts(CHOOSE_ONE, vendor, Single(RICH, b"Soup")))
    add("format-uncommon", "a proprietary format as an attachment", Message(Single("application/vnd.kitchen.soup", b"\x01", 6), salt=SALT))
    add("format-uncommon", "a proprietary format alone", Message(vendor, salt=SALT), ("format-uncommon", kind))
    add("format-uncommon", "TeX alone", text("soup", "text/x-tex"), ("format-uncommon", kind))
    add("format-uncommon", "two proprietary formats to choose from", parts(CHOOSE_ONE, vendor, Single("text/x-tex", b"a")),
        ("format-uncommon", "nestedPart.parts[0].contentType"), ("format-uncommon", "nestedPart.parts[1].contentType"))
    inner = text().octets()
    add("view-nested-invalid", "a message inside a message", text(inner, "application/mimi-content"))
    add("view-nested-invalid", "half a message inside a message", text(inner[:-3], "application/mimi-content"), ("view-nested-invalid", content))
    inner = write(report((SOUP_ID, 2)))
    status = "application/mimi-message-status"
    add("view-status-invalid", "a status report inside a message", text(inner, status))
    add("view-status-invalid", "half a status report inside a message", text(inner[:-1], status), ("view-status-invalid", content))

    made = Maker(out, "Reactions")
    add = lambda rule, comment, *rest, **more: made.add(rule, comment, "Reaction", *rest, **more)
    one = lambda content, **fields: Message(reaction(content, **fields), salt=SALT, in_reply_to=SOUP_ID)
    worker = "\U0001f469\U0001f3fd\u200d\u2695\ufe0f"
    for what, emoji in [("a heart", "\u2764"), ("a health worker of five code points", worker), ("a flag", "\U0001f1e9\U0001f1f0"), ("a keycap", "1\ufe0f\u20e3"), ("the heart suit", "\u2665")]:
        add("reaction-several", what, one(emoji))
        add("reaction-not-emoji", what, one(emoji))
    for what, emoji in [("two hearts", "\u2764\u2764"), ("a word", "nice"), ("a heart and a worker", "\u2764" + worker), ("two hearts and a space", "\u2764 \u2764")]:
        add("reaction-several", what, one(emoji), ("reaction-several", content))
    for what, letter in [("a letter", "x"), ("a digit", "1"), ("a Chinese character", "\u597d")]:
        add("reaction-not-emoji", what, one(letter), ("reaction-not-emoji", content))
    add("reaction-empty", "an unlike by an empty text", Message(reaction(""), salt=SALT, in_reply_to=SOUP_ID, replaces=BREAD_ID))
    add("reaction-empty", "an empty reaction", one(""), ("reaction-empty", content))
    add("reaction-without-target", "a reaction to a message", one("\u2764"))
    add("reaction-without-target", "a reaction to nothing", Message(reaction(), salt=SALT), ("reaction-without-target", "inReplyTo"))
    add("reaction-language", "a reaction without a language", one("\u2764"))
    add("reaction-language", "a reaction in English", one("\u2764", language="en"), ("reaction-language", language))
    for semantics, name in [(PROCESS_ALL, "processAll"), (CHOOSE_ONE, "chooseOne")]:
        same = "\u2764" if semantics == CHOOSE_ONE else "\U0001f973"
        add("reaction-semantics", f"two reactions with {name}", parts(semantics, reaction(), reaction(same), disposition=2, in_reply_to=SOUP_ID))
    add("reaction-semantics", "two reactions with singleUnit", parts(SINGLE_UNIT, reaction(), reaction("\U0001f973"), disposition=2, in_reply_to=SOUP_ID),
        ("reaction-semantics", "nestedPart.partSemantics"))

    made = Maker(out, "References between parts")
    add = lambda rule, comment, *rest, **more: made.add(rule, comment, "Cid", *rest, **more)
    rich = lambda target, *more, kind=RICH: parts(PROCESS_ALL, Single(kind, f"![soup]({target})".encode()), picture(), *more)
    page = lambda target: parts(PROCESS_ALL, Single(HTML, f'<p><img src="{target}" alt="soup"></p>'.encode()), picture())
    first = "nestedPart.parts[0].content"
    add("cid-target-missing", "a reference to the image", rich("cid:2@local.invalid"))
    add("cid-target-missing", "a reference in HTML", page("cid:2@local.invalid"))
    add("cid-target-missing", "a reference in plain text is text", text("cid:9@local.invalid"))
    unused = ("cid-unreferenced", "nestedPart.parts[1]")
    add("cid-target-missing", "a reference to the fourth of three parts", rich("cid:3@local.invalid"), ("cid-target-missing", first), unused)
    add("cid-target-missing", "a reference in HTML to nothing", page("cid:9@local.invalid"), ("cid-target-missing", first), unused)
    add("cid-target-not-leaf", "a reference to an external part", parts(PROCESS_ALL, Single(RICH, b"![soup](cid:2@local.invalid)"), file().part))
    add("cid-target-not-leaf", "a reference to the multipart", rich("cid:0@local.invalid"), ("cid-target-not-leaf", first), unused)
    add("cid-target-not-leaf", "a reference to an empty part", rich("cid:3@local.invalid", Null()), ("cid-target-not-leaf", first),
        ("null-in-multipart", "nestedPart.parts[2]"), unused)
    add("cid-to-itself", "a reference to another part", rich("cid:2@local.invalid"))
    add("cid-to-itself", "a reference of a text to itself", rich("cid:1@local.invalid"), ("cid-to-itself", first), unused)
    add("cid-form", "a reference by index", rich("cid:2@local.invalid"))
    for target in ("cid:soup@kitchen.example", "cid:02@local.invalid", "cid:2"):
        add("cid-form", f"a reference {target}", rich(target), ("cid-form", first), unused)
        add("cid-form", f"a reference {target} in HTML", page(target), ("cid-form", first), unused)
    add("cid-unreferenced", "an inline image beside plain text", parts(PROCESS_ALL, Single(PLAIN, b"soup"), picture()))
    add("cid-unreferenced", "an attached image beside rich text", parts(PROCESS_ALL, Single(RICH, b"soup"), picture(6)))
    add("cid-unreferenced", "an inline image beside rich text", parts(PROCESS_ALL, Single(RICH, b"soup"), picture()), unused)


def external(out):
    made = Maker(out, "External content")
    add = lambda rule, comment, *rest, flag="External", **more: made.add(rule, comment, flag, *rest, **more)
    at = lambda name: f"nestedPart.{name}"
    open_ = dict(enc_alg=0, key=b"", nonce=b"")
    for url in ("https://store.example/p/4711", "http://[2001:db8::1]:8080/a%20b?c#d"):
        add("url-syntax", url, file(url=url))
        add("url-scheme", url, file(url=url))
    for what, url in [("no URL", ""), ("a path", "/p/4711"), ("no scheme", "store.example/p"), ("a space", "https://store.example/a b"),
                      ("no host", "https:///p"), ("a bare percent sign", "https://store.example/100%"), ("an umlaut", "https://store.example/\u00fc")]:
        add("url-syntax", what, file(url=url), ("url-syntax", at("url")))
    for url in ("file:///etc/passwd", "ftp://store.example/p", "javascript:alert(1)", "data:text/plain,soup"):
        add("url-scheme", url, file(url=url), ("url-scheme", at("url")))
    session = lambda **fields: Message(External(**{**dict(url="https://meet.example/soup", disposition=7, description="Lunch"), **fields}), salt=SALT)
    add("url-scheme", "a conference by another scheme", session(url="sip:soup@meet.example"))
    add("external-type-missing", "a conference", session())
    add("external-type-missing", "a file without a media type", file(content_type=""), ("external-type-missing", at("contentType")))
    add("media-type-syntax", "a file with half a media type", file(content_type="image"), ("media-type-syntax", at("contentType")))
    for algorithm, key, nonce, name in [(1, 16, 12, "AES-128-GCM"), (2, 32, 12, "AES-256-GCM"), (29, 32, 12, "ChaCha20-Poly1305"), (9, 16, 11, "AES-128-CCM-SHORT")]:
        good = dict(enc_alg=algorithm, key=bytes(key), nonce=bytes(nonce))
        other = [] if algorithm == 1 else [("external-aead-other", at("encAlg"))]
        add("secrets-length", f"{name}", file(**good), *other)
        add("secrets-length", f"{name} with a key of {key - 1} octets", file(**{**good, "key": bytes(key - 1)}), *other, ("secrets-length", at("key")))
        add("secrets-length", f"{name} with a nonce of {nonce + 4} octets", file(**{**good, "nonce": bytes(nonce + 4)}), *other, ("secrets-length", at("nonce")))
    for name, value in [("key", bytes(16)), ("nonce", bytes(12)), ("aad", b"a")]:
        add("secrets-length", f"no encryption, but the field {name}", file(**{**open_, name: value}), ("secrets-length", at(name)))
    add("external-aead-other", "AES-128-GCM", file())
    add("external-aead-other", "AES-256-GCM-SIV", file(enc_alg=31, key=bytes(32)), ("external-aead-other", at("encAlg")))
    add("external-aead-unknown", "no encryption", file(**open_))
    for algorithm in (32, 65535):
        add("external-aead-unknown", f"encAlg {algorithm}", file(enc_alg=algorithm), ("external-aead-unknown", at("encAlg")))
    add("external-aad", "no aad", file())
    add("external-aad", "an aad of 4 octets", file(aad=b"soup"), ("external-aad", at("aad")))
    for algorithm, length in [(1, 32), (2, 16), (6, 4), (7, 48), (8, 64), (9, 28), (12, 64)]:
        add("content-hash-length", f"hashAlg {algorithm} with {length} octets", file(hash_alg=algorithm, content_hash=bytes(length)))
        for wrong in (0, length - 1, length + 1):
            add("content-hash-length", f"hashAlg {algorithm} with {wrong} octets", file(hash_alg=algorithm, content_hash=bytes(wrong)), ("content-hash-length", at("contentHash")))
    add("content-hash-length", "hashAlg 0 with a hash", file(hash_alg=0), ("content-hash-length", at("contentHash")))
    add("external-hash-unknown", "SHA-256", file())
    for algorithm in (13, 255):
        add("external-hash-unknown", f"hashAlg {algorithm}", file(hash_alg=algorithm), ("external-hash-unknown", at("hashAlg")))
    none = dict(hash_alg=0, content_hash=b"")
    add("external-hash-absent", "no hash, but encryption", file(**none))
    add("external-hash-absent", "no encryption, but a hash", file(**open_))
    add("external-hash-absent", "neither hash nor encryption", file(**none, **open_), ("external-hash-absent", at("hashAlg")))
    for name in ("", "soup.jpg", "..soup", "Suppe f\u00fcr vier.pdf"):
        add("filename-unsafe", f"file name {name!r}", file(filename=name))
    for name in ("../soup.jpg", "/etc/passwd", "C:\\soup.jpg", "..", ".", "soup\n.jpg", "soup\u202egpj.exe"):
        add("filename-unsafe", f"file name {ascii(name)}", file(filename=name), ("filename-unsafe", at("filename")))
    add("external-expired", "content that is valid for another hour", file(expires=SECONDS + 3600), context={"now": NOW})
    add("external-expired", "content that is always valid", file(expires=0), context={"now": NOW})
    add("external-expired", "content that was valid until an hour ago", file(expires=SECONDS - 3600), ("external-expired", at("expires")), context={"now": NOW})

    made = Maker(out, "External content that was fetched")
    add = lambda rule, comment, source, octets, *rest: made.add(rule, comment, "Fetched", source, *rest, context={"fetched": {"0": octets.hex()}})
    plain_hash = hashlib.sha256(ZERO_CONTENT).digest()
    for rule in ("external-size-mismatch", "external-size-of-plaintext", "external-hash-mismatch", "external-hash-of-plaintext", "external-not-authentic"):
        add(rule, f"sealed content as it should be ({rule})", sealed(), ZERO_SEALED)
    add("external-size-mismatch", "an octet too few", sealed(), ZERO_SEALED[:-1], ("external-size-mismatch", at("size")))
    add("external-size-mismatch", "an octet too many", sealed(), ZERO_SEALED + b"\0", ("external-size-mismatch", at("size")))
    add("external-size-of-plaintext", "the size of the plaintext", sealed(size=16), ZERO_SEALED, ("external-size-of-plaintext", at("size")))
    add("external-hash-mismatch", "another octet", sealed(), b"\xff" + ZERO_SEALED[1:], ("external-hash-mismatch", at("contentHash")))
    clear = file(**open_, size=16, content_hash=plain_hash)
    add("external-hash-mismatch", "content in the clear", clear, ZERO_CONTENT)
    add("external-hash-mismatch", "other content in the clear", clear, b"\1" + bytes(15), ("external-hash-mismatch", at("contentHash")))
    add("external-hash-of-plaintext", "the hash of the plaintext", sealed(content_hash=plain_hash), ZERO_SEALED, ("external-hash-of-plaintext", at("contentHash")))
    add("external-not-authentic", "another key", sealed(key=bytes(15) + b"\1"), ZERO_SEALED, ("external-not-authentic", at("key")))


def rich(out):
    made = Maker(out, "Markdown and HTML")
    content = "nestedPart.content"

    def add(rule, comment, words, *codes, kind=RICH):
        made.add(rule, comment, "Rich", text(words, kind), *((code, content) for code in codes))

    def pair(rule, good, bad, kind=RICH):
        for number, words in enumerate(good):
            add(rule, f"kept: {ascii(words)[:60]}", words, kind=kind)
        for words in bad:
            add(rule, f"broken: {ascii(words)[:60]}", words, rule, kind=kind)

    pair("gfm-html", ["a &lt;b&gt;bold&lt;/b&gt; word", "`<b>`", "1 < 2", "<mimi://kitchen.example/u/alice>", "```\n<b>\n```"],
         ["a <b>bold word", "<div>", "<!-- soup -->", "a<br>b"])
    add("gfm-html", "a tag that opens and closes", "a <b>bold</b> word", "gfm-html", "gfm-html")
    add("gfm-html", "HTML in CommonMark", "a <b>bold word", kind="text/markdown;variant=CommonMark")
    pair("gfm-alert", ["> **Note** hot", "[!NOTE]", "> a [!NOTE]"], ["> [!NOTE]\n> hot", "> [!warning]\n> hot"])
    pair("gfm-footnote", ["x^2", "[1]", "`[^1]`"], ["soup[^1] is hot"])
    add("gfm-footnote", "a footnote and its text", "soup[^1] is hot\n\n[^1]: very hot", "gfm-footnote", "gfm-footnote")
    pair("gfm-math", ["it costs $5 or $6", "`$e=mc^2$`", "$ a = b $"], ["so $e=mc^2$", "so $$a+b$$ is", "```math\na+b\n```"])
    pair("gfm-bare-url", ["<https://kitchen.example/soup>", "[soup](https://kitchen.example/soup)", "`https://kitchen.example`", "the www. of it"],
         ["see https://kitchen.example/soup", "see www.kitchen.example", "(http://kitchen.example)"])
    pair("link-deceptive", ["[soup](https://kitchen.example/soup)", "[kitchen.example](https://kitchen.example/)",
                            "[@Alice](mimi://kitchen.example/u/alice)"],
         ["[kitchen.example](https://phish.example/)", "[a.example/soup](https://a.example/bread)"])
    add("link-deceptive", "a text that is downgraded to http", "[https\\://kitchen.example](http://kitchen.example)", "link-deceptive")
    pair("link-target-refused", ["[soup](https://kitchen.example)", "[call](tel:+15550100)"], ["[soup](javascript:alert(1))", "[soup](/soup)", "[soup](file:///etc/passwd)"])
    pair("image-target-refused", ["![soup][1]"], ["![soup](https://kitchen.example/soup.png)", "![soup](soup.png)"])
    pair("emphasis-ambiguous", ["**a** \u20ac", "*a*"], [])
    add("emphasis-ambiguous", "two marks beside a symbol", "a*\u20ac*a", "emphasis-ambiguous", "emphasis-ambiguous")
    add("nul-replaced", "no NUL", "a b")
    add("nul-replaced", "a NUL", "a\0b", "nul-replaced")
    add("nesting-flattened", "ten quotations", "> " * 10 + "a")
    add("nesting-flattened", "200 quotations", "> " * 200 + "a", "nesting-flattened")
    pair("html-dropped", ["<p>soup</p>"], ["<iframe src='https://kitchen.example'></iframe>soup"], kind=HTML)
    pair("html-hidden", ["<p>soup</p>"], ["<p>soup<span style='display:none'>bread</span></p>"], kind=HTML)
    pair("html-tag-cut", ["<p class='a'>soup</p>"], [f"<p class='{'a' * 20000}'>soup</p>"], kind=HTML)
    add("link-deceptive", "HTML with an honest link", '<a href="https://kitchen.example/">kitchen.example</a>', kind=HTML)
    add("link-deceptive", "HTML with a link that lies", '<a href="https://phish.example/">kitchen.example</a>', "link-deceptive", kind=HTML)
    add("image-target-refused", "HTML with an image elsewhere", '<img src="https://kitchen.example/a.png">', "image-target-refused", kind=HTML)

    made = Maker(out, "Alternatives")

    def choice(comment, *inner, differs=None):
        rows = [("alternatives-differ", differs)] if differs else []
        made.add("alternatives-differ", comment, "Alternatives", parts(CHOOSE_ONE, *inner), *rows)

    md = lambda words, **more: Single(RICH, words.encode(), **more)
    plain = lambda words, **more: Single(PLAIN, words.encode(), **more)
    html = lambda words, **more: Single(HTML, words.encode(), **more)
    second = "nestedPart.parts[1].content"
    choice("Markdown and the same plain", md("**Come** to the _table_!"), plain("Come to the table!"))
    choice("a list and its plain form", md("1. soup\n2. bread"), plain("1. soup\n2. bread"))
    choice("a link and its plain form", md("see [the recipe](https://kitchen.example/soup)"), plain("see the recipe (https://kitchen.example/soup)"))
    choice("HTML and the same plain", html("<h1>Lunch</h1><p>at <b>noon</b></p>"), plain("Lunch\n\nat noon\n"))
    choice("two languages", plain("soup", language="en"), plain("Suppe", language="de"))
    choice("a proprietary format", md("soup"), Single("application/vnd.kitchen.soup", b"bread"))
    choice("another text", md("Bring soup"), plain("Bring bread"), differs=second)
    choice("a word more", md("Do pay"), plain("Do not pay"), differs=second)
    choice("another emoji", md("\U0001f44d"), plain("\U0001f44e"), differs=second)
    choice("another text in the same language", plain("soup", language="en"), plain("bread", language="EN"), differs=second)
    choice("HTML that says something else", html("<p>soup</p>"), plain("bread"), differs=second)
    choice("a multipart that says the same", Multi(PROCESS_ALL, [md("soup"), picture(6)]), plain("soup"))
    choice("a multipart that says something else", Multi(PROCESS_ALL, [md("soup"), md("bread")]), plain("soup"), differs=second)
    choice("three alternatives, the last one other", md("soup"), html("soup"), plain("stew"), differs="nestedPart.parts[2].content")


def knowledge(out):
    made = Maker(out, "What the receiver knows")

    def add(rule, comment, source, *rest, **context):
        made.add(rule, comment, "Knowledge", source, *rest, context=context)

    until = lambda time: text(expires=Expiration(False, time))
    for code, just, beyond in [("expiry-past", SECONDS - YEAR, SECONDS - YEAR - 1), ("expiry-future", SECONDS + YEAR, SECONDS + YEAR + 1)]:
        add(code, "an expiration within a year", until(just), now=NOW)
        add(code, "an expiration a second further", until(beyond), (code, "expires.time"), now=NOW)
        made.add(code, "no clock", "Knowledge", until(beyond))
    hub = "hubAcceptedTimestamp"
    few = 5 * 60 * 1000
    add("hub-time-future", "a hub time five minutes ahead", text(), now=NOW, hubTime=NOW + few)
    add("hub-time-future", "a hub time further ahead", text(), ("hub-time-future", None, hub), now=NOW, hubTime=NOW + few + 1)
    add("hub-time-before-room", "a hub time after the room was created", text(), hubTime=NOW, roomCreated=NOW - 1)
    add("hub-time-before-room", "a hub time long before", text(), ("hub-time-before-room", None, hub), hubTime=NOW, roomCreated=NOW + few + 1)
    add("hub-time-before-format", "a hub time after publication", text(), hubTime=NOW, formatPublished=NOW)
    add("hub-time-before-format", "a hub time before publication", text(), ("hub-time-before-format", None, hub), hubTime=NOW, formatPublished=NOW + 1)
    add("hub-time-before-format", "a hub time before publication and before the room", text(), ("hub-time-before-format", None, hub),
        hubTime=NOW, formatPublished=NOW + few, roomCreated=NOW + 2 * few)
    sent = lambda seconds: text(extensions={3: {1: seconds}})
    add("sender-time-future", "sent before it was accepted", sent(SECONDS - 60), hubTime=NOW)
    add("sender-time-future", "sent an hour after it was accepted", sent(SECONDS + 3600), ("sender-time-future", "extensions[3]"), hubTime=NOW)
    stated = lambda: text(extensions=both())
    add("sender-not-member", "a member", stated(), members=[ALICE, BOB])
    add("sender-not-member", "no member", stated(), ("sender-not-member", "extensions[1]"), members=[BOB])
    add("sender-not-member", "a sender who is not stated is no member", text(), ("sender-not-member", None, "extensions[1]"), members=[BOB], sender=ALICE)
    add("uri-mismatch", "the sender and the room that are stated", stated(), sender=ALICE, room=ROOM)
    add("uri-mismatch", "another sender", stated(), ("uri-mismatch", "extensions[1]"), sender=BOB, room=ROOM)
    add("uri-mismatch", "another room", stated(), ("uri-mismatch", "extensions[2]"), sender=ALICE, room=ROOM + "s")
    octets = stated().octets()
    identifier = bytes.fromhex(message_id(octets, SALT, ALICE, ROOM))
    older = bytes.fromhex(message_id(octets, SALT, ALICE, ROOM, "draft-07"))
    whole = lambda code: (code, 0, "message")
    add("message-id-mismatch", "the ID of the octets", stated(), messageId=identifier)
    add("message-id-mismatch", "another ID", stated(), whole("message-id-mismatch"), messageId=SOUP_ID)
    add("message-id-older", "the ID by draft 08", stated(), messageId=identifier)
    add("message-id-older", "the ID by draft 07", stated(), whole("message-id-older"), messageId=older)
    add("message-id-seen", "a new ID", stated(), seen=[SOUP_ID.hex()])
    add("message-id-seen", "an ID seen before", stated(), whole("message-id-seen"), seen=[SOUP_ID.hex(), identifier.hex()])
    add("franking-tag-mismatch", "the franking tag", stated(), frankingTag=franking_tag(octets, SALT))
    add("franking-tag-mismatch", "another franking tag", stated(), whole("franking-tag-mismatch"), frankingTag="00" * 32)
    add("body-too-large", "as large as may be", text(), bodyLimit=len(text().octets()))
    add("body-too-large", "an octet more", text(), whole("body-too-large"), bodyLimit=len(text().octets()) - 1)


def reports(out):
    made = Maker(out, "Status reports")
    add = lambda rule, comment, *rest: made.add(rule, comment, "Report", *rest)
    add("status-repeated", "two messages", report((SOUP_ID, 1), (BREAD_ID, 2)))
    add("status-repeated", "a message twice", report((SOUP_ID, 1), (BREAD_ID, 2), (SOUP_ID, 2)), ("status-repeated", "statusReport[2].messageId"))
    for status in range(7):
        add("status-unknown", f"status {status}", report((SOUP_ID, status)))
    for status in (7, 255):
        add("status-unknown", f"status {status}", report((SOUP_ID, status)), ("status-unknown", "statusReport[0].status"))
    add("message-id-hash-unknown", "an ID with an unknown hash function in a report", report((BREAD_ID, 1), (ODD_ID, 1)),
        ("message-id-hash-unknown", "statusReport[1].messageId"))
    add("message-id-hash-other", "an ID with SHA3-256 in a report", report((SHA3_ID, 1)), ("message-id-hash-other", "statusReport[0].messageId"))

    made = Maker(out, "Derived values")
    at = lambda name: f"derivedValues.{name}"

    def add(rule, comment, source, *rest, **context):
        made.add(rule, comment, "Derived", source, *rest, context=context)

    time = "hubAcceptedTimestamp"
    add("hub-time-unit", "milliseconds", derived())
    add("hub-time-unit", "seconds", derived(hubAcceptedTimestamp=SECONDS), ("hub-time-unit", at(time)))
    add("hub-time-missing", "an extended time", derived(hubAcceptedTimestamp=tag(1001, encode({1: SECONDS, -3: 19}))))
    add("hub-time-missing", "an extended time without seconds", derived(hubAcceptedTimestamp=tag(1001, encode({-3: 19}))), ("hub-time-missing", at(time)))
    add("derived-group-missing", "a group", derived())
    add("derived-group-missing", "no group", derived(mlsGroupId=b""), ("derived-group-missing", at("mlsGroupId")))
    add("uri-kind", "derived values without URLs", derived(senderClientUrl="", senderUserUrl="", roomUrl=""))
    for name, wrong in [("senderClientUrl", ALICE), ("senderUserUrl", ROOM), ("roomUrl", CLIENT)]:
        add("uri-kind", f"{name} of another kind", derived(**{name: wrong}), ("uri-kind", at(name)))
        add("uri-syntax", f"{name} without a host", derived(**{name: "mimi:" + wrong[22:]}), ("uri-syntax", at(name)))
        add("url-syntax", f"{name} that is a name", derived(**{name: "soup"}), ("url-syntax", at(name)))
    add("uri-not-normalised", "a user with capitals", derived(senderUserUrl=ALICE.replace("kitchen", "KITCHEN")), ("uri-not-normalised", at("senderUserUrl")))
    add("message-id-hash-unknown", "an ID with an unknown hash function", derived(messageId=ODD_ID), ("message-id-hash-unknown", at("messageId")))
    add("message-id-mismatch", "the ID of the message", derived(), messageId=SOUP_ID)
    add("message-id-mismatch", "the ID of another message", derived(), ("message-id-mismatch", at("messageId")), messageId=BREAD_ID)
    add("uri-mismatch", "another sender and another room", derived(), ("uri-mismatch", at("senderUserUrl")), ("uri-mismatch", at("roomUrl")), sender=BOB, room=ROOM + "s")
    add("sender-not-member", "a sender who is no member", derived(), ("sender-not-member", at("senderUserUrl")), members=[BOB])
    add("message-id-seen", "derived values of a message seen before", derived(), ("message-id-seen", at("messageId")), seen=[SOUP_ID.hex()])
    for code, context in [("hub-time-future", {"now": NOW - 3600000}), ("hub-time-before-room", {"roomCreated": NOW + 3600000}), ("hub-time-before-format", {"formatPublished": NOW + 1})]:
        add(code, "a hub time that cannot be", derived(), (code, at(time)), **context)


def notation(out):
    made = Maker(out, "Text beside the message")

    def add(rule, comment, extra, *findings):
        document = text_of({**members(text()), **extra})
        result = "acceptable" if findings else "valid"
        expected = {"worst": "warning" if findings else "none"}
        rows = [{"code": code, "path": path} for code, path in findings]
        made.cases.append(Case(comment, ["Notation"], {"rule": rule, "text": document, "format": "json"}, result, rows, expected))

    add("json-not-kept", "the members of a message", {})
    add("json-not-kept", "a member about the conversation", {"originator": 0}, ("json-not-kept", "originator"))
    identifier = bytes.fromhex(message_id(text().octets(), SALT, ALICE, ROOM))
    stated = text(extensions=both())
    add("json-informative", "no informative member", {})
    add("json-informative", "another ID than that of the message", {**members(stated), "message_id": b64(identifier)}, ("json-informative", "message_id"))


def several(out):
    made = Maker(out, "Several at once")
    add = lambda rule, comment, *rest, **more: made.add(rule, comment, "Several", *rest, **more)
    message = text("a[^1]", RICH, 99, "xx", in_reply_to=ODD_ID, extensions={6: 1.5})
    add("disposition-unregistered", "five rules broken", message, ("message-id-hash-unknown", "inReplyTo"), ("extension-unregistered", "extensions[6]"),
        ("extension-float", "extensions[6]"), ("disposition-unregistered", "nestedPart.disposition"), ("language-subtag-unknown", "nestedPart.language"), ("gfm-footnote", "nestedPart.content"))
    tree = text(language="xx").tree()
    octets = tree.octets()
    add("cbor-trailing", "octets behind a message with an odd language", octets + b"\0", ("cbor-trailing", len(octets), "message"), ("language-subtag-unknown", tree["nestedPart.language"].at, "nestedPart.language"))
    tree = text(language="xx", extensions={1: ALICE, 2: ROOM + " "}).tree()
    map_ = tree["extensions"]
    map_.items = map_.items[2:] + map_.items[:2]
    tree.octets()
    key = next(item for item in tree.root.walk() if item is map_.items[2])
    add("cbor-key-order", "keys out of order, and a room that is no URI", tree, ("cbor-key-order", key.at, "extensions[1]"), ("url-syntax", "extensions[2]"), ("language-subtag-unknown", "nestedPart.language"))
    stated = text(extensions=both())
    add("uri-mismatch", "another sender, and so another ID", stated, ("uri-mismatch", "extensions[1]"), ("message-id-mismatch", 0, "message"),
        context={"sender": BOB, "messageId": bytes.fromhex(message_id(stated.octets(), SALT, ALICE, ROOM))})
    add("findings-limit", "no findings, and two wanted", text(extensions={-6: 1, -7: 1}), context={"limit": 2})
    add("findings-limit", "two findings, and as many wanted", text(extensions={6: 1, 7: 1}), ("extension-unregistered", "extensions[6]"), ("extension-unregistered", "extensions[7]"), context={"limit": 2})
    many = text(extensions={6: 1, 7: 1, 8: 1, 9: 1})
    tree = many.tree()
    tree.octets()
    add("findings-limit", "four findings, and two wanted", tree, ("extension-unregistered", "extensions[6]"), ("extension-unregistered", "extensions[7]"),
        ("findings-limit", None, None), context={"limit": 2})


def around(out):
    """After a fault of structure the rest is judged, but nothing that depends on the item at fault."""
    made = Maker(out, "Faults of structure, and what else is wrong")

    def add(comment, message, broken, *findings):
        tree = message.tree()
        for path, item in broken.items():
            node = tree[path]
            vars(node).update({**vars(item), "name": node.name})
        made.add(findings[0][0], comment, "Several", tree, *findings)

    part = "nestedPart."
    language, disposition, content = part + "language", part + "disposition", part + "content"
    footnote = text("a[^1]", RICH)
    add("a disposition out of range and a language that is none", text(language="en_US"), {disposition: uint(256)},
        ("integer-range", disposition), ("language-syntax", language))
    add("a salt that is text and a footnote", footnote, {"salt": tstr("a" * 16)}, ("wrong-type", "salt"), ("gfm-footnote", content))
    add("replaces that is too short and a footnote", footnote, {"replaces": bstr(SOUP_ID[:31])}, ("message-id-length", "replaces"), ("gfm-footnote", content))
    add("a null body with a language that replaces what is too short", Message(Null(language="en"), salt=SALT), {"replaces": bstr(SOUP_ID[:31])},
        ("message-id-length", "replaces"), ("delete-with-content", language))
    add("extensions that are an array and a footnote", footnote, {"extensions": array()}, ("wrong-type", "extensions"), ("gfm-footnote", content))
    add("a cardinality that is none and an odd language", text(language="xx"), {part + "cardinality": uint(4)},
        ("cardinality-unknown", part + "cardinality"), ("language-subtag-unknown", language))
    add("a body that is null, and a salt of sixteen equal octets", Message(Single(), salt=bytes(16)), {"nestedPart": null()},
        ("wrong-type", "nestedPart"), ("salt-constant", "salt"))
    add("a tag around the body and a footnote", footnote, {"nestedPart": tag(55799, footnote.tree()["nestedPart"])},
        ("tag-unexpected", "nestedPart"), ("gfm-footnote", 62, content))
    add("a content type that is no text, and content of which nothing can be said", footnote, {part + "contentType": bstr(b"a")}, ("wrong-type", part + "contentType"))
    add("a reaction of a disposition out of range", Message(reaction("soup"), salt=SALT), {disposition: uint(256)}, ("integer-range", disposition))
    add("a key that is text and a name with a folder", file(filename="../soup.jpg"), {part + "key": tstr("a" * 16)},
        ("wrong-type", part + "key"), ("filename-unsafe", part + "filename"))
    add("an algorithm out of range, and lengths of which nothing can be said", file(nonce=b"a"), {part + "encAlg": uint(65536)}, ("integer-range", part + "encAlg"))
    alternatives = parts(CHOOSE_ONE, Single(RICH, b"Soup"), Single(PLAIN, b"Bread", 1, "xx"))
    add("content that is text, and an alternative to it", alternatives, {part + "parts[0].content": tstr("Soup")},
        ("wrong-type", part + "parts[0].content"), ("language-subtag-unknown", part + "parts[1].language"))
    references = parts(PROCESS_ALL, picture(), Single(RICH, b"![](cid:7@local.invalid)"))
    add("a picture that is text, and a reference to no part", references, {part + "parts[0].content": tstr("a")},
        ("wrong-type", part + "parts[0].content"), ("cid-target-missing", part + "parts[1].content"))
    add("a part of unknown form, which may have parts, and a reference", references, {part + "parts[0].cardinality": uint(4), part + "parts[0].content": array()},
        ("cardinality-unknown", part + "parts[0].cardinality"))

    entries = report((SOUP_ID, 1), (SOUP_ID[:31], 9), (SOUP_ID, 256))
    made.add("message-id-length", "a report with an ID that is too short", "Several", entries, ("message-id-length", "statusReport[1].messageId"),
             ("integer-range", "statusReport[2].status"), ("status-unknown", "statusReport[1].status"), ("status-repeated", "statusReport[2].messageId"))
    made.add("integer-range", "derived values with a leaf out of range and a name for a URL", "Several", derived(senderLeafIndex=1 << 32, roomUrl="soup"),
             ("integer-range", "derivedValues.senderLeafIndex"), ("url-syntax", "derivedValues.roomUrl"))


def suite() -> Suite:
    out = Suite("check", ["What a document says and should not: every rule kept and broken.",
                          "Codes and severities are this project's; offsets and paths are those of the item at fault."],
                [DRAFT, "draft-mahy-mimi-message-status-01", "draft-mahy-mimi-av-metadata-01", "RFC 5646", "RFC 3986"], FLAGS)
    for part in (fields, extensions, body, external, rich, knowledge, reports, notation, several, around):
        part(out)
    return out
