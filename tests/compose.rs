//! The composers, from outside: the draft's examples to the octet, the canonical shapes, and
//! what is refused.
#![cfg(all(feature = "getrandom", feature = "markdown"))]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use mimi_codec::cbor;
use mimi_codec::item::RawValue;
use mimi_codec::message::compose::{
    ComposeError, Composer, Mention, Reaction, Replaced, SaltSource, Target,
};
use mimi_codec::message::{
    AeadAlgorithm, AvMedia, AvMetadata, Disposition, Expiration, ExternalMessageId, ExternalPart,
    HashAlgorithm, IdAlgorithm, IdScope, MessageId, MessageStatus, MimiContent, MimiUri,
    NestedPart, PartBody, SenderTimestamp, SinglePart, StatusReport, Uris, media,
};
use mimi_codec::report::{Code, codes};
use mimi_codec::rich::markdown::escape_html;

const ROOM: &str = "mimi://example.com/r/engineering_team";

fn octets(hex: &str) -> Vec<u8> {
    let hex: Vec<u8> = hex.bytes().filter(u8::is_ascii_hexdigit).collect();
    hex.chunks(2)
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap())
        .collect()
}

fn by(user: &str, salt: &str) -> Composer<impl SaltSource> {
    let sender = format!("mimi://example.com/u/{user}");
    Composer::new(sender, ROOM).with_salt(octets(salt).try_into().unwrap())
}

fn id(hex: &str) -> MessageId {
    hex.parse().unwrap()
}

/// Strict decoding gives the message back; its ID is computed from what it states.
fn encoded(message: &MimiContent<'_>) -> (Vec<u8>, MessageId) {
    let octets = cbor::encode(message).expect("a composed message can be encoded");
    let received = cbor::Decoder::strict()
        .decode(&octets)
        .expect("a composed message decodes strictly");
    assert_eq!(received.content(), message);
    let id = received
        .message_id(IdAlgorithm::Draft08, &Uris::STATED)
        .unwrap();
    drop(received);
    (octets, id)
}

const ORIGINAL: &str = "017ce54837404c3696e0c747b985cb172716d0ed0a3d249ca63ace7d82a096f4";
const REPLY: &str = "015354973c2b65ca937bf1e035ae53a5ab80e947afa43d46920d4202e5cc0b27";
const REACTION: &str = "0158c4288911e50a8f6be3f47746b6682f10fd91bc8c05557aa589a3157aff68";

/// Name and message ID in the draft, and the message as the composers write it.
type Example = (
    &'static str,
    &'static str,
    Result<MimiContent<'static>, ComposeError>,
);

