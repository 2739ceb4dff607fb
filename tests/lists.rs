//! Lists do what they do in PostgreSQL.
//! Runs in: tests.
//!
//! `c_tests/expected/NAME.out` is what the module NAME said in PostgreSQL 17.10.
#![cfg(test)]

mod common;

use common::cc;
use common::probe::Probe;

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
fn lists_behave_as_in_postgresql() {
    compare("lists", include_str!("../c_tests/expected/lists.out"));
}

#[test]
fn lists_with_links_in_their_members_behave_as_in_postgresql() {
    compare("chains", include_str!("../c_tests/expected/chains.out"));
}

#[test]
fn nodes_that_cannot_be_compared_are_an_error() {
    for include in cc::includes() {
        let (_probe, facts) = Probe::run("lists", &include, "nodes");
        assert_eq!(
            facts,
            [
                "itself 1",
                "member: 0A000 nodes of type 378 cannot be compared outside PostgreSQL",
                "deep: 0A000 nodes of type 378 cannot be copied outside PostgreSQL",
                "done",
            ]
        );
    }
}
