"""draft.json: Internet-Drafts and folders of examples that agree with themselves, and such as do not.

Every document is made of pieces: messages whose dump, EDN and ID are computed from their fields, words
and CDDL. A case breaks one of them and marks the place; which line that is follows from the form.
"""

from __future__ import annotations

import base64

from cbor import encode
from draft_pages import FORMS, LINE, PLACE, Code, Include, Section, Words, settle, spoil
from edn import indented
from examples import ALICE, BOB, BREAD_ID, PLAIN, ROOM
from model import Message, Single
from suite import Case, Suite
from topic_hex import pretty
from topic_id import message_id

WARNINGS = {"draft-dump-comment", "draft-reference", "draft-reference-missing"}
NOTES = {"draft-older", "draft-layout"}

DRAFT = "draft-ietf-mimi-content-08"
HERE = "this project"
FLAGS = {
    "Text": ("A draft as xml2rfc prints it: code is told by its layout.", "RFC 7994"),
    "Pages": ("The same with page breaks, in the middle of whatever stands there.", "RFC 7322"),
    "Kramdown": ("The source of a draft in kramdown-rfc.", "kramdown-rfc"),
    "Mmark": ("The source of a draft in mmark.", "mmark"),
    "Xml": ("The source of a draft in XML.", "RFC 7991"),
    "Folder": ("Files of examples side by side; those of one name belong together.", HERE),
    "Include": ("A draft that includes files. They are in the member files.", "kramdown-rfc; mmark"),
    "Octets": ("The dump, the EDN and the file of an example against each other.", f"{DRAFT} section 5"),
    "Id": ("Message IDs as they are stated, and as others refer to them.", f"{DRAFT} section 3.3"),
    "Date": ("A date beside a number of seconds or milliseconds.", "RFC 3339"),
    "CodePoint": ("U+ and a number beside a character, or beside its octets.", "The Unicode Standard, appendix A"),
    "Value": ("Values in words against those of an example.", f"{DRAFT} section 4.6"),
    "Cddl": ("A rule of CDDL in the text against that of the collected schema.", "RFC 8610"),
    "Reference": ("References to sections of the document itself.", "RFC 7322 section 4"),
    "Older": ("Drafts, and examples, of an older version.", f"{DRAFT} section 3.3"),
    "Several": ("Several things broken at once; each is found, in the order of the lines.", HERE),
}
FORM_FLAGS = {"text": "Text", "text with pages": "Pages", "kramdown": "Kramdown", "mmark": "Mmark", "XML": "Xml"}
EVERY = tuple(FORMS)
FEW = ("text", "kramdown")
MARKDOWN = ("kramdown", "mmark")

# The time of the examples: 14 November 2023, 22:13:20.123 UTC.
MILLISECONDS, DATE = 1700000000123, "2023-11-14T22:13:20.123Z"
SALTS = [bytes.fromhex(digits) for digits in (
    "93f1c84e0ab25d67e1f08b3c54d2a976", "b70e5fa1c26d984385e9f3102c7bd8a4", "c5a8d10f7e9264b3fb81e07d3c96f25a")]


class Example:
    """A message with its two spellings and its ID."""

    def __init__(self, name: str, message: Message, algorithm: str = "draft-08"):
        self.name = name
        self.message = message
        self.octets = message.octets()
        self.id = message_id(self.octets, message.salt, ALICE, ROOM, algorithm)
        self.body = indented(message.tree().root)
        self.dump = pretty(message.tree().root)

    @property
    def title(self) -> str:
        return f"# {self.name.upper()}\n"

    @property
    def stated(self) -> str:
        return f"# message ID = h'{self.id[:32]}\n#                {self.id[32:]}'\n"

    @property
    def edn(self) -> str:
        """Name, ID and EDN."""
        return self.title + self.stated + self.body

    @property
    def plain(self) -> str:
        """The EDN alone: no ID vouches for it."""
        return self.title + self.body

    def section(self, edn: str | None = None, dump: str | None = None, *more) -> Section:
        return Section(f"The {self.name}", [*more, Code(edn or self.edn, "cbor-diag"), Code(dump or self.dump)], 2)


