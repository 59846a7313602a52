//! A whole mailbox as messages: threads, runs that go on, late links, circles, repeated mails.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use mimi_codec::cbor::Decoder;
use mimi_codec::mail::archive::{
    self, ArchiveOptions, DEFAULT_ROOM, Event, Made, Refused, Sink, SinkError, Summary,
};
use mimi_codec::mail::mailbox::{Mailbox, MailboxOptions, Mbox};
use mimi_codec::mail::{DiskResolver, LinkKind, MemoryResolver, Resolver};
use mimi_codec::message::{IdAlgorithm, MessageId, Uris};
use mimi_codec::report::{Code, Finding, codes};
use mimi_codec::room::{Incoming, ReactionKind, Room};

/// The list: 30 mails, of which one comes twice.
fn list() -> Vec<u8> {
    fs::read(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/data/list.mbox")).unwrap()
}

/// Which mail each one answers; 0 none that is known.
const PARENTS: [u8; 31] = [
    0, 0, 1, 2, 1, 1, 1, 5, 0, 8, 9, 10, 8, 0, 13, 0, 15, 16, 0, 15, 0, 20, 21, 22, 1, 0, 25, 26,
    25, 27, 0,
];

/// What a run handed out.
#[derive(Default)]
struct Kept {
    messages: Mutex<BTreeMap<String, Vec<u8>>>,
    refused: Mutex<Vec<(u64, Vec<u8>)>>,
    /// The message after which writing fails.
    full: Option<usize>,
    /// The end of the name of a message that is not wanted.
    unwanted: Option<&'static str>,
}

impl Sink for Kept {
    fn messages(&self, mail: &[Made<'_>]) -> Result<Vec<Finding>, SinkError> {
        let mut messages = self.messages.lock().unwrap();
        if self.full.is_some_and(|full| messages.len() >= full) {
            return Err(SinkError::Io(std::io::Error::other("the disk is full")));
        }
        let unwanted = |made: &Made<'_>| {
            let start = made.name.split('-').next().unwrap_or_default();
            self.unwanted
                .is_some_and(|unwanted| start.ends_with(unwanted))
        };
        if mail.iter().any(unwanted) {
            return Err(SinkError::refuse(Finding::new(codes::NO_MEANING)));
        }
        for made in mail {
            messages.insert(made.name.clone(), made.octets.to_vec());
        }
        Ok(Vec::new())
    }

    fn refused(&self, refused: &Refused<'_>) -> std::io::Result<()> {
        let mut list = self.refused.lock().unwrap();
        list.push((refused.ordinal, refused.octets.to_vec()));
        Ok(())
    }
}

fn options() -> ArchiveOptions<'static> {
    let mut options = ArchiveOptions::default();
    options.import.seed = Some(b"test"[..].into());
    options.threads = 1;
    options
}

struct Runs {
    folder: tempfile::TempDir,
    store: DiskResolver,
    kept: Kept,
    options: ArchiveOptions<'static>,
    found: Vec<(String, Code)>,
}

impl Runs {
    fn new() -> Self {
        Runs {
            folder: tempfile::tempdir().unwrap(),
            store: DiskResolver::in_memory().unwrap(),
            kept: Kept::default(),
            options: options(),
            found: Vec::new(),
        }
    }

    fn try_run(&mut self, mbox: &[u8]) -> Result<Summary, archive::ArchiveError> {
        let path = self.folder.path().join("run.mbox");
        fs::write(&path, mbox).unwrap();
        let mailbox = Mailbox::open(&path, &MailboxOptions::default()).unwrap();
        self.found.clear();
        let found = &mut self.found;
        archive::convert(
            &mailbox,
            &self.store,
            &self.options,
            &self.kept,
            &mut |event| {
                if let Event::Finding { source, finding } = event {
                    found.push((source.unwrap_or_default().to_owned(), finding.code));
                }
            },
        )
    }

    fn run(&mut self, mbox: &[u8]) -> Summary {
        self.try_run(mbox).unwrap()
    }

