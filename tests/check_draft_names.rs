//! What a draft says of its own examples: a message ID that is nobody's, one that a comment calls
//! by another name, and a value that its text and its EDN give differently.
#![cfg(feature = "notation")]
#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing)]

use mimi_codec::cbor;
use mimi_codec::check::draft::{DraftOptions, check_draft};
use mimi_codec::message::{
    DerivedValues, HubTime, IdAlgorithm, MessageId, MimiContent, NestedPart, Salt,
};
use mimi_codec::notation::{Layout, edn};
use mimi_codec::report::{Code, Finding, codes};

const SENDER: &str = "mimi://a.example/u/ann";
const ROOM: &str = "mimi://a.example/r/lunch";

/// A salt that looks like chance.
fn salt_of(number: u8) -> [u8; 16] {
    std::array::from_fn(|index| number.wrapping_mul(29) ^ (index as u8).wrapping_mul(73))
}

fn message(salt: u8, in_reply_to: Option<MessageId>) -> Vec<u8> {
    let part = NestedPart::text("Soup?");
    let mut message = MimiContent::new(Salt::new(salt_of(salt)), part);
    message.in_reply_to = in_reply_to;
    message.extensions.set_sender_uri(SENDER).unwrap();
    message.extensions.set_room_uri(ROOM).unwrap();
    cbor::encode(&message).unwrap()
}

fn id(salt: u8, octets: &[u8]) -> MessageId {
    MessageId::compute(IdAlgorithm::Draft08, octets, &salt_of(salt), SENDER, ROOM).unwrap()
}

/// The EDN of a document, with a comment on its first line.
fn example(name: &str, comment: &str, octets: &[u8]) -> String {
    let body = edn::Writer::new(Layout::Message).write(octets).unwrap();
    let text = format!("# {name}\n{comment}{}\n", body.trim_end());
    text.lines().map(|line| format!("   {line}\n")).collect()
}

fn draft(sections: &[String]) -> String {
    let mut text = String::from(
        "Internet-Draft\n\n                       draft-ietf-mimi-content-08\n\n1.  Examples\n",
    );
    for (index, section) in sections.iter().enumerate() {
        text += &format!("\n1.{}.  Example {}\n\n{section}", index + 1, index + 1);
    }
    text
}

fn stated(id: MessageId) -> String {
    let digits = id.to_string();
    format!(
        "# message ID = h'{}\n#                {}'\n",
        &digits[..32],
        &digits[32..]
    )
}

fn check(sections: &[String]) -> Vec<Finding> {
    let mut none = |path: &str| Err(format!("{path} is not there"));
    check_draft(
        "draft.txt",
        &draft(sections),
        &DraftOptions::default(),
        &mut none,
    )
}

fn codes_of(findings: &[Finding]) -> Vec<Code> {
    findings.iter().map(|finding| finding.code).collect()
}

#[test]
fn an_id_that_is_nobodys_is_found_where_it_differs() {
    let first = message(1, None);
    let right = id(1, &first);
    let of_first = example("QUESTION", &stated(right), &first);
    let reply = |to: MessageId| {
        let octets = message(2, Some(to));
        let comment = stated(id(2, &octets));
        vec![of_first.clone(), example("REPLY", &comment, &octets)]
    };
    assert_eq!(codes_of(&check(&reply(right))), []);

    let mut wrong = *right.as_bytes();
    wrong[31] ^= 1;
    let wrong = MessageId::new(wrong);
    let findings = check(&reply(wrong));
    assert_eq!(codes_of(&findings), [codes::DRAFT_ID_UNKNOWN]);
    assert_eq!(findings[0].found.as_deref(), Some(&*wrong.to_string()));
    let text = draft(&reply(wrong));
    let line = text.lines().nth(findings[0].line.unwrap() as usize - 1);
    let digits = wrong.to_string();
    assert!(line.unwrap().contains(&digits[62..]), "{line:?}");
}

#[test]
fn a_comment_names_the_example_whose_id_it_is() {
    let (first, second) = (message(1, None), message(2, None));
    let (of_first, of_second) = (id(1, &first), id(2, &second));
    let octets = message(3, Some(of_second));
    let comment = stated(id(3, &octets));
    let sections = |label: &str| {
        let reply = example("REPLY", &comment, &octets);
        let labelled = reply.replace("# inReplyTo", &format!("# inReplyTo: {label}"));
        assert_ne!(labelled, reply);
        vec![
            example("QUESTION", &stated(of_first), &first),
            example("ANSWER", &stated(of_second), &second),
            labelled,
        ]
    };
    assert_eq!(codes_of(&check(&sections("the answer"))), []);
    let findings = check(&sections("the question"));
    assert_eq!(codes_of(&findings), [codes::DRAFT_ID_LABEL]);
    assert_eq!(findings[0].found.as_deref(), Some(&*of_second.to_string()));
    assert_eq!(
        findings[0].expected.as_deref(),
        Some(&*of_first.to_string())
    );
}

#[test]
fn a_value_is_the_same_in_the_text_and_in_the_edn() {
    let first = message(1, None);
    let mut values = DerivedValues::new(id(1, &first), HubTime::Milliseconds(1_700_000_000_123));
    values.mls_group_id = vec![0xab; 32].into();
    values.sender_leaf_index = 4;
    values.sender_client_url = "mimi://a.example/d/ann/phone".into();
    values.sender_user_url = SENDER.into();
    values.room_url = ROOM.into();
    let derived = cbor::encode_derived(&values);
    let sections = |leaf: u32| {
        let list = format!("   *  Sender leaf index: {leaf}\n\n");
        vec![
            example("QUESTION", &stated(id(1, &first)), &first),
            list + &example("DERIVED", "", &derived),
        ]
    };
    assert_eq!(codes_of(&check(&sections(4))), []);
    let findings = check(&sections(5));
    assert_eq!(codes_of(&findings), [codes::DRAFT_VALUE]);
    assert_eq!(findings[0].found.as_deref(), Some("5"));
    assert_eq!(findings[0].expected.as_deref(), Some("4"));
}
