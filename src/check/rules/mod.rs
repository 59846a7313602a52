//! The rules on what documents say, one file for each kind of thing that is judged.
//!
//! | file | judges |
//! |---|---|
//! | `fields` | salt, references, expiration, deletes |
//! | `extensions` | keys, values, the extensions that are known |
//! | `knowledge` | what the caller knows: times, members, IDs, franking tags |
//! | `parts` | dispositions, languages, media types, charsets, cid references |
//! | `reaction` | reactions |
//! | `external` | external content |
//! | `language` | language tags |
//! | `uri` | URLs, and the URIs of senders and rooms |
//! | `rich` | Markdown and HTML |
//! | `alternatives` | whether alternatives say the same |
//! | `reports` | status reports and derived values |

#[cfg(feature = "markdown")]
mod alternatives;
mod extensions;
mod external;
mod fields;
mod knowledge;
mod language;
mod parts;
mod reaction;
mod reports;
#[cfg(feature = "markdown")]
mod rich;
mod uri;

use std::format;
use std::string::String;
use std::vec::Vec;

pub(super) use self::reports::{derived, status};
use super::context::Context;
use super::place::{self, Places};
use super::sink::Sink;
use crate::cbor::Decoder;
use crate::message::{HashAlgorithm, MessageId, MimiContent, Part, PartBody};
use crate::report::{Code, Finding, codes};
use crate::text::MediaType;

/// A message under judgement.
struct Subject<'m, 'a, 'c> {
    message: &'m MimiContent<'a>,
    /// Exactly the octets of the message.
    octets: &'m [u8],
    parts: Vec<Part<'m, 'a>>,
    /// The media type of each part; none where there is none, or none that can be read.
    media: Vec<Option<MediaType<'m>>>,
    places: Places<'m>,
    context: &'m Context<'c>,
    /// For messages inside the message.
    decoder: &'m Decoder,
}

impl<'m> Subject<'m, '_, '_> {
    /// The media type of a part, if it has one that can be read.
    fn media(&self, index: usize) -> Option<&MediaType<'m>> {
        self.media.get(index)?.as_ref()
    }

    /// A finding about a field of the message.
    fn field(&self, code: Code, name: &str) -> Finding {
        let mut finding = Finding::new(code).path(name);
        finding.offset = self.places.field(name);
        finding
    }

    /// A finding about a field of a part, or about the part itself if the name is empty.
    fn part(&self, code: Code, index: usize, name: &str) -> Finding {
        let path = self.places.part_path(index);
        let mut finding = Finding::new(code).path(match name {
            "" => path,
            name => format!("{path}.{name}"),
        });
        finding.offset = self.places.part_field(index, name);
        finding
    }

    /// Where the time of the expiration stands.
    fn expiry(&self, code: Code) -> Finding {
        let mut finding = Finding::new(code).path("expires.time");
        finding.offset = self
            .places
            .field("expires")
            .and_then(|at| place::item(self.octets, at, 1));
        finding
    }
}

/// Everything that a message says and should not.
pub(super) fn message(
    message: &MimiContent<'_>,
    octets: &[u8],
    decoder: &Decoder,
    context: &Context<'_>,
    sink: &mut Sink<'_>,
) {
    let parts: Vec<Part<'_, '_>> = message.parts().collect();
    let subject = Subject {
        message,
        octets,
        media: parts.iter().map(|part| media_of(&part.part.body)).collect(),
        parts,
        places: Places::of(octets),
        context,
        decoder,
    };
    fields::judge(&subject, sink);
    let known = extensions::judge(&subject, sink);
    knowledge::judge(&subject, &known, sink);
    parts::judge(&subject, sink);
}

fn media_of<'m>(body: &'m PartBody<'_>) -> Option<MediaType<'m>> {
    let content_type: &str = match body {
        PartBody::Single(single) => &single.content_type,
        PartBody::External(external) => &external.content_type,
        PartBody::Null | PartBody::Multi(_) => return None,
    };
    MediaType::parse(content_type).ok()
}

/// What is wrong with the hash function of a message ID, if anything is.
fn hash_of_id(id: &MessageId) -> Option<(Code, String)> {
    /// Octets of the hash in an ID.
    const HASH: usize = MessageId::LENGTH - 1;
    let number = id.as_bytes().first().copied().unwrap_or_default();
    let algorithm = HashAlgorithm(number);
    let code = match algorithm.length() {
        _ if algorithm == HashAlgorithm::SHA_256 => return None,
        Some(length) if length >= HASH => codes::MESSAGE_ID_HASH_OTHER,
        _ => codes::MESSAGE_ID_HASH_UNKNOWN,
    };
    Some((code, format!("hash function {number} ({algorithm})")))
}
