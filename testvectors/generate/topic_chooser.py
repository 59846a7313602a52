"""chooser.json: which parts of a message a client shows, and what becomes of each.

The expected results are written out case by case. The choice among alternatives is also made by
`choose` below, from the stands that README.md describes; the generator stops where the two differ.
"""

from __future__ import annotations

import math

from examples import PLAIN, RICH, SALT, SOUP_ID
from model import CHOOSE_ONE, PROCESS_ALL, SINGLE_UNIT, External, Message, Multi, Null, Single
from suite import Case, Suite

FLAGS = {
    "Alternatives": ("Of a chooseOne exactly one part is shown: the one with the best score, of equal ones the first.",
                     "draft-ietf-mimi-content-08 section 4.4"),
    "Languages": ("The reader's languages decide among alternatives; a part without languages takes those of the "
                  "nearest multipart around it that has some.", "draft-ietf-mimi-content-08 section 4.4"),
    "Unit": ("Of a singleUnit all parts are shown or none; then one placeholder stands for the unit.",
             "draft-ietf-mimi-content-08 section 4.4"),
    "References": ("An image in a text that names a part, cid:N@local.invalid, takes that part into the text, wherever "
                   "it stands. Hyperlinks do not, and neither does a text that is not shown.",
                   "draft-ietf-mimi-content-08 section 4.4"),
    "Nested": ("The shape of the example in appendix B.3: HTML in two languages, with one image or another.",
               "draft-ietf-mimi-content-08 appendix B.3"),
    "Unknown": ("A media type that the client does not show has a placeholder, unless it is to be saved.",
                "draft-ietf-mimi-content-08 sections 4.4 and 9.1"),
    "Dispositions": ("What a part is for decides what becomes of it; an unspecified one takes that of the multipart "
                     "around it, an unknown one counts as render.", "draft-ietf-mimi-content-08 sections 8.2.2 and 9.1"),
    "Elsewhere": ("Content elsewhere counts half, unless it may be fetched at once.", "mimi-codec"),
}

# What a usual client shows, and how well.
USUAL = {
    RICH: 1.0, "text/markdown;variant=CommonMark": 0.95, "text/markdown;variant=GFM": 0.95, "text/markdown": 0.9,
    "text/html": 0.9, "text/plain": 0.6, "application/mimi-content": 0.9, "application/mimi-message-status": 1.0,
    "image/png": 1.0, "image/jpeg": 1.0, "image/webp": 0.95, "image/gif": 0.9,
}
HTML = "text/html;charset=utf-8"
VENDOR = "application/vnd.example.fancy"
REACTION, INLINE, ATTACHMENT, SESSION = 2, 4, 6, 7


def text(content="Soup.", **more):
    return Single(RICH, content.encode(), **more)


def plain(content="Soup.", **more):
    return Single(PLAIN, content.encode(), **more)


def page(content="<p>Soup.</p>", **more):
    return Single(HTML, content.encode(), **more)


def image(kind="png", disposition=1, **more):
    return Single(f"image/{kind}", bytes(range(24)), disposition=disposition, **more)


def vendor(**more):
    return Single(VENDOR, b"?", **more)


def elsewhere(kind="image/png", disposition=1, size=1000):
    return External(kind, "https://store.example/x", size=size, disposition=disposition)


def one(*parts, **more):
    return Multi(CHOOSE_ONE, list(parts), **more)


def unit(*parts, **more):
    return Multi(SINGLE_UNIT, list(parts), **more)


def every(*parts, **more):
    return Multi(PROCESS_ALL, list(parts), **more)


def ref(index):
    return f"![soup](cid:{index}@local.invalid)"


def nested():
    """HTML in English or French, which shows the GIF beside it, or else the PNG."""
    def branch(gif_or_png, index):
        pages = [page(f'<h1>{word}</h1><img src="cid:{index}@local.invalid" alt="soup">', language=language)
                 for language, word in (("en", "Soup"), ("fr", "Soupe"))]
        return every(one(*pages), image(gif_or_png, INLINE))
    return one(branch("gif", 5), branch("png", 10))


# The choice, made again.

