//! Conversations: what edits, deletes, reactions and replies do to each other, in every order of
//! arrival.
#![cfg(feature = "markdown")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::HashMap;
use std::fmt::Write;
use std::sync::Arc;

use mimi_codec::cbor;
use mimi_codec::message::{
    Disposition, Expiration, MessageId, MessageStatus, MimiContent, NestedPart, PartSemantics,
    PerMessageStatus, Salt, StatusReport,
};
use mimi_codec::report::codes;
use mimi_codec::room::{Action, Authority, Change, Incoming, OriginalSender, ReactionKind, Room};
use proptest::prelude::*;

const ROOM: &str = "mimi://example.com/r/tea";
const ALICE: &str = "mimi://example.com/u/alice";
const BOB: &str = "mimi://example.com/u/bob";
const CATHY: &str = "mimi://example.com/u/cathy";

/// A message under construction.
#[derive(Clone)]
struct Draft {
    content: MimiContent<'static>,
    sender: &'static str,
    time: u64,
}

fn draft(salt: u8, sender: &'static str, time: u64, part: NestedPart<'static>) -> Draft {
    Draft {
        content: MimiContent::new(Salt::new([salt; 16]), part),
        sender,
        time,
    }
}

fn text(salt: u8, sender: &'static str, time: u64, text: &'static str) -> Draft {
    let part = NestedPart::single(Disposition::RENDER, "text/plain;charset=utf-8", text);
    draft(salt, sender, time, part)
}

