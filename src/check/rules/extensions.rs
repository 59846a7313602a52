//! The extensions: their keys and values, and those with a defined meaning.

use std::collections::BTreeSet;
use std::format;
use std::string::String;
use std::vec::Vec;

use super::super::place;
use super::uri::{self, Role};
use super::{Sink, Subject, hash_of_id};
use crate::item::{Kind, MAJOR, RawValue, key_of};
use crate::message::{AvMedia, AvMetadata, LastSeen, PartBody};
use crate::report::{Finding, codes};
use crate::text::MediaType;

/// Octets of the largest value that the schema gives an unknown extension.
const SIZE: usize = 4095;

/// The known extensions.
#[derive(Default)]
pub(super) struct Known<'m> {
    /// Where their values stand, and what they are, by their keys.
    places: Vec<(KnownKey, usize, &'m [u8])>,
    /// The URIs that the message states, where they are texts.
    pub(super) sender: Option<&'m str>,
    pub(super) room: Option<&'m str>,
}

/// The key of an extension with a defined meaning.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum KnownKey {
    Number(i128),
    AvMetadata,
}

impl KnownKey {
    pub(super) const SENDER: KnownKey = KnownKey::Number(1);
    pub(super) const ROOM: KnownKey = KnownKey::Number(2);
    pub(super) const TIMESTAMP: KnownKey = KnownKey::Number(3);
    const SUBJECT: KnownKey = KnownKey::Number(5);
    const LAST_SEEN: KnownKey = KnownKey::Number(256);
}

impl Known<'_> {
    /// The offset of a known extension's value.
    pub(super) fn offset(&self, key: KnownKey) -> Option<usize> {
        let (_, at, _) = self.places.iter().find(|(known, ..)| *known == key)?;
        Some(*at)
    }
}

pub(super) fn judge<'m>(subject: &Subject<'m, '_, '_>, sink: &mut Sink<'_>) -> Known<'m> {
    let mut known = Known::default();
    if subject.message.extensions.is_empty() {
        return known;
    }
    let inside = place_inside(subject.octets, subject.message.extensions.as_bytes());
    if let Some(at) = inside.or_else(|| subject.places.field("extensions")) {
        place::entries(subject.octets, at, |key, value, at| {
            entry(key, value, at, &mut known, sink);
        });
    }
    types(subject, inside.is_some(), &mut known, sink);
    uris(&known, sink);
    if matches!(subject.message.nested_part.body, PartBody::Null)
        && subject.message.replaces.is_some()
        && let Ok(Some(text)) = subject.message.extensions.subject()
    {
        let mut finding = Finding::new(codes::DELETE_WITH_CONTENT)
            .path("extensions[5]")
            .found(format!("a subject of {} octets", text.len()))
            .expected("no subject");
        finding.offset = known.offset(KnownKey::SUBJECT);
        sink.push(finding);
    }
    last_seen(subject, &known, sink);
    av_metadata(subject, &known, sink);
    known
}

/// Where a piece of the octets stands in them; none for what only has the same content. Extensions
/// that were not normalised are such a piece.
fn place_inside(octets: &[u8], piece: &[u8]) -> Option<usize> {
    let at = (piece.as_ptr() as usize).checked_sub(octets.as_ptr() as usize)?;
    let there = octets.get(at..at.checked_add(piece.len())?)?;
    (there.as_ptr() == piece.as_ptr()).then_some(at)
}

/// One entry, whatever it means.
fn entry<'m>(key: &[u8], value: &'m [u8], at: usize, known: &mut Known<'m>, sink: &mut Sink<'_>) {
    if sink.is_full() && known.places.len() > 6 {
        return;
    }
    let Some(key) = key_of(key) else { return };
    let number = key.integer();
    let meaning = match number {
        Some(number @ (1..=5 | 256)) => Some(KnownKey::Number(number)),
        None if *key.content == *AvMetadata::KEY.as_bytes() => Some(KnownKey::AvMetadata),
        _ => None,
    };
    if let Some(meaning) = meaning {
        known.places.push((meaning, at, value));
    } else {
        if number.is_some_and(|number| number > 0) {
            sink.push(
                Finding::new(codes::EXTENSION_UNREGISTERED)
                    .path(format!("extensions[{key}]"))
                    .at(at)
                    .found(format!("key {key}"))
                    .expected("a registered, a negative or a text key"),
            );
        }
        if value.len() > SIZE {
            sink.push(
                Finding::new(codes::EXTENSION_SIZE)
                    .path(format!("extensions[{key}]"))
                    .at(at)
                    .found(format!("{} octets", value.len()))
                    .expected(format!("at most {SIZE} octets")),
            );
        }
    }
    if may_hold_float(value)
        && let Some(inside) = first_float(RawValue::checked(value), 0)
    {
        sink.push(
            Finding::new(codes::EXTENSION_FLOAT)
                .path(format!("extensions[{key}]"))
                .at(at + inside)
                .expected("an integer"),
        );
    }
}

/// Whether a value is neither an integer nor a string.
fn may_hold_float(value: &[u8]) -> bool {
    value.first().is_some_and(|head| head >> 5 > MAJOR::TEXT)
}

/// The offset in a value of the first floating-point value. Recursion ends: reading limits the
/// depth.
fn first_float(value: RawValue<'_>, at: usize) -> Option<usize> {
    let start = value.as_bytes().as_ptr() as usize;
    let offset = |inner: RawValue<'_>| at + (inner.as_bytes().as_ptr() as usize - start);
    match value.kind() {
        Kind::Float => Some(at),
        Kind::Array => value
            .elements()?
            .find_map(|inner| first_float(inner, offset(inner))),
        Kind::Map => value
            .entries()?
            .find_map(|(_, inner)| first_float(inner, offset(inner))),
        Kind::Tag => {
            let (_, inner) = value.as_tag()?;
            first_float(inner, offset(inner))
        }
        _ => None,
    }
}

