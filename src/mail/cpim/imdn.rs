//! The XML of a disposition notification (RFC 5438 section 7.2): what happened to one message.
//!
//! Read event by event, with a bound on length and depth. A document type is refused, so that
//! there are no entities but the five of XML itself, and nothing is expanded.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use quick_xml::escape::{escape, resolve_predefined_entity};
use quick_xml::events::{BytesRef, Event};
use quick_xml::name::ResolveResult;
use quick_xml::reader::NsReader;

use crate::mail::MailError;
use crate::report::{Finding, codes};

/// The media type of a notification.
pub(super) const MEDIA_TYPE: &str = "message/imdn+xml";

const NAMESPACE: &str = "urn:ietf:params:xml:ns:imdn";

/// Octets of a notification; real ones have a few hundred.
const LONGEST: usize = 64 * 1024;

/// Levels of elements: a notification has four.
const DEEPEST: usize = 16;

/// A notification.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Imdn {
    /// The `imdn.Message-ID` of the message.
    pub(super) message_id: String,
    /// When the message was sent, as it was stated.
    pub(super) date: Option<String>,
    /// `delivery`, `processing` or `display`.
    pub(super) kind: String,
    /// `delivered`, `displayed`, `failed`, `processed`, `stored`, `forbidden` or `error`.
    pub(super) status: String,
    /// Elements that were not looked at.
    pub(super) more: Vec<String>,
}

impl Imdn {
    /// As a document.
    pub(super) fn write(&self) -> String {
        let date = match &self.date {
            Some(date) => format!("<datetime>{}</datetime>\r\n", escape(date.as_str())),
            None => String::new(),
        };
        format!(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\r\n<imdn xmlns=\"{NAMESPACE}\">\r\n\
             <message-id>{}</message-id>\r\n{date}<{kind}-notification><status><{status}/></status>\
             </{kind}-notification>\r\n</imdn>\r\n",
            escape(self.message_id.as_str()),
            kind = self.kind,
            status = self.status,
        )
    }

    /// Reads a document.
    pub(super) fn read(octets: &[u8], findings: &mut Vec<Finding>) -> Result<Self, MailError> {
        let refuse =
            |found: String| MailError::new(Finding::new(codes::IMDN_MALFORMED).found(found));
        if octets.len() > LONGEST {
            return Err(refuse(format!("{} octets", octets.len())));
        }
        let text = core::str::from_utf8(octets).map_err(|error| refuse(error.to_string()))?;
        let mut reader = NsReader::from_str(text);
        let mut into = Building::default();
        loop {
            let (space, event) = reader
                .read_resolved_event()
                .map_err(|error| refuse(error.to_string()))?;
            let ours = match space {
                ResolveResult::Bound(space) => space.as_ref() == NAMESPACE,
                ResolveResult::Unbound => {
                    into.nameless |= matches!(event, Event::Start(_));
                    true
                }
                ResolveResult::Unknown(_) => false,
            };
            match event {
                Event::Start(start) => into
                    .open(start.local_name().as_ref(), ours)
                    .ok_or_else(|| refuse("elements too deep".to_string()))?,
                Event::Empty(start) => {
                    into.open(start.local_name().as_ref(), ours)
                        .ok_or_else(|| refuse("elements too deep".to_string()))?;
                    into.close();
                }
                Event::End(_) => into.close(),
                Event::Text(text) => into.text(&text.xml10_content()),
                Event::CData(text) => into.text(&text.xml10_content()),
                Event::GeneralRef(reference) => match resolve(&reference) {
                    Some(text) => into.text(&text),
                    None => return Err(refuse(format!("&{};", &*reference))),
                },
                Event::DocType(_) => return Err(refuse("a document type".to_string())),
                Event::Decl(_) | Event::Comment(_) | Event::PI(_) => {}
                Event::Eof => break,
            }
        }
        if !into.path.is_empty() {
            return Err(refuse("elements that are not closed".to_string()));
        }
        if into.nameless {
            findings.push(Finding::new(codes::CPIM_NAMESPACE).found("no xmlns"));
        }
        let imdn = into.imdn;
        let missing = [
            ("message-id", imdn.message_id.trim().is_empty()),
            ("status", imdn.status.is_empty()),
        ];
        match missing.into_iter().find(|(_, missing)| *missing) {
            Some((name, _)) => Err(refuse(format!("no {name}"))),
            None => Ok(imdn),
        }
    }
}

