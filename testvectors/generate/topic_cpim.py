"""cpim.json: CPIM messages (RFC 3862) and disposition notifications (RFC 5438) to messages and
status reports, and back.
"""

from __future__ import annotations

from examples import PLAIN
from mail_common import SEED, crlf, multi, leaf, salt
from model import CHOOSE_ONE, PROCESS_ALL, Expiration, External, Message, Multi, Null, Single
from suite import Case, Suite
from topic_id import message_id

FLAGS = {
    "Header": ("Headers of CPIM as extensions of a message, or kept raw.", "RFC 3862 sections 3 and 4"),
    "Escape": ("Escapes in header values.", "RFC 3862 section 2.3"),
    "Namespace": ("Prefixes and what they stand for.", "RFC 3862 sections 3.4 and 3.5"),
    "Content": ("The MIME entity.", "RFC 3862 section 2.4; RFC 2046"),
    "Loss": ("What has no place in CPIM.", "testvectors/README.md"),
    "Notification": ("Disposition notifications and status reports.", "RFC 5438 section 7; draft-mahy-mimi-message-status-01"),
    "Refused": ("What is no CPIM message, or no notification.", "RFC 3862 section 2; RFC 5438 section 7.2"),
}

A, B = "im:alice@example.com", "im:bob@example.com"
ONE, TWO = bytes([1]) * 32, bytes([2]) * 32
TEXT = "Content-Type: text/plain; charset=utf-8\n\nx"
BOTH = {1: A, 2: B}
XML = "urn:ietf:params:xml:ns:imdn"


def suite() -> Suite:
    out = Suite("cpim", ["CPIM messages and disposition notifications, to and from messages and status reports."],
                ["RFC 3862", "RFC 5438", "draft-mahy-mimi-message-status-01", "draft-ietf-mimi-content-08"], FLAGS)
    reading(out)
    writing(out)
    notifications(out)
    return out


def found(findings, octets=b""):
    return [{"code": it} if isinstance(it, str) else {"code": it[0], "offset": octets.index(it[1])} for it in findings]


