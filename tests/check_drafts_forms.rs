//! One draft in every form it can be written in: text with and without pages, kramdown-rfc, mmark,
//! XML, and a folder of files. As it is, it has no fault; what is planted is found where it stands,
//! whatever the form. Then documents made to be hard.
#![cfg(feature = "notation")]
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use mimi_codec::cbor;
use mimi_codec::check::draft::{DraftOptions, check_draft, check_examples};
use mimi_codec::message::compose::Composer;
use mimi_codec::message::{IdAlgorithm, MessageId, MimiContent};
use mimi_codec::notation::hex::Style;
use mimi_codec::notation::{Layout, edn, hex};
use mimi_codec::report::Finding;

const SENDER: &str = "mimi://a.example/u/ann";
const ROOM: &str = "mimi://a.example/r/lunch";

struct Example {
    name: &'static str,
    octets: Vec<u8>,
    edn: String,
    pretty: String,
}

fn example(name: &'static str, octets: Vec<u8>, salt: [u8; 16]) -> (Example, MessageId) {
    let id = MessageId::compute(IdAlgorithm::Draft08, &octets, &salt, SENDER, ROOM).unwrap();
    let hex_id = id.to_string();
    let body = edn::Writer::new(Layout::Message).write(&octets).unwrap();
    let edn = format!(
        "# {}\n# message ID = h'{}\n#                {}'\n# timestamp  = 1700000000123 = 2023-11-14T22:13:20.123Z\n{}\n",
        name.to_uppercase(),
        &hex_id[..32],
        &hex_id[32..],
        body.trim_end()
    );
    let pretty = hex::write(&octets, Style::Pretty).value;
    let example = Example {
        name,
        octets,
        edn,
        pretty,
    };
    (example, id)
}

/// A question, an answer to it, and a heart.
fn examples() -> Vec<Example> {
    let composer = |salt: [u8; 16]| Composer::new(SENDER, ROOM).with_salt(salt);
    // Easy to find in a text, and not of one octet alone, which would be a finding.
    let salts = [0x11, 0x22].map(|octet| {
        let mut salt = [octet; 16];
        salt[15] = !octet;
        salt
    });
    let encode = |message: &MimiContent<'_>| cbor::encode(message).unwrap();
    let question = composer(salts[0]).markdown("Soup or *salad*?").unwrap();
    let (first, id) = example("question", encode(&question), salts[0]);
    let heart = composer(salts[1]).react(id, "❤").unwrap();
    let (second, _) = example("heart", encode(&heart), salts[1]);
    vec![first, second]
}

/// A draft, and the files it includes.
struct Draft {
    name: &'static str,
    text: String,
    files: BTreeMap<String, Vec<u8>>,
}

const CDDL: &str = "Expiration = [\n  relative: bool,\n  time: uint .size 4\n]\n";
const PROSE: &str = "The content in the sample message is a heart (U+2764), in UTF-8 0xe29da4.\n\
                     See Section 1.1 and the collected rules in Appendix A.";

fn indented(text: &str) -> String {
    text.lines()
        .map(|line| match line {
            "" => "\n".to_owned(),
            line => format!("   {line}\n"),
        })
        .collect()
}

fn text(examples: &[Example]) -> Draft {
    let mut text = String::from(
        "Internet-Draft\n\n                       draft-ietf-mimi-content-08\n\n1.  Examples\n\n1.1.  Rules\n\n",
    );
    text += &indented(CDDL);
    for (index, example) in examples.iter().enumerate() {
        text += &format!("\n1.{}.  The {}\n\n", index + 2, example.name);
        if example.name == "heart" {
            text += &indented(PROSE);
            text += "\n";
        }
        text += &indented(&example.edn);
        text += "\n";
        text += &indented(&example.pretty);
    }
    text += "\nAppendix A.  Collected rules\n\n";
    text += &indented(CDDL);
    Draft {
        name: "draft.txt",
        text,
        files: BTreeMap::new(),
    }
}

/// The same with a page break after every 40 lines.
fn pages(examples: &[Example]) -> Draft {
    let mut draft = text(examples);
    let lines: Vec<String> = draft.text.lines().map(str::to_owned).collect();
    let mut paged = String::new();
    for (index, page) in lines.chunks(40).enumerate() {
        paged += &page.join("\n");
        paged += &format!(
            "\n\n\n\nNobody                  Expires 1 May 2026                  [Page {}]\n\u{c}\n\
             Internet-Draft               MIMI Content              November 2025\n\n\n",
            index + 1
        );
    }
    draft.text = paged;
    draft
}

