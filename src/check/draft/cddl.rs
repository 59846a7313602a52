//! CDDL in a draft: the snippets of the text against the collected schema. Rules are compared as
//! tokens, without comments and commas (which CDDL does not need), member by member.

use std::collections::{BTreeMap, BTreeSet};
use std::format;
use std::string::{String, ToString};
use std::vec::Vec;

use super::blocks::{Blocks, Content};
use super::sections::Sections;
use super::source::Document;
use crate::report::{Finding, codes};

/// A token, and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Token {
    text: String,
    line: usize,
    column: u32,
}

/// A rule: its name, and its tokens after the `=`.
pub(super) struct Rule {
    name: String,
    tokens: Vec<Token>,
    line: usize,
    column: u32,
}

/// Whether a line may begin a block of rules.
pub(super) fn begins(line: &str) -> bool {
    if line.starts_with(';') {
        return true;
    }
    let name = name_length(line);
    let rest = line.get(name..).unwrap_or("").trim_start();
    name > 0 && rest.starts_with('=') && !rest.starts_with("==") && !rest.starts_with("=>")
}

fn name_length(text: &str) -> usize {
    let letter = |c: char| c.is_ascii_alphabetic() || matches!(c, '_' | '$' | '@');
    if !text.starts_with(letter) {
        return 0;
    }
    let more = |c: char| letter(c) || c.is_ascii_digit() || matches!(c, '-' | '.');
    let length = text.find(|c| !more(c)).unwrap_or(text.len());
    // A name ends in a letter or digit.
    text.get(..length)
        .map_or(0, |name| name.trim_end_matches(['-', '.']).len())
}

/// How much deeper the brackets are after a line; none if it is not CDDL.
pub(super) fn depth_of(line: &str) -> Option<i64> {
    let mut depth = 0;
    for (token, _) in tokens_of(line)? {
        match token {
            "[" | "{" | "(" => depth += 1,
            "]" | "}" | ")" => depth -= 1,
            _ => {}
        }
    }
    Some(depth)
}

/// The tokens of a line with their octets; none if something else stands there.
fn tokens_of(line: &str) -> Option<Vec<(&str, usize)>> {
    const MARKS: &[&str] = &[
        "//=", "/=", "//", "...", "..", "=>", "=", "/", ":", ",", "[", "]", "{", "}", "(", ")",
        "*", "+", "?", "&", "^", "~", "<", ">",
    ];
    let mut tokens = Vec::new();
    let mut at = 0;
    while let Some(rest) = line.get(at..).filter(|rest| !rest.is_empty()) {
        let first = rest.chars().next()?;
        let length = match first {
            ' ' | '\t' => {
                at += 1;
                continue;
            }
            ';' => break,
            '"' | '\'' => rest.get(1..)?.find(first)? + 2,
            '#' => {
                let digits = |c: char| c.is_ascii_digit() || c == '.';
                1 + rest
                    .get(1..)?
                    .find(|c| !digits(c))
                    .unwrap_or(rest.len() - 1)
            }
            '.' if rest
                .get(1..)?
                .starts_with(|c: char| c.is_ascii_alphabetic()) =>
            {
                1 + name_length(rest.get(1..)?)
            }
            '-' | '0'..='9' => {
                let number = |c: char| c.is_ascii_alphanumeric() || c == '-';
                let end = rest.find(|c| !number(c)).unwrap_or(rest.len());
                // A fraction, but not a range.
                match rest.get(end..) {
                    Some(more)
                        if more.starts_with('.')
                            && more.get(1..)?.starts_with(|c: char| c.is_ascii_digit()) =>
                    {
                        let digits = |c: char| c.is_ascii_digit();
                        end + 1
                            + more
                                .get(1..)?
                                .find(|c| !digits(c))
                                .unwrap_or(more.len() - 1)
                    }
                    _ => end,
                }
            }
            _ => match name_length(rest) {
                0 => MARKS.iter().find(|mark| rest.starts_with(**mark))?.len(),
                length => length,
            },
        };
        tokens.push((rest.get(..length)?, at));
        at += length;
    }
    Some(tokens)
}

