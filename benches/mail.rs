//! Mail to messages: against mail-parser on real mails and on a large attachment, and a mailbox of
//! many small mails with its peak memory. `cargo bench --bench mail`, or with `-- corpus`,
//! `-- attachment`, `-- mailbox` only one of them.
#![allow(missing_docs, clippy::unwrap_used, reason = "a bench, not a library")]

#[path = "support/mod.rs"]
mod support;

use std::hint::black_box;
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use mail_parser::{MessageParser, PartType};
use mimi_codec::mail::archive::{self, ArchiveOptions, Made, Refused, Sink, SinkError};
use mimi_codec::mail::mailbox::{Mailbox, MailboxOptions};
use mimi_codec::mail::{self, DiskResolver, ExcessParts, ImportOptions};
use mimi_codec::report::Finding;
use support::timing::{contestant, medians};

/// The most that reading a mail as a message may cost, in times of parsing it.
const GOAL: f64 = 1.5;

/// Mails of the mailbox.
const MAILS: usize = 100_000;

/// Octets that a run over the mailbox may hold, at the most.
const MEMORY: u64 = 128 << 20;

/// A measurement by its name, and how many goals it missed.
type Run = (&'static str, fn() -> usize);

fn main() {
    let wanted: Vec<String> = std::env::args().skip(1).collect();
    let runs: [Run; 3] = [
        // First, because the peak of memory is that of the whole program.
        ("mailbox", mailbox),
        ("corpus", corpus),
        ("attachment", attachment),
    ];
    let named = |name: &str| wanted.iter().any(|word| word == name);
    let all = !runs.iter().any(|(name, _)| named(name));
    let missed: usize = runs
        .iter()
        .filter(|(name, _)| all || named(name))
        .map(|(_, run)| run())
        .sum();
    println!("goals missed: {missed}");
}

fn options() -> ImportOptions<'static> {
    let mut options = ImportOptions::default();
    options.room = Some("mimi://example.com/r/bench".into());
    options.excess_parts = ExcessParts::Opaque;
    options
}

/// What mail-parser says of a mail, with every body decoded.
fn parsed(mail: &[u8]) -> usize {
    let Some(message) = MessageParser::default().parse(mail) else {
        return 0;
    };
    let sizes = message.parts.iter().map(|part| match &part.body {
        PartType::Text(text) | PartType::Html(text) => text.len(),
        PartType::Binary(octets) | PartType::InlineBinary(octets) => octets.len(),
        _ => 0,
    });
    sizes.sum()
}

fn compare(name: &str, mails: &[Vec<u8>], rounds: usize) -> usize {
    let options = options();
    let octets: usize = mails.iter().map(Vec::len).sum();
    let mut contestants = [
        contestant(|| {
            for mail in mails {
                drop(black_box(mail::import(mail, &options)));
            }
        }),
        contestant(|| {
            for mail in mails {
                black_box(parsed(mail));
            }
        }),
    ];
    let times = medians(&mut contestants, rounds, Duration::from_millis(2));
    let ratio = times[0] / times[1];
    let missed = ratio > GOAL;
    println!(
        "{name:<14}{:>6} mails{octets:>10} octets   mimi {:>9.0} µs   mail-parser {:>9.0} µs   \
         ratio {ratio:.3}   goal {GOAL:.2}{}",
        mails.len(),
        times[0] / 1000.0,
        times[1] / 1000.0,
        if missed { "   MISSED" } else { "" }
    );
    usize::from(missed)
}

/// The shared corpus, or where it is missing the mails that the project carries.
fn corpus() -> usize {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let shared = root.join("../shared/corpus/mail");
    let mut mails = Vec::new();
    match shared.is_dir() {
        true => {
            gather(&shared, &mut mails);
            println!("corpus: {}", shared.display());
        }
        false => {
            let list = root.join("tests/data/list.mbox");
            println!("corpus: {} (the shared one is missing)", list.display());
            let mailbox = Mailbox::open(list, &MailboxOptions::default()).unwrap();
            mails.extend(mailbox.mails().unwrap().filter_map(|mail| mail.octets.ok()));
        }
    }
    compare("corpus", &mails, 101)
}

fn gather(folder: &Path, mails: &mut Vec<Vec<u8>>) {
    let mut paths: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    paths.sort();
    for path in paths {
        match path.is_dir() {
            true => gather(&path, mails),
            false => mails.push(std::fs::read(path).unwrap()),
        }
    }
}

