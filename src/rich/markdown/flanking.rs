//! Where `*`, `_` and `~` open and close, by the rules of CommonMark 0.31 and of GFM 0.29.
//!
//! The two differ in one thing: beside a symbol (an emoji, a currency sign) CommonMark 0.31 sees
//! punctuation, GFM 0.29 a letter.

use unicode_general_category::{GeneralCategory, get_general_category};

/// What stands beside a mark.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Class {
    /// White space, or the start or end of the text.
    Space,
    /// Punctuation by both rules.
    Punctuation,
    /// Punctuation only by CommonMark 0.31.
    Symbol,
    /// Anything else.
    Other,
}

/// What a character is to a mark beside it.
pub(super) fn class(c: Option<char>) -> Class {
    let Some(c) = c else { return Class::Space };
    if c.is_ascii() {
        return if matches!(c, ' ' | '\t' | '\n' | '\r' | '\x0b' | '\x0c') {
            Class::Space
        } else if c.is_ascii_punctuation() {
            Class::Punctuation
        } else {
            Class::Other
        };
    }
    match get_general_category(c) {
        GeneralCategory::SpaceSeparator
        | GeneralCategory::LineSeparator
        | GeneralCategory::ParagraphSeparator => Class::Space,
        GeneralCategory::ConnectorPunctuation
        | GeneralCategory::DashPunctuation
        | GeneralCategory::OpenPunctuation
        | GeneralCategory::ClosePunctuation
        | GeneralCategory::InitialPunctuation
        | GeneralCategory::FinalPunctuation
        | GeneralCategory::OtherPunctuation => Class::Punctuation,
        GeneralCategory::MathSymbol
        | GeneralCategory::CurrencySymbol
        | GeneralCategory::ModifierSymbol
        | GeneralCategory::OtherSymbol => Class::Symbol,
        _ if c.is_whitespace() => Class::Space,
        _ => Class::Other,
    }
}

/// Whether a run of marks can open and close emphasis.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Flanks {
    /// It can open.
    pub(super) open: bool,
    /// It can close.
    pub(super) close: bool,
}

/// The rule: left- and right-flanking, and what `_` needs in addition.
pub(super) fn flanks_by(mark: char, before: Class, after: Class, symbols_count: bool) -> Flanks {
    let punctuation =
        |class| class == Class::Punctuation || (symbols_count && class == Class::Symbol);
    let left = after != Class::Space
        && (!punctuation(after) || before == Class::Space || punctuation(before));
    let right = before != Class::Space
        && (!punctuation(before) || after == Class::Space || punctuation(after));
    if mark == '_' {
        Flanks {
            open: left && (!right || punctuation(before)),
            close: right && (!left || punctuation(after)),
        }
    } else {
        Flanks {
            open: left,
            close: right,
        }
    }
}

/// What both rules say of a run between these characters: `Ok` if they agree, otherwise whether
/// either lets it open or close.
pub(super) fn flanks(
    mark: char,
    before: Option<char>,
    after: Option<char>,
) -> Result<Flanks, Flanks> {
    let (before, after) = (class(before), class(after));
    let new = flanks_by(mark, before, after, true);
    if !differs(mark, before, after) {
        return Ok(new);
    }
    let old = flanks_by(mark, before, after, false);
    Err(Flanks {
        open: new.open || old.open,
        close: new.close || old.close,
    })
}

/// Whether the two rules let a run between these do different things.
pub(super) fn differs(mark: char, before: Class, after: Class) -> bool {
    (before == Class::Symbol || after == Class::Symbol)
        && flanks_by(mark, before, after, true) != flanks_by(mark, before, after, false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rules_differ_beside_symbols_only() {
        assert!(flanks('*', Some('a'), Some('b')).is_ok());
        assert!(flanks('*', Some('👍'), Some(' ')).is_ok());
        assert!(flanks('*', Some('👍'), Some('o')).is_err());
        assert!(flanks('*', Some('a'), Some('€')).is_err());
        assert!(flanks('*', Some(' '), Some('€')).is_ok());
        assert!(flanks('*', Some('a'), Some('“')).is_ok());
    }

    #[test]
    fn underscores_do_not_open_within_words() {
        let within = flanks('_', Some('a'), Some('b'));
        assert_eq!(
            within,
            Ok(Flanks {
                open: false,
                close: false
            })
        );
        let opening = flanks('_', Some(' '), Some('b'));
        assert_eq!(
            opening,
            Ok(Flanks {
                open: true,
                close: false
            })
        );
    }
}