def type_score(policy, content_type):
    """The most exact entry counts: with parameters before without."""
    kind, _, rest = content_type.partition(";")
    if "/" not in kind:
        return 0.0
    said = {piece.strip().lower() for piece in rest.split(";") if piece.strip()}
    best = (-1, 0.0)
    for known, score in policy["mediaTypes"].items():
        name, _, more = known.partition(";")
        wanted = {piece.strip().lower() for piece in more.split(";") if piece.strip()}
        if name.lower() == kind.strip().lower() and wanted <= said:
            best = max(best, (len(wanted), score))
    return best[1]


def language_score(policy, languages):
    tags = [tag.strip().lower() for tag in languages.split(",") if tag.strip()]
    if not policy["languages"] or not tags:
        return 1.0
    best = 0.5
    for cut, worth in ((False, 1.0), (True, 0.85)):
        for place, wanted in enumerate(policy["languages"]):
            wanted = wanted.lower().split("-")[0] if cut else wanted.lower()
            for tag in tags:
                if tag == wanted or tag.startswith(wanted + "-"):
                    further = tag.count("-") - wanted.count("-")
                    best = max(best, worth - 0.01 * place - 0.001 * further)
    return best


def weigh(part, policy, disposition, language):
    """The score of a part and the share of it that can be shown; fills `chosen`."""
    disposition = part.disposition or disposition
    language = part.language or language
    if isinstance(part, Null):
        return 1.0, 1.0
    if isinstance(part, Multi):
        scores = [weigh(inner, policy, disposition, language) for inner in part.parts]
        if part.semantics == CHOOSE_ONE:
            part.chosen = max(range(len(scores)), key=lambda at: (scores[at], -at))
            return scores[part.chosen]
        if part.semantics == SINGLE_UNIT:
            part.whole = worst = min(score for score, _ in scores)
            return worst, worst
        values = [score for score, _ in scores]
        mean = 0.0 if 0.0 in values else math.exp(sum(map(math.log, values)) / len(values))
        return round(mean, 9), round(sum(share for _, share in scores) / len(scores), 9)
    least = {ATTACHMENT: 0.5, SESSION: 1.0}.get(disposition, 0.0)
    score = max(type_score(policy, part.content_type), least) * language_score(policy, language)
    if isinstance(part, Single) and len(part.content) > policy.get("maxPart", 1 << 24) and not least:
        score = 0.0
    if isinstance(part, External) and not policy["fetch"] and disposition != SESSION:
        score /= 2
    return round(score, 9), round(score, 9)


def choose(message, policy):
    """The leaves that are shown, and those withheld because their unit cannot be shown whole."""
    shown, withheld = [], []

    def count(part):
        return 1 + sum(map(count, part.parts)) if isinstance(part, Multi) else 1

    def walk(part, index, fate):
        if not isinstance(part, Multi):
            if fate is not None:
                fate.append(index)
            return
        if part.semantics == SINGLE_UNIT and part.whole == 0.0 and fate is shown:
            fate = withheld
        at = index + 1
        for place, inner in enumerate(part.parts):
            chosen = part.semantics != CHOOSE_ONE or place == part.chosen or fate is withheld
            walk(inner, at, fate if chosen else None)
            at += count(inner)

    weigh(message.part, policy, 1, "")
    walk(message.part, 0, shown)
    return shown, withheld


def policy(*languages, without=(), only=None, fetch=False, max_part=None):
    types = {kind: score for kind, score in USUAL.items()
             if (only is None or kind in only) and kind not in without}
    out = {"mediaTypes": types, "languages": list(languages), "fetch": fetch}
    if max_part is not None:
        out["maxPart"] = max_part
    return out


def case(comment, flags, body, reader, blocks, resources=(), withheld=(), dangling=(), **fields):
    """`blocks` is `kind@index`, `placeholder:reason@index`, in order."""
    message = body if isinstance(body, Message) else Message(body, salt=SALT, **fields)
    listed = []
    for block in blocks.split():
        kind, _, index = block.partition("@")
        kind, _, reason = kind.partition(":")
        entry = {"index": int(index), "kind": kind}
        if reason:
            entry["reason"] = reason
        listed.append(entry)
    shown, refused = choose(message, reader)
    units = {entry["index"] for entry in listed if entry.get("reason") == "unit"}
    stated = sorted({entry["index"] for entry in listed} - units | set(resources))
    silent = [index for index in shown if index not in stated and index != 0 and not null_at(message, index)]
    assert not silent and set(stated) <= set(shown), f"{comment}: chosen {shown}, stated {stated}"
    assert refused == list(withheld), f"{comment}: withheld {refused}, stated {list(withheld)}"
    told = {
        "mediaTypes": [{"type": kind, "score": score} for kind, score in reader["mediaTypes"].items()],
        "languages": reader["languages"],
        "fetch": reader["fetch"],
    }
    if "maxPart" in reader:
        told["maxPart"] = reader["maxPart"]
    expected = {"shown": shown, "withheld": refused, "blocks": listed,
                "resources": list(resources), "dangling": list(dangling)}
    return Case(comment, flags, {"hex": message.octets().hex(), "policy": told}, "valid", [], expected)


