//! A conversation as one page of HTML that stands alone: no script, nothing fetched, for light and
//! dark, for phones and screens, for eyes and ears.

mod around;

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;
use std::collections::HashMap;

use crate::message::{MessageId, MimiContent};
use crate::report::{Converted, Finding};
use crate::room::{Item, ReactionKind};
use crate::transcript::entry::topic;
use crate::transcript::lines::REACTION;
use crate::transcript::names::initials;
use crate::transcript::quote::{Quoted, shorten};
use crate::transcript::{Entry, State, Transcript, time};
use crate::view::{Polish, Seen, View, escape, shell};

const STYLE: &str = include_str!("style.css");

impl<A> Transcript<'_, A> {
    /// The conversation as a page of HTML.
    ///
    /// Its own policy lets nothing be fetched or run; links are only followed when they are
    /// clicked. The findings say what of the messages is not shown; each names its message by the
    /// ID, in `file`.
    pub fn to_html(&self) -> Converted<String> {
        let mut page = Page {
            transcript: self,
            out: String::new(),
            findings: Vec::new(),
            quoted: Quoted::new(),
            topics: Vec::new(),
            places: HashMap::new(),
        };
        let title = self.title();
        page.conversation();
        let conversation = core::mem::take(&mut page.out);
        page.header(&title);
        page.out.push_str("<main id=\"conversation\">\n");
        page.out.push_str(&conversation);
        page.out.push_str("</main>\n");
        page.footer();
        Converted::new(shell(&title, "en", STYLE, &page.out), page.findings)
    }
}

struct Page<'p, 'r, A> {
    transcript: &'p Transcript<'r, A>,
    out: String,
    findings: Vec<Finding>,
    quoted: Quoted,
    /// The topics so far, in the order of their first message, which names the place.
    topics: Vec<&'r [u8]>,
    /// The place of each topic.
    places: HashMap<&'r [u8], usize>,
}

