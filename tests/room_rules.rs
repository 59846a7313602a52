//! What sections 4, 5 and 9 of the draft say, sentence by sentence, and the test that holds each.
//! What a room is responsible for is held here against a model: the rule itself, worked out the
//! slow way over the whole conversation.
#![cfg(feature = "markdown")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "common/conversation.rs"]
mod talk;

use std::collections::{BTreeMap, HashMap, HashSet};

use mimi_codec::message::{
    Disposition, Expiration, MessageId, MessageStatus, PartBody, StatusReport,
};
use mimi_codec::report::codes;
use mimi_codec::room::{
    Action, Authority, Change, Incoming, Item, OriginalSender, ReactionKind, Room, same_sender,
};
use proptest::prelude::*;
use talk::{Event, Made, Message, ROOM, Random, conversation};

/// Section, sentence (shortened where there are dots), file of the test and its name.
#[rustfmt::skip]
const RULES: &[(&str, &str, &str, &str)] = &[
    (
        "3.4",
        "The accepted timestamp MUST be available to each receiving MIMI client.",
        HERE,
        "items_stand_by_hub_time_then_lowest_id",
    ),
    (
        "4.1",
        "... the per-message unique salt which MUST be cryptographically random.",
        "tests/compose.rs",
        "salts_are_random_and_not_the_same_twice",
    ),
    (
        "4.1",
        "... the current message is a replacement or update to a previous message whose message ID is in the replaces data field.",
        HERE,
        "versions_are_the_edits_of_the_original_sender",
    ),
    (
        "4.1",
        "If the topicId is zero length, there is no such grouping.",
        HERE,
        "topics_are_the_items_that_share_one",
    ),
    (
        "4.1",
        "... locally deleted and disregarded at either a specific timestamp in the future, or a relative amount of time after the receiving client reads the message.",
        HERE,
        "items_and_reactions_expire_at_their_time",
    ),
    (
        "4.1",
        "When replying, a client MUST NOT knowingly create a sequence of replies which create a loop.",
        "tests/compose.rs",
        "impossible_values_are_refused_with_their_place",
    ),
    (
        "4.1",
        "... checking that the message ID of none of the referenced messages \"loop\" back to a message later in the inReplyTo chain.",
        HERE,
        "replies_never_lead_back",
    ),
    (
        "4.1",
        "... a reply always refers to a specific version of that message, and SHOULD refer to the most current version at the time the reply is sent.",
        HERE,
        "replies_name_a_version_and_find_its_item",
    ),
    (
        "4.2",
        "Message ordering is provided by the Hub in the form of the accepted timestamp.",
        HERE,
        "items_stand_by_hub_time_then_lowest_id",
    ),
    (
        "4.2",
        "... detect messages sent out of order by the hub, they require notification of message delivery ... at the MIMI level.",
        HERE,
        "statuses_are_the_newest_word_of_each",
    ),
    (
        "4.3",
        "The message content mimiExtensions field MUST NOT include more than one extension field with the same map key.",
        "tests/cbor_hostile.rs",
        "keys_out_of_order_or_twice_at_any_depth",
    ),
    (
        "4.4",
        "A body with zero parts is permitted when deleting or unliking.",
        HERE,
        "deleted_items_keep_their_place",
    ),
    (
        "4.4",
        "If the receiver does not understand even one of the nested parts at this level, the receiver should not process any of them.",
        "tests/view_chooser.rs",
        "vectors",
    ),
    (
        "4.4",
        "The receiver should process as many of the nested parts at this level as possible.",
        "tests/view.rs",
        "nothing_is_dropped_silently",
    ),
    (
        "4.4",
        "The reaction disposition means that the content is a single reaction to another message ...",
        HERE,
        "reactions_are_those_not_taken_back",
    ),
    (
        "4.4",
        "The value of the language data field is an empty string or a comma-separated list of one or more Language-tags ...",
        "tests/catalogue.rs",
        "every_rule_is_kept_and_broken_by_a_vector",
    ),
    (
        "4.4",
        "This format of the content ID URI in MIMI MUST only reference the partIndex of a SinglePart or ExternalPart.",
        "tests/catalogue.rs",
        "every_rule_is_kept_and_broken_by_a_vector",
    ),
    (
        "4.4",
        "This process of skipping already processed Parts is respected regardless of the disposition of the Part.",
        "tests/view.rs",
        "references_work_in_both_directions",
    ),
    (
        "4.5",
        "... the encAlg is set to zero, and the key, nonce, and aad fields are zero length.",
        "tests/catalogue.rs",
        "every_rule_is_kept_and_broken_by_a_vector",
    ),
    (
        "4.5",
        "Implementations of this specification MUST implement the AES-128-GCM algorithm.",
        "tests/external.rs",
        "the_figures_of_the_defining_documents",
    ),
    (
        "5.3",
        "... each reaction could be represented either as a separate part inside a MultiPart with processAll semantics, or as a separate message.",
        HERE,
        "reactions_are_those_not_taken_back",
    ),
    (
        "5.3",
        "The ensemble of multiple text reactions MUST NOT be represented as a single text part.",
        "tests/compose.rs",
        "several_reactions_are_several_messages",
    ),
    (
        "5.4",
        "We can convey a mention by linking the user handle URI, or group URI in Markdown or HTML rich content.",
        "tests/compose.rs",
        "a_mention_is_one_link_whatever_its_label",
    ),
    (
        "5.5",
        "If the same message is replaced more than once, the replaces data field refers to the message ID of the first instance of the message.",
        HERE,
        "versions_are_the_edits_of_the_original_sender",
    ),
    (
        "5.5",
        "Note that replies and reactions always refer to a specific message id, and therefore a specific \"version\" of a message ...",
        HERE,
        "replies_name_a_version_and_find_its_item",
    ),
    (
        "5.6",
        "Typically, a placeholder remains in the user interface showing that a message was deleted.",
        HERE,
        "deleted_items_keep_their_place",
    ),
    (
        "5.6",
        "Replies which reference a deleted message typically hide the quoted portion and reflect that the original message was deleted.",
        HERE,
        "replies_name_a_version_and_find_its_item",
    ),
    (
        "5.7",
        "This can be accomplished by deleting the message which creates the original reaction.",
        HERE,
        "reactions_are_those_not_taken_back",
    ),
    (
        "5.8",
        "... the message is automatically deleted by the receiving clients at the indicated time without user interaction or network connectivity necessary.",
        HERE,
        "items_and_reactions_expire_at_their_time",
    ),
    (
        "5.9",
        "The disposition data field is set to inline if the sender recommends inline rendering, or attachment ...",
        "tests/view.rs",
        "dispositions_decide_what_a_part_becomes",
    ),
    (
        "5.11",
        "Subsequent messages may include the same topicId for those messages to be associated with the same topic.",
        HERE,
        "topics_are_the_items_that_share_one",
    ),
    (
        "5.11",
        "If more than one message has the same timestamp, the lexically lowest message ID sorts earlier.",
        HERE,
        "items_stand_by_hub_time_then_lowest_id",
    ),
    (
        "9.1",
        "[message IDs] which duplicate another message ID already encountered [... should be logged and discarded].",
        HERE,
        "duplicates_are_reported_and_change_nothing",
    ),
    (
        "9.1",
        "[message IDs] where the first octet of the message ID is an unknown hash algorithm [... should be logged].",
        HERE,
        "references_of_an_unknown_hash_are_reported",
    ),
    (
        "9.1",
        "the topicId is very long (greater than 4096 octets)",
        "tests/cbor_hostile.rs",
        "lengths_of_strings",
    ),
    (
        "9.1",
        "has too many body parts (more than 1024)",
        "tests/compose.rs",
        "the_limits_are_those_of_the_decoder",
    ),
    (
        "9.1",
        "is nested too deeply (more than 4 levels deep)",
        "tests/cbor_hostile.rs",
        "parts_of_five_and_of_a_million_levels",
    ),
    (
        "9.1",
        "has an unknown PartSemantics value",
        "tests/cbor_hostile.rs",
        "integers_beyond_their_field",
    ),
    (
        "9.1",
        "where inReplyTo or replaces refer to an unknown message. Such a message could have been sent before the local client joined.",
        HERE,
        "what_refers_to_the_unknown_waits_and_nothing_is_lost",
    ),
    (
        "9.1",
        "The unknown value [of Disposition] should be treated as if it were render.",
        "tests/view.rs",
        "dispositions_decide_what_a_part_becomes",
    ),
    (
        "9.2",
        "... calculate the salt as the first 16-octets of the HMAC of a locally generated nonce and the salt_base_secret.",
        "src/message/compose/salt.rs",
        "derived_salt",
    ),
    (
        "9.3",
        "The receiver SHOULD indicate clearly that a received message has been edited or retracted.",
        HERE,
        "edited_and_deleted_items_say_so",
    ),
    (
        "9.3",
        "offer an option to view previous versions of a message",
        HERE,
        "versions_are_the_edits_of_the_original_sender",
    ),
    (
        "9.3",
        "indicate clearly that a reply was to a previous version of a message than the most recent one.",
        HERE,
        "replies_name_a_version_and_find_its_item",
    ),
    (
        "9.3",
        "show a detailed view of reaction indicating that some reactions referred to a previous version of the message.",
        HERE,
        "reactions_are_those_not_taken_back",
    ),
    (
        "9.3",
        "Receiving clients MUST NOT allow parties other than the original sender of a message to edit or delete that message, unless there is a specific, concrete authorization policy which allows it.",
        HERE,
        "nobody_else_edits_or_deletes",
    ),
    (
        "9.3",
        "... unless there is a specific, concrete authorization policy which allows it.",
        HERE,
        "a_policy_allows_what_it_says",
    ),
    (
        "9.3",
        "... even the original sender of a message MUST NOT be able to change the semantics of any other portion of the message except for the contents of the NestedPart ...",
        HERE,
        "an_edit_changes_the_nested_part_alone",
    ),
    (
        "9.4",
        "... the hub provider can manipulate the timestamp ...",
        HERE,
        "duplicates_are_reported_and_change_nothing",
    ),
    (
        "9.5",
        "A malicious client could use this mechanism to send content that will appear different to a subset of the members ...",
        "tests/view.rs",
        "nothing_is_dropped_silently",
    ),
    (
        "9.6",
        "if the link text is different, or the scheme is downgraded ... the user should be presented with an alert ...",
        "src/rich/links.rs",
        "the_cases_of_the_draft",
    ),
];

