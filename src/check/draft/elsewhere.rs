//! Whether the words around a reference say that it is to a section of another document: right
//! beside it (`[RFC8949], Section 3`), or, for a number that this document does not have, anywhere
//! near (`RFC 8949 is strict. Section 3 requires`).

/// What this document calls itself.
const OWN: &[&str] = &[
    "RFC XXXX",
    "this document",
    "this specification",
    "this memo",
    "RFCXXXX",
];

/// Whether the words right beside a reference name another document.
pub(super) fn is_foreign(before: &str, after: &str) -> bool {
    let after = behind_title(after);
    // `Section 5 [RFC4969]`
    if after.starts_with(" [") && citation(after).is_some_and(|at| at == 1) {
        return true;
    }
    let after = after.trim_start_matches(['.', ')', ' ', ',', '|']);
    let of = ["of ", "in ", "from "]
        .iter()
        .find_map(|word| after.strip_prefix(word));
    if let Some(of) = of {
        let of = of.trim_start_matches(['|', ' ', '"', '\'']);
        // `Section 4.2 of TLS 1.3`
        let title = of.starts_with(|c: char| c.is_ascii_uppercase())
            && !["Section", "Appendix", "Figure", "Table"]
                .iter()
                .any(|own| of.starts_with(own));
        let named = of.starts_with(['[', '{', '@', '<', '!', '?'])
            || title
            || of.starts_with("the ")
            || of.starts_with("that ")
            || of.starts_with("draft-")
            || of.starts_with("I-D");
        if named && !OWN.iter().any(|own| of.starts_with(own)) {
            return true;
        }
    }
    // `RFC 8949, ` and `draft-ietf-mls-extensions-05 ` in front are short.
    const NEAR: usize = 80;
    let before = tail(before, NEAR).trim_end_matches([' ', ',', '(', ':', ';']);
    const SELF: &[&str] = &["document", "draft", "memo", "specification"];
    let last = before.rsplit([' ', '(']).next().unwrap_or("");
    before.ends_with([']', '}', '['])
        || ["RFC ", "BCP ", "STD "]
            .iter()
            .filter_map(|series| before.rsplit_once(series))
            .any(|(_, after)| is_number(after))
        || last.strip_prefix("RFC").is_some_and(is_number)
        || last.starts_with("draft-")
        || last.starts_with("I-D.")
        || ["'s", "\u{2019}s"]
            .iter()
            .filter_map(|ending| last.strip_suffix(ending))
            .any(|owner| !SELF.contains(&owner))
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit())
}

/// The end of a text, at most so many octets.
fn tail(text: &str, octets: usize) -> &str {
    let from = text.floor_char_boundary(text.len().saturating_sub(octets));
    text.get(from..).unwrap_or("")
}

/// What follows a title in parentheses: `Section 3.11 ("Examples") of [RFC9172]`.
fn behind_title(after: &str) -> &str {
    const LONGEST: usize = 160;
    let Some(title) = after.strip_prefix(" (") else {
        return after;
    };
    let mut depth = 1usize;
    for (at, c) in title.char_indices().take(LONGEST) {
        match c {
            '(' => depth += 1,
            ')' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return title.get(at + 1..).unwrap_or("");
        }
    }
    after
}

/// Whether the words near a reference to a section that is not here speak of another document:
/// in its paragraph before it (`named` is where the first one is named there), in its sentence
/// behind it, or as a clause that only names others.
pub(super) fn is_elsewhere(before: &str, after: &str, named: Option<usize>) -> bool {
    /// Octets looked at on either side.
    const BEFORE: usize = 600;
    const AFTER: usize = 300;
    let own = after.trim_start_matches([' ', ')']);
    let ours = ["of ", "in "].iter().any(|word| {
        own.strip_prefix(word)
            .is_some_and(|of| OWN.iter().any(|own| of.starts_with(own)))
    });
    if ours {
        return false;
    }
    let near = after.get(..after.floor_char_boundary(AFTER)).unwrap_or("");
    let sentence = near.get(..end_of_sentence(near)).unwrap_or("");
    let before_it = tail(before, BEFORE);
    named.is_some_and(|named| named < before.len())
        || first_document(sentence).is_some()
        || in_reference_clause(before_it)
        // `[AH, Section 2.6]`
        || before_it.rfind('[') > before_it.rfind(']')
        || follows_a_name(before_it)
}

/// The octet behind the first sentence.
fn end_of_sentence(text: &str) -> usize {
    let mut ends = text.match_indices(". ");
    ends.find(|(at, _)| {
        let rest = text.get(at + 2..).unwrap_or("").trim_start();
        rest.starts_with(|c: char| c.is_ascii_uppercase() || c == '[')
    })
    .map_or(text.len(), |(at, _)| at)
}

