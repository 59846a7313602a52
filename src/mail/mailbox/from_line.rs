//! The line that begins a mail in an mbox: `From SENDER DATE`.

/// Longer lines are text.
pub(super) const LONGEST: usize = 1024;

static WEEKDAYS: &[&[u8]] = &[b"Mon", b"Tue", b"Wed", b"Thu", b"Fri", b"Sat", b"Sun"];

static MONTHS: &[&[u8]] = &[
    b"Jan", b"Feb", b"Mar", b"Apr", b"May", b"Jun", b"Jul", b"Aug", b"Sep", b"Oct", b"Nov", b"Dec",
];

/// Whether a line begins as one that begins a mail.
pub(super) fn begins(line: &[u8]) -> bool {
    line.starts_with(b"From ") && line.len() <= LONGEST
}

/// Whether a line begins a mail beyond doubt: it has a date as `asctime` or a mail header writes
/// it. People write "From " too, but not with a date like that behind it.
pub(super) fn is_dated(line: &[u8]) -> bool {
    begins(line) && {
        let mut before: [&[u8]; 3] = [b"", b"", b""];
        line.split(u8::is_ascii_whitespace)
            .filter(|word| !word.is_empty())
            .any(|word| {
                let [third, second, first] = before;
                before = [second, first, word];
                is_time(word)
                    && match is_number(first, 4) {
                        // 13 Feb 2009 23:31
                        true => is_in(second, MONTHS) && is_number(third, 2),
                        // Fri Feb 13 23:31
                        false => {
                            is_number(first, 2) && is_in(second, MONTHS) && is_in(third, WEEKDAYS)
                        }
                    }
            })
    }
}

/// Whether a mail can end where these octets follow: at the end of the file, or before the next
/// mail. Returns the line ends between: the one that a body may lack, and the empty line.
pub(super) fn ends_mail(rest: &[u8], whole: bool) -> Option<usize> {
    let (mut rest, mut ends) = (rest, 0);
    while ends < 2
        && let Some(after) = rest
            .strip_prefix(b"\n")
            .or_else(|| rest.strip_prefix(b"\r\n"))
    {
        rest = after;
        ends += 1;
    }
    let ended = rest.starts_with(b"From ") || (rest.is_empty() && whole);
    ended.then_some(ends)
}

/// Whether a line is a header field, as one follows a line that begins a mail.
pub(super) fn is_field(line: &[u8]) -> bool {
    let name = line
        .iter()
        .take_while(|b| b.is_ascii_alphanumeric() || **b == b'-')
        .count();
    name > 0 && line.get(name) == Some(&b':')
}

fn is_in(word: &[u8], list: &[&[u8]]) -> bool {
    let word = word.strip_suffix(b",").unwrap_or(word);
    list.iter().any(|known| word.eq_ignore_ascii_case(known))
}

/// Whether a word is a number of at most that many digits; of exactly four, if four are allowed.
fn is_number(word: &[u8], digits: usize) -> bool {
    let sound = match digits {
        4 => word.len() == 4,
        _ => (1..=digits).contains(&word.len()),
    };
    sound && word.iter().all(u8::is_ascii_digit)
}

/// `23:31` or `23:31:30`.
fn is_time(word: &[u8]) -> bool {
    let mut pieces = 0;
    word.split(|b| *b == b':').all(|piece| {
        pieces += 1;
        is_number(piece, 2)
    }) && (2..=3).contains(&pieces)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_tell_a_mail_from_a_sentence() {
        for line in [
            "From alice@example.com Fri Feb 13 23:31:30 2009",
            "From - Fri Feb  3 23:31:30 2009\r\n",
            "From MAILER-DAEMON Fri Feb 13 23:31 2009",
            "From a b c@example.com Fri Feb 13 23:31:30 +0000 2009",
            "From a@example.com Fri, 13 Feb 2009 23:31:30 +0000",
        ] {
            assert!(is_dated(line.as_bytes()), "{line}");
        }
        for line in [
            "From here on we meet at 10:30 in May 2024",
            "From Monday Feb 13 on",
            "From a",
            "From ",
            "from alice@example.com Fri Feb 13 23:31:30 2009",
            "From: alice@example.com Fri Feb 13 23:31:30 2009",
        ] {
            assert!(!is_dated(line.as_bytes()), "{line}");
        }
    }
}
