//! The names: which fields follow which in each [`Layout`], and what the values of each mean.

use std::borrow::Cow;
use std::format;
use std::string::String;

use super::walk::Item;
use crate::item::MAJOR;
use crate::message::{AeadAlgorithm, Disposition, HashAlgorithm, MessageStatus, PartSemantics};

/// Which document the octets hold, and so which names its items have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Layout {
    /// A message (draft section 4.1).
    #[default]
    Message,
    /// A message status report (draft-mahy-mimi-message-status).
    StatusReport,
    /// The values derived for a message (draft section 4.6).
    Derived,
    /// Any CBOR; nothing has a name.
    Any,
}

/// How the octets of a byte string are best shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Show {
    /// In hex.
    Hex,
    /// As text, if they are.
    Text,
}

/// What an item can be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Node {
    Any,
    Message,
    Expires,
    Extensions,
    Part,
    Parts,
    Report,
    Status,
    Derived,
}

/// How the value of a field is explained.
#[derive(Clone, Copy)]
pub(super) enum Explain {
    Nothing,
    /// `null` means never.
    Never,
    /// Seconds since 1970; 0 means never.
    Seconds,
    Milliseconds,
    Relative,
    /// Seconds of an expiration, relative or not.
    Time,
    /// 0 means not stated.
    Size,
    Disposition,
    Cardinality,
    Semantics,
    Aead,
    Hash,
    Status,
}

pub(super) struct Field {
    pub(super) name: &'static str,
    pub(super) node: Node,
    pub(super) show: Show,
    pub(super) explain: Explain,
}

const fn field(name: &'static str) -> Field {
    Field {
        name,
        node: Node::Any,
        show: Show::Hex,
        explain: Explain::Nothing,
    }
}

const fn explained(name: &'static str, explain: Explain) -> Field {
    Field {
        explain,
        ..field(name)
    }
}

const fn nested(name: &'static str, node: Node) -> Field {
    Field {
        node,
        ..field(name)
    }
}

const fn shown(name: &'static str) -> Field {
    Field {
        show: Show::Text,
        ..field(name)
    }
}

pub(super) static UNNAMED: Field = field("");
pub(super) static STATUS_ENTRY: Field = nested("", Node::Status);
pub(super) static PART: Field = nested("", Node::Part);

pub(super) static MESSAGE: &[Field] = &[
    field("salt"),
    field("replaces"),
    shown("topicId"),
    Field {
        node: Node::Expires,
        ..explained("expires", Explain::Never)
    },
    field("inReplyTo"),
    nested("extensions", Node::Extensions),
    nested("nestedPart", Node::Part),
];

pub(super) static EXPIRES: &[Field] = &[
    explained("relative", Explain::Relative),
    explained("time", Explain::Time),
];

pub(super) static PART_START: &[Field] = &[
    explained("disposition", Explain::Disposition),
    field("language"),
    explained("cardinality", Explain::Cardinality),
];

pub(super) static SINGLE: &[Field] = &[field("contentType"), shown("content")];

pub(super) static EXTERNAL: &[Field] = &[
    field("contentType"),
    field("url"),
    explained("expires", Explain::Seconds),
    explained("size", Explain::Size),
    explained("encAlg", Explain::Aead),
    field("key"),
    field("nonce"),
    field("aad"),
    explained("hashAlg", Explain::Hash),
    field("contentHash"),
    field("description"),
    field("filename"),
];

pub(super) static MULTI: &[Field] = &[
    explained("partSemantics", Explain::Semantics),
    nested("parts", Node::Parts),
];

pub(super) static STATUS: &[Field] = &[field("messageId"), explained("status", Explain::Status)];

pub(super) static DERIVED: &[Field] = &[
    field("messageId"),
    explained("hubAcceptedTimestamp", Explain::Milliseconds),
    field("mlsGroupId"),
    field("senderLeafIndex"),
    field("senderClientUrl"),
    field("senderUserUrl"),
    field("roomUrl"),
];

/// What a value means.
pub(super) fn explain(
    explain: Explain,
    item: &Item<'_>,
    relative: bool,
) -> Option<Cow<'static, str>> {
    if item.major == MAJOR::SIMPLE {
        return match (explain, item.arg) {
            (Explain::Never, 22) => Some("never".into()),
            (Explain::Relative, 20) => Some("no: a point in time".into()),
            (Explain::Relative, 21) => Some("yes: after it was read".into()),
            _ => None,
        };
    }
    let number = unsigned(item)?;
    let known = |name: Option<&'static str>| Some(Cow::Borrowed(name.unwrap_or("not registered")));
    match explain {
        Explain::Nothing | Explain::Never | Explain::Relative => None,
        Explain::Seconds if number == 0 => Some("never".into()),
        Explain::Time if relative => Some(format!("{number} seconds").into()),
        Explain::Seconds | Explain::Time => {
            let time = jiff::Timestamp::from_second(i64::try_from(number).ok()?).ok()?;
            Some(format!("{time}").into())
        }
        Explain::Milliseconds => Some(milliseconds(number)?.into()),
        Explain::Size => (number == 0).then_some("not stated".into()),
        Explain::Disposition => {
            let number = u8::try_from(number).ok()?;
            Some(
                Disposition(number)
                    .name()
                    .unwrap_or("unknown, so render")
                    .into(),
            )
        }
        Explain::Cardinality => Some(
            match number {
                0 => "null part",
                1 => "single part",
                2 => "external part",
                3 => "multi part",
                _ => return None,
            }
            .into(),
        ),
        Explain::Semantics => Some(PartSemantics::from_number(number)?.name().into()),
        Explain::Aead => known(AeadAlgorithm(u16::try_from(number).ok()?).name()),
        Explain::Hash => known(HashAlgorithm(u8::try_from(number).ok()?).name()),
        Explain::Status => known(MessageStatus(u8::try_from(number).ok()?).name()),
    }
}

/// A hub time as RFC 3339 text.
pub(super) fn milliseconds(number: u64) -> Option<String> {
    let time = jiff::Timestamp::from_millisecond(i64::try_from(number).ok()?).ok()?;
    Some(format!("{time:.3}"))
}

/// An unsigned integer's value.
pub(super) fn unsigned(item: &Item<'_>) -> Option<u64> {
    (item.major == MAJOR::UNSIGNED).then_some(item.arg)
}
