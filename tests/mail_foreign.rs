//! Mail of others, row by row of the mapping.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use mimi_codec::mail::{self, ImportOptions, Imported, MemoryResolver};
use mimi_codec::message::{
    Disposition, Expiration, MessageId, MimiContent, NestedPart, PartBody, PartSemantics,
};
use mimi_codec::report::{Code, Converted, codes};

fn read(mail: &str) -> Converted<Imported> {
    let crlf = mail.replace('\n', "\r\n");
    mail::import(crlf.as_bytes(), &ImportOptions::default()).unwrap()
}

fn body(mail: &str) -> NestedPart<'static> {
    read(mail).value.message.nested_part
}

fn found(mail: &str) -> Vec<Code> {
    read(mail)
        .findings
        .iter()
        .map(|finding| finding.code)
        .collect()
}

/// The tree as text: `all[text/plain=hello, one[...]]`.
fn show(part: &NestedPart<'_>) -> String {
    let disposition = match part.disposition {
        Disposition::RENDER => String::new(),
        other => format!("{other}:"),
    };
    let language = match &*part.language {
        "" => String::new(),
        language => format!("({language})"),
    };
    let body = match &part.body {
        PartBody::Null => "null".to_string(),
        PartBody::Single(single) => {
            format!(
                "{}={}",
                single.content_type,
                String::from_utf8_lossy(&single.content)
            )
        }
        PartBody::External(external) => {
            format!("external {} {}", external.content_type, external.url)
        }
        PartBody::Multi(multi) => {
            let semantics = match multi.semantics {
                PartSemantics::ChooseOne => "one",
                PartSemantics::SingleUnit => "unit",
                PartSemantics::ProcessAll => "all",
            };
            let parts: Vec<_> = multi.parts.iter().map(show).collect();
            format!("{semantics}[{}]", parts.join(", "))
        }
    };
    format!("{disposition}{language}{body}")
}

/// A multipart: `kind`, and parts with their headers.
fn multi(kind: &str, boundary: &str, parts: &[&str]) -> String {
    let mut out = format!("Content-Type: multipart/{kind}; boundary=\"{boundary}\"\n");
    for part in parts {
        out.push_str(&format!("\n--{boundary}\n{part}"));
    }
    out + &format!("\n--{boundary}--\n")
}

#[test]
fn text_becomes_utf8_with_line_feeds() {
    assert_eq!(
        show(&body("Subject: x\n\na\nb\n")),
        "text/plain;charset=utf-8=a\nb\n"
    );
    assert_eq!(
        show(&body(
            "Content-Type: Text/HTML; Charset=iso-8859-1\nContent-Transfer-Encoding: quoted-printable\n\n<p>f=FCr=\n</p>"
        )),
        "text/html;charset=utf-8=<p>für</p>"
    );
    assert_eq!(
        show(&body(
            "Content-Type: text/plain; format=flowed; delsp=yes\n\none \ntwo\n"
        )),
        "text/plain;charset=utf-8=onetwo\n"
    );
    // A calendar has its own rule for line ends.
    assert_eq!(
        show(&body(
            "Content-Type: text/calendar; method=REQUEST\n\nBEGIN:VCALENDAR\n"
        )),
        "text/calendar;charset=utf-8;method=REQUEST=BEGIN:VCALENDAR\r\n"
    );
}

#[test]
fn attachments_keep_their_octets() {
    let part = body(
        "Content-Type: text/plain; charset=iso-8859-1; name=\"a b.txt\"\nContent-Disposition: attachment\n\
         Content-Transfer-Encoding: base64\n\n/A0K\n",
    );
    let PartBody::Single(single) = &part.body else {
        panic!()
    };
    assert_eq!(
        single.content_type,
        "text/plain;charset=iso-8859-1;name=\"a b.txt\""
    );
    assert_eq!(&*single.content, b"\xfc\r\n");
    assert_eq!(part.disposition, Disposition::ATTACHMENT);
}