def reading(out):
    group = out.group("CpimToMessage", "CPIM to messages")

    def add(comment, flag, text, part=None, *, extensions=None, kept=(), inner=(), findings=(), **given):
        octets = text if isinstance(text, bytes) else crlf(text)
        extensions = dict(BOTH if extensions is None else extensions)
        for key, fields in (("cpim", kept), ("mail", inner)):
            if fields:
                extensions[key] = [[name, raw.encode(), *rest] for name, raw, *rest in fields]
        message = Message(part or Single(PLAIN, b"x"), salt=salt(octets), extensions=extensions)
        try:
            source = {"text": octets.decode()}
        except UnicodeDecodeError:
            source = {"hex": octets.hex()}
        group.cases.append(Case(comment, [flag], {**source, "options": {"seed": SEED.hex(), **given}}, "acceptable" if findings else "valid",
                                found(findings, octets), {"hex": message.octets().hex()}))

    def bad(comment, flag, text, *findings):
        octets = crlf(text)
        group.cases.append(Case(comment, [flag], {"text": octets.decode(), "options": {"seed": SEED.hex()}}, "invalid", found(findings, octets)))

    H = f"From: <{A}>\nTo: <{B}>\n"
    add("sender and recipient", "Header", f"{H}\n{TEXT}")
    add("with the MIME header in front", "Header", f"Content-type: Message/CPIM\n\n{H}\n{TEXT}")
    add("with a longer MIME header in front", "Header", f"MIME-Version: 1.0\nContent-Type: message/cpim;\n charset=utf-8\nContent-Length: 99\n\n{H}\n{TEXT}")
    add("line feeds alone", "Header", f"{H}\n{TEXT}".encode())
    name = f'"Alice \\"A\\" Smith" <{A}>'
    add("a formal name is kept", "Header", f"From: {name}\nTo: <{B}>\n\n{TEXT}", kept=[("From", name)])
    add("an address without brackets", "Header", f"From: {A}\nTo: <{B}>\n\n{TEXT}", kept=[("From", A)])
    add("the room of the reader", "Header", f"{H}\n{TEXT}", extensions={1: A, 2: "mimi://example.com/r/team"}, room="mimi://example.com/r/team")
    add("two recipients: the first one counts, both are kept", "Header", f"{H}To: <im:c>\n\n{TEXT}", kept=[("To", f"<{B}>"), ("To", "<im:c>")])
    add("a time", "Header", f"{H}DateTime: 2009-02-13T23:31:30Z\n\n{TEXT}", extensions={**BOTH, 3: {1: 1234567890}})
    add("a time with milliseconds", "Header", f"{H}DateTime: 2009-02-13T23:31:30.5Z\n\n{TEXT}", extensions={**BOTH, 3: {1: 1234567890, -3: 500}})
    zoned = "2009-02-13T15:31:30-08:00"
    add("a time in another zone, which is kept", "Header", f"{H}DateTime: {zoned}\n\n{TEXT}", extensions={**BOTH, 3: {1: 1234567890}}, kept=[("DateTime", zoned)])
    add("a time that is none", "Header", f"{H}DateTime: soon\n\n{TEXT}", kept=[("DateTime", "soon")], findings=[("field-unreadable", b"DateTime")])
    add("a subject", "Header", f"{H}Subject: Gr\u00fc\u00dfe\n\n{TEXT}", extensions={**BOTH, 5: "Gr\u00fc\u00dfe"})
    add("subjects in two languages: the one without counts", "Header", f"{H}Subject:;lang=fr soupe\nSubject: soup\n\n{TEXT}",
        extensions={**BOTH, 5: "soup"}, kept=[("Subject", ";lang=fr soupe"), ("Subject", "soup")])
    add("a subject in one language", "Header", f"{H}Subject:;lang=fr soupe\n\n{TEXT}", extensions={**BOTH, 5: "soupe"}, kept=[("Subject", ";lang=fr soupe")])
    add("an identifier", "Header", f"{H}NS: imdn <urn:ietf:params:imdn>\nimdn.Message-ID: 34jk324j\n\n{TEXT}",
        extensions={**BOTH, 4: [b"34jk324j", tag32(A)]})
    add("a request for notifications is kept", "Header", f"{H}NS: imdn <urn:ietf:params:imdn>\nimdn.Disposition-Notification: positive-delivery, display\n\n{TEXT}",
        kept=[("imdn.Disposition-Notification", "positive-delivery, display")])
    add("a line that is no header", "Header", f"{H}no header\n\n{TEXT}", findings=[("cpim-header-unreadable", b"no header")])
    add("two senders", "Header", f"{H}From: <im:c>\n\n{TEXT}", kept=[("From", f"<{A}>"), ("From", "<im:c>")], findings=[("field-repeated", b"From: <im:c>")])
    for comment, raw, shown in [("escapes", "a\\\\b\\tc\\u00fc\\\"\\'", "a\\b\tc\u00fc\"'"), ("a line end", "a\\r\\nb", "a\r\nb"),
                                ("a pair of surrogates", "\\uD83C\\uDF5C", "\U0001F35C"), ("what is no escape", "a\\q \\u12", "a\\q \\u12")]:
        again = raw if comment == "a line end" else None
        add(comment, "Escape", f"{H}Subject: {raw}\n\n{TEXT}", extensions={**BOTH, 5: shown}, kept=[] if again else [("Subject", raw)])
    add("another prefix for the same namespace", "Namespace", f"{H}NS: i <urn:ietf:params:imdn>\ni.Message-ID: 1\n\n{TEXT}",
        extensions={**BOTH, 4: [b"1", tag32(A)]}, kept=[("NS", "i <urn:ietf:params:imdn>")])
    add("a prefix that nobody declared", "Namespace", f"{H}imdn.Message-ID: 1\n\n{TEXT}", extensions={**BOTH, 4: [b"1", tag32(A)]},
        findings=[("cpim-namespace", b"imdn.Message-ID")])
    add("headers of another namespace", "Namespace", f"{H}NS: x <urn:x>\nx.Subject: y\n\n{TEXT}", kept=[("NS", "x <urn:x>"), ("x.Subject", "y")])
    add("another namespace for names without a prefix", "Namespace", f"{H}NS: <urn:x>\nSubject: y\n\n{TEXT}", kept=[("NS", "<urn:x>"), ("Subject", "y")])
    add("what is required and known", "Namespace", f"{H}Subject: y\nRequire: Subject\n\n{TEXT}", extensions={**BOTH, 5: "y"}, kept=[("Require", "Subject")])
    bad("what is required and not known", "Namespace", f"{H}NS: x <urn:x>\nRequire: x.Vital\nx.Vital: 1\n\n{TEXT}", ("cpim-required", b"Require"))
    add("HTML", "Content", f"{H}\nContent-Type: text/html; charset=utf-8\n\n<p>a\nb", Single("text/html;charset=utf-8", b"<p>a\nb"))
    add("Latin-1", "Content", crlf(f"{H}\nContent-Type: text/plain; charset=iso-8859-1\n\n") + b"\xfc", Single(PLAIN, "\u00fc".encode()))
    add("a length, and line ends behind it", "Content", f"{H}\nContent-Type: text/plain; charset=utf-8\nContent-Length: 3\n\na\n\n\n", Single(PLAIN, b"a\n"))
    add("a file with its name", "Content", f"{H}\nContent-Type: image/png\nContent-Disposition: attachment; filename=a.png\nContent-ID: <1@x>\n\ni",
        Single("image/png;name=a.png", b"i", 6), inner=[("Content-ID", "<1@x>", 0)])
    add("a multipart", "Content", H + "\n" + multi("alternative", leaf("text/plain", "p"), leaf("text/html", "h")),
        Multi(CHOOSE_ONE, [Single(PLAIN, b"p"), Single("text/html;charset=utf-8", b"h")]))
    bad("no octets", "Refused", "", "mail-empty")
    bad("a text", "Refused", "hello\n", "cpim-malformed")
    bad("a MIME entity of another type", "Refused", f"Content-Type: text/plain\n\n{H}\n{TEXT}", ("cpim-malformed", b"\r\nFrom"))
    bad("a mail around a CPIM message", "Refused", f"Content-Type: message/cpim\nSubject: x\n\n{H}\n{TEXT}", ("cpim-malformed", b"Subject"))


