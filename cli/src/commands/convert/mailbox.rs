//! A mailbox becomes a folder of messages. The folder keeps a store of what each mail became, so
//! that the same call goes on where it was stopped, and finds nothing to do when all is done.

use std::borrow::Cow;
use std::fs;
use std::io;
use std::panic;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use mimi_codec::convert::{ConvertOptions, convert};
use mimi_codec::document::Format;
use mimi_codec::mail::archive::{
    self, ArchiveOptions, DEFAULT_ROOM, Event, Made, Refused, Sink, SinkError, Summary,
};
use mimi_codec::mail::mailbox::{MailStream, Mailbox, MailboxKind, MailboxOptions};
use mimi_codec::mail::{DiskResolver, StoreError};
use mimi_codec::report::{Finding, Severity};

use super::Shape;
use super::tally::Tally;
use crate::args::Convert;
use crate::failure::{Failure, Outcome};
use crate::findings::is_loss;
use crate::output;
use crate::progress::Bar;

/// What each mail became, in the folder of the messages.
pub(super) const STORE: &str = "mailbox.redb";

/// Why one mailbox does not become another one at once.
pub(super) const MESSAGES_FIRST: &str =
    "a mailbox becomes messages first: `--to cbor -o FOLDER`, then `mimi convert FOLDER --to mbox`";

/// Mails that were refused, by their numbers.
const REFUSED: &str = "refused";

/// References that could not be in the messages any more.
const LINKS: &str = "links.tsv";

/// The mailbox that the call names, if it names one.
pub(super) fn named(args: &Convert) -> Option<&Path> {
    let input = args.input.as_deref()?;
    let ending = input.extension().unwrap_or_default();
    match args.from {
        Some(Shape::One(_)) => None,
        Some(_) => Some(input),
        None => {
            let mbox = |known: &&str| ending.eq_ignore_ascii_case(known);
            let named = input.is_dir() || ["mbox", "mbx"].iter().any(mbox);
            // Mailboxes of mail servers have no ending; a folder to write to says enough.
            let folder =
                |path: &Path| path.is_dir() || path.as_os_str().as_encoded_bytes().ends_with(b"/");
            let named = named || args.output.as_deref().is_some_and(folder);
            named.then_some(input)
        }
    }
}

pub(super) fn run(args: &Convert, input: &Path) -> Outcome<ExitCode> {
    let to = match args.to {
        None => Format::Cbor,
        Some(Shape::One(format)) => format.into(),
        Some(_) => {
            return Err(Failure::usage(MESSAGES_FIRST));
        }
    };
    let folder = match args.output.as_deref() {
        Some(folder) if folder != Path::new("-") => folder,
        _ => {
            return Err(Failure::usage(
                "a mailbox becomes many messages: name the folder for them with `-o FOLDER`",
            ));
        }
    };
    if input == Path::new("-") {
        return Err(Failure::usage(
            "a mailbox is read twice, so it must be a file or a folder, not standard input",
        ));
    }
    if folder.exists() && !folder.is_dir() {
        return Err(Failure::usage(format!(
            "{} is a file; a mailbox needs a folder",
            folder.display()
        )));
    }
    // What is written must not be read as mail by the next run.
    let place = |path: &Path| fs::canonicalize(path).or_else(|_| std::path::absolute(path));
    if input.is_dir()
        && let (Ok(input), Ok(folder)) = (place(input), place(folder))
        && folder.starts_with(input)
    {
        return Err(Failure::usage(
            "the messages need a folder outside of the mailbox",
        ));
    }
    let mut tally = Tally::new(&args.findings);
    let refuse = |finding: Finding, mut tally: Tally| {
        tally.add(finding.severity(Severity::Error));
        tally
            .finish()
            .map_or_else(|failure| failure, |()| Failure::Refused)
    };
    let name = input.display().to_string();
    let mailbox = match Mailbox::open(input, &reading(args)) {
        Ok(mailbox) => mailbox,
        Err(error) => return Err(refuse(error.into_finding().file(name), tally)),
    };
    fs::create_dir_all(folder).map_err(|error| Failure::io("create", folder.display(), &error))?;
    for ours in [STORE, REFUSED, LINKS] {
        not_a_link(&folder.join(ours))?;
    }
    let place = folder.join(STORE);
    let store = match open_store(&place) {
        Ok(store) => store,
        Err(error) => {
            let place = place.display().to_string();
            return Err(refuse(error.into_finding().file(place), tally));
        }
    };
    sweep(folder);
    let mut options = super::options(args);
    let archive = archive(args, &mut options);
    let sink = Folder {
        folder,
        to,
        strict: args.strict,
        options: &options,
    };
    let bar = Bar::new();
    let summary = archive::convert(
        &mailbox,
        &store,
        &archive,
        &sink,
        &mut |event| match event {
            Event::Indexed(mails) => bar.at(mails, None, "mails looked at"),
            Event::Converted { done, of } => bar.at(done, Some(of), "mails"),
            Event::Finding { source, finding } => {
                tally.add(match (source, finding.file.is_some()) {
                    (Some(source), _) => finding.file(inside(&mailbox, &name, source)),
                    (None, false) => finding.file(name.clone()),
                    _ => finding,
                })
            }
            _ => {}
        },
    );
    bar.clear();
    let summary = match summary {
        Ok(summary) => summary,
        Err(error) => return Err(refuse(error.into_finding().file(name), tally)),
    };
    links(&store, folder)?;
    tally.finish()?;
    if !args.findings.quiet {
        tell(&summary, folder, args.uris.room.is_none());
    }
    match summary.refused {
        0 => Ok(ExitCode::SUCCESS),
        _ => Err(Failure::Refused),
    }
}

