"""mail_import.json: mails to messages, row by row of the mapping, through every change of a relay,
and where mails are malformed. Expected values are those of the mapping and the RFCs.
"""

from __future__ import annotations

import base64

from examples import PLAIN, RICH
from mail_common import *
from mail_common import crlf, folded, leaf, mailed_part, multi, own, salt, skeleton
from model import CHOOSE_ONE, PROCESS_ALL, SINGLE_UNIT, Expiration, External, Message, Multi, Null, Single
from suite import Case, Suite

MAPPING = "testvectors/README.md"

FLAGS = {
    "Identity": ("Message-ID, salt, and references to other mails through what the reader knows of them.", "RFC 5322 section 3.6.4"),
    "Header": ("Fields of the header as extensions, or kept raw.", "RFC 5322 section 3.6; RFC 2047; draft-mimi-content-more-extensions-00"),
    "Tree": ("Multiparts as parts of a message.", "RFC 2046 section 5.1; RFC 2387; draft-ietf-mimi-content-08 section 6.3"),
    "Content": ("Transfer encodings, charsets, flowed text, line ends.", "RFC 2045 section 6; RFC 3676; RFC 2046 section 4.1"),
    "Part": ("Dispositions, languages, file names of parts.", "RFC 2183; RFC 2231; RFC 3282"),
    "Reference": ("References from HTML to other parts of the mail.", "RFC 2392; RFC 2557"),
    "Reaction": ("Mails that are reactions, or take them back.", "RFC 9078"),
    "Expiry": ("Fields that ask for deletion.", "RFC 4021; draft-ietf-mimi-content-08 section 4.1"),
    "Option": ("What is done only on request.", MAPPING),
    "Own": ("Mails with the record of a message: they give it back octet for octet.", MAPPING),
    "Relay": ("Our own mail, changed on the way.", "RFC 5321; RFC 2045 section 6"),
    "Forged": ("A record that does not fit the mail around it.", MAPPING),
    "Malformed": ("Mails that break a rule; what is there is read, and what is wrong is said.", "RFC 5322; RFC 2045"),
}

H = "From: alice@example.com\n"
SENDER = {1: "mailto:alice@example.com"}
ONE = bytes([1]) * 32
TWO = bytes([2]) * 32
THREE = bytes([3]) * 32


def text(content="x", **more):
    return Single(PLAIN, content.encode(), **more)


def options(**given):
    """What a reader knows and is asked for; the seed is always the same."""
    return {"seed": SEED.hex(), **given}


class Topic:
    def __init__(self, out):
        self.out = out
        self.group = None

    def begin(self, comment):
        self.group = self.out.group("MailToMessage", comment)

    def add(self, comment, flag, mail, part, *, kept=(), extensions=None, findings=(), given=None, more=(), cut=(), **fields):
        octets = mail if isinstance(mail, bytes) else crlf(mail)
        extensions = dict(SENDER if extensions is None else extensions)
        if kept:
            extensions["mail"] = [[name, raw if isinstance(raw, bytes) else raw.replace("\n", "\r\n").encode(), *rest]
                                  for name, raw, *rest in kept]
        message = Message(part, salt=salt(octets), extensions=extensions, **fields)
        expected = {"origin": "foreign", "exact": False, "hex": message.octets().hex()}
        if more:
            expected["more"] = [Message(Null(it.pop("disposition", 1)), salt=salt(octets, n + 1), extensions=extensions, **it).octets().hex()
                                for n, it in enumerate(more)]
        if cut:
            expected["cut"] = [{"part": number, "text": what} for number, what in cut]
        self.case(comment, flag, octets, expected, findings, given)

    def case(self, comment, flag, octets, expected, findings, given):
        findings = [{"code": it} if isinstance(it, str) else {"code": it[0], "offset": octets.index(it[1])} for it in findings]
        try:
            source = {"text": octets.decode()}
        except UnicodeDecodeError:
            source = {"hex": octets.hex()}
        result = "acceptable" if findings else "valid"
        self.group.cases.append(Case(comment, [flag], {**source, "options": options(**(given or {}))}, result, findings, expected))

    def bad(self, comment, flag, octets, code, given=None):
        source = {"text": octets.decode()}
        self.group.cases.append(Case(comment, [flag], {**source, "options": options(**(given or {}))}, "invalid", [{"code": code}]))

    def own(self, comment, flag, message, mail, findings=(), given=None, exact=True, becomes=None):
        octets = mail if isinstance(mail, bytes) else crlf(mail)
        expected = {"origin": "own", "exact": exact, "hex": (becomes or message).octets().hex()}
        self.case(comment, flag, octets, expected, findings, given)


def suite() -> Suite:
    out = Suite("mail_import", ["Mails to messages: mail of others by its fields and parts, and mail made from a message by its record."],
                ["RFC 5322", "RFC 2045", "RFC 2046", "RFC 2047", "RFC 2183", "RFC 2231", "RFC 9078", "draft-ietf-mimi-content-08"], FLAGS)
    topic = Topic(out)
    identity(topic)
    header(topic)
    tree(topic)
    content(topic)
    parts(topic)
    expiry(topic)
    reactions(topic)
    on_request(topic)
    relays(topic)
    malformed(topic)
    return out