def tag32(uri):
    from cbor import tag, tstr
    return tag(32, tstr(uri))


def writing(out):
    group = out.group("MessageToCpim", "Messages to CPIM; @@ stands for 32 hex digits that mean nothing")

    def add(comment, flag, message, text, findings=(), **given):
        findings = [{"code": it} if isinstance(it, str) else {"code": it[0], "path": it[1]} for it in findings]
        group.cases.append(Case(comment, [flag], {"hex": message.octets().hex(), "options": given}, "acceptable" if findings else "valid", findings,
                                {"text": crlf(text).decode()}))

    def said(part=None, extensions=None, **fields):
        return Message(part or Single(PLAIN, b"x"), salt=bytes(16), extensions=BOTH if extensions is None else extensions, **fields)

    def head(message, more="", after=""):
        digits = message_id(message.octets(), message.salt, A, B)
        return f"Content-Type: Message/CPIM\n\nFrom: <{A}>\nTo: <{B}>\n{more}NS: imdn <urn:ietf:params:imdn>\nimdn.Message-ID: {digits}\n{after}\n"

    utf8 = 'Content-Type: text/plain; charset="utf-8"\nContent-Transfer-Encoding: 7bit\n\n'
    message = said()
    add("a text", "Header", message, head(message) + utf8 + "x")
    message = said(Single(PLAIN, "a\n\u00fc\n".encode()))
    add("line feeds become line ends", "Content", message, head(message) + utf8.replace("7bit", "8bit") + "a\n\u00fc\n")
    message = said(extensions={**BOTH, 3: {1: 1234567890, -3: 500}, 5: "a\\b\nGr\u00fc\u00dfe"})
    add("time and subject, with escapes", "Escape", message, head(message, "DateTime: 2009-02-13T23:31:30.5Z\nSubject: a\\\\b\\nGr\u00fc\u00dfe\n") + utf8 + "x")
    message = said()
    add("the time of the caller", "Header", message, head(message, "DateTime: 2009-02-13T23:31:30Z\n") + utf8 + "x", date=1234567890)
    kept = {**BOTH, 4: [b"34jk", tag32(A)], "cpim": [["From", f"Alice <{A}>".encode()], ["Subject", b";lang=fr soupe"], ["cc", b"<im:c>"]]}
    message = said(extensions=kept)
    restored = (f"Content-Type: Message/CPIM\n\nFrom: Alice <{A}>\nTo: <{B}>\nSubject:;lang=fr soupe\nNS: imdn <urn:ietf:params:imdn>\n"
                f"imdn.Message-ID: 34jk\ncc: <im:c>\n\n")
    add("kept headers and the identifier, on request", "Header", message, restored + utf8 + "x", restoreFields=True)
    add("if nobody asks, the name stays with its address", "Loss", message, head(message).replace(f"From: <{A}>", f'From: "Alice" <{A}>') + utf8 + "x",
        findings=[("cpim-lossy", "extensions[4]"), ("cpim-lossy", 'extensions["cpim"]')])
    message = said(extensions={})
    add("nobody knows sender and room", "Header", message, "Content-Type: Message/CPIM\n\nNS: imdn <urn:ietf:params:imdn>\nimdn.Message-ID: @@\n\n" + utf8 + "x",
        findings=[("address-unmapped", "From"), ("address-unmapped", "To")])
    nasty = "im:a\r\nTo: <im:x>"
    message = said(extensions={1: nasty, 2: B, 5: nasty})
    digits = message_id(message.octets(), message.salt, nasty, B)
    add("texts that try to be headers", "Escape", message, f"Content-Type: Message/CPIM\n\nFrom: <im:a%0D%0ATo:%20%3Cim:x%3E>\nTo: <{B}>\n"
        f"Subject: im:a\\r\\nTo: <im:x>\nNS: imdn <urn:ietf:params:imdn>\nimdn.Message-ID: {digits}\n\n" + utf8 + "x", findings=[("display-simplified", "From")])
    message = said(replaces=ONE, in_reply_to=TWO, topic=b"t", expires=Expiration(True, 60))
    add("what has no place", "Loss", message, head(message) + utf8 + "x",
        findings=[("cpim-lossy", it) for it in ("replaces", "topicId", "expires", "inReplyTo")])
    message = said(Null(1), replaces=ONE)
    add("a delete", "Loss", message, head(message) + utf8, findings=[("cpim-lossy", "replaces"), ("cpim-lossy", "part 0: nothing in it")])
    message = said(Single(PLAIN, b"a\r\nb"))
    add("line ends in a text", "Loss", message, head(message) + utf8 + "a\nb", findings=[("cpim-lossy", "part 0: line ends")])
    message = said(Multi(PROCESS_ALL, [Single(PLAIN, b"p"), Single("application/octet-stream;name=a", b"q\n", 6)]))
    add("a multipart", "Content", message, head(message) + 'Content-Type: multipart/mixed; boundary="=_@@-0"\nContent-Transfer-Encoding: binary\n\n--=_@@-0\n'
        + utf8.replace("\n\n", "\nContent-ID: <1.@@@local.invalid>\n\n") + 'p\n--=_@@-0\nContent-Type: application/octet-stream; name="a"\n'
        'Content-Transfer-Encoding: binary\nContent-ID: <2.@@@local.invalid>\nContent-Disposition: attachment; filename="a"\n\nq\0\n--=_@@-0--\n')
    case = group.cases[-1]
    case.expected["text"] = case.expected["text"].replace("q\0\r\n", "q\n\r\n")


