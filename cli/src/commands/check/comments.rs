//! Comments of EDN and hex dumps: which of them a text that is written anew no longer has.

use std::collections::HashSet;

use mimi_codec::document::Format;

/// A comment and the line it begins in, from 1.
#[derive(Debug, PartialEq, Eq)]
struct Comment<'t> {
    line: usize,
    text: &'t str,
}

/// Says which comments of a text another one does not have. What the writers say of every
/// document, like the names of the fields, stands in both.
pub(super) fn lost(before: &str, after: &str, format: Format) -> Option<String> {
    if !matches!(format, Format::Edn | Format::Hex) {
        return None;
    }
    let after = comments(after, format);
    let kept: HashSet<String> = after.iter().map(|it| without_ids(it.text)).collect();
    let lost: Vec<Comment<'_>> = comments(before, format)
        .into_iter()
        .filter(|comment| !kept.contains(&without_ids(comment.text)))
        .collect();
    let first = lost.first()?.line;
    Some(match lost.len() {
        1 => format!("the comment in line {first} is gone"),
        many => format!("{many} comments are gone, the first of them in line {first}"),
    })
}

/// A comment without the digits of a message ID, which changes with the octets.
fn without_ids(text: &str) -> String {
    const DIGITS: usize = 32;
    let apart = |c: char| !c.is_ascii_alphanumeric();
    let is_id = |word: &str| word.len() >= DIGITS && word.bytes().all(|b| b.is_ascii_hexdigit());
    text.split_inclusive(apart)
        .filter(|piece| !is_id(piece.trim_end_matches(apart)))
        .collect()
}

/// Every comment of a text that could be read. They run from `#` or `//` to the end of the line,
/// from `/*` to `*/`, or from `/` to `/`; in `h'..'` they stand among the digits.
fn comments(text: &str, format: Format) -> Vec<Comment<'_>> {
    let mut found = Vec::new();
    let (mut line, mut at, mut among_digits) = (1, 0, false);
    while let Some(rest) = text.get(at..)
        && let Some(first) = rest.chars().next()
    {
        let length = match first {
            '#' => line_end(rest),
            '/' if rest.starts_with("//") => line_end(rest),
            '/' if rest.starts_with("/*") => behind(rest, 2, "*/"),
            '/' => behind(rest, 1, "/"),
            // A dump has no strings; what looks like one is what a viewer printed beside it.
            '\'' if format == Format::Edn => {
                let before = text.get(..at).unwrap_or_default();
                let hex = !among_digits && before.ends_with('h');
                match hex || among_digits {
                    true => 1,
                    false => string_end(rest, first),
                }
            }
            '"' if format == Format::Edn => string_end(rest, first),
            other => other.len_utf8(),
        };
        let piece = rest.get(..length).unwrap_or(rest);
        if matches!(first, '#' | '/') {
            let text = piece.trim_end();
            found.push(Comment { line, text });
        } else if piece == "'" {
            among_digits = !among_digits;
        }
        line += piece.matches('\n').count();
        at += piece.len();
    }
    found
}

fn line_end(text: &str) -> usize {
    text.find('\n').unwrap_or(text.len())
}

/// Length up to and with a mark that is looked for behind some octets.
fn behind(text: &str, from: usize, mark: &str) -> usize {
    let rest = text.get(from..).unwrap_or_default();
    rest.find(mark)
        .map_or(text.len(), |length| from + length + mark.len())
}

/// Length of a string and its quotes.
fn string_end(text: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, c) in text.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            _ if c == quote => return at + 1,
            _ => {}
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str, format: Format) -> Vec<(usize, &str)> {
        let found = comments(text, format).into_iter();
        found.map(|it| (it.line, it.text)).collect()
    }

    #[test]
    fn comments_are_told_from_strings() {
        let text = "[ # one  \n \"# no \\\" / no\", 'it\\'s # no', / two / 1, // three\n \
                    h'00 # four\n 01 / five / 02', b64'aa/bb/', /* si/x\n */ 7 # seven";
        let expected = [
            (1, "# one"),
            (2, "/ two /"),
            (2, "// three"),
            (3, "# four"),
            (4, "/ five /"),
            (4, "/* si/x\n */"),
            (5, "# seven"),
        ];
        assert_eq!(texts(text, Format::Edn), expected);
        let dump = "87  # array \"of\" 'seven\n50 /* salt */ 00 // it's\n";
        let expected = [
            (1, "# array \"of\" 'seven"),
            (2, "/* salt */"),
            (2, "// it's"),
        ];
        assert_eq!(texts(dump, Format::Hex), expected);
        // What is not closed ends with the text.
        for open in ["\"a", "'a\\", "h'0", "/ a", "/* a", "/", "#", "/*/"] {
            let _ = texts(open, Format::Edn);
        }
    }

    #[test]
    fn what_is_written_again_is_not_lost() {
        let before = "[1, # salt\n 2] # mine\n# and mine\n";
        let told = lost(before, "[1, # salt\n 2]", Format::Edn);
        let expected = "2 comments are gone, the first of them in line 2";
        assert_eq!(told.as_deref(), Some(expected));
        let told = lost(before, "[1, # salt\n 2] # mine", Format::Edn);
        assert_eq!(told.as_deref(), Some("the comment in line 3 is gone"));
        assert_eq!(lost(before, before, Format::Edn), None);
        let id = |digit: &str| format!("# message ID = h'{}'", digit.repeat(32));
        assert_eq!(lost(&id("0"), &id("f"), Format::Edn), None);
        assert_eq!(lost("{} # no JSON", "{}", Format::Json), None);
    }
}
