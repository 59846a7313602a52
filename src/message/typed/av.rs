//! Extension `av_metadata`: [`AvMetadata`].

use alloc::borrow::Cow;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::{ExtensionError, kind_of, misfit};
use crate::item::{Encoder, RawValue};

/// What a client may know of an audio, image or video part before it has it
/// (draft-mahy-mimi-av-metadata-01).
///
/// ```
/// use mimi_codec::message::{AvDuration, AvMedia, AvMetadata, Extensions};
///
/// let mut video = AvMetadata::new(2, AvMedia::VIDEO);
/// (video.width, video.height) = (Some(1920), Some(1080));
/// video.duration = Some(AvDuration::Whole(37));
/// video.accessibility_text = Some("two puppies".into());
/// let mut extensions = Extensions::EMPTY;
/// extensions.set_av_metadata(&[video.clone()])?;
/// assert_eq!(extensions.av_metadata()?, Some(vec![video]));
/// # Ok::<(), mimi_codec::message::ExtensionError>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct AvMetadata<'a> {
    /// Part index of the part that is described.
    pub part_index: u16,
    /// What the part is.
    pub media: AvMedia,
    /// Width in pixels.
    pub width: Option<u64>,
    /// Height in pixels.
    pub height: Option<u64>,
    /// How long it plays.
    pub duration: Option<AvDuration>,
    /// Part index of a preview image.
    pub preview_index: Option<u16>,
    /// Text in place of the content.
    pub accessibility_text: Option<Cow<'a, str>>,
    /// How far to turn the picture.
    pub rotation: Option<Rotation>,
    /// Entries with other keys, as they are encoded.
    other: Vec<Entry<'a>>,
}

/// Key and value of an entry, encoded.
type Entry<'a> = (Cow<'a, [u8]>, Cow<'a, [u8]>);

/// What a part described by [`AvMetadata`] is (draft-mahy-mimi-av-metadata-01).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AvMedia(pub u64);

impl AvMedia {
    /// Sound.
    pub const AUDIO: AvMedia = AvMedia(1);
    /// A still picture.
    pub const IMAGE: AvMedia = AvMedia(2);
    /// Moving pictures.
    pub const VIDEO: AvMedia = AvMedia(3);
}

/// A duration in seconds (draft-mahy-mimi-av-metadata-01).
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum AvDuration {
    /// Whole seconds.
    Whole(u64),
    /// More than 0 seconds, as a floating-point number.
    Float(f64),
}

impl AvDuration {
    /// The duration in seconds.
    pub fn seconds(self) -> f64 {
        match self {
            AvDuration::Whole(seconds) => seconds as f64,
            AvDuration::Float(seconds) => seconds,
        }
    }
}

/// Clockwise rotation needed to see a picture upright, in degrees (draft-mahy-mimi-av-metadata-01).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rotation {
    /// None.
    None = 0,
    /// A quarter turn.
    Quarter = 90,
    /// A half turn.
    Half = 180,
    /// Three quarters of a turn.
    ThreeQuarters = 270,
}

impl Rotation {
    /// Degrees: 0, 90, 180 or 270.
    pub const fn degrees(self) -> u16 {
        self as u16
    }

    /// The rotation of that many degrees.
    pub const fn from_degrees(degrees: u64) -> Option<Self> {
        match degrees {
            0 => Some(Rotation::None),
            90 => Some(Rotation::Quarter),
            180 => Some(Rotation::Half),
            270 => Some(Rotation::ThreeQuarters),
            _ => None,
        }
    }
}

impl<'a> AvMetadata<'a> {
    /// The key of the extension.
    pub const KEY: &'static str = "av_metadata";

    /// The description of a part, empty as yet.
    pub const fn new(part_index: u16, media: AvMedia) -> Self {
        AvMetadata {
            part_index,
            media,
            width: None,
            height: None,
            duration: None,
            preview_index: None,
            accessibility_text: None,
            rotation: None,
            other: Vec::new(),
        }
    }

    /// Entries with keys that draft-mahy-mimi-av-metadata-01 does not have; they are kept.
    pub fn other(&self) -> impl Iterator<Item = (RawValue<'_>, RawValue<'_>)> {
        self.other
            .iter()
            .map(|(key, value)| (RawValue::checked(key), RawValue::checked(value)))
    }

