//! [`Images`]: a text that shows images which travel in the same message.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;

use super::draft::Draft;
use super::{ComposeError, SaltSource};
use crate::message::parts::cid;
use crate::message::{Disposition, MimiContent, NestedPart, PartBody, cid_references};
use crate::report::codes;

/// A message with images that its text refers to, made by [`Draft::images`]. The text is written
/// by a function that is given the `cid:` URI of each image, in their order.
///
/// ```
/// use mimi_codec::message::compose::Composer;
/// use mimi_codec::message::{SinglePart, media};
///
/// let alice = Composer::new("mimi://example.com/u/alice", "mimi://example.com/r/team");
/// let logo = SinglePart::new(media::IMAGE_PNG, b"\x89PNG...");
/// let message = alice
///     .message()
///     .images([logo])
///     .markdown(|cids| format!("Our new logo: ![the letter M]({})", cids[0]))?;
/// assert_eq!(message.parts().count(), 3);
/// # Ok::<(), mimi_codec::message::compose::ComposeError>(())
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct Images<'c, 'a, S, K> {
    pub(super) draft: Draft<'c, 'a, S, K>,
    pub(super) images: Vec<PartBody<'a>>,
}

impl<'a, S: SaltSource, K> Images<'_, 'a, S, K> {
    /// The text in GFM-MIMI Markdown.
    ///
    /// # Errors
    /// [`codes::COMPOSE_CID`] if the text refers to a part that is not one of the images,
    /// [`codes::COMPOSE_EMPTY`] for an empty text or no images.
    pub fn markdown(
        self,
        write: impl FnOnce(&[String]) -> String,
    ) -> Result<MimiContent<'a>, ComposeError> {
        self.compose(2, |cids| NestedPart::markdown(write(cids)))
    }

    /// The text in HTML.
    ///
    /// # Errors
    /// As [`markdown`](Images::markdown).
    pub fn html(
        self,
        write: impl FnOnce(&[String]) -> String,
    ) -> Result<MimiContent<'a>, ComposeError> {
        self.compose(2, |cids| NestedPart::html(write(cids)))
    }

    /// The text in GFM-MIMI Markdown, with plain text for those who cannot show it.
    ///
    /// # Errors
    /// As [`markdown`](Images::markdown).
    pub fn rich(
        self,
        write: impl FnOnce(&[String]) -> String,
        plain: impl Into<Cow<'a, str>>,
    ) -> Result<MimiContent<'a>, ComposeError> {
        self.compose(4, |cids| {
            let rich = NestedPart::markdown(write(cids));
            NestedPart::choose_one(alloc::vec![rich, NestedPart::text(plain)])
        })
    }

    /// The body is part 0, the text part 1 and what is in it; the images follow from `first`.
    fn compose(
        self,
        first: u32,
        write: impl FnOnce(&[String]) -> NestedPart<'a>,
    ) -> Result<MimiContent<'a>, ComposeError> {
        if self.images.is_empty() {
            return Err(ComposeError::empty("nestedPart.parts", "no images"));
        }
        let count = u32::try_from(self.images.len()).unwrap_or(u32::MAX);
        let indices = first..first.saturating_add(count);
        let cids: Vec<String> = indices.clone().map(cid).collect();
        let text = write(&cids);
        for part in text.parts() {
            let PartBody::Single(single) = &part.part.body else {
                continue;
            };
            let Ok(content) = core::str::from_utf8(&single.content) else {
                continue;
            };
            if content.is_empty() {
                return Err(ComposeError::empty("nestedPart.parts[0]", "an empty text"));
            }
            // Plain text shows no images, so it may say what it likes.
            if single.content_type == crate::message::media::TEXT_PLAIN {
                continue;
            }
            if let Some((_, index)) = cid_references(content).find(|(_, i)| !indices.contains(i)) {
                let code = codes::COMPOSE_CID;
                return Err(ComposeError::new(code, "nestedPart.parts[0]", cid(index)));
            }
        }
        let mut parts = alloc::vec![text];
        let images = self.images.into_iter();
        parts.extend(images.map(|image| NestedPart::new(Disposition::INLINE, image)));
        self.draft.body(NestedPart::process_all(parts))
    }
}
