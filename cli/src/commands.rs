//! One file for each command; here is only which one runs, and what several share.

pub(crate) mod attach;
pub(crate) mod check;
mod convert;
mod id;
mod new;
pub(crate) mod rich_args;
pub(crate) mod room;
mod show;
pub(crate) mod vectors;

pub(crate) use convert::{MailArgs, Shape};

use std::process::ExitCode;

use clap::CommandFactory;
use mimi_codec::cbor::Decoder;
use mimi_codec::convert::ConvertOptions;
use mimi_codec::document::Format;
use mimi_codec::message::Uris;
use mimi_codec::report::{Finding, codes};

use crate::args::{Cli, Command, FormatName, Mode, UriArgs};
use crate::failure::{Failure, Outcome};
use crate::input::{self, Input};
use crate::output;

/// Runs the command that was called.
pub(crate) fn run(args: Cli) -> Outcome<ExitCode> {
    input::set_max(args.max_input);
    match args.command {
        Command::Convert(args) => convert::run(&args),
        Command::Show(args) => show::run(&args),
        Command::Id(args) => id::run(&args),
        Command::New(args) => new::run(&args.kind),
        Command::Check(args) => check::run(&args),
        Command::Explain { code } => {
            check::catalogue::explain(&code)?;
            Ok(ExitCode::SUCCESS)
        }
        Command::Attach(args) => attach::run(&args),
        Command::Room(args) => room::run(&args),
        Command::Vectors(args) => vectors::run(&args),
        Command::Completions { shell } => {
            let mut script = Vec::new();
            clap_complete::generate(shell, &mut Cli::command(), "mimi", &mut script);
            output::write(None, &script, false)?;
            Ok(ExitCode::SUCCESS)
        }
        Command::Man => {
            let mut page = Vec::new();
            clap_mangen::Man::new(Cli::command())
                .render(&mut page)
                .map_err(|error| Failure::io("write", "the manual page", &error))?;
            output::write(None, &page, false)?;
            Ok(ExitCode::SUCCESS)
        }
    }
}

impl From<FormatName> for Format {
    fn from(name: FormatName) -> Format {
        match name {
            FormatName::Cbor => Format::Cbor,
            FormatName::Edn => Format::Edn,
            FormatName::Hex => Format::Hex,
            FormatName::Json => Format::Json,
            FormatName::Eml => Format::Eml,
            FormatName::Cpim => Format::Cpim,
            FormatName::Md => Format::Markdown,
            FormatName::Html => Format::Html,
            FormatName::Text => Format::Text,
        }
    }
}

impl From<Mode> for Decoder {
    fn from(mode: Mode) -> Decoder {
        match mode {
            Mode::Strict => Decoder::strict(),
            Mode::Tolerant => Decoder::tolerant(),
        }
    }
}

impl UriArgs {
    fn uris(&self) -> Uris<'_> {
        Uris::known(self.sender.as_deref(), self.room.as_deref())
    }
}

/// The format of an input: as it was called, or as its name or content says. Where the name says
/// plain text, the content may know better.
fn format_of(input: &Input, called: Option<FormatName>) -> Result<Format, Box<Finding>> {
    if let Some(name) = called {
        return Ok(name.into());
    }
    if input.octets.is_empty() && Format::from_path(&input.name).is_none() {
        return Err(Box::new(nothing()));
    }
    let named = Format::from_path(&input.name);
    let seen = match named {
        Some(Format::Text) | None => Format::detect(&input.octets),
        Some(_) => None,
    };
    match seen.or(named) {
        Some(format) => Ok(format),
        None => Err(Box::new(Finding::new(codes::FORMAT_UNKNOWN).message(
            "the format cannot be told from the name or the content; name it with `--from`",
        ))),
    }
}

/// Empty is most likely not what was meant: a pipe whose other end failed.
fn nothing() -> Finding {
    Finding::new(codes::FORMAT_UNKNOWN)
        .message("the input is empty; if an empty text is meant, name its format with `--from`")
        .found("0 octets")
}

/// Options for reading an input as a message.
fn reading(mode: Mode, uris: &UriArgs) -> ConvertOptions<'_> {
    ConvertOptions::default()
        .with_decoder(mode.into())
        .with_uris(uris.uris())
}