fn files(examples: &[Example]) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    for example in examples {
        let name = |ending: &str| format!("examples/{}.{ending}", example.name);
        files.insert(name("edn"), example.edn.clone().into_bytes());
        files.insert(name("pretty"), example.pretty.clone().into_bytes());
        files.insert(name("cbor"), example.octets.clone());
    }
    files
}

/// kramdown-rfc, with its EDN in files and its dumps in place.
fn kramdown(examples: &[Example]) -> Draft {
    let mut text = String::from(
        "---\ntitle: Content\ndocname: draft-ietf-mimi-content-08\n--- abstract\n\nA.\n\n--- middle\n\n# Examples\n\n\
         ## Rules\n\n~~~ cddl\n",
    );
    text += CDDL;
    text += "~~~\n";
    for example in examples {
        text += &format!("\n## The {} {{#{}}}\n\n", example.name, example.name);
        if example.name == "heart" {
            text += PROSE;
            text += "\n\n";
        }
        text += &format!(
            "~~~ cbor-diag\n{{::include examples/{}.edn}}\n~~~\n{{: title=\"It\"}}\n\n~~~\n{}~~~\n",
            example.name, example.pretty
        );
    }
    text += "\n--- back\n\n# Collected rules\n\n~~~ cddl\n";
    text += CDDL;
    text += "~~~\n";
    Draft {
        name: "draft.md",
        text,
        files: files(examples),
    }
}

/// mmark, which includes files as code without a fence.
fn mmark(examples: &[Example]) -> Draft {
    let mut draft = kramdown(examples);
    draft.text = draft
        .text
        .replace("---\ntitle: Content\ndocname: draft-ietf-mimi-content-08\n--- abstract\n", "%%%\ntitle = \"Content\"\nvalue = \"draft-ietf-mimi-content-08\"\n%%%\n\n.# Abstract\n")
        .replace("--- middle", "{mainmatter}")
        .replace("--- back", "{backmatter}")
        .replace("~~~ cbor-diag\n{::include ", "<{{")
        .replace(".edn}\n~~~\n{: title=\"It\"}", ".edn}}");
    assert!(draft.text.contains("\n<{{examples/question.edn}}\n"));
    draft
}

fn xml(examples: &[Example]) -> Draft {
    let code = |text: &str| format!("<sourcecode><![CDATA[\n{text}]]></sourcecode>\n");
    let mut text = String::from(
        "<?xml version=\"1.0\"?>\n<rfc docName=\"draft-ietf-mimi-content-08\">\n<middle>\n<section><name>Examples</name>\n\
         <section><name>Rules</name>\n",
    );
    text += &code(CDDL);
    text += "</section>\n";
    for example in examples {
        text += &format!(
            "<section anchor=\"{0}\">\n<name>The {0}</name>\n",
            example.name
        );
        if example.name == "heart" {
            text += &format!("<t>{PROSE}</t>\n");
        }
        text += &code(&example.edn);
        text += &code(&example.pretty);
        text += "</section>\n";
    }
    text += "</section>\n</middle>\n<back>\n<section><name>Collected rules</name>\n";
    text += &code(CDDL);
    text += "</section>\n</back>\n</rfc>\n";
    Draft {
        name: "draft.xml",
        text,
        files: BTreeMap::new(),
    }
}

fn check(draft: &Draft) -> Vec<Finding> {
    let mut load = |path: &str| {
        let file = draft.files.get(path).cloned();
        file.ok_or_else(|| "not there".to_owned())
    };
    check_draft(draft.name, &draft.text, &DraftOptions::default(), &mut load)
}

fn forms() -> Vec<(&'static str, Draft)> {
    let examples = examples();
    vec![
        ("text", text(&examples)),
        ("pages", pages(&examples)),
        ("kramdown", kramdown(&examples)),
        ("mmark", mmark(&examples)),
        ("xml", xml(&examples)),
    ]
}

fn shown(findings: &[Finding]) -> Vec<String> {
    findings.iter().map(ToString::to_string).collect()
}

#[test]
fn a_good_draft_has_no_findings() {
    for (form, draft) in forms() {
        let found = check(&draft);
        assert!(
            found.is_empty(),
            "{form}: {:#?}\n{}",
            shown(&found),
            draft.text
        );
    }
}