/// A character reference, or one of the five entities of XML.
fn resolve(reference: &BytesRef<'_>) -> Option<String> {
    match reference.resolve_char_ref() {
        Ok(Some(c)) => Some(c.to_string()),
        Ok(None) => resolve_predefined_entity(reference).map(String::from),
        Err(_) => None,
    }
}

#[derive(Default)]
struct Building {
    imdn: Imdn,
    /// Local names of the open elements; empty for those of other namespaces.
    path: Vec<String>,
    nameless: bool,
}

impl Building {
    fn open(&mut self, name: &str, ours: bool) -> Option<()> {
        let name = if ours { name } else { "" };
        self.path.push(name.to_string());
        let path: Vec<&str> = self.path.iter().map(String::as_str).collect();
        match *path {
            ["imdn", kind, "status", status] if !status.is_empty() => {
                // The first status counts.
                if let Some(kind) = kind.strip_suffix("-notification")
                    && self.imdn.status.is_empty()
                {
                    self.imdn.kind = kind.to_string();
                    self.imdn.status = status.to_string();
                }
            }
            ["imdn", "message-id" | "datetime"] => {}
            ["imdn", name] if !name.ends_with("-notification") && self.imdn.more.len() < 16 => {
                self.imdn.more.push(name.to_string());
            }
            _ => {}
        }
        (self.path.len() <= DEEPEST).then_some(())
    }

    fn close(&mut self) {
        self.path.pop();
    }

    fn text(&mut self, text: &str) {
        let place: Vec<&str> = self.path.iter().map(String::as_str).collect();
        match *place {
            ["imdn", "message-id"] => self.imdn.message_id.push_str(text),
            ["imdn", "datetime"] => {
                self.imdn
                    .date
                    .get_or_insert_with(String::new)
                    .push_str(text);
            }
            _ => {}
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn read(xml: &str) -> Result<Imdn, MailError> {
        Imdn::read(xml.as_bytes(), &mut Vec::new())
    }

    #[test]
    fn what_was_written_is_read() {
        let imdn = Imdn {
            message_id: "a<&>\"'b".to_string(),
            date: Some("2008-04-04T12:16:49-05:00".to_string()),
            kind: "display".to_string(),
            status: "displayed".to_string(),
            more: Vec::new(),
        };
        assert_eq!(read(&imdn.write()).unwrap(), imdn);
    }

    #[test]
    fn prefixes_comments_and_extensions() {
        let imdn = read(
            "<?xml version='1.0'?><!-- c --><i:imdn xmlns:i='urn:ietf:params:xml:ns:imdn'>\
             <i:message-id><![CDATA[34]]>jk&#x33;24j</i:message-id><i:subject>x</i:subject>\
             <o:message-id xmlns:o='urn:other'>no</o:message-id>\
             <i:delivery-notification><i:status><i:failed/></i:status></i:delivery-notification>\
             </i:imdn>",
        )
        .unwrap();
        assert_eq!(imdn.message_id, "34jk324j");
        assert_eq!((&*imdn.kind, &*imdn.status), ("delivery", "failed"));
        assert_eq!(imdn.more, ["subject", ""]);
    }

    #[test]
    fn nothing_is_expanded() {
        let bomb = "<!DOCTYPE imdn [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;&a;'>]>\
            <imdn><message-id>&b;</message-id></imdn>";
        assert_eq!(read(bomb).unwrap_err().code(), codes::IMDN_MALFORMED);
        let entity = "<imdn><message-id>&b;</message-id></imdn>";
        assert_eq!(read(entity).unwrap_err().code(), codes::IMDN_MALFORMED);
        let deep = "<a>".repeat(10_000);
        assert_eq!(read(&deep).unwrap_err().code(), codes::IMDN_MALFORMED);
        for broken in [
            "",
            "<imdn>",
            "<imdn></x>",
            "text",
            "<imdn><message-id>1</message-id></imdn>",
        ] {
            assert_eq!(read(broken).unwrap_err().code(), codes::IMDN_MALFORMED);
        }
    }
}