/// The name of a mail: `inbox.mbox:12`, or the path of its file.
fn inside(mailbox: &Mailbox, name: &str, source: &str) -> String {
    match mailbox.kind() {
        MailboxKind::Mbox => format!("{name}:{source}"),
        _ => Path::new(name).join(source).display().to_string(),
    }
}

fn reading(args: &Convert) -> MailboxOptions {
    let mut options = MailboxOptions::default();
    options.max_mail = usize::try_from(u64::from(args.mail.max_mail) << 20).unwrap_or(usize::MAX);
    (options.kind, options.dialect) = match args.from {
        Some(Shape::Mbox(dialect)) => (Some(MailboxKind::Mbox), dialect),
        Some(Shape::Maildir) => (Some(MailboxKind::Maildir), None),
        Some(Shape::Folder) => (Some(MailboxKind::Folder), None),
        _ => (None, None),
    };
    options
}

fn archive<'a>(args: &'a Convert, options: &mut ConvertOptions<'a>) -> ArchiveOptions<'a> {
    let mut archive = ArchiveOptions::default();
    archive.import = options.import.clone();
    archive.import.room = args.uris.room.as_deref().map(Into::into);
    archive.sender = args.uris.sender.as_deref().map(Into::into);
    archive.strict = args.strict;
    archive.threads = args.mail.threads;
    archive
}

fn tell(summary: &Summary, folder: &Path, default_room: bool) {
    let Summary {
        mails,
        converted,
        messages,
        before,
        repeated,
        refused,
        late_links,
        ..
    } = summary;
    anstream::eprintln!(
        "{mails} mails: {converted} converted to {messages} messages, {before} converted before, \
         {repeated} repeated, {refused} refused"
    );
    let saved = folder.join(REFUSED);
    if *refused > 0 && saved.is_dir() {
        anstream::eprintln!("what was refused is in {}", saved.display());
    }
    if !late_links.is_empty() {
        anstream::eprintln!(
            "{} references to mails that came late are in {}",
            late_links.len(),
            folder.join(LINKS).display()
        );
    }
    if default_room && *converted > 0 {
        anstream::eprintln!("the room is {DEFAULT_ROOM}; `--room URI` names another one");
    }
}

/// Opens a store. What the database says while it stumbles over a damaged one is not printed: it
/// comes back as an error. Called once in a run of the program, whose hook this is.
pub(super) fn open_store(place: &Path) -> Result<DiskResolver, StoreError> {
    let print = panic::take_hook();
    panic::set_hook(Box::new(move |panic| {
        if !DiskResolver::catches_panics_here() {
            print(panic);
        }
    }));
    DiskResolver::open(place)
}

/// Refuses what is ours in the folder of the messages if it is a link: somebody else made it, and
/// what is written there would land where nobody looks.
pub(super) fn not_a_link(path: &Path) -> Outcome<()> {
    match fs::symlink_metadata(path) {
        Ok(known) if known.is_symlink() => Err(Failure::Io(format!(
            "{} is a link, and is not followed; remove it or use another folder",
            path.display()
        ))),
        // Whatever else is wrong with it is told where it is used.
        _ => Ok(()),
    }
}

