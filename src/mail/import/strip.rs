//! What repeats an earlier mail, or every mail: quotes below an answer, and signatures. Cut only
//! on request, and handed out, never lost.

/// Lines of a signature; a longer one is none.
const SIGNATURE_LINES: usize = 20;

/// Lines of an introduction such as "On Monday, Bob wrote:".
const INTRODUCTION_LINES: usize = 3;

/// What some programs write above the mail that they repeat.
static SEPARATORS: &[&str] = &[
    "original message",
    "forwarded message",
    "ursprüngliche nachricht",
];

/// Divides text into what is kept and what is cut.
pub(super) type Strip = fn(&str) -> Option<(&str, &str)>;

/// Divides text into what is kept and its signature (RFC 3676 section 4.3: `-- ` on a line).
pub(super) fn signature(text: &str) -> Option<(&str, &str)> {
    let at = line_starts(text).rfind(|at| {
        let line = line(text, *at);
        line == "-- " || line == "--"
    })?;
    let (kept, cut) = text.split_at_checked(at)?;
    (cut.lines().count() <= SIGNATURE_LINES && !kept.trim().is_empty()).then_some((kept, cut))
}

/// Divides text into what is kept and the quote at its end, with the line that introduces it.
pub(super) fn quote(text: &str) -> Option<(&str, &str)> {
    let at = separator(text).or_else(|| marked(text))?;
    let (kept, cut) = text.split_at_checked(at)?;
    // A mail that only quotes says something with it.
    (!kept.trim().is_empty()).then_some((kept, cut))
}

fn line_starts(text: &str) -> impl DoubleEndedIterator<Item = usize> {
    let inner = text.match_indices('\n').map(|(at, _)| at + 1);
    core::iter::once(0).chain(inner)
}

fn line(text: &str, start: usize) -> &str {
    let rest = text.get(start..).unwrap_or_default();
    rest.split('\n').next().unwrap_or_default()
}

/// `-----Original Message-----`, in the languages it is common in.
fn separator(text: &str) -> Option<usize> {
    line_starts(text).find(|at| {
        let line = line(text, *at);
        line.starts_with("--") && line.ends_with('-') && {
            let inner = line.trim_matches('-').trim().to_lowercase();
            SEPARATORS.contains(&&*inner)
        }
    })
}

/// The block of lines with `>` that ends the text.
fn marked(text: &str) -> Option<usize> {
    let mut start = None;
    let mut above = None;
    for at in line_starts(text).rev() {
        let line = line(text, at);
        if line.starts_with('>') {
            start = Some(at);
        } else if !line.trim().is_empty() {
            above = Some(at);
            break;
        }
    }
    let (start, above) = (start?, above?);
    // The introduction ends with a colon, and may be wrapped.
    if !line(text, above).trim_end().ends_with(':') {
        return Some(start);
    }
    let first = line_starts(text.get(..above)?)
        .rev()
        .skip_while(|at| *at == above)
        .take(INTRODUCTION_LINES - 1)
        .take_while(|at| !line(text, *at).trim().is_empty())
        .last();
    Some(match first {
        // Only if a blank line, or nothing, stands above: else the colon ends a sentence.
        Some(first) if first == 0 || ends_paragraph(text, first) => first,
        _ => above,
    })
}

fn ends_paragraph(text: &str, before: usize) -> bool {
    let before = text.get(..before).unwrap_or_default();
    before.trim_end_matches([' ', '\t', '\r']).ends_with("\n\n") || before.trim().is_empty()
}

#[cfg(test)]
mod tests {
    use alloc::format;

    use super::*;

    #[test]
    fn signatures_are_short_and_below_something() {
        assert_eq!(signature("hi\n-- \nme\n"), Some(("hi\n", "-- \nme\n")));
        assert_eq!(signature("-- \nme\n"), None);
        assert_eq!(signature("hi\n--\n"), Some(("hi\n", "--\n")));
        assert_eq!(signature(&format!("hi\n-- \n{}", "x\n".repeat(30))), None);
        assert_eq!(signature("hi\n--- \n"), None);
    }

    #[test]
    fn quotes_below_an_answer() {
        assert_eq!(
            quote("yes\n\nOn Monday, Bob wrote:\n> no?\n>\n> x\n\n"),
            Some(("yes\n\n", "On Monday, Bob wrote:\n> no?\n>\n> x\n\n"))
        );
        assert_eq!(
            quote("yes\n\nOn Monday,\nBob <bob@x> wrote:\n\n> no?\n"),
            Some(("yes\n\n", "On Monday,\nBob <bob@x> wrote:\n\n> no?\n"))
        );
        assert_eq!(quote("yes.\n> no?\n"), Some(("yes.\n", "> no?\n")));
        assert_eq!(quote("> no?\nyes\n"), None);
        assert_eq!(quote("> only\n"), None);
        assert_eq!(quote("no quote\n"), None);
        assert_eq!(
            quote("yes\n-----Original Message-----\nFrom: x\n"),
            Some(("yes\n", "-----Original Message-----\nFrom: x\n"))
        );
    }
}
