//! A view as HTML. What comes from the message is escaped, or cleaned by the room `rich`; targets
//! of links are checked against its policy.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::cell::Cell;
use core::fmt;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;

use super::lines::Resources;
use super::{Block, File, Placed, ReactionBlock, Reason, Remote, Source, View, label};
use crate::message::{AeadAlgorithm, LanguageList, PartIndex};
use crate::report::{Converted, Finding};
use crate::rich::Document;
use crate::rich::html::{HtmlPolicy, HtmlWriteOptions, write};

/// Answers which address an image of the message has in the page.
type Addresses<'a> = &'a dyn Fn(PartIndex) -> Option<String>;

/// Answers whether a link target is a mention.
type IsMention<'a> = &'a dyn Fn(&str) -> bool;

/// How a view is written as HTML.
#[derive(Clone, Copy, Default)]
pub struct HtmlOptions<'a> {
    images: Option<Addresses<'a>>,
    mentions: Option<(&'a str, IsMention<'a>)>,
}

impl fmt::Debug for HtmlOptions<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HtmlOptions")
            .field("images", &self.images.is_some())
            .field("mentions", &self.mentions.map(|(class, _)| class))
            .finish()
    }
}

impl<'a> HtmlOptions<'a> {
    /// Which address (`blob:`, `https:`) the image in a part has. Unless set, images stand in the
    /// page themselves, as `data:`.
    #[must_use]
    pub const fn images(mut self, addresses: Addresses<'a>) -> Self {
        self.images = Some(addresses);
        self
    }

    /// The class of links that are mentions, and which those are.
    #[must_use]
    pub const fn mentions(mut self, class: &'a str, is_mention: IsMention<'a>) -> Self {
        self.mentions = Some((class, is_mention));
        self
    }
}

impl View<'_> {
    /// The view as a fragment of HTML that is safe to show.
    ///
    /// An image that a text refers to again and again stands in the page only so often; after
    /// that, its alternative text does.
    ///
    /// Elements that stand for something else than text have classes: `mimi-image`, `mimi-file`,
    /// `mimi-reaction`, `mimi-session`, `mimi-status`, `mimi-message`, `mimi-placeholder`.
    ///
    /// ```
    /// use mimi_codec::message::{Disposition, MimiContent, NestedPart, Salt};
    /// use mimi_codec::view::{View, ViewPolicy};
    ///
    /// let part = NestedPart::single(
    ///     Disposition::RENDER,
    ///     "text/markdown;variant=GFM-MIMI",
    ///     "so __nice__ <script>",
    /// );
    /// let message = MimiContent::new(Salt::new([0; 16]), part);
    /// let view = View::of(&message, &ViewPolicy::default()).value;
    /// assert_eq!(
    ///     view.to_html(&Default::default()).value,
    ///     "<p>so <strong>nice</strong> &lt;script&gt;</p>\n"
    /// );
    /// ```
    pub fn to_html(&self, options: &HtmlOptions<'_>) -> Converted<String> {
        let policy = HtmlPolicy::messenger().with_remote_images(self.remote == Remote::Allowed);
        let mut writer = Writer {
            out: String::new(),
            findings: Vec::new(),
            remote: self.remote,
            policy: &policy,
            options,
            room: Cell::new(image_octets(self).saturating_mul(4).saturating_add(SPARE)),
        };
        writer.view(self);
        Converted::new(writer.out, writer.findings)
    }
}

struct Writer<'w> {
    out: String,
    findings: Vec<Finding>,
    remote: Remote,
    policy: &'w HtmlPolicy,
    options: &'w HtmlOptions<'w>,
    /// Octets of images that may still stand in the page themselves: a short text can refer to a
    /// large image any number of times.
    room: Cell<usize>,
}

/// Octets of images in a page beyond four times those in the message.
const SPARE: usize = 1 << 20;

/// Octets of the images in a view.
fn image_octets(view: &View<'_>) -> usize {
    let size = |file: &File<'_>| match &file.source {
        Source::InPlace(octets) => octets.len(),
        Source::Elsewhere(_) => 0,
    };
    let blocks = view.blocks.iter().map(|placed| match &placed.block {
        Block::Image(file) | Block::Reaction(ReactionBlock::File(file)) => size(file),
        Block::Message(inner) => image_octets(inner),
        _ => 0,
    });
    let resources = view.resources.values().map(size);
    blocks.chain(resources).fold(0, usize::saturating_add)
}