/// What a run that was killed left half written.
fn sweep(folder: &Path) {
    let Ok(entries) = fs::read_dir(folder) else {
        return;
    };
    for entry in entries.flatten() {
        let left = entry
            .file_name()
            .as_encoded_bytes()
            .starts_with(output::TEMPORARY.as_bytes());
        if left && entry.file_type().is_ok_and(|kind| kind.is_file()) {
            // If it cannot be removed, it is in nobody's way.
            let _ = fs::remove_file(entry.path());
        }
    }
}

/// Lists every reference that came too late, of this run and of those before.
fn links(store: &DiskResolver, folder: &Path) -> Outcome<()> {
    let links = store
        .late_links()
        .map_err(|error| Failure::Io(error.to_string()))?;
    if links.is_empty() {
        return Ok(());
    }
    let mut text = String::from("message\treference\ttarget\tMessage-ID\n");
    for link in links {
        // A Message-ID has no white space in it: the reader takes it out.
        let line = format!(
            "{}\t{}\t{}\t{}\n",
            link.message,
            link.kind.name(),
            link.target,
            link.external
        );
        text.push_str(&line);
    }
    output::write(Some(&folder.join(LINKS)), text.as_bytes(), false)
}

/// The folder of the messages.
struct Folder<'f> {
    folder: &'f Path,
    to: Format,
    /// Whether a message that loses something is refused.
    strict: bool,
    options: &'f ConvertOptions<'f>,
}

/// An error that says which file it is about.
fn at(path: &Path, error: io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("{}: {error}", path.display()))
}

impl Folder<'_> {
    fn write(&self, path: PathBuf, octets: &[u8]) -> io::Result<()> {
        output::write_quickly(&path, octets).map_err(|error| at(&path, error))
    }

    /// What is written of a message, and what it loses.
    fn content<'m>(&self, made: &Made<'m>) -> Result<(Cow<'m, [u8]>, Vec<Finding>), SinkError> {
        if self.to == Format::Cbor {
            return Ok((Cow::Borrowed(made.octets), Vec::new()));
        }
        let written = convert(made.octets, Format::Cbor, self.to, self.options)
            .map_err(|error| SinkError::refuse(error.into_finding()))?;
        let loss = written.findings.iter().find(|finding| is_loss(finding));
        match loss.filter(|_| self.strict) {
            Some(loss) => Err(SinkError::refuse(loss.clone())),
            None => Ok((Cow::Owned(written.value), written.findings)),
        }
    }

    fn refused_path(&self, ordinal: u64) -> PathBuf {
        let name = format!("{ordinal:07}.eml");
        self.folder.join(REFUSED).join(name)
    }
}

impl Sink for Folder<'_> {
    fn messages(&self, mail: &[Made<'_>]) -> Result<Vec<Finding>, SinkError> {
        let ending = match self.to {
            Format::Text => "txt",
            to => to.name(),
        };
        // All are converted before the first is written: a mail is refused as a whole.
        let mut findings = Vec::new();
        let mut contents = Vec::with_capacity(mail.len());
        for made in mail {
            let (content, mut found) = self.content(made)?;
            contents.push(content);
            findings.append(&mut found);
        }
        for (made, content) in mail.iter().zip(contents) {
            let path = self.folder.join(format!("{}.{ending}", made.name));
            self.write(path, &content)?;
            if !made.cut.is_empty() {
                let text: String = made.cut.iter().map(|cut| &*cut.text).collect();
                let path = self.folder.join(format!("{}.cut.txt", made.name));
                self.write(path, text.as_bytes())?;
            }
        }
        let Some(made) = mail.first() else {
            return Ok(findings);
        };
        // It may have been refused by an earlier run, with other options.
        match fs::remove_file(self.refused_path(made.ordinal)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error.into()),
            _ => Ok(findings),
        }
    }

    fn refused(&self, refused: &Refused<'_>) -> io::Result<()> {
        if refused.octets.is_empty() {
            return Ok(());
        }
        fs::create_dir_all(self.folder.join(REFUSED))?;
        self.write(self.refused_path(refused.ordinal), refused.octets)
    }

    fn refused_large(&self, refused: &Refused<'_>, octets: &mut MailStream) -> io::Result<()> {
        fs::create_dir_all(self.folder.join(REFUSED))?;
        let path = self.refused_path(refused.ordinal);
        output::copy_quickly(&path, octets).map_err(|error| at(&path, error))
    }
}
