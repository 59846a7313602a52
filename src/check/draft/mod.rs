//! Judges Internet-Drafts and folders of examples: EDN against hex dumps and `.cbor` files, stated
//! message IDs against octets, dates against timestamps, code points against characters, snippets
//! of CDDL against the schema, references against what they name.
//!
//! A source becomes a `Document` of lines that know where they were written (`source`, with
//! `include` and `xml`); its `blocks` are found and put together as `examples`; each
//! question then has a file of its own.
//!
//! Nothing is taken on trust: where two halves of an example disagree, a stated message ID that
//! fits one of them says that the other is wrong. Whatever the text, the work is linear in it.

mod blocks;
mod cddl;
mod dates;
mod dumps;
mod elsewhere;
mod examples;
mod folder;
mod halves;
mod ids;
mod include;
mod items;
mod points;
mod prose;
mod references;
mod sections;
mod source;
mod stated;
mod subject;
mod titles;
mod values;
mod xml;

use std::collections::BTreeMap;
use std::format;
use std::string::{String, ToString};
use std::vec::Vec;

use blocks::{Blocks, Content};
use examples::{Example, Examples};
pub use folder::check_examples;
use ids::{Ids, Way};
use include::Includes;
pub use include::Load;
use sections::Sections;
use source::{Document, Form};

use super::check as check_document;
use crate::cbor::{Decoder, OlderDraft, older};
use crate::document::{Format, Kind};
use crate::message::{IdAlgorithm, Uris};
use crate::report::{Finding, Severity, codes};

/// How a draft is judged.
///
/// ```
/// use mimi_codec::check::draft::DraftOptions;
/// use mimi_codec::message::IdAlgorithm;
///
/// let options = DraftOptions::default().with_algorithm(IdAlgorithm::Draft07);
/// assert_eq!(options.algorithm, Some(IdAlgorithm::Draft07));
/// ```
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct DraftOptions<'a> {
    /// How the message IDs are computed. By default as the number of the draft says; where there
    /// is none, in the way that most of the stated IDs agree with.
    pub algorithm: Option<IdAlgorithm>,
    /// Sender and room of examples that do not state them.
    pub uris: Uris<'a>,
    /// Judges the examples themselves.
    pub decoder: Decoder,
}

impl<'a> DraftOptions<'a> {
    /// Sets how message IDs are computed.
    #[must_use]
    pub fn with_algorithm(mut self, algorithm: IdAlgorithm) -> Self {
        self.algorithm = Some(algorithm);
        self
    }

    /// Sets sender and room.
    #[must_use]
    pub fn with_uris(mut self, uris: Uris<'a>) -> Self {
        self.uris = uris;
        self
    }

    /// Sets the decoder that judges the examples.
    #[must_use]
    pub fn with_decoder(mut self, decoder: Decoder) -> Self {
        self.decoder = decoder;
        self
    }
}

/// Findings reported for one document.
const MOST: usize = 10_000;

