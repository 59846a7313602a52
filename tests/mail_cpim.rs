//! CPIM and its notifications: there and back, what is refused, and what cannot be broken out of.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use mimi_codec::mail::cpim::{self, Content, Notification, Received};
use mimi_codec::mail::{ExportOptions, ImportOptions, Keys, MemoryResolver};
use mimi_codec::message::{
    Disposition, Expiration, ExternalMessageId, ExternalPart, IdScope, MessageId, MessageStatus,
    MimiContent, NestedPart, PartBody, PartSemantics, Salt, SenderTimestamp, StatusReport,
};
use mimi_codec::report::{Code, Converted, codes};
use proptest::prelude::*;

const PLAIN: &str = "text/plain;charset=utf-8";

fn message(part: NestedPart<'static>) -> MimiContent<'static> {
    let mut message = MimiContent::new(Salt::new([7; 16]), part);
    let extensions = &mut message.extensions;
    extensions.set_sender_uri("im:alice@example.com").unwrap();
    extensions.set_room_uri("im:bob@example.com").unwrap();
    message
}

fn text(text: &str) -> NestedPart<'static> {
    NestedPart::single(Disposition::RENDER, PLAIN, text.to_owned())
}

fn options() -> ExportOptions<'static> {
    let mut options = ExportOptions::default();
    options.seed = Some(b"cpim"[..].into());
    options.restore_fields = true;
    options
}

fn read(text: &[u8]) -> Converted<Received> {
    let read = cpim::read(text, &ImportOptions::default())
        .unwrap_or_else(|error| panic!("{error}\n{}", String::from_utf8_lossy(text)));
    let Content::Message(received) = read.value else {
        panic!("a message: {}", String::from_utf8_lossy(text));
    };
    Converted::new(received, read.findings)
}

fn report(text: &[u8], options: &ImportOptions<'_>) -> Converted<Notification> {
    let read = cpim::read(text, options).unwrap();
    let Content::Report(report) = read.value else {
        panic!("a report");
    };
    Converted::new(report, read.findings)
}

fn found<T>(converted: &Converted<T>) -> Vec<Code> {
    converted
        .findings
        .iter()
        .map(|finding| finding.code)
        .collect()
}

#[test]
fn a_message_reads_as_rfc_3862_has_it() {
    let mut message = message(text("Grüße\nBob"));
    let extensions = &mut message.extensions;
    extensions.set_subject("Soup \\ bread").unwrap();
    let time = SenderTimestamp::from_millis(1_644_387_225_019);
    extensions.set_sender_timestamp(time).unwrap();
    let id = ExternalMessageId::new("34jk324j", IdScope::uri("im:alice@example.com"));
    extensions.set_external_message_id(&id).unwrap();
    let written = cpim::write(&message, &options()).unwrap();
    assert!(written.findings.is_empty(), "{:?}", written.findings);
    let shown = String::from_utf8(written.value).unwrap();
    assert_eq!(
        shown,
        "Content-Type: Message/CPIM\r\n\r\n\
         From: <im:alice@example.com>\r\nTo: <im:bob@example.com>\r\n\
         DateTime: 2022-02-09T06:13:45.019Z\r\nSubject: Soup \\\\ bread\r\n\
         NS: imdn <urn:ietf:params:imdn>\r\nimdn.Message-ID: 34jk324j\r\n\r\n\
         Content-Type: text/plain; charset=\"utf-8\"\r\nContent-Transfer-Encoding: 8bit\r\n\r\n\
         Grüße\r\nBob"
    );
    let back = read(shown.as_bytes());
    assert!(back.findings.is_empty(), "{:?}", back.findings);
    assert_eq!(back.value.message.extensions, message.extensions);
    assert_eq!(back.value.message.nested_part, message.nested_part);
}