#[test]
fn the_tree_of_parts() {
    let plain = "Content-Type: text/plain\n\np";
    let html = "Content-Type: text/html\n\nh";
    let image = "Content-Type: image/png\nContent-Disposition: inline; filename=i.png\n\ni";
    let calendar = "Content-Type: text/calendar\n\nc";
    let (p, h) = ("text/plain;charset=utf-8=p", "text/html;charset=utf-8=h");
    let i = "inline:image/png;name=i.png=i";
    let c = "text/calendar;charset=utf-8=c";
    let alternative = multi("alternative", "a", &[plain, html]);
    let related = multi("related", "r", &[html, image]);
    for (mail, tree) in [
        (alternative.clone(), format!("one[{p}, {h}]")),
        (related.clone(), format!("unit[{h}, {i}]")),
        (
            multi("mixed", "m", &[plain, image]),
            format!("all[{p}, {i}]"),
        ),
        (
            multi("mixed", "m", &[&alternative, image]),
            format!("all[one[{p}, {h}], {i}]"),
        ),
        (
            multi("related", "m", &[&alternative, image]),
            format!("all[one[{p}, {h}], {i}]"),
        ),
        (
            multi("alternative", "b", &[plain, html, calendar]),
            format!("all[one[{p}, {h}], {c}]"),
        ),
        (
            multi("alternative", "b", &[plain, calendar]),
            format!("all[{p}, {c}]"),
        ),
        (multi("mixed", "m", &[plain]), p.to_string()),
        (multi("mixed", "m", &[]), "null".to_string()),
        (
            multi("x-unheard-of", "m", &[plain, html]),
            format!("all[{p}, {h}]"),
        ),
        (
            multi("digest", "m", &["\nSubject: x\n\ny", "\nSubject: z\n\n"]),
            "all[message/rfc822=Subject: x\r\n\r\ny, message/rfc822=Subject: z\r\n\r\n]"
                .to_string(),
        ),
        (
            multi(
                "signed",
                "m",
                &[plain, "Content-Type: application/pgp-signature\n\ns"],
            ),
            p.to_string(),
        ),
    ] {
        assert_eq!(show(&body(&mail)), tree, "{mail}");
    }
    let signed = multi(
        "signed",
        "m",
        &[plain, "Content-Type: application/pgp-signature\n\ns"],
    );
    assert_eq!(found(&signed), [codes::SIGNATURE_DROPPED]);
    let encrypted = multi("encrypted", "e", &[plain, html]);
    assert!(show(&body(&encrypted)).starts_with("multipart/encrypted;boundary=\"e\"=--e"));
}

#[test]
fn too_deep_a_tree_is_merged_then_kept_whole() {
    let leaf = "Content-Type: text/plain\n\nx";
    let nest = |kinds: &[&str]| {
        kinds
            .iter()
            .enumerate()
            .fold(leaf.to_string(), |inner, (level, kind)| {
                multi(kind, &format!("b{level}"), &[&inner, leaf])
            })
    };
    let x = "text/plain;charset=utf-8=x";
    assert_eq!(
        show(&body(&nest(&["mixed", "alternative", "mixed"]))),
        format!("all[one[all[{x}, {x}], {x}], {x}]")
    );
    let deep = nest(&["mixed", "mixed", "mixed", "mixed", "alternative"]);
    assert_eq!(
        show(&body(&deep)),
        format!("one[all[{x}, {x}, {x}, {x}, {x}], {x}]")
    );
    assert_eq!(found(&deep), [codes::MAIL_FLATTENED; 3]);
    let deeper = nest(&["mixed", "alternative", "mixed", "alternative", "mixed"]);
    assert!(found(&deeper).contains(&codes::MAIL_OPAQUE));
    let tree = show(&body(&deeper));
    assert!(
        tree.contains("multipart/alternative;boundary=\"b1\"=--b1\r\n"),
        "{tree}"
    );
}

#[test]
fn no_octet_is_lost_silently() {
    let part = "Content-Type: text/plain\n\nx --b in a line\n";
    let mail = multi("mixed", "b", &[part, part]);
    assert_eq!(
        show(&body(&mail)),
        "all[text/plain;charset=utf-8=x --b in a line\n, text/plain;charset=utf-8=x --b in a line\n]"
    );
    let outside = format!("{}the end", mail.replacen("\n\n--b", "\n\nsecret\n--b", 1));
    assert_eq!(found(&outside), [codes::PART_LOST; 2]);
    let folded = multi("mixed", "b", &[part, part]).replacen("boundary=", "boundary=\n ", 1);
    assert!(matches!(body(&folded).body, PartBody::Multi(_)));
    let unclosed = mail.replace("--b--\n", "");
    assert_eq!(found(&unclosed), [codes::BOUNDARY_UNCLOSED]);
    let none = "Content-Type: multipart/mixed; boundary=x\n\ntext\n";
    assert_eq!(found(none), [codes::BOUNDARY_MISSING]);
    assert_eq!(show(&body(none)), "text/plain;charset=utf-8=text\n");
}