fn emoji(text: &'static str) -> NestedPart<'static> {
    NestedPart::single(Disposition::REACTION, "text/plain;charset=utf-8", text)
}

impl Draft {
    fn replaces(mut self, id: MessageId) -> Self {
        self.content.replaces = Some(id);
        self
    }

    fn reply(mut self, id: MessageId) -> Self {
        self.content.in_reply_to = Some(id);
        self
    }

    fn topic(mut self, topic: &'static [u8]) -> Self {
        self.content.topic_id = topic.into();
        self
    }

    fn expires(mut self, expires: Expiration) -> Self {
        self.content.expires = Some(expires);
        self
    }

    fn octets(&self) -> Arc<[u8]> {
        cbor::encode(&self.content).unwrap().into()
    }

    fn id(&self) -> MessageId {
        let octets = self.octets();
        let salt = self.content.salt.as_bytes();
        MessageId::compute(Default::default(), &octets, salt, self.sender, ROOM).unwrap()
    }

    fn feed<A: Authority>(&self, room: &mut Room<A>) -> Vec<Change> {
        let incoming = Incoming::new(self.octets(), self.time, self.sender, ROOM);
        let fed = room.feed(incoming).unwrap();
        assert_eq!(fed.id, self.id());
        fed.changes
    }
}

fn shown<A>(room: &Room<A>, id: &MessageId) -> String {
    let item = room.item(id).unwrap();
    let received = item.content().unwrap();
    match &received.content().nested_part.body {
        mimi_codec::message::PartBody::Single(part) => {
            String::from_utf8(part.content.to_vec()).unwrap()
        }
        _ => String::new(),
    }
}

fn reactions<A>(room: &Room<A>, id: &MessageId) -> Vec<(String, Vec<String>)> {
    let item = room.item(id).unwrap();
    item.reactions()
        .into_iter()
        .map(|reaction| {
            let ReactionKind::Text(text) = &reaction.kind else {
                panic!("text");
            };
            let short = |uri: &str| uri.rsplit('/').next().unwrap().to_owned();
            let by = reaction.reactors.iter().map(|r| short(r.sender)).collect();
            (text.clone(), by)
        })
        .collect()
}

#[test]
fn edits_resolve_to_the_first_version_through_any() {
    let first = text(1, BOB, 10, "one");
    let second = text(2, BOB, 20, "two").replaces(first.id());
    let third = text(3, BOB, 30, "three").replaces(second.id());
    let mut room = Room::new(ROOM);
    assert_eq!(third.feed(&mut room), [Change::Pending(third.id())]);
    assert_eq!(second.feed(&mut room), [Change::Pending(second.id())]);
    assert_eq!(room.items().count(), 0);
    assert_eq!(room.pending().len(), 2);
    assert_eq!(
        first.feed(&mut room),
        [Change::Added(first.id()), Change::Changed(first.id())]
    );
    assert_eq!(room.pending(), []);
    assert_eq!(shown(&room, &first.id()), "three");
    for draft in [&first, &second, &third] {
        let item = room.item(&draft.id()).unwrap();
        assert_eq!((item.id(), item.current()), (first.id(), third.id()));
        assert!(item.is_edited());
    }
    let versions = room.item(&first.id()).unwrap().versions();
    let ids: Vec<_> = versions.iter().map(|version| version.id).collect();
    assert_eq!(ids, [first.id(), second.id(), third.id()]);
    // An edit the hub accepted before the newest one is history.
    let late = text(4, BOB, 25, "late").replaces(first.id());
    assert_eq!(late.feed(&mut room), [Change::History(first.id())]);
    assert_eq!(shown(&room, &first.id()), "three");
}

#[test]
fn only_the_sender_edits_and_deletes() {
    let first = text(1, BOB, 10, "mine");
    let edit = text(2, CATHY, 20, "not yours").replaces(first.id());
    let delete = draft(3, ALICE, 30, NestedPart::null(Disposition::RENDER)).replaces(first.id());
    let mut room = Room::new(ROOM);
    first.feed(&mut room);
    for hostile in [&edit, &delete] {
        assert_eq!(
            hostile.feed(&mut room),
            [Change::Refused {
                message: hostile.id(),
                item: first.id()
            }]
        );
    }
    assert_eq!(shown(&room, &first.id()), "mine");
    let item = room.item(&first.id()).unwrap();
    assert!(!item.is_edited() && !item.is_deleted());
    let refusals = room.refusals();
    let by: Vec<_> = refusals.iter().map(|refusal| &*refusal.sender).collect();
    assert_eq!(by, [CATHY, ALICE]);
    assert!(
        refusals
            .iter()
            .all(|refusal| refusal.finding.code == codes::ROOM_NOT_AUTHORISED)
    );
    // An edit through a refused edit still is one of the first version.
    let own = text(4, BOB, 40, "mine indeed").replaces(edit.id());
    assert_eq!(own.feed(&mut room), [Change::Changed(first.id())]);
}

#[test]
fn an_edit_changes_the_body_alone() {
    let first = text(1, BOB, 10, "one")
        .topic(b"tea")
        .expires(Expiration::Absolute(2_000_000_000));
    let edit = text(2, BOB, 20, "two")
        .replaces(first.id())
        .topic(b"coffee")
        .reply(text(9, ALICE, 1, "else").id());
    let mut room = Room::new(ROOM);
    first.feed(&mut room);
    edit.feed(&mut room);
    let item = room.item(&first.id()).unwrap();
    assert_eq!(shown(&room, &first.id()), "two");
    assert_eq!(item.topic(), b"tea");
    assert_eq!(item.expires(), first.content.expires);
    assert_eq!(item.reply(), None);
    let found: Vec<_> = room
        .refusals()
        .into_iter()
        .map(|refusal| (refusal.finding.code, refusal.finding.found.unwrap()))
        .collect();
    assert_eq!(
        found,
        [
            (codes::ROOM_FIELD_KEPT, "change of topic".into()),
            (codes::ROOM_FIELD_KEPT, "change of expiration".into()),
            (
                codes::ROOM_FIELD_KEPT,
                "change of the message replied to".into()
            ),
        ]
    );
}

/// Lets everybody do everything.
#[derive(Clone, Copy)]
struct Anarchy;

impl Authority for Anarchy {
    fn may(&self, _: Action, _: &str, _: &str) -> bool {
        true
    }
}

/// Moderators move messages to another topic and take them back, but do not rewrite them.
struct Moderated;

impl Authority for Moderated {
    fn may(&self, action: Action, by: &str, sender: &str) -> bool {
        OriginalSender.may(action, by, sender)
            || by == ALICE && matches!(action, Action::ChangeTopic | Action::Delete)
    }
}

#[test]
fn a_moderator_does_what_the_policy_says() {
    let first = text(1, BOB, 10, "coffee").topic(b"tea");
    let moved = text(2, ALICE, 20, "rewritten")
        .replaces(first.id())
        .topic(b"coffee");
    let mut room = Room::with_authority(ROOM, Moderated);
    first.feed(&mut room);
    let changes = moved.feed(&mut room);
    assert_eq!(changes.last(), Some(&Change::Changed(first.id())));
    assert_eq!(shown(&room, &first.id()), "coffee");
    let item = room.item(&first.id()).unwrap();
    assert_eq!(item.topic(), b"coffee");
    assert!(!item.is_edited());
    assert_eq!(room.topics(), [b"coffee"]);
    assert_eq!(room.topic(b"coffee").count(), 1);
    let delete = draft(3, ALICE, 30, NestedPart::null(Disposition::RENDER)).replaces(first.id());
    delete.feed(&mut room);
    assert!(room.item(&first.id()).unwrap().is_deleted());
}

#[test]
fn deletes_leave_a_placeholder_and_empty_quotes() {
    let first = text(1, BOB, 10, "oops");
    let reply = text(2, CATHY, 20, "what?").reply(first.id());
    let delete = draft(3, BOB, 30, NestedPart::null(Disposition::RENDER)).replaces(first.id());
    let mut room = Room::new(ROOM);
    reply.feed(&mut room);
    assert_eq!(room.item(&reply.id()).unwrap().reply().unwrap().item, None);
    assert_eq!(
        first.feed(&mut room),
        [Change::Added(first.id()), Change::ReplyKnown(reply.id())]
    );
    assert_eq!(delete.feed(&mut room), [Change::Changed(first.id())]);
    let item = room.item(&first.id()).unwrap();
    assert!(item.is_deleted() && !item.is_edited());
    assert_eq!(room.items().count(), 2);
    let quoted = room.item(&reply.id()).unwrap().reply().unwrap();
    assert!(quoted.deleted && quoted.outdated);
    assert_eq!((quoted.item, quoted.meant), (Some(first.id()), first.id()));
    assert_eq!(item.versions().len(), 2);
}

#[test]
fn reactions_are_gathered_and_taken_back_one_by_one() {
    let first = text(1, BOB, 10, "tea?");
    let heart = draft(2, CATHY, 20, emoji("\u{2764}")).reply(first.id());
    let again = draft(3, CATHY, 21, emoji("\u{2764}")).reply(first.id());
    let alice = draft(4, ALICE, 22, emoji("\u{2764}")).reply(first.id());
    let several = NestedPart::multi(
        Disposition::REACTION,
        PartSemantics::ProcessAll,
        vec![emoji("\u{1f389}"), emoji("\u{2764}"), emoji("\u{2764}")],
    );
    let several = draft(5, BOB, 23, several).reply(first.id());
    let mut room = Room::new(ROOM);
    assert_eq!(heart.feed(&mut room), [Change::Pending(heart.id())]);
    assert_eq!(
        first.feed(&mut room),
        [Change::Added(first.id()), Change::Reactions(first.id())]
    );
    for reaction in [&again, &alice, &several] {
        assert_eq!(reaction.feed(&mut room), [Change::Reactions(first.id())]);
    }
    let seen = |room: &Room| reactions(room, &first.id());
    let by = |names: &[&str]| names.iter().map(|n| n.to_string()).collect::<Vec<_>>();
    assert_eq!(
        seen(&room),
        [
            ("\u{2764}".into(), by(&["cathy", "cathy", "alice", "bob"])),
            ("\u{1f389}".into(), by(&["bob"])),
        ]
    );
    let item = room.item(&first.id()).unwrap();
    assert_eq!(item.reactions()[0].senders(), [CATHY, ALICE, BOB]);
    assert_eq!(room.items().count(), 1);

    let unlike = draft(6, CATHY, 30, NestedPart::null(Disposition::REACTION))
        .replaces(heart.id())
        .reply(first.id());
    assert_eq!(unlike.feed(&mut room), [Change::Reactions(first.id())]);
    assert_eq!(seen(&room)[0].1, by(&["cathy", "alice", "bob"]));
    // The other way to say it, and somebody else's.
    let empty = draft(7, CATHY, 31, emoji(""))
        .replaces(again.id())
        .reply(first.id());
    empty.feed(&mut room);
    let hostile = draft(8, BOB, 32, NestedPart::null(Disposition::REACTION)).replaces(alice.id());
    hostile.feed(&mut room);
    assert_eq!(seen(&room)[0].1, by(&["alice", "bob"]));
    // Another emoji in its place; and words are none.
    draft(9, ALICE, 33, emoji("\u{1f44d}"))
        .replaces(alice.id())
        .reply(first.id())
        .feed(&mut room);
    text(10, ALICE, 34, "words")
        .replaces(alice.id())
        .reply(first.id())
        .feed(&mut room);
    assert!(seen(&room).contains(&("\u{1f44d}".into(), by(&["alice"]))));
    assert_eq!(room.refusals().len(), 2);
    assert_eq!(room.refusals()[1].finding.code, codes::ROOM_KIND_CHANGED);
}

#[test]
fn reactions_and_replies_say_which_version_they_meant() {
    let first = text(1, BOB, 10, "borow a pen?");
    let like = draft(2, CATHY, 20, emoji("+1")).reply(first.id());
    let edit = text(3, BOB, 30, "borrow your car?").replaces(first.id());
    let reply = text(4, CATHY, 40, "wait").reply(edit.id());
    let mut room = Room::new(ROOM);
    for message in [&first, &like, &edit, &reply] {
        message.feed(&mut room);
    }
    let item = room.item(&first.id()).unwrap();
    let reactor = item.reactions()[0].reactors[0];
    assert_eq!((reactor.meant, reactor.outdated), (first.id(), true));
    let reply = room.item(&reply.id()).unwrap().reply().unwrap();
    assert_eq!((reply.item, reply.outdated), (Some(first.id()), false));
}

#[test]
fn ties_go_to_the_lowest_id_and_the_first_version_stays_first() {
    let mut drafts: Vec<Draft> = (0..20).map(|salt| text(salt, BOB, 5, "same")).collect();
    let mut room = Room::new(ROOM);
    for message in &drafts {
        message.feed(&mut room);
    }
    drafts.sort_by_key(Draft::id);
    let order: Vec<_> = room.items().map(|item| item.id()).collect();
    assert_eq!(order, drafts.iter().map(Draft::id).collect::<Vec<_>>());
    let back: Vec<_> = room.items().rev().map(|item| item.id()).collect();
    assert!(back.iter().eq(order.iter().rev()));
    assert_eq!(room.items().len(), 20);

    let first = text(50, BOB, 100, "first");
    let early = text(51, BOB, 1, "from before").replaces(first.id());
    first.feed(&mut room);
    early.feed(&mut room);
    let versions = room.item(&first.id()).unwrap().versions();
    assert_eq!(versions[0].id, first.id());
    assert_eq!(room.item(&early.id()).unwrap().hub_time(), 100);
}

#[test]
fn the_later_of_an_edit_and_a_delete_counts() {
    let first = text(1, BOB, 10, "one");
    let edit = |time| text(2, BOB, time, "two").replaces(first.id());
    let delete =
        |time| draft(3, BOB, time, NestedPart::null(Disposition::RENDER)).replaces(first.id());
    for (edit, delete, deleted) in [(edit(20), delete(30), true), (edit(30), delete(20), false)] {
        let mut room = Room::new(ROOM);
        for message in [&delete, &edit, &first] {
            message.feed(&mut room);
        }
        let item = room.item(&first.id()).unwrap();
        assert_eq!((item.is_deleted(), item.is_edited()), (deleted, !deleted));
    }
}

#[test]
fn duplicates_keep_the_earlier_time() {
    let a = text(1, BOB, 10, "a");
    let b = text(2, BOB, 20, "b");
    let edit = text(3, BOB, 30, "a1").replaces(a.id());
    let newer = text(4, BOB, 35, "a2").replaces(a.id());
    let mut room = Room::new(ROOM);
    for message in [&a, &b, &edit, &newer] {
        message.feed(&mut room);
    }
    let again = |draft: &Draft, time| Draft {
        time,
        ..draft.clone()
    };
    assert_eq!(a.feed(&mut room), [Change::Duplicate(a.id())]);
    let late = Incoming::new(a.octets(), 99, BOB, ROOM);
    let fed = room.feed(late).unwrap();
    assert_eq!(fed.findings[0].code, codes::ROOM_DUPLICATE);
    assert_eq!(room.items().next().unwrap().id(), a.id());
    assert_eq!(
        again(&b, 5).feed(&mut room),
        [Change::Duplicate(b.id()), Change::Moved(b.id())]
    );
    assert_eq!(room.items().next().unwrap().id(), b.id());
    assert_eq!(shown(&room, &a.id()), "a2");
    again(&newer, 25).feed(&mut room);
    assert_eq!(shown(&room, &a.id()), "a1");
    assert_eq!(room.len(), 4);
}

fn report(salt: u8, sender: &'static str, time: u64, says: &[(MessageId, MessageStatus)]) -> Draft {
    let statuses = says
        .iter()
        .map(|(message_id, status)| PerMessageStatus {
            message_id: *message_id,
            status: *status,
        })
        .collect();
    let octets = cbor::encode_status(&StatusReport::new(statuses));
    let media_type = StatusReport::MEDIA_TYPE;
    let part = NestedPart::single(Disposition::UNSPECIFIED, media_type, octets);
    draft(salt, sender, time, part)
}

#[test]
fn the_newest_status_of_everybody_counts() {
    let (delivered, read) = (MessageStatus::DELIVERED, MessageStatus::READ);
    let first = text(1, BOB, 10, "tea?");
    let edit = text(2, BOB, 20, "tea!").replaces(first.id());
    let late = report(3, CATHY, 40, &[(edit.id(), delivered), (edit.id(), read)]);
    let early = report(4, CATHY, 30, &[(first.id(), delivered)]);
    let alice = report(5, ALICE, 50, &[(first.id(), delivered)]);
    let mut room = Room::new(ROOM);
    assert_eq!(late.feed(&mut room), []);
    first.feed(&mut room);
    edit.feed(&mut room);
    assert_eq!(early.feed(&mut room), [Change::Status(first.id())]);
    alice.feed(&mut room);
    fn statuses<'r>(room: &'r Room, id: &MessageId) -> Vec<(&'r str, u64, MessageStatus)> {
        room.item(id).unwrap().statuses()
    }
    assert_eq!(
        statuses(&room, &first.id()),
        [(ALICE, 50, delivered), (CATHY, 40, read)]
    );
    // Reports are not shown themselves.
    assert_eq!(room.items().count(), 1);
    // A report turns out to be older than it seemed.
    let earlier = Draft { time: 25, ..late };
    assert_eq!(
        earlier.feed(&mut room),
        [Change::Duplicate(earlier.id()), Change::Status(first.id())]
    );
    assert_eq!(statuses(&room, &first.id())[1], (CATHY, 30, delivered));
    assert_eq!(room.len(), 5);
}