/// The example of RFC 3862 section 5.1, with what its header says beyond a message.
#[test]
fn other_headers_are_kept_and_come_back_on_request() {
    let text = "Content-type: Message/CPIM\r\n\r\n\
        From: MR SANDERS <im:piglet@100akerwood.com>\r\n\
        To: Depressed Donkey <im:eeyore@100akerwood.com>\r\n\
        DateTime: 2000-12-13T13:40:00-08:00\r\n\
        Subject: the weather will be fine today\r\n\
        Subject:;lang=fr beau temps prevu pour aujourd'hui\r\n\
        NS: MyFeatures <mid:MessageFeatures@id.foo.com>\r\n\
        MyFeatures.WackyMessageOption: Use-silly-font\r\n\r\n\
        Content-type: text/xml; charset=utf-8\r\nContent-ID: <1234567890@foo.com>\r\n\r\n\
        <body>Here is the text of my message.</body>";
    let back = read(text.as_bytes());
    assert!(back.findings.is_empty(), "{:?}", back.findings);
    let extensions = &back.value.message.extensions;
    assert_eq!(
        extensions.sender_uri().unwrap(),
        Some("im:piglet@100akerwood.com")
    );
    assert_eq!(
        extensions.room_uri().unwrap(),
        Some("im:eeyore@100akerwood.com")
    );
    assert_eq!(
        extensions.subject().unwrap(),
        Some("the weather will be fine today")
    );
    let time = extensions.sender_timestamp().unwrap().unwrap();
    assert_eq!(time.seconds(), 976_743_600);
    let again = cpim::write(&back.value.message, &options()).unwrap().value;
    let again = String::from_utf8(again).unwrap();
    for line in text.lines().skip(2).take(7) {
        assert!(
            again.contains(&format!("\r\n{line}\r\n")),
            "{line}\n{again}"
        );
    }
    // Without that, the name stays with its address, and what is lost is said.
    let plain = cpim::write(&back.value.message, &ExportOptions::default()).unwrap();
    assert!(
        String::from_utf8_lossy(&plain.value)
            .contains("\r\nFrom: \"MR SANDERS\" <im:piglet@100akerwood.com>\r\n")
    );
    let lost: Vec<_> = plain
        .findings
        .iter()
        .map(|it| it.path.as_deref().unwrap())
        .collect();
    assert_eq!(lost, ["extensions[\"cpim\"]", "extensions[\"mail\"]"]);
}

#[test]
fn every_loss_is_said() {
    let mut external = ExternalPart::new("image/png", "https://example.com/a");
    external.key = b"0123456789ABCDEF"[..].into();
    let parts = vec![
        text("a\r\nb"),
        NestedPart::external(Disposition::INLINE, external),
        NestedPart::null(Disposition::RENDER),
    ];
    let body = NestedPart::multi(Disposition::RENDER, PartSemantics::ProcessAll, parts);
    let mut message = message(body);
    message.replaces = Some(MessageId::new([1; 32]));
    message.in_reply_to = Some(MessageId::new([2; 32]));
    message.topic_id = b"soup"[..].into();
    message.expires = Some(Expiration::Relative(60));
    let id = ExternalMessageId::new("x", IdScope::domain("example.com"));
    message.extensions.set_external_message_id(&id).unwrap();
    let mut options = options();
    options.restore_fields = false;
    options.keys = Keys::With;
    let written = cpim::write(&message, &options).unwrap();
    assert!(
        written
            .findings
            .iter()
            .all(|it| it.code == codes::CPIM_LOSSY)
    );
    let lost: Vec<_> = written
        .findings
        .iter()
        .map(|it| it.path.clone().unwrap())
        .collect();
    assert_eq!(
        lost,
        [
            "replaces",
            "topicId",
            "expires",
            "inReplyTo",
            "extensions[4]",
            "part 1: line ends",
            "part 2: key and hash",
            "part 3: nothing in it",
        ]
    );
    // Even then no key is in it.
    assert!(
        !written
            .value
            .windows(16)
            .any(|window| window == b"0123456789ABCDEF")
    );
}

