//! [`DiskResolver`]: which message each mail became, in a file, so that a mailbox can be converted
//! in several runs.
//!
//! The file is a redb database. redb was chosen over SQLite because it is Rust all the way down: it
//! builds wherever this crate does, without a C compiler and a quarter of a million lines of C. It
//! has a file format that is kept stable, checksums and crash-safe commits, active upkeep, a
//! licence as free as ours, and no dependency of its own. Nothing here needs SQL.

use alloc::string::{String, ToString};
use alloc::vec::Vec;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

use redb::backends::InMemoryBackend;
use redb::{
    Builder, Database, Durability, MultimapTableDefinition, ReadableTable, TableDefinition,
};

use super::Resolver;
use super::database::{Opened, StoreError, fault, guarded, is_guarded};
use super::reactions::{self, Change, Reacted, ReactionPlace};
use crate::mail::{date, extensions};
use crate::message::{MessageId, MimiContent, SenderTimestamp};
#[cfg(doc)]
use crate::report::codes;

pub(super) type Id = &'static [u8; 32];
type Table<K, V> = TableDefinition<'static, K, V>;

/// Message-ID -> message, and the beginning of the hash of the mail's body.
const IDS: Table<&str, (Id, u64)> = Table::new("ids");
/// Message -> Message-ID, first version, URI of its author, and when it was sent. One table,
/// because each one costs as much to write as all this together.
const MESSAGES: Table<Id, About> = Table::new("messages");
type About = (
    Option<&'static str>,
    Option<Id>,
    Option<&'static str>,
    Option<Moment>,
);
/// Seconds since the start of the Unix epoch, and nanoseconds.
type Moment = (u64, u32);
/// Mail -> its number, and what became of it.
const MAILS: Table<Id, (u64, u8)> = Table::new("mails");
/// Message-ID that is not known yet -> messages that refer to it, and how.
const WAITING: MultimapTableDefinition<'static, &str, (Id, u8)> =
    MultimapTableDefinition::new("waiting");
/// Message, how it refers, and the message that came later -> its Message-ID.
const LINKS: Table<(Id, u8, Id), &str> = Table::new("links");
/// Settings of the conversion.
const META: Table<&str, &[u8]> = Table::new("meta");

/// Octets of the file that are kept in memory.
const CACHE: usize = 64 << 20;

/// What the first octets of a hash of headers and body say of a mail: whether it is the same one.
pub(in crate::mail) type MailKey = [u8; 32];

/// How a message refers to another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum LinkKind {
    /// It replies or reacts to it.
    Reply,
    /// It is a later version of it.
    Replaces,
    /// It asks to delete it.
    Deletes,
}

static KINDS: &[(LinkKind, &str)] = &[
    (LinkKind::Reply, "reply"),
    (LinkKind::Replaces, "replaces"),
    (LinkKind::Deletes, "deletes"),
];

impl LinkKind {
    /// A word for it: `reply`, `replaces` or `deletes`.
    pub fn name(self) -> &'static str {
        let row = KINDS.iter().find(|(kind, _)| *kind == self);
        row.map_or("", |(_, name)| name)
    }

    fn number(self) -> u8 {
        let row = KINDS.iter().position(|(kind, _)| *kind == self);
        row.and_then(|at| u8::try_from(at).ok()).unwrap_or(0)
    }

    fn from_number(number: u8) -> LinkKind {
        let row = KINDS.get(usize::from(number));
        row.map_or(LinkKind::Reply, |(kind, _)| *kind)
    }
}

/// A reference that a message does not carry, because the mail it refers to came later.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub struct LateLink {
    /// The message that refers.
    pub message: MessageId,
    /// How.
    pub kind: LinkKind,
    /// What it refers to.
    pub target: MessageId,
    /// The Message-ID of that mail, without angle brackets.
    pub external: String,
}

/// A reference to a mail that is not known yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::mail) struct Waiting {
    pub(in crate::mail) external: String,
    pub(in crate::mail) kind: LinkKind,
}

/// What became of a mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::mail) enum State {
    /// Nothing yet, or it was refused.
    Pending,
    Done,
}

