//! Messages to mail and back, to the octet: the draft's messages, the edge messages, generated
//! ones, and all of them through the changes that relays make.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::path::{Path, PathBuf};

use mimi_codec::mail::{self, ExportOptions, ImportOptions, Keys, Origin, Profile};
use mimi_codec::message::{
    Disposition, Expiration, ExternalPart, MessageId, MimiContent, NestedPart, PartSemantics, Salt,
};
use mimi_codec::report::codes;
use proptest::prelude::*;

mod mail_relay;

use mail_relay::{RELAYS, base64_of, crlf_of, footer, octets, recode, text};

/// A folder of example data; absent data fails only where CI says that it must be there.
fn shared(folder: &str) -> Option<PathBuf> {
    let path = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../shared")).join(folder);
    if path.is_dir() {
        return Some(path);
    }
    assert_ne!(
        std::env::var("CI").as_deref(),
        Ok("true"),
        "{folder} is missing"
    );
    None
}

fn files(folder: &str, ending: &str) -> Vec<(String, Vec<u8>)> {
    let Some(folder) = shared(folder) else {
        return Vec::new();
    };
    let mut files: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|found| found == ending))
        .map(|path| {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            (name, std::fs::read(&path).unwrap())
        })
        .collect();
    files.sort();
    files
}

fn options() -> ExportOptions<'static> {
    let mut options = ExportOptions::default();
    options.keys = Keys::With;
    options.seed = Some(b"test"[..].into());
    options.date = Some(1_700_000_000);
    options
}

/// There and back, through a change on the way.
fn survives(name: &str, octets: &[u8], profile: Profile, relay: &dyn Fn(&[u8]) -> Vec<u8>) {
    let message = mimi_codec::cbor::decode(octets).unwrap();
    let mut options = options();
    options.profile = profile;
    let mail = mail::export(&message, &options).unwrap().value;
    let relayed = relay(&mail);
    let back = mail::import(&relayed, &ImportOptions::default()).unwrap();
    let show = || String::from_utf8_lossy(&relayed).into_owned();
    assert_eq!(
        back.value.origin,
        Origin::Own,
        "{name}: {:?}\n{}",
        back.findings,
        show()
    );
    assert!(back.value.exact, "{name}: {:?}\n{}", back.findings, show());
    assert_eq!(back.value.octets, octets, "{name}");
}

/// Strictly decodable messages of the example data.
fn examples() -> Vec<(String, Vec<u8>)> {
    let mut all = files("vectors/draft-08", "cbor");
    all.extend(files("vectors/edge", "cbor"));
    all.retain(|(_, octets)| mimi_codec::cbor::decode(octets).is_ok());
    all
}

#[test]
fn the_drafts_messages_and_the_edge_messages_come_back() {
    let all = examples();
    if shared("vectors").is_some() {
        assert!(all.len() >= 14 + 20, "{} messages", all.len());
    }
    for (name, octets) in all {
        for (change, relay) in RELAYS {
            for profile in [Profile::Exact, Profile::Mail] {
                let name = format!("{name} as {profile:?} through {change}");
                survives(&name, &octets, profile, &|mail| relay(mail));
            }
        }
    }
}

#[test]
fn footer_and_fields_are_reported_or_ignored() {
    let part = NestedPart::single(Disposition::RENDER, "text/plain", "hello");
    let message = MimiContent::new(Salt::new([1; 16]), part);
    let mail = mail::export(&message, &options()).unwrap().value;
    let back = mail::import(&footer(&mail), &ImportOptions::default()).unwrap();
    let found: Vec<_> = back.findings.iter().map(|finding| finding.code).collect();
    assert_eq!(found, [codes::PART_ADDED]);
}

#[test]
fn text_added_to_the_only_part_is_cut_off_again() {
    let part = NestedPart::single(Disposition::RENDER, "text/plain", "hello\nyou\n");
    let message = MimiContent::new(Salt::new([1; 16]), part);
    let mail = mail::export(&message, &options()).unwrap().value;
    let mail = recode(
        &mail,
        &|content| [&crlf_of(content), &b"____\r\nthe list\r\n"[..]].concat(),
        "8bit",
    );
    let back = mail::import(&mail, &ImportOptions::default()).unwrap();
    assert!(back.value.exact);
    assert_eq!(back.findings[0].code, codes::PART_ADDED);
}