impl Writer<'_> {
    fn view(&mut self, view: &View<'_>) {
        for placed in &view.blocks {
            self.placed(placed, &view.resources);
        }
    }

    fn placed(&mut self, placed: &Placed<'_>, resources: &Resources<'_>) {
        // Only one language can stand in the attribute, and only a real one helps a screen reader.
        let mut tags = LanguageList::new(&placed.language).tags();
        let Some(tag) = tags.next().filter(|tag| tag.check().is_ok()) else {
            return self.block(&placed.block, resources);
        };
        let language = tag.as_str();
        self.out.push_str("<div lang=\"");
        escape(language, &mut self.out);
        self.out.push_str("\">\n");
        self.block(&placed.block, resources);
        self.out.push_str("</div>\n");
    }

    fn block(&mut self, block: &Block<'_>, resources: &Resources<'_>) {
        match block {
            Block::RichText { document, .. } => self.document(document, resources),
            Block::Html {
                source, document, ..
            } => self.html(source, document, resources),
            Block::Image(file) => self.image(file),
            Block::File(file) => {
                let label = label::file(file);
                self.labelled("mimi-file", &label, Some(file));
            }
            Block::Reaction(ReactionBlock::Text(text)) => {
                self.labelled("mimi-reaction", text.trim(), None);
            }
            Block::Reaction(ReactionBlock::File(file)) => self.image(file),
            Block::Session(file) => {
                let what = if file.description.is_empty() {
                    file.url().unwrap_or("session")
                } else {
                    &file.description
                };
                self.open("mimi-session");
                self.link(file, what);
                self.out.push_str("</p>\n");
            }
            Block::Status(report) => {
                self.out.push_str("<ul class=\"mimi-status\">\n");
                for line in label::statuses(report) {
                    self.out.push_str("<li>");
                    escape(&line, &mut self.out);
                    self.out.push_str("</li>\n");
                }
                self.out.push_str("</ul>\n");
            }
            Block::Message(view) => {
                self.out.push_str("<blockquote class=\"mimi-message\">\n");
                self.view(view);
                self.out.push_str("</blockquote>\n");
            }
            Block::Placeholder { reason, file } => {
                let words = label::reason(reason);
                let text = match (reason, file) {
                    (Reason::Deletes(id) | Reason::Unlikes(id), _) => format!("{words}: {id}"),
                    (_, Some(file)) => format!("{}: {words}", label::file(file)),
                    (_, None) => words,
                };
                self.labelled("mimi-placeholder", &text, file.as_ref());
            }
        }
    }

    fn document(&mut self, document: &Document, images: &Resources<'_>) {
        let resolve = |target: &str| {
            let file = images.get(&super::references::image_part(target)?)?;
            self.address(file)
        };
        let mut options = HtmlWriteOptions::default()
            .policy(self.policy)
            .images(&resolve)
            .annotate_links(true);
        if let Some((class, is_mention)) = self.options.mentions {
            options = options.mentions(class, is_mention);
        }
        let html = write(document, &options);
        self.findings.extend(html.findings);
        self.out.push_str(&html.value);
    }

    /// HTML as it was sent, cleaned, with the addresses of its images put in.
    #[cfg(feature = "html")]
    fn html(&mut self, source: &str, _: &Document, images: &Resources<'_>) {
        let clean = crate::rich::html::sanitize(source, self.policy);
        let mut done = 0;
        for place in sources(&clean) {
            let Some(target) = clean.get(place.clone()) else {
                continue;
            };
            let file = super::references::image_part(target).and_then(|index| images.get(&index));
            self.out
                .push_str(clean.get(done..place.start).unwrap_or_default());
            // Without an address, browsers show the alternative text.
            let address = file.and_then(|file| self.address(file)).unwrap_or_default();
            escape(&address, &mut self.out);
            done = place.end;
        }
        self.out.push_str(clean.get(done..).unwrap_or_default());
        if !clean.ends_with('\n') {
            self.out.push('\n');
        }
    }

    #[cfg(not(feature = "html"))]
    fn html(&mut self, _: &str, document: &Document, images: &Resources<'_>) {
        self.document(document, images);
    }

    fn open(&mut self, class: &str) {
        self.out.push_str("<p class=\"");
        self.out.push_str(class);
        self.out.push_str("\">");
    }

    /// A paragraph that names something, with its description.
    fn labelled(&mut self, class: &str, text: &str, file: Option<&File<'_>>) {
        self.open(class);
        match file {
            Some(file) => {
                self.link(file, text);
                if !file.description.is_empty() {
                    self.out.push_str("<br>\n");
                    escape(&file.description, &mut self.out);
                }
            }
            None => escape(text, &mut self.out),
        }
        self.out.push_str("</p>\n");
    }

    /// A link to content elsewhere, unless it is encrypted or the policy refuses its target.
    fn link(&mut self, file: &File<'_>, text: &str) {
        let target = match &file.source {
            Source::Elsewhere(part) if part.enc_alg == AeadAlgorithm::NONE => Some(&*part.url),
            _ => None,
        };
        match target.filter(|target| self.policy.allows_link(target)) {
            Some(target) => {
                self.out.push_str("<a href=\"");
                escape(target, &mut self.out);
                self.out.push_str("\" rel=\"noopener\">");
                escape(text, &mut self.out);
                self.out.push_str("</a>");
            }
            None => escape(text, &mut self.out),
        }
    }

    fn image(&mut self, file: &File<'_>) {
        let Some(address) = self.address(file) else {
            let label = label::file(file);
            return self.labelled("mimi-image", &label, Some(file));
        };
        let alt = if file.description.is_empty() {
            label::file(file)
        } else {
            file.description.to_string()
        };
        self.out.push_str("<p class=\"mimi-image\"><img src=\"");
        escape(&address, &mut self.out);
        self.out.push_str("\" alt=\"");
        escape(&alt, &mut self.out);
        self.out.push_str("\"></p>\n");
    }

    /// Where a browser finds an image, if the client shows such images.
    fn address(&self, file: &File<'_>) -> Option<String> {
        let media = file.media()?;
        if !file.supported || !media.is_image() {
            return None;
        }
        if let Some(addresses) = self.options.images {
            return addresses(file.index);
        }
        match &file.source {
            Source::InPlace(octets) => {
                self.room.set(self.room.get().checked_sub(octets.len())?);
                let mut address = format!("data:{};base64,", media.essence());
                BASE64_STANDARD.encode_string(octets, &mut address);
                Some(address)
            }
            Source::Elsewhere(part) => {
                let fetched = self.remote == Remote::Allowed
                    && part.enc_alg == AeadAlgorithm::NONE
                    && self.policy.allows_image(&part.url);
                fetched.then(|| part.url.to_string())
            }
        }
    }
}