def identity(t):
    t.begin("Message-ID, replies, edits, deletes")
    add = t.add
    add("a Message-ID is extension 4", "Identity", H + "Message-ID: <l@example.com>\n\nx", text(),
        extensions={**SENDER, 4: [b"l@example.com", "example.com"]})
    add("a Message-ID without a domain", "Identity", H + "Message-ID: <abc>\n\nx", text(), extensions={**SENDER, 4: [b"abc", "local.invalid"]},
        )
    add("no Message-ID, no extension 4", "Identity", H + "\nx", text())
    known = {"a@example.com": {"id": ONE.hex()}, "b@example.com": {"id": TWO.hex(), "replaces": THREE.hex()}}
    for comment, field, fields in [
        ("In-Reply-To of a known mail", "In-Reply-To: <a@example.com>", {"in_reply_to": ONE}),
        ("the last of References where there is no In-Reply-To", "References: <r@example.com> <a@example.com>", {"in_reply_to": ONE}),
        ("Supersedes of a known mail", "Supersedes: <a@example.com>", {"replaces": ONE}),
        ("Obsoletes of a known mail", "Obsoletes: <a@example.com>", {"replaces": ONE}),
        ("Chat-Edit of a known mail", "Chat-Edit: <a@example.com>", {"replaces": ONE}),
        ("an edit of an edit replaces the first version", "Supersedes: <b@example.com>", {"replaces": THREE}),
    ]:
        name, raw = field.split(": ", 1)
        add(comment, "Identity", f"{H}{field}\n\nx", text(), kept=[(name, raw)], given={"known": known}, **fields)
    own_id = f"<mimi-{TWO.hex()}@local.invalid>"
    add("In-Reply-To of a mail made from a message", "Identity", f"{H}In-Reply-To: {own_id}\n\nx", text(), kept=[("In-Reply-To", own_id)],
        in_reply_to=TWO)
    add("In-Reply-To of an unknown mail is kept and said", "Identity", H + "In-Reply-To: <u@example.com>\n\nx", text(),
        kept=[("In-Reply-To", "<u@example.com>")], findings=[("reference-unresolved", b"In-Reply-To")])
    add("Chat-Delete of two mails: two further messages", "Identity", f"{H}Chat-Delete: <a@example.com> {own_id}\n\ndeleted", text("deleted"),
        kept=[("Chat-Delete", f"<a@example.com> {own_id}")], given={"known": known}, more=[{"replaces": ONE}, {"replaces": TWO}])
    add("the root of References as topic, on request", "Option", H + "References: <root@example.com> <a@example.com>\n\nx", text(),
        kept=[("References", "<root@example.com> <a@example.com>")], given={"known": known, "topicFromReferences": True},
        in_reply_to=ONE, topic=b"root@example.com")


def header(t):
    t.begin("Fields of the header")
    add = t.add

    def sender(comment, field, uri, findings=(), keep=True):
        add(comment, "Header", f"From: {field}\n\nx", text(), extensions={1: uri} if uri else {}, kept=[("From", field)] if keep else [], findings=findings)

    sender("From without a name", "alice@example.com", "mailto:alice@example.com", keep=False)
    sender("From with a name", "Alice <alice@example.com>", "mailto:alice@example.com")
    sender("From with an encoded name", "=?utf-8?q?J=C3=B6rg?= <j@example.com>", "mailto:j@example.com")
    sender("From with a quoted comma", "\"Smith, A.\" <a@example.com>", "mailto:a@example.com")
    sender("From with a comment", "a@example.com (Alice)", "mailto:a@example.com")
    sender("From that stands for a URI", "mimi=3A=2F=2Fexample.com=2Fu=2Falice@local.invalid", "mimi://example.com/u/alice", keep=False)
    sender("From with a domain in capitals: one URI, the spelling kept", "Bob@Example.COM", "mailto:Bob@example.com")
    sender("From that stands for a URI, the domain in capitals", "mimi=3A=2F=2Fexample.com=2Fu=2Falice@Local.Invalid", "mimi://example.com/u/alice")
    sender("From with a route", "<@relay.example,@b.example:bob@example.com>", "mailto:bob@example.com")
    sender("From without anything before the domain", "Bob <@example.com>", None, findings=[("field-unreadable", b"From")])
    add("Sender where there is no From", "Header", "Sender: bob@example.com\n\nx", text(), extensions={1: "mailto:bob@example.com"},
        kept=[("Sender", "bob@example.com")])
    add("the room of the reader is extension 2", "Header", H + "To: team@example.com\n\nx", text(),
        extensions={**SENDER, 2: "mimi://example.com/r/team"}, kept=[("To", "team@example.com")], given={"room": "mimi://example.com/r/team"})

    def dated(comment, field, seconds, keep=True, findings=()):
        extensions = SENDER if seconds is None else {**SENDER, 3: {1: seconds}}
        add(comment, "Header", f"{H}Date: {field}\n\nx", text(), extensions=extensions, kept=[("Date", field)] if keep else [], findings=findings)

    dated("Date in UTC", "Fri, 13 Feb 2009 23:31:30 +0000", 1234567890, keep=False)
    dated("Date in another zone, which is kept", "Sat, 14 Feb 2009 00:31:30 +0100", 1234567890)
    dated("Date without a day of the week and with a zone by name", "13 Feb 2009 18:31:30 EST", 1234567890)
    dated("Date with a year of two digits", "13 Feb 09 23:31:30 GMT", 1234567890)
    dated("Date with a leap second", "Sat, 31 Dec 2016 23:59:60 +0000", 1483228800)
    dated("the last Date of four digits", "Fri, 31 Dec 9999 23:59:59 +0000", 253402300799)
    for comment, field in [("the year 0", "Fri, 13 Feb 0000 23:31:30 +0000"), ("a year of five digits", "Fri, 31 Dec 10000 23:59:59 +0000"),
                           ("the thirtieth of February", "30 Feb 2009 10:00:00 +0000"), ("a zone of 24 hours", "13 Feb 2009 10:00:00 +2400")]:
        dated(f"no Date: {comment}", field, None, findings=[("field-unreadable", b"Date")])
    dated("Date with a comment", "Fri, 13 Feb 2009 23:31:30 +0000 (UTC)", 1234567890)

    def subject(comment, field, shown, keep=True, findings=()):
        raw = field if isinstance(field, bytes) else field.replace("\n", "\r\n").encode()
        mail = crlf(H) + b"Subject: " + raw + b"\r\n\r\nx"
        add(comment, "Header", mail, text(), extensions=SENDER if shown is None else {**SENDER, 5: shown},
            kept=[("Subject", raw)] if keep else [], findings=findings)

    subject("Subject", "Soup", "Soup", keep=False)
    subject("Subject in Q encoding", "=?iso-8859-1?q?Gr=FC=DFe?=", "Gr\u00fc\u00dfe")
    subject("Subject in B encoding", "=?utf-8?B?R3LDvMOfZQ==?=", "Gr\u00fc\u00dfe")
    subject("white space between encoded words is none", "=?utf-8?q?Gr=C3=BC?=\n =?utf-8?q?=C3=9Fe?=", "Gr\u00fc\u00dfe")
    subject("an encoded word beside plain text", "Re: =?utf-8?q?=C3=9Fe?= x", "Re: \u00dfe x")
    subject("a folded subject", "one\n two", "one two")
    subject("UTF-8 without encoding", "Gr\u00fc\u00dfe".encode(), "Gr\u00fc\u00dfe", findings=["field-not-ascii"])
    subject("Latin-1 without encoding", b"Gr\xfc\xdfe", "Gr\u00fc\u00dfe", findings=["field-not-ascii"])
    subject("octets beyond ASCII inside an encoded word", b"=?koi8-r?q?\xc4\xc1?=", "\u0434\u0430", findings=["field-not-ascii"])
    subject("a character cut in two", "=?utf-8?q?a=C3?= x", "a\ufffd x", findings=[("charset-malformed", b"Subject")])
    subject("an empty subject is none", "", None)
    long = "=?utf-8?q?" + "=C3=A9" * 9 + "?="
    subject("a subject of 4500 octets is cut at a character", "\n ".join([long] * 250), "\u00e9" * 2048, findings=["subject-cut"])
    add("other fields are kept raw, in order, with their folds", "Header", H + "Cc: bob@example.com\nX-Strange: 1\n  2\nList-Id: <l.example.com>\n\nx", text(),
        kept=[("Cc", "bob@example.com"), ("X-Strange", "1\n  2"), ("List-Id", "<l.example.com>")])
    add("fields of a part are kept with its index", "Header", H + multi("mixed", leaf("", "x", "X-A: 1"), leaf("", "y", "X-B: 2")),
        Multi(PROCESS_ALL, [text(), text("y")]), kept=[("X-A", "1", 1), ("X-B", "2", 2)])


