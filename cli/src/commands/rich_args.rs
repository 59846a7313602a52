//! What can be chosen for Markdown, HTML and plain text.

use clap::{Args, ValueEnum};
use mimi_codec::convert::RichOptions;
use mimi_codec::rich::html::SoftBreaks;
use mimi_codec::rich::plain;
use mimi_codec::text::charset;

/// What becomes of the targets of links in plain text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Links {
    /// Behind the text, where the text does not say the same
    #[default]
    Different,
    /// Leave them out
    Never,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Markdown, HTML and plain text")]
pub(crate) struct RichArgs {
    /// Charset of the input (default: its byte order mark, what a page says of itself, UTF-8)
    #[arg(long, value_name = "NAME", value_parser = known_charset)]
    charset: Option<String>,
    /// Break the lines of plain text at this many columns
    #[arg(long, value_name = "COLUMNS", value_parser = clap::value_parser!(u16).range(20..=500))]
    width: Option<u16>,
    /// Targets of links in plain text
    #[arg(long, value_enum, default_value_t)]
    links: Links,
    /// Show every line end of Markdown as a line break in HTML
    #[arg(long)]
    soft_breaks: bool,
    /// Show images from the web in HTML; whoever serves them learns who reads the message, and when
    #[arg(long, conflicts_with = "standalone")]
    remote_images: bool,
    /// Pass the HTML through the independent cleaner ammonia as well
    #[arg(long)]
    second_pass: bool,
}

fn known_charset(name: &str) -> Result<String, String> {
    match charset::is_known(name) {
        true => Ok(name.to_owned()),
        false => Err("not a charset; for example utf-16, iso-8859-15, windows-1251, koi8-r".into()),
    }
}

impl RichArgs {
    /// The choices as the library knows them.
    pub(crate) fn options(&self) -> RichOptions {
        let mut options = RichOptions::default();
        options.charset.clone_from(&self.charset);
        options.text.width = self.width.map(usize::from);
        options.text.links = match self.links {
            Links::Different => plain::Links::WhereDifferent,
            Links::Never => plain::Links::TextOnly,
        };
        if self.soft_breaks {
            options.soft_breaks = SoftBreaks::Break;
        }
        options.remote_images = self.remote_images;
        options.second_pass = self.second_pass;
        options
    }
}
