//! The profile for people: what an ordinary mail program is given to show.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use mimi_codec::mail::{self, ExportOptions, MemoryResolver, Profile};
use mimi_codec::message::{
    AeadAlgorithm, Disposition, Expiration, ExternalPart, MessageId, MimiContent, NestedPart,
    PartSemantics, Salt,
};

const MARKDOWN: &str = "text/markdown;variant=GFM-MIMI";
const PLAIN: &str = "text/plain;charset=utf-8";

fn message(part: NestedPart<'static>) -> MimiContent<'static> {
    let mut message = MimiContent::new(Salt::new([7; 16]), part);
    let extensions = &mut message.extensions;
    extensions
        .set_sender_uri("mimi://example.com/u/alice")
        .unwrap();
    extensions.set_room_uri("mailto:room@example.com").unwrap();
    extensions.set_subject("Grüße").unwrap();
    message
}

/// The mail as text; the record is the business of other tests.
fn shown(message: &MimiContent<'_>) -> String {
    let mut options = ExportOptions::default();
    options.profile = Profile::Mail;
    options.skeleton = false;
    options.seed = Some(b"people"[..].into());
    options.date = Some(1_700_000_000);
    let mail = mail::export(message, &options).unwrap().value;
    String::from_utf8(mail).unwrap().replace("\r\n", "\n")
}

fn text(content_type: &'static str, text: &'static str) -> NestedPart<'static> {
    NestedPart::single(Disposition::RENDER, content_type, text)
}

#[test]
fn markdown_is_text_and_html() {
    insta::assert_snapshot!(shown(&message(text(
        MARKDOWN,
        "Hello *Bob*,\n\n* one\n* two\n"
    ))));
}

#[test]
fn inline_images_are_related_to_their_text() {
    let parts = vec![
        text(MARKDOWN, "See ![a cat](cid:2@local.invalid)"),
        NestedPart::single(Disposition::INLINE, "image/png;name=\"a cat.png\"", b"png"),
    ];
    let body = NestedPart::multi(Disposition::RENDER, PartSemantics::ProcessAll, parts);
    insta::assert_snapshot!(shown(&message(body)));
}

#[test]
fn the_first_choice_is_the_last_alternative() {
    let parts = vec![
        text(MARKDOWN, "*rich*"),
        text(PLAIN, "plain"),
        text("application/x-strange", "?"),
    ];
    let body = NestedPart::multi(Disposition::RENDER, PartSemantics::ChooseOne, parts);
    insta::assert_snapshot!(shown(&message(body)));
}

#[test]
fn an_edit_that_expires_says_so() {
    let mut message = message(text(PLAIN, "better"));
    message.replaces = Some(MessageId::new([9; 32]));
    message.in_reply_to = Some(MessageId::new([8; 32]));
    message.expires = Some(Expiration::Relative(3600));
    insta::assert_snapshot!(shown(&message));
}

#[test]
fn a_delete_and_a_reaction() {
    let mut delete = message(NestedPart::null(Disposition::RENDER));
    delete.replaces = Some(MessageId::new([9; 32]));
    insta::assert_snapshot!("a_delete", shown(&delete));
    let mut reaction = message(NestedPart::single(Disposition::REACTION, PLAIN, "\u{2764}"));
    reaction.in_reply_to = Some(MessageId::new([9; 32]));
    insta::assert_snapshot!("a_reaction", shown(&reaction));
}

#[test]
fn chatmail_has_the_fields_of_delta_chat() {
    let mut edit = message(text(PLAIN, "better"));
    edit.replaces = Some(MessageId::new([9; 32]));
    edit.expires = Some(Expiration::Relative(60));
    let mut options = ExportOptions::default();
    options.profile = Profile::Chatmail;
    let mail = mail::export(&edit, &options).unwrap().value;
    let mail = String::from_utf8(mail).unwrap();
    let target = format!("<mimi-{}@local.invalid>", MessageId::new([9; 32]));
    for field in [
        "Chat-Version: 1.0".to_string(),
        format!("Chat-Edit: {target}"),
        "Ephemeral-Timer: 60".to_string(),
    ] {
        assert!(
            mail.contains(&format!("\r\n{field}\r\n")),
            "{field} in {mail}"
        );
    }
    edit.nested_part = NestedPart::null(Disposition::RENDER);
    let mail = mail::export(&edit, &options).unwrap().value;
    assert!(
        String::from_utf8(mail)
            .unwrap()
            .contains("\r\nChat-Delete: <mimi-")
    );
}

#[test]
fn replies_refer_to_the_mail_that_the_parent_came_in() {
    let (parent, nasty) = (MessageId::new([9; 32]), MessageId::new([8; 32]));
    let mut known = MemoryResolver::new();
    known.record("parent@example.com", parent, None, None);
    known.record("x>\r\nBcc: y@z", nasty, None, None);
    let mut options = ExportOptions::default();
    options.resolver = Some(&known);
    let mut reply = message(text(PLAIN, "yes"));
    reply.in_reply_to = Some(parent);
    reply.replaces = Some(nasty);
    let mail = mail::export(&reply, &options).unwrap().value;
    let mail = String::from_utf8(mail).unwrap();
    assert!(
        mail.contains("\r\nIn-Reply-To: <parent@example.com>\r\n"),
        "{mail}"
    );
    assert!(
        mail.contains(&format!("\r\nSupersedes: <mimi-{nasty}@local.invalid>\r\n")),
        "{mail}"
    );
}

#[test]
fn external_parts_are_links() {
    let mut file = ExternalPart::new("video/mp4", "https://example.com/<1>");
    file.filename = "a \"film\".mp4".into();
    file.size = 1234;
    file.enc_alg = AeadAlgorithm::AES_128_GCM;
    let call = ExternalPart::new("", "https://example.com/join/123");
    let evil = ExternalPart::new("text/html", "javascript:alert(1)");
    let parts = vec![
        NestedPart::external(Disposition::ATTACHMENT, file),
        NestedPart::external(Disposition::SESSION, call),
        NestedPart::external(Disposition::RENDER, evil),
    ];
    let body = NestedPart::multi(Disposition::RENDER, PartSemantics::ProcessAll, parts);
    insta::assert_snapshot!(shown(&message(body)));
}
