//! One part of a mail as a part of a message: content, content type, disposition, language.

use alloc::borrow::Cow;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use super::{flowed, search};
use crate::mail::cid::Names;
use crate::mail::read::{ContentType, Entity, Field, Fields, Value, decode};
use crate::message::{Disposition, ExternalPart, NestedPart, PartBody, SinglePart};
use crate::report::{Finding, codes};
use crate::rich;
use crate::text::{charset, media_parameter};

/// Text that people read, in which line ends mean nothing but the end of a line. Other text keeps
/// its octets: calendars and cards have CRLF by their own rules.
static LINES: &[&str] = &[
    "text/plain",
    "text/html",
    "text/markdown",
    "text/enriched",
    "text/richtext",
];

/// Whether line ends in a text of this media type are only the ends of lines.
pub(in crate::mail) fn reads_as_lines(media_type: &str) -> bool {
    LINES.contains(&media_type)
}

/// Text that can refer to other parts.
static REFERRING: &[&str] = &["text/html", "text/markdown", "text/calendar"];

/// Parameters of a content type that are used up by reading it.
static USED_UP: &[&str] = &[
    "boundary", "charset", "format", "delsp", "name", "type", "start",
];

/// Disposition tokens (RFC 2183, RFC 9078, and what the mapping adds).
static DISPOSITIONS: &[(&str, Disposition)] = &[
    ("inline", Disposition::INLINE),
    ("attachment", Disposition::ATTACHMENT),
    ("reaction", Disposition::REACTION),
    ("icon", Disposition::ICON),
    ("session", Disposition::SESSION),
];

/// Fields that a part has once, and that reading it uses up: the first counts.
static ONCE: &[&str] = &[
    "Content-Type",
    "Content-Transfer-Encoding",
    "Content-Disposition",
    "Content-Language",
];

/// What the fields of a part say about it.
#[derive(Clone, Debug)]
pub(super) struct About {
    pub(super) disposition: Disposition,
    pub(super) language: String,
    pub(super) file_name: Option<String>,
    /// Fields that say more than the message can; they are kept raw.
    pub(super) keep: Vec<&'static str>,
}

pub(super) fn about(mail: &[u8], entity: &Entity, findings: &mut Vec<Finding>) -> About {
    let mut about = About {
        disposition: Disposition::RENDER,
        language: String::new(),
        file_name: None,
        keep: Vec::new(),
    };
    if entity.content_type.unreadable {
        about.keep.push("Content-Type");
    }
    for name in ONCE {
        let mut same = entity.fields.iter().filter(|field| field.is(mail, name));
        if let Some(again) = same.nth(1) {
            let finding = Finding::new(codes::FIELD_REPEATED).at(again.offset());
            findings.push(finding.path(*name));
            about.keep.push(name);
        }
    }
    if let Some(field) = entity.fields.get(mail, "Content-Disposition") {
        let (token, parameters) = Value::new(field.value(mail)).parameters();
        let token = token.trim().to_ascii_lowercase();
        about.disposition = match DISPOSITIONS.iter().find(|(known, _)| *known == token) {
            Some((_, disposition)) => *disposition,
            None => {
                findings.push(
                    Finding::new(codes::DISPOSITION_UNKNOWN)
                        .at(field.offset())
                        .found(token),
                );
                about.keep.push("Content-Disposition");
                Disposition::ATTACHMENT
            }
        };
        if parameters.iter().any(|(name, _)| name != "filename") {
            about.keep.push("Content-Disposition");
        }
        about.file_name = parameters
            .into_iter()
            .find(|(name, _)| name == "filename")
            .map(|(_, value)| value);
    }
    let named = entity.content_type.parameter("name");
    if let (Some(stated), Some(named)) = (&about.file_name, named)
        && stated != named
    {
        // A message has room for one name.
        about.keep.push("Content-Type");
    }
    let stated = about.file_name.take().or_else(|| named.map(String::from));
    if let Some(stated) = stated {
        let name = safe_file_name(&stated);
        if name != stated {
            findings.push(
                Finding::new(codes::FILE_NAME_CHANGED)
                    .at(entity.header.start)
                    .found(format!("{stated:?}"))
                    .expected(format!("{name:?}")),
            );
            about.keep.extend(["Content-Disposition", "Content-Type"]);
        }
        about.file_name = Some(name).filter(|name| !name.is_empty());
    }
    if let Some(field) = entity.fields.get(mail, "Content-Language") {
        let value = Value::new(field.value(mail));
        match languages(value.as_str()) {
            Some(list) => about.language = list,
            None => {
                findings.push(Finding::new(codes::LANGUAGE_UNREADABLE).at(field.offset()));
                about.keep.push("Content-Language");
            }
        }
    }
    about
}

