//! URLs by the characters and the beginning that RFC 3986 gives them, and the URIs of senders,
//! rooms and clients.

use std::format;
use std::string::String;

use crate::message::{MimiUri, UriKind};
use crate::report::{Finding, codes};

/// What a URI is to name.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    User,
    Client,
    Room,
}

impl Role {
    fn allows(self, kind: UriKind) -> bool {
        match (self, kind) {
            (_, UriKind::Other) => true,
            (Role::User, kind) => matches!(kind, UriKind::User | UriKind::Pseudonym),
            (Role::Client, kind) => kind == UriKind::Client,
            (Role::Room, kind) => matches!(kind, UriKind::Room | UriKind::Group),
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Role::User => "the URI of a user",
            Role::Client => "the URI of a client",
            Role::Room => "the URI of a room",
        }
    }
}

/// What is wrong with an identifier, if anything is: without a place.
pub(super) fn judge(uri: &str, role: Role) -> Option<Finding> {
    if is_usual(uri, role) {
        return None;
    }
    judge_closely(uri, role)
}

/// Whether a URI is spelled as nearly all are, `mimi://example.com/u/alice`: then nothing is wrong
/// with it, and it need not be taken apart.
fn is_usual(uri: &str, role: Role) -> bool {
    let of_host = |b: u8| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'.' | b'-');
    let of_name = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_' | b'~');
    let kinds = [
        UriKind::User,
        UriKind::Room,
        UriKind::Group,
        UriKind::Pseudonym,
    ];
    let Some(rest) = uri.strip_prefix("mimi://").map(str::as_bytes) else {
        return false;
    };
    let host = rest.iter().take_while(|octet| of_host(**octet)).count();
    let Some([b'/', segment, b'/', name @ ..]) = rest.get(host..) else {
        return false;
    };
    // A name that begins with a full stop may be a dot segment.
    host > 0
        && name.first().is_some_and(|first| *first != b'.')
        && name.iter().all(|octet| of_name(*octet))
        && kinds.iter().any(|kind| {
            role.allows(*kind) && kind.segment().map(str::as_bytes) == Some(&[*segment])
        })
}

fn judge_closely(uri: &str, role: Role) -> Option<Finding> {
    let scheme = match scheme(uri) {
        Ok(scheme) => scheme,
        Err(found) => {
            let finding = Finding::new(codes::URL_SYNTAX).found(found);
            return Some(finding.expected("a URI as in mimi://example.com/u/alice"));
        }
    };
    if !["mimi", "im"]
        .iter()
        .any(|it| it.eq_ignore_ascii_case(scheme))
    {
        return None;
    }
    let parsed = match MimiUri::parse(uri) {
        Ok(parsed) => parsed,
        Err(error) => {
            let mut finding = error.finding().clone();
            // The offset counts octets of the text; that of a finding octets of the document.
            let at = finding.offset.take().unwrap_or(0);
            let found = finding.found.take().unwrap_or_default();
            return Some(finding.found(format!("{found}, octet {at} of the URI")));
        }
    };
    if !role.allows(parsed.kind()) {
        let finding = Finding::new(codes::URI_KIND).found(format!("{uri:?}"));
        return Some(finding.expected(role.name()));
    }
    let normal = parsed.normalised();
    (normal != uri).then(|| {
        Finding::new(codes::URI_NOT_NORMALISED)
            .found(format!("{uri:?}"))
            .expected(format!("{normal:?}"))
    })
}