    /// A copy that borrows nothing.
    pub fn into_owned(self) -> AvMetadata<'static> {
        let owned = |octets: Cow<'_, [u8]>| Cow::Owned(octets.into_owned());
        AvMetadata {
            part_index: self.part_index,
            media: self.media,
            width: self.width,
            height: self.height,
            duration: self.duration,
            preview_index: self.preview_index,
            accessibility_text: self.accessibility_text.map(|t| Cow::Owned(t.into_owned())),
            rotation: self.rotation,
            other: self
                .other
                .into_iter()
                .map(|(key, value)| (owned(key), owned(value)))
                .collect(),
        }
    }

    pub(super) fn read_all(value: RawValue<'a>) -> Result<Vec<Self>, ExtensionError> {
        let path = format!("extensions[{:?}]", Self::KEY);
        let entries = value
            .elements()
            .ok_or_else(|| misfit(path.as_str(), kind_of(value), "an array of maps"))?;
        // Counted first: an entry takes many times the memory that its octets do.
        let count = value.elements().map_or(0, Iterator::count);
        let mut read = Vec::with_capacity(count);
        for (index, entry) in entries.enumerate() {
            read.push(Self::read(entry, format!("{path}[{index}]"))?);
        }
        Ok(read)
    }

    fn read(value: RawValue<'a>, path: String) -> Result<Self, ExtensionError> {
        let entries = value
            .entries()
            .ok_or_else(|| misfit(path.as_str(), kind_of(value), "a map"))?;
        let mut read = AvMetadata::new(0, AvMedia(0));
        let (mut index, mut media) = (None, None);
        for (key, value) in entries {
            let name = key.as_u64().filter(|key| (1..=8).contains(key));
            let expect = |expected| {
                misfit(
                    format!("{path}[{}]", key.as_u64().unwrap_or(0)),
                    found(value),
                    expected,
                )
            };
            match name {
                Some(1) => index = Some(part_index(value).ok_or_else(|| expect(INDEX))?),
                Some(2) => media = Some(AvMedia(value.as_u64().ok_or_else(|| expect(UNSIGNED))?)),
                Some(3) => read.width = Some(value.as_u64().ok_or_else(|| expect(UNSIGNED))?),
                Some(4) => read.height = Some(value.as_u64().ok_or_else(|| expect(UNSIGNED))?),
                Some(5) => read.duration = Some(duration(value).ok_or_else(|| expect(DURATION))?),
                Some(6) => {
                    read.preview_index = Some(part_index(value).ok_or_else(|| expect(INDEX))?)
                }
                Some(7) => {
                    let text = value.as_str().ok_or_else(|| expect("a text string"))?;
                    read.accessibility_text = Some(Cow::Borrowed(text));
                }
                Some(_) => {
                    let rotation = value.as_u64().and_then(Rotation::from_degrees);
                    read.rotation = Some(rotation.ok_or_else(|| expect("0, 90, 180 or 270"))?);
                }
                None => read.other.push((
                    Cow::Borrowed(key.as_bytes()),
                    Cow::Borrowed(value.as_bytes()),
                )),
            }
        }
        let missing =
            |found: &'static str| misfit(path.as_str(), found, "part_index (1) and type (2)");
        read.part_index = index.ok_or_else(|| missing("no key 1"))?;
        read.media = media.ok_or_else(|| missing("no key 2"))?;
        Ok(read)
    }

    pub(super) fn write_all(entries: &[AvMetadata<'_>]) -> Result<Encoder, ExtensionError> {
        let mut out = Encoder::new();
        out.array(entries.len() as u64);
        for (index, entry) in entries.iter().enumerate() {
            entry.write(&mut out).map_err(|found| {
                let path = format!("extensions[{:?}][{index}][5]", Self::KEY);
                misfit(path, found, DURATION)
            })?;
        }
        Ok(out)
    }

    /// Writes the entry, or says what the duration is that cannot be one.
    fn write(&self, out: &mut Encoder) -> Result<(), String> {
        let numbers = [
            (1, Some(self.part_index.into())),
            (2, Some(self.media.0)),
            (3, self.width),
            (4, self.height),
            (6, self.preview_index.map(u64::from)),
            (8, self.rotation.map(|rotation| rotation.degrees().into())),
        ];
        let mut entries: Vec<(Vec<u8>, Vec<u8>)> = Vec::new();
        let mut put = |key: u64, value: Encoder| {
            let mut name = Encoder::new();
            name.uint(key);
            entries.push((name.finish(), value.finish()));
        };
        for (key, number) in numbers {
            if let Some(number) = number {
                let mut value = Encoder::new();
                value.uint(number);
                put(key, value);
            }
        }
        if let Some(duration) = self.duration {
            let mut value = Encoder::new();
            match duration {
                AvDuration::Whole(seconds) => value.uint(seconds),
                AvDuration::Float(seconds) if is_duration(seconds) => value.float(seconds),
                AvDuration::Float(seconds) => return Err(format!("{seconds}")),
            };
            put(5, value);
        }
        if let Some(text) = &self.accessibility_text {
            let mut value = Encoder::new();
            value.text(text);
            put(7, value);
        }
        let other = self.other.iter();
        entries.extend(other.map(|(key, value)| (key.to_vec(), value.to_vec())));
        entries.sort();
        out.map(entries.len() as u64);
        for (key, value) in &entries {
            out.raw(RawValue::checked(key))
                .raw(RawValue::checked(value));
        }
        Ok(())
    }
}