fn examples() -> Vec<Example> {
    let alice_uri = MimiUri::parse("mimi://example.com/u/alice-smith").unwrap();
    let mention = Mention::new(&alice_uri, "@Alice Smith");
    let kudos = |mention: &dyn std::fmt::Display| {
        format!("Kudos to {mention} for making the release happen!")
    };
    let bobs_reply = Replaced::new(id(REPLY)).in_reply_to(id(ORIGINAL));

    let mut video = ExternalPart::new("video/mp4", "https://example.com/storage/8ksB4bSrrRE.mp4");
    video.size = 708_234_961;
    video.enc_alg = AeadAlgorithm::AES_128_GCM;
    video.key = octets("21399320958a6f4c745dde670d95e0d8").into();
    video.nonce = octets("c86cf2c33f21527d1dd76f5b").into();
    video.hash_alg = HashAlgorithm::SHA_256;
    video.content_hash =
        octets("9ab17a8cf0890baaae7ee016c7312fcc080ba46498389458ee44f0276e783163").into();
    video.description = "2 hours of key signing video".into();
    video.filename = "bigfile.mp4".into();

    let page = |title: &str, cid: u32, alt: &str, language: &'static str| {
        NestedPart::html(format!(
            "<html><body><h1>{title}!</h1>\n<img src=\"cid:{cid}@local.invalid\" \
             alt=\"{alt}\"/>\n</body></html>"
        ))
        .with_language(language)
    };
    let version = |cid, content_type: &'static str, image: &str| {
        NestedPart::process_all(vec![
            NestedPart::choose_one(vec![
                page("Welcome", cid, "Welcome image", "en"),
                page("Bienvenue", cid, "Image bienvenue", "fr"),
            ]),
            NestedPart::single(Disposition::INLINE, content_type, octets(image)),
        ])
    };

    vec![
        (
            "original",
            ORIGINAL,
            by("alice-smith", "5eed9406c2545547ab6f09f20a18b003")
                .markdown("Hi everyone, we just shipped release 2.0. __Good  work__!"),
        ),
        (
            "reply",
            REPLY,
            by("bob-jones", "11a458c73b8dd2cf404db4b378b8fe4d")
                .reply_to(id(ORIGINAL))
                .markdown("Right on! _Congratulations_ 'all!"),
        ),
        (
            "reaction",
            REACTION,
            by("cathy-washington", "d37bc0e6a8b4f04e9e6382375f587bf6").react(id(ORIGINAL), "❤"),
        ),
        (
            "mention",
            "018d825adf9f6be00dcafc5704c4102f5022e74219d0b603e4ba7622654042af",
            by("cathy-washington", "04f290e215d0f82d1750bfa8b7dc089d")
                .reply_to(id(ORIGINAL))
                .markdown(kudos(&mention)),
        ),
        (
            "mention-html",
            "01967ff8e9a66819738ad5cf26d2e0388a3b81d86b0f61d129c077d043ee2a4e",
            by("cathy-washington", "15d9705fd5bf5e02b0af47c85f8b98fe")
                .reply_to(id(ORIGINAL))
                .html(format!("<p>{}</p>", kudos(&mention.html()))),
        ),
        (
            "edit",
            "014028c0deddbdea56bec26172f6ede953d11024cb82b8192b5e2aea62d7fb47",
            by("bob-jones", "b8c2e6d8800ecf45df39be6c45f4c042")
                .edit(bobs_reply.clone())
                .markdown("Right on! _Congratulations_ y'all!"),
        ),
        (
            "delete",
            "011d9efc78d04d4dcf4d82b07d5199bbef37011c1f0c7e004b6111c6dda504b4",
            by("bob-jones", "0a590d73b2c7761c39168be5ebf7f2e6").delete(bobs_reply),
        ),
        (
            "unlike",
            "013aadbb8f313253c8930f4e93c6ca54b2ed06d258185bdcec3870534c8a4ec4",
            by("cathy-washington", "c5ba86dc9fd272e58ca52ec805b79199")
                .unlike(Replaced::new(id(REACTION)).in_reply_to(id(ORIGINAL))),
        ),
        (
            "expiring",
            "01e59db8173939facc2c8a4a0f0ae8d0c7a11a81239626630c9464a8d6717a03",
            by("alice-smith", "33be993eb39f418f9295afc2ae160d2d")
                .expires_at(1_644_390_004)
                .markdown(
                    "__*VPN GOING DOWN*__ I'm rebooting the VPN in ten minutes unless anyone \
                     objects.",
                ),
        ),
        (
            "attachment",
            "0176180c7d19a925021fe446d241134d05c38e0d999cdc0f39c391d2377ed9d1",
            by("bob-jones", "18fac6371e4e53f1aeaf8a013155c166")
                .message()
                .language("en")
                .attachment(video),
        ),
        (
            "conferencing",
            "01496d15a8dba28d7397f9868b70768e4a67f765d5b5b1ae9e03848c5fdeb0ba",
            by("alice-smith", "678ac6cd54de049c3e9665cd212470fa")
                .topic("Foo 118")
                .call(
                    "https://example.com/join/12345",
                    "Join the Foo 118 conference",
                ),
        ),
        (
            "multipart-1",
            "01da5a515ec5db42cc4dcc19b90c3c31245d8a1cfcce11318f24eb11dce0990e",
            by("alice-smith", "261c953e178af653fe3d42641b91d814")
                .message()
                .body(NestedPart::choose_one(vec![
                    NestedPart::markdown("# Welcome!"),
                    NestedPart::single(
                        Disposition::RENDER,
                        "application/vnd.examplevendor-fancy-im-message",
                        octets("dc861ebaa718fd7c3ca159f71a2001"),
                    ),
                ])),
        ),
        (
            // The draft's reactions have no target, and composers write none such: it is taken
            // off again.
            "multipart-2",
            "01d65918c6c51c8e76546337276ae6f4bfd873d867d5cb57c76bcdca3d999dd7",
            by("alice-smith", "8528dc2d92e4f1944d62042907ab94d0")
                .react_together(id(ORIGINAL), ["❤", "🥳", "🤞"])
                .map(|mut message| {
                    message.in_reply_to = None;
                    message
                }),
        ),
        (
            "multipart-3",
            "01cfebeadbdb83c1eefb6403ba4852daf8bbbf9cd53bf5035a74d5d741950c9f",
            by("alice-smith", "b8362793168d18c049b882d4642a2274")
                .message()
                .body(NestedPart::choose_one(vec![
                    version(5, "image/gif", "dc861ebaa718fd7c3ca159f71a2001a7"),
                    version(10, "image/png", "fa444237451a05a72bb0f67037cc1669"),
                ])),
        ),
    ]
}

