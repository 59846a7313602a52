"""What the topics about mail share: the octets of mails, and a writer and changes of our own mail
that share no code with the library.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import struct

from cbor import array, bstr, encode, null, uint, write
from examples import PLAIN
from model import External, Message, Multi, Single, part_tree
from topic_id import message_id

SEED = b"gold"

EXTERNAL_TYPE = "message/external-body"


def crlf(text: str) -> bytes:
    return text.replace("\n", "\r\n").encode()


def salt(octets: bytes, ordinal: int = 0) -> bytes:
    """The salt of a message made from a mail: HMAC-SHA256 of all its octets and the ordinal."""
    return hmac.new(SEED, octets + struct.pack(">I", ordinal), hashlib.sha256).digest()[:16]


def multi(kind: str, *parts: str, boundary: str = "b", more: str = "") -> str:
    """Header and body of a multipart."""
    body = "".join(f"--{boundary}\n{part}\n" for part in parts)
    return f"Content-Type: multipart/{kind}; boundary={boundary}{more}\n\n{body}--{boundary}--\n"


def leaf(media: str, content: str, *fields: str) -> str:
    head = f"Content-Type: {media}\n" if media else ""
    return head + "".join(f"{field}\n" for field in fields) + f"\n{content}"


# Our own mail.

def skeleton(message: Message, withhold: bool = False) -> bytes:
    """The record of a message: each content as [part index, length, SHA-256]."""
    octets = message.octets()
    counter = iter(range(10000))

    def part(it):
        index = next(counter)
        tree = part_tree(it)
        if isinstance(it, Single):
            digest = hashlib.sha256(it.content).digest()
            tree.items[4] = array(uint(index), uint(len(it.content)), bstr(digest))
        if isinstance(it, External) and withhold:
            tree.items[8:11] = [null(), null(), null()]
        if isinstance(it, Multi):
            tree.items[4] = array(*map(part, it.parts))
        return tree

    tree = message.tree().root
    tree.items[6] = part(message.part)
    return write(array(uint(1), uint(8), bstr(hashlib.sha256(octets).digest()), tree))


def folded(name: str, value: str, width: int = 70) -> str:
    lines = [value[at:at + width] for at in range(0, len(value), width)]
    return f"{name}: " + "\n ".join(lines) + "\n"


def quoted_printable(content: bytes) -> str:
    """Line feeds as =0A and a soft break, as the mapping asks."""
    out, line = "", ""
    for octet in content:
        piece = chr(octet) if 33 <= octet <= 126 and octet not in b"=." else f"={octet:02X}"
        if len(line) + len(piece) > 70:
            out, line = out + line + "=\n", ""
        line += piece
        if octet == 10:
            out, line = out + line + "=\n", ""
    return out + (line + "=\n" if line else "")


def base64_lines(content: bytes) -> str:
    digits = base64.b64encode(content).decode()
    return "".join(digits[at:at + 76] + "\n" for at in range(0, len(digits), 76))


def mailed_part(part, index: int, encoding: str = "quoted-printable", media: str | None = None) -> str:
    body = {"quoted-printable": quoted_printable, "base64": base64_lines}.get(encoding)
    text = body(part.content) if body else part.content.decode()
    media = media or part.content_type
    return (f"Content-Type: {media}\nContent-Transfer-Encoding: {encoding}\n"
            f"Content-ID: <{index}.gold@local.invalid>\n\n{text}")


def own(message: Message, body: str, *, sender: str = "alice@example.com", message_id_field: str | None = None,
        record: str | None = None) -> str:
    """A mail with the record of a message. `body` is the first part with its header."""
    if record is None:
        record = folded("MIMI-Content", base64.b64encode(skeleton(message)).decode())
    if message_id_field is None:
        stated = (message.extensions.get(1), message.extensions.get(2))
        digits = message_id(message.octets(), message.salt, *stated) if all(stated) else "gold"
        message_id_field = f"Message-ID: <mimi-{digits}@local.invalid>\n"
    return (f"From: <{sender}>\nDate: Fri, 13 Feb 2009 23:31:30 +0000\n{message_id_field}"
            f"MIME-Version: 1.0\n{record}{body}")


__all__ = [name for name in dir() if not name.startswith("_")]
