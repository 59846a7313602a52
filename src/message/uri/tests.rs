use super::*;
use alloc::string::ToString;
use alloc::vec::Vec;

fn parse(text: &str) -> MimiUri<'_> {
    MimiUri::parse(text).unwrap()
}

#[test]
fn the_identifiers_of_the_drafts() {
    use UriKind::*;
    for (text, kind, name) in [
        ("mimi://a.example", Provider, ""),
        ("mimi://a.example/", Provider, ""),
        ("mimi://a.example/u/alice", User, "alice"),
        ("mimi://a.example/p/crazykoala75", Pseudonym, "crazykoala75"),
        ("mimi://a.example/d/ClientA1", Client, "ClientA1"),
        (
            "mimi://a.example/d/alice/ClientA1",
            Client,
            "alice/ClientA1",
        ),
        ("mimi://a.example/r/clubhouse", Room, "clubhouse"),
        ("mimi://a.example/g/TII9t5viBrXiXc", Group, "TII9t5viBrXiXc"),
        ("mimi://a.example/t/engineering", Team, "engineering"),
        (
            "mimi://irc.example.com/u/jcapulet1583@example.com",
            User,
            "jcapulet1583@example.com",
        ),
        ("mimi://a.example/x/alice", Other, "x/alice"),
        ("mimi://[2001:db8::1]:8443/u/alice", User, "alice"),
        ("im:alice@example.com", User, "alice"),
        ("im:pep%C3%A9@example.com?subject=hi", User, "pepé"),
    ] {
        let uri = parse(text);
        assert_eq!((uri.kind(), uri.name().as_ref()), (kind, name), "{text}");
        assert_eq!(uri.to_string(), text);
        assert_eq!(uri.clone().into_owned(), uri);
    }
    assert_eq!(
        parse("mimi://[2001:db8::1]:8443/u/a").host(),
        "[2001:db8::1]"
    );
    assert_eq!(parse("mimi://[2001:db8::1]:8443/u/a").port(), Some(8443));
    assert_eq!(
        parse("mimi://a.example:8443/u/a").authority(),
        "a.example:8443"
    );
    assert_eq!(parse("mimi://a.example/r/x?y#z").suffix(), "?y#z");
    assert_eq!(parse("mimi://a.example/r/x?y#z").name(), "x");
}

#[test]
fn the_user_of_a_client() {
    let client = parse("mimi://Example.com/d/3b52249d-68f9-45ce-8bf5-c799f3cad7ec/0003");
    let user = client.user().unwrap();
    assert_eq!(
        user.as_str(),
        "mimi://Example.com/u/3b52249d-68f9-45ce-8bf5-c799f3cad7ec"
    );
    assert_eq!(parse("mimi://a.example/d/ClientA1").user(), None);
    assert_eq!(parse("mimi://a.example/u/alice/x").user(), None);
}

#[test]
fn comparison_is_of_the_normalised_text() {
    for (one, two) in [
        ("MIMI://A.Example/u/alice", "mimi://a.example/u/alice"),
        ("mimi://a.example", "mimi://a.example/"),
        ("mimi://a.example:", "mimi://a.example"),
        ("mimi://a.example:/u/x", "mimi://a.example/u/x"),
        ("mimi://a.example/u/%61lice", "mimi://a.example/u/alice"),
        ("mimi://a.example/%75/alice", "mimi://a.example/u/alice"),
        ("mimi://a.example/u/%c3%a9", "mimi://a.example/u/%C3%A9"),
        ("mimi://%41.example/u/x", "mimi://a.example/u/x"),
        ("im:alice@EXAMPLE.com", "IM:alice@example.com"),
        ("mimi://a.example/?x", "mimi://a.example?x"),
    ] {
        assert_eq!(parse(one), parse(two));
        assert_eq!(parse(one).kind(), parse(two).kind());
        assert_eq!(parse(one).normalised(), parse(two).normalised());
    }
    for (one, two) in [
        ("mimi://a.example/u/Alice", "mimi://a.example/u/alice"),
        ("mimi://a.example/u/a%2Fb", "mimi://a.example/u/a/b"),
        ("mimi://a.example/u/a", "mimi://a.example:443/u/a"),
        ("mimi://a.example/u/a", "mimi://a.example/r/a"),
        ("im:Alice@example.com", "im:alice@example.com"),
        ("mimi://a.example/u/a?b", "mimi://a.example/u/a"),
    ] {
        assert_ne!(parse(one), parse(two));
    }
}