#[test]
fn the_drafts_examples_have_the_published_message_ids() {
    let examples = examples();
    assert_eq!(examples.len(), 14);
    for (name, expected, message) in examples {
        let (_, computed) = encoded(&message.unwrap());
        assert_eq!(computed, id(expected), "{name}");
    }
}

#[test]
fn the_drafts_examples_are_composed_to_the_octet() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../shared/vectors/draft-08");
    if !std::path::Path::new(folder).is_dir() {
        let ci = std::env::var("CI").is_ok_and(|value| value == "true");
        assert!(!ci, "{folder} is absent");
        return;
    }
    for (name, _, message) in examples() {
        let expected = std::fs::read(format!("{folder}/{name}.cbor")).unwrap();
        assert_eq!(encoded(&message.unwrap()).0, expected, "{name}");
    }
}

fn hex(octets: &[u8]) -> String {
    octets.iter().map(|octet| format!("{octet:02x}")).collect()
}

fn alice() -> Composer<impl SaltSource> {
    by("alice-smith", "000102030405060708090a0b0c0d0e0f")
}

fn some_id(n: u8) -> MessageId {
    let mut octets = [n; 32];
    octets[0] = 1;
    MessageId::new(octets)
}

fn pdf() -> ExternalPart<'static> {
    let mut part = ExternalPart::new("application/pdf", "https://example.com/minutes.pdf");
    part.filename = "minutes.pdf".into();
    part
}

fn png() -> SinglePart<'static> {
    SinglePart::new(media::IMAGE_PNG, b"\x89PNG")
}

fn report() -> StatusReport {
    [
        (some_id(1), MessageStatus::READ),
        (some_id(2), MessageStatus(24)),
    ]
    .into_iter()
    .collect()
}

/// Dispositions, cardinalities and media types of a body, one line for each part.
fn outline(message: &MimiContent<'_>) -> String {
    use mimi_codec::message::PartBody::*;
    let mut out = String::new();
    for part in message.parts() {
        let body = match &part.part.body {
            Null => "null".into(),
            Single(single) => {
                let content = String::from_utf8_lossy(&single.content);
                format!("{} {content:?}", single.content_type)
            }
            External(external) => format!("external {:?} {}", external.content_type, external.url),
            Multi(multi) => multi.semantics.name().into(),
        };
        let indent = "  ".repeat(part.level - 1);
        let disposition = part.part.disposition;
        out += &format!("{indent}{} {disposition} {body}\n", part.index);
    }
    out
}