def notifications(out):
    def xml(name, kind, status, more="", space=f' xmlns="{XML}"'):
        return (f'<?xml version="1.0" encoding="UTF-8"?>\n<imdn{space}>\n<message-id>{name}</message-id>\n{more}'
                f"<{kind}-notification><status><{status}/></status></{kind}-notification>\n</imdn>\n")

    group = out.group("CpimToReport", "Notifications to status reports")
    head = f"From: <{B}>\nTo: <{A}>\nNS: imdn <urn:ietf:params:imdn>\nimdn.Message-ID: n1\n\nContent-type: message/imdn+xml\nContent-Disposition: notification\n\n"
    known = {"34jk324j": {"id": TWO.hex()}}

    def add(comment, text, statuses, findings=()):
        octets = crlf(text)
        group.cases.append(Case(comment, ["Notification"], {"text": octets.decode(), "options": {"seed": SEED.hex(), "known": known}},
                                "acceptable" if findings else "valid", found(findings, octets), {
            "statuses": [{"messageId": it.hex(), "status": status} for it, status in statuses], "sender": B, "recipient": A}))

    def bad(comment, flag, text, *findings):
        octets = crlf(text)
        group.cases.append(Case(comment, [flag], {"text": octets.decode(), "options": {"seed": SEED.hex(), "known": known}}, "invalid", found(findings, octets)))

    one = ONE.hex()
    add("delivered", head + xml(one, "delivery", "delivered"), [(ONE, 1)])
    add("displayed", head + xml(one, "display", "displayed"), [(ONE, 2)])
    add("failed", head + xml(one, "delivery", "failed"), [(ONE, 6)])
    add("an identifier that the reader knows", head + xml("34jk324j", "display", "displayed"), [(TWO, 2)])
    add("an identifier as a mail has it", head + xml(f"mimi-{one}@local.invalid", "display", "displayed"), [(ONE, 2)])
    add("when the message was sent, and to whom, has no place", head + xml(one, "display", "displayed",
        "<datetime>2008-04-04T12:16:49-05:00</datetime>\n<recipient-uri>im:bob@example.com</recipient-uri>\n"), [(ONE, 2)], ["cpim-lossy"])
    prefixed = xml(one, "display", "displayed").replace("<", "<i:").replace("<i:/", "</i:").replace("<i:?", "<?").replace("xmlns=", "xmlns:i=")
    add("a prefix", head + prefixed, [(ONE, 2)])
    add("character references and CDATA", head + xml(f"<![CDATA[{one[:10]}]]>&#x30;{one[11:]}", "display", "displayed"), [(ONE, 2)])
    add("no namespace", head + xml(one, "display", "displayed", space=""), [(ONE, 2)], ["cpim-namespace"])
    several = head.split("Content-type")[0] + multi("mixed", leaf("message/imdn+xml", xml(one, "delivery", "delivered")),
                                                    leaf("message/imdn+xml", xml("34jk324j", "display", "displayed")))
    add("two of them", several, [(ONE, 1), (TWO, 2)])
    partly = several.replace("<delivered/>", "<forbidden/>")
    add("one of two without a counterpart", partly, [(TWO, 2)], ["imdn-status"])
    for kind, status in [("processing", "processed"), ("processing", "stored"), ("display", "forbidden"), ("delivery", "error")]:
        bad(f"{kind}: {status}", "Notification", head + xml(one, kind, status), "imdn-status")
    bad("a message that nobody knows", "Notification", head + xml("who", "display", "displayed"), ("reference-unresolved", b"<?xml"))
    for comment, broken in [("no XML", "delivered"), ("elements that are not closed", "<imdn>"), ("no identifier", xml("", "display", "displayed")),
                            ("no status", f'<imdn xmlns="{XML}"><message-id>{one}</message-id></imdn>'),
                            ("another namespace", xml(one, "display", "displayed", space=' xmlns="urn:x"')),
                            ("a document type", f'<!DOCTYPE imdn [<!ENTITY a "{one}">]>' + xml("&a;", "display", "displayed").split("\n", 1)[1]),
                            ("an entity", xml("&a;", "display", "displayed"))]:
        bad(comment, "Refused", head + broken, "imdn-malformed")

    group = out.group("ReportToCpim", "Status reports to notifications; @@ stands for 32 hex digits that mean nothing")

    # The reader knows one message by the name of a mail, and when both were sent.
    time = "<datetime>2009-02-13T23:31:29.019Z</datetime>\n"
    known = {f"mimi-{one}@local.invalid": {"id": one, "sent": 1234567889019}, "34jk324j": {"id": TWO.hex(), "sent": 1234567889019}}
    named = f"mimi-{one}@local.invalid"

    def sent(name, kind, status):
        return xml(name, kind, status, time)

    def write(comment, statuses, text, findings=(), known=known):
        findings = [{"code": it} if isinstance(it, str) else {"code": it[0], "path": it[1]} for it in findings]
        given = {"statuses": [{"messageId": it.hex(), "status": status} for it, status in statuses],
                 "options": {"known": known, "sender": B, "room": A, "date": 1234567890}}
        result = "invalid" if text is None else "acceptable" if findings else "valid"
        group.cases.append(Case(comment, ["Notification"], given, result, findings, text and {"text": crlf(text).decode()}))

    begin = (f"Content-Type: Message/CPIM\n\nFrom: <{B}>\nTo: <{A}>\nDateTime: 2009-02-13T23:31:30Z\nNS: imdn <urn:ietf:params:imdn>\n"
             "imdn.Message-ID: @@\n\n")
    entity = "Content-Type: message/imdn+xml\nContent-Transfer-Encoding: 7bit\nContent-Disposition: notification\n\n"
    write("delivered", [(ONE, 1)], begin + entity + sent(named, "delivery", "delivered"))
    write("read", [(ONE, 2)], begin + entity + sent(named, "display", "displayed"))
    write("error", [(ONE, 6)], begin + entity + sent(named, "delivery", "failed"))
    write("a message that came from elsewhere", [(TWO, 2)], begin + entity + sent("34jk324j", "display", "displayed"))
    write("unread was delivered", [(ONE, 0)], begin + entity + sent(named, "delivery", "delivered"), [("imdn-status", "statusReport[0].status")])
    several = begin + 'Content-Type: multipart/mixed; boundary="=_@@-0"\n\n--=_@@-0\n' + entity
    write("two messages", [(ONE, 1), (TWO, 2)], several + sent(named, "delivery", "delivered")
          + "\n--=_@@-0\n" + entity + sent("34jk324j", "display", "displayed") + "\n--=_@@-0--\n")
    write("one of two without a counterpart", [(ONE, 4), (TWO, 2)], begin + entity + sent("34jk324j", "display", "displayed"), [("imdn-status", "statusReport[0].status")])
    whole = {named: {"id": one, "sent": 1234567889000}}
    write("whole seconds", [(ONE, 1)], begin + entity + xml(named, "delivery", "delivered", time.replace(".019", "")), known=whole)
    write("nobody knows the message", [(ONE, 2)], begin + entity + xml(one, "display", "displayed"), [("imdn-no-datetime", "statusReport[0].messageId")], known={})
    write("nobody knows when it was sent", [(TWO, 2)], begin + entity + xml("34jk324j", "display", "displayed"),
          [("imdn-no-datetime", "statusReport[0].messageId")], known={"34jk324j": {"id": TWO.hex()}})
    write("only one of two is known", [(ONE, 1), (TWO, 2)], several + xml(one, "delivery", "delivered") + "\n--=_@@-0\n" + entity
          + sent("34jk324j", "display", "displayed") + "\n--=_@@-0--\n", [("imdn-no-datetime", "statusReport[0].messageId")], known={"34jk324j": known["34jk324j"]})
    far = {named: {"id": one, "sent": 253402300800000}}
    write("a time that no calendar has", [(ONE, 1)], begin + entity + xml(named, "delivery", "delivered"), [("imdn-no-datetime", "statusReport[0].messageId")], known=far)
    for name, status in [("expired", 3), ("deleted", 4), ("hidden", 5), ("a status of the future", 200)]:
        write(f"{name} has no counterpart", [(ONE, status)], None, [("imdn-status", "statusReport[0].status")])
    write("an empty report", [], None, ["imdn-status"])