def tree(t):
    t.begin("The tree of parts")
    add = t.add
    p, h, i, c = leaf("text/plain", "p"), leaf("text/html", "h"), leaf("image/png", "i"), leaf("text/calendar", "c")
    plain, html, image, calendar = (Single(PLAIN, b"p"), Single("text/html;charset=utf-8", b"h"), Single("image/png", b"i"),
                                    Single("text/calendar;charset=utf-8", b"c"))
    for comment, mail, part in [
        ("alternative is a choice, in the same order", multi("alternative", p, h), Multi(CHOOSE_ONE, [plain, html])),
        ("a calendar is no alternative to its text", multi("alternative", p, h, c), Multi(PROCESS_ALL, [Multi(CHOOSE_ONE, [plain, html]), calendar])),
        ("a calendar beside one text", multi("alternative", p, c), Multi(PROCESS_ALL, [plain, calendar])),
        ("related with text and media is a single unit", multi("related", h, i), Multi(SINGLE_UNIT, [html, image])),
        ("related with something else is not", multi("related", h, leaf("application/pdf", "d")), Multi(PROCESS_ALL, [html, Single("application/pdf", b"d")])),
        ("related with a multipart is not", multi("related", multi("alternative", p, h, boundary="c"), i),
         Multi(PROCESS_ALL, [Multi(CHOOSE_ONE, [plain, html]), image])),
        ("mixed", multi("mixed", p, i), Multi(PROCESS_ALL, [plain, image])),
        ("digest: parts are mails", multi("digest", "\nSubject: x\n\ny", "\nSubject: z\n\n"),
         Multi(PROCESS_ALL, [Single("message/rfc822", b"Subject: x\r\n\r\ny"), Single("message/rfc822", b"Subject: z\r\n\r\n")])),
        ("parallel", multi("parallel", p, h), Multi(PROCESS_ALL, [plain, html])),
        ("report", multi("report", p, leaf("message/delivery-status", "Status: 5.1.1\n"), more="; report-type=delivery-status"),
         Multi(PROCESS_ALL, [plain, Single("message/delivery-status", b"Status: 5.1.1\r\n")])),
        ("form-data", multi("form-data", p, h), Multi(PROCESS_ALL, [plain, html])),
        ("an unknown multipart", multi("x-unheard-of", p, h), Multi(PROCESS_ALL, [plain, html])),
        ("a multipart of one part is that part", multi("mixed", p), plain),
        ("one part inside of one inside of one", multi("mixed", multi("related", multi("alternative", p, boundary="d"), boundary="c")), plain),
        ("a multipart of no parts", "Content-Type: multipart/mixed; boundary=b\n\n--b--\n", Null(1)),
        ("another mail is one opaque part", leaf("message/rfc822", "Subject: x\n\ny"), Single("message/rfc822", b"Subject: x\r\n\r\ny")),
        ("winmail.dat is a file", multi("mixed", p, leaf("application/ms-tnef; name=winmail.dat", "t")),
         Multi(PROCESS_ALL, [plain, Single("application/ms-tnef;name=winmail.dat", b"t")])),
    ]:
        add(comment, "Tree", H + mail, part)
    signed = multi("signed", p, leaf("application/pgp-signature", "s"), more="; micalg=pgp-sha256")
    add("signed: the part that was signed", "Tree", H + signed, plain, findings=["signature-dropped"])
    encrypted = multi("encrypted", leaf("application/pgp-encrypted", "Version: 1\n"), leaf("application/octet-stream", "secret\n"),
                      more="; protocol=\"application/pgp-encrypted\"")
    inside = crlf(encrypted.split("\n\n", 1)[1])
    add("encrypted: one opaque part", "Tree", H + encrypted, Single('multipart/encrypted;protocol="application/pgp-encrypted";boundary="b"', inside))
    deep = p
    for level in range(4):
        deep = multi("mixed", deep, p, boundary=f"b{level}")
    add("four mixed inside each other become one", "Tree", H + deep, Multi(PROCESS_ALL, [plain] * 5), findings=["mail-flattened"] * 3)
    deeper, inner = p, None
    for level, kind in enumerate(["mixed", "alternative", "mixed", "alternative"]):
        deeper = multi(kind, deeper, p, boundary=f"b{level}")
        inner = inner or deeper
    opaque = Single('multipart/mixed;boundary="b0"', crlf(inner.split("\n\n", 1)[1]))
    shape = opaque
    for semantics in (CHOOSE_ONE, PROCESS_ALL, CHOOSE_ONE):
        shape = Multi(semantics, [shape, plain])
    add("what is still too deep is kept raw", "Tree", H + deeper, shape, findings=["mail-opaque"])
    many = multi("mixed", *[p] * 17)
    t.bad("more parts than the reader takes", "Tree", crlf(H + many), "mail-too-many-parts", {"maxParts": 16})