#[test]
fn changed_content_is_reported_and_kept() {
    let part = NestedPart::single(Disposition::RENDER, "text/plain", "hello");
    let message = MimiContent::new(Salt::new([1; 16]), part);
    let mail = mail::export(&message, &options()).unwrap().value;
    let mail = octets(&text(&mail).replace("hello", "hullo"));
    let back = mail::import(&mail, &ImportOptions::default()).unwrap();
    assert!(!back.value.exact);
    let found: Vec<_> = back.findings.iter().map(|finding| finding.code).collect();
    assert_eq!(found, [codes::LEAF_CHANGED, codes::OWN_NOT_EXACT]);
    let expected = NestedPart::single(Disposition::RENDER, "text/plain", "hullo");
    assert_eq!(back.value.message.nested_part, expected);
}

#[test]
fn a_forged_record_does_not_count_by_default() {
    let part = NestedPart::single(Disposition::RENDER, "text/plain", "hello");
    let mut message = MimiContent::new(Salt::new([1; 16]), part);
    message
        .extensions
        .set_sender_uri("mailto:alice@example.com")
        .unwrap();
    let mail = mail::export(&message, &options()).unwrap().value;
    let mail = octets(&text(&mail).replace("alice@example.com", "mallory@example.com"));
    let mut options = ImportOptions::default();
    let back = mail::import(&mail, &options).unwrap();
    assert_eq!(back.value.origin, Origin::Foreign);
    assert_eq!(back.findings[0].code, codes::OWN_DISAGREES);
    options.policy = mail::ImportPolicy::Own;
    let back = mail::import(&mail, &options).unwrap();
    assert_eq!(back.value.origin, Origin::Own);
    assert_eq!(back.findings[0].code, codes::OWN_DISAGREES);
    options.policy = mail::ImportPolicy::ForeignOnly;
    let back = mail::import(&mail, &options).unwrap();
    assert_eq!(back.value.origin, Origin::Foreign);
}

#[test]
fn what_is_made_for_people_is_checked_against_the_message() {
    let part = NestedPart::single(
        Disposition::RENDER,
        "text/markdown;variant=GFM-MIMI",
        "*pay* Alice",
    );
    let message = MimiContent::new(Salt::new([1; 16]), part);
    let mut options = options();
    options.profile = Profile::Mail;
    let mail = mail::export(&message, &options).unwrap().value;
    let back = mail::import(&mail, &ImportOptions::default()).unwrap();
    assert!(
        back.value.exact && back.findings.is_empty(),
        "{:?}",
        back.findings
    );
    let forged = octets(&text(&mail).replace("<em>pay</em> Alice", "<em>pay</em> Mallory"));
    assert_ne!(forged, mail);
    let back = mail::import(&forged, &ImportOptions::default()).unwrap();
    let found: Vec<_> = back.findings.iter().map(|finding| finding.code).collect();
    assert_eq!(found, [codes::PART_ADDED]);
}

fn with_key() -> MimiContent<'static> {
    let mut external = ExternalPart::new("image/png", "https://example.com/a");
    external.key = b"0123456789ABCDEF"[..].into();
    external.nonce = b"nonce-nonce!"[..].into();
    external.description = "a picture\r\nX-Evil: yes".into();
    MimiContent::new(
        Salt::new([1; 16]),
        NestedPart::external(Disposition::RENDER, external),
    )
}

#[test]
fn keys_are_never_in_a_mail_unless_asked_for() {
    let message = with_key();
    let mut options = options();
    options.keys = Keys::Refuse;
    assert_eq!(
        mail::export(&message, &options).unwrap_err().code(),
        codes::EXACT_NEEDS_KEYS
    );
    options.keys = Keys::Without;
    let mail = mail::export(&message, &options).unwrap();
    assert_eq!(mail.findings[0].code, codes::EXTERNAL_KEY_WITHHELD);
    for secret in [&b"0123456789ABCDEF"[..], b"nonce-nonce!"] {
        assert!(!contains_secret(&mail.value, secret));
    }
    let back = mail::import(&mail.value, &ImportOptions::default()).unwrap();
    assert!(!back.value.exact);
    assert_eq!(back.findings[0].code, codes::EXTERNAL_KEY_WITHHELD);
    options.keys = Keys::With;
    let mail = mail::export(&message, &options).unwrap();
    assert!(contains_secret(&mail.value, b"0123456789ABCDEF"));
}