/// What is remembered of a mail that was converted.
#[derive(Clone, Debug, Default)]
pub(in crate::mail) struct Record {
    pub(in crate::mail) key: MailKey,
    pub(in crate::mail) external: Option<String>,
    pub(in crate::mail) body: u64,
    pub(in crate::mail) id: Option<MessageId>,
    pub(in crate::mail) replaces: Option<MessageId>,
    pub(in crate::mail) author: Option<String>,
    pub(in crate::mail) sent: Option<SenderTimestamp>,
    pub(in crate::mail) waiting: Vec<Waiting>,
    pub(in crate::mail) reacted: Option<Reacted>,
}

/// A mail that is asked about before it is converted.
pub(in crate::mail) struct Asked<'a> {
    pub(in crate::mail) key: &'a MailKey,
    pub(in crate::mail) external: Option<&'a str>,
}

/// The answer: its number, what became of it, and the hash of the body that is known under its
/// Message-ID.
pub(in crate::mail) struct Answer {
    pub(in crate::mail) ordinal: u64,
    pub(in crate::mail) state: State,
    pub(in crate::mail) known_body: Option<u64>,
}

/// A resolver in a file, for conversions in several runs.
///
/// ```
/// use mimi_codec::mail::{DiskResolver, Resolver};
/// use mimi_codec::message::MessageId;
///
/// let known = DiskResolver::in_memory()?; // or DiskResolver::open("out/mailbox.redb")
/// let first = MessageId::new([1; 32]);
/// known.record("a@example.com", first, None, Some("mailto:bob@example.com"))?;
/// assert_eq!(known.message_id("a@example.com"), Some(first));
/// assert_eq!(known.author(&first).as_deref(), Some("mailto:bob@example.com"));
/// # Ok::<(), mimi_codec::mail::StoreError>(())
/// ```
#[derive(Debug)]
pub struct DiskResolver {
    database: Opened,
    /// What went wrong while somebody asked, who could only be told that nothing is known.
    fault: Mutex<Option<StoreError>>,
}

impl DiskResolver {
    /// Opens a store, or begins one. What a killed run left is put in order.
    ///
    /// # Errors
    /// [`codes::STORE_UNUSABLE`]: the file is something else, or another run uses it.
    pub fn open(path: impl AsRef<Path>) -> Result<Self, StoreError> {
        guarded(|| {
            let database = Builder::new().set_cache_size(CACHE).create(path);
            Self::with(database.map_err(fault)?)
        })
    }

    /// A store that is gone when it is dropped.
    ///
    /// # Errors
    /// [`codes::STORE_UNUSABLE`].
    pub fn in_memory() -> Result<Self, StoreError> {
        guarded(|| {
            let database = Builder::new()
                .set_cache_size(CACHE)
                .create_with_backend(InMemoryBackend::new());
            Self::with(database.map_err(fault)?)
        })
    }

    fn with(database: Database) -> Result<Self, StoreError> {
        let database = Opened::new(database);
        // Tables that exist can be read without asking first.
        let write = database.begin_write()?;
        write.open_table(IDS).map_err(fault)?;
        write.open_table(MESSAGES).map_err(fault)?;
        write.open_table(MAILS).map_err(fault)?;
        write.open_table(LINKS).map_err(fault)?;
        write.open_table(META).map_err(fault)?;
        write.open_multimap_table(WAITING).map_err(fault)?;
        reactions::begin(&write)?;
        write.commit().map_err(fault)?;
        Ok(DiskResolver {
            database,
            fault: Mutex::new(None),
        })
    }

    /// Remembers what a mail became, which message that one replaces, and who wrote it. Where
    /// earlier messages waited for it, returns the links that are now known.
    ///
    /// # Errors
    /// [`codes::STORE_UNUSABLE`].
    pub fn record(
        &self,
        external: &str,
        id: MessageId,
        replaces: Option<MessageId>,
        author: Option<&str>,
    ) -> Result<Vec<LateLink>, StoreError> {
        let record = Record {
            external: Some(external.to_string()),
            id: Some(id),
            replaces,
            author: author.map(String::from),
            ..Record::default()
        };
        self.commit(&[record], false, true)
    }