def make(index: int, content: str, **fields) -> Message:
    return Message(Single(PLAIN, content.encode(), fields.pop("disposition", 1)), salt=SALTS[index],
                   extensions={1: ALICE, 2: ROOM}, **fields)


def question(algorithm="draft-08") -> Example:
    return Example("question", make(0, "Soup or salad?"), algorithm)


def answer(to: str | None = None) -> Example:
    target = bytes.fromhex(to or question().id)
    return Example("answer", make(1, "Soup, please.", in_reply_to=target))


def heart() -> Example:
    return Example("heart", make(2, "\u2764", in_reply_to=bytes.fromhex(question().id), disposition=2))


def other_digit(digit: str) -> str:
    return "0123456789abcdef"[int(digit, 16) ^ 1]


def examples(*sections) -> list:
    return [Section("Examples", [Words("All examples are messages of MIMI.")]), *sections]


class Maker:
    """Puts a document into forms and the cases into the group of its rule."""

    def __init__(self, suite: Suite):
        self.suite = suite
        self.group = None

    def rule(self, rule: str, flag: str, comment: str):
        self.name, self.flag = rule, flag
        self.group = self.suite.group("Draft", comment)

    def draft(self, comment: str, sections: list, *codes: str, forms=None, name=DRAFT, files=None, algorithm=None,
              elsewhere=()):
        """A draft in each form. `codes` are those of its marks, in order; `elsewhere` are findings in files."""
        for form in forms or (EVERY if codes else ("text", "kramdown", "XML")):
            file, writer = FORMS[form]
            text, places = settle(writer(name, sections))
            if form == "text with pages":
                # What stands at the top of the first page is not all there is.
                assert "[Page 2]" in text, comment
            value = {"rule": self.name, "name": file, "text": text}
            if files:
                value["files"] = {path: octets.hex() for path, octets in files.items()}
            if algorithm:
                value["algorithm"] = algorithm
            self.put(f"{comment} ({form})", [self.flag, FORM_FLAGS[form]], value,
                     found(file, places, codes) + list(elsewhere))

    def folder(self, comment: str, files: dict, *codes: str, extra=()):
        """Files as text, with their marks, or as octets."""
        octets, rows, left = {}, [], list(codes)
        for path in sorted(files):
            content = files[path]
            if isinstance(content, str):
                content, places = settle(content)
                rows += found(path, places, [left.pop(0) for _ in places])
                content = content.encode()
            octets[path] = content.hex()
        assert not left, f"{comment}: no mark for {left}"
        self.put(comment, [self.flag],
                 {"rule": self.name, "files": octets}, rows + list(extra))

    def put(self, comment: str, flags: list, value: dict, findings: list):
        codes = {row["code"] for row in findings}
        if not codes:
            result, expected = "valid", {"worst": "none"}
        elif codes <= WARNINGS | NOTES:
            result, expected = "acceptable", {"worst": "note" if codes <= NOTES else "warning"}
        else:
            result, expected = "invalid", None
        self.group.cases.append(Case(comment, flags, value, result, findings, expected))


def found(file: str, places: list, codes) -> list:
    assert len(places) == len(codes), f"{len(places)} marks for {codes}"
    rows = []
    for (line, column), code in zip(places, codes):
        row = {"code": code, "file": file, "line": line}
        if column:
            row["column"] = column
        rows.append(row)
    return rows