    fn found(&self, code: Code) -> Vec<&str> {
        let of = self.found.iter().filter(|(_, found)| *found == code);
        of.map(|(source, _)| &**source).collect()
    }

    fn messages(&self) -> BTreeMap<String, Vec<u8>> {
        self.kept.messages.lock().unwrap().clone()
    }

    fn id(&self, mail: u8) -> MessageId {
        let external = format!("m{mail:02}@list.example.com");
        self.store.message_id(&external).expect("a known mail")
    }

    fn room(&self) -> Room {
        let mut room = Room::new(DEFAULT_ROOM);
        for octets in self.messages().into_values() {
            let received = Decoder::strict().decode(&octets).unwrap();
            let extensions = &received.content().extensions;
            let sender = extensions.sender_uri().unwrap().unwrap();
            let time = extensions.sender_timestamp().unwrap().unwrap().seconds() * 1000;
            room.feed(Incoming::new(octets.clone(), time, sender, DEFAULT_ROOM))
                .unwrap();
        }
        room
    }
}

/// The mails of an mbox as they stand in the file, each with its first line.
fn pieces(mbox: &[u8]) -> Vec<Vec<u8>> {
    let text = std::str::from_utf8(mbox).unwrap();
    let mut starts: Vec<usize> = text
        .match_indices("\nFrom ")
        .filter(|(at, _)| text[..*at].ends_with('\n') || *at == 0)
        .map(|(at, _)| at + 1)
        .filter(|at| text[*at..].lines().next().unwrap().ends_with(" 2026"))
        .collect();
    starts.insert(0, 0);
    starts.push(text.len());
    starts
        .windows(2)
        .map(|pair| mbox[pair[0]..pair[1]].to_vec())
        .collect()
}

#[test]
fn the_list_in_one_run() {
    let mut runs = Runs::new();
    let summary = runs.run(&list());
    assert_eq!((summary.mails, summary.converted), (30, 29));
    assert_eq!((summary.messages, summary.repeated), (29, 1));
    assert_eq!((summary.refused, summary.before), (0, 0));
    assert_eq!(summary.late_links, []);
    assert_eq!(
        runs.found(codes::REFERENCE_UNRESOLVED),
        ["14"],
        "the missing parent"
    );
    assert_eq!(runs.found(codes::MAIL_REPEATED), ["20"]);
    assert_eq!(runs.found(codes::MESSAGE_ID_REPEATED).len(), 0);
    let messages = runs.messages();
    assert_eq!(messages.len(), 29);
    // Every reference is where it belongs, wherever the mails stand in the file.
    for mail in (1..=30).filter(|mail| *mail != 18) {
        let id = runs.id(mail);
        let short = format!("{id}")[2..14].to_owned();
        let (name, octets) = messages
            .iter()
            .find(|(name, _)| name.ends_with(&short))
            .unwrap();
        let received = Decoder::strict().decode(octets).unwrap();
        assert_eq!(
            received
                .message_id(IdAlgorithm::Draft08, &Uris::STATED)
                .unwrap(),
            id
        );
        let content = received.content();
        let parent = match PARENTS[usize::from(mail)] {
            0 => None,
            parent => Some(runs.id(parent)),
        };
        assert_eq!(content.in_reply_to, parent, "mail {mail} ({name})");
        let replaces = matches!(mail, 5 | 24).then(|| runs.id(2));
        assert_eq!(content.replaces, replaces, "mail {mail}: the first version");
    }
    assert_eq!(
        runs.store.author(&runs.id(1)).as_deref(),
        Some("mailto:baker@example.com")
    );
}

