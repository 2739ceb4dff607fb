//! docs/SEMANTICS.md names tests: each of them exists, and no test of the semantics is left out.
//! Runs in: tests.
#![cfg(test)]

mod common;

use std::collections::BTreeSet;
use std::fs;

use common::cc::root;

/// Test programs that are about the semantics alone, so that each of their tests has a row.
const WHOLE: [&str; 7] =
    ["registration", "entry", "exit_table", "restart", "handles", "notification", "errors"];

/// The tests that the document names.
fn named() -> BTreeSet<(String, String)> {
    let text = fs::read_to_string(root().join("docs/SEMANTICS.md")).unwrap();
    let quoted = text.split('`').skip(1).step_by(2);
    let names = quoted.filter_map(|name| name.split_once("::"));
    names
        .filter(|(file, test)| [*file, *test].iter().all(|name| is_name(name)))
        .map(|(file, test)| (file.to_owned(), test.to_owned()))
        .filter(|name| *name != ("file".to_owned(), "function".to_owned()))
        .collect()
}

fn is_name(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
}

/// The tests of a test program.
fn tests_in(file: &str) -> Vec<String> {
    let path = root().join(format!("tests/{file}.rs"));
    let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{path:?}: {error}"));
    let functions = text.split("#[test]").skip(1).filter_map(|rest| {
        rest.lines()
            .find_map(|line| line.strip_prefix("fn ")?.split_once('(').map(|(name, _)| name))
    });
    functions.map(str::to_owned).collect()
}

#[test]
fn each_named_test_exists() {
    let named = named();
    assert!(named.len() > 100, "{}", named.len());
    for (file, test) in named {
        assert!(tests_in(&file).contains(&test), "there is no test {file}::{test}");
    }
}

#[test]
fn each_test_has_a_row() {
    let named = named();
    for file in WHOLE {
        for test in tests_in(file) {
            let name = (file.to_owned(), test);
            assert!(named.contains(&name), "docs/SEMANTICS.md does not name {name:?}");
        }
    }
}