def octets(made: Maker):
    """Dump against EDN, and comments of a dump against its octets."""
    one = question()
    salt = one.message.salt.hex()
    bare = "".join(line.split("#")[0].strip() + "\n" for line in one.dump.splitlines() if line.split("#")[0].strip())

    made.rule("draft-dump", "Octets", "A dump against the EDN of its example")
    made.draft("both spell the same, and the ID agrees", examples(one.section()))
    made.draft("a dump in capital letters", examples(one.section(None, one.dump.replace(salt, salt.upper()))), forms=FEW)
    made.draft("a dump whose comments are left out", examples(one.section(None, bare)), forms=("mmark", "XML"))
    two = answer()
    made.draft("two examples in one section", examples(Section("Both", [
        Code(one.edn), Code(one.dump), Code(two.edn), Code(two.dump)], 2)), forms=FEW)
    wrong = salt[:10] + other_digit(salt[10]) + salt[11:]
    made.draft("the ID confirms the EDN: one digit of the salt", examples(one.section(None, spoil(one.dump, salt, wrong, 10))), "draft-dump")
    said = "Soup or salad?"
    stale = one.dump.replace(f'# "{said}"', '# "Soup or salat?"')
    made.draft("the ID confirms the EDN: one letter of the text, in the comment too", examples(one.section(
        None, spoil(stale, said.encode().hex(), "Soup or salat?".encode().hex(), 2 * said.index("d?")))), "draft-dump")
    key = next(line.strip() for line in one.dump.splitlines() if "unsigned(2)" in line)
    made.draft("no ID is stated: a number", examples(one.section(one.plain, spoil(one.dump, key, key.replace("2", "3")))), "draft-dump", forms=FEW)

    made.rule("draft-dump-comment", "Octets", "The comments of a dump against its octets")
    made.draft("comments as they should be", examples(one.section()), forms=FEW)
    made.draft("comments in words", examples(one.section(None, one.dump.replace("# array(7)", "# a message"))))
    made.draft("a comment that names a field", examples(one.section(None, one.dump.replace("# bytes(16)", "# salt (16 octets)"))), forms=FEW)
    made.draft("another number of items", examples(one.section(None, spoil(one.dump, "# array(7)", "# array(8)"))), "draft-dump-comment")
    made.draft("another length", examples(one.section(None, spoil(one.dump, "# bytes(16)", "# bytes(32)"))), "draft-dump-comment")
    made.draft("another kind", examples(one.section(None, spoil(one.dump, "# bytes(14)", "# text(14)"))), "draft-dump-comment", forms=FEW)
    made.draft("a string that was changed", examples(one.section(None, spoil(one.dump, f'# "{said}"', '# "Bread or salad?"'))), "draft-dump-comment")

    made.rule("draft-edn", "Octets", "EDN against the dump of its example, where the ID confirms the dump")
    made.draft("both spell the same, and the ID agrees", examples(one.section()), forms=FEW)
    b64 = base64.urlsafe_b64encode(one.message.salt).decode().rstrip("=")
    made.draft("the salt in base64", examples(one.section(one.edn.replace(f"h'{salt}'", f"b64'{b64}'"))))
    made.draft("the salt in capital letters and in two pieces", examples(one.section(one.edn.replace(salt, f"{salt[:16].upper()} {salt[16:]}"))), forms=FEW)
    made.draft("one digit of the salt", examples(one.section(spoil(one.edn, salt, wrong, None))), "draft-edn")
    made.draft("one letter of the text", examples(one.section(spoil(one.edn, said, "Soup or salat?", None))), "draft-edn")
    made.draft("a number", examples(one.section(spoil(one.edn, "1, # disposition", "6, # disposition"))), "draft-edn", forms=FEW)
    made.draft("a number that makes it a reaction to nothing, which the example is not", examples(one.section(spoil(one.edn, "1, # disposition", "2, # disposition"))), "draft-edn", forms=FEW)


