//! The fields of a part, for display: what does not parse, or could break out, gives way to the
//! nearest harmless form.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use super::display::cut;
use crate::mail::write::{Body, Header, OutPart, is_seven_bit};
use crate::message::{Disposition, PartIndex};
use crate::report::{Finding, codes};

/// Octets of a value that is shown.
const SHOWN: usize = 1000;

/// Composite types that may go as they are: other mails, reports, and encrypted ones.
static AS_THEY_ARE: &[&str] = &[
    "message/rfc822",
    "message/partial",
    "message/delivery-status",
    "message/disposition-notification",
    "multipart/encrypted",
];

/// Boundaries in a part that goes as it is.
const MOST_MARKS: usize = 8;

/// A content type that can stand in a header field.
#[derive(Clone, Debug)]
pub(super) struct MediaType {
    name: String,
    parameters: Vec<(String, String)>,
}

impl MediaType {
    pub(super) fn octets(file_name: Option<String>) -> Self {
        MediaType {
            name: "application/octet-stream".to_string(),
            parameters: file_name
                .map(|name| ("name".to_string(), name))
                .into_iter()
                .collect(),
        }
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    pub(super) fn parameters(&self) -> Vec<(&str, &str)> {
        self.parameters
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect()
    }

    /// RFC 2045 section 6.4 allows these no transfer encoding.
    pub(super) fn is_composite(&self) -> bool {
        self.name.starts_with("message/") || self.name.starts_with("multipart/")
    }

    /// Whether content of such a type can go as it is: lines of ASCII in which nothing tempts a
    /// relay, and parts that are found again.
    pub(super) fn takes_as_it_is(&self, content: &[u8]) -> bool {
        // Mailboxes quote such lines.
        let tempting = |line: &[u8]| line.starts_with(b"From ");
        AS_THEY_ARE.contains(&&*self.name)
            && !content.is_empty()
            && is_seven_bit(content)
            && !content.split(|b| *b == b'\n').any(tempting)
            && (!self.name.starts_with("multipart/") || self.delimits(content))
    }

    /// Whether content is a few parts between boundaries of this type, without parts inside.
    fn delimits(&self, content: &[u8]) -> bool {
        let boundary = self.parameters.iter().find(|(name, _)| name == "boundary");
        let Some((_, boundary)) = boundary.filter(|(_, boundary)| !boundary.is_empty()) else {
            return false;
        };
        let text = String::from_utf8_lossy(content).to_ascii_lowercase();
        let boundary = format!("--{}", boundary.to_ascii_lowercase());
        let last = format!("{boundary}--");
        let mut marks = text.lines().filter(|line| line.starts_with("--"));
        let count = marks.clone().count();
        text.starts_with(&boundary)
            && text.trim_end().ends_with(&format!("\n{last}"))
            && count <= MOST_MARKS
            && marks
                .by_ref()
                .take(count.saturating_sub(1))
                .all(|line| line == boundary)
            && !text.contains("multipart/")
            && !text.contains(crate::mail::SKELETON_TYPE)
    }

    pub(super) fn into_part(self, body: Body<'_>) -> OutPart<'_> {
        let mut part = OutPart::new(self.name, body);
        part.parameters = self.parameters;
        part
    }
}

/// A content type as far as a header field can show it, and the file name in it.
pub(super) fn media_type(
    text: &str,
    index: PartIndex,
    findings: &mut Vec<Finding>,
) -> (MediaType, Option<String>) {
    let parsed = match text.len() <= SHOWN && !text.contains(char::is_control) {
        true => crate::text::MediaType::parse(text).ok(),
        false => None,
    };
    let Some(parsed) = parsed else {
        // An external part of a service has no type.
        if !text.is_empty() {
            findings.push(
                Finding::new(codes::DISPLAY_SIMPLIFIED)
                    .path(format!("part {index}: contentType"))
                    .found(cut(text, 100).0.to_string()),
            );
        }
        return (MediaType::octets(None), None);
    };
    let mut media = MediaType {
        name: parsed.essence().to_ascii_lowercase(),
        parameters: Vec::new(),
    };
    for (name, value) in parsed.parameters() {
        let name = name.to_ascii_lowercase();
        let token = name
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"-_.+".contains(&b));
        if token {
            media.parameters.push((name, value.to_string()));
        }
    }
    let file_name = parsed.parameter("name").map(str::to_string);
    if media.name.starts_with("text/") && parsed.charset().is_none() {
        let charset = ("charset".to_string(), "utf-8".to_string());
        media.parameters.push(charset);
    }
    (media, file_name)
}

/// `Content-Disposition`, with the file name if there is one.
pub(super) fn disposition(header: &mut Header, disposition: Disposition, name: Option<&str>) {
    let token = match disposition {
        Disposition::REACTION => "reaction",
        Disposition::INLINE | Disposition::PROFILE | Disposition::PREVIEW => "inline",
        Disposition::ICON => "icon",
        Disposition::ATTACHMENT => "attachment",
        Disposition::SESSION => "session",
        _ if name.is_some() => "inline",
        _ => return,
    };
    let name = name.map(|name| ("filename", shown(name)));
    header.parameters("Content-Disposition", token, name.as_slice());
}

/// `Content-Language`, if the list can stand there.
pub(super) fn language(
    header: &mut Header,
    language: &str,
    index: PartIndex,
    findings: &mut Vec<Finding>,
) {
    if language.is_empty() {
        return;
    }
    let tags: Vec<&str> = language.split(',').map(str::trim).collect();
    let sound =
        |tag: &&str| !tag.is_empty() && tag.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    if language.len() > SHOWN || !tags.iter().all(sound) {
        findings
            .push(Finding::new(codes::DISPLAY_SIMPLIFIED).path(format!("part {index}: language")));
        return;
    }
    let last = tags.len() - 1;
    let words: Vec<String> = tags
        .iter()
        .enumerate()
        .map(|(at, tag)| format!("{tag}{}", if at == last { "" } else { "," }))
        .collect();
    header.words("Content-Language", words.iter().map(String::as_str));
}

/// As much of a text as a header field shows.
pub(super) fn shown(text: &str) -> &str {
    cut(text, SHOWN).0
}

/// A URL for the parameter of RFC 2017: ASCII without spaces and quotes.
pub(super) fn url(url: &str, index: PartIndex, findings: &mut Vec<Finding>) -> String {
    let mut out = String::with_capacity(url.len());
    for octet in shown(url).bytes() {
        match octet {
            b'!' | b'#'..=b'[' | b']'..=b'~' => out.push(char::from(octet)),
            _ => out.push_str(&format!("%{octet:02X}")),
        }
    }
    if out != url {
        findings.push(Finding::new(codes::DISPLAY_SIMPLIFIED).path(format!("part {index}: url")));
    }
    out
}
