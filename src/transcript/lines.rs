//! A conversation as lines of styled spans: what a terminal shows.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use core::mem;
use std::collections::{HashMap, HashSet};

use super::entry::topic;
use super::quote::{Quoted, shorten};
use super::{Entry, State, Transcript, time};
use crate::room::{Change, Item, Reaction, ReactionKind};
use crate::view::{Line, LineOptions, Role, Span, View};

/// Columns in front of what is said, in which the time stands.
const INDENT: usize = 7;

/// Most characters of a reaction, which should have one.
pub(super) const REACTION: usize = 40;

impl<'r, A> Transcript<'r, A> {
    /// The conversation as lines, days apart, messages apart by an empty line.
    pub fn to_lines(&self, options: &LineOptions) -> Vec<Line> {
        let mut lines = Vec::new();
        let mut quoted = Quoted::new();
        let mut day = None;
        for entry in self.entries() {
            if !lines.is_empty() {
                lines.push(Line::default());
            }
            if let Some(today) = self.day(&entry)
                && day.as_ref() != Some(&today)
            {
                lines.push(line([Span::new(Role::Day, &today.1)]));
                lines.push(Line::default());
                day = Some(today);
            }
            self.lay_out(&entry, options, &mut quoted, &mut lines);
        }
        let waiting = self.room.pending().len();
        if waiting > 0 {
            let text = format!("{waiting} waiting for messages that are not here");
            lines.extend([Line::default(), line([Span::new(Role::Note, &text)])]);
        }
        lines
    }

    /// One message as lines.
    pub fn entry_lines(&self, entry: &Entry<'r>, options: &LineOptions) -> Vec<Line> {
        let mut lines = Vec::new();
        self.lay_out(entry, options, &mut Quoted::new(), &mut lines);
        lines
    }

    /// What a change of the room did, as lines: for where what was printed cannot be taken back.
    /// Empty if there is nothing to see.
    pub fn change_lines(&self, change: &Change, options: &LineOptions) -> Vec<Line> {
        let (id, what) = match change {
            Change::Added(id) => (id, None),
            Change::Changed(id) => (id, Some("changed:")),
            Change::Moved(id) => (id, Some("moved:")),
            Change::Expired(id) => (id, Some("expired:")),
            Change::Reactions(id) => {
                let Some(entry) = self.entry(id) else {
                    return Vec::new();
                };
                let about = format!("reactions to {}: ", self.headline(&entry));
                let mut text = self.reactions(&entry.item);
                if text.is_empty() {
                    text.push_str("none");
                }
                return alloc::vec![line([
                    Span::new(Role::Note, &about),
                    Span::new(Role::Reaction, &text),
                ])];
            }
            Change::Refused { message, item } => {
                let Some(entry) = self.entry(item) else {
                    return Vec::new();
                };
                let refusals = entry.item.refusals();
                let refusal = refusals.iter().find(|refusal| refusal.message == *message);
                let by = refusal.map_or("somebody", |refusal| self.name(&refusal.sender));
                let why = refusal.map(|refusal| refusal.finding.message.as_ref());
                let about = self.headline(&entry);
                let why = why.unwrap_or_default();
                let text = format!("refused: {by} at {about}: {why}");
                return alloc::vec![line([Span::new(Role::Warning, &text)])];
            }
            _ => return Vec::new(),
        };
        let Some(entry) = self.entry(id) else {
            return Vec::new();
        };
        let mut lines = Vec::new();
        lines.extend(what.map(|what| line([Span::new(Role::Note, what)])));
        self.lay_out(&entry, options, &mut Quoted::new(), &mut lines);
        lines
    }

    /// The day of a message, as a key and in words.
    pub(super) fn day(&self, entry: &Entry<'_>) -> Option<(String, String)> {
        time::day(entry.time?, self.options.offset)
    }

    /// When a message was sent, in hours and minutes.
    pub(super) fn clock(&self, entry: &Entry<'_>) -> Option<String> {
        time::clock(entry.time?, self.options.offset)
    }

    /// Who and when, in words.
    fn headline(&self, entry: &Entry<'_>) -> String {
        let name = self.name(entry.item.sender());
        match self.clock(entry) {
            Some(clock) => format!("{name}, {clock}"),
            None => name.into(),
        }
    }

    fn lay_out(
        &self,
        entry: &Entry<'r>,
        options: &LineOptions,
        quoted: &mut Quoted,
        lines: &mut Vec<Line>,
    ) {
        let mut body = Vec::new();
        let mut for_me = false;
        if let Some(quote) = self.quote(&entry.item, quoted) {
            let mut text = match quote.target {
                Some((_, sender)) if quote.own => format!("{}: {}", self.name(sender), quote.text),
                _ => String::from(&*quote.text),
            };
            if quote.outdated {
                text.push_str(" (an earlier version)");
            }
            // One line is enough to know it again.
            if let Some(width) = options.width {
                text = shorten(&text, width.saturating_sub(INDENT + 3).max(20));
            }
            let role = if quote.own {
                Role::Note
            } else {
                Role::Placeholder
            };
            body.push(line([
                Span::new(Role::QuoteMark, "> "),
                Span::new(role, &text),
            ]));
        }
        match entry.placeholder() {
            Some(words) => body.push(line([Span::new(Role::Placeholder, words)])),
            None => for_me = self.content(&entry.item, options, &mut body),
        }
        lines.push(self.head(entry, for_me));
        if entry.state == State::Shown {
            self.below(&entry.item, &mut body);
        }
        lines.extend(body.into_iter().map(indented));
    }