/// What stands there, what is put in its place, and the code it gives.
const PLANTS: &[(&str, &str, &str)] = &[
    ("# message ID = h'01", "# message ID = h'02", "draft-id"),
    ("22:13:20.123Z", "22:14:20.123Z", "draft-date"),
    ("1700000000123", "1700000000124", "draft-date"),
    ("h'11111111", "h'11111011", "draft-edn"),
    ("Soup or *salad*?'", "Soup or *salat*?'", "draft-edn"),
    ("      1111111", "      1110111", "draft-dump"),
    ("# array(7)", "# array(8)", "draft-dump-comment"),
    ("U+2764", "U+2765", "draft-code-point"),
    ("0xe29da4", "0xe29da5", "draft-code-point"),
    ("time: uint .size 4", "time: uint .size 8", "draft-cddl"),
    ("Section 1.1", "Section 1.9", "draft-reference-missing"),
    (
        "collected rules in Appendix A",
        "collected rules in Section 1.1",
        "draft-reference",
    ),
];

#[test]
fn what_is_planted_is_found_in_every_form() {
    for (form, draft) in forms() {
        for (old, new, code) in PLANTS {
            let mut spoilt = Draft {
                name: draft.name,
                text: draft.text.clone(),
                files: draft.files.clone(),
            };
            // In the draft itself, or in the first file that has it.
            let (file, line) = match spoilt.text.find(old) {
                Some(at) => {
                    spoilt.text.replace_range(at..at + old.len(), new);
                    (
                        draft.name.to_owned(),
                        draft.text[..at].matches('\n').count() + 1,
                    )
                }
                None => {
                    let has = |content: &[u8]| String::from_utf8_lossy(content).contains(old);
                    let mut edns = spoilt
                        .files
                        .iter_mut()
                        .filter(|(name, _)| name.ends_with(".edn"));
                    let (name, content) = edns
                        .find(|(_, content)| has(content))
                        .unwrap_or_else(|| panic!("{form}: no {old}"));
                    let text = String::from_utf8(content.clone()).unwrap();
                    let at = text.find(old).unwrap();
                    *content = text.replacen(old, new, 1).into_bytes();
                    (name.clone(), text[..at].matches('\n').count() + 1)
                }
            };
            let found = check(&spoilt);
            let there = found.iter().any(|finding| {
                finding.line.unwrap() as usize == line
                    && finding.file.as_deref() == Some(file.as_str())
                    && (finding.code.as_str() == *code
                        // An included example has its octets in a file as well.
                        || *code == "draft-edn" && finding.code.as_str() == "draft-file")
            });
            assert!(
                there,
                "{form}, {old} -> {new}, {file}:{line}: {:#?}",
                shown(&found)
            );
        }
    }
}

#[test]
fn a_folder_of_files_is_checked_without_a_draft() {
    let good = files(&examples());
    let check = |files: &BTreeMap<String, Vec<u8>>| {
        let files: Vec<(&str, &[u8])> = files
            .iter()
            .map(|(name, content)| (name.as_str(), content.as_slice()))
            .collect();
        check_examples(&files, &DraftOptions::default())
    };
    assert_eq!(shown(&check(&good)), [""; 0]);
    // The ID says which of the three is wrong.
    for (name, code) in [
        ("examples/heart.cbor", "draft-file"),
        ("examples/heart.pretty", "draft-dump"),
        ("examples/heart.edn", "draft-edn"),
    ] {
        let mut files = good.clone();
        let content = files.get_mut(name).unwrap();
        match name.ends_with("cbor") {
            true => content[2] ^= 0xff,
            false => {
                let text = String::from_utf8(content.clone()).unwrap();
                *content = text.replacen("2222222", "2222322", 1).into_bytes();
            }
        }
        let found = check(&files);
        let there = found
            .iter()
            .any(|finding| finding.code.as_str() == code && finding.file.as_deref() == Some(name));
        assert!(there, "{name}: {:#?}", shown(&found));
    }
}

