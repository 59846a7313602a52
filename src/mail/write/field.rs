//! Header fields out. Every value passes through one of these functions, and none of them lets a
//! CR, LF or NUL through: header injection ends here.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::vec::Vec;

use mail_builder::headers::Header as _;
use mail_builder::headers::address::{Address, EmailAddress};
use mail_builder::headers::content_type::ContentType;
use mail_builder::headers::text::Text;

use crate::mail::Mailbox;

/// Octets of a line without its end (RFC 5322 section 2.1.1 recommends 78).
const LINE: usize = 76;

/// A header being written.
#[derive(Clone, Debug, Default)]
pub(in crate::mail) struct Header {
    out: Vec<u8>,
}

impl Header {
    pub(in crate::mail) fn finish(self) -> Vec<u8> {
        self.out
    }

    fn name(&mut self, name: &str) -> usize {
        self.out.extend_from_slice(name.as_bytes());
        self.out.extend_from_slice(b": ");
        name.len() + 2
    }

    /// Free text (RFC 2047).
    pub(in crate::mail) fn text(&mut self, name: &str, value: &str) {
        let column = self.name(name);
        Text::new(harmless(value)).write_header(&mut self.out, column);
    }

    /// Addresses; names are encoded, the addresses were checked.
    pub(in crate::mail) fn addresses(&mut self, name: &str, mailboxes: &[Mailbox]) {
        let column = self.name(name);
        let list = mailboxes
            .iter()
            .map(|mailbox| {
                Address::Address(EmailAddress {
                    name: mailbox.name.as_deref().map(harmless),
                    email: harmless(&mailbox.address),
                })
            })
            .collect();
        Address::new_list(list).write_header(&mut self.out, column);
    }

    /// A value with parameters: content type or disposition.
    pub(in crate::mail) fn parameters(
        &mut self,
        name: &str,
        value: &str,
        parameters: &[(&str, &str)],
    ) {
        let column = self.name(name);
        let mut field = ContentType::new(harmless(value));
        for (key, value) in parameters {
            field = field.attribute(*key, harmless(value));
        }
        field.write_header(&mut self.out, column);
    }

    /// ASCII words that may be folded between each other: identifiers, dates, base64.
    pub(in crate::mail) fn words<'w>(&mut self, name: &str, words: impl Iterator<Item = &'w str>) {
        let mut column = self.name(name);
        let mut first = true;
        for word in words {
            let word = only_ascii(word);
            if !first && column + 1 + word.len() > LINE {
                self.out.extend_from_slice(b"\r\n ");
                column = 1;
            } else if !first {
                self.out.push(b' ');
                column += 1;
            }
            first = false;
            self.out.extend_from_slice(word.as_bytes());
            column += word.len();
        }
        self.out.extend_from_slice(b"\r\n");
    }

    /// One long word, folded wherever a line is full; readers remove the white space.
    pub(in crate::mail) fn base64(&mut self, name: &str, value: &str) {
        let column = self.name(name);
        let (head, mut rest) = value
            .split_at_checked(LINE.saturating_sub(column))
            .unwrap_or((value, ""));
        self.out.extend_from_slice(head.as_bytes());
        while !rest.is_empty() {
            let (line, after) = rest.split_at_checked(LINE - 1).unwrap_or((rest, ""));
            self.out.extend_from_slice(b"\r\n ");
            self.out.extend_from_slice(line.as_bytes());
            rest = after;
        }
        self.out.extend_from_slice(b"\r\n");
    }

    /// A raw value as it came from another mail: its line ends must be folds.
    pub(in crate::mail) fn raw(&mut self, name: &str, value: &[u8]) {
        self.name(name);
        let mut lines = value
            .split(|b| matches!(b, b'\r' | b'\n'))
            .filter(|line| !line.trim_ascii().is_empty());
        if let Some(first) = lines.next() {
            self.without_nul(first);
        }
        for line in lines {
            self.out.extend_from_slice(b"\r\n");
            if !matches!(line.first(), Some(b' ' | b'\t')) {
                self.out.push(b' ');
            }
            self.without_nul(line);
        }
        self.out.extend_from_slice(b"\r\n");
    }

    fn without_nul(&mut self, line: &[u8]) {
        self.out.extend(line.iter().filter(|b| **b != 0));
    }
}

/// Without control characters, which a header field cannot hold; white space ones become spaces.
pub(super) fn harmless(value: &str) -> Cow<'_, str> {
    if !value.contains(char::is_control) {
        return Cow::Borrowed(value);
    }
    Cow::Owned(
        value
            .chars()
            .filter(|c| !c.is_control() || c.is_whitespace())
            .map(|c| if c.is_control() { ' ' } else { c })
            .collect(),
    )
}

fn only_ascii(word: &str) -> Cow<'_, str> {
    if word.bytes().all(|b| b.is_ascii_graphic()) {
        return Cow::Borrowed(word);
    }
    Cow::Owned(
        word.chars()
            .filter(char::is_ascii_graphic)
            .collect::<String>(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const NASTY: &str = "a\r\nBcc: x@y\nX: z\r\rQ: \0b";

    #[test]
    fn nothing_breaks_out_of_a_field() {
        let mut header = Header::default();
        header.text("A", NASTY);
        header.addresses("B", &[Mailbox::new(NASTY).named(NASTY)]);
        header.parameters("C", NASTY, &[("name", NASTY)]);
        header.words("D", [NASTY, NASTY].into_iter());
        header.raw("E", NASTY.as_bytes());
        let octets = header.finish();
        let text = String::from_utf8_lossy(&octets);
        assert!(!text.contains('\0'));
        for line in text.split_terminator("\r\n") {
            assert!(!line.contains(['\r', '\n']));
            assert!(
                line.starts_with(' ')
                    || line.starts_with(['A', 'B', 'C', 'D', 'E']) && &line[1..2] == ":",
                "{line}"
            );
        }
    }

    #[test]
    fn long_base64_is_folded() {
        let mut header = Header::default();
        header.base64("MIMI-Content", &"A".repeat(300));
        let octets = header.finish();
        let text = String::from_utf8_lossy(&octets);
        assert!(text.lines().all(|line| line.len() <= 76));
        assert_eq!(text.matches('A').count(), 300);
    }
}
