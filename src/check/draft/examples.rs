//! The examples of a draft: the blocks that belong together, what they are called, and the
//! message ID that is stated for each.

use std::collections::{BTreeMap, BTreeSet};
use std::string::{String, ToString};
use std::vec::Vec;

use super::blocks::{Block, Blocks, Content, split_comment};
use super::items::{Item, items};
use super::sections::Sections;
use super::source::{Document, Kind};
use super::stated::{Stated, stated_ids};
use crate::document::Kind as DocumentKind;
use crate::item::MAJOR;

/// What belongs to one example.
pub(super) struct Example {
    /// In lower case: from its first comment, or the file it was included from.
    pub(super) name: String,
    pub(super) section: usize,
    /// Index of its EDN among the blocks.
    pub(super) edn: Option<usize>,
    /// Index of its dump.
    pub(super) dump: Option<usize>,
    pub(super) stated: Option<Stated>,
    /// What the notations spell, the EDN first; empty where neither can be read.
    pub(super) octets: Vec<u8>,
    /// The items of the octets, if they are one well-formed item.
    pub(super) items: Vec<Item>,
    line: usize,
}

impl Example {
    /// The same example with other octets.
    pub(super) fn reading(&self, octets: Vec<u8>) -> Example {
        Example {
            name: self.name.clone(),
            section: self.section,
            edn: self.edn,
            dump: self.dump,
            stated: self.stated.clone(),
            items: items(&octets).unwrap_or_default(),
            octets,
            line: self.line,
        }
    }

    /// Its first line.
    pub(super) fn line(&self) -> usize {
        self.line
    }

    pub(super) fn kind(&self) -> DocumentKind {
        DocumentKind::of(&self.octets)
    }

    /// Whether it may be a message, of whatever draft.
    pub(super) fn is_message(&self) -> bool {
        self.kind() == DocumentKind::Message
            && self
                .items
                .first()
                .is_some_and(|item| item.major == MAJOR::ARRAY && matches!(item.arg, 0 | 7 | 8))
            && self.at(1, 6).is_some()
    }

    /// An item by its depth and index; at depth 1 there is only one.
    fn at(&self, depth: usize, index: usize) -> Option<&Item> {
        self.items
            .iter()
            .find(|item| item.depth == depth && item.index == index)
    }

    /// A field of the outermost array.
    pub(super) fn field(&self, index: usize) -> Option<&Item> {
        self.at(1, index)
    }

    /// An entry of the first map among the fields: the text of an integer key.
    pub(super) fn extension(&self, key: u64) -> Option<&str> {
        let map = self
            .items
            .iter()
            .position(|item| item.depth == 1 && item.major == MAJOR::MAP)?;
        let mut inside = self
            .items
            .iter()
            .skip(map + 1)
            .take_while(|item| item.depth >= 2)
            .filter(|item| item.depth == 2);
        while let (Some(found), Some(value)) = (inside.next(), inside.next()) {
            if found.uint() == Some(key) {
                return value.text(&self.octets);
            }
        }
        None
    }

    /// The salt: the octets in front, of whatever length they have.
    pub(super) fn salt(&self) -> &[u8] {
        self.field(0)
            .and_then(|item| item.bytes(&self.octets))
            .unwrap_or_default()
    }

    /// The message IDs it refers to: fields of a message, and in the layouts of older drafts what
    /// stands in `inReplyTo` and `lastSeen`.
    pub(super) fn references(&self) -> impl Iterator<Item = &Item> {
        let kind = self.kind();
        let message = self.is_message();
        let salted = self.items.first().is_some_and(|item| item.arg == 8);
        // The field that is being read, and whether the item before was a number.
        let mut field: Option<&Item> = None;
        let mut after_number = false;
        self.items.iter().filter(move |item| {
            if item.depth == 1 {
                field = Some(item);
            }
            let id = item.major == MAJOR::BYTES && item.end - item.content == 32;
            let listed = field.is_some_and(|field| {
                field.major == MAJOR::ARRAY && field.index < 6 && item.depth == 2
            });
            // In `[ID, hash function, hash]` the last one is no ID.
            let there = match kind {
                DocumentKind::Message => {
                    let own = item.depth == 1 && !(salted && item.index == 0);
                    message && (own || listed && !after_number)
                }
                DocumentKind::StatusReport => item.depth == 2 && item.index == 0,
                DocumentKind::Derived => item.depth == 1 && item.index == 0,
            };
            after_number = item.major == MAJOR::UNSIGNED;
            id && there
        })
    }