#[test]
fn two_spellings_of_a_uri_are_one_person() {
    let spelled = "mimi://EXAMPLE.com/u/%62ob";
    let first = text(1, BOB, 10, "tea");
    let edit = text(2, spelled, 20, "tea!").replaces(first.id());
    let forged = text(3, "mimi://example.com/u/Bob", 30, "coffee").replaces(first.id());
    let client = text(4, "mimi://example.com/d/bob/phone", 40, "milk").replaces(first.id());
    let mut room = Room::new(ROOM);
    for draft in [&first, &edit, &forged, &client] {
        draft.feed(&mut room);
    }
    let item = room.item(&first.id()).unwrap();
    assert_eq!(shown(&room, &first.id()), "tea!");
    assert_eq!((item.sender(), item.versions()[1].sender), (BOB, spelled));
    let refused: Vec<_> = room.refusals().into_iter().map(|r| r.message).collect();
    assert_eq!(refused, [forged.id(), client.id()]);

    for (salt, sender) in [(5, spelled), (6, BOB), (7, CATHY)] {
        draft(salt, sender, 50, emoji("+1"))
            .reply(first.id())
            .feed(&mut room);
    }
    let reactions = room.item(&first.id()).unwrap().reactions();
    assert_eq!((reactions.len(), reactions[0].reactors.len()), (1, 3));
    assert_eq!(reactions[0].senders().len(), 2);
    for (salt, sender, status) in [(8, BOB, 1), (9, spelled, 2)] {
        let says = [(first.id(), MessageStatus(status))];
        report(salt, sender, 60 + u64::from(salt), &says).feed(&mut room);
    }
    let statuses = room.item(&first.id()).unwrap().statuses();
    assert_eq!(statuses, [(spelled, 69, MessageStatus::READ)]);
    // What is no URI is compared as it is.
    let own = text(10, "bob", 10, "a");
    let other = text(11, "Bob", 20, "b").replaces(own.id());
    own.feed(&mut room);
    other.feed(&mut room);
    assert_eq!(shown(&room, &own.id()), "a");
}