/// Where another document is first named: by its number, in a citation, or as one spoken of.
pub(super) fn first_document(text: &str) -> Option<usize> {
    const NUMBERED: &[&str] = &["RFC", "BCP", "STD", "FIPS", "ISO", "IEEE", "X.", "G."];
    const WORDS: &[&str] = &[
        "that document",
        "those documents",
        "that specification",
        "other document",
        "companion document",
        "base specification",
        "I-D.",
        "draft-",
        "3GPP",
        "ETSI",
        "ITU-T",
        "ANSI",
        "{{",
    ];
    let words = WORDS.iter().filter_map(|word| text.find(word));
    let numbered = NUMBERED.iter().filter_map(|series| {
        let mut places = text.match_indices(series).map(|(at, _)| at);
        places.find(|at| {
            let rest = text.get(at + series.len()..).unwrap_or("");
            let rest = rest.trim_start_matches([' ', '-', '/', '_']);
            rest.starts_with(|c: char| c.is_ascii_digit())
        })
    });
    words.chain(numbered).chain(citation(text)).min()
}

/// `[RFC8949]`, `[MSG]`, `[@!RFC8610]`: a name in brackets, but no list and no remark.
fn citation(text: &str) -> Option<usize> {
    const LONGEST: usize = 60;
    let mut brackets = text.match_indices('[').map(|(at, _)| at);
    brackets.find(|at| {
        let rest = text.get(at + 1..).unwrap_or("");
        let near = rest.get(..rest.floor_char_boundary(LONGEST)).unwrap_or("");
        let name = near.split_once(']').map_or("", |(name, _)| name);
        let name = name.trim_start_matches(['@', '!', '?']);
        let letter = |b: u8| b.is_ascii_alphanumeric() || b".-_+/:".contains(&b);
        !name.is_empty() && name.bytes().all(letter)
    })
}

/// A clause of YANG or of a MIB that says where something comes from: `reference "..., Section 4"`.
fn in_reference_clause(before: &str) -> bool {
    let lower = before.to_ascii_lowercase();
    let Some(at) = lower.rfind("reference") else {
        return false;
    };
    let rest = before.get(at + "reference".len()..).unwrap_or("");
    let Some(quoted) = rest.trim_start().strip_prefix('"') else {
        return false;
    };
    !quoted.contains('"')
}

/// `DOCSIS Section 7.5`, `the iSNS Specification, Section 6.2`: a name right before, where it
/// does not begin the sentence.
fn follows_a_name(before: &str) -> bool {
    let trimmed = before.trim_end_matches([' ', ',', '-', ':', '"']);
    let last = trimmed.rsplit(' ').next().unwrap_or("");
    let ahead = trimmed
        .get(..trimmed.len() - last.len())
        .unwrap_or("")
        .trim_end();
    let begins = ahead.is_empty() || ahead.ends_with(['.', ':', '(', '!', '?', ';', '"', '*']);
    const SMALL: &[&str] = &[
        "See", "In", "And", "Also", "Per", "By", "Cf", "Refer", "The",
    ];
    // `OAuth 2.0, Section 4`
    let version = last.starts_with(|c: char| c.is_ascii_digit())
        && before.trim_end().ends_with(',')
        && ahead
            .rsplit(' ')
            .next()
            .is_some_and(|name| name.starts_with(|c: char| c.is_ascii_uppercase()));
    version
        || !begins
            && last.len() > 1
            && last.starts_with(|c: char| c.is_ascii_uppercase())
            && last
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'.' | b')' | b'"'))
            && !SMALL.contains(&last)
            && !last.ends_with('.')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_document_near_by_is_meant() {
        for (before, after) in [
            ("RFC 8949 is strict about that. ", " requires it."),
            ("The base protocol [MSG] has more. There, ", " is longer."),
            ("reference \"RFC 5905: Time, ", "\"; }"),
            ("REFERENCE \"The Interface, version 2, ", ""),
            ("as in the Cable Specification, ", ". More words"),
            ("with padding [AH, ", "]."),
            ("counted by HDSL2 ", "; and more"),
            ("as defined in OAuth 2.0, ", "."),
            ("", " says so, and RFC 5280 as well."),
        ] {
            let named = first_document(before);
            assert!(is_elsewhere(before, after, named), "{before}|{after}");
        }
        for (before, after) in [
            ("The order is in ", ". [RFC8949] is another matter."),
            ("As [RFC8949] says, see ", " of this document."),
            ("Words. See ", ", where a list [1, 2] stands."),
            ("This is an order. ", " requires it."),
        ] {
            let named = first_document(before);
            assert!(!is_elsewhere(before, after, named), "{before}|{after}");
        }
    }

    #[test]
    fn a_title_may_stand_between() {
        assert!(is_foreign("", " (\"Some (odd) Examples\") of [RFC9172]"));
        assert!(is_foreign("", " of \"Usage Guidelines\" [RFC8085]"));
        assert!(is_foreign("", " [RFC4969]"));
        assert!(!is_foreign("", " (some examples) of RFC XXXX"));
    }
}