def content(t):
    t.begin("Content: transfer encodings, charsets, line ends")
    add = t.add

    def body(comment, fields, octets, wanted, media=PLAIN, findings=(), kept=(), disposition=1):
        octets = octets if isinstance(octets, bytes) else crlf(octets)
        wanted = wanted.encode() if isinstance(wanted, str) else wanted
        add(comment, "Content", crlf(H + fields + "\n") + octets, Single(media, wanted, disposition=disposition), findings=findings, kept=kept)

    text_of = lambda charset, more="": f"Content-Type: text/plain; charset={charset}{more}\n"
    body("no content type is text in UTF-8", "", "x\n", "x\n")
    body("CRLF becomes a line feed", "", "a\nb\n", "a\nb\n")
    body("line feeds alone", "", b"a\nb\n", "a\nb\n")
    body("quoted-printable", "Content-Transfer-Encoding: quoted-printable\n", "a=20=\n b=3D\nc", "a  b=\nc")
    body("base64", "Content-Transfer-Encoding: base64\n", "R3LD\nvMOfZQ==\n", "Gr\u00fc\u00dfe")
    body("the name of an encoding in capitals, with a comment", "Content-Transfer-Encoding: BASE64 (yes)\n", "eA==", "x")
    body("uuencode", "Content-Transfer-Encoding: x-uuencode\nContent-Type: image/gif\n", "begin 644 a\n#0V%T\n`\nend\n", "Cat", media="image/gif",
         findings=[("part-lost", b"begin")])
    body("uuencode of a file whose name the part has too", "Content-Transfer-Encoding: x-uuencode\nContent-Type: image/gif; name=a\n",
         "begin 644 a\n#0V%T\n`\nend\n", "Cat", media="image/gif;name=a")
    body("UTF-16 with a mark", text_of("utf-16"), b"\xff\xfe\xfc\x00\n\x00", "\u00fc\n")
    body("UTF-16 without a mark is big-endian", text_of("UTF-16"), "\u65e5\u672c".encode("utf-16-be"), "\u65e5\u672c")
    body("UTF-16 without a mark that is little-endian by its letters", text_of("utf-16"), "Gr\u00fc\u00dfe".encode("utf-16-le"), "Gr\u00fc\u00dfe")
    body("HTML that names its charset itself", "Content-Type: text/html\n", b"<META charset='windows-1251'><p>\xcf\xf0\xe8", "<META charset='windows-1251'><p>\u041f\u0440\u0438",
         media="text/html;charset=utf-8", findings=["charset-guessed"])
    body("HTML whose mail names the charset: the mail counts", "Content-Type: text/html; charset=koi8-r\n", b"<meta charset=windows-1251>\xc4\xc1",
         "<meta charset=windows-1251>\u0434\u0430", media="text/html;charset=utf-8")
    body("8bit", "Content-Transfer-Encoding: 8bit\n" + text_of("utf-8"), "Gr\u00fc\u00dfe", "Gr\u00fc\u00dfe")
    body("ISO-8859-1", text_of("ISO-8859-1"), b"Gr\xfc\xdfe", "Gr\u00fc\u00dfe")
    body("windows-1252", text_of("\"windows-1252\""), b"\x80 5", "\u20ac 5")
    body("KOI8-R", text_of("koi8-r"), b"\xc4\xc1", "\u0434\u0430")
    body("Shift_JIS", text_of("shift_jis"), b"\x93\xfa\x96\x7b", "\u65e5\u672c")
    body("ISO-2022-JP", text_of("iso-2022-jp"), b"\x1b$BF|K\\\x1b(B", "\u65e5\u672c")
    body("Latin-1 where UTF-8 is stated", text_of("utf-8"), b"Gr\xfc\xdfe", "Gr\u00fc\u00dfe", findings=["charset-guessed"])
    body("a charset that nobody knows", text_of("x-strange"), "x", "x", findings=["charset-unknown"])
    body("Latin-1 where nothing is stated", "", b"Gr\xfc\xdfe", "Gr\u00fc\u00dfe", findings=["charset-guessed"])
    body("flowed text becomes paragraphs", text_of("utf-8", "; format=flowed"), "one \ntwo\n> three \n> four\n-- \nme\n",
         "one two\n> three four\n-- \nme\n")
    body("flowed text of a language without spaces", text_of("utf-8", "; format=flowed; delsp=yes"), "\u65e5 \n\u672c\n", "\u65e5\u672c\n")
    body("HTML", "Content-Type: TEXT/HTML; Charset=UTF-8\n", "<p>\n", "<p>\n", media="text/html;charset=utf-8")
    body("a calendar keeps its line ends", "Content-Type: text/calendar; method=REQUEST\n", "BEGIN:VCALENDAR\n", b"BEGIN:VCALENDAR\r\n",
         media="text/calendar;charset=utf-8;method=REQUEST")
    body("an attached text keeps its octets and its charset", text_of("iso-8859-1") + "Content-Disposition: attachment\n", b"\xfc\r\n", b"\xfc\r\n",
         media="text/plain;charset=iso-8859-1", disposition=6)
    body("other parameters stay", "Content-Type: video/mp4; codecs=\"a, b\"\n", "v", "v", media='video/mp4;codecs="a, b"')


