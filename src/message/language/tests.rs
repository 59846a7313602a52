use super::*;

#[test]
fn the_tags_of_rfc_5646_appendix_a_are_well_formed() {
    for tag in [
        "de",
        "fr",
        "ja",
        "i-enochian",
        "zh-Hant",
        "zh-Hans",
        "sr-Cyrl",
        "sr-Latn",
        "zh-cmn-Hans-CN",
        "cmn-Hans-CN",
        "zh-yue-HK",
        "yue-HK",
        "zh-Hans-CN",
        "sr-Latn-RS",
        "sl-rozaj",
        "sl-rozaj-biske",
        "sl-nedis",
        "de-CH-1901",
        "sl-IT-nedis",
        "hy-Latn-IT-arevela",
        "de-DE",
        "en-US",
        "es-419",
        "de-CH-x-phonebk",
        "az-Arab-x-AZE-derbend",
        "x-whatever",
        "qaa-Qaaa-QM-x-southern",
        "de-Qaaa",
        "sr-Latn-QM",
        "sr-Qaaa-RS",
        "en-US-u-islamcal",
        "zh-CN-a-myext-x-private",
        "en-a-myext-b-another",
        "en-GB-oed",
        "ZH-MIN-NAN",
        "sgn-be-fr",
        "zh-abc-def-ghi",
        "abcdefgh",
        "abcd-1994",
        "en-x-1",
        "en-a-bc-x-y",
    ] {
        assert!(LanguageTag::parse(tag).is_ok(), "{tag}");
    }
}

#[test]
fn what_is_not_well_formed_and_where() {
    for (list, at) in [
        ("de-419-DE", 7),
        ("a-DE", 0),
        ("", 0),
        ("en-", 3),
        ("-en", 0),
        ("en--US", 3),
        ("en_US", 0),
        ("en-US,", 6),
        ("en,,fr", 3),
        (" , en", 1),
        ("en, fr-x", 8),
        ("en-a", 4),
        ("en-a-x-b", 5),
        ("en-US-Latn", 6),
        ("zh-abc-def-ghi-jkl", 15),
        ("en-abcdefghi", 3),
        ("englische", 0),
        ("i-unknown", 0),
        ("x", 1),
        ("é", 0),
        ("en-é", 3),
        ("12", 0),
        ("en-a-b-c", 5),
        ("en;q=0.8", 0),
    ] {
        if list.is_empty() {
            assert!(LanguageTag::parse(list).is_err());
            continue;
        }
        let error = LanguageList::new(list).check().unwrap_err();
        assert_eq!(error.finding().offset, Some(at), "{list:?}: {error}");
        assert_eq!(error.code(), codes::LANGUAGE_SYNTAX);
    }
    assert!(LanguageList::new("").check().is_ok());
    assert!(LanguageList::new("en ,\tfr").check().is_ok());
}

#[test]
fn a_list_is_iterated_whatever_it_holds() {
    let list = LanguageList::new(" en-GB ,, fr;q=1,");
    let tags: Vec<_> = list
        .tags()
        .map(|tag| (tag.as_str(), tag.offset()))
        .collect();
    assert_eq!(tags, [("en-GB", 1), ("fr;q=1", 10)]);
    assert_eq!(list.as_str(), " en-GB ,, fr;q=1,");
    assert!(LanguageList::new(" , ").is_empty());
}

#[test]
fn filtering_and_lookup_as_rfc_4647() {
    let list = LanguageList::new("de-DE-1996,de-Deva,de-DE,en");
    let filtered = filter_languages(list.tags(), &["de-de"]);
    assert_eq!(
        filtered.iter().map(|tag| tag.as_str()).collect::<Vec<_>>(),
        ["de-DE-1996", "de-DE"]
    );
    let look = |ranges: &[&str]| {
        let list = LanguageList::new("zh-Hant-CN,zh-Hant,en");
        lookup_language(list.tags(), ranges).map(|tag| tag.as_str())
    };
    assert_eq!(
        look(&["zh-Hant-CN-x-private1-private2"]),
        Some("zh-Hant-CN")
    );
    assert_eq!(look(&["zh-Hant-x-private1"]), Some("zh-Hant"));
    assert_eq!(look(&["fr-FR", "EN-us"]), Some("en"));
    assert_eq!(look(&["*"]), None);
    assert_eq!(look(&["fr"]), None);
}

#[test]
fn ranks_prefer_the_readers_order_then_the_nearest() {
    let rank = |list, reader: &[&str]| LanguageList::new(list).rank(reader);
    let of = |range, distance| Some(LanguageRank { range, distance });
    assert_eq!(rank("en-GB", &["en-GB", "de"]), of(0, 0));
    assert_eq!(rank("en", &["en-GB", "de"]), of(0, 1));
    assert_eq!(rank("en-US", &["en-GB", "de"]), None);
    assert_eq!(rank("en-US", &["en-GB", "en"]), of(1, 1));
    assert_eq!(rank("de,en", &["en", "de"]), of(0, 0));
    assert_eq!(rank("fr", &["en", "*"]), of(1, 1));
    assert_eq!(rank("", &["*"]), None);
    assert_eq!(rank("enx", &["en"]), None);
}

#[test]
fn customary_case() {
    for (tag, expected) in [
        ("EN-us", "en-US"),
        ("zh-hant-tw", "zh-Hant-TW"),
        ("EN-CA-X-CA", "en-CA-x-ca"),
        ("sgn-be-fr", "sgn-BE-FR"),
        ("az-latn-x-LATN", "az-Latn-x-latn"),
    ] {
        assert_eq!(LanguageTag::parse(tag).unwrap().canonical_case(), expected);
    }
}