def ids(made: Maker):
    one, two, three = question(), answer(), heart()
    first = one.id

    made.rule("draft-id", "Id", "A stated message ID against the octets")
    made.draft("the ID of each example", examples(one.section(), two.section()))
    made.draft("an ID in capital letters", examples(one.section(one.edn.replace(first[:32], first[:32].upper()))), forms=FEW)
    made.draft("no ID is stated", examples(one.section(one.plain)), forms=FEW)
    older = question("draft-07")
    made.draft("the ID of draft 07, where that is the algorithm", examples(older.section()), name="draft-ietf-mimi-content-latest", algorithm="draft-07")
    typed = first[:20] + other_digit(first[20]) + first[21:]
    made.draft("one digit is another", examples(one.section(spoil(one.edn, first[:32], typed[:32], 20))), "draft-id")
    typed = first[:40] + other_digit(first[40]) + first[41:]
    made.draft("one digit of its second line is another", examples(one.section(spoil(one.edn, first[32:], typed[32:], 8))), "draft-id", forms=FEW)
    made.draft("the ID of another example", examples(one.section(
        spoil(one.title + "# message ID = h'@", "@", two.id[:32]) + f"\n#                {two.id[32:]}'\n" + one.body)), "draft-id", forms=("text", "XML"))
    made.draft("the ID of draft 07", examples(older.section(spoil(older.edn, older.id[:32], older.id[:32]))), "draft-id")
    made.draft("the ID of draft 08, where that of 07 is asked for", examples(one.section(spoil(one.edn, first[:32], first[:32]))), "draft-id",
               name="draft-ietf-mimi-content-latest", algorithm="draft-07", forms=FEW)

    made.rule("draft-id-unknown", "Id", "IDs that examples refer to")
    made.draft("an answer to the example before", examples(one.section(), two.section()), forms=FEW)
    made.draft("an answer to the example behind it", examples(two.section(), one.section()))
    typed = first[:30] + other_digit(first[30]) + first[31:]
    astray = answer(typed)
    made.draft("one digit is another", examples(one.section(), astray.section(spoil(astray.edn, typed, typed, None))), "draft-id-unknown")
    lost = answer(BREAD_ID.hex())
    # The octets are letters and digits, so the EDN shows them as text.
    octets = lost.message.in_reply_to.hex()
    lost.body = lost.body.replace(lost.body.split("\n")[5], f"  h'{octets}', # inReplyTo")
    made.draft("an answer to nothing that is shown", examples(one.section(), lost.section(spoil(lost.edn, f"h'{octets}'", f"h'{octets}'", None))), "draft-id-unknown")
    report = lambda id: Code(indented(encode([[bytes.fromhex(id), 2]]), comments=False))
    made.draft("a report on an example", examples(one.section(), Section("The report", [report(first)], 2)), forms=FEW)
    row = report(typed)
    row.text = spoil(row.text, typed, typed, None)
    made.draft("a report on nothing that is shown", examples(one.section(), Section("The report", [row], 2)), "draft-id-unknown", forms=("text", "mmark"))

    made.rule("draft-id-label", "Id", "A comment that says whose ID it is")
    called = lambda example, name: example.edn.replace("# inReplyTo", f"# inReplyTo: {name}")
    made.draft("the comment names the right one", examples(one.section(), three.section(), two.section(called(two, "question"))))
    made.draft("the comment names none of the examples", examples(one.section(), three.section(), two.section(called(two, "dessert"))), forms=FEW)
    wrong = called(two, "heart").replace(f"h'{first}'", f"{LINE}h'{first}'")
    made.draft("the comment names another one", examples(one.section(), three.section(), two.section(wrong)), "draft-id-label")