/// A list of language tags, without comments and spaces.
fn languages(value: &str) -> Option<String> {
    let tags: Vec<&str> = value.split(',').map(str::trim).collect();
    let sound = |tag: &&str| {
        (1..=100).contains(&tag.len())
            && tag.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
    };
    (tags.iter().all(sound) && tags.len() <= 64).then(|| tags.join(","))
}

/// A file name without directories, control characters and marks of writing direction.
pub(super) fn safe_file_name(stated: &str) -> String {
    let direction = |c: char| matches!(c, '\u{200e}' | '\u{200f}' | '\u{061c}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}');
    let name: String = stated
        .chars()
        .map(|c| if matches!(c, '/' | '\\') { '_' } else { c })
        .filter(|c| !c.is_control() && !direction(*c))
        .collect();
    let name = name.trim().trim_start_matches('.');
    let end = name.floor_char_boundary(255);
    name.get(..end).unwrap_or(name).to_string()
}

/// A part that is content in place.
pub(super) fn single(
    mail: &[u8],
    entity: &Entity,
    about: &About,
    names: &Names,
    findings: &mut Vec<Finding>,
) -> PartBody<'static> {
    let body = mail.get(entity.body.clone()).unwrap_or_default();
    let encoding = entity
        .fields
        .get(mail, "Content-Transfer-Encoding")
        .map(|field| Value::new(field.value(mail)).as_str().to_string());
    let decoded = decode(encoding.as_deref().unwrap_or(""), body);
    if decoded.malformed > 0 {
        findings.push(
            Finding::new(codes::TRANSFER_MALFORMED)
                .at(entity.body.start)
                .found(format!("{} places", decoded.malformed)),
        );
    }
    if decoded.unknown {
        findings.push(
            Finding::new(codes::TRANSFER_ENCODING_UNKNOWN)
                .at(entity.header.start)
                .found(encoding.unwrap_or_default()),
        );
        let media = ContentType::of("application/octet-stream");
        let content_type = spell(&media, None, about);
        return PartBody::Single(SinglePart::new(content_type, decoded.content.into_owned()));
    }
    if let Some(line) = begin_line(encoding.as_deref().unwrap_or(""), body)
        && about
            .file_name
            .as_ref()
            .is_none_or(|name| !line.ends_with(name))
    {
        findings.push(
            Finding::new(codes::PART_LOST)
                .at(entity.body.start)
                .found(line),
        );
    }
    let undivided = entity.content_type.is_multipart();
    let plain = ContentType::of("text/plain");
    let media = if undivided {
        &plain
    } else {
        &entity.content_type
    };
    // An attached file keeps its octets and its charset: it is saved, not shown.
    if !media.is_text() || about.disposition == Disposition::ATTACHMENT {
        let label = media.parameter("charset");
        let content = decoded.content.into_owned();
        return PartBody::Single(SinglePart::new(spell(media, label, about), content));
    }
    let text = text(entity, media, &decoded.content, findings);
    let content = match REFERRING.contains(&media.name()) {
        true => rewrite(text, names, entity, findings),
        false => text.into_bytes(),
    };
    let content_type = spell(media, Some("utf-8"), about);
    PartBody::Single(SinglePart::new(content_type, content))
}

/// The first line of uuencode, which names a file and its rights.
fn begin_line(encoding: &str, body: &[u8]) -> Option<String> {
    let encoding = encoding.trim().to_ascii_lowercase();
    if !encoding.trim_start_matches("x-").starts_with("uu") {
        return None;
    }
    let line = body
        .split(|b| *b == b'\n')
        .find(|line| line.starts_with(b"begin "))?;
    Some(
        String::from_utf8_lossy(line.get(..200).unwrap_or(line))
            .trim()
            .to_string(),
    )
}

