//! Resource owners: the same facts as in PostgreSQL.
//! Runs in: tests.
#![cfg(test)]

mod common;

use common::cc;
use common::facts::the_same_as_in_postgresql;
use common::probe::Probe;

#[test]
fn things_are_given_back_as_in_the_server() {
    the_same_as_in_postgresql("owners", "", &[]);
}

#[test]
fn what_could_not_be_given_back_is_not_tried_again() {
    for include in cc::includes() {
        let (_probe, facts) = Probe::run("owners", &include, "again");
        let at = facts.iter().position(|fact| fact == "current: 1").unwrap();
        assert_eq!(facts[at - 1], "broken: XX000 cannot release 4");
        assert_eq!(facts[at + 1..=at + 2], ["released 2", "released 5"]);
    }
}

#[test]
fn what_is_left_is_told_and_given_back_at_the_end() {
    for include in cc::includes() {
        let probe = Probe::start("owners", &include, "", "");
        probe.wait_for_fact("released 10");
        probe.wait_for_lines(&[
            "WARNING:  resource was not closed: number 7",
            "WARNING:  resource was not closed: last 0x8",
            "WARNING:  resource was not closed: last 0xa",
        ]);
    }
}
