//! Mail that somebody else wrote: its fields and parts as those of a message.

use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use core::ops::Range;

use super::kept::{self, Held};
use super::shape::{self, Kind, Node};
use super::{Cut, Imported, Origin, leaf, reaction, strip, threads};
use crate::mail::cid::Names;
use crate::mail::entropy::Entropy;
use crate::mail::extensions::{self, KeptField, SUBJECT_LIMIT};
use crate::mail::read::{Tree, Value};
use crate::mail::{ImportOptions, MailError};
use crate::message::{
    Disposition, Extensions, MessageId, MimiContent, NestedPart, PartBody, PartIndex, Salt,
    SenderTimestamp,
};
use crate::report::{Finding, Severity, codes};

pub(super) fn read(
    mail: &[u8],
    tree: &Tree,
    options: &ImportOptions<'_>,
    entropy: &Entropy<'_>,
    findings: &mut Vec<Finding>,
) -> Result<Imported, MailError> {
    let Mapped {
        part: mut body,
        mut fields,
        keep,
        cut,
        root,
    } = map(mail, tree, options, findings)?;
    if let Some(reaction) = reaction::read(mail, tree, &root, findings) {
        body = reaction;
        // They name parts that are no longer there.
        fields.clear();
    }
    let taking_back = reaction::takes_back(mail, tree, &root);
    let header = Header::read(mail, tree, options, findings);
    let threads = threads::read(mail, tree, options, findings);

    let mut extensions = header.extensions(options)?;
    if let Some(entity) = tree.entities.first() {
        let of_mail = kept::of_mail(mail, entity, &header.held, &keep);
        let all = of_mail.chain(fields.iter().copied());
        extensions::set_fields(&mut extensions, extensions::MAIL_FIELDS, all)?;
    }
    let mut message = MimiContent::new(Salt::new(entropy.salt(0)), body);
    message.extensions = extensions;
    message.in_reply_to = threads.in_reply_to;
    message.replaces = threads.replaces;
    message.expires = threads.expires;
    message.topic_id = threads.topic.into();
    let mut more = deletes(&threads.deletes, &message, entropy);
    if taking_back {
        let author = header.sender_uri.as_deref();
        let other = take_back(&mut message, author, options, findings);
        let ordinals = u32::try_from(more.len())
            .unwrap_or(u32::MAX)
            .saturating_add(1)..;
        more.extend(other.into_iter().zip(ordinals).map(|(mut other, ordinal)| {
            other.salt = Salt::new(entropy.salt(ordinal));
            other
        }));
    }
    let octets = crate::cbor::encode(&message)?;
    Ok(Imported {
        message,
        octets,
        origin: Origin::Foreign,
        exact: false,
        external_id: header.held.external_id,
        more,
        cut,
    })
}

/// The parts of a mail as parts of a message.
pub(in crate::mail) struct Mapped<'m> {
    /// The body of the message.
    pub(in crate::mail) part: NestedPart<'static>,
    /// Fields of parts but the outermost one that have no place in it.
    pub(in crate::mail) fields: Vec<KeptField<'m>>,
    /// Names of fields of the outermost part that say more than the message can.
    pub(in crate::mail) keep: Vec<&'static str>,
    /// What was cut on request.
    pub(in crate::mail) cut: Vec<Cut>,
    root: Node,
}

/// Maps the tree of parts, whatever header stands above it.
pub(in crate::mail) fn map<'m>(
    mail: &'m [u8],
    tree: &Tree,
    options: &ImportOptions<'_>,
    findings: &mut Vec<Finding>,
) -> Result<Mapped<'m>, MailError> {
    let root = shape::shape(mail, tree, options.markdown_alternative, findings);
    if root.count() > crate::cbor::Limits::DRAFT.parts {
        return Err(codes::MAIL_TOO_MANY_PARTS.into());
    }
    findings.extend(tree.gaps.iter().map(|gap| lost(mail, gap)));
    let names = names(mail, tree, &root);
    let (mut fields, mut cut) = (Vec::new(), Vec::new());
    let mut builder = Builder {
        options,
        cut: &mut cut,
        mail,
        tree,
        names: &names,
        next: 0,
        keep_of_root: Vec::new(),
        fields: &mut fields,
        findings,
    };
    let part = builder.part(&root);
    let keep = core::mem::take(&mut builder.keep_of_root);
    Ok(Mapped {
        part,
        fields,
        keep,
        cut,
        root,
    })
}

