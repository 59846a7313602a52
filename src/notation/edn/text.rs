//! What stands between items: white space and comments.

use super::super::NotationError;
use super::super::cursor::Cursor;
use crate::report::codes;

/// Steps over white space and comments; says whether there were any.
pub(super) fn skip_space(cursor: &mut Cursor<'_>) -> Result<bool, NotationError> {
    let start = cursor.at();
    loop {
        match cursor.peek() {
            Some(b' ' | b'\t' | b'\n' | b'\r') => {
                cursor.bump();
            }
            Some(b'#' | b'/') => skip_comment(cursor)?,
            _ => return Ok(cursor.at() > start),
        }
    }
}

/// Steps over a comment: from `#` or `//` to the end of the line, from `/*` to `*/`, or from
/// `/` to the next `/`.
pub(super) fn skip_comment(cursor: &mut Cursor<'_>) -> Result<(), NotationError> {
    comment(cursor, |_| false)
}

/// Steps over a comment inside a literal, which a quote ends all the same, unless it is escaped:
/// the draft first looks for the end of the literal.
pub(super) fn skip_inner_comment(cursor: &mut Cursor<'_>) -> Result<(), NotationError> {
    let mut escaped = false;
    comment(cursor, |octet| {
        let ends = octet == b'\'' && !escaped;
        escaped = octet == b'\\' && !escaped;
        ends
    })
}

fn comment(cursor: &mut Cursor<'_>, mut ends: impl FnMut(u8) -> bool) -> Result<(), NotationError> {
    let open = cursor.place();
    if cursor.peek() == Some(b'#') || cursor.starts_with("//") {
        cursor.take_while(|octet| octet != b'\n' && !ends(octet));
        return Ok(());
    }
    let block = cursor.starts_with("/*");
    cursor.bump();
    if block {
        cursor.bump();
    }
    let close = if block { "*/" } else { "/" };
    loop {
        if cursor.eat(close) {
            return Ok(());
        }
        match cursor.peek() {
            Some(octet) if !ends(octet) => cursor.bump(),
            _ => {
                return Err(NotationError::at(codes::EDN_UNCLOSED, open)
                    .found("a comment without an end")
                    .expected(close));
            }
        };
    }
}