impl<'r, A> Page<'_, 'r, A> {
    fn text(&mut self, text: &str) {
        escape(text, &mut self.out);
    }

    /// `<tag class="…">text</tag>`
    fn element(&mut self, tag: &str, class: &str, text: &str) {
        self.open(tag, class);
        self.text(text);
        self.close(tag);
    }

    fn open(&mut self, tag: &str, class: &str) {
        self.out.push('<');
        self.out.push_str(tag);
        if !class.is_empty() {
            self.out.push_str(" class=\"");
            self.out.push_str(class);
            self.out.push('"');
        }
        self.out.push('>');
    }

    fn close(&mut self, tag: &str) {
        self.out.push_str("</");
        self.out.push_str(tag);
        self.out.push('>');
    }

    /// A name, whose direction of writing stays its own.
    fn name(&mut self, uri: &str) {
        let transcript = self.transcript;
        self.element("bdi", "", transcript.name(uri));
    }

    /// Every day a section, every message an article.
    fn conversation(&mut self) {
        let transcript = self.transcript;
        let mut day = None;
        let mut open = false;
        for entry in transcript.entries() {
            let today = transcript.day(&entry);
            if !open || (today.is_some() && today != day) {
                if open {
                    self.out.push_str("</section>\n");
                }
                match &today {
                    Some((key, words)) => {
                        // A day comes again where a message without a time stands in between.
                        let id = format!("day-{key}-{}", entry.item.id());
                        self.out
                            .push_str(&format!("<section aria-labelledby=\"{id}\">\n"));
                        self.out
                            .push_str(&format!("<h2 id=\"{id}\">{words}</h2>\n"));
                    }
                    None => {
                        let id = format!("day-of-{}", entry.item.id());
                        self.out
                            .push_str(&format!("<section aria-labelledby=\"{id}\">\n"));
                        self.out
                            .push_str(&format!("<h2 id=\"{id}\">Date unknown</h2>\n"));
                    }
                }
                (day, open) = (today, true);
            }
            self.entry(&entry);
        }
        match open {
            true => self.out.push_str("</section>\n"),
            false => self.element("p", "nothing", "No messages yet."),
        }
    }

    fn avatar(&mut self, uri: &str) {
        let initials = initials(self.transcript.name(uri));
        let colour = self.transcript.names.colour(uri);
        self.out.push_str(&format!(
            "<span class=\"avatar c{colour}\" aria-hidden=\"true\">"
        ));
        self.text(&initials);
        self.close("span");
    }

    fn entry(&mut self, entry: &Entry<'r>) {
        let item = &entry.item;
        // The body first: what is in it decides about the head.
        let around = core::mem::take(&mut self.out);
        let seen = match entry.placeholder() {
            Some(words) => {
                self.element("p", "gone", words);
                self.out.push('\n');
                Seen::default()
            }
            None => self.content(item, &item.current()),
        };
        let body = core::mem::replace(&mut self.out, around);

        let mut class = String::from("entry");
        for (holds, name) in [(entry.mine, " mine"), (seen.mentions_reader, " for-me")] {
            class.push_str(if holds { name } else { "" });
        }
        let label = match self.transcript.clock(entry) {
            Some(clock) => format!("{}, {clock}", self.transcript.name(item.sender())),
            None => self.transcript.name(item.sender()).into(),
        };
        self.out.push_str(&format!(
            "<article class=\"{class}\" id=\"m-{}\" aria-label=\"",
            item.id()
        ));
        self.text(&label);
        self.out.push_str("\">\n");
        self.avatar(item.sender());
        self.out.push_str("\n<div class=\"bubble\">\n");
        self.head(entry, seen);
        self.quote(item);
        self.out.push_str("<div class=\"body\">\n");
        self.out.push_str(&body);
        self.out.push_str("</div>\n");
        if entry.state == State::Shown {
            self.reactions(item);
            self.history(item);
            self.refusals(item);
            let statuses = self.transcript.statuses(item);
            if !statuses.is_empty() {
                self.element("p", "status", &statuses);
                self.out.push('\n');
            }
        }
        self.out.push_str("</div>\n</article>\n");
    }

    fn head(&mut self, entry: &Entry<'r>, seen: Seen) {
        let item = &entry.item;
        self.out.push_str("<p class=\"head\"><b class=\"name\">");
        self.name(item.sender());
        self.out.push_str("</b>");
        self.time(entry.time, Some(&item.id()));
        if entry.state == State::Shown && item.is_edited() {
            self.badge("edited", "edited");
        }
        if seen.mentions_reader {
            self.badge("for-you", "mentions you");
        }
        if let Some(expiry) = entry.expiry(self.transcript.options.offset) {
            self.badge("expires", &expiry);
        }
        let name = item.topic();
        if !name.is_empty() {
            let known = self.places.get(name).copied();
            let place = known.unwrap_or(self.topics.len());
            // The first message of a topic is where the links to it lead.
            match known {
                None => self
                    .out
                    .push_str(&format!(" <span class=\"topic\" id=\"topic-{place}\">")),
                Some(_) => self
                    .out
                    .push_str(&format!(" <a class=\"topic\" href=\"#topic-{place}\">")),
            }
            self.text(&topic(name));
            self.out
                .push_str(if known.is_none() { "</span>" } else { "</a>" });
            if known.is_none() {
                self.places.insert(name, place);
                self.topics.push(name);
            }
        }
        self.out.push_str("</p>\n");
    }

    fn badge(&mut self, class: &str, text: &str) {
        self.out.push(' ');
        self.element("span", &format!("badge {class}"), text);
    }

    /// A time, as a link to the message it belongs to.
    fn time(&mut self, time: Option<u64>, id: Option<&MessageId>) {
        let offset = self.transcript.options.offset;
        let Some((clock, stamp)) =
            time.and_then(|time| Some((time::clock(time, offset)?, time::stamp(time)?)))
        else {
            return;
        };
        let time = format!("<time datetime=\"{stamp}\">{clock}</time>");
        match id {
            Some(id) => self
                .out
                .push_str(&format!(" <a class=\"time\" href=\"#m-{id}\">{time}</a>")),
            None => self
                .out
                .push_str(&format!(" <span class=\"time\">{time}</span>")),
        }
    }

    fn quote(&mut self, item: &Item<'r>) {
        let Some(quote) = self.transcript.quote(item, &mut self.quoted) else {
            return;
        };
        match quote.target {
            Some((id, sender)) => {
                self.out.push_str(&format!(
                    "<a class=\"quote\" href=\"#m-{id}\"><span class=\"to\">In reply to "
                ));
                self.name(sender);
                self.out.push_str(if quote.outdated {
                    ", an earlier version</span> "
                } else {
                    "</span> "
                });
                let class = if quote.own { "said" } else { "said gone" };
                self.element("span", class, &quote.text);
                self.out.push_str("</a>\n");
            }
            None => {
                self.element("p", "quote gone", &format!("In reply to {}", quote.text));
                self.out.push('\n');
            }
        }
    }

    /// What a version of an item shows.
    fn content(&mut self, item: &Item<'r>, version: &MessageId) -> Seen {
        let current = item.current();
        let received = match self.transcript.room.message(version) {
            _ if *version == current => item.content(),
            Some(received) => received,
            None => return Seen::default(),
        };
        match received {
            Ok(received) => self.message(received.content(), version),
            // Cannot be: the room decoded it before.
            Err(_) => Seen::default(),
        }
    }

    fn message(&mut self, message: &MimiContent<'_>, id: &MessageId) -> Seen {
        if let Ok(Some(subject)) = message.extensions.subject() {
            self.element("p", "subject", subject);
            self.out.push('\n');
        }
        let view = View::of(message, &self.transcript.options.policy);
        let html = view.value.to_html(&Default::default());
        let found = view.findings.into_iter().chain(html.findings);
        self.findings
            .extend(found.map(|finding| finding.file(format!("{id}"))));
        self.polish(&html.value)
    }

    fn polish(&mut self, fragment: &str) -> Seen {
        let transcript = self.transcript;
        let polish = Polish {
            is_member: &|uri| transcript.is_member(uri),
            is_reader: &|uri| transcript.is_reader(uri),
            // The title and the days stand above.
            top: 3,
        };
        polish.write(fragment, &mut self.out)
    }

    fn reactions(&mut self, item: &Item<'r>) {
        let reactions = self.transcript.live_reactions(item);
        if reactions.is_empty() {
            return;
        }
        self.out
            .push_str("<ul class=\"reactions\" aria-label=\"Reactions\">\n");
        let parts = self
            .transcript
            .reaction_parts(&reactions, |view| view.to_html(&Default::default()).value);
        for reaction in &reactions {
            self.out.push_str("<li>");
            match &reaction.kind {
                ReactionKind::Text(text) => {
                    self.element("span", "emoji", &shorten(text, REACTION));
                }
                // What cannot be drawn still is a reaction.
                part => {
                    self.open("div", "emoji");
                    self.polish(parts.get(part).map_or("?", String::as_str));
                    self.close("div");
                }
            }
            self.out.push(' ');
            let who = self.transcript.reactors(reaction);
            self.element("span", "who", &who);
            if reaction.reactors.iter().all(|reactor| reactor.outdated) {
                self.element("span", "who", " (to an earlier version)");
            }
            self.out.push_str("</li>\n");
        }
        self.out.push_str("</ul>\n");
    }

    /// The versions that are not shown any more, the newest first.
    fn history(&mut self, item: &Item<'r>) {
        let current = item.current();
        let mut versions = item.versions();
        versions.retain(|version| version.id != current && !version.deleted);
        if versions.is_empty() {
            return;
        }
        self.out.push_str("<details class=\"history\"><summary>");
        self.text(&counted(
            versions.len(),
            "earlier version",
            "earlier versions",
        ));
        self.out.push_str("</summary>\n");
        let untimed = self.transcript.options.untimed.contains(&item.id());
        for version in versions.iter().rev() {
            self.out
                .push_str("<div class=\"version\">\n<p class=\"head\">");
            self.name(version.sender);
            self.time((!untimed).then_some(version.hub_time), None);
            self.out.push_str("</p>\n");
            self.content(item, &version.id);
            self.out.push_str("</div>\n");
        }
        self.out.push_str("</details>\n");
    }

    fn refusals(&mut self, item: &Item<'r>) {
        let refusals = item.refusals();
        if refusals.is_empty() {
            return;
        }
        self.out.push_str("<details class=\"history\"><summary>");
        self.text(&counted(
            refusals.len(),
            "change refused",
            "changes refused",
        ));
        self.out.push_str("</summary>\n<ul>\n");
        for refusal in &refusals {
            self.out.push_str("<li>");
            self.name(&refusal.sender);
            let found = refusal.finding.found.as_deref().unwrap_or_default();
            let between = if found.is_empty() { "" } else { " (" };
            let end = if found.is_empty() { "" } else { ")" };
            self.text(&format!(
                ": {}{between}{found}{end}",
                refusal.finding.message
            ));
            self.out.push_str("</li>\n");
        }
        self.out.push_str("</ul>\n</details>\n");
    }
}

fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}
