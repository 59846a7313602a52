//! Holds the plan of the house: every room uses lower floors only, and rooms on one floor do not
//! know each other. Reads the `use` lines and paths of the sources.
#![allow(missing_docs, clippy::unwrap_used, clippy::panic, clippy::expect_used)]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

/// The floors of the house, from the ground.
const FLOORS: &[&[&str]] = &[
    &["report"],
    &["item", "text"],
    &["message"],
    &["cbor", "rich", "external"],
    &["notation", "view", "room"],
    &["mail", "transcript"],
    &["document"],
    &["convert", "check"],
];

/// Where a room may look into another on its own floor, and why.
const EXCEPTIONS: &[(&str, &str, &str)] = &[];

fn sources(folder: &Path, into: &mut Vec<(String, String)>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            sources(&path, into);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            into.push((
                path.display().to_string(),
                fs::read_to_string(&path).unwrap(),
            ));
        }
    }
}

/// The code of a file without comments and without its unit tests.
fn code(text: &str) -> String {
    let body = text.split("#[cfg(test)]").next().unwrap_or_default();
    let lines = body
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"));
    lines.collect::<Vec<_>>().join("\n")
}

/// The rooms named after `crate::`, also in lists in braces.
fn rooms_named(code: &str) -> Vec<String> {
    let mut rooms = Vec::new();
    for (at, _) in code.match_indices("crate::") {
        let rest = &code[at + "crate::".len()..];
        match rest.strip_prefix('{') {
            None => rooms.push(first_word(rest)),
            Some(list) => {
                let mut depth = 0;
                let mut item = String::new();
                for c in list.chars() {
                    match c {
                        '{' => depth += 1,
                        '}' if depth == 0 => break,
                        '}' => depth -= 1,
                        ',' if depth == 0 => rooms.push(first_word(&std::mem::take(&mut item))),
                        c => item.push(c),
                    }
                }
                rooms.push(first_word(&item));
            }
        }
    }
    rooms
}

fn first_word(text: &str) -> String {
    let word = |c: &char| c.is_ascii_alphanumeric() || *c == '_';
    text.trim_start().chars().take_while(word).collect()
}

#[test]
fn every_arrow_points_down() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let floor_of: BTreeMap<&str, usize> = FLOORS
        .iter()
        .enumerate()
        .flat_map(|(floor, rooms)| rooms.iter().map(move |room| (*room, floor)))
        .collect();
    let mut faults = Vec::new();
    let mut arrows = 0;
    for (room, floor) in &floor_of {
        let mut files = Vec::new();
        sources(&src.join(room), &mut files);
        assert!(!files.is_empty(), "the room {room} is empty");
        for (path, text) in files {
            for named in rooms_named(&code(&text)) {
                let Some(other) = floor_of.get(named.as_str()) else {
                    continue;
                };
                arrows += 1;
                let allowed = named == *room
                    || other < floor
                    || EXCEPTIONS
                        .iter()
                        .any(|(from, to, _)| from == room && *to == named);
                if !allowed {
                    faults.push(format!(
                        "{path}: {room} (floor {floor}) uses {named} (floor {other})"
                    ));
                }
            }
        }
    }
    assert!(
        arrows > 50,
        "only {arrows} arrows found: the test reads the sources wrongly"
    );
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn every_room_stands_on_a_floor() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    for entry in fs::read_dir(src).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap().to_owned();
        assert!(
            name == "lib" || FLOORS.iter().any(|floor| floor.contains(&name.as_str())),
            "{name} has no floor"
        );
    }
}

#[test]
fn the_reader_of_use_lines_sees_lists() {
    let code = "use crate::{cbor, message::{Salt, media}, report::codes}; crate::item::Kind";
    assert_eq!(rooms_named(code), ["cbor", "message", "report", "item"]);
}
