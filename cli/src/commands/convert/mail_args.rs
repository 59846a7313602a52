//! How mail is read and written: the options of `mimi convert` that only mail has.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use mimi_codec::mail::{ExcessParts, ExportOptions, ImportOptions, ImportPolicy};

/// What a record of an original message in a mail counts for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Policy {
    /// It counts if the mail shows the same sender
    #[default]
    Agree,
    /// It counts, whatever the mail shows
    Own,
    /// It does not count: anyone can write one
    Foreign,
}

/// What happens to parts beyond the limit.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Excess {
    /// The mail is refused
    #[default]
    Refuse,
    /// The rest of the mail becomes one part
    Opaque,
}

#[derive(Debug, Args)]
#[command(next_help_heading = "Mail")]
pub(crate) struct MailArgs {
    /// Same mail, same octets and message ID on every machine (default: random)
    #[arg(long, value_name = "TEXT")]
    pub(crate) seed: Option<String>,
    /// What the record of an original message counts for
    #[arg(long, value_enum, default_value_t)]
    policy: Policy,
    /// Parts that a message may have, from 16 to 1024
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u16).range(16..=1024))]
    max_parts: Option<u16>,
    /// What happens to a mail with more parts
    #[arg(long, value_enum, default_value_t)]
    excess_parts: Excess,
    /// Give mail that has only HTML a Markdown alternative
    #[arg(long)]
    markdown_alternative: bool,
    /// Cut the quote at the end of plain text; of a mailbox it is saved beside the message
    #[arg(long)]
    strip_quotes: bool,
    /// Cut the signature at the end of plain text
    #[arg(long)]
    strip_signatures: bool,
    /// Take the first mail of the thread as the topic
    #[arg(long)]
    topic_from_references: bool,
    /// Write the header fields again that the mail once had; for messages from a trusted sender
    #[arg(long)]
    restore_fields: bool,
    /// Leave the record of the message out of a mail: it cannot come back to the same octets
    #[arg(long)]
    no_skeleton: bool,
    /// A message that others refer to: a reply then finds it, and a notification says when it was
    /// sent (may be repeated)
    #[arg(long, value_name = "FILE")]
    pub(crate) known: Vec<PathBuf>,
    /// Domain of the Message-ID and Content-IDs of a mail
    #[arg(long, value_name = "DOMAIN")]
    domain: Option<String>,
    /// Largest mail of a mailbox that is read, in MiB
    #[arg(long, value_name = "MIB", default_value_t = 64, value_parser = clap::value_parser!(u32).range(1..=4095))]
    pub(crate) max_mail: u32,
    /// Threads that convert a mailbox (default: one for each core)
    #[arg(
        long,
        value_name = "NUMBER",
        default_value_t = 0,
        hide_default_value = true
    )]
    pub(crate) threads: usize,
}

impl MailArgs {
    /// Puts what was said into the options of the library.
    pub(crate) fn apply<'a>(
        &'a self,
        import: &mut ImportOptions<'a>,
        export: &mut ExportOptions<'a>,
    ) {
        let seed = self.seed.as_deref().map(|seed| seed.as_bytes().into());
        import.seed.clone_from(&seed);
        export.seed = seed;
        import.policy = match self.policy {
            Policy::Agree => ImportPolicy::OwnIfDisplayAgrees,
            Policy::Own => ImportPolicy::Own,
            Policy::Foreign => ImportPolicy::ForeignOnly,
        };
        if let Some(parts) = self.max_parts {
            import.max_parts = parts.into();
        }
        import.excess_parts = match self.excess_parts {
            Excess::Refuse => ExcessParts::Refuse,
            Excess::Opaque => ExcessParts::Opaque,
        };
        import.markdown_alternative = self.markdown_alternative;
        import.strip_quotes = self.strip_quotes;
        import.strip_signatures = self.strip_signatures;
        import.topic_from_references = self.topic_from_references;
        export.restore_fields = self.restore_fields;
        export.skeleton = !self.no_skeleton;
        if let Some(domain) = &self.domain {
            export.domain = domain.into();
        }
    }
}
