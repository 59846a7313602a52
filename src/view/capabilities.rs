//! [`Capability`]: what a room's policy must allow a sender for a message
//! (draft-ietf-mimi-room-policy). Roles and policies themselves are not known here.

use alloc::collections::BTreeSet;
use core::fmt;

use super::references::image_part;
use crate::message::{Disposition, MimiContent, PartBody, SinglePart};
use crate::rich::{Document, Inline, markdown};
use crate::text::{MediaType, charset};

/// A role capability by its number (draft-ietf-mimi-room-policy-04 section 10.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Capability(pub u16);

macro_rules! capabilities {
    ($($constant:ident = $number:literal, $name:literal;)*) => {
        impl Capability {
            $(
                #[doc = concat!("`", $name, "` (", stringify!($number), ").")]
                pub const $constant: Capability = Capability($number);
            )*

            /// The registered name, of the capabilities that concern messages.
            pub const fn name(self) -> Option<&'static str> {
                match self.0 {
                    $($number => Some($name),)*
                    _ => None,
                }
            }
        }
    };
}

capabilities! {
    SEND_MESSAGE = 0x0100, "canSendMessage";
    REPLY_TO_MESSAGE = 0x0104, "canReplyToMessage";
    REACT_TO_MESSAGE = 0x0105, "canReactToMessage";
    EDIT_REACTION = 0x0106, "canEditReaction";
    DELETE_OWN_REACTION = 0x0107, "canDeleteOwnReaction";
    DELETE_OTHER_REACTION = 0x0108, "canDeleteOtherReaction";
    EDIT_OWN_MESSAGE = 0x0109, "canEditOwnMessage";
    DELETE_OWN_MESSAGE = 0x010a, "canDeleteOwnMessage";
    DELETE_OTHER_MESSAGE = 0x010b, "canDeleteOtherMessage";
    START_TOPIC = 0x010c, "canStartTopic";
    REPLY_IN_TOPIC = 0x010d, "canReplyInTopic";
    EDIT_OWN_TOPIC = 0x010e, "canEditOwnTopic";
    EDIT_OTHER_TOPIC = 0x010f, "canEditOtherTopic";
    UPLOAD_IMAGE = 0x0200, "canUploadImage";
    UPLOAD_AUDIO = 0x0201, "canUploadAudio";
    UPLOAD_VIDEO = 0x0202, "canUploadVideo";
    UPLOAD_ATTACHMENT = 0x0203, "canUploadAttachment";
    SEND_LINK = 0x0208, "canSendLink";
    SEND_LINK_PREVIEW = 0x0209, "canSendLinkPreview";
    START_CALL = 0x0400, "canStartCall";
}

impl fmt::Display for Capability {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.name() {
            Some(name) => f.pad(name),
            None => write!(f, "{:#06x}", self.0),
        }
    }
}

/// The capabilities that the sender of a message needs, as far as the message itself shows: edits
/// and deletes count as those of the sender's own messages, and whoever gives the room's first
/// message of a topic starts it.
///
/// ```
/// use mimi_codec::message::{Disposition, MimiContent, NestedPart, Salt};
/// use mimi_codec::view::{Capability, required_capabilities};
///
/// let part = NestedPart::single(
///     Disposition::RENDER,
///     "text/markdown;variant=GFM-MIMI",
///     "See <https://example.com>",
/// );
/// let message = MimiContent::new(Salt::new([0; 16]), part);
/// let required: Vec<_> = required_capabilities(&message).into_iter().collect();
/// assert_eq!(required, [Capability::SEND_MESSAGE, Capability::SEND_LINK]);
/// assert_eq!(required[1].to_string(), "canSendLink");
/// ```
pub fn required_capabilities(message: &MimiContent<'_>) -> BTreeSet<Capability> {
    let mut required = BTreeSet::from([Capability::SEND_MESSAGE]);
    let body = &message.nested_part;
    let reaction = body.disposition == Disposition::REACTION;
    let empty = matches!(body.body, PartBody::Null);
    match (message.replaces, reaction, empty) {
        (Some(_), true, true) => required.extend([Capability::DELETE_OWN_REACTION]),
        (Some(_), true, false) => required.extend([Capability::EDIT_REACTION]),
        (Some(_), false, true) => required.extend([Capability::DELETE_OWN_MESSAGE]),
        (Some(_), false, false) => required.extend([Capability::EDIT_OWN_MESSAGE]),
        (None, _, _) => {
            let topic = !message.topic_id.is_empty();
            match message.in_reply_to {
                Some(_) if reaction => required.extend([Capability::REACT_TO_MESSAGE]),
                Some(_) => required.extend([Capability::REPLY_TO_MESSAGE]),
                None => {}
            }
            match message.in_reply_to {
                Some(_) if topic => required.extend([Capability::REPLY_IN_TOPIC]),
                None if topic => required.extend([Capability::START_TOPIC]),
                _ => {}
            }
        }
    }
    let (mut link, mut preview) = (false, false);
    for part in message.parts() {
        preview |= part.part.disposition == Disposition::PREVIEW;
        match &part.part.body {
            PartBody::Single(single) => link |= has_link(single),
            PartBody::External(external) => {
                let media = MediaType::parse(&*external.content_type).ok();
                required.extend(upload(part.part.disposition, media.as_ref()));
            }
            _ => {}
        }
    }
    if link {
        required.insert(Capability::SEND_LINK);
    }
    if link && preview {
        required.insert(Capability::SEND_LINK_PREVIEW);
    }
    required
}

fn upload(disposition: Disposition, media: Option<&MediaType<'_>>) -> Option<Capability> {
    match disposition.effective() {
        Disposition::ATTACHMENT => Some(Capability::UPLOAD_ATTACHMENT),
        Disposition::SESSION => Some(Capability::START_CALL),
        _ => match media?.top_level() {
            "image" => Some(Capability::UPLOAD_IMAGE),
            "audio" => Some(Capability::UPLOAD_AUDIO),
            "video" => Some(Capability::UPLOAD_VIDEO),
            _ => None,
        },
    }
}

/// Whether a text links to something outside the message. Plain text has no links.
fn has_link(part: &SinglePart<'_>) -> bool {
    let Ok(media) = MediaType::parse(&*part.content_type) else {
        return false;
    };
    let text = || charset::decode(media.charset(), &part.content).value;
    let document = if media.is_markdown() {
        markdown::read(&text()).value
    } else if media.is_html() {
        html(&text())
    } else {
        return false;
    };
    let mut link = false;
    document.for_each_inline(|inline| {
        if let Inline::Link { target, .. } = inline {
            link |= image_part(target).is_none();
        }
    });
    link
}

#[cfg(feature = "html")]
fn html(text: &str) -> Document {
    crate::rich::html::read(text, &Default::default()).value
}

/// Without a reader of HTML, links in it are not seen.
#[cfg(not(feature = "html"))]
fn html(_: &str) -> Document {
    Document::default()
}
