//! [`Conversation`]: messages from files, with what is known of their senders, room and times.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

use mimi_codec::cbor::Decoder;
use mimi_codec::convert;
use mimi_codec::document::{Document, Format};
use mimi_codec::message::{DerivedValues, IdAlgorithm, MessageId, MimiContent, Uris};
use mimi_codec::report::{Finding, Severity, codes};
use mimi_codec::room::{Change, Incoming, Room};

use super::super::{format_of, reading};
use super::mails::{Mailed, Mails, is_mail, is_mailbox};
use super::no_message;
use crate::args::{Mode, UriArgs};
use crate::failure::{Failure, Outcome};
use crate::findings::Findings;
use crate::input::{self, Input};

/// Room of messages that state none, where none is given.
const NO_ROOM: &str = "mimi://local.invalid/r/conversation";

/// What stands between the name of a message and the ending of its derived values.
const DERIVED: &str = ".derived";

/// The files to read: those that are named, and the messages in the folders that are.
pub(super) fn paths(inputs: &[PathBuf]) -> Outcome<Vec<PathBuf>> {
    let mut paths = Vec::new();
    for input in inputs {
        match input.is_dir() && !is_mailbox(input) {
            true => paths.extend(folder(input)?),
            false => paths.push(input.clone()),
        }
    }
    Ok(paths)
}

/// The messages in a folder, by name. Texts are left out: a folder of messages has a README.
fn folder(path: &Path) -> Outcome<Vec<PathBuf>> {
    let failed = |error: &std::io::Error| Failure::io("read", path.display(), error);
    let mut found = Vec::new();
    for entry in std::fs::read_dir(path).map_err(|error| failed(&error))? {
        let file = entry.map_err(|error| failed(&error))?.path();
        let name = file.file_name().unwrap_or_default().to_string_lossy();
        let format = Format::from_path(&name);
        let message = matches!(
            format,
            Some(Format::Cbor | Format::Edn | Format::Hex | Format::Json | Format::Eml)
        );
        if (message || is_mailbox(&file))
            && !name.starts_with('.')
            && (file.is_file() || is_mailbox(&file))
        {
            found.push(file);
        }
    }
    found.sort_by_cached_key(|path| natural(&path.to_string_lossy()));
    Ok(found)
}

/// A key that puts `2.cbor` before `10.cbor`.
fn natural(name: &str) -> Vec<(String, u128)> {
    let mut pieces: Vec<(String, u128)> = Vec::new();
    let mut rest = name;
    while !rest.is_empty() {
        let digits = rest
            .find(|c: char| c.is_ascii_digit())
            .unwrap_or(rest.len());
        let (text, after) = rest.split_at(digits);
        let end = after
            .find(|c: char| !c.is_ascii_digit())
            .unwrap_or(after.len());
        let (number, next) = after.split_at(end);
        pieces.push((text.to_lowercase(), number.parse().unwrap_or(u128::MAX)));
        rest = next;
    }
    pieces
}

/// One message as a file gave it.
struct Loaded {
    /// Name of the file.
    name: String,
    octets: Vec<u8>,
    sender: Option<String>,
    room: Option<String>,
    /// What the sender says when it was sent, in milliseconds.
    sent: Option<u64>,
}

impl Loaded {
    fn new(name: &str, octets: &[u8], content: &MimiContent<'_>) -> Self {
        let extensions = &content.extensions;
        let owned = |uri: Option<&str>| uri.map(str::to_owned);
        let sent = extensions.sender_timestamp().ok().flatten();
        Loaded {
            name: name.to_owned(),
            octets: octets.to_vec(),
            sender: owned(extensions.sender_uri().ok().flatten()),
            room: owned(extensions.room_uri().ok().flatten()),
            sent: sent.and_then(|sent| sent.millis()),
        }
    }
}