#[test]
fn status_reports_that_say_nothing_are_named() {
    let first = text(1, BOB, 10, "tea?");
    let mut room = Room::new(ROOM);
    first.feed(&mut room);
    let mut found = |draft: &Draft| {
        let fed = room
            .feed(Incoming::new(draft.octets(), 20, CATHY, ROOM))
            .unwrap();
        assert_eq!(fed.changes, []);
        fed.findings.iter().map(|f| f.code).collect::<Vec<_>>()
    };
    assert_eq!(
        found(&report(2, CATHY, 20, &[])),
        [codes::ROOM_STATUS_EMPTY]
    );
    let part = |octets: &'static [u8]| {
        NestedPart::single(Disposition::UNSPECIFIED, StatusReport::MEDIA_TYPE, octets)
    };
    for octets in [&b""[..], b"\x80\x00", b"\x81\x80", b"read"] {
        let broken = draft(3, CATHY, 20, part(octets));
        let codes = found(&broken);
        let tolerated = octets == b"\x80\x00";
        assert_eq!(
            codes.contains(&codes::ROOM_STATUS_INVALID),
            !tolerated,
            "{octets:?}"
        );
        assert!(!codes.is_empty());
    }
    assert_eq!(room.item(&first.id()).unwrap().statuses(), []);
    assert_eq!(room.items().count(), 1);
}