#[test]
fn statuses_become_notifications_and_come_back() {
    let ids = [MessageId::new([1; 32]), MessageId::new([2; 32])];
    let mut known = MemoryResolver::new();
    known.record("34jk324j", ids[1], None, None);
    let times = [1_234_567_889_000, 1_234_567_889_019];
    for (id, time) in ids.iter().zip(times) {
        known.record_sent(*id, SenderTimestamp::from_millis(time));
    }
    let mut write = options();
    write.resolver = Some(&known);
    write.uris.sender = Some("im:bob@example.com".into());
    write.uris.room = Some("im:alice@example.com".into());
    write.date = Some(1_234_567_890);
    let mut options = ImportOptions::default();
    options.resolver = Some(&known);
    for (statuses, count) in [
        (vec![(ids[0], MessageStatus::DELIVERED)], 1),
        (vec![(ids[1], MessageStatus::READ)], 1),
        (
            vec![
                (ids[0], MessageStatus::READ),
                (ids[1], MessageStatus::ERROR),
            ],
            2,
        ),
    ] {
        let sent: StatusReport = statuses.into_iter().collect();
        let written = cpim::write_report(&sent, &write).unwrap();
        assert!(written.findings.is_empty(), "{:?}", written.findings);
        let text = String::from_utf8(written.value).unwrap();
        assert_eq!(text.matches("<imdn ").count(), count);
        for (id, time) in [(ids[0], "29Z"), (ids[1], "29.019Z")] {
            let time = format!("\r\n<datetime>2009-02-13T23:31:{time}</datetime>\r\n");
            let wanted = sent.status_of(&id).is_some();
            assert_eq!(text.contains(&time), wanted, "{text}");
        }
        let back = report(text.as_bytes(), &options);
        // A status report has no place for that.
        assert_eq!(found(&back), vec![codes::CPIM_LOSSY; count]);
        assert_eq!(back.value.report, sent);
        assert_eq!(back.value.sender.as_deref(), Some("im:bob@example.com"));
        assert_eq!(
            back.value.recipient.as_deref(),
            Some("im:alice@example.com")
        );
        assert_eq!(back.value.time, Some(SenderTimestamp::new(1_234_567_890)));
        assert!(back.value.external_id.is_some());
    }
}

#[test]
fn statuses_without_a_counterpart() {
    let id = MessageId::new([1; 32]);
    let sent: StatusReport = [(id, MessageStatus::UNREAD), (id, MessageStatus::DELETED)]
        .into_iter()
        .collect();
    let written = cpim::write_report(&sent, &options()).unwrap();
    let expected = [
        codes::IMDN_STATUS,
        codes::IMDN_NO_DATETIME,
        codes::IMDN_STATUS,
        codes::ADDRESS_UNMAPPED,
        codes::ADDRESS_UNMAPPED,
    ];
    assert_eq!(found(&written), expected);
    assert!(!String::from_utf8_lossy(&written.value).contains("datetime"));
    let back = report(&written.value, &ImportOptions::default());
    assert_eq!(back.value.report.statuses.len(), 1);
    assert_eq!(
        back.value.report.status_of(&id),
        Some(MessageStatus::DELIVERED)
    );
    let only: StatusReport = [(id, MessageStatus::HIDDEN)].into_iter().collect();
    for none in [only, StatusReport::default()] {
        let error = cpim::write_report(&none, &options()).unwrap_err();
        assert_eq!(error.code(), codes::IMDN_STATUS);
    }
}

/// A message that came as CPIM is reported on: its `DateTime` comes back in the notification.
#[test]
fn a_notification_repeats_the_time_of_the_message() {
    let text = "From: <im:alice@example.com>\r\nTo: <im:bob@example.com>\r\n\
        DateTime: 2008-04-04T12:16:49-05:00\r\nNS: imdn <urn:ietf:params:imdn>\r\n\
        imdn.Message-ID: 34jk324j\r\n\r\nContent-Type: text/plain\r\n\r\nHello";
    let received = read(text.as_bytes()).value;
    let uris = mimi_codec::message::Uris::STATED;
    let (sender, room) = uris.resolve(&received.message).unwrap();
    let salt = received.message.salt.as_bytes();
    let id = MessageId::compute(Default::default(), &received.octets, salt, sender, room).unwrap();
    let mut known = MemoryResolver::new();
    known.record_message(id, &received.message);
    let mut write = options();
    write.resolver = Some(&known);
    let seen: StatusReport = [(id, MessageStatus::READ)].into_iter().collect();
    let written = cpim::write_report(&seen, &write).unwrap();
    let written = String::from_utf8(written.value).unwrap();
    assert!(
        written.contains("<message-id>34jk324j</message-id>\r\n<datetime>2008-04-04T17:16:49Z<"),
        "{written}"
    );
}