/// What cannot be read, as a finding.
pub(super) fn unreadable(failure: Failure) -> Finding {
    let why = match failure {
        Failure::Io(why) | Failure::Usage(why) => why,
        Failure::Refused => String::new(),
    };
    let finding = Finding::new(codes::NO_MEANING).message(why);
    finding.severity(Severity::Error)
}

/// A conversation, as far as it was read.
pub(super) struct Conversation {
    mode: Mode,
    /// The room that was asked for.
    wanted: Option<String>,
    room: Room,
    /// Whether the room is known, and `room` has its URI.
    known: bool,
    /// What mails became; made with the first mail.
    mails: Option<Mails>,
    /// Derived values by the name of the message's file, and by its ID.
    by_name: HashMap<String, DerivedValues<'static>>,
    by_id: HashMap<MessageId, DerivedValues<'static>>,
    files: HashMap<MessageId, String>,
    untimed: HashSet<MessageId>,
    /// The latest time so far; what states none comes after.
    last: u64,
}

impl Conversation {
    pub(super) fn new(mode: Mode, room: Option<String>) -> Self {
        Conversation {
            mode,
            known: room.is_some(),
            room: Room::new(room.clone().unwrap_or_else(|| NO_ROOM.to_owned())),
            wanted: room,
            mails: None,
            by_name: HashMap::new(),
            by_id: HashMap::new(),
            files: HashMap::new(),
            untimed: HashSet::new(),
            last: 0,
        }
    }

    pub(super) const fn room(&self) -> &Room {
        &self.room
    }

    pub(super) fn is_empty(&self) -> bool {
        self.room.is_empty()
    }

    /// The messages of which only the order is known.
    pub(super) const fn untimed(&self) -> &HashSet<MessageId> {
        &self.untimed
    }

    /// A finding about a message, with the name of its file in place of its ID.
    pub(super) fn name(&self, mut finding: Finding) -> Finding {
        let file = finding.file.as_deref().and_then(|file| file.parse().ok());
        if let Some(name) = file.and_then(|id: MessageId| self.files.get(&id)) {
            finding.file = Some(name.clone());
        }
        finding
    }

    /// The messages that wait for others.
    pub(super) fn waiting(&self) -> Vec<Finding> {
        let pending = self.room.pending().into_iter();
        pending
            .map(|pending| {
                let finding = Finding::new(codes::ROOM_TARGET_UNKNOWN)
                    .severity(Severity::Warning)
                    .found(format!("{}", pending.target));
                self.name(finding.file(format!("{}", pending.message)))
            })
            .collect()
    }

    /// Reads these files, and says what changed.
    pub(super) fn read(&mut self, paths: &[PathBuf], findings: &mut Findings) -> Vec<Change> {
        let mut loaded = Vec::new();
        let (mails, others): (Vec<&PathBuf>, Vec<&PathBuf>) = paths
            .iter()
            .partition(|path| is_mail(path) || is_mailbox(path));
        for path in others {
            match input::read(Some(path)) {
                Ok(input) => {
                    match self.load(&input, findings) {
                        Ok(message) => loaded.extend(message),
                        Err(finding) => findings.add(*finding),
                    }
                    findings.name_input(&input.name);
                }
                Err(failure) => findings.add(unreadable(failure)),
            }
        }
        // Mails are read into the room that the messages beside them are in.
        let room = match self.known {
            true => Some(self.room.uri().to_owned()),
            false => loaded.iter().find_map(|message| self.stated_room(message)),
        };
        for mailed in self.mailed(&mails, room.as_deref(), findings) {
            match self.loaded(&mailed) {
                Ok(message) => loaded.push(message),
                Err(finding) => findings.add(finding.file(mailed.name)),
            }
        }
        // Derived values may stand behind their message, and the first to name a room decides.
        if !self.known {
            let stated = loaded.iter().find_map(|message| self.stated_room(message));
            if let Some(uri) = stated {
                self.room = Room::new(uri);
                self.known = true;
            }
        }
        let mut changes = Vec::new();
        for message in loaded {
            let name = message.name.clone();
            match self.feed(message, findings) {
                Ok(new) => changes.extend(new),
                Err(finding) => findings.add(*finding),
            }
            findings.name_input(&name);
        }
        // Whoever draws a change draws what came of all of them.
        let mut noted = HashSet::new();
        changes.retain(|change| noted.insert(*change));
        changes
    }

