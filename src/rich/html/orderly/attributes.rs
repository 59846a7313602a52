//! The attributes of a tag, as [`orderly`](super) reads them.

use std::string::String;
use std::vec::Vec;

use html5ever::tendril::StrTendril;
use html5ever::{Attribute, LocalName, QualName, local_name, ns};
use memchr::memchr;

use super::references::reference;
use super::{NAME_OCTETS, Parser};

/// More attributes of one tag than this are left to html5ever.
const ATTRIBUTES: usize = 32;

impl Parser<'_> {
    /// Reads attributes and the end of the tag.
    pub(super) fn attributes(&mut self) -> Option<Vec<Attribute>> {
        let bytes = self.html.as_bytes();
        let is_blank = |b: &u8| matches!(b, b' ' | b'\t' | b'\n' | b'\x0c');
        let mut attributes: Vec<Attribute> = Vec::new();
        loop {
            let before = self.at;
            while bytes.get(self.at).is_some_and(is_blank) {
                self.at += 1;
            }
            match bytes.get(self.at)? {
                b'>' => {
                    self.at += 1;
                    return Some(attributes);
                }
                b'/' if bytes.get(self.at + 1) == Some(&b'>') => {
                    self.at += 2;
                    return Some(attributes);
                }
                _ if self.at == before || attributes.len() >= ATTRIBUTES => return None,
                _ => {}
            }
            let mut buffer = [0; NAME_OCTETS];
            let mut len = 0;
            while let Some(byte) = bytes.get(self.at + len) {
                match byte {
                    b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b':' | b'-' | b'_' => {
                        *buffer.get_mut(len)? = byte.to_ascii_lowercase();
                        len += 1;
                    }
                    b' ' | b'\t' | b'\n' | b'\x0c' | b'>' | b'=' => break,
                    _ => return None,
                }
            }
            if len == 0 {
                return None;
            }
            let name = attribute_name(core::str::from_utf8(buffer.get(..len)?).ok()?);
            self.at += len;
            let mut value = StrTendril::new();
            if bytes.get(self.at) == Some(&b'=') {
                value = self.value()?;
            } else if bytes.get(self.at).is_some_and(is_blank) {
                // An equals sign may still follow.
                let rest = bytes.get(self.at..)?;
                if rest.iter().find(|b| !is_blank(b)) == Some(&b'=') {
                    return None;
                }
            }
            if attributes.iter().any(|known| known.name.local == name) {
                return None;
            }
            if attributes.is_empty() {
                attributes.reserve_exact(2);
            }
            attributes.push(Attribute {
                name: QualName::new(None, ns!(), name),
                value,
            });
        }
    }

    /// Reads the value of an attribute, from the equals sign on.
    fn value(&mut self) -> Option<StrTendril> {
        let bytes = self.html.as_bytes();
        let first = *bytes.get(self.at + 1)?;
        let (start, end) = match first {
            b'"' | b'\'' => {
                let start = self.at + 2;
                let len = memchr(first, bytes.get(start..)?)?;
                self.at = start + len + 1;
                (start, start + len)
            }
            b' ' | b'\t' | b'\n' | b'\x0c' | b'>' => return None,
            _ => {
                let start = self.at + 1;
                let rest = bytes.get(start..)?;
                let len = rest
                    .iter()
                    .position(|b| matches!(b, b' ' | b'\t' | b'\n' | b'\x0c' | b'>'))?;
                self.at = start + len;
                (start, start + len)
            }
        };
        let raw = self.html.get(start..end)?;
        let Some(mut next) = memchr(b'&', raw.as_bytes()) else {
            return self.part(start, end);
        };
        let mut decoded = String::with_capacity(raw.len());
        let mut done = 0;
        loop {
            decoded.push_str(raw.get(done..next)?);
            done = next + reference(raw.get(next..)?, &mut decoded)?;
            match memchr(b'&', raw.as_bytes().get(done..)?) {
                Some(len) => next = done + len,
                None => break,
            }
        }
        decoded.push_str(raw.get(done..)?);
        Some(StrTendril::from_slice(&decoded))
    }
}

/// The name of an attribute; those that are often seen need no search.
fn attribute_name(name: &str) -> LocalName {
    macro_rules! table {
        ($($name:tt)*) => {
            match name { $( $name => local_name!($name), )* _ => LocalName::from(name) }
        };
    }
    table!("href" "class" "style" "src" "alt" "title" "width" "height" "align" "border" "lang" "dir"
           "cellpadding" "cellspacing" "color" "type" "start" "checked" "disabled" "id" "name" "target" "rel")
}
