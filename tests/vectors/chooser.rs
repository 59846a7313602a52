//! The topic about what a client shows: `chooser`.

use mimi_codec::cbor::Decoder;
use mimi_codec::message::MimiContent;
use mimi_codec::report::codes;
use mimi_codec::view::{Block, Fate, Placed, Reason, Remote, View, ViewPolicy, select};
use serde_json::{Value, json};

use super::{equal, list, run, text, unhex};

#[test]
fn chooser() {
    run("chooser", &[("Choose", |_, test| check(test))]);
}

fn policy(stated: &Value) -> ViewPolicy {
    let types = list(stated, "mediaTypes");
    let mut policy = types.iter().fold(ViewPolicy::nothing(), |policy, known| {
        policy.support(text(known, "type"), known["score"].as_f64().unwrap())
    });
    if stated["fetch"] == true {
        policy = policy.remote(Remote::Allowed);
    }
    if let Some(octets) = stated["maxPart"].as_u64() {
        policy = policy.max_part(octets);
    }
    let languages = list(stated, "languages").iter();
    policy.languages(languages.map(|tag| tag.as_str().unwrap()))
}

fn check(test: &Value) -> Result<(), String> {
    let octets = unhex(text(&test["input"], "hex"));
    let policy = policy(&test["input"]["policy"]);
    let received = Decoder::strict()
        .decode(&octets)
        .map_err(|error| error.to_string())?;
    let message = received.content();
    let expected = &test["expected"];
    let selection = select(message, &policy);
    let shown: Value = selection.leaves().collect();
    equal("shown", &shown, &expected["shown"])?;
    let refused = message.parts().filter(|part| {
        matches!(selection.fate(part.index), Some(Fate::Refused(_)))
            && selection.leaf(part.index).is_some()
    });
    let withheld: Value = refused.map(|part| part.index).collect();
    equal("withheld", &withheld, &expected["withheld"])?;

    let view = View::of(message, &policy);
    let blocks: Value = view.value.blocks.iter().map(describe).collect();
    equal("blocks", &blocks, &expected["blocks"])?;
    let resources: Value = view.value.resources.keys().copied().collect();
    equal("resources", &resources, &expected["resources"])?;
    let paths = paths(message);
    let dangling: Value = view
        .findings
        .iter()
        .filter(|finding| finding.code == codes::VIEW_CID_DANGLING)
        .map(|finding| {
            let path = finding.path.as_deref().unwrap();
            paths.iter().position(|known| known == path)
        })
        .collect();
    equal("dangling", &dangling, &expected["dangling"])
}

/// The path of every part, which findings name it by.
fn paths(message: &MimiContent<'_>) -> Vec<String> {
    let mut paths: Vec<String> = Vec::new();
    let mut children = Vec::new();
    for part in message.parts() {
        paths.push(match part.parent {
            None => "nestedPart".to_owned(),
            Some(parent) => {
                let place: &mut usize = &mut children[parent as usize];
                *place += 1;
                format!("{}.parts[{}]", paths[parent as usize], *place - 1)
            }
        });
        children.push(0);
    }
    paths
}

fn describe(placed: &Placed<'_>) -> Value {
    let kind = match &placed.block {
        Block::RichText { .. } => "richText",
        Block::Html { .. } => "html",
        Block::Image(_) => "image",
        Block::File(_) => "file",
        Block::Reaction(_) => "reaction",
        Block::Session(_) => "session",
        Block::Status(_) => "status",
        Block::Message(_) => "message",
        Block::Placeholder { reason, .. } => {
            let reason = why(reason);
            return json!({"index": placed.index, "kind": "placeholder", "reason": reason});
        }
        other => panic!("a kind the vectors do not know: {other:?}"),
    };
    json!({"index": placed.index, "kind": kind})
}

fn why(reason: &Reason) -> &'static str {
    match reason {
        Reason::Unsupported => "unsupported",
        Reason::TooLarge => "tooLarge",
        Reason::Unit { .. } => "unit",
        Reason::NestedInvalid => "nestedInvalid",
        Reason::NestedDepth => "nestedDepth",
        Reason::StatusInvalid => "statusInvalid",
        Reason::Deletes(_) => "deletes",
        Reason::Unlikes(_) => "unlikes",
        Reason::Empty => "empty",
        other => panic!("a reason the vectors do not know: {other:?}"),
    }
}
