//! What went wrong, where, and by which rule: the vocabulary every other room speaks.
//!
//! Here live [`Finding`] (one thing noticed in one place), [`Code`] and the whole table of rules,
//! [`Policy`] (which rules refuse, warn or pass), [`SourceMap`] (from octets back to a line and
//! column) and [`Converted`] (a value together with what was lost on the way).
//! Nothing here knows what a message is.

mod code;
mod finding;
mod policy;
mod rules;
mod source_map;

pub use code::{Code, Rule, Severity};
pub use finding::{Cause, Converted, Finding};
pub use policy::{Action, Policy};
pub(crate) use rules::is_about_form;
pub use rules::{ALL, catalogue, codes};
pub use source_map::{Position, SourceMap};