#[test]
fn the_room_of_the_list_is_consistent() {
    let mut runs = Runs::new();
    runs.run(&list());
    let room = runs.room();
    // 29 messages: two edits and two reactions belong to others.
    assert_eq!(room.items().count(), 25);
    assert_eq!(room.pending().len(), 0);
    let kettle = room.item(&runs.id(2)).unwrap();
    assert!(kettle.is_edited());
    assert_eq!(kettle.current(), runs.id(24), "the newest version");
    for (item, emoji) in [(1, "👍"), (25, "❤️")] {
        let reactions = room.item(&runs.id(item)).unwrap().reactions();
        assert_eq!(reactions.len(), 1);
        assert_eq!(reactions[0].kind, ReactionKind::Text(emoji.to_owned()));
    }
    // An answer to an edit is an answer to the item.
    let answer = room.item(&runs.id(7)).unwrap().reply().unwrap();
    assert_eq!((answer.meant, answer.item), (runs.id(5), Some(runs.id(2))));
    // Fed backwards, it is the same room.
    let mut again = Room::new(DEFAULT_ROOM);
    for octets in runs.messages().into_values().rev() {
        let received = Decoder::strict().decode(&octets).unwrap();
        let extensions = &received.content().extensions;
        let sender = extensions.sender_uri().unwrap().unwrap();
        let time = extensions.sender_timestamp().unwrap().unwrap().seconds() * 1000;
        again
            .feed(Incoming::new(octets.clone(), time, sender, DEFAULT_ROOM))
            .unwrap();
    }
    let ids = |room: &Room| room.items().map(|item| item.current()).collect::<Vec<_>>();
    assert_eq!(ids(&room), ids(&again));
}

#[test]
fn the_list_in_three_runs() {
    let mut runs = Runs::new();
    let pieces = pieces(&list());
    assert_eq!(pieces.len(), 30);
    let mut late = Vec::new();
    for third in pieces.chunks(10) {
        let summary = runs.run(&third.concat());
        assert_eq!((summary.mails, summary.refused), (10, 0));
        assert_eq!(runs.found(codes::LATE_LINK).len(), summary.late_links.len());
        late.extend(summary.late_links);
    }
    assert_eq!(runs.messages().len(), 29);
    late.sort();
    let links: Vec<_> = late
        .iter()
        .map(|link| (link.message, link.kind, link.target, &*link.external))
        .collect();
    let link = |from, to: u8, external| (runs.id(from), LinkKind::Reply, runs.id(to), external);
    let mut expected = [
        link(17, 16, "m16@list.example.com"),
        link(23, 22, "m22@list.example.com"),
        link(28, 25, "m25@list.example.com"),
    ];
    expected.sort();
    assert_eq!(links, expected);
    let mut kept = runs.store.late_links().unwrap();
    kept.sort();
    assert_eq!(kept, late);
    // The room has every item. The reaction whose target came late stands alone, because its
    // octets, and so its ID, stay what they were.
    let room = runs.room();
    assert_eq!(room.items().count(), 26);
    assert_eq!(room.pending().len(), 0);
    assert_eq!(room.item(&runs.id(2)).unwrap().current(), runs.id(24));
    // Once more, whole: nothing is new, and nothing changes.
    let before = runs.messages();
    let summary = runs.run(&list());
    assert_eq!(
        (summary.converted, summary.before, summary.repeated),
        (0, 29, 1)
    );
    assert_eq!(summary.late_links, []);
    assert_eq!(runs.messages(), before);
}

#[test]
fn twice_over_makes_no_duplicates() {
    let mut runs = Runs::new();
    runs.run(&list());
    let first = runs.messages();
    let summary = runs.run(&list());
    assert_eq!((summary.converted, summary.messages), (0, 0));
    assert_eq!((summary.before, summary.repeated), (29, 1));
    assert_eq!(runs.messages(), first);
    // Both halves of a doubled mailbox.
    let mut doubled = list();
    doubled.extend_from_slice(&list());
    let summary = runs.run(&doubled);
    assert_eq!(summary.converted, 0);
    let mut fresh = Runs::new();
    let summary = fresh.run(&doubled);
    assert_eq!((summary.converted, summary.repeated), (29, 31));
    assert_eq!(fresh.messages(), first);
}

