//! References from text to parts: `cid:` with the Content-ID of a mail, and `cid:N@local.invalid`
//! with the part index of a message. Rewritten by ranges of octets, never by writing somebody's
//! HTML anew.

use alloc::collections::{BTreeMap, BTreeSet};
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;

use crate::message::{PartIndex, cid_references};

/// The text with `cid:N@local.invalid` in the form that mail programs follow; nothing if there is
/// no such reference. `content_id` gives the Content-ID of a part, without angle brackets.
pub(super) fn for_display(
    text: &str,
    content_id: &dyn Fn(PartIndex) -> Option<String>,
) -> Option<String> {
    let mut out = String::new();
    let mut done = 0;
    for (range, index) in cid_references(text) {
        if let Some(id) = content_id(index) {
            out.push_str(text.get(done..range.start).unwrap_or_default());
            out.push_str("cid:");
            out.push_str(&id);
            done = range.end;
        }
    }
    (done > 0).then(|| {
        out.push_str(text.get(done..).unwrap_or_default());
        out
    })
}

/// The same for content that must come back octet for octet: nothing also where it would not.
/// `names` has the family of all Content-IDs.
pub(super) fn for_display_exactly(
    content: &[u8],
    names: &Names,
    content_id: &dyn Fn(PartIndex) -> Option<String>,
) -> Option<Vec<u8>> {
    let text = core::str::from_utf8(content).ok()?;
    let shown = for_display(text, content_id)?.into_bytes();
    (names.restore(&shown)? == content).then_some(shown)
}

/// References to nothing that are listed.
const LISTED: usize = 64;

/// Octets of a Content-Location that is looked for.
const LONGEST: usize = 2048;

/// Content-IDs and Content-Locations, with the part index of what they name.
#[derive(Clone, Debug, Default)]
pub(super) struct Names {
    ids: BTreeMap<String, PartIndex>,
    locations: BTreeMap<String, PartIndex>,
    /// What stands behind the part index in Content-IDs that [`export`](super::export()) wrote.
    families: BTreeSet<String>,
}

impl Names {
    /// A Content-ID without angle brackets. The first part of a name keeps it.
    pub(super) fn insert(&mut self, id: &str, index: PartIndex) {
        self.ids.entry(id.to_string()).or_insert(index);
    }

    /// A Content-Location (RFC 2557).
    pub(super) fn insert_location(&mut self, location: &str, index: PartIndex) {
        self.locations.entry(location.to_string()).or_insert(index);
    }

    /// The Content-IDs `N.FAMILY` for every part index N.
    pub(super) fn insert_family(&mut self, family: &str) {
        self.families.insert(family.to_string());
    }

    fn index(&self, name: &str) -> Option<PartIndex> {
        if let Some(index) = self.ids.get(name) {
            return Some(*index);
        }
        let (number, family) = name.split_once('.')?;
        let index: PartIndex = number.parse().ok()?;
        (self.families.contains(family) && index.to_string() == number).then_some(index)
    }

    fn is_empty(&self) -> bool {
        self.ids.is_empty() && self.locations.is_empty() && self.families.is_empty()
    }

    /// The text with every known reference as `cid:N@local.invalid`; nothing if there is none.
    pub(super) fn restore(&self, text: &[u8]) -> Option<Vec<u8>> {
        let mut unknown = Vec::new();
        self.rewrite(text, &mut unknown)
    }

    /// The same, which also lists the Content-IDs that nothing has.
    pub(super) fn rewrite(&self, text: &[u8], unknown: &mut Vec<String>) -> Option<Vec<u8>> {
        let mut changes: Vec<(core::ops::Range<usize>, PartIndex)> = Vec::new();
        if self.is_empty() && !text.windows(4).any(|w| w.eq_ignore_ascii_case(b"cid:")) {
            return None;
        }
        let mut from = 0;
        while let Some(at) = find_scheme(text, from) {
            let start = at + 4;
            let rest = text.get(start..).unwrap_or_default();
            let length = rest
                .iter()
                .position(|b| b.is_ascii_whitespace() || b"\"'<>()[]`\\".contains(b))
                .unwrap_or(rest.len());
            from = start + length;
            let Ok(written) = core::str::from_utf8(rest.get(..length).unwrap_or_default()) else {
                continue;
            };
            let name = percent_decoded(written);
            match self.index(&name) {
                Some(index) => changes.push((at..from, index)),
                None if unknown.len() < LISTED
                    && !name.is_empty()
                    && !name.to_ascii_lowercase().ends_with("@local.invalid") =>
                {
                    unknown.push(name);
                }
                None => {}
            }
        }
        if !self.locations.is_empty() {
            self.find_locations(text, &mut changes);
            changes.sort_by_key(|(range, _)| range.start);
            changes.dedup_by(|later, earlier| later.0.start < earlier.0.end);
        }
        if changes.is_empty() {
            return None;
        }
        let mut out = Vec::with_capacity(text.len());
        let mut done = 0;
        for (range, index) in changes {
            out.extend_from_slice(text.get(done..range.start).unwrap_or_default());
            out.extend_from_slice(format!("cid:{index}@local.invalid").as_bytes());
            done = range.end;
        }
        out.extend_from_slice(text.get(done..).unwrap_or_default());
        Some(out)
    }

