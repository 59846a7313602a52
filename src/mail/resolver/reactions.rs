//! The reactions that [`DiskResolver`](super::DiskResolver) remembers: who gave which one to what,
//! and when, until it is taken back.

use alloc::vec::Vec;

use redb::{AccessGuard, ReadableTable, TableDefinition, WriteTransaction};

use super::database::{Opened, StoreError, fault};
use super::disk::Id;
use crate::message::MessageId;
use crate::room::identity;

/// Target, author in the one spelling of the URI, thread of reactions, seconds, number of the
/// mail, reaction. All of it is the key, so that the reactions of somebody to something stand together, in their order.
const REACTIONS: TableDefinition<'static, Key, ()> = TableDefinition::new("reactions");
type Key = (Id, &'static str, &'static [u8; 16], i64, u64, Id);

/// The reactions to one message by one author, as far as the mails of a mailbox say without being
/// converted: the beginning of a hash of both.
pub(in crate::mail) type ReactionThread = [u8; 16];

/// Where a reaction stands among those of its thread.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::mail) struct ReactionPlace {
    pub(in crate::mail) thread: ReactionThread,
    /// When the mail was written, in seconds since 1970.
    pub(in crate::mail) seconds: i64,
    pub(in crate::mail) ordinal: u64,
}

/// What a mail did to the reactions of its author.
#[derive(Clone, Debug)]
pub(in crate::mail) struct Reacted {
    pub(in crate::mail) target: MessageId,
    pub(in crate::mail) change: Change,
}

#[derive(Clone, Debug)]
pub(in crate::mail) enum Change {
    Given(ReactionPlace),
    /// These; in a mailbox they stand before this place.
    TakenBack(Vec<MessageId>, Option<ReactionPlace>),
}

/// Makes the table, so that it can be read.
pub(super) fn begin(write: &WriteTransaction) -> Result<(), StoreError> {
    write.open_table(REACTIONS).map_err(fault)?;
    Ok(())
}

/// Writes down what a message with this ID did.
pub(super) fn change(
    write: &WriteTransaction,
    id: &MessageId,
    author: &str,
    reacted: &Reacted,
) -> Result<(), StoreError> {
    let mut table = write.open_table(REACTIONS).map_err(fault)?;
    let author = &*identity(author);
    let target = reacted.target.as_bytes();
    match &reacted.change {
        Change::Given(place) => {
            let ReactionPlace {
                thread,
                seconds,
                ordinal,
            } = place;
            let key = (target, author, thread, *seconds, *ordinal, id.as_bytes());
            table.insert(key, ()).map_err(fault)?;
        }
        Change::TakenBack(ids, place) => {
            let gone = match place {
                Some(place) => earlier(&table, &reacted.target, author, place)?,
                None => known(&table, &reacted.target, author)?,
            };
            for (place, id) in gone.into_iter().filter(|(_, id)| ids.contains(id)) {
                let thread = &place.thread;
                let key = (
                    target,
                    author,
                    thread,
                    place.seconds,
                    place.ordinal,
                    id.as_bytes(),
                );
                table.remove(key).map_err(fault)?;
            }
        }
    }
    Ok(())
}

/// The number of a reaction that comes after all that are known.
pub(super) fn next(database: &Opened, target: &MessageId, author: &str) -> Result<u64, StoreError> {
    let last = all(database, target, author)?.into_iter().next_back();
    Ok(last.map_or(0, |(place, _)| place.ordinal.saturating_add(1)))
}

/// The reactions of an author to a message, in the order in which they were given.
pub(super) fn all(
    database: &Opened,
    target: &MessageId,
    author: &str,
) -> Result<Vec<(ReactionPlace, MessageId)>, StoreError> {
    let read = database.begin_read()?;
    let table = read.open_table(REACTIONS).map_err(fault)?;
    let mut all = known(&table, target, author)?;
    all.sort_by_key(|(place, _)| (place.seconds, place.ordinal));
    Ok(all)
}

/// Those of one thread before a place, but not many more than can be taken back at once: the
/// others are not looked at.
pub(super) fn before(
    database: &Opened,
    target: &MessageId,
    author: &str,
    place: &ReactionPlace,
) -> Result<Vec<MessageId>, StoreError> {
    let read = database.begin_read()?;
    let table = read.open_table(REACTIONS).map_err(fault)?;
    let earlier = earlier(&table, target, author, place)?;
    Ok(earlier.into_iter().map(|(_, id)| id).collect())
}

/// Reactions that are looked at for one mail: one more than it can take back.
const SEEN: usize = 257;

fn earlier(
    table: &impl ReadableTable<Key, ()>,
    target: &MessageId,
    author: &str,
    place: &ReactionPlace,
) -> Result<Vec<(ReactionPlace, MessageId)>, StoreError> {
    let (target, thread, author) = (target.as_bytes(), &place.thread, &*identity(author));
    let first = (target, author, thread, i64::MIN, 0, &[0; 32]);
    let end = (
        target,
        author,
        thread,
        place.seconds,
        place.ordinal,
        &[0; 32],
    );
    let rows = table.range(first..end).map_err(fault)?;
    rows.take(SEEN).map(read_row).collect()
}

fn read_row(
    row: Result<(AccessGuard<'_, Key>, AccessGuard<'_, ()>), redb::StorageError>,
) -> Result<(ReactionPlace, MessageId), StoreError> {
    let (key, _) = row.map_err(fault)?;
    let (_, _, thread, seconds, ordinal, id) = key.value();
    let place = ReactionPlace {
        thread: *thread,
        seconds,
        ordinal,
    };
    Ok((place, MessageId::new(*id)))
}

fn known(
    table: &impl ReadableTable<Key, ()>,
    target: &MessageId,
    author: &str,
) -> Result<Vec<(ReactionPlace, MessageId)>, StoreError> {
    let (target, author) = (target.as_bytes(), &*identity(author));
    let first = (target, author, &[0; 16], i64::MIN, 0, &[0; 32]);
    let last = (
        target,
        author,
        &[u8::MAX; 16],
        i64::MAX,
        u64::MAX,
        &[u8::MAX; 32],
    );
    let rows = table.range(first..=last).map_err(fault)?;
    rows.map(read_row).collect()
}
