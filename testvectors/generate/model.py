"""Messages described by their fields, and the same descriptions as CBOR trees and as JSON.

A tree knows the path of every field (`nestedPart.parts[2].contentType`), so that a case can name
the item it breaks and the writer says at which octet that item ended up.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from cbor import ARRAY, MAP, TAG, TEXT, UINT, NINT, BYTES, Item
from cbor import array, bstr, encode, integer, mapping, null, tstr, true, false, uint, write

JSON_SAFE = (1 << 53) - 1


def number(n: int):
    """JSON readers lose integers beyond 2^53 - 1: those become decimal strings."""
    return n if -JSON_SAFE <= n <= JSON_SAFE else str(n)


@dataclass
class Null:
    disposition: int = 1
    language: str = ""

    def body(self):
        return [uint(0)]

    def names(self):
        return ["cardinality"]

    def json(self):
        return {"cardinality": 0}


@dataclass
class Single:
    content_type: str = "text/plain;charset=utf-8"
    content: bytes = b""
    disposition: int = 1
    language: str = ""

    def body(self):
        return [uint(1), tstr(self.content_type), bstr(self.content)]

    def names(self):
        return ["cardinality", "contentType", "content"]

    def json(self):
        return {"cardinality": 1, "contentType": self.content_type, "content": self.content.hex()}


@dataclass
class External:
    content_type: str = ""
    url: str = ""
    expires: int = 0
    size: int = 0
    enc_alg: int = 0
    key: bytes = b""
    nonce: bytes = b""
    aad: bytes = b""
    hash_alg: int = 0
    content_hash: bytes = b""
    description: str = ""
    filename: str = ""
    disposition: int = 6
    language: str = ""

    def body(self):
        return [
            uint(2), tstr(self.content_type), tstr(self.url), uint(self.expires), uint(self.size),
            uint(self.enc_alg), bstr(self.key), bstr(self.nonce), bstr(self.aad),
            uint(self.hash_alg), bstr(self.content_hash), tstr(self.description),
            tstr(self.filename),
        ]

    def names(self):
        return [
            "cardinality", "contentType", "url", "expires", "size", "encAlg", "key", "nonce",
            "aad", "hashAlg", "contentHash", "description", "filename",
        ]

    def json(self):
        return {
            "cardinality": 2, "contentType": self.content_type, "url": self.url,
            "expires": self.expires, "size": number(self.size), "encAlg": self.enc_alg,
            "key": self.key.hex(), "nonce": self.nonce.hex(), "aad": self.aad.hex(),
            "hashAlg": self.hash_alg, "contentHash": self.content_hash.hex(),
            "description": self.description, "filename": self.filename,
        }


CHOOSE_ONE, SINGLE_UNIT, PROCESS_ALL = 0, 1, 2


@dataclass
class Multi:
    semantics: int = PROCESS_ALL
    parts: list = field(default_factory=list)
    disposition: int = 1
    language: str = ""

    def body(self):
        return [uint(3), uint(self.semantics), array(*map(part_tree, self.parts))]

    def names(self):
        return ["cardinality", "partSemantics", "parts"]

    def json(self):
        return {
            "cardinality": 3, "partSemantics": self.semantics,
            "parts": [part_json(part) for part in self.parts],
        }


def part_tree(part) -> Item:
    tree = array(uint(part.disposition), tstr(part.language), *part.body())
    for item, name in zip(tree.items, ["disposition", "language", *part.names()]):
        item.name = name
    return tree


def part_json(part) -> dict:
    return {"disposition": part.disposition, "language": part.language, **part.json()}


@dataclass
class Expiration:
    relative: bool
    time: int


@dataclass
class Message:
    """A message. `extensions` is a dict from key to a Python value or an Item."""

    part: object = None
    salt: bytes = bytes(range(0xA0, 0xB0))
    replaces: bytes | None = None
    topic: bytes = b""
    expires: Expiration | None = None
    in_reply_to: bytes | None = None
    extensions: dict = field(default_factory=dict)

    def tree(self) -> "Tree":
        expires = null()
        if self.expires:
            expires = array(true() if self.expires.relative else false(), uint(self.expires.time))
            expires.items[0].name = "relative"
            expires.items[1].name = "time"
        fields = [
            ("salt", bstr(self.salt)),
            ("replaces", null() if self.replaces is None else bstr(self.replaces)),
            ("topicId", bstr(self.topic)),
            ("expires", expires),
            ("inReplyTo", null() if self.in_reply_to is None else bstr(self.in_reply_to)),
            ("extensions", encode(self.extensions)),
            ("nestedPart", part_tree(self.part or Null(1))),
        ]
        for name, item in fields:
            item.name = name
        return Tree(array(*(item for _, item in fields)))

    def octets(self) -> bytes:
        return self.tree().octets()

    def part_count(self) -> int:
        waiting, count = [self.part], 0
        while waiting:
            count += 1
            waiting += getattr(waiting.pop(), "parts", [])
        return count

    def json(self) -> dict:
        tree = encode(self.extensions)
        entries = list(zip(tree.items[0::2], tree.items[1::2]))
        return {
            "salt": self.salt.hex(),
            "replaces": self.replaces and self.replaces.hex(),
            "topicId": self.topic.hex(),
            "expires": self.expires and {"relative": self.expires.relative, "time": self.expires.time},
            "inReplyTo": self.in_reply_to and self.in_reply_to.hex(),
            "extensions": [{"key": key_json(k), "value": write(v).hex()} for k, v in entries],
            "nestedPart": part_json(self.part or Null(1)),
        }


def key_json(key: Item):
    if key.major == TEXT:
        return key.content.decode()
    return key.arg if key.major == UINT else -1 - key.arg


def key_text(key: Item) -> str | None:
    """A key as it stands in a path; none for what can be no key."""
    content = b"".join(chunk.content for chunk in key.chunks) if key.chunks else key.content
    if key.major == UINT:
        return str(key.arg)
    if key.major == NINT:
        return str(-1 - key.arg)
    if key.major == TEXT:
        return '"' + content.decode() + '"'
    if key.major == BYTES:
        return "h'" + content.hex() + "'"
    return None


class Tree:
    """The tree of a message, addressed by path."""

    def __init__(self, root: Item):
        self.root = root

    def __getitem__(self, path: str) -> Item:
        self.name()
        for item in self.root.walk():
            if item.path == path and not getattr(item, "is_key", False):
                return item
        raise KeyError(path)

    def parent(self, target: Item) -> Item:
        return next(item for item in self.root.walk() if any(i is target for i in item.items))

    def put(self, path: str, new: Item) -> Item:
        """Replaces the item at a path. The new one stands under the same name."""
        old = self[path]
        if old is self.root:
            self.root = new
            return new
        parent = self.parent(old)
        index = next(i for i, item in enumerate(parent.items) if item is old)
        parent.items[index] = new
        new.name = old.name
        return new

    def wrap(self, path: str, number: int) -> Item:
        """Puts a tag around the item at a path; returns the tag."""
        old = self[path]
        wrapped = Item(TAG, number)
        self.put(path, wrapped)
        old.name = None
        wrapped.items = [old]
        return wrapped

    def key(self, index: int, path: str = "extensions") -> Item:
        """The key of an entry of the map at a path."""
        return self[path].items[2 * index]

    def name(self):
        """Gives every item its path."""
        self.root.path = "message"
        waiting = [(self.root, "")]
        while waiting:
            item, path = waiting.pop()
            if item.major == MAP:
                for key, value in zip(item.items[0::2], item.items[1::2]):
                    key.is_key = True
                    text = key_text_or_none(key)
                    key.path = path if text is None else f"{path}[{text}]"
                    value.path = key.path
                    waiting += [(value, value.path)]
                    for inner in list(key.walk())[1:]:
                        inner.path = path
                continue
            for index, inner in enumerate(item.items):
                if item.major == TAG:
                    inner.path = path
                elif inner.name:
                    inner.path = f"{path}.{inner.name}" if path else inner.name
                elif item.name == "parts" or not schema_array(item, self.root):
                    inner.path = f"{path}[{index}]"
                else:
                    inner.path = path or "message"
                waiting.append((inner, inner.path))
            for chunk in item.chunks or []:
                chunk.path = path

    def octets(self) -> bytes:
        self.name()
        return write(self.root)


def key_text_or_none(key: Item):
    try:
        return key_text(key)
    except UnicodeDecodeError:
        return None


def schema_array(item: Item, root: Item) -> bool:
    """Whether an array is one whose items are fields, not a list."""
    return item is root or any(inner.name for inner in item.items)


__all__ = [name for name in dir() if not name.startswith("_")]