def null_at(message, index):
    parts = []

    def walk(part):
        parts.append(part)
        for inner in getattr(part, "parts", []):
            walk(inner)

    walk(message.part)
    return isinstance(parts[index], Null)


def suite() -> Suite:
    out = Suite(
        "chooser",
        ["A case gives the octets of a message and what a client can show to a reader; expected",
         "are the leaves shown and withheld, the blocks in order, the parts that texts took in,",
         "and the texts that refer to what is not there."],
        ["draft-ietf-mimi-content-08"],
        FLAGS,
    )
    appendix = out.group("Choose", "Appendix B.3: English or French, GIF or PNG, with and without HTML")
    flags = ["Nested", "Alternatives", "Languages"]
    for language, first in (("en", 0), ("fr", 1)):
        for name, without, html, picture in (
            ("GIF", ["image/png"], 3, 5), ("PNG", ["image/gif"], 8, 10), ("both images", [], 8, 10),
        ):
            appendix.cases.append(case(
                f"{language}, {name}, HTML", [*flags, "References"], nested(), policy(language, without=without),
                f"html@{html + first}", [picture]))
            # Nothing of the text can be shown in either language: the first stands for it.
            appendix.cases.append(case(
                f"{language}, {name}, no HTML", [*flags, "Unknown"], nested(),
                policy(language, without=[*without, "text/html"]),
                f"placeholder:unsupported@{html} image@{picture}"))
        appendix.cases.append(case(
            f"{language}, no image at all, HTML", [*flags, "References", "Unknown"], nested(),
            policy(language, without=["image/gif", "image/png"]), f"html@{3 + first}", [5]))
    appendix.cases.append(case("neither language", [*flags, "References"], nested(), policy("de"), "html@8", [10]))
    appendix.cases.append(case("French before English", [*flags, "References"], nested(), policy("fr", "en"),
                               "html@9", [10]))
    appendix.cases.append(case("any language", [*flags, "References"], nested(), policy(), "html@8", [10]))

    alternatives = out.group("Choose", "chooseOne")
    add = alternatives.cases.append
    only = ["Alternatives"]
    add(case("rich before plain, wherever it stands", only, one(plain(), text()), policy(), "richText@2"))
    add(case("the first of equals", only, one(text("a"), text("b"), text("c")), policy(), "richText@1"))
    add(case("an unknown type is passed over", [*only, "Unknown"], one(vendor(), text()), policy(), "richText@2"))
    add(case("all unknown: the first has a placeholder", [*only, "Unknown"],
             one(vendor(), Single("video/mp4", b"?")), policy(), "placeholder:unsupported@1"))
    add(case("plain where rich is not supported", only, one(text(), page(), plain()),
             policy(only=["text/plain"]), "richText@3"))
    add(case("HTML before plain", only, one(plain(), page()), policy(), "html@2"))
    add(case("a variant is not another variant", only,
             one(Single("text/markdown;variant=CommonMark", b"a"), text("b")), policy(), "richText@2"))
    add(case("media types are compared without case", only,
             one(plain(), Single("TEXT/Markdown; VARIANT=gfm-mimi", b"a")), policy(), "richText@2"))
    add(case("a part with two things beats one with less", only,
             one(every(text(), vendor()), every(plain(), image())), policy(), "richText@5 image@6"))
    add(case("alternatives in alternatives", [*only, "Unknown"],
             one(one(plain(), vendor()), one(vendor(), text())), policy(), "richText@6"))
    add(case("larger than the reader wants", only, one(text("Soup. " * 20), plain("x")), policy(max_part=100),
             "richText@2"))
    add(case("a null part is no worse than a text", only, one(Null(), plain()), policy(), ""))

    languages = out.group("Choose", "Languages")
    add = languages.cases.append
    only = ["Alternatives", "Languages"]

    def three():
        return one(text("a", language="de"), text("b", language="fr"), text("c", language="en"))
    add(case("the reader's order", only, three(), policy("en", "fr"), "richText@3"))
    add(case("the other order", only, three(), policy("fr", "en"), "richText@2"))
    add(case("none understood: the first", only, three(), policy("it"), "richText@1"))
    add(case("no wishes: the first", only, three(), policy(), "richText@1"))
    add(case("a wider tag than the reader's", only, one(text(language="de"), text(language="en")),
             policy("en-GB"), "richText@2"))
    add(case("the very tag before another of the language", only,
             one(text(language="en-US"), text(language="en-GB")), policy("en-GB"), "richText@2"))
    add(case("case does not matter", only, one(text(language="de"), text(language="EN")), policy("en"),
             "richText@2"))
    add(case("one language of several is enough", only, one(text(language="it"), text(language="de, en")),
             policy("en"), "richText@2"))
    add(case("a plain text that is understood beats a rich one that is not", only,
             one(text(language="de"), plain(language="en")), policy("en"), "richText@2"))
    add(case("a text without a language is welcome", only, one(text(language="de"), text()), policy("en"),
             "richText@2"))
    add(case("the language comes from the multipart around", only,
             one(every(text(), image(), language="de"), every(text(), image(), language="fr")), policy("fr"),
             "richText@5 image@6"))
    add(case("the part's own language counts before that", only,
             one(every(text(language="fr"), image(language="fr"), language="de"), every(text(), image(), language="it")),
             policy("fr"), "richText@2 image@3"))

    units = out.group("Choose", "singleUnit and processAll")
    add = units.cases.append
    add(case("a whole unit", ["Unit"], unit(text(), image()), policy(), "richText@1 image@2"))
    add(case("one unknown part: nothing of the unit", ["Unit", "Unknown"], unit(text(), vendor(), image()), policy(),
             "placeholder:unit@0", withheld=[1, 2, 3]))
    add(case("an alternative that is no unit", ["Unit", "Alternatives"], one(unit(text(), vendor()), plain()), policy(),
             "richText@4"))
    add(case("a unit among other parts", ["Unit", "Unknown"], every(unit(text(), vendor()), plain()), policy(),
             "placeholder:unit@1 richText@4", withheld=[2, 3]))
    add(case("a choice saves the unit", ["Unit", "Alternatives"], unit(one(vendor(), text()), image()), policy(),
             "richText@3 image@4"))
    add(case("no choice left", ["Unit", "Alternatives", "Unknown"], unit(one(vendor(), Single("video/mp4", b"?")), image()),
             policy(), "placeholder:unit@0", withheld=[2, 3, 4]))
    add(case("a null part spoils no unit", ["Unit"], unit(text(), Null()), policy(), "richText@1"))
    add(case("what is to be saved spoils no unit", ["Unit", "Dispositions"], unit(text(), vendor(disposition=6)),
             policy(), "richText@1 file@2"))
    add(case("processAll shows what can be shown", ["Unknown"], every(text(), vendor(), image()), policy(),
             "richText@1 placeholder:unsupported@2 image@3"))

    references = out.group("Choose", "References from texts to parts")
    add = references.cases.append
    only = ["References"]
    add(case("forward", only, every(text(ref(2)), image()), policy(), "richText@1", [2]))
    add(case("backward", only, every(image(), text(ref(1))), policy(), "richText@2", [1]))
    add(case("forward, to an inline part in a branch further on", [*only, "Dispositions"],
             every(text(ref(3)), every(image(disposition=4), image("gif"))), policy(), "richText@1 image@4", [3]))
    add(case("a hyperlink takes nothing in", only, every(text("[soup](cid:2@local.invalid)"), image()), policy(),
             "richText@1 image@2"))
    add(case("a discarded text takes nothing in", [*only, "Alternatives"],
             every(one(plain(ref(4)), text("no image")), image()), policy(), "richText@3 image@4"))
    add(case("a text that is no Markdown takes nothing in", only, every(plain(ref(2)), image()), policy(),
             "richText@1 image@2"))
    add(case("two texts, one image", only, every(text(ref(3)), text(ref(3)), image()), policy(),
             "richText@1 richText@2", [3]))
    add(case("into a discarded branch", [*only, "Alternatives"], every(text(ref(4)), one(text(), image("bmp"))),
             policy(), "richText@1 richText@3", dangling=[1]))
    add(case("to no part", only, every(text(ref(9)), image()), policy(), "richText@1 image@2", dangling=[1]))
    add(case("to a text", only, every(text(ref(2)), text()), policy(), "richText@1 richText@2", dangling=[1]))
    add(case("to itself", only, text(ref(0)), policy(), "richText@0", dangling=[0]))
    add(case("to a multipart", only, every(text(ref(2)), every(image(), image())), policy(),
             "richText@1 image@3 image@4", dangling=[1]))
    add(case("from HTML, to content elsewhere", [*only, "Elsewhere"],
             every(page('<img src="cid:2@local.invalid">'), elsewhere()), policy(), "html@1", [2]))
    add(case("to an image of an unknown type", [*only, "Unknown"], every(text(ref(2)), image("x-odd")), policy(),
             "richText@1", [2]))
    add(case("another host is no reference", only, every(text("![a](cid:2@example.com)"), image()), policy(),
             "richText@1 image@2"))

    kinds = out.group("Choose", "What becomes of a single part")
    add = kinds.cases.append
    only = ["Dispositions"]
    add(case("an image", only, image(), policy(), "image@0"))
    add(case("an image to be saved", only, image(disposition=ATTACHMENT), policy(), "file@0"))
    add(case("an unknown type to be saved", [*only, "Unknown"], vendor(disposition=ATTACHMENT), policy(), "file@0"))
    add(case("an unknown type to be shown", [*only, "Unknown"], vendor(), policy(), "placeholder:unsupported@0"))
    add(case("no media type at all", ["Unknown"], Single("", b"?"), policy(), "placeholder:unsupported@0"))
    add(case("a reaction", only, plain("\u2764", disposition=REACTION), policy(), "reaction@0"))
    add(case("an image as reaction", only, image(disposition=REACTION), policy(), "reaction@0"))
    add(case("several reactions", only,
             every(plain("\u2764", disposition=2), plain("\U0001f35e", disposition=0), disposition=2), policy(),
             "reaction@1 reaction@2"))
    add(case("an unknown disposition", only, text(disposition=200), policy(), "richText@0"))
    add(case("a disposition from the multipart around", only,
             every(image(disposition=0), text(), disposition=ATTACHMENT), policy(), "file@1 richText@2"))
    add(case("a session", [*only, "Elsewhere"], elsewhere("", SESSION), policy(), "session@0"))
    add(case("an image elsewhere", ["Elsewhere"], elsewhere(), policy(), "image@0"))
    add(case("a video elsewhere, to be saved", [*only, "Elsewhere"], elsewhere("video/mp4", ATTACHMENT), policy(), "file@0"))
    add(case("content at hand before content elsewhere", ["Elsewhere", "Alternatives"],
             one(elsewhere(), image("gif")), policy(), "image@2"))
    add(case("the better one if it may be fetched", ["Elsewhere", "Alternatives"],
             one(elsewhere(), image("gif")), policy(fetch=True), "image@1"))
    add(case("a message in the message", only, Single("application/mimi-content", Message(text(), salt=SALT).octets()),
             policy(), "message@0"))
    add(case("octets that are no message", only, Single("application/mimi-content", b"\xff"), policy(),
             "placeholder:nestedInvalid@0"))
    add(case("a status report", only,
             Single("application/mimi-message-status", bytes.fromhex("81825820") + SOUP_ID + b"\x02"), policy(), "status@0"))
    add(case("a status report that cannot be read", only, Single("application/mimi-message-status", b"\xff"), policy(),
             "placeholder:statusInvalid@0"))
    add(case("a mail in the message is a file by its type, not opened", ["Unknown"],
             Single("message/rfc822", b"Subject: soup\r\n\r\nReady."), policy(), "placeholder:unsupported@0"))
    add(case("a delete", only, Null(), policy(), "placeholder:deletes@0", replaces=SOUP_ID))
    add(case("an unlike", only, Null(REACTION), policy(), "placeholder:unlikes@0", replaces=SOUP_ID))
    add(case("a null part that replaces nothing", only, Null(), policy(), "placeholder:empty@0"))
    add(case("larger than the reader wants", only, text("Soup. " * 20), policy(max_part=100), "placeholder:tooLarge@0"))
    return out