    /// Time, sender, and what there is to say of the message.
    fn head(&self, entry: &Entry<'_>, for_me: bool) -> Line {
        let item = &entry.item;
        let clock = self.clock(entry).unwrap_or_default();
        let sender = self.name(item.sender());
        let mut head = line([
            Span::new(Role::Time, &format!("{clock:<INDENT$}")),
            Span::new(Role::Sender, sender),
        ]);
        let mut note = |role, text: &str| {
            head.spans.push(Span::new(Role::Note, " \u{b7} "));
            head.spans.push(Span::new(role, text));
        };
        if entry.mine {
            note(Role::Note, "you");
        }
        if entry.state == State::Shown && item.is_edited() {
            note(Role::Note, "edited");
        }
        if !item.topic().is_empty() {
            note(Role::Note, &format!("in {}", topic(item.topic())));
        }
        if let Some(expiry) = entry.expiry(self.options.offset) {
            note(Role::Note, &expiry);
        }
        if for_me {
            note(Role::Mention, "mentions you");
        }
        head
    }

    /// What the message shows; says whether it mentions the reader.
    fn content(&self, item: &Item<'r>, options: &LineOptions, body: &mut Vec<Line>) -> bool {
        let Ok(received) = item.content() else {
            return false;
        };
        if let Ok(Some(subject)) = received.content().extensions.subject() {
            body.push(line([Span::new(Role::Heading, subject)]));
        }
        let view = View::of(received.content(), &self.options.policy).value;
        let mut options = options.clone();
        options.width = options
            .width
            .map(|width| width.saturating_sub(INDENT).max(20));
        body.extend(view.to_lines(&options));
        let mentions = view.mentions();
        mentions.iter().any(|mention| self.is_reader(&mention.uri))
    }

    /// Reactions, statuses and refusals.
    fn below(&self, item: &Item<'r>, body: &mut Vec<Line>) {
        let reactions = self.reactions(item);
        if !reactions.is_empty() {
            body.push(line([Span::new(Role::Reaction, &reactions)]));
        }
        let statuses = self.statuses(item);
        if !statuses.is_empty() {
            body.push(line([Span::new(Role::Status, &statuses)]));
        }
        for refusal in item.refusals() {
            let by = self.name(&refusal.sender);
            let text = format!("[refused: {by}: {}]", refusal.finding.message);
            body.push(line([Span::new(Role::Warning, &text)]));
        }
    }

    /// The reactions to an item that have not expired.
    pub(super) fn live_reactions(&self, item: &Item<'r>) -> Vec<Reaction<'r>> {
        let mut reactions = item.reactions();
        if let Some(now) = self.options.now {
            for reaction in &mut reactions {
                reaction.reactors.retain(|reactor| !reactor.is_expired(now));
            }
            reactions.retain(|reaction| !reaction.reactors.is_empty());
        }
        reactions
    }

    /// The reactions to an item on one line.
    fn reactions(&self, item: &Item<'r>) -> String {
        let reactions = self.live_reactions(item);
        let parts = self.reaction_parts(&reactions, |view| view.to_text(&Default::default()).value);
        let texts: Vec<String> = reactions
            .iter()
            .map(|reaction| {
                let what = match &reaction.kind {
                    ReactionKind::Text(text) => text,
                    part => parts.get(part).map_or("[reaction]", String::as_str),
                };
                let what = shorten(what, REACTION);
                format!("{what} {}", self.reactors(reaction))
            })
            .collect();
        texts.join("  ")
    }

    /// The reactions that are parts of messages, drawn. Each message is only looked at once, for
    /// a single one can hold a thousand reactions.
    pub(super) fn reaction_parts<T>(
        &self,
        reactions: &[Reaction<'_>],
        draw: impl Fn(&View<'_>) -> T,
    ) -> HashMap<ReactionKind, T> {
        let mut drawn = HashMap::new();
        let mut seen = HashSet::new();
        for reaction in reactions {
            let ReactionKind::Part { message, .. } = reaction.kind else {
                continue;
            };
            if !seen.insert(message) {
                continue;
            }
            let Some(Ok(received)) = self.room.message(&message) else {
                continue;
            };
            let mut view = View::of(received.content(), &self.options.policy).value;
            for placed in mem::take(&mut view.blocks) {
                let index = placed.index;
                view.blocks = alloc::vec![placed];
                drawn.insert(ReactionKind::Part { message, index }, draw(&view));
            }
        }
        drawn
    }

    /// Who reacted; more than a few are counted.
    pub(super) fn reactors(&self, reaction: &Reaction<'_>) -> String {
        const NAMED: usize = 3;
        let senders = reaction.senders();
        let named = senders.iter().take(NAMED).map(|sender| self.name(sender));
        let names = named.collect::<Vec<_>>().join(", ");
        match senders.len().saturating_sub(NAMED) {
            0 => names,
            more => format!("{names} and {more} more"),
        }
    }

    /// What status reports say of an item: `read by bob; delivered by carol`.
    pub(super) fn statuses(&self, item: &Item<'_>) -> String {
        let mut told: Vec<(String, Vec<&str>)> = Vec::new();
        let mut statuses = item.statuses();
        statuses.sort_by_key(|(_, _, status)| status.0);
        for (sender, _, status) in &statuses {
            let status = format!("{status}");
            let name = self.name(sender);
            match told.last_mut() {
                Some((same, names)) if *same == status => names.push(name),
                _ => told.push((status, alloc::vec![name])),
            }
        }
        let told: Vec<String> = told
            .into_iter()
            .map(|(status, names)| format!("{status}: {}", names.join(", ")))
            .collect();
        told.join("; ")
    }
}

fn line<const N: usize>(spans: [Span; N]) -> Line {
    Line {
        spans: Vec::from(spans),
    }
}

fn indented(mut line: Line) -> Line {
    if !line.spans.is_empty() {
        let space = Span::new(Role::Text, &" ".repeat(INDENT));
        line.spans.insert(0, space);
    }
    line
}