def values(made: Maker):
    """Dates, code points, values in words."""
    one, three = question(), heart()
    timed = lambda line: Section("The question", [Code(one.title + one.stated + line + "\n" + one.body), Code(one.dump)], 2)
    line = f"# timestamp  = {MILLISECONDS} = {DATE}"

    made.rule("draft-date", "Date", "A date beside the number of milliseconds")
    made.draft("the same time", examples(timed(line)))
    made.draft("the same time in another zone", examples(timed(line.replace("T22:13:20.123Z", "T23:13:20.123+01:00"))))
    made.draft("the same second, without its fraction", examples(timed(line.replace(".123Z", "Z"))), forms=FEW)
    made.draft("a number of seconds", examples(timed(line.replace("0123 ", "0 ").replace("1700000000123", "1700000000").replace(".123Z", "Z"))), forms=FEW)
    for what, new in [("eight hours later", "2023-11-15T06:13:20.123Z"), ("a millisecond later", "2023-11-14T22:13:20.124Z"),
                      ("57 seconds earlier", "2023-11-14T22:12:23.123Z")]:
        made.draft(what, examples(timed(spoil(line, DATE, new))), "draft-date", forms=EVERY if "eight" in what else FEW)
    made.draft("in words: a year later", examples(Section("Times", [Words(f"The message was accepted at {PLACE}2024-11-14T22:13:20.123Z\n({MILLISECONDS}).")], 2), one.section()),
               "draft-date")

    made.rule("draft-code-point", "CodePoint", "A code point beside the character, its octets, or an example that has it")
    said = lambda words: examples(one.section(), three.section(None, None, Words(words)))
    made.draft("the character beside it", said('The reaction is a heart ("\u2764", U+2764).'))
    made.draft("its octets", said("A heart (U+2764) is expressed in UTF-8 as 0xe29da4."))
    made.draft("the example has it", said("The content in the sample message is a heart (U+2764)."))
    made.draft("no character stands beside it", said("Other hearts, such as U+2665, are not used here."), forms=FEW)
    made.draft("another character beside it", said(f'The reaction is a heart ("\u2764", {PLACE}U+2665).'), "draft-code-point")
    made.draft("other octets", said(f"A heart ({PLACE}U+2764) is expressed in UTF-8 as 0xe299a5."), "draft-code-point")
    made.draft("the example has another", said(f"The content in the sample message is a heart ({PLACE}U+2665)."), "draft-code-point")
    made.draft("in a comment of the EDN", examples(one.section(), three.section(three.edn.replace("# content\n", f"# content, {PLACE}U+2665\n"))), "draft-code-point")
    made.draft("in a comment of the EDN, rightly", examples(one.section(), three.section(three.edn.replace("# content\n", "# content, U+2764\n"))))

    made.rule("draft-value", "Value", "Values in words against the derived values of an example")
    group = bytes.fromhex("6dcf2e90b4a1f7385e")
    client = "mimi://kitchen.example/d/alice/phone"
    b64 = base64.urlsafe_b64encode(group).decode().rstrip("=")

    def derived(words, sender=ALICE, mark=lambda text: text):
        tree = encode([bytes.fromhex(one.id), MILLISECONDS, group, 4, client, sender, ROOM])
        shown = Code(mark(indented(tree, comments=False)), "cbor-diag")
        return examples(one.section(), Section("Derived values", [*map(Words, words), shown, Code(pretty(encode(tree)))], 2))

    words = [f"*  Group ID: {b64}", "*  Sender leaf index: 4", f"*  Client URI: {client}"]
    made.draft("in base64url and in numbers", derived(words))
    made.draft("in hex", derived([f"*  Group ID: {group.hex()}", *words[1:]]), forms=FEW)
    made.draft("another group", derived([f"*  Group ID: {PLACE}{base64.urlsafe_b64encode(group[::-1]).decode().rstrip('=')}", *words[1:]]), "draft-value")
    made.draft("another leaf", derived([words[0], f"*  Sender leaf index: {PLACE}5", words[2]]), "draft-value")
    made.draft("another client", derived([*words[:2], f"*  Client URI: {PLACE}{client}-2"]), "draft-value", forms=FEW)
    made.draft("another sender than the message has", derived(words, BOB, lambda text: spoil(text, f'"{BOB}"', f'"{BOB}"')), "draft-value")


RULE = "Expiration = [\n  relative: bool,\n  time: uint .size 4\n]\n"
MORE = "Part = [\n  disposition: uint,\n  language: tstr\n]\n"


