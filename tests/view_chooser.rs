//! Which parts are shown: a table of trees and readers, and what is chosen for each.
#![cfg(feature = "markdown")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use mimi_codec::message::{
    Disposition, ExternalPart, MimiContent, NestedPart, PartSemantics, Salt,
};
use mimi_codec::view::{Fate, Remote, ViewPolicy, select};

/// Media types by the short names of the table.
const TYPES: &[(&str, &str)] = &[
    ("md", "text/markdown;variant=GFM-MIMI"),
    ("cm", "text/markdown;variant=CommonMark"),
    ("plain", "text/plain;charset=utf-8"),
    ("html", "text/html;charset=utf-8"),
    ("gif", "image/gif"),
    ("png", "image/png"),
    ("jpeg", "image/jpeg"),
    ("mp4", "video/mp4"),
    ("mimi", "application/mimi-content"),
    ("vnd", "application/vnd.examplevendor-fancy-im-message"),
    ("odd", "not a media type"),
    ("none", ""),
];

/// Reads `one(a b)`, `unit(a b)`, `all(a b)`, `null` and leaves such as `html@fr`, `mp4!6` (with
/// disposition 6) and `ext:png` (elsewhere).
fn tree(text: &mut &str) -> NestedPart<'static> {
    *text = text.trim_start();
    let end = text.find([' ', '(', ')']).unwrap_or(text.len());
    let (word, rest) = text.split_at(end);
    *text = rest;
    let (word, disposition) = match word.split_once('!') {
        Some((word, number)) => (word, Disposition(number.parse().unwrap())),
        None => (word, Disposition::RENDER),
    };
    let (word, language) = word.split_once('@').unwrap_or((word, ""));
    let semantics = match word {
        "one" => Some(PartSemantics::ChooseOne),
        "unit" => Some(PartSemantics::SingleUnit),
        "all" => Some(PartSemantics::ProcessAll),
        _ => None,
    };
    let part = if let Some(semantics) = semantics {
        *text = text.strip_prefix('(').expect("an opening bracket");
        let mut parts = Vec::new();
        loop {
            *text = text.trim_start();
            if let Some(rest) = text.strip_prefix(')') {
                *text = rest;
                break;
            }
            parts.push(tree(text));
        }
        NestedPart::multi(disposition, semantics, parts)
    } else if word == "null" {
        NestedPart::null(disposition)
    } else {
        let (elsewhere, name) = match word.split_once(':') {
            Some(("ext", name)) => (true, name),
            _ => (false, word),
        };
        let known = TYPES.iter().find(|(known, _)| *known == name);
        let media_type = known.unwrap_or_else(|| panic!("{name}")).1;
        if elsewhere {
            let mut part = ExternalPart::new(media_type, "https://example.com/x");
            part.size = 1000;
            NestedPart::external(disposition, part)
        } else {
            NestedPart::single(disposition, media_type, &[0; 100])
        }
    };
    part.with_language(language.to_owned().replace('+', ","))
}

fn message(text: &str) -> MimiContent<'static> {
    let mut rest = text;
    let body = tree(&mut rest);
    assert_eq!(rest.trim(), "", "{text}");
    MimiContent::new(Salt::new([1; 16]), body)
}

/// A reader: what it shows of the usual types (`all` for every usual one, `-html` without it),
/// `fetch` for remote content at once, then its languages after `|`.
fn reader(text: &str) -> ViewPolicy {
    let (types, languages) = text.split_once('|').unwrap_or((text, ""));
    let usual = ViewPolicy::default().support("text/html", 0.9);
    let mut policy = ViewPolicy::nothing();
    for word in types.split_whitespace() {
        if word == "fetch" {
            policy = policy.remote(Remote::Allowed);
            continue;
        }
        let (name, off) = match word.strip_prefix('-') {
            Some(name) => (name, true),
            None => (word, false),
        };
        for (known, media_type) in TYPES {
            if name == "all" || name == *known {
                let score = if off {
                    0.0
                } else {
                    usual.media_score(media_type)
                };
                policy = policy.support(media_type, score);
            }
        }
    }
    policy.languages(languages.split_whitespace())
}

/// Own data in the shape of the draft's appendix B.3: part indices 0 to 10.
const NESTED: &str = "one(all(one(html@en html@fr) gif!4) all(one(html@en html@fr) png!4))";