/// Text outside of every part. What mail programs write there for readers without MIME says
/// nothing about the mail.
fn lost(mail: &[u8], gap: &Range<usize>) -> Finding {
    let octets = mail.get(gap.clone()).unwrap_or_default().trim_ascii();
    let known = octets.len() <= 400 && {
        let text = String::from_utf8_lossy(octets).to_ascii_lowercase();
        text.contains("mime") || text.contains("multi-part") || text.contains("multipart")
    };
    let finding = Finding::new(codes::PART_LOST)
        .at(gap.start)
        .found(format!("{} octets", gap.len()));
    match known {
        true => finding.severity(Severity::Note),
        false => finding,
    }
}

/// One deleting message for each mail that is to be deleted.
fn deletes(
    targets: &[MessageId],
    message: &MimiContent<'static>,
    entropy: &Entropy<'_>,
) -> Vec<MimiContent<'static>> {
    targets
        .iter()
        .zip(1..)
        .map(|(target, ordinal)| {
            let body = NestedPart::null(Disposition::RENDER);
            let mut delete = MimiContent::new(Salt::new(entropy.salt(ordinal)), body);
            delete.replaces = Some(*target);
            delete.extensions = message.extensions.clone();
            delete
        })
        .collect()
}

/// Reactions that one mail can take back: each needs a message of its own.
const MOST_TAKEN_BACK: usize = 256;

/// Makes a message one that takes the reactions of its author back: itself the first of them, and
/// further messages, which have no salt of their own yet, the others.
fn take_back(
    message: &mut MimiContent<'static>,
    author: Option<&str>,
    options: &ImportOptions<'_>,
    findings: &mut Vec<Finding>,
) -> Vec<MimiContent<'static>> {
    message.nested_part = NestedPart::null(Disposition::REACTION);
    let mut known = match (message.in_reply_to, author, options.resolver) {
        (Some(target), Some(author), Some(resolver)) => resolver.reactions(&target, author),
        _ => Vec::new(),
    };
    if known.is_empty() {
        findings.push(Finding::new(codes::REACTION_UNKNOWN));
    }
    if known.len() > MOST_TAKEN_BACK {
        findings.push(
            Finding::new(codes::FIELD_TOO_LONG)
                .found("more reactions to take back")
                .expected(format!(
                    "at most {MOST_TAKEN_BACK}; only those were taken back"
                )),
        );
        known.truncate(MOST_TAKEN_BACK);
    }
    let mut known = known.into_iter();
    message.replaces = known.next();
    let first = message.clone();
    known
        .map(|reaction| {
            let mut other = first.clone();
            other.replaces = Some(reaction);
            other
        })
        .collect()
}

/// What Content-IDs and Content-Locations name, once the part indices are final.
fn names(mail: &[u8], tree: &Tree, root: &Node) -> Names {
    let mut names = Names::default();
    root.walk(&mut 0, &mut |index, node| {
        let Some(entity) = tree.entities.get(node.entity) else {
            return;
        };
        if !matches!(node.kind, Kind::Leaf | Kind::Opaque) {
            return;
        }
        let value = |name: &str| Some(Value::new(entity.fields.get(mail, name)?.value(mail)));
        if let Some(value) = value("Content-ID") {
            let id = value.ids().into_iter().next();
            names.insert(&id.unwrap_or_else(|| value.as_str().to_string()), index);
        }
        // The location of a text is where it was found, not something to show in another one.
        if !entity.content_type.is_text()
            && let Some(value) = value("Content-Location")
        {
            names.insert_location(value.text().trim(), index);
        }
    });
    names
}