/// A mail with an attachment of 20 MiB, in base64.
fn attachment() -> usize {
    let octets: Vec<u8> = (0..20usize << 20)
        .map(|at| (at * at / 7 + at) as u8)
        .collect();
    let mut mail = b"From: a@example.com\r\nSubject: large\r\nMIME-Version: 1.0\r\n\
        Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nsee\r\n--b\r\n\
        Content-Type: application/octet-stream; name=large.bin\r\n\
        Content-Disposition: attachment\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        .to_vec();
    for line in octets.chunks(57) {
        mail.extend_from_slice(base64(line).as_bytes());
        mail.extend_from_slice(b"\r\n");
    }
    mail.extend_from_slice(b"--b--\r\n");
    compare("20 MiB", &[mail], 15)
}

fn base64(octets: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::with_capacity(octets.len() * 4 / 3 + 4);
    for group in octets.chunks(3) {
        let bits = group
            .iter()
            .fold(0u32, |bits, octet| bits << 8 | u32::from(*octet));
        let bits = bits << (8 * (3 - group.len()));
        for digit in 0..4 {
            match digit <= group.len() {
                true => out.push(char::from(DIGITS[(bits >> (18 - 6 * digit) & 63) as usize])),
                false => out.push('='),
            }
        }
    }
    out
}

/// Throws away what it is given: what is measured is the conversion and the store.
struct Nowhere;

impl Sink for Nowhere {
    fn messages(&self, mail: &[Made<'_>]) -> Result<Vec<Finding>, SinkError> {
        black_box(mail);
        Ok(Vec::new())
    }

    fn refused(&self, _: &Refused<'_>) -> std::io::Result<()> {
        Ok(())
    }
}

/// A mailbox of many small mails in threads, converted with a store on disk.
fn mailbox() -> usize {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("many.mbox");
    let mut out = BufWriter::new(std::fs::File::create(&path).unwrap());
    for number in 0..MAILS {
        write!(
            out,
            "From a@example.com Fri Feb 13 23:31:30 2009\nReceived: from a by b; Fri, 13 Feb 2009 23:31:30 +0000\n\
             From: Sender {} <sender{}@example.com>\nTo: list@example.com\nSubject: Mail number {number}\n\
             Date: Fri, 13 Feb 2009 23:31:30 +0000\nMessage-ID: <{number}@example.com>\nIn-Reply-To: <{}@example.com>\n\
             MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: quoted-printable\n\n\
             Good morning =C3=A0 tous, this is mail number {number}.\n\n> An earlier mail said this.\n\nIt ends here.\n\n",
            number % 97,
            number % 97,
            number / 2,
        )
        .unwrap();
    }
    drop(out);
    let octets = std::fs::metadata(&path).unwrap().len();
    println!("mailbox: {MAILS} mails, {octets} octets");
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let mut missed = 0;
    for threads in [1, 2] {
        let store = DiskResolver::open(folder.path().join(format!("{threads}.redb"))).unwrap();
        let mailbox = Mailbox::open(&path, &MailboxOptions::default()).unwrap();
        let mut options = ArchiveOptions::default();
        options.import.seed = Some(b"bench"[..].into());
        options.threads = threads;
        let (begun, spent) = (Instant::now(), processor());
        let mut first = None;
        let summary = archive::convert(&mailbox, &store, &options, &Nowhere, &mut |event| {
            if let archive::Event::Converted { .. } = event {
                first.get_or_insert_with(|| begun.elapsed());
            }
        })
        .unwrap();
        let took = begun.elapsed();
        assert_eq!(summary.converted, MAILS as u64);
        println!(
            "  {threads} of {cores} cores: {:>7.0} mails/s in all ({took:.2?}; first pass about {:.2?})",
            MAILS as f64 / took.as_secs_f64(),
            first.unwrap_or_default()
        );
        // On a machine that is busy otherwise, this is the figure to compare.
        if let Some((before, after)) = spent.zip(processor()) {
            let each = (after - before) * 1e6 / MAILS as f64;
            println!("  processor time: {each:.1} µs for each mail");
        }
        let Some(peak) = peak() else {
            println!("  peak memory: not known on this system");
            continue;
        };
        let over = peak > MEMORY;
        missed += usize::from(over);
        println!(
            "  peak memory: {:.1} MiB, goal {} MiB{}",
            peak as f64 / f64::from(1 << 20),
            MEMORY >> 20,
            if over { "   MISSED" } else { "" }
        );
    }
    missed
}

/// The most memory this program has held so far, in octets.
fn peak() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    let number = line.split_ascii_whitespace().nth(1)?;
    Some(number.parse::<u64>().ok()? * 1024)
}

/// The processor time that this program has taken so far, in seconds.
fn processor() -> Option<f64> {
    let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
    // The name of the program may have spaces in it; behind it, user and system time are the
    // twelfth and thirteenth word, in hundredths of a second.
    let (_, rest) = stat.rsplit_once(')')?;
    let mut words = rest.split_ascii_whitespace().skip(11);
    let mut next = || words.next()?.parse::<f64>().ok();
    Some((next()? + next()?) / 100.0)
}
