//! Memory contexts do what they do in PostgreSQL.
//! Runs in: tests.
//!
//! `c_tests/expected/NAME.out` is what the module NAME said in PostgreSQL 17.10.
#![cfg(test)]

mod common;

use common::cc;
use common::facts::the_same_as_in_postgresql;
use common::probe::{Probe, in_order};

#[test]
fn contexts_behave_as_in_postgresql() {
    let expected: Vec<&str> = include_str!("../c_tests/expected/contexts.out").lines().collect();
    for include in cc::includes() {
        let (probe, facts) = Probe::run("contexts", &include, "");
        let (last, facts) = facts.split_last().unwrap();
        assert_eq!(facts, expected, "{include:?}");
        assert_eq!(last, "done");
        let ident = format!("iii {}...", "i".repeat(96));
        let log = probe.log();
        let lines = [
            // Out of memory.
            "TopMemoryContext: * total in * blocks; * free (* chunks); * used",
            "  base: * total in * blocks; * free (* chunks); * used",
            "Grand total: * bytes in * blocks; * free (* chunks); * used",
            &format!("parent: * total in * blocks; * free (* chunks); * used: {ident}"),
            "  child: * total in * blocks; * free (* chunks); * used",
            "    table: * total in * blocks; * free (* chunks); * used",
            "  child: * total in * blocks; * free (* chunks); * used",
            "  3 more child contexts containing * total in * blocks; * free (* chunks); * used",
            "Grand total: * bytes in * blocks; * free (* chunks); * used",
            &format!(
                "LOG:  level: 0; parent: * total in * blocks; * free (* chunks); * used: {ident}"
            ),
            "LOG:  level: 1; child: * total in * blocks; * free (* chunks); * used",
            "LOG:  level: 1; 1 more child contexts containing * total in * blocks; * free \
             (* chunks); * used",
            "LOG:  level: 0; 102 more child contexts containing * total in * blocks; * free \
             (* chunks); * used",
            "LOG:  Grand total: * bytes in * blocks; * free (* chunks); * used",
        ];
        assert!(in_order(&log, &lines), "{log}");
        assert_eq!(log.matches("\n  child: ").count(), 100);
    }
}

/// Runs a module that says the same here as in PostgreSQL.
fn compare(module: &str, expected: &str) {
    let expected: Vec<&str> = expected.lines().collect();
    for include in cc::includes() {
        let (_probe, facts) = Probe::run(module, &include, "");
        let (last, facts) = facts.split_last().unwrap();
        assert_eq!(facts, expected, "{include:?}");
        assert_eq!(last, "done");
    }
}

#[test]
fn strings_behave_as_in_postgresql() {
    compare("strings", include_str!("../c_tests/expected/strings.out"));
}

#[test]
fn aligned_chunks_and_seeds_are_as_in_postgresql() {
    the_same_as_in_postgresql("aligned", "", &[]);
}

#[test]
fn an_aligned_chunk_that_there_is_no_memory_for_is_null_if_asked_for() {
    for include in cc::includes() {
        let (_probe, facts) = Probe::run("aligned", &include, "oom");
        assert_eq!(facts.first().map(String::as_str), Some("no oom: 1"));
    }
}
