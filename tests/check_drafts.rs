//! Internet-Drafts as they were published, and a folder of examples: what is wrong with each was
//! found by reading them, and is listed here line by line. Then the same documents, spoilt on
//! purpose. The documents stand in `../shared`; without them there is nothing to test.
#![cfg(feature = "notation")]
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use mimi_codec::check::draft::{DraftOptions, check_draft, check_examples};
use mimi_codec::report::Finding;

fn shared(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../shared")
        .join(name)
}

fn draft(number: &str) -> Option<String> {
    fs::read_to_string(shared(&format!(
        "corpus/drafts/draft-ietf-mimi-content-{number}.txt"
    )))
    .ok()
}

fn check(text: &str) -> Vec<Finding> {
    let mut none = |path: &str| Err(format!("{path} is not there"));
    check_draft("draft.txt", text, &DraftOptions::default(), &mut none)
}

/// Line, code, and the two values as far as the list gives them.
fn same_as(findings: &[Finding], expected: &[(u32, &str, &str, &str)]) {
    let shown = |finding: &Finding| {
        format!(
            "{} {} found {} expected {}",
            finding.line.unwrap(),
            finding.code,
            finding.found.as_deref().unwrap_or(""),
            finding.expected.as_deref().unwrap_or("")
        )
    };
    let fits = |finding: &Finding, row: &(u32, &str, &str, &str)| {
        finding.line == Some(row.0)
            && finding.code.as_str() == row.1
            && finding.found.as_deref().unwrap_or("").contains(row.2)
            && finding.expected.as_deref().unwrap_or("").contains(row.3)
    };
    for (index, finding) in findings.iter().enumerate() {
        assert!(finding.file.is_some() && finding.column.is_some());
        match expected.get(index) {
            Some(row) => assert!(fits(finding, row), "{}\nlisted: {row:?}", shown(finding)),
            None => panic!("not listed: {}", shown(finding)),
        }
    }
    assert_eq!(
        findings.len(),
        expected.len(),
        "{:?}",
        expected.get(findings.len())
    );
}

/// 2022-02-09 06:MM:SS.mmm, where the draft has 2022-02-08 22:MM:SS.mmm.
const EIGHT_HOURS: (&str, &str) = ("2022-02-08T22:", "2022-02-09T06:");

#[test]
fn draft_07_disagrees_with_itself_in_these_places() {
    let Some(text) = draft("07") else { return };
    let (old, new) = EIGHT_HOURS;
    let found = check(&text);
    same_as(
        &found,
        &[
            (12, "draft-older", "draft 07", ""),
            (
                224,
                "draft-reference",
                "Appendix B (Multipart examples)",
                "Appendix A (CDDL Schemas)",
            ),
            (328, "draft-cddl", "InReplyTo", "null / MessageId"),
            (459, "draft-cddl", "url: uri", "url: tstr"),
            (598, "draft-cddl", "url: uri", "url: tstr"),
            (
                653,
                "draft-cddl",
                "senderClientUrl: uri",
                "senderClientUrl: MsgUri",
            ),
            (
                654,
                "draft-cddl",
                "senderUserUrl: uri",
                "senderUserUrl: MsgUri",
            ),
            (655, "draft-cddl", "roomUrl: uri", "roomUrl: MsgUri"),
            (696, "draft-reference", "Appendix B", "Appendix A"),
            (783, "draft-date", old, new),
            (882, "draft-code-point", "U+2665", "U+2764"),
            (898, "draft-date", old, new),
            (915, "draft-code-point", "U+2665", "U+2764 (❤)"),
            (969, "draft-date", old, new),
            (1017, "draft-date", old, new),
            (1062, "draft-date", old, new),
            (1096, "draft-date", old, new),
            (
                1141,
                "draft-date",
                "2022-02-08T22:49:06.227Z",
                "2022-02-09T06:50:03.227Z",
            ),
            (
                1502,
                "draft-reference",
                "Section A (CDDL",
                "Section 8 (Security",
            ),
            (1505, "draft-reference-missing", "Section Y.Z", ""),
            (2161, "reaction-without-target", "null", "a message ID"),
        ],
    );
    let says = |line: u32| {
        let finding = found.iter().find(|finding| finding.line == Some(line));
        finding.unwrap().message.to_string()
    };
    assert!(
        says(783).contains("that is 8 hours before its timestamp"),
        "{}",
        says(783)
    );
    assert!(
        says(1141).contains("8 hours and 57 seconds before"),
        "{}",
        says(1141)
    );
}