const INDEX: &str = "a part index of 16 bits";
const UNSIGNED: &str = "an unsigned integer";
const DURATION: &str = "an unsigned integer or a positive number";

fn part_index(value: RawValue<'_>) -> Option<u16> {
    value.as_u64()?.try_into().ok()
}

fn duration(value: RawValue<'_>) -> Option<AvDuration> {
    match value.as_u64() {
        Some(seconds) => Some(AvDuration::Whole(seconds)),
        None => value
            .as_f64()
            .filter(|seconds| is_duration(*seconds))
            .map(AvDuration::Float),
    }
}

fn is_duration(seconds: f64) -> bool {
    seconds > 0.0 && seconds.is_finite()
}

/// A number, or what the item is if it is none.
fn found(value: RawValue<'_>) -> String {
    match (value.as_i128(), value.as_f64()) {
        (Some(number), _) => format!("{number}"),
        (None, Some(number)) => format!("{number}"),
        (None, None) => kind_of(value),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::super::tests::with;
    use super::*;
    use crate::message::{ExtensionKey, Extensions};

    fn read(hex: &str) -> Result<Vec<AvMetadata<'static>>, ExtensionError> {
        let extensions = with(ExtensionKey::from("av_metadata"), &hex.replace(' ', ""));
        let entries = extensions.av_metadata()?.unwrap();
        Ok(entries.into_iter().map(AvMetadata::into_owned).collect())
    }

    #[test]
    fn unknown_entries_survive() {
        // [{1: 4, 2: 2, 3: 640, 5: 1.5, 8: 90, 24: [1], "z": null}]
        let hex = "81 a7 0104 0202 03190280 05f93e00 08185a 18188101 617af6";
        let entries = read(hex).unwrap();
        assert_eq!(entries[0].media, AvMedia::IMAGE);
        assert_eq!(entries[0].rotation.map(Rotation::degrees), Some(90));
        assert_eq!(entries[0].duration.map(AvDuration::seconds), Some(1.5));
        assert_eq!(entries[0].other().count(), 2);
        let mut again = Extensions::EMPTY;
        again.set_av_metadata(&entries).unwrap();
        assert_eq!(
            again,
            with(ExtensionKey::from("av_metadata"), &hex.replace(' ', ""))
        );
    }

    #[test]
    fn other_shapes_are_refused_with_their_place() {
        for (hex, place) in [
            ("a0", ""),
            ("8101", "[0]"),
            ("81a0", "[0]"),
            ("81a10100", "[0]"),
            ("81a10201", "[0]"),
            ("82a201000201a2011a00010000 0201", "[1][1]"),
            ("81a20120 0201", "[0][1]"),
            ("81a20100 026161", "[0][2]"),
            ("81a301000201 0320", "[0][3]"),
            ("81a301000201 04f5", "[0][4]"),
            ("81a301000201 05f90000", "[0][5]"),
            ("81a301000201 05f97e00", "[0][5]"),
            ("81a301000201 05f97c00", "[0][5]"),
            ("81a301000201 0520", "[0][5]"),
            ("81a301000201 06f6", "[0][6]"),
            ("81a301000201 074161", "[0][7]"),
            ("81a301000201 08182d", "[0][8]"),
        ] {
            let error = read(hex).unwrap_err();
            let path = format!("extensions[\"av_metadata\"]{place}");
            assert_eq!(error.finding().path.as_ref(), Some(&path), "{hex}: {error}");
        }
    }

    #[test]
    fn a_duration_that_is_none_is_not_written() {
        let mut entry = AvMetadata::new(0, AvMedia::AUDIO);
        for seconds in [0.0, -1.0, f64::NAN, f64::INFINITY] {
            entry.duration = Some(AvDuration::Float(seconds));
            let mut extensions = Extensions::EMPTY;
            assert!(extensions.set_av_metadata(&[entry.clone()]).is_err());
            assert!(extensions.is_empty());
        }
    }
}