/// The rules between two lines.
pub(super) fn rules(document: &Document, first: usize, end: usize) -> Vec<Rule> {
    let mut rules: Vec<Rule> = Vec::new();
    let mut depth = 0usize;
    let mut before: Option<Token> = None;
    for line in first..end {
        let text = document.text(line);
        for (token, at) in tokens_of(text).unwrap_or_default() {
            let column = text.get(..at).map_or(0, |before| before.chars().count()) + 1;
            let token = Token {
                text: token.to_string(),
                line,
                column: u32::try_from(column).unwrap_or(u32::MAX),
            };
            match token.text.as_str() {
                "[" | "{" | "(" => depth += 1,
                "]" | "}" | ")" => depth = depth.saturating_sub(1),
                "=" if depth == 0 => {
                    // The token before was the name of a new rule.
                    if let Some(name) = before.take() {
                        rules.push(Rule {
                            name: name.text,
                            tokens: Vec::new(),
                            line: name.line,
                            column: name.column,
                        });
                    }
                    continue;
                }
                "," => continue,
                _ => {}
            }
            if let Some(before) = before.replace(token)
                && let Some(rule) = rules.last_mut()
            {
                rule.tokens.push(before);
            }
        }
    }
    if let (Some(last), Some(rule)) = (before, rules.last_mut()) {
        rule.tokens.push(last);
    }
    // What is extended rather than defined (`/=`) has nothing to be compared with.
    rules.retain(|rule| name_length(&rule.name) == rule.name.len() && !rule.tokens.is_empty());
    rules
}

/// Whether a line is a statement of some language that ends them with a semicolon, which begins a
/// comment in CDDL.
pub(super) fn is_statement(line: &str) -> bool {
    line.ends_with(';')
        && line
            .trim_end_matches(';')
            .contains(|c: char| c.is_alphanumeric())
}

/// Whether one of the rules names a type of CDDL's prelude, or a control.
fn names_a_type(rules: &[Rule]) -> bool {
    const TYPES: &[&str] = &[
        "bstr", "tstr", "bytes", "text", "uint", "int", "nint", "bool", "any", "float", "float16",
        "float32", "float64", "uri", "number", ".size", ".cbor",
    ];
    let mut tokens = rules.iter().flat_map(|rule| &rule.tokens);
    tokens.any(|token| TYPES.contains(&token.text.as_str()))
}

/// Whether something is called, as in `secret = derive(key)`: no CDDL.
fn calls(rules: &[Rule]) -> bool {
    let call = |pair: &[Token]| {
        let [name, bracket] = pair else { return false };
        bracket.text == "("
            && name_length(&name.text) == name.text.len()
            && name.line == bracket.line
            && name.column as usize + name.text.len() == bracket.column as usize
    };
    rules.iter().any(|rule| rule.tokens.windows(2).any(call))
}

/// Whether rules are CDDL and not settings of something else: one names a type or has brackets,
/// or all are numbers.
pub(super) fn is_schema(rules: &[Rule]) -> bool {
    const MARKS: &[&str] = &[
        "null", "nil", "true", "false", "[", "{", "(", "&", "/", "//",
    ];
    let types = names_a_type(rules)
        || rules
            .iter()
            .flat_map(|rule| &rule.tokens)
            .any(|token| MARKS.contains(&token.text.as_str()));
    let numbers = || {
        rules.iter().all(|rule| {
            let number = |token: &Token| token.text.starts_with(|c: char| c.is_ascii_digit());
            rule.tokens.len() == 1 && rule.tokens.iter().all(number)
        })
    };
    let names = rules.iter().all(|rule| !rule.name.contains('.'));
    // A rule that names only another one belongs to the rules around it.
    let alias = || {
        rules.iter().all(|rule| {
            rule.tokens
                .iter()
                .all(|token| name_length(&token.text) == token.text.len())
                && rule.tokens.len() == 1
        })
    };
    !rules.is_empty() && names && !calls(rules) && (types || numbers() || alias())
}

