//! JSON to the octets of a message: every member checked, none ignored in silence, and the place
//! of each kept for findings that the decoder makes.

use std::borrow::Cow;
use std::string::String;
use std::vec::Vec;

use super::super::edn;
use super::super::quoted::{from_base64, to_base64url};
use super::super::walk::Walker;
use super::super::{NotationError, Source};
use super::members::{Member, Object};
use super::part::part;
use crate::cbor::Decoder;
use crate::item::{MAJOR, push_head};
use crate::message::{IdAlgorithm, PartIndex, Uris};
use crate::report::{Converted, Finding, Position, SourceMap, codes};

/// Reads a message written as JSON: its octets, their places, and what the informative members
/// got wrong.
///
/// # Errors
/// Text that is not JSON; a member that is unknown, occurs twice, is missing, or holds what no
/// message can hold. Limits and lengths are for [`cbor`](crate::cbor) to judge.
///
/// ```
/// use mimi_codec::notation::json;
///
/// let text = r#"{ "salt": "AAAAAAAAAAAAAAAAAAAAAA", "disposition": "render" }"#;
/// let source = json::read(text)?.value;
/// let message = mimi_codec::cbor::decode(source.octets()).unwrap();
/// assert_eq!(message.nested_part.body.cardinality(), 0);
///
/// let error = json::read(r#"{ "salt": "AAAA", "colour": 1 }"#).unwrap_err();
/// assert_eq!(error.code().as_str(), "json-unknown");
/// assert_eq!(error.finding().column, Some(19));
/// # Ok::<(), mimi_codec::notation::NotationError>(())
/// ```
pub fn read(text: &str) -> Result<Converted<Source>, NotationError> {
    Reader::new().read(text)
}

/// Reads JSON with what is known beside it.
#[derive(Clone, Debug, Default)]
#[must_use]
pub struct Reader<'a> {
    uris: Uris<'a>,
}

impl<'a> Reader<'a> {
    /// Nothing is known but what the message states.
    pub fn new() -> Self {
        Reader::default()
    }

    /// Sender and room, to check `message_id` with.
    pub fn uris(mut self, uris: Uris<'a>) -> Self {
        self.uris = uris;
        self
    }

    /// Reads a message written as JSON.
    ///
    /// # Errors
    /// As [`read`].
    pub fn read(&self, text: &str) -> Result<Converted<Source>, NotationError> {
        let value = super::syntax::parse(text)?;
        let mut out = Out::default();
        let root = Object::root(&value)?;
        let id = message(root, &mut out)?;
        let source = Source::new(out.octets, out.map);
        if let Some(stated) = id {
            out.findings.extend(self.check_id(&stated, source.octets()));
        }
        Ok(Converted::new(source, out.findings))
    }

    /// Compares the stated message ID with the one of the octets, if that can be computed.
    fn check_id(&self, stated: &Stated, octets: &[u8]) -> Option<Finding> {
        let received = Decoder::tolerant().decode(octets).ok()?;
        let id = received.message_id(IdAlgorithm::Draft08, &self.uris).ok()?;
        let expected = to_base64url(id.as_bytes());
        if from_base64(&stated.text).is_ok_and(|octets| octets == id.as_bytes()) {
            return None;
        }
        Some(stated.disagrees(expected))
    }
}

/// An informative member.
pub(super) struct Stated {
    text: String,
    at: Position,
    path: String,
}

impl Stated {
    pub(super) fn new(member: &Member<'_>, text: impl Into<String>) -> Self {
        Stated {
            text: text.into(),
            at: member.value.at,
            path: member.path.clone(),
        }
    }

    pub(super) fn disagrees(&self, expected: impl Into<Cow<'static, str>>) -> Finding {
        Finding::new(codes::JSON_INFORMATIVE)
            .line_column(self.at.line, self.at.column)
            .path(self.path.clone())
            .found(super::syntax::shorten(&self.text))
            .expected(expected)
    }
}

/// Octets written so far, with their places.
#[derive(Default)]
pub(super) struct Out {
    octets: Vec<u8>,
    map: SourceMap,
    pub(super) findings: Vec<Finding>,
    pub(super) parts: PartIndex,
}

impl Out {
    pub(super) fn head(&mut self, major: u8, arg: u64, at: Position) {
        self.map.mark(self.octets.len(), at);
        push_head(&mut self.octets, major, arg);
    }

    pub(super) fn bytes(&mut self, octets: &[u8], at: Position) {
        self.head(MAJOR::BYTES, octets.len() as u64, at);
        self.octets.extend_from_slice(octets);
    }

    pub(super) fn text(&mut self, text: &str, at: Position) {
        self.head(MAJOR::TEXT, text.len() as u64, at);
        self.octets.extend_from_slice(text.as_bytes());
    }

    /// `false`, `true` or `null`.
    fn simple(&mut self, number: u64, at: Position) {
        self.head(MAJOR::SIMPLE, number, at);
    }

    pub(super) fn uint(&mut self, value: u64, at: Position) {
        self.head(MAJOR::UNSIGNED, value, at);
    }