#[test]
fn a_name_that_nobody_knows_is_not_invented() {
    let text = "From: <im:a>\n\nContent-Type: message/imdn+xml\n\n\
        <imdn xmlns='urn:ietf:params:xml:ns:imdn'><message-id>who</message-id>\
        <display-notification><status><displayed/></status></display-notification></imdn>";
    let error = cpim::read(text.as_bytes(), &ImportOptions::default()).unwrap_err();
    assert_eq!(error.code(), codes::REFERENCE_UNRESOLVED);
    let place = text.find("<imdn").unwrap();
    assert_eq!(error.finding().offset, Some(place));
}

#[test]
fn what_is_refused() {
    let refused = |text: &str| {
        cpim::read(text.as_bytes(), &ImportOptions::default())
            .unwrap_err()
            .code()
    };
    assert_eq!(refused(""), codes::MAIL_EMPTY);
    for none in [
        "hello\n",
        "X: y\n\nContent-Type: text/plain\n\nx",
        "Content-Type: text/plain\n\nFrom: <im:a>\n\n\nx",
        "Content-Type: Message/CPIM\nSubject: x\n\nFrom: <im:a>\n\n\nx",
    ] {
        assert_eq!(refused(none), codes::CPIM_MALFORMED, "{none}");
    }
    let require = "From: <im:a>\nNS: x <urn:x>\nRequire: x.Vital\nx.Vital: 1\n\n\nx";
    assert_eq!(refused(require), codes::CPIM_REQUIRED);
    let known = "From: <im:a>\nNS: imdn <urn:ietf:params:imdn>\nimdn.Message-ID: 1\n\
        Require: Subject, imdn.Message-ID\n\n\nx";
    assert!(found(&read(known.as_bytes())).is_empty());
}

/// Every place in which a text of the message stands, with what could end a line.
#[test]
fn nothing_can_be_injected() {
    for nasty in [
        "a\r\nBcc: <im:x>\r\n\r\nb",
        "a\nTo: <im:x>",
        "a\rX.Y: z",
        "\0",
        "a>\r\n<b",
    ] {
        let mut file = ExternalPart::new(nasty, nasty);
        file.filename = nasty.into();
        file.description = nasty.into();
        let parts = vec![
            NestedPart::external(Disposition::ATTACHMENT, file).with_language(nasty),
            NestedPart::single(Disposition::RENDER, nasty, "x").with_language(nasty),
            NestedPart::single(
                Disposition::RENDER,
                format!("text/plain;name=\"{nasty}\""),
                "x",
            ),
        ];
        let body = NestedPart::multi(Disposition::RENDER, PartSemantics::ProcessAll, parts);
        let mut message = MimiContent::new(Salt::new([1; 16]), body);
        message.topic_id = nasty.as_bytes().to_vec().into();
        let extensions = &mut message.extensions;
        extensions.set_sender_uri(nasty).unwrap();
        extensions.set_room_uri(nasty).unwrap();
        extensions.set_subject(nasty).unwrap();
        let id = ExternalMessageId::new(nasty, IdScope::domain(nasty));
        extensions.set_external_message_id(&id).unwrap();
        let written = cpim::write(&message, &options()).unwrap().value;
        let text = String::from_utf8(written).unwrap();
        let header = text.split("\r\n\r\n").nth(1).unwrap();
        const NAMES: &[&str] = &["From", "To", "DateTime", "Subject", "NS", "imdn.Message-ID"];
        for line in header.split("\r\n") {
            assert!(!line.contains(char::is_control), "{line:?}");
            assert!(NAMES.contains(&line.split(':').next().unwrap()), "{line:?}");
        }
        for line in text.split("\r\n") {
            assert!(!line.contains(['\r', '\n', '\0']), "{line:?}");
            assert!(!line.starts_with("Bcc"), "{line:?}");
        }
        let back = read(text.as_bytes()).value.message;
        assert_eq!(back.extensions.subject().unwrap(), Some(nasty.trim()));
    }
}