/// A member: the name before its colon, if any, and its tokens.
fn members(rule: &Rule) -> Vec<(&str, &[Token])> {
    let mut members: Vec<(&str, &[Token])> = Vec::new();
    let mut start = 0;
    let mut name = "";
    for (at, token) in rule.tokens.iter().enumerate() {
        let key = rule.tokens.get(at + 1).is_some_and(|next| next.text == ":");
        if key {
            members.push((name, rule.tokens.get(start..at).unwrap_or_default()));
            (start, name) = (at, token.text.as_str());
        }
    }
    members.push((name, rule.tokens.get(start..).unwrap_or_default()));
    members
}

fn spelled(tokens: &[Token]) -> String {
    let mut out = String::new();
    // The bracket that ends the rule is not the last member's.
    let mut depth = 0usize;
    for token in tokens {
        match token.text.as_str() {
            "[" | "{" | "(" => depth += 1,
            "]" | "}" | ")" if depth == 0 => continue,
            "]" | "}" | ")" => depth -= 1,
            _ => {}
        }
        let tight = out.is_empty() || out.ends_with(['[', '(', '{', '&']) || out.ends_with("..");
        if !tight && !matches!(token.text.as_str(), "]" | ")" | "}" | ":" | ".." | "...") {
            out.push(' ');
        }
        out.push_str(&token.text);
    }
    out
}

fn same(one: &[Token], other: &[Token]) -> bool {
    one.iter()
        .map(|token| &token.text)
        .eq(other.iter().map(|token| &token.text))
}

/// Whether a rule stands in the collected schema: an appendix, or a section called so.
fn is_collected(sections: &Sections, line: usize) -> bool {
    sections.at(line).is_some_and(|section| {
        let title = section.title.to_lowercase();
        section.is_appendix()
            || title.contains("schema")
            || title.contains("collected")
            || title.contains("cddl")
    })
}

/// The first number of a section: that of the chapter or appendix it is in.
fn root(sections: &Sections, line: usize) -> &str {
    sections
        .at(line)
        .map_or("", |section| section.number.split('.').next().unwrap_or(""))
}

/// The chapter or appendix with the collected schema: of those that may be it, the one that
/// defines most of the names that others define as well, and at least half of all theirs. A
/// document that shows many examples of CDDL has none, and its rules of one name are different
/// rules.
fn collected<'s>(sections: &'s Sections, rules: &[Rule]) -> Option<&'s str> {
    let mut names: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    // By root: the names it shares with others, and those that only it has.
    let mut roots: BTreeMap<&str, (usize, usize)> = BTreeMap::new();
    for rule in rules {
        let root = root(sections, rule.line);
        names.entry(rule.name.as_str()).or_default().insert(root);
        if is_collected(sections, rule.line) {
            roots.entry(root).or_default();
        }
    }
    for all in names.values() {
        for root in all {
            if let Some((shared, own)) = roots.get_mut(root) {
                *shared += usize::from(all.len() > 1);
                *own += usize::from(all.len() == 1);
            }
        }
    }
    roots.retain(|_, (shared, own)| *shared > 0 && 2 * *shared >= names.len() - *own);
    let best = roots.into_iter().max_by_key(|(_, (shared, _))| *shared)?;
    Some(best.0)
}

/// Each rule of the text against the collected one of the same name.
pub(super) fn judge(
    document: &Document,
    sections: &Sections,
    blocks: &Blocks,
    findings: &mut Vec<Finding>,
) {
    if !document.subject.cddl {
        return;
    }
    let cddl = blocks
        .0
        .iter()
        .filter(|block| block.content == Content::Cddl);
    // Where no type is named, the equations may be those of an algorithm; such a section has no
    // rule that others could be held against.
    let mut typed: BTreeSet<usize> = BTreeSet::new();
    let mut all: Vec<Rule> = Vec::new();
    for block in cddl {
        let rules = rules(document, block.first, block.end);
        if names_a_type(&rules) {
            typed.insert(sections.index(block.first));
        }
        all.extend(rules);
    }
    all.retain(|rule| !sections.is_foreign(rule.line));
    let Some(collected) = collected(sections, &all) else {
        return;
    };
    let mut standard: BTreeMap<&str, &Rule> = BTreeMap::new();
    for rule in &all {
        let schema = typed.contains(&sections.index(rule.line));
        if schema && root(sections, rule.line) == collected {
            standard.entry(rule.name.as_str()).or_insert(rule);
        }
    }
    for rule in &all {
        if let Some(standard) = standard.get(rule.name.as_str())
            && !same(&rule.tokens, &standard.tokens)
        {
            compare(document, rule, standard, findings);
        }
    }
}

