use super::*;

const GFM_MIMI: &str = "text/markdown;variant=GFM-MIMI";
const COMMON_MARK: &str = "text/markdown;variant=CommonMark";

fn parse(source: &str) -> MediaType<'_> {
    MediaType::parse(source).unwrap()
}

#[test]
fn the_drafts_types() {
    for source in [
        "application/mimi-content",
        "application/mimi-message-status",
        "text/plain;charset=utf-8",
        GFM_MIMI,
        COMMON_MARK,
        "text/html",
        "image/jpeg",
    ] {
        assert_eq!(parse(source).as_str(), source);
        assert!(parse(source).covers(&parse(source)));
    }
    assert!(parse(GFM_MIMI).is_gfm_mimi());
    assert!(parse(COMMON_MARK).is_common_mark());
    assert!(!parse(COMMON_MARK).is_gfm_mimi());
    assert!(parse("text/html;charset=utf-8").is_html());
    assert!(parse("application/mimi-content").is_mimi_content());
    assert!(parse("application/mimi-message-status").is_message_status());
    assert!(parse("image/svg+xml").is_image());
    assert_eq!(parse("image/svg+xml;a=b").suffix(), Some("xml"));
}

#[test]
fn what_mime_refuses_and_rfcs_allow_is_read() {
    for (source, parameters) in [
        ("text/plain ; charset=utf-8", &[("charset", "utf-8")][..]),
        ("text/plain;\tcharset=UTF-8", &[("charset", "utf-8")]),
        ("text/plain;charset=utf-8;", &[("charset", "utf-8")]),
        ("text/plain; ;;charset=\"utf-8\" ;", &[("charset", "utf-8")]),
        ("a/b;x=\"\"", &[("x", "")]),
        ("a/b;x=\"\";y=\"\"", &[("x", ""), ("y", "")]),
        ("a/b;x=\"\";\"z\"", &[]),
        ("a/b;x=\"say \\\"hi\\\" \\\\\"", &[("x", "say \"hi\" \\")]),
        ("a/b;x=\"é;=\"; Y=Z", &[("x", "é;="), ("y", "Z")]),
        (" a/b ", &[]),
        ("a/b;x=", &[("x", "")]),
    ] {
        if source.ends_with("z\"") {
            assert!(MediaType::parse(source).is_err());
            continue;
        }
        let read = parse(source);
        assert_eq!(
            read.parameters().collect::<Vec<_>>(),
            parameters,
            "{source}"
        );
        assert_eq!(read.as_str(), source);
    }
}

#[test]
fn what_is_refused_and_where() {
    for (source, at) in [
        ("", 0),
        ("text", 4),
        ("text/", 5),
        ("/plain", 0),
        ("text/plain charset=utf-8", 11),
        ("text/plain;charset", 18),
        ("text/plain;=x", 11),
        ("text/plain;a=\"b", 15),
        ("text/plain;a=\"\\\"", 16),
        ("text/plain;a=\"\n\"", 14),
        ("text/plän", 7),
        ("text/plain\r\nX: y", 10),
        ("*/*", 0),
        ("text/*", 0),
        ("text/plain/x", 10),
    ] {
        let error = MediaType::parse(source).unwrap_err();
        assert_eq!(error.finding().offset, Some(at), "{source:?}: {error}");
        assert_eq!(error.code(), codes::MEDIA_TYPE_SYNTAX);
    }
}

#[test]
fn many_parameters_are_refused() {
    let source = |count| String::from("a/b") + &";x=\";\"".repeat(count);
    assert_eq!(parse(&source(64)).parameters().count(), 64);
    let error = MediaType::parse(source(65)).unwrap_err();
    assert_eq!(error.finding().offset, Some(3 + 64 * 6 + 1));
    assert!(MediaType::parse(String::from("a/b") + &";".repeat(1000)).is_ok());
}

#[test]
fn equality_is_of_formats() {
    for (one, two) in [
        ("text/plain;charset=utf-8", "TEXT/PLAIN; Charset=\"UTF8\""),
        (
            "text/plain;charset=utf-8;format=flowed",
            "text/plain;charset=utf-8",
        ),
        ("image/png;name=a", "image/png;name=b"),
        ("text/html;variant=x", "text/html"),
        ("image/png;charset=x", "image/png"),
    ] {
        assert_eq!(parse(one), parse(two));
    }
    for (one, two) in [
        ("text/plain;charset=utf-8", "text/plain"),
        (
            "text/markdown;variant=GFM",
            "text/markdown;variant=GFM-MIMI",
        ),
        ("text/markdown", "text/markdown;variant=GFM-MIMI"),
        ("text/html", "text/plain"),
    ] {
        assert_ne!(parse(one), parse(two));
    }
}

