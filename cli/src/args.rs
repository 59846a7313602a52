//! The command line: what can be said, and the help that teaches it by example.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum, ValueHint};

use crate::commands::check::args as check;
use crate::commands::rich_args::RichArgs;
use crate::commands::room::seconds;
use crate::commands::{MailArgs, Shape};

const ABOUT: &str = "Reads, writes, checks, shows and converts MIMI message content (draft-ietf-mimi-content-08/09)";

const EXAMPLES: &str = "\
Examples:
  mimi show message.cbor                       show a message in the terminal
  mimi convert message.cbor --to edn           write it as commented EDN
  mimi convert mail.eml -o message.cbor        turn a mail into a message
  mimi convert notes.md --to html --standalone turn Markdown into a safe HTML page
  mimi id message.cbor                         compute the message ID
  mimi new text 'Hello *world*' -o hello.cbor  write a new message (see mimi new --help)
  mimi check message.cbor                      list everything that is wrong with it
  mimi explain cbor-key-order                  say more about one rule
  mimi room messages/ --html room.html         show a conversation as a page
  mimi attach seal f.mp4 --url URL -o f.cbor   encrypt a file and write the message for it

Findings go to standard error, one line each. Exit status: 0 done, 1 input refused, 2 wrong use.";

#[derive(Debug, Parser)]
#[command(name = "mimi", version, about = ABOUT, after_help = EXAMPLES, max_term_width = 100)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Command,
    /// Most MiB of a document; what is longer, or never ends, is refused
    #[arg(long, global = true, value_name = "MIB", default_value_t = crate::input::MAX_MIB, value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) max_input: u32,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Convert a message, mail or text from one format to another
    #[command(after_help = CONVERT_EXAMPLES)]
    Convert(Convert),
    /// Show messages for people, in the terminal
    #[command(after_help = SHOW_EXAMPLES)]
    Show(Show),
    /// Compute the message ID: 64 lower-case hex digits
    #[command(after_help = ID_EXAMPLES)]
    Id(Id),
    /// Write a new message
    #[command(after_help = NEW_EXAMPLES)]
    New(New),
    /// List everything that is wrong with messages
    #[command(after_help = check::EXAMPLES)]
    Check(check::Check),
    /// Explain a rule
    Explain {
        /// Its code, as findings have it: `error[cbor-key-order]`
        code: String,
    },
    /// Encrypt a file for a message, or open what a message refers to
    #[command(after_help = crate::commands::attach::EXAMPLES)]
    Attach(crate::commands::attach::Attach),
    /// Show many messages as one conversation, in the terminal or as a page
    #[command(after_help = crate::commands::room::EXAMPLES)]
    Room(crate::commands::room::RoomArgs),
    /// Run the test vectors against another implementation
    Vectors(crate::commands::vectors::Vectors),
    /// Print a completion script for a shell
    Completions {
        /// The shell
        shell: clap_complete::Shell,
    },
    /// Print the manual page
    Man,
}

const CONVERT_EXAMPLES: &str = "\
Formats: cbor, edn, hex, json, eml, cpim, md, html, text; mailboxes: mbox, maildir, folder. They are
told by the name and the content of the input when --from is left out, and by the name of the
output when --to is left out.

Examples:
  mimi convert message.cbor --to json
  mimi convert message.edn -o message.cbor
  mimi convert dump.pretty --to edn            an annotated hex dump, as the draft prints it
  mimi convert mail.eml --to md                the text of a mail as Markdown
  mimi convert message.cbor --to eml --profile mail
  mimi convert message.cbor --to cpim          an instant message of RFC 3862
  mimi convert old.html --charset windows-1251 --to md
  mimi convert message.cbor --to text --width 40 --links never
  mimi convert chat.md --to html --soft-breaks --second-pass
  mimi convert inbox.mbox --to cbor -o out/    a message for each mail; run it again to go on
  mimi convert Maildir/ -o out/ --seed mine    the same octets and IDs wherever it runs
  mimi convert out/ --to mbox -o back.mbox     and back
  cat notes.md | mimi convert --from md --to cbor -o notes.cbor";