/// In the clear, or in base64 at any of its three phases.
fn contains_secret(mail: &[u8], secret: &[u8]) -> bool {
    let flat: Vec<u8> = mail
        .iter()
        .copied()
        .filter(|b| !b.is_ascii_whitespace())
        .collect();
    (0..3).any(|phase| {
        let padded = [&vec![0; phase][..], secret].concat();
        let digits = base64_of(&padded);
        let inner = &digits[4..digits.len() - 4];
        flat.windows(inner.len()).any(|window| window == inner)
    }) || mail.windows(secret.len()).any(|window| window == secret)
}

fn any_text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-z \n]{0,40}",
        "\\PC{0,20}",
        "(a|\r|\n|\0|:|=|-|\\.|From |\u{e9}|\u{1f600}|\"|<|>){0,30}",
    ]
}

fn any_content_type() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("text/plain;charset=utf-8".to_string()),
        Just("text/markdown;variant=GFM-MIMI".to_string()),
        Just("text/html".to_string()),
        Just("image/png; name=\"a b.png\"".to_string()),
        Just("message/rfc822".to_string()),
        Just("multipart/mixed; boundary=x".to_string()),
        Just(String::new()),
        any_text(),
    ]
}

fn any_content() -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![
        any_text().prop_map(String::into_bytes),
        proptest::collection::vec(any::<u8>(), 0..80),
        (any_text(), 0..4u32)
            .prop_map(|(text, n)| format!("{text}![x](cid:{n}@local.invalid)").into_bytes()),
    ]
}

fn any_part() -> impl Strategy<Value = NestedPart<'static>> {
    let leaf = (
        any::<u8>(),
        any_text(),
        0..3u8,
        any_content_type(),
        any_content(),
        any_text(),
        any::<(u32, u64, u16)>(),
    )
        .prop_map(
            |(disposition, language, kind, content_type, content, text, numbers)| {
                let disposition = Disposition(disposition);
                let part = match kind {
                    0 => NestedPart::null(disposition),
                    1 => NestedPart::single(disposition, content_type, content),
                    _ => {
                        let mut external = ExternalPart::new(content_type, text.clone());
                        external.expires = numbers.0;
                        external.size = numbers.1;
                        external.enc_alg = numbers.2.into();
                        external.key = content.into();
                        external.filename = text.clone().into();
                        external.description = text.into();
                        NestedPart::external(disposition, external)
                    }
                };
                part.with_language(language)
            },
        );
    leaf.prop_recursive(3, 12, 4, |inner| {
        (
            any::<u8>(),
            any_text(),
            0..3u64,
            proptest::collection::vec(inner, 2..4),
        )
            .prop_map(|(disposition, language, semantics, parts)| {
                let semantics = PartSemantics::from_number(semantics).unwrap();
                NestedPart::multi(Disposition(disposition), semantics, parts)
                    .with_language(language)
            })
    })
}

fn any_message() -> impl Strategy<Value = MimiContent<'static>> {
    let ids = (any::<Option<[u8; 32]>>(), any::<Option<[u8; 32]>>());
    let uris = (
        proptest::option::of(any_text()),
        proptest::option::of(any_text()),
    );
    let expires = proptest::option::of((any::<bool>(), any::<u32>()));
    (
        any::<[u8; 16]>(),
        ids,
        any_content(),
        expires,
        uris,
        any_part(),
    )
        .prop_map(|(salt, ids, topic, expires, uris, part)| {
            let mut message = MimiContent::new(Salt::new(salt), part);
            message.replaces = ids.0.map(MessageId::new);
            message.in_reply_to = ids.1.map(MessageId::new);
            message.topic_id = topic.into();
            message.expires = expires.map(|(relative, time)| match relative {
                true => Expiration::Relative(time),
                false => Expiration::Absolute(time),
            });
            if let Some(uri) = uris.0 {
                message.extensions.set_sender_uri(&uri).unwrap();
            }
            if let Some(uri) = uris.1 {
                message.extensions.set_room_uri(&uri).unwrap();
            }
            message
        })
}