#[test]
fn references_between_parts_become_part_indices() {
    let html = "Content-Type: text/html\n\n<img src=\"cid:pic@x\"><img src='http://x/p.gif'><img src=cid:gone>";
    let image = "Content-Type: image/png\nContent-ID: <pic@x>\n\ni";
    let located = "Content-Type: image/gif\nContent-Location: http://x/p.gif\n\ng";
    let mail = multi("related", "r", &[html, image, located]);
    let tree = show(&body(&mail));
    assert!(
        tree.contains(
            "<img src=\"cid:2@local.invalid\"><img src='cid:3@local.invalid'><img src=cid:gone>"
        ),
        "{tree}"
    );
    assert_eq!(found(&mail), [codes::CID_UNRESOLVED]);
}

#[test]
fn header_fields_become_extensions_or_are_kept() {
    let mail = "From: =?iso-8859-1?q?Andr=E9?= <andre@example.com>\nTo: bob@example.com\n\
        Subject: =?utf-8?b?R3LDvMOfZQ==?=\nDate: Fri, 13 Feb 2009 23:31:30 +0000\n\
        Message-ID: <a@example.com>\nX-Strange: 1\n  2\nContent-Language: de, en\n\nx";
    let message = read(mail).value.message;
    assert_eq!(
        message.extensions.sender_uri().unwrap(),
        Some("mailto:andre@example.com")
    );
    let octets = |key: i64| {
        message
            .extensions
            .get(&key.into())
            .unwrap()
            .as_bytes()
            .to_vec()
    };
    assert_eq!(octets(3), [0xa1, 0x01, 0x1a, 0x49, 0x96, 0x02, 0xd2]);
    assert_eq!(
        octets(4),
        [&[0x82, 0x4d][..], b"a@example.com", &[0x6b], b"example.com"].concat()
    );
    assert_eq!(octets(5), ["\x67".as_bytes(), "Grüße".as_bytes()].concat());
    assert_eq!(&*message.nested_part.language, "de,en");
    let kept: Vec<(String, String)> = message
        .extensions
        .get(&"mail".into())
        .unwrap()
        .elements()
        .unwrap()
        .map(|entry| {
            let mut items = entry.elements().unwrap();
            let name = items.next().unwrap().as_str().unwrap().to_string();
            let value = items.next().unwrap().as_octets().unwrap().to_vec();
            (name, String::from_utf8(value).unwrap())
        })
        .collect();
    let expected = [
        ("From", "=?iso-8859-1?q?Andr=E9?= <andre@example.com>"),
        ("To", "bob@example.com"),
        ("Subject", "=?utf-8?b?R3LDvMOfZQ==?="),
        ("X-Strange", "1\r\n  2"),
    ];
    assert_eq!(
        kept,
        expected.map(|(name, value)| (name.to_string(), value.to_string()))
    );
}

#[test]
fn subjects_are_cut_at_a_character() {
    let mail = format!("Subject: {}\n\nx", "é".repeat(3000));
    let read = read(&mail);
    let subject = read
        .value
        .message
        .extensions
        .get(&5.into())
        .unwrap()
        .as_str()
        .unwrap()
        .len();
    assert_eq!(subject, 4096);
    let found: Vec<_> = read.findings.iter().map(|finding| finding.code).collect();
    assert!(found.contains(&codes::SUBJECT_CUT));
}

#[test]
fn threads_need_a_resolver_and_are_never_invented() {
    let mail = "In-Reply-To: <a@x>\nSupersedes: <b@x>\nReferences: <root@x> <a@x>\n\nx";
    assert_eq!(found(mail), [codes::REFERENCE_UNRESOLVED; 2]);
    let mut known = MemoryResolver::new();
    let (a, b, first) = (
        MessageId::new([1; 32]),
        MessageId::new([2; 32]),
        MessageId::new([3; 32]),
    );
    known.record("a@x", a, None, None);
    known.record("b@x", b, Some(first), None);
    let mut options = ImportOptions::default();
    options.resolver = Some(&known);
    options.topic_from_references = true;
    let read = mail::import(mail.as_bytes(), &options).unwrap();
    assert!(read.findings.is_empty());
    assert_eq!(read.value.message.in_reply_to, Some(a));
    assert_eq!(read.value.message.replaces, Some(first));
    assert_eq!(&*read.value.message.topic_id, b"root@x");
    // A reply to a mail of ours names the message itself.
    let id = MessageId::new([7; 32]);
    let reply = format!("In-Reply-To: <mimi-{id}@local.invalid>\n\nx");
    assert_eq!(self::read(&reply).value.message.in_reply_to, Some(id));
}