    /// Remembers a message by what it says of itself, as
    /// [`MemoryResolver::record_message`](crate::mail::MemoryResolver::record_message) does. Where
    /// earlier messages waited for it, returns the links that are now known.
    ///
    /// # Errors
    /// [`codes::STORE_UNUSABLE`].
    pub fn record_message(
        &self,
        id: MessageId,
        message: &MimiContent<'_>,
    ) -> Result<Vec<LateLink>, StoreError> {
        let stated = &message.extensions;
        let record = Record {
            external: extensions::external_id(stated),
            id: Some(id),
            replaces: message.replaces,
            author: stated.sender_uri().ok().flatten().map(String::from),
            sent: stated.sender_timestamp().ok().flatten(),
            ..Record::default()
        };
        self.commit(&[record], false, true)
    }

    /// Remembers the reaction of an author to a message.
    ///
    /// # Errors
    /// [`codes::STORE_UNUSABLE`].
    pub fn record_reaction(
        &self,
        id: MessageId,
        target: MessageId,
        author: &str,
    ) -> Result<(), StoreError> {
        let place = ReactionPlace {
            thread: [0; 16],
            seconds: 0,
            ordinal: guarded(|| reactions::next(&self.database, &target, author))?,
        };
        self.react(id, target, author, Change::Given(place))
    }

    /// Forgets a reaction of an author to a message, because it was taken back.
    ///
    /// # Errors
    /// [`codes::STORE_UNUSABLE`].
    pub fn forget_reaction(
        &self,
        id: MessageId,
        target: MessageId,
        author: &str,
    ) -> Result<(), StoreError> {
        self.react(id, target, author, Change::TakenBack(alloc::vec![id], None))
    }

    fn react(
        &self,
        id: MessageId,
        target: MessageId,
        author: &str,
        change: Change,
    ) -> Result<(), StoreError> {
        guarded(|| {
            let write = self.database.begin_write()?;
            reactions::change(&write, &id, author, &Reacted { target, change })?;
            write.commit().map_err(fault)
        })
    }

    /// The reactions of an author to a message that stand before another one in their thread: at
    /// most a few more than one mail can take back.
    pub(in crate::mail) fn reactions_before(
        &self,
        target: &MessageId,
        author: &str,
        before: &ReactionPlace,
    ) -> Vec<MessageId> {
        let known =
            self.ask(|database| reactions::before(database, target, author, before).map(Some));
        known.unwrap_or_default()
    }

    /// Every link that came too late for the message it belongs to, by message.
    ///
    /// # Errors
    /// [`codes::STORE_UNUSABLE`].
    pub fn late_links(&self) -> Result<Vec<LateLink>, StoreError> {
        guarded(|| {
            let read = self.database.begin_read()?;
            let links = read.open_table(LINKS).map_err(fault)?;
            let mut all = Vec::new();
            for link in links.iter().map_err(fault)? {
                let (key, external) = link.map_err(fault)?;
                let (message, kind, target) = key.value();
                all.push(LateLink {
                    message: MessageId::new(*message),
                    kind: LinkKind::from_number(kind),
                    target: MessageId::new(*target),
                    external: external.value().to_string(),
                });
            }
            Ok(all)
        })
    }

    /// Whether a panic in this thread would, at this moment, be one of the database over a damaged
    /// file, which is caught and becomes a [`StoreError`]. The default hook prints it all the
    /// same; a program can leave it out:
    ///
    /// ```
    /// use mimi_codec::mail::DiskResolver;
    ///
    /// let print = std::panic::take_hook();
    /// std::panic::set_hook(Box::new(move |panic| {
    ///     if !DiskResolver::catches_panics_here() {
    ///         print(panic);
    ///     }
    /// }));
    /// assert!(!DiskResolver::catches_panics_here());
    /// ```
    pub fn catches_panics_here() -> bool {
        is_guarded()
    }

    /// What went wrong while the store was asked as a [`Resolver`], which can only say that it
    /// does not know.
    ///
    /// # Errors
    /// The first fault since this was last asked.
    pub fn check(&self) -> Result<(), StoreError> {
        let mut fault = self.fault.lock().unwrap_or_else(PoisonError::into_inner);
        fault.take().map_or(Ok(()), Err)
    }