/// A format by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum FormatName {
    /// The octets of a message
    Cbor,
    /// Commented diagnostic notation
    Edn,
    /// Annotated hex dump
    Hex,
    /// The JSON of draft-ietf-vcon-mimi-messages
    Json,
    /// A mail
    Eml,
    /// An instant message of RFC 3862, or a notification about some
    Cpim,
    /// GFM-MIMI Markdown
    Md,
    /// Safe HTML
    Html,
    /// Plain text
    Text,
}

/// How strictly octets are read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Mode {
    /// Refuse everything the draft forbids
    Strict,
    /// Accept what existing senders emit, with a warning
    #[default]
    Tolerant,
}

/// Which mail is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum Profile {
    /// Comes back to the same octets
    #[default]
    Exact,
    /// For people with an ordinary mail program
    Mail,
    /// As mail, with the fields of Delta Chat
    Chatmail,
}

/// The manner of a hex dump.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub(crate) enum HexStyle {
    /// As the draft's repository keeps it
    #[default]
    Pretty,
    /// With the names of the fields
    Fields,
}

#[derive(Debug, Args)]
pub(crate) struct Convert {
    /// What to read: a file, a mailbox or a folder; `-` or nothing is standard input
    #[arg(value_hint = ValueHint::AnyPath)]
    pub(crate) input: Option<PathBuf>,
    /// Where to write; `-` or nothing is standard output. A mailbox needs a folder
    #[arg(short, long, value_name = "FILE", value_hint = ValueHint::AnyPath)]
    pub(crate) output: Option<PathBuf>,
    /// Format of the input
    #[arg(long, value_name = "FORMAT")]
    pub(crate) from: Option<Shape>,
    /// Format of the output
    #[arg(long, value_name = "FORMAT")]
    pub(crate) to: Option<Shape>,
    /// How strictly octets are read
    #[arg(long, value_enum, default_value_t)]
    pub(crate) mode: Mode,
    /// Make any loss an error
    #[arg(long)]
    pub(crate) strict: bool,
    /// Carry messages of drafts 03 to 05 over to today's layout
    #[arg(long)]
    pub(crate) upgrade: bool,
    /// Give a message whose salt does not have 16 octets a new one; its message ID changes
    #[arg(long)]
    pub(crate) new_salt: bool,
    /// Write a whole HTML page instead of a fragment
    #[arg(long)]
    pub(crate) standalone: bool,
    /// Which mail to write
    #[arg(long, value_enum, default_value_t)]
    pub(crate) profile: Profile,
    /// Write the keys of external parts into a mail, where every relay can read them
    #[arg(long, conflicts_with = "without_keys")]
    pub(crate) with_keys: bool,
    /// Leave the keys of external parts out of a mail
    #[arg(long)]
    pub(crate) without_keys: bool,
    /// Manner of a hex dump
    #[arg(long, value_enum, default_value_t)]
    pub(crate) hex_style: HexStyle,
    #[command(flatten)]
    pub(crate) uris: UriArgs,
    #[command(flatten)]
    pub(crate) findings: FindingArgs,
    // Last, because their headings stand over everything that follows.
    #[command(flatten)]
    pub(crate) rich: RichArgs,
    #[command(flatten)]
    pub(crate) mail: MailArgs,
}

/// Sender and room, where the message does not say.
#[derive(Debug, Args)]
pub(crate) struct UriArgs {
    /// URI of the sender (default: extension 1 of the message)
    #[arg(long, value_name = "URI")]
    pub(crate) sender: Option<String>,
    /// URI of the room (default: extension 2 of the message)
    #[arg(long, value_name = "URI")]
    pub(crate) room: Option<String>,
}

#[derive(Debug, Args)]
pub(crate) struct FindingArgs {
    /// Also write the findings as JSON
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) report: Option<PathBuf>,
    /// Print errors only
    #[arg(short, long)]
    pub(crate) quiet: bool,
}