#[test]
fn includes_stay_in_their_folder() {
    let mut asked = Vec::new();
    let mut load = |path: &str| {
        asked.push(path.to_owned());
        Ok(b"# x\n{::include again.md}\n".to_vec())
    };
    let text = "# A\n{::include ../secret}\n{::include /etc/passwd}\n<{{a/../../b.edn}}\n{::include again.md}\n";
    let found = check_draft("a.md", text, &DraftOptions::default(), &mut load);
    let lines: Vec<_> = found
        .iter()
        .map(|finding| {
            (
                finding.code.as_str(),
                finding.file.as_deref().unwrap(),
                finding.line.unwrap(),
            )
        })
        .collect();
    assert_eq!(
        lines,
        [
            ("draft-include", "a.md", 2),
            ("draft-include", "a.md", 3),
            ("draft-include", "a.md", 4),
            ("draft-include", "again.md", 2)
        ]
    );
    assert_eq!(asked, ["again.md"]);
}

#[test]
fn older_layouts_are_named_and_not_judged() {
    let text = "                draft-ietf-mimi-content-05\n\n1.  A\n\n   [\n     null, # replaces\n     h'',\n     null,\n     null,\n     [],\n     {},\n     [1, \"\", 0]\n   ]\n";
    let mut none = |_: &str| Err(String::new());
    let found = check_draft("a.txt", text, &DraftOptions::default(), &mut none);
    let codes: Vec<_> = found.iter().map(|finding| finding.code.as_str()).collect();
    assert_eq!(codes, ["draft-older", "draft-layout"]);
    assert!(
        found[1]
            .found
            .as_deref()
            .unwrap()
            .contains("draft-ietf-mimi-content-05")
    );
}

/// Documents made of one thing, over and over.
fn hard(octets: usize) -> Vec<(&'static str, String)> {
    let examples = examples();
    let repeat = |unit: &str| unit.repeat(octets / unit.len() + 1);
    vec![
        ("brackets", repeat("[\n")),
        ("open brackets, deeper and deeper", {
            let deep: String = (0..300).map(|n| format!("{}[\n", " ".repeat(n))).collect();
            repeat(&deep)
        }),
        ("heads", repeat("   87   # array(7)\n")),
        (
            "dump without end",
            format!("   87   # array(7)\n{}", repeat("      01\n")),
        ),
        (
            "blank lines in a dump",
            format!("   87   # array(7)\n{}", repeat("\n\n\n      01\n")),
        ),
        ("comments", repeat("# a comment\n")),
        (
            "IDs",
            repeat(
                "# message ID = h'0102030405060708090a0b0c0d0e0f10\n#  0102030405060708090a0b0c0d0e0f10'\n",
            ),
        ),
        (
            "headings",
            repeat("1.1.  A Title Here\n\n   See A Title Here in Section 1.1 and Section 9.\n\n"),
        ),
        (
            "code points",
            repeat("   a sample U+2665 ❤ (U+2665) as 0xe299a5\n"),
        ),
        (
            "one long paragraph",
            repeat("   Section 1 U+2665 in Appendix B and\n"),
        ),
        ("one long line", repeat("Section 1.2 U+2665 0xe2 ' # h' ")),
        ("rules", repeat("   a = [ b: c ]\n\n   a = [ b: d ]\n\n")),
        ("open rules", repeat("   a = [ b: [\n")),
        (
            "dates",
            repeat("1700000000123 = 2023-11-14T22:13:21.123Z\n"),
        ),
        ("quotes", repeat("   h' ' \" # x\n")),
        ("form feeds", repeat("\u{c}\n\n")),
        ("examples", repeat(&text(&examples).text)),
        (
            "unknown IDs",
            repeat(&text(&examples).text).replace("  h'1111", "  h'1113"),
        ),
        ("no text", repeat("\u{0}\u{fffd}")),
    ]
}

#[test]
fn time_grows_with_the_text_and_no_faster() {
    const SMALL: usize = 10_000;
    const FACTOR: usize = 6;
    // The best of a few runs: the machine may be busy.
    let time = |name: &str, text: &str| {
        let mut none = |_: &str| Err(String::new());
        (0..3)
            .map(|_| {
                let start = Instant::now();
                check_draft(name, text, &DraftOptions::default(), &mut none);
                start.elapsed()
            })
            .min()
            .unwrap()
    };
    for name in ["a.txt", "a.md", "a.xml", "a.edn"] {
        for ((what, small), (_, large)) in hard(SMALL).into_iter().zip(hard(FACTOR * SMALL)) {
            let before = time(name, &small) + Duration::from_millis(3);
            let after = time(name, &large);
            let ratio = after.as_secs_f64() / before.as_secs_f64();
            assert!(
                ratio < 2.5 * FACTOR as f64,
                "{name}, {what}: {before:?} for {SMALL}, {after:?} for {FACTOR} times as much"
            );
        }
    }
}
