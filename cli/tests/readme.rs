//! The README is true: its library example is an example that builds, and its console example
//! prints what stands there.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used)]

mod support;

use std::fs;

use support::{file, mimi_with};

fn readme() -> String {
    fs::read_to_string(file("README.md")).unwrap()
}

/// The first block of a language that contains a text.
fn block(language: &str, with: &str) -> String {
    let readme = readme();
    let fence = format!("```{language}\n");
    let blocks = readme.split(&fence).skip(1);
    let mut blocks = blocks.filter_map(|rest| rest.split("```").next());
    blocks
        .find(|block| block.contains(with))
        .expect("the block")
        .to_owned()
}

#[test]
fn the_ten_lines_are_an_example() {
    let example = fs::read_to_string(file("examples/ten_lines.rs")).unwrap();
    let example: Vec<&str> = example.lines().map(str::trim).collect();
    let block = block("rust", "Composer");
    for line in block.lines().map(str::trim) {
        assert!(example.contains(&line), "not in the example: {line}");
    }
    let code = block
        .lines()
        .filter(|line| !line.trim().is_empty() && !line.starts_with("use"));
    assert!(code.count() <= 10);
}

#[test]
fn the_faults_are_printed_so() {
    let block = block("console", "| mimi check");
    let (command, output) = block.split_once('\n').unwrap();
    let edn = command.split('"').nth(1).unwrap();
    let run = mimi_with(["check", "--from", "edn"], format!("{edn}\n").as_bytes()).ended(1);
    assert_eq!(run.text().trim_end(), output.trim_end());
}

#[test]
fn every_command_in_it_exists() {
    for line in readme()
        .lines()
        .filter_map(|line| line.strip_prefix("$ mimi "))
    {
        let command = line.split(' ').next().unwrap();
        support::mimi([command, "--help"]).ended(0);
    }
}
