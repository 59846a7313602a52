"""The five topics of rich text: what Markdown, HTML and plain text become, and what links say about themselves."""

from __future__ import annotations

from rich_dom import cmark, one
from rich_html import GROUPS as FROM_HTML
from rich_links import LINKS
from rich_markdown import GROUPS as FROM_MARKDOWN
from rich_text import FROM_TEXT, TO_TEXT
from suite import Case, Suite

DRAFT = "draft-ietf-mimi-content-08"
GFM = "GFM 0.29"
OURS = "mimi-codec"
SOURCES = [DRAFT, GFM, "CommonMark 0.31"]

CMARK = ("Debian's cmark-gfm with the extensions table, strikethrough and tasklist gives the same HTML; the generator asks it.", GFM)
NOTES = {
    "Mention": ("A link to a URI of instant messaging.", f"{DRAFT} section 9.6"),
    "List": ("Lists, within each other, with numbers, with boxes.", f"{GFM} sections 5.2 to 5.4"),
    "LineStart": ("What stands at the beginning of a line and may look like a block.", f"{GFM} section 4"),
    "Code": ("Code in a line and in blocks.", f"{GFM} sections 4.5 and 6.3"),
    "Table": ("Tables.", f"{GFM} section 4.10"),
    "Emphasis": ("Emphasis, strong emphasis, strikethrough.", f"{GFM} sections 6.4 and 6.5"),
    "Emoji": ("Emoji and symbols beside marks.", "CommonMark 0.31 section 6.2"),
    "RightToLeft": ("Text from right to left, and direction marks.", GFM),
    "Space": ("Spaces, no-break spaces and tabs.", f"{GFM} section 2.1"),
    "Break": ("Line ends that are shown, and those that are not.", f"{GFM} sections 6.12 and 6.13"),
    "Url": ("Targets of links.", f"{GFM} sections 6.6 and 6.8"),
    "Image": ("Images.", f"{GFM} section 6.7"),
    "Quote": ("Quotes.", f"{GFM} section 5.1"),
    "Spoiler": ("What messengers use to hide a text; GFM-MIMI has nothing for it.", f"{DRAFT} section 7.1.1"),
    "Entity": ("Character references, and ampersands and angle brackets that are text.", f"{GFM} section 6.2"),
    "RawHtml": ("GFM-MIMI has no HTML: what would be HTML is text. It is escaped first, then the Markdown is read.", f"{DRAFT} section 7.1.1"),
    "CommonMark031": ("A symbol beside a mark, which CommonMark 0.31 takes for punctuation and GFM 0.29 does not. The vectors follow 0.31 and expect it to be said.",
                      "CommonMark 0.31 section 6.2"),
    "Policy": ("What may be a link or an image in a message: links by http, https, mailto, tel, geo and the schemes of instant messaging, images by cid. Of anything else the text stays.",
               f"{DRAFT} section 9; {OURS}"),
    "Matrix": ("HTML as Matrix and other messengers send it.", "Matrix Client-Server API, m.room.message"),
    "Mail": ("HTML as mail programs send it.", OURS),
    "Reduced": ("HTML that GFM cannot say in full.", f"{GFM}; {OURS}"),
    "Escape": ("Text that Markdown would take for something else.", f"{GFM} section 6.1"),
    "Hostile": ("HTML that was made to do harm, or that is broken.", OURS),
    "Line": ("Lines and paragraphs.", OURS),
    "Style": ("What plain text has no form for.", OURS),
    "Link": ("Targets that are shown behind the text of a link where they differ from it.", OURS),
    "Block": ("Lists, quotes and code as plain text.", OURS),
    "Mark": ("Characters that Markdown would take for something else.", f"{GFM} section 6.1"),
    "Draft": ("The cases of the draft.", f"{DRAFT} section 9.6"),
    "Spelling": ("Another spelling of an address.", f"{DRAFT} section 9.6; RFC 3986 section 6.2"),
    "Label": ("A text that does not look like an address.", f"{DRAFT} section 9.6"),
    "Lie": ("A text that says something else than is true.", f"{DRAFT} section 9.6"),
    "Disguise": ("Letters that look like others, and controls that turn the text around.", f"{DRAFT} section 9.6; UTS 39; UAX 9"),
    "Cmark": CMARK,
}

# Where cmark-gfm is another kind of reader.
ELSEWISE = {"Policy", "RawHtml", "CommonMark031"}


def make(topic, kind, header, sources, groups, case):
    out = Suite(topic, header, sources, {})
    for comment, rows in groups:
        cases = out.group(kind, comment).cases
        cases += [case(*row) for row in rows]
    comments = [case.comment for group in out.groups for case in group.cases]
    twice = sorted(f"{topic}: {comment}" for comment in comments if comments.count(comment) > 1)
    assert not twice, twice
    used = {flag for group in out.groups for case in group.cases for flag in case.flags}
    out.flags = {flag: NOTES[flag] for flag in used}
    return out


def told(comment, flags, given, codes, expected):
    findings = [{"code": code} for code in sorted(codes)]
    return Case(comment, flags, given, "acceptable" if findings else "valid", findings, expected)


def same_for_cmark(comment, markdown, html):
    """Whether both are the same to cmark-gfm; where it is absent, nobody is asked."""
    made = cmark(markdown)
    assert made is None or one(made) == one(html), f"{comment}: cmark-gfm makes {made!r}"


def markdown_to_html() -> Suite:
    def case(comment, flags, markdown, html, *codes):
        one(html)
        if not ELSEWISE & set(flags):
            same_for_cmark(comment, markdown, html)
            flags = [*flags, "Cmark"]
        return told(comment, flags, {"markdown": markdown}, codes, {"html": html})

    return make("markdown_to_html", "MarkdownToHtml", ["GFM-MIMI Markdown, as it is received, to HTML that can be shown."], SOURCES, FROM_MARKDOWN, case)


def html_to_markdown() -> Suite:
    def case(comment, flags, html, said, markdown, *codes):
        one(said)
        # The Markdown never has HTML, so cmark-gfm reads it alike, but for the policy.
        if "Policy" not in flags:
            same_for_cmark(comment, markdown, said)
            flags = [*flags, "Cmark"]
        return told(comment, flags, {"html": html}, codes, {"html": said, "markdown": markdown})

    return make("html_to_markdown", "HtmlToMarkdown", ["HTML, as bridges receive it, to GFM-MIMI Markdown."], [*SOURCES, "HTML Living Standard"], FROM_HTML, case)


def markdown_to_text() -> Suite:
    def case(comment, flags, markdown, text, *codes):
        return told(comment, flags, {"markdown": markdown}, codes, {"text": text})

    return make("markdown_to_text", "MarkdownToText", ["GFM-MIMI Markdown to plain text, for notifications and narrow channels."], SOURCES, TO_TEXT, case)


def text_to_markdown() -> Suite:
    def case(comment, flags, text, html, markdown):
        same_for_cmark(comment, markdown, html)
        return told(comment, [*flags, "Cmark"], {"text": text}, [], {"html": html, "markdown": markdown})

    return make("text_to_markdown", "TextToMarkdown", ["Plain text to Markdown that shows every character and every line break as it was typed."], SOURCES, FROM_TEXT, case)


def links() -> Suite:
    def case(comment, flags, text, target, verdict):
        return told(comment, flags, {"text": text, "target": target}, [], {"verdict": verdict})

    return make("links", "LinkText", ["The text of a link and its target: does the one say what the other is?"], [DRAFT, "RFC 3986", "UTS 39"], LINKS, case)
