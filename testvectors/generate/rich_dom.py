"""When two pieces of HTML are the same: both in one spelling. And what cmark-gfm makes of Markdown."""

from __future__ import annotations

import html
import re
import shutil
import subprocess
import urllib.parse
from html.parser import HTMLParser

VOID = {"br", "hr", "img", "input"}
BLOCKS = {"p", "h1", "h2", "h3", "h4", "h5", "h6", "blockquote", "ul", "ol", "li", "pre", "hr",
          "table", "thead", "tbody", "tr", "td", "th"}
SAME = {"b": "strong", "i": "em", "s": "del", "strike": "del"}
# What is compared; everything else, as rel and the class of a link, is left to the writer.
COMPARED = {"a": ("href", "title"), "img": ("src", "alt", "title"), "ol": ("start",), "td": ("align",), "th": ("align",),
            "code": ("class",), "input": ("checked",)}
SPACE = " \t\n\r\f"


def url(target: str) -> str:
    """One spelling of percent-encoding: what can stand plainly does, everything else in capitals."""
    octets = urllib.parse.unquote_to_bytes(target)
    return urllib.parse.quote(octets, safe="/:?#[]@!$&'()*+,;=-._~")


class One(HTMLParser):
    """Writes HTML in one spelling; refuses tags that do not match."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.out = ""
        self.open: list = []
        self.edge = True        # a space here would be at the edge of a block or line
        self.space = False

    def handle_starttag(self, tag, attributes):
        tag = SAME.get(tag, tag)
        if tag in BLOCKS or tag == "br":
            self.space = False
        elif self.space:
            self.text(" ")
        kept = []
        for name in COMPARED.get(tag, ()):
            value = dict(attributes).get(name, None)
            if name not in dict(attributes):
                continue
            value = value or ""
            if name in ("href", "src"):
                value = url(value)
            elif name == "class":
                value = " ".join(word for word in value.split() if word.startswith("language-"))
            elif name == "start" and value == "1":
                continue
            if value or name in ("href", "src", "alt", "checked"):
                kept.append(f' {name}="{html.escape(value)}"')
        self.out += f"<{tag}{''.join(kept)}>"
        if tag not in VOID:
            self.open.append(tag)
        if tag in BLOCKS or tag == "br":
            self.edge = True
        elif tag in ("img", "input"):
            self.edge = False

    def handle_endtag(self, tag):
        tag = SAME.get(tag, tag)
        if tag in VOID:
            return
        assert self.open and self.open[-1] == tag, f"</{tag}> ends {self.open}"
        self.open.pop()
        if tag == "pre":
            self.out = re.sub(r"\n(</code>)?$", r"\1", self.out)
        if tag in BLOCKS:
            self.space = False
            self.edge = True
        elif self.space:
            self.text(" ")
        self.out += f"</{tag}>"

    def text(self, text):
        self.out += html.escape(text, quote=False)
        self.space = False
        self.edge = False

    def handle_data(self, data):
        if "pre" in self.open:
            return self.text(data)
        for piece in re.split(f"([{SPACE}]+)", data):
            if not piece:
                continue
            if piece[0] in SPACE:
                self.space = not self.edge
            else:
                self.text((" " if self.space else "") + piece)


def one(text: str) -> str:
    parser = One()
    parser.feed(text)
    parser.close()
    assert not parser.open, f"not ended: {parser.open}"
    return parser.out


def cmark(markdown: str) -> str | None:
    """What cmark-gfm makes of it; None where the program is absent."""
    program = shutil.which("cmark-gfm")
    if program is None:
        return None
    words = [program, "-e", "table", "-e", "strikethrough", "-e", "tasklist", "--unsafe"]
    done = subprocess.run(words, input=markdown.encode(), capture_output=True, timeout=30, check=True)
    return done.stdout.decode()
