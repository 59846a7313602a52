//! The part index: walking parts depth first, and the `cid:` references between them.

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use super::{NestedPart, PartBody};

/// Number of a part, counted depth first from the body, which is 0 (draft section 4.4).
pub type PartIndex = u32;

/// A part met on the walk over the parts (draft section 4.4).
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Part<'m, 'a> {
    /// Its part index.
    pub index: PartIndex,
    /// Its level of nesting; the body is level 1.
    pub level: usize,
    /// The index of the multipart around it.
    pub parent: Option<PartIndex>,
    /// The part.
    pub part: &'m NestedPart<'a>,
}

impl Part<'_, '_> {
    /// Whether a `cid:` reference may name this part: only single and external ones.
    pub fn is_leaf(&self) -> bool {
        matches!(self.part.body, PartBody::Single(_) | PartBody::External(_))
    }

    /// The reference other parts use: `cid:5@local.invalid` (draft section 4.4).
    pub fn cid(&self) -> String {
        cid(self.index)
    }
}

/// The path of a part by the draft's names of the fields, such as `nestedPart.parts[1]`. `parent`
/// gives the multipart around each of the `parts`, which stand in the order of their indices.
#[cfg(feature = "markdown")]
pub(crate) fn path_of<T>(
    parts: &[T],
    parent: impl Fn(&T) -> Option<PartIndex>,
    index: PartIndex,
) -> String {
    let mut places = Vec::new();
    let mut at = index;
    while let Some(around) = parts.get(at as usize).and_then(&parent) {
        let between = parts.get(around as usize..at as usize).unwrap_or_default();
        let place = between.iter().filter(|part| parent(part) == Some(around));
        places.push(place.count());
        at = around;
    }
    let body = String::from("nestedPart");
    let inward = places.iter().rev();
    inward.fold(body, |path, place| format!("{path}.parts[{place}]"))
}

/// The `cid:` URI of a part index.
pub(crate) fn cid(index: PartIndex) -> String {
    format!("cid:{index}@local.invalid")
}

/// The part index in a `cid:` URI of the form the draft gives it; none for any other URI.
///
/// ```
/// use mimi_codec::message::parse_cid;
///
/// assert_eq!(parse_cid("cid:5@local.invalid"), Some(5));
/// assert_eq!(parse_cid("cid:05@local.invalid"), None);
/// assert_eq!(parse_cid("cid:logo@example.com"), None);
/// ```
pub fn parse_cid(uri: &str) -> Option<PartIndex> {
    let (place, index) = cid_references(uri).next()?;
    (place == (0..uri.len())).then_some(index)
}

/// Iterator over a part and every part inside it, depth first, as they are numbered (draft section
/// 4.4).
#[derive(Clone, Debug)]
pub struct Parts<'m, 'a> {
    waiting: Vec<(usize, Option<PartIndex>, &'m NestedPart<'a>)>,
    next: PartIndex,
}

impl<'m, 'a> Parts<'m, 'a> {
    pub(super) fn new(root: &'m NestedPart<'a>) -> Self {
        Parts {
            waiting: alloc::vec![(1, None, root)],
            next: 0,
        }
    }
}

impl<'m, 'a> Iterator for Parts<'m, 'a> {
    type Item = Part<'m, 'a>;

    fn next(&mut self) -> Option<Part<'m, 'a>> {
        let (level, parent, part) = self.waiting.pop()?;
        let index = self.next;
        self.next = self.next.saturating_add(1);
        if let PartBody::Multi(multi) = &part.body {
            let inner = multi.parts.iter().rev();
            self.waiting
                .extend(inner.map(|part| (level + 1, Some(index), part)));
        }
        Some(Part {
            index,
            level,
            parent,
            part,
        })
    }
}

/// Every `cid:N@local.invalid` in a text (draft section 4.4), with its place in octets.
///
/// Purely textual: it finds the references in Markdown, HTML, vCard and iCalendar alike. Where
/// only the references of images count, the caller parses the text first.
///
/// ```
/// let html = r#"<img src="cid:5@local.invalid">"#;
/// let found: Vec<_> = mimi_codec::message::cid_references(html).collect();
/// assert_eq!(found, [(10..29, 5)]);
/// ```
pub fn cid_references(text: &str) -> impl Iterator<Item = (core::ops::Range<usize>, PartIndex)> {
    let mut from = 0;
    core::iter::from_fn(move || {
        loop {
            let rest = text.get(from..)?;
            let start = from + find_scheme(rest)?;
            let digits_at = start + 4;
            let after = text.get(digits_at..)?;
            let digits = after.bytes().take_while(u8::is_ascii_digit).count();
            from = digits_at + digits;
            let number = after.get(..digits)?;
            let canonical = digits == 1 || !number.starts_with('0');
            let Some(tail) = after.get(digits..) else {
                continue;
            };
            let host = "@local.invalid";
            let named = tail
                .get(..host.len())
                .is_some_and(|t| t.eq_ignore_ascii_case(host));
            // cid:1@local.invalid.example is somebody else's.
            let ended = !tail.get(host.len()..).is_some_and(goes_on);
            if named
                && canonical
                && ended
                && let Ok(index) = number.parse()
            {
                from += host.len();
                return Some((start..from, index));
            }
        }
    })
}

/// Whether a host name goes on: a full stop ends a sentence, or begins another label.
fn goes_on(text: &str) -> bool {
    let label = |c: char| c.is_alphanumeric() || c == '-' || c == '_';
    text.strip_prefix('.').unwrap_or(text).starts_with(label)
}

/// Where `cid:` begins, in any case and not as the tail of a longer word.
fn find_scheme(text: &str) -> Option<usize> {
    let octets = text.as_bytes();
    let mut from = 0;
    loop {
        let at = from
            + octets
                .get(from..)?
                .windows(4)
                .position(|w| w.eq_ignore_ascii_case(b"cid:"))?;
        let before = at.checked_sub(1).and_then(|i| octets.get(i));
        if !before.is_some_and(|b| b.is_ascii_alphanumeric() || b"+-.".contains(b)) {
            return Some(at);
        }
        from = at + 4;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    // Typed, because the JSON library compares numbers with its own values too.
    const NONE: [u32; 0] = [];

    fn indices(text: &str) -> Vec<u32> {
        cid_references(text).map(|(_, index)| index).collect()
    }

    #[test]
    fn finds_only_references_of_the_drafts_form() {
        assert_eq!(
            indices("![a](cid:3@local.invalid) <img src='CID:10@LOCAL.INVALID'>"),
            [3, 10]
        );
        assert_eq!(
            indices("cid:03@local.invalid cid:x@local.invalid cid:@local.invalid"),
            NONE
        );
        assert_eq!(
            indices("cid:3@local.invalidx xcid:3@local.invalid cid:3@example.com"),
            NONE
        );
        assert_eq!(
            indices("cid:99999999999@local.invalid cid:0@local.invalid"),
            [0]
        );
        assert_eq!(indices("cid:1@local.invalid.example").len(), 0);
        assert_eq!(
            indices("See cid:1@local.invalid. Or cid:2@local.invalid"),
            [1, 2]
        );
        assert_eq!(indices("cid:é cid:1"), NONE);
    }

    #[test]
    fn many_false_starts_take_linear_time() {
        let text = "cid:".repeat(200_000);
        assert_eq!(indices(&text), NONE);
    }
}
