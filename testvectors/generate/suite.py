"""What a test file is: groups of cases, the flags they carry, and how they become JSON."""

from __future__ import annotations

import json
from dataclasses import dataclass, field

from cbor import Item, write
from model import Message, Tree

GENERATOR = "1.0"

# What tolerant decoding accepts with a warning; everything else is an error in both modes.
TOLERATED = {
    "cbor-trailing", "cbor-head-not-shortest", "cbor-indefinite-length", "cbor-key-order",
    "cbor-float-not-shortest", "cbor-nan-payload", "cbor-bignum-not-shortest", "url-tagged",
    "undefined-for-null", "salt-length", "multipart-too-few", "key-reserved",
}


@dataclass
class Case:
    comment: str
    flags: list
    input: dict
    result: str
    findings: list = field(default_factory=list)
    expected: dict | None = None

    def json(self, number: int) -> dict:
        out = {"tcId": number, "comment": self.comment, "flags": self.flags, "input": self.input}
        out["result"] = self.result
        if self.findings:
            out["findings"] = self.findings
        if self.expected is not None:
            out["expected"] = self.expected
        return out


@dataclass
class Group:
    type: str
    comment: str
    cases: list = field(default_factory=list)


@dataclass
class Suite:
    topic: str
    header: list
    sources: list
    flags: dict
    groups: list = field(default_factory=list)

    def group(self, kind: str, comment: str) -> Group:
        group = Group(kind, comment)
        self.groups.append(group)
        return group

    def text(self) -> str:
        number = 0
        groups = []
        used = set()
        for group in self.groups:
            tests = []
            for case in group.cases:
                number += 1
                used.update(case.flags)
                tests.append(case.json(number))
            groups.append({"type": group.type, "comment": group.comment, "tests": tests})
        missing = used - self.flags.keys()
        assert not missing, f"{self.topic}: flags without a note: {missing}"
        unused = self.flags.keys() - used
        assert not unused, f"{self.topic}: notes without a case: {unused}"
        document = {
            "topic": self.topic,
            "schema": "schema.json",
            "generatorVersion": GENERATOR,
            "sources": self.sources,
            "numberOfTests": number,
            "header": self.header,
            "notes": {
                flag: {"explanation": explanation, "source": source}
                for flag, (explanation, source) in sorted(self.flags.items())
            },
            "testGroups": groups,
        }
        return json.dumps(document, indent=1, ensure_ascii=False) + "\n"


def result_of(findings: list) -> str:
    if not findings:
        return "valid"
    return "acceptable" if findings[-1]["code"] in TOLERATED else "invalid"


def place(tree, where) -> int:
    if isinstance(where, int):
        return where
    if isinstance(where, Item):
        return where.at
    return where()


def findings_of(findings: list) -> list:
    """Rows of (code, item or offset[, path]) as JSON; an item brings its own path."""
    out = []
    for code, where, *path in findings:
        entry = {"code": code, "offset": place(None, where)}
        if path:
            entry["path"] = path[0]
        elif isinstance(where, Item):
            entry["path"] = where.path
        out.append(entry)
    for earlier in out[:-1]:
        assert earlier["code"] in TOLERATED, "only the last finding may refuse"
    return out


def octets_of(source) -> bytes:
    if isinstance(source, (bytes, bytearray)):
        return bytes(source)
    if isinstance(source, (Tree, Message)):
        return source.octets()
    if isinstance(source, Item):
        return write(source)
    raise TypeError(type(source))
