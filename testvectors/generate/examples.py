"""The messages that cases begin with, and the draft's fourteen examples described anew."""

from __future__ import annotations

from model import CHOOSE_ONE, PROCESS_ALL, SINGLE_UNIT, Expiration, External, Message, Multi, Null, Single

PLAIN = "text/plain;charset=utf-8"
RICH = "text/markdown;variant=GFM-MIMI"
ALICE = "mimi://kitchen.example/u/alice"
BOB = "mimi://kitchen.example/u/bob"
ROOM = "mimi://kitchen.example/r/sunday-lunch"

SALT = bytes.fromhex("00112233445566778899aabbccddeeff")
SOUP_ID = bytes([1]) + bytes(range(0x31, 0x50))
BREAD_ID = bytes([1]) + bytes(range(0x61, 0x80))


def hello() -> Message:
    """A short text with nothing else."""
    return Message(Single(PLAIN, b"Soup is ready."), salt=SALT)


def full() -> Message:
    """Every field in use, and a text in it."""
    return Message(
        Single(RICH, b"The *bread* is ready too.", language="en-GB"),
        salt=SALT, replaces=BREAD_ID, topic=b"lunch", expires=Expiration(False, 1893456000),
        in_reply_to=SOUP_ID, extensions={1: ALICE, 2: ROOM},
    )


def photo() -> Message:
    """A sealed photo elsewhere."""
    return Message(
        External(
            "image/jpeg", "https://store.example/p/4711", 1924992000, 5242880, 1,
            bytes(range(16)), bytes(range(0x40, 0x4C)), b"aad", 1, bytes(range(0x80, 0xA0)),
            "the table before lunch", "table.jpg", 6, "en",
        ),
        salt=SALT,
    )


def choice() -> Message:
    """Rich text with a plain alternative."""
    parts = [Single(RICH, b"**Come** to the table"), Single(PLAIN, b"Come to the table")]
    return Message(Multi(CHOOSE_ONE, parts), salt=SALT)


def nested(levels: int, bottom=None):
    """Parts nested so that the deepest one stands on that level, the body being level 1."""
    part = bottom or Single(PLAIN, b"deep")
    for _ in range(levels - 1):
        part = Multi(PROCESS_ALL, [part, Null()])
    return part


def extended(extensions: dict) -> Message:
    return Message(Null(1), salt=SALT, extensions=extensions)


# The draft's examples (section 5 and appendix B): the facts of each, and its published message ID.

TEAM = "mimi://example.com/r/engineering_team"
ORIGINAL_ID = bytes.fromhex("017ce54837404c3696e0c747b985cb172716d0ed0a3d249ca63ace7d82a096f4")
REPLY_ID = bytes.fromhex("015354973c2b65ca937bf1e035ae53a5ab80e947afa43d46920d4202e5cc0b27")
REACTION_ID = bytes.fromhex("0158c4288911e50a8f6be3f47746b6682f10fd91bc8c05557aa589a3157aff68")


def draft_message(sender, salt, part, **fields):
    return Message(
        part, salt=bytes.fromhex(salt),
        extensions={1: f"mimi://example.com/u/{sender}", 2: TEAM}, **fields,
    )


def page(heading: str, index: int, alternative: str) -> bytes:
    return (
        f"<html><body><h1>{heading}!</h1>\n"
        f'<img src="cid:{index}@local.invalid" alt="{alternative}"/>\n</body></html>'
    ).encode()


def welcome(image_type: str, image: str, index: int) -> Multi:
    """A page in English or French, and the image both show."""
    html = "text/html;charset=utf-8"
    pages = [
        Single(html, page("Welcome", index, "Welcome image"), language="en"),
        Single(html, page("Bienvenue", index, "Image bienvenue"), language="fr"),
    ]
    return Multi(PROCESS_ALL, [Multi(CHOOSE_ONE, pages), Single(image_type, bytes.fromhex(image), 4)])