fn compare(document: &Document, rule: &Rule, standard: &Rule, findings: &mut Vec<Finding>) {
    let ours = members(rule);
    let theirs = members(standard);
    let mut push = |place: (usize, u32), found: String, expected: String, other: usize| {
        let finding = Finding::new(codes::DRAFT_CDDL)
            .path(rule.name.as_str())
            .message(format!(
                "the rule {} says something else than the schema ({})",
                rule.name,
                document.place(other, place.0)
            ))
            .found(found)
            .expected(expected);
        findings.push(document.locate(finding, place.0, place.1));
    };
    let nothing = || "nothing".to_string();
    let aligned = ours.len() == theirs.len()
        && ours
            .iter()
            .zip(&theirs)
            .all(|(one, other)| one.0 == other.0);
    if aligned {
        for ((_, one), (_, other)) in ours.iter().zip(&theirs) {
            if same(one, other) {
                continue;
            }
            let place = one
                .first()
                .map_or((rule.line, rule.column), |token| (token.line, token.column));
            let line = other.first().map_or(standard.line, |token| token.line);
            push(place, spelled(one), spelled(other), line);
        }
        return;
    }
    // Members were added, dropped or moved: what one side has and the other does not.
    let by_name: BTreeMap<&str, &[Token]> = theirs.iter().copied().collect();
    let names: BTreeMap<&str, &[Token]> = ours.iter().copied().collect();
    let mut any = false;
    for (name, one) in &ours {
        let place = one
            .first()
            .map_or((rule.line, rule.column), |token| (token.line, token.column));
        match by_name.get(name) {
            // The last one has the bracket of the rule behind it, which no longer stands in one place.
            Some(other) if spelled(one) == spelled(other) => {}
            Some(other) => {
                any = true;
                let line = other.first().map_or(standard.line, |token| token.line);
                push(place, spelled(one), spelled(other), line);
            }
            None => {
                any = true;
                push(place, spelled(one), nothing(), standard.line);
            }
        }
    }
    for (name, other) in &theirs {
        if !names.contains_key(name) {
            any = true;
            let line = other.first().map_or(standard.line, |token| token.line);
            push((rule.line, rule.column), nothing(), spelled(other), line);
        }
    }
    if !any {
        push(
            (rule.line, rule.column),
            "another order of the members".to_string(),
            spelled(&standard.tokens),
            standard.line,
        );
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_cddl_are_told_from_others() {
        assert!(begins("Timestamp = MsecsSinceEpoch / ExtendedTime"));
        assert!(begins("; milliseconds"));
        assert!(!begins("timestamp  == 5"));
        assert!(!begins("messages"));
        assert_eq!(depth_of("mimiContent = [ ; a ["), Some(1));
        assert_eq!(depth_of("parts: [2* NestedPart]"), Some(0));
        assert_eq!(
            depth_of("ExtendedTime = #6.1001({* name => value })"),
            Some(0)
        );
        assert_eq!(depth_of("value = any .size (0..4095)"), Some(0));
        assert_eq!(depth_of("hash_output = hash( senderUri || roomUri )"), None);
    }

    #[test]
    fn numbers_and_ranges_are_tokens() {
        let words = |text| -> Vec<String> {
            tokens_of(text)
                .unwrap_or_default()
                .into_iter()
                .map(|(token, _)| token.to_string())
                .collect()
        };
        assert_eq!(
            words("a: 9..255 / 1.5"),
            ["a", ":", "9", "..", "255", "/", "1.5"]
        );
        assert_eq!(words("bstr .size 32"), ["bstr", ".size", "32"]);
        assert_eq!(
            words("$extDispos // ( b )"),
            ["$extDispos", "//", "(", "b", ")"]
        );
    }
}