    /// The messages that mails and mailboxes become.
    fn mailed(
        &mut self,
        paths: &[&PathBuf],
        room: Option<&str>,
        findings: &mut Findings,
    ) -> Vec<Mailed> {
        if paths.is_empty() {
            return Vec::new();
        }
        let mails = match &mut self.mails {
            Some(mails) => mails,
            none => match Mails::new() {
                Ok(mails) => none.insert(mails),
                Err(failure) => {
                    findings.add(unreadable(failure));
                    return Vec::new();
                }
            },
        };
        let mut tell = |finding| findings.add(finding);
        let (boxes, single): (Vec<&PathBuf>, Vec<&PathBuf>) =
            paths.iter().partition(|path| is_mailbox(path));
        let mut mailed = match single.is_empty() {
            true => Vec::new(),
            false => mails.files(&single, room, &mut tell),
        };
        for path in boxes {
            mailed.extend(mails.mailbox(path, room, &mut tell));
        }
        mailed
    }

    fn loaded(&self, mailed: &Mailed) -> Result<Loaded, Box<Finding>> {
        let received = Decoder::from(self.mode)
            .decode(&mailed.octets)
            .map_err(|error| Box::new(error.into_finding()))?;
        Ok(Loaded::new(
            &mailed.name,
            &mailed.octets,
            received.content(),
        ))
    }

    /// The message in a file: none if it holds something else.
    fn load(
        &mut self,
        input: &Input,
        findings: &mut Findings,
    ) -> Result<Option<Loaded>, Box<Finding>> {
        let uris = UriArgs {
            sender: None,
            room: self.wanted.clone(),
        };
        let mut options = reading(self.mode, &uris);
        // The same mail is the same message every time it is read.
        options.import.seed = Some(b"mimi room".into());
        let from = format_of(input, None)?;
        let read =
            convert::read(&input.octets, from, &options).map_err(|error| error.into_finding())?;
        findings.extend(read.findings);
        let located = |mut finding: Finding| {
            finding.locate(&read.value.map);
            finding
        };
        let document = Document::decode(&read.value.octets, &options.decoder)
            .map_err(|error| Box::new(located(error.into_finding())))?;
        findings.extend(document.findings().iter().cloned().map(located));
        let content = match &document {
            Document::Message(received) => received.content(),
            Document::Derived(values) => {
                let values = values.value.clone().into_owned();
                self.by_id.insert(values.message_id, values.clone());
                if let Some(name) = stem(&input.name).strip_suffix(DERIVED) {
                    self.by_name.insert(name.to_owned(), values);
                }
                return Ok(None);
            }
            other => {
                findings.add(no_message(other.kind().name()));
                return Ok(None);
            }
        };
        let octets = &read.value.octets;
        Ok(Some(Loaded::new(&input.name, octets, content)))
    }

    fn stated_room(&self, message: &Loaded) -> Option<String> {
        let derived = self.by_name.get(stem(&message.name));
        let stated = message.room.clone();
        stated.or_else(|| Some(derived?.room_url.clone().into_owned()))
    }

