//! Checking as a caller meets it: every notation, both modes, the draft's examples, what the
//! composer makes, hostile octets, limits. Each rule by itself is kept and broken in
//! `testvectors/check.json`, and each fault is told once in `check_single_fault`.
#![cfg(feature = "notation")]
#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing)]

use std::collections::HashSet;
use std::sync::Mutex;

use mimi_codec::cbor::{self, Decoder};
use mimi_codec::check::{Context, check, check_octets};
use mimi_codec::document::Format;
use mimi_codec::message::compose::Composer;
use mimi_codec::message::{DerivedValues, HubTime, IdAlgorithm, MessageId, Uris};
use mimi_codec::notation::edn;
use mimi_codec::report::{Code, Finding, Severity, codes};
use proptest::prelude::*;

const ALICE: &str = "mimi://example.com/u/alice";
const ROOM: &str = "mimi://example.com/r/team";

fn message(extensions: &str, body: &str) -> String {
    format!("[h'5eed9406c2545547ab6f09f20a18b003', null, h'', null, null, {extensions}, {body}]")
}

fn octets(edn_text: &str) -> Vec<u8> {
    edn::read(edn_text).unwrap().value.into_octets()
}

fn codes_of(findings: &[Finding]) -> Vec<Code> {
    findings.iter().map(|finding| finding.code).collect()
}

fn strict(edn_text: &str) -> Vec<Code> {
    codes_of(&check(edn_text.as_bytes(), Format::Edn, &Decoder::strict()))
}

const TEXT: &str = "[1, \"\", 1, \"text/plain;charset=utf-8\", 'a']";

#[test]
fn structure_and_content_are_judged_in_one_pass_over_every_notation() {
    let edn_text = message("{}", "[1, \"x y\", 256]");
    assert_eq!(
        strict(&edn_text),
        [codes::CARDINALITY_UNKNOWN, codes::LANGUAGE_SYNTAX]
    );
    assert_eq!(strict("[h'00"), [codes::EDN_UNCLOSED]);
    let json = check(b"{\"salt\": 1}", Format::Json, &Decoder::strict());
    assert_eq!(json[0].code, codes::JSON_TYPE);
    let hex = check(b"87 zz", Format::Hex, &Decoder::strict());
    assert_eq!(hex[0].code, codes::HEX_DIGIT);
}

#[test]
fn findings_about_fields_have_a_line_and_a_column() {
    let text = message("{}", "[1,\n  \"en-UK\", 1, \"text/plain\",\n  'a']");
    let found = check(text.as_bytes(), Format::Edn, &Decoder::strict());
    let places: Vec<_> = found
        .iter()
        .map(|it| (it.code, it.line.unwrap(), it.column.unwrap()))
        .collect();
    assert_eq!(
        places,
        [
            (codes::LANGUAGE_SUBTAG_UNKNOWN, 2, 3),
            (codes::PLAIN_CHARSET_MISSING, 2, 15)
        ]
    );
}

#[test]
fn what_is_tolerated_does_not_hide_what_the_fields_say() {
    let mut message = octets(&message(
        "{}",
        "[1, \"jp\", 1, \"text/plain;charset=utf-8\", 'a']",
    ));
    message.push(0);
    for (decoder, weight) in [
        (Decoder::strict(), Severity::Error),
        (Decoder::tolerant(), Severity::Warning),
    ] {
        let found = check_octets(&message, &decoder, &Context::new());
        let wanted = [codes::CBOR_TRAILING, codes::LANGUAGE_SUBTAG_UNKNOWN];
        assert_eq!(codes_of(&found), wanted);
        assert_eq!(found[0].severity, weight);
    }
}

#[test]
fn what_the_composer_makes_is_clean() {
    let alice = Composer::new(ALICE, ROOM);
    let id = MessageId::new([1; 32]);
    let mut made = vec![
        alice.text("Soup is ready.").unwrap(),
        alice
            .markdown("Release **2.0** is out, &lt;b>at last&lt;/b>")
            .unwrap(),
        alice.react(id, "👩🏽‍⚕️").unwrap(),
        alice.delete(id).unwrap(),
    ];
    #[cfg(feature = "html")]
    {
        use mimi_codec::message::{NestedPart, PartSemantics, Salt};
        use mimi_codec::rich::{markdown, plain};
        let source = "# Lunch\n\n1. soup ![soup](https://a.example/s.png)\n2. [bread](https://a.example/)\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n> *quoted* `code`\n\n- [x] done\n";
        let fallback = plain::write(&markdown::read(source).value, &Default::default()).value;
        let parts = vec![NestedPart::markdown(source), NestedPart::text(fallback)];
        let body = NestedPart::multi(Default::default(), PartSemantics::ChooseOne, parts);
        made.push(mimi_codec::message::MimiContent::new(
            Salt::new(*b"0123456789abcdef"),
            body,
        ));
    }
    for message in made {
        let octets = cbor::encode(&message).unwrap();
        let found = check_octets(&octets, &Decoder::strict(), &Context::new());
        let told: Vec<_> = found
            .iter()
            .filter(|it| it.code != codes::IMAGE_TARGET_REFUSED)
            .map(ToString::to_string)
            .collect();
        assert!(told.is_empty(), "{told:#?}");
    }
}