    /// The content of a message with a single part of a few characters.
    pub(super) fn short_content(&self) -> Option<String> {
        if !self.is_message() {
            return None;
        }
        let body = self
            .items
            .iter()
            .position(|item| item.depth == 1 && item.index >= 6 && item.major == MAJOR::ARRAY)?;
        let content = self
            .items
            .iter()
            .skip(body)
            .find(|item| item.depth == 2 && item.index == 4)?
            .bytes(&self.octets)?;
        let text = core::str::from_utf8(content).ok()?;
        (!text.is_empty() && text.chars().count() <= 4).then(|| text.to_string())
    }
}

/// All examples, in order.
pub(super) struct Examples(Vec<Example>);

impl Examples {
    pub(super) fn find(document: &Document, sections: &Sections, blocks: &Blocks) -> Examples {
        let dump_of = pairs(document, sections, blocks);
        let taken: BTreeSet<usize> = dump_of.values().copied().collect();
        let mut examples = Vec::new();
        for (index, block) in blocks.0.iter().enumerate() {
            let (edn, dump) = match block.content {
                Content::Edn => (Some(index), dump_of.get(&index).copied()),
                Content::Dump if !taken.contains(&index) => (None, Some(index)),
                _ => continue,
            };
            let source = [edn, dump]
                .into_iter()
                .flatten()
                .find_map(|index| blocks.0.get(index)?.source());
            let octets = source.map_or(Vec::new(), |source| source.octets().to_vec());
            let items = items(&octets).unwrap_or_default();
            examples.push(Example {
                name: name(document, block),
                section: sections.index(block.first),
                edn,
                dump,
                stated: None,
                octets,
                items,
                line: block.first,
            });
        }
        let mut examples = Examples(examples);
        examples.attach(document, sections, blocks);
        examples
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &Example> {
        self.0.iter()
    }

    /// The examples of a section.
    pub(super) fn of_section(&self, section: usize) -> &[Example] {
        let first = self.0.partition_point(|example| example.section < section);
        let end = self.0.partition_point(|example| example.section <= section);
        self.0.get(first..end).unwrap_or_default()
    }

    pub(super) fn get(&self, index: usize) -> Option<&Example> {
        self.0.get(index)
    }

    /// Gives each stated ID to the example it stands in, or else to the one before it in its
    /// section.
    fn attach(&mut self, document: &Document, sections: &Sections, blocks: &Blocks) {
        let ends: Vec<(usize, usize, usize)> = self
            .0
            .iter()
            .map(|example| {
                let end = [example.edn, example.dump]
                    .into_iter()
                    .flatten()
                    .filter_map(|index| blocks.0.get(index))
                    .map(|block| block.end)
                    .max();
                (example.line, end.unwrap_or(example.line), example.section)
            })
            .collect();
        for stated in stated_ids(document) {
            let after = ends.partition_point(|(first, ..)| *first <= stated.line);
            let section = sections.index(stated.line);
            let before = after.checked_sub(1).filter(|index| {
                ends.get(*index)
                    .is_some_and(|(_, end, other)| stated.line < *end || section == *other)
            });
            let next = Some(after).filter(|index| {
                ends.get(*index)
                    .is_some_and(|(_, _, other)| section == *other)
            });
            // In words, in front of its example or behind it.
            for index in [before, next].into_iter().flatten() {
                if let Some(example) = self.0.get_mut(index)
                    && example.stated.is_none()
                    && example.kind() == DocumentKind::Message
                {
                    example.stated = Some(stated);
                    break;
                }
            }
        }
    }
}

/// Which dump belongs to which EDN, by index.
fn pairs(document: &Document, sections: &Sections, blocks: &Blocks) -> BTreeMap<usize, usize> {
    /// How many blocks back an EDN may stand.
    const BACK: usize = 8;
    let mut dump_of: BTreeMap<usize, usize> = BTreeMap::new();
    let mut waiting: Vec<usize> = Vec::new();
    let mut alone: Vec<usize> = Vec::new();
    let octets = |index: usize| {
        let source = blocks.0.get(index).and_then(Block::source);
        source.map_or(&[][..], |source| source.octets())
    };
    let section = |index: usize| {
        blocks
            .0
            .get(index)
            .map_or(0, |block| sections.index(block.first))
    };
    for (index, block) in blocks.0.iter().enumerate() {
        match block.content {
            Content::Edn => waiting.push(index),
            Content::Dump => {
                let near = || {
                    waiting
                        .iter()
                        .rev()
                        .take(BACK)
                        .filter(|edn| section(**edn) == section(index))
                };
                let ours = octets(index);
                let equal = near().find(|edn| octets(**edn) == ours);
                let alike = near().find(|edn| {
                    let theirs = octets(**edn);
                    match document.subject.mimi {
                        true => {
                            theirs.is_empty() || DocumentKind::of(theirs) == DocumentKind::of(ours)
                        }
                        // Of other documents only what is mostly equal is one example.
                        false => mostly_equal(theirs, ours),
                    }
                });
                match equal.or(alike).copied() {
                    Some(edn) => {
                        waiting.retain(|other| *other != edn);
                        dump_of.insert(edn, index);
                    }
                    None => alone.push(index),
                }
            }
            Content::Cddl => {}
        }
        if waiting.len() > 2 * BACK {
            waiting.drain(..BACK);
        }
    }
    // A dump may stand in front of its EDN.
    for dump in alone {
        let next = dump + 1;
        let edn = blocks
            .0
            .get(next)
            .is_some_and(|block| block.content == Content::Edn);
        if edn && section(next) == section(dump) && octets(next) == octets(dump) {
            dump_of.entry(next).or_insert(dump);
        }
    }
    dump_of
}

/// Whether two strings of octets are alike in more than half of their length, at both ends.
fn mostly_equal(one: &[u8], other: &[u8]) -> bool {
    let same =
        |pairs: &mut dyn Iterator<Item = (&u8, &u8)>| pairs.take_while(|(a, b)| a == b).count();
    let front = same(&mut one.iter().zip(other));
    let back = same(&mut one.iter().rev().zip(other.iter().rev()));
    front + back > one.len().max(other.len()) / 2
}

/// The name in the first comment of a block, or of the file it comes from.
fn name(document: &Document, block: &Block) -> String {
    let first = document.text(block.first).trim();
    if let Some(comment) = first.strip_prefix('#').or_else(|| first.strip_prefix('/')) {
        let comment = comment.trim_matches(['/', ' ', '#']);
        let words = comment.split_whitespace().count();
        if (1..=3).contains(&words) && !comment.contains(['=', ':']) {
            return comment.to_lowercase();
        }
    }
    let file = document.file(block.first);
    let own = document.files.first().map_or("", String::as_str);
    if file == own && document.kind(block.first) != Kind::Code {
        return String::new();
    }
    stem(file).to_lowercase()
}

/// The name of a file without its folder and ending.
pub(super) fn stem(path: &str) -> &str {
    let name = path.rsplit(['/', '\\']).next().unwrap_or(path);
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}

/// The words that comments on some lines say, in lower case.
pub(super) fn words_of_comments(document: &Document, first: usize, end: usize) -> String {
    let mut words = String::new();
    for line in first..end {
        let (_, comment) = split_comment(document.short_text(line));
        words.push_str(&comment.to_lowercase());
        words.push(' ');
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_files_have_no_folder() {
        assert_eq!(stem("a/b.c/original.edn"), "original");
        assert_eq!(stem("original"), "original");
    }
}
