//! `mimi attach`: encrypts a file and writes the message that refers to it, and the way back.
//! Nothing is uploaded or fetched.

use std::borrow::Cow;
use std::ffi::OsString;
use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Args, Subcommand, ValueHint};
use mimi_codec::convert;
use mimi_codec::external::{
    HashMatch, Opened, Sealer, check_size, open, supported_aeads, supported_hashes,
};
use mimi_codec::message::compose::{Composer, SaltSource};
use mimi_codec::message::{
    AeadAlgorithm, ExternalPart, HashAlgorithm, MimiContent, Part, PartBody, PartIndex,
};
use mimi_codec::report::{Finding, codes};

use super::new::{self, Compose, Stop};
use super::{format_of, reading};
use crate::args::{FindingArgs, FormatName, Mode, NewCommon, UriArgs};
use crate::failure::{Failure, Outcome};
use crate::findings::Findings;
use crate::{input, output, progress};

pub(crate) const EXAMPLES: &str = "\
Examples:
  mimi attach seal photo.jpg --url https://example.com/7f3a -o message.cbor
                                 encrypts to photo.jpg.sealed, which is to be uploaded to the URL
  mimi attach open message.cbor photo.jpg.sealed -o photo.jpg
                                 checks size and hash, then decrypts";

const SEAL_EXAMPLES: &str = "\
Key and nonce are fresh with every call, and stand in the message: whoever has it can open the
file. Who sends it and to which room is part of the message: give --sender and --room, or set
MIMI_SENDER and MIMI_ROOM. Nothing that is there is replaced without --force: an older message
has the only key to its file.

Examples:
  mimi attach seal photo.jpg --url https://example.com/7f3a -o message.cbor
  mimi attach seal clip.mp4 --url https://example.com/8b --aead chacha20-poly1305 --to edn
  mimi attach seal flyer.pdf --url https://example.com/flyer.pdf --aead none -o public.cbor
  tar c notes/ | mimi attach seal - --sealed notes.sealed --filename notes.tar \\
      --url https://example.com/9c -o notes.cbor";

const OPEN_EXAMPLES: &str = "\
The file is written whole or not at all, and never if a check fails; a file of that name is then
replaced.

Examples:
  mimi attach open message.cbor photo.jpg.sealed -o photo.jpg
  mimi attach open message.edn clip.sealed --part 2 -o clip.mp4
  curl -s https://example.com/7f3a | mimi attach open message.cbor - -o photo.jpg";

#[derive(Debug, Args)]
pub(crate) struct Attach {
    #[command(subcommand)]
    kind: Kind,
}

#[derive(Debug, Subcommand)]
enum Kind {
    /// Encrypt a file and write the message that refers to it
    #[command(after_help = SEAL_EXAMPLES)]
    Seal(Box<Seal>),
    /// Check and decrypt what was fetched
    #[command(after_help = OPEN_EXAMPLES)]
    Open(Box<Open>),
}

#[derive(Debug, Args)]
struct Seal {
    /// The file; `-` is standard input, which needs --sealed
    #[arg(value_hint = ValueHint::FilePath)]
    file: PathBuf,
    /// Where the encrypted file will be fetched
    #[arg(long)]
    url: String,
    /// Where to write the encrypted file (default: the name of the file with `.sealed`)
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    sealed: Option<PathBuf>,
    /// Replace an encrypted file and a message that are there
    #[arg(long)]
    force: bool,
    /// Media type of the file (default: as its ending says)
    #[arg(long = "type", value_name = "MEDIA-TYPE")]
    content_type: Option<String>,
    /// Suggested file name (default: that of the file)
    #[arg(long)]
    filename: Option<String>,
    /// Description for people
    #[arg(long, default_value = "")]
    description: String,
    /// Encryption: aes-128-gcm, aes-256-gcm, chacha20-poly1305, aes-128-gcm-siv, aes-256-gcm-siv,
    /// or none for what is public
    #[arg(long, value_name = "NAME", default_value = "aes-128-gcm", value_parser = aead)]
    aead: AeadAlgorithm,
    /// Hash function over the encrypted file
    #[arg(long, value_name = "NAME", default_value = "sha-256", value_parser = hash)]
    hash: HashAlgorithm,
    /// Until when the file will be at the URL, in seconds since 1970-01-01
    #[arg(long, value_name = "SECONDS", default_value_t = 0)]
    url_expires: u32,
    #[command(flatten)]
    common: NewCommon,
}

