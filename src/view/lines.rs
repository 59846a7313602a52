//! A view as lines of styled spans: what a terminal shows. Which colours the roles have is decided
//! by the program.

use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::String;
use alloc::sync::Arc;
use alloc::vec::Vec;

use super::layout::Layout;
use super::{Block, File, Placed, ReactionBlock, Reason, View, label};
use crate::message::PartIndex;
use crate::rich::html::HtmlPolicy;

/// What the images of a view's texts refer to.
pub(super) type Resources<'m> = BTreeMap<PartIndex, File<'m>>;

/// A line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Line {
    /// What stands on it, from left to right.
    pub spans: Vec<Span>,
}

/// A run of characters of one look.
///
/// The text holds no control characters, so that no message can move the cursor.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Span {
    /// The characters.
    pub text: String,
    /// What they are.
    pub role: Role,
    /// Emphasised.
    pub emphasis: bool,
    /// Strongly emphasised.
    pub strong: bool,
    /// Struck through.
    pub strike: bool,
    /// Where they link to; none where the target may not be followed just so, for example a
    /// file of the reader's own.
    pub link: Option<Arc<str>>,
}

/// What a span is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Role {
    /// Running text.
    #[default]
    Text,
    /// A heading.
    Heading,
    /// Code.
    Code,
    /// The mark in front of a quotation or of a message inside the message.
    QuoteMark,
    /// The mark or number in front of a list's item.
    ListMark,
    /// A thematic break.
    Rule,
    /// The lines of a table.
    TableFrame,
    /// A link.
    Link,
    /// A link to somebody.
    Mention,
    /// Stands for an image.
    Image,
    /// Stands for a file.
    File,
    /// A reaction.
    Reaction,
    /// A session to join.
    Session,
    /// The status of a message.
    Status,
    /// Stands for what cannot be shown.
    Placeholder,
    /// Where a link leads whose text seems to say something else.
    Warning,
    /// The day above the messages of a day.
    Day,
    /// When a message was sent.
    Time,
    /// Who sent a message.
    Sender,
    /// What is said about a message: that it was edited, its topic, when it expires.
    Note,
}

/// How lines are laid out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct LineOptions {
    /// Lines are broken at this many columns; none: only where the text breaks them. Code, tables
    /// and long words may be wider.
    pub width: Option<usize>,
    /// Whether targets of links are written behind their texts, for where links cannot be followed.
    pub targets: bool,
}

impl LineOptions {
    /// Sets the width in columns.
    #[must_use]
    pub const fn with_width(mut self, columns: usize) -> Self {
        self.width = Some(columns);
        self
    }

    /// Sets whether targets of links are written behind their texts.
    #[must_use]
    pub const fn with_targets(mut self, targets: bool) -> Self {
        self.targets = targets;
        self
    }
}

impl Line {
    /// The characters of the line.
    pub fn text(&self) -> String {
        self.spans.iter().map(|span| span.text.as_str()).collect()
    }
}

impl Span {
    /// Characters of a role; what a terminal would obey is replaced.
    pub fn new(role: Role, text: &str) -> Self {
        Span {
            text: harmless(text),
            role,
            ..Span::default()
        }
    }
}

/// A target that may be followed with one click, as in HTML: a terminal opens whatever it is given.
///
/// Every line of a link names its target again, so that a long one would make very much of a
/// short message; such a target can only be read.
pub(super) fn followed(target: &str) -> Option<Arc<str>> {
    // What VTE, under most terminals, takes as a target.
    const LONGEST: usize = 2083;
    let allowed = target.len() <= LONGEST && HtmlPolicy::messenger().allows_link(target);
    allowed.then(|| harmless(target).into())
}

/// Nothing that a terminal would obey.
pub(super) fn harmless(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '\t' | '\u{2028}' | '\u{2029}' => ' ',
            c if c.is_control() || is_bidi_control(c) => char::REPLACEMENT_CHARACTER,
            c => c,
        })
        .collect()
}