#[test]
fn draft_06_disagrees_with_itself_in_these_places() {
    let Some(text) = draft("06") else { return };
    let (old, new) = EIGHT_HOURS;
    let found = check(&text);
    same_as(
        &found,
        &[
            (12, "draft-older", "draft 06", ""),
            (225, "draft-reference", "Appendix B", "Appendix A"),
            (338, "draft-cddl", "InReplyTo", "null / MessageId"),
            (468, "draft-cddl", "url: uri", "url: tstr"),
            (607, "draft-cddl", "url: uri", "url: tstr"),
            (662, "draft-cddl", "senderClientUrl: uri", "MsgUri"),
            (663, "draft-cddl", "senderUserUrl: uri", "MsgUri"),
            (664, "draft-cddl", "roomUrl: uri", "MsgUri"),
            (705, "draft-reference", "Appendix B", "Appendix A"),
            (727, "draft-id", "0107142381", "01b0084467"),
            (792, "draft-date", old, new),
            (823, "draft-id", "01efab9eca", "019f37dd38"),
            (891, "draft-code-point", "U+2665", "U+2764"),
            (905, "draft-id", "019ae28099", "016474aed6"),
            (907, "draft-date", old, new),
            (924, "draft-code-point", "U+2665", "U+2764"),
            (976, "draft-id", "0103d50d49", "01f8aa945e"),
            (978, "draft-date", old, new),
            (1024, "draft-id", "0177ae58cf", "014e6f3481"),
            (1026, "draft-date", old, new),
            (1069, "draft-id", "01fb32968c", "0171efbe2b"),
            (1071, "draft-date", old, new),
            (1103, "draft-id", "01061e20fb", "01d9425920"),
            (1105, "draft-date", old, new),
            (1148, "draft-id", "0114e486b3", "0106308e2c"),
            (1150, "draft-date", "22:49:06.227Z", "06:50:03.227Z"),
            (1225, "draft-id", "019536595b", "01ad825f61"),
            (1324, "draft-id", "01c28cee52", "01d8dab2e2"),
            (1529, "draft-dump", "h'd3c14744d1", "h'0107142381"),
            (1534, "draft-dump", "h'e701beee59", "h'01efab9eca"),
            (1539, "draft-dump", "h'6b50bfdd71", "h'0103d50d49"),
            (1544, "draft-dump", "h'5c95a4dfdd", "h'0114e486b3"),
            (
                1642,
                "draft-reference",
                "Section A (CDDL",
                "Section 9 (Security",
            ),
            (1645, "draft-reference-missing", "Section Y.Z", ""),
            (
                1680,
                "draft-reference",
                "Section A (CDDL",
                "Section 9 (Security",
            ),
            (1683, "draft-reference-missing", "Section Y.Z", ""),
            (2337, "draft-id", "0127c83672", "015c0469c5"),
            (2382, "draft-id", "014b0cc005", "016d4d9ace"),
            (2390, "reaction-without-target", "null", "a message ID"),
            (2447, "draft-id", "0182a32b25", "011c6794e5"),
        ],
    );
    // Every one for the same reason.
    for finding in found
        .iter()
        .filter(|finding| finding.code.as_str() == "draft-id")
    {
        assert!(
            finding
                .message
                .contains("sender's URI in place of the room's")
        );
    }
}

/// The example files of draft 08.
fn files() -> Vec<(String, Vec<u8>)> {
    let Ok(folder) = fs::read_dir(shared("vectors/draft-08")) else {
        return Vec::new();
    };
    let mut files: Vec<_> = folder
        .map(|entry| {
            let path = entry.unwrap().path();
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            (name, fs::read(path).unwrap())
        })
        .collect();
    files.sort();
    files
}

fn check_files(files: &[(String, Vec<u8>)]) -> Vec<Finding> {
    let files: Vec<(&str, &[u8])> = files
        .iter()
        .map(|(name, content)| (name.as_str(), content.as_slice()))
        .collect();
    check_examples(&files, &DraftOptions::default())
}