const HERE: &str = "tests/room_rules.rs";

#[test]
fn every_sentence_has_its_test() {
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR"));
    for (section, sentence, file, name) in RULES {
        let source = std::fs::read_to_string(root.join(file)).unwrap();
        let function = format!("fn {name}(");
        assert!(
            source.contains(&function),
            "{section} {sentence}: no {name} in {file}"
        );
    }
    // And no test stands here without a sentence.
    let here = std::fs::read_to_string(root.join(HERE)).unwrap();
    let mut tests = 0;
    for part in here.split("#[test]\n").skip(1) {
        let name = part.trim_start().trim_start_matches("fn ");
        let name = name.split('(').next().unwrap();
        let listed = RULES
            .iter()
            .any(|(_, _, file, test)| *file == HERE && *test == name);
        assert!(
            listed || name == "every_sentence_has_its_test",
            "{name} holds no sentence"
        );
        tests += 1;
    }
    assert!(tests > 12);
}

/// A conversation in words of the draft: everything looked for from the start, each time.
struct Model {
    /// Each message once, with its earliest time, in order.
    all: Vec<Message>,
    read: HashMap<MessageId, u64>,
}

impl Model {
    fn new(events: &[Event]) -> Self {
        let mut messages: BTreeMap<MessageId, Message> = BTreeMap::new();
        let mut read: HashMap<MessageId, u64> = HashMap::new();
        for event in events {
            match event {
                Event::Message(message) => {
                    let known = messages
                        .entry(message.id)
                        .or_insert_with(|| message.clone());
                    known.time = known.time.min(message.time);
                }
                Event::Read(id, time) => {
                    let known = read.entry(*id).or_insert(*time);
                    *known = (*known).min(*time);
                }
            }
        }
        let mut all: Vec<Message> = messages.into_values().collect();
        all.sort_by_key(|message| (message.time, message.id));
        Model { all, read }
    }