#[test]
fn expiry() {
    let expires = |field: &str| read(&format!("{field}\n\nx")).value.message.expires;
    assert_eq!(
        expires("Expires: Fri, 13 Feb 2009 23:31:30 +0000"),
        Some(Expiration::Absolute(1_234_567_890))
    );
    assert_eq!(
        expires("Ephemeral-Timer: 60"),
        Some(Expiration::Relative(60))
    );
    assert_eq!(expires("Ephemeral-Timer: 0"), None);
    assert_eq!(
        found("Ephemeral-Timer: 9999999999\n\nx"),
        [codes::EXPIRY_OUT_OF_RANGE]
    );
    assert_eq!(
        found("Expires: Fri, 13 Feb 2209 23:31:30 +0000\n\nx"),
        [codes::EXPIRY_OUT_OF_RANGE]
    );
}

#[test]
fn reactions() {
    let id = MessageId::new([7; 32]);
    let target = format!("In-Reply-To: <mimi-{id}@local.invalid>\n");
    let one = format!(
        "{target}Content-Disposition: reaction\nContent-Type: text/plain; charset=utf-8\n\n👍\n"
    );
    assert_eq!(show(&body(&one)), "reaction:text/plain;charset=utf-8=👍");
    let two = one.replace('👍', "👍 ❤");
    assert_eq!(
        show(&body(&two)),
        "reaction:all[reaction:text/plain;charset=utf-8=👍, reaction:text/plain;charset=utf-8=❤]"
    );
    let json =
        "Content-Type: text/vnd.google.email-reaction+json\n\n{\"version\":1,\"emoji\":\"👍\"}\n";
    let gmail = target
        + &multi(
            "alternative",
            "a",
            &["\nA reacted", json, "Content-Type: text/html\n\n<p>"],
        );
    assert_eq!(show(&body(&gmail)), "reaction:text/plain;charset=utf-8=👍");
    assert_eq!(found(&gmail), [codes::REACTION_READ]);
}

#[test]
fn html_alone_gets_a_markdown_alternative_on_request() {
    let html = "Content-Type: text/html\n\n<p><b>x</b> <img src=\"cid:i@x\"></p>";
    let image = "Content-Type: image/png\nContent-ID: <i@x>\nX-Kept: y\n\ni";
    let mail = multi("related", "r", &[html, image]).replace('\n', "\r\n");
    let mut options = ImportOptions::default();
    options.markdown_alternative = true;
    let message = mail::import(mail.as_bytes(), &options)
        .unwrap()
        .value
        .message;
    assert_eq!(
        show(&message.nested_part),
        "unit[one[text/markdown;variant=GFM-MIMI=**x** ![](cid:4@local.invalid)\n, \
         text/html;charset=utf-8=<p><b>x</b> <img src=\"cid:4@local.invalid\"></p>], image/png=i]"
    );
    let kept = message.extensions.get(&"mail".into()).unwrap();
    let parts: Vec<_> = kept
        .elements()
        .unwrap()
        .map(|entry| {
            entry
                .elements()
                .unwrap()
                .nth(2)
                .and_then(|part| part.as_u64())
        })
        .collect();
    assert_eq!(parts, [Some(4), Some(4)]);
    let plain = multi("alternative", "a", &["Content-Type: text/plain\n\nx", html]);
    let message = mail::import(plain.as_bytes(), &options)
        .unwrap()
        .value
        .message;
    assert_eq!(message.parts().count(), 3);
}

#[test]
fn quotes_and_signatures_are_cut_on_request_and_handed_out() {
    let mail = b"\r\nyes\r\n\r\nOn Monday, Bob wrote:\r\n> no?\r\n-- \r\nme\r\n";
    let mut options = ImportOptions::default();
    let whole = mail::import(mail, &options).unwrap().value;
    assert!(whole.cut.is_empty());
    options.strip_quotes = true;
    options.strip_signatures = true;
    let read = mail::import(mail, &options).unwrap().value;
    assert_eq!(
        show(&read.message.nested_part),
        "text/plain;charset=utf-8=yes"
    );
    let cut: Vec<_> = read
        .cut
        .iter()
        .map(|cut| (cut.part, cut.text.as_str()))
        .collect();
    assert_eq!(
        cut,
        [(0, "-- \nme\n"), (0, "On Monday, Bob wrote:\n> no?\n")]
    );
}