#[derive(Debug, Args)]
struct Open {
    /// The message; `-` is standard input
    #[arg(value_hint = ValueHint::FilePath)]
    message: PathBuf,
    /// What was fetched from the URL in the message; `-` is standard input
    #[arg(value_hint = ValueHint::FilePath)]
    ciphertext: PathBuf,
    /// Where to write the file; `-` or nothing is standard output
    #[arg(short, long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    output: Option<PathBuf>,
    /// Index of the part that refers to the file, if several do
    #[arg(long, value_name = "INDEX")]
    part: Option<PartIndex>,
    /// Format of the message
    #[arg(long, value_name = "FORMAT")]
    from: Option<FormatName>,
    /// How strictly octets are read
    #[arg(long, value_enum, default_value_t)]
    mode: Mode,
    #[command(flatten)]
    findings: FindingArgs,
}

pub(crate) fn run(args: &Attach) -> Outcome<ExitCode> {
    match &args.kind {
        Kind::Seal(args) => seal(args),
        Kind::Open(args) => open_file(args),
    }
}

fn aead(name: &str) -> Result<AeadAlgorithm, String> {
    let known = || [AeadAlgorithm::NONE].into_iter().chain(supported_aeads());
    let same = |known: &AeadAlgorithm| known.to_string().eq_ignore_ascii_case(name);
    known()
        .find(same)
        .ok_or_else(|| choice(known().map(|known| known.to_string().to_lowercase())))
}

fn hash(name: &str) -> Result<HashAlgorithm, String> {
    let known = || [HashAlgorithm::NONE].into_iter().chain(supported_hashes());
    let same = |known: &HashAlgorithm| known.to_string().eq_ignore_ascii_case(name);
    known()
        .find(same)
        .ok_or_else(|| choice(known().map(|known| known.to_string())))
}

fn choice(names: impl Iterator<Item = String>) -> String {
    format!("choose one of {}", names.collect::<Vec<_>>().join(", "))
}

/// Media types by the ending of a file's name.
const ENDINGS: &[(&str, &str)] = &[
    ("avif", "image/avif"),
    ("gif", "image/gif"),
    ("jpeg", "image/jpeg"),
    ("jpg", "image/jpeg"),
    ("md", "text/markdown;charset=utf-8"),
    ("mp3", "audio/mpeg"),
    ("mp4", "video/mp4"),
    ("oga", "audio/ogg"),
    ("pdf", "application/pdf"),
    ("png", "image/png"),
    ("svg", "image/svg+xml"),
    ("txt", "text/plain;charset=utf-8"),
    ("webm", "video/webm"),
    ("webp", "image/webp"),
    ("zip", "application/zip"),
];

fn media_type(file: &Path) -> &'static str {
    let ending = file
        .extension()
        .unwrap_or_default()
        .to_string_lossy()
        .to_lowercase();
    ENDINGS
        .iter()
        .find(|(known, _)| *known == ending)
        .map_or("application/octet-stream", |(_, media_type)| media_type)
}

/// A message that refers to one file.
struct Attachment<'a> {
    file: ExternalPart<'static>,
    common: &'a NewCommon,
}

impl Compose for Attachment<'_> {
    fn compose<S: SaltSource>(&self, composer: &Composer<S>) -> Result<MimiContent<'static>, Stop> {
        let draft = new::fresh(composer.message(), self.common);
        Ok(new::spoken(draft, self.common).attachment(self.file.clone())?)
    }
}

