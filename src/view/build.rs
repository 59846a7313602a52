//! From the chosen parts to blocks: each part is turned into what it shows. The references between
//! them are resolved afterwards, in `references`.

use alloc::borrow::Cow;
use alloc::boxed::Box;
use alloc::collections::BTreeSet;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use unicode_segmentation::UnicodeSegmentation;

use super::chooser::Selected;
use super::{
    Block, Chooser, Fate, File, Leaf, Placed, ReactionBlock, Reason, Remote, Selection, Source,
    View, ViewPolicy, references, select,
};
use crate::cbor::Decoder;
use crate::message::{
    Disposition, ExternalPart, MimiContent, PartBody, PartIndex, PartSemantics, SecretOctets,
    SinglePart, path_of,
};
use crate::report::{Code, Converted, Finding, codes};
use crate::rich::{Document, markdown, plain};
use crate::text::{MediaType, charset};

impl<'m> View<'m> {
    /// What a client shows of a message.
    ///
    /// The findings say what is not shown and why, and what was odd about the content.
    ///
    /// ```
    /// use mimi_codec::message::{Disposition, MimiContent, NestedPart, PartSemantics, Salt};
    /// use mimi_codec::view::{Block, View, ViewPolicy};
    ///
    /// let part = |media_type: &'static str, content: &'static str| {
    ///     NestedPart::single(Disposition::RENDER, media_type, content)
    /// };
    /// let body = NestedPart::multi(
    ///     Disposition::RENDER,
    ///     PartSemantics::ChooseOne,
    ///     vec![
    ///         part("application/vnd.example", "?"),
    ///         part("text/markdown;variant=GFM-MIMI", "# Welcome!"),
    ///     ],
    /// );
    /// let message = MimiContent::new(Salt::new([0; 16]), body);
    /// let view = View::of(&message, &ViewPolicy::default()).value;
    /// assert_eq!(view.blocks[0].index, 2);
    /// assert!(matches!(view.blocks[0].block, Block::RichText { .. }));
    /// ```
    pub fn of(message: &'m MimiContent<'_>, policy: &ViewPolicy) -> Converted<View<'m>> {
        View::with_chooser(message, policy, policy)
    }

    /// As [`of`](View::of), with alternatives chosen in another way.
    pub fn with_chooser(
        message: &'m MimiContent<'_>,
        policy: &ViewPolicy,
        chooser: &(impl Chooser + ?Sized),
    ) -> Converted<View<'m>> {
        let selection = select(message, chooser);
        let mut builder = Builder {
            message,
            policy,
            selection: &selection,
            findings: Vec::new(),
        };
        let blocks = builder.blocks();
        let resolved = references::resolve(blocks);
        for (text, target) in resolved.dangling {
            let finding = Finding::new(codes::VIEW_CID_DANGLING);
            builder.found(text, finding.found(format!("cid:{target}@local.invalid")));
        }
        let view = View {
            blocks: resolved.blocks,
            resources: resolved.resources,
            remote: policy.remote_content(),
        };
        Converted::new(view, builder.findings)
    }
}

struct Builder<'b, 'm, 'a> {
    message: &'m MimiContent<'a>,
    policy: &'b ViewPolicy,
    selection: &'b Selection<'m, 'a>,
    findings: Vec<Finding>,
}