#[test]
fn what_is_refused_and_where() {
    for (text, at) in [
        ("", 0),
        ("alice@example.com", 0),
        ("https://example.com/u/alice", 0),
        ("mimi:example.com", 5),
        ("mimi:/u/alice", 5),
        ("mimi://", 7),
        ("mimi:///u/alice", 7),
        ("mimi://:80/u/alice", 7),
        ("mimi://good.example@evil.example/u/alice", 19),
        ("mimi://a.example:port/u/x", 16),
        ("mimi://a.example:65536/u/x", 17),
        ("mimi://[::1/u/x", 7),
        ("mimi://[zz]/u/x", 8),
        ("mimi://[::1]x/u/x", 12),
        ("mimi://a]b/u/x", 8),
        ("mimi://a.example/u", 18),
        ("mimi://a.example/u/", 19),
        ("mimi://a.example/u/..", 19),
        ("mimi://a.example/%2e%2E/u/x", 17),
        ("mimi://a.example/u/al ice", 21),
        ("mimi://a.example/u/jürgen", 20),
        ("mimi://a.example/u/%zz", 19),
        ("mimi://a.example/u/a[1]", 20),
        ("mimi://a.example/?[", 18),
        ("im:a@[::1]", 5),
        ("mimi://a.example/u/x%4", 20),
        ("mimi://a.example/u/x#y#z", 22),
        ("im:example.com", 3),
        ("im:@example.com", 3),
        ("im:alice@", 9),
        ("im:alice@good.example@evil.example", 21),
        ("im:alice@a.example:80", 18),
        ("im:Alice <alice@a.example>", 8),
    ] {
        let error = MimiUri::parse(text).unwrap_err();
        assert_eq!(error.finding().offset, Some(at), "{text}: {error}");
        assert_eq!(error.code(), codes::URI_SYNTAX);
    }
}

#[test]
fn made_uris_are_what_they_were_made_as() {
    let uri = MimiUri::new(UriKind::User, "example.com", "100% é/a?b#c").unwrap();
    assert_eq!(uri.name(), "100% é/a?b#c");
    assert_eq!(
        MimiUri::new(UriKind::Provider, "example.com", "")
            .unwrap()
            .kind(),
        UriKind::Provider
    );
    for (kind, host, name) in [
        (UriKind::User, "a/u/b", "x"),
        (UriKind::User, "a@b", "x"),
        (UriKind::User, "a?b", "x"),
        (UriKind::User, "", "x"),
        (UriKind::User, "a", ""),
        (UriKind::User, "a", "../x"),
        (UriKind::Other, "a", "u/alice"),
        (UriKind::Provider, "a", "u/alice"),
        (UriKind::Provider, "a", "x"),
    ] {
        assert!(
            MimiUri::new(kind, host, name).is_err(),
            "{kind:?} {host} {name}"
        );
    }
}

#[test]
fn no_text_makes_it_panic() {
    let pieces = [
        "mimi:", "im:", "//", "/", "u", "%", "%4", "é", "@", "[", "]", ":", "?", "#", ".",
    ];
    let mut texts: Vec<String> = alloc::vec![String::new()];
    for _ in 0..4 {
        texts = texts
            .iter()
            .flat_map(|text| pieces.iter().map(move |piece| format!("{text}{piece}")))
            .collect();
        for text in &texts {
            if let Ok(uri) = MimiUri::parse(text.as_str()) {
                let again = uri.normalised();
                assert_eq!(parse(&again), uri, "{text}");
                let _ = (uri.authority(), uri.name(), uri.user());
            }
        }
    }
}