fn seal(args: &Seal) -> Outcome<ExitCode> {
    let mut findings = Findings::new(args.common.report.clone(), false);
    let sealed = match &args.sealed {
        Some(path) => path.clone(),
        None if is_standard_input(&args.file) => {
            return Err(Failure::usage(
                "standard input has no name; name the encrypted file with --sealed FILE",
            ));
        }
        None => {
            let mut name = OsString::from(&args.file);
            name.push(".sealed");
            PathBuf::from(name)
        }
    };
    check_names(args, &sealed)?;
    nothing_is_replaced(args, &sealed)?;
    let mut buffer = read_file(&args.file)?;
    let content_type = match &args.content_type {
        Some(content_type) => content_type.clone(),
        None => media_type(&args.file).to_owned(),
    };
    let sealer = Sealer::new().aead(args.aead).hash(args.hash);
    let done = progress::watched("encrypting", || sealer.seal(content_type, &mut buffer));
    let mut file = match done {
        Ok(part) => part,
        Err(error) => return Err(findings.refuse(error.into_finding())),
    };
    let own_name = || match is_standard_input(&args.file) {
        true => Cow::default(),
        false => args.file.file_name().unwrap_or_default().to_string_lossy(),
    };
    file.url = args.url.clone().into();
    file.expires = args.url_expires;
    file.description = args.description.clone().into();
    file.filename = match &args.filename {
        Some(name) => name.clone().into(),
        None => own_name().into_owned().into(),
    };
    let size = file.size;
    let attachment = Attachment {
        file,
        common: &args.common,
    };
    // Whatever can refuse comes before the first file is written.
    let message = new::octets_of(&args.common, &attachment, &mut findings)?;
    output::write_whole(&sealed, &buffer)?;
    match new::write(&args.common, &message, &mut findings) {
        Ok(code) => {
            let sealed = sealed.display();
            anstream::eprintln!("{sealed}: {size} octets, to be uploaded to {}", args.url);
            Ok(code)
        }
        Err(failure) => {
            // Without the message nobody has the key.
            let _ = std::fs::remove_file(&sealed);
            Err(failure)
        }
    }
}

/// With another encrypted file in its place, a message that was sent points to nothing; with
/// another message in its place, nobody has the key of a file any more. A device holds neither.
fn nothing_is_replaced(args: &Seal, sealed: &Path) -> Outcome<()> {
    let message = args.common.output.as_deref();
    let mut written = [Some(sealed), message].into_iter().flatten();
    match written.find(|path| !args.force && path.is_file() && !is_standard_input(path)) {
        Some(path) => Err(Failure::usage(format!(
            "{} exists already; choose another name (--sealed FILE, -o FILE), or replace it with --force",
            path.display()
        ))),
        None => Ok(()),
    }
}

fn is_standard_input(path: &Path) -> bool {
    path == Path::new("-")
}

/// File, encrypted file and message are three files.
fn check_names(args: &Seal, sealed: &Path) -> Outcome<()> {
    let message = args.common.output.as_deref();
    let wrong = if is_standard_input(sealed) {
        "only the message can go to standard output; name the encrypted file"
    } else if output::is_same_file(sealed, &args.file) {
        "the encrypted file would take the place of the file itself"
    } else if message.is_some_and(|path| output::is_same_file(path, sealed)) {
        "the message and the encrypted file need two names"
    } else if message.is_some_and(|path| output::is_same_file(path, &args.file)) {
        "the message would take the place of the file itself"
    } else {
        return Ok(());
    };
    Err(Failure::usage(wrong))
}

fn open_file(args: &Open) -> Outcome<ExitCode> {
    let mut findings = Findings::new(args.findings.report.clone(), args.findings.quiet);
    let name = match is_standard_input(&args.ciphertext) {
        true => "<stdin>".to_owned(),
        false => args.ciphertext.display().to_string(),
    };
    let inputs = [&args.message, &args.ciphertext];
    if let Some(output) = &args.output
        && let Some(input) = inputs.iter().find(|it| output::is_same_file(it, output))
        && !is_standard_input(input)
    {
        let input = input.display();
        return Err(Failure::usage(format!(
            "the file would take the place of {input}"
        )));
    }
    if inputs.iter().all(|path| is_standard_input(path)) {
        return Err(Failure::usage(
            "only one of message and encrypted file can come from standard input",
        ));
    }
    let part = external_part(args, &mut findings)?;
    // What is of another size need not be read. How long a pipe is, is not known before.
    if let Ok(about) = std::fs::metadata(&args.ciphertext)
        && about.is_file()
        && let Err(error) = check_size(&part, about.len())
    {
        return Err(findings.refuse(error.into_finding().file(name)));
    }
    let mut buffer = read_file(&args.ciphertext)?;
    let opened = progress::watched("decrypting", || open(&part, &mut buffer));
    let opened = match opened {
        Ok(opened) => opened,
        Err(error) => return Err(findings.refuse(error.into_finding().file(name))),
    };
    findings.extend(opened.findings);
    findings.name_input(&name);
    findings.finish()?;
    output::write(args.output.as_deref(), &buffer, true)?;
    if !args.findings.quiet {
        anstream::eprintln!("{}", told(&part, &opened.value));
    }
    Ok(ExitCode::SUCCESS)
}

