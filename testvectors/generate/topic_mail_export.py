"""mail_export.json: messages to mails, row by row of what is displayed, in all three profiles. The
mail is to be read by a mail program: fields unfolded and decoded, contents decoded.
"""

from __future__ import annotations

import base64

from examples import PLAIN, RICH
from mail_common import skeleton
from model import CHOOSE_ONE, PROCESS_ALL, SINGLE_UNIT, Expiration, External, Message, Multi, Null, Single
from suite import Case, Suite
from topic_id import message_id

MAPPING = "testvectors/README.md"

FLAGS = {
    "Identity": ("Message-ID, and references to other messages.", "RFC 5322 section 3.6.4; RFC 4021"),
    "Header": ("Sender, room, time, subject.", "RFC 5322 section 3.6; RFC 2047"),
    "Record": ("The record of the message, and what is said where there is none.", MAPPING),
    "Content": ("Content and its type, in a transfer encoding.", "RFC 2045 section 6; RFC 2046"),
    "Part": ("Dispositions, languages, file names, empty parts.", "RFC 2183; RFC 3282; RFC 9078"),
    "External": ("Content elsewhere, and its keys.", "RFC 2017; draft-ietf-mimi-content-08 section 4.4.1"),
    "Tree": ("Parts inside each other, as they are and as people read them.", "RFC 2046 section 5.1; RFC 2387"),
    "People": ("What the profile for people adds.", MAPPING),
    "Injection": ("Texts that would be further header fields if they were written as they are.", "RFC 5322 section 2.2"),
}

SALT = bytes(range(16))
ALICE, TEAM = "mimi://example.com/u/alice", "mimi://example.com/r/team"
ONE, TWO = bytes([1]) * 32, bytes([2]) * 32
own = lambda it: f"<mimi-{it.hex()}@local.invalid>"
NASTY = "a\r\nBcc: x@example.com\r\n\r\nb"


def said(part=None, **fields):
    """A message of a known sender in a known room."""
    fields.setdefault("extensions", {1: "mailto:alice@example.com", 2: "mailto:team@example.com"})
    return Message(part or Single(PLAIN, b"x"), salt=SALT, **fields)


def part(media, content=None, *, fields=None, parameters=None, parts=None):
    out = {"type": media}
    if parameters:
        out["parameters"] = parameters
    if fields:
        out["fields"] = fields
    if content is not None:
        octets = content if isinstance(content, bytes) else content.encode()
        try:
            out["content"] = {"text": octets.decode()}
        except UnicodeDecodeError:
            out["content"] = {"hex": octets.hex()}
    if parts is not None:
        out["parts"] = parts
    return out


