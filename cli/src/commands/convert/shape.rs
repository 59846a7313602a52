//! [`Shape`]: what `--from` and `--to` of `mimi convert` can name: a format of one document, or a
//! mailbox.

use std::sync::LazyLock;

use clap::ValueEnum;
use clap::builder::PossibleValue;
use mimi_codec::mail::mailbox::Dialect;

use crate::args::FormatName;

/// One document, or many mails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    /// One document in this format.
    One(FormatName),
    /// A file of mails; the dialect is found out, or this one.
    Mbox(Option<Dialect>),
    /// A folder with `cur` and `new`.
    Maildir,
    /// A folder of files that end in `.eml`.
    Folder,
}

static ALL: LazyLock<Vec<Shape>> = LazyLock::new(|| {
    let one = FormatName::value_variants().iter().copied();
    let mut all: Vec<Shape> = one.map(Shape::One).collect();
    all.push(Shape::Mbox(None));
    all.extend(Dialect::all().map(|dialect| Shape::Mbox(Some(dialect))));
    all.extend([Shape::Maildir, Shape::Folder]);
    all
});

impl ValueEnum for Shape {
    fn value_variants<'a>() -> &'a [Self] {
        &ALL
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(match self {
            Shape::One(format) => return format.to_possible_value(),
            Shape::Mbox(None) => PossibleValue::new("mbox").help("A file of many mails"),
            // Known, but not in every list: few people need to say which.
            Shape::Mbox(Some(dialect)) => PossibleValue::new(dialect.name()).hide(true),
            Shape::Maildir => PossibleValue::new("maildir").help("A folder with cur and new"),
            Shape::Folder => PossibleValue::new("folder").help("A folder of .eml files"),
        })
    }
}
