//! Real and tortured mails, and hostile ones: every mail is read, every part is accounted for, and
//! time and memory stay in proportion.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

#[path = "common/clock.rs"]
mod clock;

use std::path::{Path, PathBuf};
use std::process::Command;

use clock::quickly;
use mimi_codec::mail::{
    self, ExcessParts, ExportOptions, ImportOptions, ImportPolicy, Keys, Origin, Profile,
};
use mimi_codec::message::{Disposition, MimiContent, NestedPart, PartBody, PartSemantics, Salt};
use mimi_codec::report::codes;

/// A folder of example data; absent data fails only where CI says that it must be there.
fn shared(folder: &str) -> Option<PathBuf> {
    let path = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../shared")).join(folder);
    if path.is_dir() {
        return Some(path);
    }
    assert_ne!(
        std::env::var("CI").as_deref(),
        Ok("true"),
        "{folder} is missing"
    );
    None
}

/// Every mail of the corpus: folder and file name, and octets.
fn corpus() -> Vec<(PathBuf, Vec<u8>)> {
    let Some(root) = shared("corpus/mail") else {
        return Vec::new();
    };
    let mut mails = Vec::new();
    for folder in std::fs::read_dir(&root).unwrap() {
        for file in std::fs::read_dir(folder.unwrap().path()).unwrap() {
            let path = file.unwrap().path();
            let octets = std::fs::read(&path).unwrap();
            mails.push((path.strip_prefix(&root).unwrap().to_path_buf(), octets));
        }
    }
    mails.sort();
    assert_eq!(mails.len(), 296);
    mails
}

fn seeded() -> ImportOptions<'static> {
    let mut options = ImportOptions::default();
    options.seed = Some(b"corpus"[..].into());
    options.room = Some("mimi://example.com/r/archive".into());
    options
}

fn written_again() -> ExportOptions<'static> {
    let mut options = ExportOptions::default();
    options.keys = Keys::With;
    options.seed = Some(b"corpus"[..].into());
    options.restore_fields = true;
    options
}

#[test]
fn every_mail_becomes_the_same_message_on_every_run() {
    for (name, mail) in corpus() {
        let first = mail::import(&mail, &seeded()).unwrap();
        let again = mail::import(&mail, &seeded()).unwrap();
        assert_eq!(first.value.origin, Origin::Foreign);
        assert_eq!(first.value.octets, again.value.octets, "{name:?}");
        assert_eq!(first.findings, again.findings, "{name:?}");
        let decoded = mimi_codec::cbor::decode(&first.value.octets).unwrap();
        assert_eq!(decoded, first.value.message, "{name:?}");
    }
}

#[test]
fn a_mail_made_from_a_mail_gives_the_same_message() {
    let mut options = seeded();
    options.policy = ImportPolicy::Own;
    for (name, mail) in corpus() {
        let message = mail::import(&mail, &seeded()).unwrap().value;
        let written = mail::export(&message.message, &written_again())
            .unwrap()
            .value;
        let back = mail::import(&written, &options).unwrap();
        assert!(back.value.exact, "{name:?}: {:?}", back.findings);
        assert_eq!(back.value.octets, message.octets, "{name:?}");
    }
}