/// The places of `cid:` addresses in the `src` attributes of cleaned HTML, in which no text holds
/// a `<` and every value stands between double quotes.
#[cfg(feature = "html")]
fn sources(html: &str) -> impl Iterator<Item = core::ops::Range<usize>> {
    let octets = html.as_bytes();
    let mut at = 0;
    let mut in_tag = false;
    core::iter::from_fn(move || {
        loop {
            match (in_tag, *octets.get(at)?) {
                (false, b'<') => in_tag = true,
                (true, b'>') => in_tag = false,
                (true, b'"') => {
                    let start = at + 1;
                    let length = octets
                        .get(start..)?
                        .iter()
                        .position(|octet| *octet == b'"')?;
                    let (value, name) = (start..start + length, octets.get(..at)?);
                    at = start + length + 1;
                    let target = html.get(value.clone())?;
                    if name.ends_with(b" src=") && super::references::image_part(target).is_some() {
                        return Some(value);
                    }
                    continue;
                }
                _ => {}
            }
            at += 1;
        }
    })
}

/// Escapes text for between tags and for between double quotes.
pub(crate) fn escape(text: &str, out: &mut String) {
    for c in text.chars() {
        match c {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            '"' => out.push_str("&quot;"),
            '\0' => out.push(char::REPLACEMENT_CHARACTER),
            c => out.push(c),
        }
    }
}

#[cfg(all(test, feature = "html"))]
mod tests {
    use super::*;

    #[test]
    fn only_attributes_hold_sources() {
        let html = r#"x src="cid:1@local.invalid" <img alt="> src=" src="cid:2@local.invalid"><a
            href="cid:3@local.invalid"><img src="https://example.com/cid:4@local.invalid">"#;
        let found: Vec<&str> = sources(html).filter_map(|place| html.get(place)).collect();
        assert_eq!(found, ["cid:2@local.invalid"]);
        assert_eq!(sources(r#"<img src="cid:2@local.inv"#).count(), 0);
    }
}
