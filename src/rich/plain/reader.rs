//! Plain text -> [`Document`]: every character is text, every line break is kept.

use std::string::String;
use std::vec::Vec;

use crate::rich::{Block, Document, Inline};

/// Reads plain text. Nothing in it is markup: the Markdown or HTML written from the document shows
/// every character as it was typed, and every line break.
///
/// One empty line separates paragraphs; further empty lines become line breaks at the start of the
/// next paragraph. Line breaks at the end of the text are not kept.
///
/// ```
/// use mimi_codec::rich::{markdown, plain};
///
/// let document = plain::read("1*2*3\n# not a heading");
/// assert_eq!(markdown::write(&document).value, "1\\*2\\*3\\\n\\# not a heading\n");
/// ```
pub fn read(text: &str) -> Document {
    let mut blocks = Vec::new();
    let mut paragraph: Vec<Inline> = Vec::new();
    let mut empty_lines = 0;
    for line in lines(text) {
        if line.trim_matches([' ', '\t']).is_empty() {
            empty_lines += 1;
            continue;
        }
        if empty_lines > 0 {
            if !paragraph.is_empty() {
                blocks.push(Block::Paragraph(core::mem::take(&mut paragraph)));
                empty_lines -= 1;
            }
            paragraph.extend(core::iter::repeat_n(Inline::HardBreak, empty_lines));
            empty_lines = 0;
        } else if !paragraph.is_empty() {
            paragraph.push(Inline::HardBreak);
        }
        paragraph.push(Inline::Text(if line.contains('\0') {
            line.replace('\0', "\u{fffd}")
        } else {
            String::from(line)
        }));
    }
    if !paragraph.is_empty() {
        blocks.push(Block::Paragraph(paragraph));
    }
    Document::new(blocks)
}

/// The lines of a text, whichever of the three line ends it uses.
fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.split('\n').flat_map(|line| {
        let line = line.strip_suffix('\r').unwrap_or(line);
        line.split('\r')
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rich::plain::{TextOptions, write};

    #[test]
    fn text_comes_back() {
        for text in [
            "a",
            "a\nb",
            "a\n\nb",
            "a\n\n\n\nb",
            "\n\na",
            "- a\n- b",
            "  a\tb  c",
        ] {
            let document = read(text);
            assert_eq!(
                write(&document, &TextOptions::default())
                    .value
                    .trim_end_matches('\n'),
                text
            );
        }
    }

    #[test]
    fn line_ends_are_read_alike() {
        assert_eq!(read("a\r\nb"), read("a\nb"));
        assert_eq!(read("a\rb"), read("a\nb"));
    }
}