/// The shapes that the draft's examples do not have.
#[test]
fn canonical_shapes() {
    let alice = alice();
    let shapes = [
        ("text", alice.text("hi")),
        ("rich", alice.rich("*hi*", "hi")),
        ("rich html", alice.message().rich_html("<p>hi</p>", "hi")),
        ("expires after", alice.expires_after(3600).text("hi")),
        (
            "file with preview",
            alice.message().attachment_with_preview(pdf(), png()),
        ),
        (
            "text and files",
            alice
                .message()
                .with_files(NestedPart::markdown("*two* files"), [pdf(), pdf()]),
        ),
        (
            "text with images",
            alice
                .message()
                .images([png(), png()])
                .markdown(|cids| format!("![a]({}) ![b]({})", cids[0], cids[1])),
        ),
        (
            "rich text with images",
            alice
                .message()
                .images([png()])
                .rich(|cids| format!("![a]({})", cids[0]), "a picture"),
        ),
        (
            "image elsewhere",
            alice.message().external(
                Disposition::INLINE,
                ExternalPart::new(media::IMAGE_JPEG, "https://example.com/1.jpg"),
            ),
        ),
        (
            "reactions together",
            alice.react_together(some_id(1), ["❤", "👍🏽"]),
        ),
        (
            "one reaction together",
            alice.react_together(some_id(1), ["❤"]),
        ),
        (
            "reaction elsewhere",
            alice.react(
                some_id(1),
                ExternalPart::new("image/gif", "https://example.com/rocket.gif"),
            ),
        ),
        ("status report", alice.status_report(&report())),
        (
            "everything",
            alice
                .topic(b"\x00\xff")
                .expires_at(7)
                .subject("Lunch")
                .sender_timestamp(SenderTimestamp::from_millis(1_762_760_377_462))
                .external_message_id(&ExternalMessageId::new(b"<1@a>", IdScope::domain("a")))
                .last_seen(&[some_id(1)].into_iter().collect())
                .av_metadata(&[AvMetadata::new(0, AvMedia::IMAGE)])
                .language("en,fr")
                .reply_to(Target::new(some_id(3)).with_ancestors([some_id(2), some_id(1)]))
                .body(NestedPart::single(
                    Disposition::INLINE,
                    media::IMAGE_PNG,
                    b"\x89PNG",
                )),
        ),
    ];
    let mut snapshot = String::new();
    for (name, message) in shapes {
        let message = message.unwrap();
        let (octets, _) = encoded(&message);
        snapshot += &format!("{name}\n{}{}\n\n", outline(&message), hex(&octets));
    }
    insta::assert_snapshot!(snapshot);
}

#[test]
fn several_reactions_are_several_messages() {
    let messages = alice()
        .react_each(some_id(1), Reaction::split("❤ 👩🏽‍⚕️"))
        .unwrap();
    let parts = ["❤", "👩🏽‍⚕️"].map(|emoji| {
        let part = SinglePart::new(media::TEXT_PLAIN, emoji);
        NestedPart::new(Disposition::REACTION, part.into())
    });
    assert_eq!(messages.len(), 2);
    for (message, part) in messages.iter().zip(parts) {
        assert_eq!(message.nested_part, part);
        assert_eq!(message.in_reply_to, Some(some_id(1)));
        encoded(message);
    }
}

#[test]
fn salts_are_random_and_not_the_same_twice() {
    let alice = Composer::new("mimi://example.com/u/alice", ROOM);
    let [one, two] = [1, 2].map(|_| alice.text("hi").unwrap());
    assert!(one.salt.is_legal() && one.salt != two.salt);
}

fn code<T>(result: Result<T, ComposeError>) -> (Code, Option<String>) {
    match result {
        Ok(_) => panic!("composed"),
        Err(error) => (error.code(), error.finding().path.clone()),
    }
}