/// Markdown that says what a part of HTML says. Nothing is lost by what it cannot say: the HTML
/// stands beside it.
pub(super) fn markdown_of(html: PartBody<'static>) -> PartBody<'static> {
    let PartBody::Single(single) = html else {
        return html;
    };
    let text = String::from_utf8_lossy(&single.content);
    let document = rich::html::read(&text, &rich::html::HtmlReadOptions::default()).value;
    let markdown = rich::markdown::write(&document).value;
    PartBody::Single(SinglePart::new("text/markdown;variant=GFM-MIMI", markdown))
}

/// Text as UTF-8, with line feeds, unflowed.
fn text(
    entity: &Entity,
    media: &ContentType,
    octets: &[u8],
    findings: &mut Vec<Finding>,
) -> String {
    let stated = media.parameter("charset");
    let label = match stated {
        Some(stated) => Some(byte_order(stated, octets)),
        None if media.is("text/html") => html_charset(octets),
        None => None,
    };
    let mut decoded = charset::decode(label.as_deref(), octets);
    if let (None, Some(label)) = (stated, &label) {
        let guessed = Finding::new(codes::CHARSET_GUESSED).found("no charset");
        decoded.findings.push(guessed.expected(label.to_string()));
    }
    findings.extend(
        decoded
            .findings
            .into_iter()
            .map(|finding| finding.at(entity.body.start)),
    );
    if !reads_as_lines(media.name()) {
        return decoded.value.into_owned();
    }
    let text = match search::lf_of_crlf(decoded.value.as_bytes()) {
        Some(lines) => String::from_utf8(lines).unwrap_or_default(),
        None => decoded.value.into_owned(),
    };
    let is = |name: &str, value: &str| {
        media
            .parameter(name)
            .is_some_and(|stated| stated.eq_ignore_ascii_case(value))
    };
    match media.is("text/plain") && is("format", "flowed") {
        true => flowed::unflow(&text, is("delsp", "yes")),
        false => text,
    }
}

/// The charset, with the order of octets where it names none: UTF-16 without a mark is big-endian
/// (RFC 2781 section 4.3), unless most of what looks like Latin letters says otherwise.
fn byte_order<'l>(label: &'l str, octets: &[u8]) -> Cow<'l, str> {
    let bare = label.trim().trim_matches(['"', '\'']);
    let utf16 = ["utf-16", "utf16"]
        .iter()
        .any(|name| bare.eq_ignore_ascii_case(name));
    if !utf16 || octets.starts_with(b"\xff\xfe") || octets.starts_with(b"\xfe\xff") {
        return Cow::Borrowed(label);
    }
    let (mut first, mut second) = (0usize, 0usize);
    for pair in octets.chunks_exact(2) {
        first += usize::from(pair.first() == Some(&0));
        second += usize::from(pair.last() == Some(&0));
    }
    Cow::Borrowed(if second > first {
        "utf-16le"
    } else {
        "utf-16be"
    })
}

/// Octets of a page in which its charset must be named (HTML section 4.2.5.5).
const DECLARED_WITHIN: usize = 1024;

/// The charset that a page names itself, where the mail names none and it is not UTF-8.
fn html_charset(octets: &[u8]) -> Option<Cow<'static, str>> {
    if core::str::from_utf8(octets).is_ok() {
        return None;
    }
    let start = octets.get(..DECLARED_WITHIN).unwrap_or(octets);
    let start = start.to_ascii_lowercase();
    let start = String::from_utf8_lossy(&start);
    let (_, meta) = start.split_once("<meta")?;
    let (_, named) = meta.split_once("charset")?;
    let named = named.trim_start().strip_prefix('=')?.trim_start();
    let named = named.trim_start_matches(['"', '\'']);
    let end = named.find(|c: char| !(c.is_ascii_alphanumeric() || "-_:.+".contains(c)));
    let label = named.get(..end.unwrap_or(named.len()))?;
    // A page whose tags can be read octet by octet is not in 16 bits.
    let sound = !label.is_empty() && !label.starts_with("utf-16") && charset::is_known(label);
    sound.then(|| Cow::Owned(label.to_string()))
}

fn rewrite(text: String, names: &Names, entity: &Entity, findings: &mut Vec<Finding>) -> Vec<u8> {
    let mut unknown = Vec::new();
    let rewritten = names.rewrite(text.as_bytes(), &mut unknown);
    unknown.sort();
    unknown.dedup();
    findings.extend(unknown.into_iter().take(16).map(|name| {
        Finding::new(codes::CID_UNRESOLVED)
            .at(entity.body.start)
            .found(name)
    }));
    rewritten.unwrap_or_else(|| text.into_bytes())
}

/// A content type as a message has it: lower case, no spaces, the file name as `name`.
pub(super) fn spell(media: &ContentType, charset: Option<&str>, about: &About) -> String {
    let mut out = media.name().to_string();
    let mut push = |name: &str, value: &str| {
        let value: String = value.chars().filter(|c| !c.is_control()).collect();
        // A name that is no token has no place in a content type.
        out.push_str(&media_parameter(name, &value).unwrap_or_default());
    };
    if let Some(charset) = charset {
        push("charset", charset);
    }
    for (name, value) in media.parameters() {
        if !USED_UP.contains(&&**name) {
            push(name, value);
        }
    }
    if let Some(name) = &about.file_name {
        push("name", name);
    }
    out
}