#[test]
fn the_examples_of_draft_08_disagree_in_these_places() {
    let found = check_files(&files());
    if found.is_empty() {
        return;
    }
    let shown: Vec<_> = found
        .iter()
        .map(|f| {
            format!(
                "{}:{} {}",
                f.file.as_deref().unwrap(),
                f.line.unwrap(),
                f.code
            )
        })
        .collect();
    assert_eq!(
        shown,
        [
            "delete.edn:4 draft-date",
            "edit.edn:4 draft-date",
            "expiring.edn:4 draft-date",
            "implied-original.edn:3 draft-file",
            "implied-original.edn:6 draft-date",
            "implied-original.pretty:3 draft-dump",
            "mention-html.edn:4 draft-date",
            "mention.edn:4 draft-date",
            "multipart-2.edn:10 reaction-without-target",
            "reaction.edn:4 draft-date",
            "reaction.edn:21 draft-code-point",
            "unlike.edn:4 draft-date",
        ]
    );
}

#[test]
fn an_octet_changed_in_a_file_is_reported_in_that_line() {
    let good = files();
    let mut random = Random(7);
    let known = places(&check_files(&good));
    let mut tried = 0;
    for (index, (name, content)) in good.iter().enumerate() {
        if name.starts_with("implied") {
            continue;
        }
        for _ in 0..6 {
            let mut files = good.clone();
            let (line, at) = match name.rsplit_once('.').unwrap().1 {
                "cbor" => (1, random.below(content.len())),
                "pretty" => {
                    let Some(place) = digit_before_comment(content, &mut random) else {
                        continue;
                    };
                    place
                }
                _ => continue,
            };
            files[index].1[at] = match name.ends_with("cbor") {
                true => content[at] ^ 1,
                false => other_digit(content[at], &mut random),
            };
            tried += 1;
            let found = check_files(&files);
            let new: BTreeSet<_> = places(&found).difference(&known).cloned().collect();
            // An octet of a binary file is reported in the texts that differ from it.
            let there = match name.ends_with("cbor") {
                true => new.iter().any(|(_, _, code)| code == "draft-file"),
                false => new.iter().any(|(file, at, _)| file == name && *at == line),
            };
            assert!(there, "{name} octet {at} line {line}: {new:?}");
        }
    }
    assert!(good.is_empty() || tried > 100, "{tried}");
}

type Place = (String, u32, String);

fn places(findings: &[Finding]) -> BTreeSet<Place> {
    findings
        .iter()
        .map(|f| (f.file.clone().unwrap(), f.line.unwrap(), f.code.to_string()))
        .collect()
}

/// A digit of a dump, and its line.
fn digit_before_comment(content: &[u8], random: &mut Random) -> Option<(u32, usize)> {
    for _ in 0..100 {
        let at = random.below(content.len());
        let start = content[..at]
            .iter()
            .rposition(|b| *b == b'\n')
            .map_or(0, |n| n + 1);
        if content[at].is_ascii_hexdigit() && !content[start..at].contains(&b'#') {
            let line = content[..at].iter().filter(|b| **b == b'\n').count() + 1;
            return Some((u32::try_from(line).unwrap(), at));
        }
    }
    None
}

fn other_digit(digit: u8, random: &mut Random) -> u8 {
    loop {
        let new = b"0123456789abcdef"[random.below(16)];
        if new != digit.to_ascii_lowercase() {
            return new;
        }
    }
}

/// Numbers that are the same in every run.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1);
        usize::try_from((self.0 >> 33) % limit as u64).unwrap()
    }
}

/// Octets of a line, from and to.
type Range = (usize, usize);

/// Lines that a kind of fault is planted in, and which characters of them.
struct Plant {
    what: &'static str,
    /// Whether the line, with those before it, may be spoilt, and from which octet to which.
    range: fn(&[&str], usize) -> Option<Range>,
    digits: &'static [u8],
}

const HEX: &[u8] = b"0123456789abcdef";
const DECIMAL: &[u8] = b"0123456789";

/// The part of a line before its comment, if it is octets of a dump.
fn dump_digits(lines: &[&str], at: usize) -> Option<(usize, usize)> {
    let line = lines[at];
    let code = line.split('#').next().unwrap().trim_end();
    let start = code.len() - code.trim_start().len();
    let good = !code[start..].is_empty()
        && code[start..].bytes().all(|b| b.is_ascii_hexdigit() || b == b' ')
        // Inside a dump, which begins with an array.
        && lines[..at].iter().rev().take(80).any(|line| line.contains("# array(7)") || line.contains("# array(4)"))
        && (line.contains("# ") || code[start..].len() > 16);
    good.then_some((start, code.len()))
}

