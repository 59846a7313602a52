//! The program `mimi`: arguments, files, colours, progress and exit codes. Every conversion is
//! the library's.

mod args;
mod commands;
mod failure;
mod findings;
mod input;
mod output;
mod progress;

use std::process::ExitCode;

use clap::Parser;

fn main() -> ExitCode {
    let args = args::Cli::parse();
    match commands::run(args) {
        Ok(code) => code,
        Err(failure) => failure.print(),
    }
}