#[test]
fn a_seed_decides_and_threads_do_not() {
    let mut one = Runs::new();
    one.run(&list());
    let mut many = Runs::new();
    many.options.threads = 4;
    many.run(&list());
    assert_eq!(one.messages(), many.messages());
    assert_eq!(one.found, many.found, "also the findings, and their order");
    let mut other = Runs::new();
    other.options.import.seed = Some(b"other"[..].into());
    other.run(&list());
    assert_ne!(one.messages(), other.messages());
    // Without a seed the first run draws one, and the next ones have the same.
    let mut drawn = Runs::new();
    drawn.options.import.seed = None;
    let pieces = pieces(&list());
    drawn.run(&pieces[..20].concat());
    drawn.run(&list());
    assert_eq!(drawn.messages().len(), 29);
    assert_ne!(one.messages(), drawn.messages());
}

#[test]
fn other_options_need_another_store() {
    let mut runs = Runs::new();
    runs.run(&list());
    runs.options.import.seed = Some(b"other"[..].into());
    let error = runs.try_run(&list()).unwrap_err();
    assert_eq!(error.code(), codes::STORE_OTHER_OPTIONS);
    assert!(!format!("{error}").contains("test"), "a seed is not told");
    runs.options.import.seed = None;
    runs.options.import.room = Some("mimi://example.com/r/other".into());
    let error = runs.try_run(&list()).unwrap_err();
    assert_eq!(error.finding().path.as_deref(), Some("room"));
}

#[test]
fn a_run_that_breaks_off_goes_on() {
    let mut whole = Runs::new();
    whole.run(&list());
    for full in 0..29 {
        let mut runs = Runs::new();
        runs.kept.full = Some(full);
        let error = runs.try_run(&list()).unwrap_err();
        assert!(std::error::Error::source(&error).is_some());
        runs.kept.full = None;
        let summary = runs.run(&list());
        assert_eq!(summary.converted + summary.before, 29);
        assert_eq!(runs.messages(), whole.messages(), "broken off after {full}");
    }
}

fn mail(id: &str, fields: &str, body: &str) -> String {
    format!(
        "From a@example.com Fri Feb 13 23:31:30 2009\nFrom: a@example.com\nMessage-ID: <{id}@x>\n{fields}\n{body}\n\n"
    )
}

#[test]
fn circles_lose_one_link_each() {
    let mbox = mail("a", "In-Reply-To: <b@x>\n", "a")
        + &mail("b", "In-Reply-To: <a@x>\n", "b")
        + &mail("c", "In-Reply-To: <c@x>\n", "c")
        + &mail("d", "In-Reply-To: <f@x>\n", "d")
        + &mail("e", "In-Reply-To: <d@x>\n", "e")
        + &mail("f", "In-Reply-To: <e@x>\nSupersedes: <d@x>\n", "f");
    let mut runs = Runs::new();
    let summary = runs.run(mbox.as_bytes());
    assert_eq!((summary.converted, summary.refused), (6, 0));
    assert_eq!(runs.found(codes::REFERENCE_CYCLE), ["1", "3", "4"]);
    let id = |name: &str| runs.store.message_id(&format!("{name}@x")).unwrap();
    let links: Vec<_> = summary
        .late_links
        .iter()
        .map(|link| (link.message, link.target))
        .collect();
    assert_eq!(links.len(), 2, "a link to itself is none: {links:?}");
    assert!(links.contains(&(id("a"), id("b"))) && links.contains(&(id("d"), id("f"))));
    // However it is cut into runs of its own, the same links are left out.
    let first = runs.messages();
    let mut broken = Runs::new();
    broken.kept.full = Some(3);
    broken.try_run(mbox.as_bytes()).unwrap_err();
    broken.kept.full = None;
    broken.run(mbox.as_bytes());
    assert_eq!(broken.messages(), first);
}

/// A reaction of an author to a mail, or, without an emoji, one that takes them back.
fn react(id: &str, to: &str, author: &str, minute: u8, emoji: &str) -> String {
    let fields = format!(
        "In-Reply-To: <{to}@x>\nDate: Fri, 13 Feb 2009 23:{minute:02}:00 +0000\n\
         Content-Type: text/plain; charset=utf-8\nContent-Disposition: Reaction\n"
    );
    mail(id, &fields, emoji).replace("From: a@example.com", &format!("From: {author}"))
}

