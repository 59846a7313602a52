//! What people are called: the shortest piece of a URI that tells them apart. Names that a message
//! claims for somebody are not used, because anybody can claim any name.

use alloc::collections::BTreeMap;
use alloc::format;
use alloc::string::{String, ToString};
use alloc::vec::Vec;
use std::collections::{HashMap, HashSet};

use super::TranscriptOptions;
use crate::message::MimiUri;
use crate::room::{Room, identity};

/// What somebody is called.
#[derive(Clone, Debug)]
struct Person {
    name: String,
    /// Place in the order of the URIs.
    place: usize,
    /// Whether this is the spelling that stands for all others.
    first: bool,
}

/// The people of a room. Two spellings of one URI are one person, as in the [`Room`].
#[derive(Debug, Default)]
pub(super) struct Names {
    /// By URI, in every spelling.
    people: HashMap<String, Person>,
    /// Everybody whom a link can mention, each in one spelling.
    members: HashSet<String>,
}

impl Names {
    /// Everybody who sent something, and who else can be mentioned.
    pub(super) fn of<A>(room: &Room<A>, options: &TranscriptOptions) -> Self {
        let forgotten = room.items().filter(|item| item.is_forgotten());
        let mut uris: Vec<&str> = room
            .received()
            .map(|incoming| incoming.sender)
            .chain(forgotten.map(|item| item.sender()))
            .collect();
        uris.sort_unstable();
        uris.dedup();
        let mut names = Names::from_uris(&uris);
        let others = options.members.iter().chain(&options.reader);
        names
            .members
            .extend(others.map(|uri| identity(uri).into_owned()));
        names
    }

    fn from_uris(uris: &[&str]) -> Self {
        let mut spellings: BTreeMap<String, Vec<&str>> = BTreeMap::new();
        for uri in uris {
            spellings
                .entry(identity(uri).into_owned())
                .or_default()
                .push(uri);
        }
        let mut names: HashMap<&str, String> = HashMap::new();
        // From short to long, until each is the name of one.
        let steps: [fn(&str) -> String; 3] = [label, with_host, ToString::to_string];
        let mut left: Vec<&str> = spellings.keys().map(String::as_str).collect();
        for step in steps {
            let mut by_name: BTreeMap<String, Vec<&str>> = BTreeMap::new();
            for uri in left.drain(..) {
                by_name.entry(step(uri)).or_default().push(uri);
            }
            for (name, uris) in by_name {
                match uris.as_slice() {
                    [one] => drop(names.insert(one, name)),
                    _ => left.extend(uris),
                }
            }
        }
        let mut people = HashMap::new();
        for ((normal, spelled), place) in spellings.iter().zip(0..) {
            let name = names.get(normal.as_str()).unwrap_or(normal);
            for (nth, uri) in spelled.iter().enumerate() {
                let person = Person {
                    name: name.clone(),
                    place,
                    first: nth == 0,
                };
                people.insert((*uri).to_string(), person);
            }
        }
        Names {
            people,
            members: spellings.into_keys().collect(),
        }
    }

    pub(super) fn get<'n>(&'n self, uri: &'n str) -> &'n str {
        self.people.get(uri).map_or(uri, |person| &person.name)
    }

    /// One of eight colours; the first eight people have different ones.
    pub(super) fn colour(&self, uri: &str) -> usize {
        self.people.get(uri).map_or(0, |person| person.place % 8)
    }

    pub(super) fn knows(&self, uri: &str) -> bool {
        self.members.contains(&*identity(uri))
    }

    /// Everybody who sent something, by name: the name and the URI.
    pub(super) fn all(&self) -> Vec<(&str, &str)> {
        let people = self.people.iter().filter(|(_, person)| person.first);
        let mut all: Vec<(&str, &str)> = people
            .map(|(uri, person)| (person.name.as_str(), uri.as_str()))
            .collect();
        all.sort_unstable();
        all
    }
}

/// The last piece of a URI.
pub(super) fn label(uri: &str) -> String {
    if let Ok(uri) = MimiUri::parse(uri)
        && !uri.name().is_empty()
    {
        return uri.name().into_owned();
    }
    match uri.split_once(':') {
        Some(("mailto", address)) => address.to_string(),
        _ => {
            let last = uri.trim_end_matches('/').rsplit('/').next();
            last.filter(|last| !last.is_empty())
                .unwrap_or(uri)
                .to_string()
        }
    }
}

fn with_host(uri: &str) -> String {
    match MimiUri::parse(uri) {
        Ok(parsed) => format!("{}@{}", parsed.name(), parsed.authority()),
        Err(_) => uri.to_string(),
    }
}

/// One or two letters for a name.
pub(super) fn initials(name: &str) -> String {
    let name = name.split('@').next().unwrap_or_default();
    let initials: String = name
        .split(|c: char| !c.is_alphanumeric())
        .filter_map(|word| word.chars().next())
        .take(2)
        .flat_map(char::to_uppercase)
        .collect();
    if initials.is_empty() {
        "?".into()
    } else {
        initials
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn as_short_as_tells_people_apart() {
        let uris = [
            "mimi://example.com/u/alice-smith",
            "mimi://example.com/u/bob",
            "mimi://example.net/u/bob",
            "mailto:carol@example.org",
            "https://example.com/people/dave/",
            "im:eve@example.com",
            "mimi://example.com/u/%E2%82%AC",
            "odd",
        ];
        let names = Names::from_uris(&uris);
        let called: Vec<&str> = uris.iter().map(|uri| names.get(uri)).collect();
        assert_eq!(
            called[..5],
            [
                "alice-smith",
                "bob@example.com",
                "bob@example.net",
                "carol@example.org",
                "dave"
            ]
        );
        assert_eq!(called[6..], ["\u{20ac}", "odd"]);
        assert!(names.knows("mimi://EXAMPLE.com/u/bob"));
        assert!(!names.knows("mimi://example.com/u/mallory"));
        assert_eq!(
            names.get("mimi://example.com/u/x"),
            "mimi://example.com/u/x"
        );
        // Two spellings of one URI are one person.
        let twins = ["mimi://Example.com/u/a%2Db", "mimi://example.com/u/a-b"];
        let names = Names::from_uris(&twins);
        assert_eq!(twins.map(|uri| names.get(uri)), ["a-b"; 2]);
        assert_eq!(twins.map(|uri| names.colour(uri)), [0; 2]);
        assert_eq!(names.all(), [("a-b", twins[0])]);
        // The domain of a mail address has no case; what stands before it has.
        let mails = [
            "mailto:bob@Example.com",
            "mailto:bob@example.com",
            "mailto:Bob@example.com",
        ];
        let names = Names::from_uris(&mails);
        let called = mails.map(|uri| names.get(uri));
        assert_eq!(
            called,
            ["bob@example.com", "bob@example.com", "Bob@example.com"]
        );
        assert_eq!(names.all().len(), 2);
        assert!(names.knows("MAILTO:bob@EXAMPLE.COM"));
    }

    #[test]
    fn initials_of_names() {
        for (name, letters) in [
            ("alice-smith", "AS"),
            ("bob", "B"),
            ("bob.jones@example.com", "BJ"),
            ("\u{df}x", "SS"),
            ("--", "?"),
            ("", "?"),
        ] {
            assert_eq!(initials(name), letters);
        }
    }
}