/// The raw MIME of a part, with everything in it.
pub(super) fn opaque(mail: &[u8], entity: &Entity, about: &About) -> PartBody<'static> {
    let body = mail.get(entity.body.clone()).unwrap_or_default();
    let mut content_type = spell(&entity.content_type, None, about);
    for name in ["type", "start", "boundary"] {
        if let Some(value) = entity.content_type.parameter(name) {
            content_type.push_str(&format!(";{name}=\"{}\"", value.replace(['"', '\\'], "")));
        }
    }
    PartBody::Single(SinglePart::new(content_type, body.to_vec()))
}

/// Fields of external content that the message carries, or that say nothing without its octets.
static CARRIED: &[&str] = &[
    "Content-Type",
    "Content-Disposition",
    "Content-Description",
    "Content-ID",
    "Content-Transfer-Encoding",
];

/// `message/external-body` with a URL (RFC 2017); nothing for other kinds of access.
pub(super) fn external(
    mail: &[u8],
    entity: &Entity,
    findings: &mut Vec<Finding>,
) -> Option<(ExternalPart<'static>, Option<Disposition>)> {
    let media = &entity.content_type;
    if !media.is("message/external-body") {
        return None;
    }
    if !media.parameter("access-type")?.eq_ignore_ascii_case("url") {
        return None;
    }
    let url: String = media
        .parameter("url")?
        .chars()
        .filter(|c| !c.is_whitespace())
        .collect();
    let (fields, after) = Fields::read(mail, entity.body.start, |_| true);
    let lost = |field: &&Field| {
        field.offset() < entity.body.end && !CARRIED.iter().any(|name| field.is(mail, name))
    };
    for field in fields.iter().filter(lost).take(16) {
        let name = String::from_utf8_lossy(field.name(mail)).into_owned();
        findings.push(
            Finding::new(codes::PART_LOST)
                .at(field.offset())
                .found(name),
        );
    }
    let phantom = mail.get(after..entity.body.end).unwrap_or_default();
    if !phantom.trim_ascii().is_empty() {
        let found = format!("{} octets", phantom.len());
        findings.push(Finding::new(codes::PART_LOST).at(after).found(found));
    }
    let value = |name: &str| {
        let field = fields.get(mail, name)?;
        (field.offset() < entity.body.end).then(|| Value::new(field.value(mail)))
    };
    let default = "application/octet-stream";
    let inner = match value("Content-Type") {
        Some(value) => value.content_type(default),
        None => ContentType::of(default),
    };
    let (token, parameters) = value("Content-Disposition")
        .map(|value| value.parameters())
        .unwrap_or_default();
    let file_name = parameters
        .iter()
        .find(|(name, _)| name == "filename")
        .map(|(_, value)| value.as_str())
        .or(inner.parameter("name"));
    let nameless = About {
        disposition: Disposition::ATTACHMENT,
        language: String::new(),
        file_name: None,
        keep: Vec::new(),
    };
    let content_type = spell(&inner, inner.parameter("charset"), &nameless);
    let mut part = ExternalPart::new(content_type, url);
    part.expires = media
        .parameter("expiration")
        .and_then(|date| Value::new(date.as_bytes()).date())
        .and_then(|seconds| seconds.try_into().ok())
        .unwrap_or(0);
    part.size = media
        .parameter("size")
        .and_then(|size| size.trim().parse().ok())
        .unwrap_or(0);
    part.description = Cow::Owned(value("Content-Description").map_or(String::new(), |v| v.text()));
    part.filename = Cow::Owned(file_name.map(safe_file_name).unwrap_or_default());
    let disposition = DISPOSITIONS
        .iter()
        .find(|(known, _)| *known == token)
        .map(|(_, disposition)| *disposition);
    Some((part, disposition))
}

/// A finished part.
pub(super) fn nested(about: &About, body: PartBody<'static>) -> NestedPart<'static> {
    NestedPart::new(about.disposition, body).with_language(about.language.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn file_names_lose_what_misleads() {
        assert_eq!(safe_file_name("../../etc/passwd"), "_.._etc_passwd");
        assert_eq!(safe_file_name("a\u{202e}gnp.exe"), "agnp.exe");
        assert_eq!(safe_file_name("C:\\x\r\ny"), "C:_xy");
        assert_eq!(safe_file_name(&"é".repeat(200)).len(), 254);
    }

    #[test]
    fn language_lists() {
        assert_eq!(languages("en , fr-CA").as_deref(), Some("en,fr-CA"));
        assert_eq!(languages("en (English)"), None);
    }
}