#[test]
fn a_report_can_be_replaced_and_taken_back() {
    let (delivered, read) = (MessageStatus::DELIVERED, MessageStatus::READ);
    let (a, b) = (text(1, BOB, 10, "a"), text(2, BOB, 11, "b"));
    let said = report(3, CATHY, 20, &[(a.id(), read)]);
    let corrected = report(4, CATHY, 30, &[(b.id(), delivered)]).replaces(said.id());
    let none = NestedPart::null(Disposition::UNSPECIFIED);
    let taken_back = draft(5, CATHY, 40, none).replaces(said.id());
    let mut room = Room::new(ROOM);
    for draft in [&a, &b, &said] {
        draft.feed(&mut room);
    }
    let all = |room: &Room| [&a, &b].map(|item| room.item(&item.id()).unwrap().statuses().len());
    assert_eq!(all(&room), [1, 0]);
    let mut changes = corrected.feed(&mut room);
    changes.sort();
    let mut both = [Change::Status(a.id()), Change::Status(b.id())];
    both.sort();
    assert_eq!(changes, both);
    assert_eq!(all(&room), [0, 1]);
    assert_eq!(taken_back.feed(&mut room), [Change::Status(b.id())]);
    assert_eq!(all(&room), [0, 0]);
    assert_eq!(room.refusals(), []);
}

