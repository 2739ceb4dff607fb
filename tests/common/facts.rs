//! Modules that ask questions: the answers were taken from PostgreSQL 17 and must be the same here.
//! Runs in: tests.
#![allow(dead_code, reason = "each test program uses some of these")]

use std::fs;

use super::cc;
use super::probe::Probe;

/// Runs `c_tests/modules/NAME.c` with each set of headers and compares its facts, up to `done`,
/// with those of `c_tests/facts/NAME.txt`, which that very module wrote down in PostgreSQL. `better` are facts
/// (as PostgreSQL says them, as they are here) that differ on purpose.
pub(crate) fn the_same_as_in_postgresql(name: &str, scenario: &str, better: &[(&str, &str)]) {
    let path = cc::root().join(format!("c_tests/facts/{name}.txt"));
    let wanted = fs::read_to_string(path).unwrap();
    let wanted: Vec<&str> = wanted
        .lines()
        .map(|line| better.iter().find(|(theirs, _)| *theirs == line).map_or(line, |(_, our)| our))
        .collect();
    for include in cc::includes() {
        let (_probe, facts) = Probe::run(name, &include, scenario);
        let facts: Vec<&str> = facts.iter().map(String::as_str).filter(|f| *f != "done").collect();
        let wrong: Vec<_> = wanted.iter().zip(&facts).filter(|(a, b)| a != b).take(10).collect();
        assert!(wrong.is_empty(), "(PostgreSQL's, ours): {wrong:#?}");
        assert_eq!(wanted.len(), facts.len(), "of {include:?}");
    }
}