    /// Attribute values that are the Content-Location of a part.
    fn find_locations(&self, text: &[u8], changes: &mut Vec<(core::ops::Range<usize>, PartIndex)>) {
        let mut from = 0;
        while let Some(equals) = text
            .get(from..)
            .and_then(|rest| rest.iter().position(|b| *b == b'='))
        {
            let after = from + equals + 1;
            from = after;
            let rest = text.get(after..).unwrap_or_default();
            let blank = rest.iter().take_while(|b| b.is_ascii_whitespace()).count();
            let Some(&first) = rest.get(blank) else {
                break;
            };
            let quoted = matches!(first, b'"' | b'\'');
            let start = after + blank + usize::from(quoted);
            let value = text.get(start..).unwrap_or_default();
            let length = value.iter().take(LONGEST).position(|b| match quoted {
                true => *b == first,
                false => b.is_ascii_whitespace() || *b == b'>',
            });
            let Some(length) = length else {
                // Longer than any location; an unquoted value is over, a quote may be none.
                from = if quoted { after } else { start + LONGEST };
                continue;
            };
            let written = core::str::from_utf8(value.get(..length).unwrap_or_default());
            if let Ok(written) = written
                && let Some(index) = self.locations.get(&written.trim().replace("&amp;", "&"))
            {
                changes.push((start..start + length, *index));
                from = start + length;
            } else if !quoted {
                from = start + length;
            }
        }
    }
}

fn find_scheme(text: &[u8], from: usize) -> Option<usize> {
    let mut at = from;
    loop {
        at += text
            .get(at..)?
            .windows(4)
            .position(|w| w.eq_ignore_ascii_case(b"cid:"))?;
        let before = at.checked_sub(1).and_then(|before| text.get(before));
        if !before.is_some_and(|b| b.is_ascii_alphanumeric() || b"+-.".contains(b)) {
            return Some(at);
        }
        at += 4;
    }
}

fn percent_decoded(text: &str) -> String {
    if !text.contains('%') && !text.contains("&amp;") {
        return text.to_string();
    }
    let text = text.replace("&amp;", "&");
    let mut octets = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&octet, after)) = rest.split_first() {
        rest = after;
        let digit = |at: usize| char::from(*after.get(at)?).to_digit(16);
        match (octet, digit(0), digit(1)) {
            (b'%', Some(high), Some(low)) => {
                octets.push((high << 4 | low) as u8);
                rest = after.get(2..).unwrap_or_default();
            }
            _ => octets.push(octet),
        }
    }
    String::from_utf8(octets).unwrap_or(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_references_are_rewritten_in_place() {
        let mut names = Names::default();
        names.insert("a.b@c", 3);
        names.insert("sp ace@c", 4);
        names.insert_location("http://x/y?a&b", 5);
        let mut unknown = Vec::new();
        let html = br#"<IMG src="CID:a.b@c"> cid:sp%20ace@c <a href=http://x/y?a&amp;b>= "cid:no@c" cid:7@local.invalid"#;
        let out = names.rewrite(html, &mut unknown);
        assert_eq!(
            String::from_utf8_lossy(&out.unwrap_or_default()),
            r#"<IMG src="cid:3@local.invalid"> cid:4@local.invalid <a href=cid:5@local.invalid>= "cid:no@c" cid:7@local.invalid"#
        );
        assert_eq!(unknown, ["no@c"]);
        assert_eq!(names.restore(b"nothing"), None);
    }

    #[test]
    fn display_is_only_what_can_be_taken_back() {
        let id = |index| (index < 5).then(|| format!("{index}.t@d"));
        let mut names = Names::default();
        names.insert_family("t@d");
        let shown = |text: &str| {
            for_display_exactly(text.as_bytes(), &names, &id)
                .map(|shown| String::from_utf8_lossy(&shown).into_owned())
        };
        assert_eq!(
            shown("<img src='cid:3@local.invalid'> cid:9@local.invalid").as_deref(),
            Some("<img src='cid:3.t@d'> cid:9@local.invalid")
        );
        assert_eq!(shown("CID:3@local.invalid"), None);
        assert_eq!(shown("cid:3@local.invalid cid:4.t@d"), None);
        assert_eq!(shown("nothing"), None);
    }
}
