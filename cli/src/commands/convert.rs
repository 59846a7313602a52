//! `mimi convert`.

mod known;
mod mail_args;
mod mailbox;
mod shape;
mod tally;
mod to_mbox;

pub(crate) use mail_args::MailArgs;
pub(crate) use shape::Shape;

use std::path::Path;
use std::process::ExitCode;

use mimi_codec::convert::{ConvertOptions, convert};
use mimi_codec::document::Format;
use mimi_codec::mail::mailbox::Dialect;
use mimi_codec::mail::{Keys, Profile};
use mimi_codec::report::{Severity, codes};

use super::format_of;
use crate::args::{self, Convert, HexStyle};
use crate::failure::{Failure, Outcome};
use crate::findings::Findings;
use crate::progress::watched;
use crate::{input, output};

pub(crate) fn run(args: &Convert) -> Outcome<ExitCode> {
    if let Some(Shape::Mbox(dialect)) = args.to {
        check_mbox(args, dialect)?;
        no_known(args)?;
        return to_mbox::run(args);
    }
    if let Some(input) = mailbox::named(args) {
        no_known(args)?;
        return mailbox::run(args, input);
    }
    let to = target(args)?;
    if args.output.is_some() && args.output == args.findings.report {
        return Err(Failure::usage(
            "the output and the report cannot be the same file",
        ));
    }
    let input = input::read(args.input.as_deref())?;
    let mut findings = Findings::new(args.findings.report.clone(), args.findings.quiet);
    let called = match args.from {
        Some(Shape::One(format)) => Some(format),
        _ => None,
    };
    let from = match format_of(&input, called) {
        Ok(format) => format,
        Err(finding) => return Err(findings.refuse(finding.file(input.name))),
    };
    let mut options = options(args);
    let known = known::read(&args.mail.known, &options, &mut findings)?;
    if let Some(known) = &known {
        options.import.resolver = Some(known);
        options.export.resolver = Some(known);
    }
    let what = format!("{} to {to}", input.name);
    let converted = match watched(&what, || convert(&input.octets, from, to, &options)) {
        Ok(converted) => converted,
        Err(error) => {
            let mut finding = error.into_finding().file(input.name);
            if finding.code == codes::TEXT_NOT_UTF8 && has_charsets(from) {
                let expected = "UTF-8, or a byte order mark; `--charset NAME` reads any other text";
                finding.expected = Some(expected.into());
            }
            return Err(findings.refuse(finding));
        }
    };
    findings.extend(converted.findings);
    findings.name_input(&input.name);
    if args.strict {
        findings.make_losses_errors();
    }
    let refused = findings.worst() == Some(Severity::Error);
    // Findings first: a loss that is an error leaves no output behind.
    findings.finish()?;
    if refused {
        return Err(Failure::Refused);
    }
    output::write(args.output.as_deref(), &converted.value, to.is_binary())?;
    Ok(ExitCode::SUCCESS)
}

/// Whether files of the format may come in other charsets.
fn has_charsets(format: Format) -> bool {
    matches!(format, Format::Markdown | Format::Html | Format::Text)
}

/// The format to write: as it was called, or as the name of the output says.
fn target(args: &Convert) -> Outcome<Format> {
    match args.to {
        Some(Shape::One(name)) => return Ok(name.into()),
        Some(_) => {
            return Err(Failure::usage(
                "a mailbox that is written is an mbox: `--to mbox`",
            ));
        }
        None => {}
    }
    let named = args
        .output
        .as_deref()
        .and_then(|path| Format::from_path(&path.to_string_lossy()));
    named.ok_or_else(|| {
        Failure::usage("which format? Name it with `--to`, for example `--to edn`, or by the ending of the output, for example `-o message.edn`")
    })
}

fn options(args: &Convert) -> ConvertOptions<'_> {
    let mut options = super::reading(args.mode, &args.uris);
    options.upgrade = args.upgrade;
    options.new_salt = args.new_salt;
    options.standalone = args.standalone;
    options.rich = args.rich.options();
    options.hex_fields = args.hex_style == HexStyle::Fields;
    options.export.profile = match args.profile {
        args::Profile::Exact => Profile::Exact,
        args::Profile::Mail => Profile::Mail,
        args::Profile::Chatmail => Profile::Chatmail,
    };
    options.export.keys = match (args.with_keys, args.without_keys) {
        (true, _) => Keys::With,
        (_, true) => Keys::Without,
        _ => Keys::Refuse,
    };
    args.mail.apply(&mut options.import, &mut options.export);
    options
}

/// A mailbox knows its own mails, and nothing else.
fn no_known(args: &Convert) -> Outcome<()> {
    match args.mail.known.is_empty() {
        true => Ok(()),
        false => Err(Failure::usage(
            "`--known` is for one document; a mailbox finds its own mails, and those of earlier runs",
        )),
    }
}

/// Refuses what cannot be written as an mbox, or read for one.
fn check_mbox(args: &Convert, dialect: Option<Dialect>) -> Outcome<()> {
    if !matches!(dialect, None | Some(Dialect::Rd)) {
        return Err(Failure::usage(
            "an mbox is written as mboxrd, which every program reads: `--to mbox`",
        ));
    }
    let folder = args.input.as_deref().is_some_and(Path::is_dir);
    let mailbox = matches!(args.from, Some(from) if !matches!(from, Shape::One(_)));
    if mailbox || (!folder && mailbox::named(args).is_some()) {
        return Err(Failure::usage(mailbox::MESSAGES_FIRST));
    }
    Ok(())
}