def suite() -> Suite:
    out = Suite("mail_export", ["Messages to mails: what a mail program reads in them."],
                ["RFC 5322", "RFC 2045", "RFC 2046", "RFC 2047", "RFC 2017", "RFC 2183", "RFC 9078", "draft-ietf-mimi-content-08"], FLAGS)
    group = None

    def begin(comment):
        nonlocal group
        group = out.group("MessageToMail", comment)

    def add(comment, flag, message, *, header=None, body=None, findings=(), contains=(), record=False, **given):
        expected = {}
        if header:
            expected["header"] = header
        if record:
            expected["record"] = base64.b64encode(skeleton(message, withhold=given.get("keys") == "without")).decode()
        if body:
            expected["body"] = body
        if contains:
            expected["contains"] = list(contains)
        findings = [{"code": it} if isinstance(it, str) else {"code": it[0], "path": it[1]} for it in findings]
        group.cases.append(Case(comment, [flag], {"hex": message.octets().hex(), "options": given}, "acceptable" if findings else "valid", findings, expected))

    def refuse(comment, flag, message, code, **given):
        group.cases.append(Case(comment, [flag], {"hex": message.octets().hex(), "options": given}, "invalid", [{"code": code}]))

    begin("Identifiers and references")
    plain = said()
    digits = message_id(plain.octets(), SALT, plain.extensions[1], plain.extensions[2])
    add("the message ID", "Identity", plain, header={"Message-ID": f"<mimi-{digits}@local.invalid>", "In-Reply-To": None, "References": None, "Supersedes": None})
    add("in another domain", "Identity", plain, header={"Message-ID": f"<mimi-{digits}@bridge.example>"}, domain="bridge.example")
    add("a reply", "Identity", said(in_reply_to=ONE), header={"In-Reply-To": own(ONE), "References": own(ONE)})
    add("a reply to what came as a mail", "Identity", said(in_reply_to=ONE), header={"In-Reply-To": "<a@example.com>", "References": "<a@example.com>"},
        known={"a@example.com": {"id": ONE.hex()}})
    add("an edit", "Identity", said(replaces=ONE), header={"Supersedes": own(ONE), "References": own(ONE), "Auto-Submitted": None})
    add("an edit of a reply: replaced, then parent", "Identity", said(replaces=ONE, in_reply_to=TWO), header={"References": f"{own(ONE)} {own(TWO)}"})
    add("a delete", "Identity", said(Null(1), replaces=ONE), header={"Supersedes": own(ONE), "Auto-Submitted": "auto-generated"},
        body=part("text/plain", ""))
    add("a topic that is an identifier leads the references", "Identity", said(topic=b"<root@example.com>", in_reply_to=ONE),
        header={"References": f"<root@example.com> {own(ONE)}"})
    add("another topic does not", "Identity", said(topic=b"soup", in_reply_to=ONE), header={"References": own(ONE)})
    add("an absolute expiry", "Identity", said(expires=Expiration(False, 1234567890)), header={"Expires": "Fri, 13 Feb 2009 23:31:30 +0000"})
    add("a relative expiry has no field", "Identity", said(expires=Expiration(True, 60)), header={"Expires": None, "Ephemeral-Timer": None})
    add("but for Delta Chat", "Identity", said(expires=Expiration(True, 60)), header={"Ephemeral-Timer": "60", "Chat-Version": "1.0"}, profile="chatmail")
    add("an edit for Delta Chat", "Identity", said(replaces=ONE), header={"Chat-Edit": own(ONE), "Chat-Delete": None}, profile="chatmail")
    add("a delete for Delta Chat", "Identity", said(Null(1), replaces=ONE), header={"Chat-Delete": own(ONE), "Chat-Edit": None}, profile="chatmail")

    begin("Sender, room, time, subject")
    add("addresses as they are", "Header", plain, header={"From": "<alice@example.com>", "To": "<team@example.com>"})
    add("other URIs at local.invalid", "Header", said(extensions={1: ALICE, 2: TEAM}), header={
        "From": '"alice" <mimi=3A=2F=2Fexample.com=2Fu=2Falice@local.invalid>', "To": '"team" <mimi=3A=2F=2Fexample.com=2Fr=2Fteam@local.invalid>'})
    add("sender and room that only the caller knows", "Header", said(extensions={}), header={"From": "<bob@example.com>", "To": "<team@example.com>"},
        sender="mailto:bob@example.com", room="mailto:team@example.com")
    add("nobody knows the sender", "Header", said(extensions={}), header={"From": "<unknown@local.invalid>", "To": None})
    add("an address that cannot be one", "Header", said(extensions={1: "mailto:a b@c"}), header={"From": "<unknown@local.invalid>"}, findings=["address-unmapped"])
    add("the time of the sender", "Header", said(extensions={3: {1: 1234567890}}), header={"Date": "Fri, 13 Feb 2009 23:31:30 +0000"}, date=1)
    add("the time of the caller where there is none", "Header", plain, header={"Date": "Fri, 13 Feb 2009 23:31:30 +0000"}, date=1234567890)
    add("no time is never the epoch", "Header", plain, header={"Date": None})
    add("a subject", "Header", said(extensions={5: "Soup"}), header={"Subject": "Soup"})
    add("a subject beyond ASCII", "Header", said(extensions={5: "Gr\u00fc\u00dfe \U0001F35C"}), header={"Subject": "Gr\u00fc\u00dfe \U0001F35C"})
    add("a name that the mail had which the message was made from", "Header", said(extensions={1: "mailto:alice@example.com", "mail": [["From", b"Alice <alice@example.com>"]]}),
        header={"From": '"Alice" <alice@example.com>'})
    add("a name of somebody else is not taken", "Header", said(extensions={1: "mailto:alice@example.com", "mail": [["From", b"Bob <bob@example.com>"]]}),
        header={"From": "<alice@example.com>"})
    kept = {1: "mailto:alice@example.com", "mail": [["From", b"Alice <alice@example.com>"], ["X-Strange", b"1\r\n  2"], ["Content-Type", b"text/html"]]}
    add("kept fields, on request", "Header", said(extensions=kept), header={"From": "Alice <alice@example.com>", "X-Strange": "1 2"},
        body=part("text/plain", "x"), restoreFields=True)
    add("kept fields, if nobody asks", "Header", said(extensions=kept), header={"X-Strange": None})

    begin("The record")
    add("the record of a text", "Record", said(topic=b"\0\xff"), record=True)
    add("the record of parts", "Record", said(Multi(PROCESS_ALL, [Single(PLAIN, b"a"), Null(1), Single("image/png", b"\0")])), record=True)
    long = said(Multi(PROCESS_ALL, [Single(PLAIN, b"%d" % n) for n in range(70)]))
    add("a long record is a part", "Record", long, header={"MIMI-Content": "part"}, body=part("multipart/mixed", parts=
        [part("text/plain", "%d" % n) for n in range(70)] + [part("application/vnd.mimi-codec.skeleton", skeleton(long))]))
    add("no record: what is lost is said", "Record", said(topic=b"soup", expires=Expiration(True, 60)), header={"MIMI-Content": None},
        findings=[("mail-lossy", "salt"), ("mail-lossy", "topicId"), ("mail-lossy", "expires")], profile="mail")
    group.cases[-1].input["options"]["record"] = False

    begin("Content")
    add("line feeds are =0A and a soft break", "Content", said(Single(PLAIN, b"a\nb.\n")), body=part("text/plain", "a\nb.\n", parameters={"charset": "utf-8"},
        fields={"Content-Transfer-Encoding": "quoted-printable"}), contains=["\r\n\r\na=0A=\r\nb.=0A=\r\n"])
    add("spaces before a line end, and lines that tempt a relay", "Content", said(Single(PLAIN, b"From x \n.\n-- \nme")),
        contains=["\r\n\r\n=46rom x=20=0A=\r\n=2E=0A=\r\n=2D-=20=0A=\r\nme=\r\n"])
    add("text beyond ASCII", "Content", said(Single(PLAIN, "Gr\u00fc\u00dfe an alle\n".encode())), body=part("text/plain", "Gr\u00fc\u00dfe an alle\n"))
    add("text in another script is base64", "Content", said(Single(PLAIN, "\u65e5\u672c\u8a9e".encode())),
        body=part("text/plain", "\u65e5\u672c\u8a9e", fields={"Content-Transfer-Encoding": "base64"}))
    add("text with carriage returns is base64", "Content", said(Single(PLAIN, b"a\r\nb")), body=part("text/plain", b"a\r\nb", fields={"Content-Transfer-Encoding": "base64"}))
    add("octets", "Content", said(Single("image/png", b"\x89PNG\r\n\0\xff")), body=part("image/png", b"\x89PNG\r\n\0\xff", fields={"Content-Transfer-Encoding": "base64"}))
    add("a charset is added where text has none", "Content", said(Single("text/markdown;variant=GFM-MIMI", b"*x*")),
        body=part("text/markdown", "*x*", parameters={"charset": "utf-8", "variant": "GFM-MIMI"}))
    add("a content type in another spelling", "Content", said(Single("Text/PLAIN; Charset=UTF-8", b"x")), body=part("text/plain", "x", parameters={"charset": "utf-8"}))
    add("a content type that is none", "Content", said(Single("strange", b"x")), body=part("application/octet-stream", "x"), findings=["display-simplified"])
    mail = b"Subject: x\r\n\r\ny\r\n"
    add("another mail of plain lines goes as it is", "Content", said(Single("message/rfc822", mail)), body=part("message/rfc822", mail, fields={"Content-Transfer-Encoding": "7bit"}))
    add("another mail with octets beyond ASCII goes as a file", "Content", said(Single("message/rfc822", b"Subject: \xfc\r\n\r\n")),
        body=part("application/octet-stream", b"Subject: \xfc\r\n\r\n", fields={"Content-Transfer-Encoding": "base64"}))
    add("another mail of line feeds gets line ends", "Content", said(Single("message/rfc822", b"Subject: x\n\ny")), body=part("message/rfc822", b"Subject: x\r\n\r\ny"))
    add("another mail of mixed lines goes as a file", "Content", said(Single("message/rfc822", b"Subject: x\r\n\ny")), body=part("application/octet-stream", b"Subject: x\r\n\ny"))
    add("a multipart as content goes as a file", "Content", said(Single("multipart/mixed;boundary=x", b"--x\r\n\r\ny\r\n--x--\r\n")),
        body=part("application/octet-stream", "--x\r\n\r\ny\r\n--x--\r\n"))
    sealed = b"--x\r\nContent-Type: application/pgp-encrypted\r\n\r\nVersion: 1\r\n--x\r\nContent-Type: application/octet-stream\r\n\r\nsecret\r\n--x--\r\n"
    add("an encrypted one goes as it is", "Content", said(Single('multipart/encrypted;protocol="application/pgp-encrypted";boundary=x', sealed)),
        body=part("multipart/encrypted", parameters={"boundary": "x"}, parts=[part("application/pgp-encrypted", "Version: 1"), part("application/octet-stream", "secret")]))

    begin("Dispositions, languages, names")
    for number, token in enumerate([None, None, "reaction", "inline", "inline", "icon", "attachment", "session", "inline", None]):
        add(f"disposition {number}", "Part", said(Single("image/png", b"x", number)), body=part("image/png", "x", fields={"Content-Disposition": token}))
    add("disposition 255", "Part", said(Single("image/png", b"x", 255)), body=part("image/png", fields={"Content-Disposition": None}))
    add("languages", "Part", said(Single(PLAIN, b"x", language="de,en-GB")), body=part("text/plain", fields={"Content-Language": "de, en-GB"}))
    add("a language that is none", "Part", said(Single(PLAIN, b"x", language="x y")), body=part("text/plain", fields={"Content-Language": None}), findings=["display-simplified"])
    add("a file name", "Part", said(Single("image/png;name=\"a b.png\"", b"x", 6)), body=part("image/png", parameters={"name": "a b.png"},
        fields={"Content-Disposition": 'attachment; filename="a b.png"'}))
    add("an empty part", "Part", said(Null(1)), body=part("text/plain", ""))

    begin("Content elsewhere")
    film = External("video/mp4", "https://example.com/1", 1234567890, 1234, filename="a film.mp4", description="the film", disposition=6)
    add("as it is", "External", said(film), body=part("message/external-body", parameters={
        "access-type": "URL", "url": "https://example.com/1", "size": "1234", "expiration": "Fri, 13 Feb 2009 23:31:30 +0000"}),
        contains=["\r\n\r\nContent-Type: video/mp4\r\n", 'filename="a film.mp4"', "Content-Description: the film\r\n"])
    add("for people: a link", "External", said(film), body=part("multipart/alternative", parts=[
        part("text/plain", "a film.mp4 (https://example.com/1) (1234 octets)\n"), part("text/html")]), profile="mail")
    add("a call for people", "External", said(External("", "https://example.com/join", disposition=7)), body=part("multipart/alternative", parts=[
        part("text/plain", "Join: https://example.com/join\n"), part("text/html")]), profile="mail")
    secret = External("video/mp4", "https://example.com/1", enc_alg=1, key=b"0123456789ABCDEF", nonce=b"nonce-nonce!", disposition=6)
    refuse("keys: somebody has to decide", "External", said(secret), "exact-needs-keys")
    add("keys that travel", "External", said(secret), record=True, keys="with")
    add("keys that do not", "External", said(secret), record=True, keys="without", findings=["external-key-withheld"])

    begin("Parts inside each other")
    p, h, i = Single(PLAIN, b"p"), Single("text/html;charset=utf-8", b"h"), Single("image/png", b"i", 4)
    leaves = [part("text/plain", "p"), part("text/html", "h"), part("image/png", "i")]
    add("a choice, as it is", "Tree", said(Multi(CHOOSE_ONE, [h, p])), body=part("multipart/alternative", parts=[leaves[1], leaves[0]]))
    add("a choice for people: plain text first, the best last", "Tree", said(Multi(CHOOSE_ONE, [h, p])), body=part("multipart/alternative", parts=leaves[:2]), profile="mail")
    add("a single unit", "Tree", said(Multi(SINGLE_UNIT, [h, i])), body=part("multipart/related", parts=leaves[1:], parameters={"type": "text/html"}))
    add("one after the other", "Tree", said(Multi(PROCESS_ALL, [p, i])), body=part("multipart/mixed", parts=[leaves[0], leaves[2]]))
    cat = Multi(PROCESS_ALL, [Single(RICH, b"![a cat](cid:2@local.invalid)"), i])
    add("for people, a text with its picture is related", "Tree", said(cat), body=part("multipart/related", parts=[
        part("multipart/alternative", parts=[part("text/plain"), part("text/html")]), leaves[2]]), profile="mail")
    add("as it is, it is mixed", "Tree", said(cat), body=part("multipart/mixed", parts=[part("text/markdown"), leaves[2]]))

    begin("For people")
    add("Markdown is plain text and HTML", "People", said(Single(RICH, b"Hello *Bob*\n")), body=part("multipart/alternative", parts=[
        part("text/plain", "Hello *Bob*\n"), part("text/html")]), contains=["<em>Bob</em>"], profile="mail")
    note = part("text/plain", "(This message replaces an earlier one.)\n")
    add("an edit says so", "People", said(replaces=ONE), body=part("multipart/mixed", parts=[part("text/plain", "x"), note]), profile="mail")
    add("expiry says so", "People", said(expires=Expiration(True, 3600)), body=part("multipart/mixed", parts=[part("text/plain", "x"),
        part("text/plain", "(This message asks to be deleted 1 hour after it was read.)\n")]), profile="mail")
    add("a delete says so", "People", said(Null(1), replaces=ONE), body=part("text/plain", "(A message was deleted.)\n"), profile="mail")
    add("a reaction that is taken back says so", "People", said(Null(2), replaces=ONE, in_reply_to=TWO), body=part("text/plain", "(A reaction was withdrawn.)\n"), profile="mail")
    add("a reaction", "People", said(Single(PLAIN, "\u2764".encode(), 2), in_reply_to=ONE), body=part("text/plain", "\u2764", fields={"Content-Disposition": "reaction"}), profile="mail")
    parent = said(Single(RICH, b"Is the *soup* ready?\nReally?"), extensions={1: ALICE, 2: TEAM, 3: {1: 1234567890}})
    target = bytes.fromhex(message_id(parent.octets(), SALT, ALICE, TEAM))
    quote = part("text/plain", "On Fri, 13 Feb 2009 23:31:30 +0000, alice wrote:\n> Is the soup ready?\n> Really?\n")
    add("a reply quotes what it answers", "People", said(in_reply_to=target), body=part("multipart/mixed", parts=[part("text/plain", "x"), quote]),
        profile="mail", parent=parent.octets().hex())
    add("a parent that is another message is not quoted", "People", said(in_reply_to=ONE), body=part("text/plain", "x"), findings=["quote-left-out"],
        profile="mail", parent=parent.octets().hex())
    add("nothing is quoted where every octet counts", "People", said(in_reply_to=target), body=part("text/plain", "x"), parent=parent.octets().hex())

    begin("Texts that try to be fields")
    none = {"Bcc": None}
    add("in a subject", "Injection", said(extensions={5: NASTY}), header={**none, "Subject": "a  Bcc: x@example.com    b"}, findings=["display-simplified"])
    add("in a sender", "Injection", said(extensions={1: "mimi:" + NASTY}), header=none)
    add("in a room", "Injection", said(extensions={1: ALICE, 2: "mailto:" + NASTY}), header={**none, "To": None}, findings=["address-unmapped"])
    add("in a topic", "Injection", said(topic=f"<{NASTY}@example.com>".encode()), header={**none, "References": None})
    add("in a content type", "Injection", said(Single(NASTY, b"x")), header=none, body=part("application/octet-stream", "x"), findings=["display-simplified"])
    add("in a language", "Injection", said(Single(PLAIN, b"x", language=NASTY)), header=none, body=part("text/plain", "x"), findings=["display-simplified"])
    add("in a URL", "Injection", said(External("a/b", "https://example.com/" + NASTY)), header=none, body=part("message/external-body", parameters={
        "url": "https://example.com/a%0D%0ABcc:%20x@example.com%0D%0A%0D%0Ab"}), findings=["display-simplified"])
    add("in a file name and a description", "Injection", said(External("a/b", "https://example.com/", filename=NASTY, description=NASTY)), header=none,
        body=part("message/external-body"))
    add("in a kept field", "Injection", said(extensions={"mail": [["X-A", NASTY.encode()], ["X-B\r\nBcc", b"y"], ["Bcc ", b"z"]]}), header={
        **none, "X-A": "a Bcc: x@example.com b"}, body=part("text/plain", "x"), restoreFields=True)
    return out