    fn find(&self, id: MessageId) -> Option<&Message> {
        self.all.iter().find(|message| message.id == id)
    }

    /// The first version of the chain of a message.
    fn root(&self, id: MessageId) -> Option<&Message> {
        let message = self.find(id)?;
        match message.content.replaces {
            Some(replaced) => self.root(replaced),
            None => Some(message),
        }
    }

    fn is_reaction(message: &Message) -> bool {
        message.content.nested_part.disposition == Disposition::REACTION
    }

    fn is_report(message: &Message) -> bool {
        matches!(&message.content.nested_part.body,
            PartBody::Single(part) if part.content_type == StatusReport::MEDIA_TYPE)
            && !Self::is_reaction(message)
    }

    /// No body, or a reaction of nothing.
    fn is_empty(message: &Message) -> bool {
        match &message.content.nested_part.body {
            PartBody::Null => true,
            PartBody::Single(part) => Self::is_reaction(message) && part.content.is_empty(),
            _ => false,
        }
    }

    fn kind(message: &Message) -> u8 {
        u8::from(Self::is_reaction(message)) + 2 * u8::from(Self::is_report(message))
    }

    fn is_item(message: &Message) -> bool {
        let reaction = Self::is_reaction(message) && message.content.in_reply_to.is_some();
        message.content.replaces.is_none() && !reaction && !Self::is_report(message)
    }