    /// A value of the settings. The first run that asks decides it.
    pub(in crate::mail) fn setting(
        &self,
        name: &str,
        wanted: &[u8],
    ) -> Result<Vec<u8>, StoreError> {
        guarded(|| {
            let write = self.database.begin_write()?;
            let value = {
                let mut meta = write.open_table(META).map_err(fault)?;
                let known = meta.get(name).map_err(fault)?;
                let known = known.map(|value| value.value().to_vec());
                match known {
                    Some(known) => known,
                    None => {
                        meta.insert(name, wanted).map_err(fault)?;
                        wanted.to_vec()
                    }
                }
            };
            write.commit().map_err(fault)?;
            Ok(value)
        })
    }

    /// Gives each mail a number, if it has none, and says what is known of it.
    pub(in crate::mail) fn admit(&self, mails: &[Asked<'_>]) -> Result<Vec<Answer>, StoreError> {
        guarded(|| {
            let mut write = self.database.begin_write()?;
            write.set_durability(Durability::None).map_err(fault)?;
            let mut answers = Vec::with_capacity(mails.len());
            {
                let mut table = write.open_table(MAILS).map_err(fault)?;
                let mut meta = write.open_table(META).map_err(fault)?;
                let ids = write.open_table(IDS).map_err(fault)?;
                let before = {
                    let last = meta.get("last").map_err(fault)?;
                    let octets = last.and_then(|last| last.value().try_into().ok());
                    octets.map_or(0, u64::from_be_bytes)
                };
                let mut last = before;
                for mail in mails {
                    let known_body = match mail.external {
                        Some(external) => {
                            let known = ids.get(external).map_err(fault)?;
                            known.map(|known| known.value().1)
                        }
                        None => None,
                    };
                    let known = table.get(mail.key).map_err(fault)?;
                    let known = known.map(|known| known.value());
                    let (ordinal, state) = match known {
                        Some(known) => known,
                        None => {
                            last += 1;
                            table.insert(mail.key, (last, 0)).map_err(fault)?;
                            (last, 0)
                        }
                    };
                    answers.push(Answer {
                        ordinal,
                        state: match state {
                            0 => State::Pending,
                            _ => State::Done,
                        },
                        known_body,
                    });
                }
                if last != before {
                    meta.insert("last", &last.to_be_bytes()[..])
                        .map_err(fault)?;
                }
            }
            write.commit().map_err(fault)?;
            Ok(answers)
        })
    }

    /// Remembers mails that were converted, and returns the links that are now known. What is not
    /// durable is lost if the machine fails before the next durable commit, and only then.
    pub(in crate::mail) fn commit(
        &self,
        records: &[Record],
        mails: bool,
        durable: bool,
    ) -> Result<Vec<LateLink>, StoreError> {
        guarded(|| {
            let mut write = self.database.begin_write()?;
            if !durable {
                write.set_durability(Durability::None).map_err(fault)?;
            }
            let mut late = Vec::new();
            {
                let mut ids = write.open_table(IDS).map_err(fault)?;
                let mut messages = write.open_table(MESSAGES).map_err(fault)?;
                let mut table = write.open_table(MAILS).map_err(fault)?;
                let mut waiting = write.open_multimap_table(WAITING).map_err(fault)?;
                let mut links = write.open_table(LINKS).map_err(fault)?;
                for record in records {
                    if mails {
                        let ordinal = table.get(&record.key).map_err(fault)?;
                        let ordinal = ordinal.map_or(0, |known| known.value().0);
                        table.insert(&record.key, (ordinal, 1)).map_err(fault)?;
                    }
                    let Some(id) = &record.id else {
                        continue;
                    };
                    if let (Some(reacted), Some(author)) = (&record.reacted, &record.author) {
                        reactions::change(&write, id, author, reacted)?;
                    }
                    let octets = id.as_bytes();
                    let first = match &record.replaces {
                        Some(replaced) => {
                            let known = messages.get(replaced.as_bytes()).map_err(fault)?;
                            let first = known.and_then(|known| known.value().1.copied());
                            Some(first.unwrap_or(*replaced.as_bytes()))
                        }
                        None => None,
                    };
                    let about = (
                        record.external.as_deref(),
                        first.as_ref().filter(|first| *first != octets),
                        record.author.as_deref(),
                        record.sent.map(|time| (time.seconds(), time.nanoseconds())),
                    );
                    messages.insert(octets, about).map_err(fault)?;
                    let Some(external) = record.external.as_deref() else {
                        continue;
                    };
                    // The first mail of a Message-ID keeps it.
                    if ids.get(external).map_err(fault)?.is_some() {
                        continue;
                    }
                    ids.insert(external, (octets, record.body)).map_err(fault)?;
                    for waits in waiting.remove_all(external).map_err(fault)? {
                        let waits = waits.map_err(fault)?;
                        let (message, kind) = waits.value();
                        late.push(LateLink {
                            message: MessageId::new(*message),
                            kind: LinkKind::from_number(kind),
                            target: *id,
                            external: external.to_string(),
                        });
                    }
                }
                // Known now, if the mails of a circle came together.
                for record in records {
                    let Some(id) = record.id.filter(|_| !record.waiting.is_empty()) else {
                        continue;
                    };
                    for waits in &record.waiting {
                        let known = ids.get(waits.external.as_str()).map_err(fault)?;
                        match known.map(|known| MessageId::new(*known.value().0)) {
                            Some(target) if target == id => {}
                            Some(target) => late.push(LateLink {
                                message: id,
                                kind: waits.kind,
                                target,
                                external: waits.external.clone(),
                            }),
                            None => {
                                let value = (id.as_bytes(), waits.kind.number());
                                waiting
                                    .insert(waits.external.as_str(), value)
                                    .map_err(fault)?;
                            }
                        }
                    }
                }
                for link in &late {
                    let key = (
                        link.message.as_bytes(),
                        link.kind.number(),
                        link.target.as_bytes(),
                    );
                    links.insert(key, link.external.as_str()).map_err(fault)?;
                }
            }
            write.commit().map_err(fault)?;
            late.sort();
            Ok(late)
        })
    }

    /// What is known about a message.
    fn about<T>(
        &self,
        id: &MessageId,
        what: impl FnOnce(
            (
                Option<&str>,
                Option<&[u8; 32]>,
                Option<&str>,
                Option<Moment>,
            ),
        ) -> Option<T>,
    ) -> Option<T> {
        self.ask(|database| {
            let read = database.begin_read()?;
            let messages = read.open_table(MESSAGES).map_err(fault)?;
            let known = messages.get(id.as_bytes()).map_err(fault)?;
            Ok(known.and_then(|known| what(known.value())))
        })
    }

    /// Asks, and keeps what goes wrong for [`check`](Self::check).
    fn ask<T>(&self, ask: impl FnOnce(&Opened) -> Result<Option<T>, StoreError>) -> Option<T> {
        guarded(|| ask(&self.database)).unwrap_or_else(|error| {
            let mut fault = self.fault.lock().unwrap_or_else(PoisonError::into_inner);
            fault.get_or_insert(error);
            None
        })
    }
}

impl Resolver for DiskResolver {
    fn message_id(&self, external: &str) -> Option<MessageId> {
        self.ask(|database| {
            let read = database.begin_read()?;
            let ids = read.open_table(IDS).map_err(fault)?;
            let known = ids.get(external).map_err(fault)?;
            Ok(known.map(|known| MessageId::new(*known.value().0)))
        })
    }

    fn external_id(&self, id: &MessageId) -> Option<String> {
        self.about(id, |(external, ..)| external.map(ToString::to_string))
    }

    fn first_version(&self, id: &MessageId) -> MessageId {
        // Recorded versions point at the first one, so one step is enough.
        let first = self.about(id, |(_, first, ..)| first.copied());
        first.map_or(*id, MessageId::new)
    }

    fn reactions(&self, target: &MessageId, author: &str) -> Vec<MessageId> {
        let known = self.ask(|database| reactions::all(database, target, author).map(Some));
        let known = known.into_iter().flatten();
        known.map(|(_, id)| id).collect()
    }

    fn sent(&self, id: &MessageId) -> Option<SenderTimestamp> {
        let (seconds, nanoseconds) = self.about(id, |(.., sent)| sent)?;
        date::timestamp(seconds, nanoseconds)
    }

    fn author(&self, id: &MessageId) -> Option<String> {
        self.about(id, |(_, _, author, _)| author.map(ToString::to_string))
    }
}