/// What was opened, in one line.
fn told(part: &ExternalPart<'_>, opened: &Opened) -> String {
    let hash = match opened.hash {
        HashMatch::Ciphertext if part.enc_alg == AeadAlgorithm::NONE => "the hash is right",
        HashMatch::Ciphertext => "the hash is right, over what was fetched",
        HashMatch::Plaintext => "the hash is right, but over the decrypted file",
        _ => "no hash was stated",
    };
    let mut line = format!("{} octets; {hash}", opened.length);
    for (what, text) in [
        ("type", &part.content_type),
        ("suggested name", &part.filename),
    ] {
        if !text.is_empty() {
            line += &format!("; {what} {:?}", text.as_ref());
        }
    }
    line
}

/// The part of the message that refers to the file.
fn external_part(args: &Open, findings: &mut Findings) -> Outcome<ExternalPart<'static>> {
    let input = input::read(Some(&args.message))?;
    match find_part(args, &input, findings) {
        Ok(part) => Ok(part),
        Err(Reason::Usage(message)) => Err(Failure::usage(message)),
        Err(Reason::Refused(finding)) => Err(findings.refuse(finding.file(input.name))),
    }
}

enum Reason {
    Usage(String),
    Refused(Box<Finding>),
}

impl From<Box<Finding>> for Reason {
    fn from(finding: Box<Finding>) -> Self {
        Reason::Refused(finding)
    }
}

fn find_part(
    args: &Open,
    input: &input::Input,
    findings: &mut Findings,
) -> Result<ExternalPart<'static>, Reason> {
    let uris = UriArgs {
        sender: None,
        room: None,
    };
    let options = reading(args.mode, &uris);
    let from = format_of(input, args.from)?;
    let read = convert::read(&input.octets, from, &options)
        .map_err(|error| Box::new(error.into_finding()))?;
    findings.extend(read.findings);
    let received = options
        .decoder
        .decode(&read.value.octets)
        .map_err(|error| {
            let mut finding = error.into_finding();
            finding.locate(&read.value.map);
            Box::new(finding)
        })?;
    findings.extend(received.findings().iter().cloned());
    findings.name_input(&input.name);
    let candidates: Vec<Part<'_, '_>> = received
        .content()
        .parts()
        .filter(|part| args.part.is_none_or(|wanted| wanted == part.index))
        .filter(|part| matches!(part.part.body, PartBody::External(_)))
        .collect();
    match candidates.as_slice() {
        [one] => match &one.part.body {
            PartBody::External(part) => Ok(part.clone().into_owned()),
            _ => Err(none(args.part).into()),
        },
        [] => Err(none(args.part).into()),
        several => {
            let list: Vec<String> = several
                .iter()
                .filter_map(|part| match &part.part.body {
                    PartBody::External(external) => {
                        Some(format!("{} ({})", part.index, external.url))
                    }
                    _ => None,
                })
                .collect();
            let list = list.join(", ");
            Err(Reason::Usage(format!(
                "several parts refer to a file; choose one with --part: {list}"
            )))
        }
    }
}

fn none(wanted: Option<PartIndex>) -> Box<Finding> {
    let finding = Finding::new(codes::NO_MEANING)
        .message("no part of the message refers to a file elsewhere");
    Box::new(match wanted {
        Some(index) => finding.path(format!("part {index}")),
        None => finding,
    })
}

/// A file in a buffer of its size and the room for a tag, so that nothing is moved. What has no
/// length, like a pipe, may be as long as a document.
fn read_file(path: &Path) -> Outcome<Vec<u8>> {
    const TAG: usize = 16;
    let failed = |error: &std::io::Error| Failure::io("read", path.display(), error);
    if is_standard_input(path) {
        return Ok(input::read(None)?.octets);
    }
    let mut file = File::open(path).map_err(|error| failed(&error))?;
    let about = file.metadata().map_err(|error| failed(&error))?;
    if !about.is_file() {
        return input::whole(file, &path.display().to_string(), 0);
    }
    let length = about.len();
    let mut buffer = Vec::new();
    let wanted = usize::try_from(length).unwrap_or(usize::MAX);
    buffer
        .try_reserve_exact(wanted.saturating_add(TAG))
        .map_err(|_| Failure::Io(format!("{} does not fit into memory", path.display())))?;
    file.read_to_end(&mut buffer)
        .map_err(|error| failed(&error))?;
    Ok(buffer)
}