#[test]
fn who_supports_what() {
    let covers = |one, two| parse(one).covers(&parse(two));
    assert!(covers("text/plain;charset=utf-8", "text/plain"));
    assert!(covers(
        "text/plain;charset=utf-8",
        "text/plain;charset=US-ASCII"
    ));
    assert!(covers("text/plain", "text/plain;charset=koi8-r"));
    assert!(covers("text/markdown", GFM_MIMI));
    assert!(!covers(GFM_MIMI, "text/markdown"));
    assert!(!covers(GFM_MIMI, COMMON_MARK));
    assert!(!covers(
        "text/plain;charset=utf-8",
        "text/plain;charset=koi8-r"
    ));
    assert!(!covers("text/plain", "text/html"));
}

#[test]
fn written_parameters_are_read_again() {
    for value in ["", "a", "a b", "\"", "\\", "é\t;", "a\\\"b"] {
        let source = String::from("a/b") + &media_parameter("x", value).unwrap();
        assert_eq!(parse(&source).parameter("X"), Some(value), "{source}");
    }
    assert_eq!(media_parameter("x y", "z"), None);
    assert_eq!(media_parameter("", "z"), None);
    assert_eq!(media_parameter("x", "\r\nBcc: a"), None);
}

#[test]
fn no_text_makes_it_panic() {
    let pieces = [
        "a",
        "/",
        ";",
        "=",
        "\"",
        "\\",
        " ",
        "é",
        "\t",
        "+",
        "charset=utf-8",
    ];
    let mut texts: Vec<String> = std::vec![String::new()];
    for _ in 0..4 {
        texts = texts
            .iter()
            .flat_map(|text| {
                pieces
                    .iter()
                    .map(move |piece| alloc::format!("{text}{piece}"))
            })
            .collect();
        for text in &texts {
            let _ = MediaType::parse(alloc::format!("a/b{text}"));
            let _ = MediaType::parse(text.as_str());
        }
    }
}

/// What is read in place is what the closer look reads.
#[test]
fn the_usual_spelling_is_read_as_any_other() {
    let essences = [
        "text/plain",
        "text/markdown",
        "image/svg+xml",
        "application/vnd.a.b-c+json",
        "text/-",
        "1/2",
        "text/",
        "/a",
        "text",
        "Text/plain",
        "a/b/c",
        "a+b/c",
        "text/*",
        "text/+",
        "text/.",
    ];
    let parameters = [
        "",
        ";charset=utf-8",
        "; charset=utf-8",
        ";  charset=utf-8",
        ";charset=UTF-8",
        "; charset=Utf-8",
        ";charset=iso-8859-1",
        ";Charset=utf-8",
        ";variant=GFM-MIMI",
        ";variant=",
        ";a=\"b\"",
        ";a",
        ";",
        ";a=b c",
        " ;a=b",
        ";-=_",
        ";a=.",
        ";charset=\u{e9}",
    ];
    let pieces = |source: &str, (essence, parameters): &Pieces| {
        let parameters = parameters.iter().map(|(name, value)| {
            let (name, value) = (name.of(source), value.of(source));
            (String::from(name), String::from(value))
        });
        (
            String::from(essence.of(source)),
            parameters.collect::<Vec<_>>(),
        )
    };
    let mut usual = 0;
    for essence in essences {
        for first in parameters {
            for second in parameters {
                let source = [essence, first, second].concat();
                let Some(read) = pieces_of_usual(&source) else {
                    continue;
                };
                usual += 1;
                let closely = closer_look(&source).unwrap();
                assert_eq!(
                    pieces(&source, &read),
                    pieces(&source, &closely),
                    "{source}"
                );
            }
        }
    }
    assert!(usual > 500, "{usual}");
    let many = ";a=b".repeat(65);
    assert!(pieces_of_usual(&["text/plain", &many].concat()).is_none());
    assert!(MediaType::parse(["text/plain", &many].concat()).is_err());
    assert!(pieces_of_usual(&["text/plain", &many[4..]].concat()).is_some());
}
