//! Wait event sets and latches of one's own do what they do in PostgreSQL.
//! Runs in: tests.
//!
//! `c_tests/expected/sets.out` is what the module said in PostgreSQL 17.10.
#![cfg(test)]

mod common;

use common::cc;
use common::probe::{Probe, of};
use common::puppet::wait_until_gone;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

#[test]
fn sets_behave_as_in_postgresql() {
    let expected: Vec<&str> = include_str!("../c_tests/expected/sets.out").lines().collect();
    for include in cc::includes() {
        let (_probe, facts) = Probe::run("sets", &include, "");
        assert_eq!(facts, expected, "{include:?}");
    }
}

#[test]
fn a_set_holds_what_it_was_made_for() {
    for include in cc::includes() {
        let (_probe, facts) = Probe::run("sets", &include, "full");
        assert_eq!(of(&facts, "full:"), ["XX000 too many events in wait event set"]);
        assert_eq!(of(&facts, "position:"), ["XX000 no such event in wait event set"]);
    }
}

#[test]
fn the_postmasters_death_is_told_or_ends_the_worker() {
    for include in cc::includes() {
        let probe = Probe::start("sets", &include, "death", "");
        let started = |key: &str| {
            let facts = probe.wait_for_facts(key, |facts| !of(facts, key).is_empty());
            Pid::from_raw(of(&facts, key)[0].parse().unwrap())
        };
        let workers = [started("stays"), started("leaves")];
        kill(probe.pid(), Signal::SIGKILL).unwrap();
        workers.into_iter().for_each(wait_until_gone);
        let facts = probe.facts();
        assert_eq!(of(&facts, "stays:"), ["1 1:10:death"; 2], "{facts:?}");
        assert_eq!(of(&facts, "leaves:"), [""; 0], "{facts:?}");
        assert_eq!(facts.last().map(String::as_str), Some("done"));
    }
}