def parts(t):
    t.begin("Dispositions, languages, names, references, content elsewhere")
    add = t.add

    def disposed(comment, fields, media="image/png", disposition=1, language="", findings=(), kept=()):
        add(comment, "Part", f"{H}Content-Type: image/png\n{fields}\nx", Single(media, b"x", disposition, language), findings=findings, kept=kept)

    for token, number in [("inline", 4), ("attachment", 6), ("reaction", 2), ("icon", 5), ("Session", 7)]:
        disposed(f"disposition {token}", f"Content-Disposition: {token}\n", disposition=number)
    disposed("an unknown disposition is an attachment", "Content-Disposition: x-strange\n", disposition=6, findings=["disposition-unknown"],
             kept=[("Content-Disposition", "x-strange")])
    disposed("a language", "Content-Language: de\n", language="de")
    disposed("languages, with spaces", "Content-Language: de , en-GB\n", language="de,en-GB")
    disposed("a language that is none", "Content-Language: (none)\n", findings=["language-unreadable"], kept=[("Content-Language", "(none)")])
    for comment, field, name in [
        ("a file name in quotes", 'attachment; filename="a b.png"', '"a b.png"'),
        ("a file name as a token", "attachment; filename=a.png", "a.png"),
        ("a file name with spaces and no quotes", "attachment; filename=a b.png", '"a b.png"'),
        ("a file name of RFC 2231", "attachment; filename*=utf-8'en'%e2%82%ac%20x", '"\u20ac x"'),
        ("a file name in pieces", "attachment; filename*0*=windows-1251''%EF%F0;\n filename*1*=%EE; filename*2=.htm", '"\u043f\u0440\u043e.htm"'),
        ("a file name as an encoded word", 'attachment; filename="=?utf-8?q?=C3=BC.png?="', '"\u00fc.png"'),
    ]:
        disposed(comment, f"Content-Disposition: {field}\n", media=f"image/png;name={name}", disposition=6)
    add("a file name in the content type", "Part", f"{H}Content-Type: image/png; name=a.png\n\nx", Single("image/png;name=a.png", b"x"))
    stated = 'attachment; filename="../a\u202egnp.exe"'
    add("characters that mislead are removed from a file name", "Part", f"{H}Content-Type: image/png\nContent-Disposition: {stated}\n\nx",
        Single("image/png;name=_agnp.exe", b"x", 6), findings=["file-name-changed"],
        kept=[("Content-Type", "image/png"), ("Content-Disposition", stated)])
    html, image = "Content-Type: text/html\n\n{}", "Content-Type: image/png\n{}\n\ni"
    for comment, source, field, shown, findings in [
        ("cid", '<img src="cid:pic@x">', "Content-ID: <pic@x>", '<img src="cid:2@local.invalid">', []),
        ("cid with an escape", "<img src=cid:p%69c@x>", "Content-ID: <pic@x>", "<img src=cid:2@local.invalid>", []),
        ("Content-Location", "<img src='http://x/p.gif'>", "Content-Location: http://x/p.gif", "<img src='cid:2@local.invalid'>", []),
        ("a cid that nothing has", "<img src=cid:gone>", "Content-ID: <pic@x>", "<img src=cid:gone>", ["cid-unresolved"]),
    ]:
        name, raw = field.split(": ", 1)
        add(comment, "Reference", H + multi("related", html.format(source), image.format(field)),
            Multi(SINGLE_UNIT, [Single("text/html;charset=utf-8", shown.encode()), Single("image/png", b"i")]),
            kept=[(name, raw, 2)], findings=findings)
    add("content at a URL", "Part", H + 'Content-Type: message/external-body; access-type=URL;\n URL="https://example.com/\n a.png"; size=7;\n'
        ' expiration="Fri, 13 Feb 2009 23:31:30 +0000"\n\nContent-Type: image/png\nContent-Disposition: attachment; filename=a.png\n'
        "Content-Description: a picture\n\n",
        External("image/png", "https://example.com/a.png", 1234567890, 7, description="a picture", filename="a.png", disposition=6))
    phantom = ('Content-Type: message/external-body; access-type=URL; URL="https://example.com/a"\n\n'
               "Content-Type: image/png\nX-Inner: 1\n\nnobody reads this\n")
    add("content at a URL, with more than a message can say", "Part", H + phantom, External("image/png", "https://example.com/a", disposition=1),
        findings=[("part-lost", b"X-Inner"), ("part-lost", b"nobody")])
    add("two names: that of the disposition counts, the other is kept", "Part", H + "Content-Type: image/png; name=a.png\nContent-Disposition: attachment; filename=b.png\n\nx",
        Single("image/png;name=b.png", b"x", 6), kept=[("Content-Type", "image/png; name=a.png")])
    add("content elsewhere by other means is opaque", "Part", H + "Content-Type: message/external-body; access-type=anon-ftp; site=x\n\nContent-Type: a/b\n\n",
        Single("message/external-body;access-type=anon-ftp;site=x", b"Content-Type: a/b\r\n\r\n"))


def expiry(t):
    t.begin("Expiry")
    for comment, field, expires in [
        ("Expires is absolute", "Expires: Fri, 13 Feb 2009 23:31:30 +0000", Expiration(False, 1234567890)),
        ("Expiry-Date is the same", "Expiry-Date: Fri, 13 Feb 2009 23:31:30 +0000", Expiration(False, 1234567890)),
        ("Ephemeral-Timer is relative", "Ephemeral-Timer: 60", Expiration(True, 60)),
        ("a timer of zero is none", "Ephemeral-Timer: 0", None),
    ]:
        name, raw = field.split(": ", 1)
        t.add(comment, "Expiry", f"{H}{field}\n\nx", text(), kept=[(name, raw)], expires=expires)
    for comment, field in [("a year too late", "Expires: Fri, 13 Feb 2209 23:31:30 +0000"), ("a timer too long", "Ephemeral-Timer: 4294967296")]:
        name, raw = field.split(": ", 1)
        t.add(comment, "Expiry", f"{H}{field}\n\nx", text(), kept=[(name, raw)], findings=["expiry-out-of-range"])


