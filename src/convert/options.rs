//! What a caller can choose for a conversion.

use crate::cbor::Decoder;
use crate::mail::{ExportOptions, ImportOptions};
use crate::message::Uris;

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
    /// How mail is written.
    pub export: ExportOptions<'a>,
    /// How mail is read.
    pub import: ImportOptions<'a>,
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
