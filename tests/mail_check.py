"""Compares mails with what became of them, as Python's `email` reads both.

Usage: mail_check.py ORIGINALS CONVERTED [-v]

Both are folders with files of the same names. Each part without parts ("leaf") of an original
must be in the converted mail, in the same order: text with the same characters, anything else
with the same octets. Differences that a known reason explains are counted under that reason;
any other one is printed, and makes the exit status 1.
"""

import email
import email.policy
import re
import sys
from collections import Counter
from email.header import decode_header
from email.utils import getaddresses, parsedate_to_datetime
from pathlib import Path

LINES = {"text/plain", "text/html", "text/markdown", "text/enriched", "text/richtext"}


def leaves(part):
    """The parts without parts, as the conversion sees them."""
    kind = part.get_content_type()
    if kind == "multipart/encrypted" and part.is_multipart():
        return [part]
    if kind == "multipart/signed" and part.is_multipart():
        parts = part.get_payload()
        if len(parts) == 2 and parts[1].get_content_type().endswith("signature"):
            return leaves(parts[0])
    if part.get_content_maintype() == "multipart" and part.is_multipart():
        found = []
        calendars = []
        for child in part.get_payload():
            inner = leaves(child)
            hoist = kind == "multipart/alternative" and child.get_content_type() == "text/calendar"
            (calendars if hoist else found).extend(inner)
        return found + calendars
    return [part]


MEDIA = ("text", "image", "audio", "video")


def tree(part):
    """The tree of parts as the mapping has it: (type, parts)."""
    kind = part.get_content_type()
    if kind == "multipart/encrypted" and part.is_multipart():
        return (kind, ())
    children = part.get_payload() if part.get_content_maintype() == "multipart" and part.is_multipart() else []
    children = [child for child in children if "mimi-codec.skeleton" not in child.get_content_type()]
    if kind == "multipart/signed" and len(children) == 2 and children[1].get_content_type().endswith("signature"):
        return tree(children[0])
    if not children:
        return (kind, ())
    if len(children) == 1:
        return tree(children[0])
    inner = [tree(child) for child in children]
    if kind == "multipart/alternative":
        calendars = [it for it in inner if it[0] == "text/calendar"]
        rest = [it for it in inner if it[0] != "text/calendar"]
        if calendars and rest:
            first = rest[0] if len(rest) == 1 else (kind, tuple(rest))
            return ("multipart/mixed", (first, *calendars))
        return (kind, tuple(inner))
    if kind == "multipart/related" and all(it[0].split("/")[0] in MEDIA for it in inner):
        return (kind, tuple(inner))
    return ("multipart/mixed", tuple(inner))


def levels(tree):
    return 1 + max((levels(it) for it in tree[1]), default=0)


def same_tree(before, after):
    """None if the trees are equal, else the reason, or the difference."""
    if before == after:
        return None
    if levels(before) > 4:
        return "reason: a tree deeper than four levels"
    found = set()

    def compare(old, new):
        if not old[1] and not new[1]:
            if old[0] == new[0]:
                return True
            # Where Python takes a type for none, it says text/plain.
            composite = old[0].split("/")[0] in ("message", "multipart") and new[0] in ("application/octet-stream", "text/plain")
            if composite:
                found.add("another mail, or a multipart without parts, that cannot go as it is goes as a file")
            elif "text/plain" in (old[0], new[0]) or "application/octet-stream" in (old[0], new[0]):
                found.add("a type or transfer encoding that cannot be read")
            else:
                return False
            return True
        return old[0] == new[0] and len(old[1]) == len(new[1]) and all(compare(*pair) for pair in zip(old[1], new[1]))

    if compare(before, after):
        return "reason: " + "; ".join(sorted(found))
    return f"tree: {before} / {after}"


def boundary_twice(part, around=()):
    """Whether a multipart has the boundary of one around it."""
    if part.get_content_maintype() != "multipart":
        return False
    own = part.get_boundary()
    inner = part.get_payload() if part.is_multipart() else []
    return own in around or any(boundary_twice(p, (*around, own)) for p in inner)


def octets(part):
    """The content of a leaf."""
    if part.is_multipart():
        # A message in a message: its text as it would be written again.
        return b"".join(child.as_bytes() for child in part.get_payload())
    return part.get_payload(decode=True) or b""