impl<'m> Builder<'_, 'm, '_> {
    /// Every shown part by itself.
    fn blocks(&mut self) -> Vec<Placed<'m>> {
        let mut blocks = Vec::new();
        for selected in self.selection.parts() {
            if selected.fate != Fate::Shown {
                continue;
            }
            let leaf = &selected.leaf;
            let block = match &leaf.part.body {
                PartBody::Multi(multi) => match multi.semantics {
                    PartSemantics::ChooseOne => {
                        self.note_alternatives(selected);
                        None
                    }
                    PartSemantics::SingleUnit if selected.score.value == 0.0 => {
                        Some(self.refused_unit(leaf.index))
                    }
                    _ => None,
                },
                PartBody::Null => self.nothing(leaf),
                PartBody::Single(part) => Some(self.single(leaf, part)),
                PartBody::External(part) => Some(self.external(leaf, part)),
            };
            blocks.extend(block.map(|block| Placed {
                index: leaf.index,
                disposition: leaf.disposition,
                language: Cow::Borrowed(leaf.language),
                block,
            }));
        }
        blocks
    }

    fn found(&mut self, index: PartIndex, finding: Finding) {
        self.findings.push(finding.path(self.path(index)));
    }

    /// Path of a part with the draft's field names.
    fn path(&self, index: PartIndex) -> String {
        path_of(self.selection.parts(), |part| part.parent, index)
    }

    fn note_alternatives(&mut self, selected: &Selected<'_, '_>) {
        let PartBody::Multi(multi) = &selected.leaf.part.body else {
            return;
        };
        if let (Some(chosen), true) = (selected.chosen, multi.parts.len() > 1) {
            let shown = format!("{} alternatives; shown is part {chosen}", multi.parts.len());
            let finding = Finding::new(codes::VIEW_ALTERNATIVE).found(shown);
            self.found(selected.leaf.index, finding);
        }
    }

    /// A placeholder for a unit, which names the first part of it that cannot be shown.
    fn refused_unit(&mut self, unit: PartIndex) -> Block<'m> {
        let part = self
            .selection
            .parts()
            .iter()
            .skip(unit as usize + 1)
            .filter(|part| matches!(part.fate, Fate::Refused(by) if by == unit))
            .find(|part| {
                !matches!(part.leaf.part.body, PartBody::Multi(_)) && part.score.value == 0.0
            })
            .map_or(unit, |part| part.leaf.index);
        let finding = Finding::new(codes::VIEW_UNIT_REFUSED).found(format!("part {part}"));
        self.found(unit, finding);
        Block::Placeholder {
            reason: Reason::Unit { part },
            file: None,
        }
    }

    /// A null part shows something only as the body: it takes another message back.
    fn nothing(&self, leaf: &Leaf<'_, '_>) -> Option<Block<'m>> {
        (leaf.index == 0).then(|| Block::Placeholder {
            reason: self.taken_back(leaf.disposition),
            file: None,
        })
    }

    fn taken_back(&self, disposition: Disposition) -> Reason {
        match (self.message.replaces, disposition) {
            (Some(id), Disposition::REACTION) => Reason::Unlikes(id),
            (Some(id), _) => Reason::Deletes(id),
            (None, _) => Reason::Empty,
        }
    }

    /// A media type taken apart, and whether the client shows it.
    fn media<'t>(&self, content_type: &'t str) -> (Option<MediaType<'t>>, bool) {
        let media = MediaType::parse(content_type).ok();
        let score = media.as_ref().map(|media| self.policy.score_of(media));
        (media, score.is_some_and(|score| score > 0.0))
    }

    fn single(&mut self, leaf: &Leaf<'m, '_>, part: &'m SinglePart<'_>) -> Block<'m> {
        let (media, supported) = self.media(&part.content_type);
        let file = File {
            index: leaf.index,
            media_type: Cow::Borrowed(&part.content_type),
            name: Cow::Borrowed(""),
            description: Cow::Borrowed(""),
            size: Some(part.content.len() as u64),
            supported,
            source: Source::InPlace(Cow::Borrowed(&part.content)),
        };
        if leaf.disposition == Disposition::ATTACHMENT {
            return Block::File(file);
        }
        let (Some(media), true) = (media, supported) else {
            return self.unsupported(file);
        };
        if part.content.len() as u64 > self.policy.limits().0 {
            return self.placeholder(file, Reason::TooLarge, codes::VIEW_TOO_LARGE);
        }
        let reaction = leaf.disposition == Disposition::REACTION;
        if reaction && (media.is_plain() || media.is_markdown()) {
            self.reaction(leaf, &media, &part.content)
        } else if media.is_markdown() {
            let text = self.text(leaf.index, &media, &part.content);
            let document = self.keep(leaf.index, markdown::read(&text));
            rich(document)
        } else if media.is_plain() {
            rich(plain::read(&self.text(leaf.index, &media, &part.content)))
        } else if media.is_html() {
            self.html(leaf, &media, part, file)
        } else if media.is_mimi_content() {
            self.nested(part, file)
        } else if media.is_message_status() {
            match Decoder::tolerant().decode_status(&part.content) {
                Ok(report) => Block::Status(self.keep(leaf.index, report)),
                Err(_) => self.placeholder(file, Reason::StatusInvalid, codes::VIEW_STATUS_INVALID),
            }
        } else if reaction {
            Block::Reaction(ReactionBlock::File(file))
        } else if media.is_image() {
            Block::Image(file)
        } else {
            Block::File(file)
        }
    }

    fn external(&mut self, leaf: &Leaf<'m, '_>, part: &'m ExternalPart<'_>) -> Block<'m> {
        let (media, supported) = self.media(&part.content_type);
        let file = File {
            index: leaf.index,
            media_type: Cow::Borrowed(&part.content_type),
            name: Cow::Borrowed(&part.filename),
            description: Cow::Borrowed(&part.description),
            size: (part.size > 0).then_some(part.size),
            supported,
            source: Source::Elsewhere(Box::new(borrowed(part))),
        };
        match leaf.disposition {
            Disposition::SESSION => return Block::Session(file),
            Disposition::ATTACHMENT => return Block::File(file),
            _ if !supported => return self.unsupported(file),
            _ => {}
        }
        if self.policy.remote_content() == Remote::OnRequest {
            let finding = Finding::new(codes::VIEW_REMOTE).found(part.url.clone().into_owned());
            self.found(leaf.index, finding);
        } else if part.size > self.policy.limits().1 {
            return self.placeholder(file, Reason::TooLarge, codes::VIEW_TOO_LARGE);
        }
        if leaf.disposition == Disposition::REACTION {
            Block::Reaction(ReactionBlock::File(file))
        } else if media.is_some_and(|media| media.is_image()) {
            Block::Image(file)
        } else {
            Block::File(file)
        }
    }

    fn unsupported(&mut self, file: File<'m>) -> Block<'m> {
        self.placeholder(file, Reason::Unsupported, codes::VIEW_UNSUPPORTED)
    }

    fn placeholder(&mut self, file: File<'m>, reason: Reason, code: Code) -> Block<'m> {
        let label = super::label::file(&file);
        self.found(file.index, Finding::new(code).found(label));
        let file = Some(file);
        Block::Placeholder { reason, file }
    }

    fn reaction(
        &mut self,
        leaf: &Leaf<'_, '_>,
        media: &MediaType<'_>,
        content: &'m [u8],
    ) -> Block<'m> {
        let text = self.text(leaf.index, media, content);
        let characters = text.trim().graphemes(true).take(2).count();
        if characters == 0 {
            let reason = self.taken_back(Disposition::REACTION);
            return Block::Placeholder { reason, file: None };
        }
        if characters > 1 {
            let finding = Finding::new(codes::VIEW_REACTION_LENGTH);
            self.found(leaf.index, finding);
        }
        Block::Reaction(ReactionBlock::Text(text))
    }

    #[cfg(feature = "html")]
    fn html(
        &mut self,
        leaf: &Leaf<'_, '_>,
        media: &MediaType<'_>,
        part: &'m SinglePart<'_>,
        _: File<'m>,
    ) -> Block<'m> {
        let source = self.text(leaf.index, media, &part.content);
        let document = crate::rich::html::read(&source, &Default::default());
        Block::Html {
            document: self.keep(leaf.index, document),
            images: BTreeSet::new(),
            source,
        }
    }

    /// Without a reader of HTML there is nothing to show.
    #[cfg(not(feature = "html"))]
    fn html(
        &mut self,
        _: &Leaf<'_, '_>,
        _: &MediaType<'_>,
        _: &'m SinglePart<'_>,
        file: File<'m>,
    ) -> Block<'m> {
        self.unsupported(file)
    }

    fn nested(&mut self, part: &'m SinglePart<'_>, file: File<'m>) -> Block<'m> {
        if self.policy.nested_levels() == 0 {
            return self.placeholder(file, Reason::NestedDepth, codes::VIEW_NESTED_DEPTH);
        }
        let index = file.index;
        match Decoder::tolerant().decode(&part.content) {
            Ok(received) => {
                let inner = self.policy.one_level_down();
                let view = View::of(received.content(), &inner).map(View::into_owned);
                Block::Message(Box::new(self.keep(index, view)))
            }
            Err(_) => self.placeholder(file, Reason::NestedInvalid, codes::VIEW_NESTED_INVALID),
        }
    }

    /// Takes over findings about the content of a part.
    fn keep<T>(&mut self, index: PartIndex, converted: Converted<T>) -> T {
        let outer = self.path(index);
        self.findings
            .extend(converted.findings.into_iter().map(|mut finding| {
                // Offsets and lines count from the start of the part.
                finding.path = Some(match finding.path {
                    Some(inner) => format!("{outer}.content/{inner}"),
                    None => format!("{outer}.content"),
                });
                finding
            }));
        converted.value
    }

    fn text(&mut self, index: PartIndex, media: &MediaType<'_>, octets: &'m [u8]) -> Cow<'m, str> {
        let text = charset::decode(media.charset(), octets);
        self.keep(index, text)
    }
}

/// The same part, without a copy of what it holds.
fn borrowed<'m>(part: &'m ExternalPart<'_>) -> ExternalPart<'m> {
    ExternalPart {
        content_type: Cow::Borrowed(&part.content_type),
        url: Cow::Borrowed(&part.url),
        expires: part.expires,
        size: part.size,
        enc_alg: part.enc_alg,
        key: SecretOctets::from(part.key.expose()),
        nonce: SecretOctets::from(part.nonce.expose()),
        aad: Cow::Borrowed(&part.aad),
        hash_alg: part.hash_alg,
        content_hash: Cow::Borrowed(&part.content_hash),
        description: Cow::Borrowed(&part.description),
        filename: Cow::Borrowed(&part.filename),
    }
}

const fn rich<'m>(document: Document) -> Block<'m> {
    Block::RichText {
        document,
        images: BTreeSet::new(),
    }
}
