//! A conversation for people: what of a room is shown, as lines for a terminal and as one page of
//! HTML that stands alone.
//!
//! A [`Room`] knows what was done to each message, a
//! [`View`](crate::view::View) what a message shows; here the two come together as [`Entry`]s:
//! who said it and when, what it replies to, its reactions and earlier versions, what was deleted
//! or has expired. Nothing of what was deleted or has expired is shown. Nothing is fetched, and no
//! clock is asked: the caller says what time it is.

mod entry;
mod html;
mod lines;
mod names;
mod options;
mod quote;
mod time;

pub use entry::{Entry, State};
pub use options::TranscriptOptions;

use alloc::string::String;
use core::fmt;

use names::Names;

use crate::message::MessageId;
use crate::room::{Room, same_sender};

/// A room as it is shown to one reader at one time.
///
/// ```
/// use mimi_codec::message::compose::Composer;
/// use mimi_codec::room::{Incoming, Room};
/// use mimi_codec::transcript::{Transcript, TranscriptOptions};
///
/// let (bob, room_uri) = ("mimi://example.com/u/bob", "mimi://example.com/r/tea");
/// let hello = mimi_codec::cbor::encode(&Composer::new(bob, room_uri).markdown("*Tea?*")?)?;
/// let mut room = Room::new(room_uri);
/// room.feed(Incoming::new(hello, 1_644_387_225_019, bob, room_uri))?;
///
/// let options = TranscriptOptions::default().with_title("The tea room");
/// let transcript = Transcript::new(&room, &options);
/// let lines = transcript.to_lines(&Default::default());
/// assert_eq!(lines[0].text(), "Wednesday, 9 February 2022");
/// assert_eq!(lines[2].text(), "06:13  bob");
/// assert_eq!(lines[3].text(), "       Tea?");
/// let page = transcript.to_html().value;
/// assert!(page.contains("<title>The tea room</title>"));
/// assert!(page.contains("<em>Tea?</em>"));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub struct Transcript<'r, A> {
    room: &'r Room<A>,
    options: &'r TranscriptOptions,
    names: Names,
}

impl<'r, A> Transcript<'r, A> {
    /// A room as these options show it.
    pub fn new(room: &'r Room<A>, options: &'r TranscriptOptions) -> Self {
        Transcript {
            room,
            options,
            names: Names::of(room, options),
        }
    }

    /// What stands in the conversation, in order.
    pub fn entries(&self) -> impl Iterator<Item = Entry<'r>> + '_ {
        self.room.items().map(|item| Entry::new(item, self.options))
    }

    /// What a message is a version of.
    pub fn entry(&self, id: &MessageId) -> Option<Entry<'r>> {
        Some(Entry::new(self.room.item(id)?, self.options))
    }

    /// What somebody is called here: the last piece of the URI, with as much of the rest as it
    /// takes to tell people of the room apart.
    pub fn name<'n>(&'n self, uri: &'n str) -> &'n str {
        self.names.get(uri)
    }

    /// Whether a URI names somebody of the room: a sender, the reader, or a member that the
    /// options name.
    pub fn is_member(&self, uri: &str) -> bool {
        self.names.knows(uri)
    }

    fn is_reader(&self, uri: &str) -> bool {
        let reader = self.options.reader.as_deref();
        reader.is_some_and(|reader| same_sender(uri, reader))
    }

    /// What the conversation is called.
    fn title(&self) -> String {
        match &self.options.title {
            Some(title) => title.clone(),
            None => names::label(self.room.uri()),
        }
    }
}

impl<A> fmt::Debug for Transcript<'_, A> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Transcript")
            .field("room", &self.room.uri())
            .field("options", self.options)
            .finish_non_exhaustive()
    }
}