#[test]
fn impossible_values_are_refused_with_their_place() {
    let alice = alice();
    let long = "x".repeat(70_000);
    let with = |change: fn(&mut ExternalPart<'_>)| {
        let mut part = pdf();
        change(&mut part);
        alice.attachment(part)
    };
    let many = || vec![NestedPart::text("x"); 1024];
    let nested = |levels| {
        let mut part = NestedPart::text("x");
        for _ in 1..levels {
            part = NestedPart::process_all(vec![part, NestedPart::text("y")]);
        }
        alice.message().body(part)
    };
    assert!(nested(4).is_ok());
    let av = |entry| alice.message().av_metadata(&[entry]).text("x");
    let loops = Target::new(some_id(3)).with_ancestors([some_id(2), some_id(3)]);
    let own = Replaced::new(some_id(1));
    for (result, expected, path) in [
        (alice.text(""), codes::COMPOSE_EMPTY, "nestedPart.content"),
        (
            alice.markdown(""),
            codes::COMPOSE_EMPTY,
            "nestedPart.content",
        ),
        (
            alice.rich("x", ""),
            codes::COMPOSE_EMPTY,
            "nestedPart.content",
        ),
        (
            alice.rich("", "x"),
            codes::COMPOSE_EMPTY,
            "nestedPart.content",
        ),
        (alice.call("", "x"), codes::COMPOSE_EMPTY, "nestedPart.url"),
        (alice.topic("").text("x"), codes::COMPOSE_EMPTY, "topicId"),
        (
            alice.topic(vec![1; 4097]).text("x"),
            codes::TOPIC_LENGTH,
            "topicId",
        ),
        (
            alice.expires_at(0).text("x"),
            codes::COMPOSE_EXPIRY,
            "expires",
        ),
        (
            alice.expires_after(0).text("x"),
            codes::COMPOSE_EXPIRY,
            "expires",
        ),
        (
            alice.message().subject("").text("x"),
            codes::COMPOSE_SUBJECT,
            "extensions[5]",
        ),
        (
            alice.message().subject(&long).text("x"),
            codes::COMPOSE_SUBJECT,
            "extensions[5]",
        ),
        (
            alice.message().language("en_US").text("x"),
            codes::LANGUAGE_SYNTAX,
            "nestedPart.language",
        ),
        (
            alice.react(some_id(1), ""),
            codes::COMPOSE_REACTION,
            "nestedPart.content",
        ),
        (
            alice.react(some_id(1), " "),
            codes::COMPOSE_REACTION,
            "nestedPart.content",
        ),
        (
            alice.react(some_id(1), "❤❤"),
            codes::COMPOSE_REACTION,
            "nestedPart.content",
        ),
        (
            alice.react(some_id(1), SinglePart::new(media::TEXT_PLAIN, b"\xff")),
            codes::COMPOSE_REACTION,
            "nestedPart.content",
        ),
        (
            alice.react_together(some_id(1), Vec::<&str>::new()),
            codes::COMPOSE_EMPTY,
            "nestedPart",
        ),
        (
            alice.status_report(&StatusReport::default()),
            codes::COMPOSE_EMPTY,
            "nestedPart.content",
        ),
        (
            alice.message().body(NestedPart::null(Disposition::RENDER)),
            codes::COMPOSE_EMPTY,
            "nestedPart",
        ),
        (
            alice.message().with_files(NestedPart::text("x"), []),
            codes::COMPOSE_EMPTY,
            "nestedPart.parts",
        ),
        (
            alice.message().images([png()]).markdown(|_| String::new()),
            codes::COMPOSE_EMPTY,
            "nestedPart.parts[0]",
        ),
        (
            alice
                .message()
                .images(Vec::<SinglePart<'_>>::new())
                .markdown(|_| "x".into()),
            codes::COMPOSE_EMPTY,
            "nestedPart.parts",
        ),
        (
            alice
                .message()
                .images([png()])
                .markdown(|_| "![a](cid:1@local.invalid)".into()),
            codes::COMPOSE_CID,
            "nestedPart.parts[0]",
        ),
        (
            alice
                .message()
                .images([png()])
                .html(|_| "<img src='cid:3@local.invalid'>".into()),
            codes::COMPOSE_CID,
            "nestedPart.parts[0]",
        ),
        (
            with(|part| part.url = "".into()),
            codes::COMPOSE_EMPTY,
            "nestedPart.url",
        ),
        (
            with(|part| part.key = vec![1].into()),
            codes::COMPOSE_EXTERNAL,
            "nestedPart.key",
        ),
        (
            with(|part| part.nonce = vec![1].into()),
            codes::COMPOSE_EXTERNAL,
            "nestedPart.nonce",
        ),
        (
            with(|part| part.aad = vec![1].into()),
            codes::COMPOSE_EXTERNAL,
            "nestedPart.aad",
        ),
        (
            with(|part| part.enc_alg = AeadAlgorithm::AES_128_GCM),
            codes::COMPOSE_EXTERNAL,
            "nestedPart.key",
        ),
        (
            with(|part| part.enc_alg = AeadAlgorithm(9999)),
            codes::COMPOSE_EXTERNAL,
            "nestedPart.key",
        ),
        (
            with(|part| part.hash_alg = HashAlgorithm::SHA_256),
            codes::COMPOSE_EXTERNAL,
            "nestedPart.contentHash",
        ),
        (nested(5), codes::PART_DEPTH, "nestedPart (part 4)"),
        (
            alice.message().body(NestedPart::process_all(many())),
            codes::PART_COUNT,
            "nestedPart (part 1024)",
        ),
        (
            alice
                .message()
                .body(NestedPart::process_all(vec![NestedPart::text("x")])),
            codes::MULTIPART_TOO_FEW,
            "nestedPart.parts",
        ),
        (
            alice.message().body(NestedPart::single(
                Disposition::REACTION,
                media::IMAGE_PNG,
                b"x",
            )),
            codes::COMPOSE_IMPOSSIBLE,
            "inReplyTo",
        ),
        (
            alice.edit(some_id(1)).reaction("❤"),
            codes::COMPOSE_IMPOSSIBLE,
            "inReplyTo",
        ),
        (
            alice.react(
                some_id(1),
                SinglePart::new("Text/Plain; charset=UTF-8", "❤❤"),
            ),
            codes::COMPOSE_REACTION,
            "nestedPart.content",
        ),
        (
            alice.react(some_id(1), "\u{200d}\u{fe0f}"),
            codes::COMPOSE_REACTION,
            "nestedPart.content",
        ),
        (
            av(AvMetadata::new(1, AvMedia::IMAGE)),
            codes::COMPOSE_IMPOSSIBLE,
            "extensions[\"av_metadata\"][0][1]",
        ),
        (
            av({
                let mut entry = AvMetadata::new(0, AvMedia::VIDEO);
                entry.preview_index = Some(2);
                entry
            }),
            codes::COMPOSE_IMPOSSIBLE,
            "extensions[\"av_metadata\"][0][6]",
        ),
        (
            alice
                .message()
                .extension(1.into(), RawValue::from_slice(&[0x60]).unwrap())
                .text("x"),
            codes::COMPOSE_IMPOSSIBLE,
            "extensions[1]",
        ),
        (
            alice.message().body(NestedPart::choose_one(vec![
                NestedPart::text("x"),
                NestedPart::text("x").with_language("e"),
            ])),
            codes::LANGUAGE_SYNTAX,
            "nestedPart (part 2).language",
        ),
        (
            Composer::new("", ROOM).text("x"),
            codes::URI_MISSING,
            "extensions[1]",
        ),
        (
            Composer::new("im:a@b", long.clone()).text("x"),
            codes::URI_TOO_LONG,
            "extensions[2]",
        ),
        (
            Composer::with_salts("im:a@b", ROOM, || Err(ComposeError::no_salt("dry"))).text("x"),
            codes::COMPOSE_RANDOM,
            "salt",
        ),
        (
            alice.reply_to(loops.clone()).text("x"),
            codes::COMPOSE_REPLY_LOOP,
            "inReplyTo",
        ),
        (
            alice.react(loops, "❤"),
            codes::COMPOSE_REPLY_LOOP,
            "inReplyTo",
        ),
        (
            alice.edit(own.clone().in_reply_to(some_id(1))).text("x"),
            codes::COMPOSE_REPLY_LOOP,
            "inReplyTo",
        ),
        (
            alice.delete(
                own.clone()
                    .in_reply_to(Target::new(some_id(2)).with_ancestors([some_id(1)])),
            ),
            codes::COMPOSE_REPLY_LOOP,
            "inReplyTo",
        ),
        (
            alice.edit(own.expires(Expiration::Relative(0))).text("x"),
            codes::COMPOSE_EXPIRY,
            "expires",
        ),
    ] {
        assert_eq!(code(result), (expected, Some(path.to_owned())));
    }
}

#[test]
fn a_status_report_is_that_of_the_codec() {
    let message = alice().status_report(&report()).unwrap();
    let PartBody::Single(part) = &message.nested_part.body else {
        panic!("{message:?}");
    };
    assert_eq!(part.content, cbor::encode_status(&report()));
    assert_eq!(part.content_type, StatusReport::MEDIA_TYPE);
}

#[test]
fn a_reaction_can_be_changed() {
    let alice = alice();
    let heart = alice.react(some_id(1), "❤").unwrap();
    let thumb = alice
        .edit(Replaced::version(some_id(2), &heart))
        .reaction("👍")
        .unwrap();
    assert_eq!(
        (thumb.replaces, thumb.in_reply_to),
        (Some(some_id(2)), Some(some_id(1)))
    );
    encoded(&thumb);
}

#[test]
fn an_edit_keeps_everything_but_the_body() {
    let alice = alice();
    let original = alice
        .topic("t")
        .expires_after(60)
        .subject("s")
        .reply_to(some_id(1))
        .text("one")
        .unwrap();
    let edit = alice
        .edit(Replaced::version(some_id(2), &original))
        .text("two")
        .unwrap();
    let again = alice
        .edit(Replaced::version(some_id(3), &edit))
        .text("three")
        .unwrap();
    let gone = alice.delete(Replaced::version(some_id(4), &again)).unwrap();
    for message in [&edit, &again, &gone] {
        assert_eq!(message.replaces, Some(some_id(2)));
        assert_eq!(message.topic_id, original.topic_id);
        assert_eq!(message.expires, original.expires);
        assert_eq!(message.in_reply_to, original.in_reply_to);
        assert_eq!(message.extensions.subject(), original.extensions.subject());
        encoded(message);
    }
    // A later version cannot be made a reply to an earlier one.
    let looped = Replaced::version(some_id(3), &edit).in_reply_to(some_id(3));
    assert_eq!(
        code(alice.edit(looped).text("x")).0,
        codes::COMPOSE_REPLY_LOOP
    );
}

#[test]
fn the_limits_are_those_of_the_decoder() {
    let limits = cbor::Limits::DRAFT;
    let alice = alice();
    let parts = vec![NestedPart::text("x"); limits.parts - 1];
    encoded(
        &alice
            .message()
            .body(NestedPart::process_all(parts))
            .unwrap(),
    );
    encoded(&alice.topic(vec![1; limits.topic_id]).text("x").unwrap());
}

#[test]
fn a_mention_is_one_link_whatever_its_label() {
    let uri = MimiUri::parse("mimi://example.com/u/a&copy;(b)_c").unwrap();
    for label in [
        "@Alice",
        "](http://evil.example)",
        "a\nb\r\n\r\nc",
        "<b>&amp;</b>",
        "*a* _b_ `c` ~~d~~ | \\",
        "\u{0}\u{2028}x",
    ] {
        let markdown = Mention::new(&uri, label).to_string();
        let events: Vec<_> = pulldown_cmark::Parser::new(&markdown).collect();
        let shown: String = label
            .trim()
            .chars()
            .map(|c| {
                if c.is_control() || c == '\u{2028}' {
                    ' '
                } else {
                    c
                }
            })
            .collect();
        check_link(&events, uri.as_str(), shown.trim(), &markdown);
    }
    let bare = Mention::new(&uri, " \n ").to_string();
    let events: Vec<_> = pulldown_cmark::Parser::new(&bare).collect();
    check_link(&events, uri.as_str(), uri.as_str(), &bare);
}

fn check_link(events: &[pulldown_cmark::Event<'_>], target: &str, text: &str, markdown: &str) {
    use pulldown_cmark::{Event, Tag, TagEnd};
    let [
        Event::Start(Tag::Paragraph),
        Event::Start(Tag::Link { dest_url, .. }),
        inner @ ..,
        Event::End(TagEnd::Link),
        Event::End(TagEnd::Paragraph),
    ] = events
    else {
        panic!("{markdown}: {events:?}");
    };
    assert_eq!(dest_url.as_ref(), target, "{markdown}");
    let shown: String = inner
        .iter()
        .map(|event| match event {
            Event::Text(text) => text.as_ref(),
            other => panic!("{markdown}: {other:?}"),
        })
        .collect();
    assert_eq!(shown, text, "{markdown}");
}

/// What each single part says.
fn said(message: &MimiContent<'_>) -> Vec<String> {
    let content = |part: &PartBody<'_>| match part {
        PartBody::Single(single) => Some(String::from_utf8_lossy(&single.content).into_owned()),
        _ => None,
    };
    let parts = message.parts();
    parts.filter_map(|it| content(&it.part.body)).collect()
}

#[test]
fn html_is_escaped_in_every_part_of_markdown_and_nowhere_else() {
    const RAW: &str = "<b>*Tea?*</b> `<b>` <https://example.com>";
    const ESCAPED: &str = "&lt;b>*Tea?*&lt;/b> `<b>` <https://example.com>";
    let plain = Composer::new("mimi://example.com/u/alice", ROOM);
    let alice = plain.clone().escaping(escape_html);
    let png = || SinglePart::new(media::IMAGE_PNG, b"<b>");
    let file = || ExternalPart::new("image/png", "https://example.com/a.png");
    let target = MessageId::new([1; 32]);
    let spelled = |content_type: &'static str| {
        NestedPart::single(Disposition::RENDER, content_type, RAW.as_bytes())
    };
    let odd = NestedPart::single(Disposition::RENDER, media::GFM_MIMI, &b"<b>\xff"[..]);
    let cases: Vec<(MimiContent<'_>, Vec<&str>)> = vec![
        (alice.markdown(RAW).unwrap(), vec![ESCAPED]),
        (alice.markdown(ESCAPED).unwrap(), vec![ESCAPED]),
        (
            alice.with_salt([1; 16]).markdown(RAW).unwrap(),
            vec![ESCAPED],
        ),
        (alice.rich(RAW, RAW).unwrap(), vec![ESCAPED, RAW]),
        (alice.reply_to(target).markdown(RAW).unwrap(), vec![ESCAPED]),
        (alice.edit(target).markdown(RAW).unwrap(), vec![ESCAPED]),
        (
            alice
                .message()
                .images([png()])
                .markdown(|cids| format!("{RAW} ![]({})", cids[0]))
                .unwrap(),
            vec![
                "&lt;b>*Tea?*&lt;/b> `<b>` <https://example.com> ![](cid:2@local.invalid)",
                "<b>",
            ],
        ),
        (
            alice
                .message()
                .with_files(NestedPart::markdown(RAW), [file()])
                .unwrap(),
            vec![ESCAPED],
        ),
        (
            alice
                .message()
                .body(spelled(
                    "Text/Markdown; charset=utf-8; variant=\"gfm-mimi\"",
                ))
                .unwrap(),
            vec![ESCAPED],
        ),
        (
            alice.message().body(spelled(media::COMMON_MARK)).unwrap(),
            vec![RAW],
        ),
        (alice.message().html(RAW).unwrap(), vec![RAW]),
        (alice.text(RAW).unwrap(), vec![RAW]),
        (alice.message().body(odd).unwrap(), vec!["<b>\u{fffd}"]),
        // Whoever gives no function has escaped it already.
        (plain.markdown(RAW).unwrap(), vec![RAW]),
    ];
    for (message, expected) in &cases {
        assert_eq!(said(message), *expected);
    }
}
