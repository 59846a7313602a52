//! [`AddressMap`]: from the URIs of users and rooms to mail addresses, and back.

use alloc::borrow::Cow;
use alloc::format;
use alloc::string::{String, ToString};

use sha2::{Digest, Sha256};

/// A mail address, with the name shown beside it.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Mailbox {
    /// Name for people.
    pub name: Option<String>,
    /// The address: `alice@example.com`.
    pub address: String,
}

impl Mailbox {
    /// An address without a name.
    pub fn new(address: impl Into<String>) -> Self {
        Mailbox {
            name: None,
            address: address.into(),
        }
    }

    /// The same address with a name.
    #[must_use]
    pub fn named(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }
}

/// Says which mail address stands for a URI, and which URI for an address. A bridge brings its
/// own; [`LocalAddresses`] is there when nobody does. Many mails are converted at once, so it is
/// asked from several threads.
pub trait AddressMap: Sync {
    /// The address that stands for the URI of a user or a room.
    fn to_mail(&self, uri: &str) -> Option<Mailbox>;

    /// The URI that stands for an address.
    fn to_uri(&self, mailbox: &Mailbox) -> Option<String>;
}

/// The map without any knowledge: `mailto:` URIs are their address, every other URI is written
/// into the local part of an address at `local.invalid`, and both ways back. One address is one
/// URI: its domain, which has no case, stands in small letters.
///
/// ```
/// use mimi_codec::mail::{AddressMap, LocalAddresses, Mailbox};
///
/// let map = LocalAddresses;
/// let bob = map.to_mail("mailto:bob@example.com").unwrap();
/// assert_eq!(bob.address, "bob@example.com");
/// let again = map.to_uri(&Mailbox::new("bob@Example.COM"));
/// assert_eq!(again.as_deref(), Some("mailto:bob@example.com"));
/// let alice = map.to_mail("mimi://example.com/u/alice").unwrap();
/// assert_eq!(alice.address, "mimi=3A=2F=2Fexample.com=2Fu=2Falice@local.invalid");
/// assert_eq!(alice.name.as_deref(), Some("alice"));
/// assert_eq!(map.to_uri(&alice).unwrap(), "mimi://example.com/u/alice");
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LocalAddresses;

const LOCAL: &str = "@local.invalid";

/// RFC 5321 section 4.5.3.1.1.
const LOCAL_PART_LIMIT: usize = 64;

impl AddressMap for LocalAddresses {
    fn to_mail(&self, uri: &str) -> Option<Mailbox> {
        if let Some(address) = strip_scheme(uri, "mailto:") {
            return is_plain_address(address).then(|| Mailbox::new(address));
        }
        if uri.is_empty() {
            return None;
        }
        let escaped = escape(uri);
        let local = match escaped.len() <= LOCAL_PART_LIMIT {
            true => escaped,
            false => {
                let digest = Sha256::digest(uri.as_bytes());
                format!(
                    "uri-{}",
                    crate::item::hex(digest.get(..16).unwrap_or(&digest))
                )
            }
        };
        let name = uri
            .rsplit(['/', ':'])
            .find(|segment| !segment.is_empty())
            .unwrap_or(uri);
        Some(Mailbox::new(local + LOCAL).named(name))
    }

    fn to_uri(&self, mailbox: &Mailbox) -> Option<String> {
        let address = small_domain(&mailbox.address);
        if let Some(local) = address.strip_suffix(LOCAL)
            && let Some(uri) = unescape(local)
        {
            return Some(uri);
        }
        (!address.is_empty()).then(|| format!("mailto:{address}"))
    }
}

/// An address with its domain in small letters: domains have no case, and what stands before them
/// may have (RFC 5321 section 2.4).
fn small_domain(address: &str) -> Cow<'_, str> {
    match address.rsplit_once('@') {
        Some((local, domain)) if domain.contains(|c: char| c.is_ascii_uppercase()) => {
            Cow::Owned([local, "@", &domain.to_ascii_lowercase()].concat())
        }
        _ => Cow::Borrowed(address),
    }
}