#[test]
fn derived_values_say_what_a_message_must_agree_with() {
    let alice = Composer::new(ALICE, ROOM);
    let octets = cbor::encode(&alice.text("Soup").unwrap()).unwrap();
    let received = Decoder::strict().decode(&octets).unwrap();
    let id = received
        .message_id(IdAlgorithm::Draft08, &Uris::STATED)
        .unwrap();
    let mut values = DerivedValues::new(id, HubTime::Milliseconds(1_767_225_600_000));
    values.sender_user_url = ALICE.into();
    values.room_url = ROOM.into();
    let judge = |values: &DerivedValues<'_>| {
        let context = Context::new().derived(values).now(1_767_225_600_000);
        codes_of(&check_octets(&octets, &Decoder::strict(), &context))
    };
    assert_eq!(judge(&values), []);
    values.room_url = "mimi://example.com/r/other".into();
    let wanted = [codes::URI_MISMATCH, codes::MESSAGE_ID_MISMATCH];
    assert_eq!(judge(&values), wanted);
    values.room_url = "".into();
    values.hub_accepted_timestamp = HubTime::Milliseconds(u64::MAX);
    // A time that no clock has is not known.
    assert_eq!(judge(&values), []);
    values.hub_accepted_timestamp = HubTime::Milliseconds(1_767_325_600_000);
    assert_eq!(judge(&values), [codes::HUB_TIME_FUTURE]);
}

#[test]
fn a_batch_remembers_the_ids_it_has_seen() {
    let alice = Composer::new(ALICE, ROOM);
    let one = cbor::encode(&alice.text("one").unwrap()).unwrap();
    let two = cbor::encode(&alice.text("two").unwrap()).unwrap();
    let met = Mutex::new(HashSet::new());
    let seen = |id: &MessageId| !met.lock().unwrap().insert(*id);
    let context = Context::new().seen(&seen);
    let found: Vec<_> = [&one, &two, &one]
        .map(|octets| codes_of(&check_octets(octets, &Decoder::strict(), &context)))
        .concat();
    assert_eq!(found, [codes::MESSAGE_ID_SEEN]);
}

#[test]
fn many_findings_are_cut_and_cost_linear_time() {
    // 4000 extensions that are not registered, then 1000 parts with faults of their own.
    let keys: Vec<String> = (300..4300).map(|key| format!("{key}: 1.5")).collect();
    let part = "[99, \"jp\", 1, \"text/markdown\", '[a.example](https://b.example) cid:9999@local.invalid']";
    let parts = vec![part; 1000].join(", ");
    let text = message(
        &format!("{{{}}}", keys.join(", ")),
        &format!("[1, \"\", 3, 0, [{parts}]]"),
    );
    let octets = octets(&text);
    let mut limits = *Decoder::strict().limits();
    let found = check_octets(&octets, &Decoder::strict(), &Context::new());
    assert_eq!(found.len(), limits.findings + 1);
    assert_eq!(found.last().unwrap().code, codes::FINDINGS_LIMIT);
    limits.findings = usize::MAX;
    let decoder = Decoder::strict().with_limits(limits);
    let start = std::time::Instant::now();
    let all = check_octets(&octets, &decoder, &Context::new());
    assert!(all.len() >= 8000 + 5 * 1000, "{}", all.len());
    assert!(start.elapsed().as_secs() < 20, "{:?}", start.elapsed());
}