def text(part):
    raw = octets(part)
    charset = part.get_content_charset() or "utf-8"
    for label in (charset, "utf-8", "windows-1252"):
        try:
            return raw.decode(label)
        except (LookupError, UnicodeDecodeError):
            continue
    return raw.decode("latin-1")


def lines(value):
    return value.replace("\r\n", "\n").lstrip("\ufeff")


def squeezed(value):
    return re.sub(r"\s+|^[> ]+", "", value, flags=re.M)


def without_cids(value):
    return re.sub(r'cid:[^"\'<>()\s]*', "cid:", value, flags=re.I)


def is_attachment(part):
    token = str(part.get("Content-Disposition", "")).split(";")[0].strip().lower()
    return token not in ("", "inline", "reaction", "icon", "session")


def compare(before, after):
    """None if the leaves are equal, else the reason, or the difference."""
    kind = before.get_content_type()
    if before.get_content_maintype() == "multipart" and octets(before).strip() == b"":
        return "reason: a multipart without parts becomes an empty part"
    if before.get_content_maintype() == "text" and not is_attachment(before):
        old, new = text(before), text(after)
        if old == new or lines(old) == lines(new):
            return None
        if (before.get_param("format") or "").lower() == "flowed":
            if squeezed(old) == squeezed(new):
                return "reason: flowed text became paragraphs"
        if str(before.get("Content-Transfer-Encoding", "")).strip() != str(before.get("Content-Transfer-Encoding", "")):
            return "reason: Python takes no transfer encoding with spaces behind it"
        if without_cids(lines(old)) == without_cids(lines(new)):
            return "reason: references name the parts of the message"
        if lines(old).rstrip() == lines(new).rstrip():
            return "reason: empty lines at the end"
        if "\ufffd" in new:
            return "reason: octets without a meaning in their charset"
        a, b = octets(before), octets(after)
        defects = ", ".join(sorted({type(d).__name__ for d in before.defects}))
        return f"text {kind} differs: {len(a)} {a[:60]!r} / {len(b)} {b[:60]!r} [{defects}]"
    old, new = octets(before), octets(after)
    if old == new or old.rstrip() == new.rstrip():
        return None
    if before.is_multipart() or before.get_content_maintype() == "message":
        inner = email.message_from_bytes(new)
        if kind == "message/rfc822" or kind == "multipart/encrypted":
            children = before.get_payload()
            if kind == "multipart/encrypted":
                head = f"Content-Type: {before['Content-Type']}\n\n".encode()
                inner = email.message_from_bytes(head + new)
                children = [before]
                if all(octets(p).strip() in new for c in children for p in c.get_payload()):
                    return "reason: encrypted parts stay one opaque part"
            pairs = [(leaves(c), leaves(inner)) for c in children]
            if all(len(o) == len(n) and all(octets(x) == octets(y) for x, y in zip(o, n)) for o, n in pairs):
                return "reason: Python writes an attached mail anew"
        if re.sub(rb"\s+", b"", old) == re.sub(rb"\s+", b"", new):
            return "reason: Python writes an attached mail anew"
    if before.get("Content-Transfer-Encoding", "").strip().lower() == "base64":
        if any("Base64" in type(d).__name__ for d in before.defects) or old == b"":
            return "reason: damaged base64, decoded as far as it goes"
        if new.startswith(old) or old.startswith(new):
            return "reason: base64 in several pieces"
    return f"{kind} differs: {len(old)} {old[:60]!r} / {len(new)} {new[:60]!r}"


def decoded(value):
    """A header value as text."""
    if value is None:
        return None
    pieces = []
    for piece, charset in decode_header(re.sub(r"\r?\n", "", str(value))):
        if isinstance(piece, bytes):
            try:
                piece = piece.decode(charset or "utf-8")
            except (LookupError, UnicodeDecodeError):
                piece = piece.decode("windows-1252", "replace")
        pieces.append(piece)
    return re.sub(r"\s+", " ", "".join(pieces)).strip()


