"""Small Internet-Drafts: what one says, written in each of the forms that drafts are written in.

A draft is a list of sections; `FORMS` writes it as text, as text with page breaks, as kramdown-rfc, as
mmark and as XML. A place in any text is remembered with a mark: `PLACE` for the line and column in
front of which it stands, `LINE` for the line only. `settle` takes the marks out and says where they were.
"""

from __future__ import annotations

from dataclasses import dataclass, field

PLACE, LINE = "\ue000", "\ue001"


@dataclass
class Words:
    """A paragraph, its lines as they stand."""
    text: str


@dataclass
class Code:
    text: str
    language: str = ""


@dataclass
class Include:
    """A file that stands where its path does. Only Markdown has these."""
    path: str
    mark: str = ""


@dataclass
class Section:
    title: str
    blocks: list = field(default_factory=list)
    level: int = 1
    appendix: bool = False


def settle(text: str) -> tuple[str, list]:
    """The text without its marks, and the line and column (or none) of each."""
    out, places = [], []
    for number, line in enumerate(text.split("\n"), 1):
        kept = ""
        for char in line:
            if char in (PLACE, LINE):
                places.append((number, len(kept) + 1 if char == PLACE else None))
            else:
                kept += char
        out.append(kept)
    return "\n".join(out), places


def spoil(text: str, old: str, new: str, at: int | None = 0) -> str:
    """Puts `new` for the only `old`, with a mark `at` characters into it, or one for the line."""
    assert text.count(old) == 1, f"{text.count(old)} times {old!r}"
    marked = LINE + new if at is None else new[:at] + PLACE + new[at:]
    return text.replace(old, marked)


def indented(text: str, by: int = 3) -> str:
    return "".join(" " * by + line + "\n" if line else "\n" for line in text.rstrip("\n").split("\n"))


def text(name: str, sections: list) -> str:
    """As xml2rfc prints it, without pages."""
    out = f"Network Working Group                                          A. Nobody\nInternet-Draft\n\n\n{name.center(72).rstrip()}\n"
    counts: list = []
    back = False
    for section in sections:
        if section.appendix and not back:
            back, counts = True, []
        counts = counts[: section.level] + [0] * (section.level - len(counts))
        counts[-1] += 1
        first = chr(ord("A") + counts[0] - 1) if back else str(counts[0])
        number = ".".join([first, *map(str, counts[1:])])
        out += f"\n{'Appendix ' if back and section.level == 1 else ''}{number}.  {section.title}\n"
        for block in section.blocks:
            assert not isinstance(block, Include), "a text has no includes"
            out += "\n" + indented(block.text)
    return out


def pages(name: str, sections: list) -> str:
    """The same with the foot of a page and the head of the next after every 30 lines."""
    lines = text(name, sections).rstrip("\n").split("\n")
    out = ""
    for number, start in enumerate(range(0, len(lines), 30), 1):
        out += "\n".join(lines[start : start + 30])
        out += f"\n\n\n\nNobody                   Expires 1 May 2027                   [Page {number}]\n\f\n"
        out += "Internet-Draft                Examples                November 2026\n\n\n"
    return out


def kramdown(name: str, sections: list) -> str:
    out = f"---\ntitle: Examples\ndocname: {name}\n--- abstract\n\nExamples.\n\n--- middle\n"
    return out + markdown(sections, "--- back", "~~~", "{{::include {}}}")


def mmark(name: str, sections: list) -> str:
    out = f'%%%\ntitle = "Examples"\nvalue = "{name}"\n%%%\n\n.# Abstract\n\nExamples.\n\n{{mainmatter}}\n'
    return out + markdown(sections, "{backmatter}", "```", "<{{{{{}}}}}")


def markdown(sections: list, backmatter: str, fence: str, include: str) -> str:
    out, back = "", False
    for section in sections:
        if section.appendix and not back:
            back = True
            out += f"\n{backmatter}\n"
        out += f"\n{'#' * section.level} {section.title}\n"
        for block in section.blocks:
            out += "\n"
            if isinstance(block, Words):
                out += block.text.rstrip("\n") + "\n"
            elif isinstance(block, Include):
                line = block.mark + include.format(block.path) + "\n"
                # kramdown-rfc puts the file's text there, mmark the file as code.
                out += line if include.startswith("<") else f"{fence}\n{line}{fence}\n"
            else:
                head = f"{fence} {block.language}".rstrip()
                out += f"{head}\n{block.text.rstrip(chr(10))}\n{fence}\n"
    return out


def xml(name: str, sections: list) -> str:
    out = f'<?xml version="1.0" encoding="utf-8"?>\n<rfc docName="{name}" version="3">\n<front>\n<title>Examples</title>\n</front>\n<middle>\n'
    level, back = 0, False
    for section in sections:
        if section.appendix and not back:
            out += "</section>\n" * level + "</middle>\n<back>\n"
            level, back = 0, True
        out += "</section>\n" * (level - section.level + 1)
        level = section.level
        out += f"<section>\n<name>{section.title}</name>\n"
        for block in section.blocks:
            assert not isinstance(block, Include), "XML has no includes"
            if isinstance(block, Words):
                # Lists are words as well: what stands in them is what counts here.
                escaped = block.text.rstrip("\n").replace("&", "&amp;").replace("<", "&lt;")
                out += f"<t>\n{escaped}\n</t>\n"
            else:
                out += f"<sourcecode><![CDATA[\n{block.text.rstrip(chr(10))}\n]]></sourcecode>\n"
    return out + "</section>\n" * level + ("</back>" if back else "</middle>") + "\n</rfc>\n"


# By what a form is called: the name of the file, and who writes it.
FORMS = {
    "text": ("draft.txt", text),
    "text with pages": ("draft.txt", pages),
    "kramdown": ("draft.md", kramdown),
    "mmark": ("draft.md", mmark),
    "XML": ("draft.xml", xml),
}
