//! `mimi new`: composes a message and writes it.

use std::process::ExitCode;

use mimi_codec::cbor::{self, Decoder};
use mimi_codec::check::{Context, check_octets};
use mimi_codec::convert::{ConvertOptions, convert};
use mimi_codec::document::Format;
use mimi_codec::message::compose::{ComposeError, Composer, Draft, Fresh, Replaced, SaltSource};
use mimi_codec::message::{Expiration, ExternalPart, HashAlgorithm, MessageId, MimiContent, Salt};
use mimi_codec::report::{Finding, Severity, codes};
use mimi_codec::rich::markdown::escape_html;

use super::room::now;
use crate::args::{NewCommon, NewKind, NewText};
use crate::failure::{Failure, Outcome};
use crate::findings::Findings;
use crate::{input, output};

pub(crate) fn run(kind: &NewKind) -> Outcome<ExitCode> {
    let common = kind.common();
    let mut findings = Findings::new(common.report.clone(), false);
    if let (NewKind::Delete { .. } | NewKind::Unlike { .. }, Some(_)) = (kind, &common.language) {
        return Err(Failure::usage(
            "what takes a message back has no text, and so no --language",
        ));
    }
    let octets = octets_of(common, kind, &mut findings)?;
    write(common, &octets, &mut findings)
}

/// Something that a composer makes a message of.
pub(super) trait Compose {
    fn compose<S: SaltSource>(&self, composer: &Composer<S>) -> Result<MimiContent<'static>, Stop>;
}

/// The octets of a new message, from the sender and to the room that were named, after `mimi check`.
pub(super) fn octets_of(
    common: &NewCommon,
    what: &impl Compose,
    findings: &mut Findings,
) -> Outcome<Vec<u8>> {
    let (Some(sender), Some(room)) = (&common.sender, &common.room) else {
        return Err(Failure::usage(
            "who sends it, and to which room? Both are part of the message ID: give --sender and --room, \
             or set MIMI_SENDER and MIMI_ROOM, for example --sender mimi://example.com/u/alice --room mimi://example.com/r/team",
        ));
    };
    let random = Composer::new(sender, room).escaping(escape_html);
    let composed = match &common.salt {
        None => what.compose(&random),
        Some(hex) => {
            let Some(Ok(salt)) = octets(hex).map(<[u8; Salt::LENGTH]>::try_from) else {
                return Err(Failure::usage("a salt is 32 hex digits"));
            };
            what.compose(&random.with_salt(salt))
        }
    };
    let message = match composed {
        Ok(message) => message,
        Err(Stop::Failed(failure)) => return Err(failure),
        Err(Stop::Refused(error)) => return Err(findings.refuse(error.finding().clone())),
    };
    let octets =
        cbor::encode(&message).map_err(|error| findings.refuse(error.finding().clone()))?;
    judge(&octets, message.expires, sender, room, findings)?;
    Ok(octets)
}

/// Says what `mimi check` would say of the message, and refuses what it calls wrong: nobody could
/// mend the message once it is sent.
fn judge(
    octets: &[u8],
    expires: Option<Expiration>,
    sender: &str,
    room: &str,
    findings: &mut Findings,
) -> Outcome<()> {
    let now = i64::try_from(now()).unwrap_or(i64::MAX);
    let context = Context::new().sender(sender).room(room).now(now);
    let mut found = check_octets(octets, &Decoder::strict(), &context);
    if found
        .iter()
        .all(|finding| finding.code != codes::EXPIRY_PAST)
    {
        found.extend(expired(expires, now.div_euclid(1000)));
    }
    let found = found.into_iter();
    // Where in the octets helps nobody who wrote words.
    findings.extend(
        found
            .filter(|finding| finding.severity > Severity::Note)
            .map(|mut finding| {
                finding.offset = None;
                finding
            }),
    );
    match findings.worst() {
        Some(Severity::Error) => {
            findings.finish()?;
            Err(Failure::Refused)
        }
        _ => Ok(()),
    }
}

/// A receiver may just be late; but who sends a message that has expired, tells nobody anything.
fn expired(expires: Option<Expiration>, now: i64) -> Option<Finding> {
    match expires {
        // 0 has a finding of its own.
        Some(Expiration::Absolute(time)) if time > 0 && i64::from(time) <= now => Some(
            Finding::new(codes::EXPIRY_PAST)
                .message("the message has expired before it is sent")
                .path("expires.time")
                .found(format!("{time}"))
                .expected(format!("a time after {now}")),
        ),
        _ => None,
    }
}

/// Writes a new message in the format that was asked for.
pub(super) fn write(
    common: &NewCommon,
    octets: &[u8],
    findings: &mut Findings,
) -> Outcome<ExitCode> {
    let named = common
        .output
        .as_deref()
        .and_then(|path| Format::from_path(&path.to_string_lossy()));
    let to = common
        .to
        .map(Format::from)
        .or(named)
        .unwrap_or(Format::Cbor);
    let options = ConvertOptions::default();
    match convert(octets, Format::Cbor, to, &options) {
        Ok(converted) => {
            findings.extend(converted.findings);
            findings.finish()?;
            output::write(common.output.as_deref(), &converted.value, to.is_binary())?;
            Ok(ExitCode::SUCCESS)
        }
        Err(error) => Err(findings.refuse(error.into_finding())),
    }
}

/// Why no message comes out.
pub(super) enum Stop {
    Failed(Failure),
    Refused(ComposeError),
}

impl From<Failure> for Stop {
    fn from(failure: Failure) -> Self {
        Stop::Failed(failure)
    }
}

impl From<ComposeError> for Stop {
    fn from(error: ComposeError) -> Self {
        Stop::Refused(error)
    }
}