#[test]
fn an_empty_reaction_takes_back_those_before_it() {
    let (ann, bob) = ("Ann <ann@example.com>", "ann2@example.com");
    let mbox = [
        mail("t", "", "a text"),
        mail("other", "", "another text"),
        react("r1", "t", ann, 1, "\u{1f44d}"),
        react("bob", "t", bob, 1, "\u{1f44d}"),
        react("elsewhere", "other", ann, 1, "\u{1f44d}"),
        // It came before, and was written after. A domain has no case.
        react("back", "t", "ann@Example.COM", 3, " "),
        react("r2", "t", ann, 2, "\u{2764}\u{fe0f}"),
        react("r3", "t", ann, 4, "\u{1f389}"),
        react("again", "t", ann, 5, ""),
        react("none", "t", ann, 6, ""),
    ];
    let whole = mbox.concat();
    let mut first = None;
    // In one run; on several threads; cut off after each mail; and a run for each mail.
    for full in 0..=mbox.len() {
        let mut runs = Runs::new();
        runs.options.threads = 1 + full % 3;
        runs.kept.full = Some(full);
        let _ = runs.try_run(whole.as_bytes());
        runs.kept.full = None;
        runs.run(whole.as_bytes());
        let messages = runs.messages();
        let first = first.get_or_insert_with(|| messages.clone());
        assert_eq!(&messages, first, "cut off after {full}");
    }
    let mut runs = Runs::new();
    let summary = runs.run(whole.as_bytes());
    assert_eq!((summary.converted, summary.messages), (10, 11));
    assert_eq!(runs.found(codes::REACTION_UNKNOWN), ["10"]);
    let id = |name: &str| runs.store.message_id(&format!("{name}@x")).unwrap();
    let messages = runs.messages();
    let replaced = |start: &str| {
        let (_, octets) = messages
            .iter()
            .find(|(name, _)| name.starts_with(start))
            .unwrap();
        let read = Decoder::strict().decode(octets).unwrap();
        read.content().replaces
    };
    assert_eq!(replaced("0000006-"), Some(id("r1")));
    assert_eq!(replaced("0000006.1-"), Some(id("r2")));
    assert_eq!(replaced("0000009-"), Some(id("r3")));
    assert_eq!(replaced("0000010-"), None);
    let left = |target: &str, author: &str| {
        let author = format!("mailto:{author}");
        runs.store.reactions(&id(target), &author)
    };
    assert_eq!(left("t", "ann@example.com"), []);
    assert_eq!(left("t", "ann2@example.com"), [id("bob")]);
    assert_eq!(left("other", "ann@example.com"), [id("elsewhere")]);
    // A run for each mail: only what was known can be taken back.
    let mut slow = Runs::new();
    let mut codes = Vec::new();
    for one in &mbox {
        slow.run(one.as_bytes());
        codes.push(slow.found(codes::REACTION_UNKNOWN).len());
    }
    assert_eq!(codes, [0, 0, 0, 0, 0, 0, 0, 0, 0, 1]);
    let author = "mailto:ann@example.com";
    let target = slow.store.message_id("t@x").unwrap();
    assert_eq!(slow.store.reactions(&target, author), []);
}

#[test]
fn reactions_in_a_store_are_told_and_forgotten() {
    let store = DiskResolver::in_memory().unwrap();
    let id = |number| MessageId::new([number; 32]);
    for number in [9, 3, 5] {
        store
            .record_reaction(id(number), id(1), "mailto:a@x")
            .unwrap();
    }
    store.record_reaction(id(4), id(1), "mailto:a@xx").unwrap();
    store.record_reaction(id(4), id(2), "mailto:a@x").unwrap();
    let known = |target| store.reactions(&id(target), "mailto:a@x");
    assert_eq!(known(1), [id(9), id(3), id(5)], "as they were given");
    store.forget_reaction(id(3), id(1), "mailto:a@x").unwrap();
    store.forget_reaction(id(7), id(1), "mailto:a@x").unwrap();
    assert_eq!(known(1), [id(9), id(5)]);
    assert_eq!(known(2), [id(4)]);
}

