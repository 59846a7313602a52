//! The table of rules, one file per topic. A rule is a row of data: its constant, its name, what
//! it weighs, whether tolerant decoding accepts it, and three texts.

use super::{Code, Rule, Severity};

/// Writes a topic's rows once and gives each a constant and a place in the topic's table.
macro_rules! rules {
    (
        $(#[$about:meta])*
        $table:ident:
        $( $constant:ident = $name:literal, $severity:ident $(, $tolerated:ident)?;
           $title:literal;
           $explanation:literal;
           $source:literal; )*
    ) => {
        $(
            #[doc = $title]
            #[doc = ""]
            #[doc = $explanation]
            #[doc = ""]
            #[doc = concat!("Source: ", $source, ".")]
            pub const $constant: $crate::report::Code = $crate::report::Code($name);
        )*
        $(#[$about])*
        pub(in crate::report) static $table: &[$crate::report::Rule] = &[
            $( $crate::report::Rule {
                code: $constant,
                severity: $crate::report::Severity::$severity,
                tolerated: rules!(@tolerated $($tolerated)?),
                title: $title,
                explanation: $explanation,
                source: $source,
            }, )*
        ];
    };
    (@tolerated) => { false };
    (@tolerated tolerated) => { true };
}

mod cbor;
mod check;
mod content;
mod context;
mod convert;
mod cpim;
mod draft;
mod external;
mod mail;
mod mailbox;
mod mend;
mod message;
mod notation;
mod rich;
mod room;
mod view;

/// A constant for every rule.
pub mod codes {
    pub use super::cbor::*;
    pub use super::check::*;
    pub use super::content::*;
    pub use super::context::*;
    pub use super::convert::*;
    pub use super::cpim::*;
    pub use super::draft::*;
    pub use super::external::*;
    pub use super::mail::*;
    pub use super::mailbox::*;
    pub use super::message::*;
    pub use super::notation::*;
    pub use super::rich::*;
    pub use super::room::*;
    pub use super::view::*;
}

/// Every rule, topic by topic.
pub static ALL: &[&[Rule]] = &[
    cbor::CBOR_RULES,
    message::MESSAGE_RULES,
    notation::NOTATION_RULES,
    rich::RICH_RULES,
    external::EXTERNAL_RULES,
    view::VIEW_RULES,
    room::ROOM_RULES,
    mail::MAIL_RULES,
    cpim::CPIM_RULES,
    mailbox::MAILBOX_RULES,
    convert::CONVERT_RULES,
    check::CHECK_RULES,
    content::CONTENT_RULES,
    context::CONTEXT_RULES,
    draft::DRAFT_RULES,
];

pub use mend::catalogue;
pub(super) use mend::mend_of;

/// Whether a rule is about how an item is encoded, not about what it means where it stands.
pub(crate) fn is_about_form(code: Code) -> bool {
    cbor::CBOR_RULES.iter().any(|rule| rule.code == code)
}

/// Stands in for a code that is in no table; a test makes sure that there is none.
pub(super) static UNLISTED: Rule = Rule {
    code: Code("unlisted"),
    severity: Severity::Error,
    tolerated: false,
    title: "a rule that is missing from the table",
    explanation: "This is a fault of the library.",
    source: "none",
};

#[cfg(test)]
mod tests {
    use alloc::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_code_is_listed_once_and_says_something() {
        let mut names = BTreeSet::new();
        for rule in ALL.iter().flat_map(|table| table.iter()) {
            let name = rule.code.as_str();
            assert!(names.insert(name), "{name} is listed twice");
            assert!(
                name.bytes()
                    .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-'),
                "{name} is not in kebab case"
            );
            assert!(
                !rule.title.ends_with('.') && !rule.title.is_empty(),
                "{name}: title"
            );
            assert!(rule.explanation.ends_with('.'), "{name}: explanation");
            assert!(!rule.source.is_empty(), "{name}: source");
            assert_eq!(Code::from_name(name), Some(rule.code));
        }
    }
}