#[test]
fn deletes_become_messages_of_their_own() {
    let (a, b) = (MessageId::new([1; 32]), MessageId::new([2; 32]));
    let mail = format!("Chat-Delete: <mimi-{a}@x> <mimi-{b}@x>\n\ndeleted");
    let more = read(&mail).value.more;
    let targets: Vec<_> = more
        .iter()
        .map(|message: &MimiContent<'_>| message.replaces)
        .collect();
    assert_eq!(targets, [Some(a), Some(b)]);
    assert!(
        more.iter()
            .all(|message| message.nested_part.body == PartBody::Null)
    );
    assert_ne!(more[0].salt, more[1].salt);
}

#[test]
fn external_bodies() {
    let mail = "Content-Type: message/external-body; access-type=URL;\n URL=\"https://example.com/\n a.png\"; size=7; expiration=\"Fri, 13 Feb 2009 23:31:30 +0000\"\n\n\
        Content-Type: image/png\nContent-Disposition: attachment; filename=a.png\nContent-Description: a picture\n\n";
    let part = body(mail);
    let PartBody::External(external) = &part.body else {
        panic!()
    };
    assert_eq!(external.url, "https://example.com/a.png");
    assert_eq!(external.content_type, "image/png");
    assert_eq!((external.size, external.expires), (7, 1_234_567_890));
    assert_eq!(
        (&*external.filename, &*external.description),
        ("a.png", "a picture")
    );
    let ftp = "Content-Type: message/external-body; access-type=anon-ftp; site=x\n\n\n";
    assert!(show(&body(ftp)).starts_with("message/external-body;access-type=anon-ftp"));
}

#[test]
fn dispositions_and_file_names() {
    let part = |field: &str| {
        show(&body(&format!(
            "Content-Disposition: {field}\nContent-Type: image/png\n\nx"
        )))
    };
    assert_eq!(part("inline"), "inline:image/png=x");
    assert_eq!(part("icon"), "icon:image/png=x");
    assert_eq!(part("SESSION"), "session:image/png=x");
    assert_eq!(part("x-strange"), "attachment:image/png=x");
    assert_eq!(
        part("attachment; filename*=utf-8''%E2%80%AEx%2Fy"),
        "attachment:image/png;name=x_y=x"
    );
    assert_eq!(
        found("Content-Disposition: x-strange\n\nx"),
        [codes::DISPOSITION_UNKNOWN]
    );
    assert_eq!(
        found("Content-Disposition: inline; filename=\"a/b\"\n\nx"),
        [codes::FILE_NAME_CHANGED]
    );
    assert_eq!(
        found("Content-Language: (none)\n\nx"),
        [codes::LANGUAGE_UNREADABLE]
    );
}

#[test]
fn what_is_no_mail() {
    assert_eq!(
        mail::import(b"", &ImportOptions::default())
            .unwrap_err()
            .code(),
        codes::MAIL_EMPTY
    );
    assert_eq!(found("just text\nmore\n"), [codes::MAIL_NO_HEADER]);
    assert_eq!(
        show(&body("just text\n")),
        "text/plain;charset=utf-8=just text\n"
    );
    assert_eq!(
        found("Subject: x\nno field\n\nx"),
        [codes::HEADER_UNTERMINATED]
    );
    // A broken fold, and fields that show that the header goes on.
    let broken = "Subject: x\nX-Long: a\nb; c\nContent-Type: text/html\n\ny";
    assert_eq!(found(broken), [codes::HEADER_LINE_STRAY]);
    assert_eq!(show(&body(broken)), "text/html;charset=utf-8=y");
    assert_eq!(
        found("Content-Transfer-Encoding: x-strange\n\nx"),
        [codes::TRANSFER_ENCODING_UNKNOWN]
    );
    assert_eq!(
        found("Content-Type: text/plain; charset=x-strange\n\nx"),
        [codes::CHARSET_UNKNOWN]
    );
    assert_eq!(
        found("Content-Type: strange\n\nx"),
        [codes::FIELD_UNREADABLE]
    );
}