const SHOW_EXAMPLES: &str = "\
Examples:
  mimi show message.cbor
  mimi show inbox/*.cbor --language fr
  curl -s https://example.com/m.cbor | mimi show";

#[derive(Debug, Args)]
pub(crate) struct Show {
    /// What to read; `-` or nothing is standard input
    #[arg(value_hint = ValueHint::FilePath)]
    pub(crate) inputs: Vec<PathBuf>,
    /// Format of the inputs
    #[arg(long, value_name = "FORMAT")]
    pub(crate) from: Option<FormatName>,
    /// How strictly octets are read
    #[arg(long, value_enum, default_value_t)]
    pub(crate) mode: Mode,
    /// Languages you read, best first
    #[arg(long, value_name = "TAGS", value_delimiter = ',')]
    pub(crate) language: Vec<String>,
    /// Width of the text in columns (default: that of the terminal, at most 100)
    #[arg(long, value_name = "COLUMNS", value_parser = clap::value_parser!(u16).range(20..=500))]
    pub(crate) width: Option<u16>,
    #[command(flatten)]
    pub(crate) uris: UriArgs,
    #[command(flatten)]
    pub(crate) findings: FindingArgs,
}

const ID_EXAMPLES: &str = "\
The ID covers the octets of the message, its sender and its room. Both URIs are taken from
extensions 1 and 2 of the message, unless they are given.

Examples:
  mimi id message.cbor
  mimi id message.edn --sender mimi://example.com/u/alice --room mimi://example.com/r/team
  mimi id old.cbor --algorithm draft-07        as drafts 06 and 07 computed it";

#[derive(Debug, Args)]
pub(crate) struct Id {
    /// What to read; `-` or nothing is standard input
    #[arg(value_hint = ValueHint::FilePath)]
    pub(crate) input: Option<PathBuf>,
    /// Format of the input
    #[arg(long, value_name = "FORMAT")]
    pub(crate) from: Option<FormatName>,
    /// How strictly octets are read
    #[arg(long, value_enum, default_value_t)]
    pub(crate) mode: Mode,
    /// The draft whose algorithm is meant
    #[arg(long, value_name = "DRAFT", default_value = "draft-08")]
    pub(crate) algorithm: String,
    #[command(flatten)]
    pub(crate) uris: UriArgs,
    #[command(flatten)]
    pub(crate) findings: FindingArgs,
}

const NEW_EXAMPLES: &str = "\
Who sends it and to which room is part of every message: give --sender and --room, or set
  export MIMI_SENDER=mimi://example.com/u/alice MIMI_ROOM=mimi://example.com/r/team

Examples:
  mimi new text 'Hello *world*' -o hello.cbor
  mimi new text --plain 'no *marks* here' --to edn
  mimi new reply ID 'Right on!' -o reply.cbor  ID as `mimi id` prints it
  mimi new react ID 👍 -o like.cbor
  mimi new edit ID 'Hello, world' -o edit.cbor
  mimi new delete ID -o delete.cbor
  mimi new unlike REACTION-ID --target ID -o unlike.cbor
  mimi new attach https://example.com/f.mp4 --type video/mp4 --size 708234961 -o file.cbor
  mimi new call https://example.com/join/12345 --description 'Daily call' -o call.cbor";

#[derive(Debug, Args)]
pub(crate) struct New {
    #[command(subcommand)]
    pub(crate) kind: NewKind,
}

/// What every new message can carry.
#[derive(Debug, Args)]
pub(crate) struct NewCommon {
    /// Where to write; `-` or nothing is standard output
    #[arg(short, long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) output: Option<PathBuf>,
    /// Format of the output
    #[arg(long, value_name = "FORMAT")]
    pub(crate) to: Option<FormatName>,
    /// URI of the sender, stated in extension 1
    #[arg(long, value_name = "URI", env = "MIMI_SENDER")]
    pub(crate) sender: Option<String>,
    /// URI of the room, stated in extension 2
    #[arg(long, value_name = "URI", env = "MIMI_ROOM")]
    pub(crate) room: Option<String>,
    /// Topic the message belongs to
    #[arg(long, value_name = "TEXT")]
    pub(crate) topic: Option<String>,
    /// Subject, stated in extension 5
    #[arg(long, value_name = "TEXT")]
    pub(crate) subject: Option<String>,
    /// Ask for deletion at this time: 2027-02-09T06:13:00Z, or seconds since 1970-01-01
    #[arg(long, value_name = "TIME", value_parser = seconds, conflicts_with = "expires_after")]
    pub(crate) expires_at: Option<u32>,
    /// Ask for deletion this many seconds after reading
    #[arg(long, value_name = "SECONDS")]
    pub(crate) expires_after: Option<u32>,
    /// Language tags of the text
    #[arg(long, value_name = "TAGS")]
    pub(crate) language: Option<String>,
    /// Salt of 32 hex digits instead of a random one; the same salt twice weakens the message ID
    #[arg(long, value_name = "HEX")]
    pub(crate) salt: Option<String>,
    /// Also write the findings as JSON
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub(crate) report: Option<PathBuf>,
}

/// Text of a new message.
#[derive(Debug, Args)]
pub(crate) struct NewText {
    /// The text, Markdown unless --plain; `-` reads it from standard input
    pub(crate) text: String,
    /// The text is plain: every character shows as it is
    #[arg(long)]
    pub(crate) plain: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum NewKind {
    /// A message with text
    Text {
        #[command(flatten)]
        text: NewText,
        #[command(flatten)]
        common: NewCommon,
    },
    /// A reply
    Reply {
        /// ID of the message replied to
        target: String,
        #[command(flatten)]
        text: NewText,
        #[command(flatten)]
        common: NewCommon,
    },
    /// A reaction: one emoji or other short text
    React {
        /// ID of the message reacted to
        target: String,
        /// The emoji; several make one message with several reactions
        #[arg(required = true)]
        emoji: Vec<String>,
        #[command(flatten)]
        common: NewCommon,
    },
    /// A new version of an earlier message
    Edit {
        /// ID of the first version of the message
        replaces: String,
        #[command(flatten)]
        text: NewText,
        /// ID of the message that the first version replied to
        #[arg(long, value_name = "ID")]
        target: Option<String>,
        #[command(flatten)]
        common: NewCommon,
    },
    /// A retraction of an earlier message
    Delete {
        /// ID of the first version of the message
        replaces: String,
        /// ID of the message that the first version replied to
        #[arg(long, value_name = "ID")]
        target: Option<String>,
        #[command(flatten)]
        common: NewCommon,
    },
    /// A retraction of an earlier reaction
    Unlike {
        /// ID of the reaction
        replaces: String,
        /// ID of the message reacted to
        #[arg(long, value_name = "ID", required = true)]
        target: String,
        #[command(flatten)]
        common: NewCommon,
    },
    /// A file that lies at a URL
    Attach {
        /// Where the file can be fetched
        url: String,
        /// Media type of the file
        #[arg(long = "type", value_name = "MEDIA-TYPE")]
        content_type: String,
        /// Octets at the URL
        #[arg(long, default_value_t = 0)]
        size: u64,
        /// Suggested file name
        #[arg(long, default_value = "")]
        filename: String,
        /// Description for people
        #[arg(long, default_value = "")]
        description: String,
        /// SHA-256 of the octets at the URL, in hex
        #[arg(long, value_name = "HEX")]
        sha256: Option<String>,
        #[command(flatten)]
        common: NewCommon,
    },
    /// A link to join a call
    Call {
        /// Where the call can be joined
        url: String,
        /// Description for people
        #[arg(long, default_value = "")]
        description: String,
        #[command(flatten)]
        common: NewCommon,
    },
}
