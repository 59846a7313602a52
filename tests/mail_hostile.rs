//! Mail written from hostile messages, and hostile mail read: no text becomes a field, no key
//! travels unasked, and time and memory stay in proportion. Prints the figures:
//! `cargo test --release --test mail_hostile -- --nocapture`.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::time::Instant;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use mimi_codec::item::{Encoder, RawValue};
use mimi_codec::mail::{
    self, ExcessParts, ExportOptions, ImportOptions, Keys, MemoryResolver, Profile, cpim,
};
use mimi_codec::message::{
    Disposition, Expiration, ExternalMessageId, ExternalPart, IdScope, MessageId, MimiContent,
    NestedPart, PartSemantics, Salt,
};

/// What would end a line, a header or a quoted text.
static NASTY: &[&str] = &[
    "a\r\nBcc: x@example.com",
    "a\nBcc: x@example.com",
    "a\rBcc: x@example.com",
    "a\r\n\r\n<script>",
    "a\n\nBcc: x",
    "\r\n",
    "\n Bcc: x",
    "a\0Bcc: x",
    "a\u{b}\u{c}\u{85}\u{2028}Bcc: x",
    "\"\r\nBcc: x\r\n\"",
    "=?utf-8?q?=0D=0ABcc:_x?=",
    ">\r\nBcc: x",
    "a;b=\"\r\nBcc: x\"",
    "\u{e9}\r\nBcc: x",
];

/// A field of a message, and a message with a text in it.
type Place = (&'static str, fn(&str) -> MimiContent<'static>);

fn plain(part: NestedPart<'static>) -> MimiContent<'static> {
    let mut message = MimiContent::new(Salt::new([3; 16]), part);
    let extensions = &mut message.extensions;
    extensions
        .set_sender_uri("mailto:alice@example.com")
        .unwrap();
    extensions.set_room_uri("mailto:team@example.com").unwrap();
    message
}

fn text(content_type: impl Into<String>, language: &str) -> NestedPart<'static> {
    NestedPart::single(Disposition::ATTACHMENT, content_type.into(), &b"x"[..])
        .with_language(language.to_owned())
}