fn any_subject() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-z]{1,20}",
        "(\\\\|\r|\n|\0|\u{e9}|\u{1f600}|\"|'|u00|;|<|>|:){1,20}"
    ]
    .prop_filter("trimmed", |text| {
        text.trim() == text && !text.starts_with(';')
    })
}

fn any_leaf() -> impl Strategy<Value = NestedPart<'static>> {
    let lines =
        "([a-z \\-.\u{e9}]|\n|\r){0,40}".prop_filter("no CRLF", |text| !text.contains("\r\n"));
    prop_oneof![
        lines.prop_map(|text| NestedPart::single(Disposition::RENDER, PLAIN, text)),
        (proptest::collection::vec(any::<u8>(), 0..60), 0..3u8).prop_map(|(octets, kind)| {
            let (disposition, media) = match kind {
                0 => (Disposition::INLINE, "image/png"),
                1 => (
                    Disposition::ATTACHMENT,
                    "application/octet-stream;name=\"a b\"",
                ),
                _ => (Disposition::ATTACHMENT, "text/plain;charset=iso-8859-1"),
            };
            NestedPart::single(disposition, media, octets)
        }),
    ]
}

fn any_body() -> impl Strategy<Value = NestedPart<'static>> {
    let several = (proptest::collection::vec(any_leaf(), 2..4), any::<bool>());
    prop_oneof![
        any_leaf(),
        several.prop_map(|(parts, choice)| {
            let semantics = match choice {
                true => PartSemantics::ChooseOne,
                false => PartSemantics::ProcessAll,
            };
            NestedPart::multi(Disposition::RENDER, semantics, parts)
        }),
    ]
}

fn without_kept(message: &MimiContent<'static>) -> MimiContent<'static> {
    let mut message = message.clone();
    message.extensions.remove(&"mail".into());
    message
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(
        std::env::var("MAIL_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(256)
    ))]

    /// Text, parts, subject, time, identifier, sender and room come back; and so does the text
    /// of the header, written a second time.
    #[test]
    fn what_has_a_place_comes_back(
        body in any_body(),
        subject in any_subject(),
        time in (0..4_000_000_000u64, 0..1000u32),
        id in "[!-;=?-~]{1,30}",
    ) {
        let mut message = message(body);
        message.extensions.set_subject(&subject).unwrap();
        let time = SenderTimestamp::from_millis(time.0 * 1000 + u64::from(time.1));
        message.extensions.set_sender_timestamp(time).unwrap();
        let scope = IdScope::uri("im:alice@example.com");
        let id = ExternalMessageId::new(id.as_str(), scope);
        message.extensions.set_external_message_id(&id).unwrap();
        let written = cpim::write(&message, &options()).unwrap();
        prop_assert!(
            written.findings.iter().all(|it| it.code == codes::CPIM_LOSSY),
            "{:?}", written.findings
        );
        let back = read(&written.value).value.message;
        prop_assert_eq!(&back.nested_part, &message.nested_part);
        let (ours, theirs) = (&message.extensions, &back.extensions);
        prop_assert_eq!(theirs.subject().unwrap(), ours.subject().unwrap());
        prop_assert_eq!(theirs.sender_timestamp().unwrap(), ours.sender_timestamp().unwrap());
        prop_assert_eq!(theirs.external_message_id().unwrap(), ours.external_message_id().unwrap());
        prop_assert_eq!(theirs.sender_uri().unwrap(), ours.sender_uri().unwrap());
        prop_assert_eq!(theirs.room_uri().unwrap(), ours.room_uri().unwrap());
        let again = cpim::write(&back, &options()).unwrap().value;
        let third = read(&again).value.message;
        let (third, back) = (without_kept(&third), without_kept(&back));
        prop_assert_eq!(&third.nested_part, &back.nested_part);
        prop_assert_eq!(&third.extensions, &back.extensions);
    }

    #[test]
    fn any_pieces_are_read_or_refused(
        pieces in proptest::collection::vec(0..PIECES.len(), 0..24)
    ) {
        let text: String = pieces.into_iter().map(|piece| PIECES[piece]).collect();
        let mut import = ImportOptions::default();
        import.seed = Some(b"s"[..].into());
        if let Ok(read) = cpim::read(text.as_bytes(), &import) {
            match read.value {
                Content::Message(received) => {
                    let decoded = mimi_codec::cbor::decode(&received.octets).unwrap();
                    prop_assert_eq!(&decoded, &received.message);
                    let again = cpim::write(&received.message, &options()).unwrap().value;
                    prop_assert!(cpim::read(&again, &import).is_ok());
                }
                Content::Report(report) => prop_assert!(!report.report.statuses.is_empty()),
                _ => unreachable!(),
            }
        }
    }
}