#[test]
fn message_ids_that_repeat_or_are_missing() {
    let nameless = mail("x", "", "no name").replace("Message-ID: <x@x>\n", "");
    let mbox = mail("a", "", "first")
        + &mail("a", "", "second")
        + &mail("a", "X-Trace: other\n", "first")
        + &nameless
        + &nameless
        + &mail("b", "In-Reply-To: <a@x>\n", "answer");
    let mut runs = Runs::new();
    let summary = runs.run(mbox.as_bytes());
    assert_eq!((summary.converted, summary.repeated), (4, 2));
    assert_eq!(runs.found(codes::MESSAGE_ID_REPEATED), ["2"]);
    assert_eq!(runs.found(codes::MAIL_REPEATED), ["3", "5"]);
    assert_eq!(runs.found(codes::MESSAGE_ID_MISSING), ["4"]);
    let first = runs.store.message_id("a@x").unwrap();
    let messages = runs.messages();
    let (name, _) = messages.iter().next().unwrap();
    assert!(
        name.ends_with(&format!("{first}")[2..14]),
        "the first keeps it"
    );
    // The next run knows them all.
    let summary = runs.run(mbox.as_bytes());
    assert_eq!(
        (summary.converted, summary.before, summary.repeated),
        (0, 5, 1)
    );
}

#[test]
fn a_bad_mail_is_saved_and_passed_over() {
    let parts = "Content-Type: multipart/mixed; boundary=b\n";
    let many = "--b\n\nx\n".repeat(2000) + "--b--\n";
    let mbox = mail("a", "", "good")
        + &mail("b", parts, &many)
        + &mail("c", "In-Reply-To: <b@x>\n", "good");
    let mut runs = Runs::new();
    for _ in 0..2 {
        let summary = runs.run(mbox.as_bytes());
        assert_eq!(summary.refused, 1);
        assert_eq!(runs.found(codes::MAIL_TOO_MANY_PARTS), ["2"]);
    }
    let refused = runs.kept.refused.lock().unwrap().clone();
    assert_eq!(refused.len(), 2, "tried again, as options may have changed");
    let original: Vec<_> = Mbox::new(mbox.as_bytes(), &MailboxOptions::default())
        .unwrap()
        .map(|mail| mail.octets.unwrap())
        .collect();
    assert!(
        refused
            .iter()
            .all(|(number, octets)| (*number, octets) == (2, &original[1]))
    );
    // When it is taken at last, what answered it is linked.
    runs.options.import.excess_parts = mimi_codec::mail::ExcessParts::Opaque;
    let summary = runs.run(mbox.as_bytes());
    assert_eq!((summary.refused, summary.converted), (0, 1));
    assert_eq!(summary.late_links.len(), 1);
}

#[test]
fn a_sender_for_mails_without_one() {
    let mbox = mail("a", "", "x").replace("From: a@example.com\n", "");
    let mut runs = Runs::new();
    runs.run(mbox.as_bytes());
    assert_eq!(runs.found(codes::MESSAGE_UNNAMED), ["1"]);
    assert!(runs.messages().contains_key("0000001"));
    let mut runs = Runs::new();
    runs.options.sender = Some("mimi://example.com/u/archive".into());
    runs.run(mbox.as_bytes());
    assert_eq!(runs.found(codes::MESSAGE_UNNAMED).len(), 0);
    assert!(runs.store.message_id("a@x").is_some());
}

#[test]
fn a_store_is_a_file_for_one_run_at_a_time() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.redb");
    let id = MessageId::new([1; 32]);
    let first = DiskResolver::open(&path).unwrap();
    first.record("a@x", id, None, None).unwrap();
    let busy = DiskResolver::open(&path).unwrap_err();
    assert_eq!(busy.code(), codes::STORE_UNUSABLE);
    assert!(std::error::Error::source(&busy).is_some());
    drop(first);
    let again = DiskResolver::open(&path).unwrap();
    assert_eq!(again.message_id("a@x"), Some(id));
    assert_eq!(again.external_id(&id).as_deref(), Some("a@x"));
    again.check().unwrap();
    drop(again);
    let text = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/list.mbox");
    let copy = folder.path().join("no.redb");
    fs::copy(text, &copy).unwrap();
    assert_eq!(
        DiskResolver::open(&copy).unwrap_err().code(),
        codes::STORE_UNUSABLE
    );
    assert_eq!(
        fs::read(&copy).unwrap(),
        list(),
        "what is no store is left alone"
    );
}