/// Python's `email` reads the original and the mail written again, leaf by leaf.
#[test]
fn python_reads_the_same_text_and_attachments() {
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/mail_check.py");
    let python = Command::new("python3").arg("--version").output();
    let Some(originals) = shared("corpus/mail") else {
        return;
    };
    if python.is_err() {
        assert_ne!(
            std::env::var("CI").as_deref(),
            Ok("true"),
            "python3 is missing"
        );
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    for (name, mail) in corpus() {
        let message = mail::import(&mail, &seeded()).unwrap().value;
        let message = mimi_codec::cbor::decode(&message.octets).unwrap();
        let written = mail::export(&message, &written_again()).unwrap().value;
        let path = folder.path().join(&name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, written).unwrap();
    }
    let output = Command::new("python3")
        .arg(script)
        .arg(originals)
        .arg(folder.path())
        .output()
        .unwrap();
    let printed = String::from_utf8_lossy(&output.stdout);
    println!("{printed}");
    let complaints = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{printed}{complaints}");
}

#[test]
fn twenty_thousand_nested_multiparts() {
    let mut mail = String::new();
    for level in 0..20_000 {
        mail.push_str(&format!(
            "Content-Type: multipart/mixed; boundary=b{level}\r\n\r\n--b{level}\r\n"
        ));
    }
    mail.push_str("\r\nthe end\r\n");
    let imported = quickly("nested multiparts", || {
        mail::import(mail.as_bytes(), &seeded())
    })
    .unwrap();
    assert!(
        imported
            .findings
            .iter()
            .any(|finding| finding.code == codes::MAIL_OPAQUE)
    );
    let PartBody::Single(part) = &imported.value.message.nested_part.body else {
        panic!("one opaque part");
    };
    assert!(part.content.ends_with(b"the end\r\n"));
}

#[test]
fn twenty_thousand_nested_mails() {
    let mail = "Content-Type: message/rfc822\r\n\r\n".repeat(20_000) + "\r\nx";
    let imported = quickly("nested mails", || mail::import(mail.as_bytes(), &seeded())).unwrap();
    assert!(matches!(
        imported.value.message.nested_part.body,
        PartBody::Single(_)
    ));
}

#[test]
fn a_hundred_thousand_parts() {
    let mail = String::from("Content-Type: multipart/mixed; boundary=b\r\n\r\n")
        + &"--b\r\n\r\nx\r\n".repeat(100_000)
        + "--b--\r\n";
    let error = quickly("many parts", || mail::import(mail.as_bytes(), &seeded())).unwrap_err();
    assert_eq!(error.code(), codes::MAIL_TOO_MANY_PARTS);
    let mut options = seeded();
    options.excess_parts = ExcessParts::Opaque;
    let imported = quickly("many parts, opaque", || {
        mail::import(mail.as_bytes(), &options)
    })
    .unwrap();
    let parts: Vec<_> = imported.value.message.parts().collect();
    assert!(parts.len() <= 1024 && parts.len() > 1000, "{}", parts.len());
    let content: usize = parts
        .iter()
        .map(|part| match &part.part.body {
            PartBody::Single(part) => part.content.len(),
            _ => 0,
        })
        .sum();
    assert!(
        content > mail.len() - 1024 * 12,
        "{content} of {}",
        mail.len()
    );
}

#[test]
fn a_header_of_fifty_megabytes() {
    let one = format!("Subject: {}\r\n\r\nx", "a".repeat(50_000_000));
    let imported = quickly("one long field", || mail::import(one.as_bytes(), &seeded())).unwrap();
    assert!(
        imported
            .findings
            .iter()
            .any(|finding| finding.code == codes::FIELD_TOO_LONG)
    );
    assert!(imported.value.octets.len() > 50_000_000);
    let many = "X: y\r\n".repeat(2_000_000) + "\r\nx";
    let _ = quickly("many fields", || mail::import(many.as_bytes(), &seeded())).unwrap();
    let folds = String::from("X: y\r\n") + &" z\r\n".repeat(10_000_000) + "\r\nx";
    let _ = quickly("many folds", || mail::import(folds.as_bytes(), &seeded())).unwrap();
}

/// A record whose contents are nowhere: each is looked for, but not without end.
#[test]
fn a_thousand_contents_that_are_not_there() {
    let parts: Vec<_> = (0..1000)
        .map(|number| {
            let content = format!("{number} {}", "x".repeat(4000));
            NestedPart::single(Disposition::RENDER, "text/plain", content)
        })
        .collect();
    let body = NestedPart::multi(Disposition::RENDER, PartSemantics::ProcessAll, parts);
    let message = MimiContent::new(Salt::new([1; 16]), body);
    let mail = mail::export(&message, &written_again()).unwrap().value;
    let mail = String::from_utf8(mail).unwrap();
    let changed = mail.replace("xxxxxxxx", "yyyyyyyy");
    let imported = quickly("changed contents", || {
        mail::import(changed.as_bytes(), &seeded())
    })
    .unwrap();
    assert!(!imported.value.exact);
    let lost = imported
        .findings
        .iter()
        .filter(|finding| finding.code == codes::LEAF_CHANGED);
    assert_eq!(lost.count(), 1000);
    let nameless = mail.replace("Content-ID:", "X-Gone:");
    let imported = quickly("moved contents", || {
        mail::import(nameless.as_bytes(), &seeded())
    })
    .unwrap();
    println!("found again without names: {}", imported.value.exact);
}

/// One octet of a mail changed, removed or doubled: there is always an answer.
#[test]
fn damaged_mails_are_read() {
    let part = NestedPart::single(
        Disposition::RENDER,
        "text/html",
        "<img src=cid:2@local.invalid>",
    );
    let image = NestedPart::single(Disposition::INLINE, "image/png", b"png");
    let body = NestedPart::multi(
        Disposition::RENDER,
        PartSemantics::ProcessAll,
        vec![part, image],
    );
    let message = MimiContent::new(Salt::new([1; 16]), body);
    let mail = mail::export(&message, &written_again()).unwrap().value;
    for at in 0..mail.len() {
        for change in 0..4 {
            let mut damaged = mail.clone();
            match change {
                0 => damaged[at] ^= 1,
                1 => drop(damaged.remove(at)),
                2 => damaged.insert(at, b'\n'),
                _ => damaged.truncate(at + 1),
            }
            let read = mail::import(&damaged, &seeded()).unwrap().value;
            let decoded = mimi_codec::cbor::decode(&read.octets).unwrap();
            assert_eq!(decoded, read.message);
            if read.exact {
                assert_eq!(read.message, message);
            }
        }
    }
}

/// Another parser's opinion of the tree. It takes any line that begins with a boundary for one
/// (here the whole line counts, as in Python), and knows no header with a stray line.
#[test]
fn mailparse_finds_the_same_leaves() {
    fn leaves(mail: &mailparse::ParsedMail<'_>) -> usize {
        let encrypted = mail.ctype.mimetype == "multipart/encrypted";
        let signed = mail.ctype.mimetype == "multipart/signed"
            && mail.subparts.len() == 2
            && mail.subparts[1].ctype.mimetype.ends_with("signature");
        match mail.subparts.as_slice() {
            [] => 1,
            _ if encrypted => 1,
            [first, ..] if signed => leaves(first),
            all => all.iter().map(leaves).sum(),
        }
    }
    let mut other = Vec::new();
    for (name, mail) in corpus() {
        let message = mail::import(&mail, &seeded()).unwrap().value.message;
        let own = message
            .parts()
            .filter(|part| !matches!(part.part.body, PartBody::Multi(_)))
            .count();
        let theirs = mailparse::parse_mail(&mail).ok().map(|mail| leaves(&mail));
        if theirs != Some(own) {
            other.push(format!("{}: {own} here, {theirs:?} there", name.display()));
        }
    }
    if corpus().is_empty() {
        return;
    }
    insta::assert_snapshot!(other.join("\n"));
}

fn multi_with_location(html: &str) -> String {
    format!(
        "Content-Type: multipart/related; boundary=b\r\n\r\n--b\r\nContent-Type: text/html\r\n\r\n\
         {html}\r\n--b\r\nContent-Type: image/png\r\nContent-Location: x\r\n\r\n--b--\r\n"
    )
}

#[test]
fn text_that_tempts_a_search() {
    let cases = [
        (
            "hyphens",
            "Content-Type: multipart/mixed; boundary=b\r\n\r\n".to_string()
                + &"--\r\n".repeat(2_000_000),
        ),
        (
            "cids",
            "Content-Type: text/html\r\n\r\n".to_string() + &"cid:".repeat(2_000_000),
        ),
        (
            "equals",
            "Content-Type: text/html\r\n\r\n".to_string() + &"=\"".repeat(3_000_000),
        ),
        ("attributes", multi_with_location(&"=a".repeat(2_000_000))),
        ("quotes", multi_with_location(&"=\"='".repeat(1_000_000))),
        (
            "escapes",
            "Content-Transfer-Encoding: quoted-printable\r\n\r\n".to_string()
                + &"=".repeat(8_000_000),
        ),
        (
            "encoded words",
            "Subject: ".to_string() + &"=?a?q?".repeat(10_000) + "\r\n\r\nx",
        ),
        (
            "brackets",
            "From: ".to_string() + &"(<\"".repeat(20_000) + "\r\n\r\nx",
        ),
        (
            "parameters",
            "Content-Type: text/plain".to_string() + &";a=\"".repeat(15_000) + "\r\n\r\nx",
        ),
        (
            "references",
            "References: ".to_string() + &"<a@b>".repeat(12_000) + "\r\n\r\nx",
        ),
        (
            "parameter names",
            "Content-Type: text/plain".to_string()
                + &(0..8_000).map(|n| format!(";a{n}=b")).collect::<String>()
                + "\r\n\r\nx",
        ),
    ];
    for (name, mail) in cases {
        let _ = quickly(name, || mail::import(mail.as_bytes(), &seeded())).unwrap();
    }
}

/// Python's `email` reads our mails without complaint, and writes them again under several
/// policies, as a relay that rewrites everything would.
const REWRITE: &str = r#"
import email, email.policy, pathlib, sys
folder = pathlib.Path(sys.argv[1])
policies = {
    "compat32": email.policy.compat32,
    "default": email.policy.default,
    "smtp": email.policy.SMTP,
    "smtputf8": email.policy.SMTPUTF8,
    "narrow": email.policy.SMTP.clone(max_line_length=50, refold_source="all"),
    "wide": email.policy.SMTP.clone(max_line_length=900, refold_source="all"),
}
for path in sorted(folder.glob("*.eml")):
    strict = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    for part in strict.walk():
        assert not part.defects, (path.name, part.defects)
    for name, policy in policies.items():
        mail = email.message_from_bytes(path.read_bytes(), policy=policy)
        if name == "smtputf8":
            for part in mail.walk():
                if part.get_content_maintype() == "text":
                    text = part.get_payload(decode=True).decode("utf-8", "surrogateescape")
                    charset = part.get_content_charset() or "utf-8"
                    del part["Content-Transfer-Encoding"]
                    part.set_payload(text.replace("\n", "\r\n").encode("utf-8", "surrogateescape").decode("ascii", "surrogateescape"))
                    part["Content-Transfer-Encoding"] = "8bit"
        path.with_suffix("." + name).write_bytes(mail.as_bytes())
"#;

#[test]
fn mails_that_python_wrote_again_come_back() {
    let Some(vectors) = shared("vectors/draft-08") else {
        return;
    };
    if Command::new("python3").arg("--version").output().is_err() {
        assert_ne!(
            std::env::var("CI").as_deref(),
            Ok("true"),
            "python3 is missing"
        );
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let mut originals = Vec::new();
    for file in std::fs::read_dir(vectors).unwrap() {
        let path = file.unwrap().path();
        let octets = std::fs::read(&path).unwrap();
        let Ok(message) = mimi_codec::cbor::decode(&octets) else {
            continue;
        };
        for profile in [Profile::Exact, Profile::Mail] {
            let mut options = written_again();
            options.profile = profile;
            let mail = mail::export(&message, &options).unwrap().value;
            let name = format!(
                "{}-{profile:?}",
                path.file_stem().unwrap().to_string_lossy()
            );
            std::fs::write(folder.path().join(&name).with_extension("eml"), mail).unwrap();
            originals.push((name, octets.clone()));
        }
    }
    let output = Command::new("python3")
        .args(["-c", REWRITE])
        .arg(folder.path())
        .output()
        .unwrap();
    let complaints = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{complaints}");
    for (name, octets) in originals {
        for policy in ["compat32", "default", "smtp", "smtputf8", "narrow", "wide"] {
            let path = folder.path().join(&name).with_extension(policy);
            let mail = std::fs::read(path).unwrap();
            let back = mail::import(&mail, &ImportOptions::default()).unwrap();
            let show = String::from_utf8_lossy(&mail);
            assert!(
                back.value.exact,
                "{name} {policy}: {:?}\n{show}",
                back.findings
            );
            assert_eq!(back.value.octets, octets, "{name} {policy}");
        }
    }
}