struct Builder<'b, 'm> {
    options: &'b ImportOptions<'b>,
    cut: &'b mut Vec<Cut>,
    mail: &'m [u8],
    tree: &'b Tree,
    names: &'b Names,
    next: u32,
    keep_of_root: Vec<&'static str>,
    fields: &'b mut Vec<KeptField<'m>>,
    findings: &'b mut Vec<Finding>,
}

impl Builder<'_, '_> {
    /// Recursion is bounded: the tree has as many levels as a message may have.
    fn part(&mut self, node: &Node) -> NestedPart<'static> {
        let index = self.next;
        self.next += 1;
        let Some(entity) = self.tree.entities.get(node.entity) else {
            return NestedPart::null(Disposition::RENDER);
        };
        let mut about = leaf::about(self.mail, entity, self.findings);
        let mut external_disposition = None;
        let body = match &node.kind {
            Kind::Null => PartBody::Null,
            Kind::Markdown => {
                let html = leaf::single(self.mail, entity, &about, self.names, &mut Vec::new());
                leaf::markdown_of(html)
            }
            Kind::Opaque => leaf::opaque(self.mail, entity, &about),
            Kind::Leaf => match leaf::external(self.mail, entity, self.findings) {
                Some((part, disposition)) => {
                    external_disposition = disposition;
                    PartBody::External(part.into())
                }
                None => {
                    let body = leaf::single(self.mail, entity, &about, self.names, self.findings);
                    self.stripped(body, &about, index)
                }
            },
            Kind::Multi {
                semantics, parts, ..
            } => {
                let parts = parts.iter().map(|part| self.part(part)).collect();
                PartBody::Multi(crate::message::MultiPart::new(*semantics, parts))
            }
        };
        let stated = entity
            .fields
            .get(self.mail, "Content-Disposition")
            .is_some();
        if let (Some(disposition), false) = (external_disposition, stated) {
            about.disposition = disposition;
        }
        let made = matches!(node.kind, Kind::Multi { made: true, .. } | Kind::Markdown);
        for number in core::iter::once(&node.entity).chain(&node.wrappers) {
            match (number, self.tree.entities.get(*number)) {
                _ if made => {}
                (0, _) => self.keep_of_root.extend(&about.keep),
                (_, Some(entity)) => {
                    let mut kept = kept::of_part(self.mail, entity, index, &about.keep);
                    self.fields.append(&mut kept);
                }
                _ => {}
            }
        }
        leaf::nested(&about, body)
    }
}

impl Builder<'_, '_> {
    /// Plain text without what the caller wants cut.
    fn stripped(
        &mut self,
        body: PartBody<'static>,
        about: &leaf::About,
        index: PartIndex,
    ) -> PartBody<'static> {
        let mut single = match body {
            PartBody::Single(single)
                if about.disposition != Disposition::ATTACHMENT
                    && single.content_type.starts_with("text/plain") =>
            {
                single
            }
            other => return other,
        };
        let whole = String::from_utf8_lossy(&single.content).into_owned();
        let mut text = whole.as_str();
        let steps: [(bool, strip::Strip); 2] = [
            (self.options.strip_signatures, strip::signature),
            (self.options.strip_quotes, strip::quote),
        ];
        for (wanted, strip) in steps {
            if let Some((kept, cut)) = strip(text).filter(|_| wanted) {
                text = kept;
                self.cut.push(Cut {
                    part: index,
                    text: cut.to_string(),
                });
            }
        }
        if text.len() < whole.len() {
            single.content = text.trim_end().as_bytes().to_vec().into();
        }
        PartBody::Single(single)
    }
}

/// Fields that a mail has once (RFC 5322 section 3.6).
static ONCE: &[&str] = &[
    "From",
    "Sender",
    "To",
    "Cc",
    "Message-ID",
    "In-Reply-To",
    "References",
    "Subject",
    "Date",
];

/// What the header of the mail says.
struct Header {
    held: Held,
    sender_uri: Option<String>,
}