const PLANTS: &[Plant] = &[
    Plant {
        what: "dump",
        range: dump_digits,
        digits: HEX,
    },
    Plant {
        what: "stated ID",
        range: |lines, at| {
            let second = at > 0 && lines[at - 1].contains("# message ID = h'");
            (second || lines[at].contains("# message ID = h'")).then(|| {
                let text = lines[at];
                let start = match second {
                    true => text.find(|c: char| c.is_ascii_hexdigit()).unwrap(),
                    false => text.find("h'").unwrap() + 2,
                };
                (start, start + 32)
            })
        },
        digits: HEX,
    },
    Plant {
        what: "reference",
        range: |lines, at| {
            let start = lines[at].find("h'01")? + 2;
            (lines[at].contains("inReplyTo") || lines[at].contains("/ replaces /"))
                .then_some((start, start + 32))
        },
        digits: HEX,
    },
    Plant {
        what: "milliseconds",
        range: |lines, at| {
            let start = lines[at].find("# timestamp  = 16")? + 15;
            Some((start + 3, start + 13))
        },
        digits: DECIMAL,
    },
    Plant {
        what: "date",
        range: |lines, at| {
            let start = lines[at].find("Z").and(lines[at].find("= 2022-"))? + 2;
            // Minutes and milliseconds: any digits are a time.
            Some((start + 20, start + 23))
        },
        digits: DECIMAL,
    },
    Plant {
        what: "code point in UTF-8",
        range: |lines, at| {
            let start = lines[at].find("0xe299a5")? + 7;
            Some((start, start + 1))
        },
        digits: b"6789ab",
    },
    Plant {
        what: "base64url",
        range: |lines, at| {
            let start = lines[at].find("MLS group ID: 7u")? + 14;
            Some((start, start + 42))
        },
        digits: b"ABCDabcd0189",
    },
];

#[test]
fn what_is_planted_in_a_draft_is_found_in_its_line() {
    for number in ["07", "06"] {
        let Some(text) = draft(number) else { return };
        plant_all(&text, number);
    }
}

fn plant_all(text: &str, number: &str) {
    const EACH: usize = 20;
    let known: BTreeSet<String> = check(text).iter().map(|f| f.to_string()).collect();
    let lines: Vec<&str> = text.lines().collect();
    let mut random = Random(1);
    for plant in PLANTS {
        let spots: Vec<(usize, (usize, usize))> = (0..lines.len())
            .filter_map(|line| Some((line, (plant.range)(&lines, line)?)))
            .collect();
        assert!(!spots.is_empty(), "no place for {} in {number}", plant.what);
        for _ in 0..EACH {
            let (line, (start, end)) = spots[random.below(spots.len())];
            let at = loop {
                let at = start + random.below(end - start);
                if lines[line].as_bytes()[at] != b' ' {
                    break at;
                }
            };
            let old = lines[line].as_bytes()[at];
            let new = loop {
                let new = plant.digits[random.below(plant.digits.len())];
                if new != old {
                    break new;
                }
            };
            let mut spoilt: Vec<String> = lines.iter().map(|line| (*line).to_owned()).collect();
            spoilt[line].replace_range(at..=at, std::str::from_utf8(&[new]).unwrap());
            let found = check(&(spoilt.join("\n") + "\n"));
            let here = u32::try_from(line + 1).unwrap();
            let there = found
                .iter()
                .any(|f| f.line == Some(here) && !known.contains(&f.to_string()));
            assert!(
                there,
                "draft {number}, {}, line {here} column {}: {} -> {}\n{}\n{:#?}",
                plant.what,
                at + 1,
                char::from(old),
                char::from(new),
                spoilt[line],
                found
                    .iter()
                    .map(|f| f.to_string())
                    .filter(|f| !known.contains(f))
                    .collect::<Vec<_>>()
            );
        }
    }
}

#[test]
fn the_algorithm_can_be_chosen() {
    let Some(text) = draft("07") else { return };
    let options = DraftOptions::default().with_algorithm(mimi_codec::message::IdAlgorithm::Draft08);
    let mut none = |_: &str| Err(String::new());
    let found = check_draft("draft.txt", &text, &options, &mut none);
    let wrong = found
        .iter()
        .filter(|f| f.message.contains("this is the ID of drafts 06 and 07"))
        .count();
    assert_eq!(wrong, 13);
}