    fn items(&self) -> impl Iterator<Item = &Message> {
        self.all.iter().filter(|message| Self::is_item(message))
    }

    /// Every message that claims to be a later version, in order.
    fn claims(&self, root: &Message) -> Vec<&Message> {
        let claims = self.all.iter().filter(|message| {
            message.id != root.id
                && self
                    .root(message.id)
                    .is_some_and(|first| first.id == root.id)
        });
        claims.collect()
    }

    /// The versions that count.
    fn versions(&self, root: &Message) -> Vec<&Message> {
        let mut versions = self.claims(root);
        versions.retain(|edit| {
            same_sender(edit.sender, root.sender)
                && (Self::is_empty(edit) || Self::kind(edit) == Self::kind(root))
        });
        versions.insert(0, self.find(root.id).unwrap());
        versions
    }

    fn current(&self, root: &Message) -> &Message {
        self.versions(root).pop().unwrap()
    }

    fn expires_at(&self, root: &Message) -> Option<u64> {
        match root.content.expires? {
            Expiration::Absolute(seconds) => Some(u64::from(seconds) * 1000),
            Expiration::Relative(seconds) => {
                // Whatever version was read, the item was.
                let versions = self.claims(root).into_iter().chain([root]);
                let read = versions
                    .filter_map(|version| self.read.get(&version.id))
                    .min()?;
                Some(read + u64::from(seconds) * 1000)
            }
        }
    }

    fn texts(message: &Message) -> Vec<String> {
        let mut texts = Vec::new();
        for part in message.content.parts() {
            if let PartBody::Single(part) = &part.part.body {
                let text = String::from_utf8(part.content.to_vec()).unwrap();
                let text = text.trim().to_owned();
                if !texts.contains(&text) {
                    texts.push(text);
                }
            }
        }
        texts
    }
}

fn feed<A: Authority>(room: &mut Room<A>, message: &Message) -> mimi_codec::room::Fed {
    let octets = message.octets.clone();
    room.feed(Incoming::new(octets, message.time, message.sender, ROOM))
        .unwrap()
}

