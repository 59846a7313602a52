//! The table of faults: which rule, in which items, what is put in their place, and where the
//! finding is expected.

use mimi_codec::report::{Code, codes};

use super::items::{bytes, head, id, inside, item, span, string, text};

/// Which items a fault is made of.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Where {
    /// A field of the message.
    Field(usize),
    /// The value of an extension.
    Value(usize),
    /// A field of every part of this cardinality.
    Part(u8, usize),
    /// A field of every part.
    EachPart(usize),
}

/// What a fault may look at before it decides whether it applies.
pub(crate) struct Sight<'o> {
    pub(crate) name: &'o str,
    pub(crate) octets: &'o [u8],
    /// The item to be replaced.
    pub(crate) old: &'o [u8],
    /// The path of the part it is in.
    pub(crate) part: &'o [usize],
}

impl Sight<'_> {
    pub(crate) fn field(&self, number: usize) -> &[u8] {
        let path = [self.part, &[number]].concat();
        &self.octets[span(self.octets, item(self.octets, &path))]
    }

    pub(crate) fn message(&self, number: usize) -> &[u8] {
        &self.octets[span(self.octets, item(self.octets, &[number]))]
    }

    pub(crate) fn content_type(&self) -> String {
        let octets = self.field(3);
        let start = head(octets, 0).2;
        String::from_utf8_lossy(&octets[start..]).into_owned()
    }

    pub(crate) fn disposition(&self) -> u8 {
        self.field(0)[0]
    }

    /// The content of a string that is replaced.
    pub(crate) fn content(&self) -> &[u8] {
        &self.old[head(self.old, 0).2..]
    }

    pub(crate) fn is_null(&self) -> bool {
        self.octets[item(self.octets, &[6, 2])] == 0
    }
}

/// The new item, and where in it the finding is expected.
pub(crate) type New = Option<(Vec<u8>, usize)>;

