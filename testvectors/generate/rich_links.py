"""Cases of links.json: comment, flags, text, target, verdict. Written by hand."""

PAGE = "https://example.com/foobar"
ALICE = "mimi://example.com/u/alice-smith"

LINKS = [
    ("The draft's examples", [
        ("the same", ["Draft"], PAGE, PAGE, "equal"),
        ("without the scheme", ["Draft"], "example.com/foobar", PAGE, "canonically-equal"),
        ("with the usual port", ["Draft"], "https://example.com:443/foobar", PAGE, "canonically-equal"),
        ("another host", ["Draft"], PAGE, "https://spearphishers.example/foobar", "other-host"),
        ("http in place of https", ["Draft"], PAGE, "http://example.com/foobar", "downgrade"),
        ("a URI of instant messaging", ["Draft"], ALICE, ALICE, "equal"),
        ("a name", ["Draft"], "@AliceSmith", ALICE, "label"),
    ]),
    ("Other spellings", [
        ("a host in capitals", ["Spelling"], "EXAMPLE.com/foobar", PAGE, "canonically-equal"),
        ("a path in capitals", ["Spelling"], "example.com/FOOBAR", PAGE, "other-target"),
        ("a scheme in capitals", ["Spelling"], "HTTPS://example.com/foobar", PAGE, "canonically-equal"),
        ("an empty path", ["Spelling"], "https://example.com", "https://example.com/", "canonically-equal"),
        ("percent-encoding", ["Spelling"], "https://example.com/%7ea", "https://example.com/~a", "canonically-equal"),
        ("letters beyond ASCII", ["Spelling"], "https://example.com/ä", "https://example.com/%C3%A4", "canonically-equal"),
        ("a slash that is encoded is another", ["Spelling"], "https://example.com/a%2Fb", "https://example.com/a/b", "other-target"),
        ("space around", ["Spelling"], " https://example.com/foobar ", PAGE, "equal"),
        ("the usual port of http", ["Spelling"], "http://example.com:80/", "http://example.com/", "canonically-equal"),
        ("the port of another scheme", ["Spelling"], "https://example.com:80/", "https://example.com/", "other-target"),
        ("a mail address", ["Spelling"], "a@example.com", "mailto:a@example.com", "canonically-equal"),
        ("another mail address", ["Spelling"], "a@example.com", "mailto:b@example.com", "other-target"),
        ("another user of the same host", ["Spelling"], ALICE, "mimi://example.com/u/mallory", "other-target"),
    ]),
    ("Words", [
        ("a word", ["Label"], "here", PAGE, "label"),
        ("a sentence", ["Label"], "read this, please. Now!", PAGE, "label"),
        ("a version number", ["Label"], "release 2.0.1", PAGE, "label"),
        ("Japanese", ["Label"], "東京タワー", PAGE, "label"),
        ("emoji", ["Label"], "👍🏽", PAGE, "label"),
        ("the true host among words", ["Label"], "see example.com now", "https://example.com", "label"),
        ("nothing", ["Label"], "", PAGE, "label"),
    ]),
    ("Lies", [
        ("another host among words", ["Lie"], "see https://example.com now", "https://phish.example/", "other-host"),
        ("a host in parentheses", ["Lie"], "the shop (shop.example)", "https://phish.example/", "other-host"),
        ("a user that looks like a host", ["Lie"], "https://example.com", "https://example.com@phish.example/", "other-host"),
        ("a subdomain that looks like the host", ["Lie"], "example.com", "https://example.com.phish.example/", "other-host"),
        ("a parent of the host", ["Lie"], "www.example.com", "https://example.com/", "other-host"),
        ("another port", ["Lie"], "https://example.com:8443/", "https://example.com/", "other-target"),
        ("another path", ["Lie"], "https://example.com/a", "https://example.com/b", "other-target"),
        ("another query", ["Lie"], "https://example.com/?a=1", "https://example.com/?a=2", "other-target"),
        ("a web address over a mention", ["Lie"], "https://example.com", "mimi://phish.example/u/a", "other-host"),
        ("a mention over a web address", ["Lie"], ALICE, "https://phish.example/", "other-host"),
        ("mail to another host", ["Lie"], "a@example.com", "mailto:a@phish.example", "other-host"),
        ("a backslash in place of a slash", ["Lie"], "https://example.com", "https://phish.example\\@example.com/", "other-host"),
    ]),
    ("Disguises", [
        ("a Cyrillic letter among Latin ones", ["Disguise"], "p\u0430ypal.com", "https://phish.example/", "mixed-scripts"),
        ("a Greek letter among Latin ones", ["Disguise"], "g\u03bf\u03bfgle", "https://phish.example/", "mixed-scripts"),
        ("whole words of two scripts", ["Disguise"], "hello привет", PAGE, "label"),
        ("a word turned around", ["Disguise"], "\u202emoc.elpmaxe", "https://phish.example/", "bidi-controls"),
        ("an isolate", ["Disguise"], "\u2067a\u2069", PAGE, "bidi-controls"),
        ("a direction mark", ["Disguise"], "example.com\u200f", "https://example.com/", "bidi-controls"),
        ("words from right to left without controls", ["Disguise"], "שלום", PAGE, "label"),
    ]),
]