#[test]
fn a_message_of_one_kind_of_trouble_takes_linear_time() {
    // Each of these is 300 kB of something that invites quadratic work.
    let n = 300_000;
    let texts = [
        "[^".repeat(n / 2),
        "$a".repeat(n / 2),
        "cid:0@local.invalid ".repeat(n / 20),
        "[a.b](c)".repeat(n / 8),
        "> ".repeat(n / 2),
        "<b>".repeat(n / 3),
        "*€".repeat(n / 4),
        "http://a ".repeat(n / 9),
        "👩🏽‍⚕️".repeat(n / 17),
    ];
    for words in texts {
        for kind in [
            "text/markdown;variant=GFM-MIMI",
            "text/html;charset=utf-8",
            "text/plain;charset=utf-8",
        ] {
            let single = mimi_codec::message::NestedPart::single(
                mimi_codec::message::Disposition::REACTION,
                kind,
                words.as_str(),
            );
            let salt = mimi_codec::message::Salt::new(*b"0123456789abcdef");
            let message = mimi_codec::message::MimiContent::new(salt, single);
            let octets = cbor::encode(&message).unwrap();
            let start = std::time::Instant::now();
            let found = check_octets(&octets, &Decoder::strict(), &Context::new());
            let taken = start.elapsed();
            assert!(taken.as_secs() < 20, "{kind} {:.10}: {taken:?}", words);
            assert!(found.len() <= 1001);
        }
    }
    let tag = vec!["de"; 5000].join(",");
    let variants = format!("de{}", "-abcde".repeat(20_000));
    for language in [tag, variants] {
        let text = TEXT.replacen("\"\"", &format!("{language:?}"), 1);
        let start = std::time::Instant::now();
        assert!(!strict(&message("{}", &text)).is_empty());
        assert!(start.elapsed().as_secs() < 5);
    }
}

#[cfg(feature = "markdown")]
#[test]
fn many_alternatives_to_a_long_text_take_linear_time() {
    use mimi_codec::message::{MimiContent, NestedPart, PartSemantics, Salt};
    let long = "soup ".repeat(200_000);
    let multi = |semantics, parts| NestedPart::multi(Default::default(), semantics, parts);
    let choice = |words: &str| {
        let parts = vec![
            NestedPart::text(words.to_owned()),
            NestedPart::text("b".to_owned()),
        ];
        multi(PartSemantics::ChooseOne, parts).with_language("de")
    };
    // One long text and 1000 others in a choice; then a long text beside 300 choices, twice.
    let mut many = vec![NestedPart::text(long.clone())];
    many.extend((0..1000).map(|_| NestedPart::text(long[..5].to_owned()).with_language("xx")));
    let mut beside = vec![NestedPart::text(long)];
    beside.extend((0..150).map(|_| choice("a")));
    let twice = vec![
        multi(PartSemantics::ProcessAll, beside.clone()),
        multi(PartSemantics::ProcessAll, beside),
    ];
    for parts in [many, twice] {
        let body = multi(PartSemantics::ChooseOne, parts);
        let message = MimiContent::new(Salt::new(*b"0123456789abcdef"), body);
        let octets = cbor::encode(&message).unwrap();
        let start = std::time::Instant::now();
        let found = check_octets(&octets, &Decoder::strict(), &Context::new());
        assert!(found.len() <= 1001);
        assert!(start.elapsed().as_secs() < 20, "{:?}", start.elapsed());
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, ..ProptestConfig::default() })]

    /// Any octets, in both modes: no panic, and every place is inside them.
    #[test]
    fn any_octets_can_be_checked(octets in proptest::collection::vec(any::<u8>(), 0..200)) {
        for decoder in [Decoder::strict(), Decoder::tolerant()] {
            for finding in check_octets(&octets, &decoder, &Context::new().now(0)) {
                prop_assert!(finding.offset.is_none_or(|at| at <= octets.len()));
            }
        }
    }

    /// A message with some octets changed.
    #[test]
    fn damaged_messages_can_be_checked(changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6)) {
        let text = message(
            "{1: \"mimi://example.com/u/alice\", 3: {1: 5}, 256: [], \"av_metadata\": [{1: 1, 2: 2}]}",
            "[1, \"en\", 3, 0, [[2, \"\", 1, \"text/markdown\", '![](cid:2@local.invalid) <b>'], \
             [6, \"de\", 2, \"image/png\", \"https://a.example\", 0, 0, 1, h'00', h'', h'', 1, h'', \"\", \"a\"]]]",
        );
        let mut damaged = octets(&text);
        for (at, octet) in changes {
            let at = at.index(damaged.len());
            damaged[at] = octet;
        }
        for decoder in [Decoder::strict(), Decoder::tolerant()] {
            for finding in check_octets(&damaged, &decoder, &Context::new().now(0)) {
                prop_assert!(finding.offset.is_none_or(|at| at <= damaged.len()));
            }
        }
    }
}