/// A rule, where it is broken, how, and where else the finding is expected than there.
pub(crate) struct Fault {
    pub(crate) code: Code,
    pub(crate) place: Where,
    pub(crate) new: fn(&Sight<'_>) -> New,
    pub(crate) elsewhere: Option<usize>,
}

pub(crate) const fn fault(code: Code, place: Where, new: fn(&Sight<'_>) -> New) -> Fault {
    Fault {
        code,
        place,
        new,
        elsewhere: None,
    }
}

/// A fault of one field that is told at another field of the message.
pub(crate) const fn told_at(
    code: Code,
    place: Where,
    field: usize,
    new: fn(&Sight<'_>) -> New,
) -> Fault {
    Fault {
        code,
        place,
        new,
        elsewhere: Some(field),
    }
}

/// Another entry in the extension map, whose two entries have the keys 1 and 2: before or behind
/// them. The finding is expected at the key, or so many octets on.
pub(crate) fn entry(sight: &Sight<'_>, first: bool, key: &[u8], value: &[u8], on: usize) -> New {
    assert_eq!(sight.old[0], 0xa2);
    let new = [key, value].concat();
    let (out, at) = match first {
        true => ([&[0xa3], &new[..], &sight.old[1..]].concat(), 1),
        false => (
            [&[0xa3], &sight.old[1..], &new[..]].concat(),
            sight.old.len(),
        ),
    };
    Some((out, at + on))
}

/// More text at the end of a text of that media type.
pub(crate) fn more(sight: &Sight<'_>, media: &str, words: &str) -> New {
    let fits = sight.content_type().starts_with(media);
    fits.then(|| (bytes(&[sight.content(), words.as_bytes()].concat()), 0))
}

/// More text that readers see: alternatives to it would say something else.
pub(crate) fn more_seen(sight: &Sight<'_>, media: &str, words: &str) -> New {
    more(sight, media, words).filter(|_| sight.name != "multipart-3")
}

pub(crate) fn put(octets: Vec<u8>) -> New {
    Some((octets, 0))
}

pub(crate) const MARKDOWN: &str = "text/markdown;variant=GFM-MIMI";
pub(crate) const HTML: &str = "text/html";
pub(crate) const REACTION: u8 = 2;
pub(crate) const SESSION: u8 = 7;

#[rustfmt::skip] // A table.
pub(crate) static FAULTS: &[Fault] = &[
    // The form.
    fault(codes::CBOR_HEAD_NOT_SHORTEST, Where::Field(0), |s| put([&[0x58, 16], s.content()].concat())),
    fault(codes::CBOR_HEAD_NOT_SHORTEST, Where::EachPart(2), |s| put(vec![0x18, s.old[0]])),
    fault(codes::CBOR_INDEFINITE_LENGTH, Where::Field(0), |s| put([&[0x5f], s.old, &[0xff]].concat())),
    fault(codes::CBOR_INDEFINITE_LENGTH, Where::EachPart(1), |s| put([&[0x7f][..], if s.old.len() > 1 { s.old } else { &[] }, &[0xff]].concat())),
    fault(codes::CBOR_KEY_ORDER, Where::Field(5), |s| {
        let items = inside(s.old, 0).0;
        let (one, two) = (&s.old[1..items[2]], &s.old[items[2]..]);
        Some(([&[0xa2], two, one].concat(), 1 + two.len()))
    }),
    fault(codes::CBOR_BIGNUM_NOT_SHORTEST, Where::Field(5), |s| entry(s, false, &[0x20], &[0xc2, 0x41, 1], 1)),
    fault(codes::CBOR_SIMPLE_INVALID, Where::Field(5), |s| entry(s, false, &[0x20], &[0xf8, 16], 1)),
    fault(codes::UTF8_INVALID, Where::EachPart(1), |_| Some((vec![0x61, 0xff], 1))),
    fault(codes::DUPLICATE_KEY, Where::Field(5), |s| entry(s, false, &[2], &[1], 0)),
    fault(codes::KEY_TYPE, Where::Field(5), |s| entry(s, false, &[0x80], &[1], 0)),
    fault(codes::KEY_RANGE, Where::Field(5), |s| entry(s, false, &[0x1b, 0, 0x20, 0, 0, 0, 0, 0, 0], &[1], 0)),
    fault(codes::CBOR_RESERVED_HEAD, Where::Field(2), |_| put(vec![0x1c])),
    fault(codes::CBOR_BREAK_MISPLACED, Where::Field(2), |_| put(vec![0xff])),
    // The structure.
    fault(codes::WRONG_TYPE, Where::Field(0), |s| put(string(3, s.content()))),
    fault(codes::WRONG_TYPE, Where::Field(1), |_| put(vec![1])),
    fault(codes::WRONG_TYPE, Where::EachPart(1), |_| put(vec![0x40])),
    fault(codes::WRONG_TYPE, Where::Part(1, 4), |s| put(string(3, &vec![b'a'; s.content().len()]))),
    fault(codes::SALT_LENGTH, Where::Field(0), |_| put(vec![0x40])),
    fault(codes::SALT_LENGTH, Where::Field(0), |s| put(bytes(&s.content()[1..]))),
    fault(codes::MESSAGE_ID_LENGTH, Where::Field(1), |_| put(vec![0x41, 1])),
    fault(codes::MESSAGE_ID_LENGTH, Where::Field(4), |_| put(vec![0x41, 1])),
    fault(codes::UNDEFINED_FOR_NULL, Where::Field(1), |s| (s.old == [0xf6]).then(|| (vec![0xf7], 0))),
    fault(codes::UNDEFINED_FOR_NULL, Where::Field(3), |s| (s.old == [0xf6]).then(|| (vec![0xf7], 0))),
    fault(codes::TAG_UNEXPECTED, Where::Field(2), |s| put([&[0xc1], s.old].concat())),
    fault(codes::TOPIC_LENGTH, Where::Field(2), |_| put(bytes(&[7; 4097]))),
    fault(codes::ARRAY_LENGTH, Where::Field(3), |_| put(vec![0x83, 0xf5, 5, 5])),
    fault(codes::INTEGER_RANGE, Where::Field(3), |_| Some((vec![0x82, 0xf5, 0x1b, 0, 0, 0, 1, 0, 0, 0, 0], 2))),
    fault(codes::INTEGER_RANGE, Where::EachPart(0), |_| put(vec![0x19, 1, 0])),
    fault(codes::WRONG_TYPE, Where::EachPart(0), |_| put(vec![0x60])),
    fault(codes::WRONG_TYPE, Where::EachPart(2), |_| put(vec![0x60])),
    fault(codes::WRONG_TYPE, Where::Part(1, 3), |_| put(vec![0x40])),
    fault(codes::WRONG_TYPE, Where::Part(2, 3), |_| put(vec![0x40])),
    fault(codes::WRONG_TYPE, Where::Part(3, 3), |_| put(vec![0x40])),
    fault(codes::WRONG_TYPE, Where::Part(3, 4), |_| put(vec![0x40])),
    fault(codes::WRONG_TYPE, Where::Part(2, 4), |_| put(vec![0x40])),
    fault(codes::INTEGER_RANGE, Where::Part(2, 5), |_| put(vec![0x1b, 0, 0, 0, 1, 0, 0, 0, 0])),
    fault(codes::WRONG_TYPE, Where::Part(2, 6), |_| put(vec![0x20])),
    fault(codes::INTEGER_RANGE, Where::Part(2, 7), |_| put(vec![0x1a, 0, 1, 0, 0])),
    fault(codes::WRONG_TYPE, Where::Part(2, 8), |_| put(vec![0x60])),
    fault(codes::WRONG_TYPE, Where::Part(2, 9), |_| put(vec![0x60])),
    fault(codes::WRONG_TYPE, Where::Part(2, 10), |_| put(vec![0x60])),
    fault(codes::INTEGER_RANGE, Where::Part(2, 11), |_| put(vec![0x19, 1, 0])),
    fault(codes::WRONG_TYPE, Where::Part(2, 12), |_| put(vec![0x60])),
    fault(codes::UTF8_INVALID, Where::Part(2, 13), |_| Some((vec![0x61, 0xff], 1))),
    fault(codes::UTF8_INVALID, Where::Part(2, 14), |_| Some((vec![0x61, 0xff], 1))),
    fault(codes::UTF8_INVALID, Where::Part(1, 3), |_| Some((vec![0x61, 0xff], 1))),
    fault(codes::UTF8_INVALID, Where::Value(1), |_| Some((vec![0x61, 0xff], 1))),
    fault(codes::TAG_UNEXPECTED, Where::EachPart(0), |s| put([&[0xc1], s.old].concat())),
    fault(codes::TAG_UNEXPECTED, Where::EachPart(2), |s| put([&[0xc1, 0xc2], s.old].concat())),
    fault(codes::TAG_UNEXPECTED, Where::Part(1, 4), |s| put([&[0xc1], s.old].concat())),
    fault(codes::TAG_UNEXPECTED, Where::Part(3, 4), |s| put([&[0xc1], s.old].concat())),
    fault(codes::TAG_UNEXPECTED, Where::Field(6), |s| put([&[0xd9, 0xd9, 0xf7], s.old].concat())),
    fault(codes::WRONG_TYPE, Where::Field(5), |_| put(vec![0x80])),
    fault(codes::WRONG_TYPE, Where::Field(6), |_| put(vec![0xf6])),
    fault(codes::ARRAY_LENGTH, Where::Field(6), |s| (!s.is_null()).then(|| ([&[s.old[0] + 1], &s.old[1..], &[0]].concat(), 0))),
    fault(codes::CARDINALITY_UNKNOWN, Where::EachPart(2), |_| put(vec![4])),
    fault(codes::SEMANTICS_UNKNOWN, Where::Part(3, 3), |_| put(vec![3])),
    fault(codes::MULTIPART_TOO_FEW, Where::Part(3, 4), |s| {
        let items = inside(s.old, 0).0;
        // References count parts: where there are some, they break too.
        (s.name != "multipart-3").then(|| ([&[0x81], &s.old[1..items[1]]].concat(), 0))
    }),
    fault(codes::URL_TAGGED, Where::Part(2, 4), |s| put([&[0xd8, 0x20], s.old].concat())),
    fault(codes::KEY_RESERVED, Where::Field(5), |s| entry(s, true, &[0], &[1], 0)),
    fault(codes::KEY_LENGTH, Where::Field(5), |s| entry(s, false, &[0x60], &[1], 0)),
    fault(codes::EXTENSION_DEPTH, Where::Field(5), |s| entry(s, false, &[0x20], &[0x81, 0x81, 0x81, 0x81, 1], 4)),
    // The fields.
    fault(codes::SALT_CONSTANT, Where::Field(0), |_| put(bytes(&[0; 16]))),
    fault(codes::MESSAGE_ID_HASH_UNKNOWN, Where::Field(1), |_| put(id(77))),
    fault(codes::MESSAGE_ID_HASH_UNKNOWN, Where::Field(4), |_| put(id(0))),
    fault(codes::MESSAGE_ID_HASH_OTHER, Where::Field(1), |_| put(id(8))),
    told_at(codes::REPLY_TO_ITSELF, Where::Field(1), 4, |s| (s.message(4) != [0xf6]).then(|| (s.message(4).to_vec(), 0))),
    fault(codes::EXPIRES_ZERO, Where::Field(3), |s| (!s.is_null()).then(|| (vec![0x82, 0xf5, 0], 2))),
    fault(codes::EXPIRES_ZERO, Where::Field(3), |s| (!s.is_null()).then(|| (vec![0x82, 0xf4, 0], 2))),
    fault(codes::LIFETIME_LONG, Where::Field(3), |s| (!s.is_null()).then(|| (vec![0x82, 0xf5, 0x1a, 0xff, 0, 0, 0], 2))),
    fault(codes::EXPIRY_PAST, Where::Field(3), |s| (!s.is_null()).then(|| (vec![0x82, 0xf4, 0x1a, 0x20, 0, 0, 0], 2))),
    fault(codes::EXPIRY_FUTURE, Where::Field(3), |s| (!s.is_null()).then(|| (vec![0x82, 0xf4, 0x1a, 0xf0, 0, 0, 0], 2))),
    fault(codes::DELETE_WITH_CONTENT, Where::Field(3), |s| s.is_null().then(|| (vec![0x82, 0xf5, 5], 0))),
    told_at(codes::NULL_WITHOUT_REPLACES, Where::Field(1), 6, |s| s.is_null().then(|| (vec![0xf6], 0))),
    fault(codes::REACTION_WITHOUT_TARGET, Where::Field(4), |s| (s.name == "reaction").then(|| (vec![0xf6], 0))),
    fault(codes::EXTENSION_TYPE, Where::Value(1), |_| put(vec![0x41, 1])),
    fault(codes::EXTENSION_TYPE, Where::Value(3), |_| put(vec![0x01])),
    fault(codes::EXTENSION_UNREGISTERED, Where::Field(5), |s| entry(s, false, &[6], &[1], 1)),
    fault(codes::EXTENSION_FLOAT, Where::Field(5), |s| entry(s, false, &[0x20], &[0x81, 0xf9, 0x3e, 0], 2)),
    fault(codes::EXTENSION_SIZE, Where::Field(5), |s| entry(s, false, &[0x20], &bytes(&[1; 4096]), 1)),
    fault(codes::URL_SYNTAX, Where::Value(1), |_| put(text("alice"))),
    fault(codes::URI_SYNTAX, Where::Value(1), |_| put(text("mimi:alice"))),
    fault(codes::URI_KIND, Where::Value(1), |_| put(text("mimi://example.com/r/alice"))),
    fault(codes::URI_KIND, Where::Value(3), |_| put(text("mimi://example.com/u/alice"))),
    fault(codes::URI_NOT_NORMALISED, Where::Value(3), |_| put(text("mimi://Example.com/r/team"))),
    // The parts.
    fault(codes::DISPOSITION_UNREGISTERED, Where::EachPart(0), |s| (s.disposition() != SESSION).then(|| (vec![0x18, 99], 0))),
    fault(codes::LANGUAGE_SYNTAX, Where::EachPart(1), |s| (s.disposition() != REACTION && !s.is_null()).then(|| (text("en_US"), 0))),
    fault(codes::LANGUAGE_SUBTAG_UNKNOWN, Where::EachPart(1), |s| (s.disposition() != REACTION && !s.is_null()).then(|| (text("en-UK"), 0))),
    fault(codes::LANGUAGE_SUBTAG_REPEATED, Where::EachPart(1), |s| (s.disposition() != REACTION && !s.is_null()).then(|| (text("de-1901-1901"), 0))),
    fault(codes::LANGUAGE_REPEATED, Where::EachPart(1), |s| (s.disposition() != REACTION && !s.is_null()).then(|| (text("en, en"), 0))),
    fault(codes::DELETE_WITH_CONTENT, Where::Part(0, 1), |_| put(text("en"))),
    fault(codes::REACTION_LANGUAGE, Where::Part(1, 1), |s| (s.disposition() == REACTION).then(|| (text("en"), 0))),
    // Without its Markdown, the proprietary part beside it has no alternative.
    fault(codes::MEDIA_TYPE_SYNTAX, Where::Part(1, 3), |s| (s.name != "multipart-1").then(|| (text("soup"), 0))),
    fault(codes::MEDIA_TYPE_SYNTAX, Where::Part(2, 3), |_| put(text("soup"))),
    fault(codes::MARKDOWN_VARIANT_MISSING, Where::Part(1, 3), |s| (s.content_type() == MARKDOWN).then(|| (text("text/markdown"), 0))),
    fault(codes::PLAIN_CHARSET_MISSING, Where::Part(1, 3), |s| s.content_type().starts_with("text/plain").then(|| (text("text/plain"), 0))),
    fault(codes::PLAIN_CHARSET_OTHER, Where::Part(1, 3), |s| s.content_type().starts_with("text/plain").then(|| (text("text/plain;charset=koi8-r"), 0))),
    fault(codes::FORMAT_UNCOMMON, Where::Part(1, 3), |s| (s.part == [6] && s.disposition() != REACTION).then(|| (text("text/x-tex"), 0))),
    fault(codes::PLAIN_NOT_UTF8, Where::Part(1, 4), |s| s.content_type().starts_with("text/").then(|| (vec![0x41, 0xff], 0))),
    fault(codes::EMPTY_CONTENT, Where::Part(1, 4), |s| (s.content_type() == MARKDOWN).then(|| (vec![0x40], 0))),
    fault(codes::VIEW_NESTED_INVALID, Where::Part(1, 3), |s| (s.part == [6] && s.disposition() != REACTION).then(|| {
        // It is told at the content, which is the next item.
        let new = text("application/mimi-content");
        let next = new.len();
        (new, next)
    })),
    fault(codes::REACTION_SEVERAL, Where::Part(1, 4), |s| (s.disposition() == REACTION).then(|| (bytes("❤❤".as_bytes()), 0))),
    fault(codes::REACTION_NOT_EMOJI, Where::Part(1, 4), |s| (s.disposition() == REACTION).then(|| (bytes(b"x"), 0))),
    fault(codes::REACTION_EMPTY, Where::Part(1, 4), |s| (s.disposition() == REACTION).then(|| (vec![0x40], 0))),
    fault(codes::REACTION_SEMANTICS, Where::Part(3, 3), |s| (s.disposition() == REACTION).then(|| (vec![1], 0))),
    fault(codes::CID_TARGET_MISSING, Where::Part(1, 4), |s| more(s, MARKDOWN, " ![](cid:99@local.invalid)")),
    fault(codes::CID_TARGET_MISSING, Where::Part(1, 4), |s| more(s, HTML, "<img src='cid:99@local.invalid'>")),
    fault(codes::CID_TARGET_NOT_LEAF, Where::Part(1, 4), |s| (s.part != [6]).then(|| more(s, HTML, "<img src='cid:0@local.invalid'>"))?),
    fault(codes::CID_TO_ITSELF, Where::Part(1, 4), |s| (s.part == [6]).then(|| more(s, MARKDOWN, " ![](cid:0@local.invalid)"))?),
    fault(codes::CID_FORM, Where::Part(1, 4), |s| more(s, HTML, "<img src='cid:soup@example.com'>")),
    fault(codes::GFM_HTML, Where::Part(1, 4), |s| more(s, MARKDOWN, " <b>")),
    fault(codes::GFM_ALERT, Where::Part(1, 4), |s| more(s, MARKDOWN, "\n\n> [!NOTE]\n> a")),
    fault(codes::GFM_FOOTNOTE, Where::Part(1, 4), |s| more(s, MARKDOWN, " a[^1]")),
    fault(codes::GFM_MATH, Where::Part(1, 4), |s| more(s, MARKDOWN, " $$a$$")),
    fault(codes::GFM_BARE_URL, Where::Part(1, 4), |s| more(s, MARKDOWN, " https://example.com")),
    fault(codes::LINK_DECEPTIVE, Where::Part(1, 4), |s| more(s, MARKDOWN, " [a.example](https://b.example/)")),
    fault(codes::LINK_DECEPTIVE, Where::Part(1, 4), |s| more_seen(s, HTML, "<a href='https://b.example/'>a.example</a>")),
    fault(codes::LINK_TARGET_REFUSED, Where::Part(1, 4), |s| more(s, MARKDOWN, " [a](javascript:a)")),
    fault(codes::IMAGE_TARGET_REFUSED, Where::Part(1, 4), |s| more(s, MARKDOWN, " ![a](https://b.example/a.png)")),
    fault(codes::IMAGE_TARGET_REFUSED, Where::Part(1, 4), |s| more(s, HTML, "<img src='https://b.example/a.png'>")),
    fault(codes::HTML_DROPPED, Where::Part(1, 4), |s| more(s, HTML, "<iframe src='https://b.example/'></iframe>")),
    fault(codes::HTML_HIDDEN, Where::Part(1, 4), |s| more(s, HTML, "<p style='display:none'>a</p>")),
    fault(codes::EMPHASIS_AMBIGUOUS, Where::Part(1, 4), |s| more(s, MARKDOWN, " a*€ b*")),
    fault(codes::NUL_REPLACED, Where::Part(1, 4), |s| more(s, MARKDOWN, " \0")),
    fault(codes::NESTING_FLATTENED, Where::Part(1, 4), |s| more(s, MARKDOWN, &format!("\n\n{}a", "> ".repeat(200)))),
    // External content.
    fault(codes::URL_SYNTAX, Where::Part(2, 4), |_| put(text("https://a b"))),
    fault(codes::URL_SCHEME, Where::Part(2, 4), |s| (s.disposition() != SESSION).then(|| (text("file:///a"), 0))),
    fault(codes::EXTERNAL_TYPE_MISSING, Where::Part(2, 3), |s| (s.disposition() != SESSION).then(|| (text(""), 0))),
    fault(codes::EXTERNAL_EXPIRED, Where::Part(2, 5), |_| put(vec![1])),
    fault(codes::EXTERNAL_AEAD_UNKNOWN, Where::Part(2, 7), |_| put(vec![0x18, 100])),
    fault(codes::SECRETS_LENGTH, Where::Part(2, 8), |_| put(vec![0x41, 1])),
    fault(codes::SECRETS_LENGTH, Where::Part(2, 9), |_| put(vec![0x41, 1])),
    fault(codes::EXTERNAL_AAD, Where::Part(2, 10), |s| (s.field(7) != [0]).then(|| (vec![0x41, 1], 0))),
    fault(codes::SECRETS_LENGTH, Where::Part(2, 10), |s| (s.field(7) == [0]).then(|| (vec![0x41, 1], 0))),
    fault(codes::EXTERNAL_HASH_UNKNOWN, Where::Part(2, 11), |_| put(vec![0x18, 100])),
    fault(codes::CONTENT_HASH_LENGTH, Where::Part(2, 12), |_| put(vec![0x41, 1])),
    fault(codes::FILENAME_UNSAFE, Where::Part(2, 14), |_| put(text("../a"))),
];