/// Lists every disagreement of an Internet-Draft with itself.
///
/// `name` is the file's name: its ending says what the text is (`.md`, `.xml`, `.txt`; another
/// one leaves it to the content), and findings carry it. `loader` fetches what the draft includes;
/// of an example that is included, a `.cbor` file beside it is compared too. Every finding has
/// file, line and column.
///
/// ```
/// use mimi_codec::check::draft::{DraftOptions, check_draft};
///
/// let text = "\
/// ## EXAMPLE
/// ## timestamp = 1644387225019 = 2022-02-08T22:13:45.019Z
/// [
///   h'00', null
/// ]
///
/// 82        # array(2)
///    41     # bytes(1)
///       01
///    f6     # primitive(22)
/// ";
/// let draft = text.lines().map(|line| format!("   {line}\n")).collect::<String>();
/// let mut none = |_: &str| Err("nothing is included".to_string());
/// let findings = check_draft("draft.txt", &draft, &DraftOptions::default(), &mut none);
/// let places: Vec<_> = findings.iter().map(|f| (f.line.unwrap(), f.code.as_str())).collect();
/// assert_eq!(places, [(2, "draft-date"), (9, "draft-dump")]);
/// ```
pub fn check_draft(
    name: &str,
    text: &str,
    options: &DraftOptions<'_>,
    loader: &mut dyn Load,
) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut includes = Includes::new(loader);
    let document = Document::read(name, text, &mut includes, &mut findings);
    let cbor = beside(&document, &mut includes);
    let number = draft_number(&document, text);
    let mut way = number.map(|(number, _)| Way::of_draft(number));
    if let Some((number @ ..=7, line)) = number {
        let finding = Finding::new(codes::DRAFT_OLDER)
            .found(format!("draft {number:02}"))
            .expected("draft 08 or 09")
            .message(format!(
                "an older draft: message IDs are judged as in {}",
                way.map_or("", Way::name)
            ));
        findings.push(document.locate(finding, line, 1));
    }
    if let Some(algorithm) = options.algorithm {
        way = Some(Way::Known(algorithm));
    }
    judge(&document, &cbor, way, options, findings)
}

/// The `.cbor` files beside included examples, by path without ending.
fn beside(document: &Document, includes: &mut Includes<'_>) -> BTreeMap<String, Vec<u8>> {
    let mut cbor = BTreeMap::new();
    for file in document.files.iter().skip(1) {
        if let Some((path, "edn" | "diag" | "cdn" | "pretty" | "hex")) = file.rsplit_once('.')
            && !cbor.contains_key(path)
            && let Ok(octets) = includes.octets(&format!("{path}.cbor"))
        {
            cbor.insert(path.to_string(), octets);
        }
    }
    cbor
}

/// The number that the draft's name ends in, and its line. A draft that is not yet numbered
/// (`draft-ietf-mimi-content-latest`) has none, whatever other drafts are named behind. In XML the
/// name stands in an attribute, so there it is looked for in the source.
fn draft_number(document: &Document, source: &str) -> Option<(u32, usize)> {
    /// Lines of front matter looked at.
    const FRONT: usize = 100;
    const NAMES: &[&str] = &["draft-ietf-mimi-content-", "draft-mahy-mimi-content-"];
    let named = |(line, text): (usize, &str)| {
        let rest = NAMES
            .iter()
            .find_map(|name| Some(text.split_once(name)?.1))?;
        Some((rest.get(..2)?.parse().ok(), line))
    };
    let (number, line) = match document.form {
        Form::Xml => source.lines().take(FRONT).enumerate().find_map(named),
        _ => (0..document.len().min(FRONT))
            .map(|line| (line, document.text(line)))
            .find_map(named),
    }?;
    Some((number?, line))
}

/// Everything about a document that was read.
fn judge(
    document: &Document,
    cbor: &BTreeMap<String, Vec<u8>>,
    way: Option<Way>,
    options: &DraftOptions<'_>,
    mut findings: Vec<Finding>,
) -> Vec<Finding> {
    let sections = Sections::of(document);
    let blocks = Blocks::find(document);
    let examples = Examples::find(document, &sections, &blocks);
    let ids = Ids::new(&examples, way, &options.uris);
    unreadable(document, &blocks, &mut findings);
    layouts(document, &examples, &mut findings);
    for (index, example) in examples.iter().enumerate() {
        let consistent = halves::judge(document, &blocks, cbor, &ids, example, &mut findings);
        if consistent {
            ids.judge_stated(document, example, &mut findings);
        }
        ids.judge_references(document, &blocks, index, &mut findings);
        contents(document, &blocks, &ids, example, options, &mut findings);
    }
    for block in blocks
        .0
        .iter()
        .filter(|block| block.content == Content::Dump)
    {
        dumps::judge(document, block, &mut findings);
    }
    dates::judge(document, &mut findings);
    points::judge(document, &sections, &blocks, &examples, &mut findings);
    values::judge(document, &sections, &blocks, &examples, &ids, &mut findings);
    cddl::judge(document, &sections, &blocks, &mut findings);
    references::judge(document, &sections, &blocks, MOST, &mut findings);
    let order: BTreeMap<&str, usize> = document
        .files
        .iter()
        .enumerate()
        .map(|(index, file)| (file.as_str(), index))
        .collect();
    findings.sort_by_cached_key(|finding| {
        let file = finding.file.as_deref().and_then(|file| order.get(file));
        (file.copied(), finding.line, finding.column, finding.code)
    });
    findings.dedup();
    cut(&mut findings, MOST);
    findings
}