def words(made: Maker):
    """CDDL and references."""
    one = question()

    def schema(rule, *more, collected="Collected rules", name="Expiry"):
        return [Section("Examples", [Words("All examples are messages of MIMI.")]), Section(name, [*more, Code(rule, "cddl")], 2), one.section(),
                Section(collected, [Code(RULE + "\n" + MORE, "cddl")], 1, True)]

    made.rule("draft-cddl", "Cddl", "A rule in the text against the collected one")
    made.draft("the same rule", schema(RULE))
    made.draft("the same rule with comments, without commas", schema(RULE.replace("bool,", "bool  ; or not")))
    made.draft("the same rule on one line", schema("Expiration = [ relative: bool, time: uint .size 4 ]\n"), forms=FEW)
    made.draft("a rule that is not collected", schema(RULE + "\nTopic = bstr .size 16\n"), forms=FEW)
    made.draft("another size", schema(spoil(RULE, "time: uint .size 4", "time: uint .size 8")), "draft-cddl")
    made.draft("another type", schema(spoil(RULE, "relative: bool", "relative: uint")), "draft-cddl")
    made.draft("a member that was left out", schema(spoil(RULE, "Expiration = [\n  relative: bool,", "Expiration = [")), "draft-cddl", forms=FEW)
    made.draft("a member that was added", schema(spoil(RULE, "size 4\n", "size 4,\n  zone: tstr\n", len("size 4,\n  "))), "draft-cddl", forms=FEW)

    said = lambda text: schema(RULE, Words(text))
    made.rule("draft-reference", "Reference", "The title before a reference, and the section of that number")
    made.draft("the section of that title", said("See the collected rules in Appendix A."))
    made.draft("other words in front", said("What is said in Section 1.1 holds for the collected rules as well."))
    made.draft("another section", said(f"See the collected rules in {PLACE}Section 1.2."), "draft-reference")
    made.draft("over two lines", said(f"Everything here is found in the collected rules, as the collected rules in\n{PLACE}Section 1.2 say."), "draft-reference", forms=FEW)

    made.rule("draft-reference-missing", "Reference", "References to sections, and whether they are there")
    made.draft("sections and appendices that are there", said("See Section 1, Section 1.2 and Appendix A."))
    made.draft("a section of another document", said("The form is that of Section 9.9 of RFC 8949."))
    made.draft("a section of another document, named in front", said("The form is that of [RFC8949], Section 9.9."), forms=FEW)
    made.draft("a section that is not there", said(f"Expiry is described in {PLACE}Section 4.7."), "draft-reference-missing")
    made.draft("an appendix that is not there", said(f"Expiry is described in {PLACE}Appendix C."), "draft-reference-missing")
    made.draft("a section of this document that is not there", said(f"Expiry is described in {PLACE}Section 4.7 of this document."), "draft-reference-missing", forms=FEW)
    made.draft("a number that was to come", said(f"See {PLACE}Section Y.Z of RFC XXXX."), "draft-reference-missing", forms=("text", "text with pages", "XML"))


def included(made: Maker):
    one = question()
    path = "examples/question.edn"
    files = {path: one.edn.encode(), "examples/question.cbor": one.octets}
    shown = lambda include: examples(Section("The question", [include, Code(one.dump)], 2))

    made.rule("draft-include", "Include", "Files that a draft includes")
    made.draft("a file that is there", shown(Include(path)), forms=MARKDOWN, files=files)
    made.draft("a file that is not there", shown(Include("examples/none.edn", PLACE)), "draft-include", forms=MARKDOWN, files=files)
    for what, away in [("a path out of the folder", "../question.edn"), ("a path from the root", "/examples/question.edn"),
                       ("a path that goes out and back", "examples/../question.edn")]:
        made.draft(what, shown(Include(away, PLACE)), "draft-include", forms=MARKDOWN, files=files)
    made.rule("draft-edn", "Include", "What stands in a file that a draft includes")
    salt = one.message.salt.hex()
    edn, places = settle(spoil(one.edn, salt, salt[:10] + other_digit(salt[10]) + salt[11:], None))
    made.draft("EDN that neither the dump nor the ID confirms", shown(Include(path)), forms=MARKDOWN, files={path: edn.encode()},
               elsewhere=found(path, places, ["draft-edn"]))
    made.rule("draft-include", "Include", "Files that include files")
    # In a fence of kramdown-rfc an included file may include others.
    loop = b"{::include loop.txt}\n"
    made.draft("a file that includes itself", [Section("Examples", [Words("Messages of MIMI."), Include("loop.txt")])], forms=("kramdown",),
               files={"loop.txt": loop}, elsewhere=[{"code": "draft-include", "file": "loop.txt", "line": 1, "column": 1}])