def draft_examples() -> list[tuple[str, Message, str]]:
    """(name, message, published message ID)."""
    reaction = lambda emoji: Single(PLAIN, emoji.encode(), 2)
    return [
        ("original", draft_message(
            "alice-smith", "5eed9406c2545547ab6f09f20a18b003",
            Single(RICH, b"Hi everyone, we just shipped release 2.0. __Good  work__!"),
        ), ORIGINAL_ID.hex()),
        ("reply", draft_message(
            "bob-jones", "11a458c73b8dd2cf404db4b378b8fe4d",
            Single(RICH, b"Right on! _Congratulations_ 'all!"), in_reply_to=ORIGINAL_ID,
        ), REPLY_ID.hex()),
        ("reaction", draft_message(
            "cathy-washington", "d37bc0e6a8b4f04e9e6382375f587bf6", reaction("\u2764"),
            in_reply_to=ORIGINAL_ID,
        ), REACTION_ID.hex()),
        ("mention", draft_message(
            "cathy-washington", "04f290e215d0f82d1750bfa8b7dc089d",
            Single(RICH, b"Kudos to [@Alice Smith](mimi://example.com/u/alice-smith)"
                         b" for making the release happen!"), in_reply_to=ORIGINAL_ID,
        ), "018d825adf9f6be00dcafc5704c4102f5022e74219d0b603e4ba7622654042af"),
        ("mention-html", draft_message(
            "cathy-washington", "15d9705fd5bf5e02b0af47c85f8b98fe",
            Single("text/html;charset=utf-8",
                   b'<p>Kudos to <a href="mimi://example.com/u/alice-smith">'
                   b"@Alice Smith</a> for making the release happen!</p>"),
            in_reply_to=ORIGINAL_ID,
        ), "01967ff8e9a66819738ad5cf26d2e0388a3b81d86b0f61d129c077d043ee2a4e"),
        ("edit", draft_message(
            "bob-jones", "b8c2e6d8800ecf45df39be6c45f4c042",
            Single(RICH, b"Right on! _Congratulations_ y'all!"),
            replaces=REPLY_ID, in_reply_to=ORIGINAL_ID,
        ), "014028c0deddbdea56bec26172f6ede953d11024cb82b8192b5e2aea62d7fb47"),
        ("delete", draft_message(
            "bob-jones", "0a590d73b2c7761c39168be5ebf7f2e6", Null(1),
            replaces=REPLY_ID, in_reply_to=ORIGINAL_ID,
        ), "011d9efc78d04d4dcf4d82b07d5199bbef37011c1f0c7e004b6111c6dda504b4"),
        ("unlike", draft_message(
            "cathy-washington", "c5ba86dc9fd272e58ca52ec805b79199", Null(2),
            replaces=REACTION_ID, in_reply_to=ORIGINAL_ID,
        ), "013aadbb8f313253c8930f4e93c6ca54b2ed06d258185bdcec3870534c8a4ec4"),
        ("expiring", draft_message(
            "alice-smith", "33be993eb39f418f9295afc2ae160d2d",
            Single(RICH, b"__*VPN GOING DOWN*__ I'm rebooting the VPN in ten minutes"
                         b" unless anyone objects."),
            expires=Expiration(False, 1644390004),
        ), "01e59db8173939facc2c8a4a0f0ae8d0c7a11a81239626630c9464a8d6717a03"),
        ("attachment", draft_message(
            "bob-jones", "18fac6371e4e53f1aeaf8a013155c166",
            External(
                "video/mp4", "https://example.com/storage/8ksB4bSrrRE.mp4", 0, 708234961, 1,
                bytes.fromhex("21399320958a6f4c745dde670d95e0d8"),
                bytes.fromhex("c86cf2c33f21527d1dd76f5b"), b"", 1,
                bytes.fromhex("9ab17a8cf0890baaae7ee016c7312fcc080ba46498389458ee44f0276e783163"),
                "2 hours of key signing video", "bigfile.mp4", 6, "en",
            ),
        ), "0176180c7d19a925021fe446d241134d05c38e0d999cdc0f39c391d2377ed9d1"),
        ("conferencing", draft_message(
            "alice-smith", "678ac6cd54de049c3e9665cd212470fa",
            External(url="https://example.com/join/12345", disposition=7,
                     description="Join the Foo 118 conference"), topic=b"Foo 118",
        ), "01496d15a8dba28d7397f9868b70768e4a67f765d5b5b1ae9e03848c5fdeb0ba"),
        ("multipart-1", draft_message(
            "alice-smith", "261c953e178af653fe3d42641b91d814",
            Multi(CHOOSE_ONE, [
                Single(RICH, b"# Welcome!"),
                Single("application/vnd.examplevendor-fancy-im-message",
                       bytes.fromhex("dc861ebaa718fd7c3ca159f71a2001")),
            ]),
        ), "01da5a515ec5db42cc4dcc19b90c3c31245d8a1cfcce11318f24eb11dce0990e"),
        ("multipart-2", draft_message(
            "alice-smith", "8528dc2d92e4f1944d62042907ab94d0",
            Multi(PROCESS_ALL, [reaction("\u2764"), reaction("\U0001F973"), reaction("\U0001F91E")], 2),
        ), "01d65918c6c51c8e76546337276ae6f4bfd873d867d5cb57c76bcdca3d999dd7"),
        ("multipart-3", draft_message(
            "alice-smith", "b8362793168d18c049b882d4642a2274",
            Multi(CHOOSE_ONE, [
                welcome("image/gif", "dc861ebaa718fd7c3ca159f71a2001a7", 5),
                welcome("image/png", "fa444237451a05a72bb0f67037cc1669", 10),
            ]),
        ), "01cfebeadbdb83c1eefb6403ba4852daf8bbbf9cd53bf5035a74d5d741950c9f"),
    ]