    /// Octets from base64url, empty if the member is absent.
    pub(super) fn octets_of(
        &mut self,
        object: &mut Object<'_>,
        name: &str,
    ) -> Result<(), NotationError> {
        match object.take(name) {
            Some(member) => {
                let octets = member.octets()?;
                self.bytes(&octets, member.value.at);
            }
            None => self.bytes(&[], object.at),
        }
        Ok(())
    }

    /// Octets from base64url, null if the member is absent.
    fn octets_or_null(&mut self, object: &mut Object<'_>, name: &str) -> Result<(), NotationError> {
        match object.take(name) {
            Some(member) => {
                let octets = member.octets()?;
                self.bytes(&octets, member.value.at);
            }
            None => self.simple(22, object.at),
        }
        Ok(())
    }

    /// Text, empty if the member is absent.
    pub(super) fn text_of(
        &mut self,
        object: &mut Object<'_>,
        name: &str,
    ) -> Result<(), NotationError> {
        match object.take(name) {
            Some(member) => self.text(member.text()?, member.value.at),
            None => self.text("", object.at),
        }
        Ok(())
    }
}

/// Members of a dialog object that describe the conversation.
const DIALOG: &[&str] = &[
    "start",
    "duration",
    "parties",
    "originator",
    "franking_tag",
    "frank",
    "status",
];

fn message(mut root: Object<'_>, out: &mut Out) -> Result<Option<Stated>, NotationError> {
    if let Some(dialog) = root.peek("dialog") {
        return Err(dialog
            .error(codes::JSON_UNKNOWN)
            .message("this is a whole vCon; a message is one object of its dialog array"));
    }
    if let Some(kind) = root.take("type")
        && kind.text()? != "text"
    {
        return Err(kind
            .error(codes::JSON_VALUE)
            .expected("\"text\"; other dialog objects hold no message"));
    }
    let mut stated = None;
    if let Some(id) = root.take("message_id") {
        stated = Some(Stated::new(&id, id.text()?));
    }
    out.head(MAJOR::ARRAY, 7, root.at);
    let salt = root.need("salt")?;
    out.bytes(&salt.octets()?, salt.value.at);
    out.octets_or_null(&mut root, "replaces")?;
    out.octets_of(&mut root, "topic_id")?;
    match root.take("expires") {
        Some(expires) => expiration(expires.object()?, out)?,
        None => out.simple(22, root.at),
    }
    out.octets_or_null(&mut root, "in_reply_to")?;
    extensions(&mut root, out)?;
    part(&mut root, out)?;
    root.finish(DIALOG, &mut out.findings)?;
    Ok(stated)
}

fn expiration(mut object: Object<'_>, out: &mut Out) -> Result<(), NotationError> {
    let relative = object.need("relative")?;
    out.head(MAJOR::ARRAY, 2, object.at);
    let (wanted, excluded) = match relative.bool()? {
        true => ("relative_time", "absolute_time"),
        false => ("absolute_time", "relative_time"),
    };
    if let Some(member) = object.take(excluded) {
        return Err(member.error(codes::JSON_CONFLICT).expected(wanted));
    }
    let time = object.need(wanted)?;
    let (simple, seconds) = match wanted {
        "relative_time" => (21, time.integer()?),
        _ => (20, time.seconds()?),
    };
    out.simple(simple, relative.value.at);
    out.uint(seconds, time.value.at);
    object.finish(&[], &mut out.findings)
}

/// The extension map as it is, if it is one item.
fn extensions(root: &mut Object<'_>, out: &mut Out) -> Result<(), NotationError> {
    let edn = root.take("mimi_extensions_edn");
    let (octets, at) = match root.take("mimi_extensions") {
        Some(member) => {
            let octets = member.octets()?;
            let mut walker = Walker::new(&octets);
            let walked = loop {
                match walker.next() {
                    Ok(Some(_)) => {}
                    Ok(None) => break Ok(walker.pos()),
                    Err(error) => break Err(error.into_finding().message),
                }
            };
            let fault = match walked {
                Ok(end) if end == octets.len() => None,
                Ok(_) => Some("octets after the first item".into()),
                Err(fault) => Some(fault),
            };
            if let Some(fault) = fault {
                return Err(member
                    .error(codes::JSON_VALUE)
                    .found(fault)
                    .expected("base64url of one CBOR map"));
            }
            (octets, member.value.at)
        }
        None => (Vec::from([0xa0]), root.at),
    };
    if let Some(edn) = edn {
        let read = edn::read(edn.text()?);
        let same = read.is_ok_and(|read| read.value.octets() == octets);
        if !same && root.absent("mimi_extensions") {
            return Err(edn
                .error(codes::JSON_MISSING)
                .message("mimi_extensions_edn is informative; mimi_extensions is absent")
                .expected("mimi_extensions, as base64url of the CBOR map"));
        }
        if !same {
            let expected = edn::item(&octets).unwrap_or_default();
            let stated = Stated::new(&edn, edn.text()?);
            out.findings.push(stated.disagrees(expected));
        }
    }
    out.map.mark(out.octets.len(), at);
    out.octets.extend_from_slice(&octets);
    Ok(())
}