def folders(made: Maker):
    one, two = question(), answer()
    salt = one.message.salt.hex()
    wrong = salt[:10] + other_digit(salt[10]) + salt[11:]
    other = bytes.fromhex(one.octets.hex().replace(salt, wrong))
    files = lambda **change: {f"examples/question.{ending}": change.get(ending, content)
                              for ending, content in [("edn", one.edn), ("pretty", one.dump), ("cbor", one.octets)]}
    at = one.octets.hex().index(salt) // 2

    made.rule("draft-file", "Folder", "Files of one name")
    made.group.type = "ExampleFolder"
    made.folder("three spellings of an example", files())
    made.folder("two examples", {**files(), "examples/answer.edn": two.edn, "examples/answer.cbor": two.octets})
    made.folder("octets and a dump", {"a.hex": one.dump, "a.cbor": one.octets})
    made.folder("other files are left out", {**files(), "README.md": "Not an example: h'00'.\n", "examples/question.json": "{}\n"})
    made.folder("octets with another salt, which the ID does not confirm", files(cbor=other),
                extra=[{"code": "draft-file", "file": "examples/question.cbor", "line": 1, "column": 1, "offset": at + 5}] * 2)
    made.folder("EDN without an ID, and other octets", {"a.edn": spoil(one.plain, salt, salt, None), "a.cbor": other}, "draft-file")
    made.folder("a dump, and other octets", {"a.pretty": spoil(one.dump, salt, salt, 10), "a.cbor": other}, "draft-file")
    made.folder("EDN that the ID does not confirm", {"a.edn": spoil(one.edn, salt, wrong, None), "a.cbor": one.octets}, "draft-file")


def older(made: Maker):
    one = question()
    made.rule("draft-older", "Older", "The version of a draft")
    made.draft("draft 09", examples(one.section()), name="draft-ietf-mimi-content-09")
    made.draft("a draft without a number that names an older one", examples(
        Section("History", [Words("This follows draft-ietf-mimi-content-06.")], 2), one.section()), name="draft-ietf-mimi-content-latest", forms=FEW)
    for number in ("06", "07"):
        past = question("draft-07")
        made.draft(f"draft {number}, with the IDs of its time", examples(past.section()), "draft-older", name=f"{LINE}draft-ietf-mimi-content-{number}",
                   forms=EVERY if number == "07" else FEW)

    made.rule("draft-layout", "Older", "The layout of examples")
    made.draft("today's layout", examples(one.section()), forms=FEW)
    part = lambda *index: [1, "", *index, 1, PLAIN, b"Soup is ready."]
    for what, fields in [("draft 04", [None, b"", 0, None, [], {}, part(0)]), ("draft 05", [None, b"", None, None, [], {1: ALICE, 2: ROOM}, part()])]:
        tree = encode(fields)
        made.draft(f"the layout of {what}", examples(one.section(), Section("Another", [Code(f"{LINE}# SOUP\n" + indented(tree)), Code(pretty(tree))], 2)), "draft-layout",
                   forms=EVERY if "04" in what else FEW)


def several(made: Maker):
    """More than one fault, and a whole draft without any."""
    one, three = question(), heart()
    salt = one.message.salt.hex()
    wrong = salt[:10] + other_digit(salt[10]) + salt[11:]
    line = f"# timestamp  = {MILLISECONDS} = {DATE}\n"

    def whole(date=line, dump=one.dump, said="U+2764", rule=RULE, see="Appendix A"):
        return [Section("Examples", [Words("All examples are messages of MIMI.")]), Section("Expiry", [Words(f"See the collected rules in {see}."), Code(rule, "cddl")], 2),
                one.section(one.title + one.stated + date + one.body, dump), three.section(None, None, Words(f'The reaction is a heart ("\u2764", {said}).')),
                Section("Collected rules", [Code(RULE + "\n" + MORE, "cddl")], 1, True)]

    made.rule("draft-reference", "Several", "A whole draft")
    made.draft("with nothing wrong in it", whole(), forms=EVERY)
    made.draft("with five faults", whole(spoil(line, DATE, DATE.replace("T22", "T14")), spoil(one.dump, salt, wrong, 10), PLACE + "U+2665",
               spoil(RULE, "time: uint .size 4", "time: uint .size 8"), PLACE + "Section 1.3"),
               "draft-reference", "draft-cddl", "draft-date", "draft-dump", "draft-code-point")


def suite() -> Suite:
    out = Suite("draft", ["Internet-Drafts in the forms they are written in, and folders of examples, as names and",
                          "octets. A case says which rule it keeps or breaks; the findings are all there are."],
                ["draft-ietf-mimi-content-08", "draft-ietf-mimi-content-07", "RFC 3339", "RFC 4648", "RFC 7322", "RFC 8610", "RFC 8949"], FLAGS)
    made = Maker(out)
    for topic in (octets, folders, ids, values, words, included, older, several):
        topic(made)
    return out