impl Compose for NewKind {
    fn compose<S: SaltSource>(&self, composer: &Composer<S>) -> Result<MimiContent<'static>, Stop> {
        Ok(match self {
            NewKind::Text { text, common } => {
                body(fresh(composer.message(), common), text, common)?
            }
            NewKind::Reply {
                target,
                text,
                common,
            } => body(
                fresh(composer.message().reply_to(id(target)?), common),
                text,
                common,
            )?,
            NewKind::React {
                target,
                emoji,
                common,
            } => {
                let draft = spoken(fresh(composer.message(), common), common);
                match emoji.as_slice() {
                    [one] => draft.react(id(target)?, one.clone())?,
                    several => draft.react_together(id(target)?, several.iter().cloned())?,
                }
            }
            NewKind::Edit {
                replaces,
                text,
                target,
                common,
            } => {
                let replaced = replaced(replaces, target.as_deref(), common)?;
                body(composer.edit(replaced), text, common)?
            }
            NewKind::Delete {
                replaces,
                target,
                common,
            } => composer.delete(replaced(replaces, target.as_deref(), common)?)?,
            NewKind::Unlike {
                replaces,
                target,
                common,
            } => composer.unlike(replaced(replaces, Some(target), common)?)?,
            NewKind::Attach {
                url,
                content_type,
                size,
                filename,
                description,
                sha256,
                common,
            } => {
                let mut file = ExternalPart::new(content_type.clone(), url.clone());
                file.size = *size;
                file.filename = filename.clone().into();
                file.description = description.clone().into();
                if let Some(hex) = sha256 {
                    let hash = octets(hex).filter(|hash| hash.len() == 32);
                    file.hash_alg = HashAlgorithm::SHA_256;
                    file.content_hash = hash
                        .ok_or_else(|| Failure::usage("a SHA-256 is 64 hex digits"))?
                        .into();
                }
                spoken(fresh(composer.message(), common), common).attachment(file)?
            }
            NewKind::Call {
                url,
                description,
                common,
            } => spoken(fresh(composer.message(), common), common)
                .call(url.clone(), description.clone())?,
        })
    }
}

/// The fields that a new message can have and an edit cannot.
pub(super) fn fresh<'c, S: SaltSource, K: Fresh>(
    mut draft: Draft<'c, 'static, S, K>,
    common: &NewCommon,
) -> Draft<'c, 'static, S, K> {
    if let Some(topic) = &common.topic {
        draft = draft.topic(topic.clone());
    }
    if let Some(subject) = &common.subject {
        draft = draft.subject(subject);
    }
    if let Some(time) = common.expires_at {
        draft = draft.expires_at(time);
    }
    if let Some(seconds) = common.expires_after {
        draft = draft.expires_after(seconds);
    }
    draft
}

pub(super) fn spoken<'c, S: SaltSource, K>(
    draft: Draft<'c, 'static, S, K>,
    common: &NewCommon,
) -> Draft<'c, 'static, S, K> {
    match &common.language {
        Some(language) => draft.language(language.clone()),
        None => draft,
    }
}

fn body<'c, S: SaltSource, K>(
    draft: Draft<'c, 'static, S, K>,
    text: &NewText,
    common: &NewCommon,
) -> Result<MimiContent<'static>, Stop> {
    let draft = spoken(draft, common);
    let content = content(text)?;
    Ok(match text.plain {
        true => draft.text(content)?,
        false => draft.markdown(content)?,
    })
}

fn content(text: &NewText) -> Result<String, Stop> {
    if text.text != "-" {
        return Ok(text.text.clone());
    }
    let octets = input::read(None)?.octets;
    String::from_utf8(octets).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        Stop::Failed(Failure::Io(format!(
            "the text on standard input is not UTF-8, from octet {at} on; `mimi convert --charset NAME --to md` carries it over"
        )))
    })
}

fn replaced(
    first: &str,
    target: Option<&str>,
    common: &NewCommon,
) -> Result<Replaced<'static>, Stop> {
    let mut replaced = Replaced::new(id(first)?);
    if let Some(target) = target {
        replaced = replaced.in_reply_to(id(target)?);
    }
    if let Some(topic) = &common.topic {
        replaced = replaced.topic(topic.clone());
    }
    if let Some(subject) = &common.subject {
        replaced = replaced.subject(subject.clone());
    }
    let expires = match (common.expires_at, common.expires_after) {
        (Some(time), _) => Some(Expiration::Absolute(time)),
        (_, Some(seconds)) => Some(Expiration::Relative(seconds)),
        _ => None,
    };
    Ok(match expires {
        Some(expires) => replaced.expires(expires),
        None => replaced,
    })
}

fn id(text: &str) -> Result<MessageId, Stop> {
    text.parse().map_err(|_| {
        Stop::Failed(Failure::usage(format!(
            "`{text}` is no message ID: it has 64 hex digits, as `mimi id` prints it"
        )))
    })
}

fn octets(hex: &str) -> Option<Vec<u8>> {
    let digits: Vec<u32> = hex.chars().map(|c| c.to_digit(16)).collect::<Option<_>>()?;
    let pairs = digits.chunks_exact(2);
    pairs.remainder().is_empty().then(|| {
        pairs
            .map(|pair| {
                pair.iter()
                    .fold(0, |octet, digit| octet << 4 | *digit as u8)
            })
            .collect()
    })
}

impl NewKind {
    fn common(&self) -> &NewCommon {
        match self {
            NewKind::Text { common, .. }
            | NewKind::Reply { common, .. }
            | NewKind::React { common, .. }
            | NewKind::Edit { common, .. }
            | NewKind::Delete { common, .. }
            | NewKind::Unlike { common, .. }
            | NewKind::Attach { common, .. }
            | NewKind::Call { common, .. } => common,
        }
    }
}