/// Tree, reader, leaves to be shown, leaves withheld because a unit cannot be shown whole.
const VECTORS: &[(&str, &str, &str, &str)] = &[
    // Appendix B.3: each language with each image.
    (NESTED, "all -png | en", "3 5", ""),
    (NESTED, "all -png | fr", "4 5", ""),
    (NESTED, "all -gif | en", "8 10", ""),
    (NESTED, "all -gif | fr", "9 10", ""),
    (NESTED, "all | en", "8 10", ""),
    (NESTED, "all | fr en", "9 10", ""),
    (NESTED, "all | de", "8 10", ""),
    (NESTED, "all", "8 10", ""),
    // Without HTML nothing is whole: the alternative with an image that can be shown.
    (NESTED, "all -html -png | en", "3 5", ""),
    (NESTED, "all -html -png | fr", "3 5", ""),
    (NESTED, "all -html -gif | en", "8 10", ""),
    (NESTED, "all -html -gif | fr", "8 10", ""),
    (NESTED, "all -html | fr", "8 10", ""),
    // With no image either: the text with the first image.
    (NESTED, "html | fr", "4 5", ""),
    // Single leaves are shown, if only as placeholders.
    ("md", "all", "0", ""),
    ("vnd", "all", "0", ""),
    ("null", "all", "0", ""),
    ("odd", "all", "0", ""),
    // chooseOne: the richest form, wherever it stands.
    ("one(md vnd)", "all", "1", ""),
    ("one(vnd md)", "all", "2", ""),
    ("one(plain md)", "all", "2", ""),
    ("one(md plain)", "all", "1", ""),
    ("one(html md)", "all", "2", ""),
    ("one(html plain)", "all", "1", ""),
    ("one(html plain)", "all -html", "2", ""),
    ("one(cm md)", "all", "2", ""),
    ("one(md cm)", "plain cm", "2", ""),
    // Ties go to the lowest index.
    ("one(md md md)", "all", "1", ""),
    ("one(png jpeg)", "all", "1", ""),
    ("one(jpeg png)", "all", "1", ""),
    ("one(vnd mp4)", "all", "1", ""),
    // Languages: the reader's order, a narrower or wider tag, none understood.
    ("one(md@de md@fr md@en)", "all | en fr", "3", ""),
    ("one(md@de md@fr md@en)", "all | fr en", "2", ""),
    ("one(md@de md@fr md@en)", "all | it", "1", ""),
    ("one(md@en-US md@en-GB)", "all | en-GB", "2", ""),
    ("one(md@de md@en)", "all | en-GB", "2", ""),
    ("one(md@en-GB md@de)", "all | de en", "2", ""),
    ("one(md@de+en md@it)", "all | en", "1", ""),
    ("one(md@de md)", "all | en", "2", ""),
    ("one(md@EN md@de)", "all | en", "1", ""),
    // A plain text that is understood beats a rich one that is not.
    ("one(md@de plain@en)", "all | en", "2", ""),
    // Languages come down from the multipart.
    ("one(all@de(md png) all@fr(md png))", "all | fr", "5 6", ""),
    (
        "one(all@de(md@fr png@fr) all@it(md png))",
        "all | fr",
        "2 3",
        "",
    ),
    // processAll: whatever there is, discarded branches apart.
    ("all(md vnd png)", "all", "1 2 3", ""),
    ("all(one(plain md) mp4 null)", "all", "3 4 5", ""),
    // singleUnit: all or nothing.
    ("unit(md png)", "all", "1 2", ""),
    ("unit(md vnd)", "all", "", "1 2"),
    ("unit(vnd md png)", "all", "", "1 2 3"),
    ("one(unit(md vnd) plain)", "all", "4", ""),
    ("one(unit(md png) plain)", "all", "2 3", ""),
    ("all(unit(md vnd) plain)", "all", "4", "2 3"),
    ("unit(one(vnd md) png)", "all", "3 4", ""),
    ("unit(one(vnd mp4) png)", "all", "", "2 3 4"),
    ("unit(all(md vnd) png)", "all", "", "2 3 4"),
    ("unit(md null)", "all", "1 2", ""),
    ("one(unit(md vnd) unit(html mp4))", "all", "", "2 3"),
    // A multipart that can be shown whole beats one that cannot, and its mean counts.
    ("one(all(md vnd) all(plain png))", "all", "5 6", ""),
    ("one(all(md gif) all(md png))", "all", "5 6", ""),
    ("one(plain all(md plain))", "all", "3 4", ""),
    ("one(md all(md plain))", "all", "1", ""),
    // What is to be saved needs no support, but what can be shown comes first.
    ("one(mp4!6 vnd)", "all", "1", ""),
    ("one(vnd mp4!6)", "all", "2", ""),
    ("one(mp4!6 gif)", "all", "2", ""),
    ("unit(md vnd!6)", "all", "1 2", ""),
    // Content elsewhere: after content at hand, unless it may be fetched at once.
    ("one(ext:png gif)", "all", "2", ""),
    ("one(ext:png gif)", "all fetch", "1", ""),
    ("one(ext:png plain)", "all", "2", ""),
    ("one(ext:mp4 md)", "all", "2", ""),
    ("one(vnd ext:none!7)", "all", "2", ""),
    ("unit(md ext:png)", "all", "1 2", ""),
    // A nested message, and alternatives inside alternatives.
    ("one(mimi plain)", "all", "1", ""),
    ("one(one(plain vnd) one(vnd md))", "all", "6", ""),
    (
        "one(all(one(vnd mp4) png) all(one(vnd md) vnd))",
        "all",
        "3 5",
        "",
    ),
];