fn play<A: Authority>(events: &[Event], authority: A) -> Room<A> {
    let mut room = Room::with_authority(ROOM, authority);
    let messages = events.iter().filter_map(|event| match event {
        Event::Message(message) => Some(message),
        Event::Read(..) => None,
    });
    for message in messages {
        feed(&mut room, message);
    }
    for event in events {
        if let Event::Read(id, time) = event {
            room.mark_read(id, *time);
        }
    }
    room
}

/// The room of a conversation in some order of arrival, and the model of it.
fn made(number: u64) -> (Room, Model) {
    let mut random = Random(number);
    let mut events = conversation(&mut random, &mut Made::default());
    random.shuffle(&mut events);
    (play(&events, OriginalSender), Model::new(&events))
}

fn pairs<'r>(room: &'r Room, model: &'r Model) -> impl Iterator<Item = (Item<'r>, &'r Message)> {
    model
        .items()
        .map(|message| (room.item(&message.id).unwrap(), message))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn items_stand_by_hub_time_then_lowest_id(number: u64) {
        let (room, model) = made(number);
        let shown: Vec<_> = room.items().map(|item| (item.hub_time(), item.id())).collect();
        let expected: Vec<_> = model.items().map(|message| (message.time, message.id)).collect();
        prop_assert!(expected.is_sorted());
        prop_assert_eq!(shown, expected);
    }

    #[test]
    fn versions_are_the_edits_of_the_original_sender(number: u64) {
        let (room, model) = made(number);
        for (item, message) in pairs(&room, &model) {
            let shown: Vec<_> = item.versions().iter().map(|version| version.id).collect();
            let expected: Vec<_> = model.versions(message).iter().map(|m| m.id).collect();
            prop_assert_eq!(&shown, &expected);
            prop_assert_eq!(item.current(), *expected.last().unwrap());
            // Whichever version is named, it is the item.
            for id in expected {
                prop_assert_eq!(room.item(&id).unwrap().id(), message.id);
            }
            prop_assert_eq!(item.content().unwrap().octets(), &*model.current(message).octets);
        }
    }

    #[test]
    fn nobody_else_edits_or_deletes(number: u64) {
        let (room, model) = made(number);
        let mut refused: Vec<(MessageId, MessageId)> = room
            .refusals()
            .into_iter()
            .filter(|refusal| refusal.finding.code == codes::ROOM_NOT_AUTHORISED)
            .map(|refusal| (refusal.item, refusal.message))
            .collect();
        refused.sort();
        let mut expected = Vec::new();
        for root in model.all.iter().filter(|message| message.content.replaces.is_none()) {
            for edit in model.claims(root) {
                if !same_sender(edit.sender, root.sender) {
                    expected.push((root.id, edit.id));
                    let item = room.item(&root.id).unwrap();
                    prop_assert!(item.current() != edit.id);
                    prop_assert!(item.versions().iter().all(|version| version.id != edit.id));
                }
            }
        }
        expected.sort();
        prop_assert_eq!(refused, expected);
    }

    #[test]
    fn an_edit_changes_the_nested_part_alone(number: u64) {
        let (room, model) = made(number);
        for (item, message) in pairs(&room, &model) {
            prop_assert_eq!(item.topic(), &*message.content.topic_id);
            prop_assert_eq!(item.expires(), message.content.expires);
            prop_assert_eq!(item.reply().map(|reply| reply.meant), message.content.in_reply_to);
            prop_assert_eq!((item.sender(), item.hub_time()), (message.sender, message.time));
            // What an edit would have changed beside is said.
            for edit in model.versions(message).into_iter().skip(1) {
                let (was, is) = (&message.content, &edit.content);
                let differs = was.topic_id != is.topic_id
                    || was.expires != is.expires
                    || was.in_reply_to != is.in_reply_to;
                let said = item.refusals().iter().any(|refusal| {
                    refusal.message == edit.id && refusal.finding.code == codes::ROOM_FIELD_KEPT
                });
                prop_assert_eq!(said, differs && !Model::is_empty(edit));
            }
        }
    }

    #[test]
    fn a_policy_allows_what_it_says(number: u64) {
        /// Whoever it is may move and delete.
        struct Movers;
        impl Authority for Movers {
            fn may(&self, action: Action, by: &str, sender: &str) -> bool {
                OriginalSender.may(action, by, sender)
                    || matches!(action, Action::ChangeTopic | Action::Delete)
            }
        }
        let events = conversation(&mut Random(number), &mut Made::default());
        let (room, model) = (play(&events, Movers), Model::new(&events));
        for message in model.items() {
            let item = room.item(&message.id).unwrap();
            let reaction = Model::is_reaction(message);
            let claims = model.claims(message);
            let moved = claims.iter().rfind(|edit| {
                !Model::is_empty(edit) && edit.content.topic_id != message.content.topic_id
            });
            let topic = moved.map_or(&message.content.topic_id, |edit| &edit.content.topic_id);
            prop_assert_eq!(item.topic(), &**topic);
            let allowed = claims.iter().rfind(|edit| {
                let own = same_sender(edit.sender, message.sender);
                match Model::is_empty(edit) {
                    true => own || !reaction,
                    false => own && Model::kind(edit) == Model::kind(message),
                }
            });
            prop_assert_eq!(item.current(), allowed.map_or(message.id, |edit| edit.id));
        }
    }

    #[test]
    fn edited_and_deleted_items_say_so(number: u64) {
        let (room, model) = made(number);
        for (item, message) in pairs(&room, &model) {
            let current = model.current(message);
            let later = current.id != message.id;
            let deleted = later && Model::is_empty(current);
            prop_assert_eq!((item.is_edited(), item.is_deleted()), (later && !deleted, deleted));
            for version in item.versions() {
                let sent = model.find(version.id).unwrap();
                let empty = Model::is_empty(sent) && version.id != message.id;
                prop_assert_eq!(version.deleted, empty);
                prop_assert_eq!((version.sender, version.hub_time), (sent.sender, sent.time));
            }
        }
    }

    #[test]
    fn deleted_items_keep_their_place(number: u64) {
        let (room, model) = made(number);
        for (place, item) in room.items().enumerate().filter(|(_, item)| item.is_deleted()) {
            prop_assert_eq!(model.items().nth(place).unwrap().id, item.id());
            // Nothing of the content is left to show.
            let received = item.content().unwrap();
            let empty = match &received.content().nested_part.body {
                PartBody::Null => true,
                PartBody::Single(part) => part.content.is_empty(),
                _ => false,
            };
            prop_assert!(empty);
        }
    }

    #[test]
    fn replies_name_a_version_and_find_its_item(number: u64) {
        let (room, model) = made(number);
        for (item, message) in pairs(&room, &model) {
            let Some(meant) = message.content.in_reply_to else {
                prop_assert!(item.reply().is_none());
                continue;
            };
            let reply = item.reply().unwrap();
            let parent = model.root(meant);
            prop_assert_eq!(reply.meant, meant);
            prop_assert_eq!(reply.item, parent.map(|parent| parent.id));
            let current = parent.map(|parent| model.current(parent));
            prop_assert_eq!(reply.outdated, current.is_some_and(|current| current.id != meant));
            let deleted = parent.zip(current).is_some_and(|(parent, current)| {
                current.id != parent.id && Model::is_empty(current)
            });
            prop_assert_eq!(reply.deleted, deleted);
        }
    }

    #[test]
    fn replies_never_lead_back(number: u64) {
        struct Anarchy;
        impl Authority for Anarchy {
            fn may(&self, _: Action, _: &str, _: &str) -> bool {
                true
            }
        }
        let events = conversation(&mut Random(number), &mut Made::default());
        let room = play(&events, Anarchy);
        for item in room.items() {
            let mut seen = HashSet::new();
            let mut at = Some(item.id());
            while let Some(id) = at {
                prop_assert!(seen.insert(id), "{number}: a loop through {id}");
                at = room.item(&id).unwrap().reply().and_then(|reply| reply.item);
            }
        }
    }

    #[test]
    fn reactions_are_those_not_taken_back(number: u64) {
        let (room, model) = made(number);
        for (item, message) in pairs(&room, &model) {
            let mut expected: Vec<(String, &str, MessageId, bool)> = Vec::new();
            let shown = model.current(message).id;
            let reactions = model.all.iter().filter(|reaction| {
                Model::is_reaction(reaction) && reaction.content.replaces.is_none()
            });
            for reaction in reactions {
                let Some(meant) = reaction.content.in_reply_to else { continue };
                if model.root(meant).is_none_or(|about| about.id != message.id) {
                    continue;
                }
                let current = model.current(reaction);
                let outdated = meant != shown;
                if Model::is_empty(current) {
                    continue;
                }
                for text in Model::texts(current) {
                    expected.push((text, reaction.sender, reaction.id, outdated));
                }
            }
            expected.sort();
            let mut shown = Vec::new();
            for reaction in item.reactions() {
                // A text of nothing but blanks is named by its place.
                let text = match &reaction.kind {
                    ReactionKind::Text(text) => text.clone(),
                    _ => String::new(),
                };
                let senders = reaction.senders();
                for reactor in &reaction.reactors {
                    shown.push((text.clone(), reactor.sender, reactor.message, reactor.outdated));
                    let once = senders.iter().filter(|s| same_sender(s, reactor.sender)).count();
                    prop_assert_eq!(once, 1);
                }
            }
            shown.sort();
            prop_assert_eq!(shown, expected);
        }
    }

    #[test]
    fn topics_are_the_items_that_share_one(number: u64) {
        let (room, model) = made(number);
        let mut topics: Vec<&[u8]> = Vec::new();
        for message in model.items() {
            let topic = &*message.content.topic_id;
            if !topic.is_empty() && !topics.contains(&topic) {
                topics.push(topic);
            }
        }
        prop_assert_eq!(room.topics(), topics.clone());
        for topic in topics.into_iter().chain([&b""[..], b"no such topic"]) {
            let shown: Vec<_> = room.topic(topic).map(|item| item.id()).collect();
            let items = model.items().filter(|message| *message.content.topic_id == *topic);
            prop_assert_eq!(shown, items.map(|message| message.id).collect::<Vec<_>>());
        }
    }

    #[test]
    fn items_and_reactions_expire_at_their_time(number: u64, now in 0u64..200_000) {
        let (room, model) = made(number);
        let mut times = Vec::new();
        for message in model.all.iter().filter(|message| message.content.replaces.is_none()) {
            let expected = model.expires_at(message);
            let item = room.item(&message.id).unwrap();
            prop_assert_eq!(item.expires_at(), expected);
            prop_assert_eq!(item.is_expired(now), expected.is_some_and(|time| time <= now));
            if !Model::is_report(message) {
                times.extend(expected.map(|time| (time, message)));
            }
        }
        for item in room.items() {
            for reaction in item.reactions() {
                for reactor in reaction.reactors {
                    let message = model.find(reactor.message).unwrap();
                    prop_assert_eq!(reactor.expires_at, model.expires_at(message));
                }
            }
        }
        let next = times.iter().map(|(time, _)| *time).filter(|time| *time > now).min();
        prop_assert_eq!(room.next_expiry(now), next);
        // Going from one time to the next, every item is named once, at its time.
        let mut named = Vec::new();
        let mut clock = 0;
        while let Some(next) = room.next_expiry(clock) {
            let changes = room.expired(clock, next);
            named.extend(changes.into_iter().filter_map(|change| match change {
                Change::Expired(id) => Some((next, id)),
                _ => None,
            }));
            clock = next;
        }
        let items = times.iter().filter(|(time, m)| *time > 0 && Model::is_item(m));
        let mut expected: Vec<_> = items.map(|(time, m)| (*time, m.time, m.id)).collect();
        expected.sort();
        prop_assert_eq!(named, expected.into_iter().map(|e| (e.0, e.2)).collect::<Vec<_>>());
    }

    #[test]
    fn statuses_are_the_newest_word_of_each(number: u64) {
        let (room, model) = made(number);
        for (item, message) in pairs(&room, &model) {
            let mut newest: Vec<(&str, u64, MessageStatus)> = Vec::new();
            let reports = model.all.iter().filter(|report| {
                Model::is_report(report)
                    && model.root(report.id).is_some_and(|first| {
                        Model::is_report(first) && model.current(first).id == report.id
                    })
            });
            for report in reports {
                let PartBody::Single(part) = &report.content.nested_part.body else { continue };
                let listed = mimi_codec::cbor::decode_status(&part.content).unwrap();
                for entry in listed.statuses {
                    let about = model.root(entry.message_id);
                    let counts = about.is_some_and(|about| about.id == message.id)
                        && model.versions(message).iter().any(|v| v.id == entry.message_id);
                    if counts {
                        newest.retain(|(sender, ..)| !same_sender(sender, report.sender));
                        newest.push((report.sender, report.time, entry.status));
                    }
                }
            }
            let sort = |list: &mut Vec<_>| list.sort();
            let mut shown = item.statuses();
            sort(&mut shown);
            sort(&mut newest);
            prop_assert_eq!(shown, newest);
        }
    }

    #[test]
    fn duplicates_are_reported_and_change_nothing(number: u64, later in 0u64..50) {
        let (mut room, model) = made(number);
        let before = format!("{room:?}");
        for message in &model.all {
            let again = Message { time: message.time + later, ..message.clone() };
            let fed = feed(&mut room, &again);
            prop_assert_eq!(fed.changes, [Change::Duplicate(message.id)]);
            let reported = fed.findings.iter().any(|f| f.code == codes::ROOM_DUPLICATE);
            prop_assert_eq!(reported, later > 0);
        }
        prop_assert_eq!(format!("{room:?}"), before);
        prop_assert_eq!(room.len(), model.all.len());
    }

    #[test]
    fn what_refers_to_the_unknown_waits_and_nothing_is_lost(number: u64) {
        // Of a conversation, only some messages are known.
        let mut random = Random(number);
        let mut events = conversation(&mut random, &mut Made::default());
        events.retain(|_| !random.one_in(3));
        let (room, model) = (play(&events, OriginalSender), Model::new(&events));
        let mut waiting: Vec<(MessageId, MessageId)> = room
            .pending()
            .iter()
            .map(|pending| (pending.message, pending.target))
            .collect();
        let mut expected = Vec::new();
        for message in &model.all {
            let content = &message.content;
            let target = match (content.replaces, content.in_reply_to) {
                (Some(replaced), _) => Some(replaced),
                (None, Some(meant)) if Model::is_reaction(message) => Some(meant),
                _ => None,
            };
            if let Some(target) = target.filter(|target| model.root(*target).is_none()) {
                expected.push((message.id, target));
            }
            // A reply to something unknown is shown all the same.
            if Model::is_item(message) {
                prop_assert!(room.item(&message.id).is_some());
            }
        }
        waiting.sort();
        expected.sort();
        prop_assert_eq!(waiting, expected);
        prop_assert_eq!(room.received().count(), model.all.len());
    }

    #[test]
    fn references_of_an_unknown_hash_are_reported(number: u64, first: u8) {
        let mut made = Made::default();
        let events = conversation(&mut Random(number), &mut made);
        let message = events.iter().find_map(|event| match event {
            Event::Message(message) => Some(message.clone()),
            Event::Read(..) => None,
        });
        let mut content = message.unwrap().content;
        let mut id = [7; 32];
        id[0] = first;
        let id = MessageId::new(id);
        content.in_reply_to = Some(id);
        let octets = mimi_codec::cbor::encode(&content).unwrap();
        let mut room = Room::new(ROOM);
        let fed = room.feed(Incoming::new(octets, 1, talk::SENDERS[0], ROOM)).unwrap();
        let reported = fed.findings.iter().any(|f| f.code == codes::ROOM_REFERENCE_HASH);
        // Numbers 1 to 12 are registered as hash functions.
        prop_assert_eq!(reported, !(1..=12).contains(&first));
    }
}
