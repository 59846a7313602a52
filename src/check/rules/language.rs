//! Language tags beyond their syntax: subtags that are registered, none of them twice.
//!
//! Judged against a table are languages and regions of two letters: the registry adds to neither
//! but rarely, and they are where senders err (`jp`, `en-UK`). Longer subtags are taken as they are.

use std::cmp::Ordering;
use std::format;
use std::string::String;
use std::vec::Vec;

use super::{Sink, Subject};
use crate::message::{LanguageTag, NestedPart};
use crate::report::{Code, codes};

/// Languages of two letters in the IANA Language Subtag Registry, those out of use included.
const LANGUAGES: &str = "\
    aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs \
    cu cv cy da de dv dz ee el en eo es et eu fa ff fi fj fo fr fy ga gd gl gn gu gv ha \
    he hi ho hr ht hu hy hz ia id ie ig ii ik in io is it iu iw ja ji jv jw ka kg ki kj \
    kk kl km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mo mr \
    ms mt my na nb nd ne ng nl nn no nr nv ny oc oj om or os pa pi pl ps pt qu rm rn ro \
    ru rw sa sc sd se sg sh si sk sl sm sn so sq sr ss st su sv sw ta te tg th ti tk tl \
    tn to tr ts tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu";

/// Regions of two letters in the registry, those out of use included.
const REGIONS: &str = "\
    AC AD AE AF AG AI AL AM AN AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL \
    BM BN BO BQ BR BS BT BU BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CP CQ CR CS \
    CU CV CW CX CY CZ DD DE DG DJ DK DM DO DZ EA EC EE EG EH ER ES ET EU EZ FI FJ FK FM \
    FO FR FX GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU \
    IC ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB \
    LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV \
    MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NT NU NZ OM PA PE PF PG PH PK PL PM PN PR \
    PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SU \
    SV SX SY SZ TA TC TD TF TG TH TJ TK TL TM TN TO TP TR TT TV TW TZ UA UG UM UN US UY \
    UZ VA VC VE VG VI VN VU WF WS YD YE YT YU ZA ZM ZR ZW";

pub(super) fn judge(
    subject: &Subject<'_, '_, '_>,
    index: usize,
    part: &NestedPart<'_>,
    sink: &mut Sink<'_>,
) {
    if part.language.is_empty() || is_usual(&part.language) {
        return;
    }
    let list = part.languages();
    if let Err(error) = list.check() {
        let mut finding = subject.part(error.code(), index, "language");
        finding.found = error.finding().found.clone();
        finding.expected = error.finding().expected.clone();
        sink.push(finding);
        return;
    }
    let mut push = |code: Code, found: String| {
        sink.push(subject.part(code, index, "language").found(found));
    };
    let unknown = list.tags().find_map(unknown_subtag);
    if let Some(subtag) = unknown {
        push(codes::LANGUAGE_SUBTAG_UNKNOWN, format!("{subtag:?}"));
    }
    let repeated = list.tags().find_map(repeated_subtag);
    if let Some(subtag) = repeated {
        push(codes::LANGUAGE_SUBTAG_REPEATED, format!("{subtag:?}"));
    }
    let mut seen: Vec<String> = list
        .tags()
        .map(|tag| tag.as_str().to_ascii_lowercase())
        .collect();
    seen.sort_unstable();
    let twice = seen.windows(2).find(|pair| pair.first() == pair.last());
    if let Some([tag, ..]) = twice {
        push(codes::LANGUAGE_REPEATED, format!("{tag:?}"));
    }
}

/// Whether it is one registered language with a registered region or none, as most are: `en`,
/// `en-GB`.
fn is_usual(list: &str) -> bool {
    match list.as_bytes() {
        [_, _] => listed(LANGUAGES, list),
        [_, _, b'-', _, _] => list
            .split_once('-')
            .is_some_and(|(tag, region)| listed(LANGUAGES, tag) && listed(REGIONS, region)),
        _ => false,
    }
}

/// Old and private tags stand for themselves; their subtags mean nothing.
fn is_old(tag: LanguageTag<'_>) -> bool {
    tag.language().len() == 1 || tag.matches("sgn-BE") || tag.matches("sgn-CH")
}