#[test]
fn vectors() {
    for (text, who, shown, refused) in VECTORS {
        let message = message(text);
        let selection = select(&message, &reader(who));
        let leaves: Vec<String> = selection.leaves().map(|leaf| leaf.to_string()).collect();
        assert_eq!(leaves.join(" "), *shown, "{text} for {who}");
        let withheld: Vec<String> = message
            .parts()
            .filter(|part| matches!(selection.fate(part.index), Some(Fate::Refused(_))))
            .filter(|part| selection.leaf(part.index).is_some())
            .map(|part| part.index.to_string())
            .collect();
        assert_eq!(withheld.join(" "), *refused, "{text} for {who}");
    }
}

#[test]
fn scores() {
    let score = |text: &str, who: &str| {
        let message = message(text);
        select(&message, &reader(who)).score(0).unwrap().value
    };
    for (text, who, expected) in [
        ("md", "all", 1.0),
        ("plain", "all", 0.6),
        ("vnd", "all", 0.0),
        ("null", "", 1.0),
        ("one(plain html)", "all", 0.9),
        ("unit(plain html)", "all", 0.6),
        ("all(md vnd)", "all", 0.0),
        ("all(md null)", "all", 1.0),
        // The root of 0.9 x 0.6.
        ("all(html plain)", "all", 0.734_846_923),
        ("ext:png", "all", 0.5),
        ("ext:png", "all fetch", 1.0),
        ("md@de", "all | en", 0.5),
        ("plain@de", "all | en", 0.3),
    ] {
        assert_eq!(score(text, who), expected, "{text} for {who}");
    }
    // In whatever order the children stand.
    assert_eq!(
        score("all(html plain cm gif)", "all"),
        score("all(gif plain html cm)", "all")
    );
}

#[test]
fn sizes_count() {
    let message = message("one(md plain)");
    let small = ViewPolicy::default().max_part(99);
    assert_eq!(select(&message, &small).score(0).unwrap().value, 0.0);
    let enough = ViewPolicy::default().max_part(100);
    assert_eq!(select(&message, &enough).score(0).unwrap().value, 1.0);
    let remote = self::message("ext:png");
    let eager = ViewPolicy::default().remote(Remote::Allowed);
    let at_most = |octets| {
        let policy = eager.clone().max_remote(octets);
        select(&remote, &policy).score(0).unwrap().value
    };
    assert_eq!((at_most(999), at_most(1000)), (0.5, 1.0));
}

#[test]
fn dispositions_and_languages_come_down() {
    let message = message("all@fr!4(md!0 one!0(png!0 gif@de!200))");
    let selection = select(&message, &ViewPolicy::default());
    let leaf = |index| selection.leaf(index).unwrap();
    assert_eq!(leaf(1).disposition, Disposition::INLINE);
    assert_eq!(leaf(3).disposition, Disposition::INLINE);
    assert_eq!(leaf(3).language, "fr");
    assert_eq!(leaf(4).disposition, Disposition::RENDER);
    assert_eq!(leaf(4).language, "de");
    assert_eq!(selection.fate(4), Some(Fate::Discarded(2)));
    assert_eq!(selection.chosen(2), Some(3));
    assert!(selection.leaf(2).is_none() && selection.leaf(5).is_none());
}

#[test]
fn many_parts_take_linear_time() {
    let wide = format!("all({})", "one(plain md) ".repeat(20_000));
    let message = message(&wide);
    let selection = select(&message, &ViewPolicy::default());
    assert_eq!(selection.leaves().count(), 20_000);
}

#[test]
fn the_drafts_own_example() {
    let path = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../shared/vectors/draft-08/multipart-3.cbor"
    );
    let Ok(octets) = std::fs::read(path) else {
        let ci = std::env::var("CI").is_ok_and(|ci| ci == "true");
        assert!(!ci, "{path} is missing");
        return;
    };
    let message = mimi_codec::cbor::decode(&octets).unwrap();
    for (_, who, shown, _) in VECTORS.iter().filter(|vector| vector.0 == NESTED) {
        let leaves: Vec<String> = select(&message, &reader(who))
            .leaves()
            .map(|leaf| leaf.to_string())
            .collect();
        assert_eq!(leaves.join(" "), *shown, "{who}");
    }
}
