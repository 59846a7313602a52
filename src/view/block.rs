//! [`View`] and [`Block`]: what is shown of a message, before it becomes HTML or text.

use alloc::borrow::Cow;
use alloc::boxed::Box;
use alloc::collections::{BTreeMap, BTreeSet};
use alloc::vec::Vec;

use super::Remote;
use crate::message::{Disposition, ExternalPart, MessageId, PartIndex, StatusReport};
use crate::rich::Document;
use crate::rich::links::{self, Mention};
use crate::text::MediaType;

/// What is shown of a message: blocks from top to bottom.
///
/// Made by [`View::of`]; written as HTML, plain text or styled text by the `to_` methods.
#[derive(Clone, Debug, Default, PartialEq)]
#[non_exhaustive]
pub struct View<'m> {
    /// The blocks, in the order of their part indices.
    pub blocks: Vec<Placed<'m>>,
    /// The parts that images in the texts refer to; they have no block of their own.
    pub resources: BTreeMap<PartIndex, File<'m>>,
    /// Whether content elsewhere may be fetched without asking.
    pub remote: Remote,
}

/// A block and the part it came from.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Placed<'m> {
    /// The part.
    pub index: PartIndex,
    /// What the part is for: its own disposition, or that of the multipart around it.
    pub disposition: Disposition,
    /// Its languages, its own or those of the multipart around it; may be empty.
    pub language: Cow<'m, str>,
    /// What is shown.
    pub block: Block<'m>,
}