static PIECES: &[&str] = &[
    "\r\n",
    "\n",
    "Content-Type: Message/CPIM\r\n",
    "From: A <im:a@b>\r\n",
    "From: <im:a b>\r\n",
    "To: im:a\r\n",
    "cc: <im:c>\r\n",
    "DateTime: 2000-12-13T13:40:00-08:00\r\n",
    "DateTime: soon\r\n",
    "Subject:;lang=fr \\u00e9\\q\\\r\n",
    "Subject: x\r\n",
    "NS: imdn <urn:ietf:params:imdn>\r\n",
    "NS: <urn:x>\r\n",
    "imdn.Message-ID: \r\n",
    "imdn.Message-ID: 1\r\n",
    "x.Y: z\r\n",
    "no header\r\n",
    "Content-Type: text/plain; charset=utf-8\r\n",
    "Content-Type: message/imdn+xml\r\n",
    "Content-Type: multipart/mixed; boundary=a\r\n",
    "Content-Length: 3\r\n",
    "--a\r\n",
    "--a--\r\n",
    "text\r\n",
    "<imdn xmlns='urn:ietf:params:xml:ns:imdn'><message-id>0101010101010101010101010101010101010101010101010101010101010101</message-id><display-notification><status><displayed/></status></display-notification></imdn>\r\n",
];

#[test]
fn a_reading_is_linear_and_bounded() {
    let header = "From: <im:a>\n".to_string() + &"x.Y: z\n".repeat(300_000) + "\n\nx";
    let spaces = "From: <im:a>\n".to_string()
        + &(0..100_000)
            .map(|n| format!("NS: p{n} <urn:x>\n"))
            .collect::<String>()
        + "\n\nx";
    let escapes = format!("Subject: {}\n\n\nx", "\\u".repeat(5_000_000));
    let broken = "no header\n".repeat(1_000_000) + "\n";
    for text in [header, spaces, escapes, broken] {
        let start = std::time::Instant::now();
        let _ = cpim::read(text.as_bytes(), &ImportOptions::default());
        assert!(start.elapsed().as_secs() < 30, "{:?}", start.elapsed());
    }
    let nested =
        "From: <im:a>\n\nContent-Type: message/imdn+xml\n\n".to_string() + &"<imdn>".repeat(10_000);
    let error = cpim::read(nested.as_bytes(), &ImportOptions::default()).unwrap_err();
    assert_eq!(error.code(), codes::IMDN_MALFORMED);
}

#[test]
fn parts_travel_without_transfer_encodings() {
    let parts = vec![
        text("a\nb"),
        NestedPart::single(Disposition::INLINE, "image/png", &b"\0\n\xff"[..]),
    ];
    let body = NestedPart::multi(Disposition::RENDER, PartSemantics::ProcessAll, parts);
    let message = message(body);
    let written = cpim::write(&message, &options()).unwrap().value;
    assert!(written.windows(4).any(|window| window == b"a\r\nb"));
    assert!(written.windows(3).any(|window| window == b"\0\n\xff"));
    let back = read(&written).value.message;
    assert_eq!(back.nested_part, message.nested_part);
    assert!(matches!(back.nested_part.body, PartBody::Multi(_)));
}