/// Characters that turn the direction of what follows, and so can make one name look like another.
/// The marks that only have a direction themselves (U+200E, U+200F, U+061C) do no harm.
const fn is_bidi_control(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

impl View<'_> {
    /// The view as lines of spans, blocks apart by an empty line.
    ///
    /// ```
    /// use mimi_codec::message::{Disposition, MimiContent, NestedPart, Salt};
    /// use mimi_codec::view::{Role, View, ViewPolicy};
    ///
    /// let part = NestedPart::single(
    ///     Disposition::RENDER,
    ///     "text/markdown;variant=GFM-MIMI",
    ///     "Ask [@Alice](mimi://example.com/u/alice) **now**",
    /// );
    /// let message = MimiContent::new(Salt::new([0; 16]), part);
    /// let view = View::of(&message, &ViewPolicy::default()).value;
    /// let lines = view.to_lines(&Default::default());
    /// assert_eq!(lines[0].text(), "Ask @Alice now");
    /// assert_eq!(lines[0].spans[1].role, Role::Mention);
    /// assert!(lines[0].spans[3].strong);
    /// ```
    pub fn to_lines(&self, options: &LineOptions) -> Vec<Line> {
        let mut layout = Layout::new(options);
        self.lay_out(&mut layout);
        layout.finish()
    }

    fn lay_out(&self, layout: &mut Layout<'_>) {
        for (place, placed) in self.blocks.iter().enumerate() {
            if place > 0 {
                layout.empty_line();
            }
            lay_out(placed, &self.resources, layout);
        }
    }
}

fn lay_out(placed: &Placed<'_>, resources: &Resources<'_>, layout: &mut Layout<'_>) {
    match &placed.block {
        Block::RichText { document, .. } | Block::Html { document, .. } => {
            layout.document(document, resources);
        }
        Block::Image(file) => bracket(layout, Role::Image, "image", file),
        Block::File(file) => bracket(layout, Role::File, "file", file),
        Block::Reaction(ReactionBlock::Text(text)) => {
            layout.paragraph([Span::new(Role::Reaction, text.trim())]);
        }
        Block::Reaction(ReactionBlock::File(file)) => {
            bracket(layout, Role::Reaction, "reaction", file);
        }
        Block::Session(file) => {
            let text = super::text::session(file);
            let mut span = Span::new(Role::Session, text.trim_end());
            span.link = file.url().and_then(followed);
            layout.paragraph([span]);
        }
        Block::Status(report) => {
            for line in label::statuses(report) {
                layout.paragraph([Span::new(Role::Status, &line)]);
            }
        }
        Block::Message(view) => {
            let mark = || Span::new(Role::QuoteMark, "> ");
            layout.within(mark(), mark(), |layout| view.lay_out(layout));
        }
        Block::Placeholder { reason, file } => {
            let words = label::reason(reason);
            let text = match (reason, file) {
                (Reason::Deletes(id) | Reason::Unlikes(id), _) => format!("[{words}: {id}]"),
                (_, Some(file)) => format!("[{}: {words}]", label::file(file)),
                (_, None) => format!("[{words}]"),
            };
            let description = file.as_ref().map(|file| file.description.as_ref());
            described(layout, Span::new(Role::Placeholder, &text), description);
        }
    }
}

fn bracket(layout: &mut Layout<'_>, role: Role, what: &str, file: &File<'_>) {
    let mut span = Span::new(role, &format!("[{what}: {}]", label::file(file)));
    // What is encrypted makes no sense to a browser.
    span.link = match &file.source {
        super::Source::Elsewhere(part) if part.enc_alg.0 == 0 => followed(&part.url),
        _ => None,
    };
    described(layout, span, Some(&file.description));
}

fn described(layout: &mut Layout<'_>, span: Span, description: Option<&str>) {
    match description.filter(|text| !text.is_empty()) {
        Some(text) => layout.paragraph([span, Span::new(Role::Text, &format!(" {text}"))]),
        None => layout.paragraph([span]),
    }
}
