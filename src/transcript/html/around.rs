//! What stands around the conversation: title, people, topics, and at the end what is missing and
//! which clock the times are of.

use alloc::format;

use super::{Page, counted};
use crate::transcript::Entry;
use crate::transcript::entry::topic;
use crate::transcript::time;

/// Links to more topics than this help nobody; the topics stand at their messages.
const LINKED_TOPICS: usize = 60;

impl<A> Page<'_, '_, A> {
    pub(super) fn header(&mut self, title: &str) {
        let transcript = self.transcript;
        self.out.push_str(
            "<a class=\"skip\" href=\"#conversation\">To the conversation</a>\n<header>\n",
        );
        self.element("h1", "", title);
        self.out.push('\n');
        let people = transcript.names.all();
        let count = transcript.room.items().len();
        let mut facts = counted(count, "message", "messages");
        let mut items = transcript.entries();
        let first = items.next().and_then(|entry| transcript.day(&entry));
        let last = transcript.room.items().next_back();
        let last = last.and_then(|item| transcript.day(&Entry::new(item, transcript.options)));
        match (first, last) {
            (Some(first), Some(last)) if first != last => {
                facts += &format!(", {} to {}", first.1, last.1);
            }
            (Some(day), _) => facts += &format!(", {}", day.1),
            _ => {}
        }
        drop(items);
        self.element("p", "facts", &facts);
        self.out.push_str("\n<details class=\"people\"><summary>");
        self.text(&counted(people.len(), "person", "people"));
        self.out.push_str("</summary>\n<ul>\n");
        for (_, uri) in people {
            self.out.push_str("<li>");
            self.avatar(uri);
            self.out.push_str("<span>");
            self.name(uri);
            self.out.push(' ');
            self.element("code", "", uri);
            self.out.push_str("</span></li>\n");
        }
        self.out.push_str("</ul>\n</details>\n");
        if !self.topics.is_empty() {
            self.out.push_str("<nav aria-label=\"Topics\">\n<ul>\n");
            let topics = core::mem::take(&mut self.topics);
            for (place, name) in topics.iter().take(LINKED_TOPICS).enumerate() {
                self.out
                    .push_str(&format!("<li><a class=\"topic\" href=\"#topic-{place}\">"));
                self.text(&topic(name));
                self.out.push_str("</a></li>\n");
            }
            let more = topics.len().saturating_sub(LINKED_TOPICS);
            if more > 0 {
                self.element("li", "", &format!("and {more} more"));
            }
            self.out.push_str("</ul>\n</nav>\n");
        }
        self.out.push_str("</header>\n");
    }

    pub(super) fn footer(&mut self) {
        let transcript = self.transcript;
        self.out.push_str("<footer>\n");
        let waiting = transcript.room.pending().len();
        if waiting > 0 {
            let what = counted(
                waiting,
                "edit, delete or reaction",
                "edits, deletes or reactions",
            );
            self.element(
                "p",
                "",
                &format!("Not shown: {what} of messages that are not here."),
            );
        }
        let zone = time::zone(transcript.options.offset);
        let shown = transcript.options.now;
        let shown = shown.and_then(|now| time::full(now, transcript.options.offset));
        let words = match shown {
            Some(now) => {
                format!("What expired by {now} is not shown. Times are in {zone}.")
            }
            None => format!("Times are in {zone}."),
        };
        self.element("p", "", &words);
        self.out.push_str("\n</footer>\n");
    }
}