def reactions(t):
    t.begin("Reactions")
    target = f"<mimi-{ONE.hex()}@local.invalid>"
    head = f"{H}In-Reply-To: {target}\n"
    kept = [("In-Reply-To", target)]
    react = "Content-Disposition: reaction\nContent-Type: text/plain; charset=utf-8\n\n"
    one = Single(PLAIN, "\u2764".encode(), 2)
    t.add("a reaction", "Reaction", f"{head}{react}\u2764\n", one, kept=kept, in_reply_to=ONE)
    t.add("two emoji", "Reaction", f"{head}{react}\u2764 \U0001F44D\n",
          Multi(PROCESS_ALL, [one, Single(PLAIN, "\U0001F44D".encode(), 2)], 2), kept=kept, in_reply_to=ONE)
    json = leaf("text/vnd.google.email-reaction+json", '{"version":1,"emoji":"\u2764"}')
    t.add("the JSON of Gmail", "Reaction", head + multi("alternative", leaf("text/plain", "A reacted"), json, leaf("text/html", "<p>")), one,
          kept=kept, in_reply_to=ONE, findings=["reaction-read"])
    gone = f"{head}{react}\n"
    author = "mailto:alice@example.com"
    t.add("no emoji takes the known reaction back", "Reaction", gone, Null(2), kept=kept, in_reply_to=ONE, replaces=TWO,
          given={"reactions": [{"id": TWO.hex(), "target": ONE.hex(), "author": author}]})
    t.add("no emoji takes both known reactions back", "Reaction", gone, Null(2), kept=kept, in_reply_to=ONE, replaces=TWO,
          given={"reactions": [{"id": it.hex(), "target": ONE.hex(), "author": author} for it in (TWO, THREE)]},
          more=[{"disposition": 2, "replaces": THREE, "in_reply_to": ONE}])
    t.add("no emoji, and the reaction of somebody else", "Reaction", gone, Null(2), kept=kept, in_reply_to=ONE, findings=["reaction-unknown"],
          given={"reactions": [{"id": TWO.hex(), "target": ONE.hex(), "author": "mailto:bob@example.com"}]})


def on_request(t):
    t.begin("On request")
    html = Single("text/html;charset=utf-8", b"<p><b>x</b></p>")
    t.add("Markdown beside HTML", "Option", H + leaf("text/html", "<p><b>x</b></p>"),
          Multi(CHOOSE_ONE, [Single(RICH, b"**x**\n"), html]), given={"markdownAlternative": True})
    quoted = "yes\n\nOn Monday, Bob wrote:\n> no?\n"
    t.add("a quote at the end is cut and handed out", "Option", f"{H}\n{quoted}", text("yes"), given={"stripQuotes": True},
          cut=[(0, "On Monday, Bob wrote:\n> no?\n")])
    t.add("it stays if nobody asks", "Option", f"{H}\n{quoted}", text(quoted))
    t.add("a signature is cut and handed out", "Option", H + "\nyes\n-- \nme\n", text("yes"), given={"stripSignatures": True}, cut=[(0, "-- \nme\n")])
    t.add("a record does not count", "Option", own(GREETING, mailed_part(GREETING.part, 0)),
          Single(PLAIN, GREETING.part.content), given={"policy": "foreign-only"},
          extensions={1: "mailto:alice@example.com", 3: {1: 1234567890}, 4: [f"mimi-{GREETING_ID}@local.invalid".encode(), "local.invalid"]},
          kept=[("From", "<alice@example.com>"), ("MIMI-Content", record_raw(GREETING)), ("Content-ID", "<0.gold@local.invalid>")])


GREETING = Message(Single(PLAIN, "Gr\u00fc\u00dfe\nBob.\n".encode()), salt=bytes(range(16)), topic=b"\0\xff", in_reply_to=TWO,
                   extensions={1: "mailto:alice@example.com", 2: "mimi://example.com/r/team", "x": [1.5]})
GREETING_ID = message_id(GREETING.octets(), GREETING.salt, GREETING.extensions[1], GREETING.extensions[2])
PICTURE = Message(Multi(SINGLE_UNIT, [Single("text/html;charset=utf-8", b'<img src="cid:2@local.invalid">\n'), Single("image/png", b"\x89PNG\r\n\0")]),
                  salt=bytes(range(16)), extensions={1: "mailto:alice@example.com"})
SEALED = Message(External("image/png", "https://example.com/a", enc_alg=1, key=bytes(range(16)), nonce=bytes(12), disposition=6),
                 salt=bytes(range(16)), extensions={1: "mailto:alice@example.com"})


def record_raw(message):
    return folded("MIMI-Content", base64.b64encode(skeleton(message)).decode()).split(": ", 1)[1].rstrip("\n")