def fields(before, after):
    """Differences in what the header says."""
    for name in ("Subject", "From", "To", "Cc", "Message-ID", "In-Reply-To", "References"):
        old, new = decoded(before.get(name)), decoded(after.get(name))
        if not old or old == new or "\ufffd" in old:
            continue
        if name in ("From", "To", "Cc") and getaddresses([old]) == getaddresses([new or ""]):
            continue
        if re.sub(r"[\s\"]", "", old) == re.sub(r"[\s\"]", "", new or ""):
            continue
        yield f"{name}: {old!r} / {new!r}"
    try:
        old = parsedate_to_datetime(before["Date"])
    except (TypeError, ValueError):
        return
    try:
        if old.timestamp() != parsedate_to_datetime(after["Date"]).timestamp():
            yield f"Date: {before['Date']} / {after['Date']}"
    except (TypeError, ValueError, OverflowError):
        yield f"Date: {before['Date']} / {after['Date']}"


def names(before, after):
    old, new = before.get_filename(), after.get_filename()
    if not old:
        return None
    if "\ufffd" in old:
        return None if new else f"file name {old!r} / {new!r}"
    tidy = re.sub(r"[\x00-\x1f\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]", "", decoded(old))
    tidy = tidy.replace("/", "_").replace("\\", "_").strip().lstrip(".")
    if new is not None and decoded(new) in (old, tidy, decoded(old)):
        return None
    return f"file name {old!r} / {new!r}"


def main():
    verbose = "-v" in sys.argv
    originals, converted = (Path(p) for p in [a for a in sys.argv[1:] if a != "-v"][:2])
    reasons, bad, mails, count, trees = Counter(), 0, 0, 0, 0
    for path in sorted(converted.rglob("*")):
        if not path.is_file():
            continue
        mails += 1
        name = path.relative_to(converted)
        before = email.message_from_bytes((originals / name).read_bytes().removeprefix(b"\xef\xbb\xbf"))
        after = email.message_from_bytes(path.read_bytes())
        old, new = leaves(before), leaves(after)
        new = [part for part in new if "mimi-codec.skeleton" not in part.get_content_type()]
        problems = list(fields(before, after))
        if boundary_twice(before):
            reasons["a boundary used twice; here its parts are found, in Python they are text"] += 1
        elif any(type(d).__name__ == "MissingHeaderBodySeparatorDefect" for d in before.defects) and len(new) != len(old):
            reasons["a line in the header that is no field; here the header goes on behind it"] += 1
        elif len(old) != len(new):
            problems.append(
                f"{len(old)} leaves / {len(new)}: "
                f"{[p.get_content_type() for p in old]} / {[p.get_content_type() for p in new]}"
            )
        else:
            trees += 1
            difference = same_tree(tree(before), tree(after))
            if difference and difference.startswith("reason: "):
                reasons[difference[8:]] += 1
                if verbose:
                    print(f"{name}: {difference}")
            elif difference:
                problems.append(difference)
            for number, (o, n) in enumerate(zip(old, new)):
                count += 1
                for difference in (compare(o, n), names(o, n)):
                    if difference is None:
                        continue
                    if difference.startswith("reason: "):
                        reasons[difference[8:]] += 1
                        if verbose:
                            print(f"{name} leaf {number}: {difference}")
                    else:
                        problems.append(f"leaf {number}: {difference}")
        for problem in problems:
            explanation = KNOWN.get((str(name), problem.split(":")[0]))
            if explanation:
                reasons[explanation] += 1
                if verbose:
                    print(f"{name} {problem}: {explanation}")
            else:
                bad += 1
                print(f"{name} {problem}")
    for reason, number in reasons.most_common():
        print(f"{number:5} {reason}")
    print(f"{mails} mails, {trees} trees, {count} leaves, {sum(reasons.values())} explained, {bad} unexplained")
    return 1 if bad else 0


# Differences of single mails, with their reason: (file, what differs).
MALFORMED = "a header broken on purpose, of which each reader saves something else"
KNOWN = {
    ("stalwart/malformed_019.eml", "1 leaves / 9"): MALFORMED,
    ("chatmail/attach_filename_combined.eml", "leaf 1"): "a file name twice; the encoded one counts",
    ("stalwart/rfc_008.eml", "leaf 1"): "an attached mail in base64, which Python does not decode",
    ("stalwart/thirdparty_012.eml", "1 leaves / 2"): "a fold inside the boundary, which Python keeps",
    ("mimekit/multipart-related-mhtml.txt", "leaf 1"): "references by Content-Location name the parts of the message",
    ("mimekit/message-partial.0.eml", "leaf 0"): "Python writes a part of a mail anew",
}


if __name__ == "__main__":
    sys.exit(main())