/// Leaves the first findings and says that there were more.
fn cut(findings: &mut Vec<Finding>, most: usize) {
    let Some(next) = findings.get(most) else {
        return;
    };
    let mut last = Finding::new(codes::FINDINGS_LIMIT).severity(Severity::Warning);
    last.file.clone_from(&next.file);
    (last.line, last.column) = (next.line, next.column);
    let last = last.found(format!("more than {most} findings"));
    findings.truncate(most);
    findings.push(last.expected(format!("at most {most}")));
}

/// Blocks that cannot be read as what they look like.
fn unreadable(document: &Document, blocks: &Blocks, findings: &mut Vec<Finding>) {
    for block in &blocks.0 {
        let Some(reading) = &block.reading else {
            continue;
        };
        match reading {
            // Something left out on purpose: a fragment, not an example.
            Err(error) if error.code() == codes::EDN_ELLIPSIS => {}
            Err(error) => {
                let finding = error.finding().clone();
                let line = finding.line.map_or(0, |line| line as usize - 1);
                let column = finding.column.unwrap_or(1);
                let line = (block.first + line).min(block.end.saturating_sub(1));
                findings.push(document.locate(finding, line, column));
            }
            Ok(_) => {}
        }
    }
}

/// Names the layouts of older drafts, once each.
fn layouts(document: &Document, examples: &Examples, findings: &mut Vec<Finding>) {
    let mut seen: Vec<(OlderDraft, usize, usize)> = Vec::new();
    for example in examples.iter() {
        let Some(draft) = older::recognise(&example.octets) else {
            continue;
        };
        match seen.iter_mut().find(|(known, ..)| *known == draft) {
            Some((_, _, count)) => *count += 1,
            None => seen.push((draft, example.line(), 1)),
        }
    }
    for (draft, line, count) in seen {
        let finding = Finding::new(codes::DRAFT_LAYOUT)
            .found(format!("the layout of {draft}, in {count} of the examples"))
            .expected("the layout of draft-ietf-mimi-content-08");
        findings.push(document.locate(finding, line, 1));
    }
}

/// What is wrong with an example as a message, a status report or derived values of today. Where
/// its halves disagree and the message ID confirms the dump, that is the example.
fn contents(
    document: &Document,
    blocks: &Blocks,
    ids: &Ids<'_>,
    example: &Example,
    options: &DraftOptions<'_>,
    findings: &mut Vec<Finding>,
) {
    // An array of seven items is a message only in a document about messages.
    if !document.subject.mimi {
        return;
    }
    let meant = match example.kind() {
        Kind::Message => example.is_message() && older::recognise(&example.octets).is_none(),
        Kind::StatusReport | Kind::Derived => example.references().next().is_some(),
    };
    let half = |index: Option<usize>| {
        let block = blocks.0.get(index?)?;
        Some((block, block.source()?.octets()))
    };
    let (edn, dump) = (half(example.edn), half(example.dump));
    let confirmed = dump.filter(|(_, octets)| {
        *octets != example.octets.as_slice()
            && !ids.vouches(example)
            && ids.vouches(&example.reading(octets.to_vec()))
    });
    let Some((block, octets)) = confirmed.or(edn).or(dump).filter(|_| meant) else {
        return;
    };
    for finding in check_document(octets, Format::Cbor, &options.decoder) {
        let (line, column) = block.place(finding.offset.unwrap_or(0));
        findings.push(document.locate(finding, line, column));
    }
}
