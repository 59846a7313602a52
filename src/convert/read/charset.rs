//! In which charset a file of Markdown, HTML or plain text is written: what the caller says, else a
//! byte order mark, else UTF-8; a page of HTML may say it itself.

use std::borrow::Cow;
use std::string::{String, ToString};

use crate::convert::{ConvertError, RichOptions};
use crate::document;
use crate::report::{Converted, Finding, codes};
use crate::text::charset;

/// What the octets are.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// A page, which may state its charset.
    Html,
    /// Markdown or plain text, which cannot.
    Text,
}

/// The byte order marks that are no UTF-8, longer ones first.
const MARKS: &[(&[u8], &str)] = &[
    (b"\xff\xfe\0\0", "utf-32le"),
    (b"\0\0\xfe\xff", "utf-32be"),
    (b"\xff\xfe", "utf-16le"),
    (b"\xfe\xff", "utf-16be"),
];

/// How much of a page browsers search for its charset.
const PRESCAN: usize = 1024;

/// Text of a file.
///
/// # Errors
/// The caller names a charset that is not known; or a text in a charset that neither the caller nor
/// a byte order mark names.
pub(super) fn decode<'i>(
    input: &'i [u8],
    kind: Kind,
    options: &RichOptions,
) -> Result<Converted<Cow<'i, str>>, ConvertError> {
    if let Some(label) = options.charset.as_deref() {
        return match charset::is_known(label) {
            true => Ok(charset::decode(Some(label), input)),
            false => Err(ConvertError::new(
                Finding::new(codes::CHARSET_UNKNOWN).found(label.to_string()),
            )),
        };
    }
    if let Some((_, label)) = MARKS.iter().find(|(mark, _)| input.starts_with(mark)) {
        return Ok(charset::decode(Some(label), input));
    }
    if kind == Kind::Text {
        return Ok(Converted::lossless(Cow::Borrowed(document::text(input)?)));
    }
    // A page that is UTF-8 is read as that, whatever it says: it was converted and not told. Only
    // the charsets that write everything in ASCII, by escapes, can be UTF-8 by chance.
    let label = match core::str::from_utf8(input).is_ok() && !input.contains(&0x1b) {
        true => None,
        false => stated(input),
    };
    Ok(charset::decode(label.as_deref(), input))
}

/// The charset that a page states near its beginning: in a `meta` element, or in the declaration of
/// XML.
fn stated(page: &[u8]) -> Option<String> {
    let start = page.get(..PRESCAN).unwrap_or(page);
    let start = String::from_utf8_lossy(start).to_ascii_lowercase();
    let mut rest = start.trim_start();
    if let Some(declaration) = rest.strip_prefix("<?xml") {
        let (declaration, _) = declaration.split_once("?>")?;
        return value(declaration, "encoding");
    }
    while let Some((_, tag)) = rest.split_once('<') {
        rest = match tag.strip_prefix("!--") {
            Some(comment) => comment.split_once("-->")?.1,
            None => {
                let (inside, behind) = tag.split_once('>')?;
                let label = inside
                    .strip_prefix("meta")
                    .and_then(|meta| value(meta, "charset"));
                match label.as_deref() {
                    // It was read as octets up to here, so this cannot be true.
                    Some(label) if label.starts_with("utf-16") => {
                        return Some("utf-8".to_string());
                    }
                    Some(_) => return label,
                    None => behind,
                }
            }
        };
    }
    None
}

/// What stands behind a name and an equals sign, with or without quotes.
fn value(text: &str, name: &str) -> Option<String> {
    text.match_indices(name).find_map(|(at, _)| {
        let behind = text.get(at + name.len()..)?.trim_start();
        let quoted = behind.strip_prefix('=')?.trim_start();
        let label: String = quoted
            .trim_start_matches(['"', '\''])
            .chars()
            .take_while(|c| c.is_ascii_alphanumeric() || "-_:.".contains(*c))
            .collect();
        (!label.is_empty()).then_some(label)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_state_their_charset() {
        for (page, label) in [
            ("<meta charset=koi8-r>", Some("koi8-r")),
            ("<html><META CharSet = 'KOI8-R' >", Some("koi8-r")),
            (
                "<meta http-equiv=Content-Type content=\"text/html; charset=windows-1251\">",
                Some("windows-1251"),
            ),
            (
                "<?xml version=\"1.0\" encoding=\"iso-8859-2\"?><html>",
                Some("iso-8859-2"),
            ),
            ("<!-- <meta charset=koi8-r> --><p>", None),
            ("<p>charset=koi8-r</p>", None),
            ("<meta charset=utf-16>", Some("utf-8")),
            ("<meta charset", None),
            ("<meta charset=>", None),
            ("", None),
        ] {
            assert_eq!(stated(page.as_bytes()).as_deref(), label, "{page}");
        }
        let late = [" ".repeat(PRESCAN).as_str(), "<meta charset=koi8-r>"].concat();
        assert_eq!(stated(late.as_bytes()), None);
    }

    #[test]
    fn the_caller_is_believed_first_then_the_mark() {
        let read = |input: &'static [u8], kind, label: Option<&str>| {
            let options = RichOptions {
                charset: label.map(String::from),
                ..RichOptions::default()
            };
            decode(input, kind, &options)
        };
        let text = |input, kind, label| read(input, kind, label).unwrap().value;
        assert_eq!(text(b"\xff\xfea\0", Kind::Text, None), "a");
        assert_eq!(text(b"\xfe\xff\0a", Kind::Html, None), "a");
        assert_eq!(text(b"\0\0\xfe\xff\0\0\0a", Kind::Text, None), "a");
        assert_eq!(text(b"\xef\xbb\xbfa", Kind::Text, None), "a");
        assert_eq!(text(b"\xfc", Kind::Text, Some("latin1")), "ü");
        assert_eq!(
            text(b"<meta charset=koi8-r>\xf0", Kind::Html, None),
            "<meta charset=koi8-r>П"
        );
        assert_eq!(
            text(
                b"<meta charset=iso-2022-jp>\x1b$B$\"\x1b(B",
                Kind::Html,
                None
            ),
            "<meta charset=iso-2022-jp>あ"
        );
        assert_eq!(
            text("<meta charset=koi8-r>ü".as_bytes(), Kind::Html, None),
            "<meta charset=koi8-r>ü"
        );
        let error = read(b"\xfc", Kind::Text, None).unwrap_err();
        assert_eq!(error.code(), codes::TEXT_NOT_UTF8);
        let error = read(b"a", Kind::Text, Some("x-nonsense")).unwrap_err();
        assert_eq!(error.code(), codes::CHARSET_UNKNOWN);
    }
}