#[test]
fn a_changed_reply_becomes_known_when_its_target_comes() {
    let first = text(1, BOB, 10, "yes");
    let target = text(2, CATHY, 5, "tea?");
    let turned = text(3, BOB, 20, "yes!")
        .replaces(first.id())
        .reply(target.id());
    let mut room = Room::with_authority(ROOM, Anarchy);
    first.feed(&mut room);
    turned.feed(&mut room);
    assert_eq!(room.item(&first.id()).unwrap().reply().unwrap().item, None);
    assert_eq!(
        target.feed(&mut room),
        [Change::Added(target.id()), Change::ReplyKnown(first.id())]
    );
    let reply = room.item(&first.id()).unwrap().reply().unwrap();
    assert_eq!(reply.item, Some(target.id()));
}

#[test]
fn the_clock_says_when_to_look_again() {
    let item = text(1, BOB, 10, "a").expires(Expiration::Absolute(60));
    let like = draft(2, CATHY, 20, emoji("+1"))
        .reply(item.id())
        .expires(Expiration::Absolute(40));
    let secret = text(3, BOB, 30, "b").expires(Expiration::Relative(5));
    let mut room = Room::new(ROOM);
    for draft in [&item, &like, &secret] {
        draft.feed(&mut room);
    }
    assert_eq!(room.next_expiry(0), Some(40_000));
    assert_eq!(room.expired(0, 40_000), [Change::Reactions(item.id())]);
    let reactor = room.item(&item.id()).unwrap().reactions()[0].reactors[0];
    assert!(reactor.is_expired(40_000) && !reactor.is_expired(39_999));
    // Reading starts the clock of the other one, and reading it earlier sets it back.
    assert!(room.mark_read(&secret.id(), 50_000));
    assert_eq!(room.next_expiry(40_000), Some(55_000));
    assert!(room.mark_read(&secret.id(), 30_000));
    assert_eq!(room.next_expiry(0), Some(35_000));
    assert_eq!(room.next_expiry(40_000), Some(60_000));
    let all = room.expired(0, u64::MAX);
    let (a, b) = (Change::Expired(item.id()), Change::Expired(secret.id()));
    assert_eq!(all, [b, Change::Reactions(item.id()), a]);
    assert_eq!(room.expired(60_000, u64::MAX), []);
    assert_eq!(room.next_expiry(u64::MAX), None);
}

#[test]
fn expiry_goes_by_the_clock_it_is_given() {
    let absolute = text(1, BOB, 1000, "a").expires(Expiration::Absolute(60));
    let relative = text(2, BOB, 2000, "r").expires(Expiration::Relative(30));
    let mut room = Room::new(ROOM);
    absolute.feed(&mut room);
    relative.feed(&mut room);
    let expired = |room: &Room, draft: &Draft, now| room.item(&draft.id()).unwrap().is_expired(now);
    assert!(!expired(&room, &absolute, 59_999));
    assert!(expired(&room, &absolute, 60_000));
    assert!(!expired(&room, &relative, u64::MAX));
    assert!(room.mark_read(&relative.id(), 10_000));
    assert!(room.mark_read(&relative.id(), 20_000));
    assert!(!expired(&room, &relative, 39_999));
    assert!(expired(&room, &relative, 40_000));
    assert!(!room.mark_read(&text(9, BOB, 1, "unknown").id(), 0));
}