    /// The derived values of a message: those beside it, or those that name its ID.
    fn derived(&self, message: &Loaded, findings: &mut Findings) -> Option<DerivedValues<'static>> {
        let beside = self.by_name.get(stem(&message.name));
        if let Some(values) = beside {
            let uris = Uris::new(
                message.sender.as_deref().unwrap_or(&values.sender_user_url),
                message.room.as_deref().unwrap_or(&values.room_url),
            );
            let decoder = Decoder::from(self.mode);
            let received = decoder.decode(&message.octets).ok()?;
            match received.verify_message_id(&values.message_id, &uris) {
                Ok(()) => return Some(values.clone()),
                // They belong to another message, and say nothing about this one.
                Err(error) => {
                    findings.add(error.finding().clone().severity(Severity::Warning));
                    return None;
                }
            }
        }
        let decoder = Decoder::from(self.mode);
        let received = decoder.decode(&message.octets).ok()?;
        let room = message.room.as_deref().unwrap_or(self.room.uri());
        let uris = Uris::new(message.sender.as_deref()?, room);
        let id = received.message_id(IdAlgorithm::default(), &uris).ok()?;
        self.by_id.get(&id).cloned()
    }

    fn has(&self, octets: &[u8], sender: &str, room: &str) -> bool {
        let decoder = Decoder::from(self.mode);
        let received = decoder.decode(octets).ok();
        let uris = Uris::new(sender, room);
        let id = received.and_then(|it| it.message_id(IdAlgorithm::default(), &uris).ok());
        id.is_some_and(|id| self.room.message(&id).is_some())
    }

    fn feed(
        &mut self,
        message: Loaded,
        findings: &mut Findings,
    ) -> Result<Vec<Change>, Box<Finding>> {
        let derived = match self.by_id.is_empty() {
            true => None,
            false => self.derived(&message, findings),
        };
        let sender = message
            .sender
            .or_else(|| Some(derived.as_ref()?.sender_user_url.clone().into_owned()));
        let Some(sender) = sender else {
            return Err(Box::new(Finding::new(codes::URI_MISSING).message(
                "nobody says who sent the message: neither extension 1 nor derived values beside it",
            )));
        };
        let room = message
            .room
            .or_else(|| Some(derived.as_ref()?.room_url.clone().into_owned()))
            .unwrap_or_else(|| self.room.uri().to_owned());
        let accepted = derived
            .as_ref()
            .and_then(|values| values.hub_accepted_timestamp.milliseconds())
            .and_then(|time| u64::try_from(time).ok());
        let known = accepted.or(message.sent);
        // The order of files says nothing about the time of a message that is there already.
        if known.is_none() && self.has(&message.octets, &sender, &room) {
            return Ok(Vec::new());
        }
        let time = known.unwrap_or_else(|| self.last.saturating_add(1));
        let fed = self
            .room
            .feed(Incoming::new(message.octets, time, &sender, &room))
            .map_err(|error| Box::new(error.finding().clone()))?;
        self.last = self.last.max(time);
        if known.is_none() {
            self.untimed.insert(fed.id);
        }
        self.files.insert(fed.id, message.name);
        // What is only not known yet is said at the end, and what decoding tolerates was said.
        let about_room = fed.findings.into_iter().filter(|finding| {
            finding.code.as_str().starts_with("room-") && finding.code != codes::ROOM_TARGET_UNKNOWN
        });
        findings.extend(about_room);
        Ok(fed.changes)
    }
}

/// The path of a file without the ending.
fn stem(name: &str) -> &str {
    match name.rsplit_once('.') {
        Some((stem, ending)) if !ending.contains(['/', '\\']) => stem,
        _ => name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_in_the_order_people_expect() {
        let mut names = [
            "10.cbor",
            "B1",
            "2.cbor",
            "a",
            "b2",
            "1.cbor",
            "999999999999999999999999999999999999999999",
        ];
        names.sort_by_cached_key(|name| natural(name));
        assert_eq!(
            names,
            [
                "1.cbor",
                "2.cbor",
                "10.cbor",
                "999999999999999999999999999999999999999999",
                "a",
                "B1",
                "b2"
            ]
        );
    }

    #[test]
    fn stems() {
        assert_eq!(stem("a/b.c/d.derived.cbor"), "a/b.c/d.derived");
        assert_eq!(stem("a.b/c"), "a.b/c");
    }
}
