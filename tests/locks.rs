//! Lightweight locks, tranches and spin locks do what they do in PostgreSQL.
//! Runs in: tests.
//!
//! `c_tests/expected/locks.out` is what the module said in PostgreSQL 17.10.
#![cfg(test)]

mod common;

use common::cc;
use common::probe::Probe;

#[test]
fn locks_behave_as_in_postgresql() {
    let expected: Vec<&str> = include_str!("../c_tests/expected/locks.out").lines().collect();
    for include in cc::includes() {
        let (_probe, facts) = Probe::run("locks", &include, "");
        assert_eq!(facts, expected, "{include:?}");
    }
}

#[test]
fn a_spin_lock_that_nobody_gives_back_is_a_panic() {
    for include in cc::includes() {
        let probe = Probe::start("locks", &include, "stuck", "");
        probe.wait_for_lines(&["PANIC:  stuck spinlock detected at function, file.c:7"]);
        assert_eq!(probe.facts(), [""; 0]);
    }
}
