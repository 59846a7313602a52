//! Which fault takes away what another is about: then the two are not two roots.

use mimi_codec::report::{Code, codes};

use super::Broken;
use super::faults::Where;

/// Whether one fault sets off another rule beside what another fault says.
pub(crate) fn changes(one: &Broken, two: &Broken) -> bool {
    one.code == two.code && LANGUAGES.contains(&one.code)
}

/// Faults of an item after which its value is not known.
pub(crate) const UNREADABLE: &[Code] = &[
    codes::WRONG_TYPE,
    codes::UTF8_INVALID,
    codes::INTEGER_RANGE,
    codes::CARDINALITY_UNKNOWN,
    codes::SEMANTICS_UNKNOWN,
    codes::MESSAGE_ID_LENGTH,
];

pub(crate) const OF_REACTIONS: &[Code] = &[
    codes::REACTION_LANGUAGE,
    codes::REACTION_SEVERAL,
    codes::REACTION_NOT_EMOJI,
    codes::REACTION_EMPTY,
    codes::REACTION_SEMANTICS,
    codes::REACTION_WITHOUT_TARGET,
];

/// What is said of some dispositions only.
pub(crate) const OF_DISPOSITIONS: &[Code] = &[
    codes::FORMAT_UNCOMMON,
    codes::URL_SCHEME,
    codes::EXTERNAL_TYPE_MISSING,
];

/// What is said of the numbers of parts.
pub(crate) const OF_NUMBERS: &[Code] = &[
    codes::CID_TARGET_MISSING,
    codes::CID_TARGET_NOT_LEAF,
    codes::CID_TO_ITSELF,
];

pub(crate) const LANGUAGES: &[Code] = &[
    codes::LANGUAGE_SUBTAG_UNKNOWN,
    codes::LANGUAGE_SUBTAG_REPEATED,
    codes::LANGUAGE_REPEATED,
];

/// Whether a fault takes away what another is about, or changes what can be said of it.
pub(crate) fn hides(one: &Broken, two: &Broken) -> bool {
    let unreadable = UNREADABLE.contains(&one.code);
    let other = |codes: &[Code]| codes.contains(&two.code);
    let is_next = two.span.start == one.span.end;
    match one.place {
        // What follows the cardinality cannot be told, nor how many parts there are.
        Where::EachPart(2) if unreadable => {
            two.code == codes::DELETE_WITH_CONTENT
                || one.span.end <= two.span.start && two.span.end <= one.part.end
                || other(OF_NUMBERS) && one.cardinality == 3
        }
        // A reaction is judged by how many texts it has.
        Where::Part(3, 4) if other(&[codes::REACTION_SEMANTICS]) => true,
        Where::Part(3, 4) if unreadable => other(OF_NUMBERS),
        // A part of another disposition is no reaction.
        Where::EachPart(0) => other(OF_REACTIONS) || unreadable && other(OF_DISPOSITIONS),
        // What replaces a reaction by an empty text takes it back.
        Where::Field(1) => other(&[codes::REACTION_EMPTY]),
        // Content of another type is not read as what it was.
        Where::Part(1, 3) if unreadable => is_next && !UNREADABLE.contains(&two.code),
        Where::Part(3, 3) if unreadable => other(&[codes::REACTION_SEMANTICS]),
        Where::Part(1, 4) if unreadable => other(&[codes::VIEW_NESTED_INVALID]),
        Where::Field(6) if one.code != codes::TAG_UNEXPECTED => {
            other(OF_REACTIONS) || other(&[codes::DELETE_WITH_CONTENT])
        }
        // The lengths are those of the algorithm.
        Where::Part(2, 7) if unreadable => other(&[codes::SECRETS_LENGTH, codes::EXTERNAL_AAD]),
        Where::Part(2, 11) if unreadable => other(&[codes::CONTENT_HASH_LENGTH]),
        _ => match one.code {
            codes::MEDIA_TYPE_SYNTAX | codes::FORMAT_UNCOMMON | codes::VIEW_NESTED_INVALID => {
                is_next && !UNREADABLE.contains(&two.code)
            }
            codes::PLAIN_CHARSET_OTHER => other(&[codes::PLAIN_NOT_UTF8]),
            // One finding tells of all three.
            codes::EXTERNAL_AEAD_UNKNOWN | codes::SECRETS_LENGTH => other(&[codes::SECRETS_LENGTH]),
            codes::EXTERNAL_HASH_UNKNOWN => other(&[codes::CONTENT_HASH_LENGTH]),
            // Both translations in one language: then they do say different things.
            code => code == two.code && LANGUAGES.contains(&code),
        },
    }
}