#[test]
fn one_mail_deletes_only_so_many() {
    let ids: String = (0..800)
        .map(|number| format!(" <mimi-{number:064x}@x>"))
        .collect();
    let mbox = mail("a", &format!("Chat-Delete:{ids}\n"), "x");
    let mut runs = Runs::new();
    let summary = runs.run(mbox.as_bytes());
    assert_eq!(summary.messages, 257, "the mail, and 256 deletes");
    assert_eq!(runs.found(codes::FIELD_TOO_LONG), ["1"]);
    // Of mails that are not known, each is waited for.
    let unknown = mail(
        "b",
        &format!("Chat-Delete:{}\n", ids.replace("mimi-", "")),
        "x",
    );
    let summary = runs.run(unknown.as_bytes());
    assert_eq!(summary.messages, 1);
    assert_eq!(runs.found(codes::REFERENCE_UNRESOLVED).len(), 256);
    let target = format!("{:064x}", 3);
    let found = mail("c", "", "x").replace("<c@x>", &format!("<{target}@x>"));
    let summary = runs.run(found.as_bytes());
    assert_eq!(summary.late_links[0].kind, LinkKind::Deletes);
}

/// A mail of several messages is taken or refused as a whole, whichever of them is not wanted.
#[test]
fn a_mail_is_refused_as_a_whole() {
    let ids = "Chat-Delete: <a@x> <b@x>\n";
    let mbox = [mail("a", "", "a"), mail("b", "", "b"), mail("c", ids, "c")].concat();
    let mut runs = Runs::new();
    assert_eq!(runs.run(mbox.as_bytes()).messages, 5);
    let all = runs.messages();
    assert_eq!(all.len(), 5);
    for unwanted in ["3", "3.1", "3.2"] {
        let mut runs = Runs::new();
        runs.options.threads = 2;
        runs.kept.unwanted = Some(unwanted);
        let summary = runs.run(mbox.as_bytes());
        assert_eq!((summary.messages, summary.refused), (2, 1), "{unwanted}");
        assert_eq!(runs.messages().len(), 2, "{unwanted}");
        assert_eq!(runs.found(codes::NO_MEANING), ["3"]);
        assert_eq!(runs.kept.refused.lock().unwrap().len(), 1);
        assert_eq!(runs.store.message_id("c@x"), None);
        // Once it is wanted, the next run has them all.
        runs.kept.unwanted = None;
        assert_eq!(runs.run(mbox.as_bytes()).messages, 3);
        assert_eq!(runs.messages(), all);
    }
}

/// Names that differ in the case of a domain only are one author; when each was sent is known.
#[test]
fn the_store_knows_author_and_time() {
    let date = "Date: Fri, 13 Feb 2009 23:31:30 +0000\n";
    let mbox = [
        mail("a", date, "a"),
        mail("b", "", "b").replace("From: a@example.com", "From: A <a@EXAMPLE.com>"),
        mail("c", date, "c").replace("From: a@example.com", "From: A@example.com"),
    ];
    let mut runs = Runs::new();
    runs.run(mbox.concat().as_bytes());
    let about = |id: &str| {
        let id = runs.store.message_id(&format!("{id}@x")).unwrap();
        let seconds = runs.store.sent(&id).map(|time| time.seconds());
        (runs.store.author(&id).unwrap(), seconds)
    };
    let uri = |address: &str| format!("mailto:{address}");
    assert_eq!(about("a"), (uri("a@example.com"), Some(1_234_567_890)));
    assert_eq!(about("b"), (uri("a@example.com"), None));
    assert_eq!(about("c").0, uri("A@example.com"));
    // A store of one's own, told message by message.
    let store = DiskResolver::in_memory().unwrap();
    let mut memory = MemoryResolver::new();
    for octets in runs.messages().values() {
        let received = Decoder::strict().decode(octets).unwrap();
        let id = received
            .message_id(IdAlgorithm::Draft08, &Uris::STATED)
            .unwrap();
        store.record_message(id, received.content()).unwrap();
        memory.record_message(id, received.content());
        for known in [&store as &dyn Resolver, &memory] {
            assert_eq!(known.sent(&id), runs.store.sent(&id));
            assert_eq!(known.author(&id), runs.store.author(&id));
            assert_eq!(known.external_id(&id), runs.store.external_id(&id));
        }
    }
    // Reactions are found under every spelling of who gave them.
    let (target, given) = (MessageId::new([1; 32]), MessageId::new([2; 32]));
    store
        .record_reaction(given, target, "mailto:a@X.example")
        .unwrap();
    memory.record_reaction(given, target, "mailto:a@X.example");
    for known in [&store as &dyn Resolver, &memory] {
        assert_eq!(known.reactions(&target, "MAILTO:a@x.Example"), [given]);
        assert_eq!(known.reactions(&target, "mailto:A@x.example"), []);
    }
}

