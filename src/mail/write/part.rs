//! [`OutPart`]: a tree of parts, written with its boundaries.

use alloc::borrow::Cow;
use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::field::Header;
use super::transfer::Transfer;

/// A part to be written.
#[derive(Clone, Debug)]
pub(in crate::mail) struct OutPart<'a> {
    /// `type/subtype`, checked by the caller.
    pub(in crate::mail) media_type: String,
    /// Parameters of the content type.
    pub(in crate::mail) parameters: Vec<(String, String)>,
    /// Fields after the content type.
    pub(in crate::mail) fields: Header,
    /// What it holds.
    pub(in crate::mail) body: Body<'a>,
}

/// What a part holds.
#[derive(Clone, Debug)]
pub(in crate::mail) enum Body<'a> {
    /// Content, which gets a transfer encoding.
    Content(Cow<'a, [u8]>),
    /// Content that goes as it is, for a transport that changes nothing.
    Raw(Cow<'a, [u8]>),
    /// Lines of ASCII that go as they are.
    Plain(Vec<u8>),
    /// Other parts.
    Parts(Vec<OutPart<'a>>),
}

impl<'a> OutPart<'a> {
    pub(in crate::mail) fn new(media_type: impl Into<String>, body: Body<'a>) -> Self {
        OutPart {
            media_type: media_type.into(),
            parameters: Vec::new(),
            fields: Header::default(),
            body,
        }
    }

    #[must_use]
    pub(in crate::mail) fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.parameters.push((name.into(), value.into()));
        self
    }

    /// Writes header and body. `token` makes the boundaries; recursion is as deep as the parts of
    /// a message, which the encoder has bounded.
    pub(in crate::mail) fn write(&self, token: &str, out: &mut Vec<u8>) {
        self.write_numbered(token, &mut 0, out);
    }

    fn write_numbered(&self, token: &str, count: &mut u32, out: &mut Vec<u8>) {
        let mut parameters: Vec<(&str, &str)> = self
            .parameters
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        // "=_" occurs in neither quoted-printable nor base64 (RFC 2045 section 6.7).
        let boundary = format!("=_{token}-{count}");
        *count += 1;
        if let Body::Parts(_) = self.body {
            parameters.push(("boundary", &boundary));
        }
        let mut header = Header::default();
        header.parameters("Content-Type", &self.media_type, &parameters);
        out.append(&mut header.finish());
        match &self.body {
            Body::Content(content) => {
                let transfer = Transfer::for_content(self.media_type.starts_with("text/"), content);
                let mut header = Header::default();
                header.words(
                    "Content-Transfer-Encoding",
                    core::iter::once(transfer.name()),
                );
                out.append(&mut header.finish());
                out.append(&mut self.fields.clone().finish());
                out.extend_from_slice(b"\r\n");
                transfer.write(content, out);
            }
            Body::Raw(content) => {
                let mut header = Header::default();
                header.words(
                    "Content-Transfer-Encoding",
                    core::iter::once(Transfer::label(content)),
                );
                out.append(&mut header.finish());
                out.append(&mut self.fields.clone().finish());
                out.extend_from_slice(b"\r\n");
                out.extend_from_slice(content);
            }
            Body::Plain(lines) => {
                out.append(&mut self.fields.clone().finish());
                out.extend_from_slice(b"\r\n");
                out.extend_from_slice(lines);
            }
            Body::Parts(parts) => {
                out.append(&mut self.fields.clone().finish());
                for part in parts {
                    out.extend_from_slice(format!("\r\n--{boundary}\r\n").as_bytes());
                    part.write_numbered(token, count, out);
                }
                out.extend_from_slice(format!("\r\n--{boundary}--\r\n").as_bytes());
            }
        }
    }
}