impl Header {
    fn read(
        mail: &[u8],
        tree: &Tree,
        options: &ImportOptions<'_>,
        findings: &mut Vec<Finding>,
    ) -> Header {
        let mut header = Header {
            held: Held::default(),
            sender_uri: None,
        };
        let Some(fields) = tree.entities.first().map(|root| &root.fields) else {
            return header;
        };
        for name in ONCE {
            let mut same = fields.iter().filter(|field| field.is(mail, name));
            if let Some(again) = same.nth(1) {
                let finding = Finding::new(codes::FIELD_REPEATED).at(again.offset());
                findings.push(finding.path(*name));
            }
        }
        let mut value = |name: &str| {
            let field = fields.get(mail, name)?;
            let value = Value::new(field.value(mail));
            if value.too_long {
                findings.push(Finding::new(codes::FIELD_TOO_LONG).at(field.offset()));
                return None;
            }
            if value.beyond_ascii {
                findings.push(Finding::new(codes::FIELD_NOT_ASCII).at(field.offset()));
            }
            Some((field.offset(), value))
        };
        let (subject, date, id) = (value("Subject"), value("Date"), value("Message-ID"));
        let from = value("From").or_else(|| value("Sender"));
        if let Some((at, subject)) = subject {
            let text: String = subject
                .text()
                .chars()
                .filter(|c| !c.is_control() || *c == '\t')
                .collect();
            let unknown = |text: &str| text.contains(char::REPLACEMENT_CHARACTER);
            if unknown(&text) && !unknown(subject.as_str()) {
                findings.push(
                    Finding::new(codes::CHARSET_MALFORMED)
                        .at(at)
                        .path("Subject"),
                );
            }
            let end = text.floor_char_boundary(SUBJECT_LIMIT);
            if end < text.len() {
                findings.push(
                    Finding::new(codes::SUBJECT_CUT)
                        .at(at)
                        .found(format!("{} octets", text.len())),
                );
            }
            header.held.subject = text
                .get(..end)
                .filter(|text| !text.is_empty())
                .map(String::from);
        }
        if let Some((at, date)) = date {
            header.held.date = date.date().filter(|seconds| *seconds >= 0);
            if header.held.date.is_none() && !date.as_str().is_empty() {
                findings.push(Finding::new(codes::FIELD_UNREADABLE).at(at).path("Date"));
            }
        }
        if let Some((at, id)) = id {
            header.held.external_id = id.ids().into_iter().next();
            if header.held.external_id.is_none() && !id.as_str().is_empty() {
                findings.push(
                    Finding::new(codes::FIELD_UNREADABLE)
                        .at(at)
                        .path("Message-ID"),
                );
            }
        }
        if let Some((at, from)) = from {
            let sender = from.addresses().into_iter().next();
            match sender {
                None => {
                    findings.push(Finding::new(codes::FIELD_UNREADABLE).at(at).path("From"));
                }
                Some(mailbox) => {
                    header.sender_uri = options.addresses.to_uri(&mailbox);
                    if header.sender_uri.is_none() {
                        findings.push(
                            Finding::new(codes::ADDRESS_UNMAPPED)
                                .at(at)
                                .found(mailbox.address.clone()),
                        );
                    }
                    // What the URI gives back: an address in another spelling stays beside it.
                    let uri = header.sender_uri.as_deref();
                    let back = uri.and_then(|uri| options.addresses.to_mail(uri));
                    header.held.sender = back.map(|back| back.address);
                }
            }
        }
        header
    }

    fn extensions(&self, options: &ImportOptions<'_>) -> Result<Extensions<'static>, MailError> {
        let mut extensions = Extensions::EMPTY;
        if let Some(uri) = &self.sender_uri {
            extensions.set_sender_uri(uri)?;
        }
        if let Some(room) = &options.room {
            extensions.set_room_uri(room)?;
        }
        if let Some(seconds) = self.held.date.and_then(|date| u64::try_from(date).ok()) {
            extensions.set_sender_timestamp(SenderTimestamp::new(seconds))?;
        }
        if let Some(id) = &self.held.external_id {
            extensions::set_external_id(&mut extensions, id)?;
        }
        if let Some(subject) = &self.held.subject {
            extensions.set_subject(subject)?;
        }
        Ok(extensions)
    }
}
