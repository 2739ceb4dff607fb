//! Setting settings for a while, trying them, reading files of settings.
//! Runs in: tests.
//!
//! `c_tests/expected/levels.out` is what the module said in PostgreSQL 17.10.
#![cfg(test)]

mod common;

use common::cc;
use common::probe::Probe;

#[test]
fn settings_are_changed_and_come_back_as_in_postgresql() {
    let expected: Vec<&str> = include_str!("../c_tests/expected/levels.out").lines().collect();
    for include in cc::includes() {
        let (_probe, facts) = Probe::run("levels", &include, "");
        assert_eq!(facts, expected, "{include:?}");
    }
}

#[test]
fn what_a_worker_calls_itself_is_in_its_row() {
    let (_probe, facts) = Probe::run("levels", &cc::our_include(), "row");
    let rows: Vec<&String> = facts.iter().filter(|fact| fact.starts_with("row ")).collect();
    assert_eq!(rows, ["row [mine]", "row []"]);
}