def relays(t):
    t.begin("Mail made from a message, and what relays do to it")
    part = GREETING.part
    plain = own(GREETING, mailed_part(part, 0))
    both = lambda second="base64": own(PICTURE, "Content-Type: multipart/related; boundary=rel\n\n--rel\n"
                                       + mailed_part(Single("text/html;charset=utf-8", b'<img src="cid:2.gold@local.invalid">\n'), 1)
                                       + "\n--rel\n" + mailed_part(PICTURE.part.parts[1], 2, second) + "\n--rel--\n")
    t.own("as it was sent", "Own", GREETING, plain)
    t.own("two parts, with a reference between them", "Own", PICTURE, both())
    in_part = own(GREETING, "Content-Type: multipart/mixed; boundary=m\n\n--m\n" + mailed_part(part, 0)
                  + "\n--m\nContent-Type: application/vnd.mimi-codec.skeleton\nContent-Transfer-Encoding: base64\n\n"
                  + base64_lines(skeleton(GREETING)) + "\n--m--\n", record="MIMI-Content: part\n")
    t.own("the record as a part of its own", "Own", GREETING, in_part)
    raw = part.content.decode()
    eight = own(GREETING, mailed_part(part, 0, "8bit"))
    lines = crlf(plain).decode()
    t.own("fields folded in other places", "Relay", GREETING, plain.replace(" ", "\n\t", 1).replace("MIMI-Content: ", "MIMI-Content:\n  "))
    unfolded = own(GREETING, mailed_part(part, 0), record=folded("MIMI-Content", base64.b64encode(skeleton(GREETING)).decode(), 900))
    t.own("fields unfolded", "Relay", GREETING, unfolded)
    t.own("recoded as 8bit, with line ends of CRLF", "Relay", GREETING, eight)
    t.own("recoded as 8bit, with line feeds", "Relay", GREETING, crlf(eight.replace(raw, "@@")).replace(b"@@", raw.encode()))
    t.own("recoded as base64", "Relay", GREETING, own(GREETING, mailed_part(part, 0, "base64")))
    ascii_text = Message(Single(PLAIN, b"Soup\nis ready.\n"), salt=bytes(range(16)), extensions={1: "mailto:alice@example.com"})
    t.own("recoded as 7bit", "Relay", ascii_text, own(ascii_text, mailed_part(ascii_text.part, 0, "7bit")))
    latin = own(GREETING, "Content-Type: text/plain; charset=iso-8859-1\nContent-Transfer-Encoding: quoted-printable\n"
                "Content-ID: <0.gold@local.invalid>\n\nGr=FC=DFe\nBob.\n")
    t.own("recoded in another charset", "Relay", GREETING, latin)
    other_lines = own(GREETING, mailed_part(part, 0, "base64")).replace(base64_lines(part.content), "\n".join(base64_lines(part.content).strip()) + "\n")
    t.own("base64 in lines of one character", "Relay", GREETING, other_lines)
    t.own("a line end more at the end", "Relay", GREETING, plain + "\n")
    t.own("a line end more at the end of a text", "Relay", GREETING, eight + "\n")
    t.own("a mail of line feeds", "Relay", GREETING, plain.encode())
    t.own("trace and list fields", "Relay", GREETING, "Received: from a by b; Fri, 13 Feb 2009 23:31:31 +0000\nDKIM-Signature: v=1; b=\n MIMI-Content:\n"
          "List-Id: <list.example.com>\nPrecedence: list\n" + plain)
    head, body = plain.split("Content-Type", 1)
    listed = (f"{head}Content-Type: multipart/mixed; boundary=list\n\n--list\nContent-Type{body}\n--list\nContent-Type: text/plain\n\n"
              "____\nthe list\n--list--\n")
    t.own("a footer as a part of a list", "Relay", GREETING, listed, findings=["part-added"])
    t.own("a footer behind the text", "Relay", GREETING, eight + "____\nthe list\n", findings=["part-added"])
    moved = plain.replace("Message-ID: ", "Message-ID: <AM9PR0@outlook.example>\nX-Microsoft-Original-Message-ID: ")
    t.own("another Message-ID, as Outlook has it", "Relay", GREETING, moved)
    words = "".join(f" =?us-ascii?q?{piece}?=\n" for piece in in_pieces(base64.b64encode(skeleton(GREETING)).decode().replace("=", "=3D"), 45))
    t.own("the record as encoded words", "Relay", GREETING, own(GREETING, mailed_part(part, 0), record=f"MIMI-Content:{words}"))
    nameless = plain.replace("Content-ID: <0.gold@local.invalid>\n", "")
    t.own("a part without its name", "Relay", GREETING, nameless)
    all_of_it = listed.replace("Message-ID: ", "Message-ID: <AM9PR0@outlook.example>\nX-Microsoft-Original-Message-ID: ") + "\n"
    t.own("a list, another Message-ID, a line end more", "Relay", GREETING, "Received: by x\n" + all_of_it, findings=["part-added"])

    t.begin("Mail made from a message that does not give it back")
    changed = Message(Single(PLAIN, part.content.replace(b"Bob", b"Rob")), salt=GREETING.salt, topic=GREETING.topic,
                      in_reply_to=GREETING.in_reply_to, extensions=GREETING.extensions)
    t.own("a text that was changed", "Relay", GREETING, plain.replace("Bob", "Rob"), findings=["leaf-changed", "own-not-exact"], exact=False, becomes=changed)
    lost = Message(Multi(SINGLE_UNIT, [PICTURE.part.parts[0], Single("image/png", b"")]), salt=PICTURE.salt, extensions=PICTURE.extensions)
    stripped = both().split("\n--rel\nContent-Type: image/png", 1)[0] + "\n--rel--\n"
    t.own("an attachment that was taken away", "Relay", PICTURE, stripped, findings=["leaf-missing", "own-not-exact"], exact=False, becomes=lost)
    outside = ("Content-Type: message/external-body; access-type=URL; URL=\"https://example.com/a\"\nContent-ID: <0.gold@local.invalid>\n\n"
               "Content-Type: image/png\n\n")
    withheld = folded("MIMI-Content", base64.b64encode(skeleton(SEALED, withhold=True)).decode())
    without = Message(External("image/png", "https://example.com/a", enc_alg=1, disposition=6), salt=SEALED.salt, extensions=SEALED.extensions)
    t.own("keys that were left out", "Own", SEALED, own(SEALED, outside, record=withheld), findings=["external-key-withheld"], exact=False, becomes=without)
    t.own("keys that travel", "Own", SEALED, own(SEALED, outside))
    forged = own(GREETING, mailed_part(part, 0), sender="mallory@example.com")
    t.own("another sender than the record has, believed on request", "Forged", GREETING, forged, findings=["own-disagrees"], given={"policy": "own"})
    for comment, address in [("another sender than the record has", "mallory@example.com"),
                             ("another sender: what stands before the domain has a case", "Alice@example.com")]:
        t.add(comment, "Forged", own(GREETING, mailed_part(part, 0), sender=address), Single(PLAIN, part.content), findings=["own-disagrees"],
              extensions={1: f"mailto:{address}", 3: {1: 1234567890}, 4: [f"mimi-{GREETING_ID}@local.invalid".encode(), "local.invalid"]},
              kept=[("From", f"<{address}>"), ("MIMI-Content", record_raw(GREETING)), ("Content-ID", "<0.gold@local.invalid>")])
    t.own("the same sender, the domain in capitals", "Relay", GREETING, own(GREETING, mailed_part(part, 0), sender="alice@EXAMPLE.com"))
    for comment, record in [("a record that is no base64", "????"), ("a record that is cut off", base64.b64encode(skeleton(GREETING)[:-9]).decode()),
                            ("a record of another version", base64.b64encode(write(encode([9, 8, bytes(32), None]))).decode()),
                            ("a record in a part that is not there", "part")]:
        raw = folded("MIMI-Content", record)
        t.add(comment, "Forged", H + raw + "\nx", text(), findings=["own-unreadable"], kept=[("MIMI-Content", raw.split(": ", 1)[1].rstrip("\n"))])


