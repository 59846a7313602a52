//! Mails that are reactions: RFC 9078, and the JSON part that Gmail writes.

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use super::shape::{Kind, Node};
use crate::mail::read::{Entity, Fields, Tree, Value, decode};
use crate::message::{Disposition, NestedPart, PartSemantics};
use crate::report::{Finding, codes};
use crate::text::charset;

const GMAIL: &str = "text/vnd.google.email-reaction+json";

/// Octets of one reaction: the longest emoji sequences have about 40.
const LONGEST: usize = 64;

/// Reactions of one mail.
const MOST: usize = 32;

/// The body of a mail that reacts to another one.
pub(super) fn read(
    mail: &[u8],
    tree: &Tree,
    root: &Node,
    findings: &mut Vec<Finding>,
) -> Option<NestedPart<'static>> {
    let header = &tree.entities.first()?.fields;
    header.get(mail, "In-Reply-To")?;
    let emojis = match standard(mail, tree, root) {
        Some(emojis) => emojis,
        None => {
            let (emoji, at) = gmail(mail, tree, root)?;
            findings.push(
                Finding::new(codes::REACTION_READ)
                    .at(at)
                    .found(emoji.clone()),
            );
            alloc::vec![emoji]
        }
    };
    let sound = |emoji: &String| emoji.len() <= LONGEST;
    if emojis.is_empty() || emojis.len() > MOST || !emojis.iter().all(sound) {
        return None;
    }
    let mut parts: Vec<NestedPart<'static>> = emojis
        .into_iter()
        .map(|emoji| NestedPart::single(Disposition::REACTION, "text/plain;charset=utf-8", emoji))
        .collect();
    match (parts.len(), parts.pop()) {
        (1, only) => only,
        (_, last) => {
            parts.extend(last);
            let all = PartSemantics::ProcessAll;
            Some(NestedPart::multi(Disposition::REACTION, all, parts))
        }
    }
}

/// Whether a mail takes reactions back: one that is a reaction, with nothing in it.
pub(super) fn takes_back(mail: &[u8], tree: &Tree, root: &Node) -> bool {
    let answers = |root: &Entity| root.fields.get(mail, "In-Reply-To").is_some();
    tree.entities.first().is_some_and(answers)
        && standard(mail, tree, root).is_some_and(|emojis| emojis.is_empty())
}

/// Whether fields name a reaction, as RFC 9078 does.
pub(super) fn is_named(mail: &[u8], fields: &Fields) -> bool {
    fields
        .get(mail, "Content-Disposition")
        .is_some_and(|field| {
            let (token, _) = Value::new(field.value(mail)).parameters();
            token.trim().eq_ignore_ascii_case("reaction")
        })
}

/// RFC 9078: emoji with white space between them.
fn standard(mail: &[u8], tree: &Tree, root: &Node) -> Option<Vec<String>> {
    let entity = tree.entities.get(root.entity)?;
    if !matches!(root.kind, Kind::Leaf) || !entity.content_type.is("text/plain") {
        return None;
    }
    if !is_named(mail, &entity.fields) {
        return None;
    }
    let text = text(mail, entity);
    // One more than are taken, so that too many are seen as such.
    let emojis = text.split_whitespace().take(MOST + 1);
    Some(emojis.map(String::from).collect())
}

fn gmail(mail: &[u8], tree: &Tree, root: &Node) -> Option<(String, usize)> {
    let mut found = None;
    root.walk(&mut 0, &mut |_, node| {
        let part = tree.entities.get(node.entity);
        if let Some(part) = part.filter(|part| part.content_type.is(GMAIL)) {
            found.get_or_insert(part);
        }
    });
    let part = found?;
    let json: serde_json::Value = serde_json::from_str(&text(mail, part)).ok()?;
    let emoji = json.get("emoji")?.as_str()?.trim().to_string();
    (!emoji.is_empty()).then_some((emoji, part.header.start))
}

fn text(mail: &[u8], entity: &Entity) -> String {
    let body = mail.get(entity.body.clone()).unwrap_or_default();
    let encoding = entity
        .fields
        .get(mail, "Content-Transfer-Encoding")
        .map(|field| Value::new(field.value(mail)).as_str().to_string());
    let decoded = decode(encoding.as_deref().unwrap_or(""), body);
    charset::decode(entity.content_type.parameter("charset"), &decoded.content)
        .value
        .into_owned()
}