/// Something to show.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Block<'m> {
    /// Markdown or plain text.
    RichText {
        /// The text.
        document: Document,
        /// The parts that its images refer to, which are the view's resources.
        images: BTreeSet<PartIndex>,
    },
    /// HTML.
    Html {
        /// The HTML as it was sent: not to be shown without cleaning.
        source: Cow<'m, str>,
        /// What of it Markdown can say, too.
        document: Document,
        /// The parts that its images refer to, which are the view's resources.
        images: BTreeSet<PartIndex>,
    },
    /// An image.
    Image(File<'m>),
    /// Something to be saved.
    File(File<'m>),
    /// A reaction.
    Reaction(ReactionBlock<'m>),
    /// A session, or an address where it can be joined.
    Session(File<'m>),
    /// A status report.
    Status(StatusReport),
    /// A message inside the message.
    Message(Box<View<'m>>),
    /// Stands for what cannot be shown.
    Placeholder {
        /// Why.
        reason: Reason,
        /// What it is, which can be saved even so.
        file: Option<File<'m>>,
    },
}

/// A reaction.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum ReactionBlock<'m> {
    /// Text, nearly always one emoji.
    Text(Cow<'m, str>),
    /// An image, a sound or the like.
    File(File<'m>),
}

/// Content with what is known about it.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct File<'m> {
    /// The part it is.
    pub index: PartIndex,
    /// Its media type; may be empty.
    pub media_type: Cow<'m, str>,
    /// Suggested name; may be empty, and must not be trusted as a path.
    pub name: Cow<'m, str>,
    /// Description for people; may be empty.
    pub description: Cow<'m, str>,
    /// Its size in octets, if it is known; of content elsewhere, as it is fetched.
    pub size: Option<u64>,
    /// Whether the client shows this media type.
    pub supported: bool,
    /// The content, or where it is.
    pub source: Source<'m>,
}

/// Content, or where it is.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Source<'m> {
    /// In the message.
    InPlace(Cow<'m, [u8]>),
    /// Elsewhere, with what is needed to fetch, check and decrypt it.
    Elsewhere(Box<ExternalPart<'m>>),
}

/// Why a placeholder stands there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Reason {
    /// The client does not show the media type.
    Unsupported,
    /// The part is larger than the reader wants to see.
    TooLarge,
    /// A singleUnit with a part that cannot be shown.
    Unit {
        /// That part.
        part: PartIndex,
    },
    /// A message inside the message that cannot be read.
    NestedInvalid,
    /// A message inside too many messages.
    NestedDepth,
    /// A status report that cannot be read.
    StatusInvalid,
    /// A message without a body, which takes another one back.
    Deletes(MessageId),
    /// A message without a body, which takes a reaction back.
    Unlikes(MessageId),
    /// A message without a body, which refers to nothing.
    Empty,
}

impl<'m> File<'m> {
    /// The media type, taken apart.
    pub fn media(&self) -> Option<MediaType<'_>> {
        MediaType::parse(&*self.media_type).ok()
    }

    /// Where the content is, if it is elsewhere.
    pub fn url(&self) -> Option<&str> {
        match &self.source {
            Source::InPlace(_) => None,
            Source::Elsewhere(part) => Some(&part.url),
        }
    }

    /// A copy that borrows nothing.
    pub fn into_owned(self) -> File<'static> {
        File {
            index: self.index,
            media_type: owned(self.media_type),
            name: owned(self.name),
            description: owned(self.description),
            size: self.size,
            supported: self.supported,
            source: match self.source {
                Source::InPlace(octets) => Source::InPlace(Cow::Owned(octets.into_owned())),
                Source::Elsewhere(part) => Source::Elsewhere(Box::new(part.into_owned())),
            },
        }
    }
}

impl View<'_> {
    /// The links to users of instant messaging in what is shown. A link is a mention if it names
    /// a member of the room, which only the caller knows (draft section 9.6).
    ///
    /// ```
    /// use mimi_codec::message::{Disposition, MimiContent, NestedPart, Salt};
    /// use mimi_codec::view::{View, ViewPolicy};
    ///
    /// let text = "Kudos to [@Alice](mimi://example.com/u/alice)!";
    /// let part = NestedPart::single(Disposition::RENDER, "text/markdown;variant=GFM-MIMI", text);
    /// let message = MimiContent::new(Salt::new([0; 16]), part);
    /// let view = View::of(&message, &ViewPolicy::default()).value;
    /// let me = "mimi://example.com/u/alice";
    /// assert!(view.mentions().iter().any(|mention| mention.uri == me));
    /// ```
    pub fn mentions(&self) -> Vec<Mention> {
        let documents = self.blocks.iter().filter_map(|placed| match &placed.block {
            Block::RichText { document, .. } | Block::Html { document, .. } => Some(document),
            _ => None,
        });
        documents.flat_map(links::mentions).collect()
    }

    /// A copy that borrows nothing.
    pub fn into_owned(self) -> View<'static> {
        View {
            blocks: self.blocks.into_iter().map(Placed::into_owned).collect(),
            resources: self
                .resources
                .into_iter()
                .map(|(index, file)| (index, file.into_owned()))
                .collect(),
            remote: self.remote,
        }
    }
}

impl Placed<'_> {
    /// A copy that borrows nothing.
    pub fn into_owned(self) -> Placed<'static> {
        Placed {
            index: self.index,
            disposition: self.disposition,
            language: owned(self.language),
            block: self.block.into_owned(),
        }
    }
}

impl Block<'_> {
    /// A copy that borrows nothing.
    pub fn into_owned(self) -> Block<'static> {
        match self {
            Block::RichText { document, images } => Block::RichText { document, images },
            Block::Html {
                source,
                document,
                images,
            } => Block::Html {
                source: owned(source),
                document,
                images,
            },
            Block::Image(file) => Block::Image(file.into_owned()),
            Block::File(file) => Block::File(file.into_owned()),
            Block::Reaction(reaction) => Block::Reaction(match reaction {
                ReactionBlock::Text(text) => ReactionBlock::Text(owned(text)),
                ReactionBlock::File(file) => ReactionBlock::File(file.into_owned()),
            }),
            Block::Session(file) => Block::Session(file.into_owned()),
            Block::Status(report) => Block::Status(report),
            Block::Message(view) => Block::Message(Box::new(view.into_owned())),
            Block::Placeholder { reason, file } => Block::Placeholder {
                reason,
                file: file.map(File::into_owned),
            },
        }
    }
}

fn owned(text: Cow<'_, str>) -> Cow<'static, str> {
    Cow::Owned(text.into_owned())
}