def in_pieces(text, size):
    """Not through an escape."""
    while text:
        end = size
        while "=" in text[max(0, end - 2):end]:
            end -= 1
        yield text[:end]
        text = text[end:]


def malformed(t):
    t.begin("Malformed mails")
    add = lambda comment, mail, part, **more: t.add(comment, "Malformed", mail, part, **more)
    t.bad("no octets", "Malformed", b"", "mail-empty")
    add("no header", "just text\nmore\n", text("just text\nmore\n"), extensions={}, findings=["mail-no-header"])
    add("nothing but a header", H, text(""))
    add("an empty line in front", "\nFrom: a\n", text("From: a\n"), extensions={})
    add("a header without an empty line behind it", H + "no field\n\nx", text("no field\n\nx"), findings=[("header-unterminated", b"no field")])
    add("a fold that lost its space", H + "X-Long: a\nb; c\nContent-Type: text/html\n\ny", Single("text/html;charset=utf-8", b"y"),
        kept=[("X-Long", "a\nb; c")], findings=[("header-line-stray", b"b; c")])
    add("a line behind the sender that is nothing", "From: a@example.com\nno field\nSubject: soup\n\ny", text("y"), extensions={5: "soup"},
        kept=[("From", "a@example.com\nno field")], findings=[("header-line-stray", b"no field"), ("field-unreadable", b"From")])
    add("a content type twice: the first one counts", H + "Content-Type: text/html\nContent-Type: text/plain\n\ny", Single("text/html;charset=utf-8", b"y"),
        kept=[("Content-Type", "text/html"), ("Content-Type", "text/plain")], findings=[("field-repeated", b"Content-Type: text/plain")])
    twice = "Content-Transfer-Encoding: base64\nContent-Transfer-Encoding: 7bit"
    add("a transfer encoding twice, in a part", H + multi("mixed", leaf("", "eA==", twice), leaf("", "y")), Multi(PROCESS_ALL, [text("x"), text("y")]),
        kept=[("Content-Transfer-Encoding", "base64", 1), ("Content-Transfer-Encoding", "7bit", 1)], findings=[("field-repeated", b"Content-Transfer-Encoding: 7bit")])
    p = leaf("text/plain", "x")
    add("no closing boundary", H + multi("mixed", p, p).replace("--b--\n", ""), Multi(PROCESS_ALL, [text("x"), text("x\n")]), findings=["boundary-unclosed"])
    add("no boundary at all", H + "Content-Type: multipart/mixed; boundary=b\n\ntext\n", text("text\n"), findings=["boundary-missing"])
    add("no boundary parameter", H + "Content-Type: multipart/mixed\n\n--b\n\nx\n--b--\n", text("--b\n\nx\n--b--\n"), findings=["boundary-missing"])
    add("a boundary parameter behind a fold", H + multi("mixed", p, p).replace("boundary=", "boundary=\n "), Multi(PROCESS_ALL, [text(), text()]))
    add("a boundary in the middle of a line is text", H + multi("mixed", leaf("", "x --b y"), p), Multi(PROCESS_ALL, [text("x --b y"), text()]))
    add("a boundary that begins with another one", H + multi("mixed", multi("mixed", p, p, boundary="bb"), p),
        Multi(PROCESS_ALL, [Multi(PROCESS_ALL, [text(), text()]), text()]))
    outside = H + multi("mixed", p, p).replace("\n\n--b", "\n\nsecret\n--b", 1) + "the end"
    add("text before and after the parts", outside, Multi(PROCESS_ALL, [text(), text()]), findings=[("part-lost", b"secret"), ("part-lost", b"the end")])
    add("letters that are no base64", H + "Content-Transfer-Encoding: base64\n\nR3LD*vMOf ZQ==\n", text("Gr\u00fc\u00dfe"), findings=["transfer-malformed"])
    add("base64 that is cut off", H + "Content-Transfer-Encoding: base64\n\nR3LDvMOfZ\n", text("Gr\u00fc\u00df"), findings=["transfer-malformed"])
    add("escapes that are none", H + "Content-Transfer-Encoding: quoted-printable\n\n1=2=xy=\n", text("1=2=xy"), findings=["transfer-malformed"])
    add("a transfer encoding that nobody knows", H + "Content-Transfer-Encoding: x-strange\n\nx", Single("application/octet-stream", b"x"),
        findings=["transfer-encoding-unknown"])
    add("a content type that is none", H + "Content-Type: strange\n\nx", text(), kept=[("Content-Type", "strange")], findings=["field-unreadable"])
    add("a date that is none", H + "Date: soon\n\nx", text(), kept=[("Date", "soon")], findings=[("field-unreadable", b"Date")])
    add("a Message-ID that is none", H + "Message-ID: none\n\nx", text(), kept=[("Message-ID", "none")], findings=[("field-unreadable", b"Message-ID")])
    add("a sender that is none", "From:\n\nx", text(), extensions={}, kept=[("From", "")], findings=[("field-unreadable", b"From")])
    add("the subject twice: the first one counts", H + "Subject: one\nSubject: two\n\nx", text(), extensions={**SENDER, 5: "one"},
        kept=[("Subject", "one"), ("Subject", "two")], findings=[("field-repeated", b"Subject: two")])
    add("a NUL in the text", crlf(H) + b"\r\na\0b", Single(PLAIN, b"a\0b"))
    add("a space before the colon", "From : alice@example.com\n\nx", text())
    add("a field without a space behind the colon", "From:alice@example.com\n\nx", text(), kept=[("From", "alice@example.com")])
    add("the line of an mbox in front", "From alice@example.com Fri Feb 13 23:31:30 2009\n" + H + "\nx", text())