#[test]
fn loops_of_replies_are_cut_at_the_earliest() {
    let first = text(1, ALICE, 10, "chicken");
    let reply = text(2, BOB, 20, "egg").reply(first.id());
    let third = text(3, CATHY, 30, "chick").reply(reply.id());
    let turned = text(4, ALICE, 40, "hen")
        .replaces(first.id())
        .reply(third.id());
    let outside = text(5, BOB, 50, "farmer").reply(first.id());
    let early = text(6, BOB, 5, "before").reply(third.id());
    let mut room = Room::with_authority(ROOM, Anarchy);
    for message in [&turned, &outside, &first, &third, &reply, &early] {
        message.feed(&mut room);
    }
    let reply_of = |draft: &Draft| room.item(&draft.id()).unwrap().reply().unwrap();
    let cut = reply_of(&first);
    assert_eq!(cut.item, None);
    assert_eq!(cut.cut.unwrap().code, codes::ROOM_REPLY_LOOP);
    for (draft, parent) in [
        (&reply, &first),
        (&third, &reply),
        (&outside, &first),
        (&early, &third),
    ] {
        let reply = reply_of(draft);
        assert_eq!((reply.item, reply.cut), (Some(parent.id()), None));
    }
}

#[test]
fn what_does_not_belong_is_refused() {
    let message = text(1, BOB, 10, "a");
    let mut room = Room::new(ROOM);
    let feed = |room: &mut Room, octets: &[u8], uri| {
        let error = room.feed(Incoming::new(octets, 1, BOB, uri)).unwrap_err();
        error.code()
    };
    let octets = message.octets();
    assert_eq!(
        feed(&mut room, &octets, "mimi://example.com/r/else"),
        codes::ROOM_OTHER_ROOM
    );
    assert_eq!(feed(&mut room, &octets[..9], ROOM), codes::CBOR_TRUNCATED);
    let mut stated = message.clone();
    stated.content.extensions.set_sender_uri(ALICE).unwrap();
    assert_eq!(feed(&mut room, &stated.octets(), ROOM), codes::URI_MISMATCH);
    assert!(room.is_empty());
    // Trailing octets are tolerated, and are no part of the message ID.
    let mut longer = octets.to_vec();
    longer.push(0);
    let fed = room.feed(Incoming::new(longer, 1, BOB, ROOM)).unwrap();
    assert_eq!(fed.id, message.id());
    assert_eq!(fed.findings[0].code, codes::CBOR_TRAILING);
    assert_eq!(shown(&room, &fed.id), "a");
}

#[test]
fn a_long_chain_of_replies_takes_linear_time() {
    let mut room = Room::new(ROOM);
    let mut last: Option<MessageId> = None;
    for n in 0..20_000u32 {
        let mut salt = [0; 16];
        salt[..4].copy_from_slice(&n.to_be_bytes());
        let mut message = text(0, BOB, u64::from(n), "again");
        message.content.salt = Salt::new(salt);
        message.content.in_reply_to = last;
        message.feed(&mut room);
        last = Some(message.id());
    }
    let replies = room
        .items()
        .filter(|item| item.reply().is_some_and(|reply| reply.item.is_some()))
        .count();
    assert_eq!(replies, 19_999);
}

/// Everything there is to know about a room, in words.
fn state<A>(room: &Room<A>) -> String {
    let mut out = String::new();
    for item in room.items() {
        writeln!(out, "{item:?}").unwrap();
    }
    writeln!(out, "{:?}", room.topics()).unwrap();
    writeln!(out, "{:?}", room.pending()).unwrap();
    writeln!(out, "{:?}", room.refusals()).unwrap();
    out
}

/// One step of a generated conversation; numbers name earlier steps.
#[derive(Clone, Debug)]
struct Step {
    what: u8,
    who: usize,
    target: usize,
    other: usize,
    time: u64,
    topic: bool,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = (
        0u8..9,
        0usize..3,
        any::<usize>(),
        any::<usize>(),
        0u64..40,
        any::<bool>(),
    );
    let step = step.prop_map(|(what, who, target, other, time, topic)| Step {
        what,
        who,
        target,
        other,
        time,
        topic,
    });
    prop::collection::vec(step, 1..24)
}

