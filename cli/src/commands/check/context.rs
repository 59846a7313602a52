//! What the caller knows beside a message: times, members, sizes, the ID others use.

use std::collections::HashSet;

use clap::Args;
use mimi_codec::check::Context;
use mimi_codec::message::{MessageId, MimiUri};

use crate::args::UriArgs;
use crate::commands::room::time;

#[derive(Debug, Args)]
#[command(next_help_heading = "What is known beside the message")]
pub(crate) struct ContextArgs {
    /// What time it is, for what expires and for times in the future:
    /// 2022-02-09T06:13:00Z, or seconds since 1970-01-01
    #[arg(long, value_name = "TIME", value_parser = time)]
    at: Option<u64>,
    /// When the hub accepted the message
    #[arg(long, value_name = "TIME", value_parser = time)]
    hub_time: Option<u64>,
    /// When the room was created
    #[arg(long, value_name = "TIME", value_parser = time)]
    room_created: Option<u64>,
    /// The message ID that others use for the message
    #[arg(long, value_name = "ID")]
    id: Option<MessageId>,
    /// URI of a member of the room; name them all
    #[arg(long = "member", value_name = "URI")]
    members: Vec<String>,
    /// A message ID that was met before
    #[arg(long, value_name = "ID")]
    seen: Vec<MessageId>,
    /// The most octets a message may have
    #[arg(long, value_name = "OCTETS")]
    max_size: Option<usize>,
}

/// What is asked about each message.
pub(super) struct Known {
    members: HashSet<String>,
    seen: HashSet<MessageId>,
}

impl Known {
    pub(super) fn new(args: &ContextArgs) -> Self {
        Known {
            members: args.members.iter().map(|uri| normalised(uri)).collect(),
            seen: args.seen.iter().copied().collect(),
        }
    }

    pub(super) fn is_member(&self, uri: &str) -> bool {
        self.members.contains(&normalised(uri))
    }

    pub(super) fn is_seen(&self, id: &MessageId) -> bool {
        self.seen.contains(id)
    }
}

/// Spellings of one URI are one member.
fn normalised(uri: &str) -> String {
    match uri.parse::<MimiUri>() {
        Ok(parsed) => parsed.normalised().to_string(),
        Err(_) => uri.to_owned(),
    }
}

/// The context that the call gives.
pub(super) fn context<'a>(
    args: &ContextArgs,
    uris: &'a UriArgs,
    is_member: &'a (dyn Fn(&str) -> bool + Sync),
    is_seen: &'a (dyn Fn(&MessageId) -> bool + Sync),
) -> Context<'a> {
    let milliseconds = |time: u64| i64::try_from(time).unwrap_or(i64::MAX);
    let mut context = Context::new();
    if let Some(time) = args.at {
        context = context.now(milliseconds(time));
    }
    if let Some(time) = args.hub_time {
        context = context.hub_time(milliseconds(time));
    }
    if let Some(time) = args.room_created {
        context = context.room_created(milliseconds(time));
    }
    if let Some(sender) = &uris.sender {
        context = context.sender(sender);
    }
    if let Some(room) = &uris.room {
        context = context.room(room);
    }
    if let Some(id) = args.id {
        context = context.message_id(id);
    }
    if let Some(octets) = args.max_size {
        context = context.body_limit(octets);
    }
    if !args.members.is_empty() {
        context = context.members(is_member);
    }
    if !args.seen.is_empty() {
        context = context.seen(is_seen);
    }
    context
}
