//! What a caller can choose for a conversion.

use std::string::String;

use crate::cbor::Decoder;
use crate::mail::{ExportOptions, ImportOptions};
use crate::message::Uris;
use crate::rich::html::SoftBreaks;
use crate::rich::plain::TextOptions;

/// How to convert. Made with [`ConvertOptions::default`], then changed.
#[derive(Clone)]
#[non_exhaustive]
pub struct ConvertOptions<'a> {
    /// What to accept; tolerant by default.
    pub decoder: Decoder,
    /// Whether messages in the layout of an older draft are carried over.
    pub upgrade: bool,
    /// Sender and room, as far as the input does not state them.
    pub uris: Uris<'a>,
    /// Salt of a message made from text or mail; random otherwise.
    pub salt: Option<[u8; 16]>,
    /// Whether a message with a salt of the wrong length is given a new one, and so a new ID.
    pub new_salt: bool,
    /// Whether HTML is written as a whole page.
    pub standalone: bool,
    /// Whether a hex dump names the fields, instead of looking as the draft's repository has it.
    pub hex_fields: bool,
    /// How Markdown, HTML and plain text are read and written.
    pub rich: RichOptions,
    /// How mail is written.
    pub export: ExportOptions<'a>,
    /// How mail is read.
    pub import: ImportOptions<'a>,
}

/// How Markdown, HTML and plain text are read and written. Made with [`RichOptions::default`], then
/// changed.
///
/// ```
/// use mimi_codec::convert::{ConvertOptions, convert};
/// use mimi_codec::document::Format;
/// use mimi_codec::rich::html::SoftBreaks;
///
/// let mut options = ConvertOptions::default();
/// options.rich.charset = Some("iso-8859-1".into());
/// options.rich.soft_breaks = SoftBreaks::Break;
/// let html = convert(b"gr\xfcn\nblau", Format::Markdown, Format::Html, &options)?;
/// assert_eq!(html.value, "<p>grün<br>\nblau</p>\n".as_bytes());
/// # Ok::<(), mimi_codec::convert::ConvertError>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct RichOptions {
    /// The charset of Markdown, HTML and plain text that is read, by a label of the Encoding
    /// Standard or of mail. Without: what a byte order mark or the page says, else UTF-8.
    pub charset: Option<String>,
    /// How plain text is written.
    pub text: TextOptions,
    /// How the line ends of Markdown are written in HTML.
    pub soft_breaks: SoftBreaks,
    /// Whether HTML shows images from `http` and `https`, and those in external parts that are not
    /// encrypted. Fetching one tells its server who reads the message, and when.
    pub remote_images: bool,
    /// Whether HTML written from Markdown and plain text is also passed through `ammonia`, as HTML
    /// that came as HTML always is.
    pub second_pass: bool,
}

impl Default for ConvertOptions<'_> {
    fn default() -> Self {
        ConvertOptions {
            decoder: Decoder::tolerant(),
            upgrade: false,
            uris: Uris::STATED,
            salt: None,
            new_salt: false,
            standalone: false,
            hex_fields: false,
            rich: RichOptions::default(),
            export: ExportOptions::default(),
            import: ImportOptions::default(),
        }
    }
}

impl<'a> ConvertOptions<'a> {
    /// Another decoder.
    #[must_use]
    pub fn with_decoder(mut self, decoder: Decoder) -> Self {
        self.decoder = decoder;
        self
    }

    /// Sender and room, as far as the input does not state them.
    #[must_use]
    pub fn with_uris(mut self, uris: Uris<'a>) -> Self {
        self.export.uris = uris.clone();
        self.import.room = uris.room.clone();
        self.uris = uris;
        self
    }

    /// Salt of a message made from text or mail.
    #[must_use]
    pub fn with_salt(mut self, salt: [u8; 16]) -> Self {
        self.salt = Some(salt);
        self
    }
}