/// A store whose octets somebody changed is refused, or answers something: nothing panics.
#[test]
fn a_damaged_store_is_an_error() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.redb");
    let id = |number: u8| MessageId::new([number; 32]);
    let store = DiskResolver::open(&path).unwrap();
    for number in 0..50 {
        let external = format!("{number}@example.com");
        store
            .record(&external, id(number), None, Some("mailto:a@x"))
            .unwrap();
    }
    drop(store);
    let whole = fs::read(&path).unwrap();
    let mut random = 1u32;
    let mut next = |below: usize| {
        random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (random >> 8) as usize % below
    };
    // Some of it makes the database panic, which is always caught, and said to be.
    let panics = Arc::new(AtomicUsize::new(0));
    let (counted, print) = (panics.clone(), Arc::new(std::panic::take_hook()));
    let hook = print.clone();
    std::panic::set_hook(Box::new(
        move |panic| match DiskResolver::catches_panics_here() {
            true => drop(counted.fetch_add(1, Ordering::Relaxed)),
            false => hook(panic),
        },
    ));
    let mut refused = 0;
    for round in 0..40 {
        let mut damaged = whole.clone();
        for _ in 0..(4 << (round % 10)) {
            let at = 4096 + next(whole.len() - 4096);
            damaged[at] = next(256) as u8;
        }
        fs::write(&path, &damaged).unwrap();
        let outcome = DiskResolver::open(&path).and_then(|store| {
            store.message_id("7@example.com");
            store.author(&id(7));
            store.reactions(&id(7), "mailto:a@x");
            store.check()?;
            store.late_links()?;
            store.record("new@example.com", id(99), Some(id(7)), None)
        });
        if let Err(error) = outcome {
            assert_eq!(error.code(), codes::STORE_UNUSABLE);
            refused += 1;
        }
    }
    assert!(refused > 10, "only {refused} were refused");
    assert!(panics.load(Ordering::Relaxed) > 0, "nothing panicked");
    assert!(!DiskResolver::catches_panics_here());
    std::panic::set_hook(Box::new(move |panic| print(panic)));
}

#[test]
fn one_mail_takes_back_only_so_many() {
    let author = "ann@example.com";
    let given = (0..300).map(|number| react(&format!("r{number}"), "t", author, 1, "\u{1f44d}"));
    let mut mbox = mail("t", "", "a text");
    mbox.extend(given);
    mbox += &react("some", "t", author, 2, "");
    mbox += &react("rest", "t", author, 3, "");
    let mut runs = Runs::new();
    let summary = runs.run(mbox.as_bytes());
    assert_eq!((summary.converted, summary.messages), (303, 301 + 256 + 44));
    assert_eq!(runs.found(codes::FIELD_TOO_LONG), ["302"]);
    let target = runs.store.message_id("t@x").unwrap();
    assert_eq!(runs.store.reactions(&target, "mailto:ann@example.com"), []);
}