/// Whether two addresses are one.
pub(super) fn same_address(one: &str, other: &str) -> bool {
    small_domain(one) == small_domain(other)
}

fn strip_scheme<'a>(uri: &'a str, scheme: &str) -> Option<&'a str> {
    let (head, rest) = uri.split_at_checked(scheme.len())?;
    head.eq_ignore_ascii_case(scheme).then_some(rest)
}

/// Whether an address can stand in a header field as it is: two dot-atoms (RFC 5322 section
/// 3.4.1, RFC 6532), at most 320 octets.
pub(super) fn is_plain_address(address: &str) -> bool {
    let atom = |text: &str| {
        !text.is_empty()
            && !text.starts_with('.')
            && !text.ends_with('.')
            && !text.contains("..")
            && text.chars().all(|c| {
                c.is_ascii_alphanumeric()
                    || "!#$%&'*+-/=?^_`{|}~.".contains(c)
                    || (!c.is_ascii() && !c.is_control() && !c.is_whitespace())
            })
    };
    address.len() <= 320
        && address
            .rsplit_once('@')
            .is_some_and(|(local, domain)| atom(local) && atom(domain))
}

fn escape(uri: &str) -> String {
    let mut out = String::with_capacity(uri.len() * 3 / 2);
    for octet in uri.bytes() {
        match octet {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' => out.push(char::from(octet)),
            // A dot may stand neither first nor last nor beside another dot.
            b'.' if !out.is_empty() && !out.ends_with('.') => out.push('.'),
            _ => out.push_str(&format!("={octet:02X}")),
        }
    }
    if out.ends_with('.') {
        out.pop();
        out.push_str("=2E");
    }
    out
}

/// The reverse, for addresses that [`escape`] wrote: something escaped must be in it, or any
/// local part would pass for a URI.
fn unescape(local: &str) -> Option<String> {
    if !local.contains("=3A") {
        return None;
    }
    let mut octets = alloc::vec::Vec::with_capacity(local.len());
    let mut rest = local;
    while let Some((before, after)) = rest.split_once('=') {
        octets.extend_from_slice(before.as_bytes());
        let (digits, after) = after.split_at_checked(2)?;
        octets.push(u8::from_str_radix(digits, 16).ok()?);
        rest = after;
    }
    octets.extend_from_slice(rest.as_bytes());
    let uri = String::from_utf8(octets).ok()?;
    (escape(&uri) == local).then(|| uri.to_string())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn domains_have_no_case() {
        let uri = |address: &str| LocalAddresses.to_uri(&Mailbox::new(address));
        assert_eq!(
            uri("Bob@Example.COM").as_deref(),
            Some("mailto:Bob@example.com")
        );
        let local = "mimi=3A=2F=2Fexample.com=2Fu=2Falice@LOCAL.Invalid";
        assert_eq!(uri(local).as_deref(), Some("mimi://example.com/u/alice"));
        assert!(same_address("a@X", "a@x"));
        assert!(!same_address("A@x", "a@x"));
        assert!(!same_address("a", "A"));
    }

    #[test]
    fn any_uri_becomes_an_address_that_can_stand_in_a_field() {
        for uri in [
            "mimi://example.com/u/alice-smith",
            "im:alice@example.com",
            "a..b.",
            "x\r\nBcc: everyone@example.com",
            "mimi://example.com/r/\u{1f600}",
            &"long".repeat(100),
        ] {
            let mailbox = LocalAddresses.to_mail(uri).unwrap();
            assert!(is_plain_address(&mailbox.address), "{}", mailbox.address);
            if uri.contains(':') && !mailbox.address.starts_with("uri-") {
                assert_eq!(LocalAddresses.to_uri(&mailbox).as_deref(), Some(uri));
            }
        }
        assert_eq!(LocalAddresses.to_mail("mailto:a b@c"), None);
        assert_eq!(LocalAddresses.to_mail("mailto:a@c\r\nX: y"), None);
    }
}