/// Every line of every header is a field of a known name or a fold.
fn fields_are_ours(mail: &[u8]) {
    const NAMES: &[&str] = &[
        "Date",
        "From",
        "To",
        "Subject",
        "Message-ID",
        "In-Reply-To",
        "References",
        "Supersedes",
        "Auto-Submitted",
        "Expires",
        "MIME-Version",
        "MIMI-Content",
        "Content-Type",
        "Content-Transfer-Encoding",
        "Content-ID",
        "Content-Disposition",
        "Content-Language",
    ];
    let text = text(mail);
    assert!(!text.contains('\0'));
    let header = text.split("\r\n\r\n").next().unwrap();
    for line in header.split("\r\n") {
        assert!(line.len() <= 998, "{line}");
        assert!(!line.contains(['\r', '\n']), "{line:?}");
        assert!(
            line.starts_with([' ', '\t']) || NAMES.contains(&line.split(':').next().unwrap()),
            "{line:?}"
        );
    }
}

/// What mails are made of, and some of what they should not be made of.
static PIECES: &[&str] = &[
    "\r\n",
    "\n",
    "text \r\n",
    "--a\r\n",
    "--a--\r\n",
    "--b\r\n",
    "--b--\r\n",
    "--",
    " fold\r\n",
    "From: a@b\r\n",
    "Subject: =?utf-8?q?=FF?= =?x\r\n",
    "Date: Fri, 13 Feb 2009 23:31:30 +0000\r\n",
    "Message-ID: <x@y>\r\n",
    "In-Reply-To: <mimi-0909090909090909090909090909090909090909090909090909090909090909@x>\r\n",
    "Chat-Delete: <mimi-0909090909090909090909090909090909090909090909090909090909090909@x>\r\n",
    "MIMI-Content: hAEI\r\n",
    "MIMI-Content: part\r\n",
    "Content-Type: multipart/mixed; boundary=a\r\n",
    "Content-Type: multipart/alternative; boundary=b\r\n",
    "Content-Type: multipart/related; boundary=\"a\"\r\n",
    "Content-Type: multipart/signed; boundary=b\r\n",
    "Content-Type: multipart/digest; boundary=b\r\n",
    "Content-Type: application/pgp-signature\r\n",
    "Content-Type: text/html; charset=x\r\n",
    "Content-Type: text/calendar\r\n",
    "Content-Type: text/plain; format=flowed; name*0*=a''%FF\r\n",
    "Content-Type: message/external-body; access-type=url; url=x\r\n",
    "Content-Type: text/vnd.google.email-reaction+json\r\n",
    "Content-Disposition: reaction; filename=\"\r\n",
    "Content-Language: en,\r\n",
    "Content-ID: <1.x@y>\r\n",
    "Content-Location: x\r\n",
    "Content-Transfer-Encoding: base64\r\n",
    "Content-Transfer-Encoding: quoted-printable\r\n",
    "Content-Transfer-Encoding: x-uuencode\r\n",
    "begin 644 x\r\n#0V%T\r\nend\r\n",
    "<img src=\"cid:1.x@y\"><img src=x>",
    "{\"emoji\":\"x\"}",
    "\u{e9}=\u{0}=41>>",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(
        std::env::var("MAIL_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(512)
    ))]

    #[test]
    fn any_message_comes_back(message in any_message(), relay in 0..RELAYS.len(), people: bool) {
        let octets = mimi_codec::cbor::encode(&message).unwrap();
        let mail = mail::export(&message, &options()).unwrap().value;
        fields_are_ours(&mail);
        let profile = if people { Profile::Mail } else { Profile::Exact };
        survives(RELAYS[relay].0, &octets, profile, &|mail| RELAYS[relay].1(mail));
    }

    #[test]
    fn pieces_of_mail_in_any_order_are_read(pieces in proptest::collection::vec(0..PIECES.len(), 0..40)) {
        let mail: String = pieces.into_iter().map(|piece| PIECES[piece]).collect();
        let mut options = ImportOptions::default();
        options.seed = Some(b"s"[..].into());
        if let Ok(read) = mail::import(mail.as_bytes(), &options) {
            let decoded = mimi_codec::cbor::decode(&read.value.octets).unwrap();
            prop_assert_eq!(&decoded, &read.value.message);
            // Written again, the message comes back.
            survives("pieces", &read.value.octets, Profile::Exact, &|mail| mail.to_vec());
        }
    }

    #[test]
    fn any_octets_are_read_without_panic(mail in proptest::collection::vec(any::<u8>(), 0..400)) {
        let _ = mail::import(&mail, &ImportOptions::default());
    }
}
