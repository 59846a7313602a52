//! A folder of messages, or one message, becomes an mbox.

use std::fs;
use std::io::{BufWriter, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use mimi_codec::cbor::Decoder;
use mimi_codec::convert::{ConvertError, ConvertOptions, read};
use mimi_codec::document::Format;
use mimi_codec::mail::mailbox::MboxWriter;
use mimi_codec::mail::{AddressMap, LocalAddresses};
use mimi_codec::report::{Finding, Severity, codes};

use super::mailbox::{STORE, not_a_link, open_store};
use super::tally::Tally;
use crate::args::Convert;
use crate::failure::{Failure, Outcome};
use crate::findings::is_loss;
use crate::output;
use crate::progress::Bar;

/// Formats that spell a whole message.
const MESSAGES: &[Format] = &[
    Format::Cbor,
    Format::Edn,
    Format::Hex,
    Format::Json,
    Format::Eml,
];

/// A mail and what its first line in an mbox says.
struct Mail {
    octets: Vec<u8>,
    sender: String,
    seconds: i64,
    findings: Vec<Finding>,
}

pub(super) fn run(args: &Convert) -> Outcome<ExitCode> {
    let Some(input) = args.input.as_deref().filter(|path| *path != Path::new("-")) else {
        return Err(Failure::usage("name the folder of messages"));
    };
    let store = input.join(STORE);
    not_a_link(&store)?;
    let store = match store.is_file() {
        // Replies then name the mails that the messages were made from.
        true => Some(open_store(&store).map_err(|error| Failure::Io(error.to_string()))?),
        false => None,
    };
    let mut options = super::options(args);
    options.export.resolver = store.as_ref().map(|store| store as _);
    let files = files(input)?;
    let mut tally = Tally::new(&args.findings);
    let mut refused = 0;
    let path = args
        .output
        .as_deref()
        .filter(|path| *path != Path::new("-"));
    let out = match path {
        // A device or a pipe cannot be replaced, only written to.
        Some(path) if fs::metadata(path).is_ok_and(|known| !known.is_file()) => {
            let file = fs::File::options().write(true).open(path);
            Out::Other(file.map_err(|error| Failure::io("write", path.display(), &error))?)
        }
        Some(path) => Out::File(output::begin(path)?),
        None => Out::Standard(std::io::stdout()),
    };
    let mut mbox = MboxWriter::new(BufWriter::new(out));
    let failed = |error: &std::io::Error| match path {
        Some(path) => Failure::io("write", path.display(), error),
        None => Failure::io("write", "standard output", error),
    };
    let to_pipe = path.is_none();
    let bar = Bar::new();
    let of = files.len() as u64;
    for (path, done) in files.iter().zip(1..) {
        let name = path.display().to_string();
        match mail(path, &options, args.strict) {
            Ok(mail) => {
                for finding in mail.findings {
                    tally.add(finding.file(name.clone()));
                }
                match mbox.write(&mail.sender, mail.seconds, &mail.octets) {
                    // Whoever reads the pipe has seen enough.
                    Err(error) if error.kind() == ErrorKind::BrokenPipe && to_pipe => {
                        return Ok(ExitCode::SUCCESS);
                    }
                    written => written.map_err(|error| failed(&error))?,
                }
            }
            Err(finding) => {
                refused += 1;
                tally.add(finding.file(name).severity(Severity::Error));
            }
        }
        bar.at(done, Some(of), "messages");
    }
    bar.clear();
    let out = mbox.into_inner().into_inner();
    if out
        .as_ref()
        .is_err_and(|error| error.error().kind() == ErrorKind::BrokenPipe)
        && to_pipe
    {
        return Ok(ExitCode::SUCCESS);
    }
    match out.map_err(|error| failed(error.error()))? {
        Out::File(file) => file.finish()?,
        Out::Other(_) | Out::Standard(_) => {}
    }
    tally.finish()?;
    if !args.findings.quiet {
        anstream::eprintln!("{} messages in the mbox, {refused} refused", of - refused);
    }
    match refused {
        0 => Ok(ExitCode::SUCCESS),
        _ => Err(Failure::Refused),
    }
}

/// Where the mbox goes.
enum Out {
    File(output::Begun),
    Other(fs::File),
    Standard(std::io::Stdout),
}

impl Write for Out {
    fn write(&mut self, octets: &[u8]) -> std::io::Result<usize> {
        match self {
            Out::File(file) => file.write(octets),
            Out::Other(file) => file.write(octets),
            Out::Standard(out) => out.write(octets),
        }
    }

    fn flush(&mut self) -> std::io::Result<()> {
        match self {
            Out::File(file) => file.flush(),
            Out::Other(file) => file.flush(),
            Out::Standard(out) => out.flush(),
        }
    }
}

/// The messages of a folder, by name. Links and special files are no messages.
fn files(input: &Path) -> Outcome<Vec<PathBuf>> {
    if !input.is_dir() {
        return Ok(vec![input.to_owned()]);
    }
    let failed = |error: &std::io::Error| Failure::io("read", input.display(), error);
    let mut files = Vec::new();
    for entry in fs::read_dir(input).map_err(|error| failed(&error))? {
        let entry = entry.map_err(|error| failed(&error))?;
        let name = entry.file_name();
        let format = Format::from_path(&name.to_string_lossy());
        let hidden = name.as_encoded_bytes().starts_with(b".");
        let regular = entry.file_type().map_err(|error| failed(&error))?.is_file();
        if regular && !hidden && format.is_some_and(|format| MESSAGES.contains(&format)) {
            files.push(entry.path());
        }
    }
    if files.is_empty() {
        return Err(Failure::usage(format!(
            "there is no message in {}: no file that ends in .cbor, .edn, .hex, .json or .eml",
            input.display()
        )));
    }
    files.sort();
    Ok(files)
}

/// A message as a mail.
fn mail(path: &Path, options: &ConvertOptions<'_>, strict: bool) -> Result<Mail, Box<Finding>> {
    let octets = fs::read(path)
        .map_err(|error| Finding::new(codes::MAILBOX_UNREADABLE).found(error.to_string()))?;
    let name = path.to_string_lossy();
    let format = Format::from_path(&name)
        .filter(|format| MESSAGES.contains(format))
        .or_else(|| Format::detect(&octets))
        .ok_or_else(|| Box::new(Finding::new(codes::FORMAT_UNKNOWN)))?;
    let input = read(&octets, format, options).map_err(finding)?;
    let written = input.value.write(Format::Eml, options).map_err(finding)?;
    let mut findings = input.findings;
    findings.extend(written.findings);
    if strict && let Some(at) = findings.iter().position(is_loss) {
        return Err(findings.swap_remove(at).into());
    }
    let mut mail = Mail {
        octets: written.value,
        sender: String::new(),
        seconds: 0,
        findings,
    };
    // What cannot be decoded was refused above.
    if let Ok(received) = Decoder::tolerant().decode(&input.value.octets) {
        let extensions = &received.content().extensions;
        let sender = extensions.sender_uri().ok().flatten();
        let mailbox = sender.and_then(|uri| LocalAddresses.to_mail(uri));
        mail.sender = mailbox.map(|mailbox| mailbox.address).unwrap_or_default();
        let time = extensions.sender_timestamp().ok().flatten();
        let seconds = time.and_then(|time| i64::try_from(time.seconds()).ok());
        mail.seconds = seconds.unwrap_or(0);
    }
    Ok(mail)
}

fn finding(error: ConvertError) -> Box<Finding> {
    Box::new(error.into_finding())
}