/// The first language or region of two letters that is not registered.
fn unknown_subtag(tag: LanguageTag<'_>) -> Option<&str> {
    if is_old(tag) {
        return None;
    }
    let mut subtags = tag.subtags();
    let language = subtags.next()?;
    if language.len() == 2 && !listed(LANGUAGES, &language.to_ascii_lowercase()) {
        return Some(language);
    }
    let region = subtags
        .take_while(|subtag| subtag.len() > 1)
        .find(|subtag| subtag.len() == 2)?;
    // For private use: AA, QM to QZ, XA to XZ, ZZ.
    let upper = region.to_ascii_uppercase();
    let private = upper == "AA"
        || upper == "ZZ"
        || upper.starts_with('X')
        || ("QM"..="QZ").contains(&upper.as_str());
    (!private && !listed(REGIONS, &upper)).then_some(region)
}

/// Whether two letters are in a table, which is sorted and has three octets for each entry.
fn listed(table: &str, subtag: &str) -> bool {
    let entry = |at: usize| table.get(3 * at..3 * at + 2);
    let (mut low, mut high) = (0, table.len().div_ceil(3));
    while low < high {
        let middle = low + (high - low) / 2;
        match entry(middle).map(|known| known.cmp(subtag)) {
            Some(Ordering::Less) => low = middle + 1,
            Some(Ordering::Equal) => return true,
            _ => high = middle,
        }
    }
    false
}

/// A variant or the letter of an extension that occurs twice.
fn repeated_subtag(tag: LanguageTag<'_>) -> Option<&str> {
    if is_old(tag) {
        return None;
    }
    let mut seen: Vec<&str> = Vec::new();
    let mut in_extension = false;
    for subtag in tag.subtags().skip(1) {
        let single = subtag.len() == 1;
        if single && subtag.eq_ignore_ascii_case("x") {
            break;
        }
        in_extension |= single;
        let variant = !in_extension
            && (subtag.len() >= 5
                || subtag.len() == 4 && subtag.starts_with(|c: char| c.is_ascii_digit()));
        if !single && !variant {
            continue;
        }
        if seen.iter().any(|known| known.eq_ignore_ascii_case(subtag)) {
            return Some(subtag);
        }
        // Enough to find a mistake, and no room for a tag of a thousand variants.
        if seen.len() < 64 {
            seen.push(subtag);
        }
    }
    None
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn tag(text: &str) -> LanguageTag<'_> {
        LanguageTag::parse(text).unwrap()
    }

    #[test]
    fn the_usual_mistakes_are_found() {
        for (text, unknown) in [
            ("jp", Some("jp")),
            ("en-UK", Some("UK")),
            ("zh-Hant-TW", None),
            ("en-Latn-XX", None),
            ("sr-Latn", None),
            ("haw", None),
            ("en-a-uk", None),
            ("i-klingon", None),
            ("sgn-BE-FR", None),
            ("x-uk", None),
            ("iw", None),
        ] {
            assert_eq!(unknown_subtag(tag(text)), unknown, "{text}");
        }
        for (text, repeated) in [
            ("de-1901-1901", Some("1901")),
            ("sl-rozaj-Rozaj", Some("Rozaj")),
            ("en-a-bbb-a-ccc", Some("a")),
            ("en-a-bbbbb-bbbbb", None),
            ("de-1901-1996", None),
            ("en-x-a-a", None),
        ] {
            assert_eq!(repeated_subtag(tag(text)), repeated, "{text}");
        }
    }

    #[test]
    fn the_usual_tags_are_registered_and_nothing_else() {
        for letters in 0..26 * 26 * 2 {
            let [first, second] = [letters / 26 % 26, letters % 26].map(|at| b'a' + at as u8);
            let pair = String::from_utf8(std::vec![first, second]).unwrap();
            let pair = if letters < 26 * 26 {
                pair
            } else {
                pair.to_uppercase()
            };
            for table in [LANGUAGES, REGIONS] {
                let known = table.split(' ').any(|known| known == pair);
                assert_eq!(listed(table, &pair), known, "{pair}");
            }
            for list in [pair.clone(), format!("en-{pair}"), format!("{pair}-GB")] {
                if is_usual(&list) {
                    assert_eq!(unknown_subtag(tag(&list)), None, "{list}");
                    assert_eq!(repeated_subtag(tag(&list)), None, "{list}");
                }
            }
        }
        assert!(is_usual("en") && is_usual("de-CH"));
        for list in [
            "", "e", "EN", "en-gb", "en_GB", "en,de", "en-", "xé", "én-GB",
        ] {
            assert!(!is_usual(list), "{list}");
        }
    }

    #[test]
    fn the_tables_are_sorted_lists_of_two_letters() {
        for (table, count) in [(LANGUAGES, 190), (REGIONS, 270)] {
            let subtags: Vec<&str> = table.split(' ').collect();
            assert!(subtags.iter().all(|it| it.len() == 2));
            assert!(subtags.is_sorted());
            assert_eq!(subtags.len(), count);
        }
    }
}