/// Known extensions have the type that their documents give them. `as_read` says that their values
/// are those of the message as they are: not normalised.
fn types<'m>(
    subject: &Subject<'m, '_, '_>,
    as_read: bool,
    known: &mut Known<'m>,
    sink: &mut Sink<'_>,
) {
    let message: &'m _ = subject.message;
    let extensions = &message.extensions;
    // What was met need not be searched for again.
    let met = |key| {
        let (.., value) = known.places.iter().find(|(known, ..)| *known == key)?;
        RawValue::checked(value).as_str().filter(|_| as_read)
    };
    let sender = match met(KnownKey::SENDER) {
        Some(uri) => Ok(Some(uri)),
        None => extensions.sender_uri(),
    };
    let room = match met(KnownKey::ROOM) {
        Some(uri) => Ok(Some(uri)),
        None => extensions.room_uri(),
    };
    known.sender = sender.as_ref().ok().copied().flatten();
    known.room = room.as_ref().ok().copied().flatten();
    for (key, ..) in &known.places {
        let error = match key {
            KnownKey::Number(1) => sender.as_ref().err().cloned(),
            KnownKey::Number(2) => room.as_ref().err().cloned(),
            KnownKey::Number(3) => extensions.sender_timestamp().err(),
            KnownKey::Number(4) => extensions.external_message_id().err(),
            KnownKey::Number(5) => extensions.subject().err(),
            KnownKey::Number(_) => extensions.last_seen().err(),
            KnownKey::AvMetadata => extensions.av_metadata().err(),
        };
        let Some(error) = error else { continue };
        let mut finding = error.finding().clone();
        finding.offset = known.offset(*key);
        sink.push(finding);
    }
}

fn uris(known: &Known<'_>, sink: &mut Sink<'_>) {
    let stated = [
        (known.sender, KnownKey::SENDER, Role::User, 1),
        (known.room, KnownKey::ROOM, Role::Room, 2),
    ];
    for (uri, key, role, number) in stated {
        if let Some(uri) = uri
            && let Some(mut finding) = uri::judge(uri, role)
        {
            finding.offset = known.offset(key);
            sink.push(finding.path(format!("extensions[{number}]")));
        }
    }
}

fn last_seen(subject: &Subject<'_, '_, '_>, known: &Known<'_>, sink: &mut Sink<'_>) {
    let Some(start) = known.offset(KnownKey::LAST_SEEN) else {
        return;
    };
    let Ok(Some(LastSeen::Messages(ids))) = subject.message.extensions.last_seen() else {
        return;
    };
    let mut offsets = Vec::new();
    place::items(subject.octets, start, |at| offsets.push(at));
    for (index, id) in ids.iter().enumerate() {
        if sink.is_full() {
            return;
        }
        if let Some((code, found)) = hash_of_id(id) {
            let mut finding = Finding::new(code)
                .path(format!("extensions[256][{index}]"))
                .found(found)
                .expected("1 (sha-256)");
            finding.offset = offsets.get(index).copied();
            sink.push(finding);
        }
    }
}

/// Each entry describes a part of its kind, once.
fn av_metadata(subject: &Subject<'_, '_, '_>, known: &Known<'_>, sink: &mut Sink<'_>) {
    let Some(start) = known.offset(KnownKey::AvMetadata) else {
        return;
    };
    let Ok(Some(entries)) = subject.message.extensions.av_metadata() else {
        return;
    };
    let mut offsets = Vec::new();
    place::items(subject.octets, start, |at| offsets.push(at));
    let mut described = BTreeSet::new();
    for (number, entry) in entries.iter().enumerate() {
        if sink.is_full() {
            return;
        }
        let about = |code| {
            let mut finding =
                Finding::new(code).path(format!("extensions[\"{}\"][{number}]", AvMetadata::KEY));
            finding.offset = offsets.get(number).copied();
            finding
        };
        let indices = [
            Some((entry.part_index, true)),
            entry.preview_index.map(|it| (it, false)),
        ];
        for (index, is_media) in indices.into_iter().flatten() {
            let found = format!("part index {index}");
            let Some(part) = subject.parts.get(usize::from(index)) else {
                let parts = subject.parts.len();
                sink.push(
                    about(codes::AV_PART_MISSING)
                        .found(found)
                        .expected(format!("an index below {parts}")),
                );
                continue;
            };
            if !part.is_leaf() {
                sink.push(
                    about(codes::AV_PART_NOT_LEAF)
                        .found(found)
                        .expected("a single or external part"),
                );
            } else if is_media
                && let Some(media) = subject.media(usize::from(index))
                && let Some(kind) = other_kind(entry.media, media)
            {
                sink.push(
                    about(codes::AV_MEDIA_MISMATCH)
                        .found(kind)
                        .expected(format!("media {}", entry.media.0)),
                );
            }
        }
        if !described.insert(entry.part_index) {
            let found = format!("part index {} again", entry.part_index);
            sink.push(about(codes::AV_PART_REPEATED).found(found));
        }
    }
}

/// The media type of a part, if it is sound, image or video, and not the kind stated.
fn other_kind(stated: AvMedia, media: &MediaType<'_>) -> Option<String> {
    let kind = if media.is_audio() {
        AvMedia::AUDIO
    } else if media.is_image() {
        AvMedia::IMAGE
    } else if media.is_video() {
        AvMedia::VIDEO
    } else {
        return None;
    };
    (kind != stated).then(|| format!("{:?}", media.as_str()))
}