fn external(change: impl FnOnce(&mut ExternalPart<'static>)) -> MimiContent<'static> {
    let mut part = ExternalPart::new("image/png", "https://example.com/a");
    change(&mut part);
    plain(NestedPart::external(Disposition::ATTACHMENT, part))
}

fn kept(key: &'static str, name: &str, value: &str) -> MimiContent<'static> {
    let mut message = plain(text("text/plain", ""));
    let mut entry = Encoder::new();
    entry.array(1).array(2).text(name).bytes(value.as_bytes());
    let value = entry.finish();
    let value = RawValue::from_slice(&value).unwrap();
    message.extensions.insert(key.into(), value).unwrap();
    message
}

static PLACES: &[Place] = &[
    ("content type", |it| plain(text(it, ""))),
    ("content type, behind a real one", |it| {
        plain(text(format!("text/plain;{it}"), ""))
    }),
    ("parameter", |it| {
        plain(text(format!("text/plain;name=\"{it}\""), ""))
    }),
    ("boundary", |it| {
        plain(text(format!("multipart/encrypted;boundary=\"{it}\""), ""))
    }),
    ("language", |it| plain(text("text/plain", it))),
    ("language of a multipart", |it| {
        let parts = vec![text("text/plain", it), text("text/html", "")];
        let all = PartSemantics::ProcessAll;
        plain(NestedPart::multi(Disposition::RENDER, all, parts).with_language(it.to_owned()))
    }),
    ("url", |it| external(|part| part.url = it.to_owned().into())),
    ("url, behind a real one", |it| {
        external(|part| part.url = format!("https://example.com/{it}").into())
    }),
    ("file name", |it| {
        external(|part| part.filename = it.to_owned().into())
    }),
    ("description", |it| {
        external(|part| part.description = it.to_owned().into())
    }),
    ("external content type", |it| {
        external(|part| part.content_type = it.to_owned().into())
    }),
    ("subject", |it| {
        let mut message = plain(text("text/plain", ""));
        message.extensions.set_subject(it).unwrap();
        message
    }),
    ("sender", |it| {
        let mut message = plain(text("text/plain", ""));
        message.extensions.set_sender_uri(it).unwrap();
        message
    }),
    ("address of the sender", |it| {
        let mut message = plain(text("text/plain", ""));
        let uri = format!("mailto:{it}@example.com");
        message.extensions.set_sender_uri(&uri).unwrap();
        message
    }),
    ("room", |it| {
        let mut message = plain(text("text/plain", ""));
        message.extensions.set_room_uri(it).unwrap();
        message
    }),
    ("external message ID", |it| {
        let mut message = plain(text("text/plain", ""));
        let id = ExternalMessageId::new(it, IdScope::domain(it));
        message.extensions.set_external_message_id(&id).unwrap();
        message
    }),
    ("topic", |it| {
        let mut message = plain(text("text/plain", ""));
        message.topic_id = format!("<{it}@example.com>").into_bytes().into();
        message.in_reply_to = Some(MessageId::new([9; 32]));
        message.replaces = Some(MessageId::new([8; 32]));
        message.expires = Some(Expiration::Relative(5));
        message
    }),
    ("value of a kept field", |it| kept("mail", "X-Kept", it)),
    ("value of a kept From", |it| kept("mail", "From", it)),
    ("name beside a kept From", |it| {
        kept("mail", "From", &format!("\"{it}\" <alice@example.com>"))
    }),
    ("name of a kept field", |it| kept("mail", it, "x")),
    ("value of a kept CPIM header", |it| {
        kept("cpim", "x.Kept", it)
    }),
    ("name beside a kept CPIM From", |it| {
        kept(
            "cpim",
            "From",
            &format!("\"{it}\" <mailto:alice@example.com>"),
        )
    }),
    ("name of a kept CPIM header", |it| kept("cpim", it, "x")),
];

/// Every line of every header is a field that is written here, or a fold.
fn sound(what: &str, mail: &[u8]) {
    static NAMES: &[&str] = &[
        "date",
        "from",
        "to",
        "subject",
        "message-id",
        "in-reply-to",
        "references",
        "supersedes",
        "auto-submitted",
        "expires",
        "chat-version",
        "chat-edit",
        "chat-delete",
        "ephemeral-timer",
        "mime-version",
        "mimi-content",
        "content-type",
        "content-transfer-encoding",
        "content-id",
        "content-disposition",
        "content-language",
        "content-description",
        "x-kept",
        "x.kept",
        "datetime",
        "ns",
        "imdn.message-id",
    ];
    let mut rest = mail;
    // The headers of CPIM stand between two of MIME.
    if mail.starts_with(b"Content-Type: Message/CPIM\r\n\r\n") {
        rest = mail.split_at(30).1;
        let end = rest.windows(4).position(|it| it == b"\r\n\r\n").unwrap();
        let header = rest.get(..end + 2).unwrap();
        lines(what, header, NAMES);
        rest = rest.split_at(end + 4).1;
    }
    let end = rest.windows(4).position(|it| it == b"\r\n\r\n").unwrap();
    lines(what, rest.get(..end + 2).unwrap(), NAMES);
    // And those of every part, as another program reads them.
    parts(what, &mailparse::parse_mail(rest).unwrap(), NAMES);
}

fn lines(what: &str, header: &[u8], names: &[&str]) {
    let header = String::from_utf8_lossy(header);
    for line in header.split_terminator("\r\n") {
        let name = line.split(':').next().unwrap().to_ascii_lowercase();
        let known = names.contains(&&*name) || line.starts_with([' ', '\t']);
        assert!(known, "{what}: {line:?} in {header}");
        assert!(
            !line.contains(['\r', '\n', '\0']) && line.len() <= 998,
            "{what}: {line:?}"
        );
    }
}

fn parts(what: &str, part: &mailparse::ParsedMail<'_>, names: &[&str]) {
    for field in &part.headers {
        let name = field.get_key_ref().to_ascii_lowercase();
        assert!(names.contains(&&*name), "{what}: {name}");
    }
    for part in &part.subparts {
        parts(what, part, names);
    }
}

#[test]
fn no_text_becomes_a_field() {
    let mut known = MemoryResolver::new();
    let mut mails = 0;
    for nasty in NASTY {
        known.record(nasty, MessageId::new([9; 32]), None, Some(nasty));
        for (place, message) in PLACES {
            let message = message(nasty);
            for restore in [false, true] {
                for profile in [Profile::Exact, Profile::Mail, Profile::Chatmail] {
                    let mut options = ExportOptions::default();
                    options.profile = profile;
                    options.restore_fields = restore;
                    options.resolver = Some(&known);
                    options.parent = Some(&message);
                    options.domain = (*nasty).into();
                    let what = format!("{nasty:?} as {place} for {profile:?}, {restore}");
                    let mail = mail::export(&message, &options).unwrap().value;
                    sound(&what, &mail);
                    let back = mail::import(&mail, &ImportOptions::default())
                        .unwrap()
                        .value;
                    assert!(back.exact || restore, "{what}");
                    let written = cpim::write(&message, &options).unwrap().value;
                    sound(&format!("{what}, CPIM"), &written);
                    mails += 2;
                }
            }
        }
    }
    println!(
        "{mails} mails and CPIM messages from {} places",
        PLACES.len()
    );
}

/// In the clear, in hex, or in base64 at any of its three phases.
fn holds(mail: &[u8], secret: &[u8]) -> bool {
    let flat: Vec<u8> = mail
        .iter()
        .copied()
        .filter(|b| !b.is_ascii_whitespace())
        .collect();
    let hex: String = secret.iter().map(|b| format!("{b:02x}")).collect();
    let text = String::from_utf8_lossy(mail).to_ascii_lowercase();
    text.contains(&hex)
        || mail.windows(secret.len()).any(|window| window == secret)
        || (0..3).any(|phase| {
            let padded = [&vec![0; phase][..], secret].concat();
            let digits = BASE64_STANDARD.encode(padded);
            let inner = &digits.as_bytes()[4..digits.len() - 4];
            flat.windows(inner.len()).any(|window| window == inner)
        })
}

#[test]
fn no_key_travels_unless_asked_for() {
    let secrets: [&[u8]; 3] = [b"key-0123456789AB", b"nonce-nonce!", b"additional data"];
    let mut part = ExternalPart::new("image/png", "https://example.com/a");
    part.enc_alg = 1.into();
    part.key = secrets[0].into();
    part.nonce = secrets[1].into();
    part.aad = secrets[2].into();
    let single = NestedPart::external(Disposition::ATTACHMENT, part);
    let parts = vec![text("text/plain", ""), single.clone()];
    let several = NestedPart::multi(Disposition::RENDER, PartSemantics::ProcessAll, parts);
    for message in [plain(single), plain(several)] {
        for profile in [Profile::Exact, Profile::Mail, Profile::Chatmail] {
            for (keys, record) in [
                (Keys::Without, true),
                (Keys::Without, false),
                (Keys::Refuse, false),
                (Keys::With, true),
            ] {
                let mut options = ExportOptions::default();
                options.profile = profile;
                options.keys = keys;
                options.skeleton = record;
                let mail = mail::export(&message, &options).unwrap();
                for secret in secrets {
                    let there = holds(&mail.value, secret);
                    assert_eq!(there, keys == Keys::With, "{profile:?} {keys:?} {record}");
                }
                let written = cpim::write(&message, &options).unwrap();
                assert!(!secrets.iter().any(|secret| holds(&written.value, secret)));
            }
            let mut options = ExportOptions::default();
            options.profile = profile;
            assert!(mail::export(&message, &options).is_err());
        }
    }
}

/// Runs with a bound on time, far above what linear work takes in a debug build, and one on
/// memory: octets in use at once, as a multiple of the input and a little more.
fn bounded<T>(what: &str, input: usize, times: u64, work: impl FnOnce() -> T) -> T {
    let start = Instant::now();
    let mut result = None;
    let used = allocation_counter::measure(|| result = Some(work()));
    let took = start.elapsed();
    println!(
        "{what}: {:.1} MB in {:.2} s, at most {:.1} MB in use",
        input as f64 / 1e6,
        took.as_secs_f64(),
        used.bytes_max as f64 / 1e6
    );
    assert!(took.as_secs() < 60, "{what} took {took:?}");
    let bound = times * input as u64 + (8 << 20);
    assert!(
        used.bytes_max <= bound,
        "{what} used {} octets",
        used.bytes_max
    );
    result.unwrap()
}

#[test]
fn hostile_mails_in_time_and_memory() {
    let mut options = ImportOptions::default();
    options.seed = Some(b"hostile"[..].into());
    let mut opaque = options.clone();
    opaque.excess_parts = ExcessParts::Opaque;
    // A debug build has less to do.
    let small = if cfg!(debug_assertions) { 40 } else { 1 };
    let nested: String = (0..20_000)
        .map(|level| {
            format!("Content-Type: multipart/mixed; boundary=b{level}\r\n\r\n--b{level}\r\n")
        })
        .collect();
    let parts = "Content-Type: multipart/mixed; boundary=b\r\n\r\n".to_owned()
        + &"--b\r\n\r\nx\r\n".repeat(100_000)
        + "--b--\r\n";
    let long = format!("Subject: {}\r\n\r\nx", "a".repeat(50_000_000 / small));
    let many = "X: y\r\n".repeat(8_000_000 / small) + "\r\nx";
    let once = "Subject: y\r\n".repeat(1_000_000 / small) + "\r\nx";
    let words = "Subject: ".to_owned() + &"=?q?q?\u{e9}?=\r\n ".repeat(4_000) + "\r\n\r\nx";
    let reaction = "In-Reply-To: <a@b>\r\nContent-Disposition: reaction\r\n\r\n".to_owned()
        + &"x ".repeat(5_000_000 / small);
    let encrypted = "Content-Type: multipart/encrypted; boundary=b\r\n\r\n".to_owned()
        + &"--b\r\n\r\nx\r\n".repeat(1_000)
        + "--b--\r\n";
    let cases: &[(&str, &str, u64)] = &[
        ("20,000 nested multiparts", &nested, 8),
        ("100,000 parts", &parts, 16),
        ("one long field", &long, 8),
        ("millions of fields", &many, 8),
        ("very many subjects", &once, 16),
        ("octets in encoded words", &words, 64),
        ("a reaction without end", &reaction, 24),
        ("a thousand encrypted parts", &encrypted, 64),
    ];
    for (what, mail, times) in cases {
        let _ = bounded(what, mail.len(), *times, || {
            mail::import(mail.as_bytes(), &options)
        });
        let what = format!("{what}, opaque");
        let read = bounded(&what, mail.len(), *times, || {
            mail::import(mail.as_bytes(), &opaque)
        });
        let read = read.unwrap().value;
        assert!(!read.octets.is_empty());
    }
}