/// The scheme of an absolute URI (RFC 3986 section 3), or what stands in its way.
pub(super) fn scheme(uri: &str) -> Result<&str, String> {
    let is_scheme = |text: &str| {
        let mut octets = text.bytes();
        octets.next().is_some_and(|b| b.is_ascii_alphabetic())
            && octets.all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(&b))
    };
    let Some((scheme, rest)) = uri.split_once(':').filter(|(it, _)| is_scheme(it)) else {
        return Err(String::from("no scheme"));
    };
    if rest.is_empty() {
        return Err(format!("nothing after {scheme}:"));
    }
    let octets = uri.as_bytes();
    for (at, octet) in octets.iter().enumerate() {
        let allowed = match octet {
            b'%' => octets
                .get(at + 1..at + 3)
                .is_some_and(|pair| pair.iter().all(u8::is_ascii_hexdigit)),
            b => b.is_ascii_alphanumeric() || b"-._~:/?#[]@!$&'()*+,;=".contains(b),
        };
        if !allowed {
            let found = match uri.get(at..).and_then(|rest| rest.chars().next()) {
                Some('%') => format!("a bare % at octet {at} of the URL"),
                Some(c) => format!("{c:?} at octet {at} of the URL"),
                None => format!("octet {at} of the URL"),
            };
            return Err(found);
        }
    }
    let is_web = ["http", "https"]
        .iter()
        .any(|it| it.eq_ignore_ascii_case(scheme));
    let host = rest.strip_prefix("//").unwrap_or_default();
    if is_web && host.split(['/', '?', '#']).next().is_none_or(str::is_empty) {
        return Err(String::from("no host"));
    }
    Ok(scheme)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_are_told_from_texts() {
        for good in [
            "https://example.com",
            "http://[2001:db8::1]:80/a%20b?c=d#e",
            "mailto:a@example.com",
            "data:,x",
            "im:alice@example.com",
        ] {
            assert!(scheme(good).is_ok(), "{good}: {:?}", scheme(good));
        }
        for (bad, why) in [
            ("", "no scheme"),
            ("example.com/a", "no scheme"),
            ("/a:b", "no scheme"),
            ("1a:b", "no scheme"),
            ("https:", "nothing after https:"),
            ("https:///path", "no host"),
            ("https:example.com", "no host"),
            ("https://a b", "' ' at octet 9 of the URL"),
            ("https://a/é", "'é' at octet 10 of the URL"),
            ("https://a/%2", "a bare % at octet 10 of the URL"),
        ] {
            assert_eq!(scheme(bad), Err(why.into()), "{bad}");
        }
    }

    /// What is passed without a closer look has nothing wrong with it.
    #[test]
    fn the_usual_spelling_hides_nothing() {
        assert!(is_usual("mimi://example.com/u/alice.smith", Role::User));
        assert!(is_usual("mimi://example.com/r/team_1", Role::Room));
        let schemes = ["mimi://", "MIMI://", "mimi:/", "im:", ""];
        let hosts = [
            "a.example",
            "A.example",
            "a..",
            "-",
            "",
            "a:80",
            "a@b",
            "[::1]",
        ];
        let paths = [
            "/u/a", "/r/a.b", "/g/a", "/p/~a", "/d/a", "/d/a/b", "/t/a", "/u/", "/u/.", "/u/..",
            "/u/.a", "/u/a/b", "/u/%41", "/u/a%2", "/u/a?b", "/u/a#b", "/u/a b", "/u/é", "/U/a",
            "/x/a", "/", "",
        ];
        let mut usual = 0;
        for role in [Role::User, Role::Client, Role::Room] {
            for scheme in schemes {
                for host in hosts {
                    for path in paths {
                        let uri = [scheme, host, path].concat();
                        if is_usual(&uri, role) {
                            usual += 1;
                            assert_eq!(judge_closely(&uri, role), None, "{uri}");
                        }
                    }
                }
            }
        }
        // Three hosts, two kinds of user and two kinds of room.
        assert_eq!(usual, 12);
    }

    #[test]
    fn identifiers_name_what_they_are_to_name() {
        let code = |uri, role| judge(uri, role).map(|finding| finding.code);
        assert_eq!(code("mimi://a.example/u/alice", Role::User), None);
        assert_eq!(code("im:alice@a.example", Role::User), None);
        assert_eq!(code("xmpp:alice@a.example", Role::User), None);
        assert_eq!(code("mimi://a.example/r/x", Role::Room), None);
        assert_eq!(code("mimi://a.example/d/alice/1", Role::Client), None);
        assert_eq!(
            code("mimi://a.example/r/x", Role::User),
            Some(codes::URI_KIND)
        );
        assert_eq!(code("mimi://a.example", Role::Room), Some(codes::URI_KIND));
        assert_eq!(code("alice", Role::User), Some(codes::URL_SYNTAX));
        assert_eq!(code("mimi:alice", Role::User), Some(codes::URI_SYNTAX));
        assert_eq!(
            code("MIMI://a.example/u/alice", Role::User),
            Some(codes::URI_NOT_NORMALISED)
        );
    }
}
