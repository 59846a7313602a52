//! What stands between items: white space and comments.

use super::super::NotationError;
use super::super::cursor::Cursor;
use super::literal::unclosed;
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
    let open = cursor.place();
    if cursor.peek() == Some(b'#') || cursor.starts_with("//") {
        cursor.take_while(|octet| octet != b'\n');
        return Ok(());
    }
    if cursor.eat("/*") {
        loop {
            if cursor.eat("*/") {
                return Ok(());
            }
            if cursor.bump().is_none() {
                return Err(unclosed(open, "a comment", '/').message("a comment without its */"));
            }
        }
    }
    cursor.bump();
    cursor.take_while(|octet| octet != b'/');
    match cursor.bump() {
        Some(_) => Ok(()),
        None => Err(NotationError::at(codes::EDN_UNCLOSED, open)
            .found("a comment that goes on to the end of the text")
            .expected("a second slash")),
    }
}