fn conversation(steps: &[Step]) -> Vec<Draft> {
    let mut drafts: Vec<Draft> = Vec::new();
    for (n, step) in steps.iter().enumerate() {
        let salt = n as u8;
        let sender = [ALICE, BOB, CATHY][step.who];
        let time = step.time;
        let pick = |n: usize| drafts.get(n % drafts.len().max(1));
        let (target, other) = (pick(step.target).cloned(), pick(step.other).cloned());
        let (Some(target), Some(other)) = (target, other) else {
            drafts.push(text(salt, sender, time, "first"));
            continue;
        };
        let mut made = match step.what {
            0 => text(salt, sender, time, "hello"),
            1 => text(salt, sender, time, "reply").reply(target.id()),
            2 => draft(salt, sender, time, emoji("\u{2764}")).reply(target.id()),
            3 => draft(salt, sender, time, emoji("\u{1f389}")).reply(target.id()),
            // An edit by the sender or by whoever it is.
            4 => text(salt, target.sender, time, "edit").replaces(target.id()),
            5 => text(salt, sender, time, "hostile").replaces(target.id()),
            6 => {
                let gone = NestedPart::null(target.content.nested_part.disposition);
                draft(salt, target.sender, time, gone).replaces(target.id())
            }
            7 => text(salt, target.sender, time, "turned")
                .replaces(target.id())
                .reply(other.id()),
            8 => report(
                salt,
                sender,
                time,
                &[
                    (target.id(), MessageStatus(n as u8 % 4)),
                    (other.id(), MessageStatus::READ),
                ],
            ),
            _ => draft(salt, sender, time, emoji("\u{1f44d}"))
                .replaces(target.id())
                .reply(other.id()),
        };
        if step.topic {
            made = made.topic(b"tea");
        }
        drafts.push(made);
    }
    drafts
}

fn converges<A: Authority + Copy>(authority: A, messages: &[Draft], orders: &[Vec<usize>]) {
    let mut states: HashMap<String, usize> = HashMap::new();
    for order in orders {
        let mut room = Room::with_authority(ROOM, authority);
        for (n, place) in order.iter().enumerate() {
            let mut message = messages[place % messages.len()].clone();
            // Some come first with a later time.
            message.time += n as u64 % 3 * 7;
            message.feed(&mut room);
        }
        // Whatever an order left out comes last.
        for message in messages {
            message.feed(&mut room);
        }
        assert_eq!(room.len(), messages.len());
        states.insert(state(&room), 0);
        // What is saved can be loaded.
        let mut loaded = Room::with_authority(ROOM, authority);
        for incoming in room.received() {
            loaded.feed(incoming).unwrap();
        }
        assert_eq!(state(&room), state(&loaded));
    }
    assert_eq!(states.len(), 1, "{states:#?}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn the_order_of_arrival_makes_no_difference(
        steps in steps(),
        orders in prop::collection::vec(prop::collection::vec(0usize..24, 0..40), 10),
    ) {
        let messages = conversation(&steps);
        converges(OriginalSender, &messages, &orders);
        converges(Anarchy, &messages, &orders);
    }

    /// Changes say all that changed: what they do not name looks as before.
    #[test]
    fn changes_name_whatever_changed(steps in steps()) {
        let messages = conversation(&steps);
        for authority in [true, false] {
            let mut room = Room::with_authority(ROOM, Either(authority));
            // Everything comes twice, first with a later time.
            let later = messages.iter().rev().map(|message| Draft {
                time: message.time + 7,
                ..message.clone()
            });
            for message in later.chain(messages.iter().cloned()) {
                let look = |room: &Room<Either>| -> HashMap<MessageId, String> {
                    room.items().map(|item| (item.id(), format!("{item:?}"))).collect()
                };
                let before = look(&room);
                let changes = message.feed(&mut room);
                for (id, after) in look(&room) {
                    let named = changes.iter().any(|change| match change {
                        Change::Added(item) | Change::Changed(item) | Change::History(item)
                        | Change::Reactions(item) | Change::ReplyKnown(item)
                        | Change::Moved(item) | Change::Status(item)
                        | Change::Refused { item, .. } => *item == id,
                        _ => false,
                    });
                    // What refers to a changed item shows it, too.
                    let quotes = room.item(&id).unwrap().reply().is_some();
                    if !named && !quotes {
                        prop_assert_eq!(before.get(&id), Some(&after));
                    }
                }
            }
        }
    }
}

#[derive(Clone, Copy)]
struct Either(bool);

impl Authority for Either {
    fn may(&self, action: Action, by: &str, sender: &str) -> bool {
        self.0 || OriginalSender.may(action, by, sender)
    }
}
